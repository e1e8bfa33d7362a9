"""Walk rows down a fitted tree, straight from raw floats.

A node takes 16 bytes, seen through two views of one buffer: `reals[2 i]` is the
threshold of node i, or the value of a leaf; `links[4 i + 2]` its feature, -1 for a
leaf; `links[4 i + 3]` its right child, negative if missing values go left, or the
number of a leaf. The left child of node i is i + 1.

One row alone waits at each node for memory, and for the branch that was mispredicted.
So a batch of rows takes each step together: without branches, many at once. One call
walks down several trees: two threads would wait for each other between calls.

A split by a categorical feature has, in place of a threshold, where its set of levels
begins in `sets.words`, 64 levels a word; `sets.is_set` tells which features those are.

    active   [ rows still on their way | ... ]
    leaves   the node where each row of the batch is
"""

import numpy as np

from skclassic._jit import kernel, piece

BATCH = np.int64(256)  # rows that walk together: their values fit the fastest cache
WORTH_LOADING = 256  # rows; from here on nearly all of a tree is visited
LINE = 16  # int32 numbers in a cache line
ONE, TWO, THREE, FOUR = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)


@piece
def load_tree(links, leaves):
    """Read a tree from end to end: memory is faster in order than at random."""
    total = np.int32(0)
    for i in range(0, links.shape[0], LINE):
        total |= links[i]
    leaves[0] = total  # overwritten next; unused, the loop would not be compiled


@piece
def walk(X, reals, links, sets, leaves, active):
    """Write into `leaves` the node in which each row of a batch ends."""
    n_active = X.shape[0]
    for i in range(n_active):
        leaves[i], active[i] = 0, i
    while n_active > 0:
        n_left = np.uint64(0)
        for a in range(n_active):
            i = np.uint64(active[a])
            node = np.uint64(leaves[i])
            feature, right = links[FOUR * node + TWO], links[FOUR * node + THREE]
            threshold, is_leaf = reals[TWO * node], feature < 0
            active[n_left] = i
            n_left += np.uint64(not is_leaf)
            value = X[i, np.uint64(0 if is_leaf else feature)]
            is_left = (value <= threshold) | ((value != value) & (right < 0))
            if sets is not None:
                if not is_leaf and sets.is_set[feature] and value == value:
                    level = np.int64(value)
                    word = sets.words[np.int64(threshold) + (level >> 6)]
                    is_left = (word >> np.uint64(level & 63)) & ONE == ONE
            child = node + ONE if is_left else np.uint64(abs(right))
            leaves[i] = node if is_leaf else child
        n_active = np.int64(n_left)


@kernel
def find_leaves(X, reals, links, sets, leaves, active):
    """Write into `leaves` (uint32) the node in which each row of X ends.

    `active` is room to work in: uint32 (BATCH,).
    """
    for start in range(0, X.shape[0], BATCH):
        end = start + BATCH
        walk(X[start:end], reals, links, sets, leaves[start:end], active)


@kernel
def add_values(X, n_trees, reals, links, sets, leaves, active, out):
    """Add to `out` (n_rows,) the values of each row's leaves.

    Parameters
    ----------
    X : float64 array of shape (n_rows, n_features)
    n_trees : int
        How many of the trees count.
    reals, links : tuples of arrays, one for each tree
    sets : tuple of Sets, one for each tree, or of None
    leaves, active : uint32 arrays of shape (BATCH,), room to work in
    out : float64 array of shape (n_rows,)
    """
    for t in range(n_trees):
        its_reals, its_links, its_sets = reals[t], links[t], sets[t]
        if X.shape[0] >= WORTH_LOADING:
            load_tree(its_links, leaves)
        for start in range(0, X.shape[0], BATCH):
            rows = X[start : start + BATCH]
            walk(rows, its_reals, its_links, its_sets, leaves, active)
            for i in range(rows.shape[0]):
                out[start + i] += its_reals[TWO * np.uint64(leaves[i])]


@kernel
def add_shares(X, n_trees, reals, links, sets, shares, leaves, active, out):
    """Add to `out` (n_rows, n_channels) the shares of each row's leaves.

    `shares` holds for each tree an array of shape (n_leaves, n_channels); the rest is
    as for `add_values`.
    """
    for t in range(n_trees):
        its_reals, its_links, its_sets = reals[t], links[t], sets[t]
        its_shares = shares[t]
        if X.shape[0] >= WORTH_LOADING:
            load_tree(its_links, leaves)
        for start in range(0, X.shape[0], BATCH):
            rows = X[start : start + BATCH]
            walk(rows, its_reals, its_links, its_sets, leaves, active)
            for i in range(rows.shape[0]):
                leaf = its_links[FOUR * np.uint64(leaves[i]) + THREE]
                for k in range(its_shares.shape[1]):
                    out[start + i, k] += its_shares[leaf, k]
