"""Grow one whole tree, depth first, in one call that holds no GIL.

The rows of a node are a stretch ``[start, end)`` of `order`. Splitting a node sorts
its stretch in place, and what each row contributes travels with it:

    order     [ ... | left rows ... | right rows ... | ... ]
    weights   [ ... | their weights | ...            | ... ]

Nodes are numbered as scikit-learn numbers them: a parent, its left branch, its right
branch. So the left child of node i is i + 1, only the right child needs a place, and
at the end the leaves lie in `order` one after the other, in the order of their numbers.

A feature is searched in two steps. *Collect* turns the node's rows into runs, sorted
by code: a large node fills a histogram, a small one is sorted. *Cut* walks over the
runs and weighs the split behind each. A branch that begins with a small node works on
a copy of its rows' codes that fits the fastest cache: `places` then tells where in the
copy a row stands; above it, `places` is `order` itself.

Codes are ranks, spread over 16 bits (see `growth.binner`); 65535 stands for a missing
value on the features that have any. Where a feature has more values than codes, a
second sheet of codes tells the values of one code apart, and a node whose rows agree
on the whole first sheet goes on with the second.

Three statistics share the engine. numba drops a branch on ``x is not None`` where x is
None, so each of them compiles its own part alone.

    two classes, whole weights   words: the weight, and in the upper 32 bits the weight
                                 of class 1; one addition does for both
    regression                   weights, targets and target_bins, in float64
    K classes                    weights, targets (a class) and class_bins, in float64
"""

from typing import NamedTuple

import numpy as np

from skclassic._jit import kernel, piece

SMALL_NODE = 64  # below this, sorting beats clearing a histogram
SMALL_BITS = 6  # of the place of a row in a small node
FEW_ROWS_PER_CLASS = 64  # below this, sorting rows beats clearing bins of classes
BINS = 256  # one high or one low byte of a code
MISSING = 65535  # the code of a missing value, on features that have any
MASK = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
NOBODY = -1
CONSTANT = -2  # answers a search in which no feature varied


class Limits(NamedTuple):
    """When to stop, in scikit-learn's meaning of its parameters."""

    max_features: int
    max_depth: int
    min_rows_split: int
    min_rows_leaf: int
    min_weight_leaf: float


class Levels(NamedTuple):
    """The values behind the first sheet of codes, feature after feature."""

    first: np.ndarray  # int64 (n_features + 1,), where a feature's levels begin
    lower: np.ndarray  # float64 (first[-1],), smallest value of a level
    upper: np.ndarray  # float64 (first[-1],), largest value of a level


class Desk(NamedTuple):
    """Room to work in, one for each thread; contents mean nothing between calls."""

    stack: np.ndarray  # int32 (n_rows + 2, 6)
    features: np.ndarray  # int64 (n_features,)
    goes: np.ndarray  # uint8 (n_rows,), 1 for a row that goes left
    order: np.ndarray  # int32 (n_rows,)
    places: np.ndarray  # int32 (n_rows,), of a small branch's rows in its block
    places_aside: np.ndarray  # int32 (SMALL_NODE,)
    block: np.ndarray  # uint16 (n_features, SMALL_NODE), codes of a small branch
    keys: np.ndarray  # int32 (n_rows,)
    row_bins: np.ndarray  # int64 (257,); the last bin is for missing values
    run_code: np.ndarray  # int64 (257 * n_classes,), a run for each class in a bin
    run_rows: np.ndarray  # int64 (257 * n_classes,)


class WordDesk(NamedTuple):
    """Room for words."""

    words: np.ndarray  # uint64 (n_rows,)
    bins: np.ndarray  # uint64 (257,)
    runs: np.ndarray  # uint64 (257,)


class SumDesk(NamedTuple):
    """Room for weights and targets."""

    weights: np.ndarray  # float64 (n_rows,)
    targets: np.ndarray  # float64 (n_rows,)
    bins: np.ndarray  # float64 (257,)
    run_weight: np.ndarray  # float64 (257 * n_classes,)
    run_target: np.ndarray  # float64 (257 * n_classes,)
    left: np.ndarray  # float64 (n_classes,)
    right: np.ndarray  # float64 (n_classes,)


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
def draw_feature(state, features, n_left):
    """Draw one of the first `n_left` features and move it behind them."""
    j = np.int64(((draw_word(state) >> HALF) * np.uint64(n_left)) >> HALF)
    feature = features[j]
    features[j] = features[n_left - 1]
    features[n_left - 1] = feature
    return feature


@piece
def x_log_x(x):
    """Return x log x, continued by 0 at 0."""
    return x * np.log(x) if x > 0.0 else 0.0


