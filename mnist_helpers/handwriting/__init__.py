"""Synthetic pen strokes: digits as people around the world write them, and non-digits.

MNIST is American handwriting of the 1990s. These strokes add the styles that it lacks. Each one is
a template that is bent, slanted and shaken a little, like the lines of a person. Then it is drawn
and prepared in the same steps as a real drawing.

`templates.json` has a line for each style of a digit, letter or shape: its name, its weight (how
often it is drawn) and its strokes. They lie in a square of 100 × 100, x to the right and y down. A
stroke is a row of points x,y that are joined by a smooth curve. `!` marks a corner, and `/` lifts
the pen. Every line was written by hand for this project.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from mnist_helpers.drawing import MNIST_PEN, PAD_SIZE, draw_strokes
from mnist_helpers.prediction import is_digit
from mnist_helpers.preprocessing import SIDE, from_ink, from_strokes

_BEAT, _LIFT = 0.02, 0.25  # seconds between two points, and between two strokes
_MARGIN = 21  # pixels, so that a pen of 40 pixels puts no ink outside the pad

Strokes = list[np.ndarray]
TEMPLATES = json.loads((Path(__file__).parent / "templates.json").read_text("utf-8"))
"""The styles of each digit, under '0' to '9', and those under 'not a digit'."""


def write_digit(digit: int, rng: np.random.Generator) -> Strokes:
    """Write a digit in a random style, at a random size and place on a pad of 280 pixels.

    Returns its strokes: float64 (n, 2), x to the right and y down, in pixels. The longer side of
    the digit is 35 to 85 % of the pad.

    Raises ValueError for anything that is not a whole number from 0 to 9.
    """
    if not is_digit(digit):
        raise ValueError(f"the digit to write is {digit!r}; wanted a whole number from 0 to 9")
    return place(_handwrite(_choose(*_STYLES[str(digit)], rng), rng), rng)


def pace(strokes: Strokes) -> list[list[float]]:
    """Return a time for each point, in seconds from 0, as if a person had drawn the strokes."""
    times, now = [], 0.0
    for stroke in strokes:
        times.append([now + _BEAT * number for number in range(len(stroke))])
        now = times[-1][-1] + _LIFT
    return times


def write_digits(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Write `count` digits, each digit equally often, as images like those of MNIST.

    Returns float32 (count, 28, 28, 1) in [0, 1] and the labels, int64 (count,), in random order.
    Taught in lesson 6.
    """
    labels = rng.permutation(np.arange(count) % 10)
    return _images((write_digit(digit, rng) for digit in labels), count, rng), labels


def write_non_digit(rng: np.random.Generator, kind: str | None = None) -> Strokes:
    """Draw something that is not a digit; `kind` is one of `KINDS`, or None for a random one.

    Returns strokes as `write_digit` does. Raises ValueError for another kind.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"the kind is {kind!r}; wanted one of {', '.join(KINDS)}")
    drawn = [KINDS[each] for each in ([kind] if kind else KINDS)]
    weights = {draw: weight for each in drawn for draw, weight in each.items()}
    draw = _choose([*weights], [*weights.values()], rng)
    return place(draw(rng), rng)


def write_non_digits(count: int, rng: np.random.Generator, kind: str | None = None) -> np.ndarray:
    """Draw `count` things that are not digits, as images: float32 (count, 28, 28, 1) in [0, 1]."""
    return _images((write_non_digit(rng, kind) for _ in range(count)), count, rng)


def place(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Give strokes a random size, 35 to 85 % of the pad, and a random place on it.

    If all points lie in one place, it is a dot, and it is only moved.
    """
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = rng.uniform(0.35, 0.85) * PAD_SIZE / extent.max() if extent.any() else 1.0
    corner = rng.uniform(_MARGIN, PAD_SIZE - _MARGIN - extent * scale)
    return [(stroke - low) * scale + corner for stroke in strokes]


