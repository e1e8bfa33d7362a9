"""Race the contestants of one case: the same rows, in turns, judged at the end."""

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from sklearn.model_selection import train_test_split

from benchmarks import datasets, judge
from benchmarks.rivals import CONTESTANTS, find_contestants
from benchmarks.speed import measure

OURS = "skclassic"
WARM_UP_ROWS = 500  # enough to compile kernels, load libraries and start threads

# A peer whose warm-up foretells a fit of so many times its patience is left out. OpenMP
# threads that wait by spinning slow down 10 to 100 times where cores are shared.
HOPELESS = 10
KEPT = (OURS, "scikit-learn")  # without these two there is no race

# A tolerance means something else to each: all are brought as close to the optimum.
TOLERANCES = [10.0**digits for digits in range(3, -9, -1)]
LONGEST = 3  # times the patience: then no tolerance is looked for any more
CLOSE = 1e-6  # above the least objective, as a share of it
SHORTER, ENOUGH = 0.3, 3.0  # share and seconds of patience: searches are many
TIGHT = 1e-7  # the tolerance of ours that stands for the optimum


@dataclass(frozen=True)
class Timing:
    """What one contestant needed, and how well it then predicted."""

    contestant: str
    seconds: judge.Spread
    n_rounds: int
    score: float
    estimator: str
    differs: str


@dataclass(frozen=True)
class Row:
    """The outcome of one race.

    Attributes
    ----------
    key, title, data, action, task : str
        As in the case.
    n_train, n_test, n_features : int
    timings : tuple of Timing
        Ours first.
    ratios : tuple of judge.Ratio
        One for each opponent, empty if we did not finish.
    notes : tuple of str
        Who is missing or not what it seems, and why.
    """

    key: str
    title: str
    data: str
    action: str
    task: str
    n_train: int
    n_test: int
    n_features: int
    timings: tuple
    ratios: tuple
    notes: tuple


@dataclass(frozen=True)
class Split:
    """Training and test rows of one data set."""

    task: str
    X_train: np.ndarray
    X_test: np.ndarray
    y_train: np.ndarray
    y_test: np.ndarray


def split_rows(data):
    """Keep 80 % of the rows for training, the same rows on every run."""
    parts = train_test_split(data.X, data.y, test_size=0.2, random_state=0)
    return Split(data.task, *parts)


def choose_rows(split, action):
    """Give the rows to predict."""
    if action == "one row":
        return split.X_train[:1]
    return split.X_train if action == "predict_proba of all" else split.X_test


class Lane:
    """One contestant in one race: what is timed, and what it has shown so far."""

    def __init__(self, contestant, case, split):
        self.contestant, self.case, self.split = contestant, case, split
        self.seconds, self.scores, self.note = [], [], ""

    def build(self, turn=0):
        plan = replace(self.case.plan, seed=turn)
        return self.contestant.build(plan, shape=self.split.X_train.shape)

    def warm_up(self):
        """Fit a few rows; where predicting is timed, fit all of them as well."""
        X, y = self.split.X_train, self.split.y_train
        unfitted = self.build()
        began = perf_counter()
        fitted = unfitted.fit(X[:WARM_UP_ROWS], y[:WARM_UP_ROWS])
        seconds_per_row = (perf_counter() - began) / min(WARM_UP_ROWS, len(X))
        self.foretold = seconds_per_row * len(X)
        if self.case.action != "fit":
            fitted.fit(X, y)
            self.rows = choose_rows(self.split, self.case.action)
            fitted.predict_proba(self.rows)
        self.fitted = fitted
        reason = self.contestant.find_amiss(fitted)
        self.note = f"{self.contestant.name} {reason}." if reason else ""

    def __call__(self, turn):
        """Do what is timed: every round another seed, the same for everyone."""
        if self.case.action == "fit":
            return self.build(turn).fit(self.split.X_train, self.split.y_train)
        self.fitted.predict_proba(self.rows)
        return self.fitted

    def record(self, seconds, fitted):
        """Keep the time, and the score that the judge makes of the predictions."""
        predictions = fitted.predict(self.split.X_test)
        self.seconds.append(seconds)
        self.scores.append(
            judge.score(self.split.y_test, predictions, task=self.split.task)
        )

    def sum_up(self):
        """Give what the contestant showed over all of its rounds."""
        return Timing(
            self.contestant.name,
            seconds=judge.spread(self.seconds),
            n_rounds=len(self.seconds),
            score=float(np.mean(self.scores)),
            estimator=self.contestant.describe(
                self.case.plan, shape=self.split.X_train.shape
            ),
            differs=self.contestant.differs,
        )


