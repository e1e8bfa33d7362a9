"""Classic simulated problems whose truth is known.

Breiman's four classification problems (waveform, twonorm, threenorm, ringnorm) know
their posterior, Friedman's three regression problems their conditional mean and their
noise. So the noise of a loss can be computed instead of being lost in the bias.

The classes are drawn with their prior probabilities (1/3 each or 1/2 each), as Breiman
did. R's `mlbench` draws exactly equal numbers per class, which is another problem.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from numbers import Integral
from typing import ClassVar

import numpy as np
from scipy.special import log_ndtr, ndtr, softmax
from scipy.stats import ncx2
from sklearn.utils import check_array, check_random_state

__all__ = [
    "Friedman1",
    "Friedman2",
    "Friedman3",
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
        log_densities = self._log_densities(self._receive(X))
        return softmax(log_densities, axis=1)  # equal priors cancel

    def _draw(self, n, rng):
        y = rng.randint(len(self.classes), size=n)
        return self._draw_inputs(y, rng), self.classes[y]

    @abstractmethod
    def _draw_inputs(self, y, rng): ...

    @abstractmethod
    def _log_densities(self, X):
        """Give the log density of each class, up to one constant for all of them."""

    @property
    @abstractmethod
    def bayes_error(self): ...


_CENTRES = np.array([[11], [7], [15]])
_WAVES = np.maximum(6.0 - np.abs(np.arange(1, 22) - _CENTRES), 0)
_PAIRS = np.array([[0, 1], [0, 2], [1, 2]])  # the two waves that each class mixes


@dataclass(frozen=True)
class Waveform(_Classification):
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
class Twonorm(_Classification):
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
class Threenorm(_Classification):
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
class Ringnorm(_Classification):
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


class _Regression(_Problem):
    """Know the conditional mean and the variance of the noise around it."""

    noise_variance: ClassVar[float]

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
