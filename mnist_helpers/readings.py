"""Read one picture in a few ways; each way finds some ink and makes an MNIST-like image of it.

No rule finds the ink in every picture. So each reading follows a different rule. The recogniser
looks at all of them. It trusts a reading more if it looks like a digit and explains much of the
picture.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_helpers.inputs import open_picture
from mnist_helpers.photo import (
    choose_digit,
    coverage,
    find_contrast,
    find_ink,
    fit,
    soft_ink,
    trim_frame,
    widen,
)
from mnist_helpers.preprocessing import SIDE, from_ink, to_ink

_SMALL, _LARGE = 160, 320  # pixels: the longer side at which ink is looked for
_WINDOWS = {"narrow": 0.2, "wide": 0.45}  # of the longer side: wider than a thin or a bold line
_LOOKS = ((0, 1), (8, 1), (-8, 1), (0, 0.9))  # turn in degrees, and size
_CLEAR = 0.3  # of the strongest ink: from here on, ink that is taken as it is counts as explained


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to read a picture: its name, its steps in order, and the image at the end.

    `steps` are float32 (h, w) under their names; `image` is float32 (28, 28) in [0, 1]. `coverage`
    is a share from 0 to 1: how much of everything that stands out in the picture it explains.
    """

    name: str
    steps: dict[str, np.ndarray]
    image: np.ndarray
    coverage: float


def read_picture(picture) -> list[Reading]:
    """Read a picture in a few ways; it takes what `inputs.open_picture` takes.

    The first reading takes the picture as it is. No two of them have the same image. Raises the
    same errors as `inputs.open_picture`.
    """
    grey = open_picture(picture)
    trimmed = trim_frame(grey)
    readings = [_as_it_is("as it is", grey)]
    if trimmed.shape != grey.shape:
        readings.append(_as_it_is("without its frame", trimmed))
    middle = _to_middle_size(trimmed)
    contrast = find_contrast(middle)
    for kind, is_light in (("dark ink", False), ("light ink", True)):
        for width, window in _WINDOWS.items():
            soft = soft_ink(middle, window, is_light)
            for place, at_edge in (("inside", False), ("also at the edge", True)):
                name = f"{kind}, {width} window, {place}"
                found = choose_digit(find_ink(soft), at_edge)
                readings.append(_finish(name, middle, contrast, soft, found))
    return list({reading.image.tobytes(): reading for reading in reversed(readings)}.values())[::-1]


def look_again(images: np.ndarray) -> np.ndarray:
    """Look at each image a few times: as it is, turned by 8° to each side, and a little smaller.

    Takes float32 (n, 28, 28), returns (4, n, 28, 28). A digit stays the same digit after these
    changes, so the mean of the answers is more reliable than each of them. Asking a network in this
    way is common (A. Krizhevsky, I. Sutskever and G. Hinton, 2012, took ten cuts of a picture).
    """
    middle = (SIDE - 1) / 2
    matrices = [cv2.getRotationMatrix2D((middle, middle), turn, size) for turn, size in _LOOKS]
    return np.stack(
        [[cv2.warpAffine(image, each, (SIDE, SIDE)) for image in images] for each in matrices]
    )


def _as_it_is(name: str, grey: np.ndarray) -> Reading:
    ink, middle = to_ink(grey), _to_middle_size(grey)
    explained = coverage(find_contrast(middle), to_ink(middle) > _CLEAR)
    return Reading(name, {"grey": grey, "ink": ink}, from_ink(ink), explained)


def _finish(
    name: str, grey: np.ndarray, contrast: np.ndarray, soft: np.ndarray, found: np.ndarray
) -> Reading:
    """Cut the digit out, widen it, and shrink it to an image."""
    steps = {"grey": grey, "even light": soft, "ink": found.astype(np.float32)}
    if not found.any():
        return Reading(name, steps, np.zeros((SIDE, SIDE), np.float32), 0.0)
    digit = widen(soft, found)
    explained = coverage(contrast, found)
    return Reading(name, {**steps, "digit": digit}, from_ink(digit), explained)


def _to_middle_size(grey: np.ndarray) -> np.ndarray:
    side = max(grey.shape)
    if side < _SMALL:
        scale = _SMALL / side
        return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).clip(0, 1)
    return fit(grey, min(side, _LARGE))
