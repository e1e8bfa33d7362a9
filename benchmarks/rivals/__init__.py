"""Contestants, one file each. None is imported before it takes part."""

from benchmarks.rivals import (
    glum_logistic,
    intelex,
    lightgbm_forest,
    own,
    scikit_learn,
    skglm_logistic,
    xgboost_forest,
)
from benchmarks.rivals.contestant import Contestant
from benchmarks.rivals.plan import Plan

__all__ = ["CONTESTANTS", "Contestant", "Plan", "find_contestants"]

CONTESTANTS = {
    contestant.name: contestant
    for contestant in (
        own.CONTESTANT,
        own.ONE_THREAD,
        own.UNTUNED,
        scikit_learn.CONTESTANT,
        intelex.CONTESTANT,
        xgboost_forest.CONTESTANT,
        lightgbm_forest.CONTESTANT,
        *scikit_learn.LOGISTIC,
        skglm_logistic.CONTESTANT,
        glum_logistic.CONTESTANT,
    )
}


def find_contestants(names):
    """Part the wanted contestants into those at hand and lines about the others.

    Parameters
    ----------
    names : iterable of str
        Keys of `CONTESTANTS`.

    Returns
    -------
    present : list of Contestant
    absent : list of str
        One line for each that is not installed.
    """
    wanted = [CONTESTANTS[name] for name in names]
    present = [contestant for contestant in wanted if contestant.is_installed]
    absent = [
        f"{c.name} is not installed and was left out: pip install {c.distribution}"
        for c in wanted
        if not c.is_installed
    ]
    return present, absent
