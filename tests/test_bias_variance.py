"""Noise, bias and variance add up, agree with theory, and carry honest intervals."""

import builtins
import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_digits, load_wine
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.metrics import mean_squared_error
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import skclassic
from benchmarks.evidence.coverage import FixedDesign, Line
from skclassic import (
    LED7,
    Friedman1,
    Twonorm,
    Waveform,
    bias_variance_curve,
    bias_variance_decomposition,
)
from skclassic._estimates import measure_row_variance, measure_set_variance

from .references import bias_variance as reference

COMPONENTS = ("loss", "noise", "bias", "variance")
SMALL = {"n_train": 60, "n_repeats": 12, "n_test": 40, "random_state": 0}


class Remembering(BaseEstimator):
    """Keep every prediction of an estimator, for the reference to start from."""

    def __init__(self, estimator, method, kept):
        self.estimator = estimator
        self.method = method
        self.kept = kept

    def __sklearn_clone__(self):
        return self  # clones would keep apart what the test must see together

    def fit(self, X, y):
        self.estimator.fit(X, y)
        if hasattr(self.estimator, "classes_"):
            self.classes_ = self.estimator.classes_
        return self

    def get_params(self, deep=True):
        return {}

    def _answer(self, X):
        self.test_rows_ = X
        self.kept.append(getattr(self.estimator, self.method)(X))
        return self.kept[-1]

    predict = predict_proba = _answer


def watch(estimator, method="predict"):
    return Remembering(estimator, method, [])


class Shuffled(RegressorMixin, BaseEstimator):
    """Predict one random number: its only use is to show that it was seeded."""

    def __init__(self, random_state=None):
        self.random_state = random_state

    def fit(self, X, y):
        self.value_ = np.random.RandomState(self.random_state).standard_normal()
        return self

    def predict(self, X):
        return np.full(len(X), self.value_)


