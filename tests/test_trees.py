"""Decision trees against trees grown by trying every split, and laws of their own."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression
from sklearn.inspection import partial_dependence
from sklearn.tree import export_graphviz, export_text, plot_tree

from skclassic import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)
from tests.estimators import TREES, assert_same_bits, build, make_data, outputs
from tests.references import trees as reference

CRITERIA = {
    "gini": DecisionTreeClassifier,
    "entropy": DecisionTreeClassifier,
    "log_loss": DecisionTreeClassifier,
    "squared_error": DecisionTreeRegressor,
    "absolute_error": DecisionTreeRegressor,
    "poisson": DecisionTreeRegressor,
}
LEAF = -1
ROUNDING = 1e-9  # of sums over some dozens of rows, in whatever order


@pytest.fixture(params=CRITERIA)
def criterion(request):
    return request.param


def draw_small_data(criterion, *, seed, n_samples=40, levels=6, missing=0.0):
    """Draw few rows with few distinct values, so that every split can be tried."""
    rng = np.random.default_rng(seed)
    X = rng.integers(levels, size=(n_samples, 3)) * 0.5 - 1.0
    X[rng.random(X.shape) < missing] = np.nan
    if CRITERIA[criterion] is DecisionTreeClassifier:
        y = rng.permutation(np.arange(n_samples) % 3)
    else:
        y = rng.poisson(np.exp(0.4 * np.nan_to_num(X[:, 0]))) + 0.25
    return X, y


def draw_weights(kind, n_samples, *, seed):
    """Draw weights: all one, small integers (some zero), or fractions."""
    rng = np.random.default_rng(seed + 1000)
    if kind == "ones":
        return np.ones(n_samples)
    if kind == "integers":
        return rng.integers(4, size=n_samples).astype(float)
    return rng.gamma(1.0, size=n_samples)


def grow_both(X, y, *, criterion, weight=None, seed=0, **rules):
    """Grow our tree and the reference on the same data by the same rules."""
    weight = np.ones(len(y)) if weight is None else weight
    model = CRITERIA[criterion](criterion=criterion, random_state=seed, **rules)
    model.fit(X, y, sample_weight=weight)
    fraction = rules.pop("min_weight_fraction_leaf", 0.0)
    problem = reference.Problem(
        X, y, weight, criterion, min_weight_leaf=fraction * weight.sum(), **rules
    )
    return model, problem


def rows_by_node(model, problem):
    """List, for each node, the training rows that pass through it."""
    path = model.decision_path(problem.X).tocsc()
    kept = problem.weight > 0
    return [rows[kept[rows]] for rows in np.split(path.indices, path.indptr[1:-1])]


def check_nodes_describe_their_rows(model, problem):
    """Check counts, weights, impurities and values of every node."""
    tree = model.tree_
    for node, rows in enumerate(rows_by_node(model, problem)):
        assert tree.n_node_samples[node] == len(rows)
        expected = reference.make_node(problem, rows, depth=0)
        assert_allclose(
            tree.weighted_n_node_samples[node], expected.weight, rtol=ROUNDING
        )
        assert_allclose(tree.impurity[node], expected.impurity, atol=ROUNDING)
        assert_allclose(tree.value[node, 0], expected.value, atol=ROUNDING)


def check_every_split_is_a_best_one(model, problem):
    """Check node by node that no permitted split decreases impurity more."""
    tree = model.tree_
    depth = node_depths(tree)
    for node, rows in enumerate(rows_by_node(model, problem)):
        described = reference.make_node(problem, rows, depth=depth[node])
        if not reference.may_split(problem, described):
            assert tree.children_left[node] == LEAF
            continue
        best = reference.all_splits(problem, described)[:1]
        assert (tree.children_left[node] == LEAF) == (not best)
        if best:
            assert_allclose(
                impurity_decrease(tree, node), best[0].decrease, atol=ROUNDING
            )


def impurity_decrease(tree, node):
    """Compute by how much a node's children are purer than itself."""
    children = [tree.children_left[node], tree.children_right[node]]
    shares = tree.weighted_n_node_samples[children]
    shares = shares / tree.weighted_n_node_samples[node]
    return tree.impurity[node] - shares @ tree.impurity[children]


