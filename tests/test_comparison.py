"""Comparisons share folds, allow for their overlap, and say what they can tell."""

import contextlib

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    LeaveOneOut,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_val_score,
    cross_validate,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import skclassic
from skclassic import Twonorm, compare_estimators, compare_over_datasets

X, Y = load_breast_cancer(return_X_y=True)
X, Y = X[:200], Y[:200]
PAIR = {"nb": GaussianNB(), "tree": DecisionTreeClassifier(max_depth=2, random_state=0)}


class Listener(ClassifierMixin, BaseEstimator):
    """Keep what it was trained and asked on, told by the first column."""

    def __init__(self, seen):
        self.seen = seen

    def __sklearn_clone__(self):
        return self

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.unique(y)
        self.seen.append(("fit", np.asarray(X)[:, 0].astype(int), sample_weight))
        return self

    def predict(self, X):
        self.seen.append(("predict", np.asarray(X)[:, 0].astype(int), None))
        return np.resize(self.classes_, len(X))


def test_scores_are_those_of_cross_validation():
    cv = StratifiedKFold(4, shuffle=True, random_state=3)
    result = compare_estimators(PAIR, X, Y, cv=cv, random_state=0)
    for name in ("nb",):  # the tree is seeded by fold
        expected = cross_val_score(PAIR[name], X, Y, cv=cv)
        np.testing.assert_allclose(result.scores[name], expected)
    assert result.train_sizes.tolist() == [150] * 4
    assert result.test_sizes.tolist() == [50] * 4


def test_all_estimators_meet_the_same_folds():
    rows = np.arange(60.0)[:, None]
    first, second = [], []
    compare_estimators(
        {"first": Listener(first), "second": Listener(second)},
        rows,
        np.tile([0, 1], 30),
        random_state=0,
    )
    assert len(first) == len(second) == 50  # 25 fits, 25 scores
    for (a, rows_a, _), (b, rows_b, _) in zip(first, second, strict=True):
        assert a == b
        np.testing.assert_array_equal(rows_a, rows_b)


def test_the_default_folds_are_five_times_five():
    result = compare_estimators(PAIR, X, Y, random_state=0)
    assert result.folds == "5 times 5 folds"
    assert len(result.scores["nb"]) == 25
    gaps = result.scores["nb"] - result.scores["tree"]
    expected = gaps.mean() / np.sqrt((1 / 25 + 1 / 4) * gaps.var(ddof=1))
    assert result["nb", "tree"].statistic == pytest.approx(expected)


def test_a_clear_difference_is_better_and_small_ones_equivalent():
    constant = DummyClassifier(strategy="constant", constant=1)
    trio = {"nb": GaussianNB(), "again": GaussianNB(), "one": constant}
    result = compare_estimators(trio, X, Y, random_state=0)
    assert result["nb", "one"].verdict == result["one", "nb"].verdict == "better"
    assert result["one", "nb"].winner == "nb"
    assert result["nb", "again"].verdict == "equivalent"
    assert result["nb", "again"].winner is None
    assert "nb has a higher accuracy than one, by 0." in result.sentence
    assert "nb and again are equivalent in accuracy" in result.sentence


def test_without_a_region_nobody_is_equivalent():
    twins = {"nb": GaussianNB(), "again": GaussianNB()}
    result = compare_estimators(twins, X, Y, rope=None, random_state=0)
    assert result["nb", "again"].p_value == 1
    assert result["nb", "again"].verdict == "undecided"
    assert result["nb", "again"].probabilities is None
    assert np.isnan(result["nb", "again"].p_equivalence)


@pytest.mark.parametrize(
    ("scoring", "rope"),
    [("roc_auc", 0.01), ("neg_log_loss", None), ("f1_macro", 0.01), (None, 0.01)],
)
def test_the_region_is_chosen_where_scores_reach_from_0_to_1(scoring, rope):
    result = compare_estimators(PAIR, X, Y, scoring=scoring, cv=3, random_state=0)
    assert result.rope == rope
    assert result.score_name == (scoring or "accuracy")


def test_a_turned_pair_has_the_signs_turned():
    result = compare_estimators(PAIR, X, Y, random_state=0)
    there, back = result["nb", "tree"], result["tree", "nb"]
    assert back.difference.value == -there.difference.value
    assert back.difference.low == -there.difference.high
    assert back.statistic == -there.statistic
    assert back.probabilities == there.probabilities[::-1]
    assert back.sentence == there.sentence
    for pair in (("nb", "nb"), ("nb", "stump")):
        with pytest.raises(KeyError, match="pair must have two|one of nb, tree"):
            result[pair]


