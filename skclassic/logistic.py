"""Learn only what sets the classes apart: logistic regression, P(y | x).

The log odds of the classes are linear in x; their coefficients are those that make the
classes of the training rows most likely, less a penalty for their size (Cox 1958). What
the rows themselves are like is not learned: see `naive_bayes` and `discriminant` for
that.
"""

from numbers import Integral, Real

import numpy as np
from scipy.sparse import csr_array, issparse
from sklearn.base import _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import compute_class_weight
from sklearn.utils._param_validation import Hidden, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclassic import _class_desk as class_desk
from skclassic import _front_desk as front_desk
from skclassic._blocks import RowBlocks
from skclassic._coefficients import (
    move_to_priors,
    recall_rows,
    refuse_without_theory,
    tabulate,
)
from skclassic._linear_classifier import LinearClassifier
from skclassic._linear_objective import LinearObjective, Rows, silent
from skclassic._penalties import receive_penalty
from skclassic._runaway import warn_of_separation
from skclassic._smooth_search import find_minimum
from skclassic._sparse_search import find_sparse_minimum

SOLVERS = (
    "auto",
    "lbfgs",
    "liblinear",
    "newton-cg",
    "newton-cholesky",
    "sag",
    "saga",
)
REACHED = (
    "The max_iter was reached which means the coef_ did not converge in {n_iter} steps."
)
OPENINGS = {
    "auto": "The search has not converged after {n_iter} steps.",
    "liblinear": "Liblinear failed to converge, increase the number of iterations.",
    "newton-cholesky": "Newton solver did not converge after {n_iter} iterations.",
    "sag": REACHED,
    "saga": REACHED,
}


