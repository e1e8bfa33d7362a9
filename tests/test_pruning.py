"""Trees cut back: by leaves, by gain, by cost and complexity."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skclassic import DecisionTreeClassifier, DecisionTreeRegressor
from skclassic.growth.pruning import cut_back
from tests.estimators import CLASSIFIERS, FORESTS, TREES, build, make_data, outputs
from tests.references import trees as reference

CRITERIA = {
    "gini": DecisionTreeClassifier,
    "entropy": DecisionTreeClassifier,
    "squared_error": DecisionTreeRegressor,
    "absolute_error": DecisionTreeRegressor,
    "poisson": DecisionTreeRegressor,
}
BEST = [DecisionTreeClassifier, DecisionTreeRegressor]
LEAF = -1


def draw_untied(criterion, n_samples=40):
    """Draw data, fractional weights, and the reference's view of them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_samples, 3))
    X[rng.random(X.shape) < 0.1] = np.nan
    weight = rng.gamma(2.0, size=n_samples)
    if CRITERIA[criterion] is DecisionTreeClassifier:
        y = rng.integers(3, size=n_samples)
    else:
        y = rng.poisson(2.0, size=n_samples) + 0.25
    problem = reference.Problem(X, y, weight, criterion, min_samples_leaf=3)
    return X, y, weight, problem


def grow(criterion, X, y, weight, **params):
    tree = CRITERIA[criterion](
        criterion=criterion, random_state=0, min_samples_leaf=3, **params
    )
    return tree.fit(X, y, sample_weight=weight)


def loss_of(tree):
    """Compute the mean impurity of the leaves."""
    tree = tree.tree_
    leaves = tree.children_left == LEAF
    weight = tree.weighted_n_node_samples
    return np.sum(tree.impurity[leaves] * weight[leaves]) / weight[0]


def gains_of(tree):
    """Compute by how much each split lowers the mean impurity of all rows."""
    tree = tree.tree_
    loss = tree.impurity * tree.weighted_n_node_samples
    splits = np.flatnonzero(tree.children_left != LEAF)
    below = loss[tree.children_left[splits]] + loss[tree.children_right[splits]]
    return (loss[splits] - below) / tree.weighted_n_node_samples[0]


@pytest.mark.parametrize("max_leaf_nodes", [2, 3, 5, 8])
@pytest.mark.parametrize("criterion", CRITERIA)
def test_few_leaves_are_those_of_the_tree_that_opens_the_best_node_first(
    criterion, max_leaf_nodes
):
    X, y, weight, problem = draw_untied(criterion)
    tree = grow(criterion, X, y, weight, max_leaf_nodes=max_leaf_nodes)
    root = reference.grow_best_first(problem, max_leaf_nodes)
    assert tree.get_n_leaves() == max_leaf_nodes
    values = [node.value for node in reference.walk(root)]
    assert_allclose(tree.tree_.value[:, 0], values)
    predicted = outputs(tree, X).reshape(len(X), -1)
    assert_allclose(predicted, reference.predict_value(root, X))


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_split_is_made_only_if_it_gains_enough(criterion):
    X, y, weight, problem = draw_untied(criterion)
    least = np.median(gains_of(grow(criterion, X, y, weight)))
    tree = grow(criterion, X, y, weight, min_impurity_decrease=least)
    assert gains_of(tree).min() >= least - 1e-12
    nodes = tree.decision_path(X).tocsc()
    for leaf in np.flatnonzero(tree.tree_.children_left == LEAF):
        rows = nodes.indices[nodes.indptr[leaf] : nodes.indptr[leaf + 1]]
        node = reference.make_node(problem, rows, depth=0)
        splits = reference.all_splits(problem, node)
        if reference.may_split(problem, node) and splits:
            assert node.weight * splits[0].decrease / weight.sum() < least


@pytest.mark.parametrize("alpha", [1e-9, 0.003, 0.01, 0.03, 0.1, 10.0])
@pytest.mark.parametrize("criterion", CRITERIA)
def test_pruning_leaves_the_smallest_of_the_cheapest_subtrees(criterion, alpha):
    # Breiman et al. (1984), theorem 3.10.
    X, y, weight, problem = draw_untied(criterion)
    tree = grow(criterion, X, y, weight, ccp_alpha=alpha)
    root = reference.grow(problem)
    cost, n_leaves = reference.cheapest_subtree(root, alpha, weight=weight.sum())
    assert tree.get_n_leaves() == n_leaves
    assert_allclose(loss_of(tree) + alpha * n_leaves, cost)


