"""Pictures of ensembles, decompositions, comparisons and thresholds.

As scikit-learn's displays, each has a class method that takes the result to draw and
calls `plot`, which draws it again, for instance into another axes.
"""

from itertools import islice
from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skclassic import _front_desk as front_desk
from skclassic._aims import read_constraints
from skclassic.thresholds import optimal_threshold

COLOURS = {
    "noise": "#9a9a9a",
    "remainder": "#9a9a9a",
    "bias": "#1b6ca8",
    "variance": "#b3401c",
    "loss": "#2b2b2b",
}
LONG_RANGE = 30  # a parameter that spans more than this ratio gets a logarithmic axis


class OOBCurveDisplay:
    """The error on rows out of bag, over the number of members.

    Made by :meth:`from_estimator`; :meth:`plot` draws it again.

    Parameters
    ----------
    errors : array of shape (n_estimators,)
        The error after each member, NaN while no row has a prediction.
    name : str, default=None
        What the legend calls the curve.

    Attributes
    ----------
    ax_, figure_, line_
        What matplotlib drew, after :meth:`plot`.

    Examples
    --------
    >>> from skclassic import Friedman1, OOBCurveDisplay, RandomForestRegressor
    >>> X, y = Friedman1().sample(300, random_state=0)
    >>> forest = RandomForestRegressor(oob_score=True, random_state=0).fit(X, y)
    >>> display = OOBCurveDisplay.from_estimator(forest)
    >>> len(display.errors)
    100
    """

    def __init__(self, *, errors, name=None):
        self.errors, self.name = errors, name

    @classmethod
    def from_estimator(cls, estimator, *, ax=None, name=None, **kwargs):
        """Draw the curve of a forest or bag fitted with ``oob_score=True``.

        Parameters
        ----------
        estimator : object
            With `oob_curve_`.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        name : str, default=None
            For the legend; None takes the name of the class.
        **kwargs : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : OOBCurveDisplay

        Raises
        ------
        ValueError
            If the estimator has no curve.
        """
        check_is_fitted(estimator)
        if not hasattr(estimator, "oob_curve_"):
            raise ValueError(
                f"{type(estimator).__name__} has no oob_curve_: fit it with "
                "oob_score=True."
            )
        name = type(estimator).__name__ if name is None else name
        return cls(errors=estimator.oob_curve_, name=name).plot(ax=ax, **kwargs)

    def plot(self, *, ax=None, **kwargs):
        """Draw the curve.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
        **kwargs : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : OOBCurveDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = _open_axes(ax)
        numbers = np.arange(1, len(self.errors) + 1)
        (self.line_,) = ax.plot(numbers, self.errors, **{"label": self.name} | kwargs)
        ax.set(xlabel="members", ylabel="out-of-bag error")
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


class MarginDisplay:
    """The margins of rows under boosting: which share of them lies below each value.

    Made by :meth:`from_estimator`; :meth:`plot` draws it again.

    Parameters
    ----------
    margins : dict of int to array of shape (n_samples,)
        By the number of rounds.

    Attributes
    ----------
    ax_, figure_, lines_
        What matplotlib drew, after :meth:`plot`.

    Examples
    --------
    >>> from skclassic import AdaBoostClassifier, MarginDisplay, Twonorm
    >>> X, y = Twonorm().sample(300, random_state=0)
    >>> model = AdaBoostClassifier(n_estimators=100).fit(X, y)
    >>> display = MarginDisplay.from_estimator(model, X, y, rounds=[10, 100])
    >>> bool(display.margins[100].min() > display.margins[10].min())
    True
    """

    def __init__(self, *, margins):
        self.margins = margins

    @classmethod
    def from_estimator(cls, estimator, X, y, *, rounds=None, ax=None, **kwargs):
        """Draw the margins of some rows.

        Parameters
        ----------
        estimator : AdaBoostClassifier
            Fitted.
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        rounds : sequence of int, default=None
            After how many rounds, a curve for each; None draws that after the last.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        **kwargs : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : MarginDisplay

        Raises
        ------
        ValueError
            If there were not as many rounds, or y holds other classes.
        """
        check_is_fitted(estimator)
        n_rounds = len(estimator)
        rounds = [n_rounds] if rounds is None else list(rounds)
        wrong = [each for each in rounds if not 1 <= each <= n_rounds]
        if wrong:
            raise ValueError(
                f"rounds must lie between 1 and {n_rounds}, which were made, got "
                f"{wrong}. Leave them out, or fit more."
            )
        staged = islice(estimator.staged_margins(X, y), max(rounds))
        found = {m: each for m, each in enumerate(staged, start=1) if m in rounds}
        return cls(margins=found).plot(ax=ax, **kwargs)

    def plot(self, *, ax=None, **kwargs):
        """Draw a curve for each number of rounds.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
        **kwargs : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : MarginDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = _open_axes(ax)
        self.lines_ = []
        for m, margins in self.margins.items():
            label = f"{m} rounds" if m > 1 else "1 round"
            share = np.arange(1, len(margins) + 1) / len(margins)
            drawn = ax.plot(np.sort(margins), share, **{"label": label} | kwargs)
            self.lines_ += drawn
        ax.axvline(0, color="0.7", lw=1)
        ax.set(xlabel="margin", ylabel="share of the rows up to it")
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _open_axes(ax, **size):
    """Give the axes to draw into, a new one where there is none."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            'Drawing needs matplotlib: pip install "skclassic[plot]".'
        ) from error
    return plt.subplots(layout="constrained", **size)[1] if ax is None else ax


class _ResultDisplay:
    """Draw one result; subclasses say what on which size of figure."""

    def __init__(self, *, result):
        self.result = result

    @classmethod
    def from_result(cls, result, *, ax=None):
        """Draw a result.

        Parameters
        ----------
        result : object
            What the display is made for.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : object
            With the attributes that :meth:`plot` sets.
        """
        return cls(result=result).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw the result, again if need be.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : object
            Itself, with `ax_` and `figure_`.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = _open_axes(ax, **self._size)
        self._draw(ax)
        ax.spines[["top", "right"]].set_visible(False)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    _size: ClassVar = {}


class BiasVarianceDisplay(_ResultDisplay):
    """Bars of noise, bias and variance, one for each estimator.

    Made by :meth:`from_result`; :meth:`plot` draws it again. A whisker is the interval
    of the loss. A part below zero, which an unbiased estimator's bias can be, lies to
    the left of zero.

    Parameters
    ----------
    result : BiasVarianceResult
        What to draw.

    Attributes
    ----------
    ax_, figure_, bars_
        What matplotlib drew, after :meth:`plot`; `bars_` maps components to bars.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from skclassic import BiasVarianceDisplay, Friedman1
    >>> from skclassic import bias_variance_decomposition
    >>> result = bias_variance_decomposition(
    ...     LinearRegression(), Friedman1(), n_repeats=10, random_state=0)
    >>> display = BiasVarianceDisplay.from_result(result)
    >>> sorted(display.bars_)
    ['bias', 'noise', 'variance']
    """

    @property
    def _size(self):
        return {"figsize": (7, 1.4 + 0.5 * len(self.result.estimators))}

    def _draw(self, ax):
        result, names = self.result, self.result.estimators
        left, right = np.zeros(len(names)), np.zeros(len(names))
        self.bars_ = {}
        for component in ("noise", "remainder", "bias", "variance"):
            if component not in result.components:
                continue
            width = np.array([result.estimate(n, component).value for n in names])
            start = np.where(width < 0, left, right)
            self.bars_[component] = ax.barh(
                names, width, left=start, color=COLOURS[component], label=component
            )
            left, right = left + np.minimum(width, 0), right + np.maximum(width, 0)
        for place, name in enumerate(names):
            loss = result.estimate(name, "loss")
            ax.plot([loss.low, loss.high], [place, place], color="black", linewidth=1)
        ax.invert_yaxis()
        ax.set_xlabel(_name_loss(result))
        _put_legend_above(ax)


def _name_loss(result):
    name = {"zero_one": "0/1 loss", "brier": "Brier score"}.get(
        result.loss, result.loss.replace("_", " ")
    )
    if result.definition is None:
        return name
    authors = " and ".join(map(str.capitalize, result.definition.split("_")))
    return f"{name}, after {authors}"


def _put_legend_above(ax, **style):
    """Put the legend where it covers nothing."""
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        frameon=False,
        borderaxespad=0.2,
        **{"ncols": 4} | style,
    )


class BiasVarianceCurveDisplay(_ResultDisplay):
    """Noise, bias, variance and loss over a parameter: the textbook's U.

    Made by :meth:`from_result`; :meth:`plot` draws it again. Bands are intervals.
    Numbers are drawn to scale, on a logarithmic axis if they span a ratio above 30;
    other values in their order.

    Parameters
    ----------
    result : BiasVarianceCurve
        What to draw.

    Attributes
    ----------
    ax_, figure_, lines_
        What matplotlib drew, after :meth:`plot`; `lines_` maps components to lines.

    Examples
    --------
    >>> from skclassic import BiasVarianceCurveDisplay, DecisionTreeRegressor
    >>> from skclassic import Friedman1, bias_variance_curve
    >>> curve = bias_variance_curve(
    ...     DecisionTreeRegressor(), Friedman1(), "max_depth", [1, 3, 5], n_repeats=10,
    ...     random_state=0)
    >>> display = BiasVarianceCurveDisplay.from_result(curve)
    >>> display.ax_.get_xlabel()
    'max_depth'
    """

    def _draw(self, ax):
        curve, places = self.result, _place(ax, self.result.param_range)
        self.lines_ = {}
        for component in ("loss", "noise", "remainder", "bias", "variance"):
            if component not in curve.result.components:
                continue
            estimates = [curve.estimate(v, component) for v in curve.param_range]
            self.lines_[component] = _draw_band(
                ax, places, estimates, color=COLOURS[component], label=component
            )
        ax.set(xlabel=curve.param_name, ylabel=_name_loss(curve.result))
        _put_legend_above(ax)


def _place(ax, values):
    """Give the places of a parameter's values on the x axis, and set it up."""
    numbers = all(isinstance(v, Real) and not isinstance(v, bool) for v in values)
    if not numbers:
        ax.set_xticks(range(len(values)), [str(value) for value in values])
        return np.arange(len(values))
    places = np.array(values, dtype=np.float64)
    if places.min() > 0 and places.max() / places.min() > LONG_RANGE:
        ax.set_xscale("log")
    return places


