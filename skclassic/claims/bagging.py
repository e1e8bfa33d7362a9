"""State and test what is said about bagging and forests.

The textbook's story: averaging over bootstrap samples lowers the variance of an
unstable learner and leaves its bias; choosing among few features makes the members less
alike and lowers the variance further; a stable learner gains nothing.
"""

from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LinearRegression

from .claim import Claim
from .verdicts import Finding, Leaves, Lowers

ROWS_PER_FEATURE = 10  # below this a linear rule is not a stable learner
LINEAR_SHARE = 0.2  # a stable rule varies so little that few training sets will do
ZERO_ONE_SHARE = 0.3  # stands beside, so it may see less


def _compare_trees(first, second, *, component, relative_to):
    """Build an experiment on the trees, bagged trees and forests of everybody."""

    def experiment(lab, seed):
        findings = []
        for problem in lab.problems:
            for contestant, loss in _list_measurements(lab, problem):
                result = lab.split_errors(
                    "trees",
                    _take_trees(lab, contestant, problem),
                    problem=problem,
                    contestant=contestant,
                    loss=loss,
                    seed=seed,
                    share=ZERO_ONE_SHARE if loss == "zero_one" else 1,
                )
                if component not in result.components:
                    lab.leave_out(problem, result.trial.refusal)
                    continue
                findings.append(
                    _find(
                        lab,
                        result,
                        (first, second, component, relative_to),
                        problem=problem,
                        contestant=contestant,
                    )
                )
        return findings

    return experiment


def _list_measurements(lab, problem):
    """Name contestants and losses: 0/1 after Kohavi and Wolpert stands beside."""
    for contestant in lab.contestants:
        yield contestant, problem.loss
        if problem.task == "classification" and lab.judges_by(contestant):
            yield contestant, "zero_one"


def _take_trees(lab, contestant, problem):
    trees = contestant.trees(problem.task, problem.n_features)
    if lab.base is None:
        return trees
    return {"tree": lab.base, "bagging": contestant.bag(problem.task, lab.base)}


def _compare_stable(lab, seed):
    """Bag a linear rule with everybody who bags any estimator."""
    findings = []
    for problem in lab.problems:
        if problem.n_train < ROWS_PER_FEATURE * problem.n_features:
            continue
        for contestant in lab.contestants:
            if contestant.bag is None:
                continue
            linear = _take_linear(problem.task) if lab.base is None else lab.base
            bagged = contestant.bag(problem.task, linear)
            result = lab.split_errors(
                "linear rules",
                {"single": linear, "bagging": bagged},
                problem=problem,
                contestant=contestant,
                loss=problem.loss,
                seed=seed,
                share=LINEAR_SHARE,
            )
            contrast = ("bagging", "single", "loss", "loss")
            findings.append(
                _find(lab, result, contrast, problem=problem, contestant=contestant)
            )
    return findings


def _take_linear(task):
    if task == "classification":
        return LinearDiscriminantAnalysis()
    return LinearRegression()


def _find(lab, result, contrast, *, problem, contestant):
    first, second, component, relative_to = contrast
    notes = {problem.name: result.caveat, contestant.name: contestant.note}
    return Finding(
        data=problem.name,
        contestant=contestant.name,
        loss=result.loss,
        estimate=result.difference(first, second, component, relative_to=relative_to),
        counts=lab.judges_by(contestant) and result.loss == problem.loss,
        notes={subject: note for subject, note in notes.items() if note},
        context={
            f"{name}: {part}": result.estimate(name, part).value
            for name in (second, first)
            for part in result.components
        },
    )


SEED = 19960801  # Bagging predictors appeared in August 1996

CLAIMS = (
    Claim(
        key="bagging-leaves-stable",
        sentence="Bagging does nothing for a stable learner.",
        source="Breiman (1996), Bagging predictors, section 4",
        kind="regularity",
        dimension="error",
        effect=(
            "change of the error by bagging linear regression or linear discriminant "
            "analysis, as a share of the single rule's error"
        ),
        rule=Leaves(0.05),
        why_this_margin=(
            "a twentieth of the error is too little to pay for fitting many times"
        ),
        seed=SEED,
        experiment=_compare_stable,
    ),
    Claim(
        key="bagging-lowers-variance",
        sentence="Bagging lowers the variance of trees.",
        source="Breiman (1996), Bagging predictors; Bauer and Kohavi (1999)",
        kind="regularity",
        dimension="variance",
        effect="change of the variance by bagging full trees, as a share of one tree's",
        rule=Lowers(0.2),
        why_this_margin="textbooks promise a large effect: a fifth is the least of it",
        seed=SEED,
        experiment=_compare_trees(
            "bagging", "tree", component="variance", relative_to="variance"
        ),
    ),
    Claim(
        key="bagging-leaves-bias",
        sentence="Bagging leaves the bias of trees as it is.",
        source="Hastie, Tibshirani and Friedman (2009), section 8.7",
        kind="regularity",
        dimension="bias",
        effect="change of the squared bias by bagging full trees, as a share of one "
        "tree's error",
        rule=Leaves(0.05),
        why_this_margin="a twentieth of the error would show in a comparison of models",
        seed=SEED,
        experiment=_compare_trees(
            "bagging", "tree", component="bias", relative_to="loss"
        ),
    ),
    Claim(
        key="forest-lowers-variance-further",
        sentence="A random forest lowers the variance further than bagging.",
        source="Breiman (2001), Random forests; Hastie, Tibshirani and Friedman (2009),"
        " section 15.2",
        kind="regularity",
        dimension="variance",
        effect="change of the variance from bagged trees to a forest, as a share of "
        "that of bagged trees",
        rule=Lowers(0.05),
        why_this_margin="less than a twentieth would be no reason to choose a forest",
        seed=SEED,
        experiment=_compare_trees(
            "forest", "bagging", component="variance", relative_to="variance"
        ),
    ),
)
