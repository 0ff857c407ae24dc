"""The drawing pad without a browser, through the handlers that the browser's events call."""

import asyncio
import subprocess
import sys

import numpy as np
import pytest

from mnist_helpers import DrawingPad, Recognizer

SEVEN = [[(90, 70), (140, 70), (190, 70), (160, 145), (130, 220)]]


class Clock:
    """A clock that goes on by a hundredth of a second whenever somebody looks."""

    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


class Counting:
    """Passes on to a recogniser, counts its answers, and fails while it is told to."""

    answers = 0
    fails = False

    def __init__(self, recognizer: Recognizer):
        self._recognizer = recognizer

    def recognize_strokes(self, strokes):
        if self.fails:
            raise RuntimeError("no <weights>")
        self.answers += 1
        return self._recognizer.recognize_strokes(strokes)


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


@pytest.fixture
def pad(recognizer):
    return DrawingPad(Counting(recognizer), clock=Clock())


def draw(pad, strokes):
    for (x, y), *others in strokes:
        pad.pen_down(x, y)
        for other in others:
            pad.pen_move(*other)
        pad.pen_up()


def answer(pad) -> str:
    return pad._panel.value


def test_an_empty_pad_asks_for_a_digit(pad):
    assert "Draw a digit" in answer(pad)
    assert pad.strokes == [] and pad.times == []


def test_reads_what_is_drawn(pad):
    draw(pad, SEVEN)
    assert "This looks like a 7" in answer(pad)
    assert "This looks like a 7" in pad._status.value
    assert answer(pad).count('role="meter"') == 10
    np.testing.assert_array_equal(pad.strokes, SEVEN)


def test_points_carry_the_time_they_came(pad):
    draw(pad, SEVEN + SEVEN)
    times = np.concatenate(pad.times)
    assert [len(stroke) for stroke in pad.times] == [5, 5]
    assert times[0] == 0 and (np.diff(times) > 0).all()


def test_answers_while_drawing_but_not_to_every_point(pad):
    pad.pen_down(20, 20)
    before = pad._recognizer.answers
    for step in range(100):
        pad.pen_move(20 + 2 * step, 20 + step)
    answers = pad._recognizer.answers - before
    assert len(pad.strokes[0]) == 101
    assert 5 < answers < 40


def test_a_resting_pen_gets_its_answer(recognizer):
    async def draw_and_rest() -> str:
        pad = DrawingPad(recognizer)
        pad.pen_down(*SEVEN[0][0])
        for point in SEVEN[0][1:]:
            pad.pen_move(*point)
        await asyncio.sleep(0.5)
        return answer(pad)

    assert "This looks like a 7" in asyncio.run(draw_and_rest())


def test_the_last_answer_is_for_all_of_the_ink(pad):
    draw(pad, SEVEN)
    shown = answer(pad)
    pad._answer()
    assert answer(pad) == shown


def test_a_dot_is_a_stroke(pad):
    pad.pen_down(140, 140)
    pad.pen_up()
    assert [stroke.shape for stroke in pad.strokes] == [(1, 2)]
    assert "Draw a digit" not in answer(pad)


def test_moving_without_a_pen_down_draws_nothing(pad):
    pad.pen_move(10, 10)
    pad.pen_up()
    assert pad.strokes == []


def test_beyond_the_edge_the_stroke_ends(pad):
    pad.pen_down(200, 100)
    pad.pen_move(281, 100)
    pad.pen_move(100, 100)
    assert [len(stroke) for stroke in pad.strokes] == [1]


def test_a_second_finger_does_not_draw(pad):
    pad.touch_start((50, 50))
    pad.touch_start((50, 50), (200, 200))
    pad.pen_move(60, 60)
    pad.pen_up()
    np.testing.assert_array_equal(pad.strokes, [[(50, 50), (60, 60)]])


