"""Rows are cut into parts that threads share; the BLAS stays out of their way."""

import os
import warnings
from threading import Barrier, Thread

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from threadpoolctl import threadpool_limits

from skclassic._blocks import MAX_PARTS, PARTED, RowBlocks, blas, hold, second_blas

LARGE = (2 * PARTED[-1] // 100, 100)


def count_blas_threads():
    """Give the number of threads of each BLAS."""
    return [library.num_threads for library in blas().lib_controllers]


@pytest.mark.parametrize(
    "shape", [(0, 3), (1, 3), (7, 0), (1000, 3), (80_001, 20), (2_000, 3_000), LARGE]
)
def test_the_blocks_are_all_rows_in_their_order(shape):
    parts = RowBlocks(*shape).parts
    assert len(parts) <= MAX_PARTS
    assert all(parts)
    rows = [np.arange(each.start, each.stop) for part in parts for each in part]
    assert_array_equal(np.concatenate([*rows, []]), np.arange(shape[0]))


def test_large_tables_have_more_parts_than_small_ones():
    n_parts = [
        len(RowBlocks(n // 10, 10).parts) for n in (1000, *np.multiply(2, PARTED))
    ]
    assert n_parts == [1, 2, 4, 8, 16]


def test_sparse_rows_count_by_what_they_hold():
    X = sparse.random(1000, 100_000, density=1e-4, format="csr", random_state=0)
    assert not RowBlocks.of(X).is_wide
    assert RowBlocks.of(X.toarray()).is_wide


@pytest.mark.parametrize("most", [MAX_PARTS, 3, 1])
def test_answers_come_in_the_order_of_the_rows(most):
    blocks = RowBlocks(*LARGE)
    with blocks.in_threads() as run:
        answers = run(lambda part: [block.start for block in part], most)
    assert len(answers) <= most
    starts = np.concatenate(answers)
    assert_array_equal(starts, np.sort(starts))


def test_an_error_in_any_part_is_raised():
    blocks = RowBlocks(*LARGE)

    def fail(part):
        if part[0].start > 0:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), blocks.in_threads() as run:
        run(fail)


def test_the_blas_has_its_threads_again_after_the_last_who_held_it():
    """Fits overlap in threads: the first to end must not set the others' limit free,
    nor the last leave it behind."""
    before, both_in, one_out = count_blas_threads(), Barrier(2), Barrier(2)
    seen = []

    def hold(is_first):
        with RowBlocks(100_000, 20).in_threads():
            both_in.wait()
            if not is_first:
                one_out.wait()
                seen.extend(count_blas_threads())
        if is_first:
            one_out.wait()

    threads = [Thread(target=hold, args=(is_first,)) for is_first in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {1}
    assert count_blas_threads() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_child_forked_while_rows_go_by_has_its_threads_again():
    before = count_blas_threads()
    with hold(blas()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of forks beside other threads
        child = os.fork()
        if child == 0:
            now = count_blas_threads()
            free = hold.lock.acquire(blocking=False)
            os._exit(0 if now == before and free else 1)
        assert os.waitpid(child, 0)[1] == 0


def test_wide_and_narrow_rows_hold_a_library_together():
    before = count_blas_threads()
    wide, narrow = (
        RowBlocks(2_000, 3_000).in_threads(),
        RowBlocks(90_000, 8).in_threads(),
    )
    wide.__enter__()
    narrow.__enter__()
    wide.__exit__(None, None, None)
    assert set(count_blas_threads()) == {1}
    narrow.__exit__(None, None, None)
    assert count_blas_threads() == before


def test_the_second_blas_waits_where_wide_rows_are_left_to_the_first():
    with threadpool_limits(2, user_api="blas"), RowBlocks(2_000, 3_000).in_threads():
        held = [library.filepath for library in second_blas().lib_controllers]
        for library in blas().lib_controllers:
            assert library.num_threads == (1 if library.filepath in held else 2)
