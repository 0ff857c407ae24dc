"""The web app: draw a digit, and watch the network make up its mind; or show it a photo.

`python -m mnist_helpers.app` serves it, to this machine only unless told otherwise.
"""

import base64
import hashlib
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from threading import BoundedSemaphore
from typing import TypedDict

import cv2
import gradio as gr
import numpy as np

from mnist_helpers.app.gate import GATED, check_strokes, check_times, open_picture
from mnist_helpers.collection import Collection
from mnist_helpers.photo import find_drawing, fit
from mnist_helpers.prediction import Prediction
from mnist_helpers.recognizer import Recognizer

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # Gradio asks when Blocks are made

LAUNCH_OPTIONS = {
    "share": False,  # Gradio would turn it on by itself on Colab
    "run_history": False,
    "ssr_mode": False,  # Hugging Face Spaces would put another server before this one
    "footer_links": ["api"],
    "app_kwargs": GATED,
}
"""What `launch` of the app should be given: nothing leaves the machine and nothing is kept."""

PASSWORD = "DIGITS_PASSWORD"
"""The environment variable with the password that `python -m mnist_helpers.app` asks for."""

USER = "digits"
_MOST_KEPT = 50_000_000  # bytes: a visitor must not fill the disk
_PICTURES_AT_ONCE = 2  # each takes up to 300 MB while it is decoded
_PATIENCE = 5  # seconds that a picture waits for its turn; the page waits ten in all
_WEB = Path(__file__).parents[1] / "web"


class Answer(TypedDict):
    """A Prediction as JSON; `model` tells which weights gave it."""

    digit: int | None
    confidence: float
    probabilities: list[float]
    verdict: str
    model: str


def build_app(recognizer: Recognizer, collection: Collection | None = None) -> gr.Blocks:
    """Build the app around a recogniser; `launch(**LAUNCH_OPTIONS)` serves it.

    Where a collection is given, visitors may say which digit they meant, and the page says that
    their drawing is then kept there. The page calls `recognize`, `read_photo` and `keep` outside of
    Gradio's queue and in several threads at once. Programs call the endpoints `/recognize_strokes`
    and `/recognize_image`.
    """
    model = model_version(recognizer)
    free = BoundedSemaphore(_PICTURES_AT_ONCE)

    def predict(strokes: object) -> Prediction:
        return recognizer.recognize_strokes(check_strokes(strokes))

    def see(picture: object) -> tuple[dict[str, np.ndarray], Prediction]:
        if not free.acquire(timeout=_PATIENCE):
            raise ValueError("too many pictures came in at once; try again in a moment")
        try:
            steps = find_drawing(open_picture(picture))
        finally:
            free.release()
        return steps, recognizer.recognize(steps["drawing"])

    @_for_page
    def recognize(strokes: list) -> dict:
        return as_shown(predict(strokes), model)

    @_for_page
    def read_photo(picture: str) -> dict:
        steps, prediction = see(picture)
        steps["28 × 28"] = prediction.image
        shown = [{"name": name, "picture": as_url(step)} for name, step in steps.items()]
        return {**as_shown(prediction, model), "steps": shown}

    @_for_page
    def keep(drawing: dict) -> dict:
        if not isinstance(drawing, dict) or type(drawing.get("label")) is not int:
            raise ValueError("wanted strokes, times and a label from 0 to 9")
        if collection.path.exists() and collection.path.stat().st_size > _MOST_KEPT:
            raise ValueError("no more drawings are kept: the collection is full")
        strokes = check_strokes(drawing.get("strokes"))
        times = check_times(drawing.get("times"), strokes)
        collection.add(strokes, times, drawing["label"], predict(strokes))
        return {}

    @_for_programs
    def recognize_strokes(strokes: list[list[list[float]]]) -> Answer:
        """Read one digit from pen strokes.

        `strokes` is a list of strokes, a stroke is a list of points [x, y]: x to the right, y down,
        in any unit. `verdict` is 'digit', 'unsure' or 'blank'; `digit` is null where it is 'blank'.
        `model` names the weights that answered.
        """
        return as_answer(predict(strokes), model)

    @_for_programs
    def recognize_image(picture: str) -> Answer:
        """Read one digit from a drawing or a photo of paper.

        `picture` is a PNG, JPEG or WebP file of at most 10 MB and 25 million pixels, as base64
        text. The answer is that of `/recognize_strokes`.
        """
        return as_answer(see(picture)[1], model)

    with gr.Blocks(title="Handwritten digits") as app:
        gr.HTML(
            html_template=_read("pad.html"),
            css_template=_read("pad.css"),
            js_on_load=_read("pad.js"),
            apply_default_css=False,
            server_functions=[recognize, read_photo, *([] if collection is None else [keep])],
            digits=list(range(10)),
            keeps=collection is not None,
        )
        for endpoint in (recognize_strokes, recognize_image):
            gr.api(endpoint, queue=False)  # so that one plain POST is enough, as with curl
    return app


def model_version(recognizer: Recognizer) -> str:
    """Name a recogniser's weights by the first 12 hex digits of their SHA-256."""
    weights = b"".join(array.tobytes() for array in recognizer.network.weights)
    return hashlib.sha256(weights).hexdigest()[:12]


def as_answer(prediction: Prediction, model: str) -> Answer:
    """Return what programs get of a prediction."""
    return {
        "digit": prediction.digit,
        "confidence": prediction.confidence,
        "probabilities": prediction.probabilities.tolist(),
        "verdict": prediction.verdict,
        "model": model,
    }


def as_shown(prediction: Prediction, model: str) -> dict:
    """Return what the page gets: the answer, its words, and as base64 the 784 grey values seen."""
    return {
        **as_answer(prediction, model),
        "known": bool(prediction.candidates),
        "words": prediction.in_words,
        "pixels": base64.b64encode(np.round(255 * prediction.image).astype(np.uint8)).decode(),
    }


def as_url(step: np.ndarray) -> str:
    """Return a step as a small PNG in a data: URL; of floats, the greatest is shown white."""
    if step.dtype != np.uint8:
        step = np.round(255 * (step / max(step.max(), 0.2)).clip(0, 1)).astype(np.uint8)
    _, png = cv2.imencode(".png", fit(step, 240))
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _for_page(function: Callable) -> Callable:
    """Answer an error in words: Gradio's page keeps an exception to itself."""

    @wraps(function)
    def answer(data: object) -> dict:
        try:
            return function(data)
        except ValueError as error:
            return {"error": str(error)}

    return answer


def _for_programs(function: Callable) -> Callable:
    """Raise an error as Gradio wants it, which sends the words and no traceback."""

    @wraps(function)
    def answer(data: object) -> Answer:
        try:
            return function(data)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    return answer


def _read(name: str) -> str:
    return (_WEB / name).read_text(encoding="utf-8")
