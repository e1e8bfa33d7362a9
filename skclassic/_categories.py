"""Number the categories of features, as trees want them."""

import narwhals as nw
import numpy as np
from sklearn.preprocessing import OrdinalEncoder
from sklearn.utils import check_array

MOST_LEVELS = 4096  # of a categorical feature
CATEGORICAL = (nw.Categorical, nw.Enum)
NUMBERS = "biuf"  # kinds of dtypes


class Encoder:
    """Numbers for the categories of some features, as seen in training.

    Missing values, and categories never seen, become NaN.

    Attributes
    ----------
    is_categorical : bool array of shape (n_features,)
    n_levels : int64 array of shape (n_features,)
        How many categories, 0 for numerical features.
    categories : list of arrays
        The categories of each categorical feature, in the order of their numbers.
    """

    def __init__(self, X, is_categorical):
        self.is_categorical = is_categorical
        values, _ = self._list_values(open_table(X))
        self._ordinal = OrdinalEncoder(
            handle_unknown="use_encoded_value",
            unknown_value=np.nan,
            encoded_missing_value=np.nan,
        ).fit(values)
        self.n_levels = np.zeros(len(is_categorical), np.int64)
        self.n_levels[is_categorical] = [len(own) for own in self.categories]
        if self.n_levels.max() > MOST_LEVELS:
            feature = int(self.n_levels.argmax())
            raise ValueError(
                f"categorical_features: feature {feature} has {self.n_levels[feature]} "
                f"categories, more than {MOST_LEVELS}. Merge rare ones, or encode it, "
                "for instance with sklearn.preprocessing.TargetEncoder."
            )

    @property
    def categories(self):
        return [own[own == own] for own in self._ordinal.categories_]

    def encode(self, X):
        """Return X as float64, categories as numbers."""
        X = open_table(X)
        out = np.empty((X.shape[0], len(self.is_categorical)))
        values, places = self._list_values(X)
        numbers = self._ordinal.transform(values).T
        for feature, own, its_numbers in zip(
            np.flatnonzero(self.is_categorical), places, numbers, strict=True
        ):
            out[:, feature] = np.append(its_numbers, np.nan)[own]
        if not self.is_categorical.all():
            numerical = [_take(X, j) for j in np.flatnonzero(~self.is_categorical)]
            out[:, ~self.is_categorical] = check_array(
                np.column_stack([_read(column) for column in numerical]),
                dtype=np.float64,
                ensure_all_finite="allow-nan",
                input_name="X",
            )
        return out

    def _list_values(self, X):
        """List the values that occur in the categorical features, and say which of them
        each row has.

        Returns
        -------
        values : array of shape (most values of a feature, n_categorical)
            Columns of fewer values repeat one.
        places : list of int arrays of shape (n_rows,)
            -1 where a value is missing.
        """
        features = np.flatnonzero(self.is_categorical)
        found = [_find_values(_take(X, j)) for j in features]
        values, places = zip(*found, strict=True)
        values = [own if len(own) > 0 else np.array([np.nan]) for own in values]
        is_number = all(own.dtype.kind in NUMBERS for own in values)
        table = np.empty(
            (max(map(len, values)), len(features)),
            np.result_type(*values) if is_number else object,
        )
        for j, own in enumerate(values):
            table[:, j] = own[0]
            table[: len(own), j] = own
        return table, places


def open_table(X):
    """Return a data frame under narwhals, and anything else as an array."""
    X = nw.from_native(X, eager_only=True, pass_through=True)
    return X if hasattr(X, "shape") else np.asarray(X, object)


def _take(X, feature):
    """Return one column, of an array or a data frame."""
    return X[:, int(feature)]


def _read(column):
    """Return a column as an array, missing values as NaN."""
    column = column.to_numpy() if isinstance(column, nw.Series) else column
    if column.dtype == object:  # polars says None where pandas says NaN
        column = np.where(np.equal(column, None), np.nan, column)
    return column


def _find_values(column):
    """Return the values that occur in a column, and the place among them of each row's
    own, -1 where it is missing.

    Reading a value of each row takes longer than growing a tree: columns that hold
    categories tell their numbers.
    """
    if isinstance(column, nw.Series):
        native = column.to_native()
        if column.dtype in CATEGORICAL and nw.dependencies.is_pandas_series(native):
            values, places = native.cat.categories.to_numpy(), native.cat.codes
            places = places.to_numpy().astype(np.int64)
            occurs = np.bincount(places + 1, minlength=len(values) + 1)[1:] > 0
            return _keep_values(values, places, occurs)
        if column.dtype in CATEGORICAL and nw.dependencies.is_polars_series(native):
            return _find_values_of_polars(column.drop_nulls().unique(), native)
    column = _read(column)
    if column.dtype.kind in NUMBERS:
        values, places = np.unique(column, return_inverse=True)
        n_values = np.count_nonzero(values == values)
        return values[:n_values], np.where(places < n_values, places, -1)
    known = {}
    places = np.array([known.setdefault(value, len(known)) for value in column])
    is_there = np.array([not _is_missing(value) for value in known], bool)
    return _keep_values(np.array([*known, None], object)[:-1], places, is_there)


def _keep_values(values, places, is_kept):
    """Return those values alone, and the rows' places among them."""
    new_places = np.where(is_kept, np.cumsum(is_kept) - 1, -1)
    return values[is_kept], np.append(new_places, -1)[places]


def _find_values_of_polars(values, native):
    keys = values.to_native().to_physical().to_numpy()
    by_key = np.argsort(keys)
    own = native.to_physical().fill_null(0).to_numpy()
    places = np.searchsorted(keys[by_key], own)
    places[native.is_null().to_numpy()] = -1
    return values.cast(nw.String).to_numpy()[by_key], places


def _is_missing(value):
    try:
        return value is None or bool(value != value)
    except TypeError:  # pandas says of NA that this is NA
        return True
