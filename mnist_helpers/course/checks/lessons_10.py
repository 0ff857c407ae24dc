"""Exercises on the web app."""

import json
import math
from collections.abc import Mapping, Sequence

import numpy as np

from mnist_helpers.course.checks.compare import (
    as_array,
    as_number,
    check_array,
    has_dots,
    in_short,
    is_function,
    raised,
    what_came,
)


def plain_lists(answer, strokes: Sequence[np.ndarray]) -> None:
    """Lesson 10: strokes, (n, 2) arrays, as lists that JSON can hold, to a tenth of a pixel."""
    if has_dots(answer):
        print("⏳ Not answered yet: replace the three dots.")
    elif isinstance(answer, str):
        print("❌ That is already a text. Only the lists are wanted. The client does the rest.")
    elif not isinstance(answer, list | tuple):
        print(f"❌ A list of strokes is wanted here, {what_came(answer)}")
    elif not _is_json(answer):
        print("❌ NumPy is still in it, and JSON cannot hold that: call .tolist() on each stroke.")
    elif _are_close(answer, strokes, 0.051):
        print("✅ Right.")
    elif _are_close(answer, strokes, 1):
        print("❌ Nearly: whole pixels are too coarse. Keep a tenth of a pixel.")
    elif _are_close([answer], [np.concatenate(strokes)], 1):
        print("❌ That is one list of points. Where does one stroke end and the next begin?")
    elif _are_close(answer, [stroke[:, ::-1] for stroke in strokes], 1):
        print("❌ x and y have changed places: each point is [x, y].")
    elif _are_close(answer, [stroke.T for stroke in strokes], 1):
        print("❌ That is all x and then all y. Wanted: the points one by one, each as [x, y].")
    else:
        print("❌ That is not it. Wanted: a list of strokes, each a list of points [x, y].")


def _is_json(answer) -> bool:
    try:
        json.dumps(answer)
    except (TypeError, ValueError):
        return False
    return True


def _are_close(answer: Sequence, strokes: Sequence[np.ndarray], tolerance: float) -> bool:
    """Whether nested lists hold these strokes, up to `tolerance` pixels."""
    found = [as_array(stroke) for stroke in answer]
    return len(found) == len(strokes) and all(
        one is not None
        and one.shape == other.shape
        and np.allclose(one, other, rtol=0, atol=tolerance)
        for one, other in zip(found, strokes, strict=True)
    )


def ink_contrast(contrast, gray: np.ndarray, paper: np.ndarray) -> None:
    """Lesson 10: the share of light that the ink absorbs, in the light and in the shadow."""
    light = gray / paper
    half = "In the shadow, the difference is only half as large. What stays the same?"
    check_array(
        contrast,
        1 - light,
        (light, "That is the share of light that comes back. What share does the ink absorb?"),
        (paper - gray, half),
        (gray - paper, half),
        ((paper - gray) / 255, half),
        (light - 1, "The sign is wrong: ink has to be above 0."),
        (100 - 100 * light, "That is in per cent. Numbers from 0 to 1 are wanted."),
    )


_EMPTY_SKETCHES = [("None", None), ('{"composite": None}', {"composite": None})]


def live_answer(answer, drawing: np.ndarray) -> None:
    """Lesson 10: `answer(sketch, turn)` for Gradio's Label; `drawing` (h, w) is a 6 on white paper.

    It is called as the app calls it: without a drawing, with the 6, and with the 6 upside down.
    """
    if not is_function(answer):
        return
    try:
        found = _problem_without_drawing(answer) or _problem_with_six(answer, drawing)
    except Exception as error:  # the learner's function can raise anything
        found = raised(error)
    print(found or "✅ Right: it reads the 6, it reads it upside down, and it waits for a drawing.")


