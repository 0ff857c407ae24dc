"""The pad in JavaScript, in the app and in the page: every story of the table of all pads."""

import io
import re

import numpy as np
import pytest
from helpers.drawn import MEMORY, draw, open_anew
from helpers.grammar import STORIES, State, ends
from helpers.hands import Hands
from helpers.strokes import SEVEN
from PIL import Image
from playwright.sync_api import expect

from mnist_helpers import Recognizer, draw_strokes
from mnist_helpers.export import export_html
from mnist_helpers.learning.collection import Collection

FACES = ("app", "page")
ONE = [[(140, 60), (140, 140), (140, 220)]]


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    return Collection(tmp_path_factory.mktemp("kept") / "kept.jsonl")


@pytest.fixture(scope="module")
def addresses(serve, collection, tmp_path_factory):
    file = export_html(Recognizer.load(), tmp_path_factory.mktemp("page") / "page.html")
    return {"app": serve(collection), "page": file.as_uri()}


@pytest.fixture(scope="module")
def faults(tab):
    """The errors that the tab's pages have raised."""
    faults = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    return faults


@pytest.fixture
def open_face(tab, addresses, faults):
    """A function that opens a face anew; no error may be raised in it."""
    yield lambda face: open_anew(tab, addresses[face])
    assert faults == []


class Visitor(Hands):
    """Hands that can also give a photo or a label."""

    def __init__(self, page):
        press = lambda name: page.get_by_role("button", name=name, exact=True).click()  # noqa: E731
        super().__init__(page, page.locator(".paper"), press)

    def act(self, verb, *arguments):
        page = self._page
        if verb == "photo":
            file = io.BytesIO()
            Image.fromarray(255 - draw_strokes(SEVEN)).save(file, "PNG")
            photo = {"name": "7.png", "mimeType": "image/png", "buffer": file.getvalue()}
            page.locator(".file").set_input_files([photo])
            expect(page.locator(".words")).to_contain_text("This looks like")
        elif verb == "label":
            page.get_by_role("button", name=f"It was: {arguments[0]}").click()
            expect(page.locator(".kept")).to_contain_text("Kept as")
        else:
            super().act(verb, *arguments)


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


# The app takes long to load, and its pad is the page's: it tells its own stories, and these.
IN_THE_APP_TOO = (
    "the pen takes over from a resting palm and removes its stroke",
    "the mouse takes over from the pen of the keys",
    "clear ends erasing, and the pen draws",
)
TOLD = [("page", each) for each in STORIES if "page" in each.faces]
TOLD += [("app", each) for each in STORIES if each.faces[0] == "app" or each.name in IN_THE_APP_TOO]


@pytest.mark.parametrize(
    ("face", "story"), TOLD, ids=[f"{face}: {story.name}" for face, story in TOLD]
)
def test_a_story(open_face, collection, face, story):
    page, before, wanted = open_face(face), len(collection), story.after
    visitor = Visitor(page)
    for step in story.steps:
        visitor.act(*step)
    expect(page.locator(".paper path")).to_have_count(len(wanted.strokes))
    if wanted.words:
        expect(page.locator(".words")).to_contain_text(wanted.words)
    found = state_of(page)
    for one, other in zip(found.strokes, ends(wanted.strokes), strict=True):
        np.testing.assert_allclose(one, other, atol=3)
    same = {"strokes": (), "kept": None, "words": None}
    assert found._replace(**same) == wanted._replace(**same)
    assert wanted.kept in (None, len(collection) - before)


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


@pytest.mark.parametrize("face", FACES)
def test_nothing_moves_whatever_the_answer_says(open_face, face):
    page = open_face(face)
    for width, height in [(360, 740), (768, 1024), (1280, 800), (1920, 1080)]:
        page.set_viewport_size({"width": width, "height": height})
        places = set()
        for words, sure in [
            ("This looks like an 8", ""),
            ("This looks like an 8", "Confidence over 99 %"),
            ("Probably an 8, but it looks unusual", ""),
            ("Not sure: 4 or 9?", ""),
        ]:
            for place, text in ((".words", words), (".confidence", sure)):
                page.locator(place).evaluate("(each, text) => { each.textContent = text; }", text)
            boxes = [page.locator(each).bounding_box() for each in (".paper", ".bars")]
            places.add(tuple(round(box["y"]) for box in boxes))
        assert len(places) == 1, width


def test_an_eraser_on_an_empty_pad_says_why_nothing_happens(open_face):
    page = open_face("page")
    page.get_by_role("button", name="Erase").click()
    expect(page.locator(".hint")).to_be_visible()
    expect(page.locator(".hint")).to_have_text("Nothing to erase")
