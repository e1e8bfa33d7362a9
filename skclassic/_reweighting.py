"""How boosting heeds its members: an algorithm each, in the symbols of its paper.

A rule holds what the rows weigh in the next round, or, where members predict numbers,
their targets as well; it hears what a member says of the rows, and tells what the
member adds to the scores of the classes.

Scores have a column for each class, or with two classes one, for the second less the
first.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_expit, softmax

LEAST_WEIGHT = np.finfo(np.float64).eps  # of a row: lighter ones never come back
LEAST_SHARE = 1e-5  # of a class: no member may be as sure as its logarithm allows
LARGEST_TARGET = 4.0  # of LogitBoost: Friedman, Hastie and Tibshirani (2000) say 2 to 4
NO_ERROR = "the last member makes no error on the training rows"
NO_BETTER = "the next member would have been no better than chance"
NO_WEIGHT = "sample weights have reached infinite values"


class Heard(NamedTuple):
    """What becomes of a member.

    Attributes
    ----------
    error : float
        Its share of wrong rows, by their weights.
    say : float or None
        What its answers are multiplied by; None if it is dropped.
    reason : str or None
        Why it is the last.
    """

    error: float
    say: float | None
    reason: str | None = None


class Rule:
    """What all algorithms share.

    Parameters
    ----------
    y : int array of shape (n_rows,)
        Numbers of classes.
    w : float64 array of shape (n_rows,)
        Shares of the rows in all weight.
    n_classes : int
    learning_rate : float
    """

    asks_for = "classes"  # or "shares" of them, or "numbers"
    draws = False  # unless the user says so
    targets = None

    def __init__(self, y, w, n_classes, learning_rate):
        self.y, self.w, self.K, self.nu = y, w, n_classes, learning_rate
        self.start()

    def start(self):
        """Set what changes from round to round."""

    @staticmethod
    def settle(sums):
        """Return scores from what members add up to."""
        return sums


class Voting(Rule):
    """Members vote, each with its say."""

    has_votes = True

    @staticmethod
    def contribute(h, say, K):
        """Return what votes `h`, numbers of classes, add to the scores."""
        if K == 2:
            return np.where(h == 1, 2 * say, -2 * say)[:, None]
        return np.where(np.arange(K) == h[:, None], say, -say / max(K - 1, 1))

    @staticmethod
    def find_logits(sums, K):
        """Return logarithms of shares: the link of Friedman, Hastie and Tibshirani
        (2000), for more than two classes that of Zhu et al. (2009).
        """
        return sums / 2 if K == 2 else sums * (K - 1) / K


class Samme(Voting):
    """Algorithm 2 of Zhu et al. (2009); with two classes AdaBoost.M1."""

    demand = "better than chance"

    def heed(self, h):
        """Weigh a member, and then the rows."""
        w, K = self.w, self.K
        is_wrong = h != self.y
        error = float(w @ is_wrong)
        if error >= 1 - 1 / K and K > 1:
            return Heard(error, None, NO_BETTER)
        if error <= 0:
            return Heard(error, 1.0, NO_ERROR)
        say = self.nu * (np.log((1 - error) / error) + np.log(K - 1))
        self.w = reweigh(w, is_wrong, say)
        return Heard(error, say, NO_WEIGHT if self.w is None else None)


class ArcFs(Voting):
    """Breiman's (1998) reading of AdaBoost.M1: rows are drawn, and there is no end."""

    draws = True
    demand = "right more often than wrong"

    def start(self):
        """Keep what the rows weigh at first."""
        self.at_first = self.w

    def heed(self, h):
        """Weigh a member, and then the rows; start again after one without an error, or
        one that is wrong as often as right, which is dropped.
        """
        is_wrong = h != self.y
        error = float(self.w @ is_wrong)
        if error >= 0.5 or error <= 0:
            self.w = self.at_first
            least = LEAST_WEIGHT  # the say of no error would be infinite
            return Heard(error, None if error > 0 else self.nu * -np.log(least))
        say = self.nu * np.log((1 - error) / error)
        w = reweigh(self.w, is_wrong, say)
        self.w = self.at_first if w is None else w
        return Heard(error, say)


class ArcX4(Voting):
    """Breiman (1998): members count alike, and rows the more the oftener they were
    wrong.
    """

    draws = True

    def start(self):
        """Count for each row how often it was wrong."""
        self.at_first, self.m = self.w, np.zeros(len(self.y))

    def heed(self, h):
        """Weigh the rows by ``1 + m^4``."""
        is_wrong = h != self.y
        error = float(self.w @ is_wrong)
        self.m += is_wrong
        w = self.at_first * (1 + self.m**4)
        self.w = w / w.sum()
        return Heard(error, 1.0)


class Additive(Rule):
    """Members add to the logarithms of the classes' shares."""

    has_votes = False

    def start(self):
        """Begin with even shares."""
        n_columns = 1 if self.K == 2 else self.K
        self.at_first, self.F = self.w, np.zeros((len(self.y), n_columns))

    @staticmethod
    def find_logits(sums, K):
        """Return logarithms of shares, up to a constant: what `F` adds up."""
        return sums


