"""
The threshold, the metric, and what is left of both
===================================================

One row in ten is positive. Each metric is drawn over all thresholds, on the 1,000 rows
on which the best one is looked for, and on a million others. The dots are the best
thresholds of the few rows: F1 asks for a lower one than the accuracy does, and less is
left of each on new rows than was found.
"""

import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression

from skclassic import GaussianClasses, optimal_threshold

problem = GaussianClasses(distance=2.0, prior=0.1)
X, y = problem.sample(1_000, random_state=0)
model = LogisticRegression().fit(*problem.sample(1_000, random_state=1))
few = y, model.predict_proba(X)[:, 1]
X, y = problem.sample(1_000_000, random_state=2)
many = y, model.predict_proba(X)[:, 1]

figure, axes = plt.subplots(layout="constrained")
for metric, colour in [("accuracy", "C0"), ("balanced_accuracy", "C1"), ("f1", "C2")]:
    best, truth = optimal_threshold(*few, metric), optimal_threshold(*many, metric)
    for found, width in [(best, 1), (truth, 3)]:
        thresholds = found.curve.thresholds
        values = found.score(found.curve.counts)
        axes.plot(thresholds, values, colour, linewidth=width, alpha=1 / width**0.5)
    axes.plot(best.threshold, best.value, "o", color=colour, label=metric)
    left = truth.score(truth.curve.count_at([best.threshold]))[0]
    print(f"{metric:18} at {best.threshold:.2f}: {best.value:.3f}, left {left:.3f}")
axes.set(xlim=(0, 0.9), xlabel="threshold", ylabel="metric; wide: on a million rows")
axes.legend()