def _draw_band(ax, places, estimates, **style):
    """Draw values as a line, and their intervals as a band."""
    (line,) = ax.plot(places, [e.value for e in estimates], marker=".", **style)
    ax.fill_between(
        places,
        [e.low for e in estimates],
        [e.high for e in estimates],
        color=line.get_color(),
        alpha=0.2,
        linewidth=0,
    )
    return line


class ComparisonDisplay(_ResultDisplay):
    """Intervals of the differences of all pairs, and the region of equivalence.

    Made by :meth:`from_result`; :meth:`plot` draws it again. Colour and mark tell the
    verdict.

    Parameters
    ----------
    result : ComparisonResult
        What to draw.

    Attributes
    ----------
    ax_, figure_
        What matplotlib drew, after :meth:`plot`.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from skclassic import ComparisonDisplay, compare_estimators
    >>> from skclassic import DecisionTreeClassifier, ExtraTreeClassifier
    >>> result = compare_estimators(
    ...     [DecisionTreeClassifier(), ExtraTreeClassifier()],
    ...     *load_wine(return_X_y=True), random_state=0)
    >>> display = ComparisonDisplay.from_result(result)
    >>> display.ax_.get_xlabel()
    'difference in accuracy'
    """

    @property
    def _size(self):
        return {"figsize": (7, 1.3 + 0.45 * len(self.result.comparisons))}

    def _draw(self, ax):
        pairs, rope = self.result.comparisons, self.result.rope
        if rope is not None:
            ax.axvspan(-rope, rope, color="#e6e6e6", zorder=0, label="equivalent")
        ax.axvline(0, color="black", linewidth=0.8)
        seen = set()
        for place, pair in enumerate(pairs):
            e = pair.difference
            ax.errorbar(
                e.value,
                place,
                xerr=[[e.value - e.low], [e.high - e.value]],
                fmt=VERDICT_MARKS[pair.verdict],
                color=VERDICT_COLOURS[pair.verdict],
                capsize=3,
                label=None if pair.verdict in seen else f"verdict: {pair.verdict}",
            )
            seen.add(pair.verdict)
        labels = [f"{pair.first} less {pair.second}" for pair in pairs]
        ax.set_yticks(range(len(pairs)), labels)
        ax.set_ylim(len(pairs) - 0.5, -0.5)
        ax.set_xlabel(f"difference in {self.result.score_name}")
        ax.spines["left"].set_visible(False)
        _put_legend_above(ax)