def node_depths(tree):
    """Compute each node's distance from the root, parents being numbered first."""
    depth = np.zeros(tree.node_count, dtype=int)
    for node in np.flatnonzero(tree.children_left != LEAF):
        depth[[tree.children_left[node], tree.children_right[node]]] = depth[node] + 1
    return depth


RULES = [
    {},
    {"max_depth": 2},
    {"min_samples_leaf": 4},
    {"min_samples_split": 9},
    {"min_weight_fraction_leaf": 0.08},
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("missing", [0.0, 0.25])
@pytest.mark.parametrize("weights", ["ones", "integers", "fractions"])
def test_no_split_beats_the_one_taken(criterion, weights, missing, seed):
    X, y = draw_small_data(criterion, seed=seed, missing=missing)
    weight = draw_weights(weights, len(y), seed=seed)
    model, problem = grow_both(X, y, criterion=criterion, weight=weight)
    check_every_split_is_a_best_one(model, problem)


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_every_stopping_rule_leaves_the_best_split_it_permits(criterion, rules):
    X, y = draw_small_data(criterion, seed=7, n_samples=60, missing=0.1)
    weight = draw_weights("fractions", len(y), seed=7)
    model, problem = grow_both(X, y, criterion=criterion, weight=weight, **rules)
    check_every_split_is_a_best_one(model, problem)


@pytest.mark.parametrize("missing", [0.0, 0.25])
@pytest.mark.parametrize("weights", ["ones", "integers", "fractions"])
def test_nodes_describe_the_rows_they_hold(criterion, weights, missing):
    X, y = draw_small_data(criterion, seed=3, missing=missing)
    weight = draw_weights(weights, len(y), seed=3)
    model, problem = grow_both(X, y, criterion=criterion, weight=weight)
    check_nodes_describe_their_rows(model, problem)


def grow_untied(criterion, *, missing=0.0):
    """Grow both trees on continuous data, on the first seed without ties."""
    rules = {"max_depth": 3, "min_samples_leaf": 3}
    for seed in range(20):
        X = np.random.default_rng(seed).normal(size=(40, 3))
        X[np.random.default_rng(seed).random(X.shape) < missing] = np.nan
        _, y = draw_small_data(criterion, seed=seed)
        weight = draw_weights("fractions", 40, seed=seed)
        model, problem = grow_both(X, y, criterion=criterion, weight=weight, **rules)
        root = reference.grow(problem)
        if not reference.has_ties(problem, root):
            return model, root
    raise AssertionError("no data without ties: the draw is unsuited to the test")


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_ties_aside_the_tree_is_the_reference_tree(criterion, missing):
    model, root = grow_untied(criterion, missing=missing)
    tree = model.tree_
    nodes = list(reference.walk(root))
    splits = [node.split for node in nodes if node.split is not None]
    inner = np.array([node.split is not None for node in nodes])
    assert_array_equal(tree.children_left != LEAF, inner)
    assert_array_equal(tree.feature[inner], [split.feature for split in splits])
    assert_array_equal(tree.threshold[inner], [split.threshold for split in splits])
    assert_array_equal(
        tree.missing_go_to_left[inner], [split.missing_go_left for split in splits]
    )
    assert_allclose(tree.value[:, 0], [node.value for node in nodes], rtol=ROUNDING)


def test_unseen_rows_and_importances_agree_with_the_reference(criterion):
    model, root = grow_untied(criterion)
    unseen = np.random.default_rng(1).normal(size=(200, 3))
    predicted = outputs(model, unseen).reshape(200, -1)
    assert_allclose(predicted, reference.predict_value(root, unseen))
    importances = reference.feature_importances(root, 3)
    assert_allclose(model.feature_importances_, importances)
    tree = model.tree_
    leaves = tree.children_left == LEAF
    weights = tree.weighted_n_node_samples[leaves] / tree.weighted_n_node_samples[0]
    assert_allclose(weights @ tree.impurity[leaves], reference.total_impurity(root))


def test_a_missing_value_goes_where_the_gain_is_larger():
    X = np.array([[1.0], [2.0], [3.0], [4.0], [np.nan], [np.nan]])
    with_high = DecisionTreeClassifier().fit(X, [0, 0, 1, 1, 1, 1])
    with_low = DecisionTreeClassifier().fit(X, [0, 0, 1, 1, 0, 0])
    assert with_high.predict([[np.nan]]) == 1
    assert with_low.predict([[np.nan]]) == 0
    assert with_high.get_n_leaves() == with_low.get_n_leaves() == 2


def test_missingness_alone_can_split_a_node():
    X = np.array([[5.0], [5.0], [np.nan], [np.nan]])
    tree = DecisionTreeClassifier().fit(X, ["here", "here", "gone", "gone"])
    assert_array_equal(
        tree.predict([[np.nan], [5.0], [-1e9]]), ["gone", "here", "here"]
    )


def test_without_missing_values_in_training_they_follow_the_majority():
    X = np.array([[0.0], [0.0], [0.0], [1.0]])
    tree = DecisionTreeRegressor().fit(X, [1.0, 1.0, 1.0, 9.0])
    assert tree.predict([[np.nan]]) == 1.0


@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, DecisionTreeRegressor])
def test_thresholds_lie_midway(Tree):
    tree = Tree().fit([[1.0], [2.0], [10.0], [11.0]], [0, 0, 1, 1]).tree_
    assert tree.threshold[0] == 6.0


