"""Verdicts follow the intervals, claims run to the end, and the page tells it all."""

import json
import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes, load_wine
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import BaggingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor

import skclassic
from skclassic import DecisionTreeRegressor, Friedman1, check
from skclassic import __main__ as command_line
from skclassic.bias_variance import Estimate
from skclassic.claims import CLAIMS, Claim, Finding, forest, losses, problems, run
from skclassic.claims.console import describe_claim, describe_verdict
from skclassic.claims.contestants import (
    MEMBERS,
    Contestant,
    describe_estimator,
    find_contestants,
)
from skclassic.claims.laboratory import FEW, THOROUGH, Laboratory, Scale
from skclassic.claims.problems import (
    Moved,
    Problem,
    list_problems,
    take_rows,
)
from skclassic.claims.registry import put_to_test
from skclassic.claims.rules import Leaves, Lowers, Raises, Spares
from skclassic.claims.verdicts import judge, judge_family
from skclassic.claims.wording import describe_effect, give_sentence

MANY = 10_000  # degrees of freedom at which Student's t is normal


def estimate(value, standard_error, df=MANY):
    return Estimate(value, standard_error, df)


def plant(rule, *estimates, counts=True, contestant="skclassic"):
    findings = [
        Finding(f"set {i}", contestant, "brier", e, counts)
        for i, e in enumerate(estimates)
    ]
    claim = Claim(
        key="planted",
        family="planted",
        sentence="A planted <sentence>.",
        source="nowhere",
        kind="regularity",
        dimension="model",
        effect="planted effect",
        rule=rule,
        why_this_margin="it is planted",
        seed=1,
        experiment=lambda lab, seed: findings,
    )
    return claim, findings


def judge_planted(rule, *estimates):
    return judge(*plant(rule, *estimates))


@pytest.mark.parametrize(
    ("rule", "value", "standard_error", "word"),
    [
        (Lowers(0.2), -0.5, 0.1, "supported"),
        (Lowers(0.2), -0.1, 0.01, "refuted"),  # lower, yet by too little
        (Lowers(0.2), 0.3, 0.1, "refuted"),
        (Lowers(0.2), -0.3, 0.1, "inconclusive"),
        (Leaves(0.05), 0.0, 0.01, "supported"),
        (Leaves(0.05), 0.04, 0.001, "supported"),  # not zero, yet too small to matter
        (Leaves(0.05), 0.0, 0.05, "inconclusive"),  # no evidence is no equivalence
        (Leaves(0.05), 0.2, 0.05, "refuted"),
        (Leaves(0.05), -0.2, 0.05, "refuted"),
        (Lowers(0.2), -0.3, 0.0, "supported"),
        (Raises(0.2), 0.5, 0.1, "supported"),
        (Raises(0.2), 0.1, 0.01, "refuted"),
        (Raises(0.2), 0.3, 0.1, "inconclusive"),
        (Spares(0.01), -0.5, 0.1, "supported"),
        (Spares(0.01), 0.1, 0.01, "refuted"),
        (Spares(0.01), 0.0, 0.1, "inconclusive"),
        (Leaves(0.05), 0.1, 0.0, "refuted"),
        (Leaves(0.05), np.nan, np.nan, "inconclusive"),
    ],
)
def test_the_word_follows_the_interval(rule, value, standard_error, word):
    assert judge_planted(rule, estimate(value, standard_error)).verdict == word


@pytest.mark.parametrize(
    "rule", [Lowers(0.1), Leaves(0.1), Raises(0.1), Spares(0.1)], ids=str
)
def test_an_interval_clears_the_margin_if_and_only_if_a_word_is_spoken(rule):
    rng = np.random.default_rng(0)
    for _ in range(200):
        size = rng.integers(1, 6)
        estimates = [
            estimate(value, error, df=9)
            for value, error in zip(
                rng.normal(scale=0.2, size=size),
                rng.exponential(0.05, size=size),
                strict=True,
            )
        ]
        for word, e in judge_family(estimates, rule):
            ends = [end for end in rule.ends if np.isfinite(end)]
            clears = all(end <= e.low or end >= e.high for end in ends)
            assert clears == (word != "inconclusive")


