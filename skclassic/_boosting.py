"""What boosted classifiers and regressors share: members that learn in turn.

A learner fits one member after the other to the same rows under weights that change,
and tells what each predicts for these rows. Trees of ours share one coding of the rows;
those of one cut are found by sums over bins alone.
"""

from dataclasses import replace
from numbers import Integral, Real

import numpy as np
from sklearn.base import MetaEstimatorMixin, clone
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import check_consistent_length, get_tags
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.validation import check_is_fitted, validate_data

from skclassic import _ensemble as ensemble
from skclassic import _front_desk as front_desk
from skclassic._base import Estimator, MemberSequence
from skclassic._class_shares import most_frequent, spread_shares
from skclassic._early_stopping import (
    Rows,
    Watch,
    refuse_too_few_held,
    refuse_unwatched,
)
from skclassic.growth.criteria import ClassStatistic
from skclassic.growth.stumps import Stumps

PLAIN_STUMP = {  # parameters under which a tree is the best of all single cuts
    "splitter": "best",
    "max_depth": 1,
    "min_samples_split": 2,
    "min_samples_leaf": 1,
    "min_weight_fraction_leaf": 0.0,
    "max_features": None,
    "min_impurity_decrease": 0.0,
    "ccp_alpha": 0.0,
    "monotonic_cst": None,
}


ALL_ROUNDS = "all rounds were made"
TOLD_TO = "a callback has ended it"
NO_RISE = "the validation score has not risen for {} rounds"


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

    def draw(self, weights):
        """Draw as many rows as there are, by their weights of sum 1."""
        n_rows = len(weights)
        return self.stream.choice(n_rows, size=n_rows, replace=True, p=weights)


class Classes:
    """Ask members for the numbers of classes."""

    def __init__(self, classes):
        self.classes = classes

    def read(self, channels):
        """Return what trees of ours say, from their channels."""
        return most_frequent(spread_shares(channels, len(self.classes)))

    def ask(self, member, X):
        """Return what any member says of rows."""
        return np.searchsorted(self.classes, np.ravel(member.predict(X)))


class Shares(Classes):
    """Ask members for the shares of all classes: (n_rows, n_classes)."""

    def read(self, channels):
        """Return what trees of ours say, from their channels."""
        return spread_shares(channels, len(self.classes))

    def ask(self, member, X):
        """Return what any member says of rows; 0 for classes it has not met."""
        shares = np.zeros((X.shape[0], len(self.classes)))
        columns = np.searchsorted(self.classes, member.classes_)
        shares[:, columns] = member.predict_proba(X)
        return shares


class Numbers:
    """Ask members for numbers: (n_rows,)."""

    def read(self, channels):
        """Return what trees of ours say, from their channels."""
        return channels[:, 0]

    def ask(self, member, X):
        """Return what any member says of rows."""
        return np.asarray(member.predict(X), np.float64).reshape(X.shape[0])


class TreeLearner:
    """Fit trees of ours, which share the coding of the rows.

    Parameters
    ----------
    members : Members
        Of a tree that has seen the rows in `_prepare`.
    prepared : Prepared
    question : Classes, Shares or Numbers
    draws : bool, default=False
        Whether rows are drawn by their weights, and counted.
    """

    def __init__(self, members, prepared, question, *, draws=False):
        self.members, self.prepared, self.draws = members, prepared, draws
        self.question = question

    def fit(self, weights, targets=None):
        """Return the next member, and what it says of the rows; under targets of this
        round if there are any.
        """
        member, prepared = self.members.make(), self.prepared
        if targets is not None:
            statistic, _ = member._read_targets(targets)
            prepared = replace(prepared, statistic=statistic)
        if self.draws:
            drawn = self.members.draw(weights)
            weights = ensemble.count_rows(drawn, len(weights))
        member._fit_prepared(prepared, weights)
        channels = member.tree_.channels_of(prepared.coded.X)
        return member, self.question.read(channels)


class StumpLearner:
    """Fit trees of one cut: classifiers under plain parameters."""

    def __init__(self, members, prepared, question):
        self.members, self.prepared, self.question = members, prepared, question
        self.stumps = Stumps(prepared.coded, prepared.statistic)

    @staticmethod
    def suits(estimator, prepared):
        """Tell whether an estimator's trees are the best of all single cuts."""
        is_plain = is_plain_stump(estimator, criterion="gini", class_weight=None)
        return is_plain and Stumps.suit(prepared.coded, prepared.statistic)

    def fit(self, weights, targets=None):
        """Return the next member, and what it says of the rows."""
        member = self.members.make()
        tree, leaves = self.stumps.grow(weights)
        member._keep(tree, self.prepared, self.prepared.coded.n_features)
        return member, self.question.read(tree.channels_of_leaves)[leaves]


