"""Right and wrong answers to every exercise, and the words that a wrong one must get."""

import json
from dataclasses import dataclass, field

import numpy as np

from mnist_helpers import Recognizer, draw_strokes, from_picture, load_mnist
from mnist_helpers.handwriting import write_digit
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink


@dataclass
class Answers:
    """What a check is called with: an answer, or `several`, and after it the `rest`."""

    right: list
    slips: list[tuple]
    rest: tuple = ()
    dots: list = field(default_factory=lambda: [...])
    several: bool = False

    def arguments(self, answer) -> tuple:
        return (*(answer if self.several else (answer,)), *self.rest)


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


RECOGNIZER = Recognizer.load()
LOSSES = {0.0001: 1.9, 0.001: 0.6, 0.01: 0.2, 0.1: 2.3}
VOTES = np.array([[3, 5, 3, 3, 8], [7, 9, 9, 7, 9], [1, 2, 1, 2, 6]])
# The ink weighs more on the right, and the row of its centre is not its column.
PIXELS = np.zeros((4, 28, 28), np.uint8)
PIXELS[:, 2:20, 6:20] = np.arange(14) * 18
PIXELS[:, 20:26, 6:8] = 255
READY = PIXELS[..., np.newaxis].astype(np.float32) / 255
COLUMN = (PIXELS[0] * np.arange(28)).sum() / PIXELS[0].sum()
ROW = (PIXELS[0].T * np.arange(28)).sum() / PIXELS[0].sum()
INKED = np.nonzero(PIXELS[0])[1].mean()

GRID = np.array([[1, 3, 0, 0], [2, 0, 0, 5], [0, 0, 1, 1], [4, 0, 2, 1]])
SCORES = np.array([2.0, 1.0, 0.0])
CHANCES = np.exp(SCORES) / np.exp(SCORES).sum()

FEATURES = np.array([0.0, 2.0, 1.0, 0.5])
KERNEL = np.random.default_rng(0).normal(size=(4, 10))
BIAS = np.linspace(-1, 1, 10)
WEIGHTS = np.array([0.5, -1.27, 0.004, 0.337, 1.1])
SCALE = 1.27 / 127

