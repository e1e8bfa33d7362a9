"""Naive Bayes as its definition reads: exact fractions, one row at a time.

NaN stands for a missing value, which takes no part.
"""

from fractions import Fraction
from math import exp, fsum, isnan, log, pi


def class_moments(X, y, weights, label):
    """Return exact means and variances of each feature in one class, None without any.

    Parameters
    ----------
    X : list of lists of float
    y : list
    weights : list of float
    label : object

    Returns
    -------
    list of (Fraction, Fraction)
    """
    rows = [
        (row, Fraction(w))
        for row, c, w in zip(X, y, weights, strict=True)
        if c == label
    ]
    return [
        moments([(Fraction(row[j]), w) for row, w in rows if not isnan(row[j])])
        for j in range(len(X[0]))
    ]


def moments(values):
    """Return the exact mean and variance of weighted values, None without any."""
    total = sum(w for _, w in values)
    if not total:
        return None
    mean = sum(x * w for x, w in values) / total
    return mean, sum(w * (x - mean) ** 2 for x, w in values) / total


def log_joint(row, means, variances, prior):
    """Return log p(x, c) of one row and one class, missing features left out."""
    return log(prior) + fsum(
        -0.5 * (log(2 * pi * v) + (x - m) ** 2 / v)
        for x, m, v in zip(row, means, variances, strict=True)
        if not isnan(x)
    )


def divide(joint):
    """Return p(c | x) from log p(x, c) of all classes."""
    top = max(joint)
    shares = [exp(height - top) for height in joint]
    return [share / fsum(shares) for share in shares]


def count_words(X, y, weights, label):
    """Return the weighted sum of each feature over the rows of a class."""
    rows = [(row, w) for row, c, w in zip(X, y, weights, strict=True) if c == label]
    return [fsum(w * row[j] for row, w in rows) for j in range(len(X[0]))]


def count_category(X, y, weights, label, *, feature, category):
    """Return the weight of a class's rows that have a category of a feature."""
    return fsum(
        w
        for row, c, w in zip(X, y, weights, strict=True)
        if c == label and row[feature] == category
    )
