"""Hold two runs against each other: `python -m benchmarks compare OLD NEW`."""

from argparse import ArgumentParser
from pathlib import Path

from benchmarks.report.tables import Table, write_short


def main(arguments, *, screen):
    """Answer `python -m benchmarks compare`.

    Parameters
    ----------
    arguments : list of str
        Two files of results, the older first.
    screen : PlainScreen or RichScreen

    Returns
    -------
    int
        0, or 2 if a file cannot be read.
    """
    parser = ArgumentParser(
        prog="python -m benchmarks compare",
        description="Show what changed from one run to another, without running.",
    )
    from skclassic.claims.own_data import Unusable
    from skclassic.claims.saved import load

    parser.add_argument("old", type=Path, metavar="OLD", help="results.json")
    parser.add_argument("new", type=Path, metavar="NEW", help="results.json")
    asked = parser.parse_args(arguments)
    try:
        old, new = load(asked.old), load(asked.new)
    except Unusable as reason:
        screen.print(str(reason))
        return 2
    screen.print(f"{describe(old)}\n{describe(new)}")
    for table in (compare_verdicts(old, new), compare_ratios(old, new)):
        screen.print_table(table)
    return 0


def describe(results):
    """Say in a line what a run was made with."""
    version = results["versions"].get("skclassic", "?")
    machine = results["machine"]
    return (
        f"skclassic {version}, size {results['size']}, Python {machine['python']} on "
        f"{machine['cores']} cores"
    )


def compare_verdicts(old, new):
    """Lay out the verdicts of both runs, a line for each claim.

    Returns
    -------
    Table
    """
    before, after = ({c["key"]: c for c in run["claims"]} for run in (old, new))
    rows = [
        (
            key,
            before[key]["verdict"],
            after[key]["verdict"],
            _percent(before[key]["effect"]),
            _percent(after[key]["effect"]),
            CHANGED if before[key]["verdict"] != after[key]["verdict"] else "",
        )
        for key in before
        if key in after
    ]
    return Table(
        "Verdicts",
        ("claim", "old", "new", "old effect", "new effect", ""),
        tuple(rows),
        _list_strangers(before, after),
        n_labels=3,
    )


def compare_ratios(old, new):
    """Lay out how many times as long peers took, in both runs.

    Returns
    -------
    Table
        A ratio has changed where the rounds of both runs have no ratio in common.
    """
    before, after = (
        {
            (race["key"], ratio["against"]): ratio
            for race in run["speed"]
            for ratio in race["ratios"]
        }
        for run in (old, new)
    )
    rows = [
        (
            *key,
            f"{write_short(before[key]['value'])}x",
            f"{write_short(after[key]['value'])}x",
            CHANGED if _are_apart(before[key], after[key]) else "",
        )
        for key in before
        if key in after
    ]
    return Table(
        "Speed: times as long as ours",
        ("race", "peer", "old", "new", ""),
        tuple(rows),
        _list_strangers(before, after),
        n_labels=2,
    )


CHANGED = "changed"


def _are_apart(one, other):
    return one["high"] < other["low"] or other["high"] < one["low"]


def _percent(effect):
    return "" if effect is None else f"{100 * effect:+.1f} %"


def _list_strangers(before, after):
    """Name what only one of the runs has."""
    notes = []
    for which, own, other in (("old", before, after), ("new", after, before)):
        alone = [key for key in own if key not in other]
        if alone:
            names = (key if isinstance(key, str) else ", ".join(key) for key in alone)
            notes.append(f"Only in the {which} run: {'; '.join(names)}.")
    return tuple(notes)
