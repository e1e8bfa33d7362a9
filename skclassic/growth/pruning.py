"""Cut branches off a grown tree: too many leaves, too little gain, too dear a branch.

A tree of thrown cuts, or of absolute error, is grown in full and cut back: what a node
gains does not depend on the order in which nodes are opened, so this ends in the tree
that opens the best node first, or stops where the gain is small. Trees of best cuts
come with no more leaves than `max_leaf_nodes`.
"""

import heapq
from dataclasses import replace

import numpy as np

SLACK = np.finfo(np.float64).eps  # a gain this much below the least is rounding


def cut_back(tree, *, max_leaf_nodes=None, min_impurity_decrease=0.0, ccp_alpha=0.0):
    """Return the tree without the splits that the parameters forbid.

    Parameters
    ----------
    tree : Tree
    max_leaf_nodes : int, default=None
        Leaves at most: the splits that gain most are kept.
    min_impurity_decrease : float, default=0.0
        What a split must gain, as a share of the total weight.
    ccp_alpha : float, default=0.0
        Cost of a leaf, see `prune_weakest_links`.

    Returns
    -------
    tree : Tree
    """
    if min_impurity_decrease > 0:
        tree = keep_splits(tree, gains_of(tree) + SLACK >= min_impurity_decrease)
    if max_leaf_nodes is not None and max_leaf_nodes < tree.n_leaves:
        tree = keep_splits(tree, choose_best_splits(tree, max_leaf_nodes))
    if ccp_alpha > 0:
        is_cut = np.zeros(tree.node_count, bool)
        for alpha, node, _ in prune_weakest_links(tree):
            if alpha > ccp_alpha:
                break
            is_cut[node] = True
        tree = keep_splits(tree, ~is_cut)
    return tree


def losses_of(tree):
    """Return each node's impurity times its share of the weight."""
    weight = tree.weighted_n_node_samples
    return tree.impurity * weight / weight[0]


def gains_of(tree):
    """Return by how much each split lowers the loss; 0 for leaves."""
    left, right, loss = tree.children_left, tree.children_right, losses_of(tree)
    return np.where(left < 0, 0.0, loss - loss[left] - loss[right])


def choose_best_splits(tree, max_leaf_nodes):
    """Return which splits are made if the one that gains most is made first."""
    gain, left, right = gains_of(tree), tree.children_left, tree.children_right
    chosen = np.zeros(tree.node_count, bool)
    open_nodes = [(-gain[0], 0)]
    for _ in range(max_leaf_nodes - 1):
        _, node = heapq.heappop(open_nodes)
        chosen[node] = True
        for child in (left[node], right[node]):
            if left[child] >= 0:
                heapq.heappush(open_nodes, (-gain[child], child))
    return chosen


def keep_splits(tree, is_kept):
    """Return the tree in which the other splits, and all below them, became leaves.

    The branch of node i takes the places from i on, two for each leaf less one.
    """
    is_leaf = tree.children_left < 0
    is_cut = ~is_leaf & ~is_kept
    if not is_cut.any():
        return tree
    cut = np.flatnonzero(is_cut)
    ends = cut + 2 * tree._add_up(np.ones(tree.n_leaves, np.int64))[cut] - 1
    n_places = tree.node_count + 1
    begun = np.bincount(cut + 1, minlength=n_places)
    ended = np.bincount(ends, minlength=n_places)
    stays = np.cumsum(begun - ended)[:-1] == 0
    leaves, splits = stays & (is_leaf | is_cut), stays & ~(is_leaf | is_cut)
    means, places = tree._means, np.cumsum(stays) - 1
    nodes = tree.nodes.copy()
    right = nodes[splits, 3]
    nodes[splits, 3] = np.sign(right) * places[np.abs(right)]
    nodes.view(np.float64)[leaves, 0] = means[leaves, -1]
    nodes[leaves, 2], nodes[leaves, 3] = -1, np.arange(leaves.sum())
    impurity = tree.impurity[leaves]
    return replace(
        tree,
        nodes=nodes[stays],
        leaf_weight=tree.weighted_n_node_samples[leaves],
        leaf_rows=tree.n_node_samples[leaves].astype(tree.leaf_rows.dtype),
        shares=None if tree.shares is None else means[leaves],
        leaf_impurity=impurity if tree.is_regression and impurity.any() else None,
        **tree.of_nodes(stays),
    )


def prune_weakest_links(tree):
    """Cut the branch that earns least per leaf, until the root is a leaf.

    Minimal cost-complexity pruning (Breiman et al. 1984, chapter 3): R is the loss of a
    node, T_t the branch below node t, and g(t) = (R(t) - R(T_t)) / (|T_t| - 1) what its
    leaves earn each. After all cuts with g(t) <= alpha the tree is the smallest of
    those that minimise R(T) + alpha |T|.

    Yields
    ------
    alpha : float
        The g(t) of the branch that is cut; never less than the one before.
    node : int
        Where it is cut.
    loss : float
        R(T) of what is left.
    """
    left, right, loss = tree.children_left, tree.children_right, losses_of(tree)
    parent = np.full(tree.node_count, -1)
    splits = np.flatnonzero(left >= 0)
    parent[left[splits]] = parent[right[splits]] = splits
    below = loss.copy()  # R(T_t)
    n_leaves = np.ones(tree.node_count, np.int64)  # |T_t|
    for node in splits[::-1]:  # children before parents
        below[node] = below[left[node]] + below[right[node]]
        n_leaves[node] = n_leaves[left[node]] + n_leaves[right[node]]
    ends = np.arange(tree.node_count) + 2 * n_leaves - 1

    def earned(node):
        return (loss[node] - below[node]) / (n_leaves[node] - 1)

    links = [(earned(node), node) for node in splits]
    heapq.heapify(links)
    alpha = 0.0
    while n_leaves[0] > 1:
        gain, node = heapq.heappop(links)
        if n_leaves[node] == 1 or gain != earned(node):
            continue  # cut before, or changed since by a cut below: its new g is there
        alpha = max(alpha, gain)  # rounding aside, g never falls
        n_leaves[node : ends[node]] = 1
        below[node] = loss[node]
        above = parent[node]
        while above >= 0:
            below[above] = below[left[above]] + below[right[above]]
            n_leaves[above] = n_leaves[left[above]] + n_leaves[right[above]]
            heapq.heappush(links, (earned(above), above))
            above = parent[above]
        yield alpha, node, below[0]
