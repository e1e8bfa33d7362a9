"""State and test the generative claim where features are counts of words.

Multinomial naive Bayes takes the words of a text for drawn one by one, each without a
look at the others. Its log odds are linear in the counts, so that logistic regression
on counts is its twin. Real texts repeat themselves: who has said "Hessian" will say it
again. Such words are bursty (Madsen, Kauchak and Elkan 2005), and the model is false.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from sklearn import datasets
from sklearn.utils import check_random_state

from .claim import Claim
from .gather import gather
from .generative import ENDS, NAMES, NG, SEED, find_refusal, make_ask
from .problems import Problem, lay_out_rare

NO_COUNTS = "its features are no counts: some are below 0, or not whole."
RIDGE = "ridge"


@dataclass(frozen=True)
class Words:
    """Draw texts of two classes, as counts of words.

    Word j has in both classes a share in proportion to 1 / j, as Zipf found, times
    exp(t) in one class and exp(-t) in the other, t normal.

    Attributes
    ----------
    n_features : int
        Words that there are.
    length : int
        Words of a text.
    tilt : float
        Standard deviation of t.
    evenness : float
        Texts draw shares of their own, from a Dirichlet distribution with this sum of
        parameters about the class's; infinite where all texts have those of the class.
    """

    n_features: int = 100
    length: int = 40
    tilt: float = 0.3
    evenness: float = np.inf
    classes: ClassVar[np.ndarray] = np.arange(2)
    shares: np.ndarray = field(init=False, repr=False)

    def __post_init__(self):
        tilts = self.tilt * np.random.RandomState(0).normal(size=self.n_features)
        shares = np.exp(np.outer([1, -1], tilts)) / np.arange(1, self.n_features + 1)
        shares /= shares.sum(axis=1, keepdims=True)
        object.__setattr__(self, "shares", shares)

    def sample(self, n, random_state=None):
        """Draw texts of both classes."""
        seed = check_random_state(random_state).randint(2**31)
        rng = np.random.default_rng(seed)
        y = rng.integers(2, size=n)
        shares = self.shares[y]
        if np.isfinite(self.evenness):
            shares = rng.standard_gamma(self.evenness * shares)
            shares /= shares.sum(axis=1, keepdims=True)
        return rng.multinomial(self.length, shares).astype(float), y


def list_count_problems():
    """Give texts whose words are drawn one by one, bursty ones, and strokes of a pen.

    Returns
    -------
    list of Problem
    """
    texts = {"Words": Words(), "Bursty words": Words(evenness=30.0)}
    simulated = [
        Problem(name, "classification", data, 1000, 1000, data.n_features)
        for name, data in texts.items()
    ]
    X, digits = datasets.load_digits(return_X_y=True)
    return [*simulated, lay_out_rare("Even strokes", X, digits % 2)]


BESIDE = ("Bursty words",)


def choose_problems(lab):
    """Give what the claims are tested on: a user's own data if these are counts."""
    own = lab.own
    if own is None:
        return list_count_problems()
    if find_refusal(own):
        return [own]
    X, _ = own.data if own.is_real else own.data.sample(own.n_train, random_state=0)
    if (X < 0).any() or (X != np.floor(X)).any():
        lab.leave_out(own, NO_COUNTS)
        return []
    return [own]


def _compare_ends(*, end):
    """Build an experiment on the errors of the pair, with few rows (0) or many (-1)."""

    def experiment(lab, seed):
        ask = make_ask(lab, seed, "multinomial", RIDGE, end=end)
        problems = choose_problems(lab)
        return gather(lab, ask, problems, measure="error", beside=BESIDE)

    return experiment


CLAIMS = tuple(
    Claim(
        key=f"multinomial-naive-bayes-{end}-rows",
        family="counts",
        sentence=f"On counts and with {end} rows {NAMES['multinomial']} is {where} "
        f"{NAMES[RIDGE]}.",
        source=NG,
        kind="regularity",
        dimension="model",
        effect=f"change of the error from {NAMES[RIDGE]} to {NAMES['multinomial']} "
        f"with {rows}, as a share of the former",
        rule=rule,
        why_this_margin=why,
        seed=SEED,
        experiment=_compare_ends(end=place),
    )
    for end, place, where, rows, rule, why in ENDS
)
