"""Find the best cut of weighted rows, again and again under other weights.

Weights are added up by the high byte of the codes, which takes one addition for each
value. Where a byte stands for several values, the best cut may lie within. How pure
both sides are is a convex function of the sums on the left, so over all cuts within a
bin it is no larger than at the corners, where of each class all of the bin is left or
nothing is: few bins can hold a better cut than those between bins, and only these are
looked into.

Few rows are put in the order of each feature's values once, and each round adds their
weights up along it, which asks for no bins at all.
"""

import numpy as np

from skclassic._jit import kernel, piece

BINS = 256
TIED = 1e-12  # of the weight of all rows: better by no more is rounding
NOWHERE = -1.0  # what a cut is worth that leaves one side without weight


@kernel
def add_up_bins(codes, labels, weights, sums):
    """Add up the rows' weights by the high byte of each feature's code, and class.

    Parameters
    ----------
    codes : uint16 array of shape (n_features, n_rows)
    labels : uint8 array of shape (n_rows,)
        Numbers of classes.
    weights : float64 array of shape (n_rows,)
        Of sum 1.
    sums : float64 array of shape (n_features, BINS, n_classes), filled
    """
    n_classes = sums.shape[2]
    for f in range(codes.shape[0]):
        column, own = codes[f], sums[f].reshape(-1)
        own[:] = 0.0
        if n_classes == 2:  # a shift in place of a product
            for i in range(column.shape[0]):
                own[(np.int64(column[i]) >> 8 << 1) + labels[i]] += weights[i]
        else:
            for i in range(column.shape[0]):
                own[(np.int64(column[i]) >> 8) * n_classes + labels[i]] += weights[i]


@kernel
def find_cut(
    codes, labels, weights, sums, has_missing, is_fine, all_sums, room, bounds, slots,
    fine, found,
):  # fmt: skip
    """Find the cut that leaves both sides purest; the first of equals, whatever the
    order in which weights were added up, but one between bins before one within.

    Parameters
    ----------
    codes, labels, weights, sums : arrays
        As `add_up_bins` takes them and leaves them.
    has_missing : bool array of shape (n_features,)
        Whether byte 255 stands for missing values.
    is_fine : bool array of shape (n_features,)
        Whether a byte stands for several values.
    all_sums : float64 array of shape (n_classes,)
        Weights of the classes.
    room : float64 array of shape (4, n_classes)
    bounds : float64 array of shape (n_features, BINS)
    slots : int64 array of shape (BINS,)
    fine : float64 array of shape (BINS * BINS * n_classes,)
        The last four are scratch.
    found : int64 array of shape (3,), filled
        Feature, largest code on the left, and whether missing values go left. The
        feature is -1 where no cut has weight on both sides.

    Returns
    -------
    float
        Of both sides, ``sum_k S_k^2 / S``.
    """
    best, found[0] = NOWHERE, -1
    for f in range(codes.shape[0]):
        best = look_between(
            sums[f], has_missing[f], is_fine[f], all_sums, room, bounds[f], found, f,
            best,
        )  # fmt: skip
    for f in range(codes.shape[0]):
        if is_fine[f]:
            best = look_within(
                codes[f], labels, weights, sums[f], has_missing[f], all_sums, room,
                bounds[f], slots, fine, found, f, best,
            )  # fmt: skip
    return best


@piece
def look_between(
    sums, has_missing, is_fine, all_sums, room, bounds, found, feature, best
):
    """Look at the cuts between the bins of a feature, and bound those within; return
    the best.
    """
    n_classes = sums.shape[1]
    left, missing, tried, corner = room[0], room[1], room[2], room[3]
    n_ways = take_missing(sums, has_missing, missing)
    left[:] = 0.0
    for b in range(BINS - has_missing):
        bounds[b] = NOWHERE
        if not has_weight(sums[b]):
            continue
        if is_fine and is_mixed(sums[b]):
            for way in range(n_ways):
                for k in range(n_classes):
                    tried[k] = left[k] + way * missing[k]
                bound = bound_purity(tried, sums[b], all_sums, corner)
                bounds[b] = max(bounds[b], bound)
        for k in range(n_classes):
            left[k] += sums[b, k]
        for way in range(n_ways):
            for k in range(n_classes):
                tried[k] = left[k] + way * missing[k]
            purity = measure_purity(tried, all_sums)
            if purity > best + TIED:
                best = purity
                found[0], found[1], found[2] = feature, (b << 8) + BINS - 1, way
    return best


