"""What every test shares: the switch for tests that need compiled kernels."""

import os

import pytest


def pytest_collection_modifyitems(config, items):
    """Skip tests marked `compiled` where numba's compiler is switched off."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0"):
        return
    skip = pytest.mark.skip(reason="too slow where NUMBA_DISABLE_JIT is set")
    for item in items:
        if item.get_closest_marker("compiled"):
            item.add_marker(skip)
