"""State and test what is said about the rounds of boosting, its margins and noise.

The textbook's story: each round takes from the training error, whose bound falls
without end; margins grow beyond that, and the test error with them falls on. Where
labels are wrong that does not last: rounds then cost, and smaller steps pay.
"""

import numpy as np
from sklearn.base import clone

from skclassic._estimates import Estimate
from skclassic._estimators import seed_estimator
from skclassic.synthetic import LabelNoise, Twonorm

from .boosting import (
    DEPTH,
    GENERATORS,
    MEMBERS,
    SEED,
    is_left_out,
    list_generators,
    make_overlapping,
)
from .claim import Claim
from .gather import Answer, gather
from .generative import count_right
from .problems import Problem
from .rules import Lowers, Raises, Spares

SHARE = 0.2  # effects are large: fewer training sets tell them
OF_MANY, OF_FEW = 0.15, 0.3  # few rows tell less, and cost less
ROUNDS = 200
STAGES = (1, 3, 10, 40, ROUNDS)  # that are drawn
RATE = 0.1  # of learning, where steps are small
EARLY = 10  # rounds of full steps, whose training error is to be reached
LOW = 0.1  # of the rows lie below such a margin
FEW = 100  # rows of noisy data, of which the best number of rounds is soon reached
N_TEST = 1000
FLIPPED = 0.2  # of the labels
LEVELS = (0.0, 0.05, 0.1, FLIPPED)  # of wrong labels
OF_TWO = "it has more than two classes, and the bound is for two."


def _list_clean(lab):
    """Give the generators of two classes, or the user's own problem."""
    problems = list_generators(lab)
    return [each for each in problems if lab.own or each.name != GENERATORS[0]]


def _list_noisy(lab):
    """Give two problems of few rows whose best rule errs often, or the user's own."""
    if lab.own is not None:
        return [lab.own]
    sizes = {"n_train": FEW, "n_test": N_TEST, "n_features": 20}
    flipped = LabelNoise(Twonorm(), FLIPPED)
    twonorm = Problem("Noisy twonorm", "classification", flipped, **sizes)
    return [twonorm, make_overlapping(FEW)]


def _list_both(lab):
    if lab.own is not None:
        return [lab.own]
    return [*_list_clean(lab), *_list_noisy(lab)]


