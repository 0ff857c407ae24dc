"""The web app under attack: it answers in words, goes on, and writes nothing but its collection."""

import json
import math
import os
import re
import sys
import threading
import zlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from test_app import LINE, Page
from test_gate import as_text, grey, saved

from mnist_helpers import Recognizer
from mnist_helpers.app import LAUNCH_OPTIONS, build_app
from mnist_helpers.app.received import MAX_STROKES
from mnist_helpers.drawing import MAX_POINTS
from mnist_helpers.learning.collection import Collection

FUNCTIONS = ["recognize", "read_photo", "write_sample", "keep", "take_back"]
LEAKS = ["Traceback", "site-packages", 'File "', "mnist_helpers", "/tmp", "/home", "/root"]
JSON = {"content-type": "application/json"}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)
number = st.integers() | st.floats() | st.just(10**400)
nearly_strokes = st.lists(st.lists(st.lists(number, max_size=3), max_size=6), max_size=4)
nearly_drawing = st.fixed_dictionaries(
    {"strokes": nearly_strokes, "times": anything | st.lists(st.lists(number)), "label": anything}
)


class Attack:
    """The served app, the files that anybody opens for writing, and the number of requests."""

    def __init__(self, collection):
        self.app = build_app(Recognizer.load(), collection)
        self.app.launch(prevent_thread_lock=True, quiet=True, **LAUNCH_OPTIONS)
        self.url = self.app.local_url
        self.page = Page(self.url)
        self.count = 0

    def request(self, method, path, **content):
        """Send a request and return its answer, after a check that it gives nothing away."""
        self.count += 1
        reply = self.page.http.request(method, self.url + path.lstrip("/"), **content)
        text = re.sub(r"[A-Za-z0-9+/=]{200,}", "", reply.text)  # a picture may spell '/tmp' as well
        assert not [leak for leak in LEAKS if leak in text[:100_000]], text[:500]
        return reply

    def call(self, function, data):
        body = {**self.page.body, "fn_name": function, "data": data}
        content = json.dumps(body).encode(errors="surrogatepass")  # NaN and all
        path = "gradio_api/component_server/"
        return self.request("POST", path, content=content, headers=JSON)

    def is_alive(self):
        return self.page.call("recognize", [LINE])["digit"] is not None


@pytest.fixture(scope="module")
def written():
    """The paths that this process opens for writing, makes or renames, from now on."""
    paths, watching = [], threading.Event()

    def watch(event, args):
        if not watching.is_set():
            return
        if event == "open" and isinstance(args[0], str | bytes):
            path, mode, flags = args
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if mode is None else mode
            if writes if mode is None else set(mode) & set("wax+"):
                paths.append(os.fsdecode(path))
        elif event in ("os.mkdir", "os.rename", "os.symlink", "os.link"):
            paths.append(os.fsdecode(args[0]))

    sys.addaudithook(watch)  # for ever: Python cannot remove it
    watching.set()
    yield paths
    watching.clear()


@pytest.fixture(scope="module")
def attack(tmp_path_factory, written):
    collection = Collection(tmp_path_factory.mktemp("store") / "kept.jsonl")
    attack = Attack(collection)
    url = f"{attack.url}gradio_api/run/recognize_strokes"
    assert attack.page.http.post(url, json={"data": [[LINE]]}).status_code == 200
    del written[:]  # Gradio has imported what it needs
    yield attack
    own = (str(collection.path.parent), "__pycache__", ".hypothesis")  # the last two are the tests'
    assert [path for path in written if not any(part in path for part in own)] == []
    assert attack.is_alive()
    attack.app.close(verbose=False)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_anything_gets_an_answer(attack, function):
    @given(anything)
    def send(data):
        reply = attack.call(function, data)
        assert reply.status_code == 200 or function != "recognize"
        answer = reply.json()
        was_not_kept = answer.get("words") == "It was not kept any more."
        is_sample = set(answer) == {"strokes", "times"}
        assert "error" in answer or answer.get("verdict") == "blank" or was_not_kept or is_sample

    send()


def test_what_is_nearly_right_gets_an_answer(attack):
    @given(nearly_strokes, nearly_drawing)
    def send(strokes, drawing):
        answer = attack.call("recognize", strokes).json()
        assert answer.get("verdict") in ("digit", "unsure", "no digit", "blank") or answer["error"]
        attack.call("keep", drawing)

    send()


