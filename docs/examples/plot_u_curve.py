"""
The textbook's U, and what bias means for 0/1 loss
==================================================

The depth of a tree trades bias for variance. In squared error there is one way to split
them, in 0/1 loss there are three.
"""

# %%
# The squared error of a tree on Friedman's first problem, over its depth. All depths
# share their training sets.

import matplotlib.pyplot as plt

from skclassic import (
    BiasVarianceCurveDisplay,
    BiasVarianceDisplay,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    Friedman1,
    Waveform,
    bias_variance_curve,
    bias_variance_decomposition,
)

curve = bias_variance_curve(
    DecisionTreeRegressor(),
    Friedman1(),
    "max_depth",
    [1, 2, 3, 4, 5, 6, 8, 10],
    random_state=0,
)
display = BiasVarianceCurveDisplay.from_result(curve)
print("least error at depth", curve.best)

# %%
# The same predictions of labels, split three ways. They agree on the sum, and on
# nothing else: Kohavi and Wolpert measure distances, Domingos counts rows where the
# most frequent label is wrong, Breiman books the error beyond the best one to a side.

result = bias_variance_decomposition(
    {
        "stump": DecisionTreeClassifier(max_depth=1),
        "depth 3": DecisionTreeClassifier(max_depth=3),
        "full tree": DecisionTreeClassifier(),
    },
    Waveform(),
    loss="zero_one",
    random_state=0,
)
figure, panels = plt.subplots(3, figsize=(7, 7), sharex=True, layout="constrained")
for panel, definition in zip(
    panels, ("kohavi_wolpert", "domingos", "breiman"), strict=True
):
    BiasVarianceDisplay.from_result(result.redefine(definition), ax=panel)
plt.show()
