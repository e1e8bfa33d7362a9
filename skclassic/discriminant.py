"""Linear and quadratic discriminant analysis: a Gaussian for each class, Bayes' rule.

Both model P(x, y): how often a class comes, and where its rows lie. One covariance
matrix for all classes makes the boundary between two of them a plane, a matrix for each
a quadric.

Everything is worked out from the counts, means and scatter of the classes
(`skclassic._moments`). These add up, and so models can be fitted in chunks
(`partial_fit`) and added to each other (`merge`).
"""

from numbers import Integral, Real

import numpy as np
from scipy import linalg
from scipy.special import log_softmax
from sklearn.base import (
    ClassifierMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
    clone,
)
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, has_fit_parameter, validate_data

from skclassic import _class_desk as class_desk
from skclassic import _front_desk as front_desk
from skclassic._base import Estimator
from skclassic._blocks import RowBlocks
from skclassic._joint_probabilities import take_logs
from skclassic._linear_classifier import LinearClassifier
from skclassic._losses import share_among_classes
from skclassic._moments import ClassRows

# Eigenvalues of a scatter matrix are off by rounding as a share of the largest. Where
# the least is below this share of it, the rows themselves are decomposed, whose
# singular values are roots of the eigenvalues and keep twice the digits.
WELL_CONDITIONED = 1e-5
ROUNDING = 1e-13  # what is below this share of the largest eigenvalue may be nothing


