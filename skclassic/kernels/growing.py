"""Grow whole trees in one call that holds no GIL.

The rows of a node are a stretch ``[start, end)`` of `order`. Splitting a node sorts
its stretch in place, and what each row contributes travels with it:

    order     [ ... | left rows ... | right rows ... | ... ]
    weights   [ ... | their weights | ...            | ... ]

Nodes are opened depth first and numbered as scikit-learn numbers them: a parent, its
left branch, its right branch. So the left child of node i is i + 1, only the right
child needs a place, and at the end the leaves lie in `order` one after the other, in
the order of their numbers. Of several trees the rows lie one tree's after the other's,
and so do nodes and leaves: their roots wait on one stack.

`grow` looks for the best cut of each feature it draws. Values are codes, ranks spread
over 16 bits (see `growth.binner`); 65535 stands for a missing value on the features
that have any. Where a feature has more values than codes, a second sheet of codes tells
the values of one code apart, and a node whose rows agree on the whole first sheet goes
on with the second. A large node sorts its rows by adding them up in 256 bins, a small
one compares each row with each: without branches to mispredict, many at once.

`grow_best_first` searches a node when it is made, and splits the one that gains most
until there are enough leaves. Of two branches it counts the smaller into bins; those of
the other are what is left of their parent's.

`grow_at_random` throws one cut for each feature it draws. Values are steps, 65,536 of
them from the least to the largest; a node that spans few of them goes back to the raw
values and spreads these over steps of its own.

Four statistics share the engine. numba drops a branch on ``x is not None`` where x is
None, so each of them compiles its own part alone, and a criterion only if it is used.

    two classes, whole weights   words: the weight, and in the upper 32 bits the weight
                                 of class 1; one addition does for both
    regression, two classes      weights and targets, in float64; sums of targets are
                                 called amounts
    K classes                    weights and labels, in float64
    several outputs              weights and, in place of labels, numbers of the kinds
                                 of rows; what a kind adds to which channel stands in
                                 `Outputs`
"""

from typing import NamedTuple

import numpy as np

from skclassic._jit import kernel, piece, sums

SMALL_NODE = 48  # below this, comparing each row with each beats clearing a histogram
PLACE_BITS = 6  # so many tell the rows of a small node apart
FEW_ROWS_PER_CLASS = 64  # below this, sorting rows beats clearing bins of classes
BINS = np.int64(256)  # one high or one low byte of a code
MISSING = np.int64(65535)  # the code of a missing value, on features that have any
ZERO = np.int64(0)  # numba compiles anew for each literal that is passed on
N_STEPS = 65536.0  # equal steps from the least value of a feature to the largest
MANY_STEPS = 256  # a node that spans fewer is cut between raw values
FAR_APART = 4000  # of fewer rows hardly two share a cache line of a column
POWER_STEPS = 20  # enough for an order of levels
SETTLED = 1e-4  # an axis that moves by less orders nearly all levels as it did
TINY = 5e-324  # the smallest positive number
MASK = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
NOBODY = np.int64(-1)
ALL_BUT_SIGN, LEAST = np.int64(2**63 - 1), np.int64(-(2**63))
INFINITE = np.int64(0x7FF << 52)  # the bits of infinity
CONSTANT = np.int64(-2)  # answers a search in which no feature varied
SQUARES, ENTROPY, POISSON = None, 1, 2  # gini and squared error are sums of squares
START, END, DEPTH, SHEET, FEATURE, CODE, MISSING_LEFT, SLOT = range(8)  # of `Open`


class Limits(NamedTuple):
    """When to stop, in scikit-learn's meaning of its parameters."""

    max_features: int
    max_depth: int
    min_rows_split: int
    min_rows_leaf: int
    min_weight_leaf: float
    may_cancel: bool  # weights below 0 are there: what a bin adds up to may be 0
    max_leaf_nodes: int = 2**31 - 1  # of `grow_best_first` alone


class Desk(NamedTuple):
    """Room to work in, one for each tree; contents mean nothing between calls."""

    stack: np.ndarray  # int64 (n_rows + n_trees + 1, 5), the nodes to come
    features: np.ndarray  # int64 (n_features,), see `line_up`
    goes: np.ndarray  # uint8 (n_rows,), 1 for a row that goes left
    order: np.ndarray  # uint32 (n_rows,)
    words: np.ndarray  # uint64 (n_rows,), or empty
    weights: np.ndarray  # float64 (n_rows,), or empty
    targets: np.ndarray  # float64 (n_rows,), or empty
    ranges: np.ndarray  # float64 (n_places, 2) beside `stack`, or empty; see `Trend`
    constant: np.ndarray  # int64 (n_sheets, n_features), 0; see `search`


class Trend(NamedTuple):
    """Constraints on the direction in which features may move the prediction."""

    signs: np.ndarray  # float64 (n_features,), 1 upwards, -1 downwards, 0 either
    here: (
        np.ndarray
    )  # float64 (3,), sign of a feature, least and largest mean of a node


class Outputs(NamedTuple):
    """What rows with the same targets add up to, of several outputs.

    Each class of an output has a channel of its own, to which its rows add their
    weight; a regression target has one, to which rows add weight times target.
    """

    channel: np.ndarray  # int64 (n_kinds, n_outputs)
    amount: np.ndarray  # float64 (n_kinds, n_outputs)


class Levels(NamedTuple):
    """The categories of features, called levels, and room to sort them.

    The code of a categorical feature is the number of its level. Sums are empty between
    searches; place `n_levels` is for missing values.
    """

    n_levels: np.ndarray  # int64 (n_features,), 0 for a numerical feature
    sets: np.ndarray  # uint64 (capacity,), filled: levels that go left, 64 a word
    best: np.ndarray  # uint64 (n_words,), the set of the best split so far
    drawn: np.ndarray  # uint64 (n_words,), a set that was drawn
    present: np.ndarray  # uint64 (n_words,), levels that have rows in a node
    ranked: np.ndarray  # uint16 (n_training_rows,), ranks of levels, as codes, or empty
    rank: np.ndarray  # int64 (most levels + 1,), -1 for a level that has no row
    seen: np.ndarray  # int64 (most levels + 1,), levels that have rows
    rows: np.ndarray  # int64 (most levels + 1,)
    words: np.ndarray  # uint64 (most levels + 1,)
    weights: np.ndarray  # float64 (most levels + 1,)
    sums: np.ndarray  # float64 (most levels + 1, n_channels)
    channels: np.ndarray  # int64 (n_channels,), those that rows of a node add to
    means: np.ndarray  # float64 (most levels + 1, n_channels), of `channels`
    scores: np.ndarray  # float64 (most levels + 1,), what levels are sorted by
    axis: np.ndarray  # float64 (2, n_channels)


class Leaves(NamedTuple):
    """What is known of the leaves, in the order of their numbers."""

    start: np.ndarray  # int32 (capacity,), where a leaf's rows begin in `order`
    weight: np.ndarray  # float64 (capacity,)
    amount: np.ndarray  # float64 (capacity,), see `add_up`


class Bins(NamedTuple):
    """A histogram of one feature, empty between searches, and the runs it leaves.

    The bin behind the last is for missing values.
    """

    words: np.ndarray  # uint64 (BINS + 1,)
    weights: np.ndarray  # float64 (BINS + 1,)
    amounts: np.ndarray  # float64 (BINS + 1,), weight times target
    classes: np.ndarray  # float64 (BINS + 1, n_classes)
    rows: np.ndarray  # int64 (BINS + 1,)
    filled: np.ndarray  # int64 (n_runs,), the filled bins, or the places of rows
    row_code: np.ndarray  # int64 (n_runs,)
    run_code: np.ndarray  # int64 (n_runs,), largest code of a run
    run_words: np.ndarray  # uint64 (n_runs,)
    run_weight: np.ndarray  # float64 (n_runs,)
    run_amount: np.ndarray  # float64 (n_runs,), or the label
    run_rows: np.ndarray  # int64 (n_runs,), where leaves have a least size
    gains: np.ndarray  # float64 (n_runs + 8,), of cuts behind runs
    gain_bits: np.ndarray  # int64, the same memory
    left: np.ndarray  # float64 (n_channels,), weights or amounts on the left of a cut
    total: np.ndarray  # float64 (n_channels,), likewise in the node


class Open(NamedTuple):
    """The nodes of a tree that opens the best one first, by their numbers."""

    nodes: np.ndarray  # int64 (capacity, 8), see `START` and those below it
    gains: np.ndarray  # float64 (capacity,), what splitting a node would gain
    heap: np.ndarray  # int64 (capacity,), those that may be split, the best on top
    sets: np.ndarray  # uint64 (capacity, n_words), levels that would go left


class Held(NamedTuple):
    """Histograms of high bytes, kept until a node is split: one branch is counted, the
    other is what is left of the node.

    Bins of words, of weights and amounts, or of the weight of each class.
    """

    sums: np.ndarray  # uint64 or float64 (n_slots, n_features, BINS, n_sums)
    rows: np.ndarray  # int64 (n_slots, n_features, BINS), or empty; see `count_rows`
    free: np.ndarray  # int64 (n_slots + 1,), how many slots are free, and which
    here: np.ndarray  # int64 (2,), slot of a node and feature, or NOBODY
    least_rows: int  # of a node that keeps a slot


class Near(NamedTuple):
    """The codes of a stretch of rows side by side, so that the fastest memory has them.

    As long as there are any, `order` holds the places of these rows.
    """

    codes: np.ndarray  # uint16 (n_sheets, n_features, n_places)
    rows: np.ndarray  # uint32 (n_places,), the rows at these places
    span: np.ndarray  # int64 (2,), where the stretch begins and ends in `order`


class Few(NamedTuple):
    """The rows of a small node, side by side; each of shape (SMALL_NODE,)."""

    weights: np.ndarray  # float64
    amounts: np.ndarray  # float64, weight times target, or the label
    codes: np.ndarray  # float64, which compares as fast as it adds
    weights_below: np.ndarray  # float64, of the rows at or below a row's code
    amounts_below: np.ndarray  # float64
    gains: np.ndarray  # float64
    gain_bits: np.ndarray  # int64, the same memory
    keys: np.ndarray  # int32, the code, or code and place in one
    ranks: np.ndarray  # int32
    words_below: np.ndarray  # uint64, weights and amounts below in one


@piece
def draw_word(state):
    """Draw 64 random bits (Marsaglia 2003, xorshift64) and move `state` on."""
    word = state[0]
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    state[0] = word
    return word


@piece
def draw_feature(word, features, n_left):
    """Draw one of the first `n_left` features, by the upper half of a random word,
    and move it behind them.
    """
    j = np.int64(((word >> HALF) * np.uint64(n_left)) >> HALF)
    feature = features[j]
    features[j] = features[n_left - 1]
    features[n_left - 1] = feature
    return feature


@piece
def x_log_x(x):
    """Return x log x, continued by 0 at 0."""
    return x * np.log(x) if x > 0.0 else 0.0


@piece
def rank_of_bits(bits):
    """Return a whole number for the bits of a float, such that both sort alike; and the
    bits for such a number. NaN ranks below all.
    """
    rank = bits ^ ((bits >> 63) & ALL_BUT_SIGN)
    return rank if rank <= INFINITE else LEAST


@piece
def gain_of_squares(weight, amount, all_weight, all_amount):
    """Weigh a split by gini or squared error.

    Any increasing function of the fall in impurity will do: for both it is
    (mean_left - mean_right)^2 weight_left weight_right, from Breiman et al. (1984),
    4.4 and 8.4.
    """
    apart = amount * all_weight - all_amount * weight
    return apart * apart / (weight * (all_weight - weight))


