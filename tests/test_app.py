import asyncio
import base64
import json
import re
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from unittest.mock import Mock

import fastapi
import gradio as gr
import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from gradio_client import Client
from gradio_client.exceptions import AppError
from helpers.course import LESSONS, ROOT, markdown
from helpers.readers import StrokeCounter
from packaging.requirements import Requirement
from PIL import Image
from test_gate import as_text, saved

from mnist_helpers import Recognizer, build_app, draw_strokes
from mnist_helpers.app.answers import Answers, for_page, for_programs, model_version
from mnist_helpers.app.gate import CALL, Call, gated
from mnist_helpers.drawing import fit_strokes
from mnist_helpers.export import page as home_page
from mnist_helpers.handwriting import write_digit
from mnist_helpers.learning.collection import Collection
from mnist_helpers.network import NumpyCnn
from mnist_helpers.system import turns
from mnist_helpers.system.turns import Busy

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")  # its use of pandas

LINE = [[140, 60], [140, 220]]
JSON = {"content-type": "application/json"}


class Page:
    """Calls what the page calls: outside of Gradio's queue, with no check before it."""

    path = "gradio_api/component_server/"

    def __init__(self, url, **options):
        self.http = httpx.Client(base_url=url, timeout=60, **options)
        parts = self.http.get("config").json()["components"]
        (pad,) = [part["id"] for part in parts if part["type"] == "html"]
        self.body = {"component_id": pad, "session_hash": "test"}

    def send(self, function, data):
        body = {**self.body, "fn_name": function, "data": data}
        content = json.dumps(body).encode(errors="surrogatepass")  # NaN and all
        return self.http.post(self.path, content=content, headers=JSON)

    def call(self, function, data):
        return self.send(function, data).json()


def test_a_space_gets_what_lesson_10_lists_and_no_record_of_pip(monkeypatch, recognizer):
    listed = re.search(r"^`requirements\.txt`\n\n```\n(.*?)```", markdown(LESSONS[10]), re.M | re.S)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["app"]
    missing = {Requirement(each).name for each in needed} - set(listed[1].split())
    assert missing == {"filelock", "pillow"}  # Gradio brings these
    monkeypatch.setattr(home_page, "version", Mock(side_effect=PackageNotFoundError))
    assert "numpy" in Answers(recognizer).page


@pytest.fixture(scope="module")
def client(app_url):
    return Client(app_url, verbose=False)


@pytest.fixture(scope="module")
def page(app_url):
    return Page(app_url)


def digit_as_json(digit, seed=0):
    return [stroke.tolist() for stroke in write_digit(digit, np.random.default_rng(seed))]


def png_of(picture):
    return as_text(saved(Image.fromarray(picture), "PNG"))


def test_pixels_strokes_page_and_endpoints_give_the_same_answer(page, client, recognizer):
    for digit in range(0, 10, 2):
        strokes = digit_as_json(digit)
        picture = draw_strokes(fit_strokes(strokes))
        direct = recognizer.recognize_strokes(strokes)
        from_pixels = recognizer.recognize(picture)
        by_page = page.call("recognize", strokes)
        for answer, wanted in (
            (by_page, direct),
            (page.call("read_photo", png_of(picture)), from_pixels),
            (client.predict(strokes, api_name="/recognize_strokes"), direct),
            (client.predict(png_of(picture), api_name="/recognize_picture"), from_pixels),
        ):
            assert (answer["digit"], answer["verdict"]) == (wanted.digit, wanted.verdict)
            assert answer["digit"] == direct.digit
            assert answer["confidence"] == wanted.confidence
            assert answer["probabilities"] == wanted.probabilities.tolist()
            assert answer["model"] == model_version(recognizer)
        assert by_page["words"] == direct.in_words
        assert by_page["sureness"] == direct.sureness
        pixels = np.frombuffer(base64.b64decode(by_page["pixels"]), np.uint8).reshape(28, 28)
        assert np.allclose(pixels / 255, direct.image, atol=0.002)


def test_the_client_of_gradio_gets_the_words_of_an_error_too(client):
    with pytest.raises(AppError) as refused:
        client.predict("7", api_name="/recognize_strokes")
    assert str(refused.value) == "str came in; wanted a list of strokes"


