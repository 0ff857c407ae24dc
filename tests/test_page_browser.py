"""The take-home page, opened from disk, offline: drawn on, looked into, broken and fooled."""

import html
import re

import matplotlib
import nbformat
import numpy as np
import pytest
from helpers import families
from helpers.contrast import expect_contrast, find_faults
from helpers.drawn import (
    WINDOWS,
    are_close,
    draw,
    drawn_on,
    expect_in_view,
    open_anew,
    pixels,
    seen_pixels,
    widths_of_bars,
)
from helpers.hands import Hands, draw_on
from helpers.strokes import write_clearly, write_half_a_digit
from live_notebook import wait_until
from nbconvert import HTMLExporter
from playwright.sync_api import Locator, expect

from mnist_helpers import Recognizer
from mnist_helpers.export import export_html, show_page
from mnist_helpers.network import max_pool
from mnist_helpers.own_network.keras_network import KerasNetwork

FIRST, SECOND = "first convolution", "second convolution"


@pytest.fixture(scope="module")
def file(recognizer, tmp_path_factory):
    """The page of the shipped network, with three epochs of a history."""
    rng, weights = np.random.default_rng(0), recognizer.network.weights
    start = [rng.normal(0, 0.05, each.shape) for each in weights]
    half = [(one + other) / 2 for one, other in zip(start, weights, strict=True)]
    return export_html(
        recognizer, tmp_path_factory.mktemp("page") / "mine.html", [start, half, weights]
    )


@pytest.fixture
def pad(tab, file):
    """The page, opened from disk, offline; no error may be written to its console."""
    said, asked = [], []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.context.set_offline(True)
    yield open_anew(tab, file.as_uri())
    assert said == []
    assert set(asked) == {file.as_uri()}


def clear(pad):
    pad.get_by_role("button", name="Clear").click()
    expect(pad.locator(".words")).to_have_text("Draw a digit")


def words(pad):
    return expect(pad.locator(".words"))


def test_it_is_one_small_file(recognizer, file, tmp_path):
    alone = export_html(recognizer, tmp_path / "alone.html")
    assert alone.stat().st_size <= 320_000
    assert file.stat().st_size <= 1_000_000
    assert [each.name for each in tmp_path.iterdir()] == ["alone.html"]


# What it says


def test_scores_are_shown_that_become_the_bars(pad):
    def shares():
        numbers = pad.locator(".scores li span:last-child").all_text_contents()
        scores = np.array([float(each.replace("−", "-")) for each in numbers if each] or [0, 0])
        divided_by = re.search(r"divided by ([\d.]+)", pad.locator(".to-bars").text_content())
        powers = np.exp((scores - scores.max()) / float(divided_by[1]))
        return powers / powers.sum()

    draw(pad, write_half_a_digit())
    words(pad).not_to_have_text("Draw a digit")
    # One full bar would say little. While it is drawn, the half can be another digit for a moment.
    wait_until(lambda: len(shares()) == 10 and np.sort(shares())[-2] > 0.02)
    are_close(lambda: widths_of_bars(pad) - shares(), 0, 0.06)


def layer(pad, name):
    return pad.get_by_role("slider", name=re.compile(name))


def point_at(pad, name, number, row, column, click=False):
    """Move the mouse to a place of a map, as the layer of the shipped network lays it out."""
    canvas, side, gap = layer(pad, name), {FIRST: 26, SECOND: 11}[name], 1
    along, across = divmod(number - 1, 8)
    x, y = across * (side + gap) + column + 0.5, along * (side + gap) + row + 0.5
    box = canvas.bounding_box()
    scale = box["width"] / canvas.evaluate("c => c.width")
    pad.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
    if click:
        pad.mouse.down()
        pad.mouse.up()


def tables(pad):
    """The numbers of the window, the kernel and their products, and the lines below."""
    read = (
        "t => [...t.rows].map(r => [...r.cells].map(c => Number(c.textContent.replace('−', '-'))))"
    )
    found = [np.array(each.evaluate(read)) for each in pad.locator(".closer table").all()]
    values = pad.locator(".closer dd").all_text_contents()
    return *found, [float(each.replace("−", "-")) for each in values]


