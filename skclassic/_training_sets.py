"""Lay out training sets and test rows: fresh draws, disjoint pieces or resamples."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils.multiclass import type_of_target

from skclassic._front_desk import (
    check_count,
    check_labels,
    receive_amounts,
    receive_pair,
    show,
    take_rows,
)

WAYS = ("auto", "pieces", "subsamples", "bootstrap")
ROWS_FROM_GENERATOR = 300  # per training set, as Breiman drew them
QUARTER = 4  # subsamples of a quarter overlap by a quarter: bias + 10 % on Friedman 1
FEWEST_ROWS = 1000  # of a data set: below, its own luck passes for bias


@dataclass(frozen=True)
class Seeds:
    """Hold every seed of a run, all drawn before anything is fitted.

    A run with fewer repeats uses the first training sets of a longer one.
    """

    test: int
    training: np.ndarray
    fitting: np.ndarray

    @classmethod
    def spawn(cls, random_state, n_repeats):
        """Draw a seed for the test rows, and two for each training set."""
        rng = check_random_state(random_state)
        largest = np.iinfo(np.int32).max
        test = int(rng.randint(largest))
        pairs = rng.randint(largest, size=(n_repeats, 2))
        return cls(test, *pairs.T)


@dataclass(frozen=True)
class Trial:
    """Hold the training sets (by number) and the test rows with their truth.

    Attributes
    ----------
    draw : callable or None
        Maps the number of a training set to (X, y, sample_weight or None); None once
        all are drawn.
    classes : ndarray or None
        Sorted labels; None for regression.
    X_test : array-like of n rows
    truth : ndarray of shape (n, K)
        Conditional means, posteriors, or the outcomes where neither is known.
    noise : ndarray of shape (n,)
        Variance of the response; zeros where unknown, and for classes.
    weights : ndarray of shape (n,)
        Of the test rows; sum to one.
    clusters : ndarray of shape (n,) or None
        Numbers of the groups of the test rows.
    n_train : int
        Rows per training set.
    training_sets : str
        Where they come from, in words.
    caveat : str
        What cannot be told; empty for a generator.
    refusal : str
        Why bias is not told from the luck of the one data set; empty where it is.
    """

    draw: Callable | None
    classes: np.ndarray | None
    X_test: object
    truth: np.ndarray
    noise: np.ndarray
    weights: np.ndarray
    clusters: np.ndarray | None
    n_train: int
    training_sets: str
    caveat: str = ""
    refusal: str = ""

    @property
    def n_units(self):
        """Count the test rows that were drawn independently, or their groups."""
        return len(self.truth) if self.clusters is None else self.clusters.max() + 1


def lay_out_generator(data, *, needs_classes, loss, n_train, n_test, seeds):
    """Lay out fresh draws from a generator that knows its truth.

    Returns
    -------
    Trial

    Raises
    ------
    ValueError
        If a size is out of range or the generator lacks what the loss needs.
    """
    n_train = ROWS_FROM_GENERATOR if n_train is None else n_train
    n_test = 2000 if n_test is None else n_test
    check_count("n_train", n_train, low=1, meaning="the rows per training set")
    check_count("n_test", n_test, low=2, meaning="the rows to compare predictions at")
    _check_generator(data, needs_classes, loss)
    X_test, _ = data.sample(n_test, random_state=seeds.test)
    if needs_classes:
        order = np.argsort(data.classes)  # as estimators have them
        truth = np.asarray(data.posterior(X_test))[:, order]
        noise = np.zeros(n_test)
    else:
        truth = np.asarray(data.conditional_mean(X_test), dtype=np.float64)
        truth = truth.reshape(n_test, 1)
        noise = look_up_noise(data, X_test)

    def draw(r):
        X, y = data.sample(n_train, random_state=seeds.training[r])
        if needs_classes:
            _check_classes(y, r, n_train)
        return X, y, None

    return Trial(
        draw,
        classes=np.sort(data.classes) if needs_classes else None,
        X_test=X_test,
        truth=truth,
        noise=noise,
        weights=np.full(n_test, 1 / n_test),
        clusters=None,
        n_train=n_train,
        training_sets="fresh draws",
    )


def look_up_noise(data, X):
    """Give the variance of a generator's response at every row, of shape (n,)."""
    noise = data.noise_variance
    noise = noise(X) if callable(noise) else noise
    return np.broadcast_to(np.asarray(noise, dtype=np.float64), len(X))