def test_p_values_are_corrected_over_all_pairs():
    trio = PAIR | {"near": KNeighborsClassifier()}
    result = compare_estimators(trio, X, Y, random_state=0)
    p = [c.p_value for c in result.comparisons]
    adjusted = [c.p_adjusted for c in result.comparisons]
    assert min(adjusted) == pytest.approx(min(1, 3 * min(p)))
    assert all(a >= b for a, b in zip(adjusted, p, strict=True))
    assert "after Holm over 3 pairs" in result.sentence


def test_the_bayesian_test_gives_probabilities():
    result = compare_estimators(
        {"nb": GaussianNB(), "again": GaussianNB(var_smoothing=1.1e-9)},
        X,
        Y,
        test="bayesian_t",
        random_state=0,
    )
    pair = result["nb", "again"]
    assert sum(pair.probabilities) == pytest.approx(1)
    assert pair.verdict == "equivalent"
    assert np.isnan(pair.p_value)
    assert "posterior probabilities" in pair.sentence


def test_the_5x2_test_splits_into_halves():
    result = compare_estimators(PAIR, X, Y, test="5x2cv_f", random_state=0)
    assert result.folds == "5 times 2 folds"
    assert result.train_sizes.tolist() == [100] * 10


def test_mcnemars_test_counts_rows():
    result = compare_estimators(PAIR, X, Y, test="mcnemar", random_state=0)
    gap = result["nb", "tree"].difference.value
    scores = {name: values.mean() for name, values in result.scores.items()}
    assert gap == pytest.approx(scores["nb"] - scores["tree"], abs=1e-12)
    single = ShuffleSplit(1, random_state=0)
    compare_estimators(PAIR, X, Y, test="mcnemar", cv=single, random_state=0)


def test_regressors_are_compared_by_r2():
    data = load_diabetes(return_X_y=True)
    result = compare_estimators(
        {"line": LinearRegression(), "ridge": Ridge(1e-9)}, *data, random_state=0
    )
    assert result.score_name == "r2"
    assert result["line", "ridge"].verdict == "equivalent"


def test_scores_are_given_by_label():
    by = np.where(X[:, 0] > 14, "large", "small")
    result = compare_estimators(PAIR, X, Y, by=by, random_state=0)
    assert list(result.groups) == ["large", "small"]
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=5, random_state=first_draw(0))
    expected = []
    for train, test in folds.split(X, Y):
        model = GaussianNB().fit(X[train], Y[train])
        some = test[by[test] == "small"]
        expected.append(model.score(X[some], Y[some]))
    small = result.groups["small"]["nb"]
    assert small.value == pytest.approx(np.mean(expected))
    assert small.low < small.value < small.high


def first_draw(seed):
    return int(np.random.RandomState(seed).randint(np.iinfo(np.int32).max))


def test_a_column_of_the_frame_may_give_the_labels():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X[:, :3], columns=["radius", "texture", "perimeter"])
    frame["large"] = (frame["radius"] > 14).astype(float)
    result = compare_estimators(PAIR, frame, Y, by="large", random_state=0)
    assert list(result.groups) == [0.0, 1.0]
    with pytest.raises(ValueError, match="by must name a column"):
        compare_estimators(PAIR, frame, Y, by="small")


def test_a_label_without_a_score_is_left_out():
    by = np.where(Y == 1, "one class", "another")
    result = compare_estimators(PAIR, X, Y, by=by, scoring="f1", random_state=0)
    assert set(result.groups) == {"one class", "another"}
    rare = np.where(np.arange(len(Y)) == 7, "rare", "usual")
    once = compare_estimators(PAIR, X, Y, by=rare, cv=3, random_state=0)
    assert set(once.groups) == {"usual"}


