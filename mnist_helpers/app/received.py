"""What visitors send: checked to be strokes, times or a picture, or refused in words."""

import base64
import io
import math
import time

from PIL import Image, ImageOps, UnidentifiedImageError

from mnist_helpers.drawing import FARTHEST, MAX_POINTS

MAX_STROKES = 100
MAX_PIXELS = 25_000_000  # of a picture, before it is decoded
MAX_BYTES = 10_000_000  # of a picture's file
MAX_TEXT = MAX_BYTES * 4 // 3 + 1_000  # base64 takes four characters for three bytes
FORMATS = ("PNG", "JPEG", "WEBP")
_MAX_WORK = 400_000_000  # pixels: a progressive JPEG is painted once for each of its scans
_START_OF_SCAN = b"\xff\xda"  # a marker: inside of a scan, FF is followed by 00
_LONGEST = 5  # seconds of decoding
_BLOCK = 4_096  # bytes that are decoded before the clock is read again
_LONG_SIDE = 1_600  # pixels: larger pictures are shrunk to this


class _Clocked(io.BytesIO):
    """A file in memory from which nothing more can be read once the time is over."""

    def __init__(self, content: bytes):
        super().__init__(content)
        self._end = time.monotonic() + _LONGEST

    def read(self, size: int | None = -1) -> bytes:
        if time.monotonic() > self._end:
            raise TimeoutError
        return super().read(size)


def check_strokes(strokes: object) -> list[list[list[float]]]:
    """Return strokes unchanged, after a check that they are lists of points [x, y].

    Raises ValueError for anything else, for more than 100 strokes and for more than 10,000 points.
    """
    if not isinstance(strokes, list):
        raise ValueError(f"{type(strokes).__name__} came in; wanted a list of strokes")
    if len(strokes) > MAX_STROKES:
        raise ValueError(f"{len(strokes):,} strokes came in; at most {MAX_STROKES} are read")
    for number, stroke in enumerate(strokes):
        if not isinstance(stroke, list):
            kind = type(stroke).__name__
            raise ValueError(f"stroke {number} is {kind}; wanted a list of points [x, y]")
    count = sum(len(stroke) for stroke in strokes)
    if count > MAX_POINTS:
        raise ValueError(f"{count:,} points came in; at most {MAX_POINTS:,} are read")
    for number, stroke in enumerate(strokes):
        for place, point in enumerate(stroke):
            if not _is_point(point):
                raise ValueError(
                    f"point {place} of stroke {number} is not [x, y], two numbers between "
                    f"-{FARTHEST:,} and {FARTHEST:,}"
                )
    return strokes


def check_times(times: object, strokes: list) -> list[list[float]]:
    """Return the times unchanged, after a check that they fit the (checked) strokes.

    Raises ValueError unless there is one number for each point: seconds, up to a day.
    """
    fits = (
        isinstance(times, list)
        and all(isinstance(part, list) for part in times)
        and [len(part) for part in times] == [len(stroke) for stroke in strokes]
        and all(_is_number(value, 86_400) for part in times for value in part)
    )
    if not fits:
        raise ValueError("the times do not fit the strokes; wanted one, in seconds, for each point")
    return times


def open_picture(text: object) -> Image.Image:
    """Decode a picture file given as base64 text or as a data: URL; line breaks are allowed.

    The picture that is returned is upright: it is turned as its EXIF data say. Its long side is at
    most 1,600 pixels.

    The content of the file decides what it is. Its size is checked before its pixels are decoded.

    Raises ValueError for anything that is not a PNG, JPEG or WebP file. It also raises it for a
    file that is too large, animated or damaged, or that takes more than 5 seconds to decode.
    """
    if not isinstance(text, str):
        raise ValueError(f"{type(text).__name__} came in; wanted a picture file as base64 text")
    if len(text) > MAX_TEXT:
        raise ValueError(f"the file is too large; at most {MAX_BYTES:,} bytes are read")
    content = _decode(text.partition(",")[2] if text.startswith("data:") else text)
    too_large = ValueError(f"the picture is too large; at most {MAX_PIXELS:,} pixels are read")
    try:
        picture = Image.open(_Clocked(content), formats=FORMATS)  # reads the head, no pixels
    except UnidentifiedImageError:
        raise ValueError("this file cannot be read as a picture: save it as PNG or JPEG") from None
    except Image.DecompressionBombError:
        raise too_large from None
    except Exception:  # a file that is made to harm can make a decoder raise anything
        raise ValueError("this picture file is damaged: save it again") from None
    if math.prod(picture.size) > MAX_PIXELS:
        raise too_large
    scans = content.count(_START_OF_SCAN) if picture.format == "JPEG" else 1
    if scans * math.prod(picture.size) > _MAX_WORK:
        raise ValueError(f"a JPEG in {scans:,} scans takes too long to decode: save it as PNG")
    if picture.format in ("PNG", "WEBP") and getattr(picture, "is_animated", False):
        raise ValueError("this picture is animated; wanted a still one: save it as PNG or JPEG")
    picture.decodermaxblock = _BLOCK
    try:
        picture.thumbnail((_LONG_SIDE, _LONG_SIDE))
        return ImageOps.exif_transpose(picture)
    except TimeoutError:
        raise ValueError("this picture takes too long to decode: save it as PNG") from None
    except Exception:
        raise ValueError("this picture file is damaged or cut off: save it again") from None


def _decode(base64_text: str) -> bytes:
    try:
        return base64.b64decode("".join(base64_text.split()), validate=True)
    except ValueError:
        raise ValueError("this text is not base64; encode the file's bytes as base64") from None


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(_is_number(value, FARTHEST) for value in point)
    )


def _is_number(value: object, most: float) -> bool:
    # NumPy is not used: it cannot take a number of 400 digits. A comparison with NaN is False.
    return type(value) in (int, float) and abs(value) <= most