class LogisticRegression(CallbackSupportMixin, LinearClassifier):
    """Logistic regression, binary and multinomial, with no, an L2, L1 or both
    penalties.

    Minimises ``sum_i s_i * loss_i + (l1_ratio * |w|_1 + (1 - l1_ratio) / 2 * |w|_2^2) /
    C`` over the coefficients w; the intercept is not penalised. All solvers reach the
    same minimum, on columns of any scale.

    Parameters
    ----------
    penalty : {'l1', 'l2', 'elasticnet', None}, default='deprecated'
        As scikit-learn has deprecated it: use `l1_ratio`, and ``C=np.inf`` for none.
    C : float, default=1.0
        Inverse of the penalty's strength, in (0, inf].
    l1_ratio : float, default=0.0
        Share of the penalty on absolute values, in [0, 1]; the rest is on squares.
    dual : bool, default=False
        Accepted with ``solver="liblinear"``; the minimum is the same.
    tol : float, default=1e-4
        Where to stop: about ``100 * tol**4`` of the objective is left to gain; among
        more than a million values ``100 * tol**3``, and ``10 * tol**2`` if those are in
        hundreds of columns. With an L1 penalty ``tol**4``.
    fit_intercept : bool, default=True
    intercept_scaling : float, default=1
        Has no effect: no solver penalises the intercept.
    class_weight : dict or 'balanced', default=None
        Weight of each class, multiplied with `sample_weight`; "balanced" gives all
        classes the same sum.
    random_state : int, RandomState instance or None, default=None
        Has no effect: nothing is drawn at random.
    solver : {'auto', 'lbfgs', 'liblinear', 'newton-cg', 'newton-cholesky', 'sag', \
'saga'}, default='auto'
        "auto" takes any penalty. The others are scikit-learn's names; they take the
        penalties that scikit-learn's solvers take, and reach the same minimum, by the
        algorithm that suits the shape of the data.
    max_iter : int, default=100
        Steps at most.
    verbose : int, default=0
        If above 0, one line tells where the search ended.
    warm_start : bool, default=False
        Whether to begin at the last fit's coefficients, if they have the right shape.
    n_jobs : int, default=None
        As scikit-learn has deprecated it, without effect.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (1, n_features) or (n_classes, n_features)
        float32 for X of float32, else float64. Without a penalty, or with an L2
        penalty, the rows of many classes sum to 0.
    intercept_ : ndarray of shape (1,) or (n_classes,)
    n_iter_ : ndarray of shape (1,), int32
        Steps taken.
    gradient_norm_ : float
        Largest absolute slope of the objective, divided by the sum of the weights, at
        the end; of a coefficient of 0 with an absolute penalty, by how much the slope
        exceeds it.
    class_prior_ : ndarray of shape (n_classes,), float64
        Shares of the classes in the training rows, by their weights.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    LogisticRegressionCV : Chooses `C` and `l1_ratio` by cross-validation.
    GaussianNB : The generative twin, with ``covariance="shared"``.

    References
    ----------
    D. R. Cox (1958). The regression analysis of binary sequences. Journal of the Royal
    Statistical Society B 20(2), 215-242.

    Examples
    --------
    >>> import numpy as np
    >>> from skclassic import LogisticRegression
    >>> hours = np.array([[1], [2], [3], [4], [5], [6]])
    >>> passed = ["no", "no", "yes", "no", "yes", "yes"]
    >>> model = LogisticRegression(C=np.inf).fit(hours, passed)
    >>> model.predict([[1], [6]])
    array(['no', 'yes'], dtype='<U3')
    >>> model.predict_proba(hours).sum(axis=0).round(6)  # as many as there were
    array([3., 3.])
    """

    _parameter_constraints = {
        "penalty": [
            StrOptions({"l1", "l2", "elasticnet"}),
            None,
            Hidden(StrOptions({"deprecated"})),
        ],
        "C": [Interval(Real, 0, None, closed="right")],
        "l1_ratio": [Interval(Real, 0, 1, closed="both"), None],
        "dual": ["boolean"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "fit_intercept": ["boolean"],
        "intercept_scaling": [Interval(Real, 0, None, closed="neither")],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "random_state": ["random_state"],
        "solver": [StrOptions(set(SOLVERS))],
        "max_iter": [Interval(Integral, 0, None, closed="left")],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "n_jobs": [None, Integral],
    }

    def __init__(
        self,
        penalty="deprecated",
        *,
        C=1.0,
        l1_ratio=0.0,
        dual=False,
        tol=1e-4,
        fit_intercept=True,
        intercept_scaling=1,
        class_weight=None,
        random_state=None,
        solver="auto",
        max_iter=100,
        verbose=0,
        warm_start=False,
        n_jobs=None,
    ):
        self.penalty = penalty
        self.C = C
        self.l1_ratio = l1_ratio
        self.dual = dual
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.random_state = random_state
        self.solver = solver
        self.max_iter = max_iter
        self.verbose = verbose
        self.warm_start = warm_start
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=True)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None):
        """Find the coefficients at which the penalised likelihood is largest.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Finite numbers, of any scale.
        y : array-like of shape (n_samples,)
            Labels of at least two classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Of at least 0; a weight of k counts as k copies of the row.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the lengths differ, values are missing or infinite, there is one class
            only, weights are negative or all 0, or the solver does not take the
            penalty.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` steps were not enough.
        SeparationWarning
            If classes without a penalty are separated, so that the coefficients grow
            without end: a ConvergenceWarning that names the columns.
        """
        penalty = receive_penalty(self)
        front_desk.warn_of_jobs(self.n_jobs)
        X, y, known = class_desk.receive_summed_rows(
            self, X, y, accept_sparse="csr", dtype=front_desk.X_CHECKS["dtype"]
        )
        classes, rows = receive_rows(self, X, y, sample_weight, **known)
        start = self._find_start(rows, penalty.per_weight(rows.total))
        self.classes_ = classes  # callbacks may ask for predictions
        begin = np.zeros(shape_of(rows)) if start is None else start
        steps = Steps(self, begin, X, y, sample_weight)
        found = search(
            rows,
            penalty.per_weight(rows.total),
            has_intercept=self.fit_intercept,
            tol=self.tol,
            max_iter=self.max_iter,
            start=start,
            watch=steps.watch,
        )
        vars(self).update(keep(found.point, X.dtype))
        self.n_iter_ = np.array([found.n_iter], dtype=np.int32)
        self.gradient_norm_ = measure_slope(found, penalty.per_weight(rows.total))
        self.class_prior_ = rows.share_classes()
        self._rows, self._is_moved = rows if penalty.is_none else None, False
        self._say_how_it_ended(found, is_stopped=steps.are_over)
        steps.end()
        return self

    def coefficient_table(
        self,
        X=None,
        y=None,
        sample_weight=None,
        *,
        confidence=0.95,
        reference=None,
        likelihood_ratio=True,
    ):
        """Tell how sure the coefficients of a fit without a penalty are.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features), default=None
            The training rows; None takes those of `fit`, to which a fitted model keeps
            a reference, but no pickle and no copy.
        y : array-like of shape (n_samples,), default=None
        sample_weight : array-like of shape (n_samples,), default=None
            How often each row was there.
        confidence : float, default=0.95
            Coverage of the intervals, in (0, 1).
        reference : object, default=None
            Class that the others are held against; None takes the first.
        likelihood_ratio : bool, default=True
            Whether to add likelihood-ratio tests and intervals, for some more passes.

        Returns
        -------
        CoefficientTable

        Raises
        ------
        ValueError
            If the fit had a penalty or weights of classes, columns depend on others, or
            the coefficients are not the optimum of the rows.
        """
        check_is_fitted(self)
        refuse_without_theory(self)
        return tabulate(
            self,
            recall_rows(self, X, y, sample_weight),
            confidence=confidence,
            reference=reference,
            likelihood_ratio=likelihood_ratio,
        )

    def with_priors(self, class_prior):
        """Return a copy for rows whose classes have other shares than in training.

        Only the intercept moves, as Bayes' rule tells.

        Parameters
        ----------
        class_prior : array-like of shape (n_classes,)
            Shares above 0, in the order of `classes_`.

        Returns
        -------
        LogisticRegression

        Raises
        ------
        ValueError
            If there are not as many shares as classes, or they do not add up to 1.
        """
        check_is_fitted(self)
        return move_to_priors(self, class_prior)

    def sparsify(self):
        """Store `coef_` as a CSR array, which is smaller where most of it is 0.

        Returns
        -------
        self : object
        """
        check_is_fitted(self)
        self.coef_ = csr_array(self.coef_)
        return self

    def densify(self):
        """Store `coef_` as an ndarray again.

        Returns
        -------
        self : object
        """
        check_is_fitted(self)
        if issparse(self.coef_):
            self.coef_ = self.coef_.toarray()
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def __getstate__(self):
        """Leave the training rows behind: a pickle is not to hold them."""
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_rows"}

    def _find_start(self, rows, penalty):
        """Return where to begin: the last fit's coefficients, or None for zeros."""
        if not (self.warm_start and hasattr(self, "coef_")):
            return None
        coefficients = self.coef_.toarray() if issparse(self.coef_) else self.coef_
        start = np.column_stack([coefficients, self.intercept_]).astype(np.float64)
        if start.shape != shape_of(rows):
            return None
        start[:, -1] *= self.fit_intercept
        return take_if_better(start, rows, penalty)

    def _say_how_it_ended(self, found, *, is_stopped):
        """Warn of a search that has not converged; print a line where that is asked."""
        if self.verbose:
            print(
                f"[LogisticRegression] {found.n_iter} steps, objective "
                f"{found.value:.6g} a row, largest slope {self.gradient_norm_:.2g}"
            )
        is_converged = found.is_converged
        if self._rows and warn_of_separation(
            self, self._rows, is_converged=is_converged
        ):
            return
        if not is_stopped:
            self._warn_unless_converged(found)

    def _warn_unless_converged(self, found):
        """Warn of a search that ran out of steps."""
        if not found.is_converged:
            front_desk.warn(
                describe_failure(self.solver, found.n_iter, self.gradient_norm_),
                ConvergenceWarning,
            )


