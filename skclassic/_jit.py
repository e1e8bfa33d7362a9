"""The one door to numba: every kernel is compiled by a decorator of this file."""

import gc
import threading
from contextlib import contextmanager

import numpy as np


@contextmanager
def _without_collector():
    """Hold the garbage collector: loading and compiling make much and drop little.

    Looking for garbage meanwhile takes a tenth of a first fit, and a quarter of one
    whose kernels come from the cache.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


with _without_collector():
    import numba
    from numba.core import event

# Kernels fill arrays that others own: numba need not count references to them.
_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}
_INSIDE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": True}


def kernel(function):
    """Compile a function that Python calls: lazily, GIL-free, cached where possible.

    Parameters
    ----------
    function : function
        Plain loops over arrays that the package allocated itself.

    Returns
    -------
    dispatcher : numba dispatcher, or a plain function under ``NUMBA_DISABLE_JIT=1``

    Notes
    -----
    numba looks for a writable cache directory when the decorator runs, that is at
    import, and raises where it finds none: there the kernel is compiled anew in every
    process.
    """
    if numba.config.DISABLE_JIT:  # compiled, 0 / 0 is NaN without a word
        return np.errstate(all="ignore")(function)
    try:
        return numba.njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # no locator available: nowhere to write the cache
        return numba.njit(**_OPTIONS)(function)


def piece(function):
    """Compile a function that only kernels of the same file call.

    Without the wrappers that a call from Python needs, and without a cache file of its
    own (the kernel's holds it): a quarter of the first fit's compile time.
    """
    return numba.njit(**_OPTIONS, **_INSIDE)(function)


def sums(function):
    """Compile a piece whose sums may be taken in any order, so several at a time.

    For sums of whole numbers that float64 holds exactly, so that no order changes a
    bit: counts, and targets rounded as `growth.criteria` does. Fractional weights may
    differ in the last bit from a sum taken in order, but not from run to run.
    """
    return numba.njit(fastmath={"reassoc"}, **_OPTIONS, **_INSIDE)(function)


class _HeldCollector(event.Listener):
    """Hold the garbage collector while any thread compiles or loads a kernel."""

    def __init__(self):
        self.lock, self.n_inside, self.held = threading.Lock(), 0, None

    def on_start(self, event):
        """Hold the collector if nobody was inside."""
        with self.lock:
            if self.n_inside == 0:
                self.held = _without_collector()
                self.held.__enter__()
            self.n_inside += 1

    def on_end(self, event):
        """Let it go again when the last one leaves."""
        with self.lock:
            self.n_inside -= 1
            if self.n_inside == 0:
                self.held.__exit__(None, None, None)


event.register("numba:compiler_lock", _HeldCollector())
