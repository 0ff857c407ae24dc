"""Who calls the web app: from which page, under which name, and how often."""

import ipaddress
import socket
import time
from collections import deque
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_MINUTE = 60  # seconds
_MAX_ADDRESSES = 5_000  # that are remembered
_HOSTS = (".gradio.live", ".hf.space", ".googleusercontent.com", ".app.github.dev")


class Callers:
    """Counts what each address did within the last minute."""

    def __init__(self, most: int):
        """Take how often an address may do it in a minute."""
        self._most = most
        self._times: dict[str, deque[float]] = {}

    def note(self, address: str) -> None:
        """Remember that it was done now."""
        if address not in self._times and len(self._times) >= _MAX_ADDRESSES:
            self._times.pop(next(iter(self._times)))
        self._times.setdefault(address, deque(maxlen=self._most)).append(time.monotonic())

    def are_too_many(self, address: str) -> bool:
        """Say whether the address has done it too often."""
        times = self._times.get(address, ())
        return len(times) == self._most and time.monotonic() - times[0] < _MINUTE


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
