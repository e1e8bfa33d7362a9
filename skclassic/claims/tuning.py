"""Tune thresholds: by the exact search, and by scikit-learn's over a grid."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import make_scorer
from sklearn.model_selection import (
    StratifiedKFold,
    TunedThresholdClassifierCV,
    cross_val_predict,
)

from skclassic._confusion import Counts
from skclassic.thresholds import optimal_threshold

from .decisions import CHEAPEST, COSTS, MEASURES

AIMS = ("f1", "balanced accuracy", "cost")
FOLDS = 5  # as TunedThresholdClassifierCV has it
GRID = 100  # thresholds, as many as TunedThresholdClassifierCV tries


@dataclass(frozen=True)
class ExactSearch:
    """Search all thresholds on scores of folds that the model was not fitted on.

    Called, it gives a threshold for each aim by name; the best of a grid for F1, and
    Elkan's for the cost, beside.
    """

    n_folds: int = FOLDS

    def __call__(self, classifier, X, y, seed):
        folds = StratifiedKFold(self.n_folds, shuffle=True, random_state=seed)
        shares = cross_val_predict(classifier, X, y, cv=folds, method="predict_proba")
        scores = shares[:, 1]
        best = {aim: _search(y, scores, aim) for aim in AIMS}
        found = {f"tuned for {aim}": each.threshold for aim, each in best.items()}
        grid = np.linspace(scores.min(), scores.max(), GRID)
        values = MEASURES["f1"](*best["f1"].curve.count_at(grid))
        return found | {"grid for f1": grid[values.argmax()], "formula": CHEAPEST}

    def __repr__(self):
        return f"skclassic.optimal_threshold on scores of {self.n_folds} folds"


def _search(y, scores, aim):
    if aim == "cost":
        return optimal_threshold(y, scores, "cost", cost_matrix=COSTS)
    return optimal_threshold(y, scores, aim.replace(" ", "_"))


@dataclass(frozen=True)
class GridSearch:
    """Let scikit-learn's TunedThresholdClassifierCV choose among 100 thresholds.

    Called, it gives a threshold for each aim by name. Its metrics are counted by ours,
    which saves seconds.
    """

    n_folds: int = FOLDS

    def __call__(self, classifier, X, y, seed):
        folds = StratifiedKFold(self.n_folds, shuffle=True, random_state=seed)
        return {
            f"tuned for {aim}": TunedThresholdClassifierCV(
                classifier, scoring=_score(aim), response_method="predict_proba",
                cv=folds,
            ).fit(X, y).best_threshold_
            for aim in AIMS
        }  # fmt: skip

    def __repr__(self):
        return f"TunedThresholdClassifierCV(cv={self.n_folds}, thresholds={GRID})"


def _score(aim):
    """Make a scorer of labels and calls."""
    is_gain = aim != "cost"
    return make_scorer(
        _score_calls, greater_is_better=is_gain, find_value=MEASURES[aim]
    )


def _score_calls(y, called, *, find_value):
    tp, n_called, n_positive = y @ called, called.sum(), y.sum()
    fp, fn = n_called - tp, n_positive - tp
    return float(find_value(*Counts(tp, fp, len(y) - n_positive - fp, fn)))
