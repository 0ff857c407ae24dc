"""The app in a browser: drawn on with mouse and finger, answered before either is lifted."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from helpers.contrast import CONTRASTS, LEAST_CONTRAST
from helpers.drawn import (
    Fingers,
    draw,
    on_screen,
    press_and_draw,
    seen_pixels,
    widths_of_bars,
)
from helpers.photos import take_photo
from helpers.strokes import write_half_a_digit
from PIL import Image
from playwright.sync_api import expect

from mnist_helpers import Recognizer, draw_strokes
from mnist_helpers.collection import Collection
from mnist_helpers.handwriting import write_digit

expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def digits():
    """For each digit, strokes that the network reads easily, because the page is tested here."""
    recognizer, rng = Recognizer.load(), np.random.default_rng(0)
    return [write_clearly(digit, recognizer, rng) for digit in range(10)]


@pytest.fixture(scope="module")
def photo():
    """A photo of a 4 on squared paper, turned by the phone."""
    return take_photo(
        np.random.default_rng(4), 4, ruling="squared", pen="blue ballpoint", size=900, orientation=6
    ).data


@pytest.fixture
def pad(page, app_url):
    """The page with the pad, once it has its first answer from Python."""
    return opened(page, app_url)


def opened(page, url):
    with page.expect_response("**/component_server/"):
        page.goto(url)
    return page


def write_clearly(digit, recognizer, rng):
    for _ in range(100):
        strokes = write_digit(digit, rng)
        prediction = recognizer.recognize_strokes(strokes)
        if prediction.digit == digit and prediction.confidence > 0.95:
            return strokes
    raise AssertionError(f"none of 100 drawings of a {digit} was read with ease")


def shows(pad, digit):
    """Say whether the digit is soon shown."""
    try:
        expect(pad.locator(".digit")).to_have_text(str(digit), timeout=10_000)
    except AssertionError:
        return False
    return True


def expect_digit(pad, digit):
    expect(pad.locator(".digit")).to_have_text(str(digit))
    expect(pad.locator(".words")).to_contain_text(str(digit))
    expect(pad.locator(".confidence")).to_contain_text("%")
    expect(pad.locator(".top b")).to_have_text(str(digit))


def expect_blank(pad):
    expect(pad.locator(".words")).to_have_text("Draw a digit")
    expect(pad.locator(".digit")).to_have_text("–")
    expect(pad.locator(".paper path")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_the_right_digit_appears_before_mouse_or_finger_is_lifted(pad, digits, width, height):
    pad.set_viewport_size({"width": width, "height": height})
    fingers, right = Fingers(pad), 0
    for digit in (2, 4, 7, 8):
        drawn = digits[digit]
        for tool in ("mouse", "finger"):
            *first, last = on_screen(pad, drawn)
            for stroke in first:
                if tool == "mouse":
                    press_and_draw(pad, stroke)
                    pad.mouse.up()
                else:
                    fingers.press_and_draw(stroke)
                    fingers.touch("touchEnd")
            if tool == "mouse":
                press_and_draw(pad, last)
                right += shows(pad, digit)
                pad.mouse.up()
            else:
                fingers.press_and_draw(last)
                right += shows(pad, digit)
                fingers.touch("touchEnd")
            pad.get_by_role("button", name="Clear").click()
            expect_blank(pad)
    assert right == 8
    assert not seen_pixels(pad).any()


def test_bars_and_picture_are_those_of_the_prediction(pad):
    """An odd drawing, so that several bars are long; the test looks at what is seen."""
    asked = []
    pad.on("request", lambda request: asked.append(request.post_data))
    draw(pad, [np.asarray(stroke, float) for stroke in write_half_a_digit()])
    expect(pad.locator(".words")).not_to_have_text("Draw a digit")
    pad.wait_for_timeout(1500)  # until the last answer is shown and the bars have moved
    prediction = Recognizer.load().recognize_strokes(json.loads(asked[-1])["data"])
    assert np.sort(prediction.probabilities)[-2] > 0.02  # one full bar would say little
    np.testing.assert_allclose(widths_of_bars(pad), prediction.probabilities, atol=0.02)
    np.testing.assert_allclose(seen_pixels(pad), prediction.image, atol=0.02)


def test_undo_takes_back_one_stroke_and_the_keyboard_can_do_it(pad, digits):
    draw(pad, digits[3])
    expect_digit(pad, 3)
    draw(pad, [np.array([[10.0, 10.0], [270.0, 270.0]])])
    expect(pad.locator(".paper path")).to_have_count(len(digits[3]) + 1)
    pad.get_by_role("button", name="Undo").focus()
    pad.keyboard.press("Enter")
    expect(pad.locator(".paper path")).to_have_count(len(digits[3]))
    expect_digit(pad, 3)
    pad.get_by_role("button", name="Redo").click()
    expect(pad.locator(".paper path")).to_have_count(len(digits[3]) + 1)
    pad.keyboard.press("Control+z")
    expect_digit(pad, 3)
    pad.keyboard.press("Escape")
    expect_blank(pad)
    pad.keyboard.press("Control+z")
    expect_digit(pad, 3)


def test_a_digit_is_drawn_with_the_keys_alone(pad):
    pad.locator(".paper").focus()
    for key, count in (("ArrowUp", 8), ("Space", 1), ("ArrowDown", 16), ("Space", 1)):
        for _ in range(count):
            pad.keyboard.press(key)
    expect_digit(pad, 1)
    expect(pad.get_by_role("status").first).to_have_text("This looks like a 1")


def test_the_eraser_takes_what_it_touches_and_no_more(pad, digits):
    draw(pad, digits[7])
    draw(pad, [np.array([[5.0, 5.0], [60.0, 5.0]])])
    pad.get_by_role("button", name="Erase").click()
    draw(pad, [np.array([[30.0, 2.0], [32.0, 8.0]])])
    expect(pad.locator(".paper path")).to_have_count(len(digits[7]))
    expect_digit(pad, 7)


def test_the_drawing_survives_a_reload(pad, digits):
    draw(pad, digits[5])
    expect_digit(pad, 5)
    pad.reload()
    expect_digit(pad, 5)


def test_a_right_click_does_not_draw(pad, digits):
    pad.locator(".paper").click(button="right")
    expect(pad.locator(".paper path")).to_have_count(0)


def test_a_screen_reader_hears_the_answer_once_a_stroke(pad, digits):
    pad.evaluate(
        """() => {
            window.said = [];
            const place = document.querySelector(".said");
            new MutationObserver(() => window.said.push(place.textContent)).observe(
                place, {childList: true, characterData: true, subtree: true});
        }"""
    )
    draw(pad, digits[8])
    expect_digit(pad, 8)
    pad.wait_for_timeout(1500)
    said = pad.evaluate("window.said")
    assert said[-1] == "This looks like an 8"
    assert len(said) <= len(digits[8])


def test_one_finger_draws_on_a_phone_and_a_second_does_not(pad, digits):
    pad.set_viewport_size({"width": 360, "height": 740})
    assert pad.evaluate("document.documentElement.scrollWidth") <= 360
    fingers = Fingers(pad)
    strokes = on_screen(pad, digits[2])
    top_before = pad.locator(".paper").bounding_box()["y"]
    for stroke in strokes:
        fingers.press_and_draw(stroke)
    fingers.touch("touchStart", stroke[-1], stroke[0])
    expect_digit(pad, 2)
    expect(pad.locator(".paper path")).to_have_count(len(strokes))
    fingers.touch("touchEnd")
    assert pad.locator(".paper").bounding_box()["y"] == top_before  # the page has not scrolled


def send_file(pad, way, content, name, kind):
    """Bring a picture to the page, as a person would."""
    if way == "upload":
        with pad.expect_file_chooser() as chooser:
            pad.get_by_role("button", name="Photo").click()
        chooser.value.set_files([{"name": name, "mimeType": kind, "buffer": content}])
        return
    event, holder = {
        "paste": ("ClipboardEvent", "clipboardData"),
        "drop": ("DragEvent", "dataTransfer"),
    }[way]
    pad.evaluate(
        """([content, name, kind, way, event, holder]) => {
            const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt());
            const data = new DataTransfer();
            data.items.add(new File([bytes], name, {type: kind}));
            const options = {[holder]: data, bubbles: true, cancelable: true};
            document.querySelector(".paper").dispatchEvent(new window[event](way, options));
        }""",
        [base64.b64encode(content).decode(), name, kind, way, event, holder],
    )


@pytest.mark.parametrize("way", ["upload", "paste", "drop"])
def test_a_photo_is_read_and_shown_step_by_step(pad, digits, photo, way):
    draw(pad, digits[1])
    send_file(pad, way, photo, "photo.jpg", "image/jpeg")
    expect_digit(pad, 4)
    expect(pad.locator(".paper path")).to_have_count(0)
    expect(pad.locator(".photo")).to_be_visible()
    expect(pad.locator(".steps li").last).to_have_text("28 × 28")
    assert pad.locator(".steps li").count() >= 3
    sizes = pad.locator(".steps img").evaluate_all("all => all.map(image => image.naturalWidth)")
    assert min(sizes) > 100
    draw(pad, digits[8])  # the ink takes the place of the photo
    expect_digit(pad, 8)
    expect(pad.locator(".photo")).to_be_hidden()
    expect(pad.locator(".steps li")).to_have_count(0)


SLOW_DECODING = """delays => {
    const decode = window.createImageBitmap;
    window.createImageBitmap = async (...all) => {
        await new Promise((resolve) => setTimeout(resolve, delays.shift() ?? 0));
        return decode(...all);
    };
}"""


def test_of_two_photos_the_second_is_shown_however_slow_the_first(pad, photo):
    pad.evaluate(SLOW_DECODING, [1500, 0])
    blank = io.BytesIO()
    Image.new("L", (60, 60), 255).save(blank, "PNG")
    send_file(pad, "upload", blank.getvalue(), "first.png", "image/png")
    send_file(pad, "upload", photo, "second.jpg", "image/jpeg")
    expect_digit(pad, 4)
    pad.wait_for_timeout(2000)
    expect_digit(pad, 4)


def test_a_file_that_fails_late_does_not_take_the_next_photo_away(pad, photo):
    pad.evaluate(SLOW_DECODING, [1500, 0])
    send_file(pad, "upload", b"no picture", "bad.png", "image/png")
    send_file(pad, "upload", photo, "good.jpg", "image/jpeg")
    expect_digit(pad, 4)
    pad.wait_for_timeout(2000)
    expect_digit(pad, 4)
    expect(pad.get_by_role("alert")).to_have_text("")


def test_ink_that_is_drawn_while_a_photo_is_decoded_stays_and_the_photo_goes(pad, digits, photo):
    pad.evaluate(SLOW_DECODING, [1500])
    send_file(pad, "upload", photo, "photo.jpg", "image/jpeg")
    draw(pad, digits[8])
    pad.wait_for_timeout(2000)
    expect_digit(pad, 8)
    expect(pad.locator(".photo")).to_be_hidden()


def test_a_photo_on_its_side_can_be_turned(pad):
    upright = np.asarray(draw_strokes([[(90, 70), (190, 70), (130, 220)]]))
    side = io.BytesIO()
    Image.fromarray(np.rot90(255 - upright)).save(side, "PNG")
    expect(pad.get_by_role("button", name="Turn")).to_be_hidden()
    send_file(pad, "upload", side.getvalue(), "side.png", "image/png")
    expect(pad.get_by_role("button", name="Turn")).to_be_visible()
    expect(pad.locator(".digit")).not_to_have_text("7")
    pad.get_by_role("button", name="Turn").click()
    expect_digit(pad, 7)
    for _ in range(4):
        pad.keyboard.press("r")
    expect_digit(pad, 7)
    pad.get_by_role("button", name="Clear").click()
    expect(pad.get_by_role("button", name="Turn")).to_be_hidden()


@pytest.mark.parametrize("size", [28, 280])
def test_a_small_file_is_sent_as_it_is(pad, size):
    file = io.BytesIO()
    picture = Image.fromarray(draw_strokes([[(90, 70), (190, 70), (130, 220)]]))
    picture.resize((size, size)).save(file, "PNG")
    with pad.expect_request(lambda request: "read_photo" in (request.post_data or "")) as request:
        send_file(pad, "upload", file.getvalue(), "small.png", "image/png")
    sent = json.loads(request.value.post_data)["data"]
    assert base64.b64decode(sent) == file.getvalue()
    expect_digit(pad, 7)


@pytest.mark.parametrize("side", [280, 2000])
def test_white_ink_on_nothing_is_read(pad, side):
    ink = draw_strokes([[(90, 70), (190, 70), (130, 220)]])
    canvas = Image.merge("RGBA", [*[Image.new("L", ink.shape, 255)] * 3, Image.fromarray(ink)])
    file = io.BytesIO()
    canvas.resize((side, side)).save(file, "PNG")
    send_file(pad, "upload", file.getvalue(), "canvas.png", "image/png")
    expect_digit(pad, 7)


def test_no_old_answer_stands_beside_a_photo_that_is_being_read(pad, digits, photo):
    draw(pad, digits[1])
    expect_digit(pad, 1)
    pad.route("**/component_server/", lambda route: None)  # hold the question back
    send_file(pad, "upload", photo, "photo.jpg", "image/jpeg")
    expect(pad.locator(".words")).to_have_text("Reading the photo …")
    expect(pad.locator(".digit")).to_have_text("–")
    expect(pad.locator(".bars .top")).to_have_count(0)
    pad.unroute("**/component_server/")  # and let it go
    expect_digit(pad, 4)


def test_what_is_no_picture_is_said_and_the_pad_goes_on(pad, digits):
    draw(pad, digits[1])
    expect_digit(pad, 1)
    send_file(pad, "upload", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.svg", "image/svg+xml")
    expect_blank(pad)  # the answer to no ink must not wipe the message away
    refused = "x.svg is not a picture that this browser can read."
    expect(pad.get_by_role("alert")).to_have_text(refused)
    draw(pad, digits[5])
    expect_digit(pad, 5)
    expect(pad.get_by_role("alert")).to_have_text("")


def abort_photos(route):
    if "read_photo" in route.request.post_data:
        route.abort()
    else:
        route.continue_()


def test_a_photo_that_is_not_answered_is_taken_away_and_that_is_said(pad, digits, photo):
    draw(pad, digits[1])
    expect_digit(pad, 1)
    pad.route("**/component_server/", abort_photos)
    send_file(pad, "upload", photo, "photo.jpg", "image/jpeg")
    expect_blank(pad)
    expect(pad.locator(".photo")).to_be_hidden()
    expect(pad.get_by_role("alert")).to_have_text("No answer from the server. Try again.")
    pad.get_by_role("button", name="Clear").click()
    expect(pad.get_by_role("alert")).to_have_text("")


def test_undo_and_clear_take_a_photo_away(pad, photo):
    for name in ("Undo", "Clear"):
        send_file(pad, "upload", photo, "photo.jpg", "image/jpeg")
        expect_digit(pad, 4)
        pad.get_by_role("button", name=name).click()
        expect_blank(pad)
        expect(pad.locator(".photo")).to_be_hidden()


def test_a_correction_is_kept_only_where_the_page_says_so(page, serve, app_url, digits, tmp_path):
    expect(opened(page, app_url).locator(".correct")).to_have_count(0)
    collection = Collection(tmp_path / "kept.jsonl")
    pad = opened(page, serve(collection))
    expect(pad.locator("#keeping")).to_contain_text("kept on this server")
    button = pad.get_by_role("button", name="It was: 4")
    expect(button).to_be_disabled()
    draw(pad, digits[9])
    button.click()
    expect(pad.locator(".kept")).to_have_text("Kept as a 4.")
    expect(button).to_be_disabled()
    (kept,) = collection
    assert (kept.label, len(kept.strokes)) == (4, len(digits[9]))
    assert [len(part) for part in kept.times] == [len(stroke) for stroke in kept.strokes]
    assert (np.diff(np.concatenate(kept.times)) >= 0).all()
    pad.get_by_role("button", name="Clear").click()
    expect(pad.locator(".kept")).to_have_text("")
    expect(button).to_be_disabled()


def test_a_tap_leaves_a_photo_where_it_is_and_a_stroke_takes_its_place(pad, digits):
    pad.locator(".file").set_input_files(Path(__file__).parent.parent / "images/digit_on_paper.jpg")
    expect_digit(pad, 4)
    box = pad.locator(".paper").bounding_box()
    pad.mouse.move(box["x"] + 100, box["y"] + 100)
    pad.mouse.down()
    pad.mouse.move(box["x"] + 103, box["y"] + 101)
    pad.mouse.up()
    pad.wait_for_timeout(1_000)
    expect(pad.locator(".photo")).to_be_visible()
    expect(pad.locator(".paper path")).to_have_count(0)
    expect_digit(pad, 4)
    draw(pad, digits[7])
    expect(pad.locator(".photo")).to_be_hidden()
    expect_digit(pad, 7)


def test_a_sample_is_written_by_key_or_tap_and_read(pad):
    button = pad.get_by_role("button", name="Sample")
    seen = set()
    for _ in range(4):
        button.focus()
        pad.keyboard.press("Enter")
        expect(pad.locator(".words")).to_contain_text("This looks like")
        seen.add(pad.locator(".paper path").first.get_attribute("d"))
        pad.get_by_role("button", name="Clear").click()
        expect_blank(pad)
    assert len(seen) == 4


def test_of_too_much_ink_the_beginning_is_read_and_that_is_said(pad, digits):
    draw(pad, digits[4])
    expect_digit(pad, 4)
    dots = [np.array([(10 + 2.5 * n, 270)]) for n in range(100)]
    draw(pad, dots)
    expect(pad.locator(".confidence")).to_have_text(
        "Only your first 100 strokes are read. Clear for a new digit."
    )
    expect(pad.get_by_role("alert")).to_have_text("")
    pad.get_by_role("button", name="Clear").click()
    expect_blank(pad)


def test_the_page_says_what_comes_while_the_rest_is_on_its_way(page, app_url):
    waiting = []
    page.route("**/assets/*.js", lambda route: waiting.append(route))
    page.goto(app_url, wait_until="commit")
    splash = page.locator(".splash")
    expect(splash).to_contain_text("The drawing pad is on its way")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    for route in waiting:
        route.continue_()
    page.unroute("**/assets/*.js")
    expect(page.locator(".paper")).to_be_visible()
    expect(splash).to_be_hidden()


def test_a_drawing_is_kept_once_and_can_be_taken_back(page, serve, digits, tmp_path):
    collection = Collection(tmp_path / "kept.jsonl")
    pad = opened(page, serve(collection))
    said, back = pad.locator(".kept"), pad.get_by_role("button", name="Take it back")
    draw(pad, digits[3])
    pad.get_by_role("button", name="It was: 8").click()
    expect(said).to_have_text("Kept as an 8.")
    draw(pad, [np.array([(20, 20), (24, 20)])])  # more ink on the same drawing
    pad.get_by_role("button", name="It was: 3").click()
    expect(said).to_have_text("Kept as a 3.")
    assert [kept.label for kept in collection] == [3]
    pad.get_by_role("button", name="Clear").click()
    expect(back).to_be_hidden()
    pad.get_by_role("button", name="Undo").click()
    expect(back).to_be_visible()
    pad.reload()
    expect(pad.locator(".pad")).to_have_attribute("data-verdict", re.compile("digit|unsure"))
    pad.get_by_role("button", name="It was not a digit").click()
    expect(said).to_have_text("Kept as no digit.")
    assert [kept.label for kept in collection] == [None]
    back.click()
    expect(said).to_have_text("No longer kept.")
    expect(back).to_be_hidden()
    assert len(collection) == 0
    expect(pad.get_by_role("button", name="It was: 3")).to_be_enabled()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_texts_and_the_ink_can_be_read_in_light_and_dark(page, app_url, digits, theme):
    pad = opened(page, f"{app_url}?__theme={theme}")
    draw(pad, digits[6])
    expect_digit(pad, 6)
    contrasts = pad.locator(".pad").evaluate(CONTRASTS)
    assert len(contrasts) > 20
    assert [each for each in contrasts if each[1] < LEAST_CONTRAST] == []
    paper, ink = pad.evaluate(
        """() => [getComputedStyle(document.querySelector(".paper")).backgroundColor,
                  getComputedStyle(document.querySelector(".paper path")).stroke]"""
    )
    is_dark = [sum(map(int, colour[4:-1].split(","))) < 384 for colour in (paper, ink)]
    assert is_dark == ([True, False] if theme == "dark" else [False, True])


def test_the_page_says_that_an_answer_is_missing_and_goes_on(pad, digits):
    pad.route("**/component_server/", lambda route: route.abort())
    draw(pad, digits[4][:1])
    expect(pad.get_by_role("alert")).to_contain_text("No answer from the server")
    assert float(opacity_of_answer(pad)) < 0.5
    pad.unroute("**/component_server/")
    draw(pad, digits[4][1:] or digits[4])
    expect(pad.get_by_role("alert")).to_have_text("")
    expect_digit(pad, 4)
    assert opacity_of_answer(pad) == "1"


def opacity_of_answer(pad):
    return pad.locator(".answer").evaluate("answer => getComputedStyle(answer).opacity")


def test_an_old_answer_fades_and_the_server_is_asked_again_when_it_is_back(pad, digits):
    draw(pad, digits[6])
    expect_digit(pad, 6)
    pad.route("**/component_server/", lambda route: route.abort())
    pad.get_by_role("button", name="Clear").click()
    expect(pad.get_by_role("alert")).to_contain_text("No answer from the server")
    assert float(opacity_of_answer(pad)) < 0.5
    pad.unroute("**/component_server/")
    expect_blank(pad)
    expect(pad.get_by_role("alert")).to_have_text("")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360), (1920, 1080)])
def test_paper_answer_and_bars_are_in_one_view(pad, width, height):
    pad.set_viewport_size({"width": width, "height": height})
    for place in (".paper", ".clear", ".words", ".seen", ".bars li:last-child"):
        box = pad.locator(place).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, place
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, place


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_of_ours(page, app_url, digits, npm, theme):
    pad = opened(page, f"{app_url}?__theme={theme}")
    draw(pad, digits[6])
    expect_digit(pad, 6)
    pad.evaluate((npm("axe-core@4.14.1") / "axe.min.js").read_text(encoding="utf-8"))
    found = pad.evaluate("axe.run('.pad')")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


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
