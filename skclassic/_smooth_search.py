"""Find the minimum of a logistic loss without penalty or with a squared one.

The rows decide the way, not the user: many rows of few columns start from a sample,
whose curvature serves all of them; wide tables, whose curvature costs more than it
saves, go most of the way in single precision. All ways end at the same point, in
float64.
"""

from dataclasses import replace

import numpy as np

from skclassic._blocks import RowBlocks
from skclassic._curvature import Curvature, Hessian
from skclassic._linear_objective import LightObjective, LinearObjective, silent
from skclassic._quasi_newton import Memory, minimise

SAMPLE_SHARE = 20  # one row in so many is enough for a start
LEAST_ROWS, LEAST_PER_COLUMN = 2_000, 20  # of a sample
SAMPLE_TOL = 0.03  # a sample's minimum is off by more
WIDE = 300  # columns: from here on no Hessian of all rows is wanted
MANY_VALUES = 2**20  # below this, sixteen digits cost little
PATIENCE = 32  # passes that a Hessian may cost, for the last digits of small tables
CLOSE_ENOUGH = 10.0  # times tol**2: where each further digit takes several passes
SHARP = 100.0  # times tol**3, coefficients to five digits, or in small tables tol**4
LAST_DIGIT = 1e-18  # of the value: the square of the gradient's rounding, and to spare
FLOOR = 1e-9  # a loss without penalty that falls below this falls for ever


@silent
def find_minimum(
    rows, *, penalty, has_intercept, tol, max_iter, start=None, metric=None, watch=None
):
    """Minimise the mean log loss plus half the penalty times the squared coefficients.

    Parameters
    ----------
    rows : Rows
    penalty : float
        At least 0, on the scale of the mean loss.
    has_intercept : bool
    tol : float
        The search ends where about a hundred times ``tol**4`` of the value is left to
        gain, in large tables ``tol**3``, and without a Hessian ten times ``tol**2``.
    max_iter : int
        Steps at most.
    start : float64 array of shape (K, d + 1), default=None
        Where to begin; zeros if None. The last column are intercepts.
    metric : object, default=None
        What is known of the curvature from a minimum on the same rows under another
        penalty.
    watch : callable, default=None
        Called with the point, of the same shape, after each step; ends the search by
        returning True.

    Returns
    -------
    Minimum
    """
    metric = metric.with_penalty(penalty) if isinstance(metric, Hessian) else None
    if start is None and is_worth_a_sample(rows):
        rows = rows.with_columns(has_intercept)  # one centre: the metric is about it
        start, metric = start_from_sample(rows, penalty, has_intercept)
    with RowBlocks.of(rows.X, rows.n_margins).in_threads() as run:
        objective = LinearObjective(
            rows, penalty=penalty, has_intercept=has_intercept, run=run
        )
        start = np.zeros(objective.shape) if start is None else objective.centred(start)
        start = level(start)
        curvature = Curvature(objective, metric)
        if watch is not None:
            watch = compose(watch, objective.uncentred)
        found = descend(objective, start, curvature, tol, max_iter, watch)
    point = level(objective.uncentred(found.point))
    return replace(found, point=point, gradient=objective.raw_slopes(found.gradient))


def level(point):
    """Take off what many classes have in common: it changes no probability."""
    return point - point.mean(axis=0) if len(point) > 1 else point


def descend(objective, start, curvature, tol, max_iter, watch):
    """Go to the minimum, in single precision first where that pays."""

    def share(metric):
        if objective.n_values < MANY_VALUES and curvature.whole <= PATIENCE:
            return max(SHARP * tol**4, LAST_DIGIT)
        if isinstance(metric, Hessian):
            return max(SHARP * tol**3, LAST_DIGIT)
        return max(CLOSE_ENOUGH * tol**2, LAST_DIGIT)

    memory, n_steps = Memory(curvature.metric or curvature.buy(start)), 0
    settings = {"floor": FLOOR if objective.penalty == 0 else 0.0, "watch": watch}
    if objective.can_be_light and not isinstance(memory.metric, Hessian):
        light = LightObjective(objective)
        found = minimise(
            light,
            start,
            curvature,
            memory,
            share=lambda metric: max(CLOSE_ENOUGH * tol**2, light.rounding),
            max_iter=max_iter,
            **settings,
        )
        start, memory, n_steps = found.point, found.memory, found.n_iter
    found = minimise(
        objective,
        start,
        curvature,
        memory,
        share=share,
        max_iter=max_iter - n_steps,
        **settings,
    )
    return replace(found, n_iter=found.n_iter + n_steps)


def is_worth_a_sample(rows):
    """Tell whether a sample has enough rows for a start, and few enough."""
    n, d = rows.X.shape
    return n >= 5 * count_sample(n, d, rows.n_classes) and d <= WIDE


def count_sample(n, d, n_classes):
    """Return how many rows a sample has."""
    return max(LEAST_ROWS, LEAST_PER_COLUMN * d * (n_classes - 1), n // SAMPLE_SHARE)


def start_from_sample(rows, penalty, has_intercept):
    """Minimise on a sample of the rows; return its minimum and the curvature there.

    Returns
    -------
    point : float64 array of shape (K, d + 1), or None
        None if the sample lacks a class.
    metric : Hessian or None
    """
    n_sample = count_sample(*rows.X.shape, rows.n_classes)
    drawn = np.random.default_rng(0).choice(len(rows.codes), n_sample, replace=False)
    sample = rows.take(np.sort(drawn))
    if not sample.has_all_classes():
        return None, None
    sample.refuse_if_doubtful(sample.X)
    settings = {"penalty": penalty, "has_intercept": has_intercept}
    found = find_minimum(sample, **settings, tol=SAMPLE_TOL, max_iter=100)
    with RowBlocks.of(sample.X, sample.n_margins).in_threads() as run:
        objective = LinearObjective(sample, **settings, run=run)
        metric = Curvature(objective, found.memory.metric).buy(
            objective.centred(found.point)
        )
    return found.point, metric


def compose(outer, inner):
    """Return a function that calls one on what the other returns."""
    return lambda value: outer(inner(value))
