"""Draw the curves that a verdict was told from, a panel for each data set.

A finding holds them as plain numbers, ready for JSON, in a dict:

- "over" and "what" name the two axes, "training rows" and "error" for instance;
- "places" lists where on the first axis the curves are known, and "is_log" says whether
  that is drawn in equal ratios;
- "lines" holds for each name a list of [value, low, high], shares of one;
- "crossing", where curves were asked whether they cross, is [place, low, high], or None
  where they do not.
"""

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

WIDTH = 5.6  # inches, as all figures of the page
PANELS = 2  # side by side
LINE_COLOURS = ("#1b6ca8", "#b3401c", "#5b8c2a", "#6b6b6b")


def has_curves(verdict):
    """Tell whether a verdict was told from curves."""
    return any(finding.counts and finding.curves for finding in verdict.findings)


def draw_curves(verdict):
    """Draw the curves behind the findings on which a verdict rests.

    Bands are intervals; the grey one is that of a crossing, cut off where the curves
    end.

    Parameters
    ----------
    verdict : Verdict
        For which `has_curves`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shown = [f for f in verdict.findings if f.counts and f.curves]
    n_rows = -(-len(shown) // PANELS)
    figure = Figure(figsize=(WIDTH, 0.6 + 1.8 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, PANELS, squeeze=False).ravel()
    for axes, finding in zip(panels, shown, strict=False):
        _draw_panel(axes, finding)
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    figure.supxlabel(shown[0].curves["over"], fontsize=10)
    figure.supylabel(shown[0].curves["what"], fontsize=10)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper center",
        ncols=1 if max(map(len, labels)) > LONG else len(labels),
        fontsize=10,
        frameon=False,
    )
    return figure


LONG = 24  # letters of a name beside which there is no room for another


def _draw_panel(axes, finding):
    """Draw the curves of one data set, and where they cross."""
    curves = finding.curves
    places = curves["places"]
    for (name, points), colour in zip(
        curves["lines"].items(), LINE_COLOURS, strict=False
    ):
        values, lows, highs = zip(*points, strict=True)
        axes.plot(places, values, marker=".", color=colour, label=name)
        axes.fill_between(places, lows, highs, color=colour, alpha=0.2, linewidth=0)
    if curves.get("crossing"):
        place, low, high = curves["crossing"]
        ends = max(low or 0, places[0]), min(high or places[-1], places[-1])
        axes.axvspan(*ends, color="#e6e6e6", zorder=0)
        axes.axvline(place, color="#6b6b6b", linestyle="--", linewidth=1)
    if curves["is_log"]:
        axes.set_xscale("log")
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_title(finding.data, fontsize=10, loc="left")
    axes.tick_params(labelsize=9)
    axes.spines[["top", "right"]].set_visible(False)
