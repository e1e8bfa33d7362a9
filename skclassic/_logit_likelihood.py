"""Know the likelihood of a logit model: its slope and curvature, for inference.

One class is the reference. With z a row, its columns standardised, and theta_k what
class k has beyond the reference,

    log p(k | z) / p(reference | z) = theta_k . z

Points are vectors of q = (n_classes - 1) n_terms numbers, class after class. Two
classes are the case of one such block.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, solve_triangular
from scipy.sparse import issparse

from skclassic._blocks import RowBlocks, add_up

CONSTANT = 1e-12  # a spread below this share of the values is their rounding
DEPENDENT = 1e-11  # less of a column than this, left over by others, is rounding too
SURE = 1e10  # of a row's weight over its share of the information: p (1 - p) is less
MOST_HALVINGS = 50  # of a step; where little curves, the first ones are far too long
TAKES_PART = 1e-6  # factors below this in a dependence are its rounding


class StandardRows:
    """Hand out rows in blocks, columns standardised, an intercept's ones at the end.

    With an intercept, columns have mean 0 and standard deviation 1; without one they
    keep their zero, and have root mean square 1. Constant columns are left 0.

    Parameters
    ----------
    X : float64 ndarray or CSR matrix of shape (n, d)
    weights : float64 ndarray of shape (n,) or None
        How often each row is there.
    fit_intercept : bool

    Attributes
    ----------
    n_rows, n_terms : int
        n_terms is d, and one more with an intercept.
    means, scales : float64 ndarray of shape (d,)
        A standardised column is (x - mean) / scale.
    """

    def __init__(self, X, weights, fit_intercept):
        self.X = X.tocsr() if issparse(X) else X
        self.n_rows, self.n_features = X.shape
        self.weights = np.ones(self.n_rows) if weights is None else weights
        self.has_intercept = bool(fit_intercept)
        self.n_terms = self.n_features + self.has_intercept
        self.means, self.scales = np.zeros(self.n_features), np.ones(self.n_features)
        self._measure_columns()

    def _measure_columns(self):
        total = self.weights.sum()
        if self.has_intercept:
            self.means = self._sum_columns(lambda X: X) / total
        centred = self._sum_columns(lambda X: (X - self.means) ** 2)
        spread = np.sqrt(centred / total)
        is_flat = spread <= CONSTANT * np.abs(self.means)
        self.scales = np.where(is_flat, np.inf, spread)

    def _sum_columns(self, change):
        def work(blocks):
            return (sum(self.weights[b] @ change(self._take_plain(b)) for b in blocks),)

        with RowBlocks(*self.X.shape).in_threads() as run:
            return add_up(run(work))[0]

    def _take_plain(self, block):
        return self.X[block].toarray() if issparse(self.X) else self.X[block]

    def take(self, block):
        """Return the rows of a slice, or of an index: float64 (n_taken, n_terms)."""
        X = self._take_plain(block)
        Z = np.ones((X.shape[0], self.n_terms))
        np.subtract(X, self.means, out=Z[:, : self.n_features])
        Z[:, : self.n_features] /= self.scales
        return Z

    def pick(self, chosen):
        """Return some of the rows, standardised as all of them are."""
        part = object.__new__(StandardRows)
        vars(part).update(vars(self))
        part.X, part.weights = self.X[chosen], self.weights[chosen]
        part.n_rows = len(part.weights)
        return part

    def add_up_blocks(self, measure, *, n_columns=0):
        """Add up what `measure` says of each block, a tuple, over all rows.

        `n_columns` are those made of a block, beside its own.
        """

        def work(blocks):
            return add_up([measure(block) for block in blocks])

        blocks = RowBlocks(self.n_rows, self.n_terms + n_columns)
        with blocks.in_threads() as run:
            return add_up(run(work))

    def measure_gram(self):
        """Return the mean products of the standardised columns: (d, d)."""

        def measure(block):
            Z = self.take(block)[:, : self.n_features]
            return ((Z * self.weights[block, None]).T @ Z,)

        return self.add_up_blocks(measure)[0] / self.weights.sum()

    def turn_back(self):
        """Return the matrix that gives coefficients, intercept last, from a theta_k."""
        turn = np.diag(np.append(1 / self.scales, np.ones(int(self.has_intercept))))
        if self.has_intercept:
            turn[-1, :-1] = -self.means / self.scales
        return turn

    def standardise(self, coef, intercept):
        """Return a theta_k for each row of coefficients: (n_blocks, n_terms)."""
        finite = np.where(np.isinf(self.scales), 0.0, self.scales)
        if not self.has_intercept:
            return coef * finite
        return np.column_stack([coef * finite, intercept + coef @ self.means])


def find_dependent(gram):
    """Find columns that those before them make up.

    Parameters
    ----------
    gram : float64 ndarray of shape (d, d)
        Mean products of the standardised columns.

    Returns
    -------
    dict of int to list of int
        For each such column the ones that make it up: none for a constant one.
    """
    found, kept = {}, []
    if len(gram) and np.linalg.eigvalsh(gram)[0] > DEPENDENT:
        return found
    root = np.zeros_like(gram)  # Cholesky's, of the columns kept
    for j in range(len(gram)):
        k = len(kept)
        row = solve_triangular(root[:k, :k], gram[kept, j], lower=True)
        left = gram[j, j] - row @ row
        if left > DEPENDENT:
            root[k, :k], root[k, k] = row, left**0.5
            kept.append(j)
            continue
        factors = solve_triangular(root[:k, :k], row, lower=True, trans="T")
        found[j] = [kept[i] for i in np.flatnonzero(abs(factors) > TAKES_PART)]
    return found


class Summit(NamedTuple):
    """Hold what is known at a point of the likelihood.

    Attributes
    ----------
    point : float64 ndarray of shape (q,)
    value : float
        Log-likelihood.
    gradient : float64 ndarray of shape (q,)
    inverse : float64 ndarray of shape (q, q)
        Of the information, minus the second derivatives.
    """

    point: np.ndarray
    value: float
    gradient: np.ndarray
    inverse: np.ndarray

    @property
    def decrement(self):
        """Give the distance to the optimum of the quadratic model, in its own units:
        of two points that far apart, some coefficient differs by so many standard
        errors.
        """
        return float(max(self.gradient @ self.inverse @ self.gradient, 0.0)) ** 0.5


class Likelihood:
    """Evaluate the log-likelihood of rows and its derivatives.

    Parameters
    ----------
    rows : StandardRows
    codes : int ndarray of shape (n,)
        Numbers of classes.
        Class 0 is the reference.
    n_classes : int

    Attributes
    ----------
    n_blocks, n_values : int
        Of a point.
    """

    def __init__(self, rows, codes, n_classes):
        self.rows = rows
        self.blocks = codes - 1  # which block of a point is a row's own; -1: none
        self.n_blocks = n_classes - 1
        self.n_values = self.n_blocks * rows.n_terms

    def list_rows_present(self):
        """Return the rows of a weight above 0, and their classes."""
        present = np.flatnonzero(self.rows.weights)
        return self.rows.pick(present), self.blocks[present] + 1

    def evaluate(self, points):
        """Return the log-likelihoods (m,) and gradients (m, q) at points (m, q)."""
        m = len(points)
        thetas = points.reshape(m * self.n_blocks, -1)

        def measure(block):
            Z = self.rows.take(block)
            margins = (Z @ thetas.T).reshape(len(Z), m, self.n_blocks)
            return self._differentiate(block, Z, margins, *_soften(margins))

        n_columns = 3 * len(thetas)
        values, gradients = self.rows.add_up_blocks(measure, n_columns=n_columns)
        return values, gradients.reshape(m, -1)

    def look_around(self, point, *, damping=0.0):
        """Return what is known at a point, as a Summit; None where nothing curves.

        One pass over the rows, whose sums of products are most of its work. `damping`
        is added to the information's diagonal, as a share of the rows: with some,
        everything curves, and a step still leads upwards (Levenberg 1944).
        """
        thetas = point.reshape(self.n_blocks, -1)

        def measure(block):
            Z, weights = self.rows.take(block), self.rows.weights[block]
            margins = (Z @ thetas.T)[:, None]
            log_total, shares = _soften(margins)
            sums = self._add_products(Z, weights, shares[:, 0])
            return *self._differentiate(block, Z, margins, log_total, shares), sums

        values, gradients, sums = self.rows.add_up_blocks(
            measure, n_columns=2 * self.rows.n_terms
        )
        sums[np.diag_indices(self.n_values)] += damping * self.rows.weights.sum()
        inverse = invert(np.tril(sums) + np.tril(sums, -1).T)
        if inverse is None:
            return None
        return Summit(point, float(values[0]), gradients.ravel(), inverse)

    def _differentiate(self, block, Z, margins, log_total, shares):
        """Return a block's values (m,) and gradients; overwrites the shares."""
        own, weights = self.blocks[block], self.rows.weights[block]
        has_own = np.flatnonzero(own >= 0)
        values = -(weights @ log_total)
        values += weights[has_own] @ margins[has_own, :, own[has_own]]
        shares[has_own, :, own[has_own]] -= 1.0
        shares *= -weights[:, None, None]
        return values, shares.reshape(len(Z), -1).T @ Z

    def _add_products(self, Z, weights, shares):
        """Return a block's part of the information, in its lower triangle: (q, q)."""
        sums, p = np.zeros((self.n_values, self.n_values)), Z.shape[1]
        for j in range(self.n_blocks):
            for k in range(j + 1):
                curve = weights * shares[:, j] * ((j == k) - shares[:, k])
                where = slice(j * p, j * p + p), slice(k * p, k * p + p)
                sums[where] = (Z * curve[:, None]).T @ Z
        return sums

    def is_proof(self, summit):
        """Tell whether a point proves that a finite optimum is near, and only one.

        Where decrement x reach <= 1/2 there is one, the reach being how far a step of
        length 1 can move a margin (Bach 2010, proposition 2): the third derivatives
        are bounded by the second ones. Where a row that matters has a probability of 1
        but for rounding, the decrement is rounding too, and nothing is proved.
        """
        if summit is None:
            return False
        p = self.rows.n_terms
        own = [slice(k * p, k * p + p) for k in range(self.n_blocks)]
        spread = sum(summit.inverse[each, each] for each in own)
        squared, leverage = self._measure_reach(spread)
        squared *= 1 if self.n_blocks == 1 else 2  # between any two classes
        return leverage <= SURE and summit.decrement * squared**0.5 <= 0.5

    def _measure_reach(self, spread):
        """Return the largest z' spread z, and the largest times the row's weight."""
        squared = leverage = 0.0
        for blocks in RowBlocks(self.rows.n_rows, 2 * self.rows.n_terms).parts:
            for block in blocks:
                Z = self.rows.take(block)
                found = ((Z @ spread) * Z).sum(axis=1)
                squared = max(squared, float(found.max()))
                leverage = max(
                    leverage, float((found * self.rows.weights[block]).max())
                )
        return squared, leverage


