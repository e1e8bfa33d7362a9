"""Write verdicts as one self-contained HTML page, with a figure for each claim."""

import base64
import io
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import jinja2
from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from . import wording
from .contestants import describe_machine
from .curves import WIDTH, draw_curves, has_curves

TITLE = "Textbook claims, put to the test"
COLOURS = {"supported": "#1b6ca8", "refuted": "#b3401c", "inconclusive": "#6b6b6b"}
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")  # contestants, as they come
FIGURE_WIDTH = WIDTH  # text stays legible when a phone halves it
GLANCE_WIDTH = 3.2
STEP = 0.24  # between contestants on one data set, of the step between data sets


@dataclass(frozen=True)
class Section:
    """Hold one more part of the page, already HTML.

    Attributes
    ----------
    title : str
        Its heading, plain text.
    html : str
        Its content; trusted, so escape what does not come from your own code.
    """

    title: str
    html: str


def write_page(path, verdicts, **how):
    """Write a page that needs no other file and no network.

    Parameters
    ----------
    path : str or Path
        Where to write; missing folders are made.
    verdicts : sequence of Verdict
        In the order to show them.
    **how
        As for `render_page`.

    Returns
    -------
    Path
        Where the page is.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_page(verdicts, **how), "utf-8")
    return path


def render_page(
    verdicts,
    *,
    command,
    sections=(),
    title=TITLE,
    notes=(),
    machine=None,
    is_quick=False,
):
    """Give the page that :func:`write_page` writes.

    Parameters
    ----------
    verdicts : sequence of Verdict
        In the order to show them.
    command : str
        The command line that writes the page again.
    sections : sequence of Section, default=()
        Further parts, shown after the verdicts.
    title : str
        Heading of the page.
    notes : sequence of str, default=()
        What was done to the data, one line each.
    machine : dict, default=None
        What the verdicts were measured on, as `describe_machine` says; None for this
        machine.
    is_quick : bool, default=False
        Whether to say in the heading that few training sets were taken.

    Returns
    -------
    str
        HTML.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("skclassic.claims", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    decided = [verdict for verdict in verdicts if verdict.decided_by]
    figures = {v.claim.key: embed_figure(draw_findings(v)) for v in decided}
    glances = {v.claim.key: embed_figure(draw_glance(v)) for v in decided}
    curves = {
        v.claim.key: embed_figure(draw_curves(v)) for v in decided if has_curves(v)
    }
    return environment.get_template("page.html.jinja").render(
        title=f"{title} (a quick run)" if is_quick else title,
        command=command,
        verdicts=verdicts,
        families=list_families(verdicts),
        figures=figures,
        glances=glances,
        curves=curves,
        machine=machine or describe_machine(),
        sections=[(section.title, Markup(section.html)) for section in sections],
        wording=wording,
        colours=COLOURS,
        versions=_merge(verdict.versions for verdict in verdicts),
        notes=list(dict.fromkeys(chain(notes, *(v.notes for v in verdicts)))),
    )


def list_families(verdicts):
    """Part verdicts by their families, in the order in which they come.

    Returns
    -------
    dict of str to list of Verdict
    """
    families = {}
    for verdict in verdicts:
        families.setdefault(verdict.claim.family, []).append(verdict)
    return families


def embed_figure(figure):
    """Give a matplotlib figure as the text of a data URI, an SVG image.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    str
    """
    buffer = io.BytesIO()
    # A fixed salt and no date: the same figures give the same bytes.
    with rc_context({"svg.hashsalt": "skclassic", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()


def draw_findings(verdict):
    """Draw every effect with its interval, and where the sentence is true.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = list(dict.fromkeys(finding.data for finding in verdict.findings))
    contestants = list(dict.fromkeys(f.contestant for f in verdict.findings))
    height = 0.38 * len(names) * max(1, STEP * len(contestants))
    figure = Figure(figsize=(FIGURE_WIDTH, 1.3 + height), layout="constrained")
    axes = figure.subplots()
    for finding in verdict.findings:
        if not finding.aside:
            _draw_finding(axes, finding, names=names, contestants=contestants)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    _draw_scale(axes, verdict.claim.rule, n_ticks=6, size=11)
    _draw_legend(figure, contestants)
    return figure


def draw_glance(verdict):
    """Draw the effects on which the verdict rests, for a reader in a hurry.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    matplotlib.figure.Figure
        A line for each data set, without names.
    """
    counting = [finding for finding in verdict.findings if finding.counts]
    counting.sort(key=lambda finding: finding.estimate.value)
    figure = Figure(
        figsize=(GLANCE_WIDTH, 0.5 + 0.11 * len(counting)), layout="constrained"
    )
    axes = figure.subplots()
    names = [finding.data for finding in counting]
    for finding in counting:
        _draw_finding(axes, finding, names=names, contestants=[finding.contestant])
    axes.set_yticks([])
    axes.set_ylim(len(names) - 0.4, -0.6)
    _draw_scale(axes, verdict.claim.rule, n_ticks=4, size=9)
    return figure


def _draw_scale(axes, rule, *, n_ticks, size):
    """Draw where the sentence is true, and the scale of effects below."""
    _draw_margin(axes, rule)
    is_wide = axes.get_xlim()[1] >= 10  # "+1,200 %" is twice as wide as "+60 %"
    axes.xaxis.set_major_formatter(_write_tick)
    axes.xaxis.set_major_locator(MaxNLocator(n_ticks // 2 if is_wide else n_ticks))
    axes.tick_params(labelsize=size)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _write_tick(x, _):
    """Write a share in percent, at most three digits unless it is in thousands."""
    percent = 100 * x
    if percent == 0:
        return "0"
    return f"{percent:+,.0f} %" if abs(percent) >= 1000 else f"{percent:+.3g} %"


def _draw_finding(axes, finding, *, names, contestants):
    e = finding.estimate
    place = contestants.index(finding.contestant)
    step = min(STEP, 0.8 / len(contestants))
    axes.errorbar(
        e.value,
        names.index(finding.data) + step * (place - (len(contestants) - 1) / 2),
        xerr=[[e.value - e.low], [e.high - e.value]],
        fmt=MARKERS[place % len(MARKERS)],
        color=COLOURS[finding.verdict],
        alpha=1 if finding.counts else 0.5,
        markersize=6 if finding.counts else 4,
        linewidth=2 if finding.counts else 1,
    )


def _draw_margin(axes, rule):
    """Shade where the sentence is true, and keep the view on the findings that count.

    Few training sets give the contestants beside long intervals: these are cut off at
    the edge instead of squeezing all others.
    """
    counting = [
        x
        for container in axes.containers
        if container.lines[0].get_alpha() == 1
        for x in container.lines[2][0].get_segments()[0][:, 0]
    ]
    low, high = min([*counting, -rule.margin]), max([*counting, rule.margin])
    room = 0.15 * (high - low)
    low, high = low - room, high + room
    true_from, true_up_to = max(rule.ends[0], low), min(rule.ends[1], high)
    axes.axvspan(true_from, true_up_to, color="#1b6ca8", alpha=0.1, linewidth=0)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlim(low, high)


def _draw_legend(figure, contestants):
    shapes = [
        Line2D([], [], marker=m, color="black", linestyle="", label=name)
        for name, m in zip(contestants, MARKERS, strict=False)
    ]
    words = [
        Line2D([], [], color=colour, linewidth=3, label=word)
        for word, colour in COLOURS.items()
    ]
    figure.legend(
        handles=[*shapes, *words],
        loc="outside lower center",
        ncols=3,
        fontsize=10,
        frameon=False,
    )


def _merge(mappings):
    merged = {}
    for mapping in mappings:
        merged.update(mapping)
    return merged
