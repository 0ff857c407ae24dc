"""Why this answer? Wipe out a bit of ink, ask again, and see what changes."""

from dataclasses import dataclass

import numpy as np

from mnist_helpers.prediction import Prediction
from mnist_helpers.preprocessing import SIDE
from mnist_helpers.recognizer import Recognizer

PATCH = 6  # pixels, the side of the square that is wiped out
_STEP = 3  # pixels from one square to the next


@dataclass(frozen=True, eq=False)
class Reasons:
    """What each bit of ink does for an answer.

    `support` is float32 (28, 28): how far the answer's log-odds fall if this ink is wiped out. If
    they rise, it is below zero, and the ink is evidence against the answer. It is zero where there
    is no ink. `center` is the (row, column) of the middle of the square that matters most.
    `without` is the answer's probability, 0 to 1, when that square is wiped out.
    """

    support: np.ndarray
    center: tuple[int, int]
    without: float


def find_reasons(recognizer: Recognizer, prediction: Prediction) -> Reasons:
    """Wipe out one square of ink after the other, and ask how probable the answer then is.

    This is occlusion (M. Zeiler and R. Fergus, 'Visualizing and understanding convolutional
    networks', 2014). It is measured in log-odds, ln(p / (1 − p)), because the probability p itself
    hardly changes near 1. A pixel gets the mean over the squares that cover it. It works with any
    network.

    Taught in lesson 9.

    Raises ValueError for a blank drawing.
    """
    if prediction.digit is None:
        raise ValueError("a blank drawing has no ink to wipe out; draw something first")
    image = prediction.image
    squares = _squares_with_ink(image)
    images = np.repeat(image[np.newaxis], len(squares) + 1, axis=0)  # the last one stays whole
    for wiped, square in zip(images, squares, strict=False):
        wiped[square] = 0
    logits = recognizer.logits(images) / recognizer.calibration.temperature
    odds = log_odds(logits, prediction.digit)
    falls = odds[-1] - odds[:-1]
    most = int(falls.argmax())
    rows, columns = squares[most]
    return Reasons(
        support=_mean_by_pixel(image, squares, falls),
        center=(rows.start + PATCH // 2, columns.start + PATCH // 2),
        without=float(1 / (1 + np.exp(-odds[most]))),
    )


def _squares_with_ink(image: np.ndarray) -> list[tuple[slice, slice]]:
    starts = range(0, SIDE - PATCH + 1, _STEP)
    squares = [np.s_[y : y + PATCH, x : x + PATCH] for y in starts for x in starts]
    return [square for square in squares if image[square].any()]


def _mean_by_pixel(image: np.ndarray, squares: list, falls: np.ndarray) -> np.ndarray:
    """Give each pixel of ink the mean fall over the squares that cover it."""
    total, covered = np.zeros_like(image), np.zeros_like(image)
    for square, fall in zip(squares, falls, strict=True):
        total[square] += fall
        covered[square] += 1
    return np.where(image > 0, total / np.maximum(covered, 1), 0)


def log_odds(logits: np.ndarray, digit: int) -> np.ndarray:
    """Return a digit's log-odds (n,) from logits (n, 10): ln(p / (1 − p)) for its probability p."""
    others = np.delete(logits, digit, axis=1)
    return logits[:, digit] - np.logaddexp.reduce(others, axis=1)
