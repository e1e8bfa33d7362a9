"""The generators keep their word: truth, noise and Bayes errors."""

import numpy as np
import pytest

from skclassic.synthetic import (
    LED7,
    Friedman1,
    Friedman2,
    Friedman3,
    GaussianClasses,
    LabelNoise,
    NestedSpheres,
    Ringnorm,
    Threenorm,
    Twonorm,
    Waveform,
)

from .references import bias_variance as reference

CLASSIFICATION = [
    Waveform(),
    Twonorm(),
    Threenorm(),
    Ringnorm(),
    LED7(),
    NestedSpheres(),
    GaussianClasses(n_features=3, correlation=0.6, prior=0.2),
    GaussianClasses(distance=1.5, n_features=5, correlation=-0.1, spread=1.7),
    GaussianClasses(distance=1.0, n_features=1, prior=0.9, spread=0.5),
    GaussianClasses(distance=0.0, spread=3.0),
    LabelNoise(Waveform(), rate=0.2),
    LabelNoise(NestedSpheres(), rate=0.3),
]
REGRESSION = [Friedman1(), Friedman2(), Friedman3()]
EVERY = CLASSIFICATION + REGRESSION
n_rows = 200_000


def name(problem):
    return type(problem).__name__


@pytest.mark.parametrize("problem", CLASSIFICATION, ids=name)
def test_the_labels_are_as_frequent_as_the_posterior_says(problem):
    X, y = problem.sample(n_rows, random_state=0)
    posterior = problem.posterior(X)
    for k, label in enumerate(problem.classes):
        for low, high in ((0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1)):
            rows = (posterior[:, k] >= low) & (posterior[:, k] <= high)
            gap = (y[rows] == label).sum() - posterior[rows, k].sum()
            assert abs(gap) <= 4 * 0.5 * np.sqrt(rows.sum())  # 4 standard errors


@pytest.mark.parametrize("problem", CLASSIFICATION, ids=name)
def test_the_posterior_rows_sum_to_one_even_far_away(problem):
    X, _ = problem.sample(50, random_state=0)
    for scale in (1, 100, 1e4):
        posterior = problem.posterior(X * scale)
        assert np.isfinite(posterior).all()
        np.testing.assert_allclose(posterior.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize("problem", CLASSIFICATION, ids=name)
def test_the_best_guess_errs_as_often_as_the_bayes_error_says(problem):
    X, _ = problem.sample(n_rows, random_state=1)
    errors = 1 - problem.posterior(X).max(axis=1)
    standard_error = errors.std() / np.sqrt(n_rows)
    assert abs(errors.mean() - problem.bayes_error) < 4 * standard_error + 1e-12


def test_the_waveform_posterior_is_the_integral_over_the_mixing_weight():
    X, _ = Waveform().sample(20, random_state=0)
    for x, posterior in zip(X, Waveform().posterior(X), strict=True):
        np.testing.assert_allclose(
            posterior, reference.waveform_posterior(x), rtol=1e-6, atol=1e-12
        )


def test_the_waveform_bayes_error_is_the_sum_over_its_plane():
    # The grid of the reference errs by about the square of its cell, 0.08.
    assert abs(reference.waveform_bayes_error() - Waveform().bayes_error) < 2e-4


def test_the_threenorm_bayes_error_is_the_sum_over_its_plane():
    assert abs(reference.threenorm_bayes_error() - Threenorm().bayes_error) < 1e-5


def test_ringnorm_uses_breimans_shift_and_not_that_of_mlbench():
    assert round(Ringnorm().bayes_error, 4) == 0.0124
    X, y = Ringnorm().sample(n_rows, random_state=0)
    assert abs(X[y == 1].mean() - 2 / np.sqrt(20)) < 0.01
    assert abs(X[y == 0].std() - 2) < 0.01


def test_a_digit_is_read_as_the_cart_book_says():
    X, y = LED7(flip=1e-9).sample(n_rows, random_state=0)
    lit = [X[y == digit].max(axis=0).sum() for digit in range(10)]
    assert lit == [6, 2, 5, 5, 4, 5, 6, 3, 7, 6]
    assert LED7(flip=0.1).bayes_error == pytest.approx(0.26, abs=5e-4)


@pytest.mark.parametrize(("prior", "distance"), [(0.5, 2.0), (0.1, 1.0), (0.9, 4.0)])
def test_a_cloud_a_little_wider_errs_as_one_as_wide(prior, distance):
    near = [
        GaussianClasses(distance, n_features=4, prior=prior, spread=spread).bayes_error
        for spread in (0.999, 1.0, 1.001)
    ]
    assert min(near) <= near[1] <= max(near)
    assert max(near) - min(near) < 1e-3
    if prior == 0.5:
        assert near[1] == pytest.approx(0.158655, abs=1e-6)  # Phi(-1)


def test_the_centres_of_correlated_clouds_are_as_far_apart_as_asked():
    problem = GaussianClasses(distance=1.5, n_features=4, correlation=0.7)
    X, y = problem.sample(n_rows, random_state=0)
    apart = X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)
    covariance = np.cov(X[y == 0].T)
    assert np.sqrt(apart @ np.linalg.solve(covariance, apart)) == pytest.approx(
        1.5, abs=0.03
    )
    assert covariance[0, 3] == pytest.approx(0.7, abs=0.02)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LED7(flip=0.5), r"flip must be a number in \(0, 0.5\), got 0.5"),
        (lambda: GaussianClasses(distance=-1), r"distance .* \[0, inf\), got -1"),
        (lambda: GaussianClasses(n_features=0), "n_features must be an integer"),
        (lambda: GaussianClasses(n_features=5, correlation=-0.3), "correlation must"),
        (lambda: GaussianClasses(prior=1), r"prior must be a number in \(0, 1\)"),
        (lambda: GaussianClasses(spread="wide"), "spread must be .* got 'wide'"),
        (lambda: LabelNoise(Friedman1(), rate=0.1), "problem must be a classification"),
        (lambda: LabelNoise(Twonorm(), rate=0.5), r"rate must be .* \[0, 0.5\), got"),
    ],
)
def test_parameters_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("problem", REGRESSION, ids=name)
def test_the_residuals_have_the_stated_variance_and_mean_zero(problem):
    X, y = problem.sample(n_rows, random_state=0)
    residuals = y - problem.conditional_mean(X)
    standard_error = np.sqrt(problem.noise_variance / n_rows)
    assert abs(residuals.mean()) < 4 * standard_error
    # the variance of a normal sample has relative standard error sqrt(2 / n)
    assert abs(residuals.var() / problem.noise_variance - 1) < 4 * np.sqrt(2 / n_rows)