@piece
def gain_of_logs(weight, amount, all_weight, all_amount, criterion):
    """Weigh a split by entropy, or by Poisson deviance: sum y log(mean) on both sides.

    Poisson: -inf where a side would predict 0.
    """
    rest, rest_amount = all_weight - weight, all_amount - amount
    if criterion == ENTROPY:
        gain = x_log_x(amount) + x_log_x(weight - amount) - x_log_x(weight)
        gain += x_log_x(rest_amount) + x_log_x(rest - rest_amount)
        return gain - x_log_x(rest)
    if amount <= 0.0 or rest_amount <= 0.0:
        return -np.inf
    gain = amount * np.log(amount / weight)
    return gain + rest_amount * np.log(rest_amount / rest)


@piece
def gain_of_classes(bins, squares, rest_squares, weight, all_weight, criterion):
    """Weigh a split of many classes by gini or entropy.

    Gini needs no more than the sums of squares on both sides.
    """
    rest = all_weight - weight
    gain = (squares * rest + rest_squares * weight) / (weight * rest)
    if criterion is not None:
        gain = -x_log_x(weight) - x_log_x(rest)
        for k in range(bins.left.shape[0]):
            gain += x_log_x(bins.left[k]) + x_log_x(bins.total[k] - bins.left[k])
    return gain


@piece
def count_classes(weights, targets, bins):
    """Add up the weight of each class in a node; return the sum of their squares."""
    total, squares = bins.total, 0.0
    for k in range(total.shape[0]):
        total[k] = 0.0
    for i in range(weights.shape[0]):
        total[np.int64(targets[i])] += weights[i]
    for k in range(total.shape[0]):
        squares += total[k] * total[k]
    return squares


@piece
def add_to_channels(kind, weight, outputs, sums):
    """Add what a row of some kind and weight contributes."""
    for o in range(outputs.channel.shape[1]):
        sums[outputs.channel[kind, o]] += weight * outputs.amount[kind, o]


@piece
def count_channels(weights, targets, outputs, bins):
    """Add up each channel in a node."""
    for k in range(bins.total.shape[0]):
        bins.total[k] = 0.0
    for i in range(weights.shape[0]):
        add_to_channels(np.int64(targets[i]), weights[i], outputs, bins.total)


@piece
def gain_of_channels(bins, outputs, weight, all_weight, criterion):
    """Weigh a split of several outputs: the sum of what each channel gains."""
    gain, rest = 0.0, all_weight - weight
    for k in range(bins.left.shape[0]):
        amount, all_amount = bins.left[k], bins.total[k]
        if criterion is None:
            gain += gain_of_squares(weight, amount, all_weight, all_amount)
        elif criterion == ENTROPY:
            gain += x_log_x(amount) + x_log_x(all_amount - amount)
        else:
            gain += gain_of_logs(weight, amount, all_weight, all_amount, POISSON)
    if criterion == ENTROPY:
        gain -= outputs.channel.shape[1] * (x_log_x(weight) + x_log_x(rest))
    return gain


@piece
def move_left(k, moved, squares, rest_squares, bins):
    """Move weight of class k to the left; return the sums of squares on both sides."""
    here, there = bins.left[k], bins.total[k] - bins.left[k]
    bins.left[k] = here + moved
    squares += moved * (2.0 * here + moved)
    return squares, rest_squares - moved * (2.0 * there - moved)


@piece
def keeps_limits(rows, all_rows, weight, all_weight, limits):
    """Tell whether both sides of a split are as large as they must be."""
    lighter = min(weight, all_weight - weight)
    is_heavy = (lighter > 0.0) & (lighter >= limits.min_weight_leaf)
    return is_heavy & (min(rows, all_rows - rows) >= limits.min_rows_leaf)


@piece
def keeps_trend(weight, amount, all_weight, all_amount, here):
    """Tell whether the means of both sides move as they must, within their range."""
    left, right = amount / weight, (all_amount - amount) / (all_weight - weight)
    is_between = (min(left, right) >= here[1]) & (max(left, right) <= here[2])
    return (here[0] == 0.0) | (is_between & ((right - left) * here[0] >= 0.0))


@piece
def gain_of_cut(weight, amount, all_weight, all_amount, lightest, criterion, trend):
    """Weigh a split: -inf where a side is too light, or a mean moves as it must not."""
    gain = gain_of_squares(weight, amount, all_weight, all_amount)
    if criterion is not None:
        gain = gain_of_logs(weight, amount, all_weight, all_amount, criterion)
    is_good = min(weight, all_weight - weight) >= lightest
    if trend is not None:
        is_good &= keeps_trend(weight, amount, all_weight, all_amount, trend.here)
    return gain if is_good else -np.inf


@sums
def add_up(words, weights, targets):
    """Return the weight of a node and its amount, weight times target."""
    weight, amount = 0.0, 0.0
    if words is not None:
        word = np.uint64(0)
        for i in range(words.shape[0]):
            word += words[i]
        weight, amount = np.float64(word & MASK), np.float64(word >> HALF)
    if targets is not None:
        for i in range(weights.shape[0]):
            weight += weights[i]
            amount += weights[i] * targets[i]
    return weight, amount


@piece
def lay_out_few(n_rows, words, weights, targets, few):
    """Copy what the rows of a small node contribute, weights and amounts."""
    for i in range(n_rows):
        if words is not None:
            few.weights[i] = np.float64(words[i] & MASK)
            few.amounts[i] = np.float64(words[i] >> HALF)
        if targets is not None:
            few.weights[i] = weights[i]
            few.amounts[i] = weights[i] * targets[i]


@piece
def compare_few(n_rows, few):
    """Add up, for each row of a small node, the rows at or below its code.

    Every row is compared with every row, many at a time: no branch is mispredicted.
    Rounded up to whole vectors; what lies behind the last row is never read.
    """
    codes, below, amounts_below = few.codes, few.weights_below, few.amounts_below
    n_padded = (n_rows + 7) & ~7
    for i in range(n_padded):
        below[i] = amounts_below[i] = 0.0
    for j in range(n_rows):
        code, weight, amount = codes[j], few.weights[j], few.amounts[j]
        for i in range(n_padded):
            is_below = code <= codes[i]
            below[i] += weight if is_below else 0.0
            amounts_below[i] += amount if is_below else 0.0


@piece
def compare_few_words(n_rows, words, few):
    """As `compare_few`, for counts: one addition in place of two."""
    codes, below = few.codes, few.words_below
    n_padded = (n_rows + 7) & ~7
    for i in range(n_padded):
        below[i] = 0
    for j in range(n_rows):
        code, word = codes[j], words[j]
        for i in range(n_padded):
            below[i] += word if code <= codes[i] else np.uint64(0)
    for i in range(n_padded):
        few.weights_below[i] = np.float64(below[i] & MASK)
        few.amounts_below[i] = np.float64(below[i] >> HALF)


@piece
def weigh_few(
    n_rows, top, more_weight, more_amount, all_weight, all_amount, limits, criterion,
    trend, few,
):  # fmt: skip
    """Weigh a cut at each code below `top`, with these missing values sent left."""
    lightest = max(limits.min_weight_leaf, TINY)
    for i in range(n_rows):
        gain = gain_of_cut(
            few.weights_below[i] + more_weight, few.amounts_below[i] + more_amount,
            all_weight, all_amount, lightest, criterion, trend,
        )  # fmt: skip
        few.gains[i] = gain if few.codes[i] < top else -np.inf


@piece
def refuse_small_leaves(n_rows, missing_left, min_rows, few):
    """Take back the gains of cuts that leave too few rows on a side."""
    for i in range(n_rows):
        rows = 0
        for j in range(n_rows):
            is_missing = few.codes[j] == MISSING
            rows += few.codes[j] <= few.codes[i] or (is_missing and missing_left)
        if min(rows, n_rows - rows) < min_rows:
            few.gains[i] = -np.inf


@piece
def best_of(n_cuts, gains, gain_bits):
    """Return the rank of the best gain, and this gain, -inf without any.

    Whole numbers are compared many at a time, floats are not. The place behind the last
    gain turns the rank back.
    """
    gains[n_cuts] = -np.inf
    best = rank_of_bits(gain_bits[n_cuts])
    for r in range(n_cuts):
        best = max(best, rank_of_bits(gain_bits[r]))
    gain_bits[n_cuts] = rank_of_bits(best)
    return best, gains[n_cuts]


@piece
def best_of_few(n_rows, few):
    """Return the best gain and the lowest code that has it, without branches."""
    (best, gain), code = best_of(n_rows, few.gains, few.gain_bits), MISSING
    for i in range(n_rows):
        is_best = rank_of_bits(few.gain_bits[i]) == best
        code = min(code, few.keys[i] if is_best else MISSING)
    return gain, code


@piece
def search_few(
    column, order, words, has_missing, all_weight, all_amount, limits, criterion, trend,
    few,
):  # fmt: skip
    """Search one feature of a small node; answer as `search_best` does."""
    n_rows = order.shape[0]
    for i in range(n_rows):
        few.keys[i] = column[order[i]]
    low = high = np.int64(few.keys[0])
    for i in range(n_rows):
        few.codes[i] = np.float64(few.keys[i])
        low, high = min(low, few.keys[i]), max(high, few.keys[i])
    if low == high:
        return -np.inf, CONSTANT, False
    if words is not None:
        compare_few_words(n_rows, words, few)
    else:
        compare_few(n_rows, few)
    top, absent_weight, absent_amount, best_left = high, 0.0, 0.0, False
    best_gain, best_code = -np.inf, 0
    for missing_left in range(1 + (has_missing and high == MISSING)):
        if missing_left:
            top = -1.0
            for i in range(n_rows):
                is_missing = few.codes[i] == MISSING
                absent_weight += few.weights[i] if is_missing else 0.0
                absent_amount += few.amounts[i] if is_missing else 0.0
                top = max(top, -1.0 if is_missing else few.codes[i])
        weigh_few(
            n_rows, top, absent_weight, absent_amount, all_weight, all_amount, limits,
            criterion, trend, few,
        )  # fmt: skip
        if limits.min_rows_leaf > 1:
            refuse_small_leaves(n_rows, missing_left, limits.min_rows_leaf, few)
        gain, code = best_of_few(n_rows, few)
        if gain > best_gain:
            best_gain, best_code, best_left = gain, code, missing_left == 1
    return best_gain, best_code, best_left


@piece
def fill_bins(column, order, words, weights, targets, is_class, shift, high, bins):
    """Add up each bin: of high bytes, or of low bytes under one high byte."""
    for i in range(order.shape[0]):
        code = np.int64(column[order[i]])
        if shift == 8 or code >> 8 == high:
            b = (code >> shift) & 255
            if words is not None:
                bins.words[b] += words[i]
            if targets is not None:
                bins.weights[b] += weights[i]
                if is_class is None:
                    bins.amounts[b] += weights[i] * targets[i]
                else:
                    bins.classes[b, np.int64(targets[i])] += weights[i]


@piece
def count_rows(column, order, shift, high, rows):
    """Count the rows of each bin; needed only where leaves have a least size."""
    for i in range(order.shape[0]):
        code = np.int64(column[order[i]])
        if shift == 8 or code >> 8 == high:
            rows[(code >> shift) & 255] += 1


@piece
def count_held(codes, order, words, weights, targets, is_class, limits, held, slot):
    """Fill the histograms of a slot, of all features, with the rows of a node."""
    for f in range(codes.shape[0]):
        column, sums = codes[f], held.sums[slot, f]
        for b in range(BINS):
            for k in range(sums.shape[1]):
                sums[b, k] = 0
        for i in range(order.shape[0]):
            b = column[order[i]] >> 8
            if words is not None:
                sums[b, 0] += words[i]
            if targets is not None:
                if is_class is None:
                    sums[b, 0] += weights[i]
                    sums[b, 1] += weights[i] * targets[i]
                else:
                    sums[b, np.int64(targets[i])] += weights[i]
        if limits.min_rows_leaf > 1:
            rows = held.rows[slot, f]
            for b in range(BINS):
                rows[b] = 0
            count_rows(column, order, ZERO + 8, ZERO, rows)


