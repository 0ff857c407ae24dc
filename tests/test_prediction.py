"""A prediction in words, in one line, and as a small figure."""

import html
import re
from typing import get_args

import numpy as np
import pytest
from helpers.strokes import SEVEN

from mnist_helpers import Prediction
from mnist_helpers.app.answers import as_shown
from mnist_helpers.pad import view
from mnist_helpers.prediction import SAYINGS, Verdict, bars, find_saying, percent, picture


def predict(verdict, digit=4, second=0.34, is_digit=None, remark=None):
    probabilities = np.full(10, 0.02, np.float32)
    probabilities[digit], probabilities[(digit + 5) % 10] = 0.5, second
    if verdict == "blank":
        digit, probabilities = None, np.full(10, 0.1, np.float32)
    confidence = 0.0 if digit is None else 0.5
    image = np.zeros((28, 28), np.float32)
    return Prediction(digit, confidence, probabilities, verdict, image, is_digit, remark)


UNUSUAL = predict("unsure", second=0.049)
ASIDE = predict("no digit", remark="on its side")
SMALL = predict("unsure", remark="small part")
A_SMALL_4 = "I see a 4, but it is only a small part of the picture"
SAID = [
    (predict("digit"), "4", "This looks like a 4", "Confidence 50 %", [4]),
    (predict("digit", digit=8), "8", "This looks like an 8", "Confidence 50 %", [8]),
    (predict("digit", is_digit=0.2), "4", "This looks like a 4", "Confidence 50 %", [4]),
    (predict("unsure"), "4?", "Not sure: 4 or 9?", "Confidence 50 %", [4, 9]),
    (predict("unsure", is_digit=0.4), "4?", "Not sure: 4 or 9?", "A digit at all: 40 %", [4, 9]),
    (predict("unsure", is_digit=0.3), "?", "Probably not a digit", "A digit at all: 30 %", []),
    (UNUSUAL, "4?", "Probably a 4, but it looks unusual", "Confidence 50 %", [4]),
    (predict("no digit"), "?", "Not a digit that I know", "Most like a 4: 50 %", []),
    (predict("no digit", is_digit=0), "?", "Not a digit that I know", "A digit at all: 0 %", []),
    (ASIDE, "?", "It may lie on its side: press Turn", "Most like a 4: 50 %", []),
    (SMALL, "4?", A_SMALL_4, "Confidence 50 %", [4]),
    (predict("blank"), "–", "Draw a digit", "", []),
    (predict("blank", remark="no ink"), "–", "I find no ink in this picture", "", []),
]


@pytest.mark.parametrize(("prediction", "sign", "words", "sureness", "candidates"), SAID)
def test_every_verdict_has_its_sign_and_words_also_on_pad_and_app(
    prediction, sign, words, sureness, candidates
):
    said = prediction.sign, prediction.in_words, prediction.sureness
    assert said == (sign, words, sureness.replace(" %", "\u00a0%"))
    assert prediction.candidates == candidates
    panel = html.unescape(re.sub("<[^>]+>", "", view.panel({"": prediction})))
    shown = as_shown(prediction, "model")
    assert all(each in panel for each in said)
    assert said == (shown["sign"], shown["words"], shown["sureness"])


def test_the_table_has_a_saying_for_every_verdict_and_remark_and_no_other():
    said = {find_saying(prediction) for prediction, *_ in SAID}
    assert said == SAYINGS["sayings"].keys()
    assert {prediction.verdict for prediction, *_ in SAID} == set(get_args(Verdict))


def test_an_unknown_verdict_is_refused():
    with pytest.raises(ValueError, match="'perhaps'; wanted one of 'digit'"):
        predict("perhaps")


def test_a_prediction_is_one_line_and_in_a_notebook_the_picture_and_its_bars(recognizer):
    prediction = recognizer.recognize_strokes(SEVEN)
    assert repr(prediction) == "Prediction(7, over 99 %, 'digit')"
    assert repr(recognizer.recognize_strokes([])) == "Prediction(blank)"
    card = prediction._repr_html_()
    assert "This looks like a 7" in card
    assert card.count('role="meter"') == 10
    assert card.count("<rect") == 1 + np.count_nonzero(prediction.image)


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
