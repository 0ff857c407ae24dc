"""The numbers in the tests with marks, computed by NumPy, the package and the lessons."""

import json
import math

import cv2
import numpy as np
from contents import as_png, convolve, pool, rows
from goals import about, printed

from mnist_helpers import draw_strokes, load_mnist
from mnist_helpers.app.received import check_strokes
from mnist_helpers.calibration import Calibration
from mnist_helpers.handwriting import write_digit
from mnist_helpers.model import keras, layers
from mnist_helpers.network import softmax
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink

LESSONS = range(1, 11)


def lesson_1() -> dict:
    """Return a shape, counts of ten digits, a picture with its centre of mass, and a split."""
    counts = np.array([18, 26, 20, 19, 20, 16, 20, 22, 19, 20])
    picture = np.array([[0, 2, 0, 0, 0], [0, 2, 0, 3, 0], [0, 0, 0, 3, 0], [0, 0, 0, 0, 0]])
    by_column = picture.sum(axis=0)
    images, test = 800, 200
    return {
        "shape": (50, 28, 28),
        "numbers": 50 * 28 * 28,
        "counts": counts,
        "most": counts.argmax(),
        "picture": picture,
        "ink": picture.sum(),
        "weighted": (by_column * np.arange(5)).sum(),
        "column": np.average(np.arange(5), weights=by_column),
        "unweighted": np.flatnonzero(by_column).mean(),
        "images": images,
        "test": test,
        "validation": (images - test) // 10,
        "training": (images - test) * 9 // 10,
    }


def lesson_2() -> dict:
    """Return three small pictures, three readers, and the accuracy that lesson 2 found."""
    new, averages = np.array([[3, 0], [1, 2]]), np.array([[[2, 2], [1, 1]], [[3, 1], [2, 2]]])
    labels = (4, 7)
    squares = ((new - averages) ** 2).sum(axis=(1, 2))
    accuracies = {"A": (90, 66), "B": (97, 95), "C": (96, 70)}
    lost = {name: before - after for name, (before, after) in accuracies.items()}
    return {
        "new": new,
        "averages": averages,
        "labels": labels,
        "squares": squares,
        "plain": (new - averages).sum(axis=(1, 2)),
        "nearest": labels[squares.argmin()],
        "weights": 5 * 10 * 10,
        "accuracies": accuracies,
        "lost": lost,
        "worst": max(lost, key=lost.get),
        "bar": float(printed("02", r"dense network: ([\d.]+)%")),
    }


def lesson_3() -> dict:
    """Return one convolution with all that follows it, a small network, and a first loss."""
    image = np.array([[2, 0, 0, 1], [0, 2, 0, 0], [1, 0, 2, 0], [0, 1, 0, 1]])
    kernel = np.array([[1, 0, -1], [0, 1, 0], [-1, 0, 1]])
    sums = convolve(image, kernel)
    relu = np.maximum(sums, 0)
    stack = [layers.Conv2D(4, 5), layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(10)]
    network = keras.Sequential([keras.Input((20, 20, 1)), *stack])
    return {
        "image": image,
        "kernel": kernel,
        "sums": sums,
        "relu": relu,
        "largest": pool(relu)[0, 0],
        "rows": rows(network),
        "logarithms": logarithms([2, 4, 10]),
        "loss": -np.log(1 / 4),
    }


def lesson_4() -> dict:
    """Return four probabilities with their losses, a slope, steps, and two curves."""
    p_right, favourite = np.array([0.8, 0.7, 0.5, 0.1]), np.array([True, True, True, False])
    losses = np.round(-np.log(p_right), 2)  # as the learner sees them
    nudges, after = np.array([-0.1, 0.1]), np.array([1.26, 1.20])
    training = np.array([0.95, 0.60, 0.42, 0.29, 0.20, 0.13, 0.09, 0.06, 0.04, 0.03])
    validation = np.array([0.90, 0.58, 0.43, 0.34, 0.40, 0.48, 0.57, 0.65, 0.73, 0.80])
    return {
        "images": list(zip(p_right, favourite, losses, strict=True)),
        "accuracy": favourite.mean(),
        "total": losses.sum(),
        "loss": losses.mean(),
        "total_p": p_right.mean(),
        "nudges": nudges,
        "after": after,
        "slope": np.diff(after)[0] / np.diff(nudges)[0],
        "steps": int(np.ceil(1000 / 32)),
        "training": training,
        "validation": validation,
        "stop": validation.argmin() + 1,
    }


