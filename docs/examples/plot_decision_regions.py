"""
What a tree, a bag and a forest make of noise
=============================================

Two classes on a square, parted by a wave, and 15 % of the labels are wrong. A full tree
believes every label; a bag and a forest about halve the harm.
"""

# %%
# Above the wave a row is of class 1, below it of class 0, and then 15 labels of 100 are
# turned round. So the best rule is known: the wave itself, right about 85 % of fresh
# rows. No rule does better.

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from sklearn.inspection import DecisionBoundaryDisplay

from skclassic import BaggingClassifier, DecisionTreeClassifier, RandomForestClassifier

TURNED = 0.15


def wave(x):
    return 0.7 * np.sin(2.5 * x)


def is_above(X):
    return X[:, 1] > wave(X[:, 0])


def sample(n, seed):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1.5, 1.5, (n, 2))
    return X, (is_above(X) ^ (rng.random(n) < TURNED)).astype(int)


# %%
# The accuracy on fresh rows needs no fresh labels: it is 85 % where a rule agrees with
# the wave, and 15 % where it does not.

places, _ = sample(10_000, seed=2026)


def accuracy(model):
    agrees = model.predict(places) == is_above(places)
    return np.where(agrees, 1 - TURNED, TURNED).mean()


# %%
# Colours show the probability that each of them gives to class 1, dots and triangles
# the 300 training rows, the dashed line the best border there is.

X, y = sample(300, seed=0)
models = {
    "one full tree": DecisionTreeClassifier(random_state=0),
    "100 bagged trees": BaggingClassifier(n_estimators=100, random_state=0),
    "forest of 100 trees": RandomForestClassifier(n_estimators=100, random_state=0),
}
colours = "#1b6ca8", "#b3401c"
shades = LinearSegmentedColormap.from_list("shades", [colours[0], "white", colours[1]])
curve = np.linspace(-1.5, 1.5, 200)

figure, panels = plt.subplots(
    1, 3, figsize=(8.4, 3.8), sharex=True, sharey=True, layout="compressed"
)
for panel, (name, model) in zip(panels, models.items(), strict=True):
    regions = DecisionBoundaryDisplay.from_estimator(
        model.fit(X, y),
        X,
        response_method="predict_proba",
        class_of_interest=1,
        plot_method="pcolormesh",
        grid_resolution=300,
        eps=0.1,
        ax=panel,
        cmap=shades,
        vmin=0,
        vmax=1,
        alpha=0.65,
    )
    for k, marker in enumerate("o^"):
        rows = X[y == k].T
        style = {"s": 18, "color": colours[k], "edgecolor": "white", "linewidth": 0.4}
        panel.scatter(*rows, marker=marker, label=f"row of class {k}", **style)
    panel.plot(curve, wave(curve), "k--", label="best border")
    panel.set(title=f"{name}\naccuracy {accuracy(model):.1%}", aspect="equal")
    panel.set(xlabel="first feature", xlim=(-1.5, 1.5), ylim=(-1.5, 1.5))
panels[0].set_ylabel("second feature")
figure.colorbar(regions.surface_, ax=panels, pad=0.02, label="probability of class 1")
_ = figure.legend(
    *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3
)

# %%
# The tree sets a box of its own around wrong labels, and where rows are few such a box
# is a long strip. It is sure of every place: its probabilities are 0 and 1. In the bag
# and the forest these boxes shrink and fade. A wrong label is missing from more than a
# third of the samples, and in the others its box has another size each time. What is
# left are pale islands. The border is still made of steps, but of many small ones.
#
# The bag and the forest look almost alike here: with two features, a forest whose nodes
# may ask about one of them has little more to draw. One training set cannot tell them
# apart; twenty can. Mean accuracy over these, and its standard error, with a second
# forest whose leaves hold five rows at least:

models["leaves of 5 rows"] = RandomForestClassifier(
    n_estimators=100, min_samples_leaf=5, random_state=0
)
training_sets = [sample(300, seed) for seed in range(20)]
scores = {
    name: np.array([accuracy(model.fit(*rows)) for rows in training_sets])
    for name, model in models.items()
}


def mean_with_error(values):
    error = values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():6.2%} +- {error:.2%}"


for name, values in scores.items():
    print(f"{name:20}", mean_with_error(values))
print(f"{'the best rule':20} {1 - TURNED:6.2%}")
ahead = scores["forest of 100 trees"] - scores["100 bagged trees"]
print("forest - bag, paired", mean_with_error(ahead))

# %%
# Averaging gives back about half of what the tree is short of the best rule. The rest
# stays away while all members believe every label they draw: larger leaves come closer.
