"""
A threshold, where it might lie, and a bound that holds
=======================================================

One row in ten is positive. What does a threshold gain, how sure is it, and what does it
cost to promise a precision?
"""

# %%
# The best threshold, and its interval
# ------------------------------------
# The line is the mean over five folds, the band reaches from the lowest fold to the
# highest, and the grey stripe is the interval of the best threshold. The best of all
# thresholds looks better than it is; what to expect on new rows is printed.

import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_score, recall_score

from skclassic import (
    GaussianClasses,
    ThresholdCurveDisplay,
    TunedThresholdClassifierCV,
)

problem = GaussianClasses(distance=2.0, prior=0.1)
X, y = problem.sample(1_000, random_state=0)
X_new, y_new = problem.sample(100_000, random_state=1)

tuned = TunedThresholdClassifierCV(
    LogisticRegression(), scoring="f1", thresholds="exact", store_cv_results=True
).fit(X, y)
_, axes = plt.subplots(figsize=(6, 4), layout="constrained")
ThresholdCurveDisplay.from_estimator(
    tuned, points={"default": 0.5}, random_state=0, ax=axes
)
print(f"found    {tuned.best_score_:.3f}")
print(f"expected {tuned.expected_score():.3f}")
print(f"new rows {f1_score(y_new, tuned.predict(X_new)):.3f}")

# %%
# A bound, kept and promised
# --------------------------
# Find as many positive rows as can be, where nine of ten rows called must be right. On
# the left this holds on the rows held out, and the threshold lies at the edge of what
# they allow; whether it holds on others is the toss of a coin. On the right it holds in
# the population with a confidence of 95 %: the threshold keeps a distance, which costs
# recall. Dotted are the thresholds at which the bound is broken, or not promised.

problem = GaussianClasses(distance=3.0, prior=0.3)
X, y = problem.sample(2_000, random_state=0)
X_new, y_new = problem.sample(100_000, random_state=1)

_, both = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained", sharey=True)
for confidence, axes in zip([None, 0.95], both, strict=True):
    tuned = TunedThresholdClassifierCV(
        LogisticRegression(),
        scoring="recall",
        constraint="precision>=0.9",
        confidence=confidence,
        thresholds="exact",
        cv=0.5,
        refit=False,
        random_state=0,
        store_cv_results=True,
    ).fit(X, y)
    ThresholdCurveDisplay.from_estimator(
        tuned, points={"default": 0.5}, confidence=None, ax=axes
    )
    called = tuned.predict(X_new)
    precision, recall = precision_score(y_new, called), recall_score(y_new, called)
    print(f"confidence {confidence}: precision {precision:.3f}, recall {recall:.3f}")