@piece
def gain_of_ones(weight, ones, all_weight, all_ones, is_log):
    """Weigh a split of two classes by gini, or entropy where `is_log`.

    Any increasing function of the fall in impurity will do: for gini it is
    (p_left - p_right)^2 weight_left weight_right, from Breiman et al. (1984), 4.4.
    """
    if is_log:
        rest, rest_ones = all_weight - weight, all_ones - ones
        gain = x_log_x(ones) + x_log_x(weight - ones) - x_log_x(weight)
        return gain + x_log_x(rest_ones) + x_log_x(rest - rest_ones) - x_log_x(rest)
    apart = ones * all_weight - all_ones * weight
    return apart * apart / (weight * (all_weight - weight))


@piece
def gain_of_sums(weight, amount, all_weight, all_amount, is_log):
    """Weigh a split of a regression node by squared error, or Poisson deviance.

    Poisson: sum y log(mean) over both sides; -inf where a side would predict 0.
    """
    if is_log:
        rest, rest_amount = all_weight - weight, all_amount - amount
        if amount <= 0.0 or rest_amount <= 0.0:
            return -np.inf
        gain = amount * np.log(amount / weight)
        return gain + rest_amount * np.log(rest_amount / rest)
    apart = amount * all_weight - all_amount * weight
    return apart * apart / (weight * (all_weight - weight))


@piece
def sort_words(column, places, words, start, end, desk, runs):
    """Collect a small node: one run per row, sorted by code.

    Counting how many keys are smaller puts a row in its place without a branch to
    mispredict, and many keys are compared at once.
    """
    keys, n_rows = desk.keys, end - start
    for i in range(n_rows):
        keys[i] = (np.int64(column[places[start + i]]) << SMALL_BITS) | i
    for i in range(n_rows):
        key, rank = keys[i], 0
        for j in range(n_rows):
            rank += keys[j] < key
        desk.run_code[rank] = key >> SMALL_BITS
        desk.run_rows[i] = 1
        runs[rank] = words[start + i]
    return n_rows


@piece
def sort_targets(column, places, weights, targets, start, end, is_sum, desk, sums):
    """Collect a small node as `sort_words` does; a run holds a class or w * y."""
    keys, n_rows = desk.keys, end - start
    for i in range(n_rows):
        keys[i] = (np.int64(column[places[start + i]]) << SMALL_BITS) | i
    for i in range(n_rows):
        key, rank = keys[i], 0
        for j in range(n_rows):
            rank += keys[j] < key
        desk.run_code[rank] = key >> SMALL_BITS
        desk.run_rows[i] = 1
        weight, target = weights[start + i], targets[start + i]
        sums.run_weight[rank] = weight
        sums.run_target[rank] = weight * target if is_sum else target
    return n_rows


@piece
def deal_classes(column, places, weights, targets, start, end, has_missing, desk, sums):
    """Collect a node of few rows per class: one run per row, sorted by bin.

    A counting sort by the high byte, or by the low byte where all share the high one.
    """
    bins, high, n_present = desk.row_bins, 0, 0
    count_rows(column, places, start, end, 8, 0, bins)
    for b in range(BINS - has_missing):
        n_present += bins[b]
        high = b if bins[b] > 0 else high
    shift = 0 if n_present == bins[high] and high + has_missing < BINS else 8
    if shift == 0:
        count_rows(column, places, start, end, 0, high, bins)
    position = 0
    for b in range(BINS):
        position, bins[b] = position + bins[b], position
    n_absent = n_present
    for i in range(start, end):
        code = np.int64(column[places[i]])
        if has_missing and code == MISSING:
            r, n_absent = n_absent, n_absent + 1
        else:
            b = (code >> shift) & 255
            r, bins[b] = bins[b], bins[b] + 1
            code = code | 255 if shift == 8 else code
        desk.run_code[r] = code
        desk.run_rows[r] = 1
        sums.run_weight[r] = weights[i]
        sums.run_target[r] = targets[i]
    return end - start


@piece
def fill_words(column, places, words, start, end, shift, high, bins):
    """Add up the words of each bin: of high bytes, or low bytes under one `high`."""
    for b in range(BINS):
        bins[b] = 0
    for i in range(start, end):
        code = np.int64(column[places[i]])
        if shift == 8 or code >> 8 == high:
            bins[(code >> shift) & 255] += words[i]


@piece
def fill_targets(column, places, weights, targets, start, end, shift, high, bins, more):
    """Add up the weights and weighted targets of each bin, as `fill_words` does."""
    for b in range(BINS):
        bins[b] = more[b] = 0.0
    for i in range(start, end):
        code = np.int64(column[places[i]])
        if shift == 8 or code >> 8 == high:
            b = (code >> shift) & 255
            bins[b] += weights[i]
            more[b] += weights[i] * targets[i]