def test_a_number_of_a_map_is_taken_apart_where_the_pointer_is_and_none_is_a_negative_zero(
    pad, recognizer
):
    """In the second layer, so that many maps add to it, and with the pointer on its way there."""
    draw(pad, write_clearly(5))
    shown = ""
    for number in range(1, 33):
        point_at(pad, FIRST, number, 5, 5)
        shown += pad.locator(".closer").inner_text()
    assert "−0.0" in shown and not re.search(r"−0\.00\b", shown)
    point_at(pad, SECOND, 19, 4, 6)
    expect(pad.locator(".closer")).to_contain_text(f"{SECOND}, map 19, row 5, column 7")
    image = recognizer.recognize_strokes(drawn_on(pad, "page")).image
    maps, (kernels, bias) = recognizer.network.maps(image), recognizer.network.weights[2:4]
    before = max_pool(maps["First convolution"][np.newaxis])[0, 4:7, 6:9]
    sums = (before[..., np.newaxis] * kernels)[..., 18].sum(axis=(0, 1))
    strongest = np.abs(sums).argmax()
    window, kernel, products, values = tables(pad)
    np.testing.assert_allclose(window, before[..., strongest], atol=0.06)
    np.testing.assert_allclose(kernel, kernels[:, :, strongest, 18], atol=0.006)
    np.testing.assert_allclose(products, window * kernel, atol=0.03)
    assert abs(values[0] - products.sum()) < 0.06
    assert abs(values[1] - (sums.sum() - sums[strongest])) < 0.1
    assert abs(values[2] - bias[18]) < 0.006
    assert abs(values[3] - sum(values[:3])) < 0.02
    assert abs(values[4] - max(values[3], 0)) < 0.01


SIZES = "width", "height"


def is_inside(inner: Locator, outer: Locator) -> bool:
    """Whether a box lies in another one, up to a frame around it."""
    one, other = inner.bounding_box(), outer.bounding_box()
    beyond = [one[start] - other[start] for start in "xy"]
    beyond += [other[size] - one[size] - left for size, left in zip(SIZES, beyond, strict=True)]
    return min(beyond) > -8


def test_a_click_holds_a_map_and_keys_choose_a_map_and_a_place_in_it(pad):
    draw(pad, write_clearly(5))
    where = expect(pad.locator(".closer p"))
    point_at(pad, FIRST, 9, 5, 5, click=True)
    point_at(pad, FIRST, 10, 7, 7)
    point_at(pad, SECOND, 3, 2, 2)
    where.to_have_text(f"{FIRST}, map 9, row 6, column 6")
    frame = pad.locator(".links .frame").get_attribute("d")
    point_at(pad, FIRST, 9, 15, 20)
    where.to_have_text(f"{FIRST}, map 9, row 16, column 21")
    assert pad.locator(".links .frame").get_attribute("d") != frame
    point_at(pad, SECOND, 3, 2, 2, click=True)
    where.to_contain_text(f"{SECOND}, map 3")
    canvas = layer(pad, FIRST)
    canvas.focus()
    for key in ("Home", "ArrowRight", "ArrowDown"):
        pad.keyboard.press(key)
    expect(canvas).to_have_attribute("aria-valuenow", "18")
    pad.keyboard.press("Alt+ArrowLeft")  # a browser with a window goes back
    pad.keyboard.press("ArrowLeft")
    expect(canvas).to_have_attribute("aria-valuetext", re.compile("map 17 of 32, brightest"))
    pad.keyboard.press("Shift+ArrowDown")
    pad.keyboard.press("Shift+ArrowRight")
    where.to_contain_text("row 15, column 15")
    pad.set_viewport_size({"width": 390, "height": 844})  # the mark stays on its map
    wait_until(lambda: is_inside(pad.locator(".links .held"), canvas))


