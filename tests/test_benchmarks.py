"""The benchmarks measure, judge and print what they say; no test looks at a clock."""

import ast
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from benchmarks import datasets, jobs, judge, ledger, rivals
from benchmarks.__main__ import build_parser, choose_keys, main
from benchmarks.datasets import nominal, packaged
from benchmarks.report import console, page, record, tables
from benchmarks.rivals import CONTESTANTS, Contestant, Plan
from benchmarks.speed import measure, memory, race
from benchmarks.speed.cases import CASES, Case, Size, find_case
from benchmarks.tables import accuracy, categories
from skclassic.claims import saved

BENCHMARKS = Path(rivals.__file__).parents[1]
TINY_SIZE = Size("quick", 100, 100, 2, 60.0, (), 1)
TINY = Case("tiny", "A tiny forest", "two-classes", Plan("forest", n_trees=3, n_jobs=1))


class Boaster(BaseEstimator):
    """Predict class 0 always, and claim to be perfect."""

    def fit(self, X, y):
        self.score_ = 1.0
        return self

    def score(self, X, y):
        return 1.0

    def predict(self, X):
        return np.zeros(len(X), dtype=int)


class Failure(BaseEstimator):
    """Never fit."""

    def fit(self, X, y):
        raise RuntimeError("out of luck")


def enter(monkeypatch, name, **options):
    """Add a contestant to those that races know."""
    options = {"package": "sklearn", "distribution": "scikit-learn", **options}
    options.setdefault("match", lambda plan, shape: {})
    monkeypatch.setitem(CONTESTANTS, name, Contestant(name, **options))


@pytest.fixture
def tiny_jobs(monkeypatch):
    """Shrink the jobs to one tiny race and one small table."""
    tiny = replace(TINY, opponents={"scikit-learn": 2})
    monkeypatch.setattr(jobs, "CASES", (tiny,))
    monkeypatch.setattr(jobs, "SIZES", {"quick": TINY_SIZE, "full": TINY_SIZE})
    monkeypatch.setattr(
        accuracy, "PLANS", {"tree": Plan("tree", n_jobs=1)}, raising=True
    )


def make_row(**options):
    """Write down the outcome of a race that nobody ran."""
    seconds = judge.Spread(0.123456, 123.456, 1234.56)
    timing = race.Timing(
        "skclassic", seconds, 3, 0.98765, estimator="Forest(a=1)", differs=""
    )
    peers = [replace(timing, contestant=name) for name in ("scikit-learn", "intelex")]
    ratios = [
        judge.Ratio(peer.contestant, 12.345, 10.123, 13.456, 10, -0.00123, 0.003)
        for peer in peers
    ]
    fields = {
        "key": "forest",
        "title": "A forest",
        "data": "two-classes",
        "action": "fit",
        "task": "classification",
        "n_train": 80_000,
        "n_test": 20_000,
        "n_features": 20,
        "timings": (timing, *peers),
        "ratios": tuple(ratios),
        "notes": ("LightGBM is not installed and was left out",),
    }
    return race.Row(**fields | options)


# --- judging


def test_the_judge_recomputes_scores_from_predictions(monkeypatch):
    enter(monkeypatch, "Boaster", choose_class=lambda plan: Boaster)
    row = race.run(replace(TINY, opponents={"Boaster": None}), TINY_SIZE)
    split = race.split_rows(datasets.load("two-classes", n_rows=100))
    timing = {each.contestant: each for each in row.timings}["Boaster"]
    assert timing.score == np.mean(split.y_test == 0) < 1


def test_r2_is_one_for_the_truth_and_zero_for_the_mean():
    y = np.array([1.0, 2.0, 6.0])
    assert judge.score(y, y, task="regression") == 1
    assert judge.score(y, np.full(3, 3.0), task="regression") == 0


def test_a_ratio_counts_only_rounds_that_both_ran():
    ratio = judge.compare("peer", [1.0, 1.0, 100.0], [2.0, 4.0])
    assert (ratio.value, ratio.low, ratio.high) == (3.0, 2.0, 4.0)


