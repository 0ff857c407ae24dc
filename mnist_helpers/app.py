"""The web app: draw a digit, and watch the network make up its mind.

`python -m mnist_helpers.app` serves it, to this machine only unless told otherwise.
"""

import argparse
import os
from pathlib import Path
from typing import TypedDict

import gradio as gr
import numpy as np

from mnist_helpers.drawing import FARTHEST
from mnist_helpers.recognizer import Prediction, Recognizer

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # Gradio asks when Blocks are made

LAUNCH_OPTIONS = {
    "share": False,  # Gradio would turn it on by itself on Colab
    "run_history": False,
    "max_file_size": "5mb",
    "footer_links": ["api"],
}
"""What `launch` of the app should be given: nothing leaves the machine and nothing is kept."""

MAX_STROKES = 100
MAX_POINTS = 10_000
_WEB = Path(__file__).parent / "web"


class Answer(TypedDict):
    """A Prediction as JSON."""

    digit: int | None
    confidence: float
    probabilities: list[float]
    verdict: str


def build_app(recognizer: Recognizer) -> gr.Blocks:
    """Build the app around a recogniser; `launch(**LAUNCH_OPTIONS)` serves it.

    The page sends its strokes here while the pointer moves, outside of Gradio's queue and in
    several threads at once. Programs call the endpoint `/recognize_strokes`.
    """

    def predict(strokes: object) -> Prediction:
        return recognizer.recognize_strokes(check_strokes(strokes))

    def recognize(strokes: list) -> dict:
        try:
            prediction = predict(strokes)
        except ValueError as error:  # Gradio's page keeps an exception to itself
            return {"error": str(error)}
        pixels = np.round(255 * prediction.image).astype(int).ravel().tolist()
        return {**as_answer(prediction), "words": prediction.in_words, "pixels": pixels}

    def recognize_strokes(strokes: list[list[list[float]]]) -> Answer:
        """Read one digit from pen strokes.

        `strokes` is a list of strokes, a stroke is a list of points [x, y]: x to the right, y down,
        in any unit. `verdict` is 'digit', 'unsure' or 'blank'; `digit` is null where it is 'blank'.
        """
        try:
            return as_answer(predict(strokes))
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    with gr.Blocks(title="Handwritten digits") as app:
        gr.HTML(
            html_template=_read("pad.html"),
            css_template=_read("pad.css"),
            js_on_load=_read("pad.js"),
            apply_default_css=False,
            server_functions=[recognize],
            digits=list(range(10)),
        )
        gr.api(recognize_strokes, queue=False)  # so that one plain POST is enough, as with curl
    return app


def check_strokes(strokes: object) -> list[list[list[float]]]:
    """Return strokes as they came from outside, once they are known to be lists of [x, y].

    Raises ValueError for anything else, for more than 100 strokes and for more than 10,000 points.
    """
    if not isinstance(strokes, list):
        raise ValueError(f"{type(strokes).__name__} came in; wanted a list of strokes")
    if len(strokes) > MAX_STROKES:
        raise ValueError(f"{len(strokes):,} strokes came in; at most {MAX_STROKES} are read")
    for number, stroke in enumerate(strokes):
        if not isinstance(stroke, list):
            kind = type(stroke).__name__
            raise ValueError(f"stroke {number} is {kind}; wanted a list of points [x, y]")
    count = sum(len(stroke) for stroke in strokes)
    if count > MAX_POINTS:
        raise ValueError(f"{count:,} points came in; at most {MAX_POINTS:,} are read")
    for number, stroke in enumerate(strokes):
        for place, point in enumerate(stroke):
            if not _is_point(point):
                raise ValueError(
                    f"point {place} of stroke {number} is not [x, y], two numbers between "
                    f"-{FARTHEST:,} and {FARTHEST:,}"
                )
    return strokes


def as_answer(prediction: Prediction) -> Answer:
    """Return what JSON can hold of a prediction."""
    return {
        "digit": prediction.digit,
        "confidence": prediction.confidence,
        "probabilities": prediction.probabilities.tolist(),
        "verdict": prediction.verdict,
    }


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        # Here and not in NumPy, which cannot take a number of 400 digits.
        and all(type(value) in (int, float) and abs(value) <= FARTHEST for value in point)
    )


def _read(name: str) -> str:
    return (_WEB / name).read_text(encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve the app that reads drawn digits.")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in")
    parser.add_argument("--port", type=int, help="the first free one from 7860 unless given")
    options = parser.parse_args()
    app = build_app(Recognizer.load())
    app.launch(server_name=options.host, server_port=options.port, **LAUNCH_OPTIONS)


if __name__ == "__main__":
    main()
