"""Sort columns, and number their values.

Values are seen as keys, 64 bits that sort as the values do. Rows are sorted by the
leading bits of their keys, digit by digit from the last (Knuth 1973, 5.2.5); each word
carries a row along:

    word   [ leading bits of key - least key | number of the row ]

Where the keys of a stretch agree in the bits that were sorted by, a short stretch is
sorted by insertion, a long one by the bits that follow.
"""

import numpy as np

from skclassic._jit import kernel, piece

N_DIGITS = 3  # 33 leading bits: few of a million rows agree by chance
DIGIT = np.uint64(11)
SMALL = 8192  # below so many rows shorter digits, since their counts are set to 0 first
N_SMALL_DIGITS = 5
SMALL_DIGIT = np.uint64(8)
SHORT = 32  # rows; below this, insertion beats counting digits
ZERO, ONE, WORD = np.uint64(0), np.uint64(1), np.uint64(64)
SIGN = np.uint64(1 << 63)
ZERO_KEY = SIGN
MISSING_KEY = np.uint64(0xFFFF << 48)  # above all numbers
SPAN = 65536  # codes there are
SPAN_BESIDE_MISSING = 65280  # high bytes 0 to 254; 255 is left to missing values
MISSING = 65535


@piece
def find_keys(column, keys):
    """Turn the bits of numbers into keys that sort as they do, missing ones last.

    `keys` are the same memory as `column`: bits, then keys. 0 and -0 have one key.
    """
    for i in range(column.shape[0]):
        size = keys[i] & (SIGN - ONE)
        if column[i] != column[i]:
            keys[i] = MISSING_KEY
        else:
            keys[i] = SIGN - size if keys[i] >= SIGN else SIGN + size


@piece
def pack_words(keys, order, row_bits, digit, n_digits, words, counts):
    """Write the words of a stretch, and count their digits.

    Returns whether keys differ, and whether any differ in bits that are not sorted by.
    """
    low, high, lead = keys[order[0]], keys[order[0]], ZERO
    for i in range(order.shape[0]):
        low, high = min(low, keys[order[i]]), max(high, keys[order[i]])
    if low == high:
        return False, False
    while (high - low) << lead < SIGN:
        lead += ONE
    n_counts, lost = 1 << np.int64(digit), ZERO
    for d in range(n_digits):
        for c in range(n_counts):
            counts[d, c] = 0
    for i in range(order.shape[0]):
        word = (keys[order[i]] - low) << lead
        lost |= word
        words[i] = word >> row_bits << row_bits | np.uint64(order[i])
        for d in range(n_digits):
            shift = WORD - digit * np.uint64(d + 1)
            counts[d, np.int64(words[i] >> shift) & (n_counts - 1)] += 1
    n_hidden = max(row_bits, WORD - digit * np.uint64(n_digits))
    return True, lost & ((ONE << n_hidden) - ONE) > ZERO


@piece
def sort_words(words, spare, digit, n_digits, counts):
    """Sort words by their leading digits."""
    here, there, n_moves = words, spare, 0
    for d in range(n_digits - 1, -1, -1):
        count, shift = counts[d], WORD - digit * np.uint64(d + 1)
        last, place = (1 << np.int64(digit)) - 1, 0
        if count[np.int64(here[0] >> shift) & last] == here.shape[0]:
            continue
        for c in range(last + 1):
            count[c], place = place, place + count[c]
        for i in range(here.shape[0]):
            c = np.int64(here[i] >> shift) & last
            there[count[c]] = here[i]
            count[c] += 1
        here, there, n_moves = there, here, n_moves + 1
    if n_moves % 2 == 1:
        for i in range(words.shape[0]):
            words[i] = spare[i]


@piece
def insert_rows(keys, order):
    """Sort a short stretch of rows by their keys."""
    for i in range(1, order.shape[0]):
        row, place = order[i], i
        while place > 0 and keys[order[place - 1]] > keys[row]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = row


@piece
def sort_runs(keys, order, words, n_hidden, start, stack, n_open):
    """Sort the short runs of rows whose words agree, and put the long ones on the
    stack; return how many stretches wait there.
    """
    begin = 0
    for i in range(1, order.shape[0] + 1):
        if i < order.shape[0] and words[i] >> n_hidden == words[begin] >> n_hidden:
            continue
        if 1 < i - begin < SHORT:
            insert_rows(keys, order[begin:i])
        if i - begin >= SHORT:
            stack[n_open, 0], stack[n_open, 1] = start + begin, start + i
            n_open += 1
        begin = i
    return n_open


