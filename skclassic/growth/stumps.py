"""Grow trees of one cut, again and again under other weights."""

from copy import copy

import numpy as np

from skclassic.growth.binner import Coded
from skclassic.growth.tree import Tree, part_rows, take_block
from skclassic.kernels import stumps
from skclassic.kernels.coding import SPAN, SPAN_BESIDE_MISSING

MOST_CLASSES = 256  # labels are bytes
MOST_CORNERS = 4  # classes: a bin of more is not bounded in no time
FEW_ROWS = 8192  # up to here bins cost more than sorted rows do
NO_FEATURE = -1


class SearchOfBins:
    """Find the best cut from sums by the high byte of codes.

    Parameters
    ----------
    coded : Coded
    n_classes : int
    """

    def __init__(self, coded, n_classes):
        codes, bins = coded.codes[0], stumps.BINS
        self.codes, self.has_missing = codes, coded.has_missing
        self.is_fine = np.diff(coded.first) > bins - coded.has_missing
        self.sums = np.empty((len(codes), bins, n_classes))
        n_fine = bins**2 * n_classes if self.is_fine.any() else 0
        self.room = (
            np.empty((4, n_classes)),
            np.empty((len(codes), bins)),
            np.empty(bins, np.int64),
            np.empty(n_fine),
        )

    def find(self, labels, weights, all_sums, found):
        """Write feature, code and the way of missing values."""
        rows, gaps = (self.codes, labels, weights), self.has_missing
        stumps.add_up_bins(*rows, self.sums)
        stumps.find_cut(
            *rows, self.sums, gaps, self.is_fine, all_sums, *self.room, found
        )


class SearchInOrder:
    """Find the best cut of few rows, sorted by each feature once."""

    def __init__(self, coded, n_classes):
        codes = coded.codes[0]
        order = codes.argsort(axis=1, kind="stable")
        self.rows = np.take_along_axis(codes, order, axis=1), order.astype(np.uint16)
        self.has_missing, self.room = coded.has_missing, np.empty((4, n_classes))

    def find(self, labels, weights, all_sums, found):
        """Write feature, code and the way of missing values."""
        rows, gaps = (*self.rows, labels, weights), self.has_missing
        stumps.find_cut_in_order(*rows, gaps, all_sums, self.room, found)