@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, DecisionTreeRegressor])
@pytest.mark.parametrize(
    "low, high",
    [
        (1e8, 1e8 + 1),
        (1.0, np.nextafter(1.0, 2.0)),
        (1e300, 2e300),
        (-1.7e308, 1.7e308),
        (1e-300, 2e-300),
        (0.0, 5e-324),
        (-1e-300, 1e-300),
    ],
)
def test_values_that_differ_are_told_apart(Tree, low, high):
    X = np.array([[low], [high]] * 3)
    y = np.array([0, 1] * 3)
    assert_array_equal(Tree().fit(X, y).predict(X), y)


@pytest.mark.parametrize("Tree", [ExtraTreeClassifier, ExtraTreeRegressor])
@pytest.mark.parametrize(
    "low, high", [(1e8, 1e8 + 1), (1e300, 2e300), (-1.7e308, 1.7e308), (1e-300, 2e-300)]
)
def test_random_thresholds_separate_values_that_differ(Tree, low, high):
    X = np.array([[low], [high]] * 3)
    y = np.array([0, 1] * 3)
    assert_array_equal(Tree(random_state=0).fit(X, y).predict(X), y)


@pytest.mark.parametrize("scale", [1e150, 1e-150, 1e300])
def test_targets_of_any_scale_are_learnt(scale):
    X = np.arange(8.0).reshape(-1, 1)
    y = np.arange(8.0) * scale / 8
    assert_array_equal(DecisionTreeRegressor().fit(X, y).predict(X), y)


def test_a_target_far_from_zero_is_split_as_one_near_zero():
    X, y = make_regression(200, 4, noise=1.0, random_state=0)
    y = np.round(y)  # so that the shift below loses no digit
    near = DecisionTreeRegressor(max_depth=4, random_state=0).fit(X, y)
    far = DecisionTreeRegressor(max_depth=4, random_state=0).fit(X, y + 2.0**30)
    assert_array_equal(near.tree_.feature, far.tree_.feature)
    assert_array_equal(near.tree_.threshold, far.tree_.threshold)


def draw_distinct_rows(n_samples, n_features, *, is_classifier):
    """Draw rows no two of which are equal, with targets that owe them nothing."""
    rng = np.random.default_rng(n_samples + n_features)
    X = rng.normal(size=(n_samples, n_features))
    if is_classifier:
        return X, rng.integers(3, size=n_samples)
    return X, rng.normal(size=n_samples)


@pytest.mark.parametrize("n_samples, n_features", [(300, 1), (300, 20)])
@pytest.mark.parametrize("Tree", TREES)
def test_full_trees_know_their_training_rows(Tree, n_samples, n_features):
    is_classifier = Tree in (DecisionTreeClassifier, ExtraTreeClassifier)
    X, y = draw_distinct_rows(n_samples, n_features, is_classifier=is_classifier)
    assert Tree(random_state=0).fit(X, y).score(X, y) == 1.0


