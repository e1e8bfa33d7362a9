"""Decision trees (Breiman, Friedman, Olshen and Stone 1984) and extra-trees."""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import sklearn.tree
from sklearn.base import (
    ClassifierMixin,
    RegressorMixin,
    _fit_context,
    clone,
)
from sklearn.utils import Bunch, metadata_routing
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclassic import _front_desk as front_desk
from skclassic._base import Estimator
from skclassic._class_shares import log_of, most_frequent, spread_shares
from skclassic._ensemble import draw_seeds
from skclassic.growth.binner import Coded, code_columns, take_columns
from skclassic.growth.criteria import (
    ClassStatistic,
    SeveralStatistic,
    TargetStatistic,
)
from skclassic.growth.grower import grow_trees
from skclassic.growth.medians import MedianStatistic, grow_by_medians
from skclassic.growth.pruning import cut_back, losses_of, prune_weakest_links
from skclassic.growth.trends import hold_ranges
from skclassic.kernels.growing import Limits

NO_LIMIT = 2**31 - 1  # a depth, or a number of leaves, that no tree reaches


@dataclass(frozen=True)
class Prepared:
    """Training rows, ready to be fitted many times under different weights."""

    coded: Coded
    statistic: object  # of growth.criteria or growth.medians
    classes: np.ndarray | list | None  # a list for several outputs

    def take_rows(self, rows):
        """Return these rows, coded as if there were no others."""
        lay_out = code_columns if isinstance(self.coded, Coded) else take_columns
        coded = lay_out(self.coded.X[rows], n_levels=self.coded.n_levels)
        return Prepared(coded, self.statistic.take_rows(rows), self.classes)

    @property
    def y(self):
        """The targets, or the numbers of the classes."""
        return self.statistic.y

    @property
    def n_outputs(self):
        return front_desk.count_outputs(self.y)

    def count_values(self, max_features, n_features):
        """Return how much there is to look at in the root of a tree that is given so
        many features: rows times features drawn, for each class but one.
        """
        n_drawn = front_desk.count_features(max_features, n_features)
        n_sums = max(sum(self.statistic.classes_of_outputs) - 1, 1)
        return self.coded.n_rows * n_drawn * n_sums