def smooth_curve(points: np.ndarray, count: int) -> np.ndarray:
    """Return `count` points of a smooth curve through `points`, (n, 2).

    It is a centripetal Catmull-Rom spline (E. Catmull and R. Rom, 1974). It adds no loops.
    """
    chords = points[1:] - points[:-1]
    steps = np.sqrt(np.hypot(chords[:, :1], chords[:, 1:])) + 1e-6
    slopes = chords / steps
    inner = (slopes[:-1] * steps[1:] + slopes[1:] * steps[:-1]) / (steps[:-1] + steps[1:])
    first, last = 1.5 * slopes[0] - 0.5 * inner[0], 1.5 * slopes[-1] - 0.5 * inner[-1]
    tangents = np.vstack([first, inner, last])
    knots = np.concatenate([[0], np.cumsum(steps)])
    times = np.linspace(0, knots[-1], count)
    i = np.searchsorted(knots[1:-1], times, side="right")
    t, h = (times - knots[i])[:, np.newaxis] / steps[i], steps[i]
    rise = t * t * (3 - 2 * t)
    bend = t * (1 - t) * h * ((1 - t) * tangents[i] - t * tangents[i + 1])
    return points[i] + rise * (points[i + 1] - points[i]) + bend


def _read_template(text: str) -> list[tuple[np.ndarray, list[int]]]:
    """Return the points of each stroke, (n, 2) in [-1, 1], and which of them are corners."""
    strokes = []
    for part in text.split("/"):
        words = part.split()
        points = np.array([word.rstrip("!").split(",") for word in words], float)
        corners = [i for i, word in enumerate(words) if word.endswith("!")]
        strokes.append((points / 50 - 1, corners))
    return strokes


def _choose(items: list, weights: list[float], rng: np.random.Generator):
    bounds = np.cumsum(weights) / np.sum(weights)
    return items[np.searchsorted(bounds[:-1], rng.random(), side="right")]


def _handwrite(template: list, rng: np.random.Generator, rounding: float = 0.6) -> Strokes:
    """Write a template once; each corner is rounded off with a probability up to `rounding`."""
    care = rng.lognormal(0, 0.4)  # of the writer: below 1 is neat, above 1 is quick
    bend = _random_bend(rng, min(care, 1.6))
    rounding *= rng.random()
    return [
        _write_stroke(bend(points + rng.normal(0, 0.03 * care, 2)), corners, care, rounding, rng)
        for points, corners in template
    ]


def _random_bend(rng: np.random.Generator, care: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return a smooth map of the plane: turn, slant, proportions and a slight curvature."""
    turn, slant = rng.normal(0, 0.1), rng.normal(0.12, 0.2)
    aspect = np.exp(rng.normal(-0.12, 0.22))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = rotation @ np.array([[1, -slant], [0, 1]]) @ np.diag([aspect, 1])
    curvature = rng.normal(0, 0.06 * care, (2, 5))

    def bend(points: np.ndarray) -> np.ndarray:
        x, y = points.T
        powers = np.stack([x * x, x * y, y * y, x * x * y, x * y * y])
        return (points + (curvature @ powers).T) @ linear.T

    return bend


def _write_stroke(
    points: np.ndarray, corners: list[int], care: float, rounding: float, rng: np.random.Generator
) -> np.ndarray:
    """Shake the points, miss the ends a little, and join the points by curves between corners."""
    points = points + rng.normal(0, 0.035 * care, points.shape)
    points[0] += (points[0] - points[1]) * rng.uniform(-0.2, 0.2)
    points[-1] += (points[-1] - points[-2]) * rng.uniform(-0.2, 0.2)
    if rng.random() < 0.15:
        points = np.vstack([_hook(points[0], points[1], rng), points])
        corners = [i + 1 for i in corners]
    if rng.random() < 0.15:
        points = np.vstack([points, _hook(points[-1], points[-2], rng)])
    kept = [i for i in corners if rng.random() > rounding]  # the others become round
    pieces = []
    for start, end in zip([0, *kept], [*kept, len(points) - 1], strict=True):
        piece = points[start : end + 1]
        if len(piece) == 2:  # nobody draws a line that is quite straight
            middle = piece.mean(axis=0) + rng.normal(0, 0.035 * care, 2)
            piece = np.array([piece[0], middle, piece[1]])
        pieces.append(smooth_curve(piece, 6 + 4 * len(piece)))
    path = np.concatenate(pieces)
    return path + _tremor(len(path), rng)


def _hook(end: np.ndarray, neighbour: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the tip of the small hook that a pen leaves if it moves while it lands or lifts."""
    angle = rng.uniform(0.3, 1.6) * (1 if rng.random() < 0.5 else -1)
    direction = (neighbour - end) / (np.linalg.norm(neighbour - end) + 1e-6)
    turned = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]] @ direction
    return end + rng.uniform(0.05, 0.22) * turned


