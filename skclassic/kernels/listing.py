"""Count the rows that a member draws, and list those that have weight."""

import numpy as np

from skclassic._jit import kernel

HALF = np.uint64(32)
LARGEST = 2.0**31  # two sums share a word


@kernel
def count_rows(drawn, counts):
    """Count how often each row was drawn, by each of some members.

    Parameters
    ----------
    drawn : int32 array of shape (n_members, n_draws)
    counts : int32 array of shape (n_members, n_rows), filled
    """
    for m in range(counts.shape[0]):
        for i in range(counts.shape[1]):
            counts[m, i] = 0
        for i in range(drawn.shape[1]):
            counts[m, drawn[m, i]] += 1


@kernel
def list_rows(weights, order, its_weights, begins):
    """List the rows that have weight, of one tree after the other.

    Parameters
    ----------
    weights : float64 array of shape (n_trees, n_rows)
    order : uint32 array of shape (n_trees * n_rows,), filled
        The rows.
    its_weights : float64 array of shape (n_trees * n_rows,), filled
        Their weights.
    begins : int64 array of shape (n_trees + 1,), filled
        Where the rows of each tree begin, and those of the last end.
    """
    n_listed = np.int64(0)
    for t in range(weights.shape[0]):
        begins[t] = n_listed
        for i in range(weights.shape[1]):
            order[n_listed], its_weights[n_listed] = i, weights[t, i]
            n_listed += weights[t, i] != 0.0
    begins[weights.shape[0]] = n_listed


@kernel
def pack_counts(order, counts, labels, words):
    """Write how much each row adds to the sums of a node: its count, and in the upper
    half of the word its count again if its label is 1.

    Returns whether this can be done: counts are whole, none is negative, and half a
    word holds their sum.

    Parameters
    ----------
    order : uint32 array of shape (n_listed,)
    counts : float64 array of shape (n_listed,)
    labels : int64 array of shape (n_rows,)
    words : uint64 array of shape (n_listed,), filled
    """
    total = 0.0
    for i in range(order.shape[0]):
        total += counts[i]
        if counts[i] < 0.0 or counts[i] != np.floor(counts[i]) or total >= LARGEST:
            return False
        count = np.uint64(counts[i])
        words[i] = count | count * np.uint64(labels[order[i]]) << HALF
    return True
