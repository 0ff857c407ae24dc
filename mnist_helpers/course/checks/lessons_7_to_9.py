"""Exercises on drawings, on exported files, and on the pad."""

import math
from collections.abc import Sequence

import numpy as np

from mnist_helpers.course.checks.compare import KNOWN, check_array, check_named, check_number
from mnist_helpers.pictures.inputs import from_picture, open_picture
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink


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
