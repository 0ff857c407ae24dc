"""The app as its command serves it, while callers open connections and leave them open."""

import contextlib
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest

resource = pytest.importorskip("resource", reason="Windows has no limit of open files to set")
LINE = [[140, 60], [140, 220]]
FEW = 200  # files and connections that the app may have open
START = f"""import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {FEW}))
from mnist_helpers.app import server
server._PATIENCE = 5
from mnist_helpers.app.__main__ import main
main()
"""


@pytest.fixture(scope="module")
def app():
    """The app in a process that may have few files open, and its port."""
    command = [sys.executable, "-c", START, "--host", "0.0.0.0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        port = int(re.search(r"http://0\.0\.0\.0:(\d+)", process.stdout.readline())[1])
        yield process, port
        process.kill()


def recognize(port: int, **options) -> int | None:
    """What the app says about a line; the options are the client's."""
    address = f"http://127.0.0.1:{port}/gradio_api/run/recognize_strokes"
    with httpx.Client(**options) as client:
        return client.post(address, json={"data": [[LINE]]}).json()["data"][0]["digit"]


@contextlib.contextmanager
def half_requests(port: int, count: int, start=b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA: "):
    """Connections of one address whose request never ends."""
    with contextlib.ExitStack() as stack:
        made = []
        for _ in range(count):
            made.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), 10)))
            made[-1].send(start)
        yield made


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has closed it within 20 seconds."""
    connection.settimeout(20)
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def test_it_answers_within_a_limit_of_few_files(app):
    assert recognize(app[1]) == 1


def test_half_requests_of_one_address_do_not_lock_others_out(app):
    other = httpx.HTTPTransport(local_address="127.0.0.2")
    with half_requests(app[1], FEW + 100) as made:
        assert recognize(app[1], transport=other, timeout=4) == 1
        assert is_closed(made[-1])


@pytest.mark.parametrize("start", [b"", b"POST /gradio_api/run/recognize_strokes HTTP/1.1\r\n"])
def test_a_request_that_does_not_arrive_is_given_up(app, start):
    with half_requests(app[1], 1, start) as (connection,):
        assert is_closed(connection)


def test_a_second_request_on_a_connection_has_its_time_too(app):
    whole = b"HEAD /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with half_requests(app[1], 1, whole) as (connection,):
        assert connection.recv(100_000).startswith(b"HTTP/1.1 ")
        connection.send(b"GET / HTTP/1.1\r\n")
        assert is_closed(connection)


def test_it_stops_soon_though_a_page_is_open(app):
    process, port = app
    with httpx.stream("GET", f"http://127.0.0.1:{port}/gradio_api/heartbeat/x") as reply:
        next(reply.iter_raw())  # the page's connection, which never ends by itself
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) is not None