def test_one_plain_request_is_enough_and_the_page_is_packed(app_url):
    for endpoint, data in [
        ("recognize_strokes", [LINE]),
        ("recognize_picture", png_of(draw_strokes([LINE]))),
    ]:
        reply = httpx.post(f"{app_url}gradio_api/run/{endpoint}", json={"data": [data]})
        assert reply.json()["data"][0]["digit"] == 1
        assert "content-encoding" not in reply.headers
    page = httpx.get(app_url, headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip" and "Handwritten digits" in page.text


def test_the_endpoints_are_documented_with_their_types(client):
    endpoints = client.view_api(print_info=False, return_format="dict")["named_endpoints"]
    assert set(endpoints) == {"/recognize_strokes", "/recognize_picture"}
    for endpoint in endpoints.values():
        assert endpoint["description"].startswith("Read one digit from")
        (parameter,), (answer,) = endpoint["parameters"], endpoint["returns"]
        assert parameter["parameter_name"] in ("strokes", "picture")
        assert {"probabilities", "verdict", "model"} <= set(answer["type"]["properties"])


def test_many_at_once_do_not_mix(page, recognizer):
    drawings = [digit_as_json(digit, seed) for digit in range(10) for seed in range(2)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda strokes: page.call("recognize", strokes), drawings))
    for strokes, answer in zip(drawings, answers, strict=True):
        wanted = recognizer.recognize_strokes(strokes)
        assert answer["probabilities"] == wanted.probabilities.tolist()


def test_nothing_is_shared_or_kept_unless_asked_for(app_url, page):
    config = httpx.get(f"{app_url}config").json()
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert app_url.startswith("http://127.0.0.1:")
    assert page.send("keep", {"strokes": [LINE], "times": [[0, 1]], "label": 1}).status_code == 404


@pytest.fixture(scope="module")
def keeping(serve, tmp_path_factory):
    """A page whose app keeps drawings, and its collection."""
    collection = Collection(tmp_path_factory.mktemp("kept") / "kept.jsonl")
    return Page(serve(collection)), collection


DRAWING = {"strokes": [LINE], "times": [[5, 5.5]]}


def test_a_correction_is_kept_where_the_app_was_given_a_collection_and_can_be_taken_back(keeping):
    page, collection = keeping
    said = page.call("keep", {**DRAWING, "label": 1})
    assert said["words"] == "Kept as a 1."
    (kept,) = collection
    assert (kept.label, kept.strokes[0].tolist()) == (1, LINE)
    assert np.ptp(kept.times[0]) == 0.5
    for wrong in ({"label": 10}, {"label": "1"}, {"times": 0}, {"strokes": [], "times": []}):
        assert "error" in page.call("keep", {**DRAWING, "label": 1, **wrong})
    assert "error" in page.call("keep", None)
    right = page.call("keep", {**DRAWING, "label": None, "instead": said["fingerprint"]})
    assert right["words"] == "Kept as no digit."
    assert [kept.label for kept in collection] == [None]
    for guess in ("", "0" * 64, said["fingerprint"], None, [right["fingerprint"]]):
        assert page.call("take_back", guess) == {"words": "It was not kept any more."}
    assert page.call("take_back", right["fingerprint"]) == {"words": "No longer kept."}
    assert len(collection) == 0


def test_one_address_gets_a_share_of_the_collection_and_a_full_one_says_so(keeping):
    page, collection = keeping
    points = [[0.123456789, 9.87654321]] * 9_000
    drawing = {"strokes": [points], "times": [list(range(9_000))], "label": 1}
    codes = [page.send("keep", drawing).status_code for _ in range(20)]
    assert 200 in codes and codes[-1] == 429
    assert collection.path.stat().st_size < 10_000_000
    collection.path.write_bytes(b"\n" * 50_000_001)
    answers = Answers(Recognizer.load(), collection)
    CALL.set(Call("10.0.0.1"))
    assert "full" in asyncio.run(for_page(answers.keep)({**DRAWING, "label": 1}))["error"]


