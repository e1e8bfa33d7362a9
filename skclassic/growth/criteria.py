"""What a tree sums up: class counts or targets, under their weights, of any outputs.

A statistic turns a vector of row weights into the arrays that the kernel carries along,
and, once the rows lie sorted by leaf, into the leaves' values.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from skclassic.growth.rooms import Room
from skclassic.kernels import growing, listing


class Leaves(NamedTuple):
    """The leaves of a tree, in the order of their numbers."""

    weight: np.ndarray  # float64 (n_leaves,)
    n_rows: np.ndarray  # int32 (n_leaves,)
    value: np.ndarray  # float64 (n_leaves,), share of class 1 or mean target
    shares: np.ndarray | None  # float64 (n_leaves, n_channels), where one is too few
    impurity: np.ndarray | None  # float64 (n_leaves,), regression only


class Carried(NamedTuple):
    """The arrays of the kernel's statistic; None where it has no such part."""

    words: np.ndarray | None = None
    weights: np.ndarray | None = None
    targets: np.ndarray | None = None
    outputs: growing.Outputs | None = None

    def copy_to(self, room, n_copies):
        """Return what the kernel sorts, copied so many times in a row."""
        *names, _ = self._fields
        return self._replace(
            **{
                name: room.keep(name, getattr(self, name), n_copies)
                for name in names
                if getattr(self, name) is not None
            }
        )


class _Rounding(NamedTuple):
    """Targets in whole steps around a centre, fine enough to be summed exactly."""

    centre: float
    exponent: int

    def to_steps(self, y):
        return np.rint(np.ldexp(y - self.centre, self.exponent))

    def to_targets(self, steps):
        return self.centre + np.ldexp(steps, -self.exponent)


class _Statistic:
    """What all statistics share."""

    @property
    def n_rows(self):
        return len(self.y)

    @property
    def n_outputs(self):
        return len(self.classes_of_outputs)

    def take_rows(self, rows):
        """Return the same for these rows alone."""
        return replace(self, y=self.y[rows])

    def lay_out(self, weights, room):
        """Return where the rows of each tree begin, the rows that have weight, and what
        each of them contributes.

        `weights` holds a vector for each tree, or None for each: all rows weigh 1.
        """
        n_trees = len(weights)
        begins = np.zeros(n_trees + 1, np.int64)
        if weights[0] is None:
            order, carried = self._all_alike
            begins[:] = np.arange(n_trees + 1) * self.n_rows
            order = room.keep("order", order, n_trees)
            return begins, order, carried.copy_to(room, n_trees)
        n_places = n_trees * self.n_rows
        order = room.take("order", n_places, np.uint32)
        its_weights = room.take("weights", n_places)
        free = room.take("other words", n_places, np.uint64)  # needed later on
        all_weights = free.view(np.float64).reshape(n_trees, self.n_rows)
        for own, vector in zip(all_weights, weights, strict=True):
            own[:] = vector
        listing.list_rows(all_weights, order, its_weights, begins)
        order, its_weights = order[: begins[-1]], its_weights[: begins[-1]]
        return begins, order, self.carry(order, its_weights, n_trees, room)

    @cached_property
    def _all_alike(self):
        order = np.arange(self.n_rows, dtype=np.uint32)
        return order, self.carry(order, np.ones(self.n_rows), 1, Room())


