"""Write what the benchmarks measured of our own statistics into the guide.

A page holds a comment such as ``.. evidence: coverage``; the table takes its place. The
figures are those of `benchmarks/evidence/stored.json`.
"""

import json
from pathlib import Path

STORED = Path(__file__).parents[1] / "benchmarks" / "evidence" / "stored.json"


def insert_evidence(app, page, source):
    """Replace every comment that asks for a table by that table."""
    for name, write in WRITERS.items():
        comment = f".. evidence: {name}\n"
        if comment in source[0]:
            source[0] = source[0].replace(comment, write(_read()))


def _read():
    return json.loads(STORED.read_text("utf-8"))["evidence"]


def write_coverage(rows):
    """Lay out coverages: a line for each problem and estimator, a column for each part.

    Parameters
    ----------
    rows : list of dict

    Returns
    -------
    str
        A table in reStructuredText.
    """
    cells = {}
    for row in rows:
        if not row["key"].startswith("coverage-"):
            continue
        title, _, sets = row["note"].partition("; ")
        part, of = _take_apart(row["what"])
        line = f"{title}{f': {of}' if of else ''}", sets.split(" training")[0]
        cells.setdefault(line, {})[part] = f"{row['value']:.1f}"
    header = ["problem and estimator", "sets", "loss", "bias", "variance"]
    body = [
        [*line, *(found.get(part, "exact") for part in header[2:])]
        for line, found in cells.items()
    ]
    return _write_table([header, *body])


def _take_apart(what):
    """Split "bias, 5 less 12" or "bias (domingos)" into the part and the rest."""
    for opening, closing in ((", ", ""), (" (", ")")):
        part, found, rest = what.partition(opening)
        if found:
            return part, rest.removesuffix(closing).replace("_", " and ")
    return what, ""


def write_alarms(rows):
    """Lay out false alarms, then power: a line for each learner, a column per test."""
    return "\n".join(_write_shares(rows, kind) for kind in ("false alarms", "power"))


def _write_shares(rows, kind):
    cells, tests = {}, {}
    for row in rows:
        found, _, test = row["what"].partition(": ")
        if found == kind:
            learner = row["note"].partition(";")[0]
            cells.setdefault(learner, []).append(f"{row['value']:.1f}")
            tests[test] = None
    body = [[learner, *shares] for learner, shares in cells.items()]
    return _write_table([[f"{kind}, percent", *tests], *body])


def write_logistic(rows):
    """Lay out coverages of coefficients: a line for each problem."""
    lines = {}
    for row in rows:
        if row["key"] == "logistic":
            kind, _, about = row["what"].partition(", ")
            lines.setdefault(about, {})[kind] = f"{row['value']:.1f}"
    kinds = list(next(iter(lines.values())))
    body = [[about, *(cells[kind] for kind in kinds)] for about, cells in lines.items()]
    return _write_table([["percent", *kinds], *body])


def write_friedman(rows):
    """Lay out bias and variance of a full tree, three ways."""
    found = {row["what"]: row for row in rows if row["key"] == "friedman"}
    lines = {
        "fresh training sets": ("bias, fresh", "variance, fresh"),
        "bootstrap samples of one set, around the truth": (
            "bias, one set",
            "variance, one set",
        ),
        "mlxtend on one set, noise included": (
            "bias and noise, mlxtend",
            "variance, mlxtend",
        ),
    }
    body = [
        [words, *(f"{found[w]['value']:.2f} ± {found[w]['error']:.2f}" for w in whats)]
        for words, whats in lines.items()
        if all(w in found for w in whats)
    ]
    truth = ["1,600 fresh training sets", "2.68", "7.73"]
    return _write_table([["full tree, Friedman 1", "bias", "variance"], truth, *body])


def write_mlxtend(rows):
    """Lay out how many times as long mlxtend's decomposition takes."""
    lines = {}
    for row in rows:
        if row["key"] == "mlxtend":
            ours, _, size = row["what"].rpartition(", ")
            cells = lines.setdefault(ours.rpartition(" ")[2], {})
            cells[size] = f"{row['value']:.1f}x"
    sizes = list(next(iter(lines.values())))
    body = [
        [f"ours with ``{threads}``", *(cells[size] for size in sizes)]
        for threads, cells in lines.items()
    ]
    return _write_table([["training set", *sizes], *body])


def _write_table(rows):
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in rows:
        lines += [f"   {'* -' if i == 0 else '  -'} {x}" for i, x in enumerate(row)]
    return "\n".join([*lines, ""])


WRITERS = {
    "alarms": write_alarms,
    "coverage": write_coverage,
    "friedman": write_friedman,
    "logistic": write_logistic,
    "mlxtend": write_mlxtend,
}
