"""Laws that every tree obeys, on any data and by any rules."""

import os

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from skclassic import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

LEAF = -1
CRITERIA = {
    DecisionTreeClassifier: ["gini", "entropy", "log_loss"],
    ExtraTreeClassifier: ["gini", "entropy", "log_loss"],
    DecisionTreeRegressor: ["squared_error", "absolute_error", "poisson"],
    ExtraTreeRegressor: ["squared_error", "absolute_error", "poisson"],
}
BEST = [DecisionTreeClassifier, DecisionTreeRegressor]

IS_INTERPRETED = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")

# No deadline: the first example may compile the kernels.
on_many_examples = settings(
    max_examples=12 if IS_INTERPRETED else 60, deadline=None, derandomize=True
)


@st.composite
def training_sets(draw, *, missing=True):
    """Draw X with ties and gaps, y of whole numbers from 0 on, and weights."""
    n_samples, n_features = draw(st.integers(2, 40)), draw(st.integers(1, 4))
    values = st.integers(-4, 4).map(float)
    if missing:
        values = st.one_of(values, st.just(np.nan))
    X = draw(arrays(float, (n_samples, n_features), elements=values))
    y = draw(arrays(int, n_samples, elements=st.integers(0, 3)))
    y[0] = 1  # a poisson target must not be zero throughout
    weight = draw(arrays(float, n_samples, elements=st.sampled_from([0.5, 1.0, 3.0])))
    return X, y, weight


@st.composite
def trees(draw, among=tuple(CRITERIA)):
    """Draw an unfitted tree with any criterion and stopping rules."""
    Tree = draw(st.sampled_from(among))
    return Tree(
        criterion=draw(st.sampled_from(CRITERIA[Tree])),
        max_depth=draw(st.one_of(st.none(), st.integers(1, 5))),
        min_samples_leaf=draw(st.integers(1, 5)),
        min_samples_split=draw(st.integers(2, 10)),
        min_weight_fraction_leaf=draw(st.sampled_from([0.0, 0.1, 0.3])),
        random_state=draw(st.integers(0, 9)),
    )


def answers(tree, X):
    """Predict probabilities or values."""
    predict = getattr(tree, "predict_proba", tree.predict)
    return predict(X)


def inner_nodes(tree):
    return np.flatnonzero(tree.children_left != LEAF)


def children(tree):
    """Return the left and the right children of all inner nodes."""
    inner = inner_nodes(tree)
    return tree.children_left[inner], tree.children_right[inner]


@on_many_examples
@given(training_sets(), trees())
def test_counts_and_weights_of_children_add_up_to_the_parents(data, tree):
    X, y, weight = data
    grown = tree.fit(X, y, sample_weight=weight).tree_
    left, right = children(grown)
    for of_node in (grown.n_node_samples, grown.weighted_n_node_samples):
        assert_allclose(of_node[left] + of_node[right], of_node[inner_nodes(grown)])
    assert grown.n_node_samples[0] == len(y)
    assert_allclose(grown.weighted_n_node_samples[0], weight.sum())


@on_many_examples
@given(training_sets(), trees())
def test_children_are_no_less_pure_than_their_parent(data, tree):
    X, y, weight = data
    grown = tree.fit(X, y, sample_weight=weight).tree_
    mass = grown.weighted_n_node_samples * grown.impurity
    left, right = children(grown)
    # 1e-9 of the root's weight: rounding of sums over at most 40 rows.
    slack = 1e-9 * grown.weighted_n_node_samples[0]
    assert np.all(mass[left] + mass[right] <= mass[inner_nodes(grown)] + slack)


@on_many_examples
@given(training_sets(), trees())
def test_values_of_children_average_to_the_parents(data, tree):
    assume(tree.criterion != "absolute_error")  # medians do not
    X, y, weight = data
    grown = tree.fit(X, y, sample_weight=weight).tree_
    sums = grown.value[:, 0] * grown.weighted_n_node_samples[:, np.newaxis]
    left, right = children(grown)
    assert_allclose(sums[left] + sums[right], sums[inner_nodes(grown)], atol=1e-9)


@on_many_examples
@given(training_sets(), trees())
def test_every_stopping_rule_is_kept(data, tree):
    X, y, weight = data
    grown = tree.fit(X, y, sample_weight=weight).tree_
    leaves = grown.children_left == LEAF
    assert grown.max_depth <= (tree.max_depth or np.inf)
    assert np.all(grown.n_node_samples[~leaves] >= tree.min_samples_split)
    if grown.node_count > 1:
        least = tree.min_weight_fraction_leaf * weight.sum()
        assert grown.n_node_samples[leaves].min() >= tree.min_samples_leaf
        assert grown.weighted_n_node_samples[leaves].min() >= least - 1e-9


