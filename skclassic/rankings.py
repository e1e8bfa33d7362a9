"""Compare estimators over several data sets, each of which counts once: by ranks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from scipy.stats import rankdata

from skclassic import _paired_tests as tests
from skclassic._front_desk import check_share, import_pandas, wrap
from skclassic.comparison import ComparisonResult, write_p

__all__ = ["DatasetsResult", "RankComparison", "compare_over_datasets"]


def compare_over_datasets(scores, *, alpha=0.05):
    """Compare estimators over several data sets, by their ranks.

    Parameters
    ----------
    scores : data frame, dict of str to dict of str to float, or dict of str to result
        One row per data set: scores by estimator, greater is better. A
        :class:`ComparisonResult` counts by its mean scores.
    alpha : float, default=0.05
        Level of the verdicts, over all pairs together (Holm).

    Returns
    -------
    DatasetsResult

    Raises
    ------
    ValueError
        If there are fewer than two estimators or three data sets, a score is missing,
        or the data sets have different estimators.

    Notes
    -----
    Friedman's test (as Iman and Davenport correct it) asks whether all rank alike.
    Pairs are tested by Wilcoxon's signed ranks with Holm's correction: mean ranks, on
    which Nemenyi's test rests, depend on who else takes part (Benavoli et al. 2016).
    With few data sets no pair can be told: 5 sets give p >= 0.06.

    References
    ----------
    Demsar (2006). Statistical comparisons of classifiers over multiple data sets. JMLR
    7, 1-30.

    Benavoli, Corani, Mangili (2016). Should we really use post-hoc tests based on
    mean-ranks? JMLR 17(5).

    Examples
    --------
    >>> from skclassic import compare_over_datasets
    >>> result = compare_over_datasets({
    ...     f"set {k}": {"forest": 0.8 + k / 100, "tree": 0.7, "stump": 0.6 - k / 100}
    ...     for k in range(8)})
    >>> result.ranks
    {'forest': 1.0, 'tree': 2.0, 'stump': 3.0}
    >>> result["forest", "stump"].winner
    'forest'
    """
    check_share("alpha", alpha, "the level of the verdicts", 0.05)
    names, sets, table = _receive_table_of_scores(scores)
    friedman = tests.apply_friedman(table)
    pairs = list(combinations(range(len(names)), 2))
    p_values = [tests.apply_wilcoxon(table[:, i] - table[:, j]) for i, j in pairs]
    adjusted = tests.correct_holm(p_values)
    return DatasetsResult(
        datasets=sets,
        scores=table,
        ranks={n: float(r) for n, r in zip(names, friedman.ranks, strict=True)},
        statistic=friedman.statistic,
        p_value=friedman.p_value,
        alpha=alpha,
        comparisons=tuple(
            _judge_ranks(names[i], names[j], table[:, i] - table[:, j], p, q, alpha)
            for (i, j), p, q in zip(pairs, p_values, adjusted, strict=True)
        ),
    )


@dataclass(frozen=True)
class RankComparison:
    """Hold what is known about one pair of estimators over data sets.

    Attributes
    ----------
    first, second : str
        Their names.
    median : float
        Of the differences, first less second.
    wins, losses : int
        Data sets on which the first is ahead, and behind.
    p_value, p_adjusted : float
        Of Wilcoxon's signed ranks; alone, and after Holm over all pairs.
    verdict : {"better", "undecided"}
        `better` speaks of the `winner`.
    winner : str or None
        Who is better; None where nobody was found to be.
    """

    first: str
    second: str
    median: float
    wins: int
    losses: int
    p_value: float
    p_adjusted: float
    verdict: str
    winner: str | None


@dataclass(frozen=True)
class DatasetsResult:
    """Hold the ranks of estimators over data sets, and the comparison of each pair.

    ``result[first, second]`` gives the :class:`RankComparison` of a pair, in the order
    of the columns.

    Attributes
    ----------
    datasets : tuple of str
        Names of the data sets.
    scores : ndarray of shape (n_datasets, n_estimators)
        Greater is better.
    ranks : dict of str to float
        Mean rank of every estimator, 1 for the best.
    statistic, p_value : float
        Iman and Davenport's F, of equal ranks.
    alpha : float
        Level of the verdicts.
    comparisons : tuple of RankComparison
        One for each pair.
    """

    datasets: tuple
    scores: np.ndarray = field(repr=False)
    ranks: Mapping
    statistic: float
    p_value: float
    alpha: float
    comparisons: tuple

    def __getitem__(self, pair):
        for each in self.comparisons:
            if (each.first, each.second) == tuple(pair):
                return each
        known = ", ".join(f"({c.first}, {c.second})" for c in self.comparisons)
        raise KeyError(f"a pair must be one of {known}, got {pair!r}.")

    @property
    def cliques(self):
        """Give the runs of neighbours in rank that no pair of theirs tells apart.

        Returns
        -------
        list of tuple of str
            Each of at least two names, best first, and part of no other.
        """
        names = sorted(self.ranks, key=self.ranks.get)
        apart = {
            frozenset((c.first, c.second))
            for c in self.comparisons
            if c.verdict == "better"
        }
        runs = []
        for start in range(len(names)):
            stop = start + 1
            while stop < len(names) and not any(
                frozenset((names[stop], other)) in apart for other in names[start:stop]
            ):
                stop += 1
            run = tuple(names[start:stop])
            if len(run) > 1 and not any(set(run) <= set(other) for other in runs):
                runs.append(run)
        return runs

    def to_frame(self):
        """Lay the pairs out as a pandas DataFrame, one row each.

        Returns
        -------
        pandas.DataFrame
            Index (first, second); columns median, wins, losses, p_value, p_adjusted and
            verdict.
        """
        pd = import_pandas("to_frame")
        frame = pd.DataFrame([vars(c) for c in self.comparisons])
        return frame.drop(columns="winner").set_index(["first", "second"])

    def __repr__(self):
        width = max(map(len, self.ranks))
        lines = [
            f"{n:{width}}  {self.ranks[n]:.2f}"
            for n in sorted(self.ranks, key=self.ranks.get)
        ]
        head = (
            f"Mean ranks over {len(self.datasets)} data sets; Friedman (Iman, "
            f"Davenport): F = {self.statistic:.3g}, {write_p(self.p_value)}"
        )
        pairs = [
            f"{c.first} against {c.second}: {c.wins} to {c.losses}, median difference "
            f"{c.median:+.4g}, {write_p(c.p_adjusted)}, {c.verdict}"
            for c in self.comparisons
        ]
        note = "p of pairs: Wilcoxon's signed ranks after Holm."
        return "\n".join([head, "", *lines, "", *map(wrap, pairs), note])


def _judge_ranks(first, second, gaps, p_value, p_adjusted, alpha):
    wins, losses = int((gaps > 0).sum()), int((gaps < 0).sum())
    is_told = p_adjusted <= alpha
    signed_ranks = (np.sign(gaps) * rankdata(abs(gaps))).sum()
    ahead = first if signed_ranks > 0 else second
    return RankComparison(
        first,
        second,
        median=float(np.median(gaps)),
        wins=wins,
        losses=losses,
        p_value=float(p_value),
        p_adjusted=float(p_adjusted),
        verdict="better" if is_told else "undecided",
        winner=ahead if is_told else None,
    )


FEWEST_SETS = 3


def _receive_table_of_scores(scores):
    """Give names of estimators, names of data sets, and scores of shape (N, k)."""
    rows = _list_rows(scores)
    if len(rows) < FEWEST_SETS:
        raise ValueError(
            f"scores must be of at least {FEWEST_SETS} data sets, got {len(rows)}. "
            "Compare estimators on one set with compare_estimators."
        )
    names = list(next(iter(rows.values())))
    for dataset, row in rows.items():
        if set(row) != set(names):
            raise ValueError(
                f"every data set must have the same estimators, got "
                f"{', '.join(map(str, row))} for {dataset}. Drop it, or score all."
            )
    if len(names) < 2:
        raise ValueError(
            f"scores must be of at least two estimators, got {len(names)}. "
            "Add one to compare with."
        )
    cells = [[row[name] for name in names] for row in rows.values()]
    try:
        table = np.array(cells, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"scores must be numbers, got {cells[0]} in the first row. Set the names "
            "of the data sets as the index of the frame."
        ) from error
    if not np.isfinite(table).all():
        i, j = np.argwhere(~np.isfinite(table))[0]
        raise ValueError(
            f"scores must be finite, got {table[i, j]} for {names[j]} on "
            f"{list(rows)[i]}. Drop the data set."
        )
    return names, tuple(rows), table


def _list_rows(scores):
    """Give scores by data set and estimator, both named by texts."""
    if hasattr(scores, "iterrows"):  # pandas
        named = [(name, dict(row)) for name, row in scores.iterrows()]
    elif hasattr(scores, "iter_rows"):  # polars, which has no names for rows
        named = list(enumerate(scores.iter_rows(named=True)))
    else:
        named = [(name, _take_scores(row)) for name, row in dict(scores).items()]
    rows = {str(name): {str(k): x for k, x in row.items()} for name, row in named}
    if len(rows) < len(named):
        raise ValueError(
            f"every data set must have a name of its own, got {len(rows)} names for "
            f"{len(named)}. Rename the rows."
        )
    return rows


def _take_scores(row):
    if isinstance(row, ComparisonResult):
        return {name: float(values.mean()) for name, values in row.scores.items()}
    return dict(row)
