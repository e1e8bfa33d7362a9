"""
Where two learning curves cross
===============================

Naive Bayes takes features for independent. Here they are not, quite: it learns faster,
and to a worse limit, than logistic regression.
"""

# %%
# Both are trained on the same rows, and a larger training set holds the smaller ones.

from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from skclassic import (
    GaussianClasses,
    LearningCurveComparisonDisplay,
    learning_curve_comparison,
)

curves = learning_curve_comparison(
    {
        "naive Bayes": GaussianNB(),
        "logistic regression": LogisticRegression(C=1e6, max_iter=1000),
    },
    GaussianClasses(n_features=20, correlation=0.1),
    train_sizes=[30, 50, 100, 200, 500, 1000],
    random_state=0,
)
print(curves)

# %%
# The dashed line is where logistic regression takes the lead, the grey band the 95 %
# interval of that place.

display = LearningCurveComparisonDisplay.from_result(curves)
