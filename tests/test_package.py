"""The package: what an import costs and offers, and how large and how connected its parts are."""

import ast
import doctest
import importlib
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import mnist_helpers

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mnist_helpers"

HEAVY = {"tensorflow", "keras", "matplotlib", "gradio", "cv2", "numpy", "ipycanvas"}


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("", HEAVY),
        ("m.Recognizer.load().recognize_strokes([[(0, 0), (0, 9)]])", {"tensorflow", "keras"}),
        ("m.DrawingPad(m.Recognizer.load())", {"tensorflow", "keras"}),
    ],
    ids=["import", "recognizer", "pad"],
)
def test_the_package_brings_nothing_heavy_and_answers_without_tensorflow(code, unwanted):
    program = f"import sys, mnist_helpers as m\n{code}\nprint(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], encoding="utf-8")
    assert not unwanted & set(loaded.split())


def test_every_public_name_is_there_and_documented_and_no_other():
    offered = set(dir(mnist_helpers))
    assert {"checks", "plots", "Recognizer", "DrawingPad", "load_mnist"} <= offered
    assert set(mnist_helpers.__all__) <= offered
    assert "seeds" in dir(mnist_helpers.plots) and "np" not in dir(mnist_helpers.plots)
    assert all(getattr(mnist_helpers, name).__doc__ for name in mnist_helpers.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        mnist_helpers.no_such_name  # noqa: B018


def test_every_file_of_the_package_is_packed():
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    packed = {
        path
        for name, patterns in setup["package-data"].items()
        for pattern in patterns
        for path in (ROOT / name.replace(".", "/")).glob(pattern)
    }
    for name in setup["packages"]:
        packed |= set((ROOT / name.replace(".", "/")).glob("*.py"))
    files = {path for path in (ROOT / "mnist_helpers").rglob("*.*") if path.suffix != ".pyc"}
    assert {path.relative_to(ROOT) for path in files - packed if path.is_file()} == set()


def test_an_editor_sees_exactly_the_public_names():
    """An editor reads the imports of a file that Python skips; this test runs them."""
    seen = {}
    exec((PACKAGE / "__init__.pyi").read_text("utf-8"), seen)
    del seen["__builtins__"]
    assert sorted(seen) == sorted(mnist_helpers.__all__)
    assert all(seen[name] is getattr(mnist_helpers, name) for name in seen)


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


TREES = {module_name(path): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


def on_loading(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports that run as a module is loaded: those outside functions."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node
    for_editors = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    if not (for_editors or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        for each in ast.iter_child_nodes(node):
            yield from on_loading(each)


def imported_modules(name: str) -> set[str]:
    """Return the modules of the package that a module imports as it is loaded."""
    found = set()
    for node in on_loading(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        else:
            assert not node.level, f"{name} has a relative import: write it in full"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & TREES.keys() or {node.module}
    return found & TREES.keys() - {name, "mnist_helpers"}


def test_examples_in_docstrings_are_true():
    for path in PACKAGE.glob("*.py"):
        module = importlib.import_module(module_name(path))
        done = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
        assert done.failed == 0, path.name


def room(name: str) -> str:
    """Return the part of the package that a module belongs to: a folder, or a file at the top."""
    return name.split(".")[1]


def test_imports_run_in_one_direction():
    files = {name: imported_modules(name) for name in TREES}
    rooms = defaultdict(set)
    for name in TREES.keys() - {"mnist_helpers"}:
        rooms[room(name)] |= {room(each) for each in files[name]} - {room(name)}
    for graph in (files, rooms):
        TopologicalSorter(graph).prepare()  # a circle raises an error that names it
