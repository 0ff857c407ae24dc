"""The take-home page, opened from disk, offline: drawn on, looked into, broken and fooled."""

import json

import numpy as np
import pytest
from helpers.contrast import CONTRASTS, LEAST_CONTRAST
from helpers.drawn import Fingers, draw, on_screen, seen_pixels, widths_of_bars
from helpers.strokes import write_half_a_digit
from playwright.sync_api import expect

from mnist_helpers import Recognizer
from mnist_helpers.export import export_html, show_page
from mnist_helpers.handwriting import write_digit

AXE = "axe-core@4.14.1"


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


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
def pad(page, file):
    """The page, opened from disk, offline; no error may be written to its console."""
    faults, asked = [], []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto(file.as_uri())
    yield page
    assert faults == []
    assert [url for url in asked if url != file.as_uri()] == []


def clear(pad):
    pad.get_by_role("button", name="Clear").click()
    expect(pad.locator(".words")).to_have_text("Draw a digit")


def test_it_is_one_small_file(recognizer, file, tmp_path):
    alone = export_html(recognizer, tmp_path / "alone.html")
    assert alone.stat().st_size <= 400_000
    assert file.stat().st_size <= 1_000_000
    assert [each.name for each in tmp_path.iterdir()] == ["alone.html"]


def test_drawings_are_read_as_python_reads_them(pad, recognizer):
    rng, agree = np.random.default_rng(31), 0
    for digit in range(10):
        strokes = write_digit(digit, rng)
        draw(pad, strokes)
        expect(pad.locator(".paper path")).to_have_count(len(strokes))
        pad.wait_for_timeout(150)
        said = pad.locator(".words").text_content()
        agree += said == recognizer.recognize_strokes(strokes).in_words
        clear(pad)
    assert agree >= 9


def test_bars_and_picture_are_those_of_the_prediction(pad, recognizer):
    strokes = [np.asarray(stroke, float) for stroke in write_half_a_digit()]
    draw(pad, strokes)
    pad.wait_for_timeout(500)  # until the bars have moved
    drawn = json.loads(pad.evaluate("sessionStorage.getItem('drawing')"))
    prediction = recognizer.recognize_strokes([stroke["points"] for stroke in drawn])
    assert np.sort(prediction.probabilities)[-2] > 0.02  # one full bar would say little
    np.testing.assert_allclose(widths_of_bars(pad), prediction.probabilities, atol=0.06)
    np.testing.assert_allclose(seen_pixels(pad), prediction.image, atol=0.06)


def test_a_finger_draws(pad, recognizer):
    pad.set_viewport_size({"width": 360, "height": 740})
    assert pad.evaluate("document.documentElement.scrollWidth") <= 360
    strokes, fingers = write_digit(3, np.random.default_rng(4)), Fingers(pad)
    for stroke in on_screen(pad, strokes):
        fingers.press_and_draw(stroke)
        fingers.touch("touchEnd")
    expect(pad.locator(".words")).to_have_text(recognizer.recognize_strokes(strokes).in_words)


def test_keys_draw_take_back_and_clear(pad):
    pad.locator(".paper").focus()
    for key, count in (("ArrowUp", 8), ("Space", 1), ("ArrowDown", 16), ("Space", 1)):
        for _ in range(count):
            pad.keyboard.press(key)
    expect(pad.locator(".words")).to_have_text("This looks like a 1")
    pad.keyboard.press("Control+z")
    expect(pad.locator(".words")).to_have_text("Draw a digit")
    pad.keyboard.press("Control+y")
    expect(pad.locator(".words")).to_have_text("This looks like a 1")
    pad.keyboard.press("Escape")
    expect(pad.locator(".paper path")).to_have_count(0)


def test_what_was_undone_cannot_come_back_over_new_ink(pad):
    strokes = write_digit(1, np.random.default_rng(8))
    draw(pad, strokes)
    pad.get_by_role("button", name="Undo").click()
    expect(pad.get_by_role("button", name="Redo")).to_be_enabled()
    draw(pad, strokes)
    expect(pad.get_by_role("button", name="Redo")).to_be_disabled()


