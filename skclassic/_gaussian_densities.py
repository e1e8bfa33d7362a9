"""Evaluate independent normal densities of several classes, as matrix products."""

import numpy as np

from skclassic import _class_desk as class_desk
from skclassic._blocks import BLOCK_VALUES

# Relative to the centre, a class mean of so many variances, squared, costs four of the
# sixteen digits of a sum; columns where a class lies farther away go another way.
FAR_MEAN = 1e4

# Stands for a variance of 0, where var_smoothing=0: a class is then sure of any row
# that has its value, and no square of a distance below 1e50 overflows.
SMALLEST_VARIANCE = 1e-200


class JointDensities:
    """log p(x, c) of independent normal features, as two matrix products.

    With z = x - m and d = mu - m,

        -(x - mu)^2 / 2v = (-1 / 2v) z^2 + (d / v) z - d^2 / 2v,

    of which the last term does not depend on the row. The centre m of a feature weighs
    the means of the classes by their precisions 1 / v. So it lies at the tightest ones,
    where d and z must be small for the three terms not to cancel. Where several tight
    classes lie far apart, differences are taken class by class.

    Parameters
    ----------
    means, variances : float64 array of shape (n_classes, n_features)
        Means are NaN where nothing is known of a feature; it then tells nothing. Nor
        does a feature that had one value only.
    priors : float64 array of shape (n_classes,)
    """

    def __init__(self, means, variances, priors):
        with np.errstate(divide="ignore"):  # a class without a prior is never predicted
            self.log_priors = np.log(priors)
        is_told = tells_apart(means, variances, priors)
        if not is_told.all():
            means = np.where(is_told, means, 0.0)
            variances = np.where(is_told, variances, 1.0)
        variances = np.maximum(variances, SMALLEST_VARIANCE)
        logs = np.log(2 * np.pi * variances) * is_told
        self._expand(means, is_told / variances, logs)

    def _expand(self, means, precision, logs):
        """Keep the factors of z^2 and z, and what is constant."""
        self.centre = find_centre(means, precision)
        d = means - self.centre
        self.slope = d * precision
        is_far = (d * self.slope > FAR_MEAN).any(axis=0)
        self.far = np.flatnonzero(is_far)
        if len(self.far):
            self.far_means, self.far_precision = means[:, is_far], precision[:, is_far]
            precision[:, is_far] = self.slope[:, is_far] = 0.0
        self.curve = -0.5 * precision
        self.constant = -0.5 * (d * self.slope + logs)
        self.offsets = (self.constant.sum(axis=1) + self.log_priors)[:, np.newaxis]

    def __call__(self, rows):
        """Return log p(x, c), features that are missing left out.

        Parameters
        ----------
        rows : array of shape (n_rows, n_features)
            NaN where missing.

        Returns
        -------
        float64 array of shape (n_classes, n_rows)
        """
        z = np.subtract(rows, self.centre, dtype=np.float64)
        exponents = self._exponents(z, rows)
        if np.isfinite(exponents.sum()):
            exponents += self.offsets
            return exponents
        class_desk.refuse_infinite_values(rows)
        is_there = ~np.isnan(rows)
        np.subtract(rows, self.centre, out=z)
        z[~is_there] = 0.0
        exponents = self._exponents(z, rows)
        exponents += self.constant @ is_there.T + self.log_priors[:, np.newaxis]
        return exponents

    def _exponents(self, z, rows):
        """Return what depends on the row, and leave z squared."""
        exponents = self.slope @ z.T
        z *= z
        with np.errstate(invalid="ignore"):  # infinite values, which are refused next
            exponents += self.curve @ z.T
        if len(self.far):
            exponents += self._far_exponents(rows)
        return exponents

    def _far_exponents(self, rows):
        """Return exponents of the far columns, 0 where missing."""
        exponents = np.zeros((len(self.log_priors), len(rows)))
        step = max(1, BLOCK_VALUES // exponents.size)
        for begin in range(0, len(self.far), step):
            some = slice(begin, begin + step)
            means, precision = self.far_means[:, some].T, self.far_precision[:, some].T
            values = rows.T[self.far[some]].astype(np.float64)
            t = values[:, np.newaxis] - means[:, :, np.newaxis]  # column, class, row
            t[np.isnan(t)] = 0.0
            t *= t
            t *= -0.5 * precision[:, :, np.newaxis]
            exponents += t.sum(axis=0)
        return exponents


def tells_apart(means, variances, priors):
    """Tell which features say anything of which classes: bool, as the means.

    Not those of which nothing is known, nor those that had one value only, nor any of
    a class that is never predicted.
    """
    is_told = ~np.isnan(means)
    if variances.min() <= 0:
        is_told &= (variances > 0).any(axis=0) | (np.ptp(means, axis=0) > 0)
    if priors.min() <= 0:
        is_told &= (priors > 0)[:, np.newaxis]
    return is_told


def find_centre(means, precision):
    """Return the mean of class means, weighed by precisions: (n_features,)."""
    columns = np.arange(means.shape[1])
    tightest = means[precision.argmax(axis=0), columns]
    total = precision.sum(axis=0)
    pull = (precision * (means - tightest)).sum(axis=0)
    return tightest + pull / np.where(total > 0, total, 1.0)
