"""Measure: run one comparison of estimators on one problem, once for all claims."""

from dataclasses import dataclass, field

from sklearn.base import is_classifier

from skclassic.bias_variance import bias_variance_decomposition

from . import decisions, losses, repeats
from .contestants import (
    Contestant,
    classify_linearly,
    describe_estimator,
    find_contestants,
)
from .problems import (
    Problem,
    lay_out_again,
    list_problems,
    list_rare_problems,
    list_two_class_problems,
)


@dataclass(frozen=True)
class Scale:
    """Hold how much a run can afford.

    Attributes
    ----------
    judged : int
        Training sets for the contestant on which verdicts rest.
    beside : int
        For the others, who fit the first training sets of the same series.
    is_thorough : bool
        Whether all experiments go through all problems with all contestants; else
        those that measure anew take `FEW` problems and peers stand beside on one of
        them, and where all problems are taken, peers stand beside on the few.
    """

    judged: int
    beside: int
    is_thorough: bool = False


FULL = Scale(judged=60, beside=6)
QUICK = Scale(judged=20, beside=4)
THOROUGH = Scale(judged=200, beside=60, is_thorough=True)
FEW = ("Ringnorm", "Friedman1", "Breast cancer", "Diabetes")
PEERED = {"regression": "Friedman1", "classification": "Ringnorm"}
TWO_CLASS_PEERED = ("Correlated", "High diabetes")
RARE_PEERED = ("Rare twonorm", "Gaussian", "Rare ringnorm", "Digit 8")
DECIDING_SHARE = 0.4  # learners of two classes differ little from set to set
MOST_SPLITS = 20  # of a table: more share more rows, and tell no more
NEEDS_LIMIT = "only a generator knows where the curves lead to."
FEWEST_TO_QUARTER = 40  # training rows, where a quarter of them is trained on as well
FEWEST_SETS = 4  # below this no interval says anything