@piece
def fill_classes(column, places, weights, targets, start, end, shift, high, bins, more):
    """Add up the weights of each bin and of each class in it."""
    for b in range(BINS):
        bins[b] = 0.0
        for k in range(more.shape[1]):
            more[b, k] = 0.0
    for i in range(start, end):
        code = np.int64(column[places[i]])
        if shift == 8 or code >> 8 == high:
            b = (code >> shift) & 255
            bins[b] += weights[i]
            more[b, np.int64(targets[i])] += weights[i]


@piece
def count_rows(column, places, start, end, shift, high, row_bins):
    """Count the rows of each bin; needed only where leaves have a least size."""
    for b in range(BINS):
        row_bins[b] = 0
    for i in range(start, end):
        code = np.int64(column[places[i]])
        if shift == 8 or code >> 8 == high:
            row_bins[(code >> shift) & 255] += 1


@piece
def code_of_bin(b, shift, high):
    """Return the largest code of a bin."""
    return (b << 8) + 255 if shift == 8 else (high << 8) + b


@piece
def set_missing_apart(bins, row_bins):
    """Move the missing values, whose high byte is 255, to the bin behind the last."""
    bins[BINS], bins[BINS - 1] = bins[BINS - 1], 0
    row_bins[BINS], row_bins[BINS - 1] = row_bins[BINS - 1], 0


@piece
def collect_words(column, places, words, start, end, has_missing, tally, desk, work):
    """Collect a large node: a run for each filled bin, sorted by code.

    Where all rows share one high byte the bins are the low bytes, that is, the codes.
    Missing values come last, under the code 65535.
    """
    bins, shift, high, n_runs = work.bins, 8, 0, 1
    while n_runs == 1 and shift >= 0:
        fill_words(column, places, words, start, end, shift, high, bins)
        if tally:
            count_rows(column, places, start, end, shift, high, desk.row_bins)
        if has_missing and shift == 8:
            set_missing_apart(bins, desk.row_bins)
        n_runs = 0
        for b in range(BINS):  # without branches: each run waits for a filled bin
            desk.run_code[n_runs] = code_of_bin(b, shift, high)
            desk.run_rows[n_runs] = desk.row_bins[b]
            work.runs[n_runs] = bins[b]
            n_runs += bins[b] != 0
        high = desk.run_code[0] >> 8
        shift -= 8
    if has_missing and bins[BINS] != 0:
        desk.run_code[n_runs] = MISSING
        desk.run_rows[n_runs] = desk.row_bins[BINS]
        work.runs[n_runs] = bins[BINS]
        n_runs += 1
    return n_runs


@piece
def write_runs(n_runs, code, b, target_bins, class_bins, desk, sums):
    """Write the run of a bin, or one for each class in it; return the new count."""
    if target_bins is not None:
        desk.run_code[n_runs] = code
        desk.run_rows[n_runs] = desk.row_bins[b]
        sums.run_weight[n_runs] = sums.bins[b]
        sums.run_target[n_runs] = target_bins[b]
        n_runs += sums.bins[b] != 0.0
    if class_bins is not None:
        n_rows = desk.row_bins[b]
        for k in range(class_bins.shape[1]):
            desk.run_code[n_runs] = code
            desk.run_rows[n_runs] = n_rows
            sums.run_weight[n_runs] = class_bins[b, k]
            sums.run_target[n_runs] = k
            n_rows = n_rows if class_bins[b, k] == 0.0 else 0
            n_runs += class_bins[b, k] != 0.0
    return n_runs


@piece
def collect_targets(
    column, places, weights, targets, target_bins, class_bins, start, end, has_missing,
    tally, desk, sums,
):  # fmt: skip
    """Collect a large node, as `collect_words` does."""
    bins, shift, high, n_runs, n_bins = sums.bins, 8, 0, 1, 1
    while n_bins == 1 and shift >= 0:
        if target_bins is not None:
            fill_targets(
                column, places, weights, targets, start, end, shift, high, bins,
                target_bins,
            )  # fmt: skip
        if class_bins is not None:
            fill_classes(
                column, places, weights, targets, start, end, shift, high, bins,
                class_bins,
            )  # fmt: skip
        if tally:
            count_rows(column, places, start, end, shift, high, desk.row_bins)
        if has_missing and shift == 8:
            set_missing_apart(bins, desk.row_bins)
            if target_bins is not None:
                target_bins[BINS], target_bins[BINS - 1] = target_bins[BINS - 1], 0.0
            if class_bins is not None:
                for k in range(class_bins.shape[1]):
                    class_bins[BINS, k] = class_bins[BINS - 1, k]
                    class_bins[BINS - 1, k] = 0.0
        n_runs, n_bins = 0, 0
        for b in range(BINS):
            code = code_of_bin(b, shift, high)
            n_runs = write_runs(n_runs, code, b, target_bins, class_bins, desk, sums)
            n_bins += bins[b] != 0.0
        high = desk.run_code[0] >> 8
        shift -= 8
    if has_missing and bins[BINS] != 0.0:
        n_runs = write_runs(n_runs, MISSING, BINS, target_bins, class_bins, desk, sums)
    return n_runs