def lay_out_rows(
    data,
    *,
    needs_classes,
    loss,
    way,
    n_train,
    n_test,
    sample_weight,
    groups,
    seeds,
):
    """Hold out test rows of a data set, and cut or draw training sets from the rest.

    Groups are never cut: a group's rows are all test rows or all in the pool, and all
    in a training set or none of them.

    Returns
    -------
    Trial

    Raises
    ------
    ValueError
        If the rows do not suffice, or do not fit each other or the loss.
    """
    X, y, classes = _receive_rows(data, needs_classes, loss)
    weights = receive_amounts("sample_weight", sample_weight, len(y))
    numbers = np.arange(len(y)) if groups is None else _number_groups(groups, len(y))
    units = _Units.sort(numbers)
    n_test = len(y) // 3 if n_test is None else n_test
    check_count(
        "n_test",
        n_test,
        low=2,
        high=len(y) - 2,
        meaning=f"the rows held out of {len(y)}",
    )
    rng = np.random.RandomState(seeds.test)
    order = rng.permutation(len(units.sizes))
    held_out, others = _take_units(units, order, n_test, least=2, left=2)
    pool = len(y) - len(held_out)
    largest, n_repeats = int(units.sizes[others].max()), len(seeds.training)
    n_train = _choose_n_train(n_train, pool, n_repeats, way, largest)
    sets, way = _draw_sets(units, others, n_train=n_train, way=way, seeds=seeds)
    n_train = round(float(np.mean([len(rows) for rows in sets])))  # whole groups
    if needs_classes:
        for r, rows in enumerate(sets):
            _check_classes(y[rows], r, n_train)

    def draw(r):
        rows = sets[r]
        weight = None if weights is None else weights[rows]
        return take_rows(X, rows), y[rows], weight

    refusal = _refuse(len(y), way)
    w = np.ones(len(held_out)) if weights is None else weights[held_out]
    return Trial(
        draw,
        classes=classes,
        X_test=take_rows(X, held_out),
        truth=as_truth(y[held_out], classes),
        noise=np.zeros(len(held_out)),
        weights=w / w.sum(),
        clusters=None if groups is None else _renumber(numbers[held_out]),
        n_train=n_train,
        training_sets=way,
        caveat=f"{_warn(way, n_train, pool)} {refusal or NOISE_IN_BIAS}",
        refusal=refusal,
    )


def _receive_rows(data, needs_classes, loss):
    X, y = receive_pair(data)
    if len(y) < FEWEST_TO_CUT:
        raise ValueError(
            f"data must have at least {FEWEST_TO_CUT} rows, got {len(y)}: "
            "some are held out. Pass more rows."
        )
    check_labels(y)
    if not needs_classes:
        return X, _receive_numbers(y, loss), None
    kind = type_of_target(y)
    if kind not in ("binary", "multiclass"):
        raise ValueError(
            f"y must hold classes for loss={loss!r}, got a {kind} target. "
            "Pass loss='squared_error' for regression."
        )
    return X, y, np.unique(y)


FEWEST_TO_CUT = 4


def _receive_numbers(y, loss):
    if y.dtype.kind not in "biuf":
        raise ValueError(
            f"y must hold numbers for loss={loss!r}, got labels of type {y.dtype}. "
            "Pass loss='brier', 'log_loss' or 'zero_one' for classes."
        )
    return y.astype(np.float64)


def _number_groups(groups, n):
    numbers = np.unique(column_or_1d(groups), return_inverse=True)[1]
    if len(numbers) != n:
        raise ValueError(
            f"groups must have one entry per row, got {len(numbers)} for {n} rows. "
            "Pass groups in the order of the rows."
        )
    if numbers.max() < FEWEST_TO_CUT - 1:
        raise ValueError(
            f"groups must name at least {FEWEST_TO_CUT} groups, got "
            f"{numbers.max() + 1}: whole groups are held out. Pass groups=None if the "
            "rows are independent."
        )
    return numbers


@dataclass(frozen=True)
class _Units:
    """Hold the rows of every unit: a group, or a row by itself.

    Attributes
    ----------
    rows : ndarray of shape (n,)
        Unit by unit.
    starts : ndarray of shape (n_units,)
        Where each unit's begin.
    sizes : ndarray of shape (n_units,)
    """

    rows: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray

    @classmethod
    def sort(cls, numbers):
        """Sort rows by the numbers of their units, which leave none out from 0 on."""
        sizes = np.bincount(numbers)
        starts = np.cumsum(sizes) - sizes
        return cls(np.argsort(numbers, kind="stable"), starts, sizes)

    @property
    def are_rows(self):
        """Tell whether every row is a unit of its own."""
        return len(self.rows) == len(self.sizes)

    def list_rows(self, chosen):
        """List the rows of the chosen units, unit by unit."""
        if self.are_rows:
            return chosen
        spans = zip(self.starts[chosen], self.sizes[chosen], strict=True)
        return np.concatenate([self.rows[start : start + n] for start, n in spans])


