"""Decide by another threshold than one half: a fixed one, or the best for an aim."""

from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real

import numpy as np
from sklearn.base import _fit_context, clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import assert_all_finite, check_array, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metadata_routing import (
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skclassic import _front_desk as front_desk
from skclassic._aims import (
    Aim,
    evaluate,
    meet,
    read_constraints,
    read_scoring,
)
from skclassic._confusion import Counts, place_between
from skclassic._cross_fitting import (
    METHODS,
    CrossFittedClassifier,
    ScoringClassifier,
    has_method,
    receive_rows_and_labels,
    score_rows,
    take_params,
)
from skclassic._held_out import HeldOut, pool, search_all, search_grid
from skclassic._threshold_inference import (
    Fold,
    certify_all,
    expected_score,
    threshold_interval,
)
from skclassic._threshold_inference import pool as pool_rows

GRID = 100  # thresholds, where a scorer has to see labels and no number is given


@dataclass(frozen=True)
class Kept:
    """What a fit held out, and searched for.

    Attributes
    ----------
    folds : list of HeldOut
    aim : Aim
    bounds : list of Bound
    is_once : bool
        Whether each row was held out once at most.
    """

    folds: list
    aim: Aim
    bounds: list
    is_once: bool


class _BaseThresholdClassifier(ScoringClassifier):
    """Tell two classes apart."""

    _parameter_constraints = {
        **ScoringClassifier._parameter_constraints,
        "response_method": [StrOptions({"auto", *METHODS})],
        "pos_label": [Real, str, "boolean", None],
    }

    def _receive(self, X, y, params):
        """Return X and y of the same length, y of two classes."""
        X, y, kind = receive_rows_and_labels(X, y, params)
        if kind != "binary":
            raise ValueError(
                f"Only binary classification is supported. Unknown label type: {kind}"
            )
        return X, y

    @available_if(has_method("decision_function"))
    def decision_function(self, X):
        """Return the estimator's decision values: float array (n_samples,)."""
        return self._fitted().decision_function(X)

    @property
    def _methods(self):
        automatic = self.response_method == "auto"
        return METHODS if automatic else (self.response_method,)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


class FixedThresholdClassifier(_BaseThresholdClassifier):
    """Call rows positive whose score reaches a given threshold.

    Parameters
    ----------
    estimator : classifier
        Fitted or not.
    threshold : float or "auto", default="auto"
        "auto" is 0.5 for probabilities and 0 for decision values.
    pos_label : int, float, bool or str, default=None
        The class called where the score reaches the threshold; None for the second.
    response_method : {"auto", "predict_proba", "decision_function"}, default="auto"
        The score; "auto" takes probabilities where there are any.

    Attributes
    ----------
    estimator_ : classifier
        Fitted.
    classes_ : ndarray of shape (2,)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    TunedThresholdClassifierCV : Finds the threshold.

    Notes
    -----
    A fitted estimator predicts without `fit`; `fit` fits a clone of it.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclassic import FixedThresholdClassifier, GaussianClasses
    >>> X, y = GaussianClasses(prior=0.1).sample(1_000, random_state=0)
    >>> FixedThresholdClassifier(LogisticRegression(), threshold=0.1).fit(
    ...     X, y
    ... ).predict(X).mean()
    np.float64(0.21)
    """

    _parameter_constraints = {
        **_BaseThresholdClassifier._parameter_constraints,
        "threshold": [StrOptions({"auto"}), Real],
    }

    def __init__(
        self, estimator, *, threshold="auto", pos_label=None, response_method="auto"
    ):
        self.estimator = estimator
        self.threshold = threshold
        self.pos_label = pos_label
        self.response_method = response_method

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, **params):
        """Fit a clone of the estimator.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels of two classes.
        **params : dict
            What the estimator's `fit` asks for, by metadata routing.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If y does not hold labels of two classes, or not `pos_label`.
        """
        X, y = self._receive(X, y, params)
        routed = process_routing(self, "fit", **params)
        self.estimator_ = clone(self.estimator).fit(X, y, **routed.estimator.fit)
        _order_classes(self.estimator_.classes_, self.pos_label)
        self._take_names()
        return self

    @property
    def classes_(self):
        """Return the labels of both classes, sorted: shape (2,)."""
        try:
            return self._fitted().classes_
        except NotFittedError:
            raise AttributeError(
                "The underlying estimator is not fitted yet."
            ) from None

    def _fitted(self):
        estimator = getattr(self, "estimator_", self.estimator)
        try:
            check_is_fitted(estimator)
        except NotFittedError:
            check_is_fitted(self, "estimator_")
        return estimator

    def predict(self, X):
        """Return a label for each row: array (n_samples,)."""
        estimator = self._fitted()
        pair = _order_classes(estimator.classes_, self.pos_label)
        scores = score_rows(estimator, X, self._methods)
        threshold = self.threshold
        if threshold == "auto":
            threshold = 0.5 if np.ndim(scores) == 2 else 0.0
        scores = _take_scores(scores, estimator.classes_, pair)
        return pair[(scores >= threshold).astype(int)]


