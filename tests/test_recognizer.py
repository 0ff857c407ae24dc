import numpy as np
import pytest
from PIL import Image

from mnist_helpers import Recognizer, assets, draw_strokes, load_cnn, load_mnist
from mnist_helpers.assets import load_results
from mnist_helpers.calibration import Calibration
from mnist_helpers.handwriting import write_digit, write_non_digit, write_number
from mnist_helpers.network import NumpyCnn, softmax

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


def test_the_recorded_test_accuracy_is_reproduced(mnist, recognizer):
    accuracy = (recognizer.logits(mnist.x_test).argmax(axis=1) == mnist.y_test).mean()
    assert accuracy == pytest.approx(load_results()["test_accuracy"], abs=1e-4)


def test_from_model_gives_the_same_scores(mnist, recognizer):
    learned = Recognizer.from_model(load_cnn())
    assert isinstance(learned.network, NumpyCnn)
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
    for number in range(60):
        strokes = write_digit(number % 10, rng)
        digit = recognizer.recognize_strokes(strokes).digit
        pictures = (draw_strokes(strokes, pen=pen) for pen in (8, 20, 32))
        agree += [recognizer.recognize(picture).digit == digit for picture in pictures]
    assert np.mean(agree) > 0.95


def test_digits_are_kept_and_other_drawings_are_not(recognizer):
    rng = np.random.default_rng(3)
    digits = [recognizer.recognize_strokes(write_digit(n % 10, rng)) for n in range(1000)]
    others = [recognizer.recognize_strokes(write_non_digit(rng)) for _ in range(1000)]
    assert np.mean([prediction.verdict == "digit" for prediction in digits]) >= 0.97
    assert np.mean([prediction.verdict == "no digit" for prediction in digits]) <= 0.01
    assert np.mean([prediction.verdict != "digit" for prediction in others]) >= 0.94
    assert np.mean([prediction.verdict == "no digit" for prediction in others]) >= 0.85


def test_scribbles_are_no_digits(recognizer):
    rng = np.random.default_rng(8)
    scribbles = rng.uniform(40, 240, (40, 1, 14, 2))  # one stroke of 14 points each
    verdicts = [recognizer.recognize_strokes(scribble).verdict for scribble in scribbles]
    assert verdicts.count("no digit") >= 36


def test_letters_are_no_digits(recognizer):
    verdicts = {
        name: recognizer.recognize_strokes(drawn).verdict for name, drawn in LETTERS.items()
    }
    assert "digit" not in verdicts.values(), verdicts


def test_two_digits_on_one_pad_are_no_digit(recognizer):
    rng = np.random.default_rng(5)
    verdicts = []
    for number in range(100):
        strokes = write_number(divmod(number, 10), rng)
        verdicts.append(recognizer.recognize_strokes(strokes).verdict)
    assert verdicts.count("digit") <= 5


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
def test_what_is_no_digit_is_called_so(recognizer, strokes):
    assert recognizer.recognize_strokes(strokes).verdict == "no digit"


@pytest.mark.parametrize("strokes", [[], [[]]])
def test_blank_is_an_answer(recognizer, strokes):
    prediction = recognizer.recognize_strokes(strokes)
    assert prediction.digit is None
    assert prediction.verdict == "blank"
    assert prediction.confidence == 0
    np.testing.assert_allclose(prediction.probabilities, 0.1)


def test_both_questions_count(recognizer):
    prediction = recognizer.recognize_strokes(ONE)
    assert prediction.digit_probability > 0.5
    verdict = recognizer.calibration.verdict
    assert verdict(1.0, 1.0) == "digit"
    assert verdict(1.0, 0.2) == "unsure"
    assert verdict(0.0, 1.0) == "no digit"


def test_without_calibration_it_says_so_and_answers_by_confidence(recognizer):
    plain = Recognizer(recognizer.network)
    assert not plain.is_calibrated
    assert "its doubt is not calibrated" in repr(plain)
    prediction = plain.recognize_strokes(ONE)
    assert prediction.verdict == "digit"
    assert prediction.digit_probability is None


def test_a_higher_temperature_lowers_the_confidence(recognizer):
    cold, hot = (
        Recognizer(recognizer.network, Calibration(temperature)).recognize_strokes(ONE)
        for temperature in (1, 3)
    )
    assert hot.confidence < cold.confidence


def test_maps_have_the_shapes_of_the_layers(mnist, recognizer):
    maps = recognizer.network.maps(mnist.x_test[0])
    assert {name: each.shape for name, each in maps.items()} == {
        "First convolution": (26, 26, 32),
        "Second convolution": (11, 11, 64),
    }