@pytest.mark.compiled
@pytest.mark.parametrize(
    "n_samples, n_features", [(1_000, 1), (1_000, 20), (10_000, 3), (10_000, 20)]
)
@pytest.mark.parametrize("Tree", TREES)
def test_full_trees_know_thousands_of_rows(Tree, n_samples, n_features):
    is_classifier = Tree in (DecisionTreeClassifier, ExtraTreeClassifier)
    X, y = draw_distinct_rows(n_samples, n_features, is_classifier=is_classifier)
    assert Tree(random_state=0).fit(X, y).score(X, y) == 1.0


@pytest.mark.compiled
@pytest.mark.parametrize("n_features", [1, 4])
@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, DecisionTreeRegressor])
def test_full_trees_are_exact_beyond_65536_distinct_values(Tree, n_features):
    is_classifier = Tree is DecisionTreeClassifier
    X, y = draw_distinct_rows(100_000, n_features, is_classifier=is_classifier)
    assert len(np.unique(X[:, 0])) > 65_536
    assert Tree(random_state=0).fit(X, y).score(X, y) == 1.0


def draw_two_valued(n_rows, n_classes, *, seed=0):
    """Draw columns of 0 and 1, rare and common ones, beside two of numbers."""
    rng = np.random.default_rng(seed)
    X = (rng.random((n_rows, 12)) < rng.random(12)).astype(float)
    X[:, :2] = rng.normal(size=(n_rows, 2))
    y = X[:, 0] + X[:, 2] * X[:, 5] - X[:, 7] + rng.normal(size=n_rows)
    if n_classes > 0:
        y = np.digitize(y, np.quantile(y, np.arange(1, n_classes) / n_classes))
    return X, y


@pytest.mark.parametrize("limits", [{}, {"min_samples_leaf": 5}, {"max_features": 3}])
@pytest.mark.parametrize("n_rows", [40, 700])
@pytest.mark.parametrize("n_classes", [0, 2, 5])
def test_columns_of_two_values_are_split_as_others_are(n_classes, n_rows, limits):
    X, y = draw_two_valued(n_rows, n_classes)
    Tree = DecisionTreeClassifier if n_classes > 0 else DecisionTreeRegressor
    two_valued = Tree(random_state=0, **limits).fit(X, y).tree_
    weight = np.append(np.ones(n_rows), 0.0)  # a third value, which takes no part
    X, y = np.vstack([X, np.full(12, 2.0)]), np.append(y, y[0])
    others = Tree(random_state=0, **limits).fit(X, y, sample_weight=weight).tree_
    assert_array_equal(two_valued.feature, others.feature)
    assert_array_equal(two_valued.children_right, others.children_right)
    assert_array_equal(two_valued.n_node_samples, others.n_node_samples)
    assert_array_equal(two_valued.value, others.value)


@pytest.mark.parametrize("n_classes", [0, 2, 5])
def test_what_is_constant_in_a_node_is_so_below_it_alone(n_classes):
    X, y = draw_two_valued(500, n_classes)
    weight = np.random.default_rng(1).random(500) + 0.5  # no two cuts are as good
    Tree = DecisionTreeClassifier if n_classes > 0 else DecisionTreeRegressor
    passed_over = Tree(random_state=0, min_samples_leaf=5)
    looked_at = clone(passed_over).set_params(max_leaf_nodes=499)  # best node first
    weights_of_leaves = [
        tree.fit(X, y, weight).tree_.weighted_n_node_samples[tree.apply(X)]
        for tree in (passed_over, looked_at)
    ]
    assert passed_over.get_n_leaves() > 30
    assert_allclose(*weights_of_leaves)


@pytest.mark.parametrize("kind", ["integers", "fractions"])
@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_row_weighted_k_times_equals_k_rows(criterion, kind):
    X, y = draw_small_data(criterion, seed=11, n_samples=80, levels=30)
    times = np.random.default_rng(0).integers(4, size=len(y))
    unit = 1.0 if kind == "integers" else 0.1
    tree = CRITERIA[criterion](criterion=criterion, max_depth=4, random_state=0)
    weighted = tree.fit(X, y, sample_weight=times * unit).tree_
    copied = CRITERIA[criterion](criterion=criterion, max_depth=4, random_state=0)
    copied.fit(
        np.repeat(X, times, axis=0),
        np.repeat(y, times),
        sample_weight=np.full(times.sum(), unit),
    )
    assert_allclose(weighted.impurity[0], copied.tree_.impurity[0], rtol=ROUNDING)
    assert_allclose(
        impurity_decrease(weighted, 0),
        impurity_decrease(copied.tree_, 0),
        rtol=ROUNDING,
    )
    if not first_split_is_tied(X, y, times, criterion=criterion):
        assert_array_equal(weighted.feature[:1], copied.tree_.feature[:1])
        assert_array_equal(weighted.threshold[:1], copied.tree_.threshold[:1])