def test_undo_takes_back_one_stroke_and_clear_all(pad):
    draw(pad, [*SEVEN, [(120, 140), (180, 140)]])
    pad.undo()
    np.testing.assert_array_equal(pad.strokes, SEVEN)
    assert "7" in pad._status.value
    draw(pad, SEVEN)
    pad.clear()
    assert pad.strokes == [] and "Draw a digit" in answer(pad)
    pad.undo()
    assert pad.strokes == []


def test_undo_while_the_pen_is_down_ends_the_stroke(pad):
    pad.pen_down(10, 10)
    pad.undo()
    pad.pen_move(20, 20)
    assert pad.strokes == []


@pytest.mark.parametrize(
    ("key", "ctrl", "left"),
    [
        ("z", True, 1),
        ("z", False, 2),
        ("Backspace", False, 1),
        ("Escape", False, 0),
        ("a", True, 2),
    ],
)
def test_keys(pad, key, ctrl, left):
    draw(pad, SEVEN + SEVEN)
    pad.key_down(key, ctrl)
    assert len(pad.strokes) == left


def test_strokes_can_be_put_on_the_pad(pad):
    pad.strokes = SEVEN
    assert "This looks like a 7" in answer(pad)
    pad.strokes = []
    assert "Draw a digit" in answer(pad)


def test_strokes_that_are_none_are_refused_and_change_nothing(pad):
    pad.strokes = SEVEN
    with pytest.raises(ValueError, match="stroke 0"):
        pad.strokes = [[1, 2, 3]]
    np.testing.assert_array_equal(pad.strokes, SEVEN)


def test_a_fault_shows_in_the_pad_and_the_pad_goes_on(pad):
    pad._recognizer.fails = True
    draw(pad, SEVEN)
    assert "RuntimeError: no &lt;weights&gt;" in pad._fault.value
    assert "No answer" in answer(pad)
    pad._recognizer.fails = False
    draw(pad, [[(10, 10)]])
    assert pad._fault.value == ""
    assert len(pad.strokes) == 2
    pad.undo()
    assert "This looks like a 7" in answer(pad)


def test_a_fault_at_the_front_end_keeps_the_strokes(pad, monkeypatch):
    def fail(*args):
        raise OSError("the comm is closed")

    monkeypatch.setattr(pad._canvas[1], "fill_circle", fail)
    pad.pen_down(10, 10)
    pad.pen_up()
    assert "OSError: the comm is closed" in pad._fault.value
    assert len(pad.strokes) == 1


def test_events_of_the_browser_reach_the_handlers(pad):
    def send(event, **content):
        pad._canvas._handle_custom_msg({"event": event, **content}, [])

    send("mouse_down", x=100, y=40)  # in pixels of the canvas, two for each of the pad
    send("mouse_move", x=120, y=60)
    send("mouse_out", x=130, y=60)
    send("mouse_move", x=140, y=60)
    send("touch_start", touches=[{"x": 20, "y": 20}])
    send("touch_move", touches=[{"x": 40, "y": 20}])
    send("touch_end", touches=[])
    assert [stroke.tolist() for stroke in pad.strokes] == [
        [[50, 20], [60, 30]],
        [[10, 10], [20, 10]],
    ]
    send("key_down", key="z", shift_key=False, ctrl_key=False, meta_key=True)
    assert len(pad.strokes) == 1
    pad._clear_button.click()
    assert pad.strokes == []


def test_a_new_client_gets_both_layers_drawn(pad, monkeypatch):
    draw(pad, SEVEN)
    sent = []
    manager = pad._canvas._canvas_manager
    monkeypatch.setattr(manager, "_send_custom", lambda command, buffers=(): sent.append(command))
    pad._canvas._handle_custom_msg({"event": "client_ready"}, [])
    (commands,) = sent
    named = [args[0] for _, args, *_ in commands if args and str(args[0]).startswith("IPY_MODEL_")]
    assert named == [f"IPY_MODEL_{pad._canvas[layer].model_id}" for layer in (0, 1)]


def test_wants_a_recognizer():
    with pytest.raises(TypeError, match="from_model"):
        DrawingPad("weights.npz")


def test_does_not_import_tensorflow():
    code = "import sys, mnist_helpers.pad; sys.exit('tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
