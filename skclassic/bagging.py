"""Bagging (Breiman 1996): one estimator, fitted on many bootstrap samples."""

from copy import copy
from functools import partial
from numbers import Integral

import numpy as np
from scipy.sparse import issparse
from sklearn.base import (
    ClassifierMixin,
    MetaEstimatorMixin,
    RegressorMixin,
    _fit_context,
    clone,
)
from sklearn.callback import CallbackSupportMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods, Interval, RealNotInt
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    _routing_enabled,
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.random import sample_without_replacement
from sklearn.utils.validation import (
    check_is_fitted,
    column_or_1d,
    has_fit_parameter,
    validate_data,
)

from skclassic import _ensemble as ensemble
from skclassic import _front_desk as front_desk
from skclassic._base import Estimator, MemberSequence
from skclassic._class_shares import log_of, spread_shares
from skclassic._out_of_bag import OutOfBag, misclassified, squared_error
from skclassic.trees import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
    Prepared,
    fit_trees,
)

OWN_TREES = (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)


def _predict_rows(predict, member, X, rows):
    """Return what a member predicts for some rows: (n_rows, n_channels)."""
    return predict(member, X[rows])


def _are_all(features, n_features):
    """Tell whether features that were drawn are all of them, in their order."""
    if len(features) != n_features:
        return False
    return bool((features == np.arange(n_features)).all())


def _seed_copies(estimator, seeds):
    """Return an unfitted copy of an estimator for each seed; it and those it is made of
    are seeded from that.
    """
    if type(estimator) in OWN_TREES:  # made of no others: spares a look for them
        return [
            ensemble.seed_copy(estimator, seed) for seed in ensemble.draw_seeds(seeds)
        ]
    names = ensemble.list_random_states(estimator)
    draws = ensemble.draw_below(ensemble.MAX_SEED, seeds, len(names)).tolist()
    return [
        clone(estimator).set_params(**dict(zip(names, own, strict=True)))
        for own in draws
    ]


def _member_has(method):
    """Tell whether the members, or the base estimator before, offer a method."""

    def check(self):
        member = (
            self.estimators_[0]
            if hasattr(self, "estimators_")
            else self._base_estimator()
        )
        getattr(member, method)
        return True

    return check


