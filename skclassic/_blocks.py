"""Let rows go by in blocks that fit the cache, shared among threads.

A pass over many rows is bound by the speed of memory: what is to be known of a block is
worked out before the next is read. The rows are first cut into parts, whose number
depends on the data alone, and each part into blocks; threads take parts, and the sums
of parts are added up in their order. So a sum has the same bits for any number of
threads.

Wide rows are an exception: their products are large enough for the threads of the BLAS
itself, which need no Python between them and take a third of the time. There, and in
tables of a few thousand values, sums may differ in the last bits where the BLAS is
given another number of threads.
"""

import os
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import copy_context
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from threading import Lock

import joblib
from scipy.sparse import issparse
from threadpoolctl import ThreadpoolController

BLOCK_VALUES = 2**20  # eight megabytes: less, and Python takes longer than the products
WIDE = 256  # columns: such rows are left to the threads of the BLAS
TINY_VALUES = 2**14  # below this, telling the BLAS takes longer than it does
SMALL_VALUES = 2**19  # below this, waking a thread costs more than it saves
PARTED = (SMALL_VALUES, 2**21, 2**24, 2**26)  # values: each doubles the parts
MAX_PARTS = 16  # each part keeps sums of its own, and waits for the others' Python


class RowBlocks:
    """Rows cut into parts for threads, and parts into blocks for the cache.

    Parameters
    ----------
    n_rows, n_columns : int
        Shape of the table to go through.

    Attributes
    ----------
    parts : list of list of slice
        The blocks of each part, in the order of the rows; no part without rows, so none
        at all where there is no row.
    """

    def __init__(self, n_rows, n_columns):
        n_values = n_rows * n_columns
        self.is_wide = n_columns >= WIDE
        self.is_left_to_blas = self.is_wide or n_values <= TINY_VALUES
        n_doubled = 0 if self.is_wide else sum(n_values > least for least in PARTED)
        n_parts = 2**n_doubled
        n_blocks = max(1, -(-n_values // BLOCK_VALUES))
        n_blocks = -(-n_blocks // n_parts) * n_parts
        length = max(64, -(-n_rows // n_blocks))
        blocks = [slice(a, min(a + length, n_rows)) for a in range(0, n_rows, length)]
        cuts = [len(blocks) * part // n_parts for part in range(n_parts + 1)]
        parts = [blocks[a:b] for a, b in pairwise(cuts)]
        self.parts = [part for part in parts if part]

    @classmethod
    def of(cls, X, n_beside=0):
        """Cut the rows of a table; a sparse one counts by the values it holds.

        `n_beside` are values that each row is to have beside its own.
        """
        n_rows, n_columns = X.shape
        if issparse(X):
            n_columns = X.nnz // max(1, n_rows)
        return cls(n_rows, n_columns + n_beside)

    @contextmanager
    def in_threads(self):
        """Hold a pool of threads for the passes made inside the `with`, if they pay.

        Yields
        ------
        run : callable
            ``run(work, most=16)`` calls ``work(blocks)`` for each part and returns the
            list of answers, in the order of the parts. Parts are joined until there are
            at most `most`, for work whose answers are larger than the rows.
        """
        if self.is_left_to_blas:
            with hold(second_blas()) if self.is_wide else nullcontext():
                yield self.run_in_turn
            return
        n_threads = count_threads() if len(self.parts) > 1 else 1
        with hold(blas()):
            if n_threads == 1:
                yield self.run_in_turn
            else:
                yield partial(self.share_among, n_threads - 1)

    def share_among(self, n_others, work, most=MAX_PARTS):
        """Call ``work(blocks)`` for each part, here and in other threads.

        These heed what holds here, numpy's `errstate` for one.
        """
        parts = self.join_parts(most)
        answers, left = [None] * len(parts), deque(range(len(parts)))

        def go_on():
            while left:
                try:
                    place = left.popleft()
                except IndexError:  # another thread was quicker
                    return
                answers[place] = work(parts[place])

        submit = helpers(n_others).submit
        others = [submit(copy_context().run, go_on) for _ in range(n_others)]
        try:
            go_on()
        finally:  # nobody is to read rows of a fit that has failed
            left.clear()
            for other in others:
                if not other.cancel():
                    other.result()
        return answers

    def run_in_turn(self, work, most=MAX_PARTS):
        """Call ``work(blocks)`` for each part, one after the other."""
        return [work(part) for part in self.join_parts(most)]

    def join_parts(self, most):
        """Return the parts, neighbours joined until there are at most so many."""
        n = len(self.parts)
        if n <= most:
            return self.parts
        cuts = [n * part // most for part in range(most + 1)]
        return [sum(self.parts[a:b], []) for a, b in pairwise(cuts)]


def add_up(answers):
    """Add tuples of arrays or numbers, element by element, in their order.

    Parameters
    ----------
    answers : list of tuple
        Of equal length; at least one. The first one's arrays take up the sums.

    Returns
    -------
    tuple
    """
    sums = list(answers[0])
    for answer in answers[1:]:
        for place, value in enumerate(answer):
            sums[place] += value
    return tuple(sums)


def count_threads():
    """Return how many threads to use: 1 inside another's worker.

    Processors that may be used, capped by `OMP_NUM_THREADS`, by threadpoolctl's limits
    and by joblib's settings.
    """
    backend = joblib.parallel.get_active_backend(require="sharedmem")[0]
    if getattr(backend, "nesting_level", 0):
        return 1
    allowed = [library.num_threads for library in blas().lib_controllers]
    return min([joblib.cpu_count(), *allowed])


@cache
def blas():
    """Find the loaded BLAS libraries, once per process."""
    return ThreadpoolController().select(user_api="blas")


@cache
def second_blas():
    """Find the BLAS that scipy brings beside numpy's.

    The threads of both wait for work by turning on the spot, and so for each other: a
    factor that takes four milliseconds takes a hundred.
    """
    paths = [library.filepath for library in blas().lib_controllers]
    own = [path for path in paths if Path(path).parent.name.startswith("scipy")]
    return blas().select(filepath=own)


class Holding:
    """Hold libraries to one thread while anyone asks for it.

    Limits hold for the whole process: who comes first sets them, and who leaves last
    puts back what there was.
    """

    def __init__(self):
        self.lock, self.n_asking, self.before = Lock(), Counter(), {}

    @contextmanager
    def __call__(self, libraries):
        libraries = libraries.lib_controllers
        with self.lock:
            for library in libraries:
                if self.n_asking[library.filepath] == 0:
                    self.before[library.filepath] = library.num_threads
                    set_threads(library, 1)
                self.n_asking[library.filepath] += 1
        try:
            yield
        finally:
            with self.lock:
                for library in libraries:
                    self.n_asking[library.filepath] -= 1
                    if self.n_asking[library.filepath] == 0:
                        set_threads(library, self.before[library.filepath])

    def let_go(self):
        """Put back what there was, whoever asks: in a child nobody is left who did."""
        if any(self.n_asking.values()):
            for library in blas().lib_controllers:
                if self.n_asking[library.filepath]:
                    set_threads(library, self.before[library.filepath])
        self.__init__()


def set_threads(library, n_threads):
    """Set a limit from any thread; threadpoolctl heeds only the first that has."""
    free = getattr(library, "clear_controlling_thread", lambda **_: None)
    free(force=True)
    library.set_num_threads(n_threads)
    free(force=True)


hold = Holding()


@cache
def helpers(n_threads):
    """Return a pool of so many threads, kept: to start one takes as long as a pass."""
    return ThreadPoolExecutor(n_threads, thread_name_prefix="skclassic")


if hasattr(os, "register_at_fork"):  # a child has the pools, but not their threads
    os.register_at_fork(after_in_child=helpers.cache_clear)
    os.register_at_fork(after_in_child=hold.let_go)
