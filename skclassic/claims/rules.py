"""Say how large an effect must be for a sentence to be true."""

from dataclasses import dataclass
from math import inf, isnan

from scipy.stats import t as student


@dataclass(frozen=True)
class Rule:
    """Ask that an effect lies between two ends.

    Attributes
    ----------
    margin : float
        The smallest effect of interest, or the largest that is of none.
    """

    margin: float

    @property
    def ends(self):
        """Give the ends of the effects for which the sentence is true."""
        raise NotImplementedError

    def p_supported(self, estimate):
        """Give the p-value against an effect outside the ends.

        With two ends the larger of two one-sided tests (Schuirmann 1987).
        """
        low, high = self.ends
        below = _p_below(estimate, high) if high < inf else 0.0
        above = 1 - _p_below(estimate, low) if low > -inf else 0.0
        return max(below, above)

    def p_refuted(self, estimate):
        """Give the p-value against an effect between the ends."""
        low, high = self.ends
        above = 1 - _p_below(estimate, high) if high < inf else 1.0
        below = _p_below(estimate, low) if low > -inf else 1.0
        return min(above, below)

    def excess(self, estimate):
        """Give how far an effect lies beyond an end; below 0 between them."""
        low, high = self.ends
        return max(estimate.value - high, low - estimate.value)


class Lowers(Rule):
    """Ask that the effect is a decrease of at least `margin`."""

    @property
    def ends(self):
        return -inf, -self.margin

    def __str__(self):
        return f"a fall of at least {100 * self.margin:g} %"


class Raises(Rule):
    """Ask that the effect is an increase of at least `margin`."""

    @property
    def ends(self):
        return self.margin, inf

    def __str__(self):
        return f"a rise of at least {100 * self.margin:g} %"


class Leaves(Rule):
    """Ask that the effect lies within `margin` of zero: an equivalence test."""

    @property
    def ends(self):
        return -self.margin, self.margin

    def __str__(self):
        return f"a change of at most {100 * self.margin:g} % either way"


class Spares(Rule):
    """Ask that the effect is no increase of more than `margin`."""

    @property
    def ends(self):
        return -inf, self.margin

    def __str__(self):
        return f"no rise of more than {100 * self.margin:g} %"


def _p_below(estimate, bound):
    """Give the one-sided p-value of "the effect is below `bound`"."""
    if isnan(estimate.value) or isnan(estimate.standard_error):
        return 0.5
    distance = estimate.value - bound
    if estimate.standard_error == 0:
        z = inf if distance > 0 else -inf if distance < 0 else 0.0
    else:
        z = distance / estimate.standard_error
    return float(student.cdf(z, estimate.df))
