"""What the drawing pad looks like, and what it is called: in every width, in few colors, and while
Python does not answer.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers.notebook_pad import (
    button,
    choose,
    cleared,
    draw_with_mouse,
    expect_digit,
    pad_of_cell,
    press,
)
from helpers.strokes import BAR, on_screen, write_clearly, write_half_a_digit
from live_notebook import PATIENCE, run_all_cells, serve, wait_until
from playwright.sync_api import Browser, Locator, Page, expect

from mnist_helpers import Recognizer

NOTEBOOK = "face.ipynb"
CELLS = [
    """
    from mnist_helpers import Collection, DrawingPad, Recognizer

    recognizer = Recognizer.load()
    DrawingPad(recognizer, collection=Collection("kept.jsonl"))
    """,
    """
    DrawingPad({"the course's": recognizer, "the same": recognizer})
    """,
    "# a cell to work in",
]
USUAL = {"width": 1280, "height": 900}
BUSY = "Python is busy with another cell. Your pen works again when it is done."
STOPPED = "Python has stopped. Run all cells again, and your pen works."

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Jupyter server with the notebook of these tests."""
    with serve(tmp_path_factory.mktemp("jupyter"), NOTEBOOK, CELLS) as address:
        yield address


def opened(browser: Browser, address: str, width: int = USUAL["width"]) -> Page:
    """The notebook in a page of its own, after its cells have run."""
    context = browser.new_context(viewport={**USUAL, "width": width})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    run_all_cells(page, address)
    return page


@pytest.fixture(scope="module")
def lab(browser: Browser, site: str) -> Iterator[Page]:
    """The notebook in JupyterLab."""
    page = opened(browser, f"{site}/lab/tree/{NOTEBOOK}?reset")
    yield page
    page.context.close()


@pytest.fixture
def pad(lab: Page) -> Locator:
    """The first pad, cleared."""
    return cleared(pad_of_cell(lab, 0))


@pytest.fixture
def two(lab: Page) -> Locator:
    """The pad of two networks, cleared."""
    return cleared(pad_of_cell(lab, 1))


def box(place: Locator) -> tuple[float, float, float, float]:
    """Where something is shown: left, top, right and bottom."""
    found = place.bounding_box()
    return (
        found["x"],
        found["y"],
        found["x"] + found["width"],
        found["y"] + found["height"],
    )


