"""What every estimator of the package promises, whatever its method.

A new estimator joins by a line in `tests/estimators.py`.
"""

import os
import pickle
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import skclassic
from tests.estimators import (
    ALGORITHMS,
    ALL,
    BAGGINGS,
    BOOSTINGS,
    CLASSIFIERS,
    ENSEMBLES,
    FORESTS,
    REGRESSORS,
    TREES,
    assert_same_bits,
    build,
    make_data,
    outputs,
)

BOOTSTRAPPED = [
    *BAGGINGS,
    skclassic.RandomForestClassifier,
    skclassic.RandomForestRegressor,
]
DRAWING = [*BOOTSTRAPPED, skclassic.AdaBoostRegressor]
QUICK = [each for each in ALL if each not in BOOSTINGS]  # to learn, in five members
DRAWN_ROWS = (
    "rows are drawn at random: weights and copies agree in distribution, which "
    "test_weights_and_copies_agree_in_distribution shows"
)


NO_ROW_THERE = (
    "one cut leaves a region without a row of the heavy class, which no weight gives "
    "it: a sixth of the rows that are looked at lie there, and an eighth may"
)


TIED = "of thirty columns several cut fifteen rows alike, but for rounding"


def checks_that_do_not_apply(estimator):
    """Name the checks that compare single fits where rows are drawn at random, or ask
    of one cut what it cannot do.
    """
    algorithm = getattr(estimator, "algorithm", None)
    is_drawn = type(estimator) in DRAWING or algorithm in ("arc-fs", "arc-x4")
    is_one_cut = algorithm is not None and not is_drawn
    checks = {"check_class_weight_classifiers": NO_ROW_THERE} if is_one_cut else {}
    reason = DRAWN_ROWS if is_drawn else TIED if algorithm == "logit" else None
    if reason is None:
        return checks
    kinds = ("dense", "sparse")
    return checks | {
        f"check_sample_weight_equivalence_on_{kind}_data": reason for kind in kinds
    }


def build_variant(algorithm, **params):
    """Build AdaBoost by another algorithm; by majorities of trees, not of stumps, as
    these err too often among three classes.
    """
    if algorithm == "arc-fs":
        params = {"estimator": skclassic.DecisionTreeClassifier(max_depth=4), **params}
    return build(skclassic.AdaBoostClassifier, algorithm=algorithm, **params)


@pytest.mark.compiled
@parametrize_with_checks(
    [*map(build, ALL), *map(build_variant, ALGORITHMS)],
    expected_failed_checks=checks_that_do_not_apply,
)
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    check(estimator)


JUDGED = {"n_iter_no_change": None, "validation_fraction": 0.1, "tol": 1e-4}
BEYOND = {  # scikit-learn's parameters
    skclassic.AdaBoostClassifier: {
        "algorithm": "samme",
        "resample": None,
        "link": None,
        "class_weight": None,
        **JUDGED,
    },
    skclassic.AdaBoostRegressor: JUDGED,
    **dict.fromkeys(BAGGINGS, {}),
}


@pytest.mark.parametrize("Estimator", ALL)
def test_parameters_are_those_of_scikit_learn(Estimator):
    ours, theirs = Estimator().get_params(), counterpart(Estimator)().get_params()
    beyond = BEYOND.get(Estimator, {"categorical_features": "from_dtype"})
    assert {name: ours.pop(name) for name in beyond} == beyond
    assert ours == theirs
    assert list(ours) == list(theirs)


def counterpart(Estimator):
    """Find scikit-learn's class of the same name."""
    import sklearn.ensemble
    import sklearn.tree

    home = sklearn.tree if Estimator in TREES else sklearn.ensemble
    return getattr(home, Estimator.__name__)


# Left over from base classes: no page of scikit-learn's names them.
UNDOCUMENTED = {"estimator_params"}


@pytest.mark.parametrize("Estimator", ALL)
def test_every_public_name_of_scikit_learn_is_there(Estimator):
    X, y = make_data(Estimator)
    ours, theirs = build(Estimator).fit(X, y), build(counterpart(Estimator)).fit(X, y)
    missing = {name for name in dir(theirs) if not name.startswith("_")} - {*dir(ours)}
    if Estimator in REGRESSORS:
        missing -= {"class_weight"}  # None on every regressor, and documented on none
    assert missing <= UNDOCUMENTED


