"""Numbers of the prose that no cell of their lesson holds, each with its source."""

import numpy as np

from mnist_helpers import load_mnist, load_raw_mnist
from mnist_helpers.drawing import draw_strokes
from mnist_helpers.network import load_weights


def of_the_course() -> set[float]:
    """Return the numbers that any text can name, counted here: images, pixels, parameters."""
    mnist, weights = load_mnist(), load_weights()
    train, validation, test = (len(y) for y in (mnist.y_train, mnist.y_val, mnist.y_test))
    pad = draw_strokes([np.zeros((1, 2))])
    return {
        train,
        validation,
        test,
        train + validation,
        train + validation + test,
        mnist.x_train[0].size,
        len(pad),
        sum(array.size for array in weights),
        len(weights[-2]),
        255,  # the largest value of a byte
    }


def worked_out() -> dict[str, list[float]]:
    """Return, for each lesson, what its text works out and no cell prints."""
    scores = np.array([2.0, 1.0, 0.0])
    (images, _), (_, test_labels) = load_raw_mnist()
    first = images[0].astype(float)
    column = (first * np.arange(28)).sum() / first.sum()
    drawing_error = np.sqrt(0.8 * 0.2 / 10)
    return {
        "01": [(test_labels == 7).sum(), column],
        "03": [np.e, *np.exp(scores), np.exp(scores).sum()],
        "04": [np.log(10), -np.log(0.3), 54_000 // 64],
        "05": [6000 - 1],
        "06": [np.e, 0.15 * 20 / 2],
        "09": [drawing_error],
    }


GIVEN = {
    "01": {
        "1990 1998": "years: NIST's forms, and LeCun and others",
        "100 %": "what nobody reaches",
    },
    "02": {
        "30 % 50 % 80 %": "choices of a Predict",
        "93 %": "made up for the quiz",
        "7,850": "exercise 2.3",
    },
    "04": {
        "130": "seconds (test_teaching.py)",
        "0.4": "made up: a probability that has risen from 0.2",
        "0.3": "exercise 4.1, made up",
        "30 % 60 % 97 %": "choices of a Predict",
        "0.001 0.412 100.0 % 91.5 %": "run A of exercise 4.3, made up",
        "1.874 1.869 51.2 % 52.0 %": "run B of exercise 4.3, made up",
        "0.052 0.039 98.4 % 98.8 %": "run C of exercise 4.3, made up",
    },
    "05": {
        "10 % 60 % 99 %": "choices of a Predict; 10 % is pure guessing",
        "2021 2017": "years of two papers",
        "100 %": "what nobody reaches",
        "40 % 80 % 90 % 95 %": "examples of a confidence",
    },
    "06": {
        "2018 2019 1992": "years of three papers",
        "0.99 0.95 0.98 0.48 0.04": "drawings of exercise 6.4, made up",
        "99.58 % 99.52 % 99.46 99.57 % 99.6 %": "made up for the quiz",
        "98 %": "where a figure begins to be flat",
        "2,000": "the small copy of 6.1",
        "0.1": "exercise 6.4, made up; and one chance in ten",
    },
    "07": {
        "1998 2019": "years of two papers",
        "99 %": "made up for the quiz",
        "0.5": "the middle of a pixel",
        "200": "exercise 7.1, made up",
    },
    "08": {
        "0.02": "choices of a Predict",
        "140,000": "four bytes for each parameter, and names",
        "18,432": "the weights of the second convolution, counted in 8.1",
    },
    "09": {
        "2.5": "MNIST's thickness, median 2.45 pixels",
        "1989": "the year of McCloskey and Cohen",
        "97 % 100": "made up for the quiz",
        "10,000": "the default of fine_tune",
        "0.95": "an example of a rehearsal",
        "190 130 220": "points of an example",
    },
    "10": {
        "60 %": "mnist_helpers/photo.py: pixels at least 60 % as dark as the pen",
        "100 %": "the table of 10.4",
    },
    "README.md": {
        "99 %": "what most networks reach on MNIST",
        "3.11 3.12 3.13 3.14": "versions of Python",
        "7,484 2,000": "benchmarks/drawn_digits.md, and the grids of pictures and drawings",
        "1990": "years: NIST's forms",
        "3.0 256": "CC BY-SA 3.0, SHA-256",
    },
}
