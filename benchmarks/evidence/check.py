"""Hold one figure that can be wrong, and the range in which it was promised to lie."""

import json
from dataclasses import dataclass, fields
from pathlib import Path

STORED = Path(__file__).with_name("stored.json")


@dataclass(frozen=True)
class Check:
    """One measured figure.

    Attributes
    ----------
    key : str
        The experiment.
    what : str
        What was measured.
    value, error : float
        The figure and its standard error; an error of 0 where it has none.
    lowest, highest : float or None
        Where it was promised to lie; None where nothing was.
    note : str
        How it was measured.
    """

    key: str
    what: str
    value: float
    error: float = 0.0
    lowest: float | None = None
    highest: float | None = None
    note: str = ""

    @property
    def is_met(self):
        """Whether the promise is kept; None where nothing was promised."""
        if self.lowest is None and self.highest is None:
            return None
        low = float("-inf") if self.lowest is None else self.lowest
        high = float("inf") if self.highest is None else self.highest
        return low <= self.value <= high


def measure_share(hits):
    """Give a share in percent and its standard error.

    Parameters
    ----------
    hits : sequence of bool

    Returns
    -------
    tuple of float
    """
    share = sum(hits) / len(hits)
    return 100 * share, 100 * (share * (1 - share) / len(hits)) ** 0.5


def read_stored():
    """Read the checks of the last full run that was kept in the repository.

    Returns
    -------
    list of Check
    """
    rows = json.loads(STORED.read_text("utf-8"))["evidence"]
    names = [field.name for field in fields(Check)]
    return [Check(**{name: row[name] for name in names}) for row in rows]
