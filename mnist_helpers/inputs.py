"""What comes in from outside: known to be what it should be, or refused in words."""

import numpy as np

from mnist_helpers.prediction import Prediction
from mnist_helpers.preprocessing import SIDE

_OVERSHOOT = 0.3  # beyond [0, 1]: what resizing by cubic curves adds


def as_image(image) -> np.ndarray:
    """Return an MNIST-like image as float32 (28, 28), once it is known to be one.

    Raises TypeError or ValueError that names the slip, and the call that would be right.
    """
    if isinstance(image, Prediction):
        raise TypeError("this is a Prediction already; its picture is prediction.image")
    try:
        pixels = np.asarray(image)
    except ValueError:  # lists of different lengths
        pixels = np.empty(0, object)
    if pixels.dtype.kind not in "buif":
        raise TypeError(
            f"wanted an image, an array (28, 28) of numbers from 0 to 1; got "
            f"{type(image).__name__}. If these are strokes, recognize_strokes reads them"
        )
    if pixels.shape not in ((SIDE, SIDE), (SIDE, SIDE, 1)):
        raise ValueError(f"wanted an image (28, 28); got {pixels.shape}. {_advise(pixels)}")
    low, high = float(pixels.min()), float(pixels.max())
    if not np.isfinite([low, high]).all():
        raise ValueError("the image holds NaN or infinity; every pixel must be a finite number")
    if pixels.dtype == np.int8 and low < 0:
        raise ValueError(
            "the image is int8 and has negative pixels: it was read as signed numbers. "
            "image.view(np.uint8) / 255 is what the file holds"
        )
    if low < -_OVERSHOOT:
        raise ValueError(
            f"the pixels run from {low:.3g} to {high:.3g}; wanted 0 to 1. Undo what was "
            "subtracted, or let recognize(image) find the ink"
        )
    if high > 1 + _OVERSHOOT or (pixels.dtype.kind in "ui" and high > 1):
        raise ValueError(
            f"the pixels go up to {high:.6g}; wanted 0 to 1. Divide by "
            f"{255 if high <= 300 else 'what they can hold'}, or let recognize(image) do it"
        )
    return np.clip(pixels.reshape(SIDE, SIDE).astype(np.float32), 0, 1)


def _advise(pixels: np.ndarray) -> str:
    if pixels.ndim in (3, 4) and pixels.size % SIDE**2 == 0 and len(pixels) != SIDE:
        count = pixels.size // SIDE**2
        return f"These are {count} images; read them one by one, or all with probabilities(images)"
    if pixels.size == SIDE**2:
        return "image.reshape(28, 28) makes one of it"
    if (pixels.ndim == 2 and pixels.shape[1] == 2) or (pixels.ndim == 3 and pixels.shape[2] == 2):
        return "If these are strokes, recognize_strokes reads them"
    return "recognize(picture) reads pictures of any size"
