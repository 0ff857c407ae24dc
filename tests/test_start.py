"""The start script: what it installs, when it installs nothing, and what it says if it fails.

A stand-in for .venv's Python answers at once and notes what it was asked for.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
FILES = ["start.py", "pyproject.toml", "constraints.txt", "requirements.txt", "jupyter_config.py"]
FILES += [
    f"{folder}/requirements.txt" for folder in ("tests", "teaching/classroom", "teaching/site")
]


def load_start():
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    return start


class Course:
    """A copy of what the start script needs, in a folder with a space and an accent."""

    def __init__(self, folder: Path):
        self.folder = folder / "mein Körs"
        for name in FILES:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)
        self.log = folder / "asked.txt"
        self.pip_says = folder / "pip_says.txt"  # pip fails when there is such a file

    def put_python(self) -> None:
        """Put the stand-in where .venv's Python belongs."""
        python = self.folder / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text(
            dedent(f"""\
            #!/bin/sh
            if [ "$1" = -c ]; then echo "({sys.version_info[0]}, {sys.version_info[1]})"; exit; fi
            echo "$@" >> '{self.log}'
            if [ "$2" = pip ] && [ -f '{self.pip_says}' ]; then cat '{self.pip_says}'; exit 1; fi
            if [ "$2" = pytest ]; then exit 7; fi
            """),
            "utf-8",
        )
        python.chmod(0o755)

    def start(self, *arguments: str) -> subprocess.CompletedProcess:
        self.log.write_text("", "utf-8")
        command = [sys.executable, self.folder / "start.py", *arguments]
        return subprocess.run(command, cwd="/", capture_output=True, encoding="utf-8")

    def asked(self) -> list[str]:
        return self.log.read_text("utf-8").splitlines()


@pytest.fixture
def course(tmp_path) -> Course:
    course = Course(tmp_path)
    course.put_python()
    return course


def test_the_first_start_installs_copies_the_lessons_and_opens_them(course):
    assert course.start().returncode == 0
    *installs, copies, opens = course.asked()
    assert all("pip install" in each and "-c constraints.txt" in each for each in installs)
    assert installs[-1].endswith("-r requirements.txt")
    assert copies == f"-m mnist_helpers.my_lessons {course.folder}"
    assert f"jupyterlab --config={course.folder}/jupyter_config.py" in opens
    assert f"root_dir={course.folder}" in opens
    assert ("--allow-root" in opens) == (os.geteuid() == 0)


def test_the_second_start_installs_nothing(course):
    course.start()
    assert course.start().returncode == 0
    assert not any("pip" in each for each in course.asked())


@pytest.mark.parametrize("name", ["constraints.txt", "requirements.txt", "pyproject.toml"])
def test_what_has_changed_is_installed(course, name):
    course.start("--set-up-only")
    with (course.folder / name).open("a") as file:
        file.write("# newer\n")
    course.start("--set-up-only")
    assert any("pip install" in each for each in course.asked())


def test_a_course_that_was_moved_is_installed_anew(course):
    """The package is installed from its folder, which has another name now."""
    course.start("--set-up-only")
    course.folder = course.folder.rename(course.folder.with_name("elsewhere"))
    course.start("--set-up-only")
    assert any("pip install" in each for each in course.asked())


def test_the_tests_get_their_options_and_their_result_is_passed_on(course):
    assert course.start("test", "-k", "pad").returncode == 7
    asked = course.asked()
    assert asked[-1] == "-m pytest -k pad"
    assert asked[-2].endswith("-r requirements.txt -r tests/requirements.txt")


def test_a_class_is_served_with_the_proxy_that_is_there(course):
    (course.folder / "teaching/classroom/node_modules/configurable-http-proxy").mkdir(parents=True)
    assert course.start("class").returncode == 0
    asked = course.asked()
    assert asked[-2].endswith("-r requirements.txt -r teaching/classroom/requirements.txt")
    config = course.folder / "teaching/classroom/jupyterhub_config.py"
    assert asked[-1] == f"-m jupyterhub -f {config}"