class _Discriminant(ClassifierMixin, Estimator):
    """Fit Gaussians to classes from moments that add up."""

    _parameter_constraints = {
        "shrinkage": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="both"), None],
        "priors": ["array-like", None],
        "store_covariance": ["boolean"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "covariance_estimator": [HasMethods("fit"), None],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None):
        """Fit a Gaussian to each class.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
            Finite numbers.
        y : array-like of shape (n_samples,)
            Labels.
        sample_weight : array-like of shape (n_samples,), default=None
            At least 0; a row of weight k counts as k rows.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a class, or all classes together, have too few rows for the model, or
            parameters do not go together.
        LinAlgError
            If a covariance matrix that must be inverted is singular.
        """
        X, y = class_desk.receive_dense_classes(self, X, y, at_least=2)
        weights = front_desk.receive_weights(sample_weight, X)
        classes, codes = front_desk.receive_classes(y)
        weights = front_desk.weigh_classes(weights, self.class_weight, y)
        rows = self._receive_rows(X, codes, weights, len(classes))
        class_desk.refuse_weightless_classes(rows.n_rows, classes)
        self._start(classes, X.dtype)
        self._refuse_few(rows.n_rows, rows.counts)
        order, is_pooled = self._choose_moments(rows)
        self._moments = rows.measure(order, is_pooled=is_pooled)
        self._solve(rows)
        return self

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Add rows to those that were fitted, as if all had been there at once.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
            Finite numbers; one row is enough.
        y : array-like of shape (n_samples,)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that may come. Needed at the first call, where nothing was
            fitted before.
        sample_weight : array-like of shape (n_samples,), default=None
            At least 0; a row of weight k counts as k rows.

        Returns
        -------
        self
            It predicts as soon as there are rows enough.

        Raises
        ------
        ValueError
            If `classes` is missing or changes, a label is none of them, or the model
            does not follow from moments (`covariance_estimator`, balanced weights).
        """
        is_first = not hasattr(self, "classes_")
        X, y = class_desk.receive_dense_classes(self, X, y, reset=is_first)
        weights = front_desk.receive_weights(sample_weight, X)
        refuse_what_no_moments_hold(self, "partial_fit")
        classes = class_desk.receive_all_classes(self, classes)
        codes = class_desk.number_labels(y, classes)
        weights = class_desk.weigh_known_classes(
            weights, self.class_weight, classes, codes
        )
        rows = self._receive_rows(X, codes, weights, len(classes))
        self._start(classes, X.dtype if is_first else self._join_dtypes(X.dtype))
        order, is_pooled = self._choose_summable_moments()
        moments = rows.measure(order, is_pooled=is_pooled)
        self._moments = moments if is_first else self._reduce(self).add(moments)
        self._solve_if_possible()
        return self

    @_fit_context(prefer_skip_nested_validation=False)
    def merge(self, other):
        """Return the model of the rows of both: the exact union of two fitted models.

        Parameters
        ----------
        other : estimator of the same class
            Fitted on the same features. It may know other classes.

        Returns
        -------
        estimator
            A new one, with the parameters of this one. Both parts stay as they are.

        Raises
        ------
        TypeError
            If `other` is of another class.
        ValueError
            If the features differ, the labels of both do not go together, or one did
            not keep what the parameters of this one need.
        """
        classes = class_desk.receive_part(self, other)
        refuse_what_no_moments_hold(self, "merge")
        own, others = (
            self._reduce(part).spread(
                np.searchsorted(classes, part.classes_), len(classes)
            )
            for part in (self, other)
        )
        merged = class_desk.begin_union(self, other)
        merged._start(classes, self._join_dtypes(other._dtype))
        merged._moments = own.add(others)
        merged._solve_if_possible()
        return merged

    def _receive_rows(self, X, codes, weights, n_classes):
        X, codes, weights = class_desk.leave_out_weightless(X, codes, weights)
        return ClassRows(X, codes, weights, n_classes=n_classes)

    def _start(self, classes, dtype):
        """Take up classes, and forget what was worked out of earlier moments."""
        self._forget()
        self.classes_, self._dtype, self._not_yet = classes, np.dtype(dtype), ""
        self._check_params()

    def _forget(self):
        for name in self._solved:
            vars(self).pop(name, None)

    def _join_dtypes(self, dtype):
        return np.result_type(self._dtype, dtype)

    def _reduce(self, estimator):
        """Return what a model kept, reduced to what this one's parameters need."""
        order, is_pooled = self._choose_summable_moments()
        moments = estimator._moments
        refuse_missing_moments(moments, order, is_pooled)
        return moments.pool() if is_pooled else moments.restrict(order)

    def _choose_summable_moments(self):
        """Return the highest moment that is needed, and whether pooled is enough."""
        if self.shrinkage == "auto":
            return 4, False
        return 2, not self._needs_each_scatter()

    def _solve_if_possible(self):
        """Work out the model; where rows are too few yet, note what is missing."""
        try:
            self._refuse_few(self._moments.n_rows, self._moments.counts)
            self._solve(None)
        except ValueError as missing:  # LinAlgError is one
            self._forget()
            self._not_yet = str(missing)

    def _require_solution(self):
        if hasattr(self, "means_"):
            return
        check_is_fitted(self, "classes_")
        if self._not_yet:
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet: the rows so "
                f"far are too few. {self._not_yet} Add rows by partial_fit or merge."
            )

    def __sklearn_is_fitted__(self):
        return hasattr(self, "classes_") and not self._not_yet

    def _estimate_covariances(self, rows):
        """Return the covariance matrix of each class: (n_classes, p, p)."""
        if self.covariance_estimator is not None:
            each = [rows.of_class(k) for k in range(len(self.classes_))]
            return np.array([self._ask_estimator(rows, places) for places in each])
        return shrink(self._moments, self.shrinkage)

    def _choose_moments(self, rows):
        """Return the highest moment that a fit needs, and whether pooled is enough."""
        if self.covariance_estimator is not None:
            return 1, False
        return self._choose_summable_moments()

    def _ask_estimator(self, rows, places):
        """Return the covariance matrix that the user's estimator makes of some rows."""
        estimator = clone(self.covariance_estimator, safe=False)
        X = rows.X[places]
        if rows.weights is None:
            estimator.fit(X)
        else:
            require_weights(estimator)
            estimator.fit(X, sample_weight=rows.weights[places])
        if not hasattr(estimator, "covariance_"):
            raise ValueError(
                f"{type(estimator).__name__} does not have a covariance_ attribute "
                "after fit. Pass a covariance estimator, as in sklearn.covariance."
            )
        return np.atleast_2d(estimator.covariance_)


