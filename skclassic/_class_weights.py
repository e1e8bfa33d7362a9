"""Weigh the probabilities of classes so that the heaviest class is best for an aim.

One class at a time (coordinate ascent): with the other weights as they are, every row
is called class k from one weight of k on, so that one sort of these gives what every
weight of k is worth, exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import softmax

from skclassic._confusion import share

MOST_SWEEPS = 50
LEAST_WEIGHT = 1e-300


def recall_of(tp, called, true):
    """Return the share of rows of a class that are called so."""
    return share(tp, true)


def precision_of(tp, called, true):
    """Return the share of rows called a class that are of it."""
    return share(tp, called)


def f1_of(tp, called, true):
    """Return the harmonic mean of precision and recall of a class."""
    return share(2 * tp, called + true)


def jaccard_of(tp, called, true):
    """Return the share of right calls among rows of a class, or called so."""
    return share(tp, called + true - tp)


OF_ONE_CLASS = {
    "f1": f1_of,
    "jaccard": jaccard_of,
    "precision": precision_of,
    "recall": recall_of,
}
NAMES = (
    "accuracy",
    "balanced_accuracy",
    *(f"{name}_{how}" for name in OF_ONE_CLASS for how in ("macro", "weighted")),
)


@dataclass(frozen=True)
class SumOverClasses:
    """A metric that is a sum over classes.

    Attributes
    ----------
    of_class : callable
        Maps right calls, calls and rows of a class to its metric.
    shares : float64 array of shape (n_classes,)
        What each class counts.
    """

    of_class: Callable
    shares: np.ndarray

    def follow(self, rows, k, others, begin):
        """Return the gain after each row has become class k.

        Parameters
        ----------
        rows : Rows
            In the order in which they become class k.
        k : int
        others : int array of shape (n_rows,)
            What each row is called before.
        begin : tuple of float64 arrays of shape (n_classes,)
            Right calls, calls and rows of each class, none being called k.

        Returns
        -------
        float64 array of shape (n_rows,)
        """
        steps = np.zeros(len(others))
        is_right = rows.codes == others
        for c in np.unique(others):
            places = np.flatnonzero(others == c)
            weights = rows.weights[places]
            steps[places] = self._follow_class(
                c, -np.cumsum(weights * is_right[places]), -np.cumsum(weights), begin
            )
        of_k = self._follow_class(
            k,
            np.cumsum(rows.weights * (rows.codes == k)),
            np.cumsum(rows.weights),
            begin,
        )
        return np.cumsum(steps + of_k)

    def _follow_class(self, c, more_right, more_called, begin):
        """Return what each further row adds to the metric of one class."""
        tp, called, true = (each[c] for each in begin)
        values = self.of_class(
            np.append(tp, tp + more_right),
            np.append(called, called + more_called),
            true,
        )
        return self.shares[c] * np.diff(values)


@dataclass(frozen=True)
class MeanCost:
    """The mean cost of a row, below 0 so that more is better.

    Attributes
    ----------
    costs : float64 array of shape (n_classes, n_classes)
        Of a row, by its class and by what it is called.
    """

    costs: np.ndarray

    def follow(self, rows, k, others, begin):
        """Return the gain after each row has become class k."""
        saved = self.costs[rows.codes, others] - self.costs[rows.codes, k]
        return np.cumsum(rows.weights * saved) / rows.weights.sum()


@dataclass(frozen=True)
class Rows:
    """Hold the class of each row as a number, and its weight."""

    codes: np.ndarray
    weights: np.ndarray

    def take(self, order):
        """Return rows in another order."""
        return Rows(self.codes[order], self.weights[order])

    def count(self, called, n_classes):
        """Return right calls, calls and rows of each class: float64 (n_classes,)."""
        right = self.codes == called
        count = partial(np.bincount, minlength=n_classes)
        return (
            count(self.codes[right], self.weights[right]),
            count(called, self.weights),
            count(self.codes, self.weights),
        )


def check_name(name):
    """Raise ValueError unless there is a metric of that name."""
    if name not in NAMES:
        raise ValueError(
            f"scoring must be 'cost' or one of {', '.join(NAMES)}, got {name!r}."
        )


def make_metric(name, rows, n_classes):
    """Return the metric of that name."""
    true = np.bincount(rows.codes, rows.weights, minlength=n_classes)
    as_large = share(true, true.sum())
    if name == "accuracy":
        return SumOverClasses(recall_of, as_large)
    metric, _, how = name.rpartition("_")
    if name == "balanced_accuracy":
        metric, how = "recall", "macro"
    there = (true > 0).astype(float)
    shares = as_large if how == "weighted" else there / there.sum()
    return SumOverClasses(OF_ONE_CLASS[metric], shares)


def take_logs(values):
    """Return logarithms, minus infinity of 0: sums of these never overflow."""
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(values, np.float64))


def call(probabilities, weights):
    """Return the heaviest class of each row: int array of shape (n_rows,)."""
    return np.argmax(take_logs(probabilities) + take_logs(weights), axis=1)


def find_weights(probabilities, rows, metric):
    """Find class weights that are best, one class at a time, from two beginnings.

    Parameters
    ----------
    probabilities : float64 array of shape (n_rows, n_classes)
    rows : Rows
    metric : SumOverClasses or MeanCost

    Returns
    -------
    weights : float64 array of shape (n_classes,)
        They add up to 1. No other weight of a single class is better.
    """
    n_classes = probabilities.shape[1]
    true = np.bincount(rows.codes, rows.weights, minlength=n_classes)
    logs = take_logs(probabilities)
    beginnings = np.ones(n_classes), share(true.sum(), true, otherwise=1.0)
    found = [_climb(logs, rows, metric, take_logs(each)) for each in beginnings]
    values = [_evaluate(logs, rows, metric, each) for each in found]
    best = softmax(found[int(np.argmax(values))])
    return np.maximum(best, LEAST_WEIGHT)


def _evaluate(logs, rows, metric, log_weights):
    """Return the metric of the calls."""
    called = np.argmax(logs + log_weights, axis=1)
    return value_of(metric, rows, called, len(log_weights))


def value_of(metric, rows, called, n_classes):
    """Return the metric of calls: a float, more is better."""
    if isinstance(metric, MeanCost):
        costs = metric.costs[rows.codes, called]
        return -float(np.average(costs, weights=rows.weights))
    counts = rows.count(called, n_classes)
    return float(np.sum(metric.shares * metric.of_class(*counts)))


def _climb(logs, rows, metric, log_weights):
    """Improve one weight after another until none can be improved."""
    n_classes, since = len(log_weights), 0
    value = _evaluate(logs, rows, metric, log_weights)
    for k in np.tile(np.arange(n_classes), MOST_SWEEPS):
        trial = log_weights.copy()
        trial[k] = _find_weight(logs, rows, metric, log_weights, k)
        new = _evaluate(logs, rows, metric, trial)
        since += 1
        if new > value + 1e-12:
            log_weights, value, since = trial, new, 0
        if since == n_classes:
            break
    return log_weights


def _find_weight(logs, rows, metric, log_weights, k):
    """Return the best weight of class k, the others being as they are; logarithms."""
    heaviness = logs + log_weights
    heaviness[:, k] = -np.inf
    others = heaviness.argmax(axis=1)
    others[others == k] = (k + 1) % len(log_weights)  # no other has a chance at all
    highest = heaviness[np.arange(len(others)), others]
    with np.errstate(invalid="ignore"):  # a row that has no class is never called k
        steps = np.nan_to_num(
            highest - logs[:, k], nan=np.inf, posinf=np.inf, neginf=-np.inf
        )
    order = np.argsort(steps, kind="stable")  # from which weight on each is called k
    steps, others, rows = steps[order], others[order], rows.take(order)
    begin = rows.count(others, len(log_weights))
    gains = np.append(0.0, metric.follow(rows, k, others, begin))
    before, after = np.append(-np.inf, steps), np.append(steps, np.inf)
    gains[before == after] = -np.inf  # no weight parts rows of the same step
    best = int(gains.argmax())
    low, high = before[best], after[best]
    if np.isinf(low):
        return 0.0 if np.isinf(high) else high - 1
    return low + 1 if np.isinf(high) else (low + high) / 2
