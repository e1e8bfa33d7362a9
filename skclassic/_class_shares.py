"""Turn what trees say into shares of classes, and these into answers."""

import numpy as np


def spread_shares(channels, n_classes):
    """Return class shares of shape (n_rows, n_classes) from what trees add up to.

    For several outputs, whose `n_classes` are a list, a list of them.
    """
    if isinstance(n_classes, list):
        return np.hsplit(channels, np.cumsum(n_classes)[:-1])
    if n_classes == 1:
        return np.ones((len(channels), 1))
    if n_classes > 2:
        return channels
    return np.column_stack([1.0 - channels[:, 0], channels[:, 0]])


def most_frequent(shares):
    """Return the number of the class with the largest share; a column per output."""
    if isinstance(shares, list):
        return np.column_stack([own.argmax(axis=1) for own in shares])
    return shares.argmax(axis=1)


def log_of(shares):
    """Return logarithms of shares, -inf at 0; a list of them for several outputs."""
    if isinstance(shares, list):
        return [log_of(own) for own in shares]
    with np.errstate(divide="ignore"):
        return np.log(shares)
