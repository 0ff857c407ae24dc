"""Kept drawings: a learner's strokes with their label, each as one line of JSON in a file."""

import hashlib
import json
import os
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock

from mnist_helpers.assets import FOLDER
from mnist_helpers.drawing import MAX_POINTS, as_strokes
from mnist_helpers.prediction import Prediction, is_digit
from mnist_helpers.system.files import home_path, is_cut_off, whole_file
from mnist_helpers.system.words import quoted

SAMPLE = FOLDER / "drawings.jsonl"
"""Ten drawings in an unusual handwriting, two each of 1, 4, 5, 7 and 9, made for the project."""
_PATIENCE = 10  # seconds that one program waits while another one writes


@dataclass(frozen=True, eq=False)
class KeptDrawing:
    """A drawing that was kept with its label, and what the network said about it.

    `strokes` are float64 (n, 2), in pixels, x right and y down, rounded to a tenth of a pixel.
    `times` are float64 (n,), the seconds at which the points came, counted from the first point.
    `label` is the digit that was meant, 0 to 9, or None if it was not a digit. `said` is the
    network's answer, or None, and `confidence` belongs to it, 0 to 1. `when` is the moment when
    the drawing was kept, ISO 8601 in UTC.
    """

    strokes: list[np.ndarray]
    times: list[np.ndarray]
    label: int | None
    said: int | None
    confidence: float
    when: str

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its line in the file, in hex: `take_back` finds the drawing by it."""
        return _fingerprint(_as_line(self))


class Collection:
    """Kept drawings in a file, in the order added, with `len`, `for`, `[index]`, `add`, `delete`.

    All drawings are in the file, and it is read again each time. So several pads and programs can
    share it. Damaged lines are skipped with one warning, and stay in the file. So is a half-written
    line of a program that was killed.
    """

    def __init__(self, path: str | Path):
        """Take the file's path; the first kept drawing creates the file and its folder.

        Raises OSError for a folder or a device.
        """
        self.path = home_path(path)
        if self.path.exists() and not self.path.is_file():
            raise OSError(f"{quoted(str(path))} is no file: give a name such as my_work/kept.jsonl")
        self._known: dict[bytes, KeptDrawing | str] = {}

    def add(
        self, strokes: Sequence, times: Sequence, label: int | None, prediction: Prediction | None
    ) -> KeptDrawing:
        """Keep a drawing; it is on the disk when this returns.

        Takes strokes and times as a `DrawingPad` gives them. `label` is the digit that was meant,
        or None if it was not a digit. `prediction` is the network's, or None if there was none.
        Threads and processes can add at the same time.

        Raises ValueError for a blank drawing, and for more than 10,000 points. It also raises it if
        strokes and times do not fit together, if the label is not 0 to 9 or None, or if the
        prediction is none.
        """
        if not isinstance(prediction, Prediction | None):
            raise ValueError(f"{quoted(prediction)} is no Prediction; wanted one, or None")
        said, confidence = (prediction.digit, prediction.confidence) if prediction else (None, 0)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        kept = _checked(strokes, times, label, said, confidence, now)
        line = _as_line(kept) + b"\n"
        with self._locked() as path, path.open("ab+", buffering=0) as file:
            if is_cut_off(file):
                line = b"\n" + line
            written = file.write(line)  # in one go, so that no other line lands inside it
            if written < len(line):
                raise OSError(f"only {written:,} of {len(line):,} bytes fit into {self.path}")
            os.fsync(file.fileno())
        return kept

    def delete(self, index: int) -> None:
        """Take one kept drawing out of the file; damaged lines stay.

        If the path is a link, the drawing is taken out of the file behind the link. Other programs
        that want to add a drawing wait. Raises IndexError if there is no such drawing.
        """
        with self._locked() as path:
            lines, kept = self._read()
            del lines[list(kept)[index]]
            with whole_file(path) as unfinished:
                unfinished.write_bytes(b"\n".join(lines))
                shutil.copymode(path, unfinished)

    def take_back(self, fingerprint: str) -> bool:
        """Take out the last drawing with this fingerprint; return whether there was one.

        `add` returns the drawing, and `drawing.fingerprint` is its fingerprint. Only its own line
        is written: blanks take its place.
        """
        with self._locked() as path:
            if not path.exists():
                return False
            with path.open("rb+") as file:
                start, found = 0, None
                for line in file:
                    if line.strip() and _fingerprint(line) == fingerprint:
                        found = start, line.rstrip(b"\n")
                    start += len(line)
                if found is None:
                    return False
                file.seek(found[0])
                file.write(b" " * len(found[1]))
                file.flush()
                os.fsync(file.fileno())
        return True

    def earlier_copies(self, kept: KeptDrawing) -> list[str]:
        """Return the fingerprints of a drawing's lines, except the last one, under any label."""
        same = _as_line(kept).partition(b' "label":')[0]
        with self.path.open("rb") as file:
            return [_fingerprint(line) for line in file if line.startswith(same)][:-1]

    def try_to_write(self) -> None:
        """Make the file if there is none. Raises OSError if nothing can be written into it."""
        with self._locked() as path, path.open("ab"):
            pass

    def export(self, path: str | Path) -> None:
        """Write the kept digits as an .npz file that `benchmarks/drawn_digits.py` measures.

        Drawings that were kept as no digit are left out. Raises ValueError if there is no digit.
        """
        kept = [drawing for drawing in self if drawing.label is not None]
        if not kept:
            raise ValueError(f"{self.path} holds no digit; keep one before you export")
        strokes = [stroke for drawing in kept for stroke in drawing.strokes]
        with whole_file(path) as unfinished, unfinished.open("wb") as file:
            np.savez_compressed(
                file,
                points=np.concatenate(strokes).astype(np.float32),
                stroke_start=_starts(strokes),
                digit_start=_starts([drawing.strokes for drawing in kept]),
                label=np.array([drawing.label for drawing in kept], np.uint8),
                writer=np.zeros(len(kept), np.uint8),
                suspect=np.zeros(len(kept), np.uint8),
            )

    @contextmanager
    def _locked(self) -> Iterator[Path]:
        """Give the real file's path, and keep other threads and programs from writing to it."""
        path = self.path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=_PATIENCE):
            yield path

    def __len__(self) -> int:
        return len(self[:])

    def __iter__(self) -> Iterator[KeptDrawing]:
        return iter(self[:])

    def __getitem__(self, index: int | slice) -> KeptDrawing | list[KeptDrawing]:
        return list(self._read()[1].values())[index]

    def __repr__(self) -> str:
        return f"<Collection {self.path}, kept drawings: {len(self)}>"

    def _read(self) -> tuple[list[bytes], dict[int, KeptDrawing]]:
        """Return all lines of the file, and the kept drawings by the index of their line.

        Each line is parsed only once, so that many kept drawings take little time.
        """
        lines = self.path.read_bytes().split(b"\n") if self.path.exists() else []
        self._known = {
            line: self._known.get(line) or _parse(line) for line in lines if line.strip()
        }
        found = {number: self._known[line] for number, line in enumerate(lines) if line.strip()}
        kept = {n: each for n, each in found.items() if isinstance(each, KeptDrawing)}
        damaged = [number for number in found if number not in kept]
        if damaged:
            first, *others = damaged
            more = f" (and {len(others):,} more)" if others else ""
            warnings.warn(
                f"{self.path}, line {first + 1}, is skipped{more}: {found[first]}. It begins with "
                f"{lines[first][:40]!r}; wanted one kept drawing a line, in JSON and UTF-8, as "
                "Collection.add writes it.",
                stacklevel=3,
            )
        return lines, kept


