"""Count what each threshold does, from one sort of the scores, and score it.

Rows whose score reaches a threshold are called positive. Between two neighbouring
scores nothing changes, so the distinct scores are all thresholds there are, and one
above all, that calls nobody positive.

    scores       0.1    0.4    0.4    0.8
    labels        -      +      -      +
    thresholds   0.1    0.4           0.8    inf
    tp            2      2             1      0
    fp            2      1             0      0
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Counts(NamedTuple):
    """Weights of the four outcomes; each a float64 array of shape (n_thresholds,)."""

    tp: np.ndarray
    fp: np.ndarray
    tn: np.ndarray
    fn: np.ndarray


@dataclass(frozen=True)
class Curve:
    """What every threshold does.

    Attributes
    ----------
    thresholds : float64 array of shape (n_thresholds,)
        Rising; the distinct scores, and infinity.
    counts : Counts
    """

    thresholds: np.ndarray
    counts: Counts

    def count_at(self, thresholds):
        """Return the counts at any thresholds: those of the next score."""
        places = np.searchsorted(self.thresholds, thresholds)
        return Counts(*(each[places] for each in self.counts))

    def place_between(self, k):
        """Return a number between the threshold k and the one before."""
        return place_between(self.thresholds, k)


def place_between(thresholds, k):
    """Return a number between a threshold and the one before, and above that.

    Parameters
    ----------
    thresholds : float64 array of shape (n_thresholds,)
        Rising.
    k : int

    Returns
    -------
    float
        Minus infinity before the first, infinity before infinity.
    """
    if k == 0:
        return -np.inf
    low, high = thresholds[k - 1], thresholds[k]
    if high == np.inf:
        return np.inf
    middle = low / 2 + high / 2
    return float(middle if low < middle < high else high)


def trace(is_positive, scores, weights=None):
    """Count the outcomes at every threshold.

    Parameters
    ----------
    is_positive : bool array of shape (n_rows,)
    scores : float array of shape (n_rows,)
        Finite.
    weights : float array of shape (n_rows,), default=None
        Not negative; None weighs every row 1.

    Returns
    -------
    curve : Curve
    """
    order = np.argsort(scores)
    scores, labels = scores[order], is_positive[order]
    begins = np.flatnonzero(np.append(True, scores[1:] != scores[:-1]))
    places = np.append(begins, len(order))
    if weights is None:
        fn = np.append(0.0, np.cumsum(labels))[places]
        tn = places - fn
    else:
        weights = weights[order]
        fn, tn = (
            np.append(0.0, np.cumsum(np.where(side, weights, 0.0)))[places]
            for side in (labels, ~labels)
        )
    thresholds = np.append(scores[begins].astype(np.float64), np.inf)
    return Curve(thresholds, Counts(fn[-1] - fn, tn[-1] - tn, tn, fn))


def share(part, whole, otherwise=0.0):
    """Divide; where there is nothing to divide by, give what is agreed on."""
    part, whole = np.broadcast_arrays(np.asarray(part, float), whole)
    out = np.full(part.shape, float(otherwise))
    return np.divide(part, whole, out=out, where=whole != 0)


def accuracy(tp, fp, tn, fn):
    """Return the share of rows that are called right."""
    return share(tp + tn, tp + fp + tn + fn)


def recall(tp, fp, tn, fn):
    """Return the share of positive rows that are called positive."""
    return share(tp, tp + fn)


def specificity(tp, fp, tn, fn):
    """Return the share of negative rows that are called negative."""
    return share(tn, tn + fp)


def precision(tp, fp, tn, fn):
    """Return the share of rows called positive that are positive."""
    return share(tp, tp + fp)


def negative_predictive_value(tp, fp, tn, fn):
    """Return the share of rows called negative that are negative."""
    return share(tn, tn + fn)


def balanced_accuracy(tp, fp, tn, fn, *, adjusted=False):
    """Return the mean of recall and specificity, of the one alone whose class is there.

    Adjusted, 0 is chance and 1 is best.
    """
    has_positive, has_negative = tp + fn > 0, tn + fp > 0
    total = recall(tp, fp, tn, fn) + specificity(tp, fp, tn, fn)
    mean = share(total, has_positive.astype(float) + has_negative)
    return 2 * mean - 1 if adjusted else mean


def f_beta(tp, fp, tn, fn, *, beta=1.0):
    """Return the weighted harmonic mean of precision and recall."""
    b = beta**2
    return share((1 + b) * tp, (1 + b) * tp + b * fn + fp)


def jaccard(tp, fp, tn, fn):
    """Return the share of right calls among rows that are, or are called, positive."""
    return share(tp, tp + fp + fn)


def matthews(tp, fp, tn, fn):
    """Return the correlation of calls and labels (Matthews 1975)."""
    spread = np.sqrt((tp + fp) * (tp + fn)) * np.sqrt((tn + fp) * (tn + fn))
    return share(tp * tn - fp * fn, spread)


def kappa(tp, fp, tn, fn):
    """Return by how much agreement exceeds chance's (Cohen 1960)."""
    n = tp + fp + tn + fn
    by_chance = (tp + fp) * (tp + fn) + (tn + fp) * (tn + fn)
    return share(n * (tp + tn) - by_chance, n**2 - by_chance)


def youden(tp, fp, tn, fn):
    """Return recall and specificity less 1 (Youden 1950)."""
    return recall(tp, fp, tn, fn) + specificity(tp, fp, tn, fn) - 1


def g_mean(tp, fp, tn, fn):
    """Return the geometric mean of recall and specificity (Kubat and Matwin 1997)."""
    return np.sqrt(recall(tp, fp, tn, fn) * specificity(tp, fp, tn, fn))


def cost_of(tp, fp, tn, fn, *, costs):
    """Return the mean cost of a row; `costs` as [[of tn, of fp], [of fn, of tp]]."""
    (c_tn, c_fp), (c_fn, c_tp) = costs
    total = c_tp * tp + c_fp * fp + c_tn * tn + c_fn * fn
    return share(total, tp + fp + tn + fn)


METRICS = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "cohen_kappa": kappa,
    "f1": f_beta,
    "g_mean": g_mean,
    "jaccard": jaccard,
    "matthews_corrcoef": matthews,
    "negative_predictive_value": negative_predictive_value,
    "precision": precision,
    "recall": recall,
    "sensitivity": recall,
    "specificity": specificity,
    "youden": youden,
}
