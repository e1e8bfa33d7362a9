"""The twelve estimators of the tree family, and data for them."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.datasets import make_classification, make_regression

from skclassic import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

TREES = [
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
]
FORESTS = [
    RandomForestClassifier,
    RandomForestRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
]
BAGGINGS = [BaggingClassifier, BaggingRegressor]
BOOSTINGS = [AdaBoostClassifier, AdaBoostRegressor]
ALGORITHMS = ["real", "gentle", "logit", "arc-fs", "arc-x4"]  # beside the first
ENSEMBLES = [*FORESTS, *BAGGINGS]
ALL = [*TREES, *ENSEMBLES, *BOOSTINGS]
CLASSIFIERS = [each for each in ALL if issubclass(each, ClassifierMixin)]
REGRESSORS = [each for each in ALL if each not in CLASSIFIERS]


def build(Estimator, **params):
    """Build an estimator with a fixed seed and, if it is an ensemble, five members."""
    if Estimator in [*ENSEMBLES, *BOOSTINGS]:
        params = {"n_estimators": 5, **params}
    return Estimator(**{"random_state": 0, **params})


def make_data(Estimator, n_samples=60, n_features=6, *, seed=0):
    """Draw training data that suit an estimator: three classes, or a noisy target."""
    if Estimator in REGRESSORS:
        return make_regression(n_samples, n_features, noise=5.0, random_state=seed)
    return make_classification(
        n_samples,
        n_features,
        n_informative=4,
        n_redundant=0,
        n_classes=3,
        flip_y=0.1,
        random_state=seed,
    )


def outputs(estimator, X):
    """Predict all that there is to predict: probabilities if offered, else values."""
    if hasattr(estimator, "predict_proba"):
        return estimator.predict_proba(X)
    return estimator.predict(X)


def assert_same_bits(first, second, X):
    """Assert that two fitted estimators answer alike, to the last bit."""
    np.testing.assert_array_equal(outputs(first, X), outputs(second, X))
