"""Compare how estimators learn: their scores over the number of training rows.

Two curves may cross: one method is ahead with few rows, the other with many. Where they
cross is estimated with its interval, from training sets that both share.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.utils import check_random_state
from sklearn.utils.parallel import Parallel, delayed

from skclassic._estimators import (
    find_package,
    note,
    receive_estimators,
    seed_estimator,
)
from skclassic._front_desk import (
    check_count,
    check_share,
    choose,
    import_pandas,
    receive_pair,
    show,
    take_rows,
    wrap,
)
from skclassic._paired_tests import apply_corrected_t
from skclassic._progress import watch
from skclassic._scoring import check_scores, find_scorers

__all__ = ["Crossing", "LearningCurveComparison", "learning_curve_comparison"]

N_SIZES, SMALLEST, LARGEST = 8, 20, 1000  # the default curve, evenly in the logarithm
DRAWS = 4000  # of the mean difference: the ends of its interval to within 2 % of it
FEWEST_REPEATS = 5


def learning_curve_comparison(
    estimators,
    data,
    *,
    train_sizes=None,
    n_repeats=50,
    n_test=None,
    scoring=None,
    confidence=0.95,
    random_state=None,
    n_jobs=None,
    verbose=0,
):
    """Score estimators on growing training sets, and find where their curves cross.

    Parameters
    ----------
    estimators : dict of str to estimator, or list of estimators
        At least two. Each is cloned for every fit; a `random_state` of None becomes a
        seed, the same for all estimators on a training set.
    data : generator of :mod:`skclassic.synthetic` or tuple (X, y)
        A generator draws training and test rows afresh for each repeat. A tuple is
        shuffled for each repeat: `n_test` rows test, the first of the others train.
    train_sizes : sequence of int, default=None
        Training rows, ascending; a larger set holds the smaller ones. None takes eight
        sizes in equal ratios, from 20 to 1000 of a generator, or to all rows of a tuple
        that do not test.
    n_repeats : int, default=50
        Series of training sets, at least 5.
    n_test : int, default=None
        Test rows of each repeat. None means 1000 from a generator, a third of a tuple.
    scoring : str or callable, default=None
        As in scikit-learn; greater is better. None takes accuracy or R^2.
    confidence : float, default=0.95
        Coverage of the intervals, in (0, 1).
    random_state : int, RandomState instance or None, default=None
        Decides all rows, and the estimators' seeds.
    n_jobs : int, default=None
        Threads that fit. The result does not depend on it.
    verbose : int, default=0
        Above 0, print how many repeats are done.

    Returns
    -------
    LearningCurveComparison

    Raises
    ------
    ValueError
        If a parameter is out of range, a training set holds one class, or a score is
        not finite.

    Notes
    -----
    The differences of two curves over repeats have a mean and a covariance S over the
    sizes. Draws from Student's t about the mean with scale (1/R + v) S say where else
    the curves might cross; the interval holds the middle of them. v is 0 for a
    generator. Repeats from one tuple share rows, for which v = r / (1 - r) allows, as
    Nadeau and Bengio (2003) do. Their correlation r = n_test / n is multiplied by the
    root of n_train / n_test where that is below one: small training sets share fewer
    rows. Between two sizes the difference is taken for
    linear in the logarithm of the rows. A crossing is where the estimator that is
    ahead in the end takes the lead for good.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from skclassic import GaussianClasses, learning_curve_comparison
    >>> curves = learning_curve_comparison(
    ...     {"naive Bayes": GaussianNB(), "logistic": LogisticRegression(C=1e6)},
    ...     GaussianClasses(n_features=20, correlation=0.1),
    ...     train_sizes=[50, 100, 200, 500], random_state=0)
    >>> crossing = curves.crossing("naive Bayes", "logistic")
    >>> crossing.before, crossing.after
    ('naive Bayes', 'logistic')
    """
    contestants = receive_estimators(estimators)
    if len(contestants) < 2:
        raise ValueError(
            f"estimators must name at least two to compare, got {len(contestants)}. "
            "Add one."
        )
    check_count(
        "n_repeats", n_repeats, low=FEWEST_REPEATS, meaning="the number of series"
    )
    check_share("confidence", confidence, "the coverage of the intervals", 0.95)
    scorers, score_name = find_scorers(contestants, scoring)
    lay_out = _lay_out_rows if isinstance(data, tuple) else _lay_out_generator
    rng = check_random_state(random_state)
    seeds = rng.randint(np.iinfo(np.int32).max, size=(n_repeats, 3))
    classify = all(map(is_classifier, contestants.values()))
    plan = lay_out(data, train_sizes, n_test, seeds, classify)
    scores = _score_all(
        contestants, scorers, plan, seeds, n_jobs=n_jobs, verbose=verbose
    )
    check_scores(scores, "repeat")
    return LearningCurveComparison(
        score_name=score_name,
        train_sizes=plan.sizes,
        n_test=plan.n_test,
        scores=scores,
        packages={name: find_package(e) for name, e in contestants.items()},
        confidence=confidence,
        overlaps=plan.overlaps,
        seed=int(seeds[0, 0]),
    )


@dataclass(frozen=True)
class Crossing:
    """Hold where two learning curves cross.

    Attributes
    ----------
    before, after : str or None
        Who is ahead just before the crossing, and from it on. `before` is None where
        `after` is ahead at all sizes, both are where neither is at the largest.
    rows : float
        Training rows at which `after` takes the lead for good; NaN where `before` is
        None.
    low, high : float
        Its interval. 0 means below the smallest size, infinity beyond the largest: the
        curves then need not cross at all.
    sentence : str
        All of it in words.
    """

    before: str | None
    after: str | None
    rows: float
    low: float
    high: float
    sentence: str


@dataclass(frozen=True)
class LearningCurveComparison:
    """Hold the scores of estimators over the number of training rows.

    Attributes
    ----------
    score_name : str
        What was scored; greater is better.
    train_sizes : ndarray of shape (n_sizes,)
        Training rows.
    n_test : int
        Test rows of each repeat.
    scores : dict of str to ndarray of shape (n_repeats, n_sizes)
        Of every estimator.
    packages : dict of str to str
        The package of every estimator.
    confidence : float
        Coverage of the intervals.
    """

    score_name: str
    train_sizes: np.ndarray
    n_test: int
    scores: Mapping = field(repr=False)
    packages: Mapping
    confidence: float
    overlaps: np.ndarray = field(repr=False)
    seed: int = field(repr=False)

    @property
    def estimators(self):
        """Give the names of the estimators, in the order they were passed."""
        return tuple(self.scores)

    def curve(self, name):
        """Estimate the score of one estimator at every size.

        Parameters
        ----------
        name : str

        Returns
        -------
        list of Estimate
        """
        self._check(name)
        return self._average(self.scores[name])

    def difference(self, first, second):
        """Estimate how far the first is ahead of the second at every size.

        Parameters
        ----------
        first, second : str

        Returns
        -------
        list of Estimate
            Paired: both were trained on the same rows.
        """
        self._check(first, second)
        return self._average(self.scores[first] - self.scores[second])

    def crossing(self, first, second):
        """Estimate where the curves of two estimators cross.

        Parameters
        ----------
        first, second : str

        Returns
        -------
        Crossing
        """
        self._check(first, second)
        gaps = self.scores[first] - self.scores[second]
        mean = gaps.mean(axis=0)
        if mean[-1] < 0:
            first, second, gaps, mean = second, first, -gaps, -mean
        logs = np.log(self.train_sizes)
        drawn = self._draw_means(gaps, mean)
        places = _find_crossings(drawn, logs)
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(places, [tail, 1 - tail], method="nearest")
        rows, leads = _find_crossings(mean[None], logs)[0], mean[-1] > 0
        crossed = leads and rows > -np.inf
        crossing = Crossing(
            before=second if crossed else None,
            after=first if leads else None,
            rows=float(np.exp(rows)) if crossed else np.nan,
            low=float(np.exp(low)),
            high=float(np.exp(high)),
            sentence="",
        )
        return _word(crossing, self, pair=(first, second))

    def to_frame(self):
        """Lay the curves out as a pandas DataFrame, one row per estimator and size.

        Returns
        -------
        pandas.DataFrame
            Index (estimator, train_size); columns value, standard_error, low, high.
        """
        pd = import_pandas("to_frame")
        rows = {
            (name, int(size)): (e.value, e.standard_error, e.low, e.high)
            for name in self.scores
            for size, e in zip(self.train_sizes, self.curve(name), strict=True)
        }
        columns = ["value", "standard_error", "low", "high"]
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        frame.index = pd.MultiIndex.from_tuples(rows, names=["estimator", "train_size"])
        return frame

    def __repr__(self):
        repeats = len(next(iter(self.scores.values())))
        width = max(map(len, self.scores))
        cells = [["rows", *map(str, self.train_sizes)]]
        for name in self.scores:
            cells.append([name, *(f"{e.value:.4f}" for e in self.curve(name))])
        lines = (
            "  ".join([row[0].ljust(width), *(cell.rjust(6) for cell in row[1:])])
            for row in cells
        )
        words = (
            wrap(self.crossing(a, b).sentence)
            for i, a in enumerate(self.scores)
            for b in list(self.scores)[i + 1 :]
        )
        head = f"{self.score_name}, {repeats} repeats, {self.n_test} test rows"
        return "\n".join([head, "", *lines, "", *words])

    def _average(self, values):
        return [
            apply_corrected_t(
                column, overlap=overlap, confidence=self.confidence
            ).difference
            for column, overlap in zip(values.T, self.overlaps, strict=True)
        ]

    def _draw_means(self, gaps, mean):
        """Draw mean differences from Student's t about the mean that was seen."""
        rng = np.random.RandomState(self.seed)
        R, k = gaps.shape
        widened = np.sqrt(1 / R + self.overlaps)
        # combinations of the repeats themselves have their covariance
        combined = rng.standard_normal((DRAWS, R)) @ (gaps - mean) / np.sqrt(R - 1)
        shrunk = np.sqrt(rng.chisquare(R - 1, size=(DRAWS, 1)) / (R - 1))
        return mean + widened * combined / shrunk

    def _check(self, *names):
        for name in names:
            if name not in self.scores:
                raise ValueError(choose("estimator", name, self.scores))
        if len(set(names)) < len(names):
            raise ValueError(
                f"first and second must differ, got {names[0]!r} twice. Name another."
            )


