"""
What a tree may be told beforehand
==================================

That the price of a house rises with its size; that a district is a name and not a
number; that two responses belong together. Each of these is one argument.
"""

# %%
# A direction
# -----------
# Prices rise with size, and every sample says otherwise somewhere. A forest follows
# the sample. With ``monotonic_cst=[1]`` it may not: no split may send the larger
# houses to a lower mean.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skclassic import DecisionTreeRegressor, RandomForestRegressor

rng = np.random.default_rng(0)
size = np.sort(rng.uniform(30, 200, 150))
price = 2 * size + 60 * np.tanh((size - 110) / 20) + rng.normal(scale=40, size=150)
grid = np.linspace(30, 200, 500)[:, None]

_, axes = plt.subplots(figsize=(7, 4), layout="constrained")
axes.plot(size, price, ".", color="grey", label="houses")
for sign, label in [(0, "free"), (1, "rising")]:
    forest = RandomForestRegressor(monotonic_cst=[sign], random_state=0)
    forest.fit(size[:, None], price)
    axes.plot(grid, forest.predict(grid), label=label)
axes.set(xlabel="size", ylabel="price")
_ = axes.legend()

# %%
# Names
# -----
# Sixty districts in no order. As numbers they cost a tree a split for every border
# between two of them; as one column each they are sixty weak questions. As categories
# a node may ask for any set of them at once: sorted by their mean response, the best
# set is one of those that a cut through that order makes.

district = rng.integers(60, size=3000)
worth = rng.normal(scale=50, size=60)
response = worth[district] + rng.normal(scale=25, size=3000)
names = pd.Categorical([f"district {number}" for number in district])
columns = {
    "numbers": pd.DataFrame({"district": district}),
    "one column each": pd.get_dummies(names).astype(float),
    "categories": pd.DataFrame({"district": names}),
}

leaves = [2, 4, 8, 16, 32]
_, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for label, X in columns.items():
    scores = [
        DecisionTreeRegressor(max_leaf_nodes=n, random_state=0)
        .fit(X[:2000], response[:2000])
        .score(X[2000:], response[2000:])
        for n in leaves
    ]
    axes.plot(leaves, scores, "o-", label=label)
axes.set_xscale("log", base=2)
axes.set(xlabel="leaves", ylabel="R² on other rows")
_ = axes.legend()

# %%
# Responses that belong together
# ------------------------------
# Both coordinates of a point on a circle, from its angle. One tree for both splits
# where either of them bends.

angle = np.sort(rng.uniform(0, 2 * np.pi, 200))[:, None]
circle = np.column_stack([np.cos(angle), np.sin(angle)])
circle += rng.normal(scale=0.1, size=circle.shape)

_, axes = plt.subplots(figsize=(4.5, 4.5), layout="constrained")
axes.plot(*circle.T, ".", color="grey", label="rows")
tree = DecisionTreeRegressor(max_leaf_nodes=12).fit(angle, circle)
axes.plot(*tree.predict(angle).T, "s", label="12 leaves")
axes.set(xlabel="first response", ylabel="second response", aspect="equal")
_ = axes.legend()
