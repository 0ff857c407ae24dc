"""The notebook's pad does what the one table of all pads says."""

import numpy as np
import pytest
from helpers.grammar import PLACES, STORIES, State, Story, ends
from helpers.notebook_pad import button, hands_on, pad_of_cell, press, screenshot
from helpers.pads import Clock, act, fault, panel
from live_notebook import wait_until
from playwright.sync_api import Locator, Page, expect

from mnist_helpers import Collection, DrawingPad, Recognizer
from mnist_helpers.drawing import PAD_SIZE, PEN, draw_strokes

OURS = [story for story in STORIES if "notebook" in story.faces]
# Only the page knows a pen from a mouse.
ALONE = [story for story in OURS if not story.name.startswith("once a pen was seen")]
# Only a browser has fingers, a pen and JupyterLab's own keys.
KEYS = (
    "Backspace undoes, and Ctrl+Shift+Z does it again",
    "Escape clears too",
    "the eraser of the keys takes the stroke under it",
    "the pen of the keys takes over from the mouse",
)
IN_A_BROWSER = [
    each
    for each in OURS
    if {step[0][:3] for step in each.steps} & {"tou", "pen"} or each.name in KEYS
]
SEEN = [(x, y) for x in (60, 140, 220) for y in (100, 180)]
SEEN += [PLACES["DOT"][0], PLACES["PALM"][0]]


def names(story: Story) -> str:
    return story.name


@pytest.mark.parametrize("story", ALONE, ids=names)
def test_the_pad_alone(story: Story, tmp_path):
    collection = Collection(tmp_path / "kept.jsonl")
    pad = DrawingPad(Recognizer.load(), collection, clock=Clock())
    for step in story.steps:
        act(pad, *step)
    after, controls = story.after, pad._controls
    assert ends(pad.strokes) == ends(after.strokes)
    assert controls.erase.value == after.erasing
    assert (not controls.undo.disabled, not controls.redo.disabled) == (after.undo, after.redo)
    assert after.kept in (None, len(collection))
    assert (after.words or "") in panel(pad) and fault(pad) == ""


@pytest.fixture
def new_pad(lab: Page) -> Locator:
    """The first pad of the notebook, made anew; the page has not seen a pen."""
    pad = pad_of_cell(lab, 0)
    pad.evaluate("pad => pad.toggleAttribute('data-old')")
    lab.evaluate("digitPad.penWasSeen = false")
    lab.locator(".jp-CodeCell").first.locator(".cm-content").click()
    lab.keyboard.press("Control+Enter")
    expect(lab.locator("[data-old]")).to_have_count(0)
    pad.locator("canvas").scroll_into_view_if_needed()
    expect(pad).to_contain_text("Draw a digit")
    return pad


@pytest.mark.parametrize("story", IN_A_BROWSER, ids=names)
def test_the_pad_on_the_screen(lab: Page, new_pad: Locator, story: Story):
    hands = hands_on(lab, new_pad)
    for step in story.steps:
        hands.act(*step)
    for cards in (expect(new_pad.locator(".digit-pad-cards")).to_be_visible, None):
        press(new_pad, "Your drawings")  # Python has done all the rest when it has done this
        if cards:
            cards()
    expect(new_pad).to_contain_text(story.after.words or "")
    wait_until(lambda: shown(new_pad) == wanted(story.after))


def shown(pad: Locator) -> dict:
    """What can be seen of a pad's state."""
    paper = screenshot(pad.locator("canvas"))
    scale = len(paper) / PAD_SIZE
    return {
        "ink at": [(x, y) for x, y in SEEN if paper[int(y * scale), int(x * scale)] < 64],
        "erasing": "mod-active" in button(pad, "Erase").get_attribute("class"),
        "undo": button(pad, "Undo").is_enabled(),
        "redo": button(pad, "Redo").is_enabled(),
    }


def wanted(state: State) -> dict:
    """What should be seen."""
    lines = [np.array(stroke, float) for stroke in state.strokes]
    ink = draw_strokes(lines, size=PAD_SIZE, pen=PEN)
    return {
        "ink at": [(x, y) for x, y in SEEN if ink[y, x]],
        "erasing": state.erasing,
        "undo": state.undo,
        "redo": state.redo,
    }
