"""Exercises on training better, drawings, exported files, the pad, and the web app."""

import json
import math
from collections.abc import Mapping, Sequence

import numpy as np

from mnist_helpers.course.checks.compare import (
    as_array,
    as_number,
    check_array,
    check_number,
    has_dots,
    in_short,
    is_function,
    raised,
    what_came,
)
from mnist_helpers.pictures.inputs import from_picture, open_picture
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink
from mnist_helpers.recognizer import Recognizer


def comparison(gain, overlap, a: np.ndarray, b: np.ndarray) -> None:
    """Lesson 6: how far the mean of `b` is above that of `a`, and whether the ranges overlap."""
    right, middle = b.mean() - a.mean(), np.median(b) - np.median(a)
    print("gain: ", end="")
    check_number(
        gain,
        right,
        (-right, "That is the other way round: how far is b above a?"),
        (b.max() - a.max(), "That compares the best runs, which had luck. Compare the means."),
        (b.min() - a.min(), "That compares the worst runs. Compare the means."),
        (middle, "That compares the middle runs. Compare the means, which all runs decide."),
        (100 * right, "Give it as a share, not in per cent."),
    )
    print("overlap: ", end="")
    if overlap is ...:
        print("⏳ Not answered yet: replace the three dots by True or False.")
    elif not isinstance(overlap, bool | np.bool_):
        print(f"❌ True or False is wanted here, without quotes, not {in_short(overlap)}.")
    elif overlap == (a.max() >= b.min() and b.max() >= a.min()):
        print("✅ Right.")
    else:
        print(f"❌ The ranges are {a.min():g} to {a.max():g} and {b.min():g} to {b.max():g}.")


def own_change(change, images: np.ndarray, labels: np.ndarray) -> None:
    """Lesson 6: `change(images, rng)`, an augmentation; `images` (n, 28, 28, 1) with `labels` (n,).

    It has to keep the form of the images, and to change them at random. Their labels must stay
    true: the network of the course still reads 90 % of them.
    """
    if not is_function(change):
        return
    given = np.array(images)
    try:
        changed, again, other = (change(given, np.random.default_rng(seed)) for seed in (0, 0, 1))
    except Exception as error:  # the learner's function can raise anything
        is_axis_lost = any(each in str(error) for each in ("broadcast", "inhomogeneous"))
        advice = " cv2 gives (28, 28): np.reshape(…, (28, 28, 1)) puts the last axis back."
        print(f"{raised(error)}.{advice if is_axis_lost else ''}")
        return
    arrays = [as_array(each) for each in (changed, again, other)]
    if changed is ...:
        print("⏳ Not answered yet: replace the three dots.")
    elif slip := _form_slip(arrays[0], images) or _chance_slip(images, given, *arrays):
        print("❌", slip)
    else:
        _say_how_readable(arrays[0], images, labels)


def _form_slip(changed: np.ndarray | None, images: np.ndarray) -> str:
    """Return what is wrong with the form of the changed images, or ''."""
    if changed is None:
        return "It has to return an array of numbers."
    if changed.shape == images.shape[:-1]:
        return f"The last axis is lost, as with cv2: return np.reshape(…, {images.shape})."
    if changed.shape != images.shape:
        return f"The shape is {changed.shape}, wanted {images.shape}."
    if not np.isfinite(changed).all():
        return "Some values are NaN or infinite: did you divide by 0?"
    least, most = changed.min(), changed.max()
    if most > 100:
        return f"The values go up to {most:g}, wanted 1: divide by 255."
    if least < -0.01 or most > 1.01:
        return f"The values go from {least:g} to {most:g}, wanted 0 to 1: use np.clip."
    return ""


def _chance_slip(images, given, changed, again, other) -> str:
    """Return what is wrong with the random changes, or ''."""
    if not np.array_equal(given, images):
        return "It changes the given images themselves: work on a copy, images.copy()."
    if np.allclose(changed, images, rtol=0, atol=1e-3):
        return "The images are the same as before."
    if not np.array_equal(changed, again):
        return "The same seed has to make the same images: take all random numbers from rng."
    if np.array_equal(changed, other):
        return "It makes the same images each time: use rng, so that every epoch gets new ones."
    return ""


def _say_how_readable(changed: np.ndarray, images: np.ndarray, labels: np.ndarray) -> None:
    recognizer = Recognizer.load()
    before, after = (
        (recognizer.probabilities(each.astype(np.float32)).argmax(axis=1) == labels).mean()
        for each in (images, changed)
    )
    told = (
        f"the course's network reads {before:.0%} of the images, and {after:.0%} after your change"
    )
    if after < 0.9:
        print(f"❌ It goes too far: {told}. Is each label still true?")
    else:
        print(f"✅ It is an augmentation: {told}. Now test whether it helps.")


def shift_of(shift, center: float) -> None:
    """Lesson 7: by how many whole pixels ink with this centre of mass is moved."""
    right = int(np.floor(15 - center))
    check_number(
        shift,
        right,
        (right + center, "That is the new place of the centre. How far was it moved?"),
        (13.5 - center, "You took the true middle, but MNIST takes 15 and rounds down."),
        (round(14 - center), "You took the middle at 14, but MNIST takes 15 and rounds down."),
        (15 - center, "Only whole pixels: round down with np.floor."),
        (int(np.ceil(15 - center)), "You rounded up, but np.floor rounds down."),
        (-right, "The wrong direction: the ink is too far to the left, so it moves to the right."),
    )


