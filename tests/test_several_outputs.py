"""Several outputs: trees and ensembles against scikit-learn and against themselves."""

import numpy as np
import pytest
import sklearn.tree
from numpy.testing import assert_allclose, assert_array_equal

from skclassic import (
    BaggingClassifier,
    BaggingRegressor,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from tests.estimators import FORESTS, REGRESSORS, TREES, build

CRITERIA = [
    *((DecisionTreeClassifier, criterion) for criterion in ("gini", "entropy")),
    *((DecisionTreeRegressor, criterion) for criterion in ("squared_error", "poisson")),
]


def make_outputs(Estimator, n_rows=150, n_values=4, *, seed=0):
    """Draw rows of few distinct values, two outputs, and weights without ties."""
    rng = np.random.default_rng(seed)
    X = rng.integers(n_values, size=(n_rows, 3)).astype(float)
    if Estimator in REGRESSORS:
        y = rng.gamma(2.0, size=(n_rows, 2)) + X[:, :2]
    else:
        y = np.column_stack([X[:, 0] + X[:, 1] > 2, X[:, 2]]).astype(int)
        y = np.where(rng.random(y.shape) < 0.2, rng.integers(2, size=y.shape), y)
    return X, y, rng.uniform(0.5, 1.5, n_rows)


@pytest.mark.parametrize("max_depth", [1, 3, None])
@pytest.mark.parametrize(("Tree", "criterion"), CRITERIA)
def test_trees_are_those_of_scikit_learn(Tree, criterion, max_depth):
    X, y, weights = make_outputs(Tree)
    parameters = {"criterion": criterion, "max_depth": max_depth, "random_state": 0}
    ours = Tree(**parameters).fit(X, y, weights)
    theirs = getattr(sklearn.tree, Tree.__name__)(**parameters).fit(X, y, weights)
    assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-9)
    assert_array_equal(ours.tree_.feature[:1], theirs.tree_.feature[:1])
    assert_allclose(ours.tree_.value[0], theirs.tree_.value[0], rtol=1e-9)
    assert_allclose(ours.tree_.impurity[0], theirs.tree_.impurity[0], rtol=1e-9)
    assert ours.tree_.value.shape[1:] == theirs.tree_.value.shape[1:]
    assert ours.n_outputs_ == ours.tree_.n_outputs == 2
    if Tree is DecisionTreeClassifier:
        for own, other in zip(
            ours.predict_proba(X), theirs.predict_proba(X), strict=True
        ):
            assert_allclose(own, other, rtol=1e-9, atol=1e-12)
        assert ours.n_classes_ == list(theirs.n_classes_)


@pytest.mark.parametrize("Tree", TREES)
def test_a_row_weighted_thrice_equals_the_row_given_thrice(Tree):
    X, y, _ = make_outputs(Tree, n_values=40)
    counts = np.random.default_rng(1).integers(0, 4, len(X))
    weighed = build(Tree).fit(X, y, sample_weight=counts)
    copied = build(Tree).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts, axis=0))
    assert_array_equal(weighed.predict(X), copied.predict(X))
    assert_array_equal(weighed.tree_.threshold, copied.tree_.threshold)


@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, DecisionTreeRegressor])
def test_an_output_given_twice_changes_no_tree(Tree):
    X, y, _ = make_outputs(Tree, n_values=1000)
    one = build(Tree, max_depth=4).fit(X, y[:, 0])
    both = build(Tree, max_depth=4).fit(X, y[:, [0, 0]])
    assert_array_equal(one.tree_.feature, both.tree_.feature)
    assert_allclose(both.predict(X), np.column_stack([one.predict(X)] * 2))


@pytest.mark.parametrize("Estimator", [*TREES, *FORESTS, BaggingRegressor])
def test_full_trees_know_every_training_row(Estimator):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    y = rng.normal(size=(200, 3))
    if Estimator not in REGRESSORS:
        y = np.array(["no", "yes", "maybe"])[(y > 0).astype(int) + (y > 1)]
    estimator = build(Estimator, **({} if Estimator in TREES else {"bootstrap": False}))
    predicted = estimator.fit(X, y).predict(X)
    assert predicted.shape == y.shape
    assert predicted.dtype == y.dtype
    if Estimator in REGRESSORS:
        assert_allclose(predicted, y)
    else:
        assert_array_equal(predicted, y)


