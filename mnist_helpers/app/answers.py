"""What the page and other programs get: answers as JSON, and errors in words."""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from types import NoneType
from typing import TypedDict

import cv2
import gradio as gr
import numpy as np

from mnist_helpers.app.gate import CALL, LOG, Call
from mnist_helpers.app.received import check_strokes, check_times
from mnist_helpers.export.page import make_page
from mnist_helpers.handwriting import pace, write_digit
from mnist_helpers.learning.collection import Collection, KeptDrawing
from mnist_helpers.pictures.photo import resize
from mnist_helpers.pictures.received import decode_picture
from mnist_helpers.prediction import Prediction, Verdict, name_label
from mnist_helpers.recognizer import Recognizer, as_recognizer
from mnist_helpers.system.turns import Busy, Places

_MOST_KEPT = 50_000_000  # bytes: a visitor must not fill the disk
_PATIENCE = 5  # seconds that somebody waits for the collection; the page waits ten in all
_QUICK = 500  # points: with more of them, strokes are read in a thread
_SHOWN_STEP = 240  # pixels, the longer side of a step as the page shows it


class Answer(TypedDict):
    """A Prediction as JSON; `model` names the weights that gave it."""

    digit: int | None
    confidence: float
    probabilities: list[float]
    verdict: Verdict
    model: str


def for_page(method: Callable) -> Callable:
    """Return a function that gives an error as words: Gradio's page does not show an exception."""

    @wraps(method)
    async def answer(data: object) -> dict:
        try:
            return await method(data)
        except ValueError as error:
            return {"error": str(error)}

    return answer


def for_programs(method: Callable) -> Callable:
    """Return a function that raises gr.Error: Gradio sends its words, the gate gives a status."""

    @wraps(method)
    async def answer(data: object) -> Answer:
        try:
            return await method(data)
        except ValueError as error:
            CALL.get(Call()).status = 503 if isinstance(error, Busy) else 400
            words = str(error)
        except Exception:
            LOG.exception("the recogniser failed")
            words = "the recogniser failed; the server's log names the fault"
        raise gr.Error(words, print_exception=False)

    return answer


