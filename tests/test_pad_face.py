"""The drawing pad as a learner meets it, in JupyterLab: what it says, shows and looks like."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.contrast import expect_contrast, find_faults
from helpers.hands import on_screen
from helpers.notebook_pad import (
    bars,
    box,
    button,
    choose,
    cleared,
    dark_pixels,
    draw_with_mouse,
    expect_digit,
    look_inside,
    on_paper,
    pad_of_cell,
    press,
    screenshot,
    shown_colors,
    style,
)
from helpers.strokes import BAR, write_clearly, write_half_a_digit
from live_notebook import wait_until
from playwright.sync_api import Locator, Page, expect

from mnist_helpers import Recognizer


@pytest.fixture
def two(lab: Page) -> Locator:
    """The pad with two networks, cleared."""
    return cleared(pad_of_cell(lab, 1))


# What it does with a drawing


def test_bars_colors_and_picture_are_those_of_the_prediction(lab: Page, two: Locator):
    """Blue if it is sure, and amber in doubt, as in the app and on the page."""
    first = two.locator("section").first
    color = expect(first.locator(".best i i"))
    draw_with_mouse(lab, two, write_clearly(1))
    expect(two).to_contain_text("over 99\u00a0%")
    color.to_have_css("background-color", "rgb(0, 114, 178)")
    for place in two.locator(".digit-pad-bars, .digit-pad-bars > div").all():
        assert place.evaluate("each => each.scrollHeight <= each.clientHeight")  # nothing is cut
        assert place.evaluate("each => each.scrollWidth <= each.clientWidth")
    press(two, "Clear")
    strokes = write_half_a_digit()
    draw_with_mouse(lab, two, strokes)
    prediction = Recognizer.load().recognize_strokes(on_paper(two, strokes))
    expect(first.locator("b").first).to_have_text(prediction.in_words)
    assert prediction.verdict == "unsure" and prediction.sign.endswith("?")
    color.to_have_css("background-color", "rgb(230, 159, 0)")
    shares = bars(first)
    assert len(shares) == 10 and sorted(shares)[-2] > 0.1  # two bars that can be told apart
    np.testing.assert_allclose(shares, prediction.probabilities, atol=0.01)
    assert first.locator(".best span").first.inner_text() == str(prediction.digit)
    assert first.locator(".digit-pad-digit").inner_text() == prediction.sign
    shown = screenshot(two.locator(".digit-pad-panel figure svg").first)
    rows, columns = (((np.arange(28) + 0.5) * side / 28).astype(int) for side in shown.shape)
    np.testing.assert_allclose(shown[np.ix_(rows, columns)] / 255, prediction.image, atol=0.02)


def through(corners: list[tuple[int, int]]) -> np.ndarray:
    """Points of a line through the corners, (n, 2)."""
    places = np.linspace(0, len(corners) - 1, 40)
    return np.column_stack(
        [np.interp(places, range(len(corners)), axis) for axis in zip(*corners, strict=True)]
    )


def test_a_stroke_goes_on_where_the_mouse_comes_back_to_the_paper(lab: Page, pad: Locator):
    """A 7 whose corner lies beyond the right edge; then a line whose end lies beyond it."""
    draw_with_mouse(lab, pad, [through([(60, 60), (320, 60), (180, 250)])])
    expect(pad).to_contain_text("This looks like a 7")  # its bar alone would be a 7 as well
    press(pad, "Undo")
    expect(pad).to_contain_text("Draw a digit")  # so it was one stroke
    draw_with_mouse(lab, pad, [through([(200, 140), (330, 140)])])
    expect(pad.locator(".digit-pad-status")).not_to_contain_text("Draw a digit")  # it has ended
    wait_until(lambda: dark_pixels(pad) > 500)
    ink = dark_pixels(pad)
    for point in on_screen(pad.locator("canvas"), [[(60, 60), (60, 200)]])[0]:
        lab.mouse.move(*point)
    lab.wait_for_timeout(300)
    assert dark_pixels(pad) == ink


def test_a_drawing_is_labelled_shown_replayed_deleted_and_exported(
    lab: Page, pad: Locator, jupyter_home: Path
):
    file = jupyter_home / "notebooks" / "kept.jsonl"
    pad.locator("canvas").click(button="right", position={"x": 90, "y": 90})  # draws nothing
    lab.keyboard.press("Escape")  # the menu
    press(pad, "Your drawings")  # Python has done all the rest when it has done this
    expect(pad.locator(".digit-pad-cards")).to_be_visible()
    expect(pad.locator(".digit-pad-answer b")).to_have_text("Draw a digit")
    expect(pad.locator(".digit-pad-digit")).to_be_hidden()
    for key, note in [("4", "Kept as a 4"), ("1", "Kept as a 1"), ("n", "Kept as no digit")]:
        draw_with_mouse(lab, pad, write_clearly(4))
        expect_digit(pad, 4)
        lab.keyboard.press(key)
        expect(pad.locator(".digit-pad-note")).to_contain_text(note)
        expect(pad).to_contain_text("Draw a digit")
    assert len(file.read_text().splitlines()) == 3
    assert style(button(pad, "Not a digit"), "content", "::before") == "none"  # the digits count
    assert style(button(pad, "That was a 3"), "lineHeight", "::before") == "28px"  # in the middle
    table = pad.locator(".digit-pad-confusion")
    expect(table).to_contain_text("1 of 2 drawings are read right")
    expect(table).to_contain_text("a 1 read as 4, once")
    rows = table.locator("tbody tr")
    assert [rows.nth(row).locator("td").nth(4).inner_text() for row in (4, 1)] == ["1", "1"]
    cards = expect(pad.locator(".digit-pad-cards b"))
    cards.to_have_text(["no digit", "1", "4"])
    pad.locator(".digit-pad-cards > *").first.get_by_role("button", name="Replay drawing").click()
    expect_digit(pad, 4)
    button(pad, "Delete drawing 2, 1").focus()
    lab.keyboard.press("Enter")
    cards.to_have_text(["no digit", "4"])
    press(pad, "Export")
    expect(pad).to_contain_text("Written to kept.npz")
    press(pad, "Your drawings")
    expect(pad.locator(".digit-pad-cards")).to_be_hidden()


def test_a_fault_shows_and_the_pad_goes_on(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, [np.array([(2, 140), (60, 140)])])
    said = expect(pad.get_by_role("alert").locator("b"))
    said.to_have_text("Something went wrong. RuntimeError: too near to the <edge>")
    expect(pad).to_contain_text("No answer")
    press(pad, "Undo")
    draw_with_mouse(lab, pad, write_clearly(0))
    expect_digit(pad, 0)
    expect(pad.get_by_role("alert")).to_have_count(0)


def test_all_of_it_by_keyboard_alone(lab: Page, pad: Locator):
    """Draw a 1, give it a wrong label, take that back, replay it, look inside, and come back."""
    inside, paper = button(pad, "Inside the network"), pad.locator("canvas")
    inside.focus()
    for _ in range(2):
        lab.keyboard.press("Tab")  # past 'Your drawings'
    expect(paper).to_be_focused()
    for key in ("ArrowUp",) * 8 + (" ",) + ("ArrowDown",) * 16:
        lab.keyboard.press(key)
    expect(pad.locator(".digit-pad-status")).to_contain_text("The pen is down")
    lab.keyboard.press("Tab")  # away from the paper, and this lifts the pen
    expect(button(pad, "That was a 0")).to_be_focused()
    assert style(button(pad, "That was a 0"), "outlineStyle") == "solid"
    expect(pad.locator(".digit-pad-status")).to_contain_text("This looks like a 1")
    lab.keyboard.press("Shift+Tab")
    for key, note in [
        ("7", "Kept as a 7"),
        ("Control+z", "No longer kept as a 7"),
        ("Control+y", "Kept as a 7"),
        ("Control+z", "No longer kept as a 7"),
    ]:
        lab.keyboard.press(key)
        expect(pad.locator(".digit-pad-note")).to_contain_text(note)
    lab.keyboard.press("r")
    expect_digit(pad, 1)
    for _ in range(2):
        lab.keyboard.press("Shift+Tab")
    expect(inside).to_be_focused()
    lab.keyboard.press("Enter")
    expect(pad.locator(".digit-pad-sums")).to_be_visible()
    lab.keyboard.press("Enter")
    expect(pad.locator(".digit-pad-sums")).to_be_hidden()
    pad.get_by_label("Digit to write").focus()
    lab.keyboard.press("ArrowUp")
    expect(pad.get_by_label("Digit to write")).to_have_value("3")
    lab.keyboard.press("Shift+Tab")
    lab.keyboard.press("Enter")
    expect_digit(pad, 3)
    pad.get_by_label("Pen", exact=True).focus()
    ink = dark_pixels(pad)
    lab.keyboard.press("ArrowUp")
    wait_until(lambda: dark_pixels(pad) > ink)
    lab.keyboard.press("ArrowDown")


# In every width


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
    return pad.evaluate("look.cutOff")


@pytest.mark.parametrize("number", [0, 1], ids=["one network", "two networks"])
def test_nothing_is_cut_off_in_a_narrow_window(lab: Page, no_files, number: int):
    pad = cleared(pad_of_cell(lab, number))
    draw_with_mouse(lab, pad, write_clearly(3))
    expect_digit(pad, 3)
    for width, height in [(640, 450), (360, 740), (320, 640)]:
        lab.set_viewport_size({"width": width, "height": height})
        pad.locator("canvas").evaluate("each => each.scrollIntoView({block: 'center'})")
        assert cut_off(pad) == []
        paper, bars = box(pad.locator("canvas")), box(pad.locator(".digit-pad-bars").first)
        assert paper[2] - paper[0] > 180
        is_beside = bars[0] >= paper[2] and bars[1] < paper[3]
        is_above = bars[3] <= paper[1]
        assert is_beside or is_above
        if width == 360 and number == 0:  # a phone shows all of it in one view
            parts = [".digit-pad-answer", ".digit-pad-bars", "canvas"]
            tops = [box(pad.locator(part))[1] for part in parts]
            assert tops == sorted(tops)
            assert paper[3] - tops[0] < 640  # what JupyterLab leaves of 740


@pytest.mark.parametrize("number", [0, 1], ids=["one network", "two networks"])
def test_with_the_file_browser_open_answer_and_paper_stand_side_by_side(lab: Page, number: int):
    pad = cleared(pad_of_cell(lab, number))
    for width, height in [(1920, 1080), (1024, 768), (640, 400)]:  # the last is a zoom of 200 %
        lab.set_viewport_size({"width": width, "height": height})
        assert lab.locator(".jp-FileBrowser").is_visible() and cut_off(pad) == []
        paper, answer = box(pad.locator("canvas")), box(pad.locator(".digit-pad-answer").first)
        _, top, _, bottom = box(lab.locator(".jp-WindowedPanel-outer"))
        assert max(paper[3], answer[3]) - min(paper[1], answer[1]) < bottom - top
        assert paper[3] - paper[1] > 150
        if width == 1024:
            assert answer[1] < paper[3]
            assert all(box(each)[0] > paper[2] for each in pad.locator(".digit-pad-answer").all())


# Colors


def test_few_colors_are_enough(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, write_clearly(7))
    expect_digit(pad, 7)
    for scheme in ("light", "dark"):
        lab.emulate_media(forced_colors="active", color_scheme=scheme)
        paper = shown_colors(pad.locator("canvas"))
        assert paper.max() - paper.min() > 200  # ink on paper, also where the page is black
        edge = shown_colors(pad.locator(".digit-pad-sheet"))[100, :3]
        page = 255 if scheme == "light" else 0
        assert np.abs(edge - page).max() > 100
        grooves = pad.locator(".digit-pad-bars > div")
        full, empty = (shown_colors(grooves.nth(digit).locator("> i")) for digit in (7, 1))
        middle = full.shape[0] // 2, full.shape[1] // 2
        assert np.abs(full[middle] - empty[middle]).max() > 50
        assert np.abs(empty[:3, middle[1]] - empty[middle]).max() > 100  # the bar's edge
        at_all = shown_colors(pad.get_by_role("meter", name="A digit at all").locator("> i"))
        assert np.abs(at_all[at_all.shape[0] // 2, 20] - page).max() > 50
        for name in ("Undo", "Inside the network", "That was a 3"):
            assert style(button(pad, name), "borderWidth") == "1px"


# Inside


def test_inside_are_the_ten_sums(lab: Page, pad: Locator):
    strokes = write_clearly(8)
    draw_with_mouse(lab, pad, strokes)
    expect_digit(pad, 8)
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
        expect(pad.locator(".digit-pad-sums .best th")).to_have_text("8")


def are_side_by_side(two: Locator, part: str, width: int) -> bool:
    one, other = (
        box(two.locator(f".digit-pad-inside section:{which}-child {part}").first)
        for which in ("first", "last")
    )
    return abs(other[1] - one[1]) < 60 and 0 < other[0] - one[0] < 0.5 * width


def test_inside_two_networks_see_the_same_drawing_side_by_side(lab: Page, two: Locator):
    expect(two.locator("img")).to_have_count(0)
    with look_inside(two):
        draw_with_mouse(lab, two, write_clearly(5), lift=False)
        expect(two.locator("img")).to_have_count(6)  # live: 32, 64 and 64 maps of each network
        for image, width in zip(two.locator("img").all(), [224, 208, 112] * 2, strict=True):
            assert image.evaluate("image => image.naturalWidth") == width
        lab.mouse.up()
        expect(two.locator(".best span:first-child")).to_have_text(["5", "5"])
        expect(two.locator("h4").filter(has_text="Why a 5?")).to_have_count(2)
        levels = two.locator("h1, h2, h3, h4, h5").evaluate_all("all => all.map(e => e.tagName)")
        assert levels == ["H3"] * 2 + ["H3", "H4"] * 2 + ["H3", *["H4"] * 4] * 2
        for width, height in [(1280, 900), (1920, 1080)]:
            lab.set_viewport_size({"width": width, "height": height})
            for part in ("h4", ".digit-pad-sums"):
                wait_until(lambda part=part, width=width: are_side_by_side(two, part, width))
    expect(two.locator("img")).to_have_count(0)


# What it says to people who do not see it


def test_the_texts_can_be_read_axe_finds_nothing_and_everything_has_a_name_of_its_own(
    lab: Page, pad: Locator, npm
):
    draw_with_mouse(lab, pad, write_clearly(6))
    expect_digit(pad, 6)
    press(pad, "That was a 6")
    expect(pad).to_contain_text("Kept as a 6")
    draw_with_mouse(lab, pad, write_clearly(9))
    press(pad, "Your drawings")
    press(pad, "Erase")
    with look_inside(pad):
        expect(pad.locator("img")).to_have_count(3)
        for summary in pad.locator("summary").all():
            summary.click()
        for theme, is_light in [("JupyterLab Dark", "false"), ("JupyterLab Light", "true")]:
            choose(lab, "Settings", "Theme", theme)
            expect(lab.locator("body")).to_have_attribute("data-jp-theme-light", is_light)
            expect_contrast(pad, texts=40)
            assert (np.median(screenshot(pad.locator("canvas"))) > 128) == (is_light == "true")
        for colors in ("active", "none"):
            lab.emulate_media(forced_colors=colors)
            assert find_faults(lab, npm, "'.digit-pad'") == []
    press(pad, "Erase")
    press(pad, "Your drawings")
    nodes = lab.context.new_cdp_session(lab).send("Accessibility.getFullAXTree")["nodes"]
    canvases = [each for each in nodes if each.get("role", {}).get("value") == "Canvas"]
    assert {each["name"]["value"] for each in canvases} == {"Paper for one digit"}
    for digit in range(10):
        number = style(button(pad, f"That was an? {digit}"), "content", "::before")
        assert number.startswith("counter(digit)")
    expect(pad.get_by_label("Pen", exact=True)).to_have_attribute("type", "number")


def test_a_screen_reader_is_told_once_a_stroke(lab: Page, pad: Locator):
    told = pad.locator(":has(> [role=status])")  # a new region comes in place of the old one
    told.evaluate_all("look.listen")
    draw_with_mouse(lab, pad, [BAR])
    expect(pad.locator(".digit-pad-status")).to_contain_text("This looks like a 1")
    press(pad, "That was a 1")
    expect(pad.locator(".digit-pad-note")).to_contain_text("Kept as a 1")
    expect(pad.locator(".digit-pad-status")).to_contain_text("Kept as a 1")
    told = lab.evaluate("look.told")
    assert "This looks like a 1" in told[0] and "Kept as a 1" in told[-1]
    assert len([each for each in told if "looks like" in each]) == 1


# In the notebook


def test_the_drawing_is_there_again_in_a_second_view_and_after_a_reload(lab: Page, pad: Locator):
    lab.locator(".jp-CodeCell").nth(2).locator(".cm-content").click()
    lab.keyboard.press("Control+Enter")  # another test may have made the first pad anew
    draw_with_mouse(lab, pad, write_clearly(3))
    views = [pad, pad_of_cell(lab, 2)]
    for view in views:
        expect_digit(view, 3)
    wait_until(lambda: dark_pixels(pad) > 1000)
    ink = dark_pixels(pad)
    choose(lab, "File", "Save Notebook")
    expect(lab.locator(".lm-DockPanel-tabBar .jp-mod-dirty")).to_have_count(0)
    lab.reload()
    for view in views:
        expect_digit(view, 3)
        view.scroll_into_view_if_needed()
        wait_until(lambda view=view: dark_pixels(view) > 0.9 * ink)
    draw_with_mouse(lab, views[1], [np.array([(20, 20), (260, 260)])])  # the new page takes ink too
    for view in views:
        view.scroll_into_view_if_needed()
        wait_until(lambda view=view: dark_pixels(view) > 1.2 * ink)
