import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.ensemble import BaggingClassifier as TheirBagging
from sklearn.ensemble import RandomForestClassifier as TheirForest
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    cohen_kappa_score,
    confusion_matrix,
    f1_score,
    fbeta_score,
    get_scorer,
    make_scorer,
    zero_one_loss,
)
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    LeaveOneOut,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    cross_val_predict,
)
from sklearn.model_selection import TunedThresholdClassifierCV as Theirs
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier as TheirTree
from sklearn.utils.estimator_checks import parametrize_with_checks

from skclassic import (
    BaggingClassifier,
    DecisionTreeClassifier,
    FixedThresholdClassifier,
    GaussianClasses,
    RandomForestClassifier,
    TunedClassWeightsClassifierCV,
    TunedThresholdClassifierCV,
    optimal_threshold,
)

BOTH = [FixedThresholdClassifier, TunedThresholdClassifierCV]


def make_rare(n=300, *, seed=0, prior=0.2):
    """Draw two classes, one of them rare."""
    return make_classification(
        n, weights=[1 - prior], flip_y=0.1, n_informative=3, random_state=seed
    )


@parametrize_with_checks(
    [
        FixedThresholdClassifier(LogisticRegression()),
        FixedThresholdClassifier(DecisionTreeClassifier(random_state=0), threshold=0.3),
        TunedThresholdClassifierCV(LogisticRegression(), cv=3),
        TunedThresholdClassifierCV(LogisticRegression(), thresholds="exact", cv=3),
    ],
    expected_failed_checks=lambda estimator: (
        {"check_classifiers_train": "the best threshold is seldom one half"}
        if isinstance(estimator, TunedThresholdClassifierCV)
        else {}
    ),
)
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    check(estimator)


# --- scikit-learn's numbers


SCORINGS = [
    "accuracy",
    "balanced_accuracy",
    "f1",
    "jaccard",
    "matthews_corrcoef",
    "precision",
    "recall",
    make_scorer(cohen_kappa_score),
    make_scorer(fbeta_score, beta=2),
    make_scorer(f1_score, pos_label=0),
    make_scorer(f1_score, average="macro"),
    make_scorer(zero_one_loss, greater_is_better=False),
]


@pytest.mark.repeats
@pytest.mark.filterwarnings("ignore:Precision is ill-defined")
@pytest.mark.parametrize("scoring", SCORINGS, ids=str)
@pytest.mark.parametrize(
    ("method", "dtype"),
    [("predict_proba", np.float64), ("decision_function", np.float32)],
)
def test_a_number_of_thresholds_gives_the_numbers_of_scikit_learn(
    scoring, method, dtype
):
    X, y = make_rare(150)
    X = X.astype(dtype)
    params = {"scoring": scoring, "response_method": method, "store_cv_results": True}
    for thresholds in (8, [0.1, 0.3, 0.5, 0.9]):
        ours, theirs = (
            Tuned(LogisticRegression(), thresholds=thresholds, cv=3, **params).fit(X, y)
            for Tuned in (TunedThresholdClassifierCV, Theirs)
        )
        for name in ("thresholds", "scores"):
            assert_allclose(
                ours.cv_results_[name], theirs.cv_results_[name], rtol=0, atol=1e-12
            )
        assert ours.best_threshold_ == theirs.best_threshold_
        assert_array_equal(ours.predict(X), theirs.predict(X))


@pytest.mark.parametrize("model", [GaussianNB(), TheirTree(max_depth=3)], ids=str)
def test_scores_with_ties_give_the_numbers_of_scikit_learn(model):
    X, y = make_rare(seed=1)
    model = clone(model)
    if "random_state" in model.get_params():
        model.set_params(random_state=0)
    ours, theirs = (
        Tuned(model, scoring="f1", store_cv_results=True).fit(X, y)
        for Tuned in (TunedThresholdClassifierCV, Theirs)
    )
    assert_allclose(
        ours.cv_results_["scores"], theirs.cv_results_["scores"], atol=1e-12
    )
    assert ours.best_threshold_ == theirs.best_threshold_