FIRST = {
    "how_many_digits": Answers(
        right=[10, 10.0, np.int64(10)], slips=[(9, "0 is a digit too"), (11, "Have another look")]
    ),
    "sevens": Answers(
        right=[np.int64(1028), np.array(1028), Tensor(1028)],
        slips=[
            (7196, "added up the labels"),
            (6265, "y_test"),
            (10_000, "count those that are 7"),
            (1030, "rounded too far"),
            (7200, "added up the labels"),
            (1027, "Have another look"),
            (0.1028, "That is their share"),
        ],
    ),
    "center_column": Answers(
        rest=(PIXELS[0],),
        right=[COLUMN, round(COLUMN, 2), np.float32(COLUMN)],
        slips=[
            (13.5, "Weight each by its ink"),
            (INKED, "a dark one weighs more"),
            (ROW, "That is the row"),
            (COLUMN + 0.5, "not the middle of its square"),
            (COLUMN + 1, "counts columns from 0"),
            ((PIXELS[0] * np.arange(28)).mean(), "not by the number of pixels"),
            (round(COLUMN), "rounded too far"),
        ],
    ),
    "network_images": Answers(
        rest=(PIXELS,),
        right=[READY, np.expand_dims(PIXELS / np.float32(255), -1)],
        slips=[
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
            (READY.tolist(), "NumPy array is wanted here, not list"),
        ],
    ),
    "level_kernel": Answers(
        right=[
            np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]),
            [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
            [[0, -1, 0], [0, 0, 0], [0, 1, 0]],
            [[-1, -1, -1], [1, 1, 1], [0, 0, 0]],
        ],
        slips=[
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
    ),
    "best_rate": Answers(
        several=True,
        right=[(LOSSES, 0.01), (LOSSES, np.float64(0.01))],
        dots=[(dict.fromkeys(LOSSES, ...), ...), (LOSSES, ...)],
        slips=[
            ((LOSSES, 0.1), "another rate has a lower one"),
            ((LOSSES, 0.3), "is one of the rates"),
            (({0.01: 0.2}, 0.01), "one number for each of the rates"),
            ((LOSSES | {0.1: [2.3, 2.2]}, 0.01), "is that of the last epoch"),
            ((dict.fromkeys(LOSSES, 0.5), 0.01), "trained from the start"),
        ],
    ),
    "distance": Answers(
        right=[5, 5.0, np.int64(5)],
        slips=[
            (3, "without their signs"),
            (-3, "Square each one before you add"),
            (9, "Square each difference first"),
            (5**0.5, "No root here"),
            (1.25, "the mean of the squares"),
        ],
    ),
    "votes": Answers(
        rest=(VOTES,),
        right=[[3, 9, 1], np.array([3, 9, 1]), (3, 9, 1)],
        slips=[
            ([3, 7, 1], "label of the nearest one alone"),
            (VOTES.mean(axis=1), "have no mean"),
            ([3, 9, 2], "have no middle"),
            ([3, 3, 2], "how many votes"),
            (np.array([np.bincount(row, minlength=10) for row in VOTES]), "Good so far"),
        ],
    ),
    "dense_parameters": Answers(
        right=[7850, 7850.0],
        slips=[
            (7840, "forgot the biases"),
            (7841, "Each of the ten digits has its own bias"),
            (785, "That is for one digit"),
            (784, "without its bias"),
            (290, "28 × 28 pixels"),
            (8624, "not for each weight"),
        ],
    ),
    "conv_width": Answers(
        right=[24, 24.0],
        slips=[(23, "first place"), (26, "3 × 3"), (28, "border"), ("24", "not str")],
    ),
    "pooled": Answers(
        rest=(GRID,),
        right=[[[3, 5], [4, 2]], np.array([[3.0, 5.0], [4.0, 2.0]]), ((3, 5), (4, 2))],
        dots=[..., [[3, ...], [..., ...]], ((3, 5), (4, ...))],
        slips=[
            ([[1.5, 1.25], [1, 1.25]], "That is not it. You took the mean"),
            ([[6, 5], [4, 5]], "added up"),
            ([[3, 3, 5], [2, 1, 5], [4, 2, 2]], "(3, 3), wanted (2, 2). Your squares overlap"),
            ([[3, 4], [5, 2]], "Rows and columns"),
            ([3, 5, 4, 2], "Its shape is (4,), wanted (2, 2)"),
            ([["3", "5"], ["4", "2"]], "Numbers in the shape (2, 2) are wanted"),
        ],
    ),
    "cnn_sides": Answers(
        several=True,
        right=[(13, 11, 5, 1600)],
        dots=[(..., ..., ..., ...)],
        slips=[
            ((25, 11, 5, 1600), "moves by two"),
            ((52, 11, 5, 1600), "Pooling makes it smaller"),
            ((26, 11, 5, 1600), "before the pooling"),
            ((14, 11, 5, 1600), "not the 28 of the image"),
            ((13, 13, 5, 1600), "two places fewer"),
            ((13, 12, 5, 1600), "two places fewer"),
            ((13, 14, 5, 1600), "two places fewer"),
            ((13, 10, 5, 1600), "3 wide costs two places"),
            ((13, 11, 5.5, 1600), "no half square"),
            ((13, 11, 11, 1600), "before the pooling"),
            ((13, 11, 6, 1600), "not rounded up"),
            ((13, 11, 7, 1600), "half of 14"),
            ((13, 11, 5, 25), "64 of them"),
            ((13, 11, 5, 64), "Each of the 64 maps"),
            ((13, 11, 5, 320), "5 × 5 numbers, not 5"),
            ((13, 11, 5, 800), "64 kernels"),
            ((13, 11, 5, 51_200), "adds up over all 32"),
            ((13, 11, 5, 2304), "6 × 6 × 64"),
            ((13, 11, 5, 3136), "7 × 7 × 64"),
        ],
    ),
    "parameters": Answers(
        several=True,
        right=[(18_496, 16_010)],
        dots=[(..., ...)],
        slips=[
            ((576, 16_010), "all 32 maps. And there are biases"),
            ((640, 16_010), "not at one"),
            ((18_432, 16_010), "forgot the biases: one for each of the 64"),
            ((18_464, 16_010), "not for each of the 32 maps"),
            ((20_480, 16_010), "one bias in all"),
            ((18_496, 16_000), "forgot the biases: one for each of the 10"),
            ((18_496, 1601), "for one digit. There are ten"),
            ((18_496, 1600), "for one digit without its bias"),
            ((18_496, 650), "Flatten makes 5 × 5 × 64 numbers, not 64."),
            ((18_496, 640), "not 64. And there are biases"),
            ((18_496, 17_600), "not for each of the 1,600"),
        ],
    ),
    "parameter_count": Answers(
        rest=(Model(),),
        right=[442],
        slips=[
            (409, "forgot the biases"),
            (232, "without the last layer"),
            (430, "without the first layer"),
            (210, "the last layer alone"),
        ],
    ),
    "chances": Answers(
        rest=(SCORES,),
        right=[
            CHANCES,
            [0.665, 0.245, 0.090],
            (0.67, 0.24, 0.09),
            [0.66, 0.24, 0.09],  # cut off
            [0.67, 0.25, 0.09],  # rounded twice
            [Tensor(chance) for chance in CHANCES],
        ],
        dots=[..., [0.67, ..., ...]],
        slips=[
            (SCORES / 3, "np.exp"),
            (np.exp(SCORES), "divide by their sum"),
            (np.exp(SCORES - 2), "not by the largest"),
            ([66.5, 24.5, 9.0], "in per cent"),
            ([67, 24, 9], "in per cent"),
            ([0.7, 0.2, 0.1], "Rounded too far"),
            ([0.09, 0.24, 0.67], "Wrong order"),
            ([0.8, 0.1, 0.1], "Have another look"),
        ],
    ),
}

