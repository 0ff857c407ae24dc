"""The answers in the key of the tests with marks, worked out again from what a learner sees."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from helpers.course import LESSONS as NOTEBOOKS
from helpers.course import markdown
from helpers.marked import LESSONS, Asked, answers, found, plain, questions
from helpers.prose import equations

pytestmark = pytest.mark.parametrize("seed", range(1, 21))
WITHOUT_EQUATIONS = (6, 9)  # verdicts, and a root

NUMBERS = {"three": 3, "four": 4, "five": 5, "six": 6, "eight": 8}


def test_lesson_1(seed):
    array, table, picture, split = (Asked(1, number, seed) for number in (1, 2, 3, 5))
    assert answers(1, 1, seed)[0] == f"{math.prod(array.sentence('the shape')[:3]):,.0f}"
    counts = [int(count) for count in table.rows[1][1:]]
    assert f" {sum(counts)} images" in table.text
    assert answers(1, 2, seed) == [
        str(counts.index(max(counts))),
        f"{100 * max(counts) / sum(counts):g}",
    ]
    places = [(column, ink) for row in picture.grids[0] for column, ink in enumerate(row)]
    ink, weighted = sum(each for _, each in places), sum(column * each for column, each in places)
    assert answers(1, 3, seed) == [f"{ink:g}", f"{weighted:g}", f"{weighted / ink:.1f}"]
    images, test = found(split.text)[:2]
    assert answers(1, 5, seed)[0] == f"{(images - test) - (images - test) / 10:g}"


def test_lesson_2(seed):
    nearest, table = Asked(2, 1, seed), Asked(2, 4, seed)
    new, *averages = nearest.grids
    labels = re.findall(r"Distance to the average (\d)", nearest.text)
    distances = [sum((new - each).ravel() ** 2) for each in averages]
    closest = labels[distances.index(min(distances))]
    assert answers(2, 1, seed) == [*(f"{each:g}" for each in distances), closest]
    word, side = re.search(r"read (\w+) signs, in images of (\d+)", Asked(2, 2, seed).text).groups()
    signs, pixels = NUMBERS[word], int(side) ** 2
    assert answers(2, 2, seed) == [f"{signs * pixels:,}", f"{signs * (pixels + 1):,}"]
    before, after = ([int(each) for each in row[1:]] for row in table.rows[1:])
    lost = [b - a for b, a in zip(before, after, strict=True)]
    assert answers(2, 4, seed)[:2] == ["ABC"[lost.index(max(lost))], str(max(lost))]
    assert after.index(min(after)) != lost.index(max(lost)), "the lowest is not the one asked for"
    share = re.search(r"the dense network reads ([\d.]+) %", markdown(NOTEBOOKS[2]))[1]
    assert answers(2, 5, seed)[0] == share


def test_lesson_3(seed):
    image, kernel = Asked(3, 1, seed).grids
    sums = [
        sum(image[r + i, c + j] * kernel[i, j] for i in range(3) for j in range(3))
        for r in range(2)
        for c in range(2)
    ]
    relu = [max(each, 0) for each in sums]
    assert answers(3, 1, seed) == [f"{each:g}" for each in [*sums, *relu, max(relu)]]
    network = [row[0] for row in Asked(3, 2, seed).rows[1:]]
    kernels, side = (int(each) for each in re.findall(r"\d+", network[0])[:2])
    first = int(found(Asked(3, 2, seed).text)[0]) - side + 1
    row = (first // 2) ** 2 * kernels
    shapes = [f"{each} × {each} × {kernels}" for each in (first, first // 2)]
    counts = [str(kernels * (side * side + 1)), f"{10 * (row + 1):,}"]
    assert answers(3, 2, seed) == [*shapes, str(row), *counts]
    new, window = Asked(3, 4, seed).sentence("Write this line for")[:2]
    assert answers(3, 4, seed) == [f'layers.Conv2D({new:g}, {window:g}, activation="relu")']
    powers = [math.exp(score) for score in Asked(3, 5, seed).sentence("its scores are")[:3]]
    assert answers(3, 5, seed)[:3] == [f"{power / sum(powers):.2f}" for power in powers]


def test_lesson_4(seed):
    _, p_right, favourite, losses = (row[1:] for row in Asked(4, 1, seed).rows)
    assert losses == [f"{-math.log(float(p)):.2f}" for p in p_right]
    mean = sum(map(float, losses)) / len(losses)
    assert answers(4, 1, seed)[:2] == [f"{100 * favourite.count('yes') / 4:g}", f"{mean:.2f}"]
    low, loss_low, high, loss_high = Asked(4, 2, seed).sentence("moved a little.")[:4]
    slope = (loss_high - loss_low) / (high - low)
    assert answers(4, 2, seed) == [f"{slope:.1f}", "larger" if slope < 0 else "smaller"]
    images, batch = found(Asked(4, 3, seed).text)[:2]
    assert answers(4, 3, seed) == [str(math.ceil(images / batch))]
    training, validation = (
        [float(point.split(",")[1]) for point in line["points"].split()]
        for line in Asked(4, 4, seed).part.find_all("polyline")
    )
    assert training == sorted(training), "lower on the paper is a smaller loss"
    assert validation.count(max(validation)) == 1
    assert answers(4, 4, seed) == ["overfitting", str(validation.index(max(validation)) + 1)]


def test_lesson_5(seed):
    rows = Asked(5, 1, seed).rows
    digits = [row[0] for row in rows[1:]]
    table = np.array([[int(each) for each in row[1:]] for row in rows[1:]])
    both = {(i, j): table[i, j] + table[j, i] for i in range(3) for j in range(i + 1, 3)}
    pair = max(both, key=both.get)
    said, share, *named = answers(5, 1, seed)
    assert said == f"{table[0, 2]} images of a {digits[0]} were read as {digits[2]}"
    assert share == f"{100 * table[1, 1] / sum(table[1]):g}"
    assert named == [digits[each] for each in pair]
    assert table[0, 2] == max(table[i, j] for i in range(3) for j in range(3) if i != j)
    bins = [[float(each) for each in row[1:4]] for row in Asked(5, 4, seed).rows[1:]]
    assert f"share of the {digits[1]}s" in Asked(5, 1, seed).text
    words = ["too modest" if right > sure else "too sure" for _, sure, right in bins]
    total = sum(count for count, _, _ in bins)
    error = sum(count * abs(right - sure) for count, sure, right in bins) / total
    assert answers(5, 4, seed) == [*words, f"{error:.2f}", "above 1"]


def test_lesson_6(seed):
    runs = [[float(each) for each in row[1:4]] for row in Asked(6, 1, seed).rows[1:]]
    overlap = max(runs[0]) >= min(runs[1]) and max(runs[1]) >= min(runs[0])
    means = [f"{sum(each) / 3:.1f}" for each in runs]
    wrong, images, schedule, both = found(Asked(6, 4, seed).text)[:4]
    assert schedule < images / 5 < both / 5 < wrong and answers(6, 4, seed) == [
        "the changed images"
    ]
    assert answers(6, 1, seed)[:3] == [*means, "yes" if overlap else "no"]
    steps, peak = found(Asked(6, 3, seed).text)[:2]
    assert answers(6, 3, seed) == [f"{peak / 10:g}", f"{steps / 4:g}", "0"]
    least, readable = Asked(6, 6, seed).sentence("least confidence is")[:2]
    verdicts = [
        verdict(float(is_digit), float(which), least, readable)
        for _, is_digit, which, _ in Asked(6, 6, seed).rows[1:]
    ]
    assert answers(6, 6, seed)[:3] == verdicts
    assert f"Drawing {'ABC'[verdicts.index('no digit')]} is a letter" in Asked(6, 6, seed).text
    assert sorted(verdicts) == ["digit", "no digit", "unsure"]


def verdict(is_digit: float, which: float, least: float, readable: float) -> str:
    if is_digit * which >= least:
        return "digit"
    return "unsure" if is_digit >= readable else "no digit"


def test_lesson_7(seed):
    steps = ["find the ink", "cut the paper off", "fit into a box of 20 × 20"]
    steps += ["centre of mass to the middle"]
    order = [str(steps.index(each) + 1) for each in Asked(7, 1, seed).rows[0][1:]]
    assert order != sorted(order)
    assert answers(7, 1, seed) == [", ".join(order)]
    height, width, box, _, centre, middle = found(Asked(7, 3, seed).text)[:6]
    shift = str(int(middle - centre))
    assert answers(7, 3, seed) == [f"{width * box / height:g}", shift]
    names, scores = Asked(7, 5, seed).rows
    right = dict(zip(names, [int(each.split()[0]) for each in scores], strict=True))
    assert answers(7, 5, seed)[0] == str(right["all steps"] - right["no box"])
    drawings = found(Asked(7, 5, seed).text)[0]
    assert 100 / drawings == right["all steps"] - right["no centre of mass"], "one drawing"


def test_lesson_8(seed):
    shapes = [
        [int(each) for each in re.findall(r"\d+", cell)] for cell in Asked(8, 1, seed).rows[0]
    ]
    count = sum(map(math.prod, shapes))
    assert answers(8, 1, seed) == [f"{count:,}", f"{count * 32 // 8:,}"]
    (features,), weights, (bias,) = Asked(8, 2, seed).grids
    scores = [
        sum(features[i] * weights[i][digit] for i in range(3)) + bias[digit] for digit in (0, 1)
    ]
    chance = math.exp(scores[0]) / sum(map(math.exp, scores))
    assert answers(8, 2, seed) == [*(f"{each:g}" for each in scores), f"{chance:.2f}"]
    values = [float(each) for each in Asked(8, 5, seed).rows[0][1:]]
    scale = max(map(abs, values)) / 127
    assert answers(8, 5, seed) == [f"{scale:g}", *(str(round(each / scale)) for each in values)]


def test_lesson_9(seed):
    squares, confidences = (row[1:] for row in Asked(9, 2, seed).rows)
    seen = dict(zip(squares, map(float, confidences), strict=True))
    assert answers(9, 2, seed) == [min(seen, key=seen.get), max(seen, key=seen.get)]
    assert max(seen.values()) > found(Asked(9, 2, seed).text)[1], "more than with all of the ink"
    drawings = [(float(row[1]), float(row[2])) for row in Asked(9, 3, seed).rows[1:]]
    assert answers(9, 3, seed)[:2] == [verdict(*each, least=0.6, readable=0.2) for each in drawings]
    lines = Asked(9, 4, seed).part.find("p", class_="code").text.strip().splitlines()
    strokes = [
        [tuple(map(int, point)) for point in re.findall(r"\[(\d+), (\d+)\]", line)]
        for line in lines
    ]
    lengths = [math.dist(a, b) for each in strokes for a, b in pairwise(each)]
    assert answers(9, 4, seed) == [f"{each:g}" for each in [*lengths, sum(lengths)]]
    triangles = found(re.search(r"\((\d+².*?)\)", Asked(9, 4, seed).text)[1].replace("²", ""))
    assert [math.hypot(*triangles[:2]), math.hypot(*triangles[3:5])] == triangles[2::3]
    right, count = Asked(9, 5, seed).sentence("Then")[:2]
    share = right / count
    assert answers(9, 5, seed)[1] == f"{math.sqrt(share * (1 - share) / count):g}"


def test_lesson_10(seed):
    milliseconds = found(Asked(10, 2, seed).text)[0]
    x1, y1, x2, y2 = Asked(10, 2, seed).sentence("one stroke, from")[:4]
    packed = f"[[[{x1:g}, {y1:g}], [{x2:g}, {y2:g}]]]"
    assert answers(10, 2, seed) == [str(int(1000 // (3 * milliseconds))), packed]
    paper, ink, shadow = found(Asked(10, 3, seed).text)[:3]
    assert answers(10, 3, seed) == [f"{(paper - ink) / paper:g}", f"{shadow * ink / paper:g}"]
    packets = Asked(10, 5, seed).rows[0][1:]
    is_drawing = re.compile(r"\[(\[(\[\d+, \d+\](, )?)+\])?\]")
    welcome = ["W" if is_drawing.fullmatch(each) else "R" for each in packets]
    assert answers(10, 5, seed)[:4] == welcome
    (event,) = re.findall(r"gr\.on\(\[([\w.]+)\]", Asked(10, 6, seed).text)
    assert answers(10, 6, seed) == [event, "None", "{}"]


def test_equations_of_the_key_are_true(seed):
    for lesson in LESSONS:
        key = questions("tests_key", lesson, seed)
        text = [plain(each) for task in key for each in task.find_all("p")]
        every = [each for part in text for each in equations(part.replace("-", "−"))]
        assert every or lesson in WITHOUT_EQUATIONS
        assert not [equation for equation, left, right in every if abs(left - right) >= 0.006]
