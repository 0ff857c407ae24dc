"""Draw on the pad of the app or of the page, and read what it shows."""

import json

import numpy as np
from playwright.sync_api import Page, expect

from helpers.hands import draw_on
from mnist_helpers.handwriting import Strokes

# The names under which a page remembers its drawing.
MEMORY = {"app": "handwritten digit", "page": "drawing in a page of mnist_helpers"}


def draw(page: Page, strokes: Strokes) -> None:
    """Draw strokes with the mouse."""
    draw_on(page, page.locator(".paper"), strokes)


def seen_pixels(page: Page) -> np.ndarray:
    """Return the picture of 28 × 28 pixels as it is shown: (28, 28) in [0, 1]."""
    pixels = page.evaluate(
        "[...document.querySelector('.seen').getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    return np.reshape(pixels, (28, 28, 4))[..., 0] / 255


def widths_of_bars(page: Page) -> list[float]:
    """Return how long each bar is shown, as a share of its track."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".bars li")].map((bar) =>
            bar.querySelector(".fill").getBoundingClientRect().width
            / bar.querySelector(".track").getBoundingClientRect().width)"""
    )


def open_anew(page: Page, url: str) -> Page:
    """Open an app or a page in the fixture `tab`, as it is at first, and wait for its answer."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
    page.goto(url)
    expect(page.locator(".said")).to_have_text("Draw a digit")
    return page


def put(page: Page, memory: str, strokes: Strokes) -> None:
    """Put strokes on the paper, by the name under which a page remembers them, and a reload."""
    plain = [np.asarray(stroke, float).tolist() for stroke in strokes]
    drawn = [{"points": points, "times": [0] * len(points)} for points in plain]
    page.evaluate("pair => sessionStorage.setItem(...pair)", [memory, json.dumps(drawn)])
    page.reload()
