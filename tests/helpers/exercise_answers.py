"""Right and wrong answers to every exercise, and the words that a wrong one must get."""

import json

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_helpers import Recognizer, draw_strokes, from_picture
from mnist_helpers.data import load_part
from mnist_helpers.handwriting import write_digit
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink


class Layer:
    def __init__(self, *shapes):
        self.weights = [np.zeros(shape) for shape in shapes]


class Model:
    """Three layers that have weights: 12, 220 and 210 of them."""

    layers = (Layer((3, 3, 1, 1), (3,)), Layer(), Layer((10, 20), (20,)), Layer((20, 10), (10,)))

    def count_params(self):
        return 442


class Tensor:
    """A number as TensorFlow holds it: NumPy can read it."""

    def __init__(self, value):
        self.value = value

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value, dtype)

    def __float__(self):
        return float(self.value)


HISTORY = {
    "loss": [0.3, 0.1, 0.05],
    "accuracy": [0.9, 0.96, 0.98],
    "val_loss": [0.2, 0.08, 0.06],
    "val_accuracy": [0.94, 0.97, 0.975],
}


def drawn(*names: str, first: int = 1, swapped: bool = False) -> Axes:
    """Return the axes of a figure with these curves of HISTORY."""
    axes = Figure().add_subplot()
    for name in names:
        curve = range(first, first + 3), HISTORY.get(name, [1, 2, 3])
        axes.plot(*(curve[::-1] if swapped else curve))
    return axes


RECOGNIZER = Recognizer.load()
LOSSES = {0.0001: 1.9, 0.001: 0.6, 0.01: 0.2, 0.1: 2.3}
VOTES = np.array([[3, 5, 3, 3, 8], [7, 9, 9, 7, 9], [1, 6, 1, 6, 3]])
PIXELS = np.zeros((4, 28, 28), np.uint8)
PIXELS[:, 2:20, 6:20] = np.arange(14) * 18
PIXELS[:, 20:26, 6:8] = 255
READY = PIXELS[..., np.newaxis].astype(np.float32) / 255
GRID = np.array([[1, 3, 0, 0], [2, 0, 0, 5], [0, 0, 1, 1], [4, 0, 2, 1]])
SCORES = np.array([2.0, 1.0, 0.0])
CHANCES = np.exp(SCORES) / np.exp(SCORES).sum()
WEIGHTS = np.array([0.5, -1.27, 0.004, 0.337, 1.1])
SCALE = 1.27 / 127
CONFUSION = np.array([[8, 1, 1], [0, 4, 0], [2, 0, 5]])
WIDE = np.array([[949, 51], [2, 998]])
MAPS = np.zeros((4, 4, 3))
MAPS[1, 2, 1], MAPS[:, :, 0] = 9, 5
BINS = ([200, 300, 500], [0.6, 0.8, 0.95], [0.72, 0.8, 0.91])
DIAGNOSES = {"A": "overfitting", "B": "underfitting", "C": "good fit"}
VERDICTS = {"A": "digit", "B": "unsure", "C": "no digit"}
A, B = np.array([0.1, 0.2, 0.3]), np.array([0.245, 0.2, 0.3])
GAIN = B.mean() - A.mean()
IMAGES, LABELS = load_part("validation", 200)


def shifted(images, rng):
    return np.array([np.roll(image, rng.integers(-1, 2, 2), (0, 1)) for image in images])


def noisy(images, rng):
    return np.clip(images + rng.normal(0, 0.1, images.shape), 0, 1)


def thickened(images, rng):
    """Take the second idea of exercise 6.3 by its word."""
    thick = [cv2.dilate(image, np.ones((2, 2))) for image in images]
    chosen = rng.random(len(images)) < 0.5
    return np.where(chosen[:, None, None, None], np.reshape(thick, images.shape), images)


def brighter(images, rng):
    images *= rng.uniform(0.5, 0.9)
    return images


SIX = 255 - draw_strokes(write_digit(6, np.random.default_rng(0)))


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


