"""Data by name: generated, shipped with scikit-learn, or read from the [data] extra."""

from dataclasses import dataclass
from importlib import import_module

import numpy as np

SHELVES = ("generated", "embedded", "packaged")


@dataclass(frozen=True)
class Dataset:
    """Rows and what is to be predicted from them.

    Attributes
    ----------
    name : str
    task : {"classification", "regression"}
    X : ndarray of shape (n_rows, n_features), float64, C-contiguous
        Nominal columns are one indicator column per level; NaN is missing.
    y : ndarray of shape (n_rows,)
        Classes as 0, 1, ...; or float64 responses.
    """

    name: str
    task: str
    X: np.ndarray
    y: np.ndarray


class AbsentData(LookupError):
    """Tell that a data set lives in a package that is not installed."""


def load(name, *, n_rows=None):
    """Read or generate a data set.

    Parameters
    ----------
    name : str
        One of `list_names(...)`.
    n_rows : int or None
        Rows to generate; sets that are read keep all of theirs.

    Returns
    -------
    Dataset

    Raises
    ------
    AbsentData
        If the package that holds the data is not installed.
    KeyError
        If no shelf holds the name.
    """
    for shelf in SHELVES:
        module = import_module(f"{__name__}.{shelf}")
        if name in module.SETS:
            X, y = module.read(name, n_rows=n_rows)
            X = np.ascontiguousarray(X, dtype=np.float64)
            return Dataset(name, module.SETS[name].task, X, y)
    raise KeyError(f"no data set is called {name!r}")


def list_names(shelf, *, task):
    """List the names on one shelf whose target is a class, or a number."""
    sets = import_module(f"{__name__}.{shelf}").SETS
    return [name for name, entry in sets.items() if entry.task == task]
