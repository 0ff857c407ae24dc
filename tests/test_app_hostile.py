"""The web app under attack: it answers in words, goes on, and writes nothing but its collection."""

import contextlib
import json
import math
import os
import re
import sys
import threading
import zlib

import httpx
import pytest
from gradio.routes import App
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from test_app import JSON, LINE, Page
from test_gate import as_text, as_two_pictures, grey, saved, scan_bomb

from mnist_helpers.app import build_app
from mnist_helpers.app.received import MAX_STROKES
from mnist_helpers.drawing import MAX_POINTS
from mnist_helpers.learning.collection import Collection

DOORS = ["component_server", "queue/join", "run/recognize_strokes", "run/recognize_picture"]
LEAKS = ["Traceback", "site-packages", 'File "', "mnist_helpers", "/tmp", "/home", "/root"]
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


def broken(content, place, junk):
    """A file with some other bytes."""
    place %= len(content)
    return as_text(content[:place] + junk + content[place + len(junk) :])


FILES = [saved(grey(), kind) for kind in ("PNG", "JPEG", "WEBP")]
junk = st.binary(min_size=1, max_size=9)
broken_pictures = st.builds(broken, st.sampled_from(FILES), st.integers(0), junk)
FUNCTIONS = ("recognize", "read_photo", "write_sample", "keep", "take_back")
SENT = [(function, anything) for function in FUNCTIONS]
SENT += [("recognize", nearly_strokes), ("keep", nearly_drawing), ("read_photo", broken_pictures)]
WORDS = ("It was not kept any more.", "Kept as ")


def gives_nothing_away(reply):
    reply.read()
    text = re.sub(r"[A-Za-z0-9+/=]{200,}", "", reply.text)  # a picture may spell '/tmp' as well
    assert not [leak for leak in LEAKS if leak in text[:100_000]], text[:500]


def is_alive(attack):
    return attack.call("recognize", [LINE])["digit"] is not None


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
def attack(serve, recognizer, tmp_path_factory, written):
    """A page of the served app; no answer may give anything away, and no file may be written."""
    collection = Collection(tmp_path_factory.mktemp("store") / "kept.jsonl")
    attack = Page(serve(collection), event_hooks={"response": [gives_nothing_away]})
    call = attack.http.post("gradio_api/run/recognize_strokes", json={"data": [[LINE]]})
    assert call.status_code == 200
    attack.paths = App.create_app(build_app(recognizer)).openapi()["paths"]
    del written[:]  # Gradio has imported what it needs
    yield attack
    own = (str(collection.path.parent), "__pycache__", ".hypothesis")  # the last two are the tests'
    assert [path for path in written if not any(part in path for part in own)] == []
    assert is_alive(attack)


@pytest.mark.parametrize(("function", "sent"), SENT)
def test_anything_gets_an_answer(attack, function, sent):
    @given(sent)
    def send(data):
        reply = attack.send(function, data)
        assert reply.status_code == 200 or function != "recognize"
        answer = reply.json()
        verdicts = ("blank",) if sent is anything else ("digit", "unsure", "no digit", "blank")
        is_read = answer.get("verdict") in verdicts
        is_sample = set(answer) == {"strokes", "times"}
        assert "error" in answer or is_read or is_sample or answer["words"].startswith(WORDS)

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
    "takes too long": [as_two_pictures(scan_bomb(1_000, 2_000))],
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
        said = attack.call(function, data)["error"]
        assert re.search(words, said) and len(said) < 120, said
        content = json.dumps({"data": [data]}).encode()
        reply = attack.http.post(f"gradio_api/run/{endpoint}", content=content, headers=JSON)
        assert (reply.status_code, reply.json()["error"]) == (400, said)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"data": []}',
        b"[" * 1_000_000,
        b'{"data": [[[[1e999, 2]]]]}',
        b'{"data": ' + b"9" * 100_000 + b"}",
        b'{"data": [[' + b"[[0,0]]," * 1_500_000 + b"[[0,0]]]]}",
        b'{"data": [[]], "fn_index": 99, "session_hash": {}}',
        b'{"data": "x", "event_data": 1, "trigger_id": "x"}',
    ],
    ids=lambda body: body[:12].decode(errors="replace"),
)
def test_bodies_that_are_no_request(attack, body):
    for path in DOORS:
        reply = attack.http.post(f"gradio_api/{path}", content=body, headers=JSON)
        assert reply.status_code in (400, 413)
        assert "error" in reply.json() or not path.startswith("run/")
    assert is_alive(attack)


