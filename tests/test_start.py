"""The start script: what it installs, when it installs nothing, and what it says if it fails.

Stand-ins for .venv's Python, and for the Python that makes .venv, answer at once and note what they
were asked for. The last tests open the real lessons.
"""

import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent

import pytest
from helpers.course import ROOT, copy_course
from live_notebook import PATIENCE, open_notebook, wait_until
from packaging.requirements import Requirement
from playwright.sync_api import expect

from mnist_helpers.course import my_lessons, open_lessons

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
FILES = ["start.py", "pyproject.toml", "constraints.txt"]
FILES += [f"{each}/requirements.txt" for each in ("tests", "teaching/classroom", "teaching/site")]
NO_NETWORK = (
    "WARNING: Retrying after NewConnectionError: Failed to establish a new connection\n"
    "ERROR: No matching distribution found for tensorflow==2.21.0"
)
# A filter says it of the last word that pip was asked for, whatever it is.
HIDDEN = "ERROR: No matching distribution found for '$(echo $* | sed 's/.* //')'"
NO_WHEEL = """\
ERROR: Cannot install onnxruntime because these package versions have conflicting dependencies.
Additionally, some packages in these conflicts have no matching distributions available for your \
environment:
    onnxruntime

To fix this you could try to:
ERROR: ResolutionImpossible"""  # a version of constraints.txt has no wheel for this machine


class Course:
    """A copy of what the start script needs, in a folder with a space and an accent."""

    def __init__(self, folder: Path):
        self.folder = folder / "mein Körs"
        for name in FILES:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)
        self.python = self.folder / ".venv/bin/python"
        self.log = folder / "asked.txt"
        self.pip = folder / "pip.sh"  # what pip does
        self.maker = folder / "maker"  # the Python that makes .venv
        self.write(self.maker, f'echo maker "$@" >> "{self.log}"\n{self.makes("3 12")}')

    def write(self, program: Path, lines: str) -> None:
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n" + lines, "utf-8")
        program.chmod(0o755)

    def makes(self, version: str) -> str:
        """Return the lines of a shell that make .venv with a Python of this version."""
        answers = dedent(f"""\
            #!/bin/sh
            if [ "$1" = -c ]; then echo {version}; exit; fi
            echo "$@" >> "{self.log}"
            if [ "$2" = pip ] && [ -f "{self.pip}" ]; then . "{self.pip}"; fi
            if [ "$2" = pytest ]; then exit 7; fi
            """)
        there = f'"{self.python.parent}"'
        return (
            f"rm -rf {there}; mkdir -p {there}; cat > {there}/python << 'END'\n{answers}\nEND\n"
            f"chmod +x {there}/python\n"
        )

    def put_venv(self, version: str) -> None:
        """Let there be a .venv with a Python of this version, and with a file of somebody's."""
        subprocess.run(["sh", "-c", self.makes(version)], check=True)
        (self.folder / ".venv/marker").touch()

    def pip_fails(self, says: str, when: str = "") -> None:
        """Let pip fail with these words, always or if it is asked for `when`."""
        self.pip.write_text(f"case \"$*\" in *{when}*) printf '%s\\n' '{says}'; exit 1;; esac\n")

    def command(self, *arguments: str) -> list[str]:
        """Return the command that starts the course; the stand-in makes .venv."""
        program = (
            f"import sys; sys.path.insert(0, {str(self.folder)!r}); import start\n"
            f"start.find_python = lambda: [{str(self.maker)!r}]\nsys.exit(start.main(sys.argv[1:]))"
        )
        return [sys.executable, "-c", program, *arguments]

    def start(self, *arguments: str) -> subprocess.CompletedProcess:
        self.log.write_text("", "utf-8")
        done = subprocess.run(
            self.command(*arguments), cwd="/", capture_output=True, encoding="utf-8"
        )
        assert "Traceback" not in done.stderr
        return done

    def asked(self, word: str = "") -> list[str]:
        return [line for line in self.log.read_text("utf-8").splitlines() if word in line]

    def opens(self, *arguments: str) -> subprocess.CompletedProcess:
        """Start, and assert that the lessons are opened at the end."""
        done = self.start(*arguments)
        assert self.asked()[-1] == "-m mnist_helpers.course.open_lessons", done
        return done


@pytest.fixture
def course(tmp_path) -> Course:
    return Course(tmp_path)