class TunedThresholdClassifierCV(_BaseThresholdClassifier, CrossFittedClassifier):
    """Call rows positive whose score reaches the threshold that is best for an aim.

    The classifier is fitted on parts of the data, the rows held out are scored, and one
    sort of these scores tells what each threshold is worth. Then it is fitted on all.

    Parameters
    ----------
    estimator : classifier
        Fitted or not.
    scoring : str or callable, default="balanced_accuracy"
        What is made best: a scorer of scikit-learn or its name; "g_mean", "youden",
        "specificity", "cohen_kappa", "f2" or any other metric of
        :func:`optimal_threshold`; "cost", which is made least; or a function of four
        arrays named tp, fp, tn and fn. Scorers that are no function of these four are
        called once for each threshold.
    response_method : {"auto", "predict_proba", "decision_function"}, default="auto"
        The score; "auto" takes probabilities where there are any.
    thresholds : int, array-like or "exact", default=100
        How many to try, evenly spaced between the lowest and the highest score, as
        scikit-learn does; or which; or all that change anything (100 of them where the
        scorer is no function of tp, fp, tn and fn).
    cv : int, float, splitter, iterable, "prefit" or "oob", default=None
        None for 5 stratified folds; a float holds out that share of the rows;
        "prefit" takes a fitted estimator and holds out all rows; "oob" takes the
        out-of-bag scores of a forest or bagging, and so fits it once.
    refit : bool, default=True
        Whether to fit on all rows in the end. False, with one split, keeps the
        classifier whose scores were searched.
    n_jobs : int, default=None
        Folds fitted at a time.
    random_state : int, RandomState or None, default=None
        Decides the split where `cv` is a float.
    store_cv_results : bool, default=False
        Whether to keep `cv_results_` and the held-out scores.
    pool_folds : bool, default=False
        Whether to search the scores of all folds as one set of rows, for F1 with few
        positive rows in a fold for instance, rather than the average of their curves.
    constraint : str or list of str, default=None
        Bounds that must hold as well, such as "recall>=0.9", averaged over folds.
    confidence : float, default=None
        In (0.5, 1): the bounds then hold in the population with this probability, for
        the threshold found and the classifier kept. For precision, recall,
        specificity, negative predictive value and accuracy, "at least", on unweighted
        rows that the classifier kept has not seen: with `cv="prefit"`, with one split
        and `refit=False`, or "oob", where it is approximate.
    cost_matrix : array-like of shape (2, 2), default=None
        For `scoring="cost"`: what a row costs, by its class (rows: negative, positive)
        and by what it is called (columns). None where `fit` is given `costs`.
    pos_label : int, float, bool or str, default=None
        The class called where the score reaches the threshold. None leaves it to the
        scorer; the second where that does not say.

    Attributes
    ----------
    best_threshold_ : float
        Rows whose score is at least as high are called positive.
    best_score_ : float
        The metric there, averaged over folds; below 0 for costs, so that more is
        better. It is the highest of many, so too good to be true of new rows.
    estimator_ : classifier
        Fitted.
    cv_results_ : dict
        With `store_cv_results=True`: "thresholds" and "scores", arrays of the same
        length; "fold_scores", of shape (n_folds, n_thresholds); "is_met", where the
        constraint holds; "is_exact", whether the scores change at these thresholds
        alone.
    classes_ : ndarray of shape (2,)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    optimal_threshold : The search alone, for labels and scores.
    FixedThresholdClassifier : A threshold that is given.

    Notes
    -----
    With a number of thresholds and one of scikit-learn's scorers, the numbers are
    scikit-learn's. "exact" puts the threshold midway between two scores.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclassic import GaussianClasses, TunedThresholdClassifierCV
    >>> X, y = GaussianClasses(prior=0.1).sample(1_000, random_state=0)
    >>> tuned = TunedThresholdClassifierCV(
    ...     LogisticRegression(), scoring="f1", thresholds="exact"
    ... ).fit(X, y)
    >>> print(f"{tuned.best_threshold_:.2f}")
    0.41
    """

    _parameter_constraints = {
        **CrossFittedClassifier._parameter_constraints,
        **_BaseThresholdClassifier._parameter_constraints,
        "scoring": [str, callable, dict],
        "thresholds": [
            Interval(Integral, 1, None, closed="left"),
            "array-like",
            StrOptions({"exact"}),
        ],
        "store_cv_results": ["boolean"],
        "pool_folds": ["boolean"],
        "constraint": [str, list, tuple, None],
        "confidence": [Interval(Real, 0.5, 1, closed="neither"), None],
        "cost_matrix": ["array-like", None],
    }

    def __init__(
        self,
        estimator,
        *,
        scoring="balanced_accuracy",
        response_method="auto",
        thresholds=100,
        cv=None,
        refit=True,
        n_jobs=None,
        random_state=None,
        store_cv_results=False,
        pool_folds=False,
        constraint=None,
        confidence=None,
        cost_matrix=None,
        pos_label=None,
    ):
        self.estimator = estimator
        self.scoring = scoring
        self.response_method = response_method
        self.thresholds = thresholds
        self.cv = cv
        self.refit = refit
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.store_cv_results = store_cv_results
        self.pool_folds = pool_folds
        self.constraint = constraint
        self.confidence = confidence
        self.cost_matrix = cost_matrix
        self.pos_label = pos_label

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, *, costs=None, **params):
        """Fit the estimator, and find its threshold on rows held out.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels of two classes.
        costs : array-like of shape (n_samples, 2), default=None
            For `scoring="cost"`: what each row costs that is called negative, and
            called positive.
        **params : dict
            What the estimator's `fit`, the scorer and the splitter ask for, by metadata
            routing. The metrics of ours ask for `sample_weight`.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If y does not hold labels of two classes, parameters contradict each other,
            no threshold changes the score, all scores are the same, or a constraint
            cannot be met: the error then says what can.
        sklearn.exceptions.NotFittedError
            If `cv="prefit"` and the estimator is not fitted.
        """
        X, y = self._receive(X, y, params)
        aim = self._read_aim()
        bounds = read_constraints(self.constraint)
        self._check_confidence(bounds)
        costs = _receive_costs(costs, aim, len(y))
        _receive_thresholds(self.thresholds)
        found = self._hold_out(X, y, params, self._methods)
        self.estimator_, parts, scored_by = found
        folds = [
            _make_fold(part, np.asarray(y), aim, costs, scored_by) for part in parts
        ]
        self.best_threshold_, self.best_score_, results = self._find(folds, aim, bounds)
        self._keep(folds, aim, bounds, parts, results)
        self._pos_label = aim.pos_label
        self._take_names()
        return self

    def _read_aim(self):
        return read_scoring(
            self.estimator,
            self.scoring,
            cost_matrix=self.cost_matrix,
            pos_label=self.pos_label,
        )

    def _find(self, folds, aim, bounds):
        """Find the best threshold of those at which all bounds hold.

        Returns
        -------
        threshold, score : float
        results : dict
            What was tried, as `cv_results_`.
        """
        folds = [pool(folds)] if self.pool_folds else folds
        is_exact = isinstance(self.thresholds, str)
        self._refuse_constant_scores(folds)
        search = search_all(folds, aim, bounds) if is_exact else None
        grid = GRID if is_exact else _receive_thresholds(self.thresholds)
        is_exact = search is not None
        if search is None:
            search = search_grid(folds, aim, bounds, grid)
        is_met = np.broadcast_to(meet(bounds, search.excesses), search.values.shape)
        if self.confidence is not None:
            is_met = is_met & self._certify(folds, bounds, search.thresholds)
        goodness = np.where(is_met & ~np.isnan(search.values), search.values, -np.inf)
        best = int(goodness.argmax())
        if goodness[best] == -np.inf:
            raise ValueError(
                f"scoring={aim.name!r} is defined at no threshold that may be taken. "
                "Look whether every fold holds rows of both classes."
            )
        threshold = search.thresholds[best]
        if is_exact:  # of float64, or scores of float32 would be compared in float32
            threshold = np.float64(place_between(search.thresholds, best))
        results = {
            "thresholds": search.thresholds,
            "scores": search.values,
            "fold_scores": search.by_fold,
            "is_met": is_met,
            "is_exact": is_exact,
        }
        return threshold, search.values[best], results

    def _refuse_constant_scores(self, folds):
        """Raise where all scores are the same: in a fold, if its range is a grid's."""
        are_same = [fold.scores.min() == fold.scores.max() for fold in folds]
        is_laid = isinstance(self.thresholds, Integral)
        if any(are_same) if is_laid else all(are_same):
            raise ValueError(
                "The provided estimator makes constant predictions. Therefore, it is "
                "impossible to optimize the decision threshold."
            )

    def _keep(self, folds, aim, bounds, parts, results):
        """Keep what was held out and tried, where that is asked for."""
        for name in ("cv_results_", "_held_out"):
            vars(self).pop(name, None)  # of a fit before
        if self.store_cv_results:
            rows = np.concatenate([part.rows for part in parts])
            is_once = len(np.unique(rows)) == len(rows)
            self.cv_results_ = results
            self._held_out = Kept(folds, aim, bounds, is_once)

    def _check_confidence(self, bounds):
        """Raise where a bound cannot be promised."""
        if self.confidence is None:
            return
        if not bounds:
            raise ValueError(
                "confidence goes with a constraint, got none. Pass for example "
                "constraint='recall>=0.9'."
            )
        if not isinstance(self.cv, str) and self.refit:
            raise ValueError(
                "confidence needs rows that the classifier kept has not seen, and "
                "refit=True leaves none. Pass cv='prefit' and rows held out, a share "
                "such as cv=0.3 with refit=False, or drop it."
            )
        if broken := [bound.text for bound in bounds if bound.sign < 0]:
            raise ValueError(
                "confidence takes bounds of the form 'recall>=0.9', got "
                f"{broken[0]!r}. Bound the opposite from below, or drop it."
            )

    def _certify(self, folds, bounds, thresholds):
        """Tell at which thresholds all bounds can be promised."""
        (fold,) = folds
        curve, is_certified = certify_all(
            fold.is_positive,
            fold.scores,
            [(bound.name, bound.limit) for bound in bounds],
            confidence=self.confidence,
            weights=fold.weights,
        )
        is_met = is_certified[np.searchsorted(curve, thresholds)]
        if not is_met.any():
            raise ValueError(
                f"constraint {self.constraint!r} can be promised between the "
                f"{len(thresholds)} thresholds that were tried, but at none of them. "
                "Pass thresholds='exact'."
            )
        return is_met

    def threshold_interval(
        self, *, confidence=0.95, n_resamples=1000, random_state=None
    ):
        """Return how far the best threshold might lie from the one found.

        Rows held out are drawn anew, with replacement, and searched anew, among all
        thresholds: the percentiles of those so found. No theorem says that it covers
        the threshold that is best in the population for the classifier kept;
        simulations do, in 93 to 98 of 100 runs.

        Parameters
        ----------
        confidence : float, default=0.95
            In (0, 1).
        n_resamples : int, default=1000
        random_state : int, RandomState or None, default=None

        Returns
        -------
        low, high : float

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If not fitted with `store_cv_results=True`.
        ValueError
            If the scorer is no function of tp, fp, tn and fn, rows have costs of their
            own or were held out more than once, or a bound is promised.

        References
        ----------
        Efron, Tibshirani (1993). An introduction to the bootstrap, chapter 13.
        """
        front_desk.check_share(
            "confidence", confidence, "the share of intervals that cover", 0.95
        )
        front_desk.check_count(
            "n_resamples", n_resamples, low=1, meaning="the number of samples drawn"
        )
        folds, kept = self._take_folds()
        return threshold_interval(
            [pool_rows(folds)] if self.pool_folds else folds,
            partial(_score, aim=kept.aim),
            check_random_state(random_state),
            excesses=[partial(_exceed, bound=bound) for bound in kept.bounds],
            n_resamples=n_resamples,
            confidence=confidence,
        )

    def expected_score(self, *, random_state=None):
        """Return the score to expect on new rows, the luck of the search taken out.

        The threshold is found on all folds but one and counted on that one; the counts
        of all folds are added up and scored (one fold alone is cut into five, at
        random, four times). `best_score_` is the highest of many, and too high.

        Parameters
        ----------
        random_state : int, RandomState or None, default=None
            Decides how one fold is cut.

        Returns
        -------
        score : float
            More is better, as `best_score_`.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If not fitted with `store_cv_results=True`.
        ValueError
            As `threshold_interval`, or if a constraint cannot be met without a fold.

        References
        ----------
        Varma, Simon (2006). Bias in error estimation when using cross-validation for
        model selection. BMC Bioinformatics 7. Forman, Scholz (2010). Apples-to-apples
        in cross-validation studies. SIGKDD Explorations 12, on adding up counts.
        """
        folds, kept = self._take_folds()

        def find(some):
            return self._find([_hold(fold) for fold in some], kept.aim, kept.bounds)[0]

        return expected_score(
            folds,
            partial(_score, aim=kept.aim),
            check_random_state(random_state),
            find=find,
        )

    def _take_folds(self):
        """Return the rows held out in each fold, and what they were searched for."""
        check_is_fitted(self, "estimator_")
        kept = getattr(self, "_held_out", None)
        if kept is None:
            raise NotFittedError(
                "The rows held out are kept where TunedThresholdClassifierCV is fitted "
                "with store_cv_results=True."
            )
        if refusal := self._find_refusal(kept):
            raise ValueError(refusal)
        return [Fold(f.is_positive, f.scores, f.weights) for f in kept.folds], kept

    def _find_refusal(self, kept):
        """Say why rows held out cannot be drawn anew, if they cannot."""
        if kept.aim.needs_costs:
            return (
                "Rows with costs of their own are not counted but added up. Pass a "
                "cost_matrix."
            )
        if not all(fold.can_count(kept.aim) for fold in kept.folds):
            return (
                f"scoring={kept.aim.name!r} is no function of tp, fp, tn and fn, so "
                "resamples would take too long. Pass such a function."
            )
        if not kept.is_once:
            return (
                "Rows were held out more than once, so that no fold is new to the "
                "others. Pass a splitter that holds out each row once."
            )
        if self.confidence is not None:
            return (
                "With confidence the threshold keeps a distance from the best one, of "
                "which this would tell. Measure the score on other rows."
            )
        return ""

    def predict(self, X):
        """Return a label for each row: array (n_samples,)."""
        check_is_fitted(self, "estimator_")
        pair = _order_classes(self.classes_, self._pos_label)
        scores = score_rows(self.estimator_, X, self._methods)
        scores = _take_scores(scores, self.classes_, pair)
        return pair[(scores >= self.best_threshold_).astype(int)]

    def _find_scorer(self):
        return self._read_aim().scorer

    def get_metadata_routing(self):
        """Return who is handed what `fit` is given: a MetadataRouter."""
        return super().get_metadata_routing().add_self_request(self)


