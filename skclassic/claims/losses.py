"""Measure losses: of several estimators, trained on few rows and on many.

Where :mod:`skclassic.bias_variance` splits a loss, claims about amounts of data,
training losses or moved inputs only ask how large it is.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from skclassic._estimates import Estimate
from skclassic._estimators import (
    predict_shares,
    receive_predictions,
    seed_estimator,
)
from skclassic._training_sets import as_truth, look_up_noise

LARGEST_SEED = np.iinfo(np.int32).max
OF_ONE_SET = (
    "The training sets are subsamples of one set and met the same test rows: intervals "
    "hold for these rows only."
)
CLEAR = 4  # standard errors from 0, for the delta method to be near enough


@dataclass(frozen=True)
class Losses:
    """Hold the mean losses of every repeat.

    Attributes
    ----------
    values : dict of (str, int, str) to ndarray of shape (n_repeats,)
        By estimator, number of training rows, and where the loss was measured:
        "training", "test" or "elsewhere".
    caveat : str
        What cannot be told from these data; empty for a generator.
    """

    values: dict
    caveat: str

    def average(self, key):
        """Give the mean of a loss over the repeats."""
        return float(np.mean(self.values[key]))

    def compare(self, first, second, *, less=None):
        """Estimate how much a loss exceeds another, as a share of the other.

        Parameters
        ----------
        first, second : keys of `values`
            Measured on the same training sets.
        less : tuple of two keys, default=None
            Taken away from the first and from the second: gaps are compared.

        Returns
        -------
        Estimate
            Its error follows from how the repeats differ.
        """
        one, other = self.values[first], self.values[second]
        if less is not None:
            one, other = one - self.values[less[0]], other - self.values[less[1]]
        return estimate_change(one, other)


def estimate_change(ones, others):
    """Estimate a ratio of means less 1, from pairs.

    Parameters
    ----------
    ones, others : ndarrays of shape (n,)
        Pairs that do not depend on each other.

    Returns
    -------
    Estimate
        Its error is that of the delta method: Cochran (1977), Sampling techniques,
        section 6.4. NaN where the others' mean cannot be told from 0, since a share of
        it means nothing.
    """
    n, base = len(ones), np.mean(others)
    if not base > CLEAR * np.std(others, ddof=1) / n**0.5:
        return Estimate(float("nan"), float("nan"), n - 1)
    ratio = np.mean(ones) / base
    error = np.std(ones - ratio * others, ddof=1) / base / n**0.5
    return Estimate(float(ratio - 1), float(error), n - 1)


def measure(
    estimators, problem, *, sizes, n_repeats, seed, elsewhere=None, n_jobs=None
):
    """Train estimators on the first rows of training sets, and measure their losses.

    Parameters
    ----------
    estimators : dict of str to estimator
    problem : Problem
    sizes : sequence of int
        Numbers of training rows.
    n_repeats : int
        Training sets. A generator draws new ones and new test rows; of a data set, test
        rows are held out once.
    seed : int
    elsewhere : Problem, default=None
        Measure on test rows of this problem as well. Of a generator.
    n_jobs : int, default=None
        Threads.

    Returns
    -------
    Losses
    """
    seeds = np.random.RandomState(seed).randint(LARGEST_SEED, size=(n_repeats, 3))
    draw = _hold_out(problem, seed) if problem.is_real else _draw_fresh

    def repeat(training, test, fitting):
        (X, y), places = draw(problem, max(sizes), training, test)
        if elsewhere is not None:
            places["elsewhere"] = _draw_test_rows(elsewhere, test)
        found = {}
        for name, estimator in estimators.items():
            for size in sizes:
                model = seed_estimator(clone(estimator), fitting)
                model.fit(X[:size], y[:size])
                own = Rows(X[:size], as_truth(y[:size], problem.classes), 0.0)
                for where, rows in {"training": own, **places}.items():
                    found[name, size, where] = rows.find_loss(model, problem)
        return found

    tasks = (delayed(repeat)(*map(int, each)) for each in seeds)
    repeats = Parallel(n_jobs=n_jobs, prefer="threads")(tasks)
    values = {key: np.array([each[key] for each in repeats]) for key in repeats[0]}
    return Losses(values, OF_ONE_SET if problem.is_real else "")


@dataclass(frozen=True)
class Rows:
    """Hold rows with what is to be predicted for them.

    Attributes
    ----------
    X : ndarray of shape (n, p)
    truth : ndarray of shape (n, K)
        Probabilities of the classes, or one column of means; outcomes where these are
        not known.
    noise : float or ndarray of shape (n,)
        The least loss there is.
    """

    X: np.ndarray
    truth: np.ndarray
    noise: object

    def find_loss(self, model, problem):
        """Give the mean squared error, or Brier score, of a fitted estimator."""
        if problem.task == "regression":
            predicted = receive_predictions(model.predict(self.X), len(self.X))[:, None]
        else:
            predicted = predict_shares(model, self.X, problem.classes)
        return np.mean(self.noise + ((self.truth - predicted) ** 2).sum(axis=1))


def _draw_fresh(problem, n_train, training, test):
    X, y = problem.data.sample(n_train, random_state=training)
    return (X, y), {"test": _draw_test_rows(problem, test)}


def _draw_test_rows(problem, seed):
    data = problem.data
    X, _ = data.sample(problem.n_test, random_state=seed)
    if problem.task == "regression":
        mean = np.reshape(data.conditional_mean(X), (-1, 1))
        return Rows(X, mean, look_up_noise(data, X))
    truth = data.posterior(X)[:, np.argsort(data.classes)]
    return Rows(X, truth, 1 - (truth**2).sum(axis=1))


def _hold_out(problem, seed):
    """Hold out test rows of a data set; give what draws training sets of the rest."""
    X, y = problem.data
    order = np.random.RandomState(seed).permutation(len(y))
    held_out, pool = order[: problem.n_test], order[problem.n_test :]
    test_rows = Rows(X[held_out], as_truth(y[held_out], problem.classes), 0.0)

    def draw(problem, n_train, training, test):
        chosen = np.random.RandomState(training).choice(pool, n_train, replace=False)
        return (X[chosen], y[chosen]), {"test": test_rows}

    return draw
