"""What can read on the drawing pad: the course's network, any other, or your own class."""

import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
from helpers import families
from helpers.pads import Counting, Handlers, draw, fault, inside, new_pad, panel, status
from helpers.readers import NearestMean, StrokeCounter
from helpers.strokes import SEVEN

from mnist_helpers import DrawingPad, Recognizer
from mnist_helpers.network import NumpyCnn, load_weights
from mnist_helpers.pad.inside import draw_sheet, show_maps
from mnist_helpers.pad.view import panel as panel_of
from mnist_helpers.prediction import percent
from mnist_helpers.preprocessing import from_strokes

UNCALIBRATED = "Its doubt is not calibrated: <code>recognizer.calibrate()</code> fits it"


@pytest.fixture
def recognizer():
    return Counting.load()


@pytest.fixture
def pad(recognizer):
    return new_pad(recognizer)


def look_inside(pad) -> str:
    pad._controls.look_inside.value = True
    pad.strokes = SEVEN
    assert fault(pad) == ""
    return inside(pad)


READ = Recognizer.load().recognize_strokes(SEVEN)


def test_the_inside_of_the_network_costs_nothing_until_it_is_opened(pad, recognizer):
    draw(pad, SEVEN)
    assert recognizer.looks == 0 and inside(pad) == ""
    pad._controls.look_inside.value = True
    assert recognizer.looks == 1
    shown = inside(pad)
    words = ("Why a 7?", "32 maps of 26 × 26", "64 maps of 11 × 11", "64 maps of 5 × 5")
    for each in (*words, "1,600 numbers above", percent(pad.prediction.confidence)):
        assert each in shown
    pad.undo()
    assert "Draw something" in inside(pad)
    pad.redo()
    assert inside(pad) == shown
    pad._controls.look_inside.value = False
    assert inside(pad) == ""


def test_two_recognizers_answer_side_by_side(recognizer):
    blind = Recognizer(NumpyCnn([0 * array for array in load_weights()]))
    pad = DrawingPad({"<mine>": recognizer, "blind": blind})
    draw(pad, SEVEN)
    assert panel(pad).count('role="meter"') == 22  # ten bars each, and 'a digit at all'
    assert panel(pad).index("&lt;mine&gt;") < panel(pad).index("This looks like a 7")
    assert panel(pad).index(">blind<") < panel(pad).index("Not sure: 0 or 1?")
    assert "blind: Not sure: 0 or 1?" in status(pad)
    assert "The doubt of blind is not calibrated" in panel(pad)
    assert list(pad.predictions) == ["<mine>", "blind"] and pad.prediction.digit == 7
    assert look_inside(pad).count("<img") == 6


@pytest.mark.filterwarnings("ignore:this network reads")
def test_other_keras_models_are_read_and_show_their_maps_or_say_why_not():
    model = families.build("dense")
    pad = DrawingPad(model)
    shown = look_inside(pad)
    assert "Why a" in shown and "<img" not in shown
    assert "This network has no convolution, so there are no maps to show" in shown
    assert pad.prediction.digit == model(from_strokes(SEVEN)[None, ..., None]).numpy().argmax()
    assert UNCALIBRATED in panel(pad)
    shown = look_inside(DrawingPad(families.tanh_model()))
    assert "First convolution" in shown and "Second convolution" not in shown
    assert "5 maps of 24 × 24" in shown


def test_a_classifier_with_predict_proba_is_read_and_says_that_its_inside_is_hidden():
    pad = DrawingPad(NearestMean())
    shown = look_inside(pad)
    assert pad.prediction.digit == NearestMean().predict(from_strokes(SEVEN).reshape(1, -1))[0]
    assert "Why a" in shown and "shows nothing of its inside, so there are no maps" in shown
    assert UNCALIBRATED in panel(pad)


def test_a_class_with_recognize_strokes_alone_is_read_and_what_it_lacks_is_said():
    pad = DrawingPad({"strokes": StrokeCounter(), "the course's": Recognizer.load()})
    shown = look_inside(pad)
    assert "This looks like a 1" in panel(pad) and "not calibrated" not in panel(pad)
    assert "<code>StrokeCounter</code> has no logits and no calibration" in shown
    assert "<code>StrokeCounter</code> has no network to look into, so there are no maps" in shown
    assert "Why a 7?" in shown and "32 maps" in shown
    alone = DrawingPad(StrokeCounter())
    alone.strokes = SEVEN
    alone._change.find.click()
    assert "shows no network" in alone._change.answer.value


