"""Why this answer, and what would change it? Wipe out a bit of ink, or add some, and ask again."""

from dataclasses import dataclass

import numpy as np

from mnist_helpers.prediction import Prediction, is_digit
from mnist_helpers.preprocessing import SIDE
from mnist_helpers.recognizer import Recognizer

# A square as wide as two strokes hides a whole part of a digit, such as a crossing. A smaller one
# leaves enough ink for the network to guess the rest.
PATCH = 6  # pixels, the side of the square that is wiped out
_STEP = 3  # pixels from one square to the next: half a square, so that each pixel is covered often
_TOUCH = np.array([[0.4, 0.8, 0.4], [0.8, 1.0, 0.8], [0.4, 0.8, 0.4]], np.float32)  # of a pen
_INK = 0.3  # of the strongest ink: a touch needs so much in one of its nine pixels
_MOST = 40  # touches: a change that needs more is another drawing


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
    network. Taught in lesson 9.

    Raises ValueError for a blank drawing.
    """
    if prediction.digit is None:
        raise ValueError("a blank drawing has no ink to wipe out; draw something first")
    image = prediction.image
    # A square without ink changes nothing, so it need not be asked about.
    squares = _squares_with_ink(image)
    images = np.repeat(image[np.newaxis], len(squares) + 1, axis=0)  # the last one stays whole
    for wiped, square in zip(images, squares, strict=False):
        wiped[square] = 0
    # One call for all images is many times faster than one call each.
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


@dataclass(frozen=True, eq=False)
class Change:
    """A changed drawing that is read as another digit.

    `image` is float32 (28, 28) in [0, 1]. `added` and `taken` are the ink that makes the
    difference, float32 (28, 28), both from 0 to 1. `digit` is the new answer, and `probability`
    is its probability, 0 to 1. `touches` counts how often the pen or the eraser came down.
    """

    image: np.ndarray
    added: np.ndarray
    taken: np.ndarray
    digit: int
    probability: float
    touches: int


def find_change(recognizer: Recognizer, prediction: Prediction, digit: int) -> Change | None:
    """Touch a drawing with a pen or an eraser of three pixels until it is read as `digit`.

    Each touch is the one that makes the digit most probable. At the end, every touch that is not
    needed is left out again. Such an image is called a counterfactual (S. Wachter, B. Mittelstadt
    and C. Russell, 'Counterfactual explanations without opening the black box', 2018). It is a
    small change, but perhaps not the smallest. It works with any network.

    Returns None if 40 touches are not enough. Raises ValueError for a blank drawing, or if the
    drawing is already read as this digit. It also raises it if `digit` is not a whole number from
    0 to 9.
    """
    if prediction.digit is None:
        raise ValueError("a blank drawing has no ink to change; draw something first")
    if not is_digit(digit):
        raise ValueError(f"the digit is {digit!r}; wanted a whole number from 0 to 9")
    if prediction.digit == digit:
        raise ValueError(f"this is read as {digit} already; wanted another digit")
    # A greedy search: of all single touches, take the best one, and look again from there.
    touches: list[np.ndarray] = []
    image = prediction.image
    least = _INK * image.max()
    while recognizer.logits(image[np.newaxis])[0].argmax() != digit:
        if len(touches) == _MOST:
            return None
        touched = _all_touches(image, least)
        best = _scores(recognizer, touched, digit).argmax()
        touches.append(touched[best] - image)
        image = touched[best]
    # An early touch can be made needless by a later one.
    needed = _without_the_idle(recognizer, prediction.image, touches, digit)
    image = _apply(prediction.image, needed)
    difference = image - prediction.image
    return Change(
        image=image,
        added=difference.clip(min=0),
        taken=-difference.clip(max=0),
        digit=int(digit),
        probability=float(recognizer.probabilities(image[np.newaxis])[0, digit]),
        touches=len(needed),
    )


def _scores(recognizer: Recognizer, images: np.ndarray, digit: int) -> np.ndarray:
    """Score images (n, 28, 28): high if this digit is probable, and that it is a digit at all."""
    # Without the second question, the search finds noise that fools the network, and no digit.
    features, logits = recognizer.network.run(images)
    is_digit = recognizer.calibration.digit_probabilities(features)
    return log_odds(logits / recognizer.calibration.temperature, digit) + np.log(is_digit)


def _all_touches(image: np.ndarray, least: float) -> np.ndarray:
    """Return the image (28, 28) after each touch on ink that changes it, (n, 28, 28)."""
    touched = []
    for row in range(1, SIDE - 1):
        for column in range(1, SIDE - 1):
            place = np.s_[row - 1 : row + 2, column - 1 : column + 2]
            if image[place].max() < least:
                continue  # a dot on empty paper can fool a network, but nobody writes one there
            for change in (np.maximum(image[place], _TOUCH), np.minimum(image[place], 1 - _TOUCH)):
                if np.abs(change - image[place]).sum() > 1:
                    touched.append(image.copy())
                    touched[-1][place] = change
    return np.stack(touched)


def _without_the_idle(
    recognizer: Recognizer, image: np.ndarray, touches: list[np.ndarray], digit: int
) -> list[np.ndarray]:
    """Go through the touches in order, and leave out each one that the digit does not need."""
    needed = list(touches)
    for touch in touches:
        fewer = [each for each in needed if each is not touch]
        if recognizer.logits(_apply(image, fewer)[np.newaxis])[0].argmax() == digit:
            needed = fewer
    return needed


def _apply(image: np.ndarray, touches: list[np.ndarray]) -> np.ndarray:
    return np.clip(sum(touches, start=image), 0, 1).astype(np.float32)