@pytest.mark.parametrize("Estimator", ALL)
def test_the_same_seed_gives_the_same_bits(Estimator):
    X, y = make_data(Estimator)
    assert_same_bits(build(Estimator).fit(X, y), build(Estimator).fit(X, y), X)


@pytest.mark.parametrize("Estimator", ENSEMBLES)
def test_every_n_jobs_gives_the_same_bits(Estimator):
    X, y = make_data(Estimator)
    alone = build(Estimator, n_jobs=1).fit(X, y)
    for n_jobs in (2, 4):
        assert_same_bits(alone, build(Estimator, n_jobs=n_jobs).fit(X, y), X)


@pytest.mark.parametrize("Estimator", ENSEMBLES)
def test_every_n_jobs_predicts_the_same_bits(Estimator):
    X, y = make_data(Estimator)
    fitted = build(Estimator, **shallow(Estimator)).fit(X, y)
    many = np.tile(X, (100, 1))  # times five members: enough to be worth a thread
    alone = outputs(fitted, many)
    assert_array_equal(outputs(fitted.set_params(n_jobs=2), many), alone)


@pytest.mark.parametrize("Estimator", ENSEMBLES)
def test_an_ensemble_is_a_sequence_of_its_members(Estimator):
    X, y = make_data(Estimator)
    fitted = build(Estimator).fit(X, y)
    assert len(fitted) == 5
    assert list(fitted) == [fitted[k] for k in range(5)] == fitted.estimators_


@pytest.mark.parametrize("Estimator", BOOTSTRAPPED)
def test_a_share_of_few_rows_warns_that_draws_are_few(Estimator):
    X, y = make_data(Estimator)
    with pytest.warns(UserWarning, match="low number .* of bootstrap samples"):
        build(Estimator, max_samples=0.1).fit(X, y)


@pytest.mark.parametrize("Tree", TREES)
def test_a_column_of_targets_is_taken(Tree):
    X, y = make_data(Tree)
    column = build(Tree).fit(X, y[:, np.newaxis])
    assert_same_bits(column, build(Tree).fit(X, y), X)


@pytest.mark.parametrize("Estimator", ENSEMBLES)
def test_a_column_of_targets_is_taken_with_a_warning(Estimator):
    X, y = make_data(Estimator)
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        column = build(Estimator).fit(X, y[:, np.newaxis])
    assert_same_bits(column, build(Estimator).fit(X, y), X)


@pytest.mark.parametrize("Estimator", [*TREES, *FORESTS])
def test_one_weight_for_all_rows_may_be_a_number(Estimator):
    X, y = make_data(Estimator)
    assert_same_bits(
        build(Estimator).fit(X, y, sample_weight=2.0),
        build(Estimator).fit(X, y, sample_weight=np.full(len(y), 2.0)),
        X,
    )


@pytest.mark.parametrize("Estimator", ALL)
def test_fitting_leaves_a_shared_generator_where_scikit_learn_would(Estimator):
    X, y = make_data(Estimator)
    generator = np.random.RandomState(0)
    first = build(Estimator, random_state=generator).fit(X, y)
    second = build(Estimator, random_state=generator).fit(X, y)
    if Estimator in ENSEMBLES:
        assert np.any(outputs(first, X + 0.1) != outputs(second, X + 0.1))


@pytest.mark.parametrize("Estimator", ALL)
def test_a_clone_fits_as_the_original(Estimator):
    X, y = make_data(Estimator)
    original = build(Estimator).fit(X, y)
    assert_same_bits(original, clone(original).fit(X, y), X)


@pytest.mark.parametrize("Estimator", ALL)
def test_a_pickle_predicts_as_the_original(Estimator):
    X, y = make_data(Estimator)
    original = build(Estimator).fit(X, y)
    assert_same_bits(original, pickle.loads(pickle.dumps(original)), X)


LAYOUTS = {
    "fortran": np.asfortranarray,
    "strided": lambda X: np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2],
    "reversed": lambda X: X[::-1, ::-1].copy()[::-1, ::-1],
    "list": lambda X: X.tolist(),
    "read-only": lambda X: read_only(X),
    "float32": lambda X: X.astype(np.float32),
}


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