def _score(tp, fp, tn, fn, *, aim):
    """Return a metric of which more is better."""
    return aim.sign * evaluate(aim.find_value, Counts(tp, fp, tn, fn), aim.name)


def _exceed(tp, fp, tn, fn, *, bound):
    """Return by how much a bound is exceeded."""
    return bound.excess(Counts(tp, fp, tn, fn))


def _hold(fold):
    """Turn a fold of counted rows into one that can be searched."""
    params = {} if fold.weights is None else {"sample_weight": fold.weights}
    return HeldOut(fold.is_positive, np.array([False, True]), fold.scores, params)


def _receive_thresholds(thresholds):
    """Return "exact", a number, or float64 thresholds of shape (n_thresholds,)."""
    if isinstance(thresholds, (str, Integral)):
        return thresholds
    values = np.asarray(thresholds)
    if values.ndim != 1 or len(values) == 0 or values.dtype.kind not in "iuf":
        raise ValueError(
            "thresholds must be 'exact', how many to try, or a list of numbers, got "
            f"{thresholds!r}."
        )
    if np.isnan(values).any():
        raise ValueError("thresholds must hold no NaN. Drop it.")
    return values.astype(np.float64)


def _receive_costs(costs, aim, n):
    """Return the costs of each row, float64 of shape (n, 2), or None."""
    if costs is None:
        if aim.needs_costs:
            raise ValueError(
                "scoring='cost' needs to know what calls cost, got none. Pass a "
                "cost_matrix of shape (2, 2), or costs of each row to fit."
            )
        return None
    if not aim.needs_costs:
        clash = "a cost_matrix" if aim.name == "cost" else f"scoring={aim.name!r}"
        raise ValueError(
            f"costs go with scoring='cost' and no cost_matrix, got {clash}. Drop one."
        )
    costs = check_array(costs, dtype=np.float64, input_name="costs")
    if costs.shape != (n, 2):
        raise ValueError(
            f"costs must be of shape ({n}, 2), got {costs.shape}: for each row what it "
            "costs to call it negative, and positive."
        )
    return costs


