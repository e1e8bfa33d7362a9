"""Run the package from the command line: `python -m skclassic claims`."""

import sys
from argparse import ArgumentParser, ArgumentTypeError

from skclassic import __version__
from skclassic.claims import CLAIMS, run
from skclassic.claims.console import describe_claim, describe_verdict


def main(arguments=None):
    """Answer a command line, and give the exit status.

    Parameters
    ----------
    arguments : list of str, default=None
        Words after `python -m skclassic`; None reads them from the command line.

    Returns
    -------
    int
        0, or 1 if an experiment crashed.
    """
    options = _build_parser().parse_args(arguments)
    chosen = options.only or list(CLAIMS)
    if options.list:
        print("\n\n".join(describe_claim(CLAIMS[key]) for key in chosen))
        return 0
    if options.html is not None and (missing := _find_missing_extra()):
        print(missing, file=sys.stderr)
        return 2
    verdicts = list(_print_verdicts(chosen, options))
    if options.html is not None:
        from skclassic.claims.page import write_page

        write_page(options.html, verdicts, command=_repeat(options))
        print(f"\nThe page is in {options.html}.")
    return int(any(verdict.error for verdict in verdicts))


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
        "--quick",
        action="store_true",
        help="take a third of the training sets: more stays inconclusive",
    )
    claims.add_argument("--html", metavar="FILE", help="also write a page of verdicts")
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
    return " ".join([*words, "--quick"] if options.quick else words)


def _print_verdicts(keys, options):
    progress = _show_progress if sys.stderr.isatty() else None
    for verdict in run(
        keys, quick=options.quick, n_jobs=options.jobs, on_progress=progress
    ):
        print(describe_verdict(verdict), end="\n\n", flush=True)
        yield verdict


def _show_progress(text):
    print(f"\r\033[K{text}", end="\r", file=sys.stderr, flush=True)


def _find_missing_extra():
    try:
        import jinja2  # noqa: F401
        import matplotlib  # noqa: F401
    except ImportError as missing:
        return (
            f"--html needs {missing.name}, which is not installed. "
            'Run pip install "skclassic[plot]".'
        )
    return ""


if __name__ == "__main__":
    sys.exit(main())