class LinearDiscriminantAnalysis(
    ClassNamePrefixFeaturesOutMixin, TransformerMixin, _Discriminant, LinearClassifier
):
    """Tell classes apart by Gaussians that share one covariance matrix.

    Parameters
    ----------
    solver : {"svd", "lsqr", "eigen"}, default="svd"
        "svd" works on standardised columns and passes over directions without spread;
        "lsqr" solves for the coefficients only; "eigen" solves for the directions that
        part the classes best. The last two take shrinkage.
    shrinkage : "auto", float in [0, 1] or None, default=None
        How far covariance matrices are moved towards a multiple of the identity;
        "auto" after Ledoit and Wolf, on standardised columns of each class.
    priors : array-like of shape (n_classes,), default=None
        Prior probabilities; None takes the shares of the weights.
    n_components : int, default=None
        How many directions `transform` gives; None for
        ``min(n_classes - 1, n_features)``.
    store_covariance : bool, default=False
        Whether "svd" keeps `covariance_` as well. The other solvers always do.
    tol : float, default=1e-4
        "svd" takes a direction of the standardised rows for constant within classes
        if its spread (a singular value) is not above this.
    covariance_estimator : estimator, default=None
        Takes the place of shrinkage: its `fit` leaves `covariance_`. It is cloned. For
        "lsqr" and "eigen".
    class_weight : dict, "balanced" or None, default=None
        What the rows of each class count. "balanced" makes all classes count alike.

    Attributes
    ----------
    coef_ : ndarray of shape (1 or n_classes, n_features)
    intercept_ : ndarray of shape (1 or n_classes,)
    covariance_ : ndarray of shape (n_features, n_features)
        Those of the classes, averaged by `priors_`.
    explained_variance_ratio_ : ndarray of shape (n_components,)
        Share of the variance between classes; not with "lsqr".
    means_ : ndarray of shape (n_classes, n_features)
    priors_ : ndarray of shape (n_classes,)
    scalings_ : ndarray of shape (n_features, rank)
        Directions, scaled to a variance of 1 within classes; not with "lsqr".
    xbar_ : ndarray of shape (n_features,)
        The means of the classes, averaged by `priors_`; with "svd" only.
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    QuadraticDiscriminantAnalysis : A covariance matrix for each class.

    Notes
    -----
    `partial_fit` and `merge` need no rows but only sums of products, so that all
    solvers and shrinkages go with them; a `covariance_estimator` does not. A single
    `fit` decomposes the rows themselves where their scatter is nearly singular and
    "svd" would lose digits; after `partial_fit` and `merge` there are none, and spreads
    below 3e-7 of the largest are taken for none.

    References
    ----------
    .. [1] R. A. Fisher (1936), The use of multiple measurements in taxonomic problems.
    .. [2] T. Hastie, R. Tibshirani, J. Friedman (2009), The Elements of Statistical
       Learning, section 4.3.
    .. [3] O. Ledoit, M. Wolf (2004), A well-conditioned estimator for
       large-dimensional covariance matrices.

    Examples
    --------
    >>> from skclassic import LinearDiscriminantAnalysis
    >>> X = [[0.0], [2.0], [6.0], [8.0]]
    >>> model = LinearDiscriminantAnalysis().fit(X, ["low", "low", "high", "high"])
    >>> model.predict([[3.9], [4.1]])
    array(['low', 'high'], dtype='<U4')
    """

    _parameter_constraints = {
        **_Discriminant._parameter_constraints,
        "solver": [StrOptions({"svd", "lsqr", "eigen"})],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
    }
    _solved = (
        "coef_",
        "intercept_",
        "covariance_",
        "explained_variance_ratio_",
        "means_",
        "priors_",
        "scalings_",
        "xbar_",
    )

    def __init__(
        self,
        solver="svd",
        shrinkage=None,
        priors=None,
        n_components=None,
        store_covariance=False,
        tol=1e-4,
        covariance_estimator=None,
        *,
        class_weight=None,
    ):
        self.solver = solver
        self.shrinkage = shrinkage
        self.priors = priors
        self.n_components = n_components
        self.store_covariance = store_covariance
        self.tol = tol
        self.covariance_estimator = covariance_estimator
        self.class_weight = class_weight

    def _check_params(self):
        """Refuse parameters that do not go together, and count the components."""
        refuse_solver_without_shrinkage(
            self,
            "covariance estimator is not supported with svd solver. Try another solver",
        )
        if self.priors is not None:
            class_desk.receive_raw_priors(self.priors, len(self.classes_), np.float64)
        most = min(len(self.classes_) - 1, self.n_features_in_)
        if self.n_components is not None and self.n_components > most:
            raise ValueError(
                "n_components cannot be larger than min(n_features, n_classes - 1), "
                f"got {self.n_components}: there are {most} directions. Pass "
                f"n_components={most} or less."
            )
        self._max_components = most if self.n_components is None else self.n_components
        self._n_features_out = self._max_components

    def _refuse_few(self, n_rows, counts):
        if n_rows.sum() <= np.count_nonzero(n_rows):
            raise ValueError(
                "The number of samples must be more than the number of classes, got "
                f"{n_rows.sum()} rows of {np.count_nonzero(n_rows)} classes."
            )
        if self.priors is not None:
            class_desk.refuse_weightless_classes(n_rows, self.classes_)

    def _needs_each_scatter(self):
        """Tell whether covariance matrices are averaged by priors of the user's."""
        keeps = self.solver != "svd" or self.store_covariance
        return keeps and self.priors is not None

    def _choose_moments(self, rows):
        """Return the highest moment that a fit needs, and whether pooled is enough.

        A wide table is smaller than a matrix of products of its columns.
        """
        is_wide = rows.X.shape[0] <= rows.X.shape[1]
        if self.solver == "svd" and not self.store_covariance and is_wide:
            return 1, False
        return super()._choose_moments(rows)

    def _solve(self, rows):
        """Work out the model; `rows` is None where only moments are left."""
        self._keep_priors_and_means()
        solve = {"svd": self._solve_svd, "lsqr": self._solve_lsqr}
        coef, intercept = solve.get(self.solver, self._solve_eigen)(rows)
        dtype = self._dtype if self.solver == "svd" else np.float64
        if len(self.classes_) == 2:
            coef, dtype = coef[1:] - coef[:1], self._dtype
            with np.errstate(invalid="ignore"):
                intercept = intercept[1:] - intercept[:1]
        self.coef_, self.intercept_ = coef.astype(dtype), intercept.astype(dtype)
        for name in ("priors_", "means_", "xbar_"):
            if hasattr(self, name):
                setattr(self, name, getattr(self, name).astype(self._dtype))

    def _keep_priors_and_means(self):
        """Keep the priors, and the means; a class without rows has the mean of all."""
        n = self._moments.counts
        self.priors_, self.means_ = n / n.sum(), self._moments.means
        if (n == 0).any():
            self.means_ = np.where(
                n[:, None] > 0, self.means_, self.priors_ @ self.means_
            )
        if self.priors is None:
            return
        priors = class_desk.receive_raw_priors(self.priors, len(n), np.float64)
        if abs(priors.sum() - 1) > 1e-5:
            front_desk.warn("The priors do not sum to 1. Renormalizing")
            priors = priors / priors.sum()
        self.priors_ = priors

    def _average_covariance(self, rows):
        """Return the covariance matrix within classes: sum_k priors_k C_k."""
        if self._moments.is_pooled:
            return shrink(self._moments, self.shrinkage)[0]
        return np.tensordot(self.priors_, self._estimate_covariances(rows), 1)

    def _solve_lsqr(self, rows):
        """Solve ``S w_k = m_k`` for the coefficients of each class."""
        self.covariance_ = self._average_covariance(rows)
        coef = solve_symmetric(self.covariance_, self.means_.T).T
        return coef, self._place_intercept(coef)

    def _place_intercept(self, coef):
        """Return ``log p_k - m_k' w_k / 2``."""
        return take_logs(self.priors_) - 0.5 * np.sum(self.means_ * coef, axis=1)

    def _solve_eigen(self, rows):
        """Find the directions in which the variance between is most of that within."""
        within = self.covariance_ = self._average_covariance(rows)
        total = self._estimate_total_covariance(rows)
        try:
            ratios, directions = linalg.eigh(total - within, within)
        except linalg.LinAlgError:
            raise linalg.LinAlgError(
                "solver='eigen' must have a covariance matrix within classes that can "
                "be inverted, got one of columns that hang together: not positive "
                "definite. Set shrinkage, or choose solver='svd'."
            ) from None
        directions = directions[:, ::-1]
        shares = np.sort(take_shares(ratios))[::-1]  # their sum may be below 0
        self.explained_variance_ratio_ = shares[: self._max_components]
        self.scalings_ = directions
        coef = self.means_ @ directions @ directions.T
        return coef, self._place_intercept(coef)

    def _estimate_total_covariance(self, rows):
        if self.covariance_estimator is not None:
            return self._ask_estimator(rows, slice(None))
        return shrink(self._moments.in_one(), self.shrinkage)[0]

    def _solve_svd(self, rows):
        """Make the spread within classes a sphere, and find how the means lie there."""
        if self.store_covariance:
            self.covariance_ = self._average_covariance(rows)
        self.xbar_ = self.priors_ @ self.means_
        apart = (self.means_ - self.xbar_) + self._moments.rests
        apart -= self.priors_ @ apart
        sphere = self._find_sphere(rows)
        n_others = max(1, len(self.classes_) - 1)
        roots = np.sqrt(self._moments.counts.sum() * self.priors_ / n_others)
        spread, turn = find_main_axes((roots[:, np.newaxis] * apart) @ sphere)
        rank = np.count_nonzero(spread > self.tol * spread.max(initial=0.0))
        scalings = orient(sphere @ turn[:, :rank], apart)
        self.explained_variance_ratio_ = take_shares(spread**2)[: self._max_components]
        coef = apart @ scalings
        intercept = take_logs(self.priors_) - 0.5 * np.sum(coef**2, axis=1)
        coef = coef @ scalings.T
        self.scalings_ = scalings
        self._n_features_out = min(self._max_components, rank)
        for name in ("explained_variance_ratio_", "scalings_"):
            setattr(self, name, getattr(self, name).astype(self._dtype))
        return coef, intercept - self.xbar_ @ coef.T

    def _find_sphere(self, rows):
        """Return W of shape (n_features, rank) with ``W' S W = I`` within classes."""
        if self._moments.order == 1:
            deviations, spread, axes = self._decompose_rows(rows)
        else:
            deviations, spread, axes = self._decompose_scatter(rows)
        rank = np.count_nonzero(spread > self.tol)
        if rank == 0:
            raise linalg.LinAlgError(
                "No column varies within the classes, and solver='svd' measures "
                "distances by that. Choose solver='lsqr' or another model."
            )
        return axes[:, :rank] / deviations[:, np.newaxis] / spread[:rank]

    def _decompose_rows(self, rows):
        """Return standard deviations, and singular values and axes of scaled rows."""
        centred = rows.centre(self._moments.means)
        centred /= np.sqrt(self._moments.counts.sum())
        deviations = np.sqrt(np.sum(centred**2, axis=0))
        deviations = self._pass_over_constants(deviations)
        return deviations, *find_main_axes(centred / deviations)

    def _decompose_scatter(self, rows):
        """Return the same from eigenvalues of the scatter, if these are accurate."""
        second, n = self._moments.second.sum(axis=0), self._moments.counts.sum()
        deviations = self._pass_over_constants(np.sqrt(np.diagonal(second) / n))
        values, axes = np.linalg.eigh(second / n / np.outer(deviations, deviations))
        values, axes = values[::-1], axes[:, ::-1]
        if rows is None:
            values = np.where(values > ROUNDING * values[0], values, 0.0)
        elif is_doubtful(values, self.tol**2):
            return self._decompose_rows(rows)
        return deviations, np.sqrt(np.maximum(values, 0.0)), axes

    def _pass_over_constants(self, deviations):
        """Return 1 for a standard deviation that is nothing but rounding."""
        largest = np.abs(self._moments.means).max(axis=0)
        return np.where(is_nothing(deviations, largest), 1.0, deviations)

    def transform(self, X):
        """Project rows on the directions that part the classes best.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            Fewer columns where the means span fewer directions ("svd").

        Raises
        ------
        NotImplementedError
            With ``solver="lsqr"``, which finds no directions.
        """
        if self.solver == "lsqr":
            raise NotImplementedError(
                "transform not implemented for 'lsqr' solver (use 'svd' or 'eigen')."
            )
        self._require_solution()
        X = validate_data(self, X, reset=False)
        if self.solver == "svd":
            X = X - self.xbar_
        return X @ self.scalings_[:, : self._max_components]

    def predict_log_proba(self, X):
        """Return logarithms of `predict_proba`, finite: that of 0 is about -708."""
        shares = self.predict_proba(X)
        return np.log(np.where(shares == 0, np.finfo(shares.dtype).tiny, shares))


