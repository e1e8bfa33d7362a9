"""State and test what is said of the probabilities that the pair gives.

The textbook's story: the log odds of naive Bayes with shared variances are linear in x,
exactly as logistic regression has them. But naive Bayes counts what features share as
often as there are features, and so is too sure of itself, while logistic regression
weighs them.
"""

import numpy as np
from scipy.special import expit
from sklearn.base import clone

from skclassic import synthetic

from .claim import Claim
from .gather import Answer, gather
from .generative import NAMES, is_left_out
from .losses import LARGEST_SEED
from .problems import Problem
from .rules import Leaves, Lowers

SEED = 19960101  # Domingos and Pazzani appeared in 1996
SHARE = 0.8
NEEDS_TWO = "its log odds are told of two classes."


class Copied:
    """Hand out every feature of a generator several times.

    Parameters
    ----------
    data : generator
    times : int
    noise : float
        Standard deviation of what is added to each copy: of an exact one logistic
        regression could tell nothing apart.
    """

    def __init__(self, data, times, noise):
        self.data, self.times, self.noise = data, times, noise
        self.n_features, self.classes = times * data.n_features, data.classes

    def sample(self, n, random_state=None):
        """Draw rows, and copy their columns."""
        rng = np.random.RandomState(random_state)
        X, y = self.data.sample(n, random_state=rng.randint(LARGEST_SEED))
        copies = np.tile(X, self.times)
        return copies + self.noise * rng.standard_normal(copies.shape), y


def list_dependent(lab):
    """Give problems whose features depend on each other: two generated, two real."""
    if lab.own is not None:
        return lab.two_classes
    five = synthetic.GaussianClasses(n_features=5)
    generators = {
        "Four copies": Copied(five, times=4, noise=0.1),
        "Correlated": synthetic.GaussianClasses(n_features=20, correlation=0.5),
    }
    simulated = [
        Problem(name, "classification", data, 2000, 2000, data.n_features)
        for name, data in generators.items()
    ]
    real = ("Breast cancer", "High diabetes")
    return simulated + [each for each in lab.two_classes if each.name in real]


def measure_slope(odds, y):
    """Fit labels to log odds, y ~ expit(a + b odds), by Newton's method.

    Returns
    -------
    float
        b: 1 where the log odds are right, less where they are too large.

    References
    ----------
    Cox (1958). Two further applications of a model for binary regression. Biometrika
    45, 562-565.
    """
    scale = odds.std()
    if scale == 0:
        return 0.0
    Z = np.column_stack([np.ones(len(odds)), odds / scale])
    beta = np.zeros(2)
    for _ in range(MOST_STEPS):
        p = expit(Z @ beta)
        hessian = (Z * (p * (1 - p))[:, None]).T @ Z + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, Z.T @ (y - p))
        beta += step * min(1.0, 2 / np.abs(step).max(initial=1e-12))
    return float(beta[1] / scale)


MOST_STEPS = 25  # of at most 2 each; where a cut parts the labels they never end


def read_odds(model, X):
    """Give the log odds of the second class."""
    if hasattr(model, "decision_function"):
        return model.decision_function(X)
    logs = model.predict_log_proba(X)
    return logs[:, 1] - logs[:, 0]


def calibrate(models):
    """Build what fits models to the same rows and measures their probabilities."""

    def measure_one(training, test, fitting):
        found = {}
        for name, model in models.items():
            fitted = clone(model).fit(*training)
            odds = read_odds(fitted, test[0])
            signs = 2 * test[1] - 1
            found |= {
                (name, "slope"): measure_slope(odds, test[1]),
                (name, "log loss"): np.logaddexp(0, -signs * odds).mean(),
                (name, "error"): np.mean(signs * odds < 0),
                (name, "confidence"): expit(np.abs(odds)).mean(),
                (name, "one"): 1.0,
            }
        return found

    return measure_one


