"""The grower's laws, on data small enough for the interpreter."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skclassic import DecisionTreeClassifier
from skclassic.growth import grower
from skclassic.growth.binner import code_columns, take_columns
from skclassic.growth.criteria import (
    ClassStatistic,
    SeveralStatistic,
    TargetStatistic,
)
from skclassic.growth.grower import grow_trees
from skclassic.growth.pruning import cut_back
from skclassic.kernels.growing import SMALL_NODE, Limits

NO_LIMITS = Limits(5, 2**31 - 1, 2, 1, 0.0, False)


def grow_tree(prepared, statistic, weights, *, limits, seed):
    (tree,) = grow_trees(prepared, statistic, [weights], limits=limits, seeds=[seed])
    return tree


def make_rows(n_rows=150, *, missing=0.0, n_values=None):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 5))
    if n_values is not None:
        X = np.floor(X * n_values)
    X[rng.uniform(size=X.shape) < missing] = np.nan
    return X, rng


def statistic_of(kind, rng, n_rows):
    if kind == "regression":
        return TargetStatistic(rng.normal(size=n_rows), False)
    if kind == "poisson":
        return TargetStatistic(rng.poisson(2.0, size=n_rows) + 1.0, True)
    n_classes, is_log = {"two": (2, False), "two entropy": (2, True)}.get(
        kind, (7, kind == "seven entropy")
    )
    return ClassStatistic(rng.integers(n_classes, size=n_rows), n_classes, is_log)


KINDS = ["two", "two entropy", "seven", "seven entropy", "regression", "poisson"]


def predict(tree, X, statistic):
    values = tree.predict(X)
    return values[:, 0] if statistic.is_sum else values.argmax(axis=1)


@pytest.mark.parametrize("lay_out", [code_columns, take_columns])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_a_full_tree_knows_its_training_rows(kind, lay_out, missing):
    X, rng = make_rows(missing=missing)
    statistic = statistic_of(kind, rng, len(X))
    tree = grow_tree(lay_out(X), statistic, np.ones(len(X)), limits=NO_LIMITS, seed=3)
    assert_array_equal(predict(tree, X, statistic), statistic.y)


@pytest.mark.parametrize("lay_out", [code_columns, take_columns])
@pytest.mark.parametrize("kind", KINDS)
def test_leaves_keep_their_least_size_and_weight(kind, lay_out):
    X, rng = make_rows(missing=0.1)
    weights = rng.integers(1, 4, size=len(X)).astype(float)
    limits = NO_LIMITS._replace(min_rows_leaf=6, min_weight_leaf=15.0)
    tree = grow_tree(
        lay_out(X), statistic_of(kind, rng, len(X)), weights, limits=limits, seed=3
    )
    assert tree.n_leaves > 1
    assert tree.leaf_rows.min() >= 6
    assert tree.leaf_weight.min() >= 15.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_weighted_thrice_equals_the_row_given_thrice(kind):
    X, rng = make_rows(SMALL_NODE * 2, n_values=3)
    statistic = statistic_of(kind, rng, len(X))
    weights = rng.integers(0, 4, size=len(X)).astype(float)
    copies = np.repeat(np.arange(len(X)), weights.astype(int))
    present = weights > 0
    weighed = grow_tree(
        code_columns(X[present]),
        statistic.take_rows(present),
        weights[present],
        limits=NO_LIMITS,
        seed=1,
    )
    repeated = grow_tree(
        code_columns(X[copies]),
        statistic.take_rows(copies),
        np.ones(len(copies)),
        limits=NO_LIMITS,
        seed=1,
    )
    assert_array_equal(weighed.feature, repeated.feature)
    assert_array_equal(weighed.threshold, repeated.threshold)
    assert_array_equal(weighed.predict(X), repeated.predict(X))


def count_slots_taken(monkeypatch, *, least_rows):
    """Let nodes of few rows keep histograms; list how often slots were given out."""
    monkeypatch.setattr(grower, "LEAST_ROWS_HELD", least_rows)
    monkeypatch.setattr(grower, "LEAST_ROWS_HELD_PER_CLASS", least_rows // 7)
    slots, set_held = [], grower._set_held

    def spy(*args):
        held = set_held(*args)
        slots.append(len(held.sums))
        return held

    monkeypatch.setattr(grower, "_set_held", spy)
    return slots


def several(rng, n_rows, *, is_sum):
    y = rng.integers(3, size=(n_rows, 2))
    if is_sum:
        return SeveralStatistic(y + 0.5, (1, 1), True, False)
    return SeveralStatistic(y, (3, 3), False, False)


@pytest.mark.parametrize("kind", [*KINDS, "several classes", "several targets"])
@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("least_leaf", [1, pytest.param(5, marks=pytest.mark.compiled)])
def test_the_best_node_first_gives_the_full_tree_cut_back(
    kind, missing, least_leaf, monkeypatch
):
    slots = count_slots_taken(monkeypatch, least_rows=70)
    X, rng = make_rows(700, missing=missing)
    X[:, 1] = X[:, 1] > 0.3  # one high byte in every node below a split on it
    signal = np.nan_to_num(X[:, 0]) > 0.2
    if kind.startswith("several"):
        statistic = several(rng, len(X), is_sum=kind == "several targets")
        statistic.y[signal] += statistic.y[signal] < 2
    else:
        statistic = statistic_of(kind, rng, len(X))
        statistic.y[signal] = statistic.y[0]
    weights = rng.integers(1, 4, size=len(X)).astype(float)
    limits = NO_LIMITS._replace(min_rows_leaf=least_leaf)
    coded = code_columns(X)
    full = grow_tree(coded, statistic, weights, limits=limits, seed=0)
    wanted = cut_back(full, max_leaf_nodes=9)
    limits = limits._replace(max_leaf_nodes=9)
    tree = grow_tree(coded, statistic, weights, limits=limits, seed=1)
    for name in ("feature", "threshold", "children_right", "missing_go_to_left"):
        assert_array_equal(getattr(tree, name), getattr(wanted, name))
    assert_array_equal(tree.leaf_weight, wanted.leaf_weight)
    assert_array_equal(tree.leaf_rows, wanted.leaf_rows)
    assert_allclose(tree.value, wanted.value)  # added up in another order
    assert_allclose(tree.impurity, wanted.impurity, atol=1e-12)
    assert (slots[0] > 2) == (not kind.startswith("several"))


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("kind", KINDS)
def test_bringing_codes_near_changes_no_tree(kind, missing, monkeypatch):
    X, rng = make_rows(400, missing=missing, n_values=3)
    statistic = statistic_of(kind, rng, len(X))
    weights = rng.integers(0, 3, size=len(X))

    def grow(n_bytes):
        monkeypatch.setattr(grower, "NEAR", n_bytes)
        coded = code_columns(X)
        return grow_tree(coded, statistic, weights, limits=NO_LIMITS, seed=3)

    far, near = grow(10**6), grow(1200)  # 120 rows of 5 features
    assert_array_equal(near.nodes, far.nodes)
    assert_array_equal(near.leaf_rows, far.leaf_rows)


def test_more_values_than_codes_are_still_told_apart():
    rng = np.random.default_rng(0)
    values = np.sort(rng.normal(size=70_000))
    coded = code_columns(values[:, None])
    few = np.zeros(len(values))
    few[30_000:30_120] = 1.0
    statistic = ClassStatistic(rng.integers(2, size=len(values)), 2, False)
    tree = grow_tree(coded, statistic, few, limits=NO_LIMITS, seed=1)
    rows = values[30_000:30_120, None]
    assert_array_equal(tree.predict(rows).argmax(axis=1), statistic.y[30_000:30_120])


def test_finer_codes_are_made_once_and_grow_the_same_trees(monkeypatch):
    rng = np.random.default_rng(0)
    values = np.sort(rng.normal(size=70_000))
    few = np.zeros(len(values))
    few[30_000:30_120] = 1.0
    statistic = ClassStatistic(rng.integers(2, size=len(values)), 2, False)
    n_sheets, grow_coded = [], grower._grow_coded

    def count_sheets(room, coded, *rest):
        n_sheets.append(len(coded.codes))
        return grow_coded(room, coded, *rest)

    monkeypatch.setattr(grower, "_grow_coded", count_sheets)
    coded = code_columns(values[:, None])
    trees = [
        grow_tree(coded, statistic, few, limits=NO_LIMITS, seed=1) for _ in range(3)
    ]
    assert n_sheets == [1, 2, 2, 2]
    for tree in trees:
        assert_array_equal(tree.nodes, trees[0].nodes)


def test_codes_keep_the_order_of_the_values():
    rng = np.random.default_rng(0)
    X = rng.integers(300, size=(1000, 1)).astype(float)
    codes = code_columns(X).codes[0, 0].astype(int)
    order = np.argsort(X[:, 0], kind="stable")
    assert (np.diff(codes[order]) >= 0).all()
    assert len(np.unique(codes)) == len(np.unique(X))


def test_high_bytes_tell_256_values_apart():
    X = np.arange(256.0)[:, None]
    assert_array_equal(code_columns(X).codes[0, 0] >> 8, np.arange(256))


@pytest.mark.parametrize("lay_out", [code_columns, take_columns])
@pytest.mark.parametrize("kind", KINDS)
def test_trees_grown_in_one_call_are_those_grown_alone(kind, lay_out):
    X, rng = make_rows(missing=0.1)
    n_levels = None
    if kind in ("two", "seven", "regression"):  # others with sets: test_categories.py
        X[:, 4] = rng.integers(70, size=len(X))
        n_levels = np.array([0, 0, 0, 0, 70])
    prepared, statistic = lay_out(X, n_levels=n_levels), statistic_of(kind, rng, len(X))
    counts = [
        np.bincount(rng.integers(len(X), size=len(X)), minlength=len(X))
        for _ in range(4)
    ]
    together = grow_trees(
        prepared, statistic, counts, limits=NO_LIMITS, seeds=[3, 1, 4, 1]
    )
    for tree, own, seed in zip(together, counts, [3, 1, 4, 1], strict=True):
        alone = grow_tree(prepared, statistic, own, limits=NO_LIMITS, seed=seed)
        assert_array_equal(tree.nodes, alone.nodes)
        assert_array_equal(tree.leaf_weight, alone.leaf_weight)
        assert_array_equal(tree.leaf_rows, alone.leaf_rows)
        assert_array_equal(tree.value, alone.value)
        if n_levels is not None:
            assert_array_equal(tree.sets.words, alone.sets.words)
        assert_array_equal(tree.impurity, alone.impurity)


@pytest.mark.parametrize("times", [10_000, 10**6])
def test_a_tree_stays_when_all_counts_are_multiplied(times):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1000, 2))
    y = (X[:, 0] * 7).round().astype(int) % 2 ^ (rng.random(1000) < 0.05)
    counts = rng.integers(1, 6, 1000)
    one, other = (
        DecisionTreeClassifier(random_state=0).fit(X, y, counts * k).tree_
        for k in (1, times)
    )
    assert_array_equal(one.nodes, other.nodes)
