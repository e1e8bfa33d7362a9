"""AdaBoost (Freund and Schapire 1997): learners in turn, each heeding what went wrong.

A round fits a weak learner to weighted rows, gives it a say that grows as its error
falls, and gives weight to the rows that it got wrong. What is predicted is the weighted
vote. For two classes this is steepest descent on ``exp(-margin)`` (Breiman 1999,
Friedman, Hastie and Tibshirani 2000); for more, SAMME (Zhu et al. 2009).
"""

from contextlib import closing
from dataclasses import replace
from itertools import accumulate

import numpy as np
from scipy.special import softmax
from sklearn.base import (
    ClassifierMixin,
    RegressorMixin,
    _fit_context,
    is_classifier,
)
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import check_consistent_length
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, column_or_1d, has_fit_parameter

from skclassic import _class_desk as class_desk
from skclassic import _ensemble as ensemble
from skclassic import _front_desk as front_desk
from skclassic._boosting import (
    BaseBoosting,
    DrawnLearner,
    DrawnTreeLearner,
    Learner,
    StumpLearner,
    TreeLearner,
    receive_shares,
)
from skclassic.growth.stumps import (
    add_stumps_in_turn,
    add_stumps_up,
    are_stumps,
)
from skclassic.trees import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
    most_frequent,
    spread_shares,
)

LEAST_WEIGHT = np.finfo(np.float64).eps  # of a row: lighter ones never come back
NO_ERROR = "the last member makes no error on the training rows"
NO_BETTER = "the next member would have been no better than chance"
NO_WEIGHT = "sample weights have reached infinite values"


