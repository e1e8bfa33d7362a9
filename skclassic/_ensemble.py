"""What ensembles share: members' seeds, bootstrap draws, threads, votes."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import partial
from itertools import chain
from numbers import Integral
from threading import local
from typing import NamedTuple

import numpy as np
from joblib.parallel import ThreadingBackend, get_active_backend
from sklearn import config_context, get_config
from sklearn.utils import check_random_state
from sklearn.utils.parallel import Parallel, delayed

from skclassic import _front_desk as front_desk
from skclassic.growth.tree import group_trees, part_rows, take_block
from skclassic.kernels import listing, streams

MAX_SEED = np.iinfo(np.int32).max
WORTH_A_THREAD = 20_000  # rows x members; below this, threads cost more than they do
WORTH_A_CALL = 500_000  # values looked at; below this, a tree is grown beside others
WORTH_THREADS = 400_000  # values of all trees; below this, threads cost more
DRAWN_AT_ONCE = 1_000_000  # numbers that are held until they are counted
FEW_DRAWS = 10  # fewer rows per member than this are suspicious


class _Streams(local):
    """A stream of random numbers for each thread, to be seeded again and again."""

    def __init__(self):
        self.here = np.random.RandomState(0)


_streams = _Streams()


def seed_stream(seed):
    """Return this thread's stream, set to a seed: the bits of ``RandomState(seed)``.

    Good until the next call; a hundred times faster than a stream of its own.
    """
    _streams.here.seed(seed)
    return _streams.here


def draw_seeds(random_states):
    """Draw a seed from each of some random states, numbers or not."""
    are_numbers = all(isinstance(state, Integral) for state in random_states)
    if len(random_states) > 1 and are_numbers:
        return draw_below(MAX_SEED, random_states, 1)[:, 0].tolist()
    return [int(open_stream(state).randint(MAX_SEED)) for state in random_states]


def draw_below(bound, seeds, n_numbers):
    """Return what ``RandomState(seed).randint(bound, size=n_numbers)`` gives for each
    seed: int32 array of shape (n_seeds, n_numbers).
    """
    numbers = np.empty((len(seeds), n_numbers), np.int32)
    state = np.empty(streams.N_WORDS, np.uint64)
    streams.draw_below(np.asarray(seeds, np.uint64), bound, state, numbers)
    return numbers


def open_stream(random_state):
    """Return the stream of a random state; of a seed that of `seed_stream`."""
    if isinstance(random_state, Integral):
        return seed_stream(random_state)
    return check_random_state(random_state)


def list_random_states(estimator):
    """Name the parameters that seed an estimator and those it is made of, sorted."""
    return sorted(
        name
        for name in estimator.get_params(deep=True)
        if name == "random_state" or name.endswith("__random_state")
    )


def seed_copy(tree, seed):
    """Return a copy of an unfitted tree of ours under a seed of its own.

    Without `copy`, which takes as long as to grow the tree from a few dozen rows.
    """
    seeded = object.__new__(type(tree))
    vars(seeded).update(vars(tree), random_state=seed)
    return seeded


def spawn_seeds(random_state, n_seeds, *, n_passed):
    """Draw one seed for each new member, past those of members that are there."""
    random_state = open_stream(random_state)
    if n_passed > 0:
        random_state.randint(MAX_SEED, size=n_passed)
    return random_state.randint(MAX_SEED, size=n_seeds)


class Kept(NamedTuple):
    """What a warm start keeps of the last fit."""

    members: list
    n_features: int | None
    n_outputs: int
    classes: np.ndarray | list | None
    categories: list | None
    is_complete: bool


def keep_members(estimator):
    """Return the members that are to stay: none without a warm start."""
    members = getattr(estimator, "estimators_", []) if estimator.warm_start else []
    if len(members) > estimator.n_estimators:
        raise ValueError(
            f"n_estimators={estimator.n_estimators} must be larger or equal to "
            f"len(estimators_)={len(members)} when warm_start==True"
        )
    is_complete = len(members) == estimator.n_estimators
    if is_complete:
        front_desk.warn(
            "Warm-start fitting without increasing n_estimators does not fit new trees."
        )
    return Kept(
        list(members),
        getattr(estimator, "n_features_in_", None),
        getattr(estimator, "n_outputs_", getattr(estimator, "_n_outputs", 1)),
        getattr(estimator, "classes_", None),
        front_desk.list_categories(estimator),
        is_complete,
    )


def count_draws(max_samples, n_rows, weights):
    """Return how many rows a member draws; a share is one of the total weight."""
    if max_samples is None:
        return n_rows
    if isinstance(max_samples, Integral):
        return int(max_samples)
    total = n_rows if weights is None else weights.sum()
    n_draws = max(int(max_samples * total), 1)
    if n_draws < max(FEW_DRAWS, n_rows ** (1 / 3)):
        what = "number of samples" if weights is None else "total sum of sample weights"
        front_desk.warn(
            f"Using the fractional value max_samples={max_samples} when the {what} is "
            f"{total} results in a low number ({n_draws}) of bootstrap samples. "
            "We recommend passing `max_samples` as an integer instead."
        )
    return n_draws


def draw_rows(random_state, n_rows, n_draws, weights):
    """Draw rows with replacement, with probability proportional to their weights."""
    if weights is None:
        return random_state.randint(0, n_rows, n_draws, dtype=np.int32)
    return random_state.choice(n_rows, n_draws, replace=True, p=weights / weights.sum())


def draw_counts(seeds, n_rows, n_draws):
    """Draw rows with replacement, as `draw_rows` does without weights, from many seeds;
    return how often each was drawn: int32 array of shape (n_seeds, n_rows).
    """
    counts = np.empty((len(seeds), n_rows), np.int32)
    size = max(DRAWN_AT_ONCE // n_draws, 1)
    for begin in range(0, len(seeds), size):
        few = slice(begin, begin + size)
        listing.count_rows(draw_below(n_rows, seeds[few], n_draws), counts[few])
    return counts


def count_rows(drawn, n_rows):
    """Return how often each row was drawn: int32 array of shape (n_rows,)."""
    counts = np.empty((1, n_rows), np.int32)
    listing.count_rows(drawn.astype(np.int32, copy=False)[None], counts)
    return counts[0]


def forget_out_of_bag(estimator):
    """Drop what an earlier fit said of rows out of bag."""
    for what in ("score", "curve", "decision_function", "prediction"):
        vars(estimator).pop(f"oob_{what}_", None)


def offers_preparation(estimator):
    """Tell whether an estimator's `fit` prepares its rows and fits what it prepared.

    Not so where a subclass has a `fit` of its own, which is then to be called.
    """
    kinds = type(estimator).__mro__
    owner = next((kind for kind in kinds if "_fit_prepared" in vars(kind)), None)
    return owner is not None and type(estimator).fit is owner.fit


def tell_callbacks_the_beginning(estimator, n_new):
    """Tell scikit-learn's callbacks that a fit begins, of so many new members."""
    estimator._init_callback_context(
        max_subtasks=n_new, sequential_subtasks=False
    ).call_on_fit_task_begin(estimator=estimator)


