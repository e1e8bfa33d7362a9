"""Decide among any number of classes: by costs, priors and doubt, or class weights."""

from numbers import Real

import numpy as np
from sklearn.base import _fit_context, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import assert_all_finite
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.metadata_routing import (
    process_routing,
)
from sklearn.utils.validation import check_is_fitted

from skclassic import _front_desk as front_desk
from skclassic._aims import ask_for_weights, receive_costs, refuse_costs_beside
from skclassic._class_weights import (
    MeanCost,
    Rows,
    call,
    check_name,
    find_weights,
    make_metric,
    value_of,
)
from skclassic._cross_fitting import (
    CrossFittedClassifier,
    ScoringClassifier,
    receive_rows_and_labels,
    receive_score_params,
)

PROBABILITIES = ("predict_proba",)


class MinimumCostClassifier(ScoringClassifier):
    """Call each row the class that is expected to cost least, or abstain.

    Parameters
    ----------
    estimator : classifier
        With `predict_proba`; its probabilities are believed.
    cost_matrix : array-like of shape (n_classes, n_classes), default=None
        What a row costs, by its class (rows, in the order of `classes_`) and by what it
        is called (columns). None asks 1 for every wrong call.
    reject_cost : float, default=None
        What it costs to abstain; a row is left to others where every call is expected
        to cost more. None never abstains.
    reject_label : int, float or str, default=None
        What such a row is called; None for -1, or "rejected" among texts.
    priors : array-like of shape (n_classes,), default=None
        Shares of the classes where predictions are made; None for those of `y`.

    Attributes
    ----------
    estimator_ : classifier
        Fitted.
    classes_ : ndarray of shape (n_classes,)
    training_priors_ : float64 ndarray of shape (n_classes,)
        Shares of the classes in `y`, weighted if the estimator is given weights.
    priors_ : float64 ndarray of shape (n_classes,)
        Shares that probabilities are adjusted to.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    Notes
    -----
    Row i is called the class k of least sum_j P(j | x_i) c_jk (Elkan 2001, equation 1),
    and abstained from where that exceeds `reject_cost` (Chow 1970). Other priors turn
    P(j | x) into something proportional to P(j | x) times the prior over that of
    training (Saerens, Latinne and Decaestecker 2002, equation 4): right where classes
    look as before and only their shares have changed. An estimator that weighs classes
    by itself has other training priors than `y` shows. Metadata goes to the
    estimator's `fit`.

    References
    ----------
    Chow (1970). On optimum recognition error and reject tradeoff. IEEE Trans. Inf.
    Theory 16. Elkan (2001). The foundations of cost-sensitive learning. IJCAI. Saerens,
    Latinne, Decaestecker (2002). Adjusting the outputs of a classifier to new a priori
    probabilities. Neural Computation 14.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from skclassic import MinimumCostClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> careful = MinimumCostClassifier(GaussianNB(), reject_cost=0.1).fit(X, y)
    >>> int((careful.predict(X) == -1).sum())
    13
    """

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict_proba"])],
        "cost_matrix": ["array-like", None],
        "reject_cost": [Interval(Real, 0, None, closed="left"), None],
        "reject_label": [Real, str, None],
        "priors": ["array-like", None],
    }

    def __init__(
        self,
        estimator,
        *,
        cost_matrix=None,
        reject_cost=None,
        reject_label=None,
        priors=None,
    ):
        self.estimator = estimator
        self.cost_matrix = cost_matrix
        self.reject_cost = reject_cost
        self.reject_label = reject_label
        self.priors = priors

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, **params):
        """Fit a clone of the estimator, and note the shares of the classes.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels of two classes or more.
        **params : dict
            What the estimator's `fit` asks for, by metadata routing.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If y does not hold labels, or costs or priors do not fit to its classes.
        """
        X, y, kind = receive_rows_and_labels(X, y, params)
        classes = _receive_classes(y, kind)
        costs = 1.0 - np.eye(len(classes))
        if self.cost_matrix is not None:
            costs = receive_costs(self.cost_matrix, len(classes))
        priors = (
            None
            if self.priors is None
            else front_desk.receive_priors(self.priors, classes)
        )
        self._reject_label = self._choose_reject_label(classes)
        routed = process_routing(self, "fit", **params)
        self.estimator_ = clone(self.estimator).fit(X, y, **routed.estimator.fit)
        _check_classes(self.estimator_.classes_, classes)
        weights = receive_score_params(routed.estimator.fit, y).get("sample_weight")
        counts = np.bincount(np.searchsorted(classes, y), weights)
        self.training_priors_ = counts / counts.sum()
        self.priors_ = self.training_priors_ if priors is None else priors
        self._costs, self._reject_cost = costs, self.reject_cost
        self._take_names()
        return self

    def set_priors(self, priors=None):
        """Adjust the probabilities to other shares of the classes, without a fit.

        Parameters
        ----------
        priors : array-like of shape (n_classes,), default=None
            In the order of `classes_`; None for those of training.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If they are not shares that add up to 1.
        """
        check_is_fitted(self, "estimator_")
        self.priors_ = (
            self.training_priors_
            if priors is None
            else front_desk.receive_priors(priors, self.classes_)
        )
        return self

    def estimate_priors(self, X, *, max_iter=1000, tol=1e-8):
        """Estimate the shares of the classes among rows whose class is unknown.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features)
        max_iter : int, default=1000
        tol : float, default=1e-8
            Ends where no share changes by more.

        Returns
        -------
        priors : float64 ndarray of shape (n_classes,)
            What `set_priors` takes.

        Notes
        -----
        Expectation and maximisation of the likelihood of X in turns (Saerens,
        Latinne and Decaestecker 2002, equation 5). It asks for probabilities that are
        right on the training data, and for classes that look as before.
        """
        check_is_fitted(self, "estimator_")
        front_desk.check_count(
            "max_iter", max_iter, low=1, meaning="the most rounds taken"
        )
        front_desk.check_share("tol", tol, "the change of a share that counts", 1e-8)
        probabilities = np.asarray(self.estimator_.predict_proba(X), np.float64)
        priors = self.training_priors_
        for _ in range(max_iter):
            adjusted = adjust(probabilities, self.training_priors_, priors)
            before, priors = priors, adjusted.mean(axis=0)
            if np.abs(priors - before).max() <= tol:
                return priors
        front_desk.warn(
            f"Shares still changed by more than tol={tol:g} after max_iter={max_iter} "
            "rounds: raise either.",
            ConvergenceWarning,
        )
        return priors

    def predict_proba(self, X):
        """Return probabilities under the priors: float64 (n_samples, n_classes)."""
        check_is_fitted(self, "estimator_")
        probabilities = np.asarray(self.estimator_.predict_proba(X), np.float64)
        if self.priors_ is self.training_priors_:
            return probabilities
        return adjust(probabilities, self.training_priors_, self.priors_)

    def predict_log_proba(self, X):
        """Return logarithms of the probabilities: float64 (n_samples, n_classes)."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict_costs(self, X):
        """Return what each call is expected to cost: (n_samples, n_classes)."""
        return self.predict_proba(X) @ self._costs

    def predict(self, X):
        """Return a label for each row, or `reject_label`: array (n_samples,)."""
        costs = self.predict_costs(X)
        labels = self.classes_[costs.argmin(axis=1)]
        if self._reject_cost is None:
            return labels
        is_rejected = costs.min(axis=1, initial=np.inf) > self._reject_cost
        return np.where(is_rejected, self._reject_label, labels)

    def _choose_reject_label(self, classes):
        """Return what rows are called that no class is worth calling."""
        are_numbers = classes.dtype.kind in "biuf"
        label = self.reject_label
        if label is None:
            label = -1 if are_numbers else "rejected"
        is_used = self.reject_cost is not None or self.reject_label is not None
        if is_used and (
            label in classes.tolist() or isinstance(label, str) == are_numbers
        ):
            raise ValueError(
                f"reject_label must be none of the classes, and of their kind, got "
                f"{label!r} beside {classes.tolist()[:10]}. Name another."
            )
        return label


def adjust(probabilities, old, new):
    """Adjust probabilities from old priors to new ones: (n_rows, n_classes)."""
    weighed = probabilities * (new / old)
    total = weighed.sum(axis=1, keepdims=True)
    return np.divide(weighed, total, out=np.full_like(weighed, np.nan), where=total > 0)


class TunedClassWeightsClassifierCV(CrossFittedClassifier):
    """Call each row the class of the heaviest probability, with weights that are best.

    What a threshold is for two classes, weights are for more: row i is called the class
    k of the highest w_k P(k | x_i). The weights are found on rows held out, one class
    after another, each from one sort.

    Parameters
    ----------
    estimator : classifier
        With `predict_proba`.
    scoring : str, default="balanced_accuracy"
        "accuracy", "balanced_accuracy", "f1_macro", "jaccard_macro",
        "precision_macro", "recall_macro", each of these with "_weighted", or "cost".
    cost_matrix : array-like of shape (n_classes, n_classes), default=None
        For `scoring="cost"`: what a row costs, by its class (rows, in sorted order) and
        by what it is called (columns).
    cv : int, float, splitter, iterable, "prefit" or "oob", default=None
        As in :class:`TunedThresholdClassifierCV`.
    refit : bool, default=True
        Whether to fit on all rows in the end. False, with one split, keeps the
        classifier whose scores were searched.
    n_jobs : int, default=None
        Folds fitted at a time.
    random_state : int, RandomState or None, default=None
        Decides the split where `cv` is a float.

    Attributes
    ----------
    class_weights_ : float64 ndarray of shape (n_classes,)
        They add up to 1. Of two classes, the first is the threshold of the second.
    best_score_ : float
        On the rows held out, of all folds together; below 0 for costs, so that more is
        better. It is the highest of many, so too good to be true of new rows.
    estimator_ : classifier
        Fitted.
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    Notes
    -----
    No single weight can be moved to a better place; that no other set of weights is
    better is not promised. The search begins at equal weights and at those inverse to
    the shares of the classes. The metrics ask for `sample_weight`, by metadata routing.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclassic import TunedClassWeightsClassifierCV
    >>> X, y = make_classification(
    ...     1_000, n_classes=3, n_informative=4, weights=[0.8, 0.15], random_state=0
    ... )
    >>> tuned = TunedClassWeightsClassifierCV(LogisticRegression()).fit(X, y)
    >>> tuned.class_weights_.argmin()
    np.int64(0)
    """

    _parameter_constraints = {
        **CrossFittedClassifier._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict_proba"])],
        "scoring": [str],
        "cost_matrix": ["array-like", None],
    }

    def __init__(
        self,
        estimator,
        *,
        scoring="balanced_accuracy",
        cost_matrix=None,
        cv=None,
        refit=True,
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.scoring = scoring
        self.cost_matrix = cost_matrix
        self.cv = cv
        self.refit = refit
        self.n_jobs = n_jobs
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, **params):
        """Fit the estimator, and find class weights on rows held out.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels of two classes or more.
        **params : dict
            What the estimator's `fit`, the metric and the splitter ask for, by metadata
            routing.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If y does not hold labels, the metric is unknown, costs do not fit, or the
            classifier of a fold has not met all classes.
        """
        X, y, kind = receive_rows_and_labels(X, y, params)
        classes = _receive_classes(y, kind)
        if self.cv == "prefit":
            classes = getattr(self.estimator, "classes_", classes)
        self._check_scoring(classes)
        found = self._hold_out(X, y, params, PROBABILITIES)
        self.estimator_, parts, scored_by = found
        for part in parts:
            _check_classes(part.classes, classes)
        held_out = np.concatenate([part.rows for part in parts])
        weights = scored_by.get("sample_weight", np.ones(len(y)))[held_out]
        rows = Rows(np.searchsorted(classes, np.asarray(y)[held_out]), weights)
        probabilities = np.concatenate([part.scores for part in parts])
        assert_all_finite(probabilities, input_name="the scores of the estimator")
        if self.scoring == "cost":
            metric = MeanCost(receive_costs(self.cost_matrix, len(classes)))
        else:
            metric = make_metric(self.scoring, rows, len(classes))
        self.class_weights_ = find_weights(probabilities, rows, metric)
        called = call(probabilities, self.class_weights_)
        self.best_score_ = value_of(metric, rows, called, len(classes))
        self._take_names()
        return self

    def _check_scoring(self, classes):
        """Raise unless there is such a metric, or costs fit."""
        if self.scoring == "cost":
            if self.cost_matrix is None:
                raise ValueError("scoring='cost' needs a cost_matrix, got None.")
            receive_costs(self.cost_matrix, len(classes))
            return
        refuse_costs_beside(self.scoring, self.cost_matrix, "scoring")
        check_name(self.scoring)

    def predict(self, X):
        """Return a label for each row: array (n_samples,)."""
        check_is_fitted(self, "estimator_")
        probabilities = self.estimator_.predict_proba(X)
        return self.classes_[call(probabilities, self.class_weights_)]

    def _find_scorer(self):
        return ask_for_weights()


def _receive_classes(y, kind):
    """Return the sorted labels."""
    if kind not in ("binary", "multiclass"):
        raise ValueError(
            f"y must hold labels. Unknown label type: {kind}. Pass one label a row."
        )
    return np.unique(y)


def _check_classes(known, classes):
    if not np.array_equal(known, classes):
        raise ValueError(
            f"The estimator must know all classes, got {len(known)} of {len(classes)}. "
            "Leave rows of each in every training fold."
        )
