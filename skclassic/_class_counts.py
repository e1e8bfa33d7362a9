"""Counts of words and of categories by class, in a form that can be added up."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import issparse

from skclassic._blocks import BLOCK_VALUES, RowBlocks, add_up
from skclassic._class_moments import encode, widen

FEW_CLASSES = 8  # up to here, a product with sparse rows beats counting their values


@dataclass(frozen=True)
class WordCounts:
    """How often each feature was counted in each class.

    Attributes
    ----------
    class_weights : float64 array of shape (n_classes,)
        Weight of the rows of each class.
    counts : float64 array of shape (n_classes, n_features)
    """

    class_weights: np.ndarray
    counts: np.ndarray

    def join(self, other):
        """Return the counts of the rows of both."""
        return WordCounts(
            self.class_weights + other.class_weights, self.counts + other.counts
        )

    def spread(self, places, n_classes):
        """Return counts of more classes: these ones at `places`, the others empty."""
        return WordCounts(
            widen(self.class_weights, places, n_classes),
            widen(self.counts, places, n_classes),
        )


@dataclass(frozen=True)
class CategoryCounts:
    """How often each category of each feature was met in each class.

    Attributes
    ----------
    class_weights : float64 array of shape (n_classes,)
        Weight of the rows of each class.
    counts : list of float64 arrays of shape (n_classes, n_categories)
        One for each feature.
    """

    class_weights: np.ndarray
    counts: list

    def join(self, other):
        """Return the counts of the rows of both, with the categories of either."""
        return CategoryCounts(
            self.class_weights + other.class_weights,
            [add_padded(a, b) for a, b in zip(self.counts, other.counts, strict=True)],
        )

    def spread(self, places, n_classes):
        """Return counts of more classes: these ones at `places`, the others empty."""
        return CategoryCounts(
            widen(self.class_weights, places, n_classes),
            [widen(counts, places, n_classes) for counts in self.counts],
        )


def add_padded(a, b):
    """Add two arrays of shape (n_classes, any), the shorter one filled up by 0."""
    short, long = sorted((a, b), key=lambda counts: counts.shape[1])
    total = long.copy()
    total[:, : short.shape[1]] += short
    return total


def weigh_classes(codes, n_classes, weights):
    """Return the weight of the rows of each class: float64 (n_classes,)."""
    return np.bincount(codes, weights, n_classes).astype(np.float64)


def count_words(X, codes, n_classes, weights):
    """Add up the rows of each class.

    Parameters
    ----------
    X : array or CSR array of shape (n_rows, n_features)
    codes : int array of shape (n_rows,)
        In [0, n_classes).
    n_classes : int
    weights : float64 array of shape (n_rows,) or None

    Returns
    -------
    WordCounts
    """
    count = _count_sparse if issparse(X) else _count_dense
    return WordCounts(
        weigh_classes(codes, n_classes, weights), count(X, codes, n_classes, weights)
    )


def _count_sparse(X, codes, n_classes, weights):
    if n_classes <= FEW_CLASSES:
        return (X.T @ encode(codes, n_classes, weights).T).T
    n_features = X.shape[1]
    lengths = np.diff(X.indptr)
    cells = np.repeat(codes * n_features, lengths) + X.indices
    values = X.data if weights is None else X.data * np.repeat(weights, lengths)
    counts = np.bincount(cells, values, n_classes * n_features)
    return counts.reshape(n_classes, n_features)


def _count_dense(X, codes, n_classes, weights):
    def add_block(rows):
        own = None if weights is None else weights[rows]
        return (encode(codes[rows], n_classes, own) @ X[rows].astype(np.float64),)

    def work(part):
        return add_up([add_block(rows) for rows in part])

    with RowBlocks(*X.shape).in_threads() as run:
        return add_up(run(work))[0]


def count_categories(X, codes, n_classes, weights, *, n_categories):
    """Count categories by class and feature.

    Parameters
    ----------
    X : int array of shape (n_rows, n_features)
        In [0, n_categories) of the feature.
    codes : int array of shape (n_rows,)
        In [0, n_classes).
    n_classes : int
    weights : float64 array of shape (n_rows,) or None
    n_categories : int array of shape (n_features,)

    Returns
    -------
    CategoryCounts
    """
    n_rows, n_features = X.shape
    sizes = n_classes * n_categories
    ends = np.cumsum(sizes)
    starts, n_cells = ends - sizes, int(ends[-1])
    cells = np.zeros(n_cells)
    # A block has as many values at least as there are cells to add it to.
    length = max(1, max(BLOCK_VALUES, n_cells) // n_features)
    for a in range(0, n_rows, length):
        rows = slice(a, a + length)
        cell = X[rows] + (codes[rows, np.newaxis] * n_categories + starts)
        own = None if weights is None else np.repeat(weights[rows], n_features)
        cells += np.bincount(cell.ravel(), own, n_cells)
    counts = [each.reshape(n_classes, -1) for each in np.split(cells, ends[:-1])]
    return CategoryCounts(weigh_classes(codes, n_classes, weights), counts)
