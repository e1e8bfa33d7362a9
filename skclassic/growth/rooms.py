"""Lend scratch arrays to one tree after another."""

from contextlib import contextmanager
from threading import Lock

import numpy as np


class Room:
    """Scratch memory by name; contents mean nothing from one tree to the next.

    Arrays that were freed after each tree would leave gaps between the trees that stay:
    a forest of large trees took half as much memory again.
    """

    def __init__(self):
        self._things = {}

    def take(self, name, shape, dtype=np.float64):
        """Return an array of that shape; a name always goes with one dtype."""
        shape = shape if isinstance(shape, tuple) else (shape,)
        array, n_rows = self._things.get(name), shape[0]
        if array is None or len(array) < n_rows or array.shape[1:] != shape[1:]:
            n_spare = n_rows // 8  # another bootstrap sample has a few rows more
            array = np.empty((n_rows + n_spare, *shape[1:]), dtype)
            self._things[name] = array
        return array[:n_rows]

    def take_made(self, name, make):
        """Return what was made once under that name, for all trees."""
        if name not in self._things:
            self._things[name] = make()
        return self._things[name]

    def keep(self, name, array):
        """Return a copy of an array, in the memory that has the name."""
        copy = self.take(name, array.shape, array.dtype)
        copy[...] = array
        return copy


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
