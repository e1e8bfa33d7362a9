"""Grow a tree by absolute error, depth first, in one call that holds no GIL.

The loss of a node is the distance of its targets from their median, and no sum over
rows tells a median. But the rows of a node, a stretch ``[start, end)`` of `order`, stay
sorted by target, and the same stretch of `ranked[feature]` by the feature's values:

    order            [ ... | left rows | right rows | ... ]   by target
    ranked[feature]  [ ... | left rows | right rows | ... ]   by value, missing last

So the place of a row in `order` is the rank of its target in the node, and sums over
the targets below a rank come from a Fenwick tree (Fenwick 1994) over the places: rows
are added one after the other as a cut moves on, and each cut is weighed in the
logarithm of the number of rows.
"""

from typing import NamedTuple

import numpy as np

from skclassic._jit import kernel, piece

HALF = np.uint64(32)
CONSTANT = -2  # answers a search in which no feature varied


class Targets(NamedTuple):
    """What is known of each training row."""

    y: np.ndarray  # float64 (n_training_rows,)
    steps: np.ndarray  # float64, y in whole steps of which float64 holds every sum
    weights: np.ndarray  # float64


class Desk(NamedTuple):
    """Room to work in, one for each thread; contents mean nothing between calls."""

    stack: np.ndarray  # int64 (n_rows + 2, 4)
    features: np.ndarray  # int64 (n_features,)
    places: np.ndarray  # int32 (n_training_rows,), rank of a row's target in its node
    goes: np.ndarray  # bool (n_training_rows,), True for a row that goes left
    aside: np.ndarray  # int32 (n_rows,)
    weight_below: np.ndarray  # float64 (n_rows + 1,), Fenwick tree of weights
    steps_below: np.ndarray  # float64 (n_rows + 1,), the same of weighted steps
    losses: np.ndarray  # float64 (n_rows + 1,)


class Grown(NamedTuple):
    """What is filled: a row for each node, and where the leaves' rows begin."""

    nodes: np.ndarray  # int32 (capacity, 4), see growth.tree
    reals: np.ndarray  # float64 (capacity, 2), the same buffer
    medians: np.ndarray  # float64 (capacity,)
    errors: np.ndarray  # float64 (capacity,), mean distance from the median
    leaf_start: np.ndarray  # int32 (capacity,)


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
def draw_between(state, low, high):
    """Draw a number in [low, high), evenly, without overflow at huge scales."""
    share = np.float64(draw_word(state) >> np.uint64(11)) * 2.0**-53
    drawn = low * (1.0 - share) + high * share
    return drawn if low <= drawn < high else low


@piece
def describe(order, start, end, targets):
    """Return weight, median and mean distance from it, of rows sorted by target.

    Where just half of the weight lies below a gap, the median is its middle.
    """
    weight, error = 0.0, 0.0
    for i in range(start, end):
        weight += targets.weights[order[i]]
    middle = start
    below = targets.weights[order[start]]
    while below < 0.5 * weight and middle < end - 1:
        middle += 1
        below += targets.weights[order[middle]]
    median = targets.y[order[middle]]
    if below == 0.5 * weight and middle < end - 1:
        median = median * 0.5 + targets.y[order[middle + 1]] * 0.5
    for i in range(start, end):
        distance = abs(targets.y[order[i]] - median)
        error += targets.weights[order[i]] * distance
    return weight, median, error / weight


@piece
def clear(desk, n_rows):
    """Take all rows out of the Fenwick trees."""
    for i in range(n_rows + 1):
        desk.weight_below[i] = desk.steps_below[i] = 0.0


@piece
def add_row(place, n_rows, weight, amount, desk):
    """Put the row at a place, counted from 1, into the Fenwick trees."""
    while place <= n_rows:
        desk.weight_below[place] += weight
        desk.steps_below[place] += amount
        place += place & -place


@piece
def loss_of(order, start, n_rows, weight, amount, steps, desk):
    """Return the summed distance from the median of the rows put in.

    `weight` and `amount` are the sums over all of them. The descent ends before the
    first place at which half of the weight is reached: there is the median.
    """
    place, below, amount_below, stride = 0, 0.0, 0.0, 1
    while 2 * stride <= n_rows:
        stride *= 2
    while stride > 0:
        ahead = place + stride
        if ahead <= n_rows and below + desk.weight_below[ahead] < 0.5 * weight:
            place = ahead
            below += desk.weight_below[ahead]
            amount_below += desk.steps_below[ahead]
        stride //= 2
    median = steps[order[start + place]]
    return median * (2.0 * below - weight) + amount - 2.0 * amount_below