def four_steps(image, picture: np.ndarray) -> None:
    """Lesson 7: a picture as an MNIST image, by the four steps."""
    ink, wanted = to_ink(open_picture(picture)), from_picture(picture)
    cropped = crop_to_ink(ink)
    box, small = fit_to_box(cropped), fit_to_box(ink)
    no_ink = center_by_mass(fit_to_box(crop_to_ink(picture)))
    no_crop = "The crop does not come between ink and box, so the digit is too small."
    check_array(
        image,
        wanted,
        (picture, "That is the picture itself. Four steps follow: ink, crop, box, centre."),
        (ink, "That is the first step, the ink. Three more follow: crop, box, centre."),
        (cropped, "Ink and crop are done. The box and the centre follow."),
        (box, "The last step, the centre of mass, is missing."),
        (small, f"{no_crop} The last step, the centre of mass, is missing too."),
        (fit_to_box(wanted), "The box comes before the centre of mass, not after it."),
        (np.pad(box, 4), "The box is in the middle. Put its centre of mass there instead."),
        (center_by_mass(small), no_crop),
        (no_ink, "The ink is missing. It is the first step, which makes paper 0 and ink bright."),
        (1 - wanted, "Ink and paper have changed places."),
        (wanted.T, "Rows and columns have changed places."),
        tolerance=1e-4,
    )


def small_integers(small, weights: np.ndarray) -> None:
    """Lesson 8: weights as whole numbers from -127 to 127."""
    scale = np.abs(weights).max() / 127
    scaled = weights / scale
    check_array(
        small,
        np.round(scaled),
        (scaled, "These are not whole numbers yet: round them."),
        (np.round(weights * scale), "Divide by the scale, do not multiply."),
        (np.round(weights), "The scale is missing: almost every weight became 0."),
        (np.floor(scaled), "np.floor always rounds down. Take the nearest: np.round."),
        (np.round(scaled) * scale, "Those are the weights again. Do not multiply at the end."),
        tolerance=1e-3,
    )


def share_turned_away(share, verdicts: Sequence[str]) -> None:
    """Lesson 9: the share of the verdicts that are not 'digit'."""
    verdicts = list(verdicts)
    total = len(verdicts)
    count = total - verdicts.count("digit")
    check_number(
        share,
        count / total,
        (count, "That is how many. Divide by the number of drawings."),
        (1 - count / total, "That is the share with the verdict 'digit'. Take the others."),
        (verdicts.count("no digit") / total, "That leaves out the verdicts 'unsure'."),
        (100 * count / total, "That is in per cent. A number from 0 to 1 is wanted."),
    )


def ink_length(length, stroke: np.ndarray) -> None:
    """Lesson 9: the length of a stroke (n, 2)."""
    steps = np.diff(stroke, axis=0)
    straight = np.linalg.norm(stroke[-1] - stroke[0])
    by_steps = "Take the length of each step first, then add."
    check_number(
        length,
        np.linalg.norm(steps, axis=1).sum(),
        (straight, f"That is the straight line from the first point to the last. {by_steps}"),
        (np.abs(steps).sum(), "You added widths and heights. Use Pythagoras for a step's length."),
        ((steps**2).sum(), "These are squares. Take the root for each step before you add."),
        (np.sqrt((steps**2).sum()), "Take the root for each step (axis=1), then add."),
        (len(stroke), "That is the number of points."),
        tolerance=0.01,
    )


def standard_error(error, share: float, count: int) -> None:
    """Lesson 9: how far the share of `count` drawings is typically off by chance alone."""
    variance = share * (1 - share)
    spread, right = math.sqrt(variance), math.sqrt(variance / count)
    check_number(
        error,
        right,
        (variance / count, "That is its square: take the root."),
        (spread, "That is for one drawing. Divide by the number of drawings, under the root."),
        (math.sqrt(variance / (count - 1)), "Divide by the number of drawings, not by one less."),
        (spread / count, "The number of drawings belongs under the root too."),
        (math.sqrt(share / count), "Both shares are needed: the right ones times the wrong ones."),
        (100 * right, "That is in per cent. A number from 0 to 1 is wanted."),
        tolerance=0.0051,
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
        is_asked = "truth value" in str(error)  # of an array, which has none
        found = f"{raised(error)}.{' Ask whether it `is None`.' if is_asked else ''}"
    print(found or "✅ Right: it reads the 6, it reads it upside down, and it waits for a drawing.")


def _problem_without_drawing(answer) -> str:
    """Return what is wrong with the answers before anything is drawn, or ''."""
    for written, sketch in _EMPTY_SKETCHES:
        try:
            given = answer(sketch, 0)
        except Exception as error:  # the learner's function can raise anything
            before = f"With the sketch {written}, as it is before the first stroke, return {{}}."
            takes = "The app gives the function two inputs, sketch and turn."
            return f"{raised(error)}. {takes if 'but 2 were given' in str(error) else before}"
        if given is ...:
            return "⏳ Not answered yet: replace the three dots."
        if given is not None and (not isinstance(given, Mapping) or given):
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
            print(f"{raised(error)}. It was called with {candidate!r}: {why}.")
            return
        if answer is ...:
            print("⏳ Not answered yet: replace the three dots.")
            return
        if not isinstance(answer, bool | np.bool_) or answer != wanted:
            print(f"❌ is_point({candidate!r}) gave {in_short(answer)}, wanted {wanted}: {why}.")
            return
    print(f"✅ Right: {len(_POINT_TRIALS)} of {len(_POINT_TRIALS)}.")
