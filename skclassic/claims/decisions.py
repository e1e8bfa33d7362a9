"""Measure decisions: of a learner's scores, at one half and at tuned thresholds.

Where :mod:`.losses` measures how wrong probabilities are, claims about thresholds ask
what becomes of rows that are called positive or not. The positive class is the rarer
one.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import train_test_split
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from skclassic._confusion import METRICS, cost_of, trace
from skclassic._estimates import Estimate
from skclassic._estimators import seed_estimator

from .losses import LARGEST_SEED, estimate_change

COSTS = [[0, 1], [5, 0]]  # a missed positive row costs five false calls
CHEAPEST = 1 / 6  # Elkan's threshold for these costs: 1 / (1 + 5)
MEASURES = {
    "f1": METRICS["f1"],
    "balanced accuracy": METRICS["balanced_accuracy"],
    "cost": partial(cost_of, costs=COSTS),
    "accuracy": METRICS["accuracy"],
}
SHORT = {"f1": "F1", "balanced accuracy": "balanced acc."}  # for narrow columns
LARGEST_TRAINING_SET = 4000
FEWEST_TRAINED, FEWEST_TESTED = 12, 6  # rows of the rarer class in a table
OF_SPLITS = (
    "A third or fewer of the rows is held out anew for every training set, and the "
    "rest is trained on: training sets overlap, which Nadeau and Bengio's intervals "
    "allow for."
)


@dataclass(frozen=True)
class Decisions:
    """Hold what the scores of one learner did in every repeat.

    Attributes
    ----------
    values : dict of (str, str) to ndarray of shape (n_repeats,)
        By what was judged, "scores" or the name of a threshold, and how: by one of
        `MEASURES`, or "AUC", "Brier score" or "mean".
    overlap : float
        Test rows per training row where repeats share rows; 0 where they do not.
    """

    values: dict
    overlap: float

    @property
    def caveat(self):
        """Say how repeats depend on each other; empty where they do not."""
        return OF_SPLITS if self.overlap else ""

    def average(self, key):
        """Give the mean over the repeats."""
        return float(np.mean(self.values[key]))

    def estimate(self, key):
        """Estimate a mean; the error is that of `compare`."""
        values = self.values[key]
        n = len(values)
        error = np.std(values, ddof=1) * (1 / n + self.overlap) ** 0.5
        return Estimate(float(np.mean(values)), float(error), n - 1)

    def compare(self, first, second, *, other=None):
        """Estimate how much a mean exceeds another one, as a share of that.

        Parameters
        ----------
        first, second : keys of `values`
        other : Decisions, default=None
            Where `second` was measured, on the same training sets; None for here.

        Returns
        -------
        Estimate

        References
        ----------
        Nadeau and Bengio (2003). Inference for the generalization error. Machine
        Learning 52, 239-281: the variance of a mean over splits that share rows.
        """
        others = (self if other is None else other).values[second]
        estimate = estimate_change(self.values[first], others)
        wider = (1 + len(others) * self.overlap) ** 0.5
        return replace(estimate, standard_error=wider * estimate.standard_error)


def find_rare(problem):
    """Give the place of the rarer class among the sorted labels, of two."""
    shares = _list_shares(problem)
    return int(shares[1] <= shares[0])


def mark_rare(problem, y):
    """Give 1 for rows of the rarer class, 0 for others."""
    return (y == problem.classes[find_rare(problem)]).astype(int)


def find_chances(problem, X):
    """Give the true probability of the rarer class at rows of a generator."""
    order = np.argsort(problem.data.classes)
    return problem.data.posterior(X)[:, order][:, find_rare(problem)]


def find_share(problem):
    """Give the share of the rarer class."""
    return float(min(_list_shares(problem)))


def _list_shares(problem):
    """Give the share of each class, by sorted labels."""
    if problem.is_real:
        counts = np.unique(problem.data[1], return_counts=True)[1]
        return counts / counts.sum()
    return np.asarray(problem.data.priors)[np.argsort(problem.data.classes)]


def find_refusal(problem):
    """Say why a problem is none of two classes of which one is called positive.

    Returns
    -------
    str
        Empty where it is.
    """
    if problem.task == "regression":
        return "its target is a number, and there is nobody to call positive."
    if len(problem.classes) != 2:
        return f"it has {len(problem.classes)} classes, and a threshold tells two."
    if not problem.is_real:
        return ""
    n_trained, n_tested = (
        int(find_share(problem) * n) for n in (count_rest(problem), problem.n_test)
    )
    if n_trained >= FEWEST_TRAINED and n_tested >= FEWEST_TESTED:
        return ""
    return (
        f"{n_trained} rows of the rarer class to train on and {n_tested} to test on "
        "do not tell thresholds apart."
    )


def measure(estimator, tune, problem, *, n_repeats, seed, n_jobs=None):
    """Train, score test rows, and judge them at several thresholds.

    Parameters
    ----------
    estimator : classifier
        Gives probabilities.
    tune : callable or None
        Maps a classifier, rows, labels (1 for positive) and a seed to thresholds by
        name; None for one half alone.
    problem : Problem
        Of two classes.
    n_repeats : int
        Training sets. A generator draws new ones and new test rows, which are judged
        by their true probabilities; a table is split anew.
    seed : int
    n_jobs : int, default=None
        Threads.

    Returns
    -------
    Decisions
    """
    seeds = np.random.RandomState(seed).randint(LARGEST_SEED, size=(n_repeats, 3))
    draw = _split if problem.is_real else _draw_fresh

    def repeat(training, test, fitting):
        X, y, X_test, chances = draw(problem, training, test)
        model = seed_estimator(clone(estimator), fitting)
        thresholds = {"0.5": 0.5}
        if tune is not None:
            thresholds |= tune(model, X, y, fitting)
        scores = model.fit(X, y).predict_proba(X_test)[:, 1]
        return judge(scores, chances, thresholds)

    tasks = (delayed(repeat)(*map(int, each)) for each in seeds)
    with threadpool_limits(1, user_api="blas"):  # many small fits: threads only wait
        repeats = Parallel(n_jobs=n_jobs, prefer="threads")(tasks)
    values = {key: np.array([each[key] for each in repeats]) for key in repeats[0]}
    return Decisions(values, _measure_overlap(problem))


def _measure_overlap(problem):
    if not problem.is_real:
        return 0.0
    return problem.n_test / count_rest(problem)


def count_rest(problem):
    """Count the rows of a table that are trained on."""
    return min(len(problem.data[1]) - problem.n_test, LARGEST_TRAINING_SET)


def _draw_fresh(problem, training, test):
    """Draw training rows, test rows, and their true chances of being positive."""
    X, y = problem.data.sample(problem.n_train, random_state=training)
    X_test, _ = problem.data.sample(problem.n_test, random_state=test)
    return X, mark_rare(problem, y), X_test, find_chances(problem, X_test)


def _split(problem, training, test):
    """Hold out test rows, and train on the rest, with the classes' shares kept."""
    X, y = problem.data
    y = mark_rare(problem, y)
    X, X_test, y, outcomes = train_test_split(
        X,
        y,
        train_size=count_rest(problem),
        test_size=problem.n_test,
        stratify=y,
        random_state=training,
    )
    return X, y, X_test, outcomes.astype(float)