class _BaseBagging(CallbackSupportMixin, MetaEstimatorMixin, MemberSequence, Estimator):
    """What bagged classifiers and regressors share: draws, members, out-of-bag rows."""

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "max_samples": [
            None,
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="right"),
        ],
        "max_features": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="right"),
        ],
        "bootstrap": ["boolean"],
        "bootstrap_features": ["boolean"],
        "oob_score": ["boolean", callable],
        "warm_start": ["boolean"],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        estimator=None,
        n_estimators=10,
        *,
        max_samples=None,
        max_features=1.0,
        bootstrap=True,
        bootstrap_features=False,
        oob_score=False,
        warm_start=False,
        n_jobs=None,
        random_state=None,
        verbose=0,
    ):
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.max_features = max_features
        self.bootstrap = bootstrap
        self.bootstrap_features = bootstrap_features
        self.oob_score = oob_score
        self.warm_start = warm_start
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None, **fit_params):
        """Fit every member on a sample of the rows, and of the features, of its own.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), or (n_samples, n_outputs) for regression
            Class labels, or targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Rows are drawn with probability proportional to it.
        **fit_params : dict
            Metadata for the members' `fit`, where metadata routing is enabled; arrays
            with a value per row are drawn with the rows.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the lengths differ, weights are negative or all zero, `max_samples` or
            `max_features` exceed what there is, or the member refuses the rows.
        """
        self._check_combinations()
        kept = ensemble.keep_members(self)
        member_params = self._route("fit", fit_params).get("fit", {})
        given = X
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            dtype=None,
            ensure_all_finite=False,
            multi_output=True,
        )
        ensemble.tell_callbacks_the_beginning(
            self, self.n_estimators - len(kept.members)
        )
        weights = self._receive_weights(sample_weight, X)
        y, classes = self._read_targets(y)
        n_draws = self._count_draws(X.shape[0], weights)
        n_features = self._count_features(X.shape[1])
        unfitted = clone(self._base_estimator())
        prepared, self._encoder = self._prepare_members(copy(unfitted), given, y)
        front_desk.refuse_other_data(kept, self, classes, y)
        X = X if self._encoder is None else prepared.coded.X
        draws = (n_features, n_draws, weights)
        rows = (X, y, prepared, member_params)
        labels = y if classes is None else classes[y]
        out_of_bag = OutOfBag(X.shape[0])

        def finish(bagging, fitted):
            bagging._keep(kept, fitted, draws, y, classes)
            ensemble.forget_out_of_bag(bagging)
            if self.oob_score:
                bagging._score_out_of_bag(X, y, out_of_bag)

        def is_over(task, fitted):
            return ensemble.tell_callbacks_of_a_member(
                self, task, given, labels, sample_weight, partial(finish, fitted=fitted)
            )

        n_old = len(kept.members)
        finish(self, self._fit_members(unfitted, rows, draws, n_old, is_over))
        if self.oob_score:
            out_of_bag.warn_of_rows_without_votes(
                "This probably means too few estimators were used to compute any "
                "reliable oob estimates."
            )
        ensemble.tell_callbacks_the_end(self, given, labels, sample_weight)
        return self

    def _check_combinations(self):
        """Raise for parameters that contradict each other."""
        if not self.bootstrap and self.oob_score:
            raise ValueError("Out of bag estimation only available if bootstrap=True")
        if self.warm_start and self.oob_score:
            raise ValueError("Out of bag estimate only available if warm_start=False")

    def _route(self, caller, params):
        """Return the metadata that each method of the members asked for."""
        if not params:
            return {}
        if not _routing_enabled():
            raise ValueError(
                f"{caller} got {sorted(params)}, which it passes on only where "
                "metadata routing is enabled: call "
                "sklearn.set_config(enable_metadata_routing=True)."
            )
        return process_routing(self, caller, **params).estimator

    def get_metadata_routing(self):
        """Return how metadata is routed: to the members' methods that are called."""
        member = self._base_estimator()
        votes = "predict_proba" if hasattr(member, "predict_proba") else "predict"
        mapping = MethodMapping().add(caller="fit", callee="fit")
        mapping.add(caller="decision_function", callee="decision_function")
        for caller in ("predict", "predict_proba", "predict_log_proba"):
            mapping.add(caller=caller, callee=votes)
        return MetadataRouter(owner=self).add(estimator=member, method_mapping=mapping)

    def _receive_weights(self, sample_weight, X):
        if sample_weight is None:
            return None
        weights = front_desk.receive_weights(sample_weight, X)
        front_desk.refuse_negative_weights(weights)
        if not self.bootstrap:
            front_desk.warn(
                f"When fitting {self.__class__.__name__} with sample_weight it is "
                f"recommended to use bootstrap=True, got {self.bootstrap}."
            )
        return weights

    def _count_draws(self, n_rows, weights):
        n_draws = ensemble.count_draws(self.max_samples, n_rows, weights)
        if not self.bootstrap and n_draws > n_rows:
            raise ValueError(
                f"Effective max_samples={n_draws} must be <= n_samples={n_rows} to be "
                "able to sample without replacement."
            )
        return n_draws

    def _count_features(self, n_features):
        if not isinstance(self.max_features, Integral):
            return max(1, int(self.max_features * n_features))
        if self.max_features > n_features:
            raise ValueError(
                f"max_features must be <= n_features, got {self.max_features} for "
                f"{n_features} features. Pass max_features=1.0 to take them all."
            )
        return int(self.max_features)

    def _base_estimator(self):
        return self._default_class() if self.estimator is None else self.estimator

    def _prepare_members(self, member, X, y):
        """Return what members that offer it share: a preparation, and an encoder."""
        if not ensemble.offers_preparation(member):
            return None, None
        member._validate_params()
        prepared = member._prepare(X, y, run=ensemble.runner(self.n_jobs))
        return prepared, getattr(member, "_encoder", None)

    def _fit_members(self, unfitted, rows, draws, n_old, is_over):
        """Fit members that are missing, copies of an unfitted one; return the seed, the
        member, and the features of each.

        Where callbacks are set, `is_over` tells them of each member in order.
        """
        n_new = self.n_estimators - n_old
        seeds = ensemble.spawn_seeds(self.random_state, n_new, n_passed=n_old)
        is_own_tree, tasks = type(unfitted) in OWN_TREES, {}
        goes_together = is_own_tree and self._draws_all(draws)
        all_features = np.arange(self.n_features_in_)

        def fit_one(k):
            return fit_some([k])[0]

        def fit_some(numbers):
            for k in numbers:
                if self.verbose > 1:
                    print(
                        f"Building estimator {k + 1} of {n_new} for this parallel run"
                    )
                tasks[k] = ensemble.begin_member(self, "member", k)
            own, shape = seeds[numbers], rows[0].shape
            members = _seed_copies(unfitted, own)
            if goes_together:
                fit_trees(members, rows[2], self._draw_counts(own, shape, draws))
                return [(member, all_features) for member in members]
            drawn = [self._draw(seed, shape, draws) for seed in own]
            for member, draw in zip(members, drawn, strict=True):
                self._fit_member(member, rows, draw)
            features = [features for features, _ in drawn]
            return list(zip(members, features, strict=True))

        def list_apart(pairs):
            members = [member for member, _ in pairs]
            return seeds[: len(members)], members, [drawn for _, drawn in pairs]

        if ensemble.is_watched(self):
            return list_apart(
                ensemble.grow_until(
                    lambda pairs: is_over(tasks[len(pairs) - 1], list_apart(pairs)),
                    fit_one,
                    n_new,
                    n_jobs=self.n_jobs,
                )
            )
        how = {"n_jobs": self.n_jobs, "verbose": self.verbose}
        if is_own_tree:
            how["n_values"] = rows[2].count_values(unfitted.max_features, draws[0])
            fitted = ensemble.grow_in_threads(fit_some, n_new, **how)
        else:
            fitted = ensemble.run_in_threads(fit_one, range(n_new), **how)
        return list_apart(fitted)

    def _draws_all(self, draws):
        """Tell whether every member takes all features, in their order."""
        return draws[0] == self.n_features_in_ and not self.bootstrap_features

    def _draw_counts(self, seeds, shape, draws):
        """Return how often each row was drawn, by each of some members that take all
        features: those are not drawn, so the rows come first.
        """
        (n_rows, _), (_, n_draws, weights) = shape, draws
        if self.bootstrap and weights is None:
            return ensemble.draw_counts(seeds, n_rows, n_draws)
        drawn = [self._draw(seed, shape, draws)[1] for seed in seeds]
        return [ensemble.count_rows(rows, n_rows) for rows in drawn]

    def _draw(self, seed, shape, draws):
        """Return the features and the rows of one member, drawn from its seed."""
        (n_rows, n_columns), (n_features, n_draws, weights) = shape, draws
        random_state = ensemble.seed_stream(seed)
        if self.bootstrap_features:
            features = random_state.randint(0, n_columns, n_features)
        else:
            features = sample_without_replacement(
                n_columns, n_features, random_state=random_state
            )
            if n_features == n_columns:
                features.sort()
        if weights is not None:
            shares = weights / weights.sum()
            rows = random_state.choice(
                n_rows, n_draws, replace=self.bootstrap, p=shares
            )
        elif self.bootstrap:
            rows = random_state.randint(0, n_rows, n_draws)
        else:
            rows = sample_without_replacement(
                n_rows, n_draws, random_state=random_state
            )
        return features, rows

    def _fit_member(self, member, training, draw):
        """Fit a member on its rows, as counts where it takes weights."""
        X, y, prepared, params = training
        features, rows = draw
        all_features = _are_all(features, X.shape[1])
        if prepared is not None:
            if not all_features:
                coded = prepared.coded.take_features(features)
                prepared = Prepared(coded, prepared.statistic, prepared.classes)
            counts = ensemble.count_rows(rows, X.shape[0])
            member._fit_prepared(prepared, counts)
        elif has_fit_parameter(member, "sample_weight"):
            counts = ensemble.count_rows(rows, X.shape[0])
            chosen = X if all_features else X[:, features]
            member.fit(chosen, y, sample_weight=counts, **params)
        else:
            chosen = X[rows] if all_features else X[rows][:, features]
            drawn = front_desk.take_params(params, rows, len(y))
            member.fit(chosen, y[rows], **drawn)

    def _keep(self, kept, fitted, draws, y, classes):
        seeds, members, features = fitted
        old_seeds = self._seeds if kept.members else np.empty(0, np.int64)
        self._seeds = np.concatenate([old_seeds, seeds]).astype(np.int64)
        self._draws, self._n_samples = draws, len(y)
        self._n_outputs = front_desk.count_outputs(y)
        self.estimators_ = kept.members + members
        self.estimator_ = self._base_estimator()
        old_features = self.estimators_features_ if kept.members else []
        self.estimators_features_ = old_features + features
        took_all = self._takes_all if kept.members else True
        self._takes_all = took_all and self._draws_all(draws)
        if classes is not None:
            self.classes_ = classes
            self.n_classes_ = len(classes)

    @property
    def estimators_samples_(self):
        """The rows drawn for each member, drawn again from its seed."""
        return [self._draw_again(k)[1] for k in range(len(self._seeds))]

    def _draw_again(self, k):
        """Return the features and the rows of a member."""
        shape = (self._n_samples, self.n_features_in_)
        return self._draw(self._seeds[k], shape, self._draws)

    def _receive_rows(self, X):
        check_is_fitted(self)
        if self._encoder is not None:
            return front_desk.receive_rows(self, X)
        return validate_data(
            self,
            X,
            accept_sparse=["csr", "csc"],
            dtype=None,
            ensure_all_finite=False,
            reset=False,
        )

    def _columns(self, X, features):
        """Return the columns that a member was fitted on."""
        return X if _are_all(features, X.shape[1]) else X[:, features]

    def _average_own_trees(self, X, params):
        """Return what our trees predict in the mean, or None for other members."""
        check_is_fitted(self)
        are_own = all(type(member) in OWN_TREES for member in self.estimators_)
        if params or not (are_own and self._takes_all):
            return None
        trees = [member.tree_ for member in self.estimators_]
        X = front_desk.receive_rows(self, X)
        return ensemble.average_trees(trees, X, self.n_jobs)

    def _map_members(self, function, X):
        """Call a function of member and its columns; results in order."""
        pairs = list(zip(self.estimators_, self.estimators_features_, strict=True))

        def call(pair):
            member, features = pair
            return function(member, self._columns(X, features))

        if ensemble.count_threads(self.n_jobs, X.shape[0] * len(pairs)) == 1:
            return map(call, pairs)
        return ensemble.run_in_threads(
            call, pairs, n_jobs=self.n_jobs, verbose=self.verbose
        )

    def _ask_out_of_bag(self, out_of_bag, X, predict, **how):
        """Ask members that were not asked yet for the rows that they did not draw."""
        X = X.tocsr() if issparse(X) else X
        for k in range(len(out_of_bag.curve), len(self.estimators_)):
            columns = self._columns(X, self.estimators_features_[k])
            _, drawn = self._draw_again(k)
            member = self.estimators_[k]
            out_of_bag.add(
                drawn, partial(_predict_rows, predict, member, columns), **how
            )
        self.oob_curve_ = np.array(out_of_bag.curve)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        base = self._base_estimator()
        if hasattr(base, "__sklearn_tags__"):
            tags.input_tags.sparse = get_tags(base).input_tags.sparse
            tags.input_tags.allow_nan = get_tags(base).input_tags.allow_nan
        return tags


