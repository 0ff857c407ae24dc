"""Answers to the exercises: other right ones than the solution, and wrong ones with their hints."""

import json
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_helpers import Recognizer, build_cnn
from mnist_helpers.course.checks import lessons_6_to_10
from mnist_helpers.data import load_part
from mnist_helpers.model import keras

CURVES = {"loss": 0.1, "accuracy": 0.9, "val_loss": 0.2, "val_accuracy": 0.8}
HISTORY = {name: [first + 0.01 * epoch for epoch in range(6)] for name, first in CURVES.items()}


def drawn(*names: str, first: int = 1, swapped: bool = False) -> Axes:
    """Return the axes of a figure with these curves of HISTORY."""
    axes = Figure().add_subplot()
    for name in names:
        curve = range(first, first + 6), HISTORY.get(name, range(6))
        axes.plot(*(curve[::-1] if swapped else curve))
    return axes


as_tensor = keras.ops.convert_to_tensor
RECOGNIZER = Recognizer.load()
LOSSES = {0.0001: 1.9, 0.001: 0.6, 0.01: 0.2, 0.1: 2.3}
PIXELS = np.zeros((4, 28, 28), np.uint8)
PIXELS[:, 2:20, 6:20] = np.arange(14) * 18
PIXELS[:, 20:26, 6:8] = 255
READY = PIXELS[..., np.newaxis].astype(np.float32) / 255
CONFUSION = np.array([[8, 1, 1], [0, 4, 0], [2, 0, 5]])
WIDE = np.array([[949, 51], [2, 998]])
MAPS = np.zeros((4, 4, 3))
MAPS[1, 2, 1], MAPS[:, :, 0] = 9, 5
A, B = np.array([0.1, 0.2, 0.3]), np.array([0.245, 0.2, 0.3])
GAIN = B.mean() - A.mean()
APART = np.array([0.1, 0.2]), np.array([0.3, 0.4])
NETWORK = build_cnn()
IMAGES, LABELS = load_part("validation", 200)


def shifted(images, rng):
    return np.array([np.roll(image, rng.integers(-1, 2, 2), (0, 1)) for image in images])


def thickened(images, rng):
    """Take the second idea of exercise 6.3 by its word."""
    thick = [cv2.dilate(image, np.ones((2, 2))) for image in images]
    chosen = rng.random(len(images)) < 0.5
    return np.where(chosen[:, None, None, None], np.reshape(thick, images.shape), images)


def brighter(images, rng):
    images *= rng.uniform(0.5, 0.9)
    return images


