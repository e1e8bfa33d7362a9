"""Split a loss at every test row, after each definition in use.

Symbols: at one row, f is the truth (the conditional mean, or the posterior as a vector
over K classes), p_r the prediction after training on set r of R, and q = E_L p. For 0/1
loss p_r is the unit vector of the predicted label, so that q_k is how often class k is
predicted; y* = argmax f is the best label and y_m = argmax q the most frequent one.

===============  ============  ==============  =================
definition       noise         bias            variance
===============  ============  ==============  =================
squared error    Var(y)        (f - q)^2       E (p - q)^2
Brier            1 - |f|^2     |f - q|^2       E |p - q|^2
log loss         H(f)          KL(f || g)      E KL(g || p)
Kohavi, Wolpert  1 - |f|^2     |f - q|^2       1 - |q|^2          all halved
Domingos         q_y* - f.q    1[y_m != y*]    +- (1 - q_ym)      two classes
Breiman          1 - f_y*      excess if       excess if          f_y* - f.q
                               y_m != y*       y_m = y*           is the excess
===============  ============  ==============  =================

with the geometric mean g_k ~ exp E log p_k. Every row adds up to its loss exactly.

The first four are smooth in the mean over training sets: what R sets overstate or
understate is corrected, and never cut off at zero. The last two hang on which label is
the most frequent: they are the papers' own estimates from R sets, or extrapolated.

References
----------
Kohavi, Wolpert (1996). Bias plus variance decomposition for zero-one loss functions.
Domingos (2000). A unified bias-variance decomposition.
Breiman (1998). Arcing classifiers. Annals of Statistics 26, 801-849.
Heskes (1998). Bias/variance decompositions for likelihood-based estimators.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy.special import entr, logsumexp

DEFINITIONS = ("kohavi_wolpert", "domingos", "breiman")
VOTING = DEFINITIONS[1:]  # those that hang on the most frequent label
BLOCK = 1 << 21  # numbers in flight: 16 MiB of them
DRAWS = 400  # bootstrap draws of training sets: a variance to within 7 %
HALVINGS = 8  # of the training sets, over which an extrapolation is averaged
SETS = slice(None), slice(0, None, 2), slice(1, None, 2)  # all, and two halves
EPSILON = np.finfo(np.float64).eps  # scikit-learn's log_loss raises zeros to this


@dataclass(frozen=True)
class Split:
    """Hold the parts of one estimator's loss, and how they hang on chance.

    Attributes
    ----------
    by_row : dict of str to ndarray of shape (n,)
        Maps each component to its value at every test row.
    halves : dict of str to ndarray of shape (2, n)
        The same, from every other training set.
    across_sets : dict of str to ndarray
        How the mean over rows hangs on the training sets: a kernel of shape (R, R) over
        pairs of them, or bootstrap draws of shape (DRAWS,).
    plug_in_bias : float or None
        The mean bias before correction, never negative; None where there is none.
    """

    by_row: dict
    halves: dict
    across_sets: dict
    plug_in_bias: float | None


def split_squares(predictions, f, *, noise, weights, scale=1.0):
    """Split a squared distance: squared error, Brier score, Kohavi and Wolpert.

    Parameters
    ----------
    predictions : ndarray of shape (R, n, K), or (R, n) of class numbers
        Of every training set at every row. A class number stands for its unit vector.
    f : ndarray of shape (n, K)
        The truth.
    noise : ndarray of shape (n,)
        The unavoidable part of the distance.
    weights : ndarray of shape (n,)
        Of the rows; sum to one.
    scale : float, default=1.0
        Factor on all parts.

    Returns
    -------
    Split
    """

    def split_block(p, rows):
        first = p[0]  # equal predictions then differ by an exact zero
        p, truth = p - first, f[rows] - first
        split = [_split_square_rows(p[sets], truth, noise[rows]) for sets in SETS]
        return split, *_relate_squares(p, truth, weights[rows])

    *parts, plug_in_bias = _gather(split_block, predictions, f)
    scaled = ({c: scale * x for c, x in part.items()} for part in parts)
    return Split(*scaled, scale * plug_in_bias)


def _split_square_rows(p, f, noise):
    R = len(p)
    q = p.mean(axis=0)
    variance = ((p - q) ** 2).sum(axis=(0, 2)) / (R - 1)
    bias = ((f - q) ** 2).sum(axis=1) - variance / R
    return _add_up(noise, bias, variance)


def _relate_squares(p, f, weights):
    """Give kernels whose means over pairs of sets are bias and variance.

    With d_r = p_r - f, the bias is the mean of d_r.d_s, the variance that of
    |d_r - d_s|^2 / 2.
    """
    q = p.mean(axis=0)
    off = p - q
    together = _multiply(off * weights[:, None], off)
    along = np.einsum("rnk,nk->r", off, (f - q) * weights[:, None])
    miss = float(weights @ ((f - q) ** 2).sum(axis=1))
    spread = np.diag(together)
    bias = together - along[:, None] - along + miss
    variance = (spread[:, None] + spread) / 2 - together
    return _add_up(np.zeros_like(bias), bias, variance), miss


def split_log_loss(predictions, f, *, weights):
    """Split the log loss after Heskes, around the geometric mean of the predictions.

    Parameters and result are those of :func:`split_squares`. Probabilities below
    EPSILON are raised to it.

    Notes
    -----
    With l_r = log p_r, A(l) = log sum_k exp l_k and g = exp(E l - A(E l)), the parts
    are H(f), KL(f || g) and E KL(g || p) = -A(E l). A of a mean over R sets is too
    large by a term in 1 / R, which the jackknife takes away. Where probabilities are
    zero the logs jump by 36 and further terms count: 10 sets overstate a full tree's
    variance by 4 %, 20 sets by 1 %.
    """

    def split_block(p, rows):
        logs = np.log(np.maximum(p, EPSILON))
        logs -= logsumexp(logs, axis=2, keepdims=True)
        split = [_split_log_rows(logs[sets], f[rows]) for sets in SETS]
        return split, *_relate_logs(logs, f[rows], weights[rows])

    return Split(*_gather(split_block, predictions, f))


def _split_log_rows(logs, f):
    R, mean = len(logs), logs.mean(axis=0)
    without = mean + (mean - logs) / (R - 1)  # of all sets but one
    A = R * logsumexp(mean, axis=1)
    A -= (R - 1) * logsumexp(without, axis=2).mean(axis=0)
    noise = entr(f).sum(axis=1)
    bias = A - (f * mean).sum(axis=1) - noise
    return _add_up(noise, bias, -A)


def _relate_logs(logs, f, weights):
    """Give kernels whose means over pairs are bias and variance, to second order."""
    mean, A, g, off = _centre_logs(logs)
    tilt = (g * off).sum(axis=2)
    curved = _multiply(off * g * weights[:, None], off) - (tilt * weights) @ tilt.T
    slope = tilt @ weights
    variance = -float(weights @ A) - (slope[:, None] + slope) / 2 - curved / 2
    losses = -np.einsum("rnk,nk->r", logs, f * weights[:, None])
    noise = float(weights @ entr(f).sum(axis=1))
    bias = (losses[:, None] + losses) / 2 - noise - variance
    divergence = float(weights @ (A - (f * mean).sum(axis=1))) - noise  # KL(f || g)
    return _add_up(np.zeros_like(bias), bias, variance), divergence


def _centre_logs(logs):
    mean = logs.mean(axis=0)
    A = logsumexp(mean, axis=1)
    return mean, A, np.exp(mean - A[:, None]), logs - mean


def split_votes(predictions, f, *, weights, definition, extrapolate, seed):
    """Split 0/1 loss by the most frequent label, after Domingos or Breiman.

    Parameters and result are those of :func:`split_squares`; the predictions are class
    numbers. `seed` decides the bootstrap draws of training sets.

    Notes
    -----
    Which label is the most frequent of all is not known from R training sets, so that
    bias is overstated, the less the more sets there are. `extrapolate` subtracts what
    the halves of the sets overstate more than all of them: 2 all - mean of halves.
    """
    split_rows = {"domingos": _split_domingos, "breiman": _split_breiman}[definition]
    R = len(predictions)
    rng = np.random.RandomState(seed)
    even = np.full(R, 1 / R)
    times = rng.multinomial(R // 2, even, size=(2, DRAWS)).astype(np.float64)
    times[1] += rng.multinomial(R % 2, even, size=DRAWS)
    halvings = [np.array_split(rng.permutation(R), 2) for _ in range(HALVINGS)]

    def split_all(votes, truth):
        whole = split_rows(votes.mean(axis=0), truth)
        if not extrapolate:
            return whole
        parts = [
            split_rows(votes[half].mean(axis=0), truth)
            for halving in halvings
            for half in halving
        ]
        return {
            c: 2 * x - np.mean([part[c] for part in parts], axis=0)
            for c, x in whole.items()
        }

    def draw(votes, truth):
        if not extrapolate:
            return split_rows(np.tensordot(times.sum(axis=0), votes, axes=1) / R, truth)
        counts = np.tensordot(times, votes, axes=1)
        whole = split_rows(counts.sum(axis=0) / R, truth)
        parts = split_rows(counts / times.sum(axis=2)[..., None, None], truth)
        return {c: 2 * x - parts[c].mean(axis=0) for c, x in whole.items()}

    def split_block(votes, rows):
        halves = (split_rows(votes[sets].mean(axis=0), f[rows]) for sets in SETS[1:])
        drawn = draw(votes, f[rows]).items()
        split = [split_all(votes, f[rows]), *halves]
        return split, {c: x @ weights[rows] for c, x in drawn}, 0.0

    *parts, _ = _gather(split_block, predictions, f, copies=2 * DRAWS)
    return Split(*parts, None)


def _split_domingos(q, f):
    """Split into c1 N + B + c2 V (Domingos 2000, theorems 2 and 3).

    The noise is its effect c1 N, the variance its effect c2 V: it hurts where y_m = y*
    (`unbiased_variance`) and helps where not (`biased_variance`), which is subtracted.
    For two classes both are 1 - q_ym.
    """
    q_star, bias = _find_bias(q, f)
    helpful, harmful = bias * q_star, (1 - bias) * (1 - q_star)
    parts = _add_up(q_star - _meet(f, q), bias, harmful - helpful)
    return parts | {"unbiased_variance": harmful, "biased_variance": helpful}


def _split_breiman(q, f):
    """Book the loss beyond Bayes' to bias where y_m != y*, to variance elsewhere."""
    _, is_biased = _find_bias(q, f)
    best = f.max(axis=-1)
    excess = best - _meet(f, q)
    noise = np.broadcast_to(1 - best, excess.shape)
    return _add_up(noise, is_biased * excess, (1 - is_biased) * excess)