def test_groups_are_kept_together_by_default():
    rows, seen = np.arange(100.0)[:, None], []
    groups = np.repeat(np.arange(20), 5)
    compare_estimators(
        {"it": Listener(seen), "other": DummyClassifier()},
        rows,
        np.tile([0, 1], 50),
        groups=groups,
        random_state=0,
    )
    for (_, train, _), (_, test, _) in zip(seen[::2], seen[1::2], strict=True):
        assert not set(groups[train]) & set(groups[test])
    compare_estimators(PAIR, X, Y, groups=np.arange(200) // 4, cv=4, random_state=0)


def test_weights_reach_the_fit_and_the_score():
    weight = np.random.RandomState(0).uniform(1, 2, 200)
    result = compare_estimators(
        {"nb": GaussianNB(), "pipe": make_pipeline(StandardScaler(), GaussianNB())},
        X,
        Y,
        cv=(cv := StratifiedKFold(3)),
        sample_weight=weight,
        random_state=0,
    )
    expected = []
    for train, test in cv.split(X, Y):
        model = GaussianNB().fit(X[train], Y[train], weight[train])
        expected.append(model.score(X[test], Y[test], weight[test]))
    np.testing.assert_allclose(result.scores["nb"], expected)


def test_the_result_does_not_depend_on_threads_or_on_label_names():
    given = {"cv": 3, "random_state": 0}
    first = compare_estimators(PAIR, X, Y, n_jobs=1, **given)
    for y, n_jobs in ((Y, 2), (np.array(["a", "b"])[Y], 1)):
        again = compare_estimators(PAIR, X, y, n_jobs=n_jobs, **given)
        assert again["nb", "tree"].difference == first["nb", "tree"].difference


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_frames_and_texts_are_taken_as_they_are(frame):
    library = pytest.importorskip(frame)
    table = library.DataFrame({f"column {k}": X[:, k] for k in range(5)})
    names = np.array(["bad", "good"], dtype=object)[Y]
    result = compare_estimators(PAIR, table, names, cv=3, random_state=0)
    plain = compare_estimators(PAIR, X[:, :5], Y, cv=3, random_state=0)
    np.testing.assert_allclose(result.scores["nb"], plain.scores["nb"])


def cross_validated(indices=True, **settings):
    settings = {"cv": StratifiedKFold(4, shuffle=True, random_state=0)} | settings
    return {
        name: cross_validate(e, X, Y, return_indices=indices, **settings)
        for name, e in PAIR.items()
    }


def test_results_of_cross_validate_are_compared():
    results = cross_validated()
    result = compare_estimators(results)
    gaps = results["nb"]["test_score"] - results["tree"]["test_score"]
    expected = gaps.mean() / np.sqrt((1 / 4 + 1 / 3) * gaps.var(ddof=1))
    assert result["nb", "tree"].statistic == pytest.approx(expected)


def test_results_without_indices_take_the_cv_that_was_used():
    cv = StratifiedKFold(4, shuffle=True, random_state=0)
    result = compare_estimators(cross_validated(indices=False), X, Y, cv=cv)
    expected = compare_estimators(cross_validated())
    assert result["nb", "tree"].statistic == expected["nb", "tree"].statistic


def test_one_of_several_scores_is_chosen_by_name():
    results = cross_validated(scoring=["accuracy", "f1"])
    result = compare_estimators(results, scoring="f1")
    np.testing.assert_array_equal(result.scores["nb"], results["nb"]["test_f1"])
    for scoring in (None, "roc_auc"):
        with pytest.raises(ValueError, match="nb must hold the score .* got accuracy"):
            compare_estimators(results, scoring=scoring)
    mixed = {"nb": results["nb"], "tree": cross_validated()["tree"]}
    with pytest.raises(ValueError, match="tree must hold the score 'f1'"):
        compare_estimators(mixed, scoring="f1")


def test_a_search_counts_by_its_best_candidate():
    cv = StratifiedKFold(4, shuffle=True, random_state=0)
    search = GridSearchCV(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": [1, 3]},
        cv=cv,
        return_train_score=True,
    ).fit(X, Y)
    results = {"tree": search.cv_results_, "nb": cross_validated()["nb"]}
    result = compare_estimators(results, X, Y, cv=cv)
    assert result.scores["tree"].mean() == pytest.approx(search.best_score_)


def test_the_frame_holds_every_pair():
    pytest.importorskip("pandas")
    result = compare_estimators(PAIR, X, Y, cv=3, random_state=0)
    frame = result.to_frame()
    assert frame.loc[("nb", "tree"), "verdict"] == result["nb", "tree"].verdict
    assert frame.loc[("nb", "tree"), "low"] == result["nb", "tree"].difference.low


def test_the_result_prints_scores_packages_and_sentences():
    pair = {"theirs": DecisionTreeClassifier(), "ours": skclassic.ExtraTreeClassifier()}
    text = repr(compare_estimators(pair, X, Y, cv=3, random_state=0))
    for word in ("theirs", "ours", "scikit-learn", "skclassic", "3 folds", "interval"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 88


def test_progress_is_told_where_it_is_asked_for(capsys):
    compare_estimators(PAIR, X, Y, cv=5, verbose=1, random_state=0)
    told = capsys.readouterr().out.splitlines()
    assert told[-1].startswith("10 of 10 fits, ")


def test_one_split_alone_has_no_interval():
    result = compare_estimators(
        PAIR, X, Y, test="mcnemar", cv=ShuffleSplit(1, random_state=0), random_state=0
    )
    assert np.isinf(result.score("nb").standard_error)


SEARCH = {"split0_test_score": [1.0], "rank_test_score": [1]}
ONE_COLUMN = np.arange(40.0)[:, None]
SORTED = np.repeat([0, 1], 20)


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (ValueError, "at least two to compare, got 1", {"estimators": [GaussianNB()]}),
        (ValueError, "test must be one of", {"test": "wilcoxon"}),
        (ValueError, r"alpha must be in \(0, 1\)", {"alpha": 5}),
        (ValueError, "X and y must be given", {"y": None}),
        (ValueError, "X and y must have at least 4 rows", {"X": X[:3], "y": Y[:3]}),
        (ValueError, "inconsistent numbers of samples", {"groups": [1, 2]}),
        (ValueError, "scoring must be one name or one", {"scoring": ["f1", "r2"]}),
        (ValueError, "rope must be a number above 0", {"rope": -1}),
        (
            ValueError,
            "rope must be a number for test='bayesian_t'",
            {"rope": None, "test": "bayesian_t"},
        ),
        (ValueError, "cv must be None for test='5x2cv_f'", {"test": "5x2cv_f"}),
        (
            ValueError,
            "cv must test every row at most once",
            {"test": "mcnemar", "cv": ShuffleSplit(5, random_state=0)},
        ),
        (
            ValueError,
            "must have classifiers and accuracy, got scoring='f1'",
            {"test": "mcnemar", "scoring": "f1"},
        ),
        (
            ValueError,
            "must have classifiers and accuracy, got line",
            {"test": "mcnemar", "estimators": {"line": Ridge(), "nb": GaussianNB()}},
        ),
        (
            ValueError,
            "cv must give at least two folds",
            {"cv": ShuffleSplit(1, random_state=0)},
        ),
        (
            ValueError,
            "every fold must train on at least two classes, got only",
            {"X": ONE_COLUMN, "y": SORTED, "cv": KFold(2)},
        ),
        (
            ValueError,
            "every fold must test on at least two classes",
            {"cv": LeaveOneOut(), "scoring": "roc_auc"},
        ),
        (
            ValueError,
            "groups must be in training or in test, got [0-9]+ in both parts of fold 0",
            {
                "groups": np.arange(200) // 4,
                "cv": KFold(3, shuffle=True, random_state=0),
            },
        ),
        (
            ValueError,
            "sample_weight must hold",
            {"sample_weight": -np.ones(200)},
        ),
        (
            TypeError,
            "near must take sample_weight in fit",
            {
                "sample_weight": np.ones(200),
                "estimators": {"near": KNeighborsClassifier(), "nb": GaussianNB()},
            },
        ),
        (
            TypeError,
            "all estimators or all results",
            {"estimators": {"nb": GaussianNB(), "other": {"test_score": [1]}}},
        ),
        (
            ValueError,
            r"got no 'indices' for b. Call cross_validate\(..., return_indices=True",
            {
                "estimators": {
                    "a": {"test_score": [1.0], "indices": {"train": [], "test": []}},
                    "b": {"test_score": [1.0]},
                },
                "X": None,
            },
        ),
        (
            ValueError,
            "test must be 'corrected_t' or 'bayesian_t' for results",
            {"estimators": {"a": SEARCH, "b": SEARCH}, "test": "mcnemar"},
        ),
        (
            ValueError,
            "got 3 folds and 1 scores of a. Pass the cv that was used",
            {"estimators": {"a": SEARCH, "b": SEARCH}},
        ),
        (
            ValueError,
            "a must hold the score .* got none, but fit_time",
            {"estimators": {"a": {"fit_time": [1]}, "b": SEARCH}},
        ),
    ],
)
def test_bad_input_is_refused_in_the_users_words(error, message, arguments):
    given = {"estimators": PAIR, "X": X, "y": Y, "cv": 3, "random_state": 0}
    given |= arguments
    with pytest.raises(error, match=message):
        compare_estimators(**given)