@config_context(enable_metadata_routing=True)
def test_weights_give_the_numbers_of_scikit_learn():
    X, y = make_rare()
    weights = np.random.RandomState(0).uniform(0.1, 3, len(y))
    scorer = get_scorer("f1").set_score_request(sample_weight=True)
    model = LogisticRegression().set_fit_request(sample_weight=True)
    ours, theirs = (
        Tuned(model, scoring=scorer, store_cv_results=True).fit(
            X, y, sample_weight=weights
        )
        for Tuned in (TunedThresholdClassifierCV, Theirs)
    )
    assert_allclose(
        ours.cv_results_["scores"], theirs.cv_results_["scores"], atol=1e-12
    )


# --- the exact search


@pytest.mark.parametrize("pool_folds", [False, True])
def test_exact_is_at_least_as_good_as_any_grid(pool_folds):
    for seed in range(5):
        X, y = make_rare(150, seed=seed)
        params = {"scoring": "f1", "cv": 3, "pool_folds": pool_folds}
        exact = TunedThresholdClassifierCV(
            LogisticRegression(), thresholds="exact", **params
        ).fit(X, y)
        grid = TunedThresholdClassifierCV(
            LogisticRegression(), thresholds=np.linspace(0, 1, 10_001), **params
        ).fit(X, y)
        assert exact.best_score_ >= grid.best_score_ - 1e-12


def test_pooled_folds_are_searched_as_one():
    X, y = make_rare()
    folds = StratifiedKFold(4)
    tuned = TunedThresholdClassifierCV(
        GaussianNB(), scoring="f1", thresholds="exact", cv=folds, pool_folds=True
    ).fit(X, y)
    scores = cross_val_predict(GaussianNB(), X, y, cv=folds, method="predict_proba")
    best = optimal_threshold(y, scores[:, 1], "f1")
    assert tuned.best_threshold_ == best.threshold
    assert tuned.best_score_ == best.value


def test_averaged_folds_are_the_mean_of_their_scores():
    X, y = make_rare(120)
    folds = StratifiedKFold(3)
    tuned = TunedThresholdClassifierCV(
        GaussianNB(), scoring="f1", thresholds="exact", cv=folds, store_cv_results=True
    ).fit(X, y)
    scores = cross_val_predict(GaussianNB(), X, y, cv=folds, method="predict_proba")
    means = [
        np.mean(
            [
                f1_score(y[t], scores[t, 1] >= at, zero_division=0)
                for _, t in folds.split(X, y)
            ]
        )
        for at in tuned.cv_results_["thresholds"]
    ]
    assert_allclose(tuned.cv_results_["scores"], means, atol=1e-12)
    assert tuned.best_score_ == pytest.approx(max(means))
    assert tuned.cv_results_["fold_scores"].shape == (3, len(means))


@pytest.mark.parametrize("metric", ["g_mean", "youden", "specificity", "f2"])
def test_metrics_of_ours_are_named(metric):
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(
        LogisticRegression().fit(X, y),
        scoring=metric,
        thresholds="exact",
        cv="prefit",
        refit=False,
    ).fit(X, y)
    scores = tuned.estimator_.predict_proba(X)[:, 1]
    best = optimal_threshold(y, scores, metric)
    assert (tuned.best_threshold_, tuned.best_score_) == (best.threshold, best.value)


def test_a_function_of_counts_is_made_best():
    def youden(tp, fp, tn, fn):
        return tp / (tp + fn) - fp / (fp + tn)

    X, y = make_rare()
    found = [
        TunedThresholdClassifierCV(GaussianNB(), scoring=each, thresholds="exact").fit(
            X, y
        )
        for each in (youden, "youden")
    ]
    assert found[0].best_threshold_ == found[1].best_threshold_


