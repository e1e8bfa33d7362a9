"""Hold estimates with their intervals, and measure how far chance moves a mean.

Two kinds of chance move a decomposition: which training sets were drawn, and which test
rows. With the rows X and the training sets L drawn independently,

    Var(estimate) = E Var(estimate | X) + Var E(estimate | X)

The first term is that of a U-statistic over pairs of training sets (Hoeffding 1948),
the second the covariance, over rows, of two estimates from different training sets:
what they share is the row, not the chance of training.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

FEWEST_REPEATS = 4  # two halves of two: a variance within each, a covariance between


@dataclass(frozen=True)
class Symmetric:
    """Reach equally far to both sides, as Student's t does."""

    def find_ends(self, value, standard_error, t):
        """Give the interval in which the statistic stays within t standard errors."""
        return value - t * standard_error, value + t * standard_error


@dataclass(frozen=True)
class Positive:
    """Be skewed as a mean of squares is: the cube root is nearly normal.

    References
    ----------
    Wilson, Hilferty (1931). The distribution of chi-square. PNAS 17, 684-688.
    """

    def find_ends(self, value, standard_error, t):
        """Take value ~ chi-square with as many degrees of freedom as its error says."""
        if value <= 0 or standard_error == 0:
            return Symmetric().find_ends(value, standard_error, t)
        narrow = (standard_error / value) ** 2 / 9  # 2 / (9 df)
        low, high = (1 - narrow + side * t * narrow**0.5 for side in (1, -1))
        return value / low**3, value / high**3 if high > 0 else np.inf


@dataclass(frozen=True)
class Square:
    """Be uncertain in proportion to the truth, as a squared length is.

    Where the truth is B, the estimate has variance `at_zero` + `slope` B +
    `curvature` B^2. The interval holds every B that the estimate does not reject, as
    Wilson's does for a share. It is not cut off at zero.

    Attributes
    ----------
    at_zero, slope, curvature : float
        Not negative.
    """

    at_zero: float
    slope: float
    curvature: float

    def find_ends(self, value, standard_error, t):
        """Solve (value - B)^2 = t^2 Var(B) for both ends."""
        a = 1 - t**2 * self.curvature
        if a <= 0:
            return Symmetric().find_ends(value, standard_error, t)
        centre = value + t**2 * self.slope / 2
        root = max(centre**2 - a * (value**2 - t**2 * self.at_zero), 0.0) ** 0.5
        low, high = (centre - root) / a, (centre + root) / a
        return (low if low >= 0 else value - t * self.at_zero**0.5), high


@dataclass(frozen=True)
class Estimate:
    """Hold a value with its standard error and interval.

    Attributes
    ----------
    value, standard_error : float
        The estimate and its standard error, in units of what is measured.
    df : float
        Degrees of freedom of the t distribution behind the interval.
    confidence : float
        Coverage of the interval (`low`, `high`).
    shape : Symmetric, Positive or Square
        How the interval lies around the value.
    """

    value: float
    standard_error: float
    df: float
    confidence: float = 0.95
    shape: object = Symmetric()

    @property
    def low(self):
        """Give the lower end of the interval."""
        return self._ends[0]

    @property
    def high(self):
        """Give the upper end of the interval."""
        return self._ends[1]

    @property
    def _ends(self):
        t = float(student.ppf((1 + self.confidence) / 2, self.df))
        ends = self.shape.find_ends(self.value, self.standard_error, t)
        return tuple(float(end) for end in ends)

    def __str__(self):
        low, high = self._ends
        if high - low <= NOTHING * abs(self.value):
            return f"{self.value:.4g}, exact"
        value, low, high = write_together((self.value, low, high))
        return f"{value} [{low}, {high}]"


NOTHING = 1e-9  # an interval as narrow as this, relative to its value, is rounding
MOST_DECIMALS, MOST_DIGITS = 6, 7  # beyond these, powers of ten read better


def write_together(values, *, least=0):
    """Write a value and its interval in as many decimals as the interval deserves.

    Parameters
    ----------
    values : tuple of float
        Value, lower and upper end.
    least : int, default=0
        Fewest decimals.

    Returns
    -------
    list of str
        Half of the interval shows two digits.
    """
    _, low, high = values
    half = (high - low) / 2
    decimals = 4
    if 0 < half < np.inf:
        decimals = max(int(1 - np.floor(np.log10(half))), least)
    finite = [abs(value) for value in values if np.isfinite(value)]
    if decimals > MOST_DECIMALS or max(finite, default=0) >= 10**MOST_DIGITS:
        return [f"{value:.4g}" for value in values]
    return [f"{value:.{decimals}f}" for value in values]


@dataclass(frozen=True)
class SetVariance:
    """Hold the variance that the choice of training sets gives a mean of a kernel.

    Attributes
    ----------
    linear, quadratic : float
        What single sets contribute, and what pairs do beyond that. The first may come
        out below zero, being unbiased.
    """

    linear: float
    quadratic: float


def measure_set_variance(kernel):
    """Estimate the variance of the mean of a symmetric kernel over pairs of sets.

    Parameters
    ----------
    kernel : ndarray of shape (R, R)
        h(r, s) for training sets r and s; the diagonal is not looked at. R >= 4.

    Returns
    -------
    SetVariance
        Unbiased, both parts.

    References
    ----------
    Hoeffding (1948). A class of statistics with asymptotically normal distribution,
    section 5. Székely, Rizzo (2014). Partial distance correlation with methods for
    dissimilarities, section 3: centring without bias, for the part of pairs.
    """
    R = len(kernel)
    h = np.where(np.eye(R, dtype=bool), 0.0, kernel)
    sums, total = h.sum(axis=1), h.sum()
    centred = h - (sums[:, None] + sums) / (R - 2) + total / ((R - 1) * (R - 2))
    np.fill_diagonal(centred, 0.0)
    pairs = (centred**2).sum() / (R * (R - 3))  # sigma^2 of what pairs add
    singles = (sums / (R - 1)).var(ddof=1) * ((R - 1) / (R - 2)) ** 2
    singles -= pairs / (R - 2)
    return SetVariance(4 * singles / R, 2 * pairs / (R * (R - 1)))


def measure_row_variance(halves, weights, clusters=None):
    """Estimate the variance that the choice of test rows gives a weighted mean.

    Parameters
    ----------
    halves : ndarray of shape (2, n)
        Two values per row, from different training sets.
    weights : ndarray of shape (n,)
        Sum to one.
    clusters : ndarray of shape (n,), dtype int, default=None
        Numbers from 0 of the groups whose rows were drawn together.

    Returns
    -------
    float
        Unbiased where rows (or groups) were drawn independently, so at times below
        zero.
    """
    off = weights * (halves - (halves @ weights)[:, None])
    if clusters is not None:
        off = np.stack([np.bincount(clusters, weights=each) for each in off])
    n = off.shape[1]
    return float(off[0] @ off[1]) * n / (n - 1) if n > 1 else 0.0
