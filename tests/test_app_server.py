"""The app as its command serves it: what it refuses, what it outlasts, and what it keeps."""

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from filelock import FileLock
from test_app import LINE, Page
from test_app_hostile import bomb
from test_gate import as_text

from mnist_helpers import Collection
from mnist_helpers.app import __main__ as command

resource = pytest.importorskip("resource", reason="Windows has no limit of open files to set")
FEW = 264  # files and connections that the app may have open
FORM = {"username": "digits", "password": "open sesame"}
EVIL = "http://evil.example"
START = f"""import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (64, {FEW}))
from mnist_helpers.app import gate, server
from mnist_helpers.system import turns
server._PATIENCE, turns._QUICK, turns._SLOW = 5, 0.01, 1
gate._PATIENCE, gate._MAX_AT_ONCE = 5, 2_000_000
from mnist_helpers.app.__main__ import main
main()
"""


@contextlib.contextmanager
def served(folder, *options, **environment):
    """The app in a process that may have few files open: the process, its address and its log."""
    log = folder / "log"
    start = [sys.executable, "-c", START, "--host", "0.0.0.0", *options]
    options = {"stdout": subprocess.PIPE, "encoding": "utf-8", "env": os.environ | environment}
    with log.open("w") as errors, subprocess.Popen(start, stderr=errors, **options) as process:
        try:
            port = re.search(r"http://0\.0\.0\.0:(\d+)", process.stdout.readline())[1]
            yield process, f"http://127.0.0.1:{port}/", log
        finally:
            process.kill()


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app with a collection: its address, its log and the collection."""
    folder = tmp_path_factory.mktemp("served")
    collection = Collection(folder / "kept.jsonl")
    with served(folder, "--keep", str(collection.path)) as (process, url, log):
        yield url, log, collection
        with httpx.stream("GET", f"{url}gradio_api/heartbeat/x") as reply:
            next(reply.iter_raw())  # the page's connection, which never ends by itself
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) is not None  # it stops soon though a page is open


@pytest.fixture(scope="module")
def locked_app(tmp_path_factory):
    """An app with a password, behind a proxy that shows it under another name; a test kills it."""
    folder = tmp_path_factory.mktemp("locked")
    collection = Collection(folder / "kept.jsonl")
    options = ["--root-path", "https://digits.example/pad", "--behind-proxy", "127.0.0.1"]
    options += ["--name", "Digits.School.example", "--keep", str(collection.path)]
    with served(folder, *options, DIGITS_PASSWORD=FORM["password"]) as (process, url, _):
        yield process, url, collection


@pytest.fixture
def locked(locked_app):
    """The address of that app."""
    return locked_app[1]


def visitor(address: str, **options) -> httpx.Client:
    return httpx.Client(transport=httpx.HTTPTransport(local_address=address), **options)


@contextlib.contextmanager
def connections(url: str, starts: list[bytes], buffer: int = 200_000):
    """Connections of one address that send a start, and then nothing."""
    address = ("127.0.0.1", int(url.rstrip("/").rsplit(":", 1)[1]))
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(socket.socket()) for _ in starts]
        for connection, start in zip(made, starts, strict=True):
            connection.settimeout(60)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            connection.connect(address)
            connection.sendall(start)
        yield made


def read_to_the_end(connection: socket.socket) -> bytes:
    """What the server sends until it closes the connection; a test fails if it does not."""
    read = b""
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(100_000):
            read += part
    return read


def run(url: str, http=httpx):
    """A program's call."""
    call = {"data": [[LINE]]}
    return http.post(f"{url}gradio_api/run/recognize_strokes", json=call, timeout=30)


def drawing(x: float = 0) -> dict:
    return {"strokes": [[[x, 0], [9, 9]]], "times": [[0, 1]], "label": 1}


# Who may use it


def test_a_page_of_another_site_gets_nothing_whatever_it_claims(app):
    url, _, collection = app
    before, page = len(collection), Page(url)
    for header, name in [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Gradio-Server", EVIL),
        ("Forwarded", "host=evil.example"),
        ("X-Any", EVIL),
    ]:
        claim = {header: name, "X-Forwarded-Proto": "https"}
        headers = {**claim, "Origin": EVIL}
        body = {**page.body, "fn_name": "keep", "data": drawing()}
        assert page.http.post(page.path, json=body, headers=headers).status_code == 403
        assert httpx.get(f"{url}config", headers=claim).json()["root"] == url.rstrip("/")
        assert "evil" not in httpx.get(url, headers=claim).text
    assert len(collection) == before