def describe_failure(solver, n_iter, slope=None):
    """Say that a search has not converged, beginning as scikit-learn does.

    Parameters
    ----------
    solver : str
    n_iter : int
        Steps taken.
    slope : float, default=None
        The largest that is left.

    Returns
    -------
    str
    """
    opening = OPENINGS.get(solver, "{solver} failed to converge after {n_iter} steps.")
    left = "" if slope is None else f" The largest slope is {slope:.2g}."
    return (
        f"{opening.format(solver=solver, n_iter=n_iter)}{left} Increase the number of "
        "iterations (max_iter) to improve the convergence."
    )


def receive_rows(estimator, X, y, sample_weight, **known):
    """Return the classes, and the rows as arrays, weighted by row and by class.

    Parameters
    ----------
    estimator : LogisticRegression
        Its `class_weight` is read.
    X : float array or CSR matrix of shape (n, d)
    y : ndarray of shape (n,)
    sample_weight : array-like of shape (n,) or None
    **known
        What `class_desk.receive_summed_rows` knows of X.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
    rows : Rows

    Raises
    ------
    ValueError
    """
    classes, codes = front_desk.receive_classes(y)
    if len(classes) < 2:
        raise ValueError(
            "This solver needs samples of at least 2 classes in the data, but the data "
            f"contains only one class: {front_desk.show(classes[0])}. Pass rows of "
            "another class too."
        )
    if estimator.solver == "liblinear" and len(classes) > 2:
        raise ValueError(
            "The 'liblinear' solver does not support multiclass classification "
            f"(n_classes >= 3), got {len(classes)} classes. Pass solver='auto', or "
            "wrap the estimator in a OneVsRestClassifier."
        )
    weights = front_desk.receive_weights(sample_weight, X)
    if estimator.class_weight is not None:
        by_class = compute_class_weight(
            estimator.class_weight, classes=classes, y=y, sample_weight=weights
        )
        weights = by_class[codes] * (1.0 if weights is None else weights)
        front_desk.refuse_useless_weights(weights, estimator.class_weight)
    if weights is not None:
        front_desk.refuse_negative_weights(weights)
    return classes, Rows(X, codes, weights, len(classes), **known)


