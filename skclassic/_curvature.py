"""What is known of a loss's curvature, and how to divide a gradient by it.

A metric stands for a matrix H near the Hessian of a `LinearObjective`: ``solve``
returns H^-1 times a gradient, of the gradient's shape.
"""

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs
from scipy.sparse import issparse

from skclassic._blocks import MAX_PARTS, add_up
from skclassic._linear_objective import (
    CONSTANT,
    is_near,
    sample_blocks,
    sum_columns,
)
from skclassic._losses import bend_two_classes, share_among_classes

# Nanoseconds on the machine where this was written; only their ratios count.
A_CALL = 6e4  # the calls of a pass, however few the rows
A_VALUE, A_ROW, A_CLASS = 0.7, 15.0, 3.0  # a pass for value and gradient
A_LINE, A_SQUARE = 3.0, 0.016  # a Hessian per row: its width, and the square of that
A_CUBE = 0.01  # the factor
BRIEF = 2e7  # a Hessian of many classes that takes less is not done without
AT_ONCE = 4  # passes: a cheaper Hessian is measured before the first step
AGAIN = 20  # passes: what a product of means leaves out, steps show better before
WIDE = 1_000  # columns: the scatter of more takes longer than steps without it
LONG = 1e9  # products: a Hessian of more is multiplied in single precision
SAMPLE = 2_500  # rows that show the scatter of a few columns well enough
NEARBY = 2**16  # values that stay in the cache between two products
LARGEST = 5_000  # rows of a Hessian, at most: 200 megabytes
RIDGE = 1e-10  # of the diagonal: keeps columns that hang together apart, and no more
STEEPEST = 1e6  # of the diagonal: no finite matrix needs more
HIDDEN = 1e-10  # of a penalty: curvature below this is not told apart from rounding
LOST = 1e-12  # of the squares: a spread below this is their rounding
UNLIKE = 1e6  # times: the least of such squares keeps ten digits beside the largest
FLAT = 1e-12  # of the largest: a direction no steeper is not moved along


class Diagonal:
    """The squares of the columns, each column by itself."""

    is_crude = True

    def __init__(self, diagonal):
        self.diagonal = diagonal

    def solve(self, gradient):
        return gradient / self.diagonal


class Hessian:
    """The whole matrix of second derivatives, factored.

    Parameters
    ----------
    matrix : float array of shape (K * (d + 1), K * (d + 1))
    shape : tuple (K, d + 1)
    penalty : float
        On squared coefficients, which the matrix includes.
    """

    is_crude, is_exact = False, True

    def __init__(self, matrix, shape, penalty):
        self.matrix, self.shape, self.penalty = matrix, shape, penalty
        steep = np.sqrt(np.maximum(matrix.diagonal(), 0.0))
        steep[steep == 0] = 1.0
        self.scales = steep
        matrix = matrix / self.scales
        matrix /= self.scales[:, None]
        self.factor = factor(matrix)

    def solve(self, gradient):
        right = gradient.ravel() / self.scales
        solved, _ = dpotrs(self.factor, right)
        return (solved / self.scales).reshape(self.shape)

    def with_penalty(self, penalty):
        """Return the Hessian at the same point under another penalty.

        None where columns are so small that rounding the old penalty has hidden them.
        """
        matrix, more = self.matrix.copy(), np.full(self.shape, penalty - self.penalty)
        more[:, -1] = 0.0  # intercepts
        matrix[np.diag_indices_from(matrix)] += more.ravel()
        if np.any(matrix.diagonal() < HIDDEN * self.penalty):
            return None
        return Hessian(matrix, self.shape, penalty)


class Kronecker:
    """Curvature among the classes times scatter of the rows, plus the penalty.

    The Hessian is the mean over rows of the Kronecker product of ``diag(p) - p p'`` and
    ``x x'``. This is the product of the means of both (Martens and Grosse 2015, section
    3, with one layer), plus the penalty. Columns of very different scales are brought
    to one, or the eigenvalues of small ones would drown in the rounding of large ones;
    of the penalty, which then differs by column, each eigenvector has its average.

    References
    ----------
    J. Martens and R. Grosse (2015). Optimizing neural networks with Kronecker-factored
    approximate curvature. ICML.
    """

    is_crude, is_exact = False, False

    def __init__(self, among_classes, scatter, penalty):
        steep, self.of_classes = np.linalg.eigh(among_classes)
        steep = np.maximum(steep, 0.0)
        self.scales = choose_scales(scatter.diagonal()[:-1] + penalty / steep.mean())
        scaled = scatter[:-1, :-1] / self.scales / self.scales[:, None]
        wide, self.of_columns = np.linalg.eigh(scaled)
        curvature = np.outer(steep, np.maximum(wide, 0.0))
        penalties = (penalty / self.scales**2) @ self.of_columns**2
        self.curvature = lift(curvature + penalties)
        self.of_intercepts = lift(steep * scatter[-1, -1])

    def solve(self, gradient):
        turned, solved = self.of_classes.T @ gradient, np.empty_like(gradient)
        inner = turned[:, :-1] / self.scales @ self.of_columns / self.curvature
        inner = self.of_classes @ (inner @ self.of_columns.T)
        solved[:, :-1] = inner / self.scales
        solved[:, -1] = self.of_classes @ (turned[:, -1] / self.of_intercepts)
        return solved