def test_a_preflight_from_elsewhere_is_refused_before_gradio_grants_it(app):
    headers = {"Origin": EVIL, "Access-Control-Request-Method": "POST"}
    for address in ("127.0.0.1", "127.0.0.2"):  # Gradio is stricter with the first
        reply = httpx.options(app[0].replace("127.0.0.1", address), headers=headers)
        assert reply.status_code == 403
        assert "access-control-allow-origin" not in reply.headers


def test_a_program_on_the_same_machine_gets_no_second_limit(app):
    page = Page(app[0])
    codes = []
    while len(codes) < 240 and 429 not in codes:  # a slow machine needs over 60
        page.http.headers["X-Forwarded-For"] = f"10.0.0.{len(codes)}"
        codes.append(page.send("take_back", "0" * 64).status_code)
    assert (codes[0], codes[-1]) == (200, 429)


def test_a_proxy_is_believed_if_the_operator_named_it(locked):
    seen = {"Origin": "https://digits.example"}
    guess = {"username": "digits", "password": "guess"}
    codes = [
        httpx.post(
            f"{locked}login", data=guess, headers=seen | {"X-Forwarded-For": f"::ffff:10.0.0.{n}"}
        ).status_code
        for n in range(12)
    ]
    assert codes == [400] * 12  # twelve visitors, each with one wrong password
    named = seen | {"Host": "digits.example"}
    assert httpx.post(f"{locked}login", data=guess, headers=named).status_code == 400
    foreign = seen | {"Origin": "https://digits.example.evil"}
    assert httpx.post(f"{locked}login", data=guess, headers=foreign).status_code == 403
    for host, status in [("digits.school.EXAMPLE:80", 401), ("school.example", 403)]:
        assert httpx.get(f"{locked}config", headers={"Host": host}).status_code == status


# The password


def login(password: str) -> bytes:
    body = f"username=digits&password={password}".encode()
    return (
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n" % len(body)
        + b"Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
        + body
    )


def test_of_sixty_guesses_at_once_ten_are_answered_and_a_right_one_is_let_in(locked):
    guesses = [login(f"guess{n:03}") for n in range(60)]
    with connections(locked, [guess[:-1] for guess in guesses]) as made:
        time.sleep(0.5)  # until each one waits for its last byte
        for each, guess in zip(made, guesses, strict=True):
            each.sendall(guess[-1:])
        answers = [read_to_the_end(each).decode() for each in made]
    codes = Counter(int(answer.split()[1]) for answer in answers)
    assert codes[400] <= 10 and codes[400] + codes[429] == 60
    assert sum("Incorrect" in answer for answer in answers) <= 20  # the others were not tried
    assert httpx.post(f"{locked}login", data=FORM).status_code == 200
    assert httpx.post(f"{locked}login", data=FORM | {"password": "no"}).status_code == 429


def test_without_the_password_nothing_is_read_and_a_logout_is_one_s_own(locked):
    with httpx.Client(base_url=locked) as one, httpx.Client(base_url=locked) as other:
        assert one.get("config").status_code == run(locked).status_code == 401
        for each in (one, other):
            assert each.post("login", data=FORM).status_code == 200
        assert run("/", one).status_code == 200
        one.get("logout")
        assert one.get("config").status_code == 401
        assert other.get("config").status_code == 200


# Crowds and slow callers


def test_half_requests_of_one_address_do_not_lock_others_out(app):
    start = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA: "
    with connections(app[0], [start] * FEW) as made, visitor("127.0.0.2") as other:
        ended, _, _ = select.select([made[0], made[-1]], [], [], 60)
        assert ended == [made[-1]]  # it was one too many; the first one may take its time
        assert run(app[0], other).json()["data"][0]["digit"] == 1


HALF_REQUESTS = [
    b"",
    b"POST /gradio_api/run/recognize_strokes HTTP/1.1\r\n",
    b"HEAD /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET / HTTP/1.1\r\n",
]
HALF_BODY = b"POST /gradio_api/component_server HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HALF_BODY += b"Content-Type: application/json\r\nContent-Length: 9000000\r\n\r\n" + bytes(900_000)