class Labels(ClassifierMixin, BaseEstimator):
    """Predict labels only."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        return np.zeros(len(X), dtype=int)


def values(result, name):
    return {c: result.estimate(name, c).value for c in COMPONENTS}


CLASS_LOSSES = [
    ("brier", None),
    ("log_loss", None),
    ("zero_one", "kohavi_wolpert"),
    ("zero_one", "domingos"),
    ("zero_one", "breiman"),
]


@pytest.mark.parametrize("data", [Waveform(), load_digits(return_X_y=True)])
@pytest.mark.parametrize(("loss", "definition"), CLASS_LOSSES)
def test_noise_bias_and_variance_sum_to_the_loss(loss, definition, data):
    result = bias_variance_decomposition(
        {"it": GaussianNB(var_smoothing=0.1)},
        data,
        loss=loss,
        definition=definition,
        **SMALL,
    )
    rows = result.by_row("it")
    total = rows["noise"] + rows["bias"] + rows["variance"]
    np.testing.assert_allclose(total, rows["loss"], rtol=1e-10, atol=1e-12)
    parts = values(result, "it")
    assert parts["noise"] + parts["bias"] + parts["variance"] == pytest.approx(
        parts["loss"], rel=1e-10
    )


@pytest.mark.parametrize(("loss", "definition"), CLASS_LOSSES)
def test_the_loss_is_the_mean_loss_of_the_predictions(loss, definition):
    problem = Waveform()
    result = bias_variance_decomposition(
        {"it": GaussianNB()}, problem, loss=loss, definition=definition, **SMALL
    )
    f, p = problem.posterior(result.X_test), result.predictions["it"]
    if loss == "zero_one":
        expected = np.mean([1 - f[np.arange(len(f)), labels] for labels in p])
    elif loss == "brier":
        expected = np.mean((f * ((1 - 2 * p) + (p**2).sum(-1, keepdims=True))).sum(-1))
    else:
        p = np.maximum(p, np.finfo(float).eps)  # as scikit-learn's log_loss does
        expected = -np.mean((f * np.log(p)).sum(axis=2))
    assert result.estimate("it", "loss").value == pytest.approx(expected, rel=1e-9)


def test_the_squared_error_of_rows_is_that_of_scikit_learn():
    X, y = load_diabetes(return_X_y=True)
    result = bias_variance_decomposition(LinearRegression(), (X, y), **SMALL)
    held_out = [int(np.flatnonzero((X == row).all(axis=1))[0]) for row in result.X_test]
    p = result.predictions["LinearRegression"]
    expected = np.mean([mean_squared_error(y[held_out], each) for each in p])
    got = result.estimate("LinearRegression", "loss").value
    assert got == pytest.approx(expected, rel=1e-12)


def test_the_squared_error_splits_as_the_reference_says():
    model = watch(DecisionTreeRegressor(random_state=0))
    result = bias_variance_decomposition({"tree": model}, Friedman1(), **SMALL)
    predictions = np.array(model.kept)[:, :, None]
    truth = Friedman1().conditional_mean(model.test_rows_)[:, None]
    expected = reference.split(predictions, truth, [1.0] * len(truth))
    assert values(result, "tree") == pytest.approx(expected, rel=1e-10)


def test_the_brier_score_splits_as_the_reference_says():
    model = watch(GaussianNB(), "predict_proba")
    result = bias_variance_decomposition(
        {"nb": model}, Waveform(), loss="brier", **SMALL
    )
    posterior = Waveform().posterior(model.test_rows_)
    noise = [1 - sum(f**2) for f in posterior]
    expected = reference.split(np.array(model.kept), posterior, noise)
    assert values(result, "nb") == pytest.approx(expected, rel=1e-10)


def test_the_zero_one_loss_splits_as_kohavi_and_wolpert_say():
    model = watch(DecisionTreeClassifier(random_state=0))
    result = bias_variance_decomposition(
        {"tree": model}, Waveform(), loss="zero_one", **SMALL
    )
    posterior = Waveform().posterior(model.test_rows_)
    expected = reference.kohavi_wolpert(model.kept, posterior)
    got = values(result, "tree")
    assert {c: got[c] for c in expected} == pytest.approx(expected, rel=1e-10)


def test_the_zero_one_loss_is_the_chance_of_a_wrong_label():
    model = watch(DecisionTreeClassifier(random_state=0))
    result = bias_variance_decomposition(model, Waveform(), loss="zero_one", **SMALL)
    posterior = Waveform().posterior(model.test_rows_)
    rows = np.arange(len(posterior))
    right = np.mean([posterior[rows, labels] for labels in model.kept])
    assert values(result, "Remembering")["loss"] == pytest.approx(1 - right, rel=1e-10)


def test_the_log_loss_splits_as_heskes_says():
    model = watch(GaussianNB(), "predict_proba")
    result = bias_variance_decomposition(
        {"nb": model}, Twonorm(), loss="log_loss", **SMALL
    )
    posterior = Twonorm().posterior(model.test_rows_)
    expected = reference.heskes(np.array(model.kept), posterior)
    got = values(result, "nb")
    assert {c: got[c] for c in expected} == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("problem", [Twonorm(), Waveform(), LED7()])
@pytest.mark.parametrize("definition", ["domingos", "breiman"])
def test_votes_split_as_the_paper_says(definition, problem):
    model = watch(DecisionTreeClassifier(max_depth=4, random_state=0))
    result = bias_variance_decomposition(
        {"tree": model}, problem, loss="zero_one", definition=definition, **SMALL
    )
    posterior = problem.posterior(model.test_rows_)
    expected = getattr(reference, definition)(model.kept, posterior)
    got = values(result, "tree")
    assert {c: got[c] for c in expected} == pytest.approx(expected, abs=1e-12)


def test_domingos_net_variance_is_what_hurts_less_what_helps():
    result = bias_variance_decomposition(
        DecisionTreeClassifier(max_depth=1),
        Twonorm(),
        loss="zero_one",
        definition="domingos",
        **SMALL,
    )
    rows = result.by_row("DecisionTreeClassifier")
    net = rows["unbiased_variance"] - rows["biased_variance"]
    np.testing.assert_allclose(rows["variance"], net, atol=1e-15)
    told = rows["bias"] != 0.5  # no tie
    assert (rows["unbiased_variance"] * rows["biased_variance"])[told].sum() == 0


@pytest.mark.repeats
def test_an_extrapolated_bias_is_near_that_of_many_more_training_sets():
    given = {
        "estimators": {"tree": DecisionTreeClassifier(max_depth=3, random_state=0)},
        "data": Waveform(),
        "loss": "zero_one",
        "definition": "breiman",
        "n_train": 60,
        "n_test": 500,
    }
    limits, plain, mended = [], [], []
    for seed in range(8):
        few = bias_variance_decomposition(**given, n_repeats=30, random_state=seed)
        better = few.redefine("breiman", extrapolate=True)
        many = bias_variance_decomposition(**given, n_repeats=300, random_state=seed)
        for kept, result in ((limits, many), (plain, few), (mended, better)):
            kept.append(result.estimate("tree", "bias").value)
        assert better.estimate("tree", "loss").value == pytest.approx(
            few.estimate("tree", "loss").value
        )
    limit = np.mean(limits)
    assert abs(np.mean(mended) - limit) < abs(np.mean(plain) - limit) / 2


def test_a_redefined_result_is_that_of_a_new_run():
    given = {"estimators": GaussianNB(), "data": Waveform(), "loss": "zero_one"}
    first = bias_variance_decomposition(**given, **SMALL)
    again = bias_variance_decomposition(**given, definition="breiman", **SMALL)
    assert values(first.redefine("breiman"), "GaussianNB") == values(
        again, "GaussianNB"
    )
    assert first.definition == "kohavi_wolpert"


@pytest.mark.parametrize("definition", ["kohavi_wolpert", "breiman"])
def test_a_redefined_brier_score_is_the_loss_of_the_most_probable_classes(definition):
    given = {"estimators": GaussianNB(), "data": Waveform(), **SMALL}
    brier = bias_variance_decomposition(loss="brier", **given)
    again = bias_variance_decomposition(loss="zero_one", definition=definition, **given)
    redefined = brier.redefine(definition)
    assert values(redefined, "GaussianNB") == values(again, "GaussianNB")
    assert (brier.loss, redefined.loss) == ("brier", "zero_one")


@pytest.mark.parametrize("R", [4, 5, 30])
def test_the_variance_of_a_mean_over_pairs_is_hoeffdings(R):
    # h(r, s) = x_r . x_s with x ~ N(m, I_d): 4 |m|^2 / R + 2 d / (R (R - 1))
    rng, d, m = np.random.RandomState(0), 3, 0.7
    found = []
    for _ in range(1500):
        x = m + rng.standard_normal((R, d))
        variance = measure_set_variance(x @ x.T)
        found.append((variance.linear, variance.quadratic))
    expected = 4 * d * m**2 / R, 2 * d / (R * (R - 1))
    error = np.std(found, axis=0) / np.sqrt(len(found))
    assert (np.abs(np.mean(found, axis=0) - expected) < 4 * error).all()


def test_the_variance_of_a_mean_over_rows_is_that_of_what_halves_share():
    rng, n = np.random.RandomState(0), 50
    found = []
    for _ in range(1500):
        own = rng.standard_normal(n)
        halves = own + 3 * rng.standard_normal((2, n))
        found.append(measure_row_variance(halves, np.full(n, 1 / n)))
    assert abs(np.mean(found) - 1 / n) < 4 * np.std(found) / np.sqrt(len(found))


def test_rows_that_were_drawn_together_count_as_one():
    n, weights = 30, np.full(30, 1 / 30)
    own = np.random.RandomState(0).standard_normal(n)
    alone = measure_row_variance(np.stack([own, own]), weights)
    tripled = np.repeat(own, 3)
    clusters = np.repeat(np.arange(n), 3)
    together = measure_row_variance(
        np.stack([tripled, tripled]), np.full(3 * n, 1 / (3 * n)), clusters
    )
    assert together == pytest.approx(alone)
    assert alone == pytest.approx(own.var(ddof=1) / n)


def test_a_constant_has_no_variance_and_the_bias_of_its_distance():
    constant = DummyRegressor(strategy="constant", constant=5.0)
    result = bias_variance_decomposition(constant, Friedman1(), **SMALL)
    variance = result.estimate("DummyRegressor", "variance")
    assert variance.value == variance.standard_error == 0
    # mean and variance of Friedman 1's surface, by a large sample
    X, _ = Friedman1().sample(100_000, random_state=9)
    expected = ((Friedman1().conditional_mean(X) - 5) ** 2).mean()
    bias = result.estimate("DummyRegressor", "bias")
    assert abs(bias.value - expected) < 4 * bias.standard_error


def test_least_squares_has_no_bias_and_the_variance_of_theory():
    n, p = 50, Line.n_features
    result = bias_variance_decomposition(
        {"line": LinearRegression()},
        Line(),
        n_train=n,
        n_repeats=300,
        n_test=1000,
        random_state=0,
    )
    # with an intercept, at a fresh point: sigma^2 [(n+1) p / (n (n-p-2)) + 1/n]
    expected = Line.noise_variance * ((n + 1) * p / (n * (n - p - 2)) + 1 / n)
    variance, bias = (result.estimate("line", c) for c in ("variance", "bias"))
    assert abs(variance.value - expected) < 3 * variance.standard_error
    assert abs(bias.value) < 3 * bias.standard_error


def test_the_bias_is_not_clipped_at_zero():
    signs = {
        bias_variance_decomposition(
            {"line": LinearRegression()}, Line(), **SMALL | {"random_state": seed}
        )
        .estimate("line", "bias")
        .value
        > 0
        for seed in range(12)
    }
    assert signs == {True, False}


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    n, p = 40, Line.n_features
    truth = Line.noise_variance * ((n + 1) * p / (n * (n - p - 2)) + 1 / n)
    covered = 0
    for seed in range(100):
        result = bias_variance_decomposition(
            {"line": LinearRegression()},
            Line(),
            n_train=n,
            n_repeats=20,
            n_test=100,
            random_state=seed,
        )
        variance = result.estimate("line", "variance")
        covered += variance.low <= truth <= variance.high
    # the variance of least squares is skewed, so a little less than 95; 3 errors wide
    assert covered >= 86


def test_a_paired_difference_is_sharper_than_two_intervals():
    result = bias_variance_decomposition(
        {"5": KNeighborsRegressor(5), "6": KNeighborsRegressor(6)},
        Friedman1(),
        **SMALL,
    )
    paired = result.difference("5", "6", "loss")
    apart = np.hypot(*(result.estimate(k, "loss").standard_error for k in "56"))
    assert paired.standard_error < apart / 2
    gap = result.estimate("5", "loss").value - result.estimate("6", "loss").value
    assert paired.value == pytest.approx(gap)


def test_figures_do_not_depend_on_the_number_of_threads_or_on_company():
    alone = {"tree": DecisionTreeRegressor(max_features=2)}
    company = {"line": LinearRegression(), **alone}
    first = bias_variance_decomposition(alone, Friedman1(), n_jobs=1, **SMALL)
    second = bias_variance_decomposition(company, Friedman1(), n_jobs=2, **SMALL)
    assert values(first, "tree") == values(second, "tree")


def test_a_shorter_run_uses_the_first_training_sets_of_a_longer_one():
    long, short = watch(LinearRegression()), watch(LinearRegression())
    bias_variance_decomposition(long, Friedman1(), **SMALL)
    bias_variance_decomposition(short, Friedman1(), **SMALL | {"n_repeats": 5})
    np.testing.assert_array_equal(long.kept[:5], short.kept)


def test_only_a_random_state_of_none_is_replaced():
    result = bias_variance_decomposition(
        {"free": Shuffled(), "fixed": Shuffled(random_state=0)}, Friedman1(), **SMALL
    )
    assert result.estimate("free", "variance").value > 0.1
    assert result.estimate("fixed", "variance").value == 0


def test_a_class_missing_from_a_training_set_gets_probability_zero():
    X, y = load_wine(return_X_y=True)
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1), [150]]
    result = bias_variance_decomposition(
        {"prior": DummyClassifier()},
        (X[rows], y[rows]),
        loss="brier",
        n_train=10,
        n_repeats=8,
        random_state=0,
    )
    assert np.isfinite(result.estimate("prior", "loss").value)


def test_rows_that_are_too_few_give_subsamples_and_a_caveat():
    result = bias_variance_decomposition(
        {"line": LinearRegression()}, load_digits(return_X_y=True), n_repeats=5
    )
    assert result.training_sets == "subsamples"
    assert "share about 25 % of their rows" in result.caveat
    assert "variance is understated" in result.caveat
    assert "bias cannot be told" not in result.caveat
    assert result.caveat.split()[-1] in repr(result)
    assert result.estimate("line", "noise").value == 0


def test_bias_is_not_named_from_few_rows():
    result = bias_variance_decomposition(
        {"line": LinearRegression()}, load_diabetes(return_X_y=True), n_repeats=5
    )
    assert result.components == ("loss", "variance", "remainder")
    rest = result.estimate("line", "remainder").value
    loss, variance = (result.estimate("line", c).value for c in ("loss", "variance"))
    assert rest + variance == pytest.approx(loss)
    for component in ("bias", "noise"):
        with pytest.raises(ValueError, match="442 rows, fewer than 1000, bias cannot"):
            result.estimate("line", component)


class Listener(DummyRegressor):
    """Keep the rows of every training set, told by the first column."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def __sklearn_clone__(self):
        return self

    def fit(self, X, y, sample_weight=None):
        self.seen.append((np.asarray(X)[:, 0].astype(int), sample_weight))
        return super().fit(X, y)


