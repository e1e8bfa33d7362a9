"""Find out how estimators are scored, and refuse scores that are none."""

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import check_scoring

RANKING = ("roc_auc", "average_precision")  # undefined where a test fold has one class


def find_scorers(estimators, scoring):
    """Give a scorer for each estimator, and the name of the score.

    Parameters
    ----------
    estimators : dict of str to estimator
    scoring : str, callable or None
        None takes each estimator's own score.

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
    scorers = {name: check_scoring(e, scoring) for name, e in estimators.items()}
    if isinstance(scoring, str):
        return scorers, scoring
    if scoring is not None:
        return scorers, getattr(scoring, "__name__", "score")
    kinds = {is_classifier(estimator) for estimator in estimators.values()}
    return scorers, {(True,): "accuracy", (False,): "r2"}.get(tuple(kinds), "score")


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
