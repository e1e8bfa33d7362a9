"""Log losses of margins, with their slopes and bends: one margin for two classes, or K.

Margins have the shape (K, rows), one row of the array per margin, so that all classes
of a row of data are reached by vector operations along the last axis. With one margin
m, the second class has probability ``1 / (1 + exp(-m))``; with K, class k has
``exp(m_k) / sum_j exp(m_j)``. No margin overflows, and none loses digits to
cancellation where a row is far on its own class's side.
"""

import numpy as np


def lose_two_classes(margins, against, weights):
    """Add up the log losses of two classes, and give their slopes.

    Parameters
    ----------
    margins : float array of shape (1, rows)
        Used up.
    against : float array of shape (rows,)
        1 for a row of the first class, -1 for one of the second.
    weights : float array of shape (rows,) or None

    Returns
    -------
    total : float
    slopes : float array of shape (1, rows)
        By each margin: the second class's probability less 1 if the row is of it.
    """
    wrong = np.multiply(margins, against, out=margins)
    below = np.minimum(wrong, 0.0)
    above = np.subtract(wrong, below, out=wrong)
    slopes = np.exp(below)
    small = np.exp(np.subtract(below, above, out=below), out=below)  # exp(-|m|)
    losses = np.log1p(small)
    losses += above
    small += 1.0
    slopes /= small
    slopes *= against
    return finish(losses[0], slopes, weights)


def lose_many_classes(margins, codes, weights):
    """Add up the log losses of K classes, and give their slopes.

    Parameters
    ----------
    margins : float array of shape (K, rows)
        Used up.
    codes : int array of shape (rows,)
        Numbers of classes.
    weights : float array of shape (rows,) or None

    Returns
    -------
    total : float
    slopes : float array of shape (K, rows)
        By each margin: the class's probability less 1 if the row is of it.
    """
    own = codes * len(codes) + np.arange(len(codes))  # places in the raveled margins
    margins -= margins.max(axis=0)
    kept = margins.take(own)
    slopes = np.exp(margins, out=margins)
    sums = slopes.sum(axis=0)
    slopes /= sums
    slopes.ravel()[own] -= 1.0
    losses = np.log(sums, out=sums)
    losses -= kept
    return finish(losses, slopes, weights)


def finish(losses, slopes, weights):
    """Weigh losses and slopes, and add the losses up in float64."""
    if weights is not None:
        slopes *= weights
        losses = losses * weights
    return float(losses.sum(dtype=np.float64)), slopes


def share_among_classes(margins):
    """Return the probabilities of K classes from margins (K, rows), using them up."""
    margins -= margins.max(axis=0)
    shares = np.exp(margins, out=margins)
    shares /= shares.sum(axis=0)
    return shares


def bend_two_classes(margins):
    """Return ``p (1 - p)`` from margins of shape (1, rows), in the shape (rows,)."""
    small = np.exp(-np.abs(margins[0]))
    return small / (1.0 + small) ** 2


def bend_along(margins, turns):
    """Return the second derivatives of the losses along a direction, of shape (rows,).

    Parameters
    ----------
    margins : float array of shape (K, rows)
        Used up.
    turns : float array of shape (K, rows)
        What the margins change by.
    """
    if len(margins) == 1:
        return bend_two_classes(margins) * turns[0] ** 2
    leaning = share_among_classes(margins) * turns
    return (leaning * turns).sum(axis=0) - leaning.sum(axis=0) ** 2
