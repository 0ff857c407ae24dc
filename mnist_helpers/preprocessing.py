"""Strokes or a picture become an image like those of MNIST, step by step.

The steps follow the rule by which MNIST was made (Y. LeCun et al., 'Gradient-based learning
applied to document recognition', 1998), in the detail that C. Yadav and L. Bottou recovered ('Cold
case: the lost MNIST digits', 2019): ink box, 20 × 20 pixels, centre of mass in the middle of
28 × 28.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from mnist_helpers.drawing import MNIST_PEN, draw_strokes, fit_strokes

BOX = 20
SIDE = 28
_PAPER = 208  # pixels: room for the 200 of fitted ink and a clean border, and no more to read
_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue (ITU-R BT.601)
_FAINTEST = 0.1  # of the full range: less contrast than this is paper, not ink


def from_strokes(strokes: Sequence, pen: int = MNIST_PEN) -> np.ndarray:
    """Turn pen strokes into an MNIST-like image: float32 (28, 28) in [0, 1], ink bright.

    `strokes` is a sequence of (n, 2) arrays of points, x right and y down. They are drawn anew with
    `pen`, in pixels on a digit 200 pixels tall; the usual one gives MNIST's thickness. So size,
    place and the pen on the pad do not matter. Without points, the image is zeros.

    Raises TypeError or ValueError for what are no strokes of finite points.
    """
    fitted = fit_strokes(strokes, size=_PAPER, pen=pen)
    return from_ink(draw_strokes(fitted, size=_PAPER, pen=pen).astype(np.float32))


def from_picture(picture) -> np.ndarray:
    """Turn a picture into an MNIST-like image: float32 (28, 28) in [0, 1], ink bright.

    `picture` is a PIL image or an array (h, w), (h, w, 1), (h, w, 3) or (h, w, 4) of any dtype and
    size, dark on light or light on dark. A picture without ink gives an image of zeros. Taught in
    lesson 7.

    Raises TypeError or ValueError for anything else.
    """
    return from_ink(to_ink(picture))


def from_ink(ink: np.ndarray) -> np.ndarray:
    """Turn ink, float32 (h, w), 0 for paper, into an MNIST-like image, as `from_picture` does."""
    if not ink.any():
        return np.zeros((SIDE, SIDE), np.float32)
    return center_by_mass(fit_to_box(crop_to_ink(ink)))


def to_ink(picture) -> np.ndarray:
    """Say for every pixel how much ink lies on it: float32 (h, w), 0 for paper, 1 for the most ink.

    The paper's brightness is the median along the border. Ink is what differs from it, on the side,
    darker or lighter, that differs more; what varies no more than the border does is paper.
    """
    grey = _to_grey(picture)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    lighter, darker = grey.max() - paper, paper - grey.min()
    most = max(lighter, darker)
    grain = 4 * np.percentile(np.abs(border - paper), 75)
    if most <= grain or most < _FAINTEST:
        return np.zeros_like(grey)
    ink = grey - paper if lighter >= darker else paper - grey
    cv2.threshold(ink, grain, 0, cv2.THRESH_TOZERO, dst=ink)
    ink /= most
    return ink


def crop_to_ink(ink: np.ndarray) -> np.ndarray:
    """Cut the smallest rectangle that holds all the ink out of (h, w)."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit_to_box(ink: np.ndarray) -> np.ndarray:
    """Shrink or enlarge to float32 (20, 20), keeping the shape; the strongest ink becomes 1."""
    height, width = ink.shape
    side = max(height, width)
    # Only to the right and below: an enlarged MNIST digit then shrinks back exactly.
    square = cv2.copyMakeBorder(ink, 0, side - height, 0, side - width, cv2.BORDER_CONSTANT)
    box = cv2.resize(square, (BOX, BOX), interpolation=cv2.INTER_AREA)
    return box / box.max()


def center_by_mass(box: np.ndarray) -> np.ndarray:
    """Place (20, 20) in (28, 28) by whole pixels, its centre of mass at the middle.

    The centre of mass, counted in pixel indices, comes to lie in (13.5, 14.5], as in MNIST; only
    ink that would leave the image stays at the image's edge.
    """
    rows, columns = np.nonzero(box)
    ink = box[rows, columns]
    image = np.zeros((SIDE, SIDE), np.float32)
    image[rows + _shift_to_middle(rows, ink), columns + _shift_to_middle(columns, ink)] = ink
    return image


def _shift_to_middle(indices: np.ndarray, ink: np.ndarray) -> int:
    center = np.average(indices + 0.5, weights=ink)
    return int(np.clip(np.floor(15 - center), -indices.min(), SIDE - 1 - indices.max()))


def _to_grey(picture) -> np.ndarray:
    """Return brightness as float32 (h, w) in [0, 1]; transparent pixels take the paper's colour."""
    pixels = _to_unit_range(_to_array(picture))
    if pixels.ndim == 2:
        return pixels
    grey = pixels[..., 0] if pixels.shape[2] == 1 else pixels[..., :3] @ _BRIGHTNESS
    if pixels.shape[2] < 4:
        return grey
    alpha = pixels[..., 3]
    opaque = (grey * alpha).sum() / alpha.sum() if alpha.any() else 0.0
    paper = 1.0 if opaque < 0.5 else 0.0  # dark ink is laid on white, light ink on black
    return grey * alpha + paper * (1 - alpha)


def _to_array(picture) -> np.ndarray:
    if isinstance(picture, Image.Image):
        wide = picture.mode in ("I", "F") or picture.mode.startswith("I;")
        picture = picture if wide or picture.mode in ("L", "RGB") else picture.convert("RGBA")
    pixels = np.asarray(picture)
    if pixels.dtype.kind not in "buif":
        raise TypeError(
            f"a picture is a PIL image or an array of numbers, not {type(picture).__name__} "
            f"of dtype {pixels.dtype}"
        )
    shaped = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (1, 3, 4))
    if not shaped or 0 in pixels.shape:
        raise ValueError(
            f"the picture has shape {pixels.shape}; wanted (height, width) or "
            "(height, width, channels) with 1, 3 or 4 channels and at least one pixel"
        )
    return pixels


def _to_unit_range(pixels: np.ndarray) -> np.ndarray:
    """Scale to [0, 1] by what the dtype can hold; floats and wide integers by 1, 255 or 65,535."""
    most = max(float(pixels.max()), -float(pixels.min()))  # NaN and infinity pass through both
    if not np.isfinite(most):
        raise ValueError("the picture holds NaN or infinity; every pixel must be a finite number")
    values = pixels.astype(np.float32)
    if most > 1:
        wide = pixels.dtype == np.uint16 or most > 255
        values /= max(most, 65_535) if wide else 255
    return values
