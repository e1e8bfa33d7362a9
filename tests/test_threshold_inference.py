"""What is promised of a threshold holds in populations; counts are those of rows."""

import time

import numpy as np
import pytest
from scipy import stats

from skclassic import GaussianClasses, optimal_threshold
from skclassic import _threshold_inference as inference
from skclassic._confusion import METRICS, balanced_accuracy, f_beta, precision, trace
from skclassic._threshold_inference import (
    Fold,
    certify,
    certify_all,
    expected_score,
    find_threshold,
    pool,
    resample_thresholds,
    split_fold,
    threshold_interval,
)

MONOTONE = "recall", "specificity"
SEARCHED = "accuracy", "negative_predictive_value", "precision"


def plant(n, seed, *, prior=0.4, distance=2.0):
    """Give labels and the true posterior of two clouds."""
    problem = GaussianClasses(distance=distance, prior=prior)
    X, y = problem.sample(n, random_state=seed)
    return y == 1, problem.posterior(X)[:, 1]


def plant_folds(seed, *, weighted=False, n=60):
    """Give three folds of coarse scores, so with ties within and between folds."""
    rng = np.random.RandomState(seed)
    folds = []
    for _ in range(3):
        is_positive = rng.permutation(np.arange(n) % 3 == 0)
        scores = np.round(rng.normal(size=n) + is_positive, 1)
        weights = rng.randint(1, 4, n).astype(float) if weighted else None
        folds.append(Fold(is_positive, scores, weights))
    return folds


def count_slowly(fold, threshold):
    """Count tp, fp, tn and fn row by row."""
    counts = dict.fromkeys(("tp", "fp", "tn", "fn"), 0.0)
    weights = np.ones(len(fold.scores)) if fold.weights is None else fold.weights
    for is_positive, score, weight in zip(
        fold.is_positive, fold.scores, weights, strict=True
    ):
        is_called = score >= threshold
        name = ("t" if is_called == is_positive else "f") + ("p" if is_called else "n")
        counts[name] += weight
    return np.array(list(counts.values()))


def find_slowly(folds, score):
    """Try a threshold at and above every score."""
    tried = [-np.inf, *np.unique(np.concatenate([f.scores for f in folds])), np.inf]
    values = [
        np.mean([score(*count_slowly(fold, t)[:, None])[0] for fold in folds])
        for t in tried
    ]
    return max(values)


# certificates


def test_recall_is_certified_as_far_as_clopper_and_pearson_say():
    is_positive, scores = plant(300, 0)
    found = certify(is_positive, scores, metric="recall", least=0.9)
    n = is_positive.sum()
    tp = trace(is_positive, scores).counts.tp
    lower = stats.beta.ppf(0.05, np.maximum(tp, 0.5), n - tp + 1)
    lower[tp == 0] = 0.0
    np.testing.assert_array_equal(found.is_certified, lower >= 0.9)


def test_specificity_is_recall_of_the_other_class():
    is_positive, scores = plant(300, 1)
    one = certify(is_positive, scores, metric="specificity", least=0.8)
    other = certify(~is_positive, -scores, metric="recall", least=0.8)
    # from the next score below on: one counts rows below, the other rows above
    assert one.is_certified.sum() == other.is_certified.sum()
    lowest = one.thresholds[one.is_certified][0]
    highest = -other.thresholds[other.is_certified][-1]
    assert (scores < lowest).sum() == (scores <= highest).sum()


def test_negative_predictive_value_is_precision_of_the_other_class():
    is_positive, scores = plant(400, 2)
    one = certify(is_positive, scores, metric="negative_predictive_value", least=0.85)
    other = certify(~is_positive, -scores, metric="precision", least=0.85)
    called = {int((scores < t).sum()) for t in one.thresholds[one.is_certified]}
    assert called == {
        int((-scores >= t).sum()) for t in other.thresholds[other.is_certified]
    }