@dataclass
class Laboratory:
    """Hold problems, contestants and what has been measured so far.

    Attributes
    ----------
    problems : list of Problem
        Data to measure on.
    contestants : list of Contestant
        Whose estimators to measure. Verdicts rest on the first.
    notes : list of str
        Lines for the report.
    rare : list of Problem
        Data with a rare class, for claims about thresholds.
    two_classes : list of Problem
        Data on which learning curves are drawn, for claims about generative and
        discriminative models.
    scale : Scale
        How many training sets.
    n_jobs : int or None
        Threads.
    base : estimator or None
        What to bag in place of a tree, where a user asks for it.
    parameters : dict
        What was fitted for the claim now under test, see `describe_parameters`.
    left_out : dict of str to str
        Why the claim now under test cannot be told from some problems, by their names.
    failures : list of str
        What went wrong beside, during the claim now under test.
    own : Problem or None
        The user's, where all claims are tested on that alone.
    on_progress : callable or None
        Called with a line of text before each measurement.
    """

    problems: list[Problem]
    contestants: list[Contestant]
    notes: list[str] = field(default_factory=list)
    rare: list[Problem] = field(default_factory=list)
    scale: Scale = FULL
    n_jobs: int | None = None
    base: object = None
    on_progress: object = None
    parameters: dict = field(default_factory=dict)
    left_out: dict = field(default_factory=dict)
    failures: list = field(default_factory=list)
    two_classes: list[Problem] = field(default_factory=list)
    own: Problem | None = None
    _measured: dict = field(default_factory=dict)

    @classmethod
    def open(cls, *, scale=FULL, n_jobs=None, on_progress=None):
        """Open a laboratory with every problem and every installed contestant."""
        contestants, notes = find_contestants()
        return cls(
            list_problems(),
            contestants,
            notes=notes,
            rare=list_rare_problems(),
            two_classes=list_two_class_problems(),
            scale=scale,
            n_jobs=n_jobs,
            on_progress=on_progress,
        )

    @property
    def is_as_it_comes(self):
        """Tell whether neither data nor learner are the user's."""
        return self.own is None and self.base is None

    @property
    def few(self):
        """Give the problems of experiments that measure for themselves."""
        few = [each for each in self.problems if each.name in FEW]
        return self.problems if self.scale.is_thorough or not few else few

    def list_contestants(self, problem, problems, beside=None):
        """Name who takes part on one of these problems.

        Peers, who take most of the time, stand beside on the few; where these are all
        there is, on one of them: of regression, if there is any. An experiment that
        measures on problems of its own names those `beside`.
        """
        if beside is not None and self.own is None and not self.scale.is_thorough:
            return self.contestants[: None if problem.name in beside else 1]
        for own, peered in (
            (self.rare, RARE_PEERED),
            (self.two_classes, TWO_CLASS_PEERED),
        ):
            if len(own) > 1 and any(problem is each for each in own):
                beside = peered if self.scale.is_thorough else peered[:1]
                return self.contestants[: None if problem.name in beside else 1]
        beside = [each.name for each in problems if each.name in FEW]
        if self.scale.is_thorough or not beside:
            return self.contestants
        if len(problems) <= len(FEW):
            beside = [PEERED[max(each.task for each in problems)]]
        return self.contestants if problem.name in beside else self.contestants[:1]

    def judges_by(self, contestant):
        """Tell whether verdicts rest on this contestant."""
        return contestant is self.contestants[0]

    def split_errors(
        self, what, estimators, *, problem, contestant, loss, seed, share=1
    ):
        """Split the errors of estimators on one problem, or recall the split.

        Parameters
        ----------
        what : str
            Name of the set of estimators, "trees" for instance. Claims that ask for
            the same set on the same training sets share one measurement.
        estimators : dict of str to estimator
            What to fit.
        problem : Problem
        contestant : Contestant
        loss : str
        seed : int
            Decides training sets, test rows and members.
        share : float, default=1
            Part of the scale's training sets that will do.

        Returns
        -------
        BiasVarianceResult
        """
        key = (what, problem.name, contestant.name, loss, seed)
        self.note_parameters(contestant, problem, estimators)
        return self.recall(
            key,
            lambda: bias_variance_decomposition(
                estimators,
                problem.data,
                loss=loss,
                n_train=problem.n_train,
                n_test=problem.n_test,
                n_repeats=self.count_repeats(contestant, share),
                random_state=seed,
                n_jobs=self.n_jobs,
            ),
            announcement=f"{what}, {contestant.name}, {problem.name}",
        )

    def measure_losses(
        self,
        what,
        estimators,
        *,
        problem,
        contestant,
        sizes,
        seed,
        elsewhere=None,
        share=1,
    ):
        """Measure losses after training on so many rows, or recall them.

        Parameters
        ----------
        what, estimators, problem, contestant, seed, share
            As for `split_errors`.
        sizes : sequence of int
        elsewhere : Problem, default=None
            Whose test rows are met as well.

        Returns
        -------
        losses.Losses
        """
        key = (what, problem.name, contestant.name, tuple(sizes), seed)
        self.note_parameters(contestant, problem, estimators)
        return self.recall(
            key,
            lambda: losses.measure(
                estimators,
                problem,
                sizes=sizes,
                n_repeats=self.count_repeats(contestant, share),
                seed=seed,
                elsewhere=elsewhere,
                n_jobs=self.n_jobs,
            ),
            announcement=f"{what}, {contestant.name}, {problem.name}",
        )

    def measure_decisions(
        self, way, estimator, *, problem, contestant, seed, tune=None
    ):
        """Measure how a learner decides between two classes, or recall it.

        Parameters
        ----------
        way : str
            Name of the estimator; all ways are fitted to the same training sets.
        estimator : classifier
        problem : Problem
        contestant : Contestant
        seed : int
        tune : callable, default=None
            As for `decisions.measure`.

        Returns
        -------
        decisions.Decisions
        """
        key = ("decisions", way, problem.name, contestant.name, seed)
        used = {way: estimator} | ({} if tune is None else {"thresholds": tune})
        self.note_parameters(contestant, problem, used)
        n_repeats = self.count_repeats(contestant, DECIDING_SHARE)
        return self.recall(
            key,
            lambda: decisions.measure(
                estimator,
                tune,
                problem,
                n_repeats=min(n_repeats, MOST_SPLITS) if problem.is_real else n_repeats,
                seed=seed,
                n_jobs=self.n_jobs,
            ),
            announcement=f"{way} decisions, {contestant.name}, {problem.name}",
        )

    def repeat(
        self,
        what,
        measure_one,
        models,
        *,
        problem,
        contestant,
        seed,
        share=1,
        n_test=None,
    ):
        """Measure on many training sets and test rows, or recall it.

        Parameters
        ----------
        what : str
            Name of what is measured; claims that ask for the same share it.
        measure_one, problem, seed, n_test
            As for `repeats.repeat`.
        models : dict of str to estimator
            What is fitted, for the report.
        contestant : Contestant
        share : float, default=1
            Part of the scale's training sets that will do.

        Returns
        -------
        decisions.Decisions
        """
        self.note_parameters(contestant, problem, models)
        n_repeats = self.count_repeats(contestant, share)
        return self.recall(
            (what, problem.name, contestant.name, seed),
            lambda: repeats.repeat(
                measure_one,
                problem,
                n_repeats=min(n_repeats, MOST_SPLITS) if problem.is_real else n_repeats,
                seed=seed,
                n_test=n_test,
                n_jobs=self.n_jobs,
            ),
            announcement=f"{what}, {contestant.name}, {problem.name}",
        )

    def recall(self, key, measure, *, announcement=""):
        """Give what was measured under a key; announce and measure it if it was not."""
        if key not in self._measured:
            if announcement and self.on_progress is not None:
                self.on_progress(announcement)
            self._measured[key] = measure()
        return self._measured[key]

    def grow(self, contestant, problem, *, depth=None, members=None):
        """Give a contestant's tree, or bagged trees.

        Parameters
        ----------
        contestant : Contestant
        problem : Problem
        depth : int, default=None
            None for full trees.
        members : int, default=None
            None for a single tree.

        Returns
        -------
        estimator
            Where a user asks for a base learner, that one or a bag of it.
        """
        if self.base is None:
            return contestant.grow(problem.task, depth, members)
        return (
            self.base
            if members is None
            else contestant.bag(problem.task, self.base, members)
        )

    def use(self, estimator):
        """Test a user's learner, on the problems of its task."""
        task = "classification" if is_classifier(estimator) else "regression"
        self.base = estimator
        self.problems = [each for each in self.problems if each.task == task]
        self.rare = [each for each in self.rare if each.task == task]
        self.two_classes = [each for each in self.two_classes if each.task == task]
        self.contestants = [each for each in self.contestants if each.bag is not None]

    def classify(self, contestant, problem, way="plain"):
        """Give a contestant's classifier for a rare class, "plain" or "weighted".

        Returns
        -------
        classifier
            Where a user asks for a learner, that one.
        """
        if self.base is not None:
            return self.base
        share = decisions.find_share(problem)
        return (contestant.classify or classify_linearly)((1 - share) / share)[way]

    def take_only(self, problem):
        """Test on a problem of the user's own."""
        self.problems, self.rare, self.own = [problem], [problem], problem
        self.two_classes = [lay_out_again(problem)]

    def simulate(self, problems):
        """Give generators of an experiment's own; none where a user's data are tested.

        Parameters
        ----------
        problems : list of Problem

        Returns
        -------
        list of Problem
        """
        if self.own is None:
            return problems
        self.leave_out(self.own, NEEDS_LIMIT)
        return []

    @property
    def learner(self):
        """Describe the user's learner; empty without one."""
        return "" if self.base is None else describe_estimator(self.base)

    def note(self, failure):
        """Note that something beside went wrong."""
        self.failures.append(failure)

    def can_quarter(self, problem):
        """Tell whether a quarter of the training rows will do, or leave it out."""
        if problem.n_train < FEWEST_TO_QUARTER:
            self.leave_out(problem, f"it has {problem.n_train} rows to train on.")
        return problem.n_train >= FEWEST_TO_QUARTER

    def leave_out(self, problem, reason):
        """Note that the claim under test cannot be told from a problem."""
        self.left_out[problem.name] = reason

    def count_repeats(self, contestant, share):
        """Give the number of training sets where a share of the scale's will do."""
        judged = self.judges_by(contestant)
        full = self.scale.judged if judged else self.scale.beside
        return max(round(share * full), min(full, FEWEST_SETS))

    def describe_parameters(self):
        """Give the estimators of the claim now under test, as text by contestant and
        name; where they differ from problem to problem, by these as well.
        """
        described = {}
        for name, texts in self.parameters.items():
            for text, problems in texts.items():
                where = f", on {', '.join(problems)}" if len(texts) > 1 else ""
                described[f"{name}{where}"] = text
        return described

    def note_parameters(self, contestant, problem, estimators):
        """Note what is fitted, for the report."""
        for name, estimator in estimators.items():
            texts = self.parameters.setdefault(f"{contestant.name}, {name}", {})
            problems = texts.setdefault(describe_estimator(estimator), {})
            problems[problem.name] = None
