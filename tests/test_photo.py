"""The steps from a stranger's picture to the digit: each does what it says."""

import numpy as np
import pytest

from mnist_helpers import draw_strokes
from mnist_helpers.photo import (
    choose_digit,
    coverage,
    find_contrast,
    find_ink,
    soft_ink,
    trim_frame,
    widen,
)


def line_drawing(*strokes, size=400, pen=6):
    """Ink as an array of 0 and 1: float32 (size, size)."""
    return (draw_strokes(strokes, size=size, pen=pen) > 127).astype(np.float32)


@pytest.mark.parametrize("is_light", [False, True])
def test_ink_is_as_strong_in_the_shadow_as_in_the_light(is_light):
    ink = line_drawing([[80, 100], [80, 300]], [[320, 100], [320, 300]], pen=8)
    light = np.where(np.arange(400) < 200, 0.9, 0.45)  # a shadow with a sharp edge
    grey = 0.4 * light * (1 + 1.5 * ink) if is_light else light * (1 - 0.6 * ink)
    soft = soft_ink(grey.astype(np.float32), 0.2, is_light)
    assert soft[150:250, 80] == pytest.approx(0.6, abs=0.08)
    assert soft[150:250, 320] == pytest.approx(0.6, abs=0.08)
    assert soft[:, 20:60].max() < 0.05


def test_blank_paper_of_any_brightness_has_no_ink():
    for level in (0.0, 0.3, 1.0):
        for is_light in (False, True):
            soft = soft_ink(np.full((60, 50), level, np.float32), 0.2, is_light)
            assert not find_ink(soft).any()


def test_a_pasted_frame_is_cut_off_and_a_picture_without_one_stays():
    picture = np.full((200, 160), 0.9, np.float32)
    picture[60:140, 70:90] = 0.1
    framed = np.pad(picture, ((12, 0), (8, 8)), constant_values=0.2)
    np.testing.assert_array_equal(trim_frame(framed), picture)
    np.testing.assert_array_equal(trim_frame(picture), picture)


def test_the_digit_is_chosen_among_specks_and_what_touches_the_edge():
    digit = line_drawing([[150, 120], [250, 120], [200, 280]], [[160, 205], [250, 205]]) > 0
    others = line_drawing([[0, 350], [399, 380]], [[20, 20]], [[380, 60]]) > 0
    assert (choose_digit(digit | others, at_edge=False) == digit).all()


def test_a_digit_that_touches_the_edge_is_chosen_where_that_is_allowed():
    digit = line_drawing([[200, -20], [200, 350]], pen=30) > 0
    assert not choose_digit(digit, at_edge=False).any()
    assert (choose_digit(digit, at_edge=True) == digit).all()


def test_separate_strokes_of_one_digit_stay_together():
    five = line_drawing([[150, 130], [140, 190], [220, 210], [150, 280]], [[175, 120], [240, 118]])
    assert (choose_digit(five > 0, at_edge=False) == (five > 0)).all()


def test_a_second_digit_stays_so_that_two_are_not_read_as_one():
    two = line_drawing([[80, 100], [80, 300]], [[320, 120], [320, 290]], pen=20) > 0
    assert (choose_digit(two, at_edge=False) == two).all()


@pytest.mark.parametrize("pen", [4, 8, 16])
def test_thin_strokes_become_as_thick_as_mnist_s(pen):
    ink = line_drawing([[200, 100], [200, 300]], pen=pen)
    drawn = widen(ink, ink > 0) > 0.5
    across, along = drawn.any(axis=0).sum(), drawn.any(axis=1).sum()
    assert across / along == pytest.approx(24 / 200, rel=0.35)
    assert not drawn[[0, -1]].any() and not drawn[:, [0, -1]].any()


def test_a_thick_stroke_is_not_widened():
    ink = line_drawing([[200, 150], [200, 250]], pen=60)
    drawn = widen(ink, ink > 0) > 0.5
    across, along = drawn.any(axis=0).sum(), drawn.any(axis=1).sum()
    assert across / along == pytest.approx(60 / 160, rel=0.1)


def test_a_detail_explains_little_of_a_picture_and_the_whole_ink_all_of_it():
    stroke, other = line_drawing([[80, 100], [80, 300]]), line_drawing([[300, 60], [320, 340]])
    contrast = find_contrast(1 - 0.7 * np.maximum(stroke, other))
    assert coverage(contrast, np.maximum(stroke, other) > 0) > 0.9
    assert 0.2 < coverage(contrast, stroke > 0) < 0.7
    assert coverage(contrast, line_drawing([[200, 200]]) > 0) < 0.05
