"""Means and variances of each class, in a form that can be added up exactly.

Values are taken relative to a point within their class before they are squared, and
the point is kept: at a mean of 1e8 and a standard deviation of 1, a mean as one float64
is only known to 1e-8, too coarse to tell by how much the means of two parts differ.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from skclassic import _class_desk as class_desk
from skclassic._blocks import RowBlocks, add_up

# Rows from which the points are taken, besides one of each class.
SAMPLE = 256
SAMPLED_SHARE = 16  # at most one row in so many: on small data it would cost as much
MANY_CLASSES = 16  # from here on a dense one-hot product costs more than a sparse one

# Where the mean lies this many variances from the point, squared, the variance has lost
# four digits: the rows are read again, relative to the mean.
FAR_POINT = 1e4


@dataclass(frozen=True)
class ClassMoments:
    """What a Gaussian model needs to know of the rows it has seen.

    Attributes
    ----------
    class_weights : float64 array of shape (n_classes,)
        Weight of the rows of each class, one each without weights.
    weights : float64 array of shape (n_classes, n_features)
        Weight of the values that are not missing.
    points : float64 array of shape (n_classes, n_features)
        What the values are taken relative to.
    offsets : float64 array of shape (n_classes, n_features)
        Means, relative to the points; 0 without values.
    scatters : float64 array of shape (n_classes, n_features)
        Weighted sums of squared distances to the mean.
    dtype : dtype
        Of the values.
    """

    class_weights: np.ndarray
    weights: np.ndarray
    points: np.ndarray
    offsets: np.ndarray
    scatters: np.ndarray
    dtype: np.dtype

    @property
    def means(self):
        """Return means: float64 (n_classes, n_features), 0 without values."""
        return self.points + self.offsets

    @property
    def variances(self):
        """Return variances: float64 (n_classes, n_features), 0 without values."""
        return self.scatters / np.where(self.weights > 0, self.weights, 1.0)

    def join(self, other):
        """Return the moments of the rows of both.

        Parameters
        ----------
        other : ClassMoments
            Of the same classes and features.

        Returns
        -------
        ClassMoments

        References
        ----------
        T. F. Chan, G. H. Golub and R. J. LeVeque (1979). Updating formulae and a
        pairwise algorithm for computing sample variances. STAN-CS-79-773.
        """
        m, n = self.weights, other.weights
        both = np.where(m + n > 0, m + n, 1.0)
        delta = (other.points - self.points) + (other.offsets - self.offsets)
        offsets = self.offsets + delta * (n / both)
        scatters = self.scatters + other.scatters + delta**2 * (m * n / both)
        is_new = m == 0  # then the other's point is the only one
        return ClassMoments(
            self.class_weights + other.class_weights,
            m + n,
            np.where(is_new, other.points, self.points),
            np.where(is_new, other.offsets, offsets),
            np.where(is_new, other.scatters, scatters),
            np.result_type(self.dtype, other.dtype),
        )

    def spread(self, places, n_classes):
        """Return moments of more classes: these ones at `places`, the others empty."""
        return self._change(lambda values: widen(values, places, n_classes))

    def pool(self):
        """Return the moments of all rows, as those of a single class."""
        first = (self.weights > 0).argmax(axis=0)
        point = self.points[first, np.arange(len(first))]
        total = self.weights.sum(axis=0)
        shares = self.weights / np.where(total > 0, total, 1.0)
        from_point = (self.points - point) + self.offsets
        offset = (shares * from_point).sum(axis=0)
        between = (self.weights * (from_point - offset) ** 2).sum(axis=0)
        scatter = self.scatters.sum(axis=0) + between
        arrays = total, point, offset, scatter
        of_rows = self.class_weights.sum(keepdims=True)
        return ClassMoments(of_rows, *(each[np.newaxis] for each in arrays), self.dtype)

    def _change(self, function):
        """Apply a function to every array."""
        arrays = (
            self.class_weights,
            self.weights,
            self.points,
            self.offsets,
            self.scatters,
        )
        return ClassMoments(*map(function, arrays), self.dtype)


def widen(values, places, n_classes):
    """Return an array of more classes, 0 for the new ones."""
    wide = np.zeros((n_classes, *values.shape[1:]))
    wide[places] = values
    return wide


def gather_moments(X, codes, n_classes, weights):
    """Read the rows: once, or twice if a point turns out to lie far from its class.

    Parameters
    ----------
    X : array of shape (n_rows, n_features)
        NaN where missing.
    codes : int array of shape (n_rows,)
        In [0, n_classes).
    n_classes : int
    weights : float64 array of shape (n_rows,) or None

    Returns
    -------
    ClassMoments
    """
    points = choose_points(X, codes, n_classes)
    moments = sum_up(X, codes, points, weights)
    is_far = moments.offsets**2 > FAR_POINT * moments.variances
    if is_far.any():
        points = np.where(is_far, moments.means, points)
        moments = sum_up(X, codes, points, weights)
    return moments


def choose_points(X, codes, n_classes):
    """Return a point within each class: the mean of a few rows.

    Exact where a class is constant, so that its variance is 0.

    Returns
    -------
    float64 array of shape (n_classes, n_features)
        The mean of the whole sample for a class without values, 0 without any at all.
    """
    n_rows = len(codes)
    first = np.full(n_classes, -1)
    first[codes[::-1]] = np.arange(n_rows - 1, -1, -1)
    spaced = np.linspace(0, n_rows - 1, min(n_rows // SAMPLED_SHARE, SAMPLE)).astype(
        np.int64
    )
    rows = np.concatenate([first[first >= 0], spaced])
    values, one_hot = X[rows].astype(np.float64), encode(codes[rows], n_classes)
    if not np.isfinite(values.sum()):
        class_desk.refuse_infinite_values(X[rows])
    is_there = ~np.isnan(values)
    some = np.nan_to_num(values[is_there.argmax(axis=0), np.arange(X.shape[1])])
    values = np.where(is_there, values - some, 0.0)
    seen = one_hot @ is_there.astype(np.float64)
    overall = values.sum(axis=0) / np.maximum(is_there.sum(axis=0), 1)
    sums = one_hot @ values
    return some + np.where(seen > 0, sums / np.maximum(seen, 1.0), overall)


def encode(codes, n_classes, weights=None):
    """Return a row for each class, with a 1 or the weight where a row is of it.

    Parameters
    ----------
    codes : int array of shape (n_rows,)
    n_classes : int
    weights : float64 array of shape (n_rows,), default=None

    Returns
    -------
    float64 array of shape (n_classes, n_rows), sparse for many classes
    """
    if n_classes < MANY_CLASSES:
        one_hot = (codes == np.arange(n_classes)[:, np.newaxis]).astype(np.float64)
        return one_hot if weights is None else one_hot * weights
    values = np.ones(len(codes)) if weights is None else weights
    parts = (values, codes, np.arange(len(codes) + 1))
    return csc_array(parts, shape=(n_classes, len(codes)))


def sum_up(X, codes, points, weights):
    """Add up what is relative to the points, block by block.

    Parameters
    ----------
    X : array of shape (n_rows, n_features)
    codes : int array of shape (n_rows,)
    points : float64 array of shape (n_classes, n_features)
    weights : float64 array of shape (n_rows,) or None

    Returns
    -------
    ClassMoments
    """
    blocks = RowBlocks(*X.shape)

    def work(part):
        return add_up([add_block(X, codes, points, weights, rows) for rows in part])

    with blocks.in_threads() as run:
        of_classes, seen, sums, squares = add_up(run(work))
    offsets = sums / np.where(seen > 0, seen, 1.0)
    scatters = np.maximum(squares - offsets * sums, 0.0)
    dtype = X.dtype if X.dtype.kind == "f" else np.dtype(np.float64)
    return ClassMoments(of_classes, seen, points, offsets, scatters, dtype)


def add_block(X, codes, points, weights, rows):
    """Return class weights, weights of values, sums and squares of one block."""
    own = codes[rows]
    one_hot = encode(own, len(points), None if weights is None else weights[rows])
    z = np.take(points, own, axis=0)
    np.subtract(X[rows], z, out=z)
    with np.errstate(invalid="ignore"):  # infinite values, which are refused next
        sums, of_classes = one_hot @ z, one_hot.sum(axis=1)
    seen = np.repeat(of_classes[:, np.newaxis], z.shape[1], axis=1)
    if not np.isfinite(sums.sum()):
        class_desk.refuse_infinite_values(X[rows])
        is_there = ~np.isnan(z)
        z[~is_there] = 0.0
        sums, seen = one_hot @ z, one_hot @ is_there.astype(np.float64)
    z *= z
    return of_classes, seen, sums, one_hot @ z
