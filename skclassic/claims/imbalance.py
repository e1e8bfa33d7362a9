"""State and test what is said of class weights and resampling for a rare class.

The textbook's story: weights and resampling mend a rare class. Theory says that they
move the log odds by a constant, as a moved threshold does, and so leave the ranking of
rows; what they cost is the truth of the probabilities. Samplers are those of
imbalanced-learn.
"""

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from . import losses
from .claim import Claim
from .gather import Answer, gather
from .rules import Leaves, Raises, Spares
from .thresholds import (
    SEED,
    is_left_out,
    measure_plain,
    name_measure,
)
from .true_scores import list_seeds

WAYS = {
    "weighted": "class weights",
    "undersampled": "random undersampling",
    "oversampled": "random oversampling",
    "SMOTE": "SMOTE",
}
SUITED = ("Gaussian", "Rare twonorm")  # two normal clouds of one shape
NEEDS_TWO_CLOUDS = "logistic regression is only known to be true for two normal clouds."


def _compare_ways(way, measure, *, cut="scores", against="scores"):
    """Build an experiment on a learner that was fitted one way, and on the plain one.

    `cut` and `against` name what is measured: their scores, or a threshold.
    """

    def experiment(lab, seed):
        def ask(problem, contestant):
            if contestant.classify is None or is_left_out(lab, problem):
                return
            plain = measure_plain(lab, problem, contestant, seed)
            mended = lab.measure_decisions(
                way,
                make_way(way, lab, problem, contestant),
                problem=problem,
                contestant=contestant,
                seed=seed,
            )
            estimate = mended.compare((cut, measure), (against, measure), other=plain)
            context = {
                f"as it is, {against}: {measure}": plain.average((against, measure)),
                f"{WAYS[way]}, {cut}: {measure}": mended.average((cut, measure)),
                f"{WAYS[way]}: mean probability": mended.average(("scores", "mean")),
            }
            yield Answer(estimate, plain.caveat, context)

        return gather(lab, ask, lab.rare, measure=name_measure(measure))

    return experiment


def make_way(way, lab, problem, contestant):
    """Make the classifier that weights or resamples its training rows.

    Parameters
    ----------
    way : str
        One of `WAYS`.
    lab : Laboratory
    problem : Problem
    contestant : Contestant

    Returns
    -------
    classifier
    """
    if way == "weighted":
        return lab.classify(contestant, problem, "weighted")
    from imblearn import over_sampling, pipeline, under_sampling

    samplers = {
        "undersampled": under_sampling.RandomUnderSampler,
        "oversampled": over_sampling.RandomOverSampler,
        "SMOTE": over_sampling.SMOTE,
    }
    return pipeline.make_pipeline(
        StandardScaler(), samplers[way](), lab.classify(contestant, problem)
    )


def _move_intercept(lab, seed):
    """Compare how far a weight moves the intercept with the weight's logarithm."""

    def ask(problem, contestant):
        if not lab.judges_by(contestant) or is_left_out(lab, problem):
            return
        if problem.name not in SUITED:
            lab.leave_out(problem, NEEDS_TWO_CLOUDS)
            return
        shifts, logarithms = [], []
        for own in list_seeds(seed, lab.count_repeats(contestant, SHARE)):
            X, y = problem.data.sample(ROWS, random_state=own)
            weight = (y == 0).sum() / y.sum()
            with threadpool_limits(1, user_api="blas"):
                plain, weighted = (
                    clone(FREE).set_params(class_weight=each).fit(X, y).intercept_[0]
                    for each in (None, {0: 1, 1: weight})
                )
            shifts.append(weighted - plain)
            logarithms.append(np.log(weight))
        shifts, logarithms = np.array(shifts), np.array(logarithms)
        context = {"shift": shifts.mean(), "logarithm": logarithms.mean()}
        yield Answer(losses.estimate_change(shifts, logarithms), "", context)

    return gather(lab, ask, lab.rare, measure="intercept")


