"""
One ellipsoid for all classes, or one for each
==============================================

Linear discriminant analysis gives all classes the same covariance matrix, quadratic
discriminant analysis gives each its own. What that does to the border, and what few
rows do to the matrix.
"""

# %%
# Equal and unequal ellipsoids
# ----------------------------
# Two Gaussian classes of 150 rows. On the left they have the same covariance matrix, on
# the right not. The truth is known, and with it the best border there is: the dashed
# line.

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import multivariate_normal

from skclassic import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

rng = np.random.default_rng(0)
slanted, small = np.array([[1.0, 0.6], [0.6, 1.0]]), 0.15 * np.eye(2)
problems = {
    "equal": [
        multivariate_normal([-1, 0], slanted),
        multivariate_normal([1, 0], slanted),
    ],
    "unequal": [
        multivariate_normal([0, 0], slanted),
        multivariate_normal([1, 0], small),
    ],
}
models = {
    "LDA": (LinearDiscriminantAnalysis(), "#1b6ca8"),
    "QDA": (QuadraticDiscriminantAnalysis(), "#b3401c"),
}
grid = np.stack(np.meshgrid(np.linspace(-3.5, 3.5, 150), np.linspace(-3, 3, 150)), -1)
places = grid.reshape(-1, 2)

_, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained", sharey=True)
for ax, (title, classes) in zip(axes, problems.items(), strict=True):
    X = np.vstack([each.rvs(150, random_state=rng) for each in classes])
    y = np.repeat([0, 1], 150)
    ax.scatter(*X.T, c=np.where(y, "#999999", "#dddddd"), s=8)
    truth = classes[1].logpdf(grid) - classes[0].logpdf(grid)
    ax.contour(grid[..., 0], grid[..., 1], truth, [0], colors="black", linestyles="--")
    for name, (model, colour) in models.items():
        scores = model.fit(X, y).decision_function(places).reshape(grid.shape[:2])
        ax.contour(grid[..., 0], grid[..., 1], scores, [0], colors=colour)
        ax.plot([], [], color=colour, label=name)
    ax.plot([], [], "k--", label="best border")
    ax.set(title=f"{title} ellipsoids")
_ = axes[0].legend(loc="upper left")

# %%
# Few rows, many columns
# ----------------------
# Sixty rows of two spherical classes whose means are a distance of 3 apart, in one
# column; the others are noise. Around 58 columns the covariance matrix is all but
# singular and its inverse worth nothing. Ledoit and Wolf's shrinkage sees how little
# can be known of it.

ways = {
    "no shrinkage": LinearDiscriminantAnalysis(),
    'shrinkage="auto"': LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
}
columns = np.array([2, 5, 10, 20, 30, 40, 50, 54, 58, 62, 70, 90, 120])


def draw(n, p):
    y = np.arange(n) % 2
    X = rng.standard_normal((n, p))
    X[:, 0] += 3 * y
    return X, y


accuracies = {name: [] for name in ways}
for p in columns:
    fresh = draw(2_000, p)
    sets = [draw(60, p) for _ in range(5)]
    for name, model in ways.items():
        scores = [model.fit(*rows).score(*fresh) for rows in sets]
        accuracies[name].append(np.mean(scores))

_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for name, values in accuracies.items():
    ax.plot(columns, values, "o-", label=name)
ax.axhline(0.933, color="black", ls="--", lw=1, label="best there is")
ax.set(xlabel="columns", ylabel="accuracy on fresh rows, 60 to learn from")
_ = ax.legend()

# %%
# Fitted in two places
# --------------------
# Models add up: two of 30,000 rows each make that of all 60,000, without any row being
# sent from one place to the other.

X, y = draw(60_000, 20)
one = QuadraticDiscriminantAnalysis().fit(X[:30_000], y[:30_000])
two = QuadraticDiscriminantAnalysis().fit(X[30_000:], y[30_000:])
whole = QuadraticDiscriminantAnalysis().fit(X, y)
apart = np.abs(one.merge(two).predict_proba(X) - whole.predict_proba(X)).max()
print(f"largest difference of any probability: {apart:.0e}")
