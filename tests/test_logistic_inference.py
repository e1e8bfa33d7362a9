"""What a logistic regression tells of its coefficients is what its likelihood says."""

import itertools
import time

import numpy as np
import pytest
from scipy import stats
from scipy.sparse import csr_matrix
from scipy.special import expit, softmax
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from skclassic import _logistic_inference as inference
from skclassic._logistic_inference import (
    refuse_class_weights,
    refuse_penalised,
    shift_intercept,
    tabulate_coefficients,
)
from skclassic._logit_likelihood import Likelihood, StandardRows, climb, find_dependent
from skclassic._profile_likelihood import Damped, Level, Zero, find_points
from tests.references import logistic as slow

COLUMNS = ["estimate", "standard_error", "z", "p_value", "low", "high"]
RATIOS = ["lr_statistic", "lr_p_value", "lr_low", "lr_high"]


def plant(n, d, n_classes=2, seed=0, *, strength=1.0):
    """Draw rows and classes from a logit model, columns off zero."""
    rng = np.random.RandomState(seed)
    X = rng.standard_normal((n, d)) + rng.standard_normal(d)
    scores = strength * X @ rng.standard_normal((d, n_classes)) / d**0.5
    codes = (scores + rng.gumbel(size=(n, n_classes))).argmax(axis=1)
    assert len(np.unique(codes)) == n_classes
    return X, codes


def climb_up(X, codes, weights=None, *, fit_intercept=True):
    """Return coefficients and intercepts at the optimum, laid out as scikit-learn's."""
    n_classes = codes.max() + 1
    rows = StandardRows(X, weights, fit_intercept)
    likelihood = Likelihood(rows, codes, n_classes)
    start = likelihood.look_around(np.zeros(likelihood.n_values))
    summit = climb(likelihood, start, max_steps=50, tol=1e-10)
    plain = summit.point.reshape(n_classes - 1, -1) @ rows.turn_back().T
    if n_classes > 2:
        plain = np.vstack([np.zeros(rows.n_terms), plain])
        plain = plain - plain.mean(axis=0)
    d = X.shape[1]
    return plain[:, :d], plain[:, d] if fit_intercept else np.zeros(len(plain))


def tabulate(X, codes, weights=None, *, fitted=None, fit_intercept=True, **kwargs):
    if fitted is None:
        fitted = climb_up(X, codes, weights, fit_intercept=fit_intercept)
    names = [f"x{j}" for j in range(X.shape[1])]
    classes = np.arange(codes.max() + 1)
    kwargs = {"feature_names": names, "classes": classes} | kwargs
    return tabulate_coefficients(
        X, codes, weights, *fitted, fit_intercept=fit_intercept, **kwargs
    )


def add_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def assert_same_table(one, other, *, factors=1.0, rtol=1e-7, atol=1e-9):
    """Compare tables, the second one's coefficients times factors."""
    scaled = {"estimate", "standard_error", "low", "high", "lr_low", "lr_high"}
    for name in COLUMNS + RATIOS:
        expected = getattr(other, name) * (factors if name in scaled else 1.0)
        np.testing.assert_allclose(
            getattr(one, name), expected, rtol=rtol, atol=atol, err_msg=name
        )


# the figures


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_estimates_errors_and_tests_are_those_worked_out_row_by_row(
    n_classes, weighted
):
    X, codes = plant(70, 2, n_classes, seed=1)
    weights = np.random.RandomState(0).randint(1, 4, 70) * 1.0 if weighted else None
    Z, ones = add_ones(X), np.ones(70) if weights is None else weights
    beta, value, information = slow.maximise(Z, codes, ones, n_classes)
    errors = np.diag(np.linalg.inv(information)) ** 0.5
    table = tabulate(X, codes, weights)
    np.testing.assert_allclose(table.estimate.ravel(), beta, atol=1e-9)
    np.testing.assert_allclose(table.standard_error.ravel(), errors, rtol=1e-8)
    np.testing.assert_allclose(table.covariance, np.linalg.inv(information), rtol=1e-7)
    assert table.log_likelihood == pytest.approx(value, rel=1e-12)
    assert table.n_rows == ones.sum()
    p = 2 * stats.norm.sf(abs(beta / errors))
    np.testing.assert_allclose(table.p_value.ravel(), p, rtol=1e-6)
    reach = 1.959963984540054 * errors
    np.testing.assert_allclose(table.low.ravel(), beta - reach, atol=1e-8)
    np.testing.assert_allclose(table.high.ravel(), beta + reach, atol=1e-8)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_likelihood_ratios_are_those_of_fits_with_a_coefficient_held(n_classes):
    X, codes = plant(30, 2, n_classes, seed=3)
    Z, ones = add_ones(X), np.ones(30)
    _, highest, _ = slow.maximise(Z, codes, ones, n_classes)
    table = tabulate(X, codes, confidence=0.9)
    for number in range(3 * (n_classes - 1)):
        _, without, _ = slow.maximise(Z, codes, ones, n_classes, hold=(number, 0.0))
        statistic = 2 * (highest - without)
        assert table.lr_statistic.ravel()[number] == pytest.approx(statistic, abs=1e-8)
        p = stats.chi2.sf(statistic, 1)
        assert table.lr_p_value.ravel()[number] == pytest.approx(p, abs=1e-8)
    drop = stats.chi2.ppf(0.9, 1) / 2
    for number in (0, 3 * (n_classes - 1) - 1):
        ends = slow.profile_interval(Z, codes, ones, n_classes, number, drop)
        found = table.lr_low.ravel()[number], table.lr_high.ravel()[number]
        assert found == pytest.approx(ends, abs=1e-6)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("scaled", [False, True])
