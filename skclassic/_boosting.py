"""What boosted classifiers and regressors share: members that learn in turn.

A learner fits one member after the other to the same rows under weights that change,
and tells what each predicts for these rows. Trees of ours share one coding of the rows;
those of one cut are found by sums over bins alone.
"""

from numbers import Integral, Real

import numpy as np
from sklearn.base import MetaEstimatorMixin, clone
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted, validate_data

from skclassic import _ensemble as ensemble
from skclassic import _front_desk as front_desk
from skclassic._base import Estimator, MemberSequence
from skclassic.growth.stumps import Stumps

PLAIN_STUMP = {  # parameters under which a tree is the best of all single cuts
    "criterion": "gini",
    "splitter": "best",
    "max_depth": 1,
    "min_samples_split": 2,
    "min_samples_leaf": 1,
    "min_weight_fraction_leaf": 0.0,
    "max_features": None,
    "min_impurity_decrease": 0.0,
    "ccp_alpha": 0.0,
    "class_weight": None,
    "monotonic_cst": None,
}


ALL_ROUNDS = "all rounds were made"
TOLD_TO = "a callback has ended it"


class Members:
    """Make unfitted members, seeded in turn as scikit-learn does.

    Parameters
    ----------
    estimator : estimator
        What they are copies of.
    random_state : int, RandomState or None
    is_own_tree : bool
        Whether it is a tree of ours, to be copied without `clone`, which takes as long
        as to find a cut.
    """

    def __init__(self, estimator, random_state, *, is_own_tree):
        self.estimator, self.is_own_tree = clone(estimator), is_own_tree
        self.stream = ensemble.check_random_state(random_state)
        self.names = ensemble.list_random_states(self.estimator)

    def make(self):
        """Return the next member."""
        seeds = {name: self.stream.randint(ensemble.MAX_SEED) for name in self.names}
        if self.is_own_tree:
            return ensemble.seed_copy(self.estimator, seeds["random_state"])
        return clone(self.estimator).set_params(**seeds)


class TreeLearner:
    """Fit trees of ours, which share the coding of the rows.

    Parameters
    ----------
    members : Members
        Of a tree that has seen the rows in `_prepare`.
    prepared : Prepared
    predict : callable
        Turns what a tree says of rows, (n_rows, n_channels), into predictions.
    """

    def __init__(self, members, prepared, predict):
        self.members, self.prepared, self.predict = members, prepared, predict

    def fit(self, weights):
        """Return the next member, and what it predicts for the rows."""
        member = self.members.make()
        member._fit_prepared(self.prepared, weights)
        channels = member.tree_.channels_of(self.prepared.coded.X)
        return member, self.predict(channels)


class StumpLearner:
    """Fit trees of one cut: classifiers under plain parameters."""

    def __init__(self, members, prepared):
        self.members, self.prepared = members, prepared
        self.stumps = Stumps(prepared.coded, prepared.statistic)

    @staticmethod
    def suits(estimator, prepared):
        """Tell whether an estimator's trees are the best of all single cuts."""
        params = estimator.get_params(deep=False)
        is_plain = all(params.get(k) == value for k, value in PLAIN_STUMP.items())
        return is_plain and Stumps.suit(prepared.coded, prepared.statistic)

    def fit(self, weights):
        """Return the next member, and the classes that it predicts for the rows."""
        member = self.members.make()
        tree, codes = self.stumps.grow(weights)
        member._keep(tree, self.prepared, self.prepared.coded.n_features)
        return member, codes


class Learner:
    """Fit any estimator.

    Parameters
    ----------
    members : Members
    X : array, sparse matrix or data frame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    """

    def __init__(self, members, X, y):
        self.members, self.X, self.y = members, X, y

    def fit(self, weights):
        """Return the next member, and what it predicts for the rows."""
        member = self.members.make()
        member.fit(self.X, self.y, sample_weight=weights)
        return member, member.predict(self.X)


class DrawnTreeLearner:
    """Fit trees of ours to rows that were drawn, as counts under one coding."""

    def __init__(self, members, prepared):
        self.members, self.prepared = members, prepared

    def fit(self, member, drawn):
        """Fit a member to drawn rows; return what it predicts for all."""
        counts = ensemble.count_rows(drawn, self.prepared.coded.n_rows)
        member._fit_prepared(self.prepared, counts)
        return member.tree_.channels_of(self.prepared.coded.X)[:, 0]


