"""The best threshold is the best of all, by definition and against scikit-learn."""

import warnings
from functools import partial

import numpy as np
import pytest
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning

from skclassic import optimal_threshold
from skclassic._confusion import METRICS, balanced_accuracy, trace

THEIRS = {
    "accuracy": metrics.accuracy_score,
    "balanced_accuracy": metrics.balanced_accuracy_score,
    "cohen_kappa": metrics.cohen_kappa_score,
    "f1": metrics.f1_score,
    "f0.5": partial(metrics.fbeta_score, beta=0.5),
    "jaccard": metrics.jaccard_score,
    "matthews_corrcoef": metrics.matthews_corrcoef,
    "precision": metrics.precision_score,
    "recall": metrics.recall_score,
    "specificity": partial(metrics.recall_score, pos_label=0),
}


def plant(seed):
    """Give labels, scores with ties, and weights, sometimes none."""
    rng = np.random.RandomState(seed)
    n = rng.randint(4, 40)
    y = rng.permutation(np.append([0, 1], rng.uniform(size=n - 2) < rng.uniform()))
    scores = np.round(rng.normal(size=n) + y, seed % 4)
    weights = [None, rng.randint(1, 4, n), rng.uniform(0.1, 2, n)][seed % 3]
    return y.astype(int), scores, weights


@pytest.mark.parametrize("name", THEIRS)
def test_the_best_threshold_is_found_by_brute_force_as_well(name):
    for seed in range(24):
        y, scores, weights = plant(seed)
        best = optimal_threshold(y, scores, name, sample_weight=weights)
        tried = [-np.inf, *np.unique(scores), np.inf]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            theirs = [
                THEIRS[name](y, scores >= t, sample_weight=weights)
                for t in [*tried, best.threshold]
            ]
        assert best.value == pytest.approx(np.nanmax(theirs), abs=1e-12)
        assert best.value == pytest.approx(theirs[-1], abs=1e-12)


def test_no_grid_finds_a_better_one():
    for seed in range(100):
        y, scores, weights = plant(seed)
        curve = trace(y == 1, scores, weights)
        grid = np.linspace(scores.min() - 1, scores.max() + 1, 10_000)
        for name, score in METRICS.items():
            best = optimal_threshold(y, scores, name, sample_weight=weights)
            assert best.value >= score(*curve.count_at(grid)).max()


def test_counts_are_those_of_the_confusion_matrix():
    y, scores, weights = plant(2)
    best = optimal_threshold(y, scores, "f1", sample_weight=weights)
    matrix = metrics.confusion_matrix(
        y, scores >= best.threshold, sample_weight=weights
    )
    assert np.allclose(matrix, [[best.tn, best.fp], [best.fn, best.tp]])


def test_a_row_weighted_twice_equals_the_row_given_twice():
    y, scores, _ = plant(1)
    twice = np.arange(len(y)) % 3 == 0
    weighted = optimal_threshold(y, scores, "f1", sample_weight=1 + twice)
    rows = np.repeat(np.arange(len(y)), 1 + twice)
    repeated = optimal_threshold(y[rows], scores[rows], "f1")
    assert repr(weighted) == repr(repeated)


def test_the_lowest_of_equally_good_thresholds_lies_midway():
    best = optimal_threshold([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.9], "accuracy")
    assert best.threshold == pytest.approx(0.4)
    everyone = optimal_threshold([1, 0, 1], [0.1, 0.2, 0.3], "recall")
    assert everyone.threshold == -np.inf
    nobody = optimal_threshold([1, 0, 1], [0.1, 0.2, 0.1], "specificity")
    assert nobody.threshold == np.inf


def test_neighbouring_floats_are_told_apart():
    low, high = 1.0, np.nextafter(1.0, 2.0)
    assert optimal_threshold([0, 1], [low, high], "accuracy").threshold == high


def test_the_threshold_of_lowest_cost_is_elkans_for_calibrated_scores():
    rng = np.random.RandomState(0)
    scores = rng.uniform(size=200_000)
    y = rng.uniform(size=200_000) < scores
    costs = [[0, 1], [4, 0]]
    best = optimal_threshold(y.astype(int), scores, "cost", cost_matrix=costs)
    assert best.threshold == pytest.approx(1 / (1 + 4), abs=0.02)
    expected = (best.fp + 4 * best.fn) / len(y)
    assert best.value == pytest.approx(expected)


