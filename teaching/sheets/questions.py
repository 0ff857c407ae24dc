"""The numbers in the tests with marks, drawn from a seed; the answers are computed from them."""

import json
import math
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from contents import as_png, convolve, pool, rows
from goals import about, printed
from numpy.random import Generator

from mnist_helpers import draw_strokes, load_mnist
from mnist_helpers.app.received import check_strokes
from mnist_helpers.calibration import Calibration
from mnist_helpers.handwriting import write_digit
from mnist_helpers.model import keras, layers
from mnist_helpers.network import softmax
from mnist_helpers.pictures.inputs import open_picture
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink

LESSONS = range(1, 11)
VERSIONS = "AB"
WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 8: "eight"}
JUDGE = Calibration(least_confidence=0.6, least_readable=0.2).verdict
TRIPLES = [(3, 4, 5), (5, 12, 13), (8, 15, 17), (20, 21, 29)]  # right triangles


def draw(make: Callable, fits: Callable):
    """Return the first of what `make` draws that is a good question."""
    while not fits(drawn := make()):
        pass
    return drawn


def lesson_1(rng: Generator) -> dict:
    """Return a shape, counts of ten digits, a picture with its centre of mass, and a split."""

    def some_counts() -> np.ndarray:
        counts = rng.integers(14, 22, 10)
        counts[rng.integers(10)] += 200 - counts.sum()
        return counts

    counts = draw(some_counts, lambda it: 24 <= it.max() <= 40)
    left, right = (int(each) for each in ((1, 3), (0, 3), (1, 4), (0, 4))[rng.integers(4)])
    ink_left = int(rng.choice([3, 4, 6, 7]))
    picture = np.zeros((4, 5), int)
    picture[:2, left] = ink_left // 2, ink_left - ink_left // 2
    picture[1:3, right] = (10 - ink_left) // 2, 10 - ink_left - (10 - ink_left) // 2
    by_column = picture.sum(axis=0)
    count, images = int(rng.choice([20, 30, 40, 50, 60])), int(rng.choice([600, 800, 1000, 1200]))
    test = images // 4
    return {
        "shape": (count, 28, 28),
        "numbers": count * 28 * 28,
        "counts": counts,
        "most": counts.argmax(),
        "picture": picture,
        "columns": [(column, by_column[column]) for column in (left, right)],
        "ink": picture.sum(),
        "weighted": (by_column * np.arange(5)).sum(),
        "column": np.average(np.arange(5), weights=by_column),
        "unweighted": np.flatnonzero(by_column).mean(),
        "images": images,
        "test": test,
        "validation": (images - test) / 10,
        "training": (images - test) * 9 / 10,
    }


def lesson_2(rng: Generator) -> dict:
    """Return three small pictures, three readers, and the accuracy that lesson 2 found."""

    def is_good(pictures: np.ndarray) -> bool:
        apart = pictures[0] - pictures[1:]
        squares, plain = (apart**2).sum(axis=(1, 2)), apart.sum(axis=(1, 2))
        mixed = apart[0].max() > 0 > apart[0].min()
        return mixed and squares[0] != squares[1] and (squares != plain).all() and squares.all()

    new, *averages = draw(lambda: rng.integers(0, 4, (3, 2, 2)), is_good)
    averages, labels = np.array(averages), sorted(map(int, rng.choice(10, 2, replace=False)))
    squares = ((new - averages) ** 2).sum(axis=(1, 2))
    lost = draw(lambda: rng.integers(2, 31, 3), lambda it: len(set(it)) == 3 and it.max() > 15)
    after = draw(
        lambda: rng.integers(60, 80, 3),
        lambda it: (it + lost).max() < 99 and it.argmin() != lost.argmax() and len(set(it)) == 3,
    )
    signs, side = int(rng.choice([3, 4, 5, 6, 8])), int(rng.choice([8, 10, 12, 20]))
    return {
        "new": new,
        "averages": averages,
        "labels": labels,
        "apart": (new - averages).reshape(2, 4),
        "squares": squares,
        "plain": (new - averages).sum(axis=(1, 2)),
        "nearest": labels[squares.argmin()],
        "signs": signs,
        "in_words": WORDS[signs],
        "side": side,
        "weights": signs * side * side,
        "accuracies": dict(zip("ABC", zip(after + lost, after, strict=True), strict=True)),
        "lost": lost.max(),
        "worst": "ABC"[lost.argmax()],
        "lowest": "ABC"[after.argmin()],
        "bar": float(printed("02", r"dense network: ([\d.]+)%")),
    }


