"""The lessons: their cells, and their code outside a notebook; and the scripts of teaching/."""

import ast
import importlib.util
import shutil
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
LESSONS = sorted(FOLDER.glob("*.ipynb"))

every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def copy_course(folder: Path) -> Path:
    """Copy what a learner's course needs into a new folder, without anybody's own work."""
    folder.mkdir()
    for name in ["pyproject.toml", "jupyter_config.py", "README.md", "LICENSE"]:
        shutil.copy(ROOT / name, folder / name)
    ignored = shutil.ignore_patterns("my_work", "__pycache__", ".ipynb_checkpoints")
    for name in ["notebooks", "mnist_helpers", "images"]:
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder


@cache
def cells(path: Path) -> list[nbformat.NotebookNode]:
    """Return a lesson's cells; do not change them."""
    return nbformat.read(path, as_version=4).cells


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in cells(path) if cell.cell_type == "code"]


def markdown(path: Path) -> str:
    """Return the text of a lesson's markdown cells."""
    return "\n\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")


def is_only_imports(source: str) -> bool:
    def imports(node: ast.stmt) -> bool:
        if isinstance(node, ast.With):
            return all(map(imports, node.body))
        return isinstance(node, ast.Import | ast.ImportFrom)

    try:
        body = ast.parse(source).body
    except SyntaxError:  # a line for IPython, as %matplotlib
        return False
    return bool(body) and all(map(imports, body))


def run(sources: list[str], **names) -> dict:
    """Run cells one after the other; return all names that there are then."""
    for source in sources:
        exec(source, names)
    return names


@cache
def load(script: str):
    """Import a script of teaching/ together with the files beside it."""
    path = ROOT / "teaching" / script
    sys.path += [str(ROOT / "teaching"), str(path.parent)]
    spec = importlib.util.spec_from_file_location(script.replace("/", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
