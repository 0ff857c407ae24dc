"""Draw strokes, the lines of a pen, as a picture. Only the width of the pen is chosen for MNIST."""

import warnings
from collections.abc import Sequence
from itertools import combinations

import cv2
import numpy as np

from mnist_helpers.system.words import quoted

PAD_SIZE = 280  # pixels, the side of every pad
PEN = 18  # pixels, the width of the ink that a pad shows
MNIST_PEN = 24  # pixels: gives a digit of 200 pixels the thickness of MNIST's lines
MAX_POINTS = 10_000  # in one drawing: more than a minute of a pen at 120 points a second
FARTHEST = 100_000  # pixels; the fixed-point coordinates have to fit into 32 bits
_MAX_SIZE, _MAX_PEN = 8_000, 1_000  # pixels
_SHIFT = 4  # OpenCV takes coordinates as integers; these are the bits behind the point
_POINTS = "If its points have names, [(p['x'], p['y']) for p in stroke] makes a stroke of them"
_NAMED = "If x and y have names, np.column_stack([table['x'], table['y']]) makes a stroke of them"
_BOX = 200  # pixels, the longer side of fitted ink
_FEW = 8  # strokes
_DOT = 1e-3  # pixels; if all points lie within this, the strokes are a dot


def as_strokes(strokes: Sequence) -> list[np.ndarray]:
    """Return the strokes as a list of float64 arrays (n, 2); strokes without points are left out.

    Raises TypeError for anything that is not a sequence of strokes. Raises ValueError if a stroke
    is not a sequence of (x, y) pairs within 100,000 pixels. Both name the mistake if it is a
    common one.
    """
    if isinstance(strokes, (str, bytes, dict)) or not hasattr(strokes, "__iter__"):
        kept, picture = "Give drawing.strokes", "recognize(picture) reads a picture"
        advice = kept if hasattr(strokes, "strokes") else picture
        raise TypeError(
            f"wanted strokes, a list of lists of points (x, y); got {type(strokes).__name__}. "
            f"{_NAMED if isinstance(strokes, dict) else advice}"
        )
    if hasattr(strokes, "columns"):
        raise ValueError(f"this is a table; wanted strokes, a list of lists of points. {_NAMED}")
    if isinstance(strokes, np.ndarray) and strokes.dtype != object:
        _check_array(strokes)
    checked = [_as_points(stroke, number) for number, stroke in enumerate(strokes)]
    return [points for points in checked if points.size]


def _as_points(stroke: Sequence, number: int) -> np.ndarray:
    """Return a stroke's points, float64 (n, 2), or raise ValueError."""
    try:
        given = np.asarray(list(stroke) if hasattr(stroke, "__next__") else stroke)
        points = None if np.iscomplexobj(given) else given.astype(np.float64, copy=False)
    except Exception as error:  # an object's own `__array__` can raise anything
        raise ValueError(
            f"stroke {number} is not a list of (x, y) numbers: {quoted(str(error), mark='')}. "
            f"{_POINTS if isinstance(stroke, list | tuple) else _NAMED}"
        ) from None
    if points is None:
        raise ValueError(
            f"stroke {number} holds complex numbers; "
            "np.column_stack([stroke.real, stroke.imag]) makes points of them"
        )
    if points.size:
        _check_points(points, number)
    return points


def warn_if_axes_are_mixed(strokes: list[np.ndarray]) -> None:
    """Warn if a few lines of two points meet only if all x come first, and then all y.

    Such a line has the shape (2, 2) in both forms, so the shape cannot tell them apart.
    """
    few = 1 < len(strokes) <= _FEW and all(stroke.shape == (2, 2) for stroke in strokes)
    if few and all((stroke[0] == stroke[1]).any() for stroke in strokes):
        return  # level and upright lines: with mixed axes, this would be a rare chance
    if few and _meet([stroke.T for stroke in strokes]) and not _meet(strokes):
        warnings.warn(
            "each stroke is read as two points (x, y). If all x come first and then all y, "
            "as in Quick, Draw!, use np.transpose(stroke)",
            stacklevel=3,
        )


def _meet(lines: list[np.ndarray]) -> bool:
    """Say whether any two of some straight lines (2, 2) touch."""
    paths = [np.linspace(*line, 20) for line in lines]
    close = 0.06 * np.ptp(np.concatenate(lines), axis=0).max()
    pairs = combinations(paths, 2)
    return any(np.hypot(*(one[:, np.newaxis] - other).T).min() <= close for one, other in pairs)


