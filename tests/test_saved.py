"""Saved verdicts come back as they were, and stand beside those of another run."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.__main__ import main as run_benchmarks
from benchmarks.report import console
from skclassic import __main__ as command_line
from skclassic.claims import saved
from skclassic.claims.console import describe_verdict
from skclassic.claims.own_data import Unusable
from skclassic.claims.registry import CLAIMS
from skclassic.claims.verdicts import judge
from tests.test_claims import estimate, plant

KEY = "bagging-lowers-variance"


@pytest.fixture
def verdict():
    claim = CLAIMS[KEY]
    _, findings = plant(claim.rule, estimate(-0.5, 0.02), estimate(-0.4, 0.03))
    _, others = plant(
        claim.rule, estimate(-0.3, 0.2), counts=False, contestant="XGBoost"
    )
    return judge(claim, [*findings, *others], learner="Tree(depth=2)", seconds=1.5)


@pytest.fixture
def path(verdict, tmp_path):
    saved.write_results(tmp_path / "theirs.json", [verdict], size="quick")
    return tmp_path / "theirs.json"


def test_a_saved_verdict_comes_back_as_it_was(verdict, path):
    read = saved.read_results(path)
    assert read.label == "theirs"
    assert "size quick" in read.about
    assert describe_verdict(read.verdicts[KEY]) == describe_verdict(verdict)
    again = saved.describe_results(read.verdicts.values(), size="quick")
    assert again["claims"][0] == json.loads(path.read_text())["claims"][0]


def test_what_another_run_found_stands_beside_and_decides_nothing(verdict, path):
    mine = replace(verdict, learner="")
    both = saved.stand_beside(mine, [saved.read_results(path, "theirs, of May")])
    assert both.verdict == mine.verdict and both.decided_by == mine.decided_by
    added = both.findings[len(mine.findings) :]
    assert {finding.contestant for finding in added} == {"theirs, of May"}
    assert len(added) == 2 and not any(finding.counts for finding in added)
    (line,) = both.beside
    assert line.startswith(f"theirs, of May: {verdict.verdict} for Tree(depth=2) (")
    assert line[:20] in describe_verdict(both)


def test_a_claim_in_other_words_is_named_and_left_out(verdict, path):
    results = json.loads(path.read_text())
    results["claims"][0]["sentence"] = "Bagging is a kind of fish."
    path.write_text(json.dumps(results))
    other = saved.read_results(path)
    assert other.verdicts == {}
    assert saved.stand_beside(verdict, [other]) == verdict
    (line,) = saved.describe_strangers([other])
    assert KEY in line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "got no JSON"),
        ("[]", "must have schema 2, got None"),
        ('{"schema": 1}', "must have schema 2, got 1"),
        ('{"schema": 2}', "must hold verdicts as --json writes them, got others"),
        ('{"schema": 2, "machine": 3, "claims": []}', "must hold verdicts"),
    ],
)
def test_a_file_without_results_is_refused_in_one_line(text, message, tmp_path):
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(Unusable, match=message) as error:
        saved.read_results(path)
    assert "\n" not in str(error.value)


def test_the_command_line_shows_saved_results_without_running(path, tmp_path, capsys):
    again = tmp_path / "again.json"
    arguments = ["--from", str(path), "--add", f"May={path}", "--json", str(again)]
    assert command_line.main(["claims", *arguments]) == 0
    shown = capsys.readouterr().out
    assert "May: supported" in shown
    written, read = (json.loads(each.read_text()) for each in (again, path))
    assert written == read  # the origin of the results included


@pytest.mark.parametrize("change", [{"verdict": "maybe"}, {"holds": "x"}, {"key": 3}])
def test_odd_fields_are_refused_or_are_a_stranger(change, path):
    results = json.loads(path.read_text())
    results["claims"][0] |= change
    path.write_text(json.dumps(results))
    if "key" in change:
        assert saved.read_results(path).strangers == ("3",)
    else:
        with pytest.raises(Unusable, match="must hold verdicts"):
            saved.read_results(path)


def test_an_endless_interval_comes_back_as_it_was(verdict, path):
    results = json.loads(path.read_text())
    ends = {"standard_error": None, "low": None, "high": None}
    results["claims"][0]["findings"][0]["estimate"] |= ends
    path.write_text(json.dumps(results))
    estimate = saved.read_results(path).verdicts[KEY].findings[0].estimate
    assert (estimate.low, estimate.high) == (-np.inf, np.inf)


@pytest.mark.parametrize(
    "added", [["a=theirs.json", "a=theirs.json"], ["XGBoost=theirs.json"]]
)
def test_runs_that_cannot_be_told_apart_are_refused(added, path, monkeypatch, capsys):
    monkeypatch.chdir(path.parent)
    arguments = [word for each in added for word in ("--add", each)]
    assert command_line.main(["claims", "--from", str(path), *arguments]) == 2
    assert "must name each run apart" in capsys.readouterr().err


def test_a_path_may_hold_an_equals_sign(path, tmp_path):
    other = tmp_path / "run=1.json"
    other.write_text(path.read_text())
    assert saved.part_label(str(other)) == (None, str(other))
    assert saved.part_label(f"May={other}") == ("May", str(other))


@pytest.mark.parametrize(
    "options",
    [["--quick"], ["--estimator", "sklearn.naive_bayes:GaussianNB()"]],
)
def test_nothing_that_would_have_no_effect_goes_with_saved_results(
    options, path, tmp_path, capsys
):
    out = tmp_path / "out.json"
    arguments = ["--from", str(path), "--json", str(out), *options]
    assert command_line.main(["claims", *arguments]) == 2
    assert "would have no effect" in capsys.readouterr().err
    assert not out.exists()


def test_what_stands_beside_is_printed_on_request(verdict, path):
    assert "XGBoost" not in describe_verdict(verdict)
    assert "XGBoost" in describe_verdict(verdict, verbose=True)


def test_the_page_says_where_saved_results_come_from(path, tmp_path):
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    results = json.loads(path.read_text())
    results["machine"] |= {"cores": 77}
    path.write_text(json.dumps(results))
    page = tmp_path / "page.html"
    arguments = ["--from", str(path), "--add", f"May={path}", "--html", str(page)]
    assert command_line.main(["claims", *arguments]) == 0
    html = page.read_text("utf-8")
    assert "77 cores" in html and "out of saved results" in html
    assert "Other runs" in html


@pytest.mark.parametrize("option", ["--from", "--add"])
def test_results_that_cannot_be_used_end_in_one_line(option, tmp_path, capsys):
    path = tmp_path / "none.json"
    assert command_line.main(["claims", option, str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_results_without_the_claims_asked_for_are_refused(path, capsys):
    another = next(key for key in CLAIMS if key != KEY)
    arguments = ["--from", str(path), "--only", another]
    assert command_line.main(["claims", *arguments]) == 2
    assert "holds none of these claims" in capsys.readouterr().err


def test_benchmarks_refuse_results_that_cannot_be_read(tmp_path, capsys):
    arguments = ["claims", "--quick", "--add", str(tmp_path / "none.json")]
    assert run_benchmarks(arguments, screen=console.PlainScreen()) == 2
    assert "cannot be read" in capsys.readouterr().out