def test_a_perfect_ranking_is_certified_until_precision_falls_too_low_to_tell():
    # 60 positives above 60 negatives: among k > 60 rows called, 60 are right
    scores = np.arange(120.0)
    found = certify(scores >= 60, scores, metric="precision", least=0.5)
    n_called = 120 - scores
    p_values = stats.binom.sf(59, n_called, 0.5)
    allowed = n_called[p_values <= 0.05].max()  # a sequence not broken has all error
    lowest = found.thresholds[found.is_certified][0]
    assert 120 - lowest == allowed
    assert not found.is_certified[-1]  # nobody is called: no precision


def test_sequences_stop_at_the_first_failure_and_hand_on_their_error():
    # p-values of 4 hits of 4 at 0.5: 1/16; each start has a third of 0.3
    hits = np.array([4.0, 5, 0, 6, 7])
    trials = np.array([4.0, 5, 6, 7, 8])
    steps = np.arange(5)
    walk = inference._Walk(steps, hits, trials, np.array([0, 1, 3]))
    held = inference._walk(walk, 0.5, 0.3)
    np.testing.assert_array_equal(held, [True, True, False, True, True])
    walk = walk._replace(hits=np.array([4.0, 4, 5, 5, 6]))
    # 0.0625 passes at 0.1; 6/32 = 0.19 at 0.2; 7/64 = 0.11 at 0.2; 29/128 at 0.3
    held = inference._walk(walk, 0.5, 0.3)
    np.testing.assert_array_equal(held, [True, True, True, True, True])
    walk = walk._replace(starts=np.array([1, 3]))
    # 0.19 fails at 0.15, and 0.23 as well
    assert not inference._walk(walk, 0.5, 0.3).any()


@pytest.mark.parametrize("metric", [*SEARCHED, *MONOTONE])
def test_the_population_breaks_few_certificates(metric):
    # the posterior is the score: its population is known from a large sample
    least = 0.9 if metric in MONOTONE else 0.8
    big = trace(*plant(200_000, 99))
    n_runs, broken = 200, 0
    for seed in range(n_runs):
        try:
            found = certify(*plant(300, seed), metric=metric, least=least)
        except ValueError:
            continue
        counts = big.count_at(found.thresholds[found.is_certified])
        broken += bool((METRICS[metric](*counts) < least - 0.003).any())
    assert broken <= stats.binom.ppf(0.999, n_runs, 0.05)


def test_scores_that_tell_nothing_are_seldom_certified():
    rng = np.random.RandomState(0)
    n_runs, broken = 300, 0
    for _ in range(n_runs):
        y, scores = rng.uniform(size=200) < 0.79, rng.randint(12, size=200) / 12
        try:
            certify(y, scores, metric="precision", least=0.8)
            broken += 1
        except ValueError:
            pass
    assert broken <= stats.binom.ppf(0.999, n_runs, 0.05)


def test_a_refusal_names_the_highest_bound_that_is_certified():
    is_positive, scores = plant(300, 3)
    with pytest.raises(ValueError, match="cannot be certified") as refusal:
        certify(is_positive, scores, metric="precision", least=0.99)
    best = float(str(refusal.value).split("any threshold is ")[1].split(". Ask")[0])
    assert 0.5 < best < 0.99
    walk = inference._plan("precision", trace(is_positive, scores).counts, 0.99, 0.05)
    assert inference._walk(walk, best, 0.05).any()
    assert not inference._walk(walk, best + 2e-4, 0.05).any()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"metric": "f1"}, "a bound can be certified for accuracy, .*got 'f1'"),
        ({"weights": np.ones(50)}, "cannot be certified with sample_weight"),
        ({"least": 1.0}, r"must be in \(0, 1\), got 1"),
        ({"confidence": 0.3}, r"confidence must be in \(0.5, 1\), got 0.3"),
    ],
)
def test_what_cannot_be_certified_is_refused(changed, message):
    request = {"metric": "precision", "least": 0.8} | changed
    with pytest.raises(ValueError, match=message):
        certify(*plant(50, 0), **request)


