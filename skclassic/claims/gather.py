"""Ask one question of every data set and every contestant."""

from math import isfinite
from traceback import format_exception_only
from typing import NamedTuple

from .verdicts import Finding


class Answer(NamedTuple):
    """Hold what was measured in one place.

    Attributes
    ----------
    estimate : Estimate
        The effect.
    caveat : str
        What cannot be told from the data set.
    context : dict of str to float
        The figures behind the effect.
    loss : str or None
        The loss it was measured in; None for what verdicts rest on.
    curves : dict or None
        Curves behind the effect, as `Finding` holds them.
    contestant : Contestant or None
        Who showed it; None for the one that was asked.
    """

    estimate: object
    caveat: str
    context: dict
    loss: str | None = None
    curves: dict | None = None
    contestant: object = None


def compare_parts(result, first, second, component, relative_to):
    """Answer by how much a component of one estimator's loss differs from another's.

    Parameters
    ----------
    result : BiasVarianceResult
    first, second, component, relative_to : str
        As for its `difference`.

    Returns
    -------
    Answer
    """
    return Answer(
        result.difference(first, second, component, relative_to=relative_to),
        result.caveat,
        {
            f"{name}: {part}": result.estimate(name, part).value
            for name in (second, first)
            for part in result.components
        },
        result.loss,
    )


def gather(lab, ask, problems=None, *, measure=None, beside=None):
    """Collect findings.

    Parameters
    ----------
    lab : Laboratory
    problems : list of Problem, default=None
        Those of an experiment that measures for itself; None for all.
    ask : callable
        Maps a problem and a contestant to the answers there are.
    measure : str or callable, default=None
        What verdicts rest on, or what maps a problem to that; None for each problem's
        own loss.
    beside : sequence of str, default=None
        Names of problems on which peers stand beside; None as the laboratory has it.

    Returns
    -------
    list of Finding
        A contestant beside that raises is a note of the laboratory's.
    """
    findings = []
    problems = lab.problems if problems is None else problems
    for problem in problems:
        for contestant in lab.list_contestants(problem, problems, beside):
            try:
                answers = list(ask(problem, contestant))
            except Exception as error:
                if lab.judges_by(contestant):
                    raise
                reason = format_exception_only(error)[0].partition("\n")[0]
                lab.note(f"{contestant.name} failed on {problem.name}: {reason}")
                continue
            for answer in answers:
                if isfinite(answer.estimate.value):
                    findings.append(
                        _make_finding(lab, problem, contestant, answer, measure)
                    )
                elif lab.judges_by(contestant):
                    lab.leave_out(problem, NOTHING)
    return findings


NOTHING = "what the effect is a share of cannot be told from 0."


def _make_finding(lab, problem, contestant, answer, measure):
    deciding = measure(problem) if callable(measure) else measure or problem.loss
    loss, contestant = answer.loss or deciding, answer.contestant or contestant
    notes = {problem.name: answer.caveat, contestant.name: contestant.note}
    return Finding(
        data=problem.name,
        contestant=contestant.name,
        loss=loss,
        estimate=answer.estimate,
        counts=lab.judges_by(contestant) and loss == deciding,
        notes={subject: note for subject, note in notes.items() if note},
        context=answer.context,
        curves=answer.curves or {},
        aside=loss != deciding,
    )
