"""Hold the scores of rows that a classifier was not fitted on, and search them."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from skclassic._aims import evaluate
from skclassic._confusion import share, trace


@dataclass(frozen=True)
class Steps:
    """A metric over the threshold: it changes at the distinct scores alone.

    Attributes
    ----------
    thresholds : float64 array of shape (n_thresholds,)
        Rising, the last infinity.
    values : float64 array of shape (n_thresholds,)
    """

    thresholds: np.ndarray
    values: np.ndarray

    def at(self, thresholds):
        """Return the values at any thresholds: those of the next score."""
        return self.values[np.searchsorted(self.thresholds, thresholds)]


@dataclass(frozen=True)
class HeldOut:
    """Scored rows of one fold.

    Attributes
    ----------
    y : array of shape (n_rows,)
        Labels.
    pair : array of shape (2,)
        The negative label and the positive one.
    scores : float array of shape (n_rows,)
    params : dict
        What the scorer is given beside, an array for each name.
    costs : float64 array of shape (n_rows, 2), default=None
        What a row costs that is called negative, and positive.
    """

    y: np.ndarray
    pair: np.ndarray
    scores: np.ndarray
    params: dict = field(default_factory=dict)
    costs: np.ndarray | None = None

    @cached_property
    def is_positive(self):
        """Tell which rows are of the positive class."""
        return np.asarray(self.y) == self.pair[1]

    @cached_property
    def weights(self):
        """Return the weights that the scorer is given, float64, or None."""
        weights = self.params.get("sample_weight")
        return None if weights is None else np.asarray(weights, np.float64)

    @cached_property
    def curve(self):
        """Count the outcomes at every threshold."""
        return trace(self.is_positive, self.scores, self.weights)

    def can_count(self, aim):
        """Tell whether outcomes, or costs of rows, are all that the scorer looks at."""
        is_counted = aim.find_value is not None and set(self.params) <= {
            "sample_weight"
        }
        return is_counted or self.costs is not None

    def follow(self, aim):
        """Return the steps of what is made best, more being better, or None where the
        scorer has to see labels.
        """
        if self.costs is not None:
            return self._follow_costs()
        if not self.can_count(aim):
            return None
        values = evaluate(aim.find_value, self.curve.counts, aim.name)
        return Steps(self.curve.thresholds, aim.sign * values)

    def follow_bound(self, bound):
        """Return the steps of how far a bound is exceeded."""
        return Steps(self.curve.thresholds, bound.excess(self.curve.counts))

    def _follow_costs(self):
        """Return the steps of the mean cost of a row, each having its own costs."""
        weights = np.ones(len(self.scores)) if self.weights is None else self.weights
        order = np.argsort(self.scores, kind="stable")
        scores, amounts = self.scores[order], (self.costs * weights[:, None])[order]
        begins = np.flatnonzero(np.append(True, scores[1:] != scores[:-1]))
        places = np.append(begins, len(scores))
        below = np.append(0.0, np.cumsum(amounts[:, 0]))[places]
        above = np.append(0.0, np.cumsum(amounts[::-1, 1]))[len(scores) - places]
        thresholds = np.append(scores[begins].astype(np.float64), np.inf)
        return Steps(thresholds, -share(below + above, weights.sum()))

    def score_labels(self, aim, thresholds):
        """Score the labels that each threshold calls, one after another."""
        return np.array(
            [
                aim.score_labels(
                    self.y, self.pair[(self.scores >= each).astype(int)], **self.params
                )
                for each in thresholds
            ]
        )


def pool(folds):
    """Return the rows of all folds as one.

    Parameters
    ----------
    folds : list of HeldOut

    Returns
    -------
    HeldOut
    """
    first = folds[0]
    params = {
        name: np.concatenate([each.params[name] for each in folds])
        if all(_is_by_row(each.params[name], each) for each in folds)
        else value
        for name, value in first.params.items()
    }
    costs = None
    if first.costs is not None:
        costs = np.concatenate([each.costs for each in folds])
    return HeldOut(
        np.concatenate([each.y for each in folds]),
        first.pair,
        np.concatenate([each.scores for each in folds]),
        params,
        costs,
    )


def _is_by_row(value, fold):
    return np.ndim(value) > 0 and len(value) == len(fold.scores)


@dataclass(frozen=True)
class Search:
    """What each threshold that was tried is worth.

    Attributes
    ----------
    thresholds : float64 array of shape (n_thresholds,)
    by_fold : float64 array of shape (n_folds, n_thresholds)
        The metric, more being better.
    excesses : list of float64 array of shape (n_thresholds,)
        By how much each bound is exceeded, averaged over the folds.
    """

    thresholds: np.ndarray
    by_fold: np.ndarray
    excesses: list

    @cached_property
    def values(self):
        """Average over the folds."""
        return self.by_fold.mean(axis=0)


def search_all(folds, aim, bounds):
    """Try every threshold that changes anything.

    Parameters
    ----------
    folds : list of HeldOut
    aim : Aim
    bounds : list of Bound

    Returns
    -------
    search : Search or None
        None where the scorer has to see labels.
    """
    steps = [fold.follow(aim) for fold in folds]
    if any(each is None for each in steps):
        return None
    thresholds = np.unique(np.concatenate([each.thresholds for each in steps]))
    by_fold = np.stack([each.at(thresholds) for each in steps])
    return Search(thresholds, by_fold, _average_bounds(folds, bounds, thresholds))


def search_grid(folds, aim, bounds, grid):
    """Try the thresholds of a grid, as scikit-learn does.

    Parameters
    ----------
    folds : list of HeldOut
    aim : Aim
    bounds : list of Bound
    grid : int or array of shape (n_thresholds,)
        A number lays as many evenly between the least score of each fold and the
        greatest; the values in between are those of a straight line.

    Returns
    -------
    search : Search
    """
    if np.ndim(grid) == 0:
        ends = np.array([[each.scores.min(), each.scores.max()] for each in folds])
        grids = [np.linspace(low, high, grid) for low, high in ends]
        thresholds = np.linspace(ends[:, 0].min(), ends[:, 1].max(), num=grid)
        by_fold = [
            np.interp(thresholds, own, _score_at(own, fold, aim))
            for own, fold in zip(grids, folds, strict=True)
        ]
    else:
        thresholds = np.asarray(grid)
        by_fold = [_score_at(thresholds, fold, aim) for fold in folds]
    excesses = _average_bounds(folds, bounds, thresholds)
    return Search(thresholds, np.stack(by_fold), excesses)


def _score_at(thresholds, fold, aim):
    """Return what each threshold is worth on a fold, more being better."""
    steps = fold.follow(aim)
    if steps is None:
        return fold.score_labels(aim, thresholds)
    return steps.at(thresholds)


def _average_bounds(folds, bounds, thresholds):
    """Return by how much each bound is exceeded, averaged over the folds."""
    return [
        np.mean([fold.follow_bound(bound).at(thresholds) for fold in folds], axis=0)
        for bound in bounds
    ]