def listen(way, **settings):
    seen, X = [], np.arange(130.0)[:, None]
    result = bias_variance_decomposition(
        Listener(seen), (X, X[:, 0]), training_sets=way, random_state=0, **settings
    )
    return result, seen, result.X_test[:, 0].astype(int)


def test_rows_give_disjoint_training_sets_where_there_are_enough():
    result, seen, held_out = listen("auto", n_train=10, n_repeats=10, n_test=30)
    assert result.training_sets == "disjoint pieces"
    rows = np.concatenate([rows for rows, _ in seen])
    assert set(rows) | set(held_out) == set(range(130)) and len(rows) == 100
    assert "counted as bias" in result.caveat
    assert "share" not in result.caveat


def test_a_bootstrap_sample_holds_rows_twice_and_no_test_row():
    result, seen, held_out = listen("bootstrap", n_repeats=5, n_test=30)
    assert result.n_train == 100
    assert "share about 63 %" in result.caveat
    for rows, _ in seen:
        assert len(rows) == 100 > len(set(rows))
        assert set(rows).isdisjoint(held_out)


def test_a_subsample_holds_every_row_once():
    _, seen, held_out = listen("subsamples", n_repeats=5, n_test=30, n_train=60)
    for rows, _ in seen:
        assert len(rows) == len(set(rows)) == 60
        assert set(rows).isdisjoint(held_out)
    assert set(seen[0][0]) != set(seen[1][0])