PAGE = 255 - draw_strokes([[(60, 40), (90, 200)], [(90, 120), (150, 110)]])
IMAGE, INK = from_picture(PAGE), to_ink(PAGE)
BOX = fit_to_box(crop_to_ink(INK))
INKLESS = center_by_mass(fit_to_box(crop_to_ink(PAGE)))
SIX_TEN = ["digit", "no digit", "unsure", "no digit"]
STROKE = np.array([[1.0, 2.0], [3.0, 4.0]])
BENT = np.array([[0, 0], [6, 8], [12, 0]])
STROKES = [np.array([[1.25, 2.0], [3.0, 4.51]]), np.array([[5.0, 6.0]])]
LISTS = [[[1.25, 2.0], [3.0, 4.51]], [[5.0, 6.0]]]
LIGHT = (np.array([200.0, 80.0, 40.0]), np.array([200.0, 200.0, 100.0]))


def is_point(point):
    def is_near(value):
        return isinstance(value, int | float) and -1e4 <= value <= 1e4

    return isinstance(point, list) and len(point) == 2 and all(map(is_near, point))


def but_for(odd):
    """The right rule, except that it is wrong about one thing."""
    return lambda point: is_point(point) != (repr(point) == repr(odd))


ODD_POINTS = [
    ([3, 4.5], "gave False: that is a point"),
    ([0, -2], "above the pad"),
    ([-2, 0], "left of the pad"),
    ([10_000, -10_000], "10,000 itself"),
    ([1, 2, 3], "three numbers"),
    ([3], "one number is not a point"),
    (["3", "4"], "text that looks like a number"),
    ([3, [4]], "a list is not a number"),
    ([None, 3], "None is not a number"),
    ([np.nan, 4], "a float too"),
    ([3, np.nan], "a float too"),
    ([np.inf, 4], "infinity lies too far"),
    ([20_000, 3], "far to the right"),
    ([-20_000, 3], "far to the left"),
    ([3, 20_000], "too far down"),
    ([3, -20_000], "too far up"),
    ("34", "a text has a length too"),
    ({0: 3, 1: 4}, "dictionary is not a list"),
    ((3, 4), "a tuple is not a list"),
    (None, "None is not a point"),
    (7, "a number alone is not a point"),
]


def into_its_place(images, rng):
    """Write what cv2 gives, (28, 28), into the place of an image (28, 28, 1)."""
    changed = images.copy()
    changed[0] = images[0, ..., 0]
    return changed


def some_thickened(images, rng):
    """Put what cv2 gives, (28, 28), beside images (28, 28, 1)."""
    thick = np.ones((2, 2))
    return np.array([cv2.dilate(each, thick) if rng.random() < 0.5 else each for each in images])


