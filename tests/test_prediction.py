"""A prediction in words, in one line, and as a small figure."""

import re
from dataclasses import replace

import numpy as np
import pytest

from mnist_helpers import Prediction, Recognizer
from mnist_helpers.shown import bars, percent, picture, with_article

SEVEN = [[(90, 70), (190, 70), (130, 220)]]


def predict(verdict, digit=4, other=9):
    probabilities = np.full(10, 0.02, np.float32)
    probabilities[digit], probabilities[other] = 0.5, 0.34
    return Prediction(digit, 0.5, probabilities, verdict, np.zeros((28, 28), np.float32))


@pytest.mark.parametrize(
    ("prediction", "words", "candidates"),
    [
        (predict("digit"), "This looks like a 4", [4]),
        (predict("digit", digit=8), "This looks like an 8", [8]),
        (predict("unsure"), "Not sure: 4 or 9?", [4, 9]),
        (predict("no digit"), "Not a digit that I know", []),
        (Prediction(None, 0.0, np.full(10, 0.1), "blank", np.zeros((28, 28))), "Draw a digit", []),
    ],
    ids=["digit", "eight", "unsure", "no digit", "blank"],
)
def test_every_verdict_has_its_words(prediction, words, candidates):
    assert prediction.in_words == words
    assert prediction.candidates == candidates


def test_a_prediction_as_the_last_line_of_a_cell_is_one_line():
    assert repr(Recognizer.load().recognize_strokes(SEVEN)) == "Prediction(7, over 99 %, 'digit')"
    assert repr(Recognizer.load().recognize_strokes([])) == "Prediction(blank)"


def test_in_a_notebook_it_is_the_picture_and_its_bars():
    prediction = Recognizer.load().recognize_strokes(SEVEN)
    html = prediction._repr_html_()
    assert "This looks like a 7" in html
    assert html.count('role="meter"') == 10
    assert html.count("<rect") == 1 + np.count_nonzero(prediction.image)


def test_bars_are_as_long_as_their_probabilities():
    probabilities = np.array([0.5, 0.25, 0.125, 0.1, 0.02, 0.003, 0.001, 0.001, 0, 0])
    widths = re.findall(r"width:([\d.]+)%", bars(probabilities, best=0))
    np.testing.assert_allclose(np.array(widths, float) / 100, probabilities, atol=5e-4)


def test_the_picture_has_its_ink_where_the_image_has_it():
    image = np.zeros((28, 28))
    image[3, 20] = 0.5
    assert '<rect x="20" y="3" width="1" height="1" fill-opacity="0.50"/>' in picture(image)


def test_a_probability_is_never_written_as_certainty():
    written = [percent(p).replace("\u00a0", " ") for p in (1, 0.996, 0.99, 0.5, 0.004, 1e-9, 0)]
    assert written == ["over 99 %", "over 99 %", "99 %", "50 %", "under 1 %", "under 1 %", "0 %"]


def test_only_eight_has_the_article_an():
    assert [with_article(digit) for digit in (7, 8)] == ["a 7", "an 8"]


def test_two_predictions_are_equal_where_they_say_the_same():
    one, other = (Recognizer.load().recognize_strokes(SEVEN) for _ in range(2))
    assert one == other and one is not other
    assert one != Recognizer.load().recognize_strokes([])
    assert one != replace(other, image=other.image[::-1])
    assert one != "This looks like a 7"
