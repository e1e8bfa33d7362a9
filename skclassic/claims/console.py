"""Print claims and verdicts as plain text."""

from textwrap import fill, indent

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
        f"    {claim.sentence}",
        f"    Source: {claim.source}.",
        fill(
            f"Measured: {claim.effect}; {claim.rule}, because {claim.why_this_margin}.",
            WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
        ),
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
    claim = verdict.claim
    head = f"{verdict.verdict.upper():12}  {claim.sentence}"
    if verdict.error:
        return f"{head}\n    The experiment crashed: {verdict.error}"
    why = fill(
        f"{summarise(verdict)} Effect: {claim.effect}; {claim.rule}.",
        WIDTH - 4,
    )
    rows = "\n".join(_describe_finding(finding) for finding in verdict.findings)
    notes = "\n".join(verdict.notes)
    return "\n".join([head, indent("\n".join([why, rows, notes]).rstrip(), "    ")])


def summarise(verdict):
    """Say in two sentences what a verdict rests on.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    str
    """
    low, high = verdict.share_interval
    decider = verdict.decided_by
    if decider is None:
        return "No data set meets the conditions of the claim."
    ends = f"{decider.estimate.low:+.3f} to {decider.estimate.high:+.3f}"
    return (
        f"Holds on {verdict.holds} of {verdict.out_of} data sets (95 % interval of the "
        f"share: {low:.0%} to {high:.0%}), fails on {verdict.refuted}. Decided by "
        f"{decider.data}: {decider.estimate.value:+.3f}, {ends}. Effects "
        f"{verdict.detectable:.3f} beyond the margin are seen in 8 runs of 10."
    )


def _describe_finding(finding):
    e = finding.estimate
    return (
        f"{finding.data:14}{finding.contestant:13}{finding.loss:14}"
        f"{e.value:+7.3f}  [{e.low:+.3f}, {e.high:+.3f}]  {finding.verdict}"
    )
