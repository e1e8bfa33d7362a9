"""README keeps its word: its example prints what it shows, its commands exist."""

import contextlib
import importlib.util
import io
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"-?\d+\.?\d*")


def blocks(language):
    """List the fenced blocks of one language, in the order they appear."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def in_backticks(pattern):
    """List what README quotes in running text and matches the pattern wholly."""
    prose = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    return sorted(set(re.findall(rf"`({pattern})`", prose)))


@pytest.mark.compiled
def test_the_example_prints_what_is_shown():
    (code,), (shown,) = blocks("python"), blocks("text")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "README.md", "exec"), {})
    assert NUMBER.sub("#", printed.getvalue()) == NUMBER.sub("#", shown)
    # Another processor may add up in another order, and round the last digit shown the
    # other way.
    assert numbers(printed.getvalue()) == pytest.approx(
        numbers(shown), rel=2e-3, abs=0.011
    )


def numbers(text):
    return [float(number) for number in NUMBER.findall(text)]


def test_the_example_has_ten_lines():
    (code,) = blocks("python")
    assert len([line for line in code.splitlines() if line]) == 10


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m (\w+)", README))))
def test_every_module_that_is_run_can_be_run(module):
    spec = importlib.util.find_spec(module)
    assert spec is not None
    if spec.submodule_search_locations:
        assert importlib.util.find_spec(f"{module}.__main__") is not None


@pytest.mark.parametrize("extra", sorted(set(re.findall(r'"\.\[(\w+)\]"', README))))
def test_every_extra_that_is_installed_is_declared(extra):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert extra in project["project"]["optional-dependencies"]


@pytest.mark.parametrize("path", in_backticks(r"(?:docs|skclassic)/[\w./]*|[A-Z]+\.md"))
def test_every_path_that_is_named_exists(path):
    assert (ROOT / path).exists()


def test_every_picture_that_is_shown_exists():
    for path in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file()
