"""
Parts added up, gaps left out, odd rows flagged
===============================================

A generative model knows how each class looks. So models of parts can be added up,
values may be missing, and a row that looks like no class at all can be told.
"""

# %%
# Parts fitted apart
# ------------------
# Three hospitals may not hand out rows. Each fits its own model; the models, added up,
# are the model of all rows.

from functools import reduce

import matplotlib.pyplot as plt
import numpy as np

from skclassic import GaussianNB

rng = np.random.default_rng(0)
y = rng.integers(3, size=900)
centres = np.array([[0.0, 0.0], [4.0, 1.0], [1.0, 4.0]])
X = centres[y] + rng.normal(size=(900, 2)) * np.array([[1.0, 0.6]])

parts = [GaussianNB().fit(X[k::3], y[k::3]) for k in range(3)]
model = reduce(GaussianNB.merge, parts)
whole = GaussianNB().fit(X, y)
difference = np.abs(model.theta_ - whole.theta_).max()
print(f"largest difference of means: {difference:.0e}")

# %%
# Values that are missing
# -----------------------
# A value that is not there takes no part: what is left of the row decides. The second
# row has its first feature alone, and two classes come into question.

print(model.predict_proba([[0.5, 4.0], [0.5, np.nan], [np.nan, np.nan]]).round(2))

# %%
# Rows that look like none
# ------------------------
# ``predict_proba`` must choose among the classes it knows, and is sure of itself far
# away from all of them. ``score_samples`` is log p(x): it tells that nothing like the
# row was ever seen. The line leaves out one in a thousand of the model's own draws.

draws, _ = model.sample(20_000, random_state=0)
threshold = np.quantile(model.score_samples(draws), 0.001)
odd = np.array([[8.0, 8.0], [-4.0, 3.0]])

_, axes = plt.subplots(figsize=(6, 5), layout="constrained")
grid = np.stack(
    np.meshgrid(np.linspace(-6, 10, 300), np.linspace(-4, 10, 300)), axis=-1
)
density = model.score_samples(grid.reshape(-1, 2)).reshape(300, 300)
axes.contour(*grid.transpose(2, 0, 1), density, [threshold], colors="0.4")
axes.scatter(*X.T, c=y, s=6, cmap="viridis")
axes.scatter(*odd.T, marker="x", s=80, color="tab:red", label="odd rows")
axes.set(xlabel="first feature", ylabel="second feature")
axes.legend()
for row, sure in zip(odd, model.predict_proba(odd).max(axis=1), strict=True):
    height = model.score_samples([row])[0]
    print(f"{row}: {sure:.2f} sure, log p(x) {height:.0f} (line at {threshold:.0f})")