def _check_array(array: np.ndarray) -> None:
    """Refuse an array of numbers that is not a sequence of strokes."""
    if array.ndim == 2 and array.shape[1] == 2:
        raise ValueError(f"this is one stroke, {array.shape}; put it into a list: [stroke]")
    if array.size and array.ndim != 3:
        raise ValueError(
            f"an array {array.shape} holds no strokes. If it is an image of 28 × 28, "
            "recognize_image reads it; if it is a picture, recognize does"
        )


def _check_points(points: np.ndarray, number: int) -> None:
    """Refuse a stroke of a shape that is not (n, 2), or with a point that lies too far out."""
    if points.ndim == 2 and points.shape[1] > 2 and len(points) in (2, 3):
        raise ValueError(
            f"stroke {number} has shape {points.shape}; wanted (n, 2). If all x come first and "
            "then all y, as in Quick, Draw!, use np.transpose(stroke[:2])"
        )
    if points.shape == (2,):
        raise ValueError(
            f"stroke {number} is one point; wanted a list of points (x, y). If this is one stroke, "
            "put it into a list: [stroke]"
        )
    if not np.isfinite(points).all():
        raise ValueError(f"stroke {number} has a point that is not finite; leave such points out")
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(
            f"stroke {number} has shape {points.shape}; wanted (n, 2): n points, each with x and y"
        )
    if np.abs(points).max() > FARTHEST:
        raise ValueError(
            f"stroke {number} has a point that lies farther than {FARTHEST:,} pixels from 0; "
            "scale the strokes to the size of the pad"
        )


def check_point(x: float, y: float) -> tuple[float, float]:
    """Return a point's numbers as floats, in pixels.

    Raises TypeError or ValueError unless both are finite and lie within 100,000 pixels.
    """
    for value in (x, y):
        if not isinstance(value, int | float | np.number):
            raise TypeError(f"wanted a number for each of x and y; got {type(value).__name__}")
        if not abs(value) <= FARTHEST:
            raise ValueError(f"wanted a point within {FARTHEST:,} pixels; got {value!r:.20}")
    return float(x), float(y)


def _check_whole(value: int, name: str, most: int) -> int:
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise TypeError(f"the {name} is {value!r:.60}; wanted a whole number of pixels")
    if not 1 <= value <= most:
        raise ValueError(f"the {name} is {value!r:.20}; wanted 1 to {most:,} pixels")
    return int(value)


def draw_strokes(strokes: Sequence, size: int = PAD_SIZE, pen: int = MNIST_PEN) -> np.ndarray:
    """Draw pen strokes: white, anti-aliased ink on black.

    `strokes` is a sequence of (n, 2) arrays of points in pixels, x to the right and y down. A
    stroke of one point is a dot. `size` is the side of the picture and `pen` the width of the line,
    both in pixels. Returns uint8 (size, size), 0 for paper and 255 for ink. Taught in lesson 9.

    Raises the errors of `as_strokes` for wrong strokes. Raises TypeError or ValueError if the size
    is not a whole number from 1 to 8,000, or the pen is not one from 1 to 1,000.
    """
    size, pen = _check_whole(size, "size", _MAX_SIZE), _check_whole(pen, "pen", _MAX_PEN)
    return draw_checked(as_strokes(strokes), size, pen)


def fit_strokes(strokes: Sequence, size: int = PAD_SIZE, pen: int = MNIST_PEN) -> list:
    """Move and scale strokes so that their ink, drawn with `pen`, fills a centred square.

    The longer side of the ink becomes 200 pixels long; the shape is kept. A single dot is only
    moved. Returns a list of float64 arrays (n, 2).

    Raises the same errors as `draw_strokes`; the pen must be thinner than 200 pixels.
    """
    pen = _check_whole(pen, "pen", _BOX - 1)
    checked = as_strokes(strokes)
    if not checked:
        return []
    points = np.concatenate(checked)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = (high - low).max()
    scale = (_BOX - pen) / extent if extent > _DOT else 1.0
    middle = (low + high) / 2
    center = (size - 1) / 2
    return [(stroke - middle) * scale + center for stroke in checked]


def draw_checked(strokes: list[np.ndarray], size: int, pen: int) -> np.ndarray:
    """Draw as `draw_strokes` does what `as_strokes` or `fit_strokes` has returned."""
    picture = np.zeros((size, size), np.uint8)
    for points in strokes:
        fixed = np.round(points * 2**_SHIFT).astype(np.int32)
        if (fixed == fixed[0]).all():  # cv2.polylines draws nothing for a line without length
            center = tuple(int(value) for value in fixed[0])
            radius = round(pen / 2 * 2**_SHIFT)
            cv2.circle(picture, center, radius, 255, cv2.FILLED, cv2.LINE_AA, _SHIFT)
        else:
            cv2.polylines(picture, [fixed], False, 255, pen, cv2.LINE_AA, _SHIFT)
    return picture
