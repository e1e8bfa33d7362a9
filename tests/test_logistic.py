"""Logistic regression: one optimum, whatever the solver, the scale and the layout."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits

from skclassic import (
    CoefficientTable,
    LogisticRegression,
    SeparationWarning,
    TimeBudget,
)
from skclassic._front_desk import receive_classes
from tests.references.logistic import (
    lose_slope,
    minimise_penalised,
    minimise_sparse,
)

NO_PENALTY = {"C": np.inf}
PENALTIES = {
    "none": NO_PENALTY,
    "l2": {},
    "l1": {"l1_ratio": 1.0},
    "elastic net": {"l1_ratio": 0.5},
}


@pytest.fixture(autouse=True)
def no_warnings():
    """Let no fit of this file warn, of overflow or of anything, unless a test asks."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def draw(seed, n=200, d=6, n_classes=2, *, strength=1.0):
    """Draw rows and classes of a logistic model, every class seen."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    scores = X @ rng.normal(size=(d, n_classes)) * strength / d**0.5
    codes = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    codes[:n_classes] = np.arange(n_classes)
    return X, codes


def draw_problem(seed):
    """Draw one of the forty: size, classes, scales, weights, intercept, strength."""
    rng = np.random.default_rng(seed)
    n_classes = 2 if seed % 2 else int(rng.integers(3, 7))
    n = int(np.exp(rng.uniform(np.log(40), np.log(2_000))))
    d = int(rng.integers(1, 61 if n_classes == 2 else 61 // n_classes))
    X, codes = draw(seed, n, d, n_classes)
    if seed % 4 >= 2:
        X *= 10.0 ** rng.uniform(-4, 4, size=d)
    if seed % 3 == 0:
        X += X.std(axis=0) * rng.normal(size=d)
    weights = rng.uniform(0.1, 3.0, size=n) if seed % 5 < 2 else None
    settings = {
        "C": float(10.0 ** rng.uniform(-2, 2)),
        "fit_intercept": bool(seed % 7),
    }
    return X, codes, weights, settings


@pytest.fixture(autouse=True)
def one_thread():
    """Hold BLAS to one thread: waiting for a second takes longer than these tables."""
    with threadpool_limits(1, user_api="blas"):
        yield


def as_weights(weights, codes):
    return np.ones(len(codes)) if weights is None else weights


# --- the optimum


@pytest.mark.parametrize("seed", range(40))
def test_coefficients_are_those_of_the_slow_reference(seed):
    X, codes, weights, settings = draw_problem(seed)
    model = LogisticRegression(**settings).fit(X, codes, weights)
    coef, intercept = minimise_penalised(
        X,
        codes,
        as_weights(weights, codes),
        codes.max() + 1,
        1 / settings["C"],
        intercept=settings["fit_intercept"],
    )
    scales = X.std(axis=0)
    assert_allclose(model.coef_ * scales, coef * scales, rtol=1e-5, atol=1e-5)
    assert_allclose(model.intercept_, intercept, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("has_scales", [False, True])
def test_unpenalised_coefficients_are_those_of_the_slow_reference(
    n_classes, has_scales
):
    X, codes = draw(1, 400, 5, n_classes)
    if has_scales:
        X *= 10.0 ** np.linspace(-4, 4, 5)
    model = LogisticRegression(C=np.inf).fit(X, codes)
    coef, intercept = minimise_penalised(X, codes, np.ones(400), n_classes, 0.0)
    scales = X.std(axis=0)
    assert_allclose(model.coef_ * scales, coef * scales, atol=1e-5)
    assert_allclose(model.intercept_, intercept, atol=1e-5)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("C", [1.0, np.inf])
@pytest.mark.parametrize("seed", range(3))
def test_dependent_columns_give_the_reference_probabilities(seed, C, n_classes):
    X, codes = draw(seed, 300, 4, n_classes)
    X = np.column_stack([X, X @ np.ones((4, 2)), X[:, :1] * 1e3, np.full(300, 5.0)])
    model = LogisticRegression(C=C).fit(X, codes)
    coef, intercept = minimise_penalised(X, codes, np.ones(300), n_classes, 1 / C)
    other = clone(model).fit(X, codes)
    other.coef_, other.intercept_ = coef, intercept
    assert_allclose(model.predict_proba(X), other.predict_proba(X), atol=1e-7)


def list_slopes(model, X, codes, weights, settings):
    """Return coefficients, what pulls at them, and the limit that zeros withstand."""
    C, ratio = settings.get("C", 1.0), settings["l1_ratio"]
    slopes, heights = lose_slope(model.coef_, model.intercept_, X, codes, weights)
    return slopes + (1 - ratio) / C * model.coef_, heights, ratio / C


@pytest.mark.compiled
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("d", [5, 120])
def test_optimality_holds_with_absolute_penalties(d, n_classes, l1_ratio):
    X, codes = draw(d, 150, d, n_classes)
    weights = np.random.default_rng(0).uniform(0.5, 2.0, size=150)
    settings = {"l1_ratio": l1_ratio, "C": 0.1}
    model = LogisticRegression(**settings).fit(X, codes, weights)
    slopes, heights, limit = list_slopes(model, X, codes, weights, settings)
    used = model.coef_ != 0
    assert 0 < used.sum() < used.size
    assert_allclose(heights, 0.0, atol=1e-4)
    assert_allclose(slopes[used], -limit * np.sign(model.coef_[used]), atol=1e-4)
    assert np.abs(slopes[~used]).max() <= limit * (1 + 1e-6)


@pytest.mark.compiled
@pytest.mark.parametrize("l1_ratio", [1.0, 0.3])
def test_the_zeros_are_those_of_the_slow_reference(l1_ratio):
    X, codes = draw(3, 80, 12, strength=2.0)
    model = LogisticRegression(C=0.2, l1_ratio=l1_ratio).fit(X, codes)
    coef, intercept = minimise_sparse(
        X, codes, l1_ratio / 0.2, (1 - l1_ratio) / 0.2, 3_000
    )
    assert_array_equal(model.coef_[0] != 0, coef != 0)
    assert 0 < np.count_nonzero(coef) < 12
    assert_allclose(model.coef_[0], coef, atol=1e-5)
    assert_allclose(model.intercept_, intercept, atol=1e-5)


@pytest.mark.compiled
def test_two_classes_told_apart_as_by_scikit_learn():
    from sklearn.linear_model import LogisticRegression as Theirs

    X, codes = draw(5)
    for l1_ratio in (0.0, 0.5, 1.0):
        theirs = Theirs(solver="saga", l1_ratio=l1_ratio, tol=1e-8, max_iter=10_000)
        theirs.fit(X, codes)
        ours = LogisticRegression(l1_ratio=l1_ratio).fit(X, codes)
        assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)


@pytest.mark.compiled
@pytest.mark.parametrize(
    "l1_ratio, solvers",
    [
        (0.0, ["lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga"]),
        (1.0, ["liblinear", "saga"]),
        (0.5, ["saga"]),
    ],
)
def test_all_names_of_solvers_reach_one_optimum(l1_ratio, solvers):
    X, codes = draw(6)
    plain = LogisticRegression(l1_ratio=l1_ratio).fit(X, codes)
    for solver in solvers:
        named = LogisticRegression(l1_ratio=l1_ratio, solver=solver).fit(X, codes)
        assert_array_equal(named.coef_, plain.coef_)


def test_the_intercept_of_liblinear_is_not_penalised():
    X, codes = draw(7)
    shifted = LogisticRegression(solver="liblinear").fit(X + 100.0, codes)
    plain = LogisticRegression(solver="liblinear").fit(X, codes)
    assert_allclose(shifted.coef_, plain.coef_, atol=1e-6)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_gradient_is_near_zero_at_the_end(penalty):
    X, codes = draw(8, n_classes=3)
    model = LogisticRegression(**PENALTIES[penalty]).fit(X, codes)
    assert 0 <= model.gradient_norm_ < 1e-5


# --- weights


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_row_weighted_k_times_equals_k_copies(penalty, n_classes):
    X, codes = draw(9, 120, 4, n_classes)
    times = np.random.default_rng(0).integers(4, size=120)
    settings = PENALTIES[penalty]
    weighted = LogisticRegression(**settings).fit(X, codes, times)
    copied = LogisticRegression(**settings).fit(
        np.repeat(X, times, axis=0), np.repeat(codes, times)
    )
    assert_allclose(weighted.coef_, copied.coef_, atol=1e-6)
    assert_allclose(weighted.intercept_, copied.intercept_, atol=1e-6)
    assert_allclose(weighted.class_prior_, copied.class_prior_)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_weights_of_classes_are_weights_of_their_rows(n_classes):
    X, codes = draw(10, n_classes=n_classes)
    by_class = np.arange(1.0, n_classes + 1)
    first = LogisticRegression(class_weight=dict(enumerate(by_class))).fit(X, codes)
    second = LogisticRegression().fit(X, codes, by_class[codes])
    assert_allclose(first.coef_, second.coef_)


def test_balanced_classes_have_equal_shares():
    X, codes = draw(11, n_classes=3)
    weights = np.random.default_rng(0).uniform(0.1, 1.0, len(codes))
    model = LogisticRegression(class_weight="balanced").fit(X, codes, weights)
    assert_allclose(model.class_prior_, 1 / 3)


# --- layouts and values

LAYOUTS = {
    "fortran": np.asfortranarray,
    "strided": lambda X: np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2],
    "list": lambda X: X.tolist(),
    "read-only": lambda X: freeze(X),
    "csr": sparse.csr_array,
    "csc": sparse.csc_matrix,
    "polars": lambda X: pl.DataFrame(X),
}


def freeze(X):
    X = X.copy()
    X.flags.writeable = False
    return X


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_the_layout_of_X_changes_rounding_only(layout, penalty):
    X, codes = draw(12, n_classes=3)
    X[np.abs(X) < 0.5] = 0.0
    settings = PENALTIES[penalty]
    plain = LogisticRegression(**settings).fit(X, codes)
    other = LogisticRegression(**settings).fit(LAYOUTS[layout](X), codes)
    assert_allclose(other.coef_, plain.coef_, atol=1e-6)
    got = other.decision_function(LAYOUTS[layout](X))
    assert_allclose(got, other.decision_function(plain_frame(other, X)), atol=1e-10)


def plain_frame(model, X):
    """Return X, under the names that a model has seen."""
    names = getattr(model, "feature_names_in_", None)
    return X if names is None else pd.DataFrame(X, columns=names)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_float32_gives_float32_of_the_same_optimum(penalty, container):
    X, codes = draw(13, 300, 8)
    X = X.astype(np.float32)
    settings = PENALTIES[penalty]
    short = LogisticRegression(**settings).fit(container(X), codes)
    long = LogisticRegression(**settings).fit(X.astype(np.float64), codes)
    assert short.coef_.dtype == short.intercept_.dtype == np.float32
    assert short.predict_proba(X).dtype == np.float32
    assert_allclose(short.coef_, long.coef_, atol=1e-5)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_one_row_of_each_class_is_enough(penalty):
    X = np.array([[0.0, 1.0], [1.0, 0.0], [3.0, 3.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SeparationWarning)
        for n_classes in (2, 3):
            model = LogisticRegression(**PENALTIES[penalty])
            model.fit(X[:n_classes], np.arange(n_classes))
            assert np.isfinite(model.coef_).all()


@pytest.mark.parametrize("penalty", PENALTIES)
def test_constant_columns_change_nothing(penalty):
    X, codes = draw(14)
    padded = np.column_stack([np.full(len(X), 7.0), X, np.zeros(len(X))])
    settings = PENALTIES[penalty]
    plain = LogisticRegression(**settings).fit(X, codes)
    fitted = LogisticRegression(**settings).fit(padded, codes)
    assert_allclose(fitted.coef_[:, 1:-1], plain.coef_, atol=1e-6)
    assert_allclose(fitted.coef_[:, [0, -1]], 0.0, atol=1e-12)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_nothing_but_constant_columns_gives_the_shares(penalty):
    codes = np.repeat([0, 1, 2], [10, 20, 30])
    fitted = LogisticRegression(**PENALTIES[penalty]).fit(np.ones((60, 2)), codes)
    assert_allclose(fitted.predict_proba([[5.0, 5.0]])[0], np.array([1, 2, 3]) / 6)


@pytest.mark.parametrize("scale", [1e-100, 1e-8, 1e8, 1e100])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_without_penalty_the_scale_of_a_column_is_only_its_unit(scale, n_classes):
    X, codes = draw(15, 300, 3, n_classes)
    plain = LogisticRegression(C=np.inf).fit(X, codes)
    factors = np.array([1.0, scale, 1.0])
    scaled = LogisticRegression(C=np.inf).fit(X * factors, codes)
    assert_allclose(scaled.coef_ * factors, plain.coef_, atol=1e-5)


@pytest.mark.parametrize("scale", [1e-100, 1e100])
@pytest.mark.parametrize("penalty", PENALTIES)
def test_huge_and_tiny_columns_do_not_overflow(scale, penalty):
    X, codes = draw(16, 300, 3)
    fitted = LogisticRegression(**PENALTIES[penalty]).fit(X * [1, scale, 1], codes)
    assert np.isfinite(fitted.predict_proba(X * [1, scale, 1])).all()


@pytest.mark.parametrize("n_classes", [2, 3])
def test_one_huge_value_does_not_end_the_search_as_it_begins(n_classes):
    X, y = draw(1, 4000, 400, n_classes)
    X[2003, 1] = 1e8  # in none of the rows that show how wide a column is
    model = LogisticRegression(tol=1e-6).fit(X, y)
    X[:, 1] = 0.0  # so small is the coefficient that fits the value
    others = LogisticRegression(tol=1e-6).fit(np.delete(X, 2003, 0), np.delete(y, 2003))
    # the row is sure of its class, if not without end: so much still pulls at others
    assert_allclose(model.coef_, others.coef_, atol=1e-5)


def test_huge_values_whose_pulls_cancel_do_not_end_the_search_either():
    X, y = draw(1, 4000, 400)
    rows = [np.flatnonzero(y == k)[200] for k in (0, 1)]
    X[rows, 1] = 1e8
    model, tight = LogisticRegression().fit(X, y), LogisticRegression(tol=1e-6)
    X[:, 1] = 0.0
    assert_allclose(model.coef_[0, 2:], tight.fit(X, y).coef_[0, 2:], atol=2e-3)


def test_squares_beyond_all_bounds_end_an_l1_search_with_a_warning():
    X, y = draw(1, 400, 40)
    X[7, 1] = 1e160
    with pytest.warns(ConvergenceWarning):
        LogisticRegression(l1_ratio=1.0).fit(X, y)


def test_wide_tables_of_many_scales_and_classes_end_at_the_optimum():
    X, y = draw(1, 3000, 320, 3)
    scales = np.geomspace(1e-4, 1e4, 320)
    units = LogisticRegression(C=np.inf, tol=1e-6).fit(X, y)
    scaled = LogisticRegression(C=np.inf, tol=1e-6).fit(X * scales, y)
    assert_allclose(scaled.predict_proba(X * scales), units.predict_proba(X), atol=1e-4)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_columns_far_from_zero_cost_no_digits(penalty):
    X, codes = draw(17, 500, 4)
    plain = LogisticRegression(**PENALTIES[penalty]).fit(X, codes)
    far = LogisticRegression(**PENALTIES[penalty]).fit(X + 1e8, codes)
    assert_allclose(far.coef_, plain.coef_, atol=1e-6)


def test_a_hundred_classes_are_told_apart():
    centres = 3 * np.random.default_rng(0).normal(size=(100, 4))
    X, y = np.repeat(centres, 10, axis=0), np.repeat(np.arange(100), 10)
    model = LogisticRegression(C=10.0).fit(X, y)
    assert model.score(X, y) > 0.9
    assert_allclose(model.predict_proba(X).sum(axis=1), 1.0)


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["ham", "eggs", "spam"]),
        np.array(["ham", "eggs", "spam"], dtype=object),
        np.array([-1, 0, 7]),
        np.array([0.0, 1.0, 2.0]),
        np.array([False, True, True]),
        np.array([255, 0, 128], dtype=np.uint8),
    ],
    ids=["str", "object", "int", "float", "bool", "uint8"],
)
def test_labels_come_back_as_they_were_given(labels):
    X, codes = draw(18, n_classes=3)
    y = labels[codes]
    model = LogisticRegression().fit(X, y)
    assert_array_equal(model.classes_, np.unique(y))
    assert model.predict(X).dtype == y.dtype


@pytest.mark.parametrize("Frame", [pd.DataFrame, pl.DataFrame])
def test_data_frames_keep_their_names(Frame):
    X, codes = draw(19, d=3)
    frame = Frame(dict(zip("abc", X.T, strict=True)))
    model = LogisticRegression(C=np.inf).fit(frame, codes)
    assert_array_equal(model.feature_names_in_, list("abc"))
    assert model.coefficient_table().terms == ("a", "b", "c", "intercept")


# --- how it goes


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_warm_start_at_the_optimum_stays(penalty, n_classes):
    X, codes = draw(20, n_classes=n_classes)
    model = LogisticRegression(warm_start=True, **PENALTIES[penalty]).fit(X, codes)
    first = model.coef_
    model.fit(X, codes)
    assert model.n_iter_[0] <= 1
    assert_allclose(model.coef_, first, atol=1e-6)


def test_a_warm_start_of_another_shape_begins_anew():
    X, codes = draw(21, d=5)
    model = LogisticRegression(warm_start=True).fit(X, codes)
    model.fit(X[:, :3], codes)
    assert_array_equal(model.coef_, LogisticRegression().fit(X[:, :3], codes).coef_)


def test_a_search_whose_minimum_rounding_hides_comes_to_an_end():
    rng = np.random.default_rng(40)
    n, d, n_classes = (int(rng.integers(*ends)) for ends in [(10, 80), (1, 12), (2, 4)])
    X = rng.normal(size=(n, d)) * 10.0 ** rng.integers(-8, 9, d)
    X += 10.0 ** rng.integers(-3, 8, d) * rng.integers(0, 2, d)
    codes, C = rng.integers(0, n_classes, n), 10.0 ** rng.integers(-3, 9)
    ratio, has_intercept = float(rng.choice([0.3, 1.0])), bool(rng.integers(2))
    model = LogisticRegression(l1_ratio=ratio, C=C, fit_intercept=has_intercept)
    with pytest.warns(ConvergenceWarning, match="has not converged"):
        model.fit(X, codes)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_warm_start_without_an_intercept_forgets_the_last(penalty):
    X, codes = draw(21)
    model = LogisticRegression(warm_start=True, **PENALTIES[penalty])
    model.fit(X, codes).set_params(fit_intercept=False).fit(X, codes)
    cold = LogisticRegression(fit_intercept=False, **PENALTIES[penalty])
    assert_array_equal(model.intercept_, 0.0)
    assert_allclose(model.coef_, cold.fit(X, codes).coef_, atol=1e-6)


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_warm_start_where_all_is_certain_and_wrong_finds_back(penalty, n_classes):
    X, codes = draw(22, n_classes=n_classes)
    model = LogisticRegression(warm_start=True, **PENALTIES[penalty]).fit(X, codes)
    first = model.coef_
    model.intercept_ = model.intercept_ + 300.0 * (np.arange(len(first)) == 0)
    model.fit(X, codes)
    assert_allclose(model.coef_, first, atol=1e-6)


@pytest.mark.parametrize("weight", [0.0, np.inf, np.nan, -1.0])
def test_weights_of_classes_that_are_none_are_refused(weight):
    X, codes = draw(22)
    with pytest.raises(ValueError, match=r"class_weight|non-negative"):
        LogisticRegression(class_weight={0: weight, 1: weight}).fit(X, codes)


@pytest.mark.parametrize("params", [{"C": 1e-320}, {"C": 1e-320, "l1_ratio": 1.0}])
def test_a_penalty_without_bound_is_refused(params):
    with pytest.raises(ValueError, match="its inverse, which would be infinite"):
        LogisticRegression(**params).fit(*draw(22))


@pytest.mark.parametrize("dtype", [np.uint64, np.int8, np.int64])
def test_labels_may_be_any_integers(dtype):
    X, codes = draw(22)
    ends = np.iinfo(dtype)
    for labels in ([ends.min, ends.min + 1], [ends.max - 1, ends.max]):
        y = np.array(labels, dtype)[codes]
        assert_array_equal(LogisticRegression().fit(X, y).classes_, labels)
    many = np.arange(ends.min, ends.min + 256).astype(dtype)
    classes, numbers = receive_classes(np.tile(many, 3))
    assert_array_equal(classes, many)
    assert_array_equal(numbers, np.tile(np.arange(256), 3))


@pytest.mark.parametrize("penalty", PENALTIES)
def test_no_steps_at_all_warn_and_leave_zeros(penalty):
    X, codes = draw(22)
    with pytest.warns(ConvergenceWarning, match="has not converged"):
        model = LogisticRegression(max_iter=0, **PENALTIES[penalty]).fit(X, codes)
    assert_array_equal(model.n_iter_, [0])
    assert_array_equal(model.coef_, 0.0)


@pytest.mark.parametrize("shape", [(90_000, 8, 2), (9_000, 130, 2), (40_000, 10, 4)])
def test_any_number_of_threads_gives_the_same_bits(shape):
    X, codes = draw(23, *shape)
    fits = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            fits.append(LogisticRegression().fit(X, codes))
    assert_array_equal(fits[0].coef_, fits[1].coef_)
    assert_array_equal(fits[0].intercept_, fits[1].intercept_)


@pytest.mark.parametrize("shape", [(60_000, 8, 2), (9_000, 130, 2), (40_000, 10, 4)])
def test_large_tables_end_at_the_optimum_too(shape):
    X, codes = draw(24, *shape)
    model = LogisticRegression().fit(X, codes)
    slopes, heights = lose_slope(
        model.coef_, model.intercept_, X, codes, np.ones(len(X))
    )
    slopes += model.coef_
    steepest = max(np.abs(slopes).max(), np.abs(heights).max())
    assert steepest < 1e-3 * len(X)
    assert_allclose(model.gradient_norm_, steepest / len(X), rtol=1e-2)


def test_a_model_fitted_again_has_the_same_bits():
    X, codes = draw(25)
    model = LogisticRegression().fit(X, codes)
    assert_array_equal(clone(model).fit(X, codes).coef_, model.coef_)


class Script:
    """Say stop after so many steps, and note the coefficients of each."""

    def __init__(self, n_steps):
        self.n_steps, self.seen = n_steps, []

    def setup(self, estimator, context): ...

    def teardown(self, estimator, context): ...

    def on_fit_task_begin(self, estimator, context): ...

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        if context.max_subtasks == 0 and fitted_estimator is not None:
            self.seen.append(fitted_estimator.coef_)
        return len(self.seen) == self.n_steps


@pytest.mark.parametrize("penalty", PENALTIES)
def test_callbacks_see_every_step_and_may_end_the_search(penalty):
    X, codes = draw(43)
    script = Script(2)
    model = LogisticRegression(**PENALTIES[penalty]).set_callbacks(script)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, codes)
    assert model.n_iter_[0] == 2
    assert np.any(script.seen[0] != script.seen[1])
    assert_allclose(script.seen[1], model.coef_, atol=1e-12)


def test_sparse_coefficients_pass_over_no_missing_value():
    X, y = draw(3)
    model = LogisticRegression(C=0.01, l1_ratio=1).fit(X, y)
    X[3, np.flatnonzero(model.coef_[0] == 0)[0]] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        model.sparsify().predict(X)


def test_sparse_coefficients_predict_as_dense_ones():
    X, codes = draw(26)
    model = LogisticRegression(C=0.05, l1_ratio=1.0).fit(X, codes)
    dense = model.decision_function(X)
    assert sparse.issparse(model.sparsify().coef_)
    assert_allclose(model.decision_function(X), dense)
    assert isinstance(model.densify().coef_, np.ndarray)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_pickle_predicts_alike_and_holds_no_rows(penalty):
    X, codes = draw(27, 5_000)
    model = LogisticRegression(**PENALTIES[penalty]).fit(X, codes)
    pickled = pickle.dumps(model)
    assert len(pickled) < 5_000
    assert_array_equal(pickle.loads(pickled).predict_proba(X), model.predict_proba(X))


def run_apart(script):
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


FIT_SMOOTH = """
import sys, numpy as np
from skclassic import LogisticRegression
assert "numba" not in sys.modules
X = np.random.default_rng(0).normal(size=(400, 5))
for codes in (X[:, 0] + X[:, 1] ** 2 > 0.5, np.arange(400) % 3):
    LogisticRegression().fit(X, codes).predict_proba(X)
    LogisticRegression(C=np.inf).fit(X, codes).coefficient_table()
