"""The penalised loss of a linear classifier: value and gradient, in passes over rows.

A point is a matrix V of shape (K, d + 1), one row per margin: its coefficients and, in
the last column, its intercept. Columns are centred in thought: the margins of x are
``V[:, :d] @ (x - centre) + V[:, d]``, so that a column far from zero is not tied to the
intercept. All values are means over the weights of the rows.
"""

from copy import copy
from dataclasses import dataclass

import numpy as np
from scipy.sparse import issparse

from skclassic._blocks import add_up
from skclassic._losses import bend_along, lose_many_classes, lose_two_classes

SAMPLE = (2_000, 2**19)  # rows at least, and values: they show means and spread
SOME = 4_000  # rows that show how the loss bends along a line
FAR = 1e3  # spreads: the products of columns farther off lose six digits in squares
CONSTANT = 1e-14  # of the centre: a spread below this is rounding


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
    """

    X: object
    codes: np.ndarray
    weights: np.ndarray | None
    n_classes: int

    def take(self, rows):
        """Return some of the rows."""
        weights = None if self.weights is None else self.weights[rows]
        return Rows(self.X[rows], self.codes[rows], weights, self.n_classes)

    def has_all_classes(self):
        """Tell whether each class has a weight."""
        return bool(np.all(self.share_classes() > 0))

    def share_classes(self):
        """Return each class's share of the weights, float64 of shape (n_classes,)."""
        weights = np.bincount(self.codes, self.weights, self.n_classes)
        return weights / weights.sum()

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
    centre : float64 array of shape (d,)
        About the means of the columns: any will do, and the nearer the means, the
        less intercept and columns hang together. Zeros without an intercept.
    origin : float64 array of shape (d,)
        What was taken off the columns before; zeros, unless that was far from them.
    spread : float64 array of shape (d,)
        About how far the columns lie from the centre, as a root mean square; 1 for 0.
    """

    dtype, rounding = np.float64, 1e-14

    def __init__(self, rows, *, penalty, has_intercept, run):
        self.X, self.weights, self.run = rows.X, rows.weights, run
        self.penalty, self.has_intercept = penalty, has_intercept
        self.n_rows, self.n_columns = rows.X.shape
        self.total, n_classes = rows.total, rows.n_classes
        self.n_margins = 1 if n_classes == 2 else n_classes
        self.shape = (self.n_margins, self.n_columns + 1)
        self.lose, self.targets = lose_many_classes, rows.codes
        if n_classes == 2:
            self.lose, self.targets = lose_two_classes, 1.0 - 2.0 * rows.codes
        self.origin = np.zeros(self.n_columns)
        self.centre, self.spread = measure_columns(self)
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
                heights += slopes.sum(axis=1, dtype=np.float64)
            return total, sums, heights

        total, sums, heights = add_up(self.run(work))
        coefficients, gradient = point[:, :-1], np.zeros(self.shape)
        value = total / self.total
        value += self.penalty / 2 * np.vdot(coefficients, coefficients)
        gradient[:, :-1] = (sums - np.outer(heights, self.centre)) / self.total
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
        margins = multiply_rows(block, coefficients)
        margins += offsets[:, None]
        return margins

    def narrowed(self, columns):
        """Return the objective of some of the columns, whose points have only those."""
        narrow = copy(self)
        narrow.X, narrow.centre = self.X[:, columns], self.centre[columns]
        narrow.origin = self.origin[columns]
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
    """An objective over standardised columns, in float32; its points are the same.

    A pass takes half the time, and the minimum is the same to about seven digits.

    Parameters
    ----------
    objective : LinearObjective
    """

    rounding = 1e-7

    def __init__(self, objective):
        self.scales = np.append(objective.spread, 1.0)
        light = copy(objective)
        light.dtype = np.float32
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


def measure_columns(objective):
    """Return about the centre and the spread of the columns.

    A sample of many rows is looked at, and all of them where it shows a constant.

    Parameters
    ----------
    objective : LinearObjective

    Returns
    -------
    centre, spread : float64 arrays of shape (d,)
    """
    measure = measure_sparse if issparse(objective.X) else measure_dense
    n_rows, (least, n_values) = objective.n_rows, SAMPLE
    n_looked_at = max(least, n_values // objective.n_columns)
    centre, squares = measure(objective, sample_blocks(n_rows, n_looked_at))
    if not squares.all() and n_rows > n_looked_at:
        centre, squares = measure(objective, [slice(0, n_rows)])
    return centre, np.sqrt(np.where(squares > 0, squares, 1.0))


def measure_dense(objective, sample):
    """Return the means of the columns, or 0, and the mean squares about them."""
    centre, n = (
        np.zeros(objective.n_columns),
        sum(each.stop - each.start for each in sample),
    )
    if objective.has_intercept:
        for rows in sample:
            block = objective.take(rows)
            centre += np.ones(len(block)) @ block  # faster than a sum over the rows
        centre /= n
    squares = np.zeros(objective.n_columns)
    for rows in sample:
        block = objective.take(rows) - centre
        squares += np.ones(len(block)) @ np.square(block, out=block)
    return centre, squares / n


def measure_sparse(objective, _):
    """Return the means of the columns, or 0, and the mean squares about them."""
    X, centre = objective.X, np.zeros(objective.n_columns)
    if objective.has_intercept:
        centre = np.ravel(X.mean(axis=0))
    squares = np.ravel(X.multiply(X).mean(axis=0))
    return centre, np.maximum(squares - centre**2, 0.0)


def is_far(centre, spread):
    """Tell whether some column lies so far from 0 that its products lose digits."""
    far = np.abs(centre) > FAR * spread
    return bool(np.any(far & (spread > CONSTANT * np.abs(centre))))


def standardise(objective):
    """Return the centred columns, divided by their spread, in float32."""
    light = np.empty(objective.X.shape, np.float32)

    def work(blocks):
        for rows in blocks:
            block = objective.take(rows) - objective.centre
            np.divide(block, objective.spread, out=light[rows], casting="same_kind")

    objective.run(work)
    return light


def multiply_rows(block, coefficients):
    """Return ``coefficients @ block.T``, the block dense or sparse."""
    coefficients = coefficients.astype(block.dtype, copy=False)
    if len(coefficients) == 1:
        return (block @ coefficients[0])[None]
    return np.ascontiguousarray((block @ coefficients.T).T)


def multiply(left, right):
    """Return ``left @ right`` of shape (K, d), the right factor dense or sparse."""
    if issparse(right):
        return np.ascontiguousarray((right.T @ left.T).T)
    if len(left) == 1:
        return (left[0] @ right)[None]
    return left @ right


def sample_blocks(n_rows, n_wanted):
    """Spread short runs of rows evenly: about as many rows as wanted, at least.

    Returns
    -------
    list of slice
    """
    length = 256
    n_runs = max(1, n_wanted // length)
    step = max(length, n_rows // n_runs)
    return [slice(a, min(a + length, n_rows)) for a in range(0, n_rows, step)]
