"""State and test what is said about boosting.

The textbook's story: members that must heed what those before them got wrong take away
bias, which bagging cannot; so even stumps, which are nearly all bias, become a good
rule. Breiman's (1998) split of the 0/1 loss, on his own four problems.
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.naive_bayes import GaussianNB

from skclassic._estimates import Estimate
from skclassic._estimators import seed_estimator

from .claim import Claim
from .gather import Answer, compare_parts, gather
from .generative import count_right
from .rules import Leaves, Lowers, Raises, Spares

SEED = 19970801  # A decision-theoretic generalization appeared in August 1997
SHARE = 0.3  # effects are large: fewer training sets tell them
OF_THEOREM = 0.1  # which holds on each of them
ROUNDS, FEW_ROUNDS, MANY_ROUNDS, MEMBERS = 100, 10, 200, 25
DEPTH = 3  # of trees that are boosted
NOISE = 0.2  # of the training labels
LOW = 0.1  # of the rows lie below such a margin
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


def _leave_out(lab, problem, *, of_two=False):
    """Tell whether a problem is none of these claims', and note why."""
    if problem.task == "regression":
        lab.leave_out(problem, OF_NUMBERS)
    elif of_two and len(problem.classes) != 2:
        lab.leave_out(problem, OF_TWO)
    else:
        return False
    return True


def _make_of_stumps(contestant):
    """Give a stump, boosted ones, and bagged ones where a package bags anything."""
    stump = contestant.grow("classification", 1)
    models = {"stump": stump, "boosted": contestant.boost(stump, ROUNDS)}
    if contestant.bag is not None:
        votes = contestant.bag("classification", Voting(stump), MEMBERS)
        shares = contestant.bag("classification", stump, MEMBERS)
        models |= {"votes": votes, "shares": shares}
    return models


def _make_of_naive_bayes(contestant):
    """Give naive Bayes, and boosted ones where a package boosts anything."""
    if contestant.bag is None:
        return {}
    boosted = contestant.boost(GaussianNB(), FEW_ROUNDS)
    return {"single": GaussianNB(), "boosted": boosted}


def _compare_parts(what, make, first, second, component, definition):
    """Build an experiment on a part of the 0/1 loss of a contestant's models."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if contestant.boost is None or _leave_out(lab, problem):
                return
            models = make(contestant)
            if first not in models:
                return
            result = lab.split_errors(
                what,
                models,
                problem=problem,
                contestant=contestant,
                loss="zero_one",
                seed=seed,
                share=SHARE,
            )
            if component not in result.components:
                lab.leave_out(problem, result.trial.refusal)
                return
            parts = result.redefine(definition)
            yield compare_parts(parts, first, second, component, component)

        return gather(
            lab, ask, _list_problems(lab), measure="zero_one", beside=("Ringnorm",)
        )

    return experiment


def _measure(
    what, make, measure_one, answer, *, measure, of_two, beside=(), share=SHARE
):
    """Build an experiment that measures for itself on each training set."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if contestant.boost is None or contestant.bag is None:
                return
            if _leave_out(lab, problem, of_two=of_two):
                return
            models = make(contestant)
            found = lab.repeat(
                what, measure_one(models), models, problem=problem,
                contestant=contestant, seed=seed, share=share,
            )  # fmt: skip
            yield answer(found)

        return gather(lab, ask, _list_problems(lab), measure=measure, beside=beside)

    return experiment


def _boost_stumps(contestant, rounds=ROUNDS):
    return {"boosted": contestant.boost(contestant.grow("classification", 1), rounds)}


def _boost_stumps_long(contestant):
    return _boost_stumps(contestant, MANY_ROUNDS)


def _measure_excess(models):
    """Build what boosts, and finds where the training error is nearest to its bound."""

    def measure_one(training, test, fitting):
        fitted = seed_estimator(clone(models["boosted"]), fitting).fit(*training)
        errors = fitted.estimator_errors_[: len(fitted.estimators_)]
        bound = np.cumprod(2 * np.sqrt(errors * (1 - errors)))
        wrong = 1 - np.array(list(fitted.staged_score(*training)))
        return {("boosted", "excess"): float((wrong - bound).max())}

    return measure_one


def _answer_excess(found):
    worst = found.values["boosted", "excess"].max()
    return Answer(Estimate(worst, 0.0, np.inf), found.caveat, {})


def _measure_margins(models):
    """Build what boosts, and looks at the margins where the training error is first at
    its least, and in the end.
    """

    def measure_one(training, test, fitting):
        X, y = training
        fitted = seed_estimator(clone(models["boosted"]), fitting).fit(X, y)
        signs = np.where(y == fitted.classes_[1], 0.5, -0.5)
        margins = [s * signs for s in fitted.staged_decision_function(X)]
        least = np.argmin([np.mean(each <= 0) for each in margins])
        begin, end = (np.quantile(margins[m], LOW) for m in (least, -1))
        return {("first", "margin"): begin, ("last", "margin"): end}

    return measure_one


