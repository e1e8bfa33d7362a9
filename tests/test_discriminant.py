"""Discriminant analysis: scikit-learn's numbers, and what adds up adds up."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.discriminant_analysis as theirs
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn import config_context
from sklearn.base import clone
from sklearn.covariance import OAS, EmpiricalCovariance
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits

from skclassic import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from skclassic._moments import ClassRows
from tests.references import discriminant as reference

BOTH = [LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis]
LINEAR = [("svd", None)] + [
    (solver, shrinkage)
    for solver in ("lsqr", "eigen")
    for shrinkage in (None, 0.0, 0.3, 1.0, "auto")
]
QUADRATIC = [("svd", None)] + [("eigen", s) for s in (None, 0.0, 0.3, 1.0, "auto")]
WAYS = [(BOTH[0], *way) for way in LINEAR] + [(BOTH[1], *way) for way in QUADRATIC]
ways = pytest.mark.parametrize("Estimator, solver, shrinkage", WAYS)
EQUAL = {"rtol": 1e-8, "atol": 1e-10}  # what was promised; found: below 1e-11
EXACT = {"rtol": 1e-10, "atol": 1e-12}  # rounding only, of well-conditioned data


def draw(n=200, p=5, n_classes=3, *, seed=0, apart=1.0):
    """Draw correlated Gaussian classes: rows and labels."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n)
    X = rng.normal(size=(n, p)) @ (np.eye(p) + 0.2 * rng.normal(size=(p, p)))
    return X + apart * rng.normal(size=(n_classes, p))[y], y


def build(Estimator, solver, shrinkage, **params):
    return Estimator(
        solver=solver, shrinkage=shrinkage, store_covariance=True, **params
    )


def counterpart(estimator):
    """Return scikit-learn's estimator of the same parameters."""
    params = estimator.get_params(deep=False)
    assert params.pop("class_weight") is None
    return getattr(theirs, type(estimator).__name__)(**params)


NUMBERS = (
    "coef_",
    "intercept_",
    "covariance_",
    "explained_variance_ratio_",
    "means_",
    "priors_",
    "xbar_",
)


def assert_same_numbers(ours, other, X, *, tolerance=EQUAL):
    """Assert that two fitted models hold and say the same, but for signs of axes."""
    for name in NUMBERS:
        assert hasattr(ours, name) == hasattr(other, name), name
        if hasattr(ours, name):
            one, two = getattr(ours, name), getattr(other, name)
            assert_allclose(one, two, err_msg=name, **tolerance)
    assert_array_equal(ours.classes_, other.classes_)
    for name in ("predict_proba", "decision_function", "predict_log_proba"):
        one, two = getattr(ours, name)(X), getattr(other, name)(X)
        assert_allclose(one, two, err_msg=name, rtol=tolerance["rtol"], atol=1e-8)
    if isinstance(ours, QuadraticDiscriminantAnalysis):
        for one, two in zip(ours.scalings_, other.scalings_, strict=True):
            assert_allclose(one, two, **tolerance)
    elif hasattr(ours, "scalings_"):
        one, two = ours.transform(X), other.transform(X)
        one = one * np.sign(np.sum(one * two, axis=0))
        assert_allclose(one, two, rtol=tolerance["rtol"], atol=1e-8)


@ways
@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("has_priors", [False, True])
def test_numbers_are_those_of_scikit_learn(
    Estimator, solver, shrinkage, n_classes, has_priors
):
    X, y = draw(n_classes=n_classes)
    priors = np.arange(1, n_classes + 1) / sum(range(1, n_classes + 1))
    ours = build(Estimator, solver, shrinkage, priors=priors if has_priors else None)
    assert_same_numbers(ours.fit(X, y), counterpart(ours).fit(X, y), X)


@pytest.mark.parametrize("solver, shrinkage", QUADRATIC)
def test_axes_of_a_class_are_those_of_scikit_learn(solver, shrinkage):
    if shrinkage == 1.0:
        pytest.skip("a sphere has no axes")
    X, y = draw()
    ours = build(QuadraticDiscriminantAnalysis, solver, shrinkage).fit(X, y)
    for one, two in zip(
        ours.rotations_, counterpart(ours).fit(X, y).rotations_, strict=True
    ):
        assert_allclose(np.abs(np.sum(one * two, axis=0)), 1.0, rtol=1e-10)


