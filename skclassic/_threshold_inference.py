"""Say what can be promised of a decision threshold that was found on data.

Three questions, each answered on held-out scores:

    certify              at which thresholds does a bound hold in the population?
    threshold_interval   how far might the best threshold lie from the one found?
    expected_score       what will the metric be on new rows?

A fold is a tuple of three arrays of shape (n_rows,): which rows are positive (bool),
their scores (float64), and their weights (float64, or None where each counts 1). A
score is a function of tp, fp, tn and fn, float arrays of one shape, that returns an
array of that shape of which more is better; NaN and minus infinity are never best.
Rows whose score is at least as high as a threshold are called positive.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import betainc, betaincinv

from skclassic._confusion import Counts, trace

CERTIFIABLE = (
    "accuracy",
    "negative_predictive_value",
    "precision",
    "recall",
    "sensitivity",
    "specificity",
)
SHARES = np.array([0, 1 / 27, 1 / 9, 1 / 3, 1 / 2, 2 / 3, 8 / 9, 26 / 27])
# called positive at the starts for accuracy, whose peak lies near the prevalence
BLOCK = 4096  # p-values at once: a walk mostly ends soon
MOST_ROWS = 20_000  # above this, neighbouring scores are resampled together
N_GROUPS = 4096
ROOM = 2**18  # numbers of one array of resampled counts, which stays in the cache
N_BLOCKS = 5
N_SPLITS = 4


class Fold(NamedTuple):
    """Hold the out-of-fold rows of one fold; each array of shape (n_rows,)."""

    is_positive: np.ndarray
    scores: np.ndarray
    weights: np.ndarray | None = None


@dataclass(frozen=True)
class Certificate:
    """Tell at which thresholds a bound holds in the population.

    Attributes
    ----------
    thresholds : float64 array of shape (n_thresholds,)
        Rising; the distinct scores, and infinity: those of `trace`.
    is_certified : bool array of shape (n_thresholds,)
        With the given confidence, the bound holds at all that are True.
    metric : str
    least : float
    confidence : float
    """

    thresholds: np.ndarray
    is_certified: np.ndarray
    metric: str
    least: float
    confidence: float


def certify(is_positive, scores, *, metric, least, confidence=0.95, weights=None):
    """Find the thresholds at which a share is high enough, not on these rows alone.

    Each threshold has an exact binomial p-value for "the share is too low". Thresholds
    are tested in a fixed sequence, which costs no correction until the first that
    fails. For recall one sequence rises from the lowest score, for specificity one
    falls from the highest: as both are monotone, the bound is the distribution-free one
    of order statistics. For the others, sequences start at ranks of the scores that do
    not hang on labels (a third of the rows, a ninth, ...) and share the error; one that
    reaches the next start hands on what it has (the fallback procedure).

    Parameters
    ----------
    is_positive : bool array of shape (n_rows,)
    scores : float64 array of shape (n_rows,)
        Of a model that has not seen these rows, which must be independent draws from
        the population that is meant.
    metric : str
        One of CERTIFIABLE.
    least : float
        The bound, in (0, 1).
    confidence : float, default=0.95
        In (0.5, 1).
    weights : None
        Anything else is refused: a weighted share is not binomial.

    Returns
    -------
    certificate : Certificate

    Raises
    ------
    ValueError
        If the metric is not a share of counted rows, rows are weighted, or no threshold
        can be certified: the error then says what could be.

    Notes
    -----
    For precision and negative predictive value the guarantee is exact for scores
    without ties. Where a sequence first meets a threshold that breaks the bound, the
    share above it is the bound itself, and stays so given how many rows lie in each
    piece; so a start at a rank is as good as one at a fixed score. For accuracy a start
    at a rank is right to first order only.

    References
    ----------
    Angelopoulos, Bates, Candes, Jordan, Lei (2025). Learn then test: calibrating
    predictive algorithms to achieve risk control. Annals of Applied Statistics 19, on
    fixed sequence testing. Wiens, Dmitrienko (2005). The fallback procedure for
    evaluating a single family of hypotheses. J. Biopharm. Stat. 15. Wilks (1941).
    Determination of sample sizes for setting tolerance limits. Ann. Math. Stat. 12.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.arange(100.0)
    >>> found = certify(scores >= 60, scores, metric="recall", least=0.9)
    >>> print(found.thresholds[found.is_certified][-1])  # 0.9^40 = 0.015: all are found
    60.0
    """
    _check_request(metric, least, confidence, weights)
    curve = trace(is_positive, scores)
    alpha = 1 - confidence
    walk = _plan(metric, curve.counts, least, alpha)
    held = _walk(walk, least, alpha)
    if not held.any():
        _refuse(walk, metric, least, confidence)
    is_certified = np.zeros(len(curve.thresholds), bool)
    is_certified[walk.places[held]] = True
    return Certificate(curve.thresholds, is_certified, metric, least, confidence)


def certify_all(is_positive, scores, bounds, *, confidence=0.95, weights=None):
    """Find the thresholds at which several bounds hold together.

    Parameters
    ----------
    is_positive, scores, confidence, weights
        As in `certify`.
    bounds : sequence of (str, float)
        Metrics and their bounds; each gets its share of the error.

    Returns
    -------
    thresholds : float64 array of shape (n_thresholds,)
    is_certified : bool array of shape (n_thresholds,)

    Raises
    ------
    ValueError
        As `certify`, or if no threshold is certified for all bounds.
    """
    each = 1 - (1 - confidence) / len(bounds)
    found = [
        certify(
            is_positive,
            scores,
            metric=metric,
            least=least,
            confidence=each,
            weights=weights,
        )
        for metric, least in bounds
    ]
    is_certified = np.all([one.is_certified for one in found], axis=0)
    if not is_certified.any():
        texts = " and ".join(f"{metric}>={least:g}" for metric, least in bounds)
        raise ValueError(
            f"constraint {texts} cannot be certified at one threshold with confidence "
            f"{confidence:g}, though each alone can be at some. Ask for less, for less "
            "confidence, or pass more rows."
        )
    return found[0].thresholds, is_certified


def _check_request(metric, least, confidence, weights):
    if metric not in CERTIFIABLE:
        raise ValueError(
            f"a bound can be certified for {', '.join(CERTIFIABLE)}, which are shares "
            f"of counted rows, got {metric!r}. Bound one of these, or drop the "
            "confidence."
        )
    if weights is not None:
        raise ValueError(
            f"a bound on {metric} cannot be certified with sample_weight: the count "
            "of weighted rows is not binomial. Drop the weights or the confidence."
        )
    if not 0 < least < 1:
        raise ValueError(
            f"a certified bound on {metric} must be in (0, 1), got {least:g}."
        )
    if not 0.5 < confidence < 1:
        raise ValueError(f"confidence must be in (0.5, 1), got {confidence:g}.")


class _Walk(NamedTuple):
    """Hold one sequence of thresholds, in the order of testing.

    Attributes
    ----------
    places : int array of shape (n_steps,)
        Where each stands among the thresholds of the curve.
    hits, trials : float64 arrays of shape (n_steps,)
        The share on these rows is hits / trials.
    starts : int array of shape (n_starts,)
        Steps, rising, from which a sequence starts.
    """

    places: np.ndarray
    hits: np.ndarray
    trials: np.ndarray
    starts: np.ndarray


def _plan(metric, counts, least, alpha):
    """Lay out what is tested, in which order, and from where."""
    tp, fp, tn, fn = counts
    up = np.arange(len(tp))
    down = up[::-1]
    if metric in ("recall", "sensitivity"):
        return _Walk(up, tp, tp + fn, np.array([0]))
    if metric == "specificity":
        return _Walk(down, tn[down], (tn + fp)[down], np.array([0]))
    if metric == "accuracy":
        n_called, n = (tp + fp)[down], tp[0] + fp[0]
        starts = _find_steps(n_called, n * SHARES)
        return _Walk(down, (tp + tn)[down], np.full(len(tp), n), starts)
    if metric == "precision":
        places, hits, trials = down[1:], tp, tp + fp  # without "nobody"
    else:
        places, hits, trials = up[1:], tn, tn + fn  # without "everybody"
    trials = trials[places]
    ranks = _choose_ranks(trials[-1], least, alpha)
    return _Walk(places, hits[places], trials, _find_steps(trials, ranks))


def _choose_ranks(n, least, alpha):
    """Take a third of n rows, a ninth and so on, while that many could pass a test.

    Of k rows, all right ones, the p-value is least^k.
    """
    ranks = n / 3.0 ** np.arange(1, max(np.log(n) / np.log(3), 1) + 1)
    while len(ranks) > 1 and least ** ranks[-1] > alpha / len(ranks):
        ranks = ranks[:-1]
    return ranks[::-1]


def _find_steps(n_rows, ranks):
    """Find the last step with at most as many rows as each rank; one step once."""
    steps = np.searchsorted(n_rows, ranks, side="right") - 1
    return np.unique(np.maximum(steps, 0))


def _walk(walk, least, alpha):
    """Test from every start until the first failure: bool array of shape (n_steps,)."""
    held = np.zeros(len(walk.places), bool)
    share, level = alpha / len(walk.starts), 0.0
    ends = np.append(walk.starts[1:], len(held))
    for begin, end in zip(walk.starts, ends, strict=True):
        level += share  # beside what an unbroken sequence brings along
        steps = slice(begin, end)
        n_held = _count_held(walk.hits[steps], walk.trials[steps], least, level)
        held[begin : begin + n_held] = True
        if begin + n_held < end:
            level = 0.0
    return held


def _count_held(hits, trials, least, level):
    """Count the steps before the first whose p-value is above the level."""
    for begin in range(0, len(hits), BLOCK):
        block = slice(begin, begin + BLOCK)
        failures = _p_values(hits[block], trials[block], least) > level
        if failures.any():
            return begin + int(failures.argmax())
    return len(hits)


def _p_values(hits, trials, least):
    """Give P(Bin(trials, least) >= hits) at every step, 1 where nothing was hit."""
    chance = betainc(np.maximum(hits, 1), trials - np.maximum(hits, 1) + 1, least)
    return np.where(hits > 0, chance, 1.0)


def _refuse(walk, metric, least, confidence):
    """Raise, with the highest bound that some start would have certified."""
    hits, trials = walk.hits[walk.starts], walk.trials[walk.starts]
    share = (1 - confidence) / len(walk.starts)
    lowest = betaincinv(np.maximum(hits, 1), trials - np.maximum(hits, 1) + 1, share)
    best = np.where(hits > 0, lowest, 0.0).max()
    raise ValueError(
        f"constraint '{metric}>={least:g}' cannot be certified with confidence "
        f"{confidence:g}: the highest {metric} that these {int(walk.trials.max())} "
        f"rows certify at any threshold is {np.floor(best * 1e4) / 1e4:g}. Ask for "
        "less, for less confidence, or pass more rows."
    )


def pool(folds):
    """Put the rows of all folds into one.

    Parameters
    ----------
    folds : list of Fold

    Returns
    -------
    Fold
    """
    positives, scores, weights = zip(*folds, strict=True)
    if all(each is None for each in weights):
        return Fold(np.concatenate(positives), np.concatenate(scores))
    filled = [np.ones(len(fold[1])) if fold[2] is None else fold[2] for fold in folds]
    return Fold(*map(np.concatenate, (positives, scores, filled)))


def find_threshold(folds, score):
    """Find the threshold at which the mean of the folds' scores is highest.

    Parameters
    ----------
    folds : list of Fold
        One fold alone is searched as it stands: pass ``[pool(folds)]`` to search the
        rows together.
    score : callable

    Returns
    -------
    threshold : float
        Midway between two scores, the lowest of those that are equally good.
    value : float
        The mean score there, which is too good to be true on other rows.
    """
    grid = _gather(folds, most_rows=np.inf)
    value = _average(grid, [cells.totals[None] for cells in grid.folds], score)[0]
    best = int(value.argmax())
    if value[best] == -np.inf:
        raise ValueError("the score is defined at no threshold: look at the labels.")
    return float(grid.thresholds[best]), float(value[best])


def threshold_interval(
    folds, score, rng, *, excesses=(), n_resamples=1000, confidence=0.95
):
    """Give an interval for the threshold that is best in the population.

    Rows are resampled within folds, and the best threshold is found anew.

    Parameters
    ----------
    folds : list of Fold
        The thresholds found average the folds' curves; pass ``[pool(folds)]`` where
        the rows are searched together.
    score : callable
    rng : RandomState
    excesses : sequence of callable
        By how much each bound is exceeded, of the same four counts; below 0, averaged
        over the folds, it is broken.
    n_resamples : int, default=1000
    confidence : float, default=0.95

    Returns
    -------
    low, high : float
        Resamples are left out in which no threshold meets the constraint.

    Raises
    ------
    ValueError
        If all are.

    Notes
    -----
    The best threshold of a sample converges at the rate of a cube root, for which no
    theorem carries the bootstrap. That the percentile interval covers is measured, in
    `benchmarks/evidence`, not proved. Folds' models differ from the refitted one; with
    out-of-fold scores the target is the threshold that is best for the refitted model.

    References
    ----------
    Efron, Tibshirani (1993). An introduction to the bootstrap, section 13.3. Kim,
    Pollard (1990). Cube root asymptotics. Annals of Statistics 18. Abrevaya, Huang
    (2005). On the bootstrap of the maximum score estimator. Econometrica 73.
    """
    found = resample_thresholds(
        folds, score, rng, excesses=excesses, n_resamples=n_resamples
    )
    found = found[~np.isnan(found)]
    if len(found) == 0:
        raise ValueError(
            "a threshold has no interval: in no resample is the metric defined, or a "
            "constraint met. Pass more rows, or ask for less."
        )
    tail = (1 - confidence) / 2
    low, high = np.quantile(found, [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)


def resample_thresholds(folds, score, rng, *, excesses=(), n_resamples=1000):
    """Find the best threshold in each of many bootstrap samples.

    Every row counts as often as a Poisson variable says. Rows of one class and one
    score in one fold are drawn together, and so are neighbours where there are many.

    Parameters
    ----------
    folds, score, rng, excesses, n_resamples
        As in `threshold_interval`.

    Returns
    -------
    thresholds : float64 array of shape (n_resamples,)
        NaN where the score was defined at no threshold.
    """
    grid = _gather(folds, most_rows=MOST_ROWS)
    n_at_once = max(1, ROOM // (2 * len(grid.thresholds)))
    found = np.empty(n_resamples)
    for begin in range(0, n_resamples, n_at_once):
        block = slice(begin, min(begin + n_at_once, n_resamples))
        drawn = [cells.draw(block.stop - begin, rng) for cells in grid.folds]
        values = _average(grid, drawn, score)
        for excess in excesses:
            values[_average(grid, drawn, excess) < 0] = -np.inf
        is_defined = values.max(axis=1) > -np.inf
        best = grid.thresholds[values.argmax(axis=1)]
        found[block] = np.where(is_defined, best, np.nan)
    return found


@dataclass(frozen=True)
class _Cells:
    """Hold the rows of one fold, those of one class and one group of scores together.

    Attributes
    ----------
    totals : float64 array of shape (2, n_cells)
        Weights of the negative and the positive rows, by rising score.
    units : float64 array of shape (2, n_cells)
        What one draw weighs: the mean weight, each weighed with itself.
    places : int array of shape (n_thresholds,)
        How many of the cells lie below each threshold of all folds.
    """

    totals: np.ndarray
    units: np.ndarray
    places: np.ndarray

    def draw(self, n, rng):
        """Draw totals of the same mean and variance: shape (n, 2, n_cells)."""
        full = np.flatnonzero(self.totals)
        units = self.units.ravel()[full]
        counts = rng.poisson(self.totals.ravel()[full] / units, (n, len(full)))
        drawn = np.zeros((n, self.totals.size))
        drawn[:, full] = counts * units
        return drawn.reshape(n, *self.totals.shape)


class _Grid(NamedTuple):
    """Hold the cells of every fold, and the thresholds between the scores of all."""

    folds: list
    thresholds: np.ndarray


def _gather(folds, *, most_rows):
    """Sort all rows once, and add up what shares class, fold and score."""
    scores = np.concatenate([fold[1] for fold in folds])
    values, groups = np.unique(scores, return_inverse=True)
    if len(values) > most_rows:
        values, groups = _merge(values, groups)
    ends = np.cumsum([len(fold[1]) for fold in folds])[:-1]
    cells = [
        _add_up(fold, rows, len(values))
        for fold, rows in zip(folds, np.split(groups, ends), strict=True)
    ]
    return _Grid(cells, _put_between(values))


def _add_up(fold, groups, n_groups):
    """Add up the rows of one fold, each of which lies in one of all groups."""
    own, cells = np.unique(groups, return_inverse=True)
    weights = np.ones(len(groups)) if fold[2] is None else fold[2]
    where = cells + len(own) * np.asarray(fold[0], np.int64)
    totals, squares = (
        np.bincount(where, weights**power, 2 * len(own)) for power in (1, 2)
    )
    units = np.divide(squares, totals, out=np.ones_like(totals), where=totals > 0)
    places = np.searchsorted(own, np.arange(n_groups + 1))
    return _Cells(totals.reshape(2, -1), units.reshape(2, -1), places)


def _merge(values, groups):
    """Put neighbouring scores into groups of about as many rows."""
    n_below = np.cumsum(np.bincount(groups))
    coarse = (n_below - 1) * N_GROUPS // n_below[-1]
    _, first, coarse = np.unique(coarse, return_index=True, return_inverse=True)
    return values[first], coarse[groups]


def _put_between(values):
    """Put a threshold below each value, midway, and infinities at both ends."""
    middle = values[:-1] / 2 + values[1:] / 2
    inside = (values[:-1] < middle) & (middle < values[1:])
    middle = np.where(inside, middle, values[1:])
    return np.concatenate([[-np.inf], middle, [np.inf]])


def _count(totals):
    """Turn weights of cells into outcomes: arrays of shape (n, n_cells + 1)."""
    n, _, n_cells = totals.shape
    below = np.zeros((n, 2, n_cells + 1))
    np.cumsum(totals, axis=2, out=below[:, :, 1:])
    tn, fn = below[:, 0], below[:, 1]
    return Counts(fn[:, -1:] - fn, tn[:, -1:] - tn, tn, fn)


def _average(grid, totals, score):
    """Average the folds' scores: float64 array of shape (n, n_thresholds)."""
    sums = 0.0
    for cells, each in zip(grid.folds, totals, strict=True):
        sums = sums + _apply(score, _count(each))[:, cells.places]
    return sums / len(grid.folds)