@pytest.mark.parametrize(
    ("value", "gap", "is_met"),
    [(10.0, -0.003, True), (9.9, 0.0, False), (50.0, -0.004, False)],
)
def test_a_promise_is_kept_only_at_equal_score(value, gap, is_met):
    ratio = judge.Ratio("peer", value, value, value, 10, gap, 0.003)
    assert ratio.is_met is is_met


def test_nothing_promised_is_neither_kept_nor_broken():
    assert judge.Ratio("peer", 1.0, 1.0, 1.0).is_met is None


def test_splits_that_overlap_widen_the_interval():
    d = [1.0, 2.0, 3.0, 2.0]
    apart, shared = judge.average(d), judge.average(d, overlap=1.0)
    # the variance of the mean grows from s^2 / 4 to s^2 / 4 + s^2
    widths = [gap.high - gap.low for gap in (apart, shared)]
    assert apart.value == shared.value == 2.0
    assert widths[1] / widths[0] == pytest.approx(5**0.5)


def test_the_judge_recomputes_a_logistic_objective():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3))
    for codes in (rng.integers(2, size=50), rng.integers(3, size=50)):
        model = LogisticRegression().fit(X, codes)
        loss = log_loss(codes, model.predict_proba(X), normalize=False)
        for l1_ratio, size in [(0.0, (model.coef_**2).sum() / 2), (1.0, None)]:
            size = np.abs(model.coef_).sum() if size is None else size
            value = judge.measure_objective(model, X, codes, C=0.5, l1_ratio=l1_ratio)
            assert value == pytest.approx(loss + size / 0.5)


def test_searches_race_to_the_same_objective():
    case = find_case("logistic-500x20")
    row = race.run(replace(case, opponents={"newton-cholesky": None}), TINY_SIZE)
    ours, theirs = row.timings
    assert "tol" not in ours.estimator and "tol=" in theirs.estimator
    assert any("of the fastest peer, newton-cholesky" in note for note in row.notes)


# --- contestants


def test_a_rival_that_is_not_installed_becomes_a_line(monkeypatch):
    enter(
        monkeypatch,
        "Nobody",
        package="no_such_package",
        distribution="no-such-package",
        choose_class=lambda plan: Boaster,
    )
    row = race.run(replace(TINY, opponents={"Nobody": 2}), TINY_SIZE)
    assert [timing.contestant for timing in row.timings] == ["skclassic"]
    assert row.ratios == ()
    (line,) = row.notes
    assert "Nobody is not installed" in line and "no-such-package" in line


def test_a_rival_that_fails_becomes_a_line(monkeypatch):
    enter(monkeypatch, "Failure", choose_class=lambda plan: Failure)
    row = race.run(replace(TINY, opponents={"Failure": None}), TINY_SIZE)
    assert row.notes == ("Failure failed: RuntimeError: out of luck",)


def test_a_hopelessly_slow_rival_becomes_a_line(monkeypatch):
    enter(monkeypatch, "Boaster", choose_class=lambda plan: Boaster)
    monkeypatch.setattr(race, "HOPELESS", 0)
    row = race.run(replace(TINY, opponents={"Boaster": None}), TINY_SIZE)
    (line,) = row.notes
    assert line.startswith("Boaster was left out: its warm-up foretells")


def test_every_opponent_is_a_known_contestant():
    assert {name for case in CASES for name in case.opponents} <= set(CONTESTANTS)


@pytest.mark.parametrize("name", ["XGBoost", "LightGBM"])
def test_peers_grow_as_deep_as_the_plan_says(name):
    match = CONTESTANTS[name].match
    to_purity = match(Plan("forest"), (1000, 25))
    shallow = match(Plan("forest", max_depth=8), (1000, 25))
    assert to_purity["max_depth"] <= 0 and shallow["max_depth"] == 8
    assert 0.2 in to_purity.values()  # sqrt(25) of 25 features


