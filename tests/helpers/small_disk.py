"""A disk that is made full."""

import shutil
from pathlib import Path


def fill_up(disk: Path) -> Path:
    """Write one file with all bytes that are free; returns its path."""
    filler = disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(disk).free))
    return filler
