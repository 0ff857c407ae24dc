"""Exercises on drawings, on the pad, and on the web app."""

import json
import math
from collections.abc import Sequence

import numpy as np

from mnist_helpers.checks.compare import check_array, check_number, has_dots
from mnist_helpers.preprocessing import (
    center_by_mass,
    crop_to_ink,
    fit_to_box,
    from_picture,
    to_ink,
)


def width_in_box(width) -> None:
    """Lesson 7: how wide a drawing of 60 × 200 pixels is in the box of 20 × 20."""
    check_number(
        width,
        6,
        {
            20: "Then it would be stretched. The longer side becomes 20, and the shape stays.",
            66.7: "You made the shorter side 20; it is the longer side that has to fit.",
            10: "The longer side, 200, becomes 20: everything is divided by 10.",
            60: "That is how wide it was before.",
        },
        tolerance=0.1,
    )


def shift_of(shift, center: float) -> None:
    """Lesson 7: by how many whole pixels ink with this centre of mass is moved."""
    check_number(
        shift,
        int(np.floor(15 - center)),
        {
            round(14 - center): "From the middle at 14: but MNIST takes 15 and rounds down.",
            15 - center: "Only whole pixels: round down with np.floor.",
            int(np.ceil(15 - center)): "Rounded up; np.floor rounds down.",
            -int(np.floor(15 - center)): "The other way round: too far to the left means a shift "
            "to the right.",
        },
    )


def four_steps(image, picture: np.ndarray) -> None:
    """Lesson 7: a picture as an MNIST image, by the four steps."""
    wanted, ink = from_picture(picture), to_ink(picture)
    _check_four(image, wanted, ink)


def _check_four(image, wanted: np.ndarray, ink: np.ndarray) -> None:
    box = fit_to_box(crop_to_ink(ink))
    uncropped = center_by_mass(fit_to_box(ink))
    check_array(
        image,
        wanted,
        [
            (ink, "That is the first step, the ink. Three are to follow: crop, box, centre."),
            (crop_to_ink(ink), "Ink and crop are done. The box and the centre are to follow."),
            (box, "That is 20 × 20: the last step, the centre of mass, is missing."),
            (uncropped, "The crop is missing: the box holds paper too, so the digit is small."),
            (1 - wanted, "Ink and paper have changed places."),
            (wanted.T, "Rows and columns have changed places."),
        ],
        tolerance=1e-4,
    )


def share_turned_away(share, verdicts: Sequence[str]) -> None:
    """Lesson 9: the share of the verdicts that are not 'digit'."""
    total = len(verdicts)
    count = total - verdicts.count("digit")
    check_number(
        share,
        count / total,
        {
            count: "That is how many; divide by the number of drawings.",
            1 - count / total: "That is the share of those that got a digit's name.",
            verdicts.count("no digit") / total: "That leaves out those that are 'unsure'.",
            100 * count / total: "That is in percent; a number from 0 to 1 is wanted.",
        },
    )


def ink_length(length, stroke: np.ndarray) -> None:
    """Lesson 9: the length of a stroke (n, 2)."""
    steps = np.diff(stroke, axis=0)
    check_number(
        length,
        np.linalg.norm(steps, axis=1).sum(),
        {
            np.linalg.norm(stroke[-1] - stroke[0]): "That is the straight way from the first point "
            "to the last; take the length of every step first, then add.",
            np.abs(steps).sum(): "You added widths and heights; Pythagoras gives a step's length.",
            (steps**2).sum(): "These are squares; take the root of each step's before you add.",
            np.sqrt((steps**2).sum()): "Take the root for each step (axis=1), then add.",
            len(stroke): "That is the number of points.",
        },
        tolerance=0.01,
        coarse=1,
    )


