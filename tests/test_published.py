"""Papers' protocols are followed, and their figures carry how they are known."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn import tree as sklearn_tree

import skclassic
from benchmarks import datasets, jobs, judge
from benchmarks.report import tables
from benchmarks.tables import boosting, published
from benchmarks.tables.pruned import Path, fit_bag_of_pruned, fit_pruned

KINDS = [
    (skclassic.DecisionTreeRegressor, skclassic.Friedman1),
    (sklearn_tree.DecisionTreeRegressor, skclassic.Friedman1),
    (skclassic.DecisionTreeClassifier, skclassic.Waveform),
    (sklearn_tree.DecisionTreeClassifier, skclassic.Waveform),
]


@pytest.mark.parametrize(("Tree", "Problem"), KINDS)
def test_a_path_predicts_as_trees_pruned_at_every_cost_do(Tree, Problem):
    X, y = Problem().sample(80, random_state=0)
    X_test, _ = Problem().sample(60, random_state=1)
    path = Path(Tree(random_state=0).fit(X, y))
    for cost in path.list_costs():
        pruned = Tree(random_state=0, ccp_alpha=cost).fit(X, y)
        assert_array_equal(path.predict(X_test, cost), pruned.predict(X_test))


@pytest.mark.compiled
@pytest.mark.parametrize(("Tree", "Problem"), KINDS[::2])
def test_pruned_trees_beat_full_ones_and_bags_beat_both(Tree, Problem):
    losses = []
    for seed in range(10):
        X, y = Problem().sample(100, random_state=seed)
        X_test, y_test = Problem().sample(500, random_state=100 + seed)
        tree = Tree(random_state=seed)
        bag = fit_bag_of_pruned(tree, X, y, 15, seed)
        votes = [member(X_test) for member in bag]
        answers = [
            tree.fit(X, y).predict(X_test),
            fit_pruned(tree, X, y, seed)(X_test),
            np.mean(votes, axis=0)
            if Problem is skclassic.Friedman1
            else published.vote(np.array(votes)),
        ]
        losses.append([np.mean((answer - y_test) ** 2) for answer in answers])
    full, pruned, bagged = np.mean(losses, axis=0)
    assert bagged < 0.9 * min(full, pruned)
    assert pruned < 1.1 * full


def test_a_row_agrees_within_what_was_asked():
    row = published.Row("paper", "data", "ratio", 0.55, 0.01, 0.56, 0.02)
    assert row.is_met is None
    assert row.joint_error == pytest.approx(0.02236, abs=1e-4)
    asked = published.Row(
        *("paper", "data", "ratio", 0.55, 0.01, 0.56, 0.02),
        published=0.53,
        known=published.QUOTED,
        reference=0.53,
        within=0.06,
    )
    assert asked.is_met
    table = tables.tabulate_published([row, asked], is_full=True)
    assert table.rows[1][-2:] == ("0.53 q", "0.53 ±0.06 met")
    assert table.rows[0][-2:] == ("", "")  # kept: another row has something there


@pytest.mark.compiled
def test_forests_of_both_packages_are_held_against_each_other(monkeypatch):
    monkeypatch.setitem(published.REPEATS, "quick", 3)
    rows = published.measure_forests("quick", n_jobs=1)
    assert [row.data for row in rows] == list(published.SYNTHETIC)
    for row in rows:
        assert abs(row.ours - row.theirs) < 5 * row.joint_error + 1
        assert row.reference == row.theirs
        assert row.known == "recalled"


def test_a_difference_has_a_sign_or_is_undecided():
    figures = dict(ours_error=1.0, theirs=-5.0, theirs_error=1.0, is_order=True)
    rows = [
        published.Row("paper", "data", "what", ours, published=-2.0, **figures)
        for ours in (-4.0, 4.0, 1.0)
    ]
    assert [row.order for row in rows] == ["same sign", "other sign", "undecided"]
    assert [row.is_met for row in rows] == [None] * 3
    table = tables.tabulate_published(rows, is_full=True)
    assert table.rows[0][-1] == "same sign"


@pytest.mark.compiled
def test_forests_on_real_sets_leave_out_what_is_not_installed(monkeypatch):
    iris = datasets.load("iris")

    def load(name):
        if name != "glass":
            raise datasets.AbsentData(name)
        return iris

    monkeypatch.setattr(datasets, "load", load)
    rows = published.measure_real_forests("quick", n_jobs=1)
    assert {row.data for row in rows} == {"glass"}
    error, tree, one_input = rows
    assert 0 <= error.ours < 20
    assert tree.published == pytest.approx(20.6 - 36.9)
    assert tree.ours <= 1
    assert one_input.order in ("undecided", "same sign", "other sign")


def make_difference(ours, low, high, published_as):
    return published.Row(
        *("paper", "data", "what", ours, 1.0, ours, 1.0),
        published=published_as,
        is_order=True,
        interval=judge.Gap(ours, low, high),
    )


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ((-4.0, -5.0, -3.0, -2.0), "same sign"),
        ((4.0, 3.0, 5.0, -2.0), "other sign"),
        ((4.0, 3.0, 5.0, 0.0), "a sign, unlike there"),
        ((1.0, -1.0, 3.0, -2.0), "undecided"),
        ((1.0, -1.0, 3.0, 0.0), "no sign, as there"),
        ((0.0, 0.0, 0.0, -2.0), "no difference here"),
    ],
)
def test_a_difference_has_the_sign_that_its_interval_has(figures, told):
    assert make_difference(*figures).order == told


@pytest.mark.parametrize(
    ("printed", "told"), [(12.0, "as printed"), (5.8, "not as printed")]
)
def test_a_printed_figure_comes_out_if_one_more_set_might_give_it(printed, told):
    figures = ("paper", "data", "error", 11.0, 0.1, 11.0, 0.1)
    row = published.Row(
        *figures,
        published=printed,
        known=published.READ,
        reference=11.6,
        within=0.8,
        interval=judge.Gap(11.0, 9.0, 13.0),
    )
    assert (row.order, row.outcome) == ("", told)
    cells = tables.tabulate_published([row], is_full=True).rows[0]
    assert cells[2] == "11 (9 to 13)"
    assert cells[-2:] == (f"{printed:g} p", f"11.6 ±0.8 met, {told}")


@pytest.mark.compiled
def test_stumps_of_both_packages_meet_the_same_folds(monkeypatch):
    X, y = datasets.load("breast-cancer").X[::3], datasets.load("breast-cancer").y[::3]

    def read_file(file):
        if "sonar" not in file.path:
            raise datasets.AbsentData(file.path)
        return X, y

    monkeypatch.setattr(boosting, "read_file", read_file)
    monkeypatch.setattr(boosting, "N_ROUNDS", 15)
    rows = boosting.measure_stumps("quick", n_jobs=1)
    whats = [f"{each} less stump" for each in ("bagged", "boosted")]
    assert [row.what for row in rows] == ["stump: error", *whats]
    stump, bagged, boosted = rows
    assert stump.data == "sonar" and stump.interval is None
    assert (bagged.published, boosted.published) == (0.0, -9.4)
    for row in rows:
        assert abs(row.ours - row.theirs) < 3  # some cuts are tied
    half = (boosted.interval.high - boosted.interval.low) / 2
    assert half == pytest.approx(2.262 * boosted.ours_error, rel=1e-3)  # 9 df


def test_bagged_stumps_are_counted_by_votes():
    X, y = skclassic.Ringnorm().sample(80, random_state=0)
    rows, _ = skclassic.Ringnorm().sample(50, random_state=1)
    _, predict, _ = boosting.fit_stumps("skclassic", X, y, 0)
    stump = skclassic.DecisionTreeClassifier(max_depth=1)
    bag = skclassic.BaggingClassifier(
        stump, n_estimators=boosting.N_ROUNDS, random_state=0
    ).fit(X, y)
    shares = np.mean([each.predict(rows) for each in bag.estimators_], axis=0)
    assert_array_equal(predict(rows), (shares > 0.5).astype(int))


@pytest.mark.compiled
def test_boosted_stumps_on_spheres_err_more_than_was_printed(monkeypatch):
    monkeypatch.setattr(boosting, "N_TEST", 1000)
    monkeypatch.setattr(boosting, "PACKAGES", ("skclassic", "skclassic"))
    monkeypatch.setitem(published.REPEATS, "quick", 3)
    rows = boosting.measure_spheres("quick", n_jobs=1)
    assert [row.published for row in rows] == [45.8, 24.7, 5.8]
    stump, tree, boosted = (row.ours for row in rows)
    assert stump > tree > boosted > 9
    assert rows[-1].outcome == "not as printed"
    assert rows[-1].joint_error == pytest.approx(2**0.5 * rows[-1].ours_error)


def test_each_paper_has_a_table_and_the_last_one_the_notes():
    figures = ("data", "error", 11.0, 0.1, 11.0, 0.1)
    rows = [published.Row(paper, *figures) for paper in ("one", "other", "one")]
    one, other = tables.tabulate_papers(rows, is_full=True)
    assert (len(one.rows), len(other.rows)) == (2, 1)
    assert one.title.startswith("one: ") and not one.notes and other.notes
    assert one.header == ("data", "what", "ours", "scikit-learn", "joint error")


def test_every_table_of_published_figures_has_a_key():
    both = {*published.TABLES, *boosting.TABLES}
    assert set(jobs.list_keys()["published"]) == both
    assert len(both) == len(published.TABLES) + len(boosting.TABLES)
