"""Turn strokes or a picture into an image like those of MNIST, step by step.

The steps follow the rule by which MNIST was made (Y. LeCun et al., 'Gradient-based learning
applied to document recognition', 1998). C. Yadav and L. Bottou recovered its details ('Cold case:
the lost MNIST digits', 2019): ink box, 20 × 20 pixels, centre of mass in the middle of 28 × 28.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_helpers.drawing import MNIST_PEN, draw_checked, fit_strokes

SIDE, BOX = 28, 20  # pixels: of MNIST's images, and of the ink in them
_PAPER = 208  # pixels: 200 for the fitted ink, and a clean border around it
_FAINTEST = 0.1  # of the full range: with less contrast than this, there is no ink


def from_strokes(strokes: Sequence, pen: int = MNIST_PEN) -> np.ndarray:
    """Turn pen strokes into an MNIST-like image: float32 (28, 28) in [0, 1], ink bright.

    `strokes` is a sequence of (n, 2) arrays of points, x right and y down. They are drawn again
    with `pen`, in pixels for a digit of 200 pixels; the default gives MNIST's thickness. So size,
    place and the pen on the pad do not matter. Without points, the image is zeros.

    Raises TypeError or ValueError for anything that is not strokes of finite points, and for a pen
    that is not a whole number from 1 to 199.
    """
    fitted = fit_strokes(strokes, size=_PAPER, pen=pen)
    return from_ink(draw_checked(fitted, _PAPER, pen).astype(np.float32))


def from_ink(ink: np.ndarray) -> np.ndarray:
    """Turn ink, float32 (h, w), 0 for paper, into an MNIST-like image, in four steps."""
    if not ink.any():
        return np.zeros((SIDE, SIDE), np.float32)
    return center_by_mass(fit_to_box(crop_to_ink(ink)))


def to_ink(grey: np.ndarray) -> np.ndarray:
    """Say for every pixel how much ink lies on it: float32 (h, w), 0 for paper, 1 for the most ink.

    `grey` is a picture's brightness, float32 (h, w) in [0, 1].

    The paper's brightness is the median along the border. Ink is either darker or lighter than the
    paper: the direction in which the picture differs more. A pixel that differs no more than the
    border varies is paper. Taught in lesson 7.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.percentile(border, 50, method="lower")
    lighter, darker = grey.max() - paper, paper - grey.min()
    most = max(lighter, darker)
    differs = np.abs(border - paper)
    grain = 4 * np.percentile(differs[differs < most / 2], 75) if most else 0
    if most <= grain or most < _FAINTEST:
        return np.zeros_like(grey)
    ink = grey - paper if lighter >= darker else paper - grey
    return np.where(ink > grain, ink / most, 0)


def crop_to_ink(ink: np.ndarray) -> np.ndarray:
    """Cut (h, w) to the smallest rectangle that holds all the ink. Taught in lesson 7."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit_to_box(ink: np.ndarray) -> np.ndarray:
    """Shrink or enlarge to float32 (20, 20), keeping the shape; the strongest ink becomes 1.

    Taught in lesson 7.
    """
    height, width = ink.shape
    side = max(height, width)
    # Only to the right and below: an enlarged MNIST digit then shrinks back exactly.
    square = cv2.copyMakeBorder(ink, 0, side - height, 0, side - width, cv2.BORDER_CONSTANT)
    box = cv2.resize(square, (BOX, BOX), interpolation=cv2.INTER_AREA)
    return box / box.max()


def center_by_mass(box: np.ndarray) -> np.ndarray:
    """Place (20, 20) in (28, 28) by whole pixels, its centre of mass at the middle.

    In pixel indices, the centre of mass is then above 13.5 and at most 14.5, as in MNIST. If ink
    would leave the image, it is moved only as far as the edge. Taught in lesson 7.
    """
    rows, columns = np.nonzero(box)
    ink = box[rows, columns]
    image = np.zeros((SIDE, SIDE), np.float32)
    image[rows + _shift_to_middle(rows, ink), columns + _shift_to_middle(columns, ink)] = ink
    return image


def _shift_to_middle(indices: np.ndarray, ink: np.ndarray) -> int:
    center = np.average(indices + 0.5, weights=ink)
    return int(np.clip(np.floor(15 - center), -indices.min(), SIDE - 1 - indices.max()))