def test_results_of_other_folds_are_refused():
    results = cross_validated()
    results["tree"] = cross_validated(cv=4)["tree"]
    with pytest.raises(ValueError, match="must come from the same folds, got others"):
        compare_estimators(results)


def test_a_score_that_is_no_number_is_named():
    def odd(estimator, X, y):
        return np.nan

    with pytest.raises(ValueError, match="scores must be finite, got nan for nb on"):
        compare_estimators(PAIR, X, Y, cv=3, scoring=odd, random_state=0)


@pytest.mark.repeats
def test_equal_models_are_seldom_told_apart():
    class Half(ClassifierMixin, BaseEstimator):
        def __init__(self, side):
            self.side = side

        def fit(self, X, y):
            half = self._look(X)
            low, high = (half[y == k].mean(axis=0) for k in (0, 1))
            self.classes_ = np.array([0, 1])
            self.slope_, self.middle_ = high - low, (high + low) / 2
            return self

        def _look(self, X):
            return X[:, :10] if self.side else X[:, 10:]

        def predict(self, X):
            return ((self._look(X) - self.middle_) @ self.slope_ > 0).astype(int)

    told = 0
    for seed in range(100):
        rows, y = Twonorm().sample(60, random_state=seed)
        pair = {"left": Half(True), "right": Half(False)}
        result = compare_estimators(pair, rows, y, random_state=seed)
        told += result.comparisons[0].p_value <= 0.05
    assert told <= 12  # 5 expected at most: three standard errors above