@on_many_examples
@given(training_sets(), trees())
def test_training_rows_reach_the_leaves_that_counted_them(data, tree):
    X, y, weight = data
    leaves = tree.fit(X, y, sample_weight=weight).apply(X)
    counts = np.bincount(leaves, minlength=tree.tree_.node_count)
    is_leaf = tree.tree_.children_left == LEAF
    assert_array_equal(counts, np.where(is_leaf, tree.tree_.n_node_samples, 0))


@on_many_examples
@given(training_sets(), trees())
def test_importances_are_shares(data, tree):
    X, y, weight = data
    importances = tree.fit(X, y, sample_weight=weight).feature_importances_
    assert np.all(importances >= -1e-9)
    assert np.isclose(importances.sum(), 1.0) or np.all(importances == 0)


@on_many_examples
@given(training_sets(), trees(BEST))
def test_only_the_order_of_values_matters_to_training_rows(data, tree):
    X, y, weight = data
    plain = answers(tree.fit(X, y, sample_weight=weight), X)
    stretched = np.sign(X) * np.expm1(np.abs(X))
    assert_array_equal(
        answers(tree.fit(stretched, y, sample_weight=weight), stretched), plain
    )


@on_many_examples
@given(training_sets(), trees(BEST), st.sampled_from([0.25, 2.0, 1024.0]))
def test_the_scale_of_the_weights_does_not_matter(data, tree, scale):
    # Powers of two, so that scaling rounds nothing and no tie is broken anew.
    X, y, weight = data
    plain = answers(tree.fit(X, y, sample_weight=weight), X)
    assert_array_equal(answers(tree.fit(X, y, sample_weight=scale * weight), X), plain)


@on_many_examples
@given(training_sets(), st.integers(-1000, 1000), st.integers(0, 9))
def test_a_constant_added_to_the_target_is_added_to_the_predictions(data, shift, seed):
    # Full trees: near-ties may be broken otherwise, but rows alike in X stay together.
    X, y, _ = data
    tree = DecisionTreeRegressor(random_state=seed)
    plain = tree.fit(X, y).predict(X)
    assert_allclose(tree.fit(X, y + shift).predict(X), plain + shift, atol=1e-9)


@on_many_examples
@given(training_sets(missing=False), st.randoms(use_true_random=False))
def test_the_order_of_columns_does_not_matter_to_full_trees(data, random):
    X, y, weight = data
    order = random.sample(range(X.shape[1]), X.shape[1])
    for Tree in BEST:
        plain = Tree(random_state=0).fit(X, y, sample_weight=weight)
        moved = Tree(random_state=0).fit(X[:, order], y, sample_weight=weight)
        assert_allclose(answers(moved, X[:, order]), answers(plain, X), atol=1e-9)


@on_many_examples
@given(training_sets(), st.randoms(use_true_random=False))
def test_the_order_of_columns_does_not_change_what_a_stump_gains(data, random):
    X, y, weight = data
    order = random.sample(range(X.shape[1]), X.shape[1])
    for Tree in BEST:
        stump = Tree(max_depth=1, random_state=0)
        remaining = [
            remaining_impurity(stump.fit(columns, y, sample_weight=weight).tree_)
            for columns in (X, X[:, order])
        ]
        assert_allclose(*remaining, atol=1e-9)


def remaining_impurity(tree):
    """Compute the mean impurity of the leaves."""
    leaves = tree.children_left == LEAF
    return np.average(
        tree.impurity[leaves], weights=tree.weighted_n_node_samples[leaves]
    )


@on_many_examples
@given(training_sets(missing=False), st.sampled_from(list(CRITERIA)))
def test_full_trees_are_right_wherever_equal_rows_agree(data, Tree):
    X, y, _ = data
    _, first, which = np.unique(X, axis=0, return_index=True, return_inverse=True)
    agreed = y[first][which.ravel()]  # every row takes the target of its first double
    tree = Tree(random_state=0).fit(X, agreed)
    assert_allclose(tree.predict(X), agreed, atol=1e-9)


@on_many_examples
@given(training_sets())
def test_rows_given_twice_change_no_answer_of_a_full_tree(data):
    X, y, _ = data
    for Tree in BEST:
        once = Tree(random_state=0).fit(X, y)
        twice = Tree(random_state=0).fit(np.tile(X, (2, 1)), np.tile(y, 2))
        assert_allclose(answers(twice, X), answers(once, X), atol=1e-9)
