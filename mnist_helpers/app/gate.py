"""What the web app lets in. Anything that a browser sends can be wrong, or meant to harm."""

import asyncio
import ipaddress
import json
import logging
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnist_helpers.pictures.received import MAX_TEXT
from mnist_helpers.system.turns import BriefLog, Logins, rates
from mnist_helpers.web import read_web

_MAX_MARKS = 100_000  # commas and brackets: a body of millions of numbers takes seconds to parse
_MAX_SMALL = 500_000  # bytes of a body without a picture: 10,000 points with their times
_MAX_NAME = 64  # characters of a session's name, which Gradio keeps
_MAX_AT_ONCE = 64_000_000  # bytes of all bodies that are being read
_LEAST_PACKED = 8_192  # bytes: answers are smaller, and must be quick
_PATIENCE = 20  # seconds for a whole body
_TOO_MUCH = 413, "this is more than the app reads"
_NO_CALL = 400, 'wanted a JSON object with a list of one value: {"data": [...]}'

# The paths of Gradio that the page and gradio_client read, and the headers of every answer. One of
# them names the pages that may show the app in a frame: notebooks, Hugging Face and Colab.
_KNOWN = json.loads(Path(__file__).with_name("gate.json").read_text("utf-8"))
_READABLE, _SAID = tuple(_KNOWN["readable"]), _KNOWN["headers"]
# The paths that take something; none of them takes a file.
_PAGE, _RUN = "/gradio_api/component_server", "/gradio_api/run/recognize_"
_QUEUE = "/gradio_api/queue/join"
_FORM = ("application/x-www-form-urlencoded", "multipart/form-data")
_DOUBTED = (b"x-", b"forwarded", b"origin")  # headers that anybody can send: nobody reads them
_HOSTS = (".localhost", ".gradio.live", ".hf.space", ".googleusercontent.com", ".app.github.dev")
_HOST = re.compile(r"(?:(\[[0-9a-f:.]+\]|[0-9.]+)|([\w.-]+))(?::[0-9]*)?")  # numbers, or a name
_COLAB = "-user-runtimes.internal"  # how the Host ends that the proxy of Colab sends
_COLAB_PAGES = (".googleusercontent.com", ".colab.dev")  # the pages that people see there
_OFTEN = RateLimitItemPerMinute(60)
_LIMITS = {  # of one address, in calls and in bytes
    "keep": (_OFTEN, RateLimitItemPerHour(5_000_000)),  # a tenth of what all may keep
    "take_back": (_OFTEN, RateLimitItemPerMinute(100_000)),
    # Gradio keeps a call of gradio_client until somebody collects its answer.
    _QUEUE: (RateLimitItemPerMinute(300), RateLimitItemPerMinute(2_000_000)),
}
_FIRST_WORDS = {  # what is changed in Gradio's page, so that it shows some words at once
    b'<link rel="stylesheet" crossorigin': b'<link rel="stylesheet" media="print" '
    b"onload=\"this.media='all'\" crossorigin",
    b"<gradio-app": read_web("first_paint.html").encode() + b"<gradio-app",
}
LOG = logging.getLogger("mnist_helpers.app")
LOG.addFilter(BriefLog())


@dataclass
class Call:
    """A request on its way: who sent it, and the status if its endpoint refuses it."""

    address: str = ""
    status: int = 500


CALL: ContextVar[Call] = ContextVar("call")


