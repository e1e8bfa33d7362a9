"""Laws of bagging, over our trees and over any estimator of scikit-learn."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import make_classification
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skclassic import (
    BaggingClassifier,
    BaggingRegressor,
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    RandomForestClassifier,
)
from tests.estimators import (
    BAGGINGS,
    CLASSIFIERS,
    assert_same_bits,
    build,
    make_data,
    outputs,
)

DRAWINGS = [
    {"max_samples": None},
    {"max_samples": 30},
    {"max_samples": 0.5},
    {"bootstrap": False, "max_samples": 0.5},
    {"max_features": 3},
    {"max_features": 0.5, "bootstrap_features": True},
    {"bootstrap": False, "max_features": 0.5},
]


def foreign_base(Bagging):
    """Give an estimator of scikit-learn that takes no weights."""
    if Bagging in CLASSIFIERS:
        return KNeighborsClassifier(3)
    return KNeighborsRegressor(3)


def class_codes(Bagging, y):
    """Number the classes as a member's training labels are; leave targets alone."""
    return np.unique(y, return_inverse=True)[1] if Bagging in CLASSIFIERS else y


@pytest.mark.parametrize("drawing", DRAWINGS, ids=str)
@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_the_rows_and_columns_named_are_those_a_tree_was_grown_on(Bagging, drawing):
    X, y = make_data(Bagging)
    bagging = build(Bagging, **drawing).fit(X, y)
    codes = class_codes(Bagging, y)
    for tree, rows, columns in zip(
        bagging.estimators_,
        bagging.estimators_samples_,
        bagging.estimators_features_,
        strict=True,
    ):
        counts = np.bincount(rows, minlength=len(y))
        assert tree.tree_.weighted_n_node_samples[0] == len(rows)
        assert tree.tree_.n_node_samples[0] == np.sum(counts > 0)
        regrown = clone(tree).fit(X[:, columns], codes, sample_weight=counts)
        assert_same_bits(tree, regrown, X[:, columns])


@pytest.mark.parametrize("drawing", DRAWINGS, ids=str)
@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_other_estimators_are_fitted_on_the_rows_and_columns_named(Bagging, drawing):
    X, y = make_data(Bagging)
    bagging = build(Bagging, estimator=foreign_base(Bagging), **drawing).fit(X, y)
    codes = class_codes(Bagging, y)
    for member, rows, columns in zip(
        bagging.estimators_,
        bagging.estimators_samples_,
        bagging.estimators_features_,
        strict=True,
    ):
        refitted = clone(member).fit(X[rows][:, columns], codes[rows])
        assert_same_bits(member, refitted, X[:, columns])


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_members_draw_as_many_rows_as_asked(Bagging):
    X, y = make_data(Bagging)
    for max_samples, expected in [(None, 60), (20, 20), (0.5, 30), (1, 1)]:
        bagging = build(Bagging, max_samples=max_samples).fit(X, y)
        assert {len(rows) for rows in bagging.estimators_samples_} == {expected}


def test_without_replacement_no_row_is_drawn_twice():
    X, y = make_data(BaggingClassifier)
    bagging = build(BaggingClassifier, bootstrap=False, max_samples=0.8).fit(X, y)
    for rows in bagging.estimators_samples_:
        assert len(set(rows)) == len(rows) == 48


@pytest.mark.parametrize("base", [None, "foreign"])
@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_bagging_answers_with_the_mean_of_its_members(Bagging, base):
    X, y = make_data(Bagging)
    base = foreign_base(Bagging) if base else None
    bagging = build(Bagging, estimator=base).fit(X, y)
    mean = np.mean([outputs(member, X) for member in bagging.estimators_], axis=0)
    assert_allclose(outputs(bagging, X), mean, rtol=1e-12)


def test_members_without_probabilities_vote():
    X, y = make_data(BaggingClassifier)
    bagging = build(BaggingClassifier, estimator=LinearSVC()).fit(X, y)
    votes = np.array([member.predict(X) for member in bagging.estimators_])
    shares = [(votes == k).mean(axis=0) for k in range(3)]
    assert_allclose(bagging.predict_proba(X), np.transpose(shares))


def test_decisions_are_the_mean_of_the_members_decisions():
    X, y = make_data(BaggingClassifier)
    bagging = build(BaggingClassifier, estimator=LogisticRegression()).fit(X, y)
    decisions = [member.decision_function(X) for member in bagging.estimators_]
    assert_allclose(bagging.decision_function(X), np.mean(decisions, axis=0))