def _find_crossings(gaps, logs):
    """Find where differences become positive for good, on the scale of `logs`.

    Parameters
    ----------
    gaps : ndarray of shape (n, n_sizes)
    logs : ndarray of shape (n_sizes,)

    Returns
    -------
    ndarray of shape (n,)
        Minus infinity where one is positive throughout, infinity where it is not in
        the end.
    """
    is_behind = gaps <= 0
    last = len(logs) - 1 - is_behind[:, ::-1].argmax(axis=1)  # of those behind
    places = np.where(is_behind.any(axis=1), np.inf, -np.inf)
    (turning,) = np.nonzero(is_behind.any(axis=1) & (last < len(logs) - 1))
    k = last[turning]
    before, after = gaps[turning, k], gaps[turning, k + 1]
    places[turning] = logs[k] + before / (before - after) * (logs[k + 1] - logs[k])
    return places


def _word(crossing, curves, *, pair):
    """Put a crossing into words."""
    c, percent = crossing, f"{100 * curves.confidence:g} %"
    smallest, largest = curves.train_sizes[[0, -1]]
    low = "below the smallest size" if c.low == 0 else f"{c.low:.0f}"
    high = "beyond the largest" if np.isinf(c.high) else f"{c.high:.0f}"
    if c.after is None:
        sentence = (
            f"Neither {pair[0]} nor {pair[1]} is ahead at {largest} training rows"
        )
    elif c.before is None:
        sentence = (
            f"{c.after} is ahead of {pair[1]} at all sizes from {smallest} to {largest}"
        )
        if np.isinf(c.high):
            sentence += f", though even at {largest} its lead is not sure ({percent})"
        elif c.high > 0:
            sentence += f", its lead is sure ({percent}) from {c.high:.0f} on"
    else:
        sentence = (
            f"{c.before} is ahead until {c.after} takes the lead for good at about "
            f"{c.rows:.0f} training rows ({percent} interval: {low} to {high})"
        )
    return Crossing(**{**vars(c), "sentence": f"{sentence}."})


