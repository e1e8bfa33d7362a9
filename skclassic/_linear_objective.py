"""The penalised loss of a linear classifier: value and gradient, in passes over rows.

A point is a matrix V of shape (K, d + 1), one row per margin: its coefficients and, in
the last column, its intercept. Columns are centred in thought: the margins of x are
``V[:, :d] @ (x - centre) + V[:, d]``, so that a column far from zero is not tied to the
intercept. All values are means over the weights of the rows.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import issparse

from skclassic._blocks import add_up
from skclassic._losses import bend_along, lose_many_classes, lose_two_classes
from skclassic._products import multiply, multiply_rows

SHOWN = 2**16  # values that show means and spread, and at least so many rows:
MEANS, SPREAD = 2_000, 500  # a centre off the means ties columns to the intercept
SOME = 1_000  # rows that show how the loss bends along a line
LOST = 1e-6  # of the mean square: a spread below this is taken from differences
NEAR = 8.0  # spreads: columns no farther from 0 keep their digits in single precision
TAME = (1e-15, 1e15)  # spreads whose products stay within single precision
FAR = 1e3  # spreads: the products of columns farther off lose six digits in squares
CONSTANT = 1e-14  # of the centre: a spread below this is rounding


silent = np.errstate(all="ignore")  # `Rows.doubt` is to tell instead


@dataclass(frozen=True)
class Rows:
    """Rows of training data, as arrays.

    Attributes
    ----------
    X : float array of shape (n, d), or CSR matrix
    codes : int array of shape (n,)
        Numbers of classes in [0, n_classes), each with a weight.
    weights : float64 array of shape (n,) or None
    n_classes : int
    means : float64 array of shape (d,), default=None
        About the means of the columns, if these are known.
    columns : tuple of two float64 arrays of shape (d,), default=None
        Centre and spread of the columns, if these are known.
    doubt : callable, default=None
        Called where a sum is not finite; raises if values of X are to blame. None where
        they have been looked at.
    """

    X: object
    codes: np.ndarray
    weights: np.ndarray | None
    n_classes: int
    means: np.ndarray | None = None
    columns: tuple | None = None
    doubt: Callable | None = None

    def take(self, rows):
        """Return some of the rows."""
        weights = None if self.weights is None else self.weights[rows]
        return replace(self, X=self.X[rows], codes=self.codes[rows], weights=weights)

    def with_columns(self, has_intercept):
        """Return the rows with centre and spread of their columns."""
        return replace(self, columns=measure_columns(self, has_intercept))

    def refuse_if_doubtful(self, *sums):
        """Raise where some sum is not finite, and values of X are to blame."""
        if self.doubt is not None and not np.isfinite(sum(map(np.sum, sums))):
            self.doubt()

    def has_all_classes(self):
        """Tell whether each class has a weight."""
        return bool(np.all(self.share_classes() > 0))

    def share_classes(self):
        """Return each class's share of the weights, float64 of shape (n_classes,)."""
        if self.weights is None and self.n_classes == 2:
            n_second = np.count_nonzero(self.codes)
            return np.array([len(self.codes) - n_second, n_second]) / len(self.codes)
        weights = np.bincount(self.codes, self.weights, self.n_classes)
        return weights / weights.sum()

    @property
    def n_margins(self):
        """One margin tells two classes apart; more have one each."""
        return 1 if self.n_classes == 2 else self.n_classes

    @property
    def total(self):
        """The sum of the weights."""
        return float(len(self.codes) if self.weights is None else self.weights.sum())