TABLE = {
    f"set {k}": {"good": 0.9, "fair": 0.8 + 0.01 * (k % 3), "bad": 0.5 + k / 50}
    for k in range(10)
}


def test_ranks_over_data_sets_are_compared():
    result = compare_over_datasets(TABLE)
    assert result.ranks == {"good": 1.0, "fair": 2.0, "bad": 3.0}
    assert result.p_value < 0.001
    pair = result["good", "bad"]
    assert (pair.wins, pair.losses, pair.winner) == (10, 0, "good")
    assert pair.p_value == pytest.approx(2 / 2**10)  # the most uneven of all signs
    assert result.cliques == []


def test_neighbours_that_cannot_be_told_apart_form_a_clique():
    rng = np.random.RandomState(0)
    table = {
        f"{k}": {"a": rng.uniform(), "b": rng.uniform(), "c": rng.uniform() - 5}
        for k in range(12)
    }
    result = compare_over_datasets(table)
    assert [set(run) for run in result.cliques] == [{"a", "b"}]
    assert result["a", "b"].verdict == "undecided"
    assert result["a", "b"].winner is None


def test_frames_and_comparisons_count_as_rows():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(TABLE).T
    assert compare_over_datasets(frame).ranks == compare_over_datasets(TABLE).ranks
    sets = {f"half {k}": (X[k::4], Y[k::4]) for k in range(4)}
    results = {
        name: compare_estimators(PAIR, *rows, cv=3, random_state=0)
        for name, rows in sets.items()
    }
    over = compare_over_datasets(results)
    assert over.datasets == tuple(sets)
    assert over.scores[0, 0] == results["half 0"].scores["nb"].mean()
    assert list(over.to_frame().index) == [("nb", "tree")]


def test_the_ranks_are_printed_best_first():
    text = repr(compare_over_datasets(TABLE))
    assert text.index("good  ") < text.index("fair  ") < text.index("bad   ")
    assert "good against bad: 10 to 0" in text


@pytest.mark.parametrize(
    ("message", "scores"),
    [
        ("at least 3 data sets, got 2", dict(list(TABLE.items())[:2])),
        ("the same estimators, got good for odd", TABLE | {"odd": {"good": 1.0}}),
        ("at least two estimators, got 1", {k: {"good": 1.0} for k in "abc"}),
        (
            "finite, got nan for bad on set 0",
            TABLE | {"set 0": dict.fromkeys(("good", "fair"), 1.0) | {"bad": np.nan}},
        ),
    ],
)
def test_a_bad_table_is_refused(message, scores):
    with pytest.raises(ValueError, match=message):
        compare_over_datasets(scores)


