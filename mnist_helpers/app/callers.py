"""Who calls the web app: by which address, under which name, and from which page."""

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

_HOSTS = (".localhost", ".gradio.live", ".hf.space", ".googleusercontent.com", ".app.github.dev")
_COLAB = "-user-runtimes.internal"  # how the Host ends that the proxy of Colab sends
_COLAB_PAGES = (".googleusercontent.com", ".colab.dev")  # the pages that people see there


def is_foreign(headers: Headers, own: str) -> bool:
    """Say whether a page of another site sent the request: its Origin is not the Host.

    `own` is a further page that is not foreign: https://digits.example. A program sends no Origin.
    See https://fetch.spec.whatwg.org/#origin-header.
    """
    origin, host = headers.get("origin", "").lower(), headers.get("host", "").lower()
    if host.partition(":")[0].endswith(_COLAB) and origin.endswith(_COLAB_PAGES):
        return False
    return origin not in ("", own, f"http://{host}", f"https://{host}")


def is_known_name(host: str, names: tuple[str, ...]) -> bool:
    """Say whether the name in a Host header is a name of this machine.

    Somebody else can let their own name point to this machine (DNS rebinding). A browser would
    then take their page and this app for one site. With an address in numbers, this is impossible.
    (Starlette's TrustedHostMiddleware knows names only.)
    """
    name = host.lower().partition(":")[0]
    try:
        ipaddress.ip_address(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        own = socket.gethostname().lower()
        short = own.partition(".")[0]
        known = {"localhost", own, short, f"{short}.local", *map(str.lower, names)}
        return name in known or name.endswith((*_HOSTS, _COLAB))
    return True


def address_of(scope: Scope) -> str:
    """Return who sends; of IPv6 the network, because one machine has all of its addresses."""
    address = (scope.get("client") or ("",))[0].partition("%")[0]
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if ":" in address else address
