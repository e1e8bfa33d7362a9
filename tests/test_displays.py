"""Displays draw what the results hold, into any axes."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import f1_score, make_scorer
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor

from skclassic import (
    BiasVarianceCurveDisplay,
    BiasVarianceDisplay,
    ComparisonDisplay,
    CriticalDifferenceDisplay,
    Friedman1,
    GaussianClasses,
    LearningCurveComparisonDisplay,
    ThresholdCurveDisplay,
    TunedThresholdClassifierCV,
    Twonorm,
    bias_variance_curve,
    bias_variance_decomposition,
    compare_estimators,
    compare_over_datasets,
    learning_curve_comparison,
    optimal_threshold,
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


def tune(**options):
    """Tune a threshold for one row in five."""
    X, y = GaussianClasses(prior=0.2).sample(300, random_state=0)
    options = {"scoring": "f1", "thresholds": "exact"} | options
    return TunedThresholdClassifierCV(
        LogisticRegression(), store_cv_results=True, **options
    ).fit(X, y)


def words_of_legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize("thresholds", ["exact", 50, [0.7, 0.1, 0.3]])
def test_the_threshold_chosen_lies_on_the_curve(axes, thresholds):
    tuned = tune(thresholds=thresholds)
    display = ThresholdCurveDisplay.from_estimator(tuned, ax=axes, random_state=0)
    assert display.ax_ is axes
    (place,), (score,) = display.points_["chosen"].get_data()
    assert (place, score) == (tuned.best_threshold_, tuned.best_score_)
    places, scores = display.line_.get_data()
    if thresholds == "exact":  # a step holds from the score before to its own
        assert display.line_.get_drawstyle() == "steps-pre"
        assert scores[np.searchsorted(places, place)] == score
    else:
        assert scores[places == place] == score
    assert np.all(np.diff(places) >= 0)


def test_the_band_reaches_from_the_lowest_fold_to_the_highest(axes):
    tuned = tune(thresholds=20)
    ThresholdCurveDisplay.from_estimator(tuned, ax=axes, confidence=None)
    (band,) = axes.collections
    heights = band.get_paths()[0].vertices[:, 1]
    by_fold = tuned.cv_results_["fold_scores"]
    assert (heights.min(), heights.max()) == (by_fold.min(), by_fold.max())
    assert "mean of 5 folds" in words_of_legend(axes)


def test_one_fold_has_no_band(axes):
    ThresholdCurveDisplay.from_estimator(tune(pool_folds=True), ax=axes)
    assert len(axes.collections) == 0 and "held out" in words_of_legend(axes)


def test_the_interval_is_that_of_the_classifier(axes):
    tuned = tune()
    display = ThresholdCurveDisplay.from_estimator(
        tuned, ax=axes, confidence=0.8, random_state=0
    )
    expected = tuned.threshold_interval(confidence=0.8, random_state=0)
    assert display.interval == expected
    (stripe,) = axes.patches
    assert (stripe.get_x(), stripe.get_x() + stripe.get_width()) == expected


def test_an_interval_that_is_refused_is_left_out_with_the_reason(axes):
    tuned = tune(scoring=make_scorer(f1_score, average="macro"), thresholds=10)
    with pytest.warns(UserWarning, match="The interval is left out: .*no function of"):
        display = ThresholdCurveDisplay.from_estimator(tuned, ax=axes)
    assert display.interval is None and len(axes.patches) == 0
    with pytest.raises(ValueError, match="confidence must be"):
        ThresholdCurveDisplay.from_estimator(tuned, ax=axes, confidence=95)


def test_other_thresholds_are_marked_at_their_scores(axes):
    tuned = tune(cv=0.5)
    points = {"half": 0.5, "nobody": 7.0, "everybody": -np.inf}
    display = ThresholdCurveDisplay.from_estimator(
        tuned, ax=axes, points=points, random_state=0
    )
    found = tuned.cv_results_
    is_called = found["thresholds"] >= 0.5
    half, nobody, everybody = (display.points_[name].get_ydata()[0] for name in points)
    assert half == found["scores"][is_called][0]
    assert (nobody, everybody) == (0, found["scores"][0])
    assert f"half: {half:.3g} at 0.5" in words_of_legend(axes)


def test_between_thresholds_of_a_grid_scores_are_interpolated(axes):
    tuned = tune(thresholds=[0.2, 0.4])
    display = ThresholdCurveDisplay.from_estimator(
        tuned, ax=axes, points={"between": 0.3, "beyond": 0.9}, confidence=None
    )
    scores = tuned.cv_results_["scores"]
    assert display.points_["between"].get_ydata() == pytest.approx(scores.mean())
    assert display.points_["beyond"].get_ydata() == scores[1]


def test_infinite_thresholds_are_drawn_at_the_edges(axes):
    tuned = tune(scoring="recall")
    assert tuned.best_threshold_ == -np.inf
    display = ThresholdCurveDisplay.from_estimator(
        tuned, ax=axes, points={"nobody": np.inf}, random_state=0
    )
    display.figure_.canvas.draw()
    low, high = axes.get_xlim()
    chosen, nobody = display.points_["chosen"], display.points_["nobody"]
    assert (chosen.get_marker(), nobody.get_marker()) == ("<", ">")
    thresholds = tuned.cv_results_["thresholds"]
    assert low < chosen.get_xdata()[0] < thresholds[0]
    assert thresholds[-2] < nobody.get_xdata()[0] < high
    assert np.isfinite(display.line_.get_xdata()).all()


def test_infinite_thresholds_of_a_grid_are_left_out(axes):
    tuned = tune(thresholds=[-np.inf, 0.2, 0.6, np.inf])
    display = ThresholdCurveDisplay.from_estimator(tuned, ax=axes, confidence=None)
    assert list(display.line_.get_xdata()) == [0.2, 0.6]


@pytest.mark.parametrize(
    ("options", "label"),
    [
        ({"scoring": "cost", "cost_matrix": [[0, 1], [4, 0]]}, "cost"),
        (
            {"scoring": "neg_negative_likelihood_ratio", "thresholds": [0.1, 0.2]},
            "negative likelihood ratio",
        ),
    ],
)
def test_a_cost_is_drawn_as_a_cost(axes, options, label):
    display = ThresholdCurveDisplay.from_estimator(
        tune(**options), ax=axes, confidence=None
    )
    assert axes.get_ylabel() == label
    assert display.best_score == np.nanmin(display.scores) > 0


@pytest.mark.parametrize(
    ("options", "word"),
    [({}, "broken"), ({"confidence": 0.9, "cv": 0.5, "refit": False}, "not promised")],
)
def test_where_a_constraint_is_broken_the_line_is_dotted(axes, options, word):
    tuned = tune(scoring="precision", constraint="recall>=0.6", **options)
    display = ThresholdCurveDisplay.from_estimator(tuned, ax=axes, random_state=0)
    (dotted,) = [line for line in axes.lines if line.get_linestyle() == ":"]
    assert dotted.get_label() == f"recall>=0.6 {word}"
    drawn = ~np.isnan([display.line_.get_ydata(), dotted.get_ydata()])
    assert (drawn.sum(axis=0) == 1).all()
    is_met = tuned.cv_results_["is_met"]
    assert drawn[0, 1:].sum() == is_met.sum()  # without what reaches to the edge
    assert np.searchsorted(tuned.cv_results_["thresholds"], tuned.best_threshold_) in (
        np.flatnonzero(is_met)
    )


def test_the_curve_of_predictions_is_that_of_the_search(axes):
    y, score = [0, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.6, 0.9]
    display = ThresholdCurveDisplay.from_predictions(
        y, score, "recall", constraint=["precision>=0.7", "f1>=0.1"], ax=axes
    )
    best = optimal_threshold(y, score, "recall", constraint="precision>=0.7")
    assert display.points_["chosen"].get_xdata() == best.threshold
    assert "precision>=0.7 and f1>=0.1 broken" in words_of_legend(axes)
    assert list(display.scores) == list(best.score(best.curve.counts))
    assert display.interval is None


def test_many_thresholds_are_thinned_and_keep_peaks_and_details(axes):
    rng = np.random.RandomState(0)
    n = 100_000
    score = rng.beta(1, 300, n)  # most lie in a corner of the axis
    y = rng.uniform(size=n) < score
    spike = np.argsort(score)[-50]
    y[score > score[spike]] = 1
    display = ThresholdCurveDisplay.from_predictions(
        y, score, "precision", constraint="recall>=0.001", ax=axes
    )
    places, scores = display.line_.get_data()
    assert len(places) < 10_000 < len(display.thresholds)
    assert np.nanmax(scores) == display.best_score
    assert np.nanmin(scores) == display.scores[display.is_met].min()
    assert np.sum(places < np.median(score)) > 400


def test_a_narrow_legend_has_one_column():
    from matplotlib.figure import Figure

    axes = Figure(figsize=(3.2, 2.4), layout="constrained").subplots()
    display = ThresholdCurveDisplay.from_estimator(tune(), ax=axes, confidence=None)
    display.figure_.canvas.draw()
    assert axes.get_legend()._ncols == 1


def test_a_classifier_that_kept_no_results_is_refused():
    tuned = tune().set_params(store_cv_results=False)
    X, y = GaussianClasses().sample(100, random_state=0)
    with pytest.raises(ValueError, match="store_cv_results=True"):
        ThresholdCurveDisplay.from_estimator(tuned.fit(X, y))