class _BaseTree(Estimator):
    """What classification and regression trees share."""

    # A switch that scikit-learn's callers pass on; it is not metadata.
    __metadata_request__fit = {"check_input": metadata_routing.UNUSED}
    __metadata_request__predict = {"check_input": metadata_routing.UNUSED}
    __metadata_request__predict_proba = {"check_input": metadata_routing.UNUSED}

    _parameter_constraints = {
        "splitter": [StrOptions({"best", "random"})],
        "max_depth": [Interval(Integral, 1, None, closed="left"), None],
        "min_samples_split": [
            Interval(Integral, 2, None, closed="left"),
            Interval(RealNotInt, 0.0, 1.0, closed="right"),
        ],
        "min_samples_leaf": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0.0, 1.0, closed="neither"),
        ],
        "min_weight_fraction_leaf": [Interval(Real, 0.0, 0.5, closed="both")],
        "max_features": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0.0, 1.0, closed="right"),
            StrOptions({"sqrt", "log2"}),
            None,
        ],
        "random_state": ["random_state"],
        "max_leaf_nodes": [Interval(Integral, 2, None, closed="left"), None],
        "min_impurity_decrease": [Interval(Real, 0.0, None, closed="left")],
        "ccp_alpha": [Interval(Real, 0.0, None, closed="left")],
        "monotonic_cst": ["array-like", None],
        "categorical_features": ["array-like", StrOptions({"from_dtype"}), None],
    }

    @_fit_context(prefer_skip_nested_validation=True)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None, check_input=True):
        """Grow the tree on training rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Numbers; NaN is a missing value.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels, or targets.
        sample_weight : array-like of shape (n_samples,), default=None
            A row of weight k counts as k rows; one of weight 0 takes no part.
        check_input : bool, default=True
            Accepted for scikit-learn's sake; input is always checked.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If X holds infinities or strings, y missing values, the lengths differ, all
            weights are zero, or a parameter is out of its range.
        """
        prepared = self._prepare(X, y)
        weights = front_desk.receive_weights(sample_weight, prepared.coded.X)
        if weights is not None and not weights.all():
            rows = np.flatnonzero(weights)
            prepared, weights = prepared.take_rows(rows), weights[rows]
        return self._fit_prepared(prepared, weights)

    def _prepare(self, X, y, run=map, owner=None):
        """Code X and y once, for any number of fits on weighted rows.

        `run` calls a function on each column, like `map`; errors name the `owner`, the
        ensemble that the user sees, which learns the names of features.
        """
        receiver = self if owner is None else owner
        X, y, n_levels = front_desk.receive_training_rows(
            receiver, X, y, warns=owner is not None
        )
        statistic, classes = self._read_targets(y)
        self._read_signs(n_levels, statistic)
        if self._searches_raw_columns():
            coded = take_columns(X, n_levels)
        else:
            coded = code_columns(X, run, n_levels)
        return Prepared(coded, statistic, classes)

    def _searches_raw_columns(self):
        return self.splitter == "random"

    def _read_signs(self, n_levels, statistic):
        """Return the directions that features may move the prediction in, or None."""
        return front_desk.receive_signs(
            self.monotonic_cst, n_levels, statistic.classes_of_outputs
        )

    def _fit_prepared(self, prepared, sample_weight):
        """Grow the tree on prepared rows under weights of shape (n_samples,)."""
        weights = self._weigh_rows(sample_weight, prepared)
        self._grow_together([self], prepared, [weights])
        return self

    def _grow_together(self, trees, prepared, weights):
        """Grow trees that have this one's parameters, each under weights of its own."""
        coded, statistic = prepared.coded, prepared.statistic
        n_drawn = front_desk.count_features(self.max_features, coded.n_features)
        signs = self._read_signs(coded.n_levels, statistic)
        grown = self._grow(
            coded,
            statistic,
            weights,
            limits=self._limits(coded.n_rows, weights[0], n_drawn),
            seeds=draw_seeds([tree.random_state for tree in trees]),
            signs=signs,
        )
        for tree, its in zip(trees, grown, strict=True):
            its = cut_back(
                its,
                max_leaf_nodes=self.max_leaf_nodes,
                min_impurity_decrease=self.min_impurity_decrease,
                ccp_alpha=self.ccp_alpha,
            )
            its = its if signs is None else hold_ranges(its, signs)
            tree._keep(its, prepared, n_drawn)

    def _grows_beside_others(self, weights):
        """Tell whether one call grows several trees like this one, under such weights:
        counts of rows drawn, or None.
        """
        are_counts = weights is None or weights.dtype.kind == "i"
        return are_counts and self.max_leaf_nodes is None

    def cost_complexity_pruning_path(self, X, y, sample_weight=None):
        """Return the steps of pruning by cost and complexity, to the root alone.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        path : Bunch
            `ccp_alphas`, from 0 on: costs of a leaf from which on one branch more is
            cut; `impurities`: mean impurity of the leaves after it.
        """
        tree = clone(self).set_params(ccp_alpha=0.0).fit(X, y, sample_weight).tree_
        steps = [(alpha, loss) for alpha, _, loss in prune_weakest_links(tree)]
        whole = losses_of(tree)[tree.children_left < 0].sum()
        alphas, impurities = zip((0.0, whole), *steps, strict=True)
        return Bunch(ccp_alphas=np.array(alphas), impurities=np.array(impurities))

    def _limits(self, n_rows, weights, n_drawn):
        least_share, total = self.min_weight_fraction_leaf, n_rows
        if weights is not None and least_share > 0:
            total = np.sum(weights)
        min_leaf = front_desk.count_of(self.min_samples_leaf, n_rows)
        min_split = max(2, front_desk.count_of(self.min_samples_split, n_rows))
        return Limits(
            max_features=n_drawn,
            max_depth=NO_LIMIT if self.max_depth is None else int(self.max_depth),
            min_rows_split=max(min_split, 2 * min_leaf),
            min_rows_leaf=min_leaf,
            min_weight_leaf=float(least_share * total),
            may_cancel=weights is not None and bool(np.minimum.reduce(weights) < 0),
            max_leaf_nodes=self.max_leaf_nodes or NO_LIMIT,
        )

    def _keep(self, tree, prepared, n_drawn):
        self.n_features_in_ = prepared.coded.n_features
        self.n_outputs_ = prepared.n_outputs
        self.max_features_ = n_drawn
        self.tree_ = tree

    def get_depth(self):
        """Return the largest number of splits on the way to a leaf."""
        check_is_fitted(self)
        return self.tree_.max_depth

    def get_n_leaves(self):
        """Return the number of leaves."""
        check_is_fitted(self)
        return self.tree_.n_leaves

    def apply(self, X, check_input=True):
        """Return the node in which each row ends.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        check_input : bool, default=True
            Accepted for scikit-learn's sake; input is always checked.

        Returns
        -------
        leaves : int64 array of shape (n_samples,)
        """
        check_is_fitted(self)
        return self.tree_.apply(front_desk.receive_rows(self, X))

    def decision_path(self, X, check_input=True):
        """Return which nodes each row meets on its way.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        check_input : bool, default=True
            Accepted for scikit-learn's sake; input is always checked.

        Returns
        -------
        indicator : CSR matrix of shape (n_samples, n_nodes)
        """
        check_is_fitted(self)
        return self.tree_.decision_path(front_desk.receive_rows(self, X))

    def _channels(self, X):
        """Return what the tree predicts: array of shape (n_samples, n_channels)."""
        check_is_fitted(self)
        return self.tree_.channels_of(front_desk.receive_rows(self, X))

    @property
    def feature_importances_(self):
        """Each feature's share of the fall in impurity, of shape (n_features,)."""
        check_is_fitted(self)
        return self.tree_.compute_feature_importances()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        tags.target_tags.multi_output = True
        return tags