@piece
def subtract_held(held, slot, other, limits):
    """Take the histograms of another slot away from those of a slot."""
    for f in range(held.sums.shape[1]):
        for b in range(BINS):
            for k in range(held.sums.shape[3]):
                held.sums[slot, f, b, k] -= held.sums[other, f, b, k]
            if limits.min_rows_leaf > 1:
                held.rows[slot, f, b] -= held.rows[other, f, b]


@piece
def take_held(held, words, targets, is_class, limits, bins):
    """Copy the histogram of `held.here` into the bins."""
    slot, feature = held.here
    sums = held.sums[slot, feature]
    for b in range(BINS):
        if words is not None:
            bins.words[b] = sums[b, 0]
        if targets is not None:
            if is_class is None:
                bins.weights[b], bins.amounts[b] = sums[b, 0], sums[b, 1]
            else:
                for k in range(sums.shape[1]):
                    bins.classes[b, k] = sums[b, k]
                    bins.weights[b] += sums[b, k]
        if limits.min_rows_leaf > 1:
            bins.rows[b] = held.rows[slot, feature, b]


@piece
def list_filled(words, targets, bins):
    """List the filled bins, without branches: each waits for a filled one."""
    n_filled = ZERO
    for b in range(BINS):
        bins.filled[n_filled] = b
        if words is not None:
            n_filled += bins.words[b] != 0
        if targets is not None:
            n_filled += bins.weights[b] != 0.0
    return n_filled


@piece
def add_up_bins(n_filled, words, targets, limits, bins):
    """Turn filled bins into runs, each of all rows up to its bin's, and empty all."""
    word, weight, amount, rows = np.uint64(0), 0.0, 0.0, ZERO
    if words is not None:
        for r in range(n_filled):
            word += bins.words[bins.filled[r]]
            bins.run_words[r] = word
        for r in range(n_filled):
            bins.run_weight[r] = np.float64(bins.run_words[r] & MASK)
            bins.run_amount[r] = np.float64(bins.run_words[r] >> HALF)
        for b in range(BINS):
            bins.words[b] = 0
    if targets is not None:
        for r in range(n_filled):
            weight += bins.weights[bins.filled[r]]
            amount += bins.amounts[bins.filled[r]]
            bins.run_weight[r], bins.run_amount[r] = weight, amount
        for b in range(BINS):
            bins.weights[b] = bins.amounts[b] = 0.0
    if limits.min_rows_leaf > 1:
        for r in range(n_filled):
            rows += bins.rows[bins.filled[r]]
            bins.run_rows[r] = rows
        for b in range(BINS):
            bins.rows[b] = 0


@piece
def move_missing(r, words, targets, bins):
    """Turn the bin of missing values into run r and empty it; return the next run, r if
    it was empty.
    """
    is_there = False
    bins.run_rows[r], bins.rows[BINS] = bins.rows[BINS], 0
    if words is not None:
        word, bins.words[BINS] = bins.words[BINS], 0
        bins.run_weight[r] = np.float64(word & MASK)
        bins.run_amount[r] = np.float64(word >> HALF)
        is_there = word != 0
    if targets is not None:
        bins.run_weight[r], bins.weights[BINS] = bins.weights[BINS], 0.0
        bins.run_amount[r], bins.amounts[BINS] = bins.amounts[BINS], 0.0
        is_there = bins.run_weight[r] != 0.0
    return r + is_there


@piece
def part_bin(b, code, r, bins):
    """Turn a bin into a run for each class in it, from run r on; return the next."""
    n_rows, bins.rows[b], bins.weights[b] = bins.rows[b], 0, 0.0
    for k in range(bins.classes.shape[1]):
        weight, bins.classes[b, k] = bins.classes[b, k], 0.0
        bins.run_code[r], bins.run_rows[r] = code, n_rows
        bins.run_weight[r], bins.run_amount[r] = weight, k
        n_rows = n_rows if weight == 0.0 else 0
        r += weight != 0.0
    return r


@piece
def part_bins(n_filled, first, step, limits, bins):
    """Part the filled bins by class, and empty all; return how many runs there are.

    Those that look empty since their weights cancel are emptied as well.
    """
    r = ZERO
    for f in range(n_filled):
        b = bins.filled[f]
        r = part_bin(b, first + b * step, r, bins)
    if limits.may_cancel:
        for b in range(BINS):
            bins.rows[b] = 0
            bins.classes[b] = 0.0
    return r


@piece
def part_missing(r, limits, bins):
    """Part the bin of missing values, if it is filled; return the next run."""
    if bins.weights[BINS] != 0.0:
        r = part_bin(BINS, MISSING, r, bins)
    if limits.may_cancel:
        bins.rows[BINS] = 0
        bins.classes[BINS] = 0.0
    return r


@piece
def set_missing_apart(words, targets, is_class, bins):
    """Move missing values, whose high byte is 255, behind the bins."""
    last = BINS - 1
    bins.rows[BINS], bins.rows[last] = bins.rows[last], 0
    if words is not None:
        bins.words[BINS], bins.words[last] = bins.words[last], 0
    if targets is not None:
        bins.weights[BINS], bins.weights[last] = bins.weights[last], 0.0
        if is_class is None:
            bins.amounts[BINS], bins.amounts[last] = bins.amounts[last], 0.0
        else:
            for k in range(bins.classes.shape[1]):
                bins.classes[BINS, k] = bins.classes[last, k]
                bins.classes[last, k] = 0.0


@piece
def collect_bins(
    column, order, words, weights, targets, is_class, has_missing, limits, held, bins
):
    """Turn the rows of a large node into runs, sorted by code.

    A run for each filled bin of high bytes, for classes one for each class in it; where
    all rows share one high byte the bins are the low bytes, that is, the codes. Missing
    values come last. Returns the number of runs that have a value, of all, and of
    filled bins; the largest code of bin 0, and the step from bin to bin.
    """
    high, first, step = ZERO, 255, 256
    for shift in range(8, -1, -8):
        is_held = False
        if held is not None:
            is_held = shift == 8 and min(held.here[0], held.here[1]) >= 0
            if is_held:
                take_held(held, words, targets, is_class, limits, bins)
        if not is_held:
            fill_bins(
                column, order, words, weights, targets, is_class, shift, high, bins
            )
            if limits.min_rows_leaf > 1:
                count_rows(column, order, shift, high, bins.rows)
        if has_missing and shift == 8:
            set_missing_apart(words, targets, is_class, bins)
        n_filled = n_present = list_filled(words, targets, bins)
        if is_class is None:
            add_up_bins(n_filled, words, targets, limits, bins)
        else:
            n_present = part_bins(n_filled, first, step, limits, bins)
        if shift == 0 or n_filled != 1:
            break
        high = bins.filled[0]
        first, step = high << 8, 1
    n_runs = n_present
    if has_missing:
        if is_class is None:
            n_runs = move_missing(n_present, words, targets, bins)
        else:
            n_runs = part_missing(n_present, limits, bins)
    return n_present, n_runs, n_filled + (n_present < n_runs), first, step


@piece
def find_two(n_rows, codes):
    """Return the first two codes of rows that differ, the smaller first, and whether
    there is a third.
    """
    i, one = 0, codes[0]
    while i < n_rows and codes[i] == one:
        i += 1
    other = codes[i] if i < n_rows else one
    while i < n_rows and (codes[i] == one or codes[i] == other):
        i += 1
    return min(one, other), max(one, other), i < n_rows


@piece
def rank_rows(n_rows, few, bins):
    """Sort the rows of a small node: count for each the keys below its own.

    A key is the code, and then the place among the rows, so that no two are equal.
    """
    n_padded = (n_rows + 7) & ~7
    for i in range(n_rows):
        few.keys[i] = bins.row_code[i] << PLACE_BITS | i
    for i in range(n_padded):
        few.ranks[i] = 0
    for j in range(n_rows):
        key = few.keys[j]
        for i in range(n_padded):
            few.ranks[i] += key < few.keys[i]
    for i in range(n_rows):
        bins.filled[i] = few.ranks[i]


@piece
def deal_rows(n_rows, has_missing, bins):
    """Sort the rows of a middling node by their high, or low, bytes, by counting."""
    codes, rows, places, high, n_present = bins.row_code, bins.rows, bins.filled, 0, 0
    for i in range(n_rows):
        rows[codes[i] >> 8] += 1
    for b in range(BINS - has_missing):
        n_present += rows[b]
        high = b if rows[b] > 0 else high
    shift = 0 if n_present == rows[high] and high + has_missing < BINS else 8
    if shift == 0:
        rows[high] = rows[BINS - 1] = 0
        for i in range(n_rows):
            rows[codes[i] & 255] += codes[i] >> 8 == high
    position = 0
    for b in range(BINS):
        position, rows[b] = position + rows[b], position
    n_absent = n_present
    for i in range(n_rows):
        code = codes[i]
        if has_missing and code == MISSING:
            places[i], n_absent = n_absent, n_absent + 1
        else:
            b = (code >> shift) & 255
            places[i], rows[b] = rows[b], rows[b] + 1
            codes[i] = code | 255 if shift == 8 else code
    for b in range(BINS):
        rows[b] = 0


@piece
def collect_two(column, order, low, high, has_missing, weights, targets, bins):
    """Turn the rows of a node where a feature has two codes into runs, one for each
    class and code, as `collect_bins` does.
    """
    n_high = ZERO
    for i in range(order.shape[0]):
        b = np.int64(column[order[i]] != low)
        n_high += b
        bins.classes[b, np.int64(targets[i])] += weights[i]
    bins.rows[0], bins.rows[1] = order.shape[0] - n_high, n_high
    n_low = part_bin(ZERO, low, ZERO, bins)
    n_runs = part_bin(ZERO + 1, high, n_low, bins)
    return n_low if has_missing and high == MISSING else n_runs, n_runs


@piece
def collect_rows(column, order, weights, targets, is_class, has_missing, few, bins):
    """Turn the rows of a node of few rows per class into runs, one for each."""
    n_rows = order.shape[0]
    for i in range(n_rows):
        bins.row_code[i] = column[order[i]]
    low, high, is_varied = find_two(n_rows, bins.row_code)
    if low == high:
        bins.run_code[0] = low
        return ZERO + 1, ZERO + 1
    if is_class is not None:
        if not is_varied:
            return collect_two(
                column, order, low, high, has_missing, weights, targets, bins
            )
    if n_rows < SMALL_NODE:
        rank_rows(n_rows, few, bins)
    else:
        deal_rows(n_rows, has_missing, bins)
    for i in range(n_rows):
        r = bins.filled[i]
        bins.run_code[r], bins.run_rows[r] = bins.row_code[i], 1
        bins.run_weight[r], bins.run_amount[r] = weights[i], targets[i]
    n_present = n_rows
    while has_missing and n_present > 0 and bins.run_code[n_present - 1] == MISSING:
        n_present -= 1
    return n_present, n_rows


@piece
def add_up_runs(n_runs, bins):
    """Let each run hold what all runs up to it hold."""
    for r in range(1, n_runs):
        bins.run_weight[r] += bins.run_weight[r - 1]
        bins.run_amount[r] += bins.run_amount[r - 1]
        bins.run_rows[r] += bins.run_rows[r - 1]


@piece
def first_of_best(n_cuts, gains, gain_bits):
    """Return the best gain, and the first cut that has it."""
    (best, gain), first = best_of(n_cuts, gains, gain_bits), n_cuts
    for r in range(n_cuts):
        first = min(first, r if rank_of_bits(gain_bits[r]) == best else n_cuts)
    return gain, first


