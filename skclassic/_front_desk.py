"""Where users' input becomes plain arrays: every input error is raised here."""

import sys
import warnings
from functools import wraps
from numbers import Integral, Number
from pathlib import Path

import numpy as np
import sklearn
from scipy.sparse import issparse
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import assert_all_finite, check_array, compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

PACKAGES = tuple(
    str(Path(module.__file__).parent) for module in (sklearn, sys.modules[__package__])
)
X_CHECKS = {
    "dtype": [np.float64, np.float32],
    "accept_sparse": "csc",
    "ensure_all_finite": "allow-nan",
}
Y_CHECKS = {"ensure_2d": False, "dtype": None}


def leave_nothing_half_fitted(fit):
    """Make a `fit` that fails put the estimator back to what it was before.

    What scikit-learn's callbacks need for their own ending stays.
    """

    @wraps(fit)
    def fit_or_undo(estimator, *args, **kwargs):
        before = vars(estimator).copy()
        try:
            return fit(estimator, *args, **kwargs)
        except BaseException:
            state = vars(estimator)
            kept = {name: state[name] for name in state if "callback" in name}
            state.clear()
            state.update(before | kept)
            raise

    return fit_or_undo


def warn(message, category=UserWarning):
    """Warn, and point to the line of the user's that led here."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_code.co_filename.startswith(PACKAGES):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def receive_training_rows(estimator, X, y):
    """Return X as floats, dense or CSC, and y as an array of shape (n_rows,)."""
    checks = (X_CHECKS, Y_CHECKS)
    X, y = validate_data(estimator, X, y, validate_separately=checks)
    _refuse_sparse_gaps(X)
    y = np.atleast_1d(y)
    if len(y) != X.shape[0]:
        raise ValueError(
            f"Number of labels={len(y)} does not match number of samples={X.shape[0]}"
        )
    refuse_several_outputs(y)
    if y.ndim == 2:
        warn(
            "A column-vector y was passed when a 1d array was expected. Please "
            "change the shape of y to (n_samples,), for example using ravel().",
            DataConversionWarning,
        )
    return X, y.ravel()


def receive_rows(estimator, X):
    """Return X as floats, dense or CSR, for a fitted estimator."""
    checks = {**X_CHECKS, "accept_sparse": "csr"}
    X = validate_data(estimator, X, reset=False, **checks)
    _refuse_sparse_gaps(X)
    return X


def _refuse_sparse_gaps(X):
    """Raise for NaN in a sparse X, as scikit-learn does."""
    if issparse(X):
        assert_all_finite(X, input_name="X")


def refuse_several_outputs(y):
    """Raise for a y of several columns."""
    if y.ndim == 2 and y.shape[1] > 1:
        raise ValueError(
            f"y must have one column, got {y.shape[1]}: several outputs are not "
            "supported yet. Fit one estimator per column, for instance with "
            "sklearn.multioutput.MultiOutputClassifier or MultiOutputRegressor."
        )


def receive_classes(y):
    """Return the classes and y as numbers of classes."""
    check_classification_targets(y)
    return np.unique(y, return_inverse=True)


def receive_targets(y, *, criterion):
    """Return y as float64, fit for the criterion."""
    y = np.ascontiguousarray(y, np.float64)
    if criterion == "poisson" and np.any(y < 0):
        raise ValueError(
            "Some value(s) of y are negative which is not allowed for Poisson "
            'regression. Choose criterion="squared_error".'
        )
    if criterion == "poisson" and np.sum(y) <= 0:
        raise ValueError(
            "Sum of y is not strictly positive which is necessary for Poisson "
            'regression. Choose criterion="squared_error".'
        )
    return y


def receive_weights(sample_weight, X):
    """Return weights of shape (n_rows,), or None where none were given."""
    if sample_weight is None:
        return None
    if isinstance(sample_weight, Number):
        sample_weight = np.full(X.shape[0], float(sample_weight))
    weights = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight"
    )
    if weights.ndim != 1:
        raise ValueError(
            "Sample weights must be 1D array or scalar, got "
            f"{weights.ndim}D array. Pass one weight for each row."
        )
    if weights.shape != (X.shape[0],):
        raise ValueError(
            f"sample_weight.shape == {weights.shape}, expected {(X.shape[0],)}! Pass "
            "one weight for each row."
        )
    if not np.any(weights):
        raise ValueError(
            "sample_weight must have a positive sum, got zeros only: no row would take "
            "part. Pass sample_weight=None to weigh all rows alike."
        )
    return weights


def refuse_negative_weights(weights):
    """Raise for weights that rows cannot be drawn with, or medians be taken with."""
    if weights.min() < 0:
        raise ValueError(
            "sample_weight must be non-negative where rows are drawn, got "
            f"{weights.min()}: a row cannot be drawn less than never. Negative values "
            "in data passed to `sample_weight`: pass weights of at least 0."
        )


def weigh_classes(weights, class_weight, y):
    """Multiply weights by those of the rows' classes."""
    if class_weight is None:
        return weights
    by_class = compute_sample_weight(class_weight, y)
    weights = by_class if weights is None else weights * by_class
    if not weights.any():
        raise ValueError(
            f"class_weight={class_weight!r} leaves no row with a weight: none would "
            "take part. Give some class that has rows a positive weight."
        )
    return weights


def refuse_other_data(kept, n_features, classes):
    """Raise where new members would stand beside old ones of other data."""
    if kept.members and kept.n_features != n_features:
        raise ValueError(
            f"X has {n_features} features, but the members that warm_start=True keeps "
            f"were fitted on {kept.n_features}. Pass the same columns, or "
            "warm_start=False."
        )
    if kept.members and not np.array_equal(classes, kept.classes):
        raise ValueError(
            f"y has the classes {classes}, but the members that warm_start=True keeps "
            f"were fitted on {kept.classes}. Pass y of the same classes, or "
            "warm_start=False."
        )


def replace_friedman(criterion):
    """Return the criterion by its lasting name, with scikit-learn's warning."""
    if not isinstance(criterion, str) or criterion != "friedman_mse":
        return criterion
    warn(
        'Value `"friedman_mse"` for `criterion` is deprecated and will be removed in '
        '1.11. It maps to `"squared_error"` as both were always equivalent. Use '
        '`criterion="squared_error"` to remove this warning.',
        FutureWarning,
    )
    return "squared_error"


def refuse_what_is_to_come(estimator):
    """Raise for parameters that the next release brings."""
    if estimator.monotonic_cst is not None:
        raise ValueError(
            f"monotonic_cst={estimator.monotonic_cst!r} is not supported yet: leave it "
            f"at None, or use scikit-learn's {type(estimator).__name__}."
        )


def count_of(share, n_all):
    """Return a number of rows from a count, or from a share of `n_all`."""
    if isinstance(share, Integral):
        return int(share)
    return int(np.ceil(share * n_all))


def count_features(max_features, n_features):
    """Return how many features a node draws."""
    if max_features is None:
        return n_features
    if max_features == "sqrt":
        return max(1, int(np.sqrt(n_features)))
    if max_features == "log2":
        return max(1, int(np.log2(n_features)))
    if isinstance(max_features, Integral):
        return int(max_features)
    return max(1, int(max_features * n_features))
