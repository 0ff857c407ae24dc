"""Write a file completely or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Give the name of a new file beside `path`, and move it to `path` if nothing has failed.

    Folders are made as needed. If something fails, an older file or folder stays as it was. Raises
    OSError if the disk is full or cannot be written to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".unfinished-") as folder:
        unfinished = Path(folder) / path.name
        yield unfinished
        if path.is_dir():
            path.rename(Path(folder) / "before")
        unfinished.replace(path)


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file completely or not at all, as `whole_file` does; return its path."""
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)
    return Path(path)