def test_the_first_start_installs_and_opens_the_lessons_and_the_second_only_opens_them(course):
    course.opens()
    makes, pip, lessons, exporters, _ = course.asked()
    assert makes == f"maker -m venv --clear {course.folder}/.venv"
    assert "pip>=25.2" in pip and "-e .[lessons]" in lessons
    assert all("pip install -c constraints.txt" in each for each in (pip, lessons, exporters))
    ranges = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*ranges["optional-dependencies"]["onnx"], *ranges["optional-dependencies"]["litert"]]
    assert exporters.split()[-4:] == [Requirement(each).name for each in named]
    course.opens()
    assert course.asked("pip") == []


@pytest.mark.parametrize("version", ["3 11", "3 13"])
def test_a_venv_that_fits_is_kept_whatever_python_starts(course, version):
    course.put_venv(version)
    course.opens()
    course.opens()
    assert not course.asked("maker") and not course.asked("pip")
    assert (course.folder / ".venv/marker").exists()


@pytest.mark.parametrize("version", ["3 10", "3 14", ""], ids=["3.10", "3.14", "broken"])
def test_a_venv_that_does_not_fit_stays_until_the_new_one_stands(course, version):
    course.put_venv(version)
    course.pip_fails(NO_NETWORK)
    assert "download failed" in course.start().stderr
    assert (course.folder / ".venv/marker").exists()
    course.pip.unlink()
    course.opens()
    assert not (course.folder / ".venv/marker").exists()
    assert [each.name for each in course.folder.glob(".venv*")] == [".venv"]


@pytest.mark.parametrize("killed", ["while .venv is made", "while pip works"])
def test_a_start_that_was_killed_goes_on_and_the_old_venv_is_kept_until_then(course, killed):
    course.put_venv("3 10")
    made = course.maker.read_text("utf-8")
    if "made" in killed:
        course.write(course.maker, f'mkdir "{course.folder}/.venv"; kill -9 $PPID; exit 1')
    course.pip.write_text("kill -9 $PPID; exit 1\n")
    assert course.start().returncode == -9
    course.maker.write_text(made, "utf-8")
    assert (course.folder / ".venv.old/marker").exists()
    course.pip_fails(NO_NETWORK)
    course.start()
    assert list(course.folder.glob(".venv*/marker"))
    course.pip.unlink()
    course.opens()
    assert not list(course.folder.glob(".venv*/marker"))


@pytest.mark.parametrize(
    "name", ["constraints.txt", "pyproject.toml", ".venv/installed_to_learn.txt"]
)
def test_what_has_changed_is_installed_or_the_course_opens_with_what_is_there(course, name):
    """So a damaged note of what was installed only costs time."""
    course.start("--set-up-only")
    with (course.folder / name).open("ab") as file:
        file.write(b"# \xff\x00\n")
    course.pip_fails(NO_NETWORK)
    said = course.opens().stdout
    assert "download failed" in said and "packages that it had before" in said
    course.pip.unlink()
    course.opens()
    assert course.asked("-e .[lessons]")


def test_what_pip_has_left_half_changed_is_not_opened(course):
    course.start("--set-up-only")
    with (course.folder / "constraints.txt").open("a") as file:
        file.write("# newer\n")
    course.pip_fails(
        "Installing collected packages: numpy, mnist-helpers\nERROR: [Errno 28] No space left on it"
    )
    for _ in range(2):
        failed = course.start()
        assert failed.returncode == 1 and "disk is full" in failed.stderr
        course.pip_fails("ERROR: [Errno 28] No space left on it")
    course.pip.unlink()
    course.opens()
    course.opens()
    assert course.asked("pip") == []


@pytest.mark.parametrize(
    ("pip", "when", "says", "tries"),
    [
        (NO_WHEEL, "onnx", "environment: onnxruntime\n", 0),
        (HIDDEN, "onnx*|*--dry-run", "download failed", 1),
        (NO_NETWORK, "onnx", "download failed", 1),
    ],
)
def test_without_the_exporters_of_lesson_8_the_course_opens(course, pip, when, says, tries):
    """Where there is no package for this machine, it is not tried again."""
    course.pip_fails(pip, when)
    said = course.opens().stdout
    assert "lesson 8" in said and says in said
    course.opens()
    assert len(course.asked("tf2onnx")) == tries


