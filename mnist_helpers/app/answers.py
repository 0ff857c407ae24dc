"""What the page and other programs get: answers as JSON, and errors in words."""

import asyncio
import base64
import hashlib
import inspect
from collections.abc import Callable
from functools import wraps
from types import NoneType
from typing import TypedDict

import cv2
import gradio as gr
import numpy as np

from mnist_helpers.app.received import check_strokes, check_times, open_picture
from mnist_helpers.collection import Collection
from mnist_helpers.handwriting import pace, write_digit
from mnist_helpers.photo import fit
from mnist_helpers.prediction import Prediction
from mnist_helpers.recognizer import as_recognizer
from mnist_helpers.shown import name_label, percent, sureness

_MOST_KEPT = 50_000_000  # bytes: a visitor must not fill the disk
_PICTURES_AT_ONCE = 2  # each takes up to 300 MB while it is decoded
_PATIENCE = 5  # seconds that a picture waits for its turn; the page waits ten in all
_MOST_WAITING = 30  # pictures; any more are refused at once
_SHOWN_STEP = 240  # pixels, the longer side of a step as the page shows it


class Answer(TypedDict):
    """A Prediction as JSON; `model` names the weights that gave it."""

    digit: int | None
    confidence: float
    probabilities: list[float]
    verdict: str
    model: str


def for_page(method: Callable) -> Callable:
    """Return an error as an answer in words: Gradio's page does not show an exception."""

    @wraps(method)
    async def answer(self: "Answers", data: object) -> dict:
        try:
            answer = method(self, data)
            return await answer if inspect.isawaitable(answer) else answer
        except ValueError as error:
            return {"error": str(error)}

    return answer


def for_programs(method: Callable) -> Callable:
    """Raise an error as gr.Error: Gradio sends its words and no traceback."""

    @wraps(method)
    async def answer(self: "Answers", data: object) -> Answer:
        try:
            answer = method(self, data)
            return await answer if inspect.isawaitable(answer) else answer
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    return answer


