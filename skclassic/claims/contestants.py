"""Name who takes part in an experiment: this package, scikit-learn and XGBoost.

Each contestant offers a single tree, bagged trees and a forest with matched parameters.
A package that is not installed is a line in the report, not an error.
"""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from . import tuning

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
        Maps a task ("classification" or "regression"), a number of features and a
        number of members to a dict with the estimators "tree", "bagging" and "forest".
    bag : callable or None
        Maps a task, a base estimator and a number of members to the package's bagging
        of it; None where the package bags only its own trees.
    grow : callable or None
        Maps a task, a depth (None for full trees) and a number of members (None for a
        single tree) to a tree, or to bagged trees.
    classify : callable or None
        Maps how many times as frequent the other class is to a dict of classifiers for
        a rare class, "plain" and "weighted"; None where they are another's.
    tune : callable or None
        Maps a classifier, rows, labels and a seed to thresholds by name.
    pair : callable or None
        Gives a dict of classifiers, generative ("shared" and "class", naive Bayes by
        its variances, "multinomial", and "LDA") and discriminative ("free" and "ridge",
        logistic regression by its penalty). What a package has not got is missing.
    boost : callable or None
        Maps a tree of the contestant's own (or another classifier, where it bags such)
        and a number of rounds to its boosting.
    kin : tuple of Contestant
        Who boosts in another way in the same package, and stands beside where bias and
        variance of boosting are split.
    note : str
        Where its estimators differ from the others'.
    """

    name: str
    trees: Callable
    bag: Callable | None = None
    grow: Callable | None = None
    classify: Callable | None = None
    tune: Callable | None = None
    pair: Callable | None = None
    boost: Callable | None = None
    kin: tuple = ()
    note: str = ""


KNOWN = ("skclassic", "scikit-learn", "XGBoost")


def find_contestants(names=KNOWN):
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


class Renumbered(ClassifierMixin, BaseEstimator):
    """Number the classes of each training set from 0, as XGBoost asks.

    Parameters
    ----------
    model : classifier
    """

    def __init__(self, model):
        self.model = model

    def fit(self, X, y):
        """Fit the model, also where a class is missing."""
        self.classes_, numbers = np.unique(y, return_inverse=True)
        self.model_ = clone(self.model).fit(X, numbers)
        return self

    def predict(self, X):
        """Return the labels that the model predicts."""
        return self.classes_.take(self.model_.predict(X))

    def predict_proba(self, X):
        """Return the model's probabilities of the classes that it met."""
        return self.model_.predict_proba(X)


def describe_estimator(estimator):
    """Write an estimator as it writes itself; where that is cut short, with all
    parameters that are not None.

    Returns
    -------
    str
        One line.
    """
    text = " ".join(repr(estimator).split())
    if "..." not in text:
        return text
    given = {k: v for k, v in estimator.get_params(deep=False).items() if v is not None}
    values = (
        f"{name}={describe_estimator(value) if hasattr(value, 'fit') else repr(value)}"
        for name, value in given.items()
    )
    return f"{type(estimator).__name__}({', '.join(values)})"


