"""What the drawing pad shows beside the ink, as HTML that follows the notebook's theme."""

import traceback
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from mnist_helpers.drawing import PEN
from mnist_helpers.prediction import Prediction, bar, bars, picture

_LABEL_KEYS = (
    "<dt>0 to 9</dt><dd>that was a 0 to 9: keep it</dd><dt>N</dt><dd>that was no digit</dd>"
)
Predictions = Mapping[str, Prediction | None]  # by the reader's name; None if it has failed


def _read(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def style() -> str:
    """Return the style sheet of all parts of the pad, and the rules for the mouse."""
    rules = escape(_read("pad.js"))
    return f'<style onload="{rules}">.digit-pad {{--pen: {PEN}}}\n{_read("pad.css")}</style>'


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
    paragraphs = ""
    for name, prediction in predictions.items():
        _, words, sureness = _said(prediction)
        paragraphs += f"<p>{name and escape(name) + ': '}{words}. {sureness}</p>"
    return tell(paragraphs)


def tell(html: str) -> str:
    """Return a text that a screen reader reads out as soon as it changes."""
    return f'<div role="status">{html}</div>'


def signs() -> str:
    """Return the two signs over the paper that say why Python does not answer.

    Only the browser knows when to show which, so both are there, and the style sheet chooses.
    """
    return _read("signs.html")


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
    return _read("keys.html").replace("<!-- labels -->", _LABEL_KEYS if has_labels else "")


def _section(name: str, prediction: Prediction | None) -> str:
    sign, words, sureness = _said(prediction)
    sign = f"{sign[0]}<small>{sign[1:]}</small>" if sign[1:] else sign
    title = f"<h3>{escape(name)}</h3>" if name else ""
    doubt = "" if prediction is None else prediction.verdict.replace(" ", "-")
    is_empty = prediction is None or prediction.digit is None
    shown = bars(None) if is_empty else bars(prediction.probabilities, prediction.digit)
    known = None if is_empty else prediction.digit_probability
    kind = "at-all unknown" if known is None else "at-all"
    at_all = bar("A digit at all", "a digit at all", known, kind)
    return (
        f'<section class="{doubt}">{title}<div class="digit-pad-answer">'
        f'<div class="digit-pad-digit" aria-hidden="true">{sign}</div>'
        f"<div><b>{words}</b><br>{sureness or '&nbsp;'}</div></div>"
        f'<div class="digit-pad-bars">{shown}</div>{at_all}</section>'
    )


def _said(prediction: Prediction | None) -> tuple[str, str, str]:
    """Return sign, words and sureness; None is a reader that has failed."""
    if prediction is None:
        return "–", "No answer", ""
    return prediction.sign, prediction.in_words, prediction.sureness


def _caution(uncalibrated: Sequence[str]) -> str:
    if not uncalibrated:
        return ""
    names = [name for name in uncalibrated if name]
    whose = f"The doubt of {escape(' and '.join(names))}" if names else "Its doubt"
    return (
        f'<p class="digit-pad-caution">{whose} is not calibrated: '
        "<code>recognizer.calibrate()</code> fits it.</p>"
    )
