"""Run the benchmarks: `python -m benchmarks`, from the repository.

Without a job: the claims, then races that stand for the rest, and memory; with --full
all races, cold starts, accuracy, categories against one-hot columns, and figures of
papers. Whether our own intervals and tests hold
what they say is a job that must be named, evidence.
`python -m benchmarks compare OLD NEW` shows what changed between two results.json.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from time import perf_counter

BEGAN = perf_counter()  # before the imports, which count as well

from benchmarks import jobs  # noqa: E402
from benchmarks.report import changes, page, record  # noqa: E402
from benchmarks.report.console import open_screen  # noqa: E402
from benchmarks.speed.cases import HEADLINES  # noqa: E402


def main(arguments=None, *, screen=None):
    """Answer a command line.

    Parameters
    ----------
    arguments : list of str, default=None
        Words after `python -m benchmarks`; None reads them from the command line.
    screen : PlainScreen or RichScreen, default=None
        Where to print; None chooses what fits the terminal.

    Returns
    -------
    int
        0, or 1 if anything crashed or, under --full, a promise was broken; 2 if another
        run's results cannot be read.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    screen = open_screen() if screen is None else screen
    if arguments[:1] == ["compare"]:
        return changes.main(arguments[1:], screen=screen)
    parser = build_parser()
    asked = parser.parse_args(arguments)
    plan = choose_keys(asked, parser)
    from skclassic.claims.saved import read_others

    try:
        others = read_others(asked.add)
    except ValueError as reason:
        screen.print(str(reason))
        return 2
    if asked.list:
        print_keys(plan, screen)
        return 0
    results = record.Results(name_size(asked))
    if asked.full:
        screen.print(jobs.foretell(plan))
    for job, keys in plan.items():
        jobs.RUNS[job](keys, results, screen=screen, began=BEGAN)
        results.seconds[job] = perf_counter() - BEGAN
    write_report(Path(asked.report), results, others, screen=screen)
    return int(results.has_failed)


def build_parser():
    parser = ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("job", nargs="?", choices=jobs.JOBS, help="run this job alone")
    parser.add_argument(
        "--only",
        action="append",
        metavar="KEY",
        help="run this claim, race or data set alone; may be given several times",
    )
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument(
        "--quick", action="store_true", help="all races on small data, in two rounds"
    )
    sizes.add_argument(
        "--full",
        action="store_true",
        help="the sizes at which promises are made, and real data sets: about an hour",
    )
    parser.add_argument("--list", action="store_true", help="name the keys and stop")
    parser.add_argument(
        "--report", default="report", metavar="DIR", help="default: report"
    )
    parser.add_argument(
        "--add",
        action="append",
        default=[],
        metavar="[LABEL=]FILE",
        help="show the claims of another run's JSON beside; may be given several times",
    )
    return parser


def name_size(asked):
    """Name the size that the flags ask for."""
    return "quick" if asked.quick else "full" if asked.full else "default"


def choose_keys(asked, parser):
    """Map every job that is to run to its keys.

    Returns
    -------
    dict of str to list of str
        A job without keys is left out.
    """
    known = jobs.list_keys()
    if not asked.only:
        size = name_size(asked)
        if not asked.list and size != "full":
            known["accuracy"] = jobs.list_sets(size)
        if not asked.list and not asked.job and size == "default":
            known["speed"] = HEADLINES
        wanted = [asked.job] if asked.job else list_default_jobs(asked)
        return {job: list(known[job]) for job in wanted}
    chosen = {
        job: [key for key in known[job] if key in asked.only]
        for job in ([asked.job] if asked.job else jobs.JOBS)
    }
    strangers = set(asked.only).difference(*chosen.values())
    if strangers:
        parser.error(
            f"--only knows no {', '.join(sorted(strangers))}: --list names the keys"
        )
    return {job: keys for job, keys in chosen.items() if keys}


def list_default_jobs(asked):
    """Leave the tables to full runs, and the evidence, whose results are stored, to
    those who ask for it by name.
    """
    if asked.list:
        return list(jobs.JOBS)
    return [job for job in jobs.JOBS if job != "evidence"] if asked.full else DEFAULT


DEFAULT = ["claims", "speed"]


def print_keys(plan, screen):
    known = jobs.list_keys()
    for job, keys in plan.items():
        screen.print(f"{job}")
        width = max(map(len, keys))
        for key in keys:
            screen.print(f"  {key:{width}}  {known[job][key]}")


def write_report(folder, results, others, *, screen):
    """Write JSON and page, and say where they are and how long everything took."""
    folder.mkdir(parents=True, exist_ok=True)
    record.write(folder / "results.json", results)
    written = [folder / "results.json"]
    if missing := page.find_missing():
        screen.print(
            f"\nThe page needs {', '.join(missing)}: pip install 'skclassic[plot]'"
        )
    else:
        page.write(folder / "index.html", results, others)
        written.append(folder / "index.html")
    times = ", ".join(f"{job} {at:.0f} s" for job, at in results.seconds.items())
    screen.print(f"\nSince the start: {times}.")
    screen.print(f"Written: {', '.join(map(str, written))}")


if __name__ == "__main__":
    from skclassic.__main__ import run_quietly

    sys.exit(run_quietly(main))
