"""What the drawing pad says to people who do not see it, and how it shows its eraser."""

import re

import numpy as np
from helpers.notebook_pad import (
    button,
    cleared,
    draw_with_mouse,
    expect_digit,
    pad_of_cell,
    press,
)
from helpers.strokes import BAR, write_clearly
from helpers.two_pads import look_inside, shown_colors
from live_notebook import PATIENCE, wait_until
from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=PATIENCE)


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


def test_headings_go_down_by_one(lab: Page):
    two = cleared(pad_of_cell(lab, 1))
    draw_with_mouse(lab, two, write_clearly(2))
    with look_inside(two):
        expect(two.locator(".digit-pad-sums")).to_have_count(2)
        headings = two.locator("h1, h2, h3, h4, h5")
        levels = headings.evaluate_all("all => all.map(each => each.tagName)")
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
