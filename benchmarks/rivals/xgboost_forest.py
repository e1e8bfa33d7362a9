"""XGBoost's forest, freed of the limits that it sets by default."""

from benchmarks.rivals.contestant import Contestant

DISTINCT_SHARE = 0.632  # 1 - 1/e: the distinct rows in a bootstrap sample


def choose_class(plan):
    import xgboost

    if plan.method != "forest":
        return None
    if plan.is_classification:
        return xgboost.XGBRFClassifier
    return xgboost.XGBRFRegressor


def match(plan, shape):
    """Undo the defaults: depth 6, 80 % of rows and features, hessian sums of 1."""
    return {
        "n_estimators": plan.n_trees,
        "tree_method": "hist",
        "max_depth": plan.max_depth or 0,  # 0 is no limit
        "min_child_weight": 0,
        "subsample": DISTINCT_SHARE,
        "colsample_bynode": plan.share_of_features(shape),
        "n_jobs": plan.n_jobs,
        "random_state": plan.seed,
    }


CONTESTANT = Contestant(
    "XGBoost",
    "xgboost",
    "xgboost",
    choose_class,
    match,
    differs=(
        "Draws 63.2 % of the rows without replacement instead of a bootstrap sample, "
        "codes features into 256 bins, averages margins instead of probabilities, and "
        "grows one tree per class where there are more than two."
    ),
)