def count_all_classes(classes):
    """Return the number of classes, a list of numbers for several outputs."""
    return [len(own) for own in classes] if isinstance(classes, list) else len(classes)


def fit_trees(trees, prepared, weights):
    """Fit trees on prepared rows: in one call where that grows the same trees.

    Parameters
    ----------
    trees : list of trees that differ in `random_state` alone
    prepared : Prepared
    weights : list of arrays of shape (n_samples,), or of None
        One for each tree; counts of rows drawn all have the same sum.
    """
    if trees[0]._grows_beside_others(weights[0]):
        trees[0]._grow_together(trees, prepared, weights)
        return
    for tree, own in zip(trees, weights, strict=True):
        tree._fit_prepared(prepared, own)


class _ClassifierTree(ClassifierMixin, _BaseTree):
    _grow = staticmethod(grow_trees)

    _parameter_constraints = {
        **_BaseTree._parameter_constraints,
        "criterion": [StrOptions({"gini", "entropy", "log_loss"})],
        "class_weight": [dict, list, StrOptions({"balanced"}), None],
    }

    def _read_targets(self, y):
        classes, codes = front_desk.receive_classes(y)
        is_log, n_classes = self.criterion != "gini", count_all_classes(classes)
        if codes.ndim == 2:
            return SeveralStatistic(codes, tuple(n_classes), False, is_log), classes
        return ClassStatistic(codes, n_classes, is_log), classes

    def _weigh_rows(self, sample_weight, prepared):
        if self.class_weight is None:
            return sample_weight
        labels = front_desk.name_classes(prepared.classes, prepared.y)
        return front_desk.weigh_classes(sample_weight, self.class_weight, labels)

    def _keep(self, tree, prepared, n_drawn):
        self.classes_ = prepared.classes
        self.n_classes_ = count_all_classes(prepared.classes)
        super()._keep(tree, prepared, n_drawn)

    def _grows_beside_others(self, weights):
        return self.class_weight is None and super()._grows_beside_others(weights)

    def predict(self, X, check_input=True):
        """Return the most frequent class of each row's leaf.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        check_input : bool, default=True
            Accepted for scikit-learn's sake; input is always checked.

        Returns
        -------
        y : array of shape (n_samples,) or (n_samples, n_outputs)
        """
        codes = most_frequent(self.predict_proba(X))
        return front_desk.name_classes(self.classes_, codes)

    def predict_proba(self, X, check_input=True):
        """Return the share of each class in each row's leaf.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        check_input : bool, default=True
            Accepted for scikit-learn's sake; input is always checked.

        Returns
        -------
        proba : float64 array of shape (n_samples, n_classes)
            A list of them with several outputs.
        """
        channels = self._channels(X)
        return spread_shares(channels, self.n_classes_)

    def predict_log_proba(self, X):
        """Return the logarithm of `predict_proba`, -inf at 0."""
        return log_of(self.predict_proba(X))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class _RegressorTree(RegressorMixin, _BaseTree):
    _parameter_constraints = {
        **_BaseTree._parameter_constraints,
        "criterion": [
            StrOptions({"squared_error", "poisson", "absolute_error", "friedman_mse"})
        ],
    }

    def _read_targets(self, y):
        y = front_desk.receive_targets(y, criterion=self.criterion)
        is_log = self.criterion == "poisson"
        if self.criterion == "absolute_error":
            return MedianStatistic(y), None
        if y.ndim == 2:
            return SeveralStatistic(y, (1,) * y.shape[1], True, is_log), None
        return TargetStatistic(y, is_log), None

    def _searches_raw_columns(self):
        return super()._searches_raw_columns() or self.criterion == "absolute_error"

    def _weigh_rows(self, sample_weight, prepared):
        if self.criterion == "absolute_error" and sample_weight is not None:
            front_desk.refuse_negative_weights(sample_weight)
        return sample_weight

    def _read_signs(self, n_levels, statistic):
        if self.criterion == "absolute_error":
            front_desk.refuse_beside_medians(
                monotonic_cst=self.monotonic_cst is not None,
                categorical_features=n_levels.any(),
            )
        return super()._read_signs(n_levels, statistic)

    def _grow(self, prepared, statistic, weights, *, limits, seeds, signs):
        if self.criterion != "absolute_error":
            return grow_trees(
                prepared, statistic, weights, limits=limits, seeds=seeds, signs=signs
            )
        return [
            grow_by_medians(
                prepared, statistic, own, limits=limits, seed=seed,
                splitter=self.splitter,
            )
            for own, seed in zip(weights, seeds, strict=True)
        ]  # fmt: skip

    def predict(self, X, check_input=True):
        """Return the mean target of each row's leaf; with absolute error, the median.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        check_input : bool, default=True
            Accepted for scikit-learn's sake; input is always checked.

        Returns
        -------
        y : float64 array of shape (n_samples,) or (n_samples, n_outputs)
        """
        channels = self._channels(X)
        return channels if self.n_outputs_ > 1 else channels[:, 0]

    def _compute_partial_dependence_recursion(self, grid, target_features):
        """Average predictions over the features that `grid` does not fix.

        Parameters
        ----------
        grid : array of shape (n_points, n_target_features)
        target_features : array of shape (n_target_features,)

        Returns
        -------
        averages : float64 array of shape (n_points,)
        """
        return average_over_rest(self.tree_, grid, target_features)