def test_what_has_to_see_labels_falls_back_to_a_grid():
    X, y = make_rare()
    scorer = make_scorer(f1_score, average="macro")
    tuned = TunedThresholdClassifierCV(
        LogisticRegression(), scoring=scorer, thresholds="exact", store_cv_results=True
    ).fit(X, y)
    assert len(tuned.cv_results_["thresholds"]) == 100


@pytest.mark.parametrize("scoring", ["roc_auc", "neg_log_loss", "average_precision"])
def test_what_no_threshold_changes_is_refused(scoring):
    X, y = make_rare()
    with pytest.raises(ValueError, match="which no threshold changes"):
        TunedThresholdClassifierCV(LogisticRegression(), scoring=scoring).fit(X, y)


# --- costs


COSTS = np.array([[0.0, 1.0], [9.0, 0.0]])


def test_costs_are_made_least_by_class_or_by_row():
    X, y = make_rare()
    by_class, by_row = (
        TunedThresholdClassifierCV(
            LogisticRegression(), scoring="cost", thresholds="exact", cost_matrix=costs
        )
        for costs in (COSTS, None)
    )
    by_class.fit(X, y)
    by_row.fit(X, y, costs=COSTS[y])
    assert by_class.best_threshold_ == by_row.best_threshold_
    assert by_class.best_score_ == pytest.approx(by_row.best_score_)
    assert by_class.best_score_ < 0
    assert by_class.predict(X).mean() > LogisticRegression().fit(X, y).predict(X).mean()


def test_costs_of_rows_are_counted_as_they_are():
    X, y = make_rare(60)
    costs = np.random.RandomState(0).uniform(0, 5, (60, 2))
    model = GaussianNB().fit(X, y)
    tuned = TunedThresholdClassifierCV(
        model,
        scoring="cost",
        thresholds="exact",
        cv="prefit",
        refit=False,
        store_cv_results=True,
    ).fit(X, y, costs=costs)
    scores = model.predict_proba(X)[:, 1]
    means = [
        -costs[np.arange(60), (scores >= at).astype(int)].mean()
        for at in tuned.cv_results_["thresholds"]
    ]
    assert_allclose(tuned.cv_results_["scores"], means)


@config_context(enable_metadata_routing=True)
def test_costs_are_routed_through_a_pipeline():
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(
        LogisticRegression(), scoring="cost", thresholds="exact"
    ).set_fit_request(costs=True)
    pipe = make_pipeline(StandardScaler(), tuned).fit(X, y, costs=COSTS[y])
    alone = clone(tuned).fit(StandardScaler().fit_transform(X), y, costs=COSTS[y])
    assert pipe[-1].best_threshold_ == alone.best_threshold_


# --- out of bag, held out, prefit


@pytest.mark.parametrize(
    "ensemble",
    [
        RandomForestClassifier(30, random_state=0),
        BaggingClassifier(n_estimators=30, random_state=0),
        TheirBagging(n_estimators=30, random_state=0),
    ],
    ids=["forest", "bagging", "their bagging"],
)
def test_rows_out_of_bag_need_no_fit_of_their_own(ensemble):
    X, y = make_rare(150)
    tuned = TunedThresholdClassifierCV(
        ensemble, scoring="f1", thresholds="exact", cv="oob"
    ).fit(X, y)
    fitted = clone(ensemble).set_params(oob_score=True).fit(X, y)
    scores = fitted.oob_decision_function_[:, 1]
    best = optimal_threshold(y, scores, "f1")
    assert (tuned.best_threshold_, tuned.best_score_) == (best.threshold, best.value)
    assert_array_equal(tuned.predict_proba(X), fitted.predict_proba(X))


