"""State and test what is said about the complexity of trees.

The textbook's U: a shallow tree errs by its bias, a deep one by its variance. What is
too simple is mended by a richer model, not by more data.
"""

from .claim import Claim
from .gather import Answer, compare_parts, gather
from .rules import Leaves, Lowers, Raises

SEED = 19840101  # Classification and regression trees appeared in 1984
SHALLOW = 2  # levels of splits, four leaves
STUMP = 1
DEEPER = 5
SHARE = 0.5


def _compare_depths(component):
    """Build an experiment on a component of shallow trees' and full trees' loss."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            result = lab.split_errors(
                "depths",
                {
                    "shallow": lab.grow(contestant, problem, depth=SHALLOW),
                    "full": lab.grow(contestant, problem),
                },
                problem=problem,
                contestant=contestant,
                loss=problem.loss,
                seed=seed,
                share=SHARE,
            )
            if component not in result.components:
                lab.leave_out(problem, result.trial.refusal)
                return
            yield compare_parts(result, "full", "shallow", component, component)

        return gather(lab, ask, lab.few)

    return experiment


def _mend(by):
    """Build an experiment that mends a stump: by four times the rows, or by depth."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if not lab.can_quarter(problem):
                return
            n = problem.n_train
            losses = lab.measure_losses(
                "stumps",
                {
                    "stump": lab.grow(contestant, problem, depth=STUMP),
                    "deeper": lab.grow(contestant, problem, depth=DEEPER),
                },
                problem=problem,
                contestant=contestant,
                sizes=(n // 4, n),
                seed=seed,
                share=SHARE,
            )
            before, after = ("stump", n // 4, "test"), ("stump", n, "test")
            if by == "depth":
                before, after = after, ("deeper", n, "test")
            context = {
                f"{name}, {rows} rows: loss": losses.average((name, rows, where))
                for name, rows, where in (before, after)
            }
            yield Answer(losses.compare(after, before), losses.caveat, context)

        return gather(lab, ask, lab.few)

    return experiment


CLAIMS = (
    Claim(
        key="depth-lowers-bias",
        family="depth",
        sentence="The bias of a tree falls with its depth.",
        source="Geman, Bienenstock and Doursat (1992); Hastie, Tibshirani and Friedman "
        "(2009), section 7.3",
        kind="regularity",
        dimension="model",
        effect="change of the squared bias from trees of two levels to full ones, as a "
        "share of the former",
        rule=Lowers(0.2),
        why_this_margin="textbooks draw a steep curve: a fifth is the least of it",
        seed=SEED,
        experiment=_compare_depths("bias"),
    ),
    Claim(
        key="depth-raises-variance",
        family="depth",
        sentence="The variance of a tree rises with its depth.",
        source="Geman, Bienenstock and Doursat (1992); Hastie, Tibshirani and Friedman "
        "(2009), section 7.3",
        kind="regularity",
        dimension="model",
        effect="change of the variance from trees of two levels to full ones, as a "
        "share of the former",
        rule=Raises(0.2),
        why_this_margin="textbooks draw a steep curve: a fifth is the least of it",
        seed=SEED,
        experiment=_compare_depths("variance"),
    ),
    Claim(
        key="data-leave-underfitting",
        family="depth",
        sentence="More data do not mend a model that is too simple.",
        source="Hastie, Tibshirani and Friedman (2009), section 7.2; Ng (2018), "
        "Machine learning yearning",
        kind="regularity",
        dimension="data",
        effect="change of a stump's loss by four times the rows, as a share of it",
        rule=Leaves(0.1),
        why_this_margin="four times the rows for less than a tenth are rows wasted",
        seed=SEED,
        experiment=_mend("data"),
    ),
    Claim(
        key="depth-mends-underfitting",
        family="depth",
        sentence="A richer model mends what is too simple.",
        source="Hastie, Tibshirani and Friedman (2009), section 7.2; Ng (2018), "
        "Machine learning yearning",
        kind="regularity",
        dimension="model",
        effect="change of the loss from stumps to trees of five levels, as a share of "
        "the stumps' loss",
        rule=Lowers(0.1),
        why_this_margin="a tenth is what more data are not allowed to bring",
        seed=SEED,
        experiment=_mend("depth"),
    ),
)
