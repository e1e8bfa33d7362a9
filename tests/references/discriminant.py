"""Discriminant analysis as the books write it, row by row. Slow, and imports nothing.

Weights are counts: a row of weight 2 stands in every sum twice.
"""

import numpy as np


def mean_of(X, w):
    return sum(w[r] * X[r] for r in range(len(X))) / sum(w)


def covariance_of(X, w, mean):
    """Return the mean of d d', each with its weight."""
    scatter = sum(w[r] * np.outer(X[r] - mean, X[r] - mean) for r in range(len(X)))
    return scatter / sum(w)


def shrunk_covariance(X, w, shrinkage):
    """Return a covariance matrix moved towards a multiple of the identity.

    "auto" is Ledoit and Wolf's share (2004, section 3.3), on standardised columns.
    """
    p, n, mean = X.shape[1], sum(w), mean_of(X, w)
    S = covariance_of(X, w, mean)
    if shrinkage is None:
        return S
    if shrinkage != "auto":
        return (1 - shrinkage) * S + shrinkage * np.trace(S) / p * np.eye(p)
    scale = np.array([S[j, j] ** 0.5 if S[j, j] > 0 else 1.0 for j in range(p)])
    Z = (X - mean) / scale
    S = covariance_of(Z, w, np.zeros(p))
    sphere = np.trace(S) / p * np.eye(p)
    d2 = ((S - sphere) ** 2).sum() / p
    b2 = 0.0
    for r in range(len(Z)):
        b2 += w[r] * ((np.outer(Z[r], Z[r]) - S) ** 2).sum() / p / n**2
    share = min(b2, d2) / d2 if d2 > 0 else 0.0
    return np.outer(scale, scale) * ((1 - share) * S + share * sphere)


def log_density(x, mean, covariance):
    d = x - mean
    _, log_volume = np.linalg.slogdet(2 * np.pi * covariance)
    return -0.5 * (log_volume + d @ np.linalg.inv(covariance) @ d)


def posteriors(X, y, w, rows, *, shrinkage=None, priors=None, is_linear, by="priors"):
    """Return P(class | row) of rows by Bayes' rule.

    Parameters
    ----------
    X, y, w : training rows, labels and weights
    rows : array of shape (n, p)
    shrinkage : None, float or "auto"
    priors : list of float, or None for the shares of the weights
    is_linear : bool
        Whether all classes have the same covariance matrix, a mean of theirs.
    by : {"priors", "weights"}
        What the mean is taken by.
    """
    labels = sorted(set(y))
    of = [np.array([label == c for label in y]) for c in labels]
    shares = [w[rows_c].sum() / w.sum() for rows_c in of]
    priors = shares if priors is None else priors
    means = [mean_of(X[c], w[c]) for c in of]
    covariances = [shrunk_covariance(X[c], w[c], shrinkage) for c in of]
    if is_linear:
        shares = priors if by == "priors" else shares
        common = sum(p * C for p, C in zip(shares, covariances, strict=True))
        covariances = [common] * len(labels)
    answers = []
    for x in rows:
        joint = [
            np.log(priors[k]) + log_density(x, means[k], covariances[k])
            for k in range(len(labels))
        ]
        powers = [np.exp(value - max(joint)) for value in joint]
        answers.append([power / sum(powers) for power in powers])
    return np.array(answers)


def moments(X, w):
    """Return mean, and sums of d_i d_j, d_i^2 d_j, d_i^2 d_j^2, in long doubles."""
    X, w = X.astype(np.longdouble), w.astype(np.longdouble)
    p = X.shape[1]
    mean = mean_of(X, w)
    second, third, fourth = (np.zeros((p, p), np.longdouble) for _ in range(3))
    for r in range(len(X)):
        d = X[r] - mean
        second += w[r] * np.outer(d, d)
        third += w[r] * np.outer(d**2, d)
        fourth += w[r] * np.outer(d**2, d**2)
    return mean, second, third, fourth