@piece
def keeps_limits(rows, all_rows, weight, all_weight, limits):
    """Tell whether both sides of a split are as large as they must be."""
    if limits.min_rows_leaf > 1 and min(rows, all_rows - rows) < limits.min_rows_leaf:
        return False
    lighter = min(weight, all_weight - weight)
    return lighter > 0.0 and lighter >= limits.min_weight_leaf


@piece
def cut_words(n_present, n_runs, limits, is_log, desk, runs):
    """Find the best cut of one feature: gain, code that ends the left, missing side.

    The first `n_present` runs have a value. The gain is -inf if no cut keeps the limits
    on both sides.
    """
    best_gain, best_cut, best_left = -np.inf, -1, False
    total, all_rows = np.uint64(0), 0
    for r in range(n_runs):
        total += runs[r]
        all_rows += desk.run_rows[r]
    all_weight, all_ones = np.float64(total & MASK), np.float64(total >> HALF)
    for missing_left in range(1 + (n_present < n_runs)):
        word, rows = np.uint64(0), 0
        if missing_left:
            for r in range(n_present, n_runs):
                word += runs[r]
                rows += desk.run_rows[r]
        for r in range(n_present - (missing_left or n_present == n_runs)):
            word += runs[r]
            rows += desk.run_rows[r]
            code = desk.run_code[r]
            if r + 1 < n_present and code == desk.run_code[r + 1]:
                continue
            weight, ones = np.float64(word & MASK), np.float64(word >> HALF)
            if not keeps_limits(rows, all_rows, weight, all_weight, limits):
                continue
            gain = gain_of_ones(weight, ones, all_weight, all_ones, is_log)
            if gain > best_gain:
                best_gain, best_cut, best_left = gain, code, missing_left == 1
    return best_gain, best_cut, best_left


@piece
def add_runs(begin, end, desk, sums):
    """Add up runs: weight, weighted target, rows."""
    weight, amount, rows = 0.0, 0.0, 0
    for r in range(begin, end):
        weight += sums.run_weight[r]
        amount += sums.run_target[r]
        rows += desk.run_rows[r]
    return weight, amount, rows


@piece
def cut_targets(n_present, n_runs, limits, is_log, desk, sums):
    """Find the best cut of one feature for regression, as `cut_words` does."""
    best_gain, best_cut, best_left = -np.inf, -1, False
    all_weight, all_amount, all_rows = add_runs(0, n_runs, desk, sums)
    for missing_left in range(1 + (n_present < n_runs)):
        begin = n_present if missing_left else n_runs
        weight, amount, rows = add_runs(begin, n_runs, desk, sums)
        for r in range(n_present - (missing_left or n_present == n_runs)):
            weight += sums.run_weight[r]
            amount += sums.run_target[r]
            rows += desk.run_rows[r]
            code = desk.run_code[r]
            if r + 1 < n_present and code == desk.run_code[r + 1]:
                continue
            if not keeps_limits(rows, all_rows, weight, all_weight, limits):
                continue
            gain = gain_of_sums(weight, amount, all_weight, all_amount, is_log)
            if gain > best_gain:
                best_gain, best_cut, best_left = gain, code, missing_left == 1
    return best_gain, best_cut, best_left


@piece
def gain_of_classes(left, right, squares, weight, all_weight, is_log):
    """Weigh a split of many classes by gini or entropy.

    `squares` are the sums of squares on the left and on the right; gini needs no more.
    """
    if not is_log:
        return squares[0] / weight + squares[1] / (all_weight - weight)
    gain = -x_log_x(weight) - x_log_x(all_weight - weight)
    for k in range(left.shape[0]):
        gain += x_log_x(left[k]) + x_log_x(right[k])
    return gain


