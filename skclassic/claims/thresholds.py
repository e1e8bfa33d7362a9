"""State and test what is said about the threshold from which a row is called positive.

The textbook's story: half of the probability is right for the accuracy alone. F1, the
balanced accuracy and costs have thresholds of their own, which theory names where the
probabilities are true, and which are found by a search where they are not. That moving
a threshold leaves the ranking of rows, and so the AUC, is no claim: it cannot be false.

Scores are those of scikit-learn's logistic regression until this package has one; what
is tested here is the search, :func:`skclassic.optimal_threshold`.
"""

import numpy as np

from skclassic._confusion import f_beta, trace
from skclassic._estimates import Estimate
from skclassic.thresholds import optimal_threshold

from . import decisions, losses
from .claim import Claim
from .gather import Answer, gather
from .rules import Leaves, Lowers, Spares

SEED = 20140915  # Lipton, Elkan and Naryanaswamy spoke in September 2014
NEEDS_TRUTH = "only a generator knows the true probabilities."
OF_SCORES = (
    "logistic regression, its threshold found by the exact search on scores of folds "
    "that it was not fitted on"
)


def compare_cuts(measure, first, second):
    """Build an experiment on a measure of test rows that were cut at two thresholds."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if is_left_out(lab, problem):
                return
            found = measure_plain(lab, problem, contestant, seed)
            keys = (first, measure), (second, measure)
            if not found.values.keys() >= set(keys):  # only the exact search tries all
                return
            context = {
                f"{cut}: {measure}": found.average((cut, measure))
                for cut in (second, first)
            }
            yield Answer(found.compare(*keys), found.caveat, context)

        return gather(lab, ask, lab.rare, measure=name_measure(measure))

    return experiment


def name_measure(measure):
    """Name a measure in a narrow column."""
    return decisions.SHORT.get(measure, measure)


def is_left_out(lab, problem, *, needs_truth=False):
    """Tell whether a problem has no two classes, or no known truth, and note why."""
    refusal = decisions.find_refusal(problem)
    if not refusal and needs_truth and problem.is_real:
        refusal = NEEDS_TRUTH
    if refusal:
        lab.leave_out(problem, refusal)
    return bool(refusal)


def measure_plain(lab, problem, contestant, seed):
    """Measure how a contestant's learner decides as it is, with tuned thresholds."""
    return lab.measure_decisions(
        "plain",
        lab.classify(contestant, problem),
        problem=problem,
        contestant=contestant,
        seed=seed,
        tune=contestant.tune,
    )


