"""This package; and its forest held to one thread, where threads are on trial."""

from dataclasses import replace

from benchmarks.rivals.contestant import Contestant
from benchmarks.rivals.scikit_learn import match, name_class


def choose_class(plan):
    import skclassic

    return getattr(skclassic, name_class(plan))


def match_with_one_thread(plan, shape):
    return match(replace(plan, n_jobs=1), shape)


CONTESTANT = Contestant("skclassic", "skclassic", "skclassic", choose_class, match)
ONE_THREAD = replace(CONTESTANT, name="n_jobs=1", match=match_with_one_thread)