@pytest.mark.parametrize("Estimator", BOTH)
def test_numbers_are_those_of_scikit_learn_on_rows_shared_among_threads(Estimator):
    X, y = draw(15_000, 20, 4)
    ours = Estimator().fit(X, y)
    assert_same_numbers(ours, counterpart(ours).fit(X, y), X[:500])


@pytest.mark.parametrize("shape", [(30, 100), (60, 60), (61, 60)])
@pytest.mark.parametrize("store_covariance", [False, True])
def test_wide_tables_give_the_numbers_of_scikit_learn(shape, store_covariance):
    X, y = draw(*shape)
    ours = LinearDiscriminantAnalysis(store_covariance=store_covariance).fit(X, y)
    assert_same_numbers(ours, counterpart(ours).fit(X, y), X)


NEARLY_COLLINEAR = {
    "a copy": (0.0, 1e-4),
    "noise below tol": (1e-6, 1e-4),
    "noise about tol": (2.1e-4, 1e-4),
    "noise above tol": (1e-3, 1e-4),
    "a tiny tol": (1e-6, 1e-9),
}


@pytest.mark.parametrize("noise, tol", NEARLY_COLLINEAR.values(), ids=NEARLY_COLLINEAR)
def test_the_rank_is_that_of_scikit_learn(noise, tol):
    X, y = draw(400)
    rng = np.random.default_rng(1)
    X = np.column_stack([X, X[:, 0] + noise * rng.normal(size=len(X))])
    ours = LinearDiscriminantAnalysis(tol=tol).fit(X, y)
    other = counterpart(ours).fit(X, y)
    tolerance = {"rtol": 1e-8 if noise in (0, 1e-3) else 1e-6, "atol": 1e-10}
    assert ours.scalings_.shape == other.scalings_.shape
    assert_same_numbers(ours, other, X, tolerance=tolerance)


@pytest.mark.parametrize("Estimator", BOTH)
def test_columns_of_any_scale_give_the_numbers_of_scikit_learn(Estimator):
    X, y = draw(400)
    X = X * np.logspace(-2, 4, X.shape[1])
    ours = Estimator(tol=1e-9).fit(X, y)
    assert_same_numbers(ours, counterpart(ours).fit(X, y), X)


@ways
@pytest.mark.parametrize("n_classes", [2, 3])
def test_dtypes_are_those_of_scikit_learn(Estimator, solver, shrinkage, n_classes):
    X, y = draw(n_classes=n_classes)
    for dtype in (np.float32, np.float64, np.int64):
        rows = np.rint(5 * X).astype(dtype)
        ours = build(Estimator, solver, shrinkage).fit(rows, y)
        other = counterpart(ours).fit(rows, y)
        for name in {*NUMBERS, "scalings_", "rotations_"} & {*vars(other)}:
            one, two = (np.asarray(getattr(each, name)) for each in (ours, other))
            assert one.dtype == two.dtype, name
        assert ours.predict_proba(rows).dtype == other.predict_proba(rows).dtype


@ways
def test_posteriors_are_bayes_rule_on_weighted_gaussians(Estimator, solver, shrinkage):
    X, y = draw(60, 3)
    w = np.random.default_rng(0).uniform(0.2, 3.0, len(y))
    params = {"is_linear": Estimator is LinearDiscriminantAnalysis}
    params |= {"shrinkage": shrinkage, "by": "weights" if solver == "svd" else "priors"}
    for priors in (None, [0.2, 0.3, 0.5]):
        fitted = build(Estimator, solver, shrinkage, priors=priors)
        fitted.fit(X, y, sample_weight=w)
        expected = reference.posteriors(X, y, w, X, priors=priors, **params)
        assert_allclose(fitted.predict_proba(X), expected, rtol=1e-8, atol=1e-12)