class Stumps:
    """Trees of one cut of the same rows: what they share, and their room.

    Parameters
    ----------
    coded : Coded
    statistic : ClassStatistic
        Of Gini's criterion.
    """

    def __init__(self, coded, statistic):
        self.coded, self.codes = coded, coded.codes[0]
        self.labels, self.n_classes = statistic.y.astype(np.uint8), statistic.n_classes
        Search = SearchInOrder if coded.n_rows <= FEW_ROWS else SearchOfBins
        self.search = Search(coded, self.n_classes)

    def relabel(self, labels):
        """Return the same of other labels, as many classes of the same rows."""
        other = copy(self)
        other.labels = labels.astype(np.uint8)
        return other

    @staticmethod
    def suit(coded, statistic):
        """Tell whether trees of one cut can be grown here."""
        n_classes = getattr(statistic, "n_classes", MOST_CLASSES + 1)
        is_plain = isinstance(coded, Coded) and not coded.n_levels.any()
        if not is_plain or not 2 <= n_classes <= MOST_CLASSES or statistic.is_log:
            return False
        n_values = np.diff(coded.first).max(initial=0)
        has_few = coded.n_rows <= FEW_ROWS or n_values < stumps.BINS
        return n_classes <= MOST_CORNERS or has_few

    def grow(self, weights):
        """Grow the tree of the best cut under weights of shape (n_rows,), none of 0.

        Returns
        -------
        tree : Tree
        leaves : uint8 array of shape (n_rows,)
            The numbers of the leaves in which the rows end.
        """
        all_sums = np.bincount(self.labels, weights, self.n_classes)
        found = np.array([NO_FEATURE, 0, 0])
        if np.count_nonzero(all_sums) > 1:
            self.search.find(self.labels, weights, all_sums, found)
        feature, code, is_left = found.tolist()
        if feature == NO_FEATURE:
            return self._stay(all_sums)
        return self._cut(feature, code, is_left == 1, weights, all_sums)

    def _stay(self, all_sums):
        """Return a tree without a cut."""
        n_rows, links = len(self.labels), np.array([[-1, 0]])
        tree = self._build(links, all_sums[None], np.array([n_rows]))
        return tree, np.zeros(n_rows, np.uint8)

    def _cut(self, feature, code, missing_goes_left, weights, all_sums):
        goes_left, left = np.empty(len(weights), bool), np.empty(self.n_classes)
        n_left = stumps.part_rows(
            self.codes[feature],
            self.labels,
            weights,
            code,
            missing_goes_left,
            goes_left,
            left,
        )
        if not self.coded.has_missing[feature]:  # later ones follow the crowd
            missing_goes_left = 2 * n_left > len(weights)
        sums = np.array([left, np.maximum(all_sums - left, 0.0)])
        links = np.array([[feature, -2 if missing_goes_left else 2], [-1, 0], [-1, 1]])
        n_rows = np.array([n_left, len(weights) - n_left])
        tree = self._build(links, sums, n_rows, self._find_threshold(feature, code))
        return tree, (~goes_left).view(np.uint8)

    def _find_threshold(self, feature, code):
        """Return what lies midway between the values that meet at a cut."""
        coded = self.coded
        begin, end = coded.first[feature : feature + 2].tolist()
        span = SPAN_BESIDE_MISSING if coded.has_missing[feature] else SPAN
        last = ((code + 1) * (end - begin) - 1) // span  # of the values on the left
        if last >= end - begin - 1:
            return np.inf  # all are missing on the right
        low, high = coded.upper[begin + last], coded.lower[begin + last + 1]
        middle = low * 0.5 + high * 0.5
        return middle if low <= middle < high else low

    def _build(self, links, sums, n_rows, *thresholds):
        """Lay out a tree: features and links of its nodes, sums of its leaves."""
        nodes = np.empty((len(links), 4), np.int32)
        nodes[:, 2:] = links
        weight = sums.sum(axis=1)
        shares = sums / weight[:, None]
        nodes.view(np.float64)[:, 0] = [*thresholds, *shares[:, -1]]
        return Tree(
            nodes=nodes,
            leaf_weight=weight,
            leaf_rows=n_rows.astype(np.int32),
            shares=shares if self.n_classes > 2 else None,
            leaf_impurity=None,
            kind="gini",
            n_features=len(self.codes),
            classes_of_outputs=(self.n_classes,),
            sets=None,
        )


def are_stumps(trees):
    """Tell whether each tree has one cut, by a number."""
    return all(tree.node_count == 3 and tree.sets is None for tree in trees)


def add_stumps_up(trees, X):
    """Return the sum of what trees of one cut say of rows: (n_rows, n_channels)."""
    cuts = _lay_out(trees)
    out = np.zeros((cuts[-1].shape[1], X.shape[0]))
    for rows in part_rows(X.shape[0]):
        columns = np.ascontiguousarray(take_block(X, rows).T)
        sums = np.zeros((len(out), columns.shape[1]))
        stumps.add_votes(columns, *cuts, sums)
        out[:, rows] = sums
    return out.T


def add_stumps_in_turn(trees, X):
    """Yield the same sum after each tree; the array is used again for the next."""
    cuts = _lay_out(trees)
    columns = np.ascontiguousarray(take_block(X, slice(0, X.shape[0])).T)
    sums = np.zeros((cuts[-1].shape[1], X.shape[0]))
    for t in range(len(trees)):
        stumps.add_votes(columns, *(each[t : t + 1] for each in cuts), sums)
        yield sums.T


def _lay_out(trees):
    """Return features, thresholds, where missing values go, and what is said on the
    left and on the right, tree after tree.
    """
    nodes = np.array([tree.nodes for tree in trees])
    left, right = np.array([tree.channels_of_leaves for tree in trees]).swapaxes(0, 1)
    return (
        nodes[:, 0, 2].astype(np.int64),
        nodes.view(np.float64)[:, 0, 0].copy(),
        nodes[:, 0, 3] < 0,
        left.copy(),
        right.copy(),
    )