def _problem_without_drawing(answer) -> str:
    """Return what is wrong with the answers before anything is drawn, or ''."""
    for written, sketch in _EMPTY_SKETCHES:
        try:
            given = answer(sketch, 0)
        except Exception as error:  # the learner's function can raise anything
            return (
                f"❌ With the sketch {written}, as it is before the first stroke, it raised "
                f"{type(error).__name__}. Return {{}} instead."
            )
        if given is ...:
            return "⏳ Not answered yet: replace the three dots."
        if given not in ({}, None):
            return f"❌ Without a drawing, {{}} is wanted, not {in_short(given)}."
    return ""


def _problem_with_six(answer, drawing: np.ndarray) -> str:
    """Return what is wrong with the answers to the 6, or ''."""
    sketch = {"composite": np.repeat(drawing[..., np.newaxis], 4, axis=2)}
    sketch["composite"][..., 3] = 255  # as Gradio sends it: red, green, blue and opacity
    upright, upside_down = answer(sketch, 0), answer(sketch, 180)
    names = {str(digit) for digit in range(10)}
    for given in (upright, upside_down):
        if not isinstance(given, Mapping) or set(given) != names:
            return (
                '❌ With a drawing, a dictionary is wanted: the names "0" to "9", each with its '
                f"probability. You return {in_short(given)}."
            )
        if any(as_number(share) is None for share in given.values()):
            return "❌ Each probability has to be a number: float(share)."
        if not 0.99 < sum(given.values()) < 1.01:
            return f"❌ The ten add up to {sum(given.values()):.2f}, wanted 1."
    best, turned = (max(given, key=given.get) for given in (upright, upside_down))
    if best != "6":
        return f"❌ For the drawn 6 it says {best}. Give sketch['composite'] to the recogniser."
    if turned != "9":
        return f"❌ For the 6, turned by 180 degrees, it says {turned}, wanted 9: turn the picture."
    return ""


_POINT_TRIALS = [
    ([3, 4.5], True, "that is a point"),
    ([0, -2], True, "a point can lie above the pad"),
    ([-2, 0], True, "a point can lie left of the pad"),
    ([10_000, -10_000], True, "10,000 itself is not too far"),
    ([1, 2, 3], False, "three numbers are not a point"),
    ([3], False, "one number is not a point"),
    (["3", "4"], False, "text that looks like a number is not a number"),
    ([3, [4]], False, "a list is not a number"),
    ([None, 3], False, "None is not a number"),
    ([math.nan, 4], False, "NaN is a float too, and no comparison with it is true"),
    ([3, math.nan], False, "NaN is a float too, and no comparison with it is true"),
    ([math.inf, 4], False, "infinity lies too far away"),
    ([20_000, 3], False, "that lies too far to the right"),
    ([-20_000, 3], False, "that lies too far to the left"),
    ([3, 20_000], False, "that lies too far down"),
    ([3, -20_000], False, "that lies too far up"),
    ("34", False, "a text has a length too"),
    ({0: 3, 1: 4}, False, "a dictionary is not a list"),
    ((3, 4), False, "a tuple is not a list, and JSON gives lists"),
    (None, False, "None is not a point, and it has no length"),
    (7, False, "a number alone is not a point, and it has no length"),
]


def point_rule(is_point) -> None:
    """Lesson 10: a function that says whether something is a point [x, y] within 10,000 pixels."""
    if not is_function(is_point):
        return
    for candidate, wanted, why in _POINT_TRIALS:
        try:
            answer = is_point(candidate)
        except Exception as error:
            print(f"❌ is_point({candidate!r}) raised {type(error).__name__}: {why}.")
            return
        if answer is ...:
            print("⏳ Not answered yet: replace the three dots.")
            return
        if not isinstance(answer, bool | np.bool_) or answer != wanted:
            print(f"❌ is_point({candidate!r}) gave {in_short(answer)}: {why}.")
            return
    print(f"✅ Right: {len(_POINT_TRIALS)} of {len(_POINT_TRIALS)}.")
