"""The drawing pad as a learner meets it: in JupyterLab and Notebook 7, with a real pointer."""

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from live_notebook import PATIENCE, run_all_cells, serve, wait_until
from playwright.sync_api import Browser, Locator, Page, expect

from mnist_helpers import Recognizer
from mnist_helpers.handwriting import write_digit

NOTEBOOK = "pad.ipynb"
CELLS = [
    """
    from mnist_helpers import Collection, DrawingPad, Recognizer

    class Fragile(Recognizer):
        def recognize_strokes(self, strokes):
            if any(stroke.min() < 5 for stroke in strokes):
                raise RuntimeError("too near to the edge")
            return super().recognize_strokes(strokes)

    recognizer = Recognizer.load()
    pad = DrawingPad(Fragile(recognizer.weights), collection=Collection("kept.jsonl"))
    pad
    """,
    "pad",
    """
    other = Recognizer([0.9 * weights for weights in recognizer.weights])
    two = DrawingPad({"the course's": recognizer, "weaker": other})
    two
    """,
]
LEAST_CONTRAST = 4.5  # WCAG 2.2, level AA
CONTRASTS = """pad => {
    // The contrast of every visible text with what lies behind it, both as the browser has them.
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const brightness = colours => {
        canvas.fillStyle = '#fff';
        for (const colour of colours) { canvas.fillRect(0, 0, 1, 1); canvas.fillStyle = colour; }
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(value =>
            value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const texts = document.createTreeWalker(pad, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) {
        const text = texts.currentNode.data.trim(), element = texts.currentNode.parentElement;
        if (!text || element.tagName === 'STYLE' || !element.checkVisibility()) continue;
        const behind = [];
        for (let each = element; each; each = each.parentElement)
            behind.unshift(getComputedStyle(each).backgroundColor);
        const back = brightness(behind);
        const front = brightness([...behind, getComputedStyle(element).color]);
        const [dark, light] = [back, front].sort((a, b) => a - b);
        found.push([text, (light + 0.05) / (dark + 0.05)]);
    }
    return found;
}"""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """The address of a Jupyter server with the notebook of these tests."""
    with serve(home, NOTEBOOK, CELLS) as address:
        yield address


