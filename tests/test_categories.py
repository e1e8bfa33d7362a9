"""Categorical features: the best subset of categories, and what becomes of others."""

import itertools
import pickle
from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skclassic import (
    BaggingClassifier,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from skclassic._categories import Encoder, open_table
from tests.estimators import CLASSIFIERS, FORESTS, TREES, build

COLOURS = np.array(["red", "green", "blue", "white", "black", "grey", "pink"])
GOOD = ["green", "white", "pink"]


def make_frame(n_rows=400, *, seed=0):
    """Draw a colour that decides, a category that does not, and a number."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "colour": pd.Categorical(rng.choice(COLOURS, n_rows)),
            "number": rng.normal(size=n_rows),
            "letter": pd.Categorical(rng.choice(list("abc"), n_rows)),
        }
    )
    return frame, np.where(frame["colour"].isin(GOOD), "good", "bad")


def loss_of(y, weight, criterion):
    """Return the weighted loss of one leaf, by definition."""
    mean = np.average(y, weights=weight)
    if criterion in ("gini", "squared_error"):
        return np.sum(weight * (y - mean) ** 2)
    if criterion == "entropy":
        shares = np.array([mean, 1 - mean])
        shares = shares[shares > 0]
        return -weight.sum() * np.sum(shares * np.log(shares))
    logs = np.log(np.where(y > 0, y, 1.0) / mean)
    return np.sum(weight * (y * logs - y + mean))


def loss_after(is_left, y, weight, criterion):
    """Return the loss of both leaves of a split, infinite if one of them is empty, or
    if Poisson deviance would have it predict 0.
    """
    sides = (is_left, ~is_left)
    if not all(side.any() for side in sides):
        return np.inf
    if criterion == "poisson" and not all(y[side].any() for side in sides):
        return np.inf
    return sum(loss_of(y[side], weight[side], criterion) for side in sides)


def list_subsets(names):
    """List all ways to send names to the left, none and all of them included."""
    sizes = range(len(names) + 1)
    return itertools.chain.from_iterable(
        itertools.combinations(names, size) for size in sizes
    )


@pytest.mark.parametrize("missing", [0.0, 0.15])
@pytest.mark.parametrize("n_levels", [2, 3, 6, 8])
@pytest.mark.parametrize("criterion", ["gini", "entropy", "squared_error", "poisson"])
def test_no_subset_of_categories_splits_better(criterion, n_levels, missing):
    is_class = criterion in ("gini", "entropy")
    Tree = DecisionTreeClassifier if is_class else DecisionTreeRegressor
    for seed in range(5):
        rng = np.random.default_rng(seed)
        levels = rng.permuted(np.arange(60) % n_levels).astype(float)
        levels[rng.random(60) < missing] = np.nan
        weight = rng.integers(1, 4, size=60).astype(float)
        y = rng.integers(2, size=60) if is_class else rng.poisson(1, size=60)
        tree = Tree(max_depth=1, criterion=criterion, categorical_features=[0])
        leaves = tree.fit(levels[:, None], y, weight).apply(levels[:, None])
        names = np.nan_to_num(levels, nan=-1)
        best = min(
            loss_after(np.isin(names, subset), y, weight, criterion)
            for subset in list_subsets(np.unique(names))
        )
        assert_allclose(loss_after(leaves == 1, y, weight, criterion), best)


@pytest.mark.parametrize("is_weighted", [False, True])
@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize("n_levels", [20, 200])
@pytest.mark.parametrize("criterion", ["gini", "entropy", "squared_error", "poisson"])
def test_many_categories_are_split_between_neighbours_in_the_order_of_their_means(
    criterion, n_levels, missing, is_weighted
):
    is_class = criterion in ("gini", "entropy")
    Tree = DecisionTreeClassifier if is_class else DecisionTreeRegressor
    rng = np.random.default_rng(0)
    levels = rng.permuted(np.arange(3000) % n_levels)
    share = rng.random(n_levels)[levels]
    y = (rng.random(3000) < share).astype(int) if is_class else rng.poisson(share)
    weight = rng.random(3000) + 0.1 if is_weighted else np.ones(3000)
    is_missing = rng.random(3000) < missing
    X = np.where(is_missing, np.nan, levels)[:, None]
    tree = Tree(max_depth=1, criterion=criterion, categorical_features=[0])
    leaves = tree.fit(X, y, weight).apply(X)
    its_weight = weight * ~is_missing
    means = np.bincount(levels, its_weight * y) / np.bincount(levels, its_weight)
    best = min(
        loss_after((means[levels] <= mean) & ~is_missing, y, weight, criterion)
        if missing_right
        else loss_after((means[levels] <= mean) | is_missing, y, weight, criterion)
        for mean in means
        for missing_right in (True, False)
    )
    assert_allclose(loss_after(leaves == 1, y, weight, criterion), best)


@pytest.mark.parametrize("n_levels", [70, 200, 1000])
@pytest.mark.parametrize("n_classes", [2, 3, 0])
def test_many_categories_are_told_apart(n_levels, n_classes):
    rng = np.random.default_rng(0)
    levels = rng.permuted(np.arange(6000) % n_levels)
    truth = rng.normal(size=n_levels)
    y = truth[levels] if n_classes == 0 else (levels * 7) % n_classes
    Tree = DecisionTreeRegressor if n_classes == 0 else DecisionTreeClassifier
    tree = Tree(categorical_features=[True], random_state=0).fit(levels[:, None], y)
    assert tree.score(levels[:, None], y) == 1.0
    if n_classes == 2 and n_levels <= 200:
        assert tree.get_n_leaves() == 2


@pytest.mark.parametrize("Estimator", [*TREES, *FORESTS])
def test_frames_say_which_features_are_categorical(Estimator):
    frame, y = make_frame()
    y = y if Estimator in CLASSIFIERS else (y == "good") * 1.0
    parameters = {} if Estimator in TREES else {"bootstrap": False}
    estimator = build(Estimator, max_features=None, **parameters).fit(frame, y)
    assert_array_equal(estimator.is_categorical_, [True, False, True])
    assert_array_equal(estimator.predict(frame), y)
    other = pl.DataFrame(
        {
            "colour": pl.Series(frame["colour"].astype(str), dtype=pl.Categorical),
            "number": frame["number"].to_numpy(),
            "letter": pl.Series(
                frame["letter"].astype(str), dtype=pl.Enum(["a", "b", "c"])
            ),
        }
    )
    again = clone(estimator).fit(other, y)
    assert_array_equal(again.predict(other), y)
    assert_array_equal(pickle.loads(pickle.dumps(estimator)).predict(frame), y)


def test_one_split_finds_the_colours():
    frame, y = make_frame()
    tree = DecisionTreeClassifier(max_depth=1, random_state=0).fit(frame, y)
    assert tree.score(frame, y) == 1.0
    assert np.isnan(tree.tree_.threshold[0])
    assert_array_equal(tree.decision_path(frame).indices[::2], 0)


@pytest.mark.parametrize(
    "categorical", [["colour", "letter"], [0, 2], [True, False, True]]
)
def test_categories_are_named_in_three_ways(categorical):
    frame, y = make_frame()
    plain = frame.astype({"colour": str, "letter": str})
    tree = DecisionTreeClassifier(categorical_features=categorical, random_state=0)
    assert tree.fit(plain, y).score(plain, y) == 1.0
    if categorical[0] != "colour":
        values = plain.to_numpy()
        assert tree.fit(values, y).score(values, y) == 1.0


def test_unknown_and_missing_categories_follow_the_crowd():
    frame, y = make_frame()
    tree = DecisionTreeClassifier(max_depth=1).fit(frame, y)
    crowd = pd.Series(y).mode()[0]
    odd = frame.head(3).copy()
    odd["colour"] = pd.Categorical(["mauve", None, "mauve"])
    assert_array_equal(tree.predict(odd), [crowd] * 3)


@pytest.mark.parametrize("Estimator", [*TREES, *FORESTS])
def test_missing_categories_go_where_they_fit(Estimator):
    frame, y = make_frame(600)
    frame = frame[["colour"]].copy()
    frame.loc[frame["colour"] == "red", "colour"] = None
    y = y if Estimator in CLASSIFIERS else (y == "good") * 1.0
    estimator = build(Estimator).fit(frame, y)
    assert estimator.score(frame, y) > 0.99


@pytest.mark.parametrize(
    "given", [pd.DataFrame, partial(pd.DataFrame, dtype="string"), pl.DataFrame, None]
)
def test_none_is_a_missing_value_whoever_says_so(given):
    colours = ["red", "blue", None, "red"] * 5
    if given is None:
        X, names = np.array(colours, object)[:, None], [0]
    else:
        X, names = given({"colour": colours}), ["colour"]
    tree = DecisionTreeClassifier(categorical_features=names)
    tree.fit(X, [1, 0, 1, 1] * 5)
    assert_array_equal(tree.predict(X), [1, 0, 1, 1] * 5)
    assert [list(own) for own in tree._encoder.categories] == [["blue", "red"]]


LETTERS = ["b", None, "c", "a", "b", "d"]
FRAMES = {
    "pandas": lambda names: pd.DataFrame({"x": pd.Categorical(LETTERS, names)}),
    "part of a pandas frame": lambda names: pd.DataFrame(
        {"x": pd.Categorical(["z", *LETTERS], ["z", *names])}
    ).iloc[1:],
    "polars": lambda names: pl.DataFrame({"x": LETTERS}).cast(pl.Categorical),
    "an enum": lambda names: pl.DataFrame({"x": LETTERS}).cast(pl.Enum(names)),
    "strings": lambda names: pl.DataFrame({"x": LETTERS}),
    "an array": lambda names: np.array(LETTERS, object)[:, None],
}


@pytest.mark.parametrize("given", FRAMES)
@pytest.mark.parametrize("other", FRAMES)
def test_categories_are_known_by_name_whatever_holds_them(given, other):
    names = list("adbcxy")  # none is called x
    encoder = Encoder(open_table(FRAMES[given](names)), np.array([True]))
    assert [list(own) for own in encoder.categories] == [list("abcd")]
    assert_array_equal(encoder.n_levels, [4])
    codes = encoder.encode(FRAMES[other](names[::-1]))
    assert_array_equal(codes.ravel(), [1, np.nan, 2, 0, 1, 3])


@pytest.mark.parametrize("Estimator", FORESTS)
def test_columns_of_categories_may_be_missing_through_and_through(Estimator):
    frame, y = make_frame()
    y = y if Estimator in CLASSIFIERS else (y == "good") * 1.0
    frame["letter"] = pd.Categorical([None] * len(frame))
    estimator = build(Estimator).fit(frame, y)
    assert estimator.score(frame, y) > 0.9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X, None), "requires y to be passed"),
        (lambda X, y: (X.assign(number=np.inf), y), "Input X contains infinity"),
        (lambda X, y: (X.assign(number="much"), y), "could not convert.*'much'"),
        (lambda X, y: (X[:0], y[:0]), "0 sample"),
        (lambda X, y: (X, y[:-1]), "Number of labels=399"),
    ],
)
def test_bad_rows_are_refused_beside_categories_too(change, message):
    tree = DecisionTreeClassifier()
    with pytest.raises(ValueError, match=message):
        tree.fit(*change(*make_frame()))
    assert not hasattr(tree, "tree_")


def test_rows_without_columns_are_refused():
    with pytest.raises(ValueError, match="Expected 2D array, got 1D array"):
        DecisionTreeClassifier(categorical_features=[0]).fit([1.0, 2.0], [0, 1])


def test_levels_absent_from_a_node_follow_the_crowd():
    X = np.array([[0, 0], [0, 0], [0, 1], [1, 2], [1, 2], [1, 2]])
    y = [0, 0, 1, 2, 2, 2]
    tree = DecisionTreeClassifier(categorical_features=[1], random_state=0)
    tree.fit(X[:, ::-1], y)
    tree.set_params(categorical_features=[0, 1]).fit(X, y)
    assert_array_equal(tree.predict(X), y)
    assert tree.predict([[0, 2]])[0] in (0, 2)


@pytest.mark.parametrize("Estimator", [DecisionTreeClassifier, ExtraTreeClassifier])
def test_a_row_weighted_thrice_equals_the_row_given_thrice(Estimator):
    frame, y = make_frame(200)
    counts = np.random.default_rng(1).integers(1, 4, len(y))
    weighed = build(Estimator, max_depth=3).fit(frame, y, counts)
    copies = np.repeat(np.arange(len(y)), counts)
    copied = build(Estimator, max_depth=3).fit(frame.iloc[copies], y[copies])
    assert_array_equal(weighed.predict_proba(frame), copied.predict_proba(frame))


def test_weights_that_cancel_leave_nothing_behind():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        levels, y = rng.integers(12, size=(300, 1)), rng.permuted(np.arange(300) % 3)
        weight = np.ones(300)
        weight[y == 2] = np.arange(100) % 2 * 2 - 1
        trees = [
            DecisionTreeClassifier(
                categorical_features=list(range(n_copies)), max_depth=4, random_state=0
            )
            .fit(np.repeat(levels, n_copies, axis=1), y, weight)
            .tree_
            for n_copies in (1, 3)  # what one search leaves, the next one would see
        ]
        assert_array_equal(*(tree.n_node_samples for tree in trees))
        assert_allclose(*(tree.value for tree in trees))


def test_several_outputs_share_categories():
    frame, y = make_frame()
    both = np.column_stack([y, frame["letter"].astype(str)])
    tree = DecisionTreeClassifier(random_state=0).fit(frame, both)
    assert_array_equal(tree.predict(frame), both)


@pytest.mark.parametrize("max_features", [1.0, 0.7])
def test_bags_pass_categories_on(max_features):
    frame, y = make_frame()
    bag = BaggingClassifier(
        DecisionTreeClassifier(), 20, max_features=max_features, oob_score=True
    )
    bag.set_params(random_state=0).fit(frame, y)
    assert bag.oob_score_ > 0.85
    assert bag.score(frame, y) > 0.95
    assert bag.predict(frame.head(1)).shape == (1,)


def test_forests_score_rows_out_of_bag():
    frame, y = make_frame()
    forest = RandomForestClassifier(30, oob_score=True, random_state=0).fit(frame, y)
    assert forest.oob_score_ > 0.95


def test_partial_dependence_reads_sets():
    frame, y = make_frame()
    codes = frame["colour"].cat.codes.to_numpy()
    X = np.column_stack([codes, frame["number"]])
    forest = RandomForestRegressor(5, categorical_features=[0], random_state=0)
    forest.fit(X, (y == "good") * 1.0)
    levels = np.arange(7.0)
    averages = forest._compute_partial_dependence_recursion(levels[:, None], [0])
    is_good = np.isin(frame["colour"].cat.categories, GOOD)
    assert (averages[is_good] > 0.8).all()
    assert (averages[~is_good] < 0.2).all()


@pytest.mark.parametrize(
    ("categorical", "message"),
    [
        (["taste"], "names.*taste.*which X does not have"),
        ([3], r"numbers in \[0, 2\]"),
        ([-1], r"numbers in \[0, 2\]"),
        ([True, False], "boolean mask of all features"),
        ([0.5], "boolean mask of all features"),
    ],
)
def test_other_features_are_refused(categorical, message):
    frame, y = make_frame()
    with pytest.raises(ValueError, match=message):
        DecisionTreeClassifier(categorical_features=categorical).fit(frame, y)


def test_too_many_categories_are_refused():
    X = np.arange(5000)[:, None]
    with pytest.raises(ValueError, match="5000 categories, more than 4096"):
        DecisionTreeClassifier(categorical_features=[0]).fit(X, X.ravel() % 2)


def test_categories_have_no_direction_and_no_medians():
    frame, y = make_frame()
    target = (y == "good") * 1.0
    tree = DecisionTreeRegressor(monotonic_cst=[1, 0, 0])
    with pytest.raises(ValueError, match="cannot have monotonic constraints"):
        tree.fit(frame, target)
    tree = DecisionTreeRegressor(criterion="absolute_error")
    with pytest.raises(ValueError, match="does not go with categorical_features"):
        tree.fit(frame, target)


def test_renamed_columns_are_refused():
    frame, y = make_frame()
    tree = DecisionTreeClassifier().fit(frame, y)
    assert list(tree.feature_names_in_) == ["colour", "number", "letter"]
    with pytest.raises(ValueError, match="feature names"):
        tree.predict(frame.rename(columns={"colour": "color"}))