class Gate:
    """ASGI middleware in front of Gradio: it checks the path, the sender and the size of requests.

    See https://asgi.readthedocs.io/en/latest/specs/www.html for the arguments of ASGI calls.
    """

    def __init__(self, app: ASGIApp, root_path: str = "", names: tuple[str, ...] = ()):
        """Take the app, and under which address people open it.

        `root_path` is the path that a proxy adds (/digits), or the whole address that people see
        (https://school.example/digits), for a proxy that sends another Host. The app answers under
        addresses in numbers, under this machine's own names, and under those that end as `_HOSTS`
        says. `names` adds others.
        """
        seen = urlsplit(root_path.lower())
        self.own_page = f"{seen.scheme}://{seen.netloc}" if seen.netloc else ""
        self.app, self.root_path = app, urlsplit(root_path).path.rstrip("/")
        self.names = [name.lower() for name in (*names, seen.hostname) if name]
        self._in_flight = 0
        self._rates, self._logins = rates(), Logins()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self.root_path) or "/"
        call = Call(address_of(scope))
        try:
            self._check_caller(Headers(scope=scope))
            _check_door(scope, path)
            if scope["method"] == "POST":
                receive = await self._weigh(Request(scope, receive), path, call.address)
            CALL.set(call)
            known = [each for each in scope["headers"] if not each[0].startswith(_DOUBTED)]
            let_in = {**scope, "headers": known}
            if path == "/logout":  # log out this visitor alone, not all who share the name
                let_in["query_string"] = b"all_session=false"
            enter = self._try_password if path == "/login" else self._let_in
            await enter(let_in, receive, send, call)
            return
        except HTTPException as refused:
            answer = JSONResponse({"error": refused.detail}, refused.status_code)
        await answer(scope, receive, send)  # here, where no exception keeps the refused body alive

    def _check_caller(self, headers: Headers) -> None:
        """Refuse pages of other sites, and host names that are not this machine's.

        The Origin of such a page is not the Host; a program sends none. See
        https://fetch.spec.whatwg.org/#origin-header. Somebody else can let their own name point to
        this machine (DNS rebinding). A browser would then take their page and this app for one
        site. With an address in numbers, this is impossible. (Starlette's TrustedHostMiddleware
        knows names only.)
        """
        origin, host = headers.get("origin", "").lower(), headers.get("host", "").lower()
        parts, own = _HOST.fullmatch(host), socket.gethostname().lower()
        numbers, name = parts.groups("") if parts else ("", "")
        is_colab = name.endswith(_COLAB) and origin.endswith(_COLAB_PAGES)
        pages = "", self.own_page, f"http://{host}", f"https://{host}"
        if origin not in pages and not is_colab:
            raise HTTPException(403, "pages of other sites may not use this app")
        short = own.partition(".")[0]
        names = {"localhost", own, short, f"{short}.local", *self.names}
        if not (numbers or name in names or name.endswith((*_HOSTS, _COLAB))):
            raise HTTPException(403, "this app is not known under that name; start it with --name")

    async def _weigh(self, request: Request, path: str, address: str) -> Receive:
        """Read the body, refuse what is too much, and return a `receive` that gives it again."""
        most = MAX_TEXT if path.startswith((_PAGE, f"{_RUN}picture")) else _MAX_SMALL
        parts, size = [], 0
        try:
            async with asyncio.timeout(_PATIENCE):
                async for part in request.stream():
                    parts.append(part)
                    size += len(part)
                    self._in_flight += len(part)
                    if size > most or self._in_flight > _MAX_AT_ONCE:
                        raise HTTPException(*_TOO_MUCH)
        except TimeoutError:
            raise HTTPException(408, "the request took too long to arrive") from None
        finally:
            self._in_flight -= size
        body = b"".join(parts)
        if sum(map(body.count, (b",", b"[", b"{"))) > _MAX_MARKS:
            raise HTTPException(*_TOO_MUCH)
        if path != "/login":
            self._check_call(path, body, address)
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def replayed() -> Message:
            return messages.pop() if messages else await request.receive()

        return replayed

    def _check_call(self, path: str, body: bytes, address: str) -> None:
        """Refuse what is no call, what is too long for one, and what comes too often."""
        try:
            call = json.loads(body)
            values = [0] if path.startswith(_PAGE) else call["data"]
            fits = isinstance(call, dict) and isinstance(values, list) and len(values) == 1
        except (ValueError, KeyError, TypeError, RecursionError):
            fits = False
        if not fits:
            raise HTTPException(*_NO_CALL)
        if len(str(call.get("session_hash", ""))) > _MAX_NAME:
            raise HTTPException(413, f"a session's name has at most {_MAX_NAME} characters")
        name = _QUEUE if path.startswith(_QUEUE) else str(call.get("fn_name"))
        if path.startswith(_PAGE) and len(body) > _MAX_SMALL and name != "read_photo":
            raise HTTPException(*_TOO_MUCH)
        for limit, cost in zip(_LIMITS.get(name, ()), (1, len(body)), strict=False):
            if not self._rates.hit(limit, name, address, cost=cost):
                raise HTTPException(429, f"this comes too often; at most {limit} are taken")

    async def _try_password(self, scope: Scope, receive: Receive, send: Send, call: Call) -> None:
        async def slow(message: Message) -> None:
            if message.get("status", 200) >= 400 and await self._logins.delay(call.address):
                message = {**message, "status": 429}
            await send(message)

        with self._logins.place(call.address) as is_free:
            if not is_free:
                raise HTTPException(429, "too many passwords at once; try again")
            await self._let_in(scope, receive, slow, call)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send, call: Call) -> None:
        """Pass a request on, complete the answer, and answer after any fault."""
        is_page = scope["method"] == "GET" and scope["path"] in ("/", f"{self.root_path}/")
        has_begun = False

        async def completed(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(raw=list(message["headers"]))
                headers.update(_SAID)
                if is_page:
                    del headers["content-length"]  # it grows by its first words
                status = message["status"] if message["status"] != 500 else call.status
                message = {**message, "status": status, "headers": headers.raw}
            elif is_page:
                for old, new in _FIRST_WORDS.items():
                    message["body"] = message["body"].replace(old, new, 1)
            await send(message)

        try:
            await self.app(scope, receive, completed)
        except Exception:
            LOG.exception("%s %.80s", scope["method"], scope["path"])
            if has_begun:
                await send({"type": "http.response.body"})
                return
            answer = JSONResponse({"error": "the app does not understand this request"}, 400)
            await answer(scope, receive, completed)


@asynccontextmanager
async def _in_front(app: FastAPI) -> AsyncIterator[None]:
    """Put the gate before Gradio's own middleware, which tells pages of other sites to go on."""
    app.user_middleware.sort(key=lambda each: each.cls not in (Gate, GZipMiddleware))
    app.middleware_stack = app.build_middleware_stack()
    yield


def gated(root_path: str | None = None, names: tuple[str, ...] = ()) -> dict:
    """Return the `app_kwargs` for `launch` that put the gate in front of an app.

    They also pack large answers. The arguments are those of `Gate`.
    """
    packed = Middleware(GZipMiddleware, minimum_size=_LEAST_PACKED)
    gate = Middleware(Gate, root_path=root_path or "", names=names)
    words = {RequestValidationError: lambda *_: JSONResponse({"error": _NO_CALL[1]}, _NO_CALL[0])}
    return {"middleware": [packed, gate], "lifespan": _in_front, "exception_handlers": words}


def _check_door(scope: Scope, path: str) -> None:
    """Refuse a path that the app does not serve."""
    method = scope.get("method")  # a WebSocket has none
    if method in ("GET", "HEAD") and (path == "/" or path.startswith(_READABLE)):
        return
    if method != "POST" or not (path == "/login" or path.startswith((_PAGE, _RUN, _QUEUE))):
        raise HTTPException(404, "there is nothing here")
    kind = Headers(scope=scope).get("content-type", "").split(";")[0].strip()
    wanted = _FORM if path == "/login" else ("application/json",)
    # A page of another site needs permission (CORS) to send JSON here, but not for other types.
    if kind not in wanted:
        raise HTTPException(415, f"the content type must be {wanted[0]}")


def address_of(scope: Scope) -> str:
    """Return who sends; of IPv6 the network, because one machine has all of its addresses."""
    address = (scope.get("client") or ("",))[0].partition("%")[0]
    if ":" not in address:
        return address
    mapped = ipaddress.IPv6Address(address).ipv4_mapped  # IPv4, as some proxies write it
    return str(mapped or ipaddress.ip_network(f"{address}/64", strict=False))