def test_a_number_of_a_map_is_made_of_the_numbers_that_are_shown(pad, recognizer):
    draw(pad, write_digit(5, np.random.default_rng(2)))
    expect(pad.locator(".layers .layer")).to_have_count(6)
    pad.get_by_role("button", name="Map 6 of conv2d", exact=True).click()
    words = pad.locator(".closer p").text_content()
    window, kernel = (
        np.array(
            table.evaluate(
                "t => [...t.rows].map(r => [...r.cells].map(c => "
                "Number(c.textContent.replace('−', '-'))))"
            )
        )
        for table in pad.locator(".closer table").all()
    )
    np.testing.assert_allclose(kernel, recognizer.network.weights[0][:, :, 0, 5], atol=0.005)
    numbers = [float(x.strip(".,").replace("−", "-")) for x in words.split() if "." in x[:-1]]
    products, bias, total, bent = numbers[-4:]
    assert abs((window * kernel).sum() - products) < 0.06  # two decimals are shown
    assert abs(products + bias - total) < 0.02
    assert abs(max(total, 0) - bent) < 0.01


def test_the_map_that_is_shown_is_that_of_python(pad, recognizer):
    draw(pad, write_digit(5, np.random.default_rng(2)))
    pad.get_by_role("button", name="Map 6 of conv2d", exact=True).wait_for()
    pad.wait_for_timeout(300)
    drawn = json.loads(pad.evaluate("sessionStorage.getItem('drawing')"))
    image = recognizer.recognize_strokes([stroke["points"] for stroke in drawn]).image
    expected = recognizer.network.maps(image)["First convolution"]
    pixels = (
        pad.get_by_role("button", name="Map 6 of conv2d", exact=True)
        .locator("canvas")
        .evaluate("c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]")
    )
    shown = np.reshape(pixels, (26, 26, 4))[..., 0] / 255
    np.testing.assert_allclose(shown, expected[..., 5] / expected.max(), atol=0.08)


def test_the_slider_goes_back_through_the_training(pad):
    draw(pad, write_digit(8, np.random.default_rng(3)))
    expect(pad.locator(".words")).to_have_text("This looks like an 8")
    trained = widths_of_bars(pad)
    pad.locator(".epoch").fill("0")
    expect(pad.locator(".epoch-said")).to_have_text("before the first epoch")
    pad.wait_for_timeout(500)
    assert np.abs(np.subtract(widths_of_bars(pad), trained)).max() > 0.3
    pad.locator(".epoch").fill("2")
    expect(pad.locator(".words")).to_have_text("This looks like an 8")


def test_damage_shows_and_can_be_repaired(pad):
    draw(pad, write_digit(8, np.random.default_rng(3)))
    expect(pad.locator(".words")).to_have_text("This looks like an 8")
    pad.wait_for_timeout(300)
    whole = widths_of_bars(pad)
    pad.locator(".noise").fill("400")
    pad.wait_for_timeout(500)
    assert np.abs(np.subtract(widths_of_bars(pad), whole)).max() > 0.05
    pad.get_by_role("button", name="Repair it").click()
    pad.wait_for_timeout(500)
    np.testing.assert_allclose(widths_of_bars(pad), whole, atol=0.01)
    pad.locator(".off").select_option(label="8")
    pad.wait_for_timeout(800)
    brightest = pad.locator("[aria-label='Map 8 of conv2d'] canvas").evaluate(
        "c => Math.max(...c.getContext('2d').getImageData(0, 0, 26, 26).data.filter("
        "(_, i) => i % 4 < 3))"
    )
    assert brightest == 0


def test_the_last_drawings_stay_with_what_was_said(pad):
    draw(pad, write_digit(2, np.random.default_rng(5)))
    expect(pad.locator(".words")).to_have_text("This looks like a 2")
    clear(pad)
    draw(pad, write_digit(7, np.random.default_rng(6)))
    expect(pad.locator(".words")).to_have_text("This looks like a 7")
    clear(pad)
    expect(pad.locator(".kept li")).to_have_text(["7", "2"])


