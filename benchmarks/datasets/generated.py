"""Synthetic problems of any size; the same rows for the same size on every run."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.datasets import make_classification
from sklearn.preprocessing import scale

# Rows and columns of the problems for linear models, of which 80 % are for training.
LINEAR = {
    "linear-80000x20": (100_000, 20, 2),
    "linear-500000x30": (625_000, 30, 2),
    "linear-10000x500": (12_500, 500, 2),
    "linear-2000x3000": (2_500, 3_000, 2),
    "linear-500x20": (625, 20, 2),
    "linear-60000x100x10": (75_000, 100, 10),
}


@dataclass(frozen=True)
class Recipe:
    """How to generate a problem, and how many rows it has at full size."""

    task: str
    n_rows: int
    generate: object


def generate_two_classes(n_rows):
    """Draw the reference problem: 20 features, 14 of them informative or redundant."""
    return make_classification(
        n_rows,
        20,
        n_informative=10,
        n_redundant=4,
        flip_y=0.05,
        class_sep=0.7,
        random_state=0,
    )


def generate_ten_classes(n_rows):
    """Draw ten classes over 50 features."""
    return make_classification(
        n_rows,
        50,
        n_informative=15,
        n_redundant=10,
        n_classes=10,
        flip_y=0.05,
        random_state=0,
    )


def generate_gaussians(n_rows, n_features, n_classes):
    """Draw classes with means and covariance matrices of their own, of full rank."""
    rng = np.random.default_rng(0)
    y = rng.integers(n_classes, size=n_rows)
    X = rng.standard_normal((n_rows, n_features))
    for k in range(n_classes):
        mix = np.eye(n_features) + 0.1 * rng.standard_normal((n_features, n_features))
        X[y == k] = X[y == k] @ mix + 0.3 * rng.standard_normal(n_features)
    return X, y


def generate_two_gaussians(n_rows):
    """Draw two Gaussian classes over 20 features."""
    return generate_gaussians(n_rows, 20, 2)


def generate_ten_gaussians(n_rows):
    """Draw ten Gaussian classes over 100 features."""
    return generate_gaussians(n_rows, 100, 10)


def generate_smooth_response(n_rows):
    """Keep the X of the two classes, with a smooth function of it plus unit noise."""
    X, _ = generate_two_classes(n_rows)
    z = X[:, :5] / X[:, :5].std(axis=0)
    signal = 4 * np.sin(z[:, 0]) + z[:, 1] * z[:, 2] + 2 * z[:, 3] + z[:, 4] ** 2
    return X, signal + np.random.default_rng(0).standard_normal(n_rows)


def generate_many_rows(n_rows):
    """Draw two classes over 30 features, for methods that read rows once."""
    return make_classification(
        n_rows, 30, n_informative=15, n_redundant=5, flip_y=0.05, random_state=0
    )


def generate_hundred_features(n_rows):
    """Draw ten classes over 100 features."""
    return make_classification(
        n_rows,
        100,
        n_informative=20,
        n_redundant=20,
        n_classes=10,
        flip_y=0.05,
        random_state=0,
    )


def generate_standardised(n_rows, *, n_features, n_classes):
    """Draw classes over columns of mean 0 and variance 1, half of them informative."""
    X, y = make_classification(
        n_rows,
        n_features,
        n_informative=max(5, min(50, n_features // 2)),
        n_redundant=0,
        n_classes=n_classes,
        random_state=0,
    )
    return scale(X), y


SETS = {
    "two-classes": Recipe("classification", 100_000, generate_two_classes),
    "ten-classes": Recipe("classification", 60_000, generate_ten_classes),
    "two-gaussians": Recipe("classification", 100_000, generate_two_gaussians),
    "ten-gaussians": Recipe("classification", 75_000, generate_ten_gaussians),
    "many-rows": Recipe("classification", 625_000, generate_many_rows),
    "hundred-features": Recipe("classification", 75_000, generate_hundred_features),
    "smooth-response": Recipe("regression", 100_000, generate_smooth_response),
}
SETS |= {
    name: Recipe(
        "classification",
        n_rows,
        partial(generate_standardised, n_features=n_features, n_classes=n_classes),
    )
    for name, (n_rows, n_features, n_classes) in LINEAR.items()
}


def read(name, *, n_rows=None):
    """Generate `n_rows` rows of one problem, at most its full size."""
    recipe = SETS[name]
    return recipe.generate(min(n_rows or recipe.n_rows, recipe.n_rows))