def first_split_is_tied(X, y, weight, *, criterion):
    """Tell whether two partitions of the root are equally good."""
    problem = reference.Problem(X, y, weight.astype(float), criterion, max_depth=1)
    return reference.has_ties(problem, reference.grow(problem))


@pytest.mark.parametrize("Tree", TREES)
def test_rows_of_weight_zero_do_not_exist(Tree):
    X, y = make_data(Tree)
    weight = np.ones(len(y))
    weight[::3] = 0
    kept = weight > 0
    assert_same_bits(
        build(Tree).fit(X, y, sample_weight=weight),
        build(Tree).fit(X[kept], y[kept]),
        X,
    )


@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, DecisionTreeRegressor])
def test_rows_of_weight_zero_shift_no_level_of_many(Tree):
    X, y = make_data(Tree, 700)  # more levels than a large node tells apart at once
    X[::5, 0] = np.nan
    weight = np.ones(len(y))
    weight[::2] = 0
    assert_same_bits(
        build(Tree).fit(X, y, sample_weight=weight),
        build(Tree).fit(X[1::2], y[1::2]),
        X,
    )


@pytest.mark.parametrize("Estimator", [DecisionTreeRegressor, ExtraTreeRegressor])
def test_the_old_name_of_squared_error_warns(Estimator):
    X, y = make_data(Estimator)
    with pytest.warns(FutureWarning, match="friedman_mse"):
        old = build(Estimator, criterion="friedman_mse")
    assert_same_bits(old.fit(X, y), build(Estimator).fit(X, y), X)


@pytest.mark.parametrize("container", [sparse.csr_matrix, sparse.csc_array])
@pytest.mark.parametrize("Tree", TREES)
def test_sparse_input_grows_the_dense_tree(Tree, container):
    X, y = make_data(Tree)
    X[np.abs(X) < 0.7] = 0.0
    dense = build(Tree).fit(X, y)
    scant = build(Tree).fit(container(X), y)
    assert_same_bits(dense, scant, X)
    assert_array_equal(scant.predict(container(X)), dense.predict(X))
    assert_array_equal(scant.apply(sparse.csr_matrix(X)), dense.apply(X))


@pytest.mark.parametrize("Tree", TREES)
def test_a_row_ends_in_the_last_node_of_its_path(Tree):
    X, y = make_data(Tree)
    tree = build(Tree, max_depth=5).fit(X, y)
    leaves, paths = tree.apply(X), tree.decision_path(X)
    assert paths.shape == (len(X), tree.tree_.node_count)
    assert_array_equal(leaves, [row.indices.max() for row in paths])
    assert np.all(tree.tree_.children_left[leaves] == LEAF)
    assert_array_equal(np.asarray(paths.sum(axis=0)).ravel(), tree.tree_.n_node_samples)
    depths = node_depths(tree.tree_)
    assert_array_equal(np.asarray(paths.sum(axis=1)).ravel(), depths[leaves] + 1)


@pytest.mark.parametrize("Tree", TREES)
def test_importances_sum_to_one(Tree):
    X, y = make_data(Tree)
    tree = build(Tree).fit(X, y)
    assert_allclose(tree.feature_importances_.sum(), 1.0)
    assert np.all(tree.feature_importances_ >= 0)


@pytest.mark.parametrize("Tree", TREES)
def test_a_tree_without_splits_finds_nothing_important(Tree):
    tree = build(Tree).fit(np.ones((4, 2)), [0, 1, 0, 1])
    assert tree.get_n_leaves() == 1
    assert_array_equal(tree.feature_importances_, [0.0, 0.0])


