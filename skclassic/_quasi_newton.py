"""Minimise a smooth convex function by quasi-Newton steps in a metric that can be
bought.

L-BFGS (Nocedal and Wright 2006, algorithm 7.4) in the metric of what is known about the
curvature. Measuring the curvature costs as much as some number of passes over the rows,
its price. It is bought once that many passes have gone by and the end is not near, as
one buys skis after as many rented days: at most twice the cost of the better choice
(Karlin et al. 1988).

References
----------
A. Karlin, M. Manasse, L. Rudolph and D. Sleator (1988). Competitive snoopy caching.
Algorithmica 3.

J. Nocedal and S. Wright (2006). Numerical optimization, second edition. Springer.
"""

from collections import deque
from dataclasses import dataclass
from math import sqrt

import numpy as np

N_PAIRS = 20  # of steps and changes of the gradient, kept
ENOUGH = 1e-4  # of the decrease that the slope foretells (Nocedal and Wright, eq. 3.4)
FLAT = 1e-12  # cosine of step and change: below this the pair shows no curvature
QUICK = 0.1  # a pass that leaves this share of the gap: no better metric is needed
NOTHING = 1e-12  # a value below this is as good as 0
SMALL = 1e-3  # slopes are rounded as if the value were no smaller
MAX_TRIES = 40  # lengths along a line


@dataclass(frozen=True)
class Minimum:
    """Where a search ended.

    Attributes
    ----------
    point, gradient : ndarray
    value : float
    gap : float
        Estimate of what the value is above the minimum: half the Newton decrement.
    n_iter : int
        Steps taken.
    is_converged : bool
    memory : Memory
        What is known of the curvature.
    """

    point: np.ndarray
    gradient: np.ndarray
    value: float
    gap: float
    n_iter: int
    is_converged: bool
    memory: "Memory"


class Memory:
    """The last steps, which bend a metric to what the gradients have shown."""

    def __init__(self, metric):
        self.metric, self.pairs = metric, deque(maxlen=N_PAIRS)

    def with_metric(self, metric):
        """Return a memory in a better metric; an exact one needs no steps from afar."""
        memory = Memory(metric)
        if not metric.is_exact:
            memory.pairs = self.pairs
        return memory

    def add(self, step, change):
        """Keep a step and the gradient's change along it, unless it is too flat."""
        step, change = step.ravel(), change.ravel()
        product = step.dot(change)
        if product > FLAT * sqrt(step.dot(step) * change.dot(change)):
            self.pairs.append((step, change, 1 / product))

    def solve(self, gradient):
        """Return the inverse Hessian times the gradient, by the two-loop recursion."""
        rest, shares = gradient.flatten(), []
        for step, change, inverse in reversed(self.pairs):
            shares.append(inverse * step.dot(rest))
            rest -= shares[-1] * change
        solved = self.metric.solve(rest.reshape(gradient.shape))
        rest = self._scale(gradient.shape) * solved.ravel()
        for step, change, inverse in self.pairs:
            rest += (shares.pop() - inverse * change.dot(rest)) * step
        return rest.reshape(gradient.shape)

    def _scale(self, shape):
        """Return the length that the last step gives a crude metric (eq. 7.20)."""
        if not (self.metric.is_crude and self.pairs):
            return 1.0
        _, change, inverse = self.pairs[-1]
        solved = self.metric.solve(change.reshape(shape))
        length = 1 / (inverse * change.dot(solved.ravel()))
        return max(length, 1 / shape[1])  # all columns together bend no more than that


def minimise(
    objective, start, curvature, memory, *, share, max_iter, floor=0.0, watch=None
):
    """Step down until the gap that is left is a small share of the value.

    Parameters
    ----------
    objective : object
        With ``evaluate(point)``, which returns value and gradient, and shares of the
        value that say nothing: ``rounding`` of its differences, ``noise`` of gaps.
    start : float64 array
    curvature : object
        With ``price`` (in passes), ``buy(point)``, which returns a metric, and
        ``revise(point, gradient)``, which returns a metric where the first one was
        wrong, and else None.
    memory : Memory
        What is known at the start.
    share : callable
        Returns which share of the value the gap may be, in a metric.
    max_iter : int
    floor : float, default=0.0
        The search ends at a value as low as this.
    watch : callable, default=None
        Called with the point after each step; ends the search by returning True.

    Returns
    -------
    Minimum
    """
    point, (value, gradient) = start, objective.evaluate(start)
    revised = curvature.revise(point, gradient)
    memory = memory if revised is None else Memory(revised)
    n_iter, n_passes, last_gap = 0, 0, np.inf
    while True:
        direction, gap = aim(memory, gradient)
        noise = objective.noise * max(abs(value), SMALL)
        is_stuck = gap >= last_gap and gap <= noise
        is_converged = gap <= share(memory.metric) * max(value, NOTHING) or is_stuck
        if is_converged or n_iter >= max_iter or value <= floor:
            break
        if gap > QUICK * last_gap and n_passes >= curvature.price:
            memory, n_passes = memory.with_metric(curvature.buy(point)), 0
            direction, gap = aim(memory, gradient)
        found = search_line(objective, point, value, gradient, direction, memory)
        if found is None:
            break
        length, value, changed, n_tries = found
        memory.add(length * direction, changed - gradient)
        point, gradient, last_gap = point + length * direction, changed, gap
        n_iter, n_passes = n_iter + 1, n_passes + n_tries
        if watch is not None and watch(point):
            break
    return Minimum(point, gradient, value, gap, n_iter, is_converged, memory)


def aim(memory, gradient):
    """Return the direction of the next step, and half of what its slope foretells."""
    direction = -memory.solve(gradient)
    return direction, -np.vdot(gradient, direction) / 2


def search_line(objective, point, value, gradient, direction, memory):
    """Find a length at which the value falls enough, by halving and parabolas.

    Returns
    -------
    length, value, gradient, n_tries : float, float, ndarray, int
        Value and gradient at the new point, and how many were looked at. None in place
        of the four where no length will do.
    """
    slope = np.vdot(gradient, direction)
    length = 1.0
    if memory.metric.is_crude and not memory.pairs:
        bend = objective.bend(point, direction)
        length = -slope / bend if bend > 0 else 1.0
    for n_tries in range(1, MAX_TRIES):
        reached, changed = objective.evaluate(point + length * direction)
        excess = reached - value - ENOUGH * length * slope
        if excess <= objective.rounding * abs(value):
            return length, reached, changed, n_tries
        lowest = -slope * length**2 / (2 * (reached - value - slope * length))
        length = min(max(lowest, length / 10), length / 2)
    return None
