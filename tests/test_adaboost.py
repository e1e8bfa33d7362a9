"""AdaBoost is scikit-learn's, faster, and says how it ended."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.ensemble
import sklearn.tree
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.callback import ScoringMonitor
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclassic import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    Friedman1,
    MarginDisplay,
    Ringnorm,
    TimeBudget,
    Twonorm,
)
from skclassic.growth.stumps import Stumps

pytestmark = [
    pytest.mark.filterwarnings("ignore:Boosting ended after 1 round"),
    pytest.mark.filterwarnings("ignore:divide by zero encountered in log"),  # theirs
]


def draw(seed, n_classes=2, n=400, *, is_coarse=True):
    """Draw rows of few or many distinct values, and noisy classes."""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 12, (n, 5)).astype(float) if is_coarse else rng.random((n, 5))
    scores = (X - X.mean(axis=0)) / X.std(axis=0) @ rng.standard_normal((5, n_classes))
    return X, (scores + rng.gumbel(size=(n, n_classes))).argmax(axis=1)


def boost_slowly(X, y, n_rounds):
    """Boost the best of all single cuts, found by trying each; two classes.

    Returns the errors, the says and the labels that the vote gives.
    """
    w, vote, errors, says = np.full(len(y), 1 / len(y)), np.zeros(len(y)), [], []
    for _ in range(n_rounds):
        best, chosen = np.inf, None
        for column in X.T:
            values = np.unique(column)
            for threshold in (values[1:] + values[:-1]) / 2:
                is_left, impurity, told = column <= threshold, 0.0, np.empty(len(y))
                for side in (is_left, ~is_left):
                    shares = np.bincount(y[side], w[side], 2)
                    impurity += 2 * shares.prod() / shares.sum()
                    told[side] = shares.argmax()
                if impurity < best - 1e-12:
                    best, chosen = impurity, told
        is_wrong = chosen != y
        errors.append(w[is_wrong].sum())
        says.append(np.log(1 / errors[-1] - 1))
        vote += says[-1] * (2 * chosen - 1)
        w = w * np.exp(says[-1] * is_wrong)
        w /= w.sum()
    return np.array(errors), np.array(says), (vote > 0).astype(int)


# the same numbers


@pytest.mark.parametrize("is_coarse", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_stumps_are_the_best_of_all_cuts(seed, is_coarse):
    X, y = draw(seed, n=600, is_coarse=is_coarse)
    errors, says, labels = boost_slowly(X, y, 8)
    model = AdaBoostClassifier(n_estimators=8).fit(X, y)
    assert_allclose(model.estimator_errors_, errors, rtol=0, atol=1e-12)
    assert_allclose(model.estimator_weights_, says, rtol=1e-10)
    assert_array_equal(model.predict(X), labels)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3, 6])
def test_stumps_are_scikit_learns(n_classes, weighted):
    X, y = draw(n_classes, n_classes)
    w = np.random.default_rng(0).integers(0, 4, len(y)) if weighted else None
    ours = AdaBoostClassifier(n_estimators=30, random_state=0).fit(X, y, w)
    theirs = sklearn.ensemble.AdaBoostClassifier(n_estimators=30, random_state=0)
    theirs.fit(X, y, w)
    for name in ("estimator_errors_", "estimator_weights_", "feature_importances_"):
        assert_allclose(getattr(ours, name), getattr(theirs, name), atol=1e-9)
    for name in ("decision_function", "predict_proba", "predict_log_proba"):
        assert_allclose(getattr(ours, name)(X), getattr(theirs, name)(X), atol=1e-9)
    for name in ("staged_decision_function", "staged_predict_proba"):
        stages = zip(getattr(ours, name)(X), getattr(theirs, name)(X), strict=True)
        for found, expected in stages:
            assert_allclose(found, expected, atol=1e-9)
    scores = ours.staged_score(X, y), theirs.staged_score(X, y)
    assert_allclose(*map(list, scores))


def test_other_members_are_scikit_learns():
    X, y = draw(1, 3, is_coarse=False)
    for base in (GaussianNB(), sklearn.tree.DecisionTreeClassifier(max_depth=2)):
        ours = AdaBoostClassifier(base, n_estimators=5, random_state=0).fit(X, y)
        theirs = sklearn.ensemble.AdaBoostClassifier(
            base, n_estimators=5, random_state=0
        ).fit(X, y)
        assert_allclose(ours.decision_function(X), theirs.decision_function(X))
        assert_array_equal([*ours.staged_predict(X)], [*theirs.staged_predict(X)])


@pytest.mark.parametrize("loss", ["linear", "square", "exponential"])
def test_regressors_draw_and_vote_as_scikit_learns(loss):
    X, y = Friedman1().sample(300, random_state=0)
    params = {"n_estimators": 10, "loss": loss, "random_state": 0}
    base = sklearn.tree.DecisionTreeRegressor(max_depth=3)
    ours = AdaBoostRegressor(base, **params).fit(X, y)
    theirs = sklearn.ensemble.AdaBoostRegressor(base, **params).fit(X, y)
    assert_allclose(ours.estimator_errors_, theirs.estimator_errors_)
    assert_allclose([*ours.staged_predict(X)], [*theirs.staged_predict(X)])
    trees = AdaBoostRegressor(**params).fit(X, y)
    assert_allclose(trees.estimator_errors_[0], theirs.estimator_errors_[0])
    assert trees.score(X, y) > 0.7  # a tie goes another way in some later round


def test_members_that_take_no_weights_are_drawn_for_in_regression():
    X, y = Friedman1().sample(200, random_state=0)
    model = AdaBoostRegressor(LinearRegression(), random_state=0).fit(X, y)
    assert model.score(X, y) > 0.6
    assert [*model.staged_score(X, y)][-1] == model.score(X, y)


def test_a_single_member_no_better_than_chance_has_importances():
    X, y = np.zeros((6, 2)), np.array([0.0, 9, 0, 9, 0, 9])
    model = AdaBoostRegressor(DecisionTreeRegressor(max_depth=1), random_state=0)
    model.fit(X, y)
    assert len(model) == 1 and model.estimator_weights_[0] == 0
    assert_array_equal(model.feature_importances_, 0)  # there was no cut


# stumps found by bins


@pytest.mark.parametrize("n_classes", [2, 3, 4])
@pytest.mark.parametrize("with_gaps", [False, True])
def test_the_cut_within_a_bin_is_found(n_classes, with_gaps):
    rng = np.random.default_rng(n_classes)
    X, y = rng.standard_normal((3000, 4)), rng.integers(0, n_classes, 3000)
    if with_gaps:
        X[rng.random(X.shape) < 0.2] = np.nan
    w = rng.random(3000)
    w /= w.sum()
    prepared = DecisionTreeClassifier()._prepare(X, y)
    assert Stumps.suit(prepared.coded, prepared.statistic)
    tree, leaves = Stumps(prepared.coded, prepared.statistic).grow(w)
    best = sklearn.tree.DecisionTreeClassifier(max_depth=1).fit(X, y, w).tree_

    def left_over(grown):
        is_leaf = np.asarray(grown.children_left) < 0
        return (grown.weighted_n_node_samples * grown.impurity)[is_leaf].sum()

    assert left_over(tree) == pytest.approx(left_over(best), abs=1e-12)
    assert_array_equal(tree.predict(X), tree.value[tree.feature < 0, 0][leaves])


def test_a_row_of_weight_k_counts_as_k_copies():
    X, y = draw(5)
    w = np.random.default_rng(5).integers(0, 4, len(y))
    weighted = AdaBoostClassifier().fit(X, y, w)
    copied = AdaBoostClassifier().fit(np.repeat(X, w, axis=0), np.repeat(y, w))
    assert_allclose(weighted.predict_proba(X), copied.predict_proba(X), atol=1e-10)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_votes_of_stumps_are_added_up_as_trees_are_walked(n_classes):
    X, y = draw(6, n_classes, is_coarse=False)
    X[np.random.default_rng(6).random(X.shape) < 0.2] = np.nan
    model = AdaBoostClassifier().fit(X, y)
    walked = [*model.staged_decision_function(X)][-1]
    assert_allclose(model.decision_function(X), walked, atol=1e-12)


def test_rows_that_nothing_parts_leave_a_tree_without_a_cut():
    X, y = np.ones((6, 2)), np.array([0, 0, 0, 0, 1, 1])
    model = AdaBoostClassifier(n_estimators=3).fit(X, y)
    assert_array_equal(model.predict(X), 0)
    assert model[0].get_depth() == 0


def test_trees_with_categories_or_limits_are_grown_as_they_are_elsewhere():
    X, y = draw(3)
    frame = pd.DataFrame(X).astype({0: "category"})
    frame.columns = [f"x{j}" for j in range(5)]
    model = AdaBoostClassifier(DecisionTreeClassifier(max_depth=2)).fit(frame, y)
    assert model.score(frame, y) > 0.6
    assert_array_equal([*model.staged_predict(frame)][-1], model.predict(frame))
    limited = DecisionTreeClassifier(max_depth=1, min_samples_leaf=50)
    member = AdaBoostClassifier(limited).fit(X, y)[0]
    assert member.tree_.n_node_samples.min() >= 50


@pytest.mark.parametrize("threshold", [0.2, 0.8])
def test_gaps_that_fit_has_not_met_follow_most_rows(threshold):
    X = np.linspace(0, 1, 100)[:, None]
    y = (X[:, 0] > threshold).astype(int)
    model = AdaBoostClassifier(n_estimators=1).fit(X, y)
    assert_array_equal(model.predict([[np.nan]]), int(threshold < 0.5))


def test_weights_of_any_size_are_shares():
    X, y = draw(3)
    expected = AdaBoostClassifier(n_estimators=5).fit(X, y).decision_function(X)
    for weight in (1e308, 5e-324):
        model = AdaBoostClassifier(n_estimators=5).fit(X, y, np.full(len(y), weight))
        assert_allclose(model.decision_function(X), expected)


# what it says of itself


def test_the_training_error_stays_under_its_bound():
    X, y = Twonorm().sample(300, random_state=0)
    model = AdaBoostClassifier(n_estimators=40).fit(X, y)
    errors = [1 - score for score in model.staged_score(X, y)]
    e = model.estimator_errors_
    assert np.all(errors <= np.cumprod(2 * np.sqrt(e * (1 - e))) + 1e-12)
    assert errors[-1] <= model.training_error_bound_ < 0.2
    assert AdaBoostClassifier(learning_rate=0.5).fit(X, y).training_error_bound_ is None


def test_the_bound_holds_where_a_member_without_an_error_is_outvoted():
    bounds = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        X, y = rng.random((12, 2)), rng.integers(0, 2, 12)
        base = ExtraTreeClassifier(max_depth=4)
        model = AdaBoostClassifier(base, random_state=seed).fit(X, y)
        assert 1 - model.score(X, y) <= model.training_error_bound_ + 1e-12
        bounds.append(model.training_error_bound_)
    assert min(bounds) < 0.5


def test_margins_of_a_single_class_are_one():
    X, _ = draw(7)
    model = AdaBoostClassifier().fit(X, np.zeros(len(X)))
    assert_array_equal(model.margins(X, np.zeros(len(X))), 1)


def test_margins_want_a_label_for_each_row():
    X, y = draw(7)
    model = AdaBoostClassifier(n_estimators=2).fit(X, y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.margins(X, y[:1])


@pytest.mark.parametrize("n_classes", [2, 4])
def test_margins_are_above_zero_where_predictions_are_right(n_classes):
    X, y = draw(7, n_classes, is_coarse=False)
    labels = np.array(list("abcd"))[y]
    model = AdaBoostClassifier().fit(X, labels)
    margins = model.margins(X, labels)
    assert np.abs(margins).max() <= 1 + 1e-12
    assert_array_equal(margins > 0, model.predict(X) == labels)
    says = np.zeros((len(y), n_classes))
    for member, say in zip(model, model.estimator_weights_, strict=True):
        codes = np.searchsorted(model.classes_, member.predict(X))
        says[np.arange(len(y)), codes] += say
    says /= says.sum(axis=1, keepdims=True)
    own = says[np.arange(len(y)), y]
    says[np.arange(len(y)), y] = -1
    assert_allclose(margins, own - says.max(axis=1), atol=1e-12)
    assert_array_equal([*model.staged_margins(X, labels)][-1], margins)
    with pytest.raises(ValueError, match="do not exist"):
        model.margins(X, np.repeat("z", len(y)))


def test_margins_are_drawn_after_some_rounds():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    X, y = draw(7)
    model = AdaBoostClassifier(n_estimators=5).fit(X, y)
    axes = pyplot.figure().subplots()
    display = MarginDisplay.from_estimator(model, X, y, rounds=[1, 5], ax=axes)
    assert [line.get_label() for line in display.lines_] == ["1 round", "5 rounds"]
    last = MarginDisplay.from_estimator(model, X, y)
    assert_array_equal(last.lines_[0].get_xdata(), np.sort(model.margins(X, y)))
    with pytest.raises(ValueError, match="between 1 and 5"):
        MarginDisplay.from_estimator(model, X, y, rounds=[6])
    pyplot.close("all")


def test_a_member_without_an_error_ends_it_and_is_named():
    X, y = Ringnorm().sample(200, random_state=0)
    with pytest.warns(UserWarning, match="Pass a weaker estimator"):
        model = AdaBoostClassifier(DecisionTreeClassifier()).fit(X, y)
    assert len(model) == 1 and "no error" in model.stop_reason_


def test_a_member_no_better_than_chance_ends_it_or_is_refused():
    X, y = draw(2)
    with pytest.raises(ValueError, match="better than chance"):
        AdaBoostClassifier(DummyClassifier(strategy="constant", constant=1)).fit(
            X, np.where(y == 1, 0, np.arange(len(y)) % 3)
        )
    same = AdaBoostClassifier(n_estimators=20).fit(X, y)
    assert same.stop_reason_ == "all rounds were made"


def test_estimators_that_cannot_be_steered_are_refused():
    X, y = draw(2)
    for wrong in (KNeighborsClassifier(), DecisionTreeRegressor()):
        with pytest.raises(ValueError, match="estimator must"):
            AdaBoostClassifier(wrong).fit(X, y)


def test_classes_are_weighed_as_rows_are():
    X, y = draw(8, 3)
    by_class = {0: 1, 1: 2, 2: 5}
    weighted = AdaBoostClassifier(class_weight=by_class).fit(X, y)
    expected = AdaBoostClassifier().fit(X, y, np.array([1, 2, 5])[y])
    assert_allclose(weighted.predict_proba(X), expected.predict_proba(X))
    balanced = AdaBoostClassifier(n_estimators=1, class_weight="balanced").fit(X, y)
    shares = balanced[0].tree_.leaf_weight @ balanced[0].tree_.shares
    assert_allclose(shares, 1 / 3)
    with pytest.raises(ValueError, match="class_weight must be non-negative"):
        AdaBoostClassifier(class_weight={0: -1, 1: 2, 2: 5}).fit(X, y)


@pytest.mark.parametrize("Boosting", [AdaBoostClassifier, AdaBoostRegressor])
def test_callbacks_see_each_round_and_may_end_it(Boosting):
    X, y = draw(10)
    stopped = Boosting(random_state=0).set_callbacks(TimeBudget(1e-9)).fit(X, y)
    assert len(stopped) == 1 and stopped.stop_reason_ == "a callback has ended it"
    metric = "accuracy" if Boosting is AdaBoostClassifier else "r2"
    monitor = ScoringMonitor(scoring=metric)
    watched = Boosting(n_estimators=4, random_state=0).set_callbacks(monitor).fit(X, y)
    noted = [row[metric] for row in monitor.get_logs().data]
    stages = [*watched.staged_score(X, y)]
    assert_allclose(sorted(noted), sorted([*stages, stages[-1]]))  # last is the whole


def test_weights_that_overflow_end_it_with_a_warning():
    X, y = draw(4)
    with pytest.warns(UserWarning, match="infinite values"):
        model = AdaBoostClassifier(learning_rate=1e300, n_estimators=9).fit(X, y)
    assert len(model) < 9
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing was left out
        AdaBoostClassifier(learning_rate=1e300, n_estimators=1).fit(X, y)


def test_many_rounds_say_nothing():
    X, y = draw(9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        AdaBoostClassifier(n_estimators=200).fit(X, y)
