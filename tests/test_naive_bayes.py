"""Naive Bayes against exact fractions, against scikit-learn, and against its laws."""

import pickle
import warnings
from copy import deepcopy
from functools import reduce

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from scipy.special import logsumexp
from sklearn import config_context, naive_bayes
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits

from skclassic import CategoricalNB, GaussianNB, MultinomialNB
from tests.references import naive_bayes as reference

ALL = [GaussianNB, MultinomialNB, CategoricalNB]
DISCRETE = [MultinomialNB, CategoricalNB]
COVARIANCES = ["class", "shared"]
ROUNDING = 1e-10  # relative; what the sums of a few thousand values cost at most


def make_rows(n_rows=120, n_features=4, n_classes=3, *, seed=0):
    """Draw rows of normal classes whose means and variances differ."""
    rng = np.random.default_rng(seed)
    y = rng.integers(n_classes, size=n_rows)
    means = rng.normal(size=(n_classes, n_features))
    scales = rng.uniform(0.5, 2.0, size=(n_classes, n_features))
    return means[y] + scales[y] * rng.normal(size=(n_rows, n_features)), y


def make_counts(n_rows=120, n_features=4, n_classes=3, *, seed=0):
    """Draw small counts, which serve as categories too."""
    rng = np.random.default_rng(seed)
    y = rng.integers(n_classes, size=n_rows)
    rates = rng.uniform(0.3, 2.0, size=(n_classes, n_features))
    return rng.poisson(rates[y]), y


def make_data(Estimator, *args, **params):
    """Draw data that suit an estimator."""
    make = make_rows if Estimator is GaussianNB else make_counts
    return make(*args, **params)


def with_gaps(X, share=0.2, *, seed=1):
    """Return a copy with some values missing."""
    X = X.astype(float)
    X[np.random.default_rng(seed).random(X.shape) < share] = np.nan
    return X


def theirs(Estimator):
    """Return scikit-learn's class of the same name."""
    return getattr(naive_bayes, Estimator.__name__)


def seen_by(model):
    """Return what a model has learnt, as one list of arrays."""
    if hasattr(model, "theta_"):
        return [model.theta_, model.var_, model.class_count_, model.class_prior_]
    counts = getattr(model, "feature_count_", None)
    counts = model.category_count_ if counts is None else [counts]
    return [*counts, model.class_count_, model.class_log_prior_]


def assert_alike(first, second, *, rtol=ROUNDING):
    """Assert that two models have learnt the same."""
    assert_array_equal(first.classes_, second.classes_)
    for ours, other in zip(seen_by(first), seen_by(second), strict=True):
        assert_allclose(ours, other, rtol=rtol, atol=1e-300)


# ---- scikit-learn's own checks, names and numbers


@parametrize_with_checks(
    [GaussianNB(), GaussianNB(covariance="shared"), MultinomialNB(), CategoricalNB()]
)
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    check(estimator)


@pytest.mark.parametrize("Estimator", ALL)
def test_parameters_are_those_of_scikit_learn(Estimator):
    ours, known = Estimator().get_params(), theirs(Estimator)().get_params()
    assert ours.pop("covariance", "class") == "class"
    assert ours == known


@pytest.mark.parametrize("Estimator", ALL)
def test_every_public_name_of_scikit_learn_is_there(Estimator):
    X, y = make_data(Estimator)
    ours, known = Estimator().fit(X, y), theirs(Estimator)().fit(X, y)
    assert {name for name in dir(known) if not name.startswith("_")} <= {*dir(ours)}


METHODS = ["predict_joint_log_proba", "predict_log_proba", "predict_proba", "predict"]


def assert_equal_predictions(ours, known, X, *, tolerance=1e-10):
    for method in METHODS[:-1]:
        expected = getattr(known, method)(X)
        assert_allclose(
            getattr(ours, method)(X), expected, rtol=tolerance, atol=tolerance
        )
    assert_array_equal(ours.predict(X), known.predict(X))


@pytest.mark.parametrize("load", [load_iris, load_digits, load_breast_cancer])
def test_gaussian_numbers_are_those_of_scikit_learn(load):
    X, y = load(return_X_y=True)
    ours, known = GaussianNB().fit(X, y), naive_bayes.GaussianNB().fit(X, y)
    assert_allclose(ours.theta_, known.theta_, rtol=1e-10)
    assert_allclose(ours.var_, known.var_, rtol=1e-10)
    assert_allclose(ours.epsilon_, known.epsilon_, rtol=1e-10)
    assert_array_equal(ours.class_prior_, known.class_prior_)
    assert_allclose(ours.predict_proba(X), known.predict_proba(X), atol=1e-10)
    assert_array_equal(ours.predict(X), known.predict(X))


@pytest.mark.parametrize("scales", [1.0, np.logspace(-4, 4, 4)])
@pytest.mark.parametrize(
    "params", [{}, {"priors": [0.5, 0.2, 0.3]}, {"var_smoothing": 0.1}]
)
def test_gaussian_predictions_are_those_of_scikit_learn(params, scales):
    X, y = make_rows(500)
    X = X * scales
    ours = GaussianNB(**params).fit(X, y)
    assert_equal_predictions(ours, naive_bayes.GaussianNB(**params).fit(X, y), X)


