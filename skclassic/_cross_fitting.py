"""Fit a classifier on parts of the data, and score the rows held out."""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
from sklearn.base import ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.model_selection import StratifiedShuffleSplit, check_cv
from sklearn.utils import get_tags, indexable
from sklearn.utils._param_validation import HasMethods, Interval, RealNotInt, StrOptions
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    _routing_enabled,
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted

from skclassic import _front_desk as front_desk
from skclassic._base import Estimator

METHODS = ("predict_proba", "decision_function")
CALLED = ("split", "score")


@dataclass(frozen=True)
class Scored:
    """Rows that a classifier was not fitted on, and what it says of them.

    Attributes
    ----------
    rows : int array of shape (n_rows,)
    classes : array of shape (n_classes,)
        Those that the classifier knows.
    scores : float array of shape (n_rows, n_classes), or (n_rows,)
        Probabilities, or decision values of two classes.
    """

    rows: np.ndarray
    classes: np.ndarray
    scores: np.ndarray


def has_method(method):
    """Tell whether the fitted estimator, or else the one given, has a method."""

    def check(self):
        getattr(getattr(self, "estimator_", self.estimator), method)
        return True

    return check


class ScoringClassifier(ClassifierMixin, MetaEstimatorMixin, Estimator):
    """Wrap a classifier, and leave its scores as they are."""

    _parameter_constraints = {"estimator": [HasMethods(["fit", m]) for m in METHODS]}

    def _take_names(self):
        for name in ("n_features_in_", "feature_names_in_"):
            vars(self).pop(name, None)  # of a fit before
            if hasattr(self.estimator_, name):
                setattr(self, name, getattr(self.estimator_, name))

    @property
    def classes_(self):
        """Return the labels of all classes, sorted: shape (n_classes,)."""
        return self.estimator_.classes_

    @available_if(has_method("predict_proba"))
    def predict_proba(self, X):
        """Return the estimator's probabilities: float array (n_samples, n_classes)."""
        return self._fitted().predict_proba(X)

    @available_if(has_method("predict_log_proba"))
    def predict_log_proba(self, X):
        """Return their logarithms: float array (n_samples, n_classes)."""
        return self._fitted().predict_log_proba(X)

    def _fitted(self):
        """Return the estimator that scores rows; raise where none is fitted."""
        if hasattr(self, "estimator_"):
            return self.estimator_
        check_is_fitted(self)

    def get_metadata_routing(self):
        """Return who is handed what `fit` is given: a MetadataRouter."""
        mapping = MethodMapping().add(callee="fit", caller="fit")
        router = MetadataRouter(owner=self)
        return router.add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inside = get_tags(self.estimator).input_tags
        tags.input_tags.sparse = inside.sparse
        tags.input_tags.allow_nan = inside.allow_nan
        return tags