@dataclass(frozen=True)
class ClassStatistic(_Statistic):
    """Class labels as codes from 0 to n_classes - 1."""

    y: np.ndarray
    n_classes: int
    is_log: bool

    is_sum = False

    @property
    def classes_of_outputs(self):
        return (self.n_classes,)

    @property
    def n_channels(self):
        return self.n_classes

    @property
    def is_class(self):
        """True if the kernel must tell more than two classes apart, else None."""
        return True if self.n_classes > 2 else None

    @property
    def criterion(self):
        return growing.ENTROPY if self.is_log else growing.SQUARES

    def carry(self, order, weights, n_trees, room):
        """Return what each row of `order` contributes, as the kernel carries it."""
        if self.n_classes <= 2:
            words = room.take("words", len(order), np.uint64)
            if listing.pack_counts(order, weights, self.y, words):
                return Carried(words=words)
        targets = room.take("targets", len(order))
        targets[:] = self.y[order]
        return Carried(weights=weights, targets=targets)

    def finish(self, order, carried, grown, n_trees):
        """Add up the leaves, once `order` and `carried` lie sorted by leaf."""
        n_rows = _count(grown.start, order)
        if carried.words is not None:
            weight, value = grown.weight.copy(), grown.amount / grown.weight
            return Leaves(weight, n_rows, value, None, None)
        labels, n_leaves = carried.targets.astype(np.int64), len(n_rows)
        sums = _add_up_classes(labels, self.n_classes, carried.weights, n_rows)
        weight = sums.sum(axis=1)
        shares = sums / weight[:, None]
        if self.n_classes <= 2:
            return Leaves(weight, n_rows, shares[:, -1], None, None)
        return Leaves(weight, n_rows, np.zeros(n_leaves), shares, None)


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
    n_channels = 1
    classes_of_outputs = (1,)

    @property
    def criterion(self):
        return growing.POISSON if self.is_log else growing.SQUARES

    def carry(self, order, weights, n_trees, room):
        """Return what each row of `order` contributes, as the kernel carries it."""
        (rounding,) = _choose_rounding(self.y[:, None], weights, n_trees, self.is_log)
        targets = room.keep("targets", rounding.to_steps(self.y[order]))
        return Carried(weights=weights, targets=targets)

    def finish(self, order, carried, grown, n_trees):
        """Add up the leaves, once `order` and `carried` lie sorted by leaf."""
        weights, n_rows = carried.weights, _count(grown.start, order)
        (rounding,) = _choose_rounding(self.y[:, None], weights, n_trees, self.is_log)
        value, impurity = _average_leaves(
            self.y[order],
            carried.targets,
            weights,
            rounding,
            grown,
            n_rows,
            self.is_log,
        )
        return Leaves(grown.weight.copy(), n_rows, value, None, impurity)


@dataclass(frozen=True)
class SeveralStatistic(_Statistic):
    """Several outputs: labels as codes from 0 on, or targets.

    Rows with the same `y` are of one kind: the kernel carries its number along. The
    steps that targets are rounded to are the same for all outputs, since gains are
    summed over outputs.
    """

    y: np.ndarray  # (n_rows, n_outputs)
    classes_of_outputs: tuple  # numbers of classes, 1 for targets
    is_sum: bool
    is_log: bool

    is_class = None

    @property
    def n_channels(self):
        return sum(self.classes_of_outputs)

    @property
    def criterion(self):
        logarithmic = growing.POISSON if self.is_sum else growing.ENTROPY
        return logarithmic if self.is_log else growing.SQUARES

    @cached_property
    def _kinds(self):
        """The distinct rows of `y`, and which of them each row is."""
        kinds, numbers = np.unique(self.y, axis=0, return_inverse=True)
        return kinds, numbers.ravel().astype(np.float64)

    @property
    def _first_channels(self):
        return np.cumsum((0, *self.classes_of_outputs[:-1]))

    def carry(self, order, weights, n_trees, room):
        """Return what each row of `order` contributes, as the kernel carries it."""
        kinds, numbers = self._kinds
        if self.is_sum:
            channel = np.broadcast_to(self._first_channels, kinds.shape).copy()
            roundings = _choose_rounding(self.y, weights, n_trees, self.is_log)
            amount = np.column_stack(
                [own.to_steps(y) for own, y in zip(roundings, kinds.T, strict=True)]
            )
        else:
            channel = kinds + self._first_channels
            amount = np.ones(kinds.shape)
        outputs = growing.Outputs(channel, np.ascontiguousarray(amount))
        targets = room.keep("targets", numbers[order])
        return Carried(weights=weights, targets=targets, outputs=outputs)

    def finish(self, order, carried, grown, n_trees):
        """Add up the leaves, once `order` and `carried` lie sorted by leaf."""
        average = self._average_targets if self.is_sum else self._count_classes
        n_rows = _count(grown.start, order)
        shares, impurity = average(order, carried, grown, n_rows, n_trees)
        return Leaves(
            grown.weight.copy(), n_rows, np.zeros(len(n_rows)), shares, impurity
        )

    def _count_classes(self, order, carried, grown, n_rows, n_trees):
        sums = [
            _add_up_classes(labels, n_classes, carried.weights, n_rows)
            for labels, n_classes in zip(
                self.y[order].T, self.classes_of_outputs, strict=True
            )
        ]
        return np.hstack(sums) / grown.weight[:, None], None

    def _average_targets(self, order, carried, grown, n_rows, n_trees):
        weights, outputs = carried.weights, carried.outputs
        steps = outputs.amount[carried.targets.astype(np.int64)]
        values, impurities = [], []
        roundings = _choose_rounding(self.y, weights, n_trees, self.is_log)
        for o, rounding in enumerate(roundings):
            amount = np.add.reduceat(weights * steps[:, o], grown.start)
            value, impurity = _average_leaves(
                self.y[order, o], steps[:, o], weights, rounding,
                grown._replace(amount=amount), n_rows, self.is_log,
            )  # fmt: skip
            values.append(value)
            impurities.append(impurity)
        return np.column_stack(values), np.mean(impurities, axis=0)


