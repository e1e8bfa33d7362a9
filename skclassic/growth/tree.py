"""A fitted tree: frozen arrays, 16 bytes a node."""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, issparse

from skclassic.kernels import descending

LEAF_CHILD, LEAF_FEATURE = -1, -2  # as scikit-learn marks them
BLOCK_ROWS = 4096  # rows converted to float64 at a time
TREES_AT_ONCE = 16  # in one call: compiled for this number alone


def part_rows(n_rows, n_threads=1):
    """Yield slices of rows of one size, as many for each thread."""
    n_rounds = max(1, -(-n_rows // (n_threads * BLOCK_ROWS)))
    size = max(1, -(-n_rows // (n_threads * n_rounds)))
    for start in range(0, n_rows, size):
        yield slice(start, min(start + size, n_rows))


def take_block(X, rows):
    """Return a slice of rows as float64 in C order."""
    block = X[rows].toarray() if issparse(X) else X[rows]
    return freeze(np.ascontiguousarray(block, np.float64))


def freeze(array):
    """Return a read-only view: one type, so one compilation, whoever made the array."""
    array = array.view()
    array.flags.writeable = False
    return array


class Sets(NamedTuple):
    """The levels that go left at splits by categorical features."""

    is_set: np.ndarray  # bool (n_features,), whether a feature is categorical
    words: np.ndarray  # uint64 (n_words,), 64 levels a word


class Group(NamedTuple):
    """Trees that walk rows down in one call, `TREES_AT_ONCE` with repetitions."""

    n_trees: int
    reals: tuple
    links: tuple
    sets: tuple
    shares: tuple | None

    def add_to(self, block, out):
        """Add to `out` (n_rows, n_channels) what the trees predict for a block of rows,
        float64 in C order, read-only.
        """
        room = np.empty((2, descending.BATCH), np.uint32)
        if self.shares is None:
            descending.add_values(block, *self[:4], *room, out[:, 0])
        else:
            descending.add_shares(block, *self, *room, out)


def group_trees(trees):
    """Part trees with the same channels into groups.

    Parameters
    ----------
    trees : list of Tree

    Returns
    -------
    groups : list of Group
    """
    groups = []
    for begin in range(0, len(trees), TREES_AT_ONCE):
        few = trees[begin : begin + TREES_AT_ONCE]
        reals = _fill([freeze(tree._reals) for tree in few])
        links = _fill([freeze(tree.nodes.ravel()) for tree in few])
        sets, shares = _fill([tree.frozen_sets for tree in few]), None
        if few[0].shares is not None:
            shares = _fill([freeze(tree.shares) for tree in few])
        groups.append(Group(len(few), reals, links, sets, shares))
    return groups


def _fill(few):
    """Repeat the first until there are `TREES_AT_ONCE`."""
    return (*few, *few[:1] * (TREES_AT_ONCE - len(few)))


@dataclass(frozen=True, eq=False)
class Tree:
    """A tree with the public arrays of scikit-learn's `tree_`, derived when asked for.

    Attributes
    ----------
    nodes : int32 array of shape (n_nodes, 4)
        Seen as float64 the first half of a node is its threshold, or a leaf's value;
        then feature (-1: leaf) and right child (negative: missing values go left), or
        the number of the leaf. The left child of node i is i + 1.
    leaf_weight, leaf_rows : arrays of shape (n_leaves,)
    shares : float64 array of shape (n_leaves, n_channels), or None
        Class shares, from three classes on; with several outputs, the class shares or
        mean targets of one after the other.
    leaf_impurity : float64 array of shape (n_leaves,), or None
        For regression.
    kind : {"gini", "entropy", "squared_error", "poisson", "absolute_error"}
    classes_of_outputs : tuple of int
        Numbers of classes, 1 for targets.
    sets : Sets or None
        Where some feature is categorical: its threshold is where a set begins.
    """

    nodes: np.ndarray
    leaf_weight: np.ndarray
    leaf_rows: np.ndarray
    shares: np.ndarray | None
    leaf_impurity: np.ndarray | None
    kind: str
    n_features: int
    classes_of_outputs: tuple
    sets: Sets | None

    @classmethod
    def part(cls, nodes, leaves, firsts, statistic, n_features, sets):
        """Make trees of what the grower left, one tree's after the other's.

        Parameters
        ----------
        nodes, leaves, sets : of all trees
        firsts : int64 array of shape (n_trees + 1, 3)
            Where the nodes, leaves and words of sets of each tree begin, and the last
            end.
        statistic : of growth.criteria
        n_features : int

        Returns
        -------
        trees : list of Tree
        """
        plain, logarithmic = (
            ("squared_error", "poisson") if statistic.is_sum else ("gini", "entropy")
        )
        made = partial(
            cls,
            kind=logarithmic if statistic.is_log else plain,
            n_features=n_features,
            classes_of_outputs=statistic.classes_of_outputs,
        )
        trees = []
        for first, end in pairwise(firsts.tolist()):
            own, its = slice(first[0], end[0]), slice(first[1], end[1])
            shares, impurity, its_sets = leaves.shares, leaves.impurity, sets
            if shares is not None:
                shares = shares[its]
            if impurity is not None:
                impurity = impurity[its] if impurity[its].any() else None
            if sets is not None:
                its_sets = sets._replace(words=sets.words[first[2] : end[2]])
            tree = made(
                nodes=nodes[own],
                leaf_weight=leaves.weight[its],
                leaf_rows=leaves.n_rows[its],
                shares=shares,
                leaf_impurity=impurity,
                sets=its_sets,
            )
            trees.append(tree)
        return trees

    def regress_signs(self):
        """Return the tree of a regression on -1 for the first of two classes, and 1."""
        ones = self._leaf_ones
        return replace(
            self.set_values(2 * ones - 1),
            leaf_impurity=4 * ones * (1 - ones),
            kind="squared_error",
            classes_of_outputs=(1,),
        )

    def set_values(self, values):
        """Return a tree that says other values: of shape (n_leaves, n_channels), or
        (n_leaves,).
        """
        values = np.reshape(values, (self.n_leaves, -1))
        if values.shape[1] > 1:
            return replace(self, shares=values)
        nodes = self.nodes.copy()
        nodes.view(np.float64)[self._is_leaf, 0] = values[:, 0]
        return replace(self, nodes=nodes, shares=None)

    @property
    def is_regression(self):
        return self.kind in ("squared_error", "poisson")

    @property
    def n_classes(self):
        return np.array(self.classes_of_outputs)

    @property
    def max_n_classes(self):
        return max(self.classes_of_outputs)

    @property
    def n_outputs(self):
        return len(self.classes_of_outputs)

    @property
    def node_count(self):
        return len(self.nodes)

    capacity = node_count

    @property
    def n_leaves(self):
        return len(self.leaf_weight)

    @property
    def max_depth(self):
        return int(self.compute_node_depths().max()) - 1

    @property
    def _reals(self):
        return self.nodes.view(np.float64).ravel()

    @property
    def _is_leaf(self):
        return self.nodes[:, 2] < 0

    @property
    def feature(self):
        return np.where(self._is_leaf, LEAF_FEATURE, self.nodes[:, 2]).astype(np.int64)

    @property
    def threshold(self):
        """Thresholds; NaN where a set of levels takes its place."""
        threshold = np.where(self._is_leaf, float(LEAF_FEATURE), self._reals[::2])
        threshold[self._has_set] = np.nan
        return threshold

    @property
    def frozen_sets(self):
        """The sets, read-only as kernels take them, or None."""
        return None if self.sets is None else Sets(*map(freeze, self.sets))

    @property
    def _has_set(self):
        """Whether a node is split by a categorical feature: bool (n_nodes,)."""
        if self.sets is None:
            return np.zeros(self.node_count, bool)
        return ~self._is_leaf & self.sets.is_set[self.nodes[:, 2]]

    def goes_left(self, node, values):
        """Tell which values of its feature a split sends left: bool array like them."""
        values = np.asarray(values, np.float64)
        if not self._has_set[node]:
            is_left = values <= self._reals[2 * node]
        else:
            level = np.where(np.isnan(values), 0, values).astype(np.int64)
            words = self.sets.words[int(self._reals[2 * node]) + (level >> 6)]
            is_left = (words >> (level & 63).astype(np.uint64)) & np.uint64(1) == 1
        return np.where(np.isnan(values), self.nodes[node, 3] < 0, is_left)

    @property
    def children_left(self):
        nodes = np.arange(1, self.node_count + 1)
        return np.where(self._is_leaf, LEAF_CHILD, nodes)

    @property
    def children_right(self):
        right = np.abs(self.nodes[:, 3].astype(np.int64))
        return np.where(self._is_leaf, LEAF_CHILD, right)

    @property
    def missing_go_to_left(self):
        return (~self._is_leaf & (self.nodes[:, 3] < 0)).astype(np.uint8)

    @property
    def n_node_samples(self):
        return self._add_up(self.leaf_rows.astype(np.int64))

    @property
    def weighted_n_node_samples(self):
        return self._add_up(self.leaf_weight)

    @property
    def value(self):
        """Class shares, or mean targets: array of shape (node_count, n_outputs,
        max_n_classes), 0 where an output has fewer classes.
        """
        value = np.zeros((self.node_count, self.n_outputs, self.max_n_classes))
        first = np.cumsum((0, *self.classes_of_outputs))
        for o, means in enumerate(np.hsplit(self._means, first[1:-1])):
            value[:, o, : means.shape[1]] = means
        return value

    @cached_property
    def _leaf_values(self):
        if self.shares is not None:
            return self.shares
        return self._spread(self._leaf_ones)

    @property
    def _leaf_ones(self):
        """The share of class 1, or the mean target, of each leaf."""
        return self._reals[::2][self._is_leaf]

    def _spread(self, ones):
        """Return a column for each class; one for targets."""
        if self.is_regression:
            return ones[:, None]
        if self.max_n_classes == 1:
            return np.ones((len(ones), 1))
        return np.column_stack([1.0 - ones, ones])

    @property
    def _means(self):
        values, weight = self._leaf_values, self.leaf_weight
        centre = values[0] if self.is_regression else np.zeros(values.shape[1])
        amounts = (values - centre) * weight[:, None]
        sums = np.column_stack([self._add_up(channel) for channel in amounts.T])
        means = centre + sums / self.weighted_n_node_samples[:, None]
        means[self._is_leaf] = values
        return means

    @property
    def impurity(self):
        """Impurity of every node, the mean over outputs: array (node_count,)."""
        means = self._means
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.kind == "gini":
                impurity = 1.0 - (means**2).sum(axis=1) / self.n_outputs
            elif self.kind == "entropy":
                logs = np.where(means > 0, np.log2(means), 0.0)
                impurity = -(means * logs).sum(axis=1) / self.n_outputs
            else:
                impurity = self._deviance(means)
        return np.maximum(impurity, 0.0)

    def _deviance(self, means):
        """Return the mean squared error, or half Poisson deviance, of every node."""
        inside = 0.0 if self.leaf_impurity is None else self.leaf_impurity
        leaf_means, all_weight = self._leaf_values, self.weighted_n_node_samples
        if self.kind == "squared_error":
            apart = ((leaf_means - means[0]) ** 2).mean(axis=1)
            around_root = self._add_up(self.leaf_weight * (inside + apart))
            node_apart = ((means - means[0]) ** 2).mean(axis=1)
            impurity = around_root / all_weight - node_apart
        else:
            logs = np.where(leaf_means > 0, leaf_means * np.log(leaf_means), 0.0)
            node_logs = np.where(means > 0, means * np.log(means), 0.0)
            around_root = self._add_up(self.leaf_weight * (inside + logs.mean(axis=1)))
            impurity = around_root / all_weight - node_logs.mean(axis=1)
        impurity[self._is_leaf] = inside
        return impurity

    def _add_up(self, leaf_amounts):
        """Add up over the leaves below each node, which follow one another."""
        begins = np.cumsum(self._is_leaf) - self._is_leaf
        last = np.arange(self.node_count)
        right = np.where(self._is_leaf, last, self.children_right)
        while not np.array_equal(last, right):  # jump twice as far each time
            last, right = right, right[right]
        total = np.concatenate([[0], np.cumsum(leaf_amounts)])
        sums = total[begins[last] + 1] - total[begins]
        sums[self._is_leaf] = leaf_amounts
        return sums

    def compute_node_depths(self):
        """Return how many nodes lie on the way to each node, the root's 1 included."""
        depths = np.ones(self.node_count, np.int64)
        level = np.flatnonzero(~self._is_leaf[:1])
        left, right = self.children_left, self.children_right
        while len(level):
            children = np.concatenate([left[level], right[level]])
            depths[children] = np.tile(depths[level] + 1, 2)
            level = children[~self._is_leaf[children]]
        return depths

    def compute_feature_importances(self, normalize=True):
        """Return each feature's share of the fall in impurity (Breiman et al. 1984)."""
        splits = np.flatnonzero(~self._is_leaf)
        heft = self.impurity * self.weighted_n_node_samples
        falls = heft[splits] - heft[splits + 1] - heft[self.children_right[splits]]
        importances = np.bincount(
            self.nodes[splits, 2], falls, minlength=self.n_features
        )
        importances = importances / self.weighted_n_node_samples[0]
        total = importances.sum()
        return importances / total if normalize and total > 0 else importances

    @property
    def channels_of_leaves(self):
        """What is predicted in each leaf: float64 array (n_leaves, n_channels)."""
        return self._leaf_ones[:, None] if self.shares is None else self.shares

    @property
    def n_channels(self):
        return 1 if self.shares is None else self.shares.shape[1]

    def channels_of(self, X, rows=None):
        """Return what the tree predicts for X, or for these rows of it: float64 array
        of shape (n_rows, n_channels).
        """
        n_rows = X.shape[0] if rows is None else len(rows)
        out = np.zeros((n_rows, self.n_channels))
        (group,) = group_trees([self])
        for part in part_rows(n_rows):
            block = take_block(X, part if rows is None else rows[part])
            group.add_to(block, out[part])
        return out

    def apply(self, X):
        """Return the node in which each row of X ends."""
        leaves = np.empty(X.shape[0], np.uint32)
        room = np.empty(descending.BATCH, np.uint32)
        reals, links = freeze(self._reals), freeze(self.nodes.ravel())
        for rows in part_rows(X.shape[0]):
            block, here = take_block(X, rows), leaves[rows]
            descending.find_leaves(block, reals, links, self.frozen_sets, here, room)
        return leaves.astype(np.int64)

    def predict(self, X):
        """Return class shares, or mean targets: array of shape (n_rows, n_classes), or
        with several outputs (n_rows, n_outputs, max_n_classes).
        """
        value = self.value if self.n_outputs > 1 else self.value[:, 0]
        return value[self.apply(X)]

    def decision_path(self, X):
        """Return which nodes each row meets: CSR matrix (n_rows, node_count)."""
        parent = np.full(self.node_count, -1)
        splits = np.flatnonzero(~self._is_leaf)
        parent[splits + 1] = parent[self.children_right[splits]] = splits
        rows, nodes = np.arange(X.shape[0]), self.apply(X)
        met_rows, met_nodes = [], []
        while len(rows):
            met_rows.append(rows)
            met_nodes.append(nodes)
            nodes = parent[nodes]
            rows, nodes = rows[nodes >= 0], nodes[nodes >= 0]
        columns, rows = np.concatenate(met_nodes), np.concatenate(met_rows)
        shape = (X.shape[0], self.node_count)
        return csr_matrix((np.ones(len(rows), np.int64), (rows, columns)), shape=shape)

    def of_nodes(self, nodes):
        """Return what is kept of each node beside `nodes`, for these nodes."""
        return {}

    def __getstate__(self):
        state = self.__dict__.copy()
        state.pop("_leaf_values", None)
        return state
