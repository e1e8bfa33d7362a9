"""State and test how many rows it takes to come near a limit that is known.

Ng and Jordan's story: naive Bayes needs rows in proportion to the logarithm of the
number of features, logistic regression in proportion to the number itself.

A linear rule w'x + b between two spherical clouds errs by a normal distribution
function, so nothing is lost to test rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from skclassic._estimates import Estimate

from .claim import Claim
from .gather import Answer, gather
from .generative import NAMES, NG
from .laboratory import FEWEST_SETS
from .problems import Problem
from .rules import Leaves, Lowers, Spares
from .true_scores import list_seeds

SEED = 20011203
DIMENSIONS = (8, 32, 128, 512)
NEAR = 0.05  # of the error above the limit, "near" it
BASE_SHARE = 0.5  # of the scale's training sets at the fewest features


@dataclass(frozen=True)
class Clouds:
    """Draw from two spherical normal clouds.

    Attributes
    ----------
    distance : float
        Of the centres. Every feature holds as much of it as any other.
    n_features : int
    is_even : bool
        Whether classes alternate, or are drawn with equal chances.
    """

    distance: float
    n_features: int
    is_even: bool = True

    @property
    def limit(self):
        """Give the error of the best rule, the limit of naive Bayes as of logistic."""
        return float(ndtr(-self.distance / 2))

    @property
    def centre(self):
        """Give the centre of class 1; that of class 0 lies opposite."""
        return np.full(self.n_features, self.distance / 2 / self.n_features**0.5)

    def sample(self, n, random_state=None):
        """Draw rows of both clouds."""
        rng = np.random.RandomState(random_state)
        y = np.arange(n) % 2 if self.is_even else rng.randint(2, size=n)
        side = np.where(y == 1, 1, -1)[:, None]
        return rng.standard_normal((n, self.n_features)) + side * self.centre, y

    def find_error(self, model):
        """Give the exact error of a fitted linear classifier."""
        intercept, slope = read_line(model, self.n_features)
        length, reach = np.linalg.norm(slope), slope @ self.centre
        if length == 0:
            return 0.5
        return float(ndtr([(intercept - reach) / length, -(intercept + reach) / length])
                     .mean())  # fmt: skip


def read_line(model, n_features):
    """Read intercept and slope of the log odds of a linear classifier.

    Returns
    -------
    intercept : float
    slope : ndarray of shape (n_features,)
    """
    if hasattr(model, "coef_"):
        return float(model.intercept_[0]), np.ravel(model.coef_)
    corners = np.vstack([np.zeros(n_features), np.eye(n_features)])
    logs = model.predict_log_proba(corners)
    odds = logs[:, 1] - logs[:, 0]
    return float(odds[0]), odds[1:] - odds[0]


EVERY_FEATURE = 0.2  # distance that each feature adds, squares adding up
FIXED = 2.0  # distance however many features share it
SIZES = (20, 40, 80, 160, 320, 640, 1280)
RATIOS = {"shared": (1.25, 2.5, 5), "free": (4, 8)}  # rows per feature


@dataclass(frozen=True)
class Design:
    """Hold how the classes lie apart as features are added.

    Attributes
    ----------
    about : str
        That in words.
    place : callable
        Maps a number of features to clouds.
    list_sizes : callable
        Maps a model and a number of features to numbers of training rows, among which
        lies the one that is needed.
    """

    about: str
    place: Callable
    list_sizes: Callable


DESIGNS = {
    "Every feature": Design(
        "Every feature tells the classes apart by a fifth of a standard deviation, the "
        "condition of Ng and Jordan's theorem: with the features grows the distance of "
        "the classes.",
        lambda d: Clouds(EVERY_FEATURE * d**0.5, d),
        lambda which, d: SIZES,
    ),
    "Same distance": Design(
        "The classes lie two standard deviations apart, however many features share "
        "in that.",
        lambda d: Clouds(FIXED, d),
        lambda which, d: tuple(int(d * ratio) for ratio in RATIOS[which]),
    ),
}


@dataclass(frozen=True)
class Exponent:
    """Hold how the logarithm of the rows needed grows with that of the features.

    Attributes
    ----------
    slope, error : float
        Of a line through the logarithms, and its standard error.
    rows : dict of int to float
        Rows needed, by features.
    df : int
    """

    slope: float
    error: float
    rows: dict
    df: float


def measure_exponents(models, design, *, n_repeats, seed, n_jobs=None):
    """Find the rows at which mean errors come near their limit, and how these grow.

    Parameters
    ----------
    models : dict of str to classifier
        By their names in a pair, with linear rules. All meet the same rows.
    design : Design
    n_repeats : int
        Training sets at the fewest features. At more of these fewer sets do, since
        chance averages out over features.
    seed : int
    n_jobs : int, default=None

    Returns
    -------
    dict of str to Exponent
    """
    found = {which: [] for which in models}
    for d in DIMENSIONS:
        n = max(FEWEST_SETS, round(n_repeats * (DIMENSIONS[0] / d) ** FEWER))
        sizes = {which: design.list_sizes(which, d) for which in models}
        excess = measure_excess(
            models, design.place(d), sizes, seeds=list_seeds(seed + d, n), n_jobs=n_jobs
        )
        for which in models:
            found[which].append((*_find_rows(excess[which], np.log(sizes[which])), n))
    return {which: _fit_line(*zip(*rows, strict=True)) for which, rows in found.items()}


def _fit_line(logs, errors, n_sets):
    """Fit a line to logarithms of rows over those of features, by least squares."""
    x = np.log(DIMENSIONS)
    weights = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    parts = np.square(weights * errors)
    return Exponent(
        slope=float(weights @ logs),
        error=float(parts.sum() ** 0.5),
        rows=dict(zip(DIMENSIONS, np.exp(logs), strict=True)),
        df=_pool_df(parts, np.array(n_sets) - 1),
    )


FEWER = 0.65  # leaves one set in fifteen at 64 times the features


def _pool_df(variances, dfs):
    """Give the degrees of freedom of a sum of variances (Satterthwaite 1946)."""
    return float(variances.sum() ** 2 / (variances**2 / dfs).sum())


def measure_excess(models, clouds, sizes, *, seeds, n_jobs=None):
    """Give errors above the limit, of models that meet the same rows.

    Parameters
    ----------
    models : dict of str to classifier
    clouds : Clouds
    sizes : dict of str to sequence of int
        Numbers of training rows for each model.
    seeds : sequence of int
        One for each training set.
    n_jobs : int, default=None

    Returns
    -------
    dict of str to ndarray of shape (n_sets, n_sizes)
    """
    most = max(map(max, sizes.values()))

    def measure(seed):
        X, y = clouds.sample(most, random_state=seed)
        return {
            name: [
                clouds.find_error(clone(model).fit(X[:m], y[:m])) for m in sizes[name]
            ]
            for name, model in models.items()
        }

    with threadpool_limits(1, user_api="blas"):
        found = Parallel(n_jobs=n_jobs, prefer="threads")(map(delayed(measure), seeds))
    return {
        name: np.array([each[name] for each in found]) - clouds.limit for name in models
    }


def _find_rows(excess, logs):
    """Find where the mean excess falls to `NEAR`, with the jackknife's error.

    Returns
    -------
    log, error : float
        Logarithm of the rows; NaN where the sizes do not reach across.
    """
    n = len(excess)
    means = (excess.sum(axis=0) - excess) / (n - 1)
    without = np.array([_interpolate(each, logs) for each in means])
    error = np.sqrt((n - 1) * without.var())
    return _interpolate(excess.mean(axis=0), logs), error


def _interpolate(excess, logs):
    """Find where a falling curve crosses `NEAR`, linear between logarithms."""
    gaps = np.log(np.maximum(excess, 1e-12) / NEAR)
    above = np.flatnonzero(gaps > 0)
    if len(above) == 0 or above[-1] == len(gaps) - 1:
        return np.nan
    k = above[-1]
    share = gaps[k] / (gaps[k] - gaps[k + 1])
    return logs[k] + share * (logs[k + 1] - logs[k])


def recall_exponents(lab, problem, contestant, seed):
    """Measure the exponents of a contestant's linear models, or recall them."""
    models = contestant.pair()
    models = {which: models[which] for which in RATIOS}
    lab.note_parameters(contestant, problem, {NAMES[k]: m for k, m in models.items()})
    return lab.recall(
        ("exponents", problem.name, contestant.name, seed),
        lambda: measure_exponents(
            models,
            DESIGNS[problem.name],
            n_repeats=lab.count_repeats(contestant, BASE_SHARE),
            seed=seed,
            n_jobs=lab.n_jobs,
        ),
        announcement=f"rows needed, {contestant.name}, {problem.name}",
    )