def _tremor(count: int, rng: np.random.Generator) -> np.ndarray:
    noise = rng.normal(0, 0.02 * rng.random() ** 2, (count + 4, 2))
    total = np.cumsum(noise, axis=0)
    return (total[4:] - total[:-4]) / 2


def _images(written, count: int, rng: np.random.Generator) -> np.ndarray:
    images = np.empty((count, SIDE, SIDE, 1), np.float32)
    for strokes, image in zip(written, images, strict=True):
        image[..., 0] = _as_image(strokes, rng)
    return images


def _as_image(strokes: Strokes, rng: np.random.Generator) -> np.ndarray:
    """Draw two of three as the recogniser draws strokes, the others as a pad gives its pixels."""
    if rng.random() < 2 / 3:
        return from_strokes(strokes, pen=round(MNIST_PEN * np.exp(rng.normal(0, 0.18))))
    size = np.ptp(np.concatenate(strokes), axis=0).max()
    widest = max(10, min(40, round(size / 5)))  # a wider pen would fill the loops of small digits
    return from_ink(draw_strokes(strokes, pen=int(rng.integers(8, widest + 1))).astype(np.float32))


def _template(rng: np.random.Generator) -> Strokes:
    style = _choose(*_STYLES["not a digit"], rng)
    return _handwrite(style, rng, rounding=0.1)  # a rounded box is a 0


def _some_digits(rng: np.random.Generator) -> Strokes:
    return write_number(rng.integers(0, 10, rng.choice([2, 2, 3])), rng)


def write_number(digits: Sequence[int], rng: np.random.Generator) -> Strokes:
    """Write digits side by side; they can touch. `place` brings them onto the pad."""
    strokes, right = [], 0.0
    for digit in digits:
        written = write_digit(digit, rng)
        points = np.concatenate(written)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = rng.uniform(0.8, 1.2) / (high - low)[1]
        left = right + rng.uniform(-0.05, 0.5)
        strokes += [(stroke - low) * scale + [left, rng.normal(0, 0.08)] for stroke in written]
        right = left + (high - low)[0] * scale
    return strokes


def _curve(rng: np.random.Generator) -> Strokes:
    counts = rng.integers(6, 16, rng.integers(1, 3))
    return [smooth_curve(rng.random((n, 2)), 6 * n) for n in counts]


def _straight_lines(rng: np.random.Generator) -> Strokes:
    return [rng.random((n, 2)) for n in rng.integers(2, 6, rng.integers(3, 6))]


def _zigzag(rng: np.random.Generator) -> Strokes:
    turns = int(rng.integers(5, 14))
    path = np.column_stack([np.linspace(0, rng.uniform(0.5, 2), turns), np.arange(turns) % 2])
    path += rng.normal(0, 0.07, path.shape)
    path = path if rng.random() < 0.5 else smooth_curve(path, 6 * turns)
    return [path if rng.random() < 0.6 else path[:, ::-1]]


def _spiral(rng: np.random.Generator) -> Strokes:
    angle = np.linspace(0, rng.uniform(2.5, 5) * 2 * np.pi, 80) * rng.choice([-1, 1])
    radius = np.linspace(rng.uniform(0, 0.2), 1, 80)
    path = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return [path * [rng.uniform(0.6, 1.2), 1]]


def _dot(rng: np.random.Generator) -> Strokes:
    return [np.zeros((1, 2))] if rng.random() < 0.5 else [rng.normal(0, 2, (8, 2)).cumsum(axis=0)]


def _lying_line(rng: np.random.Generator) -> Strokes:
    path = smooth_curve(np.column_stack([np.arange(4), rng.normal(0, 0.06, 4)]), 20)
    path[:, 1] += path[:, 0] * rng.normal(0, 0.12)
    return [path]


_STYLES = {
    what: ([_read_template(text) for *_, text in styles], [weight for _, weight, _ in styles])
    for what, styles in TEMPLATES.items()
}
KINDS = {
    "letters and shapes": {_template: 18},
    "several digits": {_some_digits: 4},
    "scribbles": {_curve: 4, _straight_lines: 1.5, _zigzag: 2, _spiral: 1},
    "dots and lying lines": {_dot: 0.5, _lying_line: 0.8},
}
"""The kinds of things that are not digits: how to draw them, and how often each one is drawn."""
