"""What ink does for an answer."""

import re

import numpy as np
import pytest

from mnist_helpers import Recognizer
from mnist_helpers.explain import PATCH, find_reasons
from mnist_helpers.pad.inside_view import inside
from mnist_helpers.recognizer import Prediction

SEVEN = [[(90, 70), (140, 70), (190, 70), (160, 145), (130, 220)]]


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def test_the_ink_that_matters_most_lowers_the_probability(recognizer):
    prediction = recognizer.recognize_strokes(SEVEN)
    reasons = find_reasons(recognizer, prediction)
    assert reasons.speaks.shape == (28, 28)
    assert not reasons.speaks[prediction.image == 0].any()
    assert reasons.without < prediction.confidence
    row, column = reasons.center
    image = prediction.image.copy()
    image[row - PATCH // 2 :, column - PATCH // 2 :][:PATCH, :PATCH] = 0
    without = recognizer.probabilities(image[np.newaxis])[0, prediction.digit]
    assert reasons.without == pytest.approx(without, abs=1e-5)


def test_ink_that_speaks_against_the_answer_is_below_zero_and_striped():
    """A network whose logit of 0 counts the ink on the left, and takes off that on the right."""
    kernel_1, kernel_2 = np.zeros((3, 3, 1, 32)), np.zeros((3, 3, 32, 64))
    kernel_1[1, 1, 0, 0] = kernel_2[1, 1, 0, 0] = 1
    dense = np.zeros((5, 5, 64, 10))
    dense[:, :2, 0, 0], dense[:, 3:, 0, 0] = 2, -1
    weights = [
        kernel_1,
        np.zeros(32),
        kernel_2,
        np.zeros(64),
        dense.reshape(1600, 10),
        np.zeros(10),
    ]
    recognizer = Recognizer(weights)
    image = np.zeros((28, 28), np.float32)
    image[6:22, 6:10] = image[6:22, 20:24] = 1
    prediction = recognizer.recognize_image(image)
    assert prediction.digit == 0
    speaks = find_reasons(recognizer, prediction).speaks
    assert speaks[:, :14].sum() > 0 > speaks[:, 14:].sum()
    assert speaks[:, :14].min() >= 0 >= speaks[:, 14:].max()
    html = inside("", recognizer, prediction)
    assert re.search("[Tt]he ink at the .*left", html)
    assert re.search("The ink at the .*right speaks against it", html)
    assert html.count("<path") > 1  # stripes, beside that of the legend


def test_a_blank_drawing_has_no_reasons(recognizer):
    blank = recognizer.recognize_strokes([])
    with pytest.raises(ValueError, match="draw something"):
        find_reasons(recognizer, blank)
    assert "Draw something" in inside("", recognizer, blank)
    assert "Draw something" in inside("", recognizer, None)


def test_words_tell_unsure_from_unknown():
    image = np.ones((28, 28), np.float32)

    def words(*best: float) -> str:
        probabilities = np.full(10, (1 - sum(best)) / (10 - len(best)))
        probabilities[[4, 9][: len(best)]] = best
        return Prediction(4, best[0], probabilities, "unsure", image).in_words

    assert words(0.55, 0.4) == "Not sure: 4 or 9?"
    assert words(0.3, 0.2) == "Not a digit that I know"
