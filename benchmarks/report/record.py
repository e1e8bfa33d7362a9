"""Write results as JSON that other programs, and later runs, can read."""

import json
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from benchmarks.rivals import CONTESTANTS
from benchmarks.speed.race import OURS

FOUNDATIONS = ("numpy", "scipy", "numba")


@dataclass
class Results:
    """Everything one run measured.

    Attributes
    ----------
    size : {"quick", "default", "full"}
    verdicts, races, peaks, starts, accuracies, averages, categories, published, \
evidence : list
        One entry for each claim, race, memory case, cold start, and so on.
    ledger : list of ledger.Entry
        What the claims took of the time that is allotted to them.
    notes : list of str
        What is missing, one line each.
    seconds : dict of str to float
        Since the start of the process: the first verdict, and the end of each job.
    """

    size: str
    verdicts: list = field(default_factory=list)
    races: list = field(default_factory=list)
    peaks: list = field(default_factory=list)
    starts: list = field(default_factory=list)
    accuracies: list = field(default_factory=list)
    averages: list = field(default_factory=list)
    categories: list = field(default_factory=list)
    published: list = field(default_factory=list)
    evidence: list = field(default_factory=list)
    ledger: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    seconds: dict = field(default_factory=dict)

    @property
    def has_failed(self):
        """Whether anything crashed or, at full size, broke a promise."""
        promises = [
            *(ratio.is_met for row in self.races for ratio in row.ratios),
            *(each.is_met for each in (*self.starts, *self.averages)),
            *(row.is_met for row in (*self.accuracies, *self.categories)),
            *(row.is_met for row in (*self.published, *self.evidence)),
        ]
        crashed = any(verdict.error for verdict in self.verdicts) or any(
            OURS not in {timing.contestant for timing in row.timings}
            for row in self.races
        )
        return crashed or (self.size == "full" and False in promises)


def write(path, results):
    """Write the results to a JSON file.

    Parameters
    ----------
    path : Path
    results : Results
    """
    text = json.dumps(describe(results), indent=1, allow_nan=False)
    path.write_text(text + "\n", "utf-8")


def describe(results):
    """Give the results as plain dicts and lists, with what they were measured on."""
    from skclassic.claims.saved import describe_results, make_plain

    return describe_results(results.verdicts, size=results.size) | {
        "versions": list_versions(),
        "seconds": results.seconds,
        "speed": [make_plain(row) for row in results.races],
        "memory": [make_plain(row) for row in results.peaks],
        "cold_starts": [make_plain(start) for start in results.starts],
        "accuracy": {
            "sets": [make_plain(row) for row in results.accuracies],
            "averages": [make_plain(each) for each in results.averages],
        },
        "categories": [make_plain(row) for row in results.categories],
        "published": [make_plain(row) for row in results.published],
        "evidence": [make_plain(row) for row in results.evidence],
        "ledger": [make_plain(entry) for entry in results.ledger],
        "notes": results.notes,
    }


def list_versions():
    """Give the installed versions of contestants and foundations."""
    versions = {c.distribution: c.version for c in CONTESTANTS.values()}
    for name in FOUNDATIONS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {name: found for name, found in versions.items() if found is not None}