def _soften(margins):
    """Return log(1 + sum exp(margins)) over the last axis, and the classes' shares."""
    if margins.shape[2] == 1:
        small = np.exp(-np.abs(margins))
        log_total = np.log1p(small) + np.maximum(margins, 0.0)
        return log_total[:, :, 0], np.where(margins >= 0, 1.0, small) / (1.0 + small)
    top = np.maximum(margins.max(axis=2), 0.0)
    shares = np.exp(margins - top[:, :, None])
    total = shares.sum(axis=2) + np.exp(-top)
    shares /= total[:, :, None]
    return top + np.log(total), shares


def invert(information):
    """Return the inverse of a positive definite matrix; None where it is not one."""
    scales = np.sqrt(np.diag(information))
    if not np.isfinite(scales).all() or not scales.all():
        return None
    try:
        factor = cho_factor(information / np.outer(scales, scales))
    except LinAlgError:
        return None
    return cho_solve(factor, np.eye(len(scales))) / np.outer(scales, scales)


def climb(likelihood, summit, *, max_steps, tol):
    """Take Newton steps uphill until the decrement is small.

    Parameters
    ----------
    likelihood : Likelihood
    summit : Summit
        Where to start.
    max_steps : int
    tol : float
        Of the decrement.

    Returns
    -------
    Summit
        Where the steps ended, whether the decrement is small there or not.
    """
    for _ in range(max_steps):
        if summit.decrement <= tol:
            break
        higher = _step_up(likelihood, summit)
        if higher is None:
            break
        summit = higher
    return summit


def _step_up(likelihood, summit):
    """Take a Newton step, halved until the likelihood rises; None if it never does."""
    step = summit.inverse @ summit.gradient
    rise = summit.gradient @ step
    slack = 1e-13 * abs(summit.value)  # what rounding does to a sum over rows
    for length in 0.5 ** np.arange(MOST_HALVINGS):
        there = likelihood.look_around(summit.point + length * step)
        if there and there.value >= summit.value + 1e-4 * length * rise - slack:
            return there
    return None
