"""The error out of bag, after each member of an ensemble."""

import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression

from skclassic import (
    BaggingClassifier,
    BaggingRegressor,
    OOBCurveDisplay,
    RandomForestClassifier,
    RandomForestRegressor,
)
from tests.estimators import CLASSIFIERS, build, make_data

DRAWING = [
    RandomForestClassifier,
    RandomForestRegressor,
    BaggingClassifier,
    BaggingRegressor,
]
pytestmark = pytest.mark.filterwarnings("ignore:Some inputs do not have OOB scores")


@pytest.mark.parametrize("Estimator", DRAWING)
def test_the_curve_is_the_error_of_every_smaller_ensemble(Estimator):
    X, y = make_data(Estimator, 150)
    whole = build(Estimator, n_estimators=30, oob_score=True).fit(X, y)
    assert whole.oob_curve_.shape == (30,)
    for size in (10, 20, 30):
        part = build(Estimator, n_estimators=size, oob_score=True).fit(X, y)
        assert_array_equal(part.oob_curve_, whole.oob_curve_[:size])
    if Estimator in CLASSIFIERS:
        assert_allclose(whole.oob_curve_[-1], 1 - whole.oob_score_)
    else:
        assert_allclose(whole.oob_curve_[-1], np.mean((y - whole.oob_prediction_) ** 2))


@pytest.mark.parametrize("Forest", [RandomForestClassifier, RandomForestRegressor])
def test_a_warm_start_carries_the_curve_on(Forest):
    X, y = make_data(Forest, 150)
    whole = build(Forest, n_estimators=12, oob_score=True).fit(X, y)
    grown = build(Forest, n_estimators=5, oob_score=True, warm_start=True).fit(X, y)
    grown.set_params(n_estimators=12).fit(X, y)
    assert_array_equal(grown.oob_curve_, whole.oob_curve_)
    grown.set_params(oob_score=False, n_estimators=13).fit(X, y)
    assert not hasattr(grown, "oob_curve_")


def test_rows_without_a_vote_do_not_count():
    X, y = make_data(RandomForestClassifier, 60)
    with pytest.warns(UserWarning, match=r"Every member drew \d+ of 60 rows"):
        forest = build(
            RandomForestClassifier, n_estimators=1, oob_score=True, max_samples=120
        ).fit(X, y)
    (tree,), (drawn,) = forest.estimators_, forest.estimators_samples_
    is_out = ~np.isin(np.arange(60), drawn)
    wrong = tree.predict(X[is_out]).astype(int) != y[is_out]
    assert_allclose(forest.oob_curve_, wrong.mean())


def test_nothing_is_known_while_no_row_has_a_vote():
    X, y = make_data(RandomForestRegressor, 20)
    forest = build(RandomForestRegressor, oob_score=True, max_samples=5000)
    assert np.isnan(forest.fit(X, y).oob_curve_).all()


def test_the_error_is_the_mean_over_outputs():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    forest = RandomForestClassifier(60, oob_score=True, random_state=0).fit(X, X > 0)
    said = forest.oob_decision_function_.argmax(axis=1)
    assert_allclose(forest.oob_curve_[-1], np.mean(said != (X > 0)))


def test_any_member_has_a_curve():
    X, y = make_data(BaggingClassifier, 150)
    bag = build(BaggingClassifier, estimator=LogisticRegression(), oob_score=True)
    assert bag.fit(X, y).oob_curve_.shape == (5,)


def test_the_display_draws_the_curve():
    axes = pytest.importorskip("matplotlib.figure").Figure().subplots()
    X, y = make_data(RandomForestClassifier, 150)
    forest = build(RandomForestClassifier, oob_score=True).fit(X, y)
    display = OOBCurveDisplay.from_estimator(forest, ax=axes, color="red")
    assert_array_equal(display.line_.get_xdata(), [1, 2, 3, 4, 5])
    assert_array_equal(display.line_.get_ydata(), forest.oob_curve_)
    assert display.line_.get_label() == "RandomForestClassifier"
    assert display.figure_ is axes.figure
    assert OOBCurveDisplay.from_estimator(forest, ax=axes, name="mine").name == "mine"


def test_an_ensemble_without_a_curve_is_refused():
    X, y = make_data(RandomForestClassifier)
    with pytest.raises(ValueError, match="has no oob_curve_: fit it with oob_score"):
        OOBCurveDisplay.from_estimator(build(RandomForestClassifier).fit(X, y))


def test_drawing_names_the_extra_that_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"skclassic\[plot\]"):
        OOBCurveDisplay(errors=np.array([0.5])).plot()
