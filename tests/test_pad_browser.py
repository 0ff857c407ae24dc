"""The drawing pad as a learner meets it: in JupyterLab and Notebook 7, with a real pointer."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.contrast import CONTRASTS, LEAST_CONTRAST
from helpers.notebook_pad import (
    button,
    choose,
    cleared,
    dark_pixels,
    draw_a_one_on_the_page,
    draw_with_finger,
    draw_with_mouse,
    expect_digit,
    on_paper,
    pad_of_cell,
    press,
    screenshot,
)
from helpers.strokes import BAR, write_clearly, write_half_a_digit
from live_notebook import PATIENCE, run_all_cells, serve, wait_until
from playwright.sync_api import Browser, Locator, Page, expect

from mnist_helpers import Recognizer

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
    fragile = Fragile(recognizer.network, recognizer.calibration)
    pad = DrawingPad(fragile, collection=Collection("kept.jsonl"))
    pad
    """,
    "pad",
    """
    from mnist_helpers.network import NumpyCnn

    other = Recognizer(NumpyCnn([0.9 * array for array in recognizer.network.weights]))
    two = DrawingPad({"the course's": recognizer, "weaker": other})
    two
    """,
    """
    from mnist_helpers import show_page

    show_page(recognizer, height=600)
    """,
]

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


@pytest.mark.parametrize("digit, draw", [(4, "mouse"), (7, "mouse"), (8, "finger")])
def test_reads_what_is_drawn_by_mouse_and_by_finger(lab: Page, pad: Locator, digit: int, draw: str):
    {"mouse": draw_with_mouse, "finger": draw_with_finger}[draw](lab, pad, write_clearly(digit))
    expect_digit(pad, digit)
    press(pad, "Clear")
    wait_until(lambda: dark_pixels(pad) == 0)


def test_the_bars_are_as_long_as_the_digits_are_probable(lab: Page):
    two = cleared(pad_of_cell(lab, 2))
    strokes = write_half_a_digit()
    draw_with_mouse(lab, two, strokes)
    expect(two.locator(".digit-pad-status")).not_to_contain_text("Draw a digit")
    recognizer = Recognizer.load()
    prediction = recognizer.recognize_strokes(on_paper(two, strokes))
    first = two.locator("section").first
    expect(first.locator("b").first).to_have_text(prediction.in_words)
    shares = first.evaluate("""section => [...section.querySelectorAll('[role=meter] > i')].map(
        groove => groove.firstChild.getBoundingClientRect().width
            / groove.getBoundingClientRect().width)""")
    assert len(shares) == 10 and sorted(shares)[-2] > 0.1  # two bars that can be told apart
    np.testing.assert_allclose(shares, prediction.probabilities, atol=0.01)
    assert first.locator(".best span").first.inner_text() == str(prediction.digit)


def test_the_bars_fit_into_their_place_and_each_per_cent_into_its_line(lab: Page):
    two = cleared(pad_of_cell(lab, 2))
    draw_with_mouse(lab, two, write_clearly(1))
    expect(two).to_contain_text("over 99\u00a0%")
    for place in two.locator(".digit-pad-bars, .digit-pad-bars > div").all():
        assert place.evaluate("({scrollHeight, clientHeight}) => scrollHeight <= clientHeight")
        assert place.evaluate("({scrollWidth, clientWidth}) => scrollWidth <= clientWidth")


def test_the_small_picture_is_what_the_network_sees(lab: Page, pad: Locator):
    strokes = write_clearly(2)
    draw_with_mouse(lab, pad, strokes)
    expect(pad.locator(".digit-pad-status")).to_contain_text("This looks like a 2")
    image = Recognizer.load().recognize_strokes(on_paper(pad, strokes)).image
    shown = screenshot(pad.locator(".digit-pad-panel figure svg"))
    rows, columns = (((np.arange(28) + 0.5) * side / 28).astype(int) for side in shown.shape)
    np.testing.assert_allclose(shown[np.ix_(rows, columns)] / 255, image, atol=0.02)


def test_undo_redo_erase_and_clear(lab: Page, pad: Locator):
    def expect_bar(is_there: bool) -> None:
        wait_until(lambda: (screenshot(pad.locator("canvas"))[140, 30] < 64) == is_there)

    draw_with_mouse(lab, pad, [*write_clearly(3), BAR])
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
    press(pad, "Clear")
    wait_until(lambda: dark_pixels(pad) == 0)
    for is_there in (False, True):
        press(pad, "Undo")
        wait_until(lambda: dark_pixels(pad) > 0)
        expect_bar(is_there)


