"""End the rounds of boosting by rows that no member is fitted to."""

from typing import NamedTuple

import numpy as np
from sklearn.model_selection import train_test_split

from skclassic import _front_desk as front_desk

FEW_ROWS = (
    "validation_fraction must leave rows of each class both to fit and to judge rounds "
    "by, got {!r} of {} rows with a weight{}. Pass X_val and y_val, another "
    "validation_fraction, or n_iter_no_change=None to make all rounds."
)


class Rows(NamedTuple):
    """Rows as members see them.

    Attributes
    ----------
    X : ndarray, sparse matrix, data frame or list
    y : ndarray of shape (n_rows,)
        Numbers of classes, or targets.
    weights : float64 array of shape (n_rows,)
    params : dict
        Metadata, of which arrays may hold a value for each row.
    """

    X: object
    y: np.ndarray
    weights: np.ndarray
    params: dict

    def take(self, rows):
        """Return these rows; their weights add up to 1."""
        weights = self.weights[rows]
        params = front_desk.take_params(self.params, rows, len(self.y))
        X = front_desk.take_rows(self.X, rows)
        return Rows(X, self.y[rows], weights / weights.sum(), params)

    def part(self, share, *, stratify, random_state):
        """Return the rows to fit, and a share of them to judge by.

        Rows of weight 0 stay with those to fit, that no class may be forgotten.
        """
        there, rest = np.flatnonzero(self.weights), np.flatnonzero(self.weights == 0)
        strata = self.y[there] if stratify else np.zeros(len(there))
        fitted, held = split_strata(strata, share, random_state)
        fitted = np.append(there[fitted], rest)
        return self.take(np.sort(fitted)), self.take(np.sort(there[held]))


def split_strata(strata, share, random_state):
    """Return which rows to fit and which to hold out, the same share of each stratum.

    Raises
    ------
    ValueError
        If there are too few rows for some of each stratum on both sides.
    """
    try:
        fitted, held = train_test_split(
            np.arange(len(strata)),
            test_size=share,
            stratify=strata,
            random_state=random_state,
        )
        if not np.isin(strata, strata[fitted]).all():
            raise ValueError("none is left to fit")
    except ValueError as few:
        sizes = np.unique(strata, return_counts=True)[1]
        rarest = f", {min(sizes)} of the rarest of {len(sizes)} classes"
        told = share, len(strata), rarest if len(sizes) > 1 else ""
        raise ValueError(FEW_ROWS.format(*told)) from few
    return fitted, held


class Watch:
    """Follow a score over the rounds, and keep those up to the best.

    Parameters
    ----------
    scores : iterator of float
        Each the score after the member that was added last; more is better.
    patience : int
        Rounds without a rise, after which all is over.
    tol : float
        By how much a score must exceed the best before to count as a rise.
    """

    def __init__(self, scores, patience, tol):
        self.scores, self.patience, self.tol = scores, patience, tol
        self.followed, self.best = [], 0

    def look(self):
        """Take note of the score after a new member."""
        self.followed.append(next(self.scores))
        if self.followed[-1] > self.followed[self.best] + self.tol:
            self.best = len(self.followed) - 1

    @property
    def is_over(self):
        """Whether the last rises are too long ago."""
        return len(self.followed) > self.best + self.patience

    def keep_best(self, model):
        """Drop the members after the best round."""
        n_kept = self.best + 1
        del model.estimators_[n_kept:]
        model.estimator_weights_[n_kept:] = 0.0
        model.estimator_errors_[n_kept:] = 1.0
        model.validation_score_ = np.array(self.followed)


def refuse_too_few_held(n_rows, fewest):
    """Raise where there are too few rows to judge by for a score."""
    if n_rows < fewest:
        raise ValueError(
            f"Rows to judge rounds by must be at least {fewest}, got {n_rows}. Pass "
            "more of them as X_val and y_val, or a larger validation_fraction."
        )


def refuse_unwatched(n_iter_no_change, X_val, y_val, sample_weight_val):
    """Raise for rows to judge by that nobody looks at, or half of them."""
    given = {"X_val": X_val, "y_val": y_val, "sample_weight_val": sample_weight_val}
    names = [name for name, value in given.items() if value is not None]
    if names and n_iter_no_change is None:
        raise ValueError(
            f"{' and '.join(names)} must be None without early stopping, which "
            "n_iter_no_change=None turns off. Set n_iter_no_change to the number of "
            "rounds to wait for a better score."
        )
    if names and (X_val is None or y_val is None):
        raise ValueError(
            f"X_val and y_val must both be given, got {' and '.join(names)} alone."
        )