@ways
def test_a_row_of_weight_k_equals_k_copies(Estimator, solver, shrinkage):
    X, y = draw(80)
    times = np.random.default_rng(0).integers(0, 4, len(y))
    weighted = build(Estimator, solver, shrinkage).fit(X, y, sample_weight=times)
    copied = build(Estimator, solver, shrinkage).fit(
        np.repeat(X, times, axis=0), np.repeat(y, times)
    )
    assert_same_numbers(weighted, copied, X, tolerance=EXACT)


def test_a_row_of_weight_k_equals_k_copies_on_wide_tables():
    X, y = draw(40, 60)
    times = np.random.default_rng(0).integers(1, 4, len(y))
    weighted = LinearDiscriminantAnalysis().fit(X, y, sample_weight=times)
    copied = LinearDiscriminantAnalysis().fit(
        np.repeat(X, times, axis=0), np.repeat(y, times)
    )
    assert_same_numbers(weighted, copied, X, tolerance=EXACT)


def test_few_heavy_rows_are_as_many_as_their_copies():
    X, y = draw(8, 6, 2)
    times = np.full(8, 3)
    model = QuadraticDiscriminantAnalysis(reg_param=0.1)
    copied = clone(model).fit(np.repeat(X, 3, axis=0), np.repeat(y, 3))
    model.fit(X, y, sample_weight=times)
    assert_allclose(model.predict_proba(X), copied.predict_proba(X))


@pytest.mark.parametrize("Estimator", BOTH)
def test_class_weights_are_weights_of_rows(Estimator):
    X, y = draw()
    by_class = {0: 3.0, 2: 0.5}
    weights = np.array([3.0, 1.0, 0.5])[y]
    one = Estimator(class_weight=by_class).fit(X, y)
    assert_same_numbers(one, Estimator().fit(X, y, weights), X, tolerance=EXACT)


@pytest.mark.parametrize("Estimator", BOTH)
def test_balanced_classes_have_equal_priors(Estimator):
    X, y = draw()
    fitted = Estimator(class_weight="balanced").fit(X, y)
    assert_allclose(fitted.priors_, 1 / 3)


@ways
@pytest.mark.parametrize("mean", [0.0, 1e8])
def test_chunks_give_what_one_fit_gives(Estimator, solver, shrinkage, mean):
    X, y = draw(500)
    X = (X - X.mean(axis=0)) / X.std(axis=0) + mean
    w = np.random.default_rng(0).uniform(0.5, 2.0, len(y))
    chunked = build(Estimator, solver, shrinkage)
    for start, stop in [(0, 1), (1, 2), (2, 40), (40, 333), (333, 500)]:
        chunk = slice(start, stop)
        chunked.partial_fit(
            X[chunk], y[chunk], classes=[0, 1, 2], sample_weight=w[chunk]
        )
    whole = build(Estimator, solver, shrinkage).fit(X, y, sample_weight=w)
    assert_allclose(chunked.means_, whole.means_, rtol=1e-14)
    assert_allclose(chunked.covariance_, whole.covariance_, **EXACT)
    if mean == 0:
        assert_same_numbers(chunked, whole, X, tolerance=EXACT)


@ways
def test_merged_models_are_one_fit_of_all_rows(Estimator, solver, shrinkage):
    X, y = draw(300)
    parts = [
        build(Estimator, solver, shrinkage).fit(X[rows], y[rows])
        for rows in np.array_split(np.arange(300), 3)
    ]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    whole = build(Estimator, solver, shrinkage).fit(X, y)
    assert_same_numbers(merged, whole, X, tolerance=EXACT)
    if hasattr(merged, "xbar_"):
        assert_allclose(merged.transform(X), whole.transform(X), atol=1e-10)


