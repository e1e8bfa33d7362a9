"""Name the data on which claims are tested: simulated or shipped with scikit-learn."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from sklearn import datasets
from sklearn.utils import check_random_state

from skclassic import synthetic
from skclassic._training_sets import look_up_noise


@dataclass(frozen=True)
class Problem:
    """Hold data with the sizes at which it is used.

    Attributes
    ----------
    name : str
        What a reader knows the data by.
    task : {"classification", "regression"}
        Decides the estimators and the loss.
    data : generator or tuple (X, y)
        As :func:`skclassic.bias_variance_decomposition` takes it.
    n_train : int
        Rows per training set.
    n_test : int
        Rows at which predictions are compared.
    n_features : int
        Columns of X.
    """

    name: str
    task: str
    data: object
    n_train: int
    n_test: int
    n_features: int

    @property
    def loss(self):
        """Give the loss in which noise, bias and variance add up without ambiguity."""
        return "brier" if self.task == "classification" else "squared_error"

    @property
    def is_real(self):
        """Tell whether the truth behind the data is unknown."""
        return isinstance(self.data, tuple)

    @cached_property
    def classes(self):
        """Give the sorted labels; None for regression."""
        if self.task == "regression":
            return None
        return np.unique(self.data[1] if self.is_real else self.data.classes)

    def with_data(self, data, what):
        """Give the same problem with another generator; `what` goes behind its name."""
        return replace(self, name=f"{self.name}, {what}", data=data)


class Moved:
    """Move the inputs of a generator, and keep how the response depends on them.

    Every other input is moved up, the rest down.

    Parameters
    ----------
    data : generator
    by : float
        In standard deviations of each input.
    """

    def __init__(self, data, by):
        self.data, self.by = data, by
        spread = data.sample(2000, random_state=0)[0].std(axis=0)
        self._step = by * spread * np.where(np.arange(len(spread)) % 2 == 0, 1, -1)

    def __getattr__(self, name):
        """Pass on what the generator knows of its truth."""
        if name == "data":  # while a copy is being made
            raise AttributeError(name)
        return getattr(self.data, name)

    def sample(self, n, random_state=None):
        """Draw rows, and responses at where they were moved to."""
        rng = np.random.RandomState(random_state)
        X, _ = self.data.sample(n, random_state=rng)
        X = X + self._step
        if hasattr(self.data, "posterior"):
            steps = np.cumsum(self.data.posterior(X), axis=1)
            places = (rng.uniform(size=(n, 1)) > steps[:, :-1]).sum(axis=1)
            return X, np.asarray(self.data.classes)[places]
        noise = rng.normal(size=n) * look_up_noise(self.data, X) ** 0.5
        return X, self.data.conditional_mean(X) + noise


class Thinned:
    """Make a class of a two-class generator rare, and keep the inputs of both.

    Parameters
    ----------
    data : generator
        Of the classes 0 and 1.
    prior : float
        Share of class 1 from now on.
    """

    def __init__(self, data, prior):
        self.data, self.prior = data, prior

    def __getattr__(self, name):
        """Pass on what the generator knows of its inputs."""
        if name == "data":  # while a copy is being made
            raise AttributeError(name)
        return getattr(self.data, name)

    @property
    def priors(self):
        """Give the probability of every class: ndarray of shape (2,)."""
        return np.array([1 - self.prior, self.prior])

    def sample(self, n, random_state=None):
        """Draw classes by their new shares, and rows of each from the generator."""
        rng = check_random_state(random_state)
        y = (rng.uniform(size=n) < self.prior).astype(int)
        X = np.empty((n, self.data.n_features))
        is_open = np.ones(n, bool)
        while is_open.any():
            rows, labels = self.data.sample(n, random_state=rng)
            for label in (0, 1):
                places = np.flatnonzero(is_open & (y == label))
                fitting = rows[labels == label][: len(places)]
                X[places[: len(fitting)]] = fitting
                is_open[places[: len(fitting)]] = False
        return X, y

    def posterior(self, X):
        """Give the exact probability of every class: odds move as the shares do."""
        shares = self.data.posterior(X) * (self.priors / self.data.priors)
        return shares / shares.sum(axis=1, keepdims=True)


def list_problems():
    """Give the seven generators and four data sets that scikit-learn ships.

    Returns
    -------
    list of Problem
    """
    classification = ("Waveform", "Twonorm", "Threenorm", "Ringnorm")
    regression = ("Friedman1", "Friedman2", "Friedman3")
    return [
        *(_simulate(name, "classification") for name in classification),
        *(_simulate(name, "regression") for name in regression),
        take_rows("Breast cancer", *datasets.load_breast_cancer(return_X_y=True)),
        take_rows("Digits", *datasets.load_digits(return_X_y=True)),
        take_rows("Wine", *datasets.load_wine(return_X_y=True)),
        take_rows("Diabetes", *datasets.load_diabetes(return_X_y=True)),
    ]


RARE = 0.1  # share of the rarer class: rare, and still a hundred rows of a thousand


def list_rare_problems():
    """Give three generators and a data set of two classes, one of them rare.

    Returns
    -------
    list of Problem
    """
    rare = {
        "Gaussian": synthetic.GaussianClasses(distance=2, n_features=5, prior=RARE),
        "Rare twonorm": Thinned(synthetic.Twonorm(), RARE),
        "Rare ringnorm": Thinned(synthetic.Ringnorm(), RARE),
    }
    simulated = [
        Problem(name, "classification", data, 1000, 2000, data.n_features)
        for name, data in rare.items()
    ]
    X, digits = datasets.load_digits(return_X_y=True)
    return [*simulated, lay_out_rare("Digit 8", X, (digits == 8).astype(int))]


def lay_out_rare(name, X, y):
    """Lay out a data set with a rare class: a third to test on, the rest to train on.

    Parameters
    ----------
    name : str
    X : ndarray of shape (n, p)
    y : ndarray of shape (n,)
        Labels of two classes.

    Returns
    -------
    Problem
    """
    n_test = len(y) // 3
    sizes = {"n_train": len(y) - n_test, "n_test": n_test, "n_features": X.shape[1]}
    return Problem(name, "classification", (X, y), **sizes)


def list_two_class_problems():
    """Give three generators and three data sets of two classes, for learning curves.

    Twonorm is what naive Bayes with shared variances takes for true, Ringnorm what it
    does with variances by class, the third neither. Diabetes is cut at its median, as
    Ng and Jordan (2001) cut house prices.

    Returns
    -------
    list of Problem
    """
    generators = {
        "Twonorm": synthetic.Twonorm(),
        "Ringnorm": synthetic.Ringnorm(),
        "Correlated": synthetic.GaussianClasses(n_features=20, correlation=0.1),
    }
    simulated = [
        Problem(name, "classification", data, 1000, 1000, data.n_features)
        for name, data in generators.items()
    ]
    X, digits = datasets.load_digits(return_X_y=True)
    people, progress = datasets.load_diabetes(return_X_y=True)
    tables = {
        "Breast cancer": datasets.load_breast_cancer(return_X_y=True),
        "Even digits": (X, digits % 2),
        "High diabetes": (people, (progress > np.median(progress)).astype(int)),
    }
    return simulated + [lay_out_curve(name, *rows) for name, rows in tables.items()]


def lay_out_curve(name, X, y):
    """Lay out a data set for learning curves: a third to test on, the rest to train on.

    Columns are brought to unit spread once, over all rows and without their labels:
    a penalty then means the same everywhere. Columns without spread are dropped.

    Parameters
    ----------
    name : str
    X : ndarray of shape (n, p)
    y : ndarray of shape (n,)
        Labels.

    Returns
    -------
    Problem
    """
    spread = X.std(axis=0)
    X = (X - X.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    y = np.unique(y, return_inverse=True)[1]
    return lay_out_rare(name, X, y)


def lay_out_again(problem):
    """Lay out a user's table for learning curves; give any other problem back."""
    if problem.task == "regression" or not problem.is_real:
        return problem
    return lay_out_curve(problem.name, *problem.data)