class QuadraticDiscriminantAnalysis(_Discriminant):
    """Tell classes apart by Gaussians with a covariance matrix each.

    Parameters
    ----------
    solver : {"svd", "eigen"}, default="svd"
        "svd" takes `reg_param`, "eigen" shrinkage.
    shrinkage : "auto", float in [0, 1] or None, default=None
        How far covariance matrices are moved towards a multiple of the identity;
        "auto" after Ledoit and Wolf, on standardised columns of each class.
    priors : array-like of shape (n_classes,), default=None
        Prior probabilities; None takes the shares of the weights.
    reg_param : float in [0, 1], default=0.0
        How far the variances along the principal axes are moved towards 1 ("svd").
    store_covariance : bool, default=False
        Whether to keep `covariance_`.
    tol : float, default=1e-4
        A class with a variance not above this along a principal axis is refused.
    covariance_estimator : estimator, default=None
        Takes the place of shrinkage: its `fit` leaves `covariance_`. It is cloned. For
        "eigen".
    class_weight : dict, "balanced" or None, default=None
        What the rows of each class count. "balanced" makes all classes count alike.

    Attributes
    ----------
    covariance_ : list of n_classes ndarrays of shape (n_features, n_features)
        With ``store_covariance=True`` only.
    means_ : ndarray of shape (n_classes, n_features)
    priors_ : ndarray of shape (n_classes,)
    rotations_ : list of n_classes ndarrays of shape (n_features, n_features)
        Principal axes in columns.
    scalings_ : list of n_classes ndarrays of shape (n_features,)
        Variances along the axes, the largest first.
    classes_ : ndarray of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    LinearDiscriminantAnalysis : One covariance matrix for all classes.

    Notes
    -----
    `partial_fit` and `merge` need no rows but only sums of products, so that both
    solvers and all shrinkages go with them; a `covariance_estimator` does not. A single
    `fit` decomposes the rows themselves where their scatter is nearly singular and
    "svd" would lose digits; after `partial_fit` and `merge` there are none.

    References
    ----------
    .. [1] T. Hastie, R. Tibshirani, J. Friedman (2009), The Elements of Statistical
       Learning, section 4.3.

    Examples
    --------
    >>> from skclassic import QuadraticDiscriminantAnalysis
    >>> X = [[-1.0], [1.0], [-9.0], [9.0]]
    >>> model = QuadraticDiscriminantAnalysis().fit(X, ["in", "in", "out", "out"])
    >>> model.predict([[-5.0], [0.0], [5.0]])
    array(['out', 'in', 'out'], dtype='<U3')
    """

    _parameter_constraints = {
        **_Discriminant._parameter_constraints,
        "solver": [StrOptions({"svd", "eigen"})],
        "reg_param": [Interval(Real, 0, 1, closed="both")],
    }
    _solved = ("covariance_", "means_", "priors_", "rotations_", "scalings_")

    def __init__(
        self,
        *,
        solver="svd",
        shrinkage=None,
        priors=None,
        reg_param=0.0,
        store_covariance=False,
        tol=1e-4,
        covariance_estimator=None,
        class_weight=None,
    ):
        self.solver = solver
        self.shrinkage = shrinkage
        self.priors = priors
        self.reg_param = reg_param
        self.store_covariance = store_covariance
        self.tol = tol
        self.covariance_estimator = covariance_estimator
        self.class_weight = class_weight

    def _check_params(self):
        """Refuse parameters that do not go together, or not with the data."""
        n_classes = len(self.classes_)
        if n_classes < 2:
            raise ValueError(
                "The number of classes has to be greater than one. Got "
                f"{n_classes} class."
            )
        refuse_solver_without_shrinkage(
            self,
            "covariance_estimator is not supported with solver='svd'. Try "
            "solver='eigen' instead.",
        )
        if self.priors is not None:
            class_desk.receive_raw_priors(self.priors, n_classes, np.float64)

    def _refuse_few(self, n_rows, counts):
        class_desk.refuse_weightless_classes(n_rows, self.classes_)
        for k in np.flatnonzero(n_rows == 1):
            raise ValueError(
                f"y has only 1 sample in class {self.classes_[k]}, covariance is ill "
                "defined."
            )
        if self.solver == "svd":
            for k, n in enumerate(
                np.maximum(n_rows, counts)
            ):  # a weight of 3 is 3 rows
                self._refuse_thin(k, n, least=self.n_features_in_)

    def _needs_each_scatter(self):
        return True

    def _solve(self, rows):
        """Find the principal axes of each class and the variances along them."""
        n = self._moments.counts
        self.priors_ = n / n.sum()
        if self.priors is not None:
            self.priors_ = class_desk.receive_raw_priors(
                self.priors, len(n), np.float64
            )
        self.means_ = self._moments.means.astype(self._dtype)
        if self.solver == "svd":
            values, axes = np.linalg.eigh(self._moments.second / n[:, None, None])
            found = [
                self._solve_svd(k, rows, values[k], axes[k]) for k in range(len(n))
            ]
        else:
            found = [*map(self._solve_eigen, self._estimate_covariances(rows))]
        scalings, rotations, covariances = map(list, zip(*found, strict=True))
        self._refuse_flat(scalings)
        self.scalings_, self.rotations_ = scalings, rotations
        if self.store_covariance:
            self.covariance_ = covariances

    def _solve_eigen(self, covariance):
        values, axes = linalg.eigh(covariance)
        return values[::-1], axes[:, ::-1], covariance

    def _solve_svd(self, k, rows, values, axes):
        """Return variances, axes and covariance matrix of a class, regularised.

        `values` and `axes` are the eigenvalues, the least first, and eigenvectors of
        its covariance matrix.
        """
        n, ridge = self._moments.counts[k], self.reg_param
        values, axes = np.maximum(values[::-1], 0.0), axes[:, ::-1]
        if rows is not None and is_doubtful((1 - ridge) * values + ridge, 0.0):
            centred = rows.centre(self._moments.means, rows.of_class(k))
            spread, axes = find_main_axes(centred)
            values = spread**2 / n
        values = ((1 - ridge) * values + ridge).astype(self._dtype)
        axes = axes.astype(self._dtype)
        covariance = (axes * values) @ axes.T if self.store_covariance else None
        return values, axes, covariance

    def _refuse_flat(self, scalings):
        """Raise for a class that has no spread in some direction."""
        n_features = self.n_features_in_
        for k, values in enumerate(scalings):
            if np.count_nonzero(values > self.tol) == n_features:
                continue
            if self.solver == "svd":
                self._refuse_thin(k, self._moments.n_rows[k], least=n_features + 1)
            lever = "shrinkage" if self.solver == "eigen" else "reg_param"
            raise linalg.LinAlgError(
                f"The covariance matrix of class {self.classes_[k]} is not full rank. "
                f"Increase the value of `{lever}` to reduce the collinearity."
            )

    def _refuse_thin(self, k, n, *, least):
        """Raise for a class of fewer rows than an ellipsoid needs."""
        if n >= least:
            return
        label = self.classes_[k]
        raise linalg.LinAlgError(
            f"The covariance matrix of class {label} is not full rank. When using "
            "`solver='svd'` the number of samples in each class should be more than "
            f"the number of features, but class {label} has {n:g} samples and "
            f"{self.n_features_in_} features. Try using `solver='eigen'` and setting "
            "the parameter `shrinkage` for regularization."
        )

    def _score_classes(self, X):
        """Return log prior + log density, up to a constant: (n_samples, n_classes)."""
        self._require_solution()
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        scores = np.empty((len(self.classes_), len(X))).T
        each = [
            (mean, axes * variances**-0.5)
            for mean, axes, variances in zip(
                self.means_, self.rotations_, self.scalings_, strict=True
            )
        ]

        def score(blocks):
            for block in blocks:
                for k, (mean, whiten) in enumerate(each):
                    white = (X[block] - mean) @ whiten
                    scores[block, k] = np.einsum("ij,ij->i", white, white)

        n_rows, n_features = X.shape
        with RowBlocks(n_rows, 3 * n_features).in_threads() as run:  # two copies of it
            run(score)
        log_volumes = np.sum(np.log(self.scalings_), axis=1)
        scores += log_volumes - 2 * take_logs(self.priors_)
        scores *= -0.5
        return scores

    def decision_function(self, X):
        """Return log posterior probabilities, up to a constant of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            With two classes, log P(second) - log P(first).
        """
        scores = self._score_classes(X)
        return scores[:, 1] - scores[:, 0] if scores.shape[1] == 2 else scores

    def predict(self, X):
        """Return the most probable class of each row: ndarray of shape (n_samples,)."""
        codes = self._score_classes(X).argmax(axis=1)
        return self.classes_.take(codes)

    def predict_proba(self, X):
        """Return posterior probabilities: ndarray of shape (n_samples, n_classes)."""
        return share_among_classes(self._score_classes(X).T).T

    def predict_log_proba(self, X):
        """Return logarithms of posterior probabilities, of the same shape."""
        return log_softmax(self._score_classes(X), axis=1)


