"""Boosting as its papers write it, of stumps found by trying every cut.

Slow, and imports nothing of the package. `y` holds the numbers of two or more
classes, 0 to K - 1. A row of weight 2 stands in every sum twice; one of weight 0 does
not exist.

References
----------
Breiman (1998). Arcing classifiers. Annals of Statistics 26.
Friedman, Hastie and Tibshirani (2000). Additive logistic regression: a statistical view
of boosting. Annals of Statistics 28. ("FHT")
Zhu, Rosset, Zou and Hastie (2006). Multi-class AdaBoost. Technical report 430.
"""

from dataclasses import dataclass

import numpy as np

EPS = np.finfo(float).eps
TIED = 1e-12  # losses closer than this, as shares of the weight, are ties


@dataclass(frozen=True)
class Stump:
    """One cut: rows with X[:, feature] <= threshold get `left`, the others `right`."""

    feature: int
    threshold: float
    left: np.ndarray  # one value for each column of the target
    right: np.ndarray

    def __call__(self, X):
        is_left = X[:, self.feature] <= self.threshold
        return np.where(is_left[:, None], self.left, self.right)


class Cuts:
    """All cuts of some rows, midway between neighbouring values of a feature.

    `is_left` has a row of zeros and ones for each of them. Where no feature has two
    values, one cut leaves all rows on the left.
    """

    def __init__(self, X):
        self.places = [
            (feature, a / 2 + b / 2)
            for feature, values in enumerate(map(np.unique, X.T))
            for a, b in zip(values[:-1], values[1:], strict=True)
        ] or [(0, np.inf)]
        self.is_left = np.array([X[:, j] <= t for j, t in self.places], dtype=float)

    def fit_stump(self, Y, w):
        """Return the stump of the least weighted squared distance to Y.

        To rows of class indicators that is the cut of the least Gini impurity, with the
        classes' shares as its values. The first of several that are as good.

        Parameters
        ----------
        Y : ndarray of shape (n_rows, n_columns)
        w : ndarray of shape (n_rows,), above 0
        """
        means, losses = [], 0.0
        for is_here in (self.is_left, 1 - self.is_left):
            weight = is_here @ w
            mean = is_here @ (w[:, None] * Y) / np.where(weight > 0, weight, 1)[:, None]
            losses = losses - weight * (mean**2).sum(axis=1)
            means.append(mean)
        best = np.flatnonzero(losses <= losses.min() + TIED * w.sum())[0]
        return Stump(*self.places[best], means[0][best], means[1][best])


@dataclass(frozen=True)
class Boosted:
    """A sum F of terms, one for each round.

    Scores have the shape (n_rows,), above 0 for class 1, or (n_rows, K).
    """

    terms: list  # of functions that turn rows into scores

    def staged_scores(self, X):
        F = 0.0
        for term in self.terms:
            F = F + term(X)
            yield F

    def scores(self, X):
        return [*self.staged_scores(X)][-1]

    def predict(self, X):
        F = self.scores(X)
        return (F > 0).astype(int) if F.ndim == 1 else F.argmax(axis=1)


def receive(X, y, sample_weight):
    """Return the rows that exist, their classes and their shares of the weight."""
    w = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, float)
    exists = w > 0
    return X[exists], y[exists], w[exists] / w[exists].sum()


def indicators(y):
    return (y[:, None] == np.arange(y.max() + 1)).astype(float)


def real(X, y, n_rounds, learning_rate=1.0, sample_weight=None, *, eps=EPS):
    """Boost probabilities: Real AdaBoost, FHT algorithm 2; of more classes SAMME.R."""
    if y.max() > 1:
        return samme_r(X, y, n_rounds, learning_rate, sample_weight, eps=eps)
    X, y, w = receive(X, y, sample_weight)
    cuts, sign, terms = Cuts(X), 2 * y - 1, []
    for _ in range(n_rounds):
        stump = cuts.fit_stump(indicators(y), w)

        def f(rows, stump=stump):
            p = np.clip(stump(rows)[:, 1], eps, 1 - eps)
            return learning_rate * np.log(p / (1 - p)) / 2

        w = w * np.exp(-sign * f(X))
        w = w / w.sum()
        terms.append(f)
    return Boosted(terms)


def samme_r(X, y, n_rounds, learning_rate=1.0, sample_weight=None, *, eps=EPS):
    """Boost probabilities of K classes: Zhu et al. (2006), algorithm 4."""
    X, y, w = receive(X, y, sample_weight)
    cuts, K, terms = Cuts(X), y.max() + 1, []
    coded = np.where(indicators(y) == 1, 1.0, -1 / (K - 1))
    for _ in range(n_rounds):
        stump = cuts.fit_stump(indicators(y), w)

        def h(rows, stump=stump):
            log_p = np.log(np.clip(stump(rows), eps, 1 - eps))
            mean = log_p.mean(axis=1, keepdims=True)
            return learning_rate * (K - 1) * (log_p - mean)

        log_p = np.log(np.clip(stump(X), eps, 1 - eps))
        w = w * np.exp(-learning_rate * (K - 1) / K * (coded * log_p).sum(axis=1))
        w = w / w.sum()
        terms.append(h)
    return Boosted(terms)


