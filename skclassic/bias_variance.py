"""Split the error of estimators into noise, bias and variance.

Every estimator is fitted to the *same* training sets, so that the difference between
two of them carries a paired interval. `_training_sets` draws these and the test rows,
`_loss_splits` splits the loss at every row, `_estimates` measures the uncertainty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from skclassic import _loss_splits as splits
from skclassic._estimates import (
    FEWEST_REPEATS,
    Estimate,
    Positive,
    SetVariance,
    Square,
    Symmetric,
    measure_row_variance,
    measure_set_variance,
)
from skclassic._estimators import (
    check_weights,
    find_package,
    fit_weighted,
    note,
    predict_shares,
    receive_estimators,
    receive_predictions,
    seed_estimator,
)
from skclassic._front_desk import (
    check_count,
    check_share,
    choose,
    import_pandas,
    show,
    unwrap,
    wrap,
)
from skclassic._progress import watch
from skclassic._training_sets import (
    WAYS,
    Seeds,
    lay_out_generator,
    lay_out_rows,
)

__all__ = [
    "BiasVarianceCurve",
    "BiasVarianceResult",
    "Estimate",
    "bias_variance_curve",
    "bias_variance_decomposition",
]

LOSSES = ("squared_error", "brier", "log_loss", "zero_one")
NEEDS_PROBABILITIES = ("brier", "log_loss")


def bias_variance_decomposition(
    estimators,
    data,
    *,
    loss="squared_error",
    definition=None,
    extrapolate=False,
    training_sets="auto",
    n_train=None,
    n_repeats=100,
    n_test=None,
    sample_weight=None,
    groups=None,
    random_state=None,
    n_jobs=None,
    confidence=0.95,
    verbose=0,
):
    """Split the expected loss of estimators into noise, bias and variance.

    Parameters
    ----------
    estimators : estimator, list of estimators, or dict of str to estimator
        What to fit; each is cloned for each training set. Where its `random_state` (or
        that of a part of it) is None, it gets a seed of its own for each training set.
    data : generator of :mod:`skclassic.synthetic` or tuple (X, y)
        A generator draws fresh training sets and knows the noise. Any object does that
        has `sample(n, random_state)` and either `conditional_mean(X)` and
        `noise_variance` (a number, or a function of X), or `posterior(X)` and
        `classes`. Of a tuple, whole groups or single rows are held out, and training
        sets come from the rest; X may be a data frame, y may hold texts. The noise is
        then unknown and counted as bias.
    loss : {"squared_error", "brier", "log_loss", "zero_one"}, default="squared_error"
        "squared_error" is for regression. "brier" sums the squared errors of the
        probabilities over all classes, so that for two classes it is twice
        scikit-learn's `brier_score_loss`. "log_loss" (natural logarithm, probabilities
        raised to at least 2.2e-16) is split after Heskes.
    definition : {"kohavi_wolpert", "domingos", "breiman"}, default=None
        How 0/1 loss is split; None is "kohavi_wolpert". The result can also be asked
        for another one, see :meth:`BiasVarianceResult.redefine`.
    extrapolate : bool, default=False
        Domingos' and Breiman's parts hang on which label is the most frequent. Which
        one that is cannot be told for sure from `n_repeats` training sets, so the
        papers' own estimates overstate bias: of a full tree on waveform, Breiman's is
        1.36, 1.10, 0.93 % from 50, 100, 200 sets and 0.8 % in the limit. True subtracts
        what half the sets overstate more; parts may then fall below zero.
    training_sets : {"auto", "pieces", "subsamples", "bootstrap"}, default="auto"
        Where training sets come from if `data` is a tuple: disjoint pieces; samples
        without replacement, which overlap; or bootstrap samples. "auto" cuts pieces
        where the rows suffice and takes subsamples where not. A generator always draws
        afresh.
    n_train : int, default=None
        Rows per training set. None means 300 from a generator. Of a tuple it means
        pieces of equal size where they hold at least 300 rows, otherwise a quarter of
        the rows that are not held out, or all of them for "bootstrap".
    n_repeats : int, default=100
        Number of training sets, at least 4.
    n_test : int, default=None
        Rows at which the predictions are compared. None means 2000 from a generator,
        and a third of the rows of a tuple.
    sample_weight : array-like of shape (n,), default=None
        Weights of the rows of a tuple: for `fit` (of a pipeline, its last step), and
        for the mean over test rows.
    groups : array-like of shape (n,), default=None
        Which rows of a tuple belong together. No group is in training and test, and
        standard errors count groups instead of rows.
    random_state : int, RandomState instance or None, default=None
        Decides the training sets, the test rows and the estimators' seeds. With the
        same integer a shorter run uses the first training sets of a longer one.
    n_jobs : int, default=None
        Threads that fit, one training set each. The result does not depend on it.
    confidence : float, default=0.95
        Coverage of the intervals, in (0, 1).
    verbose : int, default=0
        Above 0, print how many training sets are done.

    Returns
    -------
    BiasVarianceResult

    Raises
    ------
    ValueError
        If a parameter is out of range, the loss does not fit the task or the data, the
        tuple has too few rows, a training set holds one class, or a prediction is not
        finite.
    TypeError
        If an estimator cannot give what the loss or the weights need.

    Notes
    -----
    With R training sets the variance divides by R - 1; the plug-in (f - q)^2 is larger
    than the squared bias by variance / R on average, which is subtracted and never
    clipped at zero. An unbiased estimator thus gets a "bias" around zero, half of the
    time below. So are Domingos' and Breiman's parts corrected if `extrapolate` is True.

    A standard error has two parts, both estimated without bias: that of a mean over
    pairs of training sets (a U-statistic), and that of a mean over test rows (or
    groups). For Domingos and Breiman 400 bootstrap draws of training sets take the
    place of the first. Intervals use Student's t, with degrees of freedom between the
    numbers of training sets and of test rows, less one; those of a loss or variance are
    skewed as a mean of squares is, those of a bias as a squared length is. They are for
    fresh test rows and, from a generator, fresh training sets.
    ``python -m benchmarks evidence`` measures how often they hold.

    References
    ----------
    Kohavi, Wolpert (1996). Bias plus variance decomposition for zero-one loss
    functions. ICML.

    Heskes (1998). Bias/variance decompositions for likelihood-based estimators. Neural
    Computation 10, 1425-1433.

    Breiman (1998). Arcing classifiers. Annals of Statistics 26, 801-849.

    Domingos (2000). A unified bias-variance decomposition and its applications. ICML.

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
    contestants = receive_estimators(estimators)
    definition = _check_choices(loss, definition, extrapolate, training_sets)
    check_count("n_repeats", n_repeats, low=FEWEST_REPEATS, meaning=WHY_REPEATS)
    check_share("confidence", confidence, "the coverage of the intervals", 0.95)
    _check_methods(contestants, loss)
    seeds = Seeds.spawn(random_state, n_repeats)
    rows = {"sample_weight": sample_weight, "groups": groups}
    trial = _lay_out(
        data,
        contestants,
        rows=rows,
        way=training_sets,
        needs_classes=loss != "squared_error",
        loss=loss,
        n_train=n_train,
        n_test=n_test,
        seeds=seeds,
    )
    predictions = _predict_all(
        contestants, trial, loss=loss, seeds=seeds, n_jobs=n_jobs, verbose=verbose
    )
    split = _split_all(predictions, trial, loss, definition, extrapolate, seeds.test)
    return BiasVarianceResult(
        loss=loss,
        definition=definition,
        n_train=trial.n_train,
        n_test=len(trial.truth),
        n_repeats=n_repeats,
        training_sets=trial.training_sets,
        caveat=trial.caveat,
        confidence=confidence,
        packages={name: find_package(e) for name, e in contestants.items()},
        predictions=predictions,
        trial=replace(trial, draw=None),  # the result can be pickled, and is small
        seed=seeds.test,
        splits=split,
    )


