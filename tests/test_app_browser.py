"""The app in a browser: drawn on with mouse and finger, shown photos, and what it keeps."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from helpers.contrast import expect_contrast, find_faults
from helpers.drawn import MEMORY, WINDOWS, draw, expect_in_view, open_anew, seen_pixels
from helpers.hands import Hands
from helpers.readers import StrokeCounter
from helpers.strokes import SEVEN, write_clearly
from PIL import Image
from playwright.sync_api import expect

from mnist_helpers import Recognizer, draw_strokes
from mnist_helpers.app import build_app
from mnist_helpers.export import export_html
from mnist_helpers.learning.collection import Collection

PHOTO = Path(__file__).parent.parent / "images" / "digit_on_paper.jpg"  # of a 4
SERVER = "**/component_server/"
NO_ANSWER = "No answer from the server"


@pytest.fixture
def pad(tab, app_url):
    """The app, opened anew."""
    yield open_anew(tab, app_url)
    tab.unroute_all()


def press(pad, name):
    pad.get_by_role("button", name=name).click()


def alert(pad):
    return expect(pad.get_by_role("alert"))


def expect_digit(pad, digit):
    expect(pad.locator(".digit")).to_have_text(str(digit))
    expect(pad.locator(".words")).to_contain_text(str(digit))
    expect(pad.locator(".confidence")).to_contain_text("%")
    expect(pad.locator(".top b")).to_have_text(str(digit))


def expect_blank(pad):
    expect(pad.locator(".words")).to_have_text("Draw a digit")
    expect(pad.locator(".digit")).to_have_text("–")
    expect(pad.locator(".paper path")).to_have_count(0)
    expect(pad.locator(".photo")).to_be_hidden()


# Drawings


@pytest.mark.parametrize(("hand", "width"), [("mouse", 1280), ("touch", 360)])
def test_the_right_digit_appears_before_mouse_or_finger_is_lifted(pad, hand, width):
    pad.set_viewport_size({"width": width, "height": 740})
    assert pad.evaluate("document.documentElement.scrollWidth") <= width
    hands, top = Hands(pad, pad.locator(".paper")), pad.locator(".paper").bounding_box()["y"]
    for digit in (2, 4, 7):
        *first, last = write_clearly(digit)
        hands.draw(hand, first)
        hands.act(f"{hand} down", *last)
        expect_digit(pad, digit)
        hands.act(f"{hand} up")
        assert pad.locator(".paper").bounding_box()["y"] == top  # the page has not scrolled
        press(pad, "Clear")
        expect_blank(pad)
    assert not seen_pixels(pad).any()


def test_a_screen_reader_hears_the_answer_once_a_stroke(pad):
    pad.locator(".said").evaluate_all("look.listen")
    draw(pad, write_clearly(8))
    expect(pad.locator(".said")).to_have_text("This looks like an 8")
    said = pad.evaluate("look.told")
    assert said[-1] == "This looks like an 8"
    assert len(said) <= len(write_clearly(8))
    assert pad.locator(".answer").aria_snapshot().count("This looks like an 8") == 1


def test_a_sample_is_written_by_key_and_read(pad):
    seen = set()
    for _ in range(2):
        pad.get_by_role("button", name="Sample").focus()
        pad.keyboard.press("Enter")
        # Any digit is written in any style, so now and then it is read with doubt.
        expect(pad.locator(".words")).not_to_have_text("Draw a digit")
        seen.add(pad.locator(".paper path").first.get_attribute("d"))
        press(pad, "Clear")
        expect_blank(pad)
    assert len(seen) == 2


def test_of_too_much_ink_the_beginning_is_read_and_that_is_said(pad):
    dots = [[(10 + 2.5 * n, 270)] for n in range(100)]
    strokes = [np.asarray(each).tolist() for each in [*write_clearly(4), *dots]]
    drawn = [{"points": points, "times": [0] * len(points)} for points in strokes]
    pad.evaluate("pair => sessionStorage.setItem(...pair)", [MEMORY["app"], json.dumps(drawn)])
    pad.reload()
    said = "Only your first 100 strokes are read. Clear for a new digit."
    expect(pad.locator(".confidence")).to_have_text(said)
    alert(pad).to_have_text("")
    press(pad, "Clear")
    expect_blank(pad)


# Photos


def png(picture, side=None):
    file = io.BytesIO()
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    (picture.resize((side, side)) if side else picture).save(file, "PNG")
    return file.getvalue()


INK = draw_strokes(SEVEN)
BLANK = png(np.full((60, 60), 255, np.uint8))
HOLDERS = {"paste": ("ClipboardEvent", "clipboardData"), "drop": ("DragEvent", "dataTransfer")}
HOLDERS["dragover"] = HOLDERS["drop"]


def send(pad, content, name="a.png", kind="image/png", way="upload"):
    """Bring a picture to the page, as a person would; says whether the browser would open it."""
    if way == "upload":
        file = {"name": name, "mimeType": kind, "buffer": content}
        pad.locator(".file").set_input_files([file])
        return None
    data = base64.b64encode(content).decode()
    return pad.evaluate("look.bring", [data, name, kind, way, *HOLDERS[way]])


def release(pad):
    """Let the picture go that `look.holdDecoding` has held, and wait until it is decoded."""
    pad.evaluate("look.release()")
    pad.wait_for_function("look.decoded")
    pad.wait_for_timeout(300)  # for what should not happen now


def test_a_photo_is_read_and_shown_step_by_step_however_it_comes(pad):
    draw(pad, write_clearly(1))
    expect_digit(pad, 1)
    with pad.expect_file_chooser() as chooser:
        press(pad, "Photo")
    chooser.value.set_files(PHOTO)
    expect_digit(pad, 4)
    expect(pad.locator(".paper path")).to_have_count(0)
    expect(pad.locator(".photo")).to_be_visible()
    expect(pad.locator(".steps b").last).to_have_text("28 × 28")
    assert all(len(line) > 25 for line in pad.locator(".steps li").all_text_contents())
    sizes = pad.locator(".steps img").evaluate_all("all => all.map(image => image.naturalWidth)")
    assert len(sizes) == 5 and min(sizes) > 100
    draw(pad, write_clearly(8))  # the ink takes the place of the photo
    expect_digit(pad, 8)
    expect(pad.locator(".photo")).to_be_hidden()
    expect(pad.locator(".steps li")).to_have_count(0)
    send(pad, png(255 - INK), way="paste")
    expect_digit(pad, 7)


def test_a_dropped_photo_is_announced_before_it_is_read_and_no_old_answer_stands_beside_it(pad):
    draw(pad, write_clearly(1))
    expect_digit(pad, 1)
    pad.evaluate("look.holdDecoding()")
    assert not send(pad, png(255 - INK), way="dragover")
    expect(pad.locator(".drop-sign")).to_be_visible()
    assert not send(pad, png(255 - INK), way="drop")
    expect(pad.locator(".drop-sign")).to_be_hidden()
    expect(pad.locator(".words")).to_have_text("Reading the photo …")
    expect(pad.locator(".digit")).to_be_hidden()
    expect(pad.locator(".bars .top")).to_have_count(0)
    release(pad)
    expect_digit(pad, 7)


@pytest.mark.parametrize(
    ("first", "is_drawn"), [(BLANK, False), (b"no picture", False), (png(255 - INK), True)]
)
def test_what_came_last_stays_however_late_a_photo_is_decoded(pad, first, is_drawn):
    pad.evaluate("look.holdDecoding()")
    send(pad, first)
    pad.wait_for_function("!!look.release")
    if is_drawn:
        draw(pad, write_clearly(8))
    else:
        send(pad, png(255 - INK))
        expect_digit(pad, 7)
    release(pad)
    expect_digit(pad, 8 if is_drawn else 7)
    expect(pad.locator(".photo")).to_be_visible(visible=not is_drawn)
    alert(pad).to_have_text("")


@pytest.mark.parametrize("name", ["write_sample", "look_inside"])
def test_what_came_last_stays_however_late_a_sample_or_the_inside_comes(pad, name):
    held = []

    def hold(route):
        held.append(route) if name in route.request.post_data else route.continue_()

    pad.route(SERVER, hold)
    for go_on, expect_last in [
        (lambda: draw(pad, write_clearly(8)), lambda: expect_digit(pad, 8)),
        (lambda: press(pad, "Clear"), lambda: expect_blank(pad)),
        (lambda: press(pad, "Clear"), lambda: expect_blank(pad)),  # it was empty before
        (lambda: send(pad, png(255 - INK)), lambda: expect(pad.locator(".photo")).to_be_visible()),
    ]:
        with pad.expect_request(SERVER):
            press(pad, "Sample" if name == "write_sample" else "Look inside")
        go_on()
        expect_last()
        with pad.expect_response(lambda each: name in each.request.post_data):
            held.pop().continue_()
        pad.wait_for_timeout(300)  # for what should not happen now
        expect_last()
        expect(pad.locator(".within")).to_be_hidden()


def test_a_photo_on_its_side_can_be_turned(pad):
    pad.set_viewport_size({"width": 360, "height": 740})
    expect(pad.get_by_role("button", name="Turn")).to_be_hidden()
    top = pad.locator(".paper").bounding_box()["y"]
    send(pad, png(np.rot90(255 - INK)))
    press(pad, "Turn")
    expect_digit(pad, 7)
    pad.keyboard.press("Control+r")  # a browser with a window loads the page again
    expect_digit(pad, 7)
    for key in "rRr":
        pad.keyboard.press(key)
    Hands(pad, pad.locator(".paper")).hold("r")
    expect_digit(pad, 7)
    expect(pad.get_by_role("button", name="Look inside")).to_be_hidden()  # it shows drawings only
    assert pad.locator(".paper").bounding_box()["y"] == top
    pad.route(SERVER, lambda route: route.abort())  # what follows needs no answer
    press(pad, "Clear")
    expect(pad.locator(".steps li")).to_have_count(0)
    expect(pad.get_by_role("button", name="Turn")).to_be_hidden()
    expect(pad.get_by_role("button", name="Look inside")).to_be_visible()


def test_a_small_file_is_sent_as_it_is_a_large_one_small_and_white_ink_on_nothing_is_read(pad):
    canvas = Image.merge("RGBA", [*[Image.new("L", INK.shape, 255)] * 3, Image.fromarray(INK)])
    for file, side in [
        (png(INK, 28), 28),
        (png(INK), 280),
        (png(255 - INK, 2500), 1600),
        (png(canvas), 280),
        (png(canvas, 2000), 1600),
    ]:
        with pad.expect_request(lambda each: "read_photo" in (each.post_data or "")) as request:
            send(pad, file)
        sent = base64.b64decode(json.loads(request.value.post_data)["data"])
        assert Image.open(io.BytesIO(sent)).size == (side, side)
        assert (sent == file) == (side < 1600)
        expect_digit(pad, 7)
        press(pad, "Clear")
        expect_blank(pad)


@pytest.mark.parametrize(
    ("name", "kind", "refused"),
    [
        (f"{'x' * 99}.svg", "image/svg+xml", "x.svg holds lines, not pixels. Save it as PNG"),
        ("IMG_1.HEIC", "", "Save it as JPEG, or take a screenshot"),
    ],
)
def test_a_file_that_no_browser_here_reads_is_refused_with_a_way_out(pad, name, kind, refused):
    pad.set_viewport_size({"width": 360, "height": 740})
    draw(pad, [*write_clearly(1), [(20, 20), (24, 20)]])
    press(pad, "Undo")
    press(pad, "Erase")
    expect_digit(pad, 1)
    send(pad, b"<svg xmlns='http://www.w3.org/2000/svg'/>", name, kind, way="drop")
    alert(pad).to_contain_text(refused)
    expect_digit(pad, 1)  # the answer to the ink must not wipe the message away
    alert(pad).to_contain_text(refused)
    assert pad.locator(".error").evaluate("each => each.scrollWidth <= each.clientWidth")
    strokes = expect(pad.locator(".paper path"))
    strokes.to_have_count(len(write_clearly(1)))
    expect(pad.get_by_role("button", name="Erase")).to_have_attribute("aria-pressed", "true")
    press(pad, "Redo")  # the file has changed nothing
    strokes.to_have_count(len(write_clearly(1)) + 1)
    alert(pad).to_have_text("")


# A server that does not answer


def test_a_photo_that_is_not_answered_is_taken_away_and_that_is_said(pad):
    pad.route(SERVER, lambda route: route.abort())
    send(pad, BLANK)
    expect(pad.locator(".pad")).to_have_attribute("data-old", "")  # the ink is not answered either
    alert(pad).to_contain_text(f"{NO_ANSWER}. Try again.")
    pad.unroute_all()
    expect_blank(pad)
    alert(pad).to_contain_text(f"{NO_ANSWER}. Try again.")
    press(pad, "Clear")
    alert(pad).to_have_text("")
    pad.route(SERVER, lambda route: route.abort())
    press(pad, "Sample")
    alert(pad).to_contain_text(f"{NO_ANSWER}. Try again.")


def test_an_old_answer_fades_and_the_server_is_asked_again_when_it_is_back(pad):
    seen = expect(pad.locator("figure"))
    draw(pad, write_clearly(6))
    expect_digit(pad, 6)
    for go_on, wanted, says in [
        (lambda: press(pad, "Clear"), expect_blank, "It is asked again"),
        (lambda: draw(pad, write_clearly(4)), lambda pad: expect_digit(pad, 4), "Your drawing"),
    ]:
        pad.route(SERVER, lambda route: route.abort())
        go_on()
        alert(pad).to_contain_text(f"{NO_ANSWER}. {says}")
        seen.to_have_css("opacity", re.compile(r"0\.[1-4]"))
        pad.unroute_all()
        wanted(pad)
        alert(pad).to_have_text("")
        seen.to_have_css("opacity", "1")


# What it keeps


def test_behind_the_password_a_drawing_is_kept_once_and_can_be_taken_back(tab, serve, tmp_path):
    collection = Collection(tmp_path / "kept.jsonl")
    url = serve(collection, auth=("digits", "open sesame"))
    tab.goto(url)
    tab.locator("input").first.fill("digits")
    tab.locator("input[type=password]").fill("open sesame")
    press(tab, "Login")
    expect(tab.locator(".paper")).to_be_visible()
    pad = open_anew(tab, url)
    said, back = pad.locator(".kept"), pad.get_by_role("button", name="Take it back")
    four = pad.get_by_role("button", name="It was: 4")
    expect(pad.locator("#keeping")).to_contain_text("kept on this server")
    expect(four).to_be_disabled()
    draw(pad, write_clearly(3))
    for label, words in (8, "an 8"), (5, "a 5"):
        press(pad, f"It was: {label}")
        expect(said).to_have_text(f"Kept as {words}.")
        expect(pad.get_by_role("button", name=f"It was: {label}")).to_be_focused()
    draw(pad, [[(20, 20), (24, 20)]])  # more ink on the same drawing
    press(pad, "It was: 3")
    expect(said).to_have_text("Kept as a 3.")
    (kept,) = collection
    assert (kept.label, len(kept.strokes)) == (3, len(write_clearly(3)) + 1)
    assert [len(part) for part in kept.times] == [len(stroke) for stroke in kept.strokes]
    pad.route(SERVER, lambda route: route.abort())  # what follows needs no answer
    press(pad, "Clear")
    expect(back).to_be_hidden()
    expect(four).to_be_disabled()
    pad.unroute_all()
    draw(pad, write_clearly(4))
    four.click()
    expect(said).to_have_text("Kept as a 4.")
    for _ in range(len(write_clearly(4)) + 1):
        press(pad, "Undo")
    expect(back).to_be_visible()
    pad.reload()
    expect(pad.locator(".pad")).to_have_attribute(
        "data-verdict", re.compile(r"\b(no )?digit|unsure")
    )
    draw(pad, [[(20, 30), (24, 30)]])
    pad.route(SERVER, lambda route: (route.fetch(), route.abort()))  # its answer gets lost
    press(pad, "It was not a digit")
    expect(said).to_contain_text(f"{NO_ANSWER}. Try again.")
    pad.unroute_all()
    press(pad, "It was not a digit")
    expect(said).to_have_text("Kept as no digit.")
    _, kept = collection
    times = np.concatenate(kept.times)
    assert (kept.label, times[0]) == (None, 0) and (np.diff(times) >= 0).all()
    back.click()
    expect(said).to_have_text("No longer kept.")
    expect(back).to_be_hidden()
    expect(pad.locator(".paper")).to_be_focused()
    assert len(collection) == 1
    expect(four).to_be_enabled()


def test_an_app_without_a_collection_asks_for_no_label_and_looks_inside_its_network(pad, tmp_path):
    expect(pad.locator(".correct")).to_have_count(0)
    draw(pad, write_clearly(7))
    expect_digit(pad, 7)
    look = pad.get_by_role("button", name="Look inside")
    look.click()
    inner = pad.frame_locator(".within iframe")
    expect(inner.locator(".words")).to_have_text("This looks like a 7")
    expect(inner.get_by_role("slider", name="first convolution")).to_be_visible()
    with pad.expect_download() as download:
        pad.get_by_role("link", name="Take it with you").click()
    whole = export_html(Recognizer.load(), tmp_path / "page.html").read_bytes()
    assert Path(download.value.path()).read_bytes() == whole
    send(pad, png(255 - INK), way="drop")  # not behind what is open
    inner.locator(".paper").press("Escape")  # closes what is open, and clears nothing
    expect(pad.locator(".within")).to_be_hidden()
    expect(look).to_be_focused()
    press(pad, "Use via API")
    expect(pad.get_by_role("dialog", name="Use via API")).to_be_visible()
    send(pad, png(255 - INK), way="paste")
    pad.keyboard.press("Escape")
    expect(pad.locator(".paper path")).to_have_count(len(write_clearly(7)))


def test_where_a_network_cannot_become_a_page_the_button_is_not_there():
    for reader, has_inside in ((StrokeCounter(), False), (Recognizer.load(), True)):
        (pad,) = [
            each for each in build_app(reader).blocks.values() if each.get_block_name() == "html"
        ]
        assert pad.props["inside"] is has_inside


# How it looks


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark_and_axe_finds_nothing(tab, app_url, npm, theme):
    pad = open_anew(tab, f"{app_url}?__theme={theme}")
    expect(pad.locator(".pad")).to_have_attribute("lang", "en")
    expect(pad.locator(".at-all .fill")).to_have_css("print-color-adjust", "exact")
    draw(pad, write_clearly(6))
    expect_digit(pad, 6)
    expect_contrast(pad.locator("body"), texts=20)
    assert pad.locator("footer").inner_text().strip() == "Use via API"
    paper, ink = pad.evaluate(
        """() => [getComputedStyle(document.querySelector(".paper")).backgroundColor,
                  getComputedStyle(document.querySelector(".paper path")).stroke]"""
    )
    is_dark = [sum(map(int, colour[4:-1].split(","))) < 384 for colour in (paper, ink)]
    assert is_dark == ([True, False] if theme == "dark" else [False, True])
    assert find_faults(tab, npm, "'.pad'") == []
    tab.emulate_media(forced_colors="active", color_scheme=theme)
    assert find_faults(tab, npm, "'.pad'") == []
    press(pad, "Look inside")
    inner = pad.frame_locator(".within iframe")
    expect(inner.get_by_role("slider", name="first convolution")).to_be_visible()
    (page,) = [frame for frame in tab.frames if frame.parent_frame]
    assert find_faults(page, npm) == []
    tab.emulate_media(forced_colors="none", color_scheme="light")


def test_paper_answer_and_bars_are_in_one_view(pad):
    for size in WINDOWS:
        expect_in_view(pad, (".paper", ".buttons button", ".verdict", ".seen", ".shares"), *size)


def test_it_says_what_comes_while_it_is_on_its_way_and_needs_nothing_from_outside(page, app_url):
    waiting, asked, failed = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.route("**/assets/*.js", lambda route: waiting.append(route))
    page.goto(app_url, wait_until="commit")
    splash = page.locator(".splash")
    expect(splash).to_contain_text("The drawing pad is on its way")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    for route in waiting:
        route.continue_()
    page.unroute_all()
    expect(page.locator(".paper")).to_be_visible()
    expect(splash).to_be_hidden()
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((app_url, "data:", "blob:"))] == []
    assert failed == []