@dataclass(frozen=True)
class _Plan:
    """Hold the rows of every repeat.

    Attributes
    ----------
    draw : callable
        Maps the number of a repeat to training rows and test rows, (X, y) each.
    sizes : ndarray of shape (n_sizes,)
    n_test : int
    overlaps : ndarray of shape (n_sizes,)
        What shared rows add to 1 / n_repeats in the variance of a mean.
    """

    draw: object
    sizes: np.ndarray
    n_test: int
    overlaps: np.ndarray


def _lay_out_generator(data, train_sizes, n_test, seeds, classify):
    n_test = 1000 if n_test is None else n_test
    check_count("n_test", n_test, low=2, meaning="the test rows of each repeat")
    if not hasattr(data, "sample"):
        raise ValueError(
            f"data must be a generator with sample, or a tuple (X, y), got "
            f"{type(data).__name__}. Pass data=(X, y)."
        )
    sizes = _receive_sizes(train_sizes, None)

    def draw(r):
        X, y = data.sample(int(sizes[-1]), random_state=seeds[r, 0])
        if classify:
            _check_classes(y, sizes[0], r)
        return (X, y), data.sample(n_test, random_state=seeds[r, 1])

    return _Plan(draw, sizes, n_test, np.zeros(len(sizes)))


def _lay_out_rows(data, train_sizes, n_test, seeds, classify):
    X, y = receive_pair(data)
    n_test = len(y) // 3 if n_test is None else n_test
    check_count(
        "n_test", n_test, low=2, high=len(y) - 2, meaning=f"test rows out of {len(y)}"
    )
    sizes = _receive_sizes(train_sizes, len(y) - n_test)
    orders = [np.random.RandomState(seed).permutation(len(y)) for seed in seeds[:, 0]]
    if classify:
        for r, order in enumerate(orders):
            _check_classes(y[order[n_test:]], sizes[0], r)

    def draw(r):
        test, train = np.split(orders[r], [n_test])
        train = train[: sizes[-1]]
        return (take_rows(X, train), y[train]), (take_rows(X, test), y[test])

    return _Plan(draw, sizes, n_test, _measure_overlap(sizes, n_test, len(y)))


