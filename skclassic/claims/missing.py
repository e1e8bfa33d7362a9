"""State and test what is said of missing features.

The textbook's story: a generative model knows how features are distributed, so it
leaves out what is missing by an integral; a discriminative one does not, and has to be
helped by imputation. The rival here is what practitioners do: means, and a column for
each feature that says where it was missing.
"""

import numpy as np
from sklearn.base import clone
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

from .claim import Claim
from .gather import Answer, gather
from .generative import NAMES, is_left_out
from .rules import Lowers

SEED = 19760801  # Rubin, Inference and missing data, Biometrika 63(3)
SHARE = 0.7
TESTED = 4000  # rows that a generator draws: errors are counted, not computed
MISSING = 0.3  # share of the values
SUITED = ("Twonorm", "Correlated", "Breast cancer", "High diabetes")


def poke_at_random(X, middle, rng):
    """Lose values by chance alone."""
    return np.where(rng.uniform(size=X.shape) < MISSING, np.nan, X)


def poke_high_values(X, middle, rng):
    """Lose values above the middle of their column alone, twice as often."""
    is_lost = (X > middle) & (rng.uniform(size=X.shape) < 2 * MISSING)
    return np.where(is_lost, np.nan, X)


WAYS = {"at random": poke_at_random, "high values": poke_high_values}


def count_errors(bayes, logistic):
    """Build what counts errors with all values and with gaps, of training and test.

    Parameters
    ----------
    bayes : classifier
        Takes NaN, or stands behind an imputer.
    logistic : classifier
    """

    def measure_one(training, test, fitting):
        (X, y), (X_test, y_test) = training, test
        rng, middle = np.random.RandomState(fitting), np.median(X, axis=0)
        tables = {"whole": (X, X_test)} | {
            way: [poke(rows, middle, rng) for rows in (X, X_test)]
            for way, poke in WAYS.items()
        }
        found = {}
        for which, (rows, new) in tables.items():
            helped = logistic if which == "whole" else impute(logistic)
            for name, model in (("bayes", bayes), ("logistic", helped)):
                called = clone(model).fit(rows, y).predict(new)
                found[name, which] = np.mean(called != y_test)
                rise = found[name, which] - found[name, "whole"]
                found[name, f"rise, {which}"] = rise
        return found

    return measure_one


def impute(model):
    """Put means in the place of gaps, and columns that say where they were."""
    return make_pipeline(SimpleImputer(add_indicator=True), model)


def _lose(way):
    """Build an experiment on how much more errors the two make with gaps."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if contestant.pair is None or is_left_out(lab, problem):
                return
            models = contestant.pair()
            bayes, ridge = models["class"], models["ridge"]
            if "shared" not in models:  # scikit-learn's takes no NaN
                bayes = make_pipeline(SimpleImputer(), bayes)
            pair = {NAMES["class"]: bayes, NAMES["ridge"]: impute(ridge)}
            found = lab.repeat(
                "gaps", count_errors(bayes, ridge), pair, problem=problem,
                contestant=contestant, seed=seed, share=SHARE, n_test=TESTED,
            )  # fmt: skip
            context = {
                f"{name}, {which}: error": found.average((name, which))
                for name in ("bayes", "logistic")
                for which in ("whole", way)
            }
            rise = f"rise, {way}"
            effect = found.compare(("bayes", rise), ("logistic", rise))
            yield Answer(effect, f"{_word(context)} {found.caveat}".strip(), context)

        problems = [e for e in lab.two_classes if lab.own or e.name in SUITED]
        return gather(lab, ask, problems, measure="error")

    return experiment


def _word(context):
    whole_b, gaps_b, whole_l, gaps_l = (100 * each for each in context.values())
    return (
        f"With gaps the error of naive Bayes rises from {whole_b:.1f} to {gaps_b:.1f} "
        f"%, that of logistic regression from {whole_l:.1f} to {gaps_l:.1f} %."
    )


SENTENCES = (
    (
        "naive-bayes-bears-gaps-at-random",
        "lost at random",
        "at random",
        f"{100 * MISSING:.0f} % of the values missing at random",
    ),
    (
        "naive-bayes-bears-gaps-of-high-values",
        "lost for being high",
        "high values",
        f"{200 * MISSING:.0f} % of the values above the median missing, and no others",
    ),
)
CLAIMS = tuple(
    Claim(
        key=key,
        family="missing",
        sentence=f"Naive Bayes bears values {how} better than logistic regression with "
        "imputation.",
        source="Murphy (2012), Machine learning: a probabilistic perspective, section "
        "8.6.1; Rubin (1976), Inference and missing data",
        kind="regularity",
        dimension="data",
        effect="change of the rise of the error that gaps bring, from logistic "
        "regression (means imputed, columns that say where) to naive Bayes (what is "
        f"missing left out), as a share of the former; {what}, in training and test",
        rule=Lowers(0.1),
        why_this_margin="a tenth of the harm is the least that would be called better",
        seed=SEED,
        experiment=_lose(way),
    )
    for key, how, way, what in SENTENCES
)