class CrossFittedClassifier(ScoringClassifier):
    """Wrap a classifier that is also fitted on parts, to score the rows held out."""

    _parameter_constraints = {
        **ScoringClassifier._parameter_constraints,
        "cv": [
            "cv_object",
            StrOptions({"prefit", "oob"}),
            Interval(RealNotInt, 0.0, 1.0, closed="neither"),
        ],
        "refit": ["boolean"],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def _hold_out(self, X, y, params, methods):
        """Fit, and score rows that were not fitted on.

        Returns
        -------
        estimator : classifier
            Fitted.
        parts : list of Scored
        params : dict
            Metadata of the scorer, its weights checked.
        """
        splitter = choose_splitter(
            self.cv,
            y,
            estimator=self.estimator,
            refit=self.refit,
            random_state=self.random_state,
        )
        routed = process_routing(self, "fit", **params)
        scored_by = receive_score_params(routed.scorer.score, y)
        estimator, parts = hold_out(
            self.estimator,
            X,
            y,
            splitter,
            methods=methods,
            routed=routed,
            refit=self.refit,
            n_jobs=self.n_jobs,
        )
        return estimator, parts, scored_by

    def get_metadata_routing(self):
        """Return who is handed what `fit` is given: a MetadataRouter."""
        split, score = (MethodMapping().add(callee=m, caller="fit") for m in CALLED)
        router = super().get_metadata_routing()
        router.add(splitter=self.cv, method_mapping=split)
        return router.add(scorer=self._find_scorer(), method_mapping=score)


def receive_rows_and_labels(X, y, params):
    """Return X and y of the same length, y of shape (n_rows,), and the kind of y.

    Raises
    ------
    ValueError
        If metadata is given while nobody routes it, or y holds one class alone.
    """
    if params and not _routing_enabled():
        raise ValueError(
            f"fit was given {', '.join(params)}, which goes on to the estimator, the "
            "scorer or the splitter. Turn metadata routing on, by "
            "sklearn.set_config(enable_metadata_routing=True), and set who asks for it."
        )
    X, y = indexable(X, np.asarray(y) if isinstance(y, (list, tuple)) else y)
    kind = type_of_target(y, input_name="y")
    if kind not in ("binary", "multiclass"):
        return X, y, kind
    if np.ndim(y) == 2:
        front_desk.warn(front_desk.COLUMN, DataConversionWarning)
        y = np.ravel(y)
    labels = np.unique(y)
    if len(labels) == 0:
        raise ValueError("X and y must have rows, got 0 samples. Pass rows.")
    if len(labels) < 2:
        raise ValueError(
            f"y must hold labels of two classes, got one class: {labels.tolist()}. "
            "Pass rows of another."
        )
    return X, y, kind


def choose_splitter(cv, y, *, estimator, refit, random_state):
    """Return a splitter, "prefit" or "oob"; raise where `refit` contradicts it."""
    if isinstance(cv, str):
        if cv == "prefit":
            _check_prefit(estimator, refit)
        elif "oob_score" not in estimator.get_params():
            raise ValueError(
                "cv='oob' needs an estimator with oob_score, such as a forest or "
                f"bagging, got {estimator!r}. Leave cv=None for others; of a Pipeline, "
                "tune the last step."
            )
        return cv
    if isinstance(cv, Real) and 0 < cv < 1:
        return StratifiedShuffleSplit(1, test_size=cv, random_state=random_state)
    return check_cv(cv, y=y, classifier=True)


def _check_splits(splits, refit):
    if not refit and len(splits) > 1:
        raise ValueError("When cv has several folds, refit cannot be False.")
    if any(len(test) == 0 for _, test in splits):
        raise ValueError("cv must hold out rows in every fold, got a fold of none.")


def _check_labels(y, classes):
    """Raise where a fitted classifier meets labels that it does not know."""
    strange = np.setdiff1d(y, classes)
    if len(strange):
        raise ValueError(
            f"y must hold classes that the fitted estimator knows, "
            f"{np.asarray(classes).tolist()[:10]}, got {strange.tolist()[:10]} too."
        )


def receive_score_params(params, y):
    """Return metadata of a scorer, its weights checked: float64 (n_rows,)."""
    weights = front_desk.receive_weights(params.get("sample_weight"), y)
    if weights is None:
        return params
    front_desk.refuse_negative_weights(weights)
    return {**params, "sample_weight": weights}


def _check_prefit(estimator, refit):
    if refit:
        raise ValueError("When cv='prefit', refit cannot be True.")
    try:
        check_is_fitted(estimator, "classes_")
    except NotFittedError:
        raise NotFittedError("When cv='prefit', `estimator` must be fitted.") from None


def hold_out(estimator, X, y, splitter, *, methods, routed, refit=True, n_jobs=None):
    """Fit, and score rows that were not fitted on.

    Parameters
    ----------
    estimator : classifier
    X : array, sparse matrix or data frame of shape (n_rows, n_features)
    y : array of shape (n_rows,)
    splitter : splitter, "prefit" or "oob"
    methods : sequence of str
        Ways to score, the first that there is being taken.
    routed : Bunch
        Metadata of the estimator and the splitter.
    refit : bool, default=True
        Whether to fit on all rows; else the classifier of the one split is kept.
    n_jobs : int, default=None

    Returns
    -------
    estimator : classifier
        Fitted.
    parts : list of Scored
        One for each fold.
    """
    if splitter == "prefit":
        _check_labels(y, estimator.classes_)
        scores = score_rows(estimator, X, methods)
        return estimator, [Scored(np.arange(len(y)), estimator.classes_, scores)]
    params = routed.estimator.fit
    if splitter == "oob":
        return _score_out_of_bag(estimator, X, y, methods, params)
    splits = [
        [np.arange(len(y))[part] for part in split]  # which may be a mask
        for split in splitter.split(X, y, **routed.splitter.split)
    ]
    _check_splits(splits, refit)
    found = Parallel(n_jobs=n_jobs)(
        delayed(_fit_and_score)(
            estimator, X, y, *split, methods=methods, params=params, keep=not refit
        )
        for split in splits
    )
    parts = [part for _, part in found]
    if not refit:
        return found[0][0], parts
    return clone(estimator).fit(X, y, **params), parts


def _fit_and_score(estimator, X, y, train, test, *, methods, params, keep):
    """Fit on some rows and score others; give the classifier where it is kept."""
    fitted = clone(estimator).fit(
        front_desk.take_rows(X, train),
        front_desk.take_rows(y, train),
        **take_params(params, train, len(y)),
    )
    scores = score_rows(fitted, front_desk.take_rows(X, test), methods)
    return fitted if keep else None, Scored(test, fitted.classes_, scores)


def _score_out_of_bag(estimator, X, y, methods, params):
    """Fit once, and take the scores of rows that are in some members' bags only."""
    if "predict_proba" not in methods:
        raise ValueError(
            "response_method must be 'auto' or 'predict_proba' with cv='oob', got "
            f"{methods[0]!r}: out of bag there are probabilities alone."
        )
    fitted = clone(estimator)
    if not fitted.oob_score:
        fitted.set_params(oob_score=True)
    fitted.fit(X, y, **params)
    scores = fitted.oob_decision_function_
    rows = np.flatnonzero(scores.sum(axis=1) > 0)  # else 0 or NaN: in every bag
    return fitted, [Scored(rows, fitted.classes_, scores[rows])]


def score_rows(estimator, X, methods):
    """Return what the first of the methods that there is says of rows."""
    return getattr(estimator, choose_method(estimator, methods))(X)


def choose_method(estimator, methods):
    """Name the method that scores rows."""
    for method in methods:
        if hasattr(estimator, method):
            return method
    raise AttributeError(
        f"{type(estimator).__name__} has none of the following attributes: "
        f"{', '.join(methods)}."
    )


def take_params(params, rows, n):
    """Return metadata of some rows; what is not one value for each stays whole."""
    return {
        name: np.asarray(value)[rows]
        if np.ndim(value) > 0 and len(value) == n
        else value
        for name, value in params.items()
    }
