"""skglm's sparse logistic regression: coordinate descent on working sets."""

from benchmarks.rivals.contestant import Contestant


def choose_class(plan):
    import skglm

    return skglm.SparseLogisticRegression if plan.method == "logistic" else None


def match(plan, shape):
    """Translate a plan: the penalty stands beside the mean loss."""
    strength = 1 / (plan.C * shape[0])
    return {"alpha": strength, "l1_ratio": plan.l1_ratio, **plan.tolerance}


CONTESTANT = Contestant("skglm", "skglm", "skglm", choose_class, match)