def test_several_bounds_hold_together_and_share_the_error():
    is_positive, scores = plant(1000, 4, distance=3.0)
    bounds = [("precision", 0.8), ("recall", 0.8)]
    thresholds, both = certify_all(is_positive, scores, bounds)
    each = [
        certify(is_positive, scores, metric=m, least=b, confidence=0.975)
        for m, b in bounds
    ]
    np.testing.assert_array_equal(both, each[0].is_certified & each[1].is_certified)
    assert both.any() and len(thresholds) == len(both)
    far = [("precision", 0.93), ("recall", 0.93)]
    with pytest.raises(ValueError, match="cannot be certified at one threshold"):
        certify_all(is_positive, scores, far)


def test_one_value_of_all_scores_leaves_one_threshold_to_test():
    is_positive = np.arange(100) < 90
    found = certify(is_positive, np.zeros(100), metric="precision", least=0.8)
    np.testing.assert_array_equal(found.is_certified, [True, False])


def test_many_scores_are_certified_at_once():
    is_positive, scores = plant(100_000, 5)
    began = time.perf_counter()
    certify(is_positive, scores, metric="precision", least=0.8)
    assert time.perf_counter() - began < 2.0  # 0.01 on a quiet machine


# thresholds found, and resampled


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("score", [f_beta, balanced_accuracy])
def test_the_best_mean_of_folds_is_found_by_brute_force_as_well(score, weighted):
    for seed in range(5):
        folds = plant_folds(seed, weighted=weighted)
        threshold, value = find_threshold(folds, score)
        assert value == pytest.approx(find_slowly(folds, score), abs=1e-12)
        there = [score(*count_slowly(f, threshold)[:, None])[0] for f in folds]
        assert value == pytest.approx(np.mean(there), abs=1e-12)


def test_one_fold_is_searched_as_the_public_function_does():
    is_positive, scores = plant(500, 6)
    best = optimal_threshold(is_positive.astype(int), scores, "f1")
    threshold, value = find_threshold([Fold(is_positive, scores)], f_beta)
    assert (threshold, value) == (best.threshold, pytest.approx(best.value))


def test_a_resample_is_what_rows_given_again_would_give():
    fold = plant_folds(0)[0]
    thresholds = inference._gather([fold], most_rows=np.inf).thresholds
    (cells,) = inference._gather([fold], most_rows=np.inf).folds
    groups = np.searchsorted(np.unique(fold.scores), fold.scores)
    sides = fold.is_positive.astype(int)
    for totals in cells.draw(3, np.random.RandomState(0)):
        given = totals[sides, groups] / cells.totals[sides, groups]
        again = fold._replace(weights=given)
        expected = np.array([count_slowly(again, t) for t in thresholds]).T
        found = np.array(inference._count(totals[None]))[:, 0]
        np.testing.assert_allclose(found, expected, atol=1e-9)


def test_draws_have_the_mean_and_variance_of_rows_drawn_one_by_one():
    fold = plant_folds(1, weighted=True)[0]
    (cells,) = inference._gather([fold], most_rows=np.inf).folds
    drawn = cells.draw(20_000, np.random.RandomState(0)).sum(axis=(1, 2))
    mean, variance = fold.weights.sum(), (fold.weights**2).sum()
    assert drawn.mean() == pytest.approx(mean, abs=5 * (variance / 20_000) ** 0.5)
    assert drawn.var() == pytest.approx(variance, rel=0.06)  # 6 standard errors


def test_resampled_folds_are_searched_by_brute_force_as_well():
    # each drawn row given as often as drawn, the best mean of folds looked for anew
    folds = plant_folds(6, n=15)
    grid = inference._gather(folds, most_rows=np.inf)
    rng = np.random.RandomState(3)
    drawn = [cells.draw(4, rng) for cells in grid.folds]
    for k in range(4):
        again = []
        for fold, totals, cells in zip(folds, drawn, grid.folds, strict=True):
            groups = np.searchsorted(np.unique(fold.scores), fold.scores)
            sides = fold.is_positive.astype(int)
            given = totals[k][sides, groups] / cells.totals[sides, groups]
            again.append(fold._replace(weights=given))
        values = inference._average(grid, drawn, f_beta)[k]
        assert values.max() == pytest.approx(find_slowly(again, f_beta), abs=1e-12)