def hand_over(model):
    """Give scikit-learn's class what ours has learnt."""
    known = naive_bayes.GaussianNB()
    for name in ("classes_", "theta_", "var_", "class_prior_", "n_features_in_"):
        setattr(known, name, getattr(model, name))
    return known


def far_from_zero():
    X, y = make_rows(600)
    return X + 1e8, y


def tight_and_far_apart():
    X, y = make_rows(600)
    return X * 1e-3 + y[:, np.newaxis], y


def two_alike_and_one_far_away():
    X, y = make_rows(600)
    return X + np.where(y == 2, 1e8, 0.0)[:, np.newaxis], y


def constant_in_some_classes():
    X, y = make_rows(600)
    X[y == 0, 0] = 0.1
    X[y == 1, 0] = 7.0
    X[y == 2, 1] = 0.0
    return X, y


@pytest.mark.parametrize(
    "draw",
    [
        far_from_zero,
        tight_and_far_apart,
        two_alike_and_one_far_away,
        constant_in_some_classes,
    ],
)
def test_matrix_products_lose_no_digits_where_terms_cancel(draw):
    # The means handed over are rounded alike: at 1e8 that alone is worth 1e-8.
    X, y = draw()
    ours = GaussianNB().fit(X, y)
    known = hand_over(ours)
    assert_allclose(ours.predict_proba(X), known.predict_proba(X), atol=1e-10)
    rounding = 1e-15 * np.abs(known.predict_joint_log_proba(X)).max()
    assert_allclose(
        ours.predict_joint_log_proba(X),
        known.predict_joint_log_proba(X),
        atol=max(1e-10, 100 * rounding),
    )


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int64, bool])
@pytest.mark.filterwarnings("ignore")  # scikit-learn's of a constant column
def test_types_are_those_of_scikit_learn(dtype):
    X, y = make_rows()
    X = np.abs(X).astype(dtype)
    ours, known = GaussianNB().fit(X, y), naive_bayes.GaussianNB().fit(X, y)
    for name in ("theta_", "var_", "class_prior_", "class_count_"):
        assert getattr(ours, name).dtype == getattr(known, name).dtype
    for other in (X, X.astype(np.float64)):
        for method in METHODS:
            dtypes = {getattr(model, method)(other).dtype for model in (ours, known)}
            assert len(dtypes) == 1


DISCRETE_PARAMS = [
    {},
    {"alpha": 0.3},
    {"fit_prior": False},
    {"class_prior": [0.2, 0.3, 0.5]},
]


@pytest.mark.parametrize("is_weighted", [False, True])
@pytest.mark.parametrize("params", DISCRETE_PARAMS)
@pytest.mark.parametrize("Estimator", DISCRETE)
def test_discrete_numbers_are_those_of_scikit_learn(Estimator, params, is_weighted):
    X, y = make_counts()
    weights = np.random.default_rng(0).random(len(y)) if is_weighted else None
    ours = Estimator(**params).fit(X, y, weights)
    known = theirs(Estimator)(**params).fit(X, y, weights)
    for a, b in zip(seen_by(ours), seen_by(known), strict=True):
        assert_allclose(a, b, rtol=1e-12)
    assert_equal_predictions(ours, known, X)


@pytest.mark.parametrize("n_classes", [1, 2, 3, 12, 40])
@pytest.mark.parametrize("Estimator", ALL)
def test_any_number_of_classes_gives_the_numbers_of_scikit_learn(Estimator, n_classes):
    X, y = make_data(Estimator, 800, n_classes=n_classes)
    ours, known = Estimator().fit(X, y), theirs(Estimator)().fit(X, y)
    assert_alike(ours, known)
    assert_equal_predictions(ours, known, X)


@pytest.mark.parametrize("n_classes", [2, 12])
@pytest.mark.parametrize("container", [sparse.csr_array, sparse.csc_matrix])
def test_sparse_counts_are_those_of_the_dense_ones(container, n_classes):
    X, y = make_counts(n_classes=n_classes)
    weights = np.random.default_rng(0).random(len(y))
    dense = MultinomialNB().fit(X, y, weights)
    thin = MultinomialNB().fit(container(X), y, weights)
    assert_alike(dense, thin)
    assert_equal_predictions(dense, thin, X)
    assert_equal_predictions(dense, dense, container(X))


def test_smoothing_may_differ_by_feature():
    X, y = make_counts()
    alpha = [0.1, 1.0, 2.0, 5.0]
    ours = MultinomialNB(alpha=alpha).fit(X, y)
    known = naive_bayes.MultinomialNB(alpha=alpha).fit(X, y)
    assert_allclose(ours.feature_log_prob_, known.feature_log_prob_, rtol=1e-12)


def test_more_categories_may_be_asked_for_than_are_met():
    X, y = make_counts()
    ours = CategoricalNB(min_categories=[9, 1, 1, 12]).fit(X, y)
    known = naive_bayes.CategoricalNB(min_categories=[9, 1, 1, 12]).fit(X, y)
    assert_array_equal(ours.n_categories_, known.n_categories_)
    assert_alike(ours, known)