def standard_error(error, share: float, count: int) -> None:
    """Lesson 9: how far a share of `count` drawings lies, by chance, from the share of all."""
    variance = share * (1 - share)
    check_number(
        error,
        math.sqrt(variance / count),
        {
            variance / count: "That is its square; take the root of it.",
            math.sqrt(variance): "That is for one drawing; divide by their number under the root.",
            math.sqrt(variance) / count: "The number of drawings belongs under the root too.",
            math.sqrt(share / count): "Both shares belong into it: the right ones times the wrong.",
            100 * math.sqrt(variance / count): "That is in points; a number from 0 to 1 is wanted.",
        },
        tolerance=0.0051,
    )


def plain_lists(answer, strokes: Sequence[np.ndarray]) -> None:
    """Lesson 10: strokes, (n, 2) arrays, as lists that JSON can hold."""
    wanted = [stroke.tolist() for stroke in strokes]
    if has_dots(answer):
        print("⏳ Not answered yet: replace the three dots.")
    elif isinstance(answer, str):
        print("❌ That is a text already. Only the lists are wanted; the client does the rest.")
    elif not isinstance(answer, list):
        print(f"❌ A list of strokes is wanted here, not {type(answer).__name__}.")
    elif not is_json(answer):
        print("❌ NumPy is still in it, which JSON cannot hold: call .tolist() on each stroke.")
    elif answer == np.concatenate(strokes).tolist():
        print("❌ That is one list of points. Where does one stroke end and the next begin?")
    elif answer != wanted:
        print("❌ That is not it. Wanted: a list of strokes, each a list of points [x, y].")
    else:
        print("✅ Right.")


def ink_contrast(contrast, grey: np.ndarray, paper: np.ndarray) -> None:
    """Lesson 10: which share of the light the ink takes away, wherever the light is."""
    check_array(
        contrast,
        1 - grey / paper,
        [
            (grey / paper, "So much light comes back. How much does the ink take away?"),
            (paper - grey, "The difference is half as great in the shadow. What stays the same?"),
            (grey - paper, "The difference is half as great in the shadow. What stays the same?"),
            (grey / paper - 1, "The sign: what takes light away is to count as more than 0."),
        ],
    )


def point_rule(is_point) -> None:
    """Lesson 10: a function that says whether something is a point [x, y] within 10,000 pixels."""
    trials = [
        ([3, 4.5], True, "that is a point"),
        ([0, -2], True, "a point may lie left of the pad or above it"),
        ([10_000, -10_000], True, "10,000 itself is not too far"),
        ([1, 2, 3], False, "three numbers are no point"),
        (["3", "4"], False, "text that looks like a number is no number"),
        ([3, [4]], False, "a list is no number"),
        ([math.nan, 4], False, "'not a number' is a float too; no comparison with it is true"),
        ([math.inf, 4], False, "infinity lies too far away"),
        ([20_000, 3], False, "that lies too far to the right"),
        ([-20_000, 3], False, "that lies too far to the left"),
        ([3, 20_000], False, "that lies too far down"),
        ([3, -20_000], False, "that lies too far up"),
        ("34", False, "a text has a length too"),
        ({0: 3, 1: 4}, False, "a dictionary is no list"),
        (None, False, "nothing is no point, and has no length"),
    ]
    if is_point is ...:
        print("⏳ Not answered yet: replace the three dots.")
        return
    if not callable(is_point):
        print(f"❌ A function is wanted here, not {type(is_point).__name__}.")
        return
    for candidate, wanted, why in trials:
        try:
            answer = is_point(candidate)
        except Exception as error:
            print(f"❌ is_point({candidate!r}) raised {type(error).__name__}: {why}.")
            return
        if answer is ...:
            print("⏳ Not answered yet: replace the three dots.")
            return
        if not isinstance(answer, bool | np.bool_) or answer != wanted:
            print(f"❌ is_point({candidate!r}) gave {answer}: {why}.")
            return
    print(f"✅ Right: {len(trials)} of {len(trials)}.")


def is_json(answer) -> bool:
    try:
        json.dumps(answer)
    except (TypeError, ValueError):
        return False
    return True
