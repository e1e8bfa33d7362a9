"""
How many trees, and how many features?
======================================

The error of a forest settles as trees are added; it does not turn up again beyond
chance. Where it settles depends on how many features each node may choose from.
"""

# %%
# Out-of-bag error, tree by tree
# ------------------------------
# With ``warm_start`` a forest keeps its trees and grows only the new ones, and the
# out-of-bag rows judge it at each size without a test set.

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

from skclassic import ExtraTreesClassifier, RandomForestClassifier

X, y = load_digits(return_X_y=True)
sizes = [20, 30, 50, 80, 120, 200]


def trace_errors(forest):
    """Grow one forest through all sizes and keep its out-of-bag error at each."""
    errors = []
    for size in sizes:
        forest.set_params(n_estimators=size).fit(X, y)
        errors.append(1 - forest.oob_score_)
    return errors


settings = {"bootstrap": True, "oob_score": True, "warm_start": True, "random_state": 0}
forests = {
    "random forest, 8 of 64 features": RandomForestClassifier(**settings),
    "random forest, 1 feature": RandomForestClassifier(max_features=1, **settings),
    "bagged trees: all 64": RandomForestClassifier(max_features=None, **settings),
    "extra-trees, 8 of 64": ExtraTreesClassifier(**settings),
}

_, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
for name, forest in forests.items():
    axes.plot(sizes, trace_errors(forest), "o-", label=name)
axes.set(xlabel="trees", ylabel="out-of-bag error, digits")
_ = axes.legend()
