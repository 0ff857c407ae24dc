"""Say when the classroom server is ready, and at which address."""

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


def is_ready(port: int, app_port: int) -> bool:
    """Whether the app listens, and the hub answers through its proxy."""
    try:
        socket.create_connection(("127.0.0.1", app_port), 5).close()
        urllib.request.urlopen(f"http://127.0.0.1:{port}/hub/health", timeout=5).close()
    except OSError:
        return False
    return True


def announce(port: int, app_port: int, more: str) -> None:
    """Print the address, and `more`, as soon as the server is ready."""

    def wait() -> None:
        while not is_ready(port, app_port):
            time.sleep(1)
        print(
            f"\nThe class is open at http://{address_of_this_machine()}:{port} . The firewall must "
            f"let in TCP port {port}.\n{more}\nTo stop it, press Ctrl+C here.\n",
            flush=True,
        )

    Thread(target=wait, daemon=True).start()
