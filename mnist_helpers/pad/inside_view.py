"""What happens inside the network while it reads a drawing, as HTML."""

import base64
from html import escape

import cv2
import numpy as np

from mnist_helpers.explain import Reasons, find_reasons
from mnist_helpers.prediction import Prediction
from mnist_helpers.recognizer import Recognizer
from mnist_helpers.shown import percent, with_article

_LEAST = 0.5  # of the log-odds: ink that changes them by less speaks neither for nor against


def inside(name: str, recognizer: Recognizer, prediction: Prediction | None) -> str:
    """Show which ink speaks for the answer, and what both convolutions make of the drawing.

    `name` tells several recognizers apart; it is empty where there is one.
    """
    if prediction is None or prediction.digit is None:
        return "<p>Draw something, and you see here what becomes of it inside the network.</p>"
    first, second = recognizer.feature_maps(prediction.image)
    return (
        f"{name and f'<h3>{escape(name)}</h3>'}"
        f'<div class="digit-pad-inside">{_why(find_reasons(recognizer, prediction), prediction)}'
        f"<div>{_maps('First', first, columns=8, gap=2)}"
        f"{_maps('Second', second, columns=16, gap=3)}</div></div>"
    )


def _why(reasons: Reasons, prediction: Prediction) -> str:
    digit, place = with_article(prediction.digit), _place(*reasons.center)
    if reasons.without < 0.5:
        words = (
            f"It rests most on the ink {place}. Without that, the probability of {digit} falls "
            f"from {percent(prediction.confidence)} to {percent(reasons.without)}."
        )
    else:
        words = (
            f"No single piece of ink decides. The ink {place} counts most; without it, the "
            f"probability of {digit} is still {percent(reasons.without)}."
        )
    worst = np.unravel_index(reasons.speaks.argmin(), reasons.speaks.shape)
    if reasons.speaks[worst] <= -_LEAST:
        other_place = _place(*worst)
        where = "Some ink close by" if other_place == place else f"The ink {other_place}"
        words += f" {where} speaks against it."
    legend = f"{_swatch('for')} speaks for {digit} {_swatch('against')} speaks against"
    return (
        f"<figure><h4>Why {digit}?</h4>{_picture(reasons.speaks, prediction.image)}"
        f'<figcaption><p class="digit-pad-legend">{legend}</p>{words}</figcaption></figure>'
    )


def _place(row: int, column: int) -> str:
    """Say in words where a pixel of 28 × 28 lies: at the 'top left', 'in the middle' …"""
    down = "top " if row < 12 else "bottom " if row > 15 else ""
    across = "left" if column < 12 else "right" if column > 15 else ""
    return f"at the {down}{across}".rstrip() if down or across else "in the middle"


def _picture(speaks: np.ndarray, image: np.ndarray) -> str:
    """Draw ink (28, 28): filled where it speaks for the answer, striped where against it."""
    strength = 0.2 + 0.8 * np.abs(speaks) / max(np.abs(speaks).max(), 4 * _LEAST)
    pixels = []
    for y, x in np.argwhere(image > 0):
        pixels.append(_pixel(x, y, "ink", 1))
        if abs(speaks[y, x]) >= _LEAST:
            kind = "for" if speaks[y, x] > 0 else "against"
            pixels.append(_pixel(x, y, kind, strength[y, x]))
    return (
        '<svg viewBox="0 0 28 28" shape-rendering="crispEdges" role="img" aria-label="The ink, the '
        'darker the more it speaks for the answer, and striped where it speaks against">'
        f'<rect width="28" height="28" fill="#fff"/>{"".join(pixels)}</svg>'
    )


def _swatch(kind: str) -> str:
    return f'<svg viewBox="0 0 1 1" aria-hidden="true">{_pixel(0, 0, kind, 1)}</svg>'


def _pixel(x: int, y: int, kind: str, strength: float) -> str:
    """Draw one pixel of ink: 'ink', 'for' or 'against', which is striped."""
    stripe = f'<path d="M{x} {y + 1}l1-1"/>' if kind == "against" else ""
    square = f'<rect x="{x}" y="{y}" width="1" height="1" class="{kind}"'
    return f'{square} opacity="{strength:.2f}"/>{stripe}'


def _maps(which: str, maps: np.ndarray, columns: int, gap: int) -> str:
    """Show feature maps (h, w, n), all on one scale: dark is zero, bright the strongest."""
    height, width, count = maps.shape
    row, column = np.divmod(maps.max(axis=(0, 1)).argmax(), columns)
    words = (
        f"{count} maps of {height} × {width}, each bright where its kernel finds what it looks "
        f"for. The one in row {row + 1}, column {column + 1} answers most strongly."
    )
    return (
        f"<figure><h4>{which} convolution</h4>"
        f'<img alt="{words}" src="data:image/png;base64,{_sheet(maps, columns, gap)}">'
        f"<figcaption>{words}</figcaption></figure>"
    )


def _sheet(maps: np.ndarray, columns: int, gap: int) -> str:
    """Lay maps (h, w, n) out in rows, as a PNG in base64; the gaps between are transparent."""

    def lay_out(maps: np.ndarray) -> np.ndarray:
        padded = np.pad(maps, ((0, gap), (0, gap), (0, 0)))
        height, width, count = padded.shape
        rows = padded.reshape(height, width, count // columns, columns).transpose(2, 0, 3, 1)
        return rows.reshape(count // columns * height, columns * width)

    levels = lay_out(maps * (255 / max(maps.max(), 1e-6))).astype(np.uint8)
    opaque = lay_out(np.full(maps.shape, 255, np.uint8))
    coloured = cv2.applyColorMap(levels, cv2.COLORMAP_VIRIDIS)
    _, png = cv2.imencode(".png", np.dstack([coloured, opaque]))
    return base64.b64encode(png).decode()
