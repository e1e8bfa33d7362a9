"""Test what textbooks say about these methods: sentences that can be false.

`python -m skclassic claims` prints a verdict on each; :func:`check` tests one on your
data. Measuring (`laboratory`, one file per family of claims), judging (`verdicts`) and
printing (`console`, `page`) know nothing of each other.
"""

from .claim import Claim
from .registry import CLAIMS, check, run
from .verdicts import Finding, Verdict

__all__ = ["CLAIMS", "Claim", "Finding", "Verdict", "check", "run"]
