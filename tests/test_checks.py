"""Each exercise's check: right is ✅, dots are ⏳, a known slip is ❌ with its hint."""

import json
import re

import numpy as np
import pytest

from mnist_helpers import checks, draw_strokes, from_picture
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink

PIXELS = np.zeros((4, 28, 28), np.uint8)
PIXELS[:, 4:24, 6:20] = np.arange(14) * 18
GRID = np.array([[1, 3, 0, 0], [2, 0, 0, 5], [0, 0, 1, 1], [4, 0, 2, 1]])
SCORES = np.array([2.0, 1.0, 0.0])
CONFUSION = np.array([[8, 1, 1], [0, 4, 0], [2, 0, 5]])
MAPS = np.zeros((4, 4, 3))
MAPS[1, 2, 1], MAPS[:, :, 0] = 9, 5
PAGE = 255 - draw_strokes([[(60, 40), (90, 200)], [(90, 120), (150, 110)]])
INK = to_ink(PAGE)
A, B = np.array([0.1, 0.2, 0.3]), np.array([0.25, 0.2, 0.3])
VERDICTS = ["digit", "no digit", "unsure", "no digit"]


class Layer:
    def __init__(self, *shapes):
        self.weights = [np.zeros(shape) for shape in shapes]


class Model:
    """Three layers that have weights: 12, 220 and 210 of them."""

    layers = (Layer((3, 3, 1, 1), (3,)), Layer(), Layer((10, 20), (20,)), Layer((20, 10), (10,)))

    def count_params(self):
        return 442


BINS = ([200, 300, 500], [0.6, 0.8, 0.95], [0.7, 0.8, 0.9])
DIAGNOSES = {"A": "overfitting", "B": "underfitting", "C": "good fit"}

STROKES = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0]])]
LISTS = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0]]]


def is_pair(point):
    return isinstance(point, list) and len(point) == 2


def is_number(value):
    return isinstance(value, int | float)


LIGHT = (np.array([200.0, 80.0, 40.0]), np.array([200.0, 200.0, 100.0]))

