"""Name the experiments, and run one of them at a size."""

from benchmarks.evidence import coverage, false_alarms, logistic, thresholds
from benchmarks.evidence.truths import TRUTHS

TITLES = {
    "friedman": "bias and variance of a full tree on Friedman 1, three ways",
    "breiman": "0/1 loss split as Breiman did, four problems",
    "mlxtend": "time of a decomposition against mlxtend's",
}


def list_keys():
    """Give the key of every experiment, and what it is about.

    Returns
    -------
    dict of str to str
    """
    return {
        **TITLES,
        **thresholds.TITLES,
        **logistic.TITLES,
        **{key: f"intervals: {case.title}" for key, case in coverage.CASES.items()},
        **{key: f"tests: {case.title}" for key, case in false_alarms.CASES.items()},
    }


def measure(key, size, *, n_jobs=2):
    """Run one experiment.

    Parameters
    ----------
    key : str
    size : {"quick", "full"}
        Quick ones take seconds and promise nothing.
    n_jobs : int, default=2

    Returns
    -------
    list of Check
    """
    experiments = TRUTHS | thresholds.EXPERIMENTS | logistic.EXPERIMENTS
    if key in experiments:
        return experiments[key](size, n_jobs=n_jobs)
    module = coverage if key in coverage.CASES else false_alarms
    n_runs = module.FULL_RUNS if size == "full" else module.QUICK_RUNS
    return module.measure(key, n_runs=n_runs, n_jobs=n_jobs)
