"""The front desk of models of classes, which come in parts and are added up."""

from functools import partial
from numbers import Real

import numpy as np
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.utils import assert_all_finite, compute_class_weight
from sklearn.utils.multiclass import unique_labels
from sklearn.utils.validation import (
    check_is_fitted,
    check_non_negative,
    validate_data,
)

from skclassic._blocks import RowBlocks
from skclassic._front_desk import (
    X_CHECKS,
    receive_classes,
    receive_weights,
    refuse_infinite_weights,
    refuse_negative_weights,
    show,
    warn,
)
from skclassic._linear_objective import average

MANY_VALUES = 2**20  # a table of more is read no more often than need be


def receive_labelled_rows(estimator, X, y, *, reset, **checks):
    """Return X and y of the same rows, for a model of classes.

    Parameters
    ----------
    estimator : estimator
    X : array-like of shape (n_rows, n_features)
    y : array-like of shape (n_rows,)
    reset : bool
        Whether to learn the features' number and names, or hold X to those known.
    **checks : dict
        For scikit-learn's `check_array`.
    """
    return validate_data(estimator, X, y, reset=reset, **checks)


def receive_unread_labelled_rows(estimator, X, y, *, reset):
    """Return X and y of the same rows, whatever the values of X.

    Bare arrays are taken as they are, as by `receive_summed_rows`.
    """
    if reset and _are_plain(X, y):
        _learn_width(estimator, X)
        return X, y
    return validate_data(estimator, X, y, reset=reset, ensure_all_finite=False)


def receive_summed_rows(estimator, X, y, **checks):
    """Return X and y of the same rows, and what is known of X's values, or is not.

    One reading tells whether they are finite and what their means are: a sum is finite
    where all its terms are. Large tables are not read at all: who goes through the rows
    is to call `doubt` where a sum is not finite. An array of floats with one of whole
    numbers or truths is taken as it is: to look closer would take longer than to fit a
    few hundred rows.

    Parameters
    ----------
    estimator : estimator
        Learns the number of features, and their names.
    X : array-like or sparse matrix of shape (n_rows, n_features)
    y : array-like of shape (n_rows,)
    **checks : dict
        For scikit-learn's `check_array`.

    Returns
    -------
    X, y : ndarray or CSR matrix, and ndarray
    known : dict
        "means", a float64 array of shape (n_features,); or "doubt", a callable that
        raises for values that are not finite; neither where X is sparse or its sums
        overflow.
    """
    if _are_plain(X, y):
        _learn_width(estimator, X)
    else:
        X, y = validate_data(estimator, X, y, ensure_all_finite=False, **checks)

    name = type(estimator).__name__
    doubt = partial(assert_all_finite, X, estimator_name=name, input_name="X")
    if not issparse(X):
        if X.size >= MANY_VALUES:
            return X, y, {"doubt": doubt}
        with RowBlocks.of(X).in_threads():
            means = average(X)
        if np.isfinite(means).all():
            return X, y, {"means": means}
    doubt()
    return X, y, {}


def _learn_width(estimator, X):
    """Note how many features there are, and that they have no names."""
    vars(estimator).pop("feature_names_in_", None)
    estimator.n_features_in_ = X.shape[1]


def _are_plain(X, y):
    """Tell whether X is a bare array of rows, and y one of labels, one for each."""
    return (
        _is_bare(X, X_CHECKS["dtype"])
        and X.shape[1] > 0
        and type(y) is np.ndarray
        and y.shape == (len(X),)
        and y.dtype.kind in "biu"
    )


def receive_new_rows(estimator, X, *, dtypes=X_CHECKS["dtype"], **checks):
    """Return X of the features that a fitted estimator knows.

    An array of one of `dtypes`, finite, is taken as it is: to look closer would take
    longer than to predict a few rows.
    """
    if _is_plain(estimator, X, dtypes) and np.isfinite(X.sum()):
        return X
    return validate_data(estimator, X, reset=False, **checks)


def receive_unread_rows(estimator, X, **checks):
    """Return X of the features that a fitted estimator knows, infinite values and all.

    Who goes through the rows refuses these, and spares a reading of them.
    """
    if _is_plain(estimator, X, X_CHECKS["dtype"]):
        return X
    return validate_data(estimator, X, reset=False, ensure_all_finite=False, **checks)


def _is_plain(estimator, X, dtypes):
    """Tell whether X is a bare array of rows, of the right width and without names."""
    return (
        _is_bare(X, dtypes)
        and X.shape[1] == estimator.n_features_in_
        and not hasattr(estimator, "feature_names_in_")
    )


def _is_bare(X, dtypes):
    """Tell whether X is an array of rows, at least one, and nothing else."""
    return type(X) is np.ndarray and X.ndim == 2 and X.dtype in dtypes and len(X) > 0


