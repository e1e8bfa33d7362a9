"""Parabolas with absolute values end where no coordinate can gain."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import sparse

from skclassic.kernels.shrinking import shrink_coordinates, shrink_sparse

N, M = 60, 12


def draw(seed):
    """Draw sparse columns, bends, a centre, slopes, a point and limits."""
    rng = np.random.default_rng(seed)
    X = sparse.random(N, M, density=0.3, format="csc", random_state=rng)
    bends = rng.uniform(0.05, 0.25, N) / N
    centre = np.asarray(X.mean(axis=0)).ravel()
    slopes, point = rng.normal(scale=0.02, size=(2, M + 1))
    point[rng.uniform(size=M + 1) < 0.5] = 0.0
    return X, bends, centre, slopes, point, np.append(np.full(M, 0.01), 0.0)


def make_hessian(X, bends, centre, squared):
    """Give the Hessian with the ones of an intercept."""
    Z = np.column_stack([X.toarray() - centre, np.ones(N)])
    return Z.T @ (Z * bends[:, None]) + np.diag(np.append(np.full(M, squared), 0.0))


def descend(hessian, slopes, point, limits):
    """Descend on the Hessian; give the point reached, and the slopes there."""
    aim, pulls = point.copy(), slopes.copy()
    shrink_coordinates(hessian, pulls, aim, limits, 5000, 1e-30, 0.0)
    return aim, pulls


def descend_sparse(X, bends, centre, squared, slopes, point, limits, *, diagonal=None):
    """Descend in place on the columns; give the change of the margins."""
    if diagonal is None:
        diagonal = make_hessian(X, bends, centre, squared).diagonal().copy()
    turns = np.zeros(N)
    moved = shrink_sparse(
        X.data, X.indices, X.indptr, bends, centre, X.T @ bends, diagonal, squared,
        slopes, point.copy(), limits, point, turns, 5000, 1e-30, 0.0,
    )  # fmt: skip
    return turns + moved


@pytest.mark.parametrize("squared", [0.0, 0.01])
@pytest.mark.parametrize("seed", range(5))
def test_no_coordinate_is_pulled_beyond_its_limit(seed, squared):
    X, bends, centre, slopes, point, limits = draw(seed)
    hessian = make_hessian(X, bends, centre, squared)
    aim, pulls = descend(hessian, slopes, point, limits)
    assert_allclose(pulls, slopes + hessian @ (aim - point), atol=1e-12)
    is_free = aim != 0
    assert_allclose(pulls[is_free], -limits[is_free] * np.sign(aim[is_free]), atol=1e-9)
    assert np.all(np.abs(pulls[~is_free]) <= limits[~is_free] + 1e-9)
    assert (aim == 0).any()


@pytest.mark.parametrize("squared", [0.0, 0.01])
@pytest.mark.parametrize("seed", range(5))
def test_columns_lead_where_their_hessian_does(seed, squared):
    X, bends, centre, slopes, point, limits = draw(seed)
    hessian = make_hessian(X, bends, centre, squared)
    (aim, _), other = descend(hessian, slopes, point, limits), point.copy()
    turns = descend_sparse(X, bends, centre, squared, slopes, other, limits)
    assert_allclose(other, aim, atol=1e-9)
    step = other - point
    assert_allclose(turns, X @ step[:-1] + step[-1] - centre @ step[:-1], atol=1e-12)


def test_a_coordinate_without_curvature_stays():
    X, bends, centre, slopes, point, limits = draw(0)
    hessian = make_hessian(X, bends, centre, 0.0)
    hessian[3], hessian[:, 3] = 0.0, 0.0
    (aim, _), other = descend(hessian, slopes, point, limits), point.copy()
    diagonal = hessian.diagonal().copy()
    descend_sparse(X, bends, centre, 0.0, slopes, other, limits, diagonal=diagonal)
    assert aim[3] == other[3] == point[3]