def judge(scores, chances, thresholds):
    """Judge scores of test rows by their chances of being positive.

    Parameters
    ----------
    scores, chances : ndarrays of shape (n,)
        A row counts as its chance of a positive row and the rest of a negative one.
    thresholds : dict of str to float

    Returns
    -------
    dict of (str, str) to float
    """
    curve = trace_chances(scores, chances)
    counts = curve.count_at(np.array(list(thresholds.values())))
    found = {
        ("scores", "AUC"): _measure_area(curve.counts),
        ("scores", "Brier score"): np.mean(
            chances * (1 - scores) ** 2 + (1 - chances) * scores**2
        ),
        ("scores", "mean"): np.mean(scores),
    }
    for name, find_value in MEASURES.items():
        for threshold, value in zip(thresholds, find_value(*counts), strict=True):
            found[threshold, name] = value
    return found


def trace_chances(scores, chances):
    """Count the outcomes at every threshold where a row is positive by chance.

    Returns
    -------
    Curve
    """
    is_positive = np.repeat([True, False], len(scores))
    weights = np.concatenate([chances, 1 - chances])
    return trace(is_positive, np.tile(scores, 2), weights)


def _measure_area(counts):
    """Give the area under the curve of recall over false calls."""
    tp, fp = counts.tp[::-1], counts.fp[::-1]
    return np.trapezoid(tp / tp[-1], fp / fp[-1])