def _find_bias(q, f):
    """Give q of the best label, and whether another one is more frequent.

    A tie of the two counts as half: with more training sets either might win.
    """
    star = np.broadcast_to(f.argmax(axis=-1)[:, None], (*q.shape[:-1], 1))
    q_star = np.take_along_axis(q, star, axis=-1)
    others = np.where(np.arange(q.shape[-1]) == star, -1.0, q)
    others = reduce(np.maximum, _part_classes(others))
    q_star = q_star[..., 0]
    return q_star, (q_star < others) + 0.5 * (q_star == others)


def _meet(f, q):
    """Give the chance f.q that a label and a vote agree."""
    return sum(map(np.multiply, _part_classes(f), _part_classes(q)))


def _part_classes(x):
    """Give the numbers of each class: along an axis so short NumPy's sums are slow."""
    return (x[..., k] for k in range(x.shape[-1]))


def _add_up(noise, bias, variance):
    return {
        "loss": noise + bias + variance,
        "noise": noise,
        "bias": bias,
        "variance": variance,
    }


def _multiply(a, b):
    """Sum products over rows and classes: (R, n, K) and (S, n, K) give (R, S)."""
    return a.reshape(len(a), -1) @ b.reshape(len(b), -1).T


def _gather(split_block, predictions, f, *, copies=0):
    """Split rows block by block: join what is by row, add up what is across sets."""
    n, K = f.shape
    size = max(1, BLOCK // (K * max(len(predictions), copies)))
    blocks, across_sets, plug_in = [], {}, 0.0
    for start in range(0, n, size):
        rows = slice(start, start + size)
        split, across, plug = split_block(_as_vectors(predictions[:, rows], K), rows)
        blocks.append(split)
        across_sets = {c: across_sets.get(c, 0.0) + x for c, x in across.items()}
        plug_in += plug
    whole, *halves = (
        {c: np.concatenate([block[i][c] for block in blocks]) for c in across_sets}
        for i in range(len(SETS))
    )
    halves = {c: np.stack([half[c] for half in halves]) for c in whole}
    return whole, halves, across_sets, plug_in


def _as_vectors(predictions, K):
    return predictions if predictions.ndim == 3 else np.eye(K)[predictions]


def merge_remainder(split):
    """Add noise and bias up to a remainder, where they cannot be told apart.

    Parameters
    ----------
    split : Split

    Returns
    -------
    Split
        With the components "loss", "variance" and "remainder".
    """

    def merge(part):
        remainder = part["noise"] + part["bias"]
        return {k: part[k] for k in ("loss", "variance")} | {"remainder": remainder}

    parts = (merge(x) for x in (split.by_row, split.halves, split.across_sets))
    return Split(*parts, split.plug_in_bias)
