"""This package; its forest held to one thread, where threads are on trial, and with the
threshold left as it is, where tuning is.
"""

from dataclasses import replace

from benchmarks.rivals import scikit_learn
from benchmarks.rivals.contestant import Contestant
from benchmarks.rivals.scikit_learn import name_class


def choose_class(plan):
    import skclassic

    return getattr(skclassic, name_class(plan))


def match(plan, shape):
    """Translate a plan; out of bag, which scikit-learn does not tune, by our words."""
    if plan.method == "logistic":
        return {"C": plan.C, "l1_ratio": plan.l1_ratio, **plan.tolerance}
    if plan.method != "oob threshold":
        return scikit_learn.match(plan, shape, home="skclassic")
    forest = choose_forest(plan)(**match_forest(plan, shape))
    return {"estimator": forest, "cv": "oob", "thresholds": "exact"}


def choose_forest(plan):
    return choose_class(replace(plan, method="forest"))


def match_forest(plan, shape):
    forest = scikit_learn.match(replace(plan, method="forest"), shape)
    return forest | {"oob_score": True}


def match_with_one_thread(plan, shape):
    return match(replace(plan, n_jobs=1), shape)


CONTESTANT = Contestant("skclassic", "skclassic", "skclassic", choose_class, match)
ONE_THREAD = replace(CONTESTANT, name="n_jobs=1", match=match_with_one_thread)
UNTUNED = replace(
    CONTESTANT, name="untuned", choose_class=choose_forest, match=match_forest
)