def lesson_3(rng: Generator) -> dict:
    """Return one convolution with all that follows it, a small network, and three scores."""

    def is_good(pair: tuple) -> bool:
        image, kernel = pair
        sums = convolve(image, kernel)
        added = convolve(image, np.abs(kernel))[0, 0]
        many = 4 <= np.abs(kernel).sum() <= 5 and kernel.min() < 0 and (image > 0).sum() <= 8
        return many and sums.min() < 0 < sums.max() and sums[0, 0] != added

    image, kernel = draw(
        lambda: (
            rng.integers(0, 4, (4, 4)) * (rng.random((4, 4)) < 0.5),
            rng.integers(-1, 2, (3, 3)),
        ),
        is_good,
    )
    sums = convolve(image, kernel)
    relu = np.maximum(sums, 0)
    side, kernels, window = (int(rng.choice(each)) for each in ([16, 20, 24], [3, 4, 5, 6], [5, 7]))
    scores = rng.choice(4, 3, replace=False)
    return {
        "image": image,
        "kernel": kernel,
        "sums": sums,
        "added": convolve(image, np.abs(kernel))[0, 0],
        "relu": relu,
        "largest": pool(relu)[0, 0],
        "side": side,
        "kernels": kernels,
        "window": window,
        "rows": network_rows(side, kernels, window),
        "new_kernels": int(rng.choice([16, 24, 40, 48])),
        "new_window": int(rng.choice([5, 7, 9])),
        "scores": scores,
        "shares": softmax(scores),
        "powers": np.exp(range(4)).round(2),
    }


@cache
def network_rows(side: int, kernels: int, window: int) -> list[dict]:
    """Return name, shape and parameters of each layer of a small network."""
    stack = [layers.Conv2D(kernels, window), layers.MaxPooling2D(2), layers.Flatten()]
    return rows(keras.Sequential([keras.Input((side, side, 1)), *stack, layers.Dense(10)]))


def lesson_4(rng: Generator) -> dict:
    """Return four probabilities with their losses, a slope, steps, and two curves."""
    wrong = int(rng.integers(1, 3))
    favourite = np.arange(4) < 4 - wrong

    def some_shares() -> np.ndarray:
        sure = rng.choice([0.5, 0.6, 0.7, 0.8, 0.9], 4 - wrong, replace=False)
        return np.append(sure, rng.choice([0.1, 0.2, 0.3], wrong, replace=False))

    def cents(shares: np.ndarray) -> int:
        return round(100 * np.round(-np.log(shares), 2).sum())

    p_right = draw(some_shares, lambda it: cents(it) % 4 != 2 and it.mean() != favourite.mean())
    losses = np.round(-np.log(p_right), 2)  # as the learner sees them
    change = rng.choice([-0.1, -0.08, -0.06, -0.04, 0.04, 0.06, 0.08, 0.1])
    before = rng.integers(110, 140) / 100
    number, batch = (int(rng.choice(each)) for each in ([700, 900, 1000, 1500], [32, 64]))
    stop = int(rng.integers(4, 7))
    rise = np.linspace(0.33, 0.8, 11 - stop)[1:]
    return {
        "images": list(zip(p_right, favourite, losses, strict=True)),
        "right": WORDS[4 - wrong],
        "accuracy": favourite.mean(),
        "total": losses.sum(),
        "loss": losses.mean(),
        "total_p": p_right.mean(),
        "last": p_right[-1],
        "raised": p_right[-1] + 0.1,
        "nudges": np.array([-0.1, 0.1]),
        "after": np.array([before, before + change]),
        "change": change,
        "slope": change / 0.2,
        "number": number,
        "batch": batch,
        "steps": math.ceil(number / batch),
        "training": np.array([0.95, 0.60, 0.42, 0.29, 0.20, 0.13, 0.09, 0.06, 0.04, 0.03]),
        "validation": np.concatenate([0.33 + 0.57 * np.linspace(1, 0, stop) ** 2, rise]),
        "stop": stop,
    }


