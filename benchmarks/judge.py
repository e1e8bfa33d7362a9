"""Judge what contestants returned: scores, ratios and whether they are enough.

Pure functions of numbers. The judge knows neither data sets nor contestants, and takes
nobody's word for a score: it recomputes it from the predictions.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp
from scipy.stats import t as student

# How far ours may score below scikit-learn's: about two standard errors of the
# difference between two equal forests on 20,000 test rows.
TOLERANCES = {"classification": 0.003, "regression": 0.005}


def score(y, predictions, *, task):
    """Give accuracy, or R^2 for regression.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    predictions : ndarray of shape (n_rows,)
    task : {"classification", "regression"}

    Returns
    -------
    float
    """
    y, predictions = np.asarray(y), np.asarray(predictions)
    if task == "classification":
        return float(np.mean(predictions == y))
    residual = np.sum((y - predictions) ** 2)
    return float(1 - residual / np.sum((y - y.mean()) ** 2))


def measure_objective(fitted, X, y, *, C, l1_ratio):
    """Recompute what a logistic regression makes least, from its coefficients.

    Parameters
    ----------
    fitted : object
        With `coef_` and `intercept_`.
    X : ndarray of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
        Classes as 0, 1, ...
    C, l1_ratio : float
        As scikit-learn's; the intercept is not penalised.

    Returns
    -------
    float
    """
    coef = np.atleast_2d(fitted.coef_)
    margins = X @ coef.T + fitted.intercept_
    if len(coef) == 1:
        losses = np.logaddexp(0, np.where(y == 1, -1.0, 1.0) * margins[:, 0])
    else:
        losses = logsumexp(margins, axis=1) - margins[np.arange(len(y)), y]
    penalty = l1_ratio * np.abs(coef).sum() + (1 - l1_ratio) / 2 * (coef**2).sum()
    return float(losses.sum() + penalty / C)


@dataclass(frozen=True)
class Spread:
    """The least, the middle and the most of some numbers."""

    min: float
    median: float
    max: float


def spread(values):
    """Sum up numbers as least, middle and most."""
    low, middle, high = np.quantile(values, [0, 0.5, 1])
    return Spread(float(low), float(middle), float(high))


@dataclass(frozen=True)
class Ratio:
    """How many times as much a peer needs as we do.

    Attributes
    ----------
    against : str
        The peer.
    value : float
        Its median over our median: above 1, we need less.
    low, high : float
        The least and the most of the ratios of single rounds.
    at_least : float or None
        What was promised, None where nothing was.
    score_gap : float or None
        Our score less theirs, where scores were compared.
    tolerance : float or None
        How far below zero the gap may lie for the promise to count as kept.
    """

    against: str
    value: float
    low: float
    high: float
    at_least: float | None = None
    score_gap: float | None = None
    tolerance: float | None = None

    @property
    def is_met(self):
        """Whether the promise is kept at equal score; None where nothing was."""
        if self.at_least is None:
            return None
        is_equal = self.score_gap is None or self.score_gap >= -self.tolerance
        return self.value >= self.at_least and is_equal


def compare(against, ours, theirs, **promise):
    """Divide what a peer needed by what we needed.

    Parameters
    ----------
    against : str
        The peer's name.
    ours, theirs : sequence of float
        Seconds or bytes, one for each round. Who ran out of patience has fewer: the
        rounds that only one of the two ran do not count.
    **promise
        `at_least`, `score_gap` and `tolerance` of the ratio.

    Returns
    -------
    Ratio
    """
    n_rounds = min(len(ours), len(theirs))
    ours, theirs = np.array(ours[:n_rounds]), np.array(theirs[:n_rounds])
    rounds = spread(theirs / ours)
    value = float(np.median(theirs) / np.median(ours))
    return Ratio(against, value, rounds.min, rounds.max, **promise)


@dataclass(frozen=True)
class Gap:
    """A mean of paired differences with its two-sided 95 % interval."""

    value: float
    low: float
    high: float


def average(differences, *, overlap=0.0):
    """Average paired differences.

    Parameters
    ----------
    differences : sequence of float
    overlap : float
        n_test / n_train where the differences come from resampled splits, whose
        training sets overlap; 0 where they are independent.

    Returns
    -------
    Gap
        The interval is infinite for a single difference.

    References
    ----------
    Nadeau and Bengio (2003). Inference for the generalization error. Machine Learning
    52, 239-281.
    """
    d = np.asarray(differences, dtype=float)
    if d.size < 2:
        return Gap(float(d.mean()), -np.inf, np.inf)
    error = np.sqrt((1 / d.size + overlap) * d.var(ddof=1))
    half = student.ppf(0.975, d.size - 1) * error
    return Gap(float(d.mean()), float(d.mean() - half), float(d.mean() + half))
