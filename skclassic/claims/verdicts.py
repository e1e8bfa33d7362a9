"""Judge intervals: pure functions, from estimates to verdicts.

A sentence is *supported* where the interval lies wholly beyond the smallest effect of
interest, *refuted* where it lies wholly on the other side of it, and *inconclusive*
otherwise. All tests are one-sided at half of `ALPHA`, so that a test decides exactly
when a two-sided interval clears the margin.
"""

from dataclasses import asdict, dataclass, field, replace

from scipy.stats import binomtest
from scipy.stats import t as student

ALPHA = 0.05  # chance of a wrong word anywhere in a family of claims
POWER = 0.8  # an effect is detectable where 8 runs in 10 would see it


@dataclass(frozen=True)
class Finding:
    """Hold what one contestant showed on one data set.

    Attributes
    ----------
    data, contestant, loss : str
        Where the effect was measured, on whose estimators, in which loss.
    estimate : Estimate
        The effect.
    counts : bool
        Whether the verdict on the claim rests on it; the others are shown beside.
    notes : dict of str to str
        What a reader must know, by what it is about: a data set or a contestant.
    context : dict
        The two compared figures, by name.
    curves : dict
        Curves, where the effect is told from such, as `curves.draw` takes them; empty
        where it is not.
    aside : bool
        Whether the loss is another than that on which verdicts rest here.
    verdict : str
        Empty until judged.
    """

    data: str
    contestant: str
    loss: str
    estimate: object
    counts: bool
    notes: dict = field(default_factory=dict)
    context: dict = field(default_factory=dict)
    curves: dict = field(default_factory=dict)
    aside: bool = False
    verdict: str = ""

    @property
    def family(self):
        """Name the findings that are corrected together."""
        return self.contestant, self.aside and self.loss

    def to_dict(self):
        """Give plain numbers and texts, ready for JSON."""
        estimate = self.estimate
        ends = {"low": estimate.low, "high": estimate.high}
        return asdict(self) | {"estimate": asdict(estimate) | ends}


@dataclass(frozen=True)
class Verdict:
    """Hold the answer to one claim, with all that it rests on.

    Attributes
    ----------
    claim : Claim
        The sentence, its source, its rule and its seed.
    verdict : {"supported", "refuted", "inconclusive"}
        The word.
    decided_by : Finding or None
        The finding least in favour: a sentence about all data sets stands or falls
        with it.
    holds, refuted, out_of : int
        Data sets on which the sentence holds, on which it fails, and their number.
    detectable : float
        How far beyond the margin an effect must lie for 8 runs in 10 to see it,
        on the data set where the run sees least.
    findings : tuple of Finding
        Everything measured, judged.
    notes : tuple of str
        Lines about the run, for instance contestants that are not installed.
    seconds : float
        How long measuring took.
    versions, parameters : dict
        Packages, and the estimators of each contestant as text.
    error : str
        What the experiment raised, in one line; empty where it did not crash.
    learner : str
        What stood in the place of the claim's learner; empty where that was tested.
    beside : tuple of str
        What other runs say, one line each.
    """

    claim: object
    verdict: str
    decided_by: Finding | None = None
    holds: int = 0
    refuted: int = 0
    out_of: int = 0
    detectable: float = float("nan")
    findings: tuple = ()
    notes: tuple = ()
    seconds: float = 0.0
    versions: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)
    error: str = ""
    learner: str = ""
    beside: tuple = ()

    def __str__(self):
        """Give the text that the command line prints."""
        from .console import describe_verdict

        return describe_verdict(self)

    @property
    def effect(self):
        """Give the deciding effect, None where nothing was measured."""
        return None if self.decided_by is None else self.decided_by.estimate.value

    @property
    def interval(self):
        """Give the ends of the deciding interval, None where nothing was measured."""
        if self.decided_by is None:
            return None
        return self.decided_by.estimate.low, self.decided_by.estimate.high

    @property
    def margin(self):
        """Give the smallest effect of interest, fixed before the run."""
        return self.claim.rule.margin

    @property
    def share_interval(self):
        """Give the exact 95 % interval of the share of data sets where it holds.

        It may hold, or not, wherever the run cannot tell.
        """
        if self.out_of == 0:
            return 0.0, 1.0
        least, most = (
            binomtest(count, self.out_of).proportion_ci(1 - ALPHA)
            for count in (self.holds, self.out_of - self.refuted)
        )
        return float(least.low), float(most.high)

    def to_dict(self):
        """Give plain numbers and texts, ready for JSON."""
        skipped = ("claim", "decided_by", "findings", "beside")
        plain = {k: v for k, v in vars(self).items() if k not in skipped}
        return {
            **self.claim.to_dict(),
            **plain,
            "notes": list(self.notes),
            "effect": self.effect,
            "interval": None if self.interval is None else list(self.interval),
            "share_interval": list(self.share_interval),
            "decided_by": self.decided_by and self.decided_by.to_dict(),
            "findings": [finding.to_dict() for finding in self.findings],
        }