@pytest.mark.filterwarnings("ignore:Some inputs do not have OOB scores")
def test_rows_in_every_bag_are_passed_over():
    X, y = make_rare(200)
    for forest in (
        RandomForestClassifier(3, random_state=0),
        TheirForest(3, random_state=0),
    ):
        tuned = TunedThresholdClassifierCV(forest, thresholds="exact", cv="oob").fit(
            X, y
        )
        fitted = clone(forest).set_params(oob_score=True).fit(X, y)
        scores = fitted.oob_decision_function_
        voted = scores.sum(axis=1) > 0
        assert 0 < voted.sum() < 200
        best = optimal_threshold(y[voted], scores[voted, 1])
        assert tuned.best_score_ == best.value


def test_one_split_keeps_the_classifier_that_was_searched():
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(
        LogisticRegression(), cv=0.3, refit=False, random_state=0
    ).fit(X, y)
    theirs = Theirs(LogisticRegression(), cv=0.3, refit=False, random_state=0).fit(X, y)
    assert_array_equal(tuned.estimator_.coef_, theirs.estimator_.coef_)
    assert tuned.best_threshold_ == theirs.best_threshold_


def test_every_n_jobs_gives_the_same_bits():
    X, y = make_rare()
    one, two = (
        TunedThresholdClassifierCV(GaussianNB(), thresholds="exact", n_jobs=n).fit(X, y)
        for n in (1, 2)
    )
    assert one.best_threshold_ == two.best_threshold_
    assert one.best_score_ == two.best_score_


@config_context(enable_metadata_routing=True)
@pytest.mark.parametrize("scoring", ["g_mean", "f1"])
def test_weight_k_is_k_copies(scoring):
    X, y = make_rare(120)
    counts = np.random.RandomState(0).randint(1, 4, len(y))
    copies = np.repeat(np.arange(len(y)), counts)
    halves = np.arange(len(y)) % 2
    splits, their_splits = (
        [(np.flatnonzero(h == a), np.flatnonzero(h != a)) for a in (0, 1)]
        for h in (halves, halves[copies])
    )
    if scoring == "f1":
        scoring = get_scorer("f1").set_score_request(sample_weight=True)
    model = GaussianNB().set_fit_request(sample_weight=True)
    weighted = TunedThresholdClassifierCV(
        model, scoring=scoring, thresholds="exact", cv=splits
    ).fit(X, y, sample_weight=counts.astype(float))
    copied = TunedThresholdClassifierCV(
        GaussianNB(), scoring=scoring, thresholds="exact", cv=their_splits
    ).fit(X[copies], y[copies])
    assert weighted.best_threshold_ == pytest.approx(copied.best_threshold_)
    assert weighted.best_score_ == pytest.approx(copied.best_score_)


# --- constraints, and what can be promised


def test_a_constraint_holds_where_the_score_is_made_best():
    X, y = make_rare(400)
    tuned = TunedThresholdClassifierCV(
        LogisticRegression(),
        scoring="precision",
        thresholds="exact",
        constraint="recall>=0.8",
        pool_folds=True,
    ).fit(X, y)
    scores = cross_val_predict(LogisticRegression(), X, y, method="predict_proba")[:, 1]
    called = scores >= tuned.best_threshold_
    assert called[y == 1].mean() >= 0.8
    with pytest.raises(ValueError, match="the highest precision of all thresholds is"):
        clone(tuned).set_params(scoring="recall", constraint="precision>=1.01").fit(
            X, y
        )


