"""Noise, bias, variance and posteriors by loops and grids: slow, obvious, and exact.

Nothing is vectorised over training sets and no closed form is used: chances are counted
one label at a time, and densities are summed over fine grids.
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


def heskes(probabilities, posterior):
    """Split the log loss of probabilities[r][i] around their geometric mean.

    What R sets overstate is taken away by Quenouille's jackknife, part by part.
    """
    R, n = len(probabilities), len(posterior)
    parts = {"noise": 0.0, "bias": 0.0, "variance": 0.0}
    for i, f in enumerate(posterior):
        logs = [np.log(probabilities[r][i]) for r in range(R)]
        whole = split_logs(logs, f)
        without = [split_logs(logs[:r] + logs[r + 1 :], f) for r in range(R)]
        for part, value in zip(("bias", "variance"), whole, strict=True):
            others = [each[part == "variance"] for each in without]
            parts[part] += (R * value - (R - 1) * sum(others) / R) / n
        parts["noise"] -= divergence(f, np.ones_like(f)) / n
    return parts


def split_logs(logs, f):
    centre = normalise(sum(logs) / len(logs))
    spread = sum(divergence(centre, np.exp(each)) for each in logs) / len(logs)
    return divergence(f, centre), spread


def normalise(logs):
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def divergence(f, g):
    """Sum f log(f / g) over the classes that f allows."""
    return sum(a * np.log(a / b) for a, b in zip(f, g, strict=True) if a > 0)


def domingos(labels, posterior):
    """Split 0/1 loss by Domingos' theorem 3, its factors counted pair by pair."""
    n, K = posterior.shape
    parts = {"noise": 0.0, "bias": 0.0, "variance": 0.0}
    for i, f in enumerate(posterior):
        votes = [each[i] for each in labels]
        R = len(votes)
        best = int(np.argmax(f))
        counts = [votes.count(k) for k in range(K)]
        N, hit = 1 - f[best], counts[best] / R
        both_wrong = sum(f[k] * counts[k] / R for k in range(K) if k != best)
        # P(h = t | h != y*, t != y*), undefined where one of them never misses
        alike = both_wrong / (N * (1 - hit)) if N * (1 - hit) > 0 else 0.0
        c1 = hit - (1 - hit) * alike
        parts["noise"] += c1 * N / n
        mains = find_mains(counts, best)
        for main in mains:
            B, V = float(main != best), 1 - counts[main] / R
            right_when_off = counts[best] / (R - counts[main]) if V > 0 else 0.0
            c2 = -right_when_off if B else 1.0
            parts["bias"] += B / n / len(mains)
            parts["variance"] += c2 * V / n / len(mains)
    return parts


def find_mains(counts, best):
    """List the most frequent label; on a tie with the best one, that and another."""
    winners = [k for k, count in enumerate(counts) if count == max(counts)]
    if best in winners and len(winners) > 1:
        return [best, next(k for k in winners if k != best)]
    return winners[:1]


def breiman(labels, posterior):
    """Book the loss beyond Bayes' to bias or variance, training set by training set."""
    n, K = posterior.shape
    parts = {"noise": 0.0, "bias": 0.0, "variance": 0.0}
    for i, f in enumerate(posterior):
        votes = [each[i] for each in labels]
        best = int(np.argmax(f))
        mains = find_mains([votes.count(k) for k in range(K)], best)
        parts["noise"] += (1 - f[best]) / n
        for main in mains:
            part = "variance" if main == best else "bias"
            excess = sum(f[best] - f[vote] for vote in votes) / len(votes)
            parts[part] += excess / n / len(mains)
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
