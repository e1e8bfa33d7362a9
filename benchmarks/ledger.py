"""Share the seconds of a default run among the claims.

A default run must end within `WHOLE` seconds on two cores, so whatever is added takes
from a purse of its own. A purse is named for what its claims are about; a later group
of claims brings one along, of 20 seconds at most. Races come after the claims, and have
`RACES` seconds.
"""

from dataclasses import dataclass

WHOLE = 150.0  # seconds
RACES = 30.0
PURSES = {
    "trees": (
        40.0,
        (
            "bagging-leaves-linear",
            "bagging-lowers-variance",
            "bagging-leaves-bias",
            "forest-lowers-variance-further",
        ),
    ),
    "members, depth and data": (
        20.0,
        (
            "bagging-leaves-neighbours",
            "bagging-leaves-naive-bayes",
            "forest-decorrelates",
            "members-do-no-harm",
            "members-level-off",
            "depth-lowers-bias",
            "depth-raises-variance",
            "data-leave-underfitting",
            "depth-mends-underfitting",
            "data-narrow-the-gap",
            "data-of-the-old-kind",
            "label-noise-raises-variance",
        ),
    ),
    "boosting": (
        20.0,
        (
            "boosting-lowers-bias-of-stumps",
            "votes-leave-bias-of-stumps",
            "averages-leave-bias-of-stumps",
            "boosting-lowers-variance-of-trees",
            "boosting-lowers-error-of-trees",
            "training-error-stays-under-its-bound",
            "margins-grow-after-the-error-is-gone",
            "rounds-have-an-optimum",
            "shrinkage-needs-more-rounds",
            "shrinkage-ends-better",
            "noise-hurts-boosting-more",
            "boosting-raises-variance-of-naive-bayes",
        ),
    ),
    "thresholds": (
        20.0,
        (
            "threshold-beats-half-in-f1",
            "threshold-beats-half-in-balanced-accuracy",
            "threshold-beats-half-in-cost",
            "threshold-for-f1-costs-accuracy",
            "threshold-for-balance-costs-accuracy",
            "f1-threshold-is-half-of-f1",
            "elkan-threshold-is-cheapest",
            "elkan-threshold-will-do",
            "positives-steady-the-threshold",
            "four-times-the-positives-halve-the-spread",
            "grid-will-do",
            "weights-keep-the-ranking",
            "undersampling-keeps-the-ranking",
            "oversampling-keeps-the-ranking",
            "smote-keeps-the-ranking",
            "weights-move-the-intercept",
            "undersampling-spoils-probabilities",
            "oversampling-spoils-probabilities",
            "smote-spoils-probabilities",
            "smote-no-better-in-f1",
            "undersampling-no-better-in-balanced-accuracy",
        ),
    ),
    "generative and discriminative models": (
        20.0,
        (
            "shared-naive-bayes-few-rows-free",
            "shared-naive-bayes-many-rows-free",
            "shared-naive-bayes-few-rows-ridge",
            "shared-naive-bayes-many-rows-ridge",
            "class-naive-bayes-few-rows-free",
            "class-naive-bayes-many-rows-free",
            "class-naive-bayes-few-rows-ridge",
            "class-naive-bayes-many-rows-ridge",
            "multinomial-naive-bayes-few-rows",
            "multinomial-naive-bayes-many-rows",
            "true-model-and-many-rows-no-winner",
            "naive-bayes-needs-few-rows",
            "logistic-needs-rows-per-feature",
            "naive-bayes-needs-rows-of-another-order",
            "lda-loses-less-than-logistic",
            "efron-efficiency",
            "same-form-of-posterior",
            "naive-bayes-is-too-sure",
            "logistic-is-calibrated",
            "naive-bayes-bears-gaps-at-random",
            "naive-bayes-bears-gaps-of-high-values",
        ),
    ),
}


@dataclass(frozen=True)
class Entry:
    """Hold what a group of claims took.

    Attributes
    ----------
    purse : str
    seconds : float
        Of the claims that ran.
    allotted : float
        Seconds that a default run may take for all of them.
    """

    purse: str
    seconds: float
    allotted: float

    def __str__(self):
        return (
            f"{self.purse} took {self.seconds:.0f} s; {self.allotted:.0f} are allotted "
            "to them on two idle cores"
        )


def balance(verdicts):
    """Add up the seconds of each purse.

    Parameters
    ----------
    verdicts : sequence of Verdict

    Returns
    -------
    list of Entry
        Of purses whose claims ran.
    """
    took = {verdict.claim.key: verdict.seconds for verdict in verdicts}
    return [
        Entry(purse, sum(took.get(key, 0.0) for key in keys), allotted)
        for purse, (allotted, keys) in PURSES.items()
        if set(keys) & set(took)
    ]