@pytest.mark.parametrize(
    "given, error, message",
    [
        ({}, ValueError, "empty mapping; wanted at least one recognizer"),
        (None, TypeError, r"a Keras model, such as load_cnn\(path\) gives, .*; got NoneType"),
        ("weights.npz", TypeError, "got str"),
        ({"mine": None}, TypeError, "got NoneType"),
        (Recognizer, TypeError, r"Recognizer is a class; wanted .* such as Recognizer.load\(\)"),
    ],
)
def test_what_cannot_read_is_refused_in_words(given, error, message):
    with pytest.raises(error, match=message):
        DrawingPad(given)


@pytest.mark.parametrize(
    "said, message",
    [
        (7, "Saying.recognize_strokes returned int; wanted a Prediction"),
        (None, "returned NoneType; wanted a Prediction"),
        (replace(READ, probabilities=np.ones(3)), r"probabilities \(3,\) and an image \(28, 28\)"),
        (replace(READ, image=np.ones((28, 28, 1))), r"an image \(28, 28, 1\); wanted .*\(28, 28\)"),
    ],
)
def test_a_reader_that_says_something_else_is_named(said, message):
    class Saying:
        def recognize_strokes(self, strokes):
            return said

    pad = DrawingPad({"odd": Saying(), "the course's": Recognizer.load()})
    pad.strokes = SEVEN
    assert re.search(message, fault(pad))
    assert pad.predictions["odd"] is None and pad.predictions["the course's"].digit == 7
    assert "No answer" in panel(pad) and "This looks like a 7" in panel(pad)


def test_no_per_cent_is_ever_100(pad):
    sure = replace(READ, confidence=1.0, probabilities=np.eye(10)[7], digit_probability=None)
    assert panel_of({"": sure}).count("over 99\u00a0%") == 3  # confidence, bar, screen reader's bar
    draw(pad, SEVEN)
    shown = panel(pad) + status(pad) + look_inside(pad)
    assert "calibrat" not in panel(pad)
    assert not re.search(r"100\s?%(?!\")", shown)


def test_a_fault_at_the_front_end_keeps_the_strokes_and_their_answer(pad, monkeypatch):
    def fail(*args):
        raise OSError("the comm is closed")

    monkeypatch.setattr(pad._paper[0], "stroke_lines", fail)
    Handlers(pad).act("mouse", *SEVEN[0])
    assert "OSError: the comm is closed" in fault(pad)
    np.testing.assert_array_equal(pad.strokes, SEVEN)
    assert pad.prediction.candidates == [7] and "This looks like a 7" in panel(pad)
    with pytest.raises(OSError, match="comm"):
        draw(pad, SEVEN)  # from code, it is raised as usual


@pytest.mark.parametrize("count, columns", [(1, 1), (5, 5), (20, 8), (32, 8)])
def test_any_number_of_maps_is_laid_out_in_rows(count, columns):
    """Map number n is n everywhere, so that its color shows where it is placed."""
    maps = np.broadcast_to(np.arange(count, dtype=np.float32), (4, 3, count))
    sheet = draw_sheet(maps, columns)
    rows = -(-count // columns)
    assert sheet.shape == (rows * 6, columns * 5, 4)
    scale = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, np.newaxis], cv2.COLORMAP_VIRIDIS)
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        tile = sheet[row * 6 : row * 6 + 6, column * 5 : column * 5 + 5]
        assert not tile[4:, :, 3].any() and not tile[:, 3:, 3].any()  # the gap
        assert (tile[:4, :3, 3] == (255 if number < count else 0)).all()
        if number < count:
            level = int(number * (255 / max(count - 1, 1e-6)))
            assert (tile[:4, :3, :3] == scale[level, 0]).all()


def test_the_maps_are_counted_in_words_the_strongest_is_found_and_the_lower_the_darker():
    maps = np.zeros((3, 3, 20), np.float32)
    maps[2, 1, 12] = 1
    assert "20 maps of 3 × 3" in show_maps("First", maps)
    assert "row 2, column 3 answers" in show_maps("First", maps)  # two rows of ten
    assert "One map of 3 × 3, bright where" in show_maps("First", maps[..., :1])
    below = np.linspace(-3, 1, 9, dtype=np.float32).reshape(3, 3, 1)
    shown = cv2.cvtColor(draw_sheet(below, 1)[:3, :3, :3], cv2.COLOR_BGR2GRAY)
    assert (np.diff(shown.ravel().astype(int)) > 0).all()
