"""
Naive Bayes and logistic regression: who is ahead, and when
===========================================================

Textbooks say: the generative model is ahead with few rows, the discriminative one with
many. Here is a problem where that is so, one where naive Bayes leads in the end because
what it takes for granted is true, and one where it never leads.
"""

# %%
# Twonorm has independent features, which is what naive Bayes believes. In the second
# problem any two features are correlated by 0.1. The third asks whether a digit is
# even: neighbouring pixels say the same thing twice.

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

from skclassic import (
    GaussianClasses,
    GaussianNB,
    LearningCurveComparisonDisplay,
    LogisticRegression,
    Twonorm,
    learning_curve_comparison,
)

X, digit = load_digits(return_X_y=True)
problems = {
    "Independent": Twonorm(),
    "Slightly correlated": GaussianClasses(n_features=20, correlation=0.1),
    "Even digits": (X / 16, digit % 2),
}
models = {
    "naive Bayes": GaussianNB(covariance="shared"),
    "logistic regression": LogisticRegression(C=1e4),
}

# %%
# The dashed line is where one of them takes the lead for good, the grey band the 95 %
# interval of that place.

figure, panels = plt.subplots(3, figsize=(6, 10), layout="constrained")
for (name, data), axes in zip(problems.items(), panels, strict=True):
    curves = learning_curve_comparison(
        models, data, train_sizes=[30, 100, 300, 1000], n_repeats=15, random_state=0
    )
    LearningCurveComparisonDisplay.from_result(curves, ax=axes)
    axes.set_ylabel(f"{name}: accuracy")  # the legend lies where a title would
    print(f"{name}: {curves.crossing(*models).sentence}")