def test_a_course_that_was_moved_is_installed_anew(course):
    """The package is installed from its folder, which has another name now."""
    course.put_venv("3 12")
    course.start("--set-up-only")
    course.folder = course.folder.rename(course.folder.with_name("elsewhere"))
    course.start("--set-up-only")
    assert course.asked("-e .[lessons]")


def test_the_tests_get_their_options_and_their_result_is_passed_on(course):
    assert course.start("test", "-k", "pad").returncode == 7
    assert course.asked("-r tests/requirements.txt")
    assert re.fullmatch("-m pytest.* -k pad", course.asked()[-1])


def test_a_class_is_served_with_the_proxy_that_is_there(course):
    (course.folder / "teaching/classroom/node_modules/configurable-http-proxy").mkdir(parents=True)
    assert course.start("class").returncode == 0
    assert course.asked("-r teaching/classroom/requirements.txt")
    config = course.folder / "teaching/classroom/jupyterhub_config.py"
    assert course.asked()[-1] == f"-m jupyterhub -f {config}"
    assert course.start("class", "--without-solutions").returncode == 0
    assert course.asked()[-1] == f"-m jupyterhub -f {config}"


def test_without_npm_a_class_is_told_what_to_install(course, monkeypatch):
    course.put_venv("3 12")
    course.start("class", "--set-up-only")
    monkeypatch.setenv("PATH", "/nowhere")
    failed = course.start("class")
    assert failed.returncode == 1 and "Node.js" in failed.stderr


def test_set_up_only_opens_nothing_and_copies_the_lessons(course):
    assert course.start("--set-up-only").returncode == 0
    assert course.asked()[-1] == "-m mnist_helpers.course.my_lessons"
    assert course.start("test", "--set-up-only").returncode == 0
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
        (NO_NETWORK, "download failed"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "download failed"),
        ("ERROR: HTTP error 403 while getting https://a.example/a-1.whl", "download failed"),
        ("ERROR: Wheel 'pip' located at /tmp/pip.whl is invalid.", "download failed"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE FILE", "download failed"),
        ("ERROR: [Errno 13] Permission denied: /course/.venv/lib", "cannot be written"),
        ("PermissionError: [WinError 32] used by another process", "Close other programs"),
        ("ERROR: [Errno 2] No such file\nHINT: Windows Long Path support", "too long"),
        ("ERROR: No matching distribution found for tensorflow==2.21.0", "tensorflow==2.21.0"),
        ("ERROR: a-1.whl is not a supported wheel on this platform.", "a-1.whl"),
        ("The virtual environment was not created: ensurepip is not …", "apt install python3-venv"),
        ("Something nobody has seen", "Something nobody has seen"),
    ],
)
def test_what_pip_cannot_do_is_said_in_words_and_tried_again(course, pip, words):
    course.pip_fails(pip, when="lessons")
    failed = course.start()
    assert failed.returncode == 1
    assert words in failed.stderr
    assert not course.asked("open_lessons")
    course.pip.unlink()
    course.opens()


def test_pip_is_stopped_where_nobody_answers_it(course):
    """It would ask for each of 160 packages, and try six times."""
    retry = "WARNING: Retrying (Retry(total=4)) after NameResolutionError"
    course.pip.write_text(
        f"for each in 1 2 3 4 5; do echo '{retry}'; done; echo Downloading numpy\n"
        f"for each in 1 2 3 4 5; do echo '{retry}'; done; echo answered >> \"{course.log}\"\n"
        f"echo '{retry}'; exec sleep 600\n"
    )
    assert "download failed" in course.start().stderr
    assert course.asked("answered")


def test_a_pip_that_the_system_has_killed_is_put_down_to_memory(course):
    course.pip.write_text("kill -9 $$\n")
    assert "memory" in course.start().stderr


