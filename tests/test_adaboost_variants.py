"""AdaBoost's other algorithms are their papers'; rounds end early; metadata arrives."""

import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.tree
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.linear_model import LinearRegression, PoissonRegressor, Ridge
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.svm import SVR

from skclassic import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    Friedman1,
    Ringnorm,
    Threenorm,
    Twonorm,
    Waveform,
)
from skclassic._reweighting import LEAST_SHARE
from tests.references import boosting as papers

GENERATORS = [Waveform, Twonorm, Threenorm, Ringnorm]
VARIANTS = ["real", "gentle", "logit"]
ARCS = ["arc-fs", "arc-x4"]
ALGORITHMS = ["samme", *VARIANTS, *ARCS]


def draw(Generator, seed, n=200):
    """Draw rows, and classes as numbers from 0."""
    X, y = Generator().sample(n, random_state=seed)
    return X, np.unique(y, return_inverse=True)[1]


def boost_as_written(algorithm, X, y, n_rounds, **params):
    """Boost by the slow reference, with the same bound on logarithms."""
    eps = {"eps": LEAST_SHARE} if algorithm == "real" else {}
    return getattr(papers, algorithm)(X, y, n_rounds, **eps, **params)


def scale(algorithm, scores):
    """Turn the papers' scores into logarithms of shares."""
    if scores.ndim == 1:
        return 2 * scores
    return (
        scores * {"real": 1 / (scores.shape[1] - 1), "gentle": 2, "logit": 1}[algorithm]
    )


# the same scores


@pytest.mark.parametrize("algorithm", VARIANTS)
@pytest.mark.parametrize("Generator", GENERATORS)
def test_variants_are_the_papers(algorithm, Generator):
    X, y = draw(Generator, 0)
    weights = np.random.default_rng(0).integers(0, 4, len(y))
    params = {"learning_rate": 0.7, "sample_weight": weights}
    expected = boost_as_written(algorithm, X, y, 15, **params)
    model = AdaBoostClassifier(
        n_estimators=15, algorithm=algorithm, learning_rate=0.7
    ).fit(X, y, weights)
    rows, _ = draw(Generator, 1)
    stages = zip(
        model.staged_decision_function(rows), expected.staged_scores(rows), strict=True
    )
    for found, wanted in stages:
        assert_allclose(found, scale(algorithm, wanted), atol=1e-9)
    assert_array_equal(model.predict(rows), expected.predict(rows))


@pytest.mark.parametrize("Generator", [Waveform, Twonorm])
@pytest.mark.parametrize("algorithm", ["real", "gentle"])
def test_stumps_of_variants_are_the_best_of_many_cuts(algorithm, Generator):
    X, y = draw(Generator, 0, 700)
    expected = boost_as_written(algorithm, X, y, 5)
    model = AdaBoostClassifier(n_estimators=5, algorithm=algorithm).fit(X, y)
    found = scale(algorithm, expected.scores(X))
    assert_allclose(model.decision_function(X), found, atol=1e-9)


def test_stumps_of_gentle_boosting_are_regressors():
    X, y = draw(Waveform, 0)
    model = AdaBoostClassifier(algorithm="gentle", n_estimators=1).fit(X, y)
    for k, member in enumerate(model[0]):
        alone = DecisionTreeRegressor(max_depth=1).fit(X, np.where(y == k, 1, -1))
        assert_allclose(member.predict(X), alone.predict(X))
        for name in ("impurity", "weighted_n_node_samples", "n_node_samples"):
            found, expected = (getattr(each.tree_, name) for each in (member, alone))
            share = found / found[0] if "weighted" in name else found
            whole = expected / expected[0] if "weighted" in name else expected
            assert_allclose(share, whole)
        assert_allclose(member.feature_importances_, alone.feature_importances_)


@pytest.mark.parametrize("Generator", [Twonorm, Ringnorm])
@pytest.mark.parametrize("algorithm", ARCS)
def test_arcing_errs_as_the_papers_does(algorithm, Generator):
    name, rows = algorithm.replace("-", "_"), draw(Generator, 999, 2000)
    differences = []
    for seed in range(8):
        X, y = draw(Generator, seed, 100)
        rng = np.random.RandomState(seed)
        theirs = getattr(papers, name)(X, y, 20, rng=rng)
        ours = AdaBoostClassifier(
            n_estimators=20, algorithm=algorithm, random_state=seed
        ).fit(X, y)
        right = np.mean(theirs.predict(rows[0]) == rows[1])
        differences.append(ours.score(*rows) - right)
    spread = np.std(differences, ddof=1) / len(differences) ** 0.5
    assert abs(np.mean(differences)) < 3 * spread + 1e-12


