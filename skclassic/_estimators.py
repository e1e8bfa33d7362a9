"""Receive estimators to be compared: name them, seed them, fit them."""

from collections import Counter
from collections.abc import Mapping
from contextlib import contextmanager
from inspect import Parameter, signature

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import _routing_enabled

PACKAGES = {
    "sklearn": "scikit-learn",
    "xgboost": "XGBoost",
    "lightgbm": "LightGBM",
    "imblearn": "imbalanced-learn",
    "__main__": "own code",
}


def receive_estimators(estimators):
    """Name estimators: a dict does, others are called by their class.

    Parameters
    ----------
    estimators : estimator, list of estimators, or dict of str to estimator
        Two of one class are told apart by their package, or else numbered.

    Returns
    -------
    dict of str to estimator

    Raises
    ------
    ValueError
        If there is none.
    TypeError
        If one has no `fit`, or a name is not a text.
    """
    if hasattr(estimators, "fit"):
        estimators = [estimators]
    if len(estimators) == 0:
        raise ValueError(
            "estimators must name at least one estimator, got none. "
            "Pass for example {'tree': DecisionTreeClassifier()}."
        )
    named = estimators if isinstance(estimators, Mapping) else _name(list(estimators))
    check_names(named)
    for name, estimator in named.items():
        if not hasattr(estimator, "fit") or isinstance(estimator, type):
            raise TypeError(
                f"{name} must be an estimator with fit, got {estimator!r}. Pass an "
                "instance, for example DecisionTreeClassifier()."
            )
    return dict(named)


def check_names(named):
    """Raise unless all keys are texts.

    Parameters
    ----------
    named : dict
        Estimators, or results, by name.

    Raises
    ------
    TypeError
    """
    for name in named:
        if not isinstance(name, str):
            raise TypeError(
                f"estimators must have texts for names, got {name!r}. "
                f"Pass {{{str(name)!r}: ...}}."
            )


def _name(estimators):
    names = [type(estimator).__name__ for estimator in estimators]
    packages = [find_package(estimator) for estimator in estimators]
    if len(set(names)) < len(names) and len(set(packages)) > 1:
        names = [f"{n} ({p})" for n, p in zip(names, packages, strict=True)]
    twins, seen = Counter(names), Counter()
    for i, name in enumerate(names):
        seen[name] += 1
        names[i] = name if twins[name] == 1 else f"{name} {seen[name]}"
    return dict(zip(names, estimators, strict=True))


def find_package(estimator):
    """Name the package that an estimator comes from; a pipeline's last step decides."""
    while isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    package = type(estimator).__module__.partition(".")[0]
    return PACKAGES.get(package, package)


def seed_estimator(estimator, seed):
    """Set every random_state that is None, so that the run can be repeated.

    Parameters
    ----------
    estimator : estimator
        Changed in place.
    seed : int

    Returns
    -------
    estimator
    """
    unset = {
        key: seed
        for key, value in estimator.get_params().items()
        if value is None and (key == "random_state" or key.endswith("__random_state"))
    }
    return estimator.set_params(**unset)


def check_weights(estimators):
    """Raise unless every estimator's `fit` takes weights.

    Parameters
    ----------
    estimators : dict of str to estimator

    Raises
    ------
    TypeError
    """
    if _routing_enabled():  # then the estimators themselves say what they ask for
        return
    for name, estimator in estimators.items():
        while isinstance(estimator, Pipeline):
            estimator = estimator.steps[-1][1]
        if not takes_weights(estimator.fit):
            raise TypeError(
                f"{name} must take sample_weight in fit, got "
                f"{type(estimator).__name__} without it. Leave it out, or pass "
                "sample_weight=None."
            )


def takes_weights(function):
    """Tell whether a function takes `sample_weight`, by name or among any others."""
    return any(
        p.name == "sample_weight" or p.kind is Parameter.VAR_KEYWORD
        for p in signature(function).parameters.values()
    )


def fit_weighted(estimator, X, y, sample_weight):
    """Fit an estimator, handing weights to the last step of a pipeline.

    Parameters
    ----------
    estimator : estimator
    X, y : array-like of n rows
    sample_weight : ndarray of shape (n,) or None

    Returns
    -------
    estimator
        Fitted.
    """
    if sample_weight is None:
        return estimator.fit(X, y)
    path, step = [], estimator
    while isinstance(step, Pipeline) and not _routing_enabled():
        name, step = step.steps[-1]
        path.append(name)
    return estimator.fit(X, y, **{"__".join([*path, "sample_weight"]): sample_weight})


def receive_predictions(values, n):
    """Give predictions as one value per row.

    Parameters
    ----------
    values : array-like of shape (n,) or (n, 1)
    n : int
        Rows that were asked about.

    Returns
    -------
    ndarray of shape (n,)

    Raises
    ------
    ValueError
        If there are more, or fewer.
    """
    values = np.asarray(values)
    if values.shape not in ((n,), (n, 1)):
        raise ValueError(
            f"estimators must predict one value for each of {n} rows, got shape "
            f"{values.shape}. Pass an estimator of a single output."
        )
    return values.reshape(n)


def predict_shares(model, X, classes):
    """Give a classifier's probabilities over all classes.

    Parameters
    ----------
    model : fitted classifier
    X : array-like of n rows
    classes : ndarray of shape (K,)
        Sorted; those that the classifier has not met keep 0.

    Returns
    -------
    ndarray of shape (n, K)
    """
    shares = model.predict_proba(X)
    spread = np.zeros((len(shares), len(classes)))
    spread[:, np.searchsorted(classes, model.classes_)] = shares
    return spread


@contextmanager
def note(text):
    """Add to an error where it happened."""
    try:
        yield
    except Exception as error:
        error.add_note(text)
        raise
