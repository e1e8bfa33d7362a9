"""Products of many rows with a few vectors, one for each class.

A BLAS copies its factors before it multiplies, which large ones repay. With a handful
of vectors the copy takes as long as the product. OpenBLAS, which numpy brings, does
without for small matrices; so rows go by a few dozen at a time, all in one call.
"""

import numpy as np
from scipy.sparse import issparse

FEW = range(2, 16)  # vectors: with 64 rows, these make a small product
AT_ONCE = 64  # rows
MANY = 1_000  # rows: fewer are multiplied before numpy has cut them up
FOUR = 4  # vectors that a BLAS takes at once in single precision; others take longer


def multiply_rows(block, coefficients):
    """Return ``coefficients @ block.T``, the block dense or sparse."""
    coefficients = coefficients.astype(block.dtype, copy=False)
    if len(coefficients) == 1:
        return (block @ coefficients[0])[None]
    if issparse(block):
        return np.ascontiguousarray((block @ coefficients.T).T)
    if are_small(coefficients, block):
        margins = np.empty((len(coefficients), len(block)), block.dtype)
        n = len(block) - len(block) % AT_ONCE
        pieces = cut_rows(block[:n]).transpose(0, 2, 1)
        np.matmul(coefficients, pieces, out=cut_columns(margins[:, :n]))
        margins[:, n:] = coefficients @ block[n:].T
        return margins
    if block.dtype == np.float64:
        return coefficients @ block.T
    filled = fill_up(coefficients)
    return np.ascontiguousarray((block @ filled.T).T)[: len(coefficients)]


def multiply(left, right):
    """Return ``left @ right`` of shape (K, d), the right factor dense or sparse."""
    if issparse(right):
        return np.ascontiguousarray((right.T @ left.T).T)
    if len(left) == 1:
        return (left[0] @ right)[None]
    if are_small(left, right):
        n = len(right) - len(right) % AT_ONCE
        products = cut_columns(left[:, :n]) @ cut_rows(right[:n])
        return products.sum(axis=0) + left[:, n:] @ right[n:]
    if right.dtype == np.float64:
        return left @ right
    return (fill_up(left) @ right)[: len(left)]


def are_small(vectors, rows):
    """Tell whether a few dozen of the rows make a small product with the vectors."""
    return len(vectors) in FEW and len(rows) >= MANY


def cut_rows(rows):
    """Return a view of rows (n, d) as pieces (n / 64, 64, d)."""
    return rows.reshape(-1, AT_ONCE, rows.shape[1])


def cut_columns(vectors):
    """Return a view of vectors (K, n) as pieces (n / 64, K, 64)."""
    pieces = vectors.reshape(len(vectors), -1, AT_ONCE)
    return pieces.transpose(1, 0, 2)


def fill_up(rows):
    """Add rows of zeros up to a multiple of `FOUR`."""
    filled = np.zeros((-(-len(rows) // FOUR) * FOUR, rows.shape[1]), rows.dtype)
    filled[: len(rows)] = rows
    return filled
