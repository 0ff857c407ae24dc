import math
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from mnist_helpers import Recognizer
from mnist_helpers.app import MAX_POINTS, MAX_STROKES, check_strokes
from mnist_helpers.handwriting import write_digit

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")  # its use of pandas

LINE = [[140, 60], [140, 220]]
WRONG = {
    "text": "7",
    "nothing": None,
    "an object": {"strokes": []},
    "points instead of strokes": LINE,
    "a number as a point": [[1, 2]],
    "three coordinates": [[[1, 2, 3]]],
    "a coordinate in quotes": [[[1, "2"]]],
    "true": [[[1, True]]],
    "not a number": [[[1, math.nan]]],
    "infinity": [[[math.inf, 1]]],
    "a number of 400 digits": [[[10**400, 1]]],
    "too many strokes": [[]] * (MAX_STROKES + 1),
    "too many points": [[[1, 2]] * (MAX_POINTS + 1)],
}


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


@pytest.fixture(scope="module")
def client(app_url):
    return Client(app_url, verbose=False)


def digit_as_json(digit, seed=0):
    return [stroke.tolist() for stroke in write_digit(digit, np.random.default_rng(seed))]


@pytest.fixture(scope="module")
def send_as_the_page(app_url):
    """Call what the page calls: outside of Gradio's queue, with no check before it."""
    http = httpx.Client()
    config = http.get(f"{app_url}config").json()
    (pad,) = [part["id"] for part in config["components"] if part["type"] == "html"]
    body = {"component_id": pad, "fn_name": "recognize", "session_hash": "test"}
    url = f"{app_url}gradio_api/component_server/"
    return lambda strokes: http.post(url, json={**body, "data": strokes}).json()


@pytest.mark.parametrize("strokes", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_list_of_strokes_is_refused(strokes):
    with pytest.raises(ValueError, match=r"wanted|came in|not \[x, y\]") as refused:
        check_strokes(strokes)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("strokes", [[], [[]], [LINE], [[[5, 5]]], [LINE] * MAX_STROKES])
def test_strokes_pass_as_they_are(strokes):
    assert check_strokes(strokes) is strokes


def test_page_endpoint_and_direct_call_give_the_same_answer(send_as_the_page, client, recognizer):
    for digit in range(10):
        strokes = digit_as_json(digit)
        direct = recognizer.recognize_strokes(strokes)
        by_page = send_as_the_page(strokes)
        by_client = client.predict(strokes, api_name="/recognize_strokes")
        for answer in (by_page, by_client):
            assert (answer["digit"], answer["verdict"]) == (direct.digit, direct.verdict)
            assert answer["confidence"] == direct.confidence
            assert answer["probabilities"] == direct.probabilities.tolist()
        assert by_page["words"] == direct.in_words
        assert np.allclose(np.reshape(by_page["pixels"], (28, 28)) / 255, direct.image, atol=0.002)


def test_blank_pad_is_an_answer(send_as_the_page, client):
    answer = client.predict([], api_name="/recognize_strokes")
    assert (answer["digit"], answer["verdict"]) == (None, "blank")
    assert send_as_the_page([[]])["words"] == "Draw a digit"


def test_errors_are_short_and_the_app_goes_on(send_as_the_page, client):
    message = "str came in; wanted a list of strokes"
    assert send_as_the_page("7") == {"error": message}
    with pytest.raises(AppError) as refused:
        client.predict("7", api_name="/recognize_strokes")
    assert str(refused.value) == message
    assert client.predict([LINE], api_name="/recognize_strokes")["digit"] is not None


def test_one_plain_request_is_enough(app_url, recognizer):
    reply = httpx.post(f"{app_url}gradio_api/run/recognize_strokes", json={"data": [[LINE]]})
    (answer,) = reply.json()["data"]
    assert answer["digit"] == recognizer.recognize_strokes([LINE]).digit


def test_many_at_once_do_not_mix(send_as_the_page, recognizer):
    drawings = [digit_as_json(digit, seed) for digit in range(10) for seed in range(4)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send_as_the_page, drawings))
    for strokes, answer in zip(drawings, answers, strict=True):
        wanted = recognizer.recognize_strokes(strokes)
        assert answer["probabilities"] == wanted.probabilities.tolist()


def test_nothing_is_shared_or_kept_unless_asked_for(app_url):
    config = httpx.get(f"{app_url}config").json()
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert app_url.startswith("http://127.0.0.1:")
