import itertools
import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_iris, make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    f1_score,
    jaccard_score,
    precision_score,
    recall_score,
)
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from skclassic import (
    GaussianClasses,
    MinimumCostClassifier,
    RandomForestClassifier,
    TunedClassWeightsClassifierCV,
    TunedThresholdClassifierCV,
    Waveform,
)
from skclassic._class_weights import (
    MeanCost,
    Rows,
    call,
    find_weights,
    make_metric,
    value_of,
)

COSTS = np.array([[0.0, 1, 4], [2, 0, 1], [9, 3, 0]])


def make_three(n=300, *, seed=0):
    """Draw three classes, two of them rare."""
    return make_classification(
        n,
        n_classes=3,
        n_informative=5,
        weights=[0.7, 0.2],
        flip_y=0.1,
        random_state=seed,
    )


@parametrize_with_checks(
    [
        MinimumCostClassifier(LogisticRegression()),
        TunedClassWeightsClassifierCV(LogisticRegression(), cv=3),
    ],
    expected_failed_checks=lambda estimator: (
        {"check_classifiers_train": "the best weights are seldom equal"}
        if isinstance(estimator, TunedClassWeightsClassifierCV)
        else {}
    ),
)
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    check(estimator)


# --- least cost


def test_without_costs_the_likeliest_class_is_called():
    X, y = make_three()
    plain = GaussianNB().fit(X, y)
    decided = MinimumCostClassifier(GaussianNB()).fit(X, y)
    assert_array_equal(decided.predict(X), plain.predict(X))
    assert_array_equal(decided.predict_proba(X), plain.predict_proba(X))


def test_the_class_of_least_expected_cost_is_called():
    X, y = make_three()
    decided = MinimumCostClassifier(GaussianNB(), cost_matrix=COSTS).fit(X, y)
    for p, costs, label in zip(
        decided.predict_proba(X),
        decided.predict_costs(X),
        decided.predict(X),
        strict=True,
    ):
        by_hand = [sum(p[j] * COSTS[j, k] for j in range(3)) for k in range(3)]
        assert_allclose(costs, by_hand)
        assert label == np.argmin(by_hand)


def test_two_classes_are_parted_at_the_threshold_of_elkan():
    X, y = GaussianClasses(prior=0.3).sample(500, random_state=0)
    decided = MinimumCostClassifier(GaussianNB(), cost_matrix=[[0, 1], [4, 0]]).fit(
        X, y
    )
    assert_array_equal(
        decided.predict(X) == decided.classes_[1], decided.predict_proba(X)[:, 1] > 0.2
    )


def test_rows_in_doubt_are_left_to_others_and_the_rest_is_surer():
    X, y = load_iris(return_X_y=True)
    decided = MinimumCostClassifier(GaussianNB(), reject_cost=0.05).fit(X, y)
    called = decided.predict(X)
    kept = called != -1
    assert_array_equal(kept, decided.predict_proba(X).max(axis=1) >= 0.95)
    assert (called == y)[kept].mean() > GaussianNB().fit(X, y).score(X, y)
    texts = np.array(["a", "b", "c"])[y]
    assert set(decided.fit(X, texts).predict(X)) == {"a", "b", "c", "rejected"}


def test_no_rows_give_no_calls():
    X, y = load_iris(return_X_y=True)
    forest = RandomForestClassifier(3, random_state=0)
    decided = MinimumCostClassifier(forest, reject_cost=0.05).fit(X, y)
    assert decided.predict(X[:1]).shape == (1,)


# --- priors


def test_other_priors_give_the_posterior_under_them():
    rare, common = GaussianClasses(prior=0.1), GaussianClasses(prior=0.6)
    X, _ = common.sample(200, random_state=0)

    class True_(GaussianNB):  # knows the truth of where it was trained
        def predict_proba(self, X):
            return rare.posterior(X)

    decided = MinimumCostClassifier(True_()).fit(*rare.sample(10_000, random_state=1))
    decided.training_priors_ = np.array([0.9, 0.1])
    decided.set_priors([0.4, 0.6])
    assert_allclose(decided.predict_proba(X), common.posterior(X), rtol=1e-9)
    assert_allclose(np.exp(decided.predict_log_proba(X)), decided.predict_proba(X))


