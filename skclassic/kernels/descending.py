"""Walk rows down a fitted tree, straight from raw floats.

A node takes 16 bytes, seen through two views of one buffer: `reals[2 i]` is the
threshold of node i, or the value of a leaf; `links[4 i + 2]` its feature, -1 for a
leaf; `links[4 i + 3]` its right child, negative if missing values go left, or the
number of a leaf. The left child of node i is i + 1.
"""

from skclassic._jit import kernel, piece


@piece
def find_leaf(X, i, reals, links):
    """Return the node in which row i of X ends."""
    node = 0
    feature = links[2]
    while feature >= 0:
        value, right = X[i, feature], links[4 * node + 3]
        if value <= reals[2 * node] or (value != value and right < 0):
            node += 1
        else:
            node = abs(right)
        feature = links[4 * node + 2]
    return node


@kernel
def find_leaves(X, reals, links, leaves):
    """Write into `leaves` (int64) the node in which each row of X ends."""
    for i in range(X.shape[0]):
        leaves[i] = find_leaf(X, i, reals, links)


@kernel
def add_values(X, reals, links, out):
    """Add to `out` (n_rows,) the value of each row's leaf."""
    for i in range(X.shape[0]):
        out[i] += reals[2 * find_leaf(X, i, reals, links)]


@kernel
def add_shares(X, reals, links, shares, out):
    """Add to `out` (n_rows, n_classes) the class shares of each row's leaf."""
    for i in range(X.shape[0]):
        leaf = links[4 * find_leaf(X, i, reals, links) + 3]
        for k in range(shares.shape[1]):
            out[i, k] += shares[leaf, k]
