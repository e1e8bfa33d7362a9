"""State and test what is said of generative and discriminative classifiers.

The textbook's story, after Ng and Jordan: naive Bayes learns P(x, y) and comes near its
limit with few rows; logistic regression learns P(y | x) alone, needs more rows, and has
the better limit. So the one is ahead with few rows and the other with many. Xue and
Titterington object that it depends on what is paired with what, and on whether the
generative model is true.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from threadpoolctl import threadpool_limits

from skclassic import synthetic
from skclassic.learning_curves import FEWEST_REPEATS, learning_curve_comparison

from .claim import Claim
from .decisions import OF_SPLITS, Decisions
from .gather import Answer, gather
from .problems import Problem
from .rules import Leaves, Lowers, Raises

SEED = 20011203  # Ng and Jordan spoke in December 2001
NAMES = {
    "shared": "naive Bayes with shared variances",
    "class": "naive Bayes with variances by class",
    "multinomial": "multinomial naive Bayes",
    "free": "logistic regression without a penalty",
    "ridge": "logistic regression with an L2 penalty",
}
GENERATIVE, DISCRIMINATIVE = ("shared", "class"), ("free", "ridge")
PAIR = (*GENERATIVE, *DISCRIMINATIVE)
FEW, MOST = 20, 4000  # training rows, where a curve begins and where it ends
N_SIZES = 4
SHARE = 0.5
SPLITS = 12  # of a table: more share more rows, and tell no more
RARELY = 0.02  # the chance of a training set of one class that a run may take
OF_NUMBERS = "its target is a number, and there are no classes to learn."
TOO_RARE = f"{FEW} training rows would at times hold one class only."


class Parting(ClassifierMixin, BaseEstimator):
    """Note of training sets whether a line parts their classes.

    Parameters
    ----------
    model : classifier
        Logistic regression all but without a penalty: where a line parts the classes,
        this one does.
    """

    def __init__(self, model):
        self.model = model

    def fit(self, X, y):
        """Fit the model, and look for a training row on the wrong side."""
        self.model_ = clone(self.model).fit(X, y)
        self.classes_, self.n_rows_ = self.model_.classes_, len(y)
        self.is_parted_ = bool((self.model_.predict(X) == y).all())
        return self

    def predict(self, X):
        """Give the model's answers."""
        return self.model_.predict(X)


class Accuracy:
    """Score classifiers by the share of right answers, and count what was parted.

    Attributes
    ----------
    parted : dict of int to list of bool
        By training rows, whether a line parts them.
    """

    def __init__(self):
        self.parted = {}

    def __call__(self, model, X, y):
        """Give the share of right answers."""
        if isinstance(model, Parting):
            self.parted.setdefault(model.n_rows_, []).append(model.is_parted_)
        return count_right(model, X, y)


def count_right(model, X, y):
    """Give the share of right answers."""
    return float(np.mean(model.predict(X) == y))


@dataclass(frozen=True)
class Curves:
    """Hold learning curves of a pair, and how many training sets a line parts.

    Attributes
    ----------
    accuracy : LearningCurveComparison
    crossings : dict of (str, str) to Crossing
        By names of a generative and a discriminative model.
    parted : dict of int to float
        By training rows, the share of the training sets that a line parts.
    """

    accuracy: object
    crossings: dict
    parted: dict


def find_refusal(problem):
    """Say why a problem has no learning curves of classifiers; empty where it has."""
    if problem.task == "regression":
        return OF_NUMBERS
    if problem.is_real:
        shares = np.unique(problem.data[1], return_counts=True)[1] / len(
            problem.data[1]
        )
        if (shares**FEW).sum() * SPLITS > RARELY:
            return TOO_RARE
    return ""


def is_left_out(lab, problem):
    """Tell whether a problem has no learning curves of classifiers, and note why."""
    refusal = find_refusal(problem)
    if refusal:
        lab.leave_out(problem, refusal)
    return bool(refusal)


