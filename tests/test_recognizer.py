import numpy as np
import pytest

from mnist_helpers import Recognizer, assets, draw_strokes, load_cnn, load_mnist
from mnist_helpers.handwriting import write_digit, write_non_digit
from mnist_helpers.recognizer import calibration_error, load_results, reliability, softmax

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


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def test_numpy_equals_keras_on_the_whole_test_set(mnist, recognizer):
    by_keras = load_cnn().predict(mnist.x_test, batch_size=500, verbose=0)
    by_numpy = softmax(recognizer.logits(mnist.x_test))
    np.testing.assert_allclose(by_numpy, by_keras, atol=1e-5)


def test_recorded_test_accuracy_is_reproduced(mnist, recognizer):
    accuracy = (recognizer.logits(mnist.x_test).argmax(axis=1) == mnist.y_test).mean()
    assert accuracy == pytest.approx(load_results()["test_accuracy"], abs=1e-4)


def test_from_model_gives_the_same_scores(mnist, recognizer):
    learned = Recognizer.from_model(load_cnn())
    np.testing.assert_array_equal(
        learned.logits(mnist.x_test[:20]), recognizer.logits(mnist.x_test[:20])
    )


def test_a_prediction_is_complete(recognizer):
    prediction = recognizer.recognize_strokes(ONE)
    assert prediction.digit == 1
    assert prediction.verdict == "digit"
    assert prediction.confidence == prediction.probabilities[1]
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert prediction.image.shape == (28, 28)


def test_pixels_and_strokes_agree(recognizer):
    from_pixels = recognizer.recognize(draw_strokes(ONE))
    assert from_pixels.digit == recognizer.recognize_strokes(ONE).digit == 1


@pytest.mark.parametrize("scale", [0.5, 1, 2])
@pytest.mark.parametrize("move", [(0, 0), (-40, 75.3)])
def test_size_and_place_do_not_matter(recognizer, scale, move):
    rng = np.random.default_rng(0)
    for digit in range(10):
        strokes = write_digit(digit, rng)
        moved = [stroke * scale + move for stroke in strokes]
        np.testing.assert_allclose(
            recognizer.recognize_strokes(moved).probabilities,
            recognizer.recognize_strokes(strokes).probabilities,
            atol=0.02,
        )


def test_the_width_of_the_pen_hardly_matters(recognizer):
    rng = np.random.default_rng(1)
    agree = []
    for number in range(100):
        strokes = write_digit(number % 10, rng)
        digit = recognizer.recognize_strokes(strokes).digit
        drawings = (draw_strokes(strokes, pen=pen) for pen in (8, 16, 24, 32))
        agree += [recognizer.recognize(drawing).digit == digit for drawing in drawings]
    assert np.mean(agree) > 0.95


def test_digits_are_kept_and_other_drawings_are_not(recognizer):
    rng = np.random.default_rng(3)
    digits = [recognizer.recognize_strokes(write_digit(n % 10, rng)) for n in range(1000)]
    others = [recognizer.recognize_strokes(write_non_digit(rng)) for _ in range(1000)]
    assert np.mean([prediction.verdict == "digit" for prediction in digits]) >= 0.96
    assert np.mean([prediction.verdict == "unsure" for prediction in others]) >= 0.85


def test_scribbles_are_no_digits(recognizer):
    rng = np.random.default_rng(8)
    scribbles = rng.uniform(40, 240, (40, 1, 14, 2))  # one stroke of 14 points each
    verdicts = [recognizer.recognize_strokes(scribble).verdict for scribble in scribbles]
    assert verdicts.count("unsure") >= 34


def test_letters_are_no_digits(recognizer):
    verdicts = {
        name: recognizer.recognize_strokes(drawn).verdict for name, drawn in LETTERS.items()
    }
    assert list(verdicts.values()).count("unsure") >= 8, verdicts


@pytest.mark.parametrize(
    "strokes",
    [
        [[(140, 140)]],
        [[(40, 140), (240, 150)]],
        [
            [(60, 90), (40, 150), (110, 150)],
            [(90, 120), (90, 200)],
            [(150, 110), (190, 90), (210, 120), (150, 200), (220, 200)],
        ],
    ],
    ids=["dot", "lying line", "42"],
)
def test_what_is_no_digit_is_unsure(recognizer, strokes):
    assert recognizer.recognize_strokes(strokes).verdict == "unsure"


@pytest.mark.parametrize("strokes", [[], [[]]])
def test_blank_is_an_answer(recognizer, strokes):
    prediction = recognizer.recognize_strokes(strokes)
    assert prediction.digit is None
    assert prediction.verdict == "blank"
    assert prediction.confidence == 0
    np.testing.assert_allclose(prediction.probabilities, 0.1)


def test_an_answer_below_the_least_confidence_is_unsure(recognizer):
    strict = Recognizer(recognizer.weights, least_confidence=1.1)
    assert strict.recognize_strokes(ONE).verdict == "unsure"


def test_a_higher_temperature_lowers_the_confidence(recognizer):
    cold, hot = (Recognizer(recognizer.weights, temperature) for temperature in (1, 3))
    assert hot.recognize_strokes(ONE).confidence < cold.recognize_strokes(ONE).confidence


def test_feature_maps_have_the_shapes_of_the_layers(mnist, recognizer):
    first, second = recognizer.feature_maps(mnist.x_test[0])
    assert (first.shape, second.shape) == ((26, 26, 32), (11, 11, 64))


def test_no_images_give_no_scores(recognizer):
    assert recognizer.logits(np.zeros((0, 28, 28))).shape == (0, 10)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match="build_cnn"):
        Recognizer([np.zeros((784, 10)), np.zeros(10)])


def test_damaged_weights_are_named(tmp_path, monkeypatch):
    (tmp_path / "weights.npz").write_bytes(b"x" + (assets.FOLDER / "weights.npz").read_bytes())
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"weights\.npz is damaged"):
        Recognizer.load()


def test_reliability_sorts_answers_into_bins():
    confidence = np.array([0.9, 0.5, 1.0, 0.52, 0.99])
    counts, mean_confidence, share_right = reliability(confidence, np.array([1, 0, 1, 1, 0], bool))
    np.testing.assert_array_equal(counts, [2, 1, 2])
    np.testing.assert_allclose(mean_confidence, [0.51, 0.9, 0.995])
    np.testing.assert_allclose(share_right, [0.5, 1, 0.5])


def test_calibration_error_is_the_mean_gap():
    confidence = np.repeat([0.6, 0.8, 0.95], [200, 300, 500])
    rights = [140, 240, 450]
    right = np.concatenate([np.arange(n) < k for n, k in zip([200, 300, 500], rights, strict=True)])
    assert calibration_error(confidence, right) == pytest.approx(0.045)