VERDICT_COLOURS = {"better": "#1b6ca8", "equivalent": "#3b7d3b", "undecided": "#6b6b6b"}
VERDICT_MARKS = {"better": "o", "equivalent": "s", "undecided": "D"}


class CriticalDifferenceDisplay(_ResultDisplay):
    """Mean ranks over data sets; a bar joins those that cannot be told apart.

    Made by :meth:`from_result`; :meth:`plot` draws it again. Demsar's picture, its bars
    taken from Wilcoxon's tests of pairs after Holm in place of one critical difference.

    Parameters
    ----------
    result : DatasetsResult
        What to draw.

    Attributes
    ----------
    ax_, figure_
        What matplotlib drew, after :meth:`plot`.

    References
    ----------
    Demsar (2006). Statistical comparisons of classifiers over multiple data sets. JMLR
    7, 1-30, figure 1.

    Examples
    --------
    >>> from skclassic import CriticalDifferenceDisplay, compare_over_datasets
    >>> result = compare_over_datasets({
    ...     f"set {k}": {"forest": 0.9, "tree": 0.8 + k / 40} for k in range(8)})
    >>> display = CriticalDifferenceDisplay.from_result(result)
    >>> display.ax_.get_xlabel()
    'mean rank over 8 data sets'
    """

    @property
    def _size(self):
        lines = len(self.result.ranks) + len(self.result.cliques)
        return {"figsize": (7, 1.4 + 0.28 * lines)}

    def _draw(self, ax):
        ranks, cliques = self.result.ranks, self.result.cliques
        names = sorted(ranks, key=ranks.get)
        for place, name in enumerate(names):
            ax.plot([ranks[name]] * 2, [0, place + 1], color="#bdbdbd", linewidth=0.8)
            ax.plot(ranks[name], 0, "o", color="#1b6ca8", clip_on=False)
            ax.annotate(
                f"{name}  {ranks[name]:.2f}",
                (ranks[name], place + 1),
                xytext=(3, 0),
                textcoords="offset points",
                verticalalignment="center",
            )
        for row, run in enumerate(cliques):
            ends = [ranks[run[0]] - 0.03, ranks[run[-1]] + 0.03]
            height = -0.55 * (row + 1)
            ax.plot(ends, [height, height], color="black", linewidth=4)
        ax.set_xlim(1 - 0.1, len(names) + 0.1 + 0.25 * len(names))
        ax.set_ylim(len(names) + 0.6, -0.55 * (len(cliques) + 1))
        ax.set_xticks(range(1, len(names) + 1))
        ax.set_yticks([])
        ax.set_xlabel(f"mean rank over {len(self.result.datasets)} data sets")
        ax.spines["left"].set_visible(False)