def test_arcing_goes_on_where_boosting_ends():
    X, y = draw(Ringnorm, 0)
    full = DecisionTreeClassifier()
    with pytest.warns(UserWarning, match="ended after 1 round"):
        assert len(AdaBoostClassifier(full).fit(X, y)) == 1
    for algorithm in ARCS:
        model = AdaBoostClassifier(full, algorithm=algorithm, random_state=0).fit(X, y)
        assert len(model) == 50
        assert model.stop_reason_ == "all rounds were made"
        test = draw(Ringnorm, 1, 2000)
        assert model.score(*test) > model[0].score(*test) + 0.05


def test_arcing_counts_how_often_rows_were_wrong():
    X, y = draw(Twonorm, 0)
    model = AdaBoostClassifier(algorithm="arc-x4", n_estimators=9, random_state=3)
    model.fit(X, y)
    times = np.zeros(len(y))
    for member, error in zip(model, model.estimator_errors_, strict=True):
        weights = (1 + times**4) / (1 + times**4).sum()
        is_wrong = member.predict(X) != y
        assert error == pytest.approx(weights @ is_wrong)
        times += is_wrong
    assert_array_equal(model.estimator_weights_, 1)


def test_members_worse_than_chance_are_dropped_until_none_is_left():
    X, y = np.zeros((9, 1)), np.arange(9) % 3
    with pytest.raises(ValueError, match="right more often than wrong"):
        AdaBoostClassifier(algorithm="arc-fs", random_state=0).fit(X, y)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("n_classes", [1, 2, 4])
def test_trees_of_ours_and_of_scikit_learn_boost_alike(algorithm, n_classes):
    rng = np.random.default_rng(n_classes)
    X, labels = rng.integers(0, 9, (150, 3)).astype(float), np.array(list("abcd"))
    y = labels[(X.sum(axis=1) / 26 * n_classes).astype(int).clip(0, n_classes - 1)]
    y[:5] = labels[:5][np.arange(5) % n_classes] if n_classes > 1 else "a"
    Own, Their = DecisionTreeClassifier, sklearn.tree.DecisionTreeClassifier
    if algorithm in ("gentle", "logit"):
        Own, Their = DecisionTreeRegressor, sklearn.tree.DecisionTreeRegressor
    params = {"n_estimators": 6, "algorithm": algorithm, "random_state": 0}
    ours = AdaBoostClassifier(Own(max_depth=2), **params).fit(X, y)
    theirs = AdaBoostClassifier(Their(max_depth=2), **params).fit(X, y)
    assert_array_equal(ours.classes_, labels[:n_classes])
    for model in (ours, theirs):
        shares = model.predict_proba(X)
        assert_allclose(shares.sum(axis=1), 1)
        assert shares.shape == (150, n_classes)
        assert_array_equal(model.classes_[shares.argmax(axis=1)], model.predict(X))
        *_, last = model.staged_predict_proba(X)
        assert_allclose(last, shares, atol=1e-12)
        if n_classes > 1:
            signs = np.where(model.predict(X) == y, 1, -1)
            assert np.all(signs * model.margins(X, y) >= -1e-12)  # 0: a vote is tied
            assert model.feature_importances_.sum() == pytest.approx(1)
    assert abs(ours.score(X, y) - theirs.score(X, y)) < 0.1  # ties go another way


@pytest.mark.parametrize("algorithm", VARIANTS)
def test_a_row_of_weight_k_counts_as_k_copies_in_variants(algorithm):
    X, y = draw(Waveform, 2)
    w = np.random.default_rng(2).integers(0, 4, len(y))
    model = AdaBoostClassifier(algorithm=algorithm, n_estimators=10)
    weighted = clone(model).fit(X, y, w)
    copied = clone(model).fit(np.repeat(X, w, axis=0), np.repeat(y, w))
    assert_allclose(weighted.predict_proba(X), copied.predict_proba(X), atol=1e-9)