def test_trees_have_no_decision_function():
    X, y = make_data(BaggingClassifier)
    assert not hasattr(build(BaggingClassifier).fit(X, y), "decision_function")


def test_a_member_that_missed_a_class_gives_it_no_share():
    X = np.arange(40.0).reshape(-1, 1)
    y = np.r_[0, np.full(20, 1), np.full(19, 2)]
    bagging = BaggingClassifier(n_estimators=20, random_state=0).fit(X, y)
    with_class = [0 in rows for rows in bagging.estimators_samples_]
    assert 0 < sum(with_class) < 20
    assert_allclose(bagging.predict_proba(X[:1])[0, 0], np.mean(with_class))


def test_a_foreign_member_that_missed_a_class_gives_it_no_share():
    X = np.arange(40.0).reshape(-1, 1)
    y = np.r_[0, np.full(20, 1), np.full(19, 2)]
    bagging = BaggingClassifier(KNeighborsClassifier(1), random_state=0).fit(X, y)
    with_class = [0 in rows for rows in bagging.estimators_samples_]
    assert 0 < sum(with_class) < 10
    assert_allclose(bagging.predict_proba(X[:1])[0, 0], np.mean(with_class))


@pytest.mark.parametrize("Tree", [DecisionTreeClassifier, ExtraTreeClassifier])
def test_trees_on_some_columns_are_grown_on_those_named(Tree):
    X, y = make_data(BaggingClassifier)
    bagging = build(BaggingClassifier, estimator=Tree(), max_features=3).fit(X, y)
    for tree, rows, columns in zip(
        bagging.estimators_,
        bagging.estimators_samples_,
        bagging.estimators_features_,
        strict=True,
    ):
        counts = np.bincount(rows, minlength=len(y))
        regrown = clone(tree).fit(X[:, columns], y, sample_weight=counts)
        assert_same_bits(tree, regrown, X[:, columns])


def test_weights_without_replacement_warn():
    X, y = make_data(BaggingClassifier)
    bagging = build(BaggingClassifier, bootstrap=False, max_samples=0.5)
    with pytest.warns(UserWarning, match="recommended to use bootstrap=True"):
        bagging.fit(X, y, sample_weight=np.ones(len(y)))


def test_verbose_bagging_says_which_member_it_fits(capsys):
    X, y = make_data(BaggingClassifier)
    build(BaggingClassifier, verbose=2).fit(X, y)
    assert "Building estimator 5 of 5" in capsys.readouterr().out


def test_too_few_members_for_out_of_bag_estimates_warn():
    X, y = make_data(BaggingClassifier)
    with pytest.warns(UserWarning, match="do not have OOB scores"):
        build(BaggingClassifier, n_estimators=1, oob_score=True).fit(X, y)


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_the_default_member_is_a_tree_of_ours(Bagging):
    X, y = make_data(Bagging)
    Tree = DecisionTreeClassifier if Bagging in CLASSIFIERS else DecisionTreeRegressor
    bagging = build(Bagging).fit(X, y)
    assert {type(member) for member in bagging.estimators_} == {Tree}
    assert isinstance(bagging.estimator_, Tree)


@pytest.mark.parametrize(
    "base",
    [
        DecisionTreeClassifier(max_depth=3),
        DecisionTreeClassifier(max_features="sqrt"),
        ExtraTreeClassifier(),
        RandomForestClassifier(3),
        GaussianNB(),
        make_pipeline(SimpleImputer(), LogisticRegression()),
        GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 3]}, cv=3),
    ],
    ids=lambda base: type(base).__name__,
)
def test_any_estimator_may_be_bagged(base):
    X, y = make_data(BaggingClassifier, 60)
    few = {"estimator": base, "n_estimators": 3}
    bagging = build(BaggingClassifier, **few).fit(X, y)
    assert bagging.score(X, y) > 0.5
    assert_same_bits(bagging, build(BaggingClassifier, **few, n_jobs=2).fit(X, y), X)


