"""Malformed input is refused at the front desk, in the user's words.

A line of the table names who is asked, which argument or parameter is spoilt, how, and
what the error must say. A later estimator adds itself to `tests/estimators.py`, and a
line here for each argument or parameter of its own.
"""

from copy import deepcopy
from functools import cache

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError

from skclassic import (
    BaggingClassifier,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    LogisticRegression,
    RandomForestClassifier,
    RandomForestRegressor,
)
from tests.estimators import (
    ALL,
    BAGGINGS,
    CLASSIFIERS,
    ENSEMBLES,
    FORESTS,
    REGRESSORS,
    TREES,
    build,
    make_data,
    outputs,
)

TREE_FAMILY = [*TREES, *FORESTS]
LINEAR = [LogisticRegression]
BOOTSTRAPPED = [RandomForestClassifier, RandomForestRegressor, *BAGGINGS]


def with_value(value, *, dtype=float):
    """Return a function that puts a value in the first place of a copy."""

    def spoil(array):
        array = np.array(array, dtype=dtype)
        array.flat[0] = value
        return array

    return spoil


def refusals(Estimators, argument, spoil, *says, error=ValueError, **params):
    """Make one test case per estimator, out of one line of the table.

    Parameters
    ----------
    Estimators : list of classes
        Who is asked.
    argument : str
        The argument of `fit` that is spoilt, or the name of a parameter.
    spoil : callable or object
        What makes a bad argument of a good one; the value if it is a parameter.
    *says : str
        What the message must contain.
    error : type, default=ValueError
        The exception's class.
    **params : dict
        Other parameters of the estimator.
    """
    return [
        pytest.param(
            Estimator, argument, spoil, says, error, params, id=f"{name}-{argument}"
        )
        for Estimator in Estimators
        for name in [Estimator.__name__]
    ]


