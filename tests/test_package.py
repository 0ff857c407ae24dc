"""The package: what an import costs and offers, and how large and how connected its parts are."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import mnist_helpers
from mnist_helpers import checks

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mnist_helpers"

HEAVY = {"tensorflow", "keras", "matplotlib", "gradio", "cv2", "numpy", "ipycanvas"}


def modules_after(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_brings_nothing_heavy():
    assert not modules_after("import mnist_helpers") & HEAVY


@pytest.mark.parametrize(
    "code",
    [
        "from mnist_helpers import Recognizer\n"
        "Recognizer.load().recognize_strokes([[(0, 0), (0, 9)]])",
        "from mnist_helpers import DrawingPad, Recognizer\nDrawingPad(Recognizer.load())",
    ],
    ids=["recognizer", "pad"],
)
def test_from_stroke_to_answer_without_tensorflow(code):
    assert not modules_after(code) & {"tensorflow", "keras"}


@pytest.mark.parametrize("name", mnist_helpers.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert getattr(mnist_helpers, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
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


def test_names_that_lessons_import_are_offered():
    offered = dir(mnist_helpers)
    assert {"checks", "plots", "Recognizer", "DrawingPad", "load_mnist"} <= set(offered)
    assert {"setup", "conv_width", "point_rule"} <= set(dir(checks))


@pytest.mark.parametrize("package", [mnist_helpers, checks], ids=lambda package: package.__name__)
def test_an_editor_sees_exactly_the_public_names(package):
    """An editor reads a block of imports that Python skips; this test runs them."""
    tree = ast.parse(Path(package.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    seen = {}
    exec(compile(ast.Module(block.body, []), package.__file__, "exec"), seen)
    del seen["__builtins__"]
    at_once = {name for name in package.__all__ if name in imported_names(tree)}
    assert sorted([*seen, *at_once]) == sorted(package.__all__)
    assert all(seen[name] is getattr(package, name) for name in seen)


def imported_names(tree: ast.Module) -> set[str]:
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in imports for alias in node.names}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
LINES, LINES_OF_A_FUNCTION = 300, 40
# Modules and functions that may be longer, each with the reason in a comment.
EXCEPTIONS = {
    "mnist_helpers.handwriting_templates",  # plain data
}


@pytest.mark.parametrize("name", MODULES)
def test_a_file_is_small_and_so_are_its_functions(name):
    lengths = {
        f"{name}.{node.name}": node.end_lineno - node.lineno + 1
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = {each for each, lines in lengths.items() if lines > LINES_OF_A_FUNCTION}
    if len(MODULES[name].read_text("utf-8").splitlines()) > LINES:
        long.add(name)
    assert long <= EXCEPTIONS


def test_no_exception_is_left_that_is_not_needed():
    for name in EXCEPTIONS:
        assert len(MODULES[name].read_text("utf-8").splitlines()) > LINES


def on_loading(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports that run as a module is loaded: those outside functions."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                continue
            for part in ("body", "orelse", "finalbody"):
                yield from on_loading(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from on_loading(handler.body)


def imported_modules(name: str) -> set[str]:
    """Return the modules of the package that a module imports as it is loaded."""
    found = set()
    for node in on_loading(TREES[name].body):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        else:
            assert not node.level, f"{name} has a relative import: write it in full"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & MODULES.keys() or {node.module}
    return found & MODULES.keys() - {name, "mnist_helpers"}


def test_imports_run_in_one_direction():
    remaining = {name: imported_modules(name) for name in MODULES}
    while free := [name for name, wanted in remaining.items() if not wanted & remaining.keys()]:
        for name in free:
            del remaining[name]
    assert not remaining, f"these import one another: {sorted(remaining)}"


# A number that many modules share is written in one place. Elsewhere it means something else.
HOMES = {280: {"mnist_helpers.drawing"}, 10_000: {"mnist_helpers.drawing"}}
OTHER_THINGS = {
    10_000: {
        "mnist_helpers.checks.lessons_0_to_2",  # the number of test images
        "mnist_helpers.checks.lessons_10",  # the limit that an exercise sets
        "mnist_helpers.fine_tuning",  # the number of images to learn from
        "mnist_helpers.training.recipe",  # the number of written digits in an epoch
    }
}


@pytest.mark.parametrize("number", HOMES)
def test_a_number_that_many_share_stands_in_one_place(number):
    found = {
        name: sum(isinstance(node, ast.Constant) and node.value == number for node in nodes)
        for name, nodes in ((name, list(ast.walk(tree))) for name, tree in TREES.items())
    }
    found = {name: count for name, count in found.items() if count}
    assert found.keys() - OTHER_THINGS.get(number, set()) == HOMES[number]
    assert OTHER_THINGS.get(number, set()) <= found.keys()
    assert all(found[name] == 1 for name in HOMES[number])