@piece
def deal_runs(begin, n_runs, desk, sums):
    """Deal runs to the sides, those from `begin` on to the left; return what is there:
    weight and rows on the left, weight and rows in all, squares on both sides.
    """
    left, right = sums.left, sums.right
    for k in range(left.shape[0]):
        left[k] = right[k] = 0.0
    weight, all_weight, rows, all_rows = 0.0, 0.0, 0, 0
    for r in range(n_runs):
        k, moved = np.int64(sums.run_target[r]), sums.run_weight[r]
        all_weight += moved
        all_rows += desk.run_rows[r]
        if r < begin:
            right[k] += moved
        else:
            left[k] += moved
            weight += moved
            rows += desk.run_rows[r]
    left_squares, right_squares = 0.0, 0.0
    for k in range(left.shape[0]):
        left_squares += left[k] * left[k]
        right_squares += right[k] * right[k]
    return weight, rows, all_weight, all_rows, left_squares, right_squares


@piece
def cut_classes(n_present, n_runs, limits, is_log, desk, sums):
    """Find the best cut of one feature for many classes, as `cut_words` does."""
    best_gain, best_cut, best_left = -np.inf, -1, False
    left, right = sums.left, sums.right
    for missing_left in range(1 + (n_present < n_runs)):
        begin = n_present if missing_left else n_runs
        weight, rows, all_weight, all_rows, left_squares, right_squares = deal_runs(
            begin, n_runs, desk, sums
        )
        for r in range(n_present - (missing_left or n_present == n_runs)):
            k, moved = np.int64(sums.run_target[r]), sums.run_weight[r]
            left_squares += moved * (2.0 * left[k] + moved)
            right_squares -= moved * (2.0 * right[k] - moved)
            left[k] += moved
            right[k] -= moved
            weight += moved
            rows += desk.run_rows[r]
            code = desk.run_code[r]
            if r + 1 < n_present and code == desk.run_code[r + 1]:
                continue
            if not keeps_limits(rows, all_rows, weight, all_weight, limits):
                continue
            squares = (left_squares, right_squares)
            gain = gain_of_classes(left, right, squares, weight, all_weight, is_log)
            if gain > best_gain:
                best_gain, best_cut, best_left = gain, code, missing_left == 1
    return best_gain, best_cut, best_left


@piece
def collect(
    column, places, words, weights, targets, target_bins, class_bins, start, end,
    has_missing, limits, desk, work, sums,
):  # fmt: skip
    """Turn the rows of a node into runs, sorted by code; return how many there are."""
    n_rows, tally, n_runs = end - start, limits.min_rows_leaf > 1, 0
    if words is not None:
        if n_rows < SMALL_NODE:
            return sort_words(column, places, words, start, end, desk, work.runs)
        n_runs = collect_words(
            column, places, words, start, end, has_missing, tally, desk, work
        )
    if targets is not None:
        if n_rows < SMALL_NODE:
            return sort_targets(
                column, places, weights, targets, start, end, class_bins is None, desk,
                sums,
            )  # fmt: skip
        if class_bins is not None:
            if n_rows < FEW_ROWS_PER_CLASS * class_bins.shape[1]:
                return deal_classes(
                    column, places, weights, targets, start, end, has_missing, desk,
                    sums,
                )  # fmt: skip
        n_runs = collect_targets(
            column, places, weights, targets, target_bins, class_bins, start, end,
            has_missing, tally, desk, sums,
        )  # fmt: skip
    return n_runs


@piece
def search_best(
    column, places, words, weights, targets, target_bins, class_bins, start, end,
    has_missing, limits, is_log, desk, work, sums,
):  # fmt: skip
    """Search one feature for its best cut; the code is CONSTANT if it cannot vary."""
    n_runs = collect(
        column, places, words, weights, targets, target_bins, class_bins, start, end,
        has_missing, limits, desk, work, sums,
    )  # fmt: skip
    gain, cut, missing_left = -np.inf, np.int64(CONSTANT), False
    if desk.run_code[0] == desk.run_code[n_runs - 1]:
        return gain, cut, missing_left
    n_present = n_runs
    while has_missing and desk.run_code[n_present - 1] == MISSING:
        n_present -= 1
    if words is not None:
        gain, cut, missing_left = cut_words(
            n_present, n_runs, limits, is_log, desk, work.runs
        )
    if target_bins is not None:
        gain, cut, missing_left = cut_targets(
            n_present, n_runs, limits, is_log, desk, sums
        )
    if class_bins is not None:
        gain, cut, missing_left = cut_classes(
            n_present, n_runs, limits, is_log, desk, sums
        )
    return gain, cut, missing_left


@piece
def draw_between(state, low, high):
    """Draw a number in [low, high), evenly, without overflow at huge scales."""
    share = np.float64(draw_word(state) >> np.uint64(11)) * 2.0**-53
    drawn = low * (1.0 - share) + high * share
    return drawn if low <= drawn < high else low


