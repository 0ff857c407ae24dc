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
    """Adds up what each address did recently."""

    def __init__(self, most: int, seconds: float = 60):
        """Take how much an address may do within a period, and the period in seconds."""
        self._most, self._seconds = most, seconds
        self._done: dict[str, deque[tuple[float, int]]] = {}

    def note(self, address: str, amount: int = 1) -> None:
        """Remember that the address did this amount now."""
        if address not in self._done and len(self._done) >= _MAX_ADDRESSES:
            self._done.pop(next(iter(self._done)))
        self._done.setdefault(address, deque()).append((time.monotonic(), amount))

    def are_too_many(self, address: str) -> bool:
        """Say whether the address has reached its limit."""
        done = self._done.get(address, deque())
        while done and done[0][0] < time.monotonic() - self._seconds:
            done.popleft()
        return sum(amount for _, amount in done) >= self._most


def is_foreign(headers: Headers) -> bool:
    """Say whether a page of another site sent the request: its Origin is not the Host.

    A program sends no Origin. See https://fetch.spec.whatwg.org/#origin-header.
    """
    origin = headers.get("origin")
    if origin is None:
        return False
    hosts = [headers.get("host", ""), headers.get("x-forwarded-host", "")]
    return urlsplit(origin).netloc.lower() not in [host.lower() for host in hosts if host]


def is_known_name(host: str, names: tuple[str, ...] = ()) -> bool:
    """Say whether the name in a Host header is a name of this machine.

    Somebody else can let their own name point to this machine (DNS rebinding). A browser would
    then take their page and this app for one site. With an address in numbers, this is impossible.
    """
    name = (urlsplit(f"//{host}").hostname or "").lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        own = socket.gethostname().lower()
        known = {"localhost", own, own.partition(".")[0], f"{own.partition('.')[0]}.local", *names}
        return name in known or name.endswith((".localhost", *_HOSTS))
    return True