def test_an_unknown_pair_or_estimator_is_named():
    over = compare_over_datasets(TABLE)
    with pytest.raises(KeyError, match="a pair must be one of"):
        over["good", "worse"]
    result = compare_estimators(PAIR, X, Y, cv=3, random_state=0)
    with pytest.raises(ValueError, match="estimator must be one of nb, tree"):
        result.score("stump")


def test_nothing_is_printed_or_warned_by_default(recwarn):
    with contextlib.redirect_stdout(None):
        compare_estimators(PAIR, *load_iris(return_X_y=True), cv=3, random_state=0)
    assert len(recwarn) == 0


def test_folds_that_cut_a_group_are_refused_before_any_fit():
    seen = []
    with pytest.raises(ValueError, match="groups must be in training or in test"):
        compare_estimators(
            {"it": Listener(seen), "nb": GaussianNB()},
            X,
            Y,
            groups=np.arange(200) // 4,
            cv=StratifiedKFold(3, shuffle=True, random_state=0),
        )
    assert seen == []
    compare_estimators(
        PAIR, X, Y, groups=np.arange(200) // 4, cv=GroupKFold(3), random_state=0
    )


def test_a_multiclass_comparison_works_with_probabilities():
    result = compare_estimators(
        {"nb": GaussianNB(), "logistic": LogisticRegression(max_iter=1000)},
        *load_iris(return_X_y=True),
        scoring="neg_log_loss",
        cv=3,
        random_state=0,
    )
    assert (result.scores["nb"] < 0).all()
    assert result["nb", "logistic"].verdict == "undecided"


def test_equal_counts_on_a_few_rows_are_no_proof_of_equivalence():
    cv = ShuffleSplit(4, test_size=15, random_state=0)
    twins = {"nb": GaussianNB(), "again": GaussianNB()}
    few = compare_estimators(twins, *load_iris(return_X_y=True), cv=cv, random_state=0)
    assert few["nb", "again"].verdict == "undecided"
    assert few["nb", "again"].difference.standard_error > 0.01
    rows = Twonorm().sample(3000, random_state=0)
    many = compare_estimators(twins, *rows, cv=5, random_state=0)
    assert many["nb", "again"].verdict == "equivalent"


def test_searches_are_scored_by_the_score_that_is_named():
    grid = {"var_smoothing": [1e-9, 1e-8]}
    search = GridSearchCV(GaussianNB(), grid, scoring="roc_auc", cv=3)
    result = compare_estimators(
        {"search": search, "nb": GaussianNB()}, X, Y, cv=3, random_state=0
    )
    assert result.score_name == "accuracy"
    assert abs(result["search", "nb"].difference.value) < 0.02
    weight = np.ones(len(Y))
    compare_estimators(
        {"search": search, "nb": GaussianNB()}, X, Y, cv=3, sample_weight=weight
    )


def test_classifiers_beside_regressors_are_compared_by_their_own_score():
    pair = {"line": LinearRegression(), "nb": GaussianNB()}
    assert compare_estimators(pair, X, Y, cv=3, random_state=0).score_name == "score"


def test_a_scorer_that_takes_no_weights_is_refused_at_once():
    def plain(estimator, X, y):
        return 1.0

    with pytest.raises(TypeError, match="scoring must take sample_weight"):
        compare_estimators(PAIR, X, Y, scoring=plain, sample_weight=np.ones(len(Y)))