# ---- the definition


@pytest.mark.parametrize("has_gaps", [False, True])
@pytest.mark.parametrize("covariance", COVARIANCES)
def test_moments_and_joint_probabilities_are_those_of_the_definition(
    covariance, has_gaps
):
    X, y = make_rows(60)
    X = with_gaps(X) if has_gaps else X
    weights = np.random.default_rng(0).integers(1, 5, len(y)) / 2
    model = GaussianNB(covariance=covariance, var_smoothing=0.0).fit(X, y, weights)
    rows, labels, w = X.tolist(), y.tolist(), weights.tolist()
    parts = [reference.class_moments(rows, labels, w, c) for c in range(3)]
    means = np.array([[float(m) for m, _ in part] for part in parts])
    variances = np.array([[float(v) for _, v in part] for part in parts])
    if covariance == "shared":
        n = np.array(
            [(~np.isnan(X) * weights[:, None])[y == c].sum(0) for c in range(3)]
        )
        variances[:] = (n * variances).sum(axis=0) / n.sum(axis=0)
    assert_allclose(model.theta_, means, rtol=1e-12)
    assert_allclose(model.var_, variances, rtol=1e-12)
    priors = [weights[y == c].sum() / weights.sum() for c in range(3)]
    joint = [
        [
            reference.log_joint(x, *each)
            for each in zip(means, variances, priors, strict=True)
        ]
        for x in rows
    ]
    assert_allclose(model.predict_joint_log_proba(X), joint, rtol=1e-11)
    shares = [reference.divide(each) for each in joint]
    assert_allclose(model.predict_proba(X), shares, rtol=1e-10, atol=1e-14)


def test_counts_are_those_of_the_definition():
    X, y = make_counts(60)
    weights = np.random.default_rng(0).random(len(y))
    given = X.tolist(), y.tolist(), weights.tolist()
    words = MultinomialNB().fit(X, y, weights)
    expected = [reference.count_words(*given, c) for c in range(3)]
    assert_allclose(words.feature_count_, expected, rtol=1e-12)
    for j, counts in enumerate(CategoricalNB().fit(X, y, weights).category_count_):
        for (c, category), count in np.ndenumerate(counts):
            expected = reference.count_category(*given, c, feature=j, category=category)
            assert_allclose(count, expected, rtol=1e-12)


def test_smoothing_adds_a_share_of_the_largest_variance():
    X, y = make_rows()
    smooth, rough = (GaussianNB(var_smoothing=s).fit(X, y) for s in (0.5, 0.0))
    assert_allclose(smooth.epsilon_, 0.5 * X.var(axis=0).max())
    assert_allclose(smooth.var_ - rough.var_, smooth.epsilon_)


# ---- parts: partial_fit and merge

AT_1E8 = 1e8


def cut(X, y, n_parts=7):
    """Cut rows into parts of different lengths."""
    ends = np.linspace(0, 1, n_parts + 1)[1:-1] ** 2 * len(y)
    return zip(
        np.split(X, ends.astype(int)), np.split(y, ends.astype(int)), strict=True
    )


@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize("centre", [0.0, AT_1E8])
def test_chunks_learn_what_one_fit_learns(centre, covariance):
    X, y = make_rows(5_000)
    X = X + centre
    whole = GaussianNB(covariance=covariance).fit(X, y)
    chunked = GaussianNB(covariance=covariance)
    for part in cut(X, y, 50):
        chunked.partial_fit(*part, classes=[0, 1, 2])
    assert_alike(chunked, whole)
    assert_allclose(chunked.epsilon_, whole.epsilon_, rtol=ROUNDING)


@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize("centre", [0.0, AT_1E8])
def test_merged_parts_are_one_fit(centre, covariance):
    X, y = make_rows(5_000)
    X = with_gaps(X + centre)
    whole = GaussianNB(covariance=covariance).fit(X, y)
    parts = [GaussianNB(covariance=covariance).fit(*part) for part in cut(X, y)]
    assert_alike(reduce(GaussianNB.merge, parts), whole)


def test_variances_at_1e8_are_exact():
    X, y = make_rows(300)
    X = X + AT_1E8
    model = GaussianNB(var_smoothing=0.0).fit(X, y)
    ones = [1.0] * len(y)
    for c in range(3):
        exact = reference.class_moments(X.tolist(), y.tolist(), ones, c)
        assert_allclose(model.var_[c], [float(v) for _, v in exact], rtol=1e-12)


@pytest.mark.parametrize("Estimator", DISCRETE)
def test_chunks_of_counts_learn_what_one_fit_learns(Estimator):
    X, y = make_counts()
    whole, chunked = Estimator().fit(X, y), Estimator()
    for part in cut(X, y):
        chunked.partial_fit(*part, classes=[0, 1, 2])
    assert_alike(chunked, whole)


