"""Keep what Gaussian classes need of rows: weights, means and sums of products.

These add up: the moments of two sets of rows give those of both together, exactly but
for rounding (Chan, Golub and LeVeque 1983). All sums are taken around a centre near the
mean of the class, so that nothing cancels where means are large and spreads are small.

The rows go by class after class, in blocks, so that a product of matrices does the
work of a block.
"""

from dataclasses import dataclass, replace

import numpy as np

from skclassic._blocks import RowBlocks

FAR = 100.0  # a centre 10 standard deviations off the mean costs 2 of 16 digits
NOTHING = 1e-14  # standard deviations off the mean
WIDE = 128  # more columns make no shorter blocks: products of few rows are slow
NARROW = np.iinfo(np.uint16).max  # numbers up to here are sorted by digits


@dataclass(frozen=True)
class Moments:
    """The first moments of the rows of each class; up to the fourth where asked for.

    Attributes
    ----------
    counts : float64 array of shape (n_classes,)
        Sums of weights.
    n_rows : int64 array of shape (n_classes,)
        Rows of a weight above 0.
    means : float64 array of shape (n_classes, n_features)
        Those of a class without rows are 0.
    rests : float64 array of shape (n_classes, n_features)
        What rounding took from the means: ``means + rests`` has twice the digits.
    second : float64 array of shape (n_classes or 1, n_features, n_features), or None
        Sums of d_i d_j, with d a row less the mean of its class; of all classes
        together in a single matrix where the moments are pooled.
    third, fourth : float64 arrays of shape (n_classes, n_features, n_features), or None
        Sums of d_i^2 d_j and of d_i^2 d_j^2.
    """

    counts: np.ndarray
    n_rows: np.ndarray
    means: np.ndarray
    rests: np.ndarray
    second: np.ndarray | None = None
    third: np.ndarray | None = None
    fourth: np.ndarray | None = None

    @property
    def order(self):
        """The highest moment that is kept: 1, 2 or 4."""
        if self.second is None:
            return 1
        return 2 if self.fourth is None else 4

    @property
    def is_pooled(self):
        return self.second is not None and len(self.second) < len(self.counts)

    def pool(self):
        """Keep the second moments of all classes together only."""
        if self.order == 1:
            return self
        total = self.second.sum(axis=0, keepdims=True)
        return replace(self, second=total, third=None, fourth=None)

    def restrict(self, order):
        """Keep no moment above an order."""
        if order >= self.order:
            return self
        kept = {"third": None, "fourth": None}
        return replace(self, **kept | ({"second": None} if order == 1 else {}))

    def spread(self, places, n_classes):
        """Give the classes their places among more, the others without rows."""

        def put(sums):
            if sums is None or (sums is self.second and self.is_pooled):
                return sums
            wide = np.zeros((n_classes, *sums.shape[1:]), sums.dtype)
            wide[places] = sums
            return wide

        kept = {name: put(getattr(self, name)) for name in vars(self)}
        return Moments(**kept)

    def add(self, other):
        """Return the moments of both sets of rows, of the same classes and kind."""
        counts = self.counts + other.counts
        apart = (other.means - self.means) + (other.rests - self.rests)
        share = np.divide(
            other.counts, counts, out=np.zeros_like(counts), where=counts > 0
        )
        step = share[:, np.newaxis] * apart
        means, rests = add_exactly(self.means, self.rests + step)
        is_new = (self.counts == 0)[:, np.newaxis]
        means = np.where(is_new, other.means, means)
        rests = np.where(is_new, other.rests, rests)
        sums = add_sums(self._sums_around(-step), other._sums_around(apart - step))
        return Moments(counts, self.n_rows + other.n_rows, means, rests, *sums)

    def in_one(self):
        """Return the moments of all rows around their common mean, as of one class."""
        total = self.counts.sum()
        shares = self.counts / total
        rough = shares @ self.means
        step = shares @ ((self.means - rough) + self.rests)
        means, rests = add_exactly(rough, step)
        apart = (self.means - means) + (self.rests - rests)
        sums = [
            None if each is None else each.sum(axis=0, keepdims=True)
            for each in self._sums_around(apart)
        ]
        n_rows = self.n_rows.sum(keepdims=True)
        return Moments(np.array([total]), n_rows, means[None], rests[None], *sums)

    def _sums_around(self, shift):
        firsts = np.zeros_like(self.means)
        sums = (self.second, self.third, self.fourth)
        return move(self.counts, firsts, sums, shift=shift, is_pooled=self.is_pooled)


def add_exactly(one, other):
    """Return a rounded sum and what rounding took from it (Knuth 1969)."""
    total = one + other
    part = total - one
    return total, (one - (total - part)) + (other - part)