def _fingerprint(line: bytes) -> str:
    return hashlib.sha256(line.strip()).hexdigest()


def _as_line(kept: KeptDrawing) -> bytes:
    return json.dumps(asdict(kept), default=np.ndarray.tolist).encode()


def _parse(line: bytes) -> KeptDrawing | str:
    """Return what the line holds, or what is wrong with it."""
    wanted = [field.name for field in fields(KeptDrawing)]
    try:
        record = json.loads(line)
        if isinstance(record, dict) and set(wanted) <= set(record):
            return _checked(*(record[name] for name in wanted))
        return f"not an object with {', '.join(wanted)}"
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        return str(error) or type(error).__name__


def _checked(strokes, times, label, said, confidence, when) -> KeptDrawing:
    """Return a drawing as the file holds it, rounded; raise an error if it cannot be kept."""
    rounded = [points.round(1) for points in as_strokes(strokes)]
    counts = [len(points) for points in rounded]
    if not 0 < sum(counts) <= MAX_POINTS:
        raise ValueError(
            f"the drawing has {sum(counts):,} points; wanted 1 to {MAX_POINTS:,}: "
            "draw one digit before you give it a label"
        )
    try:
        given = [np.asarray(each) for each in times if len(each)]
        seconds = [each.astype(np.float64, casting="same_kind").round(3) for each in given]
    except (TypeError, ValueError):
        raise ValueError(
            "the times are no lists of numbers; wanted a list of seconds for each stroke"
        ) from None
    if [each.shape for each in seconds] != [(count,) for count in counts]:
        raise ValueError(
            f"the times have the shapes {quoted([each.shape for each in seconds])}; wanted one "
            f"time for each point of each stroke: {quoted([(count,) for count in counts])}"
        )
    if not np.isfinite(np.concatenate(seconds)).all():
        raise ValueError("a time is not finite; wanted seconds from the first point")
    if label is not None and not is_digit(label):
        raise ValueError(
            f"the label is {quoted(label)}; wanted a whole number from 0 to 9, or None for no digit"
        )
    if said is not None and not is_digit(said):
        raise ValueError(f"the network said {quoted(said)}; wanted a digit from 0 to 9, or None")
    if not isinstance(confidence, int | float | np.floating) or not 0 <= confidence <= 1:
        raise ValueError(f"the confidence is {quoted(confidence)}; wanted a number from 0 to 1")
    datetime.fromisoformat(when[:50] if isinstance(when, str) else when)  # its error quotes it
    for array in (*rounded, *seconds):
        array.flags.writeable = False  # everyone who asks gets this same drawing
    label, said = (None if each is None else int(each) for each in (label, said))
    return KeptDrawing(rounded, seconds, label, said, round(float(confidence), 4), when)


def _starts(parts: Sequence[Sequence]) -> np.ndarray:
    """Return the index at which each part begins after joining them, and at last the total."""
    return np.cumsum([0, *map(len, parts)])