def test_a_family_is_judged_at_levels_that_fall_after_holm():
    clear, open_case = estimate(-1.0, 0.01), estimate(-0.3, 0.049)
    (_, first), (word, second) = judge_family([clear, open_case], Lowers(0.2))
    assert first.confidence == pytest.approx(0.975)
    assert second.confidence == pytest.approx(0.95)
    assert word == "supported"  # two standard errors clear 95 %
    words = [w for w, _ in judge_family([open_case, open_case], Lowers(0.2))]
    assert words == ["inconclusive", "inconclusive"]  # but not 97.5 %


def test_a_family_without_effects_gets_a_wrong_word_in_one_run_of_twenty_at_most():
    rng = np.random.default_rng(0)
    runs, wrong = 1000, 0
    for _ in range(runs):
        # every effect lies exactly on the margin: any word is wrong half of the time
        estimates = [estimate(-0.2 + rng.normal(scale=0.1), 0.1) for _ in range(8)]
        words = [w for w, _ in judge_family(estimates, Lowers(0.2))]
        wrong += "supported" in words or "refuted" in words
    assert wrong / runs < 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_a_sentence_falls_with_one_counterexample_and_names_it():
    verdict = judge_planted(
        Lowers(0.2), estimate(-0.9, 0.01), estimate(0.4, 0.01), estimate(-0.8, 0.01)
    )
    assert verdict.verdict == "refuted"
    assert verdict.decided_by.data == "set 1"
    assert (verdict.holds, verdict.refuted, verdict.out_of) == (2, 1, 3)
    assert verdict.effect == 0.4
    assert verdict.interval[0] < 0.4 < verdict.interval[1]
    assert verdict.margin == 0.2


def test_a_sentence_stays_open_while_one_data_set_is_open():
    verdict = judge_planted(Leaves(0.05), estimate(0, 0.001), estimate(0, 0.2))
    assert verdict.verdict == "inconclusive"
    assert verdict.decided_by.data == "set 1"
    assert verdict.detectable > 0.2


def test_contestants_beside_are_judged_and_do_not_decide():
    claim, ours = plant(Lowers(0.2), estimate(-0.9, 0.01))
    _, theirs = plant(
        Lowers(0.2), estimate(0.9, 0.01), counts=False, contestant="other"
    )
    verdict = judge(claim, ours + theirs)
    assert verdict.verdict == "supported"
    assert [f.verdict for f in verdict.findings] == ["supported", "refuted"]
    assert verdict.out_of == 1


def test_the_share_of_data_sets_carries_its_exact_interval():
    verdict = judge_planted(Lowers(0.2), *[estimate(-0.9, 0.01)] * 11)
    low, high = verdict.share_interval
    assert low == pytest.approx(0.025 ** (1 / 11))  # Clopper-Pearson where all hold
    assert high == 1


def test_a_claim_without_data_that_meet_its_conditions_is_inconclusive():
    verdict = judge_planted(Lowers(0.2))
    assert verdict.verdict == "inconclusive"
    assert verdict.interval is verdict.effect is None
    assert verdict.share_interval == (0, 1)
    assert "no data set meets" in describe_verdict(verdict)


def open_small_laboratory(n_sets):
    """Open a laboratory where scikit-learn compares neighbours with a line."""
    contestant = Contestant(
        "scikit-learn",
        lambda task, n_features: {
            "line": LinearRegression(),
            "neighbour": KNeighborsRegressor(1),
        },
        lambda task, base, members=5: BaggingRegressor(base, n_estimators=members),
        note="a note",
    )
    problem = Problem("Friedman1", "regression", Friedman1(), 100, 200, 10)
    return Laboratory([problem], [contestant], scale=Scale(n_sets, n_sets))


