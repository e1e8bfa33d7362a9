"""Find the minimum of a logistic loss with a penalty on absolute coefficients.

Newton steps on the columns that matter (Yuan, Ho and Lin 2012): the loss is replaced by
its parabola, which is minimised together with the penalty by coordinate descent on the
Hessian, so that no sweep touches the rows. Columns whose slope the penalty outweighs
are looked at once a round, and join when they no longer are.

References
----------
J. Friedman, T. Hastie and R. Tibshirani (2010). Regularization paths for generalized
linear models via coordinate descent. Journal of Statistical Software 33(1).

G.-X. Yuan, C.-H. Ho and C.-J. Lin (2012). An improved GLMNET for L1-regularized
logistic regression. Journal of Machine Learning Research 13, 1999-2030.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse import issparse

from skclassic._blocks import RowBlocks
from skclassic._curvature import LARGEST, measure_blocks, measure_hessian
from skclassic._linear_objective import LinearObjective, silent
from skclassic._losses import bend_two_classes, share_among_classes

FIRST = 100  # columns that may join in a round, or as many as are in use
SWEEPS = 200  # of coordinate descent, before the linear system is tried
MOST_JUMPS = 50  # to the solution of that, each followed by sweeps
ROUGH = 1e-7  # of the first sweep's largest gain: a parabola is worth no more
JOINING = 1e-2  # of it, while many columns still join
ENOUGH = 1e-4  # of the decrease that the parabola foretells
SLACK = 1e-9  # of the limit: a slope above it by less is within
LAST_DIGIT = 1e-18  # of the value: the square of the gradient's rounding, and to spare
STUCK = 1e-13  # of the value: a gap below this that hardly falls is rounding
NOTHING = 1e-12  # a value below this is as good as 0
MAX_TRIES = 40  # lengths along a line


@dataclass(frozen=True)
class SparseMinimum:
    """Where a search ended.

    Attributes
    ----------
    point, gradient : float64 array of shape (K, d + 1)
        The gradient is that of the loss and the squared penalty.
    value : float
        With all penalties.
    gap : float
        What the parabola still foretold to gain.
    n_iter : int
        Newton steps.
    is_converged : bool
    """

    point: np.ndarray
    gradient: np.ndarray
    value: float
    gap: float
    n_iter: int
    is_converged: bool


@silent
def find_sparse_minimum(
    rows, *, penalty, has_intercept, tol, max_iter, start=None, watch=None
):
    """Minimise the mean log loss plus an elastic net.

    Parameters
    ----------
    rows : Rows
    penalty : Penalty
        On the scale of the mean loss; its absolute part is above 0.
    has_intercept : bool
    tol : float
        The search ends where about ``tol**4`` of the value is left to gain.
    max_iter : int
        Newton steps at most.
    start : float64 array of shape (K, d + 1), default=None
        Where to begin; zeros if None.
    watch : callable, default=None
        Called with the point after each step; ends the search by returning True.

    Returns
    -------
    SparseMinimum
    """
    with RowBlocks.of(rows.X, rows.n_margins).in_threads() as run:
        objective = LinearObjective(
            rows, penalty=penalty.squared, has_intercept=has_intercept, run=run
        )
        start = np.zeros(objective.shape) if start is None else objective.centred(start)
        search = SparseSearch(objective, penalty.absolute, max(tol**4, LAST_DIGIT))
        if watch is not None:
            search.watch = lambda point: watch(objective.uncentred(point))
        found = search.run(start, max_iter)
    point = objective.uncentred(found.point)
    point[:, -1] -= point[:, -1].mean() if len(point) > 1 else 0.0
    return replace(found, point=point, gradient=objective.raw_slopes(found.gradient))


class SparseSearch:
    """Newton steps on the columns that matter.

    Parameters
    ----------
    objective : LinearObjective
        Of all columns, with the squared penalty.
    limit : float
        The absolute penalty: the slope that a coefficient of 0 withstands.
    share : float
        Of the value, that may be left to gain.
    """

    def __init__(self, objective, limit, share):
        self.objective, self.limit, self.share = objective, limit, share
        self.watch = None

    def run(self, point, max_iter):
        """Step until no column is left to join and no step gains more."""
        n_iter, has_moved, gap, is_over = 0, True, np.inf, False
        while True:
            value, gradient = self.objective.evaluate(point)
            whole = value + self.limit * np.abs(point[:, :-1]).sum()
            columns, is_complete = self.choose(point, gradient)
            is_at_rest = is_complete and not has_moved
            if is_at_rest or n_iter >= max_iter or is_over:
                break
            places, last_gap = [*columns, -1], gap
            moved, gap, has_moved = self.step(
                self.narrow_to(columns),
                point[:, places],
                value,
                gradient[:, places],
                rough=ROUGH if is_complete or len(columns) < FIRST else JOINING,
            )
            has_moved &= gap < last_gap / 2 or gap > STUCK * whole
            if not has_moved and is_complete:
                continue
            n_iter, point = n_iter + 1, point.copy()
            point[:, places] = moved
            is_over = self.watch is not None and bool(self.watch(point))
        enough = max(self.share, self.objective.noise) * max(whole, NOTHING)
        is_converged = is_at_rest and gap <= enough
        return SparseMinimum(point, gradient, whole, gap, n_iter, is_converged)

    def choose(self, point, gradient):
        """Return the columns in use and those pulled hardest beyond the limit, sorted.

        Returns
        -------
        columns : int array
            As many join as are in use, or a few where there are fewer.
        is_complete : bool
            Whether no column out of use is pulled beyond the limit.
        """
        is_used = (point[:, :-1] != 0).any(axis=0)
        used, pull = np.flatnonzero(is_used), np.abs(gradient[:, :-1]).max(axis=0)
        excess = np.where(is_used, 0.0, pull - self.limit * (1 + SLACK))
        joining = np.flatnonzero(excess > 0)
        first = np.argsort(-excess[joining], kind="stable")[: max(FIRST, len(used))]
        return np.sort(np.concatenate([used, joining[first]])), len(joining) == 0

    def narrow_to(self, columns):
        """Return the objective of some of the columns."""
        if len(columns) == self.objective.n_columns:
            return self.objective
        return self.objective.narrowed(columns)

    def step(self, objective, point, value, gradient, *, rough):
        """Take one Newton step on some columns.

        Parameters
        ----------
        objective : LinearObjective
            Of these columns.
        point, gradient : float64 array of shape (K, m + 1)
        value : float
            Of loss and squared penalty.
        rough : float
            See `solve_parabola`.

        Returns
        -------
        point : float64 array
        gap : float
            The gain that the parabola foretold.
        has_moved : bool
            False where the gain is too small, or cannot be had.
        """
        limits = np.full(point.shape, self.limit)
        limits[:, -1] = 0.0
        value += self.limit * np.abs(point[:, :-1]).sum()
        least = self.share * max(value, NOTHING)
        aim, gap = solve_parabola(
            objective, point, gradient, limits, least=least / 100, rough=rough
        )
        if gap <= least or gap == np.inf:
            return point, gap, False
        moved = self.search_line(objective, point, aim, value, gradient)
        if moved is None:
            return point, gap, False
        return level(moved, self.limit, objective.penalty), gap, True

    def search_line(self, objective, point, aim, value, gradient):
        """Return the first of 1, 1/2, 1/4... of the way at which the value falls."""
        step, length = aim - point, 1.0
        slope = np.vdot(gradient, step)
        slope += self.limit * (np.abs(aim[:, :-1]).sum() - np.abs(point[:, :-1]).sum())
        for _ in range(MAX_TRIES):
            moved = point + length * step if length < 1 else aim
            reached = objective.evaluate(moved)[0]
            reached += self.limit * np.abs(moved[:, :-1]).sum()
            slack = objective.rounding * abs(value)
            if reached <= value + ENOUGH * length * slope + slack:
                return moved
            length /= 2
        return None


def solve_parabola(objective, point, gradient, limits, **enough):
    """Minimise the loss's parabola at a point, with the absolute penalty.

    Parameters
    ----------
    objective : LinearObjective
    point, gradient, limits : float64 arrays of shape (K, d + 1)
    least, rough : float
        A sweep ends the search where no coordinate gains more than `least`, or more
        than this share of what one gained in the first.

    Returns
    -------
    aim : float64 array of shape (K, d + 1)
    gap : float
        What would be gained if the loss were its parabola.
    """
    is_whole = point.size <= LARGEST
    is_short = issparse(objective.X) and objective.X.nnz < point.shape[1] ** 2
    if is_short and (len(point) == 1 or not is_whole):
        return solve_on_columns(objective, point, gradient, limits, **enough)
    if is_whole:
        matrices, shape = measure_hessian(objective, point)[None], (1, point.size)
    else:
        matrices, shape = measure_blocks(objective, point), point.shape
    if not np.isfinite(matrices).all():  # squares beyond all bounds: no way down
        return point, np.inf
    aim, slopes = point.reshape(shape).copy(), gradient.reshape(shape).copy()
    for matrix, *vectors in zip(
        matrices, slopes, aim, limits.reshape(shape), strict=True
    ):
        descend(matrix, *vectors, **enough)
    aim, slopes = aim.reshape(point.shape), slopes.reshape(point.shape)
    step = aim - point
    gain = -np.vdot(gradient + slopes, step) / 2
    gain -= np.vdot(limits, np.abs(aim) - np.abs(point))
    return aim, gain


def solve_on_columns(objective, point, gradient, limits, *, least, rough):
    """Do as `solve_parabola` does where sparse columns are shorter than their Hessian.

    Many classes have a parabola each, that of `measure_blocks`.
    """
    from skclassic.kernels.shrinking import shrink_sparse  # loads numba

    X, centre, squared = objective.X.tocsc(), objective.centre, objective.penalty
    margins, is_two = objective.margins_of(objective.X, point), len(point) == 1
    bends = bend_two_classes(margins)[None] if is_two else share_among_classes(margins)
    bends = bends * (1.0 if objective.weights is None else objective.weights)
    bends /= objective.total
    aim, curved = point.copy(), 0.0
    for k, bend in enumerate(bends):
        heights, total, turns = X.T @ bend, bend.sum(), np.zeros(objective.n_rows)
        diagonal = X.power(2).T @ bend - centre * (2 * heights - total * centre)
        diagonal = np.append(
            np.maximum(diagonal, 0.0) + squared, total * objective.has_intercept
        )
        moved = shrink_sparse(
            X.data, X.indices, X.indptr, bend, centre, heights, diagonal, squared,
            gradient[k], point[k], limits[k], aim[k], turns, SWEEPS, least, rough,
        )  # fmt: skip
        curved += bend @ (turns + moved) ** 2
    step = aim - point
    curved += squared * np.vdot(step[:, :-1], step[:, :-1])
    gain = -np.vdot(gradient, step) - curved / 2
    gain -= np.vdot(limits, np.abs(aim) - np.abs(point))
    return aim, gain


def descend(matrix, slopes, point, limits, *, least, rough):
    """Minimise a parabola with absolute values, in place.

    Coordinate descent finds which coefficients are 0; where it is slow to find how
    large the others are, a linear system says so.
    """
    from skclassic.kernels.shrinking import shrink_coordinates  # loads numba

    for _ in range(MOST_JUMPS):  # where rounding hides the minimum, none is the last
        n_sweeps = shrink_coordinates(
            matrix, slopes, point, limits, SWEEPS, least, rough
        )
        if n_sweeps < SWEEPS or not jump(matrix, slopes, point, limits):
            return


def jump(matrix, slopes, point, limits):
    """Go to the minimum of the signs there are, or to the first that would change.

    Returns
    -------
    bool
        Whether it moved.
    """
    free = np.flatnonzero((point != 0) | (limits == 0))
    pulls = slopes[free] + limits[free] * np.sign(point[free])
    try:
        factored = cho_factor(matrix[np.ix_(free, free)])
    except LinAlgError:
        return False
    step = -cho_solve(factored, pulls)
    crosses = (limits[free] > 0) & (point[free] * (point[free] + step) < 0)
    length = min(1.0, *(-point[free[crosses]] / step[crosses]), 1.0)
    point[free] += length * step
    point[free[crosses & (np.abs(point[free]) < 1e-12 * np.abs(step))]] = 0.0
    slopes += matrix[:, free] @ (length * step)
    return True


def level(point, absolute, squared):
    """Shift each column's coefficients to where the penalty is least.

    Adding the same to the coefficients of all classes changes no probability, so that
    only the penalty tells where they lie (Friedman, Hastie and Tibshirani 2010, section
    4.1).
    """
    n_margins = len(point)
    if n_margins == 1:
        return point
    point = point - np.append(np.zeros(point.shape[1] - 1), point[:, -1].mean())
    coefficients = point[:, :-1]
    shifts = -coefficients
    if squared > 0:
        balance = np.arange(-n_margins, n_margins + 1, 2)[:, None]  # of signs
        means = coefficients.mean(axis=0)
        shifts = np.vstack([shifts, -means - absolute / squared * balance / n_margins])
    moved = coefficients[None] + shifts[:, None]
    costs = absolute * np.abs(moved).sum(axis=1) + squared / 2 * (moved**2).sum(axis=1)
    best = shifts[costs.argmin(axis=0), np.arange(coefficients.shape[1])]
    point[:, :-1] += best
    return point
