"""Keep verdicts as JSON, read them again, and put those of another run beside."""

import json
import math
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path

from .contestants import KNOWN, describe_machine, list_versions
from .own_data import Unusable
from .registry import CLAIMS
from .verdicts import Finding, Verdict
from .wording import WORDS

SCHEMA = 2  # raised whenever a field changes its name or its meaning


@dataclass(frozen=True)
class Saved:
    """Hold what another run found.

    Attributes
    ----------
    label : str
        What to call it.
    origin : dict
        "size", "machine" and "versions" of the run, as `describe_results` says.
    verdicts : dict of str to Verdict
        By the keys of claims that this package asks in the same words.
    strangers : tuple of str
        Keys of its other claims.
    """

    label: str
    origin: dict
    verdicts: dict
    strangers: tuple

    @property
    def about(self):
        """Say with what it was made."""
        version = self.origin["versions"].get("skclassic", "?")
        return f"skclassic {version}, size {self.origin['size']}"


@dataclass(frozen=True)
class Ends:
    """Hold an estimate whose interval was saved, as `Estimate` gives it."""

    value: float
    standard_error: float
    df: float
    confidence: float
    shape: dict
    low: float
    high: float


def write_results(path, verdicts, *, size, **origin):
    """Write verdicts to a JSON file, from which `read_results` makes them again.

    Parameters
    ----------
    path : str or Path
    verdicts : sequence of Verdict
    size : str
        How thorough the run was.
    **origin
        "machine" and "versions", where they are not these.
    """
    results = describe_results(verdicts, size=size) | origin
    text = json.dumps(results, indent=1, allow_nan=False)
    Path(path).write_text(text + "\n", "utf-8")


def describe_results(verdicts, *, size):
    """Give verdicts as plain dicts and lists, with what they were measured on.

    Returns
    -------
    dict
        With "schema", "size", "machine", "versions" and "claims".
    """
    return {
        "schema": SCHEMA,
        "size": size,
        "machine": describe_machine(),
        "versions": list_versions(),
        "claims": [make_plain(verdict.to_dict()) for verdict in verdicts],
    }


def make_plain(value):
    """Turn dataclasses into dicts with their promise, and non-finite numbers into None.

    Returns
    -------
    dict, list, str, float, int, bool or None
    """
    if is_dataclass(value):
        plain = {name: make_plain(part) for name, part in vars(value).items()}
        if hasattr(value, "is_met"):
            plain["is_met"] = value.is_met
        return plain
    if isinstance(value, dict):
        return {str(name): make_plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [make_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def load(path):
    """Read a JSON file of results as it is.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict

    Raises
    ------
    Unusable
        If there is no such file, it is no JSON, or of another schema.
    """
    try:
        results = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise Unusable(
            f"{path} must hold results as --json or the benchmarks write them, got no "
            "JSON."
        ) from None
    schema = results.get("schema") if isinstance(results, dict) else None
    if schema != SCHEMA:
        raise Unusable(
            f"{path} must have schema {SCHEMA}, got {schema}: measure it again with "
            "this version."
        )
    return results


def read_results(path, label=None):
    """Read the verdicts of another run.

    Parameters
    ----------
    path : str or Path
        What `write_results`, or `python -m benchmarks`, wrote.
    label : str, default=None
        What to call it; None for the name of the file.

    Returns
    -------
    Saved

    Raises
    ------
    Unusable
        If the file cannot be read, or holds no verdicts.
    """
    results, verdicts, strangers = load(path), {}, []
    try:
        origin = {
            "size": str(results["size"]),
            "machine": {name: results["machine"][name] for name in describe_machine()},
            "versions": dict(results["versions"]),
        }
        for plain in results["claims"]:
            if _asks_the_same(plain):
                verdicts[plain["key"]] = _restore(plain)
            else:
                strangers.append(str(plain["key"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise Unusable(
            f"{path} must hold verdicts as --json writes them, got others: {reason}."
        ) from None
    return Saved(label or Path(path).stem, origin, verdicts, tuple(strangers))


def _asks_the_same(plain):
    claim = CLAIMS.get(plain["key"])
    return claim is not None and (claim.sentence, str(claim.rule)) == (
        plain["sentence"],
        plain["rule"],
    )


def _restore(plain):
    """Make a verdict of plain numbers and texts."""
    _check_word(plain["verdict"])
    findings = tuple(_restore_finding(each) for each in plain["findings"])
    decider = plain["decided_by"] and _restore_finding(plain["decided_by"])
    return Verdict(
        CLAIMS[plain["key"]],
        plain["verdict"],
        decided_by=decider,
        holds=int(plain["holds"]),
        refuted=int(plain["refuted"]),
        out_of=int(plain["out_of"]),
        detectable=_number(plain["detectable"], math.nan),
        findings=findings,
        notes=tuple(plain["notes"]),
        seconds=float(plain["seconds"]),
        versions=plain["versions"],
        parameters=plain["parameters"],
        error=plain["error"],
        learner=plain.get("learner", ""),
    )


def _check_word(word):
    if word not in WORDS:
        raise ValueError(f"verdict {word!r}")


def _restore_finding(plain):
    _check_word(plain["verdict"])
    estimate = {
        name: value if name == "shape" else _number(value, GAPS.get(name, math.nan))
        for name, value in plain["estimate"].items()
    }
    return Finding(**plain | {"estimate": Ends(**estimate)})


def _number(value, gap):
    """Read a number; what is not finite was written as None."""
    return gap if value is None else float(value)


GAPS = {"standard_error": math.inf, "low": -math.inf, "high": math.inf}


def stand_beside(verdict, others):
    """Put what other runs found on a claim beside a verdict, which stays as it is.

    Parameters
    ----------
    verdict : Verdict
    others : sequence of Saved

    Returns
    -------
    Verdict
        With the findings on which theirs rest, as contestants under their labels.
    """
    findings, lines = list(verdict.findings), list(verdict.beside)
    for other in others:
        theirs = other.verdicts.get(verdict.claim.key)
        if theirs is None:
            continue
        word = "crashed" if theirs.error else theirs.verdict
        learner = f" for {theirs.learner}" if theirs.learner else ""
        lines.append(f"{other.label}: {word}{learner} ({other.about}).")
        findings += [
            replace(finding, contestant=other.label, counts=False)
            for finding in theirs.findings
            if finding.counts
        ]
    return replace(verdict, findings=tuple(findings), beside=tuple(lines))


def read_others(texts):
    """Read the results that are to stand beside, each under a label of its own.

    Parameters
    ----------
    texts : sequence of str
        "FILE" or "LABEL=FILE", as `--add` takes them.

    Returns
    -------
    list of Saved

    Raises
    ------
    Unusable
        If a file cannot be read, or a label is used twice or is a contestant's name.
    """
    others = [read_results(path, label) for label, path in map(part_label, texts)]
    labels = [*KNOWN, *(each.label for each in others)]
    for label in labels:
        if labels.count(label) > 1:
            raise Unusable(
                f"--add must name each run apart, got {label!r} twice. Give LABEL=FILE."
            )
    return others


def part_label(text):
    """Part what to call a file of results from its path; a file may have "=" in it."""
    label, is_there, path = text.partition("=")
    if not is_there or Path(text).is_file():
        return None, text
    return label or None, path


def describe_strangers(others):
    """Name, in a line for each other run, claims that are asked here in other words."""
    return [
        f"{other.label} tested claims that are not the same here: "
        f"{', '.join(other.strangers)}."
        for other in others
        if other.strangers
    ]