def test_the_same_interface_gets_the_same_parameters():
    plan = Plan("extra trees", n_trees=7, max_depth=3)
    ours, theirs = (
        CONTESTANTS[name].match(plan, (10, 4)) for name in ("skclassic", "scikit-learn")
    )
    assert ours == theirs and ours["n_estimators"] == 7


def test_a_threshold_is_sought_by_the_same_search_of_the_same_scores(monkeypatch):
    monkeypatch.setattr("benchmarks.rivals.scikit_learn.N_THRESHOLDS", 10)
    row = race.run(find_case("threshold-search"), TINY_SIZE)
    assert {each.contestant for each in row.timings} == {"skclassic", "scikit-learn"}
    assert row.ratios[0].score_gap == 0


@pytest.mark.compiled
def test_a_tuned_forest_races_itself_untuned():
    case = find_case("threshold-oob")
    tuned, untuned = (
        CONTESTANTS[name].build(case.plan, shape=(80, 20))
        for name in ("skclassic", *case.opponents)
    )
    assert tuned.cv == "oob"
    assert repr(tuned.estimator) == repr(untuned)
    row = race.run(case, TINY_SIZE)
    assert not row.notes and len(row.ratios) == 1


# --- measuring


def test_contestants_take_turns_and_each_round_another_begins():
    runs = dict.fromkeys("abc", lambda turn: turn)
    order = [name for name, *_ in measure.take_turns(runs, n_rounds=3, patience=60)]
    assert "".join(order) == "abcbcacab"


def test_who_is_out_of_patience_sits_out():
    runs = {"quick": lambda turn: turn, "slow": lambda turn: turn}
    turns = measure.take_turns(runs, n_rounds=4, patience=0.0)
    assert sorted(name for name, *_ in turns) == ["quick", "slow"]


@pytest.mark.skipif(sys.platform != "linux", reason="other marks cannot be reset")
def test_the_peak_of_memory_is_seen_and_forgotten():
    before = memory.reset_peak()
    block = np.ones(50 * 2**20, dtype=np.uint8)
    peak = memory.read_peak() - before
    del block
    assert 40 * 2**20 < peak < 80 * 2**20
    assert memory.reset_peak() - before < 40 * 2**20


# --- data


@pytest.mark.parametrize("shelf", ["generated", "embedded"])
def test_sets_are_plain_arrays(shelf):
    for task in ("classification", "regression"):
        for name in datasets.list_names(shelf, task=task):
            data = datasets.load(name, n_rows=200)
            assert data.X.dtype == np.float64 and data.X.flags.c_contiguous
            assert len(data.X) == len(data.y) and data.task == task


def test_a_package_of_data_that_is_not_installed_is_named(monkeypatch):
    file = packaged.File("no_such_package", "table.dat")
    monkeypatch.setitem(packaged.SETS, "nowhere", file)
    with pytest.raises(datasets.AbsentData, match="no-such-package is not installed"):
        datasets.load("nowhere")


def test_absent_data_becomes_a_line_of_the_table(monkeypatch, tiny_jobs, capsys):
    file = packaged.File("no_such_package", "table.dat")
    monkeypatch.setitem(packaged.SETS, "nowhere", file)
    results = record.Results("quick")
    screen = console.PlainScreen()
    jobs.run_accuracy(["iris", "nowhere"], results, screen=screen, began=0)
    assert [row.data for row in results.accuracies] == ["iris"]
    assert "nowhere was left out" in capsys.readouterr().out


def test_nominal_columns_become_indicators_and_question_marks_nan(
    monkeypatch, tmp_path
):
    (tmp_path / "table.dat").write_text("1, red, yes\n?, blue, no\n3, red, yes\n")
    monkeypatch.setattr(packaged, "find_folder", lambda package: tmp_path)
    monkeypatch.setitem(packaged.SETS, "colours", packaged.File("", "table.dat"))
    data = datasets.load("colours")
    np.testing.assert_array_equal(data.X, [[1, 0, 1], [np.nan, 1, 0], [3, 0, 1]])
    np.testing.assert_array_equal(data.y, [1, 0, 1])


