"""Compare our accuracy with scikit-learn's over 5x2 shared splits of real data."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import RepeatedStratifiedKFold

from benchmarks import datasets, judge
from benchmarks.rivals import Plan, find_contestants

PAIR = ("skclassic", "scikit-learn")
PLANS = {
    "forest": Plan("forest"),
    "bagging": Plan("bagging", n_trees=10),
    "tree": Plan("tree", n_jobs=1),
}
N_REPEATS = 5  # of two folds each (Dietterich 1998)
ON_AVERAGE, ON_ONE_SET = 1.0, 3.0  # points by which ours may differ, or be worse


@dataclass(frozen=True)
class Row:
    """Both scores of one estimator on one data set, in points.

    Attributes
    ----------
    data, estimator : str
    n_rows, n_features, n_classes : int
    ours, theirs : float
        Mean accuracy over the splits, in percent.
    gap : judge.Gap
        Ours less theirs, paired by split.
    """

    data: str
    estimator: str
    n_rows: int
    n_features: int
    n_classes: int
    ours: float
    theirs: float
    gap: judge.Gap

    @property
    def is_met(self):
        """Whether ours is not much worse on this set."""
        return self.gap.value >= -ON_ONE_SET


@dataclass(frozen=True)
class Average:
    """The differences of one estimator over all data sets.

    Attributes
    ----------
    estimator : str
    n_sets : int
    gap : judge.Gap
        Of the sets' mean differences.
    worst : str
        The set on which ours trails most.
    worst_gap : float
        Ours less theirs on that set.
    """

    estimator: str
    n_sets: int
    gap: judge.Gap
    worst: str
    worst_gap: float

    @property
    def is_met(self):
        """Whether the mean difference is small enough."""
        return abs(self.gap.value) <= ON_AVERAGE


def run(name, *, estimator):
    """Score one estimator of both packages on one data set.

    Parameters
    ----------
    name : str
        A classification set.
    estimator : {"forest", "bagging", "tree"}

    Returns
    -------
    Row

    Raises
    ------
    datasets.AbsentData
        If the set's package is not installed.
    """
    data = datasets.load(name)
    ours, theirs = score_pair(data, PLANS[estimator])
    return Row(
        name,
        estimator,
        n_rows=len(data.y),
        n_features=data.X.shape[1],
        n_classes=len(np.unique(data.y)),
        ours=float(100 * ours.mean()),
        theirs=float(100 * theirs.mean()),
        gap=judge.average(100 * (ours - theirs), overlap=1.0),  # halves
    )


def score_pair(data, plan):
    """Score both packages on the same splits.

    Returns
    -------
    ndarray of shape (2, 2 * N_REPEATS)
        Accuracies; ours in the first row.
    """
    pair, _ = find_contestants(PAIR)
    folds = RepeatedStratifiedKFold(n_splits=2, n_repeats=N_REPEATS, random_state=0)
    scores = [
        [score_split(each, plan, data, split) for split in folds.split(data.X, data.y)]
        for each in pair
    ]
    return np.array(scores)


def score_split(contestant, plan, data, split):
    """Fit on one half, and let the judge score the predictions for the other."""
    train, test = split
    model = contestant.build(plan, shape=(len(train), data.X.shape[1]))
    predictions = model.fit(data.X[train], data.y[train]).predict(data.X[test])
    return judge.score(data.y[test], predictions, task=data.task)


def sum_up(rows):
    """Average the differences of each estimator over the data sets.

    Parameters
    ----------
    rows : list of Row

    Returns
    -------
    list of Average
    """
    averages = []
    for estimator in dict.fromkeys(row.estimator for row in rows):
        own = [row for row in rows if row.estimator == estimator]
        worst = min(own, key=lambda row: row.gap.value)
        gap = judge.average([row.gap.value for row in own])
        averages.append(Average(estimator, len(own), gap, worst.data, worst.gap.value))
    return averages