def average_over_rest(tree, grid, target_features):
    """Walk a grid down a tree; at other features' splits go both ways, by weight.

    Friedman (2001), section 8.2.
    """
    left, right = tree.children_left, tree.children_right
    weight, values = tree.weighted_n_node_samples, tree.value[:, 0, 0]
    share = np.zeros((tree.node_count, len(grid)))
    share[0] = 1.0
    place = {feature: j for j, feature in enumerate(target_features)}
    for node in np.flatnonzero(left >= 0):
        feature = tree.feature[node]
        to_left = weight[left[node]] / weight[node]
        if feature in place:
            to_left = tree.goes_left(node, grid[:, place[feature]])
        share[left[node]] = share[node] * to_left
        share[right[node]] = share[node] * (1.0 - to_left)
    is_leaf = left < 0
    return values[is_leaf] @ share[is_leaf]


class DecisionTreeClassifier(_ClassifierTree):
    """A decision tree for classification.

    Each node takes the split of one feature that lowers the impurity of its rows most,
    until leaves are pure or a limit is met.

    Parameters
    ----------
    criterion : {"gini", "entropy", "log_loss"}, default="gini"
        Impurity of a node with class shares p: 1 - sum p^2, or -sum p log2 p.
    splitter : {"best", "random"}, default="best"
        The best threshold of a feature, or one drawn evenly between its extremes.
    max_depth : int, default=None
        Splits on the way to a leaf, at most.
    min_samples_split : int or float, default=2
        Rows that a node needs to be split; a float is a share of the training rows.
    min_samples_leaf : int or float, default=1
        Rows that a leaf must keep; a float is a share of the training rows.
    min_weight_fraction_leaf : float, default=0.0
        Share of the total weight that a leaf must keep, in [0, 0.5].
    max_features : int, float, {"sqrt", "log2"} or None, default=None
        Features drawn for each node; a float is a share of them, None all.
    random_state : int, RandomState or None, default=None
        Draws features, thresholds, and the winner among equal splits.
    max_leaf_nodes : int, default=None
        Leaves at most; the splits that lower the impurity most are kept.
    min_impurity_decrease : float, default=0.0
        By how much a split must lower the mean impurity of all training rows.
    ccp_alpha : float, default=0.0
        Cost of a leaf in minimal cost-complexity pruning.
    monotonic_cst : array-like of shape (n_features,), default=None
        Directions in which features may move the prediction, the probability of the
        second class: 1 upwards, -1 downwards, 0 either. For one output of two classes.
    categorical_features : array-like or None, default="from_dtype"
        Features whose values are categories: a mask, numbers or names; "from_dtype"
        takes the columns of a data frame that are categorical. A category never seen
        in training is a missing value.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" makes all classes weigh the same.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        With several outputs a list of arrays, and `n_classes_` a list of numbers.
    n_classes_ : int
    feature_importances_ : array of shape (n_features,)
    max_features_ : int
    is_categorical_ : bool array of shape (n_features,), or None without categories
    n_features_in_, feature_names_in_, n_outputs_
        As in scikit-learn.
    tree_ : object
        The tree, with the arrays of scikit-learn's.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone (1984). Classification and Regression
    Trees. Wadsworth.

    Examples
    --------
    >>> from skclassic import DecisionTreeClassifier
    >>> X, y = [[1.0], [2.0], [10.0], [20.0]], ["small", "small", "large", "large"]
    >>> tree = DecisionTreeClassifier(random_state=0).fit(X, y)
    >>> tree.tree_.threshold[0]
    np.float64(6.0)
    >>> tree.predict([[5.0], [7.0]])
    array(['small', 'large'], dtype='<U5')
    """

    def __init__(
        self,
        *,
        criterion="gini",
        splitter="best",
        max_depth=None,
        min_samples_split=2,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        max_features=None,
        random_state=None,
        max_leaf_nodes=None,
        min_impurity_decrease=0.0,
        class_weight=None,
        ccp_alpha=0.0,
        monotonic_cst=None,
        categorical_features="from_dtype",
    ):
        self.criterion = criterion
        self.splitter = splitter
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.random_state = random_state
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.class_weight = class_weight
        self.ccp_alpha = ccp_alpha
        self.monotonic_cst = monotonic_cst
        self.categorical_features = categorical_features


