"""Tell a waiting user how much is done."""

from time import perf_counter


def watch(items, total, *, what, verbose):
    """Pass items on, and print a line after each tenth of them.

    Parameters
    ----------
    items : iterable
    total : int
        How many there are.
    what : str
        What they are, in the plural.
    verbose : int
        0 prints nothing.

    Yields
    ------
    object
        The items, in their order.
    """
    start = perf_counter()
    for done, item in enumerate(items, 1):
        yield item
        if verbose > 0 and 10 * done // total > 10 * (done - 1) // total:
            print(f"{done} of {total} {what}, {perf_counter() - start:.1f} s")