@pytest.mark.parametrize("Estimator", BOTH)
def test_a_merger_leaves_its_parts_alone_and_keeps_parameters(Estimator):
    X, y = draw(300)
    parts = [
        Estimator(tol=tol).fit(X[rows], y[rows])
        for rows, tol in [(slice(150), 1e-3), (slice(150, 300), 1e-5)]
    ]
    before = [part.predict_proba(X) for part in parts]
    merged = parts[0].merge(parts[1])
    merged.partial_fit(X[:20], y[:20])
    assert merged.tol == 1e-3
    for part, shares in zip(parts, before, strict=True):
        assert_array_equal(part.predict_proba(X), shares)


@pytest.mark.parametrize("Estimator", BOTH)
def test_models_of_different_classes_merge_to_their_union(Estimator):
    X, y = draw(300)
    label = np.array(["a", "b", "c"])[y]
    one, other = y < 2, y > 0
    merged = (
        Estimator()
        .fit(X[one], label[one])
        .merge(Estimator().fit(X[other], label[other]))
    )
    rows = np.concatenate([np.flatnonzero(one), np.flatnonzero(other)])
    whole = Estimator().fit(X[rows], label[rows])
    assert_same_numbers(merged, whole, X, tolerance=EXACT)


def test_a_class_without_rows_yet_has_probability_0():
    X, y = draw(n_classes=2)
    expected = LinearDiscriminantAnalysis().fit(X, y).predict_proba(X)
    for solver in ("svd", "lsqr", "eigen"):
        model = LinearDiscriminantAnalysis(solver=solver)
        shares = model.partial_fit(X, y, classes=[0, 1, 2]).predict_proba(X)
        assert_allclose(shares[:, :2], expected, atol=1e-10)
        assert_array_equal(shares[:, 2], 0)


@pytest.mark.parametrize("Estimator, n_too_few", [(BOTH[0], 1), (BOTH[1], 3)])
def test_a_stream_predicts_as_soon_as_it_can(Estimator, n_too_few):
    X, y = draw(300)
    stream = Estimator()
    for row in range(n_too_few):
        stream.partial_fit(X[[row]], y[[row]], classes=[0, 1, 2])
        with pytest.raises(NotFittedError, match="too few"):
            stream.predict(X)
    stream.partial_fit(X[n_too_few:], y[n_too_few:])
    assert_same_numbers(stream, Estimator().fit(X, y), X, tolerance=EXACT)


@pytest.mark.parametrize("Estimator", BOTH)
def test_a_fit_can_be_gone_on_with(Estimator):
    X, y = draw(300)
    model = Estimator().fit(X[:200], y[:200]).partial_fit(X[200:], y[200:])
    assert_same_numbers(model, Estimator().fit(X, y), X, tolerance=EXACT)


@pytest.mark.parametrize("mean", [0.0, 1e8])
@pytest.mark.parametrize("is_weighted", [False, True])
def test_moments_are_exact_sums(mean, is_weighted):
    X, _ = draw(400, 3, 1)
    X[0] += 1e4  # an outlier is the first that is met
    X += mean
    w = np.random.default_rng(0).uniform(0.5, 2, 400) if is_weighted else np.ones(400)
    codes = np.zeros(400, int)
    expected = reference.moments(X, w)
    parts = [
        ClassRows(X[rows], codes[rows], w[rows], n_classes=1).measure(
            4, is_pooled=False
        )
        for rows in (slice(150), slice(150, 151), slice(151, 400))
    ]
    for found in (
        ClassRows(X, codes, w, n_classes=1).measure(4, is_pooled=False),
        parts[0].add(parts[1]).add(parts[2]),
        parts[2].add(parts[0].add(parts[1])),
        parts[2].add(parts[0].add(parts[1])).in_one(),
    ):
        sums = (found.means + found.rests, found.second, found.third, found.fourth)
        for one, two in zip(sums, expected, strict=True):
            size = np.abs(two.astype(float)).max()
            assert_allclose(one[0], two.astype(float), rtol=1e-10, atol=1e-12 * size)


def test_any_number_of_threads_gives_the_same_bits():
    X, y = draw(20_000, 30)
    several = LinearDiscriminantAnalysis().fit(X, y)
    with threadpool_limits(1):
        one = LinearDiscriminantAnalysis().fit(X, y)
    assert_array_equal(several._moments.second, one._moments.second)