def test_fooling_it_counts_the_ink(pad):
    draw(pad, [np.array([[140.0, 40.0], [140.0, 240.0]])])
    expect(pad.locator(".words")).to_have_text("This looks like a 1")
    pad.get_by_role("button", name="Start from this drawing").click()
    expect(pad.locator(".game-said")).to_contain_text("It reads a 1")
    draw(pad, [np.array([[40.0, 40.0], [140.0, 40.0]])])
    expect(pad.locator(".game-said")).to_contain_text("a 1 became a 7 with 100 units of ink")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read_in_light_and_dark(page, file, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(file.as_uri())
    contrasts = page.locator(".pad").evaluate(CONTRASTS)
    assert len(contrasts) > 20
    assert [each for each in contrasts if each[1] < LEAST_CONTRAST] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, file, npm, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(file.as_uri())
    draw(page, write_digit(8, np.random.default_rng(3)))
    page.get_by_role("button", name="Map 6 of conv2d", exact=True).click()
    page.evaluate((npm(AXE) / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360), (1920, 1080)])
def test_paper_answer_and_bars_are_in_one_view(pad, width, height):
    pad.set_viewport_size({"width": width, "height": height})
    for place in (".paper", ".clear", ".words", ".seen", ".bars li:last-child"):
        box = pad.locator(place).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, place
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, place


@pytest.mark.parametrize("width", [320, 768, 1280, 2560])
def test_nothing_is_cut_off_at_any_width(pad, width):
    pad.set_viewport_size({"width": width, "height": 900})
    assert pad.evaluate("document.documentElement.scrollWidth") <= width


def test_bars_can_be_seen_with_forced_colors(page, file):
    page.emulate_media(forced_colors="active")
    page.goto(file.as_uri())
    draw(page, write_digit(8, np.random.default_rng(3)))
    fill, track = page.evaluate(
        """() => [".top .fill", ".top .track"].map(
            (place) => getComputedStyle(document.querySelector(place)).backgroundColor)"""
    )
    assert fill != track


def test_in_a_notebook_it_lives_without_a_kernel(page, recognizer, tmp_path):
    """In the HTML that nbconvert makes of a notebook, and in a frame of another origin."""
    import nbformat
    from nbconvert import HTMLExporter

    shown = show_page(recognizer)
    output = nbformat.v4.new_output("display_data", {"text/html": shown.data})
    cell = nbformat.v4.new_code_cell("show_page(recognizer)", outputs=[output])
    body, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    (tmp_path / "lesson.html").write_text(body, encoding="utf-8")
    page.context.set_offline(True)
    page.goto((tmp_path / "lesson.html").as_uri())
    frame = page.frame_locator("iframe")
    box = frame.locator(".paper").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 40, steps=10)
    page.mouse.up()
    expect(frame.locator(".words")).to_have_text("This looks like a 1")


def test_it_lives_in_a_frame_of_another_origin(page, recognizer):
    """As an output of Colab does: the frame's page has an origin and storage of its own."""
    import html

    output = html.escape(show_page(recognizer).data, quote=True)
    page.set_content(
        f'<iframe sandbox="allow-scripts" width="900" height="800" srcdoc="{output}"></iframe>'
    )
    frame = page.frame_locator("iframe").frame_locator("iframe")
    frame.locator(".paper").focus()
    for key, count in (("ArrowUp", 8), ("Space", 1), ("ArrowDown", 16), ("Space", 1)):
        for _ in range(count):
            page.keyboard.press(key)
    expect(frame.locator(".words")).to_have_text("This looks like a 1")


def test_another_network_travels_too(page, tmp_path):
    import keras

    from mnist_helpers.model import KerasNetwork

    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(4, 5, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.AveragePooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    recognizer = Recognizer(KerasNetwork(model))
    page.goto(export_html(recognizer, tmp_path / "other.html").as_uri())
    strokes = write_digit(4, np.random.default_rng(1))
    draw(page, strokes)
    page.wait_for_timeout(500)
    expected = recognizer.recognize_strokes(strokes).probabilities
    np.testing.assert_allclose(widths_of_bars(page), expected, atol=0.03)