def test_a_tap_on_a_phone_opens_the_explanation_right_below_the_layer(pad):
    pad.set_viewport_size({"width": 360, "height": 740})
    draw(pad, [[(40, 40), (240, 240)], [(240, 40), (40, 240)], [(140, 20), (140, 260)]])
    canvas = layer(pad, FIRST)
    canvas.evaluate("c => c.scrollIntoView()")
    box = canvas.bounding_box()
    Hands(pad, canvas).act("touch", (20, 20))
    expect(pad.locator(".closer")).to_contain_text(f"{FIRST}, map 1")
    below = pad.locator(".closer").bounding_box()["y"] - canvas.bounding_box()["y"] - box["height"]
    assert 0 < below < 40
    expect(pad.locator(".ribbon")).to_be_visible()  # the bars are out of view
    expect(pad.locator(".ribbon .sign")).to_have_text(pad.locator(".digit").text_content())
    expect(pad.locator(".ribbon i").first).to_have_css("opacity", "0.4")  # it is no digit
    pad.set_viewport_size({"width": 1280, "height": 900})
    expect(pad.locator(".layers > :last-child")).to_have_class("closer")


def brightness(pad, name):
    """How far each pixel of a layer is on the way from the darkest to the brightest color."""
    colors = np.pad(pixels(layer(pad, name)), ((0, 1), (0, 1), (0, 0)))
    table = matplotlib.colormaps["viridis"](np.arange(256))[:, :3] * 255
    distances = [np.abs(colors - color).sum(axis=2) for color in table]
    level = np.argmin(distances, axis=0) / 255
    return np.where(colors.sum(axis=2) == 0, 0, level)


def test_the_maps_are_those_of_python_and_the_last_drawings_stay_with_what_was_said(
    pad, recognizer
):
    """Bright where Python's numbers are large, by one scale for all drawings; dark when blank."""
    seen = []
    for digit in (5, 1):
        draw(pad, write_clearly(digit))
        words(pad).to_contain_text(str(digit))
        image = recognizer.recognize_strokes(drawn_on(pad, "page")).image
        are_close(lambda: seen_pixels(pad), image, 0.06)
        expected = recognizer.network.maps(image)["First convolution"]
        shown = brightness(pad, FIRST)
        rows = shown.reshape(4, 27, 8, 27).transpose(1, 3, 0, 2).reshape(27, 27, 32)[:26, :26]
        inside = (rows > 0.02) & (rows < 0.95)
        assert np.corrcoef(rows[inside], expected[inside])[0, 1] > 0.98
        seen.append(np.median(rows[inside] / expected[inside]))
        clear(pad)
    assert abs(seen[0] / seen[1] - 1) < 0.1
    wait_until(lambda: all(brightness(pad, name).max() < 0.05 for name in (FIRST, SECOND)))
    draw(pad, [[(140, 40), (140, 240)]])
    words(pad).to_have_text("This looks like a 1")
    for key, said in (("z", "Draw a digit"), ("y", "This looks like a 1")):
        pad.keyboard.press(f"Control+{key}")
        words(pad).to_have_text(said)
    expect(pad.locator(".kept li")).to_have_text(["1", "5"])
    pad.get_by_role("button", name="Sample").click()
    expect(pad.locator(".kept li")).to_have_text(["1", "1", "5"])


# What can be changed


def test_the_weights_of_each_epoch_noise_and_a_kernel_change_the_answer_until_repaired(pad):
    draw(pad, write_clearly(8))
    words(pad).to_have_text("This looks like an 8")
    are_close(lambda: widths_of_bars(pad)[8], 1, 0.1)
    whole, maps = widths_of_bars(pad), brightness(pad, FIRST)
    pad.locator(".epoch").fill("0")
    expect(pad.locator(".epoch-said")).to_have_text("before the first epoch")
    wait_until(lambda: np.abs(np.subtract(widths_of_bars(pad), whole)).max() > 0.3)
    pad.locator(".epoch").fill("2")
    words(pad).to_have_text("This looks like an 8")
    are_close(lambda: brightness(pad, FIRST), maps, 0.01)
    pad.locator(".noise").fill("400")
    wait_until(lambda: np.abs(brightness(pad, FIRST) - maps).max() > 0.3)
    for key, count in (("z", len(write_clearly(8)) - 1), ("y", len(write_clearly(8)))):
        pad.locator(".noise").press(f"Control+{key}")
        expect(pad.locator(".paper path")).to_have_count(count)
    pad.locator(".epoch").fill("0")
    pad.get_by_role("button", name="Repair it").click()  # the weights of the last epoch, too
    are_close(lambda: widths_of_bars(pad), whole, 0.01)
    pad.get_by_label("Kernel of the first convolution off").select_option(label="8")
    pad.goto("about:blank")
    pad.go_back()  # the browser puts back what was chosen
    wait_until(lambda: brightness(pad, FIRST)[:26, 7 * 27 : 8 * 27 - 1].max() < 0.05)
    assert brightness(pad, FIRST).max() > 0.05


