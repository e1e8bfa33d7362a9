# The habits, one verb each. Recipes are plain shell: .ci/run runs the same ones.
.PHONY: test test-python coverage test-bounds conformance doctest lint docs bench wheel

# As users meet it: compiled kernels, the whole suite.
test:
	python -m pytest

# Kernels as plain Python, under their own tests and those of what they grow.
test-python:
	NUMBA_DISABLE_JIT=1 python -m pytest -q -m grows

# The lines that tests run; those of kernels show only where they are plain Python.
coverage:
	python -m coverage erase
	NUMBA_DISABLE_JIT=1 python -m coverage run -m pytest -q -m grows
	python -m coverage run -m pytest -q -m "not grows and not repeats"
	python -m coverage combine -q
	python -m coverage report

# Compiled with every index checked, in a cache of its own: flags are no cache key.
# Little optimised, which halves the seconds of compiling.
test-bounds:
	NUMBA_BOUNDSCHECK=1 NUMBA_OPT=1 NUMBA_CACHE_DIR=build/bounds python -m pytest -q tests/kernels

# scikit-learn's own tests with our classes in place of its own.
conformance:
	python -m tests.conformance

# The examples in the docstrings.
doctest:
	python -m pytest -q --doctest-modules skclassic

lint:
	python -m ruff check .
	python -m ruff format --check .

docs:
	python -m sphinx -W --keep-going -q -b html docs docs/_build/html

bench:
	python -m benchmarks

wheel:
	python -m pip wheel -q --no-deps --wheel-dir dist .
