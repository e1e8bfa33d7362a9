"""AdaBoost (Freund and Schapire 1997): learners in turn, each heeding what went wrong.

A round fits a weak learner to weighted rows, gives it a say that grows as its error
falls, and gives weight to the rows that it got wrong. What is predicted is the weighted
vote. For two classes this is steepest descent on ``exp(-margin)`` (Breiman 1999,
Friedman, Hastie and Tibshirani 2000); for more, SAMME (Zhu et al. 2009). How each
algorithm weighs members and rows stands in `_reweighting`.
"""

from contextlib import closing
from itertools import accumulate

import numpy as np
from scipy.special import log_softmax, softmax
from sklearn.base import (
    ClassifierMixin,
    RegressorMixin,
    _fit_context,
    is_classifier,
    is_regressor,
)
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import check_consistent_length, get_tags
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, column_or_1d, has_fit_parameter

from skclassic import _class_desk as class_desk
from skclassic import _ensemble as ensemble
from skclassic import _front_desk as front_desk
from skclassic._boosting import (
    BaseBoosting,
    Classes,
    Learner,
    LearnerOfColumns,
    Numbers,
    Shares,
    SignLearner,
    StumpLearner,
    TreeLearner,
    receive_shares,
)
from skclassic._early_stopping import Rows
from skclassic._reweighting import (
    NO_BETTER,
    NO_ERROR,
    NO_WEIGHT,
    RULES,
    Gentle,
    Samme,
    lift,
    tell_apart,
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
)

CHANCE = (
    "estimator must be {}, got an error of {:.3g} with {} classes: "
    "BaseClassifier in AdaBoostClassifier ensemble is worse than random, ensemble can "
    "not be fit. Pass a stronger estimator."
)
ALGORITHMS_OF_NUMBERS = [
    name for name, rule in RULES.items() if rule.asks_for == "numbers"
]