@piece
def cut_runs(
    n_present, n_runs, n_rows, all_weight, all_amount, limits, criterion, trend, bins
):
    """Find the best cut between runs that hold all rows up to theirs; answer as
    `search_best` does, with the run in place of the code.

    Weighs all cuts, many at once, and looks for the best of them afterwards.
    """
    best_gain, best_run, best_left = -np.inf, ZERO, False
    lightest, more_weight, more_amount = max(limits.min_weight_leaf, TINY), 0.0, 0.0
    for missing_left in range(1 + (n_present < n_runs)):
        if missing_left:
            more_weight = bins.run_weight[n_present]
            more_amount = bins.run_amount[n_present]
        n_cuts = n_present - (missing_left or n_present == n_runs)
        for r in range(n_cuts):
            bins.gains[r] = gain_of_cut(
                bins.run_weight[r] + more_weight, bins.run_amount[r] + more_amount,
                all_weight, all_amount, lightest, criterion, trend,
            )  # fmt: skip
        if limits.min_rows_leaf > 1:
            for r in range(n_cuts):
                rows = bins.run_rows[r]
                if missing_left:
                    rows += bins.run_rows[n_present]
                is_small = min(rows, n_rows - rows) < limits.min_rows_leaf
                bins.gains[r] = -np.inf if is_small else bins.gains[r]
        gain, r = first_of_best(n_cuts, bins.gains, bins.gain_bits)
        if gain > best_gain:
            best_gain, best_run, best_left = gain, r, missing_left == 1
    return best_gain, best_run, best_left


@piece
def cut_classes(
    n_present, n_runs, n_rows, all_weight, all_squares, limits, criterion, bins
):
    """Find the best cut between runs for many classes, as `cut_runs` does."""
    best_gain, best_code, best_left = -np.inf, ZERO, False
    for missing_left in range(1 + (n_present < n_runs)):
        weight, squares, rest_squares, rows = 0.0, 0.0, all_squares, ZERO
        for k in range(bins.left.shape[0]):
            bins.left[k] = 0.0
        for r in range(n_present if missing_left else n_runs, n_runs):
            k, moved = np.int64(bins.run_amount[r]), bins.run_weight[r]
            squares, rest_squares = move_left(k, moved, squares, rest_squares, bins)
            weight += moved
            rows += bins.run_rows[r]
        for r in range(n_present - (missing_left or n_present == n_runs)):
            k, moved = np.int64(bins.run_amount[r]), bins.run_weight[r]
            squares, rest_squares = move_left(k, moved, squares, rest_squares, bins)
            weight += moved
            rows += bins.run_rows[r]
            code = bins.run_code[r]
            if limits.min_rows_leaf == 1:
                rows = 1
            gain = gain_of_classes(
                bins, squares, rest_squares, weight, all_weight, criterion
            )
            is_better = keeps_limits(rows, n_rows, weight, all_weight, limits)
            is_better &= (gain > best_gain) & (code != bins.run_code[r + 1])
            best_gain = gain if is_better else best_gain
            best_code = code if is_better else best_code
            best_left = (missing_left == 1) if is_better else best_left
    return best_gain, best_code, best_left


@piece
def cut_channels(
    n_present, n_runs, n_rows, outputs, all_weight, limits, criterion, bins
):
    """Find the best cut between runs for several outputs, as `cut_runs` does."""
    best_gain, best_code, best_left = -np.inf, ZERO, False
    for missing_left in range(1 + (n_present < n_runs)):
        weight, rows = 0.0, ZERO
        for k in range(bins.left.shape[0]):
            bins.left[k] = 0.0
        for r in range(n_present if missing_left else n_runs, n_runs):
            kind, moved = np.int64(bins.run_amount[r]), bins.run_weight[r]
            add_to_channels(kind, moved, outputs, bins.left)
            weight += moved
            rows += 1
        for r in range(n_present - (missing_left or n_present == n_runs)):
            kind, moved = np.int64(bins.run_amount[r]), bins.run_weight[r]
            add_to_channels(kind, moved, outputs, bins.left)
            weight += moved
            rows += 1
            code = bins.run_code[r]
            if code == bins.run_code[r + 1]:
                continue
            if not keeps_limits(rows, n_rows, weight, all_weight, limits):
                continue
            gain = gain_of_channels(bins, outputs, weight, all_weight, criterion)
            if gain > best_gain:
                best_gain, best_code, best_left = gain, code, missing_left == 1
    return best_gain, best_code, best_left


@sums
def add_up_zeros(column, order, words, weights, targets):
    """Return the weight, the amount and the number of the rows whose code is 0."""
    word, weight, amount, rows = np.uint64(0), 0.0, 0.0, ZERO
    for i in range(order.shape[0]):
        is_zero = np.int64(column[order[i]] == 0)
        rows += is_zero
        if words is not None:
            word += words[i] * np.uint64(is_zero)
        if targets is not None:
            its_weight = weights[i] * is_zero
            weight += its_weight
            amount += its_weight * targets[i]
    if words is not None:
        weight, amount = np.float64(word & MASK), np.float64(word >> HALF)
    return weight, amount, rows


@piece
def search_two(
    column, order, words, weights, targets, is_class, all_weight, all_amount, limits,
    criterion, trend, bins,
):  # fmt: skip
    """Search a feature of two values, such as one-hot columns are, as `search_best`
    does.
    """
    n_rows, weight, amount, rows = order.shape[0], 0.0, 0.0, ZERO
    if is_class is None:
        weight, amount, rows = add_up_zeros(column, order, words, weights, targets)
    else:
        for i in range(n_rows):
            rows += column[order[i]] == 0
    if rows == 0 or rows == n_rows:
        return -np.inf, CONSTANT, False
    if is_class is not None:
        _, n_runs = collect_two(
            column, order, ZERO, BINS, False, weights, targets, bins
        )
        return cut_classes(
            n_runs, n_runs, n_rows, all_weight, all_amount, limits, criterion, bins
        )
    gain, lightest = -np.inf, max(limits.min_weight_leaf, TINY)
    if min(rows, n_rows - rows) >= limits.min_rows_leaf:
        gain = gain_of_cut(
            weight, amount, all_weight, all_amount, lightest, criterion, trend
        )
    return gain, 0, False


@piece
def search_best(
    column, order, words, weights, targets, is_class, outputs, has_missing, all_weight,
    all_amount, limits, criterion, trend, few, held, bins,
):  # fmt: skip
    """Search one feature for its best cut: gain, code, whether missing values go left.

    The gain is -inf if no cut keeps the limits on both sides; the code is CONSTANT if
    the feature does not vary.
    """
    n_rows = order.shape[0]
    if outputs is not None:
        n_present, n_runs = collect_rows(
            column, order, weights, targets, is_class, has_missing, few, bins
        )
        if bins.run_code[0] == bins.run_code[n_runs - 1]:
            return -np.inf, CONSTANT, False
        return cut_channels(
            n_present, n_runs, n_rows, outputs, all_weight, limits, criterion, bins
        )
    if is_class is not None and n_rows < FEW_ROWS_PER_CLASS * bins.left.shape[0]:
        n_present, n_runs = collect_rows(
            column, order, weights, targets, is_class, has_missing, few, bins
        )
        n_codes = 1 + (bins.run_code[0] != bins.run_code[n_runs - 1])
    else:
        n_present, n_runs, n_codes, first, step = collect_bins(
            column, order, words, weights, targets, is_class, has_missing, limits, held,
            bins,
        )  # fmt: skip
    if n_codes < 2:
        return -np.inf, CONSTANT, False
    if is_class is not None:
        return cut_classes(
            n_present, n_runs, n_rows, all_weight, all_amount, limits, criterion, bins
        )
    gain, r, missing_left = cut_runs(
        n_present, n_runs, n_rows, all_weight, all_amount, limits, criterion, trend,
        bins,
    )  # fmt: skip
    return gain, first + bins.filled[r] * step, missing_left


@piece
def list_channels(is_class, limits, levels, bins):
    """List the channels that the rows of a node add to; return how many there are.

    Small nodes have few of many classes. Weights that may cancel do not tell which.
    """
    n_channels = levels.channels.shape[0]
    if is_class is not None:
        n_channels = ZERO
        for k in range(bins.total.shape[0]):
            levels.channels[n_channels] = k
            n_channels += (bins.total[k] != 0.0) | limits.may_cancel
    return n_channels


@piece
def add_levels(
    column, order, words, weights, targets, is_class, outputs, limits, n_channels,
    levels,
):  # fmt: skip
    """Add up the rows of each level; return how many levels have rows, and whether any
    value is missing.

    Missing values are no level. They have the last place.
    """
    n_seen, nothing = 0, levels.rank.shape[0] - 1
    for i in range(order.shape[0]):
        level = np.int64(column[order[i]])
        level = nothing if level == MISSING else level
        levels.seen[n_seen] = level
        if words is not None:
            n_seen += (levels.words[level] == 0) & (level != nothing)
            levels.words[level] += words[i]
        if targets is not None:
            n_seen += (levels.rows[level] == 0) & (level != nothing)
            levels.rows[level] += 1
            if is_class is not None:
                levels.sums[level, np.int64(targets[i])] += weights[i]
            else:
                levels.weights[level] += weights[i]
                if outputs is None:
                    levels.sums[level, 0] += weights[i] * targets[i]
                else:
                    its_sums = levels.sums[level]
                    add_to_channels(np.int64(targets[i]), weights[i], outputs, its_sums)
    levels.seen[n_seen] = nothing
    for s in range(n_seen + 1):
        level = levels.seen[s]
        if words is not None:
            levels.weights[level] = np.float64(levels.words[level] & MASK)
            levels.sums[level, 0] = np.float64(levels.words[level] >> HALF)
        if is_class is not None:
            for c in range(n_channels):
                levels.weights[level] += levels.sums[level, levels.channels[c]]
    if words is not None:
        if limits.min_rows_leaf > 1:
            for i in range(order.shape[0]):
                level = np.int64(column[order[i]])
                levels.rows[nothing if level == MISSING else level] += 1
        return n_seen, levels.words[nothing] != 0
    return n_seen, levels.rows[nothing] != 0


@piece
def score_levels(n_seen, is_class, n_channels, levels):
    """Give each level the number by which levels are sorted.

    One channel, or two classes: the mean; between levels sorted so lies the best of all
    splits (Fisher 1958; Breiman et al. 1984, theorem 4.5). Several: the first principal
    component of the means (Coppersmith, Hong and Hosking 1999), found by power
    iteration.
    """
    all_weight, means, channel = 0.0, levels.means, levels.channels[n_channels - 1]
    for s in range(n_seen):
        level = levels.seen[s]
        all_weight += levels.weights[level]
        levels.scores[level] = levels.sums[level, channel] / levels.weights[level]
    if n_channels <= 1 + (is_class is not None) or n_seen <= 2:
        return
    axis, step, farthest = levels.axis[0], levels.axis[1], -1.0
    for c in range(n_channels):
        mean, spread, channel = 0.0, 0.0, levels.channels[c]
        for s in range(n_seen):
            mean += levels.sums[levels.seen[s], channel]
        mean /= all_weight
        for s in range(n_seen):
            level = levels.seen[s]
            weight = levels.weights[level]
            means[level, c] = levels.sums[level, channel] / weight - mean
            spread += weight * means[level, c] ** 2
        axis[c] = 0.0
        if spread > farthest:
            farthest = spread
            axis[:c], axis[c] = 0.0, 1.0
    for _ in range(POWER_STEPS):
        norm, change = 0.0, 0.0
        for c in range(n_channels):
            step[c] = 0.0
        for s in range(n_seen):
            level, score = levels.seen[s], 0.0
            for c in range(n_channels):
                score += means[level, c] * axis[c]
            levels.scores[level] = score
            for c in range(n_channels):
                step[c] += levels.weights[level] * score * means[level, c]
        for c in range(n_channels):
            norm = max(norm, abs(step[c]))
        if norm == 0.0:
            return
        for c in range(n_channels):
            change = max(change, abs(step[c] / norm - axis[c]))
            axis[c] = step[c] / norm
        if change < SETTLED:
            return