def add_sums(one, other):
    """Add sums of products, None where there are none."""
    return [
        None if first is None else first + second
        for first, second in zip(one, other, strict=True)
    ]


def move(counts, firsts, sums, *, shift, is_pooled):
    """Return sums of products of ``d + s`` from those of d.

    Parameters
    ----------
    counts : float64 array of shape (n_classes,)
        n, the sums of weights.
    firsts : float64 array of shape (n_classes, n_features)
        Sums of d.
    sums : tuple of the second, third and fourth moments
        As in `Moments`.
    shift : float64 array of shape (n_classes, n_features)
        s.
    is_pooled : bool

    Returns
    -------
    tuple like `sums`
    """
    second, third, fourth = sums
    if second is None:
        return sums
    s, n = shift, counts[:, np.newaxis]
    if is_pooled:
        moved = second + (s.T @ (firsts + n * s) + firsts.T @ s)
        return moved, None, None
    moved = second + cross(s, firsts + n * s) + cross(firsts, s)
    if fourth is None:
        return moved, None, None
    own, columns, rows = np.diagonal(second, 0, 1, 2), s[:, None, :], s[:, :, None]
    around = third + cross(own, s) + 2 * rows * second
    around += 2 * cross(s * firsts, s) + cross(s**2, firsts + n * s)
    both = fourth + 2 * columns * third + 2 * rows * third.swapaxes(1, 2)
    both += cross(s**2, own) + cross(own, s**2) + 4 * rows * columns * second
    both += 2 * (cross(s * firsts, s**2) + cross(s**2, s * firsts))
    return moved, around, both + cross(n * s**2, s**2)


def cross(one, other):
    """Return outer products of rows: (n_classes, n_features, n_features)."""
    return one[:, :, np.newaxis] * other[:, np.newaxis, :]


