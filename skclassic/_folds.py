"""Split rows into folds that several estimators share, and check them."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    check_cv,
)

from skclassic._front_desk import show

N_FOLDS, N_REPEATS = 5, 5  # as sharp as three times ten folds, and fewer fits


@dataclass(frozen=True)
class Folds:
    """Hold the rows of every fold.

    Attributes
    ----------
    train, test : tuple of ndarray
        Numbers of the rows.
    description : str
        What they are, in words.
    """

    train: tuple
    test: tuple
    description: str

    @property
    def train_sizes(self):
        """Give the training rows of every fold: ndarray of shape (n_folds,)."""
        return np.array([len(rows) for rows in self.train])

    @property
    def test_sizes(self):
        """Give the test rows of every fold: ndarray of shape (n_folds,)."""
        return np.array([len(rows) for rows in self.test])

    @property
    def overlap(self):
        """Give n_test / n_train, which corrects for what training sets share."""
        return float(self.test_sizes.mean() / self.train_sizes.mean())


def make_folds(X, y, *, cv, groups, is_classifier, seed):
    """Split rows once, for all estimators.

    Parameters
    ----------
    X, y : array-like of n rows
    cv : int, splitter, iterable of (train, test), or None
        None repeats five folds five times, an integer is that many folds.
    groups : ndarray of shape (n,) or None
        Never cut.
    is_classifier : bool
        Whether folds keep the shares of the classes.
    seed : int
        Of the default folds.

    Returns
    -------
    Folds

    Raises
    ------
    ValueError
        If a group is in training and test, or a fold trains on one class or on nothing.
    """
    if cv is None:
        splits, description = _split_by_default(X, y, groups, is_classifier, seed)
    else:
        if isinstance(cv, Integral) and groups is not None:
            cv = (StratifiedGroupKFold if is_classifier else GroupKFold)(cv)
        splitter = check_cv(cv, y, classifier=is_classifier)
        splits, description = list(splitter.split(X, y, groups)), _describe(splitter)
    if not splits:
        raise ValueError("cv must give at least one fold, got none. Pass cv=5.")
    train, test = (tuple(map(_as_numbers, rows)) for rows in zip(*splits, strict=True))
    folds = Folds(train, test, description or f"{len(train)} folds")
    _check_groups(folds, groups)
    if is_classifier:
        _check_classes(folds, np.asarray(y))
    return folds


def _split_by_default(X, y, groups, is_classifier, seed):
    description = f"{N_REPEATS} times {N_FOLDS} folds"
    if groups is None:
        Repeated = RepeatedStratifiedKFold if is_classifier else RepeatedKFold
        splitter = Repeated(n_splits=N_FOLDS, n_repeats=N_REPEATS, random_state=seed)
        return list(splitter.split(X, y)), description
    Grouped = StratifiedGroupKFold if is_classifier else GroupKFold
    rounds = (
        Grouped(N_FOLDS, shuffle=True, random_state=seed + r).split(X, y, groups)
        for r in range(N_REPEATS)
    )
    return [split for each in rounds for split in each], description


def _describe(splitter):
    """Name repeated and plain folds; others are only counted."""
    repeats = getattr(splitter, "n_repeats", None)
    folds = getattr(splitter, "n_splits", None)
    within = getattr(splitter, "cvargs", {}).get("n_splits")
    if repeats is not None and within is not None:
        return f"{repeats} times {within} folds"
    return f"{folds} folds" if isinstance(folds, Integral) else None


def _as_numbers(rows):
    rows = np.asarray(rows)
    return np.flatnonzero(rows) if rows.dtype == bool else rows


def _check_groups(folds, groups):
    if groups is None:
        return
    for k, (train, test) in enumerate(zip(folds.train, folds.test, strict=True)):
        both = np.intersect1d(groups[train], groups[test])
        if len(both):
            raise ValueError(
                f"groups must be in training or in test, got {show(both[0])} in both "
                f"parts of fold {k}. Pass a splitter that keeps groups together, for "
                "example cv=GroupKFold(5), or an integer."
            )


def _check_classes(folds, y):
    for k, rows in enumerate(folds.train):
        if len(rows) == 0 or (y[rows] == y[rows[0]]).all():
            got = "no row" if len(rows) == 0 else f"only {show(y[rows[0]])}"
            raise ValueError(
                f"every fold must train on at least two classes, got {got} in fold "
                f"{k}. Pass fewer folds, or folds that keep the shares of the classes: "
                "cv=StratifiedKFold(5, shuffle=True)."
            )


def check_test_classes(folds, y):
    """Raise unless every fold tests on two classes, which a ranking score needs.

    Parameters
    ----------
    folds : Folds
    y : ndarray of labels

    Raises
    ------
    ValueError
    """
    for k, rows in enumerate(folds.test):
        if (y[rows] == y[rows[0]]).all():
            raise ValueError(
                "every fold must test on at least two classes for this scoring, got "
                f"only {show(y[rows[0]])} in fold {k}. Pass fewer folds, or "
                "cv=StratifiedKFold(5, shuffle=True)."
            )


def read_folds(results):
    """Read the folds of `cross_validate` results, which must be the same for all.

    Parameters
    ----------
    results : dict of str to dict
        Each with "indices", as ``cross_validate(..., return_indices=True)`` gives.

    Returns
    -------
    Folds

    Raises
    ------
    ValueError
        If one lacks them, or has others than the first.
    """
    lacking = [name for name, result in results.items() if "indices" not in result]
    if lacking:
        raise ValueError(
            "results must hold the sizes of their folds, which the correction for "
            f"overlapping training sets needs; got no 'indices' for "
            f"{', '.join(lacking)}. Call cross_validate(..., return_indices=True), or "
            "pass X, y and the cv that was used (an integer, or a splitter with a "
            "fixed random_state)."
        )
    first, *others = results
    folds = _take_indices(results[first])
    for name in others:
        if not _are_alike(folds, _take_indices(results[name])):
            raise ValueError(
                f"results must come from the same folds, got others for {name} than "
                f"for {first}. Call cross_validate with one cv of a fixed random_state "
                "for all."
            )
    return folds


def _take_indices(result):
    indices = result["indices"]
    train, test = (tuple(map(np.asarray, indices[part])) for part in ("train", "test"))
    return Folds(train, test, f"{len(train)} folds")


def _are_alike(a, b):
    return len(a.train) == len(b.train) and all(
        np.array_equal(x, y)
        for x, y in zip((*a.train, *a.test), (*b.train, *b.test), strict=True)
    )


def is_result(value):
    """Tell whether a value looks like the result of a cross-validation."""
    return isinstance(value, Mapping)


def read_scores(results, scoring):
    """Read the scores of every fold from results of `cross_validate` or a search.

    Parameters
    ----------
    results : dict of str to dict
        Of `cross_validate`, or `cv_results_`: then the scores of the best candidate.
    scoring : str or None
        Which score, where there are several.

    Returns
    -------
    dict of str to ndarray of shape (n_folds,)

    Raises
    ------
    ValueError
        If one has no such score, or some have several scores and others one that
        nothing names.
    """
    listed = {name: _list_scores(result) for name, result in results.items()}
    wanted = "score" if scoring is None else scoring
    if all(list(found) == ["score"] for found in listed.values()):
        wanted = "score"  # there is but one, whatever the caller calls it
    for name, found in listed.items():
        if wanted not in found:
            known = ", ".join(found) or "none, but " + ", ".join(results[name])
            raise ValueError(
                f"{name} must hold the score {wanted!r} of every fold, got {known}. "
                "Pass scoring= with one that all results have, as cross_validate and "
                "searches give them."
            )
    return {name: found[wanted] for name, found in listed.items()}


def _list_scores(result):
    """Give every score in a result by its name; "score" where it has none."""
    scores = {
        key.removeprefix("test_"): np.asarray(values, dtype=np.float64)
        for key, values in result.items()
        if str(key).startswith("test_")
    }
    for key, ranks in result.items():
        if str(key).startswith("rank_test_"):
            name, best = key.removeprefix("rank_test_"), int(np.argmin(ranks))
            scores[name] = _read_candidate(result, name, best)
    return scores


def _read_candidate(result, name, best):
    folds = []
    while (key := f"split{len(folds)}_test_{name}") in result:
        folds.append(result[key][best])
    return np.array(folds, dtype=np.float64)
