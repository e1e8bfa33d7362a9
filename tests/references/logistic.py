"""Logistic regression's likelihood, profile and separation, row by row.

Coefficients are a list for each class but the first, the intercept last. Columns should
be of ordinary size: nothing is scaled here.
"""

from itertools import combinations
from math import exp, log

import numpy as np
from scipy.optimize import brentq

NOTHING = 1e-9


def log_likelihood(beta, X, codes, weights):
    """Sum the logarithms of the probabilities of the classes that were seen."""
    total = 0.0
    for row, code, weight in zip(X, codes, weights, strict=True):
        scores = [0.0, *(sum(b * x for b, x in zip(line, row)) for line in beta)]  # noqa: B905
        top = max(scores)
        norm = top + log(sum(exp(score - top) for score in scores))
        total += weight * (scores[code] - norm)
    return total


def derivatives(beta, X, codes, weights):
    """Add up gradient and information of every row, by their textbook formulas."""
    K, p = len(beta), X.shape[1]
    gradient, information = np.zeros((K, p)), np.zeros((K, p, K, p))
    for row, code, weight in zip(X, codes, weights, strict=True):
        scores = np.array([0.0, *(np.array(line) @ row for line in beta)])
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        for j in range(K):
            gradient[j] += weight * ((code == j + 1) - shares[j + 1]) * row
            for k in range(K):
                curve = shares[j + 1] * ((j == k) - shares[k + 1])
                information[j, :, k] += weight * curve * np.outer(row, row)
    return gradient.ravel(), information.reshape(K * p, K * p)


def maximise(X, codes, weights, n_classes, *, hold=None, start=None):
    """Climb by Newton steps, halved where need be; `hold` is (number, value)."""
    K, p = n_classes - 1, X.shape[1]
    beta = np.zeros(K * p) if start is None else start.copy()
    free = np.arange(K * p)
    if hold is not None:
        beta[hold[0]] = hold[1]
        free = np.delete(free, hold[0])
    value = log_likelihood(beta.reshape(K, p), X, codes, weights)
    for _ in range(100):
        gradient, information = derivatives(beta.reshape(K, p), X, codes, weights)
        step = np.zeros(K * p)
        part = information[np.ix_(free, free)]
        step[free] = np.linalg.solve(part, gradient[free])
        while True:
            higher = log_likelihood((beta + step).reshape(K, p), X, codes, weights)
            if higher >= value or abs(step).max() < 1e-12:
                break
            step /= 2
        beta, value = beta + step, higher
        if abs(step).max() < 1e-11:
            break
    return beta, value, information


def profile_interval(X, codes, weights, n_classes, number, drop):
    """Find both values of a coefficient at which the best likelihood is `drop` less."""
    best, highest, information = maximise(X, codes, weights, n_classes)
    error = np.linalg.inv(information)[number, number] ** 0.5

    def exceed(value):
        hold = (number, value)
        return maximise(X, codes, weights, n_classes, hold=hold, start=best)[1] - (
            highest - drop
        )

    ends = []
    for side in (-1, 1):
        far = best[number] + side * error
        while exceed(far) > 0:
            far += side * error
        ends.append(brentq(exceed, best[number], far, xtol=1e-10 * error))
    return tuple(ends)


def list_margins(X, codes, n_classes):
    """List what must be at least 0, a vector for each row and class."""
    p = X.shape[1]
    margins = []
    for row, code in zip(X, codes, strict=True):
        for other in range(n_classes):
            if other == code:
                continue
            vector = np.zeros((n_classes, p))
            vector[code] += row
            vector[other] -= row
            margins.append(vector[1:].ravel())
    return np.array(margins)


def list_rays(margins):
    """List the edges of the cone of directions with no margin below 0.

    On an edge all but one of the dimensions are used up by margins that are 0. Any
    direction of the cone is a sum of edges. The margins must span all dimensions.
    """
    q, rays = margins.shape[1], []
    for chosen in combinations(range(len(margins)), q - 1):
        _, values, vectors = np.linalg.svd(margins[list(chosen)].reshape(q - 1, q))
        if len(values) and values[-1] < NOTHING:
            continue
        for ray in (vectors[-1], -vectors[-1]):
            if (margins @ ray).min() >= -NOTHING:
                rays.append(ray)
    return rays


def separate(X, codes, n_classes):
    """Return the kind of separation, and which coefficients some edge changes."""
    margins = list_margins(X, codes, n_classes)
    rays = list_rays(margins)
    if not rays:
        return "none", np.zeros(margins.shape[1], bool), np.zeros(len(margins), bool)
    opened = np.any([margins @ ray > NOTHING for ray in rays], axis=0)
    changed = np.any([abs(ray) > NOTHING for ray in rays], axis=0)
    return ("complete" if opened.all() else "quasi-complete"), changed, opened