def test_ctrl_c_is_answered_with_one_sentence(course):
    course.log.write_text("", "utf-8")
    course.pip.write_text(
        "trap 'for each in 1 2 3 4; do sleep 0.3; echo ending; done; exit 1' INT\nsleep 60\n"
    )
    process = subprocess.Popen(
        course.command(),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        # A shell's background job ignores Ctrl+C, and so would all that the tests start there.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_until(lambda: course.asked("pip install"))
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate()[1] == "\nStopped. Run the same command again: it goes on.\n"
    assert process.returncode == 130


def test_another_python_is_found_by_running_it(course, monkeypatch, tmp_path):
    """A name on the PATH proves nothing: pyenv has shims for Pythons that do not run."""
    monkeypatch.syspath_prepend(ROOT)
    start = importlib.import_module("start")
    monkeypatch.setattr(start.sys, "executable", str(tmp_path / "old"))
    monkeypatch.setenv("PATH", str(tmp_path))
    course.write(tmp_path / "old", "echo 3 10")
    with pytest.raises(start.SetUpError, match=r"needs 3\.11, 3\.12 or 3\.13") as fault:
        start.find_python()
    assert "python.org" in str(fault.value)
    course.write(tmp_path / "python3.13", "exit 127")
    course.write(tmp_path / "python3.12", "echo 3 12")
    assert start.find_python() == ["python3.12"]
    course.write(tmp_path / "old", "echo 3 11")
    assert start.find_python() == [str(tmp_path / "old")]


@pytest.fixture
def locked(monkeypatch):
    """Return a function that takes away the right to write to a folder, also from root."""

    def lock(folder: Path) -> None:
        can_write = my_lessons.can_write
        for module in (my_lessons, open_lessons):
            monkeypatch.setattr(
                module,
                "can_write",
                lambda path: not path.is_relative_to(folder) and can_write(path),
            )

    return lock


def test_lessons_go_where_they_can_be_written(tmp_path, monkeypatch, locked, capsys):
    """As on a classroom's machine, where the teacher has installed the course for all."""
    monkeypatch.setattr(my_lessons, "COURSE", tmp_path / "course")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "me")
    monkeypatch.setattr(my_lessons.tempfile, "mkdtemp", lambda prefix: str(tmp_path / prefix))
    assert my_lessons.choose_home() == tmp_path / "course"
    locked(tmp_path / "course")
    assert my_lessons.choose_home() == tmp_path / "me/digits"
    assert capsys.readouterr().out == ""
    locked(tmp_path / "me")
    assert my_lessons.choose_home() == tmp_path / "digits-"
    assert "download what you want to keep" in capsys.readouterr().out


def test_jupyter_works_where_the_home_cannot_be_written(tmp_path, monkeypatch, locked):
    for name in [*open_lessons.JUPYTERS, "MPLCONFIGDIR"]:
        monkeypatch.setenv(name, str(tmp_path / "home" / name))
    open_lessons.find_place_for_jupyter()
    assert os.environ["JUPYTER_RUNTIME_DIR"].startswith(str(tmp_path / "home"))
    locked(tmp_path / "home")
    open_lessons.find_place_for_jupyter()
    assert not any(str(tmp_path / "home") in os.environ[name] for name in open_lessons.JUPYTERS)


@pytest.fixture
def opened(tmp_path):
    """The lessons as the start script opens them, for a new user; a file with what it prints."""
    course = copy_course(tmp_path / "course")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        "HOME": str(tmp_path),
        "PYTHONPATH": str(course),
        "BROWSER": "true",  # a program that does nothing
    }
    command = [sys.executable, "-m", "mnist_helpers.course.open_lessons"]
    screen = tmp_path / "screen.txt"
    with screen.open("w") as output:
        server = subprocess.Popen(
            command, cwd=course, env=environment, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: "To stop it" in screen.read_text() or server.poll() is not None)
        yield screen
    finally:
        server.send_signal(signal.SIGINT)
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def test_a_new_user_meets_one_line_then_lesson_0_and_no_question(opened, page):
    line = r"The course is open at (http://\S+) \. To stop it, press Ctrl\+C here twice\.\n"
    open_notebook(page, re.fullmatch(line, opened.read_text("utf-8"))[1])
    heading = page.locator(".jp-Notebook h1").first
    expect(heading).to_contain_text("Start here", timeout=PATIENCE)
    wait_until(lambda: "/my_lessons/00_start_here.ipynb" in page.url)
    page.locator(".jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    prompt = page.locator(".jp-CodeCell .jp-InputPrompt").first
    expect(prompt).to_have_text("[1]:", timeout=PATIENCE)  # so much later, nothing has come up
    assert page.locator(".jp-Notification, .Toastify__toast, .jp-Dialog").all_inner_texts() == []
    assert re.fullmatch(line, opened.read_text("utf-8"))
