"""Callbacks that end the growth of forests and bags."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.callback import ScoringMonitor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

import skclassic.callbacks
from skclassic import (
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    OOBStopping,
    RandomForestClassifier,
    RandomForestRegressor,
    TimeBudget,
)
from tests.estimators import CLASSIFIERS, assert_same_bits, build, make_data

DRAWING = [
    RandomForestClassifier,
    RandomForestRegressor,
    BaggingClassifier,
    BaggingRegressor,
]
each = pytest.mark.parametrize("Estimator", DRAWING)
pytestmark = pytest.mark.filterwarnings("ignore:Some inputs do not have OOB scores")


class Script:
    """Say stop after so many members, and note what the others were shown."""

    def __init__(self, n_members):
        self.n_members, self.seen = n_members, []

    def setup(self, estimator, context): ...

    def teardown(self, estimator, context): ...

    def on_fit_task_begin(self, estimator, context): ...

    def on_fit_task_end(
        self, estimator, context, *, X=None, y=None, fitted_estimator=None
    ):
        if context.max_subtasks == 0:  # a member
            self.seen.append((context.task_id, fitted_estimator, X, y))
        return len(self.seen) == self.n_members


def count_until_stop(curve, *, patience, tol):
    """Give the number of members after which errors say stop, by definition."""
    for n_members in range(patience + 1, len(curve) + 1):
        before = np.nanmin(curve[: n_members - patience])
        lately = np.nanmin(curve[n_members - patience : n_members])
        if lately >= before - tol * before:
            return n_members
    return len(curve)


@each
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_growth_ends_where_a_callback_says_so(Estimator, n_jobs):
    X, y = make_data(Estimator, 100)
    script = Script(7)
    stopped = build(Estimator, n_estimators=30, n_jobs=n_jobs, oob_score=True)
    stopped.set_callbacks(script).fit(X, y)
    whole = build(Estimator, n_estimators=7, oob_score=True).fit(X, y)
    assert len(stopped) == 7 and stopped.n_estimators == 30
    assert_same_bits(stopped, whole, X)
    assert_array_equal(stopped.oob_curve_, whole.oob_curve_)
    assert stopped.oob_score_ == whole.oob_score_
    assert_array_equal(
        np.concatenate(stopped.estimators_samples_),
        np.concatenate(whole.estimators_samples_),
    )


@each
def test_callbacks_see_the_ensemble_as_if_growth_had_ended(Estimator):
    X, y = make_data(Estimator, 100)
    script = Script(99)
    build(Estimator, n_jobs=2, oob_score=True).set_callbacks(script).fit(X, y)
    assert [k for k, *_ in script.seen] == [0, 1, 2, 3, 4]
    for k, seen, its_X, its_y in script.seen:
        small = build(Estimator, n_estimators=k + 1, oob_score=True).fit(X, y)
        assert_same_bits(seen, small, X)
        assert_array_equal(seen.oob_curve_, small.oob_curve_)
        assert seen.oob_score_ == small.oob_score_
        assert its_X is X
        assert_array_equal(its_y, y)


@each
@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.compiled)])
def test_growth_ends_when_the_error_out_of_bag_settles(Estimator, n_jobs):
    X, y = make_data(Estimator, 100)
    whole = build(Estimator, n_estimators=20, oob_score=True).fit(X, y)
    wanted = count_until_stop(whole.oob_curve_, patience=4, tol=0.05)
    stopped = build(Estimator, n_estimators=20, oob_score=True, n_jobs=n_jobs)
    stopped.set_callbacks(OOBStopping(patience=4, tol=0.05)).fit(X, y)
    assert 4 < wanted < 20
    assert len(stopped) == wanted
    assert_array_equal(stopped.oob_curve_, whole.oob_curve_[:wanted])


def test_a_falling_error_is_given_all_members():
    curve = 1 / np.arange(1, 60)
    stop, member = OOBStopping(patience=3, tol=0.0), type("Fitted", (), {})()
    for n_members in range(1, 60):
        member.oob_curve_ = curve[:n_members]
        assert not stop.on_fit_task_end(None, None, fitted_estimator=member)


def test_errors_that_are_not_known_yet_say_nothing():
    member = type("Fitted", (), {})()
    member.oob_curve_ = np.array([np.nan, np.nan, np.nan, 0.5, 0.4])
    stop = OOBStopping(patience=2)
    assert not stop.on_fit_task_end(None, None, fitted_estimator=member)
    member.oob_curve_ = np.array([np.nan, 0.4, 0.5, 0.5])
    assert stop.on_fit_task_end(None, None, fitted_estimator=member)


def test_a_warm_start_goes_on_where_growth_ended():
    X, y = make_data(RandomForestClassifier, 100)
    forest = build(RandomForestClassifier, n_estimators=20, warm_start=True)
    forest.set_callbacks(Script(6)).fit(X, y)
    forest.set_callbacks().fit(X, y)
    whole = build(RandomForestClassifier, n_estimators=20).fit(X, y)
    assert_same_bits(forest, whole, X)


@each
def test_growth_ends_with_its_time(Estimator, monkeypatch):
    now = iter(range(100))
    monkeypatch.setattr(skclassic.callbacks, "perf_counter", lambda: next(now))
    X, y = make_data(Estimator, 60)
    budget = TimeBudget(3)
    timed = build(Estimator, n_estimators=20).set_callbacks(budget).fit(X, y)
    assert len(timed) == 3  # the clock moves on by a second with each look at it
    assert_same_bits(timed, build(Estimator, n_estimators=3).fit(X, y), X)
    assert len(timed.fit(X, y)) == 3


def test_there_is_one_member_however_short_the_time():
    X, y = make_data(ExtraTreesClassifier)
    forest = build(ExtraTreesClassifier).set_callbacks(TimeBudget(1e-9)).fit(X, y)
    assert len(forest) == 1


def test_any_member_may_be_the_last():
    X, y = make_data(BaggingClassifier, 100)
    bag = BaggingClassifier(LogisticRegression(), n_estimators=50, max_features=0.5)
    bag.set_params(oob_score=True, n_jobs=2, random_state=0)
    bag.set_callbacks(OOBStopping(patience=3, tol=0.5)).fit(X, y)
    assert 3 < len(bag) < 50
    assert len(bag.estimators_features_) == len(bag.oob_curve_) == len(bag)


@each
def test_a_scoring_monitor_notes_the_score_after_each_member(Estimator):
    X, y = make_data(Estimator, 60)
    name = "accuracy" if Estimator in CLASSIFIERS else "r2"
    monitor = ScoringMonitor(scoring=name)
    build(Estimator, n_jobs=2).set_callbacks(monitor).fit(X, y)
    noted = [row[name] for row in monitor.get_logs().data]
    wanted = [
        build(Estimator, n_estimators=size).fit(X, y).score(X, y)
        for size in (1, 2, 3, 4, 5, 5)  # the last is the whole
    ]
    assert sorted(noted) == sorted(wanted)


def test_a_search_carries_the_callbacks():
    X, y = make_data(RandomForestClassifier, 100)
    forest = build(RandomForestClassifier, n_estimators=50, oob_score=True)
    forest.set_callbacks(OOBStopping(patience=2, tol=0.5))
    assert np.isfinite(cross_val_score(forest, X, y, cv=3)).all()


@each
def test_stopping_without_an_error_out_of_bag_is_refused(Estimator):
    X, y = make_data(Estimator)
    estimator = build(Estimator).set_callbacks(OOBStopping())
    with pytest.raises(ValueError, match="set it on a forest or bag with oob_score"):
        estimator.fit(X, y)
    assert not hasattr(estimator, "estimators_")


@pytest.mark.parametrize("patience", [0, -1, 1.5, "ten", None])
def test_patience_is_a_number_of_members(patience):
    with pytest.raises(ValueError, match="patience must be a whole number of members"):
        OOBStopping(patience=patience)


@pytest.mark.parametrize("tol", [-0.1, 1.0, np.nan, "small"])
def test_tol_is_a_share(tol):
    with pytest.raises(ValueError, match=r"tol must be in \[0, 1\)"):
        OOBStopping(tol=tol)


@pytest.mark.parametrize("seconds", [0, -1, np.nan, "long", None])
def test_a_time_budget_is_a_time(seconds):
    with pytest.raises(ValueError, match="seconds must be a number above 0"):
        TimeBudget(seconds)


def test_callbacks_say_what_they_were_told():
    assert repr(OOBStopping(patience=3)) == "OOBStopping(patience=3, tol=0.005)"
    assert repr(TimeBudget(2)) == "TimeBudget(2)"