def test_errors_and_p_values_are_those_of_statsmodels(n_classes, scaled):
    sm = pytest.importorskip("statsmodels.api")
    X, codes = plant(500, 4, n_classes, seed=2)
    spread = 10.0 ** np.arange(-4, 4.1, 8 / 3) if scaled else np.ones(4)
    model = (sm.Logit if n_classes == 2 else sm.MNLogit)(codes, add_ones(X))
    fit = model.fit(disp=0, method="newton", tol=1e-12)
    shape = (5, n_classes - 1)
    table = tabulate(X * spread, codes)
    by = np.append(spread, 1.0)
    for ours, theirs in [
        (table.estimate * by, fit.params),
        (table.standard_error * by, fit.bse),
        (table.p_value, fit.pvalues),
    ]:
        theirs = np.asarray(theirs).reshape(shape).T
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-12)


def test_a_row_weighted_k_times_is_the_row_given_k_times():
    X, codes = plant(80, 3, 3, seed=4)
    counts = np.random.RandomState(1).randint(0, 4, 80)
    again = np.repeat(np.arange(80), counts)
    weighted = tabulate(X, codes, counts.astype(float))
    assert_same_table(weighted, tabulate(X[again], codes[again]))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_coefficients_of_scaled_columns_are_scaled_back(n_classes):
    X, codes = plant(100, 3, n_classes, seed=5)
    scales = np.array([1e-4, 1.0, 1e4])
    plain, scaled = tabulate(X, codes), tabulate(X * scales, codes)
    assert_same_table(scaled, plain, factors=1 / np.append(scales, 1.0), rtol=1e-6)


def test_columns_far_from_zero_lose_no_figures():
    X, codes = plant(200, 2, seed=6)
    near, far = tabulate(X, codes), tabulate(X + 2.0**26, codes)
    for name in COLUMNS + RATIOS:  # 2^26 leaves 9 digits of the columns
        one, other = getattr(near, name)[:, :2], getattr(far, name)[:, :2]
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-8)


def test_layouts_of_the_rows_make_no_difference():
    X, codes = plant(150, 3, 3, seed=7)
    X[X < 0] = 0.0
    table = tabulate(X, codes)
    fitted = climb_up(X, codes)
    for same in (np.asfortranarray(X), csr_matrix(X)):
        assert_same_table(tabulate(same, codes, fitted=fitted), table)


def test_no_intercept_is_no_term():
    X, codes = plant(60, 2, seed=8)
    table = tabulate(X, codes, fit_intercept=False)
    beta, _, information = slow.maximise(X, codes, np.ones(60), 2)
    np.testing.assert_allclose(table.estimate[0], beta, atol=1e-9)
    errors = np.diag(np.linalg.inv(information)) ** 0.5
    np.testing.assert_allclose(table.standard_error[0], errors, rtol=1e-8)
    assert table.terms == ("x0", "x1")


def test_the_other_of_two_classes_as_reference_turns_signs():
    X, codes = plant(90, 2, seed=9)
    labels = np.array(["no", "yes"])
    plain = tabulate(X, codes, classes=labels)
    turned = tabulate(X, codes, classes=labels, reference="yes")
    assert (plain.classes, plain.reference) == (("yes",), "no")
    assert (turned.classes, turned.reference) == (("no",), "yes")
    np.testing.assert_allclose(turned.estimate, -plain.estimate, atol=1e-10)
    np.testing.assert_allclose(turned.lr_low, -plain.lr_high, atol=1e-7)
    np.testing.assert_allclose(turned.lr_statistic, plain.lr_statistic, atol=1e-8)


