"""Strokes for tests: fixed ones, and ones that are easily read."""

from functools import cache

import numpy as np

from mnist_helpers import Recognizer
from mnist_helpers.handwriting import Strokes, write_digit

SEVEN = [[(90, 70), (140, 70), (190, 70), (160, 145), (130, 220)]]
BAR = np.array([(30, 30), (30, 250)])  # one stroke at the left edge, beside the usual digit


@cache
def write_clearly(digit: int) -> Strokes:
    """Write a digit that the recogniser reads easily, for tests of something else.

    It has few points, so that drawing them takes no time.
    """
    recognizer, rng = Recognizer.load(), np.random.default_rng(0)
    for _ in range(100):
        strokes = thinned(write_digit(digit, rng))
        prediction = recognizer.recognize_strokes(strokes)
        if prediction.candidates == [digit] and prediction.confidence > 0.95:
            return strokes
    raise AssertionError(f"none of 100 drawings of a {digit} was read with ease")


@cache
def write_half_a_digit() -> Strokes:
    """Begin a digit that could become one of two, so that two bars have some length."""
    recognizer, rng = Recognizer.load(), np.random.default_rng(0)
    for _ in range(1000):
        first, *_ = thinned(write_digit(int(rng.integers(10)), rng))
        begun = [first[: max(2, len(first) // 2)]]
        prediction = recognizer.recognize_strokes(begun)
        if len(prediction.candidates) == 2 and np.sort(prediction.probabilities)[-2] > 0.15:
            return begun
    raise AssertionError("none of 1,000 half-drawn digits could be one of two")


def thinned(strokes: Strokes) -> Strokes:
    """Keep every third point of each stroke, and the last."""
    return [np.concatenate([stroke[:-1:3], stroke[-1:]]) for stroke in strokes]
