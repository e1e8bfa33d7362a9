"""scikit-learn-intelex's forests and logistic regression: oneDAL behind scikit-learn's
interface.
"""

from benchmarks.rivals import scikit_learn
from benchmarks.rivals.contestant import Contestant
from benchmarks.rivals.scikit_learn import name_class


def match(plan, shape):
    """Translate a plan as for scikit-learn; lbfgs is the solver that oneDAL has."""
    if plan.method == "logistic":
        return scikit_learn.match_logistic(plan, "lbfgs")
    return scikit_learn.match(plan, shape)


def choose_class(plan):
    from sklearnex import ensemble, linear_model

    if plan.method == "logistic":
        return linear_model.LogisticRegression
    return getattr(ensemble, name_class(plan), None) if is_forest(plan) else None


def is_forest(plan):
    return plan.method in ("forest", "extra trees")


def find_amiss(fitted):
    """Notice where the package handed the work back to scikit-learn."""
    is_forest_fit = hasattr(fitted, "estimators_")  # of others nothing tells
    if hasattr(fitted, "_onedal_estimator") or not is_forest_fit:
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
