"""From log p(x, c) to what is asked for: classes, probabilities, log p(x).

Joint probabilities are class-major, of shape (n_classes, n_rows): sums and maxima over
classes then run along whole rows of memory. A block of rows is brought to its end
before the next is looked at.
"""

from abc import ABCMeta, abstractmethod

import numpy as np
from scipy.sparse import issparse
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from skclassic._base import Estimator
from skclassic._blocks import RowBlocks

FEW_CLASSES = 8  # up to here, to go through them one by one beats NumPy's argmax


# Logarithm of the smallest normal number. Smaller ones take a hundred times as long.
LOWEST = -708.0


def exponentiate(heights):
    """Return e to the power of numbers of at most 0; 0 where it is below 1e-307."""
    if heights.min() >= LOWEST:
        return np.exp(heights)
    is_something = heights >= LOWEST
    values = np.exp(np.maximum(heights, LOWEST))
    values *= is_something
    return values


def take_logs(values):
    """Return logarithms, minus infinity of 0."""
    with np.errstate(divide="ignore"):
        return np.log(values)


def leave_alone(joint):
    """Return log p(x, c) itself."""
    return joint


def divide_by_sum(joint):
    """Return p(c | x): shape (n_classes, n_rows)."""
    shares = exponentiate(joint - joint.max(axis=0))
    shares /= shares.sum(axis=0)
    return shares


def take_log_shares(joint):
    """Return log p(c | x): shape (n_classes, n_rows)."""
    heights = joint - joint.max(axis=0)
    heights -= np.log(exponentiate(heights).sum(axis=0))
    return heights


def sum_classes(joint):
    """Return log p(x): shape (1, n_rows)."""
    top = joint.max(axis=0)
    return (top + np.log(exponentiate(joint - top).sum(axis=0)))[np.newaxis]


def choose_class(joint):
    """Return the number of the likeliest class, the first of equals: (1, n_rows)."""
    if len(joint) > FEW_CLASSES:
        return joint.argmax(axis=0)[np.newaxis]
    best, codes = joint[0].copy(), np.zeros(joint.shape[1], np.intp)
    for k, heights in enumerate(joint[1:], 1):
        codes[heights > best] = k
        np.maximum(best, heights, out=best)
    return codes[np.newaxis]


class JointClassifier(ClassifierMixin, Estimator, metaclass=ABCMeta):
    """Predict by Bayes' theorem from the joint probability of a row and a class."""

    @abstractmethod
    def _receive_rows(self, X):
        """Return X as an array, dense or CSR, fit for the model."""

    @abstractmethod
    def _prepare_joint(self):
        """Return a function of rows that gives log p(x, c): (n_classes, n_rows)."""

    def _result_type(self, X):
        """Return the dtype of probabilities."""
        return np.dtype(np.float64)

    def predict(self, X):
        """Return the likeliest class of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        codes = self._go_through(X, choose_class, n_lines=1, dtype=np.intp)
        return self.classes_.take(codes[:, 0])

    def predict_proba(self, X):
        """Return p(c | x) for each row and class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        return self._go_through(X, divide_by_sum)

    def predict_log_proba(self, X):
        """Return log p(c | x) for each row and class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        return self._go_through(X, take_log_shares)

    def predict_joint_log_proba(self, X):
        """Return log p(x, c) for each row and class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        return self._go_through(X, leave_alone)

    def _go_through(self, X, finish, *, n_lines=None, dtype=None):
        """Return what `finish` makes of joint probabilities: (n_samples, n_lines)."""
        check_is_fitted(self)
        X = self._receive_rows(X)
        joint = self._prepare_joint()
        n_classes, n_rows = len(self.classes_), X.shape[0]
        out = np.empty((n_lines or n_classes, n_rows), dtype or self._result_type(X))
        if issparse(X):  # to cut it into blocks takes as long as the product does
            out[:] = finish(joint(X))
            return out.T

        def work(part):
            for rows in part:
                out[:, rows] = finish(joint(X[rows]))

        with RowBlocks(n_rows, X.shape[1] + n_classes).in_threads() as run:
            run(work)
        return out.T
