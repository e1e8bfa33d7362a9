"""What a fitted logistic regression is asked for afterwards: how sure its coefficients
are, and where the intercept lies for other shares of the classes.
"""

from copy import copy

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import column_or_1d, validate_data

from skclassic import _front_desk as front_desk
from skclassic._linear_objective import Rows
from skclassic._logistic_inference import (
    refuse_class_weights,
    refuse_penalised,
    shift_intercept,
    tabulate_coefficients,
)

ASKED = "coefficient_table"


def refuse_without_theory(model):
    """Raise for a fit that no theory tells the errors of.

    Parameters
    ----------
    model : LogisticRegression

    Raises
    ------
    ValueError
        If it has a penalty, or weights of classes, or its intercept was moved.
    """
    if model.penalty is not None and model.C != np.inf:
        refuse_penalised(ASKED, f"C={model.C!r}")
    if model.class_weight is not None:
        refuse_class_weights(ASKED, model.class_weight)
    if getattr(model, "_is_moved", False):
        raise ValueError(
            f"{ASKED} must have the intercept of the fit, got one that with_priors has "
            "moved. Ask the model that was fitted: all else is as it was there."
        )


def recall_rows(model, X, y, sample_weight):
    """Return the training rows: those given, else those that the model has kept.

    Parameters
    ----------
    model : LogisticRegression
        Fitted.
    X, y, sample_weight : as in `fit`, or all None

    Returns
    -------
    Rows

    Raises
    ------
    ValueError
        If only some are given, none were kept, or a label is new.
    """
    if X is None and y is None and sample_weight is None:
        return refuse_forgotten(getattr(model, "_rows", None))
    if X is None or y is None:
        raise ValueError(
            f"{ASKED} must be given X and y together, or neither. Pass the X, y and "
            "sample_weight of the fit."
        )
    checks = {"accept_sparse": "csr", "dtype": np.float64, "reset": False}
    X, y = validate_data(model, X, y, **checks)
    weights = front_desk.receive_weights(sample_weight, X)
    if weights is not None:
        front_desk.refuse_negative_weights(weights)
    codes = number_labels(column_or_1d(y), model.classes_)
    return Rows(X, codes, weights, len(model.classes_))


def refuse_forgotten(rows):
    """Return the rows, or raise where there are none."""
    if rows is None:
        raise ValueError(
            f"{ASKED} must have the training rows, which copies and pickles of a model "
            "leave behind. Pass the X, y and sample_weight of the fit."
        )
    return rows


def number_labels(y, classes):
    """Return the places of labels among the classes of a fit."""
    numbers = {label: code for code, label in enumerate(classes.tolist())}
    unknown = [label for label in set(y.tolist()) if label not in numbers]
    if unknown:
        raise ValueError(
            f"y must hold the classes of the fit, {list(numbers)[:10]}, got "
            f"{unknown[:10]} too. Pass the y of the fit."
        )
    return np.array([numbers[label] for label in y.tolist()], dtype=np.int64)


def tabulate(model, rows, **asked):
    """Return the table of a model's coefficients.

    Parameters
    ----------
    model : LogisticRegression
    rows : Rows
    **asked
        Of `tabulate_coefficients`.

    Returns
    -------
    CoefficientTable
    """
    n_features = rows.X.shape[1]
    names = getattr(model, "feature_names_in_", [f"x{j}" for j in range(n_features)])
    coefficients = model.coef_.toarray() if issparse(model.coef_) else model.coef_
    return tabulate_coefficients(
        rows.X.astype(np.float64, copy=False),
        rows.codes,
        rows.weights,
        coefficients.astype(np.float64),
        model.intercept_.astype(np.float64),
        feature_names=names,
        classes=model.classes_,
        fit_intercept=model.fit_intercept,
        **asked,
    )


def move_to_priors(model, class_prior):
    """Return a copy of a model, its intercept moved to other shares of the classes.

    Parameters
    ----------
    model : LogisticRegression
    class_prior : array-like of shape (n_classes,)

    Returns
    -------
    LogisticRegression

    Raises
    ------
    ValueError
    """
    priors = front_desk.receive_priors(class_prior, model.classes_, name="class_prior")
    moved, intercept = copy(model), model.intercept_
    shifted = shift_intercept(intercept.astype(np.float64), model.class_prior_, priors)
    moved.intercept_, moved.class_prior_ = shifted.astype(intercept.dtype), priors
    moved._is_moved = True
    return moved