def lesson_5(rng: Generator) -> dict:
    """Return a confusion matrix of three digits, a kernel, and two bins of confidence."""

    digits = sorted(map(int, rng.choice(10, 3, replace=False)))
    table = a_confusion(rng)

    def some_bins() -> list:
        first = int(rng.choice([20, 30, 40, 60]))
        sure, gaps = rng.integers([60, 80], [75, 95]), rng.integers(3, 13, 2) * [1, -1]
        return [(first, sure[0], sure[0] + gaps[0]), (100 - first, sure[1], sure[1] + gaps[1])]

    def errors(bins: list) -> tuple[float, float, float]:
        gaps = [(right - sure) / 100 for _, sure, right in bins]
        counts = [count for count, _, _ in bins]
        signed, plain = abs(np.average(gaps, weights=counts)), np.mean(np.abs(gaps))
        return np.average(np.abs(gaps), weights=counts), signed, plain

    bins = draw(some_bins, lambda it: whole(100 * errors(it)[0]) and errors(it)[0] != errors(it)[2])
    error, signed, plain = errors(bins)
    return {
        "digits": digits,
        "table": table,
        "recall": table[1, 1] / table[1].sum(),
        "precision": table[1, 1] / table[:, 1].sum(),
        "pair": digits[1:],
        "pair_count": table[1, 2] + table[2, 1],
        "bins": [(count, sure / 100, right / 100) for count, sure, right in bins],
        "gaps": [abs(right - sure) / 100 for _, sure, right in bins],
        "error": error,
        "signed": signed,
        "plain": plain,
    }


def a_confusion(rng: Generator) -> np.ndarray:
    """Return a confusion matrix in which the largest error is not of the pair confused most."""

    def some_table() -> np.ndarray:
        table = rng.integers(0, 7, (3, 3))
        table[range(3), range(3)] = 0
        return table + np.diag(np.array([30, 40, 50]) - table.sum(axis=1))

    def is_good(table: np.ndarray) -> bool:
        errors = table - np.diag(table.diagonal())
        both = errors + errors.T
        one_way = (errors[0, 2] > errors[[0, 1, 1, 2, 2], [1, 0, 2, 0, 1]]).all()
        return one_way and both[1, 2] > max(both[0, 1], both[0, 2]) and errors[1, 0] + errors[1, 2]

    return draw(some_table, is_good)


def whole(value: float) -> bool:
    """Whether it is a whole number, but for rounding."""
    return abs(value - round(value)) < 1e-6


def lesson_6(rng: Generator) -> dict:
    """Return two recipes, four changed images of a 6, a plan of steps, and three drawings."""
    start = rng.integers(950, 976)
    old = draw(lambda: rng.integers(0, 7, 3), lambda it: it.sum() % 3 == 0 and np.ptp(it) > 2)
    new = draw(
        lambda: rng.integers(2, 10, 3),
        lambda it: it.sum() % 3 == 0 and old.max() >= it.min() and it.mean() > old.mean(),
    )
    recipes = {"old": (start + old) / 10, "new": (start + new) / 10}
    image, changed = a_six()
    steps, peak = int(rng.choice([400, 600, 800, 1200])), float(rng.choice([0.002, 0.003, 0.005]))
    kinds = [[(0.9, 0.8), (0.8, 0.9), (0.95, 0.7)], [(0.1, 0.99), (0.05, 0.9), (0.15, 0.95)]]
    kinds.append([(0.9, 0.5), (0.8, 0.6), (0.7, 0.7)])
    pairs = [kinds[kind][rng.integers(3)] for kind in rng.permutation(3)]
    verdicts = [
        (name, *pair, np.prod(pair), JUDGE(*pair)) for name, pair in zip("ABC", pairs, strict=True)
    ]
    wrong = int(rng.choice([100, 120, 150, 160]))
    return {
        "recipes": recipes,
        "means": {name: runs.mean() for name, runs in recipes.items()},
        "gain": recipes["new"].mean() - recipes["old"].mean(),
        "image": image,
        "changed": changed,
        "steps": steps,
        "peak": peak,
        "start": peak / 10,
        "warmup": steps // 4,
        "wrong": wrong,
        "gone": wrong // 5 + np.array([rng.integers(4, 8), rng.integers(2, 5)]),
        "drawings": verdicts,
        "named": {verdict: name for name, *_, verdict in verdicts},
    }


