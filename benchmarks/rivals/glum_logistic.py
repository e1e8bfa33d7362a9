"""glum's generalised linear models, whose binomial one is a logistic regression."""

from benchmarks.rivals.contestant import Contestant
from benchmarks.rivals.scikit_learn import MOST_STEPS


def choose_class(plan):
    if plan.method != "logistic":
        return None
    from glum import GeneralizedLinearRegressor

    class BinomialClassifier(GeneralizedLinearRegressor):
        """Call the likelier of two classes, 0 and 1."""

        def predict(self, X):
            return (super().predict(X) > 0.5).astype(int)

    return BinomialClassifier


def match(plan, shape):
    """Translate a plan: the penalty stands beside the mean loss."""
    chosen = {"family": "binomial", "alpha": 1 / (plan.C * shape[0])}
    chosen |= {"l1_ratio": plan.l1_ratio, "max_iter": MOST_STEPS}
    return chosen if plan.tol is None else chosen | {"gradient_tol": plan.tol}


CONTESTANT = Contestant("glum", "glum", "glum", choose_class, match)