def _apply(score, counts):
    """Score counts of any shape, minus infinity where the score is undefined."""
    shape = counts.tp.shape
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(score(*(each.ravel() for each in counts)), np.float64)
    return np.where(np.isnan(values), -np.inf, values).reshape(shape)


def expected_score(folds, score, rng, *, find=None):
    """Estimate the score on new rows at the threshold found, without its optimism.

    The threshold is found on all folds but one, and counted on that one; the counts of
    all folds are added up and scored once. A single fold is split at random into blocks
    that take the place of folds, several times.

    Parameters
    ----------
    folds : list of Fold
        Which share no row: of a repeated cross-validation, those of one round.
    score : callable
        The metric alone; constraints belong into `find`.
    rng : RandomState
        Splits a single fold.
    find : callable, default=None
        Gives the threshold found on a list of folds; None takes `find_threshold`.

    Returns
    -------
    value : float

    References
    ----------
    Varma, Simon (2006). Bias in error estimation when using cross-validation for model
    selection. BMC Bioinformatics 7. Forman, Scholz (2010). Apples-to-apples in
    cross-validation studies. SIGKDD Explorations 12, for counts added up before F1.
    """
    find = find or (lambda chosen: find_threshold(chosen, score)[0])
    if len(folds) > 1:
        return _score_left_out(folds, score, find)
    values = [
        _score_left_out(
            split_fold(folds[0], rng), score, lambda chosen: find([pool(chosen)])
        )
        for _ in range(N_SPLITS)
    ]
    return float(np.mean(values))


def _score_left_out(folds, score, find):
    counts = np.zeros(4)
    for k, fold in enumerate(folds):
        threshold = find(folds[:k] + folds[k + 1 :])
        counts += _count_at(fold, threshold)
    return float(_apply(score, Counts(*counts[:, None]))[0])


def _count_at(fold, threshold):
    """Count tp, fp, tn and fn at one threshold: float64 array of shape (4,)."""
    is_positive, scores, weights = fold
    is_called = scores >= threshold
    outcomes = np.where(is_called, ~is_positive, 2 + is_positive)  # tp, fp, tn, fn
    return np.bincount(outcomes, weights, minlength=4).astype(np.float64)


def split_fold(fold, rng, n_blocks=N_BLOCKS):
    """Split rows at random into blocks that keep the shares of the classes.

    Parameters
    ----------
    fold : Fold
    rng : RandomState
    n_blocks : int, default=5

    Returns
    -------
    list of Fold
    """
    order = rng.permutation(len(fold[1]))
    order = order[np.argsort(fold[0][order], kind="stable")]  # class by class
    return [
        Fold(*(None if each is None else each[order[k::n_blocks]] for each in fold))
        for k in range(n_blocks)
    ]