RIGHT = [
    (checks.plain_lists, [LISTS, STROKES]),
    (checks.ink_contrast, [[0, 0.6, 0.6], *LIGHT]),
    (
        checks.point_rule,
        [lambda point: is_pair(point) and all(is_number(v) and abs(v) <= 1e4 for v in point)],
    ),
    (checks.how_many_digits, [10]),
    (checks.sevens, [np.int64(1028)]),
    (checks.center_column, [(PIXELS[0] * np.arange(28)).sum() / PIXELS[0].sum(), PIXELS[0]]),
    (checks.network_images, [PIXELS[..., None].astype(np.float32) / 255, PIXELS]),
    (checks.conv_width, [24]),
    (checks.pooled, [[[3, 5], [4, 2]], GRID]),
    (checks.pooled, [np.array([[3.0, 5.0], [4.0, 2.0]]), GRID]),
    (checks.cnn_sides, [13, 11, 5, 1600]),
    (checks.parameters, [18_496, 16_010]),
    (checks.chances, [[0.665, 0.245, 0.090], SCORES]),
    (checks.loss_of_a_half, [0.69]),
    (checks.training_steps, [5064]),
    (checks.diagnosis, [DIAGNOSES]),
    (checks.share_read_right, [0.8, CONFUSION, 0]),
    (checks.own_reading, [[4, 9], np.array([4, 7])]),
    (checks.strongest_map, [1, MAPS]),
    (checks.calibration_error, [0.045, *BINS]),
    (checks.width_in_box, [6]),
    (checks.shift_of, [3, 11.3]),
    (checks.four_steps, [from_picture(PAGE), PAGE]),
    (checks.standard_error, [0.126, 0.8, 10]),
    (checks.standard_error, [0.13, 0.8, 10]),
    (checks.chances, [(0.67, 0.24, 0.09), SCORES]),
    (checks.diagnosis, [{"A": "Overfit", "B": "underfit", "C": "good_fit"}]),
    (checks.parameter_count, [442, Model()]),
    (checks.comparison, [B.mean() - A.mean(), True, A, B]),
    (checks.comparison, [np.float64(0.05), np.True_, A, B]),
    (checks.slant_in_pixels, [3]),
    (checks.verdicts, [{"A": "digit", "B": "unsure", "C": "no digit"}]),
    (checks.share_turned_away, [0.75, VERDICTS]),
    (checks.ink_length, [np.sqrt(8), STROKES[0]]),
    (checks.validation_goal, [0.9901]),
]
DOTS = [
    (checks.plain_lists, [..., STROKES]),
    (checks.ink_contrast, [..., *LIGHT]),
    (checks.point_rule, [...]),
    (checks.point_rule, [lambda point: ...]),
    (checks.how_many_digits, [...]),
    (checks.sevens, [...]),
    (checks.center_column, [..., PIXELS[0]]),
    (checks.network_images, [..., PIXELS]),
    (checks.conv_width, [...]),
    (checks.pooled, [..., GRID]),
    (checks.pooled, [[[3, ...], [..., ...]], GRID]),
    (checks.cnn_sides, [..., ..., ..., ...]),
    (checks.parameters, [..., ...]),
    (checks.chances, [..., SCORES]),
    (checks.loss_of_a_half, [...]),
    (checks.training_steps, [...]),
    (checks.diagnosis, [dict.fromkeys("ABC", ...)]),
    (checks.share_read_right, [..., CONFUSION, 0]),
    (checks.own_reading, [[...], np.array([4, 7])]),
    (checks.strongest_map, [..., MAPS]),
    (checks.calibration_error, [..., *BINS]),
    (checks.width_in_box, [...]),
    (checks.shift_of, [..., 11.3]),
    (checks.four_steps, [..., PAGE]),
    (checks.parameter_count, [..., Model()]),
    (checks.comparison, [..., ..., A, B]),
    (checks.slant_in_pixels, [...]),
    (checks.verdicts, [dict.fromkeys("ABC", ...)]),
    (checks.share_turned_away, [..., VERDICTS]),
    (checks.ink_length, [..., STROKES[0]]),
    (checks.standard_error, [..., 0.8, 10]),
]
SLIPS = [
    (checks.plain_lists, [json.dumps(LISTS), STROKES], "a text"),
    (checks.plain_lists, [STROKES, STROKES], "NumPy is still"),
    (checks.plain_lists, [[list(stroke) for stroke in STROKES], STROKES], "NumPy is still"),
    (checks.plain_lists, [LISTS[0] + LISTS[1], STROKES], "one list of points"),
    (checks.plain_lists, [LISTS[:1], STROKES], "Wanted"),
    (checks.ink_contrast, [[1, 0.4, 0.4], *LIGHT], "take away"),
    (checks.ink_contrast, [[0, 120, 60], *LIGHT], "half as great in the shadow"),
    (checks.ink_contrast, [[0, -120, -60], *LIGHT], "half as great in the shadow"),
    (checks.ink_contrast, [[0, -0.6, -0.6], *LIGHT], "The sign"),
    (checks.point_rule, [lambda point: True], "three numbers"),
    (checks.point_rule, [lambda point: len(point) == 2], "no number"),
    (
        checks.point_rule,
        [lambda point: is_pair(point) and is_number(sum(point))],
        "raised TypeError",
    ),
    (
        checks.point_rule,
        [lambda point: is_pair(point) and all(map(is_number, point))],
        "a float too",
    ),
    (checks.how_many_digits, [9], "0 is a digit too"),
    (checks.sevens, [7196], "added up the labels"),
    (checks.sevens, [6265], "y_test"),
    (checks.sevens, [10_000], "count those that are 7"),
    (checks.center_column, [13.5, PIXELS[0]], "let the ink weigh"),
    (checks.center_column, [13.0, PIXELS[0]], "a dark one weighs more"),
    (checks.network_images, [PIXELS / 255, PIXELS], "axis for the channel"),
    (checks.network_images, [PIXELS[..., None], PIXELS], "wanted float32"),
    (checks.network_images, [PIXELS[..., None].astype(np.float32), PIXELS], "divide by 255"),
    (checks.network_images, [(PIXELS // 255)[..., None] * 1.0, PIXELS], "greys are lost"),
    (checks.network_images, [PIXELS[..., None] / 255, PIXELS], "Nearly: float64"),
    (checks.conv_width, [23], "first place"),
    (checks.conv_width, [26], "3 × 3"),
    (checks.conv_width, [28], "border"),
    (checks.pooled, [[[1.5, 1.25], [1, 1.25]], GRID], "took the mean"),
    (checks.pooled, [[[6, 5], [4, 5]], GRID], "added up"),
    (checks.pooled, [[[3, 3, 5], [2, 1, 5], [4, 2, 2]], GRID], r"\(3, 3\).*overlap"),
    (checks.cnn_sides, [25, 11, 5, 1600], "steps on by two"),
    (checks.cnn_sides, [13, 13, 5, 1600], "two places fewer"),
    (checks.cnn_sides, [13, 11, 5.5, 1600], "no half square"),
    (checks.cnn_sides, [13, 11, 6, 1600], "not rounded up"),
    (checks.cnn_sides, [13, 11, 5, 25], "64 of them"),
    (checks.cnn_sides, [13, 11, 5, 320], "5 × 5 numbers, not 5"),
    (checks.parameters, [576, 16_010], "all 32 maps; and then"),
    (checks.parameters, [640, 16_010], "not through one"),
    (checks.parameters, [18_432, 16_010], "forgot the biases: one for each of the 64"),
    (checks.parameters, [18_496, 16_000], "forgot the biases: one for each of the 10"),
    (checks.parameters, [18_496, 650], "not 64"),
    (checks.parameters, [18_496, 17_600], "not for each of the 1,600"),
    (checks.chances, [SCORES / 3, SCORES], "np.exp"),
    (checks.chances, [np.exp(SCORES), SCORES], "divide by their sum"),
    (checks.chances, [np.exp(SCORES - 2), SCORES], "not by the greatest"),
    (checks.loss_of_a_half, [0.5], "That is the probability"),
    (checks.loss_of_a_half, [np.log(0.5)], "minus that"),
    (checks.loss_of_a_half, [0.301], "base 10"),
    (checks.training_steps, [844], "one epoch"),
    (checks.training_steps, [54_000 / 64 * 6], "round up"),
    (checks.training_steps, [5058], "Round up"),
    (checks.training_steps, [324_000], "64 of them at once"),
    (checks.diagnosis, [DIAGNOSES | {"A": "good fit"}], "Compare the losses"),
    (checks.diagnosis, [DIAGNOSES | {"B": "overfitting"}], "what guessing costs"),
    (checks.diagnosis, [DIAGNOSES | {"C": "overfitting"}], "Both losses are small"),
    (checks.share_read_right, [8 / 21, CONFUSION, 0], "divide by those"),
    (checks.share_read_right, [8, CONFUSION, 0], "not which share"),
    (checks.share_read_right, [80, CONFUSION, 0], "between 0 and 1"),
    (checks.share_read_right, [4 / 5, CONFUSION, 1], "divided by the column"),
    (checks.share_read_right, [17 / 21, CONFUSION, 2], "all ten digits together"),
    (checks.own_reading, [[4], np.array([4, 7])], "list of 2 digits"),
    (checks.own_reading, [[4, 12], np.array([4, 7])], "guess"),
    (checks.strongest_map, [MAPS.argmax(), MAPS], "maximum of each map first"),
    (checks.strongest_map, [2, MAPS], "counted from 0"),
    (checks.strongest_map, [9.0, MAPS], "the value itself"),
    (checks.strongest_map, [0, MAPS], "brightest on the whole"),
    (checks.calibration_error, [-0.005, *BINS], "cancel each other"),
    (checks.calibration_error, [0.005, *BINS], "cancel each other"),
    (checks.calibration_error, [0.05, *BINS], "weigh it by its answers"),
    (checks.calibration_error, [0.15, *BINS], "added the gaps up"),
    (checks.calibration_error, [0.1, *BINS], "greatest gap alone"),
    (checks.calibration_error, [45, *BINS], "divide by the number"),
    (checks.calibration_error, [4.5, *BINS], "in per cent"),
    (checks.width_in_box, [20], "stretched"),
    (checks.width_in_box, [66.67], "longer side"),
    (checks.width_in_box, [60], "before"),
    (checks.shift_of, [15 - 11.3, 11.3], "Only whole pixels"),
    (checks.shift_of, [4, 11.3], "Rounded up"),
    (checks.shift_of, [-3, 11.3], "other way round"),
    (checks.standard_error, [0.016, 0.8, 10], "take the root"),
    (checks.standard_error, [0.4, 0.8, 10], "for one drawing"),
    (checks.standard_error, [0.04, 0.8, 10], "under the root too"),
    (checks.standard_error, [np.sqrt(0.08), 0.8, 10], "times the wrong"),
    (checks.standard_error, [12.65, 0.8, 10], "points"),
    (checks.four_steps, [1 - from_picture(PAGE), PAGE], "changed places"),
    (checks.four_steps, [from_picture(PAGE).T, PAGE], "Rows and columns"),
    (checks.four_steps, [INK, PAGE], "the first step, the ink"),
    (checks.four_steps, [crop_to_ink(INK), PAGE], "box and the centre are to follow"),
    (checks.four_steps, [fit_to_box(crop_to_ink(INK)), PAGE], r"\(20, 20\).*centre of mass, is"),
    (checks.four_steps, [center_by_mass(fit_to_box(INK)), PAGE], "The crop is missing"),
    (checks.chances, [[66.5, 24.5, 9.0], SCORES], "in per cent"),
    (checks.parameter_count, [409, Model()], "forgot the biases"),
    (checks.parameter_count, [232, Model()], "without the last dense layer"),
    (checks.parameter_count, [430, Model()], "without the first layer"),
    (checks.parameter_count, [210, Model()], "the last layer alone"),
    (checks.comparison, [A.mean() - B.mean(), True, A, B], "other way round"),
    (checks.comparison, [0.0, True, A, B], "best runs"),
    (checks.comparison, [100 * (B.mean() - A.mean()), True, A, B], "not in per cent"),
    (checks.comparison, [B.mean() - A.mean(), False, A, B], "lies above"),
    (checks.comparison, [B.mean() - A.mean(), "no", A, B], "without quotes"),
    (checks.comparison, [B.mean() - A.mean(), 1, A, B], "True or False is wanted"),
    (checks.comparison, [B.mean() - A.mean(), A > B, A, B], "True or False is wanted"),
    (checks.slant_in_pixels, [0.15], "one pixel of height"),
    (checks.slant_in_pixels, [1.5], "against the middle"),
    (checks.slant_in_pixels, [4.2], "digit in it 20"),
    (checks.verdicts, [{"A": "unsure", "B": "unsure", "C": "no digit"}], "far above"),
    (checks.verdicts, [{"A": "digit", "B": "digit", "C": "no digit"}], "0.98 is above"),
    (checks.verdicts, [{"A": "digit", "B": "unsure", "C": "digit"}], "not even readable"),
    (checks.share_turned_away, [3, VERDICTS], "divide by"),
    (checks.share_turned_away, [0.25, VERDICTS], "a digit's name"),
    (checks.share_turned_away, [0.5, VERDICTS], "leaves out"),
    (checks.share_turned_away, [75, VERDICTS], "in percent"),
    (checks.ink_length, [2, STROKES[0]], "number of points"),
    (checks.ink_length, [8, STROKES[0]], "squares"),
    (checks.ink_length, [4, STROKES[0]], "Pythagoras"),
    (checks.ink_length, [2.8, STROKES[0]], "rounded too far"),
    (checks.ink_length, [10.0, np.array([[0, 0], [6, 8], [12, 0]])], "Have another look"),
    (checks.ink_length, [12.0, np.array([[0, 0], [6, 8], [12, 0]])], "straight way"),
    (checks.share_read_right, [0.799, CONFUSION, 0], "rounded too far"),
    (checks.validation_goal, [0.91], "run the lesson again"),
    (
        checks.point_rule,
        [lambda point: is_pair(point) and abs(point[1]) <= 1e4],
        "raised TypeError",
    ),
    (
        checks.point_rule,
        [lambda p: is_pair(p) and all(is_number(v) and v >= -1e4 for v in p)],
        "gave True",
    ),
    (
        checks.point_rule,
        [lambda p: is_pair(p) and all(is_number(v) and abs(v) < 1e4 for v in p)],
        "10,000 itself",
    ),
]
WRONG_TYPES = [
    None,
    "24",
    [],
    {},
    [1, "a"],
    [[1], [2, 3]],
    np.zeros((2, 3)),
    float("nan"),
    print,
    1j,
]


@pytest.mark.parametrize(("check", "arguments"), RIGHT)
def test_the_right_answer_is_right(check, arguments, capsys):
    check(*arguments)
    said = capsys.readouterr().out
    assert "✅" in said
    assert "❌" not in said and "⏳" not in said


@pytest.mark.parametrize(("check", "arguments"), DOTS)
def test_dots_are_not_answered_yet(check, arguments, capsys):
    check(*arguments)
    said = capsys.readouterr().out
    assert "⏳" in said
    assert "❌" not in said and "✅" not in said


@pytest.mark.parametrize(("check", "arguments", "hint"), SLIPS)
def test_a_known_slip_gets_its_hint(check, arguments, hint, capsys):
    check(*arguments)
    wrong = [line for line in capsys.readouterr().out.splitlines() if "✅" not in line]
    assert len(wrong) == 1
    assert "❌" in wrong[0]
    assert re.search(hint, wrong[0])


@pytest.mark.parametrize("answer", WRONG_TYPES, ids=repr)
@pytest.mark.parametrize(
    ("check", "arguments"), [row for row in RIGHT if row[0] is not checks.validation_goal]
)
def test_an_answer_of_the_wrong_type_is_wrong_and_does_not_raise(check, arguments, answer, capsys):
    check(answer, *arguments[1:])
    assert "❌" in capsys.readouterr().out


def test_the_row_of_the_center_is_not_its_column(capsys):
    leaning = PIXELS[0].copy()
    leaning[20:, :12] = 255
    row = (leaning.T * np.arange(28)).sum() / leaning.sum()
    checks.center_column(row, leaning)
    assert "That is the row" in capsys.readouterr().out


def test_every_check_is_in_every_table():
    every = {getattr(checks, name) for name in checks.__all__} - {checks.setup}
    for table, left_out in ((RIGHT, set()), (DOTS, {checks.validation_goal}), (SLIPS, set())):
        assert {row[0] for row in table} == every - left_out
