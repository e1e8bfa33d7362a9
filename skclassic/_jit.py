"""The one door to numba: every kernel is compiled by a decorator of this file."""

import numba
import numpy as np

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

    For sums of whole numbers, which float64 holds exactly: no order changes a bit.
    """
    return numba.njit(fastmath={"reassoc"}, **_OPTIONS, **_INSIDE)(function)
