"""Put verdicts into sentences that a newcomer reads."""

from textwrap import dedent


def summarise(verdict):
    """Say in a few sentences what a verdict rests on.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    str
    """
    decider = verdict.decided_by
    if verdict.error:
        return f"The experiment crashed: {verdict.error}"
    if decider is None:
        return "No data set meets the conditions of the claim."
    undecided = verdict.out_of - verdict.holds - verdict.refuted
    low, high = verdict.share_interval
    return (
        dedent(
            f"""\
        Holds on {verdict.holds} of {verdict.out_of} data sets (95 % interval of that
        share {low:.0%} to {high:.0%}), fails on {verdict.refuted}, open on {undecided}.
        Decided by {decider.data}: {give_percent(decider.estimate)}, where
        {verdict.claim.rule} was claimed.
        """
        )
        .replace("\n", " ")
        .strip()
    )


def give_percent(estimate):
    """Write an effect that is a share, with the interval that decided it.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    str
    """
    e = estimate
    return f"{e.value:+.1%} ({e.low:+.1%} to {e.high:+.1%})"


def describe_power(verdict):
    """Say which effects the run could have seen.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    str
    """
    return (
        f"On the data set where the run sees least, an effect {verdict.detectable:.1%} "
        "beyond the margin is seen in 8 runs of 10."
    )


def describe_figure(verdict):
    """Say what the figure shows, for readers who cannot see it.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    str
    """
    counting = [finding for finding in verdict.findings if finding.counts]
    cells = "; ".join(
        f"{finding.data} {give_percent(finding.estimate)}, {finding.verdict}"
        for finding in counting
    )
    return f"Effects with intervals against a margin of {verdict.margin:.0%}: {cells}."


def collect_notes(verdict):
    """Gather what findings note, each note once.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    dict of str to str
        Maps a note to what it is about.
    """
    about = {}
    for finding in verdict.findings:
        for subject, note in finding.notes.items():
            about.setdefault(note, {})[subject] = None
    return {note: ", ".join(subjects) for note, subjects in about.items()}
