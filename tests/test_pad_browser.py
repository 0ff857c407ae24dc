"""The drawing pad as a learner meets it: JupyterLab, lesson 9, and a real pointer."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import nbformat
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mnist_helpers import Recognizer
from mnist_helpers.handwriting import write_digit

LESSON = Path(__file__).parents[1] / "notebooks/09_drawing_pad.ipynb"
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
PATIENCE = 120_000  # milliseconds for a slow machine; a quick one does not use them

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with its own settings and lesson 9, without its outputs."""
    home = tmp_path_factory.mktemp("lab")
    lessons = home / "notebooks"
    lessons.mkdir()
    notebook = nbformat.read(LESSON, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, lessons / LESSON.name)
    for name, values in SETTINGS.items():
        file = home / "settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    options += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={lessons}"]
    log = home / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options, "--IdentityProvider.token="],
            env=os.environ | {name: str(home / place) for name, place in places.items()},
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for_server(server, f"{address}/api/status", log)
        yield address
    finally:
        server.terminate()  # it ends its kernels before it ends
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for_server(server: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
    pytest.fail(f"JupyterLab does not answer:\n{log.read_text()}")


@pytest.fixture(scope="module")
def lesson(browser: Browser, lab: str) -> Iterator[Page]:
    """Lesson 9, opened in JupyterLab, after all its cells have run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/{LESSON.name}?reset")
    expect(page.get_by_role("button", name="(ipykernel) | Idle")).to_be_visible()
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    error = page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']")
    page.locator(".digit-pad").nth(2).or_(error).first.wait_for(state="attached")
    assert error.all_inner_texts() == []
    yield page
    context.close()


@pytest.fixture
def pad(lesson: Page) -> Locator:
    """The lesson's first pad, cleared."""
    pad = lesson.locator(".digit-pad").first
    pad.scroll_into_view_if_needed()
    clear(pad)
    return pad


def test_the_pad_reads_what_the_mouse_draws(lesson: Page, pad: Locator):
    for digit in [0, 3, 5]:
        draw(lesson, pad, digit)
        expect_digit(pad, digit)
        clear(pad)
    assert dark_pixels(pad) == 0


def test_the_answer_comes_before_the_button_is_released(lesson: Page, pad: Locator):
    draw(lesson, pad, 2, lift=False)  # one stroke
    expect_digit(pad, 2)
    expect(pad.locator(".digit-pad-status")).not_to_contain_text("2")  # told at the stroke's end
    lesson.mouse.up()
    expect(pad.locator(".digit-pad-status")).to_contain_text("This looks like a 2")


def test_leaving_the_paper_ends_the_stroke(lesson: Page, pad: Locator):
    (stroke,) = on_screen(pad, [np.array([(140, 60), (140, 240), (140, 300), (20, 300), (20, 60)])])
    lesson.mouse.move(*stroke[0])
    lesson.mouse.down()
    for x, y in stroke[1:]:
        lesson.mouse.move(x, y, steps=5)
    lesson.mouse.up()
    expect_digit(pad, 1)


def test_a_finger_draws(lesson: Page, pad: Locator):
    touch = lesson.context.new_cdp_session(lesson)
    for stroke in on_screen(pad, sample(4)):
        for number, (x, y) in enumerate(stroke):
            touch.send(
                "Input.dispatchTouchEvent",
                {
                    "type": "touchMove" if number else "touchStart",
                    "touchPoints": [{"x": float(x), "y": float(y)}],
                },
            )
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect_digit(pad, 4)


def test_undo_and_keys(lesson: Page, pad: Locator):
    (corner,) = on_screen(pad, [np.array([20, 20])])
    lesson.mouse.click(*corner)
    expect(pad).to_contain_text("Confidence")  # a dot is a stroke
    lesson.keyboard.press("Control+z")
    expect(pad).to_contain_text("Draw a digit")
    draw(lesson, pad, 8)
    expect_digit(pad, 8)
    lesson.keyboard.press("Tab")
    expect(pad.get_by_role("button", name="Undo")).to_be_focused()
    lesson.keyboard.press("Enter")
    expect(pad).to_contain_text("Draw a digit")


def test_the_ink_is_there_again_after_a_reload(lesson: Page, pad: Locator):
    draw(lesson, pad, 3)
    expect_digit(pad, 3)
    assert dark_pixels(pad) > 1000
    lesson.locator(".lm-MenuBar-itemLabel", has_text="File").click()
    lesson.locator(".lm-Menu-itemLabel").get_by_text("Save Notebook", exact=True).click()
    expect(lesson.locator(".lm-DockPanel-tabBar .jp-mod-dirty")).to_have_count(0)
    lesson.reload()
    expect_digit(pad, 3)
    pad.scroll_into_view_if_needed()
    ink = wait_for_ink(pad, more_than=1000)
    draw(lesson, pad, 8)  # over the 3: the canvas of the new page takes ink as the old one did
    wait_for_ink(pad, more_than=ink)


@cache
def sample(digit: int) -> list[np.ndarray]:
    """The first synthetic drawing of a digit of which the recogniser is sure."""
    recognizer = Recognizer.load()
    for seed in range(100):
        strokes = write_digit(digit, np.random.default_rng(seed))
        answer = recognizer.recognize_strokes(strokes)
        if answer.digit == digit and answer.confidence > 0.95:
            return strokes
    pytest.fail(f"the recogniser is sure of no {digit}")


def on_screen(pad: Locator, strokes: list[np.ndarray]) -> list[np.ndarray]:
    """Turn points of the pad into points of the page."""
    paper = pad.locator("canvas").bounding_box()
    return [stroke + np.array([paper["x"], paper["y"]]) for stroke in strokes]


def draw(page: Page, pad: Locator, digit: int, lift: bool = True) -> None:
    """Draw a digit with the mouse; without `lift` the button of the last stroke stays down."""
    strokes = on_screen(pad, sample(digit))
    for number, stroke in enumerate(strokes):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*point)
        if lift or number < len(strokes) - 1:
            page.mouse.up()


def expect_digit(pad: Locator, digit: int) -> None:
    expect(pad.locator(".digit-pad-digit")).to_have_text(str(digit))
    expect(pad.locator(".best span").first).to_have_text(str(digit))


def clear(pad: Locator) -> None:
    pad.get_by_role("button", name="Clear").click()
    expect(pad).to_contain_text("Draw a digit")


def wait_for_ink(pad: Locator, more_than: int) -> int:
    deadline = time.monotonic() + PATIENCE / 1000
    while (ink := dark_pixels(pad)) <= more_than:
        assert time.monotonic() < deadline, f"there are {ink} pixels of ink on the pad"
    return ink


def dark_pixels(pad: Locator) -> int:
    """Count the shown pixels of ink."""
    shown = cv2.imdecode(np.frombuffer(pad.locator("canvas").screenshot(), np.uint8), 0)
    return int((shown < 64).sum())
