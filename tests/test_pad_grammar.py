"""The notebook's pad does what the one table of all pads says."""

import numpy as np
import pytest
from helpers.grammar import PLACES, STORIES, State, Story, ends
from helpers.hands import Hands
from helpers.notebook_pad import button, pad_of_cell, press, screenshot
from helpers.pads import Handlers, fault, new_pad, panel
from live_notebook import wait_until
from playwright.sync_api import Locator, Page, expect

from mnist_helpers import Collection
from mnist_helpers.drawing import PAD_SIZE, PEN, draw_strokes

SEEN = [(x, y) for x in (60, 140, 220) for y in (100, 180)]
SEEN += [PLACES["DOT"][0], PLACES["PALM"][0]]


@pytest.mark.parametrize("story", [each for each in STORIES if "alone" in each.pads], ids=str)
def test_the_pad_alone(story: Story, tmp_path):
    collection = Collection(tmp_path / "kept.jsonl")
    pad = new_pad(collection=collection)
    hands = Handlers(pad)
    for step in story.steps:
        hands.act(*step)
    after, controls = story.after, pad._controls
    assert ends(pad.strokes) == ends(after.strokes)
    assert controls.erase.value == after.erasing
    assert (not controls.undo.disabled, not controls.redo.disabled) == (after.undo, after.redo)
    assert after.kept in (None, len(collection))
    assert (after.words or "") in panel(pad) and fault(pad) == ""


@pytest.fixture
def fresh(lab: Page) -> Locator:
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


@pytest.mark.parametrize("story", [each for each in STORIES if "lab" in each.pads], ids=str)
def test_the_pad_on_the_screen(lab: Page, fresh: Locator, story: Story):
    hands = Hands(lab, fresh.locator("canvas"))
    hands.press = lambda name: press(fresh, name)
    for step in story.steps:
        hands.act(*step)
    press(fresh, "Your drawings")  # Python has done all the rest when it has done this
    expect(fresh.locator(".digit-pad-cards")).to_be_visible()
    press(fresh, "Your drawings")
    expect(fresh).to_contain_text(story.after.words or "")
    wait_until(lambda: shown(fresh) == wanted(story.after))


def shown(pad: Locator) -> tuple:
    """What can be seen of a pad's state: where ink is, and the state of the three buttons."""
    paper = screenshot(pad.locator("canvas"))
    scale = len(paper) / PAD_SIZE
    return (
        [(x, y) for x, y in SEEN if paper[int(y * scale), int(x * scale)] < 64],
        "mod-active" in button(pad, "Erase").get_attribute("class"),
        button(pad, "Undo").is_enabled(),
        button(pad, "Redo").is_enabled(),
    )


def wanted(state: State) -> tuple:
    """What should be seen."""
    lines = [np.array(stroke, float) for stroke in state.strokes]
    ink = draw_strokes(lines, size=PAD_SIZE, pen=PEN)
    return [(x, y) for x, y in SEEN if ink[y, x]], state.erasing, state.undo, state.redo
