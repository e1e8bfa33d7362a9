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


def penalised_loss(point, X, codes, weights, l2):
    """Return loss, gradient and Hessian of K lists of coefficients, intercept last.

    The last column of X is ones, or zeros where there is no intercept; `l2` are the
    penalties of its columns.
    """
    K, p = point.shape
    margins = X @ point.T
    top = margins.max(axis=1, keepdims=True)
    shares = np.exp(margins - top)
    totals = shares.sum(axis=1, keepdims=True)
    shares /= totals
    at = np.arange(len(codes))
    losses = np.log(totals[:, 0]) + top[:, 0] - margins[at, codes]
    value = weights @ losses + (l2 * point**2).sum() / 2
    shares_less_seen = shares.copy()
    shares_less_seen[at, codes] -= 1.0
    gradient = (shares_less_seen * weights[:, None]).T @ X + l2 * point
    hessian = np.zeros((K, p, K, p))
    for j in range(K):
        for k in range(K):
            bends = weights * shares[:, j] * ((j == k) - shares[:, k])
            hessian[j, :, k] = (X * bends[:, None]).T @ X
        hessian[j, np.arange(p), j, np.arange(p)] += l2
    return value, gradient, hessian.reshape(K * p, K * p)


def minimise_penalised(X, codes, weights, n_classes, l2, *, intercept=True):
    """Minimise the sum of losses plus `l2` / 2 times the squared coefficients.

    Newton steps over standardised columns, halved where need be, until one gains less
    than 1e-24 of the value; flat directions are not moved along.

    Returns
    -------
    coef : ndarray of shape (1, d) or (K, d)
    intercept : ndarray of shape (1,) or (K,)
    """
    means = np.average(X, axis=0, weights=weights) * intercept
    scales = np.sqrt(np.average((X - means) ** 2, axis=0, weights=weights))
    scales[scales < 1e-9 * abs(means)] = np.inf
    scales[scales == 0] = np.inf
    Z = np.column_stack([(X - means) / scales, np.full(len(X), float(intercept))])
    # One margin is two of half its size, opposite, whose squares weigh twice as much.
    shrunk = l2 * (2.0 if n_classes == 2 else 1.0)
    penalties = np.append(shrunk / scales**2, 0.0)
    point = np.zeros((n_classes, Z.shape[1]))
    for _ in range(200):
        value, gradient, hessian = penalised_loss(point, Z, codes, weights, penalties)
        steep, directions = np.linalg.eigh(hessian)
        pulls = directions.T @ gradient.ravel()
        is_steep = steep > 1e-13 * steep.max()
        gain = (pulls[is_steep] ** 2 / steep[is_steep]).sum()
        if gain <= 1e-24 * value:
            break
        step = -directions[:, is_steep] @ (pulls[is_steep] / steep[is_steep])
        step = step.reshape(point.shape)
        while True:
            reached = penalised_loss(point + step, Z, codes, weights, penalties)[0]
            if reached <= value * (1 + 1e-14):
                break
            step /= 2
        point = point + step
    coef = point[:, :-1] / scales
    heights = point[:, -1] - coef @ means
    if n_classes == 2:
        return coef[1:] - coef[:1], heights[1:] - heights[:1]
    return coef, heights


def lose_slope(coef, intercept, X, codes, weights):
    """Return the gradient of the sum of losses, by coefficients and by intercepts."""
    margins = X @ coef.T + intercept
    if len(coef) == 1:
        slopes = 1 / (1 + np.exp(-margins)) - (codes == 1)[:, None]
    else:
        slopes = np.exp(margins - margins.max(axis=1, keepdims=True))
        slopes /= slopes.sum(axis=1, keepdims=True)
        slopes[np.arange(len(codes)), codes] -= 1
    slopes = slopes * weights[:, None]
    return slopes.T @ X, slopes.sum(axis=0)


def minimise_sparse(X, codes, l1, l2, n_steps):
    """Minimise two classes' loss with an elastic net by accelerated proximal steps.

    Beck and Teboulle's FISTA, which restarts where it turns back. Columns should be of
    ordinary size.
    """
    weights, n = np.ones(len(X)), len(X)
    Z = np.column_stack([X, np.ones(n)])
    reach = np.linalg.norm(Z, 2) ** 2 / 4 + l2
    limits = np.append(np.full(X.shape[1], l1), 0.0) / reach
    point = ahead = np.zeros(Z.shape[1])
    speed = 1.0
    for _ in range(n_steps):
        slopes = lose_slope(ahead[None, :-1], ahead[-1:], X, codes, weights)
        pull = np.append(slopes[0][0] + l2 * ahead[:-1], slopes[1])
        free = ahead - pull / reach
        reached = np.sign(free) * np.maximum(abs(free) - limits, 0.0)
        if (ahead - reached) @ (reached - point) > 0:
            speed = 1.0
        faster = (1 + (1 + 4 * speed**2) ** 0.5) / 2
        ahead = reached + (speed - 1) / faster * (reached - point)
        point, speed = reached, faster
    return point[:-1], point[-1]
