"""Laws of the grower by absolute error, on data small enough for the interpreter."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skclassic.growth.binner import take_columns
from skclassic.growth.medians import MedianStatistic, grow_by_medians
from skclassic.kernels.growing import Limits

NO_LIMITS = Limits(3, 2**31 - 1, 2, 1, 0.0, False)
SPLITTERS = ["best", "random"]


def draw_rows(n_rows=90, *, missing=0.2):
    """Draw X with ties and gaps, targets, and weights of whole numbers, some zero."""
    rng = np.random.default_rng(0)
    X = np.floor(rng.normal(size=(n_rows, 3)) * 4)
    X[rng.random(X.shape) < missing] = np.nan
    return X, rng.normal(size=n_rows).round(1), rng.integers(0, 4, size=n_rows)


def grow(X, y, weight, *, splitter, limits=NO_LIMITS):
    statistic, raw = MedianStatistic(y), take_columns(X)
    return grow_by_medians(
        raw, statistic, weight, limits=limits, seed=3, splitter=splitter
    )


@pytest.mark.parametrize("splitter", SPLITTERS)
def test_a_full_tree_knows_its_training_rows(splitter):
    X = np.random.default_rng(1).normal(size=(90, 3))
    _, y, _ = draw_rows()
    tree = grow(X, y, np.ones(len(y)), splitter=splitter)
    assert_array_equal(tree.predict(X)[:, 0], y)


@pytest.mark.parametrize("splitter", SPLITTERS)
def test_leaves_keep_their_least_size_and_weight(splitter):
    X, y, weight = draw_rows()
    limits = NO_LIMITS._replace(min_rows_leaf=4, min_rows_split=8, min_weight_leaf=9.0)
    tree = grow(X, y, weight, splitter=splitter, limits=limits)
    assert tree.n_leaves > 1
    assert tree.leaf_rows.min() >= 4
    assert tree.leaf_weight.min() >= 9.0


@pytest.mark.parametrize("splitter", SPLITTERS)
def test_every_node_holds_the_median_of_its_rows(splitter):
    X, y, weight = draw_rows()
    tree = grow(X, y, weight, splitter=splitter)
    for node, rows in enumerate(tree.decision_path(X).T.tocsr()):
        copies = np.repeat(rows.indices, weight[rows.indices])
        assert np.isclose(tree.node_median[node], np.median(y[copies]))
        distance = np.abs(y[copies] - np.median(y[copies]))
        assert np.isclose(tree.node_error[node], distance.mean())


@pytest.mark.parametrize("splitter", SPLITTERS)
def test_a_row_weighted_thrice_equals_the_row_given_thrice(splitter):
    X, y, weight = draw_rows()
    copies = np.repeat(np.arange(len(y)), weight)
    weighed = grow(X, y, weight, splitter=splitter)
    ones = np.ones(len(copies))
    repeated = grow(X[copies], y[copies], ones, splitter=splitter)
    assert_array_equal(weighed.feature, repeated.feature)
    assert_array_equal(weighed.threshold, repeated.threshold)
    assert_array_equal(weighed.node_median, repeated.node_median)