def choose_scales(squares):
    """Return what columns are divided by: 1, unless their squares differ by far."""
    squares = np.where(squares > 0, squares, 1.0)
    is_even = squares.max() <= UNLIKE * squares.min()
    return np.ones(len(squares)) if is_even else np.sqrt(squares)


class Curvature:
    """The metrics of an objective, and what they cost.

    The whole Hessian is the last word. Before it is worth its price, a product of means
    stands in for it where classes are many, and else the diagonal.

    Parameters
    ----------
    objective : LinearObjective
    metric : object, default=None
        One that is known already.

    Attributes
    ----------
    metric : object
        The one to begin with; None where another is bought before the first step.
    price : float
        Of the next metric, in passes for value and gradient; infinite where there is
        none.
    whole : float
        Price of the whole Hessian; infinite where that would be too large.
    rent : float
        Passes that have gone by without it.
    """

    def __init__(self, objective, metric=None):
        self.objective, (n_margins, width) = objective, objective.shape
        n, size = objective.n_rows, n_margins * width
        values = objective.n_values * n_margins**0.5
        a_row = A_ROW if n_margins == 1 else A_CLASS * n_margins
        a_pass = A_CALL + A_VALUE * values + a_row * n
        whole = a_pass + n * size * (A_LINE + A_SQUARE * size) + A_CUBE * size**3
        self.whole = whole / a_pass if size <= LARGEST else np.inf
        self.price, self.rent, self.metric = self.whole, 0.0, metric
        self.squares = None  # of the columns, over all rows, where these are needed
        is_brief = self.whole <= AT_ONCE or (n_margins > 1 and whole <= BRIEF)
        if metric is None and not (is_brief and size <= LARGEST):
            self.metric = self._begin()

    def _begin(self):
        """Measure what costs a pass or two."""
        n_margins, width = self.objective.shape
        if n_margins == 1 or width > WIDE:
            return measure_diagonal(self.objective)
        self.price = min(self.whole, AGAIN)
        return measure_kronecker(
            self.objective, np.zeros(self.objective.shape), self.squares
        )

    def revise(self, point, gradient):
        """Return a metric from all rows where some have misled, None if all is well.

        No slope of a row is above 1, so none of a column is above its spread: where one
        is, the rows that showed the spread have missed those where it is far larger.
        With a metric blind to these, the search would take itself to be over at once.
        """
        if self.metric is None:  # a Hessian of all rows was bought
            return None
        slopes = np.abs(gradient - self.objective.penalty * point)[:, :-1]
        if not np.any(slopes > self.objective.spread):
            return None
        self.squares = measure_squares(self.objective)
        self.objective.spread = np.sqrt(self.squares)
        return self._begin()

    def buy(self, point):
        """Measure the curvature at a point, when so many passes have gone by."""
        self.rent += self.price
        if self.rent < self.whole:
            return measure_kronecker(self.objective, point, self.squares)
        self.price = self.whole
        matrix = measure_hessian(self.objective, point)
        if len(point) > 1:
            steepen(matrix, self.objective)
        return Hessian(matrix, point.shape, self.objective.penalty)


def lift(curvature):
    """Make flat directions so steep that nothing moves along them."""
    is_flat = curvature <= FLAT * curvature.max()
    return np.where(is_flat, np.inf, curvature)


def factor(matrix):
    """Factor a Hessian of unit diagonal, raising that in place until it works."""
    ridge = RIDGE
    while True:
        diagonal_of(matrix)[:] += ridge
        factored, failed = dpotrf(matrix, clean=False)
        if not failed:
            return factored
        if ridge > STEEPEST:  # the matrix is not finite: each direction by itself
            return np.eye(len(matrix))
        ridge *= 100


def diagonal_of(matrix):
    """Return a view of a C-ordered matrix's diagonal."""
    return matrix.ravel()[:: len(matrix) + 1]


def measure_diagonal(objective):
    """Measure the Hessian's diagonal where both of two classes are as likely.

    Parameters
    ----------
    objective : LinearObjective

    Returns
    -------
    Diagonal
    """
    diagonal = np.append(objective.spread**2, 1.0) / 4
    diagonal[:-1] += objective.penalty
    return Diagonal(diagonal)