def test_classes_and_probabilities_come_in_lists():
    X, y, _ = make_outputs(ExtraTreeClassifier)
    y = np.column_stack([y[:, 0], X[:, 0]])
    for Estimator in (DecisionTreeClassifier, RandomForestClassifier):
        estimator = build(Estimator, max_depth=2).fit(X, y)
        assert [list(classes) for classes in estimator.classes_] == [
            [0.0, 1.0],
            [0.0, 1.0, 2.0, 3.0],
        ]
        shares = estimator.predict_proba(X)
        assert [own.shape for own in shares] == [(len(X), 2), (len(X), 4)]
        for own, logs in zip(shares, estimator.predict_log_proba(X), strict=True):
            assert_allclose(own.sum(axis=1), 1.0)
            assert_allclose(np.exp(logs), own)


@pytest.mark.parametrize(
    "class_weight", ["balanced", [{0: 1.0, 1: 3.0}, {0: 2.0, 1: 1.0}]]
)
def test_class_weights_are_those_of_scikit_learn(class_weight):
    X, y, _ = make_outputs(DecisionTreeClassifier)
    parameters = {"class_weight": class_weight, "max_depth": 1, "random_state": 0}
    ours = DecisionTreeClassifier(**parameters).fit(X, y)
    theirs = sklearn.tree.DecisionTreeClassifier(**parameters).fit(X, y)
    for own, other in zip(ours.predict_proba(X), theirs.predict_proba(X), strict=True):
        assert_allclose(own, other)


def test_balanced_subsamples_weigh_every_output():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 2)), rng.random((400, 2)) < [0.1, 0.3]
    forest = RandomForestClassifier(
        20, class_weight="balanced_subsample", max_depth=1, random_state=0
    )
    for shares in forest.fit(X, y).predict_proba(X):
        assert abs(shares.mean() - 0.5) < 1e-12
        assert abs(shares[:, 1].mean() - 0.5) < 0.1


@pytest.mark.parametrize(
    "Estimator", [RandomForestClassifier, RandomForestRegressor, BaggingRegressor]
)
def test_rows_out_of_bag_are_scored(Estimator):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3))
    y = np.column_stack([X[:, 0] + X[:, 1], X[:, 2]])
    if Estimator is RandomForestClassifier:
        y = (y > 0).astype(int)
    estimator = Estimator(n_estimators=30, oob_score=True, random_state=0).fit(X, y)
    assert estimator.oob_score_ > 0.7
    if Estimator is RandomForestClassifier:
        assert estimator.oob_decision_function_.shape == (300, 2, 2)
        assert_allclose(estimator.oob_decision_function_.sum(axis=1), 1.0)
    else:
        assert estimator.oob_prediction_.shape == (300, 2)


def test_outputs_of_many_classes_have_no_score_out_of_bag():
    X, y, _ = make_outputs(RandomForestClassifier)
    y = np.column_stack([y[:, 0], X[:, 0]])
    with pytest.raises(ValueError, match="cannot be used to compute OOB"):
        RandomForestClassifier(oob_score=True).fit(X, y)


def test_medians_take_one_output():
    X, y, _ = make_outputs(DecisionTreeRegressor)
    for Tree in (DecisionTreeRegressor, ExtraTreeRegressor):
        with pytest.raises(ValueError, match="absolute_error.*takes one output"):
            Tree(criterion="absolute_error").fit(X, y)


def test_a_bag_of_classifiers_takes_one_output():
    X, y, _ = make_outputs(BaggingClassifier)
    with pytest.raises(ValueError, match="1d array"):
        BaggingClassifier().fit(X, y)


@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, DecisionTreeRegressor])
def test_trees_are_pruned(Tree):
    X, y, _ = make_outputs(Tree)
    whole = build(Tree).fit(X, y)
    parameters = {"max_leaf_nodes": 5, "min_impurity_decrease": 1e-3}
    assert build(Tree, **parameters).fit(X, y).get_n_leaves() <= 5
    path = whole.cost_complexity_pruning_path(X, y)
    theirs = getattr(sklearn.tree, Tree.__name__)(random_state=0)
    impurities = theirs.cost_complexity_pruning_path(X, y).impurities
    assert_allclose(path.impurities[[0, -1]], impurities[[0, -1]], rtol=1e-9, atol=1e-9)
