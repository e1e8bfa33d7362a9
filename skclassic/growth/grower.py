"""Grow a tree from coded columns: sets the desk, calls the kernel, keeps the result."""

import numpy as np

from skclassic.growth.tree import Tree
from skclassic.kernels import growing

WORD = np.uint64(2**64 - 1)


def grow_tree(coded, statistic, weights, *, limits, seed, splitter="best"):
    """Grow one tree, depth first.

    Parameters
    ----------
    coded : Coded
    statistic : ClassStatistic or TargetStatistic
    weights : array of shape (n_rows,)
        Rows of weight 0 take no part.
    limits : Limits
    seed : int
    splitter : {"best", "random"}

    Returns
    -------
    tree : Tree
    """
    order = np.flatnonzero(weights).astype(np.int32)
    carried = statistic.carry(order, weights[order].astype(np.float64))
    nodes = np.empty((2 * len(order), 4), np.int32)
    starts = np.empty(len(order), np.int32)
    n_nodes, n_leaves = growing.grow(
        coded.codes,
        coded.by_row,
        coded.has_missing,
        growing.Levels(coded.first, coded.lower, coded.upper)
        if splitter == "random"
        else None,
        True if splitter == "best" else None,
        order,
        *carried,
        *_bins_of(statistic, carried),
        limits,
        statistic.is_log,
        np.array([_scramble(seed)], np.uint64),
        *_set_desk(coded, statistic, carried, order),
        nodes,
        starts,
    )
    nodes = nodes[:n_nodes].copy()
    leaves = statistic.finish(order, carried, starts[:n_leaves])
    _write_reals(nodes, coded, leaves, splitter, seed)
    return Tree.from_nodes(nodes, leaves, statistic, coded.n_features)


def _scramble(seed):
    """Spread a seed over 64 bits, never all zero (Steele et al. 2014, splitmix64)."""
    word = (seed + 0x9E3779B97F4A7C15) % 2**64
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB % 2**64
    return (word ^ (word >> 31)) or 1


def _bins_of(statistic, carried):
    if carried.words is not None:
        return None, None
    if statistic.is_sum:
        return np.empty(growing.BINS + 1), None
    return None, np.empty((growing.BINS + 1, statistic.n_classes))


def _set_desk(coded, statistic, carried, order):
    """Lay out the kernel's scratch arrays."""
    n_rows, n_bins, small = len(order), growing.BINS + 1, growing.SMALL_NODE
    n_runs = max(n_bins, small) * statistic.n_classes
    desk = growing.Desk(
        stack=np.empty((n_rows + 2, 6), np.int32),
        features=np.arange(coded.n_features),
        goes=np.empty(n_rows, np.uint8),
        order=np.empty(n_rows, np.int32),
        places=np.empty(n_rows, np.int32),
        places_aside=np.empty(small, np.int32),
        block=np.empty((coded.n_features, small), np.uint16),
        keys=np.empty(max(n_rows, small), np.int32),
        row_bins=np.zeros(n_bins, np.int64),
        run_code=np.empty(n_runs, np.int64),
        run_rows=np.empty(n_runs, np.int64),
    )
    if carried.words is not None:
        room = (np.empty(size, np.uint64) for size in (n_rows, n_bins, n_runs))
        return desk, growing.WordDesk(*room), None
    n_classes = statistic.n_classes
    sizes = (n_rows, n_rows, n_bins, n_runs, n_runs, n_classes, n_classes)
    return desk, None, growing.SumDesk(*(np.empty(size) for size in sizes))


def _write_reals(nodes, coded, leaves, splitter, seed):
    """Put thresholds and leaf values where the kernel left rows."""
    feature = nodes[:, 2]
    splits = np.flatnonzero(feature >= 0)
    thresholds = _thresholds(nodes[splits], coded, splitter, seed)
    reals = nodes.view(np.float64)
    reals[splits, 0] = thresholds
    reals[feature < 0, 0] = leaves.value


def _thresholds(splits, coded, splitter, seed):
    """Return raw thresholds t, low <= t < high, between the values that meet.

    Midway for the best cut. A thrown cut that fell between two neighbouring values is
    evenly spread between them.
    """
    left_row, right_row, feature = splits[:, 0], splits[:, 1], splits[:, 2]
    low = _values(coded, left_row, feature, coded.upper)
    high = _values(
        coded, np.where(left_row < 0, ~right_row, right_row), feature, coded.lower
    )
    share = 0.5
    if splitter == "random":
        share = np.random.default_rng(seed).uniform(size=len(splits))
    middle = low * (1.0 - share) + high * share
    middle = np.where((low <= middle) & (middle < high), middle, low)
    return np.where(right_row == -1, np.inf, middle)


def _values(coded, row, feature, ends):
    """Return raw values: of a row's level, or, for a complement, of the row itself."""
    is_fine = row < 0
    row = np.where(is_fine, ~row, row)
    has_missing = coded.has_missing[feature]
    span = np.where(has_missing, 65280, 65536)
    n_levels = np.diff(coded.first)[feature]
    rank = -(-coded.codes[0, feature, row].astype(np.int64) * n_levels // span)
    values = ends[coded.first[feature] + np.minimum(rank, n_levels - 1)]
    if is_fine.any():
        raw = np.asarray(coded.X[row[is_fine], feature[is_fine]], np.float64).ravel()
        values[is_fine] = raw
    return values