# What is right.
RIGHT = {
    "how_many_digits": [10, 10.0, np.int64(10)],
    "sevens": [np.int64(1028), np.array(1028), Tensor(1028)],
    "network_images": [READY, np.expand_dims(PIXELS / np.float32(255), -1)],
    "horizontal_kernel": [
        np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]),
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
        [[0, -1, 0], [0, 0, 0], [0, 1, 0]],
        [[-1, -1, -1], [1, 1, 1], [0, 0, 0]],
    ],
    "best_rate": [(LOSSES, 0.01), (LOSSES, np.float64(0.01))],
    "distance": [5, 5.0, np.int64(5)],
    "votes": [[3, 9, 1], np.array([3, 9, 1]), (3, 9, 1)],
    "dense_parameters": [7850, 7850.0],
    "pooled": [[[3, 5], [4, 2]], np.array([[3.0, 5.0], [4.0, 2.0]]), ((3, 5), (4, 2))],
    "cnn_sides": [(11, 5, 1600)],
    "parameters": [(18_496, 16_010)],
    "parameter_count": [442],
    "softmax": [
        CHANCES,
        [0.665, 0.245, 0.090],
        (0.67, 0.24, 0.09),
        [0.66, 0.24, 0.09],  # cut off
        [0.67, 0.25, 0.09],  # rounded twice
        [Tensor(chance) for chance in CHANCES],
    ],
    "loss_of_one_image": [-np.log(0.3), 1.2, 1.204],
    "training_steps": [4220, 10 * np.ceil(54_000 / 128)],
    "accuracy_plot": [drawn("accuracy", "val_accuracy"), drawn("val_accuracy", "accuracy")],
    "validation_goal": [0.9901, 0.98799998, np.float32(0.99)],
    "diagnosis": [
        DIAGNOSES,
        {"A": "Overfit", "B": "underfit", "C": "good_fit"},
        {"A": "Overfitting ", "B": "UNDERFITTING", "C": "good"},
        {"A": "over-fitting", "B": "under fitting", "C": "good-fit"},
    ],
    "share_read_right": [(0.8, CONFUSION, 0), (0.949, WIDE, 0)],
    "own_reading": [[4, 9], (4, 7), np.array([0, 0])],
    "strongest_map": [1],
    "calibration_error": [0.044],
    "comparison": [(GAIN, True), (np.float64(GAIN), np.True_)],
    "slant_in_pixels": [3, 0.15 * 20],
    "verdicts": [
        VERDICTS,
        {"A": "Digit", "B": "unsure", "C": "not a digit"},
        {"A": "digit", "B": "not sure", "C": "no-digit"},
    ],
    "own_change": [shifted, noisy, thickened, lambda images, rng: images * rng.uniform(0.5, 1)],
    "live_answer": [read_live, with_answers(lambda found: dict(reversed(found.items())))],
    "width_in_box": [6, 6.0],
    "shift_of": [4, np.floor(4.2)],
    "four_steps": [IMAGE, IMAGE.astype(float), IMAGE.tolist()],
    "share_turned_away": [0.75],
    "ink_length": [(np.sqrt(8), STROKE), (2.83, STROKE), (20, BENT)],
    "standard_error": [0.126, 0.13, np.sqrt(0.016)],
    "bytes_of_numbers": [139304, 34826 * 4, 139304.0],
    "products": [(2_230_272, 16_000)],
    "small_integers": [np.round(WEIGHTS / SCALE), np.round(WEIGHTS / SCALE).astype(np.int8)],
    "plain_lists": [
        LISTS,
        [[tuple(point) for point in stroke] for stroke in LISTS],
        tuple(LISTS),
        [[list(point) for point in stroke] for stroke in STROKES],  # np.float64 is a float
        [np.round(stroke, 1).tolist() for stroke in STROKES],
    ],
    "ink_contrast": [[0, 0.6, 0.6]],
    "point_rule": [is_point],
}

# What is not answered yet; where there is no row, the three dots alone.
DOTS = {
    "best_rate": [(dict.fromkeys(LOSSES, ...), ...), (LOSSES, ...)],
    "pooled": [..., [[3, ...], [..., ...]], ((3, 5), (4, ...))],
    "cnn_sides": [(..., ..., ...)],
    "parameters": [(..., ...)],
    "products": [(..., ...)],
    "softmax": [..., [0.67, ..., ...]],
    "accuracy_plot": [drawn()],
    "validation_goal": [],
    "diagnosis": [dict.fromkeys("ABC", ...)],
    "share_read_right": [(..., CONFUSION, 0)],
    "own_reading": [[...], ..., [4, ...]],
    "comparison": [(..., ...)],
    "verdicts": [dict.fromkeys("ABC", ...)],
    "own_change": [..., lambda images, rng: ...],
    "live_answer": [..., lambda sketch, turn: ...],
    "ink_length": [(..., STROKE)],
    "point_rule": [..., lambda point: ...],
}

# What a check is called with besides the answer.
REST = {
    "network_images": (PIXELS,),
    "votes": (VOTES,),
    "pooled": (GRID,),
    "parameter_count": (Model(),),
    "softmax": (SCORES,),
    "accuracy_plot": (HISTORY,),
    "own_reading": (np.array([4, 7]),),
    "strongest_map": (MAPS,),
    "calibration_error": BINS,
    "comparison": (A, B),
    "own_change": (IMAGES, LABELS),
    "live_answer": (SIX,),
    "shift_of": (10.8,),
    "four_steps": (PAGE,),
    "share_turned_away": (SIX_TEN,),
    "standard_error": (0.8, 10),
    "small_integers": (WEIGHTS,),
    "plain_lists": (STROKES,),
    "ink_contrast": LIGHT,
}

# The checks whose answer is several values.
SEVERAL = {
    "best_rate",
    "cnn_sides",
    "parameters",
    "products",
    "share_read_right",
    "comparison",
    "ink_length",
}

