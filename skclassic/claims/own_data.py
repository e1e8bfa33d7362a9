"""Read a user's table and a user's estimator from the command line."""

import ast
from importlib import import_module
from pathlib import Path

import numpy as np
from sklearn.base import is_classifier, is_regressor

from skclassic import _front_desk as front_desk

from .decisions import count_rest, find_rare
from .problems import take_rows

MOST_LEVELS = 20  # texts with more distinct values become numbers, not columns


class Unusable(ValueError):
    """Say in one line why a table or an estimator cannot be used."""


def read_table(path, target):
    """Read a CSV file, and lay its rows out for claims.

    Parameters
    ----------
    path : str
        A file with a line of column names.
    target : str
        The column to predict. Texts, and numbers with at most 30 distinct values, are
        classes.

    Returns
    -------
    problem : Problem
        All inputs are numbers: texts of few distinct values become columns of zeros and
        ones, others are numbered; missing values become medians.
    notes : list of str
        What was changed, one line each.

    Raises
    ------
    Unusable
        If the file cannot be read as a table, or does not suffice.
    ImportError
        If pandas is missing.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, index_col=False)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise Unusable(
            f"--data must name a readable CSV file, {path}: {reason}"
        ) from None
    if target not in table.columns:
        columns = ", ".join(map(str, table.columns[:20]))
        hint = ""
        if len(table.columns) == 1 and ";" in columns:
            hint = " Separate columns by commas, not by semicolons."
        raise Unusable(
            f"--target must name a column of {path}, got {target!r}. "
            f"It has {columns or 'none'}.{hint}"
        )
    return _lay_out(table, target, path)


def receive_data(X, y):
    """Lay a user's inputs and responses out for claims.

    Parameters
    ----------
    X : array-like or pandas.DataFrame of shape (n, p)
        Columns of a frame become numbers as those of a file do.
    y : array-like of shape (n,)

    Returns
    -------
    problem : Problem
    notes : list of str
        What was changed, one line each.

    Raises
    ------
    ValueError
        If lengths differ, rows are too few, or an array does not hold numbers.
    """
    X, y = front_desk.receive_pair((X, y))
    if hasattr(X, "iloc"):
        X, notes = _make_numbers(X)
        return take_rows("your data", X, y), notes
    try:
        X = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"X must hold numbers: {error}. Pass a pandas.DataFrame, whose other "
            "columns are turned into numbers."
        ) from None
    return take_rows("your data", X, y), []


def _lay_out(table, target, path):
    notes, is_known = [], table[target].notna()
    if not is_known.all():
        notes.append(f"{(~is_known).sum()} rows without {target} were left out.")
        table = table[is_known]
    y = table[target].to_numpy()
    if y.dtype.kind not in "iuf":
        y = y.astype(str)
    elif not np.isfinite(y).all():
        raise Unusable(f"--target must hold finite numbers, got infinity in {target}.")
    if len(np.unique(y)) < 2:
        raise Unusable(
            f"--target must hold at least two values, got {len(np.unique(y))} in "
            f"{target} of {path}."
        )
    X, changes = _make_numbers(table.drop(columns=target))
    if X.shape[1] == 0:
        raise Unusable(f"--data must hold inputs beside {target}, got none in {path}.")
    try:
        problem = take_rows(Path(path).name, X, y)
    except ValueError as error:
        raise Unusable(f"--data {path}: {error}") from None
    problem = _drop_rare(problem, notes)
    first = [_introduce(problem, target, len(table)), *_name_positive(problem, y)]
    return problem, [*first, *notes, *changes]


def _introduce(problem, target, n_rows):
    """Say what was understood of a table."""
    kind = "numbers: regression"
    if problem.task == "classification":
        kind = f"{len(problem.classes)} classes: classification"
    return (
        f"{problem.name} has {n_rows} rows; {target} has {kind}. Training sets have "
        f"{problem.n_train} rows, {problem.n_test} are tested on."
    )


def _name_positive(problem, y):
    """Say which of two classes is positive, and what claims about thresholds do."""
    if problem.task == "regression" or len(problem.classes) != 2:
        return []
    labels, counts = np.unique(y, return_counts=True)
    label = labels[counts >= FEWEST_OF_A_CLASS][find_rare(problem)]
    return [
        f"Claims about thresholds call {label} positive, hold test rows out anew each "
        f"time, and train on the other {count_rest(problem)}."
    ]


def _drop_rare(problem, notes):
    """Leave classes out that training sets would miss."""
    if problem.task == "regression":
        return problem
    X, y = problem.data
    labels, counts = np.unique(y, return_counts=True)
    rare = labels[counts < FEWEST_OF_A_CLASS]
    if len(labels) - len(rare) < 2:
        raise Unusable(
            f"--target must hold at least two classes of {FEWEST_OF_A_CLASS} rows or "
            f"more, got {len(labels) - len(rare)} of {len(labels)}."
        )
    if len(rare) == 0:
        return problem
    kept = ~np.isin(y, rare)
    notes.append(
        f"{(~kept).sum()} rows of {len(rare)} classes with fewer than "
        f"{FEWEST_OF_A_CLASS} rows were left out."
    )
    return take_rows(problem.name, X[kept], y[kept].astype(str))


FEWEST_OF_A_CLASS = 8


def _make_numbers(table):
    """Turn every column into numbers without gaps."""
    columns, changes = [], []
    for name in table.columns:
        column = table[name]
        if column.dtype.kind in "biuf":
            values = np.array(column.to_numpy(dtype=np.float64, na_value=np.nan))
            values[~np.isfinite(values)] = np.nan
            if np.isnan(values).all():
                changes.append(f"{name} was left out: it has no values.")
                continue
            if np.isnan(values).any():
                changes.append(f"Missing values of {name} became its median.")
                values[np.isnan(values)] = np.nanmedian(values)
            columns.append(values)
            continue
        texts = column.astype(str).where(column.notna(), "missing").to_numpy(str)
        levels, numbers = np.unique(texts, return_inverse=True)
        if len(levels) <= MOST_LEVELS:
            gaps = ", one of them for gaps" if column.isna().any() else ""
            changes.append(
                f"{name} became {len(levels)} columns of zeros and ones{gaps}."
            )
            columns.extend(np.eye(len(levels))[numbers].T)
        else:
            changes.append(f"The {len(levels)} texts of {name} became their numbers.")
            columns.append(numbers.astype(np.float64))
    return np.column_stack(columns) if columns else np.empty((len(table), 0)), changes


def read_estimator(text):
    """Make the estimator that a text describes.

    Parameters
    ----------
    text : str
        "package.module:Class" or "package.module:Class(parameter=value)" with plain
        values.

    Returns
    -------
    estimator

    Raises
    ------
    Unusable
        If there is no such class, or it does not take the parameters.
    """
    module, _, call = text.partition(":")
    form = "package.module:Class(parameter=value)"
    try:
        node = ast.parse(call.strip(), mode="eval").body
        name, keywords = node, []
        if isinstance(node, ast.Call) and not node.args:
            name, keywords = node.func, node.keywords
        if not isinstance(name, ast.Name):
            raise ValueError("no class is named")
        values = {each.arg: ast.literal_eval(each.value) for each in keywords}
    except (SyntaxError, ValueError):
        raise Unusable(f"--estimator must look like {form}, got {text!r}.") from None
    try:
        estimator = getattr(import_module(module), name.id)(**values)
    except Exception as error:  # whatever a stranger's module raises
        raise Unusable(
            f"--estimator {text} cannot be made: {type(error).__name__}: {error}"
        ) from None
    if not (is_classifier(estimator) or is_regressor(estimator)):
        raise Unusable(f"--estimator must be a classifier or a regressor, got {text}.")
    if is_classifier(estimator) and not hasattr(estimator, "predict_proba"):
        raise Unusable(f"--estimator must have predict_proba, got {text}.")
    try:
        if hasattr(estimator, "_parameter_constraints"):
            estimator._validate_params()
    except ValueError as error:
        reason = " ".join(str(error).split())
        raise Unusable(f"--estimator {text} cannot be fitted: {reason}") from None
    return estimator
