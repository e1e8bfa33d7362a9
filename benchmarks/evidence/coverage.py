"""Count how often the intervals of decompositions hold the truth."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from joblib import Parallel, delayed
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor

from benchmarks.evidence.check import Check, measure_share
from skclassic import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    Friedman1,
    Twonorm,
    Waveform,
    bias_variance_decomposition,
)

PROMISED = 92.0, 98.0  # percent of the runs, for intervals of 95 %
FULL_RUNS, QUICK_RUNS = 1000, 20
PARTS = ("loss", "bias", "variance")


class Line:
    """Draw y = slope . x + noise with normal inputs: theory knows the variance."""

    n_features = 4
    noise_variance = 2.0
    slope = np.array([1.0, -2.0, 0.5, 0.0])

    def sample(self, n, random_state=None):
        """Draw n rows."""
        rng = np.random.RandomState(random_state)
        X = rng.standard_normal((n, self.n_features))
        noise = self.noise_variance**0.5 * rng.standard_normal(n)
        return X, self.conditional_mean(X) + noise

    def conditional_mean(self, X):
        """Give the mean response."""
        return X @ self.slope


class FixedDesign:
    """Draw new responses at the same inputs: nearest neighbours have a closed form."""

    noise_variance = 0.5
    inputs = np.linspace(0, 1, 40)[:, None]

    def conditional_mean(self, X):
        """Give the mean response."""
        return np.sin(6 * X[:, 0])

    def sample(self, n, random_state=None):
        """Draw responses at the 40 inputs, or n uniform rows to test on."""
        rng = np.random.RandomState(random_state)
        X = self.inputs if n == len(self.inputs) else rng.uniform(size=(n, 1))
        noise = self.noise_variance**0.5 * rng.standard_normal(len(X))
        return X, self.conditional_mean(X) + noise

    def find_parts(self, k):
        """Give bias and variance of k nearest neighbours, over a fine grid."""
        grid = (np.arange(20_000) + 0.5)[:, None] / 20_000
        mean = self.conditional_mean(self.inputs)
        smooth = KNeighborsRegressor(k).fit(self.inputs, mean).predict(grid)
        bias = ((smooth - self.conditional_mean(grid)) ** 2).mean()
        return {"bias": float(bias), "variance": self.noise_variance / k}


@dataclass(frozen=True)
class Coverage:
    """One problem, its estimators, and where the truth comes from.

    Attributes
    ----------
    title : str
    problem : object
    estimators : dict of str to estimator
        Of two, the differences are looked at as well.
    n_train, n_repeats, n_test : int
    truth : callable or None
        Gives the parts of every estimator; None measures them in long runs.
    settings : dict
        Of the decomposition.
    definitions : tuple
        Splits of 0/1 loss, extrapolated where they can be; (None,) for other losses.
    """

    title: str
    problem: object
    estimators: dict
    n_train: int
    n_repeats: int
    n_test: int = 200
    truth: Callable | None = None
    settings: dict = field(default_factory=dict)
    definitions: tuple = (None,)


def _know_least_squares(*, n, has_intercept):
    def truth():
        s2, p = Line.noise_variance, Line.n_features
        variance = s2 * p / (n - p - 1)
        if has_intercept:
            variance = s2 * ((n + 1) * p / (n * (n - p - 2)) + 1 / n)
        return {"it": {"bias": 0.0, "variance": variance, "noise": s2}}

    return truth


def _know_constant():
    X, _ = Friedman1().sample(2_000_000, random_state=0)
    bias = ((Friedman1().conditional_mean(X) - 10) ** 2).mean()
    return {"it": {"bias": float(bias), "variance": 0.0, "noise": 1.0}}


def _know_neighbours():
    problem = FixedDesign()
    return {
        f"{k}": problem.find_parts(k) | {"noise": problem.noise_variance}
        for k in (5, 12)
    }


CASES = {
    "coverage-constant": Coverage(
        "a constant, Friedman 1",
        Friedman1(),
        {"it": DummyRegressor(strategy="constant", constant=10.0)},
        n_train=10,
        n_repeats=10,
        truth=_know_constant,
    ),
    "coverage-no-intercept": Coverage(
        "least squares without intercept, 40 x 4",
        Line(),
        {"it": LinearRegression(fit_intercept=False)},
        n_train=40,
        n_repeats=20,
        truth=_know_least_squares(n=40, has_intercept=False),
    ),
    "coverage-intercept": Coverage(
        "least squares with intercept, 40 x 4",
        Line(),
        {"it": LinearRegression()},
        n_train=40,
        n_repeats=20,
        truth=_know_least_squares(n=40, has_intercept=True),
    ),
    "coverage-default": Coverage(
        "the same from 100 training sets",
        Line(),
        {"it": LinearRegression()},
        n_train=40,
        n_repeats=100,
        truth=_know_least_squares(n=40, has_intercept=True),
    ),
    "coverage-neighbours": Coverage(
        "5 and 12 nearest neighbours, fixed design",
        FixedDesign(),
        {"5": KNeighborsRegressor(5), "12": KNeighborsRegressor(12)},
        n_train=40,
        n_repeats=20,
        truth=_know_neighbours,
    ),
    "coverage-trees": Coverage(
        "trees of depth 4 and full, Friedman 1",
        Friedman1(),
        {"4": DecisionTreeRegressor(max_depth=4), "full": DecisionTreeRegressor()},
        n_train=100,
        n_repeats=20,
        n_test=300,
    ),
    "coverage-brier": Coverage(
        "naive Bayes, Brier score, twonorm",
        Twonorm(),
        {"it": GaussianNB()},
        n_train=60,
        n_repeats=20,
        n_test=300,
        settings={"loss": "brier"},
    ),
    "coverage-log-loss": Coverage(
        "naive Bayes, log loss, twonorm",
        Twonorm(),
        {"it": GaussianNB()},
        n_train=60,
        n_repeats=20,
        n_test=300,
        settings={"loss": "log_loss"},
    ),
    "coverage-votes": Coverage(
        "trees of depth 3, 0/1 loss, waveform",
        Waveform(),
        {"it": DecisionTreeClassifier(max_depth=3)},
        n_train=100,
        n_repeats=100,
        n_test=500,
        settings={"loss": "zero_one"},
        definitions=("kohavi_wolpert", "domingos", "breiman"),
    ),
}
LONG = {"n_repeats": 500, "n_test": 10_000}  # of a run that measures the truth
N_LONG = 12


def measure(key, *, n_runs, n_jobs=2):
    """Count in how many runs each interval of 95 % holds the truth.

    Parameters
    ----------
    key : str
        Of CASES.
    n_runs : int
    n_jobs : int, default=2
        Processes.

    Returns
    -------
    list of Check
        Percentages. What is exact in every run is left out.
    """
    case = CASES[key]
    truths = _find_truths(case, n_jobs)
    run = delayed(_cover)
    runs = Parallel(n_jobs)(run(case, truths, seed) for seed in range(n_runs))
    note = f"{case.title}; {case.n_repeats} training sets, {n_runs} runs"
    checks = []
    for what in runs[0]:
        hits = [each[what] for each in runs]
        if None not in hits:  # None: no error at all
            share, error = measure_share(hits)
            checks.append(Check(key, what, share, error, *PROMISED, note))
    return checks


def _find_truths(case, n_jobs):
    """Give (name, part) or pairs of names for each definition, with the truth."""
    if case.truth is None:
        measure = delayed(_list_values)
        runs = Parallel(n_jobs)(
            measure(case, 10**6 + seed, **LONG) for seed in range(N_LONG)
        )
        return {
            what: float(np.mean([run[what] for run in runs]))
            for run in runs[:1]
            for what in run
        }
    parts = case.truth()
    values = {}
    for name, part in parts.items():
        values |= {(None, name, c): part[c] for c in ("bias", "variance")}
        values[None, name, "loss"] = sum(part.values())
    return values | _add_differences(values, tuple(parts))


def _add_differences(values, names):
    if len(names) < 2:
        return {}
    first, second = names
    return {
        (None, (first, second), c): values[None, first, c] - values[None, second, c]
        for c in PARTS
    }


def _decompose(case, seed, **sizes):
    sizes = {"n_repeats": case.n_repeats, "n_test": case.n_test} | sizes
    return bias_variance_decomposition(
        case.estimators,
        case.problem,
        n_train=case.n_train,
        random_state=seed,
        **case.settings,
        **sizes,
    )


def _list_estimates(case, seed, **sizes):
    """Give every estimate of one run, by definition, name or pair, and part."""
    result = _decompose(case, seed, **sizes)
    found = {}
    for definition in case.definitions:
        split = result
        if definition is not None:
            voting = definition != "kohavi_wolpert"
            split = result.redefine(definition, extrapolate=voting)
        for c in PARTS:
            for name in case.estimators:
                found[definition, name, c] = split.estimate(name, c)
            if len(case.estimators) == 2:
                pair = tuple(case.estimators)
                found[definition, pair, c] = split.difference(*pair, c)
    return found


def _list_values(case, seed, **sizes):
    return {k: e.value for k, e in _list_estimates(case, seed, **sizes).items()}


def _cover(case, truths, seed):
    """Tell for each estimate of one run whether its interval holds the truth."""
    hits = {}
    for what, estimate in _list_estimates(case, seed).items():
        exact = estimate.standard_error == 0
        hit = estimate.low <= truths[what] <= estimate.high
        hits[_word(what)] = None if exact else hit
    return hits


def _word(what):
    definition, name, part = what
    if isinstance(name, tuple):
        part = f"{part}, {name[0]} less {name[1]}"
    elif name != "it":
        part = f"{part}, {name}"
    return part if definition is None else f"{part} ({definition})"