@pytest.mark.parametrize("algorithm", ["samme", "real"])
def test_rows_can_be_drawn_under_any_algorithm(algorithm):
    X, y = draw(Ringnorm, 3)
    model = AdaBoostClassifier(algorithm=algorithm, resample=True, random_state=0)
    model.fit(X, y)
    assert model.score(*draw(Ringnorm, 4, 2000)) > 0.85
    other = clone(model).set_params(resample=False).fit(X, y)
    assert np.any(other.estimator_errors_ != model.estimator_errors_)
    near = AdaBoostClassifier(KNeighborsClassifier(1), algorithm="arc-x4")
    assert near.fit(X, y).score(X, y) > 0.9


def test_other_members_are_asked_for_what_algorithms_want():
    X, y = draw(Waveform, 4)
    for base, algorithm in [
        (GaussianNB(), "real"),
        (Ridge(), "gentle"),
        (LinearRegression(), "logit"),
    ]:
        model = AdaBoostClassifier(base, algorithm=algorithm, n_estimators=5).fit(X, y)
        assert model.score(*draw(Waveform, 5)) > 0.7
    assert len(model[0]) == 3  # a regression for each class
    logit = AdaBoostClassifier(LinearRegression(), algorithm="logit", n_estimators=20)
    two = X[y > 0], y[y > 0]
    assert logit.fit(*two).score(*two) > 0.85


@pytest.mark.filterwarnings("ignore:Boosting ended after 1 round")
def test_missing_values_and_categories_reach_variants():
    X, y = draw(Twonorm, 5)
    X[::7, 0] = np.nan
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    frame["kind"] = pd.Categorical(np.where(y == 1, "b", "a"))
    for algorithm in VARIANTS:
        model = AdaBoostClassifier(algorithm=algorithm, n_estimators=5).fit(frame, y)
        assert model.score(frame, y) == 1
        again = pickle.loads(pickle.dumps(model))
        assert_array_equal(again.predict_proba(frame), model.predict_proba(frame))


# probabilities


@pytest.mark.parametrize("Generator", [Twonorm, Waveform])
def test_the_logistic_link_gives_better_probabilities(Generator):
    X, y = draw(Generator, 6, 2000)
    rows, truth = draw(Generator, 7, 2000)
    voted = AdaBoostClassifier(n_estimators=20).fit(X, y)
    linked = clone(voted).set_params(link="logistic").fit(X, y)
    assert_array_equal(voted.predict(rows), linked.predict(rows))
    losses = [log_loss(truth, each.predict_proba(rows)) for each in (voted, linked)]
    assert losses[1] < 0.9 * losses[0]


def test_the_logistic_link_is_the_logistic_of_the_summed_vote():
    X, y = draw(Twonorm, 8)
    model = AdaBoostClassifier(link="logistic", n_estimators=10).fit(X, y)
    signs = np.array([2 * member.predict(X) - 1 for member in model])
    vote = model.estimator_weights_ @ signs
    assert_allclose(model.predict_proba(X)[:, 1], 1 / (1 + np.exp(-vote)))


@pytest.mark.parametrize("algorithm", VARIANTS)
def test_scores_are_log_odds(algorithm):
    X, y = draw(Threenorm, 9)
    model = AdaBoostClassifier(algorithm=algorithm, n_estimators=5).fit(X, y)
    odds = np.log(model.predict_proba(X))
    assert_allclose(model.decision_function(X), odds[:, 1] - odds[:, 0])
    assert model.training_error_bound_ is None


# the end


