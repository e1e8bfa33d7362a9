"""Peak memory of one fit, each contestant in a process of its own.

`ru_maxrss` is not enough: on Linux a child starts with the peak of the process that
started it. The kernel's own high-water mark can be reset, and is where there is one.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import datasets, judge
from benchmarks.rivals import find_contestants
from benchmarks.speed.cases import SIZES, find_case
from benchmarks.speed.race import OURS, Lane, ignore, split_rows

STATUS = Path("/proc/self/status")
RESET = Path("/proc/self/clear_refs")
ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for one process

# A fit on few rows fits into memory that its process already holds.
SMALLEST = 2**20  # bytes: below a mebibyte a ratio says nothing


@dataclass(frozen=True)
class Peak:
    """The most bytes that a contestant's fit held beyond data and imports."""

    contestant: str
    bytes: int


@dataclass(frozen=True)
class Row:
    """The peaks of one case.

    Attributes
    ----------
    key, title, data : str
    n_train, n_features : int
    peaks : tuple of Peak
    ratios : tuple of judge.Ratio
    notes : tuple of str
    """

    key: str
    title: str
    data: str
    n_train: int
    n_features: int
    peaks: tuple
    ratios: tuple
    notes: tuple


def run(case, size, *, tell=ignore):
    """Measure the peak memory of every contestant of a case.

    Parameters
    ----------
    case : Case
    size : Size
    tell : callable
        Receives a contestant's name when it is done.

    Returns
    -------
    Row
    """
    present, notes = find_contestants([OURS, *case.opponents])
    reports = {}
    for contestant in present:
        try:
            reports[contestant.name] = measure_apart(contestant.name, case, size)
        except (subprocess.SubprocessError, ValueError) as error:
            notes.append(f"{contestant.name} failed: {type(error).__name__}")
        tell(contestant.name)
    peaks = {name: max(report["bytes"], SMALLEST) for name, report in reports.items()}
    shape = next(iter(reports.values()), {"n_train": 0, "n_features": 0})
    return Row(
        **{k: getattr(case, k) for k in ("key", "title", "data")},
        n_train=shape["n_train"],
        n_features=shape["n_features"],
        peaks=tuple(Peak(name, peak) for name, peak in peaks.items()),
        ratios=tuple(
            judge.compare(name, [peaks[OURS]], [peak])
            for name, peak in peaks.items()
            if name != OURS and OURS in peaks
        ),
        notes=tuple(notes),
    )


def measure_apart(name, case, size):
    """Run this file in a new process and read the line that it prints."""
    command = ["-m", "benchmarks.speed.memory", case.key, name, "--size", size.name]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure_here(name, case, size):
    """Fit once and give the bytes that this process held at most beyond its data."""
    data = datasets.load(case.data, n_rows=size.n_rows)
    (contestant,), _ = find_contestants([name])
    lane = Lane(contestant, size.shrink(case), split_rows(data))
    lane.warm_up()
    before = reset_peak()
    fitted = lane(0)
    peak = read_peak() - before
    del fitted
    n_train, n_features = lane.split.X_train.shape
    return {"bytes": peak, "n_train": n_train, "n_features": n_features}


def reset_peak():
    """Lower the high-water mark to what is held now, where the system lets us.

    Returns
    -------
    int
        The mark, in bytes.
    """
    if RESET.exists():
        RESET.write_text("5")
    return read_peak()


def read_peak():
    """Give the most bytes of memory that this process has held.

    Raises
    ------
    OSError
        On systems that count no peaks.
    """
    if STATUS.exists():
        lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    try:
        import resource
    except ImportError as error:
        raise OSError("this system counts no peak memory") from error
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main():
    """Print one contestant's peak as a line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.memory")
    parser.add_argument("case")
    parser.add_argument("contestant")
    parser.add_argument("--size", choices=SIZES, default="default")
    asked = parser.parse_args()
    case, size = find_case(asked.case), SIZES[asked.size]
    report = measure_here(asked.contestant, case, size)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