class AdaBoostClassifier(ClassifierMixin, BaseBoosting):
    """Boosting by reweighting: AdaBoost, and its real, gentle and logit variants.

    Parameters
    ----------
    estimator : object, default=None
        What is boosted, whose `fit` takes `sample_weight` unless rows are drawn: a
        classifier; with "real" one that has `predict_proba`; with "gentle" and "logit"
        a regressor. None for a tree of one cut.
    n_estimators : int, default=50
        Rounds at most.
    learning_rate : float, default=1.0
        What each member's say is multiplied by; above 0. The smaller, the more rounds
        are needed. Must be 1 with "arc-x4".
    algorithm : {"samme", "real", "gentle", "logit", "arc-fs", "arc-x4"}, \
            default="samme"
        How members and rows are weighed. "samme": members vote, each with a say that
        grows as its error falls (AdaBoost.M1, SAMME). "real": members give
        probabilities, whose logarithms add up (Real AdaBoost, SAMME.R). "gentle": a
        regression on labels of -1 and 1, steps that are bounded. "logit": Newton's
        steps on the log likelihood. The last two fit as many regressions in a round as
        there are classes, or one for two. "arc-fs": AdaBoost.M1 that draws its rows,
        and starts again with even weights where a member has no error or is wrong half
        of the time. "arc-x4": draws rows by ``1 + m^4``, where m counts how often a row
        was wrong; members' votes count alike.
    resample : bool or None, default=None
        Whether a member is fitted to as many rows as there are, drawn with replacement
        by their weights, or to all under their weights. None for what the algorithm's
        authors do: both arcs draw, the others weigh.
    link : {"vote", "logistic"} or None, default=None
        What `predict_proba` makes of the scores. "vote": scikit-learn's, of the mean
        vote, which keeps near to even. "logistic": shares whose log odds are the sum of
        the vote (Friedman, Hastie and Tibshirani 2000); after many rounds, too far from
        even; not with "arc-x4". None for "vote" where members vote, and "logistic"
        elsewhere, where there is no other.
    random_state : int, RandomState or None, default=None
        Seeds the members, draws rows and those that are held out.
    class_weight : dict, "balanced" or None, default=None
        What the rows of each class count at the start. "balanced" makes all classes
        count alike.
    n_iter_no_change : int or None, default=None
        End after so many rounds in which the accuracy on held-out rows has not risen,
        and keep the members up to the best round. None to make all rounds.
    validation_fraction : float, default=0.1
        The share of the rows that is held out, the same of each class, in (0, 1); not
        looked at where `fit` is given `X_val`.
    tol : float, default=1e-4
        By how much the accuracy must exceed the best before to have risen.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    estimators_ : list of fitted estimators
        With "gentle" and "logit" and more than two classes, of lists of one for each
        class.
    estimator_weights_ : float64 ndarray of shape (n_estimators,)
        The say of each member, 0 beyond the last.
    estimator_errors_ : float64 ndarray of shape (n_estimators,)
        Weighted error of each member on the rows it was fitted to, 1 beyond the last.
    training_error_bound_ : float or None
        The share of the rows, by their weights, that are predicted wrongly is no larger
        (Freund and Schapire 1997, theorem 6): the product over the rounds of
        ``2 sqrt(e (1 - e))``. A last member without an error has a say of 1, as in
        scikit-learn, and not all of it: after others it counts ``exp(-1 / 2)``. None
        for other algorithms than "samme", more than two classes, or another learning
        rate than 1.
    validation_score_ : float64 ndarray of shape (n_rounds,)
        The accuracy on held-out rows after each round that was made, with
        `n_iter_no_change`.
    stop_reason_ : str
        Why there are no more members.
    feature_importances_ : ndarray of shape (n_features,)
        The members' own, averaged by their say.
    n_features_in_, feature_names_in_

    References
    ----------
    Breiman, L. (1998). Arcing classifiers. Annals of Statistics 26.

    Freund, Y. and Schapire, R. (1997). A decision-theoretic generalization of on-line
    learning and an application to boosting. Journal of Computer and System Sciences 55.

    Friedman, J., Hastie, T. and Tibshirani, R. (2000). Additive logistic regression.
    Annals of Statistics 28.

    Zhu, J., Zou, H., Rosset, S. and Hastie, T. (2006). Multi-class AdaBoost. Technical
    report, University of Michigan; and (2009) Statistics and Its Interface 2.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skclassic import AdaBoostClassifier
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> model = AdaBoostClassifier(n_estimators=100, random_state=0).fit(X[::2], y[::2])
    >>> bool(model.score(X[1::2], y[1::2]) > 0.93)
    True
    """

    _own_trees = (
        DecisionTreeClassifier,
        DecisionTreeRegressor,
        ExtraTreeClassifier,
        ExtraTreeRegressor,
    )

    _parameter_constraints = {
        **BaseBoosting._parameter_constraints,
        "algorithm": [StrOptions(set(RULES))],
        "resample": ["boolean", None],
        "link": [StrOptions({"vote", "logistic"}), None],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
        estimator=None,
        *,
        n_estimators=50,
        learning_rate=1.0,
        algorithm="samme",
        resample=None,
        link=None,
        random_state=None,
        class_weight=None,
        n_iter_no_change=None,
        validation_fraction=0.1,
        tol=1e-4,
    ):
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.algorithm = algorithm
        self.resample = resample
        self.link = link
        self.random_state = random_state
        self.class_weight = class_weight
        self.n_iter_no_change = n_iter_no_change
        self.validation_fraction = validation_fraction
        self.tol = tol

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(
        self,
        X,
        y,
        sample_weight=None,
        *,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
        **fit_params,
    ):
        """Fit one member after the other.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            NaN is passed on to members that take it, as trees do.
        y : array-like of shape (n_samples,)
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            A row of weight k counts as k rows; at least 0.
        X_val, y_val, sample_weight_val : default=None
            Rows to judge rounds by, as X, y and sample_weight are; None for a share of
            those, if rounds are judged.
        **fit_params : dict
            Metadata for the members' `fit`, where metadata routing is enabled.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If X or y is malformed, the lengths differ, weights are negative or all 0,
            the estimator cannot do what the algorithm asks for, it is no better than
            chance, or parameters contradict each other.
        """
        base, self._rule = self._base_estimator(), RULES[self.algorithm]
        self._refuse_estimator(base)
        self._refuse_combinations()
        self.estimator_, told, given = base, (X, y, sample_weight), X
        X, y = self._receive_training_rows(X, y)
        classes, codes = front_desk.receive_classes(column_or_1d(y, warn=True))
        weights = receive_shares(sample_weight, X, self.class_weight, y)
        self.classes_, self.n_classes_ = classes, len(classes)
        members, params = self._start_members(base), self._route(fit_params)
        rows = Rows(given if self._are_own_trees else X, codes, weights, params)
        held = X_val, y_val, sample_weight_val
        rows, held = self._part_rows(rows, members.stream, held, stratify=True)
        learner, codes, weights = self._choose_learner(members, rows)
        rule = self._rule(codes, weights, self.n_classes_, self.learning_rate)
        watch = self._watch(held)
        ensemble.tell_callbacks_the_beginning(self, self.n_estimators)
        self._start()
        with closing(self._count_rounds(watch, *told)) as rounds:
            self._boost(learner, rule, rounds)
        self._finish(watch)
        ensemble.tell_callbacks_the_end(self, *told)
        return self

    def _boost(self, learner, rule, rounds):
        """Fit, hear, weigh anew; see `_reweighting`."""
        for _ in rounds:
            member, said = learner.fit(rule.w, rule.targets)
            heard = rule.heed(said)
            if heard.say is not None:
                self._add(member, heard.error, heard.say)
            if heard.reason is not None or self.n_classes_ == 1:
                self.stop_reason_ = heard.reason or NO_ERROR
                break
        if not self.estimators_:
            of = rule.demand, heard.error, self.n_classes_
            raise ValueError(CHANCE.format(*of))

    def _finish(self, watch):
        """Say how it ended, and keep the best rounds."""
        self._say_how_it_ended()
        if watch is not None:
            watch.keep_best(self)

    def _refuse_estimator(self, estimator):
        """Raise for an estimator that cannot be steered, or asked."""
        if not self._draws and not has_fit_parameter(estimator, "sample_weight"):
            raise ValueError(
                f"estimator must take sample_weight in fit, got {estimator!r}: "
                f"{type(estimator).__name__} doesn't support sample_weight. Pass "
                "another, or draw rows with resample=True."
            )
        asks_for, ours = self._rule.asks_for, f"with algorithm={self.algorithm!r}"
        is_right = is_regressor if asks_for == "numbers" else is_classifier
        if not is_right(estimator):
            kind = "regressor" if asks_for == "numbers" else "classifier"
            raise ValueError(f"estimator must be a {kind} {ours}, got {estimator!r}.")
        if asks_for == "numbers" and takes_no_negative_targets(estimator):
            raise ValueError(
                f"estimator must take targets below 0 {ours}, got {estimator!r}. Pass "
                'a regressor of squared errors, a tree of criterion="squared_error".'
            )
        if asks_for == "shares" and not hasattr(estimator, "predict_proba"):
            raise ValueError(
                f"estimator must have predict_proba {ours}, got {estimator!r}."
            )

    def _refuse_combinations(self):
        """Raise for parameters that contradict each other."""
        if self.link == "vote" and not self._rule.has_votes:
            raise ValueError(
                f"link must be 'logistic' or None with algorithm={self.algorithm!r}, "
                "whose members do not vote, got 'vote'."
            )
        if self.link == "logistic" and self.algorithm == "arc-x4":
            raise ValueError(
                "link must be 'vote' or None with algorithm='arc-x4', whose members "
                "all count alike: there are no log odds to add up, got 'logistic'."
            )
        if self.algorithm == "arc-x4" and self.learning_rate != 1:
            raise ValueError(
                "learning_rate must be 1 with algorithm='arc-x4', whose members all "
                f"count alike, got {self.learning_rate!r}."
            )

    @property
    def _draws(self):
        return self._rule.draws if self.resample is None else self.resample

    @property
    def _question(self):
        """What members are asked."""
        if self._rule.asks_for == "numbers":
            return Numbers()
        return (Shares if self._rule.asks_for == "shares" else Classes)(self.classes_)

    def _choose_learner(self, members, rows):
        """Return what fits members, and the codes and weights of the rows it sees."""
        labels, question = self.classes_.take(rows.y), self._question
        if self._are_own_trees:
            return self._choose_tree_learner(members, rows, labels)
        asked = {"draws": self._draws, "params": rows.params}
        learner = Learner(members, rows.X, labels, question, **asked)
        return self._spread(learner), rows.y, rows.weights

    def _choose_tree_learner(self, members, rows, labels):
        """Return what fits trees of ours, to rows that have a weight alone."""
        base, codes, weights = members.estimator, rows.y, rows.weights
        base._validate_params()
        prepared = base._prepare(rows.X, labels if is_classifier(base) else codes)
        self._encoder = base._encoder
        if not weights.all():
            chosen = np.flatnonzero(weights)
            prepared = prepared.take_rows(chosen)
            codes, weights = codes[chosen], weights[chosen]
        learner = self._choose_grower(members, prepared, codes)
        return learner, codes, weights

    def _choose_grower(self, members, prepared, codes):
        """Return what finds cuts by bins alone where that is all there is to do."""
        base, draws, question = members.estimator, self._draws, self._question
        if not draws and StumpLearner.suits(base, prepared):
            return StumpLearner(members, prepared, question)
        has_signs = self._rule is Gentle and not draws
        if has_signs and SignLearner.suits(base, prepared):
            is_own = tell_apart(codes, self.n_classes_)
            learners = SignLearner.of_columns(members, prepared, is_own)
            return LearnerOfColumns(learners)
        return self._spread(TreeLearner(members, prepared, question, draws=draws))

    def _spread(self, learner):
        """Return a learner as it is, or one that fits a member for each column."""
        if self._rule.asks_for != "numbers":
            return learner
        n_columns = 1 if self.n_classes_ == 2 else self.n_classes_
        return LearnerOfColumns([learner] * n_columns)

    def _read_held_targets(self, y):
        y = column_or_1d(y, warn=True)
        return class_desk.number_labels(y, self.classes_, name="y_val")

    def _judge(self, held):
        """Yield the accuracy on rows after each member that has been added."""
        sums = 0.0
        while True:
            sums = sums + self._count_member(len(self.estimators_) - 1, held.X)
            told = self._choose_class(self._rule.settle(sums))
            own = self.classes_.take(held.y)
            yield accuracy_score(own, told, sample_weight=held.weights)

    def _base_estimator(self):
        if self.estimator is not None:
            return self.estimator
        asks_numbers = self.algorithm in ALGORITHMS_OF_NUMBERS  # or is no name at all
        Tree = DecisionTreeRegressor if asks_numbers else DecisionTreeClassifier
        return Tree(max_depth=1)

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
        is_proven = self._rule is Samme and self.n_classes_ == 2
        if not is_proven or self.learning_rate != 1:
            return None
        n = len(self.estimators_)
        errors, says = self.estimator_errors_[:n], self.estimator_weights_[:n]
        if n == 1 and errors[0] <= 0:
            return 0.0
        odds = np.exp(says / 2)
        return float(np.prod((1 - errors) / odds + errors * odds))

    def decision_function(self, X):
        """Return the scores of the classes.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) with two classes, or (n_samples, n_classes)
            Of algorithms whose members vote, the weighted vote: a class gets a member's
            say if the member is for it, and minus ``1 / (n_classes - 1)`` of it if not;
            the mean over the members. With two classes that of the second less that of
            the first, from -2 to 2. Of the others, logarithms of the classes' shares up
            to a constant; with two classes, or one against the others ("gentle"), log
            odds.
        """
        return self._score(*self._sum_up(X))

    def staged_decision_function(self, X):
        """Yield what `decision_function` returns, after each round."""
        for sums, said in self._stage_sums(X):
            yield self._score(sums, said)

    def _score(self, sums, said):
        scores = sums / said if self._rule.has_votes else sums
        return scores[:, 0] if self.n_classes_ == 2 else scores

    def _sum_up(self, X):
        *_, last = self._stage_sums(X, only_last=True)
        return last

    def _stage_sums(self, X, *, only_last=False):
        """Yield what members add up to, and the sum of their says, after each round, or
        after the last alone.
        """
        check_is_fitted(self)
        X, n = self._receive_rows(X), len(self.estimators_)
        if self.n_classes_ == 1:
            yield np.zeros((X.shape[0], 1)), 1.0
            return
        says = np.cumsum(self.estimator_weights_[:n])
        if not self._are_own_trees:
            stages = accumulate(self._count_member(m, X) for m in range(n))
        else:
            rounds = [self._let_speak(m) for m in range(n)]
            columns = [list(trees) for trees in zip(*rounds, strict=True)]
            if only_last:
                stages = [np.hstack([add_up(trees, X) for trees in columns])]
                says = says[-1:]
            elif len(columns) == 1 and are_stumps(columns[0]):
                stages = add_stumps_in_turn(columns[0], X)
            else:
                stages = accumulate(walk_down(trees, X) for trees in rounds)
        for sums, said in zip(stages, says, strict=True):
            yield self._rule.settle(sums), said

    def _let_speak(self, m):
        """Return trees whose leaves hold what round m adds to the scores: one for each
        column of the scores, or one for all.
        """
        say, K, question = self.estimator_weights_[m], self.n_classes_, self._question
        trees = [member.tree_ for member in list_members(self.estimators_[m])]
        said = [question.read(tree.channels_of_leaves) for tree in trees]
        return [
            tree.set_values(self._rule.contribute(each, say, K))
            for tree, each in zip(trees, said, strict=True)
        ]

    def _count_member(self, m, X):
        """Return what round m adds to the scores of rows: (n_rows, n_columns)."""
        if self._are_own_trees:
            return walk_down(self._let_speak(m), X)
        members, say = list_members(self.estimators_[m]), self.estimator_weights_[m]
        said = [self._question.ask(member, X) for member in members]
        said = np.column_stack(said) if self._rule.asks_for == "numbers" else said[0]
        return self._rule.contribute(said, say, self.n_classes_)

    def predict(self, X):
        """Return the class with the largest score: ndarray of shape (n_samples,)."""
        return self._choose_class(self._sum_up(X)[0])

    def staged_predict(self, X):
        """Yield what `predict` returns, after each round."""
        for sums, _ in self._stage_sums(X):
            yield self._choose_class(sums)

    def _choose_class(self, sums):
        codes = sums[:, 0] > 0 if self.n_classes_ == 2 else sums.argmax(axis=1)
        return self.classes_.take(codes)

    def predict_proba(self, X):
        """Return a probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            By the `link`: of the mean vote, and so nearer to even than the shares of
            the classes are; or the logistic one, see there.
        """
        return self._share_out(*self._sum_up(X))

    def staged_predict_proba(self, X):
        """Yield what `predict_proba` returns, after each round."""
        for sums, said in self._stage_sums(X):
            yield self._share_out(sums, said)

    def _share_out(self, sums, said):
        return softmax(self._find_logits(sums, said), axis=1)

    def _find_logits(self, sums, said):
        """Return logarithms of shares, up to a constant for each row."""
        K = self.n_classes_
        if self._rule.has_votes and self.link != "logistic":
            logits = sums / (said * max(K - 1, 1))
        else:
            logits = self._rule.find_logits(sums, K)
        if K == 2:
            return np.hstack([-logits, logits]) / 2
        return logits

    def predict_log_proba(self, X):
        """Return logarithms of `predict_proba`."""
        return log_softmax(self._find_logits(*self._sum_up(X)), axis=1)

    def staged_score(self, X, y, sample_weight=None):
        """Yield the accuracy after each round."""
        for predicted in self.staged_predict(X):
            yield accuracy_score(y, predicted, sample_weight=sample_weight)

    def margins(self, X, y):
        """Return how far each row's own class is ahead.

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
            (Schapire, Freund, Bartlett and Lee 1998). Of algorithms whose members do
            not vote, the same of `decision_function`, without bounds.
        """
        return self._lead(self.decision_function(X), self._number_labels(X, y))

    def staged_margins(self, X, y):
        """Yield what `margins` returns, after each round."""
        codes = self._number_labels(X, y)
        for scores in self.staged_decision_function(X):
            yield self._lead(scores, codes)

    def _lead(self, scores, codes):
        """Return how far each row's own class is ahead of the next."""
        K, has_votes = self.n_classes_, self._rule.has_votes
        if K == 2:
            return np.where(codes == 1, scores, -scores) / (2 if has_votes else 1)
        rows = np.arange(len(codes))
        shares = (scores * (K - 1) + 1) / K if has_votes else scores.copy()
        own = shares[rows, codes]
        shares[rows, codes] = 0.0 if has_votes or K == 1 else -np.inf
        return own - shares.max(axis=1)

    def _number_labels(self, X, y):
        """Return the numbers of the classes that rows are said to be of."""
        check_is_fitted(self)
        check_consistent_length(X, y)
        return class_desk.number_labels(column_or_1d(y), self.classes_)