BAD_TO_FIT = [
    # X
    *refusals(ALL, "X", lambda X: X[:0], "0 sample(s)"),
    *refusals(ALL, "X", lambda X: X[:, :0], "0 feature(s)"),
    *refusals(ALL, "X", lambda X: X[:, 0], "Expected 2D array, got 1D array"),
    *refusals(ALL, "X", lambda X: X[np.newaxis], "dim 3"),
    *refusals(ALL, "X", lambda X: X[:-1], "samples", "39"),
    *refusals(ALL, "X", with_value(np.inf), "Input X contains infinity"),
    *refusals(ALL, "X", with_value(-np.inf), "Input X contains infinity"),
    *refusals(ALL, "X", with_value("red", dtype=object), "red"),
    *refusals(ALL, "X", with_value(1j, dtype=complex), "Complex data not supported"),
    *refusals(
        TREE_FAMILY,
        "X",
        lambda X: sparse.csr_array(with_value(np.nan)(X)),
        "Input X contains NaN",
    ),
    *refusals(
        TREE_FAMILY,
        "X",
        lambda X: sparse.csc_array(with_value(np.inf)(X)),
        "Input X contains infinity",
    ),
    # y
    *refusals(ALL, "y", lambda y: None, "y"),
    *refusals(ALL, "y", lambda y: y[:-1], "samples", "39"),
    *refusals(ALL, "y", with_value(np.nan), "Input y contains NaN"),
    *refusals(ALL, "y", with_value(np.inf), "Input y contains infinity"),
    *refusals(CLASSIFIERS, "y", lambda y: y + 0.5, "Unknown label type: continuous"),
    *refusals(REGRESSORS, "y", with_value("red", dtype=object), "red"),
    *refusals(
        [BaggingClassifier],
        "y",
        lambda y: np.column_stack([y, y]),
        "1d array",
        "(40, 2)",
    ),
    *refusals(
        [DecisionTreeRegressor, RandomForestRegressor],
        "y",
        lambda y: -np.abs(y),
        "Some value(s) of y are negative",
        "Poisson",
        criterion="poisson",
    ),
    *refusals(
        [DecisionTreeRegressor, RandomForestRegressor],
        "y",
        np.zeros_like,
        "Sum of y is not",
        "positive",
        "Poisson",
        criterion="poisson",
    ),
    # sample_weight
    *refusals(ALL, "sample_weight", lambda w: w[:-1], "sample_weight", "(39,)"),
    *refusals(ALL, "sample_weight", lambda w: w[:, np.newaxis], "1D"),
    *refusals(ALL, "sample_weight", with_value(np.nan), "sample_weight contains NaN"),
    *refusals(
        ALL, "sample_weight", with_value(np.inf), "sample_weight contains infinity"
    ),
    *refusals(ALL, "sample_weight", np.zeros_like, "weight", "zero"),
    *refusals(BOOTSTRAPPED, "sample_weight", with_value(-1.0), "egative"),
    *refusals(
        [Tree for Tree in TREE_FAMILY if Tree in REGRESSORS],
        "sample_weight",
        with_value(-1.0),
        "egative",
        criterion="absolute_error",
    ),
    # parameters of trees and forests
    *refusals(TREE_FAMILY, "criterion", "gain", "'criterion'", "'gain'"),
    *refusals(TREES, "splitter", "worst", "'splitter'", "'worst'"),
    *refusals(TREE_FAMILY, "max_depth", 0, "'max_depth'", "Got 0"),
    *refusals(TREE_FAMILY, "max_depth", 1.5, "'max_depth'", "Got 1.5"),
    *refusals(TREE_FAMILY, "min_samples_split", 1, "'min_samples_split'", "Got 1"),
    *refusals(TREE_FAMILY, "min_samples_split", 1.1, "'min_samples_split'", "1.1"),
    *refusals(TREE_FAMILY, "min_samples_leaf", 0, "'min_samples_leaf'", "Got 0"),
    *refusals(TREE_FAMILY, "min_samples_leaf", 1.0, "'min_samples_leaf'", "Got 1.0"),
    *refusals(
        TREE_FAMILY, "min_weight_fraction_leaf", 0.6, "'min_weight_fraction_leaf'"
    ),
    *refusals(TREE_FAMILY, "max_features", 0, "'max_features'", "Got 0"),
    *refusals(TREE_FAMILY, "max_features", 1.5, "'max_features'", "Got 1.5"),
    *refusals(TREE_FAMILY, "max_features", "half", "'max_features'", "'half'"),
    *refusals(TREE_FAMILY, "random_state", "seed", "'random_state'", "'seed'"),
    *refusals(
        [DecisionTreeClassifier, RandomForestClassifier],
        "class_weight",
        "uneven",
        "'class_weight'",
        "'uneven'",
    ),
    *refusals(TREE_FAMILY, "max_leaf_nodes", 1, "'max_leaf_nodes'", "Got 1"),
    *refusals(TREE_FAMILY, "ccp_alpha", -0.1, "'ccp_alpha'", "Got -0.1"),
    *refusals(
        TREE_FAMILY, "min_impurity_decrease", -0.1, "'min_impurity_decrease'", "-0.1"
    ),
    *refusals(TREE_FAMILY, "monotonic_cst", "up", "'monotonic_cst'", "'up'"),
    *refusals(
        [Tree for Tree in TREE_FAMILY if Tree in REGRESSORS],
        "monotonic_cst",
        [1, 0],
        "monotonic_cst",
        "6 features",
    ),
    *refusals(
        TREE_FAMILY, "categorical_features", "all", "'categorical_features'", "'all'"
    ),
    *refusals(TREE_FAMILY, "categorical_features", [6], "categorical_features", "[6]"),
    # parameters of ensembles
    *refusals(ENSEMBLES, "n_estimators", 0, "'n_estimators'", "Got 0"),
    *refusals(ENSEMBLES, "n_estimators", 2.5, "'n_estimators'", "Got 2.5"),
    *refusals(ENSEMBLES, "n_jobs", 0.5, "'n_jobs'", "Got 0.5"),
    *refusals(ENSEMBLES, "bootstrap", "maybe", "'bootstrap'", "'maybe'"),
    *refusals(BOOTSTRAPPED, "max_samples", 0.0, "'max_samples'", "Got 0.0"),
    *refusals(BOOTSTRAPPED, "max_samples", 0, "'max_samples'", "Got 0"),
    *refusals(BAGGINGS, "max_samples", 1.5, "'max_samples'", "Got 1.5"),
    *refusals(BAGGINGS, "max_samples", 41, "max_samples=41", bootstrap=False),
    *refusals(BAGGINGS, "max_features", 7, "max_features"),
    *refusals(BAGGINGS, "max_features", 0.0, "'max_features'", "Got 0.0"),
    *refusals(BAGGINGS, "estimator", "a tree", "'estimator'", "'a tree'"),
    *refusals(
        ENSEMBLES,
        "oob_score",
        True,
        "only available if bootstrap=True",
        bootstrap=False,
    ),
    *refusals(FORESTS, "max_samples", 0.5, "bootstrap=False", bootstrap=False),
    *refusals(
        BAGGINGS, "oob_score", True, "only available if warm_start", warm_start=True
    ),
]