@pytest.mark.parametrize("Estimator", ALL)
def test_parts_of_different_classes_are_merged(Estimator):
    X, y = make_data(Estimator)
    labels = np.array(["c", "a", "b"])[y]
    is_first = (y == 0) | (np.arange(len(y)) % 2 == 0) & (y == 1)
    parts = [Estimator().fit(X[rows], labels[rows]) for rows in (is_first, ~is_first)]
    assert_array_equal(parts[0].classes_, ["a", "c"])
    merged = parts[0].merge(parts[1])
    assert_alike(merged, Estimator().fit(X, labels))
    assert_alike(parts[1].merge(parts[0]), merged)
    assert_allclose(
        merged.predict_proba(X), Estimator().fit(X, labels).predict_proba(X)
    )


@pytest.mark.parametrize("Estimator", ALL)
def test_a_merger_leaves_its_parts_alone_and_keeps_parameters(Estimator):
    X, y = make_data(Estimator)
    smoothing = "var_smoothing" if Estimator is GaussianNB else "alpha"
    first = Estimator(**{smoothing: 0.25}).fit(X[:50], y[:50])
    second = Estimator().fit(X[50:], y[50:])
    before = deepcopy((seen_by(first), seen_by(second)))
    merged = first.merge(second)
    assert merged.get_params()[smoothing] == 0.25
    for model, arrays in zip((first, second), before, strict=True):
        for now, then in zip(seen_by(model), arrays, strict=True):
            assert_array_equal(now, then)


@pytest.mark.parametrize("Estimator", ALL)
def test_a_merged_model_goes_on_learning(Estimator):
    X, y = make_data(Estimator)
    parts = [Estimator().fit(X[a : a + 40], y[a : a + 40]) for a in (0, 40)]
    merged = parts[0].merge(parts[1]).partial_fit(X[80:], y[80:])
    assert_alike(merged, Estimator().fit(X, y))


def test_parts_that_do_not_fit_are_not_merged():
    X, y = make_rows()
    model = GaussianNB().fit(X, y)
    framed = [
        GaussianNB().fit(pd.DataFrame(X, columns=list(names)), y)
        for names in ("abcd", "abdc")
    ]
    with pytest.raises(TypeError, match="must be a skclassic.GaussianNB, got"):
        model.merge(MultinomialNB().fit(np.abs(X), y))
    with pytest.raises(ValueError, match="got 3 of them in place of 4"):
        model.merge(GaussianNB().fit(X[:, :3], y))
    with pytest.raises(ValueError, match="same features"):
        framed[0].merge(framed[1])
    with pytest.raises(ValueError, match="name classes alike"):
        model.merge(GaussianNB().fit(X, y.astype(str)))
    with pytest.raises(NotFittedError):
        model.merge(GaussianNB())
    with pytest.raises(ValueError, match="Number of priors"):
        two = y < 2
        narrow = GaussianNB(priors=[0.5, 0.5]).fit(X[two], y[two])
        narrow.merge(model)


@pytest.mark.parametrize("Estimator", [MultinomialNB, CategoricalNB])
def test_an_unsmoothed_class_without_rows_is_never_predicted(Estimator):
    X = np.random.default_rng(0).integers(0, 3, (40, 4))
    y = np.arange(40) % 2
    model = Estimator(alpha=0).partial_fit(X, y, classes=[0, 1, 2])
    shares = model.predict_proba(X)
    assert_allclose(shares[:, :2], Estimator(alpha=0).fit(X, y).predict_proba(X))
    assert_array_equal(shares[:, 2], 0)


@pytest.mark.parametrize("Estimator", [MultinomialNB, CategoricalNB])
@pytest.mark.parametrize("prior", [[-1, 2], [np.nan, 1], [0, 0], [np.inf, 1]])
def test_priors_that_are_no_shares_are_refused(Estimator, prior):
    with pytest.raises(ValueError, match="class_prior must hold finite shares"):
        Estimator(class_prior=prior).fit([[0, 1], [1, 0]], [0, 1])


@pytest.mark.parametrize("Estimator", ALL)
def test_classes_must_be_named_once_and_for_all(Estimator):
    X, y = make_data(Estimator)
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        Estimator().partial_fit(X, y)
    with pytest.raises(ValueError, match=r"label\(s\) \[2\] in y do not exist"):
        Estimator().partial_fit(X, y, classes=[0, 1])
    model = Estimator().partial_fit(X, y, classes=[2, 1, 0])
    with pytest.raises(ValueError, match="not the same as on last call"):
        model.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match="X has 3 features"):
        model.partial_fit(X[:, :3], y)


@pytest.mark.parametrize("Estimator", DISCRETE)
def test_classes_with_a_prior_each_are_named_once(Estimator):
    X, y = make_counts()
    with pytest.raises(ValueError, match="names a label twice"):
        Estimator().partial_fit(X, y, classes=[0, 1, 2, 2])


@pytest.mark.parametrize("Estimator", ALL)
def test_a_class_not_met_yet_is_never_predicted(Estimator):
    X, y = make_data(Estimator)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Estimator().partial_fit(X, y, classes=[0, 1, 2, 3])
        assert_array_equal(model.predict_proba(X)[:, 3], 0.0)
    assert_array_equal(model.predict(X), Estimator().fit(X, y).predict(X))