def shrink(moments, shrinkage):
    """Return covariance matrices, moved towards a multiple of the identity.

    Parameters
    ----------
    moments : Moments
        Up to the fourth with "auto", else to the second.
    shrinkage : float, "auto" or None

    Returns
    -------
    float64 array of shape (n_classes, n_features, n_features); of one matrix, if the
    moments are pooled
    """
    n = moments.counts.sum(keepdims=True) if moments.is_pooled else moments.counts
    covariances = np.divide(
        moments.second,
        n[:, np.newaxis, np.newaxis],
        out=np.zeros_like(moments.second),
        where=n[:, np.newaxis, np.newaxis] > 0,
    )
    if shrinkage is None:
        return covariances
    if shrinkage != "auto":
        return np.array([move_to_sphere(each, shrinkage) for each in covariances])
    return np.array(
        [
            shrink_as_needed(covariances[k], n[k], moments.fourth[k], moments.means[k])
            for k in range(len(n))
        ]
    )


def move_to_sphere(covariance, share):
    """Return ``(1 - share) C + share mu I``, with mu the mean variance."""
    moved = (1 - share) * covariance
    moved[np.diag_indices_from(moved)] += share * np.trace(covariance) / len(moved)
    return moved


def shrink_as_needed(covariance, n, fourth, mean):
    """Return a covariance matrix, shrunk after Ledoit and Wolf on standardised columns.

    Parameters
    ----------
    covariance : float64 array of shape (n_features, n_features)
    n : float
        Rows, or the sum of their weights.
    fourth : float64 array of shape (n_features, n_features)
        Sums of d_i^2 d_j^2.
    mean : float64 array of shape (n_features,)

    Returns
    -------
    float64 array of shape (n_features, n_features)

    References
    ----------
    Ledoit and Wolf (2004), section 3.3: d^2 is the distance from the sphere, b^2 the
    error of S.
    """
    p = len(covariance)
    if p == 1 or n == 0:
        return covariance
    deviations = np.sqrt(np.diagonal(covariance))
    deviations = np.where(is_nothing(deviations, np.abs(mean)), 1.0, deviations)
    scale = np.outer(deviations, deviations)
    S = covariance / scale
    squares = np.sum(S**2)
    d2 = (squares - np.trace(S) ** 2 / p) / p
    b2 = min((np.sum(fourth / scale**2) / n - squares) / (n * p), d2)
    return scale * move_to_sphere(S, b2 / d2 if b2 != 0 else 0.0)


