"""Pytest plugin: put our classes in the place of scikit-learn's, note outcomes.

The names are replaced where test modules look them up, in public packages such as
`sklearn.tree`, before any test module is imported. Modules of scikit-learn that hold
the classes under names of their own (`IsolationForest`, `RandomTreesEmbedding`,
`plot_tree`) are imported first and keep them; so do the modules
that define the classes, or scikit-learn's own trees could no longer be pickled.
"""

import importlib
import json
from pathlib import Path

import skclassic

REPLACED = {
    "sklearn.discriminant_analysis": [
        "LinearDiscriminantAnalysis",
        "QuadraticDiscriminantAnalysis",
    ],
    "sklearn.tree": [
        "DecisionTreeClassifier",
        "DecisionTreeRegressor",
        "ExtraTreeClassifier",
        "ExtraTreeRegressor",
    ],
    "sklearn.ensemble": [
        "AdaBoostClassifier",
        "AdaBoostRegressor",
        "BaggingClassifier",
        "BaggingRegressor",
        "ExtraTreesClassifier",
        "ExtraTreesRegressor",
        "RandomForestClassifier",
        "RandomForestRegressor",
    ],
    "sklearn.naive_bayes": ["CategoricalNB", "GaussianNB", "MultinomialNB"],
    "sklearn.linear_model": ["LogisticRegression", "LogisticRegressionCV"],
    "sklearn.model_selection": [
        "FixedThresholdClassifier",
        "TunedThresholdClassifierCV",
    ],
}

HOLDERS_OF_THEIR_OWN = ["sklearn.inspection", "sklearn.utils._test_common"]


def replace_classes():
    """Bind scikit-learn's public names to our classes."""
    for module in [*REPLACED, *HOLDERS_OF_THEIR_OWN]:
        importlib.import_module(module)
    for module, names in REPLACED.items():
        for name in names:
            setattr(importlib.import_module(module), name, getattr(skclassic, name))


class OutcomeNotes:
    """Note what became of each test id: "passed", "skipped" or an error's last line."""

    def __init__(self, file):
        self.file = file
        self.outcomes = {}

    def pytest_runtest_logreport(self, report):
        name = test_id(report.nodeid)
        if report.failed:
            self.outcomes[name] = last_line(report)
        elif report.skipped:
            self.outcomes[name] = "skipped"
        elif report.when == "call":
            self.outcomes[name] = "passed"

    def pytest_sessionfinish(self):
        self.file.write_text(json.dumps(self.outcomes), encoding="utf-8")


def test_id(nodeid):
    """Shorten `tree/tests/test_tree.py::test_a[x]` to `test_tree.py::test_a[x]`."""
    path, _, name = nodeid.partition("::")
    return f"{Path(path).name}::{name}"


test_id.__test__ = False  # a helper that pytest would take for a test


def last_line(report):
    """Say in one line how a test failed."""
    crash = getattr(report.longrepr, "reprcrash", None)
    message = crash.message if crash else str(report.longrepr)
    return "failed: " + " ".join(message.split())[:200]


def pytest_addoption(parser):
    group = parser.getgroup("conformance")
    group.addoption("--outcomes", type=Path, help="JSON file to write outcomes to")
    group.addoption("--ours", action="store_true", help="put our classes in place")


def pytest_configure(config):
    if config.option.ours:
        replace_classes()
    config.pluginmanager.register(OutcomeNotes(config.option.outcomes))