# ---- weights


@pytest.mark.parametrize("Estimator", ALL)
def test_a_row_of_weight_k_is_k_rows(Estimator):
    X, y = make_data(Estimator)
    times = np.random.default_rng(0).integers(4, size=len(y))
    copies = Estimator().fit(np.repeat(X, times, axis=0), np.repeat(y, times))
    weighted = Estimator().fit(X, y, sample_weight=times)
    assert_alike(weighted, copies)
    assert_allclose(weighted.predict_proba(X), copies.predict_proba(X), rtol=1e-8)


def test_smoothing_counts_weighted_rows_too():
    X, y = make_rows()
    times = np.random.default_rng(0).integers(4, size=len(y))
    weighted = GaussianNB(var_smoothing=0.5).fit(X, y, sample_weight=times)
    copies = GaussianNB(var_smoothing=0.5)
    copies.fit(np.repeat(X, times, axis=0), np.repeat(y, times))
    assert_allclose(weighted.epsilon_, copies.epsilon_, rtol=1e-12)


@pytest.mark.parametrize("Estimator", ALL)
def test_rows_of_no_weight_take_no_part(Estimator):
    X, y = make_data(Estimator)
    weights = np.ones(len(y))
    weights[::3] = 0.0
    X[::3] = X.max() if Estimator is CategoricalNB else X[::3] * 1_000
    kept = Estimator().fit(X[weights > 0], y[weights > 0])
    model = Estimator().fit(X, y, sample_weight=weights)
    if Estimator is not CategoricalNB:  # which learns of the category all the same
        assert_alike(model, kept, rtol=1e-8)  # points are taken from all rows
    assert_allclose(model.class_count_, kept.class_count_)


@pytest.mark.parametrize("Estimator", ALL)
@pytest.mark.parametrize(
    "weights, message",
    [(-1.0, "non-negative"), (np.nan, "contains NaN"), (0.0, "positive sum")],
)
def test_weights_that_make_no_sense_are_refused(Estimator, weights, message):
    X, y = make_data(Estimator)
    with pytest.raises(ValueError, match=message):
        Estimator().fit(X, y, np.full(len(y), weights))


# ---- missing values


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_missing_feature_is_as_if_there_were_no_such_feature(covariance):
    X, y = make_rows()
    gone = X.copy()
    gone[:, 1] = np.nan
    whole = GaussianNB(covariance=covariance, var_smoothing=0.0).fit(X, y)
    without = clone(whole).fit(np.delete(X, 1, axis=1), y)
    assert_allclose(
        whole.predict_joint_log_proba(gone),
        without.predict_joint_log_proba(np.delete(X, 1, axis=1)),
    )


def test_a_row_without_values_has_the_prior():
    X, y = make_rows()
    model = GaussianNB().fit(X, y)
    nothing = np.full((1, 4), np.nan)
    assert_allclose(model.predict_proba(nothing)[0], model.class_prior_)
    assert_allclose(model.score_samples(nothing), 0.0, atol=1e-12)


def test_a_feature_that_nobody_has_says_nothing():
    X, y = make_rows()
    padded = np.column_stack([X, np.full(len(y), np.nan)])
    model = GaussianNB().fit(padded, y)
    assert np.isnan(model.theta_[:, 4]).all()
    filled = np.column_stack([X, np.ones(len(y))])
    for rows in (padded, filled):
        assert_allclose(
            model.predict_proba(rows), GaussianNB().fit(X, y).predict_proba(X)
        )


def test_a_class_without_a_value_takes_those_of_all():
    X, y = make_rows()
    X[y == 1, 2] = np.nan
    model = GaussianNB().fit(X, y)
    assert_allclose(model.theta_[1, 2], np.nanmean(X[:, 2]))
    assert_allclose(model.var_[1, 2], np.nanvar(X[:, 2]) + model.epsilon_)
    assert_array_equal(
        model.feature_count_[1], [(y == 1).sum()] * 2 + [0, (y == 1).sum()]
    )


@pytest.mark.parametrize("draw", [make_rows, tight_and_far_apart])
def test_missing_values_are_found_in_any_block_and_any_column(draw):
    X, y = draw()
    model = GaussianNB().fit(X, y)
    many, gaps = np.tile(X, (60, 1)), with_gaps(np.tile(X, (60, 1)), 0.001)
    is_whole = ~np.isnan(gaps).any(axis=1)
    assert 0 < (~is_whole).sum() < len(many)
    shares, plain = model.predict_proba(gaps), model.predict_proba(many)
    assert_allclose(shares[is_whole], plain[is_whole], atol=1e-12)
    rows = gaps[~is_whole][:20]
    classes = list(zip(model.theta_, model.var_, model.class_prior_, strict=True))
    expected = [[reference.log_joint(x, *each) for each in classes] for x in rows]
    assert_allclose(model.predict_joint_log_proba(rows), expected, rtol=1e-10)