def _lay_out(data, contestants, *, rows, way, **settings):
    """Lay out training sets and test rows, of a generator or of rows."""
    if not isinstance(data, tuple):
        _check_generated(way, **rows)
        return lay_out_generator(data, **settings)
    if rows["sample_weight"] is not None:
        check_weights(contestants)
    return lay_out_rows(data, way=way, **rows, **settings)


def bias_variance_curve(estimator, data, param_name, param_range, **settings):
    """Split the loss for every value of one parameter: the textbook's U.

    Parameters
    ----------
    estimator : estimator
        Cloned for every value.
    data : generator of :mod:`skclassic.synthetic` or tuple (X, y)
        As :func:`bias_variance_decomposition` takes it.
    param_name : str
        The parameter to vary, "step__parameter" in a pipeline.
    param_range : sequence
        Its values, in the order of the curve.
    **settings : dict
        All other arguments of :func:`bias_variance_decomposition`.

    Returns
    -------
    BiasVarianceCurve
        All values share their training sets, so neighbours can be told apart.

    Raises
    ------
    ValueError
        If `param_range` is empty or holds a value twice, the estimator has no such
        parameter, and as :func:`bias_variance_decomposition` does.

    Examples
    --------
    >>> from skclassic import DecisionTreeRegressor, Friedman1, bias_variance_curve
    >>> curve = bias_variance_curve(
    ...     DecisionTreeRegressor(), Friedman1(), "max_depth", [1, 3, 5, 10],
    ...     n_repeats=20, random_state=0)
    >>> bias, variance = (curve.values(c) for c in ("bias", "variance"))
    >>> bool(bias[0] > bias[-1] and variance[0] < variance[-1])
    True
    """
    param_range = tuple(map(unwrap, param_range))
    if len(param_range) == 0:
        raise ValueError(
            "param_range must hold at least one value, got none. "
            f"Pass the values of {param_name} to try."
        )
    names = [f"{param_name}={value!r}" for value in param_range]
    if len(set(names)) < len(names):
        raise ValueError(
            f"param_range must hold each value once, got {param_range!r}. "
            "Drop the repeats."
        )
    estimators = {
        name: clone(estimator).set_params(**{param_name: value})
        for name, value in zip(names, param_range, strict=True)
    }
    result = bias_variance_decomposition(estimators, data, **settings)
    return BiasVarianceCurve(param_name, param_range, result)