@piece
def look_within(
    column, labels, weights, sums, has_missing, all_sums, room, bounds, slots, fine,
    found, feature, best,
):  # fmt: skip
    """Look at the cuts within bins that may hold a better one; return the best."""
    n_classes, n_slots = sums.shape[1], 0
    for b in range(BINS):
        slots[b] = -1
        if b < BINS - has_missing and bounds[b] > best + TIED:
            slots[b] = n_slots
            n_slots += 1
    if n_slots == 0:
        return best
    fine[: n_slots * BINS * n_classes] = 0.0
    for i in range(column.shape[0]):
        code = np.int64(column[i])
        slot = slots[code >> 8]
        if slot >= 0:
            place = (slot << 8) + (code & (BINS - 1))
            fine[place * n_classes + labels[i]] += weights[i]
    left, missing = room[0], room[1]
    n_ways = take_missing(sums, has_missing, missing)
    for b in range(BINS):
        if slots[b] < 0:
            continue
        for way in range(n_ways):
            for k in range(n_classes):
                left[k] = way * missing[k]
                for other in range(b):
                    left[k] += sums[other, k]
            for low in range(BINS):
                place = ((slots[b] << 8) + low) * n_classes
                for k in range(n_classes):
                    left[k] += fine[place + k]
                purity = measure_purity(left, all_sums)
                if purity > best + TIED:
                    best = purity
                    found[0], found[1], found[2] = feature, (b << 8) + low, way
    return best


@kernel
def find_cut_in_order(
    codes, order, labels, weights, has_missing, all_sums, room, found
):  # fmt: skip
    """Find the cut that leaves both sides purest, of rows that lie in order; the first
    of equals.

    Parameters
    ----------
    codes : uint16 array of shape (n_features, n_rows)
        Rising.
    order : uint16 array of shape (n_features, n_rows)
        The rows that have them.
    labels, weights, has_missing, all_sums, found : arrays
        As for `find_cut`.
    room : float64 array of shape (4, n_classes)
        Scratch.

    Returns
    -------
    float
        By how much ``sum_k S_k^2 / S`` of both sides exceeds that of all.
    """
    best, found[0] = NOWHERE, -1
    missing, shares, total = room[1], room[2], 0.0
    for k in range(all_sums.shape[0]):
        total += all_sums[k]
    for k in range(all_sums.shape[0]):
        shares[k] = all_sums[k] / total
    for f in range(codes.shape[0]):
        n_known = codes.shape[1]
        missing[:] = 0.0
        while has_missing[f] and n_known > 0 and codes[f, n_known - 1] == 65535:
            n_known -= 1
            missing[labels[order[f, n_known]]] += weights[order[f, n_known]]
        for way in range(1 + has_weight(missing)):
            best = look_in_order(
                codes[f, :n_known], order[f], labels, weights, total, room, found, f,
                way, best,
            )  # fmt: skip
    return best


@piece
def look_in_order(
    column, rows, labels, weights, total, room, found, feature, way, best
):
    """Look at the cuts after each value of a feature; return the best.

    A cut is worth ``W sum_k (S_k - p_k V)^2 / (V (W - V))`` with weights V on the left
    and W in all, S_k of class k on the left, and shares p_k in all; held against the
    best without a division.
    """
    left, missing, shares, on_left = room[0], room[1], room[2], 0.0
    for k in range(left.shape[0]):
        left[k] = way * missing[k]
        on_left += left[k]
    has_right = way == 0 and has_weight(missing)  # beyond the last value
    for i in range(column.shape[0] - (not has_right)):
        label, weight = labels[rows[i]], weights[rows[i]]
        left[label] += weight
        on_left += weight
        if i + 1 < column.shape[0] and column[i + 1] == column[i]:
            continue
        apart, sides = 0.0, on_left * (total - on_left)
        for k in range(left.shape[0]):
            excess = left[k] - shares[k] * on_left
            apart += excess * excess
        if total * apart > (best + TIED) * sides:
            best = total * apart / sides
            found[0], found[1], found[2] = feature, column[i], way
    return best


