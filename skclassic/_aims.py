"""Read what a threshold is to make best, and within which bounds: metrics of the four
outcomes, costs, and scikit-learn's scorers.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import signature

import numpy as np
from sklearn import metrics
from sklearn.metrics import check_scoring, get_scorer_names, make_scorer
from sklearn.utils import check_array
from sklearn.utils.metadata_routing import _routing_enabled

from skclassic._confusion import (
    METRICS,
    Counts,
    accuracy,
    balanced_accuracy,
    cost_of,
    f_beta,
    jaccard,
    kappa,
    matthews,
    precision,
    recall,
)


@dataclass(frozen=True)
class Aim:
    """What is made best.

    Attributes
    ----------
    name : str
        For messages.
    find_value : callable or None
        Maps tp, fp, tn and fn, each of shape (n_thresholds,), to the metric; None where
        only labels can be scored, for each threshold anew.
    sign : int
        1, or -1 where less is better.
    scorer : scorer of scikit-learn
        Says which metadata it asks for, and scores labels where nothing else can.
    pos_label : int, float, bool, str or None
        The class that scores are high for; None for the second.
    needs_costs : bool
        Whether each row has costs of its own.
    """

    name: str
    find_value: Callable | None
    sign: int
    scorer: Callable
    pos_label: object = None
    needs_costs: bool = False

    def score_labels(self, y_true, y_pred, **params):
        """Return the score of predicted labels: a float, more is better."""
        params = {**self.scorer._kwargs, **params}
        return self.sign * self.scorer._score_func(y_true, y_pred, **params)


def read_scoring(estimator, scoring, *, cost_matrix=None, pos_label=None):
    """Return what a user asks for in the words of scikit-learn, or in ours.

    Parameters
    ----------
    estimator : classifier
    scoring : str or callable
        A scorer of scikit-learn or its name, a metric of ours or "cost", or a function
        of tp, fp, tn and fn.
    cost_matrix : array-like of shape (2, 2), default=None
    pos_label : int, float, bool or str, default=None
        None leaves it to the scorer.

    Returns
    -------
    aim : Aim

    Raises
    ------
    ValueError
        If there is no such metric, or if no threshold changes it.
    """
    is_theirs = isinstance(scoring, str) and scoring in get_scorer_names()
    is_counted = callable(scoring) and _names_of(scoring) == Counts._fields
    refuse_costs_beside(scoring, cost_matrix, "scoring")
    if isinstance(scoring, str) and scoring == "cost" and cost_matrix is None:
        return Aim(scoring, None, -1, ask_for_weights(), pos_label, needs_costs=True)
    if isinstance(scoring, Mapping):
        raise ValueError(
            f"scoring must name one metric, got {dict(scoring)}. Make one best, and "
            "bound others by constraint."
        )
    if not is_theirs and (is_counted or isinstance(scoring, str)):
        find_value, name, sign = read_metric(scoring, cost_matrix, argument="scoring")
        return Aim(name, find_value, sign, ask_for_weights(), pos_label)
    scorer = check_scoring(estimator, scoring)
    return _read_scorer(scorer, scoring, pos_label)


def _read_scorer(scorer, scoring, pos_label):
    """Return the aim of a scorer of scikit-learn.

    The one place that reads what scorers keep to themselves: their function, its
    keywords, its sign, and what they ask an estimator for.
    """
    name = scoring if isinstance(scoring, str) else repr(scorer)
    if not hasattr(scorer, "_score_func"):
        raise ValueError(
            f"scoring must be a scorer of scikit-learn or a function of tp, fp, tn and "
            f"fn, got {scoring!r}. Wrap a function of labels by "
            "sklearn.metrics.make_scorer."
        )
    if scorer._response_method != "predict":
        raise ValueError(
            f"scoring={name!r} looks at {scorer._response_method}, which no threshold "
            "changes. Name a metric of predicted labels, such as 'f1' or "
            "'balanced_accuracy'."
        )
    takes = signature(scorer._score_func).parameters
    if pos_label is None:
        default = takes["pos_label"].default if "pos_label" in takes else None
        pos_label = scorer._kwargs.get("pos_label", default)
    elif "pos_label" in takes and scorer._kwargs.get("average") in (None, "binary"):
        scorer = _set_keywords(scorer, pos_label=pos_label)
    return Aim(name, _find_counted(scorer), scorer._sign, scorer, pos_label)


def know_classes(scorer, classes):
    """Return a scorer that knows of all classes, where its metric asks for them.

    A fold may lack some, and a metric would take those that it sees for all.

    Parameters
    ----------
    scorer : callable
    classes : array of shape (n_classes,)

    Returns
    -------
    callable
    """
    if not hasattr(scorer, "_score_func"):
        return scorer
    takes, keywords = signature(scorer._score_func).parameters, {"labels": classes}
    if "labels" not in takes:
        return scorer
    is_of_one_class = scorer._kwargs.get("average", "binary") == "binary"
    if len(classes) == 2 and "pos_label" in takes and is_of_one_class:
        keywords["pos_label"] = classes[1]
    return _set_keywords(scorer, **(keywords | scorer._kwargs))


def identify(scorer):
    """Return what a scorer of scikit-learn's is: its metric, method and sign.

    Returns
    -------
    tuple (function, str, int), or None
        None for other callables, and where the metric is given keywords.
    """
    if type(scorer) is not type(metrics.get_scorer("accuracy")) or scorer._kwargs:
        return None
    return scorer._score_func, scorer._response_method, scorer._sign


def _set_keywords(scorer, **keywords):
    """Return a scorer with other keywords, and the same wishes for metadata."""
    changed = make_scorer(
        scorer._score_func,
        response_method=scorer._response_method,
        greater_is_better=scorer._sign > 0,
        **{**scorer._kwargs, **keywords},
    )
    changed._metadata_request = scorer.get_metadata_routing()
    return changed


def ask_for_weights():
    """Return a scorer that asks for weights, in the stead of a metric of counts."""
    scorer = make_scorer(metrics.accuracy_score)
    if _routing_enabled():
        scorer.set_score_request(sample_weight=True)
    return scorer


# Functions of scikit-learn that are metrics of the four outcomes, and the keywords
# under which they are.
UNDEFINED_IS_ZERO = {"zero_division": ("warn", 0, 0.0), "labels": (None,)}
BINARY = {"average": ("binary",), "pos_label": None} | UNDEFINED_IS_ZERO
COUNTED = {
    metrics.accuracy_score: (accuracy, {"normalize": (True,)}),
    metrics.balanced_accuracy_score: (balanced_accuracy, {"adjusted": None}),
    metrics.f1_score: (f_beta, BINARY),
    metrics.fbeta_score: (f_beta, {"beta": None} | BINARY),
    metrics.precision_score: (precision, BINARY),
    metrics.recall_score: (recall, BINARY),
    metrics.jaccard_score: (jaccard, BINARY),
    metrics.matthews_corrcoef: (matthews, {}),
    metrics.cohen_kappa_score: (kappa, {"weights": (None,), "labels": (None,)}),
}
HANDED_ON = ("adjusted", "beta")


def _find_counted(scorer):
    """Return the metric of counts that a scorer is, or None."""
    find_value, known = COUNTED.get(scorer._score_func, (None, {}))
    for name, value in scorer._kwargs.items():
        allowed = known.get(name, ())
        if np.ndim(value) > 0 or (allowed is not None and value not in allowed):
            return None
    handed_on = {k: v for k, v in scorer._kwargs.items() if k in HANDED_ON}
    return partial(find_value, **handed_on) if handed_on else find_value


def read_metric(metric, cost_matrix, *, argument="metric"):
    """Return a function of counts, its name, and -1 where less is better."""
    if metric == "cost":
        return partial(cost_of, costs=receive_costs(cost_matrix)), "cost", -1
    refuse_costs_beside(metric, cost_matrix, argument)
    return *_find_metric(metric, argument), 1


def _find_metric(metric, argument="metric"):
    """Return a function of counts of which more is better, and its name."""
    if isinstance(metric, str):
        if metric in METRICS:
            return METRICS[metric], metric
        beta = re.fullmatch(r"f(\d+(?:\.\d+)?)", metric)
        if beta is not None:
            return partial(f_beta, beta=float(beta[1])), metric
    elif callable(metric) and _names_of(metric) == Counts._fields:
        return metric, getattr(metric, "__name__", "metric")
    raise ValueError(
        f"{argument} must be 'cost', one of {', '.join(METRICS)}, 'f<beta>', or a "
        f"function of tp, fp, tn and fn, got {metric!r}."
    )


def _names_of(function):
    try:
        return tuple(signature(function).parameters)
    except (TypeError, ValueError):  # of builtins nothing is known
        return ()


def refuse_costs_beside(metric, cost_matrix, argument):
    """Raise where costs are given and another metric is to be made best."""
    if cost_matrix is not None and metric != "cost":
        raise ValueError(
            f"cost_matrix goes with {argument}='cost', got {argument}={metric!r}. "
            "Drop one."
        )


def receive_costs(cost_matrix, n_classes=2):
    """Return the costs of all calls, float64 of shape (n_classes, n_classes)."""
    shape = np.shape(cost_matrix)
    if cost_matrix is None or shape != (n_classes, n_classes):
        raise ValueError(
            f"cost_matrix must be of shape {(n_classes, n_classes)}, got "
            f"{shape or cost_matrix}: what a row costs, by its class (rows) and by "
            "what it is called (columns), both in sorted order, or negative first."
        )
    costs = check_array(cost_matrix, dtype=np.float64, input_name="cost_matrix")
    wrong = costs + np.where(np.eye(n_classes, dtype=bool), np.inf, 0.0)
    if not (np.diag(costs) < wrong.min(axis=1)).all():
        raise ValueError(
            "cost_matrix must ask more for wrong calls than for right ones, got "
            f"{costs.tolist()}. Look whether rows and columns are exchanged."
        )
    return costs


@dataclass(frozen=True)
class Bound:
    """Ask that a metric is at least, or at most, as high as a limit.

    Attributes
    ----------
    text, name : str
        As the user wrote it, and the metric.
    find_value : callable
        The metric, of tp, fp, tn and fn.
    sign : {1, -1}
        1 for at least, -1 for at most.
    limit : float
    """

    text: str
    name: str
    find_value: Callable
    sign: int
    limit: float

    def excess(self, counts):
        """Return by how much the bound is exceeded: below 0 where it is broken."""
        values = evaluate(self.find_value, counts, self.name)
        return self.sign * (values - self.limit)


FORM = re.compile(r"\s*([\w.]+)\s*(>=|<=)\s*([-+\d.eE]+)\s*")


def read_constraints(constraint):
    """Return the bounds that a text, or several, ask for."""
    texts = [constraint] if isinstance(constraint, str) else constraint or []
    return [_read_bound(text) for text in texts]


def _read_bound(text):
    form = FORM.fullmatch(text) if isinstance(text, str) else None
    try:
        name, side, limit = form.groups()
        find_value, name = _find_metric(name)
        limit = float(limit)
    except (AttributeError, ValueError):
        raise ValueError(
            f"constraint must look like 'recall>=0.9', got {text!r}: a metric, >= or "
            f"<=, and a number. Metrics are {', '.join(METRICS)}, and 'f<beta>'."
        ) from None
    return Bound(text.strip(), name, find_value, 1 if side == ">=" else -1, limit)


def meet(bounds, excesses):
    """Tell at which thresholds all bounds hold.

    Parameters
    ----------
    bounds : list of Bound
    excesses : list of float64 array of shape (n_thresholds,)
        By how much each is exceeded.

    Returns
    -------
    bool array of shape (n_thresholds,), or True without bounds

    Raises
    ------
    ValueError
        If they do at none; the error says what can be had.
    """
    is_met = True
    for k, (bound, excess) in enumerate(zip(bounds, excesses, strict=True)):
        excess = np.where(is_met, excess, -np.inf)
        if not (excess >= 0).any():
            best = bound.limit + bound.sign * excess.max()
            others = [each.text for each in bounds[:k]]
            beside = f" beside {' and '.join(others)}" if others else ""
            word = "highest" if bound.sign > 0 else "lowest"
            raise ValueError(
                f"constraint {bound.text!r} cannot be met{beside}: the {word} "
                f"{bound.name} of all thresholds is {best:.4g}. Ask for less, or for "
                "better scores."
            )
        is_met = is_met & (excess >= 0)
    return is_met


def evaluate(find_value, counts, name):
    """Return a metric at every threshold, float64 of shape (n_thresholds,)."""
    with np.errstate(divide="ignore", invalid="ignore"):  # undefined is never best
        values = np.asarray(find_value(*counts))
    if values.shape != counts.tp.shape or values.dtype.kind not in "biuf":
        raise ValueError(
            f"metric {name} must return one number for each of {len(counts.tp)} "
            f"thresholds, got an array of shape {values.shape} and type "
            f"{values.dtype}. Write it with numpy's functions."
        )
    return values.astype(np.float64)