TOP_OF_A_7 = [np.array([[40.0, 40.0], [140.0, 40.0]])]


def begin_game(pad):
    draw(pad, [[(140, 40), (140, 240)]])
    words(pad).to_have_text("This looks like a 1")
    pad.get_by_role("button", name="Start from this drawing").click()
    expect(pad.locator(".game-said")).to_contain_text("It reads a 1")


def test_fooling_it_counts_the_ink_that_was_added_once_the_pen_is_lifted(pad):
    begin_game(pad)
    hands = Hands(pad, pad.locator(".paper"))
    for step in ("touch down", (250, 250)), ("touch cancel",), ("mouse", (140, 50), (140, 60)):
        hands.act(*step)
    for name in ("Undo", "Redo", "Undo", "Repair it"):
        pad.get_by_role("button", name=name).click()
    draw_on(pad, pad.locator(".paper"), TOP_OF_A_7, lift=False)
    words(pad).to_have_text("This looks like a 7")
    expect(pad.locator(".game-said")).to_contain_text("It reads a 1")
    pad.mouse.up()
    said = "a 1 became a 7 with 118 units of ink"  # a line of 100, and the dot that it begins with
    expect(pad.locator(".game-said")).to_contain_text(said)
    pad.reload()
    expect(pad.locator(".best")).to_contain_text(said)


def test_the_game_is_over_when_ink_or_weights_are_changed(pad):
    for way in ("Undo", "Clear", "Sample", "Erase", "Noise"):
        clear(pad)
        begin_game(pad)
        if way == "Noise":
            pad.locator(".noise").fill("10")
        else:
            pad.get_by_role("button", name=way).click()
        if way == "Erase":
            draw(pad, [[(100, 100), (180, 100)]])
            pad.get_by_role("button", name=way).click()
        expect(pad.locator(".game-said")).to_contain_text("this game is over")
        draw(pad, TOP_OF_A_7)
        words(pad).not_to_have_text("Draw a digit")
        expect(pad.locator(".game-said")).not_to_contain_text("Fooled")


def test_an_empty_page_writes_a_digit_until_it_is_touched(page, file):
    page.goto(file.as_uri())
    expect(page.locator(".played polyline")).not_to_have_count(0)
    page.wait_for_function("document.querySelector('.top .percent')?.textContent.includes('%')")
    expect(page.locator(".words")).to_have_text("Draw a digit")
    assert page.locator(".undo").is_disabled()
    page.locator(".paper").click()
    expect(page.locator(".played polyline")).to_have_count(0)
    expect(page.locator(".paper path")).to_have_count(1)


def test_an_empty_page_is_still_for_those_who_want_no_motion(pad):
    pad.wait_for_timeout(300)
    expect(pad.locator(".played polyline")).to_have_count(0)
    assert max(widths_of_bars(pad)) == 0


# How it looks


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark_and_axe_finds_nothing(pad, npm, scheme):
    pad.emulate_media(color_scheme=scheme)
    draw(pad, write_clearly(8))
    point_at(pad, FIRST, 6, 3, 3, click=True)
    expect_contrast(pad.locator(".pad"), texts=20)
    assert find_faults(pad, npm) == []
    pad.emulate_media(color_scheme=scheme, forced_colors="active")
    assert find_faults(pad, npm) == []
    fill, track = pad.evaluate(
        """() => [".top .fill", ".top .track"].map(
            (place) => getComputedStyle(document.querySelector(place)).backgroundColor)"""
    )
    assert fill != track


