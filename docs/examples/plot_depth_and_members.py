"""
Bias and variance, over depth and over members
==============================================

Depth trades bias for variance. Members take variance away, and no bias. Both are
measured here on Friedman's first problem, whose truth is known, with 95 % intervals.
"""

# %%
# Over the depth of a tree
# ------------------------
# One hundred training sets of 300 rows, the same for every depth. The squared error on
# fresh rows is the noise, which is 1, plus squared bias plus variance.

import matplotlib.pyplot as plt
import numpy as np

from skclassic import (
    BaggingRegressor,
    DecisionTreeRegressor,
    Friedman1,
    RandomForestRegressor,
    bias_variance_decomposition,
)

depths = [*map(str, range(1, 11)), "no limit"]
by_depth = bias_variance_decomposition(
    {
        depth: DecisionTreeRegressor(max_depth=int(depth) if depth.isdigit() else None)
        for depth in depths
    },
    Friedman1(),
    n_test=1000,
    random_state=0,
)
colours = {"loss": "black", "bias": "#1b6ca8", "variance": "#b3401c", "noise": "grey"}
labels = {
    "loss": "squared error, the sum",
    "bias": "squared bias",
    "variance": "variance",
    "noise": "noise",
}
markers = {"loss": "D-", "bias": "o-", "variance": "^-", "noise": ":"}


def intervals(result, names, part):
    """Return values, and lower and upper ends of their intervals."""
    estimates = [result.estimate(name, part) for name in names]
    return np.array([(e.value, e.low, e.high) for e in estimates]).T


_, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
for part, colour in colours.items():
    value, low, high = intervals(by_depth, depths, part)
    axes.plot(depths, value, markers[part], color=colour, label=labels[part])
    axes.fill_between(depths, low, high, color=colour, alpha=0.2, linewidth=0)
axes.set(xlabel="largest depth of the tree", ylabel="squared error, units of y²")
axes.set_ylim(0, None)
_ = axes.legend(loc="upper right", frameon=False)

# %%
# The squared bias falls fast at first, and hardly any more from depth 8 on. The
# variance rises, but for a dip at depth 3, and is more than half of the error from
# depth 5 on. The sum is least at depth 4 or 5. Bands are 95 % intervals, one depth at a
# time. All depths share their training sets, so differences are known better than two
# bands side by side suggest; that between the two best depths is not told from zero:

print("depth 4 - depth 5: ", by_depth.difference("4", "5", "loss"))
print("no limit - depth 5:", by_depth.difference("no limit", "5", "loss"))

# %%
# Over the number of members
# --------------------------
# Now the trees are full, and averaged: bagged, and as a forest whose nodes may ask
# about 3 of the 10 features. Again all share the same training sets, sixty of them.

numbers = [1, 2, 4, 8, 16, 32, 64]
contestants = {"tree": DecisionTreeRegressor()}
for n in numbers:
    contestants[f"bag of {n}"] = BaggingRegressor(n_estimators=n)
    contestants[f"forest of {n}"] = RandomForestRegressor(n, max_features=3)
by_members = bias_variance_decomposition(
    contestants, Friedman1(), n_repeats=60, n_test=1000, random_state=0
)

# %%
# Members of one law have one variance, and one correlation between any two of them. The
# variances of 1 and of 64 members tell both, and with them a curve for all numbers
# between: the formula of :doc:`the guide </guide/bagging>`.


def split_variance(kind, most=numbers[-1]):
    """Return one member's variance, and the members' correlation."""
    one = by_members.estimate(f"{kind} of 1", "variance").value
    many = by_members.estimate(f"{kind} of {most}", "variance").value
    return one, (most * many / one - 1) / (most - 1)


styles = {"bag": ("#b3401c", "o"), "forest": ("#1b6ca8", "^")}
between = np.geomspace(1, numbers[-1])
figure, panels = plt.subplots(1, 2, figsize=(8, 4.2), layout="constrained")
for panel, part in zip(panels, ("variance", "bias"), strict=True):
    for kind, (colour, marker) in styles.items():
        names = [f"{kind} of {n}" for n in numbers]
        value, low, high = intervals(by_members, names, part)
        bars = {"yerr": [value - low, high - value], "capsize": 3, "color": colour}
        panel.errorbar(numbers, value, fmt=marker, label=kind, **bars)
    ((value,), (low,), (high,)) = intervals(by_members, ["tree"], part)
    panel.axhline(value, color="grey", linestyle="--", label="one tree on all rows")
    panel.axhspan(low, high, color="grey", alpha=0.2, linewidth=0)
    panel.set_xscale("log", base=2)
    panel.set_xticks(numbers, numbers)
    panel.set(xlabel="members", ylabel=f"{labels[part]}, units of y²")
for kind, (colour, _) in styles.items():
    variance, correlation = split_variance(kind)
    law = variance * (correlation + (1 - correlation) / between)
    panels[0].plot(between, law, color=colour, linewidth=1, label=f"{kind}, formula")
panels[0].set_yscale("log")
panels[0].set_yticks([1, 2, 5, 10], [1, 2, 5, 10])
panels[1].set_ylim(0, 6)
_ = figure.legend(
    *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=5
)

# %%
# **Left.** Bars are 95 % intervals, the scale is logarithmic. The variance falls along
# the formula's curve, which was laid through the first and the last point alone. A
# single member varies more than a tree on all rows; two of them, averaged, vary less.
# One tree of the forest varies more than one of the bag, but the trees of the forest
# resemble each other less. So the forest ends lower:

for kind in styles:
    variance, correlation = split_variance(kind)
    print(
        f"{kind:6} variance of a member {variance:5.2f}, correlation {correlation:.3f},"
        f" limit {variance * correlation:.2f}"
    )

# %%
# **Right.** The bias stays where the first member put it, as far as the intervals can
# tell: an average of members of one law is biased as each of them is. But this is not
# the bias of a tree on all rows. A bootstrap sample holds about 63 % of the distinct
# rows, and a tree on fewer rows is more biased here; one that may choose among 3
# features is more biased again. Paired differences say by how much:

pairs = [
    ("bag of 64", "bag of 1"),
    ("bag of 64", "tree"),
    ("forest of 64", "bag of 64"),
]
for first, second in pairs:
    print(f"{first} - {second}")
    for part in ("variance", "bias", "loss"):
        print(f"    {part:8}", by_members.difference(first, second, part))

# %%
# Bagging gains far more in variance than it loses in bias. The forest takes away more
# variance still, but on this problem, with trees that choose among 3 features, it pays
# for it with more bias than it gains.
