"""Print claims and verdicts as plain text."""

from textwrap import fill

from .wording import describe_power, give_percent, summarise

WIDTH = 88


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


def describe_verdict(verdict):
    """Write a verdict: the word, why, and one line per data set and contestant.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    str
    """
    lines = [
        f"{verdict.verdict.upper():13} {verdict.claim.sentence}",
        _wrap(summarise(verdict)),
    ]
    if verdict.findings:
        lines += [
            _wrap(f"Measured: {verdict.claim.effect}. {describe_power(verdict)}"),
            *(_describe_finding(finding) for finding in verdict.findings),
        ]
    return "\n".join([*lines, *(_wrap(note) for note in verdict.notes)])


def _describe_finding(finding):
    return (
        f"    {finding.data:14}{finding.contestant:13}{finding.loss:14}"
        f"{finding.verdict:13}{give_percent(finding.estimate)}"
    )


def _wrap(text):
    return fill(text, WIDTH, initial_indent="    ", subsequent_indent="    ")