def describe_machine():
    """Say in general words what the machine is; neither its name nor its owner."""
    return {
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


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

    return Contestant(
        "skclassic",
        *_take_ensembles(skclassic, skclassic, skclassic),
        classify=classify_own,
        tune=tuning.ExactSearch(),
        pair=pair_own,
        boost=_boost_with(skclassic),
    )


def _make_scikit_learn():
    from sklearn import ensemble, tree

    return Contestant(
        "scikit-learn",
        *_take_ensembles(tree, ensemble, ensemble),
        tune=tuning.GridSearch(),
        pair=pair_scikit_learn,
        boost=_boost_with(ensemble),
        kin=(_make_gradient_boosting(tree, ensemble),),
    )


def _make_gradient_boosting(tree, ensemble):
    """Let scikit-learn boost by gradients, in claims about boosting alone."""
    trees, _, grow = _take_ensembles(tree, ensemble, ensemble)

    def boost(base, rounds):
        return ensemble.GradientBoostingClassifier(
            n_estimators=rounds, max_depth=base.max_depth
        )

    return Contestant(
        "GradientBoosting",
        trees,
        grow=grow,
        boost=boost,
        note=(
            "GradientBoosting is scikit-learn's: trees of numbers, fitted to gradients "
            "of the log loss, at a learning rate of 0.1."
        ),
    )


def classify_linearly(ratio):
    """Give scikit-learn's logistic regression, plain and with weighted classes."""
    return _classify_with(LogisticRegression)


def classify_own(ratio):
    """Give this package's logistic regression, plain and with weighted classes."""
    import skclassic

    return _classify_with(skclassic.LogisticRegression)


def _classify_with(Linear):
    return {
        "plain": make_pipeline(StandardScaler(), Linear()),
        "weighted": make_pipeline(StandardScaler(), Linear(class_weight="balanced")),
    }


NEARLY_FREE = {"C": 1e4, "tol": 1e-6}  # in units of standardised columns
"""Penalty of "unpenalised" logistic regression. Where a line parts the classes no fit
without a penalty exists; as the penalty vanishes its direction becomes that of the
largest margin (Rosset, Zhu and Hastie 2004), and elsewhere this one changes nothing.
"""


def pair_own():
    """Give this package's pair."""
    import skclassic

    return {
        "shared": skclassic.GaussianNB(covariance="shared"),
        "class": skclassic.GaussianNB(),
        "multinomial": skclassic.MultinomialNB(),
        "LDA": skclassic.LinearDiscriminantAnalysis(),
        "free": skclassic.LogisticRegression(**NEARLY_FREE),
        "ridge": skclassic.LogisticRegression(),
    }


def pair_scikit_learn():
    """Give scikit-learn's pair; its naive Bayes has variances by class alone."""
    return {
        "class": GaussianNB(),
        "multinomial": MultinomialNB(),
        "LDA": LinearDiscriminantAnalysis(),
        "free": LogisticRegression(**NEARLY_FREE, max_iter=1000),
        "ridge": LogisticRegression(max_iter=1000),
    }


def _boost_with(package):
    """Build what boosts any classifier, from a module with scikit-learn's names."""
    return lambda base, rounds: package.AdaBoostClassifier(base, n_estimators=rounds)


def _take_ensembles(tree, bagging, forest):
    """Build the matched trees from modules that use scikit-learn's names."""

    def bag(task, base, members=MEMBERS):
        Bagging = getattr(bagging, f"Bagging{_suffix(task)}")
        return Bagging(base, n_estimators=members)

    def grow(task, depth=None, members=None):
        single = getattr(tree, f"DecisionTree{_suffix(task)}")(max_depth=depth)
        return single if members is None else bag(task, single, members)

    def trees(task, n_features, members=MEMBERS):
        Forest = getattr(forest, f"RandomForest{_suffix(task)}")
        grown = Forest(
            n_estimators=members, max_features=_count_features(task, n_features)
        )
        bagged = grow(task, members=members)
        return {"tree": grow(task), "bagging": bagged, "forest": grown}

    return trees, bag, grow


def _suffix(task):
    return "Classifier" if task == "classification" else "Regressor"


def _count_features(task, n_features):
    """Give the features a forest's node looks at: Breiman's habit for either task."""
    count = n_features**0.5 if task == "classification" else n_features / 3
    return max(1, int(count))


def _make_xgboost():
    import xgboost

    def grow(task, depth=None, members=None, share=1):
        forest = getattr(xgboost, f"XGBRF{_suffix(task)}")(
            n_estimators=members or 1,
            subsample=1 if members is None else DISTINCT_SHARE,
            colsample_bynode=share,
            max_depth=depth or 0,
            tree_method="hist",
            max_bin=64,  # more bins cost seconds
            min_child_weight=0,
            reg_lambda=0,  # unshrunk leaves
            n_jobs=1,
        )
        return forest if task == "regression" else Renumbered(forest)

    def trees(task, n_features, members=MEMBERS):
        # XGBoost rounds down after multiplying: half a feature more is on the safe side
        share = (_count_features(task, n_features) + 0.5) / n_features
        return {
            "tree": grow(task),
            "bagging": grow(task, members=members),
            "forest": grow(task, members=members, share=share),
        }

    def classify(ratio):
        small = {"n_estimators": 25, "max_depth": 3, "max_bin": 64, "n_jobs": 1}
        return {
            "plain": xgboost.XGBClassifier(**small),
            "weighted": xgboost.XGBClassifier(**small, scale_pos_weight=ratio),
        }

    def boost(base, rounds):
        small = {"max_depth": base.model.max_depth, "max_bin": 64, "n_jobs": 1}
        return Renumbered(xgboost.XGBClassifier(n_estimators=rounds, **small))

    return Contestant(
        "XGBoost",
        trees,
        grow=grow,
        boost=boost,
        classify=classify,
        tune=tuning.ExactSearch(),
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
