"""The experiments on our own statistics measure what they say; figures are stored."""

import numpy as np
import pytest
from scipy import stats
from sklearn.naive_bayes import GaussianNB

from benchmarks import evidence, jobs
from benchmarks.evidence import (
    coverage,
    false_alarms,
    logistic,
    thresholds,
    truths,
)
from benchmarks.report import console, page, record, tables
from skclassic import Friedman1, Twonorm

TINY = {"n_repeats": 6, "n_test": 40}


@pytest.fixture
def tiny(monkeypatch):
    """Shrink every experiment to a second."""
    monkeypatch.setattr(truths, "SIZES", {"quick": TINY, "full": TINY})
    monkeypatch.setattr(truths, "RACES", {"quick": ((40, 4),)})
    monkeypatch.setattr(coverage, "LONG", {"n_repeats": 8, "n_test": 50})
    monkeypatch.setattr(coverage, "N_LONG", 2)
    monkeypatch.setattr(coverage, "QUICK_RUNS", 4)
    monkeypatch.setattr(false_alarms, "QUICK_RUNS", 4)
    monkeypatch.setattr(false_alarms, "N_FITS", 5)
    monkeypatch.setattr(logistic, "SIZES", {"quick": 2})
    few = {"n_runs": 4, "n_resamples": 10}
    monkeypatch.setattr(thresholds, "SIZES", {"quick": few})


@pytest.mark.compiled
@pytest.mark.parametrize("key", evidence.list_keys())
def test_every_experiment_gives_checks(key, tiny):
    checks = evidence.measure(key, "quick", n_jobs=1)
    if key == "mlxtend":
        return  # the rival may be absent
    assert checks
    assert {check.key for check in checks} == {key}
    for check in checks:
        assert np.isfinite([check.value, check.error]).all()


def test_a_check_is_met_within_its_range_and_asks_nothing_without_one():
    inside = evidence.Check("a", "b", 5.0, lowest=4.0, highest=6.0)
    assert inside.is_met
    assert not evidence.Check("a", "b", 7.0, highest=6.0).is_met
    assert evidence.Check("a", "b", 7.0, lowest=6.0).is_met
    assert evidence.Check("a", "b", 7.0).is_met is None


def test_the_closed_forms_are_those_of_simulated_predictions():
    # least squares by hand, without the engine
    rng = np.random.RandomState(0)
    n, line = 20, coverage.Line()
    errors = []
    for _ in range(4000):
        X, y = line.sample(n, random_state=rng.randint(2**31))
        x, _ = line.sample(50, random_state=rng.randint(2**31))
        errors.append(x @ (np.linalg.lstsq(X, y, rcond=None)[0] - line.slope))
    expected = coverage._know_least_squares(n=n, has_intercept=False)()
    spread = np.mean(np.square(errors), axis=1)
    error = spread.std() / len(spread) ** 0.5
    assert abs(spread.mean() - expected["it"]["variance"]) < 4 * error


def test_halves_are_alike_and_turned_answers_cost_two_points():
    case = false_alarms.Alarm("nb", GaussianNB(), 100)
    accuracy = false_alarms._find_accuracy(case)
    # one half of twonorm's features: Phi(-sqrt 2) errs without training noise
    assert 0.85 < accuracy < 1 - stats.norm.sf(2**0.5)
    turned = 0.02 / (2 * accuracy - 1)
    X, y = Twonorm().sample(40_000, random_state=1)
    train = Twonorm().sample(100, random_state=2)
    whole, worse = (
        false_alarms.Half(GaussianNB(), turned=t, random_state=3).fit(*train)
        for t in (0.0, turned)
    )
    gap = whole.score(X, y) - worse.score(X, y)
    assert gap == pytest.approx(0.02, abs=0.005)


def test_one_set_is_resampled_and_the_test_rows_are_fresh():
    one = truths.OneSet(Friedman1(), 50, seed=0)
    X, y = one.sample(50, random_state=1)
    assert len(np.unique(X[:, 0])) < 50
    assert set(y) <= set(one.y)
    fresh, _ = one.sample(60, random_state=1)
    assert not set(fresh[:, 0]) & set(one.X[:, 0])


def test_the_stored_figures_keep_every_promise_of_coverage_and_caution():
    stored = evidence.read_stored()
    assert {check.key for check in stored} == set(evidence.list_keys())
    for check in stored:
        assert check.is_met in (True, None), check


def test_the_table_judges_full_runs_only(tmp_path):
    check = evidence.Check("coverage-x", "bias", 99.0, 0.3, 92.0, 98.0, note="a note")
    full = tables.tabulate_evidence([check], is_full=True)
    quick = tables.tabulate_evidence([check], is_full=False)
    assert full.rows[0][-1] == tables.BROKEN and quick.rows[0][-1] == ""
    assert full.rows[0][4] == "92 to 98"
    assert "coverage-x: a note" in full.notes
    results = record.Results("full", evidence=[check])
    assert results.has_failed
    assert "coverage-x" in page.render_evidence(results)
    assert record.describe(results)["evidence"][0]["value"] == 99.0


def test_the_job_prints_one_table(monkeypatch, capsys):
    check = evidence.Check("friedman", "bias", 2.7, 0.1)
    monkeypatch.setattr(evidence, "measure", lambda key, size, n_jobs: [check])
    results = record.Results("quick")
    jobs.run_evidence(["friedman"], results, screen=console.PlainScreen(), began=0)
    assert results.evidence == [check]
    assert "friedman bias" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lowest", "highest", "text"),
    [(None, None, ""), (None, 7.0, "up to 7"), (15.0, None, "from 15")],
)
def test_ranges_are_written_short(lowest, highest, text):
    check = evidence.Check("a", "b", 1.0, 0.0, lowest, highest)
    assert tables.write_range(check) == text