def _make_fold(part, y, aim, costs, params):
    """Hold the labels, scores and costs of the rows of a fold."""
    pair = _order_classes(part.classes, aim.pos_label)
    scores = _take_scores(part.scores, part.classes, pair)
    assert_all_finite(scores, input_name="the scores of the estimator")
    return HeldOut(
        y[part.rows],
        pair,
        scores,
        take_params(params, part.rows, len(y)),
        None if costs is None else costs[part.rows],
    )


def _order_classes(classes, pos_label):
    """Return the negative label and the positive one: array of shape (2,)."""
    if len(classes) != 2:
        raise ValueError(
            "The estimator must know two classes, got "
            f"{np.asarray(classes).tolist()}. Fit it on rows of both, in every fold."
        )
    if pos_label is None:
        return np.asarray(classes)
    is_positive = np.asarray(classes) == pos_label
    if not is_positive.any():
        raise ValueError(
            f"pos_label={pos_label!r} is not a valid label: It should be one of "
            f"{np.asarray(classes).tolist()}."
        )
    return np.asarray(classes)[[int(is_positive[0]), int(is_positive[1])]]


def _take_scores(scores, classes, pair):
    """Return scores that are high for the positive class: float array (n_rows,)."""
    is_second = classes[1] == pair[1]
    if np.ndim(scores) == 2:
        return scores[:, 1 if is_second else 0]
    return scores if is_second else -scores
