"""What the web app lets in. All that a browser sends may be wrong, or meant to harm."""

import base64
import io
import math

from PIL import Image, ImageOps, UnidentifiedImageError
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_helpers.drawing import FARTHEST, MAX_POINTS

MAX_STROKES = 100
MAX_PIXELS = 25_000_000  # of a picture, before it is decoded
MAX_BYTES = 10_000_000  # of a picture's file
FORMATS = ("PNG", "JPEG", "WEBP")
_LONG_SIDE = 1_600  # pixels: pictures are made this small at once
_MAX_BODY = MAX_BYTES * 4 // 3 + 1_000  # base64 takes four characters for three bytes
_MAX_MARKS = 100_000  # commas and brackets: a body of millions of numbers takes seconds to parse

# Of Gradio's many doors those that the page and gradio_client use, none of which takes a file.
_READABLE = (
    "/assets/",
    "/config",
    "/favicon.ico",
    "/gradio_api/heartbeat/",
    "/gradio_api/info",
    "/gradio_api/queue/data",
    "/gradio_api/startup-events",
    "/logout",
    "/manifest.json",
    "/robots.txt",
    "/static/",
    "/theme.css",
)
_CALLABLE = (
    "/gradio_api/component_server",
    "/gradio_api/queue/join",
    "/gradio_api/run/recognize_",
)


class Gate:
    """ASGI middleware that stands before Gradio, knows the doors and weighs what comes in.

    See https://asgi.readthedocs.io/en/latest/specs/www.html for what is called with what.
    """

    def __init__(self, app: ASGIApp, root_path: str = ""):
        """Take the app, and the prefix that a proxy before it keeps, such as /digits."""
        self.app = app
        self.root_path = root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refusal = _refusal(scope, scope["path"].removeprefix(self.root_path) or "/")
        if refusal:
            await refusal(scope, receive, send)
            return
        if scope["method"] == "POST":
            body = await _read_body(receive)
            if body is None or sum(map(body.count, (b",", b"[", b"{"))) > _MAX_MARKS:
                await _refuse(413, "this is more than the app reads")(scope, receive, send)
                return
            receive = _replay(body, receive)
        await self.app(scope, receive, send)


async def apologize(request: Request, error: Exception) -> JSONResponse:
    """Answer for what nobody foresaw, without a word of the program's inside."""
    return _refuse(400, "the app does not understand this request")


def gated(root_path: str | None = None) -> dict:
    """Return what `launch` needs as `app_kwargs` to put the gate before an app."""
    gate = Middleware(Gate, root_path=root_path or "")
    return {"middleware": [gate], "exception_handlers": {Exception: apologize}}


def check_strokes(strokes: object) -> list[list[list[float]]]:
    """Return strokes as they came from outside, once they are known to be lists of [x, y].

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
    """Return the seconds at which the points of checked strokes came, once known to be such.

    Raises ValueError unless there is one number, up to a day, for each point.
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
    """Decode a picture file that came as base64 text, or as a data: URL, wrapped or not.

    Its long side is at most 1,600 pixels.

    What a file is, its content says; its size is known before its pixels are decoded. The picture
    is upright: turned as its EXIF data say.

    Raises ValueError for what is not a PNG, JPEG or WebP file, is too large, moves or is damaged.
    """
    if not isinstance(text, str):
        raise ValueError(f"{type(text).__name__} came in; wanted a picture file as base64 text")
    if len(text) > _MAX_BODY:
        raise ValueError(f"the file is too large; at most {MAX_BYTES:,} bytes are read")
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except ValueError:
        raise ValueError("this text is not base64; encode the bytes of the file so") from None
    too_large = ValueError(f"the picture is too large; at most {MAX_PIXELS:,} pixels are read")
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)  # reads the head, no pixels
    except UnidentifiedImageError:
        raise ValueError("this is no picture that is read here: save it as PNG or JPEG") from None
    except Image.DecompressionBombError:
        raise too_large from None
    except Exception:  # what a decoder raises on a file that is made to harm, nobody knows
        raise ValueError("this picture file is damaged: save it anew") from None
    if math.prod(picture.size) > MAX_PIXELS:
        raise too_large
    if picture.format in ("PNG", "WEBP") and getattr(picture, "is_animated", False):
        raise ValueError("this picture moves; wanted one that stands still")
    try:
        picture.thumbnail((_LONG_SIDE, _LONG_SIDE))
        return ImageOps.exif_transpose(picture)
    except Exception:
        raise ValueError("this picture file is damaged or cut off: save it anew") from None


def _refusal(scope: Scope, path: str) -> JSONResponse | None:
    """Return the answer to a request for a door that is shut, None where it is open."""
    method = scope.get("method")  # a WebSocket has none
    if method in ("GET", "HEAD") and (path == "/" or path.startswith(_READABLE)):
        return None
    if method != "POST" or not (path == "/login" or path.startswith(_CALLABLE)):
        return _refuse(404, "there is nothing here")
    kind = Headers(scope=scope).get("content-type", "").split(";")[0].strip()
    wanted = "application/x-www-form-urlencoded" if path == "/login" else "application/json"
    # A foreign site's page cannot send JSON here without leave (CORS); other types it could.
    return None if kind == wanted else _refuse(415, f"the content type must be {wanted}")


async def _read_body(receive: Receive) -> bytes | None:
    """Return the whole body, None where it is too large, however large it claims to be."""
    parts, size, more = [], 0, True
    while more and size <= _MAX_BODY:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    return b"".join(parts) if size <= _MAX_BODY else None


def _replay(body: bytes, receive: Receive) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> dict:
        return messages.pop() if messages else await receive()

    return replayed


def _refuse(status: int, reason: str) -> JSONResponse:
    return JSONResponse({"error": reason}, status)


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(_is_number(value, FARTHEST) for value in point)
    )


def _is_number(value: object, most: float) -> bool:
    # Here and not in NumPy, which cannot take a number of 400 digits; NaN compares as False.
    return type(value) in (int, float) and abs(value) <= most
