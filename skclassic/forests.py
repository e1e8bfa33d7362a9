"""Random forests (Breiman 2001) and extra-trees ensembles (Geurts et al. 2006)."""

from copy import copy
from functools import partial
from numbers import Integral

import numpy as np
import sklearn.ensemble
from scipy.sparse import hstack, issparse
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclassic import _ensemble as ensemble
from skclassic import _front_desk as front_desk
from skclassic._base import Estimator, MemberSequence
from skclassic._class_shares import log_of, most_frequent, spread_shares
from skclassic._out_of_bag import OutOfBag, misclassified, squared_error
from skclassic.trees import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
    average_over_rest,
    count_all_classes,
    fit_trees,
)

TREE_CONSTRAINTS = {
    name: constraint
    for name, constraint in DecisionTreeClassifier._parameter_constraints.items()
    if name not in ("splitter", "criterion", "class_weight")
}


class _BaseForest(CallbackSupportMixin, MemberSequence, Estimator):
    """What forests share: bootstrap, members, votes, out-of-bag score."""

    _parameter_constraints = {
        **TREE_CONSTRAINTS,
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "bootstrap": ["boolean"],
        "oob_score": ["boolean", callable],
        "n_jobs": [Integral, None],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "max_samples": [
            None,
            Interval(RealNotInt, 0.0, None, closed="neither"),
            Interval(Integral, 1, None, closed="left"),
        ],
    }

    @_fit_context(prefer_skip_nested_validation=True)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None):
        """Grow the forest on training rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Numbers; NaN is a missing value.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels, or targets.
        sample_weight : array-like of shape (n_samples,), default=None
            With bootstrap, rows are drawn with probability proportional to it; without,
            a row of weight k counts as k rows.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If X holds infinities or strings, y missing values, the lengths differ,
            weights are negative or all zero, or a parameter is out of its range.
        """
        self._check_combinations()
        kept = ensemble.keep_members(self)
        if not self.oob_score:
            ensemble.forget_out_of_bag(self)
        if kept.is_complete and (not self.oob_score or hasattr(self, "oob_score_")):
            copy(self)._receive(X, y, sample_weight)  # for its errors
            return self
        ensemble.tell_callbacks_the_beginning(
            self, self.n_estimators - len(kept.members)
        )
        prepared, weights = self._receive(X, y, sample_weight)
        front_desk.refuse_other_data(kept, self, prepared.classes, prepared.y)
        n_draws = None
        if self.bootstrap:
            n_draws = ensemble.count_draws(
                self.max_samples, prepared.coded.n_rows, weights
            )
        out_of_bag = OutOfBag(prepared.coded.n_rows)

        def finish(forest, new):
            forest._keep(kept.members + new, prepared, weights, n_draws)
            if self.oob_score:
                forest._set_oob_score_and_attributes(prepared, out_of_bag)

        def is_over(task, new):
            return ensemble.tell_callbacks_of_a_member(
                self, task, X, y, sample_weight, partial(finish, new=new)
            )

        n_old = len(kept.members)
        finish(self, self._grow_members(prepared, weights, n_draws, n_old, is_over))
        if self.oob_score:
            out_of_bag.warn_of_rows_without_votes(
                "This probably means too few trees were used to compute any reliable "
                "OOB estimates."
            )
        ensemble.tell_callbacks_the_end(self, X, y, sample_weight)
        return self

    def _check_combinations(self):
        """Raise for parameters that contradict each other."""
        if not self.bootstrap and self.max_samples is not None:
            raise ValueError(
                "`max_sample` cannot be set if `bootstrap=False`. Either switch to "
                "`bootstrap=True` or set `max_sample=None`."
            )
        if not self.bootstrap and self.oob_score:
            raise ValueError("Out of bag estimation only available if bootstrap=True")

    def _receive(self, X, y, sample_weight):
        """Return prepared rows and their weights, or None where all weigh the same."""
        if issparse(y):
            raise ValueError("sparse multilabel-indicator for y is not supported.")
        member = self._make_member()
        run = ensemble.runner(self.n_jobs)
        prepared = member._prepare(X, y, run=run, owner=self)
        weights = front_desk.receive_weights(sample_weight, prepared.coded.X)
        if self.bootstrap and weights is not None:
            front_desk.refuse_negative_weights(weights)
        return prepared, self._weigh_rows(weights, prepared)

    def _make_member(self):
        """Return an unseeded tree with the forest's parameters."""
        names = self._member_class._parameter_constraints
        shared = {name for name in names if name in self._parameter_constraints}
        shared -= {"random_state", "class_weight"}
        parameters = {name: getattr(self, name) for name in shared}
        return self._member_class(**parameters)

    @property
    def estimator(self):
        """An unfitted tree of the kind that is grown."""
        return self._member_class()

    def _grow_members(self, prepared, weights, n_draws, n_old, is_over):
        """Grow the trees that are missing, each on a bootstrap sample of its own.

        Where callbacks are set, `is_over` tells them of each tree in order.
        """
        n_new = self.n_estimators - n_old
        seeds = ensemble.spawn_seeds(self.random_state, n_new, n_passed=n_old)
        unfitted, tasks = self._make_member(), {}

        def grow(numbers):
            for k in numbers:
                if self.verbose > 1:
                    print(f"building tree {k + 1} of {n_new}")
                tasks[k] = ensemble.begin_member(self, "tree", k)
            own = seeds[numbers]
            trees = [ensemble.seed_copy(unfitted, int(seed)) for seed in own]
            counts = self._draw_counts(own, prepared, weights, n_draws)
            fit_trees(trees, prepared, counts)
            return trees

        if ensemble.is_watched(self):
            return ensemble.grow_until(
                lambda trees: is_over(tasks[len(trees) - 1], trees),
                lambda k: grow([k])[0],
                n_new,
                n_jobs=self.n_jobs,
            )
        n_features = prepared.coded.n_features
        return ensemble.grow_in_threads(
            grow,
            n_new,
            n_jobs=self.n_jobs,
            n_values=prepared.count_values(self.max_features, n_features),
            verbose=self.verbose,
        )

    def _draw_counts(self, seeds, prepared, weights, n_draws):
        """Return how often each row was drawn for the tree of each seed; the rows'
        weights without draws.
        """
        if n_draws is None:
            return [weights] * len(seeds)
        n_rows = prepared.coded.n_rows
        if weights is None:
            return ensemble.draw_counts(seeds, n_rows, n_draws)
        drawn = [self._draw(seed, n_rows, weights, n_draws) for seed in seeds]
        return [ensemble.count_rows(rows, n_rows) for rows in drawn]

    @staticmethod
    def _draw(seed, n_rows, weights, n_draws):
        random_state = ensemble.seed_stream(seed)
        return ensemble.draw_rows(random_state, n_rows, n_draws, weights)

    def _keep(self, members, prepared, weights, n_draws):
        self.estimators_ = members
        self.estimator_ = self._make_member()
        self.n_outputs_ = prepared.n_outputs
        self._n_samples = prepared.coded.n_rows
        self._n_samples_bootstrap = n_draws
        self._sample_weight = weights

    @property
    def estimators_samples_(self):
        """The rows drawn for each tree, drawn again from its seed."""
        if not self.bootstrap:
            return [np.arange(self._n_samples, dtype=np.int32)] * len(self.estimators_)
        return [self._draw_again(k) for k in range(len(self.estimators_))]

    def _draw_again(self, k):
        """Return the rows drawn for a tree."""
        n_draws = self._n_samples_bootstrap
        weights = self._sample_weight
        seed = self.estimators_[k].random_state
        return self._draw(seed, self._n_samples, weights, n_draws)

    def _average(self, X):
        """Return the trees' mean prediction, of shape (n_samples, n_channels)."""
        check_is_fitted(self)
        X = front_desk.receive_rows(self, X)
        trees = [tree.tree_ for tree in self.estimators_]
        return ensemble.average_trees(trees, X, self.n_jobs)

    def _ask_out_of_bag(self, out_of_bag, X, error):
        """Ask trees that were not asked yet for the rows that they did not draw."""
        X = X.tocsr() if issparse(X) else X
        for k in range(len(out_of_bag.curve), len(self.estimators_)):
            tree = self.estimators_[k].tree_
            out_of_bag.add(
                self._draw_again(k),
                partial(tree.channels_of, X),
                n_channels=tree.n_channels,
                error=error,
            )
        self.oob_curve_ = np.array(out_of_bag.curve)

    def apply(self, X):
        """Return the node in which each row ends, for each tree.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        leaves : int64 array of shape (n_samples, n_estimators)
        """
        check_is_fitted(self)
        X = front_desk.receive_rows(self, X)
        return np.column_stack([tree.tree_.apply(X) for tree in self.estimators_])

    def decision_path(self, X):
        """Return which nodes each row meets, tree after tree.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        indicator : CSR matrix of shape (n_samples, n_nodes)
        n_nodes_ptr : int array of shape (n_estimators + 1,)
            Where the nodes of each tree begin.
        """
        check_is_fitted(self)
        X = front_desk.receive_rows(self, X)
        paths = [tree.tree_.decision_path(X) for tree in self.estimators_]
        begins = np.cumsum([0] + [path.shape[1] for path in paths])
        return hstack(paths).tocsr(), begins

    @property
    def feature_importances_(self):
        """Mean over the trees of each feature's share of the fall in impurity."""
        check_is_fitted(self)
        importances = [
            tree.feature_importances_
            for tree in self.estimators_
            if tree.tree_.node_count > 1
        ]
        if not importances:
            return np.zeros(self.n_features_in_)
        mean = np.mean(importances, axis=0)
        return mean / mean.sum()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        tags.target_tags.multi_output = True
        return tags


