"""Learn how each class looks, one feature at a time, and turn it round: naive Bayes.

Within a class the features are taken to be independent, so that

    p(x, c) = p(c) p(x_1 | c) ... p(x_d | c),    p(c | x) = p(x, c) / p(x).

The three classes differ in p(x_j | c): a normal distribution, a share of counts, or a
table of categories. What they have seen is kept as sums, so that models of parts of the
data are added up exactly.
"""

from abc import abstractmethod
from numbers import Integral, Real

import numpy as np
from scipy.sparse import issparse
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclassic import _class_desk as class_desk
from skclassic import _front_desk as front_desk
from skclassic._class_counts import count_categories, count_words
from skclassic._class_moments import gather_moments
from skclassic._gaussian_densities import JointDensities
from skclassic._joint_probabilities import JointClassifier, sum_classes, take_logs


class _BaseNaiveBayes(JointClassifier):
    """See the rows of each class, in one go or in parts, and keep what was seen."""

    @abstractmethod
    def _receive(self, X, y, *, reset):
        """Return X as an array, dense or CSR, and y of as many rows."""

    @abstractmethod
    def _see(self, X, codes, n_classes, weights):
        """Return sums over the rows of each class, with `join` and `spread`."""

    @abstractmethod
    def _keep(self, classes, seen):
        """Turn what was seen into the attributes of the fitted model."""

    def _receive_all_classes(self, classes):
        """Return the classes that parts of the data may hold, sorted."""
        return class_desk.receive_all_classes(self, classes)

    @_fit_context(prefer_skip_nested_validation=True)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None):
        """Learn how the rows of each class look.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels.
        sample_weight : array-like of shape (n_samples,), default=None
            A row of weight k counts as k rows; at least 0.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X, y or the weights are malformed, or priors do not fit the classes.
        """
        X, y = self._receive(X, y, reset=True)
        classes, codes = front_desk.receive_classes(y)
        weights = class_desk.receive_counts_of_rows(sample_weight, X)
        return self._keep(classes, self._see(X, codes, len(classes), weights))

    @_fit_context(prefer_skip_nested_validation=True)
    @front_desk.leave_nothing_half_fitted
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Learn from more rows; what was learnt before stays.

        The model is that of one fit on all rows so far.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels, of classes named in the first call.
        classes : array-like of shape (n_classes,), default=None
            All labels there will be. Needed in the first call only.
        sample_weight : array-like of shape (n_samples,), default=None
            A row of weight k counts as k rows; at least 0.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            As `fit`; and if `classes` are missing in the first call or differ in a
            later one, or y holds others.
        """
        is_first = not hasattr(self, "classes_")
        classes = self._receive_all_classes(classes)
        X, y = self._receive(X, y, reset=is_first)
        codes = class_desk.number_labels(y, classes)
        weights = class_desk.receive_counts_of_rows(sample_weight, X)
        seen = self._see(X, codes, len(classes), weights)
        return self._keep(classes, seen if is_first else self._seen.join(seen))

    @_fit_context(prefer_skip_nested_validation=True)
    def merge(self, other):
        """Return the model of the rows of both: the exact union of two fitted models.

        Parameters
        ----------
        other : estimator
            Fitted, of the same class and features. It may know other classes.

        Returns
        -------
        estimator
            A new one, with the parameters of this one. Both parts stay as they are.

        Raises
        ------
        TypeError
            If `other` is of another class.
        ValueError
            If the features differ, or the labels of both do not go together.
        """
        classes = class_desk.receive_part(self, other)
        parts = [
            part._seen.spread(np.searchsorted(classes, part.classes_), len(classes))
            for part in (self, other)
        ]
        merged = class_desk.begin_union(self, other)
        return merged._keep(classes, parts[0].join(parts[1]))


class GaussianNB(_BaseNaiveBayes):
    """Tell classes apart whose features are independent and normally distributed.

    Missing values (NaN) are marginalised out: where features are independent, the
    probability of the values that are there is the product of their own densities. So a
    missing value takes no part, neither in `fit` nor in a prediction.

    Parameters
    ----------
    priors : array-like of shape (n_classes,), default=None
        Probabilities of the classes; None for their shares of the rows.
    var_smoothing : float, default=1e-9
        This share of the largest variance of a feature is added to all variances.
    covariance : {"class", "shared"}, default="class"
        Whether each class has variances of its own, or all share them, as in linear
        discriminant analysis. Then the boundaries are planes, and the model is the
        generative twin of logistic regression.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    class_count_ : ndarray of shape (n_classes,)
        Weight of the rows of each class.
    class_prior_ : ndarray of shape (n_classes,)
        Probabilities of the classes.
    theta_ : ndarray of shape (n_classes, n_features)
        Means. Where a class has rows, but no value of a feature: that of all classes;
        NaN where nobody has one.
    var_ : ndarray of shape (n_classes, n_features)
        Variances, smoothed.
    epsilon_ : float
        What was added to them.
    feature_count_ : ndarray of shape (n_classes, n_features)
        Weight of the values that are not missing.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    MultinomialNB : Counts, of words for instance.
    CategoricalNB : Categories.

    Notes
    -----
    After `partial_fit` and `merge`, `epsilon_` is that of all rows; scikit-learn takes
    that of the last part. With weights, it is that of the weighted rows, so that a row
    of weight k counts as k rows there as well.

    References
    ----------
    A. Y. Ng and M. I. Jordan (2001). On discriminative vs. generative classifiers: a
    comparison of logistic regression and naive Bayes. NIPS 14.

    Examples
    --------
    >>> import numpy as np
    >>> from skclassic import GaussianNB
    >>> X = np.array([[1.0, 5.0], [3.0, np.nan], [7.0, 6.0], [9.0, 8.0]])
    >>> model = GaussianNB().fit(X, ["low", "low", "high", "high"])
    >>> model.theta_
    array([[8., 7.],
           [2., 5.]])
    >>> model.predict([[2.5, np.nan]])
    array(['low'], dtype='<U4')
    """

    _parameter_constraints = {
        "priors": ["array-like", None],
        "var_smoothing": [Interval(Real, 0, None, closed="left")],
        "covariance": [StrOptions({"class", "shared"})],
    }

    def __init__(self, *, priors=None, var_smoothing=1e-9, covariance="class"):
        self.priors = priors
        self.var_smoothing = var_smoothing
        self.covariance = covariance

    def score_samples(self, X):
        """Return log p(x), whatever the class: low for rows unlike those learnt from.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            NaN where missing: then it is that of the other features.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        return self._go_through(X, sum_classes, n_lines=1)[:, 0]

    def sample(self, n_samples=1, random_state=None):
        """Draw rows and their classes from the model.

        Parameters
        ----------
        n_samples : int, default=1
        random_state : int, RandomState or None, default=None

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
            NaN for a feature that no row of `fit` had.
        y : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        meaning = "the number of rows to draw"
        front_desk.check_count("n_samples", n_samples, low=1, meaning=meaning)
        generator = check_random_state(random_state)
        shares = self.class_prior_.astype(np.float64)
        codes = generator.choice(len(shares), n_samples, p=shares / shares.sum())
        z = generator.standard_normal((n_samples, self.n_features_in_))
        X = self.theta_[codes] + np.sqrt(self.var_[codes]) * z
        return X.astype(self.theta_.dtype, copy=False), self.classes_.take(codes)

    def _receive(self, X, y, *, reset):
        return class_desk.receive_unread_labelled_rows(self, X, y, reset=reset)

    def _receive_rows(self, X):
        return class_desk.receive_unread_rows(self, X)

    def _see(self, X, codes, n_classes, weights):
        return gather_moments(X, codes, n_classes, weights)

    def _keep(self, classes, seen):
        n_rows, dtype = seen.class_weights, seen.dtype
        priors = class_desk.receive_class_shares(self.priors, len(classes))
        means, variances, epsilon = self._estimate(seen)
        self.classes_, self._seen = classes, seen
        self.class_count_ = n_rows.astype(dtype)
        self.feature_count_ = seen.weights.astype(dtype)
        shares = n_rows / n_rows.sum() if priors is None else priors
        self.class_prior_ = shares.astype(dtype)
        self.theta_ = means.astype(dtype)
        self.var_ = (variances + epsilon).astype(dtype)
        self.epsilon_ = dtype.type(epsilon)
        return self

    def _estimate(self, seen):
        """Return means, variances and what is to be added to these."""
        means, variances, pooled = seen.means, seen.variances, seen.pool()
        if self.covariance == "shared":
            within = seen.scatters.sum(axis=0)
            variances[:] = within / np.where(pooled.weights > 0, pooled.weights, 1.0)
        no_value = (seen.weights == 0) & (seen.class_weights > 0)[:, np.newaxis]
        means = np.where(no_value, pooled.means, means)
        if self.covariance == "class":
            variances = np.where(no_value, pooled.variances, variances)
        means[:, pooled.weights[0] == 0] = np.nan
        return means, variances, self.var_smoothing * pooled.variances.max()

    def _prepare_joint(self):
        arrays = self.theta_, self.var_, self.class_prior_
        return JointDensities(*(each.astype(np.float64, copy=False) for each in arrays))

    def _result_type(self, X):
        own = X.dtype if X.dtype.kind == "f" else np.dtype(np.float64)
        return np.result_type(own, self.theta_.dtype)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class _BaseDiscreteNB(_BaseNaiveBayes):
    """Count, and smooth the counts."""

    _parameter_constraints = {
        "alpha": [Interval(Real, 0, None, closed="left"), "array-like"],
        "force_alpha": ["boolean"],
        "fit_prior": ["boolean"],
        "class_prior": ["array-like", None],
    }

    def __init__(
        self, *, alpha=1.0, force_alpha=True, fit_prior=True, class_prior=None
    ):
        self.alpha = alpha
        self.force_alpha = force_alpha
        self.fit_prior = fit_prior
        self.class_prior = class_prior

    def _receive_all_classes(self, classes):
        class_desk.refuse_repeated_classes(self, classes)
        return super()._receive_all_classes(classes)

    def _check_alpha(self):
        """Return what is added to counts: a number, or one for each feature."""
        return class_desk.receive_smoothing(
            self.alpha, self.n_features_in_, is_forced=self.force_alpha
        )

    def _keep_classes(self, classes, seen):
        """Keep the classes, how often each was met, and its prior."""
        self.classes_, self._seen = classes, seen
        self.class_count_ = seen.class_weights
        n_classes = len(classes)
        prior = class_desk.receive_class_prior(self.class_prior, n_classes)
        if prior is None:
            counts = self.class_count_ if self.fit_prior else np.ones(n_classes)
            prior = counts / counts.sum()
        self.class_log_prior_ = take_logs(prior)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.classifier_tags.poor_score = True
        return tags


def share_out(counts):
    """Return the logarithm of each count's share of its class: (n_classes, n).

    Minus infinity in a class without any count.
    """
    totals = counts.sum(axis=1, keepdims=True)
    return take_logs(counts) - np.log(np.where(totals > 0, totals, 1.0))


class MultinomialNB(_BaseDiscreteNB):
    """Tell classes apart by how often things occur, words in a text for instance.

    Parameters
    ----------
    alpha : float or array-like of shape (n_features,), default=1.0
        Added to each count (Laplace, Lidstone), so that what was not met in a class is
        not impossible there; 0 for none.
    force_alpha : bool, default=True
        Whether to take an `alpha` below 1e-10 as it is. False raises it to that.
    fit_prior : bool, default=True
        Whether classes are as probable as they were frequent. False for all alike.
    class_prior : array-like of shape (n_classes,), default=None
        Probabilities of the classes, in place of both.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    class_count_ : ndarray of shape (n_classes,)
        Weight of the rows of each class.
    class_log_prior_ : ndarray of shape (n_classes,)
    feature_count_ : ndarray of shape (n_classes, n_features)
        Sums of X by class, weighted.
    feature_log_prob_ : ndarray of shape (n_classes, n_features)
        log p(feature | class).
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    CategoricalNB : Categories.
    GaussianNB : Measurements.

    Notes
    -----
    `predict_joint_log_proba` leaves out the multinomial coefficient, which is the same
    for all classes.

    References
    ----------
    C. D. Manning, P. Raghavan and H. Schuetze (2008). Introduction to Information
    Retrieval. Cambridge University Press, chapter 13.

    Examples
    --------
    >>> from skclassic import MultinomialNB
    >>> counts = [[2, 0, 1], [1, 0, 0], [0, 3, 1]]
    >>> MultinomialNB().fit(counts, ["a", "a", "b"]).predict([[0, 1, 1]])
    array(['b'], dtype='<U1')
    """

    def _receive(self, X, y, *, reset):
        X, y = class_desk.receive_labelled_rows(
            self, X, y, reset=reset, accept_sparse="csr"
        )
        class_desk.refuse_negative_values(self, X)
        return X, y

    def _receive_rows(self, X):
        return class_desk.receive_new_rows(self, X, accept_sparse="csr")

    def _see(self, X, codes, n_classes, weights):
        return count_words(X, codes, n_classes, weights)

    def _keep(self, classes, seen):
        self._keep_classes(classes, seen)
        self.feature_count_ = seen.counts
        self.feature_log_prob_ = share_out(seen.counts + self._check_alpha())
        return self

    def _prepare_joint(self):
        weights = self.feature_log_prob_
        log_priors = self.class_log_prior_[:, np.newaxis]
        if weights.min() > -np.inf:
            add_up = multiplier(weights)
            return lambda rows: add_up(rows) + log_priors
        is_barred = np.isneginf(weights)  # 0 times that is to be 0
        add_up = multiplier(np.where(is_barred, 0.0, weights))
        count_barred = multiplier(is_barred.astype(np.float64))

        def joint(rows):
            return np.where(count_barred(rows) > 0, -np.inf, add_up(rows) + log_priors)

        return joint


def multiplier(weights):
    """Return a function of rows that gives `weights @ rows.T`, dense."""
    by_feature = np.ascontiguousarray(weights.T)  # as sparse rows take it

    def multiply(rows):
        if issparse(rows):
            return np.ascontiguousarray((rows @ by_feature).T)
        return weights @ rows.T.astype(np.float64, copy=False)

    return multiply


class CategoricalNB(_BaseDiscreteNB):
    """Tell classes apart by features that are categories, numbered from 0.

    Parameters
    ----------
    alpha : float, default=1.0
        Added to each count (Laplace, Lidstone), so that what was not met in a class is
        not impossible there; 0 for none.
    force_alpha : bool, default=True
        Whether to take an `alpha` below 1e-10 as it is. False raises it to that.
    fit_prior : bool, default=True
        Whether classes are as probable as they were frequent. False for all alike.
    class_prior : array-like of shape (n_classes,), default=None
        Probabilities of the classes, in place of both.
    min_categories : int or array-like of shape (n_features,), default=None
        There are so many categories at least, of each feature; None for as many as
        `fit` meets.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    class_count_ : ndarray of shape (n_classes,)
        Weight of the rows of each class.
    class_log_prior_ : ndarray of shape (n_classes,)
    category_count_ : list of n_features ndarrays of shape (n_classes, n_categories)
    feature_log_prob_ : list of n_features ndarrays of shape (n_classes, n_categories)
        log p(category | class).
    n_categories_ : ndarray of shape (n_features,)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features,)

    See Also
    --------
    MultinomialNB : Counts, of words for instance.
    GaussianNB : Measurements.

    Examples
    --------
    >>> from skclassic import CategoricalNB
    >>> X = [[0, 1], [0, 2], [1, 1], [1, 0]]
    >>> model = CategoricalNB().fit(X, ["a", "a", "b", "b"])
    >>> model.predict_proba([[1, 0]]).round(3)
    array([[0.143, 0.857]])
    """

    _parameter_constraints = {
        **_BaseDiscreteNB._parameter_constraints,
        "alpha": [Interval(Real, 0, None, closed="left")],
        "min_categories": [
            None,
            "array-like",
            Interval(Integral, 1, None, closed="left"),
        ],
    }

    def __init__(
        self,
        *,
        alpha=1.0,
        force_alpha=True,
        fit_prior=True,
        class_prior=None,
        min_categories=None,
    ):
        super().__init__(
            alpha=alpha,
            force_alpha=force_alpha,
            fit_prior=fit_prior,
            class_prior=class_prior,
        )
        self.min_categories = min_categories

    def _receive(self, X, y, *, reset):
        X, y = class_desk.receive_labelled_rows(self, X, y, reset=reset, dtype="int")
        class_desk.refuse_negative_values(self, X)
        return X, y

    def _receive_rows(self, X):
        X = class_desk.receive_new_rows(self, X, dtypes=[np.int64], dtype="int")
        class_desk.refuse_negative_values(self, X)
        class_desk.refuse_new_categories(X, self.n_categories_)
        return X

    def _see(self, X, codes, n_classes, weights):
        n_categories = class_desk.count_categories(X, self.min_categories)
        return count_categories(X, codes, n_classes, weights, n_categories=n_categories)

    def _keep(self, classes, seen):
        self._keep_classes(classes, seen)
        alpha = self._check_alpha()
        self.category_count_ = seen.counts
        self.n_categories_ = np.array([each.shape[1] for each in seen.counts])
        self.feature_log_prob_ = [share_out(each + alpha) for each in seen.counts]
        return self

    def _prepare_joint(self):
        def joint(rows):
            heights = np.repeat(self.class_log_prior_[:, None], len(rows), axis=1)
            for column, of_category in zip(rows.T, self.feature_log_prob_, strict=True):
                heights += of_category.take(column, axis=1)
            return heights

        return joint

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        tags.input_tags.categorical = True
        return tags
