"""Draw on the pad of the app or of the page, and read what it shows."""

import json
from collections.abc import Callable

import numpy as np
from live_notebook import WINDOW, wait_until
from playwright.sync_api import Locator, Page, expect

from helpers.hands import draw_on
from mnist_helpers.handwriting import Strokes

# The names under which a page remembers its drawing.
MEMORY = {"app": "handwritten digit", "page": "drawing in a page of mnist_helpers"}


def draw(page: Page, strokes: Strokes) -> None:
    """Draw strokes with the mouse."""
    draw_on(page, page.locator(".paper"), strokes)


def drawn_on(page: Page, face: str) -> list:
    """Return the strokes as a page has them."""
    stored = page.evaluate("name => sessionStorage.getItem(name)", MEMORY[face])
    return [stroke["points"] for stroke in json.loads(stored)]


def are_close(found: Callable[[], object], wanted, atol: float) -> None:
    """Wait until numbers on a page are near to what they should be."""
    wait_until(lambda: np.allclose(found(), wanted, atol=atol))


def expect_in_view(page: Page, places: tuple[str, ...], width: int, height: int) -> None:
    """Expect that a window of a size shows all of some parts of a page without scrolling."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    for part in [part for place in places for part in page.locator(place).all()]:
        left, top, right, bottom = part.evaluate("look.box")
        assert left >= 0 and right <= width, part
        assert top >= 0 and bottom <= height, part


def pixels(canvas: Locator) -> np.ndarray:
    """Return what is on a canvas: (height, width, 3) in [0, 255]."""
    values, shape = canvas.evaluate("look.pixels")
    return np.reshape(values, shape)[..., :3]


def seen_pixels(page: Page) -> np.ndarray:
    """Return the picture of 28 × 28 pixels as it is shown: (28, 28) in [0, 1]."""
    return pixels(page.locator(".seen"))[..., 0] / 255


def widths_of_bars(page: Page) -> list[float]:
    """Return how long each bar is shown, as a share of its track."""
    return page.locator(".bars li .track").evaluate_all("look.shares")


def open_anew(page: Page, url: str) -> Page:
    """Open an app or a page in the fixture `tab`, as it is at first, and wait for its answer."""
    page.set_viewport_size(WINDOW)
    page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
    page.goto(url)
    expect(page.locator(".said")).to_have_text("Draw a digit")
    return page
