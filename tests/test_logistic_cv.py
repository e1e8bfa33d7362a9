"""Cross-validated logistic regression: paths, scores and choices of separate fits."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.callback import ScoringMonitor
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegressionCV as Theirs
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, StratifiedKFold
from sklearn.utils.estimator_checks import parametrize_with_checks

from skclassic import LogisticRegression, LogisticRegressionCV

CS = (0.01, 1.0, 100.0)
NEW = {"l1_ratios": (0,), "scoring": "neg_log_loss", "use_legacy_attributes": False}


def draw(n_classes=2, n=90, d=6, *, seed=0):
    """Draw rows of classes that overlap."""
    return make_classification(
        n,
        d,
        n_informative=4,
        n_redundant=0,
        n_classes=n_classes,
        flip_y=0.2,
        random_state=seed,
    )


def choose(**params):
    """Build an estimator of three penalties and three folds, in the new layout."""
    return LogisticRegressionCV(**{"Cs": CS, "cv": 3, **NEW, **params})


def draw_weights(n, *, seed=0):
    return np.random.default_rng(seed).integers(0, 4, n)


@pytest.fixture(autouse=True)
def no_warnings():
    """Let no fit of this file warn, unless a test asks."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# --- the paths


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_a_path_is_made_of_separate_fits(n_classes, fit_intercept):
    X, y = draw(n_classes)
    ratios = (0.0, 0.5)
    model = choose(l1_ratios=ratios, fit_intercept=fit_intercept).fit(X, y)
    for k, (train, _) in enumerate(StratifiedKFold(3).split(X, y)):
        for i, ratio in enumerate(ratios):
            for j, C in enumerate(CS):
                alone = LogisticRegression(
                    C=C, l1_ratio=ratio, fit_intercept=fit_intercept
                ).fit(X[train], y[train])
                path = model.coefs_paths_[k, i, j]
                # Both stop where 1e-12 of the objective is left to gain.
                assert_allclose(path[:, : X.shape[1]], alone.coef_, atol=1e-4)
                if fit_intercept:
                    assert_allclose(path[:, -1], alone.intercept_, atol=1e-4)


def test_the_order_of_penalties_changes_nothing():
    X, y = draw()
    there, back = choose(Cs=CS).fit(X, y), choose(Cs=CS[::-1]).fit(X, y)
    assert_array_equal(there.coefs_paths_, back.coefs_paths_[:, :, ::-1])
    assert there.C_ == back.C_


@pytest.mark.parametrize("n_rows", [90, 14_000])
def test_threads_change_no_bit(n_rows):
    X, y = draw(2, n_rows, 20)
    one, two = (choose(n_jobs=n_jobs).fit(X, y) for n_jobs in (None, 2))
    for name in ("coefs_paths_", "scores_", "coef_", "intercept_"):
        assert_array_equal(getattr(one, name), getattr(two, name))


def test_a_number_of_penalties_spans_eight_decades():
    X, y = draw()
    assert_allclose(choose(Cs=3).fit(X, y).Cs_, [1e-4, 1, 1e4])


def test_sparse_rows_give_the_path_of_dense_ones():
    X, y = draw()
    dense, thin = choose().fit(X, y), choose().fit(sparse.coo_array(X), y)
    assert_allclose(dense.coefs_paths_, thin.coefs_paths_, atol=1e-6)
    assert dense.C_ == thin.C_


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_fold_without_one_class_gives_it_no_chance(n_classes):
    X, _ = draw(n=20 * n_classes)
    y = np.repeat(np.arange(n_classes), 20)
    model = choose(cv=KFold(n_classes), scoring="accuracy").fit(X, y)
    assert np.isfinite(model.coefs_paths_).all()
    assert (model.scores_ == 0).all()