def search(rows, penalty, **settings):
    """Find the minimum, by the search that the penalty asks for.

    Parameters
    ----------
    rows : Rows
    penalty : Penalty
        On the scale of the mean loss.
    **settings
        Of `find_minimum`.

    Returns
    -------
    Minimum or SparseMinimum
    """
    if penalty.absolute == 0:
        return find_minimum(rows, penalty=penalty.squared, **settings)
    return find_sparse_minimum(rows, penalty=penalty, **settings)


@silent
def take_if_better(start, rows, penalty):
    """Return a start, or None where zeros are nearer to the minimum.

    Far out, where wrong classes are certain, the loss is so straight that no step leads
    back.
    """
    with RowBlocks.of(rows.X, rows.n_margins).in_threads() as run:
        settings = {"penalty": penalty.squared, "has_intercept": False}
        value, _ = LinearObjective(rows, **settings, run=run).evaluate(start)
    value += penalty.absolute * np.abs(start[:, :-1]).sum()
    return start if value <= np.log(rows.n_classes) else None


def shape_of(rows):
    """Return the shape of a point: coefficients and intercept of each margin."""
    return rows.n_margins, rows.X.shape[1] + 1


def keep(point, dtype):
    """Return what a fitted model remembers of a point, by attribute."""
    point = point.astype(dtype)
    return {"coef_": point[:, :-1].copy(), "intercept_": point[:, -1].copy()}


def measure_slope(found, penalty):
    """Return the largest slope left, less what the absolute penalty withstands."""
    slopes = found.gradient.copy()
    coefficients = found.point[:, :-1]
    slopes[:, :-1] += penalty.absolute * np.sign(coefficients)
    slopes = np.abs(slopes)
    withstood = np.where(coefficients == 0, penalty.absolute, 0.0)
    slopes[:, :-1] = np.maximum(slopes[:, :-1] - withstood, 0.0)
    return float(slopes.max())


class Steps:
    """Tell scikit-learn's callbacks of each step of a search, as lbfgs does there.

    A step is a task, which begins where the one before ends; so the last one, in which
    the search finds that it is over, ends without a step.

    Parameters
    ----------
    estimator : LogisticRegression
    start : float64 array of shape (K, d + 1)
    X, y, sample_weight : what `fit` was given
    """

    def __init__(self, estimator, start, X, y, sample_weight):
        self.estimator, self.dtype = estimator, X.dtype
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        self.told = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
        self.context = estimator._init_callback_context(
            max_subtasks=max(estimator.max_iter, 1) + 1
        )
        self.context.call_on_fit_task_begin(**self.told)
        self.is_watched = bool(getattr(estimator, "_skl_callbacks", ()))
        self.are_over = False  # whether a callback has ended them
        if self.is_watched:
            self._begin(start)

    @property
    def watch(self):
        """What the search is to call after each step; None where nobody listens."""
        return self._tell if self.is_watched else None

    def _begin(self, point):
        self.task = self.context.subcontext(task_name="logistic-iter")
        self.task.call_on_fit_task_begin(
            **self.told, reconstruction_attributes=keep(point, self.dtype)
        )

    def _tell(self, point):
        """End the task of a step, begin the next; return whether to stop."""
        self.are_over = self.task.call_on_fit_task_end(
            **self.told, reconstruction_attributes=keep(point, self.dtype)
        )
        self._begin(point)
        return self.are_over

    def end(self):
        """Say that the fit is over."""
        if self.is_watched:
            self.task.call_on_fit_task_end(estimator=self.estimator)
        self.context.call_on_fit_task_end(**self.told, reconstruction_attributes={})