class Real(Additive):
    """Real AdaBoost: algorithm 2 of Friedman, Hastie and Tibshirani (2000); for more
    than two classes SAMME.R, algorithm 4 of Zhu, Zou, Rosset and Hastie (2006).
    """

    asks_for = "shares"

    @staticmethod
    def contribute(p, say, K):
        """Return the logarithms of shares `p`, less their mean over the classes."""
        logs = np.log(np.clip(p, LEAST_SHARE, 1 - LEAST_SHARE))
        if K == 2:
            return say * (logs[:, 1:] - logs[:, :1])
        return say * (logs - logs.mean(axis=1, keepdims=True))

    def heed(self, p):
        """Add a member, and weigh the rows by ``exp(-F)`` of their own class."""
        error = float(self.w @ (p.argmax(axis=1) != self.y))
        if error <= 0:
            return Heard(error, self.nu, NO_ERROR)
        self.F += self.contribute(p, self.nu, self.K)
        self.w = fade(self.at_first, take_own(self.F, self.y))
        return Heard(error, self.nu)


class Numeric(Additive):
    """Members predict numbers: for each class against the others, or with two for the
    second alone. `w` and `targets` have a column for each.
    """

    asks_for = "numbers"

    def start(self):
        """Tell each class from the others."""
        super().start()
        self.is_own = tell_apart(self.y, self.K)
        self.aim()

    def heed(self, f):
        """Add a member, and turn to what is left."""
        told = f[:, 0] > 0 if self.K == 2 else f.argmax(axis=1)
        weights = self.w.sum(axis=1)
        error = float(weights @ (told != self.y) / weights.sum())
        self.F = self.settle(self.F + self.contribute(f, self.nu, self.K))
        self.aim()
        return Heard(error, self.nu)


class Gentle(Numeric):
    """Gentle AdaBoost: algorithm 4 of Friedman, Hastie and Tibshirani (2000); more than
    two classes one against the others (their algorithm 5).
    """

    @staticmethod
    def contribute(f, say, K):
        """Return twice the regression on labels of -1 and 1: ``F`` halves log odds."""
        return 2 * say * f

    @staticmethod
    def find_logits(sums, K):
        """Return logarithms of shares that need not add up to 1."""
        return sums if K == 2 else log_expit(sums)

    def aim(self):
        """Weigh the rows by ``exp(-y F)``."""
        self.targets = np.where(self.is_own, 1.0, -1.0)
        self.w = fade(self.at_first[:, None], self.targets * self.F / 2)


class Logit(Numeric):
    """LogitBoost: algorithm 3 of Friedman, Hastie and Tibshirani (2000) for two
    classes, algorithm 6 for more.
    """

    @staticmethod
    def contribute(f, say, K):
        """Return a Newton step of the log likelihood."""
        return say * f if K == 2 else say * f * (K - 1) / K

    @staticmethod
    def settle(sums):
        """Return scores that add up to 0 over three classes or more."""
        if sums.shape[1] == 1:
            return sums
        return sums - sums.mean(axis=1, keepdims=True)

    def aim(self):
        """Ask for working responses ``z`` under the weights ``p (1 - p)``."""
        p = expit(self.F) if self.K == 2 else softmax(self.F, axis=1)
        information = np.maximum(p * (1 - p), 2 * LEAST_WEIGHT)
        with np.errstate(divide="ignore", over="ignore"):
            z = np.where(self.is_own, 1 / p, -1 / (1 - p))
        self.targets = np.clip(z, -LARGEST_TARGET, LARGEST_TARGET)
        w = self.at_first[:, None] * information
        self.w = w / w.sum(axis=0)


RULES = {
    "samme": Samme,
    "arc-fs": ArcFs,
    "arc-x4": ArcX4,
    "real": Real,
    "gentle": Gentle,
    "logit": Logit,
}


def tell_apart(y, K):
    """Return whether rows are of each class, or with two of the second: bool array of
    shape (n_rows, n_columns).
    """
    return y[:, None] == (np.arange(K) if K != 2 else np.ones(1))


def reweigh(w, is_wrong, say):
    """Return the weights of the next round, of sum 1; None where they overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        w = w * np.where(is_wrong, np.exp(say), 1.0)
        total = w.sum()
    if not 0 < total < np.inf:
        return None
    return lift(w / total)


def lift(w):
    """Return weights none of which is too light to come back, but for those of 0."""
    return np.where(w > 0, np.maximum(w, LEAST_WEIGHT), 0.0)


def fade(w, margins):
    """Return ``w exp(-margins)``, whose columns add up to 1; rows that had a weight
    keep one.
    """
    lowest = margins.min(axis=0, where=w > 0, initial=np.inf)
    faded = w * np.exp(-np.maximum(margins - lowest, 0.0))
    faded /= faded.sum(axis=0)
    return np.where(w > 0, np.maximum(faded, LEAST_WEIGHT), 0.0)


def take_own(scores, y):
    """Return each row's score for its own class: half the log odds with two."""
    if scores.shape[1] == 1:
        return np.where(y == 1, scores[:, 0], -scores[:, 0]) / 2
    return scores[np.arange(len(y)), y]
