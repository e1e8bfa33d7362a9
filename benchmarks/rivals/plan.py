"""Say what every contestant of a race is asked to build."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """One model, in words that every contestant can match or say that it cannot.

    Attributes
    ----------
    method : str
        "forest", "extra trees", "tree", "bagging", "boosting", "threshold",
        "oob threshold", "naive Bayes", "linear discriminant", "quadratic discriminant"
        or "logistic".
        "threshold" tunes that of a logistic regression, "oob threshold" a forest's on
        rows out of bag; "boosting" is AdaBoost of trees of a depth; "naive Bayes" is
        the Gaussian one.
    task : {"classification", "regression"}
    n_trees : int
    max_depth : int or None
        None grows every tree to purity.
    max_leaf_nodes : int or None
        None sets no limit; a number is for a single tree.
    n_jobs : int
    seed : int
    C, l1_ratio : float
        Of a logistic regression: inverse strength, and the share of absolute values.
    tol : float or None
        Where its search stops; None takes the contestant's default.
    """

    method: str
    task: str = "classification"
    n_trees: int = 100
    max_depth: int | None = None
    max_leaf_nodes: int | None = None
    n_jobs: int = 2
    seed: int = 0
    C: float = 1.0
    l1_ratio: float = 0.0
    tol: float | None = None

    @property
    def tolerance(self):
        """Give the tolerance as a parameter, where there is one."""
        return {} if self.tol is None else {"tol": self.tol}

    @property
    def draws_features(self):
        """Whether each node looks at sqrt(n_features) features only."""
        return self.method in ("forest", "extra trees") and self.is_classification

    @property
    def is_classification(self):
        return self.task == "classification"

    def share_of_features(self, shape):
        """Give the share of the features that each node looks at, in (0, 1]."""
        return int(shape[1] ** 0.5) / shape[1] if self.draws_features else 1.0
