"""State and test what is said about data: how many, from where, how clean."""

from skclassic._estimates import Estimate
from skclassic.synthetic import LabelNoise

from . import losses
from .claim import Claim
from .contestants import MEMBERS
from .gather import Answer, gather
from .problems import Moved
from .rules import Lowers, Raises

SEED = 19920101  # Geman, Bienenstock and Doursat appeared in January 1992
DEPTH = 5
SHARE = 0.5
MORE = 4  # times the rows, of the old kind
STEP = 1.0  # standard deviations
FLIPPED = 0.2  # of the labels
NEEDS_GENERATOR = "only a generator draws {what}."


def _narrow_gap(lab, seed):
    """Ask how the gap between training and test loss goes with the rows."""

    def ask(problem, contestant):
        if not lab.can_quarter(problem):
            return
        n = problem.n_train
        found = lab.measure_losses(
            "training and test",
            {"tree": lab.grow(contestant, problem, depth=DEPTH)},
            problem=problem,
            contestant=contestant,
            sizes=(n // 4, n),
            seed=seed,
            share=SHARE,
        )
        few, many = (
            [("tree", rows, where) for where in ("test", "training")]
            for rows in (n // 4, n)
        )
        effect = found.compare(many[0], few[0], less=(many[1], few[1]))
        context = {
            f"{rows} rows: {where} loss": found.average((name, rows, where))
            for name, rows, where in (*few, *many)
        }
        yield Answer(effect, found.caveat, context)

    return gather(lab, ask, lab.few)


def _move_inputs(lab, seed):
    """Ask whether many rows of the old kind make up for few of the new."""

    def ask(problem, contestant):
        if problem.is_real:
            what = "rows of another kind"
            lab.leave_out(problem, NEEDS_GENERATOR.format(what=what))
            return
        moved = problem.with_data(Moved(problem.data, STEP), "moved")
        n = problem.n_train
        ensembles = {"bagging": lab.grow(contestant, problem, members=MEMBERS)}
        how = {"contestant": contestant, "seed": seed, "share": SHARE / 2}
        old = lab.measure_losses(
            "old kind", ensembles, problem=problem, sizes=(MORE * n,), elsewhere=moved,
            **how,
        )  # fmt: skip
        new = lab.measure_losses(
            "new kind", ensembles, problem=moved, sizes=(n,), **how
        )
        then, now = ("bagging", MORE * n, "elsewhere"), ("bagging", n, "test")
        effect = losses.estimate_change(old.values[then], new.values[now])
        context = {
            f"{MORE * n} rows of the old kind: loss": old.average(then),
            f"{n} rows of the new kind: loss": new.average(now),
        }
        yield Answer(effect, old.caveat, context)

    return gather(lab, ask, lab.few)


def _flip_labels(lab, seed):
    """Ask how the variance goes with the share of labels that are wrong."""

    def ask(problem, contestant):
        if problem.task == "regression":
            return
        if problem.is_real:
            what = "labels wrong on purpose and keeps the truth"
            lab.leave_out(problem, NEEDS_GENERATOR.format(what=what))
            return
        noisy = problem.with_data(LabelNoise(problem.data, FLIPPED), "labels flipped")
        clean, flipped = (
            lab.split_errors(
                "label noise",
                {"tree": lab.grow(contestant, problem)},
                problem=each,
                contestant=contestant,
                loss=problem.loss,
                seed=own_seed,
                share=SHARE,
            ).estimate("tree", "variance")
            for each, own_seed in ((problem, seed), (noisy, seed + 1))
        )
        context = {
            "right labels: variance": clean.value,
            "flipped labels: variance": flipped.value,
        }
        yield Answer(_relate(flipped, clean), "", context)

    return gather(lab, ask)


def _relate(one, other):
    """Estimate a ratio less 1 of two estimates that do not depend on each other."""
    if not other.value > losses.CLEAR * other.standard_error:
        return Estimate(float("nan"), float("nan"), min(one.df, other.df))
    ratio = one.value / other.value
    error = (one.standard_error**2 + (ratio * other.standard_error) ** 2) ** 0.5
    return Estimate(ratio - 1, error / other.value, min(one.df, other.df))


CLAIMS = (
    Claim(
        key="data-narrow-the-gap",
        family="data",
        sentence="More data narrow the gap between training and test loss.",
        source="Vapnik (1998), Statistical learning theory, section 4.1; Hastie, "
        "Tibshirani and Friedman (2009), section 7.4",
        kind="regularity",
        dimension="data",
        effect="change of the gap between test and training loss of trees of five "
        "levels, by four times the rows, as a share of the gap",
        rule=Lowers(0.1),
        why_this_margin="a tenth of the gap for four times the rows is the least that "
        "would be called narrowing",
        seed=SEED,
        experiment=_narrow_gap,
        of_learner="More data narrow the gap between training and test loss of {}.",
    ),
    Claim(
        key="data-of-the-old-kind",
        family="data",
        sentence="More data of the old kind do not make up for data of the new kind.",
        source="Shimodaira (2000); Quiñonero-Candela, Sugiyama, Schwaighofer and "
        "Lawrence (2009), Dataset shift in machine learning",
        kind="regularity",
        dimension="data",
        effect="change of the loss on inputs that moved by a standard deviation, from "
        "bagged trees trained on rows of the new kind to trees trained on four times "
        "as many of the old, as a share of the former",
        rule=Raises(0.1),
        why_this_margin="a loss a tenth higher would be a reason to gather new rows",
        seed=SEED,
        experiment=_move_inputs,
        of_learner="For bagged {} more data of the old kind do not make up for data of "
        "the new kind.",
    ),
    Claim(
        key="label-noise-raises-variance",
        family="data",
        sentence="Wrong labels raise the variance of trees by a fifth or more.",
        source="Dietterich (2000), An experimental comparison of three methods for "
        "constructing ensembles of decision trees, section 3",
        kind="regularity",
        dimension="data",
        effect="change of the variance of full trees when a fifth of the labels is "
        "flipped, as a share of the variance",
        rule=Raises(0.2),
        why_this_margin="less than a fifth would hardly be blamed on a fifth of the "
        "labels",
        seed=SEED,
        experiment=_flip_labels,
        of_learner="Wrong labels raise the variance of {} by a fifth or more.",
    ),
)