def plant_sentence(first, second):
    """Claim that `first` varies less than `second`, measured in earnest."""

    def experiment(lab, seed):
        (problem,), (contestant,) = lab.problems, lab.contestants
        result = lab.split_errors(
            "planted",
            contestant.trees("regression", 10),
            problem=problem,
            contestant=contestant,
            loss="squared_error",
            seed=seed,
        )
        effect = result.difference(first, second, "variance", relative_to="variance")
        return [Finding("Friedman1", contestant.name, result.loss, effect, True)]

    return replace(plant(Lowers(0.1))[0], experiment=experiment)


def test_a_planted_truth_is_supported_and_a_planted_falsehood_refuted():
    lab = open_small_laboratory(30)
    truth = put_to_test(plant_sentence("line", "neighbour"), lab)
    falsehood = put_to_test(plant_sentence("neighbour", "line"), lab)
    assert (truth.verdict, falsehood.verdict) == ("supported", "refuted")


def plant_on_bagging(rule):
    """Say something of the variance of bagged full trees, measured in earnest."""

    def experiment(lab, seed):
        (problem,), (contestant,) = lab.problems, lab.contestants
        result = lab.split_errors(
            "planted on bagging",
            contestant.trees("regression", problem.n_features),
            problem=problem,
            contestant=contestant,
            loss="squared_error",
            seed=seed,
        )
        effect = result.difference(
            "bagging", "tree", "variance", relative_to="variance"
        )
        return [Finding("Friedman1", contestant.name, result.loss, effect, True)]

    return replace(plant(rule)[0], experiment=experiment)


@pytest.fixture(scope="module")
def labs_by_sets():
    """Open laboratories of our own trees, by their number of training sets."""
    contestants, _ = find_contestants(["skclassic"])
    problem = Problem("Friedman1", "regression", Friedman1(), 200, 200, 10)
    return {n: Laboratory([problem], contestants, scale=Scale(n, n)) for n in (3, 40)}


@pytest.mark.repeats
@pytest.mark.parametrize(
    ("rule", "n_sets", "word"),
    [
        (Lowers(0.5), 40, "supported"),  # "bagging halves the variance of full trees"
        (Raises(1.0), 40, "refuted"),  # "bagging doubles it"
        (Lowers(0.5), 3, "inconclusive"),
        (Raises(1.0), 3, "inconclusive"),
    ],
)
@pytest.mark.compiled
def test_what_is_planted_on_bagging_comes_out_as_it_is(
    rule, n_sets, word, labs_by_sets
):
    lab = labs_by_sets[n_sets]  # measures once for both rules
    assert put_to_test(plant_on_bagging(rule), lab).verdict == word


@pytest.mark.repeats
@pytest.mark.compiled
def test_two_equal_ensembles_are_told_apart_in_one_run_of_twenty_at_most():
    class Twin(skclassic.BaggingRegressor):
        def fit(self, X, y):
            self.random_state += 1
            return super().fit(X, y)

    equal = {
        "1": skclassic.BaggingRegressor(n_estimators=2),
        "2": Twin(n_estimators=2),
    }
    contestant = Contestant("skclassic", lambda task, n_features: equal)
    problem = Problem("Friedman1", "regression", Friedman1(), 30, 40, 10)
    lab = Laboratory([problem], [contestant], scale=Scale(10, 10))

    def experiment(lab, seed):
        result = lab.split_errors(
            "equal",
            equal,
            problem=problem,
            contestant=contestant,
            loss="squared_error",
            seed=seed,
        )
        effect = result.difference("1", "2", "variance", relative_to="variance")
        return [Finding("Friedman1", "skclassic", "squared_error", effect, True)]

    runs, supported = 100, {"lowers": 0, "raises": 0}
    for seed in range(runs):
        for rule in (Lowers(0.0), Raises(0.0)):
            claim = replace(plant(rule)[0], experiment=experiment, seed=seed)
            is_supported = put_to_test(claim, lab).verdict == "supported"
            supported[type(rule).__name__.lower()] += is_supported
    assert max(supported.values()) <= 0.05 * runs


def test_few_training_sets_leave_open_what_many_decide():
    claim = replace(plant_sentence("line", "neighbour"), rule=Lowers(0.9))
    few = put_to_test(claim, open_small_laboratory(4))
    many = put_to_test(claim, open_small_laboratory(100))
    assert (few.verdict, many.verdict) == ("inconclusive", "supported")
    assert few.detectable > 0.05 > many.detectable