def test_a_drawing_is_labelled_shown_and_deleted(lab: Page, pad: Locator, home: Path):
    file = home / "notebooks/kept.jsonl"
    draw_with_mouse(lab, pad, write_clearly(4))
    expect_digit(pad, 4)
    press(pad, "That was a 4")
    expect(pad).to_contain_text("Kept as a 4 (1 drawing)")
    expect(pad).to_contain_text("Draw a digit")
    draw_with_mouse(lab, pad, write_clearly(8))
    expect_digit(pad, 8)
    lab.keyboard.press("8")
    expect(pad).to_contain_text("Kept as an 8 (2 drawings)")
    assert len(file.read_text().splitlines()) == 2
    press(pad, "Your drawings")
    expect(pad.locator(".digit-pad-cards b")).to_have_text(["8", "4"])
    button(pad, "Delete drawing 2, 8").focus()
    lab.keyboard.press("Enter")
    expect(pad.locator(".digit-pad-cards b")).to_have_text(["4"])
    press(pad, "Export")
    expect(pad).to_contain_text("Written to kept.npz")
    press(pad, "Your drawings")
    expect(pad.locator(".digit-pad-cards")).to_be_hidden()


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
    pad.get_by_label("Pen", exact=True).focus()
    ink = dark_pixels(pad)
    lab.keyboard.press("ArrowUp")
    wait_until(lambda: dark_pixels(pad) > ink)
    lab.keyboard.press("ArrowDown")


def test_a_fault_shows_and_the_pad_goes_on(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, [np.array([(2, 140), (60, 140)])])
    expect(pad.get_by_role("alert")).to_contain_text("RuntimeError: too near to the edge")
    expect(pad).to_contain_text("No answer")
    press(pad, "Undo")
    draw_with_mouse(lab, pad, write_clearly(0))
    expect_digit(pad, 0)
    expect(pad.get_by_role("alert")).to_have_count(0)


def test_inside_the_network_two_recognizers_see_the_same_drawing(lab: Page):
    two = cleared(pad_of_cell(lab, 2))
    expect(two.locator("img")).to_have_count(0)
    press(two, "Inside the network")
    draw_with_mouse(lab, two, write_clearly(5), lift=False)
    expect(two.locator("img")).to_have_count(6)  # live: 32, 64 and 64 maps of each network
    for image, width in zip(two.locator("img").all(), [224, 208, 112] * 2, strict=True):
        assert image.evaluate("image => image.naturalWidth") == width
    lab.mouse.up()
    expect(two.locator(".best span:first-child")).to_have_text(["5", "5"])
    expect(two.locator("h4").filter(has_text="Why a 5?")).to_have_count(2)
    expect(two.locator(".digit-pad-inside").first).to_contain_text("the probability of a 5")
    press(two, "Inside the network")
    expect(two.locator("img")).to_have_count(0)


def test_the_texts_can_be_read_in_light_and_dark(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, write_clearly(9))
    for name in ("Inside the network", "Erase"):
        press(pad, name)
    expect(pad.locator("img")).to_have_count(3)
    for theme, is_light in [("JupyterLab Dark", False), ("JupyterLab Light", True)]:
        choose(lab, "Settings", "Theme", theme)
        expect(lab.locator("body")).to_have_attribute("data-jp-theme-light", str(is_light).lower())
        contrasts = pad.evaluate(CONTRASTS)
        assert len(contrasts) > 40
        assert [each for each in contrasts if each[1] < LEAST_CONTRAST] == []
        assert (np.median(screenshot(pad.locator("canvas"))) > 128) == is_light
    for name in ("Inside the network", "Erase"):
        press(pad, name)


def test_the_take_home_page_lives_in_the_notebook(lab: Page):
    draw_a_one_on_the_page(lab)


def test_the_drawing_is_there_again_in_a_second_view_and_after_a_reload(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, write_clearly(3))
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
    draw_with_mouse(page, pad, write_clearly(6))
    expect_digit(pad, 6)
    page.keyboard.press("Backspace")  # Notebook 7 keeps Ctrl+Z and the bare arrows for itself
    expect(pad).to_contain_text("Draw a digit")
    for key in ["Space"] + ["Control+ArrowDown"] * 10 + ["Space"]:
        page.keyboard.press(key)
    expect_digit(pad, 1)
    draw_a_one_on_the_page(page)
    context.close()
