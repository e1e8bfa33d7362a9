"""Tests of paired scores as their papers print them, one sum after another."""

from math import comb, sqrt


def corrected_t(differences, n_train, n_test):
    """Nadeau and Bengio's statistic: mean / sqrt((1/J + n_test/n_train) s^2)."""
    J = len(differences)
    mean = sum(differences) / J
    s2 = sum((d - mean) ** 2 for d in differences) / (J - 1)
    return mean / sqrt((1 / J + n_test / n_train) * s2)


def five_times_two_f(pairs):
    """Alpaydin's f over five pairs of differences."""
    total = sum(p**2 for pair in pairs for p in pair)
    spread = 0.0
    for first, second in pairs:
        mean = (first + second) / 2
        spread += (first - mean) ** 2 + (second - mean) ** 2
    return total / (2 * spread)


def exact_mcnemar(only_first, only_second):
    """The two-sided chance of so uneven a toss of a fair coin, or a more uneven one."""
    n = only_first + only_second
    tail = sum(comb(n, k) for k in range(min(only_first, only_second) + 1)) / 2**n
    return min(1.0, 2 * tail)


def holm(p_values, alpha):
    """Tell which hypotheses Holm's procedure rejects, step by step."""
    rejected, remaining = set(), dict(enumerate(p_values))
    while remaining:
        smallest = min(remaining, key=remaining.get)
        if remaining[smallest] > alpha / len(remaining):
            break
        rejected.add(smallest)
        del remaining[smallest]
    return rejected


def friedman_f(table):
    """Demsar's formulas (2006) where no scores tie: chi2_F, then Iman and Davenport."""
    N, k = len(table), len(table[0])
    ranks = [[1 + sum(other > x for other in row) for x in row] for row in table]
    R = [sum(row[j] for row in ranks) / N for j in range(k)]
    chi2 = 12 * N / (k * (k + 1)) * (sum(r**2 for r in R) - k * (k + 1) ** 2 / 4)
    return R, (N - 1) * chi2 / (N * (k - 1) - chi2)
