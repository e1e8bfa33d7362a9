"""Find out how estimators are scored, and refuse scores that are none."""

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.metrics import check_scoring

from skclassic._estimators import takes_weights

RANKING = ("roc_auc", "average_precision")  # undefined where a test fold has one class


def find_scorers(estimators, scoring):
    """Give a scorer for each estimator, and the name of the score.

    Parameters
    ----------
    estimators : dict of str to estimator
    scoring : str, callable or None
        None takes accuracy for classifiers and R^2 for regressors.

    Returns
    -------
    scorers : dict of str to callable
    name : str

    Raises
    ------
    ValueError
        If `scoring` names several scores, or none that there is.
    """
    if scoring is not None and not isinstance(scoring, str) and not callable(scoring):
        raise ValueError(
            f"scoring must be one name or one function, got {scoring!r}. "
            "Compare by one score at a time."
        )
    if scoring is None:  # not each one's own: that of a search may be any
        scoring = "accuracy" if all(map(is_classifier, estimators.values())) else None
        scoring = "r2" if all(map(is_regressor, estimators.values())) else scoring
    scorers = {name: check_scoring(e, scoring) for name, e in estimators.items()}
    if scoring is None:
        return scorers, "score"
    name = (
        scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")
    )
    return scorers, name


def check_scorers_take_weights(scorers):
    """Raise unless every scorer takes weights.

    Parameters
    ----------
    scorers : dict of str to callable

    Raises
    ------
    TypeError
    """
    for name, scorer in scorers.items():
        if not takes_weights(scorer):
            raise TypeError(
                f"scoring must take sample_weight, got {scorer!r} for {name}. Name a "
                "score of scikit-learn, or pass sample_weight=None."
            )


def check_scores(scores, place):
    """Raise unless all scores are finite.

    Parameters
    ----------
    scores : dict of str to ndarray
        Of every estimator, the first axis by `place`.
    place : str
        "fold" or "repeat", for the message.

    Raises
    ------
    ValueError
    """
    for name, values in scores.items():
        if not np.isfinite(values).all():
            where = np.argwhere(~np.isfinite(values))[0]
            raise ValueError(
                f"scores must be finite, got {values[tuple(where)]} for {name} on "
                f"{place} {where[0]}. Pass enough rows and classes for this scoring."
            )
