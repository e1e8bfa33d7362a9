"""Cold starts, each in a process of its own: the import, the first fit ever, the first
fit with kernels from the cache."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).parents[2]
N_ROWS = 1_000


@dataclass(frozen=True)
class Start:
    """One way to begin, and the seconds that it may cost.

    Attributes
    ----------
    title : str
    seconds : float
        Beyond what the same work takes once warm.
    at_most : float
    """

    title: str
    seconds: float
    at_most: float

    @property
    def is_met(self):
        """Whether it stays within its budget."""
        return self.seconds <= self.at_most


def run(n_starts):
    """Start without a cache, with it, and only to import.

    Parameters
    ----------
    n_starts : int
        Each so many times: the least counts, for other work can only add seconds.

    Yields
    ------
    Start
    """
    first, cached, imported = [], [], []
    for _ in range(n_starts):
        with TemporaryDirectory() as cache:
            first.append(measure_apart("fit", cache))
            cached.append(measure_apart("fit", cache))
            imported.append(measure_apart("import", cache))
    yield Start("first fit ever: compiles the kernels", min(first), 6.0)
    yield Start("first fit of a process: kernels from the cache", min(cached), 0.7)
    yield Start("import skclassic: loads no numba", min(imported), 0.1)


def measure_apart(what, cache):
    """Run this file in a new process with its own cache of kernels."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed.cold", what],
        cwd=ROOT,
        env={**os.environ, "NUMBA_CACHE_DIR": cache},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def time_import():
    """Time the import of the package's doorbell."""
    began = perf_counter()
    import skclassic  # noqa: F401

    return perf_counter() - began


def time_first_fit():
    """Time import and first fit of a forest, less what the second fit takes.

    scikit-learn is loaded before the clock starts: it is a dependency, and most users
    have it loaded already.
    """
    import sklearn.ensemble  # noqa: F401
    from sklearn.datasets import make_classification

    X, y = make_classification(N_ROWS, random_state=0)
    began = perf_counter()
    from skclassic import RandomForestClassifier

    forest = RandomForestClassifier(random_state=0, n_jobs=2)
    forest.fit(X, y)
    between = perf_counter()
    forest.fit(X, y)
    return (between - began) - (perf_counter() - between)


if __name__ == "__main__":
    print(json.dumps({"import": time_import, "fit": time_first_fit}[sys.argv[1]]()))
