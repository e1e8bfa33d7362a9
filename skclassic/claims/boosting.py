"""State and test what is said about boosting's bias and variance.

The textbook's story: members that must heed what those before them got wrong take away
bias, which bagging cannot; so even stumps, which are nearly all bias, become a good
rule. Breiman's (1998) split of the 0/1 loss, on his own four problems; Kohavi and
Wolpert's on rows whose best label nobody knows, and beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_diabetes, load_digits
from sklearn.naive_bayes import GaussianNB

from skclassic.synthetic import GaussianClasses

from .claim import Claim
from .gather import compare_parts, gather
from .problems import Problem, take_rows
from .rules import Leaves, Lowers, Raises

SEED = 19970801  # A decision-theoretic generalization appeared in August 1997
SHARE = 0.3  # effects are large: fewer training sets tell them
OF_STUMPS = 0.25  # whose effects are larger still
FEW_ROUNDS, ROUNDS, MEMBERS = 10, 100, 25
STAGES = (4, 20)  # rounds between a stump's one and ROUNDS, in the figure
DEPTH = 3  # of trees that are boosted
GENERATORS = ("Waveform", "Twonorm", "Threenorm", "Ringnorm")
PEERED = ("Ringnorm",)  # where peers stand beside
OF_NUMBERS = "its target is a number, and these claims are about classes."
NAMES = {"breiman": "0/1, Breiman", "kohavi_wolpert": "0/1, Kohavi", "brier": "brier"}


class Voting(ClassifierMixin, BaseEstimator):
    """Count the votes of a bag's members, where a bag averages their probabilities.

    Parameters
    ----------
    bag : classifier
        Fitted, its `estimators_` know the classes by their numbers and see all columns.
    """

    def __init__(self, bag):
        self.bag = bag

    def fit(self, X, y):
        """Fit the bag."""
        self.bag_ = clone(self.bag).fit(X, y)
        self.classes_ = self.bag_.classes_
        return self

    def predict_proba(self, X):
        """Give the share of the votes for each class."""
        each = np.arange(len(self.classes_))
        votes = (member.predict(X) for member in self.bag_.estimators_)
        return sum(v[:, None] == each for v in votes) / len(self.bag_.estimators_)


def list_generators(lab):
    """Give the user's own problem, or Breiman's four."""
    if lab.own is not None:
        return [lab.own]
    return [each for each in lab.problems if each.name in GENERATORS]


def _list_of_stumps(lab):
    """Add rows of digits: enough of them to tell bias from variance."""
    if lab.own is not None:
        return [lab.own]
    return [*list_generators(lab), _take_even_digits()]


def _take_even_digits():
    X, digits = load_digits(return_X_y=True)
    return take_rows("Even digits", X, digits % 2)


def _list_of_trees(lab):
    """Add rows whose classes overlap, simulated and real, and some where they do not.

    High diabetes are the two halves of a measurement, and hard to tell apart.
    """
    if lab.own is not None:
        return [lab.own]
    people, progress = load_diabetes(return_X_y=True)
    is_high = (progress > np.median(progress)).astype(int)
    high = take_rows("High diabetes", people, is_high)
    return [*list_generators(lab), make_overlapping(), _take_even_digits(), high]


def make_overlapping(n_train=300):
    """Give two clouds of which the best rule gets a quarter of the rows wrong."""
    clouds = GaussianClasses(distance=1.2, n_features=8)
    sizes = {"n_train": n_train, "n_test": 1000, "n_features": 8}
    return Problem("Overlapping", "classification", clouds, **sizes)


def is_left_out(lab, problem):
    """Tell whether a problem is none of classes, and note why."""
    if problem.task == "regression":
        lab.leave_out(problem, OF_NUMBERS)
    return problem.task == "regression"


def _make_of_stumps(contestant, is_judged):
    """Give a stump, boosted ones, and bagged ones where a package bags anything."""
    stump = contestant.grow("classification", 1)
    models = {"stump": stump, "boosted": contestant.boost(stump, ROUNDS)}
    if is_judged:
        models |= {name_stage(m): contestant.boost(stump, m) for m in STAGES}
    if contestant.bag is not None:
        bag = contestant.bag("classification", stump, MEMBERS)
        models |= {"votes": Voting(bag), "shares": bag}
    return models


def name_stage(rounds):
    """Name stumps that were boosted so often."""
    return f"{rounds} rounds"


def _make_of_trees(contestant, is_judged):
    tree = contestant.grow("classification", DEPTH)
    return {"tree": tree, "boosted": contestant.boost(tree, MEMBERS)}


def _make_of_naive_bayes(contestant, is_judged):
    """Give naive Bayes, and boosted ones where a package boosts anything."""
    if contestant.bag is None:
        return {}
    boosted = contestant.boost(GaussianNB(), FEW_ROUNDS)
    return {"single": GaussianNB(), "boosted": boosted}


@dataclass(frozen=True)
class Question:
    """Ask how a part of the loss of one model of everybody's differs from another's.

    Attributes
    ----------
    what : str
        Name of the models: questions about the same ones share their fits.
    make : callable
        Maps a contestant, and whether verdicts rest on it, to a dict of estimators.
    loss : str
        The loss that is split.
    first, second, component : str
        What is compared, as a share of the second's.
    choose : callable
        Maps a problem to the definition that counts.
    show : tuple of str
        Definitions that stand beside; "brier" for the Brier score.
    share : float
        Part of the scale's training sets that will do.
    """

    what: str
    make: Callable
    loss: str
    first: str
    second: str
    component: str
    choose: Callable
    show: tuple = ()
    share: float = SHARE

    def ask(self, lab, problem, contestant, seed):
        """Give the answer that counts, and those beside; none where there are none."""
        models = self.make(contestant, lab.judges_by(contestant))
        if self.first not in models:
            return
        result = lab.split_errors(
            self.what, models, problem=problem, contestant=contestant, loss=self.loss,
            seed=seed, share=self.share,
        )  # fmt: skip
        if self.component not in result.components:
            lab.leave_out(problem, result.trial.refusal)
            return
        counting = self.choose(problem)
        for split in dict.fromkeys((counting, *self.show)):
            key = (self.what, problem.name, contestant.name, seed)
            parts = _redefine(lab, result, split, key)
            answer = self._answer(parts)._replace(contestant=contestant)
            if split != counting:
                answer = answer._replace(loss=NAMES[split], curves=None)
            yield answer

    def _answer(self, parts):
        part = self.component
        answer = compare_parts(parts, self.first, self.second, part, part)
        curves = _follow(parts) if self.first == "boosted" else None
        return answer._replace(loss=None, curves=curves)


def _redefine(lab, result, split, key):
    """Split the loss of the same fits by a definition, once for all claims."""
    if split == result.loss:
        return result
    return lab.recall((*key, result.loss, split), lambda: result.redefine(split))


def _put(question, problems):
    """Build the experiment that puts a question to everybody, on listed problems."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if contestant.boost is None or is_left_out(lab, problem):
                return
            for each in (contestant, *contestant.kin):
                yield from question.ask(lab, problem, each, seed)

        return gather(
            lab,
            ask,
            problems(lab),
            measure=lambda problem: NAMES[question.choose(problem)],
            beside=PEERED,
        )

    return experiment


