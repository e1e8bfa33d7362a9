"""State and test what is said about the number of members of an ensemble.

The textbook's story: more members bring less and less, and do no harm. That holds for
losses in which an average of predictions is never worse than they are in the mean, such
as the Brier score; not for the share of errors (Probst and Boulesteix 2018).
"""

from .claim import Claim
from .gather import Answer, gather
from .rules import Leaves, Spares

SEED = 20180401  # Probst and Boulesteix appeared in April 2018
FEW, MANY = 25, 100
SHARE = 0.2  # ensembles of the same data differ little


def _add_members(lab, seed):
    """Ask how the loss goes with the number of members."""

    def ask(problem, contestant):
        losses = lab.measure_losses(
            "members",
            {size: lab.grow(contestant, problem, members=size) for size in (FEW, MANY)},
            problem=problem,
            contestant=contestant,
            sizes=(problem.n_train,),
            seed=seed,
            share=SHARE,
        )
        few, many = ((size, problem.n_train, "test") for size in (FEW, MANY))
        context = {f"{k[0]} members: loss": losses.average(k) for k in (few, many)}
        yield Answer(losses.compare(many, few), losses.caveat, context)

    return gather(lab, ask, lab.few)


CLAIMS = (
    Claim(
        key="members-do-no-harm",
        family="members",
        sentence="More members never make the Brier score or squared error worse.",
        source="Breiman (2001), Random forests, theorem 1.2; Probst and Boulesteix "
        "(2018)",
        kind="regularity",
        dimension="model",
        effect="change of the loss from 25 to 100 bagged trees, as a share of the loss "
        "of 25, where harm would show first",
        rule=Spares(0.01),
        why_this_margin="a hundredth of the loss is harm that nobody would notice",
        seed=SEED,
        experiment=_add_members,
        of_learner="More bagged {} never make the Brier score or squared error worse.",
    ),
    Claim(
        key="members-level-off",
        family="members",
        sentence="Beyond 25 members bagging gains next to nothing.",
        source="Breiman (1996), Bagging predictors",
        kind="regularity",
        dimension="model",
        effect="change of the loss from 25 to 100 bagged trees, as a share of the loss "
        "of 25",
        rule=Leaves(0.05),
        why_this_margin="a twentieth of the loss would be worth four times the members",
        seed=SEED,
        experiment=_add_members,
        of_learner="Beyond 25 members bagging {} gains next to nothing.",
    ),
)