@pytest.mark.parametrize("Estimator", BOTH)
def test_the_layout_of_X_changes_no_bit(Estimator):
    X, y = draw()
    frozen = X.copy()
    frozen.flags.writeable = False
    expected = Estimator().fit(X, y).predict_proba(X)
    for rows in (
        np.asfortranarray(X),
        frozen,
        np.repeat(X, 2, axis=0)[::2],
        X.tolist(),
    ):
        assert_array_equal(Estimator().fit(rows, y).predict_proba(X), expected)


def test_a_constant_column_is_passed_over_whatever_its_value():
    X, y = draw()
    expected = LinearDiscriminantAnalysis().fit(X, y).predict_proba(X)
    for value in (0.0, 0.1, 1e8 + 0.1):
        padded = np.column_stack([X, np.full(len(X), value)])
        shares = LinearDiscriminantAnalysis().fit(padded, y).predict_proba(padded)
        assert_allclose(shares, expected, rtol=1e-6)


@pytest.mark.parametrize("solver", ["svd", "lsqr"])
def test_one_class_is_predicted_with_certainty(solver):
    X, _ = draw()
    fitted = LinearDiscriminantAnalysis(solver=solver).fit(X, ["only"] * len(X))
    assert_array_equal(fitted.predict(X), ["only"] * len(X))
    assert_array_equal(fitted.predict_proba(X), np.ones((len(X), 1)))


def test_rows_without_spread_within_classes_are_refused():
    _, y = draw()
    with pytest.raises(np.linalg.LinAlgError, match="No column varies within"):
        LinearDiscriminantAnalysis().fit(np.column_stack([y, 2 * y]), y)


def test_two_classes_rise_towards_the_second_along_their_axis():
    for seed in range(5):
        X, y = draw(n_classes=2, seed=seed)
        places = LinearDiscriminantAnalysis().fit(X, y).transform(X)[:, 0]
        assert places[y == 1].mean() > places[y == 0].mean()


def test_rows_have_variance_1_within_classes_along_the_axes():
    X, y = draw(n_classes=4)
    for solver in ("svd", "eigen"):
        model = LinearDiscriminantAnalysis(solver=solver).fit(X, y)
        places = model.transform(X)
        means = np.array([places[y == k].mean(axis=0) for k in range(4)])
        assert_allclose(np.cov((places - means[y]).T, bias=True), np.eye(3), atol=1e-9)


@pytest.mark.parametrize("Estimator", BOTH)
def test_an_estimator_of_covariances_takes_the_place_of_shrinkage(Estimator):
    X, y = draw()
    solver = {"solver": "eigen", "covariance_estimator": OAS()}
    ours = Estimator(**solver, store_covariance=True).fit(X, y)
    assert not hasattr(ours.covariance_estimator, "covariance_")
    assert_same_numbers(ours, counterpart(ours).fit(X, y), X)


class WeightedCovariance(EmpiricalCovariance):
    def fit(self, X, y=None, sample_weight=None):
        self.covariance_ = np.atleast_2d(np.cov(X.T, aweights=sample_weight, ddof=0))
        return self


@pytest.mark.parametrize("Estimator", BOTH)
def test_an_estimator_of_covariances_is_given_the_weights(Estimator):
    X, y = draw()
    w = np.random.default_rng(0).uniform(0.5, 2.0, len(y))
    own = Estimator(solver="eigen", covariance_estimator=WeightedCovariance())
    assert_same_numbers(
        own.fit(X, y, w), Estimator(solver="eigen").fit(X, y, w), X, tolerance=EXACT
    )