def test_the_given_estimator_is_left_unfitted():
    X, y = make_data(BaggingClassifier)
    base = DecisionTreeClassifier()
    build(BaggingClassifier, estimator=base).fit(X, y)
    assert not hasattr(base, "tree_") and base.random_state is None


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_a_warm_start_ends_where_a_cold_one_does(Bagging):
    X, y = make_data(Bagging)
    warm = build(Bagging, n_estimators=3, warm_start=True).fit(X, y)
    first = warm.estimators_[0]
    warm.set_params(n_estimators=8).fit(X, y)
    assert warm.estimators_[0] is first
    assert_same_bits(warm, build(Bagging, n_estimators=8).fit(X, y), X)


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_a_warm_start_with_fewer_members_is_refused(Bagging):
    X, y = make_data(Bagging)
    bagging = build(Bagging, warm_start=True).fit(X, y).set_params(n_estimators=2)
    with pytest.raises(ValueError, match="n_estimators=2 must be larger or equal"):
        bagging.fit(X, y)


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_a_warm_start_without_more_members_warns(Bagging):
    X, y = make_data(Bagging)
    bagging = build(Bagging, warm_start=True).fit(X, y)
    with pytest.warns(UserWarning, match="without increasing n_estimators"):
        bagging.fit(X, y)


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_out_of_bag_predictions_come_from_members_that_did_not_see_the_row(Bagging):
    X, y = make_data(Bagging)
    bagging = build(Bagging, n_estimators=40, oob_score=True).fit(X, y)
    answers = [outputs(member, X) for member in bagging.estimators_]
    expected = []
    for row in range(len(y)):
        unseen = [row not in rows for rows in bagging.estimators_samples_]
        expected.append(
            np.mean([a[row] for a, u in zip(answers, unseen, strict=True) if u], axis=0)
        )
    if Bagging in CLASSIFIERS:
        assert_allclose(bagging.oob_decision_function_, expected)
        assert_allclose(bagging.oob_score_, np.mean(np.argmax(expected, axis=1) == y))
    else:
        assert_allclose(bagging.oob_prediction_, expected)
        residual = np.mean((y - expected) ** 2)
        assert_allclose(bagging.oob_score_, 1 - residual / np.var(y))


def test_rows_are_drawn_in_proportion_to_their_weights():
    X, y = make_classification(20, random_state=0)
    weight = np.arange(20.0)
    bagging = BaggingClassifier(n_estimators=500, random_state=0)
    bagging.fit(X, y, sample_weight=weight)
    drawn = np.bincount(np.concatenate(bagging.estimators_samples_), minlength=20)
    # Among 10,000 drawn the standard deviation of a share is at most 0.003.
    assert_allclose(drawn / drawn.sum(), weight / weight.sum(), atol=0.015)
    assert drawn[0] == 0


def test_columns_are_drawn_evenly():
    X, y = make_classification(60, 10, random_state=0)
    stump = DecisionTreeClassifier(max_depth=1)
    bagging = BaggingClassifier(stump, 400, max_features=3, random_state=0)
    drawn = np.bincount(np.concatenate(bagging.fit(X, y).estimators_features_))
    # 400 times 3 in 10: mean 120, standard deviation 9.
    assert_allclose(drawn, 120, atol=45)


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_bagging_all_rows_once_is_the_estimator_itself(Bagging):
    X, y = make_data(Bagging)
    base = foreign_base(Bagging)
    bagging = build(Bagging, estimator=base, bootstrap=False).fit(X, y)
    assert_allclose(outputs(bagging, X), outputs(clone(base).fit(X, y), X))


def test_bagged_least_squares_on_all_rows_are_least_squares():
    X, y = make_data(BaggingRegressor)
    bagging = build(BaggingRegressor, estimator=LinearRegression(), bootstrap=False)
    alone = LinearRegression().fit(X, y)
    assert_allclose(bagging.fit(X, y).predict(X), alone.predict(X))


@pytest.mark.parametrize("base", [None, "foreign"])
@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_members_never_ask_for_feature_names(Bagging, base):
    X, y = make_data(Bagging)
    frame = pd.DataFrame(X, columns=list("abcdef"))
    base = foreign_base(Bagging) if base else None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bagging = build(Bagging, estimator=base, max_features=0.5, oob_score=False)
        assert bagging.fit(frame, y).predict(frame).shape == y.shape
    assert_array_equal(bagging.feature_names_in_, list("abcdef"))


class NeedsGroups(ClassifierMixin, BaseEstimator):
    """A classifier whose fit takes an array of metadata, one entry per row."""

    def fit(self, X, y, groups=None):
        self.classes_ = np.unique(y)
        self.groups_ = groups
        self.first_column_ = X[:, 0]
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def test_metadata_reach_the_members_row_by_row():
    X, y = make_data(BaggingClassifier)
    with config_context(enable_metadata_routing=True):
        base = NeedsGroups().set_fit_request(groups=True)
        bagging = build(BaggingClassifier, estimator=base)
        bagging.fit(X, y, groups=np.arange(len(y)))
    for member, rows in zip(
        bagging.estimators_, bagging.estimators_samples_, strict=True
    ):
        assert_array_equal(member.groups_, rows)
        assert_array_equal(member.first_column_, X[rows, 0])


