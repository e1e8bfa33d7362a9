"""Hold the leaves of a tree within the ranges that monotonic constraints leave them."""

from dataclasses import dataclass, fields

import numpy as np

from skclassic.growth.tree import Tree


@dataclass(frozen=True, eq=False)
class MonotonicTree(Tree):
    """A tree whose nodes' values were clipped; impurities are those before.

    Attributes
    ----------
    leaf_means : float64 array of shape (n_leaves,)
        Shares of class 1, or mean targets, as they were.
    node_values : float64 array of shape (n_nodes,)
        The same of all nodes, clipped.
    """

    leaf_means: np.ndarray
    node_values: np.ndarray

    @property
    def _leaf_ones(self):
        return self.leaf_means

    @property
    def value(self):
        return self._spread(self.node_values)[:, None, :]


def hold_ranges(tree, signs):
    """Clip the values of nodes so that predictions move as the signs say.

    Parameters
    ----------
    tree : Tree
        Grown under `signs`; of targets, or two classes.
    signs : array of shape (n_features,)

    Returns
    -------
    tree : MonotonicTree
    """
    means, left, right = tree._means[:, -1], tree.children_left, tree.children_right
    low, high = np.full(len(means), -np.inf), np.full(len(means), np.inf)
    level = np.flatnonzero(left[:1] >= 0)
    while len(level):
        lower, upper = left[level], right[level]
        sign = np.asarray(signs)[tree.feature[level]]
        lower, upper = np.where(sign < 0, (upper, lower), (lower, upper))
        for child in (lower, upper):
            low[child], high[child] = low[level], high[level]
        middle = means[lower] / 2.0 + means[upper] / 2.0
        high[lower[sign != 0]] = low[upper[sign != 0]] = middle[sign != 0]
        children = np.concatenate([lower, upper])
        level = children[left[children] >= 0]
    values, is_leaf = np.clip(means, low, high), left < 0
    nodes = tree.nodes.copy()
    nodes.view(np.float64)[is_leaf, 0] = values[is_leaf]
    kept = {field.name: getattr(tree, field.name) for field in fields(Tree)}
    return MonotonicTree(
        **kept | {"nodes": nodes}, leaf_means=means[is_leaf], node_values=values
    )
