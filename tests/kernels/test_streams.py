"""Laws of the streams: their numbers are numpy's."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skclassic import _ensemble as ensemble

SEEDS = [0, 1, 42, 2**31, 2**32 - 1]


@pytest.mark.parametrize("bound", [1, 2, 3, 256, 257, 1000, 2**31 - 1])
@pytest.mark.parametrize("n_numbers", [0, 1, 700])
def test_numbers_are_those_of_random_state(bound, n_numbers):
    drawn = ensemble.draw_below(bound, SEEDS, n_numbers)
    theirs = [np.random.RandomState(s).randint(bound, size=n_numbers) for s in SEEDS]
    assert_array_equal(drawn, theirs)


def test_counts_are_those_of_the_rows_drawn_one_by_one():
    counts = ensemble.draw_counts(SEEDS, 30, 100)
    for seed, own in zip(SEEDS, counts, strict=True):
        rows = ensemble.draw_rows(np.random.RandomState(seed), 30, 100, None)
        assert_array_equal(own, np.bincount(rows, minlength=30))
        assert_array_equal(own, ensemble.count_rows(rows, 30))


def test_seeds_are_the_same_alone_and_together():
    states = [3, np.int64(4), np.uint32(5)]
    together = ensemble.draw_seeds(states)
    assert together == [ensemble.draw_seeds([state])[0] for state in states]
    assert together[0] == np.random.RandomState(3).randint(ensemble.MAX_SEED)
    state = np.random.RandomState(3)
    assert ensemble.draw_seeds([state, 4]) == together[:2]
