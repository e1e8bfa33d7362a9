"""
How deep should a tree be?
==========================

A tree of depth two can be read; a full tree knows its training rows by heart. Between
them lies the depth that predicts best.
"""

# %%
# Two questions
# -------------
# The first questions about 569 breast tumours, drawn by scikit-learn's own
# ``plot_tree``.

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import cross_validate
from sklearn.tree import plot_tree

from skclassic import DecisionTreeClassifier

tumours = load_breast_cancer()
tree = DecisionTreeClassifier(max_depth=2, random_state=0)
tree.fit(tumours.data, tumours.target)

_, axes = plt.subplots(figsize=(9, 4), layout="constrained")
_ = plot_tree(
    tree,
    feature_names=tumours.feature_names,
    class_names=tumours.target_names,
    filled=True,
    impurity=False,
    ax=axes,
)

# %%
# Every depth
# -----------
# On its training rows a tree only improves with depth. On other rows it stops doing so
# early.

depths = range(1, 11)
scores = [
    cross_validate(
        DecisionTreeClassifier(max_depth=depth, random_state=0),
        tumours.data,
        tumours.target,
        cv=10,
        return_train_score=True,
    )
    for depth in depths
]

_, axes = plt.subplots(figsize=(6, 4), layout="constrained")
for part, label in [("train_score", "training rows"), ("test_score", "other rows")]:
    axes.plot(depths, [score[part].mean() for score in scores], "o-", label=label)
axes.set(xlabel="depth", ylabel="accuracy, mean of 10 folds")
_ = axes.legend()
