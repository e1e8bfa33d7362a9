"""State and test what theory says of thresholds where scores are true probabilities.

Generators know these, so no learner takes part: F1 and costs have thresholds that need
no search, and what a search finds on few rows is partly luck.
"""

import numpy as np

from skclassic._confusion import f_beta, trace
from skclassic._estimates import Estimate
from skclassic.thresholds import optimal_threshold

from . import decisions, losses
from .claim import Claim
from .gather import Answer, gather
from .rules import Leaves, Lowers, Spares
from .thresholds import SEED, is_left_out


def ask_of_truth(measure, ask_one, *, share):
    """Build an experiment on true probabilities, where no learner takes part.

    Parameters
    ----------
    measure : str
        What is measured, for a narrow column.
    ask_one : callable
        Maps a problem, a number of repeats and a seed to an estimate and the figures
        behind it.
    share : float
        Repeats for each training set of the scale.

    Returns
    -------
    callable
    """

    def experiment(lab, seed):
        def ask(problem, contestant):
            if is_left_out(lab, problem, needs_truth=True):
                return
            if lab.judges_by(contestant):
                n_repeats = lab.count_repeats(contestant, share)
                estimate, context = lab.recall(
                    (ask_one.__name__, problem.name, seed),
                    lambda: ask_one(problem, n_repeats, seed),
                )
                yield Answer(estimate, "", context)

        return gather(lab, ask, lab.rare, measure=measure)

    return experiment


def _halve_f1(problem, n_repeats, seed):
    """Compare the threshold that is best for F1 with half of the F1 it reaches."""
    found = [
        _find_best(draw_chances(problem, ROWS, own)[0], "f1")
        for own in list_seeds(seed, n_repeats)
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
    for own in list_seeds(seed, n_repeats):
        rng = np.random.RandomState(own)
        chances, outcomes = draw_chances(problem, problem.n_train, rng)
        best = optimal_threshold(outcomes, chances, "cost", cost_matrix=decisions.COSTS)
        cuts = {"formula": decisions.CHEAPEST, "searched": best.threshold}
        fresh, _ = draw_chances(problem, problem.n_test, rng)
        found = decisions.judge(fresh, fresh, cuts)
        costs.append([found[cut, "cost"] for cut in cuts])
    formula, searched = np.array(costs).T
    context = {"searched: cost": searched.mean(), "formula: cost": formula.mean()}
    return losses.estimate_change(formula, searched), context


def draw_chances(problem, n, seed):
    """Draw rows: their true chances of being positive, and outcomes (1 or 0)."""
    X, y = problem.data.sample(n, random_state=seed)
    return decisions.find_chances(problem, X), decisions.mark_rare(problem, y)


def list_seeds(seed, n_repeats):
    """Give a seed for every repeat, as plain integers."""
    rng = np.random.RandomState(seed)
    return rng.randint(losses.LARGEST_SEED, size=n_repeats).tolist()


FEW, MANY = 50, 200  # positive rows
FEWEST = 20  # shown beside
POOL = 50_000  # rows that stand for all there are


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

    sizes = FEW, MANY, FEWEST
    found = {n: np.array([search(n) for _ in range(n_repeats)]) for n in sizes}
    context = {
        f"{n} positive rows: spread": found[n].std(ddof=1) for n in sorted(sizes)
    }
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


SEARCHES = 10  # for each training set of the scale: a search takes no fit
CLAIMS = (
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
        experiment=ask_of_truth("threshold", _halve_f1, share=1 / 3),
    ),
    Claim(
        key="elkan-threshold-is-cheapest",
        family="thresholds",
        sentence="With true probabilities, no searched threshold costs less than "
        "Elkan's formula.",
        source="Elkan (2001), The foundations of cost-sensitive learning",
        kind="theorem",
        dimension="inference",
        effect="change of the cost of new rows from the threshold that was best on a "
        "thousand rows to the formula's, 1/6 where a missed positive row costs five "
        "false calls, as a share of the former",
        rule=Spares(0.01),
        why_this_margin="a hundredth of the cost is less than anybody would search for",
        seed=SEED,
        experiment=ask_of_truth("cost", _follow_elkan, share=1 / 2),
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
        experiment=ask_of_truth("spread", _spread_thresholds, share=SEARCHES),
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
        experiment=ask_of_truth("spread", _spread_thresholds, share=SEARCHES),
    ),
)