FAILING = {  # a name, parameters, and what becomes of rows and labels
    "one row": (BOTH[:1], {}, lambda X, y: (X[:1], y[:1])),
    "as many rows as classes": (BOTH[:1], {}, lambda X, y: (X[:3], [0, 1, 2])),
    "one class": (BOTH[1:], {}, lambda X, y: (X, 0 * y)),
    "one row of a class": (BOTH[1:], {}, lambda X, y: (X[:20], [0] * 19 + [1])),
    "continuous labels": (BOTH[1:], {}, lambda X, y: (X, y + 0.5)),
    "missing values": (BOTH, {}, lambda X, y: (X * np.nan, y)),
    "shrunk svd": (BOTH, {"shrinkage": 0.5}, None),
    "svd and estimator": (BOTH, {"covariance_estimator": OAS()}, None),
    "both shrinkage and estimator": (
        BOTH,
        {"solver": "eigen", "shrinkage": 0.5, "covariance_estimator": OAS()},
        None,
    ),
    "negative priors": (BOTH[:1], {"priors": [-0.5, 1.0, 0.5]}, None),
    "too many components": (BOTH[:1], {"n_components": 3}, None),
    "a flat class": (BOTH[1:], {}, lambda X, y: (X * [0, 1, 1, 1, 1], y)),
    "a shrunk flat class": (
        BOTH[1:],
        {"solver": "eigen"},
        lambda X, y: (X * [0, 1, 1, 1, 1], y),
    ),
    "a thin class": (BOTH[1:], {}, lambda X, y: (X[:8], [0, 1] * 4)),
    "an unknown solver": (BOTH, {"solver": "qr"}, None),
    "shrinkage above 1": (BOTH, {"solver": "eigen", "shrinkage": 1.5}, None),
    "negative tol": (BOTH, {"tol": -1.0}, None),
}


@pytest.mark.parametrize("name", FAILING)
def test_errors_are_those_of_scikit_learn(name):
    estimators, params, spoil = FAILING[name]
    for Estimator in estimators:
        X, y = draw()
        ours = Estimator().fit(X, y)
        before = ours.predict_proba(X)
        other = counterpart(ours.set_params(**params))
        rows = spoil(X, y) if spoil else (X, y)
        with pytest.raises(Exception) as expected:
            other.fit(*rows)
        with pytest.raises(expected.type) as caught:
            ours.fit(*rows)
        assert str(expected.value)[:25] in str(caught.value)
        assert_array_equal(ours.predict_proba(X), before)


def test_priors_that_do_not_sum_to_1_are_normalised_with_a_warning():
    X, y = draw()
    with pytest.warns(UserWarning, match="The priors do not sum to 1"):
        fitted = LinearDiscriminantAnalysis(priors=[1, 1, 2]).fit(X, y)
    assert_allclose(fitted.priors_, [0.25, 0.25, 0.5])


OWN_ERRORS = {
    "priors of another number": ({"priors": [0.5, 0.5]}, {}, "3 finite numbers"),
    "priors of 0": ({"priors": [0, 0, 0]}, {}, "positive sum"),
    "infinite weights": ({"class_weight": {0: np.inf}}, {}, "finite weights"),
    "negative weights": ({}, {"sample_weight": [-1.0] + [1.0] * 199}, "non-negative"),
    "no weights": ({}, {"sample_weight": np.zeros(200)}, "zeros only"),
    "weights of another number": ({}, {"sample_weight": [1.0, 2.0]}, "(2,)"),
    "a weightless class": ({"class_weight": {0: 0.0}}, {}, "no row of class 0"),
    "no weights taken": (
        {"solver": "eigen", "covariance_estimator": OAS()},
        {"sample_weight": np.ones(200)},
        "takes no weights",
    ),
    "an unknown class weight": ({"class_weight": "even"}, {}, "'class_weight'"),
}


@pytest.mark.parametrize("Estimator", BOTH)
@pytest.mark.parametrize("name", OWN_ERRORS)
def test_what_scikit_learn_does_not_know_is_refused_in_words(Estimator, name):
    params, arguments, says = OWN_ERRORS[name]
    with pytest.raises(ValueError) as caught:
        Estimator(**params).fit(*draw(), **arguments)
    assert says in str(caught.value)


def fit_half(Estimator, half=0, **params):
    X, y = draw(200)
    rows = slice(100 * half, 100 * half + 100)
    return Estimator(**params).fit(X[rows], y[rows])