def test_rounds_end_where_held_out_rows_say_so():
    X, y = draw(Ringnorm, 10, 600)
    y = np.where(np.random.default_rng(0).random(600) < 0.15, 1 - y, y)
    model = AdaBoostClassifier(
        n_estimators=500, n_iter_no_change=20, validation_fraction=0.3, random_state=0
    ).fit(X, y)
    scores = model.validation_score_
    assert len(model) < len(scores) < 500
    assert len(scores) == len(model) + 20
    assert scores[len(model) - 1] == scores.max()
    assert "has not risen for 20 rounds" in model.stop_reason_
    assert not model.estimator_weights_[len(model) :].any()
    assert_array_equal(model.estimator_errors_[len(model) :], 1)
    again = clone(model).fit(X, y)
    assert_array_equal(again.validation_score_, scores)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_own_rows_judge_the_rounds(algorithm):
    X, y = draw(Waveform, 11)
    held = draw(Waveform, 12)
    model = AdaBoostClassifier(
        algorithm=algorithm, n_estimators=30, n_iter_no_change=30, random_state=0
    ).fit(X, y, X_val=held[0], y_val=held[1])
    assert len(model) <= len(model.validation_score_) <= 30  # some are dropped
    best = model.validation_score_[len(model) - 1]
    assert model.score(*held) == pytest.approx(best)
    assert best > model.validation_score_.max() - 1e-3
    weights = np.arange(len(held[1]))
    told = {"X_val": held[0], "y_val": held[1], "sample_weight_val": weights}
    weighted = clone(model).fit(X, y, **told)
    expected = [*weighted.staged_score(*held, weights)]
    assert_allclose(weighted.validation_score_[: len(weighted)], expected)


def test_rounds_of_regression_end_as_well():
    X, y = Friedman1().sample(300, random_state=0)
    model = AdaBoostRegressor(n_estimators=200, n_iter_no_change=10, random_state=0)
    model.fit(X, y)
    assert len(model) < 200 and len(model.validation_score_) == len(model) + 10
    held = Friedman1().sample(200, random_state=1)
    own = clone(model).fit(X, y, X_val=held[0], y_val=held[1])
    assert own.score(*held) == pytest.approx(own.validation_score_.max(), abs=1e-3)


def test_rows_to_judge_by_must_be_whole_and_wanted():
    X, y = draw(Twonorm, 13)
    patient = AdaBoostClassifier(n_iter_no_change=3)
    with pytest.raises(ValueError, match="n_iter_no_change"):
        AdaBoostClassifier().fit(X, y, X_val=X, y_val=y)
    with pytest.raises(ValueError, match="must both be given, got X_val"):
        patient.fit(X, y, X_val=X)
    with pytest.raises(ValueError, match="inconsistent"):
        patient.fit(X, y, X_val=X, y_val=y[:3])
    with pytest.raises(ValueError, match="in y_val do not exist"):
        patient.fit(X, y, X_val=X, y_val=y + 5)
    with pytest.raises(ValueError, match="features"):
        patient.fit(X, y, X_val=X[:, :3], y_val=y)
    with pytest.raises(ValueError, match="negative"):
        patient.fit(X, y, X_val=X, y_val=y, sample_weight_val=-np.ones(len(y)))
    assert not hasattr(patient, "estimators_")


def test_frames_are_held_out_too():
    X, y = draw(Twonorm, 14)
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    frame["kind"] = pd.Categorical(np.arange(len(y)) % 3)
    model = AdaBoostClassifier(n_iter_no_change=5, random_state=0).fit(frame, y)
    assert model.score(frame, y) > 0.8
    listed = AdaBoostClassifier(n_iter_no_change=5, random_state=0)
    assert listed.fit(X.tolist(), y.tolist()).score(X, y) > 0.8


# what cannot be


def test_estimators_must_give_what_algorithms_ask_for():
    X, y = draw(Twonorm, 15)
    for algorithm in ("gentle", "logit"):
        with pytest.raises(ValueError, match=f"regressor with algorithm='{algorithm}'"):
            AdaBoostClassifier(DecisionTreeClassifier(), algorithm=algorithm).fit(X, y)
    with pytest.raises(ValueError, match="classifier with algorithm='real'"):
        AdaBoostClassifier(DecisionTreeRegressor(), algorithm="real").fit(X, y)
    with pytest.raises(ValueError, match="predict_proba"):
        AdaBoostClassifier(Signs(), algorithm="real").fit(X, y)
    with pytest.raises(ValueError, match="resample=True"):
        AdaBoostClassifier(KNeighborsRegressor(), algorithm="gentle").fit(X, y)


def test_parameters_must_not_contradict_each_other():
    X, y = draw(Twonorm, 15)
    with pytest.raises(ValueError, match="do not vote"):
        AdaBoostClassifier(algorithm="logit", link="vote").fit(X, y)
    with pytest.raises(ValueError, match="no log odds"):
        AdaBoostClassifier(algorithm="arc-x4", link="logistic").fit(X, y)
    with pytest.raises(ValueError, match="learning_rate must be 1"):
        AdaBoostClassifier(algorithm="arc-x4", learning_rate=0.5).fit(X, y)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("n_iter_no_change", [None, 3])