class SignLearner:
    """Regress labels of -1 and 1 on trees of one cut: the purest cut is that of the
    least squares, too.

    Parameters
    ----------
    members : Members
    prepared : Prepared
    stumps : Stumps
        Of rows whose label is 1, and others.
    """

    def __init__(self, members, prepared, stumps):
        self.members, self.prepared, self.stumps = members, prepared, stumps

    @classmethod
    def of_columns(cls, members, prepared, is_own):
        """Return a learner for each column of bools, whether a row's label is 1."""
        stumps = Stumps(prepared.coded, _tell_apart(is_own[:, 0]))
        return [cls(members, prepared, stumps.relabel(each)) for each in is_own.T]

    @staticmethod
    def suits(estimator, prepared):
        """Tell whether an estimator's trees are the best of all single cuts."""
        is_plain = is_plain_stump(estimator, criterion="squared_error")
        return is_plain and Stumps.suit(prepared.coded, _tell_apart(prepared.y > 0))

    def fit(self, weights, targets=None):
        """Return the next member, and what it says of the rows."""
        member = self.members.make()
        tree, leaves = self.stumps.grow(weights)
        tree = tree.regress_signs()
        member._keep(tree, self.prepared, self.prepared.coded.n_features)
        return member, tree.channels_of_leaves[leaves, 0]


def is_plain_stump(estimator, **beside):
    """Tell whether parameters ask for a tree of the best of all single cuts."""
    params = estimator.get_params(deep=False)
    plain = PLAIN_STUMP | beside
    return all(params.get(name) == value for name, value in plain.items())


def _tell_apart(is_own):
    return ClassStatistic(is_own.astype(np.uint8), 2, is_log=False)


class Learner:
    """Fit any estimator.

    Parameters
    ----------
    members : Members
    X : array, sparse matrix or data frame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    question : Classes, Shares or Numbers
    draws : bool, default=False
        Whether rows are drawn by their weights.
    params : dict
        Metadata for the members' `fit`.
    """

    def __init__(self, members, X, y, question, *, draws, params):
        self.members, self.X, self.y, self.question = members, X, y, question
        self.draws, self.params = draws, params

    def fit(self, weights, targets=None):
        """Return the next member, and what it says of the rows; under targets of this
        round if there are any.
        """
        member = self.members.make()
        y = self.y if targets is None else targets
        if self.draws:
            drawn = self.members.draw(weights)
            params = front_desk.take_params(self.params, drawn, len(y))
            member.fit(front_desk.take_rows(self.X, drawn), y[drawn], **params)
        else:
            member.fit(self.X, y, sample_weight=weights, **self.params)
        said = self.question.ask(member, self.X)
        if not np.isfinite(said).all():
            raise ValueError(
                f"estimator must predict finite numbers, got NaN or infinity from "
                f"{member!r}. Pass an estimator that copes with X and its weights."
            )
        return member, said


class LearnerOfColumns:
    """Fit a member for each column of weights and targets.

    Parameters
    ----------
    learners : list of n_columns TreeLearner, SignLearner or Learner
    """

    def __init__(self, learners):
        self.learners = learners

    def fit(self, weights, targets):
        """Return the next member, a list of them for several columns, and what they
        say: float64 array of shape (n_rows, n_columns).
        """
        columns = map(np.ascontiguousarray, (weights.T, targets.T))
        fitted = [
            learner.fit(*pair)
            for learner, *pair in zip(self.learners, *columns, strict=True)
        ]
        members, told = zip(*fitted, strict=True)
        single = members[0] if len(members) == 1 else list(members)
        return single, np.column_stack(told)


