"""Laws of random forests and extremely randomised trees."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context, get_config
from sklearn.base import clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import make_classification, make_regression
from sklearn.inspection import partial_dependence
from sklearn.metrics import log_loss, mean_absolute_error, roc_auc_score

from skclassic import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from tests.estimators import (
    CLASSIFIERS,
    FORESTS,
    assert_same_bits,
    build,
    make_data,
    outputs,
)

RANDOM_FORESTS = [RandomForestClassifier, RandomForestRegressor]
EXTRA_TREES = [ExtraTreesClassifier, ExtraTreesRegressor]


@pytest.mark.parametrize("Forest", FORESTS)
def test_a_forest_answers_with_the_mean_of_its_trees(Forest):
    X, y = make_data(Forest)
    forest = build(Forest, max_depth=4).fit(X, y)
    mean = np.mean([outputs(tree, X) for tree in forest.estimators_], axis=0)
    assert_allclose(outputs(forest, X), mean, rtol=1e-12)


@pytest.mark.parametrize("Forest", FORESTS)
def test_importances_are_the_scaled_mean_over_trees(Forest):
    X, y = make_data(Forest)
    forest = build(Forest).fit(X, y)
    mean = np.mean([tree.feature_importances_ for tree in forest.estimators_], axis=0)
    assert_allclose(forest.feature_importances_, mean / mean.sum())


@pytest.mark.parametrize("Forest", FORESTS)
def test_a_forest_without_splits_finds_nothing_important(Forest):
    forest = build(Forest).fit(np.ones((6, 2)), [0, 1, 0, 1, 0, 1])
    assert_array_equal(forest.feature_importances_, [0.0, 0.0])


def test_sparse_targets_are_refused():
    X, y = make_data(RandomForestClassifier)
    with pytest.raises(ValueError, match="sparse multilabel-indicator"):
        build(RandomForestClassifier).fit(X, sparse.csr_array(np.eye(3)[y]))


@pytest.mark.parametrize("Forest", FORESTS)
def test_trees_differ_from_one_another(Forest):
    X, y = make_data(Forest)
    forest = build(Forest).fit(X, y)
    roots = {
        (tree.tree_.feature[0], tree.tree_.threshold[0]) for tree in forest.estimators_
    }
    assert len(roots) > 1
    assert len({tree.random_state for tree in forest.estimators_}) == 5


@pytest.mark.parametrize("Forest", FORESTS)
def test_more_trees_keep_the_first_ones(Forest):
    X, y = make_data(Forest)
    few, many = build(Forest).fit(X, y), build(Forest, n_estimators=9).fit(X, y)
    for first, second in zip(few.estimators_, many.estimators_, strict=False):
        assert_same_bits(first, second, X)


@pytest.mark.parametrize("Forest", FORESTS)
def test_a_warm_start_ends_where_a_cold_one_does(Forest):
    X, y = make_data(Forest)
    warm = build(Forest, n_estimators=3, warm_start=True).fit(X, y)
    first = warm.estimators_[0]
    warm.set_params(n_estimators=8).fit(X, y)
    assert warm.estimators_[0] is first
    assert_same_bits(warm, build(Forest, n_estimators=8).fit(X, y), X)


@pytest.mark.parametrize("Forest", FORESTS)
def test_a_warm_start_with_fewer_trees_is_refused(Forest):
    X, y = make_data(Forest)
    forest = build(Forest, warm_start=True).fit(X, y).set_params(n_estimators=2)
    with pytest.raises(ValueError, match="n_estimators=2 must be larger or equal"):
        forest.fit(X, y)


@pytest.mark.parametrize("Forest", FORESTS)
def test_a_warm_start_without_more_trees_warns(Forest):
    X, y = make_data(Forest)
    forest = build(Forest, warm_start=True).fit(X, y)
    with pytest.warns(UserWarning, match="without increasing n_estimators"):
        forest.fit(X, y)


@pytest.mark.parametrize("max_samples", [None, 30, 0.5])
@pytest.mark.parametrize("Forest", RANDOM_FORESTS)
def test_the_rows_named_are_those_a_tree_was_grown_on(Forest, max_samples):
    X, y = make_data(Forest)
    forest = build(Forest, max_samples=max_samples).fit(X, y)
    drawn = {None: len(y), 30: 30, 0.5: len(y) // 2}[max_samples]
    codes = np.unique(y, return_inverse=True)[1] if Forest in CLASSIFIERS else y
    for tree, rows in zip(forest.estimators_, forest.estimators_samples_, strict=True):
        counts = np.bincount(rows, minlength=len(y))
        assert counts.sum() == tree.tree_.weighted_n_node_samples[0] == drawn
        assert np.sum(counts > 0) == tree.tree_.n_node_samples[0]
        regrown = clone(tree).fit(X, codes, sample_weight=counts)
        assert_same_bits(tree, regrown, X)


@pytest.mark.parametrize("Forest", EXTRA_TREES)
def test_without_bootstrap_every_tree_sees_every_row(Forest):
    X, y = make_data(Forest)
    forest = build(Forest).fit(X, y)
    for tree, rows in zip(forest.estimators_, forest.estimators_samples_, strict=True):
        assert_array_equal(np.sort(rows), np.arange(len(y)))
        assert tree.tree_.n_node_samples[0] == len(y)


def test_a_bootstrap_sample_leaves_out_1_over_e_of_the_rows():
    X, y = make_classification(400, random_state=0)
    forest = RandomForestClassifier(50, max_depth=1, random_state=0).fit(X, y)
    left_out = [1 - len(set(rows)) / 400 for rows in forest.estimators_samples_]
    # One tree's share has a standard deviation of 0.016, the mean of 50 of 0.002.
    assert abs(np.mean(left_out) - np.exp(-1)) < 0.01


def test_rows_are_drawn_in_proportion_to_their_weights():
    X, y = make_classification(20, random_state=0)
    weight = np.arange(20.0)
    forest = RandomForestClassifier(500, max_depth=1, random_state=0)
    forest.fit(X, y, sample_weight=weight)
    drawn = np.bincount(np.concatenate(forest.estimators_samples_), minlength=20)
    # Among 10,000 drawn the standard deviation of a share is at most 0.003.
    assert_allclose(drawn / drawn.sum(), weight / weight.sum(), atol=0.015)
    assert drawn[0] == 0


def out_of_bag_mean(forest, X):
    """Average, for each row, what the trees that did not see it say."""
    n_samples = len(X)
    answers = [outputs(tree, X) for tree in forest.estimators_]
    unseen = np.ones((len(answers), n_samples), dtype=bool)
    for row, rows in zip(unseen, forest.estimators_samples_, strict=True):
        row[rows] = False
    shape = unseen.shape + (1,) * (answers[0].ndim - 1)
    return np.average(
        answers,
        axis=0,
        weights=np.broadcast_to(unseen.reshape(shape), np.shape(answers)),
    )


def test_the_out_of_bag_decision_is_the_mean_over_trees_that_did_not_see_the_row():
    X, y = make_data(RandomForestClassifier)
    forest = build(RandomForestClassifier, n_estimators=40, oob_score=True).fit(X, y)
    expected = out_of_bag_mean(forest, X)
    assert_allclose(forest.oob_decision_function_, expected)
    assert_allclose(forest.oob_score_, np.mean(expected.argmax(axis=1) == y))


def test_the_out_of_bag_prediction_is_the_mean_over_trees_that_did_not_see_the_row():
    X, y = make_data(RandomForestRegressor)
    forest = build(RandomForestRegressor, n_estimators=40, oob_score=True).fit(X, y)
    expected = out_of_bag_mean(forest, X)
    assert_allclose(forest.oob_prediction_, expected)
    assert_allclose(forest.oob_score_, 1 - np.mean((y - expected) ** 2) / np.var(y))


def test_the_out_of_bag_score_may_be_any_metric_of_predictions():
    X, y = make_data(RandomForestRegressor)
    forest = build(
        RandomForestRegressor, n_estimators=40, oob_score=mean_absolute_error
    ).fit(X, y)
    assert_allclose(forest.oob_score_, mean_absolute_error(y, forest.oob_prediction_))


def test_out_of_bag_scores_are_not_computed_twice_and_not_kept_past_their_forest():
    X, y = make_data(RandomForestClassifier)
    forest = build(RandomForestClassifier, n_estimators=40, oob_score=True)
    forest.set_params(warm_start=True).fit(X, y)
    shares = forest.oob_decision_function_
    with pytest.warns(UserWarning, match="without increasing n_estimators"):
        forest.fit(X, y)
    assert forest.oob_decision_function_ is shares
    forest.set_params(n_estimators=41, oob_score=False).fit(X, y)
    assert not hasattr(forest, "oob_score_")


@pytest.mark.parametrize("Forest", [RandomForestRegressor, ExtraTreesRegressor])
def test_the_old_name_of_squared_error_warns_once(Forest):
    X, y = make_data(Forest)
    with pytest.warns(FutureWarning, match="friedman_mse"):
        old = build(Forest, criterion="friedman_mse")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_same_bits(old.fit(X, y), build(Forest).fit(X, y), X)


@pytest.mark.parametrize("Forest", FORESTS)
def test_an_unfitted_forest_says_what_it_grows(Forest):
    splitter = "random" if Forest in EXTRA_TREES else "best"
    assert build(Forest).estimator.splitter == splitter


def test_too_few_trees_for_out_of_bag_estimates_warn():
    X, y = make_data(RandomForestClassifier)
    with pytest.warns(UserWarning, match="do not have OOB scores"):
        build(RandomForestClassifier, n_estimators=1, oob_score=True).fit(X, y)


@pytest.mark.compiled
def test_out_of_bag_estimates_predict_the_test_score():
    X, y = make_classification(1_000, n_informative=5, flip_y=0.1, random_state=0)
    forest = RandomForestClassifier(60, oob_score=True, random_state=0)
    forest.fit(X[:500], y[:500])
    # Each of the two scores has a standard error of 0.016.
    assert abs(forest.oob_score_ - forest.score(X[500:], y[500:])) < 0.07


@pytest.mark.parametrize("Forest", FORESTS)
def test_apply_and_paths_number_leaves_alike(Forest):
    X, y = make_data(Forest)
    forest = build(Forest).fit(X, y)
    leaves = forest.apply(X)
    paths, starts = forest.decision_path(X)
    assert leaves.shape == (len(X), 5)
    assert paths.shape == (len(X), starts[-1])
    for member, start in enumerate(starts[:-1]):
        assert np.all(paths[np.arange(len(X)), start + leaves[:, member]] == 1)
        assert_array_equal(leaves[:, member], forest.estimators_[member].apply(X))


@pytest.mark.parametrize("preset", ["balanced", "balanced_subsample"])
def test_balanced_weights_raise_the_recall_of_a_rare_class(preset):
    X, y = make_classification(
        600, weights=[0.95], n_informative=5, class_sep=0.6, flip_y=0, random_state=0
    )
    params = {"n_estimators": 30, "max_depth": 3, "random_state": 0}
    plain = RandomForestClassifier(**params).fit(X, y)
    balanced = RandomForestClassifier(**params, class_weight=preset).fit(X, y)
    assert balanced.predict(X)[y == 1].mean() > plain.predict(X)[y == 1].mean()


@pytest.mark.compiled
def test_a_forest_ranks_better_than_its_trees():
    X, y = make_classification(2_000, n_informative=8, flip_y=0.1, random_state=0)
    forest = RandomForestClassifier(50, random_state=0).fit(X[:1_000], y[:1_000])
    X, y = X[1_000:], y[1_000:]
    alone = [
        roc_auc_score(y, tree.predict_proba(X)[:, 1]) for tree in forest.estimators_
    ]
    assert roc_auc_score(y, forest.predict_proba(X)[:, 1]) > max(alone)


@pytest.mark.compiled
@pytest.mark.parametrize("Forest", EXTRA_TREES)
def test_a_forest_of_full_trees_on_all_rows_knows_them(Forest):
    X, y = make_data(Forest, 5_000)
    assert build(Forest).fit(X, y).score(X, y) == pytest.approx(1.0, abs=1e-12)


def test_a_poisson_forest_beats_the_mean_on_counts():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 3))
    y = rng.poisson(np.exp(X[:, 0]))
    forest = RandomForestRegressor(
        20, criterion="poisson", min_samples_leaf=10, random_state=0
    )
    forest.fit(X[:300], y[:300])
    assert np.all(forest.predict(X) > 0)
    assert forest.score(X[300:], y[300:]) > 0.3


@pytest.mark.parametrize("Forest", [RandomForestRegressor, ExtraTreesRegressor])
def test_by_absolute_error_an_outlier_moves_no_prediction_far(Forest):
    X, y = make_data(Forest, 60)
    spoilt = y.copy()
    spoilt[7] = 1e6
    rules = {"criterion": "absolute_error", "min_samples_leaf": 10, "max_depth": 2}
    forest = build(Forest, **rules).fit(X, spoilt)
    assert np.all(np.abs(forest.predict(X)) <= np.abs(y).max())


@pytest.mark.parametrize("method", ["recursion", "brute"])
def test_partial_dependence_of_a_forest_is_the_mean_over_its_trees(method):
    X, y = make_regression(60, 3, random_state=0)
    forest = RandomForestRegressor(3, max_depth=3, random_state=0).fit(X, y)
    params = {"method": method, "grid_resolution": 5}
    whole = partial_dependence(forest, X, [1], **params)["average"]
    parts = [
        partial_dependence(tree, X, [1], **params)["average"]
        for tree in forest.estimators_
    ]
    assert_allclose(whole, np.mean(parts, axis=0))


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("Forest", FORESTS)
def test_a_progress_bar_ends_at_100_percent(Forest, n_jobs, capsys):
    pytest.importorskip("rich")
    X, y = make_data(Forest)
    build(Forest, n_jobs=n_jobs).set_callbacks(ProgressBar()).fit(X, y)
    said = capsys.readouterr().out
    assert Forest.__name__ in said and "100%" in said


@pytest.mark.parametrize("Forest", FORESTS)
def test_a_callback_changes_no_tree(Forest):
    X, y = make_data(Forest)
    scoring = "neg_log_loss" if Forest in CLASSIFIERS else "r2"
    watched = build(Forest).set_callbacks(ScoringMonitor(scoring=scoring))
    assert_same_bits(watched.fit(X, y), build(Forest).fit(X, y), X)


def test_a_scoring_monitor_notes_the_score_of_the_whole_forest():
    X, y = make_data(RandomForestClassifier)
    monitor = ScoringMonitor(scoring="neg_log_loss")
    forest = build(RandomForestClassifier).set_callbacks(monitor).fit(X, y)
    noted = [row["neg_log_loss"] for row in monitor.get_logs().data]
    assert np.isclose(noted, -log_loss(y, forest.predict_proba(X))).any()


@pytest.mark.parametrize("Forest", FORESTS)
def test_verbose_forests_say_which_tree_they_grow(Forest, capsys):
    X, y = make_data(Forest)
    build(Forest, verbose=2).fit(X, y)
    assert "building tree 5 of 5" in capsys.readouterr().out


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_callbacks_see_the_settings_of_the_caller(n_jobs):
    seen = []

    class Look:
        def setup(self, estimator, context): ...

        def teardown(self, estimator, context): ...

        def on_fit_task_begin(self, estimator, context): ...

        def on_fit_task_end(self, estimator, context):
            seen.append(get_config()["assume_finite"])

    X, y = make_classification(12_000, 10, random_state=0)
    forest = RandomForestClassifier(4, max_depth=2, n_jobs=n_jobs)
    with config_context(assume_finite=True):
        forest.set_callbacks(Look()).fit(X, y)
    assert seen == [True] * 5


@pytest.mark.parametrize("Forest", FORESTS)
def test_a_warm_start_refuses_other_columns_and_classes(Forest):
    X, y = make_data(Forest)
    forest = build(Forest, warm_start=True).fit(X, y).set_params(n_estimators=9)
    with pytest.raises(ValueError, match="X has 4 features, but the members that"):
        forest.fit(X[:, :4], y)
    if Forest in CLASSIFIERS:
        with pytest.raises(ValueError, match="y has the classes"):
            forest.fit(X, y + 1)
    assert len(forest.fit(X, y)) == 9


@pytest.mark.parametrize("Forest", RANDOM_FORESTS)
def test_trees_that_drew_every_row_leave_none_to_score(Forest):
    X, y = make_data(Forest, 20)
    forest = build(Forest, oob_score=True, max_samples=2000)
    with pytest.warns(UserWarning, match="do not have OOB scores") as caught:
        forest.fit(X, y)
    assert caught[0].filename == __file__


def test_a_metric_gets_one_number_for_each_row():
    X, y = make_data(RandomForestClassifier)
    forest = build(
        RandomForestClassifier, oob_score=lambda y, said: np.mean(y == said)
    ).set_params(n_estimators=50)
    plain = clone(forest).set_params(oob_score=True)
    assert forest.fit(X, y).oob_score_ == plain.fit(X, y).oob_score_


@pytest.mark.parametrize("Forest", FORESTS)
def test_forests_shipped_in_read_only_memory_predict_alike(Forest):
    X, y = make_data(Forest)
    forest = build(Forest).fit(X, y)
    expected = outputs(forest, X)
    for tree in forest.estimators_[::2]:
        tree.tree_.nodes.flags.writeable = False
        if tree.tree_.shares is not None:
            tree.tree_.shares.flags.writeable = False
    assert_array_equal(outputs(forest, X), expected)
    assert_array_equal(forest.apply(X)[:, 0], forest.estimators_[0].apply(X))


def test_errors_name_the_forest():
    with pytest.raises(ValueError, match="RandomForestClassifier estimator requires y"):
        RandomForestClassifier().fit([[0.0], [1.0]], None)