def takes_no_negative_targets(estimator):
    """Tell whether a regressor takes counts and the like alone."""
    is_poisson = getattr(estimator, "criterion", None) == "poisson"
    return is_poisson or get_tags(estimator).target_tags.positive_only


def list_members(of_round):
    """Return the members of a round, a single one or a list of them."""
    return of_round if isinstance(of_round, list) else [of_round]


def walk_down(trees, X):
    """Return what the trees of one round say, column beside column."""
    return np.hstack([tree.channels_of(X) for tree in trees])


def add_up(trees, X):
    """Return what trees add up to, many of which walk rows down together."""
    if are_stumps(trees):
        return add_stumps_up(trees, X)
    return ensemble.average_trees(trees, X, n_jobs=None) * len(trees)


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
        Draws the rows and those that are held out, and seeds the members.
    n_iter_no_change : int or None, default=None
        End after so many rounds in which R^2 on held-out rows has not risen, and keep
        the members up to the best round. None to make all rounds.
    validation_fraction : float, default=0.1
        The share of the rows that is held out, in (0, 1); not looked at where `fit` is
        given `X_val`.
    tol : float, default=1e-4
        By how much R^2 must exceed the best before to have risen.

    Attributes
    ----------
    estimators_ : list of fitted regressors
    estimator_weights_ : float64 ndarray of shape (n_estimators,)
        The say of each member, 0 beyond the last.
    estimator_errors_ : float64 ndarray of shape (n_estimators,)
        Mean loss of each member over the weighted rows, 1 beyond the last.
    validation_score_ : float64 ndarray of shape (n_rounds,)
        R^2 on held-out rows after each round that was made, with `n_iter_no_change`.
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
    _fewest_held = 2  # R^2 compares rows with their mean

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
        n_iter_no_change=None,
        validation_fraction=0.1,
        tol=1e-4,
    ):
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.loss = loss
        self.random_state = random_state
        self.n_iter_no_change = n_iter_no_change
        self.validation_fraction = validation_fraction
        self.tol = tol

    @_fit_context(prefer_skip_nested_validation=False)
    @front_desk.leave_nothing_half_fitted
    def fit(
        self,
        X,
        y,
        sample_weight=None,
        *,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
        **fit_params,
    ):
        """Fit one member after the other, each on rows drawn anew.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            NaN is passed on to members that take it, as trees do.
        y : array-like of shape (n_samples,)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            At least 0. Rows are drawn with probability proportional to it.
        X_val, y_val, sample_weight_val : default=None
            Rows to judge rounds by, as X, y and sample_weight are; None for a share of
            those, if rounds are judged.
        **fit_params : dict
            Metadata for the members' `fit`, where metadata routing is enabled; arrays
            with a value per row are drawn with the rows.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If X or y is malformed, the lengths differ, weights are negative or all 0,
            or parameters contradict each other.
        """
        base, given, told = self._base_estimator(), X, (X, y, sample_weight)
        self.estimator_ = base
        X, y = self._receive_training_rows(X, y, y_numeric=True)
        weights, y = receive_shares(sample_weight, X), column_or_1d(y, warn=True)
        members, params = self._start_members(base), self._route(fit_params)
        rows = Rows(given if self._are_own_trees else X, y, weights, params)
        held = X_val, y_val, sample_weight_val
        rows, held = self._part_rows(rows, members.stream, held, stratify=False)
        learner = self._choose_learner(members, rows)
        watch = self._watch(held)
        ensemble.tell_callbacks_the_beginning(self, self.n_estimators)
        self._start()
        with closing(self._count_rounds(watch, *told)) as rounds:
            self._boost(learner, rows.y, rows.weights, rounds)
        if watch is not None:
            watch.keep_best(self)
        ensemble.tell_callbacks_the_end(self, *told)
        return self

    def _boost(self, learner, y, w, rounds):
        """Drucker (1997), section 3."""
        is_there = w > 0
        for m in rounds:
            member, predicted = learner.fit(w)
            losses = self._lose(np.abs(predicted - y), is_there)
            error = float(w @ losses)
            if error >= 0.5 and m > 0:
                self.stop_reason_ = NO_BETTER
                break
            if error >= 0.5:
                self._add(member, 1.0, 0.0)
                self.stop_reason_ = NO_BETTER
                break
            if error <= 0:
                self._add(member, error, 1.0)
                self.stop_reason_ = NO_ERROR
                break
            beta = error / (1 - error)
            self._add(member, error, self.learning_rate * np.log(1 / beta))
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

    def _choose_learner(self, members, rows):
        base = members.estimator
        if not self._are_own_trees:
            X, y, _, params = rows
            return Learner(members, X, y, Numbers(), draws=True, params=params)
        base._validate_params()
        prepared = base._prepare(rows.X, rows.y)
        self._encoder = base._encoder
        return TreeLearner(members, prepared, Numbers(), draws=True)

    def _read_held_targets(self, y):
        return column_or_1d(y, warn=True, dtype=np.float64)

    def _judge(self, held):
        """Yield R^2 on rows after each member that has been added."""
        said = []
        while True:
            said.append(self._ask_member(self.estimators_[-1], held.X))
            told = take_median(np.array(said), self.estimator_weights_[: len(said)])
            yield r2_score(held.y, told, sample_weight=held.weights)

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
        return np.array([self._ask_member(member, X) for member in self.estimators_])

    def _ask_member(self, member, X):
        if self._are_own_trees:
            return member.tree_.channels_of(X)[:, 0]
        return member.predict(X)

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