AUTO = {"solver": "eigen", "shrinkage": "auto"}
UNFIT_TO_MERGE = {
    "another class": (
        fit_half(BOTH[0]),
        fit_half(BOTH[1]),
        "must be a skclassic.Lin",
    ),
    "other columns": (
        fit_half(BOTH[0]),
        BOTH[0]().fit(*draw(p=4)),
        "same features, got 4 of them in place of 5",
    ),
    "other names of classes": (
        fit_half(BOTH[0]),
        BOTH[0]().fit(draw()[0], draw()[1].astype(str)),
        "name classes alike",
    ),
    "no fourth moments": (
        fit_half(BOTH[1], **AUTO),
        fit_half(BOTH[1], solver="eigen"),
        "fourth moments",
    ),
    "pooled only": (
        fit_half(BOTH[0], solver="eigen", priors=[0.2, 0.3, 0.5]),
        fit_half(BOTH[0], solver="eigen"),
        "scatter of each class",
    ),
    "a wide table": (
        BOTH[0]().fit(*draw(30, 40)),
        BOTH[0]().fit(*draw(30, 40)),
        "keeps no scatter",
    ),
    "an estimator": (
        fit_half(BOTH[1], solver="eigen", covariance_estimator=OAS()),
        fit_half(BOTH[1], solver="eigen"),
        "needs rows",
    ),
}


@pytest.mark.parametrize("name", UNFIT_TO_MERGE)
def test_models_that_do_not_add_up_are_refused(name):
    one, other, says = UNFIT_TO_MERGE[name]
    X = draw(p=one.n_features_in_)[0]
    before = one.predict_proba(X)
    with pytest.raises((ValueError, TypeError)) as caught:
        one.merge(other)
    assert says in str(caught.value)
    assert_array_equal(one.predict_proba(X), before)


@pytest.mark.parametrize("Estimator", BOTH)
def test_an_unfitted_model_is_not_merged(Estimator):
    for one, other in [
        (Estimator(), fit_half(Estimator)),
        (fit_half(Estimator), Estimator()),
    ]:
        with pytest.raises(NotFittedError):
            one.merge(other)


@pytest.mark.parametrize("Estimator", BOTH)
def test_a_stream_is_held_to_its_classes_and_columns(Estimator):
    X, y = draw()
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        Estimator().partial_fit(X, y)
    stream = Estimator().partial_fit(X, y, classes=[2, 1, 0])
    before = stream.predict_proba(X)
    with pytest.raises(ValueError, match="not the same as on last call"):
        stream.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"label\(s\) \[3\]"):
        stream.partial_fit(X, y + 1)
    with pytest.raises(ValueError, match="expecting 5 features"):
        stream.partial_fit(X[:, :4], y)
    assert_array_equal(stream.predict_proba(X), before)
    with pytest.raises(ValueError, match="'balanced' depends on all rows"):
        Estimator(class_weight="balanced").partial_fit(X, y, classes=[0, 1, 2])


def test_class_weights_serve_a_stream():
    X, y = draw()
    by_class = {0: 2.0, 1: 3.0}
    stream = LinearDiscriminantAnalysis(class_weight=by_class)
    for k in (2, 0, 1):
        stream.partial_fit(X[y == k], y[y == k], classes=[0, 1, 2])
    whole = LinearDiscriminantAnalysis(class_weight=by_class).fit(X, y)
    assert_allclose(stream.coef_, whole.coef_, **EXACT)


