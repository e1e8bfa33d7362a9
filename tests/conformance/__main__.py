"""Run scikit-learn's tests on its classes and on ours, and compare.

The baseline is every id that passes with scikit-learn's own classes in this
environment. A module is in order where enough of its baseline passes with ours, where
each id that does not is in `deviations.toml` with a reason, and where no id listed
there passes after all.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import sklearn

HERE = Path(__file__).parent

LEAST_SHARE = {
    "sklearn.ensemble.tests.test_weight_boosting": 0.95,
    "sklearn.ensemble.tests.test_bagging": 0.98,
    "sklearn.ensemble.tests.test_forest": 0.96,
    "sklearn.linear_model.tests.test_logistic": 0.90,
    "sklearn.model_selection.tests.test_classification_threshold": 0.95,
    "sklearn.tests.test_discriminant_analysis": 0.95,
    "sklearn.tests.test_naive_bayes": 0.97,
    "sklearn.tree.tests.test_tree": 0.92,
}


def start_pytest(outcomes, *options):
    """Start pytest on scikit-learn's modules in a process of its own."""
    command = [sys.executable, "-m", "pytest", "--pyargs", *LEAST_SHARE]
    # An empty configuration: ours does not apply to scikit-learn's tests.
    command += ["-c", os.devnull, "--rootdir", str(Path(sklearn.__file__).parent)]
    command += ["-p", "no:cacheprovider", "-p", "tests.conformance.plugin"]
    command += ["--tb=native"]  # the quickest to print, and it names the error
    command += ["--outcomes", str(outcomes), *options]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}  # two runs go side by side
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=one_thread)


def run_both():
    """Return outcomes by test id, with scikit-learn's classes and with ours."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, "theirs.json"), Path(folder, "ours.json")]
        runs = [start_pytest(files[0]), start_pytest(files[1], "--ours")]
        for run, file in zip(runs, files, strict=True):
            said, _ = run.communicate()
            if not file.exists():
                sys.exit(f"pytest did not finish (exit code {run.returncode}):\n{said}")
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def read_deviations(file=HERE / "deviations.toml"):
    """Return the listed patterns with their reasons."""
    groups = tomllib.loads(file.read_text(encoding="utf-8"))["deviation"]
    return {pattern: group["reason"] for group in groups for pattern in group["ids"]}


def matches(name, pattern):
    """Tell whether a test id fits a pattern whose only wildcard is `*`."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name) is not None


def find_faults(baseline, ours, deviations):
    """Compare what failed with what is listed.

    Parameters
    ----------
    baseline : set of str
        The ids that pass with scikit-learn's classes.
    ours : dict of str to str
        Outcome by id with our classes.
    deviations : iterable of str
        The listed patterns.

    Returns
    -------
    list of str
        One line for each id that fails unlisted, is listed but passes, and for each
        pattern that fits no id; empty if the list is true.
    """
    faults = []
    for name in sorted(baseline):
        is_listed = any(matches(name, pattern) for pattern in deviations)
        outcome = ours.get(name, "failed: not collected")
        if outcome == "passed" and is_listed:
            faults.append(f"{name}\n    passes, yet deviations.toml lists it")
        elif outcome != "passed" and not is_listed:
            faults.append(f"{name}\n    {outcome}")
    for pattern in deviations:
        if not any(matches(name, pattern) for name in baseline):
            faults.append(f"{pattern}\n    fits no test that passes with scikit-learn")
    return faults


def print_shares(baseline, ours):
    """Print a row per module; return whether every share suffices."""
    print(f"{'module':40} {'passed':>12} {'share':>8} {'least':>8}")
    is_enough = True
    for module, least in LEAST_SHARE.items():
        ids = [name for name in baseline if name.startswith(f"{file_of(module)}::")]
        passed = sum(ours.get(name) == "passed" for name in ids)
        share = passed / len(ids) if ids else 0.0
        is_enough &= share >= least
        print(f"{module:40} {f'{passed}/{len(ids)}':>12} {share:8.1%} {least:8.0%}")
    return is_enough


def file_of(module):
    """Name the file that holds a module: `sklearn.a.test_b` is in `test_b.py`."""
    return module.rpartition(".")[2] + ".py"


def print_reasons(baseline, deviations):
    """Print how many ids each reason for a deviation accounts for."""
    for reason in dict.fromkeys(deviations.values()):
        patterns = [each for each in deviations if deviations[each] == reason]
        count = sum(any(matches(name, p) for p in patterns) for name in baseline)
        print(f"{count:4}  {reason}")


def main():
    theirs, ours = run_both()
    baseline = {name for name, outcome in theirs.items() if outcome == "passed"}
    deviations = read_deviations()
    is_enough = print_shares(baseline, ours)
    print("\nDeviations, and why:")
    print_reasons(baseline, deviations)
    faults = find_faults(baseline, ours, deviations)
    if faults:
        print(f"\n{len(faults)} against deviations.toml:", *faults, sep="\n")
    return 0 if is_enough and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
