"""Sums by bins find the cut that trying all cuts finds."""

import numpy as np
import pytest

from skclassic.growth.binner import code_columns
from skclassic.growth.criteria import ClassStatistic
from skclassic.growth.stumps import Stumps


def measure_purity(left, all_sums):
    """Give ``sum_k S_k^2 / S`` of both sides."""
    right = all_sums - left
    return (left**2).sum() / left.sum() + (right**2).sum() / right.sum()


def try_all_cuts(X, y, w, n_classes):
    """Give the purity of the best cut, missing values on either side of it."""
    all_sums, best = np.bincount(y, w, n_classes), -1.0
    for column in X.T:
        for threshold in np.unique(column[~np.isnan(column)]):
            for with_gaps in (False, True):
                is_left = (column <= threshold) | (np.isnan(column) & with_gaps)
                if not is_left.all():
                    left = np.bincount(y[is_left], w[is_left], n_classes)
                    best = max(best, measure_purity(left, all_sums))
    return best


SEARCHES = {"bins": 0, "order": 10_000}  # rows up to which they are put in order


@pytest.fixture(params=SEARCHES)
def _each_search(request, monkeypatch):
    """Search by bins, and in order, whatever the number of rows."""
    monkeypatch.setattr("skclassic.growth.stumps.FEW_ROWS", SEARCHES[request.param])


@pytest.mark.usefixtures("_each_search")
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("kind", ["few values", "many values", "gaps"])
def test_the_best_cut_is_found(kind, n_classes):
    rng = np.random.default_rng(len(kind) + n_classes)
    X, y = rng.standard_normal((400, 3)), rng.integers(0, n_classes, 400)
    X = np.round(2 * X) if kind == "few values" else X
    if kind == "gaps":
        X[rng.random(X.shape) < 0.3] = np.nan
    w = rng.random(400)
    w /= w.sum()
    stumps = Stumps(code_columns(X), ClassStatistic(y, n_classes, False))
    tree, leaves = stumps.grow(w)
    left = np.bincount(y[tree.apply(X) == 1], w[tree.apply(X) == 1], n_classes)
    expected = try_all_cuts(X, y, w, n_classes)
    assert measure_purity(left, np.bincount(y, w)) == pytest.approx(expected, abs=1e-12)
    assert tree.leaf_rows.sum() == 400
    assert tree.leaf_weight.sum() == pytest.approx(1)


@pytest.mark.usefixtures("_each_search")
def test_of_equal_cuts_the_first_is_taken_whatever_the_order_of_the_rows():
    rng = np.random.default_rng(0)
    column, y = rng.integers(0, 6, 300).astype(float), rng.integers(0, 2, 300)
    X, w = np.column_stack([column, column, -column]), rng.random(300)
    for order in (np.arange(300), rng.permutation(300)):
        coded = code_columns(np.ascontiguousarray(X[order]))
        stumps = Stumps(coded, ClassStatistic(y[order], 2, False))
        assert stumps.grow(w[order] / w.sum())[0].feature[0] == 0


@pytest.mark.parametrize("gaps", [False, True])
def test_both_searches_find_the_same_cut(gaps, monkeypatch):
    rng = np.random.default_rng(1)
    for n_classes in (2, 4):
        X, y = rng.standard_normal((500, 3)), rng.integers(0, n_classes, 500)
        X[:, 1] = np.round(X[:, 1])
        X[rng.random(X.shape) < 0.2 * gaps] = np.nan
        w = rng.random(500)
        w /= w.sum()
        found = []
        for few in SEARCHES.values():
            monkeypatch.setattr("skclassic.growth.stumps.FEW_ROWS", few)
            stumps = Stumps(code_columns(X), ClassStatistic(y, n_classes, False))
            tree, leaves = stumps.grow(w)
            found.append((tree.nodes.tobytes(), leaves.tobytes()))
        assert found[0] == found[1]


def test_few_rows_of_many_classes_are_put_in_order():
    rng = np.random.default_rng(2)
    X, y = rng.standard_normal((400, 3)), rng.integers(0, 40, 400)
    statistic, coded = ClassStatistic(y, 40, False), code_columns(X)
    assert Stumps.suit(coded, statistic)
    w = rng.random(400)
    tree, _ = Stumps(coded, statistic).grow(w / w.sum())
    is_left = tree.apply(X) == 1
    left = np.bincount(y[is_left], w[is_left], 40)
    purity = measure_purity(left, np.bincount(y, w))
    assert purity == pytest.approx(try_all_cuts(X, y, w, 40), abs=1e-10)
