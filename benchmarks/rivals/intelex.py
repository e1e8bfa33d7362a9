"""The forests of scikit-learn-intelex: oneDAL behind scikit-learn's interface."""

from benchmarks.rivals.contestant import Contestant
from benchmarks.rivals.scikit_learn import match, name_class


def choose_class(plan):
    from sklearnex import ensemble

    return getattr(ensemble, name_class(plan), None) if is_forest(plan) else None


def is_forest(plan):
    return plan.method in ("forest", "extra trees")


def find_amiss(fitted):
    """Notice where the package handed the work back to scikit-learn."""
    if hasattr(fitted, "_onedal_estimator"):
        return ""
    return "fell back to scikit-learn's own code, so this times scikit-learn"


CONTESTANT = Contestant(
    "intelex",
    "sklearnex",
    "scikit-learn-intelex",
    choose_class,
    match,
    differs="Codes features into at most 256 bins by default.",
    find_amiss=find_amiss,
)
