"""Tell whether classes are separated, so that logistic regression has no estimate.

A direction u separates if no row lies on the wrong side of it and some row does not lie
on it: the likelihood then rises along u without end (Albert and Anderson 1984). With
rows z, intercept included, and y a row's class, all these are at least 0:

    (u_y - u_k) . z    for every class k other than y

Separation is `complete` if all of them can be positive at once, else `quasi-complete`.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from skclassic._logit_likelihood import (
    Likelihood,
    StandardRows,
    climb,
    find_dependent,
)

ON_IT = 1e-8  # of a row's length: closer to the boundary is on it
BEYOND = 1e-6  # of a row's length: farther is beyond it
FEASIBLE = 1e-9  # what the linear programme may be off
FIRST_ROWS = 40  # per coefficient: enough to overlap where classes do
MOST_COEFFICIENTS = 3000  # their information, squared, must be solved again and again
HANDFUL = 100  # rows per coefficient, drawn without a look at their classes
GROWTH = 8  # each sample of rows is so many times larger than the one before
MOST_STEPS = 12  # of Newton's: most optima are met in fewer, the rest by programmes
ROWS_ADDED = 10  # per coefficient, to a linear programme that they contradict
MOST_TRIED = 12  # columns tried to be done without, each by a linear programme
MOST = 10  # names in a warning
NULL = 1e-9  # eigenvalues below this, relative to the largest, are 0


@dataclass(frozen=True)
class Separation:
    """Hold how far classes are separated, and by what.

    Attributes
    ----------
    kind : {"none", "quasi-complete", "complete", "unknown"}
        "unknown" where there are too many coefficients to search.
    columns : tuple of int
        Columns that separate as far as all of them do. Others may do as well. Where
        they are few, none of them can be spared.
    is_infinite : bool ndarray of shape (n_features,)
        Columns whose coefficients have no finite estimate: all of them where
        separation is complete.
    direction : float64 ndarray of shape (1, n_features) or (n_classes, n_features)
        Coefficients along which the likelihood rises without end, laid out as
        `coef_`: zero but for `columns`.
    intercept : float64 ndarray of shape (1,) or (n_classes,)
        Of the direction.
    pairs : tuple of (int, int)
        Pairs of classes of which every row lies beyond the boundary between them.
    """

    kind: str
    columns: tuple
    is_infinite: np.ndarray
    direction: np.ndarray
    intercept: np.ndarray
    pairs: tuple

    def __bool__(self):
        return self.kind in ("complete", "quasi-complete")


def find_separation(
    X, codes, weights=None, *, fit_intercept=True, near=None, at_most=MOST_COEFFICIENTS
):
    """Find out whether classes are separated by a linear rule, and by which columns.

    A finite optimum of the likelihood of some rows proves that no rule separates all:
    samples of growing size are tried first. Only where not even all rows give that
    proof, linear programmes look for a rule.

    Parameters
    ----------
    X : float64 ndarray or CSR matrix of shape (n, d)
    codes : int ndarray of shape (n,)
        Numbers of classes from 0, of which each has a row.
    weights : float64 ndarray of shape (n,) or None
        Rows of weight 0 are left out; no other weight matters.
    fit_intercept : bool, default=True
    near : tuple of (coef, intercept), default=None
        Where a solver stopped, as scikit-learn lays it out: a rule to try first.
    at_most : int, default=3000
        With more coefficients than this nothing is searched; `near` may still be a
        rule that tells all classes apart.

    Returns
    -------
    Separation
        Its truth value tells whether there is one.

    References
    ----------
    Albert, Anderson (1984). On the existence of maximum likelihood estimates in
    logistic regression models. Biometrika 71.

    Konis (2007). Linear programming algorithms for detecting separated data in binary
    logistic regression models. DPhil thesis, University of Oxford.

    Bach (2010). Self-concordant analysis for logistic regression. EJS 4, proposition 2,
    for the proof.
    """
    X, codes, weights = _leave_out_absent(X, codes, weights)
    n_classes = int(codes.max()) + 1
    if (n_classes - 1) * (X.shape[1] + fit_intercept) > at_most:
        return _look_at_rule(X, codes, weights, fit_intercept, near)
    if near is not None and _overlap_in_handful(X, codes, weights, fit_intercept, near):
        return _find_nothing("none", X.shape[1], n_classes)
    rows, kept, start = _make_independent(X, weights, fit_intercept, near)
    if _overlap(rows, codes, n_classes, start):
        return _find_nothing("none", X.shape[1], n_classes)
    cone = Cone(rows, codes, n_classes, start)
    if not cone.open.any():
        return _find_nothing("none", X.shape[1], n_classes)
    return _say_how(cone, kept, X.shape[1])


def _make_independent(X, weights, fit_intercept, near):
    """Leave out columns that others make up.

    Returns
    -------
    rows : StandardRows
    kept : int ndarray
        The other columns.
    start : float64 ndarray or None
        A point of the likelihood with the margins of `near`.
    """
    rows = StandardRows(X, weights, fit_intercept)
    gram, start = rows.measure_gram(), None
    dependent = find_dependent(gram)
    kept = np.delete(np.arange(X.shape[1]), list(dependent))
    if near is not None:
        thetas = _hold_against_first(rows, *near)
        ends = thetas[:, X.shape[1] :]
        right = gram[kept] @ thetas[:, : X.shape[1]].T
        solved = np.linalg.solve(gram[np.ix_(kept, kept)], right)
        start = np.hstack([solved.T, ends]).ravel()
    if dependent:
        rows = StandardRows(X[:, kept], weights, fit_intercept)
    return rows, kept, start


def _hold_against_first(rows, coef, intercept):
    """Return coefficients as those of a point, the first class at 0."""
    thetas = rows.standardise(np.asarray(coef), np.asarray(intercept))
    return thetas if len(thetas) == 1 else thetas[1:] - thetas[0]


def _look_at_rule(X, codes, weights, fit_intercept, near):
    """Say whether one rule tells all classes apart, or prove that none does."""
    n_features, n_classes = X.shape[1], int(codes.max()) + 1
    unknown = _find_nothing("unknown", n_features, n_classes)
    if near is None:
        return unknown
    if measure_leads(X, codes, *near).min() > 0:
        columns = tuple(np.flatnonzero(np.any(near[0], axis=0)).tolist())
        pairs = tuple(combinations(range(n_classes), 2))
        everything = np.ones(n_features, bool)
        return Separation("complete", columns, everything, *near, pairs)
    if (n_classes - 1) * (n_features + fit_intercept) > MOST_COEFFICIENTS:
        return unknown
    rows = StandardRows(X, weights, fit_intercept)
    if _proves_overlap(
        rows, codes, n_classes, _hold_against_first(rows, *near).ravel()
    ):
        return _find_nothing("none", n_features, n_classes)
    return unknown


def _proves_overlap(rows, codes, n_classes, point):
    likelihood = Likelihood(rows, codes, n_classes)
    return likelihood.is_proof(likelihood.look_around(point))


def measure_leads(X, codes, coef, intercept):
    """Return by how much each row's own class leads the next likely one: (n,).

    Parameters
    ----------
    X : float ndarray or CSR matrix of shape (n, d)
    codes : int ndarray of shape (n,)
    coef, intercept : float64 ndarrays of shape (1, d), (1,) or (n_classes, d), ...

    Returns
    -------
    float64 ndarray of shape (n,)
        Log odds, as by the coefficients; below 0 where another class is likelier.
    """
    margins = X @ coef.T + intercept
    if margins.shape[1] == 1:
        return np.where(codes == 1, 1.0, -1.0) * margins[:, 0]
    at = np.arange(len(codes))
    own = margins[at, codes]
    margins[at, codes] = -np.inf
    return own - margins.max(axis=1)


def _leave_out_absent(X, codes, weights):
    if weights is None or weights.all():
        return X, codes, weights
    is_there = np.flatnonzero(weights)
    return X[is_there], codes[is_there], weights[is_there]


def _find_nothing(kind, n_features, n_classes):
    n_lines = 1 if n_classes == 2 else n_classes
    nothing = np.zeros((n_lines, n_features)), np.zeros(n_lines)
    return Separation(kind, (), np.zeros(n_features, bool), *nothing, ())


def _overlap_in_handful(X, codes, weights, fit_intercept, near):
    """Tell whether rows drawn from many prove that no rule separates the classes."""
    n_classes, n_rows = int(codes.max()) + 1, X.shape[0]
    n_drawn = HANDFUL * (n_classes - 1) * (X.shape[1] + fit_intercept)
    if n_rows < 4 * n_drawn:
        return False
    drawn = np.unique(np.random.RandomState(0).randint(n_rows, size=n_drawn))
    if len(np.unique(codes[drawn])) < n_classes:
        return False
    few = None if weights is None else weights[drawn]
    rows, _, start = _make_independent(X[drawn], few, fit_intercept, near)
    return _has_optimum(rows, codes[drawn], n_classes, start)


def _overlap(rows, codes, n_classes, start=None):
    """Tell whether some rows prove that no rule separates the classes.

    `start` is where all of them may have their optimum.
    """
    if start is not None and _proves_overlap(rows, codes, n_classes, start):
        return True
    shuffled = np.random.RandomState(0).permutation(rows.n_rows)
    order = shuffled[np.argsort(codes[shuffled], kind="stable")]  # class by class
    counts = np.bincount(codes, minlength=n_classes)
    places = np.arange(rows.n_rows) - np.repeat(np.cumsum(counts) - counts, counts)
    size = FIRST_ROWS * rows.n_terms
    while size < counts.max():
        chosen = np.sort(order[places < size])  # as many of each class, if it has them
        if _has_optimum(rows.pick(chosen), codes[chosen], n_classes):
            return True
        size *= GROWTH
    return _has_optimum(rows, codes, n_classes)


def _has_optimum(rows, codes, n_classes, start=None):
    likelihood = Likelihood(rows, codes, n_classes)
    start = np.zeros(likelihood.n_values) if start is None else start
    summit = likelihood.look_around(start)
    if summit is None:
        return False
    summit = climb(likelihood, summit, max_steps=MOST_STEPS, tol=1e-6)
    return likelihood.is_proof(summit)


class Cone:
    """Search all directions that put no row on the wrong side.

    Parameters
    ----------
    rows : StandardRows
        Of independent columns.
    codes : int ndarray of shape (n,)
    n_classes : int
    start : float64 ndarray of shape (n_values,), default=None
        A direction to try first.

    Attributes
    ----------
    open : bool ndarray of shape (n, n_classes)
        Which rows can lie beyond the boundary towards which other class. All can at
        once: the cone is convex.
    """

    def __init__(self, rows, codes, n_classes, start=None):
        self.rows, self.codes, self.n_classes = rows, codes, n_classes
        self.Z = rows.take(slice(None))
        lengths = np.linalg.norm(self.Z, axis=1, keepdims=True)
        self.Z /= np.where(lengths > 0, lengths, 1.0)
        self.is_pair = np.ones((len(codes), n_classes), bool)
        self.is_pair[np.arange(len(codes)), codes] = False
        self.n_values = (n_classes - 1) * rows.n_terms
        self.hold = np.zeros((0, self.n_values))  # rows that contradicted a direction
        self.held = np.zeros_like(self.is_pair)
        self.open = np.zeros_like(self.is_pair)
        if start is not None and start.any():
            self._try(start / np.abs(start).max())
        self._open_all()

    def measure_margins(self, u):
        """Return (u_y - u_k) . z of every row and class; 0 where k is y."""
        thetas = np.vstack([np.zeros(self.rows.n_terms), u.reshape(self.shape)])
        scores = self.Z @ thetas.T
        return scores[np.arange(len(scores)), self.codes][:, None] - scores

    @property
    def shape(self):
        """Give the shape of a direction, the first class being the reference."""
        return self.n_classes - 1, self.rows.n_terms

    def write_rows(self, pairs):
        """Return vectors g with g . u the margins of pairs (row, class): (m, q)."""
        rows, others = pairs
        g = np.zeros((len(rows), self.n_classes, self.rows.n_terms))
        at = np.arange(len(rows))
        g[at, self.codes[rows]] = self.Z[rows]
        g[at, others] -= self.Z[rows]
        return g[:, 1:].reshape(len(rows), self.n_values)

    def add_up(self, chosen):
        """Return the sum of the vectors of chosen pairs, a mask (n, n_classes)."""
        signs = -chosen.astype(np.float64)
        signs[np.arange(len(signs)), self.codes] = chosen.sum(axis=1)
        return (signs.T @ self.Z)[1:].ravel()

    def _try(self, u):
        """Open what a direction opens, if it puts no row on the wrong side."""
        margins = self.measure_margins(u)
        if margins.min() >= 0:
            self.open = self.is_pair & (margins > BEYOND)

    def _open_all(self):
        """Open every pair that any direction opens (Konis 2007, again and again)."""
        while True:
            closed = self.is_pair & ~self.open
            if not closed.any():
                return
            goal = self.add_up(closed)
            u = self.solve(-goal / max(np.abs(goal).max(), 1e-300))
            found = closed & (self.measure_margins(u) > BEYOND)
            if not found.any():
                return
            self.open |= found

    def solve(self, cost, *, basis=None, bounds=(-1.0, 1.0), least=0.0):
        """Minimise cost . x for directions u = basis x that put no row on the wrong
        side, and rows that can lie beyond at least `least` beyond.

        Rows that contradict the answer are added until none does: few ever matter.

        Returns
        -------
        float64 ndarray of shape (q,), or None where there is no such direction.
        """
        basis = np.eye(self.n_values) if basis is None else basis
        while True:
            found = linprog(
                cost,
                A_ub=-self.hold @ basis,
                b_ub=-least * self.open[self.held],
                bounds=bounds,
                method="highs",
                options={"primal_feasibility_tolerance": FEASIBLE},
            )
            if found.x is None:
                return None
            u = basis @ found.x
            if not self._hold_more(u, least):
                return u

    def _hold_more(self, u, least):
        """Hold rows that contradict a direction most; tell whether there are any."""
        short = self.measure_margins(u) - least * self.open
        tolerance = ON_IT * max(1.0, np.abs(u).max())
        broken = self.is_pair & ~self.held & (short < -tolerance)
        places = np.flatnonzero(broken)
        n_most = ROWS_ADDED * self.n_values
        if len(places) > n_most:
            worst = np.argpartition(short.ravel()[places], n_most)[:n_most]
            places = places[worst]
        self.held.ravel()[places] = True
        self.hold = self.write_rows(np.nonzero(self.held))
        return len(places) > 0

    def find_sparse(self):
        """Return a direction that opens all that can be, with few columns, and which.

        The shortest in the sum of absolute values; then columns are left out, the
        least first, while the others still open all.
        """
        u = self._shorten(np.arange(self.rows.n_features))
        columns, sizes = self._list_columns(u)
        for column in columns[np.argsort(sizes)][: self._n_tried(columns)]:
            others = columns[columns != column]
            without = self._shorten(others)
            if without is not None:
                u, columns = without, others
        return u, self._list_columns(u)[0]

    @staticmethod
    def _n_tried(columns):
        return len(columns) if len(columns) <= MOST_TRIED else 0

    def _list_columns(self, u):
        sizes = np.abs(u.reshape(self.shape)).max(axis=0)[: self.rows.n_features]
        used = np.flatnonzero(sizes > 1e-7 * max(sizes.max(initial=0.0), 1e-300))
        return used, sizes[used]

    def _shorten(self, features):
        """Return the shortest direction of these columns that opens all; or None."""
        terms = np.append(features, np.arange(self.rows.n_features, self.rows.n_terms))
        if not len(terms):
            return None
        places = np.arange(self.n_values).reshape(self.shape)[:, terms].ravel()
        is_free = np.tile(terms >= self.rows.n_features, self.shape[0])
        basis = np.eye(self.n_values)[:, places]
        return self.solve(
            np.tile(1.0 - is_free, 2),
            basis=np.hstack([basis, -basis]),  # a part above 0, and one below
            bounds=(0, None),
            least=1.0,
        )

    def find_infinite(self):
        """Tell which features have coefficients without a finite estimate: (d,)."""
        is_free = self.are_free(np.eye(self.n_values)).reshape(self.shape)
        return is_free.any(axis=0)[: self.rows.n_features]

    def are_free(self, contrasts):
        """Tell which contrasts directions of the cone can change: bool (m,).

        Its directions span all that is orthogonal to the closed pairs.
        """
        closed = self.is_pair & ~self.open
        if not closed.any():
            return np.ones(len(contrasts), bool)
        g = self.write_rows(np.nonzero(closed))
        values, vectors = np.linalg.eigh(g.T @ g)
        free = vectors[:, values <= NULL * values[-1]]
        change = np.linalg.norm(contrasts @ free, axis=1)
        return change > 1e-6 * np.linalg.norm(contrasts, axis=1)

    def find_limits(self, contrasts):
        """Tell which contrasts can fall, and which can rise, without end.

        Returns
        -------
        bool ndarray of shape (m, 2)
            Where neither, the contrast has a finite estimate.
        """
        limits = np.zeros((len(contrasts), 2), bool)
        for k in np.flatnonzero(self.are_free(contrasts)):
            c = contrasts[k] / np.abs(contrasts[k]).max()
            ends = [self.solve(cost) @ -cost for cost in (c, -c)]
            limits[k] = np.array(ends) > BEYOND
        return limits

    def list_pairs(self, u):
        """List pairs of classes of which every row lies beyond their boundary."""
        is_beyond = self.measure_margins(u) > BEYOND
        apart = np.array(
            [is_beyond[self.codes == k].all(axis=0) for k in range(self.n_classes)]
        )
        both = np.argwhere(np.triu(apart & apart.T, 1))
        return tuple((int(j), int(k)) for j, k in both)


def _say_how(cone, kept, n_features):
    u, columns = cone.find_sparse()
    is_complete = bool((cone.open | ~cone.is_pair).all())
    is_infinite = np.zeros(n_features, bool)
    is_infinite[kept] = cone.find_infinite()
    plain = u.reshape(cone.shape) / np.abs(u).max() @ cone.rows.turn_back().T
    if cone.n_classes > 2:  # laid out as scikit-learn does: classes add up to 0
        plain = np.vstack([np.zeros(cone.rows.n_terms), plain])
        plain -= plain.mean(axis=0)
    direction = np.zeros((len(plain), n_features))
    direction[:, kept] = plain[:, : len(kept)]
    return Separation(
        "complete" if is_complete else "quasi-complete",
        tuple(int(kept[column]) for column in columns),
        is_infinite,
        direction,
        plain[:, -1] if cone.rows.has_intercept else np.zeros(len(plain)),
        cone.list_pairs(u),
    )


def describe_separation(separation, *, feature_names, classes):
    """Say in words what separates which classes, and what to do.

    Parameters
    ----------
    separation : Separation
        Not "none".
    feature_names : sequence of str
    classes : sequence
        Labels, in the order of their codes.

    Returns
    -------
    str
    """
    names = _list_names(feature_names[column] for column in separation.columns)
    kinds = {
        "complete": f"Classes are completely separated: a rule on {names} tells them "
        "apart in every row.",
        "quasi-complete": f"Classes are separated in part: a rule on {names} puts no "
        "row on the wrong side, and some on the boundary.",
    }
    text = kinds[separation.kind]
    if len(classes) > 2 and separation.pairs:
        pairs = [f"{classes[j]} and {classes[k]}" for j, k in separation.pairs[:MOST]]
        more = len(separation.pairs) - len(pairs)
        pairs += [f"{more} more pairs"] * (more > 0)
        text += f" Told apart in every row: {', '.join(pairs)}."
    infinite = [feature_names[j] for j in np.flatnonzero(separation.is_infinite)]
    if len(infinite) < len(feature_names):
        text += f" Without a finite estimate: the coefficients of {_join(infinite)}."
    return (
        f"{text} The likelihood rises without end, so without a penalty no optimum "
        "exists: coefficients are as large as the solver let them grow, and say "
        "nothing else. Pass a finite C, merge rare categories, or leave the column out "
        "if it gives the answer away; coefficient_table tells what the rows still say."
    )


def _list_names(names):
    names = list(names)
    if not names:
        return "the intercept"
    if len(names) == 1:
        return f"column {names[0]!r} alone"
    return f"the columns {_join(names)}"


def _join(names):
    """Join names, the first few of many."""
    shown = [repr(str(name)) for name in names[:MOST]]
    if len(names) > MOST:
        return f"{', '.join(shown)} and {len(names) - MOST} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)
