"""Say when the classroom server is ready, and at which address."""

import json
import socket
import time
import urllib.request
from threading import Thread


def address_of_this_machine() -> str:
    """Return the address in the network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # an address that belongs to nobody (RFC 5737)
        except OSError:  # no network
            return "127.0.0.1"
        return asked.getsockname()[0]


def is_ready(proxy: str, token: str) -> bool:
    """Whether the proxy knows the way to the hub and to the app; it logs nothing if it is asked."""
    wanted = urllib.request.Request(
        f"{proxy}/api/routes", headers={"Authorization": f"token {token}"}
    )
    try:
        with urllib.request.urlopen(wanted, timeout=5) as answer:
            return {"/", "/services/app"} <= json.load(answer).keys()
    except OSError:
        return False


def announce(port: int, proxy: str, token: str, more: str) -> None:
    """Print the address, and `more`, as soon as the server is ready.

    `proxy` and `token` are the address of the proxy's own API, and what it wants to be told.
    """

    def wait() -> None:
        while not is_ready(proxy, token):
            time.sleep(1)
        print(
            f"\nThe class is open at http://{address_of_this_machine()}:{port} . The firewall must "
            f"let in TCP port {port}.\n{more}\nTo stop it, press Ctrl+C here.\n",
            flush=True,
        )

    Thread(target=wait, daemon=True).start()