@dataclass(frozen=True)
class BiasVarianceResult:
    """Hold noise, bias and variance of every estimator, and their uncertainty.

    Attributes
    ----------
    loss : str
        The loss that was split.
    definition : str or None
        How 0/1 loss was split; None for other losses.
    n_train, n_test, n_repeats : int
        Rows per training set, test rows, training sets.
    training_sets : str
        Where the training sets came from: "fresh draws", "disjoint pieces",
        "subsamples" or "bootstrap samples".
    caveat : str
        What the split cannot tell on these data; empty for a generator.
    confidence : float
        Coverage of the intervals.
    packages : dict of str to str
        The package of every estimator.
    predictions : dict of str to ndarray
        Of every estimator: numbers or numbers of classes of shape (n_repeats, n_test),
        or probabilities of shape (n_repeats, n_test, n_classes).
    """

    loss: str
    definition: str | None
    n_train: int
    n_test: int
    n_repeats: int
    training_sets: str
    caveat: str
    confidence: float
    packages: Mapping
    predictions: Mapping = field(repr=False)
    trial: object = field(repr=False)
    seed: int = field(repr=False)
    splits: Mapping = field(repr=False)

    @property
    def estimators(self):
        """Give the names of the estimators, in the order they were passed."""
        return tuple(self.splits)

    @property
    def components(self):
        """Give the names of the parts.

        They are "loss", "noise", "bias" (squared, where the loss is) and "variance",
        with noise + bias + variance = loss; after Domingos also "unbiased_variance" and
        "biased_variance", whose difference is the net "variance". Of few rows of one
        data set only "loss", "variance" and the "remainder" can be told.
        """
        return tuple(next(iter(self.splits.values())).by_row)

    @property
    def X_test(self):
        """Give the rows at which predictions were compared."""
        return self.trial.X_test

    def estimate(self, name, component):
        """Estimate one component of the loss of one estimator.

        Parameters
        ----------
        name : str
            Name of the estimator; a single estimator is called by its class.
        component : str
            One of `components`.

        Returns
        -------
        Estimate
        """
        self._check(name, component)
        split = self.splits[name]
        return self._measure(
            [(1.0, name, component)],
            value=self._mean(name, component),
            shape_of=lambda sets, rows: _shape(split, component, sets, rows),
        )

    def difference(self, first, second, component, *, relative_to=None):
        """Estimate how much a component of `first` exceeds that of `second`.

        Both were fitted to the same training sets and met the same test rows, so what
        the two share cancels.

        Parameters
        ----------
        first, second : str
            Names of two estimators.
        component : str
            What to compare, one of `components`.
        relative_to : str, default=None
            Divide by this component of `second`: -0.4 relative to "variance" is a
            variance 40 % lower. None gives the difference in units of the loss.

        Returns
        -------
        Estimate
        """
        for name in (first, second):
            self._check(name, component)
        gap = self._mean(first, component) - self._mean(second, component)
        terms = [(1.0, first, component), (-1.0, second, component)]
        if relative_to is None:
            return self._measure(terms, value=gap)
        self._check(second, relative_to)
        base = self._mean(second, relative_to)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.divide(gap, base)
            terms = [(np.divide(k, base), *rest) for k, *rest in terms]
            terms.append((-np.divide(ratio, base), second, relative_to))
            return self._measure(terms, value=ratio)

    def by_row(self, name):
        """Give every component at every test row.

        Parameters
        ----------
        name : str
            Name of the estimator.

        Returns
        -------
        dict of str to ndarray of shape (n_test,)
            Their means, weighted where `sample_weight` was given, are the estimates.
        """
        self._check(name, self.components[0])
        return {c: x.copy() for c, x in self.splits[name].by_row.items()}

    def redefine(self, definition, *, extrapolate=False):
        """Split the 0/1 losses of the same fits by a definition, without fitting again.

        Of a split Brier score these are the losses of the most probable classes.

        Parameters
        ----------
        definition : {"kohavi_wolpert", "domingos", "breiman"}
            Whose split to take.
        extrapolate : bool, default=False
            As in :func:`bias_variance_decomposition`.

        Returns
        -------
        BiasVarianceResult

        Raises
        ------
        ValueError
            If the loss is neither "zero_one" nor "brier", or the definition unknown.
        """
        if self.loss == "brier":
            return self._choose_classes().redefine(definition, extrapolate=extrapolate)
        definition = _check_choices(self.loss, definition, extrapolate)
        again = _split_all(
            self.predictions,
            self.trial,
            self.loss,
            definition,
            extrapolate,
            self.seed,
        )
        return replace(self, definition=definition, splits=again)

    def _choose_classes(self):
        """Give the 0/1 losses of the most probable classes, yet to be split."""
        kind = np.min_scalar_type(len(self.trial.classes))
        chosen = {n: p.argmax(axis=2).astype(kind) for n, p in self.predictions.items()}
        return replace(self, loss="zero_one", predictions=chosen, splits={})

    def to_frame(self):
        """Lay the estimates out as a pandas DataFrame, one row per component.

        Returns
        -------
        pandas.DataFrame
            Index (estimator, component); columns value, standard_error, low, high and
            package.
        """
        pd = import_pandas("to_frame")
        rows = {
            (name, component): (e.value, e.standard_error, e.low, e.high, package)
            for name, package in self.packages.items()
            for component in self.components
            for e in [self.estimate(name, component)]
        }
        frame = pd.DataFrame.from_dict(
            rows,
            orient="index",
            columns=["value", "standard_error", "low", "high", "package"],
        )
        frame.index = pd.MultiIndex.from_tuples(rows, names=["estimator", "component"])
        return frame

    def __repr__(self):
        split = "" if self.definition is None else f" after {self.definition}"
        head = (
            f"{self.loss}{split}, {self.n_repeats} training sets of {self.n_train} "
            f"rows ({self.training_sets}),\n{self.n_test} test rows, "
            f"{100 * self.confidence:g} % intervals"
        )
        blocks = [
            self._write_block(self.estimators[start : start + COLUMNS])
            for start in range(0, len(self.estimators), COLUMNS)
        ]
        return "\n\n".join(
            [head, *blocks, *([wrap(self.caveat)] if self.caveat else [])]
        )

    def _write_block(self, names):
        """Write estimators side by side, one line per component."""
        cells = [
            ["", *names],
            ["", *(self.packages[name] for name in names)],
            *(
                [c.replace("_", " "), *(str(self.estimate(name, c)) for name in names)]
                for c in self.components
            ),
        ]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = (
            "  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True))
            for row in cells
        )
        return "\n".join(line.rstrip() for line in lines)

    def _mean(self, name, component):
        values = self.splits[name].by_row[component]
        first = values[0]  # equal values then have exactly their mean
        return float(first + self.trial.weights @ (values - first))

    def _measure(self, terms, *, value, shape_of=lambda sets, rows: Symmetric()):
        """Measure the uncertainty of a weighted sum of components."""
        across, halves = (
            sum(k * getattr(self.splits[name], part)[c] for k, name, c in terms)
            for part in ("across_sets", "halves")
        )
        if across.ndim == 1:  # bootstrap draws
            sets = SetVariance(across.var(ddof=1), 0.0)
        else:
            sets = measure_set_variance(across)
        rows = measure_row_variance(halves, self.trial.weights, self.trial.clusters)
        of_sets = max(float(sets.linear), 0.0) + float(sets.quadratic)
        of_rows = max(float(rows), 0.0)
        return Estimate(
            value=float(value),
            standard_error=(of_sets + of_rows) ** 0.5,
            df=_join_df(
                (of_sets, self.n_repeats - 1), (of_rows, self.trial.n_units - 1)
            ),
            confidence=self.confidence,
            shape=shape_of(sets, rows),
        )

    def _check(self, name, component):
        if name not in self.splits:
            raise ValueError(choose("estimator", name, self.estimators))
        if self.trial.refusal and component in ("noise", "bias"):
            raise ValueError(
                f"component must be one of {', '.join(self.components)}, got "
                f"{component!r}. {self.trial.refusal}"
            )
        if component not in self.components:
            raise ValueError(choose("component", component, self.components))