@pytest.mark.parametrize(
    ("test", "given", "message"),
    [
        (
            "mcnemar",
            {"groups": np.arange(200) // 4},
            "groups must be None for",
        ),
        ("mcnemar", {"sample_weight": np.ones(200)}, "sample_weight must be None for"),
        (
            "5x2cv_f",
            {"groups": np.arange(200) // 4},
            "groups must be None for",
        ),
        ("corrected_t", {"rope": "0.01"}, "rope must be a number above 0"),
    ],
)
def test_what_a_test_cannot_allow_for_is_refused(test, given, message):
    with pytest.raises(ValueError, match=message):
        compare_estimators(PAIR, X, Y, test=test, **given)


def test_groups_and_whole_responses_do_for_results_without_indices():
    groups, cv = np.arange(len(Y)) % 20, GroupKFold(5)
    found = {
        name: cross_validate(e, X, Y, cv=cv, groups=groups) for name, e in PAIR.items()
    }
    result = compare_estimators(found, X, Y, cv=cv, groups=groups)
    assert result.test_sizes.sum() == len(Y)
    counts = np.arange(200) * 3  # each response once: no classes to stratify
    found = {n: cross_validate(e, X, counts, cv=5) for n, e in REGRESSORS.items()}
    compare_estimators(found, X, counts, cv=5)
    with pytest.raises(ValueError, match="by must be None for results"):
        compare_estimators(found, X, counts, cv=5, by=Y)


REGRESSORS = {"line": LinearRegression(), "ridge": Ridge(1.0)}


def test_a_search_over_several_scores_is_read_by_name():
    cv = StratifiedKFold(4, shuffle=True, random_state=0)
    search = GridSearchCV(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": [1, 3]},
        cv=cv,
        scoring=["roc_auc", "accuracy"],
        refit=False,
    ).fit(X, Y)
    found = {"tree": search.cv_results_, "again": search.cv_results_}
    result = compare_estimators(found, X, Y, cv=cv, scoring="roc_auc")
    best = search.cv_results_["mean_test_roc_auc"].max()
    assert result.scores["tree"].mean() == pytest.approx(best)


def test_labels_of_rows_may_be_dates():
    pd = pytest.importorskip("pandas")
    days = pd.date_range("2020-01-01", periods=2)[np.arange(200) % 2]
    result = compare_estimators(PAIR, X, Y, by=days, cv=3, random_state=0)
    assert [label[:10] for label in result.groups] == ["2020-01-01", "2020-01-02"]


def test_missing_labels_are_refused():
    names = np.where(Y == 1, "good", None)
    with pytest.raises(ValueError, match="y must be finite, got None in row"):
        compare_estimators(PAIR, X, names, cv=3)


def test_an_error_says_where_it_happened():
    class Broken(GaussianNB):
        def fit(self, X, y):
            raise RuntimeError("out of luck")

    with pytest.raises(RuntimeError, match="out of luck") as caught:
        compare_estimators({"nb": GaussianNB(), "it": Broken()}, X, Y, cv=3)
    assert caught.value.__notes__ == ["This was it on fold 0."]


def test_very_small_and_very_large_scores_are_written_short():
    rows, y = load_diabetes(return_X_y=True)
    for scale in (1e-9, 1e9):
        result = compare_estimators(
            REGRESSORS,
            rows,
            scale * y,
            scoring="neg_root_mean_squared_error",
            cv=3,
            random_state=0,
        )
        assert "e-" in result.sentence or "e+" in result.sentence
        assert max(map(len, repr(result).splitlines())) <= 88


def test_who_wins_by_signed_ranks_wins():
    gaps = np.r_[-np.arange(1, 16), np.arange(16, 31)] / 100
    table = {f"{k}": {"A": 0.5 + gap, "B": 0.5} for k, gap in enumerate(gaps)}
    pair = compare_over_datasets(table)["A", "B"]
    assert (pair.wins, pair.losses, pair.verdict, pair.winner) == (
        15,
        15,
        "better",
        "A",
    )


def test_frames_without_names_are_numbered_and_twins_refused():
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    values = np.random.RandomState(0).uniform(size=(6, 2))
    numbered = compare_over_datasets(pd.DataFrame(values))
    assert list(numbered.ranks) == ["0", "1"]
    repr(numbered)
    frame = pl.DataFrame({"a": values[:, 0], "b": values[:, 1]})
    assert compare_over_datasets(frame).datasets == tuple("012345")
    twins = pd.DataFrame(values, index=list("ssstuv"), columns=["a", "b"])
    with pytest.raises(ValueError, match="a name of its own, got 4 names for 6"):
        compare_over_datasets(twins)
    with pytest.raises(ValueError, match="scores must be numbers"):
        compare_over_datasets(pd.DataFrame({"a": list("xyz"), "b": [1, 2, 3]}))


def test_names_of_results_are_texts():
    with pytest.raises(TypeError, match="texts for names, got 1"):
        compare_estimators({1: SEARCH, 2: SEARCH})
