"""The drawing pad without a browser, through the handlers that the browser's events call."""

import asyncio
import itertools
import re

import numpy as np
import pytest
from helpers.pads import Counting, draw, fault, new_pad, panel, send, status
from helpers.strokes import SEVEN, write_clearly

from mnist_helpers import DrawingPad, from_strokes
from mnist_helpers.drawing import PAD_SIZE
from mnist_helpers.explain import find_change
from mnist_helpers.pad.paper import through_midpoints
from mnist_helpers.prediction import percent


@pytest.fixture
def recognizer():
    return Counting.load()


@pytest.fixture
def pad(recognizer, monkeypatch):
    monkeypatch.setattr("time.monotonic", itertools.count(0.01, 0.01).__next__)  # in seconds
    return new_pad(recognizer)


def test_an_empty_pad_asks_for_a_digit_and_reads_what_is_drawn_and_when(pad, recognizer):
    assert "Draw a digit" in panel(pad)
    assert pad.strokes == [] and pad.times == []
    draw(pad, SEVEN + SEVEN)
    assert "This looks like a 7" in panel(pad)
    assert "This looks like a 7" in status(pad)
    assert pad.prediction.digit == 7 and pad.predictions == {"": pad.prediction}
    np.testing.assert_array_equal(pad.strokes, SEVEN + SEVEN)
    fresh = DrawingPad(recognizer)
    fresh.strokes = SEVEN + SEVEN
    assert panel(pad) == panel(fresh)  # the last answer is for all of the ink
    times = np.concatenate(pad.times)
    assert [len(stroke) for stroke in pad.times] == [5, 5]
    assert times[0] == 0 and (np.diff(times) > 0).all()


def test_answers_while_drawing_but_not_to_every_point(pad, recognizer):
    pad.pen_down(20, 20)
    before = recognizer.answers
    for step in range(100):
        pad.pen_move(20 + 2 * step, 20 + step)
    answers = recognizer.answers - before
    assert len(pad.strokes[0]) == 101
    assert 5 < answers < 40


def test_a_resting_pen_gets_its_answer(recognizer):
    async def draw_and_rest() -> str:
        pad = DrawingPad(recognizer)
        pad.pen_down(*SEVEN[0][0])
        for point in SEVEN[0][1:]:
            pad.pen_move(*point)
        await asyncio.sleep(0.5)
        return panel(pad)

    assert "This looks like a 7" in asyncio.run(draw_and_rest())


def test_ink_begins_with_a_press_and_ends_where_the_mouse_leaves_and_a_dot_is_a_stroke(pad):
    send(pad, "mouse_up", x=0, y=0)
    for event, x in [("move", 20), ("down", 100), ("out", 130), ("move", 140)]:
        send(pad, f"mouse_{event}", x=x, y=40)
    assert [stroke.tolist() for stroke in pad.strokes] == [[[50, 20]]]
    assert "Draw a digit" not in panel(pad)


def test_beyond_the_edge_the_pen_follows_along_the_edge(pad):
    pad.pen_down(200, 100)
    for point in [(PAD_SIZE + 1, 100), (PAD_SIZE + 50, -20), (100, 120), (-1, PAD_SIZE + 9)]:
        pad.pen_move(*point)
    wanted = [[200, 100], [PAD_SIZE, 100], [PAD_SIZE, 0], [100, 120], [0, PAD_SIZE]]
    assert [stroke.tolist() for stroke in pad.strokes] == [wanted]


def test_other_keys_do_nothing(pad):
    draw(pad, SEVEN + SEVEN)
    for key, ctrl, shift in [("z", 0, 0), ("a", 1, 0), ("7", 0, 0), ("Shift", 0, 1)]:
        pad.key_down(key, ctrl, shift)
        assert fault(pad) == "" and len(pad.strokes) == 2
    send(pad, "key_down", key="z", shift_key=False, ctrl_key=False, meta_key=True)  # Cmd is Ctrl
    assert len(pad.strokes) == 1


def test_the_arrow_keys_draw_where_the_pen_is_down(pad):
    for key in ["Home"] * 7 + [" "] + ["ArrowRight"] * 12 + ["End"] * 6 + ["ArrowDown"] * 8:
        pad.key_down(key)
    assert "The pen is down" in status(pad)
    pad.pen_move(10, 10)  # a mouse that passes over the paper
    pad.pen_up()
    pad.key_down(" ")
    assert "This looks like a 7" in status(pad)
    (stroke,) = pad.strokes
    assert stroke[0].tolist() == [70, 70] and len(stroke) == 1 + 12 + 6 + 8
    for _ in range(40):
        pad.key_down("ArrowLeft")  # not beyond the edge
    pad.key_down(" ")
    assert pad.strokes[1][0, 0] == 0


def test_a_sample_takes_its_time_and_gives_way_to_the_hand(recognizer):
    async def write_and_interrupt() -> list[np.ndarray]:
        pad = DrawingPad(recognizer)
        pad.write(8)
        while not pad.strokes or len(pad.strokes[0]) < 2:
            await asyncio.sleep(0.01)
        pad.pen_move(5, 5)  # a mouse that passes over the paper
        assert len(pad.strokes[0]) < 20
        draw(pad, [[(100, 100)]])
        await asyncio.sleep(0.15)
        return pad.strokes

    begun, dot = asyncio.run(write_and_interrupt())
    assert begun.min() > 5 and dot.tolist() == [[100, 100]]


def test_strokes_can_be_put_on_the_pad_and_what_is_none_or_no_digit_changes_nothing(pad):
    pad.strokes = SEVEN
    assert "This looks like a 7" in panel(pad)
    with pytest.raises(ValueError, match="stroke 0"):
        pad.strokes = [[1, 2, 3]]
    for wrong in (12, -1, "7", None):
        with pytest.raises(ValueError, match=f"digit to write is {wrong!r}; wanted .* 0 to 9"):
            pad.write(wrong)
    np.testing.assert_array_equal(pad.strokes, SEVEN)
    pad.strokes = []
    assert "Draw a digit" in panel(pad)


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_a_line_begins_and_ends_where_the_pen_did(count):
    points = np.random.default_rng(count).random((count, 2))
    line = through_midpoints(points)
    np.testing.assert_array_equal(line[[0, -1]], points[[0, -1]])
    for middle in (points[1:] + points[:-1])[:-1][1:] / 2:
        assert np.isclose(line, middle).all(axis=1).any()


# What is done with a drawing that is there


def test_a_replay_draws_the_same_strokes_and_the_bars_move_again(recognizer):
    async def watch():
        pad = DrawingPad(recognizer)
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


@pytest.mark.parametrize(
    ("digit", "other", "strength"), [(8, 3, 1), (4, 9, 1), (5, 6, 1), (7, 1, 1), (7, 9, 0.25)]
)
def test_a_small_change_flips_the_answer(recognizer, digit, other, strength):
    image = recognizer.recognize_strokes(write_clearly(digit)).image
    prediction = recognizer.recognize_image(strength * image)
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
