"""What the web app lets in. Anything that a browser sends can be wrong, or meant to harm."""

import asyncio
import json

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_helpers.app.callers import Callers, is_foreign, is_known_name
from mnist_helpers.app.first_paint import FirstPaint
from mnist_helpers.app.received import MAX_TEXT

_MAX_MARKS = 100_000  # commas and brackets: a body of millions of numbers takes seconds to parse
_MAX_SMALL = 500_000  # bytes of a body without a picture: 10,000 points with their times
_MAX_NAME = 64  # characters of a session's name, which Gradio keeps
_MAX_AT_ONCE = 64_000_000  # bytes of all bodies that are being read
_LEAST_PACKED = 8_192  # bytes: answers are smaller, and must be quick
_PATIENCE = 20  # seconds for a whole body
_MAX_WRONG = 10  # wrong passwords of one address in a minute
_MAX_KEPT = 60  # drawings of one address in a minute
_MAX_KEPT_BYTES = 5_000_000  # of one address in an hour, a tenth of what all may keep
_HOUR = 3_600  # seconds
_MAX_QUEUED = 300  # calls of one address by gradio_client in a minute: Gradio keeps them a while
_SLOW = 1  # second of delay for each wrong password

# The paths of Gradio that the page and gradio_client use. None of them takes a file.
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
_FOR_PICTURES = ("/gradio_api/component_server", "/gradio_api/run/recognize_picture")
_QUEUE = "/gradio_api/queue/join"
_CALLABLE = (*_FOR_PICTURES, _QUEUE, "/gradio_api/run/recognize_")
_FRAMED_BY = (  # pages that may show the app in a frame: notebooks and the hosts of lesson 10
    b"frame-ancestors 'self' http://localhost:* http://127.0.0.1:* "
    b"https://*.hf.space https://huggingface.co https://*.googleusercontent.com"
)


