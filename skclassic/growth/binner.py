"""Turn columns into codes: the last room that sees all of raw X."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import issparse

from skclassic.kernels import coding, growing

SPAN = 65536  # codes there are
SPAN_BESIDE_MISSING = 65280  # high bytes 0 to 254; 255 is left to missing values
MISSING = 65535
WORTH_A_THREAD = 200_000  # values; below this, threads cost more than they do
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
        1, where some feature has more values than codes: the rank of a value among
        those of its code.
    has_missing : bool array of shape (n_features,)
    first : int64 array of shape (n_features + 1,)
        Where the levels of a feature begin in `lower` and `upper`.
    lower, upper : float64 arrays of shape (first[-1],)
        Smallest and largest value of each level.
    n_levels : int64 array of shape (n_features,)
        Of categorical features, whose values and codes are 0 to n_levels - 1; 0 for
        numerical ones.
    """

    X: object
    codes: np.ndarray
    has_missing: np.ndarray
    first: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    n_levels: np.ndarray

    @property
    def n_rows(self):
        return self.codes.shape[2]

    @property
    def n_features(self):
        return self.codes.shape[1]

    def take_features(self, features):
        """Return the same rows with only these features, in this order."""
        sizes = np.diff(self.first)[features]
        levels = np.concatenate(
            [np.arange(self.first[f], self.first[f + 1]) for f in features]
        )
        return Coded(
            self.X[:, features],
            np.ascontiguousarray(self.codes[:, features]),
            self.has_missing[features],
            np.concatenate([[0], np.cumsum(sizes)]),
            self.lower[levels],
            self.upper[levels],
            self.n_levels[features],
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
        Calls a function on each of many columns, perhaps in threads.
    n_levels : int64 array of shape (n_features,), default=None
        As for `Coded`; None where all are numerical.

    Returns
    -------
    coded : Coded
    """
    run = run if X.shape[0] * X.shape[1] >= WORTH_A_THREAD else map
    n_rows, n_features = X.shape
    n_levels = np.zeros(n_features, np.int64) if n_levels is None else n_levels
    # one block, without copies: pages that nobody writes to take no memory
    codes = np.zeros(
        (1 + (n_rows > SPAN_BESIDE_MISSING), n_features, n_rows), np.uint16
    )
    columns = zip(_columns_of(X), codes.swapaxes(0, 1), n_levels, strict=True)
    lower, upper, has_missing, is_fine = zip(*run(_code_column, columns), strict=True)
    sizes = [len(levels) for levels in lower]
    return Coded(
        X,
        codes if any(is_fine) else codes[:1],
        np.array(has_missing),
        np.concatenate([[0], np.cumsum(sizes)]),
        np.concatenate(lower),
        np.concatenate(upper),
        n_levels,
    )


def _columns_of(X):
    if not issparse(X):
        yield from X.T
        return
    for j in range(X.shape[1]):
        yield X[:, [j]].toarray().ravel()


def _code_column(task):
    """Write the codes of one column into its sheets: levels' ends, missing or not, and
    whether the second sheet was needed.
    """
    column, sheets, n_levels = task
    if n_levels > 0:
        is_missing, nobody = np.isnan(column), np.zeros(1)
        sheets[0] = np.where(is_missing, MISSING, column)
        return nobody, nobody, is_missing.any(), False
    column = np.array(column, np.float64)
    n_rows, keys = len(column), column.view(np.uint64)
    order, words = np.empty(n_rows, np.uint32), np.empty(n_rows, np.uint64)
    coding.find_keys(column, keys)
    n_keys, n_present = coding.sort_rows(
        keys,
        order,
        words,
        np.empty(n_rows, np.uint64),
        np.empty((coding.N_SMALL_DIGITS, 1 << int(coding.DIGIT)), np.int64),
        np.empty((n_rows // coding.SHORT + 1, 2), np.int64),
    )
    if n_present < n_rows:
        sheets[0][order[n_present:]] = MISSING
    if n_present == 0:  # one level that nobody has
        return np.zeros(1), np.zeros(1), True, False
    span = SPAN_BESIDE_MISSING if n_present < n_rows else SPAN
    ends = np.empty((2, min(n_keys, span)), np.uint64)
    coding.code_rows(
        order[:n_present], words[:n_present], n_keys, span, sheets[0], sheets[-1], *ends
    )
    lower, upper = _find_values(ends)
    return lower, upper, n_present < n_rows, n_keys > span


def _find_values(keys):
    """Turn keys back into the numbers that have them."""
    size = np.where(keys >= coding.SIGN, keys - coding.SIGN, coding.SIGN - keys)
    values = size.view(np.float64)
    return np.where(keys >= coding.SIGN, values, -values)


def first_rank(code, n_levels, span):
    """Return the least rank that has a code, as ranks are spread over the codes."""
    return -(-code * n_levels // span)