def test_a_promised_bound_is_stricter_than_one_that_held_on_these_rows():
    problem = GaussianClasses(distance=2.0, prior=0.3)
    model = LogisticRegression().fit(*problem.sample(500, random_state=0))
    X, y = problem.sample(2_000, random_state=1)
    params = {"scoring": "recall", "thresholds": "exact", "cv": "prefit"}
    params |= {"refit": False, "constraint": "precision>=0.8"}
    held = TunedThresholdClassifierCV(model, **params).fit(X, y)
    promised = TunedThresholdClassifierCV(model, confidence=0.95, **params).fit(X, y)
    assert promised.best_threshold_ > held.best_threshold_
    assert promised.best_score_ < held.best_score_
    with pytest.raises(ValueError, match="cannot be certified with confidence"):
        clone(promised).set_params(estimator=model, constraint="precision>=0.9999").fit(
            X, y
        )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"cv": 3}, "leaves none"),
        ({"cv": 0.3}, "leaves none"),
        ({"constraint": None, "cv": "oob"}, "goes with a constraint"),
        ({"constraint": "recall<=0.9", "cv": "oob"}, "of the form"),
        ({"constraint": "f1>=0.1", "cv": "oob"}, "a bound can be certified for"),
    ],
)
def test_a_bound_is_promised_only_where_it_can_be(params, message):
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(
        RandomForestClassifier(20, random_state=0),
        **{"constraint": "recall>=0.5", "confidence": 0.9} | params,
    )
    with pytest.raises(ValueError, match=message):
        tuned.fit(X, y)
    assert not hasattr(tuned, "estimator_")


def test_the_interval_holds_the_threshold_and_narrows_with_rows():
    widths = {300: [], 5_000: []}
    for n in widths:
        for seed in range(3):
            X, y = GaussianClasses(prior=0.2).sample(n, random_state=seed)
            tuned = TunedThresholdClassifierCV(
                GaussianNB(), scoring="f1", thresholds="exact", store_cv_results=True
            ).fit(X, y)
            low, high = tuned.threshold_interval(n_resamples=100, random_state=0)
            assert low <= tuned.best_threshold_ <= high
            widths[n].append(high - low)
    again = tuned.threshold_interval(n_resamples=100, random_state=0)
    assert again == (low, high)
    assert np.mean(widths[5_000]) < np.mean(widths[300])


def test_the_expected_score_is_below_the_best():
    gaps = []
    for seed in range(5):
        X, y = make_rare(200, seed=seed)
        tuned = TunedThresholdClassifierCV(
            GaussianNB(), scoring="f1", thresholds="exact", store_cv_results=True
        ).fit(X, y)
        gaps.append(tuned.best_score_ - tuned.expected_score())
    assert np.mean(gaps) > 0


@pytest.mark.parametrize("pool_folds", [False, True])
def test_under_a_constraint_the_expected_score_is_a_score(pool_folds):
    X, y = make_rare(400)
    tuned = TunedThresholdClassifierCV(
        GaussianNB(),
        scoring="precision",
        thresholds="exact",
        constraint="recall>=0.6",
        pool_folds=pool_folds,
        store_cv_results=True,
    ).fit(X, y)
    assert 0 < tuned.expected_score() <= tuned.best_score_ + 0.1
    low, high = tuned.threshold_interval(n_resamples=50, random_state=0)
    assert low <= high


@pytest.mark.parametrize("pool_folds", [False, True])
@pytest.mark.parametrize("constraint", [None, ["recall>=.3", "specificity>=.7"]])
def test_rows_that_are_kept_give_the_threshold_again(constraint, pool_folds):
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(
        LogisticRegression(),
        scoring="f1",
        thresholds="exact",
        constraint=constraint,
        pool_folds=pool_folds,
        store_cv_results=True,
    ).fit(X, y)
    kept = tuned._held_out
    assert tuned._find(kept.folds, kept.aim, kept.bounds)[0] == tuned.best_threshold_
    low, high = tuned.threshold_interval(n_resamples=200, random_state=0)
    assert low <= tuned.best_threshold_ <= high
    assert abs(tuned.expected_score() - tuned.best_score_) < 0.15


def test_expected_scores_are_those_of_the_thresholds_tried():
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(
        GaussianNB(), scoring="f1", thresholds=[0.9], store_cv_results=True
    ).fit(X, y)
    folds = StratifiedKFold(5)
    scores = cross_val_predict(GaussianNB(), X, y, cv=folds, method="predict_proba")
    assert tuned.expected_score() == pytest.approx(f1_score(y, scores[:, 1] >= 0.9))


