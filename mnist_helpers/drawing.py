"""Strokes, the lines of a pen, become a drawing. Nothing here knows about MNIST."""

from collections.abc import Sequence

import cv2
import numpy as np

_SHIFT = 4  # OpenCV takes coordinates as integers; these are the bits behind the point
_DOT = 1e-3  # pixels; strokes that extend no farther are a dot, whatever their number
FARTHEST = 100_000  # pixels; keeps the fixed-point coordinates inside 32 bits


def as_strokes(strokes: Sequence) -> list[np.ndarray]:
    """Return the strokes as a list of float64 arrays (n, 2), without those that have no point.

    Raises ValueError where a stroke is not a sequence of finite (x, y) pairs.
    """
    checked = []
    for number, stroke in enumerate(strokes):
        try:
            points = np.asarray(stroke, dtype=np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"stroke {number} is not a list of (x, y) numbers: {error}") from None
        if points.size == 0:
            continue
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(
                f"stroke {number} has shape {points.shape}; wanted (n, 2): n points, x and y each"
            )
        if not (np.abs(points) <= FARTHEST).all():  # also false for NaN
            raise ValueError(
                f"stroke {number} has a point that is not finite or lies farther than "
                f"{FARTHEST:,} pixels out; scale the strokes to the size of the pad"
            )
        checked.append(points)
    return checked


def draw_strokes(strokes: Sequence, size: int = 280, pen: int = 24) -> np.ndarray:
    """Draw pen strokes: white, anti-aliased ink on black.

    `strokes` is a sequence of (n, 2) arrays of points in pixels, x to the right and y down; a
    stroke of one point is a dot. `size` is the side of the drawing and `pen` the width of the line,
    both in pixels. Returns uint8 (size, size), 0 for paper and 255 for ink.

    Raises ValueError for strokes that are not finite points.
    """
    drawing = np.zeros((size, size), np.uint8)
    for points in as_strokes(strokes):
        fixed = np.round(points * 2**_SHIFT).astype(np.int32)
        if (fixed == fixed[0]).all():  # cv2.polylines draws nothing for a line without length
            centre = tuple(int(value) for value in fixed[0])
            radius = round(pen / 2 * 2**_SHIFT)
            cv2.circle(drawing, centre, radius, 255, cv2.FILLED, cv2.LINE_AA, _SHIFT)
        else:
            cv2.polylines(drawing, [fixed], False, 255, pen, cv2.LINE_AA, _SHIFT)
    return drawing


def fit_strokes(strokes: Sequence, size: int = 280, box: float = 200, pen: int = 24) -> list:
    """Move and scale strokes so that their ink, drawn with `pen`, fills a centred square.

    The longer side of the ink becomes `box` pixels long; the shape is kept. A lone dot is only
    moved. Returns a list of float64 arrays (n, 2).

    Raises ValueError for strokes that are not finite points.
    """
    checked = as_strokes(strokes)
    if not checked:
        return []
    points = np.concatenate(checked)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = (high - low).max()
    scale = (box - pen) / extent if extent > _DOT else 1.0
    middle = (low + high) / 2
    centre = (size - 1) / 2
    return [(stroke - middle) * scale + centre for stroke in checked]