class BaseBoosting(CallbackSupportMixin, MetaEstimatorMixin, MemberSequence, Estimator):
    """Members with a say each: what classifiers and regressors share."""

    _fewest_held = 1  # rows, for a score of them

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), None],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "tol": [Interval(Real, 0, None, closed="left")],
    }

    def _start_members(self, base):
        return Members(base, self.random_state, is_own_tree=self._are_own_trees)

    def _route(self, params):
        """Return the metadata that the members' `fit` asked for."""
        front_desk.refuse_unrouted(self, "fit", params)
        return process_routing(self, "fit", **params).estimator.fit if params else {}

    def get_metadata_routing(self):
        """Return who is handed what `fit` is given: a MetadataRouter."""
        mapping = MethodMapping().add(caller="fit", callee="fit")
        router = MetadataRouter(owner=self).add_self_request(self)
        return router.add(estimator=self._base_estimator(), method_mapping=mapping)

    def _receive_training_rows(self, X, y, **checks):
        """Return X and y of the same rows; what is missing is the members' business."""
        return validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            dtype=None,
            ensure_all_finite=False,
            allow_nd=not self._are_own_trees,
            **checks,
        )

    def _part_rows(self, rows, stream, held, *, stratify):
        """Return the rows to fit, and those to judge rounds by, None where none do.

        `held` are X_val, y_val and sample_weight_val as `fit` was given them.
        """
        refuse_unwatched(self.n_iter_no_change, *held)
        if self.n_iter_no_change is None:
            return rows, None
        X_val, y_val, weights = held
        if X_val is None:
            share = self.validation_fraction
            return rows.part(share, stratify=stratify, random_state=stream)
        check_consistent_length(X_val, y_val)
        y_val = front_desk.receive_held_targets(y_val)
        y_val = self._read_held_targets(y_val)
        if not self._are_own_trees:
            X_val = self._receive_rows(X_val)
        return rows, Rows(X_val, y_val, receive_shares(weights, y_val), {})

    def _watch(self, held):
        """Return what ends the rounds, or None."""
        if held is None:
            vars(self).pop("validation_score_", None)  # of a fit before
            return None
        if self._are_own_trees:  # whose categories are known by now
            held = held._replace(X=self._receive_rows(held.X))
        refuse_too_few_held(len(held.y), self._fewest_held)
        return Watch(self._judge(held), self.n_iter_no_change, self.tol)

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

    def _add(self, member, error, say):
        """Take a member in."""
        m = len(self.estimators_)
        self.estimators_.append(member)
        self.estimator_errors_[m], self.estimator_weights_[m] = error, say

    def _count_rounds(self, watch, *told):
        """Yield the numbers of the rounds, and tell callbacks of each member.

        `told` are X, y and the sample weights as `fit` was given them.
        """
        for m in range(self.n_estimators):
            n_before, is_over = len(self.estimators_), False
            task = ensemble.begin_member(self, "round", m)
            try:
                yield m
            finally:
                has_grown = len(self.estimators_) > n_before
                if has_grown and watch is not None:
                    watch.look()
                if has_grown and task is not None:
                    is_over = ensemble.tell_callbacks_of_a_member(
                        self, task, *told, _keep_apart
                    )
            if is_over:
                self.stop_reason_ = TOLD_TO
                return
            if watch is not None and watch.is_over:
                self.stop_reason_ = NO_RISE.format(watch.patience)
                return

    @property
    def _are_own_trees(self):
        return type(self.estimator_) in self._own_trees

    @property
    def feature_importances_(self):
        """The members' importances, averaged by their say."""
        check_is_fitted(self)
        says = self.estimator_weights_[: len(self.estimators_)]
        try:
            own = [find_importances(member) for member in self.estimators_]
        except AttributeError as missing:
            raise AttributeError(
                f"The members tell no importance of features: {missing}"
            ) from missing
        if not says.any():  # a single member, no better than chance
            says = np.ones(len(own))
        return says @ np.array(own) / says.sum()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        base = get_tags(self._base_estimator())
        tags.input_tags.sparse = base.input_tags.sparse
        tags.input_tags.allow_nan = base.input_tags.allow_nan
        return tags


def find_importances(member):
    """Return a member's importances of features; the mean of a list of members."""
    if isinstance(member, list):
        return np.mean([each.feature_importances_ for each in member], axis=0)
    return member.feature_importances_


def _keep_apart(so_far):
    """Let a copy of an ensemble keep its members as they are now."""
    so_far.estimators_ = list(so_far.estimators_)
    for name in ("estimator_weights_", "estimator_errors_"):
        setattr(so_far, name, getattr(so_far, name).copy())


def receive_shares(sample_weight, X, class_weight=None, y=None):
    """Return each row's share of the weights, float64 of shape (n_rows,).

    `X` is anything with a shape whose rows are weighed.
    """
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
