"""The steps from a stranger's picture to the digit: each does what it says."""

import numpy as np
import pytest

from mnist_helpers import draw_strokes
from mnist_helpers.pictures import photo
from mnist_helpers.pictures.photo import choose_digit, coverage, find_ink, find_lines, grow


def line_drawing(*strokes, pen=6):
    """Ink as an array of 0 and 1: float32 (400, 400)."""
    return (draw_strokes(strokes, size=400, pen=pen) > 127).astype(np.float32)


@pytest.mark.parametrize("is_light", [False, True])
def test_ink_is_as_strong_in_the_shadow_as_in_the_light(is_light):
    ink = line_drawing([[80, 100], [80, 300]], [[320, 100], [320, 300]], pen=8)
    light = np.where(np.arange(400) < 200, 0.9, 0.45)  # a shadow with a sharp edge
    grey = 0.4 * light * (1 + 1.5 * ink) if is_light else light * (1 - 0.6 * ink)
    soft = photo.soft_ink(grey.astype(np.float32), 0.2, is_light)
    assert soft[150:250, 80] == pytest.approx(0.6, abs=0.08)
    assert soft[150:250, 320] == pytest.approx(0.6, abs=0.08)
    assert soft[:, 20:60].max() < 0.05
    for level in (0.0, 0.3, 1.0):  # blank paper
        blank = np.full((60, 50), level, np.float32)
        assert not find_ink(photo.soft_ink(blank, 0.2, is_light)).any()


FOUR = [[150, 120], [250, 120], [200, 280]], [[160, 205], [250, 205]]
FIVE = [[150, 130], [140, 190], [220, 210], [150, 280]], [[175, 120], [240, 118]]
ELEVEN = [[80, 100], [80, 300]], [[320, 120], [320, 290]]
SPECKS_AND_A_LINE_AT_THE_EDGE = [[20, 20]], [[380, 60]], [[0, 350], [399, 380]]


@pytest.mark.parametrize(
    ("strokes", "others", "pen", "at_edge"),
    [
        (FOUR, SPECKS_AND_A_LINE_AT_THE_EDGE, 6, False),
        (FIVE, (), 6, False),  # the strokes of one digit stay together
        (ELEVEN, (), 20, False),  # a second digit stays, so that two are not read as one
        ([[[200, -20], [200, 350]]], (), 30, True),
    ],
)
def test_all_of_the_digit_is_chosen_and_nothing_else(strokes, others, pen, at_edge):
    digit = line_drawing(*strokes, pen=pen) > 0
    found = digit | (line_drawing(*others) > 0)
    assert (choose_digit(found, at_edge) == digit).all()
    assert choose_digit(found, at_edge=False).any() != at_edge


def test_a_thin_strip_along_the_edge_is_no_digit_unless_it_is_alone():
    digit, strip = line_drawing(*FOUR) > 0, line_drawing([[150, 399], [399, 399]]) > 0
    for turns in range(4):
        four, edge = np.rot90(digit, turns), np.rot90(strip, turns)
        assert (choose_digit(four | edge, at_edge=True) == four).all()
        assert (choose_digit(edge, at_edge=True) == edge).all()


@pytest.mark.parametrize(
    ("pen", "tall", "share", "rel"),  # MNIST's pens are 24 wide where the digit is 200 tall
    [(4, 200, 0.12, 0.35), (8, 200, 0.12, 0.35), (16, 200, 0.12, 0.35), (60, 200, 0.16, 0.1)],
)
def test_thin_strokes_become_as_thick_as_mnist_s_and_thick_ones_come_nearer(pen, tall, share, rel):
    ink = line_drawing([[200, 100], [200, 100 + tall]], pen=pen)
    drawn = photo.cut_out(ink, ink > 0) > 0.5
    across, along = drawn.any(axis=0).sum(), drawn.any(axis=1).sum()
    assert across / along == pytest.approx(share, rel=rel)
    assert not drawn[[0, -1]].any() and not drawn[:, [0, -1]].any()


def ruled(slope=0.05):
    """Printed lines from one side to the other, a little askew: float32 (400, 400)."""
    return line_drawing(*([[-9, y], [409, y + slope * 400]] for y in range(30, 400, 50)), pen=2)


