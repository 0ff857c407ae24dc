"""Small figures of the pad in HTML: drawings, pixels with signs, maps, sums and confusions."""

import base64
from collections.abc import Sequence
from html import escape

import cv2
import numpy as np

from mnist_helpers.drawing import PAD_SIZE, PEN, fit_strokes
from mnist_helpers.learning.collection import KeptDrawing
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
    return (
        f'<svg viewBox="0 0 {PAD_SIZE} {PAD_SIZE}" role="img" '
        f'aria-label="{escape(name)}">{lines}</svg>'
    )


def draw_pixels(name: str, pixels: Sequence[tuple[int, int, str, float]], more: str = "") -> str:
    """Return an image (28, 28) on white as SVG; `name` is what a screen reader says.

    Each pixel has x, y, a kind and a strength, as `draw_pixel` takes them. `more` is for the tag.
    """
    drawn = "".join(draw_pixel(*pixel) for pixel in pixels)
    return (
        f'<svg viewBox="0 0 28 28" {more} role="img" aria-label="{name}">'
        f'<rect width="28" height="28" fill="#fff"/>{drawn}</svg>'
    )


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
    """Show ten sums (10,) and the probabilities (10,), as HTML; `origin` says how they are made."""
    best = int(probabilities.argmax())
    most = max(float(np.abs(sums).max()), 1e-6)
    rows = "".join(
        _sum_row(digit, each / most, f"{each:.1f}".replace("-", "−"), percent(share), digit == best)
        for digit, (each, share) in enumerate(zip(sums, probabilities, strict=True))
    )
    return (
        "<figure><h4>Ten sums, one for each digit</h4>"
        '<table class="digit-pad-sums"><thead><tr><th scope=col>Digit</th><td></td>'
        "<th scope=col>Sum</th><th scope=col>Probability</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        f"<figcaption>{origin} The largest sum is that of the {best}.</figcaption></figure>"
    )


def _sum_row(digit: int, length: float, words: str, share: str, is_best: bool) -> str:
    """Draw one sum as a bar from the middle: to the right above zero, to the left below."""
    left, width = 50 + 50 * min(length, 0), 50 * abs(length)
    return (
        f"<tr{' class=best' if is_best else ''}><th scope=row>{digit}</th>"
        f'<td><i style="margin-left:{left:.1f}%;width:{width:.1f}%"></i></td>'
        f"<td>{words}</td><td>{share}</td></tr>"
    )


def show_maps(heading: str, maps: np.ndarray) -> str:
    """Show maps (h, w, k) on one sheet under a heading, as HTML.

    All have one scale, from the smallest value (0, if none is negative) to the largest.
    """
    _, width, count = maps.shape
    most = min(_MOST_COLUMNS, max(1, _WIDTH // 2 // (width + _GAP)))
    columns = -(-count // -(-count // most))  # as many as fit, in rows of equal length
    words = _describe(maps, columns)
    sheet = draw_sheet(maps, columns)
    shown = sheet.shape[1] * min(_LARGEST, max(1, _WIDTH // sheet.shape[1]))
    _, png = cv2.imencode(".png", sheet)
    return (
        f'<figure><h4>{escape(heading)}</h4><img alt="{words}" width="{shown}" '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        f"<figcaption>{words}</figcaption></figure>"
    )


def draw_sheet(maps: np.ndarray, columns: int) -> np.ndarray:
    """Lay maps (h, w, k) out in rows of `columns`: uint8 (…, …, 4), blue, green, red and opacity.

    The gaps between maps and the empty places of the last row are transparent.
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


def _describe(maps: np.ndarray, columns: int) -> str:
    height, width, count = maps.shape
    size = f"{height} × {width}"
    if count == 1:
        return f"One map of {size}, bright where its kernel finds what it looks for."
    row, column = np.divmod(maps.max(axis=(0, 1)).argmax(), columns)
    return (
        f"{count} maps of {size}, each bright where its kernel finds what it looks for. "
        f"The one in row {row + 1}, column {column + 1} answers most strongly."
    )


def show_confusion(drawings: Sequence[KeptDrawing]) -> str:
    """Return a table (10, 10) as HTML, true digit by row and answer by column, with a caption.

    Drawings that were kept as no digit, or that were not read, are left out.
    """
    pairs = [(each.label, each.said) for each in drawings if None not in (each.label, each.said)]
    if not pairs:
        return "<p>Keep some digits first: then you see here which of them are confused.</p>"
    counts = np.zeros((10, 10), int)
    np.add.at(counts, tuple(np.transpose(pairs)), 1)
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(10))
    rows = "".join(
        f'<tr><th scope="row">{digit}</th>{"".join(_cell(row, digit, n) for n in range(10))}</tr>'
        for digit, row in enumerate(counts)
    )
    return (
        f"<table><caption>{_confused(counts)}</caption><thead><tr><td>meant ↓ read →</td>{head}"
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cell(row: np.ndarray, meant: int, said: int) -> str:
    """Return one cell: empty for zero, bold if it is right, with a frame if it is wrong."""
    if not row[said]:
        return "<td></td>"
    kind, tag = ("right", "b") if meant == said else ("wrong", "span")
    return f'<td class="{kind}"><{tag}>{row[said]}</{tag}></td>'


def _confused(counts: np.ndarray) -> str:
    total, right = int(counts.sum()), int(counts.trace())
    words = f"{right} of {total} drawings are read right."
    wrong = counts - np.diag(counts.diagonal())
    if wrong.any():
        meant, said = np.unravel_index(wrong.argmax(), wrong.shape)
        times = int(wrong[meant, said])
        often = "once" if times == 1 else f"{times} times"
        words += f" Most often confused: {with_article(int(meant))} read as {said}, {often}."
    return words
