"""Displays draw what the results hold, into any axes."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor

from skclassic import (
    BiasVarianceCurveDisplay,
    BiasVarianceDisplay,
    ComparisonDisplay,
    CriticalDifferenceDisplay,
    Friedman1,
    LearningCurveComparisonDisplay,
    Twonorm,
    bias_variance_curve,
    bias_variance_decomposition,
    compare_estimators,
    compare_over_datasets,
    learning_curve_comparison,
)

matplotlib = pytest.importorskip("matplotlib")
SMALL = {"n_train": 60, "n_repeats": 8, "n_test": 40, "random_state": 0}
PAIR = {"nb": GaussianNB(), "common": DummyClassifier()}


@pytest.fixture(autouse=True)
def close_figures():
    matplotlib.use("Agg")
    yield
    from matplotlib import pyplot

    pyplot.close("all")


@pytest.fixture
def axes():
    from matplotlib.figure import Figure

    return Figure().subplots()


def test_bars_are_as_wide_as_the_parts(axes):
    models = {"line": LinearRegression(), "mean": DummyRegressor()}
    result = bias_variance_decomposition(models, Friedman1(), **SMALL)
    display = BiasVarianceDisplay.from_result(result, ax=axes)
    assert display.ax_ is axes
    for component, bars in display.bars_.items():
        widths = [bar.get_width() for bar in bars]
        expected = [result.estimate(name, component).value for name in models]
        assert widths == pytest.approx(expected)
    ends = [bar.get_x() + bar.get_width() for bar in display.bars_["variance"]]
    assert ends == pytest.approx([result.estimate(n, "loss").value for n in models])


def test_a_part_below_zero_lies_left_of_zero(axes):
    class Flat:
        noise_variance = 1.0

        def sample(self, n, random_state=None):
            rng = np.random.RandomState(random_state)
            return rng.uniform(size=(n, 1)), rng.standard_normal(n)

        def conditional_mean(self, X):
            return np.zeros(len(X))

    for seed in range(20):
        result = bias_variance_decomposition(
            DummyRegressor(), Flat(), **SMALL | {"random_state": seed}
        )
        if result.estimate("DummyRegressor", "bias").value < 0:
            break
    display = BiasVarianceDisplay.from_result(result, ax=axes)
    (bar,) = display.bars_["bias"]
    assert bar.get_x() == 0 and bar.get_width() < 0


def test_the_axis_names_the_loss_and_whose_split_it_is(axes):
    result = bias_variance_decomposition(
        GaussianNB(), Twonorm(), loss="zero_one", **SMALL
    )
    BiasVarianceDisplay.from_result(result, ax=axes)
    assert axes.get_xlabel() == "0/1 loss, after Kohavi and Wolpert"


def test_few_rows_have_a_remainder():
    result = bias_variance_decomposition(
        LinearRegression(), load_diabetes(return_X_y=True), n_repeats=5
    )
    assert set(BiasVarianceDisplay.from_result(result).bars_) == {
        "remainder",
        "variance",
    }


def test_the_curve_is_drawn_through_its_values(axes):
    curve = bias_variance_curve(
        KNeighborsRegressor(), Friedman1(), "n_neighbors", [1, 5, 50], **SMALL
    )
    display = BiasVarianceCurveDisplay.from_result(curve, ax=axes)
    assert axes.get_xscale() == "log"
    line = display.lines_["bias"]
    assert list(line.get_xdata()) == [1, 5, 50]
    assert list(line.get_ydata()) == list(curve.values("bias"))


def test_values_that_are_no_numbers_are_drawn_in_their_order(axes):
    curve = bias_variance_curve(
        KNeighborsRegressor(), Friedman1(), "weights", ["uniform", "distance"], **SMALL
    )
    BiasVarianceCurveDisplay.from_result(curve, ax=axes)
    assert [t.get_text() for t in axes.get_xticklabels()] == ["uniform", "distance"]
    assert axes.get_xlabel() == "weights"


@pytest.mark.parametrize("rope", [0.01, None])
def test_pairs_are_drawn_with_the_region_of_equivalence(axes, rope):
    X, y = load_breast_cancer(return_X_y=True)
    trio = PAIR | {"again": GaussianNB()}
    result = compare_estimators(trio, X, y, cv=3, rope=rope, random_state=0)
    display = ComparisonDisplay.from_result(result, ax=axes)
    labels = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert labels == ["nb less common", "nb less again", "common less again"]
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert ("equivalent" in legend) == (rope is not None)
    assert "verdict: better" in legend


def test_ranks_are_marked_and_cliques_joined(axes):
    rng = np.random.RandomState(0)
    table = {
        f"{k}": {"a": rng.uniform(), "b": rng.uniform(), "c": rng.uniform() - 5}
        for k in range(12)
    }
    result = compare_over_datasets(table)
    CriticalDifferenceDisplay.from_result(result, ax=axes)
    words = [text.get_text() for text in axes.texts]
    assert [word.split()[0] for word in words] == sorted(
        result.ranks, key=result.ranks.get
    )
    bars = [line for line in axes.lines if line.get_linewidth() == 4]
    assert len(bars) == len(result.cliques) == 1


@pytest.mark.parametrize("names", [("nb", "common"), ("nb", "common", "again")])
def test_learning_curves_are_drawn_over_their_sizes(axes, names):
    models = PAIR | {"again": GaussianNB()}
    curves = learning_curve_comparison(
        {name: models[name] for name in names},
        Twonorm(),
        train_sizes=[20, 60],
        n_repeats=5,
        random_state=0,
    )
    display = LearningCurveComparisonDisplay.from_result(curves, ax=axes)
    assert set(display.lines_) == set(names)
    expected = [e.value for e in curves.curve("nb")]
    assert list(display.lines_["nb"].get_ydata()) == expected
    assert axes.get_xscale() == "log"


def test_a_crossing_is_marked(axes):
    from .test_learning_curves import planted

    curves = planted([10, 100, 1000], [-0.1, -0.05, 0.05], spread=0.01)
    LearningCurveComparisonDisplay.from_result(curves, ax=axes)
    place = curves.crossing("early", "late").rows
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert [line.get_xdata()[0] for line in dashed] == [place]