@piece
def draw_cut(levels, feature, has_missing, low_code, high_code, state):
    """Draw a threshold evenly between the values of two codes; return its code."""
    first = levels.first[feature]
    n_levels = levels.first[feature + 1] - first
    span = 65280.0 if has_missing else 65536.0
    low = first + np.int64(np.ceil(low_code * n_levels / span))
    high = first + np.int64(np.ceil(high_code * n_levels / span))
    threshold = draw_between(state, levels.upper[low], levels.lower[high])
    while high - low > 1:  # find the last level that begins at or below the threshold
        middle = (low + high) >> 1
        below = levels.lower[middle] <= threshold
        low = middle if below else low
        high = high if below else middle
    return np.int64((low - first) * span / n_levels)


@piece
def weigh_words(codes, words, start, end, cut, missing, limits, is_log):
    """Weigh one given cut: -inf if it breaks a limit. `codes` are those of the rows."""
    word, total, rows = np.uint64(0), np.uint64(0), 0
    for i in range(start, end):
        goes = codes[i - start] <= cut or codes[i - start] == missing
        total += words[i]
        word += words[i] if goes else np.uint64(0)
        rows += goes
    weight, all_weight = np.float64(word & MASK), np.float64(total & MASK)
    if not keeps_limits(rows, end - start, weight, all_weight, limits):
        return -np.inf
    ones, all_ones = np.float64(word >> HALF), np.float64(total >> HALF)
    return gain_of_ones(weight, ones, all_weight, all_ones, is_log)


@piece
def weigh_targets(codes, weights, targets, start, end, cut, missing, limits, is_log):
    """Weigh one given cut for regression, as `weigh_words` does."""
    weight, amount, all_weight, all_amount, rows = 0.0, 0.0, 0.0, 0.0, 0
    for i in range(start, end):
        goes = codes[i - start] <= cut or codes[i - start] == missing
        all_weight += weights[i]
        all_amount += weights[i] * targets[i]
        weight += weights[i] if goes else 0.0
        amount += weights[i] * targets[i] if goes else 0.0
        rows += goes
    if not keeps_limits(rows, end - start, weight, all_weight, limits):
        return -np.inf
    return gain_of_sums(weight, amount, all_weight, all_amount, is_log)


@piece
def weigh_classes(
    codes, weights, targets, start, end, cut, missing, limits, is_log, sums
):
    """Weigh one given cut for many classes, as `weigh_words` does."""
    left, right, rows = sums.left, sums.right, 0
    for k in range(left.shape[0]):
        left[k] = right[k] = 0.0
    for i in range(start, end):
        goes, k = codes[i - start] <= cut, np.int64(targets[i])
        goes = goes or codes[i - start] == missing
        left[k] += weights[i] if goes else 0.0
        right[k] += 0.0 if goes else weights[i]
        rows += goes
    weight, all_weight, left_squares, right_squares = 0.0, 0.0, 0.0, 0.0
    for k in range(left.shape[0]):
        weight += left[k]
        all_weight += left[k] + right[k]
        left_squares += left[k] * left[k]
        right_squares += right[k] * right[k]
    if not keeps_limits(rows, end - start, weight, all_weight, limits):
        return -np.inf
    squares = (left_squares, right_squares)
    return gain_of_classes(left, right, squares, weight, all_weight, is_log)


@piece
def gather_codes(column, places, start, end, has_missing, codes):
    """Copy the codes of a node; return the least, the largest, and missing values."""
    low, high, n_missing = 65536, -1, 0
    for i in range(start, end):
        code = np.int32(column[places[i]])
        codes[i - start] = code
        absent = has_missing and code == MISSING
        n_missing += absent
        low = min(low, 65536 if absent else code)
        high = max(high, -1 if absent else code)
    return low, high, n_missing


@piece
def search_random(
    column, places, words, weights, targets, target_bins, class_bins, start, end,
    has_missing, limits, is_log, levels, sheet, feature, state, desk, sums,
):  # fmt: skip
    """Throw one cut on a feature (Geurts et al. 2006); answer as `search_best` does."""
    codes = desk.keys
    low, high, n_missing = gather_codes(column, places, start, end, has_missing, codes)
    gain, cut, missing = -np.inf, np.int64(high), -1
    if high < 0 or (low == high and n_missing == 0):
        return gain, np.int64(CONSTANT), False
    if low < high:
        if sheet == 0:
            cut = draw_cut(levels, feature, has_missing, low, high, state)
        else:
            cut = low + np.int64(draw_word(state) >> HALF) % (high - low)
        if n_missing > 0 and draw_word(state) >> np.uint64(63):
            missing = MISSING
    if words is not None:
        gain = weigh_words(codes, words, start, end, cut, missing, limits, is_log)
    if target_bins is not None:
        gain = weigh_targets(
            codes, weights, targets, start, end, cut, missing, limits, is_log
        )
    if class_bins is not None:
        gain = weigh_classes(
            codes, weights, targets, start, end, cut, missing, limits, is_log, sums
        )
    return gain, cut, missing == MISSING


