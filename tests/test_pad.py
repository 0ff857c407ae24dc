"""The drawing pad without a browser, through the handlers that the browser's events call."""

import asyncio
import subprocess
import sys

import numpy as np
import pytest
from helpers.pads import Clock, Counting, draw, fault, panel, send, status, to_lists
from helpers.strokes import DOT, SEVEN

from mnist_helpers import DrawingPad
from mnist_helpers.drawing import PAD_SIZE


@pytest.fixture
def recognizer():
    return Counting.load()


@pytest.fixture
def pad(recognizer):
    return DrawingPad(recognizer, clock=Clock())


def test_an_empty_pad_asks_for_a_digit(pad):
    assert "Draw a digit" in panel(pad)
    assert pad.strokes == [] and pad.times == []


def test_reads_what_is_drawn(pad):
    draw(pad, SEVEN)
    assert "This looks like a 7" in panel(pad)
    assert "This looks like a 7" in status(pad)
    assert pad.prediction.digit == 7 and pad.predictions == {"": pad.prediction}
    np.testing.assert_array_equal(pad.strokes, SEVEN)


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


def test_the_last_answer_is_for_all_of_the_ink(pad, recognizer):
    draw(pad, SEVEN)
    fresh = DrawingPad(recognizer)
    fresh.strokes = SEVEN
    assert panel(pad) == panel(fresh)


def test_a_dot_is_a_stroke(pad):
    draw(pad, DOT)
    assert [stroke.shape for stroke in pad.strokes] == [(1, 2)]
    assert "Draw a digit" not in panel(pad)


def test_moving_without_a_pen_down_draws_nothing(pad):
    pad.pen_move(10, 10)
    pad.pen_up()
    assert pad.strokes == []


def test_beyond_the_edge_the_pen_follows_along_the_edge(pad):
    pad.pen_down(200, 100)
    for point in [(PAD_SIZE + 1, 100), (PAD_SIZE + 50, -20), (100, 120), (-1, PAD_SIZE + 9)]:
        pad.pen_move(*point)
    wanted = [[200, 100], [PAD_SIZE, 100], [PAD_SIZE, 0], [100, 120], [0, PAD_SIZE]]
    assert [stroke.tolist() for stroke in pad.strokes] == [wanted]


def test_a_second_finger_does_not_draw(pad):
    first, second = {"x": 100, "y": 100}, {"x": 400, "y": 400}
    send(pad, "touch_start", touches=[first])
    send(pad, "touch_start", touches=[first, second])
    send(pad, "touch_move", touches=[{"x": 120, "y": 120}, second])
    send(pad, "touch_end", touches=[second])
    send(pad, "touch_move", touches=[second])
    np.testing.assert_array_equal(pad.strokes, [[(50, 50), (60, 60)]])


def test_undo_and_redo_what_was_drawn_erased_and_cleared(pad):
    bar = [(120, 140), (180, 140)]
    states = [[], SEVEN, [*SEVEN, bar], SEVEN, []]
    draw(pad, states[2])
    pad._controls.erase.value = True
    draw(pad, [[(100, 120), (130, 150)]])  # crosses the bar, between its points
    pad._controls.erase.value = False
    pad.clear()
    for state in states[-2::-1]:
        pad.undo()
        assert [stroke.tolist() for stroke in pad.strokes] == to_lists(state)
    pad.undo()
    assert pad.strokes == [] and "Draw a digit" in panel(pad)
    for state in states[1:]:
        pad.redo()
        assert [stroke.tolist() for stroke in pad.strokes] == to_lists(state)
    pad.redo()
    assert pad.strokes == []


def test_after_new_ink_there_is_nothing_to_redo(pad):
    draw(pad, SEVEN)
    pad.undo()
    draw(pad, [[(10, 10)]])
    pad.redo()
    assert len(pad.strokes) == 1


def test_the_eraser_takes_what_it_touches_and_no_more(pad):
    draw(pad, [[(20, 20), (20, 260)], [(60, 20), (60, 260)], [(100, 140)]])
    pad._controls.erase.value = True
    draw(pad, [[(40, 200)]])
    assert len(pad.strokes) == 3
    draw(pad, [[(108, 140)]])  # a tap on the rim of the dot
    draw(pad, [[(10, 200), (30, 200)]])
    assert [stroke.tolist() for stroke in pad.strokes] == [[[60, 20], [60, 260]]]


def test_undo_while_the_pen_is_down_ends_the_stroke(pad):
    pad.pen_down(10, 10)
    pad.undo()
    pad.pen_move(20, 20)
    assert pad.strokes == []


def test_the_pen_width_changes_the_picture_only(pad, monkeypatch):
    draw(pad, SEVEN)
    shown = []
    monkeypatch.setattr(pad._paper, "show", lambda strokes, pen: shown.append(pen))
    before = panel(pad)
    pad._controls.pen.value = 30
    assert shown == [30] and panel(pad) == before


