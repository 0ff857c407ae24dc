"""Run Python inside a fence: it reaches the home, and can only read what it needs to run.

    python fenced.py ARGUMENTS OF PYTHON

The fence is Landlock, which Linux has from 5.13 on. Elsewhere Python runs without one.
https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
SYSTEM = [
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/sbin",
    "/etc",
    "/nix",
    "/proc",
    "/sys",
    "/run",
]
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls; the numbers are those of all processors
_VERSION, _BENEATH, _NO_NEW_PRIVILEGES = 1, 1, 38
_READ_FILES, _READ = 0b101, 0b1101  # to execute a file (1), to read it (4), to list a folder (8)
_RIGHTS = {1: 13, 2: 14}  # how many rights Landlock knows, by its version; 15 from the third on
_LIBRARY = ctypes.CDLL(None, use_errno=True)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock, or 0 where there is none."""
    if platform.system() != "Linux":
        return 0
    return max(0, _call(_CREATE, None, ctypes.c_size_t(0), _VERSION))


def fence(home: Path, readable: Iterable[Path]) -> None:
    """Take from this process, for ever, all files but those in `home` and the readable ones.

    What it starts gets no more rights. Raises OSError if the fence could not be closed.
    """
    everything = (1 << _RIGHTS.get(version(), 15)) - 1
    handled = ctypes.c_uint64(everything)
    rules = _worked(_call(_CREATE, ctypes.byref(handled), ctypes.c_size_t(8), 0))
    for path in [home, Path("/dev"), *readable]:
        if not path.exists():
            continue
        rights = (_READ if path.is_dir() else _READ_FILES) if path in readable else everything
        folder = os.open(path, os.O_PATH)
        beneath = _Beneath(rights, folder)
        _worked(_call(_ADD, rules, _BENEATH, ctypes.byref(beneath), 0))
        os.close(folder)
    _worked(_LIBRARY.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _worked(_call(_RESTRICT, rules, 0))
    os.close(rules)


def _call(number: int, *values) -> int:
    return _LIBRARY.syscall(number, *values)


def _worked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "the fence could not be closed")
    return result


def main() -> None:
    package = os.environ["PYTHONPATH"]  # the copy for the learners
    python = [sys.prefix, sys.base_prefix, COURSE / "jupyter_config.py"]
    temporary = Path.home() / ".tmp"  # /tmp belongs to all
    temporary.mkdir(exist_ok=True)
    os.environ["TMPDIR"] = str(temporary)
    if version():
        fence(Path.home(), [Path(each) for each in [*SYSTEM, *python, package]])
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])


if __name__ == "__main__":
    main()
