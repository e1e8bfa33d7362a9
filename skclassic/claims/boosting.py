"""State and test what is said about boosting.

The textbook's story: members that must heed what those before them got wrong take away
bias, which bagging cannot; so even stumps, which are nearly all bias, become a good
rule. Breiman's (1998) split of the 0/1 loss, on his own four problems.
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skclassic._estimates import Estimate

from .claim import Claim
from .gather import Answer, compare_parts, gather
from .rules import Leaves, Lowers, Spares

SEED = 19970801  # A decision-theoretic generalization appeared in August 1997
SHARE = 0.3  # effects are large: fewer training sets tell them
ROUNDS, MEMBERS = 100, 25
GENERATORS = ("Waveform", "Twonorm", "Threenorm", "Ringnorm")
OF_NUMBERS = "its target is a number, and these claims are about classes."
OF_TWO = "it has more than two classes, and the bound is for two."


class Voting(ClassifierMixin, BaseEstimator):
    """Hide probabilities, so that bagging counts votes.

    Parameters
    ----------
    model : classifier
    """

    def __init__(self, model):
        self.model = model

    def fit(self, X, y, sample_weight=None):
        """Fit the model itself: bagging clones this one for each member."""
        self.model.fit(X, y, sample_weight)
        self.classes_ = self.model.classes_
        return self

    def predict(self, X):
        """Give the model's answers."""
        return self.model.predict(X)


def _list_problems(lab):
    """Give the problems of classes: the user's own, or Breiman's four."""
    if lab.own is not None:
        return [lab.own]
    return [each for each in lab.problems if each.name in GENERATORS]


def _compare_bias(first):
    """Build an experiment on the bias of what is made of stumps."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if contestant.boost is None:
                return
            if problem.task == "regression":
                lab.leave_out(problem, OF_NUMBERS)
                return
            models = contestant.boost(ROUNDS, MEMBERS)
            if first not in models:
                return
            result = lab.split_errors(
                "stumps",
                models,
                problem=problem,
                contestant=contestant,
                loss="zero_one",
                seed=seed,
                share=SHARE,
            )
            if "bias" not in result.components:
                lab.leave_out(problem, result.trial.refusal)
                return
            parts = result.redefine("breiman")
            yield compare_parts(parts, first, "stump", "bias", "bias")

        return gather(
            lab, ask, _list_problems(lab), measure="zero_one", beside=("Ringnorm",)
        )

    return experiment


def _compare_with_bound(lab, seed):
    """Ask how far the training error lies above its bound, over all rounds."""

    def ask(problem, contestant):
        if contestant.boost is None or not lab.judges_by(contestant):
            return
        if problem.task == "regression" or len(problem.classes) != 2:
            lab.leave_out(problem, OF_TWO)
            return
        boosted = contestant.boost(ROUNDS, MEMBERS)["boosted"]
        found = lab.repeat(
            "bound", _measure_excess(boosted), {"boosted": boosted}, problem=problem,
            contestant=contestant, seed=seed, share=SHARE,
        )  # fmt: skip
        excess = found.average(("boosted", "excess"))
        yield Answer(Estimate(excess, 0.0, np.inf), found.caveat, {})

    return gather(lab, ask, _list_problems(lab), measure="excess")


def _measure_excess(model):
    """Build what boosts, and finds where the training error is nearest to its bound."""

    def measure_one(training, test, fitting):
        X, y = training
        fitted = model.fit(X, y)
        errors = fitted.estimator_errors_[: len(fitted)]
        bound = np.cumprod(2 * np.sqrt(errors * (1 - errors)))
        wrong = 1 - np.array(list(fitted.staged_score(X, y)))
        return {("boosted", "excess"): float((wrong - bound).max())}

    return measure_one


FREUND = (
    "Freund and Schapire (1997), A decision-theoretic generalization of on-line "
    "learning and an application to boosting"
)
BREIMAN = "Breiman (1998), Arcing classifiers"
CLAIMS = (
    Claim(
        key="boosting-lowers-bias-of-stumps",
        family="boosting",
        sentence="Boosting lowers the bias of stumps.",
        source=f"{BREIMAN}; Bauer and Kohavi (1999)",
        kind="regularity",
        dimension="model",
        effect=f"change of Breiman's bias by {ROUNDS} rounds of boosting, as a share "
        "of a single stump's",
        rule=Lowers(0.5),
        why_this_margin="textbooks promise a large effect: a half is the least of it",
        seed=SEED,
        experiment=_compare_bias("boosted"),
    ),
    Claim(
        key="votes-leave-bias-of-stumps",
        family="boosting",
        sentence="Bagging stumps by votes leaves their bias.",
        source=f"{BREIMAN}; Freund and Schapire (1996), Experiments with a new "
        "boosting algorithm, table 2",
        kind="regularity",
        dimension="model",
        effect=f"change of Breiman's bias by the votes of {MEMBERS} bagged stumps, as "
        "a share of a single stump's",
        rule=Leaves(0.3),
        why_this_margin="boosting takes away more than twice as much",
        seed=SEED,
        experiment=_compare_bias("votes"),
    ),
    Claim(
        key="training-error-stays-under-its-bound",
        family="boosting",
        sentence="The training error of AdaBoost stays under the product of "
        "2 sqrt(e (1 - e)).",
        source=f"{FREUND}, theorem 6",
        kind="theorem",
        dimension="training",
        effect=f"largest excess of the training error over its bound, in {ROUNDS} "
        "rounds, as a share of the rows",
        rule=Spares(1e-9),
        why_this_margin="a theorem has no exceptions: this is rounding",
        seed=SEED,
        experiment=_compare_with_bound,
    ),
)
