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
# Windows of phones, tablets and computers, some with a bar of the browser, or with a zoom.
WINDOWS = [
    *[(320, 568), (320, 900), (344, 882), (360, 640), (375, 667), (390, 844), (540, 720)],
    *[(568, 320), (600, 1024), (640, 400), (740, 360), (744, 1133), (767, 600), (768, 481)],
    *[(820, 1180), (915, 412), (960, 540), (1024, 576), (1024, 768), (1093, 526), (1100, 500)],
    *[(1180, 820), (1280, 530), (1280, 585), (1280, 625), (1280, 800), (1280, 900), (1366, 625)],
    *[(1366, 768), (1440, 700), (1440, 900), (1680, 1050), (1920, 500), (1920, 1080), (2560, 900)],
]


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
    for place in places:
        boxes = page.locator(place).evaluate_all("all => all.map(look.box)")
        left, top, right, bottom = np.transpose(boxes)
        assert min(*left, *top) >= 0, (width, height, place)
        assert max(right) <= width and max(bottom) <= height, (width, height, place)


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
