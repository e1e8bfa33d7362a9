"""Keep the claims, and run them."""

from dataclasses import replace
from time import perf_counter
from traceback import format_exception_only

from . import (
    bagging,
    boosting,
    boosting_rounds,
    counts,
    data,
    depth,
    efficiency,
    forest,
    generative,
    imbalance,
    limits,
    members,
    missing,
    posteriors,
    thresholds,
    true_scores,
)
from .claim import Claim
from .contestants import find_contestants, list_versions
from .laboratory import FULL, QUICK, THOROUGH, Laboratory
from .own_data import receive_data
from .verdicts import ALPHA, Verdict, judge

FAMILIES = (
    bagging,
    forest,
    members,
    depth,
    data,
    boosting,
    boosting_rounds,
    thresholds,
    true_scores,
    imbalance,
    generative,
    counts,
    limits,
    efficiency,
    posteriors,
    missing,
)
CLAIMS = {claim.key: claim for family in FAMILIES for claim in family.CLAIMS}
# Families whose fits take a millisecond: threads would wait for one another's Python.
OF_SMALL_FITS = {
    "boosting",
    "counts",
    "generative",
    "imbalance",
    "limits",
    "missing",
    "posteriors",
    "rounds",
    "thresholds",
}


def find_claim(claim):
    """Find a claim by its key.

    Parameters
    ----------
    claim : str or Claim
        A claim is given back as it is.

    Returns
    -------
    Claim

    Raises
    ------
    ValueError
        If no claim has that key.
    """
    if isinstance(claim, Claim):
        return claim
    if claim not in CLAIMS:
        raise ValueError(
            f"claim must be one of {', '.join(CLAIMS)}, got {claim!r}. "
            "Run python -m skclassic claims --list to read them."
        )
    return CLAIMS[claim]


def run(
    claims=None,
    *,
    quick=False,
    thorough=False,
    problem=None,
    more=(),
    more_curves=(),
    estimator=None,
    n_jobs=None,
    on_progress=None,
):
    """Test claims, giving each verdict as soon as it is known.

    Parameters
    ----------
    claims : iterable of str or Claim, default=None
        Which claims, in this order; None for all.
    quick : bool, default=False
        Take a third of the training sets: more verdicts stay inconclusive.
    thorough : bool, default=False
        Take three times the training sets and, for every claim, all problems and all
        contestants: about twelve minutes.
    problem : Problem, default=None
        The data to test on; None for the generators and data sets of the claims.
    more : iterable of Problem, default=()
        Data with a rare class, on which claims about thresholds are tested as well.
    more_curves : iterable of Problem, default=()
        Data on which learning curves are drawn as well.
    estimator : estimator, default=None
        Learner to test in place of the claims' own. Claims that are about trees take
        none and are passed over; so are problems of another task.
    n_jobs : int, default=None
        Threads that fit. The verdicts do not depend on it.
    on_progress : callable, default=None
        Called with a line of text before each measurement.

    Yields
    ------
    Verdict
        A claim whose experiment crashes yields one too, with the reason as `error`.
    """
    chosen = [find_claim(claim) for claim in (CLAIMS if claims is None else claims)]
    scale = QUICK if quick else THOROUGH if thorough else FULL
    lab = Laboratory.open(scale=scale, n_jobs=n_jobs, on_progress=on_progress)
    lab.rare += more
    lab.two_classes += more_curves
    if problem is not None:
        lab.take_only(problem)
    if estimator is not None:
        lab.use(estimator)
        chosen = [claim for claim in chosen if claim.takes_estimator]
    for claim in chosen:
        yield put_to_test(claim, lab)


def check(claim, *, estimator=None, X=None, y=None, n_jobs=None):
    """Test one claim, on your own data or with your own base learner.

    Parameters
    ----------
    claim : str or Claim
        Key of the claim; ``python -m skclassic claims --list`` names them.
    estimator : estimator, default=None
        Learner to bag in place of the claim's own. Claims about forests take none.
    X : array-like or pandas.DataFrame of shape (n, p), default=None
        Inputs. Columns of a frame that are no numbers, or have gaps, are turned into
        numbers; notes of the verdict say how. None for the generators and data sets of
        the claim.
    y : array-like of shape (n,), default=None
        Labels or responses, given with `X`.
    n_jobs : int, default=None
        Threads that fit.

    Returns
    -------
    Verdict
        It rests on this package's estimators alone.

    Raises
    ------
    ValueError
        If only one of `X` and `y` is given, their lengths differ, an array holds no
        numbers, or the claim takes no estimator.

    Examples
    --------
    >>> from skclassic import check
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> check("bagging-lowers-variance", X=X, y=y).verdict
    'supported'
    """
    claim = find_claim(claim)
    if (X is None) != (y is None):
        given, missing = ("y", "X") if X is None else ("X", "y")
        raise ValueError(
            f"X and y must be given together, got {given} without {missing}. "
            f"Pass {missing} too."
        )
    if estimator is not None and not claim.takes_estimator:
        raise ValueError(
            f"estimator must be None for {claim.key}, got {estimator!r}: the claim is "
            "about trees. Pass no estimator."
        )
    contestants, _ = find_contestants(["skclassic"])
    lab = Laboratory.open(scale=FULL, n_jobs=n_jobs)
    problem, notes = (None, []) if X is None else receive_data(X, y)
    lab = replace(lab, contestants=contestants, notes=notes)
    if problem is not None:
        lab.take_only(problem)
    if estimator is not None:
        lab.use(estimator)
    return put_to_test(claim, lab)


def put_to_test(claim, lab):
    """Run the experiment of one claim in a laboratory, and judge it.

    Returns
    -------
    Verdict
        With `error` set where the experiment raised.
    """
    start = perf_counter()
    if claim.family in OF_SMALL_FITS and lab.is_as_it_comes:
        lab = replace(lab, n_jobs=None)
    lab.left_out.clear()
    lab.failures.clear()
    lab.parameters.clear()
    try:
        findings = claim.experiment(lab, claim.seed)
    except Exception as error:  # one broken experiment must not end the others
        reason = format_exception_only(error)[0].partition("\n")[0]
        return Verdict(
            claim,
            "inconclusive",
            error=reason,
            learner=lab.learner,
            seconds=perf_counter() - start,
            versions=list_versions(),
        )
    return judge(
        claim,
        findings,
        level=ALPHA / count_family(claim),
        learner=lab.learner,
        seconds=perf_counter() - start,
        notes=(*lab.notes, *_explain_left_out(lab.left_out), *lab.failures),
        versions=list_versions(),
        parameters=lab.describe_parameters(),
    )


def count_family(claim):
    """Count the claims that share the chance of a wrong word with this one."""
    return sum(each.family == claim.family for each in CLAIMS.values()) or 1


def _explain_left_out(left_out):
    """Say which problems a claim cannot be told from, and why."""
    return [f"{name} was left out: {reason}" for name, reason in left_out.items()]