def _add_up_classes(labels, n_classes, weights, n_rows):
    """Return the weight of each class in each leaf: (n_leaves, n_classes)."""
    cell = np.repeat(np.arange(len(n_rows)), n_rows) * n_classes + labels
    sums = np.bincount(cell, weights, minlength=len(n_rows) * n_classes)
    return sums.reshape(len(n_rows), n_classes)


def _choose_rounding(y, weights, n_trees, is_log):
    """Return the rounding of each column of `y`: centres differ, steps do not.

    Of several trees all weigh the same.
    """
    low, high = y.min(axis=0), y.max(axis=0)
    centres = np.zeros(len(low)) if is_log else low / 2.0 + high / 2.0
    _, top = np.frexp(np.maximum(high - centres, centres - low).max())
    _, heft = np.frexp(_add_up(np.abs(weights)) / n_trees)
    exponent = 52 - int(top) - max(int(heft), 0)
    return [_Rounding(centre, exponent) for centre in centres]


def _average_leaves(y, steps, weights, rounding, grown, n_rows, is_log):
    """Return the mean target of each leaf, and its mean loss."""
    starts, weight = grown.start, grown.weight
    rest = np.add.reduceat(weights * (y - rounding.to_targets(steps)), starts)
    apart = np.ldexp(grown.amount / weight, -rounding.exponent)
    value = rounding.centre + (apart + rest / weight)
    same = np.minimum.reduceat(y, starts) == np.maximum.reduceat(y, starts)
    value = np.where(same, y[starts], value)
    mean = np.repeat(value, n_rows)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if is_log:
            loss = np.where(y > 0, y * np.log(y / mean), 0.0)
        else:
            loss = (y - mean) ** 2
    impurity = np.add.reduceat(weights * loss, starts) / weight
    return value, np.where(same, 0.0, impurity)


def _add_up(weights):
    """Return a sum that does not depend on the order of the weights."""
    if np.array_equal(weights, np.rint(weights)):
        return weights.sum()
    return math.fsum(weights)


def _count(starts, order):
    """Count the rows of leaves that begin at `starts` and follow one another."""
    ends = np.empty_like(starts)
    ends[:-1], ends[-1] = starts[1:], len(order)
    return ends - starts