def ask_of_truth(measure, ask_one):
    """Build an experiment on true probabilities, where no learner takes part."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if is_left_out(lab, problem, needs_truth=True):
                return
            if lab.judges_by(contestant):
                key = (ask_one.__name__, problem.name, seed)
                estimate, context = lab.recall(
                    key, lambda: ask_one(problem, lab.scale.judged, seed)
                )
                yield Answer(estimate, "", context)

        return gather(lab, ask, lab.rare, measure=measure)

    return experiment


def _halve_f1(problem, n_repeats, seed):
    """Compare the threshold that is best for F1 with half of the F1 it reaches."""
    found = [
        _find_best(draw_chances(problem, ROWS, own)[0], "f1")
        for own in list_seeds(seed, n_repeats // 3)
    ]
    thresholds, values = np.array([(best.threshold, best.value) for best in found]).T
    context = {"best threshold": thresholds.mean(), "half of F1": values.mean() / 2}
    return losses.estimate_change(thresholds, values / 2), context


ROWS = 10_000  # leave small gaps between scores


def _find_best(chances, metric):
    """Search for the threshold of rows that count by their chances, free of luck."""
    outcomes = np.repeat([1, 0], len(chances))
    weights = np.concatenate([chances, 1 - chances])
    return optimal_threshold(
        outcomes, np.tile(chances, 2), metric, sample_weight=weights
    )


def _follow_elkan(problem, n_repeats, seed):
    """Compare the costs of Elkan's threshold with those of one that was searched."""
    costs = []
    for own in list_seeds(seed, n_repeats // 2):
        chances, outcomes = draw_chances(problem, problem.n_train, own)
        best = optimal_threshold(outcomes, chances, "cost", cost_matrix=decisions.COSTS)
        cuts = {"formula": decisions.CHEAPEST, "searched": best.threshold}
        fresh, _ = draw_chances(problem, problem.n_test, own ^ 1)
        found = decisions.judge(fresh, fresh, cuts)
        costs.append([found[cut, "cost"] for cut in cuts])
    formula, searched = np.array(costs).T
    context = {"searched: cost": searched.mean(), "formula: cost": formula.mean()}
    return losses.estimate_change(formula, searched), context


def draw_chances(problem, n, seed):
    """Draw rows: their true chances of being positive, and outcomes (1 or 0)."""
    X, y = problem.data.sample(n, random_state=seed)
    rare, order = decisions.find_rare(problem), np.argsort(problem.data.classes)
    chances = problem.data.posterior(X)[:, order][:, rare]
    return chances, (y == problem.classes[rare]).astype(int)


def list_seeds(seed, n_repeats):
    """Give a seed for every repeat, as plain integers."""
    rng = np.random.RandomState(seed)
    return rng.randint(losses.LARGEST_SEED, size=n_repeats).tolist()


FEW, MANY = 50, 200  # positive rows
POOL = 50_000  # rows that stand for all there are
SEARCHES = 10  # for each training set of the scale: a search takes no fit


def _spread_thresholds(problem, n_repeats, seed):
    """Compare the spread of the best threshold for F1 over few and many positives."""
    chances, outcomes = draw_chances(problem, POOL, seed)
    rng = np.random.RandomState(seed)
    sides = chances[outcomes == 1], chances[outcomes == 0]
    ratio = len(sides[1]) / len(sides[0])

    def search(n_positive):
        sizes = n_positive, round(n_positive * ratio)
        drawn = [rng.choice(each, n) for each, n in zip(sides, sizes, strict=True)]
        curve = trace(np.repeat([True, False], sizes), np.concatenate(drawn))
        return curve.thresholds[f_beta(*curve.counts).argmax()]

    found = {
        n: np.array([search(n) for _ in range(SEARCHES * n_repeats)])
        for n in (FEW, MANY)
    }
    context = {f"{n} positive rows: spread": t.std(ddof=1) for n, t in found.items()}
    return compare_spreads(found[MANY], found[FEW]), context


def compare_spreads(ones, others):
    """Estimate by how much a standard deviation exceeds another one, as a share.

    Its error is that of the delta method on logarithms, whatever the distribution.
    """
    deviations, errors = [], []
    for each in (ones, others):
        squares = (each - each.mean()) ** 2
        deviations.append(squares.mean() ** 0.5)
        errors.append(squares.std() / squares.mean() / 2 / len(each) ** 0.5)
    ratio = deviations[0] / deviations[1]
    return Estimate(ratio - 1, ratio * np.hypot(*errors), len(ones) - 1)


TUNED = "tuned for {}"
TEXTBOOK = "Provost (2000), Machine learning from imbalanced data sets 101"
GAINS = (
    (
        "threshold-beats-half-in-f1",
        "F1",
        ("0.5", TUNED.format("f1"), "f1"),
        f"change of F1 from the tuned threshold back to 0.5, as a share of the tuned "
        f"one's; {OF_SCORES}",
        Lowers(0.05),
        f"{TEXTBOOK}; Lipton, Elkan and Naryanaswamy (2014)",
    ),
    (
        "threshold-beats-half-in-balanced-accuracy",
        "balanced accuracy",
        ("0.5", TUNED.format("balanced accuracy"), "balanced accuracy"),
        f"change of the balanced accuracy from the tuned threshold back to 0.5, as a "
        f"share of the tuned one's; {OF_SCORES}",
        Lowers(0.05),
        TEXTBOOK,
    ),
    (
        "threshold-beats-half-in-cost",
        "cost",
        (TUNED.format("cost"), "0.5", "cost"),
        f"change of the cost from 0.5 to the tuned threshold, as a share of the former "
        f"where a missed positive row costs five false calls; {OF_SCORES}",
        Lowers(0.05),
        f"Elkan (2001), The foundations of cost-sensitive learning; {TEXTBOOK}",
    ),
)
PRICES = (
    ("threshold-for-f1-costs-accuracy", "F1", "f1"),
    (
        "threshold-for-balance-costs-accuracy",
        "the balanced accuracy",
        "balanced accuracy",
    ),
)
CLAIMS = (
    *(
        Claim(
            key=key,
            family="thresholds",
            sentence=f"A tuned threshold beats 0.5 in {what}.",
            source=source,
            kind="regularity",
            dimension="inference",
            effect=effect,
            rule=rule,
            why_this_margin="a twentieth is about what another learner would bring",
            seed=SEED,
            experiment=compare_cuts(measure, first, second),
            of_learner=f"A tuned threshold beats 0.5 in {what} with {{}}.",
        )
        for key, what, (first, second, measure), effect, rule, source in GAINS
    ),
    *(
        Claim(
            key=key,
            family="thresholds",
            sentence=f"Tuning the threshold for {what} costs accuracy.",
            source="Hastie, Tibshirani and Friedman (2009), section 2.4: 0.5 is best "
            "for the accuracy",
            kind="regularity",
            dimension="inference",
            effect="change of the accuracy from 0.5 to the threshold tuned for "
            f"{what}, as a share of the former; {OF_SCORES}",
            rule=Lowers(0.01),
            why_this_margin="a hundredth of the accuracy is what tables of classifiers "
            "are read for",
            seed=SEED,
            experiment=compare_cuts("accuracy", TUNED.format(aim), "0.5"),
            of_learner=f"Tuning the threshold for {what} costs accuracy with {{}}.",
        )
        for key, what, aim in PRICES
    ),
    Claim(
        key="f1-threshold-is-half-of-f1",
        family="thresholds",
        sentence="With true probabilities, the best threshold for F1 is half of the "
        "best F1.",
        source="Lipton, Elkan and Naryanaswamy (2014), Optimal thresholding of "
        "classifiers to maximize F1 measure",
        kind="theorem",
        dimension="inference",
        effect="by how much the best threshold differs from half of the F1 that it "
        "reaches, as a share of that; rows count by their true probabilities",
        rule=Leaves(0.02),
        why_this_margin="ten thousand rows leave gaps of less than that between scores",
        seed=SEED,
        experiment=ask_of_truth("threshold", _halve_f1),
    ),
    Claim(
        key="elkan-threshold-is-cheapest",
        family="thresholds",
        sentence="With true probabilities, no searched threshold costs less than "
        "Elkan's formula.",
        source="Elkan (2001), The foundations of cost-sensitive learning, section 2",
        kind="theorem",
        dimension="inference",
        effect="change of the cost of new rows from the threshold that was best on a "
        "thousand rows to the formula's, 1/6 where a missed positive row costs five "
        "false calls, as a share of the former",
        rule=Spares(0.01),
        why_this_margin="a hundredth of the cost is less than anybody would search for",
        seed=SEED,
        experiment=ask_of_truth("cost", _follow_elkan),
    ),
    Claim(
        key="elkan-threshold-will-do",
        family="thresholds",
        sentence="Elkan's formula, put to the probabilities of logistic regression, "
        "costs no more than a searched threshold.",
        source="Elkan (2001), The foundations of cost-sensitive learning; Provost and "
        "Fawcett (2013), Data science for business, chapter 7",
        kind="regularity",
        dimension="inference",
        effect="change of the cost from the searched threshold to the formula's, 1/6 "
        "where a missed positive row costs five false calls, as a share of the former; "
        f"{OF_SCORES}",
        rule=Spares(0.02),
        why_this_margin="a fiftieth of the cost would hardly pay for the search",
        seed=SEED,
        experiment=compare_cuts("cost", "formula", TUNED.format("cost")),
        of_learner="Elkan's formula, put to the probabilities of {}, costs no more "
        "than a searched threshold.",
    ),
    Claim(
        key="positives-steady-the-threshold",
        family="thresholds",
        sentence="The more positive rows, the less a tuned threshold depends on luck.",
        source="Kim and Pollard (1990), Cube root asymptotics",
        kind="regularity",
        dimension="data",
        effect="change of the standard deviation of the best threshold for F1 from 50 "
        "to 200 positive rows, as a share of the former; true probabilities as scores",
        rule=Lowers(0.2),
        why_this_margin="a fifth for four times the rows is the least that would be "
        "called steadier",
        seed=SEED,
        experiment=ask_of_truth("spread", _spread_thresholds),
    ),
    Claim(
        key="four-times-the-positives-halve-the-spread",
        family="thresholds",
        sentence="Four times the positive rows halve the spread of a tuned threshold.",
        source="the rule of the square root, as for means; against it Kim and Pollard "
        "(1990), Cube root asymptotics",
        kind="regularity",
        dimension="data",
        effect="change of the standard deviation of the best threshold for F1 from 50 "
        "to 200 positive rows, as a share of the former; true probabilities as scores",
        rule=Lowers(0.45),
        why_this_margin="a square root promises a fall of 50 %, a cube root one of "
        "37 %: 45 lies between, nearer to what is claimed",
        seed=SEED,
        experiment=ask_of_truth("spread", _spread_thresholds),
    ),
    Claim(
        key="grid-will-do",
        family="thresholds",
        sentence="A grid of 100 thresholds decides as well as the exact search.",
        source="scikit-learn, documentation of TunedThresholdClassifierCV, whose "
        "default it is",
        kind="regularity",
        dimension="inference",
        effect="change of F1 on new rows from the best of all thresholds to the best "
        "of 100 between the lowest and the highest score, as a share of the former; "
        f"{OF_SCORES}",
        rule=Leaves(0.01),
        why_this_margin="a hundredth of F1 is less than the luck of the rows",
        seed=SEED,
        experiment=compare_cuts("f1", "grid for f1", TUNED.format("f1")),
        of_learner="A grid of 100 thresholds decides as well as the exact search with "
        "{}.",
    ),
)