def refuse_infinite_values(X):
    """Raise for values beyond all bounds; NaN stands for a missing one."""
    assert_all_finite(X, allow_nan=True, input_name="X")


def receive_all_classes(estimator, classes):
    """Return the classes that parts of the data may hold, sorted."""
    known = getattr(estimator, "classes_", None)
    if classes is None:
        if known is None:
            raise ValueError(
                "classes must be passed on the first call to partial_fit. Pass all "
                "labels that y will ever hold."
            )
        return known
    named = unique_labels(classes)
    if known is not None and not np.array_equal(known, named):
        raise ValueError(
            f"`classes={classes!r}` is not the same as on last call to partial_fit, "
            f"was: {known!r}. Pass the same ones, or None."
        )
    return named


def refuse_repeated_classes(estimator, classes):
    """Raise where a label is named twice, as there is one prior for each that is."""
    if classes is None or len(classes) == len(unique_labels(classes)):
        return
    if hasattr(estimator, "classes_"):
        raise ValueError(
            f"`classes={classes!r}` is not the same as on last call to partial_fit: "
            "it names a label twice. Pass None."
        )
    raise ValueError(f"`classes={classes!r}` names a label twice. Name each once.")


def number_labels(y, classes, *, name="y"):
    """Return y as numbers of classes that were named before."""
    own, codes = receive_classes(y)
    is_known = np.isin(own, classes)
    if not is_known.all():
        raise ValueError(
            f"The target label(s) {own[~is_known]} in {name} do not exist in the "
            f"initial classes {classes}. Name all labels in fit, or in the "
            "first call to partial_fit."
        )
    return np.searchsorted(classes, own)[codes]


def receive_counts_of_rows(sample_weight, X):
    """Return weights of at least 0 that stand for copies of rows, None for none."""
    weights = receive_weights(sample_weight, X)
    if weights is not None:
        refuse_negative_weights(weights)
    return weights


def name_kind(estimator):
    """Return the package and the name of an estimator's class."""
    package = type(estimator).__module__.partition(".")[0]
    return f"{package}.{type(estimator).__name__}"


def receive_part(estimator, other):
    """Return the classes of two fitted estimators that are to be merged, sorted."""
    if type(estimator) is not type(other):
        raise TypeError(
            f"other must be a {name_kind(estimator)}, got a {name_kind(other)}. Merge "
            "models of one kind."
        )
    check_is_fitted(estimator, "classes_")
    check_is_fitted(other, "classes_")
    if estimator.n_features_in_ != other.n_features_in_:
        raise ValueError(
            f"other must know the same features, got {other.n_features_in_} of them "
            f"in place of {estimator.n_features_in_}. Fit the parts on the same "
            "columns."
        )
    names, others = (
        getattr(part, "feature_names_in_", None) for part in (estimator, other)
    )
    if names is not None and others is not None and not np.array_equal(names, others):
        raise ValueError(
            f"other must know the same features, got {list(others)} in place of "
            f"{list(names)}. Fit the parts on the same columns, in the same order."
        )
    are_numbers = [part.classes_.dtype.kind in "biuf" for part in (estimator, other)]
    if are_numbers[0] != are_numbers[1]:
        raise ValueError(
            f"Both models must name classes alike, got {estimator.classes_} and "
            f"{other.classes_}. Fit both with numbers, or both with text."
        )
    return unique_labels(estimator.classes_, other.classes_)


def begin_union(estimator, other):
    """Return an unfitted copy of the first of two parts, that knows their features."""
    union = clone(estimator)
    union.n_features_in_ = estimator.n_features_in_
    for part in (other, estimator):
        if hasattr(part, "feature_names_in_"):
            union.feature_names_in_ = part.feature_names_in_
    return union


def receive_class_shares(priors, n_classes):
    """Return probabilities of classes, that add up to 1, or None without any."""
    if priors is None:
        return None
    priors = np.asarray(priors, dtype=np.float64)
    if priors.shape != (n_classes,):
        raise ValueError(
            "Number of priors must match number of classes. Got priors of shape "
            f"{priors.shape} for {n_classes} classes."
        )
    if not np.isclose(priors.sum(), 1.0):
        raise ValueError(
            f"The sum of the priors should be 1. Got {priors.sum()}: divide by it."
        )
    if priors.min() < 0:
        raise ValueError(f"Priors must be non-negative. Got {priors.min()}.")
    return priors