@pytest.fixture
def colours(monkeypatch):
    """Put a set of two nominal features, and one of numbers, on the shelf."""
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    shade = rng.choice(list("abcdefgh"), 200)
    X = pd.DataFrame({"shade": shade, 1: rng.normal(size=200)})
    X[2] = rng.choice(["x", None, "z"], 200)
    y = pd.Series(np.where(np.isin(shade, list("aceg")), " odd", "even"))
    monkeypatch.setitem(nominal.SETS, "colours", lambda: (X, y))


def test_columns_of_names_become_categories(colours):
    table = nominal.load("colours")
    assert table.nominal == ["shade", "2"] and table.n_levels == [8, 3]
    assert len(nominal.load("colours", n_rows=50).y) == 50
    np.testing.assert_array_equal(
        table.y == 1, table.X["shade"].isin(["a", "c", "e", "g"])
    )


def test_categories_meet_one_hot_columns_on_the_same_splits(colours, monkeypatch):
    monkeypatch.setattr(categories, "N_REPEATS", 1)
    row = categories.run("colours", estimator="tree")
    assert (row.n_features, row.n_nominal, row.most_levels) == (3, 2, 8)
    assert row.n_columns == 12 and row.ratio.against.endswith("one-hot")
    assert (row.ours, row.theirs) == (100, 100)
    assert row.peer_ratio.against == "scikit-learn"
    assert row.ratio.at_least is row.peer_ratio.at_least is row.is_met is None  # narrow


def test_the_table_of_categories_says_which_promise_was_broken():
    gap = judge.Gap(0.1, -0.2, 0.4)
    fast = judge.Ratio(categories.DENSE, 4.0, 3.0, 5.0, 3)
    numbers = dict(n_rows=9, n_features=2, n_nominal=1, most_levels=30, n_columns=31)
    common = dict(**numbers, ours=1, theirs=1, gap=gap, ratio=fast)
    peer = replace(fast, against=categories.PEER)
    row = categories.Row("a", "tree", **common, peer_ratio=peer)
    slow = replace(row, ratio=replace(fast, value=2.0))
    slower = replace(row, peer_ratio=replace(peer, value=2.0))
    forest = replace(slow, ratio=replace(fast, value=2.0, at_least=None))
    worse = replace(row, gap=judge.Gap(-0.6, -0.7, -0.5))
    told = [
        cells[-1] for cells in tables.tabulate_categories([row, slow], notes=()).rows
    ]
    assert told == ["3x met", "3x MISSED"]
    assert forest.is_met and not worse.is_met and not slower.is_met
    assert record.Results("full", categories=[slow]).has_failed
    assert "3x MISSED" in page.render_categories(
        record.Results("full", categories=[slow])
    )


def test_absent_categories_become_a_line_of_the_table(monkeypatch, capsys):
    def read():
        raise datasets.AbsentData("no-such-package is not installed")

    monkeypatch.setitem(nominal.SETS, "nowhere", read)
    results = record.Results("quick")
    screen = console.PlainScreen()
    jobs.run_categories(["nowhere"], results, screen=screen, began=0)
    assert "nowhere was left out" in capsys.readouterr().out


@pytest.mark.parametrize("name", nominal.SETS)
def test_each_set_of_categories_is_there(name):
    try:
        table = nominal.load(name)
    except datasets.AbsentData as absence:
        pytest.skip(str(absence))
    assert len(table.y) >= 5000 and max(table.n_levels) >= 9


def test_the_average_of_sets_names_the_worst():
    gap = judge.Gap(-2.0, -3.0, -1.0)
    row = accuracy.Row("a", "tree", 10, 2, 2, ours=88.0, theirs=90.0, gap=gap)
    better = replace(row, data="b", gap=judge.Gap(1.0, 0.0, 2.0))
    (average,) = accuracy.sum_up([row, better])
    assert (average.gap.value, average.worst, average.worst_gap) == (-0.5, "a", -2.0)
    assert average.is_met and row.is_met