def measure_curves(lab, problem, contestant, seed, chosen=PAIR):
    """Measure the learning curves of a contestant's pair, or recall them.

    `chosen` are the models that learn.

    Returns
    -------
    Curves
    """
    models = contestant.pair()
    estimators = {NAMES[k]: models[k] for k in chosen if k in models}
    lab.note_parameters(contestant, problem, estimators)
    watched = estimators.copy()
    if "free" in chosen:
        watched[NAMES["free"]] = Parting(models["free"])
    n_repeats = max(lab.count_repeats(contestant, SHARE), FEWEST_REPEATS)

    def measure():
        score = Accuracy()
        with threadpool_limits(1, user_api="blas"):  # small fits: threads only wait
            found = learning_curve_comparison(
                watched,
                problem.data,
                train_sizes=list_sizes(problem),
                n_repeats=min(n_repeats, SPLITS) if problem.is_real else n_repeats,
                n_test=problem.n_test,
                scoring=score,
                random_state=seed,
                n_jobs=lab.n_jobs,
            )
        parted = {n: float(np.mean(s)) for n, s in score.parted.items()}
        return Curves(found, _find_crossings(found, chosen), parted)

    return lab.recall(
        ("curves", problem.name, contestant.name, seed, chosen),
        measure,
        announcement=f"learning curves, {contestant.name}, {problem.name}",
    )


def _find_crossings(curves, chosen):
    sides = [each for each in chosen if each not in DISCRIMINATIVE]
    pairs = ((NAMES[a], NAMES[b]) for a in sides for b in DISCRIMINATIVE)
    return {
        pair: curves.crossing(*pair)
        for pair in pairs
        if set(pair) <= set(curves.scores)
    }


def list_sizes(problem):
    """Give training rows in equal ratios, from few to as many as there are."""
    sizes = np.geomspace(FEW, min(problem.n_train, MOST), N_SIZES).round()
    return np.unique(sizes.astype(int))


def _compare_ends(generative, discriminative, *, end):
    """Build an experiment on the errors of a pair, with few rows (0) or many (-1)."""

    def experiment(lab, seed):
        ask = make_ask(lab, seed, generative, discriminative, end=end)
        return gather(lab, ask, lab.two_classes, measure="error")

    return experiment


def make_ask(lab, seed, generative, discriminative, *, end):
    """Build what asks who of a pair errs less, with few rows (0) or many (-1)."""
    names = NAMES[generative], NAMES[discriminative]
    chosen = PAIR if generative in PAIR else (generative, discriminative)

    def ask(problem, contestant):
        if contestant.pair is None or is_left_out(lab, problem):
            return
        found = measure_curves(lab, problem, contestant, seed, chosen)
        curves = found.accuracy
        if names not in found.crossings:
            return
        yield Answer(
            compare_errors(curves, names, place=end),
            describe_curves(found, names),
            {
                f"{name}, {curves.train_sizes[end]} rows: error": 1
                - float(curves.scores[name][:, end].mean())
                for name in names
            },
            curves=plot_curves(found, names) if end == 0 else None,
        )

    return ask


def compare_errors(curves, names, *, place):
    """Estimate the change of the error from the second to the first, as a share."""
    one, other = (1 - curves.scores[name][:, place] for name in names)
    pair = {("1", "error"): one, ("2", "error"): other}
    return Decisions(pair, float(curves.overlaps[place])).compare(*pair)


def describe_curves(curves, names):
    """Say where the curves cross, and how many training sets a line parts."""
    shares = ", ".join(
        f"{100 * share:.0f} % of {n} rows" for n, share in sorted(curves.parted.items())
    )
    parted = shares and f"Of the training sets a line parts the classes in {shares}."
    caveat = OF_SPLITS if curves.accuracy.overlaps.any() else ""
    crossing = curves.crossings[names].sentence
    said = (f"{crossing[0].upper()}{crossing[1:]}", parted, caveat)
    return " ".join(filter(None, said))


