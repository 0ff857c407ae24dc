"""The first cell of each lesson: on Colab it installs the course, at home it changes nothing.

Colab is imitated: by a module `google.colab`, and by an environment with Colab's packages and
without the course. Git, pip and IPython are real. GitHub is a folder, and nothing is downloaded.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import types
import venv
import zipfile
from pathlib import Path
from textwrap import dedent

import nbformat
import pytest
from helpers.course import cells, code_cells, copy_course, every_lesson, load
from packaging.utils import canonicalize_name

from mnist_helpers import start_lesson
from mnist_helpers.course import first_cell as on_colab
from mnist_helpers.course.first_cell import COURSE, find_lessons, keep_on_drive

PUBLISH = load("publish.py")
COPIES, FIRST_CELL, Address = PUBLISH.COPIES, PUBLISH.FIRST_CELL, PUBLISH.Address
address, first_cell, publish = PUBLISH.address, PUBLISH.first_cell, PUBLISH.publish
read_address = PUBLISH.read_address
DIGITS = Address("someone/digits")
COLAB = COURSE / "benchmarks/colab_versions.txt"


@every_lesson
def test_every_lesson_begins_with_the_same_cell_and_it_is_folded(path):
    """Nine lines about Colab are no way to begin a lesson."""
    first = code_cells(path)[0]
    assert FIRST_CELL in first.metadata.tags
    assert first.source == first_cell(address())
    assert cells(path).index(first) == 1 and not first.outputs
    assert first.metadata.jupyter.source_hidden and first.metadata.cellView == "form"


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the course that may be published."""
    return copy_course(tmp_path / "course")


