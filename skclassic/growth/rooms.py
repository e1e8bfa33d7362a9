"""Lend scratch arrays to one tree after another."""

import math
from contextlib import contextmanager
from threading import Lock

import numpy as np

CACHE_LINES = 128  # bytes; two of them, which are fetched together


class Room:
    """Scratch memory by name; contents mean nothing from one tree to the next.

    Arrays that were freed after each tree would leave gaps between the trees that stay:
    a forest of large trees took half as much memory again. And small arrays of two
    trees would share lines of the cache, so that two threads took as long as one.
    """

    def __init__(self):
        self._things = {}

    def take(self, name, shape, dtype=np.float64):
        """Return an array of that shape; a name always goes with one dtype."""
        shape = shape if isinstance(shape, tuple) else (shape,)
        array, n_rows = self._things.get(name), shape[0]
        if array is None or len(array) < n_rows or array.shape[1:] != shape[1:]:
            n_spare = n_rows // 8  # another bootstrap sample has a few rows more
            array = empty_lines((n_rows + n_spare, *shape[1:]), dtype)
            self._things[name] = array
        return array[:n_rows]

    def fill(self, name, shape, value, dtype=np.float64):
        """Return an array of that shape, filled with a value."""
        array = self.take(name, shape, dtype)
        array[...] = value
        return array

    def furnish(self, name, make):
        """Return what `make` made of this room when it was first asked for the name."""
        if name not in self._things:
            self._things[name] = make(self)
        return self._things[name]

    def keep(self, name, array, n_copies=1):
        """Return copies of a vector in a row, in the memory that has the name."""
        copies = self.take(name, n_copies * len(array), array.dtype)
        copies.reshape(n_copies, len(array))[:] = array
        return copies


def empty_lines(shape, dtype):
    """Return an array that shares no line of the cache with another.

    It begins where a line does: a vector that lies across two takes twice as long.
    """
    n_bytes = math.prod(shape) * np.dtype(dtype).itemsize
    space = np.empty((n_bytes // CACHE_LINES + 2) * CACHE_LINES, np.uint8)
    begin = -space.ctypes.data % CACHE_LINES
    return space[begin : begin + n_bytes].view(dtype).reshape(shape)


class Rooms:
    """As many rooms as there are trees that grow at a time."""

    def __init__(self):
        self._free = []

    def __reduce__(self):
        return Rooms, ()

    @contextmanager
    def borrow(self):
        """Lend a room to a tree."""
        try:
            room = self._free.pop()
        except IndexError:
            room = Room()
        yield room
        self._free.append(room)


class Once:
    """Hold what is made when it is first asked for, once for all threads."""

    def __init__(self):
        self.thing, self._lock = None, Lock()

    def __reduce__(self):
        return Once, ()

    def make(self, make):
        """Return what the first call made."""
        with self._lock:
            if self.thing is None:
                self.thing = make()
            return self.thing
