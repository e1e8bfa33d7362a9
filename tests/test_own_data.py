"""A user's table and learner are tested, or refused in one line."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris, load_wine

from skclassic import __main__ as command_line
from skclassic.claims.own_data import Unusable, read_estimator, read_table

pd = pytest.importorskip("pandas")


@pytest.fixture
def mixed(tmp_path):
    """Write a table of texts, gaps and three classes."""
    X, y = load_wine(return_X_y=True, as_frame=True)
    table = X.iloc[:, :5].assign(kind=np.array(["red", "white", "rosé"])[y])
    table["place"] = np.where(np.arange(len(y)) % 3 == 0, "south", "north")
    table["who"] = [f"owner {i}" for i in range(len(y))]
    table.loc[::7, "alcohol"] = np.nan
    table.loc[::9, "place"] = None
    table.loc[3, "kind"] = None
    table["nothing"] = np.nan
    path = tmp_path / "wine.csv"
    table.to_csv(path, index=False)
    return str(path)


def test_a_table_of_texts_and_gaps_becomes_numbers_and_says_so(mixed):
    problem, notes = read_table(mixed, "kind")
    X, y = problem.data
    assert problem.task == "classification"
    assert X.dtype == np.float64
    assert np.isfinite(X).all()
    assert X.shape == (177, 5 + 3 + 1)  # numbers, places with "missing", owners
    assert list(np.unique(y)) == [0, 1, 2]
    assert notes == [
        "wine.csv has 177 rows; kind has 3 classes: classification. Training sets have "
        "59 rows, 59 are tested on.",
        "1 rows without kind were left out.",
        "Missing values of alcohol became its median.",
        "place became 3 columns of zeros and ones, one of them for gaps.",
        "The 177 texts of who became their numbers.",
        "nothing was left out: it has no values.",
    ]


def test_numbers_of_many_values_are_a_regression(tmp_path):
    path = tmp_path / "table.csv"
    pd.DataFrame({"x": range(60), "y": np.linspace(0, 1, 60)}).to_csv(path)
    assert read_table(str(path), "y")[0].task == "regression"


def test_rare_classes_are_left_out(tmp_path):
    path = tmp_path / "table.csv"
    y = ["a"] * 30 + ["b"] * 30 + ["c"]
    pd.DataFrame({"x": range(61), "y": y}).to_csv(path)
    problem, notes = read_table(str(path), "y")
    assert len(problem.data[1]) == 60
    assert "1 rows of 1 classes with fewer than 8 rows were left out." in notes


def test_of_two_classes_the_rarer_one_is_positive(tmp_path):
    path = tmp_path / "table.csv"
    y = ["no"] * 80 + ["yes"] * 40 + ["maybe"]
    pd.DataFrame({"x": range(121), "y": y}).to_csv(path, index=False)
    _, notes = read_table(str(path), "y")
    assert notes[1] == (
        "Claims about thresholds call yes positive, hold test rows out anew each time, "
        "and train on the other 80."
    )


def write(path, text):
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x,y\n1,2\n", "--target must name a column"),
        ("", "No columns to parse"),
        ("x,t\n" + "1,a\n" * 40, "--target must hold at least two values, got 1"),
        ("x,t\n1,a\n2,b\n3,a\n", "at least 12 rows, got 3"),
        ("t\n" + "a\nb\n" * 20, "must hold inputs beside t"),
        ("x,t\n" + "1,\n" * 40, "--target must hold at least two values, got 0"),
        ("x,t\n" + "1,2\n2,inf\n" * 40, "must hold finite numbers"),
        ("x,t\n1,b\n" + "1,a\n" * 40, "at least two classes of 8 rows"),
    ],
)
def test_a_broken_table_is_one_line_and_exit_status_2(
    content, message, tmp_path, capsys
):
    path = write(tmp_path / "broken.csv", content)
    assert command_line.main(["claims", "--data", path, "--target", "t"]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_binary_file_and_an_absent_one_are_one_line(tmp_path, capsys):
    binary = tmp_path / "binary.csv"
    binary.write_bytes(bytes(range(256)) * 20)
    for path in (str(binary), str(tmp_path / "absent.csv")):
        assert command_line.main(["claims", "--data", path, "--target", "t"]) == 2
        error = capsys.readouterr().err
        assert "--data must name a readable CSV file" in error
        assert error.count("\n") == 1


def test_data_and_target_belong_together(capsys):
    assert command_line.main(["claims", "--data", "some.csv"]) == 2
    assert "must be given together" in capsys.readouterr().err


def test_data_without_pandas_names_the_extra(monkeypatch, capsys):
    monkeypatch.setattr(
        command_line, "find_spec", lambda name: None if name == "pandas" else True
    )
    assert command_line.main(["claims", "--data", "some.csv", "--target", "t"]) == 2
    assert 'pip install "skclassic[bench]"' in capsys.readouterr().err


def test_an_estimator_is_made_of_its_description():
    tree = read_estimator("sklearn.tree:DecisionTreeClassifier(max_depth=3)")
    assert tree.max_depth == 3
    assert type(read_estimator("sklearn.naive_bayes:GaussianNB")).__name__ == (
        "GaussianNB"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sklearn.tree.DecisionTreeClassifier", "must look like"),
        ("sklearn.tree:DecisionTreeClassifier(3)", "must look like"),
        ("sklearn.tree:Tree(max_depth=f(3))", "must look like"),
        ("sklearn.tree:NoSuchTree", "cannot be made: AttributeError"),
        ("no_such_package:Tree", "cannot be made: ModuleNotFoundError"),
        ("sklearn.tree:DecisionTreeClassifier(height=3)", "cannot be made: TypeError"),
        ("sklearn.preprocessing:StandardScaler", "must be a classifier or a regressor"),
        ("sklearn.linear_model:RidgeClassifier", "must have predict_proba"),
    ],
)
def test_a_stranger_that_cannot_be_made_is_refused(text, message, capsys):
    with pytest.raises(Unusable, match=message):
        read_estimator(text)
    assert command_line.main(["claims", "--estimator", text]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.compiled
def test_every_claim_ends_in_a_report_on_a_users_table(mixed, capsys):
    arguments = ["claims", "--quick", "--data", mixed, "--target", "kind"]
    assert command_line.main(arguments) == 0
    printed = capsys.readouterr().out
    assert "wine.csv" in printed
    assert "crashed" not in printed
    assert "The 177 texts of who became their numbers." in printed


@pytest.mark.compiled
def test_a_users_learner_is_tested_on_a_users_table(tmp_path, capsys):
    path = tmp_path / "iris.csv"
    load_iris(as_frame=True).frame.to_csv(path, index=False)
    arguments = ["claims", "--quick", "--data", str(path), "--target", "target"]
    arguments += ["--estimator", "sklearn.naive_bayes:GaussianNB()"]
    assert command_line.main(arguments) == 0
    printed = capsys.readouterr().out
    assert "crashed" not in printed
    assert "A random forest lowers" not in printed  # is about trees


def test_a_table_that_is_learnt_without_error_is_left_out_and_drawn(tmp_path, capsys):
    pytest.importorskip("jinja2")
    path, page = tmp_path / "copy.csv", tmp_path / "page.html"
    y = np.arange(200) % 2
    pd.DataFrame({"copy": y, "y": y}).to_csv(path, index=False)
    arguments = ["claims", "--quick", "--only", "data-narrow-the-gap"]
    arguments += ["--data", str(path), "--target", "y", "--html", str(page)]
    assert command_line.main(arguments) == 0
    assert "cannot be told from 0" in capsys.readouterr().out
    assert page.exists()


def test_what_cannot_run_is_refused_before_anything_runs(tmp_path, capsys):
    path = tmp_path / "iris.csv"
    load_iris(as_frame=True).frame.to_csv(path, index=False)
    ridge = ["--estimator", "sklearn.linear_model:Ridge"]
    own = ["--data", str(path), "--target", "target"]
    for words, message in (
        ([*own, *ridge], "must suit --target"),
        (["--only", "forest-decorrelates", *ridge], "none of these claims"),
        (["--only", "forest-decorrelates", "--dimension", "data"], "leave no claim"),
        (["--html", str(path / "page.html")], "--html must name a file"),
    ):
        assert command_line.main(["claims", *words]) == 2
        assert message in capsys.readouterr().err


def test_a_learner_that_is_not_scikit_learns_is_made(monkeypatch):
    class Mine(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            return self

        def predict_proba(self, X):
            return np.ones((len(X), 1))

    monkeypatch.setattr(command_line, "Mine", Mine, raising=False)
    assert isinstance(read_estimator("skclassic.__main__:Mine"), Mine)


def test_a_learner_that_cannot_be_fitted_is_refused():
    with pytest.raises(Unusable, match="cannot be fitted: The 'max_depth' parameter"):
        read_estimator("skclassic:DecisionTreeRegressor(max_depth=-1)")


def test_a_table_parted_by_semicolons_gets_a_hint(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a;b\n1;2\n")
    with pytest.raises(Unusable, match="by commas, not by semicolons"):
        read_table(str(path), "b")