def test_priors_are_estimated_from_rows_without_labels():
    estimates = []
    for seed in range(5):
        X, y = GaussianClasses(prior=0.2).sample(2_000, random_state=seed)
        X_new, _ = GaussianClasses(prior=0.7).sample(2_000, random_state=50 + seed)
        decided = MinimumCostClassifier(LogisticRegression()).fit(X, y)
        estimates.append(decided.estimate_priors(X_new)[1])
    assert abs(np.mean(estimates) - 0.7) < 0.04


def test_estimated_priors_make_calls_better_where_shares_have_changed():
    X, y = GaussianClasses(prior=0.1).sample(3_000, random_state=0)
    X_new, y_new = GaussianClasses(prior=0.7).sample(3_000, random_state=1)
    decided = MinimumCostClassifier(LogisticRegression()).fit(X, y)
    before = decided.score(X_new, y_new)
    decided.set_priors(decided.estimate_priors(X_new))
    assert decided.score(X_new, y_new) > before + 0.05
    assert decided.set_priors().score(X_new, y_new) == before


def test_priors_that_were_estimated_can_be_set():
    X, y = make_three()
    decided = MinimumCostClassifier(DecisionTreeClassifier(max_depth=4)).fit(X, y)
    without = decided.estimator_.predict_proba(X)[:, 2] == 0
    priors = decided.estimate_priors(X[without])
    assert priors[2] == 0
    assert decided.set_priors(priors).predict_proba(X[without])[:, 2].max() == 0
    with pytest.warns(ConvergenceWarning, match="after max_iter=1"):
        decided.estimate_priors(X[without], max_iter=1)
    with pytest.raises(ValueError, match="tol must be in"):
        decided.estimate_priors(X, tol="a")


@config_context(enable_metadata_routing=True)
def test_weight_k_is_k_copies_in_the_priors():
    X, y = make_three(150)
    counts = np.random.RandomState(0).randint(1, 4, len(y))
    copies = np.repeat(np.arange(len(y)), counts)
    model = GaussianNB().set_fit_request(sample_weight=True)
    priors = [0.2, 0.3, 0.5]
    weighted = MinimumCostClassifier(model, priors=priors).fit(
        X, y, sample_weight=counts.astype(float)
    )
    copied = MinimumCostClassifier(GaussianNB(), priors=priors).fit(
        X[copies], y[copies]
    )
    assert_allclose(weighted.predict_proba(X), copied.predict_proba(X), rtol=1e-6)


def test_a_reject_cost_of_after_the_fit_counts_from_the_next():
    X, y = make_three()
    decided = MinimumCostClassifier(GaussianNB()).fit(X, y)
    before = decided.predict(X)
    assert_array_equal(decided.set_params(reject_cost=0.05).predict(X), before)
    assert (decided.fit(X, y).predict(X) == -1).any()
    assert not hasattr(decided, "decision_function")


def test_a_fitted_classifier_is_taken_as_it_is():
    X, y = make_three()
    fitted = GaussianNB().fit(X[:200], y[:200])
    decided = MinimumCostClassifier(FrozenEstimator(fitted), cost_matrix=COSTS)
    decided.fit(X[200:], y[200:])
    assert_array_equal(decided.predict_proba(X), fitted.predict_proba(X))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"cost_matrix": np.ones((2, 2))}, r"cost_matrix must be of shape \(3, 3\)"),
        ({"cost_matrix": COSTS.T - COSTS}, "must ask more for wrong calls"),
        ({"priors": [0.5, 0.5]}, "priors must be 3 shares"),
        ({"priors": [0.5, 0.6, -0.1]}, "priors must be 3 shares"),
        ({"priors": ["a", "b", "c"]}, "priors must be 3 shares"),
        ({"priors": [0.5, 0.5, 0.5]}, "priors must add up to 1"),
        ({"reject_cost": 0.1, "reject_label": 2}, "reject_label must be none of"),
        ({"reject_cost": 0.1, "reject_label": "?"}, "and of their kind"),
        ({"reject_cost": -1.0}, "reject_cost"),
    ],
)
def test_what_does_not_fit_is_named_before_the_fit(params, message):
    X, y = make_three()
    decided = MinimumCostClassifier(GaussianNB(), **params)
    with pytest.raises(ValueError, match=message):
        decided.fit(X, y)
    assert not hasattr(decided, "estimator_")


