"""Run the package from the command line: `python -m skclassic claims`."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

from sklearn.base import is_classifier

from skclassic import __version__
from skclassic.claims import CLAIMS, run
from skclassic.claims.console import (
    describe_claim,
    describe_legend,
    describe_verdict,
)
from skclassic.claims.own_data import Unusable, read_estimator, read_table
from skclassic.claims.saved import (
    describe_strangers,
    read_others,
    read_results,
    stand_beside,
    write_results,
)


def main(arguments=None):
    """Answer a command line, and give the exit status.

    Parameters
    ----------
    arguments : list of str, default=None
        Words after `python -m skclassic`; None reads them from the command line.

    Returns
    -------
    int
        0; 1 if an experiment crashed; 2 for a table, an estimator or results that
        cannot be used.
    """
    options = _build_parser().parse_args(arguments)
    chosen = _choose(options)
    if not chosen:
        print("--only and --dimension leave no claim.", file=sys.stderr)
        return 2
    if options.list:
        print("\n\n".join(describe_claim(CLAIMS[key]) for key in chosen))
        return 0
    try:
        own, notes = _read_own(options)
        others, taken = _read_saved(options)
        verdicts = _open_verdicts(chosen, options, own, taken)
        for option in ("html", "json"):
            _check_place(option, getattr(options, option))
    except Unusable as reason:
        print(reason, file=sys.stderr)
        return 2
    notes += describe_strangers(others)
    print(describe_legend(is_own=options.data is not None), end="\n\n")
    kept, shown = _print_verdicts(verdicts, others, notes, verbose=options.verbose)
    size = "quick" if options.quick else "default"
    origin = {"size": size} if taken is None else taken.origin
    if options.json is not None:
        write_results(options.json, kept, **origin)
        print(f"The results are in {options.json}.")
    if options.html is not None:
        from skclassic.claims.page import write_page

        write_page(
            options.html,
            shown,
            command=_repeat(options),
            notes=notes,
            machine=origin.get("machine"),
            is_quick=origin["size"] == "quick",
        )
        print(f"The page is in {options.html}.")
    return int(any(verdict.error for verdict in kept))


def _read_saved(options):
    """Read the results of other runs: those to stand beside, and those to show.

    Raises
    ------
    Unusable
        If they cannot be read, or contradict what is to be run.
    """
    others = read_others(options.add)
    if options.taken is None:
        return others, None
    for option in ("data", "estimator", "quick"):
        if getattr(options, option):
            raise Unusable(
                f"--from shows what another run found, and --{option} would have no "
                "effect. Leave one of them out."
            )
    return others, read_results(options.taken)


def _open_verdicts(keys, options, own, taken):
    """Give the verdicts that were asked for: those of a file, or one after the other as
    they are found.

    Raises
    ------
    Unusable
        If the file holds none of these claims.
    """
    if taken is not None:
        chosen = [taken.verdicts[key] for key in keys if key in taken.verdicts]
        if not chosen:
            raise Unusable(f"--from {options.taken} holds none of these claims.")
        return chosen
    progress = _show_progress if sys.stderr.isatty() else None
    return run(
        keys, quick=options.quick, n_jobs=options.jobs, on_progress=progress, **own
    )


def _choose(options):
    """List the keys of the claims that were asked for."""
    return [
        key
        for key in options.only or CLAIMS
        if options.dimension in (None, CLAIMS[key].dimension)
    ]


def _read_own(options):
    """Read what the user brings along; return it as options of `run`, and notes.

    Raises
    ------
    Unusable
        If it cannot be used, or an extra is missing.
    """
    for option, (extra, *packages) in NEEDED.items():
        missing = [name for name in packages if find_spec(name) is None]
        if getattr(options, option) is not None and missing:
            raise Unusable(
                f"--{option} needs {missing[0]}, which is not installed. "
                f'Run pip install "skclassic[{extra}]".'
            )
    if (options.data is None) != (options.target is None):
        raise Unusable("--data and --target must be given together.")
    own, notes = {}, []
    if options.data is not None:
        own["problem"], notes = read_table(options.data, options.target)
    if options.estimator is not None:
        own["estimator"] = read_estimator(options.estimator)
        _check_fit(own)
        passed = [key for key in _choose(options) if not CLAIMS[key].takes_estimator]
        if len(passed) == len(_choose(options)):
            raise Unusable(
                "--estimator can be put to none of these claims: they are about the "
                "learners that they name."
            )
        if passed:
            keys = ", ".join(passed)
            notes.append(f"Passed over, since they are about other learners: {keys}.")
    return own, notes


def _check_fit(own):
    """Raise if the user's learner and table are of different tasks."""
    task = "classification" if is_classifier(own["estimator"]) else "regression"
    if "problem" in own and own["problem"].task != task:
        raise Unusable(
            f"--estimator must suit --target, got a learner for {task} and a target "
            f"for {own['problem'].task}."
        )