def test_a_proxy_may_keep_the_prefix(serve):
    url = serve(root_path="/digits", app_kwargs=gated("/digits"))
    assert httpx.get(f"{url}digits/config").status_code == 200
    call = {"json": {"data": [[LINE]]}}
    assert httpx.post(f"{url}digits/gradio_api/run/recognize_strokes", **call).status_code == 200
    assert httpx.get(f"{url}digits/secret").status_code == 404


def test_mounted_in_another_app_the_gate_guards_its_own_part_only(recognizer):
    host = fastapi.FastAPI()
    host.get("/other")(lambda: "elsewhere")
    options = {"run_history": False, "ssr_mode": False, "app_kwargs": gated("/digits")}
    gr.mount_gradio_app(host, build_app(recognizer), "/digits", **options)
    with TestClient(host, base_url="http://127.0.0.1") as client:
        call = {"url": "/digits/gradio_api/run/recognize_strokes", "json": {"data": [[LINE]]}}
        assert client.post(**call).json()["data"][0]["digit"] == 1
        assert client.post(**call, headers={"Origin": "http://foreign.example"}).status_code == 403
        assert client.get("/digits/gradio_api/file=/etc/hosts").status_code == 404
        assert client.get("/other", headers={"Host": "foreign.example"}).json() == "elsewhere"


def test_a_model_s_version_follows_its_weights(recognizer):
    version = model_version(recognizer)
    weights = recognizer.network.weights
    assert version == model_version(Recognizer(NumpyCnn(weights)))
    assert version != model_version(Recognizer(NumpyCnn([array + 1 for array in weights])))


def test_the_app_asks_a_class_of_the_learner_s_own_as_far_as_it_goes():
    answers = Answers(StrokeCounter())
    answer = asyncio.run(answers.recognize([LINE]))
    assert (answer["digit"], answer["model"]) == (1, "StrokeCounter")
    said = asyncio.run(for_page(answers.read_photo)(png_of(draw_strokes([LINE]))))
    assert said == {"error": "this recogniser reads strokes only: draw the digit"}


def test_who_sends_many_pictures_waits_behind_others_and_holds_up_nobody(recognizer, monkeypatch):
    """One address decodes one picture at a time. Drawings and other addresses go on meanwhile."""
    monkeypatch.setattr(turns, "_PATIENCE", 60)  # a busy machine reads few pictures in five seconds
    release = threading.Event()

    class Slow:
        def recognize_strokes(self, strokes):
            return recognizer.recognize_strokes(strokes)

        def read(self, picture):
            if picture.size == (280, 280):
                release.wait(300)
            return recognizer.read(picture)

    async def crowd():
        answers, picture = Answers(Slow()), png_of(draw_strokes([LINE]))
        CALL.set(Call("10.0.0.1"))
        slow = [asyncio.create_task(for_page(answers.read_photo)(picture)) for _ in range(60)]
        await asyncio.sleep(0.1)
        drawn = [await answers.recognize([LINE]) for _ in range(20)]
        CALL.set(Call("10.0.0.2"))
        other = await answers.read_photo(png_of(draw_strokes([LINE])[:279, :279]))
        waiting = sum(not task.done() for task in slow)
        release.set()
        call = Call("10.0.0.1")
        CALL.set(call)
        return [*drawn, other], waiting, await asyncio.gather(*slow)

    answered, waiting, read = asyncio.run(crowd())
    assert waiting in (30, 31)  # one that is read, and 30 that wait
    assert {answer["digit"] for answer in answered} == {1}
    assert sum("digit" in answer for answer in read) == waiting
    assert {answer.get("error") for answer in read} == {
        None,
        "too many pictures came in at once; try again in a moment",
    }


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError("no"), 400), (Busy("later"), 503), (KeyError("own"), 500)]
)
def test_programs_get_a_status_and_words_for_each_refusal(error, status):
    class Broken:
        def recognize_strokes(self, strokes):
            raise error

    call = Call()
    CALL.set(call)
    with pytest.raises(gr.Error) as refused:
        asyncio.run(for_programs(Answers(Broken()).recognize_strokes)([LINE]))
    assert call.status == status
    assert ("own" in str(refused.value)) is False
    assert refused.value.print_exception is False