@pytest.fixture(scope="module")
def lab(browser: Browser, site: str) -> Iterator[Page]:
    """The notebook in JupyterLab, after its cells have run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    run_all_cells(page, f"{site}/lab/tree/{NOTEBOOK}?reset")
    yield page
    context.close()


@pytest.fixture
def pad(lab: Page) -> Locator:
    """The first pad, cleared, with the pen in hand."""
    return cleared(pad_of_cell(lab, 0))


def test_reads_the_ten_digits_by_mouse_and_by_finger(lab: Page, pad: Locator):
    recognizer, rng, right = Recognizer.load(), np.random.default_rng(4), 0
    for draw in (draw_with_mouse, draw_with_finger):
        for digit in range(10):
            strokes = thinned(write_digit(digit, rng))
            draw(lab, pad, strokes)
            said = recognizer.recognize_strokes(strokes).digit
            expect_digit(pad, said)
            right += said == digit
            lab.keyboard.press("Escape")
            expect(pad).to_contain_text("Draw a digit")
    assert right >= 19
    wait_until(lambda: dark_pixels(pad) == 0)


def test_the_answer_comes_before_the_button_is_released(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, sample(2), lift=False)
    expect_digit(pad, 2)
    expect(pad.locator(".digit-pad-status")).not_to_contain_text("2")  # told at the stroke's end
    lab.mouse.up()
    expect(pad.locator(".digit-pad-status")).to_contain_text("This looks like a 2")


def test_leaving_the_paper_ends_the_stroke(lab: Page, pad: Locator):
    (stroke,) = on_screen(pad, [np.array([(140, 60), (140, 240), (140, 300), (20, 300), (20, 60)])])
    lab.mouse.move(*stroke[0])
    lab.mouse.down()
    for x, y in stroke[1:]:
        lab.mouse.move(x, y, steps=5)
    lab.mouse.up()
    expect_digit(pad, 1)


def test_undo_redo_erase_and_clear(lab: Page, pad: Locator):
    bar = np.array([(30, 30), (30, 250)])

    def expect_bar(is_there: bool) -> None:
        wait_until(lambda: (screenshot(pad.locator("canvas"))[140, 30] < 64) == is_there)

    draw_with_mouse(lab, pad, [*sample(3), bar])
    expect_bar(True)
    press(pad, "Undo")
    expect_bar(False)
    expect_digit(pad, 3)
    press(pad, "Redo")
    expect_bar(True)
    press(pad, "Erase")
    draw_with_mouse(lab, pad, [np.array([(10, 130), (60, 130)])])
    expect_bar(False)
    expect_digit(pad, 3)
    press(pad, "Erase")
    press(pad, "Clear")
    wait_until(lambda: dark_pixels(pad) == 0)
    for is_there in (False, True):
        press(pad, "Undo")
        wait_until(lambda: dark_pixels(pad) > 0)
        expect_bar(is_there)


def test_a_drawing_is_labelled_shown_and_deleted(lab: Page, pad: Locator, home: Path):
    file = home / "notebooks/kept.jsonl"
    draw_with_mouse(lab, pad, sample(4))
    expect_digit(pad, 4)
    press(pad, "4")
    expect(pad).to_contain_text("Kept as a 4 (1 drawing)")
    expect(pad).to_contain_text("Draw a digit")
    draw_with_mouse(lab, pad, sample(8))
    expect_digit(pad, 8)
    lab.keyboard.press("8")
    expect(pad).to_contain_text("Kept as an 8 (2 drawings)")
    assert len(file.read_text().splitlines()) == 2
    press(pad, "Your drawings")
    expect(pad.locator(".digit-pad-cards b")).to_have_text(["8", "4"])
    button(pad, "Delete").first.focus()
    lab.keyboard.press("Enter")
    expect(pad.locator(".digit-pad-cards b")).to_have_text(["4"])
    press(pad, "Export")
    expect(pad).to_contain_text("Written to kept.npz")
    press(pad, "Your drawings")
    expect(pad.locator(".digit-pad-cards")).to_have_count(0)


def test_everything_without_a_mouse(lab: Page):
    pad = cleared(pad_of_cell(lab, 2))  # with one view: ipywidgets puts the focus into the last one
    button(pad, "Clear").focus()
    lab.keyboard.press("Tab")
    expect(pad.locator("canvas")).to_be_focused()
    for key in ["Home"] * 6 + ["Space"] + ["ArrowRight"] * 12 + ["End"] * 7 + ["ArrowDown"] * 8:
        lab.keyboard.press(key)
    expect(pad.locator(".digit-pad-status")).to_contain_text("The pen is down")
    lab.keyboard.press("Space")
    expect(pad.locator(".digit-pad-status")).to_contain_text("This looks like a 7")
    lab.keyboard.press("Control+z")
    expect(pad).to_contain_text("Draw a digit")
    lab.keyboard.press("Control+y")
    expect_digit(pad, 7)
    for key, name in [("Tab", "Write a"), ("Shift+Tab", None), ("Shift+Tab", "Clear")]:
        lab.keyboard.press(key)
        focused = button(pad, name) if name else pad.locator("canvas")
        expect(focused).to_be_focused()
    assert lab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    pad.get_by_label("Digit to write").focus()
    lab.keyboard.press("ArrowUp")
    expect(pad.get_by_label("Digit to write")).to_have_value("3")
    lab.keyboard.press("Shift+Tab")
    lab.keyboard.press("Enter")
    expect_digit(pad, 3)
    expect(pad.locator(".digit-pad-status")).to_contain_text("3")
    pad.get_by_role("slider").focus()
    ink = dark_pixels(pad)
    lab.keyboard.press("PageUp")
    wait_until(lambda: dark_pixels(pad) > ink)
    lab.keyboard.press("PageDown")


def test_a_fault_shows_and_the_pad_goes_on(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, [np.array([(2, 140), (60, 140)])])
    expect(pad.get_by_role("alert")).to_contain_text("RuntimeError: too near to the edge")
    expect(pad).to_contain_text("No answer")
    press(pad, "Undo")
    draw_with_mouse(lab, pad, sample(0))
    expect_digit(pad, 0)
    expect(pad.get_by_role("alert")).to_have_count(0)


def test_inside_the_network_two_recognizers_see_the_same_drawing(lab: Page):
    two = cleared(pad_of_cell(lab, 2))
    expect(two.locator("img")).to_have_count(0)
    press(two, "Inside the network")
    draw_with_mouse(lab, two, sample(5), lift=False)
    expect(two.locator("img")).to_have_count(4)  # live: 32 and 64 feature maps of each network
    for image in two.locator("img").all():
        assert image.evaluate("image => image.naturalWidth") == 224
    lab.mouse.up()
    expect(two.locator(".best span:first-child")).to_have_text(["5", "5"])
    expect(two.locator("h4").filter(has_text="Why a 5?")).to_have_count(2)
    expect(two.locator(".digit-pad-inside").first).to_contain_text("the probability of a 5")
    press(two, "Inside the network")
    expect(two.locator("img")).to_have_count(0)


def test_the_texts_can_be_read_in_light_and_dark(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, sample(9))
    for name in ("Inside the network", "Erase"):
        press(pad, name)
    expect(pad.locator("img")).to_have_count(2)
    for theme, is_light in [("JupyterLab Dark", False), ("JupyterLab Light", True)]:
        choose(lab, "Settings", "Theme", theme)
        expect(lab.locator("body")).to_have_attribute("data-jp-theme-light", str(is_light).lower())
        contrasts = pad.evaluate(CONTRASTS)
        assert len(contrasts) > 40
        assert [each for each in contrasts if each[1] < LEAST_CONTRAST] == []
        assert (np.median(screenshot(pad.locator("canvas"))) > 128) == is_light
    for name in ("Inside the network", "Erase"):
        press(pad, name)


def test_the_drawing_is_there_again_in_a_second_view_and_after_a_reload(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, sample(3))
    expect_digit(pad, 3)
    ink = dark_pixels(pad)
    assert ink > 1000
    choose(lab, "File", "Save Notebook")
    expect(lab.locator(".lm-DockPanel-tabBar .jp-mod-dirty")).to_have_count(0)
    lab.reload()
    views = [pad, pad_of_cell(lab, 1)]
    for view in views:
        expect_digit(view, 3)
        view.scroll_into_view_if_needed()
        wait_until(lambda view=view: dark_pixels(view) > 0.9 * ink)
    draw_with_mouse(lab, views[1], [np.array([(20, 20), (260, 260)])])  # the new page takes ink too
    for view in views:
        view.scroll_into_view_if_needed()
        wait_until(lambda view=view: dark_pixels(view) > 1.2 * ink)


def test_notebook_7_reads_what_the_mouse_draws(browser: Browser, site: str):
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    run_all_cells(page, f"{site}/notebooks/{NOTEBOOK}")
    pad = cleared(pad_of_cell(page, 0))
    draw_with_mouse(page, pad, sample(6))
    expect_digit(pad, 6)
    page.keyboard.press("Backspace")  # Notebook 7 keeps Ctrl+Z and the bare arrows for itself
    expect(pad).to_contain_text("Draw a digit")
    for key in ["Space"] + ["Control+ArrowDown"] * 10 + ["Space"]:
        page.keyboard.press(key)
    expect_digit(pad, 1)
    context.close()


def sample(digit: int) -> list[np.ndarray]:
    """The first synthetic drawing of a digit of which the recogniser is sure."""
    recognizer = Recognizer.load()
    for seed in range(100):
        strokes = thinned(write_digit(digit, np.random.default_rng(seed)))
        answer = recognizer.recognize_strokes(strokes)
        if answer.digit == digit and answer.confidence > 0.95:
            return strokes
    pytest.fail(f"the recogniser is sure of no {digit}")


def thinned(strokes: list[np.ndarray]) -> list[np.ndarray]:
    """Keep every third point, and the last: fewer moves, so that the tests are quick."""
    return [np.concatenate([stroke[:-1:3], stroke[-1:]]) for stroke in strokes]


def pad_of_cell(page: Page, number: int) -> Locator:
    return page.locator(".jp-CodeCell").nth(number).locator(".digit-pad").first


def cleared(pad: Locator) -> Locator:
    pad.scroll_into_view_if_needed()
    press(pad, "Clear")
    expect(pad).to_contain_text("Draw a digit")
    return pad


def button(pad: Locator, name: str) -> Locator:
    """A button by its name, which may begin with the sign of an icon."""
    return pad.get_by_role("button", name=re.compile(rf"^\W*{name}$"))


def press(pad: Locator, name: str) -> None:
    button(pad, name).click()


def choose(page: Page, menu: str, *names: str) -> None:
    """Choose from JupyterLab's menus."""
    page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
    for name in names:
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).last.click()


