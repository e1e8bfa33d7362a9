"""Predict classes from margins that are linear in the features.

The margins of a block of rows are worked out and turned into what is asked for while
they are in the cache. They have the shape (K, rows), one row of the array per margin.
"""

import numpy as np
from scipy.sparse import issparse
from scipy.special import expit, log_expit, log_softmax
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import assert_all_finite, check_is_fitted

from skclassic import _class_desk as class_desk
from skclassic._base import Estimator
from skclassic._blocks import RowBlocks
from skclassic._joint_probabilities import choose_class, leave_alone
from skclassic._losses import share_among_classes
from skclassic._products import multiply_rows


class LinearClassifier(ClassifierMixin, Estimator):
    """Predict from margins that are linear in the features.

    What `fit` sets: `coef_` of shape (1, d) for two classes or (K, d), `intercept_` and
    `classes_`.
    """

    def decision_function(self, X):
        """Return the margins: log odds of the second class, or a score for each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) with two classes, or (n_samples, n_classes)
        """
        margins = self._go_through(X, leave_alone)
        return margins[:, 0] if margins.shape[1] == 1 else margins

    def predict(self, X):
        """Return the most probable class of each row.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        finish = is_positive if self._is_of_pair() else choose_class
        codes = self._go_through(X, finish, n_lines=1, dtype=np.intp)[:, 0]
        return self.classes_.take(codes)

    def predict_proba(self, X):
        """Return the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`; rows sum to 1.
        """
        finish = share_among_two if self._is_of_pair() else share_among_classes
        return self._go_through(X, finish, n_lines=len(self.classes_))

    def predict_log_proba(self, X):
        """Return the logarithm of the probability of each class, also where that is
        tiny.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        finish = log_shares_of_two if self._is_of_pair() else log_shares
        return self._go_through(X, finish, n_lines=len(self.classes_))

    def _require_solution(self):
        """Raise unless `fit` has found the coefficients."""
        check_is_fitted(self)

    def _is_of_pair(self):
        """Tell whether one margin tells two classes apart."""
        self._require_solution()
        return len(self.classes_) == 2

    def _go_through(self, X, finish, *, n_lines=None, dtype=None):
        """Return what `finish` makes of the margins: (n_samples, n_lines)."""
        self._require_solution()
        coefficients, intercepts = self.coef_, np.reshape(self.intercept_, (-1, 1))
        receive = class_desk.receive_unread_rows
        if issparse(coefficients):  # a product with these leaves values of X out
            receive = class_desk.receive_new_rows
        X = receive(self, X, accept_sparse="csr")
        exact = np.result_type(X.dtype, coefficients.dtype, np.float32)
        out = np.empty((n_lines or len(intercepts), X.shape[0]), dtype or exact)
        are_finite = []

        def go_through(rows, block):
            margins = multiply_densely(block.astype(exact, copy=False), coefficients)
            margins += intercepts
            are_finite.append(np.isfinite(margins.sum()))
            out[:, rows] = finish(margins)

        def work(blocks):
            for rows in blocks:
                go_through(rows, X[rows])

        with np.errstate(all="ignore"):
            if issparse(X):  # to cut it into blocks takes as long as the product does
                go_through(slice(None), X)
            else:
                with RowBlocks.of(X, len(out)).in_threads() as run:
                    run(work)
        if not all(are_finite):  # a margin is, where all values of its row are
            name = type(self).__name__
            assert_all_finite(X, estimator_name=name, input_name="X")
        return out.T


def multiply_densely(block, coefficients):
    """Return ``coefficients @ block.T`` as an array, whichever of both is sparse."""
    if not issparse(coefficients):
        return multiply_rows(block, coefficients)
    margins = block @ coefficients.T
    return np.array((margins.toarray() if issparse(margins) else margins).T, order="C")


def is_positive(margins):
    """Return the numbers of the more probable of two classes."""
    return margins[0] > 0


def share_among_two(margins):
    """Return the probabilities of two classes, of shape (2, rows)."""
    second = expit(margins[0])
    return 1 - second, second


def log_shares(margins):
    """Return logarithms of the probabilities (n_classes, rows)."""
    return log_softmax(margins, axis=0)


def log_shares_of_two(margins):
    """Return logarithms of the probabilities of two classes, of shape (2, rows)."""
    return log_expit(-margins[0]), log_expit(margins[0])