# --- the choice


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("scoring", ["accuracy", "f1_macro"])
def test_the_choice_is_that_of_a_grid_search(n_classes, scoring):
    X, y = draw(n_classes)
    ratios = (0.0, 0.5)
    model = choose(l1_ratios=ratios, scoring=scoring).fit(X, y)
    grid = {"C": CS, "l1_ratio": ratios}
    search = GridSearchCV(LogisticRegression(), grid, scoring=scoring, cv=3).fit(X, y)
    means = search.cv_results_["mean_test_score"].reshape(len(CS), len(ratios))
    assert_allclose(model.scores_.mean(axis=0).T, means, atol=1e-6)
    assert model.C_ == search.best_params_["C"]
    assert model.l1_ratio_ == search.best_params_["l1_ratio"]
    assert_allclose(model.coef_, search.best_estimator_.coef_, atol=1e-4)
    assert_allclose(model.score(X, y), search.score(X, y), atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss"])
@pytest.mark.parametrize("is_weighted", [False, True])
def test_quick_scores_are_those_of_the_scorer(n_classes, scoring, is_weighted):
    X, y = draw(n_classes)
    given = {"sample_weight": draw_weights(len(y))} if is_weighted else {}
    scorer = get_scorer(scoring)

    def ask(model, X, y, **params):
        return scorer(model, X, y, **params)

    quick, slow = (choose(scoring=s).fit(X, y, **given) for s in (scoring, ask))
    assert_allclose(quick.scores_, slow.scores_, rtol=1e-12)


def test_a_score_that_is_not_defined_is_the_worst():
    X, y = draw()

    def score(model, X, y):
        return np.nan if model.coef_.max() < 0.2 else model.coef_.max()

    model = choose(scoring=score).fit(X, y)
    assert np.isnan(model.scores_).any()
    assert model.C_ == 100.0


def test_without_a_refit_the_best_of_each_fold_are_averaged():
    X, y = draw(3)
    model = choose(refit=False, l1_ratios=(0, 1)).fit(X, y)
    flat = [scores.T.ravel().argmax() for scores in model.scores_]
    best = [(place % 2, place // 2) for place in flat]
    points = [model.coefs_paths_[k, *place] for k, place in enumerate(best)]
    assert_allclose(
        np.column_stack([model.coef_, model.intercept_]), np.mean(points, 0)
    )
    assert model.C_ == np.mean([CS[C] for _, C in best])
    assert model.l1_ratio_ == np.mean([ratio for ratio, _ in best])


def test_labels_may_be_texts_under_a_score_of_one_class():
    X, y = draw()
    texts = np.array(["no", "yes"])[y]
    named, numbered = (choose(scoring="f1").fit(X, labels) for labels in (texts, y))
    assert_array_equal(named.scores_, numbered.scores_)


# --- weights


def test_a_row_weighted_k_times_equals_k_rows():
    X, y = draw(3)
    weights = draw_weights(len(y))
    fold_of = np.arange(len(y)) % 3
    copies = np.repeat(np.arange(len(y)), weights)

    def split(folds):
        return [
            (np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(3)
        ]

    ratios = (0, 0.5)
    weighted = choose(cv=split(fold_of), l1_ratios=ratios)
    weighted.fit(X, y, sample_weight=weights)
    copied = choose(cv=split(fold_of[copies]), l1_ratios=ratios)
    copied.fit(X[copies], y[copies])
    assert_allclose(weighted.coefs_paths_, copied.coefs_paths_, atol=1e-4)
    assert_allclose(weighted.scores_, copied.scores_, atol=1e-6)
    assert_allclose(weighted.coef_, copied.coef_, atol=1e-4)
    assert weighted.C_ == copied.C_


def test_balanced_classes_are_balanced_over_all_rows():
    X, y = draw()
    y[:20] = 0
    balanced = choose(class_weight="balanced").fit(X, y)
    weights = len(y) / (2 * np.bincount(y))
    given = choose(class_weight=dict(enumerate(weights))).fit(X, y)
    assert_allclose(balanced.coefs_paths_, given.coefs_paths_, atol=1e-10)


@pytest.mark.parametrize("asks", [True, False])
def test_weights_are_routed_to_a_scorer_that_asks(asks):
    X, y = draw()
    weights = draw_weights(len(y))
    plain = choose(scoring="accuracy").fit(X, y, sample_weight=weights)
    with config_context(enable_metadata_routing=True):
        scorer = get_scorer("accuracy").set_score_request(sample_weight=asks)
        routed = choose(scoring=scorer).fit(X, y, sample_weight=weights)
        if not asks:
            with pytest.raises(TypeError, match="sample_weight"):
                routed.score(X, y, sample_weight=weights)
    assert_array_equal(plain.coefs_paths_, routed.coefs_paths_)
    assert np.array_equal(plain.scores_, routed.scores_) == asks


@config_context(enable_metadata_routing=True)
def test_groups_are_routed_to_the_splitter():
    X, y = draw()
    groups = np.arange(len(y)) % 6
    routed = choose(cv=GroupKFold(3)).fit(X, y, groups=groups)
    folds = list(GroupKFold(3).split(X, y, groups))
    assert_array_equal(routed.scores_, choose(cv=folds).fit(X, y).scores_)


# --- layouts


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("ratios", [None, (0.0,), (0.0, 1.0)])
@pytest.mark.parametrize("refit", [True, False])
@pytest.mark.parametrize("is_legacy", [True, False])
def test_attributes_are_laid_out_as_in_sklearn(n_classes, ratios, refit, is_legacy):
    warnings.simplefilter("ignore")  # of None, and of scikit-learn's max_iter
    X, y = draw(n_classes, 60)
    ratios = ratios if ratios is None else np.array(ratios)  # theirs takes no tuple
    params = {"l1_ratios": ratios, "refit": refit, "use_legacy_attributes": is_legacy}
    params = {**NEW, **params, "Cs": (0.1, 1.0), "cv": 2}
    ours = LogisticRegressionCV(**params).fit(X, y)
    theirs = Theirs(**params, solver="saga", max_iter=200).fit(X, y)
    for name in ("C_", "l1_ratio_", "Cs_", "l1_ratios_", "scores_", "n_iter_"):
        assert_laid_out_alike(getattr(ours, name), getattr(theirs, name))
    for name in ("coefs_paths_", "coef_", "intercept_"):
        assert_laid_out_alike(getattr(ours, name), getattr(theirs, name))


def assert_laid_out_alike(ours, theirs):
    """Assert the same types, shapes and keys."""
    assert type(ours) is type(theirs)
    if isinstance(ours, dict):
        assert list(ours) == list(theirs)
        ours, theirs = (np.stack(list(value.values())) for value in (ours, theirs))
    assert np.shape(ours) == np.shape(theirs)
    assert np.asarray(ours).dtype == np.asarray(theirs).dtype


@pytest.mark.parametrize("is_legacy", [True, False])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_attributes_are_those_of_sklearn(n_classes, is_legacy):
    X, y = draw(n_classes)
    params = {**NEW, "Cs": CS, "cv": 2, "use_legacy_attributes": is_legacy}
    ours = LogisticRegressionCV(**params).fit(X, y)
    theirs = Theirs(**params, tol=1e-8, max_iter=1000).fit(X, y)
    for name in ("C_", "l1_ratio_", "coefs_paths_", "scores_", "coef_"):
        first, second = getattr(ours, name), getattr(theirs, name)
        if isinstance(first, dict):
            first, second = (np.stack(list(each.values())) for each in (first, second))
        assert_allclose(first, second, atol=1e-4)


def test_defaults_that_change_are_told():
    X, y = draw()
    with pytest.warns(FutureWarning) as told:
        LogisticRegressionCV(Cs=1, cv=2).fit(X, y)
    texts = " ".join(str(each.message) for each in told)
    for name in ("l1_ratios", "scoring", "use_legacy_attributes"):
        assert name in texts
    assert all(each.filename == __file__ for each in told)


@pytest.mark.parametrize(("penalty", "ratio"), [("l1", 1.0), ("l2", 0.0)])
def test_old_words_for_a_penalty_are_understood(penalty, ratio):
    X, y = draw()
    with pytest.warns(FutureWarning, match="'penalty' was deprecated"):
        old = choose(penalty=penalty, l1_ratios=None).fit(X, y)
    new = choose(l1_ratios=(ratio,)).fit(X, y)
    assert_array_equal(old.coefs_paths_, new.coefs_paths_)
    assert old.l1_ratio_ == new.l1_ratio_ == ratio


def test_old_words_outweigh_shares():
    X, y = draw()
    with pytest.warns(FutureWarning), pytest.warns(UserWarning, match="only used when"):
        old = choose(penalty="l1", l1_ratios=(0.5,)).fit(X, y)
    assert_array_equal(old.coefs_paths_, choose(l1_ratios=(1,)).fit(X, y).coefs_paths_)


# --- what is refused, and what is told


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"Cs": (0.0, 1.0)}, "Cs must be numbers above 0"),
        ({"Cs": ()}, "Cs must be numbers above 0"),
        ({"Cs": (1.0, np.nan)}, "Cs must be numbers above 0"),
        ({"l1_ratios": ()}, "l1_ratios must be an array-like of numbers between 0"),
        ({"l1_ratios": (0, 2)}, "l1_ratios must be an array-like of numbers between 0"),
        ({"l1_ratios": (0, "a")}, "l1_ratios must be an array-like of numbers"),
        ({"l1_ratios": (0.5,), "solver": "lbfgs"}, "supports only 'l2'"),
        ({"dual": True, "solver": "lbfgs"}, "supports only dual=False"),
        ({"class_weight": {0: 1, 7: 2}}, "class"),
        ({"scoring": "oracle"}, "scoring"),
    ],
)
def test_parameters_out_of_range_are_refused(params, says):
    X, y = draw()
    with pytest.raises(ValueError, match=says):
        choose(**params).fit(X, y)


