"""Where users' input becomes plain arrays: every input error is raised here."""

import os
import sys
import warnings
from functools import wraps
from numbers import Integral, Number
from pathlib import Path
from textwrap import fill

import narwhals as nw
import numpy as np
import sklearn
from scipy.sparse import issparse
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import (
    assert_all_finite,
    check_array,
    check_consistent_length,
    column_or_1d,
    compute_sample_weight,
)
from sklearn.utils.metadata_routing import _routing_enabled
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from skclassic._categories import CATEGORICAL, Encoder, open_table

PACKAGES = tuple(
    f"{Path(module.__file__).parent}{os.sep}"
    for module in (sklearn, sys.modules[__package__])
)
X_CHECKS = {
    "dtype": [np.float64, np.float32],
    "accept_sparse": "csc",
    "ensure_all_finite": "allow-nan",
}
COLUMN = (
    "A column-vector y was passed when a 1d array was expected. Please change the "
    "shape of y to (n_samples,), for example using ravel()."
)
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


def receive_training_rows(estimator, X, y, *, warns=False):
    """Return X as floats, dense or CSC, y of shape (n_rows,), or (n_rows, n_outputs)
    with several outputs, and the numbers of categories of the features, 0 without any.

    `warns` whether y is a column, as scikit-learn's ensembles do and its trees do not.
    """
    encoder = _fit_encoder(estimator, X)
    if encoder is None:
        checks = (X_CHECKS, Y_CHECKS)
        X, y = validate_data(estimator, X, y, validate_separately=checks)
        _refuse_sparse_gaps(X)
    else:
        validate_data(estimator, X, y, skip_check_array=True)
        X, y = encoder.encode(X), check_array(y, input_name="y", **Y_CHECKS)
    estimator._encoder = encoder
    estimator.is_categorical_ = None if encoder is None else encoder.is_categorical
    n_levels = np.zeros(X.shape[1], np.int64) if encoder is None else encoder.n_levels
    y = np.atleast_1d(y)
    if len(y) != X.shape[0]:
        raise ValueError(
            f"Number of labels={len(y)} does not match number of samples={X.shape[0]}"
        )
    if y.ndim == 2 and y.shape[1] > 1:
        return X, y, n_levels
    if y.ndim == 2 and warns:
        warn(COLUMN, DataConversionWarning)
    return X, y.ravel(), n_levels


def receive_rows(estimator, X):
    """Return X as floats, dense or CSR, for a fitted estimator."""
    encoder = getattr(estimator, "_encoder", None)
    if encoder is not None:
        validate_data(estimator, X, reset=False, skip_check_array=True)
        return encoder.encode(X)
    checks = {**X_CHECKS, "accept_sparse": "csr"}
    X = validate_data(estimator, X, reset=False, **checks)
    _refuse_sparse_gaps(X)
    return X


def _fit_encoder(estimator, X):
    """Return an encoder of the categorical features, or None without any."""
    chosen = estimator.categorical_features
    if chosen is None or len(chosen) == 0:
        return None
    is_frame = nw.dependencies.is_into_dataframe(X)
    if isinstance(chosen, str):  # "from_dtype"
        if not is_frame:
            return None
        dtypes = open_table(X).schema.dtypes()
        is_categorical = np.array([dtype in CATEGORICAL for dtype in dtypes])
    else:
        X = open_table(X)
        if len(X.shape) != 2 or X.shape[0] == 0:
            return None  # refused next, as any X of such a shape is
        is_categorical = _find_features(chosen, X)
    return Encoder(X, is_categorical) if is_categorical.any() else None


def _find_features(chosen, X):
    """Return which features were meant by a mask, by numbers or by names."""
    names = list(X.columns) if isinstance(X, nw.DataFrame) else None
    if issparse(X):
        raise ValueError(
            "categorical_features takes a dense X, got a sparse one. Pass X.toarray(), "
            "or categorical_features=None."
        )
    chosen, n_features = np.asarray(chosen), X.shape[1]
    if chosen.dtype.kind == "b" and chosen.shape == (n_features,):
        return chosen
    if chosen.dtype.kind in "UO":
        unknown = [name for name in chosen if names is None or name not in names]
        if unknown:
            raise ValueError(
                f"categorical_features names {unknown}, which X does not have: its "
                f"features are {names or 'without names'}. Pass names of columns of a "
                "data frame, or numbers of features."
            )
        chosen = np.array([names.index(name) for name in chosen])
    if chosen.dtype.kind not in "iu" or chosen.min() < 0 or chosen.max() >= n_features:
        raise ValueError(
            "categorical_features must be a boolean mask of all features, or hold "
            f"names, or numbers in [0, {n_features - 1}], got {chosen}."
        )
    return np.isin(np.arange(n_features), chosen)


