"""Paired tests equal their papers' formulas, and are as cautious as they say."""

import numpy as np
import pytest
from scipy import stats

from skclassic import _paired_tests as paired
from skclassic._estimates import Estimate

from .references import paired_tests as reference

GAPS = np.array([0.02, -0.01, 0.03, 0.05, 0.0, 0.01, 0.04, -0.02, 0.02, 0.03])


def test_the_corrected_t_is_nadeau_and_bengios():
    outcome = paired.apply_corrected_t(GAPS, overlap=20 / 180)
    expected = reference.corrected_t(list(GAPS), n_train=180, n_test=20)
    assert outcome.statistic == pytest.approx(expected, rel=1e-12)
    assert outcome.p_value == pytest.approx(2 * stats.t.sf(expected, 9), rel=1e-12)


def test_without_overlap_the_corrected_t_is_students():
    outcome = paired.apply_corrected_t(GAPS, overlap=0.0)
    expected = stats.ttest_1samp(GAPS, 0)
    assert outcome.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert outcome.p_value == pytest.approx(expected.pvalue, rel=1e-12)
    ends = expected.confidence_interval(0.95)
    assert (outcome.difference.low, outcome.difference.high) == pytest.approx(ends)


def test_equal_scores_are_no_difference_and_a_constant_gap_is_one():
    assert paired.apply_corrected_t(np.zeros(5), overlap=0.25).p_value == 1
    assert paired.apply_corrected_t(np.full(5, 0.5), overlap=0.25).p_value == 0


def test_the_posterior_is_shared_out_by_students_t():
    difference = paired.apply_corrected_t(GAPS, overlap=1 / 9).difference
    below, within, above = paired.find_posterior(difference, 0.01)
    assert below + within + above == pytest.approx(1)
    # its scale is that of Corani and Benavoli, rho = n_test / n = 1 / 10
    scale = np.sqrt((1 / 10 + 0.1 / 0.9) * GAPS.var(ddof=1))
    posterior = stats.t(9, loc=GAPS.mean(), scale=scale)
    assert below == pytest.approx(posterior.cdf(-0.01))
    assert above == pytest.approx(posterior.sf(0.01))


def test_equivalence_is_shown_exactly_where_the_interval_lies_within():
    for width in np.linspace(0.001, 0.02, 30):
        difference = Estimate(0.002, width, 9, confidence=0.9)
        inside = -0.01 < difference.low and difference.high < 0.01
        assert (paired.apply_equivalence(difference, 0.01) <= 0.05) == inside


def test_the_5x2_f_is_alpaydins():
    outcome = paired.apply_5x2_f(GAPS)
    expected = reference.five_times_two_f(GAPS.reshape(5, 2).tolist())
    assert outcome.statistic == pytest.approx(expected, rel=1e-12)
    assert paired.apply_5x2_f(np.full(10, 0.1)).p_value == 0
    assert paired.apply_5x2_f(np.zeros(10)).p_value == 1


def test_the_5x2_f_rejects_where_alpaydin_says():
    # eq. 3: reject at 5 % where f is above 4.74
    assert stats.f.sf(4.7351, 10, 5) == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize(("only_first", "only_second"), [(0, 0), (3, 9), (12, 12)])
def test_few_disagreements_are_judged_exactly(only_first, only_second):
    first, second = answers(only_first, only_second)
    outcome = paired.apply_mcnemar(first, second)
    expected = reference.exact_mcnemar(only_first, only_second)
    assert outcome.p_value == pytest.approx(expected)


def answers(only_first, only_second, both=50):
    first = [True] * (both + only_first) + [False] * only_second
    second = [True] * both + [False] * only_first + [True] * only_second
    return np.array(first), np.array(second)


def test_many_disagreements_follow_edwards():
    outcome = paired.apply_mcnemar(*answers(40, 20))
    assert outcome.statistic == pytest.approx((20 - 1) ** 2 / 60)
    assert outcome.p_value == pytest.approx(stats.chi2.sf(19**2 / 60, 1))
    assert outcome.difference.value == pytest.approx(20 / 110)
    assert outcome.difference.low > 0


def test_mcnemars_interval_covers():
    rng, covered = np.random.RandomState(0), 0
    for _ in range(500):
        u = rng.uniform(size=200)
        first, second = u < 0.8, (u < 0.7) | (u > 0.95)  # 0.80 against 0.75
        difference = paired.apply_mcnemar(first, second).difference
        covered += difference.low <= 0.05 <= difference.high
    assert 0.92 < covered / 500 < 0.98


def test_holm_rejects_what_the_steps_reject():
    rng = np.random.RandomState(0)
    for _ in range(50):
        p = rng.uniform(size=6) ** 4
        corrected = paired.correct_holm(p)
        for alpha in (0.01, 0.05, 0.2):
            rejected = set(np.flatnonzero(corrected <= alpha).tolist())
            assert rejected == reference.holm(p.tolist(), alpha)


def test_friedmans_test_is_that_of_demsars_formulas():
    table = np.random.RandomState(0).standard_normal((10, 4)) + [0, 0.5, 1, 1]
    friedman = paired.apply_friedman(table)
    ranks, F = reference.friedman_f(table.tolist())
    assert friedman.ranks == pytest.approx(ranks)
    assert friedman.statistic == pytest.approx(F)
    assert friedman.p_value == pytest.approx(stats.f.sf(F, 3, 27))


def test_ties_are_allowed_for_as_scipy_does():
    table = np.random.RandomState(0).randint(4, size=(12, 4)).astype(float)
    chi2 = stats.friedmanchisquare(*table.T).statistic
    F = 11 * chi2 / (12 * 3 - chi2)
    assert paired.apply_friedman(table).statistic == pytest.approx(F)
    assert paired.apply_friedman(np.ones((5, 3))).p_value == 1


def test_wilcoxons_test_is_scipys_and_no_differences_are_no_evidence():
    assert (
        paired.apply_wilcoxon(GAPS) == stats.wilcoxon(GAPS, zero_method="zsplit").pvalue
    )
    assert paired.apply_wilcoxon(np.zeros(6)) == 1
