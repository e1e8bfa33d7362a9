"""Say what a logistic regression without a penalty can tell of its coefficients.

Standard errors, tests and intervals after maximum likelihood, by Wald's quadratic and
by the likelihood ratio; what must be refused, and why; and the move of the intercept
where classes have other shares than they had in training.
"""

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.stats import chi2, norm

from skclassic._estimates import write_together
from skclassic._front_desk import check_share, import_pandas, wrap
from skclassic._logit_likelihood import (
    Likelihood,
    StandardRows,
    Summit,
    climb,
    find_dependent,
)
from skclassic._profile_likelihood import (
    MOST_CLIMBING,
    Damped,
    Level,
    Zero,
    find_points,
)
from skclassic._separation import Cone

FARTHEST = 0.1  # standard errors between given coefficients and the data's optimum
POLISHED = 1e-9  # standard errors between reported coefficients and the optimum
NEAR_LIMIT = 1e-4  # decrement, so 1e-8 of likelihood; nearer, the inverse is rounding
MOST_POLISHING = 20  # Newton steps; two or three, from where a solver stops
BOOTSTRAP = """\
    from sklearn.base import clone
    from sklearn.utils import resample
    draws = [resample(X, y, stratify=y, random_state=seed) for seed in range(1000)]
    coefs = np.array([clone(model).fit(*draw).coef_ for draw in draws])
    low, high = np.quantile(coefs, [0.025, 0.975], axis=0)"""


SEPARATED = (
    "The classes are separated. An estimate of inf grows without end, nan could do so "
    "to either side; neither has an error of Wald's. The likelihood ratio still tells: "
    "its interval ends where it can, and p is 1 for a term that the others make up for."
)


