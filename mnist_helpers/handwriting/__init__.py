"""Written strokes: digits in many styles, and what is no digit."""

from mnist_helpers.handwriting.strokes import (
    KINDS,
    Strokes,
    pace,
    place,
    smooth_curve,
    write_digit,
    write_digits,
    write_non_digit,
    write_non_digits,
    write_number,
)
