"""
What bagging takes away
=======================

Twenty training sets, twenty full trees, twenty different answers; then the same with
bagged trees. The spread shrinks. The distance of the average from the truth does not.
"""

# %%
# One bent curve, seen through noise, sixty points at a time.

import matplotlib.pyplot as plt
import numpy as np

from skclassic import BaggingRegressor, DecisionTreeRegressor

rng = np.random.default_rng(0)
grid = np.linspace(0, 1, 200)[:, None]


def truth(x):
    return np.sin(2 * np.pi * x[:, 0])


training_sets = []
for _ in range(20):
    X = rng.uniform(size=(60, 1))
    training_sets.append((X, truth(X) + rng.normal(scale=0.4, size=60)))

contestants = {
    "one full tree": DecisionTreeRegressor(random_state=0),
    "50 bagged trees": BaggingRegressor(n_estimators=50, random_state=0),
}
answers = {
    name: np.array([model.fit(X, y).predict(grid) for X, y in training_sets])
    for name, model in contestants.items()
}

# %%
# Thin lines are the fits to the twenty training sets, the thick line is their average.

_, panels = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
for panel, (name, fits) in zip(panels, answers.items(), strict=True):
    panel.plot(grid, fits.T, color="tab:blue", alpha=0.2, linewidth=0.8)
    panel.plot(grid, fits.mean(axis=0), color="tab:blue", linewidth=2, label="average")
    panel.plot(grid, truth(grid), color="black", linestyle="--", label="truth")
    panel.set(title=name, xlabel="x")
_ = panels[0].legend()

# %%
# The same in two numbers: the variance of the fits around their average, and the
# squared distance of that average from the truth, free of the share of variance that
# twenty training sets leave in it.

for name, fits in answers.items():
    variance = fits.var(axis=0, ddof=1)
    squared_bias = (fits.mean(axis=0) - truth(grid)) ** 2 - variance / len(fits)
    print(f"{name}: variance {variance.mean():.3f}, bias^2 {squared_bias.mean():.3f}")