def receive_class_prior(class_prior, n_classes):
    """Return probabilities of classes as they are given, or None without any."""
    if class_prior is None:
        return None
    priors = np.asarray(class_prior, dtype=np.float64)
    if priors.shape != (n_classes,):
        raise ValueError(
            "Number of priors must match number of classes. Got class_prior of shape "
            f"{priors.shape} for {n_classes} classes."
        )
    if not (priors >= 0).all() or not 0 < priors.sum() < np.inf:
        raise ValueError(
            f"class_prior must hold finite shares of at least 0, got {class_prior!r}. "
            "Pass one above 0 for each class that is to be predicted."
        )
    return priors


LEAST_ALPHA = 1e-10  # a count this small still has a logarithm that adds up


def receive_smoothing(alpha, n_features, *, is_forced):
    """Return what is added to counts: a float, or an array of shape (n_features,)."""
    if not isinstance(alpha, Real):
        alpha = np.asarray(alpha, dtype=np.float64)
        if alpha.shape != (n_features,):
            raise ValueError(
                "When alpha is an array, it should contains `n_features` values. Got "
                f"shape {alpha.shape} for {n_features} features."
            )
        if not (alpha >= 0).all():
            raise ValueError(
                "All values in alpha must be greater than 0. Got "
                f"{alpha.min()}: no count can be less than none."
            )
    if is_forced or np.min(alpha) >= LEAST_ALPHA:
        return alpha
    warn(
        "alpha too small will result in numeric errors, setting alpha = "
        f"{LEAST_ALPHA:.1e}. Use `force_alpha=True` to keep alpha unchanged."
    )
    return np.maximum(alpha, LEAST_ALPHA)


def refuse_negative_values(estimator, X):
    """Raise for an X that cannot hold counts or numbers of categories."""
    check_non_negative(X, f"{type(estimator).__name__} (input X)")


def count_categories(X, min_categories):
    """Return how many categories each feature has: int array (n_features,)."""
    met = X.max(axis=0) + 1
    if min_categories is None:
        return met
    least = np.asarray(min_categories)
    if least.dtype.kind != "i":
        raise ValueError(
            f"'min_categories' should have integral type. Got {least.dtype} instead."
        )
    if least.shape not in ((), met.shape):
        raise ValueError(
            f"'min_categories' should have shape ({X.shape[1]},) when an array-like "
            f"is provided. Got {least.shape} instead."
        )
    return np.maximum(met, least)


def refuse_new_categories(X, n_categories):
    """Raise IndexError for categories that a fitted model has no place for."""
    is_new = X.max(axis=0) >= n_categories
    if is_new.any():
        j = int(np.flatnonzero(is_new)[0])
        raise IndexError(
            f"X holds category {X[:, j].max()} of feature {j}, which is out of bounds: "
            f"fit met {n_categories[j]} categories, from 0. Fit an estimator with "
            f"min_categories={X[:, j].max() + 1} or more."
        )


def receive_dense_classes(estimator, X, y, *, reset=True, at_least=1):
    """Return finite dense X in rows as float64 or float32, and y of the same length.

    `reset` False holds X to the columns of an earlier fit; `at_least` is of rows.
    """
    checks = {"dtype": [np.float64, np.float32], "order": "C"}
    return validate_data(
        estimator, X, y, reset=reset, ensure_min_samples=at_least, **checks
    )


def leave_out_weightless(X, codes, weights):
    """Return X, codes and weights of the rows of a weight above 0: the others are as
    if they were not there.
    """
    if weights is None:
        return X, codes, None
    refuse_negative_weights(weights)
    has_weight = weights > 0
    if has_weight.all():
        return X, codes, weights
    return X[has_weight], codes[has_weight], weights[has_weight]


def refuse_weightless_classes(n_rows, classes):
    """Raise for a class whose rows all have weight 0: nothing is known of it."""
    for k in np.flatnonzero(n_rows == 0):
        raise ValueError(
            f"y has no row of class {show(classes[k])} with a weight above 0: nothing "
            "is known of it. Leave its rows out, or give one of them a weight."
        )


def weigh_known_classes(weights, class_weight, classes, codes):
    """Multiply weights by those of the rows' classes, of which a few may be met."""
    if class_weight is None:
        return weights
    by_class = compute_class_weight(class_weight, classes=classes, y=classes)[codes]
    weights = by_class if weights is None else weights * by_class
    refuse_infinite_weights(weights, class_weight)
    return weights


def receive_raw_priors(priors, n_classes, dtype):
    """Return one finite prior probability for each class, not yet normalised."""
    priors = np.array(priors, dtype=dtype)
    if priors.shape != (n_classes,) or not np.isfinite(priors).all():
        raise ValueError(
            f"priors must hold {n_classes} finite numbers, one for each class, got "
            f"{priors}. Pass them in the order of classes_."
        )
    if (priors < 0).any():
        raise ValueError(f"priors must be non-negative, got {priors}.")
    if not priors.any():
        raise ValueError(f"priors must have a positive sum, got {priors}.")
    return priors