class DrawnLearner:
    """Fit any estimator to rows that were drawn."""

    def __init__(self, members, X, y):
        self.members, self.X, self.y = members, X, y

    def fit(self, member, drawn):
        """Fit a member to drawn rows; return what it predicts for all."""
        member.fit(front_desk.take_rows(self.X, drawn), self.y[drawn])
        return member.predict(self.X)


class BaseBoosting(CallbackSupportMixin, MetaEstimatorMixin, MemberSequence, Estimator):
    """Members with a say each: what classifiers and regressors share."""

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
    }

    def _start_members(self, base):
        is_own_tree = type(base) in self._own_trees
        return Members(base, self.random_state, is_own_tree=is_own_tree)

    def _receive_training_rows(self, X, y, **checks):
        """Return X and y of the same rows; what is missing is the members' business."""
        return validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            dtype=None,
            ensure_all_finite=False,
            allow_nd=type(self._base_estimator()) not in self._own_trees,
            **checks,
        )

    def _receive_rows(self, X):
        """Return rows for the members to predict, as trees of ours want them if they
        are.
        """
        check_is_fitted(self)
        if self._are_own_trees:
            return front_desk.receive_rows(self, X)
        return validate_data(
            self,
            X,
            accept_sparse=["csr", "csc"],
            dtype=None,
            ensure_all_finite=False,
            allow_nd=True,
            reset=False,
        )

    def _start(self):
        """Set what a fit fills, round after round."""
        M = self.n_estimators
        self.estimators_ = []
        self.estimator_weights_, self.estimator_errors_ = np.zeros(M), np.ones(M)
        self.stop_reason_ = ALL_ROUNDS

    def _count_rounds(self, *told):
        """Yield the numbers of the rounds, and tell callbacks of each member.

        `told` are X, y and the sample weights as `fit` was given them.
        """
        for m in range(self.n_estimators):
            task, is_over = ensemble.begin_member(self, "round", m), False
            try:
                yield m
            finally:
                has_member = len(getattr(self, "estimators_", ())) == m + 1
                if task is not None and has_member:
                    is_over = ensemble.tell_callbacks_of_a_member(
                        self, task, *told, _keep_apart
                    )
            if is_over:
                self.stop_reason_ = TOLD_TO
                return

    @property
    def _are_own_trees(self):
        return all(type(member) in self._own_trees for member in self.estimators_)

    @property
    def feature_importances_(self):
        """The members' importances, averaged by their say."""
        check_is_fitted(self)
        says = self.estimator_weights_[: len(self.estimators_)]
        try:
            own = [member.feature_importances_ for member in self.estimators_]
        except AttributeError as missing:
            raise AttributeError(
                f"The members tell no importance of features: {missing}"
            ) from missing
        return says @ np.array(own) / says.sum()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        base = get_tags(self._base_estimator())
        tags.input_tags.sparse = base.input_tags.sparse
        tags.input_tags.allow_nan = base.input_tags.allow_nan
        return tags


def _keep_apart(so_far):
    """Let a copy of an ensemble keep its members as they are now."""
    so_far.estimators_ = list(so_far.estimators_)
    for name in ("estimator_weights_", "estimator_errors_"):
        setattr(so_far, name, getattr(so_far, name).copy())


def receive_shares(sample_weight, X, class_weight=None, y=None):
    """Return each row's share of the weights, float64 of shape (n_rows,)."""
    weights = front_desk.receive_weights(sample_weight, X)
    if weights is not None:
        front_desk.refuse_negative_weights(weights)
    weights = front_desk.weigh_classes(weights, class_weight, y)
    if weights is None:
        return np.full(X.shape[0], 1 / X.shape[0])
    refuse_negative_classes(weights, class_weight)
    weights = weights / weights.max()  # whose sum is finite
    return weights / weights.sum()


def refuse_negative_classes(weights, class_weight):
    """Raise where weights of classes make those of rows negative."""
    if weights.min() < 0:
        raise ValueError(
            f"class_weight must be non-negative, got {class_weight!r}: a row cannot be "
            "there less than never. Pass weights of at least 0."
        )
