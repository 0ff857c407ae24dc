"""What the drawing pad shows beside the ink, as HTML that follows the notebook's theme."""

import traceback
from collections.abc import Mapping
from html import escape
from pathlib import Path

import numpy as np

from mnist_helpers.prediction import Prediction
from mnist_helpers.shown import bars, percent, picture, with_article

Answers = Mapping[str, Prediction | None]  # by the recognizer's name; None where it has failed


def style() -> str:
    """Return what all parts of the pad need to look as they should."""
    css = (Path(__file__).parent / "pad.css").read_text(encoding="utf-8")
    return f"<style>{css}</style>"


def panel(answers: Answers) -> str:
    """Lay out each answer with its ten bars, and what the networks see."""
    first = next(iter(answers.values()))
    image = np.zeros((28, 28)) if first is None else first.image
    seer, kind = ("the network sees", "") if len(answers) == 1 else ("they see", " several")
    return (
        f'<div class="digit-pad-panel{kind}">'
        + "".join(_answer(name, prediction) for name, prediction in answers.items())
        + f"<figure>{picture(image)}<figcaption>What {seer}</figcaption></figure></div>"
    )


def status(answers: Answers) -> str:
    """Say the answers to a screen reader."""
    said = "".join(
        f"<p>{name and escape(name) + ': '}{_words(prediction)}. {_confidence(prediction)}</p>"
        for name, prediction in answers.items()
    )
    return tell(said)


def tell(html: str) -> str:
    """Say something that a screen reader reads out at once it changes."""
    return f'<div role="status">{html}</div>'


def fault(error: Exception) -> str:
    """Tell of an exception, and how to go on."""
    message = escape(f"{type(error).__name__}: {error}")
    trace = escape("".join(traceback.format_exception(error)))
    return (
        f'<div role="alert" class="digit-pad-fault"><b>Something went wrong. {message}</b><br>'
        "The pad goes on and your strokes are kept: draw, undo or clear."
        f"<details><summary>Where it happened</summary><pre>{trace}</pre></details></div>"
    )


def keys(has_labels: bool) -> str:
    """List the keys of the paper."""
    label = "<dt>0 to 9</dt><dd>that was a 0 to 9: keep it</dd>" if has_labels else ""
    return (
        '<details class="digit-pad-keys"><summary>Draw with keys</summary><dl>'
        "<dt>Tab</dt><dd>to the paper, and away from it</dd>"
        "<dt>← ↑ → ↓</dt><dd>move the pen; Home, End, Page Up, Page Down: diagonally</dd>"
        "<dt>Space</dt><dd>puts the pen down, and lifts it</dd>"
        "<dt>E</dt><dd>eraser or pen; with the eraser, Space takes a stroke away</dd>"
        f"<dt>Ctrl+Z, Ctrl+Y</dt><dd>undo, redo</dd><dt>Escape</dt><dd>clears</dd>{label}</dl>"
        "Notebook 7 keeps some keys for itself: hold Ctrl with the arrows, undo with Backspace."
        "</details>"
    )


def _answer(name: str, prediction: Prediction | None) -> str:
    match prediction and prediction.candidates:
        case [digit]:
            sign = digit
        case [digit, _]:
            sign = f"{digit}<small>?</small>"
        case []:
            sign = "–" if prediction.digit is None else "?"
        case None:
            sign = "–"
    title = f"<h4>{escape(name)}</h4>" if name else ""
    return (
        f'<section>{title}<div class="digit-pad-answer">'
        f'<div class="digit-pad-digit" aria-hidden="true">{sign}</div>'
        f"<div><b>{_words(prediction)}</b><br>{_confidence(prediction)}</div></div>"
        f'<div class="digit-pad-bars">{_bars(prediction)}</div></section>'
    )


def _words(prediction: Prediction | None) -> str:
    return "No answer" if prediction is None else prediction.in_words


def _confidence(prediction: Prediction | None) -> str:
    if prediction is None or prediction.digit is None:
        return "&nbsp;"
    is_known = len(prediction.candidates) > 0
    what = "Confidence" if is_known else f"Most like {with_article(prediction.digit)}:"
    return f"{what} {percent(prediction.confidence)}"


def _bars(prediction: Prediction | None) -> str:
    if prediction is None or prediction.digit is None:
        return bars(None)
    return bars(prediction.probabilities, prediction.digit)
