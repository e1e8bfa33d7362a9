"""Turn columns into codes: the last room that sees all of raw X."""

from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
from scipy.sparse import issparse

from skclassic.growth.rooms import Once, Rooms
from skclassic.kernels import coding, growing
from skclassic.kernels.coding import MISSING, SPAN

WORTH_A_THREAD = 200_000  # values; below this, threads cost more than they do
CODED_AT_ONCE = 16_384  # values; columns of few rows share a call of the kernel
ROUNDINGS_PER_STEP = 8  # a step of a feature that is wider than errors of rounding


@dataclass(frozen=True)
class Coded:
    """Columns as the grower wants them.

    Attributes
    ----------
    X : array or CSC matrix of shape (n_rows, n_features)
        The raw values; a reference, not a copy.
    codes : uint16 array of shape (n_sheets, n_features, n_rows)
        Sheet 0: the rank of a value among the levels of its feature, spread evenly
        over the codes, so that the high byte alone separates up to 256 levels. Sheet
        1, see `refine`: the rank of a value among those of its code.
    is_coarse : bool
        Whether some feature has more values than codes, and there is no sheet 1.
    has_missing : bool array of shape (n_features,)
    first : int64 array of shape (n_features + 1,)
        Where the levels of a feature begin in `lower` and `upper`.
    lower, upper : float64 arrays of shape (first[-1],)
        Smallest and largest value of each level.
    n_levels : int64 array of shape (n_features,)
        Of categorical features, whose values and codes are 0 to n_levels - 1; 0 for
        numerical ones.
    rooms : Rooms
        Where trees of these columns have their scratch arrays.
    finer : Once
        The same columns with sheet 1, once a tree needed it.
    """

    X: object
    codes: np.ndarray
    is_coarse: bool
    has_missing: np.ndarray
    first: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    n_levels: np.ndarray
    rooms: Rooms = field(default_factory=Rooms)
    finer: Once = field(default_factory=Once)

    @property
    def n_rows(self):
        return self.codes.shape[2]

    @property
    def n_features(self):
        return self.codes.shape[1]

    @cached_property
    def is_binary(self):
        """Which numerical features have two values, and none is missing."""
        return (np.diff(self.first) == 2) & ~self.has_missing & (self.n_levels == 0)

    def refine(self):
        """Return the same with a second sheet, which is made once for all trees.

        Few data need it: trees whose leaves share a code of every feature.
        """
        return self.finer.make(lambda: _add_sheet(self))

    @property
    def finest(self):
        """The same with a second sheet if that was made, which grows the same trees."""
        return self.finer.thing or self

    def take_features(self, features):
        """Return the same rows with only these features, in this order."""
        sizes = np.diff(self.first)[features]
        levels = np.concatenate(
            [np.arange(self.first[f], self.first[f + 1]) for f in features]
        )
        return Coded(
            self.X[:, features],
            np.ascontiguousarray(self.codes[:, features]),
            self.is_coarse,
            self.has_missing[features],
            np.concatenate([[0], np.cumsum(sizes)]),
            self.lower[levels],
            self.upper[levels],
            self.n_levels[features],
            self.rooms,
        )


@dataclass(frozen=True)
class Raw:
    """Columns as they are, for trees that throw their cuts.

    Attributes
    ----------
    X : array or CSC matrix of shape (n_rows, n_features)
    columns : float64 array of shape (n_features, n_rows)
    steps : uint16 array of shape (n_features, n_rows)
        The values in equal steps, see `kernels.growing.grow_at_random`.
    steps_by_row : uint16 array of shape (n_rows, n_features)
    low, high : float64 arrays of shape (n_features,)
    has_missing : bool array of shape (n_features,)
    n_levels : int64 array of shape (n_features,)
    rooms : Rooms
        As for `Coded`.
    """

    X: object
    columns: np.ndarray
    steps: np.ndarray
    steps_by_row: np.ndarray
    low: np.ndarray
    high: np.ndarray
    has_missing: np.ndarray
    n_levels: np.ndarray
    rooms: Rooms = field(default_factory=Rooms)

    @property
    def n_rows(self):
        return self.columns.shape[1]

    @property
    def n_features(self):
        return self.columns.shape[0]

    def take_features(self, features):
        """Return the same rows with only these features, in this order."""
        return Raw(
            self.X[:, features],
            np.ascontiguousarray(self.columns[features]),
            np.ascontiguousarray(self.steps[features]),
            np.ascontiguousarray(self.steps_by_row[:, features]),
            self.low[features],
            self.high[features],
            self.has_missing[features],
            self.n_levels[features],
            self.rooms,
        )