def tell_callbacks_the_end(estimator, X, y, sample_weight):
    """Tell scikit-learn's callbacks that a fit is over, and what it has fitted."""
    estimator._callback_fit_ctx.call_on_fit_task_end(
        estimator=estimator,
        X=X,
        y=y,
        metadata={"sample_weight": sample_weight},
        reconstruction_attributes=lambda: attributes_of(estimator),
    )


def attributes_of(estimator):
    """Return what `fit` has set on an estimator, by name."""
    parameters = set(estimator.get_params(deep=False))
    return {
        name: value
        for name, value in vars(estimator).items()
        if name not in parameters and "callback" not in name
    }


def begin_member(estimator, name, k):
    """Tell callbacks, if any are set, that a member begins; return its task, for its
    end.
    """
    if not is_watched(estimator):
        return None
    task = estimator._callback_fit_ctx.subcontext(task_name=name, task_id=k)
    task.call_on_fit_task_begin(estimator=estimator)
    return task


def tell_callbacks_of_a_member(estimator, task, X, y, sample_weight, finish):
    """Tell callbacks that a member is there; return whether one of them says stop.

    `finish` turns a copy of the estimator into what it would be if growth ended here;
    called only for callbacks that ask for it.
    """

    def reconstruct():
        so_far = copy(estimator)
        finish(so_far)
        return attributes_of(so_far)

    return task.call_on_fit_task_end(
        estimator=estimator,
        X=X,
        y=y,
        metadata={"sample_weight": sample_weight},
        reconstruction_attributes=reconstruct,
    )


def is_watched(estimator):
    """Tell whether callbacks are set, which may end growth after any member."""
    return bool(getattr(estimator, "_skl_callbacks", ()))