@piece
def sort_rows(keys, order, words, spare, counts, stack):
    """Write the rows, and their keys, sorted; return how many keys there are, missing
    ones apart, and how many rows have one.
    """
    n_rows, row_bits, n_open, n_keys, n_present = keys.shape[0], ZERO, 1, 0, 0
    while n_rows >> np.int64(row_bits) > 0:
        row_bits += ONE
    for i in range(n_rows):
        order[i] = i
    stack[0, 0], stack[0, 1] = 0, n_rows
    while n_open > 0:
        n_open -= 1
        start, end = stack[n_open, 0], stack[n_open, 1]
        rows, its_words = order[start:end], words[start:end]
        is_small = end - start < SMALL
        digit = SMALL_DIGIT if is_small else DIGIT
        n_digits = N_SMALL_DIGITS if is_small else N_DIGITS
        is_varied, is_hidden = pack_words(
            keys, rows, row_bits, digit, n_digits, its_words, counts
        )
        if not is_varied:
            continue
        sort_words(its_words, spare[start:end], digit, n_digits, counts)
        for i in range(end - start):
            rows[i] = its_words[i] & ((ONE << row_bits) - ONE)
        if is_hidden:
            n_hidden = max(row_bits, WORD - digit * np.uint64(n_digits))
            n_open = sort_runs(keys, rows, its_words, n_hidden, start, stack, n_open)
    for i in range(n_rows):
        words[i] = keys[order[i]]
        n_present += words[i] != MISSING_KEY
    for i in range(n_present):
        n_keys += (i == 0) | (words[i] != words[i - 1])
    return n_keys, n_present


@piece
def code_rows(order, keys, n_keys, span, codes, fine, lower, upper):
    """Write the codes of rows: the ranks of their keys, spread over `span` codes; the
    rank of a key among those of its code; and the least and largest key of each code.
    """
    step, rest = span // n_keys, span % n_keys
    code, carry, rank, first, place, last = -step, -rest, -1, 0, -1, -1
    for i in range(order.shape[0]):
        if i == 0 or keys[i] != keys[i - 1]:
            rank, code, carry = rank + 1, code + step, carry + rest
            if carry >= n_keys:
                code, carry = code + 1, carry - n_keys
            if code != last:
                last, place, first = code, place + 1, rank
                lower[place] = keys[i]
            upper[place] = keys[i]
        codes[order[i]] = code
        if fine is not None:
            fine[order[i]] = rank - first


@piece
def copy_levels(column, codes):
    """Write the levels of a categorical feature for codes; return how many rows have
    one.
    """
    n_present = 0
    for i in range(column.shape[0]):
        is_missing = column[i] != column[i]
        codes[i] = MISSING if is_missing else np.int64(column[i])
        n_present += not is_missing
    return n_present


@kernel
def code_columns(
    columns, keys, n_levels, codes, fine, order, words, spare, counts, stack, lower,
    upper, first, has_missing,
):  # fmt: skip
    """Code columns; return whether some have more keys than codes.

    Parameters
    ----------
    columns : float64 array of shape (n_columns, n_rows), overwritten
        NaN is missing.
    keys : uint64 array of shape (n_columns, n_rows)
        The same memory.
    n_levels : int64 array of shape (n_columns,)
        Of categorical features, whose levels are their codes; 0 for numbers.
    codes : uint16 array of shape (n_columns, n_rows), filled
    fine : uint16 array of shape (n_columns, n_rows), filled, or None
        The rank of a value among those of its code.
    order : uint32 array of shape (n_rows,), room to work in
    words, spare : uint64 arrays of shape (n_rows,), room to work in
    counts : int64 array of shape (5, 2048), room to work in
    stack : int64 array of shape (n_rows // SHORT + 1, 2), room to work in
    lower, upper : uint64 arrays of shape (n_columns * min(n_rows, SPAN),), filled
        Least and largest key of each code, column after column; that of 0 for a
        categorical feature, or where all is missing.
    first : int64 array of shape (n_columns + 1,), filled
        Where the codes of each column begin in them, and those of the last end.
    has_missing : bool array of shape (n_columns,), filled
    """
    n_rows, place, is_coarse = columns.shape[1], 0, False
    for j in range(columns.shape[0]):
        n_codes, first[j] = 1, place
        lower[place] = upper[place] = ZERO_KEY
        if n_levels[j] > 0:
            n_present = copy_levels(columns[j], codes[j])
        else:
            find_keys(columns[j], keys[j])
            n_keys, n_present = sort_rows(keys[j], order, words, spare, counts, stack)
            for i in range(n_present, n_rows):
                codes[j, order[i]] = MISSING
            if n_present > 0:
                span = SPAN if n_present == n_rows else SPAN_BESIDE_MISSING
                n_codes, is_coarse = min(n_keys, span), is_coarse or n_keys > span
                own = None if fine is None else fine[j]
                code_rows(
                    order[:n_present], words, n_keys, span, codes[j], own,
                    lower[place:], upper[place:],
                )  # fmt: skip
        has_missing[j] = n_present < n_rows
        place += n_codes
    first[columns.shape[0]] = place
    return is_coarse