def test_intervals_hang_on_the_random_state_alone():
    folds = plant_folds(2)
    first, again, other = (
        resample_thresholds(folds, f_beta, np.random.RandomState(s), n_resamples=50)
        for s in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_interval_holds_the_best_threshold_of_the_population_mostly():
    # Lipton: half the best F1 is the threshold of the true posterior
    big = optimal_threshold(*map(np.asarray, plant(200_000, 7, prior=0.1)), "f1")
    truth, hits, n_runs = big.value / 2, 0, 100
    for seed in range(n_runs):
        fold = Fold(*plant(500, seed, prior=0.1))
        rng = np.random.RandomState(seed)
        low, high = threshold_interval([fold], f_beta, rng, n_resamples=200)
        hits += low <= truth <= high
    assert stats.binom.ppf(0.001, n_runs, 0.93) <= hits


def test_neighbours_drawn_together_hardly_move_the_interval(monkeypatch):
    fold = Fold(*plant(20_000, 8, prior=0.1))
    ends = []
    for most in (20_000, 10_000):  # one by one, then together
        monkeypatch.setattr(inference, "MOST_ROWS", most)
        rng = np.random.RandomState(0)
        ends.append(threshold_interval([fold], f_beta, rng, n_resamples=400))
    width = ends[0][1] - ends[0][0]
    # an end has a standard error of about width / 20 from 400 resamples
    np.testing.assert_allclose(ends[0], ends[1], atol=0.3 * width)


def test_a_constraint_that_some_resamples_break_is_left_out_of_the_interval():
    fold = Fold(*plant(100, 9))

    def score(tp, fp, tn, fn):
        return np.where(precision(tp, fp, tn, fn) >= 0.99, tp, -np.inf)

    rng = np.random.RandomState(0)
    found = resample_thresholds([fold], score, rng, n_resamples=200)
    low, high = threshold_interval(
        [fold], score, np.random.RandomState(0), n_resamples=200
    )
    assert np.nanmin(found) <= low < high <= np.nanmax(found)
    with pytest.raises(ValueError, match="no resample"):
        threshold_interval([fold], lambda tp, fp, tn, fn: tp - np.inf, rng)


# the score to expect


@pytest.mark.parametrize("weighted", [False, True])
def test_left_out_folds_are_counted_at_the_threshold_of_the_others(weighted):
    folds = plant_folds(3, weighted=weighted)
    counts = np.zeros(4)
    for k in range(3):
        others = [folds[j] for j in range(3) if j != k]
        counts += count_slowly(folds[k], find_threshold(others, f_beta)[0])
    expected = f_beta(*counts[:, None])[0]
    found = expected_score(folds, f_beta, np.random.RandomState(0))
    assert found == pytest.approx(expected, abs=1e-12)


def test_expected_scores_are_not_too_high_and_highest_ones_are():
    big = trace(*plant(200_000, 10, prior=0.1))
    expected, highest = [], []
    for seed in range(150):
        fold = Fold(*plant(500, seed, prior=0.1))
        threshold, value = find_threshold([fold], f_beta)
        truth = f_beta(*big.count_at([threshold]))[0]
        found = expected_score([fold], f_beta, np.random.RandomState(seed))
        expected.append(found - truth)
        highest.append(value - truth)
    error = np.std(expected) / 150**0.5
    assert abs(np.mean(expected)) < 0.01 + 3 * error
    assert np.mean(highest) > 0.025


def test_blocks_hold_every_row_once_and_keep_the_classes():
    fold = plant_folds(4, weighted=True)[0]
    blocks = split_fold(fold, np.random.RandomState(0))
    together = pool(blocks)
    for part, whole in zip(together, fold, strict=True):
        np.testing.assert_array_equal(np.sort(part), np.sort(whole))
    assert {int(block.is_positive.sum()) for block in blocks} == {4}


def test_folds_with_and_without_weights_are_pooled():
    with_weights, without = plant_folds(5, weighted=True)[0], plant_folds(5)[1]
    together = pool([with_weights, without])
    assert together.weights[60:].tolist() == [1.0] * 60
    assert pool([without]).weights is None
