"""scikit-learn's own tests, run on our classes: `python -m tests.conformance`."""