@piece
def search(
    codes, in_block, has_missing, levels, sheet, order, words, weights, targets,
    target_bins, class_bins, start, end, limits, is_log, is_best, state, desk, work,
    sums,
):  # fmt: skip
    """Draw features and keep the best split: feature, code, missing side.

    As in scikit-learn, `max_features` features are drawn, and more while all that came
    were constant in the node. The feature is -1 if no split keeps the limits, CONSTANT
    if no feature varies. Two rows can be told apart in one way only: once a feature has
    done so the others are drawn but not searched.
    """
    best_gain, best_feature, best_cut, best_left = -np.inf, CONSTANT, -1, False
    gain, cut, missing_left = -np.inf, -1, False
    n_left, n_drawn = codes.shape[1], 0
    while n_left > 0 and (n_drawn < limits.max_features or best_feature == CONSTANT):
        feature = draw_feature(state, desk.features, n_left)
        n_left -= 1
        n_drawn += 1
        if is_best is not None and end - start == 2 and best_feature >= 0:
            continue
        column = desk.block[feature] if in_block else codes[sheet, feature]
        places = desk.places if in_block else order
        if is_best is not None:
            gain, cut, missing_left = search_best(
                column, places, words, weights, targets, target_bins, class_bins, start,
                end, has_missing[feature], limits, is_log, desk, work, sums,
            )  # fmt: skip
        if levels is not None:
            gain, cut, missing_left = search_random(
                column, places, words, weights, targets, target_bins, class_bins, start,
                end, has_missing[feature], limits, is_log, levels, sheet, feature,
                state, desk, sums,
            )  # fmt: skip
        if cut != CONSTANT:
            best_feature = max(best_feature, -1)
        if gain > best_gain:
            best_gain, best_feature = gain, feature
            best_cut, best_left = cut, missing_left
    return best_feature, best_cut, best_left


@piece
def fill_block(codes_by_row, order, start, end, desk):
    """Copy the codes of a small node's rows to where its whole branch finds them."""
    for i in range(start, end):
        row = order[i]
        desk.places[i] = i - start
        for feature in range(codes_by_row.shape[1]):
            desk.block[feature, i - start] = codes_by_row[row, feature]


@piece
def is_pure(words, targets, start, end):
    """Tell whether all rows of a node have one class, or one target."""
    for i in range(start + 1, end):
        if words is not None:
            if (words[i] >> HALF == 0) != (words[start] >> HALF == 0):
                return False
        if targets is not None:
            if targets[i] != targets[start]:
                return False
    return True


@piece
def mark_rows(column, places, order, start, end, cut, missing_left, has_missing, goes):
    """Mark who goes left; return a row of the largest code there, of the smallest
    opposite (-1 if only missing values are there), and the number of missing values.
    """
    left_code, right_code, left_row, right_row, n_missing = -1, 65536, -1, -1, 0
    for i in range(start, end):
        row = np.int64(order[i])
        code = np.int64(column[places[i]])
        goes[i] = code <= cut
        if has_missing and code == MISSING:
            goes[i] = missing_left
            n_missing += 1
        elif code <= cut:
            if code > left_code:
                left_code, left_row = code, row
        elif code < right_code:
            right_code, right_row = code, row
    return left_row, right_row, n_missing


@piece
def part_places(start, end, desk):
    """Sort the places of a small node like its rows."""
    left, right = start, 0
    for i in range(start, end):
        place = desk.places[i]
        desk.places[left], desk.places_aside[right] = place, place
        left += desk.goes[i]
        right += 1 - desk.goes[i]
    for i in range(right):
        desk.places[left + i] = desk.places_aside[i]


@piece
def part_rows(in_block, order, words, weights, targets, start, end, desk, work, sums):
    """Sort the node's stretch into [left | right], both in their old order."""
    left, right = start, 0
    for i in range(start, end):
        order[left], desk.order[right] = order[i], order[i]
        if words is not None:
            words[left], work.words[right] = words[i], words[i]
        if targets is not None:
            weights[left], sums.weights[right] = weights[i], weights[i]
            targets[left], sums.targets[right] = targets[i], targets[i]
        left += desk.goes[i]
        right += 1 - desk.goes[i]
    if in_block:
        part_places(start, end, desk)
    for i in range(right):
        order[left + i] = desk.order[i]
        if words is not None:
            words[left + i] = work.words[i]
        if targets is not None:
            weights[left + i] = sums.weights[i]
            targets[left + i] = sums.targets[i]
    return left


