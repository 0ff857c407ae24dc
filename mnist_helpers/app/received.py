"""What visitors send: checked to be strokes or times, or refused in words."""

from mnist_helpers.drawing import FARTHEST, MAX_POINTS

MAX_STROKES = 100
_DAY = 86_400  # seconds


def check_strokes(strokes: object) -> list[list[list[float]]]:
    """Return strokes unchanged, after a check that they are lists of points [x, y].

    Raises ValueError for anything else, for more than 100 strokes and for more than 10,000 points.
    """
    if not isinstance(strokes, list):
        raise ValueError(f"{type(strokes).__name__} came in; wanted a list of strokes")
    if len(strokes) > MAX_STROKES:
        raise ValueError(f"{len(strokes):,} strokes came in; at most {MAX_STROKES} are read")
    for number, stroke in enumerate(strokes):
        if not isinstance(stroke, list):
            kind = type(stroke).__name__
            raise ValueError(f"stroke {number} is {kind}; wanted a list of points [x, y]")
    count = sum(len(stroke) for stroke in strokes)
    if count > MAX_POINTS:
        raise ValueError(f"{count:,} points came in; at most {MAX_POINTS:,} are read")
    for number, stroke in enumerate(strokes):
        for place, point in enumerate(stroke):
            if not _are_numbers(point, 2, FARTHEST):
                raise ValueError(
                    f"point {place} of stroke {number} is not [x, y], two numbers between "
                    f"-{FARTHEST:,} and {FARTHEST:,}"
                )
    return strokes


def check_times(times: object, strokes: list) -> list[list[float]]:
    """Return the times unchanged, after a check that they fit the (checked) strokes.

    Raises ValueError unless there is one number for each point: seconds, up to a day.
    """
    is_list = isinstance(times, list) and len(times) == len(strokes)
    if not is_list or not all(
        _are_numbers(part, len(stroke), _DAY) for part, stroke in zip(times, strokes, strict=True)
    ):
        raise ValueError("the times do not fit the strokes; wanted one, in seconds, for each point")
    return times


def _are_numbers(values: object, count: int, most: float) -> bool:
    """Say whether this is a list of so many numbers, none of them beyond `most`."""
    # NumPy is not used: it cannot take a number of 400 digits. A comparison with NaN is False.
    fits = isinstance(values, list) and len(values) == count
    return fits and all(type(value) in (int, float) and abs(value) <= most for value in values)
