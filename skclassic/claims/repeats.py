"""Measure whatever is asked, on many training sets with test rows of their own.

A generator draws both afresh each time. Of a table a third is held out anew, and the
rest is trained on; Nadeau and Bengio's intervals allow for the rows that splits share.
"""

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from .decisions import Decisions, count_rest
from .losses import LARGEST_SEED


def repeat(measure_one, problem, *, n_repeats, seed, n_test=None, n_jobs=None):
    """Measure on many training sets.

    Parameters
    ----------
    measure_one : callable
        Maps training rows (X, y), test rows (X, y) and a seed to a dict of figures, by
        (what, measure).
    problem : Problem
        Of classes.
    n_repeats : int
    seed : int
    n_test : int, default=None
        Test rows that a generator draws; None as the problem has them.
    n_jobs : int, default=None
        Threads.

    Returns
    -------
    Decisions
    """
    seeds = np.random.RandomState(seed).randint(LARGEST_SEED, size=(n_repeats, 3))

    def measure(training, test, fitting):
        return measure_one(*draw(problem, training, test, n_test), fitting)

    tasks = (delayed(measure)(*map(int, each)) for each in seeds)
    with threadpool_limits(1, user_api="blas"):  # many small fits: threads only wait
        found = Parallel(n_jobs=n_jobs, prefer="threads")(tasks)
    values = {key: np.array([each[key] for each in found]) for key in found[0]}
    overlap = problem.n_test / count_rest(problem) if problem.is_real else 0.0
    return Decisions(values, overlap)


def draw(problem, training, test, n_test=None):
    """Draw training rows and test rows.

    Returns
    -------
    (X, y), (X_test, y_test)
    """
    if not problem.is_real:
        return (
            problem.data.sample(problem.n_train, random_state=training),
            problem.data.sample(n_test or problem.n_test, random_state=test),
        )
    X, y = problem.data
    X, X_test, y, y_test = train_test_split(
        X,
        y,
        train_size=count_rest(problem),
        test_size=problem.n_test,
        stratify=y,
        random_state=training,
    )
    return (X, y), (X_test, y_test)