class LearningCurveComparisonDisplay(_ResultDisplay):
    """Scores over the number of training rows, and where two curves cross.

    Made by :meth:`from_result`; :meth:`plot` draws it again. Bands are intervals; the
    grey one is that of the crossing, cut off where the curves end.

    Parameters
    ----------
    result : LearningCurveComparison
        What to draw.

    Attributes
    ----------
    ax_, figure_, lines_
        What matplotlib drew, after :meth:`plot`; `lines_` maps estimators to lines.

    Examples
    --------
    >>> from skclassic import DecisionTreeClassifier, LearningCurveComparisonDisplay
    >>> from skclassic import RandomForestClassifier, Twonorm
    >>> from skclassic import learning_curve_comparison
    >>> curves = learning_curve_comparison(
    ...     {"tree": DecisionTreeClassifier(), "forest": RandomForestClassifier(20)},
    ...     Twonorm(), train_sizes=[20, 80], n_repeats=5, random_state=0)
    >>> display = LearningCurveComparisonDisplay.from_result(curves)
    >>> sorted(display.lines_)
    ['forest', 'tree']
    """

    def _draw(self, ax):
        result = self.result
        self.lines_ = {
            name: _draw_band(ax, result.train_sizes, result.curve(name), label=name)
            for name in result.estimators
        }
        if len(result.estimators) == 2:
            _mark_crossing(ax, result.crossing(*result.estimators), result.train_sizes)
        ax.set_xscale("log")
        ax.set_xticks(result.train_sizes, [str(size) for size in result.train_sizes])
        ax.minorticks_off()
        ax.set(xlabel="training rows", ylabel=result.score_name)
        _put_legend_above(ax)


