"""Separation is found where there is one, named by its columns, and nowhere else."""

import time

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from skclassic import _separation as module
from skclassic._separation import describe_separation, find_separation
from tests.references import logistic as slow


def draw_tiny(seed):
    """Draw a few whole-numbered rows, about half of them separated; None if unfit."""
    rng = np.random.RandomState(seed)
    n_classes = 2 + (seed % 3 == 0)
    d = rng.randint(1, 4 if n_classes == 2 else 2)
    n = rng.randint(d + 3, 9)
    has_intercept = bool(rng.randint(2)) or d == 1
    X = rng.randint(-2, 3, size=(n, d)).astype(float)
    codes = rng.randint(n_classes, size=n)
    if rng.uniform() < 0.5:
        codes = (X @ rng.standard_normal((d, n_classes))).argmax(axis=1)
    Z = np.column_stack([X, np.ones(n)]) if has_intercept else X
    is_fit = len(np.unique(codes)) == n_classes
    is_fit = is_fit and np.linalg.matrix_rank(Z) == Z.shape[1]
    return (X, Z, codes, n_classes, has_intercept) if is_fit else None


def measure_margins(found, X, codes):
    """Give how far each row lies beyond the boundary to each other class."""
    scores = X @ found.direction.T + found.intercept
    if scores.shape[1] == 1:
        scores = np.column_stack([np.zeros(len(X)), scores[:, 0]])
    margins = scores[np.arange(len(X)), codes][:, None] - scores
    is_other = np.arange(scores.shape[1]) != codes[:, None]
    return margins[is_other]


def test_tiny_problems_are_judged_as_by_trying_every_edge_of_the_cone():
    met = set()
    for seed in range(60):
        drawn = draw_tiny(seed)
        if drawn is None:
            continue
        X, Z, codes, n_classes, has_intercept = drawn
        kind, changed, opened = slow.separate(Z, codes, n_classes)
        scales = 10.0 ** np.random.RandomState(seed).randint(-4, 5, X.shape[1])
        found = find_separation(X * scales, codes, fit_intercept=has_intercept)
        assert found.kind == kind, seed
        assert bool(found) == (kind != "none")
        met.add((n_classes, kind))
        if not found:
            assert not found.direction.any() and not found.columns
            continue
        lines = changed.reshape(n_classes - 1, -1)[:, : X.shape[1]]
        np.testing.assert_array_equal(found.is_infinite, lines.any(axis=0))
        margins = measure_margins(found, X * scales, codes)
        np.testing.assert_array_equal(margins > 1e-9, opened, err_msg=str(seed))
        assert margins.min() > -1e-9
    assert len(met) == 6  # every kind, of two classes and of three


def test_no_column_named_can_be_spared():
    n_tried = 0
    for seed in range(30):
        drawn = draw_tiny(seed)
        if drawn is None or drawn[3] != 2:
            continue
        X, Z, codes, n_classes, has_intercept = drawn
        found = find_separation(X, codes, fit_intercept=has_intercept)
        for spared in found.columns:
            kept = [c for c in found.columns if c != spared]
            kept += list(range(X.shape[1], Z.shape[1]))
            *_, all_opened = slow.separate(Z, codes, n_classes)
            if kept and np.linalg.matrix_rank(Z[:, kept]) == len(kept):
                *_, opened = slow.separate(Z[:, kept], codes, n_classes)
                assert (opened != all_opened).any(), seed
                n_tried += 1
    assert n_tried > 5


@pytest.fixture
def rows():
    rng = np.random.RandomState(0)
    X = rng.standard_normal((400, 5)) * 10.0 ** np.arange(-4, 5, 2)
    codes = (rng.uniform(size=400) < 0.5).astype(int)
    return X, codes


def test_classes_that_overlap_are_not_separated(rows):
    found = find_separation(*rows)
    assert found.kind == "none" and not found.is_infinite.any()


def test_a_planted_rule_is_found_with_its_columns_alone(rows):
    X, _ = rows
    Z = X / 10.0 ** np.arange(-4, 5, 2)
    codes = (Z[:, 1] - Z[:, 3] > 0.3).astype(int)
    found = find_separation(X, codes)
    assert (found.kind, found.columns) == ("complete", (1, 3))
    assert found.is_infinite.all()
    assert measure_margins(found, X, codes).min() > 0
    assert not found.direction[0, [0, 2, 4]].any()


def test_a_dummy_with_rows_of_one_class_is_named(rows):
    X, codes = rows
    rare = np.zeros(400)
    rare[np.flatnonzero(codes == 1)[:3]] = 1.0
    X = np.column_stack([X[:, :2], rare, X[:, 2:]])
    found = find_separation(X, codes)
    assert (found.kind, found.columns) == ("quasi-complete", (2,))
    np.testing.assert_array_equal(np.flatnonzero(found.is_infinite), [2])
    assert found.direction[0, 2] > 0
    assert measure_margins(found, X, codes).min() >= -1e-12
    text = describe_separation(found, feature_names=list("abcdef"), classes=[0, 1])
    assert "separated in part: a rule on column 'c' alone" in text
    assert "Without a finite estimate: the coefficients of 'c'." in text
    assert "Pass a finite C" in text


