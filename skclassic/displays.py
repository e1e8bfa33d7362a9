"""Pictures of ensembles, decompositions and comparisons: scikit-learn's displays.

Each has a class method that takes the result to draw and calls `plot`, which draws it
again, for instance into another axes.
"""

from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.utils.validation import check_is_fitted

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


def _put_legend_above(ax):
    """Put the legend where it covers nothing."""
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=4,
        frameon=False,
        borderaxespad=0.2,
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
