"""The house has storeys, and imports only go down.

    7  __main__              the command line
    6  claims, __init__      textbook sentences and their verdicts; the doorbell
    5  trees, forests, ...   public methods, one file each
    4  _front_desk, ...      shared by the methods
    3  growth                arrays and sums, no estimator
    2  kernels               compiled loops, islands all
    1  _jit                  the only file that knows numba

The imports are read from the source, those inside functions included. A name taken from
`skclassic` itself counts as taken from the room that the doorbell fetches it from.
"""

import ast
import subprocess
import sys
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import skclassic

HOUSE = Path(skclassic.__file__).parent

STOREYS = {
    "__main__": 7,
    "__init__": 6,
    "claims": 6,
    "growth": 3,
    "kernels": 2,
    "_jit": 1,
}
PUBLIC, SHARED = 5, 4  # any other file, by whether its name starts with a letter

# What scikit-learn offers to authors of estimators under a private name.
OFFERED_BY_SKLEARN = {
    "sklearn.base._fit_context",
    "sklearn.utils._param_validation",
    "sklearn.utils.metadata_routing._routing_enabled",
}

# Imported only where they are used: the extras, and imbalanced-learn's samplers.
NOT_AT_THE_DOOR = ["imblearn", "jinja2", "matplotlib", "pandas", "rich", "xgboost"]


@dataclass(frozen=True)
class Import:
    """One import statement's target: `name` as if written `import a.b.c`."""

    file: Path
    name: str
    line: int

    @property
    def package(self):
        return self.name.partition(".")[0]

    def __str__(self):
        return f"{self.file.relative_to(HOUSE.parent)}:{self.line} {self.name}"


def read_imports(file):
    """List every import of one file, relative ones resolved."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        Import(file, name, node.lineno)
        for node in ast.walk(tree)
        for name in names_imported_by(node, file)
    ]


def names_imported_by(node, file):
    """Spell out what one syntax node imports, as dotted names; often nothing."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    origin = [node.module] if node.module else []
    if node.level:
        here = file.relative_to(HOUSE.parent).parent.parts
        origin = [*here[: len(here) - node.level + 1], *origin]
    return [".".join([*origin, alias.name]) for alias in node.names]


def module_name(file):
    """Name the module a file defines: `skclassic.growth.tree`."""
    parts = file.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = sorted(HOUSE.rglob("*.py"))
MODULES = {module_name(file) for file in FILES}
IMPORTS = [found for file in FILES for found in read_imports(file)]


def module_within(name):
    """Find our module that a dotted name lies in or is fetched from, or None."""
    package, _, public = name.rpartition(".")
    if package == "skclassic" and public in skclassic._ROOM_OF:
        return f"skclassic.{skclassic._ROOM_OF[public]}"
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name or None


def room(module):
    """Name the file or folder on the ground plan that a module belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def storey(module):
    name = room(module)
    return STOREYS.get(name, SHARED if name.startswith("_") else PUBLIC)


def is_private(name):
    return any(part.startswith("_") for part in name.split("."))


def is_offered(name):
    return any(
        name == offer or name.startswith(f"{offer}.") for offer in OFFERED_BY_SKLEARN
    )


def listing(imports):
    return "\n".join(map(str, imports))


def modules_loaded_by(statement):
    """Run one statement in a new process and list the modules it leaves loaded."""
    script = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_imports_only_go_down():
    climbing = [
        found
        for found in IMPORTS
        if (target := module_within(found.name))
        and storey(target) > storey(module_name(found.file))
    ]
    assert not climbing, listing(climbing)


def test_no_module_imports_itself_through_others():
    graph = {module: set() for module in MODULES}
    for found in IMPORTS:
        target = module_within(found.name)
        if target and target != (here := module_name(found.file)):
            graph[here].add(target)
    # A package's own doorbell may name what its rooms hold.
    for package in {module.rpartition(".")[0] for module in MODULES} & MODULES:
        graph.pop(package)
    TopologicalSorter(graph).prepare()  # raises CycleError, naming the cycle


def test_no_kernel_file_imports_another():
    bridges = [
        found
        for found in IMPORTS
        if room(module_name(found.file)) == "kernels"
        and (target := module_within(found.name))
        and room(target) != "_jit"
    ]
    assert not bridges, listing(bridges)


def test_only_the_jit_file_imports_numba():
    users = {found.file.name for found in IMPORTS if found.package == "numba"}
    assert users == {"_jit.py"}


@pytest.mark.parametrize("floor", ["growth", "kernels", "_jit"])
def test_the_lower_storeys_know_no_sklearn(floor):
    found = [
        each
        for each in IMPORTS
        if each.package == "sklearn" and room(module_name(each.file)) == floor
    ]
    assert not found, listing(found)


def test_nothing_imports_the_benchmarks():
    found = [each for each in IMPORTS if each.package == "benchmarks"]
    assert not found, listing(found)


def test_private_parts_of_sklearn_are_left_alone():
    found = [
        each
        for each in IMPORTS
        if each.package == "sklearn"
        and is_private(each.name)
        and not is_offered(each.name)
    ]
    assert not found, listing(found)


def test_every_public_name_loads_without_extras_and_samplers():
    hide = (
        f"sys.modules.update(dict.fromkeys({NOT_AT_THE_DOOR}))"  # None: no such module
    )
    names = ", ".join(skclassic.__all__)
    loaded = modules_loaded_by(f"{hide}; import skclassic.__main__")
    assert "skclassic.claims" in loaded
    modules_loaded_by(f"{hide}; from skclassic import {names}")


def test_the_doorbell_loads_neither_numba_nor_sklearn():
    assert modules_loaded_by("import skclassic").isdisjoint({"numba", "sklearn"})


WITHOUT_KERNELS = [
    "BiasVarianceDisplay",
    "CategoricalNB",
    "Friedman1",
    "GaussianNB",
    "LinearDiscriminantAnalysis",
    "LogisticRegression",
    "LogisticRegressionCV",
    "MultinomialNB",
    "QuadraticDiscriminantAnalysis",
    "bias_variance_decomposition",
    "compare_estimators",
    "compare_over_datasets",
    "learning_curve_comparison",
]


def test_names_without_kernels_load_no_numba():
    # In one process: numba stays away from all of them only if from each.
    names = ", ".join(WITHOUT_KERNELS)
    assert "numba" not in modules_loaded_by(f"from skclassic import {names}")


@pytest.mark.parametrize("name", ["CategoricalNB", "GaussianNB", "MultinomialNB"])
def test_naive_bayes_is_fitted_without_numba(name):
    fit = f"model = {name}().fit([[0, 1], [1, 0]], [0, 1]); model.predict([[0, 1]])"
    loaded = modules_loaded_by(f"from skclassic import {name}; {fit}")
    assert "skclassic.naive_bayes" in loaded
    assert "numba" not in loaded


@pytest.mark.parametrize("name", skclassic.__all__)
def test_every_public_name_rings(name):
    assert getattr(skclassic, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Oracle'"):
        skclassic.Oracle  # noqa: B018
