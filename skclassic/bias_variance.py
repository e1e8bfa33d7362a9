"""Split the error of estimators into noise, bias and variance.

Every estimator is fitted to the *same* training sets, so that the difference between
two of them carries a paired interval. All three losses are one squared distance: with
the truth f(x) (the conditional mean, or the posterior as a vector over the classes),
the prediction p(x; L) after training on L and its mean over training sets q(x),

    E loss = c * ( noise(x) + ||f - q||^2 + E_L ||p - q||^2 )

where p is the predicted mean (squared error), the predicted probabilities (Brier) or
the predicted label as a unit vector (0/1 loss after Kohavi and Wolpert, c = 1/2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Integral

import numpy as np
from scipy.stats import t as student
from sklearn.base import clone
from sklearn.utils import check_random_state, check_X_y
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.parallel import Parallel, delayed

__all__ = ["BiasVarianceResult", "Estimate", "bias_variance_decomposition"]

COMPONENTS = ("loss", "noise", "bias", "variance")
LOSSES = ("squared_error", "brier", "zero_one")
FEWEST_REPEATS = 3  # the jackknife of a variance leaves one training set out of three


def bias_variance_decomposition(
    estimators,
    data,
    *,
    loss="squared_error",
    n_train=None,
    n_repeats=100,
    n_test=None,
    random_state=None,
    n_jobs=None,
    confidence=0.95,
):
    """Split the expected loss of estimators into noise, bias and variance.

    Parameters
    ----------
    estimators : estimator or dict of str to estimator
        What to fit; each is cloned for each training set. Where its `random_state` (or
        that of a part of it) is None, it gets a seed of its own for each training set.
    data : generator of :mod:`skclassic.synthetic` or tuple (X, y)
        A generator draws fresh training sets and knows the noise. Any object does that
        has `sample(n, random_state)` and either `conditional_mean(X)` and
        `noise_variance`, or `posterior(X)` and `classes`.
        Of a tuple, `n_test` rows are held out; the rest is cut into disjoint training
        sets where it is large enough, and otherwise each training set is drawn from it
        without replacement. Such sets overlap, which understates the variance; and in
        both cases the noise is unknown and counted as bias. The result says so in
        `caveat`.
    loss : {"squared_error", "brier", "zero_one"}, default="squared_error"
        "squared_error" is for regression. "brier" sums the squared errors of the
        probabilities over all classes, so that for two classes it is twice
        scikit-learn's `brier_score_loss`. "zero_one" is split after Kohavi and Wolpert.
    n_train : int, default=None
        Rows per training set. None means 300 from a generator, and half the rows that
        are not held out of a tuple.
    n_repeats : int, default=100
        Number of training sets, at least 3.
    n_test : int, default=None
        Rows at which the predictions are compared. None means 2000 from a generator,
        and a third of the rows of a tuple.
    random_state : int, RandomState instance or None, default=None
        Decides the training sets, the test rows and the estimators' seeds. With the
        same integer a shorter run uses the first training sets of a longer one.
    n_jobs : int, default=None
        Threads that fit, one training set each. The result does not depend on it.
    confidence : float, default=0.95
        Coverage of the intervals, in (0, 1).

    Returns
    -------
    BiasVarianceResult

    Raises
    ------
    ValueError
        If a parameter is out of range, the loss does not fit the task or the data, or
        the tuple has too few rows.
    TypeError
        If an estimator cannot give what the loss needs.

    Notes
    -----
    With R training sets the variance divides by R - 1; the plug-in (f - q)^2 is larger
    than the squared bias by variance / R on average, which is subtracted and never
    clipped at zero. An unbiased estimator thus gets a "bias" around zero, half of the
    time below.

    Standard errors come from the jackknife, once over training sets and once over test
    rows; the squares add up. For paired differences the jackknife leaves the same
    training set out for both estimators. Intervals use Student's t with R - 1 degrees
    of freedom. In simulations with 20 to 100 training sets the 95 % intervals of bias,
    variance, paired differences and ratios covered the truth in 92 to 98 of 100 runs;
    in 75 to 87 of 100 for the variance where training sets with heavy tails shift all
    predictions at once. The interval is for fresh test rows, not only for those drawn.

    References
    ----------
    Kohavi, Wolpert (1996). Bias plus variance decomposition for zero-one loss
    functions. ICML.

    Examples
    --------
    >>> from skclassic import Friedman1, bias_variance_decomposition
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> result = bias_variance_decomposition(
    ...     {"line": LinearRegression(), "neighbour": KNeighborsRegressor(1)},
    ...     Friedman1(), n_repeats=50, random_state=0)
    >>> result.estimate("line", "noise").value
    1.0
    >>> difference = result.difference("neighbour", "line", "variance")
    >>> difference.low > 0  # one neighbour varies more than a straight line
    True
    """
    contestants = _receive_estimators(estimators)
    _check_choices(loss, n_repeats=n_repeats, confidence=confidence)
    _check_methods(contestants, loss)
    seeds = _Seeds.spawn(random_state, n_repeats)
    lay_out = _lay_out_rows if isinstance(data, tuple) else _lay_out_generator
    trial = lay_out(
        data,
        loss=loss,
        n_train=n_train,
        n_test=n_test,
        n_repeats=n_repeats,
        seeds=seeds,
    )
    predictions = _predict_all(contestants, trial, seeds=seeds, n_jobs=n_jobs)
    return BiasVarianceResult(
        loss=loss,
        n_train=trial.n_train,
        n_test=len(trial.X_test),
        n_repeats=n_repeats,
        training_sets=trial.training_sets,
        caveat=trial.caveat,
        confidence=confidence,
        parts={
            name: _decompose(p, trial.truth, noise=trial.noise, scale=trial.scale)
            for name, p in predictions.items()
        },
    )


@dataclass(frozen=True)
class Estimate:
    """Hold a value with its standard error and interval.

    Attributes
    ----------
    value, standard_error : float
        The estimate and its jackknife standard error, in units of the loss (or of the
        ratio asked for).
    df : int
        Degrees of freedom of the t distribution behind the interval.
    confidence : float
        Coverage of the interval (`low`, `high`).
    """

    value: float
    standard_error: float
    df: int
    confidence: float = 0.95

    @property
    def low(self):
        """Give the lower end of the interval."""
        return self.value - self._half_width

    @property
    def high(self):
        """Give the upper end of the interval."""
        return self.value + self._half_width

    @property
    def _half_width(self):
        return float(student.ppf((1 + self.confidence) / 2, self.df)) * (
            self.standard_error
        )

    def __str__(self):
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


@dataclass(frozen=True)
class BiasVarianceResult:
    """Hold noise, bias and variance of every estimator, and their uncertainty.

    Attributes
    ----------
    loss : str
        The loss that was split.
    n_train, n_test, n_repeats : int
        Rows per training set, test rows, training sets.
    training_sets : {"fresh draws", "disjoint pieces", "overlapping samples"}
        Where the training sets came from.
    caveat : str
        What the split cannot tell on these data; empty for a generator.
    confidence : float
        Coverage of the intervals.
    """

    loss: str
    n_train: int
    n_test: int
    n_repeats: int
    training_sets: str
    caveat: str
    confidence: float
    parts: Mapping = field(repr=False)

    @property
    def estimators(self):
        """Give the names of the estimators, in the order they were passed."""
        return tuple(self.parts)

    def estimate(self, name, component):
        """Estimate one component of the loss of one estimator.

        Parameters
        ----------
        name : str
            Name of the estimator; a single estimator is called by its class.
        component : {"loss", "noise", "bias", "variance"}
            "bias" is squared. noise + bias + variance = loss.

        Returns
        -------
        Estimate
        """
        return self._jackknife(lambda part: part[component], [name], component)

    def difference(self, first, second, component, *, relative_to=None):
        """Estimate how much a component of `first` exceeds that of `second`.

        The jackknife leaves out the same training set for both, so what the two share
        cancels.

        Parameters
        ----------
        first, second : str
            Names of two estimators.
        component : {"loss", "noise", "bias", "variance"}
            What to compare.
        relative_to : {"loss", "noise", "bias", "variance"}, default=None
            Divide by this component of `second`: -0.4 relative to "variance" is a
            variance 40 % lower. None gives the difference in units of the loss.

        Returns
        -------
        Estimate
        """

        def contrast(a, b):
            gap = a[component] - b[component]
            return gap if relative_to is None else gap / b[relative_to]

        return self._jackknife(contrast, [first, second], component, relative_to)

    def to_frame(self):
        """Lay the estimates out as a pandas DataFrame, one row per component.

        Returns
        -------
        pandas.DataFrame
            Index (estimator, component); columns value, standard_error, low, high.
        """
        try:
            import pandas as pd
        except ImportError as missing:
            raise ImportError(
                "to_frame needs pandas, which is not installed. Run pip install pandas."
            ) from missing
        rows = {
            (name, component): (e.value, e.standard_error, e.low, e.high)
            for name, component, e in self._all_estimates()
        }
        frame = pd.DataFrame.from_dict(
            rows, orient="index", columns=["value", "standard_error", "low", "high"]
        )
        frame.index = pd.MultiIndex.from_tuples(rows, names=["estimator", "component"])
        return frame

    def __repr__(self):
        head = (
            f"{self.loss} over {self.n_repeats} training sets of {self.n_train} rows "
            f"({self.training_sets}), {self.n_test} test rows"
        )
        wide = max(len(name) for name in self.estimators)
        lines = [f"{'':{wide}}  " + "".join(f"{c:>24}" for c in COMPONENTS)]
        for name in self.estimators:
            cells = (
                f"{e.value:11.4g} +- {e.high - e.value:8.2g} "
                for e in (self.estimate(name, c) for c in COMPONENTS)
            )
            lines.append(f"{name:{wide}}  " + "".join(cells))
        return "\n".join([head, *lines, *([self.caveat] if self.caveat else [])])

    def _all_estimates(self):
        for name in self.estimators:
            for component in COMPONENTS:
                yield name, component, self.estimate(name, component)

    def _jackknife(self, function, names, *components):
        for component in components:
            if component is not None and component not in COMPONENTS:
                raise ValueError(_choose("component", component, COMPONENTS))
        for name in names:
            if name not in self.parts:
                raise ValueError(_choose("estimator", name, self.estimators))
        parts = [self.parts[name] for name in names]
        squared_error = sum(
            _squared_jackknife_error(function(*(getattr(part, cut) for part in parts)))
            for cut in ("without_training_set", "without_test_row")
        )
        return Estimate(
            value=float(function(*(part.whole for part in parts))),
            standard_error=float(np.sqrt(squared_error)),
            df=self.n_repeats - 1,
            confidence=self.confidence,
        )


@dataclass(frozen=True)
class _Parts:
    """Hold the components of one estimator, whole and with one unit left out.

    Each field maps a component to a value: a float, an array over training sets, an
    array over test rows.
    """

    whole: Mapping
    without_training_set: Mapping
    without_test_row: Mapping


def _decompose(predictions, truth, *, noise, scale):
    """Split the loss of predictions (R, n, K) around the truth (n, K).

    Symbols as in the module's docstring: p is a prediction, q its mean, f the truth.
    """
    R = len(predictions)
    q = predictions.mean(axis=0)
    deviation = predictions - q
    spread = np.einsum("rnk,rnk->rn", deviation, deviation)  # ||p - q||^2
    along = np.einsum("rnk,nk->rn", deviation, truth - q)  # (p - q)'(f - q)
    miss = ((truth - q) ** 2).sum(axis=1)  # ||f - q||^2
    variance = spread.sum(axis=0) / (R - 1)
    by_row = _add_up(noise, miss - variance / R, variance, scale=scale)
    without_training_set = _leave_out_training_sets(
        spread.mean(axis=1), along.mean(axis=1), miss=miss.mean()
    )
    return _Parts(
        whole={c: float(x.mean()) for c, x in by_row.items()},
        without_training_set=_add_up(noise.mean(), *without_training_set, scale=scale),
        without_test_row={c: _leave_out_rows(x) for c, x in by_row.items()},
    )


def _add_up(noise, bias, variance, *, scale):
    noise, bias, variance = (scale * part for part in (noise, bias, variance))
    noise = np.broadcast_to(noise, np.shape(bias))
    loss = noise + bias + variance
    return {"loss": loss, "noise": noise, "bias": bias, "variance": variance}


def _leave_out_training_sets(spread, along, *, miss):
    """Give bias and variance without each training set, from sums already taken.

    Without set r the mean prediction moves by -(p_r - q) / (R - 1), and the summed
    squares about it shrink by ||p_r - q||^2 R / (R - 1).
    """
    R = len(spread)
    variance = (spread.sum() - spread * R / (R - 1)) / (R - 2)
    miss_without = miss + 2 * along / (R - 1) + spread / (R - 1) ** 2
    return miss_without - variance / (R - 1), variance


def _leave_out_rows(values):
    return (values.sum() - values) / (len(values) - 1)


def _squared_jackknife_error(values):
    n = len(values)
    return (n - 1) / n * ((values - values.mean()) ** 2).sum()


@dataclass(frozen=True)
class _Seeds:
    """Hold every seed of a run, all drawn before anything is fitted.

    A run with fewer repeats uses the first training sets of a longer one.
    """

    test: int
    training: np.ndarray
    fitting: np.ndarray

    @classmethod
    def spawn(cls, random_state, n_repeats):
        rng = check_random_state(random_state)
        largest = np.iinfo(np.int32).max
        test = int(rng.randint(largest))
        pairs = rng.randint(largest, size=(n_repeats, 2))
        return cls(test, *pairs.T)


@dataclass(frozen=True)
class _Trial:
    """Hold the training sets (by number) and the test rows with their truth."""

    loss: str
    draw: Callable
    classes: np.ndarray | None
    X_test: np.ndarray
    truth: np.ndarray  # (n_test, K)
    noise: np.ndarray  # (n_test,)
    n_train: int
    training_sets: str
    caveat: str = ""

    @property
    def scale(self):
        return 0.5 if self.loss == "zero_one" else 1.0


def _lay_out_generator(data, *, loss, n_train, n_test, n_repeats, seeds):
    n_train = 300 if n_train is None else n_train
    n_test = 2000 if n_test is None else n_test
    _check_count("n_train", n_train, low=1, meaning="the rows per training set")
    _check_count("n_test", n_test, low=2, meaning="the rows to compare predictions at")
    _check_generator(data, loss)
    X_test, _ = data.sample(n_test, random_state=seeds.test)
    if loss == "squared_error":
        truth = np.asarray(data.conditional_mean(X_test))[:, None]
        noise = np.full(n_test, float(data.noise_variance))
    else:
        truth = data.posterior(X_test)
        noise = 1 - (truth**2).sum(axis=1)
    return _Trial(
        loss=loss,
        draw=lambda r: data.sample(n_train, random_state=seeds.training[r]),
        classes=None if loss == "squared_error" else np.asarray(data.classes),
        X_test=X_test,
        truth=truth,
        noise=noise,
        n_train=n_train,
        training_sets="fresh draws",
    )


def _lay_out_rows(data, *, loss, n_train, n_test, n_repeats, seeds):
    X, y, classes = _receive_rows(data, loss)
    n_test = len(y) // 3 if n_test is None else n_test
    _check_count(
        "n_test",
        n_test,
        low=2,
        high=len(y) - 2,
        meaning=f"the rows held out of {len(y)}",
    )
    order = np.random.RandomState(seeds.test).permutation(len(y))
    held_out, pool = order[:n_test], order[n_test:]
    n_train = len(pool) // 2 if n_train is None else n_train
    _check_count(
        "n_train",
        n_train,
        low=1,
        high=len(pool) - 1,
        meaning=f"the rows per training set, out of {len(pool)} not held out",
    )
    disjoint = n_train * n_repeats <= len(pool)

    def draw(r):
        if disjoint:
            rows = pool[r * n_train : (r + 1) * n_train]
        else:
            rng = np.random.RandomState(seeds.training[r])
            rows = rng.choice(pool, n_train, replace=False)
        return X[rows], y[rows]

    return _Trial(
        loss=loss,
        draw=draw,
        classes=classes,
        X_test=X[held_out],
        truth=_as_vectors(y[held_out], classes),
        noise=np.zeros(n_test),
        n_train=n_train,
        training_sets="disjoint pieces" if disjoint else "overlapping samples",
        caveat=NOISE_IN_BIAS if disjoint else f"{NOISE_IN_BIAS} {OVERLAP}",
    )


NOISE_IN_BIAS = "The noise of these data is unknown and counted as bias."
OVERLAP = (
    "The training sets overlap, being drawn from one set: variance is understated, "
    "and intervals hold for this set only."
)


def _receive_rows(data, loss):
    if len(data) != 2:
        raise ValueError(
            f"data must be a generator or a tuple (X, y), got {len(data)} elements. "
            "Pass data=(X, y)."
        )
    X, y = check_X_y(
        *data, accept_sparse="csr", dtype=None, ensure_all_finite="allow-nan"
    )
    kind = type_of_target(y)
    if loss == "squared_error":
        if y.dtype.kind not in "biuf":
            raise ValueError(
                "y must hold numbers for loss='squared_error', got labels of type "
                f"{y.dtype}. Pass loss='brier' or loss='zero_one' for classes."
            )
        return X, y.astype(np.float64), None
    if kind not in ("binary", "multiclass"):
        raise ValueError(
            f"y must hold classes for loss={loss!r}, got a {kind} target. "
            "Pass loss='squared_error' for regression."
        )
    return X, y, np.unique(y)


def _as_vectors(y, classes):
    """Write responses as one column, labels as unit vectors over the classes."""
    if classes is None:
        return np.asarray(y, dtype=np.float64).reshape(-1, 1)
    return np.eye(len(classes))[np.searchsorted(classes, y)]


def _predict_all(contestants, trial, *, seeds, n_jobs):
    """Give the predictions (R, n_test, K) of every estimator."""
    fit_one = delayed(_predict_after_training)
    rounds = Parallel(n_jobs=n_jobs, prefer="threads")(
        fit_one(contestants, trial, r, seed=int(seed))
        for r, seed in enumerate(seeds.fitting)
    )
    return {name: np.stack([p[name] for p in rounds]) for name in contestants}


def _predict_after_training(contestants, trial, r, *, seed):
    X, y = trial.draw(r)
    return {
        name: _predict(_seed(clone(estimator), seed).fit(X, y), trial)
        for name, estimator in contestants.items()
    }


def _seed(estimator, seed):
    """Set every random_state that is None, so that the run can be repeated."""
    unset = {
        key: seed
        for key, value in estimator.get_params().items()
        if value is None and (key == "random_state" or key.endswith("__random_state"))
    }
    return estimator.set_params(**unset)


def _predict(fitted, trial):
    if trial.loss != "brier":
        return _as_vectors(fitted.predict(trial.X_test), trial.classes)
    probabilities = np.zeros_like(trial.truth)  # a class not drawn keeps 0
    columns = np.searchsorted(trial.classes, fitted.classes_)
    probabilities[:, columns] = fitted.predict_proba(trial.X_test)
    return probabilities


def _receive_estimators(estimators):
    if not isinstance(estimators, Mapping):
        return {type(estimators).__name__: estimators}
    if not estimators:
        raise ValueError(
            "estimators must name at least one estimator, got an empty dict. "
            "Pass for example {'tree': DecisionTreeClassifier()}."
        )
    return dict(estimators)


def _check_choices(loss, *, n_repeats, confidence):
    if loss not in LOSSES:
        raise ValueError(_choose("loss", loss, LOSSES))
    _check_count(
        "n_repeats",
        n_repeats,
        low=FEWEST_REPEATS,
        meaning="the number of training sets behind each variance",
    )
    if not 0 < confidence < 1:
        raise ValueError(
            f"confidence must be in (0, 1), got {confidence!r}: it is the coverage of "
            "the intervals. Pass confidence=0.95."
        )


def _check_count(name, value, *, low, meaning, high=None):
    is_count = isinstance(value, Integral) and not isinstance(value, bool)
    if is_count and low <= value and (high is None or value <= high):
        return
    bounds = f"of at least {low}" if high is None else f"from {low} to {high}"
    raise ValueError(
        f"{name} must be an integer {bounds}, got {value!r}: it is {meaning}. "
        f"Pass {name}={low} or more."
    )


def _check_methods(contestants, loss):
    method = "predict_proba" if loss == "brier" else "predict"
    for name, estimator in contestants.items():
        if not hasattr(estimator, method):
            raise TypeError(
                f"{name} must offer {method} for loss={loss!r}, got "
                f"{type(estimator).__name__} without it. Pass another estimator or "
                f"another loss of {', '.join(LOSSES)}."
            )


def _check_generator(data, loss):
    needed = ("posterior", "classes")
    if loss == "squared_error":
        needed = ("conditional_mean", "noise_variance")
    missing = [a for a in ("sample", *needed) if not hasattr(data, a)]
    if missing:
        raise ValueError(
            f"data must offer sample, {' and '.join(needed)} for loss={loss!r}, got "
            f"{type(data).__name__} without {', '.join(missing)}. Pass a generator of "
            "that task, a tuple (X, y), or another loss."
        )


def _choose(name, value, choices):
    return f"{name} must be one of {', '.join(choices)}, got {value!r}. Pass one."