def test_the_threshold_of_best_f1_is_half_of_it_for_calibrated_scores():
    rng = np.random.RandomState(0)
    scores = rng.uniform(size=200_000) ** 3
    y = rng.uniform(size=200_000) < scores
    best = optimal_threshold(y.astype(int), scores, "f1")
    assert best.threshold == pytest.approx(best.value / 2, abs=0.02)


def test_a_function_of_counts_is_a_metric():
    def lift(tp, fp, tn, fn):
        return tp / (tp + fp)

    y, scores, _ = plant(5)
    best = optimal_threshold(y, scores, lift)
    assert best.metric == "lift"
    assert best.value == optimal_threshold(y, scores, "precision").value


def test_bounds_hold_and_cost_as_little_as_can_be():
    for seed in range(40):
        y, scores, weights = plant(seed)
        bounds = ["recall>=0.6", "specificity <= 0.9"]
        curve = trace(y == 1, scores, weights)
        recall = METRICS["recall"](*curve.counts)
        specificity = METRICS["specificity"](*curve.counts)
        is_met = (recall >= 0.6) & (specificity <= 0.9)
        precision = METRICS["precision"](*curve.counts)[is_met]
        how = {"sample_weight": weights, "constraint": bounds}
        best = optimal_threshold(y, scores, "precision", **how)
        assert best.value == precision.max()
        assert best.tp >= 0.6 * (best.tp + best.fn)


def test_a_bound_that_cannot_be_met_says_what_can():
    y, scores = [0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4]
    with pytest.raises(ValueError, match="highest precision of all thresholds is 1"):
        optimal_threshold(y, scores, constraint="precision>=1.5")
    both = ["recall>=0.9", "precision>=0.9"]
    message = r"cannot be met beside recall>=0.9: the highest precision .* is 0.6667"
    with pytest.raises(ValueError, match=message):
        optimal_threshold(y, scores, constraint=both)
    with pytest.raises(ValueError, match="lowest specificity of all thresholds is 0"):
        optimal_threshold(y, scores, constraint="specificity<=-1")


def test_labels_may_be_texts_where_the_positive_one_is_named():
    y, scores = np.array(["no", "yes", "yes"]), [0.1, 0.5, 0.7]
    best = optimal_threshold(y, scores, "f1", pos_label="yes")
    assert best.value == 1
    assert optimal_threshold([-1, 1, 1], scores, "f1").value == 1


def test_adjusted_balanced_accuracy_is_scikit_learns():
    y, scores, _ = plant(0)
    curve = trace(y == 1, scores)
    ours = balanced_accuracy(*curve.counts, adjusted=True)
    theirs = metrics.balanced_accuracy_score(
        y, scores >= curve.thresholds[1], adjusted=True
    )
    assert ours[1] == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("two classes, got multiclass", {"y_true": [0, 1, 2]}),
        ("two classes, got only", {"y_true": [1, 1, 1]}),
        ("pos_label must name", {"y_true": ["a", "b", "b"]}),
        ("pos_label must be one of", {"pos_label": 7}),
        ("y_score contains NaN", {"y_score": [0.1, np.nan, 0.2]}),
        ("inconsistent numbers of samples", {"y_score": [0.1, 0.2]}),
        ("metric must be 'cost', one of", {"metric": "roc_auc"}),
        ("metric must be 'cost', one of", {"metric": lambda a, b: a}),
        ("must return one number for each", {"metric": lambda tp, fp, tn, fn: 1.0}),
        ("is defined at no", {"metric": lambda tp, fp, tn, fn: tp * np.nan}),
        ("cost_matrix must be of shape", {"metric": "cost"}),
        ("cost_matrix must be of", {"metric": "cost", "cost_matrix": [[0, 1]]}),
        ("more for wrong calls", {"metric": "cost", "cost_matrix": [[1, 0], [0, 1]]}),
        ("cost_matrix goes with", {"cost_matrix": [[0, 1], [1, 0]]}),
        ("constraint must look like", {"constraint": "recall at least 0.9"}),
        ("constraint must look like", {"constraint": ["height>=2"]}),
        ("constraint must look like", {"constraint": [0.9]}),
        ("sample_weight must not be negative", {"sample_weight": [1, -1, 1]}),
    ],
)
def test_what_makes_no_sense_is_refused(message, arguments):
    good = {"y_true": [0, 1, 1], "y_score": [0.1, 0.5, 0.4]}
    with pytest.raises(ValueError, match=message):
        optimal_threshold(**good | arguments)