@pytest.mark.parametrize("way", ["pieces", "subsamples", "bootstrap"])
def test_groups_are_never_cut(way):
    groups = np.repeat(np.arange(26), 5)  # by fives, in the order of the rows
    result, seen, held_out = listen(
        way, groups=groups, n_repeats=4, n_train=15, n_test=30
    )
    assert len(held_out) == 30
    for rows, _ in seen:
        times = np.bincount(rows, minlength=130).reshape(26, 5)
        assert (times == times[:, :1]).all()
        assert not set(rows // 5) & set(held_out // 5)
        assert len(rows) == 15


def test_weights_reach_the_fit_and_the_mean_over_test_rows():
    weight = np.random.RandomState(0).uniform(1, 3, 130)
    result, seen, held_out = listen("pieces", n_repeats=4, sample_weight=weight)
    for rows, got in seen:
        np.testing.assert_array_equal(got, weight[rows])
    by_row = result.by_row("Listener")["loss"]
    expected = np.average(by_row, weights=weight[held_out])
    assert result.estimate("Listener", "loss").value == pytest.approx(expected)


def test_weights_reach_the_last_step_of_a_pipeline():
    X, y = load_digits(return_X_y=True)
    plain = make_pipeline(StandardScaler(), LogisticRegression(C=0.01))
    weight = np.where(y == 3, 20.0, 1.0)
    shares = {}
    for name, given in (("without", None), ("with", weight)):
        result = bias_variance_decomposition(
            plain, (X, y), loss="brier", sample_weight=given, **SMALL
        )
        shares[name] = result.predictions["Pipeline"][:, :, 3].mean()
    assert shares["with"] > 1.5 * shares["without"]


def test_weights_are_refused_by_name_where_an_estimator_takes_none():
    X, y = load_digits(return_X_y=True)
    with pytest.raises(TypeError, match="near must take sample_weight in fit"):
        bias_variance_decomposition(
            {"near": KNeighborsRegressor()}, (X, y), sample_weight=np.ones(len(y))
        )


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_a_data_frame_stays_one_and_labels_may_be_texts(frame):
    library = pytest.importorskip(frame)
    X, y = load_digits(return_X_y=True)
    table = library.DataFrame({f"pixel {k}": X[:, k] for k in range(64)})
    names = np.array([f"digit {k}" for k in range(10)], dtype=object)[y]
    selected = make_pipeline(
        ColumnTransformer([("keep", "passthrough", ["pixel 20", "pixel 36"])]),
        DecisionTreeClassifier(random_state=0),
    )
    given = {"loss": "zero_one", **SMALL}
    result = bias_variance_decomposition(selected, (table, names), **given)
    plain = bias_variance_decomposition(
        DecisionTreeClassifier(random_state=0), (X[:, [20, 36]], y), **given
    )
    assert values(result, "Pipeline") == values(plain, "DecisionTreeClassifier")


@pytest.mark.parametrize(("loss", "definition"), CLASS_LOSSES)
def test_renaming_the_labels_in_their_order_changes_no_bit(loss, definition):
    X, y = load_digits(return_X_y=True)
    given = {"loss": loss, "definition": definition, **SMALL}
    model = {"it": DecisionTreeClassifier()}
    first = bias_variance_decomposition(model, (X, y), **given)
    second = bias_variance_decomposition(model, (X, [f"no. {k}" for k in y]), **given)
    assert errors(first, "it") == errors(second, "it")


def errors(result, name):
    return {
        c: (e.value, e.standard_error, e.low, e.high)
        for c in result.components
        for e in [result.estimate(name, c)]
    }


@pytest.mark.parametrize(("loss", "definition"), CLASS_LOSSES)
def test_permuting_the_rows_moves_figures_within_their_errors(loss, definition):
    X, y = load_digits(return_X_y=True)
    order = np.random.RandomState(1).permutation(len(y))
    given = {
        "loss": loss,
        "definition": definition,
        "n_train": 60,
        "n_repeats": 18,
        "random_state": 0,
    }
    model = {"it": DecisionTreeClassifier(max_depth=3)}
    first = bias_variance_decomposition(model, (X, y), **given)
    second = bias_variance_decomposition(model, (X[order], y[order]), **given)
    for component in COMPONENTS:
        a, b = (r.estimate("it", component) for r in (first, second))
        joint = np.hypot(a.standard_error, b.standard_error)
        assert abs(a.value - b.value) <= 3 * joint


def test_a_list_of_estimators_is_told_apart_by_package():
    result = bias_variance_decomposition(
        [DecisionTreeRegressor(), skclassic.DecisionTreeRegressor()],
        Friedman1(),
        **SMALL,
    )
    assert dict(result.packages) == {
        "DecisionTreeRegressor (scikit-learn)": "scikit-learn",
        "DecisionTreeRegressor (skclassic)": "skclassic",
    }
    twins = bias_variance_decomposition(
        [KNeighborsRegressor(1), KNeighborsRegressor(2)], Friedman1(), **SMALL
    )
    assert twins.estimators == ("KNeighborsRegressor 1", "KNeighborsRegressor 2")


def test_the_package_of_a_pipeline_is_that_of_its_last_step():
    pipeline = make_pipeline(StandardScaler(), skclassic.DecisionTreeRegressor())
    result = bias_variance_decomposition({"it": pipeline}, Friedman1(), **SMALL)
    assert result.packages["it"] == "skclassic"


def test_noise_may_differ_from_row_to_row():
    class Fan:
        def sample(self, n, random_state=None):
            rng = np.random.RandomState(random_state)
            X = rng.uniform(1, 2, size=(n, 1))
            return X, X[:, 0] * rng.standard_normal(n)

        def conditional_mean(self, X):
            return np.zeros(len(X))

        def noise_variance(self, X):
            return X[:, 0] ** 2

    result = bias_variance_decomposition(LinearRegression(), Fan(), **SMALL)
    expected = (result.X_test[:, 0] ** 2).mean()
    assert result.estimate("LinearRegression", "noise").value == pytest.approx(expected)


def test_nearest_neighbours_on_a_fixed_design_have_the_parts_of_theory():
    problem, k = FixedDesign(), 5
    result = bias_variance_decomposition(
        {"near": KNeighborsRegressor(k)},
        problem,
        n_train=40,
        n_repeats=200,
        n_test=1000,
        random_state=0,
    )
    expected = problem.find_parts(k)
    for component, value in expected.items():
        estimate = result.estimate("near", component)
        assert abs(estimate.value - value) < 3 * estimate.standard_error


def test_a_result_can_be_pickled_and_asked_again():
    result = bias_variance_decomposition(
        GaussianNB(), Waveform(), loss="zero_one", **SMALL
    )
    again = pickle.loads(pickle.dumps(result))
    assert errors(again, "GaussianNB") == errors(result, "GaussianNB")
    assert again.redefine("breiman").definition == "breiman"


def test_predictions_may_come_as_a_column():
    class Column(GaussianNB):
        def predict(self, X):
            return super().predict(X)[:, None]

    data, given = Waveform(), {"loss": "zero_one", **SMALL}
    column = bias_variance_decomposition({"it": Column()}, data, **given)
    plain = bias_variance_decomposition({"it": GaussianNB()}, data, **given)
    assert errors(column, "it") == errors(plain, "it")


def test_log_loss_of_hard_labels_is_corrected_to_something_possible():
    given = {"loss": "log_loss", "n_train": 100, "n_test": 300, "random_state": 0}
    tree = {"tree": DecisionTreeClassifier(random_state=0)}
    few = bias_variance_decomposition(tree, Twonorm(), n_repeats=10, **given)
    many = bias_variance_decomposition(tree, Twonorm(), n_repeats=300, **given)
    a, b = (r.estimate("tree", "variance").value for r in (few, many))
    assert a == pytest.approx(b, rel=0.15)  # the second-order term alone adds a fifth


def test_a_generator_may_list_its_classes_in_any_order():
    class Mail:
        classes = ("spam", "ham")

        def sample(self, n, random_state=None):
            X, y = Twonorm().sample(n, random_state)
            return X, np.array(self.classes)[y]

        def posterior(self, X):
            return Twonorm().posterior(X)

    for loss in ("brier", "zero_one"):
        given = {"loss": loss, **SMALL}
        mail = bias_variance_decomposition({"it": GaussianNB()}, Mail(), **given)
        plain = bias_variance_decomposition({"it": GaussianNB()}, Twonorm(), **given)
        assert values(mail, "it") == pytest.approx(values(plain, "it"), rel=1e-9)


def test_few_groups_are_enough_for_two_in_test_and_two_in_training():
    X, y = load_diabetes(return_X_y=True)
    given = {"n_repeats": 5, "random_state": 0}
    four = bias_variance_decomposition(
        LinearRegression(), (X, y), groups=np.arange(442) % 4, **given
    )
    assert np.isfinite(four.estimate("LinearRegression", "loss").high)
    twelve = bias_variance_decomposition(
        LinearRegression(), (X, y), groups=np.arange(442) // 40, n_test=10, **given
    )
    assert twelve.n_test == 80
    assert 90 <= twelve.n_train <= 130  # a quarter of 362 rows, in whole groups
    with pytest.raises(ValueError, match="n_train must be an integer from 1 to"):
        bias_variance_decomposition(
            LinearRegression(), (X, y), groups=np.arange(442) // 40, n_train=300
        )


def test_an_error_says_where_it_happened():
    class Unlucky(GaussianNB):
        def fit(self, X, y):
            raise RuntimeError("out of luck")

    with pytest.raises(RuntimeError, match="out of luck") as caught:
        bias_variance_decomposition(
            {"it": Unlucky()}, Waveform(), loss="zero_one", **SMALL
        )
    assert caught.value.__notes__ == ["This was it on training set 0."]


def test_the_curve_is_a_decomposition_for_each_value():
    curve = bias_variance_curve(
        DecisionTreeRegressor(random_state=0), Friedman1(), "max_depth", [1, 4], **SMALL
    )
    alone = bias_variance_decomposition(
        {"deep": DecisionTreeRegressor(max_depth=4, random_state=0)},
        Friedman1(),
        **SMALL,
    )
    for component in COMPONENTS:
        assert curve.values(component)[1] == alone.estimate("deep", component).value
        assert curve.estimate(4, component).value == curve.values(component)[1]
    assert curve.best == [1, 4][int(np.argmin(curve.values("loss")))]


def test_values_of_a_curve_are_found_whatever_their_type():
    pytest.importorskip("pandas")
    curve = bias_variance_curve(
        DecisionTreeRegressor(random_state=0),
        Friedman1(),
        "max_depth",
        [*np.array([1, 3]), None],
        **SMALL,
    )
    assert curve.estimate(1.0, "bias") == curve.estimate(1, "bias")
    assert curve.estimate(None, "bias").value == curve.values("bias")[2]
    assert curve.result.estimators == ("max_depth=1", "max_depth=3", "max_depth=None")
    at = curve.to_frame().index.get_level_values("max_depth")
    assert list(at[:8:4]) == [1, 3] and at[8:].isna().all()
    with pytest.raises(ValueError, match="value must be one of 1, 3, None, got 2"):
        curve.estimate(2, "bias")


def test_the_curve_becomes_a_frame_by_value():
    pytest.importorskip("pandas")
    curve = bias_variance_curve(
        DecisionTreeRegressor(random_state=0), Friedman1(), "max_depth", [1, 4], **SMALL
    )
    frame = curve.to_frame()
    assert frame.index.names == ["max_depth", "component"]
    assert frame.loc[(4, "bias"), "value"] == curve.estimate(4, "bias").value


def test_progress_is_told_where_it_is_asked_for(capsys):
    bias_variance_decomposition(
        LinearRegression(), Friedman1(), verbose=1, **SMALL | {"n_repeats": 20}
    )
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 10
    assert told[-1].startswith("20 of 20 training sets, ")


def test_the_frame_holds_the_same_figures():
    pytest.importorskip("pandas")
    result = bias_variance_decomposition(
        {"line": LinearRegression()}, Friedman1(), **SMALL
    )
    frame = result.to_frame()
    estimate = result.estimate("line", "bias")
    assert list(frame.loc[("line", "bias")]) == [
        estimate.value,
        estimate.standard_error,
        estimate.low,
        estimate.high,
        "scikit-learn",
    ]


def test_a_missing_pandas_is_named_in_one_line(monkeypatch):
    result = bias_variance_decomposition(
        {"line": LinearRegression()}, Friedman1(), **SMALL
    )
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name == "pandas":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ImportError, match="pip install pandas"):
        result.to_frame()


