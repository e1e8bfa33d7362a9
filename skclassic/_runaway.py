"""Warn of coefficients that grow without end: a fit whose classes are separated.

First comes a look at the margins, which costs one pass: where no probability is near 0
or 1, no coefficient has run away. Only then is a rule looked for.
"""

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skclassic._front_desk import warn
from skclassic._separation import (
    describe_separation,
    find_separation,
    measure_leads,
)

CERTAIN = 8.0  # log odds: coefficients that run away get beyond, to gain 1e-12 more
AS_GOOD_AS_SURE = 25.0  # log odds: 1 in 100,000,000,000
MOST_NAMED = 100  # coefficients; of more, which separate would take longer than the fit
UNKNOWN = (
    "Classes may be separated: of {n_sure} rows the own class is certain but for "
    "rounding. If a rule puts no row on the wrong side, coefficients are as large as "
    "the solver let them grow. Pass a finite C, or leave out columns that give the "
    "answer away."
)


class SeparationWarning(ConvergenceWarning):
    """Say that classes are separated, so that a fit without penalty has no optimum."""


def warn_of_separation(estimator, rows, *, is_converged):
    """Warn where a fit without penalty has no optimum; return whether it did.

    Parameters
    ----------
    estimator : LogisticRegression
        Fitted.
    rows : Rows
        It was fitted on.
    is_converged : bool
        Whether the search said so.

    Returns
    -------
    bool
    """
    rows = leave_out_absent(rows)
    near = [each.astype(np.float64) for each in (estimator.coef_, estimator.intercept_)]
    leads = measure_leads(rows.X, rows.codes, *near)
    if is_converged and leads.max() < CERTAIN or not rows.has_all_classes():
        return False
    found = find_separation(
        rows.X.astype(np.float64, copy=False),
        rows.codes,
        rows.weights,
        fit_intercept=estimator.fit_intercept,
        near=near,
        at_most=MOST_NAMED,
    )
    if found.kind == "unknown" and leads.max() >= AS_GOOD_AS_SURE:
        warn(UNKNOWN.format(n_sure=np.sum(leads >= AS_GOOD_AS_SURE)), SeparationWarning)
        return True
    if not found:
        return False
    names = getattr(
        estimator, "feature_names_in_", [f"x{j}" for j in range(rows.X.shape[1])]
    )
    warn(
        describe_separation(found, feature_names=names, classes=estimator.classes_),
        SeparationWarning,
    )
    return True


def leave_out_absent(rows):
    """Return the rows that have a weight."""
    if rows.weights is None or rows.weights.all():
        return rows
    return rows.take(np.flatnonzero(rows.weights))