def _refuse_sparse_gaps(X):
    """Raise for NaN in a sparse X, as scikit-learn does."""
    if issparse(X):
        assert_all_finite(X, input_name="X")


def receive_classes(y):
    """Return the classes and y as numbers of classes; a list of classes for several
    outputs.
    """
    if y.ndim == 1 and y.dtype.kind in "biu":
        classes, codes = _number_classes(y)
        if 2 * len(classes) <= len(y):  # scikit-learn's look finds nothing to mind
            return classes, codes
    check_classification_targets(y)
    if y.ndim == 1:
        return _number_classes(y)
    classes, codes = zip(*map(_number_classes, y.T), strict=True)
    return list(classes), np.column_stack(codes)


def _number_classes(y):
    if y.dtype.kind in "iu" and len(y):
        low, high = int(y.min()), int(y.max())
        if high - low < len(y):  # counting takes a tenth of the time of sorting
            # Differences are right though numbers beyond int64 wrap around.
            codes = y.astype(np.int64) - y.dtype.type(low).astype(np.int64)
            if high - low == 1:
                return np.array([low, high], y.dtype), codes
            is_there = np.bincount(codes) > 0
            numbers = np.cumsum(is_there) - 1
            classes = np.flatnonzero(is_there).astype(y.dtype) + y.dtype.type(low)
            return classes, numbers[codes]
    classes = np.unique(y)
    return classes, np.searchsorted(classes, y)


def name_classes(classes, codes):
    """Return the labels that numbers of classes stand for."""
    if codes.ndim == 1:
        return classes.take(codes)
    return np.column_stack(
        [own.take(column) for own, column in zip(classes, codes.T, strict=True)]
    )


def count_outputs(y):
    """Return how many outputs y has."""
    return 1 if y.ndim == 1 else y.shape[1]


def receive_targets(y, *, criterion):
    """Return y as float64, fit for the criterion."""
    y = np.ascontiguousarray(y, np.float64)
    if criterion == "absolute_error" and y.ndim == 2:
        raise ValueError(
            f'criterion="absolute_error" takes one output, got {y.shape[1]}. Choose '
            "another criterion, or fit one tree per output with "
            "sklearn.multioutput.MultiOutputRegressor."
        )
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
            "sample_weight must be non-negative where rows are drawn or counted, got "
            f"{weights.min()}: a row cannot be there less than never. Negative values "
            "in data passed to `sample_weight`: pass weights of at least 0."
        )


def receive_held_targets(y_val):
    """Return what rows to judge by are labelled with: finite, and not nothing."""
    return check_array(y_val, ensure_2d=False, dtype=None, input_name="y_val")


def weigh_classes(weights, class_weight, y):
    """Multiply weights by those of the rows' classes."""
    if class_weight is None:
        return weights
    by_class = compute_sample_weight(class_weight, y)
    weights = by_class if weights is None else weights * by_class
    refuse_useless_weights(weights, class_weight)
    return weights


def refuse_useless_weights(weights, class_weight):
    """Raise where weights of classes leave rows no weights to go by."""
    refuse_infinite_weights(weights, class_weight)
    if not weights.any():
        raise ValueError(
            f"class_weight={class_weight!r} leaves no row with a weight: none would "
            "take part. Give some class that has rows a positive weight."
        )


def refuse_infinite_weights(weights, class_weight):
    """Raise where weights of classes make those of rows infinite, or no numbers."""
    if not np.isfinite(weights).all():
        raise ValueError(
            f"class_weight={class_weight!r} must give finite weights, got some rows "
            "NaN or infinity. Pass finite numbers, and with 'balanced' rows of a "
            "weight above 0 for each class."
        )


def warn_of_jobs(n_jobs):
    """Warn where a logistic regression is given `n_jobs`, as scikit-learn does."""
    if n_jobs is not None:
        warn(
            "'n_jobs' has no effect since version 1.8 of scikit-learn and will be "
            f"removed in 1.10. You provided 'n_jobs={n_jobs}', please leave it "
            "unspecified.",
            FutureWarning,
        )


def refuse_unrouted(estimator, method, params):
    """Raise where a method is given metadata while nobody routes it."""
    if params and not _routing_enabled():
        raise ValueError(
            f"Passing extra keyword arguments to {type(estimator).__name__}.{method} "
            f"is only supported if enable_metadata_routing=True, got {list(params)}. "
            "Turn metadata routing on by "
            "sklearn.set_config(enable_metadata_routing=True), and set who asks for "
            "them."
        )


