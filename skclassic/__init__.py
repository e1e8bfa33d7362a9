"""The classics of supervised learning: drop-in for scikit-learn, fast, and accountable.

Every public name imports from here and is loaded when it is first asked for (PEP 562),
so that `from skclassic import bias_variance_decomposition` compiles no kernel.
"""

from importlib import import_module

__version__ = "0.1.0"

_ROOMS = {
    "trees": (
        "DecisionTreeClassifier",
        "DecisionTreeRegressor",
        "ExtraTreeClassifier",
        "ExtraTreeRegressor",
    ),
    "adaboost": ("AdaBoostClassifier", "AdaBoostRegressor"),
    "bagging": ("BaggingClassifier", "BaggingRegressor"),
    "forests": (
        "ExtraTreesClassifier",
        "ExtraTreesRegressor",
        "RandomForestClassifier",
        "RandomForestRegressor",
    ),
    "logistic": ("LogisticRegression",),
    "discriminant": ("LinearDiscriminantAnalysis", "QuadraticDiscriminantAnalysis"),
    "naive_bayes": ("CategoricalNB", "GaussianNB", "MultinomialNB"),
    "_logistic_inference": ("CoefficientTable",),
    "_runaway": ("SeparationWarning",),
    "logistic_cv": ("LogisticRegressionCV",),
    "thresholds": ("OptimalThreshold", "optimal_threshold"),
    "class_decisions": ("MinimumCostClassifier", "TunedClassWeightsClassifierCV"),
    "threshold_classifiers": (
        "FixedThresholdClassifier",
        "TunedThresholdClassifierCV",
    ),
    "callbacks": ("OOBStopping", "TimeBudget"),
    "displays": (
        "BiasVarianceCurveDisplay",
        "BiasVarianceDisplay",
        "ComparisonDisplay",
        "CriticalDifferenceDisplay",
        "LearningCurveComparisonDisplay",
        "MarginDisplay",
        "OOBCurveDisplay",
        "ThresholdCurveDisplay",
    ),
    "synthetic": (
        "Friedman1",
        "Friedman2",
        "Friedman3",
        "GaussianClasses",
        "LED7",
        "LabelNoise",
        "NestedSpheres",
        "Ringnorm",
        "Threenorm",
        "Twonorm",
        "Waveform",
    ),
    "bias_variance": (
        "BiasVarianceCurve",
        "BiasVarianceResult",
        "bias_variance_curve",
        "bias_variance_decomposition",
    ),
    "comparison": (
        "Comparison",
        "ComparisonResult",
        "compare_estimators",
    ),
    "rankings": ("DatasetsResult", "RankComparison", "compare_over_datasets"),
    "learning_curves": (
        "Crossing",
        "LearningCurveComparison",
        "learning_curve_comparison",
    ),
    "claims": ("check",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = sorted(_ROOM_OF)


def __getattr__(name):
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    globals()[name] = value  # the next look-up finds it without this function
    return value


def __dir__():
    return sorted([*globals(), *__all__])
