"""Draw the pictures of ideas, each for light and for dark pages.

    python teaching/pictures/draw.py

They go to images/ideas.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from course import CONSTANT, ROOT, STEPS, learning_rates, lessons, network, parts, reading
from svg import THEMES, Sheet, Theme

NETWORKS, OWN_DIGITS = [1, 3, 4, 5, 6], [7, 8, 9, 10]  # the two short ways of lesson 0
PLACES = {  # column and row of each lesson on the map
    **{0: (0, 1), 1: (1, 1), 2: (2, 0), 3: (2, 1), 4: (3, 1), 5: (4, 0), 6: (4, 1)},
    **{7: (3, 3), 8: (4, 2), 9: (4, 3), 10: (5, 3)},
}


def pipeline(theme: Theme) -> Sheet:
    """From a drawing to an answer."""
    strokes, prediction = reading()
    sheet = Sheet(
        960,
        290,
        "From your drawing to an answer",
        "Four steps from left to right. A small 3, drawn away from the middle of the paper. "
        "The same 3 as an image of 28 × 28 pixels, large and in the middle. The network with "
        "34,826 parameters. Ten bars, one for each digit: that of the 3 is full.",
        theme,
    )
    left = [20, 270, 520, 770]
    words = [
        ("your drawing", "strokes of a pen"),
        ("the image", "28 × 28 numbers"),
        ("the network", f"{sum(count for *_, count in network()):,} parameters"),
        ("the answer", "ten probabilities"),
    ]
    for x, (name, what) in zip(left, words, strict=True):
        sheet.text(x + 85, 235, name, 19, font_weight="bold")
        sheet.text(x + 85, 262, what, 16, fill=theme.soft)
    for x in left[:3]:
        sheet.arrow([(x + 183, 105), (x + 237, 105)], stroke_width=3)
    sheet.rect(left[0], 20, 170, 170, fill="#ffffff", stroke=theme.soft, rx=6)
    for stroke in strokes:
        points = np.array([left[0], 20]) + stroke[:: max(1, len(stroke) // 40)] * 170 / 280
        sheet.lines(points, stroke="#1a1a1a", stroke_width=9, stroke_linecap="round")
    sheet.image(left[1], 20, 170, prediction.image)
    sheet.rect(left[1], 20, 170, 170, fill="none", stroke=theme.soft)
    _small_network(sheet, left[2], theme)
    for digit, share in enumerate(prediction.probabilities):
        y = 22 + 17 * digit
        sheet.text(left[3] + 8, y + 13, str(digit), 15)
        sheet.rect(left[3] + 24, y, 146, 13, fill=theme.pale)
        sheet.rect(left[3] + 24, y, 146 * float(share), 13, fill=theme.blue)
    return sheet


def _small_network(sheet: Sheet, left: float, theme: Theme) -> None:
    """Draw the maps of a network, smaller and smaller, and the ten answers."""
    for x, side, maps in [(0, 62, 3), (82, 36, 3), (132, 14, 4)]:
        for number in range(maps):
            corner = left + x + 4 * number, 105 - side / 2 + 4 * number - 6
            sheet.rect(*corner, side, side, fill=theme.pale, stroke=theme.blue, stroke_width=1.5)
    for number in range(10):
        sheet.rect(left + 164, 42 + 12.6 * number, 9, 9, fill=theme.blue)


def split(theme: Theme) -> Sheet:
    """The three parts of MNIST, to scale."""
    counts = parts()
    total = sum(counts.values())
    sheet = Sheet(
        960,
        250,
        "MNIST in three parts, to scale",
        "One bar of 70,000 images, cut in three. Training: 54,000 images, the network learns from "
        "them. Validation: 6,000 images, you compare, choose and stop by them. Test: 10,000 "
        "images, opened once, at the end.",
        theme,
    )
    colors = [theme.blue, theme.orange, theme.soft]
    uses = [
        ["the network learns", "from it"],
        ["you compare, choose", "and stop by it"],
        ["opened once,", "at the end"],
    ]
    x, text_at = 20.0, [375, 640, 874]
    for (name, count), color, lines, at in zip(counts.items(), colors, uses, text_at, strict=True):
        width = 920 * count / total
        sheet.rect(x + 1, 56, width - 2, 64, fill=color)
        sheet.lines(
            [(x + width / 2, 124), (x + width / 2, 138), (at, 138), (at, 150)], stroke=color
        )
        sheet.text(at, 172, f"{name}: {count:,}", 18, font_weight="bold")
        for number, line in enumerate(lines):
            sheet.text(at, 197 + 22 * number, line, 16, fill=theme.soft)
        x += width
    sheet.text(20, 36, f"{total:,} images of MNIST, to scale", 18, text_anchor="start")
    return sheet


def layers(theme: Theme) -> Sheet:
    """The network of the course, to scale."""
    rows = network()
    sheet = Sheet(
        960,
        345,
        "The network of the course, to scale",
        "From left to right the maps become smaller and there are more of them: "
        + ", ".join(" × ".join(f"{n:,}" for n in shape) for _, shape, _ in rows if shape)
        + ". Below each stand the layer and its number of parameters: 320, 18,496 and 16,010, "
        "and none for pooling, flatten and dropout.",
        theme,
    )
    for y, heading in [(228, "shape"), (258, "layer"), (288, "parameters")]:
        sheet.text(12, y, heading, 15, text_anchor="start", fill=theme.soft)
    shown = [row for row in rows if row[0] != "Dropout"]
    names = ["image", "convolution", "pooling", "convolution", "pooling", "flatten"]
    names += ["dropout, dense"]
    middles = [163, 300, 430, 558, 678, 775, 885]
    for (_, shape, count), name, x in zip(shown, names, middles, strict=True):
        _block(sheet, x, shape, theme)
        sheet.text(x, 228, " × ".join(f"{n:,}" for n in shape), 15, font_weight="bold")
        sheet.text(x, 258, name, 15)
        sheet.text(x, 288, f"{count:,}" if name != "image" else "–", 15)
    total = f"{sum(count for *_, count in rows):,} parameters in all."
    note = "Sides and numbers of maps are to scale. The row of 1,600 is folded, and smaller."
    sheet.text(480, 326, f"{total} {note}", 15, fill=theme.soft)
    return sheet


def _block(sheet: Sheet, middle: float, shape: tuple[int, ...], theme: Theme) -> None:
    """Draw maps as a block with sides to scale, and a row of numbers as a column."""
    look = {"stroke": theme.blue, "stroke_width": 1.5, "fill": theme.pale}
    if (
        len(shape) == 1
    ):  # 1,600 in a column would be 6,720 pixels high: 64 rows of 25, half as large
        wide, high = (53, 134) if shape[0] == 1600 else (8, 42)
        sheet.rect(middle - wide / 2, 105 - high / 2, wide, high, **look)
        return
    side, dx, dy = 4.2 * shape[0], 0.75 * shape[2], -0.55 * shape[2]
    x, y = middle - (side + dx) / 2, 105 - (side + dy) / 2
    top = [(x, y), (x + dx, y + dy), (x + side + dx, y + dy), (x + side, y)]
    right = [(x + side, y), (x + side + dx, y + dy), (x + side + dx, y + side + dy)]
    front = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    for face in (top, [*right, (x + side, y + side)], front):
        sheet.lines(face, close=True, **look)


def rates(theme: Theme) -> Sheet:
    """One-cycle against a constant learning rate."""
    sheet = Sheet(
        960,
        380,
        "Two plans for the learning rate",
        f"Learning rate over {STEPS} steps. The constant plan is a level line at {CONSTANT}. "
        "The one-cycle plan rises in a straight line to 0.003 in the first quarter, then falls to "
        "zero along a curve, and is below the constant plan in the last quarter.",
        theme,
    )

    def at(step: float, rate: float) -> tuple[float, float]:
        return 100 + 820 * step / STEPS, 300 - 250 * rate / 0.003

    for rate in [0, 0.001, 0.002, 0.003]:
        sheet.lines([at(0, rate), at(STEPS, rate)], stroke=theme.pale, stroke_width=1.5)
        sheet.text(90, at(0, rate)[1] + 5, f"{rate:g}", 15, text_anchor="end")
    for step in range(0, STEPS + 1, STEPS // 4):
        sheet.text(at(step, 0)[0], 326, str(step), 15)
    sheet.text(510, 360, "step of the training", 16, fill=theme.soft)
    sheet.text(20, 30, "learning rate", 16, text_anchor="start", fill=theme.soft)
    line = {"stroke_width": 4, "stroke_linejoin": "round"}
    sheet.lines(
        [at(0, CONSTANT), at(STEPS, CONSTANT)], stroke=theme.orange, **line, stroke_dasharray="14 8"
    )
    curve = list(enumerate(learning_rates()))[::8]
    sheet.lines([at(*point) for point in curve], stroke=theme.blue, **line)
    sheet.text(*np.add(at(STEPS * 0.52, 0.0027), (20, 0)), "one-cycle", 18, text_anchor="start")
    sheet.text(at(STEPS, 0)[0], at(0, CONSTANT)[1] - 14, "constant", 18, text_anchor="end")
    return sheet


def course_map(theme: Theme) -> Sheet:
    """The lessons, and what each builds on."""
    known = lessons()
    sheet = Sheet(
        960,
        420,
        "The map of the course",
        " ".join(
            f"Lesson {number}, {title}"
            + (f", builds on lesson {' and '.join(map(str, needs))}." if needs else ".")
            for number, (title, needs) in known.items()
        ),
        theme,
    )
    for number, (_, needs) in known.items():
        for before in needs:
            _road(sheet, before, number)
    for number, (title, _) in known.items():
        _stop(sheet, number, title, theme)
    sheet.text(12, 232, "An arrow says: builds on.", 15, text_anchor="start")
    sheet.text(12, 254, "Every lesson also starts alone.", 15, text_anchor="start")
    ways = {"to understand networks": NETWORKS, "to see your own digits read": OWN_DIGITS}
    for y, (name, way) in zip([300, 355], ways.items(), strict=True):
        sheet.rect(14, y, 40, 34, fill="none", rx=6, **_frame(way[0], theme))
        sheet.text(66, y + 14, name, 15, text_anchor="start")
        numbers = ", ".join(map(str, way[:-1])) + f" and {way[-1]}"
        sheet.text(66, y + 34, numbers, 15, text_anchor="start", fill=theme.soft)
    return sheet


def _corner(number: int) -> tuple[float, float]:
    column, row = PLACES[number]
    return 10 + 160 * column, 10 + 104 * row


def _frame(number: int, theme: Theme) -> dict:
    """Tell the two ways apart by color, and by a solid or dashed line."""
    if number in NETWORKS:
        return {"stroke": theme.blue, "stroke_width": 3}
    if number in OWN_DIGITS:
        return {"stroke": theme.orange, "stroke_width": 3, "stroke_dasharray": "8 4"}
    return {"stroke": theme.soft, "stroke_width": 1.5}


def _stop(sheet: Sheet, number: int, title: str, theme: Theme) -> None:
    x, y = _corner(number)
    sheet.rect(x, y, 136, 84, fill=theme.pale, rx=8, **_frame(number, theme))
    sheet.text(x + 68, y + 25, str(number), 18, font_weight="bold")
    words = title.split()
    cut = min(range(1, len(words) + 1), key=lambda n: _longer_line(words, n))
    for row, line in enumerate([" ".join(words[:cut]), " ".join(words[cut:])]):
        if line:
            sheet.text(x + 68, y + 49 + 20 * row, line, 14)


def _longer_line(words: list[str], cut: int) -> int:
    return max(len(" ".join(words[:cut])), len(" ".join(words[cut:])))


def _road(sheet: Sheet, before: int, after: int) -> None:
    (x, y), (to_x, to_y) = _corner(before), _corner(after)
    start, end = (x + 136, y + 42), (to_x - 3, to_y + 42)
    sheet.arrow([start, (x + 148, start[1]), (x + 148, end[1]), end])


PICTURES: dict[str, Callable[[Theme], Sheet]] = {
    "pipeline": pipeline,
    "split": split,
    "network": layers,
    "learning_rates": rates,
    "course_map": course_map,
}


def main(folder: Path) -> None:
    """Write every picture into a folder, by its name and the theme."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        for kind, theme in THEMES.items():
            (folder / f"{name}_{kind}.svg").write_text(str(draw(theme)), "utf-8")


if __name__ == "__main__":
    main(ROOT / "images" / "ideas")
