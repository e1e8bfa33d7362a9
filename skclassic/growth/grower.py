"""Grow trees from prepared columns: sets the desk, calls the kernel, keeps all."""

import math
from typing import NamedTuple

import numpy as np

from skclassic.growth.binner import Coded
from skclassic.growth.criteria import Carried
from skclassic.growth.tree import Sets, Tree
from skclassic.kernels import decoding, growing
from skclassic.kernels.coding import SPAN, SPAN_BESIDE_MISSING

# A slot for histograms takes as much memory as so many rows' codes and sums. Counting
# fewer rows anew costs little.
LEAST_ROWS_HELD = 2048
LEAST_ROWS_HELD_PER_CLASS = 1024
NEAR = 2**18  # bytes of codes that stay in the cache of a core beside all else
LOOKS_PER_MOVE = 2  # looks that must be saved for each code that is copied
NOTHING_NEAR = growing.Near(
    np.empty((0, 0, 0), np.uint16), np.empty(0, np.uint32), np.zeros(2, np.int64)
)


class Task(NamedTuple):
    """What all kernels are told of the trees that are to be grown."""

    begins: np.ndarray  # int64 (n_trees + 1,), where their rows begin in `order`
    order: np.ndarray  # uint32 (n_rows,), the rows that have weight, tree after tree
    carried: Carried
    statistic: object
    limits: growing.Limits
    trend: growing.Trend | None
    levels: growing.Levels | None
    seeds: list

    @property
    def n_trees(self):
        return len(self.seeds)

    @property
    def n_rows(self):
        """The rows of the tree that has most."""
        return int(np.diff(self.begins).max())

    @property
    def arguments(self):
        """The arguments that kernels share, in their order."""
        return (
            self.order,
            *self.carried,
            self.statistic.is_class,
            self.limits,
            self.statistic.criterion,
            self.trend,
            self.levels,
            np.array([scramble(seed) for seed in self.seeds], np.uint64),
        )


def grow_trees(prepared, statistic, weights, *, limits, seeds, signs=None):
    """Grow trees: of best cuts on codes, of thrown cuts on raw values.

    Depth first and in full, or, of best cuts, best first up to `limits.max_leaf_nodes`.
    All in one call of a kernel: of small data Python's part of a tree takes longer.

    Parameters
    ----------
    prepared : Coded or Raw
    statistic : ClassStatistic, TargetStatistic or SeveralStatistic
    weights : list of n_trees arrays of shape (n_rows,), or of None
        Rows of weight 0 take no part; None weighs every row 1. Of several trees, whole
        numbers with the same sum, or all None.
    limits : Limits
    seeds : list of n_trees ints
        One alone where trees grow best first.
    signs : array of shape (n_features,), default=None
        Directions in which features may move the prediction: 1 upwards, -1 downwards,
        0 either; for targets, or two classes.

    Returns
    -------
    trees : list of Tree
        Leaves that leave the range of their node are for `hold_ranges` to mend.
    """
    trend = None
    if signs is not None:
        trend = growing.Trend(np.asarray(signs, np.float64), np.zeros(3))
    prepared = prepared.finest if isinstance(prepared, Coded) else prepared
    with prepared.rooms.borrow() as room:
        return _grow_in(room, prepared, statistic, weights, limits, seeds, trend)