class BaggingClassifier(ClassifierMixin, _BaseBagging):
    """Bagging for classification.

    Fits copies of an estimator on bootstrap samples and averages their class
    probabilities; where they have none, counts their votes.

    Parameters
    ----------
    estimator : object, default=None
        A classifier; None for a :class:`DecisionTreeClassifier`.
    n_estimators : int, default=10
        Members.
    max_samples : int, float or None, default=None
        Rows drawn for each member: a count, a share in (0, 1] of the total weight, or
        as many as there are.
    max_features : int or float, default=1.0
        Features drawn for each member: a count, or a share in (0, 1].
    bootstrap, bootstrap_features : bool, default=True, False
        Whether rows and features are drawn with replacement.
    oob_score : bool or callable, default=False
        Whether to score each row by the members that did not draw it; a callable
        ``metric(y_true, y_pred)`` in place of the accuracy.
    warm_start : bool, default=False
        Whether to keep the members of the last fit and add those that are missing.
    n_jobs : int or None, default=None
        Threads; the members are the same for any number.
    random_state : int, RandomState or None, default=None
    verbose : int, default=0

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    estimators_ : list of fitted members; they know the classes as 0 to n_classes - 1
    estimators_features_, estimators_samples_ : lists of int arrays
    oob_score_, oob_decision_function_, oob_curve_
        With `oob_score`: score; class probabilities, (n_samples, n_classes), NaN for a
        row that every member drew; error rate after each member, (n_estimators,).

    References
    ----------
    Breiman, L. (1996). Bagging predictors. Machine Learning 24, 123-140.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclassic import BaggingClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> bag = BaggingClassifier(n_estimators=50, random_state=0, oob_score=True)
    >>> bool(bag.fit(X, y).oob_score_ > 0.9)
    True
    """

    _default_class = DecisionTreeClassifier

    def _read_targets(self, y):
        classes, codes = front_desk.receive_classes(column_or_1d(y, warn=True))
        return codes, classes

    def _shares_of(self, member, X, *, predict=None, predict_proba=None):
        """Return a member's class probabilities, or votes, over all classes."""
        n_classes = self.n_classes_
        if not hasattr(member, "predict_proba"):
            return np.eye(n_classes)[member.predict(X, **(predict or {}))]
        shares = member.predict_proba(X, **(predict_proba or {}))
        if shares.shape[1] == n_classes:
            return shares
        spread = np.zeros((len(shares), n_classes))
        spread[:, member.classes_] = shares
        return spread

    def predict(self, X, **params):
        """Return the class with the highest mean probability over the members."""
        shares = self.predict_proba(X, **params)
        return self.classes_.take(shares.argmax(axis=1))

    def predict_proba(self, X, **params):
        """Return the mean over the members of their class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        **params : dict
            Metadata for the members, where metadata routing is enabled.

        Returns
        -------
        proba : float64 array of shape (n_samples, n_classes)
        """
        channels = self._average_own_trees(X, params)
        if channels is not None:
            return spread_shares(channels, self.n_classes_)
        X = self._receive_rows(X)
        shares_of = partial(self._shares_of, **self._route("predict_proba", params))
        return sum(self._map_members(shares_of, X)) / len(self.estimators_)

    def predict_log_proba(self, X, **params):
        """Return the logarithm of `predict_proba`, -inf at 0."""
        return log_of(self.predict_proba(X, **params))

    @available_if(_member_has("decision_function"))
    def decision_function(self, X, **params):
        """Return the mean over the members of their decision functions."""
        X = self._receive_rows(X)
        routed = self._route("decision_function", params).get("decision_function", {})
        decisions = self._map_members(
            lambda member, columns: member.decision_function(columns, **routed), X
        )
        return sum(decisions) / len(self.estimators_)

    def _score_out_of_bag(self, X, y, out_of_bag):
        is_wrong = misclassified(y)
        self._ask_out_of_bag(
            out_of_bag,
            X,
            self._shares_of,
            n_channels=self.n_classes_,
            error=lambda means, rows: is_wrong(means.argmax(axis=1), rows),
        )
        sums = out_of_bag.sums
        with np.errstate(invalid="ignore"):
            self.oob_decision_function_ = sums / sums.sum(axis=1)[:, None]
        score = self.oob_score if callable(self.oob_score) else accuracy_score
        self.oob_score_ = score(y, sums.argmax(axis=1))


