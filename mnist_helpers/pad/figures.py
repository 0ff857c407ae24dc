"""Small figures of the pad in HTML: drawings, pixels with signs, maps, sums and confusions."""

import base64
from collections.abc import Mapping, Sequence
from html import escape

import cv2
import numpy as np

from mnist_helpers.drawing import PAD_SIZE, PEN, fit_strokes
from mnist_helpers.learning.collection import KeptDrawing
from mnist_helpers.pad.view import fill
from mnist_helpers.prediction import percent, with_article

_SIGNS = {
    "against": "M{x} {below}l1-1",
    "added": "M{x} {middle}h1m-.5-.5v1",
    "taken": "M{x} {y}l1 1m0-1l-1 1",
}
_WIDTH = 448  # pixels that a sheet of maps may be wide
_MOST_COLUMNS = 16  # so that a map is not too small to be seen
_LARGEST = 8  # pixels at most, shown for each value of a map
_GAP = 2  # pixels of a map, from one map to the next


def draw_thumbnail(strokes: Sequence, name: str) -> str:
    """Return strokes as SVG, scaled to fit; `name` is what a screen reader says."""
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in stroke)}"/>'
        for stroke in fit_strokes(strokes, pen=PEN)
    )
    return fill("thumbnail", size=PAD_SIZE, name=escape(name), lines=lines)


def draw_pixels(name: str, layers: Mapping[str, np.ndarray], more: str = "") -> str:
    """Return layers (28, 28) on white as SVG; `name` is what a screen reader says.

    Each layer has its kind and its strengths as `draw_pixel` takes them, 0 where it shows nothing.
    `more` is for the tag.
    """
    drawn = "".join(
        draw_pixel(x, y, kind, layer[y, x])
        for y, x in np.argwhere(np.any([layer > 0 for layer in layers.values()], axis=0))
        for kind, layer in layers.items()
        if layer[y, x] > 0
    )
    return fill("pixels", name=name, pixels=drawn, more=more)


def draw_pixel(x: int, y: int, kind: str, strength: float) -> str:
    """Draw a pixel of ink: 'ink', 'for', 'against' (striped), 'added' (a plus), 'taken' (a cross).

    `strength` is its opacity, 0 to 1. The style sheet has the color of each kind; if the color
    alone is not enough, there is a sign.
    """
    sign = _SIGNS.get(kind, "").format(x=x, y=y, middle=y + 0.5, below=y + 1)
    square = f'<rect x="{x}" y="{y}" width="1" height="1" class="{kind}"'
    path = f'<path d="{sign}"/>' if sign else ""
    return f'{square} opacity="{strength:.2f}"/>{path}'


def show_sums(sums: np.ndarray, probabilities: np.ndarray, origin: str) -> str:
    """Show ten sums (10,) as bars from the middle, and the probabilities (10,), as HTML."""
    best, rows = int(probabilities.argmax()), ""
    lengths = sums / max(float(np.abs(sums).max()), 1e-6)
    for digit, length in enumerate(lengths):
        kind, share = " class=best" if digit == best else "", percent(probabilities[digit])
        left, width = 50 + 50 * min(length, 0), 50 * abs(length)
        each = f"{sums[digit]:.1f}".replace("-", "−")
        rows += fill("sum", kind=kind, digit=digit, left=left, width=width, sum=each, share=share)
    return fill("sums", rows=rows, origin=origin, best=best)


def show_maps(heading: str, maps: np.ndarray) -> str:
    """Show maps (h, w, k) on one sheet under a heading, as HTML."""
    height, width, count = maps.shape
    most = min(_MOST_COLUMNS, max(1, _WIDTH // 2 // (width + _GAP)))
    columns = -(-count // -(-count // most))  # as many as fit, in rows of equal length
    row, column = np.divmod(maps.max(axis=(0, 1)).argmax(), columns)
    part, size = "one map" if count == 1 else "many maps", f"{height} × {width}"
    words = fill(part, size=size, count=count, row=row + 1, column=column + 1)
    sheet = draw_sheet(maps, columns)
    shown = sheet.shape[1] * min(_LARGEST, max(1, _WIDTH // sheet.shape[1]))
    png = base64.b64encode(cv2.imencode(".png", sheet)[1]).decode()
    return fill("maps", heading=escape(heading), words=words, width=shown, png=png)


def draw_sheet(maps: np.ndarray, columns: int) -> np.ndarray:
    """Lay maps (h, w, k) out in rows of `columns`: uint8 (…, …, 4), blue, green, red and opacity.

    All have one scale, from the smallest value (0, if none is negative) to the largest. The gaps
    between maps and the empty places of the last row are transparent.
    """
    low, high = float(maps.min(initial=0)), float(maps.max())
    levels = ((maps - low) * (255 / max(high - low, 1e-6))).clip(0, 255).astype(np.uint8)
    colored = cv2.applyColorMap(_lay_out(levels, columns), cv2.COLORMAP_VIRIDIS)
    return np.dstack([colored, _lay_out(np.full(maps.shape, 255, np.uint8), columns)])


def _lay_out(maps: np.ndarray, columns: int) -> np.ndarray:
    missing = -maps.shape[2] % columns
    padded = np.pad(maps, ((0, _GAP), (0, _GAP), (0, missing)))
    height, width, count = padded.shape
    rows = padded.reshape(height, width, count // columns, columns).transpose(2, 0, 3, 1)
    return rows.reshape(count // columns * height, columns * width)


def show_confusion(drawings: Sequence[KeptDrawing]) -> str:
    """Return a table (10, 10) as HTML, true digit by row and answer by column, with a caption.

    Drawings that were kept as no digit, or that were not read, are left out.
    """
    pairs = [(each.label, each.said) for each in drawings if None not in (each.label, each.said)]
    if not pairs:
        return "<p>Keep some digits first: then you see here which of them are confused.</p>"
    counts = np.zeros((10, 10), int)
    np.add.at(counts, tuple(np.transpose(pairs)), 1)
    rows = ""
    for meant, row in enumerate(counts):
        rows += f'<tr><th scope="row">{meant}</th>'
        for said, count in enumerate(row):  # empty for zero, with a frame if it is wrong
            part = "read right" if said == meant else "read wrong"
            rows += fill(part, count=count) if count else "<td></td>"
        rows += "</tr>"
    return fill("confusion", caption=_confused(counts), rows=rows)


def _confused(counts: np.ndarray) -> str:
    words = f"{counts.trace()} of {counts.sum()} drawings are read right."
    wrong = counts - np.diag(counts.diagonal())
    if wrong.any():
        meant, said = np.unravel_index(wrong.argmax(), wrong.shape)
        often = "once" if wrong.max() == 1 else f"{wrong.max()} times"
        words += f" Most often confused: {with_article(meant)} read as {said}, {often}."
    return words
