"""The first cell of each lesson: on Colab it installs the course, at home it changes nothing.

Colab is imitated: by a module `google.colab`, and by an environment with Colab's packages and
without the course. Git, pip and IPython are real. GitHub is a folder, and nothing is downloaded.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from textwrap import dedent

import nbformat
import pytest

from mnist_helpers import start_lesson
from mnist_helpers.first_cell import COURSE, find_lessons
from mnist_helpers.publish import FIRST_CELL, address, first_cell, publish

LESSONS = sorted((COURSE / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_begins_with_the_same_cell(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert FIRST_CELL in code[0].metadata.tags
    assert code[0].source == first_cell(address())
    assert cells.index(code[0]) == 1 and not code[0].outputs


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the course that may be published."""
    copy = tmp_path / "course"
    copy.mkdir()
    for name in ["pyproject.toml", "README.md", "LICENSE"]:
        shutil.copy(COURSE / name, copy / name)
    ignored = shutil.ignore_patterns("my_work", "__pycache__", ".ipynb_checkpoints")
    for name in ["notebooks", "mnist_helpers"]:
        shutil.copytree(COURSE / name, copy / name, ignore=ignored)
    return copy


@pytest.fixture
def colab(tmp_path, copy):
    """Return a function that runs a program as on Colab, with a folder in place of GitHub."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    publish("someone/digits", copy)
    for words in [["init", "-q"], ["add", "."], ["commit", "-qm", "The course"]]:
        subprocess.run([*git, *words], cwd=copy, check=True)
    (tmp_path / "github/someone").mkdir(parents=True)
    copy.rename(tmp_path / "github/someone/digits")
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    bring_packages(python)
    bring_wheel(tmp_path / "wheels")
    (tmp_path / "content").mkdir()
    variables = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{tmp_path / 'github'}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "wheels"),
        "PIP_NO_BUILD_ISOLATION": "0",  # this turns it off
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }

    def run(program: str) -> list[str]:
        done = subprocess.run(
            [python, "-c", program],
            cwd=tmp_path / "content",
            env=os.environ | variables,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.splitlines()

    return run


def bring_packages(python: Path) -> None:
    """Put what is installed here into the other environment, but neither course nor ipycanvas."""
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    target = Path(subprocess.run(ask, capture_output=True, encoding="utf-8").stdout.strip())
    for old in target.glob("setuptools*"):  # Python 3.11 brings one that is too old for the course
        shutil.rmtree(old)
    for source in Path(sysconfig.get_path("purelib")).iterdir():
        missing = ("mnist_helpers", "ipycanvas", "__editable__", "_distutils", "distutils")
        if not source.name.startswith(missing) and not (target / source.name).exists():
            (target / source.name).symlink_to(source)


def bring_wheel(folder: Path) -> None:
    """Write a wheel with the name and the version of the ipycanvas that works on Colab."""
    folder.mkdir()
    info = "ipycanvas-0.13.3.dist-info"
    with zipfile.ZipFile(folder / "ipycanvas-0.13.3-py3-none-any.whl", "w") as wheel:
        wheel.writestr("ipycanvas.py", "")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: ipycanvas\nVersion: 0.13.3\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def colab_session(cell: str) -> str:
    """Return a program that runs the cell twice, as a learner can, and says where it is then."""
    return dedent(f"""
        import sys, types
        calls = []
        output = types.SimpleNamespace(enable_custom_widget_manager=lambda: calls.append(1))
        sys.modules["google.colab"] = types.ModuleType("google.colab")
        sys.modules["google.colab"].output = output
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        for _ in range(2):
            shell.run_cell({cell!r}).raise_error()
        from importlib.metadata import version
        from pathlib import Path
        import ipycanvas
        from mnist_helpers import Recognizer
        read = Recognizer.load().recognize_strokes([[(90, 70), (190, 70), (130, 220)]])
        print(Path.cwd(), version("mnist-helpers"), version("ipycanvas"), len(calls), read.digit)
    """)


@pytest.mark.skipif(os.name == "nt", reason="Colab is a Linux machine")
def test_on_colab_the_cell_brings_the_course_installs_it_and_goes_to_the_lessons(colab, tmp_path):
    cell = first_cell("someone/digits").replace("/content", str(tmp_path / "content"))
    place = f"{tmp_path}/content/digits/notebooks 0.1.0 0.13.3 2 7"
    assert colab(colab_session(cell))[-1] == place
    assert colab(colab_session(cell))[-1] == place  # after a restart of the session
    kept = next((tmp_path / "environment").rglob("site-packages/tensorflow"))
    assert kept.is_symlink()  # pip has left it as it was


@pytest.mark.skipif(os.name == "nt", reason="Colab is a Linux machine")
def test_on_colab_a_course_without_an_address_says_what_to_do(colab, tmp_path):
    cell = first_cell(None).replace("/content", str(tmp_path / "content"))
    program = colab_session(cell).replace(".raise_error()", "").split("from importlib")[0]
    assert any("Put the course into" in line for line in colab(program))


@pytest.mark.parametrize("folder", [".", "notebooks", "mnist_helpers/web"])
def test_a_lesson_works_in_its_own_folder_wherever_python_was_started(folder, monkeypatch):
    """Papermill runs it from the course's folder, and VS Code from the workspace's."""
    monkeypatch.chdir(COURSE / folder)
    monkeypatch.setattr("mnist_helpers.first_cell.OWN", "no such folder")
    start_lesson()
    assert Path.cwd() == COURSE / "notebooks"


def test_a_learners_own_lessons_come_before_the_courses(tmp_path):
    for name in ["notebooks", "my_lessons"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "00_start_here.ipynb").write_text("{}", "utf-8")
    assert find_lessons(tmp_path) == tmp_path / "my_lessons"
    assert find_lessons(tmp_path / "notebooks") == tmp_path / "notebooks"


def test_publishing_writes_one_address_everywhere_and_can_be_repeated(copy):
    publish("first/one", copy)
    publish("second/two", copy)
    assert address(copy) == "second/two"
    readme = (copy / "README.md").read_text("utf-8")
    for path in sorted((copy / "notebooks").glob("*.ipynb")):
        link = (
            f"https://colab.research.google.com/github/second/two/blob/main/notebooks/{path.name}"
        )
        assert link in readme
        lesson = nbformat.read(path, as_version=4)
        nbformat.validate(lesson)
        assert lesson.cells[0].source.count(link) == 1
        assert lesson.cells[1].source == first_cell("second/two")
        assert "first/one" not in path.read_text("utf-8")
    assert "first/one" not in readme
    assert (copy / "pyproject.toml").read_text("utf-8").count("[project.urls]") == 1


def test_publishing_changes_nothing_else_in_a_lesson(copy):
    before = nbformat.read(copy / "notebooks/01_load_mnist.ipynb", as_version=4)
    publish("some/one", copy)
    after = nbformat.read(copy / "notebooks/01_load_mnist.ipynb", as_version=4)
    assert after.cells[2:] == before.cells[2:]
    assert after.metadata == before.metadata


@pytest.mark.parametrize("wrong", ["digits", "https://github.com/a/b", "a/b/c", "a b/c", ""])
def test_an_address_of_another_form_is_refused_and_nothing_is_written(wrong, copy):
    before = (copy / "pyproject.toml").read_bytes()
    with pytest.raises(ValueError, match="OWNER/REPO"):
        publish(wrong, copy)
    assert (copy / "pyproject.toml").read_bytes() == before


def test_the_command_says_in_words_what_is_wrong():
    command = [sys.executable, "-m", "mnist_helpers.publish", "digits"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "OWNER/REPO" in done.stderr and "Traceback" not in done.stderr
