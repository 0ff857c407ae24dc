"""Set the course up and open it, with nothing but Python.

    python3 start.py                   set up, and open the course in JupyterLab
    python3 start.py test [OPTION ...] set up, and run all tests; the options are pytest's
    python3 start.py class             set up, and serve a class (teaching/classroom says how)
    python3 start.py site              set up, and build the course's web site in the folder site
    python3 start.py --set-up-only     only set up; also for `test`, `class` and `site`

Everything is installed into the folder .venv beside this file. The second start installs nothing,
and needs no network.
"""

from __future__ import annotations  # so that an old Python reads this file, and says what it lacks

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 13)
CLASSROOM = HERE / "teaching" / "classroom"
REQUIREMENTS = {  # what each way to start needs
    "learn": ["requirements.txt"],
    "test": ["requirements.txt", "tests/requirements.txt"],
    "class": ["requirements.txt", "teaching/classroom/requirements.txt"],
    "site": ["requirements.txt", "teaching/site/requirements.txt"],
}
KEPT_ALONE = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}  # these would stop pip in .venv
RUN = {  # the command that each way ends with; the options are added
    "test": ["-m", "pytest"],
    "class": ["-m", "jupyterhub", "-f", str(CLASSROOM / "jupyterhub_config.py")],
    "site": [str(HERE / "teaching" / "site" / "build.py")],
}
NETWORK = (
    r"NewConnectionError|NameResolutionError|name resolution|getaddrinfo failed|timed out"
    r"|unreachable|Connection (reset|refused|aborted)|ConnectionError|ProxyError|SSLError"
    r"|IncompleteRead|RemoteDisconnected|HTTP error 5|Could not fetch URL"
)
REASONS = [  # what pip writes, and what it means
    (
        r"No space left|Errno 28|WinError 112|Disk quota",
        "The disk is full. The course needs about 3 GB. Make room, and run the same command again.",
    ),
    (
        r"Permission denied|Read-only file system|WinError 5\b|Access is denied",
        "You have no permission to write to this folder: {here}\n"
        "Copy the course into a folder of your own, and run the same command there.",
    ),
    (
        NETWORK,
        "The download failed. Check the connection (at school: the proxy), and run the same\n"
        "command again. What has been downloaded is kept.",
    ),
    (
        r"No matching distribution|Could not find a version|not a supported wheel",
        "There is no package for this machine, or no network to ask for one. TensorFlow has\n"
        "packages for Linux, for Windows, and for Macs with Apple's own processors.",
    ),
]


def main(arguments: list[str]) -> int:
    only = "--set-up-only" in arguments
    words = [word for word in arguments if word != "--set-up-only"] or ["learn"]
    way, *options = words
    if way not in REQUIREMENTS or (options and way != "test"):
        print(__doc__)
        return 0 if way in ("-h", "--help", "help") else 2
    try:
        check_python(sys.version_info[:3])
        set_up(way)
        if way == "class":
            set_up_proxy()
    except SetUpError as error:
        print("\n" + str(error), file=sys.stderr)
        return 1
    if only:
        print("The course is set up.")
        return 0
    os.chdir(str(HERE))
    return open_course() if way == "learn" else _become([str(PYTHON), *RUN[way], *options])


class SetUpError(Exception):
    """What went wrong, and what to do about it, in words."""


def check_python(version: tuple[int, ...]) -> None:
    """Raise SetUpError if the course does not work with this version of Python."""
    if OLDEST <= version[:2] <= NEWEST:
        return
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = next(filter(shutil.which, names), None)
    way_out = (
        f"You also have a Python that works. Start with it:\n    {found} start.py"
        if found
        else "Install one from https://www.python.org/downloads/ and start with it:\n"
        "    python3.13 start.py        (on Windows: py -3.13 start.py)"
    )
    raise SetUpError(
        f"This is Python {'.'.join(map(str, version))}. The course needs 3.11, 3.12 or 3.13: "
        f"TensorFlow has no\npackages for others. {way_out}"
    )