class _ForestClassifier(ClassifierMixin, _BaseForest):
    _parameter_constraints = {
        **_BaseForest._parameter_constraints,
        "criterion": [StrOptions({"gini", "entropy", "log_loss"})],
        "class_weight": [
            StrOptions({"balanced", "balanced_subsample"}),
            dict,
            list,
            None,
        ],
    }

    def _receive(self, X, y, sample_weight):
        prepared, weights = super()._receive(X, y, sample_weight)
        n_classes = count_all_classes(prepared.classes)
        if self.oob_score and prepared.n_outputs > 1 and max(n_classes) > 2:
            raise ValueError(
                "The type of target cannot be used to compute OOB estimates. Got "
                f"several outputs of {n_classes} classes, while only outputs of two "
                "classes are supported. Pass oob_score=False, or fit one forest per "
                "output with sklearn.multioutput.MultiOutputClassifier."
            )
        return prepared, weights

    def _weigh_rows(self, weights, prepared):
        """Multiply weights by those of the classes."""
        if self.class_weight in ("balanced", "balanced_subsample"):
            if self.class_weight == "balanced_subsample" and self.bootstrap:
                return weights
            return _balance(weights, prepared)
        labels = front_desk.name_classes(prepared.classes, prepared.y)
        return front_desk.weigh_classes(weights, self.class_weight, labels)

    def _draw_counts(self, seeds, prepared, weights, n_draws):
        counts = super()._draw_counts(seeds, prepared, weights, n_draws)
        if n_draws is None or self.class_weight != "balanced_subsample":
            return counts
        return [_balance(own, prepared) for own in counts]

    def _keep(self, members, prepared, weights, n_draws):
        super()._keep(members, prepared, weights, n_draws)
        self.classes_ = prepared.classes
        self.n_classes_ = count_all_classes(prepared.classes)

    def _set_oob_score_and_attributes(self, prepared, out_of_bag):
        is_wrong = misclassified(prepared.y)

        def error(means, rows):
            return is_wrong(most_frequent(spread_shares(means, self.n_classes_)), rows)

        self._ask_out_of_bag(out_of_bag, prepared.coded.X, error)
        shares = spread_shares(out_of_bag.means, self.n_classes_)
        if self.n_outputs_ > 1:
            shares = np.stack([_pad_to_two(own) for own in shares], axis=2)
        shares[out_of_bag.n_votes == 0] = 0.0
        self.oob_decision_function_ = shares
        score = self.oob_score if callable(self.oob_score) else accuracy_score
        self.oob_score_ = score(prepared.y, shares.argmax(axis=1))

    def predict(self, X):
        """Return the class with the highest mean probability over the trees.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        y : array of shape (n_samples,) or (n_samples, n_outputs)
        """
        codes = most_frequent(self.predict_proba(X))
        return front_desk.name_classes(self.classes_, codes)

    def predict_proba(self, X):
        """Return the mean over the trees of their class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        proba : float64 array of shape (n_samples, n_classes)
            A list of them with several outputs.
        """
        channels = self._average(X)
        return spread_shares(channels, self.n_classes_)

    def predict_log_proba(self, X):
        """Return the logarithm of `predict_proba`, -inf at 0."""
        return log_of(self.predict_proba(X))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def _pad_to_two(shares):
    """Return the shares of two classes, also where one of them never occurred."""
    return np.pad(shares, ((0, 0), (0, 2 - shares.shape[1])))