def _mark_crossing(ax, crossing, sizes):
    """Draw where two curves cross, if they do within the sizes that were tried."""
    if crossing.before is None or np.isinf(crossing.rows):
        return
    ends = np.clip([crossing.low, crossing.high], *sizes[[0, -1]])
    ax.axvspan(*ends, color="#e6e6e6", zorder=0, label="crossing, interval")
    ax.axvline(crossing.rows, color="#6b6b6b", linestyle="--", linewidth=1)


class ThresholdCurveDisplay:
    """A metric over the threshold, the threshold chosen, and where it might lie.

    Made by :meth:`from_estimator` or :meth:`from_predictions`; :meth:`plot` draws it
    again. The line is the mean over folds, dotted where a constraint is broken; the
    band reaches from the lowest fold to the highest, the grey stripe is the interval
    of the threshold that is best in the population. Thresholds of infinity, at which
    all rows or none are called positive, are arrowheads at the edge.

    Parameters
    ----------
    thresholds : array of shape (n_thresholds,)
        Rising.
    scores : array of shape (n_thresholds,)
    best_threshold, best_score : float
        What was chosen.
    fold_scores : array of shape (n_folds, n_thresholds), default=None
    is_met : bool array of shape (n_thresholds,), default=None
        Where the constraint holds; None where there is none.
    interval : tuple of two floats, default=None
        Where the best threshold might lie.
    points : dict of str to float, default=None
        Other thresholds to mark, by name.
    is_exact : bool, default=True
        Whether the metric changes at these thresholds alone, and so goes in steps.
    name, score_name, bound_name : str, default=None
        For the curve, the axis, and the part of the curve that breaks the constraint.

    Attributes
    ----------
    ax_, figure_, line_, points_
        What matplotlib drew, after :meth:`plot`; `points_` maps names to marks, that of
        the threshold chosen is "chosen".

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclassic import GaussianClasses, ThresholdCurveDisplay
    >>> from skclassic import TunedThresholdClassifierCV
    >>> X, y = GaussianClasses(prior=0.1).sample(1_000, random_state=0)
    >>> tuned = TunedThresholdClassifierCV(
    ...     LogisticRegression(), scoring="f1", thresholds="exact",
    ...     store_cv_results=True).fit(X, y)
    >>> display = ThresholdCurveDisplay.from_estimator(
    ...     tuned, points={"default": 0.5}, random_state=0)
    >>> display.ax_.get_ylabel()
    'f1'
    """

    def __init__(
        self,
        *,
        thresholds,
        scores,
        best_threshold,
        best_score,
        fold_scores=None,
        is_met=None,
        interval=None,
        points=None,
        is_exact=True,
        name=None,
        score_name=None,
        bound_name=None,
    ):
        self.thresholds, self.scores = thresholds, scores
        self.best_threshold, self.best_score = best_threshold, best_score
        self.fold_scores, self.is_met = fold_scores, is_met
        self.interval, self.points = interval, points
        self.is_exact = is_exact
        self.name, self.score_name, self.bound_name = name, score_name, bound_name

    @classmethod
    def from_estimator(
        cls,
        tuned,
        *,
        points=None,
        confidence=0.95,
        random_state=None,
        ax=None,
        name=None,
        score_name=None,
        **kwargs,
    ):
        """Draw what a classifier found when it tuned its threshold.

        Parameters
        ----------
        tuned : TunedThresholdClassifierCV
            Fitted with ``store_cv_results=True``.
        points : dict of str to float, default=None
            Other thresholds to mark, by name, such as ``{"default": 0.5}``. Between the
            thresholds that were tried their score is interpolated, beyond them it is
            that of the nearest.
        confidence : float or None, default=0.95
            Of the interval for the threshold; None draws none. It is left out with a
            warning where `threshold_interval` refuses.
        random_state : int, RandomState or None, default=None
            Of the interval.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        name, score_name : str, default=None
            For the curve and the axis; None takes the number of folds and the scoring.
        **kwargs : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : ThresholdCurveDisplay
            A cost has the sign of a cost: less is better.

        Raises
        ------
        ValueError
            If the classifier kept no results.
        """
        check_is_fitted(tuned)
        if not hasattr(tuned, "cv_results_"):
            raise ValueError(
                f"{type(tuned).__name__} has no cv_results_: fit it with "
                "store_cv_results=True."
            )
        found, aim = tuned.cv_results_, tuned._held_out.aim
        order = np.argsort(found["thresholds"], kind="stable")
        n_folds = len(found["fold_scores"])
        return cls(
            thresholds=found["thresholds"][order],
            scores=aim.sign * found["scores"][order],
            best_threshold=tuned.best_threshold_,
            best_score=aim.sign * tuned.best_score_,
            fold_scores=aim.sign * found["fold_scores"][:, order],
            is_met=found["is_met"][order] if tuned.constraint else None,
            interval=_find_interval(tuned, confidence, random_state),
            points=points,
            is_exact=found["is_exact"],
            name=name or (f"mean of {n_folds} folds" if n_folds > 1 else "held out"),
            score_name=score_name or _name_score(aim),
            bound_name=_name_bound(tuned.constraint, tuned.confidence),
        ).plot(ax=ax, **kwargs)

    @classmethod
    def from_predictions(
        cls,
        y_true,
        y_score,
        metric="balanced_accuracy",
        *,
        pos_label=None,
        sample_weight=None,
        constraint=None,
        cost_matrix=None,
        points=None,
        ax=None,
        name=None,
        score_name=None,
        **kwargs,
    ):
        """Draw a metric of labels and scores over all thresholds.

        Parameters
        ----------
        y_true, y_score, metric, pos_label, sample_weight, constraint, cost_matrix
            As in :func:`optimal_threshold`.
        points, ax, name, score_name, **kwargs
            As in :meth:`from_estimator`.

        Returns
        -------
        display : ThresholdCurveDisplay
            Without an interval.
        """
        best = optimal_threshold(
            y_true,
            y_score,
            metric,
            pos_label=pos_label,
            sample_weight=sample_weight,
            constraint=constraint,
            cost_matrix=cost_matrix,
        )
        counts, bounds = best.curve.counts, read_constraints(constraint)
        is_met = [bound.excess(counts) >= 0 for bound in bounds]
        return cls(
            thresholds=best.curve.thresholds,
            scores=best.score(counts),
            best_threshold=best.threshold,
            best_score=best.value,
            is_met=np.all(is_met, axis=0) if bounds else None,
            points=points,
            name=name,
            score_name=score_name or best.metric.replace("_", " "),
            bound_name=_name_bound(constraint),
        ).plot(ax=ax, **kwargs)

    def plot(self, *, ax=None, **kwargs):
        """Draw the curve, again if need be.

        Many thresholds are thinned: of each stretch the first, the last, the highest
        and the lowest are drawn, so that no peak is lost.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
        **kwargs : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : ThresholdCurveDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = _open_axes(ax)
        ends = self._find_ends()
        if self.interval is not None:
            sides = np.clip(self.interval, *ends)
            ax.axvspan(*sides, color="#e6e6e6", zorder=0, label="interval of the best")
        self._draw_curve(ax, ends, {"label": self.name} | kwargs)
        self._draw_points(ax, ends)
        ax.margins(x=0.02)
        ax.set(xlabel="threshold", ylabel=self.score_name)
        ax.spines[["top", "right"]].set_visible(False)
        is_narrow = ax.get_window_extent().width < NARROW * ax.figure.dpi
        small = {"ncols": 1, "fontsize": "x-small", "labelspacing": 0.2}
        _put_legend_above(ax, **small if is_narrow else {"ncols": 2})
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _find_ends(self):
        """Return where the axis begins and ends: beyond all that is finite."""
        others = [self.best_threshold, *(self.interval or ())]
        others += (self.points or {}).values()
        places = np.append(self.thresholds, others)
        places = places[np.isfinite(places)]
        room = 0.04 * np.ptp(places) or 1.0
        return places.min() - room, places.max() + room

    def _draw_curve(self, ax, ends, style):
        rows = _thin(self.thresholds, self._curves())
        places = self.thresholds[rows]
        if not self.is_exact:  # nothing is known beyond
            rows, places = rows[np.isfinite(places)], places[np.isfinite(places)]
        else:  # the first score and the last hold up to infinity
            rows, places = np.append(rows[0], rows), np.append(ends[0], places)
        places, scores = np.clip(places, *ends), self.scores[rows]
        is_met = True if self.is_met is None else self.is_met[rows]
        style = {"drawstyle": "steps-pre" if self.is_exact else "default"} | style
        (self.line_,) = ax.plot(places, np.where(is_met, scores, np.nan), **style)
        colour = self.line_.get_color()
        if not np.all(is_met):
            broken = {"linestyle": ":", "color": colour, "label": self.bound_name}
            ax.plot(places, np.where(is_met, np.nan, scores), **style | broken)
        if self.fold_scores is not None and len(self.fold_scores) > 1:
            ax.fill_between(
                places,
                self.fold_scores[:, rows].min(axis=0),
                self.fold_scores[:, rows].max(axis=0),
                step="pre" if self.is_exact else None,
                color=colour,
                alpha=0.2,
                linewidth=0,
                label="lowest to highest fold",
            )

    def _curves(self):
        """List what must not lose its peaks when thresholds are thinned."""
        curves = [self.scores]
        if self.is_met is not None:
            curves += [self.is_met.astype(float)]
            curves += [np.where(self.is_met, self.scores, np.nan)]
        if self.fold_scores is not None:
            curves += [self.fold_scores.min(axis=0), self.fold_scores.max(axis=0)]
        return curves

    def _draw_points(self, ax, ends):
        colour = self.line_.get_color()
        self.points_ = {
            "chosen": _mark(
                ax, "chosen", self.best_threshold, self.best_score, "o", colour, ends
            )
        }
        for k, (name, threshold) in enumerate((self.points or {}).items()):
            score, mark = self._score_at(threshold), POINT_MARKS[k % len(POINT_MARKS)]
            self.points_[name] = _mark(
                ax, name, threshold, score, mark, POINT_COLOUR, ends
            )

    def _score_at(self, threshold):
        if not self.is_exact:
            return float(np.interp(threshold, self.thresholds, self.scores))
        return float(self.scores[np.searchsorted(self.thresholds, threshold)])


MOST_DRAWN = 5_000  # thresholds; more cannot be told apart, and are slow to draw
NARROW = 4.0  # inches of axes; below this, two columns of the legend do not fit
N_STRETCHES = 1_000  # of the axis: about as many as a picture has columns of dots
POINT_MARKS = "sD^v"
POINT_COLOUR = "#2b2b2b"


def _find_interval(tuned, confidence, random_state):
    """Return an interval for the threshold, or None and say why."""
    if confidence is None:
        return None
    front_desk.check_share(
        "confidence", confidence, "the share of intervals that cover", 0.95
    )
    try:
        return tuned.threshold_interval(
            confidence=confidence, random_state=random_state
        )
    except ValueError as error:
        front_desk.warn(
            f"The interval is left out: {error} Or pass confidence=None to draw none."
        )
        return None


def _name_score(aim):
    name = aim.name.removeprefix("neg_") if aim.sign < 0 else aim.name
    return name.replace("_", " ")


def _name_bound(constraint, confidence=None):
    """Name the thresholds at which a constraint is broken, or not promised."""
    if not constraint:
        return None
    texts = [constraint] if isinstance(constraint, str) else constraint
    return " and ".join(texts) + (" not promised" if confidence else " broken")


def _thin(places, curves):
    """Choose which of many places to draw.

    Stretches of the axis and stretches of the same number of places both keep their
    first, their last, and the extremes of each curve: so details stay where places
    crowd, if somebody looks closer.

    Parameters
    ----------
    places : float array of shape (n_places,)
        Rising; infinite ones are kept.
    curves : list of float array of shape (n_places,)

    Returns
    -------
    rows : int array
        Rising.
    """
    n = len(places)
    if n <= MOST_DRAWN:
        return np.arange(n)
    finite = places[np.isfinite(places)]
    shares = (np.clip(places, *finite[[0, -1]]) - finite[0]) / (np.ptp(finite) or 1.0)
    kept = [np.flatnonzero(np.isinf(places))]
    for stretches in (
        (shares * N_STRETCHES).astype(int),
        np.arange(n) * N_STRETCHES // n,
    ):
        begins = np.flatnonzero(np.diff(stretches, prepend=-1))
        ends = np.append(begins[1:], n) - 1
        kept += [begins, ends]
        for curve in curves:
            heights = np.where(np.isnan(curve), -np.inf, curve)
            order = np.lexsort((heights, stretches))
            kept += [order[begins], order[ends]]
    return np.unique(np.concatenate(kept))


def _mark(ax, name, threshold, score, mark, colour, ends):
    """Draw one point of a curve, as an arrowhead where it lies at infinity."""
    if np.isinf(threshold):
        mark = "<" if threshold < 0 else ">"
    (point,) = ax.plot(
        [np.clip(threshold, *ends)],
        [score],
        mark,
        color=colour,
        clip_on=False,
        label=f"{name}: {score:.3g} at {threshold:.3g}",
    )
    return point
