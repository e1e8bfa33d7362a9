"""Noise, bias, variance and posteriors by loops and grids: slow, obvious, and exact.

Nothing is vectorised over training sets and no closed form is used: the jackknife
recomputes everything without each unit, and densities are summed over fine grids.
"""

import numpy as np


def split(predictions, truth, noise, scale=1.0):
    """Split the squared distance of predictions[r][i] (vectors) from truth[i]."""
    R, n = len(predictions), len(truth)
    bias = variance = 0.0
    for i in range(n):
        mean = sum(predictions[r][i] for r in range(R)) / R
        spread = sum(((predictions[r][i] - mean) ** 2).sum() for r in range(R))
        variance += spread / (R - 1) / n
        bias += (((truth[i] - mean) ** 2).sum() - spread / (R - 1) / R) / n
    parts = {"noise": sum(noise) / n, "bias": bias, "variance": variance}
    parts = {name: scale * part for name, part in parts.items()}
    return parts | {"loss": sum(parts.values())}


def jackknife(function, predictions, truth, noise):
    """Give the standard error of function(split), leaving out sets, then rows.

    `predictions` holds the predictions of one or more estimators.
    """

    def without(axis, unit):
        kept_truth, kept_noise = truth, noise
        kept = [np.delete(p, unit, axis=axis) for p in predictions]
        if axis == 1:
            kept_truth = np.delete(truth, unit, axis=0)
            kept_noise = np.delete(noise, unit)
        return function(*(split(p, kept_truth, kept_noise) for p in kept))

    squared = 0.0
    for axis in (0, 1):
        count = predictions[0].shape[axis]
        values = np.array([without(axis, unit) for unit in range(count)])
        squared += (count - 1) / count * ((values - values.mean()) ** 2).sum()
    return squared**0.5


def kohavi_wolpert(labels, posterior):
    """Split the 0/1 loss of labels[r][i] by Kohavi and Wolpert's own formulas."""
    R, n = len(labels), len(posterior)
    parts = {"noise": 0.0, "bias": 0.0, "variance": 0.0}
    for i, f in enumerate(posterior):
        q = np.array([np.mean([labels[r][i] == k for r in range(R)]) for k in range(3)])
        short = sum(q * (1 - q)) / (R - 1) / 2
        parts["noise"] += (1 - sum(f**2)) / 2 / n
        parts["bias"] += (sum((f - q) ** 2) / 2 - short) / n
        parts["variance"] += ((1 - sum(q**2)) / 2 + short) / n
    return parts


WAVE_CENTRES = {0: (11, 7), 1: (11, 15), 2: (7, 15)}


def wave(centre):
    return np.array([max(6 - abs(i - centre), 0) for i in range(1, 22)], dtype=float)


def waveform_posterior(x, points=20_001):
    """Sum the density over a grid of u, the midpoints of equal cells."""
    u = (np.arange(points) + 0.5)[:, None] / points
    densities = np.empty(3)
    for k, (first, second) in WAVE_CENTRES.items():
        path = u * wave(first) + (1 - u) * wave(second)
        densities[k] = np.exp(-((x - path) ** 2).sum(axis=1) / 2).mean()
    return densities / densities.sum()


def waveform_bayes_error(cells=400, points=400):
    """Sum the largest joint density over the plane of the three waves."""
    corner = wave(11)
    edges = np.stack([wave(7) - corner, wave(15) - corner], axis=1)
    plane, _ = np.linalg.qr(edges)
    at = {c: (wave(c) - corner) @ plane for c in (7, 11, 15)}
    middle = sum(at.values()) / 3
    u = (np.arange(points) + 0.5) / points

    def joint(x, y):
        return np.stack(
            [
                sum(
                    normal(x - m[0], y - m[1])
                    for m in np.outer(u, at[a]) + np.outer(1 - u, at[b]) - middle
                )
                / points
                / 3
                for a, b in WAVE_CENTRES.values()
            ]
        )

    return bayes_error(joint, half_width=16, cells=cells)


def threenorm_bayes_error(cells=2000):
    """Sum the largest joint density over the plane of the three centres."""

    def joint(x, y):
        pair = (normal(x - 2, y) + normal(x + 2, y)) / 4
        return np.stack([pair, normal(x, y - 2) / 2])

    return bayes_error(joint, half_width=11, cells=cells)


def normal(x, y):
    return np.exp(-(x**2 + y**2) / 2) / (2 * np.pi)


def bayes_error(joint, *, half_width, cells):
    width = 2 * half_width / cells
    grid = (np.arange(cells) + 0.5) * width - half_width
    x, y = np.meshgrid(grid, grid)
    return 1 - joint(x, y).max(axis=0).sum() * width**2