class ClassRows:
    """Rows of a table, ready to go by class after class.

    Parameters
    ----------
    X : float array of shape (n_rows, n_features), rows contiguous
    codes : int array of shape (n_rows,)
        The number of each row's class.
    weights : float64 array of shape (n_rows,), or None
        All above 0.
    n_classes : int
    """

    def __init__(self, X, codes, weights, *, n_classes):
        self.X, self.codes, self.weights, self.n_classes = X, codes, weights, n_classes
        self.n_rows = np.bincount(codes, minlength=n_classes)
        self.counts = self.n_rows.astype(np.float64)
        if weights is not None:
            self.counts = np.bincount(codes, weights, minlength=n_classes)
        self.ends = np.cumsum(self.n_rows)
        narrow = np.uint16 if n_classes <= NARROW else np.intp
        self.order = np.argsort(codes.astype(narrow), kind="stable")

    def of_class(self, k):
        """Return the numbers of the rows of a class, as they stood."""
        return self.order[self.ends[k] - self.n_rows[k] : self.ends[k]]

    def first_of_each(self):
        """Return the first row of each class, 0 for one without rows."""
        centres = np.zeros((self.n_classes, self.X.shape[1]))
        has_rows = self.n_rows > 0
        starts = (self.ends - self.n_rows)[has_rows]
        centres[has_rows] = self.X[self.order[starts]]
        return centres

    def measure(self, order, *, is_pooled):
        """Return the moments of the rows.

        Parameters
        ----------
        order : {1, 2, 4}
            The highest moment.
        is_pooled : bool
            Whether to keep the second moments of all classes together only.

        Returns
        -------
        Moments
        """
        centres = self.first_of_each()
        if order == 4:  # to move fourth moments costs more than to look for the mean
            firsts, _ = self._sum_up(centres, 1, is_pooled=is_pooled)
            centres = centres + self._mean(firsts)
        firsts, sums = self._sum_up(centres, order, is_pooled=is_pooled)
        is_far = self._find_far(firsts, sums[0], is_pooled=is_pooled)
        if is_far.any():  # rare: the first row of a class is an outlier
            steps = np.where(is_far, self._mean(firsts), 0.0)
            centres = centres + steps
            firsts, sums = self._sum_up(centres, order, is_pooled=is_pooled)
        steps = self._mean(firsts)
        means, rests = add_exactly(centres, steps)
        if not self._are_nothing(steps, sums[0], is_pooled=is_pooled):
            sums = move(self.counts, firsts, sums, shift=-steps, is_pooled=is_pooled)
        return Moments(self.counts, self.n_rows, means, rests, *sums)

    def centre(self, means, places=slice(None)):
        """Return rows less the mean of their class, times the root of their weight.

        Parameters
        ----------
        means : float64 array of shape (n_classes, n_features)
        places : int array of shape (n,), default=slice(None)
            Which rows; all of them by default.

        Returns
        -------
        float64 array of shape (n, n_features)
        """
        centred = self.X[places] - means[self.codes[places]]
        if self.weights is not None:
            centred *= np.sqrt(self.weights[places])[:, np.newaxis]
        return centred

    def _mean(self, firsts):
        n = self.counts[:, np.newaxis]
        return np.divide(firsts, n, out=np.zeros_like(firsts), where=n > 0)

    def _find_far(self, firsts, second, *, is_pooled):
        """Tell which columns have a centre so far off that digits would be lost."""
        if second is None:
            return np.zeros(1, bool)
        between = firsts * self._mean(firsts)
        within = np.diagonal(second, 0, 1, 2)
        if is_pooled:
            between = between.sum(axis=0, keepdims=True)
        return between > within * (FAR / (1 + FAR))

    def _are_nothing(self, steps, second, *, is_pooled):
        """Tell whether centres are the means, but for the rounding of deviations."""
        if second is None or is_pooled:
            return second is None
        within = np.diagonal(second, 0, 1, 2)
        return np.all(self.counts[:, np.newaxis] * steps**2 <= NOTHING**2 * within)

    def _sum_up(self, centres, order, *, is_pooled):
        """Sum products of the rows less a centre of their class, in one pass."""
        p = self.X.shape[1]
        firsts, sums = np.zeros_like(centres), self._zeros(order, is_pooled, (p, p))
        with RowBlocks(len(self.X), min(p, WIDE)).in_threads() as run:
            parts = run(
                lambda blocks: self._sum_part(blocks, centres, order, is_pooled)
            )
        for first_class, part_firsts, part_sums in parts:
            span = slice(first_class, first_class + len(part_firsts))
            firsts[span] += part_firsts
            for total, part in zip(sums, part_sums, strict=True):
                if total is not None:
                    total[slice(None) if is_pooled else span] += part
        return firsts, sums

    def _zeros(self, order, is_pooled, shape, n_classes=None):
        n_classes = self.n_classes if n_classes is None else n_classes
        second = (
            np.zeros((1 if is_pooled else n_classes, *shape)) if order > 1 else None
        )
        if order < 4:
            return second, None, None
        return second, np.zeros((n_classes, *shape)), np.zeros((n_classes, *shape))

    def _sum_part(self, blocks, centres, order, is_pooled):
        """Sum up consecutive blocks: the first class met, and the sums of all met."""
        p = self.X.shape[1]
        first, last = np.searchsorted(
            self.ends, [blocks[0].start, blocks[-1].stop - 1], side="right"
        )
        firsts = np.zeros((last - first + 1, p))
        sums = self._zeros(order, is_pooled, (p, p), len(firsts))
        for block in blocks:
            d, root = self._take(block)
            for k, piece in self._cut(block):
                d[piece] -= centres[k]
                weighed = d[piece]
                if root is not None:
                    weighed = d[piece] * root[piece]
                    firsts[k - first] += root[piece, 0] @ weighed
                else:
                    firsts[k - first] += weighed.sum(axis=0)
                if not is_pooled:
                    add_products(sums, k - first, d[piece], weighed)
                elif root is not None:
                    d[piece] = weighed
            if is_pooled and order > 1:
                sums[0][0] += d.T @ d
        return first, firsts, sums

    def _take(self, block):
        """Return the rows of a block in the order of classes, and roots of weights."""
        places = self.order[block]
        rows = self.X[places].astype(np.float64, copy=False)
        if self.weights is None:
            return rows, None
        return rows, np.sqrt(self.weights[places])[:, np.newaxis]

    def _cut(self, block):
        """Cut a block where the class changes: pairs of class and slice."""
        first, last = np.searchsorted(
            self.ends, [block.start, block.stop - 1], side="right"
        )
        for k in range(first, last + 1):
            start = max(self.ends[k] - self.n_rows[k], block.start)
            stop = min(self.ends[k], block.stop)
            if stop > start:
                yield k, slice(start - block.start, stop - block.start)


def add_products(sums, k, d, weighed):
    """Add the products of a class's rows to its sums.

    Parameters
    ----------
    sums : tuple of second, third and fourth moments
        What is not None is added to, in place.
    k : int
    d : float64 array of shape (n_rows, n_features)
    weighed : float64 array of shape (n_rows, n_features)
        d times the root of the row's weight.
    """
    second, third, fourth = sums
    if second is not None:
        second[k] += weighed.T @ weighed
    if fourth is not None:
        squares = d * weighed
        third[k] += squares.T @ weighed
        fourth[k] += squares.T @ squares
