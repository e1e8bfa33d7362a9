"""Lend scratch arrays to one tree after another."""

import math
from contextlib import contextmanager
from threading import Lock

import numpy as np


class Room:
    """Scratch memory by name; contents mean nothing from one tree to the next.

    Arrays that were freed after each tree would leave gaps between the trees that stay:
    a forest of large trees took half as much memory again.
    """

    def __init__(self):
        self._bytes = {}

    def take(self, name, shape, dtype=np.float64):
        """Return an array of that shape, in the memory that has the name."""
        shape = shape if isinstance(shape, tuple) else (shape,)
        size = math.prod(shape) * np.dtype(dtype).itemsize
        memory = self._bytes.get(name)
        if memory is None or len(memory) < size:
            n_spare = size // 8  # another bootstrap sample has a few rows more
            memory = self._bytes[name] = np.empty(size + n_spare, np.uint8)
        return np.ndarray(shape, dtype, memory)

    def keep(self, name, array):
        """Return a copy of an array, in the memory that has the name."""
        copy = self.take(name, array.shape, array.dtype)
        copy[...] = array
        return copy


class Rooms:
    """As many rooms as there are trees that grow at a time."""

    def __init__(self):
        self._free, self._furnished, self._lock = [], None, Lock()

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

    def furnish(self, make):
        """Return what the first call made, the same for all trees."""
        with self._lock:
            if self._furnished is None:
                self._furnished = make()
            return self._furnished
