"""What the drawing pad looks like: in every width, in few colors, and inside the network."""

from collections.abc import Iterator

import numpy as np
import pytest
from helpers.notebook_pad import (
    button,
    cleared,
    draw_with_mouse,
    expect_digit,
    on_paper,
    pad_of_cell,
    press,
)
from helpers.strokes import write_clearly, write_half_a_digit
from helpers.two_pads import USUAL, box, look_inside, shown_colors
from live_notebook import PATIENCE
from playwright.sync_api import Locator, Page, expect

from mnist_helpers import Recognizer

expect.set_options(timeout=PATIENCE)


# In every width


@pytest.fixture
def resize(lab: Page) -> Iterator:
    """Give the window another size while the test runs; zoom has the same effect."""
    yield lambda width, height: lab.set_viewport_size({"width": width, "height": height})
    lab.set_viewport_size(USUAL)


@pytest.fixture
def no_files(lab: Page) -> Iterator[None]:
    """Close the file browser while the test runs."""
    tab = lab.locator(".jp-SideBar [data-id=filebrowser]")
    tab.click()
    expect(lab.locator(".jp-FileBrowser")).to_be_hidden()
    yield
    tab.click()
    expect(lab.locator(".jp-FileBrowser")).to_be_visible()


def cut_off(pad: Locator) -> list[str]:
    """The parts of a pad that reach beyond the right edge of the notebook's output."""
    return pad.evaluate("""pad => {
        const edge = pad.closest('.jp-OutputArea-output').getBoundingClientRect().right;
        return [...pad.querySelectorAll('*')].filter(part => part.checkVisibility() &&
            part.getBoundingClientRect().right > edge + 1).map(part => part.outerHTML);
    }""")


@pytest.mark.parametrize("number", [0, 1], ids=["one network", "two networks"])
@pytest.mark.parametrize("size", [(640, 450), (360, 740), (320, 640)], ids=str)
def test_nothing_is_cut_off_in_a_narrow_window(lab: Page, no_files, resize, size, number: int):
    resize(*size)
    pad = cleared(pad_of_cell(lab, number))
    pad.locator("canvas").evaluate("each => each.scrollIntoView({block: 'center'})")
    draw_with_mouse(lab, pad, write_clearly(3))
    expect_digit(pad, 3)
    assert cut_off(pad) == []
    paper, bars = pad.locator("canvas"), pad.locator(".digit-pad-bars").first
    left, top, right, _ = box(paper)
    assert right - left > 180
    is_beside = box(bars)[0] >= right and box(bars)[1] < box(paper)[3]
    is_above = box(bars)[3] <= top
    assert is_beside or is_above


@pytest.mark.parametrize("number", [0, 1], ids=["one network", "two networks"])
def test_the_answer_stands_beside_the_paper_with_the_file_browser_open(lab, resize, number: int):
    resize(1024, 768)
    assert lab.locator(".jp-FileBrowser").is_visible()
    pad = cleared(pad_of_cell(lab, number))
    assert cut_off(pad) == []
    for answer in pad.locator(".digit-pad-answer").all():
        assert box(answer)[0] > box(pad.locator("canvas"))[2]
    assert box(pad.locator(".digit-pad-answer").first)[1] < box(pad.locator("canvas"))[3]


def test_a_phone_shows_answer_bars_and_paper_in_one_view(lab: Page, no_files, resize):
    resize(360, 740)
    pad = cleared(pad_of_cell(lab, 0))
    parts = [".digit-pad-answer", ".digit-pad-bars", "canvas"]
    tops = [box(pad.locator(part))[1] for part in parts]
    assert tops == sorted(tops)
    assert box(pad.locator("canvas"))[3] - tops[0] < 640  # what JupyterLab leaves of 740


def test_a_projector_shows_it_half_as_large_again(lab: Page, resize):
    def sizes() -> tuple[float, float]:
        pad = cleared(pad_of_cell(lab, 0))
        left, _, right, _ = box(pad.locator("canvas"))
        text = pad.locator(".digit-pad-bars span").last
        return right - left, text.evaluate("text => parseFloat(getComputedStyle(text).fontSize)")

    usual = sizes()
    resize(1920, 1080)
    np.testing.assert_allclose(np.divide(sizes(), usual), 1.5)
    pad = pad_of_cell(lab, 0)
    draw_with_mouse(lab, pad, write_clearly(8))
    expect_digit(pad, 8)
    assert cut_off(pad) == []
    with look_inside(pad):
        heading = pad.locator(".digit-pad-inside h4").first
        assert heading.evaluate("each => getComputedStyle(each).fontSize") == "21px"


