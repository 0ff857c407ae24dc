"""Set the course up and open it, with nothing but Python.

    python3 start.py                   set up, and open the course in JupyterLab
    python3 start.py test [OPTION ...] set up, and run all tests; the options are pytest's
    python3 start.py class             set up, and serve a class (teaching/classroom says how);
                                       --without-solutions: its lessons have no answers
    python3 start.py site              set up, and build the course's web site in the folder site
    python3 start.py --set-up-only     only set up; also for `test`, `class` and `site`

Everything is installed into the folder .venv beside this file. The second start installs nothing,
needs no internet, and takes the Python of .venv, whichever Python runs this file.
"""

from __future__ import annotations  # so that Python 3.7 to 3.10 read this file too

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
OLD = HERE / ".venv.old"  # what had the name .venv, until the new one stands
CHANGING = VENV / "being_changed"  # pip has begun to change what is installed
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 13)
CLASSROOM = HERE / "teaching" / "classroom"
REQUIREMENTS = {  # what each way to start needs beside the course's own package
    "learn": [],
    "test": ["tests/requirements.txt"],
    "class": ["teaching/classroom/requirements.txt"],
    "site": ["teaching/site/requirements.txt"],
}
EXPORTERS = ["onnx", "tf2onnx", "onnxruntime", "ai-edge-litert"]  # only lesson 8 needs them
KEPT_ALONE = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}  # these would stop pip in .venv
RUN = {  # the command that each way ends with; the options are added
    "learn": ["-m", "mnist_helpers.course.open_lessons"],
    # Two processes share the tests, file by file, in the order that tests/conftest.py gives them.
    "test": ["-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"],
    "class": ["-m", "jupyterhub", "-f", str(CLASSROOM / "jupyterhub_config.py")],
    "site": [str(HERE / "teaching" / "site" / "build.py")],
}
NETWORK = (
    r"NewConnectionError|NameResolutionError|name resolution|getaddrinfo failed|timed out"
    r"|unreachable|Connection (reset|refused|aborted)|ConnectionError|ProxyError|SSLError"
    r"|IncompleteRead|incomplete-download|RemoteDisconnected|HTTP error|Could not fetch URL"
    r"|Wheel .* is invalid|DO NOT MATCH THE HASHES"  # a page that wants a login
    r"|No matching distribution found for pip\b"  # it exists for every machine
)
REASONS = [  # what a failed command writes, and what it means
    (
        "ensurepip",
        "Python's own package 'venv' is missing. On Debian and Ubuntu, install it with\n"
        "    sudo apt install python3-venv",
    ),
    (
        r"No space left|Errno 28|WinError 112|Disk quota",
        "The disk is full. The course needs 4 GB. Make room, and run the same command again.",
    ),
    (
        r"Long Path|WinError 206|filename or extension is too long|File ?name too long",
        "The path of this folder is too long for this system. Move the course into a short one,\n"
        "such as C:\\digits, and run the same command there.",
    ),
    (
        r"Permission denied|Read-only file system|WinError (5|32)\b|Access is denied",
        "This folder cannot be written to: {here}\nClose other programs that use the course, or "
        "copy it into a folder of your own.\nThen run the same command again.",
    ),
    (
        r"MemoryError|Cannot allocate memory|exit status -9|exit status 137",
        "There was too little memory. Close other programs, and run the same command again.",
    ),
    (
        NETWORK,
        "The download failed. Check the connection (at school: the proxy, a filter, a login), or\n"
        "put the folder of your stick beside start.py. Then run the same command again. The\n"
        "packages that are already here are not downloaded again.",
    ),
]


class SetUpError(Exception):
    """What went wrong, and what to do about it, in words."""


class NoPackageError(SetUpError):
    """A package does not exist for this machine; to try again does not help."""


def main(arguments: list[str]) -> int:
    only = "--set-up-only" in arguments
    words = [word for word in arguments if word != "--set-up-only"] or ["learn"]
    way, *options = words
    if way == "class" and options == ["--without-solutions"]:
        os.environ["DIGITS_WITHOUT_SOLUTIONS"], options = "yes", []
    if way not in REQUIREMENTS or (options and way != "test"):
        print(__doc__)
        return 0 if way in ("-h", "--help", "help") else 2
    os.chdir(str(HERE))
    try:
        set_up(way)
        if way == "class":
            set_up_proxy()
        if only and way == "learn":
            subprocess.call([str(PYTHON), "-m", "mnist_helpers.course.my_lessons"])
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: it goes on.", file=sys.stderr)
        return 130
    except (SetUpError, OSError) as error:
        in_words = error if isinstance(error, SetUpError) else fault([str(error)])
        print(f"\n{in_words}", file=sys.stderr)
        return 1
    if only:
        print("The course is set up.")
        return 0
    return _become([str(PYTHON), *RUN[way], *options])


