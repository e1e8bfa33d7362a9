"""
Coefficients, their intervals, and how a penalty drops them
===========================================================

A logistic regression without a penalty tells how sure it is of each coefficient; an L1
penalty tells which it could do without.
"""

# %%
# How sure
# --------
# Three of ten columns have a say. The bars are 95 % intervals of the likelihood ratio,
# the crosses what was planted.

import matplotlib.pyplot as plt
import numpy as np

from skclassic import LogisticRegression

rng = np.random.default_rng(0)
truth = np.array([1.5, -1.0, 0.5] + [0.0] * 7)
X = rng.normal(size=(400, 10))
y = rng.random(400) < 1 / (1 + np.exp(-X @ truth))

table = LogisticRegression(C=np.inf).fit(X, y).coefficient_table()
estimate, low, high = (
    each[0, :-1] for each in (table.estimate, table.lr_low, table.lr_high)
)
places = np.arange(10)
_, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
axes.errorbar(
    places, estimate, yerr=[estimate - low, high - estimate], fmt="o", capsize=4
)
axes.plot(places, truth, "kx")
axes.axhline(0, color="grey", linewidth=0.8)
axes.set(xlabel="column", ylabel="log odds for each unit")
print(f"{np.sum((low <= truth) & (truth <= high))} of 10 intervals hold the truth")

# %%
# Which it could do without
# -------------------------
# From left to right the penalty fades. Columns come in one after the other, those with
# a say first; each fit starts where the last one ended.

model = LogisticRegression(l1_ratio=1.0, warm_start=True)
strengths = np.geomspace(0.005, 1.0, 40)
path = np.array([model.set_params(C=C).fit(X, y).coef_[0] for C in strengths])
_, axes = plt.subplots(figsize=(7, 3.5), layout="constrained")
axes.plot(strengths, path[:, 3:], color="lightgrey")
axes.plot(strengths, path[:, :3], label=["column 0", "column 1", "column 2"])
axes.set(xscale="log", xlabel="C", ylabel="coefficient")
axes.legend()
used = (path != 0).sum(axis=1)
for C, n_used in zip(strengths[[0, -1]], used[[0, -1]], strict=True):
    print(f"C={C:g}: {n_used} columns in use")