class Answers:
    """Everything that the app can be asked. If something is wrong, it says so in a ValueError.

    The page calls the methods through `for_page`, and programs the last two through `for_programs`.
    """

    def __init__(self, reader, collection: Collection | None = None):
        """Take a reader, as `DrawingPad` does, and a collection for corrections, or None."""
        self._reader = as_recognizer(reader)
        self._collection = collection
        self._model = model_version(self._reader)
        self._pictures = Places()
        self._collection_is_free = asyncio.Lock()
        self._rng = np.random.default_rng()
        self.page: str | None = None  # the take-home page, if the network can become one
        if isinstance(self._reader, Recognizer):
            with suppress(ValueError):
                self.page = make_page(self._reader)

    async def recognize(self, strokes: object) -> dict:
        """Answer for the strokes on the paper."""
        return as_shown(await self._predict(strokes), self._model)

    async def read_photo(self, picture: object) -> dict:
        """Answer for a picture file as base64 text, and add the steps of the best reading."""
        return await self._see(picture, self._with_steps)

    async def keep(self, drawing: object) -> dict:
        """Keep strokes with their times under the digit that was meant, None for no digit.

        The answer has the record's `fingerprint`. `instead` can hold the fingerprint of an
        earlier record. That one is taken back once the new one is on the disk. So is a record of
        the same drawing, whose answer may have been lost on its way to the page.
        """
        if not isinstance(drawing, dict) or type(drawing.get("label", "")) not in (int, NoneType):
            raise ValueError("wanted strokes, times and a label: 0 to 9, or null for 'not a digit'")
        strokes, label = check_strokes(drawing.get("strokes")), drawing["label"]
        times = check_times(drawing.get("times"), strokes)
        prediction = await self._predict(strokes)
        add = partial(self._add, strokes, times, label, prediction, drawing.get("instead"))
        fault = "the drawing could not be kept: the server cannot write it"
        kept = await self._at_the_collection(add, fault)
        return {"words": f"Kept as {name_label(label)}.", "fingerprint": kept.fingerprint}

    async def take_back(self, fingerprint: object) -> dict:
        """Take out a kept drawing; only the person who kept it has its fingerprint."""
        fault = "it is still kept: the server cannot change its file"
        is_out = await self._at_the_collection(partial(self._take_back, fingerprint), fault)
        return {"words": "No longer kept." if is_out else "It was not kept any more."}

    async def write_sample(self, _: object) -> dict:
        """Return strokes and times of any digit, for people who cannot or do not want to draw."""
        strokes = write_digit(int(self._rng.integers(10)), self._rng)
        return {"strokes": [each.round(1).tolist() for each in strokes], "times": pace(strokes)}

    async def look_inside(self, _: object) -> dict:
        """Return the take-home page of the network; the app shows it, and visitors can save it."""
        return {"page": self.page}

    async def recognize_strokes(self, strokes: list[list[list[float]]]) -> Answer:
        """Read one digit from pen strokes.

        `strokes` is a list of strokes, a stroke is a list of points [x, y]: x to the right, y down,
        in any unit. `verdict` is 'digit', 'unsure', 'no digit' or 'blank'. `digit` is null if the
        verdict is 'blank'. `model` names the weights that answered.
        """
        return as_answer(await self._predict(strokes), self._model)

    async def recognize_picture(self, picture: str) -> Answer:
        """Read one digit from a drawing or a photo of paper.

        `picture` is a PNG, JPEG or WebP file of at most 10 MB and 25 million pixels, as base64
        text or as a data: URL. The answer has the same form as that of `/recognize_strokes`.
        """
        return await self._see(picture, lambda seen, _: as_answer(seen, self._model))

    async def _predict(self, strokes: object) -> Prediction:
        read, checked = self._reader.recognize_strokes, check_strokes(strokes)
        if sum(map(len, checked)) <= _QUICK:
            return read(checked)
        return await asyncio.to_thread(read, checked)

    async def _see(self, picture: object, tell: Callable) -> dict:
        """Return what `tell` makes of the prediction and the reading of a picture."""
        if not hasattr(self._reader, "read"):
            raise ValueError("this recogniser reads strokes only: draw the digit")
        async with self._pictures.place(CALL.get(Call()).address):
            read = self._reader.read
            return await asyncio.to_thread(lambda: tell(*read(decode_picture(picture))))

    def _with_steps(self, prediction: Prediction, reading) -> dict:
        steps = {**reading.steps, "28 × 28": prediction.image}
        shown = [{"name": name, "picture": as_url(step)} for name, step in steps.items()]
        return {**as_shown(prediction, self._model), "steps": shown}

    async def _at_the_collection(self, work: Callable, fault: str):
        """Do work with the file in a thread: one at a time, so that at most one thread waits.

        `fault` is what to say if the file cannot be used, or not soon enough.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._collection_is_free.acquire()
            try:
                return await asyncio.to_thread(work)
            finally:
                self._collection_is_free.release()
        except OSError:  # TimeoutError is one
            raise ValueError(fault) from None

    def _add(self, strokes, times, label, prediction, instead: object) -> KeptDrawing:
        path = self._collection.path
        if path.exists() and path.stat().st_size > _MOST_KEPT:
            raise ValueError("no more drawings are kept: the collection is full")
        kept = self._collection.add(strokes, times, label, prediction)
        for old in (instead, *self._collection.earlier_copies(kept)):
            self._take_back(old)
        return kept

    def _take_back(self, fingerprint: object) -> bool:
        return isinstance(fingerprint, str) and self._collection.take_back(fingerprint)


def model_version(reader) -> str:
    """Name a recogniser's weights by the first 12 hex digits of their SHA-256.

    A recogniser that does not show its weights is named by its class.
    """
    if not isinstance(reader, Recognizer) or not reader.network.weights:
        return type(reader).__name__
    weights = b"".join(array.tobytes() for array in reader.network.weights)
    return hashlib.sha256(weights).hexdigest()[:12]


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
    return {
        **as_answer(prediction, model),
        "digit_probability": prediction.digit_probability,
        "sign": prediction.sign,
        "words": prediction.in_words,
        "sureness": prediction.sureness,
        "pixels": base64.b64encode(np.round(255 * prediction.image).astype(np.uint8)).decode(),
    }


def as_url(step: np.ndarray) -> str:
    """Return a step as a small PNG in a data: URL; the largest value (if over 0.2) is white."""
    step = np.round(255 * (step / max(step.max(), 0.2)).clip(0, 1)).astype(np.uint8)
    _, png = cv2.imencode(".png", resize(step, _SHOWN_STEP))
    return "data:image/png;base64," + base64.b64encode(png).decode()
