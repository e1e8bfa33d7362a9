"""Prune trees as the papers did: by cross-validation, or on a set of its own.

For trees of ours and of scikit-learn alike, whose `tree_` has the same arrays. A tree
is grown once; what every branch earns tells its predictions after any amount of
pruning.
"""

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import KFold

from skclassic.growth.pruning import prune_weakest_links

MOST_COSTS = 30  # of a leaf; between neighbours hardly any tree differs
N_FOLDS = 10  # Breiman et al. (1984), section 3.4.3


class Path:
    """A fitted tree that predicts as if it had been pruned at any cost of a leaf.

    Parameters
    ----------
    model : fitted tree
    """

    def __init__(self, model):
        tree = model.tree_
        self._left, self._right = tree.children_left, tree.children_right
        self._feature, self._threshold = tree.feature, tree.threshold
        value = tree.value[:, 0]
        self.classifies = hasattr(model, "classes_")
        self._answers = value.argmax(axis=1) if self.classifies else value[:, 0]
        self._cut_at = np.where(self._left < 0, 0.0, np.inf)
        alphas, end = [0.0], self._find_ends()
        for alpha, node, _ in prune_weakest_links(tree):
            inside = slice(node, end[node])
            self._cut_at[inside] = np.minimum(self._cut_at[inside], alpha)
            alphas.append(alpha)
        self.alphas = np.array(alphas)

    def _find_ends(self):
        """Give where the nodes below each node end: they are numbered depth first."""
        ends = np.arange(1, len(self._left) + 1)
        for node in np.flatnonzero(self._left >= 0)[::-1]:
            ends[node] = ends[self._right[node]]
        return ends

    def list_costs(self):
        """Give costs of a leaf that lie between those at which branches are cut, the
        last of them beyond all.
        """
        middle = np.sqrt(self.alphas[:-1] * self.alphas[1:])
        costs = np.unique([*middle, 1.01 * self.alphas[-1]])
        places = np.linspace(0, len(costs) - 1, min(MOST_COSTS, len(costs)))
        return costs[places.round().astype(int)]

    def predict(self, X, cost):
        """Predict as the tree pruned at this cost of a leaf does."""
        nodes = np.zeros(len(X), int)
        while True:
            goes_on = self._cut_at[nodes] > cost
            if not goes_on.any():
                return self._answers[nodes]
            here = nodes[goes_on]
            is_left = X[goes_on, self._feature[here]] <= self._threshold[here]
            nodes[goes_on] = np.where(is_left, self._left[here], self._right[here])


def fit_pruned(tree, X, y, random_state):
    """Grow a tree and choose how far to prune it by 10-fold cross-validation.

    Returns
    -------
    callable
        Predicts for rows.
    """
    path = Path(clone(tree).fit(X, y))
    costs, losses = path.list_costs(), 0.0
    folds = KFold(N_FOLDS, shuffle=True, random_state=random_state)
    for train, test in folds.split(X):
        part = Path(clone(tree).fit(X[train], y[train]))
        losses = losses + _sum_losses(part, costs, X[test], y[test])
    best = costs[np.argmin(losses)]
    return lambda rows: path.predict(rows, best)


def fit_bag_of_pruned(tree, X, y, n_members, random_state):
    """Grow trees on bootstrap samples, each pruned on the whole learning set.

    Returns
    -------
    list of callable
        The members; each predicts for rows.
    """
    rng, members = np.random.RandomState(random_state), []
    for _ in range(n_members):
        rows = rng.randint(len(y), size=len(y))
        path = Path(clone(tree).fit(X[rows], y[rows]))
        costs = path.list_costs()
        best = costs[np.argmin(_sum_losses(path, costs, X, y))]
        members.append(lambda rows, path=path, best=best: path.predict(rows, best))
    return members


def _sum_losses(path, costs, X, y):
    """Give the squared error, or the number of wrong classes, at each cost.

    Of numbers of classes, 1 for any two that differ.
    """
    apart = np.array([path.predict(X, cost) - y for cost in costs])
    return ((apart != 0) if path.classifies else apart**2).sum(axis=1)
