"""Name who takes part in an experiment: this package, scikit-learn and XGBoost.

Each contestant offers a single tree, bagged trees and a forest with matched parameters.
A package that is not installed is a line in the report, not an error.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

MEMBERS = 25  # enough that more members hardly lower the variance (Breiman 1996, 4.1)
DISTINCT_SHARE = 0.632  # 1 - 1/e, the share of rows that a bootstrap sample holds


@dataclass(frozen=True)
class Contestant:
    """Hold the estimators of one package.

    Attributes
    ----------
    name : str
        The package.
    trees : callable
        Maps a task ("classification" or "regression") and a number of features to a
        dict with the estimators "tree", "bagging" and "forest".
    bag : callable or None
        Maps a task and a base estimator to the package's bagging of it; None where the
        package bags only its own trees.
    note : str
        Where its estimators differ from the others'.
    """

    name: str
    trees: Callable
    bag: Callable | None = None
    note: str = ""


def find_contestants(names=("skclassic", "scikit-learn", "XGBoost")):
    """Find the contestants whose packages are installed.

    Parameters
    ----------
    names : sequence of str
        Who is wanted.

    Returns
    -------
    contestants : list of Contestant
        Those that are installed, in the order of `names`.
    notes : list of str
        One line for each that is not.
    """
    found, notes = [], []
    for name in names:
        try:
            found.append(_MAKERS[name]())
        except ImportError:
            notes.append(
                f"{name} is not installed and was left out: "
                f"pip install {_PACKAGES.get(name, name)} brings it in."
            )
    return found, notes


def list_versions():
    """Give the installed version of every package that takes part, by name."""
    versions = {}
    for name in ("skclassic", "numpy", "scipy", "scikit-learn", "numba", "xgboost"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def _make_skclassic():
    import skclassic

    return Contestant("skclassic", *_take_ensembles(skclassic, skclassic, skclassic))


def _make_scikit_learn():
    from sklearn import ensemble, tree

    return Contestant("scikit-learn", *_take_ensembles(tree, ensemble, ensemble))


def _take_ensembles(tree, bagging, forest):
    """Build the matched trees from modules that use scikit-learn's names."""

    def bag(task, base):
        Bagging = getattr(bagging, f"Bagging{_suffix(task)}")
        return Bagging(base, n_estimators=MEMBERS)

    def trees(task, n_features):
        single = getattr(tree, f"DecisionTree{_suffix(task)}")()
        Forest = getattr(forest, f"RandomForest{_suffix(task)}")
        grown = Forest(
            n_estimators=MEMBERS, max_features=_count_features(task, n_features)
        )
        return {"tree": single, "bagging": bag(task, single), "forest": grown}

    return trees, bag


def _suffix(task):
    return "Classifier" if task == "classification" else "Regressor"


def _count_features(task, n_features):
    """Give the features a forest's node looks at: Breiman's habit for either task."""
    count = n_features**0.5 if task == "classification" else n_features / 3
    return max(1, int(count))


def _make_xgboost():
    import xgboost

    def trees(task, n_features):
        Forest = getattr(xgboost, f"XGBRF{_suffix(task)}")
        grown = {  # full depth, unshrunk leaves; more bins cost seconds
            "tree_method": "hist",
            "max_bin": 64,
            "max_depth": 0,
            "min_child_weight": 0,
            "reg_lambda": 0,
            "n_jobs": 1,
        }
        bagged = {**grown, "n_estimators": MEMBERS, "subsample": DISTINCT_SHARE}
        single = Forest(n_estimators=1, subsample=1, colsample_bynode=1, **grown)
        # XGBoost rounds down after multiplying: half a feature more is on the safe side
        share = (_count_features(task, n_features) + 0.5) / n_features
        return {
            "tree": single,
            "bagging": Forest(colsample_bynode=1, **bagged),
            "forest": Forest(colsample_bynode=share, **bagged),
        }

    return Contestant(
        "XGBoost",
        trees,
        note=(
            "XGBoost draws 63.2 % of the rows without replacement instead of a "
            "bootstrap sample, and its classifier averages margins of one Newton step, "
            "not probabilities."
        ),
    )


_MAKERS = {
    "skclassic": _make_skclassic,
    "scikit-learn": _make_scikit_learn,
    "XGBoost": _make_xgboost,
}
_PACKAGES = {"XGBoost": "xgboost"}