@dataclass(frozen=True)
class BiasVarianceCurve:
    """Hold noise, bias and variance for every value of one parameter.

    Attributes
    ----------
    param_name : str
        The parameter.
    param_range : tuple
        Its values.
    result : BiasVarianceResult
        The split for each value, named "param_name=value".
    """

    param_name: str
    param_range: tuple
    result: BiasVarianceResult

    def estimate(self, value, component):
        """Estimate one component at one value of the parameter.

        Parameters
        ----------
        value : object
            One of `param_range`.
        component : str
            As in :meth:`BiasVarianceResult.estimate`.

        Returns
        -------
        Estimate
        """
        for name, known in zip(self.result.estimators, self.param_range, strict=True):
            if known is value or known == value:
                return self.result.estimate(name, component)
        raise ValueError(choose("value", value, map(repr, self.param_range)))

    def values(self, component):
        """Give one component along the curve.

        Parameters
        ----------
        component : str
            As in :meth:`BiasVarianceResult.estimate`.

        Returns
        -------
        ndarray of shape (n_values,)
        """
        estimates = (self.estimate(value, component) for value in self.param_range)
        return np.array([e.value for e in estimates])

    @property
    def best(self):
        """Give the value of the parameter with the smallest loss."""
        return self.param_range[int(self.values("loss").argmin())]

    def to_frame(self):
        """Lay the curve out as a pandas DataFrame.

        Returns
        -------
        pandas.DataFrame
            As :meth:`BiasVarianceResult.to_frame`, the parameter's values in place of
            the estimators' names.
        """
        pd = import_pandas("to_frame")
        frame = self.result.to_frame()
        values = pd.Index(self.param_range, dtype=object)
        at = [self.result.estimators.index(name) for name, _ in frame.index]
        frame.index = pd.MultiIndex.from_arrays(
            [values[at], frame.index.get_level_values("component")],
            names=[self.param_name, "component"],
        )
        return frame