def _balance(weights, prepared):
    """Multiply weights by those that let the classes of each output weigh the same."""
    y = prepared.y.reshape(prepared.coded.n_rows, -1)
    all_alike = np.ones(len(y)) if weights is None else weights
    balanced = all_alike
    for codes in y.T:
        sums = np.bincount(codes, all_alike)
        n_present = np.count_nonzero(sums)
        by_class = all_alike.sum() / (n_present * np.where(sums == 0.0, 1.0, sums))
        balanced = balanced * by_class[codes]
    return balanced


class _ForestRegressor(RegressorMixin, _BaseForest):
    _parameter_constraints = {
        **_BaseForest._parameter_constraints,
        "criterion": DecisionTreeRegressor._parameter_constraints["criterion"],
    }

    def _weigh_rows(self, weights, prepared):
        return weights

    def _set_oob_score_and_attributes(self, prepared, out_of_bag):
        error = squared_error(prepared.y)
        self._ask_out_of_bag(out_of_bag, prepared.coded.X, error)
        channels = out_of_bag.means
        self.oob_prediction_ = channels if self.n_outputs_ > 1 else channels[:, 0]
        score = self.oob_score if callable(self.oob_score) else r2_score
        self.oob_score_ = score(prepared.y, self.oob_prediction_)

    def predict(self, X):
        """Return the mean over the trees of their predictions.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        y : float64 array of shape (n_samples,) or (n_samples, n_outputs)
        """
        channels = self._average(X)
        return channels if self.n_outputs_ > 1 else channels[:, 0]

    def _compute_partial_dependence_recursion(self, grid, target_features):
        """Average predictions over the features that `grid` does not fix."""
        averages = [
            average_over_rest(tree.tree_, grid, target_features)
            for tree in self.estimators_
        ]
        return np.mean(averages, axis=0)