@piece
def sort_levels(n_seen, levels):
    """Sort the levels that have rows by score, then by number (Shell 1959)."""
    seen, scores, gap = levels.seen, levels.scores, 1
    while gap < n_seen // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for s in range(gap, n_seen):
            level, place = seen[s], s
            while place >= gap:
                other = seen[place - gap]
                is_above = scores[other] > scores[level]
                is_above |= (scores[other] == scores[level]) & (other > level)
                if not is_above:
                    break
                seen[place] = other
                place -= gap
            seen[place] = level
        gap //= 3


@piece
def rank_levels(
    column, order, words, weights, targets, is_class, outputs, has_missing, limits,
    levels,
):  # fmt: skip
    """Write the ranks of the rows' levels in a node into `levels.ranked`, as codes.

    So that a categorical feature can be searched as others are, for several outputs.
    Returns how many levels have rows, and the step from one rank to the next.
    """
    n_channels = levels.channels.shape[0]
    n_seen, _ = add_levels(
        column, order, words, weights, targets, is_class, outputs, limits, n_channels,
        levels,
    )  # fmt: skip
    score_levels(n_seen, is_class, n_channels, levels)
    sort_levels(n_seen, levels)
    step = min(BINS, (MISSING + 1 - BINS * has_missing) // max(n_seen, 1))
    for s in range(n_seen):
        levels.rank[levels.seen[s]] = s
    for i in range(order.shape[0]):
        level, code = np.int64(column[order[i]]), MISSING
        if level != MISSING:
            code = levels.rank[level] * step
        levels.ranked[order[i]] = code
    forget_levels(n_seen, words, n_channels, levels)
    return n_seen, step


@piece
def forget_levels(n_seen, words, n_channels, levels):
    """Empty the sums of the levels that have rows, and of missing values."""
    levels.seen[n_seen] = levels.rows.shape[0] - 1
    for s in range(n_seen + 1):
        level = levels.seen[s]
        levels.rows[level] = 0
        if words is not None:
            levels.words[level] = 0
        else:
            levels.weights[level] = 0.0
            for c in range(n_channels):
                levels.sums[level, levels.channels[c]] = 0.0


@piece
def turn_level(level, place, r, is_class, n_channels, levels, bins):
    """Turn what a level adds up to into run r, or a run for each class in it; return
    the next.
    """
    n_rows = levels.rows[level]
    if is_class is None:
        bins.run_weight[r], bins.run_rows[r] = levels.weights[level], n_rows
        bins.run_amount[r] = levels.sums[level, 0]
        r += 1
    else:
        for c in range(n_channels):
            k = levels.channels[c]
            weight = levels.sums[level, k]
            bins.run_code[r], bins.run_rows[r] = place, n_rows
            bins.run_weight[r], bins.run_amount[r] = weight, k
            n_rows = n_rows if weight == 0.0 else 0
            r += weight != 0.0
    return r


@piece
def search_levels(
    column, order, words, weights, targets, is_class, all_weight, all_amount, limits,
    criterion, trend, levels, bins,
):  # fmt: skip
    """Search a categorical feature for its best set; answer as `search_best` does.

    The code is the place, among levels that have rows, of the last that goes left.
    Returns how many levels have rows as well.
    """
    n_channels = list_channels(is_class, limits, levels, bins)
    n_seen, has_missing = add_levels(
        column, order, words, weights, targets, is_class, None, limits, n_channels,
        levels,
    )  # fmt: skip
    nothing, n_rows = levels.rows.shape[0] - 1, order.shape[0]
    if n_seen + has_missing < 2:
        forget_levels(n_seen, words, n_channels, levels)
        return -np.inf, CONSTANT, False, n_seen
    score_levels(n_seen, is_class, n_channels, levels)
    sort_levels(n_seen, levels)
    n_present = ZERO
    for s in range(n_seen):
        n_present = turn_level(
            levels.seen[s], s, n_present, is_class, n_channels, levels, bins
        )
    n_runs = n_present
    if has_missing:
        n_runs = turn_level(
            nothing, n_seen, n_present, is_class, n_channels, levels, bins
        )
    forget_levels(n_seen, words, n_channels, levels)
    if is_class is None:
        add_up_runs(n_present, bins)
        gain, code, missing_left = cut_runs(
            n_present, n_runs, n_rows, all_weight, all_amount, limits, criterion, trend,
            bins,
        )  # fmt: skip
    else:
        gain, code, missing_left = cut_classes(
            n_present, n_runs, n_rows, all_weight, all_amount, limits, criterion, bins
        )
    return gain, code, missing_left, n_seen


@piece
def keep_set(n_seen, step, code, levels):
    """Keep the levels whose ranks' codes reach up to `code` as the best set."""
    for w in range(levels.best.shape[0]):
        levels.best[w] = 0
    for s in range(n_seen):
        if s * step <= code:
            add_to_set(levels.seen[s], levels.best)


@piece
def add_to_set(level, words):
    """Put a level into a set."""
    words[level >> 6] |= np.uint64(1) << np.uint64(level & 63)


@piece
def is_in_set(level, words):
    """Tell whether a level is in a set."""
    return (words[level >> 6] >> np.uint64(level & 63)) & np.uint64(1) == 1


@piece
def mark_by_set(column, order, missing_left, n_levels, n_words, levels, goes):
    """Mark who goes left, and write the set down; return how many words sets take now,
    and how many rows are missing.

    Levels that have no row in the node follow the crowd.
    """
    n_missing, n_left, its_words = 0, 0, (n_levels + 63) >> 6
    for w in range(its_words):
        levels.present[w] = 0
    for i in range(order.shape[0]):
        level = np.int64(column[order[i]])
        if level == MISSING:
            goes[i] = missing_left
            n_missing += 1
        else:
            goes[i] = is_in_set(level, levels.best)
            add_to_set(level, levels.present)
        n_left += goes[i]
    is_crowded = 2 * n_left > order.shape[0]
    for w in range(its_words):
        absent = ~levels.present[w] if is_crowded else np.uint64(0)
        levels.sets[n_words + w] = levels.best[w] | absent
    return n_words + its_words, n_missing


@piece
def best_possible_gain(n_rows, weight, amount, words, is_class, criterion):
    """Return the gain of a split that leaves nothing to be done.

    Two rows can be told apart in one way only; so can two classes.
    """
    if n_rows == 2:
        return -np.inf
    enough = np.inf
    if words is not None:
        enough = amount * (weight - amount)
    if is_class is not None:
        enough = weight
    if criterion is not None and enough < np.inf:
        enough = 0.0
    return enough


@piece
def search(
    columns, has_missing, is_binary, order, words, weights, targets, is_class, outputs,
    weight, amount, limits, criterion, trend, levels, state, features, few, held, bins,
    start, constant,
):  # fmt: skip
    """Draw features and keep the best split: feature, code, missing side, gain.

    `weight` and `amount` are the node's, see `add_up`; `start` is where its rows begin.
    A feature that is constant in a node is so in all that comes of it: these are the
    nodes that begin before this one ends, if nodes are opened depth first. `constant`
    holds for each feature where the last such node ended; None if in another order.
    Where weights cancel, bins look constant that are not.

    As in scikit-learn, `max_features` features are drawn, and more while all that came
    were constant in the node. Past a split that no other can beat they are drawn but
    not searched. The feature is -1 if no split keeps the limits, CONSTANT if none
    varies.
    """
    best_gain, best_feature, best_code, best_left = -np.inf, CONSTANT, ZERO, False
    n_left, n_drawn, n_rows = features.shape[0], 0, order.shape[0]
    if is_class is not None:
        amount = count_classes(weights, targets, bins)
    if outputs is not None:
        count_channels(weights, targets, outputs, bins)
    enough = best_possible_gain(n_rows, weight, amount, words, is_class, criterion)
    is_few = False
    if is_class is None and outputs is None:
        is_few = n_rows < SMALL_NODE
        if is_few:
            lay_out_few(n_rows, words, weights, targets, few)
    while n_left > 0 and (n_drawn < limits.max_features or best_feature == CONSTANT):
        feature = draw_feature(draw_word(state), features, n_left)
        n_left -= 1
        n_drawn += 1
        if best_feature >= 0 and best_gain >= enough:
            continue
        if constant is not None:
            if start < constant[feature]:
                continue
        if trend is not None:
            trend.here[0] = trend.signs[feature]
        if held is not None:
            held.here[1] = feature
        column, n_seen, step, is_set, is_two = columns[feature], 0, 1, False, False
        gain, code, missing_left = -np.inf, CONSTANT, False
        if levels is not None:
            is_set = levels.n_levels[feature] > 0
            if is_set and outputs is not None:
                n_seen, step = rank_levels(
                    column, order, words, weights, targets, is_class, outputs,
                    has_missing[feature], limits, levels,
                )  # fmt: skip
                column, is_set = levels.ranked, False
            if is_set:
                gain, code, missing_left, n_seen = search_levels(
                    column, order, words, weights, targets, is_class, weight, amount,
                    limits, criterion, trend, levels, bins,
                )  # fmt: skip
        if outputs is None and is_binary is not None:
            is_two = is_binary[feature]
            if is_two:
                gain, code, missing_left = search_two(
                    column, order, words, weights, targets, is_class, weight, amount,
                    limits, criterion, trend, bins,
                )  # fmt: skip
        if is_class is None and outputs is None:
            if is_few and not (is_set or is_two):
                gain, code, missing_left = search_few(
                    column, order, words, has_missing[feature], weight, amount, limits,
                    criterion, trend, few,
                )  # fmt: skip
        if not (is_few or is_set or is_two):
            gain, code, missing_left = search_best(
                column, order, words, weights, targets, is_class, outputs,
                has_missing[feature], weight, amount, limits, criterion, trend, few,
                held, bins,
            )  # fmt: skip
        if code != CONSTANT:
            best_feature = max(best_feature, -1)
        elif constant is not None:
            if not limits.may_cancel:
                constant[feature] = start + n_rows
        if gain > best_gain:
            best_gain, best_feature = gain, feature
            best_code, best_left = code, missing_left
            if levels is not None:
                keep_set(n_seen, step, code, levels)
    return best_feature, best_code, best_left, best_gain


@piece
def is_pure(weight, amount, words, targets):
    """Tell whether all rows of a node have one class, or one target."""
    if words is not None:
        return (amount == 0.0) | (amount == weight)
    if targets is not None:
        for i in range(targets.shape[0]):
            if targets[i] != targets[0]:
                return False
    return True


@piece
def mark_rows(column, order, code, missing_left, has_missing, goes):
    """Mark who goes left; return the largest code there, the smallest opposite
    (MISSING + 1 if only missing values are there), and how many are missing.
    """
    low, high, n_missing = -1, MISSING + 1, 0
    for i in range(order.shape[0]):
        here = np.int64(column[order[i]])
        is_left = here <= code
        goes[i] = is_left
        low = max(low, here if is_left else -1)
        high = min(high, MISSING + 1 if is_left else here)
    if has_missing:
        high = MISSING + 1
        for i in range(order.shape[0]):
            here = np.int64(column[order[i]])
            if here == MISSING:
                goes[i] = missing_left
                n_missing += 1
            elif here > code:
                high = min(high, here)
    return low, high, n_missing


@piece
def find_row(column, order, code):
    """Return the first row of a node that has a code."""
    i = 0
    while i < order.shape[0] - 1 and column[order[i]] != code:
        i += 1
    return np.int64(order[i])


@piece
def part_rows(order, words, weights, targets, desk):
    """Sort the node's stretch into [left | right]; return how many go left.

    Those on the left keep their order, those on the right turn it round, so that one
    store a row will do.
    """
    left, last = np.uint64(0), np.uint64(order.shape[0] - 1)
    for i in range(order.shape[0]):
        goes = np.uint64(desk.goes[i])
        place = left if goes else last - (np.uint64(i) - left)
        desk.order[place] = order[i]
        if words is not None:
            desk.words[place] = words[i]
        if targets is not None:
            desk.weights[place] = weights[i]
            desk.targets[place] = targets[i]
        left += goes
    copy_back(order, desk.order)
    if words is not None:
        copy_back(words, desk.words)
    if targets is not None:
        copy_back(weights, desk.weights)
        copy_back(targets, desk.targets)
    return np.int64(left)


@piece
def copy_back(here, scratch):
    """Copy as much of the scratch array as there is room for."""
    for i in range(here.shape[0]):
        here[i] = scratch[i]


@piece
def push(stack, n_open, start, end, depth, parent, sheet):
    """Put a stretch of rows on the stack of nodes to come."""
    stack[n_open, 0] = start
    stack[n_open, 1] = end
    stack[n_open, 2] = depth
    stack[n_open, 3] = parent
    stack[n_open, 4] = sheet
    return n_open + 1


@piece
def push_roots(begins, trend, desk):
    """Put the roots of all trees on the stack, the first tree's on top."""
    n_trees = begins.shape[0] - 1
    for k in range(n_trees):
        t = n_trees - 1 - k
        push(desk.stack, k, begins[t], begins[t + 1], ZERO, NOBODY, ZERO)
        if trend is not None:
            desk.ranges[k, 0], desk.ranges[k, 1] = -np.inf, np.inf
    return np.int64(n_trees)


@piece
def set_firsts(t, n_nodes, n_leaves, n_words, firsts):
    """Write down where a tree's nodes, leaves and words of sets begin."""
    firsts[t, 0], firsts[t, 1], firsts[t, 2] = n_nodes, n_leaves, n_words


@piece
def line_up(features):
    """Put the features in the order from which every tree begins to draw."""
    for f in range(features.shape[0]):
        features[f] = f


@piece
def set_range(trend, desk, n_open):
    """Lay out the range of means of the node that was taken off the stack."""
    trend.here[1], trend.here[2] = desk.ranges[n_open, 0], desk.ranges[n_open, 1]


@piece
def part_range(
    trend, ranges, left, right, n_left, feature, weight, amount, words, weights, targets
):
    """Lay out the ranges of means of both branches of a node, in these places.

    The middle of both means parts the node's range if its feature has a direction.
    """
    low, high, sign = trend.here[1], trend.here[2], trend.signs[feature]
    if words is not None:
        words = words[:n_left]
    if targets is not None:
        weights, targets = weights[:n_left], targets[:n_left]
    left_weight, left_amount = add_up(words, weights, targets)
    left_mean = left_amount / left_weight
    right_mean = (amount - left_amount) / (weight - left_weight)
    border = (left_mean + right_mean) / 2.0
    ranges[left, 0] = border if sign < 0.0 else low
    ranges[left, 1] = border if sign > 0.0 else high
    ranges[right, 0] = border if sign > 0.0 else low
    ranges[right, 1] = border if sign < 0.0 else high


@piece
def push_branches(
    desk, n_open, start, middle, end, depth, node, sheet, trend, feature, weight,
    amount, words, weights, targets,
):  # fmt: skip
    """Put both branches of a node on the stack, the left one on top.

    Where features have directions, their ranges stand beside them.
    """
    n_open = push(desk.stack, n_open, middle, end, depth, node, sheet)
    n_open = push(desk.stack, n_open, start, middle, depth, NOBODY, sheet)
    if trend is not None:
        part_range(
            trend, desk.ranges, n_open - 1, n_open - 2, middle - start, feature, weight,
            amount, words, weights, targets,
        )  # fmt: skip
    return n_open


@piece
def is_at_limit(n_rows, depth, limits):
    """Tell whether a node must be a leaf by its depth or size."""
    return depth >= limits.max_depth or n_rows < limits.min_rows_split


@piece
def write_leaf(node, number, leaves, place, start, weight, amount):
    """Make a node a leaf of that number, and write down what is known of it."""
    node[0], node[1], node[2], node[3] = 0, 0, -1, number
    leaves.start[place] = start
    leaves.weight[place], leaves.amount[place] = weight, amount


@piece
def split_node(
    columns, has_missing, order, words, weights, targets, feature, code, missing_left,
    sheet, n_words, first_word, levels, desk, node,
):  # fmt: skip
    """Sort the rows of a node into its branches and write it down, without its right
    child; return how many go left, and how many words sets take now. Those of this tree
    begin with the first.
    """
    column, is_set = columns[feature], False
    if levels is not None:
        is_set = levels.n_levels[feature] > 0
        if is_set:
            low, high = n_words - first_word, ZERO
            n_words, n_missing = mark_by_set(
                column, order, missing_left, levels.n_levels[feature], n_words, levels,
                desk.goes,
            )  # fmt: skip
    if not is_set:
        low, high, n_missing = mark_rows(
            column, order, code, missing_left, has_missing[feature], desk.goes
        )
        if sheet > 0:
            low, high = ~find_row(column, order, low), ~find_row(column, order, high)
    n_left = part_rows(order, words, weights, targets, desk)
    if n_missing == 0:  # later ones follow the crowd, as in scikit-learn
        missing_left = 2 * n_left > order.shape[0]
    node[0], node[1], node[2], node[3] = low, high, feature, -1 if missing_left else 1
    return n_left, n_words


@piece
def bring_near(codes, order, start, end, near):
    """Copy the codes of a stretch of rows, and number these rows anew."""
    for i in range(end - start):
        near.rows[i], order[start + i] = order[start + i], i
    for s in range(codes.shape[0]):
        for f in range(codes.shape[1]):
            column, here = codes[s, f], near.codes[s, f]
            for i in range(end - start):
                here[i] = column[near.rows[i]]
    near.span[0], near.span[1] = start, end


@piece
def put_back(order, near):
    """Give the rows of a stretch their old numbers."""
    for i in range(near.span[0], near.span[1]):
        order[i] = near.rows[order[i]]
    near.span[0] = near.span[1] = 0


@kernel
def grow(
    codes, has_missing, is_binary, begins, order, words, weights, targets, outputs,
    is_class, limits, criterion, trend, levels, states, desk, few, near, bins, nodes,
    leaves, firsts,
):  # fmt: skip
    """Grow trees of best cuts; return how many leaves might be split if codes were
    finer.

    Parameters
    ----------
    codes : uint16 array of shape (n_sheets, n_features, n_training_rows)
    has_missing, is_binary : bool arrays of shape (n_features,)
        Whether values are missing; whether there are two values, and none is missing.
    begins : int64 array of shape (n_trees + 1,)
        Where the rows of each tree begin in `order`.
    order : uint32 array of shape (n_rows,)
        The rows that have weight, of one tree after the other; sorted in place, leaf by
        leaf.
    words, weights, targets : arrays or None
        The statistic, see the top of this file; sorted with `order`.
    outputs : Outputs or None
        What targets stand for, where there are several outputs.
    is_class : True or None
        Whether targets are labels.
    limits : Limits
    criterion : {SQUARES, ENTROPY, POISSON}
    trend : Trend or None
        For targets, or two classes.
    levels : Levels or None
        Where some feature is categorical.
    states : uint64 array of shape (n_trees,), none 0
    desk, few, bins : Desk, Few, Bins
    near : Near
        Its span empty; without places where all codes are near enough.
    nodes : int32 array of shape (capacity, 4), filled
        A split: largest code on the left, smallest on the right (65536 if only missing
        values go there), feature, right child (negative if missing values go left).
        Where the second sheet decided: complements of rows that have these codes.
        A split by levels: where the set of those on the left begins, 0, feature, and
        the right child as above.
        A leaf: 0, 0, -1, number of the leaf.
        Nodes, leaves and words of sets are numbered anew for each tree.
    leaves : Leaves, filled
    firsts : int64 array of shape (n_trees + 1, 3), filled
        Where the nodes, leaves and words of sets of each tree begin, and the last end.
    """
    stack, n_nodes, n_leaves, n_words, n_alike = desk.stack, ZERO, ZERO, ZERO, ZERO
    n_open, t, root = push_roots(begins, trend, desk), NOBODY, ZERO
    state = states[:1]
    while n_open > 0:
        n_open -= 1
        if trend is not None:
            set_range(trend, desk, n_open)
        start, end, depth = stack[n_open, 0], stack[n_open, 1], stack[n_open, 2]
        parent, sheet = stack[n_open, 3], stack[n_open, 4]
        node, feature, code, missing_left = n_nodes, -1, 0, False
        if depth == 0:
            t += 1
            set_firsts(t, n_nodes, n_leaves, n_words, firsts)
            line_up(desk.features)
            root, state = node, states[t : t + 1]
        n_nodes += 1
        if parent != NOBODY:
            nodes[parent, 3] *= node - root
        rows, its_words = order[start:end], words
        its_weights, its_targets = weights, targets
        if words is not None:
            its_words = words[start:end]
        if targets is not None:
            its_weights, its_targets = weights[start:end], targets[start:end]
        weight, amount = add_up(its_words, its_weights, its_targets)
        is_whole = is_pure(weight, amount, its_words, its_targets)
        if 0 < near.span[1] <= start:
            put_back(order, near)
        if not (is_whole or is_at_limit(end - start, depth, limits)):
            feature = CONSTANT
            if near.span[1] == 0 and SMALL_NODE <= end - start <= near.rows.shape[0]:
                bring_near(codes, order, start, end, near)
        here = codes
        if near.span[1] > 0:
            here = near.codes
        while feature == CONSTANT and sheet < codes.shape[0]:
            feature, code, missing_left, _ = search(
                here[sheet], has_missing, is_binary, rows, its_words, its_weights,
                its_targets, is_class, outputs, weight, amount, limits, criterion,
                trend, levels, state, desk.features, few, None, bins, start,
                desk.constant[sheet],
            )  # fmt: skip
            sheet += feature == CONSTANT
        n_alike += feature == CONSTANT
        if feature < 0:
            write_leaf(
                nodes[node], n_leaves - firsts[t, 1], leaves, n_leaves, start, weight,
                amount,
            )  # fmt: skip
            n_leaves += 1
            continue
        n_left, n_words = split_node(
            here[sheet], has_missing, rows, its_words, its_weights, its_targets,
            feature, code, missing_left, sheet, n_words, firsts[t, 2], levels, desk,
            nodes[node],
        )  # fmt: skip
        if sheet > 0 and near.span[1] > 0:
            for side in range(2):
                nodes[node, side] = ~np.int32(near.rows[~nodes[node, side]])
        middle = start + n_left
        n_open = push_branches(
            desk, n_open, start, middle, end, depth + 1, node, sheet, trend, feature,
            weight, amount, its_words, its_weights, its_targets,
        )  # fmt: skip
    put_back(order, near)
    set_firsts(t + 1, n_nodes, n_leaves, n_words, firsts)
    return n_alike


@piece
def drop_of(gain, weight, amount, is_class, outputs, criterion, bins):
    """Return by how much a split of that gain lowers the node's weighted impurity, up
    to a factor that is the same for all nodes.
    """
    if outputs is None and is_class is None:
        if criterion is None:
            return gain / weight
        if criterion == POISSON:
            return gain - amount * np.log(amount / weight)
        return gain - x_log_x(amount) - x_log_x(weight - amount) + x_log_x(weight)
    if outputs is not None and criterion is None:
        return gain / weight
    before, n_outputs = 0.0, 1
    if outputs is not None:
        n_outputs = outputs.channel.shape[1]
    for k in range(bins.total.shape[0]):
        amount = bins.total[k]
        if criterion is None:
            before += amount * amount / weight
        elif criterion == ENTROPY:
            before += x_log_x(amount)
        else:
            before += amount * np.log(amount / weight) if amount > 0.0 else 0.0
    if criterion == ENTROPY:
        before -= n_outputs * x_log_x(weight)
    return gain - before


@piece
def is_above(one, other, gains):
    """Tell whether a node is to be split before another: it gains more, or is older."""
    return gains[one] > gains[other] or (gains[one] == gains[other] and one < other)


@piece
def put_on_heap(node, n_waiting, heap, gains):
    """Put a node among those that wait; return how many do."""
    place = n_waiting
    while place > 0 and is_above(node, heap[(place - 1) // 2], gains):
        heap[place] = heap[(place - 1) // 2]
        place = (place - 1) // 2
    heap[place] = node
    return n_waiting + 1


@piece
def take_off_heap(n_waiting, heap, gains):
    """Take the top node off the heap, and close the gap; return how many wait."""
    node, place = heap[n_waiting - 1], 0
    while 2 * place + 1 < n_waiting - 1:
        child = 2 * place + 1
        if child + 1 < n_waiting - 1 and is_above(heap[child + 1], heap[child], gains):
            child += 1
        if is_above(node, heap[child], gains):
            break
        heap[place] = heap[child]
        place = child
    heap[place] = node
    return n_waiting - 1


@piece
def take_slot(held):
    """Take a free slot for histograms."""
    held.free[0] -= 1
    return held.free[1 + held.free[0]]


@piece
def free_slot(slot, held):
    """Give a slot back, if there is one."""
    if slot >= 0:
        held.free[1 + held.free[0]] = slot
        held.free[0] += 1


@piece
def hold_branches(
    codes, order, words, weights, targets, is_class, limits, n_left, slot, held
):
    """Pass the slot of a node to its larger branch, if that is still large, and give
    one to the smaller; return both slots, NOBODY for none.
    """
    n_rows = order.shape[0]
    is_left_small = 2 * n_left <= n_rows
    if slot < 0 or max(n_left, n_rows - n_left) < held.least_rows:
        free_slot(slot, held)
        return NOBODY, NOBODY
    other = take_slot(held)
    begin, end = (ZERO, n_left) if is_left_small else (n_left, n_rows)
    if words is not None:
        words = words[begin:end]
    if targets is not None:
        weights, targets = weights[begin:end], targets[begin:end]
    rows = order[begin:end]
    count_held(codes, rows, words, weights, targets, is_class, limits, held, other)
    subtract_held(held, slot, other, limits)
    return (other, slot) if is_left_small else (slot, other)


@piece
def open_node(
    node, start, end, depth, sheet, slot, codes, has_missing, order, words, weights,
    targets, outputs, is_class, limits, criterion, trend, levels, state, desk, few,
    held, bins, nodes, leaves, waiting,
):  # fmt: skip
    """Search a new node for its best split, and keep what it would gain.

    Returns whether it may be split.
    """
    if trend is not None:
        set_range(trend, desk, node)
    if words is not None:
        words = words[start:end]
    if targets is not None:
        weights, targets = weights[start:end], targets[start:end]
    rows, feature, code, missing_left, gain = order[start:end], NOBODY, ZERO, False, 0.0
    weight, amount = add_up(words, weights, targets)
    if not (
        is_pure(weight, amount, words, targets)
        or is_at_limit(end - start, depth, limits)
    ):
        feature = CONSTANT
    while feature == CONSTANT and sheet < codes.shape[0]:
        held.here[0] = slot if sheet == 0 else NOBODY
        feature, code, missing_left, gain = search(
            codes[sheet], has_missing, None, rows, words, weights, targets, is_class,
            outputs, weight, amount, limits, criterion, trend, levels, state,
            desk.features, few, held, bins, start, None,
        )  # fmt: skip
        sheet += feature == CONSTANT
    if feature < 0 or end - start < held.least_rows:
        free_slot(slot, held)
        slot = NOBODY
    its = waiting.nodes[node]
    its[START], its[END], its[DEPTH], its[SHEET] = start, end, depth, sheet
    its[FEATURE], its[CODE], its[SLOT] = feature, code, slot
    its[MISSING_LEFT] = missing_left
    write_leaf(nodes[node], node, leaves, node, start, weight, amount)
    if feature < 0:
        return False
    waiting.gains[node] = drop_of(
        gain, weight, amount, is_class, outputs, criterion, bins
    )
    if levels is not None:
        for w in range(levels.best.shape[0]):
            waiting.sets[node, w] = levels.best[w]
    return True


@kernel
def grow_best_first(
    codes, has_missing, order, words, weights, targets, outputs, is_class, limits,
    criterion, trend, levels, state, desk, few, held, bins, nodes, leaves, waiting,
):  # fmt: skip
    """Grow one tree of best cuts, always splitting the leaf that gains most, until
    there are `max_leaf_nodes` leaves (Friedman 2001); return how many nodes it has, and
    how many words its sets of levels take.

    Parameters
    ----------
    held : Held
        All slots free.
    nodes : int32 array of shape (capacity, 4), filled
        As by `grow`, but numbered in the order in which they were made, the right child
        of a node behind the left one.
    leaves : Leaves, filled
        Of all nodes, by their numbers.
    waiting : Open, filled
    state : uint64 array of shape (1,), not 0
    codes, has_missing, order, words, weights, targets, outputs, is_class, limits,
    criterion, trend, levels, desk, few, bins : as for `grow`
    """
    n_nodes, n_waiting, n_words, n_leaves = ZERO + 1, ZERO, ZERO, ZERO + 1
    slot = NOBODY
    line_up(desk.features)
    if trend is not None:
        desk.ranges[0, 0], desk.ranges[0, 1] = -np.inf, np.inf
    if order.shape[0] >= held.least_rows:
        slot = take_slot(held)
        count_held(
            codes[0], order, words, weights, targets, is_class, limits, held, slot
        )
    if open_node(
        ZERO, ZERO, order.shape[0], ZERO, ZERO, slot, codes, has_missing, order, words,
        weights, targets, outputs, is_class, limits, criterion, trend, levels, state,
        desk, few, held, bins, nodes, leaves, waiting,
    ):  # fmt: skip
        n_waiting = put_on_heap(ZERO, n_waiting, waiting.heap, waiting.gains)
    while n_waiting > 0 and n_leaves < limits.max_leaf_nodes:
        node = waiting.heap[0]
        n_waiting = take_off_heap(n_waiting, waiting.heap, waiting.gains)
        its, right = waiting.nodes[node], n_nodes + 1
        start, end, sheet = its[START], its[END], its[SHEET]
        rows, its_words = order[start:end], words
        its_weights, its_targets = weights, targets
        if words is not None:
            its_words = words[start:end]
        if targets is not None:
            its_weights, its_targets = weights[start:end], targets[start:end]
        if levels is not None:
            for w in range(levels.best.shape[0]):
                levels.best[w] = waiting.sets[node, w]
        n_left, n_words = split_node(
            codes[sheet], has_missing, rows, its_words, its_weights, its_targets,
            its[FEATURE], its[CODE], its[MISSING_LEFT] == 1, sheet, n_words, ZERO,
            levels, desk, nodes[node],
        )  # fmt: skip
        nodes[node, 3] *= right
        if trend is not None:
            set_range(trend, desk, node)
            part_range(
                trend, desk.ranges, n_nodes, right, n_left, its[FEATURE],
                leaves.weight[node], leaves.amount[node], its_words, its_weights,
                its_targets,
            )  # fmt: skip
        slots = hold_branches(
            codes[0], rows, its_words, its_weights, its_targets, is_class, limits,
            n_left, its[SLOT], held,
        )  # fmt: skip
        for side in range(2):
            begin = start + n_left if side == 1 else start
            stop = end if side == 1 else start + n_left
            if open_node(
                n_nodes, begin, stop, its[DEPTH] + 1, sheet, slots[side], codes,
                has_missing, order, words, weights, targets, outputs, is_class, limits,
                criterion, trend, levels, state, desk, few, held, bins, nodes, leaves,
                waiting,
            ):  # fmt: skip
                n_waiting = put_on_heap(n_nodes, n_waiting, waiting.heap, waiting.gains)
            n_nodes += 1
        n_leaves += 1
    return n_nodes, n_words


@piece
def point_between(low, high, word):
    """Turn random bits into a number in [low, high), without overflow at any scale."""
    share = np.float64(word >> np.uint64(11)) * 2.0**-53
    drawn = low * (1.0 - share) + high * share
    return drawn if low <= drawn < high else low


@piece
def edge_of(low, high, step):
    """Return the largest value of a step, of a feature from `low` to `high`."""
    share = (step + 1.0) / N_STEPS
    return low * (1.0 - share) + high * share


@kernel
def count_steps(columns, lows, highs, is_wide, steps):
    """Write in which of its feature's `N_STEPS` equal steps each value falls.

    Parameters
    ----------
    columns : float64 array of shape (n_features, n_rows)
    lows, highs : float64 arrays of shape (n_features,)
    is_wide : bool array of shape (n_features,)
        Whether a step is wider than errors of rounding; the others are left out.
    steps : uint16 array of shape (n_features, n_rows), filled
    """
    for j in range(columns.shape[0]):
        if not is_wide[j]:
            continue
        low, high = lows[j], highs[j]
        least, width = low / N_STEPS, (high / N_STEPS - low / N_STEPS) / N_STEPS
        for i in range(columns.shape[1]):
            value = columns[j, i]
            step = np.floor(min((value / N_STEPS - least) / width, N_STEPS - 1.0))
            step -= (value <= edge_of(low, high, step - 1.0)) & (step > 0.0)
            step += value > edge_of(low, high, step)
            steps[j, i] = np.uint16(step)


@piece
def gather_steps(steps, by_row, feature, other, order, here, there):
    """Copy the steps of a node for one feature, or for two of a row side by side."""
    if other >= 0:
        for i in range(order.shape[0]):
            row = by_row[order[i]]
            here[i], there[i] = row[np.uint64(feature)], row[np.uint64(other)]
    elif order.shape[0] < FAR_APART:
        for i in range(order.shape[0]):
            here[i] = by_row[order[i], np.uint64(feature)]
    else:
        column = steps[feature]
        for i in range(order.shape[0]):
            here[i] = column[order[i]]


@piece
def find_range(here, n_rows):
    """Return the least and the largest step of a node."""
    low, high = np.uint16(65535), np.uint16(0)
    for i in range(n_rows):
        step = here[i]
        low = step if step < low else low
        high = step if step > high else high
    return np.int64(low), np.int64(high)


@piece
def spread_values(column, order, word, here):
    """Spread the raw values of a node over steps of its own, from 1 on.

    Missing values fall below or above all others, as a bit of `word` says; above where
    the others are equal. Returns the least and the largest step of a value, and whether
    missing ones are on the left, or anywhere.
    """
    low, high, n_missing = np.inf, -np.inf, 0
    for i in range(order.shape[0]):
        value = column[order[i]]
        low = value if value < low else low
        high = value if value > high else high
        n_missing += value != value
    if low >= high and (n_missing == 0 or low > high):
        return 0, 0, False, False
    factor = 1.0 if high - low < np.inf else 0.5
    missing_left = low < high and word & np.uint64(1) == 1
    width = (high * factor - low * factor) or 1.0
    for i in range(order.shape[0]):
        value, step = column[order[i]], 0 if missing_left else 65535
        if value == value:
            step = 1 + np.int64((value * factor - low * factor) / width * 65533.0)
        here[i] = step
    return 1, 65534 if low < high else 1, missing_left, n_missing > 0


@piece
def deal_levels(here, n_rows, state, levels):
    """Deal the levels of a node to two sides at random, neither of them empty.

    Missing values are dealt as a level of their own. `here` holds the rows' levels, and
    then 0 for left and 1 for right. Returns the numbers of both sides, equal if there
    is one level only, and whether missing values are on the left.
    """
    seen, side, n_seen, missing_left, n_left = levels.seen, levels.rank, 0, False, 0
    nothing = side.shape[0] - 1  # the place of missing values
    for i in range(n_rows):
        level = nothing if here[i] == MISSING else np.int64(here[i])
        if side[level] < 0:
            side[level], seen[n_seen] = 0, level
            n_seen += 1
    while n_seen > 1 and (n_left == 0 or n_left == n_seen):
        n_left = 0
        for s in range(n_seen):
            side[seen[s]] = np.int64(draw_word(state) >> HALF) & 1
            n_left += side[seen[s]] == 0
    for i in range(n_rows):
        here[i] = side[nothing if here[i] == MISSING else np.int64(here[i])]
    for w in range(levels.drawn.shape[0]):
        levels.drawn[w] = 0
    for s in range(n_seen):
        is_left = side[seen[s]] == 0
        side[seen[s]] = -1
        if seen[s] == nothing:
            missing_left = is_left
        elif is_left:
            add_to_set(seen[s], levels.drawn)
    return 0, min(n_seen - 1, 1), missing_left


@piece
def keep_drawn(levels):
    """Keep the set that was drawn as the best."""
    for w in range(levels.best.shape[0]):
        levels.best[w] = levels.drawn[w]


@sums
def weigh_words(here, words, cut):
    """Add up the words that go left at a cut."""
    word = np.uint64(0)
    for i in range(words.shape[0]):
        step, moved = here[i], words[i]
        word += moved if step <= cut else np.uint64(0)
    return word


@sums
def weigh_targets(here, weights, targets, cut):
    """Add up the weights and amounts that go left at a cut."""
    weight, amount = 0.0, 0.0
    for i in range(weights.shape[0]):
        step, moved = here[i], weights[i]
        moved_amount = moved * targets[i]
        weight += moved if step <= cut else 0.0
        amount += moved_amount if step <= cut else 0.0
    return weight, amount


@piece
def deal_labels(here, weights, targets, cut, all_squares, bins):
    """Deal rows to the sides of a cut; return the weight on the left, and squares."""
    weight, squares, rest_squares = 0.0, 0.0, all_squares
    for k in range(bins.left.shape[0]):
        bins.left[k] = 0.0
    for i in range(weights.shape[0]):
        if here[i] <= cut:
            k, moved = np.int64(targets[i]), weights[i]
            squares, rest_squares = move_left(k, moved, squares, rest_squares, bins)
            weight += moved
    return weight, squares, rest_squares


@piece
def deal_channels(here, weights, targets, outputs, cut, bins):
    """Deal rows to the sides of a cut; return the weight on the left."""
    weight = 0.0
    for k in range(bins.left.shape[0]):
        bins.left[k] = 0.0
    for i in range(weights.shape[0]):
        if here[i] <= cut:
            add_to_channels(np.int64(targets[i]), weights[i], outputs, bins.left)
            weight += weights[i]
    return weight


@piece
def weigh_cut(
    here, n_rows, words, weights, targets, is_class, outputs, cut, all_weight,
    all_amount, limits, criterion, trend, bins,
):  # fmt: skip
    """Return the gain of one given cut, -inf if it breaks a limit."""
    weight, amount, rest_squares, rows, gain = 0.0, 0.0, 0.0, 1, -np.inf
    if words is not None:
        word = weigh_words(here, words, cut)
        weight, amount = np.float64(word & MASK), np.float64(word >> HALF)
    if targets is not None:
        if outputs is not None:
            weight = deal_channels(here, weights, targets, outputs, cut, bins)
        elif is_class is None:
            weight, amount = weigh_targets(here, weights, targets, cut)
        else:
            weight, amount, rest_squares = deal_labels(
                here, weights, targets, cut, all_amount, bins
            )
    if limits.min_rows_leaf > 1:
        rows = 0
        for i in range(n_rows):
            rows += here[i] <= cut
    if not keeps_limits(rows, n_rows, weight, all_weight, limits):
        return gain
    if trend is not None:
        if not keeps_trend(weight, amount, all_weight, all_amount, trend.here):
            return gain
    if outputs is not None:
        return gain_of_channels(bins, outputs, weight, all_weight, criterion)
    if is_class is not None:
        return gain_of_classes(
            bins, amount, rest_squares, weight, all_weight, criterion
        )
    gain = gain_of_squares(weight, amount, all_weight, all_amount)
    if criterion is not None:
        gain = gain_of_logs(weight, amount, all_weight, all_amount, criterion)
    return gain


@piece
def throw(
    steps, by_row, columns, order, words, weights, targets, is_class, outputs, weight,
    amount, limits, criterion, trend, levels, state, features, heres, bins, start,
    constant,
):  # fmt: skip
    """Throw a cut on each feature drawn (Geurts et al. 2006) and keep the best one:
    feature, cut, whether it is one of the feature's own steps, whether missing values
    go left, and which row of `heres` holds the steps of the node's rows.

    Where a node spans few steps of a feature, its raw values are spread anew. Draws and
    answers as `search` does, but where rows are few two features at a time.
    """
    best_gain, best_feature, best_cut, best_left = -np.inf, CONSTANT, 0, False
    best_is_own, best, n_rows = False, 2, order.shape[0]
    n_left, n_drawn, n_wanted = features.shape[0], 0, limits.max_features
    if is_class is not None:
        amount = count_classes(weights, targets, bins)
    if outputs is not None:
        count_channels(weights, targets, outputs, bins)
    enough = best_possible_gain(n_rows, weight, amount, words, is_class, criterion)
    while n_left > 0 and (n_drawn < n_wanted or best_feature == CONSTANT):
        word, other_word, other = draw_word(state), np.uint64(0), NOBODY
        feature = draw_feature(word, features, n_left)
        n_drawn, n_left = n_drawn + 1, n_left - 1
        if best_feature >= 0 and best_gain >= enough:
            continue
        if 2 < n_rows < FAR_APART and n_drawn < n_wanted and n_left > 0:
            other_word = draw_word(state)
            other = draw_feature(other_word, features, n_left)
            n_drawn, n_left = n_drawn + 1, n_left - 1
            if start < constant[other]:
                other = NOBODY
        if start < constant[feature]:
            feature, word, other = other, other_word, NOBODY
            if feature == NOBODY:
                continue
        free = np.int64(best == 0)
        also_free = 3 - best - free
        gather_steps(
            steps, by_row, feature, other, order, heres[free], heres[also_free]
        )
        while feature >= 0:
            here, missing_left, is_mixed, is_set = heres[free], False, False, False
            low, high = find_range(here, n_rows)
            if levels is not None:
                is_set = levels.n_levels[feature] > 0
                if is_set:
                    low, high, missing_left = deal_levels(here, n_rows, state, levels)
            is_own = is_set or high - low >= MANY_STEPS
            if not is_own:
                low, high, missing_left, is_mixed = spread_values(
                    columns[feature], order, word, here
                )
            if low < high or is_mixed:
                best_feature = max(best_feature, -1)
                share = (word & MASK) * np.uint64(high - low) >> HALF
                cut = low + np.int64(share)
                if trend is not None:
                    trend.here[0] = trend.signs[feature]
                gain = weigh_cut(
                    here, n_rows, words, weights, targets, is_class, outputs,
                    np.uint16(cut), weight, amount, limits, criterion, trend, bins,
                )  # fmt: skip
                if gain > best_gain:
                    best_gain, best_feature, best = gain, feature, free
                    best_cut, best_is_own, best_left = cut, is_own, missing_left
                    if levels is not None:
                        keep_drawn(levels)
            else:
                constant[feature] = start + n_rows
            feature, word, free, other = other, other_word, also_free, NOBODY
    return best_feature, best_cut, best_is_own, best_left, best


@piece
def find_threshold(column, order, goes, word):
    """Return a threshold between the sides, and how many values are missing.

    The threshold is infinite if only missing values go right.
    """
    low, high, n_missing = -np.inf, np.inf, 0
    for i in range(order.shape[0]):
        value = column[order[i]]
        n_missing += value != value
        if goes[i]:
            low = value if value > low else low
        else:
            high = value if value < high else high
    if high == np.inf:
        return high, n_missing
    return point_between(low, high, word), n_missing


@kernel
def grow_at_random(
    steps, by_row, lows, highs, columns, begins, order, words, weights, targets,
    outputs, is_class, limits, criterion, trend, levels, states, desk, heres, bins,
    nodes, reals, leaves, firsts,
):  # fmt: skip
    """Grow trees of thrown cuts.

    Parameters
    ----------
    steps : uint16 array of shape (n_features, n_training_rows)
        The values in `N_STEPS` equal steps from the least to the largest; a quarter of
        the memory to read. All 0 for features whose steps would vanish in rounding, and
        for features with missing values; the levels of categorical features, MISSING
        for missing values.
    by_row : uint16 array of shape (n_training_rows, n_features)
        The same, the steps of a row side by side.
    lows, highs : float64 arrays of shape (n_features,)
    columns : float64 array of shape (n_features, n_training_rows)
    heres : uint16 array of shape (3, n_rows), room for the best cut and two more
    nodes, reals : int32 (capacity, 4) and float64 (capacity, 2), filled
        Two views of one buffer. A split: threshold (infinite if only missing values go
        right) or where a set of levels begins, feature, right child (negative if
        missing values go left). A leaf: 0, -1, number of the leaf.
    begins, order, words, weights, targets, outputs, is_class, limits, criterion, trend,
    levels, states, desk, bins, leaves, firsts : as for `grow`
    """
    stack, n_nodes, n_leaves, n_words = desk.stack, ZERO, ZERO, ZERO
    n_open, t, root = push_roots(begins, trend, desk), NOBODY, ZERO
    state = states[:1]
    while n_open > 0:
        n_open -= 1
        if trend is not None:
            set_range(trend, desk, n_open)
        start, end = stack[n_open, 0], stack[n_open, 1]
        depth, parent = stack[n_open, 2], stack[n_open, 3]
        node, feature, cut, is_own, missing_left, best = n_nodes, -1, 0, True, False, 0
        if depth == 0:
            t += 1
            set_firsts(t, n_nodes, n_leaves, n_words, firsts)
            line_up(desk.features)
            root, state = node, states[t : t + 1]
        n_nodes += 1
        if parent != NOBODY:
            nodes[parent, 3] *= node - root
        rows, its_words = order[start:end], words
        its_weights, its_targets = weights, targets
        if words is not None:
            its_words = words[start:end]
        if targets is not None:
            its_weights, its_targets = weights[start:end], targets[start:end]
        weight, amount = add_up(its_words, its_weights, its_targets)
        is_whole = is_pure(weight, amount, its_words, its_targets)
        if not (is_whole or is_at_limit(end - start, depth, limits)):
            feature, cut, is_own, missing_left, best = throw(
                steps, by_row, columns, rows, its_words, its_weights, its_targets,
                is_class, outputs, weight, amount, limits, criterion, trend, levels,
                state, desk.features, heres, bins, start, desk.constant[0],
            )  # fmt: skip
        if feature < 0:
            write_leaf(
                nodes[node], n_leaves - firsts[t, 1], leaves, n_leaves, start, weight,
                amount,
            )  # fmt: skip
            n_leaves += 1
            continue
        for i in range(end - start):
            desk.goes[i] = heres[best, i] <= cut
        threshold, n_missing, word = 0.0, 0, draw_word(state)
        if is_own:
            threshold = edge_of(lows[feature], highs[feature], cut)
        else:
            threshold, n_missing = find_threshold(
                columns[feature], rows, desk.goes, word
            )
        if levels is not None:
            if levels.n_levels[feature] > 0:
                threshold = np.float64(n_words - firsts[t, 2])
                n_words, n_missing = mark_by_set(
                    steps[feature], rows, missing_left, levels.n_levels[feature],
                    n_words, levels, desk.goes,
                )  # fmt: skip
        middle = start + part_rows(rows, its_words, its_weights, its_targets, desk)
        if n_missing == 0:  # later ones follow the crowd, as in scikit-learn
            missing_left = middle - start > end - middle
        reals[node, 0] = threshold
        nodes[node, 2], nodes[node, 3] = feature, -1 if missing_left else 1
        n_open = push_branches(
            desk, n_open, start, middle, end, depth + 1, node, ZERO, trend, feature,
            weight, amount, its_words, its_weights, its_targets,
        )  # fmt: skip
    set_firsts(t + 1, n_nodes, n_leaves, n_words, firsts)