def _grow_in(room, prepared, statistic, weights, limits, seeds, trend):
    n_trees = len(seeds)
    begins, order, carried = statistic.lay_out(weights, room)
    nodes = room.take("nodes", (2 * len(order), 4), np.int32)
    leaves = growing.Leaves(
        room.take("leaf starts", len(order), np.int32),
        room.take("leaf weights", len(order)),
        room.take("leaf amounts", len(order)),
    )
    grow = _grow_raw
    if isinstance(prepared, Coded):
        is_limited = limits.max_leaf_nodes < len(order)
        grow = _grow_best_first if is_limited else _grow_coded
    levels = _set_levels(room, prepared, statistic, len(order))
    task = Task(begins, order, carried, statistic, limits, trend, levels, seeds)
    firsts = np.zeros((n_trees + 1, 3), np.int64)
    n_alike = grow(room, prepared, task, nodes, leaves, firsts)
    if n_alike > 0 and prepared.is_coarse:
        prepared = prepared.refine()
        return _grow_in(room, prepared, statistic, weights, limits, seeds, trend)
    n_nodes, n_leaves, n_words = firsts[-1]
    nodes = nodes[:n_nodes].copy()
    grown = growing.Leaves(*(column[:n_leaves] for column in leaves))
    leaves = statistic.finish(order, carried, grown, n_trees)
    if isinstance(prepared, Coded):
        _write_numbers(nodes, leaves.value, prepared)
    else:
        nodes.view(np.float64)[nodes[:, 2] < 0, 0] = leaves.value
    sets = None
    if levels is not None:
        sets = Sets(levels.n_levels > 0, levels.sets[:n_words].copy())
    return Tree.part(nodes, leaves, firsts, statistic, prepared.n_features, sets)


def _grow_coded(room, coded, task, nodes, leaves, firsts):
    return growing.grow(
        coded.codes,
        coded.has_missing,
        coded.is_binary,
        task.begins,
        *task.arguments,
        _set_desk(room, coded.codes.shape[:2], task),
        room.furnish("few", _set_few),
        _set_near(room, coded, task),
        _set_bins(room, task),
        nodes,
        leaves,
        firsts,
    )


def _grow_best_first(room, coded, task, nodes, leaves, firsts):
    n_places = 2 * task.limits.max_leaf_nodes - 1
    n_words = 0 if task.levels is None else len(task.levels.best)
    made = np.empty((n_places, 4), np.int32)
    ends = growing.Leaves(np.empty(n_places, np.int32), *np.empty((2, n_places)))
    waiting = growing.Open(
        nodes=np.empty((n_places, 8), np.int64),
        gains=np.empty(n_places),
        heap=np.empty(n_places, np.int64),
        sets=np.empty((n_places, n_words), np.uint64),
    )
    n_nodes, n_words = growing.grow_best_first(
        coded.codes,
        coded.has_missing,
        *task.arguments,
        _set_desk(room, coded.codes.shape[:2], task, n_places),
        room.furnish("few", _set_few),
        _set_held(coded, task),
        _set_bins(room, task),
        made,
        ends,
        waiting,
    )
    n_leaves = _number_nodes(made[:n_nodes], ends, waiting.nodes, nodes, leaves)
    firsts[1] = n_nodes, n_leaves, n_words
    return np.count_nonzero(
        waiting.nodes[:n_nodes, growing.FEATURE] == growing.CONSTANT
    )


def _number_nodes(made, ends, places, nodes, leaves):
    """Number nodes depth first, where they were numbered as they were made.

    A node's rows begin where those of its left branch do. Returns how many leaves.
    """
    n_nodes = len(made)
    start, depth = places[:n_nodes, growing.START], places[:n_nodes, growing.DEPTH]
    by_number = np.lexsort((depth, start))
    number = np.empty(n_nodes, np.int64)
    number[by_number] = np.arange(n_nodes)
    nodes[:n_nodes] = made[by_number]
    is_leaf = nodes[:n_nodes, 2] < 0
    right = nodes[:n_nodes, 3]
    right[~is_leaf] = np.sign(right[~is_leaf]) * number[np.abs(right[~is_leaf])]
    right[is_leaf] = np.arange(is_leaf.sum())
    for column, own in zip(leaves, ends, strict=True):
        column[: is_leaf.sum()] = own[by_number[is_leaf]]
    return int(is_leaf.sum())


def _set_few(room):
    """Lay out the kernel's room for the rows of a small node."""
    numbers = room.take("few numbers", (6, growing.SMALL_NODE))
    return growing.Few(
        *numbers,
        numbers[-1].view(np.int64),
        *room.take("few ranks", (2, growing.SMALL_NODE), np.int32),
        room.take("few words", growing.SMALL_NODE, np.uint64),
    )


