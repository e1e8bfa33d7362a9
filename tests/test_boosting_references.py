"""The slow references of boosting do what their papers promise."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skclassic import Twonorm, Waveform
from tests.references import boosting as slow

REWEIGHTED = [slow.real, slow.gentle, slow.logit]
ARCED = [slow.arc_fs, slow.arc_x4]


def boost_by(method, X, y, n_rounds):
    """Boost by any method, rows drawn from a seed of its own."""
    drawn = {"rng": np.random.RandomState(0)} if method in ARCED else {}
    return method(X, y, n_rounds, **drawn)


def draw(n_classes, n=60, seed=0):
    """Draw noisy classes, all of them, from rows of few values."""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 6, (n, 3)).astype(float)
    scores = X @ rng.standard_normal((3, n_classes)) + rng.gumbel(size=(n, n_classes))
    y = scores.argmax(axis=1)
    y[:n_classes] = range(n_classes)
    return X, y


def impurity_of(X, y, w, feature, threshold):
    """Compute the weighted Gini impurity of two sides, row by row."""
    sides = {True: {}, False: {}}
    for row, label, weight in zip(X, y, w, strict=True):
        side = sides[bool(row[feature] <= threshold)]
        side[label] = side.get(label, 0.0) + weight
    return sum(
        sum(side.values()) - sum(v**2 for v in side.values()) / sum(side.values())
        for side in sides.values()
    )


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_stump_has_the_least_gini_impurity_of_all_cuts(n_classes):
    X, y = draw(n_classes)
    w = np.random.default_rng(1).random(len(y))
    stump = slow.Cuts(X).fit_stump(slow.indicators(y), w)
    found = impurity_of(X, y, w, stump.feature, stump.threshold)
    others = [impurity_of(X, y, w, j, t) for j in range(3) for t in np.arange(0.5, 5)]
    assert found == pytest.approx(min(others))
    is_left = X[:, stump.feature] <= stump.threshold
    shares = np.bincount(y[is_left], w[is_left], n_classes) / w[is_left].sum()
    assert_allclose(stump.left, shares)


def test_rows_that_are_all_alike_get_the_mean():
    X, y = np.ones((4, 2)), np.array([0, 1, 1, 1])
    stump = slow.Cuts(X).fit_stump(slow.indicators(y), np.ones(4))
    assert_allclose(stump(X), np.tile([0.25, 0.75], (4, 1)))


def test_samme_r_of_two_classes_is_real_adaboost():
    X, y = draw(2)
    two, many = slow.real(X, y, 10, 0.5), slow.samme_r(X, y, 10, 0.5)
    for F, F_k in zip(two.staged_scores(X), many.staged_scores(X), strict=True):
        assert_allclose(F_k, np.column_stack([-F, F]), atol=1e-9)


def test_the_first_round_of_logitboost_is_gentle():
    X, y = draw(2)  # where p = 1 / 2, responses are 2 (2 y - 1) and F takes half
    first = slow.logit(X, y, 1).scores(X)
    assert_allclose(first, slow.gentle(X, y, 1).scores(X))


def test_logitboost_of_many_classes_has_scores_that_sum_to_zero():
    X, y = draw(3)
    assert_allclose(slow.logit(X, y, 10).scores(X).sum(axis=1), 0, atol=1e-12)


def test_gentle_boosts_each_class_against_the_rest():
    X, y = draw(3)
    F = slow.gentle(X, y, 5).scores(X)
    alone = slow.gentle(X, (y == 1).astype(int), 5).scores(X)
    assert_allclose(F[:, 1], alone)


@pytest.mark.parametrize("boost", [slow.real, slow.gentle])
@pytest.mark.parametrize("learning_rate", [0.3, 1.0])
def test_the_exponential_loss_falls_in_every_round(boost, learning_rate):
    X, y = draw(2)
    stages = boost(X, y, 20, learning_rate).staged_scores(X)
    losses = [np.exp(-(2 * y - 1) * F).mean() for F in stages]
    assert (np.diff([1.0, *losses]) < 1e-12).all()


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_deviance_falls_under_small_newton_steps(n_classes):
    X, y = draw(n_classes)
    losses = [np.log(n_classes)]
    for F in slow.logit(X, y, 20, 0.1, zmax=np.inf).staged_scores(X):
        F = np.column_stack([-F, F]) if n_classes == 2 else F
        losses.append((np.logaddexp.reduce(F, axis=1) - F[range(len(y)), y]).mean())
    assert (np.diff(losses) < 1e-12).all()


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("boost", REWEIGHTED)
def test_a_row_weighted_twice_equals_the_row_given_twice(boost, n_classes):
    X, y = draw(n_classes)
    counts = np.random.default_rng(2).integers(0, 3, len(y))
    counts[:n_classes] = 1
    rows = np.repeat(np.arange(len(y)), counts)
    weighted = boost(X, y, 5, sample_weight=counts).scores(X)
    assert_allclose(weighted, boost(X[rows], y[rows], 5).scores(X), atol=1e-9)


def test_working_responses_are_cut_off():
    p = np.array([1e-20, 0.5, 1.0, 0.5])
    z, w = slow.respond(np.array([1, 1, 1, 0]), p, 4.0, 1e-10)
    assert_allclose(z, [4, 2, 1, -2])
    assert_allclose(w, [1e-10, 0.25, 1e-10, 0.25])


@pytest.mark.parametrize("method", REWEIGHTED + ARCED)
def test_boosted_stumps_are_nearly_right_on_twonorm(method):
    X, y = Twonorm().sample(200, random_state=0)
    X_test, y_test = Twonorm().sample(1000, random_state=1)
    y, y_test = (np.unique(each, return_inverse=True)[1] for each in (y, y_test))
    model = boost_by(method, X, y, 60)
    assert np.mean(model.predict(X_test) != y_test) < 0.1  # one stump: 0.3


@pytest.mark.parametrize("method", REWEIGHTED + ARCED)
def test_boosted_stumps_tell_three_waves(method):
    X, y = Waveform().sample(150, random_state=0)
    X_test, y_test = Waveform().sample(1000, random_state=1)
    model = boost_by(method, X, y, 30)
    assert np.mean(model.predict(X_test) != y_test) < 0.35  # one stump: 0.45


# arcing


def test_a_seed_draws_the_same_rows():
    X, y = draw(3)
    for arc in ARCED:
        twice = [arc(X, y, 5, rng=np.random.RandomState(3)).scores(X) for _ in "ab"]
        assert_array_equal(*twice)


class Watch:
    """Draw rows, and keep with what probabilities."""

    def __init__(self):
        self.rng, self.seen = np.random.RandomState(0), []

    def choice(self, n, size, p):
        self.seen.append(p)
        return self.rng.choice(n, size, p=p)


def test_arcing_by_fourth_powers_counts_what_was_got_wrong():
    X, y = draw(2)
    watch = Watch()
    terms = slow.arc_x4(X, y, 3, rng=watch).terms
    wrong = np.array([(term(X) > 0) != y for term in terms[:2]])
    expected = 1 + wrong.sum(axis=0) ** 4.0
    assert_allclose(watch.seen[0], 1 / len(y))
    assert_allclose(watch.seen[2], expected / expected.sum())


def test_arcing_by_errors_gives_half_of_the_weight_to_what_was_got_wrong():
    X, y = draw(2)
    watch = Watch()
    terms = slow.arc_fs(X, y, 2, rng=watch).terms
    is_wrong = (terms[0](X) > 0) != y
    assert 0 < is_wrong.sum() < len(y) / 2
    assert watch.seen[1][is_wrong].sum() == pytest.approx(0.5)


def test_arcing_starts_again_after_a_member_without_an_error():
    X, y = np.arange(40.0)[:, None], (np.arange(40) > 19).astype(int)
    watch = Watch()
    model = slow.arc_fs(X, y, 12, rng=watch, say_if_right=1.0)
    is_right = [((term(X) > 0) == y).all() for term in model.terms]
    assert any(is_right[:-1])
    for m in np.flatnonzero(is_right[:-1]):
        assert_allclose(watch.seen[m + 1], 1 / len(y))
    assert_array_equal(model.predict(X), y)
