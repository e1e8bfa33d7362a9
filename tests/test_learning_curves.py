"""Learning curves share their rows, and cross where they are planted to."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_breast_cancer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB

from skclassic import Friedman1, Twonorm, learning_curve_comparison
from skclassic.learning_curves import LearningCurveComparison

SMALL = {"train_sizes": [20, 40, 80], "n_repeats": 6, "random_state": 0}
PAIR = {"nb": GaussianNB(), "common": DummyClassifier()}


class Listener(ClassifierMixin, BaseEstimator):
    """Keep the training rows, told by the first column."""

    def __init__(self, seen):
        self.seen = seen

    def __sklearn_clone__(self):
        return self

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.seen.append(np.asarray(X)[:, 0])
        return self

    def predict(self, X):
        return np.resize(self.classes_, len(X))


def test_larger_training_sets_hold_the_smaller_ones():
    first, second = [], []
    learning_curve_comparison(
        {"first": Listener(first), "second": Listener(second)}, Twonorm(), **SMALL
    )
    assert [len(rows) for rows in first[:3]] == [20, 40, 80]
    np.testing.assert_array_equal(first[0], first[2][:20])
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    assert set(first[0]).isdisjoint(first[3])  # a new repeat, new rows


def test_scores_are_those_of_fits_by_hand():
    curves = learning_curve_comparison(PAIR, Twonorm(), n_test=300, **SMALL)
    seeds = np.random.RandomState(0).randint(np.iinfo(np.int32).max, size=(6, 3))
    X, y = Twonorm().sample(80, random_state=seeds[1, 0])
    X_test, y_test = Twonorm().sample(300, random_state=seeds[1, 1])
    model = GaussianNB().fit(X[:40], y[:40])
    assert curves.scores["nb"][1, 1] == model.score(X_test, y_test)
    assert curves.curve("nb")[1].value == curves.scores["nb"][:, 1].mean()


def test_differences_are_paired():
    curves = learning_curve_comparison(PAIR, Twonorm(), **SMALL)
    gaps = curves.scores["nb"] - curves.scores["common"]
    last = curves.difference("nb", "common")[-1]
    assert last.value == pytest.approx(gaps[:, -1].mean())
    assert last.standard_error == pytest.approx(gaps[:, -1].std(ddof=1) / 6**0.5)


def test_rows_of_one_set_allow_for_overlap():
    X, y = load_breast_cancer(return_X_y=True)
    curves = learning_curve_comparison(PAIR, (X, y), n_test=100, **SMALL)
    values = curves.scores["nb"][:, 2]
    r = 100 / len(y) * np.sqrt(80 / 100)
    error = np.sqrt((1 / 6 + r / (1 - r)) * values.var(ddof=1))
    assert curves.curve("nb")[2].standard_error == pytest.approx(error)


def planted(sizes, gaps, *, spread, n_repeats=30, seed=0):
    """Build curves whose difference is known, with independent noise per repeat."""
    rng = np.random.RandomState(seed)
    noise = spread * rng.standard_normal((n_repeats, len(sizes)))
    second = np.full((n_repeats, len(sizes)), 0.5)
    return LearningCurveComparison(
        score_name="accuracy",
        train_sizes=np.array(sizes),
        n_test=100,
        scores={"late": second + np.array(gaps) + noise, "early": second},
        packages={"late": "here", "early": "here"},
        confidence=0.95,
        overlaps=np.zeros(len(sizes)),
        seed=seed,
    )


def test_a_planted_crossing_is_found_between_its_sizes():
    curves = planted([10, 100, 1000], [-0.1, -0.05, 0.05], spread=1e-9)
    crossing = curves.crossing("early", "late")
    assert (crossing.before, crossing.after) == ("early", "late")
    assert crossing.rows == pytest.approx(100 * 10**0.5)  # the middle, in the logarithm
    assert crossing.low == pytest.approx(crossing.rows, rel=1e-4)
    turned = curves.crossing("late", "early")
    assert turned.rows == crossing.rows and turned.after == "late"
    assert (
        "early is ahead until late takes the lead for good at about 316"
        in crossing.sentence
    )


def test_the_interval_of_a_crossing_covers_it():
    gaps, sizes = [-0.04, -0.02, 0.01, 0.03], [20, 60, 180, 540]
    truth = np.exp(np.log(60) + 2 / 3 * np.log(3))
    covered = 0
    for seed in range(200):
        crossing = planted(sizes, gaps, spread=0.05, seed=seed).crossing(
            "late", "early"
        )
        covered += crossing.low <= truth <= crossing.high
    assert 184 <= covered <= 200


def test_curves_that_do_not_cross_have_no_crossing():
    ahead = planted([10, 100], [0.1, 0.2], spread=1e-9).crossing("late", "early")
    assert ahead.before is None and np.isnan(ahead.rows)
    assert (ahead.low, ahead.high) == (0.0, 0.0)
    assert ahead.sentence == "late is ahead of early at all sizes from 10 to 100."
    doubtful = planted([10, 100], [0.001, 0.001], spread=0.1).crossing("late", "early")
    assert np.isinf(doubtful.high)
    if doubtful.before is None:
        assert "even at 100 its lead is not sure" in doubtful.sentence


def test_a_lead_that_is_sure_only_later_says_so():
    curves = planted([10, 100, 1000], [0.01, 0.1, 0.1], spread=0.05, seed=1)
    crossing = curves.crossing("late", "early")
    if crossing.before is None:
        assert "its lead is sure (95 %) from" in crossing.sentence
    assert 10 < crossing.high < 100


def test_a_crossing_may_lie_beyond_the_largest_size():
    curves = planted([10, 100, 1000], [-0.1, -0.05, 0.03], spread=0.1)
    crossing = curves.crossing("early", "late")
    assert crossing.after == "late"
    assert np.isinf(crossing.high)
    assert "to beyond the largest)" in crossing.sentence


def test_intervals_from_one_set_are_honest_at_every_size():
    problem, sizes = Twonorm(), [20, 80]
    means, errors = [], []
    for seed in range(30):
        rows = problem.sample(150, random_state=seed)
        curves = learning_curve_comparison(
            PAIR, rows, train_sizes=sizes, n_repeats=10, random_state=0
        )
        means.append([e.value for e in curves.curve("nb")])
        errors.append([e.standard_error for e in curves.curve("nb")])
    ratio = np.sqrt(np.mean(np.square(errors), axis=0)) / np.std(means, axis=0, ddof=1)
    assert (0.8 < ratio).all() and (ratio < 2).all()


def test_nobody_leads_where_curves_end_alike():
    crossing = planted([10, 100], [0.1, 0.0], spread=0.0).crossing("late", "early")
    assert crossing.before is None and crossing.after is None
    assert crossing.sentence == "Neither late nor early is ahead at 100 training rows."


def test_before_is_who_leads_just_before_the_crossing():
    curves = planted([10, 100, 1000], [0.1, -0.1, 0.1], spread=1e-9)
    crossing = curves.crossing("late", "early")
    assert (crossing.before, crossing.after) == ("early", "late")
    assert "early is ahead until late takes the lead for good" in crossing.sentence


def test_default_sizes_grow_in_equal_ratios_to_all_rows():
    X, y = load_breast_cancer(return_X_y=True)
    curves = learning_curve_comparison(PAIR, (X, y), n_repeats=5, random_state=0)
    sizes = curves.train_sizes
    assert sizes[0] == 20 and sizes[-1] == len(y) - len(y) // 3
    ratios = sizes[1:] / sizes[:-1]
    assert ratios.max() / ratios.min() < 1.1
    assert curves.n_test == len(y) // 3


def test_threads_change_no_bit():
    first, second = (
        learning_curve_comparison(PAIR, Twonorm(), n_jobs=n, **SMALL) for n in (1, 2)
    )
    np.testing.assert_array_equal(first.scores["nb"], second.scores["nb"])


def test_regressors_and_frames_work():
    pd = pytest.importorskip("pandas")
    X, y = Friedman1().sample(200, random_state=0)
    curves = learning_curve_comparison(
        {"line": LinearRegression(), "mean": DummyRegressor()},
        (pd.DataFrame(X), pd.Series(y)),
        **SMALL,
    )
    assert curves.score_name == "r2"
    frame = curves.to_frame()
    assert frame.loc[("line", 40), "value"] == curves.curve("line")[1].value


def test_the_result_prints_curves_and_crossings():
    text = repr(learning_curve_comparison(PAIR, Twonorm(), **SMALL))
    assert "6 repeats, 1000 test rows" in text
    assert "nb is ahead of common at all sizes from 20 to 80." in text


def test_progress_is_told_where_it_is_asked_for(capsys):
    learning_curve_comparison(PAIR, Twonorm(), verbose=1, **SMALL)
    assert capsys.readouterr().out.splitlines()[-1].startswith("6 of 6 repeats, ")


ROWS = load_breast_cancer(return_X_y=True)


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("at least two to compare, got 1", {"estimators": [GaussianNB()]}),
        ("n_repeats must be an integer of at least 5", {"n_repeats": 4}),
        ("confidence must be in", {"confidence": 95}),
        ("at least two ascending numbers of rows, got", {"train_sizes": [40, 20]}),
        ("at least two ascending numbers of rows, got", {"train_sizes": [0.1, 0.5]}),
        ("up to 469, the rows", {"data": ROWS, "n_test": 100, "train_sizes": [9, 470]}),
        ("n_test must be an integer of at least 2", {"n_test": 1}),
        ("n_test must be an integer from 2", {"data": ROWS, "n_test": 568}),
        ("data must be a generator or a tuple", {"data": (1, 2, 3)}),
        ("data must be a generator with sample", {"data": [1, 2]}),
        ("at least two classes, got only", {"train_sizes": [1, 20]}),
        ("at least two classes, got only", {"data": ROWS, "train_sizes": [1, 20]}),
    ],
)
def test_bad_input_is_refused_in_the_users_words(message, arguments):
    given = {"estimators": PAIR, "data": Twonorm(), **SMALL, **arguments}
    with pytest.raises(ValueError, match=message):
        learning_curve_comparison(given.pop("estimators"), given.pop("data"), **given)


def test_unknown_and_equal_names_are_refused():
    curves = learning_curve_comparison(PAIR, Twonorm(), **SMALL)
    with pytest.raises(ValueError, match="estimator must be one of nb, common"):
        curves.curve("tree")
    with pytest.raises(ValueError, match="must differ, got 'nb' twice"):
        curves.crossing("nb", "nb")