@piece
def push(stack, n_open, start, end, depth, parent, sheet, in_block):
    """Put a stretch of rows on the stack of nodes to come."""
    stack[n_open, 0] = start
    stack[n_open, 1] = end
    stack[n_open, 2] = depth
    stack[n_open, 3] = parent
    stack[n_open, 4] = sheet
    stack[n_open, 5] = in_block
    return n_open + 1


@kernel
def grow(
    codes, codes_by_row, has_missing, levels, is_best, order, words, weights, targets,
    target_bins, class_bins, limits, is_log, state, desk, work, sums, nodes, leaf_start,
):  # fmt: skip
    """Grow a tree; return the number of its nodes and of its leaves.

    Parameters
    ----------
    codes : uint16 array of shape (n_sheets, n_features, n_training_rows)
    codes_by_row : uint16 array of shape (n_training_rows, n_features), the first sheet
    has_missing : bool array of shape (n_features,)
    levels, is_best : Levels and None, or None and True
        One cut thrown at random for each feature, or its best.
    order : int32 array of shape (n_rows,)
        The rows that have weight; sorted in place, leaf by leaf.
    words, weights, targets, target_bins, class_bins : arrays or None
        The statistic, see the top of this file; sorted with `order`.
    limits : Limits
    is_log : bool
        Entropy in place of gini, Poisson deviance in place of squared error.
    state : uint64 array of shape (1,), not 0
    desk, work, sums : Desk, WordDesk or None, SumDesk or None
    nodes : int32 array of shape (capacity, 4), filled
        A split: row with the largest value on the left (its complement if the second
        sheet of codes decided), row with the smallest on the right (-1 if only missing
        values go there), feature, right child (negative if missing values go left).
        A leaf: 0, 0, -1, number of the leaf.
    leaf_start : int32 array of shape (capacity,), filled
        Where a leaf's rows begin in `order`.
    """
    stack, n_nodes, n_leaves = desk.stack, 0, 0
    n_open = push(stack, 0, 0, order.shape[0], 0, NOBODY, 0, 0)
    while n_open > 0:
        n_open -= 1
        start, end = np.int64(stack[n_open, 0]), np.int64(stack[n_open, 1])
        depth, parent = np.int64(stack[n_open, 2]), np.int64(stack[n_open, 3])
        sheet, in_block = np.int64(stack[n_open, 4]), stack[n_open, 5] == 1
        node = n_nodes
        n_nodes += 1
        if parent != NOBODY:
            nodes[parent, 3] *= node
        feature, cut, missing_left = -1, -1, False
        if (
            depth < limits.max_depth
            and end - start >= limits.min_rows_split
            and not is_pure(words, targets, start, end)
        ):
            feature = CONSTANT
            if end - start < SMALL_NODE and sheet == 0 and not in_block:
                fill_block(codes_by_row, order, start, end, desk)
                in_block = True
        while feature == CONSTANT and sheet < codes.shape[0]:
            feature, cut, missing_left = search(
                codes, in_block, has_missing, levels, sheet, order, words, weights,
                targets, target_bins, class_bins, start, end, limits, is_log, is_best,
                state, desk, work, sums,
            )  # fmt: skip
            if feature == CONSTANT:
                sheet, in_block = sheet + 1, False
        if feature < 0:
            nodes[node, 0], nodes[node, 1] = 0, 0
            nodes[node, 2], nodes[node, 3] = -1, n_leaves
            leaf_start[n_leaves] = start
            n_leaves += 1
            continue
        column = desk.block[feature] if in_block else codes[sheet, feature]
        places = desk.places if in_block else order
        left_row, right_row, n_missing = mark_rows(
            column, places, order, start, end, cut, missing_left, has_missing[feature],
            desk.goes,
        )  # fmt: skip
        middle = part_rows(
            in_block, order, words, weights, targets, start, end, desk, work, sums
        )
        if n_missing == 0:  # later ones follow the crowd, as in scikit-learn
            missing_left = middle - start > end - middle
        nodes[node, 0], nodes[node, 1] = left_row ^ -sheet, right_row
        nodes[node, 2], nodes[node, 3] = feature, -1 if missing_left else 1
        depth += 1
        n_open = push(stack, n_open, middle, end, depth, node, sheet, in_block)
        n_open = push(stack, n_open, start, middle, depth, NOBODY, sheet, in_block)
    return n_nodes, n_leaves
