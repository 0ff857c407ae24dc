"""Who calls the web app: from which page, under which name, and how often."""

import ipaddress
import socket
import time
from collections import deque
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_MAX_ADDRESSES = 5_000  # that are remembered
_HOSTS = (".gradio.live", ".hf.space", ".googleusercontent.com", ".app.github.dev")


class Callers:
    """Adds up what each address did lately."""

    def __init__(self, most: int, seconds: float = 60):
        """Take how much an address may do within so many seconds."""
        self._most, self._seconds = most, seconds
        self._done: dict[str, deque[tuple[float, int]]] = {}

    def note(self, address: str, amount: int = 1) -> None:
        """Remember that so much was done now."""
        if address not in self._done and len(self._done) >= _MAX_ADDRESSES:
            self._done.pop(next(iter(self._done)))
        self._done.setdefault(address, deque()).append((time.monotonic(), amount))

    def are_too_many(self, address: str) -> bool:
        """Say whether the address has done as much as it may."""
        done = self._done.get(address, deque())
        while done and done[0][0] < time.monotonic() - self._seconds:
            done.popleft()
        return sum(amount for _, amount in done) >= self._most


def is_foreign(headers: Headers) -> bool:
    """Say whether a page of another site sends the request: its Origin is not the Host.

    A program sends no Origin. See https://fetch.spec.whatwg.org/#origin-header.
    """
    origin = headers.get("origin")
    if origin is None:
        return False
    hosts = [headers.get("host", ""), headers.get("x-forwarded-host", "")]
    return urlsplit(origin).netloc.lower() not in [host.lower() for host in hosts if host]


def is_known_name(host: str, names: tuple[str, ...] = ()) -> bool:
    """Say whether this machine goes by the name in a Host header.

    A name that somebody else lets point to this machine (DNS rebinding) would make their page and
    this app one site for a browser. Addresses in numbers cannot be bent so.
    """
    name = (urlsplit(f"//{host}").hostname or "").lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        own = socket.gethostname().lower()
        known = {"localhost", own, own.partition(".")[0], f"{own.partition('.')[0]}.local", *names}
        return name in known or name.endswith((".localhost", *_HOSTS))
    return True