@pytest.mark.parametrize("place", [(0, 0), (90_000, 3)])
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values_are_refused_wherever_they_are(place, value):
    X, y = make_rows(100_000)
    model = GaussianNB().fit(X, y)
    before = seen_by(model)
    X[place] = value
    for call in (lambda: model.fit(X, y), lambda: model.predict_proba(X)):
        with pytest.raises(ValueError, match="Input X contains infinity"):
            call()
    assert seen_by(model)[0] is before[0]


# ---- what a generative model can do


def test_densities_integrate_to_one():
    X, y = make_rows(n_features=1)
    model = GaussianNB().fit(X, y)
    grid = np.linspace(-30, 30, 20_001)
    density = np.exp(model.score_samples(grid[:, np.newaxis]))
    assert_allclose(np.trapezoid(density, grid), 1.0, rtol=1e-9)


def test_the_density_of_a_row_is_the_sum_over_classes():
    X, y = make_rows()
    model = GaussianNB().fit(X, y)
    joint = model.predict_joint_log_proba(X)
    assert_allclose(model.score_samples(X), logsumexp(joint, axis=1))


def test_odd_rows_have_a_low_density():
    X, y = make_rows()
    model = GaussianNB().fit(X, y)
    assert model.score_samples(X).min() > model.score_samples(X + 100).max()


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_model_of_its_own_draws_is_the_model(covariance):
    X, y = make_rows()
    model = GaussianNB(covariance=covariance).fit(X, np.array(["a", "b", "c"])[y])
    n = 40_000
    again = clone(model).fit(*model.sample(n, random_state=0))
    # 5 standard errors of a mean, of a variance and of a share
    error = 5 / np.sqrt(n * model.class_prior_.min())
    assert_array_equal(again.classes_, model.classes_)
    assert np.all(np.abs(again.theta_ - model.theta_) < error * np.sqrt(model.var_))
    assert np.all(np.abs(again.var_ / model.var_ - 1) < error * np.sqrt(2))
    assert np.all(np.abs(again.class_prior_ - model.class_prior_) < error)


def test_the_same_seed_draws_the_same_rows():
    X, y = make_rows()
    model = GaussianNB().fit(X.astype(np.float32), y)
    first, second = (model.sample(5, random_state=3) for _ in range(2))
    assert_array_equal(first[0], second[0])
    assert_array_equal(first[1], second[1])
    assert first[0].dtype == np.float32
    assert model.sample()[0].shape == (1, 4)
    with pytest.raises(ValueError, match="n_samples must be an integer"):
        model.sample(0)


def test_shared_variances_make_the_log_odds_linear():
    X, y = make_rows()
    model = GaussianNB(covariance="shared").fit(X, y)
    assert_allclose(model.var_, np.broadcast_to(model.var_[0], model.var_.shape))
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 50, 4))
    odds = [np.diff(model.predict_log_proba(x), axis=1) for x in (a, b, (a + b) / 2)]
    assert_allclose(odds[2], (odds[0] + odds[1]) / 2, rtol=1e-9, atol=1e-9)


# ---- any data


def test_classes_in_order_and_values_that_drift_are_no_trouble():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 700)
    X = rng.normal(size=(2100, 2)) + np.array([0.0, 1e6, -1e9])[y, np.newaxis]
    X[:, 1] += np.arange(2100) ** 2
    model = GaussianNB(var_smoothing=0.0).fit(X, y)
    for c in range(3):
        exact = reference.class_moments(X.tolist(), y.tolist(), [1.0] * 2100, c)
        assert_allclose(model.var_[c], [float(v) for _, v in exact], rtol=1e-10)


def test_a_first_row_far_from_its_class_costs_no_digits():
    X, y = make_rows(400)
    X[0], weights = 1e9, np.ones(400)
    weights[0] = 0.0
    model = GaussianNB(var_smoothing=0.0).fit(X, y, weights)
    kept = GaussianNB(var_smoothing=0.0).fit(X[1:], y[1:])
    assert_allclose(model.var_, kept.var_, rtol=1e-12)


@pytest.mark.parametrize("Estimator", ALL)
def test_one_row_is_enough(Estimator):
    model = Estimator().fit([[1, 2]], [3])
    assert_array_equal(model.predict([[1, 2], [0, 0]]), [3, 3])


@pytest.mark.parametrize("Estimator", ALL)
def test_nothing_but_constant_columns_predicts_the_commonest_class(Estimator):
    model = Estimator().fit(np.ones((50, 3), int), ["a"] * 5 + ["b"] * 45)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(model.predict(np.ones((2, 3), int)), ["b", "b"])


def test_a_value_that_only_one_class_has_decides_without_smoothing():
    X = np.array([[0.0], [0.0], [1.0], [1.0]])
    model = GaussianNB(var_smoothing=0.0).fit(X, [0, 0, 1, 1])
    assert_array_equal(model.predict_proba(X), [[1, 0], [1, 0], [0, 1], [0, 1]])


def test_what_was_never_met_is_impossible_without_smoothing():
    X, y = [[1, 0, 2], [0, 3, 1]], ["a", "b"]
    model = MultinomialNB(alpha=0.0).fit(X, y)
    assert_array_equal(
        model.predict_proba([[1, 0, 0], [0, 1, 0], [5, 0, 1]]), [[1, 0], [0, 1], [1, 0]]
    )