# --- class weights


THEIRS = {
    "accuracy": accuracy_score,
    "balanced_accuracy": balanced_accuracy_score,
    "f1": f1_score,
    "jaccard": jaccard_score,
    "precision": precision_score,
    "recall": recall_score,
}


def score_as_scikit_learn(name, y, called, weights):
    metric, _, average = name.rpartition("_")
    if name in ("accuracy", "balanced_accuracy"):
        return THEIRS[name](y, called, sample_weight=weights)
    return THEIRS[metric](
        y, called, average=average, sample_weight=weights, zero_division=0
    )


SCORINGS = [
    "accuracy",
    "balanced_accuracy",
    "f1_macro",
    "f1_weighted",
    "jaccard_macro",
    "jaccard_weighted",
    "precision_macro",
    "precision_weighted",
    "recall_macro",
    "recall_weighted",
]


@pytest.mark.parametrize("scoring", SCORINGS)
def test_metrics_are_those_of_scikit_learn_and_no_single_weight_does_better(scoring):
    for seed in range(4):
        rng = np.random.RandomState(seed)
        codes = rng.permutation(np.arange(60) % 4)
        weights = rng.randint(1, 4, 60).astype(float)
        chances = rng.dirichlet([0.5] * 4, 60) + 0.4 * np.eye(4)[codes]
        if seed == 3:
            chances = chances.round(1)  # ties
        rows = Rows(codes, weights)
        metric = make_metric(scoring, rows, 4)
        found = find_weights(chances, rows, metric)
        called = (chances * found).argmax(axis=1)
        value = value_of(metric, rows, called, 4)
        assert value == pytest.approx(
            score_as_scikit_learn(scoring, codes, called, weights)
        )
        plain = value_of(metric, rows, chances.argmax(axis=1), 4)
        assert value >= plain
        for k, factor in itertools.product(range(4), np.logspace(-3, 3, 301)):
            trial = found.copy()
            trial[k] *= factor
            moved = (chances * trial).argmax(axis=1)
            assert value_of(metric, rows, moved, 4) <= value + 1e-9


