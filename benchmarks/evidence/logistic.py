"""Count how often intervals of logistic regression's coefficients hold the truth."""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from benchmarks.evidence.check import Check, measure_share
from skclassic._logistic_inference import tabulate_coefficients
from skclassic._logit_likelihood import Likelihood, StandardRows, climb
from skclassic._separation import find_separation

PROMISED = 93.0, 97.0  # percent, of intervals of 95 %, from samples large enough
SIZES = {"quick": 20, "full": 1000}


@dataclass(frozen=True)
class Logit:
    """Draw classes from a logit model on three correlated normal columns.

    Attributes
    ----------
    n_classes : int
        The first is the reference.
    n : int
        Rows.
    is_promised : bool
        Whether they are enough for what theory promises of large samples.
    """

    n_classes: int
    n: int
    is_promised: bool

    @property
    def truth(self):
        """Give slopes and, last, the intercept of each class but the first."""
        return np.array([[1.0, -0.5, 0.0, -0.5], [0.5, 0.5, -1.0, 0.0]])[
            : self.n_classes - 1
        ]

    def sample(self, seed):
        """Draw rows and codes of classes."""
        rng = np.random.RandomState(seed)
        X = rng.standard_normal((self.n, 3))
        X[:, 1] += 0.5 * X[:, 0]
        scores = np.zeros((self.n, self.n_classes))
        scores[:, 1:] = X @ self.truth[:, :3].T + self.truth[:, 3]
        return X, (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)


CASES = [
    Logit(2, 30, False),
    Logit(2, 50, False),
    Logit(2, 100, True),
    Logit(2, 500, True),
    Logit(3, 50, False),
    Logit(3, 100, False),
    Logit(3, 200, True),
    Logit(3, 1000, True),
]


def measure_intervals(size, *, n_jobs=2):
    """Cover the true coefficients by 95-percent intervals, Wald's and likelihood-ratio.

    Samples without a finite estimate are counted apart: there is no Wald interval.

    Parameters
    ----------
    size : {"quick", "full"}
    n_jobs : int, default=2

    Returns
    -------
    list of Check
        Percentages.
    """
    checks = []
    for case in CASES:
        n_runs = SIZES[size]
        hits = Parallel(n_jobs)(delayed(_cover)(case, seed) for seed in range(n_runs))
        finite = np.array([each for each in hits if each is not None])
        about = f"{case.n_classes} classes, {case.n} rows"
        note = f"three columns, mean over coefficients; {n_runs} samples"
        ends = PROMISED if case.is_promised else (None, None)
        for name, share in zip(("Wald", "likelihood ratio"), finite.T, strict=True):
            value = 100 * float(share.mean())
            error = 100 * float(share.std(ddof=1) / len(share) ** 0.5)
            checks.append(
                Check("logistic", f"{name}, {about}", value, error, *ends, note)
            )
        separated = measure_share([each is None for each in hits])
        checks.append(Check("logistic", f"separated, {about}", *separated, note=note))
    return checks


def _cover(case, seed):
    """Give the shares of coefficients that both kinds of intervals hold, or None."""
    X, codes = case.sample(seed)
    if len(np.unique(codes)) < case.n_classes or find_separation(X, codes):
        return None
    rows = StandardRows(X, None, True)
    likelihood = Likelihood(rows, codes, case.n_classes)
    start = likelihood.look_around(np.zeros(likelihood.n_values))
    summit = climb(likelihood, start, max_steps=100, tol=1e-8)
    fitted = summit.point.reshape(case.n_classes - 1, 4) @ rows.turn_back().T
    if case.n_classes > 2:
        fitted = np.vstack([np.zeros(4), fitted])
    table = tabulate_coefficients(
        X,
        codes,
        None,
        fitted[:, :3],
        fitted[:, 3],
        feature_names=["a", "b", "c"],
        classes=np.arange(case.n_classes),
    )
    return [
        float(((low <= case.truth) & (case.truth <= high)).mean())
        for low, high in ((table.low, table.high), (table.lr_low, table.lr_high))
    ]


EXPERIMENTS = {"logistic": measure_intervals}
TITLES = {"logistic": "95-percent intervals of logistic regression's coefficients"}
