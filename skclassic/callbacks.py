"""Callbacks that end the growth of an ensemble early, set by `set_callbacks`."""

from numbers import Integral, Real
from time import perf_counter

import numpy as np


class OOBStopping:
    """Stop once further members hardly lower the out-of-bag error.

    The ensemble must be fitted with ``oob_score=True``. Growth ends after a member if
    the least error of the last `patience` members is not below the least error of those
    before them by more than the share `tol`. The same members are kept for every
    `n_jobs`; a warm start goes on where growth ended.

    Parameters
    ----------
    patience : int, default=20
        Members to wait for, at least 1.
    tol : float, default=0.005
        The share of the error, in [0, 1), that these members must take off.

    Raises
    ------
    ValueError
        If a parameter is out of its range; from `fit`, if the estimator keeps no
        out-of-bag error.

    See Also
    --------
    TimeBudget : Stop after some seconds.
    OOBCurveDisplay : Draw the error over the number of members.

    Notes
    -----
    The error out of bag is a mean over rows that are few or many: the fewer they are,
    the more it jumps, and the longer `patience` should be.

    Examples
    --------
    >>> from skclassic import Friedman1, OOBStopping, RandomForestRegressor
    >>> X, y = Friedman1().sample(300, random_state=0)
    >>> forest = RandomForestRegressor(1000, oob_score=True, random_state=0)
    >>> forest.set_callbacks(OOBStopping()).fit(X, y)
    RandomForestRegressor(n_estimators=1000, oob_score=True, random_state=0)
    >>> len(forest) < 300
    True
    """

    def __init__(self, *, patience=20, tol=0.005):
        if not isinstance(patience, Integral) or patience < 1:
            raise ValueError(
                f"patience must be a whole number of members, at least 1, got "
                f"{patience!r}."
            )
        if not isinstance(tol, Real) or not 0 <= tol < 1:
            raise ValueError(
                f"tol must be in [0, 1), got {tol!r}: it is a share of the error."
            )
        self.patience, self.tol = patience, tol

    def __repr__(self):
        return f"OOBStopping(patience={self.patience!r}, tol={self.tol!r})"

    def setup(self, estimator, context):
        """Refuse an estimator that will have no `oob_curve_`."""
        if not getattr(estimator, "oob_score", False):
            raise ValueError(
                "OOBStopping needs the out-of-bag error, which "
                f"{type(estimator).__name__} does not keep: set it on a forest or bag "
                "with oob_score=True."
            )

    def teardown(self, estimator, context):
        """Leave nothing behind."""

    def on_fit_task_begin(self, estimator, context):
        """Let every member begin."""

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        """Return whether growth is over, after a member.

        Parameters
        ----------
        estimator : object
        context : CallbackContext
        fitted_estimator : object
            As if growth had ended here, with `oob_curve_`.

        Returns
        -------
        stop : bool
        """
        curve = np.asarray(getattr(fitted_estimator, "oob_curve_", ()))
        if len(curve) <= self.patience:
            return False
        errors = np.where(np.isnan(curve), np.inf, curve)
        before, lately = errors[: -self.patience].min(), errors[-self.patience :].min()
        return bool(np.isfinite(before) and lately >= before * (1 - self.tol))


class TimeBudget:
    """Stop once some seconds have passed since the beginning of `fit`.

    The member under way is finished, so that `fit` takes longer by one member at most;
    there is always one. How many there are depends on the machine.

    Parameters
    ----------
    seconds : float
        Above 0.

    Raises
    ------
    ValueError
        If `seconds` is not above 0.

    See Also
    --------
    OOBStopping : Stop once further members hardly help.

    Examples
    --------
    >>> from skclassic import Friedman1, RandomForestRegressor, TimeBudget
    >>> X, y = Friedman1().sample(300, random_state=0)
    >>> forest = RandomForestRegressor(100_000, random_state=0)
    >>> forest = forest.set_callbacks(TimeBudget(0.5)).fit(X, y)
    >>> len(forest) < 100_000
    True
    """

    def __init__(self, seconds):
        if not isinstance(seconds, Real) or not seconds > 0:
            raise ValueError(f"seconds must be a number above 0, got {seconds!r}.")
        self.seconds = seconds
        self._began = {}

    def __repr__(self):
        return f"TimeBudget({self.seconds!r})"

    def setup(self, estimator, context):
        """Start the clock of one fit."""
        self._began[id(estimator)] = perf_counter()

    def teardown(self, estimator, context):
        """Stop the clock."""
        self._began.pop(id(estimator), None)

    def on_fit_task_begin(self, estimator, context):
        """Let every member begin."""

    def on_fit_task_end(self, estimator, context):
        """Return whether the time is over, after a member.

        Parameters
        ----------
        estimator : object
        context : CallbackContext

        Returns
        -------
        stop : bool
        """
        return perf_counter() - self._began[id(estimator)] >= self.seconds
