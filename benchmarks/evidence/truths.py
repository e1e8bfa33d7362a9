"""Hold decompositions against truths known from elsewhere, and against mlxtend's."""

from time import perf_counter

import numpy as np

from benchmarks.evidence.check import Check
from skclassic import (
    BaggingClassifier,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    Friedman1,
    RandomForestClassifier,
    Ringnorm,
    Threenorm,
    Twonorm,
    Waveform,
    bias_variance_decomposition,
)

FRIEDMAN = {"bias": 2.68, "variance": 7.73}  # of 1,600 training sets of 400 rows
WITHIN = 0.05
BREIMAN = {  # percent, of an independent simulation: 100 sets of 300 rows
    ("Waveform", "tree"): {"bias": 1.07, "variance": 14.75, "loss": 29.18},
    ("Waveform", "bagging"): {"bias": 0.87, "variance": 5.47, "loss": 19.70},
    ("Twonorm", "tree"): {"bias": 0.28, "variance": 19.21, "loss": 21.81},
    ("Twonorm", "bagging"): {"bias": 0.07, "variance": 5.00, "loss": 7.40},
}
POINTS = {"bias": 0.35, "variance": 1.0, "loss": 1.0}
MOST_SECONDS = 60.0
SIZES = {
    "quick": {"n_repeats": 10, "n_test": 500},
    "full": {"n_repeats": 100, "n_test": 10_000},
}


class OneSet:
    """Resample one set of rows, of a problem whose truth is known all the same.

    Parameters
    ----------
    problem : generator of skclassic.synthetic
    n : int
        Rows of the set, and of each bootstrap sample.
    seed : int
    """

    def __init__(self, problem, n, seed):
        self.problem, self.n = problem, n
        self.X, self.y = problem.sample(n, random_state=seed)
        self.noise_variance = problem.noise_variance
        self.conditional_mean = problem.conditional_mean

    def sample(self, n, random_state=None):
        """Draw a bootstrap sample, or fresh rows to test on."""
        if n != self.n:
            return self.problem.sample(n, random_state=random_state)
        rows = np.random.RandomState(random_state).randint(n, size=n)
        return self.X[rows], self.y[rows]


def measure_friedman(size, *, n_jobs=2):
    """Split the error of a full tree: fresh sets, one set resampled, and mlxtend's.

    Parameters
    ----------
    size : {"quick", "full"}
    n_jobs : int, default=2

    Returns
    -------
    list of Check
        Squared errors. The first two are asked to lie within 5 % of the truth.
    """
    n = 400
    fresh = bias_variance_decomposition(
        {"tree": DecisionTreeRegressor()},
        Friedman1(),
        n_train=n,
        n_repeats=SIZES[size]["n_repeats"] * 10,
        n_test=5000 if size == "full" else 500,
        random_state=0,
        n_jobs=n_jobs,
    )
    checks = []
    for part, truth in FRIEDMAN.items():
        e = fresh.estimate("tree", part)
        ends = truth * (1 - WITHIN), truth * (1 + WITHIN)
        note = f"full tree, Friedman 1, {n} rows; {fresh.n_repeats} fresh sets"
        checks.append(
            Check("friedman", f"{part}, fresh", e.value, e.standard_error, *ends, note)
        )
    resampled = [
        bias_variance_decomposition(
            {"tree": DecisionTreeRegressor()},
            OneSet(Friedman1(), n, seed),
            n_train=n,
            n_test=2000,
            n_repeats=SIZES[size]["n_repeats"],
            random_state=seed,
            n_jobs=n_jobs,
        )
        for seed in range(10)
    ]
    for part in FRIEDMAN:
        values = [each.estimate("tree", part).value for each in resampled]
        note = f"bootstrap samples of one set of {n} rows, around the truth; 10 sets"
        checks.append(
            Check("friedman", f"{part}, one set", *_average(values), note=note)
        )
    return checks + _ask_mlxtend(size, n)


def _average(values):
    return float(np.mean(values)), float(np.std(values, ddof=1) / len(values) ** 0.5)


def _ask_mlxtend(size, n):
    """Give what mlxtend says, whose "bias" holds the noise; nothing without it."""
    try:
        from mlxtend.evaluate import bias_variance_decomp
    except ImportError:
        return []
    from sklearn.tree import DecisionTreeRegressor as Theirs

    parts = []
    for seed in range(10):
        X, y = Friedman1().sample(n, random_state=seed)
        X_test, y_test = Friedman1().sample(2000, random_state=10**6 + seed)
        _, bias, variance = bias_variance_decomp(
            Theirs(random_state=0),
            X,
            y,
            X_test,
            y_test,
            loss="mse",
            num_rounds=SIZES[size]["n_repeats"],
            random_seed=seed,
        )
        parts.append((bias, variance))
    note = f"mlxtend's bias_variance_decomp on one set of {n} rows; 10 sets"
    return [
        Check("friedman", f"{what}, mlxtend", *_average(values), note=note)
        for what, values in zip(
            ("bias and noise", "variance"), zip(*parts, strict=True), strict=True
        )
    ]