def read_live(sketch, turn):
    if sketch is None or sketch["composite"] is None:
        return {}
    picture = np.rot90(sketch["composite"], turn // 90)
    shares = RECOGNIZER.recognize(picture).probabilities
    return {str(digit): float(share) for digit, share in enumerate(shares)}


def with_answers(change):
    """Return `read_live` with other answers to a drawing."""

    def read(sketch, turn):
        found = read_live(sketch, turn)
        return found and change(found)

    return read


STROKE = np.array([[1.0, 2.0], [3.0, 4.0]])
BENT = np.array([[0, 0], [6, 8], [12, 0]])
STROKES = [np.array([[1.25, 2.0], [3.0, 4.51]]), np.array([[5.0, 6.0]])]
LISTS = [[[1.25, 2.0], [3.0, 4.51]], [[5.0, 6.0]]]


def is_point(point):
    def is_near(value):
        return isinstance(value, int | float) and -1e4 <= value <= 1e4

    return isinstance(point, list) and len(point) == 2 and all(map(is_near, point))


def but_for(odd):
    """The right rule, except that it is wrong about one thing."""
    return lambda point: is_point(point) != (repr(point) == repr(odd))


def into_its_place(images, rng):
    """Write what cv2 gives, (28, 28), into the place of an image (28, 28, 1)."""
    changed = images.copy()
    changed[0] = images[0, ..., 0]
    return changed


PLAIN = json.loads((Path(__file__).parent / "answers.json").read_text("utf-8"))
"""The answers that are plain values; the others stand below."""

# What is right too, beside the solution in the lesson: also rounded, cut off, or in other words.
RIGHT = PLAIN["right"] | {
    "sevens": [np.array(1028), as_tensor(1028), 1028.0],
    "pooled": [np.array([[3.0, 5.0], [4.0, 2.0]]), ((3, 5), (4, 2))],
    "votes": [[*map(as_tensor, [3, 9, 1])]],
    "small_integers": [np.array([50, -127, 0, 34, 110], np.int8)],
    "accuracy_plot": [drawn("val_accuracy", "accuracy"), drawn("val_accuracy", "goal", "accuracy")],
    "best_rate": [(LOSSES | {0.1: np.nan}, 0.01)],
    "validation_goal": [0.98799998, np.float32(0.99)],
    "share_read_right": [(0.949, WIDE, 0)],
    "own_reading": [(4, 7), np.array([0, 0])],
    "comparison": [(GAIN, np.True_, A, B), (0.2, False, *APART)],
    "own_change": [shifted, thickened, lambda images, rng: images * rng.uniform(0.5, 1)],
    "live_answer": [with_answers(lambda found: dict(reversed(found.items())))],
    "ink_length": [(2.83, STROKE)],
    "plain_lists": [
        [[tuple(point) for point in stroke] for stroke in LISTS],
        [[list(point) for point in stroke] for stroke in STROKES],  # np.float64 is a float
        [np.round(stroke, 1).tolist() for stroke in STROKES],
    ],
}

# What is not answered yet, beside the skeleton in the lesson.
DOTS = {
    "best_rate": [(LOSSES, ...)],
    "pooled": [..., [[3, ...], [..., ...]], ((3, 5), (4, ...))],
    "softmax": [[0.67, ..., ...]],
    "own_reading": [..., [4, ...]],
    "own_change": [...],
    "live_answer": [...],
    "point_rule": [...],
}

# What a check is called with besides the answer, where it is not what the lesson calls it with.
REST = {
    "network_images": (PIXELS,),
    "softmax": ([2.0, 1.0, 0.0],),
    "validation_goal": (),
    "own_reading": (np.array([4, 7]),),
    "strongest_map": (MAPS,),
    "own_change": (IMAGES, LABELS),
    "share_turned_away": (np.array(["digit", "no digit", "unsure", "no digit"]),),
    "plain_lists": (STROKES,),
}

# The checks that are called with all of these values.
SEVERAL = {"best_rate", "share_read_right", "comparison", "ink_length", "parameter_count"}

# What is wrong, and words that it must get. test_checks tries each mistake that a check names as a
# number. Here are a few of them too, with numbers that were worked out apart from the checks.
SLIPS = PLAIN["wrong"] | {
    "sevens": [
        (1030, "rounded too far"),
        (7196, "added up the labels"),
        (1027, "Have another look"),
        (np.arange(10_000) < 1028, "np.sum adds it up"),
        (np.where(np.arange(1028) >= 0), "np.size counts them"),
        ((1000, 28), "np.sum adds it up"),
        ((1028, 1028), "an entry is right: take it with [0]"),
        ((0, 5, 1028), "a list, and an entry is right: take it with [2]"),
        ([[5, 1028], [0, 0]], "take it with [0][1]"),
        (pd.Series([3, 1028, 1032]), "take it with .iloc[1]"),
        ([1028], "out of its brackets"),
        (None, "nothing came"),
        ("1028", "without the quotes"),
        ([1, 2], "not a list"),
        ((1, 27), "write 1000, not 1,000, and 1.2, not 1,2"),
        ((1, 0.5), "not a list"),
        (np.zeros(3), "not an array of the shape (3,)"),
        (np.zeros((1028, 2)), "not an array of the shape (1028, 2)"),
        (True, "not True or False"),
        (len, "brackets behind its name"),
        (10**400, "one as large as this"),
    ],
    "network_images": [
        (PIXELS / 255, "axis for the channel is missing"),
        ((PIXELS / 255)[:, np.newaxis], "belongs at the end"),
        (READY[0], "That is one image"),
        (np.concatenate([READY, READY]), "The question is about x_test"),
        (READY.reshape(4, 784), "Add only the axis for the channel"),
        (PIXELS[..., None], "wanted float32: whole numbers"),
        (READY * 255, "The values go up to 255, wanted 1"),
        (READY * 255 / np.float32(127.5) - 1, "only divide by 255"),
        (READY * 255 / 256, "not by 256"),
        (1 - READY, "changed places: paper is 0"),
        ((PIXELS // 255)[..., None] * 1.0, "greys are lost"),
        (PIXELS[..., None] / 255, "Nearly: float64"),
        (READY.tolist(), "NumPy array is wanted here, not a list"),
    ],
    "best_rate": [
        ((LOSSES, 0.1), "another rate has a lower one"),
        (({0.1: 0} | LOSSES | {0.1: np.nan}, 0.1), "another rate has a lower one"),
        ((LOSSES, 0.3), "is one of the rates"),
        (({0.01: 0.2}, 0.01), "one number for each of the rates"),
        ((LOSSES | {0.1: [2.3, 2.2]}, 0.01), "is that of the last epoch"),
        ((dict.fromkeys(LOSSES, 0.5), 0.01), "trained from the start"),
    ],
    "parameter_count": [
        ((34_720, NETWORK), "forgot the biases"),
        ((18_816, NETWORK), "without the last layer"),
        ((34_826, None), "builds it. Does it begin with keras.Input((28, 28, 1))?"),
    ],
    "accuracy_plot": [
        (drawn("val_accuracy"), 'One curve is missing: history["accuracy"]'),
        (drawn("accuracy", "val_loss"), "a curve of the loss"),
        (drawn("accuracy", "val_accuracy", first=0), "The epochs are 1 to 6"),
        (drawn("accuracy", "val_accuracy", first=10), "they come first"),
        (drawn("accuracy", "val_accuracy", swapped=True), "The epochs come first"),
        (drawn("accuracy", "epochs"), "One curve is neither"),
        (None, "Keep plt.gca()"),
    ],
    "share_read_right": [
        ((8 / 21, CONFUSION, 0), "Divide by those"),
        ((4 / 5, CONFUSION, 1), "divided by the column"),
        ((17 / 21, CONFUSION, 2), "all ten digits together"),
        ((0.95, WIDE, 0), "rounded too far"),
        ((0.9, WIDE, 0), "Have another look"),
    ],
    "comparison": [
        ((0.0, True, A, B), "best runs"),
        ((GAIN, False, A, B), "The ranges are 0.1 to 0.3 and 0.2 to 0.3"),
        ((GAIN, "no", A, B), "without quotes"),
    ],
    "own_change": [
        (lambda images, rng: None, "has to return an array"),
        (lambda images, rng: images[0], "The shape is (28, 28, 1), wanted (200, 28, 28, 1)"),
        (lambda images, rng: shifted(images, rng)[..., 0], "return np.reshape("),
        (lambda images, rng: images + rng.normal(0, 0.1, images.shape), "use np.clip"),
        (lambda images, rng: images * np.nan, "did you divide by 0?"),
        (lambda images, rng: 255 * shifted(images, rng), "divide by 255"),
        (brighter, "work on a copy"),
        (lambda images, rng: images + 1e-12 * rng.random(images.shape), "the same as before"),
        (lambda images, rng: shifted(images, np.random.default_rng()), "from rng"),
        (lambda images, rng: shifted(images, np.random.default_rng(3)), "each time"),
        (lambda images, rng: shifted(images[:, ::-1], rng), "It goes too far"),
        (lambda images: images, "It raised TypeError"),
        (into_its_place, "puts the last axis back"),
    ],
    "live_answer": [
        (lambda sketch, turn: read_live(sketch, 0), "turned by 180 degrees, it says 6"),
        (lambda sketch, turn: read_live(sketch, turn + 180), "For the drawn 6 it says 9"),
        (
            lambda sketch, turn: read_live(sketch or {"composite": sketch["composite"]}, turn),
            "With the sketch None",
        ),
        (
            lambda sketch, turn: {} if sketch is None else read_live(sketch["layers"], turn),
            '{"composite": None}, as it is before',
        ),
        (lambda sketch, turn: {"0": 1.0}, "Without a drawing, {} is wanted"),
        (with_answers(lambda found: max(found, key=found.get)), "a dictionary is wanted"),
        (with_answers(lambda found: {int(name): found[name] for name in found}), '"0" to "9"'),
        (with_answers(lambda found: {n: str(found[n]) for n in found}), "float(share)"),
        (with_answers(lambda found: {n: 100 * found[n] for n in found}), "100.00, wanted 1"),
        (with_answers(lambda found: found["ten"]), "It raised KeyError"),
        (lambda sketch, turn: sketch and sketch["composite"] and {}, "a.all(). Ask whether"),
        (lambda sketch: {}, "2 were given. The app gives the function two inputs"),
    ],
    "ink_length": [
        ((4, STROKE), "Pythagoras"),
        ((2.8, STROKE), "rounded too far"),
        ((12.0, BENT), "straight line"),
        ((14.1, BENT), "for each step"),
        ((10.0, BENT), "Have another look"),
    ],
    "plain_lists": [
        (json.dumps(LISTS), "a text"),
        (STROKES, "NumPy is still"),
        ({"strokes": LISTS}, "not a dictionary"),
        (LISTS[0] + LISTS[1], "one list of points"),
        ([np.round(stroke).tolist() for stroke in STROKES], "whole pixels are too coarse"),
        ([stroke[:, ::-1].tolist() for stroke in STROKES], "x and y have changed places"),
        ([stroke.T.tolist() for stroke in STROKES], "all x and then all y"),
        (LISTS[:1], "Wanted: a list of strokes"),
        ([["a"], [[5.0, 6.0]]], "Wanted: a list of strokes"),
    ],
    "point_rule": [
        *((but_for(odd), hint) for odd, _, hint in lessons_6_to_10._POINT_TRIALS),
        (
            lambda point: len(point) == 2 and is_point(point),
            "called with None: None is not a point",
        ),
        ("is_point", "A function is wanted here, not text"),
    ],
}