CONFUSION = np.array([[8, 1, 1], [0, 4, 0], [2, 0, 5]])
WIDE = np.array([[949, 51], [2, 998]])
MAPS = np.zeros((4, 4, 3))
MAPS[1, 2, 1], MAPS[:, :, 0] = 9, 5
BINS = ([200, 300, 500], [0.6, 0.8, 0.95], [0.7, 0.8, 0.9])
DIAGNOSES = {"A": "overfitting", "B": "underfitting", "C": "good fit"}
VERDICTS = {"A": "digit", "B": "unsure", "C": "no digit"}
A, B = np.array([0.1, 0.2, 0.3]), np.array([0.25, 0.2, 0.3])
GAIN = B.mean() - A.mean()

MIDDLE = {
    "loss_of_one_image": Answers(
        right=[-np.log(0.3), 1.2, 1.204],
        slips=[
            (0.3, "That is the probability"),
            (np.log(0.3), "minus that"),
            (0.36, "the loss of a 3"),
            (0.78, "does not count"),
            (0.61, "counts in full"),
            (0.523, "base 10"),
            (1.737, "base 2"),
            (0.69, "Have another look"),
        ],
    ),
    "training_steps": Answers(
        right=[5064, 6 * np.ceil(54_000 / 64)],
        slips=[
            (844, "That is one epoch. The training has six"),
            (843, "one epoch without its last batch"),
            (843.75, "its last batch is a whole step too"),
            (54_000 / 64 * 6, "still a step: round up"),
            (5062, "still a step: round up"),
            (5063, "Round up in each epoch"),
            (5058, "Round up: the last batch"),
            (324_000, "64 of them at once"),
            (384, "how many images there are"),
            (10**400, "not int"),
        ],
    ),
    "validation_goal": Answers(
        right=[0.9901, 0.98799998, np.float32(0.99)],
        dots=[],
        slips=[(0.91, "validation 91.00%, wanted 98.8%: run the lesson again"), ("1", "not str")],
    ),
    "diagnosis": Answers(
        right=[
            DIAGNOSES,
            {"A": "Overfit", "B": "underfit", "C": "good_fit"},
            {"A": "Overfitting ", "B": "UNDERFITTING", "C": "good"},
            {"A": "over-fitting", "B": "under fitting", "C": "good-fit"},
        ],
        dots=[dict.fromkeys("ABC", ...)],
        slips=[
            (DIAGNOSES | {"A": "good fit"}, "Compare the losses"),
            (DIAGNOSES | {"A": "underfit"}, "Compare the losses"),
            (DIAGNOSES | {"B": "overfitting"}, "the loss of pure guessing"),
            (DIAGNOSES | {"C": "overfitting"}, "Both losses are small"),
            (DIAGNOSES | {"C": "fine"}, 'not one of the three names: "overfitting", "under'),
        ],
    ),
    "share_read_right": Answers(
        several=True,
        right=[(0.8, CONFUSION, 0), (0.949, WIDE, 0)],
        dots=[(..., CONFUSION, 0)],
        slips=[
            ((8 / 21, CONFUSION, 0), "Divide by those"),
            ((8, CONFUSION, 0), "not which share"),
            ((80, CONFUSION, 0), "from 0 to 1, not in per cent"),
            ((4 / 5, CONFUSION, 1), "divided by the column"),
            ((0.833, CONFUSION, 2), "divided by the column"),
            ((17 / 21, CONFUSION, 2), "all ten digits together"),
            ((0.95, WIDE, 0), "rounded too far"),
            ((0.9, WIDE, 0), "Have another look"),
        ],
    ),
    "own_reading": Answers(
        rest=(np.array([4, 7]),),
        right=[[4, 9], (4, 7), np.array([0, 0])],
        dots=[[...], ..., [4, ...]],
        slips=[
            ([4], "a list of 2 digits from 0 to 9, not something of the shape (1,)"),
            ([4, 12], "guess"),
            ([4, "a"], "a list of 2 digits from 0 to 9, not"),
        ],
    ),
    "strongest_map": Answers(
        rest=(MAPS,),
        right=[1],
        slips=[
            (int(MAPS.argmax()), "maximum of each map first"),
            (2, "counted from 0"),
            (9.0, "the value itself"),
            (0, "largest mean"),
        ],
    ),
    "calibration_error": Answers(
        rest=BINS,
        right=[0.045],
        slips=[
            (-0.005, "cancel each other"),
            (0.005, "cancel each other"),
            (0.05, "with more answers counts more"),
            (0.15, "added up the gaps"),
            (0.1, "largest gap alone"),
            (45, "divide by the number"),
            (4.5, "in per cent"),
        ],
    ),
    "comparison": Answers(
        several=True,
        rest=(A, B),
        right=[(GAIN, True), (np.float64(0.05), np.True_)],
        dots=[(..., ...)],
        slips=[
            ((-GAIN, True), "other way round"),
            ((0.0, True), "best runs"),
            ((100 * GAIN, True), "not in per cent"),
            ((GAIN, False), "The ranges are 0.1 to 0.3 and 0.2 to 0.3"),
            ((GAIN, "no"), "without quotes"),
            ((GAIN, "True"), "without quotes"),
            ((GAIN, 1), "True or False is wanted"),
            ((GAIN, A > B), "True or False is wanted"),
        ],
    ),
    "slant_in_pixels": Answers(
        right=[3, 0.15 * 20],
        slips=[
            (0.15, "one pixel of height"),
            (1.5, "how far the top moves"),
            (4.2, "digit in it is 20"),
            (-3, "without a sign"),
        ],
    ),
    "verdicts": Answers(
        right=[
            VERDICTS,
            {"A": "Digit", "B": "unsure", "C": "not a digit"},
            {"A": "digit", "B": "not sure", "C": "no-digit"},
        ],
        dots=[dict.fromkeys("ABC", ...)],
        slips=[
            (VERDICTS | {"A": "unsure"}, "far above"),
            (VERDICTS | {"B": "digit"}, "0.98 is above"),
            (VERDICTS | {"C": "digit"}, "below 0.1: not readable"),
            (VERDICTS | {"C": "blank"}, "not one of the three verdicts"),
        ],
    ),
}