class Answers:
    """Everything that the app can be asked. The page calls the first five methods."""

    def __init__(self, reader, collection: Collection | None = None):
        """Take a reader, as `DrawingPad` does, and a collection for corrections, or None."""
        self._reader = as_recognizer(reader)
        self._collection = collection
        self._model = model_version(self._reader)
        self._free = asyncio.Semaphore(_PICTURES_AT_ONCE)
        self._waiting = 0
        self._rng = np.random.default_rng()

    @for_page
    def recognize(self, strokes: object) -> dict:
        """Answer for the strokes on the paper."""
        return as_shown(self._predict(strokes), self._model)

    @for_page
    async def read_photo(self, picture: object) -> dict:
        """Answer for a picture file as base64 text, and add the steps of the best reading."""
        prediction, reading = await self._see(picture)
        steps = {**reading.steps, "28 × 28": prediction.image}
        shown = [{"name": name, "picture": as_url(step)} for name, step in steps.items()]
        return {**as_shown(prediction, self._model), "steps": shown}

    @for_page
    def keep(self, drawing: object) -> dict:
        """Keep strokes with their times under the digit that was meant, None for no digit.

        The answer has the record's `fingerprint`. `instead` can hold the fingerprint of an
        earlier record. That one is taken back once the new one is on the disk.
        """
        if not isinstance(drawing, dict) or type(drawing.get("label", "")) not in (int, NoneType):
            raise ValueError("wanted strokes, times and a label: 0 to 9, or null for 'not a digit'")
        path, label = self._collection.path, drawing["label"]
        if path.exists() and path.stat().st_size > _MOST_KEPT:
            raise ValueError("no more drawings are kept: the collection is full")
        strokes = check_strokes(drawing.get("strokes"))
        times = check_times(drawing.get("times"), strokes)
        try:
            kept = self._collection.add(strokes, times, label, self._predict(strokes))
            self._take_back(drawing.get("instead"))
        except OSError:
            raise ValueError("the drawing could not be kept: the server cannot write it") from None
        return {"words": f"Kept as {name_label(label)}.", "fingerprint": kept.fingerprint}

    @for_page
    def take_back(self, fingerprint: object) -> dict:
        """Take out a kept drawing; only the person who kept it has its fingerprint."""
        try:
            is_out = self._take_back(fingerprint)
        except OSError:
            raise ValueError("it is still kept: the server cannot change its file") from None
        return {"words": "No longer kept." if is_out else "It was not kept any more."}

    @for_page
    def write_sample(self, _: object) -> dict:
        """Return strokes and times of any digit, for people who cannot or do not want to draw."""
        strokes = write_digit(int(self._rng.integers(10)), self._rng)
        return {
            "strokes": [stroke.round(1).tolist() for stroke in strokes],
            "times": pace(strokes),
        }

    def _take_back(self, fingerprint: object) -> bool:
        return isinstance(fingerprint, str) and self._collection.take_back(fingerprint)

    @for_programs
    def recognize_strokes(self, strokes: list[list[list[float]]]) -> Answer:
        """Read one digit from pen strokes.

        `strokes` is a list of strokes, a stroke is a list of points [x, y]: x to the right, y down,
        in any unit. `verdict` is 'digit', 'unsure', 'no digit' or 'blank'. `digit` is null if the
        verdict is 'blank'. `model` names the weights that answered.
        """
        return as_answer(self._predict(strokes), self._model)

    @for_programs
    async def recognize_picture(self, picture: str) -> Answer:
        """Read one digit from a drawing or a photo of paper.

        `picture` is a PNG, JPEG or WebP file of at most 10 MB and 25 million pixels, as base64
        text or as a data: URL. The answer has the same form as that of `/recognize_strokes`.
        """
        prediction, _ = await self._see(picture)
        return as_answer(prediction, self._model)

    def _predict(self, strokes: object) -> Prediction:
        return self._reader.recognize_strokes(check_strokes(strokes))

    async def _see(self, picture: object):
        """Return the prediction and the reading; a picture that waits uses no thread."""
        if not hasattr(self._reader, "read"):
            raise ValueError("this recogniser reads strokes only: draw the digit")
        too_many = ValueError("too many pictures came in at once; try again in a moment")
        if self._waiting >= _MOST_WAITING:
            raise too_many
        self._waiting += 1
        try:
            await asyncio.wait_for(self._free.acquire(), _PATIENCE)
        except TimeoutError:
            raise too_many from None
        finally:
            self._waiting -= 1
        try:
            return await asyncio.to_thread(lambda: self._reader.read(open_picture(picture)))
        finally:
            self._free.release()


def model_version(reader) -> str:
    """Name a recogniser's weights by the first 12 hex digits of their SHA-256.

    A recogniser that does not show its weights is named by its class.
    """
    weights = getattr(getattr(reader, "network", None), "weights", None)
    if not weights:
        return type(reader).__name__
    return hashlib.sha256(b"".join(array.tobytes() for array in weights)).hexdigest()[:12]


def as_answer(prediction: Prediction, model: str) -> Answer:
    """Return a prediction as programs get it."""
    return {
        "digit": prediction.digit,
        "confidence": prediction.confidence,
        "probabilities": prediction.probabilities.tolist(),
        "verdict": prediction.verdict,
        "model": model,
    }


def as_shown(prediction: Prediction, model: str) -> dict:
    """Return what the page gets: the answer, its words, and 784 grey values as base64."""
    blank = prediction.digit is None
    match prediction.candidates:
        case [digit]:
            sign = str(digit)
        case [digit, _]:
            sign = f"{digit}?"
        case _:
            sign = "–" if blank else "?"
    return {
        **as_answer(prediction, model),
        "sign": sign,
        "words": prediction.in_words,
        "sureness": sureness(prediction),
        "percents": ["–" if blank else percent(each) for each in prediction.probabilities],
        "pixels": base64.b64encode(np.round(255 * prediction.image).astype(np.uint8)).decode(),
    }


def as_url(step: np.ndarray) -> str:
    """Return a step as a small PNG in a data: URL; the largest float (if over 0.2) is white."""
    if step.dtype != np.uint8:
        step = np.round(255 * (step / max(step.max(), 0.2)).clip(0, 1)).astype(np.uint8)
    _, png = cv2.imencode(".png", fit(step, _SHOWN_STEP))
    return "data:image/png;base64," + base64.b64encode(png).decode()