def lesson_5() -> dict:
    """Return a confusion matrix of three digits, a kernel, and two bins of confidence."""
    digits, table = (1, 2, 7), np.array([[24, 1, 5], [1, 36, 3], [0, 4, 26]])
    errors = table - np.diag(table.diagonal())
    both = np.triu(errors + errors.T)
    place = np.unravel_index(both.argmax(), both.shape)
    counts, sure, right = np.array([40, 60]), np.array([0.70, 0.90]), np.array([0.80, 0.85])
    gaps = np.abs(sure - right)
    return {
        "digits": digits,
        "table": table,
        "recall": table[1, 1] / table[1].sum(),
        "precision": table[1, 1] / table[:, 1].sum(),
        "pair": [digits[each] for each in place],
        "pair_count": both.max(),
        "kernel": np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]),
        "bins": list(zip(counts, sure, right, strict=True)),
        "gaps": gaps,
        "error": np.average(gaps, weights=counts),
        "signed": abs(np.average(sure - right, weights=counts)),
        "plain": gaps.mean(),
    }


def lesson_6() -> dict:
    """Return two recipes, four changed images of a 6, a plan of steps, and three drawings."""
    recipes = {"old": np.array([97.2, 97.6, 97.4]), "new": np.array([97.5, 98.1, 97.8])}
    mnist = load_mnist()
    image = mnist.x_train[mnist.y_train == 6][0, :, :, 0]
    turned = [cv2.warpAffine(image, cv2.getRotationMatrix2D((13.5, 13.5), 10, 1), (28, 28))]
    changed = [image[:, ::-1], np.roll(image, 12, axis=1), *turned, image[::-1, ::-1]]
    changed[1][:, :12] = 0  # what has left on the right does not come back
    steps, peak = 800, 0.004
    judge = Calibration(least_confidence=0.6, least_readable=0.2).verdict
    drawings = {"A": (0.9, 0.8), "B": (0.1, 0.99), "C": (0.9, 0.5)}
    verdicts = [(name, *pair, np.prod(pair), judge(*pair)) for name, pair in drawings.items()]
    return {
        "recipes": recipes,
        "means": {name: runs.mean() for name, runs in recipes.items()},
        "gain": recipes["new"].mean() - recipes["old"].mean(),
        "image": as_png(1 - image),
        "changed": [as_png(1 - each) for each in changed],
        "steps": steps,
        "peak": peak,
        "start": peak / 10,
        "warmup": steps // 4,
        "drawings": verdicts,
    }


