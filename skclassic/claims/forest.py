"""State and test what is said about forests.

The textbook's story: a node that chooses among few features makes the trees less alike,
and what is less alike averages to less variance.
"""

import numpy as np

from skclassic._estimates import Estimate

from .bagging import compare_trees
from .claim import Claim
from .contestants import MEMBERS
from .gather import Answer, gather
from .rules import Lowers

SEED = 20011001  # Random forests appeared in October 2001
SHARE = 0.3  # correlations of trees are told from fewer training sets


def _compare_likeness(lab, seed):
    """Ask how alike trees of a forest are, and how alike those of bagging."""

    def ask(problem, contestant):
        trees = contestant.trees(problem.task, problem.n_features)
        one = contestant.trees(problem.task, problem.n_features, members=1)
        result = lab.split_errors(
            "one tree of each",
            {
                "bagging": trees["bagging"],
                "forest": trees["forest"],
                "one of bagging": one["bagging"],
                "one of a forest": one["forest"],
            },
            problem=problem,
            contestant=contestant,
            loss=problem.loss,
            seed=seed,
            share=SHARE,
        )
        yield Answer(_estimate_fall(result), result.caveat, _give_context(result))

    return gather(lab, ask, lab.few)


def _give_context(result):
    variances = _list_variances(result)
    return {
        f"{name}: correlation of trees": correlate(variances, name)
        for name in ("bagging", "forest")
    }


def _list_variances(result, leave=None):
    """Give the variance of each estimator, one training set left out."""
    return {
        name: np.delete(predictions, [] if leave is None else leave, axis=0)
        .var(axis=0, ddof=1)
        .sum(axis=-1 if predictions.ndim == 3 else ())
        .mean()
        for name, predictions in result.predictions.items()
    }


def correlate(variances, name):
    """Give the correlation of two members, over training sets and their own draws.

    Of B members Var(mean) = (r + (1 - r) / B) Var(one): Hastie, Tibshirani and Friedman
    (2009), equation 15.1.
    """
    one = "one of bagging" if name == "bagging" else "one of a forest"
    return (variances[name] / variances[one] - 1 / MEMBERS) / (1 - 1 / MEMBERS)


def _estimate_fall(result):
    """Estimate by how much a forest's trees correlate less, as a share.

    Its error is that of the jackknife over training sets.
    """

    def fall(variances):
        return correlate(variances, "forest") / correlate(variances, "bagging") - 1

    n = result.n_repeats
    without = np.array([fall(_list_variances(result, r)) for r in range(n)])
    error = ((n - 1) * without.var()) ** 0.5
    return Estimate(float(fall(_list_variances(result))), float(error), n - 1)


CLAIMS = (
    Claim(
        key="forest-lowers-variance-further",
        family="forest",
        sentence="A random forest lowers the variance further than bagging.",
        source="Breiman (2001), Random forests; Hastie, Tibshirani and Friedman (2009),"
        " section 15.2",
        kind="regularity",
        dimension="model",
        effect="change of the variance from bagged trees to a forest, as a share of "
        "that of bagged trees",
        rule=Lowers(0.05),
        why_this_margin="less than a twentieth would be no reason to choose a forest",
        seed=19960801,
        experiment=compare_trees(
            "forest", "bagging", component="variance", relative_to="variance"
        ),
    ),
    Claim(
        key="forest-decorrelates",
        family="forest",
        sentence="The trees of a forest are less alike than those of bagging.",
        source="Breiman (2001), Random forests, section 2.2; Hastie, Tibshirani and "
        "Friedman (2009), section 15.2",
        kind="regularity",
        dimension="model",
        effect="change of the correlation between two trees from bagging to a forest, "
        "over training sets and the trees' own draws, as a share of bagging's",
        rule=Lowers(0.05),
        why_this_margin="as for the variance, which is proportional to it",
        seed=SEED,
        experiment=_compare_likeness,
    ),
)