def test_a_promise_has_no_interval():
    X, y = make_rare(300)
    tuned = TunedThresholdClassifierCV(
        RandomForestClassifier(20, max_depth=4, random_state=0),
        scoring="precision",
        constraint="recall>=0.5",
        confidence=0.9,
        thresholds="exact",
        cv="oob",
        store_cv_results=True,
    ).fit(X, y)
    for ask in (tuned.threshold_interval, tuned.expected_score):
        with pytest.raises(ValueError, match="keeps a distance"):
            ask()


def test_a_metric_that_is_nowhere_defined_is_refused():
    def nothing(tp, fp, tn, fn):
        return tp * np.nan

    X, y = make_rare()
    with pytest.raises(ValueError, match="is defined at no threshold"):
        TunedThresholdClassifierCV(GaussianNB(), scoring=nothing).fit(X, y)


@config_context(enable_metadata_routing=True)
@pytest.mark.parametrize(
    "Tuned", [TunedThresholdClassifierCV, TunedClassWeightsClassifierCV]
)
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(299), "sample_weight"),
        (-np.ones(300), "sample_weight must be non-negative"),
        (np.full(300, np.nan), "sample_weight contains NaN"),
        (np.zeros(300), "positive sum"),
    ],
)
def test_weights_of_scores_are_checked_before_the_fit(Tuned, weights, message):
    X, y = make_rare()
    model = GaussianNB().set_fit_request(sample_weight=False)
    scoring = (
        "balanced_accuracy" if Tuned is TunedClassWeightsClassifierCV else "g_mean"
    )
    with pytest.raises(ValueError, match=message):
        Tuned(model, scoring=scoring).fit(X, y, sample_weight=weights)


@pytest.mark.parametrize(
    "Tuned", [TunedThresholdClassifierCV, TunedClassWeightsClassifierCV]
)
def test_a_fitted_classifier_must_know_the_labels(Tuned):
    X, y = make_rare()
    model = GaussianNB().fit(X, np.array(["a", "b"])[y])
    tuned = Tuned(model, cv="prefit", refit=False)
    with pytest.raises(ValueError, match="got \\['c'\\] too"):
        tuned.fit(X, np.array(["b", "c"])[y])


def test_folds_of_single_rows_can_be_pooled():
    X, y = make_rare(40)
    tuned = TunedThresholdClassifierCV(
        GaussianNB(), cv=LeaveOneOut(), pool_folds=True, thresholds="exact"
    ).fit(X, y)
    scores = cross_val_predict(
        GaussianNB(), X, y, cv=LeaveOneOut(), method="predict_proba"
    )
    assert tuned.best_threshold_ == optimal_threshold(y, scores[:, 1]).threshold


def test_folds_may_be_masks():
    X, y = make_rare()
    masks = [(np.arange(300) % 3 != k, np.arange(300) % 3 == k) for k in range(3)]
    places = [tuple(map(np.flatnonzero, pair)) for pair in masks]
    for Tuned in (TunedThresholdClassifierCV, TunedClassWeightsClassifierCV):
        one, two = (Tuned(GaussianNB(), cv=each).fit(X, y) for each in (masks, places))
        assert one.best_score_ == two.best_score_


def test_rows_may_be_texts():
    texts = ["good film", "bad film", "good plot", "bad plot"] * 20
    y = [1, 0, 1, 0] * 20
    model = make_pipeline(CountVectorizer(), LogisticRegression())
    tuned = TunedThresholdClassifierCV(model, thresholds="exact").fit(texts, y)
    assert tuned.score(texts, y) == 1