@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, ExtraTreeClassifier])
def test_one_class_fills_its_leaf(Tree):
    tree = build(Tree).fit([[1.0], [2.0]], ["only", "only"])
    assert_array_equal(tree.tree_.value, [[[1.0]]])
    assert_array_equal(tree.tree_.impurity, [0.0])


def test_a_depth_says_how_many_questions_the_longest_path_asks():
    X = np.arange(8.0).reshape(-1, 1)
    tree = DecisionTreeRegressor().fit(X, np.arange(8.0))
    assert tree.get_depth() == tree.tree_.max_depth == 3
    assert tree.get_n_leaves() == tree.tree_.n_leaves == 8


@pytest.mark.parametrize("Tree", TREES)
def test_shares_of_rows_round_up(Tree):
    X, y = make_data(Tree, 50)
    shares = build(Tree, min_samples_leaf=0.05, min_samples_split=0.21).fit(X, y)
    counts = build(Tree, min_samples_leaf=3, min_samples_split=11).fit(X, y)
    assert_array_equal(shares.tree_.nodes, counts.tree_.nodes)


def test_zero_gain_does_not_stop_growth():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    y = [0, 1, 1, 0]
    assert_array_equal(DecisionTreeClassifier().fit(X, y).predict(X), y)


@pytest.mark.parametrize(
    "n_classes", [100, pytest.param(300, marks=pytest.mark.compiled)]
)
@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, ExtraTreeClassifier])
def test_hundreds_of_classes_are_told_apart(Tree, n_classes):
    X = np.random.default_rng(0).normal(size=(2 * n_classes, 2))
    y = np.arange(2 * n_classes) % n_classes
    tree = build(Tree).fit(X, y)
    assert tree.n_classes_ == n_classes
    assert_array_equal(tree.predict(X), y)
    assert tree.predict_proba(X).shape == (2 * n_classes, n_classes)


def test_balanced_classes_weigh_alike_at_the_root():
    X, y = make_classification(200, weights=[0.9], random_state=0)
    tree = DecisionTreeClassifier(class_weight="balanced", max_depth=1).fit(X, y)
    assert_allclose(tree.tree_.value[0, 0], [0.5, 0.5])
    assert_allclose(tree.tree_.weighted_n_node_samples[0], 200)


def test_a_dict_of_class_weights_multiplies_the_sample_weights():
    X, y = make_classification(100, random_state=0)
    by_class = DecisionTreeClassifier(class_weight={0: 1.0, 1: 3.0}, random_state=0)
    by_row = DecisionTreeClassifier(random_state=0)
    by_class.fit(X, y, sample_weight=np.full(100, 2.0))
    by_row.fit(X, y, sample_weight=np.where(y == 1, 6.0, 2.0))
    assert_same_bits(by_class, by_row, X)


@pytest.mark.parametrize("max_features", ["sqrt", "log2", 2, 0.5, None])
@pytest.mark.parametrize("Tree", TREES)
def test_every_way_to_say_max_features_grows_a_full_tree(Tree, max_features):
    X, y = make_data(Tree)
    tree = build(Tree, max_features=max_features).fit(X, y)
    assert tree.max_features_ == {None: 6, 2: 2, 0.5: 3}.get(max_features, 2)
    assert tree.score(X, y) == 1.0


def test_one_feature_drawn_per_node_is_drawn_among_those_that_vary():
    X = np.zeros((50, 20))
    X[:, 7] = np.arange(50)
    tree = DecisionTreeRegressor(max_features=1, random_state=0).fit(X, np.arange(50.0))
    assert tree.get_n_leaves() == 50


@pytest.mark.parametrize("Tree", [ExtraTreeClassifier, ExtraTreeRegressor])
def test_random_thresholds_differ_from_seed_to_seed(Tree):
    X, y = make_data(Tree)
    thresholds = {
        build(Tree, random_state=seed).fit(X, y).tree_.threshold[0] for seed in range(9)
    }
    assert len(thresholds) == 9


def test_random_thresholds_are_uniform_between_the_extremes():
    X = np.array([[0.0], [0.1], [1.0]])
    y = [0.0, 1.0, 2.0]
    roots = [
        ExtraTreeRegressor(max_depth=1, random_state=seed).fit(X, y).tree_.threshold[0]
        for seed in range(2_000)
    ]
    # Standard error of the share below 0.1: 0.007.
    assert 0.07 < np.mean(np.array(roots) < 0.1) < 0.13
    assert 0.0 <= min(roots) < max(roots) < 1.0