@pytest.mark.compiled
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("Estimator", ALL)
def test_the_layout_of_X_changes_no_bit(Estimator, layout):
    X, y = make_data(Estimator)
    X = X.astype(np.float32).astype(np.float64)  # that the values fit every layout
    plain = build(Estimator).fit(X, y)
    other = build(Estimator).fit(LAYOUTS[layout](X), y)
    assert_same_bits(plain, other, X)
    assert_array_equal(outputs(plain, LAYOUTS[layout](X)), outputs(plain, X))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_X_changes_no_bit_of_a_tree(layout):
    Tree = skclassic.DecisionTreeRegressor
    X, y = make_data(Tree, 20)
    X = X.astype(np.float32).astype(np.float64)
    assert_same_bits(Tree().fit(X, y), Tree().fit(LAYOUTS[layout](X), y), X)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, bool])
@pytest.mark.parametrize("Estimator", ALL)
def test_integers_are_numbers(Estimator, dtype):
    X, y = make_data(Estimator)
    X = (X * 3).astype(np.uint8).astype(dtype)
    as_floats = build(Estimator).fit(X.astype(float), y)
    assert_same_bits(as_floats, build(Estimator).fit(X, y), X)


@pytest.mark.parametrize("container", [sparse.csr_array, sparse.csc_matrix])
@pytest.mark.parametrize("Estimator", ENSEMBLES)
def test_sparse_input_gives_the_dense_bits(Estimator, container):
    X, y = make_data(Estimator)
    X[np.abs(X) < 0.7] = 0.0
    dense = build(Estimator).fit(X, y)
    assert_same_bits(dense, build(Estimator).fit(container(X), y), X)
    assert_array_equal(outputs(dense, container(X)), outputs(dense, X))


