import re
import shutil
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from mnist_helpers import Recognizer, assets, draw_strokes, load_cnn
from mnist_helpers.assets import load_results
from mnist_helpers.calibration import Calibration
from mnist_helpers.handwriting import place, write_digit, write_non_digit, write_number
from mnist_helpers.network import NumpyCnn, softmax
from mnist_helpers.pictures import readings
from mnist_helpers.prediction import percent

ONE = [[(140, 60), (140, 220)]]
LETTERS = {  # as a ruler would draw them, unlike those that the network has seen
    "A": [[(0, 10), (4, 0), (8, 10)], [(1.6, 6), (6.4, 6)]],
    "E": [[(7, 0), (0, 0), (0, 10), (7, 10)], [(0, 5), (5, 5)]],
    "F": [[(7, 0), (0, 0), (0, 10)], [(0, 5), (5, 5)]],
    "H": [[(0, 0), (0, 10)], [(8, 0), (8, 10)], [(0, 5), (8, 5)]],
    "K": [[(0, 0), (0, 10)], [(7, 0), (0, 5.5), (7, 10)]],
    "M": [[(0, 10), (0, 0), (5, 6), (10, 0), (10, 10)]],
    "N": [[(0, 10), (0, 0), (8, 10), (8, 0)]],
    "R": [[(0, 10), (0, 0), (5, 0), (7, 2.5), (5, 5), (0, 5)], [(3, 5), (7, 10)]],
    "W": [[(0, 0), (2.5, 10), (5, 3), (7.5, 10), (10, 0)]],
    "X": [[(0, 0), (8, 10)], [(8, 0), (0, 10)]],
}


def test_numpy_equals_keras_on_the_whole_test_set_with_the_recorded_accuracy(mnist, recognizer):
    by_keras = load_cnn().predict(mnist.x_test, batch_size=500, verbose=0)
    logits = recognizer.logits(mnist.x_test)
    np.testing.assert_allclose(softmax(logits), by_keras, atol=1e-5)
    accuracy = (logits.argmax(axis=1) == mnist.y_test).mean()
    assert accuracy == pytest.approx(load_results()["test_accuracy"], abs=1e-4)


@pytest.mark.parametrize(("scale", "move"), [(0.5, (0, 0)), (1, (-40, 75.3)), (2, (-40, 75.3))])
def test_size_and_place_do_not_matter(recognizer, scale, move):
    rng = np.random.default_rng(0)
    for digit in range(10):
        strokes = write_digit(digit, rng)
        ways = strokes, [stroke * scale + move for stroke in strokes]
        as_it_is, moved = (recognizer.recognize_strokes(way).probabilities for way in ways)
        np.testing.assert_allclose(moved, as_it_is, atol=0.03)


def test_digits_are_kept_and_other_drawings_are_not(recognizer):
    rng = np.random.default_rng(3)
    digits = [recognizer.recognize_strokes(write_digit(n % 10, rng)) for n in range(500)]
    others = [recognizer.recognize_strokes(write_non_digit(rng)) for _ in range(500)]
    assert np.mean([prediction.digit == n % 10 for n, prediction in enumerate(digits)]) >= 0.97
    assert np.mean([prediction.verdict == "digit" for prediction in digits]) >= 0.97
    assert np.mean([prediction.verdict == "no digit" for prediction in digits]) <= 0.01
    assert np.mean([prediction.verdict != "digit" for prediction in others]) >= 0.92
    assert np.mean([prediction.verdict == "no digit" for prediction in others]) >= 0.85


def answers(recognizer):
    """5,000 answers about drawings, small pictures and what is no digit."""
    rng = np.random.default_rng(6)
    for number in range(4_900):
        is_other = number % 3 == 2
        strokes = write_non_digit(rng) if is_other else write_digit(number % 10, rng)
        cut = slice(None) if number % 2 else slice(0, 2 + int(rng.integers(len(strokes[0]))))
        yield recognizer.recognize_strokes([strokes[0][cut], *strokes[1:]])
    for number in range(100):
        strokes = write_non_digit(rng) if number % 4 == 3 else write_digit(number % 10, rng)
        ink = Image.fromarray(draw_strokes(strokes, pen=int(rng.integers(6, 30))))
        small = np.array(ink.resize((40, 40)), float) * rng.uniform(0.02, 1)
        yield recognizer.recognize(np.rot90(small, number % 5 == 0))


def test_no_sentence_contradicts_its_bars(recognizer, monkeypatch):
    monkeypatch.setattr(readings, "_LOOKS", readings._LOOKS[:1])  # for speed
    seen = Counter()
    for answer in answers(recognizer):
        words, is_digit = answer.in_words, answer.digit_probability
        named = [int(digit) for digit in re.findall(r"\d", words)]
        bars = answer.probabilities
        assert named == np.argsort(-bars)[: len(named)].tolist(), words
        assert all(bars[digit] >= 0.05 for digit in named), words
        assert named == [] or set(answer.candidates) == set(named), words
        assert words.startswith("Not sure") == (len(named) == 2), words
        if "Probably a" in words:
            assert np.sort(bars)[-2] < 0.05, words
        if answer.verdict == "unsure":
            assert (is_digit < 1 / 3) == (words == "Probably not a digit") or answer.remark
        assert (answer.verdict == "digit") == words.startswith("This looks like"), words
        confidence = re.search(r"Confidence (.*)", answer.sureness)
        if confidence:
            assert confidence[1] == percent(bars.max()), words
        seen[re.sub(r"an? \d|\d", "…", words)] += 1
    assert seen.total() == 5_000 and len(seen) >= 5 and seen["Not sure: … or …?"], seen