def test_another_reference_of_many_gives_differences_with_their_covariance():
    X, codes = plant(120, 2, 3, seed=10)
    labels = np.array(["a", "b", "c"])
    plain = tabulate(X, codes, classes=labels)
    other = tabulate(X, codes, classes=labels, reference="b")
    assert other.classes == ("a", "c")
    first, second = plain.estimate  # b and c, against a
    np.testing.assert_allclose(other.estimate, [-first, second - first], atol=1e-9)
    turn = np.kron([[-1, 0], [-1, 1]], np.eye(3))
    covariance = turn @ plain.covariance @ turn.T
    np.testing.assert_allclose(other.covariance, covariance, atol=1e-9)


def test_a_fit_that_stopped_early_is_polished():
    X, codes = plant(300, 3, 3, seed=11)
    coef, intercept = climb_up(X, codes)
    rough = coef.round(2), intercept.round(2)
    assert_same_table(tabulate(X, codes, fitted=rough), tabulate(X, codes))


def test_wald_is_told_without_likelihood_ratios_where_asked():
    X, codes = plant(100, 2, seed=12)
    table = tabulate(X, codes, likelihood_ratio=False)
    assert table.lr_low is None and table.lr_p_value is None
    np.testing.assert_array_equal(table.estimate, tabulate(X, codes).estimate)
    assert "likelihood ratio" not in repr(table)


@pytest.mark.parametrize("seed", range(6))
def test_nested_searches_find_what_the_joint_one_finds(seed):
    X, codes = plant(18, 2, 2 + seed % 2, seed=20 + seed, strength=0.5)
    rows = StandardRows(X, None, True)
    likelihood = Likelihood(rows, codes, codes.max() + 1)
    start = likelihood.look_around(np.zeros(likelihood.n_values))
    summit = climb(likelihood, start, max_steps=50, tol=1e-10)
    assert likelihood.is_proof(summit)
    level = summit.value - 1.92
    kinds = [Zero(), Level(level, -1), Level(level, 1)]
    asked = list(itertools.product(np.eye(likelihood.n_values), kinds))
    (jointly, _), (surely, _) = (
        find_points(likelihood, summit, asked, surely=[s] * len(asked))
        for s in (False, True)
    )
    errors = np.sqrt(np.diag(summit.inverse))
    np.testing.assert_allclose(jointly / errors, surely / errors, atol=1e-4)
    for (c, _), one, other in zip(asked, jointly, surely, strict=True):
        assert c @ one == pytest.approx(c @ other, abs=1e-6)


def test_eighty_thousand_rows_are_tabulated_in_seconds():
    X, codes = plant(80_000, 20, seed=13)
    fitted = climb_up(X, codes)
    began = time.perf_counter()
    table = tabulate(X, codes, fitted=fitted)
    assert time.perf_counter() - began < 8.0  # 0.5 on a quiet machine
    # with so many rows the likelihood is quadratic near its top
    np.testing.assert_allclose(table.low, table.lr_low, rtol=0.02, atol=1e-3)


# what has no table


def test_penalised_coefficients_are_found_out():
    X, codes = plant(200, 3, seed=14)
    model = LogisticRegression(C=0.1).fit(X, codes)
    with pytest.raises(ValueError, match="with a penalty"):
        tabulate(X, codes, fitted=(model.coef_, model.intercept_))


def test_coefficients_of_other_rows_or_labels_are_found_out():
    X, codes = plant(200, 3, 3, seed=15)
    fitted = climb_up(X, codes)
    for rows, labels in [(X[:150], codes[:150]), (X, (codes + 1) % 3)]:
        with pytest.raises(ValueError, match="fitted on other rows"):
            tabulate(rows, labels, fitted=fitted)


def test_columns_made_up_of_others_are_named():
    X, codes = plant(100, 3, seed=16)
    X = np.column_stack([X, X[:, 0] - 3 * X[:, 2] + 5, np.full(100, 7.3)])
    fitted = np.zeros((1, 5)), np.zeros(1)
    with pytest.raises(ValueError, match="'x3' is a combination of 'x0', 'x2'; 'x4'"):
        tabulate(X, codes, fitted=fitted)
    with pytest.raises(ValueError, match="'x5' is 0 throughout"):
        X = np.column_stack([X, np.zeros(100)])
        fitted = np.zeros((1, 6)), np.zeros(1)
        tabulate(X, codes, fitted=fitted, fit_intercept=False)


