"""Read the clock, and nothing else: no data, no contestants, no verdicts."""

import gc
from collections import Counter
from functools import partial
from time import perf_counter, sleep

SHORTEST = 0.05  # seconds; anything shorter is repeated, for the timer's sake
SETTLE = 0.15  # seconds between two runs: idle threads spin for a while, OpenBLAS 0.13


def take_turns(runs, *, n_rounds, patience):
    """Run every contestant once a round and time it.

    Each round starts with another contestant, so that none always runs in the wake of
    the same neighbour.

    Parameters
    ----------
    runs : dict of str to callable
        Maps a name to what is timed, a function of the round's number.
    n_rounds : int
    patience : float
        Seconds. Who has used up more sits out the rounds that remain.

    Yields
    ------
    name : str
    turn : int
    seconds : float
    answer : object
        What the run returned.
    """
    spent = Counter()
    names = list(runs)
    for turn in range(n_rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            if spent[name] > patience:
                continue
            sleep(SETTLE)
            seconds, answer = clock(partial(runs[name], turn))
            spent[name] += seconds
            yield name, turn, seconds, answer


def clock(action):
    """Time one call, as the mean of several where it is short.

    Returns
    -------
    seconds : float
    answer : object
        What the last call returned.
    """
    gc.collect()
    n_calls, began = 0, perf_counter()
    while True:
        answer = action()
        n_calls += 1
        elapsed = perf_counter() - began
        if elapsed >= SHORTEST:
            return elapsed / n_calls, answer
