"""Print claims and verdicts as plain text."""

from textwrap import fill

from .wording import (
    conclude,
    describe_effect,
    describe_evidence,
    give_interval,
    give_sentence,
)

WIDTH = 88
LEGEND = (
    "Each line: the data, whose estimators, the loss, the word, and the change in "
    "percent with its interval."
)
DATA = (
    " Waveform, Twonorm, Threenorm, Ringnorm and Friedman 1 "
    "to 3 are simulated, so that their truth is known; so are Gaussian, Rare twonorm "
    "and Rare ringnorm, where a tenth of the rows is positive, and what is Correlated, "
    "Independent, Copied, Noisy, Overlapping or at a Distance. Other packages, on the "
    "same training sets, are on the page."
)


def describe_legend(*, is_own=False):
    """Say how to read what is printed of verdicts, and of which data unless these are
    the user's own.
    """
    return fill(LEGEND if is_own else LEGEND + DATA, WIDTH)


def describe_claim(claim):
    """Write a claim in a few lines: key, sentence, source, rule.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    str
    """
    lines = [
        f"{claim.key}  ({claim.kind}, {claim.dimension}, seed {claim.seed})",
        _wrap(claim.sentence),
        _wrap(f"Source: {claim.source}."),
        _wrap(f"Measured: {claim.effect}."),
        _wrap(f"True would be {claim.rule}: {claim.why_this_margin}."),
    ]
    return "\n".join(lines)


def describe_verdict(verdict, *, verbose=False):
    """Write a verdict: the word, why, and a line for each data set.

    Parameters
    ----------
    verdict : Verdict
    verbose : bool, default=False
        Whether to print the findings that stand beside as well.

    Returns
    -------
    str
    """
    lines = [
        f"{verdict.verdict.upper():13} {give_sentence(verdict)}",
        _wrap(conclude(verdict)),
    ]
    if verdict.decided_by is not None:
        shown = [each for each in verdict.findings if verbose or each.counts]
        lines += [
            _wrap(
                f"{describe_evidence(verdict)} Measured: {describe_effect(verdict)}."
            ),
            *map(_describe_finding, shown),
        ]
    return "\n".join([*lines, *map(_wrap, (*verdict.beside, *verdict.notes))])


def _describe_finding(finding):
    return (
        f"    {finding.data:14}{finding.contestant:13}{finding.loss:14}"
        f"{finding.verdict:13}{100 * finding.estimate.value:+z7.1f} "
        f"({give_interval(finding.estimate)})"
    )


def _wrap(text):
    return fill(text, WIDTH, initial_indent="    ", subsequent_indent="    ")
