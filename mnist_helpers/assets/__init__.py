"""The files that come with the package, checked before they are used."""

import hashlib
import io
import json
from pathlib import Path

FOLDER = Path(__file__).parent
RESULTS = "results.json"
SEAL = "sha256_of_all_else"
MNIST_ONLY = "mnist_only"
"""The name of a second network, trained as in lesson 4, for its two files: weights and record."""


def read_asset(name: str, sha256: str) -> io.BytesIO:
    """Return the bytes of a bundled file whose SHA-256 is `sha256`.

    Raises FileNotFoundError if the file is missing, and ValueError if it is not the one that was
    published. The message names the file and says how to restore it.
    """
    content = _read(name)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(
            f"{FOLDER / name} is damaged: its SHA-256 is {found[:12]}…, expected {sha256[:12]}…. "
            + _remedy(name)
        )
    return io.BytesIO(content)


def load_results(name: str = RESULTS) -> dict:
    """Return the record of how the shipped weights were trained and how well they read digits.

    `name` can be the file of another record.

    Raises FileNotFoundError or ValueError as `read_asset` does.
    """
    try:
        record = json.loads(_read(name).decode("utf-8"))
        if not isinstance(record, dict) or record.pop(SEAL, None) != checksum(record):
            raise ValueError("its content has changed since it was written")
    except ValueError as error:
        raise ValueError(f"{FOLDER / name} is damaged: {error}. {_remedy(name)}") from None
    return record


def checksum(record: dict) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def _read(name: str) -> bytes:
    path = FOLDER / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; it comes with the package. {_remedy(name)}")
    return path.read_bytes()


def _remedy(name: str) -> str:
    return (
        f"Restore it with 'git checkout -- {FOLDER / name}', or install the package again "
        "(pip install --force-reinstall --no-deps)."
    )
