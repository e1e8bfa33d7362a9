"""Say what a contestant is: a package that may be missing, and how it meets a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


def find_nothing_amiss(fitted):
    """Accept a fitted estimator as what it claims to be."""
    return ""


@dataclass(frozen=True)
class Contestant:
    """Hold how one package meets a plan.

    Attributes
    ----------
    name : str
        As the tables print it.
    package, distribution : str
        The name to import and the name to install.
    choose_class : callable
        Maps a plan to an estimator class, None where the package has no such method.
    match : callable
        Maps a plan and the shape of X to the class's parameters.
    differs : str
        What no parameter can match.
    find_amiss : callable
        Maps a fitted estimator to a line about a run that is not what it seems, or "".
    """

    name: str
    package: str
    distribution: str
    choose_class: Callable
    match: Callable
    differs: str = ""
    find_amiss: Callable = find_nothing_amiss

    @property
    def is_installed(self):
        return find_spec(self.package) is not None

    @property
    def version(self):
        """Give the installed version, None where there is none."""
        try:
            return version(self.distribution)
        except PackageNotFoundError:
            return None

    def build(self, plan, *, shape):
        """Build an unfitted estimator, None where the package has no such method."""
        estimator_class = self.choose_class(plan)
        if estimator_class is None:
            return None
        return estimator_class(**self.match(plan, shape))

    def describe(self, plan, *, shape):
        """Write the estimator as a call with the parameters that were set."""
        pairs = (f"{k}={shorten(v)}" for k, v in self.match(plan, shape).items())
        return f"{self.choose_class(plan).__name__}({', '.join(pairs)})"


def shorten(value):
    """Write a value as in code on one line, long fractions in four digits."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return " ".join(repr(value).split())
