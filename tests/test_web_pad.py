"""The pad in JavaScript, in the app and in the page: every story of the table of all pads."""

import re

import numpy as np
import pytest
from helpers.drawn import MEMORY, are_close, draw, drawn_on, open_anew, seen_pixels, widths_of_bars
from helpers.grammar import STORIES, State, ends
from helpers.hands import Hands
from helpers.strokes import write_half_a_digit
from playwright.sync_api import expect
from test_app_browser import INK, png, send

from mnist_helpers.export import export_html

FACES = ("app", "page")
ONE = [[(140, 60), (140, 140), (140, 220)]]


@pytest.fixture(scope="module")
def addresses(app_url, recognizer, tmp_path_factory):
    file = export_html(recognizer, tmp_path_factory.mktemp("page") / "page.html")
    return {"app": app_url, "page": file.as_uri()}


@pytest.fixture
def open_face(tab, addresses):
    """A function that opens a face anew; no error may be raised in it."""
    faults = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    yield lambda face: open_anew(tab, addresses[face])
    assert faults == []


class Visitor(Hands):
    """Hands that can also give a photo."""

    def __init__(self, page):
        super().__init__(page, page.locator(".paper"))

    def press(self, name):
        self._page.get_by_role("button", name=name, exact=True).click()

    def photo(self):
        send(self._page, png(255 - INK))
        expect(self._page.locator(".words")).to_contain_text("This looks like")


def state_of(page):
    """What is on the paper and in its tools, as a State; of each stroke the two ends."""
    lines = page.locator(".paper path").evaluate_all("all => all.map(p => p.getAttribute('d'))")
    numbers = [[float(x) for x in re.findall(r"[\d.]+", line)] for line in lines]
    return State(
        strokes=tuple((tuple(each[:2]), tuple(each[-2:])) for each in numbers),
        erasing=page.locator(".erase").get_attribute("aria-pressed") == "true",
        undo=page.locator(".undo").is_enabled(),
        redo=page.locator(".redo").is_enabled(),
        photo=page.locator(".photo[href]").count() == 1,
    )


@pytest.mark.parametrize(
    ("face", "story"),
    [(face, story) for face in FACES for story in STORIES if face in story.pads],
    ids=str,
)
def test_a_story(open_face, face, story):
    page, wanted = open_face(face), story.after
    visitor = Visitor(page)
    for step in story.steps:
        visitor.act(*step)
    expect(page.locator(".paper path")).to_have_count(len(wanted.strokes))
    if wanted.words:
        expect(page.locator(".words")).to_contain_text(wanted.words)
    if wanted.erasing and not wanted.strokes:
        expect(page.get_by_text("Nothing to erase")).to_be_visible()
    found = state_of(page)
    for one, other in zip(found.strokes, ends(wanted.strokes), strict=True):
        np.testing.assert_allclose(one, other, atol=3)
    assert found._replace(strokes=()) == wanted._replace(strokes=(), words=None)


FOREIGN = ['{"a":1}', "[1, 2]", '[{"points": [[1, 2]]}]', '[{"points":[["x",2]],"times":[0]}]', "x"]


@pytest.mark.parametrize("face", FACES)
def test_a_drawing_outlives_a_reload_and_what_another_page_stored_does_no_harm(
    page, addresses, face
):
    open_anew(page, addresses[face])  # in a tab of its own, where no test before has stored a thing
    for foreign in FOREIGN if face == "page" else FOREIGN[:1]:
        page.evaluate("pair => sessionStorage.setItem(...pair)", [MEMORY[face], foreign])
        page.reload()
        expect(page.locator(".words")).to_have_text("Draw a digit")
    page.locator(".paper").click(button="right")  # draws nothing
    draw(page, ONE)
    expect(page.locator(".words")).to_have_text("This looks like a 1")
    page.reload()
    expect(page.locator(".words")).to_have_text("This looks like a 1")
    expect(page.locator(".paper path")).to_have_count(1)


@pytest.mark.parametrize(("face", "atol"), [("app", 0.02), ("page", 0.06)])
def test_bars_and_picture_are_those_of_the_prediction(open_face, recognizer, face, atol):
    page = open_face(face)
    draw(page, write_half_a_digit())
    prediction = recognizer.recognize_strokes(drawn_on(page, face))
    assert np.sort(prediction.probabilities)[-2] > 0.02  # one full bar would say little
    are_close(lambda: widths_of_bars(page), prediction.probabilities, atol)
    are_close(lambda: seen_pixels(page), prediction.image, atol)


SIZES = [(300, 380), (320, 256), (360, 740), (590, 500), (744, 1133), (1280, 800), (1920, 1080)]


@pytest.mark.parametrize("face", FACES)
def test_nothing_moves_whatever_the_answer_says_and_no_window_is_too_small_to_draw(open_face, face):
    page = open_face(face)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        places = set()
        for words, sure in [
            ("This looks like an 8", ""),
            ("This looks like an 8", "Confidence over 99 %"),
            ("Probably an 8, but it looks unusual", ""),
            ("Not sure: 4 or 9?", ""),
            ("Probably not a digit", ""),
        ]:
            for place, text in ((".words", words), (".confidence", sure)):
                page.locator(place).evaluate("(each, text) => { each.textContent = text; }", text)
            boxes = [page.locator(each).bounding_box() for each in (".paper", ".bars")]
            assert min(box["width"] for box in boxes) > 179, (width, height)
            places.add(tuple(round(box[part]) for box in boxes for part in ("y", "width")))
        assert len(places) == 1, (width, height)