def test_a_measurement_is_taken_once_for_all_claims():
    lines = []
    lab = replace(open_small_laboratory(4), on_progress=lines.append)
    for _ in range(2):
        put_to_test(plant_sentence("line", "neighbour"), lab)
    assert lines == ["planted, scikit-learn, Friedman1"]


def test_a_crash_becomes_a_verdict_with_its_reason():
    def crash(lab, seed):
        raise RuntimeError("the lid is off\nand a second line")

    claim = replace(plant(Lowers(0.2))[0], experiment=crash)
    verdict = put_to_test(claim, open_small_laboratory(4))
    assert verdict.error == "RuntimeError: the lid is off"
    assert "crashed" in describe_verdict(verdict)
    json.dumps(verdict.to_dict())


def test_verdicts_can_be_written_as_json():
    verdict = judge_planted(Lowers(0.2), estimate(-0.9, 0.01), estimate(0.4, 0.01))
    plain = json.loads(json.dumps(verdict.to_dict()))
    assert plain["key"] == "planted"
    assert plain["decided_by"]["data"] == "set 1"
    assert plain["findings"][0]["estimate"]["low"] < -0.9
    assert plain["margin"] == 0.2


def test_the_family_about_bagging_judges_its_own_estimators_and_shows_the_others():
    lab = open_small_laboratory(4)
    verdict = put_to_test(CLAIMS["bagging-leaves-linear"], lab)
    (finding,) = verdict.findings
    assert finding.notes == {"scikit-learn": "a note"}
    assert finding.context["single: noise"] == 1.0
    assert verdict.parameters["scikit-learn, single"] == "LinearRegression()"


def test_a_linear_rule_with_few_rows_per_feature_is_not_called_stable():
    lab = open_small_laboratory(4)
    lab.problems = [replace(lab.problems[0], n_train=99)]
    verdict = put_to_test(CLAIMS["bagging-leaves-linear"], lab)
    assert verdict.out_of == 0
    assert "fewer than 10 rows per feature" in verdict.notes[0]


def test_every_claim_is_a_sentence_with_source_rule_and_seed():
    for key, claim in CLAIMS.items():
        assert claim.key == key
        assert claim.sentence.endswith(".")
        assert claim.kind in ("theorem", "regularity", "reproduction")
        assert claim.dimension in ("data", "model", "training", "loss", "inference")
        assert claim.source and claim.rule.margin > 0 and claim.seed > 0
        json.dumps(claim.to_dict())


def test_the_problems_are_seven_generators_and_four_shipped_data_sets():
    problems = list_problems()
    assert sum(problem.is_real for problem in problems) == 4
    assert len(problems) == 11
    assert {p.loss for p in problems} == {"brier", "squared_error"}


@pytest.mark.parametrize(
    ("y", "task"),
    [
        (np.repeat(["no", "yes"], 30), "classification"),
        (np.arange(60) % 3, "classification"),
        (np.arange(60), "regression"),
        (np.linspace(0, 1, 60), "regression"),
    ],
)
def test_the_task_of_a_users_data_is_told_from_y(y, task):
    problem = take_rows("mine", np.zeros((60, 2)), y)
    assert problem.task == task
    assert (problem.n_train, problem.n_test) == (20, 20)


def test_a_missing_package_is_a_line_and_not_an_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    contestants, notes = find_contestants()
    assert [c.name for c in contestants] == ["skclassic", "scikit-learn"]
    assert notes == [
        "XGBoost is not installed and was left out: pip install xgboost brings it in."
    ]


def test_xgboost_is_asked_for_the_same_number_of_features_per_node():
    pytest.importorskip("xgboost")
    contestants, _ = find_contestants(["XGBoost"])
    for task, n_features, count in (
        ("classification", 20, 4),
        ("classification", 64, 8),
        ("regression", 10, 3),
        ("regression", 4, 1),
    ):
        forest = contestants[0].trees(task, n_features)["forest"]
        forest = forest.model if task == "classification" else forest
        assert int(forest.colsample_bynode * n_features) == count
        assert forest.max_depth == 0


