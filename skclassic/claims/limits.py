"""State and test how many rows it takes to come near a limit that is known.

Ng and Jordan's story: naive Bayes needs rows in proportion to the logarithm of the
number of features, logistic regression in proportion to the number itself. Efron's:
where two normal clouds of one shape are the truth, linear discriminant analysis wastes
fewer rows than logistic regression, by a factor that is an integral.

A linear rule w'x + b between two spherical clouds errs by a normal distribution
function, so nothing is lost to test rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import norm
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from skclassic._estimates import Estimate

from .claim import Claim
from .gather import Answer, gather
from .generative import NAMES, NG
from .laboratory import FEWEST_SETS
from .losses import estimate_change
from .problems import Problem
from .rules import Leaves, Lowers, Spares
from .true_scores import list_seeds

SEED = 20011203
DIMENSIONS = (8, 32, 128, 512)
NEAR = 0.05  # of the error above the limit, "near" it
BASE_SHARE = 1.0  # of the scale's training sets at the fewest features


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


def measure_exponent(model, which, design, *, n_repeats, seed, n_jobs=None):
    """Find the rows at which the mean error comes near its limit, and their growth.

    Parameters
    ----------
    model : classifier
        With a linear rule.
    which : str
        Its name in a pair.
    design : Design
    n_repeats : int
        Training sets at the fewest features. At more of these fewer sets do, since
        chance averages out over features.
    seed : int
    n_jobs : int, default=None

    Returns
    -------
    Exponent
    """
    logs, errors, n_sets = [], [], []
    for d in DIMENSIONS:
        n = max(FEWEST_SETS, round(n_repeats * (DIMENSIONS[0] / d) ** FEWER))
        sizes, seeds = design.list_sizes(which, d), list_seeds(seed + d, n)
        excess = _measure_excess(model, design.place(d), sizes, seeds, n_jobs)
        log, error = _find_rows(excess, np.log(sizes))
        logs.append(log), errors.append(error), n_sets.append(n)
    x = np.log(DIMENSIONS)
    weights = (x - x.mean()) / ((x - x.mean()) ** 2).sum()  # of a least-squares line
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


def _measure_excess(model, clouds, sizes, seeds, n_jobs):
    """Give the error above the limit: ndarray of shape (n_sets, n_sizes)."""

    def measure(seed):
        X, y = clouds.sample(max(sizes), random_state=seed)
        return [clouds.find_error(clone(model).fit(X[:m], y[:m])) for m in sizes]

    with threadpool_limits(1, user_api="blas"):
        found = Parallel(n_jobs=n_jobs, prefer="threads")(map(delayed(measure), seeds))
    return np.array(found) - clouds.limit


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


def recall_exponent(lab, which, problem, contestant, seed):
    """Measure the exponent of one of a contestant's models, or recall it."""
    model = contestant.pair()[which]
    lab.note_parameters(contestant, problem, {NAMES[which]: model})
    return lab.recall(
        ("exponent", which, problem.name, contestant.name, seed),
        lambda: measure_exponent(
            model,
            which,
            DESIGNS[problem.name],
            n_repeats=lab.count_repeats(contestant, BASE_SHARE),
            seed=seed,
            n_jobs=lab.n_jobs,
        ),
        announcement=f"rows needed, {NAMES[which]}, {problem.name}",
    )


def _ask_for_rows(which, *, less=None, expected=0.0):
    """Build an experiment on the exponent of a model, less another one's."""

    def experiment(lab, seed):
        def ask(problem, contestant):
            if not lab.judges_by(contestant):  # the largest fits take seconds
                return
            found = recall_exponent(lab, which, problem, contestant, seed)
            value, error, df = found.slope - expected, found.error, found.df
            context = {}
            if less is not None:
                other = recall_exponent(lab, less, problem, contestant, seed)
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


# --- Efron


DISTANCES = (2, 3, 4)
N_FEATURES, ROWS = 10, 1000
EFRON_SHARE = 5.0  # training sets for each of the scale's