@pytest.mark.parametrize("Frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("Estimator", BOTH)
def test_data_frames_keep_their_names(Estimator, Frame):
    X, y = draw()
    frame = Frame(dict(zip("abcde", X.T, strict=True)))
    fitted = Estimator().fit(frame, y)
    assert_array_equal(fitted.feature_names_in_, list("abcde"))
    assert_array_equal(fitted.predict(frame), Estimator().fit(X, y).predict(X))
    fitted.partial_fit(frame, y)
    with pytest.raises(ValueError, match="feature names should match"):
        fitted.partial_fit(frame[["b", "a", "c", "d", "e"]], y)


def test_axes_have_names_and_go_into_frames():
    X, y = draw()
    model = LinearDiscriminantAnalysis().set_output(transform="pandas").fit(X, y)
    names = ["lineardiscriminantanalysis0", "lineardiscriminantanalysis1"]
    assert_array_equal(model.get_feature_names_out(), names)
    assert list(model.transform(X).columns) == names


def test_means_on_one_line_span_one_axis():
    X, y = draw(300, apart=0.0)
    X[:, 0] += 5 * y
    X -= np.array([X[y == k].mean(axis=0) for k in range(3)])[y]
    X[:, 0] += 5 * y
    model = LinearDiscriminantAnalysis().set_output(transform="pandas").fit(X, y)
    assert model.transform(X).shape == (300, 1)


def test_sparse_rows_are_scored_as_scikit_learn_scores_them():
    X, y = draw()
    model = LinearDiscriminantAnalysis().fit(X, y)
    assert_allclose(model.predict_proba(csr_array(X)), model.predict_proba(X))


@pytest.mark.parametrize("Estimator", BOTH)
def test_routed_weights_reach_fit(Estimator):
    X, y = draw()
    w = np.where(np.arange(len(y)) % 2, 1.0, 1e-3)
    with config_context(enable_metadata_routing=True):
        model = make_pipeline(
            StandardScaler().set_fit_request(sample_weight=False),
            Estimator().set_fit_request(sample_weight=True),
        )
        routed = model.fit(X, y, sample_weight=w)
    expected = Estimator().fit(StandardScaler().fit_transform(X), y, w)
    assert_array_equal(routed[-1].means_, expected.means_)


@pytest.mark.parametrize("Estimator", BOTH)
def test_pickled_models_answer_alike_and_can_be_gone_on_with(Estimator):
    X, y = draw()
    fitted = Estimator().fit(X, y)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    assert_array_equal(
        again.partial_fit(X, y).predict_proba(X),
        fitted.partial_fit(X, y).predict_proba(X),
    )


@pytest.mark.parametrize("Estimator", BOTH)
def test_fitting_leaves_the_users_arrays_alone(Estimator):
    X, y = draw()
    w = np.arange(len(y)) * 1.0
    before = X.copy(), y.copy(), w.copy()
    Estimator().fit(X, y, w).predict_proba(X)
    Estimator().fit(np.asfortranarray(X), y, w).partial_fit(X, y, sample_weight=w)
    for array, copy in zip((X, y, w), before, strict=True):
        assert_array_equal(array, copy)


@pytest.mark.parametrize("Estimator", BOTH)
def test_parameters_are_those_of_scikit_learn_and_class_weight(Estimator):
    ours = Estimator().get_params()
    assert ours.pop("class_weight") is None
    assert ours == counterpart(Estimator()).get_params()


@pytest.mark.parametrize("Estimator", BOTH)
def test_every_public_name_of_scikit_learn_is_there(Estimator):
    X, y = draw()
    other = counterpart(Estimator()).fit(X, y)
    missing = {name for name in dir(other) if not name.startswith("_")}
    assert missing <= {*dir(Estimator().fit(X, y))}


FLAT = "scikit-learn's data are flat within a class, and that is an error"
SINGLE = "a class of scikit-learn's data is copies of one row, and that is an error"
FLAT_CHECKS = dict.fromkeys(
    ["check_sample_weights_shape", "check_sample_weights_not_overwritten"], FLAT
)
SINGLE_CHECKS = {"check_sample_weight_equivalence_on_dense_data": SINGLE}


def flat_checks(estimator):
    """Name the checks whose data have no spread in some direction."""
    if isinstance(estimator, LinearDiscriminantAnalysis):
        return {}
    return SINGLE_CHECKS | (FLAT_CHECKS if estimator.solver == "svd" else {})


@parametrize_with_checks(
    [
        LinearDiscriminantAnalysis(),
        LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.3),
        QuadraticDiscriminantAnalysis(),
        QuadraticDiscriminantAnalysis(solver="eigen", shrinkage=0.3),
    ],
    expected_failed_checks=flat_checks,
)
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    check(estimator)
