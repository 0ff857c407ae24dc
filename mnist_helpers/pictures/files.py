"""Open what holds a picture: a path, bytes, an open file, a data: URL, the answer of a widget."""

import base64
import io
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote_to_bytes

import numpy as np
from PIL import Image, UnidentifiedImageError

from mnist_helpers.preprocessing import SIDE
from mnist_helpers.system.files import home_path
from mnist_helpers.system.words import quoted

LONG_SIDE = 800  # pixels of a picture: a digit needs no more, and all later steps are faster
_ADDRESS = re.compile(r"(https?|ftp|file|blob|s3|gs):", re.IGNORECASE)
_BASE64 = re.compile(rb"\s*((?i:data:)|iVBORw0KGgo|R0lGOD|(/9j/|UklGR)[\w+/]{60})")
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
    reading bytes, a data: URL, or base64 text. The dict of Gradio's Sketchpad gives its composite
    or its only layer, and a file of an upload button gives its content. A large JPEG is decoded at
    a smaller size, whose longer side is at least 800 pixels.

    Raises FileNotFoundError, TypeError or ValueError that names the mistake and the way out.
    """
    if isinstance(given, Mapping):
        return open_container(_open_widget(given))
    given = _read(given) if hasattr(given, "read") else given
    if isinstance(given, memoryview) and given.ndim == 1:
        given = bytes(given)
    text = given.encode(errors="replace") if isinstance(given, str) else given
    if isinstance(text, bytes | bytearray) and _BASE64.match(text):
        given = read_base64(text)
    if isinstance(given, bytes | bytearray):
        return _decode(io.BytesIO(given), f"the file of {len(given):,} bytes")
    if isinstance(given, str | os.PathLike):
        return _open_path(given)
    return given


def _read(file) -> bytes:
    """Return all that an open file or a connection gives; a file is read from its start."""
    try:
        with suppress(AttributeError, OSError):
            file.seek(0)
        return bytes(memoryview(file.read()))
    except Exception as error:  # what only looks like a file can raise anything
        reason = quoted(str(error), mark="")
        raise ValueError(f"open a file with open(name, 'rb'): {reason}") from None


def _open_widget(given: Mapping):
    """Return the picture that a widget's dict holds; an empty sketch is a blank picture."""
    held = [given[key] for key in _HOLDS_PICTURE if given.get(key) is not None]
    layers = given.get("layers") or []
    if held or len(layers) == 1:
        return (held or layers)[0]
    if "composite" in given and not layers:
        return np.zeros((SIDE, SIDE), np.uint8)
    raise TypeError(
        f"got a dict with {quoted(list(given))}; wanted a picture. "
        "Give the value that holds the picture"
    )


def read_base64(text: bytes) -> bytes:
    """Return the bytes of a data: URL (RFC 2397), or of base64 text; line breaks are allowed.

    Raises ValueError if the text is neither.
    """
    head, comma, body = text.partition(b",")
    content = unquote_to_bytes(body if comma else text)
    if comma and not head.rstrip().lower().endswith(b";base64"):
        return content
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except ValueError:
        raise ValueError("the base64 text is damaged: copy all of it") from None


def _open_path(path: str | os.PathLike) -> Image.Image:
    if _ADDRESS.match(str(path)):
        raise ValueError(
            f"{quoted(str(path))} is an address, and nothing is loaded from the internet. "
            "Download the picture, and give the name of its file"
        )
    try:
        file = home_path(path).open("rb")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"there is no file {quoted(str(path))}. A name without a folder is looked for in "
            f"{Path.cwd()}"
        ) from None
    except (OSError, ValueError) as error:  # a folder, no right, a null character
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{quoted(str(path))} cannot be opened as a file: {reason}") from None
    with file:
        seekable = file if file.seekable() else io.BytesIO(_read(file))  # a pipe has a path too
        return _decode(seekable, quoted(str(path)))


def _decode(file, name: str) -> Image.Image:
    """Decode the first picture of an open file."""
    try:
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


def _explain(head: bytes) -> str:
    """Say what a file is that Pillow does not know, from its first bytes."""
    if not head:
        return "is empty, or was read before: save the picture again, or open it again"
    for start, kind, way_out in _OTHER_FILES:
        if re.search(start, head, re.IGNORECASE | re.DOTALL):
            return f"is {kind}, and cannot be read: {way_out}"
    return "is no picture file that can be read: save the picture as PNG or JPEG"
