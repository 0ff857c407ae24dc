"""The numbers on the sheets, computed by NumPy, the package and the lessons."""

import base64
import re
from pathlib import Path

import cv2
import numpy as np
from minutes import FURTHER, parts_of
from numpy.lib.stride_tricks import sliding_window_view

from mnist_helpers import build_cnn, load_mnist
from mnist_helpers.model import keras, layers
from mnist_helpers.network import load_mnist_only

ROOT = Path(__file__).resolve().parents[2]
KERNEL = np.array([[-1, 0, 1]] * 3)
MAP = np.array(
    [[1, 7, 0, 2, 9], [4, 0, 6, 0, 1], [0, 3, 5, 1, 4], [2, 1, 0, 8, 0], [6, 0, 3, 9, 2]]
)
DIGITS = (4, 7, 9)  # the digits of the confusion matrix
ERRORS, RIGHT = 6, {4: 3, 7: 4, 9: 3}  # how many cards show an error, or a right answer
WORDS = ("convolution", "kernel (of a layer)", "parameter", "softmax", "loss")
WORDS += ("learning rate", "overfitting", "validation set", "confusion matrix", "calibration")


def convolve(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Slide a kernel (h, w) over an image; return the sum at each place."""
    return np.einsum("ijkl,kl->ij", sliding_window_view(image, kernel.shape), kernel)


def pool(numbers: np.ndarray, keep=np.max) -> np.ndarray:
    """Keep one number of each square of 2 × 2; an odd row or column at the border is dropped."""
    rows, columns = (side // 2 for side in numbers.shape)
    squares = numbers[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
    return keep(squares, axis=(1, 3))


def convolution() -> dict:
    """Return a patch, an image, a kernel, and what comes out."""
    patch = np.array([[0, 1, 2], [0, 1, 2], [1, 0, 2]])
    image = np.array([[0, 0, 1, 1, 0]] * 3 + [[0, 0, 1, 1, 1]] * 2)
    sums = convolve(image, KERNEL)
    return {
        "patch": patch,
        "kernel": KERNEL,
        "products": patch * KERNEL,
        "total": (patch * KERNEL).sum(),
        "image": image,
        "sums": sums,
        "relu": np.maximum(sums - 1, 0),
        "level": KERNEL.T,
        "level_sums": convolve(image, KERNEL.T),
        "widths": [
            (side, window, side - window + 1) for side, window in [(28, 3), (28, 5), (13, 3)]
        ],
    }


def pooling() -> dict:
    """Return a map, a larger one and one that moves, each with its pooled numbers."""
    stroke = np.zeros((2, 6), int)
    stroke[:, 2] = [6, 9]
    moved = np.roll(stroke, 1, axis=1)
    twice = np.roll(stroke, 2, axis=1)
    return {
        "map": MAP[:4, :4],
        "largest": pool(MAP[:4, :4]),
        "means": pool(MAP[:4, :4], np.mean),
        "odd": MAP[::-1].T,
        "odd_largest": pool(MAP[::-1].T),
        "strokes": [(each, pool(each)) for each in (stroke, moved, twice)],
        "sides": [(26, 26 // 2), (11, 11 // 2), (7, 7 // 2)],
    }


def shapes() -> dict:
    """Return the rows of two networks: the course's, and the small one of lesson 3."""
    small = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 5),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    model = build_cnn()
    return {
        "rows": rows(model),
        "total": model.count_params(),
        "small": rows(small),
        "small_total": small.count_params(),
    }


def rows(model) -> list[dict]:
    """Return name, shape and number of parameters of each layer."""
    return [
        {
            "words": in_words(layer),
            "shape": " × ".join(f"{side:,}" for side in layer.output.shape[1:]),
            "count": layer.count_params(),
        }
        for layer in model.layers
    ]


def in_words(layer) -> str:
    """Say what a layer is."""
    settings = layer.get_config()
    if "filters" in settings:
        window = " × ".join(map(str, settings["kernel_size"]))
        return f"convolution, {settings['filters']} kernels of {window}"
    if "pool_size" in settings:
        kind = "max" if "Max" in type(layer).__name__ else "average"
        return f"{kind} pooling, " + " × ".join(map(str, settings["pool_size"]))
    if "units" in settings:
        return f"dense, {settings['units']} sums"
    return {"Flatten": "flatten", "Dropout": "dropout"}[type(layer).__name__]


def confusion() -> dict:
    """Return cards with a network's answers, and the table that they give."""
    mnist = load_mnist()
    answers = load_mnist_only().run(mnist.x_val)[1].argmax(axis=1)
    known = np.isin(mnist.y_val, DIGITS) & np.isin(answers, DIGITS)
    chosen = list(np.flatnonzero(known & (answers != mnist.y_val))[:ERRORS])
    for digit, count in RIGHT.items():
        right = known & (answers == mnist.y_val) & (mnist.y_val == digit)
        chosen += list(np.flatnonzero(right)[::100][:count])
    chosen = np.sort(chosen)
    truth, said = mnist.y_val[chosen], answers[chosen]
    table = np.array([[((truth == t) & (said == s)).sum() for s in DIGITS] for t in DIGITS])
    pairs = {(i, j): table[i, j] + table[j, i] for i in range(3) for j in range(i)}
    return {
        "cards": [
            {"image": as_png(1 - mnist.x_val[place, :, :, 0]), "truth": t, "said": s}
            for place, t, s in zip(chosen, truth, said, strict=True)
        ],
        "digits": DIGITS,
        "table": table,
        "row_sums": table.sum(axis=1),
        "column_sums": table.sum(axis=0),
        "right": table.trace(),
        "count": table.sum(),
        "pair": sorted(DIGITS[place] for place in max(pairs, key=pairs.get)),
        "pair_count": max(pairs.values()),
    }


def as_png(image: np.ndarray) -> str:
    """Return an image, 0 for black to 1 for white, as a data: address."""
    png = cv2.imencode(".png", np.round(255 * image).astype(np.uint8))[1].tobytes()
    return "data:image/png;base64," + base64.b64encode(png).decode()


def handout() -> dict:
    """Return the lessons with title, minutes and goals, the network, and some words."""
    glossary = (ROOT / "teaching/glossary.md").read_text("utf-8")
    meanings = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \| \[", glossary, re.M))
    readme = (ROOT / "README.md").read_text("utf-8")
    pattern = r"^\| \[(\d+) · (.+?)\]\(notebooks/(.+?)\) \| (.+?) \|$"
    picture = (ROOT / "images/ideas/pipeline_light.svg").read_bytes()
    return {
        "lessons": [
            {"number": number, "title": title, "goal": goal, "minutes": minutes(file)}
            for number, title, file, goal in re.findall(pattern, readme, re.M)
        ],
        "words": [(word.split(" (")[0], meanings[word].replace("*", "")) for word in WORDS],
        "pipeline": "data:image/svg+xml;base64," + base64.b64encode(picture).decode(),
        **shapes(),
    }


def minutes(file: str) -> int:
    """Return how long a lesson's core takes, reading and doing."""
    parts = parts_of(ROOT / "notebooks" / file)
    return sum(part.minutes for part in parts if not part.heading.startswith(FURTHER))