class LinearObjective:
    """Mean log loss plus ``penalty / 2`` times the squared coefficients.

    Parameters
    ----------
    rows : Rows
    penalty : float
        On the squared coefficients, not on intercepts.
    has_intercept : bool
        If not, intercepts stay 0 and columns are not centred.
    run : callable
        Calls a function on the blocks of each part, see `RowBlocks.in_threads`.

    Attributes
    ----------
    shape : tuple (K, d + 1)
    dtype : type
        In which blocks are multiplied.
    rounding : float
        Relative differences of values below this say nothing.
    noise : float
        Nor does it if a gap that is a smaller share of the value no longer falls.
    centre : float64 array of shape (d,)
        About the means of the columns: any will do, and the nearer the means, the
        less intercept and columns hang together. Zeros without an intercept.
    origin : float64 array of shape (d,)
        What was taken off the columns before; zeros, unless that was far from them.
    spread : float64 array of shape (d,)
        About how far the columns lie from the centre, as a root mean square; 1 for 0.
    """

    dtype, rounding, noise = np.float64, 1e-14, 1e-11

    def __init__(self, rows, *, penalty, has_intercept, run):
        self.X, self.weights, self.run = rows.X, rows.weights, run
        self.refuse_if_doubtful = rows.refuse_if_doubtful
        self.penalty, self.has_intercept = penalty, has_intercept
        self.n_rows, self.n_columns = rows.X.shape
        self.total, self.n_margins = rows.total, rows.n_margins
        self.shape = (self.n_margins, self.n_columns + 1)
        self.lose, self.targets = lose_many_classes, rows.codes
        if self.n_margins == 1:
            self.lose, self.targets = lose_two_classes, 1.0 - 2.0 * rows.codes
        self.origin = np.zeros(self.n_columns)
        self.centre, self.spread = measure_columns(rows, has_intercept)
        if is_far(self.centre, self.spread) and not issparse(self.X):
            self._move_to_centre()

    @property
    def can_be_light(self):
        """Whether a pass in single precision saves more than the copy costs."""
        return not issparse(self.X) and self.n_values >= 2**20

    @property
    def n_values(self):
        """How many values a pass looks at."""
        return self.X.nnz if issparse(self.X) else self.X.size

    def evaluate(self, point):
        """Return the value at a point, and the gradient of the point's shape."""

        def work(blocks):
            total, sums = 0.0, np.zeros((self.n_margins, self.n_columns))
            heights = np.zeros(self.n_margins)
            for rows in blocks:
                block = self.take(rows)
                margins, weights = self.margins_of(block, point), self.weights_of(rows)
                losses, slopes = self.lose(margins, self.targets[rows], weights)
                total += losses
                sums += multiply(slopes, block)
                heights += slopes.sum(axis=1)
            return total, sums, heights

        total, sums, heights = add_up(self.run(work))
        self.refuse_if_doubtful(total, sums)
        coefficients, gradient = point[:, :-1], np.zeros(self.shape)
        value = total / self.total
        value += self.penalty / 2 * np.vdot(coefficients, coefficients)
        gradient[:, :-1] = (sums - heights[:, None] * self.centre) / self.total
        gradient[:, :-1] += self.penalty * coefficients
        if self.has_intercept:
            gradient[:, -1] = heights / self.total
        return value, gradient

    def bend(self, point, direction):
        """Return about the second derivative along a direction, from some rows."""
        total = weight = 0.0
        for rows in sample_blocks(self.n_rows, SOME):
            block, weights = self.take(rows), self.weights_of(rows)
            turns = self.margins_of(block, direction)
            bends = bend_along(self.margins_of(block, point), turns)
            total += float(bends.sum() if weights is None else bends @ weights)
            weight += float(len(bends) if weights is None else weights.sum())
        coefficients = direction[:, :-1]
        bent = total / weight if weight > 0 else 0.0
        return bent + self.penalty * np.vdot(coefficients, coefficients)

    def take(self, rows):
        """Return a block of rows, without a copy where it is all of them."""
        is_all = rows.start == 0 and rows.stop >= self.n_rows
        block = self.X if is_all else self.X[rows]
        return block.astype(self.dtype, copy=False)

    def weights_of(self, rows):
        """Return the weights of a block of rows, or None."""
        return None if self.weights is None else self.weights[rows]

    def margins_of(self, block, point):
        """Return the margins of a block, of shape (K, its rows)."""
        coefficients = point[:, :-1]
        offsets = point[:, -1] - coefficients @ self.centre
        if coefficients.any():
            margins = multiply_rows(block, coefficients)
        else:  # as where a search begins
            margins = np.zeros((self.n_margins, block.shape[0]), block.dtype)
        margins += offsets[:, None].astype(margins.dtype, copy=False)
        return margins

    def narrowed(self, columns):
        """Return the objective of some of the columns, whose points have only those."""
        narrow = copy(self)
        is_sparse = issparse(self.X)
        narrow.X = self.X[:, columns] if is_sparse else self.X.take(columns, axis=1)
        narrow.centre = self.centre[columns]
        narrow.origin, narrow.spread = self.origin[columns], self.spread[columns]
        narrow.n_columns = len(columns)
        narrow.shape = (self.n_margins, len(columns) + 1)
        return narrow

    def centred(self, point):
        """Return a point whose intercepts are those of centred columns."""
        point = point.copy()
        point[:, -1] += point[:, :-1] @ (self.centre + self.origin)
        return point

    def uncentred(self, point):
        """Return a point whose intercepts are those of columns as they are."""
        point = point.copy()
        point[:, -1] -= point[:, :-1] @ (self.centre + self.origin)
        return point

    def raw_slopes(self, gradient):
        """Return the gradient by the coefficients of columns as they are."""
        raw = gradient.copy()
        raw[:, :-1] += np.outer(gradient[:, -1], self.centre + self.origin)
        return raw

    def _move_to_centre(self):
        """Take the centre off the columns in a copy: products would lose its digits."""
        self.X = self.X - self.centre
        self.origin, self.centre = self.centre, np.zeros(self.n_columns)