def test_pictures_with_broken_bytes_get_an_answer(attack):
    files = [saved(grey(), kind) for kind in ("PNG", "JPEG", "WEBP")]

    @given(st.sampled_from(files), st.integers(0), st.binary(min_size=1, max_size=9))
    def send(content, place, junk):
        place %= len(content)
        broken = content[:place] + junk + content[place + len(junk) :]
        answer = attack.call("read_photo", as_text(broken)).json()
        assert answer.get("verdict") or answer["error"]

    send()


def bomb(side):
    """A small PNG file that decodes to side × side pixels, or says so."""
    head = b"IHDR" + side.to_bytes(4) + side.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    content = bytearray(saved(Image.new("1", (100, 100)), "PNG"))
    content[12:33] = head + zlib.crc32(head).to_bytes(4)
    return bytes(content)


NO_STROKES = ["7", None, {"strokes": []}, LINE, [[1, 2]], [[[1, 2, 3]]], [[[1, "2"]]]]
NO_STROKES += [[[[1, True]]], [[[1, math.nan]]], [[[math.inf, 1]]], [[[10**400, 1]]]]
NO_STROKES += [[[]] * (MAX_STROKES + 1), [[[1, 2]] * (MAX_POINTS + 1)]]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MOVING = {"save_all": True, "append_images": [Image.new("L", (300, 200))]}
GIFS, TIFF = [saved(grey(), "GIF"), saved(grey(), "GIF", **MOVING)], saved(grey(), "TIFF")
NO_PICTURE = {
    "wanted a picture": [7, [1, 2]],
    "base64": ["not base64!", "4\u00e9\u00e9\u00e9"],
    "cannot be read as a picture": [b"", SVG, b"7", *GIFS, TIFF],
    "animated": [saved(grey(), kind, **MOVING) for kind in ("PNG", "WEBP")],
    "damaged": [saved(grey(), "PNG")[:-900], saved(grey(), "JPEG")[:900]],
    "damaged|cannot be read as a picture": [saved(grey(), "PNG")[:20]],
    "at most 25,000,000": [bomb(5_001), bomb(30_000)],
}


@pytest.mark.parametrize(
    ("function", "endpoint", "words", "refused"),
    [
        ("recognize", "recognize_strokes", r"wanted|came in|not \[x, y\]", NO_STROKES),
        *(("read_photo", "recognize_picture", *each) for each in NO_PICTURE.items()),
    ],
)
def test_what_is_no_drawing_and_no_picture_is_refused_in_few_words_by_all_doors(
    attack, function, endpoint, words, refused
):
    for each in refused:
        data = as_text(each) if isinstance(each, bytes) else each
        said = attack.call(function, data).json()["error"]
        assert re.search(words, said) and len(said) < 120, said
        content = json.dumps({"data": [data]}).encode()
        path = f"gradio_api/run/{endpoint}"
        reply = attack.request("POST", path, content=content, headers=JSON)
        assert reply.status_code >= 400
        assert reply.json().get("error") or reply.json().get("detail")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
        b'{"data": [[[[1e999, 2]]]]}',
        b'{"data": ' + b"9" * 100_000 + b"}",
        b'{"data": [[' + b"[[0,0]]," * 1_500_000 + b"[[0,0]]]]}",
        b'{"data": [[], [], []], "fn_index": 99, "session_hash": {}}',
        b'{"data": "x", "event_data": 1, "trigger_id": "x"}',
    ],
    ids=lambda body: body[:12].decode(errors="replace"),
)
def test_bodies_that_are_no_request(attack, body):
    for path in (
        "component_server",
        "run/recognize_strokes",
        "run/recognize_picture",
        "queue/join",
    ):
        reply = attack.request("POST", f"gradio_api/{path}", content=body, headers=JSON)
        assert 400 <= reply.status_code <= 500
    assert attack.is_alive()


def test_fifty_megabytes_are_not_read(attack):
    path = "gradio_api/component_server"
    fifty = [b" " * 1_000_000] * 50
    for content in (b"".join(fifty), iter(fifty)):  # with and without a header of its length
        try:
            reply = attack.request("POST", path, content=content, headers=JSON)
            assert reply.status_code == 413
        except httpx.TransportError:  # the server closed the connection
            attack.page.http.close()
            attack.page = Page(attack.url)
        assert attack.is_alive()


def test_only_the_page_s_functions_can_be_called(attack):
    for name in ("__class__", "launch", "postprocess", "get_config", "x" * 999, ""):
        assert attack.call(name, []).status_code == 404


