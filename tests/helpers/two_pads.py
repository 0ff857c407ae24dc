"""A notebook with two drawing pads, for the tests of what they look like and what they say."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from live_notebook import PATIENCE, run_all_cells, serve
from playwright.sync_api import Browser, Locator, Page

from helpers.notebook_pad import press

NOTEBOOK = "pads.ipynb"
CELLS = [
    """
    from mnist_helpers import Collection, DrawingPad, Recognizer

    recognizer = Recognizer.load()
    DrawingPad(recognizer, collection=Collection("kept.jsonl"))
    """,
    """
    DrawingPad({"the course's": recognizer, "the same": recognizer})
    """,
    "# a cell to work in",
]
USUAL = {"width": 1280, "height": 900}


def opened(browser: Browser, address: str, width: int = USUAL["width"]) -> Page:
    """The notebook in a page of its own, after its cells have run."""
    context = browser.new_context(viewport={**USUAL, "width": width})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    run_all_cells(page, address)
    return page


@contextmanager
def opened_in_lab(browser: Browser, home: Path) -> Iterator[Page]:
    """The notebook in JupyterLab; `home` is an empty folder for all that Jupyter writes."""
    with serve(home, NOTEBOOK, CELLS) as address:
        page = opened(browser, f"{address}/lab/tree/{NOTEBOOK}?reset")
        yield page
        page.context.close()


@contextmanager
def look_inside(pad: Locator) -> Iterator[None]:
    """Open the inside of the networks of a pad for a while."""
    press(pad, "Inside the network")
    yield
    press(pad, "Inside the network")


def box(place: Locator) -> tuple[float, float, float, float]:
    """Where something is shown: left, top, right and bottom."""
    left, top, width, height = (
        place.bounding_box()[name] for name in ("x", "y", "width", "height")
    )
    return left, top, left + width, top + height


def shown_colors(element: Locator) -> np.ndarray:
    """What is shown of an element, as int64 (height, width, 3): red, green, blue."""
    pixels = np.frombuffer(element.screenshot(), np.uint8)
    return cv2.imdecode(pixels, cv2.IMREAD_COLOR)[..., ::-1].astype(int)