PAD = (".paper", ".buttons button", ".verdict", ".shares")
NETWORK = (".seen", ".layer [role=slider]", ".scores", ".closer", ".drawer .repair", ".start-game")


def test_in_windows_of_any_size_nothing_is_cut_off_and_what_belongs_together_is_in_one_view(pad):
    draw(pad, write_clearly(8))
    expect(pad.locator(".bars .top .percent")).to_contain_text("over 99")
    point_at(pad, SECOND, 19, 4, 6, click=True)
    expect(pad.locator(".closer td", has_text="−0.")).not_to_have_count(0)
    for size in WINDOWS:
        is_large = size[0] >= 1280 and size[1] >= 768
        expect_in_view(pad, PAD + NETWORK if is_large else PAD, *size)
        assert pad.evaluate("document.documentElement.scrollWidth") <= size[0]
        wide = "shares => shares.filter(each => each.scrollWidth > each.clientWidth).length"
        assert pad.locator(".bars .percent").evaluate_all(wide) == 0
        assert pad.locator(".closer td").evaluate_all("look.cramped") == [], size


def test_from_clear_to_the_last_control_are_few_stops_of_the_tab_key(pad):
    draw(pad, write_clearly(4))
    pad.get_by_role("button", name="Clear").focus()
    stops = []
    while len(stops) < 40 and (not stops or stops[-1] != "start-game"):
        pad.keyboard.press("Tab")
        stops.append(pad.evaluate("document.activeElement.className"))
    assert stops[-1] == "start-game"
    assert len(stops) <= 20


# Where it lives


def test_in_a_notebook_it_lives_without_a_kernel_and_in_a_frame_of_another_origin(page, recognizer):
    """In the HTML of nbconvert, in a frame with an origin and storage of its own, as on Colab."""
    shown = show_page(recognizer)
    output = nbformat.v4.new_output("display_data", {"text/html": shown.data})
    cell = nbformat.v4.new_code_cell("show_page(recognizer)", outputs=[output])
    body, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    page.context.set_offline(True)
    frame = f'sandbox="allow-scripts" width="900" height="800" srcdoc="{html.escape(body)}"'
    page.set_content(f"<iframe {frame}></iframe>")
    frame = page.frame_locator("iframe").frame_locator("iframe")
    hands = Hands(page, frame.locator(".paper"))
    for key, count in (("ArrowUp", 8), ("Space", 1), ("ArrowDown", 16), ("Space", 1)):
        hands.act("key", key, count)
    expect(frame.locator(".words")).to_have_text("This looks like a 1")


@pytest.mark.parametrize("name", families.LAYERS)
def test_another_network_travels_too_and_each_of_its_maps_can_be_taken_apart(tab, tmp_path, name):
    recognizer = Recognizer(KerasNetwork(families.stack(name)))
    faults = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto(export_html(recognizer, tmp_path / "other.html").as_uri())
    draw(tab, write_clearly(4))
    expected = recognizer.recognize_strokes(drawn_on(tab, "page")).probabilities
    are_close(lambda: widths_of_bars(tab), expected, 0.03)
    canvases = tab.get_by_role("slider").locator("visible=true").and_(tab.locator("canvas")).all()
    assert bool(canvases) == (name != "a dense network")
    for canvas in canvases:
        canvas.focus()
        tab.keyboard.press("ArrowRight")
        tab.keyboard.press("Shift+ArrowDown")
        label = canvas.get_attribute("aria-label").partition(":")[0]
        expect(tab.locator(".closer p")).to_contain_text(f"{label}, map")
        expect(tab.locator(".closer dd").first).to_have_text(re.compile(r"^[−\d.]+$"))
        *_, values = tables(tab)
        assert values and np.isfinite(values).all()
    assert faults == []
