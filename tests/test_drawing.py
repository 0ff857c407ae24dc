import warnings

import numpy as np
import pandas as pd
import pytest
from test_preprocessing import OnGpu

from mnist_helpers import Recognizer
from mnist_helpers.drawing import as_strokes, draw_strokes, fit_strokes

LINE = [[(100, 140), (180, 140)]]


def ink_box(picture):
    rows, columns = np.nonzero(picture > 127)
    return columns.min(), rows.min(), columns.max(), rows.max()


def test_a_picture_is_smooth_white_ink_on_black_with_x_to_the_right_and_y_down():
    picture = draw_strokes(LINE)
    assert (picture.shape, picture.dtype) == ((280, 280), np.uint8)
    assert (picture[140, 140], picture[0, 0]) == (255, 0)
    left, top, right, bottom = ink_box(draw_strokes([[(50, 200), (90, 200)]], pen=4))
    assert left < 60 < right < 100
    assert 195 < top <= 200 <= bottom < 205
    assert len(np.unique(draw_strokes([[(20, 30), (200, 170)]]))) > 10
    assert not draw_strokes([]).any() and not draw_strokes([[]]).any()


@pytest.mark.parametrize("pen", [2, 8, 24, 40])
def test_pen_width_is_the_width_of_the_line(pen):
    column = draw_strokes(LINE, pen=pen)[:, 140] / 255
    assert column.sum() == pytest.approx(pen, abs=1.5)


def test_a_stroke_without_length_is_a_dot_and_points_outside_are_cut_off_not_wrapped():
    for dot in ([(140, 140)], [(140, 140), (140, 140)]):
        picture = draw_strokes([dot], pen=24)
        assert (picture / 255).sum() == pytest.approx(np.pi * 12**2, rel=0.1)
    picture = draw_strokes([[(-500, 140), (900, 140)]])
    assert picture[140].min() == 255
    assert picture[:100].max() == 0


@pytest.mark.parametrize(
    ("stroke", "said"),
    [
        ([(1, 2, 3)], r"shape \(1, 3\); wanted \(n, 2\)"),
        ([1, 2], "is one point; wanted a list of points"),
        ([(1, 2, 3, 4), (5, 6, 7, 8)], r"all x come first.*np\.transpose"),
        ([(1, float("nan"))], "not finite"),
        ([(1e9, 0)], "farther than"),
        (["a" * 999], "not a list of"),
        ([(1, 2), (3,)], "not a list of"),
        ([1 + 2j, 3 + 4j], r"complex.*column_stack\(\[stroke.real, stroke.imag"),
        ({"x": [1], "y": [2]}, r"column_stack\(\[table\['x'\], table\['y'"),
        ([{"x": 1, "y": 2}], r"\[\(p\['x'\], p\['y'\]\) for p in stroke\]"),
        ([OnGpu()], "is not a list of"),
    ],
)
def test_a_bad_stroke_is_named_in_few_words(stroke, said):
    with pytest.raises(ValueError, match=f"stroke 1.*{said}") as caught:
        as_strokes([[(0, 0)], stroke])
    assert len(str(caught.value)) < 250


def test_lines_of_two_points_that_meet_only_with_mixed_axes_are_pointed_out():
    seven = [[(10, 20), (200, 20)], [(196, 23), (90, 250)]]
    cross = [[(0, 5), (9, 5)], [(5, 0), (5, 9)]]
    for strokes in (seven, cross, [seven[0]], [*seven, [(3, 4)]]):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            Recognizer.load().recognize_strokes(strokes)
    with pytest.warns(UserWarning, match=r"np\.transpose"):
        Recognizer.load().recognize_strokes([np.transpose(stroke) for stroke in seven])


@pytest.mark.parametrize(("scale", "place"), [(0.01, -300), (0.5, 0), (20, 500)])
def test_fitted_ink_fills_the_box_wherever_it_was(scale, place):
    shape = np.array([(0, 0), (40, 90), (10, 100)])
    left, top, right, bottom = ink_box(draw_strokes(fit_strokes([shape * scale + place])))
    assert bottom - top + 1 == pytest.approx(200, abs=2)
    assert (left + right) / 2 == pytest.approx(139.5, abs=1)
    assert (top + bottom) / 2 == pytest.approx(139.5, abs=1)


@pytest.mark.parametrize("points", [[(3, 5)], [(3, 5), (3, 5)], [(0, 0), (0, 5e-324)]])
def test_a_lone_dot_is_moved_to_the_middle(points):
    (dot,) = fit_strokes([points])
    np.testing.assert_allclose(dot, np.full((len(points), 2), 139.5))


def test_a_pen_as_wide_as_the_box_is_refused():
    with pytest.raises(ValueError, match="the pen is 200; wanted 1 to 199"):
        fit_strokes([[(0, 0), (10, 100)]], pen=200)


def test_what_is_no_list_of_strokes_is_an_error_with_a_way_out():
    table = {"x": [1], "y": [2]}
    for strokes in (None, 7, "7", b"7", table, pd.DataFrame(table)):
        way_out = "column_stack" if hasattr(strokes, "keys") else r"recognize\(picture\)"
        with pytest.raises((TypeError, ValueError), match=f"wanted strokes, a list.*{way_out}"):
            as_strokes(strokes)
    for array, said in [
        (np.zeros((28, 28)), "recognize_image reads it"),
        (np.zeros((280, 280), np.uint8), "recognize does"),
        (np.zeros((5, 2)), r"this is one stroke.*\[stroke\]"),
        (np.zeros(4), "holds no strokes"),
    ]:
        with pytest.raises(ValueError, match=said):
            as_strokes(array)
    assert len(as_strokes(np.zeros((3, 5, 2)))) == 3
    assert as_strokes([zip([1, 3], [2, 4], strict=True)])[0].tolist() == [[1, 2], [3, 4]]