def test_the_result_prints_every_component_of_every_estimator():
    result = bias_variance_decomposition(
        {"line": LinearRegression(), "mean": DummyRegressor()}, Friedman1(), **SMALL
    )
    text = repr(result)
    for word in ("line", "mean", *COMPONENTS, "12 training sets of 60 rows"):
        assert word in text
    estimate = result.estimate("line", "loss")
    half = (estimate.high - estimate.low) / 2
    assert 1 < half < 10  # so that one decimal shows two digits of it
    ends = f"[{estimate.low:.1f}, {estimate.high:.1f}]"
    assert str(estimate) == f"{estimate.value:.1f} {ends}"
    assert str(estimate) in text


ROWS = load_wine(return_X_y=True)
CONTINUOUS = (ROWS[0], ROWS[0][:, 0])
ONES = np.ones(len(ROWS[1]))
VOTES = {"loss": "zero_one"}
PIECES = {"data": ROWS, "training_sets": "pieces", "n_repeats": 10}
ONE_CLASS = {"data": ROWS, "loss": "zero_one", "n_train": 1}


class Broken(DummyRegressor):
    """Predict nothing that can be used."""

    def predict(self, X):
        return np.full(len(X), np.nan)


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (ValueError, "loss must be one of", {"loss": "hinge"}),
        (ValueError, "definition must be one of", VOTES | {"definition": "webb"}),
        (ValueError, "definition must be None for", {"definition": "breiman"}),
        (ValueError, "extrapolate must be False", {"extrapolate": True}),
        (ValueError, "training_sets must be one of", {"training_sets": "jackknife"}),
        (ValueError, "training_sets must be left", {"training_sets": "bootstrap"}),
        (ValueError, "groups must be left alone", {"groups": [1, 2]}),
        (ValueError, "sample_weight must be left", {"sample_weight": [1.0]}),
        (ValueError, "n_train \\* n_repeats must fit", {**PIECES, "n_train": 20}),
        (ValueError, "sample_weight must hold 178", {**PIECES, "sample_weight": [1]}),
        (ValueError, "sample_weight must hold", {**PIECES, "sample_weight": -ONES}),
        (ValueError, "groups must have one entry", {**PIECES, "groups": [1, 2, 3]}),
        (ValueError, "groups must name at least 4", {**PIECES, "groups": ONES}),
        (ValueError, "data must have at least 4 rows", {"data": ([[1], [2]], [1, 2])}),
        (ValueError, "y must be finite", {"data": (ROWS[0], ROWS[1] * np.nan)}),
        (ValueError, "at least two classes, got only", {**ONE_CLASS}),
        (ValueError, "must predict labels of y", VOTES | {"data": Waveform()}),
        (ValueError, "must predict finite numbers", {"estimators": Broken()}),
        (TypeError, "must have texts for names", {"estimators": {1: Broken()}}),
        (TypeError, "must be an estimator with fit", {"estimators": {"it": Broken}}),
        (ValueError, "n_repeats must be an integer of at least 4", {"n_repeats": 2}),
        (ValueError, "n_train must be an integer of at least 1", {"n_train": 0}),
        (ValueError, "n_test must be an integer of at least 2", {"n_test": True}),
        (ValueError, "confidence must be in", {"confidence": 95}),
        (ValueError, "estimators must name at least one", {"estimators": {}}),
        (ValueError, "data must offer sample, cond", {"data": Twonorm()}),
        (ValueError, "data must offer sample, post", {"loss": "zero_one"}),
        (ValueError, "data must be a generator or a tuple", {"data": (1, 2, 3)}),
        (ValueError, "y must hold classes", {"data": CONTINUOUS, "loss": "zero_one"}),
        (
            ValueError,
            "y must hold numbers",
            {"data": (ROWS[0], ROWS[1].astype(str))},
        ),
        (ValueError, "n_test must be an integer from", {"data": ROWS, "n_test": 178}),
        (ValueError, "n_train must be an integer from", {"data": ROWS, "n_train": 500}),
        (
            TypeError,
            "must offer predict_proba",
            {"estimators": RidgeClassifier(), "data": Twonorm(), "loss": "brier"},
        ),
        (
            TypeError,
            "must offer predict_proba",
            {"estimators": {"it": Labels()}, "data": Twonorm(), "loss": "brier"},
        ),
    ],
)
def test_bad_input_is_refused_in_the_users_words(error, message, arguments):
    given = {"estimators": LinearRegression(), "data": Friedman1(), **arguments}
    with pytest.raises(error, match=message):
        bias_variance_decomposition(given.pop("estimators"), given.pop("data"), **given)


def test_an_unknown_estimator_or_component_is_named():
    result = bias_variance_decomposition(
        {"line": LinearRegression()}, Friedman1(), **SMALL
    )
    with pytest.raises(ValueError, match="estimator must be one of line, got 'tree'"):
        result.estimate("tree", "bias")
    with pytest.raises(ValueError, match="component must be one of .*, got 'risk'"):
        result.difference("line", "line", "risk")
