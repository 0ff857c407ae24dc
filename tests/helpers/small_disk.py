"""A disk that is made full."""

from pathlib import Path

import pytest


def fill_up(disk: Path) -> Path:
    """Write one file until not a byte is free; returns its path."""
    filler = disk / "filler"
    for size in (4096, 1):
        with pytest.raises(OSError), filler.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(size))
    return filler
