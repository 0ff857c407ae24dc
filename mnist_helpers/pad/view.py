"""What the drawing pad shows beside the ink, as HTML that follows the notebook's theme."""

import traceback
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from mnist_helpers.drawing import PEN
from mnist_helpers.prediction import Prediction
from mnist_helpers.shown import bars, picture, sureness

Predictions = Mapping[str, Prediction | None]  # by the reader's name; None if it has failed


# ipycanvas does not tell which mouse button is pressed, so this stops all but the first one. And
# it loses a mouse that leaves the paper, unless the paper captures it until the button is up.
_LISTENERS = """
if (!window.digitPadListens) {
  const onPaper = (event) => event.target.closest('.digit-pad-paper');
  document.addEventListener('mousedown', (event) => {
    if (event.button && onPaper(event)) event.stopPropagation();
  }, true);
  document.addEventListener('pointerdown', (event) => {
    if (onPaper(event)) event.target.setPointerCapture(event.pointerId);
  }, true);
  window.digitPadListens = true;
}
""".strip()


def style() -> str:
    """Return the style sheet of all parts of the pad, and the rules for the mouse."""
    css = (Path(__file__).parent / "pad.css").read_text(encoding="utf-8")
    return f'<style onload="{escape(_LISTENERS)}">.digit-pad {{--pen: {PEN}}}\n{css}</style>'


def panel(predictions: Predictions, uncalibrated: Sequence[str] = ()) -> str:
    """Lay out each prediction with its ten bars, and what the networks see.

    `uncalibrated` names the readers whose doubt is not calibrated and should not be trusted.
    """
    first = next(iter(predictions.values()))
    image = np.zeros((28, 28)) if first is None else first.image
    seer, kind = ("the network sees", "") if len(predictions) == 1 else ("they see", " several")
    return (
        f'<div class="digit-pad-panel{kind}">'
        + "".join(_section(name, prediction) for name, prediction in predictions.items())
        + f"<figure>{picture(image)}<figcaption>What {seer}</figcaption></figure>"
        + _caution(uncalibrated)
        + "</div>"
    )


def status(predictions: Predictions) -> str:
    """Say the predictions to a screen reader."""
    said = "".join(
        f"<p>{name and escape(name) + ': '}{_words(prediction)}. {_sureness(prediction)}</p>"
        for name, prediction in predictions.items()
    )
    return tell(said)


def tell(html: str) -> str:
    """Return a text that a screen reader reads out as soon as it changes."""
    return f'<div role="status">{html}</div>'


def signs() -> str:
    """Return the two signs over the paper that say why Python does not answer.

    Only the browser knows when to show which, so both are there, and the style sheet chooses.
    """
    return (
        '<div role="status" class="digit-pad-busy">Python is busy with another cell. '
        "Your pen works again when it is done.</div>"
        '<div role="status" class="digit-pad-stopped">Python has stopped. '
        "Run all cells again, and your pen works.</div>"
    )


def fault(error: Exception) -> str:
    """Describe an exception, and say how to continue."""
    message = escape(f"{type(error).__name__}: {error}")
    trace = escape("".join(traceback.format_exception(error)))
    return (
        f'<div role="alert" class="digit-pad-fault"><b>Something went wrong. {message}</b><br>'
        "The pad still works, and your strokes are kept: draw, undo or clear."
        f"<details><summary>Where it happened</summary><pre>{trace}</pre></details></div>"
    )


def keys(has_labels: bool) -> str:
    """List the keys of the paper."""
    label = (
        "<dt>0 to 9</dt><dd>that was a 0 to 9: keep it</dd><dt>N</dt><dd>that was no digit</dd>"
        if has_labels
        else ""
    )
    return (
        '<details class="digit-pad-keys"><summary>Draw with keys</summary><dl>'
        "<dt>Tab</dt><dd>to the paper, and away from it</dd>"
        "<dt>← ↑ → ↓</dt><dd>move the pen; Home, End, Page Up, Page Down: diagonally</dd>"
        "<dt>R</dt><dd>draws it once more</dd>"
        "<dt>Space</dt><dd>puts the pen down, and lifts it</dd>"
        "<dt>E</dt><dd>eraser or pen; with the eraser, Space takes a stroke away</dd>"
        f"<dt>Ctrl+Z, Ctrl+Y</dt><dd>undo, redo</dd><dt>Escape</dt><dd>clears</dd>{label}</dl>"
        "Notebook 7 needs some of these keys: hold Ctrl with the arrows, undo with Backspace."
        "</details>"
    )


def _section(name: str, prediction: Prediction | None) -> str:
    match prediction and prediction.candidates:
        case [digit]:
            sign = digit
        case [digit, _]:
            sign = f"{digit}<small>?</small>"
        case []:
            sign = "–" if prediction.digit is None else "?"
        case None:
            sign = "–"
    title = f"<h3>{escape(name)}</h3>" if name else ""
    doubt = "" if prediction is None else prediction.verdict.replace(" ", "-")
    return (
        f'<section class="{escape(doubt)}">{title}<div class="digit-pad-answer">'
        f'<div class="digit-pad-digit" aria-hidden="true">{sign}</div>'
        f"<div><b>{_words(prediction)}</b><br>{_sureness(prediction) or '&nbsp;'}</div></div>"
        f'<div class="digit-pad-bars">{_bars(prediction)}</div></section>'
    )


def _words(prediction: Prediction | None) -> str:
    return "No answer" if prediction is None else prediction.in_words


def _sureness(prediction: Prediction | None) -> str:
    return "" if prediction is None else sureness(prediction)


def _bars(prediction: Prediction | None) -> str:
    if prediction is None or prediction.digit is None:
        return bars(None)
    return bars(prediction.probabilities, prediction.digit)


def _caution(uncalibrated: Sequence[str]) -> str:
    if not uncalibrated:
        return ""
    names = [name for name in uncalibrated if name]
    whose = f"The doubt of {escape(' and '.join(names))}" if names else "Its doubt"
    return (
        f'<p class="digit-pad-caution">{whose} is not calibrated: '
        "<code>recognizer.calibrate()</code> fits it.</p>"
    )