class AdaBoostClassifier(ClassifierMixin, BaseBoosting):
    """Boosting by reweighting: SAMME.

    Parameters
    ----------
    estimator : object, default=None
        A classifier whose `fit` takes `sample_weight`; None for a
        :class:`DecisionTreeClassifier` of one cut.
    n_estimators : int, default=50
        Rounds at most.
    learning_rate : float, default=1.0
        What each member's say is multiplied by; above 0. The smaller, the more rounds
        are needed.
    random_state : int, RandomState or None, default=None
        Seeds the members.
    class_weight : dict, "balanced" or None, default=None
        What the rows of each class count at the start. "balanced" makes all classes
        count alike.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    estimators_ : list of fitted classifiers
    estimator_weights_ : float64 ndarray of shape (n_estimators,)
        The say of each member, 0 beyond the last.
    estimator_errors_ : float64 ndarray of shape (n_estimators,)
        Weighted error of each member on the rows it was fitted to, 1 beyond the last.
    training_error_bound_ : float or None
        The share of the rows, by their weights, that are predicted wrongly is no larger
        (Freund and Schapire 1997, theorem 6): the product over the rounds of
        ``2 sqrt(e (1 - e))``. A last member without an error has a say of 1, as in
        scikit-learn, and not all of it: after others it counts ``exp(-1 / 2)``. None
        for more than two classes, or another learning rate than 1.
    stop_reason_ : str
        Why there are no more members.
    feature_importances_ : ndarray of shape (n_features,)
        The members' own, averaged by their say.
    n_features_in_, feature_names_in_

    References
    ----------
    Freund, Y. and Schapire, R. (1997). A decision-theoretic generalization of on-line
    learning and an application to boosting. Journal of Computer and System Sciences 55.

    Zhu, J., Zou, H., Rosset, S. and Hastie, T. (2009). Multi-class AdaBoost. Statistics
    and Its Interface 2.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skclassic import AdaBoostClassifier
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> model = AdaBoostClassifier(n_estimators=100, random_state=0).fit(X[::2], y[::2])
    >>> bool(model.score(X[1::2], y[1::2]) > 0.93)
    True
    """

    _own_trees = (DecisionTreeClassifier, ExtraTreeClassifier)

    _parameter_constraints = {
        **BaseBoosting._parameter_constraints,
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
        estimator=None,
        *,
        n_estimators=50,
        learning_rate=1.0,
        random_state=None,
        class_weight=None,
    ):
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.class_weight = class_weight

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None):
        """Fit one member after the other.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            NaN is passed on to members that take it, as trees do.
        y : array-like of shape (n_samples,)
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            A row of weight k counts as k rows; at least 0.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If X or y is malformed, the lengths differ, weights are negative or all 0,
            the estimator takes no weights, or it is no better than chance.
        """
        base = self._base_estimator()
        refuse_without_weights(base)
        told, given = (X, y, sample_weight), X
        X, y = self._receive_training_rows(X, y)
        classes, codes = front_desk.receive_classes(column_or_1d(y, warn=True))
        weights = receive_shares(sample_weight, X, self.class_weight, y)
        self.classes_, self.n_classes_ = classes, len(classes)
        self.estimator_ = base
        members = self._start_members(base)
        rows = given if type(base) in self._own_trees else X
        learner, weights, codes = self._choose_learner(members, rows, codes, weights)
        ensemble.tell_callbacks_the_beginning(self, self.n_estimators)
        with closing(self._count_rounds(*told)) as rounds:
            self._boost(learner, codes, weights, rounds)
        self._say_how_it_ended()
        ensemble.tell_callbacks_the_end(self, *told)
        return self

    def _boost(self, learner, y, w, rounds):
        """Algorithm 2 of Zhu et al. (2009), y the numbers of the classes."""
        K = self.n_classes_
        self._start()
        for m in rounds:
            member, predicted = learner.fit(w)
            is_wrong = predicted != y
            error = float(w @ is_wrong)
            if error >= 1 - 1 / K and K > 1:
                refuse_chance(m, error, K)
                self.stop_reason_ = NO_BETTER
                break
            self.estimators_.append(member)
            self.estimator_errors_[m], self.estimator_weights_[m] = error, 1.0
            if error <= 0:
                self.stop_reason_ = NO_ERROR
                break
            say = self.learning_rate * (np.log((1 - error) / error) + np.log(K - 1))
            self.estimator_weights_[m] = say
            w = reweigh(w, is_wrong, say)
            if w is None:
                self.stop_reason_ = NO_WEIGHT
                break

    def _choose_learner(self, members, X, codes, weights):
        """Return what fits members, and the weights and codes of the rows it sees."""
        base = members.estimator
        if type(base) not in self._own_trees:
            labels = self.classes_.take(codes)
            return Learner(members, X, labels), weights, labels
        base._validate_params()
        prepared = base._prepare(X, self.classes_.take(codes))
        self._encoder = base._encoder
        if not weights.all():
            rows = np.flatnonzero(weights)
            prepared, weights = prepared.take_rows(rows), weights[rows]
        if StumpLearner.suits(base, prepared):
            return StumpLearner(members, prepared), weights, prepared.y
        return TreeLearner(members, prepared, self._choose), weights, prepared.y

    def _choose(self, channels):
        """Return the number of the most frequent class in what trees predict."""
        return most_frequent(spread_shares(channels, self.n_classes_))

    def _base_estimator(self):
        if self.estimator is None:
            return DecisionTreeClassifier(max_depth=1)
        return self.estimator

    def _say_how_it_ended(self):
        n = len(self.estimators_)
        is_single = n == 1 < self.n_estimators and self.n_classes_ > 1
        if self.stop_reason_ == NO_ERROR and is_single:
            front_desk.warn(
                f"Boosting ended after 1 round of {self.n_estimators}: the first "
                "member makes no error, and so is the whole of it. Pass a weaker "
                "estimator, a tree of smaller max_depth for instance."
            )
        if self.stop_reason_ == NO_WEIGHT and n < self.n_estimators:
            front_desk.warn(
                f"{NO_WEIGHT.capitalize()}, so that boosting ended after {n} rounds of "
                f"{self.n_estimators}. Try lowering learning_rate."
            )

    @property
    def training_error_bound_(self):
        """The product of ``(1 - e) exp(-say / 2) + e exp(say / 2)``, which above no
        error is ``2 sqrt(e (1 - e))``; None where there is no such bound.
        """
        check_is_fitted(self)
        if self.n_classes_ != 2 or self.learning_rate != 1:
            return None
        n = len(self.estimators_)
        errors, says = self.estimator_errors_[:n], self.estimator_weights_[:n]
        if n == 1 and errors[0] <= 0:
            return 0.0
        odds = np.exp(says / 2)
        return float(np.prod((1 - errors) / odds + errors * odds))

    def decision_function(self, X):
        """Return the weighted vote.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) with two classes, or (n_samples, n_classes)
            A class gets a member's say if the member is for it, and minus
            ``1 / (n_classes - 1)`` of it if not; the mean over the members. With two
            classes that of the second less that of the first, from -2 to 2.
        """
        *_, scores = self._stage_scores(X, only_last=True)
        return scores

    def staged_decision_function(self, X):
        """Yield what `decision_function` returns, after each round."""
        yield from self._stage_scores(X)

    def _stage_scores(self, X, *, only_last=False):
        """Yield the vote after each round, or after the last alone."""
        check_is_fitted(self)
        X = self._receive_rows(X)
        if self.n_classes_ == 1:
            yield np.zeros((X.shape[0], 1))
            return
        pairs = list(zip(self.estimators_, self.estimator_weights_, strict=False))
        says = [say for _, say in pairs]
        if not self._are_own_trees:
            stages = accumulate(self._count_vote(*pair, X) for pair in pairs)
        else:
            K = self.n_classes_
            trees = [let_vote(member.tree_, say, K) for member, say in pairs]
            if only_last:
                stages, says = [self._add_up(trees, X)], [sum(says)]
            elif are_stumps(trees):
                stages = add_stumps_in_turn(trees, X)
            else:
                stages = accumulate(tree.channels_of(X) for tree in trees)
        for sums, said in zip(stages, np.cumsum(says), strict=True):
            yield (sums[:, 0] if sums.shape[1] == 1 else sums) / said

    def _count_vote(self, member, say, X):
        """Return what a member's vote adds to the scores, laid out as `let_vote` does:
        with two classes one column.
        """
        K, codes = self.n_classes_, np.searchsorted(self.classes_, member.predict(X))
        if K == 2:
            return np.where(codes == 1, 2 * say, -2 * say)[:, None]
        return np.where(np.arange(K) == codes[:, None], say, -say / (K - 1))

    def _add_up(self, trees, X):
        """Return what trees add up to, many of which walk rows down together."""
        if are_stumps(trees):
            return add_stumps_up(trees, X)
        return ensemble.average_trees(trees, X, n_jobs=None) * len(trees)

    def predict(self, X):
        """Return the class with most of the vote: ndarray of shape (n_samples,)."""
        return self._choose_class(self.decision_function(X))

    def staged_predict(self, X):
        """Yield what `predict` returns, after each round."""
        for scores in self._stage_scores(X):
            yield self._choose_class(scores)

    def _choose_class(self, scores):
        codes = scores > 0 if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_.take(codes)

    def predict_proba(self, X):
        """Return a probability of each class (Zhu et al. 2009, eq. 15).

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Of the mean vote, and so nearer to even than the shares of the classes are.
        """
        return self._share_out(self.decision_function(X))

    def staged_predict_proba(self, X):
        """Yield what `predict_proba` returns, after each round."""
        for scores in self._stage_scores(X):
            yield self._share_out(scores)

    def _share_out(self, scores):
        if scores.ndim == 1:
            return softmax(np.column_stack([-scores, scores]) / 2, axis=1)
        return softmax(scores / max(self.n_classes_ - 1, 1), axis=1)

    def predict_log_proba(self, X):
        """Return logarithms of `predict_proba`."""
        return np.log(self.predict_proba(X))

    def staged_score(self, X, y, sample_weight=None):
        """Yield the accuracy after each round."""
        for predicted in self.staged_predict(X):
            yield accuracy_score(y, predicted, sample_weight=sample_weight)

    def margins(self, X, y):
        """Return how far the vote is for each row's own class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels, of the classes of `fit`.

        Returns
        -------
        ndarray of shape (n_samples,)
            The share of the say that is for the own class, less the largest for
            another: from -1 to 1, above 0 where the row is predicted correctly
            (Schapire, Freund, Bartlett and Lee 1998).
        """
        codes = self._number_labels(X, y)
        return lead(self.decision_function(X), codes)

    def staged_margins(self, X, y):
        """Yield what `margins` returns, after each round."""
        codes = self._number_labels(X, y)
        for scores in self._stage_scores(X):
            yield lead(scores, codes)

    def _number_labels(self, X, y):
        """Return the numbers of the classes that rows are said to be of."""
        check_is_fitted(self)
        check_consistent_length(X, y)
        return class_desk.number_labels(column_or_1d(y), self.classes_)