def _take_units(units, order, n_rows, *, least=1, left=0):
    """Take whole units in their order until there are `n_rows`.

    At least so many units are taken, and so many are left.

    Returns
    -------
    rows : ndarray
        Of the units taken.
    rest : ndarray
        The other units, in their order.
    """
    enough = int(np.searchsorted(np.cumsum(units.sizes[order]), n_rows)) + 1
    enough = min(max(enough, least), len(order) - left)
    return units.list_rows(order[:enough]), order[enough:]


def _choose_n_train(n_train, pool, n_repeats, way, largest):
    if n_train is None:
        piece = pool // n_repeats
        fits = way == "pieces" or (way == "auto" and piece >= ROWS_FROM_GENERATOR)
        n_train = piece if fits else pool if way == "bootstrap" else pool // QUARTER
        n_train = max(n_train, 1)
    check_count(
        "n_train",
        n_train,
        low=1,
        high=pool if way == "bootstrap" else pool - largest,
        meaning=f"the rows per training set, out of {pool} not held out, of which a "
        f"group of {largest} may be left over"
        if largest > 1
        else f"the rows per training set, out of {pool} not held out",
    )
    return n_train


def _draw_sets(units, others, *, n_train, way, seeds):
    """Give the rows of every training set, and where they come from in words."""
    n_repeats = len(seeds.training)
    if way in ("auto", "pieces"):
        pieces = _cut_pieces(units, others, n_train=n_train, n_repeats=n_repeats)
        if pieces is not None:
            return pieces, "disjoint pieces"
        if way == "pieces":
            raise ValueError(
                f"n_train * n_repeats must fit the rows that are not held out, got "
                f"{n_train} * {n_repeats}. Lower one of them, or pass "
                "training_sets='subsamples'."
            )
    draw = _draw_bootstrap if way == "bootstrap" else _draw_subsample
    sets = [
        draw(units, others, n_train, np.random.RandomState(seed))
        for seed in seeds.training
    ]
    return sets, "bootstrap samples" if way == "bootstrap" else "subsamples"


def _cut_pieces(units, others, *, n_train, n_repeats):
    """Cut disjoint training sets of whole units; None where there are too few."""
    ends = np.cumsum(units.sizes[others])
    pieces, start, used = [], 0, 0
    for _ in range(n_repeats):
        end = int(np.searchsorted(ends, used + n_train)) + 1
        if end > len(others):
            return None
        pieces.append(units.list_rows(others[start:end]))
        start, used = end, ends[end - 1]
    return pieces


def _draw_subsample(units, others, n_train, rng):
    if units.are_rows:
        return rng.choice(others, n_train, replace=False)
    return _take_units(units, rng.permutation(others), n_train, left=1)[0]


def _draw_bootstrap(units, others, n_train, rng):
    if units.are_rows:
        return rng.choice(others, n_train)
    return _take_units(units, rng.choice(others, len(others)), n_train)[0]


def _renumber(units):
    return np.unique(units, return_inverse=True)[1]


def as_truth(y, classes):
    """Write responses as one column, labels as unit vectors over the classes."""
    if classes is None:
        return y.reshape(-1, 1)
    return np.eye(len(classes))[np.searchsorted(classes, y)]


NOISE_IN_BIAS = "The noise of these data is unknown and counted as bias."


def _warn(way, n_train, pool):
    """Say what the split cannot tell on rows of one data set."""
    if way == "disjoint pieces":
        return "The training sets are disjoint pieces of one set."
    share = n_train / pool
    if way == "bootstrap samples":
        share = 1 - (1 - 1 / pool) ** n_train
    return (
        f"The training sets are {way} of one set, and any two share about "
        f"{100 * share:.0f} % of their rows: variance is understated, bias overstated, "
        "and intervals hold for this set only."
    )


def _refuse(n_rows, way):
    """Say why bias is not told from few rows; nothing where it is."""
    if way == "disjoint pieces" or n_rows >= FEWEST_ROWS:
        return ""
    return (
        f"From {n_rows} rows, fewer than {FEWEST_ROWS}, bias cannot be told from the "
        "luck of the one set: the remainder is noise, bias and that luck."
    )


def _check_classes(y, r, n_train):
    if (y == y[0]).all():
        raise ValueError(
            f"every training set must hold at least two classes, got only {show(y[0])} "
            f"in training set {r} of {n_train} rows. Pass a larger n_train."
        )


def _check_generator(data, needs_classes, loss):
    needed = ("conditional_mean", "noise_variance")
    if needs_classes:
        needed = ("posterior", "classes")
    missing = [a for a in ("sample", *needed) if not hasattr(data, a)]
    if missing:
        raise ValueError(
            f"data must offer sample, {' and '.join(needed)} for loss={loss!r}, got "
            f"{type(data).__name__} without {', '.join(missing)}. Pass a generator of "
            "that task, a tuple (X, y), or another loss."
        )
