"""Choose a logistic regression's penalty by the scores of rows held out.

For each fold and each share of the absolute penalty a path is walked: from the
strongest penalty to the weakest, each minimum beginning at the one before. The penalty
whose scores are highest on average over the folds is taken for all rows.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from joblib import effective_n_jobs
from scipy.special import log_expit, log_softmax
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, get_scorer, get_scorer_names, log_loss
from sklearn.model_selection import check_cv
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Hidden, Interval, StrOptions
from sklearn.utils.metadata_routing import (
    UNUSED,
    MetadataRouter,
    MethodMapping,
    _routing_enabled,
    process_routing,
)
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import validate_data

from skclassic import _front_desk as front_desk
from skclassic._aims import identify, know_classes
from skclassic._blocks import SMALL_VALUES, blas, hold
from skclassic._cross_fitting import take_params
from skclassic._logistic_inference import refuse_penalised
from skclassic._penalties import receive_grid
from skclassic._products import multiply_rows
from skclassic.logistic import (
    LogisticRegression,
    Steps,
    describe_failure,
    keep,
    measure_slope,
    receive_rows,
    search,
    shape_of,
    take_if_better,
)


class LogisticRegressionCV(LogisticRegression):
    """Logistic regression whose penalty is chosen by cross-validation.

    As `LogisticRegression`, with `C` and `l1_ratio` of a grid whose scores are highest
    on average over the folds. Of equal scores the first in `Cs` is taken, then the
    first in `l1_ratios`.

    Parameters
    ----------
    Cs : int or array-like of float, default=10
        Inverses of the penalty's strength, in (0, inf]; an integer stands for so many
        from 1e-4 to 1e4, evenly spaced in logarithms.
    l1_ratios : array-like of float, default=None
        Shares of the penalty on absolute values, in [0, 1]; the rest is on squares.
        None, as scikit-learn has deprecated it, stands for squares alone.
    fit_intercept : bool, default=True
    cv : int, splitter or iterable of (train, test), default=None
        An integer is so many folds that keep the shares of the classes; None five.
    dual : bool, default=False
        Accepted with ``solver="liblinear"``; the minimum is the same.
    penalty : {'l1', 'l2', 'elasticnet'}, default='deprecated'
        As scikit-learn has deprecated it: use `l1_ratios`.
    scoring : str or callable, default=None
        A scorer's name, or a function of estimator, X and y, of which more is better.
        None is accuracy, until scikit-learn 1.11 makes it "neg_log_loss".
    solver : {'auto', 'lbfgs', 'liblinear', 'newton-cg', 'newton-cholesky', 'sag', \
'saga'}, default='auto'
        As in `LogisticRegression`.
    tol : float, default=1e-4
        As in `LogisticRegression`.
    max_iter : int, default=100
        Steps at most, for each fit.
    class_weight : dict or 'balanced', default=None
        Weight of each class, multiplied with `sample_weight`; "balanced" gives all
        classes the same sum over all rows.
    n_jobs : int, default=None
        Threads to walk paths in. Their number changes nothing, or the last bits where
        there are more than 260,000 values.
    verbose : int, default=0
        joblib's, of the paths.
    refit : bool, default=True
        Whether to fit the best penalty to all rows. Else the best coefficients of each
        fold are averaged, and so are `C_` and `l1_ratio_`.
    intercept_scaling : float, default=1.0
        Has no effect: no solver penalises the intercept.
    random_state : int, RandomState instance or None, default=None
        Has no effect: nothing is drawn at random.
    use_legacy_attributes : bool, default=True
        Whether attributes have the layouts of before scikit-learn 1.10; False will be
        the default then.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (1, n_features) or (n_classes, n_features)
    intercept_ : ndarray of shape (1,) or (n_classes,)
    Cs_ : ndarray of shape (n_cs,)
    l1_ratios_ : ndarray of shape (n_l1_ratios,)
        ``[None]`` for ``l1_ratios=None``.
    C_ : float
        The best. Before, an ndarray that repeats it, of shape (n_classes,), or (1,)
        with two classes.
    l1_ratio_ : float
        The best. Before, an ndarray as `C_`.
    coefs_paths_ : ndarray of shape (n_folds, n_l1_ratios, n_cs, n_classes, n_dof)
        Of each fit, the intercept last where there is one; one row with two classes.
        Before, a dict by class (with two classes, the second alone) of ndarrays of
        shape (n_folds, n_cs, n_l1_ratios, n_dof), without the third axis for
        ``l1_ratios=None``.
    scores_ : ndarray of shape (n_folds, n_l1_ratios, n_cs)
        Before, a dict by class of ndarrays of shape (n_folds, n_cs, n_l1_ratios), all
        the same, without the last axis for ``l1_ratios=None``.
    n_iter_ : ndarray of shape (n_folds, n_l1_ratios, n_cs), int32
        Steps taken. Before, of shape (1, n_folds, n_cs, n_l1_ratios), without the last
        axis for ``l1_ratios=None``.
    gradient_norm_ : float
        As in `LogisticRegression`, of the last fit; not there with ``refit=False``.
    class_prior_ : ndarray of shape (n_classes,), float64
        Shares of the classes in the training rows, by their weights.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    LogisticRegression : With a penalty that is given.

    References
    ----------
    J. Friedman, T. Hastie and R. Tibshirani (2010). Regularization paths for
    generalized linear models via coordinate descent. Journal of Statistical Software
    33(1). Section 2.5, on beginning each fit at the one before.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclassic import LogisticRegressionCV
    >>> X, y = load_iris(return_X_y=True)
    >>> model = LogisticRegressionCV(
    ...     Cs=[0.01, 1, 100],
    ...     l1_ratios=(0,),
    ...     scoring="neg_log_loss",
    ...     use_legacy_attributes=False,
    ... ).fit(X, y)
    >>> model.C_
    100.0
    >>> model.scores_.mean(axis=(0, 1)).round(2)  # minus the log loss, of each C
    array([-0.64, -0.14, -0.06])
    """

    __metadata_request__score = {"sample_weight": UNUSED}  # the scorer's, if anyone's

    _parameter_constraints = {
        **LogisticRegression._parameter_constraints,
        "Cs": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "l1_ratios": ["array-like", None, Hidden(StrOptions({"warn"}))],
        "cv": ["cv_object"],
        "penalty": [
            StrOptions({"l1", "l2", "elasticnet"}),
            Hidden(StrOptions({"deprecated"})),
        ],
        "scoring": [
            StrOptions(set(get_scorer_names())),
            callable,
            None,
            Hidden(StrOptions({"warn"})),
        ],
        "refit": ["boolean"],
        "use_legacy_attributes": ["boolean", Hidden(StrOptions({"warn"}))],
    }
    for _name in ("C", "l1_ratio", "warm_start"):
        del _parameter_constraints[_name]
    del _name

    def __init__(
        self,
        *,
        Cs=10,
        l1_ratios="warn",
        fit_intercept=True,
        cv=None,
        dual=False,
        penalty="deprecated",
        scoring="warn",
        solver="auto",
        tol=1e-4,
        max_iter=100,
        class_weight=None,
        n_jobs=None,
        verbose=0,
        refit=True,
        intercept_scaling=1.0,
        random_state=None,
        use_legacy_attributes="warn",
    ):
        self.Cs = Cs
        self.l1_ratios = l1_ratios
        self.fit_intercept = fit_intercept
        self.cv = cv
        self.dual = dual
        self.penalty = penalty
        self.scoring = scoring
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.refit = refit
        self.intercept_scaling = intercept_scaling
        self.random_state = random_state
        self.use_legacy_attributes = use_legacy_attributes

    @_fit_context(prefer_skip_nested_validation=True)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None, **params):
        """Choose the penalty by cross-validation, and fit it to all rows.

        Callbacks watch the last fit.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Finite numbers, of any scale.
        y : array-like of shape (n_samples,)
            Labels of at least two classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Of at least 0. The scorer is handed them too, or, where metadata routing is
            enabled, if it asks for them.
        **params : dict
            What the scorer and the splitter ask for, by metadata routing.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            As `LogisticRegression.fit`, or if `Cs` or `l1_ratios` are out of range, or
            `params` are given while nobody routes them.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` steps were not enough in some of the fits.
        """
        front_desk.refuse_unrouted(self, "fit", params)
        grid = receive_grid(self)
        is_legacy = self._warn_of_defaults()
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        weights = front_desk.receive_weights(sample_weight, X)
        classes, rows = receive_rows(self, X, y, weights)
        routed = self._route("fit", weights, params)
        folds = list(
            check_cv(self.cv, y, classifier=True).split(X, y, **routed.splitter.split)
        )
        refuse_empty_folds(folds, rows)
        judge = Judge(self._get_scorer(), classes, y, routed.scorer.score)
        found = self._walk_paths(rows, grid, folds, judge)
        best = choose_best(found.scores, self.refit)
        start = average(found.points, best)
        self.classes_, self.class_prior_ = classes, rows.share_classes()
        vars(self).update(keep(start, X.dtype))
        if self.refit:
            self._fit_again(
                rows, grid.make_penalty(*best[0]), start, X, y, sample_weight
            )
        lay_out = lay_out_as_before if is_legacy else lay_out_anew
        vars(self).update(lay_out(self, grid, found, best))
        self.Cs_, self.l1_ratios_ = grid.Cs, np.asarray(grid.ratios)
        return self

    def _walk_paths(self, rows, grid, folds, judge):
        """Walk the path of each fold and share, and score it.

        Returns
        -------
        Paths
        """
        settings = {
            "has_intercept": self.fit_intercept,
            "tol": self.tol,
            "max_iter": self.max_iter,
        }
        with one_thread_each(rows, self.n_jobs):
            paths = Parallel(
                n_jobs=self.n_jobs, verbose=self.verbose, prefer="threads"
            )(
                delayed(walk_path)(rows, grid, ratio, train, test, judge, settings)
                for train, test in folds
                for ratio in range(len(grid.ratios))
            )
        found = Paths.join(paths, (len(folds), *grid.shape))
        self._warn_of_failures(found)
        return found

    def _fit_again(self, rows, penalty, start, *given):
        """Fit a penalty to all rows, from a start; callbacks watch."""
        penalty = penalty.per_weight(rows.total)
        start = take_if_better(start, rows, penalty)
        begin = np.zeros(shape_of(rows)) if start is None else start
        steps = Steps(self, begin, *given)
        found = search(
            rows,
            penalty,
            has_intercept=self.fit_intercept,
            tol=self.tol,
            max_iter=self.max_iter,
            start=start,
            watch=steps.watch,
        )
        vars(self).update(keep(found.point, np.float64))
        self.gradient_norm_ = measure_slope(found, penalty)
        if not steps.are_over:
            self._warn_unless_converged(found)
        steps.end()

    def _warn_of_failures(self, found):
        """Warn once of all fits that have not converged."""
        n_failed = int((~found.are_converged).sum())
        if n_failed:
            n_iter = found.n_iter[~found.are_converged].max()
            front_desk.warn(
                f"{describe_failure(self.solver, n_iter)} So it was in {n_failed} of "
                f"{found.n_iter.size} fits.",
                ConvergenceWarning,
            )

    def _warn_of_defaults(self):
        """Warn of defaults that change; return whether attributes are laid out as
        before.
        """
        if isinstance(self.scoring, str) and self.scoring == "warn":
            front_desk.warn(
                "The default value of the parameter 'scoring' will change from None, "
                "which is accuracy, to 'neg_log_loss' in version 1.11 of scikit-learn. "
                "To silence this warning, pass scoring='neg_log_loss', or "
                "scoring='accuracy' to keep it.",
                FutureWarning,
            )
        if self.use_legacy_attributes != "warn":
            return self.use_legacy_attributes
        front_desk.warn(
            "The default value of use_legacy_attributes will change from True to False "
            f"in version 1.10 of scikit-learn: attributes of {type(self).__name__} get "
            "simpler layouts. Pass use_legacy_attributes=False for these, or True to "
            "keep those of before.",
            FutureWarning,
        )
        return True

    def score(self, X, y, sample_weight=None, **score_params):
        """Return the score, by `scoring`, of rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), default=None
        **score_params : dict
            What the scorer asks for, by metadata routing.

        Returns
        -------
        float
        """
        front_desk.refuse_unrouted(self, "score", score_params)
        routed = self._route("score", sample_weight, score_params)
        return self._get_scorer()(self, X, y, **routed.scorer.score)

    def coefficient_table(self, *args, **options):
        """Raise: no theory tells the errors of coefficients whose penalty was chosen by
        scores.
        """
        refuse_penalised("coefficient_table", "one chosen by cross-validation")

    def _get_scorer(self):
        """Return the scorer that `scoring` names."""
        is_default = self.scoring is None or (
            isinstance(self.scoring, str) and self.scoring == "warn"
        )
        return get_scorer("accuracy" if is_default else self.scoring)

    def _route(self, caller, sample_weight, params):
        """Return who is handed what."""
        if sample_weight is not None:
            params = {**params, "sample_weight": sample_weight}
        if _routing_enabled():
            return process_routing(self, caller, **params)
        return Bunch(splitter=Bunch(split={}), scorer=Bunch(score=params))

    def get_metadata_routing(self):
        """Return who is handed what `fit` and `score` are given: a MetadataRouter."""
        split = MethodMapping().add(caller="fit", callee="split")
        score = MethodMapping().add(caller="score", callee="score")
        router = MetadataRouter(owner=self).add_self_request(self)
        router.add(splitter=self.cv, method_mapping=split)
        return router.add(
            scorer=self._get_scorer(),
            method_mapping=score.add(caller="fit", callee="score"),
        )


@dataclass(frozen=True)
class Judge:
    """Score models on rows held out.

    Attributes
    ----------
    scorer : callable
    classes : ndarray of shape (n_classes,)
    y : ndarray of shape (n,)
    params : dict
        Metadata of all rows for the scorer.
    """

    scorer: object
    classes: np.ndarray
    y: np.ndarray
    params: dict

    def score(self, points, rows, test):
        """Return the scores of points of shape (n_cs, K, d + 1) on some of the rows."""
        params, X = take_params(self.params, test, len(self.y)), rows.X[test]
        look_at = QUICK.get(identify(self.scorer))
        if look_at is None or params.keys() - {"sample_weight"}:
            return self._ask_scorer(points, X, self.y[test], params)
        codes, weights = rows.codes[test], params.get("sample_weight")
        return np.array(
            [
                np.average(look_at(measure(point, X), codes), weights=weights)
                for point in points
            ]
        )

    def _ask_scorer(self, points, X, y, params):
        """Return the scores of models of these points."""
        scorer, scores = know_classes(self.scorer, self.classes), []
        model = LogisticRegression()
        model.classes_, model.n_features_in_ = self.classes, X.shape[1]
        for point in points:
            vars(model).update(keep(point, np.float64))
            scores.append(scorer(model, X, y, **params))
        return np.array(scores)


def measure(point, X):
    """Return the margins of rows, of shape (K, n)."""
    margins = multiply_rows(X, point[:, :-1])
    margins += point[:, -1:]
    return margins


def are_right(margins, codes):
    """Tell whether rows are called what they are, from margins of shape (K, n)."""
    is_pair = len(margins) == 1
    return codes == (margins[0] > 0 if is_pair else margins.argmax(axis=0))


def take_logs(margins, codes):
    """Return the logarithms of the probabilities of what rows are.

    As in scikit-learn's `log_loss`, no probability counts as less than 2.2e-16.
    """
    if len(margins) == 1:
        logs = log_expit(np.where(codes == 1, margins[0], -margins[0]))
    else:
        logs = log_softmax(margins, axis=0)[codes, np.arange(len(codes))]
    return np.maximum(logs, np.log(np.finfo(np.float64).eps))


# What scorers average over rows, told by `identify`: they themselves look at the labels
# anew for each C, which takes longer than the fit.
QUICK = {
    (accuracy_score, "predict", 1): are_right,
    (log_loss, "predict_proba", -1): take_logs,
}


@dataclass(frozen=True)
class Paths:
    """The minima of all penalties on all folds.

    Attributes
    ----------
    points : float64 array of shape (n_folds, n_l1_ratios, n_cs, K, d + 1)
    scores : float64 array of shape (n_folds, n_l1_ratios, n_cs)
    n_iter : int32 array of the same shape
    are_converged : bool array of the same shape
    """

    points: np.ndarray
    scores: np.ndarray
    n_iter: np.ndarray
    are_converged: np.ndarray

    @classmethod
    def join(cls, paths, shape):
        """Put paths of (points, scores, n_iter, are_converged) side by side."""
        return cls(
            *(
                np.reshape(part, shape + np.shape(part)[2:])
                for part in zip(*paths, strict=True)
            )
        )


def walk_path(rows, grid, ratio, train, test, judge, settings):
    """Find the minimum of each C on the training rows, and score it on the others.

    Parameters
    ----------
    rows : Rows
        All of them.
    grid : Grid
    ratio : int
        Place of the share in the grid.
    train, test : int or bool arrays
        Rows.
    judge : Judge
    settings : dict
        Of `search`.

    Returns
    -------
    points : float64 array of shape (n_cs, K, d + 1)
    scores, n_iter, are_converged : arrays of shape (n_cs,)
    """
    fold, found = rows.take(train), None
    points = np.empty((len(grid.Cs), *shape_of(rows)))
    n_iter, are_converged = np.empty((2, len(grid.Cs)), np.int32)
    for place in np.argsort(grid.Cs, kind="stable"):
        penalty = grid.make_penalty(ratio, place).per_weight(fold.total)
        found = search(fold, penalty, **settings, **go_on_from(found))
        points[place] = found.point
        n_iter[place], are_converged[place] = found.n_iter, found.is_converged
    scores = judge.score(points, rows, test)
    return points, scores, n_iter, are_converged.astype(bool)


def refuse_empty_folds(folds, rows):
    """Raise where there is nothing to fit in a fold, or no fold."""
    if not folds:
        raise ValueError("cv must give at least one fold, got none.")
    weights = np.ones(len(rows.codes)) if rows.weights is None else rows.weights
    if not all(weights[train].any() for train, _ in folds):
        raise ValueError(
            "Each fold of cv must have training rows of a weight above 0, got one "
            "without any. Pass other folds, or weights."
        )


def go_on_from(found):
    """Return where the next search is to begin, and what is known of the curvature."""
    if found is None:
        return {}
    if not hasattr(found, "memory"):  # with a penalty on absolute values
        return {"start": found.point}
    return {"start": found.point, "metric": found.memory.metric}


def one_thread_each(rows, n_jobs):
    """Return a context in which BLAS has one thread, where others could change sums.

    Paths side by side would also share its threads out among each other.
    """
    if effective_n_jobs(n_jobs) > 1 or rows.X.size <= SMALL_VALUES:
        return hold(blas())
    return nullcontext()


def choose_best(scores, is_for_all):
    """Choose penalties by their scores.

    Parameters
    ----------
    scores : float64 array of shape (n_folds, n_l1_ratios, n_cs)
        NaN, where a score is not defined, is the worst.
    is_for_all : bool
        Whether to take one for all folds, or else for each.

    Returns
    -------
    list of tuple (ratio, C)
        Places in the grid, for each fold.
    """
    scores = np.where(np.isnan(scores), -np.inf, scores)
    if is_for_all:
        scores = np.broadcast_to(scores.sum(axis=0), scores.shape)
    n_ratios = scores.shape[1]
    firsts = scores.swapaxes(1, 2).reshape(len(scores), -1).argmax(axis=1)
    return [(int(first % n_ratios), int(first // n_ratios)) for first in firsts]


def average(points, best):
    """Return the mean over folds of the best points, of shape (K, d + 1)."""
    return np.mean([points[k, *place] for k, place in enumerate(best)], axis=0)


def name_best(model, grid, best):
    """Return the best C and the best share, averaged over folds where those differ."""
    ratios, Cs = zip(*best, strict=True)
    if model.refit:
        return grid.Cs[Cs[0]], grid.ratios[ratios[0]]
    said = np.take(grid.shares if grid.ratios[0] is None else grid.ratios, ratios)
    return grid.Cs[list(Cs)].mean(), said.mean()


def lay_out_anew(model, grid, found, best):
    """Return the attributes of a fitted model, as scikit-learn 1.10 will have them."""
    C, ratio = name_best(model, grid, best)
    return {
        "C_": float(C),
        "l1_ratio_": grid.shares[0] if ratio is None else float(ratio),
        "coefs_paths_": list_paths(model, found),
        "scores_": found.scores,
        "n_iter_": found.n_iter,
    }


def lay_out_as_before(model, grid, found, best):
    """Return the attributes of a fitted model, as scikit-learn has had them."""
    C, ratio = name_best(model, grid, best)
    labels = model.classes_[1:] if len(model.classes_) == 2 else model.classes_
    drop = (slice(None), slice(None), 0) if grid.ratios[0] is None else ()
    paths = np.moveaxis(list_paths(model, found).swapaxes(1, 2), 3, 0)
    scores, n_iter = found.scores.swapaxes(1, 2), found.n_iter.swapaxes(1, 2)
    return {
        "C_": np.full(len(labels), C),
        "l1_ratio_": np.full(len(labels), ratio),
        "coefs_paths_": {
            label: path[drop] for label, path in zip(labels, paths, strict=True)
        },
        "scores_": {label: scores[drop].copy() for label in labels},
        "n_iter_": n_iter[drop][None],
    }


def list_paths(model, found):
    """Return the points without intercepts where there are none."""
    return found.points if model.fit_intercept else found.points[..., :-1]