def gentle(X, y, n_rounds, learning_rate=1.0, sample_weight=None):
    """Boost by least squares: Gentle AdaBoost, FHT algorithm 4.

    Of more classes each against the rest, apart from one another (section 6).
    """
    if y.max() == 1:
        return gentle_of_two(X, y, n_rounds, learning_rate, sample_weight)
    each = [
        gentle_of_two(X, (y == k).astype(int), n_rounds, learning_rate, sample_weight)
        for k in range(y.max() + 1)
    ]
    rounds = zip(*(one.terms for one in each), strict=True)
    return Boosted(
        [
            lambda rows, fs=fs: np.column_stack([f_k(rows) for f_k in fs])
            for fs in rounds
        ]
    )


def gentle_of_two(X, y, n_rounds, learning_rate, sample_weight):
    X, y, w = receive(X, y, sample_weight)
    cuts, sign, terms = Cuts(X), 2.0 * y - 1, []
    for _ in range(n_rounds):
        stump = cuts.fit_stump(sign[:, None], w)

        def f(rows, stump=stump):
            return learning_rate * stump(rows)[:, 0]

        w = w * np.exp(-sign * f(X))
        w = w / w.sum()
        terms.append(f)
    return Boosted(terms)


def logit(
    X, y, n_rounds, learning_rate=1.0, sample_weight=None, *, zmax=4.0, least=2 * EPS
):
    """Boost by Newton steps: LogitBoost, FHT algorithm 3; of more classes 6.

    Parameters
    ----------
    zmax : float
        What working responses are cut off at, on either side of 0.
    least : float
        What p (1 - p) counts where it is less.
    """
    if y.max() > 1:
        return logit_of_many(X, y, n_rounds, learning_rate, sample_weight, zmax, least)
    X, y, counts = receive(X, y, sample_weight)
    cuts, F, terms = Cuts(X), np.zeros(len(y)), []
    for _ in range(n_rounds):
        p = 1 / (1 + np.exp(-2 * F))
        z, w = respond(y, p, zmax, least)
        stump = cuts.fit_stump(z[:, None], w * counts)

        def f(rows, stump=stump):
            return learning_rate * stump(rows)[:, 0] / 2

        F = F + f(X)
        terms.append(f)
    return Boosted(terms)


def logit_of_many(X, y, n_rounds, learning_rate, sample_weight, zmax, least):
    X, y, counts = receive(X, y, sample_weight)
    cuts, K, terms = Cuts(X), y.max() + 1, []
    F = np.zeros((len(y), K))
    for _ in range(n_rounds):
        p = np.exp(F - F.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True)
        stumps = []
        for k in range(K):
            z, w = respond(indicators(y)[:, k], p[:, k], zmax, least)
            stumps.append(cuts.fit_stump(z[:, None], w * counts))

        def f(rows, stumps=stumps):
            f = np.column_stack([stump(rows)[:, 0] for stump in stumps])
            mean = f.mean(axis=1, keepdims=True)
            return learning_rate * (K - 1) / K * (f - mean)

        F = F + f(X)
        terms.append(f)
    return Boosted(terms)


def respond(y, p, zmax, least):
    """Return working responses (y - p) / (p (1 - p)), and weights p (1 - p).

    Written as 1 / p and -1 / (1 - p), which is the same (FHT, section 5).
    """
    with np.errstate(divide="ignore"):
        z = np.where(y == 1, 1 / p, -1 / (1 - p))
    return np.clip(z, -zmax, zmax), np.maximum(p * (1 - p), least)


def arc_fs(
    X, y, n_rounds, learning_rate=1.0, sample_weight=None, *, rng, say_if_right=0.0
):
    """Arc by the weights of Freund and Schapire, from rows that are drawn.

    Breiman (1998), section 2. After a round without an error, or with one of a half
    or more, all rows count again as at first, and the member has no say.

    Parameters
    ----------
    rng : RandomState
    say_if_right : float
        The say of a member without an error.
    """
    X, y, start = receive(X, y, sample_weight)
    p, K, terms = start, y.max() + 1, []
    for _ in range(n_rounds):
        stump = fit_drawn(X, y, p, rng, K)
        d = stump(X).argmax(axis=1) != y
        error = (p * d).sum()
        if error == 0 or error >= 0.5:
            say, p = say_if_right if error == 0 else 0.0, start
        else:
            beta = (1 - error) / error
            say, p = learning_rate * np.log(beta), p * beta ** (learning_rate * d)
            p = p / p.sum()
        terms.append(vote(stump, say, K))
    return Boosted(terms)


def arc_x4(X, y, n_rounds, sample_weight=None, *, rng):
    """Arc by 1 + m^4, where m counts how often a row was got wrong: Breiman (1998).

    All members have the same say.
    """
    X, y, start = receive(X, y, sample_weight)
    m, K, terms = np.zeros(len(y)), y.max() + 1, []
    for _ in range(n_rounds):
        p = start * (1 + m**4)
        stump = fit_drawn(X, y, p / p.sum(), rng, K)
        m = m + (stump(X).argmax(axis=1) != y)
        terms.append(vote(stump, 1.0, K))
    return Boosted(terms)


def fit_drawn(X, y, p, rng, n_classes):
    """Fit a stump to as many rows as there are, drawn with replacement."""
    drawn = rng.choice(len(y), size=len(y), p=p)
    Y = (y[drawn][:, None] == np.arange(n_classes)).astype(float)
    return Cuts(X[drawn]).fit_stump(Y, np.ones(len(y)))


def vote(stump, say, n_classes):
    """Return a term that has `say` for the class of most of a leaf's weight.

    Of two classes that less the other's.
    """

    def count(rows):
        told = stump(rows).argmax(axis=1)
        if n_classes == 2:
            return say * (2.0 * told - 1)
        return say * (told[:, None] == np.arange(n_classes))

    return count
