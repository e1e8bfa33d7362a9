"""What is raced, against whom, and what was promised."""

from dataclasses import dataclass, field, replace

from benchmarks.rivals import Plan

ACTIONS = ("fit", "predict_proba", "predict_proba of all", "one row")

# Two calls of the same code, timed twice, differ by this much on a busy machine.
TIMER_NOISE = 0.1


@dataclass(frozen=True)
class Case:
    """One race.

    Attributes
    ----------
    key : str
        Short name for the command line.
    title : str
    data : str
        Name of a data set.
    plan : Plan
        What everyone builds.
    opponents : dict of str to float or None
        Maps a contestant to how many times as long it takes at least, at full size;
        None promises nothing.
    action : {"fit", "predict_proba", "predict_proba of all", "one row"}
        What is timed.
    """

    key: str
    title: str
    data: str
    plan: Plan
    opponents: dict = field(default_factory=dict)
    action: str = "fit"


@dataclass(frozen=True)
class Size:
    """How large and how long a run is.

    Attributes
    ----------
    name : {"quick", "default", "full"}
    n_rows : int or None
        At most so many rows are generated; None generates the case's own number.
    n_trees : int
        At most so many trees are grown.
    n_rounds : int
    patience : float
        Seconds after which a contestant sits out the rounds that remain.
    weighed : tuple of str
        Keys of the cases whose peak memory is measured too.
    n_starts : int
        Cold starts are taken so many times, and the least counts.
    """

    name: str
    n_rows: int | None
    n_trees: int
    n_rounds: int
    patience: float
    weighed: tuple
    n_starts: int

    def shrink(self, case):
        """Give the case with no more trees than this size grows."""
        n_trees = min(case.plan.n_trees, self.n_trees)
        return replace(case, plan=replace(case.plan, n_trees=n_trees))


SIZES = {
    "quick": Size("quick", 2_000, 20, 2, 1.0, ("forest",), 1),
    "default": Size("default", 10_000, 20, 3, 4.0, ("forest",), 1),
    "full": Size(
        "full",
        None,
        100,
        20,  # as far as patience goes: scores of a few seeds differ by chance
        40.0,
        ("forest", "forest-depth-8", "forest-regression", "forest-ten-classes", "tree"),
        3,
    ),
}

L2_PEERS = ("lbfgs", "newton-cg", "newton-cholesky", "intelex")
L1_PEERS = ("liblinear", "saga", "skglm", "glum")
HISTOGRAM_PEERS = ("intelex", "XGBoost", "LightGBM")

