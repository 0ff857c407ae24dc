"""What ink does for an answer."""

import re

import numpy as np
import pytest
from helpers import families
from helpers.readers import NearestMean
from helpers.strokes import SEVEN

from mnist_helpers import Recognizer
from mnist_helpers.explain import PATCH, find_reasons
from mnist_helpers.network import NumpyCnn
from mnist_helpers.pad.inside import _place, look_inside


@pytest.mark.filterwarnings("ignore:this network reads")
def test_the_ink_that_matters_most_lowers_the_probability_of_any_network(recognizer):
    others = (families.build("dense"), families.tanh_model(), NearestMean())
    for each in (recognizer, *map(Recognizer.from_model, others)):
        prediction = each.recognize_strokes(SEVEN)
        reasons = find_reasons(each, prediction)
        assert reasons.support.shape == (28, 28)
        assert not reasons.support[prediction.image == 0].any()
        assert reasons.without < prediction.confidence
        row, column = reasons.center
        image = prediction.image.copy()
        image[row - PATCH // 2 :, column - PATCH // 2 :][:PATCH, :PATCH] = 0
        without = each.probabilities(image[np.newaxis])[0, prediction.digit]
        assert reasons.without == pytest.approx(without, abs=1e-4)


def test_ink_that_is_evidence_against_the_answer_is_below_zero_and_striped():
    """A network whose logit of 0 is the ink on the left minus the ink on the right."""
    kernel_1, kernel_2 = np.zeros((3, 3, 1, 32)), np.zeros((3, 3, 32, 64))
    kernel_1[1, 1, 0, 0] = kernel_2[1, 1, 0, 0] = 1
    dense = np.zeros((5, 5, 64, 10))
    dense[:, :2, 0, 0], dense[:, 3:, 0, 0] = 2, -1
    first, second = (kernel_1, np.zeros(32)), (kernel_2, np.zeros(64))
    recognizer = Recognizer(NumpyCnn([*first, *second, dense.reshape(1600, 10), np.zeros(10)]))
    image = np.zeros((28, 28), np.float32)
    image[6:22, 6:10] = image[6:22, 20:24] = 1
    prediction = recognizer.recognize_image(image)
    assert prediction.digit == 0
    support = find_reasons(recognizer, prediction).support
    assert support[:, :14].sum() > 0 > support[:, 14:].sum()
    assert support[:, :14].min() >= 0 >= support[:, 14:].max()
    html, _ = look_inside({"": recognizer}, {"": prediction})
    assert re.search("[Tt]he ink at the .*left", html)
    assert re.search("The ink at the .*right is evidence against the answer", html)
    assert html.count("<path") > 1  # stripes, beside that of the legend


def test_the_words_place_ink_in_the_digit_wherever_that_lies():
    ink = np.zeros((28, 28), bool)
    ink[4:24, 10:22] = True  # right of the middle of the image
    places = {pixel: _place(pixel, ink) for pixel in [(14, 11), (5, 16), (22, 20), (14, 16)]}
    wanted = ["at the left", "at the top", "at the bottom right", "in the middle"]
    assert list(places.values()) == wanted
    narrow = np.zeros((28, 28), bool)
    narrow[4:24, 12:15] = True  # a 1 has no left and no right
    assert _place((20, 11), narrow) == "at the bottom"


def test_a_blank_drawing_has_no_reasons(recognizer):
    blank = recognizer.recognize_strokes([])
    with pytest.raises(ValueError, match="draw something"):
        find_reasons(recognizer, blank)
    for nothing in (blank, None):
        assert "Draw something" in look_inside({"": recognizer}, {"": nothing})[0]
