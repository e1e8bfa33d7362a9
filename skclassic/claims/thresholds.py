"""State and test what is said about the threshold from which a row is called positive.

The textbook's story: half of the probability is right for the accuracy alone. F1, the
balanced accuracy and costs have thresholds of their own, found by a search. That moving
a threshold leaves the ranking of rows, and so the AUC, is no claim: it cannot be false.

Scores are those of a logistic regression; what is tested here is the search,
:func:`skclassic.optimal_threshold`.
"""

from . import decisions
from .claim import Claim
from .gather import Answer, gather
from .rules import Leaves, Lowers, Spares

SEED = 20140915  # Lipton, Elkan and Naryanaswamy spoke in September 2014
NEEDS_TRUTH = "only a generator knows the true probabilities."
OF_SCORES = (
    "scikit-learn's logistic regression, its threshold found by the exact search on "
    "scores of folds that it was not fitted on"
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
        f"change of the cost from 0.5 to the tuned threshold, as a share of the "
        f"former, where a missed positive row costs five false calls; {OF_SCORES}",
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
