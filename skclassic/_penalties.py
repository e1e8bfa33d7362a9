"""Which penalty a logistic regression asks for, in old words and in new ones."""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from skclassic._front_desk import warn

SMALLEST_C = 1e-300
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
    if C < SMALLEST_C:
        raise ValueError(
            f"C must be at least {SMALLEST_C:g}, got {C:g}: the penalty's strength is "
            "its inverse, which would be infinite."
        )
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


@dataclass(frozen=True)
class Grid:
    """The penalties that a cross-validation chooses among.

    Attributes
    ----------
    Cs : float64 array of shape (n_cs,)
        Above 0.
    ratios : tuple
        Shares of the absolute penalty in the user's words: numbers, or None alone.
    shares : tuple of float
        What they mean.
    """

    Cs: np.ndarray
    ratios: tuple
    shares: tuple

    @property
    def shape(self):
        """How many there are of each: (n_l1_ratios, n_cs)."""
        return len(self.ratios), len(self.Cs)

    def make_penalty(self, ratio, C):
        """Return the penalty by its place in the grid."""
        return make_penalty(self.Cs[C], self.shares[ratio])


def receive_grid(estimator):
    """Read the penalties off the parameters of a cross-validated logistic regression.

    Parameters
    ----------
    estimator : LogisticRegressionCV
        Its `penalty`, `Cs`, `l1_ratios`, `solver` and `dual` are read.

    Returns
    -------
    Grid

    Raises
    ------
    ValueError
        If the solver is one that does not offer the penalty in scikit-learn, or a
        number is out of its range.
    """
    warn_of_old_words(estimator)
    said = estimator.l1_ratios
    said = None if isinstance(said, str) else said
    name = name_penalties(estimator.penalty, said)
    check_solver(estimator.solver, name, estimator.dual)
    if said is None and name != "elasticnet":
        return Grid(receive_Cs(estimator.Cs), (None,), (float(name == "l1"),))
    ratios = receive_ratios(said)
    shares = ratios
    if estimator.penalty in ("l1", "l2"):
        shares = (float(name == "l1"),) * len(ratios)
        warn(
            "l1_ratios parameter is only used when penalty is 'elasticnet'. Got "
            f"(penalty={name})"
        )
    return Grid(receive_Cs(estimator.Cs), ratios, shares)


def warn_of_old_words(estimator):
    """Warn where the penalties are left to a default that changes, or deprecated."""
    if isinstance(estimator.l1_ratios, str):
        warn(
            "The default value for l1_ratios will change from None to (0.0,) in "
            "version 1.10 of scikit-learn, and None will be forbidden. To avoid this "
            "warning, set a value, for instance l1_ratios=(0,).",
            FutureWarning,
        )
    if estimator.penalty != "deprecated":
        old = DEPRECATED.replace("'l1_ratio' or 'C'", "'l1_ratios' or 'Cs'")
        warn(old, FutureWarning)
    elif estimator.l1_ratios is None:
        warn(
            "'l1_ratios=None' was deprecated in version 1.8 of scikit-learn and will "
            "trigger an error in 1.10. Use an array-like of numbers in [0, 1] instead.",
            FutureWarning,
        )


def name_penalties(penalty, ratios):
    """Return the name of the penalty that embraces all of a grid's."""
    if penalty != "deprecated":
        return penalty
    if ratios is None or np.all(np.asarray(ratios) == 0):
        return "l2"
    return "l1" if np.all(np.asarray(ratios) == 1) else "elasticnet"


def receive_ratios(ratios):
    """Return shares of the absolute penalty, as a tuple of float."""
    values = () if ratios is None else tuple(ratios)
    are_shares = [isinstance(each, Real) and 0 <= each <= 1 for each in values]
    if not values or not all(are_shares):
        raise ValueError(
            "l1_ratios must be an array-like of numbers between 0 and 1; got "
            f"(l1_ratios={ratios!r}). Pass for instance l1_ratios=(0, 0.5, 1)."
        )
    return tuple(map(float, values))


def receive_Cs(Cs):
    """Return inverse strengths: as given, or so many from 1e-4 to 1e4."""
    if isinstance(Cs, Integral):
        return np.logspace(-4, 4, Cs)
    values = np.asarray(Cs, dtype=np.float64)
    if values.ndim != 1 or len(values) == 0 or not (values > 0).all():
        raise ValueError(
            f"Cs must be numbers above 0, got {Cs!r}: each is the inverse of the "
            "penalty's strength. Pass Cs=10 for ten from 1e-4 to 1e4."
        )
    return values