class Gate:
    """ASGI middleware in front of Gradio: it checks the path, the sender and the size of requests.

    See https://asgi.readthedocs.io/en/latest/specs/www.html for the arguments of ASGI calls.
    """

    def __init__(self, app: ASGIApp, root_path: str = "", names: tuple[str, ...] = ()):
        """Take the app, the path prefix that a proxy does not remove (/digits), and host names.

        The app answers under addresses in numbers, under this machine's own names, and under those
        of the hosts of lesson 10. `names` adds others.
        """
        self.app, self.root_path, self.names = app, root_path.rstrip("/"), names
        self._in_flight = 0
        self._wrong, self._queued = Callers(_MAX_WRONG), Callers(_MAX_QUEUED)
        self._kept, self._kept_bytes = Callers(_MAX_KEPT), Callers(_MAX_KEPT_BYTES, _HOUR)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self.root_path) or "/"
        refusal = self._refuse_caller(scope) or _refuse_door(scope, path)
        if refusal is None and scope["method"] == "POST":
            receive, refusal = await self._weigh(scope, path, receive)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if path == "/logout":  # log out this visitor alone, not all who share the name
            scope = {**scope, "query_string": b"all_session=false"}
        await self.app(scope, receive, self._watched(scope, path, send))

    def _refuse_caller(self, scope: Scope) -> JSONResponse | None:
        """Refuse pages of other sites, and host names that are not this machine's."""
        headers = Headers(scope=scope)
        if is_foreign(headers):
            return _refuse(403, "pages of other sites may not use this app")
        if not is_known_name(headers.get("host", ""), self.names):
            return _refuse(403, "this app is not known under that name; start it with --name")
        return None

    async def _weigh(
        self, scope: Scope, path: str, receive: Receive
    ) -> tuple[Receive, JSONResponse | None]:
        """Read the body; return a `receive` that gives it again, and a refusal or None."""
        address = _address(scope)
        if path == "/login" and self._wrong.are_too_many(address):
            return receive, _refuse(429, "too many wrong passwords; wait a minute")
        if path == _QUEUE:
            if self._queued.are_too_many(address):
                return receive, _refuse(429, "these are too many calls at once; wait a minute")
            self._queued.note(address)
        try:
            async with asyncio.timeout(_PATIENCE):
                body = await self._read(scope, path, receive)
        except TimeoutError:
            return receive, _refuse(408, "the request took too long to arrive")
        if body is None or sum(map(body.count, (b",", b"[", b"{"))) > _MAX_MARKS:
            return receive, _refuse(413, "this is more than the app reads")
        refusal = None if path == "/login" else self._refuse_call(body, address)
        return _replay(body, receive), refusal

    async def _read(self, scope: Scope, path: str, receive: Receive) -> bytes | None:
        """Return the whole body, or None if it is too large, whatever its headers say."""
        most = MAX_TEXT if path.startswith(_FOR_PICTURES) else _MAX_SMALL
        claimed = Headers(scope=scope).get("content-length", "0")
        if not claimed.isdigit() or int(claimed) > most:
            return None
        parts, size, more = [], 0, True
        try:
            while more:
                message = await receive()
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                self._in_flight += len(parts[-1])
                if size > most or self._in_flight > _MAX_AT_ONCE:
                    return None
                more = message.get("more_body", False)
        finally:
            self._in_flight -= size
        return b"".join(parts)

    def _refuse_call(self, body: bytes, address: str) -> JSONResponse | None:
        """Refuse a long session name, a large body without a picture, and too many drawings."""
        try:
            call = json.loads(body)
        except (ValueError, RecursionError):
            return None  # Gradio itself refuses this
        if not isinstance(call, dict):
            return None
        if len(str(call.get("session_hash", ""))) > _MAX_NAME:
            return _refuse(413, f"a session's name has at most {_MAX_NAME} characters")
        name = call.get("fn_name")
        if len(body) > _MAX_SMALL and name not in (None, "read_photo"):
            return _refuse(413, "this is more than the app reads")
        if name == "keep":
            if self._kept.are_too_many(address):
                return _refuse(429, "these are too many drawings at once; wait a minute")
            if self._kept_bytes.are_too_many(address):
                return _refuse(429, "these are too many drawings; wait an hour")
            self._kept.note(address)
            self._kept_bytes.note(address, len(body))
        return None

    def _watched(self, scope: Scope, path: str, send: Send) -> Send:
        """Return a `send` that delays wrong passwords, and says which pages may frame the app."""

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                if path == "/login" and message["status"] >= 400:
                    self._wrong.note(_address(scope))
                    await asyncio.sleep(_SLOW)
                policy = (b"content-security-policy", _FRAMED_BY)
                message = {**message, "headers": [*message.get("headers", []), policy]}
            await send(message)

        return watched


async def apologize(request: Request, error: Exception) -> JSONResponse:
    """Answer after an unexpected error, without any detail of the program."""
    return _refuse(400, "the app does not understand this request")


def gated(root_path: str | None = None, names: tuple[str, ...] = ()) -> dict:
    """Return the `app_kwargs` for `launch` that put the gate in front of an app.

    They also pack large answers, and let the page show its first words early.
    """
    gate = Middleware(Gate, root_path=root_path or "", names=names)
    packed = Middleware(GZipMiddleware, minimum_size=_LEAST_PACKED)
    first = Middleware(FirstPaint, root_path=root_path or "")
    return {"middleware": [gate, packed, first], "exception_handlers": {Exception: apologize}}


def _address(scope: Scope) -> str:
    return (scope.get("client") or ("",))[0]


def _refuse_door(scope: Scope, path: str) -> JSONResponse | None:
    """Return a refusal if the app does not serve this path, and None if it does."""
    method = scope.get("method")  # a WebSocket has none
    if method in ("GET", "HEAD") and (path == "/" or path.startswith(_READABLE)):
        return None
    if method != "POST" or not (path == "/login" or path.startswith(_CALLABLE)):
        return _refuse(404, "there is nothing here")
    kind = Headers(scope=scope).get("content-type", "").split(";")[0].strip()
    wanted = "application/x-www-form-urlencoded" if path == "/login" else "application/json"
    # A page of another site needs permission (CORS) to send JSON here, but not for other types.
    return None if kind == wanted else _refuse(415, f"the content type must be {wanted}")


def _replay(body: bytes, receive: Receive) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> dict:
        return messages.pop() if messages else await receive()

    return replayed


def _refuse(status: int, reason: str) -> JSONResponse:
    return JSONResponse({"error": reason}, status)
