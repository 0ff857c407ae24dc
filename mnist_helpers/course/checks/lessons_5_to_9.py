"""Exercises on errors, training better, drawings, exported files, and the pad."""

import math
from collections.abc import Sequence

import numpy as np

from mnist_helpers.course.checks.compare import (
    KNOWN,
    as_array,
    check_array,
    check_named,
    check_names,
    check_number,
    has_dots,
    in_short,
    is_function,
    raised,
)
from mnist_helpers.pictures.inputs import from_picture, open_picture
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink
from mnist_helpers.recognizer import Recognizer


def share_read_right(share, confusion: np.ndarray, digit: int) -> None:
    """Lesson 5: the share of a digit's images read right; rows of `confusion` are true digits."""
    hits, total = confusion[digit, digit], confusion.sum()
    right, of_read = hits / confusion[digit].sum(), hits / confusion[:, digit].sum()
    in_row = f"The images of the digit {digit} are in the row."
    check_number(
        share,
        right,
        (of_read, f"You divided by the column: all that was read as {digit}. {in_row}"),
        (hits / total, f"You divided by all images. Divide by those of the digit {digit}."),
        (hits, "That is how many, not which share: divide by the sum of the row."),
        (100 * right, "A share is a number from 0 to 1, not in per cent."),
        (np.trace(confusion) / total, "That is the share of all ten digits together."),
        tolerance=1e-5,
    )


def own_reading(digits, labels: np.ndarray) -> None:
    """Lesson 5: how often the learner's own reading agrees with the labels; no digit is wrong."""
    count, found = len(labels), as_array(digits)
    wanted = f"a list of {count} digits from 0 to 9"
    if has_dots(digits):
        print("⏳ Not answered yet: replace the three dots by your digits.")
    elif found is None:
        print(f"❌ Wanted {wanted}, not {in_short(digits)}.")
    elif found.shape != labels.shape:
        print(f"❌ Wanted {wanted}, not something of the shape {found.shape}.")
    elif not np.isin(found, range(10)).all():
        print(f"❌ Wanted {wanted}. If you cannot read one, guess.")
    else:
        agreed = (found == labels).sum()
        print(f"✅ You agree with the label on {agreed} of {count}. The network agreed on none.")


def strongest_map(number, maps: np.ndarray) -> None:
    """Lesson 5: the number of the map that holds the largest value; `maps` are (h, w, n)."""
    right, brightest = int(maps.max(axis=(0, 1)).argmax()), int(maps.mean(axis=(0, 1)).argmax())
    of_each = "Take the maximum of each map first: .max(axis=(0, 1))."
    largest = "The question is which map has the largest single value."
    check_number(
        number,
        right,
        (int(maps.argmax()), f"That is the place in one long row of all numbers. {of_each}"),
        (right + 1, "The maps are counted from 0."),
        (float(maps.max()), "That is the value itself. The question is which map has it."),
        (brightest, f"That map has the largest mean. {largest}"),
    )


def calibration_error(
    error, counts: Sequence[int], confidences: Sequence[float], shares_right: Sequence[float]
) -> None:
    """Lesson 5: the calibration error of bins; each has a count and two shares from 0 to 1."""
    weights = np.asarray(counts) / np.sum(counts)
    signed = np.subtract(shares_right, confidences)
    gaps = np.abs(signed)
    expected, even = weights @ gaps, gaps.mean()
    signs = "A bin that is too sure and one that is too modest cancel each other"
    check_number(
        error,
        expected,
        (weights @ signed, f"{signs}: take np.abs first."),
        (-weights @ signed, f"{signs}: take np.abs first."),
        (even, "You counted every bin the same, but a bin with more predictions counts more."),
        (gaps.sum(), "You added up the gaps. Multiply each by its share of the predictions first."),
        (gaps.max(), "That is the largest gap alone, but all bins count."),
        (expected * np.sum(counts), "Now divide by the number of predictions."),
        (100 * expected, "That is in per cent. A number from 0 to 1 is wanted."),
        tolerance=0.0005,
    )


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


def slant_in_pixels(pixels) -> None:
    """Lesson 6: how far a slant of 0.15 moves the top of a digit, 20 pixels tall, from its foot."""
    check_number(pixels, *KNOWN["slant_in_pixels"])


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
    least, most = changed.min(), changed.max()
    if not (least >= -0.01 and most <= 1.01):  # no comparison with NaN is true
        return f"The values go from {least:g} to {most:g}, wanted 0 to 1: use np.clip."
    return ""


def _chance_slip(images, given, changed, again, other) -> str:
    """Return what is wrong with the random changes, or ''."""
    if not np.array_equal(given, images):
        return "It changes the given images themselves: work on a copy, images.copy()."
    if np.array_equal(changed, images):
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


def verdicts(answers) -> None:
    """Lesson 6: {"A": …, "B": …, "C": …}, the verdict of each of three drawings."""
    check_names(answers, **KNOWN["verdicts"])


def width_in_box(width) -> None:
    """Lesson 7: how wide a drawing of 60 × 200 pixels is in the box of 20 × 20."""
    check_number(width, *KNOWN["width_in_box"], tolerance=0.1)


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
    no_crop = "The crop is missing, so the box holds paper too, and the digit is small."
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


def bytes_of_numbers(count) -> None:
    """Lesson 8: how many bytes 34,826 numbers of 32 bits need."""
    check_number(count, *KNOWN["bytes_of_numbers"])


def products(second_conv, last) -> None:
    """Lesson 8: how many products the second convolution and the last layer need for an image."""
    check_named(KNOWN["products"], second_conv=second_conv, last=last)


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
