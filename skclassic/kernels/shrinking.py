"""Descend a quadratic with absolute values, one coordinate after the other."""

from skclassic._jit import kernel


@kernel
def shrink_coordinates(hessian, slopes, point, limits, max_sweeps, least, share):
    """Minimise ``slopes . s + s . H s / 2 + sum limits |point + s|`` over the step s.

    Coordinates are taken in turn, each to its own minimum, which lies at 0 where the
    slope is within the limit (Friedman, Hastie and Tibshirani 2010, eq. 5). Changes
    `slopes` and `point` in place: they end as ``slopes + H s`` and ``point + s``.

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
            free = point[j] * bend - slopes[j]
            if free > limits[j]:
                moved = (free - limits[j]) / bend
            elif free < -limits[j]:
                moved = (free + limits[j]) / bend
            else:
                moved = 0.0
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
