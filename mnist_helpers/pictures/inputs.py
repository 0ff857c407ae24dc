"""Check pictures and images that come from outside, and refuse wrong ones in words."""

import warnings
from contextlib import suppress

import cv2
import numpy as np
from PIL import Image, ImageOps

from mnist_helpers.drawing import as_strokes
from mnist_helpers.pictures.files import LONG_SIDE, open_container
from mnist_helpers.pictures.photo import resize
from mnist_helpers.prediction import Prediction
from mnist_helpers.preprocessing import SIDE, from_ink, to_ink

_OVERSHOOT = 0.3  # beyond [0, 1]: resizing by cubic curves adds up to this
_FULL_SCALES = (1, 255, 1023, 4095, 65_535)  # what 1, 8, 10, 12 and 16 bits can hold
_OWN_SCALE = 25  # a largest value above 1 and up to this is the full scale itself
_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue (ITU-R BT.601)
_MOST = 1e12  # for one pixel: 32 bits hold 4.3e9
_NUMBERS = "buif"
_SMALL = 100  # pixels: the longer side of the copy on which contrasts are compared
_HIDDEN = 3  # ink is hidden if a channel shows so many times the contrast that brightness shows
_SOME_INK = 0.1  # of all that is opaque: from this share on, there is dark ink
_ROWS = (SIDE**2,), (SIDE**2 + 1,)  # the width of a table of images, without and with their labels
_HEIGHTS = range(441, 981)  # pixels of a picture that is so wide: from 16:9 to 4:5
_TABLE = "These are rows of a table: table[:, -784:].reshape(-1, 28, 28) makes images of them"
_READS = "recognize(picture) reads a path, an open file, a PIL image or an array of numbers"


def open_picture(picture) -> np.ndarray:
    """Return a picture's brightness, float32 (h, w) in [0, 1], its longer side at most 800 pixels.

    `picture` is a path, the bytes of a file, an open file, a data: URL, base64 text, or a PIL image
    of any mode. It can also be an array (h, w), (h, w, 1), (h, w, 3) or (h, w, 4) of any dtype. A
    row of 784 numbers is an image of 28 × 28. If a phone noted a turn (Exif 2.32, tag 0x0112), the
    picture is turned.

    Numbers are divided by the full scale: the first of 1, 255, 1,023, 4,095 and 65,535 that their
    maximum does not exceed. In dtypes other than uint8 and uint16, it can be up to 30 % higher, an
    overshoot. A maximum above all of these is the full scale itself. So is one above 1 (and its
    overshoot) and up to 25, except in uint8. If values lie far below zero, the lowest becomes 0 and
    the highest 1. Transparent pixels take the paper's brightness. If ink and paper have almost the
    same brightness, the color channel in which the ink stands out most is returned instead.

    Raises TypeError or ValueError that names the mistake, or FileNotFoundError.
    """
    with warnings.catch_warnings():  # Pillow's, about many pixels and about EXIF data
        warnings.simplefilter("ignore")
        picture = open_container(picture)
        pixels = _from_pil(picture) if isinstance(picture, Image.Image) else _from_array(picture)
    if min(pixels.shape[:2]) < 2:
        raise ValueError(
            f"the picture has shape {pixels.shape}; with a height or width of one pixel, it can "
            "show no digit. Give at least 2 × 2 pixels"
        )
    _check_numbers(pixels, "picture")
    return _to_grey(_to_unit_range(_reduce(pixels)))


def from_picture(picture) -> np.ndarray:
    """Turn a picture into an MNIST-like image: float32 (28, 28) in [0, 1], ink bright.

    `picture` is anything that `open_picture` takes. It can have any size, and be dark on light or
    light on dark. A picture without ink gives an image of zeros. Taught in lesson 7.

    Raises the same errors as `open_picture`.
    """
    return from_ink(to_ink(open_picture(picture)))


def as_image(image) -> np.ndarray:
    """Check an MNIST-like image, and return it as float32 (28, 28).

    Raises TypeError or ValueError that names the mistake, and the right call.
    """
    pixels = _as_array(image, "an image, an array (28, 28) of numbers from 0 to 1")
    if pixels.shape not in ((SIDE, SIDE), (SIDE, SIDE, 1)):
        advice = _advise(pixels) or "recognize(picture) reads pictures of any size"
        raise ValueError(f"wanted an image (28, 28); got {pixels.shape}. {advice}")
    _check_range(pixels, "image")
    return np.clip(pixels.reshape(SIDE, SIDE).astype(np.float32), 0, 1)