class SearchLane(Lane):
    """One contestant of a race to an optimum: ours as it is, a peer at the loosest
    tolerance that gets close enough.

    Parameters
    ----------
    contestant, case, split : as of a Lane
    optimum : float
        The least objective.
    patience : float
        Seconds, for the search of a tolerance.
    """

    def __init__(self, contestant, case, split, optimum, patience):
        super().__init__(contestant, case, split)
        self.optimum, self.patience, self.gap = optimum, patience, np.inf

    def warm_up(self):
        super().warm_up()
        super().warm_up()  # the first time kernels may have been compiled
        if self.contestant.name == OURS or self.foretold > HOPELESS * self.patience:
            return
        began = perf_counter()
        for tol in TOLERANCES:
            self.case = replace(self.case, plan=replace(self.case.plan, tol=tol))
            if self.measure_gap(self(0)) <= CLOSE:
                return
            if perf_counter() - began > LONGEST * self.patience:
                break
        raise LookupError(f"no tolerance down to {tol:g} came within {CLOSE:g} in time")

    def measure_gap(self, fitted):
        """Give by what share of it the objective is above the least."""
        return measure_value(fitted, self.case.plan, self.split) / self.optimum - 1

    def record(self, seconds, fitted):
        super().record(seconds, fitted)
        self.gap = self.measure_gap(fitted)


def measure_value(fitted, plan, split):
    """Give the objective of a logistic regression on the training rows."""
    rows = split.X_train, split.y_train
    return judge.measure_objective(fitted, *rows, C=plan.C, l1_ratio=plan.l1_ratio)


def make_lanes(contestants, case, split, patience):
    """Give each contestant a lane."""
    if case.plan.method != "logistic":
        return [Lane(each, case, split) for each in contestants]
    plan = replace(case.plan, tol=TIGHT)
    best = CONTESTANTS[OURS].build(plan, shape=split.X_train.shape)
    optimum = measure_value(best.fit(split.X_train, split.y_train), plan, split)
    return [SearchLane(each, case, split, optimum, patience) for each in contestants]


def tell_gaps(lanes, ratios):
    """Say how close to the optimum each came, and how we compare with the fastest."""
    lanes = {name: lane for name, lane in lanes.items() if hasattr(lane, "gap")}
    if OURS not in lanes or not ratios:
        return []
    gaps = ", ".join(f"{name} {lane.gap:.1e}" for name, lane in lanes.items())
    fastest = min(ratios, key=lambda ratio: ratio.value)
    return [
        f"Ours takes {1 / fastest.value:.2f} of the time of the fastest peer, "
        f"{fastest.against}.",
        f"Objective above the least, as a share of it: {gaps}.",
    ]


def ignore(text):
    """Tell nobody."""


def run(case, size, *, tell=ignore):
    """Race one case.

    Parameters
    ----------
    case : Case
    size : Size
    tell : callable
        Receives a few words before every warm-up and after every round.

    Returns
    -------
    Row
    """
    case, patience = size.shrink(case), size.patience
    if case.plan.method == "logistic":
        patience = min(SHORTER * patience, ENOUGH)
    data = datasets.load(case.data, n_rows=size.n_rows)
    split = split_rows(data)
    present, absent = find_contestants([OURS, *case.opponents])
    lanes, left_out = line_up(
        make_lanes(present, case, split, patience), patience, tell=tell
    )
    turns = measure.take_turns(lanes, n_rounds=size.n_rounds, patience=patience)
    for name, turn, seconds, fitted in turns:
        lanes[name].record(seconds, fitted)
        tell(f"{name}, round {turn + 1}")
    ratios = tuple(compare_with_ours(lanes, case))
    return Row(
        **{k: getattr(case, k) for k in ("key", "title", "data", "action")},
        task=data.task,
        n_train=len(split.y_train),
        n_test=len(split.y_test),
        n_features=data.X.shape[1],
        timings=tuple(lane.sum_up() for lane in lanes.values()),
        ratios=ratios,
        notes=(
            *absent,
            *left_out,
            *tell_gaps(lanes, ratios),
            *(lane.note for lane in lanes.values() if lane.note),
        ),
    )


def line_up(lanes, patience, *, tell):
    """Warm everyone up; who fails at that leaves the race, and a line behind."""
    ready, left_out = {}, []
    for lane in lanes:
        name = lane.contestant.name
        tell(f"{name}, warming up")
        try:
            lane.warm_up()
        except Exception as error:
            left_out.append(f"{name} failed: {type(error).__name__}: {error}")
            continue
        if name not in KEPT and lane.foretold > HOPELESS * patience:
            left_out.append(
                f"{name} was left out: its warm-up foretells {lane.foretold:.0f} s for "
                "one fit, as where other work shares the cores."
            )
            continue
        ready[name] = lane
    return ready, left_out


def compare_with_ours(lanes, case):
    """Yield our ratio to every opponent that finished, if we did."""
    if OURS not in lanes:
        return
    ours = lanes[OURS]
    for name, at_least in case.opponents.items():
        if name not in lanes:
            continue
        theirs = lanes[name]
        yield judge.compare(
            name,
            ours.seconds,
            theirs.seconds,
            at_least=at_least,
            score_gap=float(np.mean(ours.scores) - np.mean(theirs.scores)),
            tolerance=judge.TOLERANCES[ours.split.task],
        )
