"""Exercises on errors, and on training better."""

from collections.abc import Sequence

import numpy as np

from mnist_helpers.course.checks.compare import (
    KNOWN,
    as_array,
    check_named,
    check_names,
    check_number,
    has_dots,
    in_short,
    is_function,
    raised,
)
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
    expected = (weights * gaps).sum()
    signs = "A bin that is too sure and one that is too modest cancel each other"
    check_number(
        error,
        expected,
        ((weights * signed).sum(), f"{signs}: take np.abs first."),
        (-(weights * signed).sum(), f"{signs}: take np.abs first."),
        (
            gaps.mean(),
            "You counted every bin the same, but a bin with more predictions counts more.",
        ),
        (gaps.sum(), "You added up the gaps. Multiply each by its share of the predictions first."),
        (gaps.max(), "That is the largest gap alone, but all bins count."),
        (weights @ gaps * np.sum(counts), "Now divide by the number of predictions."),
        (100 * expected, "That is in per cent. A number from 0 to 1 is wanted."),
        tolerance=0.0005,
    )


def comparison(gain, overlap, a: np.ndarray, b: np.ndarray) -> None:
    """Lesson 6: how far the mean of `b` is above that of `a`, and whether the ranges overlap."""
    right, middle = b.mean() - a.mean(), np.median(b) - np.median(a)
    known = (
        right,
        (-right, "That is the other way round: how far is b above a?"),
        (b.max() - a.max(), "That compares the best runs, which had luck. Compare the means."),
        (b.min() - a.min(), "That compares the worst runs. Compare the means."),
        (middle, "That compares the middle runs. Compare the means, which all runs decide."),
        (100 * right, "Give it as a share, not in per cent."),
    )
    check_named({"gain": known}, gain=gain)
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
        lost_axis = " cv2 gives (28, 28): np.reshape(…, (28, 28, 1)) puts the last axis back."
        print(
            raised(error)
            + "."
            + lost_axis * any(each in str(error) for each in ("broadcast", "inhomogeneous"))
        )
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