def refuse_without_weights(estimator):
    """Raise for an estimator that boosting cannot steer."""
    if not has_fit_parameter(estimator, "sample_weight"):
        raise ValueError(
            f"estimator must take sample_weight in fit, got {estimator!r}: "
            f"{type(estimator).__name__} doesn't support sample_weight."
        )
    if not is_classifier(estimator):
        raise ValueError(f"estimator must be a classifier, got {estimator!r}.")


def refuse_chance(n_before, error, n_classes):
    """Raise where the first member is no better than chance."""
    if n_before == 0:
        raise ValueError(
            f"estimator must be better than chance, got an error of {error:.3g} with "
            f"{n_classes} classes: BaseClassifier in AdaBoostClassifier ensemble is "
            "worse than random, ensemble can not be fit. Pass a stronger estimator."
        )


def reweigh(w, is_wrong, say):
    """Return the weights of the next round, of sum 1; None where they overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        w = w * np.where(is_wrong, np.exp(say), 1.0)
        total = w.sum()
    if not 0 < total < np.inf:
        return None
    return lift(w / total)


def lift(w):
    """Return weights none of which is too light to come back, but for those of 0."""
    return np.where(w > 0, np.maximum(w, LEAST_WEIGHT), 0.0)


def lead(scores, codes):
    """Return how far the vote is for each row's own class, from -1 to 1."""
    if scores.ndim == 1:
        return np.where(codes == 1, scores, -scores) / 2
    rows, K = np.arange(len(codes)), scores.shape[1]
    shares = (scores * (K - 1) + 1) / K  # of the say: back from 1 and -1 / (K - 1)
    own = shares[rows, codes]
    shares[rows, codes] = 0.0
    return own - shares.max(axis=1)