@piece
def weigh_beginnings(order, line, start, end, shift, targets, desk):
    """Write into `losses` the loss of the first 1, 2, ... rows of a line.

    The line is the stretch of `line` turned by `shift`: it begins with the missing
    values where they go left.
    """
    n_rows, weight, amount = end - start, 0.0, 0.0
    clear(desk, n_rows)
    for i in range(n_rows - 1):
        row = line[start + (i + shift) % n_rows]
        moved, step = targets.weights[row], targets.steps[row]
        weight += moved
        amount += moved * step
        add_row(desk.places[row] + 1, n_rows, moved, moved * step, desk)
        desk.losses[i + 1] = loss_of(
            order, start, n_rows, weight, amount, targets.steps, desk
        )


@piece
def cut_line(column, order, line, start, end, shift, all_weight, limits, targets, desk):
    """Find the best cut of a line: its loss, and how many rows lie before it.

    From behind, so that `losses` need hold those of the beginnings alone. The loss is
    inf if no cut keeps the limits.
    """
    n_rows, weight, amount = end - start, 0.0, 0.0
    best_loss, best_cut = np.inf, 0
    clear(desk, n_rows)
    for cut in range(n_rows - 1, 0, -1):
        row = line[start + (cut + shift) % n_rows]
        before = line[start + (cut - 1 + shift) % n_rows]
        moved, step = targets.weights[row], targets.steps[row]
        weight += moved
        amount += moved * step
        add_row(desk.places[row] + 1, n_rows, moved, moved * step, desk)
        # Rows of one value stay together. Missing values alone on the left are, with
        # the sides changed, the last cut of the other line.
        if column[before] == column[row] or column[before] != column[before]:
            continue
        if min(cut, n_rows - cut) < limits.min_rows_leaf:
            continue
        if min(weight, all_weight - weight) < limits.min_weight_leaf:
            continue
        loss = desk.losses[cut] + loss_of(
            order, start, n_rows, weight, amount, targets.steps, desk
        )
        if loss <= best_loss:  # of equal cuts the first, met last
            best_loss, best_cut = loss, cut
    return best_loss, best_cut


@piece
def search_best(column, order, line, start, end, n_missing, limits, targets, desk):
    """Search one feature for its best cut: loss, threshold, missing side."""
    n_rows, all_weight = end - start, 0.0
    best_loss, threshold, missing_left = np.inf, np.inf, False
    for i in range(start, end):
        all_weight += targets.weights[order[i]]
    for side in range(1 + (n_missing > 0)):
        shift = side * (n_rows - n_missing)
        weigh_beginnings(order, line, start, end, shift, targets, desk)
        loss, cut = cut_line(
            column, order, line, start, end, shift, all_weight, limits, targets, desk
        )
        if loss < best_loss:
            low = column[line[start + (cut - 1 + shift) % n_rows]]
            high = column[line[start + (cut + shift) % n_rows]]
            middle = low * 0.5 + high * 0.5
            best_loss, missing_left = loss, side == 1
            threshold = middle if low <= middle < high else low
            threshold = np.inf if high != high else threshold
    return best_loss, threshold, missing_left


@piece
def loss_of_side(order, start, end, goes, side, limits, targets):
    """Return the summed distance from the median on one side; inf if it is too small.

    The rows of `order` are sorted by target.
    """
    n_rows, weight, below, amount, amount_below = 0, 0.0, 0.0, 0.0, 0.0
    for i in range(start, end):
        if goes[order[i]] == side:
            n_rows += 1
            weight += targets.weights[order[i]]
            amount += targets.weights[order[i]] * targets.steps[order[i]]
    if n_rows < limits.min_rows_leaf or weight < limits.min_weight_leaf or n_rows == 0:
        return np.inf
    median = 0.0
    for i in range(start, end):
        if goes[order[i]] == side:
            median = targets.steps[order[i]]
            if below + targets.weights[order[i]] >= 0.5 * weight:
                break
            below += targets.weights[order[i]]
            amount_below += targets.weights[order[i]] * median
    return median * (2.0 * below - weight) + amount - 2.0 * amount_below


@piece
def search_random(column, order, line, start, end, n_missing, limits, targets, desk,
                  state):  # fmt: skip
    """Throw one cut on a feature (Geurts et al. 2006); answer as `search_best` does."""
    low, high = column[line[start]], column[line[end - 1 - n_missing]]
    threshold, missing_left = np.inf, False  # only missing values go right
    if low < high:
        threshold = draw_between(state, low, high)
        missing_left = n_missing > 0 and draw_word(state) >> np.uint64(63) == 1
    mark_rows(column, line, start, end, threshold, missing_left, desk.goes)
    loss = loss_of_side(order, start, end, desk.goes, True, limits, targets)
    loss += loss_of_side(order, start, end, desk.goes, False, limits, targets)
    return loss, threshold, missing_left


@piece
def count_missing(column, line, start, end):
    """Count the missing values, which stand at the end of a line."""
    n_missing = 0
    while n_missing < end - start:
        value = column[line[end - 1 - n_missing]]
        if value == value:
            break
        n_missing += 1
    return n_missing


