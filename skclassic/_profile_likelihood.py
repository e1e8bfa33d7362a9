"""Find where the profile likelihood of a coefficient falls by so much, or is at 0.

A coefficient is a contrast c . theta. Both questions look for a point at which the
gradient is a multiple of c, that is, the likelihood is highest for its own c . theta.
From a point with gradient g, A the information there or near, the next one is

    theta + inverse(A) (g + pull c)

and the pull decides which is met (Venzon and Moolgavkar 1988). All questions are asked
in one pass over the rows. A is the optimum's until it serves badly, which it seldom
does with many rows: then it is measured anew, for that question alone.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import brentq

from skclassic._logit_likelihood import Summit, climb

TOLERANCE = 1e-7  # of the last step, in standard errors; what is left is less
ROUNDING = 1e-14  # of the log-likelihood, which a step cannot resolve
SHORTEST = 1 / 64  # of a step: beyond, the slow and sure way is taken
MOST_PASSES = 100
AT_ONCE = 64  # blocks of coefficients in one pass: their margins stay in the cache
MOST_DOUBLINGS = 60
MOST_CLIMBING = 100  # Newton steps; each adds 1 to a margin that grows without end
DAMPING = 1e-13  # of the rows: too little to slow a climb that matters
CLOSE = 1e-5  # decrement at which even such a climb is within 1e-10 of its limit


@dataclass(frozen=True)
class Level:
    """Ask where the profile likelihood meets a level, on one side of the optimum.

    Attributes
    ----------
    level : float
        A log-likelihood below the highest.
    side : {-1, 1}
    """

    level: float
    side: int

    def pull(self, search, *, point, value, rise, shift):
        """Return the pull that meets the level if the likelihood is quadratic."""
        room = 2 * (value - self.level) + rise
        return self.side * (max(room, 0.0) / search.variance) ** 0.5

    def find_surely(self, likelihood, summit, contrast):
        """Return the same point and its log-likelihood, by nested searches.

        Where the likelihood rises without end along the contrast, `summit` may be any
        point close to the highest value.
        """
        value, path = (
            float(contrast @ summit.point),
            _Path(likelihood, summit, contrast),
        )
        error = (contrast @ summit.inverse @ contrast) ** 0.5
        size = min(error, abs(value)) if value else error

        def exceed(size):
            return path.climb_at(float(value + self.side * size)).value - self.level

        for _ in range(MOST_DOUBLINGS):
            if exceed(size) <= 0:
                break
            size *= 2
        else:
            return np.full_like(summit.point, np.nan), np.nan
        size = brentq(exceed, 0.0, size, xtol=TOLERANCE * size, rtol=1e-12)
        return path.climb_at(float(value + self.side * size))[:2]


@dataclass(frozen=True)
class Zero:
    """Ask where the likelihood is highest if the coefficient is 0."""

    def pull(self, search, *, point, value, rise, shift):
        """Return the pull that gets there in one step."""
        return -(search.contrast @ point + shift) / search.variance

    def find_surely(self, likelihood, summit, contrast):
        """Return the same point and its log-likelihood, by Newton steps, halved where
        need be.
        """
        return _Path(likelihood, summit, contrast).climb_at(0.0)[:2]


def find_points(likelihood, summit, questions, *, surely):
    """Answer questions about contrasts.

    Parameters
    ----------
    likelihood : Likelihood
    summit : Summit
        The optimum.
    questions : list of (ndarray of shape (q,), Level or Zero)
    surely : sequence of bool
        Which questions to answer the slow and sure way at once.

    Returns
    -------
    points : float64 ndarray of shape (m, q)
    values : float64 ndarray of shape (m,)
        Log-likelihoods there.
    """
    answers, n_together = [], max(1, AT_ONCE // likelihood.n_blocks)
    for start in range(0, len(questions), n_together):
        group = slice(start, start + n_together)
        searches = [_Search(likelihood, summit, *each) for each in questions[group]]
        for search, is_lost in zip(searches, surely[group], strict=True):
            search.state = "lost" if is_lost else "open"
        _search_together(likelihood, searches)
        answers += [each.answer() for each in searches]
    points, values = zip(*answers, strict=True)
    return np.array(points), np.array(values)


def _search_together(likelihood, searches):
    for _ in range(MOST_PASSES):
        active = [each for each in searches if each.state == "open"]
        if not active:
            return
        trials = np.array([each.point + each.length * each.step for each in active])
        found = likelihood.evaluate(trials)
        for search, *seen in zip(active, trials, *found, strict=True):
            search.judge(*seen)


@dataclass
class _Search:
    """Hold one question, and how far its answer has come.

    A step is taken if the one after it, worked out with the same A, is shorter
    (Deuflhard's natural monotonicity test), and A kept if it is shorter by half.

    Attributes
    ----------
    point, step : ndarray of shape (q,)
    size : float
        Length of the step, in standard errors.
    length : float
        Which share of the step is tried next.
    state : {"open", "met", "lost"}
    """

    likelihood: object
    summit: Summit
    contrast: np.ndarray
    question: object
    length: float = 1.0
    state: str = "open"
    is_fresh: bool = True  # whether A was measured at the point itself
    point: np.ndarray = field(init=False)

    def __post_init__(self):
        self._settle(self.summit)

    def _settle(self, summit):
        """Measure distances by what is known at a point, and step from there."""
        self.inverse, self.is_fresh = summit.inverse, True
        self.direction = self.inverse @ self.contrast
        self.variance = self.contrast @ self.direction
        self._stand_at(*summit[:2], *self._aim(*summit[:3]))

    def _stand_at(self, point, value, step, size):
        self.point, self.value, self.step, self.size = point, value, step, size

    def _aim(self, point, value, gradient):
        """Return the step from a point and its length."""
        step = self.inverse @ gradient
        rise, shift = gradient @ step, self.contrast @ step
        at = {"point": point, "value": value, "rise": rise, "shift": shift}
        pull = self.question.pull(self, **at)
        squared = rise + 2 * pull * shift + pull**2 * self.variance
        return step + pull * self.direction, max(squared, 0.0) ** 0.5

    def judge(self, trial, value, gradient):
        """Take the step tried, or a shorter one next time, or another A."""
        step, size = self._aim(trial, value, gradient)
        close = TOLERANCE + ROUNDING * abs(value)
        if size <= max(self.size / 2, close):
            self._stand_at(trial, value, step, size)
            self.length, self.is_fresh = 1.0, False
            self.state = "met" if size <= close else "open"
        elif size < (1 - self.length / 4) * self.size:
            self.length = min(1.0, 2 * self.length)
            self._refresh(trial)
        elif not self.is_fresh:
            self.length = 1.0
            self._refresh(self.point)
        else:
            self.length /= 2
            if self.length < SHORTEST:
                self.state = "lost"

    def _refresh(self, point):
        summit = self.likelihood.look_around(point)
        if summit is None:
            self.state = "lost"
            return
        self._settle(summit)

    def answer(self):
        """Return the point asked for, and its log-likelihood."""
        if self.state == "met":
            return self.point + self.step, self.value
        return self.question.find_surely(self.likelihood, self.summit, self.contrast)


class Damped:
    """See the likelihood as curved everywhere, also where classes are separated."""

    def __init__(self, likelihood):
        self.likelihood = likelihood

    def look_around(self, point):
        """Return what is known at a point, its inverse damped."""
        return self.likelihood.look_around(point, damping=DAMPING)


class _Path:
    """Climb the likelihood where a contrast is held, from where it was held before."""

    def __init__(self, likelihood, summit, contrast):
        self.likelihood, self.contrast = Damped(likelihood), contrast
        self.known = {float(contrast @ summit.point): summit}

    def look_around(self, point):
        """Return what is known at a point, its inverse leaving the contrast alone."""
        summit = self.likelihood.look_around(point)
        along = summit.inverse @ self.contrast
        across = np.outer(along, along) / (self.contrast @ along)
        return summit._replace(inverse=summit.inverse - across)

    def climb_at(self, held):
        """Return the highest point at which the contrast has a value."""
        if held not in self.known:
            start = self.look_around(self._start_at(held))
            self.known[held] = climb(self, start, max_steps=MOST_CLIMBING, tol=CLOSE)
        return self.known[held]

    def _start_at(self, held):
        """Return a point to climb from: between known ones the likelihood is no lower
        than on the line through theirs.
        """
        below = max((each for each in self.known if each < held), default=None)
        above = min((each for each in self.known if each > held), default=None)
        if below is not None and above is not None:
            low, high = self.known[below].point, self.known[above].point
            return low + (held - below) / (above - below) * (high - low)
        nearest = above if below is None else below
        point = self.known[nearest].point
        along = self.likelihood.look_around(point).inverse @ self.contrast
        return point + (held - nearest) * along / (self.contrast @ along)