def set_up(way: str) -> None:
    """Make .venv and install what this way to start needs, unless that was done before.

    If pip fails before it has changed a .venv that was complete, the course opens with that one.
    Raises SetUpError if there is nothing to open.
    """
    done = VENV / f"installed_to_{way}.txt"
    version = version_of([str(PYTHON)], "pip")
    fits = OLDEST <= version <= NEWEST
    whole = fits and done.exists() and not CHANGING.exists()
    if whole and done.read_bytes() == digest(way, version):
        return
    try:
        complete = install(way) if fits else build_anew(way)
    except SetUpError as error:
        if not whole or CHANGING.exists():
            raise
        print(f"\n{error}\n\nThe course opens with the packages that it had before.")
        return
    version = version_of([str(PYTHON)])
    done.write_bytes(digest(way, version) if complete else b"without what lesson 8 exports with")
    if CHANGING.exists():
        CHANGING.unlink()
    shutil.rmtree(str(OLD), ignore_errors=True)


def build_anew(way: str) -> bool:
    """Make .venv and install into it; return what `install` does.

    What has this name is moved aside. It comes back if something fails.
    """
    python = find_python()
    if VENV.exists() and not OLD.exists():
        VENV.rename(OLD)
    try:
        print("Making the folder .venv ...", flush=True)
        _call([*python, "-m", "venv", "--clear", str(VENV)])
        return install(way)
    except BaseException:  # Ctrl+C too
        if OLD.exists():
            shutil.rmtree(str(VENV), ignore_errors=True)
            OLD.rename(VENV)
        raise


def find_python() -> list[str]:
    """Return the command of a Python that the course works with: this one, or another.

    Raises SetUpError if there is none.
    """
    minors = range(NEWEST[1], OLDEST[1] - 1, -1)
    others = [[f"python3.{each}"] for each in minors] + [["py", f"-3.{each}"] for each in minors]
    for command in [[sys.executable], *others]:
        if OLDEST <= version_of(command) <= NEWEST:
            return command
    raise SetUpError(
        f"This is Python {'.'.join(map(str, sys.version_info[:3]))}. The course needs 3.11, 3.12 "
        "or 3.13: TensorFlow has no\npackages for others. Install one from "
        "https://www.python.org/downloads/\nand run the same command again."
    )