@pytest.mark.parametrize("scale", [1, 30, 100, 300])
def test_chances_of_any_size_have_weights(scale):
    for seed in range(10):
        rng = np.random.RandomState(seed)
        codes = rng.permutation(np.arange(24) % 3)
        logs = scale * rng.normal(size=(24, 3))
        chances = np.exp(logs - logs.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        rows = Rows(codes, np.ones(24))
        metric = make_metric("accuracy", rows, 3)
        found = find_weights(chances, rows, metric)
        assert np.isfinite(found).all()
        assert (found > 0).all()
        value = value_of(metric, rows, call(chances, found), 3)
        assert value >= value_of(metric, rows, chances.argmax(axis=1), 3)


def test_costs_are_made_least():
    rng = np.random.RandomState(0)
    codes = rng.randint(0, 3, 200)
    chances = rng.dirichlet([1, 1, 1], 200) + 0.3 * np.eye(3)[codes]
    rows = Rows(codes, np.ones(200))
    found = find_weights(chances, rows, MeanCost(COSTS))
    cost = COSTS[codes, (chances * found).argmax(axis=1)].mean()
    assert -value_of(MeanCost(COSTS), rows, (chances * found).argmax(1), 3) == cost
    others = [
        COSTS[codes, (chances * w).argmax(axis=1)].mean()
        for w in rng.dirichlet([1, 1, 1], 500)
    ]
    assert cost <= min(others)


def test_of_two_classes_the_weights_are_the_threshold():
    X, y = make_three()
    y = (y > 0).astype(int)
    weights = TunedClassWeightsClassifierCV(GaussianNB()).fit(X, y)
    threshold = TunedThresholdClassifierCV(
        GaussianNB(), thresholds="exact", pool_folds=True
    ).fit(X, y)
    assert weights.best_score_ == pytest.approx(threshold.best_score_)
    assert_allclose(weights.class_weights_[0], threshold.best_threshold_, atol=0.02)


@pytest.mark.parametrize("scoring", ["balanced_accuracy", "f1_macro"])
def test_the_best_score_is_that_of_the_rows_held_out(scoring):
    X, y = make_three()
    folds = StratifiedKFold(3)
    tuned = TunedClassWeightsClassifierCV(GaussianNB(), scoring=scoring, cv=folds)
    tuned.fit(X, y)
    chances = cross_val_predict(GaussianNB(), X, y, cv=folds, method="predict_proba")
    called = (chances * tuned.class_weights_).argmax(axis=1)
    value = score_as_scikit_learn(scoring, y, called, None)
    assert tuned.best_score_ == pytest.approx(value)
    plain = score_as_scikit_learn(scoring, y, chances.argmax(axis=1), None)
    assert value > plain


@config_context(enable_metadata_routing=True)
def test_weight_k_is_k_copies():
    X, y = make_three(150)
    counts = np.random.RandomState(0).randint(1, 4, len(y))
    copies = np.repeat(np.arange(len(y)), counts)
    halves = np.arange(len(y)) % 2
    splits, their_splits = (
        [(np.flatnonzero(h == a), np.flatnonzero(h != a)) for a in (0, 1)]
        for h in (halves, halves[copies])
    )
    model = GaussianNB().set_fit_request(sample_weight=True)
    weighted = TunedClassWeightsClassifierCV(model, cv=splits).fit(
        X, y, sample_weight=counts.astype(float)
    )
    copied = TunedClassWeightsClassifierCV(GaussianNB(), cv=their_splits).fit(
        X[copies], y[copies]
    )
    assert_allclose(weighted.class_weights_, copied.class_weights_)
    assert weighted.best_score_ == pytest.approx(copied.best_score_)


def test_rows_out_of_bag_need_no_fit_of_their_own():
    X, y = Waveform().sample(100, random_state=0)
    forest = RandomForestClassifier(20, random_state=0)
    tuned = TunedClassWeightsClassifierCV(forest, cv="oob").fit(X, y)
    fitted = clone(forest).set_params(oob_score=True).fit(X, y)
    chances = fitted.oob_decision_function_
    called = (chances * tuned.class_weights_).argmax(axis=1)
    value = balanced_accuracy_score(y, tuned.classes_[called])
    assert tuned.best_score_ == pytest.approx(value)


def test_texts_frames_and_pickles_are_taken():
    X, y = make_three()
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    texts = np.array(["low", "middle", "high"], dtype=object)[y]
    for Classifier in (TunedClassWeightsClassifierCV, MinimumCostClassifier):
        fitted = Classifier(LogisticRegression()).fit(frame, texts)
        assert set(fitted.predict(frame)) <= {"low", "middle", "high"}
        assert list(fitted.feature_names_in_) == list(frame.columns)
        again = pickle.loads(pickle.dumps(fitted))
        assert_array_equal(again.predict(frame), fitted.predict(frame))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"scoring": "roc_auc"}, "scoring must be 'cost' or one of accuracy"),
        ({"scoring": "cost"}, "needs a cost_matrix"),
        ({"cost_matrix": COSTS}, "cost_matrix goes with scoring='cost'"),
        ({"cv": "oob"}, "needs an estimator with oob_score"),
        ({"cv": [(np.arange(20), np.arange(20, 300))]}, "must know all classes"),
    ],
)
def test_what_cannot_be_tuned_is_named(params, message):
    X, y = make_three()
    order = np.argsort(y, kind="stable")
    tuned = TunedClassWeightsClassifierCV(GaussianNB(), **params)
    with pytest.raises(ValueError, match=message):
        tuned.fit(X[order], y[order])
    assert not hasattr(tuned, "estimator_")