# --- printing


def test_a_race_fits_a_terminal_of_80_columns():
    table = tables.tabulate_race(make_row(), is_full=True)
    lines = list(console.align([table.header, *table.rows], table.n_labels))
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(("is_full", "word"), [(True, "10x met"), (False, "10x")])
def test_promises_are_judged_at_full_size_only(is_full, word):
    table = tables.tabulate_race(make_row(), is_full=is_full)
    assert table.rows[1][6] == word


def test_contestants_with_the_same_parameters_share_a_line():
    table = tables.tabulate_race(make_row(), is_full=False)
    assert table.notes[-1] == "skclassic, scikit-learn, intelex: Forest(a=1)"


@pytest.mark.parametrize("width", [80, 120])
def test_rich_and_plain_screens_print_the_same_cells(width, capsys):
    rich = pytest.importorskip("rich.console")
    table = tables.tabulate_race(make_row(), is_full=False)
    screen = console.RichScreen()
    screen.console = rich.Console(width=width, highlight=False)
    screen.print_table(table)
    coloured = capsys.readouterr().out
    console.PlainScreen().print_table(table)
    assert coloured.split() == capsys.readouterr().out.split()


def test_the_page_escapes_what_it_shows():
    table = tables.Table("a < b", ("", "x"), (("<b>", "1"),), ("1 & 2",))
    html = page.render_table(table)
    assert "&lt;b&gt;" in html and "1 &amp; 2" in html and "a &lt; b" in html


# --- the command


FIELDS = {
    "ledger",
    "published",
    "schema",
    "size",
    "machine",
    "versions",
    "seconds",
    "claims",
    "speed",
    "memory",
    "cold_starts",
    "accuracy",
    "categories",
    "evidence",
    "notes",
}


def test_a_run_writes_its_results(tiny_jobs, tmp_path, capsys):
    words = ["speed", "--only", "tiny", "--quick", "--report", str(tmp_path)]
    assert main(words) == 0
    results = json.loads((tmp_path / "results.json").read_text())
    assert set(results) == FIELDS and results["schema"] == saved.SCHEMA
    (row,) = results["speed"]
    assert row["key"] == "tiny" and row["ratios"][0]["against"] == "scikit-learn"
    assert set(row["timings"][0]["seconds"]) == {"min", "median", "max"}
    assert set(results["machine"]) == {"cores", "architecture", "system", "python"}
    assert "A tiny forest" in capsys.readouterr().out
    assert (tmp_path / "index.html").exists() != bool(page.find_missing())


def test_a_number_that_is_not_finite_becomes_null():
    gap = judge.average([1.0])
    assert saved.make_plain(gap) == {"value": 1.0, "low": None, "high": None}


def test_a_broken_promise_fails_full_runs_only():
    slow = judge.Ratio("scikit-learn", 2.0, 2.0, 2.0, 10, 0.0, 0.003)
    row = make_row(ratios=(slow,))
    assert record.Results("full", races=[row]).has_failed
    assert not record.Results("quick", races=[row]).has_failed


def test_list_names_every_key(capsys):
    assert main(["--list"]) == 0
    named = capsys.readouterr().out.split()
    assert {"bagging-lowers-variance", "forest-depth-8", "letter"} <= set(named)


def test_an_unknown_key_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "oracle"])
    assert "--only knows no oracle" in capsys.readouterr().err


# --- the layout


@pytest.mark.parametrize("room", ["datasets", "rivals", "judge.py"])
def test_data_contestants_and_judge_do_not_know_each_other(room):
    place = BENCHMARKS / room
    files = [place] if place.is_file() else sorted(place.glob("*.py"))
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                name = node.module
                is_foreign = name.startswith("benchmarks") and room not in name
                assert not is_foreign, f"{file.name} imports {name}"