def is_nothing(deviations, means):
    """Tell whether standard deviations are no more than the rounding of the means."""
    return deviations <= 10 * np.finfo(np.float64).eps * means


def is_doubtful(values, least):
    """Tell whether eigenvalues of a scatter matrix are too rough to go by.

    Parameters
    ----------
    values : float64 array of shape (n,)
        The largest first.
    least : float
        Those not above it count as 0.

    Returns
    -------
    bool
        Whether some eigenvalue is small, and not clearly below `least`.
    """
    rounding = ROUNDING * values[0]
    is_small = values < WELL_CONDITIONED * values[0]
    return bool(np.any(is_small & (values + rounding > least / 4)))


def solve_symmetric(matrix, right):
    """Solve linear equations; by least squares where the matrix is nearly singular.

    Parameters
    ----------
    matrix : float64 array of shape (n, n)
        Symmetric, with no eigenvalue below 0.
    right : float64 array of shape (n, n_right)

    Returns
    -------
    float64 array of shape (n, n_right)
    """
    factor, failed = linalg.lapack.dpotrf(matrix)
    if not failed:
        condition, _ = linalg.lapack.dpocon(factor, np.abs(matrix).sum(axis=0).max())
        if condition > WELL_CONDITIONED:
            return linalg.cho_solve((factor, False), right)
    return linalg.lstsq(matrix, right)[0]