# Colors


@pytest.fixture
def few_colors(lab: Page) -> Iterator:
    """Impose the few colors of a system, 'light' or 'dark', while the test runs."""
    yield lambda scheme: lab.emulate_media(forced_colors="active", color_scheme=scheme)
    lab.emulate_media(forced_colors="none", color_scheme="light")


def test_few_colors_are_enough(lab: Page, pad: Locator, few_colors):
    draw_with_mouse(lab, pad, write_clearly(7))
    expect_digit(pad, 7)
    for scheme in ("light", "dark"):
        few_colors(scheme)
        paper = shown_colors(pad.locator("canvas"))
        assert paper.max() - paper.min() > 200  # ink on paper, also where the page is black
        edge = shown_colors(pad.locator(".digit-pad-sheet"))[100, :3]
        page = 255 if scheme == "light" else 0
        assert np.abs(edge - page).max() > 100
        bars = pad.locator(".digit-pad-bars > div")
        full, empty = (shown_colors(bars.nth(digit).locator("> i")) for digit in (7, 1))
        middle = full.shape[0] // 2, full.shape[1] // 2
        assert np.abs(full[middle] - empty[middle]).max() > 50
        assert np.abs(empty[0, middle[1]] - empty[middle]).max() > 100  # the bar's edge
        for name in ("Undo", "Inside the network", "That was a 3"):
            assert button(pad, name).evaluate("each => getComputedStyle(each).borderWidth") == "1px"
        widths = pad.locator("input").evaluate_all(
            "inputs => inputs.map(each => parseFloat(getComputedStyle(each).borderWidth))"
        )
        assert len(widths) == 3 and min(widths) >= 1


def test_a_doubt_has_the_color_of_doubt(lab: Page, pad: Locator):
    """As in the app and on the page: blue if it is sure, and amber if it is not."""

    best = pad.locator(".best i i")
    draw_with_mouse(lab, pad, write_clearly(7))
    expect(pad.locator(".digit-pad-answer b")).to_have_text("This looks like a 7")
    expect(best).to_have_css("background-color", "rgb(0, 114, 178)")
    press(pad, "Clear")
    draw_with_mouse(lab, pad, write_half_a_digit())
    expect(pad.locator(".digit-pad-answer b")).to_contain_text("Not sure")
    expect(best).to_have_css("background-color", "rgb(230, 159, 0)")
    assert pad.locator(".digit-pad-digit").inner_text().endswith("?")


# Inside


def test_the_ten_sums_are_those_of_the_network(lab: Page, pad: Locator):
    strokes = write_clearly(2)
    draw_with_mouse(lab, pad, strokes)
    expect_digit(pad, 2)
    recognizer = Recognizer.load()
    image = recognizer.recognize_strokes(on_paper(pad, strokes)).image
    logits = recognizer.logits(image[np.newaxis])[0]
    with look_inside(pad):
        rows = pad.locator(".digit-pad-sums tbody tr")
        expect(rows).to_have_count(10)
        shown = [row.locator("td").nth(1).inner_text().replace("−", "-") for row in rows.all()]
        np.testing.assert_allclose(np.array(shown, float), logits, atol=0.051)
        widths = rows.locator("i").evaluate_all("all => all.map(each => each.offsetWidth)")
        np.testing.assert_allclose(
            np.array(widths) / max(widths), np.abs(logits) / max(abs(logits)), atol=0.02
        )
        expect(pad.locator(".digit-pad-sums .best th")).to_have_text("2")


@pytest.mark.parametrize("size", [(1280, 900), (1920, 1080)], ids=str)
def test_two_networks_stand_side_by_side(lab: Page, resize, size):
    resize(*size)
    two = cleared(pad_of_cell(lab, 1))
    draw_with_mouse(lab, two, write_clearly(5))
    expect(two.locator(".digit-pad-status")).to_contain_text("This looks like a 5")
    with look_inside(two):
        expect(two.locator(".digit-pad-sums")).to_have_count(2)
        for part in ("h4", ".digit-pad-sums"):
            places = two.locator(f".digit-pad-inside section:first-child {part}").first
            others = two.locator(f".digit-pad-inside section:last-child {part}").first
            (left, top, _, _), (next_left, next_top, _, _) = box(places), box(others)
            assert abs(next_top - top) < 60 and 0 < next_left - left < 0.5 * size[0]