@pytest.mark.compiled
def test_bagging_is_checked_on_a_users_data():
    verdict = check("bagging-lowers-variance", X=load_wine().data, y=load_wine().target)
    assert verdict.verdict == "supported"
    assert verdict.decided_by.data == "your data"
    assert {f.contestant for f in verdict.findings} == {"skclassic"}


@pytest.mark.compiled
def test_bagging_is_checked_on_a_users_learner(monkeypatch):
    monkeypatch.setattr("skclassic.claims.registry.FULL", Scale(20, 4))
    X, y = load_wine(return_X_y=True)
    verdict = check("bagging-lowers-variance", estimator=GaussianNB(), X=X, y=y)
    assert verdict.verdict != "supported"  # naive Bayes is stable
    assert "GaussianNB" in " ".join(verdict.parameters.values())


@pytest.fixture
def small_run(monkeypatch):
    few = [p for p in list_problems() if p.name in ("Wine", "Friedman1")]
    monkeypatch.setattr("skclassic.claims.laboratory.list_problems", lambda: few)
    for which in ("list_rare_problems", "list_two_class_problems"):
        first = getattr(problems, which)()[:1]
        monkeypatch.setattr(
            f"skclassic.claims.laboratory.{which}", lambda first=first: first
        )
    monkeypatch.setattr("skclassic.claims.limits.DIMENSIONS", (8, 16))
    monkeypatch.setattr("skclassic.claims.registry.QUICK", Scale(4, 4))


@pytest.mark.compiled
def test_all_claims_run_through_every_contestant(small_run):
    verdicts = list(run(quick=True))
    assert [verdict.claim.key for verdict in verdicts] == list(CLAIMS)
    assert not any(verdict.error for verdict in verdicts)


def test_claims_about_trees_rest_on_the_first_contestant_and_the_brier_score(
    small_run, monkeypatch
):
    monkeypatch.setattr(
        "skclassic.claims.laboratory.find_contestants",
        lambda: find_contestants(["scikit-learn", "XGBoost"]),
    )
    (verdict,) = run(["bagging-lowers-variance"], quick=True)
    assert not verdict.error
    rest = [(f.data, f.contestant, f.loss) for f in verdict.findings if f.counts]
    assert rest == [
        ("Friedman1", "scikit-learn", "squared_error"),
        ("Wine", "scikit-learn", "brier"),
    ]
    beside = {(f.contestant, f.loss) for f in verdict.findings if not f.counts}
    assert ("scikit-learn", "zero_one") in beside


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("claim must be one of bagging-leaves-linear", {"claim": "gravity"}),
        ("X and y must be given together, got X", {"X": [[0]]}),
        ("X and y must be given together, got y", {"y": [0]}),
        ("X and y must have at least 12 rows", {"X": [[0]], "y": [0]}),
        ("inconsistent numbers of samples", {"X": [[0]] * 12, "y": [0] * 5}),
        ("X must hold numbers", {"X": [["a"]] * 12, "y": [0, 1] * 6}),
        ("estimator must be None for forest", {"estimator": LinearRegression()}),
    ],
)
def test_a_check_that_makes_no_sense_is_refused(message, arguments):
    with pytest.raises(ValueError, match=message):
        check(**{"claim": "forest-lowers-variance-further", **arguments})


def test_columns_of_a_frame_are_turned_into_numbers():
    pd = pytest.importorskip("pandas")
    X = pd.DataFrame({"size": np.arange(24.0), "place": ["here", "there"] * 12})
    X.loc[3, "size"] = np.nan
    verdict = check("depth-lowers-bias", X=X, y=["a", "b", "c"] * 8)
    assert not verdict.error
    said = " ".join(verdict.notes)
    assert "size became its median" in said and "place became 2 columns" in said


def test_a_claim_is_described_with_source_and_rule():
    text = describe_claim(CLAIMS["bagging-leaves-bias"])
    assert "Source: Hastie" in text
    assert "at most 5 % either way" in text


