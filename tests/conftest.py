"""What every test shares: which grow trees, which need compiled kernels, and which run
no line of the package that others do not.
"""

import os

import pytest

GROWING = (
    "kernels",
    "properties",
    "test_categories.py",
    "test_pruning.py",
    "test_several_outputs.py",
    "test_trees.py",
)

BESIDE = (  # about benchmarks, imports and README
    "test_benchmarks.py",
    "test_evidence.py",
    "test_published.py",
    "test_readme.py",
    "test_storeys.py",
)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config, items):
    """Mark tests that grow trees, and those beside the package; skip those marked
    `compiled` where numba's compiler is switched off.
    """
    for item in items:
        parts = set(item.path.relative_to(config.rootpath).parts)
        if parts & set(GROWING):
            item.add_marker("grows")
        if parts & set(BESIDE):
            item.add_marker("repeats")
    if os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0"):
        return
    skip = pytest.mark.skip(reason="too slow where NUMBA_DISABLE_JIT is set")
    for item in items:
        if item.get_closest_marker("compiled"):
            item.add_marker(skip)
