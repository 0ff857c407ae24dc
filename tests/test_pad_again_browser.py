"""What the pad does with a drawing that is there, as a person sees it in JupyterLab."""

import numpy as np
from helpers.notebook_pad import button, draw_with_mouse, expect_digit, press
from helpers.strokes import on_screen, write_clearly
from helpers.two_pads import box, look_inside, shown_colors
from live_notebook import PATIENCE, wait_until
from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=PATIENCE)


def bars(pad: Locator) -> list[float]:
    return [
        round(float(width), 2)
        for width in pad.locator(".digit-pad-bars i i").evaluate_all(
            "all => all.map(each => each.offsetWidth / each.parentElement.offsetWidth)"
        )
    ]


def test_a_replay_moves_the_ink_and_the_bars_and_ends_as_it_was(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, write_clearly(8))
    expect_digit(pad, 8)
    lab.wait_for_timeout(300)
    ink = inked(pad)
    at_the_end, seen = bars(pad), set()
    press(pad, "Replay")
    for _ in range(15):
        seen.add(tuple(bars(pad)))
        lab.wait_for_timeout(60)
    assert len(seen) > 2
    wait_until(lambda: bars(pad) == at_the_end)
    expect_digit(pad, 8)
    wait_until(lambda: abs(inked(pad) - ink) < 0.05 * ink)


def test_the_last_drawings_stand_below_with_their_answers(lab: Page, pad: Locator):
    for digit in (2, 7):
        draw_with_mouse(lab, pad, write_clearly(digit))
        expect_digit(pad, digit)
        press(pad, "Clear")
    items = pad.locator(".digit-pad-strip li")
    expect(items.nth(0)).to_contain_text("7")
    expect(items.nth(1)).to_contain_text("2")
    ink = [(shown_colors(items.nth(n).locator("svg")) < 100).all(axis=2).sum() for n in (0, 1)]
    assert min(ink) > 50


def test_a_change_makes_it_another_digit_on_the_screen(lab: Page, pad: Locator):
    draw_with_mouse(lab, pad, write_clearly(8))
    expect_digit(pad, 8)
    expect(button(pad, "Show")).to_be_hidden()
    with look_inside(pad):
        pad.locator(".digit-pad-change input").fill("3")
        lab.keyboard.press("Tab")
        press(pad, "Show")
        change = pad.locator(".digit-pad-change figure")
        expect(change).to_contain_text("then it is read as a 3")
        colors = shown_colors(change.locator("svg"))
        marked = (abs(colors - [230, 159, 0]).max(axis=2) < 40).sum()
        added = (abs(colors - [0, 114, 178]).max(axis=2) < 40).sum()
        assert marked + added > 50
        left, top, right, bottom = box(change.locator("svg"))
        assert right - left > 150 and bottom - top > 150


def test_the_confusion_matrix_and_the_key_for_no_digit(lab: Page, pad: Locator):
    for key in ("4", "1", "n"):
        draw_with_mouse(lab, pad, write_clearly(4))
        expect_digit(pad, 4)
        lab.keyboard.press(key)
        expect(pad.locator(".digit-pad-note")).to_contain_text(
            "Kept as no digit" if key == "n" else f"Kept as a {key}"
        )
    before = "button => getComputedStyle(button, '::before').content"
    assert button(pad, "Not a digit").evaluate(before) == "none"  # the digits' buttons count
    press(pad, "Your drawings")
    table = pad.locator(".digit-pad-confusion")
    expect(table).to_contain_text("1 of 2 drawings are read right")
    expect(table).to_contain_text("a 1 read as 4, once")
    rows = table.locator("tbody tr")
    assert rows.nth(4).locator("td").nth(4).inner_text() == "1"
    assert rows.nth(1).locator("td").nth(4).inner_text() == "1"
    pad.locator(".digit-pad-cards > *").first.get_by_role("button", name="Replay drawing").click()
    expect_digit(pad, 4)
    press(pad, "Your drawings")


def test_a_right_click_draws_nothing(lab: Page, pad: Locator):
    pad.locator("canvas").click(button="right", position={"x": 90, "y": 90})
    lab.keyboard.press("Escape")  # the menu
    lab.wait_for_timeout(1_000)
    expect(pad.locator(".digit-pad-answer b")).to_have_text("Draw a digit")


def test_a_stroke_goes_on_where_the_mouse_comes_back_to_the_paper(lab: Page, pad: Locator):
    """A 7 whose corner lies beyond the right edge; then a line whose end lies beyond it."""
    seven = through([(60, 60), (320, 60), (180, 250)])
    draw_with_mouse(lab, pad, [seven])
    expect(pad).to_contain_text("This looks like a 7")  # its bar alone would be a 7 as well
    press(pad, "Undo")
    expect(pad).to_contain_text("Draw a digit")  # so it was one stroke
    draw_with_mouse(lab, pad, [through([(200, 140), (330, 140)])])
    lab.wait_for_timeout(300)
    ink = inked(pad)
    assert ink > 500
    lab.mouse.move(*on_screen(pad.locator("canvas"), [np.array([(60, 60)])])[0][0])
    lab.mouse.move(*on_screen(pad.locator("canvas"), [np.array([(60, 200)])])[0][0])
    lab.wait_for_timeout(500)
    assert inked(pad) == ink


def through(corners: list[tuple[int, int]]) -> np.ndarray:
    """Points of a line through the corners, (n, 2)."""
    places = np.linspace(0, len(corners) - 1, 40)
    return np.column_stack(
        [np.interp(places, range(len(corners)), axis) for axis in zip(*corners, strict=True)]
    )


def inked(pad: Locator) -> int:
    """How many pixels of the paper on the screen are dark."""
    return int((shown_colors(pad.locator("canvas")) < 128).all(axis=2).sum())


def test_all_of_it_by_keyboard_alone(lab: Page, pad: Locator):
    """Draw a 1, give it a wrong label, take that back, replay it, look inside, and come back."""
    pad.locator("canvas").focus()
    for key in ("ArrowUp",) * 8 + (" ",) + ("ArrowDown",) * 16 + (" ",):
        lab.keyboard.press(key)
    expect_digit(pad, 1)
    lab.keyboard.press("7")
    expect(pad.locator(".digit-pad-note")).to_contain_text("Kept as a 7")
    lab.keyboard.press("Control+z")
    expect(pad.locator(".digit-pad-note")).to_contain_text("No longer kept as a 7")
    expect_digit(pad, 1)
    lab.keyboard.press("r")
    expect_digit(pad, 1)
    inside = button(pad, "Inside the network")
    for _ in range(30):
        if inside.evaluate("button => button === document.activeElement"):
            break
        lab.keyboard.press("Tab")
    lab.keyboard.press("Enter")
    expect(pad.locator(".digit-pad-sums")).to_be_visible()
    lab.keyboard.press("Enter")
    expect(pad.locator(".digit-pad-sums")).to_be_hidden()
    for _ in range(30):
        if pad.locator("canvas").evaluate("canvas => canvas === document.activeElement"):
            break
        lab.keyboard.press("Shift+Tab")
    lab.keyboard.press("Escape")
    expect(pad.locator(".digit-pad-answer b")).to_have_text("Draw a digit")