class LightObjective:
    """An objective in float32; its points are the same.

    A pass takes half the time, and the minimum is the same to about seven digits.
    Columns far from 0, or of a scale that float32 has no room for, are standardised.

    Parameters
    ----------
    objective : LinearObjective
    """

    rounding = noise = 1e-7

    def __init__(self, objective):
        light = copy(objective)
        light.dtype = np.float32
        if is_near(objective.centre, objective.spread):
            self.scales, light.X = 1.0, shorten(objective)
        else:
            self.scales = np.append(objective.spread, 1.0)
            light.X = standardise(objective)
            light.centre = np.zeros_like(objective.centre)
        if objective.n_margins == 1:
            light.targets = objective.targets.astype(np.float32)
        if light.weights is not None:
            light.weights = light.weights.astype(np.float32)
        light.penalty = 0.0
        self.inner, self.penalty = light, objective.penalty

    def evaluate(self, point):
        """Return the value at a point, and the gradient of the point's shape."""
        value, gradient = self.inner.evaluate(point * self.scales)
        gradient *= self.scales
        coefficients = point[:, :-1]
        value += self.penalty / 2 * np.vdot(coefficients, coefficients)
        gradient[:, :-1] += self.penalty * coefficients
        return value, gradient

    def bend(self, point, direction):
        """Return the second derivative along a direction."""
        bent = self.inner.bend(point * self.scales, direction * self.scales)
        coefficients = direction[:, :-1]
        return bent + self.penalty * np.vdot(coefficients, coefficients)


def measure_columns(rows, has_intercept):
    """Return about the centre and the spread of the columns.

    A sample of many rows is looked at, and all of them where it shows a constant.

    Parameters
    ----------
    rows : Rows
    has_intercept : bool
        If not, the centre is 0.

    Returns
    -------
    centre, spread : float64 arrays of shape (d,)
    """
    if rows.columns is not None:
        return rows.columns
    X, (n_rows, n_columns) = rows.X, rows.X.shape
    centre = np.zeros(n_columns)
    if has_intercept:
        centre = rows.means if rows.weights is None else None
    if issparse(X):
        centre, squares = measure_sparse(X, centre)
    else:
        if centre is None:
            centre = average_some(rows, choose_rows(X, MEANS))
        some = choose_rows(X, SPREAD)
        squares = measure_dense(rows, some, centre)
        if not squares.all() and some[0].stop < n_rows:
            everything = [slice(0, n_rows)]
            centre = average_some(rows, everything) if has_intercept else centre
            squares = measure_dense(rows, everything, centre)
    return centre, np.sqrt(np.where(squares > 0, squares, 1.0))