class RandomForestClassifier(_ForestClassifier):
    """A random forest for classification.

    Trees grown on bootstrap samples, each split chosen among a few features drawn at
    random, vote with their class probabilities.

    Parameters
    ----------
    n_estimators : int, default=100
        Trees.
    criterion : {"gini", "entropy", "log_loss"}, default="gini"
    max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf
        As for :class:`DecisionTreeClassifier`.
    max_features : int, float, {"sqrt", "log2"} or None, default="sqrt"
        Features drawn for each node; a float is a share of them, None all.
    max_leaf_nodes, min_impurity_decrease, ccp_alpha
        As for :class:`DecisionTreeClassifier`.
    monotonic_cst : array-like of shape (n_features,), default=None
        As for :class:`DecisionTreeClassifier`.
    categorical_features : array-like or None, default="from_dtype"
        As for :class:`DecisionTreeClassifier`. Members take the categories' numbers.
    bootstrap : bool, default=True
        Whether each tree sees a sample drawn with replacement, or all rows.
    oob_score : bool or callable, default=False
        Whether to score each row by the trees that did not draw it; a callable
        ``metric(y_true, y_pred)`` in place of the accuracy, which gets classes as 0 to
        n_classes - 1.
    n_jobs : int or None, default=None
        Threads; the trees are the same for any number.
    random_state : int, RandomState or None, default=None
    verbose : int, default=0
    warm_start : bool, default=False
        Whether to keep the trees of the last fit and add those that are missing.
    class_weight : dict, "balanced", "balanced_subsample" or None, default=None
    max_samples : int, float or None, default=None
        Rows drawn for each tree: a count, a share of the total weight, or all.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    estimators_ : list of DecisionTreeClassifier
    estimators_samples_ : list of int arrays, the rows drawn for each tree
    feature_importances_ : array of shape (n_features,)
    oob_score_, oob_decision_function_, oob_curve_
        With `oob_score`: score; class probabilities, (n_samples, n_classes), 0 for rows
        that every tree drew; error rate after each tree, (n_estimators,).

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclassic import RandomForestClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> forest = RandomForestClassifier(random_state=0, oob_score=True).fit(X, y)
    >>> bool(forest.oob_score_ > 0.9)
    True
    """

    _member_class = DecisionTreeClassifier

    def __init__(
        self,
        n_estimators=100,
        *,
        criterion="gini",
        max_depth=None,
        min_samples_split=2,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        max_features="sqrt",
        max_leaf_nodes=None,
        min_impurity_decrease=0.0,
        bootstrap=True,
        oob_score=False,
        n_jobs=None,
        random_state=None,
        verbose=0,
        warm_start=False,
        class_weight=None,
        ccp_alpha=0.0,
        max_samples=None,
        monotonic_cst=None,
        categorical_features="from_dtype",
    ):
        self.n_estimators = n_estimators
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start
        self.class_weight = class_weight
        self.ccp_alpha = ccp_alpha
        self.max_samples = max_samples
        self.monotonic_cst = monotonic_cst
        self.categorical_features = categorical_features