def measure_breiman(size, *, n_jobs=2):
    """Split 0/1 loss on four problems as Breiman did, and take the time.

    Parameters
    ----------
    size : {"quick", "full"}
    n_jobs : int, default=2

    Returns
    -------
    list of Check
        Percentages, and the seconds of the whole table.
    """
    estimators = {
        "tree": DecisionTreeClassifier(),
        "bagging": BaggingClassifier(n_estimators=50),
        "forest": RandomForestClassifier(n_estimators=50),
    }
    checks, began = [], perf_counter()
    for problem in (Waveform(), Twonorm(), Threenorm(), Ringnorm()):
        result = bias_variance_decomposition(
            estimators,
            problem,
            loss="zero_one",
            definition="breiman",
            random_state=0,
            n_jobs=n_jobs,
            **SIZES[size],
        )
        data = type(problem).__name__
        for name in estimators:
            for part in ("loss", "bias", "variance"):
                checks.append(_hold_against(result, data, name, part))
    seconds = perf_counter() - began
    note = f"4 problems x 3 estimators x {SIZES[size]['n_repeats']} training sets"
    return [
        *checks,
        Check("breiman", "seconds", seconds, highest=MOST_SECONDS, note=note),
    ]


def _hold_against(result, data, name, part):
    e = result.estimate(name, part)
    ends = None, None
    if (data, name) in BREIMAN:
        middle, width = BREIMAN[data, name][part], POINTS[part]
        ends = middle - width, middle + width
    note = f"{result.n_repeats} sets of 300 rows, {result.n_test} test rows"
    return Check(
        "breiman",
        f"{data}, {name}: {part}",
        100 * e.value,
        100 * e.standard_error,
        *ends,
        note,
    )


def measure_mlxtend(size, *, n_jobs=2):
    """Race a decomposition of bagged trees against mlxtend's, in turns.

    Parameters
    ----------
    size : {"quick", "full"}
    n_jobs : int, default=2
        Ours, beside a single thread; mlxtend knows no threads.

    Returns
    -------
    list of Check
        Times as long as ours: the median of three rounds.
    """
    try:
        from mlxtend.evaluate import bias_variance_decomp
    except ImportError:
        return []
    from sklearn.ensemble import BaggingClassifier as Theirs
    from sklearn.tree import DecisionTreeClassifier as TheirTree

    def run_ours(X, y, n, rounds, seed, threads):
        bias_variance_decomposition(
            BaggingClassifier(n_estimators=50),
            (X, y),
            loss="zero_one",
            definition="domingos",
            training_sets="bootstrap",
            n_train=n,
            n_test=n,
            n_repeats=rounds,
            random_state=seed,
            n_jobs=threads,
        )

    def run_theirs(X, y, n, rounds, seed):
        model = Theirs(TheirTree(), n_estimators=50)
        train, test = (X[:n], y[:n]), (X[n:], y[n:])
        bias_variance_decomp(model, *train, *test, num_rounds=rounds, random_seed=seed)

    checks = []
    for n, rounds in RACES[size]:
        X, y = Twonorm().sample(2 * n, random_state=0)
        run_ours(X, y, n, 4, 0, n_jobs)  # compiles, and starts threads
        ratios = {1: [], n_jobs: []}
        for seed in range(3):
            theirs = _time(run_theirs, X, y, n, rounds, seed)
            for threads, kept in ratios.items():
                kept.append(theirs / _time(run_ours, X, y, n, rounds, seed, threads))
        note = f"50 bagged trees, {rounds} rounds, twonorm, Domingos' split"
        for threads, values in ratios.items():
            checks.append(
                Check(
                    "mlxtend",
                    f"times as long as ours with n_jobs={threads}, {n} rows",
                    float(np.median(values)),
                    float(np.ptp(values)),
                    lowest=FASTER if threads == n_jobs else None,
                    note=note,
                )
            )
    return checks


def _time(function, *arguments):
    start = perf_counter()
    function(*arguments)
    return perf_counter() - start


RACES = {
    "quick": ((300, 5),),
    "full": ((300, 50), (1000, 30), (3000, 15), (10_000, 5)),
}
FASTER = 15.0
TRUTHS = {
    "friedman": measure_friedman,
    "breiman": measure_breiman,
    "mlxtend": measure_mlxtend,
}