def test_scribbles_letters_two_digits_a_dot_and_a_lying_line_are_no_digits(recognizer):
    def verdicts(drawings):
        return [recognizer.recognize_strokes(drawing).verdict for drawing in drawings]

    scribbles = np.random.default_rng(8).uniform(40, 240, (40, 1, 14, 2))  # strokes of 14 points
    assert verdicts(scribbles).count("no digit") >= 36
    assert "digit" not in verdicts(LETTERS.values()), verdicts(LETTERS.values())
    rng = np.random.default_rng(5)
    pairs = [place(write_number(divmod(n, 10), rng), rng) for n in range(100)]
    assert verdicts(pairs).count("digit") <= 10
    two = [[(150, 110), (190, 90), (210, 120), (150, 200), (220, 200)]]
    four = [[(60, 90), (40, 150), (110, 150)], [(90, 120), (90, 200)]]
    others = [[[(140, 140)]], [[(40, 140), (240, 150)]], four + two]
    assert verdicts(others) == ["no digit"] * 3


def test_both_questions_count_and_without_calibration_that_is_said(recognizer):
    assert recognizer.recognize_strokes(ONE).digit_probability > 0.5
    verdicts = map(recognizer.calibration.verdict, (1.0, 1.0, 0.0), (1.0, 0.15, 1.0))
    assert [*verdicts] == ["digit", "unsure", "no digit"]
    plain = Recognizer(recognizer.network)
    assert not plain.is_calibrated
    assert "its doubt is not calibrated" in repr(plain)
    prediction = plain.recognize_strokes(ONE)
    assert (prediction.verdict, prediction.digit_probability) == ("digit", None)
    hot = Recognizer(recognizer.network, Calibration(3)).recognize_strokes(ONE)
    assert hot.confidence < prediction.confidence  # a higher temperature lowers it


def test_no_images_give_no_scores_and_weights_of_another_network_are_refused(recognizer):
    assert recognizer.logits(np.zeros((0, 28, 28))).shape == (0, 10)
    with pytest.raises(ValueError, match="build_cnn"):
        NumpyCnn([np.zeros((784, 10)), np.zeros(10)])


NO_RECORDS = b"", b"{", b"{}", b"\xff\xfe", b"[1, 2]"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("weights.npz", lambda content: b"x" + content),
        ("read_out.npy", lambda content: b"x" + content),
        ("results.json", lambda content: content[: len(content) // 2]),
        ("results.json", lambda content: content.replace(b'"temperature": 1', b'"temperature": 0')),
        *(("results.json", lambda _, new=new: new) for new in NO_RECORDS),
    ],
)
def test_a_damaged_or_missing_file_is_named_with_the_remedy(name, change, tmp_path, monkeypatch):
    for each in ("weights.npz", "read_out.npy", "results.json"):
        shutil.copy(assets.FOLDER / each, tmp_path)
    path = tmp_path / name
    path.write_bytes(change(path.read_bytes()))
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=rf"{re.escape(name)} is damaged.*git checkout"):
        Recognizer.load()
    path.unlink()
    with pytest.raises(FileNotFoundError, match=rf"{re.escape(name)} is missing.*git checkout"):
        Recognizer.load()


def test_an_image_with_a_channel_is_taken_and_what_resizing_adds_is_cut_off(mnist, recognizer):
    with_channel = recognizer.recognize_image(mnist.x_test[0])
    beyond = recognizer.recognize_image(mnist.x_test[0, ..., 0] * 1.1 - 0.05)
    assert with_channel.image.shape == (28, 28)
    assert with_channel.digit == beyond.digit == 7
    assert 0 <= beyond.image.min() <= beyond.image.max() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda image: 255 * image, "go up to 255; wanted 0 to 1. Divide by 255"),
        (lambda image: (255 * image).astype(np.uint8).view(np.int8), r"int8.*view\(np.uint8\)"),
        (lambda image: 2 * image - 1, "run from -1 to 1; wanted 0 to 1"),
        (lambda image: np.where(image > 0.5, np.nan, image), "NaN or infinity"),
        (lambda image: np.stack([image, image]), "These are 2 images"),
        (lambda image: image[np.newaxis], r"image.reshape\(28, 28\)"),
        (lambda image: np.hstack([image, image]), r"wanted an image \(28, 28\)"),
        (lambda image: draw_strokes(ONE), r"recognize\(picture\) reads pictures of any size"),
        (lambda image: np.array(ONE), "recognize_strokes reads them"),
    ],
)
def test_an_image_that_is_none_is_sent_to_the_right_call(mnist, recognizer, change, said):
    with pytest.raises(ValueError, match=said):
        recognizer.recognize_image(change(mnist.x_test[0, ..., 0]))


def test_what_is_no_image_or_no_strokes_is_a_type_error_or_sent_to_the_right_call(
    mnist, recognizer
):
    for image in (None, "7.png", {"a": 1}, [[1, 2], [3]], [[[(1, 2)]], [(1, 2)]]):
        with pytest.raises(TypeError, match="wanted an image, an array"):
            recognizer.recognize_image(image)
    for read in (recognizer.recognize, recognizer.recognize_image, recognizer.probabilities):
        with pytest.raises(TypeError, match=r"prediction\.image"):
            read(recognizer.recognize_strokes(ONE))
    with pytest.raises(ValueError, match="recognize_image reads it"):
        recognizer.recognize_strokes(mnist.x_test[0, ..., 0])
    with pytest.raises((TypeError, ValueError)):
        recognizer.recognize_strokes(Image.new("L", (28, 28)))