BAD_TO_FIT += [
    *refusals(LINEAR, "X", lambda X: X[:0], "0 sample(s)"),
    *refusals(LINEAR, "X", lambda X: X[:, 0], "Expected 2D array, got 1D array"),
    *refusals(LINEAR, "X", lambda X: X[:-1], "samples", "39"),
    *refusals(LINEAR, "X", with_value(np.nan), "Input X contains NaN"),
    *refusals(LINEAR, "X", with_value(np.inf), "Input X contains infinity"),
    *refusals(LINEAR, "X", with_value("red", dtype=object), "red"),
    *refusals(LINEAR, "X", with_value(1j, dtype=complex), "Complex data not supported"),
    *refusals(
        LINEAR,
        "X",
        lambda X: sparse.csr_array(with_value(np.nan)(X)),
        "Input X contains NaN",
    ),
    *refusals(LINEAR, "y", lambda y: y[:-1], "samples", "39"),
    *refusals(LINEAR, "y", np.zeros_like, "one class: 0", "another class"),
    *refusals(LINEAR, "y", lambda y: y + 0.5, "Unknown label type: continuous"),
    *refusals(LINEAR, "y", with_value(np.nan), "Input y contains NaN"),
    *refusals(LINEAR, "sample_weight", lambda w: w[:-1], "sample_weight", "(39,)"),
    *refusals(LINEAR, "sample_weight", with_value(-1.0), "non-negative"),
    *refusals(LINEAR, "sample_weight", np.zeros_like, "weight", "zero"),
    *refusals(
        LINEAR, "sample_weight", with_value(np.nan), "sample_weight contains NaN"
    ),
    *refusals(LINEAR, "C", 0.0, "'C'", "Got 0.0"),
    *refusals(LINEAR, "l1_ratio", 1.5, "'l1_ratio'", "Got 1.5"),
    *refusals(LINEAR, "tol", -1.0, "'tol'", "Got -1.0"),
    *refusals(LINEAR, "max_iter", -1, "'max_iter'", "Got -1"),
    *refusals(LINEAR, "solver", "simplex", "'solver'", "'simplex'"),
    *refusals(LINEAR, "solver", "lbfgs", "supports only 'l2'", l1_ratio=1.0),
    *refusals(LINEAR, "solver", "liblinear", "multiclass", "3 classes"),
    *refusals(LINEAR, "dual", True, "supports only dual=False"),
    *refusals(LINEAR, "class_weight", "uneven", "'class_weight'", "'uneven'"),
]

BAD_TO_PREDICT = [
    *refusals(ALL, "X", lambda X: X[:0], "0 sample(s)"),
    *refusals(ALL, "X", lambda X: X[0], "Expected 2D array, got 1D array"),
    *refusals(
        [*ALL, *LINEAR],
        "X",
        lambda X: X[:, :5],
        "X has 5 features",
        "expecting 6 features",
    ),
    *refusals(LINEAR, "X", with_value(np.nan), "Input X contains NaN"),
    *refusals(ALL, "X", with_value(np.inf), "Input X contains infinity"),
    *refusals(ALL, "X", with_value("red", dtype=object), "red"),
    *refusals(ALL, "X", with_value(1j, dtype=complex), "Complex data not supported"),
    *refusals(
        TREE_FAMILY,
        "X",
        lambda X: sparse.csr_array(with_value(np.nan)(X)),
        "Input X contains NaN",
    ),
]

N_ROWS = 40
CASE = "Estimator, argument, spoil, says, error, params"


@cache
def fit_once(Estimator):
    """Fit an estimator that all tests share."""
    return build(Estimator).fit(*make_data(Estimator, N_ROWS))


def prepare_call(Estimator, argument, spoil, params):
    """Return an estimator and arguments for its fit, one of them or it spoilt."""
    X, y = make_data(Estimator, N_ROWS)
    if params.get("criterion") == "poisson":
        y = np.abs(y)
    arguments = {"X": X, "y": y, "sample_weight": np.ones(len(y))}
    if argument not in arguments:
        return build(Estimator, **params, **{argument: spoil}), arguments
    arguments[argument] = spoil(arguments[argument])
    return build(Estimator, **params), arguments


def refuse(call, says, error):
    """Assert that a call fails with an error that says what it must."""
    with pytest.raises(error) as caught:
        call()
    message = str(caught.value)
    assert not [fragment for fragment in says if fragment not in message], message


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(CASE, BAD_TO_FIT)
def test_a_bad_argument_is_refused_and_leaves_the_estimator_unfitted(
    Estimator, argument, spoil, says, error, params
):
    estimator, arguments = prepare_call(Estimator, argument, spoil, params)
    refuse(lambda: estimator.fit(**arguments), says, error)
    assert not [name for name in vars(estimator) if name.endswith("_")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(CASE, BAD_TO_FIT)
def test_a_bad_argument_leaves_an_earlier_fit_as_it_was(
    Estimator, argument, spoil, says, error, params
):
    X, _ = make_data(Estimator, N_ROWS)
    spoilt, arguments = prepare_call(Estimator, argument, spoil, params)
    estimator = deepcopy(fit_once(Estimator))
    before = outputs(estimator, X)
    estimator.set_params(**spoilt.get_params(deep=False))
    refuse(lambda: estimator.fit(**arguments), says, error)
    np.testing.assert_array_equal(outputs(estimator, X), before)


@pytest.mark.parametrize(CASE, BAD_TO_PREDICT)
def test_bad_rows_are_refused_by_a_fitted_estimator(
    Estimator, argument, spoil, says, error, params
):
    X, _ = make_data(Estimator, N_ROWS)
    estimator = fit_once(Estimator)
    for name in ("predict", "predict_proba", "apply", "decision_path"):
        if hasattr(estimator, name):
            refuse(lambda name=name: getattr(estimator, name)(spoil(X)), says, error)


@pytest.mark.parametrize("Estimator", [*ALL, *LINEAR])
def test_an_unfitted_estimator_says_that_it_must_be_fitted(Estimator):
    X, _ = make_data(Estimator)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        build(Estimator).predict(X)
