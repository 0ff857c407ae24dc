"""What an import costs, seen by what it brings along."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mnist_helpers

ROOT = Path(__file__).parent.parent

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
