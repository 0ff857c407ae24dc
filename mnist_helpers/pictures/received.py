"""Picture files that strangers send: decoded within limits, or refused in words."""

import io
import math
import time

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from mnist_helpers.pictures.files import read_base64

MAX_PIXELS = 25_000_000  # of a picture, before it is decoded
MAX_BYTES = 10_000_000  # of a picture's file
MAX_TEXT = MAX_BYTES * 4 // 3 + 1_000  # base64 takes four characters for three bytes
_MAX_WORK = 400_000_000  # pixels: a progressive JPEG is painted once for each of its scans
_START_OF_JPEG = b"\xff\xd8"
_START_OF_SCAN = b"\xff\xda"  # a marker: inside of a scan, FF is followed by 00
_LONGEST = 5  # seconds of decoding
_BLOCK = 256  # bytes that are decoded before the clock is read again: a few scans at most
_LONG_SIDE = 1_600  # pixels: larger pictures are shrunk to this
_TOO_LONG = "this picture takes too long to decode: save it as PNG, without other data"


class _Clocked(io.BytesIO):
    """A file in memory from which nothing more can be read once the time is over."""

    def __init__(self, content: bytes):
        super().__init__(content)
        self._end = time.monotonic() + _LONGEST

    def read(self, size: int | None = -1) -> bytes:
        if time.monotonic() > self._end:
            raise TimeoutError
        return super().read(size)


def decode_picture(text: object) -> Image.Image:
    """Decode a picture file given as base64 text or as a data: URL; line breaks are allowed.

    The long side of the picture that is returned is at most 1,600 pixels. It is not turned yet as
    its EXIF data say: `open_picture` does that.

    The content of the file decides what it is. Its size is checked before its pixels are decoded.

    Raises ValueError for anything that is not a PNG, JPEG or WebP file. It also raises it for a
    file that is too large, animated or damaged, or that takes more than 5 seconds to decode.
    """
    if not isinstance(text, str):
        raise ValueError(f"{type(text).__name__} came in; wanted a picture file as base64 text")
    if len(text) + 100 * text.count("%") > MAX_TEXT:  # an escape takes a hundred times as long
        raise ValueError(f"the file is too large; at most {MAX_BYTES:,} bytes are read")
    content = read_base64(text.encode(errors="replace"))
    too_large = ValueError(f"the picture is too large; at most {MAX_PIXELS:,} pixels are read")
    is_jpeg = content.startswith(_START_OF_JPEG)
    try:  # reads the head, no pixels; a JPEG that Pillow takes for several pictures (MPO) is one
        file = _Clocked(content)
        picture = JpegImageFile(file) if is_jpeg else Image.open(file, formats=("PNG", "WEBP"))
    except UnidentifiedImageError:
        raise ValueError("this file cannot be read as a picture: save it as PNG or JPEG") from None
    except Image.DecompressionBombError:
        raise too_large from None
    except TimeoutError:
        raise ValueError(_TOO_LONG) from None
    except Exception:  # a file that is made to harm can make a decoder raise anything
        raise ValueError("this picture file is damaged: save it again") from None
    if math.prod(picture.size) > MAX_PIXELS:
        raise too_large
    scans = content.count(_START_OF_SCAN) if is_jpeg else 1
    if scans * math.prod(picture.size) > _MAX_WORK:
        raise ValueError(f"a JPEG in {scans:,} scans takes too long to decode: save it as PNG")
    if getattr(picture, "is_animated", False):
        raise ValueError("this picture is animated; wanted a still one: save it as PNG or JPEG")
    return _shrink(picture)


def _shrink(picture: Image.Image) -> Image.Image:
    """Decode a picture against the clock, and make it small."""
    picture.decodermaxblock = _BLOCK
    try:
        picture.thumbnail((_LONG_SIDE, _LONG_SIDE))
        return picture
    except TimeoutError:
        raise ValueError(_TOO_LONG) from None
    except Exception:
        raise ValueError("this picture file is damaged or cut off: save it again") from None