ROWS, SHARE = 10_000, 0.2  # many rows, so few sets will do
FREE = LogisticRegression(C=np.inf, solver="newton-cholesky")  # without a penalty
GOORBERGH = (
    "van den Goorbergh, van Smeden, Timmerman and Van Calster (2022), The harm of "
    "class imbalance corrections for risk prediction models"
)
KING = "King and Zeng (2001), Logistic regression in rare events data"
LEARNER = "logistic regression"
RANKINGS = (
    ("weights-keep-the-ranking", "weighted", "Class weights leave", "loss", KING),
    (
        "undersampling-keeps-the-ranking",
        "undersampled",
        "Random undersampling leaves",
        "data",
        f"{KING}; {GOORBERGH}",
    ),
    (
        "oversampling-keeps-the-ranking",
        "oversampled",
        "Random oversampling leaves",
        "data",
        f"{KING}; {GOORBERGH}",
    ),
    ("smote-keeps-the-ranking", "SMOTE", "SMOTE leaves", "data", GOORBERGH),
)
SPOILERS = (
    ("undersampling-spoils-probabilities", "undersampled", "Random undersampling"),
    ("oversampling-spoils-probabilities", "oversampled", "Random oversampling"),
    ("smote-spoils-probabilities", "SMOTE", "SMOTE"),
)
CLAIMS = (
    *(
        Claim(
            key=key,
            family="imbalance",
            sentence=f"{subject} the ranking of {LEARNER} as it is.",
            source=source,
            kind="regularity",
            dimension=dimension,
            effect=f"change of the AUC of {LEARNER} by {WAYS[way]} to equal shares, as "
            "a share of the AUC",
            rule=Leaves(0.01),
            why_this_margin="a hundredth of the AUC is what rankings of models are "
            "read for",
            seed=SEED,
            experiment=_compare_ways(way, "AUC"),
            of_learner=""
            if way == "weighted"
            else f"{subject} the ranking of {{}} as it is.",
        )
        for key, way, subject, dimension, source in RANKINGS
    ),
    Claim(
        key="weights-move-the-intercept",
        family="imbalance",
        sentence="Weighting a class moves the intercept of logistic regression by the "
        "logarithm of the weight.",
        source=KING,
        kind="theorem",
        dimension="loss",
        effect="by how much the shift of the intercept differs from the logarithm of "
        "the weight that balances the classes, as a share of that; ten thousand rows, "
        "no penalty",
        rule=Leaves(0.05),
        why_this_margin="a theorem about all rows; ten thousand come near to a "
        "twentieth",
        seed=SEED,
        experiment=_move_intercept,
    ),
    *(
        Claim(
            key=key,
            family="imbalance",
            sentence=f"{subject} spoils the probabilities of {LEARNER}.",
            source=GOORBERGH,
            kind="regularity",
            dimension="data",
            effect=f"change of the Brier score of {LEARNER} by {WAYS[way]} to equal "
            "shares, as a share of the score",
            rule=Raises(0.2),
            why_this_margin="a fifth of the score is more than most models differ by",
            seed=SEED,
            experiment=_compare_ways(way, "Brier score"),
            of_learner=f"{subject} spoils the probabilities of {{}}.",
        )
        for key, way, subject in SPOILERS
    ),
    Claim(
        key="smote-no-better-in-f1",
        family="imbalance",
        sentence="SMOTE does not beat a moved threshold in F1.",
        source=GOORBERGH,
        kind="regularity",
        dimension="data",
        effect="change of F1 from the tuned threshold to SMOTE with 0.5, as a share of "
        f"the former; {LEARNER}",
        rule=Spares(0.02),
        why_this_margin="a fiftieth of F1 would hardly pay for rows that nobody saw",
        seed=SEED,
        experiment=_compare_ways("SMOTE", "f1", cut="0.5", against="tuned for f1"),
        of_learner="SMOTE does not beat a moved threshold in F1 with {}.",
    ),
    Claim(
        key="undersampling-no-better-in-balanced-accuracy",
        family="imbalance",
        sentence="Random undersampling does not beat a moved threshold in balanced "
        "accuracy.",
        source=GOORBERGH,
        kind="regularity",
        dimension="data",
        effect="change of the balanced accuracy from the tuned threshold to "
        f"undersampling with 0.5, as a share of the former; {LEARNER}",
        rule=Spares(0.01),
        why_this_margin="a hundredth of the balanced accuracy would hardly pay for "
        "rows thrown away",
        seed=SEED,
        experiment=_compare_ways(
            "undersampled",
            "balanced accuracy",
            cut="0.5",
            against="tuned for balanced accuracy",
        ),
        of_learner="Random undersampling does not beat a moved threshold in balanced "
        "accuracy with {}.",
    ),
)