def as_images(images) -> np.ndarray:
    """Check MNIST-like images, and return them as an array (n, 28, 28) or (n, 28, 28, 1).

    Raises TypeError or ValueError that names the mistake.
    """
    pixels = _as_array(images, "images, an array (n, 28, 28) of numbers from 0 to 1")
    if pixels.shape in ((SIDE, SIDE), (SIDE, SIDE, 1)):
        raise ValueError("this is one image; images[np.newaxis] makes an array of images")
    if pixels.shape[1:] not in ((SIDE, SIDE), (SIDE, SIDE, 1)):
        advice = f". {_TABLE}" if pixels.shape[1:] in _ROWS else ""
        raise ValueError(f"wanted images (n, 28, 28) or (n, 28, 28, 1); got {pixels.shape}{advice}")
    if len(pixels):
        _check_range(pixels, "image")
    return pixels


def _as_array(given, wanted: str) -> np.ndarray:
    """Return an array of numbers. Raises TypeError, which says what is `wanted`, for others."""
    if isinstance(given, Prediction):
        raise TypeError("this is a Prediction already; its picture is prediction.image")
    try:
        array = np.asarray(given)
    except ValueError:  # lists of different lengths
        array = np.empty((), object)
    except Exception:  # an object's own `__array__` can raise anything
        kind = type(given).__name__
        raise TypeError(f"{kind} gives no array; tensor.detach().cpu().numpy() is one") from None
    if array.ndim and array.dtype.kind in "OUV":
        with suppress(TypeError, ValueError, OverflowError):
            array = array.astype(np.float64)  # of a table, a CSV file, or bfloat16
    if array.dtype.kind not in _NUMBERS:
        got = f"{type(given).__name__} of dtype {array.dtype}"
        raise TypeError(f"wanted {wanted}; got {got}. {_advise_for(given)}")
    return array


def _check_range(pixels: np.ndarray, name: str) -> None:
    """Refuse pixels that are not finite, or that lie outside 0 to 1 by more than an overshoot."""
    _check_numbers(pixels, name)
    low, high = float(pixels.min()), float(pixels.max())
    if low < -_OVERSHOOT:
        raise ValueError(
            f"the pixels run from {low:.3g} to {high:.3g}; wanted 0 to 1. Add back what "
            "was subtracted, or let recognize(image) find the ink"
        )
    if high > 1 + _OVERSHOOT or (pixels.dtype.kind in "ui" and high > 1):
        raise ValueError(
            f"the pixels go up to {high:.6g}; wanted 0 to 1. Divide by "
            f"{255 if high <= 300 else 'the largest possible value'}, or let recognize(image) do it"
        )


def _from_pil(picture: Image.Image) -> np.ndarray:
    """Return the pixels, turned upright: (h, w), (h, w, 3) or (h, w, 4)."""
    try:
        picture.load()
    except (AssertionError, OSError, ValueError):  # the first comes behind a `with` block
        raise ValueError(
            "this PIL image is damaged, or its file is closed: open it again, and give it before "
            "the file is closed"
        ) from None
    picture = picture.convert("LA") if picture.mode == "La" else picture  # to nothing else
    wide = picture.mode in ("I", "F") or picture.mode.startswith("I;")
    if not wide and picture.mode not in ("L", "RGB", "RGBA"):
        clear = "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBa")
        picture = picture.convert("RGBA" if clear else "RGB")
    factor = 1 if wide else max(1, max(picture.size) // LONG_SIDE)
    picture = picture.reduce(factor)  # a copy, also if the factor is 1
    with suppress(Exception):  # damaged EXIF data; the turn comes first, if it can be read
        ImageOps.exif_transpose(picture, in_place=True)
    return np.asarray(picture)


def _from_array(picture) -> np.ndarray:
    if picture is None:
        raise TypeError("got None, not a picture; cv2.imread returns None if it finds no file")
    pixels = _as_array(picture, "a picture: a path, a PIL image or an array of numbers")
    if pixels.size == SIDE**2 == max(pixels.shape):
        pixels = pixels.reshape(SIDE, SIDE)
    shaped = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (1, 3, 4))
    points = shaped and pixels.shape[1:] == (2,) and pixels.dtype != np.uint8 and pixels.max() > 1
    labelled = pixels.size == SIDE**2 + 1 == max(pixels.shape)
    is_frame = hasattr(picture, "columns")
    table = pixels.shape[1:] in _ROWS and (is_frame or len(pixels) not in _HEIGHTS)
    if not shaped or 0 in pixels.shape or points or labelled or table:
        raise ValueError(
            f"the picture has shape {pixels.shape}; wanted (height, width) or (height, width, "
            f"channels) with 1, 3 or 4 channels and at least one pixel. {_advise(pixels) or _READS}"
        )
    return pixels


def _check_numbers(pixels: np.ndarray, name: str) -> None:
    low, high = float(pixels.min()), float(pixels.max())  # NaN and infinity pass through both
    if not np.isfinite([low, high]).all():
        raise ValueError(f"the {name} holds NaN or infinity; every pixel must be a finite number")
    if max(-low, high) > _MOST:
        raise ValueError(
            f"the {name} holds numbers up to {max(-low, high):.3g}; no picture has such pixels"
        )
    if pixels.dtype == np.int8 and low < 0:
        raise ValueError(
            f"the {name} is int8 and has negative pixels: it was read as signed numbers. "
            f"{name}.view(np.uint8) gives the numbers of the file"
        )


