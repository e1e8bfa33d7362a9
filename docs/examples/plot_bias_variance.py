"""
Where the error comes from
==========================

A full tree, bagged trees and a straight line on Friedman's first problem: three errors,
split into noise, bias and variance.
"""

# %%
# All three are fitted to the same training sets. The generator knows the truth, so the
# noise is exact.

from sklearn.linear_model import LinearRegression

from skclassic import (
    BaggingRegressor,
    BiasVarianceDisplay,
    DecisionTreeRegressor,
    Friedman1,
    bias_variance_decomposition,
)

result = bias_variance_decomposition(
    {
        "one full tree": DecisionTreeRegressor(),
        "25 bagged trees": BaggingRegressor(n_estimators=25),
        "straight line": LinearRegression(),
    },
    Friedman1(),
    n_repeats=60,
    random_state=0,
)
print(result)

# %%
# The line is stable and wrong, the tree is nearly right on average and never the same
# twice. Bagging removes most of what the tree varies.

display = BiasVarianceDisplay.from_result(result)

# %%
# Does bagging leave the bias as it is? The paired interval is much narrower than those
# of the two biases.

print("bagging - tree:", result.difference("25 bagged trees", "one full tree", "bias"))
