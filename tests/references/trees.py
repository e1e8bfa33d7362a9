"""Decision trees by trying every split: slow, obvious, and exact.

Nothing is sorted, coded, packed or updated: each candidate split is judged from the
rows on its two sides. Class labels are the integers 0 to n_classes - 1.
"""

from dataclasses import dataclass, replace

import numpy as np

PURE = 1e-12  # impurities below are rounding of zero
TIED = 1e-9  # decreases of impurity closer than this may be equal but for rounding


@dataclass(frozen=True)
class Split:
    """Rows with X[:, feature] <= threshold go left; NaN goes where it is told."""

    feature: int
    threshold: float  # inf: all rows with a value go left
    missing_go_left: bool
    decrease: float  # of impurity, as a mean over the node's weight

    def sends_left(self, X):
        values = X[:, self.feature]
        is_missing = np.isnan(values)
        return np.where(is_missing, self.missing_go_left, values <= self.threshold)


@dataclass
class Node:
    """A node with the rows it holds; a leaf where `split` is None."""

    rows: np.ndarray
    weight: float
    impurity: float
    value: np.ndarray  # class shares, or the mean alone
    depth: int
    split: Split | None = None
    left: "Node | None" = None
    right: "Node | None" = None


@dataclass(frozen=True)
class Problem:
    """The training set and the rules for growing."""

    X: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    criterion: str
    max_depth: float = np.inf
    min_samples_split: int = 2
    min_samples_leaf: int = 1
    min_weight_leaf: float = 0.0

    @property
    def is_classification(self):
        return self.criterion in ("gini", "entropy", "log_loss")


def node_value(problem, rows):
    """Compute class shares, or the mean or median as an array of one."""
    y, weight = problem.y[rows], problem.weight[rows]
    if problem.criterion == "absolute_error":
        return np.array([weighted_median(y, weight)])
    if not problem.is_classification:
        return np.array([np.sum(weight * y) / np.sum(weight)])
    classes = range(problem.y.max() + 1)
    return np.array([np.sum(weight[y == k]) for k in classes]) / np.sum(weight)


def weighted_median(y, weight):
    """Average the targets at which half of the weight lies on either side."""
    half = weight.sum() / 2
    low = min(v for v in y if weight[y <= v].sum() >= half - PURE)
    high = max(v for v in y if weight[y >= v].sum() >= half - PURE)
    return (low + high) / 2


def node_impurity(problem, rows):
    """Compute the impurity of a set of rows, by the criterion's textbook formula."""
    value = node_value(problem, rows)
    if problem.criterion == "gini":
        return 1.0 - np.sum(value**2)
    if problem.is_classification:
        shares = value[value > 0]
        return -np.sum(shares * np.log2(shares))
    y, weight = problem.y[rows], problem.weight[rows]
    if problem.criterion == "absolute_error":
        return np.sum(weight * np.abs(y - value)) / np.sum(weight)
    if problem.criterion == "squared_error":
        return np.sum(weight * (y - value) ** 2) / np.sum(weight)
    return poisson_impurity(y, weight, mean=value[0])


def poisson_impurity(y, weight, *, mean):
    """Compute half the mean Poisson deviance from the mean; inf where that is zero."""
    if mean <= 0:
        return np.inf
    positive = y > 0
    terms = weight[positive] * y[positive] * np.log(y[positive] / mean)
    return np.sum(terms) / np.sum(weight)


def candidate_splits(X, feature):
    """List (threshold, missing_go_left) of every way to split these rows."""
    values = X[:, feature]
    is_missing = np.isnan(values)
    levels = sorted(set(values[~is_missing].tolist()))
    midpoints = [a / 2 + b / 2 for a, b in zip(levels, levels[1:], strict=False)]
    if not is_missing.any():
        # A side for rows that come later: the one with more rows.
        goes_left = [np.sum(values <= t) > len(values) / 2 for t in midpoints]
        return list(zip(midpoints, goes_left, strict=True))
    found = [(threshold, side) for threshold in midpoints for side in (False, True)]
    return [*found, (np.inf, False)] if levels else []


def judge(problem, node, *, feature, threshold, missing_go_left):
    """Return a Split with its decrease of impurity; None if a rule forbids it."""
    split = Split(feature, threshold, bool(missing_go_left), 0.0)
    goes_left = split.sends_left(problem.X[node.rows])
    remaining = 0.0
    for rows in (node.rows[goes_left], node.rows[~goes_left]):
        weight = problem.weight[rows].sum()
        if len(rows) < problem.min_samples_leaf or weight < problem.min_weight_leaf:
            return None
        remaining += weight / node.weight * node_impurity(problem, rows)
    if not np.isfinite(remaining):
        return None
    decrease = node.impurity - remaining
    return Split(feature, threshold, bool(missing_go_left), decrease)