def test_scores_of_float32_are_parted_where_they_were():
    class Given(GaussianNB):
        def predict_proba(self, X):
            return np.c_[1 - X[:, 0], X[:, 0]]

    rng = np.random.RandomState(0)
    X = (1 - rng.randint(1, 30, (400, 1)) * np.float32(6e-8)).astype(np.float32)
    y = (X[:, 0] > np.median(X)).astype(int)
    tuned = TunedThresholdClassifierCV(
        Given().fit(X, y),
        scoring="accuracy",
        cv="prefit",
        refit=False,
        thresholds="exact",
    ).fit(X, y)
    assert tuned.best_score_ == tuned.score(X, y) == 1


def test_what_was_held_out_is_asked_for_beforehand():
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(GaussianNB()).fit(X, y)
    for ask in (tuned.threshold_interval, tuned.expected_score):
        with pytest.raises(NotFittedError, match="store_cv_results=True"):
            ask()
    scorer = make_scorer(f1_score, average="macro")
    tuned.set_params(store_cv_results=True, scoring=scorer).fit(X, y)
    with pytest.raises(ValueError, match="is no function of tp, fp, tn and fn"):
        tuned.expected_score()
    tuned.set_params(scoring="f1").fit(X, y)
    with pytest.raises(ValueError, match="confidence must be in"):
        tuned.threshold_interval(confidence=95)
    tuned.set_params(cv=RepeatedStratifiedKFold(n_splits=3, n_repeats=2)).fit(X, y)
    for ask in (tuned.threshold_interval, tuned.expected_score):
        with pytest.raises(ValueError, match="held out more than once"):
            ask()
    tuned.set_params(store_cv_results=False).fit(X, y)
    assert not hasattr(tuned, "cv_results_")


# --- labels, tables and errors


@pytest.mark.parametrize("Classifier", BOTH)
@pytest.mark.parametrize("pos_label", ["ill", "well"])
def test_labels_may_be_texts(Classifier, pos_label):
    X, y = make_rare()
    labels = np.array(["ill", "well"], dtype=object)[y]
    model = Classifier(GaussianNB(), pos_label=pos_label).fit(X, labels)
    assert set(model.predict(X)) == {"ill", "well"}
    numbers = Classifier(GaussianNB(), pos_label=int(pos_label == "well")).fit(X, y)
    assert_array_equal(model.predict(X) == "well", numbers.predict(X) == 1)


def test_a_fixed_threshold_is_compared_with_the_score_of_the_positive_class():
    X, y = make_rare()
    for method in ("predict_proba", "decision_function"):
        model = FixedThresholdClassifier(
            LogisticRegression(), threshold=0.2, pos_label=0, response_method=method
        ).fit(X, y)
        scores = getattr(model, method)(X)
        scores = scores[:, 0] if method == "predict_proba" else -scores
        assert_array_equal(model.predict(X) == 0, scores >= 0.2)


@pytest.mark.parametrize("Classifier", BOTH)
@pytest.mark.parametrize("Frame", [pd.DataFrame, pl.DataFrame])
def test_data_frames_keep_their_names(Classifier, Frame):
    X, y = make_rare()
    frame = Frame({f"x{j}": X[:, j] for j in range(X.shape[1])})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Classifier(DecisionTreeClassifier(random_state=0, max_depth=3))
        model.fit(frame, y)
        predicted = model.predict(frame)
    assert list(model.feature_names_in_) == list(frame.columns)
    plain = clone(model).fit(X, y)
    assert_array_equal(predicted, plain.predict(X))


@pytest.mark.parametrize("scoring", ["f1", "g_mean", "f2", "cost"])
def test_a_pickle_holds_what_was_kept(scoring):
    X, y = make_rare()
    costs = COSTS if scoring == "cost" else None
    tuned = TunedThresholdClassifierCV(
        GaussianNB(), scoring=scoring, cost_matrix=costs, store_cv_results=True
    ).fit(X, y)
    again = pickle.loads(pickle.dumps(tuned))
    assert again.expected_score() == tuned.expected_score()


@pytest.mark.parametrize("Classifier", BOTH)
def test_names_of_a_fit_before_are_forgotten(Classifier):
    X, y = make_rare()
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    model = Classifier(GaussianNB()).fit(frame, y).fit(X, y)
    assert not hasattr(model, "feature_names_in_")