@pytest.mark.parametrize("folds", [[], [(np.arange(5), np.arange(5, 10))]])
def test_folds_without_weights_are_refused(folds):
    X, y = draw()
    weights = np.ones(len(y))
    weights[:5] = 0.0
    with pytest.raises(ValueError, match="fold"):
        choose(cv=folds).fit(X, y, sample_weight=weights)


def test_the_last_fit_finds_back_from_folds_of_a_single_class():
    X, y = draw()
    last = y == y.max()
    model = choose(Cs=[1.0], cv=[(last, ~last)]).fit(X, y)
    whole = LogisticRegression(C=1.0).fit(X, y)
    assert_allclose(model.coef_, whole.coef_, atol=1e-6)


def test_metadata_that_nobody_routes_are_refused():
    X, y = draw()
    for method in (choose().fit, choose().fit(X, y).score):
        with pytest.raises(ValueError, match="enable_metadata_routing=True"):
            method(X, y, groups=y)


def test_one_warning_tells_of_all_fits_that_failed():
    X, y = draw()
    model = choose(max_iter=1, refit=False)
    with pytest.warns(ConvergenceWarning, match="in . of 9 fits") as told:
        model.fit(X, y)
    assert len(told) == 1


def test_a_table_of_coefficients_is_refused():
    X, y = draw()
    with pytest.raises(ValueError, match="chosen by cross-validation"):
        choose().fit(X, y).coefficient_table()


def test_callbacks_watch_the_last_fit():
    X, y = draw()
    monitor = ScoringMonitor(scoring="neg_log_loss")
    model = choose().set_callbacks(monitor).fit(X, y)
    noted = [row["neg_log_loss"] for row in monitor.get_logs().data]
    assert np.isclose(noted, model.score(X, y)).any()


@parametrize_with_checks([choose(Cs=(1.0,), cv=2)])
def test_it_is_an_estimator_of_scikit_learn(estimator, check):
    warnings.simplefilter("ignore")
    check(estimator)