# What is wrong, and words that it must get.
SLIPS = {
    "how_many_digits": [(9, "0 is a digit too"), (11, "Have another look")],
    "sevens": [
        (7196, "added up the labels"),
        (6265, "y_test"),
        (10_000, "count those that are 7"),
        (1030, "rounded too far"),
        (7200, "added up the labels"),
        (1027, "Have another look"),
        (0.1028, "That is their share"),
        (1, "Take the sum instead"),
        (1000, "Have another look"),
        (np.arange(10_000) < 1028, "Add it up with .sum()"),
        (np.arange(1028), "Count them with len()"),
        ([0, 5, 1028], "take it with [-1]"),
        ([[5, 1028], [0, 0]], "take it with [0, 1]"),
        ([1028], "out of its brackets"),
        (None, "nothing came"),
        ("1028", "without the quotes"),
        ([1, 2], "not a list"),
        (np.zeros(3), "not an array of the shape (3,)"),
        ({}, "not a dictionary"),
        (True, "not True or False"),
        (len, "brackets behind its name"),
    ],
    "network_images": [
        (PIXELS / 255, "axis for the channel is missing"),
        ((PIXELS / 255)[:, np.newaxis], "belongs at the end"),
        (READY[0], "That is one image"),
        (READY[0, ..., 0], "That is one image"),
        (np.concatenate([READY, READY]), "The question is about x_test"),
        (READY.reshape(4, 784), "Add only the axis for the channel"),
        (PIXELS[..., None], "wanted float32: whole numbers"),
        (READY * 255, "The values go up to 255, wanted 1"),
        (READY * 255 / np.float32(127.5) - 1, "only divide by 255"),
        (READY - 0.5, "begin at -0.5"),
        (READY * 255 / 256, "not by 256"),
        (1 - READY, "changed places: paper is 0"),
        ((PIXELS // 255)[..., None] * 1.0, "greys are lost"),
        (READY.round(1), "greys are lost"),
        (PIXELS[..., None] / 255, "Nearly: float64"),
        (READY.tolist(), "NumPy array is wanted here, not a list"),
    ],
    "horizontal_kernel": [
        ([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], "kernel.T"),
        ([[1, 1, 1], [0, 0, 0], [-1, -1, -1]], "the lower edge"),
        ([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], "each column of weights"),
        ([[0, 0, 0], [0, 0, 0], [1, 1, 1]], "add up to 0"),
        ([[0, 0, 0], [0, 0, 0], [0, 0, 0]], "cannot tell an upper edge from a lower one"),
        ([[-3, -3, -3], [4, 4, 4], [-1, -1, -1]], "cannot tell an upper edge from a lower one"),
        ([[1, 1, 1], [-4, -4, -4], [3, 3, 3]], "cannot tell an upper edge from a lower one"),
        ([[-1, 2, -1], [2, -4, 2], [-1, 2, -1]], "cannot tell an upper edge from a lower one"),
        ([1, 2, 3], "Nine numbers in the shape"),
        (np.full((3, 3), np.nan), "Nine numbers in the shape"),
    ],
    "best_rate": [
        ((LOSSES, 0.1), "another rate has a lower one"),
        ((LOSSES, 0.3), "is one of the rates"),
        (({0.01: 0.2}, 0.01), "one number for each of the rates"),
        ((LOSSES | {0.1: [2.3, 2.2]}, 0.01), "is that of the last epoch"),
        ((dict.fromkeys(LOSSES, 0.5), 0.01), "trained from the start"),
    ],
    "distance": [
        (3, "without their signs"),
        (-3, "Square each one before you add"),
        (9, "Square each difference first"),
        (-9, "Take the difference first"),
        (5**0.5, "No root here"),
        (1.25, "the mean of the squares"),
    ],
    "votes": [
        ([3, 7, 1], "label of the nearest one alone"),
        (VOTES.mean(axis=1), "have no mean"),
        ([3, 9, 3], "have no middle"),
        ([3, 9, 6], "In a tie"),
        ([[3], [9], [1]], "the numbers are right"),
        ([3, 3, 2], "how many votes"),
        (np.array([np.bincount(row, minlength=10) for row in VOTES]), "Good so far"),
    ],
    "dense_parameters": [
        (7840, "forgot the biases"),
        (7841, "Each of the ten digits has its own bias"),
        (785, "That is for one digit"),
        (784, "without its bias"),
        (290, "28 × 28 pixels"),
        (8624, "not for each weight"),
    ],
    "pooled": [
        ([[1.5, 1.25], [1, 1.25]], "That is not it. You took the mean"),
        ([[6, 5], [4, 5]], "added up"),
        ([[3, 3, 5], [2, 1, 5], [4, 2, 2]], "(3, 3), wanted (2, 2). Your squares overlap"),
        ([[3, 4], [5, 2]], "Rows and columns"),
        ([3, 5, 4, 2], "(4,), wanted (2, 2). But the numbers are right"),
        ([["3", "5"], ["4", "2"]], "Numbers in the shape (2, 2) are wanted"),
    ],
    "cnn_sides": [
        ((13, 5, 1600), "two places fewer"),
        ((12, 5, 1600), "two places fewer"),
        ((14, 5, 1600), "two places fewer"),
        ((10, 5, 1600), "3 wide costs two places"),
        ((26, 5, 1600), "of step 2"),
        ((11, 13, 1600), "of step 3"),
        ((11, 5.5, 1600), "no half square"),
        ((11, 11, 1600), "before the pooling"),
        ((11, 6, 1600), "not rounded up"),
        ((11, 7, 1600), "half of 14"),
        ((11, 5, 25), "64 of them"),
        ((11, 5, 64), "Each of the 64 maps"),
        ((11, 5, 320), "5 × 5 numbers, not 5"),
        ((11, 5, 800), "64 kernels"),
        ((11, 5, 51_200), "adds up over all 32"),
        ((11, 5, 2304), "6 × 6 × 64"),
        ((11, 5, 3136), "7 × 7 × 64"),
    ],
    "parameters": [
        ((576, 16_010), "all 32 maps. And there are biases"),
        ((640, 16_010), "not at one"),
        ((18_432, 16_010), "forgot the biases: one for each of the 64"),
        ((18_464, 16_010), "not for each of the 32 maps"),
        ((20_480, 16_010), "one bias in all"),
        ((18_496, 16_000), "forgot the biases: one for each of the 10"),
        ((18_496, 1601), "for one digit. There are ten"),
        ((18_496, 16_001), "a bias of its own"),
        ((18_496, 1600), "for one digit without its bias"),
        ((18_496, 650), "Flatten makes 5 × 5 × 64 numbers, not 64."),
        ((18_496, 640), "not 64. And there are biases"),
        ((18_496, 17_600), "not for each of the 1,600"),
    ],
    "parameter_count": [
        (409, "forgot the biases"),
        (232, "without the last layer"),
        (430, "without the first layer"),
        (210, "the last layer alone"),
    ],
    "softmax": [
        (SCORES / 3, "np.exp"),
        (np.exp(SCORES), "divide by their sum"),
        (np.exp(SCORES - 2), "not by the largest"),
        ([66.5, 24.5, 9.0], "in per cent"),
        ([67, 24, 9], "in per cent"),
        ([0.7, 0.2, 0.1], "Rounded too far"),
        ([0.09, 0.24, 0.67], "Wrong order"),
        ([0.8, 0.1, 0.1], "Have another look"),
    ],
    "loss_of_one_image": [
        (0.3, "That is the probability"),
        (np.log(0.3), "minus that"),
        (0.36, "the loss of a 3"),
        (0.78, "does not count"),
        (0.61, "counts in full"),
        (0.523, "base 10"),
        (1.737, "base 2"),
        (0.69, "Have another look"),
    ],
    "training_steps": [
        (422, "That is one epoch. The training has ten"),
        (421, "one epoch without its last batch"),
        (421.875, "its last batch is a whole step too"),
        (54_000 / 128 * 10, "still a step: round up"),
        (4219, "Round up in each epoch"),
        (4210, "Round up: the last batch"),
        (540_000, "128 of them at once"),
        (1280, "how many images there are"),
        (8440, "with batches of 64"),
        (10**400, "one as large as this"),
    ],
    "accuracy_plot": [
        (drawn("accuracy"), 'One curve is missing: history["val_accuracy"]'),
        (drawn("val_accuracy"), 'One curve is missing: history["accuracy"]'),
        (drawn("accuracy", "val_loss"), "a curve of the loss"),
        (drawn("accuracy", "val_accuracy", first=0), "The first epoch stands at 0"),
        (drawn("accuracy", "val_accuracy", swapped=True), "The epochs come first"),
        (drawn("accuracy", "epochs"), "One curve is neither"),
        (None, "Keep plt.gca()"),
    ],
    "validation_goal": [
        (None, "An accuracy is wanted here, and nothing came"),
        (0.91, "validation 91.00%, wanted 98.8%: run the lesson again"),
        (98.9, "a share"),
    ],
    "diagnosis": [
        (DIAGNOSES | {"A": "good fit"}, "Compare the losses"),
        (DIAGNOSES | {"A": "underfit"}, "Compare the losses"),
        (DIAGNOSES | {"B": "overfitting"}, "the loss of pure guessing"),
        (DIAGNOSES | {"C": "overfitting"}, "Both losses are small"),
        ({"a": "overfitting"}, 'The key "A" is missing'),
        (DIAGNOSES | {"C": "fine"}, 'not one of the three names: "overfitting", "under'),
    ],
    "share_read_right": [
        ((8 / 21, CONFUSION, 0), "Divide by those"),
        ((8, CONFUSION, 0), "not which share"),
        ((80, CONFUSION, 0), "from 0 to 1, not in per cent"),
        ((4 / 5, CONFUSION, 1), "divided by the column"),
        ((0.833, CONFUSION, 2), "divided by the column"),
        ((17 / 21, CONFUSION, 2), "all ten digits together"),
        ((0.95, WIDE, 0), "rounded too far"),
        ((0.9, WIDE, 0), "Have another look"),
    ],
    "own_reading": [
        ([4], "a list of 2 digits from 0 to 9, not something of the shape (1,)"),
        ([4, 12], "guess"),
        ([4, "a"], "a list of 2 digits from 0 to 9, not"),
    ],
    "strongest_map": [
        (int(MAPS.argmax()), "maximum of each map first"),
        (2, "counted from 0"),
        (9.0, "the value itself"),
        (0, "largest mean"),
    ],
    "calibration_error": [
        (-0.004, "cancel each other"),
        (0.004, "cancel each other"),
        (0.0533, "counts more"),
        (0.16, "added up the gaps"),
        (0.12, "largest gap alone"),
        (44, "divide by the number"),
        (4.4, "in per cent"),
    ],
    "comparison": [
        ((-GAIN, True), "other way round"),
        ((0.0, True), "best runs"),
        ((B.min() - A.min(), True), "worst runs"),
        ((0.045, True), "middle runs"),
        ((100 * GAIN, True), "not in per cent"),
        ((GAIN, False), "The ranges are 0.1 to 0.3 and 0.2 to 0.3"),
        ((GAIN, "no"), "without quotes"),
        ((GAIN, "True"), "without quotes"),
        ((GAIN, 1), "True or False is wanted"),
        ((GAIN, A > B), "True or False is wanted"),
    ],
    "slant_in_pixels": [
        (0.15, "one pixel of height"),
        (1.5, "how far the top moves"),
        (4.2, "digit in it is 20"),
        (2.85, "19 steps"),
        (-3, "without a sign"),
    ],
    "verdicts": [
        (VERDICTS | {"A": "unsure"}, "far above"),
        (VERDICTS | {"B": "digit"}, "0.98 is above"),
        (VERDICTS | {"C": "digit"}, "below 0.1: not readable"),
        (VERDICTS | {"C": "blank"}, "not one of the three verdicts"),
    ],
    "own_change": [
        (lambda images, rng: None, "has to return an array"),
        (lambda images, rng: images[0], "The shape is (28, 28, 1), wanted (200, 28, 28, 1)"),
        (lambda images, rng: shifted(images, rng)[..., 0], "return np.reshape("),
        (lambda images, rng: images + rng.normal(0, 0.1, images.shape), "use np.clip"),
        (lambda images, rng: images * np.nan, "use np.clip"),
        (brighter, "work on a copy"),
        (lambda images, rng: images.copy(), "the same as before"),
        (lambda images, rng: shifted(images, np.random.default_rng()), "from rng"),
        (lambda images, rng: shifted(images, np.random.default_rng(3)), "each time"),
        (lambda images, rng: shifted(images[:, ::-1], rng), "It goes too far"),
        (lambda images: images, "It raised TypeError"),
        (into_its_place, "puts the last axis back"),
        (some_thickened, "puts the last axis back"),
        ("shifted", "A function is wanted here, not text"),
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
        ("read_live", "A function is wanted here, not text"),
    ],
    "width_in_box": [
        (20, "stretched"),
        (200 / 3, "longer side"),
        (67, "longer side"),
        (10, "everything is divided by 10"),
        (60, "before"),
    ],
    "shift_of": [
        (15 - 10.8, "Only whole pixels"),
        (5, "rounded up"),
        (-4, "too far to the left"),
        (3, "middle at 14"),
        (14.8, "How far was it moved"),
        (2.7, "true middle"),
    ],
    "four_steps": [
        (PAGE, "That is the picture itself"),
        (INK, "the first step, the ink"),
        (crop_to_ink(INK), "box and the centre follow"),
        (BOX, "(20, 20), wanted (28, 28). The last step"),
        (fit_to_box(INK), "is missing too"),
        (fit_to_box(IMAGE), "not after it"),
        (np.pad(BOX, 4), "The box is in the middle"),
        (center_by_mass(fit_to_box(INK)), "The crop is missing"),
        (INKLESS, "The ink is missing"),
        (1 - IMAGE, "Ink and paper have changed places"),
        (IMAGE.T, "Rows and columns"),
    ],
    "share_turned_away": [
        (3, "Divide by"),
        (0.25, "with the verdict 'digit'"),
        (0.5, "leaves out"),
        (75, "in per cent"),
    ],
    "ink_length": [
        ((2, STROKE), "number of points"),
        ((8, STROKE), "squares"),
        ((4, STROKE), "Pythagoras"),
        ((2.8, STROKE), "rounded too far"),
        ((12.0, BENT), "straight line"),
        ((14.1, BENT), "for each step"),
        ((10.0, BENT), "Have another look"),
    ],
    "standard_error": [
        (0.016, "take the root"),
        (0.4, "for one drawing"),
        (0.8**0.5 * 0.2**0.5 / 3, "not by one less"),
        (0.04, "under the root too"),
        (np.sqrt(0.08), "times the wrong"),
        (12.65, "in per cent"),
        (13, "in per cent"),
    ],
    "bytes_of_numbers": [
        (34826, "That is how many numbers"),
        (34826 * 32, "Those are bits"),
        (34826 * 8, "These have 32"),
    ],
    "products": [
        ((18_432, 16_000), "at one place"),
        ((69_696, 16_000), "each of the 32 maps"),
        ((34_848, 16_000), "for one kernel"),
        ((2_238_016, 16_000), "A bias is added"),
        ((3_115_008, 16_000), "only 11 × 11 places"),
        ((460_800, 16_000), "Pooling comes later"),
        ((2_230_272, 16_010), "A bias is added"),
        ((2_230_272, 1600), "There are ten"),
    ],
    "small_integers": [
        (WEIGHTS / SCALE, "round them"),
        (np.round(WEIGHTS * SCALE), "do not multiply"),
        (np.floor(WEIGHTS / SCALE), "always rounds down"),
        (np.round(WEIGHTS), "The scale is missing"),
        (np.round(WEIGHTS / SCALE) * SCALE, "the weights again"),
    ],
    "plain_lists": [
        (json.dumps(LISTS), "a text"),
        (STROKES, "NumPy is still"),
        ([list(stroke) for stroke in STROKES], "NumPy is still"),
        ({"strokes": LISTS}, "not a dictionary"),
        (LISTS[0] + LISTS[1], "one list of points"),
        ([np.round(stroke).tolist() for stroke in STROKES], "whole pixels are too coarse"),
        ([stroke[:, ::-1].tolist() for stroke in STROKES], "x and y have changed places"),
        ([stroke.T.tolist() for stroke in STROKES], "all x and then all y"),
        (LISTS[:1], "Wanted: a list of strokes"),
        ([["a"], [[5.0, 6.0]]], "Wanted: a list of strokes"),
    ],
    "ink_contrast": [
        ([1, 0.4, 0.4], "share of light that comes back"),
        ([0, 120, 60], "only half as large"),
        ([0, -120, -60], "only half as large"),
        (np.divide([0, 120, 60], 255), "only half as large"),
        ([0, -0.6, -0.6], "The sign"),
        ([0, 60, 60], "in per cent"),
    ],
    "point_rule": [
        *((but_for(odd), hint) for odd, hint in ODD_POINTS),
        (lambda point: 1, "gave 1: that is a point"),
        (lambda point: len(point) == 2 and is_point(point), "is_point(None) raised TypeError"),
        (lambda: True, "raised TypeError"),
        ("is_point", "A function is wanted here, not text"),
    ],
}