def test_friedmans_means_are_the_published_formulas():
    x1, x2, x3, x4 = circuit = 50.0, 300.0, 0.5, 2.0
    reactance = x2 * x3 - 1 / (x2 * x4)
    assert Friedman2().conditional_mean([circuit])[0] == pytest.approx(
        np.sqrt(x1**2 + reactance**2)
    )
    assert Friedman3().conditional_mean([circuit])[0] == pytest.approx(
        np.arctan(reactance / x1)
    )
    row = [0.25, 1, 0, 0.5, 0.2, 9, 9, 9, 9, 9]
    expected = 10 * np.sin(np.pi / 4) + 20 * 0.25 + 10 * 0.5 + 5 * 0.2
    assert Friedman1().conditional_mean([row])[0] == pytest.approx(expected)


@pytest.mark.parametrize("problem", EVERY, ids=name)
def test_the_same_seed_draws_the_same_rows(problem):
    first, second = (problem.sample(7, random_state=3) for _ in range(2))
    assert first[0].shape == (7, problem.n_features)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("problem", CLASSIFICATION, ids=name)
def test_the_classes_are_drawn_and_not_dealt_in_equal_numbers(problem):
    counts = {np.bincount(problem.sample(300, seed)[1])[0] for seed in range(10)}
    assert len(counts) > 1


@pytest.mark.parametrize("n", [0, -1, 2.5, True, "3"])
def test_a_number_of_rows_that_is_none_is_refused(n):
    with pytest.raises(ValueError, match="n must be an integer of at least 1, got"):
        Twonorm().sample(n)


@pytest.mark.parametrize("problem", EVERY, ids=name)
def test_inputs_of_the_wrong_width_are_refused(problem):
    ask = getattr(problem, "posterior", None) or problem.conditional_mean
    with pytest.raises(ValueError, match=f"X must have {problem.n_features} columns"):
        ask(np.zeros((2, problem.n_features + 1)))