def test_few_problems_are_for_short_runs_on_the_claims_own_data():
    lab = Laboratory.open()
    assert [problem.name for problem in lab.few] == list(FEW)
    beside = {
        problem.name
        for problem in lab.few
        if len(lab.list_contestants(problem, lab.few)) > 1
    }
    assert beside <= {"Friedman1"}
    among_all = [
        problem.name
        for problem in lab.problems
        if len(lab.list_contestants(problem, lab.problems)) > 1
    ]
    assert set(among_all) <= set(FEW)
    assert replace(lab, scale=THOROUGH).few == lab.problems
    own = take_rows("your data", *load_wine(return_X_y=True))
    lab = replace(lab, problems=[own])
    assert lab.few == [own]
    assert lab.list_contestants(own, [own]) == lab.contestants


@pytest.fixture
def planted_run(monkeypatch):
    verdicts = [
        judge_planted(Lowers(0.2), estimate(-0.9, 0.01)),
        judge_planted(Leaves(0.2), estimate(-0.9, 0.01), estimate(0.1, 0.5)),
        judge_planted(Leaves(0.2), estimate(0.1, 0.5)),
    ]
    calls = []

    def run(claims, **options):
        calls.append((list(claims), options))
        if options["on_progress"]:
            options["on_progress"]("measuring")
        return iter(verdicts)

    monkeypatch.setattr(command_line, "run", run)
    return calls


def test_the_command_line_prints_each_verdict(planted_run, capsys):
    assert command_line.main(["claims", "--quick", "--jobs", "1"]) == 0
    printed = capsys.readouterr().out
    for word in ("SUPPORTED", "REFUTED", "INCONCLUSIVE", "A planted <sentence>."):
        assert word in printed
    keys, options = planted_run[0]
    assert keys == list(CLAIMS)
    assert options == {"quick": True, "n_jobs": 1, "on_progress": None}


