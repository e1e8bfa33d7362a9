"""
What boosting does, round by round
==================================

Stumps on Twonorm, 300 training rows: each is right in two cases of three, and together
they are right in nineteen of twenty.
"""

# %%
# The bound of Freund and Schapire falls by a factor in each round, and the training
# error stays below it. The test error goes on falling when there is no training error
# left. Margins say why: how far the vote is for a row's own class. Above zero a row is
# predicted correctly, and the smallest margins grow on after all are above zero.

import matplotlib.pyplot as plt
import numpy as np

from skclassic import AdaBoostClassifier, MarginDisplay, Twonorm

X, y = Twonorm().sample(300, random_state=0)
X_test, y_test = Twonorm().sample(5000, random_state=1)
model = AdaBoostClassifier(n_estimators=400).fit(X, y)

errors = model.estimator_errors_
curves = {
    "bound": np.cumprod(2 * np.sqrt(errors * (1 - errors))),
    "training error": [1 - score for score in model.staged_score(X, y)],
    "test error": [1 - score for score in model.staged_score(X_test, y_test)],
}

_, (left, right) = plt.subplots(ncols=2, figsize=(9, 4), layout="constrained")
for name, curve in curves.items():
    left.plot(np.arange(1, len(errors) + 1), curve, label=name)
left.set(xscale="log", xlabel="rounds", ylim=(0, 0.5))
left.legend()

_ = MarginDisplay.from_estimator(model, X, y, rounds=[10, 100, 400], ax=right)
