"""Noise, bias and variance add up, agree with theory, and carry honest intervals."""

import builtins

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.datasets import load_diabetes, load_wine
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skclassic import Friedman1, Twonorm, Waveform, bias_variance_decomposition
from skclassic.bias_variance import COMPONENTS

from .references import bias_variance as reference

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


class Line:
    """Draw y = slope . x + noise with normal inputs: theory knows the variance."""

    n_features = 4
    noise_variance = 2.0
    slope = np.array([1.0, -2.0, 0.5, 0.0])

    def sample(self, n, random_state=None):
        rng = np.random.RandomState(random_state)
        X = rng.standard_normal((n, self.n_features))
        noise = np.sqrt(self.noise_variance) * rng.standard_normal(n)
        return X, self.conditional_mean(X) + noise

    def conditional_mean(self, X):
        return X @ self.slope


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


@pytest.mark.parametrize(
    ("loss", "data", "estimator"),
    [
        ("squared_error", Friedman1(), DecisionTreeRegressor()),
        ("brier", Waveform(), DecisionTreeClassifier()),
        ("zero_one", Waveform(), DecisionTreeClassifier()),
        ("squared_error", load_diabetes(return_X_y=True), DecisionTreeRegressor()),
        ("brier", load_wine(return_X_y=True), GaussianNB()),
        ("zero_one", load_wine(return_X_y=True), GaussianNB()),
    ],
)
def test_noise_bias_and_variance_sum_to_the_loss(loss, data, estimator):
    result = bias_variance_decomposition({"it": estimator}, data, loss=loss, **SMALL)
    parts = values(result, "it")
    total = parts["noise"] + parts["bias"] + parts["variance"]
    assert total == pytest.approx(parts["loss"], rel=1e-10)


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


def test_standard_errors_are_those_of_leaving_out_each_set_and_each_row():
    models = {
        "tree": watch(DecisionTreeRegressor(random_state=0)),
        "line": watch(LinearRegression()),
    }
    result = bias_variance_decomposition(models, Friedman1(), **SMALL)
    predictions = [np.array(m.kept)[:, :, None] for m in models.values()]
    truth = Friedman1().conditional_mean(models["tree"].test_rows_)[:, None]
    noise = np.ones(len(truth))

    def ratio(a, b):
        return (a["variance"] - b["variance"]) / b["loss"]

    for component in COMPONENTS:
        expected = reference.jackknife(
            lambda a, c=component: a[c], predictions[:1], truth, noise
        )
        got = result.estimate("tree", component).standard_error
        assert got == pytest.approx(expected, rel=1e-8, abs=1e-12)
    expected = reference.jackknife(ratio, predictions, truth, noise)
    got = result.difference("tree", "line", "variance", relative_to="loss")
    assert got.standard_error == pytest.approx(expected, rel=1e-8)


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


def test_rows_give_disjoint_training_sets_where_there_are_enough():
    X = np.arange(130.0)[:, None]
    seen = []

    class Listener(DummyRegressor):
        def fit(self, X, y):
            seen.append(set(X[:, 0]))
            return super().fit(X, y)

    result = bias_variance_decomposition(
        Listener(), (X, X[:, 0]), n_train=10, n_repeats=10, n_test=30, random_state=0
    )
    assert result.training_sets == "disjoint pieces"
    assert len(set.union(*seen)) == 100
    assert "counted as bias" in result.caveat
    assert "overlap" not in result.caveat


def test_rows_that_are_too_few_give_overlapping_sets_and_a_caveat():
    result = bias_variance_decomposition(
        {"line": LinearRegression()}, load_diabetes(return_X_y=True), n_repeats=5
    )
    assert result.training_sets == "overlapping samples"
    assert "variance is understated" in result.caveat
    assert result.caveat in repr(result)
    assert result.estimate("line", "noise").value == 0


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
    assert str(estimate) == (
        f"{estimate.value:.4g} [{estimate.low:.4g}, {estimate.high:.4g}]"
    )


ROWS = load_wine(return_X_y=True)
CONTINUOUS = (ROWS[0], ROWS[0][:, 0])


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (ValueError, "loss must be one of", {"loss": "hinge"}),
        (ValueError, "n_repeats must be an integer of at least 3", {"n_repeats": 2}),
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