def test_fifty_megabytes_are_not_read(attack):
    fifty = [b" " * 1_000_000] * 50
    for content in (b"".join(fifty), iter(fifty)):  # with and without a header of its length
        with contextlib.suppress(httpx.TransportError):  # the server closed the connection
            reply = attack.http.post(attack.path, content=content, headers=JSON)
            assert reply.status_code == 413
        assert is_alive(attack)


def test_only_the_page_s_functions_can_be_called(attack):
    for name in ("__class__", "launch", "postprocess", "get_config", "x" * 999, ""):
        assert attack.send(name, []).status_code == 404


def test_gradio_s_other_doors_are_shut(attack):
    """Every route that Gradio has, by every method; those that stream for ever are left out."""
    endless = ("heartbeat", "queue/data")
    paths = {re.sub("{.*?}", "x", path) for path in attack.paths}
    paths = {path for path in paths if not any(part in path for part in endless)}
    assert {"/gradio_api/upload", "/gradio_api/file=x", "/gradio_api/deep_link"} <= paths
    open_doors = set()
    for path in paths:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            files = {"files": ("x.txt", b"x")} if method == "POST" else None
            if attack.http.request(method, path, files=files).status_code < 400:
                open_doors.add(f"{method} {path}")
    assert {door.split()[0] for door in open_doors} == {"GET"}
    assert not [door for door in open_doors if re.search("file=|proxy|deep|upload|runs", door)]


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/file=/etc/passwd",
        "gradio_api/file/etc/passwd",
        "gradio_api/proxy=http://127.0.0.1/",
        "gradio_api/deep_link?session_hash=test",
        "static/../../../../etc/passwd",
        "assets/..%2f..%2f..%2fetc%2fpasswd",
        "%00",
        "gradio_api/info/../upload",
        "x" * 10_000,
    ],
)
def test_no_file_comes_out(attack, path):
    reply = attack.http.get(path)
    assert reply.status_code in (403, 404)
    if not path.startswith(("static", "assets")):  # whose files Gradio itself guards
        assert (reply.status_code, reply.json()) == (404, {"error": "there is nothing here"})


def test_other_content_types_are_refused(attack):
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/xml", ""):
        paths = ["gradio_api/component_server", "gradio_api/queue/join", "login"]
        for path in paths[: 2 if "multipart" in kind else 3]:  # the page logs in by multipart
            reply = attack.http.post(path, content=b"{}", headers={"content-type": kind})
            assert reply.status_code == 415


HERE, COLAB = "192.168.1.5:7860", "x.colab-user-runtimes.internal"
COLAB_PAGE = "https://x-colab.googleusercontent.com"
LET_IN = [(f"{host}:7860", None) for host in ("localhost", "127.0.0.1", "[::1]", "x.gradio.live")]
LET_IN += [(HERE, None), (HERE, f"http://{HERE}"), (HERE, f"https://{HERE}"), (COLAB, COLAB_PAGE)]
NO_NAMES = ["", "[::1", "rebind.example", "127.0.0.1.evil.example", "rebind.example:7860"]
NO_NAMES += ["evil.example#.localhost", "evil.example/.localhost", "evil@127.0.0.1", "[::1]evil"]
NO_NAMES += ["127.0.0.1/evil", "127.0.0.1:evil"]
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
    reads = attack.http.get("config", headers=headers)
    asks = attack.http.post("gradio_api/component_server", headers=headers, content=b"[]")
    assert (reads.status_code, asks.status_code) == statuses


def test_pages_of_other_sites_may_not_show_the_app_in_a_frame(attack):
    policy = attack.http.get("").headers["content-security-policy"]
    assert policy.startswith("frame-ancestors 'self'")
    assert "*.hf.space" in policy and " * " not in f" {policy} "


def test_long_names_and_large_bodies_are_not_kept(attack):
    body = {"component_id": 1, "fn_name": "recognize", "data": [], "session_hash": "0" * 65}
    assert attack.http.post(attack.path, json=body).status_code == 413
    body |= {"fn_index": 0, "session_hash": "0", "data": ["A" * 600_000]}
    for path in ("component_server", "queue/join", "run/recognize_strokes"):
        assert attack.http.post(f"gradio_api/{path}", json=body).status_code == 413
