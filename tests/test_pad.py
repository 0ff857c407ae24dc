"""The drawing pad without a browser, through the handlers that the browser's events call."""

import asyncio

import numpy as np
import pytest
from helpers.pads import Clock, Counting, draw, fault, panel, send, status
from helpers.strokes import DOT, SEVEN

from mnist_helpers import DrawingPad
from mnist_helpers.drawing import PAD_SIZE
from mnist_helpers.pad.paper import through_midpoints


@pytest.fixture
def recognizer():
    return Counting.load()


@pytest.fixture
def pad(recognizer):
    return DrawingPad(recognizer, clock=Clock())


def test_an_empty_pad_asks_for_a_digit_and_reads_what_is_drawn(pad, recognizer):
    assert "Draw a digit" in panel(pad)
    assert pad.strokes == [] and pad.times == []
    draw(pad, SEVEN)
    assert "This looks like a 7" in panel(pad)
    assert "This looks like a 7" in status(pad)
    assert pad.prediction.digit == 7 and pad.predictions == {"": pad.prediction}
    np.testing.assert_array_equal(pad.strokes, SEVEN)
    fresh = DrawingPad(recognizer)
    fresh.strokes = SEVEN
    assert panel(pad) == panel(fresh)  # the last answer is for all of the ink


def test_points_carry_the_time_they_came(pad):
    draw(pad, SEVEN + SEVEN)
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


def test_a_dot_is_a_stroke_and_a_move_without_a_pen_down_is_none(pad):
    pad.pen_move(10, 10)
    pad.pen_up()
    assert pad.strokes == []
    draw(pad, DOT)
    assert [stroke.shape for stroke in pad.strokes] == [(1, 2)]
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


def test_only_a_digit_can_be_written(pad):
    draw(pad, SEVEN)
    for wrong in (12, -1, "7", None):
        with pytest.raises(ValueError, match=f"digit to write is {wrong!r}; wanted .* 0 to 9"):
            pad.write(wrong)
    np.testing.assert_array_equal(pad.strokes, SEVEN)


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


def test_strokes_can_be_put_on_the_pad_and_what_is_none_is_refused_and_changes_nothing(pad):
    pad.strokes = SEVEN
    assert "This looks like a 7" in panel(pad)
    with pytest.raises(ValueError, match="stroke 0"):
        pad.strokes = [[1, 2, 3]]
    np.testing.assert_array_equal(pad.strokes, SEVEN)
    pad.strokes = []
    assert "Draw a digit" in panel(pad)


def test_a_mouse_that_leaves_lifts_the_pen(pad):
    for event, x in [("mouse_down", 100), ("mouse_out", 130), ("mouse_move", 140)]:
        send(pad, event, x=x, y=40)
    assert [stroke.tolist() for stroke in pad.strokes] == [[[50, 20]]]


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_a_line_begins_and_ends_where_the_pen_did(count):
    points = np.random.default_rng(count).random((count, 2))
    line = through_midpoints(points)
    np.testing.assert_array_equal(line[[0, -1]], points[[0, -1]])
    for middle in (points[1:] + points[:-1])[:-1][1:] / 2:
        assert np.isclose(line, middle).all(axis=1).any()


def test_a_corner_is_rounded():
    line = through_midpoints(np.array([(0.0, 0), (100, 0), (100, 100)]))
    steps = np.diff(line, axis=0)
    steps = steps[np.hypot(*steps.T) > 0]
    turns = np.abs(np.diff(np.unwrap(np.arctan2(*steps.T[::-1]))))
    assert turns.max() < np.radians(20)