def choose_rows(X, n_least):
    """Choose rows that show means or spread, as a list of slices."""
    n_rows, n_columns = X.shape
    return sample_blocks(n_rows, max(n_least, SHOWN // max(1, n_columns)))


def look_at_some(rows, sample, columns=slice(None)):
    """Yield dense blocks of some rows in float64, and their weights or None."""
    for some in sample:
        block = rows.X[some, columns].astype(np.float64, copy=False)
        yield block, None if rows.weights is None else rows.weights[some]


def sum_columns(block, weights):
    """Return the weighted sums of a dense block's columns, and of their squares."""
    if weights is None:
        return np.ones(len(block)) @ block, np.einsum("ij,ij->j", block, block)
    return weights @ block, np.einsum("ij,ij->j", block * weights[:, None], block)


def weigh(block, weights):
    """Return the weight of a block of rows."""
    return len(block) if weights is None else weights.sum()


def average_some(rows, sample):
    """Return the means of dense columns over some of the rows, in float64."""
    sums, total = np.zeros(rows.X.shape[1]), 0.0
    for block, weights in look_at_some(rows, sample):
        sums += (np.ones(len(block)) if weights is None else weights) @ block
        total += weigh(block, weights)
    return sums / total if total > 0 else sums


def measure_dense(rows, sample, centre):
    """Return the mean squares of columns about a centre, over some of the rows: 0 for
    constants, and where no row has a weight.
    """
    total, (sums, squares) = 0.0, np.zeros((2, rows.X.shape[1]))
    for block, weights in look_at_some(rows, sample):
        its_sums, its_squares = sum_columns(block, weights)
        sums += its_sums
        squares += its_squares
        total += weigh(block, weights)
    if total == 0:
        return squares
    means, squares = sums / total, squares / total
    about = squares - centre * (2 * means - centre)
    is_lost = about < LOST * squares
    if is_lost.any():
        about[is_lost] = 0.0
        for block, weights in look_at_some(rows, sample, is_lost):
            about[is_lost] += sum_columns(block - centre[is_lost], weights)[1] / total
    return about


def measure_sparse(X, centre=None):
    """Return the centre of the columns, their means if None, and the mean squares about
    it.
    """
    if centre is None:
        centre = np.ravel(X.mean(axis=0))
    squares = np.ravel(X.multiply(X).mean(axis=0))
    return centre, np.maximum(squares - centre**2, 0.0)


def is_far(centre, spread):
    """Tell whether some column lies so far from 0 that its products lose digits."""
    far = np.abs(centre) > FAR * spread
    return bool(np.any(far & (spread > CONSTANT * np.abs(centre))))


def is_near(centre, spread):
    """Tell whether single precision holds the columns as they are."""
    least, most = TAME
    is_tame = (spread >= least) & (spread <= most)
    return bool(np.all(is_tame & (np.abs(centre) <= NEAR * spread)))


def shorten(objective):
    """Return the columns in float32."""
    light = np.empty(objective.X.shape, np.float32)

    def work(blocks):
        for rows in blocks:
            light[rows] = objective.X[rows]

    objective.run(work)
    return light


def standardise(objective):
    """Return the centred columns, divided by their spread, in float32."""
    light = np.empty(objective.X.shape, np.float32)

    def work(blocks):
        for rows in blocks:
            block = objective.take(rows) - objective.centre
            np.divide(block, objective.spread, out=light[rows], casting="same_kind")

    objective.run(work)
    return light


@silent
def average(X):
    """Return the means of dense columns in float64, not finite where values are not."""
    return (np.ones(len(X), X.dtype) @ X).astype(np.float64) / len(X)


def sample_blocks(n_rows, n_wanted):
    """Spread short runs of rows evenly: about as many rows as wanted, at least.

    Returns
    -------
    list of slice
    """
    if n_wanted >= n_rows:
        return [slice(0, n_rows)]
    length = 256
    n_runs = max(1, n_wanted // length)
    step = max(length, n_rows // n_runs)
    return [slice(a, min(a + length, n_rows)) for a in range(0, n_rows, step)]
