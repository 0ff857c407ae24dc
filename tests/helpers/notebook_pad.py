"""The drawing pad of a notebook in a browser: how to find it, draw on it and look at it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from playwright.sync_api import Locator, Page, expect

from helpers.hands import draw_on, on_screen
from mnist_helpers.handwriting import Strokes

NOTEBOOK = "pads.ipynb"
CELLS = [
    """
    from mnist_helpers import Collection, DrawingPad, Recognizer, show_page
    from mnist_helpers.network import NumpyCnn

    class Fragile(Recognizer):
        def recognize_strokes(self, strokes):
            if any(stroke.min() < 5 for stroke in strokes):
                raise RuntimeError("too near to the <edge>")
            return super().recognize_strokes(strokes)

    recognizer = Recognizer.load()
    fragile = Fragile(recognizer.network, recognizer.calibration)
    pad = DrawingPad(fragile, collection=Collection("kept.jsonl"))
    pad
    """,
    """
    weaker = Recognizer(NumpyCnn([0.9 * array for array in recognizer.network.weights]))
    DrawingPad({"the course's": recognizer, "weaker": weaker})
    """,
    "pad  # once more",
    "show_page(recognizer, height=600)",
    "# a cell to work in",
]


def pad_of_cell(page: Page, number: int) -> Locator:
    """The pad below a code cell."""
    return page.locator(".jp-CodeCell").nth(number).locator(".digit-pad").first


def cleared(pad: Locator) -> Locator:
    """The pad, once it is empty."""
    pad.scroll_into_view_if_needed()
    press(pad, "Clear")
    expect(pad).to_contain_text("Draw a digit")
    return pad


def button(pad: Locator, name: str) -> Locator:
    """A button by its name, which may begin with the sign of an icon."""
    return pad.get_by_role("button", name=re.compile(rf"^\W*{name}$"))


def press(pad: Locator, name: str) -> None:
    """Click on a button."""
    button(pad, name).click()


def style(place: Locator, name: str, part: str = "") -> str:
    """The value of a property that an element has, or a part of it such as '::before'."""
    return place.evaluate(f"each => getComputedStyle(each, '{part}').{name}")


def choose(page: Page, menu: str, *names: str) -> None:
    """Choose from JupyterLab's menus."""
    page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
    for name in names:
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).last.click()


def draw_with_mouse(page: Page, pad: Locator, strokes: Strokes, lift: bool = True) -> None:
    """Draw with the mouse; without `lift` the button of the last stroke stays down."""
    draw_on(page, pad.locator("canvas"), strokes, lift)


def draw_a_one_on_the_page(page: Page) -> None:
    """Draw in the frame of the take-home page, and wait for its answer."""
    title = "iframe[title='A network that reads digits']"
    page.locator(title).evaluate("frame => frame.scrollIntoView()")  # out of sight, it stops
    frame = page.frame_locator(title)
    draw_on(page, frame.locator(".paper"), [[(140, 40), (140, 140), (140, 240)]])
    expect(frame.locator(".words")).to_have_text("This looks like a 1")


def on_paper(pad: Locator, strokes: Strokes) -> Strokes:
    """The strokes as the pad gets them: the browser tells of whole pixels of the page."""
    canvas = pad.locator("canvas")
    box = canvas.bounding_box()
    return [np.floor(stroke) - [box["x"], box["y"]] for stroke in on_screen(canvas, strokes)]


def expect_digit(pad: Locator, digit: int) -> None:
    """Wait until the pad's first answer is a digit."""
    expect(pad.locator(".best span").first).to_have_text(str(digit))


def bars(place: Locator) -> list[float]:
    """How long each bar is shown, as a share of its groove."""
    return place.locator(".digit-pad-bars [role=meter] > i").evaluate_all("look.shares")


def dark_pixels(pad: Locator) -> int:
    """Count the shown pixels of ink."""
    return int((screenshot(pad.locator("canvas")) < 64).sum())


@contextmanager
def look_inside(pad: Locator) -> Iterator[None]:
    """Open the inside of the networks of a pad for a while."""
    press(pad, "Inside the network")
    yield
    press(pad, "Inside the network")


def box(place: Locator) -> tuple[float, float, float, float]:
    """Where something is shown: left, top, right and bottom."""
    return tuple(place.evaluate("look.box"))  # one call: the pad replaces its answer at any time


def screenshot(element: Locator, kind: int = cv2.IMREAD_GRAYSCALE) -> np.ndarray:
    """What is shown of an element, as uint8 (height, width): 0 for black."""
    return cv2.imdecode(np.frombuffer(element.screenshot(), np.uint8), kind)


def shown_colors(element: Locator) -> np.ndarray:
    """What is shown of an element, as int64 (height, width, 3): red, green, blue."""
    return screenshot(element, cv2.IMREAD_COLOR)[..., ::-1].astype(int)
