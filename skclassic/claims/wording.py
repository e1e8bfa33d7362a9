"""Put verdicts into sentences that a newcomer reads."""


def give_sentence(verdict):
    """Give the sentence, and what it was tested with if not with its own learner."""
    if not verdict.learner:
        return verdict.claim.sentence
    return f"{verdict.claim.sentence} [tested with {verdict.learner}]"


def conclude(verdict):
    """Say in a sentence or two what came out, for a reader in a hurry.

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
    effect = _percent(decider.estimate.value)
    if verdict.verdict == "supported":
        return (
            f"True on all {verdict.out_of} data sets. Least clearly on {decider.data}: "
            f"{effect}, where {verdict.claim.rule} was claimed."
        )
    if verdict.verdict == "refuted":
        return (
            f"False on {verdict.refuted} of {verdict.out_of} data sets, true on "
            f"{verdict.holds}. Most clearly false on {decider.data}: {effect}, where "
            f"{verdict.claim.rule} was claimed."
        )
    return (
        f"True on {verdict.holds} of {verdict.out_of} data sets; on the others the run "
        f"cannot tell. Least clearly on {decider.data}: {effect}, where "
        f"{verdict.claim.rule} was claimed."
    )


def describe_evidence(verdict):
    """Say which interval decided, how general the sentence is, and the power.

    Parameters
    ----------
    verdict : Verdict
        One with findings that count.

    Returns
    -------
    str
    """
    low, high = (100 * end for end in verdict.share_interval)
    share = (
        f" The share of such data sets on which the sentence holds lies between "
        f"{low:.0f} and {high:.0f} % (95 % interval)."
    )
    return (
        f"The interval on {verdict.decided_by.data} is "
        f"{give_interval(verdict.decided_by.estimate)}."
        f"{share if verdict.out_of > 1 else ''} Where the run sees least, an effect "
        f"{100 * verdict.detectable:.1f} % beyond the margin is seen in 8 runs of 10."
    )


def give_interval(estimate):
    """Write the interval of an effect that is a share, in percent.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    str
    """
    return f"{100 * estimate.low:+.1f} to {100 * estimate.high:+.1f} %"


def _percent(share):
    return f"{100 * share:+.1f} %"


def count_words(verdicts):
    """Say how many verdicts there are of each word."""
    words = [verdict.verdict for verdict in verdicts]
    counts = {word: words.count(word) for word in WORDS}
    parts = [f"{count} {word}" for word, count in counts.items() if count]
    sentences = "1 sentence" if len(words) == 1 else f"{len(words)} sentences"
    return f"{sentences}: {', '.join(parts)}."


WORDS = ("supported", "refuted", "inconclusive")
FAMILIES = {
    "forest": "random forests",
    "members": "the number of members",
    "depth": "simple and rich models",
}


def name_family(family):
    """Name a family of claims in a heading."""
    return FAMILIES.get(family, family)


def describe_glance(verdict):
    """Say what the small figure shows, for readers who cannot see it.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    str
    """
    values = [100 * f.estimate.value for f in verdict.findings if f.counts]
    return (
        f"Effects from {min(values):+.0f} to {max(values):+.0f} % on {len(values)} "
        f"data sets, where {verdict.claim.rule} is true."
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
        f"{finding.data} {give_interval(finding.estimate)}, {finding.verdict}"
        for finding in counting
    )
    return f"Intervals of the effect, where {verdict.claim.rule} is true: {cells}."


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