def test_columns_nearly_made_up_of_others_are_kept():
    X, codes = plant(400, 2, seed=17)
    noise = 1e-4 * np.random.RandomState(0).standard_normal(400)
    X = np.column_stack([X, X[:, 0] + noise])
    assert not find_dependent(StandardRows(X, None, True).measure_gram())
    table = tabulate(X, codes)
    assert table.standard_error[0, 0] > 100 * table.standard_error[0, 1]


def test_a_reference_that_is_no_class_is_refused():
    X, codes = plant(60, 2, seed=18)
    with pytest.raises(ValueError, match="one of the classes .*, got 5"):
        tabulate(X, codes, reference=5)
    with pytest.raises(ValueError, match=r"confidence must be in \(0, 1\)"):
        tabulate(X, codes, confidence=95)


def test_refusals_offer_what_can_be_had():
    with pytest.raises(ValueError, match="got C=1.0: a penalty moves") as refusal:
        refuse_penalised("coefficient_table", "C=1.0")
    assert "resample" in str(refusal.value)
    with pytest.raises(ValueError, match="got class_weight='balanced'"):
        refuse_class_weights("coefficient_table", "balanced")


def test_the_bootstrap_that_is_offered_runs():
    X, codes = plant(50, 2, seed=19)
    known = {"X": X, "y": codes, "model": LogisticRegression(), "np": np}
    lines = [line.strip() for line in inference.BOOTSTRAP.splitlines()]
    exec("\n".join(lines).replace("range(1000)", "range(5)"), known)
    assert (known["low"] < known["high"]).all()


# separated classes


def test_a_column_that_separates_has_an_interval_without_an_end():
    X, codes = plant(100, 2, seed=20)
    rare = ((np.arange(100) % 7 == 0) & (codes == 1)) * 1.0
    model = LogisticRegression(C=1e12, tol=1e-10, max_iter=10_000)
    X = np.column_stack([X, rare])
    model.fit(X, codes)
    table = tabulate(X, codes, fitted=(model.coef_, model.intercept_))
    assert table.estimate[0, 2] == np.inf and np.isnan(table.p_value[0, 2])
    assert table.lr_high[0, 2] == np.inf and np.isfinite(table.lr_low[0, 2])
    # the highest likelihood with the coefficient held there is what the level asks
    _, without, _ = slow.maximise(add_ones(X[:, :2]), codes, np.ones(100), 2)
    statistic = 2 * (table.log_likelihood - without)
    assert table.lr_statistic[0, 2] == pytest.approx(statistic, abs=1e-6)
    # where the column is 1 there is nothing left to explain: others are of other rows
    rest = tabulate(X[rare == 0, :2], codes[rare == 0])
    kept = [0, 1, 3]
    for name in COLUMNS + RATIOS:
        found, expected = getattr(table, name)[0, kept], getattr(rest, name)[0]
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_complete_separation_leaves_bounds_on_what_separates():
    x = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
    codes = (x > 0).astype(int)
    fitted = np.array([[30.0]]), np.zeros(1)
    table = tabulate(x[:, None], codes, fitted=fitted)
    assert table.estimate[0, 0] == np.inf
    assert np.isnan(table.estimate[0, 1])  # the boundary is anywhere between -1 and 1
    assert (table.lr_low[0, 1], table.lr_high[0, 1]) == (-np.inf, np.inf)
    low, value = table.lr_low[0, 0], -stats.chi2.ppf(0.95, 1) / 2
    # by symmetry the intercept is 0 where the slope is held
    there = 2 * np.log(expit(low * np.array([1.0, 2.0, 3.0]))).sum()
    assert there == pytest.approx(value, abs=1e-6)


def test_an_end_is_found_however_far_the_fit_was_pushed():
    X, codes = load_breast_cancer(return_X_y=True)  # thirty columns part the classes
    likelihood = Likelihood(StandardRows(X, None, True), codes, 2)
    damped = Damped(likelihood)
    start = damped.look_around(np.zeros(likelihood.n_values))
    summit = climb(damped, start, max_steps=100, tol=1e-3)
    contrast = np.eye(likelihood.n_values)[8]
    level = summit.value - stats.chi2.ppf(0.95, 1) / 2
    point, value = Level(level, -1).find_surely(likelihood, summit, contrast)
    assert value == pytest.approx(level, abs=1e-5)
    assert 0 < contrast @ point < contrast @ summit.point / 2


