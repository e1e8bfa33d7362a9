"""Say what a claim is: a sentence that can be false."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Claim:
    """Hold a sentence and how to test it, fixed before the run.

    Attributes
    ----------
    key : str
        Short name for the command line.
    family : str
        Claims of one family share the chance of a wrong word equally.
    sentence : str
        What is claimed.
    source : str
        Where the sentence stands.
    kind : {"theorem", "regularity", "reproduction"}
        A theorem is checked as such, a regularity holds on k of K data sets, a
        reproduction aims at a published figure.
    dimension : {"data", "model", "training", "loss", "inference"}
        Which lever of learning it is about.
    effect : str
        The measured quantity, in words.
    rule : Rule
        The smallest effect of interest, and on which side of it the sentence is true.
    why_this_margin : str
        The reason for that size.
    seed : int
        Decides training sets, test rows and members.
    experiment : callable
        Takes a Laboratory and returns findings.
    of_learner : str
        The sentence about a learner of the user's own, with "{}" for its name; empty
        where it can be put to none.
    """

    key: str
    family: str
    sentence: str
    source: str
    kind: Literal["theorem", "regularity", "reproduction"]
    dimension: Literal["data", "model", "training", "loss", "inference"]
    effect: str
    rule: object
    why_this_margin: str
    seed: int
    experiment: Callable
    of_learner: str = ""

    @property
    def takes_estimator(self):
        """Tell whether the sentence can be put to a learner of the user's own."""
        return bool(self.of_learner)

    def to_dict(self):
        """Give plain numbers and texts, ready for JSON."""
        skipped = ("rule", "experiment", "of_learner")
        plain = {k: v for k, v in vars(self).items() if k not in skipped}
        return plain | {
            "rule": str(self.rule),
            "margin": self.rule.margin,
            "takes_estimator": self.takes_estimator,
        }
