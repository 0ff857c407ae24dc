"""A few readings of one picture: what might be its ink, each as an image like those of MNIST.

No rule finds the ink in every picture. So each reading follows another one, and the recogniser
takes the image that looks most like a digit.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_helpers.inputs import open_picture
from mnist_helpers.photo import (
    choose_digit,
    fit,
    soft_ink,
    stronger_than_paper,
    widen,
)
from mnist_helpers.preprocessing import SIDE, from_ink, to_ink

_SMALL, _LARGE = 160, 320  # pixels: the longer side at which soft ink is looked for
_WINDOWS = (0.2, 0.45, 0.9)  # of the longer side: wider than a pen, or than a bold digit


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to read a picture: its name, its steps in order, and the image at the end.

    `steps` are uint8 or float32 (h, w) under their names; `image` is float32 (28, 28) in [0, 1].
    """

    name: str
    steps: dict[str, np.ndarray]
    image: np.ndarray


def read_picture(picture) -> list[Reading]:
    """Read a picture in a few ways; `picture` and errors as for `inputs.open_picture`.

    The first reading takes the picture as it is.
    """
    grey = open_picture(picture)
    plain = to_ink(grey)
    readings = [Reading("as it is", {"grey": grey, "ink": plain}, from_ink(plain))]
    middle = _to_middle_size(grey)
    for paper, bright in (("dark ink", middle), ("light ink", 1 - middle)):
        for window in _WINDOWS:
            soft = soft_ink(bright, window)
            for edge in (False, True):
                found = choose_digit(stronger_than_paper(soft), edge)
                readings.append(_finish(f"{paper}, {window}, {edge}", grey, soft, found))
    return readings


def _finish(name: str, grey: np.ndarray, soft: np.ndarray, found: np.ndarray) -> Reading:
    """Cut the digit out, widen it, and shrink it to an image."""
    if not found.any():
        return Reading(name, {"grey": grey, "soft ink": soft}, np.zeros((SIDE, SIDE), np.float32))
    digit = widen(soft, found)
    return Reading(name, {"grey": grey, "soft ink": soft, "digit": digit}, from_ink(digit))


def _to_middle_size(grey: np.ndarray) -> np.ndarray:
    side = max(grey.shape)
    if side < _SMALL:
        scale = _SMALL / side
        return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).clip(0, 1)
    return fit(grey, min(side, _LARGE))