@pytest.mark.parametrize(
    ("key", "ctrl", "shift", "left"),
    [
        ("z", True, False, 1),
        ("z", False, False, 2),
        ("Z", True, True, 2),
        ("Backspace", False, False, 1),
        ("Escape", False, False, 0),
        ("Delete", False, False, 0),
        ("a", True, False, 2),
        ("7", False, False, 2),
        ("Shift", False, True, 2),
    ],
)
def test_keys(pad, key, ctrl, shift, left):
    draw(pad, SEVEN + SEVEN)
    pad.key_down(key, ctrl, shift)
    assert fault(pad) == ""
    assert len(pad.strokes) == left


def test_redo_has_a_key(pad):
    draw(pad, SEVEN)
    for key, shift, left in [("z", False, 0), ("y", False, 1), ("z", False, 0), ("Z", True, 1)]:
        pad.key_down(key, True, shift)
        assert len(pad.strokes) == left


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


def test_the_keys_can_erase(pad):
    pad.strokes = [[(140, 140), (200, 140)]]
    pad.key_down("e")
    assert "eraser" in status(pad)
    pad.key_down(" ")
    assert pad.strokes == []
    pad.key_down("E")
    pad.key_down(" ")
    assert len(pad.strokes) == 1


def test_only_a_digit_can_be_written(pad):
    draw(pad, SEVEN)
    for wrong in (12, -1, "7", None):
        with pytest.raises(ValueError, match=f"digit to write is {wrong!r}; wanted .* 0 to 9"):
            pad.write(wrong)
    np.testing.assert_array_equal(pad.strokes, SEVEN)


def test_writes_a_sample_that_undo_takes_back(pad):
    draw(pad, SEVEN)
    pad._controls.digit.value = 3
    pad._controls.write.click()
    assert "This looks like a 3" in status(pad)
    for _ in range(len(pad.strokes) + 1):
        pad.undo()
    np.testing.assert_array_equal(pad.strokes, SEVEN)


def test_a_sample_takes_its_time_and_gives_way_to_the_hand(recognizer):
    async def write_and_interrupt() -> list[np.ndarray]:
        pad = DrawingPad(recognizer)
        pad.write(8)
        await asyncio.sleep(0.15)
        pad.pen_move(5, 5)  # a mouse that passes over the paper
        assert 1 < len(pad.strokes[0]) < 20
        draw(pad, [[(100, 100)]])
        await asyncio.sleep(0.15)
        return pad.strokes

    begun, dot = asyncio.run(write_and_interrupt())
    assert begun.min() > 5 and dot.tolist() == [[100, 100]]


def test_strokes_can_be_put_on_the_pad(pad):
    pad.strokes = SEVEN
    assert "This looks like a 7" in panel(pad)
    pad.strokes = []
    assert "Draw a digit" in panel(pad)


def test_strokes_that_are_none_are_refused_and_change_nothing(pad):
    pad.strokes = SEVEN
    with pytest.raises(ValueError, match="stroke 0"):
        pad.strokes = [[1, 2, 3]]
    np.testing.assert_array_equal(pad.strokes, SEVEN)


def test_events_of_the_browser_reach_the_handlers(pad):
    send(pad, "mouse_down", x=100, y=40)
    send(pad, "mouse_move", x=120, y=60)
    send(pad, "mouse_out", x=130, y=60)
    send(pad, "mouse_move", x=140, y=60)
    send(pad, "touch_start", touches=[{"x": 20, "y": 20}])
    send(pad, "touch_move", touches=[{"x": 40, "y": 20}])
    send(pad, "touch_end", touches=[])
    assert [stroke.tolist() for stroke in pad.strokes] == [
        [[50, 20], [60, 30]],
        [[10, 10], [20, 10]],
    ]
    send(pad, "key_down", key="z", shift_key=False, ctrl_key=False, meta_key=True)
    assert len(pad.strokes) == 1
    pad._controls.clear.click()
    assert pad.strokes == []


def test_a_new_client_gets_both_layers_drawn(pad, monkeypatch):
    draw(pad, SEVEN)
    sent = []
    manager = pad._paper._canvas_manager
    monkeypatch.setattr(manager, "_send_custom", lambda command, buffers=(): sent.append(command))
    pad._paper._handle_custom_msg({"event": "client_ready"}, [])
    (commands,) = sent
    named = [args[0] for _, args, *_ in commands if args and str(args[0]).startswith("IPY_MODEL_")]
    assert set(named) == {f"IPY_MODEL_{pad._paper[layer].model_id}" for layer in (0, 1)}


def test_does_not_import_tensorflow():
    code = "import sys, mnist_helpers.pad; sys.exit('tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
