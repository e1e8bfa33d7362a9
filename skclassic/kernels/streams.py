"""Draw whole numbers from many streams of random numbers, one for each seed.

The streams are those of numpy's `RandomState`: the Mersenne Twister (Matsumoto and
Nishimura 1998), its state filled from the seed as in the authors' version of 2002. A
number below a bound is the lowest bits of a word; those that reach it are dropped.
"""

import numpy as np

from skclassic._jit import kernel, piece

N_WORDS, APART = 624, 397  # words of the state; how far the one lies that is mixed in
MULTIPLIER, ONE = np.uint64(1812433253), np.uint64(1)
MASK, UPPER, LOWER = np.uint64(2**32 - 1), np.uint64(2**31), np.uint64(2**31 - 1)
TWIST = np.uint64(0x9908B0DF)
TEMPER = np.uint64(0x9D2C5680), np.uint64(0xEFC60000)


@piece
def fill_state(seed, state):
    """Fill the state of a stream from its seed."""
    word = seed
    for i in range(N_WORDS):
        state[i] = word
        word = (MULTIPLIER * (word ^ (word >> np.uint64(30))) + np.uint64(i + 1)) & MASK


@piece
def mix(upper, lower, other):
    """Return a new word of the state, from three old ones."""
    word = (upper & UPPER) | (lower & LOWER)
    return other ^ (word >> ONE) ^ (TWIST * (word & ONE))


@piece
def renew_state(state):
    """Replace all words of the state."""
    n_before = N_WORDS - APART
    for i in range(n_before):
        state[i] = mix(state[i], state[i + 1], state[i + APART])
    for i in range(n_before, N_WORDS - 1):
        state[i] = mix(state[i], state[i + 1], state[i - n_before])
    state[N_WORDS - 1] = mix(state[N_WORDS - 1], state[0], state[APART - 1])


@piece
def temper(word):
    """Return what the stream says for a word of the state."""
    word ^= word >> np.uint64(11)
    word ^= (word << np.uint64(7)) & TEMPER[0]
    word ^= (word << np.uint64(15)) & TEMPER[1]
    return word ^ (word >> np.uint64(18))


@kernel
def draw_below(seeds, bound, state, numbers):
    """Draw the first numbers of each stream that are below a bound.

    Parameters
    ----------
    seeds : uint64 array of shape (n_seeds,)
        Below 2**32.
    bound : int
        In 1 to 2**31.
    state : uint64 array of shape (624,), room to work in
    numbers : int32 array of shape (n_seeds, n_numbers), filled
    """
    largest = np.uint64(bound - 1)
    bits = largest
    for shift in (1, 2, 4, 8, 16):
        bits |= bits >> np.uint64(shift)
    for s in range(seeds.shape[0]):
        fill_state(seeds[s], state)
        n_drawn = 0
        while n_drawn < numbers.shape[1]:
            renew_state(state)
            for i in range(N_WORDS):
                number = temper(state[i]) & bits
                numbers[s, n_drawn] = number
                n_drawn += number <= largest
                if n_drawn == numbers.shape[1]:
                    break