FADING = np.interp(np.arange(400), [180, 190, 250, 260], [1, 0.45, 0.45, 1])[:, np.newaxis]


def test_the_pale_part_of_a_stroke_is_ink_if_it_hangs_together_with_dark_ink():
    soft = (line_drawing([[200, 100], [200, 300]], pen=10) * FADING).astype(np.float32)
    alone = line_drawing([[320, 100], [320, 300]], pen=10) * np.float32(0.45)
    torn = find_ink(soft)
    whole = grow(torn, soft + alone, np.zeros(soft.shape, bool))
    assert not torn[200:240].any()
    assert (whole == (soft > 0)).all()
    # On squared paper, lines are found nearly everywhere; only what is as thick as the pen is ink.
    squared = np.maximum(soft, 0.4 * np.maximum(ruled(), ruled().T))
    grown = grow(torn, squared, np.ones(soft.shape, bool))
    assert grown[200:240].sum() > 0.9 * (soft[200:240] > 0).sum()
    assert grown.sum() < 1.3 * (soft > 0).sum()


@pytest.mark.parametrize("turns", [0, 1])
def test_a_digit_does_not_grow_along_the_lines_of_the_paper(turns):
    stroke, lines = line_drawing([[200, 100], [200, 300]], pen=10), ruled()
    soft = np.rot90(np.maximum(stroke * FADING, 0.4 * lines)).astype(np.float32)
    soft = np.ascontiguousarray(np.rot90(soft, turns))
    found = find_lines(soft)
    grown = grow(find_ink(soft), soft, found)
    wanted = np.rot90(stroke, 1 + turns) > 0
    assert grown[wanted].mean() > 0.9
    assert grown.sum() < 1.6 * wanted.sum()
    assert grow(find_ink(soft), soft, np.zeros_like(found)).sum() > 2 * wanted.sum()


@pytest.mark.parametrize(("slope", "turns"), [(-0.2, 1), (0, 0), (0.1, 1)])
def test_lines_are_found_and_strokes_of_a_digit_are_none(slope, turns):
    digit = line_drawing([[60, 120], [340, 120], [200, 340]], pen=16)
    assert not find_lines(digit).any()
    lines = np.ascontiguousarray(np.rot90(ruled(slope=slope), turns)) > 0
    found = find_lines(np.maximum(digit, 0.3 * lines).astype(np.float32))
    free = lines & (digit == 0)
    assert found[free].mean() > 0.8
    assert found.mean() < 0.35


def test_a_detail_explains_little_of_a_picture_and_the_whole_ink_all_of_it():
    stroke, other = line_drawing([[80, 100], [80, 300]]), line_drawing([[300, 60], [320, 340]])
    none = np.zeros(stroke.shape, bool)
    contrast = photo.find_contrast(1 - 0.7 * np.maximum(stroke, other))
    assert coverage(contrast, np.maximum(stroke, other) > 0, none) > 0.9
    assert 0.2 < coverage(contrast, stroke > 0, none) < 0.7
    assert coverage(contrast, line_drawing([[200, 200]]) > 0, none) < 0.05
    assert coverage(contrast, stroke > 0, other > 0) < 0.7  # a printed line is paler
    contrast = photo.find_contrast(1 - 0.7 * np.maximum(stroke, 0.5 * other))
    assert coverage(contrast, stroke > 0, other > 0) > 0.9 > coverage(contrast, stroke > 0, none)
    assert coverage(contrast, other > 0, other > 0) < 0.5


@pytest.mark.parametrize("exposure", [1, 0.15])
def test_noise_on_a_dark_board_explains_nothing_and_a_dark_photo_has_contrast(exposure):
    ink, noise = line_drawing([[80, 100], [80, 300]]), np.random.default_rng(0)
    chalk = 0.08 + 0.6 * ink + noise.normal(0, 0.03, ink.shape)
    paper = 0.8 - 0.6 * ink
    for grey in (chalk, paper):
        contrast = photo.find_contrast((exposure * grey).clip(0, 1).astype(np.float32))
        assert coverage(contrast, ink > 0, np.zeros(ink.shape, bool)) > 0.9