def find_efficiency(distance):
    """Give the asymptotic relative efficiency of logistic regression to LDA.

    The ratio of what the two lose to the best rule, for equal priors: with
    p = 1 / (1 + exp(-b'x)) logistic regression loses 1 / E p(1 - p) for each parameter
    of the border, LDA 4 + distance^2, both in the same unit.

    References
    ----------
    Efron (1975). The efficiency of logistic regression compared to normal discriminant
    analysis. JASA 70(352), section 3.
    """

    def weigh(x):  # p (1 - p) along the line of the centres, times the density there
        odds = distance * x
        density = norm.pdf(x, distance / 2) + norm.pdf(x, -distance / 2)
        return density / 2 / (4 * np.cosh(odds / 2) ** 2)

    information = quad(weigh, -12, 12)[0]
    return (4 + distance**2) * information


def _compare_losses(*, to_efron):
    """Build an experiment on what LDA loses to the best rule, over what logistic does.

    `to_efron` tells whether Efron's ratio is what the measured one is a share of.
    """

    def experiment(lab, seed):
        problems = [
            Problem(f"Distance {distance}", "classification", clouds, ROWS, 0, d)
            for distance, d in zip(DISTANCES, [N_FEATURES] * 3, strict=True)
            for clouds in [Clouds(distance, d, is_even=False)]
        ]

        def ask(problem, contestant):
            if contestant.pair is None:
                return
            lda, logistic = recall_losses(lab, problem, contestant, seed)
            efron = find_efficiency(problem.data.distance)
            base = efron if to_efron else 1.0
            context = {
                "LDA: loss": lda.mean(),
                "logistic regression: loss": logistic.mean(),
                "Efron's ratio": efron,
            }
            caveat = f"Efron's integral says {efron:.3f} at {problem.name.lower()}."
            yield Answer(estimate_change(lda, logistic * base), caveat, context)

        return gather(
            lab,
            ask,
            lab.simulate(problems),
            measure="excess error",
            beside=("Distance 2",),
        )

    return experiment


def recall_losses(lab, problem, contestant, seed):
    """Measure the error above the best rule's of LDA and of logistic regression.

    Returns
    -------
    ndarray of shape (2, n_sets)
    """
    models = contestant.pair()
    pair = [models["LDA"], models["free"]]
    lab.note_parameters(
        contestant, problem, {"LDA": models["LDA"], NAMES["free"]: models["free"]}
    )
    seeds = list_seeds(seed, lab.count_repeats(contestant, EFRON_SHARE))

    def measure():
        found = [
            _measure_excess(model, problem.data, (ROWS,), seeds, lab.n_jobs)
            for model in pair
        ]
        return np.array(found)[:, :, 0]

    return lab.recall(
        ("excess", problem.name, contestant.name, seed),
        measure,
        announcement=f"excess error, {contestant.name}, {problem.name}",
    )


EFRON = (
    "Efron (1975), The efficiency of logistic regression compared to normal "
    "discriminant analysis"
)
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
    Claim(
        key="lda-loses-less-than-logistic",
        family="limits",
        sentence="Where two normal clouds are the truth, linear discriminant analysis "
        "needs fewer rows than logistic regression.",
        source=EFRON,
        kind="regularity",
        dimension="model",
        effect="change of what is lost to the best rule, from logistic regression "
        "without a penalty to linear discriminant analysis, as a share of the former: "
        f"as rows go, so does the loss; {N_FEATURES} features, {ROWS:,} rows",
        rule=Lowers(0.05),
        why_this_margin="a twentieth of the rows is the least anybody would save",
        seed=SEED,
        experiment=_compare_losses(to_efron=False),
    ),
    Claim(
        key="efron-efficiency",
        family="limits",
        sentence="Efron's asymptotic efficiency foretells what logistic regression "
        "loses on a thousand rows.",
        source=f"{EFRON}: 0.899, 0.641 and 0.343 at distances 2, 3 and 4",
        kind="reproduction",
        dimension="model",
        effect="by how much the measured ratio of what linear discriminant analysis "
        "and logistic regression lose to the best rule differs from Efron's, as a "
        f"share of that; {N_FEATURES} features, {ROWS:,} rows",
        rule=Leaves(0.1),
        why_this_margin="a tenth is what an asymptotic figure may be off in use",
        seed=SEED,
        experiment=_compare_losses(to_efron=True),
    ),
)