def test_a_class_without_weight_keeps_its_column(algorithm, n_iter_no_change):
    X, y = draw(Waveform, 20)
    has_weight = y != 1
    model = AdaBoostClassifier(
        algorithm=algorithm, n_iter_no_change=n_iter_no_change, random_state=0
    ).fit(X, y, has_weight)
    shares = model.predict_proba(X)
    assert shares.shape == (len(y), 3)
    assert np.mean(model.predict(X)[has_weight] == y[has_weight]) > 0.8
    assert not np.any(model.predict(X) == 1)


def test_what_is_held_out_of_too_few_rows_is_named():
    X, y = draw(Waveform, 21)
    patient = AdaBoostClassifier(n_iter_no_change=3)
    wanted = "validation_fraction must leave rows of each class"
    for share in (1e-9, 0.999):
        with pytest.raises(ValueError, match=f"{wanted} .* got {share} of 200 rows"):
            clone(patient).set_params(validation_fraction=share).fit(X, y)
    with pytest.raises(ValueError, match="1 of the rarest of 4 classes"):
        patient.fit(X, np.append(y[1:], 9))
    rare = np.arange(102) < 2
    with pytest.raises(ValueError, match="2 of the rarest"):  # both would be held out
        clone(patient).set_params(validation_fraction=0.9).fit(X[:102], rare)
    with pytest.raises(ValueError, match="of 1 rows with a weight. Pass X_val"):
        AdaBoostRegressor(n_iter_no_change=3).fit(X[:1], y[:1])
    with pytest.raises(ValueError, match="judge rounds by must be at least 2, got 1"):
        AdaBoostRegressor(n_iter_no_change=3).fit(X[:10], y[:10])


class Watchman:
    """Cry when work begins."""

    def setup(self, estimator, context): ...

    def teardown(self, estimator, context): ...

    def on_fit_task_begin(self, estimator, context):
        raise AssertionError("work has begun")

    def on_fit_task_end(self, estimator, context): ...


def test_rows_to_judge_by_are_read_before_any_work():
    X, y = draw(Twonorm, 22)
    holed = np.where(np.arange(len(y)) == 3, np.nan, y)
    endless = np.where(X == X[0, 0], np.inf, X)
    for X_val, y_val, wanted in [
        (X[:0], y[:0], "0 sample"),
        (X[:, 0], y, "2D array"),
        (X[:, 1:], y, "features"),
        (X, holed, "y_val contains NaN"),
        (endless, y, "infinity"),
    ]:
        for base in (None, Signs()):
            if base is not None and X_val is endless:
                continue  # other members see to it
            model = AdaBoostClassifier(base, n_iter_no_change=3)
            model.set_callbacks(Watchman())
            with pytest.raises(ValueError, match=wanted):
                model.fit(X, y, X_val=X_val, y_val=y_val)