class BaggingRegressor(RegressorMixin, _BaseBagging):
    """Bagging for regression.

    Fits copies of an estimator on bootstrap samples and averages their predictions.

    Parameters
    ----------
    As :class:`BaggingClassifier`'s; `estimator` is a regressor, None for a
    :class:`DecisionTreeRegressor`, and a callable `oob_score` replaces R^2.

    Attributes
    ----------
    estimators_, estimators_features_, estimators_samples_
        As for :class:`BaggingClassifier`.
    oob_score_, oob_prediction_, oob_curve_
        With `oob_score`: score; predictions of shape (n_samples,); mean squared error
        after each member, (n_estimators,).

    References
    ----------
    Breiman, L. (1996). Bagging predictors. Machine Learning 24, 123-140.

    Examples
    --------
    >>> from skclassic import BaggingRegressor, Friedman1
    >>> X, y = Friedman1().sample(500, random_state=0)
    >>> bag = BaggingRegressor(n_estimators=50, random_state=0, oob_score=True)
    >>> bool(bag.fit(X, y).oob_score_ > 0.75)
    True
    """

    _default_class = DecisionTreeRegressor

    def _read_targets(self, y):
        has_one_output = np.ndim(y) < 2 or np.shape(y)[1] == 1
        return column_or_1d(y, warn=True) if has_one_output else np.asarray(y), None

    def predict(self, X, **params):
        """Return the mean over the members of their predictions.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        **params : dict
            Metadata for the members, where metadata routing is enabled.

        Returns
        -------
        y : float64 array of shape (n_samples,) or (n_samples, n_outputs)
        """
        channels = self._average_own_trees(X, params)
        if channels is not None:
            return channels if channels.shape[1] > 1 else channels[:, 0]
        X = self._receive_rows(X)
        routed = self._route("predict", params).get("predict", {})
        predictions = self._map_members(
            lambda member, columns: member.predict(columns, **routed), X
        )
        return sum(predictions) / len(self.estimators_)

    def _score_out_of_bag(self, X, y, out_of_bag):
        def predict(member, columns):
            return member.predict(columns).reshape(columns.shape[0], -1)

        self._ask_out_of_bag(
            out_of_bag,
            X,
            predict,
            n_channels=y.reshape(len(y), -1).shape[1],
            error=squared_error(y),
        )
        self.oob_prediction_ = out_of_bag.means.reshape(y.shape)
        score = self.oob_score if callable(self.oob_score) else r2_score
        self.oob_score_ = score(y, self.oob_prediction_)
