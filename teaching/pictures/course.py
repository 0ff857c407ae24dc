"""What the pictures show, read from the package and from the lessons."""

import re
from pathlib import Path

import nbformat
import numpy as np

from mnist_helpers import Recognizer, build_cnn, load_mnist
from mnist_helpers.augmentation import one_cycle
from mnist_helpers.handwriting import write_digit

ROOT = Path(__file__).resolve().parents[2]
STEPS, CONSTANT = 20 * 32, 0.001  # of the runs of lesson 6


def opening(path: Path) -> str:
    """Return the text of a lesson; it begins with the title, and says soon what it needs."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def lessons() -> dict[int, tuple[str, list[int]]]:
    """Return the title of each lesson, and the lessons that it builds on."""
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        number, title = re.match(r"# (\d+) · (.+)", opening(path)).groups()
        needs = re.search(r"You need: (.*?)(Words that|\*$)", opening(path), re.M)[1]
        found[int(number)] = title, sorted({int(n) for n in re.findall(r"lesson (\d+)", needs)})
    return found


def network() -> list[tuple[str, tuple[int, ...], int]]:
    """Return kind, output shape and number of parameters, of the input and of each layer."""
    model = build_cnn()
    layers = [(type(layer).__name__, layer.output.shape[1:], layer) for layer in model.layers]
    rows = [(kind, tuple(shape), layer.count_params()) for kind, shape, layer in layers]
    return [("Input", tuple(model.input_shape[1:]), 0), *rows]


def parts() -> dict[str, int]:
    """Return the number of images in each part of MNIST."""
    mnist = load_mnist()
    labels = {"training": mnist.y_train, "validation": mnist.y_val, "test": mnist.y_test}
    return {name: len(each) for name, each in labels.items()}


def learning_rates() -> np.ndarray:
    """Return the rates of the one-cycle plan, one for each step of a run of lesson 6."""
    plan = one_cycle(STEPS)
    return np.array([float(plan(step)) for step in range(STEPS + 1)])


def reading():
    """Return the strokes of a synthetic 3, and the shipped network's prediction for it."""
    strokes = write_digit(3, np.random.default_rng(5))
    return strokes, Recognizer.load().recognize_strokes(strokes)
