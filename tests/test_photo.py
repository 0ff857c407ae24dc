"""Photos of paper: each step does what it says, and the digits are read at the end."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from photos import RULINGS, take_photo
from PIL import Image

from mnist_helpers import Recognizer, draw_strokes
from mnist_helpers.handwriting import write_digit
from mnist_helpers.photo import (
    choose_digit,
    even_out_light,
    find_drawing,
    make_upright,
    remove_lines,
    thicken,
)

PHOTOS = 200
_STEPS = ["upright", "even light", "no lines", "ink", "drawing"]


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def opened(photo):
    return Image.open(io.BytesIO(photo.data))


def line_drawing(*strokes, size=400, pen=6):
    """Ink as `find_ink` returns it: float32, 0 and 1."""
    return (draw_strokes(strokes, size=size, pen=pen) > 127).astype(np.float32)


def test_nineteen_of_twenty_photos_are_read(recognizer):
    right, kinds = 0, set()
    for number in range(PHOTOS):
        photo = take_photo(np.random.default_rng(number), digit=number % 10)
        answer = recognizer.recognize(find_drawing(opened(photo))["drawing"])
        right += answer.digit == photo.digit
        kinds |= {photo.ruling, photo.pen, photo.orientation}
    assert right >= 0.95 * PHOTOS
    assert len(kinds) == 3 + 4 + 4


@pytest.mark.parametrize("ruling", RULINGS)
def test_a_blank_sheet_is_an_answer(recognizer, ruling):
    for number in range(6):
        steps = find_drawing(opened(take_photo(np.random.default_rng(number), ruling=ruling)))
        assert list(steps) == _STEPS
        assert recognizer.recognize(steps["drawing"]).verdict == "blank"


def test_the_phone_s_turn_is_taken_back():
    pictures = []
    for orientation in (1, 3, 6, 8):
        photo = take_photo(np.random.default_rng(1), 4, size=300, orientation=orientation)
        pictures.append(make_upright(opened(photo)))
        assert pictures[-1].shape == (photo.height, photo.width)
    for turned in pictures[1:]:  # JPEG rounds differently
        assert np.abs(turned.astype(int) - pictures[0]).mean() < 3


def test_light_becomes_even_and_ink_is_as_dark_in_the_shadow():
    ink = line_drawing([[80, 100], [80, 300]], [[320, 100], [320, 300]], pen=8)
    light = np.where(np.arange(400) < 200, 220, 110)  # a shadow with a sharp edge
    contrast = even_out_light(np.uint8(light * (1 - 0.6 * ink)))
    in_light, in_shadow = contrast[150:250, 80], contrast[150:250, 320]
    assert in_light == pytest.approx(0.6, abs=0.08)
    assert in_shadow == pytest.approx(0.6, abs=0.08)
    away_from_all = np.r_[20:60, 110:180, 220:290, 350:380]
    assert np.abs(contrast[:, away_from_all]).max() < 0.02


def test_light_ink_on_a_blackboard_is_ink_too():
    ink = line_drawing([[100, 100], [300, 300]])
    contrast = even_out_light(np.uint8(40 + 180 * ink))
    assert contrast[ink > 0].mean() > 1
    assert np.abs(contrast[ink == 0]).mean() < 0.1


def test_printed_lines_go_and_strokes_stay():
    stroke = cv2.GaussianBlur(
        line_drawing([[120, 90], [260, 310]], [[100, 200], [300, 200]]), (5, 5), 0
    )
    ruled = np.zeros((400, 400), np.float32)
    for place in range(15, 400, 30):
        cv2.line(ruled, (0, place), (399, place + 12), 0.25, 2, cv2.LINE_AA)
        cv2.line(ruled, (place, 0), (place - 12, 399), 0.25, 2, cv2.LINE_AA)
    left = remove_lines(np.maximum(ruled, 0.5 * stroke))
    assert left[stroke == 0].mean() < 0.1 * ruled[stroke == 0].mean()
    assert left[stroke > 0.9].mean() > 0.4


def test_paper_without_lines_stays_as_it_is():
    contrast = 0.5 * line_drawing([[120, 90], [260, 310]], [[100, 200], [300, 200]])
    assert np.abs(remove_lines(contrast) - contrast).max() < 0.01


def test_the_digit_is_chosen_among_specks_and_what_touches_the_edge():
    digit = line_drawing([[150, 120], [250, 120], [200, 280]], [[160, 205], [250, 205]])
    others = line_drawing([[0, 350], [399, 380]], [[20, 20]], [[380, 60]])
    assert (choose_digit(np.maximum(digit, others)) == digit).all()


def test_separate_strokes_of_one_digit_stay_together():
    five = line_drawing([[150, 130], [140, 190], [220, 210], [150, 280]], [[175, 120], [240, 118]])
    assert (choose_digit(five) == five).all()


@pytest.mark.parametrize("pen", [2, 4, 8, 16])
def test_thin_strokes_become_as_thick_as_mnist_s(pen):
    drawn = thicken(line_drawing([[200, 100], [200, 300]], pen=pen)) > 0
    across, along = drawn.any(axis=0).sum(), drawn.any(axis=1).sum()
    assert across / along == pytest.approx(24 / 200, rel=0.2)
    assert not drawn[[0, -1]].any() and not drawn[:, [0, -1]].any()


def test_a_thick_stroke_is_not_widened():
    ink = line_drawing([[200, 150], [200, 250]], pen=60)
    assert (thicken(ink) > 0).sum() == ink.sum()


@pytest.mark.parametrize("digit", range(10))
def test_a_drawing_from_a_screen_gives_the_same_answer_as_without_the_search(recognizer, digit):
    drawing = draw_strokes(write_digit(digit, np.random.default_rng(digit)))
    direct = recognizer.recognize(drawing)
    for picture in (drawing, np.stack([drawing] * 3, axis=-1)):
        steps = find_drawing(Image.fromarray(picture))
        found = recognizer.recognize(steps["drawing"])
        assert found.probabilities.tolist() == direct.probabilities.tolist()


def test_what_is_transparent_is_paper(recognizer):
    alpha = draw_strokes(write_digit(2, np.random.default_rng(0)))
    ink = Image.fromarray(np.dstack([np.zeros((280, 280, 3), np.uint8), alpha]))
    found = recognizer.recognize(find_drawing(ink)["drawing"])
    assert found.digit == recognizer.recognize(alpha).digit


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    grain=st.integers(0, 255),
    seed=st.integers(0, 9),
)
def test_any_picture_gives_some_drawing(recognizer, width, height, grain, seed):
    noise = np.random.default_rng(seed).integers(0, grain + 1, (height, width), np.uint8)
    steps = find_drawing(Image.fromarray(noise))
    assert recognizer.recognize(steps["drawing"]).verdict in ("digit", "unsure", "blank")