def shown_colors(element: Locator) -> np.ndarray:
    """What is shown of an element, as uint8 (height, width, 3): red, green, blue."""
    return cv2.imdecode(np.frombuffer(element.screenshot(), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


# In every width


@pytest.fixture
def resize(lab: Page) -> Iterator:
    """Give the window another size, as long as the test runs; zoom is nothing else."""
    yield lambda width, height: lab.set_viewport_size({"width": width, "height": height})
    lab.set_viewport_size(USUAL)


@pytest.fixture
def no_files(lab: Page) -> Iterator[None]:
    """Close the file browser, as long as the test runs."""
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


# Colors


@pytest.fixture
def few_colors(lab: Page) -> Iterator:
    """Impose the few colors of a system, 'light' or 'dark', as long as the test runs."""
    yield lambda scheme: lab.emulate_media(forced_colors="active", color_scheme=scheme)
    lab.emulate_media(forced_colors="none", color_scheme="light")


def test_few_colors_are_enough(lab: Page, pad: Locator, few_colors):
    draw_with_mouse(lab, pad, write_clearly(7))
    expect_digit(pad, 7)
    for scheme in ("light", "dark"):
        few_colors(scheme)
        paper = shown_colors(pad.locator("canvas")).astype(int)
        assert paper.max() - paper.min() > 200  # ink on paper, also where the page is black
        edge = shown_colors(pad.locator(".digit-pad-sheet"))[100, :3].astype(int)
        page = 255 if scheme == "light" else 0
        assert np.abs(edge - page).max() > 100
        bars = pad.locator(".digit-pad-bars > div")
        full, empty = (shown_colors(bars.nth(digit).locator("> i")).astype(int) for digit in (7, 1))
        middle = full.shape[0] // 2, full.shape[1] // 2
        assert np.abs(full[middle] - empty[middle]).max() > 50
        assert np.abs(empty[0, middle[1]] - empty[middle]).max() > 100  # the bar's edge
        for name in ("Undo", "Inside the network", "That was a 3"):
            assert button(pad, name).evaluate("each => getComputedStyle(each).borderWidth") == "1px"
        widths = pad.locator("input").evaluate_all(
            "inputs => inputs.map(each => parseFloat(getComputedStyle(each).borderWidth))"
        )
        assert len(widths) == 2 and min(widths) >= 1


def test_a_doubt_has_the_color_of_doubt(lab: Page, pad: Locator):
    """As in the app and on the page: blue where it is sure, and amber where it is not."""

    def color() -> str:
        best = pad.locator(".best i i")
        return best.evaluate("each => getComputedStyle(each).backgroundColor")

    draw_with_mouse(lab, pad, write_clearly(7))
    expect(pad.locator(".digit-pad-answer b")).to_have_text("This looks like a 7")
    assert color() == "rgb(0, 114, 178)"
    press(pad, "Clear")
    draw_with_mouse(lab, pad, write_half_a_digit())
    expect(pad.locator(".digit-pad-answer b")).to_contain_text("Not sure")
    assert color() == "rgb(230, 159, 0)"
    assert pad.locator(".digit-pad-digit").inner_text().endswith("?")


@pytest.fixture
def look_inside() -> Iterator:
    """Open the inside of the networks of a pad, as long as the test runs."""
    opened = []

    def look(pad: Locator) -> None:
        press(pad, "Inside the network")
        opened.append(pad)

    yield look
    for pad in opened:
        press(pad, "Inside the network")


# Names


def test_axe_finds_nothing_of_ours(lab: Page, pad: Locator, npm):
    lab.evaluate((npm("axe-core@4.14.1") / "axe.min.js").read_text(encoding="utf-8"))
    draw_with_mouse(lab, pad, write_clearly(6))
    press(pad, "That was a 6")
    expect(pad).to_contain_text("Kept as a 6")
    draw_with_mouse(lab, pad, write_clearly(6))
    for name in ("Inside the network", "Your drawings"):
        press(pad, name)
    expect(pad.locator(".digit-pad-sums")).to_be_visible()
    for summary in pad.locator("summary").all():
        summary.click()
    found = pad.evaluate("pad => axe.run(pad)")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    for name in ("Inside the network", "Your drawings"):
        press(pad, name)


def test_everything_has_a_name_of_its_own(lab: Page, pad: Locator):
    session = lab.context.new_cdp_session(lab)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    (name,) = {each["name"]["value"] for each in nodes if is_role(each, "Canvas")}
    assert name == "Paper for one digit"
    for digit in range(10):
        label = button(pad, f"That was an? {digit}")
        assert label.count() == 1
        shown = "each => getComputedStyle(each, '::before').content"
        assert label.evaluate(shown).startswith("counter(digit)")
    expect(pad.get_by_label("Pen", exact=True)).to_have_attribute("type", "number")


def is_role(node: dict, role: str) -> bool:
    return node.get("role", {}).get("value") == role


def test_headings_go_down_by_one(lab: Page, two: Locator, look_inside):
    draw_with_mouse(lab, two, write_clearly(2))
    look_inside(two)
    expect(two.locator(".digit-pad-sums")).to_have_count(2)
    levels = two.locator("h1, h2, h3, h4, h5").evaluate_all("all => all.map(each => each.tagName)")
    assert levels == ["H3"] * 2 + ["H3", *["H4"] * 5] * 2


def test_a_screen_reader_is_told_once_a_stroke(lab: Page, pad: Locator):
    pad.evaluate("""pad => {
        window.told = [];
        for (const region of pad.querySelectorAll('[role=status]')) {
            const place = region.parentElement;  // a new region comes in place of the old one
            new MutationObserver(() => told.push(place.innerText)).observe(
                place, {childList: true, subtree: true, characterData: true});
        }
    }""")
    draw_with_mouse(lab, pad, [BAR])
    expect(pad.locator(".digit-pad-status")).to_contain_text("This looks like a 1")
    press(pad, "That was a 1")
    expect(pad.locator(".digit-pad-note")).to_contain_text("Kept as a 1")
    expect(pad.locator(".digit-pad-status")).to_contain_text("Kept as a 1")
    told = lab.evaluate("told")
    assert "This looks like a 1" in told[0] and "Kept as a 1" in told[-1]
    assert len([each for each in told if "looks like" in each]) == 1


# The eraser


def test_the_eraser_shows_itself_and_clear_puts_it_away(lab: Page, pad: Locator):
    def hint() -> np.ndarray:
        return shown_colors(pad.locator("canvas"))[130:150, 20:-20]

    def cursor() -> str:
        return pad.locator("canvas").evaluate("each => getComputedStyle(each).cursor")

    for_pen = hint()
    assert for_pen.min() < 150 and cursor() == "crosshair"
    press(pad, "Erase")
    wait_until(lambda: not np.array_equal(hint(), for_pen))  # no longer 'Draw a digit here'
    assert cursor().startswith("url(") and cursor().endswith("cell")
    outline = "each => getComputedStyle(each).outlineStyle"  # a finger has no cursor
    assert pad.locator("canvas").evaluate(outline) == "dashed"
    press(pad, "Clear")
    expect(button(pad, "Erase")).not_to_have_class(re.compile("mod-active"))
    wait_until(lambda: cursor() == "crosshair")
    wait_until(lambda: np.array_equal(hint(), for_pen))
    draw_with_mouse(lab, pad, write_clearly(1))
    expect_digit(pad, 1)


# Inside


def test_the_ten_sums_are_those_of_the_network(lab: Page, pad: Locator, look_inside):
    strokes = write_clearly(2)
    draw_with_mouse(lab, pad, strokes)
    expect_digit(pad, 2)
    look_inside(pad)
    corner = np.array(box(pad.locator("canvas"))[:2])
    drawn = [np.floor(line) - corner for line in on_screen(pad.locator("canvas"), strokes)]
    recognizer = Recognizer.load()
    logits = recognizer.logits(recognizer.recognize_strokes(drawn).image[np.newaxis])[0]
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
def test_two_networks_stand_side_by_side(lab: Page, resize, look_inside, size):
    resize(*size)
    two = cleared(pad_of_cell(lab, 1))
    draw_with_mouse(lab, two, write_clearly(5))
    expect(two.locator(".digit-pad-status")).to_contain_text("This looks like a 5")
    look_inside(two)
    expect(two.locator(".digit-pad-sums")).to_have_count(2)
    for part in ("h4", ".digit-pad-sums"):
        places = two.locator(f".digit-pad-inside section:first-child {part}").first
        others = two.locator(f".digit-pad-inside section:last-child {part}").first
        (left, top, _, _), (next_left, next_top, _, _) = box(places), box(others)
        assert abs(next_top - top) < 60 and 0 < next_left - left < 0.5 * size[0]


# While Python does not answer


def visibility(pad: Locator, name: str) -> str:
    return pad.locator(f".digit-pad-{name}").evaluate("each => getComputedStyle(each).visibility")


def run(page: Page, code: str) -> None:
    """Run code in the last cell."""
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(code)
    page.keyboard.press("Control+Enter")


@pytest.mark.parametrize("width", [USUAL["width"], 640], ids=["wide", "narrow"])
@pytest.mark.parametrize("home", ["lab/tree", "notebooks"])
def test_the_pad_says_that_another_cell_runs(browser: Browser, site: str, home: str, width: int):
    page = opened(browser, f"{site}/{home}/{NOTEBOOK}", width)
    pad = cleared(pad_of_cell(page, 0))
    draw_with_mouse(page, pad, write_clearly(4))
    expect_digit(pad, 4)
    assert visibility(pad, "busy") == visibility(pad, "stopped") == "hidden"
    run(page, "import time; time.sleep(8)")
    wait_until(lambda: visibility(pad, "busy") == "visible")
    assert pad.locator(".digit-pad-busy").inner_text() == BUSY
    expect(page.locator(".jp-InputPrompt").last).to_contain_text("*")  # the cell runs still
    wait_until(lambda: visibility(pad, "busy") == "hidden")
    expect(page.locator(".jp-InputPrompt").last).not_to_contain_text("*")
    assert visibility(pad, "stopped") == "hidden"
    page.context.close()


def kill(page: Page) -> None:
    run(page, "import os; os.kill(os.getpid(), 9)")


def shut_down(page: Page) -> None:
    choose(page, "Kernel", "Shut Down Kernel")


@pytest.mark.parametrize("home", ["lab/tree", "notebooks"])
@pytest.mark.parametrize("stop", [kill, shut_down])
def test_the_pad_says_that_python_has_stopped(browser: Browser, tmp_path: Path, home: str, stop):
    with serve(tmp_path, NOTEBOOK, CELLS) as address:
        page = opened(browser, f"{address}/{home}/{NOTEBOOK}")
        pad = cleared(pad_of_cell(page, 0))
        draw_with_mouse(page, pad, write_clearly(4))
        expect_digit(pad, 4)
        stop(page)
        wait_until(lambda: visibility(pad, "stopped") == "visible")
        assert pad.locator(".digit-pad-stopped").inner_text() == STOPPED
        opacity = "each => Number(getComputedStyle(each).opacity)"
        assert pad.locator(".digit-pad-answers").evaluate(opacity) < 0.5  # it is no news
        page.context.close()
