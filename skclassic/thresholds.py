"""Choose from which score on a row is called positive."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.utils import assert_all_finite, check_consistent_length, column_or_1d
from sklearn.utils.multiclass import type_of_target

from skclassic import _front_desk as front_desk
from skclassic._aims import evaluate, meet, read_constraints, read_metric
from skclassic._confusion import Counts, Curve, trace


@dataclass(frozen=True)
class OptimalThreshold:
    """Hold a threshold with what it does on the rows on which it was found.

    Attributes
    ----------
    threshold : float
        Rows whose score is at least as high are called positive. Midway between two
        scores; minus infinity where all rows are called positive, infinity where none.
    value : float
        The metric there: the highest, or the lowest cost.
    tp, fp, tn, fn : float
        Weights of the rows called positive and negative, rightly and wrongly.
    metric : str
        What was made best.
    curve : Curve
        The outcomes at every threshold that changes any: `curve.thresholds`, rising,
        `curve.counts` with tp, fp, tn and fn, and `curve.count_at(thresholds)`.
    function : callable
        The metric, of tp, fp, tn and fn.
    """

    threshold: float
    value: float
    tp: float
    fp: float
    tn: float
    fn: float
    metric: str
    curve: Curve
    function: Callable

    def score(self, counts):
        """Return the metric for counts: float64 array of shape (n_thresholds,)."""
        return evaluate(self.function, counts, self.metric)

    def __repr__(self):
        counts = ", ".join(f"{name}={getattr(self, name):g}" for name in Counts._fields)
        return (
            f"OptimalThreshold({self.threshold:.6g}, {self.metric}={self.value:.6g}, "
            f"{counts})"
        )


def optimal_threshold(
    y_true,
    y_score,
    metric="balanced_accuracy",
    *,
    pos_label=None,
    sample_weight=None,
    constraint=None,
    cost_matrix=None,
):
    """Find the threshold that makes a metric best: among all there are, from one sort.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Labels of two classes.
    y_score : array-like of shape (n_samples,)
        Scores, for instance probabilities, that are higher for the positive class.
    metric : str or callable, default="balanced_accuracy"
        "accuracy", "balanced_accuracy", "cohen_kappa", "f1" or another "f<beta>",
        "g_mean", "jaccard", "matthews_corrcoef", "negative_predictive_value",
        "precision", "recall" or "sensitivity", "specificity", "youden"; "cost", the
        mean cost of a row, which is made lowest; or a function of four arrays, named
        tp, fp, tn and fn, that returns an array of which more is better.
    pos_label : int, float, bool or str, default=None
        The positive class; None for 1, where labels are 0 and 1, or -1 and 1.
    sample_weight : array-like of shape (n_samples,), default=None
        A row of weight k counts as k rows.
    constraint : str or list of str, default=None
        Bounds that must hold as well, such as "recall>=0.9" or "specificity<=0.5".
    cost_matrix : array-like of shape (2, 2), default=None
        For `metric="cost"`: what a row costs, by its class (rows: negative, positive)
        and by what it is called (columns).

    Returns
    -------
    best : OptimalThreshold
        The lowest threshold of those that are equally good. What is best on the rows
        that it was found on is too good to be true on others.

    Raises
    ------
    ValueError
        If labels are not of two classes, scores are not finite, the metric is unknown,
        a constraint cannot be read, or cannot be met: the error then says what can.

    References
    ----------
    Lipton, Elkan, Naryanaswamy (2014). Optimal thresholding of classifiers to maximize
    F1 measure. ECML PKDD. Elkan (2001). The foundations of cost-sensitive learning.
    IJCAI.

    Examples
    --------
    >>> from skclassic import optimal_threshold
    >>> y, score = [0, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.6, 0.9]
    >>> optimal_threshold(y, score, "f1")
    OptimalThreshold(0.25, f1=0.857143, tp=3, fp=1, tn=2, fn=0)
    >>> optimal_threshold(y, score, "recall", constraint="precision>=0.9").threshold
    0.5
    """
    find_value, name, sign = read_metric(metric, cost_matrix)
    bounds = read_constraints(constraint)
    is_positive, scores, weights = _receive(y_true, y_score, pos_label, sample_weight)
    curve = trace(is_positive, scores, weights)
    values = evaluate(find_value, curve.counts, name)
    is_met = meet(bounds, [bound.excess(curve.counts) for bound in bounds])
    goodness = np.where(is_met & ~np.isnan(values), sign * values, -np.inf)
    best = int(goodness.argmax())
    if goodness[best] == -np.inf:
        raise ValueError(f"{name} is defined at no threshold: look at y_true.")
    return OptimalThreshold(
        curve.place_between(best),
        float(values[best]),
        *(float(each[best]) for each in curve.counts),
        metric=name,
        curve=curve,
        function=find_value,
    )


def _receive(y_true, y_score, pos_label, sample_weight):
    """Return which rows are positive, float64 scores, and weights or None."""
    y_true = column_or_1d(y_true)
    y_score = column_or_1d(y_score).astype(np.float64, copy=False)
    check_consistent_length(y_true, y_score)
    assert_all_finite(y_score, input_name="y_score")
    labels = _find_labels(y_true)
    if len(labels) < 2:
        raise ValueError(
            f"y_true must hold labels of two classes, got only {labels.tolist()}."
        )
    pos_label = _choose_positive(labels, pos_label)
    weights = front_desk.receive_weights(sample_weight, y_score[:, None])
    if weights is not None and weights.min() < 0:
        raise ValueError(
            f"sample_weight must not be negative, got {weights.min()}: outcomes are "
            "counted. Pass weights of at least 0."
        )
    return y_true == pos_label, y_score, weights


def _find_labels(y_true):
    """Return the labels, sorted: array of shape (2,), or (1,).

    Of whole numbers, the lowest and the highest are looked at, and whether there are
    others: sorting or hashing labels would take longer than the search.
    """
    if y_true.dtype.kind in "biu" and len(y_true):
        ends = np.unique([y_true.min(), y_true.max()])
        if ((y_true == ends[0]) | (y_true == ends[-1])).all():
            return ends
    kind = type_of_target(y_true, input_name="y_true")
    if kind != "binary":
        raise ValueError(
            f"y_true must hold labels of two classes, got {kind} labels. Pass one "
            "class against the rest."
        )
    return np.unique(y_true)


def _choose_positive(labels, pos_label):
    """Return the positive label: 1, unless another is named."""
    if pos_label is None:
        if not (labels.dtype.kind in "biuf" and np.isin(labels, [-1, 0, 1]).all()):
            raise ValueError(
                f"pos_label must name the positive class where labels are not 0 and 1, "
                f"or -1 and 1: got {labels.tolist()}. Pass one of them."
            )
        return 1
    if pos_label not in labels:
        raise ValueError(
            f"pos_label must be one of {labels.tolist()}, got {pos_label!r}."
        )
    return pos_label