def _simulate(name, task):
    data = getattr(synthetic, name)()
    return Problem(
        name, task, data, n_train=300, n_test=500, n_features=data.n_features
    )


LARGEST_TRAINING_SET = 300


def take_rows(name, X, y):
    """Lay out a data set: a third to test on, half of the rest per training set.

    Parameters
    ----------
    name : str
        What to call it.
    X : array-like of shape (n, p)
        Inputs.
    y : array-like of shape (n,)
        Labels, or real responses. Labels are numbered from 0 in sorted order, which
        XGBoost asks for.

    Returns
    -------
    Problem

    Raises
    ------
    ValueError
        If there are fewer than 12 rows.
    """
    X, y = np.asarray(X), np.asarray(y)
    if len(y) < 12:
        raise ValueError(
            f"X and y must have at least 12 rows, got {len(y)}: a third is held out "
            "and the training sets hold half of the rest. Pass more rows."
        )
    is_regression = y.dtype.kind in "iuf" and len(np.unique(y)) > MOST_CLASSES
    if not is_regression:
        y = np.unique(y, return_inverse=True)[1]
    n_test = min(len(y) // 3, 500)
    return Problem(
        name,
        "regression" if is_regression else "classification",
        (X, y),
        n_train=min((len(y) - n_test) // 2, LARGEST_TRAINING_SET),
        n_test=n_test,
        n_features=X.shape[1],
    )


MOST_CLASSES = 30  # numbers with more distinct values are taken for measurements
