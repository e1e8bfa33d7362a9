"""State and test what Efron says of discriminant analysis and logistic regression.

Where two normal clouds of one shape are the truth, both come to the same limit. But
linear discriminant analysis, which learns P(x, y), wastes fewer rows on the way than
logistic regression, which learns P(y | x): by a factor that is an integral.
"""

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from .claim import Claim
from .gather import Answer, gather
from .generative import NAMES
from .limits import Clouds, measure_excess
from .losses import estimate_change
from .problems import Problem
from .rules import Leaves, Lowers
from .true_scores import list_seeds

SEED = 19751201  # Efron appeared in December 1975
N_FEATURES, ROWS = 10, 1000
SIDES = {"linear discriminant analysis": "LDA", NAMES["free"]: "free"}
SHARES = {2: 5, 3: 3, 4: 3}  # training sets for each of the scale's, by distance


def find_efficiency(distance):
    """Give the asymptotic relative efficiency of logistic regression to LDA.

    The ratio of what the two lose to the best rule, for equal priors: with
    p = 1 / (1 + exp(-b'x)) logistic regression loses 1 / E p(1 - p) for each parameter
    of the border, LDA 4 + distance^2, both in the same unit.

    References
    ----------
    Efron (1975). The efficiency of logistic regression compared to normal discriminant
    analysis. JASA 70(352), section 3.
    """

    def weigh(x):  # p (1 - p) along the line of the centres, times the density there
        odds = distance * x
        density = norm.pdf(x, distance / 2) + norm.pdf(x, -distance / 2)
        return density / 2 / (4 * np.cosh(odds / 2) ** 2)

    information = quad(weigh, -12, 12)[0]
    return (4 + distance**2) * information


def _compare_losses(*, to_efron):
    """Build an experiment on what LDA loses to the best rule, over what logistic does.

    `to_efron` tells whether Efron's ratio is what the measured one is a share of.
    """

    def experiment(lab, seed):
        problems = [
            Problem(
                f"Distance {each.distance}", "classification", each, ROWS, 0, N_FEATURES
            )
            for each in (Clouds(d, N_FEATURES, is_even=False) for d in SHARES)
        ]

        def ask(problem, contestant):
            if contestant.pair is None:
                return
            lda, logistic = recall_losses(lab, problem, contestant, seed)
            efron = find_efficiency(problem.data.distance)
            base = efron if to_efron else 1.0
            losses = (float(each.mean()) for each in (lda, logistic))
            context = dict(zip(SIDES, losses, strict=True)) | {"Efron's ratio": efron}
            caveat = f"Efron's integral says {efron:.3f} at {problem.name.lower()}."
            yield Answer(estimate_change(lda, logistic * base), caveat, context)

        return gather(
            lab,
            ask,
            lab.simulate(problems),
            measure="excess error",
            beside=("Distance 2",),
        )

    return experiment


def recall_losses(lab, problem, contestant, seed):
    """Measure the error above the best rule's of LDA and of logistic regression.

    Returns
    -------
    list of two ndarrays of shape (n_sets,)
    """
    models = contestant.pair()
    pair = {name: models[which] for name, which in SIDES.items()}
    lab.note_parameters(contestant, problem, pair)
    n_sets = lab.count_repeats(contestant, SHARES[problem.data.distance])

    def measure():
        found = measure_excess(
            pair,
            problem.data,
            dict.fromkeys(pair, (ROWS,)),
            seeds=list_seeds(seed, n_sets),
            n_jobs=lab.n_jobs,
        )
        return [found[name][:, 0] for name in SIDES]

    return lab.recall(
        ("excess", problem.name, contestant.name, seed),
        measure,
        announcement=f"excess error, {contestant.name}, {problem.name}",
    )


EFRON = (
    "Efron (1975), The efficiency of logistic regression compared to normal "
    "discriminant analysis"
)
CLAIMS = (
    Claim(
        key="lda-loses-less-than-logistic",
        family="limits",
        sentence="Where two normal clouds are the truth, linear discriminant analysis "
        "needs fewer rows than logistic regression.",
        source=EFRON,
        kind="regularity",
        dimension="model",
        effect="change of what is lost to the best rule, from logistic regression "
        "without a penalty to linear discriminant analysis, as a share of the former: "
        f"as rows go, so does the loss; {N_FEATURES} features, {ROWS:,} rows",
        rule=Lowers(0.05),
        why_this_margin="a twentieth of the rows is the least anybody would save",
        seed=SEED,
        experiment=_compare_losses(to_efron=False),
    ),
    Claim(
        key="efron-efficiency",
        family="limits",
        sentence="Efron's asymptotic efficiency foretells what logistic regression "
        "loses on a thousand rows.",
        source=f"{EFRON}: 0.899, 0.641 and 0.343 at distances 2, 3 and 4",
        kind="reproduction",
        dimension="model",
        effect="by how much the measured ratio of what linear discriminant analysis "
        "and logistic regression lose to the best rule differs from Efron's, as a "
        f"share of that; {N_FEATURES} features, {ROWS:,} rows",
        rule=Leaves(0.1),
        why_this_margin="a tenth is what an asymptotic figure may be off in use",
        seed=SEED,
        experiment=_compare_losses(to_efron=True),
    ),
)
