"""Add speed, memory and accuracy to the page of the claims."""

from html import escape
from importlib.util import find_spec

from benchmarks.report import tables

NEEDED = ("jinja2", "matplotlib")
TITLE = "skclassic against its claims and its peers"
MARKERS = {"scikit-learn": "o", "intelex": "s", "XGBoost": "^", "LightGBM": "D"}


def find_missing():
    """Name the packages that the page needs and that are not installed."""
    return [name for name in NEEDED if find_spec(name) is None]


def write(path, results, others=()):
    """Write the page.

    Parameters
    ----------
    path : Path
    results : record.Results
    others : sequence of skclassic.claims.saved.Saved
        What other runs found on the claims, to stand beside.

    Raises
    ------
    ImportError
        If `find_missing` names any package.
    """
    from skclassic.claims.page import write_page
    from skclassic.claims.saved import describe_strangers, stand_beside

    size = "" if results.size == "default" else f" --{results.size}"
    write_page(
        path,
        [stand_beside(verdict, others) for verdict in results.verdicts],
        notes=describe_strangers(others),
        command=f"python -m benchmarks{size}",
        is_quick=results.size == "quick",
        sections=list_sections(results),
        title=TITLE,
    )


def list_sections(results):
    """Give one section for each kind of result that there is.

    Returns
    -------
    list of skclassic.claims.page.Section
    """
    from skclassic.claims.page import Section

    parts = {
        "Speed": render_speed(results) if results.races else "",
        "Memory": render_memory(results) if results.peaks else "",
        "Cold starts": render_starts(results) if results.starts else "",
        "Accuracy": render_accuracy(results) if results.averages else "",
        "Categories": render_categories(results) if results.categories else "",
        "Published figures": render_published(results) if results.published else "",
        "Evidence": render_evidence(results) if results.evidence else "",
        "What is missing": render_lines(results.notes),
    }
    return [Section(title, html) for title, html in parts.items() if html]


def render_speed(results):
    """Give the figure of all ratios, then a table for each race."""
    is_full = results.size == "full"
    return "\n".join(
        [
            render_lines([tables.HOW_TO_READ, tables.ONLY_RATIOS]),
            render_figure(results.races),
            *(
                render_table(tables.tabulate_race(row, is_full=is_full))
                for row in results.races
            ),
            "<h3>What could not be matched</h3>",
            render_lines(tables.list_differences(results.races)),
        ]
    )


def render_memory(results):
    return render_table(tables.tabulate_memory(results.peaks))


def render_starts(results):
    return render_table(tables.tabulate_starts(results.starts))


def render_accuracy(results):
    averages = tables.tabulate_averages(results.averages)
    sets = tables.tabulate_accuracy(results.accuracies, notes=())
    return f"{render_table(averages)}\n{render_table(sets)}"


def render_categories(results):
    return render_table(tables.tabulate_categories(results.categories, notes=()))


def render_published(results):
    is_full = results.size == "full"
    papers = tables.tabulate_papers(results.published, is_full=is_full)
    return "\n".join(map(render_table, papers))


def render_evidence(results):
    is_full = results.size == "full"
    return render_table(tables.tabulate_evidence(results.evidence, is_full=is_full))


def render_table(table):
    """Write a table as HTML, its notes below; the page's style sheet does the rest."""
    title, _, subtitle = table.title.partition("\n")
    head = "".join(
        f'<th scope="col"{number_class(place, table)}>{escape(name)}</th>'
        for place, name in enumerate(table.header)
    )
    body = "\n".join(f"<tr>{render_cells(row, table)}</tr>" for row in table.rows)
    return (
        f"<h3>{escape(title)}</h3>\n"
        f'<div class="wide"><table><caption>{escape(subtitle)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n"
        + render_notes(table.notes)
    )


def render_cells(row, table):
    return "".join(
        f"<td{number_class(place, table)}>{escape(text)}</td>"
        if place
        else f'<th scope="row">{escape(text)}</th>'
        for place, text in enumerate(row)
    )


def number_class(place, table):
    return "" if place < table.n_labels else ' class="number"'


def render_notes(notes):
    """Fold parameters and absences away below their table."""
    if not notes:
        return ""
    return f"<details><summary>Notes</summary>{render_lines(notes)}</details>"


def render_lines(lines):
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def render_figure(races):
    """Draw how many times as long every peer takes."""
    from skclassic.claims.page import embed_figure

    text = "; ".join(
        f"{row.key}: " + ", ".join(f"{r.against} {r.value:.2g}x" for r in row.ratios)
        for row in races
    )
    source = embed_figure(draw_ratios(races))
    return f'<figure><img src="{source}" alt="{escape(text, quote=True)}"></figure>'


def draw_ratios(races):
    """Draw a row of marks for each race on a logarithmic scale.

    Returns
    -------
    matplotlib.figure.Figure
        Right of 1 we are faster; a grey tick is what was asked of the peer's ratio.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 1.3 + 0.42 * len(races)), layout="constrained")
    axes = figure.subplots()
    for place, row in enumerate(races):
        for ratio in row.ratios:
            draw_ratio(axes, ratio, place)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}x")
    axes.set_yticks(range(len(races)), [row.key for row in races])
    axes.set_ylim(len(races) - 0.5, -0.5)
    axes.set_xlabel("times as long as skclassic")
    axes.spines[["top", "right", "left"]].set_visible(False)
    draw_legend(figure, {r.against for row in races for r in row.ratios})
    return figure


def draw_ratio(axes, ratio, place):
    axes.errorbar(
        ratio.value,
        place,
        xerr=[[max(ratio.value - ratio.low, 0)], [max(ratio.high - ratio.value, 0)]],
        fmt=MARKERS.get(ratio.against, "x"),
        color="#1b6ca8" if ratio.value >= 1 else "#b3401c",
        markersize=6,
        linewidth=1.5,
    )
    if ratio.at_least is not None:
        axes.plot(ratio.at_least, place, "|", color="#6b6b6b", markersize=14)


def draw_legend(figure, names):
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], marker=mark, color="black", linestyle="", label=name)
        for name, mark in {**MARKERS, "n_jobs=1": "x", "asked": "|"}.items()
        if name in names | {"asked"}
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=3, frameon=False)