class Weighs(ClassifierMixin, BaseEstimator):
    """A classifier without probabilities, whose answers take metadata."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict(self, X, by=0):
        return np.full(len(X), by)

    def decision_function(self, X, by=0):
        return np.full(len(X), float(by))


class WeighsTargets(RegressorMixin, Weighs):
    """The same for regression."""


def test_metadata_reach_the_members_answers():
    X, y = make_data(BaggingClassifier)
    with config_context(enable_metadata_routing=True):
        base = Weighs().set_predict_request(by=True)
        base.set_decision_function_request(by=True)
        bagging = build(BaggingClassifier, estimator=base).fit(X, y)
        assert_array_equal(bagging.predict(X, by=2), 2)
        assert_array_equal(bagging.predict_proba(X, by=1)[:, 1], 1.0)
        assert_array_equal(bagging.predict_log_proba(X, by=1)[:, 1], 0.0)
        assert_array_equal(bagging.decision_function(X, by=2), 2.0)
        base = WeighsTargets().set_predict_request(by=True)
        bagging = build(BaggingRegressor, estimator=base).fit(X, y)
        assert_array_equal(bagging.predict(X, by=7), 7)


def test_metadata_without_routing_are_refused():
    X, y = make_data(BaggingClassifier)
    with pytest.raises(ValueError, match="metadata routing is enabled"):
        build(BaggingClassifier).fit(X, y, groups=y)


class RemembersTargets(DecisionTreeRegressor):
    """A tree of ours with a fit of its own."""

    def fit(self, X, y):
        self.seen_ = y
        return super().fit(X, y)


def test_a_member_with_a_fit_of_its_own_is_fitted_by_it():
    X, _ = make_data(BaggingRegressor)
    bagging = build(BaggingRegressor, estimator=RemembersTargets())
    bagging.fit(X, np.arange(len(X)))
    for member, rows in zip(
        bagging.estimators_, bagging.estimators_samples_, strict=True
    ):
        assert_array_equal(member.seen_, rows)


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_out_of_bag_scores_are_not_kept_past_their_ensemble(Bagging):
    X, y = make_data(Bagging)
    bagging = build(Bagging, n_estimators=30, oob_score=True).fit(X, y)
    bagging.set_params(oob_score=False, warm_start=True, n_estimators=31).fit(X, y)
    assert not [
        name for name in vars(bagging) if name.startswith("oob_") and name.endswith("_")
    ]


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_a_progress_bar_ends_at_100_percent(Bagging, capsys):
    pytest.importorskip("rich")
    X, y = make_data(Bagging)
    build(Bagging, n_jobs=2).set_callbacks(ProgressBar()).fit(X, y)
    said = capsys.readouterr().out
    assert Bagging.__name__ in said and "100%" in said


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_a_scoring_monitor_notes_the_score_of_the_whole_ensemble(Bagging):
    X, y = make_data(Bagging)
    name = "accuracy" if Bagging in CLASSIFIERS else "r2"
    monitor = ScoringMonitor(scoring=name)
    bagging = build(Bagging).set_callbacks(monitor).fit(X, y)
    noted = [row[name] for row in monitor.get_logs().data]
    assert np.isclose(noted, bagging.score(X, y)).any()


@pytest.mark.parametrize("Bagging", BAGGINGS)
def test_a_callback_changes_no_member(Bagging):
    X, y = make_data(Bagging)
    name = "accuracy" if Bagging in CLASSIFIERS else "r2"
    watched = build(Bagging).set_callbacks(ScoringMonitor(scoring=name))
    assert_same_bits(watched.fit(X, y), build(Bagging).fit(X, y), X)


def test_a_warm_start_keeps_the_features_of_old_members():
    X, y = make_data(BaggingClassifier)
    bag = BaggingClassifier(
        n_estimators=5, max_features=0.5, warm_start=True, random_state=0
    ).fit(X, y)
    old = [list(features) for features in bag.estimators_features_]
    bag.set_params(n_estimators=8, max_features=1.0).fit(X, y)
    assert [list(features) for features in bag.estimators_features_[:5]] == old
    assert all(len(features) == 6 for features in bag.estimators_features_[5:])
    shares = [
        tree.predict_proba(X[:, features])
        for tree, features in zip(
            bag.estimators_, bag.estimators_features_, strict=True
        )
    ]
    assert_allclose(bag.predict_proba(X), np.mean(shares, axis=0))
