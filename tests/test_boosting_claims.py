"""Claims about boosting find what is planted, and share the fits they rest on."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier

from skclassic import (
    BaggingClassifier,
    DecisionTreeClassifier,
    GaussianClasses,
    Ringnorm,
    check,
)
from skclassic.claims import CLAIMS, boosting, boosting_rounds
from skclassic.claims.contestants import Contestant, find_contestants
from skclassic.claims.decisions import Decisions
from skclassic.claims.laboratory import Laboratory, Scale
from skclassic.claims.problems import Problem, take_rows
from skclassic.claims.registry import put_to_test
from skclassic.claims.saved import read_results, write_results
from skclassic.claims.verdicts import judge

KEYS = [k for k, c in CLAIMS.items() if c.family in ("boosting", "rounds")]
OF_BIAS = [k for k in KEYS if "bias-of-stumps" in k]
RINGNORM = Problem("Ringnorm", "classification", Ringnorm(), 300, 200, 20)
CLOUDS = GaussianClasses(distance=3, n_features=2)
SMALL = Problem("Waveform", "classification", CLOUDS, 100, 200, 2)


def open_laboratory(n_sets, problem, *names):
    contestants, _ = find_contestants(names or ["skclassic"])
    return Laboratory([problem], contestants, scale=Scale(n_sets, n_sets), own=problem)


def let_compete(boosted, bagged):
    """Open a laboratory where two given learners pass for boosted and bagged trees."""
    contestant = Contestant(
        "planted",
        trees=None,
        bag=lambda task, base, members=None: base,
        grow=lambda task, depth=None, members=None: bagged,
        boost=lambda base, rounds: boosted,
    )
    return Laboratory([SMALL], [contestant], scale=Scale(40, 40), own=SMALL)


def trace(wrong):
    """Give margins of which these shares of rows are wrong after each round."""
    steps = np.linspace(0, 1, 100, endpoint=False)
    margins = np.where(steps < np.array(wrong)[:, None], -1.0, 1.0)
    rounds = boosting_rounds.ROUNDS - len(wrong)
    return np.pad(margins, ((0, rounds), (0, 0)), mode="edge")


def test_votes_are_counted_and_not_averaged():
    X, y = Ringnorm().sample(200, random_state=0)
    names = np.array(["a", "b"])[y]
    bag = BaggingClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=7)
    voting = boosting.Voting(bag.set_params(random_state=0)).fit(X, names)
    shares = voting.predict_proba(X)
    for row in range(20):
        calls = [int(m.predict(X[[row]])[0]) for m in voting.bag_.estimators_]
        assert_allclose(shares[row], np.bincount(calls, minlength=2) / 7)
    assert not np.allclose(shares, voting.bag_.predict_proba(X))


@pytest.mark.compiled
def test_boosting_takes_the_bias_off_stumps_and_keeps_to_its_bound():
    contestants, _ = find_contestants(["skclassic"])
    lab = Laboratory([RINGNORM], contestants, scale=Scale(60, 4))
    bias = put_to_test(CLAIMS[OF_BIAS[0]], lab)
    assert (bias.verdict, bias.holds) == ("supported", 2)  # digits as well
    lab.scale = Scale(4, 4)
    bound = put_to_test(CLAIMS["training-error-stays-under-its-bound"], lab)
    assert (bound.verdict, bound.holds) == ("supported", 3)  # on noisy data as well


@pytest.mark.compiled
def test_three_claims_about_stumps_share_one_measurement():
    lines = []
    lab = replace(open_laboratory(6, RINGNORM), on_progress=lines.append)
    bias, votes, averages = (put_to_test(CLAIMS[key], lab) for key in OF_BIAS)
    assert lines == ["stumps, skclassic, Ringnorm"]
    assert bias.effect < -0.5
    assert votes.effect > -0.3
    assert averages.effect < -0.3  # a sum of stumps is no stump


@pytest.mark.compiled
def test_definitions_beside_neither_count_nor_are_they_corrected_with_what_counts():
    verdict = put_to_test(CLAIMS[OF_BIAS[0]], open_laboratory(6, RINGNORM))
    counting = [f for f in verdict.findings if f.counts]
    aside = [f for f in verdict.findings if f.aside]
    assert [f.loss for f in counting] == ["0/1, Breiman"]
    assert [f.loss for f in aside] == ["0/1, Kohavi", "brier"]
    assert len({f.family for f in verdict.findings}) == 3


@pytest.mark.compiled
def test_of_real_rows_kohavi_and_wolperts_bias_counts():
    problem = boosting._list_of_stumps(Laboratory([], []))[-1]
    verdict = put_to_test(CLAIMS[OF_BIAS[0]], open_laboratory(4, problem))
    assert {f.loss for f in verdict.findings if f.counts} == {"0/1, Kohavi"}


@pytest.mark.compiled
def test_gradient_boosting_stands_beside_under_its_name():
    lab = open_laboratory(4, RINGNORM, "skclassic", "scikit-learn")
    lab.scale = Scale(6, 4)
    verdict = put_to_test(CLAIMS["boosting-lowers-variance-of-trees"], lab)
    shown = {f.contestant: f for f in verdict.findings}
    assert set(shown) == {"skclassic", "scikit-learn", "GradientBoosting"}
    assert not shown["GradientBoosting"].counts
    assert "scikit-learn's" in shown["GradientBoosting"].notes["GradientBoosting"]
    text = verdict.parameters["GradientBoosting, boosted"]
    assert "GradientBoostingClassifier(" in text


def test_xgboost_boosts_trees_as_deep_as_the_single_one():
    pytest.importorskip("xgboost")
    (contestant,), _ = find_contestants(["XGBoost"])
    for depth in (1, 3):
        tree = contestant.grow("classification", depth)
        assert contestant.boost(tree, 5).model.max_depth == depth


@pytest.mark.compiled
def test_a_verdict_on_boosting_is_the_same_on_two_threads():
    found = []
    for n_jobs in (1, 2):
        lab = replace(open_laboratory(4, SMALL), n_jobs=n_jobs)
        found.append([put_to_test(CLAIMS[key], lab).findings for key in KEYS])
    assert found[0] == found[1]


@pytest.mark.compiled
@pytest.mark.filterwarnings("ignore:Boosting ended")  # a single tree may do
def test_boosting_is_checked_on_a_users_rows():
    X, y = load_breast_cancer(return_X_y=True)
    verdict = check("boosting-lowers-error-of-trees", X=X, y=y)
    assert not verdict.error
    assert verdict.effect < 0


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("key", "rows", "why"),
    [
        (OF_BIAS[0], load_diabetes, "its target is a number"),
        (OF_BIAS[0], load_breast_cancer, "bias cannot be told"),
        ("noise-hurts-boosting-more", load_diabetes, "its target is a number"),
        ("rounds-have-an-optimum", load_diabetes, "its target is a number"),
        ("rounds-have-an-optimum", load_wine, "more than two classes"),
    ],
)
def test_a_claim_says_which_rows_it_leaves_out(key, rows, why, monkeypatch):
    monkeypatch.setattr("skclassic.claims.registry.FULL", Scale(4, 4))
    verdict = check(key, X=rows().data, y=rows().target)
    assert verdict.out_of == 0
    assert why in " ".join(verdict.notes)


# --- rounds


def test_more_wrong_labels_are_the_same_and_more():
    y = np.repeat([3, 5, 8], 20)
    few, many = (boosting_rounds.turn_labels(y, share, 1) for share in (0.1, 0.2))
    assert ((few != y).sum(), (many != y).sum()) == (6, 12)
    assert set(many) == {3, 5, 8}
    is_few = few != y
    assert_allclose(few[is_few], many[is_few])


@pytest.mark.parametrize(
    ("boosted", "bagged", "word"), [(1, 5, "supported"), (5, 1, "refuted")]
)
def test_who_suffers_more_from_wrong_labels_is_found(boosted, bagged, word):
    lab = let_compete(*map(KNeighborsClassifier, (boosted, bagged)))
    verdict = put_to_test(CLAIMS["noise-hurts-boosting-more"], lab)
    assert verdict.verdict == word
    (finding,) = verdict.findings
    points = finding.curves["lines"]["boosted"]
    assert finding.curves["places"] == [0, 5, 10, 20]
    rise = points[-1][0] - points[0][0]
    assert finding.context["boosted: rise of the error"] == pytest.approx(rise)


def test_the_best_round_is_chosen_on_other_rows_than_it_is_measured_on():
    margins = np.ones((boosting_rounds.ROUNDS, 100))
    margins[:, 1::2] = np.where(np.arange(50) < 10, -1, 1)  # odd rows: a fifth wrong
    margins[6, 1::2] = -1  # all wrong, where no even row is
    margins[:6, ::2] = margins[7:, ::2] = -1
    found = boosting_rounds._look_at_test({"full": margins, "small": margins})
    assert found["best", "rounds"] == 7
    assert found["best", "error"] == 1
    assert found["last", "error"] == 0.2


@pytest.mark.parametrize(
    ("small", "rounds"), [([0.5, 0.4, 0.3, 0.2], 4), ([0.5], boosting_rounds.ROUNDS)]
)
def test_rounds_are_counted_up_to_the_error_of_few_full_steps(small, rounds):
    inside = {"full": trace([0.5, 0.2]), "small": trace(small)}
    found = boosting_rounds._look_at_steps(inside)
    assert (found["full", "rounds"], found["small", "rounds"]) == (2, rounds)


def test_a_training_error_above_its_bound_is_found():
    errors = np.array([0.2, 0.2])  # bounds 0.8 and 0.64
    fitted = SimpleNamespace(estimator_errors_=errors, estimators_=[None] * 2)
    found = boosting_rounds._look_at_bound(fitted, trace([0.3, 0.7]))
    assert found["training", "excess"] == pytest.approx(0.7 - 0.64)


def test_margins_are_looked_at_where_the_error_is_first_at_its_least():
    margins = np.full((boosting_rounds.ROUNDS, 10), 0.5)
    margins[:3] = -1.0
    margins[3:5] = 0.2
    found = boosting_rounds._look_at_margins(margins)
    assert (found["first", "margin"], found["last", "margin"]) == (0.2, 0.5)


def test_margins_of_boosting_that_ended_stay_as_they_were():
    def stage(X):
        return iter([np.array([-1.0, 2.0]), np.array([2.0, 2.0])])

    model = SimpleNamespace(classes_=["a", "b"], staged_decision_function=stage)
    margins = boosting_rounds._trace_margins(model, None, np.array(["a", "b"]))
    assert margins.shape == (boosting_rounds.ROUNDS, 2)
    assert_allclose(margins[[0, 1, -1]], [[0.5, 1], [-1, 1], [-1, 1]])


@pytest.mark.compiled
def test_six_claims_about_rounds_but_one_share_one_measurement():
    lines = []
    lab = replace(open_laboratory(4, SMALL), on_progress=lines.append)
    for key in KEYS:
        if CLAIMS[key].family == "rounds":
            assert not put_to_test(CLAIMS[key], lab).error
    assert lines == ["rounds, skclassic, Waveform", "noise, skclassic, Waveform"]


def test_a_mean_over_splits_that_share_rows_has_nadeau_and_bengios_error():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    apart, shared = (
        Decisions({"k": values}, share).estimate("k") for share in (0, 0.5)
    )
    assert apart.standard_error == pytest.approx(values.std(ddof=1) / 2)
    assert shared.standard_error == pytest.approx(values.std(ddof=1) * 0.75**0.5)
    assert shared.value == 2.5


# --- figures


@pytest.mark.compiled
def test_curves_over_rounds_are_drawn_and_described(tmp_path):
    page = pytest.importorskip("skclassic.claims.page")
    lab = let_compete(DummyClassifier(), DummyClassifier())
    verdict = put_to_test(CLAIMS["noise-hurts-boosting-more"], lab)
    assert verdict.out_of == 0  # nobody errs more than before
    points = [[0.3, 0.2, 0.4], [0.1, 0.05, 0.15]]
    curves = {
        "over": "rounds",
        "what": "error",
        "places": [1, 10],
        "is_log": True,
        "lines": {"bias": points, "variance": points[::-1]},
    }
    ours = put_to_test(CLAIMS[OF_BIAS[1]], open_laboratory(4, SMALL))
    finding = replace(ours.findings[0], curves=curves)
    verdict = judge(ours.claim, [finding])
    write_results(tmp_path / "saved.json", [verdict], size="quick")
    saved = read_results(tmp_path / "saved.json").verdicts[OF_BIAS[1]]
    assert saved.findings[0].curves == curves
    html = page.render_page([saved], command="again")
    assert html.count("<img") == 3
    said = "Waveform bias from 30.0 to 10.0 %, variance from 10.0 to 30.0 %"
    assert f"Error over rounds. {said}" in html
    assert "estimators over rounds on a logarithmic scale, with 95 %" in html


@pytest.mark.compiled
def test_bias_over_the_rounds_begins_with_the_stump_and_ends_with_all_rounds():
    verdict = put_to_test(CLAIMS[OF_BIAS[0]], open_laboratory(4, RINGNORM))
    (finding,) = (f for f in verdict.findings if f.counts)
    bias = [point[0] for point in finding.curves["lines"]["bias"]]
    assert finding.curves["places"] == [1, 4, 20, 100]
    assert bias[0] == pytest.approx(finding.context["stump: bias"])
    assert bias[-1] == pytest.approx(finding.context["boosted: bias"])


@pytest.mark.compiled
def test_the_figure_shows_what_counts_and_not_what_stands_aside():
    page = pytest.importorskip("skclassic.claims.page")
    verdict = put_to_test(CLAIMS[OF_BIAS[0]], open_laboratory(4, SMALL))
    (axes,) = page.draw_findings(verdict).axes
    assert len(axes.containers) == sum(not f.aside for f in verdict.findings) == 1


def test_rows_whose_classes_overlap_are_wrong_a_quarter_of_the_time():
    problem = boosting.make_overlapping()
    X, _ = problem.data.sample(20_000, random_state=0)
    assert 1 - problem.data.posterior(X).max(axis=1).mean() == pytest.approx(
        0.274, abs=0.01
    )


def test_problems_of_claims_about_boosting_have_names_of_their_own():
    lab = Laboratory.open()
    for problems in (boosting._list_of_trees(lab), boosting_rounds._list_both(lab)):
        names = [problem.name for problem in problems]
        assert len(set(names)) == len(names)
    own = replace(lab, own=take_rows("mine", *load_wine(return_X_y=True)))
    for list_problems in (boosting._list_of_stumps, boosting_rounds._list_noisy):
        assert [p.name for p in list_problems(own)] == ["mine"]
