"""Lay results out as tables of text, for console and page alike."""

from dataclasses import dataclass, replace

ACTIONS = {
    "fit": "fit",
    "predict_proba": "predict_proba of the test rows",
    "predict_proba of all": "predict_proba of the training rows",
    "one row": "predict_proba of one row",
}
SCORES = {"classification": "accuracy", "regression": "R^2"}
MEBIBYTE = 2**20
BROKEN = "MISSED"  # shown where a promise was not kept

HOW_TO_READ = (
    "ratio: the peer's median over ours, above 1 we are faster; rounds: least and most "
    "ratio of a round; asked: the least ratio promised at full size, of which a "
    "smaller run tells nothing; gap: our score less theirs, which may then lie 0.003 "
    "(accuracy) or 0.005 (R^2) below zero."
)
ONLY_RATIOS = (
    "Two cores may be two threads of one physical core, and other work may run beside "
    "this: only ratios mean anything."
)


@dataclass(frozen=True)
class Table:
    """Cells as text, labels aligned to the left and numbers to the right.

    Attributes
    ----------
    title : str
    header : tuple of str
    rows : tuple of tuple of str
    notes : tuple of str
        Lines below the table.
    n_labels : int
        How many of the first columns hold labels.
    """

    title: str
    header: tuple
    rows: tuple
    notes: tuple = ()
    n_labels: int = 1


def tabulate_race(row, *, is_full):
    """Lay out one race: a line for each contestant, ours first."""
    ratios = {ratio.against: ratio for ratio in row.ratios}
    return Table(
        f"{row.key}: {row.title}\n{ACTIONS[row.action]}; "
        f"trained on {row.n_train:,} x {row.n_features}; "
        f"{SCORES[row.task]} on {row.n_test:,} test rows",
        (
            *("", "min s", "median", "max", "ratio", "rounds"),
            *("asked" if is_full else "asked at --full", "score", "gap"),
        ),
        tuple(
            list_race_cells(timing, ratios.get(timing.contestant), is_full=is_full)
            for timing in row.timings
        ),
        (*row.notes, *list_estimators(row.timings)),
    )


def list_race_cells(timing, ratio, *, is_full):
    """Write one contestant's line; without a ratio it is ours."""
    seconds = timing.seconds
    return (
        timing.contestant,
        *map(write_short, (seconds.min, seconds.median, seconds.max)),
        *list_ratio_cells(ratio, is_full=is_full),
        f"{timing.score:.4f}",
        "" if ratio is None else f"{ratio.score_gap:+.4f}",
    )


def list_ratio_cells(ratio, *, is_full):
    """Write a ratio, its range over rounds, and what was asked of it."""
    if ratio is None:
        return "", "", ""
    asked = "" if ratio.at_least is None else f"{ratio.at_least:g}x"
    if asked and is_full:
        asked += f" {tell_promise(ratio.is_met)}"
    rounds = f"{write_short(ratio.low)}-{write_short(ratio.high)}"
    return f"{write_short(ratio.value)}x", rounds, asked