def test_the_command_line_shows_progress_to_a_terminal_only(
    planted_run, capsys, monkeypatch
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    command_line.main(["claims"])
    assert "measuring" in capsys.readouterr().err


def test_the_command_line_lists_and_selects_claims(planted_run, capsys):
    assert command_line.main(["claims", "--list"]) == 0
    assert not planted_run
    assert all(key in capsys.readouterr().out for key in list(CLAIMS)[:1])
    command_line.main(["claims", "--only", "bagging-leaves-bias"])
    assert planted_run[0][0] == ["bagging-leaves-bias"]


def test_a_crash_shows_in_the_exit_status(monkeypatch):
    crashed = replace(judge_planted(Lowers(0.2)), error="RuntimeError: the lid")
    monkeypatch.setattr(command_line, "run", lambda *a, **k: iter([crashed]))
    assert command_line.main(["claims"]) == 1


def test_a_page_without_its_extra_names_it_in_one_line(
    planted_run, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert command_line.main(["claims", "--html", "page.html"]) == 2
    assert 'pip install "skclassic[plot]"' in capsys.readouterr().err
    assert not planted_run


def test_the_page_holds_everything_and_needs_no_other_file(planted_run, tmp_path):
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    page = tmp_path / "new" / "page.html"
    assert command_line.main(["claims", "--html", str(page)]) == 0
    html = page.read_text("utf-8")
    assert "A planted &lt;sentence&gt;." in html  # escaped
    assert html.count('src="data:image/svg+xml;base64,') == html.count("<img") == 6
    assert html.count('alt="Intervals of the effect') == 3
    assert html.count('alt="Effects from') == 3
    assert "3 sentences: 1 supported, 1 refuted, 1 inconclusive." in html
    assert not re.search(r'(src|href)="(?!data:|#)', html)
    assert 'name="viewport"' in html


def test_the_page_takes_further_sections_and_verdicts_without_findings():
    page = pytest.importorskip("skclassic.claims.page")
    html = page.render_page(
        [judge_planted(Lowers(0.2))],
        command="python -m skclassic claims --quick",
        sections=[page.Section("Speed & more", "<p>fast</p>")],
        is_quick=True,
    )
    assert "Speed &amp; more" in html
    assert "<p>fast</p>" in html
    assert "no data set meets" in html
    assert "<code>python -m skclassic claims --quick</code>" in html
    assert "(a quick run)" in html


def test_a_verdict_prints_as_on_the_command_line():
    verdict = judge_planted(Lowers(0.2), estimate(-0.9, 0.01))
    assert str(verdict) == describe_verdict(verdict)


def test_no_threads_at_all_are_refused(capsys):
    with pytest.raises(SystemExit):
        command_line.main(["claims", "--jobs", "0"])
    assert "0 threads would do nothing" in capsys.readouterr().err


def test_the_same_verdicts_give_the_same_page():
    page = pytest.importorskip("skclassic.claims.page")
    verdicts = [judge_planted(Lowers(0.2), estimate(-0.9, 0.01))]
    first, second = (page.render_page(verdicts, command="again") for _ in range(2))
    assert first == second


def test_diabetes_counts_as_regression():
    X, y = load_diabetes(return_X_y=True)  # whole numbers, over two hundred of them
    assert take_rows("Diabetes", X, y).task == "regression"


@pytest.mark.compiled
def test_bias_is_left_out_where_rows_are_too_few_to_tell():
    verdict = check("bagging-leaves-bias", X=load_wine().data, y=load_wine().target)
    assert verdict.verdict == "inconclusive"
    assert verdict.out_of == 0
    assert "your data was left out" in verdict.notes[0]
    assert "fewer than 1000, bias cannot be told" in str(verdict).replace("\n    ", " ")


def test_a_family_shares_the_chance_of_a_wrong_word():
    claim, findings = plant(Lowers(0.2), estimate(-0.9, 0.01))
    alone, shared = judge(claim, findings), judge(claim, findings, level=0.05 / 4)
    assert alone.decided_by.estimate.confidence == pytest.approx(0.95)
    assert shared.decided_by.estimate.confidence == pytest.approx(0.9875)


def test_a_contestant_beside_that_fails_is_a_note_and_one_that_judges_a_crash():
    lab = open_small_laboratory(4)
    broken = Contestant("broken", lab.contestants[0].trees, lambda *a: 1 / 0)
    lab.contestants = [*lab.contestants, broken]
    verdict = put_to_test(CLAIMS["bagging-leaves-linear"], lab)
    assert verdict.verdict and not verdict.error
    assert "broken failed on Friedman1: ZeroDivisionError" in " ".join(verdict.notes)
    lab.contestants = [broken]
    assert (
        "ZeroDivisionError" in put_to_test(CLAIMS["bagging-leaves-linear"], lab).error
    )


def test_claims_about_generators_say_why_real_rows_do_not_do():
    X, y = load_wine(return_X_y=True)
    for key in ("data-of-the-old-kind", "label-noise-raises-variance"):
        verdict = check(key, X=X, y=y)
        assert verdict.out_of == 0
        assert "your data was left out: only a generator" in verdict.notes[0]


def test_the_correlation_of_members_follows_from_two_variances():
    one, rho = 4.0, 0.3
    bagged = (rho + (1 - rho) / MEMBERS) * one
    variances = {"bagging": bagged, "one of bagging": one}
    assert forest.correlate(variances, "bagging") == pytest.approx(rho)


@pytest.mark.parametrize("problem", list_problems()[:7], ids=lambda p: p.name)
def test_moved_inputs_keep_how_the_response_depends_on_them(problem):
    moved = Moved(problem.data, 0.5)
    X, y = moved.sample(20_000, random_state=0)
    assert_allclose(
        abs(X.mean(axis=0) - problem.data.sample(20_000, 1)[0].mean(axis=0)),
        abs(moved._step),
        rtol=0.1,
    )
    if problem.task == "regression":
        noise = y - moved.conditional_mean(X)
        assert noise.mean() == pytest.approx(0, abs=4 * noise.std() / len(X) ** 0.5)
        assert noise.var() == pytest.approx(moved.noise_variance, rel=0.1)
    else:
        shares = [(y == k).mean() for k in moved.classes]
        assert_allclose(shares, moved.posterior(X).mean(axis=0), atol=0.02)


def test_losses_are_those_of_the_truth():
    problem = Problem("Friedman1", "regression", Friedman1(), 50, 4000, 10)
    constant = DummyRegressor(strategy="constant", constant=14.0)
    found = losses.measure({"14": constant}, problem, sizes=(50,), n_repeats=5, seed=1)
    y = Friedman1().sample(100_000, random_state=0)[1]
    expected = np.mean((y - 14) ** 2)
    assert found.average(("14", 50, "test")) == pytest.approx(expected, rel=0.05)
    assert found.average(("14", 50, "training")) == pytest.approx(expected, rel=0.3)
    assert found.caveat == ""


def test_a_change_of_means_has_the_error_of_the_delta_method():
    rng = np.random.default_rng(0)
    estimates = []
    for _ in range(2000):
        others = rng.normal(10, 2, size=40)
        ones = 0.5 * others + rng.normal(1, 1, size=40)
        estimates.append(losses.estimate_change(ones, others))
    values = np.array([e.value for e in estimates])
    assert values.mean() == pytest.approx(-0.4, abs=0.005)
    errors = np.mean([e.standard_error for e in estimates])
    assert errors == pytest.approx(values.std(), rel=0.05)
    covered = np.mean([e.low <= -0.4 <= e.high for e in estimates])
    assert 0.93 < covered < 0.97


def test_estimators_are_described_for_each_claim_alone():
    lab = open_small_laboratory(4)
    for key in ("bagging-leaves-linear", "bagging-leaves-neighbours"):
        verdict = put_to_test(CLAIMS[key], lab)
        again = put_to_test(CLAIMS[key], lab)  # measured before
        assert verdict.parameters == again.parameters != {}
    assert not any("LinearRegression" in text for text in verdict.parameters.values())


def test_estimators_that_differ_between_problems_are_described_apart():
    lab = open_small_laboratory(4)
    problem, (contestant, *_) = lab.problems[0], lab.contestants
    other = replace(problem, name="another")
    lab.note_parameters(contestant, problem, {"tree": DecisionTreeRegressor()})
    alike = {"forest": DecisionTreeRegressor(max_depth=1)}
    lab.note_parameters(contestant, problem, alike)
    lab.note_parameters(contestant, other, alike)
    deep = {"tree": DecisionTreeRegressor(max_depth=9)}
    lab.note_parameters(contestant, other, deep)
    name = contestant.name
    assert lab.describe_parameters() == {
        f"{name}, tree, on {problem.name}": "DecisionTreeRegressor()",
        f"{name}, tree, on another": "DecisionTreeRegressor(max_depth=9)",
        f"{name}, forest": "DecisionTreeRegressor(max_depth=1)",
    }


def test_an_estimator_is_described_as_it_writes_itself():
    class Quiet(DummyRegressor):
        def __repr__(self):
            return "Quiet\n  (please)"

    assert describe_estimator(Quiet()) == "Quiet (please)"
    xgboost = pytest.importorskip("xgboost")
    text = describe_estimator(xgboost.XGBRFRegressor(max_depth=2))
    assert "max_depth=2" in text
    assert "None" not in text and "..." not in text


def test_xgboost_fits_training_sets_that_lack_a_class():
    pytest.importorskip("xgboost")
    (contestant,), _ = find_contestants(["XGBoost"])
    X, y = load_wine(return_X_y=True)
    model = contestant.grow("classification", members=3).fit(X[y > 0], y[y > 0])
    assert list(model.classes_) == [1, 2]
    assert model.predict_proba(X).shape == (len(y), 2)
    assert set(model.predict(X)) <= {1, 2}


def test_a_verdict_on_a_users_learner_speaks_of_it():
    verdict = judge(CLAIMS["bagging-lowers-variance"], [], learner="Mine(k=3)")
    assert give_sentence(verdict) == "Bagging lowers the variance of Mine(k=3)."
    assert "Mine(k=3) in the place" in describe_effect(verdict)
    for claim in CLAIMS.values():
        assert claim.of_learner.count("{}") == claim.takes_estimator