@pytest.mark.parametrize("Estimator", DISCRETE)
def test_a_smoothing_too_small_is_raised_with_a_warning(Estimator):
    X, y = make_counts()
    with pytest.warns(UserWarning, match="alpha too small"):
        model = Estimator(alpha=0.0, force_alpha=False).fit(X, y)
    log_shares = model.feature_log_prob_
    assert np.isfinite(np.concatenate([each.ravel() for each in log_shares])).all()


def test_a_category_never_met_is_refused_by_name():
    X, y = make_counts()
    X = np.minimum(X, 2)
    with pytest.raises(IndexError, match="category 7 of feature 1"):
        CategoricalNB().fit(X, y).predict([[0, 7, 0, 0]])
    CategoricalNB(min_categories=8).fit(X, y).predict([[0, 7, 0, 0]])


BAD_PARAMETERS = [
    (GaussianNB, {"priors": [0.5, 0.5]}, "Number of priors"),
    (GaussianNB, {"priors": [0.5, 0.5, 0.5]}, "sum of the priors"),
    (GaussianNB, {"priors": [1.5, -0.5, 0.0]}, "non-negative"),
    (GaussianNB, {"var_smoothing": -1.0}, "'var_smoothing'"),
    (GaussianNB, {"covariance": "full"}, "'covariance'"),
    (MultinomialNB, {"alpha": -1.0}, "'alpha'"),
    (MultinomialNB, {"alpha": [1.0, 2.0]}, "should contains `n_features`"),
    (MultinomialNB, {"alpha": [1.0, 2.0, -1.0, 1.0]}, "greater than 0"),
    (MultinomialNB, {"class_prior": [0.5, 0.5]}, "Number of priors"),
    (CategoricalNB, {"class_prior": [0.5, 0.5]}, "Number of priors"),
    (CategoricalNB, {"min_categories": 0}, "'min_categories'"),
    (CategoricalNB, {"min_categories": [1, 2]}, "should have shape"),
    (CategoricalNB, {"min_categories": [1.5] * 4}, "integral type"),
]


@pytest.mark.parametrize("Estimator, params, message", BAD_PARAMETERS)
def test_a_bad_parameter_is_refused_and_leaves_an_earlier_fit_as_it_was(
    Estimator, params, message
):
    X, y = make_data(Estimator)
    model = Estimator().fit(X, y)
    before = vars(model).copy()
    model.set_params(**params)
    with pytest.raises(ValueError, match=message):
        model.fit(X, y)
    assert all(vars(model)[name] is before[name] for name in before if name[-1] == "_")


@pytest.mark.parametrize("Estimator", DISCRETE)
def test_negative_counts_are_refused(Estimator):
    X, y = make_counts()
    with pytest.raises(ValueError, match=f"Negative values .* {Estimator.__name__}"):
        Estimator().fit(-X, y)


@pytest.mark.parametrize("Estimator", ALL)
def test_bad_rows_are_refused_by_a_fitted_model(Estimator):
    X, y = make_data(Estimator)
    model = Estimator().fit(X, y)
    for rows, message in [
        (X[:, :3], "X has 3 features"),
        (X[0], "Expected 2D array"),
        (X[:0], r"0 sample\(s\)"),
        (X.astype(complex), "Complex data"),
    ]:
        with pytest.raises(ValueError, match=message):
            model.predict(rows)
    if Estimator is not GaussianNB:
        with pytest.raises(ValueError, match="contains NaN"):
            model.predict(with_gaps(X))
    with pytest.raises(NotFittedError):
        Estimator().predict(X)


LAYOUTS = {
    "fortran": np.asfortranarray,
    "strided": lambda X: np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2],
    "reversed": lambda X: X[::-1, ::-1].copy()[::-1, ::-1],
    "list": lambda X: X.tolist(),
    "float64": lambda X: X.astype(np.float64),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("Estimator", ALL)
def test_the_layout_of_X_changes_nothing(Estimator, layout):
    X, y = make_data(Estimator, 3_000, 30)
    plain, other = Estimator().fit(X, y), Estimator().fit(LAYOUTS[layout](X), y)
    assert_alike(other, plain, rtol=0)
    # Columns that lie together are multiplied as they lie, which is faster.
    rounding = 0 if layout != "fortran" or Estimator is CategoricalNB else 1e-11
    rows, shares = LAYOUTS[layout](X), plain.predict_proba(X)
    assert_allclose(plain.predict_proba(rows), shares, rtol=rounding, atol=rounding)


@pytest.mark.parametrize("Estimator", ALL)
def test_the_number_of_threads_changes_no_bit(Estimator):
    X, y = make_data(Estimator, 20_000, 20)
    with threadpool_limits(1):
        alone = Estimator().fit(X, y)
        shares = alone.predict_proba(X)
    together = Estimator().fit(X, y)
    assert_alike(alone, together, rtol=0)
    assert_array_equal(together.predict_proba(X), shares)