def measure_squares(objective):
    """Return the mean squares of the columns about the centre over all rows, 1 for 0:
    float64 of shape (d,).
    """
    if issparse(objective.X):  # all rows were looked at
        return objective.spread**2

    def work(blocks):
        sums, squares = np.zeros((2, objective.n_columns))
        for rows in blocks:
            its = sum_columns(objective.take(rows), objective.weights_of(rows))
            sums += its[0]
            squares += its[1]
        return sums, squares

    sums, squares = add_up(objective.run(work))
    means, squares = sums / objective.total, squares / objective.total
    about = squares - objective.centre * (2 * means - objective.centre)
    return np.where(about > LOST * squares, about, 1.0)


def least_squares(objective):
    """Return the mean squares that rounding gives constant columns, of shape (d,)."""
    return (CONSTANT * (np.abs(objective.centre) + np.abs(objective.origin))) ** 2


def measure_hessian(objective, point):
    """Add up the whole Hessian at a point.

    Parameters
    ----------
    objective : LinearObjective
    point : float64 array of shape (K, d + 1)

    Returns
    -------
    ndarray of shape (K * (d + 1), K * (d + 1)), float64
    """
    measure = measure_two_classes if objective.n_margins == 1 else measure_many_classes
    matrix = measure(objective, point)
    objective.refuse_if_doubtful(matrix)
    penalise(matrix, objective)
    return matrix


def measure_two_classes(objective, point):
    """Return the mean of ``p (1 - p) x x'`` over rows, of shape (d + 1, d + 1).

    Rows are taken as they are, dense or sparse. With bends q and centre c, the sum over
    centred rows is that of ``q x x'`` less ``c (q x)'`` and its transpose, plus
    ``c c'`` times the sum of q.
    """
    n_columns, centre = objective.n_columns, objective.centre

    def work(blocks):
        inner, heights = np.zeros((n_columns, n_columns)), np.zeros(n_columns)
        total = 0.0
        for rows in join_blocks(blocks, n_columns):
            block = objective.take(rows)
            bends = bend_two_classes(objective.margins_of(block, point))
            if objective.weights is not None:
                bends *= objective.weights_of(rows)
            inner += add_squares(block, bends, precision_of(objective))
            heights += block.T @ bends
            total += bends.sum()
        return inner, heights, total

    n_sums = count_sums(objective, n_columns + 1)
    inner, heights, total = add_up(objective.run(work, n_sums))
    moved = heights - total * centre
    raw = LOST * inner.diagonal()
    inner -= centre[:, None] * heights
    inner -= moved[:, None] * centre
    is_flat = inner.diagonal() <= raw  # a constant: what is left is rounding
    if is_flat.any():
        inner[is_flat], inner[:, is_flat], moved[is_flat] = 0.0, 0.0, 0.0
    matrix = np.zeros((n_columns + 1, n_columns + 1))
    matrix[:-1, :-1] = inner
    if objective.has_intercept:
        matrix[-1, :-1] = matrix[:-1, -1] = moved
        matrix[-1, -1] = total
    matrix /= objective.total
    return matrix