def _reduce(pixels: np.ndarray) -> np.ndarray:
    """Average the pixels down until the longer side has `LONG_SIDE` of them, if it has more."""
    if pixels.dtype not in (np.uint8, np.uint16, np.float32):
        pixels = pixels.astype(np.float32)
    if max(pixels.shape[:2]) <= LONG_SIDE:
        return pixels
    return resize(np.ascontiguousarray(pixels), LONG_SIDE)


def _to_unit_range(pixels: np.ndarray) -> np.ndarray:
    """Scale to [0, 1] by the rules of `open_picture`: float32, C order."""
    values = pixels.astype(np.float32, order="C")
    low, high = float(values.min()), float(values.max())
    values /= _full_scale(high, pixels.dtype)
    if low < -_OVERSHOOT * _full_scale(high, pixels.dtype):
        cv2.normalize(values, values, 0, 1, cv2.NORM_MINMAX)
    return values.clip(0, 1)


def _full_scale(most: float, dtype: np.dtype) -> float:
    if dtype == np.uint8:
        return 1 if most <= 1 else 255
    spare = 1 + _OVERSHOOT if dtype.kind == "f" else 1
    if spare < most <= _OWN_SCALE:
        return most
    return next((scale for scale in _FULL_SCALES if most <= scale * spare), most)


def _to_grey(pixels: np.ndarray) -> np.ndarray:
    """Return one number for each pixel, float32 (h, w) in [0, 1], in which the ink stands out."""
    if pixels.ndim == 2:
        return pixels
    if pixels.shape[2] == 4:
        pixels = _lay_on_paper(pixels[..., :3], pixels[..., 3:])
    if pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[..., 0])
    channels = [pixels @ _BRIGHTNESS, *np.moveaxis(pixels, -1, 0)]
    contrasts = [_find_contrast(each) for each in channels]
    best = int(np.argmax(contrasts)) if max(contrasts) > _HIDDEN * contrasts[0] else 0
    return np.ascontiguousarray(channels[best])


def _find_contrast(channel: np.ndarray) -> float:
    """Return how much fine lines differ from what is around them, from 0 to 1."""
    # A long and thin picture keeps more pixels, so that its shorter side keeps one.
    scale = min(1, max(_SMALL / max(channel.shape), 1 / min(channel.shape)))
    small = cv2.resize(channel, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    around = cv2.blur(small, (_SMALL // 3, _SMALL // 3))
    return float(np.percentile(np.abs(small - around), 98))


def _lay_on_paper(colors: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Lay transparent colors (h, w, 3) on white paper if some of the ink is dark, else on black."""
    is_dark = colors @ _BRIGHTNESS[:, np.newaxis] < 0.5
    paper = 1.0 if (is_dark * alpha).sum() >= _SOME_INK * alpha.sum() else 0.0
    return colors * alpha + np.float32(paper) * (1 - alpha)


def _advise_for(given) -> str:
    """Advise on what holds no numbers: strokes of different lengths, several pictures, or else."""
    if hasattr(given, "strokes"):
        return "recognize_strokes(drawing.strokes) reads its strokes"
    with suppress(TypeError, ValueError):
        if as_strokes(given):
            return "If these are strokes, recognize_strokes reads them"
    if isinstance(given, list | tuple | np.ndarray):
        return "If these are several pictures, read them one by one"
    return _READS


def _advise(pixels: np.ndarray) -> str:
    if pixels.size == SIDE**2:
        return "image.reshape(28, 28) turns it into an image"
    if pixels.size == SIDE**2 + 1:
        return "If this is a row of a table, the first number is the label: give row[1:]"
    if pixels.ndim == 4 and len(pixels) == 1:
        return "This is one picture in a batch: picture[0] takes it out"
    if pixels.shape[1:] in _ROWS:
        return f"{_TABLE}; read them one by one"
    several = pixels.ndim in (3, 4) and min(pixels.shape[1:3]) > 4
    if several:
        first = "If the channels come first, np.moveaxis(picture, 0, -1) puts them last. Else: "
        words = "images; read them one by one, or all at once with probabilities(images)"
        return f"{first * (len(pixels) in (1, 3, 4))}These are {len(pixels)} {words}"
    if pixels.dtype == np.uint8 and pixels.shape[2:] == (2,):
        return "If this is brightness and opacity, give the PIL image, or picture[..., 0]"
    if pixels.ndim in (2, 3) and 2 in pixels.shape[1:]:
        return "If these are strokes, recognize_strokes reads them"
    if pixels.ndim == 1 and pixels.dtype == np.uint8:
        return "If these are the bytes of a file, give picture.tobytes()"
    return ""