MNIST = load_mnist()
IMAGES, LABELS = MNIST.x_val[:200], MNIST.y_val[:200]


def shifted(images, rng):
    return np.array([np.roll(image, rng.integers(-1, 2, 2), (0, 1)) for image in images])


def noisy(images, rng):
    return np.clip(images + rng.normal(0, 0.1, images.shape), 0, 1)


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


def is_pair(point):
    return isinstance(point, list) and len(point) == 2


def is_number(value):
    return isinstance(value, int | float)


def within(value, least, most):
    return is_number(value) and least <= value <= most


def is_near(value):
    return within(value, -1e4, 1e4)


def is_pair_of_near(point):
    return len(point) == 2 and all(map(is_near, point))


def tries(point):
    """The rule without a check of the point's type."""
    try:
        x, y = point
        return abs(x) <= 1e4 and abs(y) <= 1e4
    except (TypeError, ValueError):
        return False


LAST = {
    "own_change": Answers(
        rest=(IMAGES, LABELS),
        right=[shifted, noisy, lambda images, rng: images * rng.uniform(0.5, 1)],
        dots=[..., lambda images, rng: ...],
        slips=[
            (lambda images, rng: None, "has to return an array"),
            (lambda images, rng: images[0], "The shape is (28, 28, 1), wanted (200, 28, 28, 1)"),
            (lambda images, rng: images + rng.normal(0, 0.1, images.shape), "use np.clip"),
            (lambda images, rng: images * np.nan, "use np.clip"),
            (brighter, "work on a copy"),
            (lambda images, rng: images.copy(), "the same as before"),
            (lambda images, rng: shifted(images, np.random.default_rng()), "from rng"),
            (lambda images, rng: shifted(images, np.random.default_rng(3)), "each time"),
            (lambda images, rng: shifted(images[:, ::-1], rng), "It goes too far"),
            (lambda images: images, "It raised TypeError"),
            ("shifted", "A function is wanted here, not str"),
        ],
    ),
    "live_answer": Answers(
        rest=(SIX,),
        right=[read_live, with_answers(lambda found: dict(reversed(found.items())))],
        dots=[..., lambda sketch, turn: ...],
        slips=[
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
            ("read_live", "A function is wanted here, not str"),
        ],
    ),
    "width_in_box": Answers(
        right=[6, 6.0],
        slips=[
            (20, "stretched"),
            (200 / 3, "longer side"),
            (67, "longer side"),
            (10, "everything is divided by 10"),
            (60, "before"),
        ],
    ),
    "shift_of": Answers(
        rest=(10.8,),
        right=[4, np.floor(4.2)],
        slips=[
            (15 - 10.8, "Only whole pixels"),
            (5, "rounded up"),
            (-4, "too far to the left"),
            (3, "middle at 14"),
            (14.8, "How far was it moved"),
            (2.7, "true middle"),
        ],
    ),
    "four_steps": Answers(
        rest=(PAGE,),
        right=[IMAGE, IMAGE.astype(float), IMAGE.tolist()],
        slips=[
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
    ),
    "share_turned_away": Answers(
        rest=(SIX_TEN,),
        right=[0.75],
        slips=[
            (3, "Divide by"),
            (0.25, "with the verdict 'digit'"),
            (0.5, "leaves out"),
            (75, "in per cent"),
        ],
    ),
    "ink_length": Answers(
        several=True,
        right=[(np.sqrt(8), STROKE), (2.83, STROKE), (20, BENT)],
        dots=[(..., STROKE)],
        slips=[
            ((2, STROKE), "number of points"),
            ((8, STROKE), "squares"),
            ((4, STROKE), "Pythagoras"),
            ((2.8, STROKE), "rounded too far"),
            ((12.0, BENT), "straight line"),
            ((14.1, BENT), "for each step"),
            ((10.0, BENT), "Have another look"),
        ],
    ),
    "standard_error": Answers(
        rest=(0.8, 10),
        right=[0.126, 0.13, np.sqrt(0.016)],
        slips=[
            (0.016, "take the root"),
            (0.4, "for one drawing"),
            (0.8**0.5 * 0.2**0.5 / 3, "not by one less"),
            (0.04, "under the root too"),
            (np.sqrt(0.08), "times the wrong"),
            (12.65, "in per cent"),
            (13, "in per cent"),
        ],
    ),
    "bytes_of_numbers": Answers(
        right=[139304, 34826 * 4, 139304.0],
        slips=[
            (34826, "That is how many numbers"),
            (34826 * 32, "Those are bits"),
            (34826 * 8, "These have 32"),
        ],
    ),
    "ten_scores": Answers(
        rest=(FEATURES, KERNEL, BIAS),
        right=[FEATURES @ KERNEL + BIAS, (FEATURES @ KERNEL + BIAS).tolist()],
        slips=[
            (FEATURES @ KERNEL, "The biases are missing"),
            (np.maximum(FEATURES @ KERNEL + BIAS, 0), "No ReLU here"),
            (
                np.exp(FEATURES @ KERNEL + BIAS) / np.exp(FEATURES @ KERNEL + BIAS).sum(),
                "That is the softmax already",
            ),
        ],
    ),
    "small_integers": Answers(
        rest=(WEIGHTS,),
        right=[np.round(WEIGHTS / SCALE), np.round(WEIGHTS / SCALE).astype(np.int8)],
        slips=[
            (WEIGHTS / SCALE, "round them"),
            (np.round(WEIGHTS * SCALE), "do not multiply"),
            (np.floor(WEIGHTS / SCALE), "always rounds down"),
            (np.round(WEIGHTS), "The scale is missing"),
            (np.round(WEIGHTS / SCALE) * SCALE, "the weights again"),
        ],
    ),
    "plain_lists": Answers(
        rest=(STROKES,),
        right=[
            LISTS,
            [[tuple(point) for point in stroke] for stroke in LISTS],
            tuple(LISTS),
            [[list(point) for point in stroke] for stroke in STROKES],  # np.float64 is a float
            [np.round(stroke, 1).tolist() for stroke in STROKES],
        ],
        slips=[
            (json.dumps(LISTS), "a text"),
            (STROKES, "NumPy is still"),
            ([list(stroke) for stroke in STROKES], "NumPy is still"),
            ({"strokes": LISTS}, "not dict"),
            (LISTS[0] + LISTS[1], "one list of points"),
            ([np.round(stroke).tolist() for stroke in STROKES], "whole pixels are too coarse"),
            ([stroke[:, ::-1].tolist() for stroke in STROKES], "x and y have changed places"),
            ([stroke.T.tolist() for stroke in STROKES], "all x and then all y"),
            (LISTS[:1], "Wanted: a list of strokes"),
            ([["a"], [[5.0, 6.0]]], "Wanted: a list of strokes"),
        ],
    ),
    "ink_contrast": Answers(
        rest=LIGHT,
        right=[[0, 0.6, 0.6]],
        slips=[
            ([1, 0.4, 0.4], "share of light that comes back"),
            ([0, 120, 60], "only half as large"),
            ([0, -120, -60], "only half as large"),
            (np.divide([0, 120, 60], 255), "only half as large"),
            ([0, -0.6, -0.6], "The sign"),
            ([0, 60, 60], "in per cent"),
        ],
    ),
    "point_rule": Answers(
        right=[lambda point: is_pair(point) and all(map(is_near, point))],
        dots=[..., lambda point: ...],
        slips=[
            (lambda point: True, "three numbers"),
            (lambda point: False, "gave False: that is a point"),
            (lambda point: 1, "gave 1: that is a point"),
            (lambda point: is_pair(point) and min(point) >= 0, "above the pad"),
            (lambda p: is_pair(p) and all(map(is_near, p)) and p[0] >= 0, "left of the pad"),
            (
                lambda p: is_pair(p) and all(is_number(v) and abs(v) < 1e4 for v in p),
                "10,000 itself",
            ),
            (lambda point: len(point) < 3, "one number is not a point"),
            (lambda point: len(point) == 2, "text that looks like a number"),
            (lambda point: is_pair(point) and is_number(sum(point)), "raised TypeError: text"),
            (
                lambda point: is_pair(point) and not isinstance(point[0], str),
                "a list is not a number",
            ),
            (
                lambda p: is_pair(p) and not {str, list} & set(map(type, p)),
                "None is not a number",
            ),
            (lambda point: is_pair(point) and all(map(is_number, point)), "a float too"),
            (
                lambda p: is_pair(p) and all(is_number(v) and v == v for v in p),
                "infinity lies too far",
            ),
            (lambda p: is_pair(p) and all(within(v, -1e4, np.inf) for v in p), "infinity"),
            (lambda p: is_pair(p) and all(within(v, -1e5, 1e5) for v in p), "far to the right"),
            (lambda p: is_pair(p) and all(within(v, -1e5, 1e4) for v in p), "far to the left"),
            (
                lambda p: is_pair(p) and within(p[0], -1e4, 1e4) and within(p[1], -1e5, 1e5),
                "too far down",
            ),
            (
                lambda p: is_pair(p) and within(p[0], -1e4, 1e4) and within(p[1], -1e5, 1e4),
                "too far up",
            ),
            (lambda p: is_pair(p) and is_near(p[0]) and is_number(p[1]), "a float too"),
            (lambda p: is_pair(p) and is_near(p[1]) and is_number(p[0]), "a float too"),
            (tries, "dictionary is not a list"),
            (
                lambda p: isinstance(p, list | tuple) and is_pair_of_near(p),
                "a tuple is not a list",
            ),
            (
                lambda p: not isinstance(p, str | dict | tuple) and is_pair_of_near(p),
                "is_point(None) raised TypeError",
            ),
            (
                lambda p: (
                    p is not None and not isinstance(p, str | dict | tuple) and is_pair_of_near(p)
                ),
                "is_point(7) raised TypeError",
            ),
            (
                lambda p: (
                    isinstance(p, list | str)
                    and len(p) == 2
                    and (isinstance(p, str) or all(map(is_near, p)))
                ),
                "a text has a length too",
            ),
            (lambda: True, "raised TypeError"),
            ("is_point", "A function is wanted here, not str"),
        ],
    ),
}

ANSWERS = FIRST | MIDDLE | LAST
