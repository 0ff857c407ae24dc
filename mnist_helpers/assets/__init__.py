"""The files that come with the package, checked before they are used."""

import hashlib
import io
import json
from pathlib import Path

FOLDER = Path(__file__).parent
RESULTS = "results.json"


def read_asset(name: str, sha256: str) -> io.BytesIO:
    """Return the bytes of a bundled file whose SHA-256 is `sha256`.

    Raises FileNotFoundError or ValueError, naming the file and the way to restore it, where the
    file is missing or is not the one that was published.
    """
    path = FOLDER / name
    restore = (
        f"Restore it with 'git checkout -- {path}', or install the package again "
        "(pip install --force-reinstall --no-deps)."
    )
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; it comes with the package. {restore}")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(
            f"{path} is damaged: its SHA-256 is {found[:12]}…, expected {sha256[:12]}…. {restore}"
        )
    return io.BytesIO(content)


def load_results() -> dict:
    """Return the record of how the shipped weights were trained and how well they do."""
    return json.loads((FOLDER / RESULTS).read_text(encoding="utf-8"))
