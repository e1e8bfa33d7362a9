"""Grow a tree by absolute error: sets the desk, calls the kernel, keeps the result."""

from dataclasses import dataclass

import numpy as np

from skclassic.growth.grower import scramble
from skclassic.growth.tree import Tree
from skclassic.kernels import medians


@dataclass(frozen=True)
class MedianStatistic:
    """Regression targets, to be near to in the mean of distances."""

    y: np.ndarray

    classes_of_outputs = (1,)

    def take_rows(self, rows):
        """Return the same for these rows alone."""
        return MedianStatistic(self.y[rows])


@dataclass(frozen=True, eq=False)
class MedianTree(Tree):
    """A tree that keeps the values of all nodes: leaves' medians do not tell them.

    Attributes
    ----------
    node_median, node_error : float64 arrays of shape (n_nodes,)
        Weighted median of the targets, and their mean distance from it.
    """

    node_median: np.ndarray
    node_error: np.ndarray

    is_regression = True

    @property
    def _means(self):
        return self.node_median[:, None]

    @property
    def impurity(self):
        return self.node_error

    def of_nodes(self, nodes):
        return {
            "node_median": self.node_median[nodes],
            "node_error": self.node_error[nodes],
        }


def grow_by_medians(raw, statistic, weights, *, limits, seed, splitter):
    """Grow one tree by absolute error, depth first.

    Parameters
    ----------
    raw : Raw
    statistic : MedianStatistic
    weights : array of shape (n_rows,), none negative, or None
        Rows of weight 0 take no part; None weighs every row 1.
    limits : Limits
    seed : int
    splitter : {"best", "random"}

    Returns
    -------
    tree : MedianTree
    """
    y = statistic.y
    weights = np.ones(len(y)) if weights is None else weights.astype(np.float64)
    rows = np.flatnonzero(weights).astype(np.int32)
    order = rows[np.argsort(y[rows], kind="stable")]
    ranked = rows[np.argsort(raw.columns[:, rows], axis=1, kind="stable")]
    nodes = np.zeros((2 * len(rows), 4), np.int32)
    reals = nodes.view(np.float64)
    median, error = np.empty(len(nodes)), np.empty(len(nodes))
    starts = np.empty(len(rows), np.int32)
    n_nodes, n_leaves = medians.grow(
        raw.columns,
        ranked,
        order,
        limits,
        splitter == "best",
        medians.Targets(y, _count_steps(y, weights[rows]), weights),
        _set_desk(raw, len(rows)),
        np.array([scramble(seed)], np.uint64),
        medians.Grown(nodes, reals, median, error, starts),
    )
    starts = starts[:n_leaves]
    return MedianTree(
        nodes[:n_nodes].copy(),
        np.add.reduceat(weights[order], starts),
        np.diff(starts, append=len(order)).astype(np.int32),
        None,
        error[:n_nodes][nodes[:n_nodes, 2] < 0],
        "absolute_error",
        raw.n_features,
        statistic.classes_of_outputs,
        None,
        median[:n_nodes].copy(),
        error[:n_nodes].copy(),
    )


def _count_steps(y, weights):
    """Return y in whole steps from a centre: float64 holds their weighted sums.

    So that a row of weight k weighs what k rows do, to the bit.
    """
    centre = y.min() / 2.0 + y.max() / 2.0
    _, top = np.frexp(np.abs(y - centre).max())
    _, heft = np.frexp(weights.sum())
    return np.rint(np.ldexp(y - centre, 52 - int(top) - max(int(heft), 0)))


def _set_desk(raw, n_rows):
    """Lay out the kernel's scratch arrays."""
    return medians.Desk(
        stack=np.empty((n_rows + 2, 4), np.int64),
        features=np.arange(raw.n_features),
        places=np.empty(raw.n_rows, np.int32),
        goes=np.empty(raw.n_rows, bool),
        aside=np.empty(n_rows, np.int32),
        weight_below=np.empty(n_rows + 1),
        steps_below=np.empty(n_rows + 1),
        losses=np.empty(n_rows + 1),
    )