def lesson_7() -> dict:
    """Return a drawing without one step each time, and numbers for the box and the shift."""
    page = 255 - draw_strokes(write_digit(5, np.random.default_rng(3)), pen=16)
    page = np.pad(page, ((160, 0), (0, 160)), constant_values=255)
    ink = to_ink(page)
    cropped = crop_to_ink(ink)
    square = np.pad(
        cropped, [(n // 2, n - n // 2) for n in max(cropped.shape) - np.array(cropped.shape)]
    )
    without_ink, without_box = (
        cv2.resize(each, (28, 28), interpolation=cv2.INTER_AREA) for each in (page / 255, square)
    )
    images = [center_by_mass(fit_to_box(ink)), without_ink, without_box]
    height, width, centre = 150, 90, 11.4
    scores = {"all steps": 92, "no cut": 74, "no box": 68, "no centre of mass": 88}
    return {
        "page": as_png(page / 255),
        "images": [as_png(1 - each) for each in images],
        "height": height,
        "width": width,
        "in_box": width * 20 / height,
        "centre": centre,
        "shift": int(np.floor(15 - centre)),
        "rounded": round(15 - centre),
        "scores": scores,
        "costs": {name: scores["all steps"] - score for name, score in scores.items()},
        "drawings": 25,
    }


def lesson_8() -> dict:
    """Return the arrays of a small network, its last layer on small numbers, and four weights."""
    stack = [layers.Conv2D(4, 5), layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(10)]
    network = keras.Sequential([keras.Input((28, 28, 1)), *stack])
    features, bias = np.array([2, 0, 1]), np.array([1, -1])
    weights = np.array([[1, -1], [3, 2], [0, 4]])
    scores = features @ weights + bias
    small = np.array([0.635, -0.25, 0.001, 0.048])
    scale = np.abs(small).max() / 127
    return {
        "arrays": [weight.shape for weight in network.weights],
        "sizes": [math.prod(weight.shape) for weight in network.weights],
        "count": network.count_params(),
        "bytes": network.count_params() * np.dtype(np.float32).itemsize,
        "features": features,
        "weights": weights,
        "bias": bias,
        "scores": scores,
        "powers": np.exp(scores),
        "chance": softmax(scores.astype(float)).max(),
        "small": small,
        "scale": scale,
        "integers": np.round(small / scale).astype(int),
    }


def lesson_9() -> dict:
    """Return an occlusion, two drawings, two strokes, and how far to trust a hundred drawings."""
    without = {"A": 0.95, "B": 0.31, "C": 0.90, "D": 0.98}
    strokes = [np.array([(10, 20), (40, 60), (40, 90)]), np.array([(0, 50), (12, 55)])]
    lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
    jump = np.hypot(*(strokes[1][0] - strokes[0][-1]))
    judge = Calibration(least_confidence=0.6, least_readable=0.2).verdict
    drawings = {"E": (0.03, 0.98), "F": (0.97, 0.45)}
    count, right = 100, 90
    share = right / count
    return {
        "with_all": 0.96,
        "without": without,
        "needed": min(without, key=without.get),
        "against": max(without, key=without.get),
        "drop": 0.96 - min(without.values()),
        "drawings": [(name, *pair, judge(*pair)) for name, pair in drawings.items()],
        "strokes": [stroke.tolist() for stroke in strokes],
        "lengths": np.concatenate(lengths),
        "length": np.concatenate(lengths).sum(),
        "with_jump": np.concatenate(lengths).sum() + jump,
        "count": count,
        "right": right,
        "error": np.sqrt(share * (1 - share) / count),
    }


def lesson_10() -> dict:
    """Return the pace of the questions, a stroke as JSON, greys on a photo, and four packets."""
    milliseconds = 40
    stroke = np.array([(10, 20), (30, 40)])
    light, shadow = (250, 150), 120
    absorbed = 1 - light[1] / light[0]
    packets = ['"3"', "[[[5, 5], [9, 9]]]", "[[[5, 5, 9]]]", "[]"]
    return {
        "milliseconds": milliseconds,
        "each": milliseconds * 3,
        "answers": 1000 // (milliseconds * 3),
        "stroke": stroke,
        "packed": json.dumps([stroke.tolist()]),
        "light": light,
        "shadow": shadow,
        "absorbed": absorbed,
        "ink_in_shadow": shadow * (1 - absorbed),
        "difference": shadow - (light[0] - light[1]),
        "packets": [(packet, is_welcome(json.loads(packet))) for packet in packets],
    }


def is_welcome(packet) -> bool:
    """Whether the app reads a packet from a browser."""
    try:
        check_strokes(packet)
    except ValueError:
        return False
    return True


def logarithms(numbers) -> list[tuple[float, str]]:
    """Return numbers with their natural logarithms, to two decimals."""
    return [(number, f"{np.log(number):.2f}") for number in numbers]


def every_lesson() -> dict[str, dict]:
    """Return for each test, by its page's name, the lesson's title and goals, and the numbers."""
    return {f"test_{n}": about(n) | globals()[f"lesson_{n}"]() for n in LESSONS}