def _ask_of_rounds(answer, *, problems, measure):
    """Build an experiment on what stumps do over the rounds of boosting."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if contestant.boost is None or contestant.bag is None:
                return
            if is_left_out(lab, problem):
                return
            if len(problem.classes) != 2:
                lab.leave_out(problem, OF_TWO)
                return
            models = _make_of_stumps(contestant)
            found = lab.repeat(
                "rounds", _measure_rounds(models), models, problem=problem,
                contestant=contestant, seed=seed, n_test=N_TEST,
                share=OF_FEW if problem.n_train <= FEW else OF_MANY,
            )  # fmt: skip
            yield answer(found)

        return gather(lab, ask, problems(lab), measure=measure, beside=())

    return experiment


def _make_of_stumps(contestant):
    """Give stumps boosted by full steps, and by small ones."""
    full = contestant.boost(contestant.grow("classification", 1), ROUNDS)
    return {"full": full, "small": clone(full).set_params(learning_rate=RATE)}


def _measure_rounds(models):
    """Build what boosts, and looks at margins of training and test rows by round."""

    def measure_one(training, test, fitting):
        fitted = {
            name: seed_estimator(clone(model), fitting).fit(*training)
            for name, model in models.items()
        }
        inside, outside = (
            {name: _trace_margins(model, *rows) for name, model in fitted.items()}
            for rows in (training, test)
        )
        return (
            _look_at_bound(fitted["full"], inside["full"])
            | _look_at_margins(inside["full"])
            | _look_at_steps(inside)
            | _look_at_test(outside)
        )

    return measure_one


def _trace_margins(model, X, y):
    """Give the margins after each round: (ROUNDS, n); boosting that ended stays."""
    signs = np.where(y == model.classes_[1], 0.5, -0.5)
    margins = np.array([scores * signs for scores in model.staged_decision_function(X)])
    return np.pad(margins, ((0, ROUNDS - len(margins)), (0, 0)), mode="edge")


def _count_wrong(margins):
    """Give the share of rows without a margin above 0, by round."""
    return np.mean(margins <= 0, axis=1)


def _look_at_bound(fitted, margins):
    """Find by how much at most the training error exceeds its bound."""
    errors = fitted.estimator_errors_[: len(fitted.estimators_)]
    bound = np.cumprod(2 * np.sqrt(errors * (1 - errors)))
    wrong = _count_wrong(margins[: len(bound)])
    return {("training", "excess"): float((wrong - bound).max())}


def _look_at_margins(margins):
    """Find the low margin where the training error is first at its least, and last."""
    least = int(_count_wrong(margins).argmin())
    places = {"first": least, "last": -1}
    return {(k, "margin"): np.quantile(margins[m], LOW) for k, m in places.items()}


def _look_at_steps(inside):
    """Count the rounds to the training error that few full steps bring."""
    wrong = {name: _count_wrong(margins) for name, margins in inside.items()}
    aim = wrong["full"][EARLY - 1]
    return {
        (name, "rounds"): 1 + np.argmax(each <= aim) if each.min() <= aim else ROUNDS
        for name, each in wrong.items()
    }


def _look_at_test(outside):
    """Find test errors by round, and of the round that is best on half of the rows."""
    wrong = {name: _count_wrong(margins) for name, margins in outside.items()}
    best = int(_count_wrong(outside["full"][:, ::2]).argmin())
    others = _count_wrong(outside["full"][:, 1::2])
    found = {(k, m): errors[m - 1] for k, errors in wrong.items() for m in STAGES}
    return found | {
        ("best", "error"): others[best],
        ("last", "error"): others[-1],
        ("best", "rounds"): best + 1,
    }


def _answer_excess(found):
    worst = found.values["training", "excess"].max()
    return Answer(Estimate(worst, 0.0, np.inf), found.caveat, {})


def _answer_margins(found):
    first, last = ("first", "margin"), ("last", "margin")
    context = {"where the error is first at its least: margin": found.average(first)}
    context["in the end: margin"] = found.average(last)
    return Answer(found.compare(last, first), found.caveat, context)


def _answer_optimum(found):
    context = {f"{k} round: error": found.average((k, "error")) for k in ENDS}
    context["best round"] = found.average(("best", "rounds"))
    keys = [(k, "error") for k in ENDS]
    return Answer(found.compare(*keys), found.caveat, context, curves=_draw(found))


ENDS = ("best", "last")
STEPS = {"full": "learning rate 1", "small": f"learning rate {RATE:g}"}


def _draw(found):
    """Give test errors over the rounds, as plain numbers for a figure."""
    return {
        "over": "rounds",
        "what": "error",
        "places": list(STAGES),
        "is_log": True,
        "lines": {
            said: [list_ends(found.estimate((name, m))) for m in STAGES]
            for name, said in STEPS.items()
        },
    }


def list_ends(estimate):
    """Give an estimate as a point of a curve: its value and both ends."""
    return [estimate.value, estimate.low, estimate.high]


def _answer_rounds(found):
    keys = [(name, "rounds") for name in ("small", "full")]
    context = {f"{STEPS[key[0]]}: rounds": found.average(key) for key in keys}
    return Answer(found.compare(*keys), found.caveat, context)


def _answer_end(found):
    keys = [(name, ROUNDS) for name in ("small", "full")]
    context = {f"{STEPS[key[0]]}: error": found.average(key) for key in keys}
    return Answer(found.compare(*keys), found.caveat, context, curves=_draw(found))


def _ask_of_noise(lab, seed):
    """Ask how the errors rise where labels of training rows are wrong."""

    def ask(problem, contestant):
        if contestant.boost is None or contestant.bag is None:
            return
        if is_left_out(lab, problem):
            return
        tree = contestant.grow("classification", DEPTH)
        models = {
            "boosted": contestant.boost(tree, MEMBERS),
            "bagged": contestant.grow("classification", None, MEMBERS),
        }
        found = lab.repeat(
            "noise", _measure_noise(models), models, problem=problem,
            contestant=contestant, seed=seed, share=SHARE, n_test=N_TEST,
        )  # fmt: skip
        yield _answer_noise(found)

    return gather(lab, ask, list_generators(lab), measure="error", beside=())


def _measure_noise(models):
    """Build what counts errors after training on more and more wrong labels."""

    def measure_one(training, test, fitting):
        X, y = training
        errors = {}
        for level in LEVELS:
            labels = turn_labels(y, level, fitting)
            for name, model in models.items():
                fitted = seed_estimator(clone(model), fitting).fit(X, labels)
                errors[name, level] = 1 - count_right(fitted, *test)
        rises = {
            (name, "rise"): errors[name, FLIPPED] - errors[name, 0.0] for name in models
        }
        return errors | rises

    return measure_one


def turn_labels(y, share, seed):
    """Give wrong labels to a share of the rows; a larger share turns the same and more.

    Parameters
    ----------
    y : ndarray of shape (n,)
    share : float
    seed : int

    Returns
    -------
    ndarray of shape (n,)
    """
    rng = np.random.RandomState(seed)
    order, labels = rng.permutation(len(y)), np.unique(y)
    steps = rng.randint(1, len(labels), len(y))
    turned = order[: int(share * len(y))]
    wrong = y.copy()
    places = np.searchsorted(labels, y[turned]) + steps[turned]
    wrong[turned] = labels[places % len(labels)]
    return wrong


def _answer_noise(found):
    names = ("boosted", "bagged")
    keys = [(name, "rise") for name in names]
    context = {f"{key[0]}: rise of the error": found.average(key) for key in keys}
    curves = {
        "over": "percent of wrong labels",
        "what": "error",
        "places": [100 * level for level in LEVELS],
        "is_log": False,
        "lines": {
            name: [list_ends(found.estimate((name, level))) for level in LEVELS]
            for name in names
        },
    }
    return Answer(found.compare(*keys), found.caveat, context, curves=curves)


FREUND = (
    "Freund and Schapire (1997), A decision-theoretic generalization of on-line "
    "learning and an application to boosting"
)
FRIEDMAN = "Friedman (2001), Greedy function approximation, section 5, of gradients"
CLAIMS = (
    Claim(
        key="training-error-stays-under-its-bound",
        family="rounds",
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
        experiment=_ask_of_rounds(
            _answer_excess, problems=_list_both, measure="excess"
        ),
    ),
    Claim(
        key="margins-grow-after-the-error-is-gone",
        family="rounds",
        sentence="Margins go on growing when the training error has stopped falling.",
        source="Schapire, Freund, Bartlett and Lee (1998), Boosting the margin",
        kind="regularity",
        dimension="training",
        effect="change of the margin that a tenth of the training rows lie below, from "
        f"where their error is first at its least to {ROUNDS} rounds, as a share",
        rule=Raises(0.1),
        why_this_margin="a tenth is the least that would be called growing",
        seed=SEED,
        experiment=_ask_of_rounds(
            _answer_margins, problems=_list_clean, measure="margin"
        ),
    ),
    Claim(
        key="rounds-have-an-optimum",
        family="rounds",
        sentence="On noisy data the number of rounds has an optimum, beyond which the "
        "test error rises.",
        source="Jiang (2004), Process consistency for AdaBoost; Grove and Schuurmans "
        "(1998), Boosting in the limit",
        kind="regularity",
        dimension="training",
        effect=f"change of the test error from the last of {ROUNDS} rounds to that "
        "which is best on other test rows, as a share of the former",
        rule=Lowers(0.02),
        why_this_margin="a fiftieth of the error is the least that pays for the search",
        seed=SEED,
        experiment=_ask_of_rounds(
            _answer_optimum, problems=_list_noisy, measure="error"
        ),
    ),
    Claim(
        key="shrinkage-needs-more-rounds",
        family="rounds",
        sentence=f"A learning rate of {RATE:g} needs more rounds than one of 1.",
        source=FRIEDMAN,
        kind="regularity",
        dimension="training",
        effect=f"change of the rounds after which the training error is what {EARLY} "
        f"rounds at a learning rate of 1 bring, from that rate to {RATE:g}, as a share",
        rule=Raises(0.5),
        why_this_margin="half as many again is the least that would be called more",
        seed=SEED,
        experiment=_ask_of_rounds(
            _answer_rounds, problems=_list_both, measure="rounds"
        ),
    ),
    Claim(
        key="shrinkage-ends-better",
        family="rounds",
        sentence=f"A learning rate of {RATE:g} ends better than one of 1.",
        source=FRIEDMAN,
        kind="regularity",
        dimension="training",
        effect=f"change of the test error after {ROUNDS} rounds, from a learning rate "
        f"of 1 to {RATE:g}, as a share of the former",
        rule=Lowers(0.02),
        why_this_margin="a fiftieth of the error is the least that pays for the rounds",
        seed=SEED,
        experiment=_ask_of_rounds(_answer_end, problems=_list_both, measure="error"),
    ),
    Claim(
        key="noise-hurts-boosting-more",
        family="rounds",
        sentence="Wrong labels hurt AdaBoost more than bagging.",
        source="Dietterich (2000), An experimental comparison of three methods for "
        "constructing ensembles of decision trees",
        kind="regularity",
        dimension="data",
        effect=f"change of the rise of the error that {100 * FLIPPED:g} % of wrong "
        f"labels bring, from {MEMBERS} bagged full trees to {MEMBERS} boosted ones of "
        f"depth {DEPTH}, as a share",
        rule=Raises(0.1),
        why_this_margin="a tenth of the harm is the least that would be called more",
        seed=SEED,
        experiment=_ask_of_noise,
    ),
)
