"""Monotonic constraints: predictions move as they must, and as scikit-learn's do."""

import numpy as np
import pytest
import sklearn.tree
from numpy.testing import assert_allclose

from skclassic import (
    BaggingRegressor,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    RandomForestClassifier,
)
from tests.estimators import FORESTS, REGRESSORS, TREES, build

SIGNS = [1, -1, 0]


def make_rows(Estimator, n_values=5, *, seed=0, n_rows=300):
    """Draw rows whose target goes against the constraints, and weights without ties."""
    rng = np.random.default_rng(seed)
    X = rng.integers(n_values, size=(n_rows, 3)).astype(float)
    y = (
        np.sin(3 * X[:, 0])
        + np.cos(2 * X[:, 1])
        + X[:, 2] % 2
        + rng.normal(size=n_rows)
    )
    return X, y if Estimator in REGRESSORS else (y > 1) * 1, rng.uniform(1, 2, n_rows)


def score(estimator, X):
    if hasattr(estimator, "predict_proba"):
        return estimator.predict_proba(X)[:, 1]
    return estimator.predict(X)


@pytest.mark.parametrize("max_depth", [1, 3, None])
@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, DecisionTreeRegressor])
def test_predictions_are_those_of_scikit_learn(Tree, max_depth):
    for seed in range(5):
        X, y, weights = make_rows(Tree, seed=seed)
        parameters = {"monotonic_cst": SIGNS, "max_depth": max_depth, "random_state": 0}
        ours = Tree(**parameters).fit(X, y, weights)
        theirs = getattr(sklearn.tree, Tree.__name__)(**parameters).fit(X, y, weights)
        assert_allclose(score(ours, X), score(theirs, X), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, DecisionTreeRegressor])
def test_values_of_all_nodes_are_those_of_scikit_learn(Tree):
    X, y, weights = make_rows(Tree)
    parameters = {"monotonic_cst": SIGNS, "max_depth": 4, "random_state": 0}
    ours = Tree(**parameters).fit(X, y, weights).tree_
    theirs = getattr(sklearn.tree, Tree.__name__)(**parameters).fit(X, y, weights).tree_
    assert_allclose(ours.value, theirs.value, rtol=1e-9, atol=1e-12)
    assert_allclose(ours.impurity, theirs.impurity, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("max_leaf_nodes", [None, 12])
@pytest.mark.parametrize("Estimator", [*TREES, *FORESTS, BaggingRegressor])
def test_predictions_never_move_against_a_constraint(Estimator, max_leaf_nodes):
    X, y, _ = make_rows(Estimator, n_values=1000)
    parameters = {"monotonic_cst": SIGNS, "max_leaf_nodes": max_leaf_nodes}
    if Estimator is BaggingRegressor:
        parameters = {"estimator": DecisionTreeRegressor(**parameters)}
    estimator = build(Estimator, **parameters).fit(X, y)
    free = build(Estimator).fit(X, y)
    grid = np.linspace(0, 1000, 200)
    moves_freely = False
    for feature, sign in ((0, 1), (1, -1)):
        for row in X[:20]:
            line = np.repeat(row[None], len(grid), axis=0)
            line[:, feature] = grid
            assert (np.diff(score(estimator, line)) * sign >= -1e-12).all()
            moves_freely |= (np.diff(score(free, line)) * sign < 0).any()
    assert moves_freely
    assert np.ptp(score(estimator, X)) > 0


def test_poisson_trees_are_held_too():
    X, y, _ = make_rows(DecisionTreeRegressor, n_values=1000)
    tree = DecisionTreeRegressor(criterion="poisson", monotonic_cst=[1, 0, 0])
    tree.fit(X, np.exp(y))
    grid = np.column_stack([np.linspace(0, 1000, 300), np.ones(300), np.ones(300)])
    assert (np.diff(tree.predict(grid)) >= 0).all()


def test_a_held_tree_keeps_the_impurities_of_its_rows():
    X, y, weights = make_rows(DecisionTreeRegressor)
    tree = DecisionTreeRegressor(monotonic_cst=SIGNS, random_state=0)
    path = tree.cost_complexity_pruning_path(X, y, weights)
    theirs = sklearn.tree.DecisionTreeRegressor(monotonic_cst=SIGNS, random_state=0)
    expected = theirs.cost_complexity_pruning_path(X, y, weights)
    assert_allclose(path.impurities, expected.impurities, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("Estimator", [*TREES, *FORESTS])
@pytest.mark.parametrize(
    ("signs", "message"),
    [
        ([1, 0], r"monotonic_cst has shape \(2,\).*3 features"),
        ([1, 0, 2], "array-like of -1, 0 or 1"),
        ([1, 0, 0.5], "array-like of -1, 0 or 1"),
    ],
)
def test_other_signs_are_refused(Estimator, signs, message):
    X, y, _ = make_rows(Estimator)
    with pytest.raises(ValueError, match=message):
        build(Estimator, monotonic_cst=signs).fit(X, y)


@pytest.mark.parametrize("Estimator", [ExtraTreeClassifier, RandomForestClassifier])
def test_many_classes_and_outputs_have_no_direction(Estimator):
    X, y, _ = make_rows(Estimator)
    with pytest.raises(ValueError, match="multiclass classification, got 5 classes"):
        build(Estimator, monotonic_cst=SIGNS).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="multiple outputs, got 2"):
        build(Estimator, monotonic_cst=SIGNS).fit(X, np.column_stack([y, y]))


def test_medians_have_no_direction():
    X, y, _ = make_rows(DecisionTreeRegressor)
    with pytest.raises(ValueError, match="does not go with monotonic_cst"):
        DecisionTreeRegressor(criterion="absolute_error", monotonic_cst=SIGNS).fit(X, y)


def test_a_bag_on_some_columns_refuses_signs_for_all():
    X, y, _ = make_rows(BaggingRegressor)
    bag = BaggingRegressor(DecisionTreeRegressor(monotonic_cst=SIGNS), max_features=2)
    with pytest.raises(ValueError, match="monotonic_cst has shape"):
        bag.fit(X, y)
