"""Exercises on errors, and on training better."""

from collections.abc import Sequence

import numpy as np

from mnist_helpers.checks.compare import (
    as_array,
    check_names,
    check_number,
    has_dots,
    in_short,
)


def share_read_right(share, confusion: np.ndarray, digit: int) -> None:
    """Lesson 5: which share of a digit's images is read right; `confusion` has a row per truth."""
    hits = confusion[digit, digit]
    check_number(
        share,
        hits / confusion[digit].sum(),
        {
            hits / confusion[:, digit].sum(): "You divided by the column, all that was read as "
            f"{digit}; the images that are a {digit} are in the row.",
            hits
            / confusion.sum(): f"You divided by all images; divide by those that are a {digit}.",
            hits: "That is how many, not which share: divide by the sum of the row.",
            100
            * hits
            / confusion[digit].sum(): "A share is a number from 0 to 1, not in per cent.",
            np.trace(confusion) / confusion.sum(): "That is the share of all ten digits together.",
        },
        tolerance=1e-5,
    )


def own_reading(digits, labels: np.ndarray) -> None:
    """Lesson 5: how often the learner's own reading agrees with the labels; there is no wrong."""
    wanted = f"a list of {len(labels)} digits from 0 to 9"
    found = as_array(digits)
    if has_dots(digits):
        print("⏳ Not answered yet: replace the three dots by your digits.")
    elif found is None:
        print(f"❌ Wanted {wanted}, not {in_short(digits)}.")
    elif found.shape != labels.shape:
        print(f"❌ Wanted {wanted}, not something of the shape {found.shape}.")
    elif not np.isin(found, range(10)).all():
        print(f"❌ Wanted {wanted}; where you cannot read one, guess.")
    else:
        agreed = (found == labels).sum()
        print(f"✅ You agree with the label on {agreed} of {len(labels)}. The network did on none.")


def strongest_map(number, maps: np.ndarray) -> None:
    """Lesson 5: which of the maps (h, w, n) holds the largest value."""
    weakest_first = maps.max(axis=(0, 1))
    check_number(
        number,
        int(weakest_first.argmax()),
        {
            int(maps.argmax()): "That is the place in all the numbers, one after the other. Take "
            "the maximum of each map first: .max(axis=(0, 1)).",
            int(weakest_first.argmax()) + 1: "The maps are counted from 0.",
            float(maps.max()): "That is the value itself; the question is which map has it.",
            int(
                maps.mean(axis=(0, 1)).argmax()
            ): "That map is brightest on the whole; the question "
            "is which map has the largest single value.",
        },
    )


def calibration_error(
    error, counts: Sequence[int], confidences: Sequence[float], shares_right: Sequence[float]
) -> None:
    """Lesson 5: the calibration error of bins with so many answers, so sure, so often right."""
    weights = np.asarray(counts) / np.sum(counts)
    gaps = np.subtract(shares_right, confidences)
    expected = (weights * np.abs(gaps)).sum()
    signs = (
        "A bin that is too sure and one that is too modest cancel each other: take np.abs first."
    )
    check_number(
        error,
        expected,
        {
            (weights * gaps).sum(): signs,
            -(weights * gaps).sum(): signs,
            np.abs(
                gaps
            ).mean(): "You counted every bin the same; a bin with more answers counts more.",
            np.abs(
                gaps
            ).sum(): "You added up the gaps; multiply each by its share of the answers first.",
            np.abs(gaps).max(): "That is the largest gap alone; all bins count.",
            weights @ np.abs(gaps) * np.sum(counts): "Now divide by the number of all answers.",
            100 * expected: "That is in per cent; a number from 0 to 1 is wanted.",
        },
        tolerance=0.0005,
    )


def comparison(gain, overlap, a: np.ndarray, b: np.ndarray) -> None:
    """Lesson 6: how far the mean of `b` is above that of `a`, and whether the ranges overlap."""
    right = b.mean() - a.mean()
    print("gain: ", end="")
    check_number(
        gain,
        right,
        {
            -right: "The other way round: how far is b above a?",
            b.max() - a.max(): "That compares the best runs, and luck with them. Take the means.",
            100 * right: "As a share, not in per cent.",
        },
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
    """Lesson 6: how far a slant of 0.15 moves the top of a digit of 20 pixels against its foot."""
    check_number(
        pixels,
        3,
        {
            0.15: "That is for one pixel of height; the digit has 20.",
            1.5: "That is how far the top moves; the foot moves the other way, as far again.",
            4.2: "The image is 28 pixels tall, the digit in it 20.",
            -3: "The minus says 'to the left'. Only the distance is asked, without a sign.",
        },
    )


def verdicts(answers) -> None:
    """Lesson 6: {"A": …, "B": …, "C": …}, the verdict of each of three drawings."""
    check_names(
        answers,
        {
            "A": ("digit", "0.99 × 0.95 is far above 0.5."),
            "B": ("unsure", "0.98 × 0.48 is below 0.5, but it is a digit: 0.98 is above 0.1."),
            "C": (
                "no digit",
                "0.04 is below 0.1: not readable, although the other number is high.",
            ),
        },
        "verdicts",
        {"not a digit": "no digit"},
    )
