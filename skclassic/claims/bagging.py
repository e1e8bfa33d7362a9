"""State and test what is said about bagging and forests.

The textbook's story: averaging over bootstrap samples lowers the variance of an
unstable learner and leaves its bias; choosing among few features makes the members less
alike and lowers the variance further; a stable learner gains nothing.
"""

from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from .claim import Claim
from .gather import compare_parts, gather
from .rules import Leaves, Lowers

ROWS_PER_FEATURE = 10  # below this a linear rule is not a stable learner
FEW_ROWS = f"it has fewer than {ROWS_PER_FEATURE} rows per feature to train on."
STABLE_SHARE = 0.15  # a stable rule varies so little that few training sets will do
ZERO_ONE_SHARE = 0.3  # stands beside, so it may see less


def compare_trees(first, second, *, component, relative_to):
    """Build an experiment on the trees, bagged trees and forests of everybody."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            for loss in _list_losses(lab, problem, contestant):
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
                yield compare_parts(result, first, second, component, relative_to)

        return gather(lab, ask)

    return experiment


def _list_losses(lab, problem, contestant):
    """Name the losses to split: 0/1 after Kohavi and Wolpert stands beside."""
    yield problem.loss
    if problem.task == "classification" and lab.judges_by(contestant):
        yield "zero_one"


def _take_trees(lab, contestant, problem):
    trees = contestant.trees(problem.task, problem.n_features)
    if lab.base is None:
        return trees
    return {"tree": lab.base, "bagging": contestant.bag(problem.task, lab.base)}


def _compare_stable(what, learners):
    """Build an experiment that bags a learner with everybody who bags any estimator."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            single = lab.base or learners.get(problem.task)
            if single is None or contestant.bag is None:
                return
            if problem.n_train < ROWS_PER_FEATURE * problem.n_features:
                lab.leave_out(problem, FEW_ROWS)
                return
            result = lab.split_errors(
                what,
                {"single": single, "bagging": contestant.bag(problem.task, single)},
                problem=problem,
                contestant=contestant,
                loss=problem.loss,
                seed=seed,
                share=STABLE_SHARE,
            )
            yield compare_parts(result, "bagging", "single", "loss", "loss")

        few = [each for each in lab.few if lab.base or each.task in learners]
        return gather(lab, ask, few)

    return experiment


SEED = 19960801  # Bagging predictors appeared in August 1996

STABLE = (
    (
        "bagging-leaves-linear",
        "a linear rule",
        "Breiman (1996), Bagging predictors, section 4",
        {
            "classification": LinearDiscriminantAnalysis(),
            "regression": LinearRegression(),
        },
        "Bagging does nothing for {}.",  # asked of a user's learner once
    ),
    (
        "bagging-leaves-neighbours",
        "a vote of neighbours",
        "Breiman (1996), Bagging predictors",
        {
            "classification": KNeighborsClassifier(),
            "regression": KNeighborsRegressor(),
        },
        "",
    ),
    (
        "bagging-leaves-naive-bayes",
        "naive Bayes",
        "Bauer and Kohavi (1999)",
        {"classification": GaussianNB()},
        "",
    ),
)
CLAIMS = (
    *(
        Claim(
            key=key,
            family="bagging",
            sentence=f"Bagging does nothing for {what}, a stable learner.",
            source=source,
            kind="regularity",
            dimension="model",
            effect=(
                f"change of the error by bagging {what}, as a share of the single "
                "rule's error"
            ),
            rule=Leaves(0.05),
            why_this_margin=(
                "a twentieth of the error is too little to pay for fitting many times"
            ),
            seed=SEED,
            experiment=_compare_stable(what, learners),
            of_learner=of_learner,
        )
        for key, what, source, learners, of_learner in STABLE
    ),
    Claim(
        key="bagging-lowers-variance",
        family="bagging",
        sentence="Bagging lowers the variance of trees.",
        source="Breiman (1996), Bagging predictors; Bauer and Kohavi (1999)",
        kind="regularity",
        dimension="model",
        effect="change of the variance by bagging full trees, as a share of one tree's",
        rule=Lowers(0.2),
        why_this_margin="textbooks promise a large effect: a fifth is the least of it",
        seed=SEED,
        experiment=compare_trees(
            "bagging", "tree", component="variance", relative_to="variance"
        ),
        of_learner="Bagging lowers the variance of {}.",
    ),
    Claim(
        key="bagging-leaves-bias",
        family="bagging",
        sentence="Bagging leaves the bias of trees as it is.",
        source="Hastie, Tibshirani and Friedman (2009), section 8.7",
        kind="regularity",
        dimension="model",
        effect="change of the squared bias by bagging full trees, as a share of one "
        "tree's error",
        rule=Leaves(0.05),
        why_this_margin="a twentieth of the error would show in a comparison of models",
        seed=SEED,
        experiment=compare_trees(
            "bagging", "tree", component="bias", relative_to="loss"
        ),
        of_learner="Bagging leaves the bias of {} as it is.",
    ),
)
