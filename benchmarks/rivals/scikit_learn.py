"""scikit-learn's own trees, bagging and forests; and whoever shares their interface."""

from benchmarks.rivals.contestant import Contestant

STEMS = {
    "forest": "RandomForest",
    "extra trees": "ExtraTrees",
    "tree": "DecisionTree",
    "bagging": "Bagging",
}


def name_class(plan):
    """Give scikit-learn's name of the class that a plan asks for."""
    return STEMS[plan.method] + (
        "Classifier" if plan.is_classification else "Regressor"
    )


def match(plan, shape):
    """Translate a plan into scikit-learn's parameters."""
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


def choose_class(plan):
    from sklearn import ensemble, tree

    return getattr(tree if plan.method == "tree" else ensemble, name_class(plan))


CONTESTANT = Contestant("scikit-learn", "sklearn", "scikit-learn", choose_class, match)