def run_in_threads(function, items, *, n_jobs, verbose=0):
    """Call a function that holds no GIL on every item; results in order."""
    if count_jobs(n_jobs) == 1 and not verbose:
        return [function(item) for item in items]
    return Parallel(n_jobs=n_jobs, verbose=verbose, prefer="threads")(
        delayed(function)(item) for item in items
    )


def grow_in_threads(grow, n_trees, *, n_jobs, n_values, verbose=0):
    """Call `grow` on runs of the trees' numbers; trees in order.

    Trees of few values grow many in a call: Python's part of each would take longer.
    A backend of joblib's that the user has chosen is used for trees of any size.
    Otherwise threads come without joblib, whose tasks cost a twentieth of a tree, and
    not at all where there is little to do.

    Parameters
    ----------
    grow : callable
        Returns the trees whose numbers it is given, a range.
    n_trees : int
    n_jobs : int or None
    n_values : int
        How many a tree looks at in its root, see `Prepared.count_values`.
    verbose : int, default=0

    Returns
    -------
    trees : list
    """
    n_threads = count_jobs(n_jobs)
    n_at_once = max(min(WORTH_A_CALL // n_values, -(-n_trees // n_threads)), 1)
    runs = [
        range(begin, min(begin + n_at_once, n_trees))
        for begin in range(0, n_trees, n_at_once)
    ]
    backend, _ = get_active_backend(prefer="threads")
    if verbose or not isinstance(backend, ThreadingBackend):
        grown = run_in_threads(grow, runs, n_jobs=n_jobs, verbose=verbose)
    elif n_threads == 1 or n_values * n_trees < WORTH_THREADS:
        grown = map(grow, runs)
    else:
        grown = share_among_threads(carry_config(grow), runs, n_threads)
    return list(chain.from_iterable(grown))


def grow_until(is_over, grow, n_members, *, n_jobs):
    """Call `grow` on the number of each member in threads, and `is_over` on what it
    returns, in order, until that says so.

    Members are the same for any `n_jobs`: what threads have grown beyond the last is
    dropped.

    Returns
    -------
    members : list
    """
    members, n_threads = [], count_jobs(n_jobs)
    with ThreadPoolExecutor(n_threads) as threads:
        begin = partial(threads.submit, carry_config(grow))
        under_way = deque(map(begin, range(min(n_threads, n_members))))
        while under_way:
            members.append(under_way.popleft().result())
            if is_over(members):
                break
            n_begun = len(members) + len(under_way)
            if n_begun < n_members:
                under_way.append(begin(n_begun))
    return members


def carry_config(function):
    """Return a function that other threads call under this thread's settings."""
    config = get_config()

    def call(item):
        with config_context(**config):
            return function(item)

    return call


def count_jobs(n_jobs, **must):
    """Return how many threads `n_jobs` means, here and under joblib's settings."""
    backend, n_default = get_active_backend(prefer="threads", **must)
    return backend.effective_n_jobs(n_default if n_jobs is None else n_jobs)


def share_among_threads(function, items, n_threads):
    """Call a function that holds no GIL on every item, and wait; results in order.

    For short work within a call: joblib looks for results every 10 ms only.
    """
    with ThreadPoolExecutor(n_threads) as threads:
        return list(threads.map(function, items))


def average_trees(trees, X, n_jobs):
    """Return what trees predict in the mean.

    Parameters
    ----------
    trees : list of growth.tree.Tree
    X : float array or CSR matrix of shape (n_rows, n_features)
    n_jobs : int or None
        Threads at most.

    Returns
    -------
    channels : float64 array of shape (n_rows, n_channels)
    """
    groups, out = group_trees(trees), np.zeros((X.shape[0], trees[0].n_channels))

    def add(rows):
        block = take_block(X, rows)
        for group in groups:
            group.add_to(block, out[rows])

    n_threads = count_threads(n_jobs, X.shape[0] * len(trees))
    if n_threads == 1:
        for rows in part_rows(X.shape[0]):
            add(rows)
    else:
        share_among_threads(add, part_rows(X.shape[0], n_threads), n_threads)
    out /= len(trees)
    return out


def runner(n_jobs):
    """Return a `map` that works in threads where there are any."""
    if count_jobs(n_jobs) == 1:
        return map
    return lambda function, items: run_in_threads(function, items, n_jobs=n_jobs)


def count_threads(n_jobs, work):
    """Return how many threads a prediction is worth: mostly one."""
    if work < WORTH_A_THREAD:
        return 1
    n_threads = count_jobs(n_jobs, require="sharedmem")
    return min(n_threads, -(-work // WORTH_A_THREAD))