@piece
def search(columns, ranked, order, start, end, limits, is_best, targets, desk, state):
    """Draw features and keep the best split: feature, threshold, missing side.

    As in scikit-learn, `max_features` features are drawn, and more while all that came
    were constant in the node. The feature is -1 if no split keeps the limits, CONSTANT
    if no feature varies.
    """
    best_loss, best_feature, threshold, missing_left = np.inf, CONSTANT, 0.0, False
    n_left, n_drawn = columns.shape[0], 0
    while n_left > 0 and (n_drawn < limits.max_features or best_feature == CONSTANT):
        feature = draw_feature(state, desk.features, n_left)
        n_left -= 1
        n_drawn += 1
        column, line = columns[feature], ranked[feature]
        n_missing = count_missing(column, line, start, end)
        last = end - 1 - n_missing
        if last < start or (
            n_missing == 0 and column[line[start]] == column[line[last]]
        ):
            continue
        best_feature = max(best_feature, -1)
        if is_best:
            loss, cut, left = search_best(
                column, order, line, start, end, n_missing, limits, targets, desk
            )
        else:
            loss, cut, left = search_random(
                column, order, line, start, end, n_missing, limits, targets, desk, state
            )
        if loss < best_loss:
            best_loss, best_feature, threshold, missing_left = loss, feature, cut, left
    return best_feature, threshold, missing_left


@piece
def mark_rows(column, rows, start, end, threshold, missing_left, goes):
    """Mark who goes left; return how many do, and how many values are missing."""
    n_going, n_missing = 0, 0
    for i in range(start, end):
        value = column[rows[i]]
        is_missing = value != value
        goes[rows[i]] = missing_left if is_missing else value <= threshold
        n_going += goes[rows[i]]
        n_missing += is_missing
    return n_going, n_missing


@piece
def part_rows(rows, start, end, goes, aside):
    """Sort a stretch into [left | right], both in their old order."""
    left, right = start, 0
    for i in range(start, end):
        if goes[rows[i]]:
            rows[left] = rows[i]
            left += 1
        else:
            aside[right] = rows[i]
            right += 1
    for i in range(right):
        rows[left + i] = aside[i]


@piece
def push(stack, n_open, start, end, depth, parent):
    """Put a stretch of rows on the stack of nodes to come."""
    stack[n_open, 0] = start
    stack[n_open, 1] = end
    stack[n_open, 2] = depth
    stack[n_open, 3] = parent
    return n_open + 1


@kernel
def grow(columns, ranked, order, limits, is_best, targets, desk, state, grown):
    """Grow a tree; return the number of its nodes and of its leaves.

    Parameters
    ----------
    columns : float64 array of shape (n_features, n_training_rows)
    ranked : int32 array of shape (n_features, n_rows)
        The rows that have weight, sorted by each feature; sorted in place by leaf.
    order : int32 array of shape (n_rows,)
        The same rows, sorted by target; sorted in place by leaf.
    limits : Limits
    is_best : bool
        The best cut of each feature, or one thrown at random.
    targets, desk, grown : Targets, Desk, Grown
    state : uint64 array of shape (1,), not 0
    """
    stack, n_nodes, n_leaves = desk.stack, 0, 0
    n_open = push(stack, 0, 0, order.shape[0], 0, -1)
    while n_open > 0:
        n_open -= 1
        start, end, depth = stack[n_open, 0], stack[n_open, 1], stack[n_open, 2]
        node, parent = n_nodes, stack[n_open, 3]
        n_nodes += 1
        if parent >= 0:
            grown.nodes[parent, 3] *= node
        weight, median, error = describe(order, start, end, targets)
        grown.medians[node], grown.errors[node] = median, error
        feature, threshold, missing_left = -1, 0.0, False
        if (
            depth < limits.max_depth
            and end - start >= limits.min_rows_split
            and weight >= 2.0 * limits.min_weight_leaf
            and targets.y[order[start]] != targets.y[order[end - 1]]
        ):
            for i in range(start, end):
                desk.places[order[i]] = i - start
            feature, threshold, missing_left = search(
                columns, ranked, order, start, end, limits, is_best, targets, desk,
                state,
            )  # fmt: skip
        if feature < 0:
            grown.reals[node, 0] = median
            grown.nodes[node, 2], grown.nodes[node, 3] = -1, n_leaves
            grown.leaf_start[n_leaves] = start
            n_leaves += 1
            continue
        n_going, n_missing = mark_rows(
            columns[feature], order, start, end, threshold, missing_left, desk.goes
        )
        part_rows(order, start, end, desk.goes, desk.aside)
        for each in range(ranked.shape[0]):
            part_rows(ranked[each], start, end, desk.goes, desk.aside)
        middle = start + n_going
        if n_missing == 0:  # later ones follow the crowd, as in scikit-learn
            missing_left = middle - start > end - middle
        grown.reals[node, 0] = threshold
        grown.nodes[node, 2] = feature
        grown.nodes[node, 3] = -1 if missing_left else 1
        n_open = push(stack, n_open, middle, end, depth + 1, node)
        n_open = push(stack, n_open, start, middle, depth + 1, -1)
    return n_nodes, n_leaves
