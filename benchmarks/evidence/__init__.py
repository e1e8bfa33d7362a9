"""Put the package's own statistics on trial: truths, coverage and false alarms.

Every check is a figure with its error and the range in which it was promised to lie.
"""

from .check import Check, read_stored
from .coverage import COVERAGES, measure_coverage
from .false_alarms import ALARMS, measure_alarms
from .truths import TRUTHS

__all__ = [
    "ALARMS",
    "COVERAGES",
    "TRUTHS",
    "Check",
    "measure_alarms",
    "measure_coverage",
    "read_stored",
]
