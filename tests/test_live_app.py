"""The app that a learner builds in lesson 10, with the solution of its exercise, in a browser."""

from collections.abc import Iterator

import numpy as np
import pytest
from helpers.course import code_cells, run
from helpers.hands import press_and_draw
from live_notebook import ROOT
from playwright.sync_api import Page, expect
from test_checks import EXERCISES

from mnist_helpers.handwriting import write_digit

# Answers take long, and the second of two overtakes the first: so none may be asked for too rarely.
SLOW = """
import itertools, time
quick_read, seconds = read_live, itertools.cycle([0.5, 0.05])
def read_live(*given):
    time.sleep(next(seconds))
    return quick_read(*given)
"""
LESSON = ROOT / "notebooks" / "10_gradio_app.ipynb"


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The learner's app, made by the lesson's own cells."""
    monkeypatch.chdir(LESSON.parent)
    exercise = EXERCISES["live_answer"]
    wanted = ("white = ", "with gr.Blocks() as live_app:")
    cells = [cell.source for cell in code_cells(LESSON) if cell.source.startswith(wanted)]
    app = run([*exercise.setup, exercise.solution, SLOW, *cells], np=np)["live_app"]
    yield app.launch(share=False, prevent_thread_lock=True, quiet=True)[1]
    app.close(verbose=False)


def test_it_answers_each_stroke_and_every_move_of_the_slider(address, page: Page):
    page.set_viewport_size({"width": 500, "height": 900})  # a wide paper is slow to paint
    with page.expect_response("**/queue/join*"):  # the paper asks once, when its white is there
        page.goto(address)
    draw(page, 6)
    answer = expect(page.get_by_test_id("label-output-value"))  # the name in large letters
    answer.to_have_text("6")
    move_to(page, 0.5)
    for end, digit in [(1, "9"), (0.5, "6")]:
        page.mouse.down()
        for share in np.linspace(0.6, end, 4):  # a quick drag: only its last place counts
            move_to(page, share)
        answer.to_have_text(digit)  # the button of the mouse is still down
        page.mouse.up()
    page.get_by_role("button", name="New digit").click()
    answer.to_have_count(0)
    draw(page, 8)
    answer.to_have_text("8")


def move_to(page: Page, share: float) -> None:
    """Move the mouse along the slider: 0 is its left end, 1 its right end."""
    track = page.locator("input[type=range]").first.bounding_box()
    middle = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + 1 + share * (track["width"] - 2), middle)


def draw(page: Page, digit: int) -> None:
    """Write a digit with few points on the white paper in the middle of the sketchpad."""
    box = page.locator("canvas").last.bounding_box()
    corner = np.array([box["x"] + box["width"] / 2 - 100, box["y"] + 60])
    for stroke in write_digit(digit, np.random.default_rng(digit == 8)):
        press_and_draw(page, (0.7 * stroke[::4] + corner).tolist())
        page.mouse.up()
