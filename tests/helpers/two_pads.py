"""A notebook with drawing pads, for the tests of what they look like and what they say."""

from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np
from live_notebook import PATIENCE, run_all_cells
from playwright.sync_api import Browser, Locator, Page

from helpers.notebook_pad import press

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
USUAL = {"width": 1280, "height": 900}


def opened(browser: Browser, address: str) -> Page:
    """The notebook in a page of its own, after its cells have run."""
    context = browser.new_context(viewport=USUAL)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    run_all_cells(page, address)
    return page


@contextmanager
def look_inside(pad: Locator) -> Iterator[None]:
    """Open the inside of the networks of a pad for a while."""
    press(pad, "Inside the network")
    yield
    press(pad, "Inside the network")


def box(place: Locator) -> tuple[float, float, float, float]:
    """Where something is shown: left, top, right and bottom."""
    # One call, since the pad replaces its answer at any time.
    return tuple(
        place.evaluate("""each => {
            const {left, top, right, bottom} = each.getBoundingClientRect();
            return [left, top, right, bottom];
        }""")
    )


def shown_colors(element: Locator) -> np.ndarray:
    """What is shown of an element, as int64 (height, width, 3): red, green, blue."""
    pixels = np.frombuffer(element.screenshot(), np.uint8)
    return cv2.imdecode(pixels, cv2.IMREAD_COLOR)[..., ::-1].astype(int)
