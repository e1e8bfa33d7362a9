"""What every test shares: which grow trees, and which need compiled kernels."""

import os

import pytest

GROWING = (
    "kernels",
    "properties",
    "test_bagging.py",
    "test_callbacks.py",
    "test_categories.py",
    "test_estimator_contracts.py",
    "test_forests.py",
    "test_monotonic.py",
    "test_out_of_bag.py",
    "test_pruning.py",
    "test_several_outputs.py",
    "test_trees.py",
)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config, items):
    """Mark tests that grow trees; skip those marked `compiled` where numba's compiler
    is switched off.
    """
    for item in items:
        if set(GROWING) & set(item.path.relative_to(config.rootpath).parts):
            item.add_marker("grows")
    if os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0"):
        return
    skip = pytest.mark.skip(reason="too slow where NUMBA_DISABLE_JIT is set")
    for item in items:
        if item.get_closest_marker("compiled"):
            item.add_marker(skip)
