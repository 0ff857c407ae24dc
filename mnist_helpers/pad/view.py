"""What the drawing pad shows beside the ink, as HTML that follows the notebook's theme."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from mnist_helpers.drawing import PAD_SIZE, PEN, fit_strokes
from mnist_helpers.prediction import Prediction, bar, bars, picture

Predictions = Mapping[str, Prediction | None]  # by the reader's name; None if it has failed
_FAILED = SimpleNamespace(
    digit=None, verdict="", sign="–", in_words="No answer", sureness="", image=np.zeros((28, 28))
)


def read(name: str) -> str:
    """Return a file of this folder."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


_PARTS = dict(re.findall(r'<template id="(.*)">\n((?s:.*?))\n</template>', read("parts.html")))


def fill(part: str, **values) -> str:
    """Return a part of `parts.html` with these values in it."""
    return _PARTS[part].replace("\n", "").format(**values)


def heading(name: str) -> str:
    """Return a reader's name as a heading; a single reader has none."""
    return f"<h3>{escape(name)}</h3>" if name else ""


def panel(predictions: Predictions, uncalibrated: Sequence[str] = ()) -> str:
    """Lay out each prediction with its ten bars, and name the readers with uncalibrated doubt."""
    image = (next(iter(predictions.values())) or _FAILED).image
    seer, kind = ("it sees", "") if len(predictions) == 1 else ("they see", " several")
    sections = "".join(_section(name, each or _FAILED) for name, each in predictions.items())
    names = escape(" and ".join(filter(None, uncalibrated)))
    whose = f"The doubt of {names}" if names else "Its doubt"
    caution = fill("caution", whose=whose) if uncalibrated else ""
    seen = picture(image)
    return fill("panel", kind=kind, sections=sections, seen=seen, seer=seer, caution=caution)


def status(predictions: Predictions) -> str:
    """Say the predictions to a screen reader."""
    paragraphs = ""
    for name, prediction in predictions.items():
        said = prediction or _FAILED
        paragraphs += f"<p>{name and escape(name) + ': '}{said.in_words}. {said.sureness}</p>"
    return tell(paragraphs)


def tell(html: str) -> str:
    """Return a text that a screen reader reads out as soon as it changes."""
    return f'<div role="status">{html}</div>'


def _section(name: str, said: Prediction | SimpleNamespace) -> str:
    is_empty = said.digit is None
    known = None if is_empty else said.digit_probability
    kind = "at-all unknown" if known is None else "at-all"
    return fill(
        "section",
        said=said,
        doubt=said.verdict.replace(" ", "-"),
        title=heading(name),
        sign=said.sign[0] + (f"<small>{said.sign[1:]}</small>" if said.sign[1:] else ""),
        sureness=said.sureness or "&nbsp;",
        bars=bars(None if is_empty else said.probabilities, said.digit),
        at_all=bar("A digit at all", "a digit at all", known, kind),
    )


def draw_thumbnail(strokes: Sequence, name: str) -> str:
    """Return strokes as SVG, scaled to fit; `name` is what a screen reader says."""
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in stroke)}"/>'
        for stroke in fit_strokes(strokes, pen=PEN)
    )
    return fill("thumbnail", size=PAD_SIZE, name=escape(name), lines=lines)