def test_no_images_give_no_scores(recognizer):
    assert recognizer.logits(np.zeros((0, 28, 28))).shape == (0, 10)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match="build_cnn"):
        NumpyCnn([np.zeros((784, 10)), np.zeros(10)])


RECORD = (assets.FOLDER / "results.json").read_bytes()


@pytest.mark.parametrize("name", ["weights.npz", "read_out.npy"])
def test_a_damaged_file_is_named(name, tmp_path, monkeypatch):
    for path in assets.FOLDER.glob("*.np?"):
        if path.name != "mnist.npz":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "results.json").write_bytes(RECORD)
    (tmp_path / name).write_bytes(b"x" + (assets.FOLDER / name).read_bytes())
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=f"{name} is damaged"):
        Recognizer.load()


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (b"", ValueError, "is damaged"),
        (b"{", ValueError, "is damaged"),
        (b"{}", ValueError, "is damaged"),
        (b"\xff\xfe", ValueError, "is damaged"),
        (b"[1, 2]", ValueError, "is damaged"),
        (RECORD[: len(RECORD) // 2], ValueError, "is damaged"),
        (RECORD.replace(b'"temperature": 1', b'"temperature": 0'), ValueError, "is damaged"),
        (None, FileNotFoundError, "is missing"),
    ],
)
def test_a_damaged_record_is_named_with_the_remedy(content, error, said, tmp_path, monkeypatch):
    if content is not None:
        (tmp_path / "results.json").write_bytes(content)
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    with pytest.raises(error, match=rf"results\.json {said}.*git checkout"):
        Recognizer.load()


def test_an_image_with_a_channel_is_taken_and_kept_without_it(mnist, recognizer):
    with_channel = recognizer.recognize_image(mnist.x_test[0])
    without = recognizer.recognize_image(mnist.x_test[0, ..., 0])
    assert with_channel.image.shape == (28, 28)
    assert with_channel.digit == without.digit == 7


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda image: 255 * image, "go up to 255; wanted 0 to 1. Divide by 255"),
        (lambda image: (255 * image).astype(np.uint8), "Divide by 255"),
        (lambda image: (255 * image).astype(np.uint8).view(np.int8), r"int8.*view\(np.uint8\)"),
        (lambda image: 2 * image - 1, "run from -1 to 1; wanted 0 to 1"),
        (lambda image: (image - 0.13) / 0.31, "wanted 0 to 1"),
        (lambda image: np.where(image > 0.5, np.nan, image), "NaN or infinity"),
        (lambda image: np.stack([image, image]), "These are 2 images"),
        (lambda image: image[np.newaxis], r"image.reshape\(28, 28\)"),
        (lambda image: np.hstack([image, image]), r"wanted an image \(28, 28\)"),
        (lambda image: image.reshape(784), r"image.reshape\(28, 28\)"),
        (lambda image: draw_strokes(ONE), r"recognize\(picture\) reads pictures of any size"),
        (lambda image: np.array(ONE), "recognize_strokes reads them"),
    ],
)
def test_an_image_that_is_none_is_sent_to_the_right_call(mnist, recognizer, change, said):
    with pytest.raises(ValueError, match=said):
        recognizer.recognize_image(change(mnist.x_test[0, ..., 0]))


@pytest.mark.parametrize("image", [None, "7.png", {"a": 1}, [[1, 2], [3]], [[[(1, 2)]], [(1, 2)]]])
def test_what_is_no_array_is_a_type_error(recognizer, image):
    with pytest.raises(TypeError, match="wanted an image, an array"):
        recognizer.recognize_image(image)


def test_a_prediction_is_not_read_again(recognizer):
    with pytest.raises(TypeError, match=r"prediction\.image"):
        recognizer.recognize_image(recognizer.recognize_strokes(ONE))


def test_what_resizing_adds_beyond_the_range_is_cut_off(mnist, recognizer):
    image = mnist.x_test[0, ..., 0] * 1.1 - 0.05
    prediction = recognizer.recognize_image(image)
    assert prediction.digit == 7
    assert 0 <= prediction.image.min() <= prediction.image.max() == 1


def test_an_image_given_as_strokes_is_sent_to_the_right_call(mnist, recognizer):
    with pytest.raises(ValueError, match="recognize_image reads it"):
        recognizer.recognize_strokes(mnist.x_test[0, ..., 0])
    with pytest.raises((TypeError, ValueError)):
        recognizer.recognize_strokes(Image.new("L", (28, 28)))
