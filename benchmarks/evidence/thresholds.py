"""Hold what is promised of a tuned threshold against populations that are known.

Two normal clouds and a linear model: the scores of either class are normal too, so the
population's rates at any threshold are closed forms, for each fitted model.
"""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from scipy.special import expit, logit, ndtr
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from benchmarks.evidence.check import Check, measure_share
from skclassic import GaussianClasses, optimal_threshold
from skclassic._confusion import METRICS, Counts, precision, recall
from skclassic._threshold_inference import (
    Fold,
    certify,
    expected_score,
    find_threshold,
    pool,
    threshold_interval,
)

PROMISED = 90.0, 98.0  # percent of intervals of 95 % that hold the best threshold
MOST_BROKEN = 7.0  # percent of certificates of 95 % that the population breaks
LEAST_PRECISION = 0.8
LEAST_RECALL = 0.55  # of 0.72, which knowing the population would allow
WITHIN = 0.01
METRICS_TUNED = "f1", "balanced_accuracy"
SIZES = {
    "quick": {"n_runs": 10, "n_resamples": 50},
    "full": {"n_runs": 500, "n_resamples": 300},
}


@dataclass(frozen=True)
class Line:
    """Know the population's outcomes of a linear model on two normal clouds.

    Attributes
    ----------
    problem : GaussianClasses
    model : fitted linear classifier
    """

    problem: GaussianClasses
    model: object

    def count_at(self, thresholds):
        """Give the share of each outcome when probabilities are cut there: Counts."""
        slope, level = self.model.coef_[0], self.model.intercept_[0]
        with np.errstate(divide="ignore"):
            cut = logit(np.clip(thresholds, 0, 1))
        spread, shift = np.linalg.norm(slope), slope[0] * self.problem.distance
        p = self.problem.prior
        tp = p * ndtr((level + shift - cut) / spread)
        fp = (1 - p) * ndtr((level - cut) / spread)
        return Counts(tp, fp, 1 - p - fp, p - tp)

    def find_best(self, score):
        """Give the threshold that is best in the population."""
        grid = expit(np.linspace(-12, 12, 24_001))
        return grid[score(*self.count_at(grid)).argmax()]


def measure_certificates(size, *, n_jobs=2):
    """Count certificates that the population breaks, and measure what they leave.

    The lowest threshold is taken at which a precision of 0.8 is certified, of a
    logistic regression fitted on other rows; beside it the lowest at which the rows
    themselves have that precision.

    Parameters
    ----------
    size : {"quick", "full"}
    n_jobs : int, default=2

    Returns
    -------
    list of Check
    """
    n_runs, run = SIZES[size]["n_runs"], delayed(_certify)
    checks = []
    for n in (200, 1000, 5000):
        runs = Parallel(n_jobs)(run(n, seed) for seed in range(n_runs))
        kept, recalls, in_sample = zip(*runs, strict=True)
        note = f"precision>=0.8, {n} held-out rows, prevalence 0.3; {n_runs} runs"
        ends = (LEAST_RECALL if n == 1000 else None), None
        rows = [
            ("percent broken", *_share_broken(kept), None, MOST_BROKEN),
            ("median recall", float(np.median(recalls)), 0.0, *ends),
            ("percent broken, met in sample", *_share_broken(in_sample), None, None),
        ]
        checks += [
            Check("certified", f"{what}, {n} rows", *rest, note) for what, *rest in rows
        ]
    return checks


def _share_broken(precisions):
    return measure_share([each < LEAST_PRECISION for each in precisions])


def _certify(n, seed):
    """Give the population's precision and recall, and its precision in contrast.

    Where nothing is certified, or met, nobody is called: precision 1, recall 0.
    """
    problem = GaussianClasses(distance=2.0, prior=0.3)
    model = LogisticRegression().fit(*problem.sample(500, random_state=10**6 + seed))
    X, y = problem.sample(n, random_state=seed)
    scores = model.predict_proba(X)[:, 1]
    bound = f"precision>={LEAST_PRECISION}"
    cuts = np.ones(2)
    with suppress(ValueError):
        found = certify(y == 1, scores, metric="precision", least=LEAST_PRECISION)
        cuts[0] = found.thresholds[found.is_certified][0]
    with suppress(ValueError):
        cuts[1] = optimal_threshold(y, scores, "recall", constraint=bound).threshold
    counts = Line(problem, model).count_at(cuts)
    kept = np.where(cuts < 1, precision(*counts), 1.0)
    return float(kept[0]), float(recall(*counts)[0]), float(kept[1])


def measure_tuned(size, *, n_jobs=2):
    """Cover the best threshold of a refitted model, and foresee its score.

    Parameters
    ----------
    size : {"quick", "full"}
    n_jobs : int, default=2

    Returns
    -------
    list of Check
        Percentages for intervals; for scores, how far what is reported lies above the
        population's on average.
    """
    n_runs, n_resamples = SIZES[size].values()
    checks = []
    for n in (500, 2000):
        run = delayed(_tune)
        runs = Parallel(n_jobs)(run(n, seed, n_resamples) for seed in range(n_runs))
        for name in METRICS_TUNED:
            about = f"{name}, {n // 10} positives"
            note = f"logistic regression, {n} rows, 5 folds, refitted; {n_runs} runs"
            hits, expected, highest = zip(*(each[name] for each in runs), strict=True)
            share = measure_share(hits)
            rows = [
                ("percent covered", *share, *PROMISED),
                ("expected score, error", *_average(expected), -WITHIN, WITHIN),
                ("highest score in sample, error", *_average(highest), None, None),
            ]
            checks += [
                Check("tuned", f"{what}, {about}", *rest, note) for what, *rest in rows
            ]
    return checks


def _average(values):
    return float(np.mean(values)), float(np.std(values, ddof=1) / len(values) ** 0.5)


def _tune(n, seed, n_resamples):
    """Tell for each metric what is covered, and by how much two scores are too high."""
    problem = GaussianClasses(distance=2.0, prior=0.1, n_features=3)
    X, y = problem.sample(n, random_state=seed)
    splits = StratifiedKFold(5, shuffle=True, random_state=seed).split(X, y)
    folds = [_leave_out(X, y, *split) for split in splits]
    refitted = Line(problem, LogisticRegression().fit(X, y))
    rng = np.random.RandomState(seed)
    return {
        name: _try(folds, refitted, name, rng, n_resamples) for name in METRICS_TUNED
    }


def _leave_out(X, y, train, test):
    model = LogisticRegression().fit(X[train], y[train])
    return Fold(y[test] == 1, model.predict_proba(X[test])[:, 1])


def _try(folds, refitted, name, rng, n_resamples):
    score, together = METRICS[name], [pool(folds)]
    threshold, highest = find_threshold(together, score)
    low, high = threshold_interval(together, score, rng, n_resamples=n_resamples)
    expected = expected_score(
        folds, score, rng, find=lambda some: find_threshold([pool(some)], score)[0]
    )
    truth = float(score(*refitted.count_at(np.array([threshold])))[0])
    is_covered = bool(low <= refitted.find_best(score) <= high)
    return is_covered, expected - truth, highest - truth


EXPERIMENTS = {"certified": measure_certificates, "tuned": measure_tuned}
TITLES = {
    "certified": "precision certified on held-out rows, against the population's",
    "tuned": "interval and expected score of a tuned threshold, F1 and balance",
}