def test_who_sends_half_or_does_not_read_is_given_up_and_bodies_have_a_limit_together(app):
    url = app[0]
    asset = re.search(r'src="\./(assets/[^"]+\.js)"', httpx.get(url).text)[1]
    many = f"GET /{asset} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * 50
    with (
        connections(url, HALF_REQUESTS) as requests,
        connections(url, [HALF_BODY] * 3) as bodies,
        connections(url, [many], buffer=4_096) as (unread,),
    ):
        assert sorted(int(each.recv(100).split()[1]) for each in bodies) == [408, 408, 413]
        for each in requests:
            read_to_the_end(each)
        with pytest.raises(ConnectionError):
            for _ in range(60):  # half a minute
                time.sleep(0.5)
                with contextlib.suppress(BlockingIOError):
                    unread.send(b"\r\n", socket.MSG_DONTWAIT)


def test_faults_and_noise_leave_one_line_each_and_few_in_a_minute(app):
    url, log, _ = app
    page, before, began = Page(url), len(log.read_text().splitlines()), time.monotonic()
    for number in range(80):
        call = {**page.body, "component_id": number + 10**20, "fn_name": "no", "data": []}
        page.http.post(page.path, json=call)
        assert "error" in page.call("read_photo", as_text(bomb(10_000 + number)))
        queued = {"data": [], "fn_index": 0, "session_hash": "0"}
        assert page.http.post(f"{url}gradio_api/queue/join", json=queued).status_code == 400
        with connections(url, [b"\0\0\0\r\n\r\n"]) as (connection,):
            read_to_the_end(connection)
    lines = log.read_text().splitlines()[before:]
    minutes = 1 + (time.monotonic() - began) / 60  # a slow machine may write for longer
    assert 1 < len(lines) <= 3 * 60 * minutes + 10  # the app's own, uvicorn's, and warnings
    assert any("exceeds limit" in line for line in lines)
    assert not [line for line in lines if "Traceback" in line or len(line) > 320]


def test_calls_whose_answers_nobody_collects_have_an_end_in_bytes(app):
    call = {"data": ["7" * 480_000], "fn_index": 0, "session_hash": "0"}
    with visitor("127.0.0.3", timeout=30) as http:
        codes = [
            http.post(f"{app[0]}gradio_api/queue/join", json=call).status_code for _ in range(6)
        ]
    assert (codes[0], codes[-1]) == (200, 429)


# The collection


def test_who_draws_does_not_wait_for_the_collection(app):
    url, _, collection = app
    page = Page(url)
    other = Page(url, transport=httpx.HTTPTransport(local_address="127.0.0.4"))
    with (
        ThreadPoolExecutor() as pool,
        FileLock(collection.path.with_name(f".{collection.path.name}.lock")),
    ):
        kept = pool.submit(other.call, "keep", drawing(3))
        time.sleep(0.5)  # until it waits
        assert page.call("recognize", [LINE])["digit"] == 1
        assert not kept.done()  # it waits up to ten seconds for the lock
    assert kept.result()["words"] == "Kept as a 1."


def test_a_killed_app_has_kept_all_that_it_said_and_taken_back_all_that_it_said(locked_app):
    """This is the last test of `locked_app`."""
    process, url, collection = locked_app
    page, told = Page(url, cookies=httpx.post(f"{url}login", data=FORM).cookies), set()
    for x in range(30):
        kept = page.call("keep", drawing(x))["fingerprint"]
        told.add(kept)
        if x % 2:
            assert page.call("take_back", kept) == {"words": "No longer kept."}
            told.remove(kept)
    process.kill()
    process.wait()
    assert {each.fingerprint for each in collection} == told


# The command


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        ([], {"DIGITS_PASSWORD": ""}, "DIGITS_PASSWORD is empty"),
        (["--keep", "/dev/null/kept"], {}, "nothing can be kept in /dev/null/kept"),
        (["--host", "nosuch.invalid"], {}, "cannot listen at nosuch.invalid"),
        (["--port", "99999"], {}, "cannot listen at 127.0.0.1:99999"),
    ],
)
def test_what_cannot_be_served_is_said(options, environment, words, monkeypatch, capsys):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["app", *options])
    with pytest.raises(SystemExit, match="2"):
        command.main()
    assert words in capsys.readouterr().err.splitlines()[-1]
