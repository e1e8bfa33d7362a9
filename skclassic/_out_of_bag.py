"""What members of an ensemble say of rows that they did not draw."""

import numpy as np

from skclassic import _front_desk as front_desk


class OutOfBag:
    """Predictions for rows out of bag, added up member after member.

    Parameters
    ----------
    n_rows : int

    Attributes
    ----------
    sums : float64 array of shape (n_rows, n_channels), None before the first member
    n_votes : int64 array of shape (n_rows,)
    curve : list of float
        The error after each member, NaN while no row has a vote.
    """

    def __init__(self, n_rows):
        self.sums, self.n_votes = None, np.zeros(n_rows, np.int64)
        self.curve = []

    def add(self, drawn, predict, *, n_channels, error):
        """Add what a member, fitted on the rows `drawn`, predicts for the others.

        Parameters
        ----------
        drawn : int array
        predict : callable
            Gives the predictions (n_rows_asked, n_channels) for numbers of rows.
        n_channels : int
        error : callable
            Gives the error of mean predictions (n_rows_predicted, n_channels) for the
            rows of a mask (n_rows,).
        """
        if self.sums is None:
            self.sums = np.zeros((len(self.n_votes), n_channels))
        is_out = np.ones(len(self.n_votes), bool)
        is_out[drawn] = False
        if is_out.any():
            self.sums[is_out] += predict(np.flatnonzero(is_out))
            self.n_votes[is_out] += 1
        has_votes = self.n_votes > 0
        means = self.sums[has_votes] / self.n_votes[has_votes, None]
        self.curve.append(error(means, has_votes) if len(means) else np.nan)

    @property
    def means(self):
        """The mean prediction for each row, 0 for a row without votes."""
        return self.sums / np.maximum(self.n_votes, 1)[:, None]

    def warn_of_rows_without_votes(self, advice):
        """Say how many rows every member drew, if there are any, after the advice."""
        n_missing = np.count_nonzero(self.n_votes == 0)
        if n_missing:
            front_desk.warn(
                f"Some inputs do not have OOB scores. {advice} Every member drew "
                f"{n_missing} of {len(self.n_votes)} rows."
            )


def misclassified(labels):
    """Return the error of labels: the share that is wrong, over rows and outputs."""
    return lambda said, rows: float(np.mean(said != labels[rows]))


def squared_error(y):
    """Return the error of predictions: their mean squared distance from targets."""
    outputs = y.reshape(len(y), -1)
    return lambda said, rows: float(np.mean((said - outputs[rows]) ** 2))
