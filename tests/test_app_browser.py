"""The app in a browser: drawn on with mouse and finger, answered before either is lifted."""

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_helpers import Recognizer
from mnist_helpers.handwriting import PAD, write_digit

expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def digits():
    """For each digit, strokes that the network reads with ease: what is tested is the page."""
    recognizer, rng = Recognizer.load(), np.random.default_rng(0)
    return [write_clearly(digit, recognizer, rng) for digit in range(10)]


@pytest.fixture
def pad(page, app_url):
    """The page with the pad, once it has its first answer from Python."""
    with page.expect_response("**/component_server/"):
        page.goto(app_url)
    return page


def write_clearly(digit, recognizer, rng):
    for _ in range(100):
        strokes = write_digit(digit, rng)
        prediction = recognizer.recognize_strokes(strokes)
        if prediction.digit == digit and prediction.confidence > 0.95:
            return strokes
    raise AssertionError(f"none of 100 drawings of a {digit} was read with ease")


def on_screen(pad, strokes):
    box = pad.locator(".paper").bounding_box()
    scale, corner = box["width"] / PAD, (box["x"], box["y"])
    return [(stroke * scale + corner).tolist() for stroke in strokes]


def press_and_draw(pad, stroke):
    """Draw a stroke with the mouse, and do not let go."""
    pad.mouse.move(*stroke[0])
    pad.mouse.down()
    for point in stroke[1:]:
        pad.mouse.move(*point)


def draw(pad, strokes):
    for stroke in on_screen(pad, strokes):
        press_and_draw(pad, stroke)
        pad.mouse.up()


def expect_digit(pad, digit):
    expect(pad.locator(".digit")).to_have_text(str(digit))
    expect(pad.locator(".words[role=status]")).to_contain_text(str(digit))
    expect(pad.locator(".confidence")).to_contain_text("%")
    expect(pad.locator(".top b")).to_have_text(str(digit))


def expect_blank(pad):
    expect(pad.locator(".words[role=status]")).to_have_text("Draw a digit")
    expect(pad.locator(".digit")).to_have_text("–")
    expect(pad.locator(".paper path")).to_have_count(0)


def seen_ink(pad):
    """The ink in the 28 × 28 picture, in whole pixels."""
    pixels = pad.evaluate(
        "[...document.querySelector('.seen').getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    return sum(pixels[::4]) / 255


def test_the_right_digit_appears_before_the_mouse_is_released(pad, digits):
    for digit in (3, 5, 0, 7):
        expect_blank(pad)
        *first, last = on_screen(pad, digits[digit])
        for stroke in first:
            press_and_draw(pad, stroke)
            pad.mouse.up()
        press_and_draw(pad, last)
        expect_digit(pad, digit)
        assert seen_ink(pad) > 20
        pad.mouse.up()
        expect_digit(pad, digit)
        pad.get_by_role("button", name="Clear").click()
    expect_blank(pad)
    assert seen_ink(pad) == 0


def test_undo_takes_back_one_stroke_and_the_keyboard_can_do_it(pad, digits):
    draw(pad, digits[3])
    expect_digit(pad, 3)
    draw(pad, [np.array([[10.0, 10.0], [270.0, 270.0]])])
    expect(pad.locator(".paper path")).to_have_count(len(digits[3]) + 1)
    pad.get_by_role("button", name="Undo").focus()
    pad.keyboard.press("Enter")
    expect(pad.locator(".paper path")).to_have_count(len(digits[3]))
    expect_digit(pad, 3)
    pad.keyboard.press("Tab")
    pad.keyboard.press("Space")
    expect_blank(pad)


def test_one_finger_draws_on_a_phone_and_a_second_does_not(pad, digits):
    pad.set_viewport_size({"width": 360, "height": 740})
    assert pad.evaluate("document.documentElement.scrollWidth") <= 360
    cdp = pad.context.new_cdp_session(pad)

    def touch(kind, *places):
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    strokes = on_screen(pad, digits[2])
    top_before = pad.locator(".paper").bounding_box()["y"]
    for stroke in strokes:
        touch("touchStart", stroke[0])
        for point in stroke[1:]:
            touch("touchMove", point)
    second = stroke[0]
    touch("touchStart", stroke[-1], second)
    expect_digit(pad, 2)
    expect(pad.locator(".paper path")).to_have_count(len(strokes))
    touch("touchEnd")
    assert pad.locator(".paper").bounding_box()["y"] == top_before  # the page has not scrolled


def test_the_page_says_that_an_answer_is_missing_and_goes_on(pad, digits):
    pad.route("**/component_server/", lambda route: route.abort())
    draw(pad, digits[4][:1])
    expect(pad.get_by_role("alert")).to_contain_text("No answer from the server")
    pad.unroute("**/component_server/")
    draw(pad, digits[4][1:] or digits[4])
    expect(pad.get_by_role("alert")).to_have_text("")
    expect_digit(pad, 4)


def test_the_page_needs_nothing_from_outside(page, app_url):
    outside, failed = [], []
    page.on("request", lambda request: outside.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    with page.expect_response("**/component_server/"):
        page.goto(app_url)
    page.wait_for_load_state("networkidle")
    local = (app_url, "data:", "blob:")
    assert [url for url in outside if not url.startswith(local)] == []
    assert failed == []