def version_of(python: list[str], module: str = "sys") -> tuple[int, ...]:
    """Return (3, 12) for a command that runs Python 3.12 with this module, and () for others."""
    program = f"import sys, {module}; print(*sys.version_info[:2])"
    try:
        said = subprocess.check_output([*python, "-c", program], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(map(int, said.split()))


def install(way: str) -> bool:
    """Install what this way needs; return False if the exporters of lesson 8 are to be tried again.

    Raises SetUpError if one of the others cannot be installed.
    """
    print("Installing the course. The first time, this takes some minutes.", flush=True)
    # This pip goes on where a download broke off; setuptools builds the course's own package.
    _install("--progress-bar=off", "pip>=25.2", "setuptools")
    files = [word for name in REQUIREMENTS[way] for word in ("-r", name)]
    _install("--progress-bar=raw", "--no-build-isolation", "-e", ".[lessons]", *files)
    try:
        _install("--progress-bar=raw", *EXPORTERS)
    except SetUpError as error:
        print(f"\nAll lessons work, but lesson 8 cannot write ONNX and LiteRT files yet.\n{error}")
        return isinstance(error, NoPackageError)
    return True


def set_up_proxy() -> None:
    """Install JupyterHub's proxy beside its configuration, unless that was done before."""
    if (CLASSROOM / "node_modules" / "configurable-http-proxy").exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SetUpError(
            "The classroom server needs Node.js 20 or later with npm: https://nodejs.org\n"
            "On Debian and Ubuntu: sudo apt install nodejs npm"
        )
    print("Installing the proxy of JupyterHub ...", flush=True)
    _call(
        [npm, "install", "--no-fund", "--no-audit", "--no-package-lock", "--prefix", str(CLASSROOM)]
    )


def digest(way: str, version: tuple[int, ...]) -> bytes:
    """Return a hash of files, Python and folder; it changes when there is something to install."""
    files = ["start.py", "pyproject.toml", "constraints.txt", *REQUIREMENTS[way]]
    content = b"".join((HERE / name).read_bytes() for name in files)
    return hashlib.sha256(content + f"{version} {HERE}".encode()).hexdigest().encode()


def _install(*what: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "install"]
    try:
        _call([*pip, "-c", "constraints.txt", *what])
    except NoPackageError:
        # A filter hides pip too, and then this says so.
        _call([*pip, "--dry-run", "--ignore-installed", "--no-deps", "pip"])
        raise


def _call(command: list[str]) -> None:
    """Run a command and show how far it is; raise SetUpError, in words, if it fails."""
    lines, unanswered, progress = [], 0, Progress()
    try:
        with subprocess.Popen(
            command,
            env={**os.environ, **KEPT_ALONE, "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in process.stdout:
                lines.append(line.rstrip())
                progress.hear(line)
                if re.match("Installing collected packages:.*mnist.helpers", line):
                    CHANGING.touch()
                unanswered += "Retrying (Retry(" in line
                if re.match(" *(Downloading|Using cached)", line):
                    unanswered = 0
                if unanswered == 6:  # without a network, pip would ask for each package in turn
                    process.terminate()
    finally:
        progress.end()
    if process.returncode:
        raise fault([*lines, f"exit status {process.returncode}"])


class Progress:
    """What pip is doing, on one line of a terminal, or on a few lines of a log."""

    def __init__(self):
        self.text, self.packages, self.began = "", 0, time.monotonic()
        self.live, self.ended = sys.stdout.isatty(), Event()
        Thread(target=self._draw, daemon=True).start()

    def hear(self, line: str) -> None:
        """Take in a line of pip's."""
        said = re.match(r" *(Collecting|Downloading|Progress|Installing collected) (.*)", line)
        doing, rest = said.groups() if said else ("", "")
        self.packages += doing == "Collecting"
        if doing == "Progress":  # 'Progress 1024 of 4096'
            share = int(rest.split()[0]) / max(int(rest.split()[-1]), 1)
            self.text = re.sub(r"( \(.*?%\))?:", f" ({share:.0%}):", self.text, count=1)
        elif doing == "Installing collected":
            self.text = f"Installing {rest.count(',') + 1} packages; this takes some minutes"
        elif doing:
            self.text = f"{doing} {self.packages}: {rest}"
        if not self.live and re.search(r"\d{2,}\.\d MB|Inst.*\d\d packages", doing and self.text):
            print("  " + self.text, flush=True)

    def _draw(self) -> None:
        """Write the line again and again: its seconds show that something happens."""
        while self.live and not self.ended.wait(0.5):
            text = f"  {time.monotonic() - self.began:.0f} s · {self.text}" if self.text else ""
            width = shutil.get_terminal_size().columns - 1
            print("\r" + text[:width].ljust(width), end="", flush=True)

    def end(self) -> None:
        """Leave the line as it is."""
        self.ended.set()
        if self.live and self.text:
            print(flush=True)


def fault(lines: list[str]) -> SetUpError:
    """Return in words what the lines of a failed command mean."""
    said = "\n".join(lines)
    for pattern, meaning in REASONS:
        if re.search(pattern, said):
            return SetUpError(meaning.format(here=HERE))
    missing = re.search(
        r"No matching distribution.*|.*not a supported wheel.*"
        r"|no matching distributions available for your environment:(\n +\S+)+",
        said,
    )
    if missing:
        return NoPackageError(
            f"There is no package for this machine. pip says: {' '.join(missing[0].split())}\n"
            "The course needs Linux, Windows with an Intel or AMD processor, or macOS 14 or later\n"
            "with a processor of Apple's, and a Python of 64 bits."
        )
    last = "\n".join("    " + line for line in lines[-8:])
    return SetUpError(f"The set-up failed. Delete the folder .venv and try again. It said:\n{last}")


def _become(command: list[str]) -> int:
    """Become another program, so that Ctrl+C reaches that one alone."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