def take_columns(X, n_levels=None):
    """Lay out the columns of X one after the other.

    Parameters
    ----------
    X : float array or CSC matrix of shape (n_rows, n_features)
        NaN is missing; no infinities.
    n_levels : int64 array of shape (n_features,), default=None
        As for `Coded`; None where all are numerical.

    Returns
    -------
    raw : Raw
    """
    n_levels = np.zeros(X.shape[1], np.int64) if n_levels is None else n_levels
    columns = np.empty((X.shape[1], X.shape[0]))
    for j, column in enumerate(_columns_of(X)):
        columns[j] = column
    low, high = columns.min(axis=1), columns.max(axis=1)
    step = high / SPAN - low / SPAN
    rounding = np.spacing(np.maximum(np.abs(low), np.abs(high)))
    is_wide = step > ROUNDINGS_PER_STEP * rounding
    steps = np.zeros(columns.shape, np.uint16)
    growing.count_steps(columns, low, high, is_wide, steps)
    for j in np.flatnonzero(n_levels):
        steps[j] = np.where(np.isnan(columns[j]), MISSING, columns[j])
    by_row = np.ascontiguousarray(steps.T)
    return Raw(X, columns, steps, by_row, low, high, np.isnan(low), n_levels)


def code_columns(X, run=map, n_levels=None):
    """Code every column of X.

    Parameters
    ----------
    X : float array or CSC matrix of shape (n_rows, n_features)
        NaN is missing; no infinities.
    run : callable, default=map
        Calls a function on each of many runs of columns, perhaps in threads.
    n_levels : int64 array of shape (n_features,), default=None
        As for `Coded`; None where all are numerical.

    Returns
    -------
    coded : Coded
    """
    run = run if X.shape[0] * X.shape[1] >= WORTH_A_THREAD else map
    n_rows, n_features = X.shape
    n_levels = np.zeros(n_features, np.int64) if n_levels is None else n_levels
    codes, rooms = np.empty((1, n_features, n_rows), np.uint16), Rooms()
    code = partial(_code_run, X, codes[0], None, n_levels, rooms)
    ends, sizes, has_missing, is_coarse = zip(*run(code, _part(X.shape)), strict=True)
    lower, upper = np.concatenate(ends, axis=1)
    return Coded(
        X,
        codes,
        any(is_coarse),
        np.concatenate(has_missing),
        np.concatenate([[0], np.cumsum(np.concatenate(sizes))]),
        lower,
        upper,
        n_levels,
        rooms,
    )


def _add_sheet(coded):
    """Return the same columns with a second sheet."""
    codes = np.zeros((2, *coded.codes.shape[1:]), np.uint16)
    for columns in _part(coded.X.shape):
        _code_run(coded.X, *codes, coded.n_levels, coded.rooms, columns)
    return replace(coded, codes=codes, is_coarse=False, finer=Once())


def _columns_of(X):
    if not issparse(X):
        yield from X.T
        return
    for j in range(X.shape[1]):
        yield X[:, [j]].toarray().ravel()


def _part(shape):
    """Part columns into runs: those of few rows share a call of the kernel."""
    n_rows, n_features = shape
    size = max(1, CODED_AT_ONCE // n_rows)
    return [slice(begin, begin + size) for begin in range(0, n_features, size)]


def _code_run(X, codes, fine, n_levels, rooms, run):
    """Write the codes of a run of columns, and finer ones if there is a place for them.

    Returns the levels' ends, how many each column has, whether it has missing values,
    and whether there are more values than codes.
    """
    n_rows, n_columns = X.shape[0], len(n_levels[run])
    block = X[:, run].toarray() if issparse(X) else X[:, run]
    with rooms.borrow() as room:
        # under the names of what trees need later, and so in the same memory
        columns = room.take("weights", n_columns * n_rows).reshape(n_columns, n_rows)
        columns[:] = block.T
        ends = np.empty((2, n_columns * min(n_rows, SPAN)), np.uint64)
        first = np.empty(n_columns + 1, np.int64)
        has_missing = np.empty(n_columns, bool)
        is_coarse = coding.code_columns(
            columns,
            columns.view(np.uint64),
            n_levels[run],
            codes[run],
            None if fine is None else fine[run],
            room.take("order", n_rows, np.uint32),
            room.take("words", n_rows, np.uint64),
            room.take("other words", n_rows, np.uint64),
            np.empty((coding.N_SMALL_DIGITS, 1 << int(coding.DIGIT)), np.int64),
            room.take("runs", (n_rows // coding.SHORT + 1, 2), np.int64),
            *ends,
            first,
            has_missing,
        )
    return _find_values(ends[:, : first[-1]]), np.diff(first), has_missing, is_coarse


def _find_values(keys):
    """Turn keys back into the numbers that have them."""
    size = np.where(keys >= coding.SIGN, keys - coding.SIGN, coding.SIGN - keys)
    values = size.view(np.float64)
    return np.where(keys >= coding.SIGN, values, -values)
