"""Test whether two estimators differ, given their scores on the same folds.

Pure functions of numbers. Training sets of folds overlap, so the scores of folds are
not independent: the tests below differ in how they allow for it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from skclassic._estimates import Estimate

FEW_DISAGREEMENTS = 25  # below this McNemar's statistic is not yet chi-square


@dataclass(frozen=True)
class Outcome:
    """Hold a difference with its interval, and how surprising none would be.

    Attributes
    ----------
    difference : Estimate
        First less second.
    statistic, p_value : float
        Two-sided.
    """

    difference: Estimate
    statistic: float
    p_value: float


def apply_corrected_t(differences, *, overlap, confidence=0.95, least_spread=0.0):
    """Correct Student's t for training sets that overlap.

    Parameters
    ----------
    differences : ndarray of shape (J,)
        Of the scores on J folds, J >= 2.
    overlap : float
        n_test / n_train; 0 gives the usual t-test.
    confidence : float, default=0.95
        Of the interval.
    least_spread : float, default=0.0
        Smallest standard deviation of differences that is believed.

    Returns
    -------
    Outcome

    References
    ----------
    Nadeau, Bengio (2003). Inference for the generalization error. Machine Learning 52,
    239-281, section 3.1. Bouckaert, Frank (2004) for repeated folds.
    """
    J = len(differences)
    mean = float(np.mean(differences))
    spread = max(float(np.std(differences, ddof=1)), least_spread)
    error = float(np.sqrt(1 / J + overlap) * spread)
    t = _divide(mean, error)
    p = float(2 * stats.t.sf(abs(t), J - 1))
    return Outcome(Estimate(mean, error, J - 1, confidence), t, p)


def _divide(mean, error):
    """Divide by an error that may be zero: nothing over nothing is no difference."""
    if error > 0:
        return mean / error
    return float(np.sign(mean)) * np.inf if mean else 0.0


def find_posterior(difference, rope):
    """Share the posterior of a mean difference out: below, within and above a region.

    Parameters
    ----------
    difference : Estimate
        As :func:`apply_corrected_t` gives it: with a flat prior the posterior is
        Student's t about its value, with its standard error.
    rope : float
        Half width of the region of practical equivalence.

    Returns
    -------
    tuple of float
        P(difference < -rope), P(-rope <= difference <= rope), P(difference > rope).

    References
    ----------
    Corani, Benavoli (2015). A Bayesian approach for comparing cross-validated
    algorithms on multiple data sets. Machine Learning 100. Its correlation
    rho = n_test / n makes rho / (1 - rho) = n_test / n_train.
    """
    scale = max(difference.standard_error, np.finfo(float).tiny)
    below = float(stats.t.cdf((-rope - difference.value) / scale, difference.df))
    above = float(stats.t.sf((rope - difference.value) / scale, difference.df))
    return below, max(1 - below - above, 0.0), above


def apply_equivalence(difference, rope):
    """Give the p-value of "the difference lies beyond the region of equivalence".

    The larger of two one-sided tests (Schuirmann 1987).
    """
    scale = max(difference.standard_error, np.finfo(float).tiny)
    nearest = (rope - abs(difference.value)) / scale
    return float(stats.t.sf(nearest, difference.df))


def apply_5x2_f(differences, *, confidence=0.95, least_spread=0.0):
    """Compare variation between and within five repeats of two folds.

    Parameters
    ----------
    differences : ndarray of shape (10,)
        Two folds after two folds.
    confidence : float, default=0.95
        Of the interval, which is that of :func:`apply_corrected_t`.
    least_spread : float, default=0.0
        Smallest standard deviation of differences that is believed.

    Returns
    -------
    Outcome

    References
    ----------
    Alpaydin (1999). Combined 5x2 cv F test for comparing supervised classification
    learning algorithms. Neural Computation 11, 1885-1892, eq. 3.
    """
    p = np.asarray(differences).reshape(5, 2)
    s2 = ((p - p.mean(axis=1, keepdims=True)) ** 2).sum()
    s2 = max(s2, 5 * least_spread**2)
    total = (p**2).sum()
    f = total / (2 * s2) if s2 > 0 else (np.inf if total > 0 else 0.0)
    interval = apply_corrected_t(
        differences, overlap=1.0, confidence=confidence, least_spread=least_spread
    )
    return Outcome(interval.difference, float(f), float(stats.f.sf(f, 10, 5)))


def apply_mcnemar(first_right, second_right, *, confidence=0.95):
    """Compare two classifiers by the rows on which only one of them is right.

    Parameters
    ----------
    first_right, second_right : ndarray of shape (n,), dtype bool
        Whether each is right, on rows that neither was trained on.
    confidence : float, default=0.95
        Of the interval of the difference in accuracy.

    Returns
    -------
    Outcome
        Exact where they disagree on fewer than 25 rows, else with Edwards' correction.

    References
    ----------
    McNemar (1947); Dietterich (1998), section 3.1. The interval is Agresti and Min's
    (2005), half a row added to each cell.
    """
    n = len(first_right)
    only_first = int((first_right & ~second_right).sum())
    only_second = int((second_right & ~first_right).sum())
    apart = only_first + only_second
    statistic = max(abs(only_first - only_second) - 1, 0) ** 2 / max(apart, 1)
    if apart < FEW_DISAGREEMENTS:
        p = stats.binomtest(only_first, apart).pvalue if apart else 1.0
    else:
        p = stats.chi2.sf(statistic, 1)
    gap = only_first - only_second
    error = np.sqrt((apart + 1) - gap**2 / (n + 2)) / (n + 2)
    difference = Estimate(gap / n, float(error), LARGE, confidence)
    return Outcome(difference, float(statistic), float(p))


LARGE = 10**6  # degrees of freedom at which Student's t is normal


def correct_holm(p_values):
    """Correct p-values for being the smallest of several.

    Parameters
    ----------
    p_values : sequence of float

    Returns
    -------
    ndarray
        Each at most `alpha` where Holm's procedure rejects at `alpha`.

    References
    ----------
    Holm (1979). A simple sequentially rejective multiple test procedure.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected


@dataclass(frozen=True)
class Friedman:
    """Hold Friedman's test of equal ranks over data sets.

    Attributes
    ----------
    ranks : ndarray of shape (k,)
        Mean rank of each estimator, 1 for the best.
    statistic : float
        Iman and Davenport's F.
    p_value : float
    """

    ranks: np.ndarray
    statistic: float
    p_value: float


def apply_friedman(table):
    """Test whether estimators rank alike over data sets.

    Parameters
    ----------
    table : ndarray of shape (N, k)
        Scores, greater is better; N data sets, k >= 2 estimators.

    Returns
    -------
    Friedman

    References
    ----------
    Friedman (1937); Iman, Davenport (1980); Demsar (2006), section 3.2.2. Ties are
    allowed for.
    """
    N, k = table.shape
    ranks = stats.rankdata(-table, axis=1)
    R = ranks.mean(axis=0)
    between = N * ((R - (k + 1) / 2) ** 2).sum()
    total = ((ranks - (k + 1) / 2) ** 2).sum()
    if total == 0:
        return Friedman(R, 0.0, 1.0)
    chi2 = N * (k - 1) * between / total  # equals eq. 12N/(k(k+1)) ... where none tie
    rest = N * (k - 1) - chi2
    F = (N - 1) * chi2 / rest if rest > 1e-9 * N else np.inf
    return Friedman(R, float(F), float(stats.f.sf(F, k - 1, (k - 1) * (N - 1))))


def apply_wilcoxon(differences):
    """Give the p-value of Wilcoxon's signed ranks over data sets; 1 for all zeros."""
    d = np.asarray(differences)
    if not d.any():
        return 1.0
    return float(stats.wilcoxon(d, zero_method="zsplit").pvalue)