@cache
def a_six() -> tuple[str, dict[str, str]]:
    """Return an image of a 6, and what became of it, by the words for the change."""
    mnist = load_mnist()
    image = mnist.x_train[mnist.y_train == 6][0, :, :, 0]
    shifted = np.roll(image, 12, axis=1)
    shifted[:, :12] = 0  # what has left on the right does not come back
    turn = cv2.getRotationMatrix2D((13.5, 13.5), 10, 1)
    changed = {
        "flipped from left to right": image[:, ::-1],
        "shifted by 12 pixels": shifted,
        "turned by 10 degrees": cv2.warpAffine(image, turn, (28, 28)),
        "turned by 180 degrees": image[::-1, ::-1],
    }
    return as_png(1 - image), {words: as_png(1 - each) for words, each in changed.items()}


def lesson_7(rng: Generator) -> dict:
    """Return a drawing without one step each time, and numbers for the box and the shift."""
    page, without = a_drawing(int(rng.choice([2, 3, 5])))
    order = rng.permutation(3)
    steps = ["find the ink", "cut the paper off", "fit into a box of 20 × 20"]
    steps.append("centre of mass to the middle")
    columns = draw(lambda: rng.permutation(4), lambda it: it.tolist() != [0, 1, 2, 3])
    swapped = np.array([1, 3, 2, 4])  # the box before the cut
    height = int(rng.choice([100, 120, 150, 160, 200]))
    in_box = int(rng.integers(9, 18))
    width = draw(lambda: int(rng.integers(9, 18)) * height / 20, whole)
    in_box = width * 20 / height
    centre = rng.integers(9, 14) + rng.integers(1, 5) / 10
    best = int(rng.choice([84, 88, 92, 96]))
    costs = dict(
        zip(["no cut", "no box"], map(int, 4 * rng.permutation(range(3, 9))[:2]), strict=True)
    )
    costs |= {"no centre of mass": 4}
    return {
        "page": page,
        "images": [without[place] for place in order],
        "steps": [steps[place] for place in columns],
        "order": [int(place) + 1 for place in columns],
        "swapped": [int(swapped[place]) for place in columns],
        "height": height,
        "width": width,
        "in_box": in_box,
        "centre": centre,
        "shift": int(np.floor(15 - centre)),
        "rounded": round(15 - centre),
        "scores": {"all steps": best} | {name: best - cost for name, cost in costs.items()},
        "costs": costs,
        "drawings": 25,
    }