class ExtraTreesClassifier(_ForestClassifier):
    """An ensemble of extremely randomised trees for classification.

    Trees grown on all rows, each split the best of a few thresholds thrown at random,
    vote with their class probabilities.

    Parameters
    ----------
    As :class:`RandomForestClassifier`'s; the default that differs is
    ``bootstrap=False``.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel (2006). Extremely randomized trees. Machine
    Learning 63, 3-42.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclassic import ExtraTreesClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> ExtraTreesClassifier(random_state=0).fit(X, y).score(X, y)
    1.0
    """

    _member_class = ExtraTreeClassifier

    def __init__(
        self,
        n_estimators=100,
        *,
        criterion="gini",
        max_depth=None,
        min_samples_split=2,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        max_features="sqrt",
        max_leaf_nodes=None,
        min_impurity_decrease=0.0,
        bootstrap=False,
        oob_score=False,
        n_jobs=None,
        random_state=None,
        verbose=0,
        warm_start=False,
        class_weight=None,
        ccp_alpha=0.0,
        max_samples=None,
        monotonic_cst=None,
        categorical_features="from_dtype",
    ):
        self.n_estimators = n_estimators
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start
        self.class_weight = class_weight
        self.ccp_alpha = ccp_alpha
        self.max_samples = max_samples
        self.monotonic_cst = monotonic_cst
        self.categorical_features = categorical_features


class RandomForestRegressor(_ForestRegressor):
    """A random forest for regression.

    Trees grown on bootstrap samples, averaged.

    Parameters
    ----------
    As :class:`RandomForestClassifier`'s, but for `class_weight`; the defaults that
    differ are ``criterion="squared_error"`` (or "absolute_error" or "poisson") and
    ``max_features=1.0``. A callable `oob_score` replaces R^2.

    Attributes
    ----------
    estimators_, estimators_samples_, feature_importances_
        As for :class:`RandomForestClassifier`.
    oob_score_, oob_prediction_, oob_curve_
        With `oob_score`: score; predictions of shape (n_samples,), 0 for rows that
        every tree drew; mean squared error after each tree, (n_estimators,).

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.

    Examples
    --------
    >>> from skclassic import Friedman1, RandomForestRegressor
    >>> X, y = Friedman1().sample(500, random_state=0)
    >>> forest = RandomForestRegressor(random_state=0, oob_score=True).fit(X, y)
    >>> bool(forest.oob_score_ > 0.8)
    True
    """

    _member_class = DecisionTreeRegressor

    def __init__(
        self,
        n_estimators=100,
        *,
        criterion="squared_error",
        max_depth=None,
        min_samples_split=2,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        max_features=1.0,
        max_leaf_nodes=None,
        min_impurity_decrease=0.0,
        bootstrap=True,
        oob_score=False,
        n_jobs=None,
        random_state=None,
        verbose=0,
        warm_start=False,
        ccp_alpha=0.0,
        max_samples=None,
        monotonic_cst=None,
        categorical_features="from_dtype",
    ):
        self.n_estimators = n_estimators
        self.criterion = front_desk.replace_friedman(criterion)
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start
        self.ccp_alpha = ccp_alpha
        self.max_samples = max_samples
        self.monotonic_cst = monotonic_cst
        self.categorical_features = categorical_features


class ExtraTreesRegressor(_ForestRegressor):
    """An ensemble of extremely randomised trees for regression.

    Trees grown on all rows, each split the best of thresholds thrown at random.

    Parameters
    ----------
    As :class:`RandomForestRegressor`'s; the default that differs is
    ``bootstrap=False``.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel (2006). Extremely randomized trees. Machine
    Learning 63, 3-42.

    Examples
    --------
    >>> from skclassic import ExtraTreesRegressor, Friedman1
    >>> X, y = Friedman1().sample(500, random_state=0)
    >>> ExtraTreesRegressor(random_state=0).fit(X, y).score(X, y)
    1.0
    """

    _member_class = ExtraTreeRegressor

    def __init__(
        self,
        n_estimators=100,
        *,
        criterion="squared_error",
        max_depth=None,
        min_samples_split=2,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        max_features=1.0,
        max_leaf_nodes=None,
        min_impurity_decrease=0.0,
        bootstrap=False,
        oob_score=False,
        n_jobs=None,
        random_state=None,
        verbose=0,
        warm_start=False,
        ccp_alpha=0.0,
        max_samples=None,
        monotonic_cst=None,
        categorical_features="from_dtype",
    ):
        self.n_estimators = n_estimators
        self.criterion = front_desk.replace_friedman(criterion)
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start
        self.ccp_alpha = ccp_alpha
        self.max_samples = max_samples
        self.monotonic_cst = monotonic_cst
        self.categorical_features = categorical_features


# scikit-learn's partial_dependence takes its recursion with its own classes only
for ours in (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
):
    getattr(sklearn.ensemble, ours.__name__).register(ours)