def plot_curves(curves, names):
    """Give errors over rows, and where they cross, as plain numbers for a figure."""
    crossing = curves.crossings[names]
    lines = {
        name: [
            [1 - e.value, 1 - e.high, 1 - e.low] for e in curves.accuracy.curve(name)
        ]
        for name in names
    }
    return {
        "over": "training rows",
        "what": "error",
        "places": curves.accuracy.train_sizes.tolist(),
        "is_log": True,
        "lines": lines,
        "crossing": None
        if crossing.before is None
        else [crossing.rows, crossing.low, crossing.high],
    }


TRUE_MODELS = {
    "Independent": ("shared", synthetic.GaussianClasses(n_features=10)),
    "Correlated": ("LDA", synthetic.GaussianClasses(n_features=10, correlation=0.3)),
}
MANY = 2000  # rows, 200 for each feature


def _compare_true_model(lab, seed):
    """Ask who is ahead with many rows where the generative model is true."""
    problems = [
        Problem(name, "classification", data, MANY, MANY, data.n_features)
        for name, (_, data) in TRUE_MODELS.items()
    ]

    def ask(problem, contestant):
        models = {} if contestant.pair is None else contestant.pair()
        chosen, _ = TRUE_MODELS[problem.name]
        if chosen not in models:
            return
        pair = {"generative": models[chosen], "discriminative": models["free"]}
        found = lab.repeat(
            "true models", _count_errors(pair), pair, problem=problem,
            contestant=contestant, seed=seed, share=SHARE,
        )  # fmt: skip
        keys = [(name, "error") for name in pair]
        context = {f"{name}: error": found.average((name, "error")) for name in pair}
        yield Answer(found.compare(*keys), found.caveat, context)

    return gather(
        lab, ask, lab.simulate(problems), measure="error", beside=("Correlated",)
    )


def _count_errors(models):
    """Build what fits models to the same rows and counts their errors."""

    def measure_one(training, test, fitting):
        return {
            (name, "error"): 1 - count_right(clone(model).fit(*training), *test)
            for name, model in models.items()
        }

    return measure_one


NG = (
    "Ng and Jordan (2001), On discriminative vs. generative classifiers: a comparison "
    "of logistic regression and naive Bayes"
)
XUE = (
    "Xue and Titterington (2008), Comment on 'On discriminative vs. generative "
    "classifiers'"
)
ENDS = (
    (
        "few",
        0,
        "ahead of",
        f"{FEW} training rows",
        Lowers(0.05),
        "a twentieth of the error is what another learner would bring",
    ),
    (
        "many",
        -1,
        "behind",
        f"as many training rows as there are, up to {MOST:,}",
        Raises(0.05),
        "a twentieth of the error is what another learner would bring",
    ),
)
CLAIMS = (
    *(
        Claim(
            key=f"{generative}-naive-bayes-{end}-rows-{discriminative}",
            family="generative",
            sentence=f"With {end} rows {NAMES[generative]} is {where} "
            f"{NAMES[discriminative]}.",
            source=f"{NG}; against it {XUE}",
            kind="regularity",
            dimension="model",
            effect=f"change of the error from {NAMES[discriminative]} to "
            f"{NAMES[generative]} with {rows}, as a share of the former",
            rule=rule,
            why_this_margin=why,
            seed=SEED,
            experiment=_compare_ends(generative, discriminative, end=place),
        )
        for generative in GENERATIVE
        for discriminative in DISCRIMINATIVE
        for end, place, where, rows, rule, why in ENDS
    ),
    Claim(
        key="true-model-and-many-rows-no-winner",
        family="generative",
        sentence="Where the generative model is true, neither side is ahead with many "
        "rows.",
        source=XUE,
        kind="regularity",
        dimension="model",
        effect=f"change of the error with {MANY:,} rows of ten features, from logistic "
        "regression without a penalty to the model that is true: naive Bayes with "
        "shared variances, or linear discriminant analysis where features are "
        "correlated; as a share of the former",
        rule=Leaves(0.05),
        why_this_margin="a twentieth of the error is what either side would need to "
        "be called ahead",
        seed=SEED,
        experiment=_compare_true_model,
    ),
)
