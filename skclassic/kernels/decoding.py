"""Turn what a grown tree's nodes hold, codes, into the numbers that rows meet."""

import numpy as np

from skclassic._jit import kernel, piece

NO_VALUE = 65536  # stands for the least code on the right where all are missing there


@piece
def place_of(code, n_places, span):
    """Return the place of the values that have a code, or the next such place.

    Ranks are spread over the codes, see `coding.code_rows`: the least rank that has the
    code, or more.
    """
    rank = (np.int64(code) * n_places + span - 1) // span
    return min(rank, n_places - 1)


@kernel
def write_numbers(
    nodes, reals, values, has_missing, spans, first, lower, upper, n_levels, lows, highs
):
    """Write the thresholds of splits and the values of leaves over the codes.

    A threshold t lies midway between values that meet, low <= t < high.

    Parameters
    ----------
    nodes : int32 array of shape (n_nodes, 4)
        As `growing.grow` leaves them.
    reals : float64 array of shape (n_nodes, 2)
        The same memory; the first column is filled: a threshold, where the set of a
        split by levels begins, or the value of a leaf.
    values : float64 array of shape (n_leaves,)
        In the order of the leaves' nodes.
    has_missing, first, lower, upper, n_levels : arrays
        As of `binner.Coded`.
    spans : int64 array of shape (2,)
        How many codes there are, without missing values and beside them.
    lows, highs : float64 arrays of shape (n_fine,)
        The values that meet at those splits that the second sheet decided.
    """
    n_fine, n_leaves = 0, 0
    for i in range(nodes.shape[0]):
        left, right, feature = nodes[i, 0], nodes[i, 1], nodes[i, 2]
        if feature < 0:
            reals[i, 0] = values[n_leaves]
            n_leaves += 1
        elif n_levels[feature] > 0:
            reals[i, 0] = left
        elif right == NO_VALUE:
            reals[i, 0] = np.inf
        else:
            if left < 0:
                low, high = lows[n_fine], highs[n_fine]
                n_fine += 1
            else:
                begin, span = first[feature], spans[np.int64(has_missing[feature])]
                n_places = first[feature + 1] - begin
                low = upper[begin + place_of(left, n_places, span)]
                high = lower[begin + place_of(right, n_places, span)]
            middle = low * 0.5 + high * 0.5
            reals[i, 0] = middle if low <= middle < high else low