def write_short(value):
    """Write a number in three digits, or as a whole number above a hundred."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def tell_promise(is_met):
    """Say whether a promise was kept, loud where it was not."""
    return "met" if is_met else BROKEN


def list_estimators(timings):
    """Write the matched parameters, once for all contestants that share them."""
    sharing = {}
    for timing in timings:
        sharing.setdefault(timing.estimator, []).append(timing.contestant)
    return [f"{', '.join(names)}: {text}" for text, names in sharing.items()]


def list_differences(rows):
    """Say once for each contestant what no parameter could match."""
    differs = {t.contestant: t.differs for row in rows for t in row.timings}
    return [f"{name}: {text}" for name, text in differs.items() if text]


def tabulate_memory(rows):
    """Lay out the peaks of all cases, a line for each contestant."""
    lines, notes = [], []
    for row in rows:
        ratios = {ratio.against: ratio.value for ratio in row.ratios}
        name = f"{row.key}, {row.n_train:,} x {row.n_features}"
        notes += [note for note in row.notes if note not in notes]
        for peak in row.peaks:
            ratio = ratios.get(peak.contestant)
            lines.append(
                (
                    name,
                    peak.contestant,
                    f"{peak.bytes / MEBIBYTE:.1f}",
                    "" if ratio is None else f"{write_short(ratio)}x",
                )
            )
            name = ""
    title = "Peak memory of one fit beyond data and imports, a process each"
    header = ("", "", "MiB", "ratio")
    return Table(title, header, tuple(lines), tuple(notes), n_labels=2)


def tabulate_starts(starts):
    """Lay out the cold starts against their budgets."""
    return Table(
        "Cold starts: seconds beyond the same work once warm, scikit-learn loaded",
        ("", "seconds", "at most", ""),
        tuple(
            (s.title, f"{s.seconds:.2f}", f"{s.at_most:g}", tell_promise(s.is_met))
            for s in starts
        ),
    )


def tabulate_accuracy(rows, *, notes):
    """Lay out both accuracies of every estimator on every data set."""
    return Table(
        "Accuracy in percent over 5x2 shared splits: ours, scikit-learn's, difference",
        ("", "estimator", "rows", "ours", "theirs", "gap", "95 %", ""),
        tuple(
            (
                row.data,
                row.estimator,
                f"{row.n_rows:,}",
                f"{row.ours:.2f}",
                f"{row.theirs:.2f}",
                *list_gap_cells(row.gap),
                tell_promise(row.is_met),
            )
            for row in rows
        ),
        tuple(notes),
        n_labels=2,
    )


def tabulate_averages(averages):
    """Lay out the mean difference of every estimator over the data sets."""
    return Table(
        "Mean difference over the data sets, in points",
        ("", "sets", "gap", "95 %", "ours trails most on", ""),
        tuple(
            (
                each.estimator,
                str(each.n_sets),
                *list_gap_cells(each.gap),
                f"{each.worst} {each.worst_gap:+.2f}",
                tell_promise(each.is_met),
            )
            for each in averages
        ),
        (
            "Asked: within 1 point on average, and no set more than 3 points worse.",
            "Intervals: Nadeau and Bengio's over splits, Student's over sets.",
        ),
    )


def tabulate_categories(rows, *, notes):
    """Lay out categories against one-hot columns."""
    header = ("", "", "rows", "columns", "levels")
    return Table(
        "Categories against one-hot columns: accuracy in percent over 5x2 shared "
        "splits, and time to fit",
        (
            *header,
            "ours",
            "one-hot",
            "gap, 95 %",
            "one-hot fit",
            "scikit-learn fit",
            "asked",
        ),
        tuple(
            (
                row.data,
                row.estimator,
                f"{row.n_rows:,}",
                f"{row.n_features} to {row.n_columns}",
                str(row.most_levels),
                f"{row.ours:.2f}",
                f"{row.theirs:.2f}",
                f"{row.gap.value:+.2f} ±{row.gap.high - row.gap.value:.2f}",
                *(
                    f"{write_short(ratio.value)}x "
                    f"({write_short(ratio.low)}-{write_short(ratio.high)})"
                    for ratio in (row.ratio, row.peer_ratio)
                ),
                ""
                if row.is_met is None
                else f"{row.peer_ratio.at_least:g}x {tell_promise(row.is_met)}",
            )
            for row in rows
        ),
        (
            "columns: features, before and after one-hot encoding; levels: categories "
            "of the largest feature. Times of one-hot over ours, with the least and "
            "the most of single splits: our estimator on dense or sparse columns, and "
            "scikit-learn's. Asked, where there are ten times as many columns: three "
            "times as fast as scikit-learn's, a tree as either, and no more than half "
            "a point less accurate than ours.",
            *notes,
        ),
        n_labels=2,
    )


def tabulate_papers(rows, *, is_full):
    """Lay out published figures, a table for each paper, the notes below the last."""
    papers = dict.fromkeys(row.paper for row in rows)
    groups = [[row for row in rows if row.paper == paper] for paper in papers]
    found = [tabulate_published(group, is_full=is_full) for group in groups]
    return [*(replace(table, notes=()) for table in found[:-1]), *found[-1:]]


def tabulate_published(rows, *, is_full):
    """Lay out the figures of a paper and what they come out as here."""
    table = Table(
        f"{rows[0].paper}: published figures, measured again",
        (
            *("data", "what", "ours", "scikit-learn", "joint error", "simulated"),
            *("published", "asked"),
        ),
        tuple(
            (
                row.data,
                row.what,
                _write_ours(row),
                f"{write_short(row.theirs)} ±{write_short(row.theirs_error)}",
                write_short(row.joint_error),
                "" if row.simulated is None else write_short(row.simulated),
                _write_published(row),
                _write_asked(row, is_full=is_full),
            )
            for row in rows
        ),
        PUBLISHED_NOTES,
        n_labels=2,
    )
    return drop_empty_columns(table)


PUBLISHED_NOTES = (
    "Both packages meet the same training sets; ±: standard errors over them. "
    "Simulated: by a program that shares no code with ours. r: recalled, not read, and "
    "perhaps wrong; q: quoted in a later work; p: read in print. Of real sets, whose "
    "versions differ, only signs are compared; their errors and intervals allow for "
    "splits that share rows.",
    "In brackets intervals of 95 %: of a difference; of an error where that of one "
    "more training set would lie, since the printed one is of a single set as well. It "
    "comes out as printed if it lies inside.",
)


def drop_empty_columns(table):
    """Leave out columns of numbers that no row fills."""
    kept = [
        place
        for place, cells in enumerate(zip(*table.rows, strict=True))
        if place < table.n_labels or any(cells)
    ]
    header, *rows = (
        tuple(cells[place] for place in kept) for cells in (table.header, *table.rows)
    )
    return replace(table, header=header, rows=tuple(rows))


def _write_ours(row):
    """Write our figure with its standard error or, where there is one, an interval."""
    if row.interval is None:
        return f"{write_short(row.ours)} ±{write_short(row.ours_error)}"
    ends = f"{write_short(row.interval.low)} to {write_short(row.interval.high)}"
    return f"{write_short(row.ours)} ({ends})"


def _write_published(row):
    if row.published is None:
        return ""
    return f"{write_short(row.published)} {row.known[0] if row.known else ''}".strip()


def _write_asked(row, *, is_full):
    if row.is_met is None:
        return row.order or row.outcome
    asked = f"{write_short(row.reference)} ±{row.within:g}"
    asked = f"{asked} {tell_promise(row.is_met)}" if is_full else asked
    return f"{asked}, {row.outcome}" if row.outcome else asked


def tabulate_evidence(checks, *, is_full):
    """Lay out what our own statistics were measured to hold."""
    notes = dict.fromkeys(f"{check.key}: {check.note}" for check in checks)
    return Table(
        "Do our own statistics hold what they say?",
        ("", "measured", "value", "error", "promised", ""),
        tuple(
            (
                check.key,
                check.what,
                write_short(check.value),
                write_short(check.error) if check.error else "",
                write_range(check),
                tell_promise(check.is_met)
                if is_full and check.is_met is not None
                else "",
            )
            for check in checks
        ),
        (
            "Coverages, false alarms, power and 0/1 losses in percent. Without --full "
            "a few runs only, and no judgement.",
            *notes,
        ),
        n_labels=2,
    )


def write_range(check):
    """Write where a figure was promised to lie."""
    if check.lowest is None and check.highest is None:
        return ""
    if check.lowest is None:
        return f"up to {write_short(check.highest)}"
    if check.highest is None:
        return f"from {write_short(check.lowest)}"
    return f"{write_short(check.lowest)} to {write_short(check.highest)}"


def list_gap_cells(gap):
    """Write a mean difference and its interval."""
    return f"{gap.value:+.2f}", f"{gap.low:+.2f} to {gap.high:+.2f}"