@pytest.mark.parametrize("Frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("Estimator", ALL)
def test_data_frames_keep_their_names_and_cause_no_warning(Estimator, Frame):
    X, y = make_data(Estimator)
    names = [f"column {j}" for j in range(X.shape[1])]
    frame = Frame(dict(zip(names, X.T, strict=True)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        framed = build(Estimator).fit(frame, y)
        assert_array_equal(
            outputs(framed, frame), outputs(build(Estimator).fit(X, y), X)
        )
    assert_array_equal(framed.feature_names_in_, names)


@pytest.mark.parametrize("Estimator", ALL)
def test_renamed_columns_are_refused(Estimator):
    X, y = make_data(Estimator)
    frame = pd.DataFrame(X, columns=list("abcdef"))
    fitted = build(Estimator).fit(frame, y)
    with pytest.raises(ValueError, match="feature names should match"):
        fitted.predict(frame.rename(columns={"a": "z"}))


@pytest.mark.parametrize("Estimator", ALL)
def test_one_row_is_enough(Estimator):
    fitted = build(Estimator).fit([[1.0, 2.0]], [3])
    assert_array_equal(fitted.predict([[9.0, 9.0], [0.0, 0.0]]), [3, 3])


@pytest.mark.parametrize("Estimator", QUICK)
def test_one_column_is_enough(Estimator):
    X = np.repeat(np.arange(4.0), 30).reshape(-1, 1)
    y = np.repeat([3, 1, 0, 2], 30)
    assert_array_equal(build(Estimator).fit(X, y).predict(X), y)


@pytest.mark.parametrize("Estimator", ALL)
def test_constant_columns_are_passed_over(Estimator):
    X, y = make_data(Estimator)
    padded = np.column_stack([np.full(len(X), 7.0), X, np.zeros(len(X))])
    fitted = build(Estimator).fit(padded, y)
    for tree in getattr(fitted, "estimators_", [fitted]):
        assert not set(tree.tree_.feature) & {0, 7}


@pytest.mark.parametrize("Estimator", CLASSIFIERS)
def test_nothing_but_constant_columns_predicts_the_commonest_class(Estimator):
    fitted = build(Estimator).fit(np.ones((50, 3)), ["a"] * 5 + ["b"] * 45)
    assert_array_equal(fitted.predict(np.zeros((2, 3))), ["b", "b"])


@pytest.mark.parametrize("Estimator", REGRESSORS)
def test_a_constant_target_is_predicted_without_a_split(Estimator):
    X, _ = make_data(Estimator)
    fitted = build(Estimator).fit(X, np.full(len(X), 0.1))
    assert_allclose(fitted.predict(X), 0.1, rtol=1e-12)
    trees = getattr(fitted, "estimators_", [fitted])
    assert {tree.get_n_leaves() for tree in trees} == {1}


@pytest.mark.parametrize("Estimator", CLASSIFIERS)
def test_one_class_is_predicted_with_certainty(Estimator):
    X, _ = make_data(Estimator)
    fitted = build(Estimator).fit(X, ["only"] * len(X))
    assert_array_equal(fitted.classes_, ["only"])
    assert_array_equal(fitted.predict_proba(X), np.ones((len(X), 1)))


LABELS = {
    "strings": np.array(["ham", "eggs", "spam"]),
    "objects": np.array(["ham", "eggs", "spam"], dtype=object),
    "negative": np.array([-1, 0, 7]),
    "floats": np.array([0.0, 1.0, 2.0]),
    "bool": np.array([False, True, True]),
    "uint8": np.array([255, 0, 128], dtype=np.uint8),
}


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("Estimator", CLASSIFIERS)
def test_labels_come_back_as_they_were_given(Estimator, labels):
    X, codes = make_data(Estimator)
    y = LABELS[labels][codes]
    fitted = build(Estimator).fit(X, y)
    assert_array_equal(fitted.classes_, np.unique(y))
    assert fitted.classes_.dtype == fitted.predict(X).dtype == y.dtype
    assert fitted.score(X, y) > (0.8 if Estimator in QUICK else 0.7)


@pytest.mark.compiled
@pytest.mark.parametrize("n_classes", [100, 300])
@pytest.mark.parametrize("Estimator", [*filter(QUICK.count, CLASSIFIERS)])
def test_hundreds_of_classes_are_told_apart(Estimator, n_classes):
    centres = np.random.default_rng(0).normal(size=(n_classes, 4))
    X, y = np.repeat(centres, 10, axis=0), np.repeat(np.arange(n_classes), 10)
    fitted = (
        build(Estimator, n_estimators=15) if Estimator in ENSEMBLES else Estimator()
    )
    shares = fitted.fit(X, y).predict_proba(X)
    assert shares.shape == (len(X), n_classes)
    assert_allclose(shares.sum(axis=1), 1.0)
    assert fitted.score(X, y) > 0.97


@pytest.mark.parametrize("Estimator", CLASSIFIERS)
def test_probabilities_are_shares(Estimator):
    X, y = make_data(Estimator)
    shares = build(Estimator, **shallow(Estimator)).fit(X, y).predict_proba(X)
    assert np.all(shares >= 0)
    assert_allclose(shares.sum(axis=1), 1.0)


def shallow(Estimator):
    """Give the parameters that keep an estimator's trees two levels deep."""
    if Estimator not in [*BAGGINGS, *BOOSTINGS]:
        return {"max_depth": 2}
    is_classifier = Estimator in CLASSIFIERS
    Tree = (
        skclassic.DecisionTreeClassifier
        if is_classifier
        else skclassic.DecisionTreeRegressor
    )
    return {"estimator": Tree(max_depth=2)}


@pytest.mark.parametrize("Estimator", CLASSIFIERS)
def test_log_probabilities_are_logarithms(Estimator):
    X, y = make_data(Estimator)
    fitted = build(Estimator).fit(X, y)
    with np.errstate(divide="ignore"):
        expected = np.log(fitted.predict_proba(X))
        assert_allclose(fitted.predict_log_proba(X), expected)


@pytest.mark.parametrize("Estimator", QUICK)
def test_missing_values_are_learnt_from(Estimator):
    X, y = make_data(Estimator, 200)
    X[np.random.default_rng(0).random(X.shape) < 0.2] = np.nan
    fitted = build(Estimator).fit(X, y)
    assert fitted.score(X, y) > 0.7
    assert np.all(np.isfinite(outputs(fitted, np.full((1, 6), np.nan))))


@pytest.mark.parametrize("Estimator", ALL)
def test_no_rows_give_no_predictions(Estimator):
    X, y = make_data(Estimator)
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        build(Estimator).fit(X, y).predict(X[:0])


@pytest.mark.parametrize(
    "low, high", [(1e8, 1e8 + 1), (1e300, 2e300), (1e-300, 2e-300)]
)
@pytest.mark.parametrize("Estimator", ALL)
def test_values_of_any_scale_are_told_apart(Estimator, low, high):
    X = np.where(np.arange(60) % 2, high, low).reshape(-1, 1)
    y = np.arange(60) % 2
    assert_array_equal(build(Estimator).fit(X, y).predict(X), y)


@pytest.mark.parametrize("Estimator", ALL)
def test_predicting_row_by_row_is_predicting_at_once(Estimator):
    X, y = make_data(Estimator)
    fitted = build(Estimator).fit(X, y)
    singly = np.concatenate([outputs(fitted, row.reshape(1, -1)) for row in X])
    assert_array_equal(singly, outputs(fitted, X))


@pytest.mark.parametrize("Estimator", ALL)
def test_fitting_and_predicting_leave_the_users_arrays_alone(Estimator):
    X, y = make_data(Estimator)
    X[0, 0] = np.nan
    weight = np.arange(1.0, len(y) + 1)
    before = X.copy(), y.copy(), weight.copy()
    build(Estimator).fit(X, y, sample_weight=weight).predict(X)
    for array, copy in zip((X, y, weight), before, strict=True):
        assert_array_equal(array, copy)


@pytest.mark.parametrize("Estimator", ALL)
def test_pipelines_and_searches_take_it(Estimator):
    X, y = make_data(Estimator)
    model = make_pipeline(StandardScaler(), build(Estimator))
    name = model.steps[-1][0]
    grid = {f"{name}__random_state": [0, 1]}
    search = GridSearchCV(model, grid, cv=3, error_score="raise").fit(X, y)
    assert search.best_estimator_.predict(X).shape == y.shape


@pytest.mark.parametrize("container", ["pandas", "polars"])
@pytest.mark.parametrize("Estimator", ALL)
def test_a_pipeline_of_data_frames_hands_its_names_on(Estimator, container):
    X, y = make_data(Estimator)
    frame = pd.DataFrame(X, columns=list("abcdef"))
    model = make_pipeline(StandardScaler(), build(Estimator))
    plain = clone(model).fit(X, y)
    model.set_output(transform=container).fit(frame, y)
    assert_array_equal(model[-1].feature_names_in_, list("abcdef"))
    assert_array_equal(outputs(plain, X), outputs(model, frame))


@pytest.mark.parametrize("Estimator", BAGGINGS)
def test_routed_weights_reach_an_ensemble_whose_members_ask_for_them(Estimator):
    X, y = make_data(Estimator)
    weight = np.where(np.arange(len(y)) % 2, 1.0, 1e-9)
    with config_context(enable_metadata_routing=True):
        member = build(Estimator)._default_class().set_fit_request(sample_weight=True)
        model = build(Estimator, estimator=member)
        routed = cross_validate(
            model, X, y, cv=3, params={"sample_weight": weight}, error_score="raise"
        )
        without = cross_validate(model, X, y, cv=3, error_score="raise")
    assert np.any(routed["test_score"] != without["test_score"])


@pytest.mark.parametrize("Estimator", [*TREES, *FORESTS])
def test_routed_weights_reach_fit_and_score(Estimator):
    X, y = make_data(Estimator)
    weight = np.ones(len(y))
    weight[::2] = 1e-9
    with config_context(enable_metadata_routing=True):
        model = build(Estimator)
        model.set_fit_request(sample_weight=True)
        model.set_score_request(sample_weight=True)
        routed = cross_validate(
            model, X, y, cv=3, params={"sample_weight": weight}, error_score="raise"
        )
        silent = model.set_fit_request(sample_weight=False)
        ignored = cross_validate(
            silent, X, y, cv=3, params={"sample_weight": weight}, error_score="raise"
        )
    assert np.any(routed["test_score"] != ignored["test_score"])


def member_predictions(ensemble, X):
    """Stack what each member of an ensemble predicts: (n_members, n_rows, ...)."""
    return np.array([outputs(member, X) for member in ensemble.estimators_])


@pytest.mark.compiled  # its small siblings count how often each row is drawn
@pytest.mark.parametrize("Estimator", BOOTSTRAPPED)
def test_weights_and_copies_agree_in_distribution(Estimator):
    # With max_samples a float, scikit-learn 1.9 draws that share of the total weight.
    X, y = make_data(Estimator, 40)
    times = np.random.default_rng(0).integers(4, size=len(y))
    params = {"n_estimators": 400, "max_samples": 0.7, **shallow(Estimator)}
    weighted = build(Estimator, **params, random_state=1)
    copied = build(Estimator, **params, random_state=2)
    weighted.fit(X, y, sample_weight=times)
    copied.fit(np.repeat(X, times, axis=0), np.repeat(y, times))
    first, second = (member_predictions(each, X) for each in (weighted, copied))
    variance = (first.var(axis=0) + second.var(axis=0)) / len(first)
    difference = first.mean(axis=0) - second.mean(axis=0)
    # 5 joint standard errors: below one false alarm in 10,000 over 120 comparisons.
    assert np.all(np.abs(difference) <= 5 * np.sqrt(variance) + 1e-12)


def run_in_new_process(script, *, folder=None, **environment):
    """Run a script in a new interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


FIT_EVERYTHING = """
import numpy as np, pandas as pd, pkgutil, importlib
from scipy import sparse
import skclassic, skclassic.kernels
from tests.estimators import ALL, ALGORITHMS, build, make_data, outputs

Boosting = skclassic.AdaBoostClassifier
variants = [(Boosting, {"algorithm": each}) for each in ALGORITHMS]
for Estimator, params in [*((each, {}) for each in ALL), *variants]:
    X, y = make_data(Estimator, 60)
    X[np.abs(X) < 0.3] = 0.0
    frozen = X.copy()
    frozen.flags.writeable = False
    holed = X.copy()
    holed[::7] = np.nan
    inputs = [X, X.astype(np.float32), np.asfortranarray(X), frozen, X[:, ::-1], holed,
              pd.DataFrame(X), sparse.csr_array(X), sparse.csc_array(X)]
    for X in inputs:
        fitted = build(Estimator, **params).fit(X, y)
        weights = np.linspace(0.1, 1, len(y))
        fitted = build(Estimator, **params).fit(X, y, sample_weight=weights)
        outputs(fitted, X)
        if hasattr(fitted, "apply"):
            fitted.apply(X), fitted.decision_path(X), fitted.feature_importances_

for found in pkgutil.iter_modules(skclassic.kernels.__path__, "skclassic.kernels."):
    for name, kernel in vars(importlib.import_module(found.name)).items():
        seen = {}
        for signature in getattr(kernel, "signatures", ()):
            absent = tuple(str(each) == "none" for each in signature)
            seen.setdefault(absent, []).append(signature)
        for signatures in seen.values():
            if len(signatures) > 1:
                print(found.name, name, *signatures, sep="\\n    ")
"""


@pytest.mark.compiled
def test_every_kernel_is_compiled_for_one_signature_only():
    # One for each set of arguments that are None: those are other statistics.
    root = Path(skclassic.__file__).parents[1]
    assert run_in_new_process(FIT_EVERYTHING, folder=root) == ""


FIT_A_FOREST = """
import importlib, pkgutil
import numpy as np
import skclassic, skclassic.kernels

assert "uncached" in skclassic.__file__
for found in pkgutil.iter_modules(skclassic.kernels.__path__, "skclassic.kernels."):
    for kernel in vars(importlib.import_module(found.name)).values():
        if getattr(kernel, "stats", None) is not None:
            assert kernel.stats.cache_path is None
X = np.arange(60.0).reshape(-1, 1)
forest = skclassic.RandomForestRegressor(
    n_estimators=3, criterion="absolute_error", random_state=0, n_jobs=2
)
print(forest.fit(X, X[:, 0]).score(X, X[:, 0]) > 0.9)
"""


@pytest.mark.compiled
def test_it_works_where_no_cache_can_be_written(tmp_path):
    # Root may write anywhere, so files stand where cache folders would be made.
    # Medians have the kernels that compile soonest; of the others, no cache will do.
    copy = tmp_path / "uncached" / "skclassic"
    no_cache = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(skclassic.__file__).parent, copy, ignore=no_cache)
    for folder in [copy, *filter(Path.is_dir, copy.rglob("*"))]:
        (folder / "__pycache__").touch()
    blocked = str(tmp_path / "a file" / "below it")
    Path(tmp_path, "a file").touch()
    said = run_in_new_process(
        FIT_A_FOREST,
        folder=copy.parent,
        PYTHONPATH=str(copy.parent),
        PYTHONDONTWRITEBYTECODE="1",
        NUMBA_CACHE_DIR=blocked,
        HOME=blocked,
        XDG_CACHE_HOME=blocked,
    )
    assert said == "True\n"