@pytest.mark.parametrize("Tree", TREES)
def test_drawings_of_scikit_learn_show_our_trees(Tree):
    pytest.importorskip("matplotlib").use("Agg")
    X, y = make_data(Tree)
    tree = build(Tree, max_depth=2).fit(X, y)
    threshold = f"{tree.tree_.threshold[0]:.2f}".rstrip("0")
    assert threshold in export_text(tree)
    assert threshold in export_graphviz(tree, precision=2)
    assert threshold in plot_tree(tree, precision=2)[0].get_text()


@pytest.mark.parametrize("method", ["auto", "brute"])
def test_partial_dependence_is_the_mean_over_rows_forced_to_a_value(method):
    X, y = make_regression(60, 1, random_state=0)
    tree = DecisionTreeRegressor(max_depth=3, random_state=0).fit(X, y)
    found = partial_dependence(tree, X, [0], method=method, grid_resolution=5)
    grid = found["grid_values"][0]
    assert_allclose(found["average"][0], tree.predict(grid.reshape(-1, 1)))


def test_partial_dependence_of_a_stump_is_the_same_by_either_method():
    X, y = make_regression(60, 3, random_state=0)
    tree = DecisionTreeRegressor(max_depth=1, random_state=0).fit(X, y)
    feature = [int(tree.tree_.feature[0])]
    grids = [
        partial_dependence(tree, X, feature, method=method, grid_resolution=5)
        for method in ("recursion", "brute")
    ]
    assert_allclose(grids[0]["average"], grids[1]["average"])


def test_poisson_leaves_predict_positive_rates():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    y = rng.poisson(0.3, size=200)
    tree = DecisionTreeRegressor(criterion="poisson", random_state=0).fit(X, y)
    assert np.all(tree.predict(rng.normal(size=(500, 3))) > 0)


def test_median_trees_draw_every_feature_first():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    roots = [
        DecisionTreeRegressor(
            criterion="absolute_error", max_features=1, max_depth=1, random_state=seed
        )
        .fit(X, y)
        .tree_.feature[0]
        for seed in range(200)
    ]
    assert np.bincount(roots, minlength=4).min() > 25


def test_a_thrown_cut_beside_missing_values_alone_is_infinite():
    X, y = np.array([[1.0], [1.0], [np.nan]]), [0.0, 0.0, 5.0]
    tree = ExtraTreeRegressor(criterion="absolute_error").fit(X, y)
    assert tree.tree_.threshold[0] == np.inf
    assert_array_equal(tree.predict([[1.0], [9.0], [np.nan]]), [0.0, 0.0, 5.0])


@pytest.mark.parametrize("n_classes", [2, 4])
def test_weights_that_cancel_leave_no_trace(n_classes):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 2))
    y = rng.integers(n_classes, size=2000)
    X[:2, 0] = X[2, 0] = 50.0  # three rows of one value, two of which cancel
    y[:3] = [0, 1, 1]
    weights = np.ones(2000)
    weights[:3] = [1.5, -1.5, 0.0]
    tree = DecisionTreeClassifier(max_depth=1, min_samples_leaf=50, random_state=0)
    one = tree.fit(X, y, weights).predict_proba(X[3:])
    swapped = tree.fit(X[:, ::-1], y, weights).predict_proba(X[3:, ::-1])
    assert np.isfinite(one).all()
    assert_allclose(one, swapped)


@pytest.mark.parametrize("weight", [0, np.nan, np.inf])
def test_one_weight_for_all_is_checked_too(weight):
    with pytest.raises(ValueError, match="sample_weight"):
        DecisionTreeClassifier().fit([[0.0], [1.0]], [0, 1], sample_weight=weight)


def test_class_weights_that_leave_nothing_are_refused():
    tree = DecisionTreeClassifier(class_weight={0: 0, 1: 0})
    with pytest.raises(ValueError, match="class_weight=.* leaves no row with a weight"):
        tree.fit([[0.0], [1.0]], [0, 1])