@cache
def a_drawing(digit: int) -> tuple[str, list[tuple[str, str, str]]]:
    """Return a page, and three images of it, each with the step left out and what one sees."""
    page = 255 - draw_strokes(write_digit(digit, np.random.default_rng(3)), pen=16)
    page = np.pad(page, ((160, 0), (0, 160)), constant_values=255)
    ink = to_ink(open_picture(page))
    cropped = crop_to_ink(ink)
    margins = max(cropped.shape) - np.array(cropped.shape)
    square = np.pad(cropped, [(n // 2, n - n // 2) for n in margins])
    without_ink, without_box = (
        cv2.resize(each, (28, 28), interpolation=cv2.INTER_AREA) for each in (page / 255, square)
    )
    images = [
        (center_by_mass(fit_to_box(ink)), "cut the paper off", "the digit is tiny"),
        (without_ink, "find the ink", "the paper is dark, and counts as ink"),
        (without_box, "fit into the box", "the digit fills the whole image"),
    ]
    return as_png(page / 255), [(as_png(1 - image), *words) for image, *words in images]


def lesson_8(rng: Generator) -> dict:
    """Return the arrays of a small network, its last layer on small numbers, and four weights."""
    kernels, window = int(rng.choice([3, 4, 5, 6])), int(rng.choice([3, 5, 7]))
    shapes, count = arrays_of(kernels, window)

    def some_layer() -> tuple:
        return rng.integers(0, 3, 3), rng.integers(-1, 5, (3, 2)), rng.choice([-1, 1], 2)

    def is_good(layer: tuple) -> bool:
        features, weights, bias = layer
        scores = features @ weights + bias
        return (
            set(scores) < {1, 2, 3} and scores[0] != scores[1] and np.count_nonzero(features) == 2
        )

    features, weights, bias = draw(some_layer, is_good)
    scores = features @ weights + bias
    scale = float(rng.choice([0.002, 0.004, 0.005]))
    steps = np.array([127, -int(rng.integers(30, 70)), 0.2, rng.integers(6, 20) + 0.6])
    return {
        "arrays": shapes,
        "sizes": [math.prod(shape) for shape in shapes],
        "biases": kernels + 10,
        "count": count,
        "bytes": count * np.dtype(np.float32).itemsize,
        "features": features,
        "weights": weights,
        "bias": bias,
        "scores": scores,
        "powers": {score: f"{np.exp(score):.1f}" for score in (1, 2, 3)},
        "chance": softmax(scores.astype(float))[0],
        "small": np.round(steps * scale, 5),
        "scale": scale,
        "integers": np.round(steps).astype(int),
    }


@cache
def arrays_of(kernels: int, window: int) -> tuple[list[tuple], int]:
    """Return the shapes of a small network's arrays, and how many numbers they hold."""
    stack = [layers.Conv2D(kernels, window), layers.MaxPooling2D(2), layers.Flatten()]
    network = keras.Sequential([keras.Input((28, 28, 1)), *stack, layers.Dense(10)])
    return [tuple(weight.shape) for weight in network.weights], network.count_params()


def lesson_9(rng: Generator) -> dict:
    """Return an occlusion, two drawings, two strokes, and how far to trust a hundred drawings."""
    low, others = rng.integers(25, 50), rng.integers(85, 95, 2)
    shown = rng.permutation([low, *others, 98]) / 100
    without = dict(zip("ABCD", map(float, shown), strict=True))
    (a, b, c), (d, e, f) = (TRIPLES[place] for place in rng.permutation(4)[:2])
    down, x, y = (int(10 * rng.integers(1, 6)) for _ in range(3))
    strokes = [
        np.array([(x, y), (x + 2 * a, y + 2 * b), (x + 2 * a, y + 2 * b + down)]),
        np.array([(0, 100), (d, 100 + e)]),
    ]
    lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
    jump = np.hypot(*(strokes[1][0] - strokes[0][-1]))
    drawings = {
        "E": (int(rng.integers(2, 9)) / 100, 0.98),
        "F": (0.97, int(rng.integers(35, 55)) / 100),
    }
    count, right = ((100, 90), (100, 80), (400, 360), (400, 320), (900, 810))[rng.integers(5)]
    share = right / count
    return {
        "with_all": 0.96,
        "without": without,
        "needed": min(without, key=without.get),
        "against": max(without, key=without.get),
        "drop": 0.96 - min(without.values()),
        "drawings": [(name, *pair, JUDGE(*pair)) for name, pair in drawings.items()],
        "strokes": [stroke.tolist() for stroke in strokes],
        "triangles": [(2 * a, 2 * b, 2 * c), (d, e, f)],
        "lengths": np.concatenate(lengths),
        "length": np.concatenate(lengths).sum(),
        "with_jump": np.concatenate(lengths).sum() + jump,
        "count": count,
        "right": right,
        "share": share,
        "error": np.sqrt(share * (1 - share) / count),
    }


def lesson_10(rng: Generator) -> dict:
    """Return the pace of the questions, a stroke as JSON, greys on a photo, and four packets."""
    milliseconds = int(rng.choice([30, 40, 45, 60, 70]))
    stroke = rng.permutation(range(10, 100, 10))[:4].reshape(2, 2)
    paper, left, shadow = (
        int(rng.choice(each)) for each in ([200, 250], [4, 6, 8], [100, 120, 150])
    )
    point = int(rng.integers(3, 9))
    packets = [f'"{point}"', f"[[[{point}, 5], [9, {point}]]]", f"[[[5, {point}, 9]]]", "[]"]
    packets = [packets[place] for place in rng.permutation(4)]
    return {
        "milliseconds": milliseconds,
        "each": milliseconds * 3,
        "answers": 1000 // (milliseconds * 3),
        "stroke": stroke,
        "packed": json.dumps([stroke.tolist()]),
        "light": (paper, paper * left // 10),
        "shadow": shadow,
        "absorbed": 1 - left / 10,
        "ink_in_shadow": shadow * left / 10,
        "difference": shadow - paper * (10 - left) // 10,
        "packets": [(packet, is_welcome(json.loads(packet))) for packet in packets],
    }


def is_welcome(packet) -> bool:
    """Whether the app reads a packet from a browser."""
    try:
        check_strokes(packet)
    except ValueError:
        return False
    return True


def every_lesson(seed: int, version: str) -> dict[str, dict]:
    """Return for each test, by its page's name, the lesson's title and goals, and the numbers."""
    return {
        f"test_{n}": about(n)
        | {"version": f"{version}{seed}"}
        | globals()[f"lesson_{n}"](np.random.default_rng([seed, VERSIONS.index(version), n]))
        for n in LESSONS
    }