@pytest.fixture
def colab(tmp_path, copy):
    """Return a function that runs a program as on Colab, with a folder in place of GitHub."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    publish(DIGITS, copy)
    for words in [["init", "-q"], ["add", "."], ["commit", "-qm", "The course"]]:
        subprocess.run([*git, *words], cwd=copy, check=True)
    (tmp_path / "github/someone").mkdir(parents=True)
    copy.rename(tmp_path / "github/someone/digits")
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    bring_packages(python)
    bring_wheels(tmp_path / "wheels")
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
    """Put what is installed here into the other environment, without the course and its pins."""
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    target = Path(subprocess.run(ask, capture_output=True, encoding="utf-8").stdout.strip())
    for old in target.glob("setuptools*"):  # Python 3.11 brings one that is too old for the course
        shutil.rmtree(old)
    pinned = {pin.split("==")[0] for pin in on_colab.PINS}
    for source in Path(sysconfig.get_path("purelib")).iterdir():
        missing = ("mnist_helpers", "__editable__", "_distutils", "distutils")
        # pip would write a pinned package through its link, into the environment of the tests.
        is_pinned = source.name.split("-")[0] in pinned
        if not (is_pinned or source.name.startswith(missing) or (target / source.name).exists()):
            (target / source.name).symlink_to(source)


def bring_wheels(folder: Path) -> None:
    """Write a wheel for each version that works on Colab."""
    folder.mkdir()
    for pin in on_colab.PINS:
        name, version = pin.split("==")
        info = f"{name}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "")
            wheel.writestr(f"{info}/METADATA", metadata)
            kind = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            wheel.writestr(f"{info}/WHEEL", kind)
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
    """A course without an address says what to do."""
    content = str(tmp_path / "content")
    without, cell = (first_cell(each).replace("/content", content) for each in (None, DIGITS))
    program = colab_session(without).replace(".raise_error()", "").split("from importlib")[0]
    assert any("Put the course into" in line for line in colab(program))
    place = f"{content}/digits/notebooks 0.1.0 0.13.3 2 7"
    assert colab(colab_session(cell))[-1] == place
    assert colab(colab_session(cell))[-1] == place  # after a restart of the session
    kept = next((tmp_path / "environment").rglob("site-packages/tensorflow"))
    assert kept.is_symlink()  # pip has left it as it was


@pytest.mark.parametrize("folder", [".", "notebooks", "mnist_helpers/web"])
def test_a_lesson_works_in_its_own_folder_wherever_python_was_started(folder, monkeypatch):
    """Papermill runs it from the course's folder, and VS Code from the workspace's."""
    monkeypatch.chdir(COURSE / folder)
    monkeypatch.setattr("mnist_helpers.course.first_cell.FOLDER", "no such folder")
    start_lesson()
    assert Path.cwd() == COURSE / "notebooks"


def test_a_learners_own_lessons_come_before_the_courses(tmp_path):
    for name in ["notebooks", "my_lessons"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "00_start_here.ipynb").write_text("{}", "utf-8")
    assert find_lessons(tmp_path) == tmp_path / "my_lessons"
    assert find_lessons(tmp_path / "notebooks") == tmp_path / "notebooks"


def test_on_colab_pip_changes_nothing_that_colab_brings_but_keras(tmp_path):
    """A session that has loaded TensorFlow fails with another protobuf. The real index is asked."""
    venv.create(tmp_path / "colab")
    python = tmp_path / "colab/bin/python"
    site = next(tmp_path.glob("colab/lib/*/site-packages"))
    brought = {}
    for line in COLAB.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, version = line.split("==")
            brought[canonicalize_name(name)] = version
            info = site / f"{name.replace('-', '_')}-{version}.dist-info"
            info.mkdir()
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            (info / "METADATA").write_text(metadata, "utf-8")
    command = [*on_colab.pip_command(), "--dry-run", "--report", str(tmp_path / "plan.json")]
    command[3:3] = ["--python", str(python)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode and "Retrying" in done.stderr:
        pytest.skip("pip cannot ask its index")
    assert done.returncode == 0, done.stderr
    plan = json.loads((tmp_path / "plan.json").read_text("utf-8"))["install"]
    new = {
        canonicalize_name(each["metadata"]["name"]): each["metadata"]["version"] for each in plan
    }
    assert new["ipycanvas"] == "0.13.3" and "mnist-helpers" in new
    assert new.keys() & brought.keys() <= {"keras"}


def test_on_colab_own_files_are_kept_on_drive_and_none_is_lost(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    keep_on_drive()
    assert "not on Colab" in capsys.readouterr().out and not any(tmp_path.iterdir())
    drive = types.SimpleNamespace(mount=lambda place: Path(place, "MyDrive").mkdir(parents=True))
    monkeypatch.setitem(sys.modules, "google.colab", types.SimpleNamespace(drive=drive))
    monkeypatch.setattr(on_colab, "DRIVE", str(tmp_path / "drive"))
    kept = tmp_path / "drive/MyDrive/digits/my_work"
    for content in ("first", "second"):  # two machines of Colab, one after the other
        work = tmp_path / content / "my_work"
        (work / "exported").mkdir(parents=True)
        (work / "my_cnn.keras").write_text(content)
        monkeypatch.chdir(work.parent)
        keep_on_drive()
        drive.mount = print
        keep_on_drive()  # and once more
        (work / f"{content}.txt").write_text("written after it")
    names = ["exported", "exported_before_1", "first.txt"]
    names += ["my_cnn.keras", "my_cnn_before_1.keras", "second.txt"]
    assert sorted(each.name for each in kept.iterdir()) == names
    assert (kept / "my_cnn.keras").read_text() == "second"
    assert (kept / "my_cnn_before_1.keras").read_text() == "first"


def test_files_are_kept_on_drive_only_if_the_box_of_the_first_cell_is_ticked(capsys, monkeypatch):
    monkeypatch.chdir(COURSE)
    lines = first_cell(None).splitlines()
    box = lines.index('keep_my_work = False  # @param {type:"boolean"}')
    for ticked in (False, True):
        run = [lines[box].replace("False", str(ticked)), *lines[-3:]]
        exec("\n".join(run), {})
        assert ("not on Colab" in capsys.readouterr().out) == ticked


@pytest.mark.parametrize(
    ("copied", "read"),
    [
        ("some-one/digits.course", Address("some-one/digits.course")),
        ("https://github.com/a/b", Address("a/b")),
        ("https://github.com/a/b/", Address("a/b")),
        ("http://www.github.com/a/b?tab=readme-ov-file#start", Address("a/b")),
        ("github.com/a/b.git", Address("a/b")),
        ("git@github.com:a/b.git\n", Address("a/b")),
        ("ssh://git@github.com/a/b.git", Address("a/b")),
        ("https://github.com/a/b/tree/class/2027", Address("a/b", "class/2027")),
        ("a/b/tree/v1.0", Address("a/b", "v1.0")),
    ],
)
def test_an_address_is_read_as_github_shows_or_copies_it(copied, read):
    assert read_address(copied) == read
    assert read_address(read.page) == read


@pytest.mark.parametrize(
    "wrong",
    [
        *("digits", "", "a b/c", "a/..", "a/b/c", "a/b/tree/", "a/b/tree/x y", "-"),
        *("https://github.com/digits", "https://github.com/a/b/issues", "https://gitlab.com/a/b"),
    ],
)
def test_an_address_of_another_form_is_refused(wrong):
    with pytest.raises(ValueError, match="OWNER/REPO"):
        read_address(wrong)


def test_publishing_can_be_repeated_and_undone(copy):
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}

    before = files()
    publish(Address("first/one"), copy)
    publish(Address("second/two", "a/b"), copy)
    assert address(copy) == Address("second/two", "a/b")
    assert not any(b"first/one" in content for content in files().values())
    for path in sorted((copy / "notebooks").glob("*.ipynb")):
        lesson, was = (
            nbformat.reads(text, as_version=4) for text in (path.read_text(), before[path])
        )
        nbformat.validate(lesson)
        assert lesson.cells[1].source == first_cell(address(copy))
        assert lesson.cells[2:] == was.cells[2:] and lesson.metadata == was.metadata
    publish(None, copy)
    assert files() == before


def test_colab_gets_copies_without_results_and_links_lead_somewhere(copy):
    place = Address("some/one", "a/b")
    publish(place, copy)
    for path in sorted((copy / "notebooks").glob("*.ipynb")):
        link = place.colab(path.name)
        assert link.endswith(f"some/one/blob/a/b/{COPIES}/{path.name}")
        assert nbformat.read(path, as_version=4).cells[0].source.count(link) == 1
        opened = nbformat.read(copy / COPIES / path.name, as_version=4)
        nbformat.validate(opened)
        assert not any(cell.get("outputs") for cell in opened.cells)
        assert opened.cells[1].source == first_cell(place)
        text = "\n".join(cell.source for cell in opened.cells if cell.cell_type == "markdown")
        assert not re.findall(r'(?:\]\(|(?:src|srcset|href)=")(?!https?:|#|data:)\S{0,40}', text)
        for file in re.findall(r"githubusercontent\.com/some/one/a/b/([^\s\"')]+)", text):
            assert (COURSE / file).is_file()
        for file in re.findall(r"github\.com/some/one/blob/a/b/([^\s\"')#]+)", text):
            assert (COURSE / file).exists() or (copy / file).exists()
    heading, _, _, badges, *_ = (copy / "README.md").read_text("utf-8").split("\n")
    lesson = f"{COPIES}/00_start_here.ipynb"
    assert heading.startswith("# ")
    assert re.findall(r"\[!\[(.*?)\]\(https://\S+\)\]\((\S+)\)", badges) == [
        ("Open in Colab", f"https://colab.research.google.com/github/some/one/blob/a/b/{lesson}"),
        (
            "Open on Binder",
            "https://mybinder.org/v2/gh/some/one/a%2Fb?urlpath="
            "lab%2Ftree%2Fmy_lessons%2F00_start_here.ipynb",
        ),
        ("Open in Codespaces", "https://codespaces.new/some/one/tree/a/b?quickstart=1"),
        ("Draw now", "https://some.github.io/one/_static/pad.html"),
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [("digits", "OWNER/REPO"), ("github.com/a/b/tree/main/notebooks", "of a folder")],
)
def test_the_command_says_in_words_what_is_wrong(words, says, monkeypatch):
    monkeypatch.setattr("sys.argv", ["publish.py", words])
    monkeypatch.setattr(PUBLISH, "publish", lambda place: None)
    with pytest.raises(SystemExit, match=says):
        PUBLISH.main()