def all_splits(problem, node):
    """List every permitted split of a node, best first."""
    X = problem.X[node.rows]
    judged = [
        judge(problem, node, feature=feature, threshold=threshold, missing_go_left=side)
        for feature in range(X.shape[1])
        for threshold, side in candidate_splits(X, feature)
    ]
    return sorted(filter(None, judged), key=lambda split: -split.decrease)


def make_node(problem, rows, *, depth):
    """Describe a set of rows as a node without a split."""
    weight = problem.weight[rows].sum()
    impurity = node_impurity(problem, rows)
    return Node(rows, weight, impurity, node_value(problem, rows), depth)


def may_split(problem, node):
    """Apply the stopping rules that do not need a split to be known."""
    least_rows = max(problem.min_samples_split, 2 * problem.min_samples_leaf)
    return (
        node.depth < problem.max_depth
        and len(node.rows) >= least_rows
        and node.weight >= 2 * problem.min_weight_leaf
        and node.impurity > PURE
    )


def grow(problem, rows=None, depth=0):
    """Grow a tree greedily, depth first; rows of weight zero do not exist."""
    rows = np.flatnonzero(problem.weight) if rows is None else rows
    node = make_node(problem, rows, depth=depth)
    splits = all_splits(problem, node) if may_split(problem, node) else []
    if splits:
        node.split = splits[0]
        goes_left = node.split.sends_left(problem.X[rows])
        node.left = grow(problem, rows[goes_left], depth + 1)
        node.right = grow(problem, rows[~goes_left], depth + 1)
    return node


def grow_best_first(problem, max_leaf_nodes):
    """Grow a tree by always opening the leaf whose split gains most."""
    root = grow(replace(problem, max_depth=0))
    for _ in range(max_leaf_nodes - 1):
        node, split = max(
            (
                (node, all_splits(problem, node)[0])
                for node in walk(root)
                if node.split is None and may_split(problem, node)
            ),
            key=lambda pair: pair[0].weight * pair[1].decrease,
        )
        node.split = split
        goes_left = split.sends_left(problem.X[node.rows])
        for side, rows in (
            ("left", node.rows[goes_left]),
            ("right", node.rows[~goes_left]),
        ):
            setattr(node, side, make_node(problem, rows, depth=node.depth + 1))
    return root


def cheapest_subtree(node, alpha, *, weight):
    """Return the least R(T) + alpha |T| over all prunings, and the fewest leaves."""
    alone = node.weight / weight * node.impurity + alpha
    if node.split is None:
        return alone, 1
    (left, n_left), (right, n_right) = (
        cheapest_subtree(child, alpha, weight=weight)
        for child in (node.left, node.right)
    )
    if alone <= left + right + PURE:
        return alone, 1
    return left + right, n_left + n_right


def walk(node):
    """Yield the nodes, parents before children, left before right."""
    yield node
    if node.split is not None:
        yield from walk(node.left)
        yield from walk(node.right)


def has_ties(problem, root):
    """Tell whether some node had a second split as good as the one taken."""
    inner = [node for node in walk(root) if node.split is not None]
    best_two = [all_splits(problem, node)[:2] for node in inner]
    return any(
        len(splits) == 2 and splits[0].decrease - splits[1].decrease < TIED
        for splits in best_two
    )


def predict_value(root, X):
    """Look up the value of the leaf that each row of X falls into."""
    return np.array([find_leaf(root, row[np.newaxis]).value for row in X])


def find_leaf(node, row):
    """Descend with one row, an array of shape (1, n_features)."""
    while node.split is not None:
        node = node.left if node.split.sends_left(row)[0] else node.right
    return node


def total_impurity(root):
    """Sum the leaves' impurities, weighted by their shares of the weight."""
    leaves = [node for node in walk(root) if node.split is None]
    return sum(leaf.weight * leaf.impurity for leaf in leaves) / root.weight


def feature_importances(root, n_features):
    """Sum the decreases of impurity by feature, scaled to a sum of one."""
    importances = np.zeros(n_features)
    for node in walk(root):
        if node.split is not None:
            importances[node.split.feature] += node.weight * node.split.decrease
    total = importances.sum()
    return importances / total if total > 0 else importances