@dataclass(frozen=True)
class CoefficientTable:
    """Hold the coefficients of a logistic regression and how sure they are.

    Arrays have a line for each class but the reference, and a column for each term. A
    coefficient is what one unit of its feature adds to the log odds of the class
    against the reference.

    Attributes
    ----------
    classes : tuple
        Labels of the lines.
    reference : object
        Label of the class that the others are held against.
    terms : tuple of str
        Names of the features, then "intercept" where there is one.
    confidence : float
        Coverage of each interval.
    estimate, standard_error : float64 ndarray of shape (n_classes - 1, n_terms)
    z, p_value : float64 ndarray of shape (n_classes - 1, n_terms)
        Wald's test that the coefficient is 0.
    low, high : float64 ndarray of shape (n_classes - 1, n_terms)
        Wald's interval.
    covariance : float64 ndarray of shape (n_coefficients, n_coefficients)
        Of the estimates, line after line.
    log_likelihood : float
    n_rows : float
        Sum of the weights.
    lr_statistic, lr_p_value : float64 ndarray of shape (n_classes - 1, n_terms) or None
        Likelihood-ratio test that the coefficient is 0; None where not asked for.
    lr_low, lr_high : float64 ndarray of shape (n_classes - 1, n_terms) or None
        Interval of what that test does not reject (profile likelihood).
    """

    classes: tuple
    reference: object
    terms: tuple
    confidence: float
    estimate: np.ndarray
    standard_error: np.ndarray
    z: np.ndarray
    p_value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    covariance: np.ndarray = field(repr=False)
    log_likelihood: float
    n_rows: float
    lr_statistic: np.ndarray | None = None
    lr_p_value: np.ndarray | None = None
    lr_low: np.ndarray | None = None
    lr_high: np.ndarray | None = None

    @property
    def _columns(self):
        names = ("estimate", "standard_error", "z", "p_value", "low", "high")
        more = ("lr_statistic", "lr_p_value", "lr_low", "lr_high")
        return names if self.lr_statistic is None else names + more

    def to_frame(self):
        """Lay the coefficients out as a pandas DataFrame, one row each.

        Returns
        -------
        pandas.DataFrame
            Index (class, term); columns estimate, standard_error, z, p_value, low and
            high, and with likelihood ratios lr_statistic, lr_p_value, lr_low, lr_high.
        """
        pd = import_pandas("to_frame")
        pairs = list(product(self.classes, self.terms))
        index = pd.MultiIndex.from_tuples(pairs, names=["class", "term"])
        columns = {name: getattr(self, name).ravel() for name in self._columns}
        return pd.DataFrame(columns, index=index)

    def __repr__(self):
        percent = f"{100 * self.confidence:g} %"
        head = (
            f"Log odds against {self.reference}, {percent} intervals; "
            f"{self.n_rows:g} rows, log-likelihood {self.log_likelihood:.6g}"
        )
        lines = [self._write_class(k) for k in range(len(self.classes))]
        notes = [] if np.isfinite(self.estimate).all() else [wrap(SEPARATED)]
        return "\n\n".join([wrap(head), *lines, *notes])

    def _write_class(self, k):
        """Write the lines of one class as a table."""
        title = f"{self.classes[k]}"
        names = ["estimate", "error", "z", "p", "Wald"]
        names += [] if self.lr_low is None else ["p (LR)", "likelihood ratio"]
        body = [self._write_term(k, j) for j in range(len(self.terms))]
        cells = [[title, *names], *body]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = (
            "  ".join(
                text.ljust(width) if place == 0 else text.rjust(width)
                for place, (text, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in cells
        )
        return "\n".join(lines)

    def _write_term(self, k, j):
        value = self.estimate[k, j]
        text, *ends = write_together((value, self.low[k, j], self.high[k, j]))
        cells = [
            self.terms[j],
            text,
            f"{self.standard_error[k, j]:.3g}",
            f"{self.z[k, j]:.2f}",
            _write_p(self.p_value[k, j]),
            f"[{', '.join(ends)}]",
        ]
        if self.lr_low is None:
            return cells
        _, *ends = write_together((value, self.lr_low[k, j], self.lr_high[k, j]))
        return [*cells, _write_p(self.lr_p_value[k, j]), f"[{', '.join(ends)}]"]


def _write_p(p):
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def tabulate_coefficients(
    X,
    codes,
    weights,
    coef,
    intercept,
    *,
    feature_names,
    classes,
    reference=None,
    confidence=0.95,
    fit_intercept=True,
    likelihood_ratio=True,
):
    """Tabulate the coefficients of a logistic regression fitted without a penalty.

    Parameters
    ----------
    X : float64 ndarray or CSR matrix of shape (n, d)
        The rows of the fit.
    codes : int ndarray of shape (n,)
        Numbers of classes.
    weights : float64 ndarray of shape (n,) or None
        How often each row is there: weight k is the same as k copies.
    coef : float64 ndarray of shape (1, d) or (n_classes, d)
        As scikit-learn's: of many classes only differences between lines matter.
    intercept : float64 ndarray of shape (1,) or (n_classes,)
    feature_names : sequence of str
    classes : ndarray of shape (n_classes,)
        Labels, in the order of their codes.
    reference : object, default=None
        Label of the class that the others are held against; None takes the first.
    confidence : float, default=0.95
        Coverage of the intervals, in (0, 1).
    fit_intercept : bool, default=True
    likelihood_ratio : bool, default=True
        Whether to work out likelihood ratios: several passes over the rows for each
        coefficient, where Wald's tests and intervals take one for all.

    Returns
    -------
    CoefficientTable
        Of the optimum itself, from which given coefficients may lie a tenth of a
        standard error away.

    Raises
    ------
    ValueError
        If columns depend on others, the coefficients are not the optimum of these
        rows, the reference is no class, or confidence is out of range.

    Notes
    -----
    Where classes are separated, some coefficients grow without end: their estimates are
    infinite, NaN where either sign would do, and so are Wald's figures. The likelihood
    ratio still tests them, and its interval ends on the one side where it does.

    References
    ----------
    Venzon, Moolgavkar (1988). A method for computing profile-likelihood-based
    confidence intervals. Applied Statistics 37.
    """
    check_share("confidence", confidence, "the coverage of the intervals", 0.95)
    order = _put_first(reference, classes)
    rows = StandardRows(X, weights, fit_intercept)
    _refuse_dependent(rows, feature_names)
    likelihood = Likelihood(rows, np.argsort(order)[codes], len(order))
    given = rows.standardise(*_hold_against_first(coef, intercept, order)).ravel()
    fit = _find_optimum(likelihood, given) or _find_limit(likelihood, given)
    figures = fit.apply_wald(confidence)
    if likelihood_ratio:
        figures |= fit.apply_ratio(confidence)
    labels, shape = np.asarray(classes)[order].tolist(), (-1, rows.n_terms)
    return CoefficientTable(
        classes=tuple(labels[1:]),
        reference=labels[0],
        terms=(*map(str, feature_names), *["intercept"] * rows.has_intercept),
        confidence=confidence,
        covariance=fit.find_covariance(),
        log_likelihood=fit.summit.value,
        n_rows=float(rows.weights.sum()),
        **{name: np.reshape(figures[name], shape) for name in figures},
    )


def _put_first(reference, classes):
    """Return the codes of the classes, that of the reference first."""
    places = [0]
    if reference is not None:
        places = [k for k, label in enumerate(classes) if label == reference]
    if not places:
        known = np.asarray(classes).tolist()
        raise ValueError(
            f"reference must be one of the classes {known[:10]}, got {reference!r}. "
            "Pass one, or None for the first."
        )
    return np.append(places[:1], np.delete(np.arange(len(classes)), places[0]))


def _hold_against_first(coef, intercept, order):
    """Return coefficients and intercepts of the other classes against the first."""
    coef, intercept = np.atleast_2d(coef), np.atleast_1d(intercept)
    intercept = np.broadcast_to(intercept, len(coef))
    if len(coef) == 1:  # log odds of the second class: the first has zeros
        coef, intercept = (
            np.concatenate([np.zeros_like(each), each]) for each in (coef, intercept)
        )
    coef, intercept = coef[order], intercept[order]
    return coef[1:] - coef[0], intercept[1:] - intercept[0]


def _refuse_dependent(rows, feature_names):
    """Raise where columns are made up of others: their coefficients are anything."""
    found = find_dependent(rows.measure_gram())
    if not found:
        return
    reasons = []
    for column, others in list(found.items())[:5]:
        if not others:
            what = "constant" if rows.has_intercept else "0 throughout"
            reasons.append(f"{feature_names[column]!r} is {what}")
            continue
        names = ", ".join(repr(feature_names[each]) for each in others[:10])
        reasons.append(f"{feature_names[column]!r} is a combination of {names}")
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    raise ValueError(
        "X must have independent columns for a table of coefficients, got "
        f"{len(found)} that others make up: {'; '.join(reasons)}{more}. Many "
        "coefficients fit equally well. Drop these columns, and fit again."
    )


@dataclass(frozen=True)
class _Fit:
    """Hold the optimum of a likelihood, and what is asked of it.

    Attributes
    ----------
    likelihood : Likelihood
    summit : Summit
        The optimum, or a point close to the highest likelihood of separated classes.
    contrasts : float64 ndarray of shape (m, q)
        Which give the coefficients from a point.
    limits : bool ndarray of shape (m, 2)
        Which coefficients fall, and which rise, without end.
    """

    likelihood: Likelihood
    summit: Summit
    contrasts: np.ndarray
    limits: np.ndarray

    def apply_wald(self, confidence):
        """Return estimates, their errors, tests and intervals: float64 (m,) each."""
        estimate = self.contrasts @ self.summit.point
        estimate[self.limits[:, 0]], estimate[self.limits[:, 1]] = -np.inf, np.inf
        estimate[self.limits.all(axis=1)] = np.nan
        standard_error = np.sqrt(np.diag(self.find_covariance()))
        z = estimate / standard_error
        reach = norm.isf((1 - confidence) / 2) * standard_error
        return {
            "estimate": estimate,
            "standard_error": standard_error,
            "z": z,
            "p_value": 2 * norm.sf(np.abs(z)),
            "low": estimate - reach,
            "high": estimate + reach,
        }

    def find_covariance(self):
        """Return the covariance of the coefficients, NaN without a finite estimate."""
        covariance = self.contrasts @ self.summit.inverse @ self.contrasts.T
        is_infinite = self.limits.any(axis=1)
        covariance[is_infinite], covariance[:, is_infinite] = np.nan, np.nan
        return covariance

    def apply_ratio(self, confidence):
        """Test every coefficient by the likelihood ratio, and turn that test into
        intervals: float64 (m,) each.
        """
        m, level = len(self.contrasts), self.summit.value - chi2.ppf(confidence, 1) / 2
        finite = np.argwhere(~self.limits)
        which = np.append(np.arange(m), finite[:, 0])
        asked = [Zero()] * m + [Level(level, (-1, 1)[side]) for side in finite[:, 1]]
        points, values = find_points(
            self.likelihood,
            self.summit,
            list(zip(self.contrasts[which], asked, strict=True)),
            surely=self.limits.any(axis=1)[which],
        )
        ends = np.array([[-np.inf, np.inf]] * m)
        ends[*finite.T] = (points * self.contrasts[which]).sum(axis=1)[m:]
        statistic = np.maximum(2 * (self.summit.value - values[:m]), 0.0)
        return {
            "lr_statistic": statistic,
            "lr_p_value": chi2.sf(statistic, 1),
            "lr_low": ends[:, 0],
            "lr_high": ends[:, 1],
        }


def _find_optimum(likelihood, given):
    """Return the fit near given coefficients; None if no optimum is near."""
    summit = likelihood.look_around(given)
    if summit is None or summit.decrement > FARTHEST:
        return None
    summit = climb(likelihood, summit, max_steps=MOST_POLISHING, tol=POLISHED)
    if not likelihood.is_proof(summit):
        return None
    contrasts = _list_contrasts(likelihood)
    return _Fit(likelihood, summit, contrasts, np.zeros((len(contrasts), 2), bool))


def _find_limit(likelihood, given):
    """Return the fit of separated classes, whose likelihood rises without end.

    Raises
    ------
    ValueError
        If they are not separated, or given coefficients are not close to it.
    """
    cone = Cone(*likelihood.list_rows_present(), likelihood.n_blocks + 1)
    damped = Damped(likelihood)
    start = damped.look_around(np.zeros(likelihood.n_values))
    summit = climb(damped, start, max_steps=MOST_CLIMBING, tol=NEAR_LIMIT)
    value = likelihood.evaluate(given[None])[0][0]
    if cone.open.any() and summit.value - value <= FARTHEST:
        contrasts = _list_contrasts(likelihood)
        return _Fit(likelihood, summit, contrasts, cone.find_limits(contrasts))
    raise ValueError(
        "The coefficients must be the optimum of the rows given, got some that lie "
        f"more than {FARTHEST} standard errors from it: they were fitted on other rows "
        "or weights, with a penalty, or not to the end. Pass the X, y and "
        "sample_weight of the fit, and fit with C=np.inf and a smaller tol."
    )


def _list_contrasts(likelihood):
    return np.kron(np.eye(likelihood.n_blocks), likelihood.rows.turn_back())


def refuse_penalised(what, penalty):
    """Raise: likelihood theory does not know the coefficients of a penalised fit.

    Parameters
    ----------
    what : str
        The method that was called.
    penalty : str
        The penalty as the user wrote it: ``C=1.0``.

    Raises
    ------
    ValueError
        Always.
    """
    raise ValueError(
        f"{what} must have a fit without a penalty, got {penalty}: a penalty moves "
        "coefficients towards 0 on purpose, and standard errors, tests and intervals "
        "of maximum likelihood do not allow for it. Fit with C=np.inf, or see by the "
        "bootstrap how far the penalised coefficients move from sample to sample "
        f"(bias included, so no interval for the true ones):\n\n{BOOTSTRAP}"
    )


def refuse_class_weights(what, class_weight):
    """Raise: weights of classes pretend that there were other rows than there are.

    Parameters
    ----------
    what : str
        The method that was called.
    class_weight : object

    Raises
    ------
    ValueError
        Always.
    """
    raise ValueError(
        f"{what} must have a fit without weights of classes, got "
        f"class_weight={class_weight!r}: they are no counts of rows, and errors would "
        "be those of rows that are not there. Fit with class_weight=None and move the "
        "intercept to the shares that you mean: with_priors does."
    )


def shift_intercept(intercept, old_priors, new_priors):
    """Move an intercept to other shares of the classes.

    Probabilities become what Bayes' rule makes of them: those of class k are multiplied
    by new over old share, then divided by their sum. Coefficients stay.

    Parameters
    ----------
    intercept : float64 ndarray of shape (1,) or (n_classes,)
    old_priors, new_priors : float64 ndarray of shape (n_classes,)
        Shares of the classes in the training rows, and where the model is used; all
        above 0.

    Returns
    -------
    float64 ndarray of the shape of `intercept`
        Many classes: of the same sum as before.

    Raises
    ------
    ValueError
        If a share is not above 0.

    References
    ----------
    Saerens, Latinne, Decaestecker (2002). Adjusting the outputs of a classifier to new
    a priori probabilities. Neural Computation 14.

    King, Zeng (2001). Logistic regression in rare events data. Political Analysis 9:
    two classes, rows chosen by class.
    """
    old, new = np.asarray(old_priors, float), np.asarray(new_priors, float)
    if not (np.all(old > 0) and np.all(new > 0)):
        raise ValueError(
            f"class_prior must be above 0 to move an intercept, got {new.tolist()} in "
            f"place of {old.tolist()}: without rows of a class no finite one exists. "
            "Pass a small share, or leave the class out of the fit."
        )
    shift = np.log(new) - np.log(old)
    if len(intercept) == 1:
        return intercept + shift[1] - shift[0]
    return intercept + shift - shift.mean()