def _answer_margins(found):
    first, last = ("first", "margin"), ("last", "margin")
    context = {"where the error is first at its least: margin": found.average(first)}
    context["in the end: margin"] = found.average(last)
    return Answer(found.compare(last, first), found.caveat, context)


def _make_of_trees(contestant):
    tree = contestant.grow("classification", DEPTH)
    return {
        "boosted": contestant.boost(tree, MEMBERS),
        "bagged": contestant.grow("classification", None, MEMBERS),
    }


def _measure_noise(models):
    """Build what finds how the errors rise where labels of training rows are wrong."""

    def measure_one(training, test, fitting):
        (X, y), rng = training, np.random.RandomState(fitting)
        wrong = y.copy()
        turned = rng.permutation(len(y))[: int(NOISE * len(y))]
        labels = np.unique(y)
        steps = rng.randint(1, len(labels), len(turned))
        places = np.searchsorted(labels, y[turned]) + steps
        wrong[turned] = labels[places % len(labels)]
        return {
            (name, "rise"): _count_wrong(model, X, wrong, test, fitting)
            - _count_wrong(model, X, y, test, fitting)
            for name, model in models.items()
        }

    return measure_one


def _count_wrong(model, X, y, test, seed):
    return 1 - count_right(seed_estimator(clone(model), seed).fit(X, y), *test)


def _answer_noise(found):
    keys = [(name, "rise") for name in ("boosted", "bagged")]
    context = {f"{key[0]}: rise of the error": found.average(key) for key in keys}
    return Answer(found.compare(*keys), found.caveat, context)


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
        experiment=_compare_parts(
            "stumps", _make_of_stumps, "boosted", "stump", "bias", "breiman"
        ),
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
        experiment=_compare_parts(
            "stumps", _make_of_stumps, "votes", "stump", "bias", "breiman"
        ),
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
        experiment=_measure(
            "bound",
            _boost_stumps,
            _measure_excess,
            _answer_excess,
            measure="excess",
            of_two=True,
            share=OF_THEOREM,
        ),
    ),
    Claim(
        key="margins-grow-after-the-error-is-gone",
        family="boosting",
        sentence="Margins go on growing when the training error has stopped falling.",
        source="Schapire, Freund, Bartlett and Lee (1998), Boosting the margin",
        kind="regularity",
        dimension="training",
        effect="change of the margin that a tenth of the training rows lie below, from "
        f"where their error is first at its least to {MANY_ROUNDS} rounds, as a share",
        rule=Raises(0.1),
        why_this_margin="a tenth is the least that would be called growing",
        seed=SEED,
        experiment=_measure(
            "margins",
            _boost_stumps_long,
            _measure_margins,
            _answer_margins,
            measure="margin",
            of_two=True,
        ),
    ),
    Claim(
        key="noise-hurts-boosting-more",
        family="boosting",
        sentence="Wrong labels hurt AdaBoost more than bagging.",
        source="Dietterich (2000), An experimental comparison of three methods for "
        "constructing ensembles of decision trees",
        kind="regularity",
        dimension="data",
        effect=f"change of the rise of the error that {100 * NOISE:g} % of wrong "
        f"labels bring, from {MEMBERS} bagged full trees to {MEMBERS} boosted ones of "
        f"depth {DEPTH}, as a share",
        rule=Raises(0.1),
        why_this_margin="a tenth of the harm is the least that would be called more",
        seed=SEED,
        experiment=_measure(
            "noise",
            _make_of_trees,
            _measure_noise,
            _answer_noise,
            measure="error",
            of_two=False,
            beside=("Ringnorm",),
        ),
    ),
    Claim(
        key="boosting-raises-variance-of-naive-bayes",
        family="boosting",
        sentence="Boosting naive Bayes, a stable learner, raises its variance.",
        source="Bauer and Kohavi (1999), An empirical comparison of voting "
        "classification algorithms",
        kind="regularity",
        dimension="model",
        effect=f"change of Kohavi and Wolpert's variance by {FEW_ROUNDS} rounds of "
        "boosting, as a share of a single naive Bayes'",
        rule=Raises(0.1),
        why_this_margin="a tenth of the variance is what few more rows would take away",
        seed=SEED,
        experiment=_compare_parts(
            "boosted naive Bayes",
            _make_of_naive_bayes,
            "boosted",
            "single",
            "variance",
            "kohavi_wolpert",
        ),
    ),
)