@pytest.mark.parametrize("size", [30.0, 40.0, 1e3, 1e9])
def test_probabilities_that_round_to_one_prove_no_finite_estimate(size):
    x = np.array([-2.0, -1.0, 0.0, 0.0, 1.0, 2.0])
    codes = np.array([0, 0, 0, 1, 1, 1])
    table = tabulate(x[:, None], codes, fitted=(np.array([[size]]), np.zeros(1)))
    assert table.estimate[0, 0] == np.inf
    assert table.estimate[0, 1] == pytest.approx(0.0, abs=1e-6)
    error = 2**0.5  # of two rows on the boundary, one of each class
    assert table.standard_error[0, 1] == pytest.approx(error, rel=1e-5)


def test_classes_that_overlap_are_told_of_beside_one_that_does_not():
    X, codes = plant(80, 2, 3, seed=24)
    X[codes == 0, 0] += 20.0
    model = LogisticRegression(C=1e12, tol=1e-10, max_iter=10_000).fit(X, codes)
    fitted = model.coef_, model.intercept_
    table = tabulate(X, codes, fitted=fitted, reference=1)
    kept = codes > 0
    pair = tabulate(X[kept], codes[kept] - 1)
    assert table.classes == (0, 2) and table.estimate[0, 0] == np.inf
    for name in COLUMNS + RATIOS:
        found, expected = getattr(table, name)[1], getattr(pair, name)[0]
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_coefficients_that_stopped_short_of_infinity_are_found_out():
    x = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
    fitted = np.array([[0.5]]), np.zeros(1)
    with pytest.raises(ValueError, match="must be the optimum"):
        tabulate(x[:, None], (x > 0).astype(int), fitted=fitted)


# how tables show


def test_a_table_is_read_line_by_line():
    X, codes = plant(60, 2, 3, seed=21)
    text = repr(tabulate(X, codes, feature_names=["age", "dose"]))
    assert text.startswith("Log odds against 0, 95 % intervals; 60 rows, log-")
    assert text.count("\nage ") == text.count("\nintercept ") == 2
    for word in ("estimate", "error", "p (LR)", "likelihood ratio"):
        assert word in text


def test_a_table_says_what_an_infinite_estimate_means():
    X = np.arange(12.0)[:, None]
    text = repr(
        tabulate(X, (X[:, 0] > 5).astype(int), fitted=(np.array([[40.0]]), [-220.0]))
    )
    assert "separated" in text and "inf" in text
    assert "separated" not in repr(tabulate(*plant(100, 2)))


def test_the_frame_holds_every_figure():
    pytest.importorskip("pandas")
    X, codes = plant(60, 2, 3, seed=22)
    table = tabulate(X, codes, classes=np.array(["a", "b", "c"]))
    frame = table.to_frame()
    assert frame.index.names == ["class", "term"]
    assert frame.loc[("c", "x1"), "estimate"] == table.estimate[1, 1]
    assert list(frame.columns) == COLUMNS + RATIOS


# other priors


@pytest.mark.parametrize("n_classes", [2, 4])
def test_a_moved_intercept_is_bayes_rule(n_classes):
    rng = np.random.RandomState(0)
    n_lines = 1 if n_classes == 2 else n_classes
    scores = rng.standard_normal((50, n_lines))
    intercept = rng.standard_normal(n_lines)
    old, new = rng.dirichlet(np.ones(n_classes), 2)

    def find_shares(level):
        if n_lines == 1:
            positive = expit(scores[:, 0] + level)
            return np.column_stack([1 - positive, positive])
        return softmax(scores + level, axis=1)

    expected = find_shares(intercept) * new / old
    expected /= expected.sum(axis=1, keepdims=True)
    moved = shift_intercept(intercept, old, new)
    assert moved.shape == intercept.shape
    np.testing.assert_allclose(find_shares(moved), expected, atol=1e-12)
    if n_lines > 1:
        assert moved.sum() == pytest.approx(intercept.sum())


def test_rows_chosen_by_class_lose_only_the_intercept():
    X, codes = plant(200_000, 2, seed=23)
    share = codes.mean()
    rng = np.random.RandomState(0)
    chosen = (codes == 1) | (rng.uniform(size=len(codes)) < 0.1)
    coef, intercept = climb_up(X[chosen], codes[chosen])
    old = np.array([1 - codes[chosen].mean(), codes[chosen].mean()])
    moved = shift_intercept(intercept, old, np.array([1 - share, share]))
    whole = tabulate(X, codes, likelihood_ratio=False)
    found = np.append(coef[0], moved)
    gap = (found - whole.estimate[0]) / whole.standard_error[0]
    assert abs(gap).max() < 6  # a tenth of the negatives: 2.5 times the error at most


def test_a_class_without_a_share_is_refused():
    with pytest.raises(ValueError, match="class_prior must be above 0"):
        shift_intercept(np.zeros(1), np.array([0.5, 0.5]), np.array([1.0, 0.0]))