def on_screen(pad: Locator, strokes: list[np.ndarray]) -> list[list[list[float]]]:
    """Turn points of the pad into points of the page."""
    paper = pad.locator("canvas").bounding_box()
    return [(stroke + np.array([paper["x"], paper["y"]])).tolist() for stroke in strokes]


def draw_with_mouse(page: Page, pad: Locator, strokes: list[np.ndarray], lift: bool = True) -> None:
    """Draw with the mouse; without `lift` the button of the last stroke stays down."""
    for number, stroke in enumerate(on_screen(pad, strokes), 1):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*point)
        if lift or number < len(strokes):
            page.mouse.up()


def draw_with_finger(page: Page, pad: Locator, strokes: list[np.ndarray]) -> None:
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: list[float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    for stroke in on_screen(pad, strokes):
        touch("touchStart", stroke[0])
        for point in stroke[1:]:
            touch("touchMove", point)
        touch("touchEnd")
    session.detach()


def expect_digit(pad: Locator, digit: int) -> None:
    expect(pad.locator(".best span").first).to_have_text(str(digit))


def dark_pixels(pad: Locator) -> int:
    """Count the shown pixels of ink."""
    return int((screenshot(pad.locator("canvas")) < 64).sum())


def screenshot(element: Locator) -> np.ndarray:
    """What is shown of an element, as uint8 (height, width): 0 for black."""
    return cv2.imdecode(np.frombuffer(element.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