@pytest.mark.parametrize("Estimator", ALL)
def test_predicting_row_by_row_is_predicting_at_once(Estimator):
    X, y = make_data(Estimator)
    model = Estimator().fit(X, y)
    singly = np.concatenate([model.predict_proba(row.reshape(1, -1)) for row in X])
    assert_allclose(singly, model.predict_proba(X), rtol=1e-12)


@pytest.mark.parametrize("Estimator", ALL)
def test_fitting_and_predicting_leave_the_users_arrays_alone(Estimator):
    X, y = make_data(Estimator)
    weights = np.arange(1.0, len(y) + 1)
    for array in (X, y, weights):
        array.flags.writeable = False
    Estimator().fit(X, y, sample_weight=weights).predict_proba(X)


@pytest.mark.parametrize("Frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("Estimator", ALL)
def test_data_frames_keep_their_names_and_cause_no_warning(Estimator, Frame):
    X, y = make_data(Estimator)
    names = list("abcd")
    frame = Frame(dict(zip(names, X.T, strict=True)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Estimator().fit(frame, y)
        shares = model.predict_proba(frame)
    assert_allclose(shares, Estimator().fit(X, y).predict_proba(X), rtol=1e-12)
    assert_array_equal(model.feature_names_in_, names)
    assert_array_equal(model.merge(model).feature_names_in_, names)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(X)
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(pd.DataFrame(X, columns=list("abdc")))


def test_gaps_of_a_data_frame_are_missing_values():
    X, y = make_rows()
    gaps = with_gaps(X)
    nullable = pd.DataFrame(gaps, columns=list("abcd")).convert_dtypes()
    assert nullable.isna().to_numpy().any()
    framed, plain = GaussianNB().fit(nullable, y), GaussianNB().fit(gaps, y)
    assert_alike(framed, plain, rtol=0)
    assert_array_equal(framed.predict_proba(nullable), plain.predict_proba(gaps))


LABELS = {
    "strings": np.array(["ham", "eggs", "spam"]),
    "objects": np.array(["ham", "eggs", "spam"], dtype=object),
    "floats": np.array([0.0, 1.0, 2.0]),
    "bool": np.array([False, True, True]),
    "uint8": np.array([255, 0, 128], dtype=np.uint8),
}


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("Estimator", ALL)
def test_labels_come_back_as_they_were_given(Estimator, labels):
    X, codes = make_data(Estimator)
    y = LABELS[labels][codes]
    model = Estimator().fit(X, y)
    assert_array_equal(model.classes_, np.unique(y))
    assert model.classes_.dtype == model.predict(X).dtype == y.dtype
    assert_array_equal(model.predict(X), theirs(Estimator)().fit(X, y).predict(X))


@pytest.mark.parametrize("Estimator", ALL)
def test_a_column_of_labels_is_taken_with_a_warning(Estimator):
    X, y = make_data(Estimator)
    with pytest.warns(DataConversionWarning):
        column = Estimator().fit(X, y[:, np.newaxis])
    assert_alike(column, Estimator().fit(X, y), rtol=0)


@pytest.mark.parametrize("Estimator", ALL)
def test_labels_that_are_no_classes_are_refused(Estimator):
    X, y = make_data(Estimator)
    for labels, message in [
        (y + 0.5, "Unknown label type"),
        (np.where(y == 0, np.nan, y), "Input y contains NaN"),
        (y[:-1], "inconsistent numbers of samples"),
    ]:
        with pytest.raises(ValueError, match=message):
            Estimator().fit(X, labels)


@pytest.mark.parametrize("Estimator", ALL)
def test_a_pickle_and_a_clone_are_the_model(Estimator):
    X, y = make_data(Estimator)
    model = Estimator().fit(X, y)
    for other in (pickle.loads(pickle.dumps(model)), clone(model).fit(X, y)):
        assert_array_equal(other.predict_proba(X), model.predict_proba(X))
    pickle.loads(pickle.dumps(model)).partial_fit(X, y)


def test_pipelines_and_searches_take_it():
    X, y = make_rows()
    model = make_pipeline(StandardScaler(), GaussianNB())
    grid = {"gaussiannb__covariance": COVARIANCES}
    search = GridSearchCV(model, grid, cv=3, error_score="raise").fit(X, y)
    assert search.best_estimator_.predict(X).shape == y.shape


@pytest.mark.parametrize("Estimator", ALL)
def test_routed_weights_reach_fit(Estimator):
    X, y = make_data(Estimator)
    X = np.minimum(X, 2)  # categories that are in every fold
    weights = np.where(np.arange(len(y)) % 2, 1.0, 1e-9)
    with config_context(enable_metadata_routing=True):
        model = Estimator().set_fit_request(sample_weight=True)
        model.set_score_request(sample_weight=False)
        scores = [
            cross_validate(model, X, y, cv=3, params=params, error_score="raise")
            for params in ({"sample_weight": weights}, {})
        ]
    assert np.any(scores[0]["test_score"] != scores[1]["test_score"])


def test_numbers_set_by_hand_are_predicted_with():
    X, y = make_rows()
    model = GaussianNB().fit(X, y)
    model.theta_ += 1.0
    model.var_ *= 2.0
    assert_allclose(model.predict_proba(X), hand_over(model).predict_proba(X))