@pytest.mark.parametrize("Classifier", BOTH)
def test_sparse_rows_and_pickles_predict_alike(Classifier):
    X, y = make_rare()
    model = Classifier(LogisticRegression()).fit(sparse.csr_matrix(X), y)
    assert_array_equal(
        pickle.loads(pickle.dumps(model)).predict(X),
        model.predict(sparse.csr_matrix(X)),
    )


def test_searches_and_pipelines_take_it():
    X, y = make_rare()
    tuned = make_pipeline(
        StandardScaler(), TunedThresholdClassifierCV(LogisticRegression(), cv=3)
    )
    grid = {"tunedthresholdclassifiercv__estimator__C": [0.1, 1.0]}
    search = GridSearchCV(tuned, grid, scoring="f1", cv=3).fit(X, y)
    assert search.best_score_ > 0.3


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_scores_of_any_scale_are_told_apart(scale):
    class Scaled(GaussianNB):
        def predict_proba(self, X):
            return super().predict_proba(X) * scale

    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(Scaled(), thresholds="exact").fit(X, y)
    plain = TunedThresholdClassifierCV(GaussianNB(), thresholds="exact").fit(X, y)
    assert_array_equal(tuned.predict(X), plain.predict(X))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"scoring": "no such metric"}, "scoring must be 'cost', one of accuracy"),
        ({"scoring": lambda estimator, X, y: 0.0}, "sklearn.metrics.make_scorer"),
        ({"scoring": {"a": "f1"}}, "scoring must name one metric"),
        ({"cost_matrix": COSTS}, "cost_matrix goes with scoring='cost'"),
        ({"scoring": "cost"}, "needs to know what calls cost"),
        ({"scoring": "cost", "cost_matrix": [1, 2]}, "cost_matrix must be of shape"),
        ({"constraint": "recall over 0.9"}, "constraint must look like"),
        ({"cv": "oob"}, "cv='oob' needs an estimator with oob_score"),
        ({"cv": KFold(3), "refit": False}, "refit cannot be False"),
        ({"pos_label": 7}, "is not a valid label"),
        ({"thresholds": "all"}, "'thresholds' parameter"),
        ({"thresholds": []}, "thresholds must be 'exact'"),
        ({"thresholds": [[0.1, 0.2]]}, "thresholds must be 'exact'"),
        ({"thresholds": ["a"]}, "thresholds must be 'exact'"),
        ({"thresholds": [0.1, np.nan]}, "must hold no NaN"),
        ({"cv": [([0, 1, 250], [])]}, "must hold out rows in every fold"),
    ],
)
def test_bad_input_is_named_before_anything_is_kept(params, message):
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(GaussianNB()).set_params(**params)
    with pytest.raises(ValueError, match=message):
        tuned.fit(X, y)
    assert not hasattr(tuned, "estimator_")


def test_costs_that_do_not_fit_are_named():
    X, y = make_rare()
    tuned = TunedThresholdClassifierCV(GaussianNB(), scoring="cost")
    with pytest.raises(ValueError, match="costs must be of shape"):
        tuned.fit(X, y, costs=np.ones((len(y), 3)))
    with pytest.raises(ValueError, match="costs go with scoring='cost'"):
        tuned.set_params(scoring="f1").fit(X, y, costs=np.ones((len(y), 2)))


def test_the_best_score_is_that_of_the_rows_called():
    X, y = make_rare()
    model = GaussianNB().fit(X, y)
    tuned = TunedThresholdClassifierCV(
        model, scoring="f1", thresholds="exact", cv="prefit", refit=False
    ).fit(X, y)
    (_, fp), (fn, tp) = confusion_matrix(y, tuned.predict(X))
    assert tuned.best_score_ == pytest.approx(2 * tp / (2 * tp + fp + fn))