def test_every_claim_draws_on_one_purse_and_purses_fit_a_default_run():
    from skclassic.claims import CLAIMS

    keys = [key for _, its in ledger.PURSES.values() for key in its]
    assert sorted(keys) == sorted(CLAIMS)
    claims = sum(allotted for allotted, _ in ledger.PURSES.values())
    assert claims + ledger.RACES <= ledger.WHOLE == 150


def test_a_run_that_names_nothing_races_what_stands_for_the_rest():
    parser = build_parser()
    plan = choose_keys(parser.parse_args([]), parser)
    assert list(plan) == ["claims", "speed"]
    assert set(plan["speed"]) < {case.key for case in CASES}
    everything = choose_keys(parser.parse_args(["--quick"]), parser)["speed"]
    assert everything == [*(case.key for case in CASES), jobs.COLD]
    assert choose_keys(parser.parse_args(["speed"]), parser)["speed"] == everything


def test_the_ledger_adds_up_what_claims_took():
    from skclassic.claims import CLAIMS
    from skclassic.claims.verdicts import Verdict

    keys = ["members-do-no-harm", "data-narrow-the-gap"]
    verdicts = [Verdict(CLAIMS[key], "inconclusive", seconds=3.0) for key in keys]
    (entry,) = ledger.balance(verdicts)
    assert (entry.seconds, entry.allotted) == (6.0, 20.0)
    assert str(entry).startswith("members, depth and data took 6 s; 20 are allotted")


# --- two runs


def plant_results(path, *, verdict="supported", ratio=2.0, **more):
    claim = {"key": "a-claim", "verdict": verdict, "effect": -0.5}
    ratios = [{"against": "peer", "value": ratio, "low": ratio - 0.1, "high": ratio}]
    results = {
        "schema": saved.SCHEMA,
        "size": "quick",
        "machine": {"python": "3.11", "cores": 2},
        "versions": {"skclassic": "0.1.0"},
        "claims": [claim],
        "speed": [{"key": "a-race", "ratios": ratios}],
    }
    path.write_text(json.dumps(results | more))
    return str(path)


def test_two_runs_are_held_against_each_other(tmp_path, capsys):
    old = plant_results(tmp_path / "old.json")
    extra = {"key": "another", "verdict": "refuted", "effect": None}
    new = plant_results(
        tmp_path / "new.json",
        verdict="refuted",
        ratio=3.0,
        claims=[{"key": "a-claim", "verdict": "refuted", "effect": 0.1}, extra],
    )
    assert main(["compare", old, new]) == 0
    printed = capsys.readouterr().out
    assert re.search(
        r"a-claim +supported +refuted +-50.0 % +\+10.0 % +changed", printed
    )
    assert re.search(r"a-race +peer +2x +3x +changed", printed)
    assert "Only in the new run: another." in printed
    main(["compare", old, old])
    assert "changed" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "got no JSON"), ("[]", "schema"), ('{"schema": 1}', "got 1")],
)
def test_what_cannot_be_compared_is_one_line(text, message, tmp_path, capsys):
    path = tmp_path / "broken.json"
    path.write_text(text)
    good = plant_results(tmp_path / "good.json")
    assert main(["compare", good, str(path)]) == 2
    assert message in capsys.readouterr().out
    assert main(["compare", good, str(tmp_path / "absent.json")]) == 2


def test_a_full_run_says_how_long_it_takes_and_takes_an_hour_at_most():
    parser = build_parser()
    plan = choose_keys(parser.parse_args(["--full"]), parser)
    said = jobs.foretell(plan)
    assert "evidence" not in plan
    assert "about" in said
    assert int(re.search(r"(\d+) minutes", said)[1]) <= 60
    part = choose_keys(parser.parse_args(["speed", "--full", "--only", "tree"]), parser)
    assert jobs.foretell(part).startswith("At full size this takes at most")