COLUMNS = 3  # estimators side by side in a printed result: 80 characters


def _join_df(*parts):
    """Give the degrees of freedom of a sum of variances, each with its own.

    References
    ----------
    Satterthwaite (1946). An approximate distribution of estimates of variance
    components. Biometrics Bulletin 2, 110-114.
    """
    total = sum(variance for variance, _ in parts)
    if not 0 < total < np.inf:
        return min(df for _, df in parts)
    return total**2 / sum(variance**2 / df for variance, df in parts)


WHY_REPEATS = "the number of training sets behind each variance"


def _check_choices(loss, definition, extrapolate, training_sets="auto"):
    """Check what is chosen by name, and give the definition that is meant."""
    if loss not in LOSSES:
        raise ValueError(choose("loss", loss, LOSSES))
    if training_sets not in WAYS:
        raise ValueError(choose("training_sets", training_sets, WAYS))
    if extrapolate and definition not in splits.VOTING:
        raise ValueError(
            f"extrapolate must be False for loss={loss!r} and definition="
            f"{definition!r}: these are corrected exactly. Leave it out."
        )
    if definition is None:
        return splits.DEFINITIONS[0] if loss == "zero_one" else None
    if definition not in splits.DEFINITIONS:
        raise ValueError(choose("definition", definition, splits.DEFINITIONS))
    if loss != "zero_one":
        raise ValueError(
            f"definition must be None for loss={loss!r}, got {definition!r}: only 0/1 "
            "loss has more than one. Pass loss='zero_one', or no definition."
        )
    return definition