def find_main_axes(rows):
    """Return singular values and right singular vectors of a table.

    Parameters
    ----------
    rows : float64 array of shape (n_rows, n_columns)

    Returns
    -------
    spread : float64 array of shape (min(n_rows, n_columns),)
        The largest first.
    axes : float64 array of shape (n_columns, min(n_rows, n_columns))
    """
    if rows.shape[0] > rows.shape[1]:
        rows = np.linalg.qr(rows, mode="r")
    _, spread, axes = linalg.svd(rows, full_matrices=False)
    return spread, axes.T


def orient(axes, means):
    """Turn axes about so that the mean that lies farthest out has a positive sign.

    Of means equally far out it is that of the last class: with two classes, values rise
    towards the second.

    Parameters
    ----------
    axes : float64 array of shape (n_features, n_axes)
    means : float64 array of shape (n_classes, n_features)
        Less their mean.

    Returns
    -------
    float64 array of shape (n_features, n_axes)
    """
    places = means @ axes
    if len(places) == 2:
        return axes * np.where(places[1] < 0, -1.0, 1.0)
    farthest = np.abs(places).argmax(axis=0)
    return axes * np.where(places[farthest, np.arange(axes.shape[1])] < 0, -1.0, 1.0)


def take_shares(values):
    """Return the shares of the sum, none of 0."""
    with np.errstate(invalid="ignore"):
        return values / np.sum(values)


