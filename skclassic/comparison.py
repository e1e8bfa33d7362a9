"""Compare estimators on shared folds, and say what the comparison can tell.

Training sets of folds overlap, so their scores are not independent, and the usual
t-test over folds finds differences where there are none. `_folds` splits the rows once
for all, `_paired_tests` holds the tests that allow for it; this file scores, judges and
words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from numbers import Real

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
from sklearn.utils import check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.parallel import Parallel, delayed

from skclassic import _paired_tests as tests
from skclassic._estimates import Estimate, write_together
from skclassic._estimators import (
    check_names,
    check_weights,
    find_package,
    fit_weighted,
    note,
    receive_estimators,
    receive_predictions,
    seed_estimator,
)
from skclassic._folds import (
    check_test_classes,
    is_result,
    make_folds,
    read_folds,
    read_scores,
)
from skclassic._front_desk import (
    check_labels,
    check_share,
    choose,
    import_pandas,
    receive_amounts,
    receive_table,
    take_rows,
    wrap,
)
from skclassic._progress import watch
from skclassic._scoring import (
    RANKING,
    check_scorers_take_weights,
    check_scores,
    find_scorers,
)

__all__ = [
    "Comparison",
    "ComparisonResult",
    "compare_estimators",
]

TESTS = {
    "corrected_t": "corrected resampled t-test of Nadeau and Bengio",
    "bayesian_t": "Bayesian correlated t-test",
    "5x2cv_f": "5x2cv F test of Alpaydin",
    "mcnemar": "McNemar's test",
}
ROPE = 0.01  # a hundredth of a score that reaches from 0 to 1: Benavoli et al. (2017)
FROM_0_TO_1 = (
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "d2_",
    "explained_variance",
    "f1",
    "jaccard",
    "precision",
    "r2",
    "recall",
    "roc_auc",
    "top_k_accuracy",
)


def compare_estimators(
    estimators,
    X=None,
    y=None,
    *,
    cv=None,
    scoring=None,
    test="corrected_t",
    rope="auto",
    alpha=0.05,
    by=None,
    groups=None,
    sample_weight=None,
    random_state=None,
    n_jobs=None,
    verbose=0,
):
    """Compare estimators on the same folds, pair by pair.

    Parameters
    ----------
    estimators : dict of str to estimator, or list of estimators
        At least two. Each is cloned for every fold; a `random_state` of None becomes a
        seed, the same for all estimators on a fold. Or a dict of results of
        `cross_validate` on the same folds, called with ``return_indices=True``; where
        they lack indices, pass `X`, `y` and the `cv` that was used.
    X : array-like or data frame of n rows
        Inputs.
    y : array-like of shape (n,)
        Labels or responses.
    cv : int, splitter, iterable of (train, test), default=None
        Folds, split once for all. None repeats five (stratified) folds five times.
        Ten times ten folds see a little more.
    scoring : str or callable, default=None
        As in scikit-learn; greater is better. None takes accuracy or R^2.
    test : {"corrected_t", "bayesian_t", "5x2cv_f", "mcnemar"}, default="corrected_t"
        "bayesian_t" needs a region of practical equivalence; "5x2cv_f" splits five
        times into halves itself; "mcnemar" is for the accuracy of classifiers on folds
        that test every row once at most, by default five.
    rope : float, "auto" or None, default="auto"
        Half width of the region of practical equivalence, in units of the score.
        "auto" is 0.01 for scores that reach from 0 to 1 and None for others. Without
        one no pair is called equivalent.
    alpha : float, default=0.05
        Level of the verdicts, over all pairs together (Holm); intervals have coverage
        1 - alpha each.
    by : str or array-like of shape (n,), default=None
        Labels of rows, or the name of a column of `X`: scores are given for each label
        too.
    groups : array-like of shape (n,), default=None
        Rows that belong together; no group is in training and test of a fold.
    sample_weight : array-like of shape (n,), default=None
        Weights for `fit` (of a pipeline, its last step) and for the score.
    random_state : int, RandomState instance or None, default=None
        Decides the default folds and the estimators' seeds.
    n_jobs : int, default=None
        Threads that fit. The result does not depend on it.
    verbose : int, default=0
        Above 0, print how many fits are done.

    Returns
    -------
    ComparisonResult

    Raises
    ------
    ValueError
        If a parameter is out of range, a fold trains on one class, a group is in
        training and test, a score is not finite, or results lack the sizes of their
        folds or have different ones.
    TypeError
        If an estimator cannot be fitted or scored as asked.

    Notes
    -----
    Verdicts: `better` where the test rejects equality at `alpha` after Holm over all
    pairs; `equivalent` where the difference is shown to lie within the region of
    practical equivalence (two one-sided tests, after Holm), which wins over `better`;
    else `undecided`, which is not "equal". The Bayesian test says `better` or
    `equivalent` where the posterior probability is at least 1 - alpha.

    Of two models of equal expected score the default test rejects equality in 0 to 4
    of 100 comparisons at alpha = 0.05; the usual t-test over the same folds in 28 to
    41 (``python -m benchmarks evidence``).

    References
    ----------
    Nadeau, Bengio (2003). Inference for the generalization error. Machine Learning 52.

    Benavoli, Corani, Demsar, Zaffalon (2017). Time for a change: a tutorial for
    comparing multiple classifiers through Bayesian analysis. JMLR 18(77).

    Alpaydin (1999). Combined 5x2 cv F test. Neural Computation 11.

    Dietterich (1998). Approximate statistical tests for comparing supervised
    classification learning algorithms. Neural Computation 10.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skclassic import DecisionTreeClassifier, RandomForestClassifier
    >>> from skclassic import compare_estimators
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> result = compare_estimators(
    ...     {"forest": RandomForestClassifier(50), "tree": DecisionTreeClassifier()},
    ...     X, y, random_state=0)
    >>> result["forest", "tree"].verdict
    'better'
    >>> print(result["forest", "tree"].winner)
    forest
    """
    check_share("alpha", alpha, "the level of the verdicts", 0.05)
    if test not in TESTS:
        raise ValueError(choose("test", test, TESTS))
    contestants = _receive_contestants(estimators)
    plan = _Plan(test, rope, alpha)
    if all(map(is_result, contestants.values())):
        _check_unused(by=by, sample_weight=sample_weight)
        found = {"cv": cv, "groups": groups, "scoring": scoring}
        return _compare_results(contestants, X, y, plan=plan, **found)
    contestants = receive_estimators(contestants)
    rows = _receive_rows(X, y, groups, sample_weight, by)
    _check_test(test, contestants, scoring, rows)
    scorers, score_name = _find_scorers(contestants, scoring, rows)
    rng = check_random_state(random_state)
    folds = _split(rows, contestants, cv, test, seed=int(rng.randint(LARGEST_SEED)))
    if score_name.startswith(RANKING):
        check_test_classes(folds, rows.y)
    plan = plan.fix_rope(score_name)
    job = _Job(rows, folds, scorers, keeps_rights=test == "mcnemar")
    seeds = rng.randint(LARGEST_SEED, size=len(folds.train))
    measured = _score_all(contestants, job, seeds, n_jobs=n_jobs, verbose=verbose)
    return _conclude(
        {name: np.array([m.score for m in each]) for name, each in measured.items()},
        folds,
        plan,
        score_name=score_name,
        packages={name: find_package(e) for name, e in contestants.items()},
        rights=_join_rights(measured, job),
        groups=_score_groups(measured, folds, alpha),
    )


LARGEST_SEED = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Comparison:
    """Hold what is known about one pair of estimators.

    Attributes
    ----------
    first, second : str
        Their names.
    difference : Estimate
        Score of the first less that of the second, with its interval.
    statistic : float
        Of the test; NaN for the Bayesian one.
    is_signed : bool
        Whether the statistic changes its sign with the order of the two.
    p_value, p_adjusted : float
        Of no difference; alone, and after Holm over all pairs. NaN for the Bayesian
        test.
    p_equivalence : float
        Of a difference beyond the region of practical equivalence, after Holm; NaN
        where there is none, and for the Bayesian test.
    probabilities : tuple of float or None
        Posterior probabilities that the first is worse, equivalent, better; None
        without a region.
    verdict : {"better", "equivalent", "undecided"}
        `better` speaks of the `winner`.
    winner : str or None
        Who is better; None where nobody was found to be.
    sentence : str
        All of it in words, to paste.
    """

    first: str
    second: str
    difference: Estimate
    statistic: float
    is_signed: bool
    p_value: float
    p_adjusted: float
    p_equivalence: float
    probabilities: tuple | None
    verdict: str
    winner: str | None
    sentence: str


@dataclass(frozen=True)
class ComparisonResult:
    """Hold the scores of estimators on shared folds, and the comparison of each pair.

    ``result[first, second]`` gives the :class:`Comparison` of a pair, in either order.

    Attributes
    ----------
    score_name : str
        What was scored; greater is better.
    scores : dict of str to ndarray of shape (n_folds,)
        Of every estimator on every fold.
    packages : dict of str to str
        The package of every estimator; empty for results of `cross_validate`.
    train_sizes, test_sizes : ndarray of shape (n_folds,)
        Rows of every fold.
    folds : str
        What the folds are, in words.
    test : str
        How pairs were tested.
    rope : float or None
        Half width of the region of practical equivalence.
    alpha : float
        Level of the verdicts.
    comparisons : tuple of Comparison
        One for each pair, in the order of the estimators.
    groups : dict of object to dict of str to Estimate
        Scores by label of `by`: the mean over the folds that hold such rows, with its
        interval. A label on fewer than two folds has none.
    """

    score_name: str
    scores: Mapping
    packages: Mapping
    train_sizes: np.ndarray = field(repr=False)
    test_sizes: np.ndarray = field(repr=False)
    folds: str
    test: str
    rope: float | None
    alpha: float
    comparisons: tuple
    groups: Mapping

    @property
    def estimators(self):
        """Give the names of the estimators, in the order they were passed."""
        return tuple(self.scores)

    @property
    def sentence(self):
        """Give the sentences of all pairs, to paste."""
        return " ".join(each.sentence for each in self.comparisons)

    def score(self, name):
        """Estimate the score of one estimator.

        Parameters
        ----------
        name : str

        Returns
        -------
        Estimate
            The mean over folds, its interval corrected for overlapping training sets.
        """
        if name not in self.scores:
            raise ValueError(choose("estimator", name, self.scores))
        return _average(self.scores[name], self._overlap, self.alpha)

    @property
    def _overlap(self):
        return float(self.test_sizes.mean() / self.train_sizes.mean())

    def __getitem__(self, pair):
        first, second = pair
        for name in pair:
            if name not in self.scores:
                raise KeyError(choose("estimator", name, self.scores))
        for each in self.comparisons:
            if (each.first, each.second) == (first, second):
                return each
            if (each.second, each.first) == (first, second):
                return _turn(each)
        raise KeyError(f"a pair must have two different names, got {first!r} twice.")

    def to_frame(self):
        """Lay the pairs out as a pandas DataFrame, one row each.

        Returns
        -------
        pandas.DataFrame
            Index (first, second); columns difference, low, high, statistic, p_value,
            p_adjusted, p_equivalence and verdict.
        """
        pd = import_pandas("to_frame")
        rows = {
            (c.first, c.second): {
                "difference": c.difference.value,
                "low": c.difference.low,
                "high": c.difference.high,
                "statistic": c.statistic,
                "p_value": c.p_value,
                "p_adjusted": c.p_adjusted,
                "p_equivalence": c.p_equivalence,
                "verdict": c.verdict,
            }
            for c in self.comparisons
        }
        frame = pd.DataFrame.from_dict(rows, orient="index")
        frame.index = pd.MultiIndex.from_tuples(rows, names=["first", "second"])
        return frame

    def __repr__(self):
        width = max(map(len, self.scores))
        lines = [
            f"{n:{width}}  {self.score(n)}  {self.packages.get(n, '')}".rstrip()
            for n in self.scores
        ]
        head = f"{self.score_name} over {self.folds}, {TESTS[self.test]}"
        return "\n".join(
            [wrap(head), "", *lines, "", *(wrap(c.sentence) for c in self.comparisons)]
        )


def _turn(comparison):
    """Give a comparison with first and second exchanged."""
    c, e = comparison, comparison.difference
    return replace(
        c,
        first=c.second,
        second=c.first,
        difference=replace(e, value=-e.value),
        statistic=-c.statistic if c.is_signed else c.statistic,
        probabilities=c.probabilities and c.probabilities[::-1],
    )


def _average(scores, overlap, alpha):
    """Average scores over folds, the interval allowing for overlap."""
    if len(scores) < 2:
        return Estimate(float(np.mean(scores)), np.inf, 1, 1 - alpha)
    outcome = tests.apply_corrected_t(scores, overlap=overlap, confidence=1 - alpha)
    return outcome.difference


@dataclass(frozen=True)
class _Plan:
    """Hold how pairs are to be judged."""

    test: str
    rope: float | str | None
    alpha: float

    def fix_rope(self, score_name):
        """Give the same with the region of equivalence that is meant for a score."""
        return replace(self, rope=_choose_rope(self.rope, score_name, self.test))


def _conclude(
    scores, folds, plan, *, score_name, packages=None, rights=None, groups=None
):
    """Judge every pair by its scores."""
    check_scores(scores, "fold")
    return ComparisonResult(
        score_name=score_name,
        scores=scores,
        packages=packages or {},
        train_sizes=folds.train_sizes,
        test_sizes=folds.test_sizes,
        folds=folds.description,
        test=plan.test,
        rope=plan.rope,
        alpha=plan.alpha,
        comparisons=_compare_pairs(
            scores, folds, plan, rights=rights, score=score_name
        ),
        groups=groups or {},
    )


def _receive_contestants(estimators):
    contestants = estimators
    if not isinstance(estimators, Mapping):
        contestants = receive_estimators(estimators)
    if len(contestants) < 2:
        raise ValueError(
            f"estimators must name at least two to compare, got {len(contestants)}. "
            "Pass for example {'forest': RandomForestClassifier(), 'tree': "
            "DecisionTreeClassifier()}."
        )
    check_names(contestants)
    kinds = set(map(is_result, contestants.values()))
    if len(kinds) > 1:
        raise TypeError(
            "estimators must be all estimators or all results of cross_validate, got "
            "both. Compare them in one way."
        )
    return contestants


@dataclass(frozen=True)
class _Rows:
    """Hold the rows, and what goes with each."""

    X: object
    y: np.ndarray
    groups: np.ndarray | None
    weight: np.ndarray | None
    by: np.ndarray | None


def _receive_rows(X, y, groups, sample_weight, by):
    if X is None or y is None:
        missing = "X" if X is None else "y"
        raise ValueError(
            f"X and y must be given with estimators, got no {missing}. Pass it too."
        )
    by = _take_column(X, by) if isinstance(by, str) else by
    X, y = receive_table(X), column_or_1d(y)
    given = [
        None if v is None else column_or_1d(v) for v in (groups, sample_weight, by)
    ]
    check_consistent_length(X, y, *given)
    if len(y) < 4:
        raise ValueError(
            f"X and y must have at least 4 rows, got {len(y)}. Pass more rows."
        )
    groups, weight, by = given
    weight = receive_amounts("sample_weight", weight, len(y))
    if by is not None and by.dtype.kind in "OMm":  # texts, dates
        by = by.astype(str)
    check_labels(y)
    return _Rows(X, y, groups, weight, by)


def _take_column(X, name):
    if name not in getattr(X, "columns", ()):
        raise ValueError(
            f"by must name a column of X or hold one label per row, got {name!r}. "
            "Pass the labels themselves."
        )
    return np.asarray(X[name])


def _check_test(test, contestants, scoring, rows):
    """Refuse what a test cannot allow for."""
    if rows.weight is not None:
        check_weights(contestants)
    if test == "5x2cv_f" and rows.groups is not None:
        raise ValueError(
            "groups must be None for test='5x2cv_f', which splits rows one by one. "
            "Pass test='corrected_t'."
        )
    if test != "mcnemar":
        return
    for name, value in (("groups", rows.groups), ("sample_weight", rows.weight)):
        if value is not None:
            raise ValueError(
                f"{name} must be None for test='mcnemar', which takes each row for "
                "independent and counts it once. Pass test='corrected_t'."
            )
    others = [name for name, e in contestants.items() if not is_classifier(e)]
    if others or scoring not in (None, "accuracy"):
        got = ", ".join(others) if others else f"scoring={scoring!r}"
        raise ValueError(
            f"test='mcnemar' must have classifiers and accuracy, got {got}. "
            "Pass test='corrected_t'."
        )


def _find_scorers(contestants, scoring, rows):
    scorers, score_name = find_scorers(contestants, scoring)
    if rows.weight is not None:
        check_scorers_take_weights(scorers)
    return scorers, score_name


def _split(rows, contestants, cv, test, *, seed):
    """Split the rows once, for all."""
    classify = all(map(is_classifier, contestants.values()))
    folds = make_folds(
        rows.X,
        rows.y,
        cv=_choose_cv(cv, test, classify, seed),
        groups=rows.groups,
        is_classifier=classify,
        seed=seed,
    )
    _check_folds(folds, test)
    return folds


def _choose_cv(cv, test, classify, seed):
    if test == "5x2cv_f":
        if cv is not None:
            raise ValueError(
                f"cv must be None for test='5x2cv_f', got {cv!r}: it splits five times "
                "into halves. Drop cv, or pass test='corrected_t'."
            )
        Repeated = RepeatedStratifiedKFold if classify else RepeatedKFold
        return Repeated(n_splits=2, n_repeats=5, random_state=seed)
    return 5 if test == "mcnemar" and cv is None else cv


def _check_folds(folds, test):
    n_folds = len(folds.train)
    if test == "mcnemar":
        tested = np.concatenate(folds.test)
        if len(np.unique(tested)) < len(tested):
            raise ValueError(
                "cv must test every row at most once for test='mcnemar', got folds "
                "that repeat. Pass cv=5, or test='corrected_t'."
            )
    elif n_folds < 2:
        raise ValueError(
            f"cv must give at least two folds for test={test!r}, got {n_folds}. "
            "Pass cv=5, or test='mcnemar' for one split."
        )


def _choose_rope(rope, score_name, test):
    if rope == "auto":
        rope = ROPE if score_name.startswith(FROM_0_TO_1) else None
    if rope is None and test == "bayesian_t":
        raise ValueError(
            f"rope must be a number for test='bayesian_t' and {score_name}, got None: "
            "it is the largest difference that does not matter. Pass rope=0.01, say."
        )
    if rope is not None and not (isinstance(rope, Real) and 0 < rope < np.inf):
        raise ValueError(
            f"rope must be a number above 0, got {rope!r}: it is the largest "
            "difference that does not matter. Pass rope=0.01, or None."
        )
    return rope


@dataclass(frozen=True)
class _Job:
    """Hold what every fit shares."""

    rows: _Rows
    folds: object
    scorers: Mapping
    keeps_rights: bool


@dataclass(frozen=True)
class _Measured:
    """Hold the score of one estimator on one fold, and its score on labels of rows."""

    score: float
    by_label: dict
    rights: np.ndarray | None


def _score_all(contestants, job, seeds, *, n_jobs, verbose):
    """Fit and score every estimator on every fold.

    Returns
    -------
    dict of str to list of _Measured
    """
    tasks = [(name, k) for k in range(len(seeds)) for name in contestants]
    measure = delayed(_measure)
    done = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")(
        measure(name, contestants[name], job, k, seed=int(seeds[k]))
        for name, k in tasks
    )
    told = watch(done, len(tasks), what="fits", verbose=verbose)
    measured = {name: [] for name in contestants}
    for (name, _), one in zip(tasks, told, strict=True):
        measured[name].append(one)
    return measured


def _measure(name, estimator, job, k, *, seed):
    with note(f"This was {name} on fold {k}."):
        return _fit_and_score(name, estimator, job, k, seed=seed)


def _fit_and_score(name, estimator, job, k, *, seed):
    train, test = job.folds.train[k], job.folds.test[k]
    weight = None if job.rows.weight is None else job.rows.weight[train]
    model = seed_estimator(clone(estimator), seed)
    model = fit_weighted(model, take_rows(job.rows.X, train), job.rows.y[train], weight)
    labels = () if job.rows.by is None else np.unique(job.rows.by[test]).tolist()
    return _Measured(
        _score(model, name, job, test),
        {label: _score_some(model, name, job, test, label) for label in labels},
        _find_rights(model, job, test) if job.keeps_rights else None,
    )


def _find_rights(model, job, rows):
    answers = receive_predictions(model.predict(take_rows(job.rows.X, rows)), len(rows))
    return answers == job.rows.y[rows]


def _score(model, name, job, rows):
    weight = {} if job.rows.weight is None else {"sample_weight": job.rows.weight[rows]}
    return float(
        job.scorers[name](
            model, take_rows(job.rows.X, rows), job.rows.y[rows], **weight
        )
    )


def _score_some(model, name, job, rows, label):
    """Score the rows of one label; NaN where the score is not defined on them."""
    rows = rows[job.rows.by[rows] == label]
    try:
        return _score(model, name, job, rows)
    except ValueError:  # one class, or too few rows for this score
        return np.nan


def _join_rights(measured, job):
    if not job.keeps_rights:
        return None
    return {
        name: np.concatenate([m.rights for m in each])
        for name, each in measured.items()
    }


def _score_groups(measured, folds, alpha):
    """Average scores by label over the folds on which they are defined."""
    labels = {
        label: None for m in next(iter(measured.values())) for label in m.by_label
    }
    found = {}
    for label in sorted(labels):
        scores = {
            name: np.array([m.by_label.get(label, np.nan) for m in each])
            for name, each in measured.items()
        }
        seen = np.isfinite(list(scores.values())).all(axis=0)
        if seen.sum() >= 2:
            found[label] = {
                name: _average(values[seen], folds.overlap, alpha)
                for name, values in scores.items()
            }
    return found


def _check_unused(**given):
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"{name} must be None for results, whose scores are given. Pass "
                "estimators."
            )


def _compare_results(results, X, y, *, cv, groups, scoring, plan):
    """Compare what cross_validate has found."""
    if plan.test not in ("corrected_t", "bayesian_t"):
        raise ValueError(
            f"test must be 'corrected_t' or 'bayesian_t' for results, got "
            f"{plan.test!r}: the others split the rows themselves. Pass estimators."
        )
    name = scoring if isinstance(scoring, str) else "score"
    scores = read_scores(results, scoring)
    given = X is not None and y is not None and cv is not None
    lacking = any("indices" not in each for each in results.values())
    if lacking and given:
        folds = _recompute_folds(X, y, cv, groups)
    else:
        folds = read_folds(results)
    for key, values in scores.items():
        if len(values) != len(folds.train):
            raise ValueError(
                f"cv must give the folds of the results, got {len(folds.train)} folds "
                f"and {len(values)} scores of {key}. Pass the cv that was used."
            )
    _check_folds(folds, plan.test)
    return _conclude(scores, folds, plan.fix_rope(name), score_name=name)


def _recompute_folds(X, y, cv, groups):
    """Split again as cross_validate did, for the sizes of the folds.

    These do not depend on whether an integer meant stratified folds.
    """
    X, y = receive_table(X), column_or_1d(y)
    groups = None if groups is None else column_or_1d(groups)
    return make_folds(X, y, cv=cv, groups=groups, is_classifier=False, seed=0)


def _compare_pairs(scores, folds, plan, *, rights, score):
    """Test and judge every pair."""
    test, rope, alpha = plan.test, plan.rope, plan.alpha
    pairs = list(combinations(scores, 2))
    grain = _find_grain(scores, folds)

    def apply(first, second):
        if rights is not None:
            return tests.apply_mcnemar(
                rights[first], rights[second], confidence=1 - alpha
            )
        gaps = scores[first] - scores[second]
        settings = {"confidence": 1 - alpha, "least_spread": grain}
        if test == "5x2cv_f":
            return tests.apply_5x2_f(gaps, **settings)
        return tests.apply_corrected_t(gaps, overlap=folds.overlap, **settings)

    outcomes = [apply(*pair) for pair in pairs]
    adjusted = tests.correct_holm([each.p_value for each in outcomes])
    equal = np.full(len(pairs), np.nan)
    if rope is not None:
        equal = tests.correct_holm(
            [tests.apply_equivalence(each.difference, rope) for each in outcomes]
        )
    judge = _judge_by_posterior if test == "bayesian_t" else _judge_by_p
    context = _Context(plan, score, folds.description, len(pairs))
    return tuple(
        judge(pair, outcome, float(p), float(q), context)
        for pair, outcome, p, q in zip(pairs, outcomes, adjusted, equal, strict=True)
    )


def _find_grain(scores, folds):
    """Give the spread of differences if one fold had differed by one row.

    Scores that count rows can agree on every fold by chance; then this is taken for
    their spread. 0 for scores that do not count.
    """
    counts = np.array(list(scores.values())) * folds.test_sizes
    is_count = np.allclose(counts, np.rint(counts), rtol=0, atol=1e-6)
    if not is_count:
        return 0.0
    return 1 / float(folds.test_sizes.mean()) / len(folds.test_sizes) ** 0.5


@dataclass(frozen=True)
class _Context:
    """Hold what the sentences of all pairs share."""

    plan: _Plan
    score: str
    folds: str
    n_pairs: int


def _judge_by_p(pair, outcome, p_adjusted, p_equivalence, context):
    difference, rope = outcome.difference, context.plan.rope
    verdict = "undecided"
    if p_adjusted <= context.plan.alpha:
        verdict = "better"
    if rope is not None and p_equivalence <= context.plan.alpha:
        verdict = "equivalent"
    found = write_p(p_adjusted)
    if context.n_pairs > 1:
        found += f" after Holm over {context.n_pairs} pairs"
    if verdict == "equivalent":
        found = f"{write_p(p_equivalence)} of a larger difference"
    return _write(
        pair,
        outcome,
        verdict,
        context,
        found,
        statistic=outcome.statistic,
        is_signed=context.plan.test == "corrected_t",
        p_value=outcome.p_value,
        p_adjusted=p_adjusted,
        p_equivalence=p_equivalence,
        probabilities=None if rope is None else tests.find_posterior(difference, rope),
    )


def _judge_by_posterior(pair, outcome, p_adjusted, p_equivalence, context):
    below, within, above = tests.find_posterior(outcome.difference, context.plan.rope)
    verdict = "undecided"
    if max(below, above) >= 1 - context.plan.alpha:
        verdict = "better"
    if within >= 1 - context.plan.alpha:
        verdict = "equivalent"
    found = (
        f"posterior probabilities: {pair[0]} better {above:.3f}, equivalent "
        f"{within:.3f}, {pair[1]} better {below:.3f}"
    )
    nothing = dict.fromkeys(("p_value", "p_adjusted", "p_equivalence"), np.nan)
    return _write(
        pair,
        outcome,
        verdict,
        context,
        found,
        statistic=np.nan,
        is_signed=False,
        probabilities=(below, within, above),
        **nothing,
    )


def _write(pair, outcome, verdict, context, found, **figures):
    """Put a judged pair into words, the better one first."""
    difference = outcome.difference
    best, other = pair if difference.value >= 0 else pair[::-1]
    low, high = sorted(
        (-1 if difference.value < 0 else 1) * end
        for end in (difference.low, difference.high)
    )
    gap, low, high = write_together((abs(difference.value), low, high), least=3)
    interval = f"{100 * difference.confidence:g} % interval {low} to {high}"
    words = {
        "better": f"{best} has a higher {context.score} than {other}, by {gap}",
        "equivalent": (
            f"{pair[0]} and {pair[1]} are equivalent in {context.score}: they differ "
            f"by {gap}, less than {context.plan.rope}"
        ),
        "undecided": (
            f"Whether {best} or {other} has the higher {context.score} is undecided: "
            f"{best} is ahead by {gap}"
        ),
    }
    sentence = (
        f"{words[verdict]} ({interval}; {found}; {TESTS[context.plan.test]}, "
        f"{context.folds})."
    )
    winner = best if verdict == "better" else None
    return Comparison(
        *pair,
        difference=difference,
        verdict=verdict,
        winner=winner,
        sentence=sentence,
        **figures,
    )


def write_p(p):
    return "p < 0.0001" if p < 1e-4 else f"p = {p:.2g}"
