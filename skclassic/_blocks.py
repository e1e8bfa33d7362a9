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

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import pairwise

import joblib
from scipy.sparse import issparse
from threadpoolctl import ThreadpoolController

BLOCK_VALUES = 2**19  # four megabytes: less, and Python takes longer than the products
WIDE = 256  # columns: such rows are left to the threads of the BLAS
WIDE_VALUES = 2**20  # of their blocks
TINY_VALUES = 2**14  # below this, telling the BLAS takes longer than it does
SMALL_VALUES = 2**18  # below this, waking a thread costs more than it saves
MAX_PARTS = 16  # more threads than this find no work; each part keeps sums of its own


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
        is_wide = n_columns >= WIDE
        values = WIDE_VALUES if is_wide else BLOCK_VALUES
        length = max(64, values // max(1, n_columns))
        blocks = [slice(a, min(a + length, n_rows)) for a in range(0, n_rows, length)]
        is_small = n_rows * n_columns <= SMALL_VALUES
        n_parts = 1 if is_small or is_wide else min(MAX_PARTS, len(blocks))
        cuts = [len(blocks) * part // n_parts for part in range(n_parts + 1)]
        parts = [blocks[a:b] for a, b in pairwise(cuts)]
        self.is_left_to_blas = is_wide or n_rows * n_columns <= TINY_VALUES
        self.parts = [part for part in parts if part]

    @classmethod
    def of(cls, X):
        """Cut the rows of a table; a sparse one counts by the values it holds."""
        n_rows, n_columns = X.shape
        if issparse(X):
            n_columns = X.nnz // max(1, n_rows)
        return cls(n_rows, n_columns)

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
            yield self.run_in_turn
            return
        n_threads = min(len(self.parts), count_threads())
        with blas().limit(limits=1, user_api="blas"):
            if n_threads == 1:
                yield self.run_in_turn
                return
            with ThreadPoolExecutor(n_threads) as pool:
                yield lambda work, most=MAX_PARTS: list(
                    pool.map(work, self.join_parts(most))
                )

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