def add_squares(block, bends, dtype):
    """Return the sum of ``q x x'`` over the rows of a block."""
    if issparse(block):
        return (block.T @ block.multiply(bends[:, None]).tocsr()).toarray()
    (n_rows, width), roots = block.shape, np.sqrt(bends)[:, None]
    length = max(NEARBY // max(1, width), 4 * width)
    leaning, squares = np.empty((min(length, n_rows), width), dtype), 0.0
    for start in range(0, n_rows, length):
        rows = block[start : start + length]
        some = leaning[: len(rows)]
        np.multiply(rows, roots[start : start + length], out=some, casting="same_kind")
        squares = squares + some.T @ some
    return squares


def measure_many_classes(objective, point):
    """Return the mean of ``diag(p) - p p'`` by Kronecker times ``x x'`` over rows."""

    def work(blocks):
        matrix = np.zeros((point.size, point.size))
        for rows in join_blocks(blocks, point.size):
            margins, centred = look_at(objective, rows, point)
            add_many_classes(matrix, margins, centred, objective.weights_of(rows))
        return (matrix,)

    (matrix,) = add_up(objective.run(work, count_sums(objective, point.size)))
    matrix /= objective.total
    return matrix


def measure_blocks(objective, point):
    """Add up what bounds the Hessian of many classes, a block for each class.

    ``diag(p)`` in place of ``diag(p) - p p'`` bends more in every direction.

    Returns
    -------
    ndarray of shape (K, d + 1, d + 1), float64
    """
    n_margins, width = objective.shape

    def work(blocks):
        matrices = np.zeros((n_margins, width, width))
        for rows in join_blocks(blocks, width):
            margins, centred = look_at(objective, rows, point)
            weights, shares = objective.weights_of(rows), share_among_classes(margins)
            if weights is not None:
                shares *= weights
            for matrix, share in zip(matrices, np.sqrt(shares), strict=True):
                leaning = centred * share[:, None]
                matrix += leaning.T @ leaning
        return (matrices,)

    (matrices,) = add_up(objective.run(work, count_sums(objective, width)))
    matrices /= objective.total
    ends = np.arange(width - 1)
    matrices[:, ends, ends] += objective.penalty
    return matrices


def count_sums(objective, width):
    """Return how many Hessians to add up apart: each is to come from many more rows."""
    return max(1, min(MAX_PARTS, objective.n_rows // (4 * width)))


def join_blocks(blocks, n_least):
    """Return blocks of at least as many rows, but for the last.

    A matrix that is larger than the block would be read and written more than it.
    """
    joined = []
    for block in blocks:
        if joined and joined[-1].stop - joined[-1].start < n_least:
            joined[-1] = slice(joined[-1].start, block.stop)
        else:
            joined.append(block)
    return joined


def precision_of(objective):
    """Return the float that a Hessian is added up in: half as long where that tells."""
    is_long = objective.n_rows * (objective.n_columns + 1) ** 2 >= LONG
    is_light = is_long and is_near(objective.centre, objective.spread)
    return np.float32 if is_light else np.float64


def look_at(objective, rows, point):
    """Return the margins of a block's rows, and the rows centred, with a one."""
    block = objective.take(rows)
    margins = objective.margins_of(block, point)
    if issparse(block):
        block = block.toarray()
    n_rows, width = block.shape[0], block.shape[1] + 1
    centred = np.empty((n_rows, width), precision_of(objective))
    np.subtract(block, objective.centre, out=centred[:, :-1], casting="same_kind")
    centred[:, -1] = float(objective.has_intercept)
    return margins, centred


def add_many_classes(matrix, margins, centred, weights):
    """Add a block's rows: the sum of ``diag(p) - p p'`` by Kronecker times ``x x'``."""
    shares, (n_rows, width) = share_among_classes(margins), centred.shape
    if weights is not None:
        centred *= np.sqrt(weights)[:, None]
    for k, share in enumerate(shares):
        own, leaning = (
            slice(k * width, (k + 1) * width),
            centred * np.sqrt(share)[:, None],
        )
        matrix[own, own] += leaning.T @ leaning
    spread = (shares.T[:, :, None] * centred[:, None, :]).reshape(n_rows, -1)
    matrix -= spread.T @ spread


def penalise(matrix, objective):
    """Add the penalty's curvature in place, and some where intercepts are not there."""
    n_margins, width = objective.shape
    penalty = np.full(width, objective.penalty)
    penalty[-1] = 0.0 if objective.has_intercept else 1.0
    diagonal = diagonal_of(matrix)
    if objective.penalty == 0:
        least = np.tile(np.append(least_squares(objective), 0.0), n_margins)
        diagonal += diagonal <= least  # constants stay where they are
    diagonal += np.tile(penalty, n_margins)


def steepen(matrix, objective):
    """Make the Hessian of many classes steep, in place, where it is flat.

    Adding the same to all margins changes no probability: in that direction the loss is
    flat, and its gradient 0.
    """
    n_margins, width = objective.shape
    means = matrix.diagonal().reshape(n_margins, width).mean(axis=0)
    blocks, places = (
        matrix.reshape(n_margins, width, n_margins, width),
        np.arange(width),
    )
    for k in range(n_margins):
        blocks[k, places, :, places] += means[:, None]


def measure_kronecker(objective, point, squares=None):
    """Measure both factors of a Kronecker metric on a sample of the rows.

    Parameters
    ----------
    objective : LinearObjective
    point : float64 array of shape (K, d + 1)
    squares : float64 array of shape (d,), default=None
        What the scatter of the columns is at least.

    Returns
    -------
    Kronecker
    """
    n_margins, width = objective.shape
    among, scatter, total = np.zeros((n_margins,) * 2), np.zeros((width,) * 2), 0.0
    for rows in sample_blocks(objective.n_rows, max(SAMPLE, 10 * width)):
        margins, centred = look_at(objective, rows, point)
        shares, weights = share_among_classes(margins), objective.weights_of(rows)
        weights = np.ones(len(centred)) if weights is None else weights
        weighted = shares * weights
        among += np.diag(weighted.sum(axis=1)) - weighted @ shares.T
        centred *= np.sqrt(weights)[:, None]
        scatter += centred.T @ centred
        total += weights.sum()
    objective.refuse_if_doubtful(scatter)
    scatter /= total
    if squares is not None:
        diagonal = diagonal_of(scatter)[:-1]
        np.maximum(diagonal, squares, out=diagonal)
    return Kronecker(among / total, scatter, objective.penalty)