print("numba" in sys.modules)
"""


def test_smooth_fits_and_their_inference_load_no_numba():
    assert run_apart(FIT_SMOOTH) == "False"


# --- classes that are separated


def test_separated_classes_end_with_a_warning_that_names_the_columns():
    X, codes = draw(28, 100, 4)
    X[:, 2] = codes + 1e-3 * X[:, 2]
    frame = pd.DataFrame(X, columns=["age", "size", "answer", "noise"])
    with pytest.warns(SeparationWarning, match="column 'answer' alone tells") as caught:
        model = LogisticRegression(C=np.inf).fit(frame, codes)
    assert len(caught) == 1
    assert np.isfinite(model.predict_proba(frame)).all()
    assert issubclass(SeparationWarning, ConvergenceWarning)


@pytest.mark.parametrize("n", [200, 20_000])
def test_a_category_of_one_class_is_named(n):
    X, codes = draw(29, n, 5)
    X[:, 3] = np.arange(n) % 50 == 0
    codes[X[:, 3] > 0] = 1
    with pytest.warns(SeparationWarning, match="in part: a rule on column 'x3' alone"):
        LogisticRegression(C=np.inf).fit(X, codes)


def test_one_class_of_many_told_apart_is_named():
    X, codes = draw(30, 300, 3, 3)
    X[codes == 2, 0] += 50.0
    with pytest.warns(SeparationWarning, match="Told apart in every row: 0 and 2"):
        LogisticRegression(C=np.inf).fit(X, codes)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_separation_is_seen_on_any_scale(n_classes, scale):
    X, _ = draw(31, 100, 2)
    codes = np.digitize(X[:, 0], [0.0, 1.0][: n_classes - 1])
    with pytest.warns(SeparationWarning):
        LogisticRegression(C=np.inf).fit(X * scale, codes)


@pytest.mark.parametrize("d", [120, 400])
def test_more_columns_than_rows_separate(d):
    X, codes = draw(32, 100, d)
    with pytest.warns(SeparationWarning, match="completely separated"):
        LogisticRegression(C=np.inf).fit(X, codes)


def test_a_rule_of_many_columns_is_suspected():
    X, codes = draw(33, 2_000, 120)
    X[:, 7] = np.arange(2_000) % 20 == 0
    codes[X[:, 7] > 0] = 1
    with pytest.warns(SeparationWarning, match="may be separated"):
        LogisticRegression(C=np.inf, tol=1e-5).fit(X, codes)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_strong_effects_are_no_separation(n_classes):
    X, codes = draw(34, 2_000, 5, n_classes, strength=30.0)
    model = LogisticRegression(C=np.inf).fit(X, codes)  # any warning is an error
    assert np.abs(model.decision_function(X)).max() > 20


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("C", [1e2, 1e6, 1e10])
def test_a_penalty_knows_no_separation(C, n_classes):
    X, _ = draw(35, 150, 60)
    codes = (X @ np.random.default_rng(0).normal(size=(60, 3)))[:, :n_classes]
    LogisticRegression(C=C).fit(X, codes.argmax(axis=1))


# --- what it tells afterwards


def test_a_fit_without_penalty_tabulates_its_coefficients():
    X, codes = draw(36, n_classes=3)
    weights = np.arange(len(X)) % 3 + 1
    model = LogisticRegression(C=np.inf).fit(X, codes, weights)
    table = model.coefficient_table(reference=1, confidence=0.9)
    assert isinstance(table, CoefficientTable)
    assert table.classes == (0, 2) and table.confidence == 0.9
    assert_allclose(table.estimate[0, :-1], model.coef_[0] - model.coef_[1], atol=1e-5)
    copy = pickle.loads(pickle.dumps(model))
    given = copy.coefficient_table(X, codes, weights, reference=1, confidence=0.9)
    assert_allclose(given.standard_error, table.standard_error)
    assert_allclose(given.lr_low, table.lr_low)


def test_float32_and_sparse_rows_have_tables():
    X, codes = draw(37)
    long = LogisticRegression(C=np.inf).fit(X, codes).coefficient_table()
    for rows in (X.astype(np.float32), sparse.csr_array(X)):
        table = LogisticRegression(C=np.inf).fit(rows, codes).coefficient_table()
        assert_allclose(table.standard_error, long.standard_error, rtol=1e-4)


@pytest.mark.parametrize(
    "settings, says",
    [
        ({}, r"without a penalty, got C=1.0"),
        ({"l1_ratio": 1.0, "C": 0.5}, r"without a penalty, got C=0.5"),
        ({"C": np.inf, "class_weight": "balanced"}, r"without weights of classes"),
    ],
)
def test_no_table_where_theory_says_nothing(settings, says):
    X, codes = draw(38)
    model = LogisticRegression(**settings).fit(X, codes)
    with pytest.raises(ValueError, match=says):
        model.coefficient_table()


def test_a_table_needs_the_rows_of_the_fit():
    X, codes = draw(39)
    model = LogisticRegression(C=np.inf).fit(X, codes)
    copy = pickle.loads(pickle.dumps(model))
    for call, says in [
        (lambda: copy.coefficient_table(), "pickles of a model leave behind"),
        (lambda: copy.coefficient_table(X), "X and y together"),
        (lambda: copy.coefficient_table(X, codes + 1), "classes of the fit"),
        (lambda: copy.coefficient_table(X[:100], codes[:100]), "optimum of the rows"),
        (lambda: copy.coefficient_table(X, codes, -np.ones(200)), "non-negative"),
    ]:
        with pytest.raises(ValueError, match=says):
            call()


@pytest.mark.parametrize("n_classes", [2, 3])
def test_moving_to_other_shares_is_bayes_rule(n_classes):
    X, codes = draw(40, n_classes=n_classes)
    model = LogisticRegression().fit(X, codes)
    priors = np.arange(1.0, n_classes + 1)
    priors /= priors.sum()
    moved = model.with_priors(priors)
    expected = model.predict_proba(X) * priors / model.class_prior_
    expected /= expected.sum(axis=1, keepdims=True)
    assert_allclose(moved.predict_proba(X), expected)
    back = moved.with_priors(model.class_prior_)
    assert_allclose(back.intercept_, model.intercept_)


def test_a_search_that_a_callback_ends_is_no_failure():
    X, y = draw(40)
    model = LogisticRegression(C=np.inf).set_callbacks(TimeBudget(1e-9))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert model.fit(X, y).n_iter_ == [1]


def test_moved_models_have_no_table_of_their_own():
    X, codes = draw(41)
    moved = LogisticRegression(C=np.inf).fit(X, codes).with_priors([0.1, 0.9])
    for rows in ((), (X, codes)):
        with pytest.raises(ValueError, match="with_priors has moved"):
            moved.coefficient_table(*rows)
    assert moved.fit(X, codes).coefficient_table().n_rows == len(codes)


@pytest.mark.parametrize("priors", [[0.5], [0.5, 0.6], [1.0, 0.0], [-0.5, 1.5]])
def test_shares_that_are_none_are_refused(priors):
    model = LogisticRegression().fit(*draw(42))
    with pytest.raises(ValueError, match="priors? must"):
        model.with_priors(priors)


def checks_on_separated_rows(estimator):
    """Name the checks that compare two fits where no optimum exists."""
    if estimator.C != np.inf:
        return {}
    reason = "fifteen rows of ten columns are separated: there is no optimum"
    return {
        f"check_sample_weight_equivalence_on_{kind}_data": reason
        for kind in ("dense", "sparse")
    }


@pytest.mark.compiled
@parametrize_with_checks(
    [LogisticRegression(**each) for each in PENALTIES.values()],
    expected_failed_checks=checks_on_separated_rows,
)
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("penalty", ["l1", "l2"])
@pytest.mark.parametrize(
    "shape", [(90_000, 12, 2), (90_000, 12, 3), (3_000, 400, 2), (700, 1_600, 3)]
)
def test_one_value_that_is_not_finite_is_found_in_large_tables(shape, penalty, value):
    X, codes = draw(25, *shape)
    X[-1, -1] = value
    with pytest.raises(ValueError, match="Input X contains"):
        LogisticRegression(**PENALTIES[penalty]).fit(X, codes)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_class_without_weight_is_as_good_as_impossible(n_classes):
    """So a bootstrap may miss a rare class."""
    X = np.random.default_rng(0).normal(size=(200, 4))
    y = np.digitize(X[:, 0], [-0.5, 0.5][: n_classes - 1])
    weight = np.where(y == n_classes - 1, 0.0, 1.0)
    model = LogisticRegression().fit(X, y, sample_weight=weight)
    assert model.predict_proba(X)[:, -1].max() < 1e-8
