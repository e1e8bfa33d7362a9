"""What a tree sums up: class counts, or targets, under their weights.

A statistic turns a vector of row weights into the arrays that the kernel carries along,
and, once the rows lie sorted by leaf, into the leaves' values.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from skclassic.kernels.growing import ENTROPY, POISSON, SQUARES

LARGEST_COUNT = 2**31  # two counts share a word


class Leaves(NamedTuple):
    """The leaves of a tree, in the order of their numbers."""

    weight: np.ndarray  # float64 (n_leaves,)
    n_rows: np.ndarray  # int32 (n_leaves,)
    value: np.ndarray  # float64 (n_leaves,), share of class 1 or mean target
    shares: np.ndarray | None  # float64 (n_leaves, n_classes), from three classes on
    impurity: np.ndarray | None  # float64 (n_leaves,), regression only


class Carried(NamedTuple):
    """The arrays of the kernel's statistic; None where it has no such part."""

    words: np.ndarray | None = None
    weights: np.ndarray | None = None
    targets: np.ndarray | None = None


class _Statistic:
    """What both statistics share."""

    def lay_out(self, weights):
        """Return the rows that have weight, and what each of them contributes.

        Where all weigh 1, for which `weights` is None, the same for every tree.
        """
        if weights is None:
            order, carried = self._all_alike
            return order.copy(), Carried(*(_copy(array) for array in carried))
        order = np.flatnonzero(weights).astype(np.uint32)
        return order, self.carry(order, weights[order].astype(np.float64))

    @cached_property
    def _all_alike(self):
        order = np.arange(self.n_rows, dtype=np.uint32)
        return order, self.carry(order, np.ones(self.n_rows))


@dataclass(frozen=True)
class ClassStatistic(_Statistic):
    """Class labels as codes from 0 to n_classes - 1."""

    classes: np.ndarray
    n_classes: int
    is_log: bool

    is_sum = False

    @property
    def n_rows(self):
        return len(self.classes)

    @property
    def is_class(self):
        """True if the kernel must tell more than two classes apart, else None."""
        return True if self.n_classes > 2 else None

    @property
    def criterion(self):
        return ENTROPY if self.is_log else SQUARES

    def carry(self, order, weights):
        """Return what each row of `order` contributes, as the kernel carries it."""
        labels = self.classes[order]
        if self.n_classes <= 2 and _are_counts(weights):
            counts = weights.astype(np.uint64)
            return Carried(words=counts | (counts * labels.astype(np.uint64)) << 32)
        return Carried(weights=weights, targets=labels.astype(np.float64))

    def finish(self, order, carried, grown):
        """Add up the leaves, once `order` and `carried` lie sorted by leaf."""
        starts = grown.start
        if carried.words is not None:
            weight, value = grown.weight.copy(), grown.amount / grown.weight
            return Leaves(weight, _count(starts, order), value, None, None)
        n_rows = _count(starts, order)
        leaf = np.repeat(np.arange(len(starts)), n_rows)
        cell = leaf * self.n_classes + carried.targets.astype(np.int64)
        sums = np.bincount(
            cell, carried.weights, minlength=len(starts) * self.n_classes
        ).reshape(len(starts), self.n_classes)
        weight = sums.sum(axis=1)
        shares = sums / weight[:, None]
        if self.n_classes <= 2:
            return Leaves(weight, n_rows, shares[:, -1], None, None)
        return Leaves(weight, n_rows, np.zeros(len(starts)), shares, None)


@dataclass(frozen=True)
class TargetStatistic(_Statistic):
    """Regression targets.

    The kernel sums up whole numbers: targets are rounded to steps around a centre, fine
    enough that float64 holds every sum of them exactly. So no sum depends on the order
    of the rows, and a row of weight k weighs what k rows do, to the bit.
    Leaves' values are computed from the targets themselves.
    """

    y: np.ndarray
    is_log: bool

    is_sum = True
    is_class = None
    n_classes = 1

    @property
    def n_rows(self):
        return len(self.y)

    @property
    def criterion(self):
        return POISSON if self.is_log else SQUARES

    def carry(self, order, weights):
        """Return what each row of `order` contributes, as the kernel carries it."""
        steps, _, _ = self._round(order, weights)
        return Carried(weights=weights, targets=steps)

    def finish(self, order, carried, grown):
        """Add up the leaves, once `order` and `carried` lie sorted by leaf."""
        weights, y, starts = carried.weights, self.y[order], grown.start
        weight = grown.weight.copy()
        _, centre, exponent = self._round(order, weights)
        n_rows = _count(starts, order)
        rounded = centre + np.ldexp(carried.targets, -exponent)
        rest = np.add.reduceat(weights * (y - rounded), starts)
        value = centre + (np.ldexp(grown.amount / weight, -exponent) + rest / weight)
        first = y[starts]
        same = np.minimum.reduceat(y, starts) == np.maximum.reduceat(y, starts)
        value = np.where(same, first, value)
        impurity = self._weigh_leaves(weights, y, value, starts, n_rows) / weight
        return Leaves(weight, n_rows, value, None, np.where(same, 0.0, impurity))

    def _round(self, order, weights):
        y = self.y[order]
        low, high = self.y.min(), self.y.max()
        centre = 0.0 if self.is_log else low / 2.0 + high / 2.0
        _, top = np.frexp(max(high - centre, centre - low))
        _, heft = np.frexp(_add_up(np.abs(weights)))
        exponent = 52 - int(top) - max(int(heft), 0)
        return np.rint(np.ldexp(y - centre, exponent)), centre, exponent

    def _weigh_leaves(self, weights, y, value, starts, n_rows):
        mean = np.repeat(value, n_rows)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.is_log:
                loss = np.where(y > 0, y * np.log(y / mean), 0.0)
            else:
                loss = (y - mean) ** 2
        return np.add.reduceat(weights * loss, starts)


def _copy(array):
    return None if array is None else array.copy()


def _add_up(weights):
    """Return a sum that does not depend on the order of the weights."""
    if np.array_equal(weights, np.rint(weights)):
        return weights.sum()
    return math.fsum(weights)


def _are_counts(weights):
    return (
        weights.sum() < LARGEST_COUNT
        and weights.min() >= 0
        and np.array_equal(weights, np.rint(weights))
    )


def _count(starts, order):
    """Count the rows of leaves that begin at `starts` and follow one another."""
    ends = np.empty_like(starts)
    ends[:-1], ends[-1] = starts[1:], len(order)
    return ends - starts