def test_one_overlapping_row_ends_a_complete_separation(rows):
    X, _ = rows
    codes = (X[:, 0] > 0).astype(int)
    assert find_separation(X, codes).columns == (0,)
    far = np.argmax(X[:, 0])
    codes[far] = 0
    assert find_separation(X, codes).kind == "none"


def test_a_class_apart_from_the_others_is_named(rows):
    X, _ = rows
    X = X.copy()
    codes = np.random.RandomState(1).randint(3, size=400)
    X[:, 2] += 20.0 * (codes == 2)
    found = find_separation(X, codes)
    assert (found.kind, found.columns) == ("quasi-complete", (2,))
    assert found.pairs == ((0, 2), (1, 2))
    np.testing.assert_allclose(found.direction.sum(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(found.direction[0], found.direction[1], atol=1e-9)
    text = describe_separation(found, feature_names=list("abcde"), classes=list("xyz"))
    assert "Told apart in every row: x and z, y and z." in text


def test_a_rule_on_many_columns_names_the_first_ones():
    X = np.eye(12)[:, :11]
    codes = np.arange(12) % 2
    found = find_separation(X, codes)
    assert found.kind == "complete"
    names = [f"f{j}" for j in range(11)]
    text = describe_separation(found, feature_names=names, classes=[0, 1])
    assert text.startswith("Classes are completely separated: a rule on the columns 'f")


def test_rows_of_no_weight_are_not_there(rows):
    X, _ = rows
    codes = (X[:, 0] > 0).astype(int)
    far = np.argmax(X[:, 0])
    codes[far] = 0
    weights = np.ones(400)
    assert not find_separation(X, codes, weights)
    weights[far] = 0.0
    assert find_separation(X, codes, weights).kind == "complete"


def test_dependent_columns_neither_hide_a_separation_nor_make_one(rows):
    X, codes = rows
    twice = np.column_stack([X, X[:, 0] + X[:, 1], np.ones(400)])
    assert not find_separation(twice, codes)
    codes = (X[:, 1] > 0).astype(int)
    found = find_separation(twice, codes)
    assert (found.kind, found.columns) == ("complete", (1,))
    assert not found.is_infinite[5:].any()


def test_sparse_rows_are_judged_alike(rows):
    X, codes = rows
    X = np.where(np.abs(X) > np.abs(X).mean(axis=0), X, 0.0)
    assert not find_separation(csr_matrix(X), codes)
    codes = (X[:, 1] > 0).astype(int)
    one, other = find_separation(X, codes), find_separation(csr_matrix(X), codes)
    assert one.columns == other.columns == (1,)
    np.testing.assert_allclose(one.direction, other.direction)


def test_more_coefficients_than_can_be_searched_are_left_unjudged(rows, monkeypatch):
    found = find_separation(*rows, at_most=5)
    assert found.kind == "unknown" and not found


def test_without_an_intercept_the_rule_passes_through_zero():
    X = np.array([[1.0], [2.0], [3.0], [4.0]])
    codes = np.array([0, 0, 1, 1])
    assert find_separation(X, codes).kind == "complete"
    assert find_separation(X, codes, fit_intercept=False).kind == "none"


def test_more_coefficients_than_rows_separate():
    rng = np.random.RandomState(2)
    X, codes = rng.standard_normal((15, 40)), np.arange(15) % 3
    found = find_separation(X, codes)
    assert found.kind == "complete"
    assert measure_margins(found, X, codes).min() > 0


def test_programmes_agree_with_proofs_where_both_can_tell(rows, monkeypatch):
    X, codes = rows
    monkeypatch.setattr(module, "_overlap", lambda *_: False)
    assert not find_separation(X, codes)
    assert not find_separation(X, np.arange(400) % 3)


def test_many_rows_that_overlap_are_let_go_by_a_sample_of_them():
    rng = np.random.RandomState(3)
    X = rng.standard_normal((100_000, 30))
    codes = (X @ rng.standard_normal(30) + rng.logistic(size=100_000) > 0).astype(int)
    began = time.perf_counter()
    assert not find_separation(X, codes)
    assert time.perf_counter() - began < 2.0  # 0.05 on a quiet machine


def test_many_rows_that_a_rare_dummy_separates_are_searched_in_seconds():
    rng = np.random.RandomState(4)
    X = rng.standard_normal((50_000, 10))
    codes = (X[:, 0] + rng.logistic(size=50_000) > 0).astype(int)
    X[:, 7] = (rng.uniform(size=50_000) < 1e-3) & (codes == 0)
    began = time.perf_counter()
    found = find_separation(X, codes)
    assert time.perf_counter() - began < 8.0  # 0.4 on a quiet machine
    assert (found.kind, found.columns) == ("quasi-complete", (7,))