def _check_methods(contestants, loss):
    method = "predict_proba" if loss in NEEDS_PROBABILITIES else "predict"
    for name, estimator in contestants.items():
        if not hasattr(estimator, method):
            raise TypeError(
                f"{name} must offer {method} for loss={loss!r}, got "
                f"{type(estimator).__name__} without it. Pass another estimator or "
                f"another loss of {', '.join(LOSSES)}."
            )


def _check_generated(training_sets, sample_weight, groups):
    """Refuse for a generator what only rows have."""
    given = {
        "training_sets": None if training_sets == "auto" else training_sets,
        "sample_weight": sample_weight,
        "groups": groups,
    }
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"{name} must be left alone for a generator, got {value!r}: its rows "
                "are drawn afresh, one by one. Pass data=(X, y), or drop it."
            )


def _predict_all(contestants, trial, *, loss, seeds, n_jobs, verbose):
    """Give the predictions (R, n) or (R, n, K) of every estimator."""
    train = delayed(_predict_after_training)
    rounds = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")(
        train(contestants, trial, r, loss=loss, seed=int(seed))
        for r, seed in enumerate(seeds.fitting)
    )
    R, predictions = len(seeds.fitting), {}
    told = watch(rounds, R, what="training sets", verbose=verbose)
    for r, predicted in enumerate(told):
        for name, values in predicted.items():
            kept = predictions.setdefault(
                name, np.empty((R, *values.shape), values.dtype)
            )
            kept[r] = values
    return predictions


def _predict_after_training(contestants, trial, r, *, loss, seed):
    X, y, weight = trial.draw(r)
    predicted = {}
    for name, estimator in contestants.items():
        with note(f"This was {name} on training set {r}."):
            model = fit_weighted(seed_estimator(clone(estimator), seed), X, y, weight)
            values = _predict(model, trial, loss)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise ValueError(
                f"{name} must predict finite numbers, got NaN or infinity after "
                f"training set {r}. Look at its parameters, or scale the inputs."
            )
        predicted[name] = values
    return predicted


def _predict(model, trial, loss):
    if loss not in NEEDS_PROBABILITIES:
        values = receive_predictions(model.predict(trial.X_test), len(trial.truth))
        if loss == "squared_error":
            return values.astype(np.float64)
        return _number_labels(values, trial.classes)
    return predict_shares(model, trial.X_test, trial.classes)


def _number_labels(labels, classes):
    numbers = np.minimum(np.searchsorted(classes, labels), len(classes) - 1)
    if (classes[numbers] != labels).any():
        stranger = labels[classes[numbers] != labels][0]
        raise ValueError(
            f"estimators must predict labels of y for loss='zero_one', got "
            f"{show(stranger)}. Pass classifiers, or loss='squared_error'."
        )
    return numbers.astype(np.min_scalar_type(len(classes)))


def _split_all(predictions, trial, loss, definition, extrapolate, seed):
    """Split the loss of every estimator."""

    def split(p):
        f, weights = trial.truth, trial.weights
        if loss == "log_loss":
            return splits.split_log_loss(p, f, weights=weights)
        if definition in splits.VOTING:
            return splits.split_votes(
                p,
                f,
                weights=weights,
                definition=definition,
                extrapolate=extrapolate,
                seed=seed,
            )
        if loss == "squared_error":
            p, noise = p[:, :, None], trial.noise
        else:
            noise = 1 - (f**2).sum(axis=1)
        scale = 0.5 if loss == "zero_one" else 1.0
        return splits.split_squares(p, f, noise=noise, weights=weights, scale=scale)

    done = {name: split(p) for name, p in predictions.items()}
    if trial.refusal:
        return {name: splits.merge_remainder(each) for name, each in done.items()}
    return done


def _shape(split, component, sets, rows):
    """Say how an interval lies around one component of one estimator."""
    if split.plug_in_bias is None or component in ("noise", "remainder"):
        return Symmetric()
    if component != "bias":
        return Positive()
    if split.plug_in_bias <= 0:
        return Square(sets.quadratic, 0.0, 0.0)
    kernel = split.across_sets["bias"]
    # how far each training set moves the squared bias, to first order
    moves = kernel.mean(axis=1).var(ddof=1)
    return Square(
        at_zero=float(sets.quadratic),
        slope=float(4 * moves / len(kernel) / split.plug_in_bias),
        curvature=max(rows, 0.0) / split.plug_in_bias**2,
    )
