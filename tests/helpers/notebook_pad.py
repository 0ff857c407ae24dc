"""The drawing pad of a notebook in a browser: how to find it, draw on it and look at it."""

import re

import cv2
import numpy as np
from playwright.sync_api import Locator, Page, expect

from helpers.hands import Hands, draw_on, on_screen
from mnist_helpers.handwriting import Strokes


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


def choose(page: Page, menu: str, *names: str) -> None:
    """Choose from JupyterLab's menus."""
    page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
    for name in names:
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).last.click()


def draw_with_mouse(page: Page, pad: Locator, strokes: Strokes, lift: bool = True) -> None:
    """Draw with the mouse; without `lift` the button of the last stroke stays down."""
    draw_on(page, pad.locator("canvas"), strokes, lift)


def hands_on(page: Page, pad: Locator) -> Hands:
    """Hands that draw on a pad and press its buttons."""
    return Hands(page, pad.locator("canvas"), lambda name: press(pad, name))


def draw_a_one_on_the_page(page: Page) -> None:
    """Draw in the frame of the take-home page, and wait for its answer."""
    title = "iframe[title='A network that reads digits']"
    page.locator(title).evaluate("frame => frame.scrollIntoView()")  # out of sight, it stops
    frame = page.frame_locator(title)
    box = frame.locator(".paper").bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + box["height"] - 60, steps=8)
    page.mouse.up()
    expect(frame.locator(".words")).to_have_text("This looks like a 1")


def on_paper(pad: Locator, strokes: Strokes) -> Strokes:
    """The strokes as the pad gets them: the browser tells of whole pixels of the page."""
    canvas = pad.locator("canvas")
    box = canvas.bounding_box()
    return [np.floor(stroke) - [box["x"], box["y"]] for stroke in on_screen(canvas, strokes)]


def expect_digit(pad: Locator, digit: int) -> None:
    """Wait until the pad's first answer is a digit."""
    expect(pad.locator(".best span").first).to_have_text(str(digit))


def dark_pixels(pad: Locator) -> int:
    """Count the shown pixels of ink."""
    return int((screenshot(pad.locator("canvas")) < 64).sum())


def screenshot(element: Locator) -> np.ndarray:
    """What is shown of an element, as uint8 (height, width): 0 for black."""
    return cv2.imdecode(np.frombuffer(element.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