class DecisionTreeRegressor(_RegressorTree):
    """A decision tree for regression.

    Each node takes the split of one feature that lowers the impurity of its rows most,
    until the rows of a leaf have one target or a limit is met.

    Parameters
    ----------
    criterion : {"squared_error", "absolute_error", "poisson"}, \
default="squared_error"
        Mean squared distance from the mean, mean distance from the median (a leaf
        predicts it), or half the Poisson deviance.
    splitter, max_depth, min_samples_split, min_samples_leaf, \
min_weight_fraction_leaf, max_features, random_state, max_leaf_nodes, \
min_impurity_decrease, ccp_alpha, monotonic_cst, categorical_features
        As for :class:`DecisionTreeClassifier`.

    Attributes
    ----------
    feature_importances_, max_features_, is_categorical_, n_features_in_, \
feature_names_in_, n_outputs_, tree_
        As for :class:`DecisionTreeClassifier`.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone (1984). Classification and Regression
    Trees. Wadsworth.

    Examples
    --------
    >>> from skclassic import DecisionTreeRegressor
    >>> X, y = [[1.0], [2.0], [10.0], [20.0]], [0.0, 0.0, 5.0, 7.0]
    >>> DecisionTreeRegressor(max_depth=1).fit(X, y).predict([[0.0], [9.0]])
    array([0., 6.])
    """

    def __init__(
        self,
        *,
        criterion="squared_error",
        splitter="best",
        max_depth=None,
        min_samples_split=2,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        max_features=None,
        random_state=None,
        max_leaf_nodes=None,
        min_impurity_decrease=0.0,
        ccp_alpha=0.0,
        monotonic_cst=None,
        categorical_features="from_dtype",
    ):
        self.criterion = front_desk.replace_friedman(criterion)
        self.splitter = splitter
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.random_state = random_state
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.ccp_alpha = ccp_alpha
        self.monotonic_cst = monotonic_cst
        self.categorical_features = categorical_features


