"""The house: what an import costs, what it offers, and how large and how tangled the rooms are."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mnist_helpers

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mnist_helpers"

HEAVY = {"tensorflow", "keras", "matplotlib", "gradio", "cv2", "numpy", "ipycanvas"}


def modules_after(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
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


def test_an_editor_sees_exactly_the_public_names():
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    names = [alias.name for node in block.body for alias in node.names]
    assert sorted(names) == mnist_helpers.__all__


MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


@pytest.mark.parametrize("name", MODULES)
def test_a_file_is_small_and_so_are_its_functions(name):
    text = MODULES[name].read_text("utf-8")
    if name != "mnist_helpers.handwriting_templates":  # plain data
        assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 40, node.name


def imported_modules(name):
    """Yield the modules of the package that a module imports as it is loaded."""
    for node in ast.parse(MODULES[name].read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mnist_helpers"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


def test_imports_run_in_one_direction():
    remaining = {name: set(imported_modules(name)) - {name, "mnist_helpers"} for name in MODULES}
    while free := [name for name, wanted in remaining.items() if not wanted & remaining.keys()]:
        for name in free:
            del remaining[name]
    assert not remaining


# Rooms that speak of 10,000 images, or of a limit that an exercise sets.
OTHER_NUMBERS = tuple(f"mnist_helpers.{room}" for room in ("checks", "fine_tuning", "training"))


@pytest.mark.parametrize(("number", "home"), [(280, "drawing"), (10_000, "drawing")])
def test_a_number_that_many_share_stands_in_one_place(number, home):
    homes = {
        name
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value == number
        if not name.startswith(OTHER_NUMBERS)
    }
    assert homes == {f"mnist_helpers.{home}"}