def _ask_for_slope(which):
    """Build an experiment on the calibration slope of one side of the pair."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if contestant.pair is None or is_unsuitable(lab, problem):
                return
            models = contestant.pair()
            pair = {NAMES[k]: models[k] for k in ("class", "ridge")}
            found = lab.repeat(
                "calibration", calibrate(pair), pair, problem=problem,
                contestant=contestant, seed=seed, share=SHARE,
            )  # fmt: skip
            name = NAMES[which]
            context = {
                f"{each}: {what}": found.average((each, what))
                for each in pair
                for what in ("slope", "log loss", "error", "confidence")
            }
            effect = found.compare((name, "slope"), (name, "one"))
            yield Answer(
                effect, f"{_word(pair, found)} {found.caveat}".strip(), context
            )

        return gather(
            lab, ask, list_dependent(lab), measure="slope", beside=("Correlated",)
        )

    return experiment


def is_unsuitable(lab, problem):
    """Tell whether a problem is none of two classes with enough rows, and note why."""
    if is_left_out(lab, problem):
        return True
    if len(problem.classes) != 2:
        lab.leave_out(problem, NEEDS_TWO)
        return True
    return False


def _word(pair, found):
    parts = (
        f"{name} is {100 * found.average((name, 'confidence')):.1f} % sure and right "
        f"in {100 - 100 * found.average((name, 'error')):.1f} %, log loss "
        f"{found.average((name, 'log loss')):.3f}"
        for name in pair
    )
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _bend(lab, seed):
    """Ask how far log odds midway between rows lie from midway between theirs."""

    def ask(problem, contestant):
        models = {} if contestant.pair is None else contestant.pair()
        if "shared" not in models or is_unsuitable(lab, problem):
            return
        both = {NAMES[k]: models[k] for k in ("shared", "class")}
        found = lab.repeat(
            "log odds", measure_bends(both), both, problem=problem,
            contestant=contestant, seed=seed, share=BEND_SHARE,
        )  # fmt: skip
        name = NAMES["shared"]
        context = {f"{each}: bend": found.average((each, "bend")) for each in both}
        bent = 100 * context[f"{NAMES['class']}: bend"]
        caveat = f"Those of {NAMES['class']} bend by {bent:.1f} %. {found.caveat}"
        effect = found.compare((name, "straight plus bend"), (name, "straight"))
        yield Answer(effect, caveat.strip(), context)

    return gather(lab, ask, lab.two_classes, measure="log odds")


BEND_SHARE = 0.1  # a theorem: few sets will do


def measure_bends(models):
    """Build what measures by how much log odds deviate from a straight line."""

    def measure_one(training, test, fitting):
        X = test[0]
        middle = (X[:-1] + X[1:]) / 2
        found = {}
        for name, model in models.items():
            fitted = clone(model).fit(*training)
            odds, between = read_odds(fitted, X), read_odds(fitted, middle)
            bend = np.abs(between - (odds[:-1] + odds[1:]) / 2).max()
            bend /= np.abs(odds).max()
            found |= {
                (name, "bend"): bend,
                (name, "straight"): 1.0,
                (name, "straight plus bend"): 1.0 + bend,
            }
        return found

    return measure_one


CLAIMS = (
    Claim(
        key="same-form-of-posterior",
        family="posteriors",
        sentence="The log odds of naive Bayes with shared variances are linear in x, "
        "as those of logistic regression are.",
        source="Ng and Jordan (2001), section 2; Mitchell (2005), Generative and "
        "discriminative classifiers, section 3.1",
        kind="theorem",
        dimension="model",
        effect="by how much log odds midway between two rows deviate at most from the "
        "mean of theirs, as a share of the largest log odds",
        rule=Leaves(1e-4),
        why_this_margin="it is rounding alone that may bend a line, more of it where "
        "columns hardly vary",
        seed=SEED,
        experiment=_bend,
    ),
    Claim(
        key="naive-bayes-is-too-sure",
        family="posteriors",
        sentence="Where features depend on each other, naive Bayes is too sure of "
        "itself.",
        source="Domingos and Pazzani (1996), Beyond independence; Hand and Yu (2001), "
        "Idiot's Bayes: not so stupid after all?",
        kind="regularity",
        dimension="model",
        effect="slope of a logistic regression of new labels on the log odds of "
        f"{NAMES['class']}, less 1",
        rule=Lowers(0.2),
        why_this_margin="log odds a quarter too large are more than a fit of few rows "
        "does to others",
        seed=SEED,
        experiment=_ask_for_slope("class"),
    ),
    Claim(
        key="logistic-is-calibrated",
        family="posteriors",
        sentence="Where features depend on each other, logistic regression is as sure "
        "as it may be.",
        source="Hastie, Tibshirani and Friedman (2009), section 4.4; Niculescu-Mizil "
        "and Caruana (2005), Predicting good probabilities",
        kind="regularity",
        dimension="model",
        effect="slope of a logistic regression of new labels on the log odds of "
        f"{NAMES['ridge']}, less 1",
        rule=Leaves(0.1),
        why_this_margin="a tenth of the log odds changes few decisions",
        seed=SEED,
        experiment=_ask_for_slope("ridge"),
    ),
)
