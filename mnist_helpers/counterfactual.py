"""What would make it another digit? Find a little ink to add or remove that changes the answer."""

from dataclasses import dataclass

import numpy as np

from mnist_helpers.explain import log_odds
from mnist_helpers.inputs import SIDE, is_digit
from mnist_helpers.prediction import Prediction
from mnist_helpers.recognizer import Recognizer

_TOUCH = np.array([[0.4, 0.8, 0.4], [0.8, 1.0, 0.8], [0.4, 0.8, 0.4]], np.float32)  # of a pen
_INK = 0.3  # a touch needs this much ink in one of its nine pixels
_MOST = 40  # touches


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
    touches: list[np.ndarray] = []
    image = prediction.image
    while recognizer.logits(image[np.newaxis])[0].argmax() != digit:
        if len(touches) == _MOST:
            return None
        touched = _all_touches(image)
        best = _scores(recognizer, touched, digit).argmax()
        touches.append(touched[best] - image)
        image = touched[best]
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
    features, logits = recognizer.network.run(images)
    is_digit = recognizer.calibration.digit_probabilities(features)
    return log_odds(logits / recognizer.calibration.temperature, digit) + np.log(is_digit)


def _all_touches(image: np.ndarray) -> np.ndarray:
    """Return the image (28, 28) after each touch on ink that changes it, (n, 28, 28)."""
    touched = []
    for row in range(1, SIDE - 1):
        for column in range(1, SIDE - 1):
            place = np.s_[row - 1 : row + 2, column - 1 : column + 2]
            if image[place].max() < _INK:
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