def _follow(result):
    """Give bias and variance over the rounds, where stages were fitted."""
    names = {1: "stump", **{m: name_stage(m) for m in STAGES}, ROUNDS: "boosted"}
    if not set(names.values()) <= set(result.estimators):
        return None
    lines = {
        part: [
            [e.value, e.low, e.high]
            for e in (result.estimate(name, part) for name in names.values())
        ]
        for part in ("bias", "variance")
    }
    return {
        "over": "rounds",
        "what": "part of the error",
        "places": list(names),
        "is_log": True,
        "lines": lines,
    }


def _take_breiman(problem):
    """Choose Breiman's definition where the best label is known."""
    return "kohavi_wolpert" if problem.is_real else "breiman"


def _take_kohavi(problem):
    return "kohavi_wolpert"


def _ask_of_stumps(first, show=(), problems=list_generators):
    question = Question(
        "stumps", _make_of_stumps, "brier", first, "stump", "bias", _take_breiman, show,
        OF_STUMPS,
    )  # fmt: skip
    return _put(question, problems)


def _ask_of_trees(component):
    question = Question(
        "boosted trees", _make_of_trees, "zero_one", "boosted", "tree", component,
        _take_kohavi,
    )  # fmt: skip
    return _put(question, _list_of_trees)


def _ask_of_naive_bayes():
    question = Question(
        "boosted naive Bayes", _make_of_naive_bayes, "zero_one", "boosted", "single",
        "variance", _take_kohavi,
    )  # fmt: skip
    return _put(question, list_generators)


