"""Open what holds a picture: a path, bytes, an open file, a data: URL, the answer of a widget."""

import base64
import io
import os
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

import numpy as np
from PIL import Image, UnidentifiedImageError

from mnist_helpers.preprocessing import SIDE
from mnist_helpers.system.words import quoted

LONG_SIDE = 800  # pixels of a picture: a digit needs no more, and all later steps are faster
_ADDRESS = re.compile(r"(https?|ftp|file|blob|s3|gs):", re.IGNORECASE)
_BASE64 = re.compile(r"[\w+/=\s-]{60,}", re.ASCII)
_OTHER_FILES = (  # what the first bytes hold, what such a file is, and the way out
    (rb"<svg", "an SVG drawing", "open it in a browser, and save a screenshot as PNG"),
    (rb"^....ftyp", "a HEIC photo or a film", "save or send the photo as JPEG"),
    (rb"%PDF", "a PDF document", "save a screenshot of the digit as PNG"),
    (rb"<(!doctype )?html", "a web page", "download the picture itself"),
    (rb"^\x93NUMPY", "an array of NumPy", "open it with np.load"),
    (rb"^PK\x03\x04", "an archive of files", "take the picture out of it"),
)
_HOLDS_PICTURE = ("composite", "content", "background", "path")  # the keys of Gradio and ipywidgets


def open_container(given):
    """Return a PIL image for anything that holds a picture file, and anything else as it is.

    A picture file comes as a path, `bytes`, `bytearray`, a `memoryview`, a file that is open for
    reading bytes, or a data: URL. The dict of Gradio's Sketchpad gives its composite, and a file of
    an upload button gives its content. A large JPEG is decoded at a smaller size, whose longer side
    is at least 800 pixels.

    Raises FileNotFoundError, TypeError or ValueError that names the mistake and the way out.
    """
    if isinstance(given, Mapping):
        given = _open_widget(given)
    if isinstance(given, str) and given.lstrip()[:5].lower() == "data:":
        given = _read_data_url(given)
    if isinstance(given, bytes | bytearray) or (isinstance(given, memoryview) and given.ndim == 1):
        return _decode(io.BytesIO(given), f"the file of {len(given):,} bytes")
    if isinstance(given, str | os.PathLike):
        return _open_path(given)
    if hasattr(given, "read") and not isinstance(given, Image.Image):
        return _decode(given, "the open file")
    return given


def _open_widget(given: Mapping):
    """Return the picture that a widget's dict holds; an empty sketch is a blank picture."""
    held = [given[key] for key in _HOLDS_PICTURE if given.get(key) is not None]
    if held:
        return held[0]
    if "composite" in given:
        return np.zeros((SIDE, SIDE), np.uint8)
    raise TypeError(
        f"got a dict with {quoted(list(given))}; wanted a picture. "
        "Give the value that holds the picture"
    )


def _read_data_url(url: str) -> bytes:
    head, _, body = url.partition(",")
    content = unquote_to_bytes(body)
    if not head.rstrip().lower().endswith(";base64"):
        return content
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except ValueError:
        raise ValueError(f"the data: URL {quoted(url)} is damaged: copy all of it") from None


def _open_path(path: str | os.PathLike) -> Image.Image:
    if _ADDRESS.match(str(path)):
        raise ValueError(
            f"{quoted(str(path))} is an address, and nothing is loaded from the internet. "
            "Download the picture, and give the name of its file"
        )
    try:
        file = Path(path).expanduser().open("rb")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"there is no file {quoted(str(path))}. A name without a folder is looked for in "
            f"{Path.cwd()}. {_advise_on_base64(path)}"
        ) from None
    except (OSError, RuntimeError, ValueError) as error:  # a folder, no right, an unknown ~user
        reason = getattr(error, "strerror", None) or error
        raise ValueError(
            f"{quoted(str(path))} cannot be opened as a file: {reason}. {_advise_on_base64(path)}"
        ) from None
    with file:
        return _decode(file, quoted(str(path)))


def _advise_on_base64(path: str | os.PathLike) -> str:
    if _BASE64.fullmatch(str(path)):
        return "If it is base64 text, put 'data:image/png;base64,' in front of it"
    return "Wanted the name of a picture file"


def _decode(file, name: str) -> Image.Image:
    """Decode the first picture of an open file."""
    try:
        with warnings.catch_warnings():  # a phone's 108 million pixels are no attack
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file)
        picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
        picture.load()
    except UnidentifiedImageError:
        file.seek(0)
        raise ValueError(f"{name} {_explain(file.read(512))}") from None
    except Image.DecompressionBombError:
        raise ValueError(
            f"{name} has too many pixels: make it smaller, or cut the digit out"
        ) from None
    except (OSError, SyntaxError, TypeError, ValueError) as error:
        reason = quoted(str(error).rstrip("."), mark="")
        raise ValueError(
            f"{name} cannot be opened as a picture: {reason}. "
            "Save it again as PNG or JPEG, and open a file with open(name, 'rb')"
        ) from None
    return picture


def _explain(head: bytes | str) -> str:
    """Say what a file is that Pillow does not know, from its first bytes."""
    if isinstance(head, str):
        return "gives text: open it for bytes, with open(name, 'rb')"
    if not head:
        return "is empty: save the picture again"
    for start, kind, way_out in _OTHER_FILES:
        if re.search(start, head, re.IGNORECASE | re.DOTALL):
            return f"is {kind}, and cannot be read: {way_out}"
    return "is no picture file that can be read: save the picture as PNG or JPEG"