def test_gradio_s_other_doors_are_shut(attack):
    """Every route that Gradio has, by every method; those that stream for ever are left out."""
    endless = ("heartbeat", "queue/data")
    paths = {re.sub("{.*?}", "x", path) for path in attack.app.app.openapi()["paths"]}
    paths = {path for path in paths if not any(part in path for part in endless)}
    assert {"/gradio_api/upload", "/gradio_api/file=x", "/gradio_api/deep_link"} <= paths
    open_doors = set()
    for path in paths:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            files = {"files": ("x.txt", b"x")} if method == "POST" else None
            if attack.request(method, path, files=files).status_code < 400:
                open_doors.add(f"{method} {path}")
    assert {door.split()[0] for door in open_doors} == {"GET"}
    assert not [door for door in open_doors if re.search("file=|proxy|deep|upload|runs", door)]


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/file=/etc/passwd",
        "gradio_api/file=C:/Windows/win.ini",
        "gradio_api/file/etc/passwd",
        "gradio_api/proxy=http://127.0.0.1/",
        "gradio_api/deep_link?session_hash=test",
        "static/../../../../etc/passwd",
        "static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "assets/..%2f..%2f..%2fetc%2fpasswd",
        "assets/%00",
        "%00",
        "gradio_api/info/../upload",
        "gradio_api//upload",
        "x" * 10_000,
    ],
)
def test_no_file_comes_out(attack, path):
    reply = attack.request("GET", path)
    assert reply.status_code in (403, 404)
    if not path.startswith(("static", "assets")):  # whose files Gradio itself guards
        assert (reply.status_code, reply.json()) == (404, {"error": "there is nothing here"})


def test_other_content_types_are_refused(attack):
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/xml", ""):
        paths = ["gradio_api/component_server", "gradio_api/queue/join", "login"]
        for path in paths[: 2 if "multipart" in kind else 3]:  # the page logs in by multipart
            reply = attack.request("POST", path, content=b"{}", headers={"content-type": kind})
            assert reply.status_code == 415


HERE, COLAB = "192.168.1.5:7860", "x.colab-user-runtimes.internal"
COLAB_PAGE = "https://x-colab.googleusercontent.com"
LET_IN = [(f"{host}:7860", None) for host in ("localhost", "127.0.0.1", "[::1]", "x.gradio.live")]
LET_IN += [(HERE, None), (HERE, f"http://{HERE}"), (HERE, f"https://{HERE}"), (COLAB, COLAB_PAGE)]
NO_NAMES = ("", "[::1", "rebind.example", "127.0.0.1.evil.example", "rebind.example:7860")
KEPT_OUT = [(host, None) for host in NO_NAMES]
KEPT_OUT += [(HERE, "null"), (HERE, "http://[evil"), (HERE, "http://evil.example")]
KEPT_OUT += [(HERE, "http://192.168.1.5:8000"), ("localhost:7860", "https://x.hf.space")]
KEPT_OUT += [("localhost:7860", COLAB_PAGE), (COLAB, f"{COLAB_PAGE}.evil.example")]


@pytest.mark.parametrize(("host", "origin"), LET_IN + KEPT_OUT)
def test_a_page_of_another_site_gets_nothing_and_neither_does_a_name_that_points_here(
    attack, host, origin
):
    headers = {**JSON, "host": host} | ({"origin": origin} if origin else {})
    statuses = (200, 400) if (host, origin) in LET_IN else (403, 403)
    for status, method, path in zip(
        statuses, ("GET", "POST"), ("config", "gradio_api/component_server"), strict=True
    ):
        assert attack.request(method, path, headers=headers, content=b"[]").status_code == status


def test_pages_of_other_sites_may_not_show_the_app_in_a_frame(attack):
    policy = attack.request("GET", "/").headers["content-security-policy"]
    assert policy.startswith("frame-ancestors 'self'")
    assert "*.hf.space" in policy and " * " not in f" {policy} "


def test_long_names_and_large_bodies_are_not_kept(attack):
    body = {"component_id": 1, "fn_name": "recognize", "data": [], "session_hash": "0" * 65}
    reply = attack.request("POST", "/gradio_api/component_server", json=body)
    assert reply.status_code == 413
    large = {"data": ["A" * 600_000], "fn_index": 0, "session_hash": "0"}
    assert attack.request("POST", "/gradio_api/queue/join", json=large).status_code == 413
    body |= {"session_hash": "0", "data": ["A" * 600_000]}
    assert attack.request("POST", "/gradio_api/component_server", json=body).status_code == 413
