"""Compare categories split as such with one column for each of them.

The sets are real classification sets of the packages of the [data] extra, those that
we found to have at least 5,000 rows and a feature of nine categories or more. A promise
is made where one-hot encoding makes at least ten times as many columns, as on five of
them; the others are shown beside, since there it costs little.

One-hot columns go to the same estimator of ours, dense or sparse, whichever is faster,
and to scikit-learn's, which is faster on dense ones; all on the same splits. Encoding
is part of the fit, as reading the data frame is for categories.

A forest looks at the square root of the number of columns in a node: at a few times as
many of one-hot encoding's, and at one of two values it looks quickly. So a forest is
promised to be faster than scikit-learn's alone, a tree than either.
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from benchmarks import judge
from benchmarks.datasets import nominal
from benchmarks.rivals import Plan, find_contestants

PLANS = {"forest": Plan("forest"), "tree": Plan("tree", n_jobs=1)}
N_REPEATS = 5  # of two folds each (Dietterich 1998)
MOST_ROWS = 40_000  # a fifth of a minute for one fit is long enough
OWN, DENSE, SPARSE = "categories", "dense one-hot", "sparse one-hot"
PEER = "scikit-learn"
AT_LEAST, LARGEST_LOSS = 3, 0.5  # times as fast, points of accuracy
WIDE = 10  # so many times as many columns: here one-hot encoding costs


@dataclass(frozen=True)
class Row:
    """Both sides of one estimator on one data set.

    Attributes
    ----------
    data, estimator : str
    n_rows, n_features, n_nominal, most_levels, n_columns : int
        `n_columns` is the number of features after one-hot encoding.
    ours, theirs : float
        Mean accuracy over the splits, in percent; theirs is one-hot's.
    gap : judge.Gap
        Ours less theirs, paired by split, in points.
    ratio, peer_ratio : judge.Ratio
        Times to fit over ours: of our estimator on one-hot columns, and of
        scikit-learn's.
    """

    data: str
    estimator: str
    n_rows: int
    n_features: int
    n_nominal: int
    most_levels: int
    n_columns: int
    ours: float
    theirs: float
    gap: judge.Gap
    ratio: judge.Ratio
    peer_ratio: judge.Ratio

    @property
    def is_met(self):
        """Whether categories are as accurate, and as much faster as was promised."""
        if self.peer_ratio.at_least is None:
            return None
        is_fast = self.peer_ratio.is_met and self.ratio.is_met is not False
        return is_fast and self.gap.value >= -LARGEST_LOSS


def run(name, *, estimator):
    """Fit one estimator on one set, with categories and with one-hot columns.

    Parameters
    ----------
    name : str
        One of `nominal.SETS`.
    estimator : {"forest", "tree"}

    Returns
    -------
    Row

    Raises
    ------
    datasets.AbsentData
        If the set's package is not installed.
    """
    table = nominal.load(name, n_rows=MOST_ROWS)
    scores, seconds = measure(table, PLANS[estimator])
    rivals = (side for side in seconds if side not in (OWN, PEER))
    rival = min(rivals, key=lambda side: np.median(seconds[side]))
    ours, theirs = 100 * np.array(scores[OWN]), 100 * np.array(scores[rival])
    n_rows, n_features = table.X.shape
    n_columns = n_features - len(table.nominal) + sum(table.n_levels)
    at_least = AT_LEAST if n_columns >= WIDE * n_features else None
    own_at_least = at_least if estimator == "tree" else None

    def against(side, promise):
        return judge.compare(side, seconds[OWN], seconds[side], at_least=promise)

    return Row(
        name,
        estimator,
        n_rows=n_rows,
        n_features=n_features,
        n_nominal=len(table.nominal),
        most_levels=max(table.n_levels),
        n_columns=n_columns,
        ours=float(ours.mean()),
        theirs=float(theirs.mean()),
        gap=judge.average(ours - theirs, overlap=1.0),  # halves
        ratio=against(rival, own_at_least),
        peer_ratio=against(PEER, at_least),
    )


def measure(table, plan):
    """Fit all sides in turns on every split; return accuracies and seconds of each.

    Sparse columns take no missing numbers, here as in scikit-learn.
    """
    folds = RepeatedStratifiedKFold(n_splits=2, n_repeats=N_REPEATS, random_state=0)
    sides = [OWN, DENSE, PEER]
    if not table.X.isna().any(axis=None):
        sides.append(SPARSE)
    scores, seconds = ({side: [] for side in sides} for _ in range(2))
    for side in scores:
        build(side, table, plan).fit(table.X[:200], table.y[:200])  # warm
    for turn, (train, test) in enumerate(folds.split(table.X, table.y)):
        X, y = table.X.iloc[train], table.y[train]
        for side in np.roll(sides, turn):
            model = build(side, table, plan)
            began = perf_counter()
            model.fit(X, y)
            seconds[side].append(perf_counter() - began)
            said = model.predict(table.X.iloc[test])
            scores[side].append(judge.score(table.y[test], said, task="classification"))
    return scores, seconds


def build(side, table, plan):
    """Build an estimator, behind an encoder unless it is to see categories."""
    (contestant,), _ = find_contestants([PEER if side == PEER else "skclassic"])
    model = contestant.build(plan, shape=table.X.shape)
    if side == OWN:
        return model
    is_sparse = side == SPARSE
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=is_sparse)
    columns = make_column_transformer(
        (encoder, table.nominal),
        remainder="passthrough",
        sparse_threshold=1.0 if is_sparse else 0.0,
    )
    return make_pipeline(columns, model)
