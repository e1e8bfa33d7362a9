"""Which penalty a logistic regression asks for, in old words and in new ones."""

from dataclasses import dataclass

import numpy as np

from skclassic._front_desk import warn

SMOOTH_ONLY = ("lbfgs", "newton-cg", "newton-cholesky", "sag")
DEPRECATED = (
    "'penalty' was deprecated in version 1.8 of scikit-learn and will be removed in "
    "1.10. To avoid this warning, leave 'penalty' set to its default value and use "
    "'l1_ratio' or 'C' instead: l1_ratio=0 in place of penalty='l2', l1_ratio=1 in "
    "place of penalty='l1', l1_ratio between 0 and 1 in place of penalty='elasticnet', "
    "and C=np.inf in place of penalty=None."
)


@dataclass(frozen=True)
class Penalty:
    """``absolute * sum |w| + squared / 2 * sum w^2``, beside the sum of the losses.

    Attributes
    ----------
    absolute, squared : float
        At least 0.
    """

    absolute: float
    squared: float

    def per_weight(self, total):
        """Return the same beside the mean of losses of so much weight."""
        return Penalty(self.absolute / total, self.squared / total)

    @property
    def is_none(self):
        """Whether nothing is penalised."""
        return self.absolute == 0 and self.squared == 0


def make_penalty(C, l1_ratio):
    """Return scikit-learn's elastic net of strength ``1 / C``."""
    return Penalty(l1_ratio / C, (1 - l1_ratio) / C)


def receive_penalty(estimator):
    """Read the penalty off a logistic regression's parameters.

    Parameters
    ----------
    estimator : LogisticRegression
        Its `penalty`, `C`, `l1_ratio`, `solver` and `dual` are read.

    Returns
    -------
    Penalty

    Raises
    ------
    ValueError
        If the solver is one that does not offer the penalty in scikit-learn.
    """
    name = name_penalty(estimator.penalty, estimator.l1_ratio)
    if estimator.penalty == "deprecated" and estimator.C == np.inf:
        name = None
    check_solver(estimator.solver, name, estimator.dual)
    warn_of_contradictions(estimator, name)
    if name is None:
        return Penalty(0.0, 0.0)
    ratios = {"l2": 0.0, "l1": 1.0, "elasticnet": estimator.l1_ratio}
    return make_penalty(estimator.C, ratios[name])


def name_penalty(penalty, l1_ratio):
    """Return the penalty's name: what `penalty` says, or what `l1_ratio` means."""
    if penalty != "deprecated":
        warn(DEPRECATED, FutureWarning)
        if penalty == "elasticnet" and l1_ratio is None:
            raise ValueError("l1_ratio must be specified when penalty is elasticnet.")
        return penalty
    if l1_ratio is None:
        warn(
            "'l1_ratio=None' was deprecated in version 1.8 of scikit-learn and will "
            "trigger an error in 1.10. Use 0<=l1_ratio<=1 instead.",
            FutureWarning,
        )
    return {None: "l2", 0: "l2", 1: "l1"}.get(l1_ratio, "elasticnet")


def check_solver(solver, name, dual):
    """Raise where scikit-learn's solver of that name does not offer what is asked.

    Parameters
    ----------
    solver : str
    name : {"l1", "l2", "elasticnet", None}
    dual : bool

    Raises
    ------
    ValueError
    """
    if solver in SMOOTH_ONLY and name not in ("l2", None):
        raise ValueError(
            f"Solver {solver} supports only 'l2' or None penalties, got {name} "
            "penalty. Pass solver='auto', which supports all."
        )
    if solver != "liblinear" and dual:
        raise ValueError(
            f"Solver {solver} supports only dual=False, got dual=True. Leave dual out: "
            "the minimum is the same."
        )
    if solver == "liblinear" and name == "elasticnet":
        raise ValueError(
            "Only 'saga' solver supports elasticnet penalty, got solver=liblinear. "
            "Pass solver='auto', which supports all."
        )
    if solver == "liblinear" and name is None:
        raise ValueError(
            "C=np.inf as well as penalty=None is not supported for the liblinear "
            "solver. Pass solver='auto', which supports all."
        )


def warn_of_contradictions(estimator, name):
    """Warn where the old words for a penalty and the new ones do not agree."""
    ratio, said = estimator.l1_ratio, estimator.penalty
    if name != "elasticnet" and ratio is not None and 0 < ratio < 1:
        warn(
            "l1_ratio parameter is only used when penalty is 'elasticnet'. Got "
            f"(penalty={name})"
        )
    if (said == "l2" and ratio != 0) or (said == "l1" and ratio != 1):
        warn(
            f"Inconsistent values: penalty={said} with l1_ratio={ratio}. penalty is "
            "deprecated. Please use l1_ratio only."
        )
    if said is None and estimator.C != 1.0:
        warn("Setting penalty=None will ignore the C and l1_ratio parameters")
