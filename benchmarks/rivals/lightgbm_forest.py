"""LightGBM in its random forest mode, freed of the limits that it sets by default."""

from benchmarks.rivals.contestant import Contestant

DISTINCT_SHARE = 0.632  # 1 - 1/e: the distinct rows in a bootstrap sample
MOST_LEAVES = 131_072  # the largest number that LightGBM accepts


def choose_class(plan):
    import lightgbm

    if plan.method != "forest":
        return None
    if plan.is_classification:
        return lightgbm.LGBMClassifier
    return lightgbm.LGBMRegressor


def match(plan, shape):
    """Undo the defaults: 31 leaves of 20 rows each, every row and feature."""
    return {
        "boosting_type": "rf",
        "n_estimators": plan.n_trees,
        "max_depth": plan.max_depth or -1,  # -1 is no limit
        "num_leaves": count_leaves(plan, shape[0]),
        "min_child_samples": 1,
        "min_child_weight": 0,
        "subsample": DISTINCT_SHARE,
        "subsample_freq": 1,
        "feature_fraction_bynode": plan.share_of_features(shape),
        "n_jobs": plan.n_jobs,
        "random_state": plan.seed,
        "verbose": -1,
    }


def count_leaves(plan, n_rows):
    """Give the most leaves that a tree of the plan can have.

    No more than there are rows: LightGBM sets memory aside for every leaf, which makes
    a generous limit slow on few rows.
    """
    return min(2**plan.max_depth if plan.max_depth else n_rows, MOST_LEAVES)


CONTESTANT = Contestant(
    "LightGBM",
    "lightgbm",
    "lightgbm",
    choose_class,
    match,
    differs=(
        "Draws 63.2 % of the rows without replacement instead of a bootstrap sample, "
        "codes features into 255 bins, grows the best leaf first, averages margins "
        "instead of probabilities, and grows one tree per class where there are more "
        "than two."
    ),
)
