"""Write a file completely or not at all, and read one that may be damaged."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path


def home_path(path: str | os.PathLike) -> Path:
    """Return a path whose ~ is the home folder; an unknown ~user stays, as in a shell."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"wanted a file's name; got {path!r:.60}. Have arguments changed places?")
    return Path(os.path.expanduser(path))  # noqa: PTH111  Path.expanduser raises RuntimeError


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give the name of a new file beside `path`, and move it to `path` if nothing has failed.

    Folders are made as needed, and ~ is the home folder. If something fails, an older file or
    folder stays as it was. The new one is on the disk before it takes the place of the older one,
    so a power cut leaves one of the two. Raises OSError if the disk is full or cannot be written.
    Also raises it for a folder that holds something else than a SavedModel.
    """
    path = home_path(path)
    if path.is_dir() and any(path.iterdir()) and not (path / "saved_model.pb").exists():
        raise IsADirectoryError(
            f"{path} is a folder, and what is in it would be lost: give a new name in it, "
            f"such as {path / 'my_network'}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".unfinished-") as folder:
        unfinished = Path(folder) / path.name
        yield unfinished
        for each in [*unfinished.rglob("*"), unfinished]:
            _sync(each)
        if path.is_dir():
            path.rename(Path(folder) / "before")
        unfinished.replace(path)
        _sync(path.parent)


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file completely or not at all, as `whole_file` does; return its path."""
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
    return home_path(path)


def read_object(path: Path) -> dict:
    """Return the JSON object in a file; an empty one if there is none, or if it is damaged.

    Raises OSError if the file is there, but cannot be read.
    """
    try:
        content = json.loads(path.read_bytes() if path.is_file() else b"")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def put_aside(path: Path, why: str) -> Path:
    """Give a file or a folder a name that is free beside it, such as NAME_why_1; return it."""
    names = (path.with_stem(f"{path.stem}_{why}_{number}") for number in count(1))
    return path.rename(next(name for name in names if not name.exists()))


def is_cut_off(file) -> bool:
    """Whether the last line of a file has no line break at its end; the file is open as bytes."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk.

    Raises OSError if a file cannot be written to the disk.
    """
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if not path.is_dir():  # some network disks cannot sync a folder
            raise
    finally:
        os.close(handle)