@pytest.mark.parametrize("Frame", [pd.DataFrame, pl.DataFrame])
def test_frames_are_held_out_for_other_members_without_a_warning(Frame):
    X, y = draw(Twonorm, 23)
    frame = Frame(dict(zip("abcdefghijklmnopqrst", X.T, strict=True)))
    base = sklearn.tree.DecisionTreeClassifier(max_depth=1)
    model = AdaBoostClassifier(base, n_iter_no_change=3, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(frame, y).predict(frame)


class Wrapped:
    """Turn into an array, and nothing else."""

    def __init__(self, X):
        self.X = X

    def __array__(self, dtype=None, copy=None):
        return np.array(self.X, dtype)


def test_whatever_turns_into_an_array_is_held_out():
    X, y = draw(Twonorm, 24)
    model = AdaBoostClassifier(n_iter_no_change=3, random_state=0)
    plain = clone(model).fit(X, y).predict_proba(X)
    assert_array_equal(model.fit(Wrapped(X), y).predict_proba(X), plain)


@pytest.mark.parametrize("kind", ["csr", "csc", "coo"])
def test_sparse_rows_are_held_out(kind):
    X, y = draw(Twonorm, 24)
    model = AdaBoostClassifier(n_iter_no_change=3, random_state=0)
    dense = clone(model).fit(X, y).predict_proba(X)
    model.fit(sparse.coo_array(X).asformat(kind), y)
    assert_array_equal(model.predict_proba(X), dense)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("algorithm", VARIANTS)
@pytest.mark.parametrize("Generator", [Twonorm, Waveform])
def test_steps_of_any_length_leave_shares_and_logarithms_finite(algorithm, Generator):
    X, y = draw(Generator, 25)
    for learning_rate in (1e-9, 100):
        model = AdaBoostClassifier(
            algorithm=algorithm, learning_rate=learning_rate, n_estimators=30
        ).fit(X, y)
        assert np.all(np.isfinite(model.predict_proba(X)))
        assert np.all(np.isfinite(model.predict_log_proba(X)))


def test_an_unknown_algorithm_is_named_in_searches_too():
    X, y = draw(Twonorm, 26)
    for algorithm in ("SAMME", ["samme"]):
        model = AdaBoostClassifier(algorithm=algorithm)
        with pytest.raises(ValueError, match="'algorithm' parameter"):
            cross_val_score(model, X, y, error_score="raise")


def test_regressors_must_take_negative_targets():
    X, y = draw(Twonorm, 27)
    for base in (
        DecisionTreeRegressor(criterion="poisson"),
        sklearn.tree.DecisionTreeRegressor(criterion="poisson"),
        PoissonRegressor(),
    ):
        with pytest.raises(ValueError, match="estimator must take targets below 0"):
            AdaBoostClassifier(base, algorithm="gentle").fit(X, y)


def test_members_that_want_contiguous_targets_are_given_them():
    X, y = draw(Waveform, 28)
    model = AdaBoostClassifier(SVR(), algorithm="gentle", n_estimators=2).fit(X, y)
    assert model.score(X, y) > 0.5


class Absent(RegressorMixin, BaseEstimator):
    """Predict what no algorithm can use."""

    def fit(self, X, y, sample_weight=None):
        return self

    def predict(self, X):
        return np.full(len(X), np.nan)


def test_members_must_predict_finite_numbers():
    X, y = draw(Twonorm, 29)
    with pytest.raises(ValueError, match="estimator must predict finite numbers"):
        AdaBoostClassifier(Absent(), algorithm="gentle").fit(X, y)


@pytest.mark.filterwarnings("error")
def test_an_end_without_error_is_no_single_member_where_more_were_made():
    X = np.array([[3, 1], [0, 1], [1, 3], [1, 0], [1, 2], [3, 2], [3, 0], [3, 0]])
    y = np.array([1, 0, 0, 1, 0, 1, 0, 0])
    base = DecisionTreeClassifier(max_depth=2)
    right = base.fit(X, y).predict(X) == y  # by the first member already
    model = AdaBoostClassifier(base, n_iter_no_change=30)
    model.fit(X, y, X_val=X[right], y_val=y[right])
    assert len(model) == 1 < len(model.validation_score_)
    assert model.stop_reason_ == "the last member makes no error on the training rows"


# what every estimator of the package promises


LAYOUTS = {
    "fortran": np.asfortranarray,
    "float32": lambda X: X.astype(np.float32),
    "list": lambda X: X.tolist(),
    "sparse": sparse.csr_array,
    "polars": pl.DataFrame,
}


def build(algorithm, **params):
    """Build a classifier of five members: trees, since arc-fs asks for majorities."""
    is_regression = algorithm in ("gentle", "logit")
    Tree = DecisionTreeRegressor if is_regression else DecisionTreeClassifier
    params = {"estimator": Tree(max_depth=2), "n_estimators": 5, **params}
    return AdaBoostClassifier(algorithm=algorithm, random_state=0, **params)


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_layout_of_X_changes_no_bit_of_an_algorithm(algorithm, layout):
    X, y = draw(Waveform, 30)
    X = X.astype(np.float32).astype(np.float64)  # that the values fit every layout
    for model in (build(algorithm), build(algorithm, n_iter_no_change=2)):
        expected = clone(model).fit(X, y).predict_proba(X)
        model.fit(LAYOUTS[layout](X), y)
        assert_array_equal(model.predict_proba(X), expected)
        assert_array_equal(model.predict_proba(LAYOUTS[layout](X)), expected)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_clones_and_pickles_of_an_algorithm_give_the_same_bits(algorithm):
    X, y = draw(Waveform, 31)
    model = build(algorithm, n_iter_no_change=3).fit(X, y)
    expected = model.predict_proba(X)
    assert_array_equal(clone(model).fit(X, y).predict_proba(X), expected)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), expected)
    singly = [model.predict_proba(row[None])[0] for row in X]
    assert_array_equal(singly, expected)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_one_row_is_enough_for_an_algorithm(algorithm):
    for params in ({}, {"estimator": None}):
        model = build(algorithm, **params).fit([[1.0, 2.0]], ["only"])
        assert_array_equal(model.predict([[9.0, 9.0]]), ["only"])
        assert_array_equal(model.predict_proba([[9.0, 9.0]]), [[1]])