@piece
def take_missing(sums, has_missing, missing):
    """Write the sums of missing values; return in how many ways they may go."""
    for k in range(sums.shape[1]):
        missing[k] = sums[BINS - 1, k] if has_missing else 0.0
    return 1 + has_weight(missing)


@piece
def has_weight(sums):
    """Tell whether some class has weight."""
    total = 0.0
    for k in range(sums.shape[0]):
        total += sums[k]
    return total > 0.0


@piece
def is_mixed(sums):
    """Tell whether more than one class has weight."""
    n_present = 0
    for k in range(sums.shape[0]):
        n_present += sums[k] > 0.0
    return n_present > 1


@piece
def bound_purity(left, bin_sums, all_sums, corner):
    """Return how pure a cut within a bin leaves both sides at most, if purer than the
    cuts at its ends: at the corners that are no ends.
    """
    best, n_classes = NOWHERE, left.shape[0]
    for which in range(1, (1 << n_classes) - 1):
        for k in range(n_classes):
            corner[k] = left[k] + bin_sums[k] * (which >> k & 1)
        best = max(best, measure_purity(corner, all_sums))
    return best


@piece
def measure_purity(left, all_sums):
    """Return ``sum_k S_k^2 / S`` of both sides."""
    on_left, on_right, squares_left, squares_right = 0.0, 0.0, 0.0, 0.0
    for k in range(left.shape[0]):
        other = all_sums[k] - left[k]
        on_left += left[k]
        on_right += other
        squares_left += left[k] * left[k]
        squares_right += other * other
    if on_left <= 0.0 or on_right <= 0.0:
        return NOWHERE
    return squares_left / on_left + squares_right / on_right


@kernel
def part_rows(column, labels, weights, code, missing_goes_left, goes_left, left):
    """Tell which rows go left, and add up their weights by class.

    Parameters
    ----------
    column : uint16 array of shape (n_rows,)
        Codes of the feature.
    labels, weights : arrays of shape (n_rows,)
    code : int
        The largest on the left.
    missing_goes_left : bool
        Whether code 65535 goes left as well.
    goes_left : bool array of shape (n_rows,), filled
    left : float64 array of shape (n_classes,), filled

    Returns
    -------
    int
        How many rows go left.
    """
    left[:] = 0.0
    n_left = 0
    for i in range(column.shape[0]):
        is_left = column[i] <= code or (missing_goes_left and column[i] == 65535)
        goes_left[i] = is_left
        n_left += is_left
        left[labels[i]] += weights[i] * is_left
    return n_left


@kernel
def add_votes(columns, features, thresholds, missing_goes_left, lefts, rights, out):
    """Add what trees of one cut say of rows, tree after tree.

    Parameters
    ----------
    columns : float64 array of shape (n_features, n_rows)
        NaN is missing.
    features : int64 array of shape (n_trees,)
    thresholds : float64 array of shape (n_trees,)
        Values up to these go left.
    missing_goes_left : bool array of shape (n_trees,)
    lefts, rights : float64 arrays of shape (n_trees, n_channels)
        What is said of rows on either side.
    out : float64 array of shape (n_channels, n_rows), added to
    """
    for t in range(features.shape[0]):
        column, threshold = columns[features[t]], thresholds[t]
        for k in range(out.shape[0]):
            left, right, sums = lefts[t, k], rights[t, k], out[k]
            if missing_goes_left[t]:
                for i in range(column.shape[0]):
                    sums[i] += right if column[i] > threshold else left
            else:
                for i in range(column.shape[0]):
                    sums[i] += left if column[i] <= threshold else right
