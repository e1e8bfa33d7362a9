"""Pictures of fitted ensembles, in scikit-learn's way of displays."""

import numpy as np
from sklearn.utils.validation import check_is_fitted


class OOBCurveDisplay:
    """The error on rows out of bag, over the number of members.

    Made by :meth:`from_estimator`; :meth:`plot` draws it again.

    Parameters
    ----------
    errors : array of shape (n_estimators,)
        The error after each member, NaN while no row has a prediction.
    name : str, default=None
        What the legend calls the curve.

    Attributes
    ----------
    ax_, figure_, line_
        What matplotlib drew, after :meth:`plot`.

    Examples
    --------
    >>> from skclassic import Friedman1, OOBCurveDisplay, RandomForestRegressor
    >>> X, y = Friedman1().sample(300, random_state=0)
    >>> forest = RandomForestRegressor(oob_score=True, random_state=0).fit(X, y)
    >>> display = OOBCurveDisplay.from_estimator(forest)
    >>> len(display.errors)
    100
    """

    def __init__(self, *, errors, name=None):
        self.errors, self.name = errors, name

    @classmethod
    def from_estimator(cls, estimator, *, ax=None, name=None, **kwargs):
        """Draw the curve of a forest or bag fitted with ``oob_score=True``.

        Parameters
        ----------
        estimator : object
            With `oob_curve_`.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        name : str, default=None
            For the legend; None takes the name of the class.
        **kwargs : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : OOBCurveDisplay

        Raises
        ------
        ValueError
            If the estimator has no curve.
        """
        check_is_fitted(estimator)
        if not hasattr(estimator, "oob_curve_"):
            raise ValueError(
                f"{type(estimator).__name__} has no oob_curve_: fit it with "
                "oob_score=True."
            )
        name = type(estimator).__name__ if name is None else name
        return cls(errors=estimator.oob_curve_, name=name).plot(ax=ax, **kwargs)

    def plot(self, *, ax=None, **kwargs):
        """Draw the curve.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
        **kwargs : dict
            For matplotlib's `plot`.

        Returns
        -------
        display : OOBCurveDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        try:
            import matplotlib.pyplot as plt
        except ImportError as error:
            raise ImportError(
                'Drawing needs matplotlib: pip install "skclassic[plot]".'
            ) from error
        if ax is None:
            _, ax = plt.subplots()
        numbers = np.arange(1, len(self.errors) + 1)
        (self.line_,) = ax.plot(numbers, self.errors, **{"label": self.name} | kwargs)
        ax.set(xlabel="members", ylabel="out-of-bag error")
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self