@pytest.mark.parametrize("Tree", TREES)
def test_the_pruning_path_tells_what_each_cost_leaves(Tree):
    X, y = make_data(Tree)
    path = build(Tree, max_depth=5).cost_complexity_pruning_path(X, y)
    assert path.ccp_alphas[0] == 0.0 and np.all(np.diff(path.ccp_alphas) >= 0)
    assert np.all(np.diff(path.impurities) >= -1e-9 * path.impurities[-1])
    last = {alpha: loss for alpha, loss in zip(*path.values(), strict=True)}
    for alpha, impurity in last.items():
        tree = build(Tree, max_depth=5, ccp_alpha=alpha).fit(X, y)
        if alpha > 0:
            assert_allclose(loss_of(tree), impurity, rtol=1e-9)
    assert tree.get_n_leaves() == 1


@pytest.mark.parametrize(
    "params", [{"max_leaf_nodes": 7}, {"min_impurity_decrease": 0.02}], ids=str
)
@pytest.mark.parametrize("Tree", TREES)
def test_a_tree_cut_back_describes_the_rows_it_holds(Tree, params):
    X, y = make_data(Tree)
    X[::9, 2] = np.nan
    tree = build(Tree, **params).fit(X, y)
    paths = tree.decision_path(X)
    assert_array_equal(np.asarray(paths.sum(axis=0)).ravel(), tree.tree_.n_node_samples)
    targets = np.eye(3)[y] if Tree in CLASSIFIERS else y[:, None]
    for node, column in enumerate(paths.T.tocsr()):
        assert_allclose(tree.tree_.value[node, 0], targets[column.indices].mean(axis=0))


@pytest.mark.parametrize("criterion", CRITERIA)
def test_as_many_leaves_as_a_full_tree_has_change_nothing(criterion):
    X, y, weight, _ = draw_untied(criterion)
    full = grow(criterion, X, y, weight)
    same = grow(criterion, X, y, weight, max_leaf_nodes=full.get_n_leaves())
    assert_array_equal(full.tree_.nodes, same.tree_.nodes)


@pytest.mark.parametrize("Tree", TREES)
def test_more_leaves_than_rows_change_nothing(Tree):
    X, y = make_data(Tree)
    full = build(Tree).fit(X, y)
    same = build(Tree, max_leaf_nodes=len(X)).fit(X, y)
    assert_array_equal(full.tree_.nodes, same.tree_.nodes)


@pytest.mark.parametrize("Forest", FORESTS)
def test_forests_cut_back_each_tree(Forest):
    X, y = make_data(Forest)
    few = build(Forest, max_leaf_nodes=4).fit(X, y)
    assert {tree.get_n_leaves() for tree in few.estimators_} == {4}
    alpha = 0.02 if Forest in CLASSIFIERS else 0.02 * np.var(y)
    full, pruned = build(Forest).fit(X, y), build(Forest, ccp_alpha=alpha).fit(X, y)
    for tree, less in zip(full.estimators_, pruned.estimators_, strict=True):
        assert less.get_n_leaves() < tree.get_n_leaves()


@pytest.mark.parametrize("Tree", BEST)
def test_few_leaves_by_categories_are_those_of_the_full_tree_cut_back(Tree):
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.integers(70, size=900), rng.normal(size=(900, 2))])
    X[::9, 0] = np.nan
    y = (rng.normal(size=71)[np.nan_to_num(X[:, 0], nan=70).astype(int)] > X[:, 1]) * 1
    params = {"categorical_features": [0], "random_state": 0}
    few = Tree(max_leaf_nodes=8, **params).fit(X, y)
    wanted = cut_back(Tree(**params).fit(X, y).tree_, max_leaf_nodes=8)
    assert_array_equal(few.tree_.feature, wanted.feature)
    assert_array_equal(few.tree_.apply(X), wanted.apply(X))