def refuse_solver_without_shrinkage(estimator, message):
    """Raise for shrinkage, or a covariance estimator, with the solver "svd"."""
    shrinkage, own = estimator.shrinkage, estimator.covariance_estimator
    if estimator.solver == "svd" and shrinkage is not None:
        raise NotImplementedError("shrinkage not supported with 'svd' solver.")
    if estimator.solver == "svd" and own is not None:
        raise ValueError(message)
    if own is not None and shrinkage is not None and shrinkage != 0:
        raise ValueError(
            "covariance_estimator and shrinkage parameters are not None. Only one of "
            "the two can be set."
        )


def require_weights(estimator):
    """Raise unless a covariance estimator takes weights."""
    if not has_fit_parameter(estimator, "sample_weight"):
        raise ValueError(
            f"covariance_estimator={estimator!r} takes no weights in fit. Leave "
            "sample_weight and class_weight out, or choose shrinkage instead."
        )


def refuse_what_no_moments_hold(estimator, action):
    """Raise for parameters that need all rows at once."""
    if estimator.covariance_estimator is not None:
        raise ValueError(
            f"{action} keeps sums of products, and covariance_estimator needs rows. "
            "Pass all rows to fit, or choose shrinkage instead."
        )
    if action == "partial_fit" and estimator.class_weight == "balanced":
        raise ValueError(
            "class_weight='balanced' depends on all rows, and partial_fit sees a part. "
            "Pass a dict of weights, or all rows to fit."
        )


def refuse_missing_moments(moments, order, is_pooled):
    """Raise where an earlier fit kept less than is now needed."""
    if moments.order == 1:
        raise ValueError(
            "The model keeps no scatter of its rows, as `fit` does with "
            "covariance_estimator, or with solver='svd' and no more rows than "
            "columns. Fit it by partial_fit."
        )
    if moments.order < order:
        raise ValueError(
            "shrinkage='auto' needs fourth moments, and a model fitted with another "
            "shrinkage keeps none. Fit both with shrinkage='auto'."
        )
    if moments.is_pooled and not is_pooled:
        raise ValueError(
            "The parameters need the scatter of each class, and the model keeps that "
            "of all classes together. Fit it with the same priors and shrinkage."
        )
