"""What the pad does with a drawing that is there: replay it, remember it, change its answer."""

import asyncio
import re

import numpy as np
import pytest
from helpers.pads import Clock, draw, panel
from helpers.strokes import SEVEN, write_clearly

from mnist_helpers import DrawingPad, from_strokes
from mnist_helpers.explain import find_change
from mnist_helpers.prediction import percent


@pytest.fixture
def pad(recognizer):
    return DrawingPad(recognizer, clock=Clock())


def test_a_replay_draws_the_same_strokes_and_the_bars_move_again(recognizer):
    async def watch():
        now = asyncio.get_running_loop().time
        pad = DrawingPad(recognizer, clock=now)
        draw(pad, write_clearly(8))
        pad._ink.replace(  # as if it had been drawn slowly, with a long rest
            [[(x, y, 5 + 0.02 * n) for n, (x, y) in enumerate(line)] for line in pad.strokes]
        )
        before, seen = pad.strokes, set()
        pad.replay()
        while len(pad.strokes) < len(before) or len(pad.strokes[-1]) < len(before[-1]):
            seen.add((sum(map(len, pad.strokes)), panel(pad)))
            await asyncio.sleep(0.02)
        return before, pad.strokes, seen

    before, after, seen = asyncio.run(watch())
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    assert len({points for points, _ in seen}) > 5
    assert len({bars for _, bars in seen}) > 3


def test_the_last_drawings_stand_in_a_row_with_their_answers(pad):
    assert pad._controls.strip.value == ""
    for digit in (7, 1):
        draw(pad, SEVEN if digit == 7 else [[(140, 40), (140, 240)]])
        sure = percent(pad.prediction.confidence)
        pad.clear()
        assert f"{digit} <small>{sure}</small></li>" in pad._controls.strip.value
    items = re.findall(r"<li>.*?</li>", pad._controls.strip.value)
    assert len(items) == 2 and " 1 <small>" in items[0]
    pad.clear()  # a pad without ink adds nothing
    assert len(re.findall(r"<li>", pad._controls.strip.value)) == 2
    for _ in range(12):
        draw(pad, SEVEN)
        pad.clear()
    assert len(re.findall(r"<li>", pad._controls.strip.value)) == 8


@pytest.mark.parametrize(("digit", "other"), [(8, 3), (4, 9), (5, 6), (7, 1)])
def test_a_small_change_flips_the_answer(recognizer, digit, other):
    prediction = recognizer.recognize_strokes(write_clearly(digit))
    change = find_change(recognizer, prediction, other)
    assert recognizer.recognize_image(change.image).digit == other == change.digit
    np.testing.assert_allclose(
        prediction.image + change.added - change.taken, change.image, atol=1e-6
    )
    assert 0 < change.added.sum() + change.taken.sum() < 0.5 * prediction.image.sum()
    assert change.touches <= 15
    for part in (prediction.image + change.added, prediction.image - change.taken):
        if not np.allclose(part, change.image, atol=0.01):  # without pen or eraser it is not yet so
            assert recognizer.recognize_image(part.clip(0, 1)).digit != other
    again = recognizer.recognize_image(change.image).probabilities[other]
    assert change.probability == pytest.approx(float(again), abs=1e-5)


@pytest.mark.parametrize(
    ("strokes", "digit", "message"),
    [([], 3, "blank"), (SEVEN, 7, "read as 7 already"), (SEVEN, 10, "wanted a whole number")],
)
def test_what_cannot_be_changed_is_said(recognizer, strokes, digit, message):
    with pytest.raises(ValueError, match=message):
        find_change(recognizer, recognizer.recognize_strokes(strokes), digit)


def test_the_pad_shows_the_change_in_signs_and_words(pad):
    change = pad._change
    assert change.layout.display == "none"
    pad._controls.look_inside.value = True
    assert change.layout.display is None
    pad.strokes = write_clearly(8)
    change.digit.value = 3
    change.find.click()
    html = change.answer.value
    assert "then it is read as a 3" in html and "take away this ink" in html
    image = from_strokes(write_clearly(8))
    taken = {
        (int(x), int(y)) for x, y in re.findall(r'x="(\d+)" y="(\d+)"[^>]*class="taken"', html)
    }
    assert taken and all(image[y, x] > 0.1 for x, y in taken)
    assert html.count('class="taken" opacity') == html.count("l1 1m0-1l-1 1")  # a cross on each
    change.digit.value = 8
    change.find.click()
    assert "No change to show: this is read as 8 already" in change.answer.value
    draw(pad, SEVEN)
    assert change.answer.value == ""


def test_a_reader_without_a_network_has_no_change_to_show(recognizer):
    class Reads:
        def recognize_strokes(self, strokes):
            return recognizer.recognize_strokes(strokes)

    pad = DrawingPad(Reads())
    pad.strokes = SEVEN
    pad._change.find.click()
    assert "shows no network" in pad._change.answer.value
