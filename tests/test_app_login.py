"""The app's password: guesses are slow and few, and a logout logs out one visitor only."""

import subprocess
import sys

import httpx
import pytest

from mnist_helpers.app import LAUNCH_OPTIONS, build_app

USER, PASSWORD = "digits", "open sesame"


@pytest.fixture
def url():
    from mnist_helpers import Recognizer

    app = build_app(Recognizer.load())
    app.launch(prevent_thread_lock=True, quiet=True, auth=(USER, PASSWORD), **LAUNCH_OPTIONS)
    yield app.local_url
    app.close(verbose=False)


def log_in(client, password):
    return client.post("/login", data={"username": USER, "password": password}).status_code


def test_wrong_passwords_are_slow_and_few(url):
    with httpx.Client(base_url=url, timeout=30) as client:
        codes = [log_in(client, f"guess {number}") for number in range(12)]
        assert codes[0] == 400
        assert codes[10:] == [429, 429]
        assert log_in(client, PASSWORD) == 429


def test_one_visitor_s_logout_is_their_own(url):
    with httpx.Client(base_url=url) as one, httpx.Client(base_url=url) as other:
        assert (log_in(one, PASSWORD), log_in(other, PASSWORD)) == (200, 200)
        one.get("/logout")
        assert one.get("/config").status_code == 401
        assert other.get("/config").status_code == 200


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        ([], {"DIGITS_PASSWORD": ""}, "DIGITS_PASSWORD is empty"),
        (["--keep", "/proc/kept.jsonl"], {}, "nothing can be kept in /proc/kept.jsonl"),
        (["--host", "nosuch.invalid"], {}, "cannot listen at nosuch.invalid"),
        (["--port", "99999"], {}, "cannot listen at 127.0.0.1:99999"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(options, environment, words, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-m", "mnist_helpers.app", *options]
    finished = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert finished.returncode == 2
    assert words in finished.stderr.splitlines()[-1]
    assert "Traceback" not in finished.stderr
