"""scikit-learn's own classes: trees, ensembles, thresholds, models of classes; whoever
shares their interface.
"""

from dataclasses import replace
from importlib import import_module

from benchmarks.rivals.contestant import Contestant

STEMS = {
    "forest": "RandomForest",
    "extra trees": "ExtraTrees",
    "tree": "DecisionTree",
    "bagging": "Bagging",
    "boosting": "AdaBoost",
}
SOLVERS = ("lbfgs", "newton-cg", "newton-cholesky", "liblinear", "saga")
MOST_STEPS = 10_000  # of a solver: where it stops, the tolerance says
TUNED = ("threshold", "oob threshold")
GENERATIVE = {
    "naive Bayes": "GaussianNB",
    "linear discriminant": "LinearDiscriminantAnalysis",
    "quadratic discriminant": "QuadraticDiscriminantAnalysis",
}
N_THRESHOLDS = 1_000


def name_class(plan):
    """Give scikit-learn's name of the class that a plan asks for."""
    if plan.method == "logistic":
        return "LogisticRegression"
    if plan.method in TUNED:
        return "TunedThresholdClassifierCV"
    if plan.method in GENERATIVE:
        return GENERATIVE[plan.method]
    return STEMS[plan.method] + (
        "Classifier" if plan.is_classification else "Regressor"
    )


def match(plan, shape, home="sklearn.tree"):
    """Translate a plan into scikit-learn's parameters; trees that are boosted come from
    `home`.
    """
    if plan.method == "threshold":
        from sklearn.linear_model import LogisticRegression

        return {"estimator": LogisticRegression(), "thresholds": N_THRESHOLDS, "cv": 5}
    if plan.method in GENERATIVE:
        return {}
    if plan.method == "boosting":
        return {
            "estimator": choose_tree(plan, home),
            "n_estimators": plan.n_trees,
            "random_state": plan.seed,
        }
    if plan.method == "tree":
        limits = {"max_depth": plan.max_depth, "max_leaf_nodes": plan.max_leaf_nodes}
        return limits | {"random_state": plan.seed}
    ensemble = {
        "n_estimators": plan.n_trees,
        "n_jobs": plan.n_jobs,
        "random_state": plan.seed,
    }
    if plan.method == "bagging":
        return ensemble
    max_features = "sqrt" if plan.draws_features else 1.0
    return ensemble | {"max_depth": plan.max_depth, "max_features": max_features}


def choose_tree(plan, home):
    """Give the tree that is boosted, from the package that boosts it."""
    name = name_class(replace(plan, method="tree"))
    return getattr(import_module(home), name)(max_depth=plan.max_depth)


def choose_class(plan):
    from sklearn import (
        discriminant_analysis,
        ensemble,
        model_selection,
        naive_bayes,
        tree,
    )

    rooms = {"tree": tree} | dict.fromkeys(TUNED, model_selection)
    rooms |= dict.fromkeys(GENERATIVE, discriminant_analysis)
    rooms["naive Bayes"] = naive_bayes
    return getattr(rooms.get(plan.method, ensemble), name_class(plan))


def choose_logistic(plan):
    from sklearn import linear_model

    return linear_model.LogisticRegression if plan.method == "logistic" else None


def match_logistic(plan, solver):
    """Translate a plan into a logistic regression's parameters."""
    chosen = {"C": plan.C, "l1_ratio": plan.l1_ratio, "solver": solver}
    chosen |= {"max_iter": MOST_STEPS, **plan.tolerance}
    if solver == "liblinear":
        chosen["intercept_scaling"] = 100.0  # the larger, the less it is penalised
    return chosen


def make_solver(name):
    """Make a contestant of one of scikit-learn's solvers."""
    return Contestant(
        name,
        "sklearn",
        "scikit-learn",
        choose_logistic,
        lambda plan, shape: match_logistic(plan, name),
        differs="Penalises the intercept." if name == "liblinear" else "",
    )


CONTESTANT = Contestant("scikit-learn", "sklearn", "scikit-learn", choose_class, match)
LOGISTIC = [make_solver(name) for name in SOLVERS]