CASES = (
    Case(
        "forest",
        "Random forest grown to purity",
        "two-classes",
        Plan("forest"),
        {"scikit-learn": 10, "intelex": 1.6, "XGBoost": 8, "LightGBM": None},
    ),
    Case(
        "forest-depth-8",
        "Random forest of depth 8",
        "two-classes",
        Plan("forest", max_depth=8),
        {"scikit-learn": None} | dict.fromkeys(HISTOGRAM_PEERS, 1.3),
    ),
    Case(
        "forest-regression",
        "Random forest for regression, grown to purity",
        "smooth-response",
        Plan("forest", "regression"),
        {"scikit-learn": 8, "intelex": None},
    ),
    Case(
        "forest-ten-classes",
        "Random forest, ten classes, grown to purity",
        "ten-classes",
        Plan("forest"),
        {"scikit-learn": 6, "intelex": None},
    ),
    Case(
        "forest-small",
        "Random forest on 569 rows, grown to purity",
        "breast-cancer",
        Plan("forest"),
        {"scikit-learn": 3, "intelex": None, "XGBoost": None, "LightGBM": None},
    ),
    Case(
        "extra-trees",
        "Extremely randomized trees grown to purity",
        "two-classes",
        Plan("extra trees"),
        {"scikit-learn": 5, "intelex": None},
    ),
    Case(
        "tree",
        "One decision tree grown to purity",
        "two-classes",
        Plan("tree", n_jobs=1),
        {"scikit-learn": 8},
    ),
    Case(
        "tree-31-leaves",
        "One decision tree of 31 leaves, the best first",
        "two-classes",
        Plan("tree", n_jobs=1, max_leaf_nodes=31),
        {"scikit-learn": 10},
    ),
    Case(
        "tree-31-leaves-regression",
        "One regression tree of 31 leaves, the best first",
        "smooth-response",
        Plan("tree", "regression", n_jobs=1, max_leaf_nodes=31),
        {"scikit-learn": 10},
    ),
    Case(
        "bagging",
        "Bagging of 10 trees grown to purity",
        "two-classes",
        Plan("bagging", n_trees=10),
        {"scikit-learn": 15},
    ),
    Case(
        "adaboost",
        "AdaBoost of 50 stumps",
        "two-classes",
        Plan("boosting", n_trees=50, max_depth=1, n_jobs=1),
        {"scikit-learn": 30},
    ),
    Case(
        "adaboost-depth-3",
        "AdaBoost of 50 trees of depth 3",
        "two-classes",
        Plan("boosting", n_trees=50, max_depth=3, n_jobs=1),
        {"scikit-learn": 15},
    ),
    Case(
        "adaboost-regression",
        "AdaBoost of 50 regression trees of depth 3",
        "smooth-response",
        Plan("boosting", "regression", n_trees=50, max_depth=3, n_jobs=1),
        {"scikit-learn": 12},
    ),
    Case(
        "adaboost-predict",
        "Probabilities of AdaBoost of 50 stumps",
        "two-classes",
        Plan("boosting", n_trees=50, max_depth=1, n_jobs=1),
        {"scikit-learn": 5},
        action="predict_proba",
    ),
    Case(
        "predict",
        "Probabilities of a forest",
        "two-classes",
        Plan("forest"),
        {"scikit-learn": 2},
        action="predict_proba",
    ),
    Case(
        "one-row",
        "Probabilities of one row, one thread",
        "two-classes",
        Plan("forest", n_jobs=1),
        {"scikit-learn": 5},
        action="one row",
    ),
    Case(
        "one-row-threads",
        "Probabilities of one row, two threads allowed",
        "two-classes",
        Plan("forest", n_jobs=2),
        {"n_jobs=1": 1 - TIMER_NOISE, "scikit-learn": None},
        action="one row",
    ),
    Case(
        "threshold-search",
        "Logistic regression and the best of 1,000 thresholds over 5 folds",
        "two-classes",
        Plan("threshold", n_jobs=1),
        {"scikit-learn": 8},
    ),
    Case(
        "threshold-oob",
        "A forest and its best threshold on rows out of bag",
        "two-classes",
        Plan("oob threshold"),
        {"untuned": 1 - TIMER_NOISE},
    ),
    Case(
        "lda",
        "Linear discriminant analysis",
        "two-gaussians",
        Plan("linear discriminant"),
        {"scikit-learn": 3},
    ),
    Case(
        "lda-ten-classes",
        "Linear discriminant analysis, ten classes",
        "ten-gaussians",
        Plan("linear discriminant"),
        {"scikit-learn": 4},
    ),
    Case(
        "lda-predict",
        "Probabilities of a linear discriminant analysis, ten classes",
        "ten-gaussians",
        Plan("linear discriminant"),
        {"scikit-learn": 1.5},
        action="predict_proba",
    ),
    Case(
        "qda",
        "Quadratic discriminant analysis",
        "two-gaussians",
        Plan("quadratic discriminant"),
        {"scikit-learn": 4},
    ),
    Case(
        "qda-predict",
        "Probabilities of a quadratic discriminant analysis",
        "two-gaussians",
        Plan("quadratic discriminant"),
        {"scikit-learn": 1.5},
        action="predict_proba",
    ),
    Case(
        "naive-bayes",
        "Gaussian naive Bayes, 30 features, two classes",
        "many-rows",
        Plan("naive Bayes"),
        {"scikit-learn": 2},
    ),
    Case(
        "naive-bayes-ten-classes",
        "Gaussian naive Bayes, 100 features, ten classes",
        "hundred-features",
        Plan("naive Bayes"),
        {"scikit-learn": 2},
    ),
    Case(
        "naive-bayes-predict",
        "Probabilities of Gaussian naive Bayes, 30 features, two classes",
        "many-rows",
        Plan("naive Bayes"),
        {"scikit-learn": 4},
        action="predict_proba of all",
    ),
    Case(
        "naive-bayes-predict-ten-classes",
        "Probabilities of Gaussian naive Bayes, 100 features, ten classes",
        "hundred-features",
        Plan("naive Bayes"),
        {"scikit-learn": 4},
        action="predict_proba of all",
    ),
    *(
        Case(
            f"logistic-{shape}",
            f"Logistic regression, L2 penalty, {shape.replace('x', ' x ')}",
            f"linear-{shape}",
            Plan("logistic", n_jobs=1),
            dict.fromkeys(L2_PEERS, 1 - TIMER_NOISE),
        )
        for shape in (
            "80000x20",
            "500000x30",
            "10000x500",
            "2000x3000",
            "500x20",
            "60000x100x10",
        )
    ),
    *(
        Case(
            f"logistic-l1-{shape}",
            f"Logistic regression, L1 penalty, {shape.replace('x', ' x ')}",
            f"linear-{shape}",
            Plan("logistic", n_jobs=1, C=0.1, l1_ratio=1.0),
            dict.fromkeys(L1_PEERS, 1.0),
        )
        for shape in ("10000x500", "2000x3000")
    ),
)


# What stands for the rest where claims come first and seconds are few. Each kind of
# tree compiles a kernel, for 5 to 10 seconds: those of the claims serve here too.
HEADLINES = ("forest", "forest-regression", "tree", "bagging", "predict", "one-row")


def find_case(key):
    """Give the case of that key."""
    return {case.key: case for case in CASES}[key]
