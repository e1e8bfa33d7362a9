"""Classic simulated problems whose truth is known.

Classification problems (Breiman's waveform, twonorm, threenorm and ringnorm; LED
digits, nested spheres, normal classes of any overlap and imbalance) know their
posterior, Friedman's three regression problems their conditional mean and their noise.
So the noise of a loss can be computed instead of being lost in the bias.

The classes are drawn with their prior probabilities, as Breiman did. R's `mlbench`
draws exactly equal numbers per class, which is another problem.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import product
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from scipy.special import log_ndtr, ndtr, softmax
from scipy.stats import chi2, ncx2
from sklearn.utils import check_array, check_random_state

__all__ = [
    "Friedman1",
    "Friedman2",
    "Friedman3",
    "GaussianClasses",
    "LED7",
    "LabelNoise",
    "NestedSpheres",
    "Ringnorm",
    "Threenorm",
    "Twonorm",
    "Waveform",
]

SHIFT = 2 / np.sqrt(20)  # the `a` of twonorm, threenorm and ringnorm, 20 features each


class _Problem(ABC):
    """Draw independent rows of a problem whose truth is known."""

    n_features: ClassVar[int]

    def sample(self, n, random_state=None):
        """Draw `n` independent rows and their targets.

        Parameters
        ----------
        n : int
            Number of rows, at least 1.
        random_state : int, RandomState instance or None, default=None
            Seed of the draw. None draws from NumPy's global generator.

        Returns
        -------
        X : ndarray of shape (n, n_features)
            Inputs, float64.
        y : ndarray of shape (n,)
            Class labels (int64) or responses (float64).

        Raises
        ------
        ValueError
            If `n` is not an integer of at least 1.
        """
        if not isinstance(n, Integral) or isinstance(n, bool) or n < 1:
            raise ValueError(
                f"n must be an integer of at least 1, got {n!r}: it is the number of "
                "rows to draw. Pass for example n=300."
            )
        return self._draw(int(n), check_random_state(random_state))

    @abstractmethod
    def _draw(self, n, rng): ...

    def _receive(self, X):
        X = check_array(X, dtype=np.float64)
        if X.shape[1] != self.n_features:
            raise ValueError(
                f"X must have {self.n_features} columns for {type(self).__name__}, got "
                f"{X.shape[1]}. Pass inputs in the layout that sample() returns."
            )
        return X


class _Classification(_Problem):
    """Know the posterior of every class."""

    classes: ClassVar[np.ndarray] = np.array([0, 1])
    n_features: ClassVar[int] = 20

    @property
    def priors(self):
        """Give the probability of every class: ndarray of shape (n_classes,)."""
        return np.full(len(self.classes), 1 / len(self.classes))

    def posterior(self, X):
        """Give the exact probability of every class at each row.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Inputs, finite.

        Returns
        -------
        ndarray of shape (n, n_classes)
            Rows sum to one; columns in the order of `classes`.

        Raises
        ------
        ValueError
            If `X` is not a finite table of `n_features` columns.
        """
        return self._posterior(self._receive(X))

    @abstractmethod
    def _posterior(self, X): ...

    @property
    @abstractmethod
    def bayes_error(self): ...


class _Clouds(_Classification):
    """Draw the inputs of each class from a density of its own."""

    def _posterior(self, X):
        return softmax(self._log_densities(X) + np.log(self.priors), axis=1)

    def _draw(self, n, rng):
        y = self._draw_classes(n, rng)
        return self._draw_inputs(y, rng), self.classes[y]

    def _draw_classes(self, n, rng):
        return rng.randint(len(self.classes), size=n)

    @abstractmethod
    def _draw_inputs(self, y, rng): ...

    @abstractmethod
    def _log_densities(self, X):
        """Give the log density of each class, up to one constant for all of them."""


_CENTRES = np.array([[11], [7], [15]])
_WAVES = np.maximum(6.0 - np.abs(np.arange(1, 22) - _CENTRES), 0)
_PAIRS = np.array([[0, 1], [0, 2], [1, 2]])  # the two waves that each class mixes


@dataclass(frozen=True)
class Waveform(_Clouds):
    """Tell three mixtures of triangular waves apart, 21 features.

    A row of class (a, b) is `u h_a + (1 - u) h_b` plus unit normal noise, with `u`
    uniform on (0, 1) and the triangular waves `h` centred at 11, 7 and 15. Classes 0, 1
    and 2 mix the waves (11, 7), (11, 15) and (7, 15), the order of the CART book.

    References
    ----------
    Breiman, Friedman, Olshen, Stone (1984). Classification and Regression Trees, 2.6.1.

    Examples
    --------
    >>> from skclassic import Waveform
    >>> X, y = Waveform().sample(5, random_state=0)
    >>> X.shape
    (5, 21)
    >>> Waveform().posterior(X).argmax(axis=1) == y
    array([ True,  True,  True,  True,  True])
    """

    classes: ClassVar[np.ndarray] = np.array([0, 1, 2])
    n_features: ClassVar[int] = 21

    @property
    def bayes_error(self):
        """Give the error of the best classifier, 0.132933.

        By quadrature in the plane of the three waves, which holds all that tells the
        classes apart; the last digit given is exact (grids of 4001 and 8001 points a
        side agree to 2e-9).
        """
        return 0.132933

    def _draw_inputs(self, y, rng):
        u = rng.uniform(size=(len(y), 1))
        first, second = _WAVES[_PAIRS[y]].swapaxes(0, 1)
        noise = rng.standard_normal((len(y), self.n_features))
        return u * first + (1 - u) * second + noise

    def _log_densities(self, X):
        return np.stack(
            [_log_segment_density(X, _WAVES[a], _WAVES[b]) for a, b in _PAIRS], axis=1
        )


def _log_segment_density(X, start, end):
    """Integrate a unit normal density along the segment between two centres, in logs.

    With r = x - end and d = start - end, ||r - u d||^2 is a parabola in u, so the
    integral over u in (0, 1) is a difference of normal distribution functions.
    """
    d = start - end
    length = np.linalg.norm(d)
    r = X - end
    along = r @ d / length
    across = np.einsum("ij,ij->i", r, r) - along**2
    return _log_ndtr_difference(length - along, -along) - across / 2 - np.log(length)


def _log_ndtr_difference(high, low):
    """Give log(Phi(high) - Phi(low)) without cancellation in either tail."""
    in_upper_tail = low > 0  # there Phi is 1 to rounding: mirror to the lower tail
    mirrored_high = np.where(in_upper_tail, -low, high)
    mirrored_low = np.where(in_upper_tail, -high, low)
    log_high = log_ndtr(mirrored_high)
    return log_high + np.log1p(-np.exp(log_ndtr(mirrored_low) - log_high))


@dataclass(frozen=True)
class Twonorm(_Clouds):
    """Tell two normal clouds apart, 20 features.

    Class 0 is N((a, ..., a), I), class 1 is N((-a, ..., -a), I), a = 2/sqrt(20).

    References
    ----------
    Breiman (1998). Arcing classifiers. Annals of Statistics 26(3).

    Examples
    --------
    >>> from skclassic import Twonorm
    >>> round(Twonorm().bayes_error, 5)
    0.02275
    """

    @property
    def bayes_error(self):
        """Give the error of the best classifier, Phi(-2) = 0.02275."""
        return float(ndtr(-2))

    def _draw_inputs(self, y, rng):
        side = np.where(y == 0, SHIFT, -SHIFT)[:, None]
        return side + rng.standard_normal((len(y), self.n_features))

    def _log_densities(self, X):
        score = SHIFT * X.sum(axis=1)
        return np.stack([score, -score], axis=1)


_ALTERNATING = np.tile([1.0, -1.0], 10)


@dataclass(frozen=True)
class Threenorm(_Clouds):
    """Tell a pair of normal clouds from a third cloud, 20 features.

    Class 0 is N((a, ..., a), I) or N((-a, ..., -a), I) with equal chances, class 1 is
    N((a, -a, ..., a, -a), I), a = 2/sqrt(20).

    References
    ----------
    Breiman (1998). Arcing classifiers. Annals of Statistics 26(3).

    Examples
    --------
    >>> from skclassic import Threenorm
    >>> Threenorm().posterior([[0.0] * 20]).round(3)
    array([[0.5, 0.5]])
    """

    @property
    def bayes_error(self):
        """Give the error of the best classifier, 0.104633.

        By quadrature in the plane of the three centres; the last digit given is exact
        (grids of 4001 and 8001 points a side agree to 1e-7).
        """
        return 0.104633

    def _draw_inputs(self, y, rng):
        side = rng.choice([SHIFT, -SHIFT], size=(len(y), 1))
        centre = np.where(y[:, None] == 0, side, SHIFT * _ALTERNATING)
        return centre + rng.standard_normal((len(y), self.n_features))

    def _log_densities(self, X):
        score = SHIFT * X.sum(axis=1)
        pair = np.logaddexp(score, -score) - np.log(2)
        return np.stack([pair, SHIFT * X @ _ALTERNATING], axis=1)


@dataclass(frozen=True)
class Ringnorm(_Clouds):
    """Tell a wide normal cloud from a narrow one inside it, 20 features.

    Class 0 is N(0, 4 I), class 1 is N((a, ..., a), I). Two values of `a` are in
    circulation: this is 2/sqrt(20), Breiman's; R's `mlbench.ringnorm` takes 1/sqrt(20),
    whose Bayes error is 0.0150 instead of 0.0124.

    References
    ----------
    Breiman (1998). Arcing classifiers. Annals of Statistics 26(3).

    Examples
    --------
    >>> from skclassic import Ringnorm
    >>> round(Ringnorm().bayes_error, 4)
    0.0124
    """

    @property
    def bayes_error(self):
        """Give the error of the best classifier, 0.0124.

        Class 1 is the better guess inside a ball, so the error follows from two
        noncentral chi-squared distributions.
        """
        squared_radius = (20 * np.log(2) + 2 / 3) * 8 / 3
        wide_inside = ncx2.cdf(squared_radius / 4, 20, 16 / 9)
        narrow_outside = ncx2.sf(squared_radius, 20, 4 / 9)
        return float((wide_inside + narrow_outside) / 2)

    def _draw_inputs(self, y, rng):
        z = rng.standard_normal((len(y), self.n_features))
        return np.where(y[:, None] == 0, 2 * z, SHIFT + z)

    def _log_densities(self, X):
        wide = -np.einsum("ij,ij->i", X, X) / 8 - self.n_features * np.log(2)
        narrow = -((X - SHIFT) ** 2).sum(axis=1) / 2
        return np.stack([wide, narrow], axis=1)


@dataclass(frozen=True)
class GaussianClasses(_Clouds):
    """Tell two normal clouds apart, of any overlap, correlation, spread and imbalance.

    Class 0 is N(0, S), class 1 is N(m, spread^2 S). S has ones on its diagonal and
    `correlation` elsewhere; m points along the first feature.

    Parameters
    ----------
    distance : float, default=2.0
        Mahalanobis distance of the centres, sqrt(m' S^-1 m), at least 0. With equal
        spread and equal priors the best classifier errs by Phi(-distance / 2).
    n_features : int, default=2
    correlation : float, default=0.0
        Of any two features, between -1 / (n_features - 1) and 1.
    prior : float, default=0.5
        Probability of class 1, between 0 and 1.
    spread : float, default=1.0
        Standard deviations of class 1 in units of those of class 0, above 0.

    Raises
    ------
    ValueError
        If a parameter lies outside its range.

    Examples
    --------
    >>> from skclassic import GaussianClasses
    >>> rare = GaussianClasses(distance=1.0, prior=0.05)
    >>> X, y = rare.sample(10_000, random_state=0)
    >>> print(round(y.mean(), 3), round(rare.bayes_error, 4))
    0.052 0.0499
    """

    distance: float = 2.0
    n_features: int = 2
    correlation: float = 0.0
    prior: float = 0.5
    spread: float = 1.0

    def __post_init__(self):
        if not isinstance(self.n_features, Integral) or self.n_features < 1:
            raise ValueError(
                f"n_features must be an integer of at least 1, got {self.n_features!r}."
            )
        lowest = -1 / (self.n_features - 1) if self.n_features > 1 else -1
        _check_real("distance", self.distance, 0, np.inf, includes_low=True)
        _check_real("correlation", self.correlation, lowest, 1)
        _check_real("prior", self.prior, 0, 1)
        _check_real("spread", self.spread, 0, np.inf)

    @property
    def priors(self):
        """Give the probability of every class: ndarray of shape (2,)."""
        return np.array([1 - self.prior, self.prior])

    @property
    def bayes_error(self):
        """Give the error of the best classifier.

        Where the clouds are as wide as each other, a normal distribution function of
        the projection on the line between the centres; else, where the border is a
        sphere once S is made round, noncentral chi-squared distributions.
        """
        log_odds, squared = np.log(self.prior / (1 - self.prior)), self.distance**2
        if self.spread == 1 and self.distance == 0:
            return float(min(self.prior, 1 - self.prior))
        if self.spread == 1:
            cut = self.distance / 2 - log_odds / self.distance
            missed, false = ndtr(cut - self.distance), ndtr(-cut)
            return float(self.prior * missed + (1 - self.prior) * false)
        narrowness, n = self.spread**-2, self.n_features
        curve = (1 - narrowness) / 2  # log odds: curve |z - middle|^2 + level
        level = log_odds - n * np.log(self.spread) - narrowness * squared / 2
        level -= narrowness**2 * squared / (4 * curve)
        squared_radius = max(-level / curve, 0.0)
        from_zero = (narrowness / (2 * curve)) ** 2 * squared
        from_one = (1 + narrowness / (2 * curve)) ** 2 * squared * narrowness
        zero_inside = _noncentral(squared_radius, n, from_zero)
        one_inside = _noncentral(squared_radius * narrowness, n, from_one)
        if self.spread > 1:  # class 1 is the better guess outside the sphere
            return float(self.prior * one_inside + (1 - self.prior) * (1 - zero_inside))
        return float(self.prior * (1 - one_inside) + (1 - self.prior) * zero_inside)

    @property
    def _covariance(self):
        rest = np.eye(self.n_features) * (1 - self.correlation)
        return rest + self.correlation

    @property
    def _shift(self):
        """The length of m: along the first feature, m' S^-1 m is its square over that
        feature's variance given the others.
        """
        return self.distance / np.sqrt(np.linalg.inv(self._covariance)[0, 0])

    def _draw_classes(self, n, rng):
        return (rng.uniform(size=n) < self.prior).astype(np.int64)

    def _draw_inputs(self, y, rng):
        z = rng.standard_normal((len(y), self.n_features))
        X = z @ np.linalg.cholesky(self._covariance).T
        X[y == 1] *= self.spread
        X[y == 1, 0] += self._shift
        return X

    def _log_densities(self, X):
        root = np.linalg.cholesky(np.linalg.inv(self._covariance))
        centre = np.zeros(self.n_features)
        centre[0] = self._shift
        wide = self.n_features * np.log(self.spread)
        from_zero, from_one = X @ root, (X - centre) @ root / self.spread
        return np.stack(
            [-(from_zero**2).sum(axis=1) / 2, -(from_one**2).sum(axis=1) / 2 - wide],
            axis=1,
        )


def _check_real(name, value, low, high, *, includes_low=False):
    is_real = isinstance(value, Real) and not isinstance(value, bool)
    if not is_real or not (low < value < high or (includes_low and value == low)):
        opening = "[" if includes_low else "("
        raise ValueError(
            f"{name} must be a number in {opening}{low:g}, {high:g}), got {value!r}."
        )


def _noncentral(x, n, noncentrality):
    """Give a noncentral chi-squared distribution function, also where it is central."""
    law = chi2(n) if noncentrality == 0 else ncx2(n, noncentrality)
    return law.cdf(x)


_SEGMENTS = np.array(
    [
        [1, 1, 1, 0, 1, 1, 1],
        [0, 0, 1, 0, 0, 1, 0],
        [1, 0, 1, 1, 1, 0, 1],
        [1, 0, 1, 1, 0, 1, 1],
        [0, 1, 1, 1, 0, 1, 0],
        [1, 1, 0, 1, 0, 1, 1],
        [1, 1, 0, 1, 1, 1, 1],
        [1, 0, 1, 0, 0, 1, 0],
        [1, 1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 0, 1, 1],
    ]
)


@dataclass(frozen=True)
class LED7(_Clouds):
    """Read a digit off seven segments, each of which fails at times.

    The ten digits are as frequent as each other; features are 1 for a segment that is
    lit, 0 else: top, upper left, upper right, middle, lower left, lower right, bottom.

    Parameters
    ----------
    flip : float, default=0.1
        Probability that a segment shows the opposite, between 0 and 1/2.

    Raises
    ------
    ValueError
        If `flip` lies outside its range.

    References
    ----------
    Breiman, Friedman, Olshen, Stone (1984). Classification and Regression Trees, 2.6.1.

    Examples
    --------
    >>> from skclassic import LED7
    >>> round(LED7().bayes_error, 3)
    0.26
    """

    classes: ClassVar[np.ndarray] = np.arange(10)
    n_features: ClassVar[int] = 7

    flip: float = 0.1

    def __post_init__(self):
        _check_real("flip", self.flip, 0, 0.5)

    @property
    def bayes_error(self):
        """Give the error of the best classifier, summed over all 128 displays."""
        displays = np.array(list(product([0.0, 1.0], repeat=7)))
        densities = np.exp(self._log_densities(displays))
        return float(1 - (densities.max(axis=1) / 10).sum())

    def _draw_inputs(self, y, rng):
        fails = rng.uniform(size=(len(y), self.n_features)) < self.flip
        return (_SEGMENTS[y] ^ fails).astype(np.float64)

    def _log_densities(self, X):
        n_failed = np.abs(X[:, None] - _SEGMENTS).sum(axis=2)
        odds = np.log(self.flip / (1 - self.flip))
        return n_failed * odds + self.n_features * np.log(1 - self.flip)


_SQUARED_RADIUS = 9.34  # the median of chi-squared with 10 degrees of freedom


@dataclass(frozen=True)
class NestedSpheres(_Classification):
    """Tell the inside of a sphere from its outside, 10 features, without noise.

    y = 1 where x1^2 + ... + x10^2 > 9.34, with standard normal inputs; 9.34 is the
    median of this sum. scikit-learn's `make_hastie_10_2` calls the classes -1 and 1.

    References
    ----------
    Hastie, Tibshirani, Friedman (2009). The Elements of Statistical Learning, eq. 10.2.

    Examples
    --------
    >>> from skclassic import NestedSpheres
    >>> X, y = NestedSpheres().sample(3, random_state=0)
    >>> bool((((X**2).sum(axis=1) > 9.34) == y).all())
    True
    """

    n_features: ClassVar[int] = 10
    bayes_error: ClassVar[float] = 0.0

    @property
    def priors(self):
        """Give the probability of every class: ndarray of shape (2,)."""
        outside = chi2.sf(_SQUARED_RADIUS, self.n_features)
        return np.array([1 - outside, outside])

    def _posterior(self, X):
        is_outside = self._label(X)
        return np.stack([1.0 - is_outside, is_outside], axis=1)

    def _draw(self, n, rng):
        X = rng.standard_normal((n, self.n_features))
        return X, self._label(X)

    def _label(self, X):
        return ((X**2).sum(axis=1) > _SQUARED_RADIUS).astype(np.int64)


@dataclass(frozen=True)
class LabelNoise(_Classification):
    """Draw the labels of another problem wrong now and then.

    The most likely class of a row stays the most likely one.

    Parameters
    ----------
    problem : classification problem
        Whose rows are drawn.
    rate : float
        Probability that a label is replaced by one of the others, each as likely; at
        least 0, and below (n_classes - 1) / n_classes, where nothing would be left.

    Raises
    ------
    ValueError
        If `problem` has no classes, or `rate` lies outside its range.

    Examples
    --------
    >>> from skclassic import LabelNoise, NestedSpheres
    >>> noisy = LabelNoise(NestedSpheres(), rate=0.1)
    >>> round(noisy.bayes_error, 4)
    0.1
    """

    problem: object
    rate: float

    def __post_init__(self):
        if not isinstance(self.problem, _Classification):
            raise ValueError(
                "problem must be a classification problem of skclassic, got "
                f"{self.problem!r}. Pass for example Twonorm()."
            )
        n = len(self.classes)
        _check_real("rate", self.rate, 0, (n - 1) / n, includes_low=True)

    @property
    def classes(self):
        """Give the labels of the problem: ndarray of shape (n_classes,)."""
        return self.problem.classes

    @property
    def n_features(self):
        """Give the number of features of the problem."""
        return self.problem.n_features

    @property
    def priors(self):
        """Give the probability of every class: ndarray of shape (n_classes,)."""
        return self._blur(self.problem.priors)

    @property
    def bayes_error(self):
        """Give the error of the best classifier."""
        return float(1 - self._blur(1 - self.problem.bayes_error))

    def _draw(self, n, rng):
        X, y = self.problem.sample(n, rng)
        step = rng.randint(1, len(self.classes), size=n)  # to another class
        places = np.searchsorted(self.classes, y)
        others = self.classes[(places + step) % len(self.classes)]
        return X, np.where(rng.uniform(size=n) < self.rate, others, y)

    def _posterior(self, X):
        return self._blur(self.problem.posterior(X))

    def _blur(self, probability):
        """Return the probability of a class once labels are wrong now and then."""
        elsewhere = (1 - probability) / (len(self.classes) - 1)
        return (1 - self.rate) * probability + self.rate * elsewhere


class _Regression(_Problem):
    """Know the conditional mean and the variance of the noise around it."""

    noise_variance: ClassVar[float]

    @property
    def bayes_error(self):
        """Give the squared error of the best prediction, the noise variance."""
        return self.noise_variance

    def conditional_mean(self, X):
        """Give the expectation of the response at each row.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Inputs, finite.

        Returns
        -------
        ndarray of shape (n,)
            In the units of the response.

        Raises
        ------
        ValueError
            If `X` is not a finite table of `n_features` columns.
        """
        return self._mean(self._receive(X))

    def _draw(self, n, rng):
        X = self._draw_inputs(n, rng)
        noise = np.sqrt(self.noise_variance) * rng.standard_normal(n)
        return X, self._mean(X) + noise

    @abstractmethod
    def _draw_inputs(self, n, rng): ...

    @abstractmethod
    def _mean(self, X): ...


@dataclass(frozen=True)
class Friedman1(_Regression):
    """Fit a smooth surface of five inputs among ten, noise variance 1.

    y = 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 + N(0, 1), with ten inputs
    uniform on (0, 1).

    References
    ----------
    Friedman (1991). Multivariate adaptive regression splines. Annals of Statistics
    19(1).

    Examples
    --------
    >>> from skclassic import Friedman1
    >>> float(Friedman1().conditional_mean([[0.5, 1, 0.5, 1, 1, 0, 0, 0, 0, 0]])[0])
    25.0
    """

    n_features: ClassVar[int] = 10
    noise_variance: ClassVar[float] = 1.0

    def _draw_inputs(self, n, rng):
        return rng.uniform(size=(n, self.n_features))

    def _mean(self, X):
        x1, x2, x3, x4, x5 = X[:, :5].T
        return 10 * np.sin(np.pi * x1 * x2) + 20 * (x3 - 0.5) ** 2 + 10 * x4 + 5 * x5


class _Circuit(_Regression):
    """Draw the four elements of an alternating-current circuit."""

    n_features: ClassVar[int] = 4

    def _draw_inputs(self, n, rng):
        low = [0, 40 * np.pi, 0, 1]
        high = [100, 560 * np.pi, 1, 11]
        return rng.uniform(low, high, size=(n, self.n_features))

    def _reactance(self, X):
        _, x2, x3, x4 = X.T
        return x2 * x3 - 1 / (x2 * x4)


@dataclass(frozen=True)
class Friedman2(_Circuit):
    """Fit the impedance of a circuit, noise variance 125^2.

    y = sqrt(x1^2 + (x2 x3 - 1/(x2 x4))^2) + N(0, 125^2), with x1 uniform on (0, 100),
    x2 on (40 pi, 560 pi), x3 on (0, 1) and x4 on (1, 11).

    References
    ----------
    Friedman (1991). Multivariate adaptive regression splines. Annals of Statistics
    19(1).

    Examples
    --------
    >>> from skclassic import Friedman2
    >>> Friedman2().noise_variance
    15625.0
    """

    noise_variance: ClassVar[float] = 125.0**2

    def _mean(self, X):
        return np.hypot(X[:, 0], self._reactance(X))


@dataclass(frozen=True)
class Friedman3(_Circuit):
    """Fit the phase of a circuit, noise variance 0.1^2.

    y = atan((x2 x3 - 1/(x2 x4)) / x1) + N(0, 0.1^2), inputs as in :class:`Friedman2`.

    References
    ----------
    Friedman (1991). Multivariate adaptive regression splines. Annals of Statistics
    19(1).

    Examples
    --------
    >>> from skclassic import Friedman3
    >>> X, y = Friedman3().sample(1000, random_state=0)
    >>> bool(abs(y - Friedman3().conditional_mean(X)).max() < 0.5)
    True
    """

    noise_variance: ClassVar[float] = 0.1**2

    def _mean(self, X):
        return np.arctan2(self._reactance(X), X[:, 0])