def test_without_npm_a_class_is_told_what_to_install(course, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    failed = course.start("class")
    assert failed.returncode == 1
    assert "Node.js" in failed.stderr and "Traceback" not in failed.stderr


@pytest.mark.parametrize("words", [["--set-up-only"], ["test", "--set-up-only"]], ids=" ".join)
def test_set_up_only_opens_nothing(course, words):
    assert course.start(*words).returncode == 0
    assert all("pip install" in each for each in course.asked())


def test_an_unknown_word_is_explained_and_nothing_is_done(course):
    done = course.start("tset")
    assert done.returncode == 2
    assert "python3 start.py test" in done.stdout
    assert course.asked() == []


@pytest.mark.parametrize(
    ("pip", "words"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "disk is full"),
        (
            "WARNING: Retrying after NewConnectionError: Failed to establish a new connection\n"
            "ERROR: No matching distribution found for tensorflow==2.21.0",
            "download failed",
        ),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "download failed"),
        ("ERROR: [Errno 13] Permission denied: '/course/.venv/lib'", "no permission to write"),
        ("OSError: [Errno 30] Read-only file system: '/course'", "no permission to write"),
        ("ERROR: No matching distribution found for tensorflow==2.21.0", "no package for this"),
        ("Something nobody has seen", "Something nobody has seen"),
    ],
)
def test_what_pip_cannot_do_is_said_in_words_and_tried_again(course, pip, words):
    course.pip_says.write_text(pip, "utf-8")
    failed = course.start()
    assert failed.returncode == 1
    assert words in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not any("jupyterlab" in each for each in course.asked())
    course.pip_says.unlink()
    assert course.start("--set-up-only").returncode == 0
    assert any("pip install" in each for each in course.asked())


def test_a_python_that_does_not_run_any_more_is_made_anew(tmp_path, monkeypatch):
    """Its folder stays when Python itself is replaced or taken away."""
    start = load_start()
    monkeypatch.setattr(start, "PYTHON", tmp_path / "gone")
    monkeypatch.setattr(start, "VENV", tmp_path)
    called = []
    monkeypatch.setattr(start, "_call", called.append)
    start.set_up("learn")
    assert called[0] == [sys.executable, "-m", "venv", "--clear", str(tmp_path)]


@pytest.mark.parametrize("version", [(3, 8, 1), (3, 10, 13), (3, 14, 0)])
def test_a_python_that_does_not_fit_is_named_with_the_way_out(version, monkeypatch):
    start = load_start()
    monkeypatch.setattr(start.shutil, "which", lambda name: None)
    with pytest.raises(start.SetUpError, match=r"needs 3\.11, 3\.12 or 3\.13") as fault:
        start.check_python(version)
    assert ".".join(map(str, version)) in str(fault.value)
    assert "python.org" in str(fault.value)
    monkeypatch.setattr(start.shutil, "which", lambda name: name if "12" in name else None)
    with pytest.raises(start.SetUpError, match=r"python3\.12 start\.py"):
        start.check_python(version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
def test_a_python_that_fits_is_taken(version):
    load_start().check_python(version)


def test_without_pythons_own_venv_the_package_to_install_is_named():
    said = load_start().explain(["The virtual environment was not created: ensurepip is not …"])
    assert "apt install python3-venv" in said


def test_a_folder_that_may_not_be_written_gets_its_lessons_at_home(course, tmp_path, monkeypatch):
    """As on a classroom's machine, where the teacher has installed the course for all."""
    start = load_start()
    monkeypatch.setattr(start, "PYTHON", course.folder / ".venv/bin/python")
    monkeypatch.setattr(start.os, "access", lambda path, mode: False)
    monkeypatch.setattr(start.Path, "home", lambda: tmp_path)
    monkeypatch.setattr(start, "_become", lambda command: print(*command) or 0)
    course.log.write_text("", "utf-8")
    assert start.open_course() == 0
    assert course.asked() == [f"-m mnist_helpers.my_lessons {tmp_path / 'digits'}"]