class ExtraTreeClassifier(DecisionTreeClassifier):
    """An extremely randomised tree for classification.

    Draws one threshold for each feature drawn, evenly between the feature's extremes in
    the node, and keeps the best of them. Meant as a member of an ensemble.

    Parameters
    ----------
    As :class:`DecisionTreeClassifier`'s; the defaults that differ are
    ``splitter="random"`` and ``max_features="sqrt"``.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel (2006). Extremely randomized trees. Machine
    Learning 63, 3-42.

    Examples
    --------
    >>> from skclassic import ExtraTreeClassifier
    >>> tree = ExtraTreeClassifier(random_state=0).fit([[0.0], [1.0]], ["a", "b"])
    >>> tree.predict([[0.0], [1.0]])
    array(['a', 'b'], dtype='<U1')
    """

    def __init__(
        self,
        *,
        criterion="gini",
        splitter="random",
        max_depth=None,
        min_samples_split=2,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        max_features="sqrt",
        random_state=None,
        max_leaf_nodes=None,
        min_impurity_decrease=0.0,
        class_weight=None,
        ccp_alpha=0.0,
        monotonic_cst=None,
        categorical_features="from_dtype",
    ):
        super().__init__(
            criterion=criterion,
            splitter=splitter,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            min_weight_fraction_leaf=min_weight_fraction_leaf,
            max_features=max_features,
            random_state=random_state,
            max_leaf_nodes=max_leaf_nodes,
            min_impurity_decrease=min_impurity_decrease,
            class_weight=class_weight,
            ccp_alpha=ccp_alpha,
            monotonic_cst=monotonic_cst,
            categorical_features=categorical_features,
        )


class ExtraTreeRegressor(DecisionTreeRegressor):
    """An extremely randomised tree for regression.

    Draws one threshold for each feature drawn, evenly between the feature's extremes in
    the node, and keeps the best of them. Meant as a member of an ensemble.

    Parameters
    ----------
    As :class:`DecisionTreeRegressor`'s; the defaults that differ are
    ``splitter="random"`` and ``max_features=1.0``.

    References
    ----------
    P. Geurts, D. Ernst, L. Wehenkel (2006). Extremely randomized trees. Machine
    Learning 63, 3-42.

    Examples
    --------
    >>> from skclassic import ExtraTreeRegressor
    >>> ExtraTreeRegressor(random_state=0).fit([[0.0], [1.0]], [2.0, 3.0]).predict(
    ...     [[0.0], [1.0]]
    ... )
    array([2., 3.])
    """

    def __init__(
        self,
        *,
        criterion="squared_error",
        splitter="random",
        max_depth=None,
        min_samples_split=2,
        min_samples_leaf=1,
        min_weight_fraction_leaf=0.0,
        max_features=1.0,
        random_state=None,
        min_impurity_decrease=0.0,
        max_leaf_nodes=None,
        ccp_alpha=0.0,
        monotonic_cst=None,
        categorical_features="from_dtype",
    ):
        super().__init__(
            criterion=criterion,
            splitter=splitter,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            min_weight_fraction_leaf=min_weight_fraction_leaf,
            max_features=max_features,
            random_state=random_state,
            max_leaf_nodes=max_leaf_nodes,
            min_impurity_decrease=min_impurity_decrease,
            ccp_alpha=ccp_alpha,
            monotonic_cst=monotonic_cst,
            categorical_features=categorical_features,
        )


# scikit-learn's plot_tree, export_text and export_graphviz accept its own classes only
for ours in (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
):
    getattr(sklearn.tree, ours.__name__).register(ours)
sklearn.tree.DecisionTreeClassifier.register(ExtraTreeClassifier)
sklearn.tree.DecisionTreeRegressor.register(ExtraTreeRegressor)