def receive_priors(priors, classes, *, name="priors"):
    """Return the shares of all classes, float64 of shape (n_classes,)."""
    try:
        shares = np.asarray(priors, dtype=np.float64)
    except (TypeError, ValueError):  # a text or a dict
        shares = np.empty(0)
    if shares.shape != (len(classes),) or not (shares >= 0).all():
        raise ValueError(
            f"{name} must be {len(classes)} shares of at least 0, got {priors!r}: one "
            f"for each of {classes.tolist()[:10]}."
        )
    if abs(shares.sum() - 1) > 1e-6:
        raise ValueError(
            f"{name} must add up to 1, got {shares.sum():g}. Divide them by their sum."
        )
    return shares / shares.sum()


def list_categories(estimator):
    """Return the categories of each categorical feature, or None without any."""
    encoder = getattr(estimator, "_encoder", None)
    return None if encoder is None else encoder.categories


def _are_alike(one, other):
    """Tell whether two arrays, or lists of arrays, hold the same."""
    if not (isinstance(one, list) and isinstance(other, list)):
        return np.array_equal(one, other)
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def refuse_other_data(kept, estimator, classes, y):
    """Raise where new members would stand beside old ones of other data."""
    n_features, n_outputs = estimator.n_features_in_, count_outputs(y)
    if not kept.members:
        return
    if kept.n_outputs != n_outputs:
        raise ValueError(
            f"y has {n_outputs} outputs, but the members that warm_start=True keeps "
            f"were fitted on {kept.n_outputs}. Pass y of the same outputs, or "
            "warm_start=False."
        )
    if kept.n_features != n_features:
        raise ValueError(
            f"X has {n_features} features, but the members that warm_start=True keeps "
            f"were fitted on {kept.n_features}. Pass the same columns, or "
            "warm_start=False."
        )
    if not _are_alike(classes, kept.classes):
        raise ValueError(
            f"y has the classes {classes}, but the members that warm_start=True keeps "
            f"were fitted on {kept.classes}. Pass y of the same classes, or "
            "warm_start=False."
        )
    if not _are_alike(list_categories(estimator), kept.categories):
        raise ValueError(
            f"X has the categories {list_categories(estimator)}, but the members that "
            f"warm_start=True keeps were fitted on {kept.categories}. Pass columns of "
            "the same categories, or warm_start=False."
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


def refuse_beside_medians(**used):
    """Raise for parameters in use that trees of medians do not offer."""
    names = [name for name, is_used in used.items() if is_used]
    if names:
        raise ValueError(
            f'criterion="absolute_error" does not go with {" and ".join(names)}. '
            'Choose another criterion, for instance "squared_error".'
        )


def receive_signs(monotonic_cst, n_levels, classes_of_outputs):
    """Return directions of shape (n_features,), or None where none were given."""
    if monotonic_cst is None:
        return None
    n_outputs, n_classes = len(classes_of_outputs), max(classes_of_outputs)
    if n_outputs > 1:
        raise ValueError(
            "Monotonicity constraints are not supported with multiple outputs, got "
            f"{n_outputs}. Pass monotonic_cst=None, or fit one estimator per output."
        )
    if n_classes > 2:
        raise ValueError(
            "Monotonicity constraints are not supported with multiclass "
            f"classification, got {n_classes} classes. Pass monotonic_cst=None."
        )
    signs, n_features = np.asarray(monotonic_cst), len(n_levels)
    if signs.shape != (n_features,):
        raise ValueError(
            f"monotonic_cst has shape {signs.shape} but the input data X has "
            f"{n_features} features. Pass one of -1, 0 and 1 for each."
        )
    if not np.isin(signs, (-1, 0, 1)).all():
        raise ValueError(
            "monotonic_cst must be None or an array-like of -1, 0 or 1, but got "
            f"{np.unique(signs)}"
        )
    if signs[n_levels > 0].any():
        raise ValueError(
            "Categorical features cannot have monotonic constraints, got them for "
            f"features {np.flatnonzero(signs * (n_levels > 0))}. Pass 0 for these."
        )
    return signs.astype(np.float64)


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


def receive_table(X):
    """Take a table whose rows can be picked, without looking into it.

    Parameters
    ----------
    X : array-like, sparse matrix or data frame

    Returns
    -------
    ndarray, sparse matrix in rows, or the data frame itself
    """
    if issparse(X):
        return X.tocsr()
    return X if hasattr(X, "shape") else np.asarray(X)


def receive_pair(data):
    """Take inputs and responses of the same rows.

    Parameters
    ----------
    data : tuple (X, y)

    Returns
    -------
    X : ndarray, sparse matrix in rows or data frame
    y : ndarray of shape (n,)

    Raises
    ------
    ValueError
        If there are not two, or not of the same length.
    """
    if len(data) != 2:
        raise ValueError(
            f"data must be a generator or a tuple (X, y), got {len(data)} elements. "
            "Pass data=(X, y)."
        )
    X, y = receive_table(data[0]), column_or_1d(data[1])
    check_consistent_length(X, y)
    return X, y


def receive_amounts(name, values, n):
    """Take one finite number of at least 0 per row, or None.

    Parameters
    ----------
    name : str
        The argument's name.
    values : array-like of shape (n,) or None
    n : int

    Returns
    -------
    ndarray of shape (n,), float64, or None

    Raises
    ------
    ValueError
    """
    if values is None:
        return None
    values = column_or_1d(np.asarray(values, dtype=np.float64))
    if len(values) != n or not np.isfinite(values).all() or values.min() < 0:
        raise ValueError(
            f"{name} must hold {n} finite numbers of at least 0, got "
            f"{len(values)} from {values.min():g} to {values.max():g}. "
            "Pass one per row."
        )
    return values


def take_rows(X, rows):
    """Take rows of a table, a data frame staying one.

    Parameters
    ----------
    X : ndarray, sparse matrix, data frame or list
    rows : ndarray of int

    Returns
    -------
    The same kind of table, of ``len(rows)`` rows; a sparse one stays CSC, or is CSR.
    """
    if isinstance(X, (list, tuple)):
        return [X[row] for row in rows]
    if issparse(X) and X.format not in ("csr", "csc"):
        return X.tocsr()[rows]
    if hasattr(X, "iloc"):
        return X.iloc[rows]
    if nw.dependencies.is_into_dataframe(X):
        return nw.from_native(X, eager_only=True)[rows].to_native()
    return X[rows] if hasattr(X, "__getitem__") else np.asarray(X)[rows]


def take_params(params, rows, n_rows):
    """Return metadata of chosen rows: arrays with a value for each row are cut."""
    return {
        name: np.asarray(value)[rows] if np.shape(value)[:1] == (n_rows,) else value
        for name, value in params.items()
    }


def check_count(name, value, *, low, meaning, high=None):
    """Raise unless a value is an integer within bounds.

    Parameters
    ----------
    name : str
        The argument's name.
    value : object
    low, high : int
        Bounds, both allowed; no upper one where `high` is None.
    meaning : str
        What the number is, for the message.

    Raises
    ------
    ValueError
    """
    is_count = isinstance(value, Integral) and not isinstance(value, bool)
    if is_count and low <= value and (high is None or value <= high):
        return
    bounds = f"of at least {low}" if high is None else f"from {low} to {high}"
    raise ValueError(
        f"{name} must be an integer {bounds}, got {value!r}: it is {meaning}. "
        f"Pass {name}={low} or more."
    )


def choose(name, value, choices):
    """Say that a value is none of those there are."""
    return f"{name} must be one of {', '.join(choices)}, got {value!r}. Pass one."


def check_share(name, value, meaning, example):
    """Raise unless a number lies strictly between 0 and 1.

    Parameters
    ----------
    name : str
        The argument's name.
    value : object
    meaning : str
        What the number is, for the message.
    example : float
        A value to pass.

    Raises
    ------
    ValueError
    """
    is_number = isinstance(value, Number) and not isinstance(value, (bool, complex))
    if not (is_number and 0 < value < 1):
        raise ValueError(
            f"{name} must be in (0, 1), got {value!r}: it is {meaning}. "
            f"Pass {name}={example}."
        )


def import_pandas(what):
    """Import pandas, or say in one line that `what` needs it."""
    try:
        import pandas
    except ImportError as missing:
        raise ImportError(
            f"{what} needs pandas, which is not installed. Run pip install pandas."
        ) from missing
    return pandas


def wrap(text):
    """Break a text into lines of 80 characters."""
    return fill(text, 80)


def show(value):
    """Write a value as a user would: 1 in place of np.int64(1)."""
    return repr(unwrap(value))


def unwrap(value):
    """Give the Python number or text in a NumPy scalar; other values as they are."""
    return value.item() if isinstance(value, np.generic) else value


def check_labels(y):
    """Raise if labels are missing.

    Parameters
    ----------
    y : ndarray of shape (n,)

    Raises
    ------
    ValueError
    """
    if y.dtype.kind == "f":
        missing = ~np.isfinite(y)
    elif y.dtype.kind == "O":
        missing = np.array([value is None or value != value for value in y], dtype=bool)
    else:
        return
    if missing.any():
        row = int(np.flatnonzero(missing)[0])
        raise ValueError(
            f"y must be finite, got {show(y[row])} in row {row}. "
            "Drop the rows without a response."
        )
