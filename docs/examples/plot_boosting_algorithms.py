"""
Four ways to weigh members and rows
===================================

Stumps on Ringnorm, 300 training rows, boosted by votes (SAMME), by probabilities
(real), by least squares (gentle) and by Newton's steps (logit).
"""

# %%
# Members that say how sure they are take longer steps where a leaf is pure, and shorter
# ones elsewhere: they need half of the rounds that votes do. In the end there is little
# between the four.
#
# The log loss asks for probabilities. Those of the mean vote stay near to even however
# long one goes on. Where the sum of all steps is read as log odds, the loss falls and
# then rises: what is said becomes too sure.

import matplotlib.pyplot as plt
from sklearn.metrics import log_loss

from skclassic import AdaBoostClassifier, Ringnorm

X, y = Ringnorm().sample(300, random_state=0)
X_test, y_test = Ringnorm().sample(3000, random_state=1)
ways = {
    "samme": {},
    "samme, logistic link": {"link": "logistic"},
    "real": {"algorithm": "real"},
    "gentle": {"algorithm": "gentle"},
    "logit": {"algorithm": "logit"},
}

_, (left, right) = plt.subplots(ncols=2, figsize=(9, 4), layout="constrained")
rounds = range(1, 201)
for colour, (name, params) in enumerate(ways.items()):
    model = AdaBoostClassifier(n_estimators=200, **params).fit(X, y)
    shares = list(model.staged_predict_proba(X_test))
    losses = [log_loss(y_test, each) for each in shares]
    right.plot(rounds, losses, f"C{colour}", label=name)
    if "link" not in name:
        errors = [1 - score for score in model.staged_score(X_test, y_test)]
        left.plot(rounds, errors, f"C{colour}")
left.set(xscale="log", xlabel="rounds", title="test error", ylim=(0, 0.5))
right.set(xscale="log", xlabel="rounds", title="log loss", ylim=(0, 0.8))
_ = right.legend()