@pytest.mark.compiled
@pytest.mark.filterwarnings("ignore:Boosting ended after 1 round")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_hundred_classes_are_told_apart_by_an_algorithm(algorithm):
    centres = np.random.default_rng(0).normal(size=(100, 4))
    X, y = np.repeat(centres, 5, axis=0), np.repeat(np.arange(100), 5)
    model = build(algorithm)
    model.set_params(estimator__max_depth=None).fit(X, y)
    assert model.predict_proba(X).shape == (500, 100)
    assert model.score(X, y) > 0.97


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_failed_fit_leaves_the_one_before(algorithm):
    X, y = draw(Twonorm, 32)
    model = build(algorithm).fit(X, y)
    before = pickle.dumps(model)
    with pytest.raises(ValueError, match="features"):
        model.set_params(n_iter_no_change=2).fit(X, y, X_val=X[:, 1:], y_val=y)
    assert pickle.dumps(model.set_params(n_iter_no_change=None)) == before


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_weights_of_any_size_leave_shares_finite(algorithm):
    X, y = draw(Waveform, 33)
    for heavy, light in ((1e300, 1e300), (1e-300, 1e-300), (1e300, 1e-300)):
        weights = np.where(np.arange(200) % 2, heavy, light)
        shares = build(algorithm, n_estimators=3).fit(X, y, weights).predict_proba(X)
        assert np.all(np.isfinite(shares))


# metadata


class Signs(ClassifierMixin, BaseEstimator):
    """Tell signs of the first feature, and note what `fit` was given."""

    def fit(self, X, y, sample_weight=None, groups=None, mood=None):
        self.classes_ = np.unique(y)
        self.told_ = X, groups, mood
        return self

    def predict(self, X):
        return self.classes_[(X[:, 0] < 0).astype(int)]


def test_metadata_reaches_the_members():
    X, y = draw(Twonorm, 16)
    groups = X[:, 1].copy()
    with pytest.raises(ValueError, match="enable_metadata_routing"):
        AdaBoostClassifier(Signs()).fit(X, y, groups=groups)
    with config_context(enable_metadata_routing=True):
        base = Signs().set_fit_request(groups=True, mood=True, sample_weight=True)
        for resample in (False, True):
            model = AdaBoostClassifier(base, resample=resample, n_iter_no_change=3)
            model.fit(X, y, groups=groups, mood="good")
            rows, told, mood = model[0].told_
            assert_array_equal(rows[:, 1], told)
            assert mood == "good" and len(told) == 0.9 * len(y)
        search = GridSearchCV(AdaBoostClassifier(base), {"n_estimators": [1, 2]}, cv=2)
        search.fit(X, y, groups=groups)
        rows, told, _ = search.best_estimator_[0].told_
        assert_array_equal(rows[:, 1], told)


def test_weights_are_asked_for_by_the_ensemble():
    X, y = draw(Twonorm, 17)
    w = np.random.default_rng(0).random(len(y))
    with config_context(enable_metadata_routing=True):
        base = sklearn.tree.DecisionTreeClassifier(max_depth=1).set_fit_request(
            sample_weight=True
        )
        model = AdaBoostClassifier(base).set_fit_request(sample_weight=True)
        model.set_score_request(sample_weight=False)
        search = GridSearchCV(model, {"n_estimators": [3]}, cv=2)
        search.fit(X, y, sample_weight=w)
    expected = AdaBoostClassifier(
        sklearn.tree.DecisionTreeClassifier(max_depth=1), n_estimators=3
    ).fit(X, y, w)
    found = search.best_estimator_.estimator_errors_
    assert_allclose(found, expected.estimator_errors_)
