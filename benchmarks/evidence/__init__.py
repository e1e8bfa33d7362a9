"""Put the package's own statistics on trial: truths, coverage and false alarms.

Every check is a figure with its error and the range in which it was promised to lie.
`stored.json` is what the last full run that was kept has measured.
"""

from .check import Check, read_stored
from .experiments import list_keys, measure

__all__ = ["Check", "list_keys", "measure", "read_stored"]
