"""Draw on a pad in a browser with mouse and finger, and read what it shows."""

import numpy as np

from mnist_helpers.drawing import PAD_SIZE


def on_screen(pad, strokes):
    """Where the points of strokes lie on the screen."""
    pad.locator(".paper").scroll_into_view_if_needed()
    box = pad.locator(".paper").bounding_box()
    scale, corner = box["width"] / PAD_SIZE, (box["x"], box["y"])
    return [(stroke * scale + corner).tolist() for stroke in strokes]


def press_and_draw(pad, stroke):
    """Draw a stroke with the mouse, and keep its button down."""
    pad.mouse.move(*stroke[0])
    pad.mouse.down()
    for point in stroke[1:]:
        pad.mouse.move(*point)


def draw(pad, strokes):
    """Draw strokes with the mouse."""
    for stroke in on_screen(pad, strokes):
        press_and_draw(pad, stroke)
        pad.mouse.up()


class Fingers:
    """Fingers on the page's screen; each call tells where all of them are."""

    def __init__(self, page):
        self.cdp = page.context.new_cdp_session(page)

    def touch(self, kind, *places):
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def press_and_draw(self, stroke):
        self.touch("touchStart", stroke[0])
        for point in stroke[1:]:
            self.touch("touchMove", point)


def seen_pixels(pad):
    """The picture of 28 × 28 pixels as it is shown: (28, 28) in [0, 1]."""
    pixels = pad.evaluate(
        "[...document.querySelector('.seen').getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    return np.reshape(pixels, (28, 28, 4))[..., 0] / 255


def widths_of_bars(pad):
    """How long each bar is shown, as a share of its track."""
    return pad.evaluate(
        """() => [...document.querySelectorAll(".bars li")].map((bar) =>
            bar.querySelector(".fill").getBoundingClientRect().width
            / bar.querySelector(".track").getBoundingClientRect().width)"""
    )