def let_vote(tree, say, n_classes):
    """Return a tree whose leaves hold what a member's vote adds to the scores.

    With two classes twice its say, for the second class or against it.
    """
    own = tree._leaf_values.argmax(axis=1)
    if n_classes == 2:
        nodes, is_leaf = tree.nodes.copy(), tree.nodes[:, 2] < 0
        nodes.view(np.float64)[is_leaf, 0] = np.where(own == 1, 2 * say, -2 * say)
        return replace(tree, nodes=nodes)
    shares = np.where(np.arange(n_classes) == own[:, None], say, -say / (n_classes - 1))
    return replace(tree, shares=shares)


class AdaBoostRegressor(RegressorMixin, BaseBoosting):
    """Boosting of regressors by drawing rows: AdaBoost.R2.

    Parameters
    ----------
    estimator : object, default=None
        A regressor; None for a :class:`DecisionTreeRegressor` of depth 3.
    n_estimators : int, default=50
        Rounds at most.
    learning_rate : float, default=1.0
        What each member's say is multiplied by; above 0.
    loss : {"linear", "square", "exponential"}, default="linear"
        How the loss of a row grows with its error, as a share of the largest.
    random_state : int, RandomState or None, default=None
        Draws the rows, and seeds the members.

    Attributes
    ----------
    estimators_ : list of fitted regressors
    estimator_weights_ : float64 ndarray of shape (n_estimators,)
        The say of each member, 0 beyond the last.
    estimator_errors_ : float64 ndarray of shape (n_estimators,)
        Mean loss of each member over the weighted rows, 1 beyond the last.
    stop_reason_ : str
        Why there are no more members.
    feature_importances_ : ndarray of shape (n_features,)
        The members' own, averaged by their say.
    n_features_in_, feature_names_in_

    References
    ----------
    Drucker, H. (1997). Improving regressors using boosting techniques. ICML.

    Examples
    --------
    >>> from skclassic import AdaBoostRegressor, Friedman1
    >>> X, y = Friedman1().sample(1000, random_state=0)
    >>> model = AdaBoostRegressor(random_state=0).fit(X[:500], y[:500])
    >>> bool(model.score(X[500:], y[500:]) > 0.75)
    True
    """

    _own_trees = (DecisionTreeRegressor, ExtraTreeRegressor)

    _parameter_constraints = {
        **BaseBoosting._parameter_constraints,
        "loss": [StrOptions({"linear", "square", "exponential"})],
    }

    def __init__(
        self,
        estimator=None,
        *,
        n_estimators=50,
        learning_rate=1.0,
        loss="linear",
        random_state=None,
    ):
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.loss = loss
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(self, X, y, sample_weight=None):
        """Fit one member after the other, each on rows drawn anew.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            NaN is passed on to members that take it, as trees do.
        y : array-like of shape (n_samples,)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            At least 0. Rows are drawn with probability proportional to it.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If X or y is malformed, the lengths differ, or weights are negative or all
            0.
        """
        base, given, told = self._base_estimator(), X, (X, y, sample_weight)
        X, y = self._receive_training_rows(X, y, y_numeric=True)
        weights, y = receive_shares(sample_weight, X), column_or_1d(y, warn=True)
        self.estimator_ = base
        members = self._start_members(base)
        learner = self._choose_learner(members, given, X, y)
        ensemble.tell_callbacks_the_beginning(self, self.n_estimators)
        with closing(self._count_rounds(*told)) as rounds:
            self._boost(learner, y, weights, rounds)
        ensemble.tell_callbacks_the_end(self, *told)
        return self

    def _boost(self, learner, y, w, rounds):
        """Drucker (1997), section 3."""
        members, is_there = learner.members, w > 0
        self._start()
        for m in rounds:
            member = members.make()
            drawn = members.stream.choice(len(y), size=len(y), replace=True, p=w)
            predicted = learner.fit(member, drawn)
            losses = self._lose(np.abs(predicted - y), is_there)
            error = float(w @ losses)
            if error >= 0.5 and m > 0:
                self.stop_reason_ = NO_BETTER
                break
            self.estimators_.append(member)
            if error >= 0.5:
                self.stop_reason_ = NO_BETTER
                break
            self.estimator_errors_[m], self.estimator_weights_[m] = error, 1.0
            if error <= 0:
                self.stop_reason_ = NO_ERROR
                break
            beta = error / (1 - error)
            self.estimator_weights_[m] = self.learning_rate * np.log(1 / beta)
            w = w * beta ** ((1 - losses) * self.learning_rate)
            w = lift(w / w.sum())

    def _lose(self, errors, is_there):
        """Return each row's loss, from 0 to 1: its error as a share of the largest of
        those that have a weight; 0 for the others.
        """
        errors = np.where(is_there, errors, 0.0)
        losses = errors / max(errors.max(), np.finfo(np.float64).tiny)
        if self.loss == "square":
            return losses**2
        return 1 - np.exp(-losses) if self.loss == "exponential" else losses

    def _choose_learner(self, members, given, X, y):
        base = members.estimator
        if type(base) not in self._own_trees:
            return DrawnLearner(members, X, y)
        base._validate_params()
        prepared = base._prepare(given, y)
        self._encoder = base._encoder
        return DrawnTreeLearner(members, prepared)

    def _base_estimator(self):
        if self.estimator is None:
            return DecisionTreeRegressor(max_depth=3)
        return self.estimator

    def predict(self, X):
        """Return the members' weighted median: ndarray of shape (n_samples,)."""
        said = self._ask_members(X)
        return take_median(said, self.estimator_weights_[: len(said)])

    def staged_predict(self, X):
        """Yield what `predict` returns, after each round."""
        said = self._ask_members(X)
        for m in range(1, len(said) + 1):
            yield take_median(said[:m], self.estimator_weights_[:m])

    def _ask_members(self, X):
        """Return what each member predicts: (n_members, n_samples)."""
        X = self._receive_rows(X)
        if self._are_own_trees:
            return np.array(
                [member.tree_.channels_of(X)[:, 0] for member in self.estimators_]
            )
        return np.array([member.predict(X) for member in self.estimators_])

    def staged_score(self, X, y, sample_weight=None):
        """Yield the R^2 after each round."""
        for predicted in self.staged_predict(X):
            yield r2_score(y, predicted, sample_weight=sample_weight)


def take_median(said, says):
    """Return the weighted medians of predictions, one a column.

    Parameters
    ----------
    said : float64 array of shape (n_members, n_rows)
    says : float64 array of shape (n_members,)

    Returns
    -------
    ndarray of shape (n_rows,)
        The least that half of the say does not exceed.
    """
    order = said.argsort(axis=0)
    sums = says[order].cumsum(axis=0)
    middle = (sums >= 0.5 * sums[-1]).argmax(axis=0)
    columns = np.arange(said.shape[1])
    return said[order[middle, columns], columns]
