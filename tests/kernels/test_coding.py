"""Laws of the coder: codes are ranks, spread over 16 bits."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skclassic.growth.binner import code_columns
from skclassic.kernels.coding import SPAN, SPAN_BESIDE_MISSING

COLUMNS = {
    "normal": lambda rng, n: rng.normal(size=n),
    "few values": lambda rng, n: rng.integers(-3, 4, size=n) / 10,
    "whole numbers": lambda rng, n: rng.integers(-500, 500, size=n) * 1.0,
    "sorted": lambda rng, n: np.sort(rng.random(n)),
    "one value": lambda rng, n: np.full(n, 3.3),
    "zeros of both signs": lambda rng, n: rng.choice([0.0, -0.0, 1e-300, -1e-300], n),
    "smallest and largest": lambda rng, n: rng.choice([5e-324, -1e308, 1e308, 0.0], n),
    "any scale": lambda rng, n: rng.normal(size=n) * 10.0 ** rng.integers(-300, 300, n),
    "a cloud and one far away": lambda rng, n: np.r_[-1e300, 1 + 1e-13 * rng.random(n)],
    "two clouds far away": lambda rng, n: (
        rng.choice([-1e9, 1e300], n) * (1 + 1e-13 * rng.random(n))
    ),
    "missing": lambda rng, n: np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n)),
    "missing among few": lambda rng, n: rng.choice([np.nan, 1.0, -2.0], n),
    "all missing": lambda rng, n: np.full(n, np.nan),
}


def code_slowly(column):
    """Give the codes of both sheets and the ends of levels, by definition."""
    is_missing = np.isnan(column)
    levels, ranks = np.unique(column[~is_missing], return_inverse=True)
    span = SPAN_BESIDE_MISSING if is_missing.any() else SPAN
    code_of = np.arange(len(levels)) * span // max(len(levels), 1)
    used, first = np.unique(code_of, return_index=True)
    last = np.append(first, len(levels))[1:] - 1
    codes = np.full(len(column), 65535)
    codes[~is_missing] = code_of[ranks]
    fine = np.zeros(len(column), int)
    fine[~is_missing] = ranks - first[np.searchsorted(used, code_of[ranks])]
    return codes, fine, levels[first], levels[last]


@pytest.mark.parametrize("n_rows", [1, 2, 33, 150, 400])
@pytest.mark.parametrize("kind", COLUMNS)
def test_codes_are_ranks_spread_over_16_bits(kind, n_rows):
    column = COLUMNS[kind](np.random.default_rng(0), n_rows)
    coded = code_columns(column[:, None])
    codes, _, lower, upper = code_slowly(column)
    assert not coded.is_coarse
    assert_array_equal(coded.codes[0, 0], codes)
    assert_array_equal(coded.has_missing, np.isnan(column).any())
    if len(lower) > 0:
        assert_array_equal(coded.lower, lower)
        assert_array_equal(coded.upper, upper)


@pytest.mark.parametrize("missing", [0.0, 0.01])
def test_a_second_sheet_tells_the_values_of_a_code_apart(missing):
    rng = np.random.default_rng(0)
    column = rng.normal(size=70_000)
    column[rng.random(len(column)) < missing] = np.nan
    coarse = code_columns(column[:, None])
    assert coarse.codes.shape[0] == 1 and coarse.is_coarse
    coded = coarse.refine()
    assert coarse.refine() is coded and not coded.is_coarse
    codes, fine, lower, upper = code_slowly(column)
    assert_array_equal(coarse.codes[0, 0], codes)
    assert_array_equal(coded.codes[:, 0], [codes, fine])
    assert_array_equal(coded.lower, lower)
    assert_array_equal(coded.upper, upper)


def test_columns_are_coded_as_if_each_were_alone():
    rng = np.random.default_rng(0)
    X = np.column_stack([draw(rng, 150)[:150] for draw in COLUMNS.values()])
    codes = code_columns(X).codes[0]
    for j, column in enumerate(X.T):
        assert_array_equal(codes[j], code_columns(column[:, None]).codes[0, 0])