def _measure_overlap(sizes, n_test, n_rows):
    """Give what shared rows add to the variance of a mean over repeats.

    r / (1 - r) with the correlation r of repeats: n_test / n_rows where training sets
    are as large as the test set, less where they are smaller and hardly overlap.
    """
    r = n_test / n_rows * np.sqrt(np.minimum(1.0, sizes / n_test))
    return r / (1 - r)


def _receive_sizes(train_sizes, most):
    """Give ascending sizes, by default in equal ratios."""
    if train_sizes is None:
        largest = LARGEST if most is None else most
        sizes = np.geomspace(min(SMALLEST, largest), largest, N_SIZES).round()
        return np.unique(sizes.astype(int))
    sizes = np.asarray(train_sizes)
    fits = sizes.ndim == 1 and len(sizes) >= 2 and sizes.dtype.kind in "iu"
    fits = fits and sizes[0] >= 1 and (np.diff(sizes) > 0).all()
    if not fits or (most is not None and sizes[-1] > most):
        bound = "" if most is None else f" up to {most}, the rows that do not test"
        raise ValueError(
            f"train_sizes must be at least two ascending numbers of rows{bound}, got "
            f"{train_sizes!r}. Pass for example train_sizes=[20, 50, 100]."
        )
    return sizes


def _check_classes(y, size, r):
    if (y[:size] == y[0]).all():
        raise ValueError(
            f"every training set must hold at least two classes, got only {show(y[0])} "
            f"among the first {size} rows of repeat {r}. Raise the smallest of "
            "train_sizes."
        )


def _score_all(contestants, scorers, plan, seeds, *, n_jobs, verbose):
    """Give the scores (n_repeats, n_sizes) of every estimator."""
    score = delayed(_score_repeat)
    repeats = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")(
        score(contestants, scorers, plan, r, seed=int(seeds[r, 2]))
        for r in range(len(seeds))
    )
    rows = list(watch(repeats, len(seeds), what="repeats", verbose=verbose))
    return {name: np.array([row[name] for row in rows]) for name in contestants}


def _score_repeat(contestants, scorers, plan, r, *, seed):
    """Fit all estimators on the growing sets of one repeat."""
    (X, y), test = plan.draw(r)
    scores = {name: [] for name in contestants}
    for size in plan.sizes:
        some = take_rows(X, np.arange(size))
        for name, estimator in contestants.items():
            with note(f"This was {name} on {size} rows of repeat {r}."):
                model = seed_estimator(clone(estimator), seed).fit(some, y[:size])
                scores[name].append(float(scorers[name](model, *test)))
    return scores
