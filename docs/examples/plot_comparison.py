"""
Who is better, and who cannot be told apart
===========================================

Four classifiers on shared folds: differences with intervals, verdicts, and a sentence
to paste. Then three of them over seven data sets.
"""

# %%
# The folds are split once, for all. The test allows for the rows that their training
# sets share; p-values are corrected over the six pairs.

from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclassic import (
    ComparisonDisplay,
    CriticalDifferenceDisplay,
    DecisionTreeClassifier,
    ExtraTreesClassifier,
    RandomForestClassifier,
    Waveform,
    compare_estimators,
    compare_over_datasets,
)

models = {
    "forest": RandomForestClassifier(50),
    "extra-trees": ExtraTreesClassifier(50),
    "tree": DecisionTreeClassifier(),
    "logistic": make_pipeline(StandardScaler(), LogisticRegression()),
}
X, y = load_breast_cancer(return_X_y=True)
result = compare_estimators(models, X, y, random_state=0)
print(result)

# %%
# An interval that reaches across zero is undecided; only one that lies within the grey
# region of a hundredth either way is shown to be equivalent.

display = ComparisonDisplay.from_result(result)

# %%
# Does the forest do as well on tumours of either size? Scores by label, from the same
# folds:

result = compare_estimators(
    models,
    X,
    y,
    by=["large" if radius > 14 else "small" for radius in X[:, 0]],
    random_state=0,
)
for label, scores in result.groups.items():
    print(f"{label:6}", {name: str(score) for name, score in scores.items()})

# %%
# Over several data sets each counts once, by the ranks of the methods on it.

sets = {
    "breast cancer": (X, y),
    "digits": load_digits(return_X_y=True),
    "iris": load_iris(return_X_y=True),
    "wine": load_wine(return_X_y=True),
    "waveform": Waveform().sample(300, random_state=0),
    "waveform, small": Waveform().sample(100, random_state=1),
    "waveform, tiny": Waveform().sample(60, random_state=2),
}
three = {name: models[name] for name in ("forest", "extra-trees", "tree")}
over = compare_over_datasets(
    {
        name: compare_estimators(three, *rows, random_state=0)
        for name, rows in sets.items()
    }
)
print(over)

# %%
# A bar joins methods that no test of a pair tells apart.

display = CriticalDifferenceDisplay.from_result(over)