def _check_place(option, path):
    """Raise, before anything runs, if no file can be written there."""
    if path is None:
        return
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with open(path, "a", encoding="utf-8"):
            pass
    except OSError as reason:
        raise Unusable(
            f"--{option} must name a file that can be written: {reason}"
        ) from None


NEEDED = {"html": ("plot", "jinja2", "matplotlib"), "data": ("bench", "pandas")}


def _build_parser():
    parser = ArgumentParser(
        prog="python -m skclassic",
        description="Classic supervised learning, fast and accountable.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")
    claims = commands.add_parser(
        "claims",
        help="test what textbooks say about these methods",
        description="Test textbook claims, and print a verdict on each.",
    )
    claims.add_argument("--list", action="store_true", help="name the claims and stop")
    claims.add_argument(
        "--only",
        action="append",
        choices=list(CLAIMS),
        metavar="KEY",
        help="test this claim; may be given several times",
    )
    claims.add_argument(
        "--dimension",
        choices=sorted({claim.dimension for claim in CLAIMS.values()}),
        help="test the claims about this lever of learning",
    )
    claims.add_argument(
        "--data", metavar="FILE.csv", help="test on your own table; needs pandas"
    )
    claims.add_argument(
        "--target", metavar="COLUMN", help="the column of --data to predict"
    )
    claims.add_argument(
        "--estimator",
        metavar="MODULE:CLASS",
        help="test this learner: package.module:Class(parameter=value)",
    )
    claims.add_argument(
        "--quick",
        action="store_true",
        help="take a third of the training sets: more stays inconclusive",
    )
    claims.add_argument(
        "--verbose",
        action="store_true",
        help="also print what stands beside: other packages, other losses, other runs",
    )
    claims.add_argument("--html", metavar="FILE", help="also write a page of verdicts")
    claims.add_argument(
        "--json", metavar="FILE", help="also write the results, for --from and --add"
    )
    claims.add_argument(
        "--from",
        dest="taken",
        metavar="FILE",
        help="take the verdicts from the results of another run, and run nothing",
    )
    claims.add_argument(
        "--add",
        action="append",
        default=[],
        metavar="[LABEL=]FILE",
        help="show the results of another run beside; may be given several times",
    )
    claims.add_argument(
        "--jobs",
        type=count_threads,
        default=2,
        metavar="N",
        help="threads that fit (default: 2); -1: as many as there are cores",
    )
    return parser


def count_threads(text):
    """Read a number of threads from a command line."""
    number = int(text)
    if number == 0:
        raise ArgumentTypeError("0 threads would do nothing: give 1 or more, or -1")
    return number


def _repeat(options):
    """Write the command that runs the same claims again."""
    words = ["python -m skclassic claims"]
    words += [f"--only {key}" for key in options.only or []]
    words += [
        f"--{name} {quote(getattr(options, name))}"
        for name in ("dimension", "data", "target", "estimator")
        if getattr(options, name) is not None
    ]
    if options.taken is not None:
        words.append(f"--from {quote(options.taken)}")
    words += [f"--add {quote(text)}" for text in options.add]
    return " ".join([*words, "--quick"] if options.quick else words)


def _print_verdicts(verdicts, others, notes, *, verbose):
    """Print verdicts as they come; return them, and what was shown with others'."""
    for note in notes:
        print(note)
    kept, shown = [], []
    for verdict in verdicts:
        kept.append(verdict)
        shown.append(stand_beside(verdict, others))
        text = describe_verdict(shown[-1], verbose=verbose)
        print(text, end="\n\n", flush=True)
    return kept, shown


def _show_progress(text):
    print(f"\r\033[K{text}", end="\r", file=sys.stderr, flush=True)


def run_quietly(main):
    """Call `main`; end without a word where nobody reads on, as after `| head`."""
    try:
        status = main()
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(run_quietly(main))