BREIMAN = "Breiman (1998), Arcing classifiers"
BAUER = (
    "Bauer and Kohavi (1999), An empirical comparison of voting classification "
    "algorithms"
)
FREUND = "Freund and Schapire (1996), Experiments with a new boosting algorithm"
OF_BIAS = (
    "change of the bias (Breiman's; of real rows Kohavi and Wolpert's) by {}, as a "
    "share of a single stump's"
)
CLAIMS = (
    Claim(
        key="boosting-lowers-bias-of-stumps",
        family="boosting",
        sentence="Boosting lowers the bias of stumps.",
        source=f"{BREIMAN}; {BAUER}",
        kind="regularity",
        dimension="model",
        effect=OF_BIAS.format(f"{ROUNDS} rounds of boosting"),
        rule=Lowers(0.5),
        why_this_margin="textbooks promise a large effect: a half is the least of it",
        seed=SEED,
        experiment=_ask_of_stumps(
            "boosted", ("kohavi_wolpert", "brier"), _list_of_stumps
        ),
    ),
    Claim(
        key="votes-leave-bias-of-stumps",
        family="boosting",
        sentence="Bagging stumps by votes leaves their bias.",
        source=f"{BREIMAN}; {FREUND}, table 2",
        kind="regularity",
        dimension="model",
        effect=OF_BIAS.format(f"the votes of {MEMBERS} bagged stumps"),
        rule=Leaves(0.3),
        why_this_margin="boosting takes away more than twice as much",
        seed=SEED,
        experiment=_ask_of_stumps("votes"),
    ),
    Claim(
        key="averages-leave-bias-of-stumps",
        family="boosting",
        sentence="Bagging stumps by averaged probabilities leaves their bias.",
        source="Breiman (1996), Bagging predictors, who finds averages and votes alike",
        kind="regularity",
        dimension="model",
        effect=OF_BIAS.format(f"averaging {MEMBERS} bagged stumps"),
        rule=Leaves(0.3),
        why_this_margin="as of votes: boosting takes away more than twice as much",
        seed=SEED,
        experiment=_ask_of_stumps("shares"),
    ),
    Claim(
        key="boosting-lowers-variance-of-trees",
        family="boosting",
        sentence="Boosting lowers the variance of trees.",
        source=f"{BREIMAN}; {BAUER}",
        kind="regularity",
        dimension="model",
        effect=f"change of Kohavi and Wolpert's variance by {MEMBERS} rounds of "
        f"boosting trees of depth {DEPTH}, as a share of a single one's",
        rule=Lowers(0.1),
        why_this_margin="a tenth of the variance is what few more rows would take away",
        seed=SEED,
        experiment=_ask_of_trees("variance"),
    ),
    Claim(
        key="boosting-lowers-error-of-trees",
        family="boosting",
        sentence="Boosted trees err less than one of them, whatever the data.",
        source=f"{FREUND}; against it {BREIMAN}, where boosting did not help on the "
        "diabetes of the Pima",
        kind="regularity",
        dimension="model",
        effect=f"change of the error by {MEMBERS} rounds of boosting trees of depth "
        f"{DEPTH}, as a share of a single one's",
        rule=Lowers(0.02),
        why_this_margin="a fiftieth of the error is the least that pays for the rounds",
        seed=SEED,
        experiment=_ask_of_trees("loss"),
    ),
    Claim(
        key="boosting-raises-variance-of-naive-bayes",
        family="boosting",
        sentence="Boosting naive Bayes, a stable learner, raises its variance.",
        source=BAUER,
        kind="regularity",
        dimension="model",
        effect=f"change of Kohavi and Wolpert's variance by {FEW_ROUNDS} rounds of "
        "boosting, as a share of a single naive Bayes'",
        rule=Raises(0.1),
        why_this_margin="a tenth of the variance is what few more rows would take away",
        seed=SEED,
        experiment=_ask_of_naive_bayes(),
    ),
)