def judge(claim, findings, *, level=ALPHA, **about):
    """Judge a claim on its findings.

    Each contestant's data sets are corrected together after Holm. A sentence speaks
    of every data set that meets its conditions: it is supported if it holds on all
    that count, and refuted if it fails on one of them.

    Parameters
    ----------
    claim : Claim
        Its `rule` names the smallest effect of interest.
    findings : sequence of Finding
        What was measured; at least one must count.
    level : float, default=ALPHA
        Chance of a wrong word; the claims of a family share theirs.
    **about
        Further fields of the verdict.

    Returns
    -------
    Verdict
    """
    judged = _judge_families(findings, claim.rule, level)
    counting = [finding for finding in judged if finding.counts]
    if not counting:
        return Verdict(claim, "inconclusive", findings=tuple(judged), **about)
    words = [finding.verdict for finding in counting]
    return Verdict(
        claim,
        _conclude(words),
        decided_by=max(counting, key=lambda f: _doubt(f, claim.rule)),
        holds=words.count("supported"),
        refuted=words.count("refuted"),
        out_of=len(words),
        detectable=max(_detectable(f.estimate) for f in counting),
        findings=tuple(judged),
        **about,
    )


def _conclude(words):
    if "refuted" in words:
        return "refuted"
    return "supported" if set(words) == {"supported"} else "inconclusive"


def _doubt(finding, rule):
    """Order findings: the most clearly refuted last, the most clearly supported first.

    Ties of p-values that round to zero go by the size of the effect.
    """
    e = finding.estimate
    beyond, refuted = rule.excess(e), finding.verdict == "refuted"
    return refuted, beyond if refuted else rule.p_supported(e), beyond


def _judge_families(findings, rule, level):
    judged = list(findings)
    for family in {f.family for f in findings}:
        members = [i for i, f in enumerate(findings) if f.family == family]
        words = judge_family([findings[i].estimate for i in members], rule, level)
        for i, (word, estimate) in zip(members, words, strict=True):
            judged[i] = replace(findings[i], verdict=word, estimate=estimate)
    return judged


def judge_family(estimates, rule, level=ALPHA):
    """Judge several data sets at once, after Holm.

    The clearest case is judged at level / m, the next at level / (m - 1) and so on, up
    to the first that stays open; the rest is judged at what was reached there.

    Parameters
    ----------
    estimates : sequence of Estimate
        One per data set.
    rule : Rule
        Where the margin lies.
    level : float, default=ALPHA
        Chance of a wrong word on any of them.

    Returns
    -------
    list of (str, Estimate)
        The word, and the estimate with the interval that decided it: an interval clears
        the margin if and only if the word is not "inconclusive".

    References
    ----------
    Holm (1979). A simple sequentially rejective multiple test procedure. Scandinavian
    Journal of Statistics 6(2).
    """
    judged = [None] * len(estimates)
    open_cases = len(estimates)
    for i in sorted(range(len(estimates)), key=lambda i: _clarity(estimates[i], rule)):
        here = level / open_cases
        word = _judge_one(estimates[i], rule, here)
        judged[i] = (word, replace(estimates[i], confidence=1 - here))
        if word != "inconclusive":
            open_cases -= 1
    return judged


def _clarity(estimate, rule):
    return min(rule.p_supported(estimate), rule.p_refuted(estimate))


def _judge_one(estimate, rule, level):
    if rule.p_supported(estimate) <= level / 2:
        return "supported"
    if rule.p_refuted(estimate) <= level / 2:
        return "refuted"
    return "inconclusive"


def _detectable(estimate):
    half_width = estimate.high - estimate.value
    return half_width + float(student.ppf(POWER, estimate.df)) * estimate.standard_error