def set_up(way: str) -> None:
    """Make .venv and install what this way to start needs, unless that was done before."""
    requirements = REQUIREMENTS[way]
    wanted = digest(requirements)
    done = VENV / f"installed_to_{way}.txt"
    if _works(PYTHON) and done.exists() and done.read_text("utf-8") == wanted:
        return
    if not _works(PYTHON):
        print("Making the folder .venv ...", flush=True)
        _call([sys.executable, "-m", "venv", "--clear", str(VENV)])
    print("Installing the course. The first time, this takes some minutes.", flush=True)
    _install("setuptools")  # it builds the course's own package
    files = [word for name in requirements for word in ("-r", name)]
    _install("--no-build-isolation", *files)
    done.write_text(wanted, "utf-8")


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
    _call([npm, "install", "--no-fund", "--no-audit", "--prefix", str(CLASSROOM)])


def digest(requirements: list[str]) -> str:
    """Return a hash of files, Python and folder; it changes when there is something to install."""
    files = ["pyproject.toml", "constraints.txt", *requirements]
    content = b"".join((HERE / name).read_bytes() for name in files)
    return hashlib.sha256(content + f"{sys.version_info[:2]} {HERE}".encode()).hexdigest()


def _works(python: Path) -> bool:
    try:
        found = subprocess.run(
            [str(python), "-c", "import sys; print(sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
    return found.returncode == 0 and found.stdout.decode().strip() == str(sys.version_info[:2])


def _install(*what: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "install", "--progress-bar=off", "-c", "constraints.txt"]
    _call([*pip, *what])


def _call(command: list[str]) -> None:
    """Run a command and show how far it is; raise SetUpError, in words, if it fails."""
    lines = []
    environment = {**os.environ, **KEPT_ALONE, "PYTHONUTF8": "1"}
    with subprocess.Popen(
        command,
        cwd=str(HERE),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout:
            lines.append(line.rstrip())
            _show(line, sum(each.startswith("Collecting ") for each in lines))
    if process.returncode:
        raise SetUpError(explain(lines))


def _show(line: str, packages: int) -> None:
    """Say what pip is doing, on one line of a terminal, or on a few lines of a log."""
    doing = re.match(r" *(Downloading|Installing collected packages:) (.*)", line)
    if not doing or (line.count(",") == 0 and doing[1] != "Downloading"):
        return
    if doing[1] == "Downloading":
        text, end = f"  Downloading {packages}: {doing[2]}", ""
    else:
        count = line.count(",") + 1
        text, end = f"  Installing {count} packages; this takes a minute or two ...", "\n"
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r" + text[:width].ljust(width), end=end, flush=True)
    elif end or re.search(r"\d{2,}\.\d MB", text):
        print(text, flush=True)


def explain(lines: list[str]) -> str:
    """Return in words what the last lines of a failed command mean."""
    said = "\n".join(lines)
    if "ensurepip" in said:
        return (
            "Python's own package 'venv' is missing. On Debian and Ubuntu, install it with\n"
            "    sudo apt install python3-venv"
        )
    for pattern, meaning in REASONS:
        if re.search(pattern, said):
            return meaning.format(here=HERE)
    last = "\n".join("    " + line for line in lines[-8:])
    return f"The set-up failed. Delete the folder .venv and try again. The last lines:\n{last}"


def open_course() -> int:
    """Copy the lessons that the learner does not have yet, and open the first in JupyterLab."""
    home = HERE if os.access(str(HERE), os.W_OK) else Path.home() / "digits"
    copied = subprocess.call([str(PYTHON), "-m", "mnist_helpers.my_lessons", str(home)])
    if copied:
        return copied
    jupyter = [f"--config={HERE / 'jupyter_config.py'}", f"--ServerApp.root_dir={home}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        jupyter.append("--allow-root")  # in a container you may be root
    return _become([str(PYTHON), "-m", "jupyterlab", *jupyter])


def _become(command: list[str]) -> int:
    """Become another program, so that Ctrl+C reaches that one alone."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
