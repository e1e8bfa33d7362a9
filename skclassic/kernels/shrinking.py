"""Descend a quadratic with absolute values, one coordinate after the other."""

from skclassic._jit import kernel, piece


@piece
def find_least(place, slope, bend, limit):
    """Return where a parabola with an absolute value is least.

    At 0 where the slope is within the limit (Friedman, Hastie and Tibshirani 2010,
    eq. 5).
    """
    free = place * bend - slope
    if free > limit:
        return (free - limit) / bend
    if free < -limit:
        return (free + limit) / bend
    return 0.0


@kernel
def shrink_coordinates(hessian, slopes, point, limits, max_sweeps, least, share):
    """Minimise ``slopes . s + s . H s / 2 + sum limits |point + s|`` over the step s.

    Coordinates are taken in turn, each to its own minimum. Changes `slopes` and `point`
    in place: they end as ``slopes + H s`` and ``point + s``.

    Parameters
    ----------
    hessian : float64 array of shape (m, m), C-ordered
        Symmetric; a coordinate whose diagonal is not positive stays.
    slopes, point, limits : float64 arrays of shape (m,)
    max_sweeps : int
    least, share : float
        Ends when no coordinate of a sweep gains more than `least`, or more than this
        share of what one gained in the first sweep.

    Returns
    -------
    int
        Sweeps made.
    """
    m = len(point)
    for sweep in range(max_sweeps):
        largest = 0.0
        for j in range(m):
            bend = hessian[j, j]
            if bend <= 0.0:
                continue
            moved = find_least(point[j], slopes[j], bend, limits[j])
            step = moved - point[j]
            if step != 0.0:
                point[j] = moved
                for i in range(m):
                    slopes[i] += step * hessian[j, i]
                largest = max(largest, bend * step * step)
        if sweep == 0:
            least = max(least, share * largest)
        if largest <= least:
            return sweep + 1
    return max_sweeps


@kernel
def shrink_sparse(
    values, rows, starts, bends, centre, heights, diagonal, squared, slopes, begun,
    limits, point, turns, max_sweeps, least, share,
):  # fmt: skip
    """Do as `shrink_coordinates` does, from the columns that the Hessian is made of.

    H is ``(X - c)' diag(q) (X - c)`` plus `squared` on its diagonal, for an X with a
    last column of ones, which has centre 0 and no penalty. A coordinate costs as many
    steps as its column holds values, where a row of H would take the number of columns.

    Parameters
    ----------
    values : float array of shape (n_values,)
    rows : int array of shape (n_values,)
    starts : int array of shape (m,)
        The m - 1 columns of X, compressed: column j is in ``starts[j]:starts[j + 1]``.
    bends : float64 array of shape (n,)
        The weights q.
    centre, heights : float64 arrays of shape (m - 1,)
        The centre c, and ``X' q``.
    diagonal : float64 array of shape (m,)
        Of H; a coordinate whose value is not positive stays.
    squared : float
    slopes : float64 array of shape (m,)
        At the start.
    begun, limits : float64 arrays of shape (m,)
        Where to begin, and the absolute penalties.
    point : float64 array of shape (m,)
        Equal to `begun`. Ends as ``begun + s``.
    turns : float64 array of shape (n,)
        Zeros. Ends as X s, the centre and the last coordinate left aside.
    max_sweeps : int
    least, share : float

    Returns
    -------
    float
        What the centre and the last coordinate add to each of `turns`.
    """
    last, total, moved, bent = len(point) - 1, 0.0, 0.0, 0.0
    for bend in bends:
        total += bend
    for sweep in range(max_sweeps):
        largest = 0.0
        for j in range(last + 1):
            bend = diagonal[j]
            if bend <= 0.0:
                continue
            slope = slopes[j]
            if j == last:
                slope += bent + moved * total
            else:
                product = moved * heights[j] - centre[j] * (bent + moved * total)
                for a in range(starts[j], starts[j + 1]):
                    product += values[a] * bends[rows[a]] * turns[rows[a]]
                slope += product + squared * (point[j] - begun[j])
            aim = find_least(point[j], slope, bend, limits[j])
            step = aim - point[j]
            if step == 0.0:
                continue
            point[j] = aim
            largest = max(largest, bend * step * step)
            if j == last:
                moved += step
            else:
                moved -= step * centre[j]
                bent += step * heights[j]
                for a in range(starts[j], starts[j + 1]):
                    turns[rows[a]] += step * values[a]
        if sweep == 0:
            least = max(least, share * largest)
        if largest <= least:
            break
    return moved
