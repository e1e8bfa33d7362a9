"""Count how often comparisons see a difference, where there is one and where not.

Two estimators of equal expected score are one learner on either half of twonorm's
features, which are alike. One that is two points worse turns some of its answers round.
"""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from scipy import stats
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.naive_bayes import GaussianNB

from benchmarks.evidence.check import Check, measure_share
from skclassic import DecisionTreeClassifier, Twonorm, compare_estimators

ALPHA = 0.05
MOST_ALARMS = 7.0  # percent, of the default comparison
LEAST_COVERAGE = 93.0  # percent of runs in which a region of 95 % holds the truth
FULL_RUNS, QUICK_RUNS = 2000, 20
GAP = 0.02
N_FITS = 200  # to measure an expected accuracy


class Half(ClassifierMixin, BaseEstimator):
    """See one half of the features, and turn some answers round.

    Parameters
    ----------
    estimator : estimator
    is_second : bool
        Which half.
    turned : float
        Share of the answers given the wrong way round, by chance.
    random_state : int or None
    """

    def __init__(self, estimator, is_second=False, turned=0.0, random_state=None):
        self.estimator = estimator
        self.is_second = is_second
        self.turned = turned
        self.random_state = random_state

    def fit(self, X, y):
        """Fit the estimator to one half."""
        self.fitted_ = clone(self.estimator).fit(self._look_at(X), y)
        self.classes_ = self.fitted_.classes_
        return self

    def predict(self, X):
        """Predict from one half."""
        rng = np.random.RandomState(self.random_state)
        answers = self.fitted_.predict(self._look_at(X))
        return np.where(rng.uniform(size=len(X)) < self.turned, 1 - answers, answers)

    def _look_at(self, X):
        middle = X.shape[1] // 2
        return X[:, middle:] if self.is_second else X[:, :middle]


@dataclass(frozen=True)
class Alarm:
    """One learner and a number of rows.

    Attributes
    ----------
    title : str
    estimator : estimator
    n_rows : int
    """

    title: str
    estimator: object
    n_rows: int


CASES = {
    "alarms-naive-bayes": Alarm("naive Bayes, 200 rows", GaussianNB(), 200),
    "alarms-tree": Alarm(
        "trees, 200 rows", DecisionTreeClassifier(random_state=0), 200
    ),
    "alarms-many-rows": Alarm("naive Bayes, 1000 rows", GaussianNB(), 1000),
}
HOW = {
    "corrected_t": "Nadeau and Bengio's t, the default",
    "usual_t": "the usual t over the same 25 folds",
    "5x2cv_f": "5x2cv F",
    "mcnemar": "McNemar",
}


def measure(key, *, n_runs, n_jobs=2):
    """Measure false alarms, power at two points, and coverage.

    Parameters
    ----------
    key : str
        Of CASES.
    n_runs : int
        Comparisons without a difference; a quarter of them with one.
    n_jobs : int, default=2
        Processes.

    Returns
    -------
    list of Check
        Percentages.
    """
    case = CASES[key]
    turned = GAP / (2 * _find_accuracy(case) - 1)
    run = delayed(_compare)
    nothing = Parallel(n_jobs)(run(case, 0.0, s) for s in range(n_runs))
    some = Parallel(n_jobs)(run(case, turned, s) for s in range(max(n_runs // 4, 10)))
    checks = []
    for how, words in HOW.items():
        asked = MOST_ALARMS if how == "corrected_t" else None
        share, error = measure_share([each[how] for each in nothing])
        note = f"{case.title}; {len(nothing)} comparisons of equals"
        checks.append(
            Check(key, f"false alarms: {words}", share, error, None, asked, note)
        )
    for how, words in HOW.items():
        share, error = measure_share([each[how] for each in some])
        note = f"{case.title}; {len(some)} comparisons two points apart"
        checks.append(Check(key, f"power: {words}", share, error, note=note))
    for runs, gap in ((nothing, "equals"), (some, "two points apart")):
        share, error = measure_share([each["covered"] for each in runs])
        words = f"95 % region of the Bayesian test covers, {gap}"
        note = f"{case.title}; {len(runs)} comparisons"
        checks.append(Check(key, words, share, error, LEAST_COVERAGE, None, note))
    return checks


def _find_accuracy(case):
    """Measure the expected accuracy after training on four fifths of the rows."""
    scores = []
    for seed in range(N_FITS):
        X, y = Twonorm().sample(case.n_rows * 4 // 5, random_state=seed)
        model = Half(case.estimator).fit(X, y)
        X, y = Twonorm().sample(2000, random_state=10**6 + seed)
        scores.append((model.predict(X) == y).mean())
    return float(np.mean(scores))


def _compare(case, turned, seed):
    """Tell which tests see a difference in one sample, and whether a region covers."""
    X, y = Twonorm().sample(case.n_rows, random_state=seed)
    pair = {
        "first": Half(case.estimator),
        "second": Half(case.estimator, is_second=True, turned=turned),
    }
    found = {
        test: compare_estimators(pair, X, y, test=test, random_state=seed)
        for test in ("corrected_t", "5x2cv_f", "mcnemar")
    }
    seen = {
        test: result.comparisons[0].p_value <= ALPHA for test, result in found.items()
    }
    gaps = found["corrected_t"].scores["first"] - found["corrected_t"].scores["second"]
    seen["usual_t"] = _apply_usual_t(gaps) <= ALPHA
    truth = GAP if turned else 0.0
    region = found["corrected_t"].comparisons[0].difference
    return seen | {"covered": region.low <= truth <= region.high}


def _apply_usual_t(gaps):
    """Apply Student's t as if folds were independent."""
    return 1.0 if not gaps.any() else stats.ttest_1samp(gaps, 0).pvalue
