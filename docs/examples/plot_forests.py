"""
How many trees, and how many features?
======================================

The error of a forest settles as trees are added; it does not turn up again beyond
chance. Where it settles depends on how many features each node may choose from.
"""

# %%
# Out-of-bag error, tree by tree
# ------------------------------
# The rows that a tree did not draw judge it without a test set. ``oob_curve_`` holds
# the error after each tree, of one forest that was fitted once.

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

from skclassic import (
    ExtraTreesClassifier,
    OOBCurveDisplay,
    OOBStopping,
    RandomForestClassifier,
)

X, y = load_digits(return_X_y=True)
settings = {"bootstrap": True, "oob_score": True, "random_state": 0}
settings["n_estimators"] = 200
forests = {
    "random forest, 8 of 64 features": RandomForestClassifier(**settings),
    "random forest, 1 feature": RandomForestClassifier(max_features=1, **settings),
    "bagged trees: all 64": RandomForestClassifier(max_features=None, **settings),
    "extra-trees, 8 of 64": ExtraTreesClassifier(**settings),
}

_, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
for name, forest in forests.items():
    OOBCurveDisplay.from_estimator(forest.fit(X, y), ax=axes, name=name)
_ = axes.set(xlabel="trees", ylabel="out-of-bag error, digits", yscale="log")

# %%
# Stop where it settles
# ---------------------
# ``OOBStopping`` ends growth once twenty more trees take less than half a percent off
# the error. What it leaves is the beginning of the larger forest, tree for tree.

name = "random forest, 8 of 64 features"
stopped = RandomForestClassifier(**settings).set_callbacks(OOBStopping()).fit(X, y)
print(f"{len(stopped)} of {stopped.n_estimators} trees")
print(f"out-of-bag error {stopped.oob_curve_[-1]:.3f}")
print(f"with all trees   {forests[name].oob_curve_[-1]:.3f}")

display = OOBCurveDisplay.from_estimator(forests[name], name="all trees")
display.ax_.axvline(len(stopped), ls="--", color="C1", label="growth ended here")
_ = display.ax_.legend()