def _ask_for_rows(which, *, less=None, expected=0.0):
    """Build an experiment on the exponent of a model, less another one's."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if not lab.judges_by(contestant):  # the largest fits take seconds
                return
            exponents = recall_exponents(lab, problem, contestant, seed)
            found = exponents[which]
            value, error, df = found.slope - expected, found.error, found.df
            context = {}
            if less is not None:
                other = exponents[less]
                value, error = value - other.slope, np.hypot(error, other.error)
                df = min(df, other.df)
                context = _list_rows(less, other)
            context |= _list_rows(which, found)
            if not np.isfinite(value):
                lab.leave_out(problem, OUT_OF_REACH)
                return
            caveat = f"{DESIGNS[problem.name].about} {_word_rows(context)}"
            yield Answer(Estimate(float(value), float(error), df), caveat, context)

        return gather(lab, ask, lab.simulate(_list_designs()), measure="rows needed")

    return experiment


def _list_designs():
    return [
        Problem(name, "classification", design.place(d), max(SIZES), 0, d)
        for name, design in DESIGNS.items()
        for d in DIMENSIONS[:1]
    ]


OUT_OF_REACH = "the error came near its limit at none of the numbers of rows tried."


def _list_rows(which, exponent):
    return {f"{NAMES[which]}, {d} features": rows for d, rows in exponent.rows.items()}


def _word_rows(context):
    counts = "; ".join(f"{what}, {rows:.0f}" for what, rows in context.items())
    return f"Rows needed: {counts}."


GROWTH = (
    "of the logarithm of the rows needed over that of the number of features, from 8 "
    "to 512 independent ones; needed are so many that the mean error lies five points "
    "above its limit"
)
CLAIMS = (
    Claim(
        key="naive-bayes-needs-few-rows",
        family="limits",
        sentence="The rows that naive Bayes needs to come near its limit grow slower "
        "than the root of the number of features.",
        source=f"{NG}: as the logarithm, if every feature tells something",
        kind="regularity",
        dimension="data",
        effect=f"slope {GROWTH}; shared variances",
        rule=Spares(0.5),
        why_this_margin="from 8 to 512 features a logarithm grows threefold, a slope "
        "of 26 %; 50 is a root",
        seed=SEED,
        experiment=_ask_for_rows("shared"),
    ),
    Claim(
        key="logistic-needs-rows-per-feature",
        family="limits",
        sentence="The rows that logistic regression needs to come near its limit grow "
        "in proportion to the number of features.",
        source=f"{NG}; Vapnik (1998), Statistical learning theory",
        kind="regularity",
        dimension="data",
        effect=f"slope {GROWTH}, less 1; no penalty",
        rule=Leaves(0.2),
        why_this_margin="within a fifth of proportion nobody would call it another law",
        seed=SEED,
        experiment=_ask_for_rows("free", expected=1.0),
    ),
    Claim(
        key="naive-bayes-needs-rows-of-another-order",
        family="limits",
        sentence="With more features the rows that naive Bayes needs grow by another "
        "law than those that logistic regression needs.",
        source=NG,
        kind="regularity",
        dimension="data",
        effect=f"difference of the slopes {GROWTH}, of naive Bayes with shared "
        "variances and of logistic regression without a penalty",
        rule=Lowers(0.3),
        why_this_margin="a logarithm and a proportion differ by 74 % from 8 to 512 "
        "features; less than 30 would hardly be seen in a table",
        seed=SEED,
        experiment=_ask_for_rows("shared", less="free"),
    ),
)