def _set_near(room, coded, task):
    """Lay out room for codes that are near, none where moving them takes longer than
    looking them up.
    """
    if coded.codes.nbytes <= NEAR:
        return NOTHING_NEAR
    limits, (n_sheets, n_features, _) = task.limits, coded.codes.shape
    n_places = NEAR // (2 * n_sheets * n_features)
    n_deeper = limits.max_depth - max(0.0, math.log2(task.n_rows / max(n_places, 1)))
    n_looks = limits.max_features * min(math.log2(max(n_places, 1)), n_deeper)
    if n_looks < LOOKS_PER_MOVE * n_features:
        return NOTHING_NEAR
    return growing.Near(
        room.take("near codes", (n_sheets, n_features, n_places), np.uint16),
        room.take("near rows", n_places, np.uint32),
        np.zeros(2, np.int64),
    )


def _set_held(coded, task):
    """Lay out room for histograms, none where they could not be subtracted exactly, or
    where nodes do not look at all features.
    """
    _, order, carried, statistic, limits, *_ = task
    least, dtype, n_sums, weights = LEAST_ROWS_HELD, np.float64, 2, carried.weights
    if carried.words is not None:
        dtype, n_sums = np.uint64, 1
    elif statistic.is_class:
        n_sums = statistic.n_channels
        least = max(least, LEAST_ROWS_HELD_PER_CLASS * n_sums)
    n_slots = min(len(order) // least, limits.max_leaf_nodes) + 1
    is_whole = weights is None or np.array_equal(weights, np.rint(weights))
    looks_at_all = limits.max_features == coded.n_features
    if carried.outputs is not None or not (is_whole and looks_at_all):
        least, n_slots = len(order) + 1, 0
    n_counted = n_slots if limits.min_rows_leaf > 1 else 0
    return growing.Held(
        np.empty((n_slots, coded.n_features, growing.BINS, n_sums), dtype),
        np.empty((n_counted, coded.n_features, growing.BINS), np.int64),
        np.array([n_slots, *range(n_slots)]),
        np.full(2, growing.NOBODY),
        least,
    )


def _grow_raw(room, raw, task, nodes, leaves, firsts):
    growing.grow_at_random(
        raw.steps,
        raw.steps_by_row,
        raw.low,
        raw.high,
        raw.columns,
        task.begins,
        *task.arguments,
        _set_desk(room, (1, raw.n_features), task),
        np.empty((3, task.n_rows), np.uint16),
        _set_bins(room, task),
        nodes,
        nodes.view(np.float64),
        leaves,
        firsts,
    )
    return 0  # raw values are never too coarse


def scramble(seed):
    """Spread a seed over 64 bits, never all zero (Steele et al. 2014, splitmix64)."""
    word = (seed + 0x9E3779B97F4A7C15) % 2**64
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB % 2**64
    return (word ^ (word >> 31)) or 1


def _set_desk(room, shape, task, n_places=None):
    """Lay out the kernel's scratch arrays; those of another statistic stay empty."""
    (n_sheets, n_features), n_rows, carried = shape, task.n_rows, task.carried
    n_open = n_rows + task.n_trees + 1
    n_places = n_open if n_places is None else n_places
    n_words = 0 if carried.words is None else n_rows
    n_sums = 0 if carried.targets is None else n_rows
    return growing.Desk(
        stack=room.take("stack", (n_open, 5), np.int64),
        features=room.take("features", n_features, np.int64),
        goes=room.take("goes", n_rows, np.uint8),
        order=room.take("other order", n_rows, np.uint32),
        words=room.take("other words", n_words, np.uint64),
        weights=room.take("other weights", n_sums),
        targets=room.take("other targets", n_sums),
        ranges=room.take("ranges", (0 if task.trend is None else n_places, 2)),
        constant=room.fill("constant", (n_sheets, n_features), 0, np.int64),
    )


def _set_levels(room, prepared, statistic, n_rows):
    """Lay out the kernel's room for levels, or None without categorical features."""
    most, n_channels = int(prepared.n_levels.max()), statistic.n_channels
    if most == 0:
        return None
    n_words = -(-most // 64)
    n_sums = n_channels if statistic.n_outputs > 1 or statistic.is_class else 1
    n_ranked, n_places = prepared.n_rows * (statistic.n_outputs > 1), most + 1
    return growing.Levels(
        n_levels=prepared.n_levels,
        sets=room.take("sets", n_rows * n_words, np.uint64),
        best=room.fill("best set", n_words, 0, np.uint64),
        drawn=room.fill("drawn set", n_words, 0, np.uint64),
        present=room.take("present levels", n_words, np.uint64),
        ranked=room.take("ranked levels", n_ranked, np.uint16),
        rank=room.fill("rank of a level", n_places, -1, np.int64),
        seen=room.take("seen levels", n_places, np.int64),
        rows=room.fill("rows of a level", n_places, 0, np.int64),
        words=room.fill("words of a level", n_places, 0, np.uint64),
        weights=room.fill("weight of a level", n_places, 0.0),
        sums=room.fill("sums of a level", (n_places, n_sums), 0.0),
        channels=room.fill("channels", n_sums, np.arange(n_sums), np.int64),
        means=room.take("means of a level", (n_places, n_sums)),
        scores=room.take("score of a level", n_places),
        axis=room.take("axis of levels", (2, n_sums)),
    )


def _set_bins(room, task):
    carried, statistic, levels = task.carried, task.statistic, task.levels
    n_bins, n_channels = growing.BINS + 1, statistic.n_channels
    is_word, is_class = carried.words is not None, statistic.is_class is not None
    sorts_rows = is_class or carried.outputs is not None
    n_codes = n_bins if levels is None else max(n_bins, len(levels.rank))
    n_runs = n_codes * n_channels if is_class else n_codes
    if carried.outputs is not None:
        n_runs = max(growing.SMALL_NODE, len(carried.weights))
    gains = room.take("gains of runs", n_runs + 8)
    return growing.Bins(
        words=room.fill("bin words", n_bins, 0, np.uint64) if is_word else None,
        weights=None if is_word else room.fill("bin weights", n_bins, 0.0),
        amounts=None if is_word else room.fill("bin amounts", n_bins, 0.0),
        classes=room.fill("bin classes", (n_bins, n_channels), 0.0)
        if is_class
        else None,
        rows=room.fill("bin rows", n_bins, 0, np.int64),
        filled=room.take("filled bins", n_runs, np.int64),
        row_code=room.take("row codes", n_runs, np.int64) if sorts_rows else None,
        run_code=room.take("run codes", n_runs, np.int64),
        run_words=room.take("run words", n_runs, np.uint64) if is_word else None,
        run_weight=room.take("run weights", n_runs),
        run_amount=room.take("run amounts", n_runs),
        run_rows=room.take("run rows", n_runs, np.int64),
        gains=gains,
        gain_bits=gains.view(np.int64),
        left=room.take("left sums", n_channels) if sorts_rows else None,
        total=room.take("total sums", n_channels) if sorts_rows else None,
    )


def _write_numbers(nodes, values, coded):
    """Write thresholds and leaves' values over the codes in the nodes."""
    fine = np.flatnonzero((nodes[:, 0] < 0) & (nodes[:, 2] >= 0))
    ends = np.empty((2, len(fine)))
    if len(fine) > 0:
        for side in range(2):
            ends[side] = coded.X[~nodes[fine, side], nodes[fine, 2]]
    decoding.write_numbers(
        nodes,
        nodes.view(np.float64),
        values,
        coded.has_missing,
        np.array([SPAN, SPAN_BESIDE_MISSING]),
        coded.first,
        coded.lower,
        coded.upper,
        coded.n_levels,
        *ends,
    )
