"""Put verdicts into sentences that a newcomer reads."""


def give_sentence(verdict):
    """Give the sentence, about the user's learner where that was tested."""
    if not verdict.learner:
        return verdict.claim.sentence
    return verdict.claim.of_learner.format(verdict.learner)


def describe_effect(verdict):
    """Say what was measured, and of what if not of the claim's own learner."""
    effect = verdict.claim.effect
    if not verdict.learner:
        return effect
    return f"{effect}; with {verdict.learner} in the place of the claim's learner"


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
        return "Not tested: no data set meets the conditions of the claim."
    effect = _percent(decider.estimate.value)
    if verdict.out_of == 1:
        word = {"supported": "True", "refuted": "False"}.get(verdict.verdict)
        start = f"{word} on" if word else "The run cannot tell of"
        return (
            f"{start} {decider.data}: {effect}, where {verdict.claim.rule} was claimed"
            f"{_concede(verdict) if verdict.verdict == 'refuted' else ''}."
        )
    if verdict.verdict == "supported":
        return (
            f"True on all {verdict.out_of} data sets. Least clearly on {decider.data}: "
            f"{effect}, where {verdict.claim.rule} was claimed."
        )
    if verdict.verdict == "refuted":
        return (
            f"False on {verdict.refuted} of {verdict.out_of} data sets, true on "
            f"{verdict.holds}. Most clearly false on {decider.data}: {effect}, where "
            f"{verdict.claim.rule} was claimed{_concede(verdict)}."
        )
    told = f"True on {verdict.holds} of {verdict.out_of} data sets; on the others the "
    if verdict.holds == 0:
        told = f"On none of {verdict.out_of} data sets is it known to be true: the "
    return (
        f"{told}run cannot tell. Least clearly on {decider.data}: {effect}, where "
        f"{verdict.claim.rule} was claimed."
    )


def _concede(verdict):
    """Say of an effect of the sign that was claimed that it is only too small."""
    low, high = verdict.claim.rule.ends
    value = verdict.decided_by.estimate.value
    is_of_that_sign = (high < 0 and value < 0) or (low > 0 and value > 0)
    return ": the sign is right, the size is not" if is_of_that_sign else ""


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
    decider = verdict.decided_by
    parts = [f"The interval on {decider.data} is {give_interval(decider.estimate)}."]
    low, high = (100 * end for end in verdict.share_interval)
    if high - low < NEARLY_ALL:
        parts.append(
            f"The share of such data sets on which the sentence holds lies between "
            f"{low:.0f} and {high:.0f} % (95 % interval)."
        )
    if verdict.detectable < USUAL:
        parts.append(
            "On the data set that tells least, 8 runs of 10 would see an effect that "
            f"goes {100 * verdict.detectable:.1f} % beyond the margin."
        )
    else:
        parts.append("On the data set that tells least, no usual effect is seen.")
    return " ".join(parts)


NEARLY_ALL = 95  # percent; an interval as long tells nothing of a share
USUAL = 2.0  # an effect as large as twice what it is a share of is none to wait for


def give_interval(estimate):
    """Write the interval of an effect that is a share, in percent.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    str
    """
    return f"{_write(estimate.low)} to {_write(estimate.high)} %"


def _percent(share):
    return f"{_write(share)} %"


def _write(share):
    """Write a share in percent, with its sign, and nought without a minus."""
    return f"{100 * share:+z.1f}"


def count_words(verdicts):
    """Say how many verdicts there are of each word."""
    words = [
        verdict.verdict if verdict.decided_by or verdict.error else UNTESTED
        for verdict in verdicts
    ]
    counts = {word: words.count(word) for word in (*WORDS, UNTESTED)}
    parts = [f"{count} {word}" for word, count in counts.items() if count]
    sentences = "1 sentence" if len(words) == 1 else f"{len(words)} sentences"
    return f"{sentences}: {', '.join(parts)}."


WORDS, UNTESTED = ("supported", "refuted", "inconclusive"), "not tested"
FAMILIES = {
    "forest": "random forests",
    "boosting": "boosting: bias and variance",
    "rounds": "boosting: rounds, margins and noise",
    "members": "the number of members",
    "depth": "simple and rich models",
    "thresholds": "decisions and their thresholds",
    "imbalance": "weights and resampling for a rare class",
    "generative": "generative and discriminative models",
    "limits": "the rows that a model needs",
    "posteriors": "the probabilities of naive Bayes and logistic regression",
    "missing": "missing values",
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


def describe_curves(verdict):
    """Say where curves cross or lead, for readers who cannot see them.

    Parameters
    ----------
    verdict : Verdict

    Returns
    -------
    str
    """
    shown = [f for f in verdict.findings if f.counts and f.curves]
    cells = "; ".join(f"{f.data} {_describe_lines(f.curves)}" for f in shown)
    curves = shown[0].curves
    start = f"{curves['what'].capitalize()} over {curves['over']}."
    return f"{start} {'Crossings: ' if 'crossing' in curves else ''}{cells}."


def _describe_lines(curves):
    """Say where the curves of one data set cross, or from where to where they lead."""
    if "crossing" not in curves:
        return ", ".join(
            f"{name} from {100 * points[0][0]:.1f} to {100 * points[-1][0]:.1f} %"
            for name, points in curves["lines"].items()
        )
    crossing = curves["crossing"]
    return "none" if crossing is None else f"at {crossing[0]:.0f} rows"


def explain_curves(verdict):
    """Say in a caption what the curves show."""
    finding = next(f for f in verdict.findings if f.counts and f.curves)
    curves, scale = finding.curves, ""
    if curves["is_log"]:
        scale = " on a logarithmic scale"
    start = (
        f"{curves['what'].capitalize()} of {finding.contestant}'s estimators over "
        f"{curves['over']}{scale}, with 95 % intervals."
    )
    if "crossing" not in curves:
        return start
    return (
        f"{start} The dashed line is where the curves cross, the grey band the 95 % "
        "interval of that place."
    )


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
