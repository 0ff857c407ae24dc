"""The network of the take-home page answers as Python does, with every kind of layer."""

from functools import partial

import numpy as np
import pytest
from helpers import families
from helpers.pages import PageReader, probabilities

from mnist_helpers import Recognizer, load_mnist
from mnist_helpers.export.page import describe
from mnist_helpers.handwriting import write_digit, write_non_digit, write_non_digits
from mnist_helpers.model import keras
from mnist_helpers.network import name_convolutions, softmax
from mnist_helpers.own_network.keras_network import KerasNetwork
from mnist_helpers.prediction import percent


@pytest.mark.parametrize("name", [*families.COMMON, "normalized sums", "1 × 1 convolution"])
def test_the_page_says_what_python_says_of_any_family(tab, name, mnist):
    images = np.concatenate([mnist.x_val[:9], write_non_digits(9, np.random.default_rng(6))])
    for is_calibrated in (False, True) if name == "dense" else (True,):
        recognizer = families.recognizer(name, is_calibrated)
        answers = PageReader(tab, recognizer).read_images(images)
        expected = [recognizer.recognize_image(image) for image in images]
        for part in ("digit", "verdict"):
            assert [each[part] for each in answers] == [getattr(each, part) for each in expected]
        shares = [each.probabilities for each in expected]
        np.testing.assert_allclose(probabilities(answers), shares, atol=1e-4)
        if is_calibrated:
            assert {each.verdict for each in expected} > {"digit"}
            chances = [each.digit_probability for each in expected]
            found = [each["digitProbability"] for each in answers]
            np.testing.assert_allclose(found, chances, atol=1e-3)


def test_strokes_are_read_as_python_reads_them(tab, recognizer):
    rng = np.random.default_rng(21)
    drawings = [write_digit(i % 10, rng) for i in range(100)]
    answers = PageReader(tab, recognizer).read(drawings)
    expected = [recognizer.recognize_strokes(strokes) for strokes in drawings]
    same = [a["digit"] == e.digit for a, e in zip(answers, expected, strict=True)]
    assert np.mean(same) >= 0.98
    apart = np.abs(probabilities(answers) - [each.probabilities for each in expected]).max(axis=1)
    assert np.quantile(apart, 0.98) <= 0.05


def test_words_and_percents_are_those_of_python(tab, recognizer):
    rng = np.random.default_rng(22)
    drawings = [[], [[[140, 140]]], *(write_non_digit(rng) for _ in range(40))]
    drawings += [write_digit(i % 10, rng)[:1] for i in range(40)]
    answers = PageReader(tab, recognizer).read(drawings)
    images = np.float32([answer["image"] for answer in answers]).reshape(-1, 28, 28)
    expected = [recognizer.recognize_image(image) for image in images]
    assert len({each.verdict for each in expected}) == 4
    for answer, prediction in zip(answers, expected, strict=True):
        for name in ("sign", "sureness", "candidates"):
            assert answer[name] == getattr(prediction, name)
        assert answer["words"] == prediction.in_words
        shown = tab.evaluate("shares => shares.map(percent)", answer["probabilities"])
        assert shown == [percent(each) for each in prediction.probabilities]
    shares = [0, 1e-6, 0.00499, 0.005, 0.0051, 0.125, 0.135, 0.5, 0.994, 0.995, 0.9951, 1]
    assert tab.evaluate("shares => shares.map(percent)", shares) == [percent(x) for x in shares]


def test_convolutions_have_the_names_that_python_gives_them(tab, recognizer):
    PageReader(tab, recognizer)
    layers = [{"type": "conv2d", "number": number} for number in range(10)]
    names = [name.lower() for name in name_convolutions(layers)]
    assert tab.evaluate("nameLayers", layers) == names


@pytest.mark.parametrize("name", families.LAYERS)
def test_any_layers_are_read_as_keras_reads_them(tab, name):
    recognizer = Recognizer(KerasNetwork(families.stack(name)))
    images = load_mnist().x_val[:10, ..., 0]
    answers = PageReader(tab, recognizer).read_images(images)
    shares = recognizer.probabilities(images)
    np.testing.assert_allclose(probabilities(answers), shares, atol=1e-4, rtol=1e-3)
    logits = softmax(np.array([answer["logits"] for answer in answers]))
    np.testing.assert_allclose(logits, softmax(recognizer.logits(images)), atol=1e-4)


@pytest.mark.parametrize("name", ["other weights", "nested"])
def test_the_slider_brings_the_weights_of_each_epoch(tab, name):
    recognizer, rng = families.recognizer(name), np.random.default_rng(1)
    last = recognizer.network.weights
    # Each kernel has its own size, as after training: one scale for all would lose the small ones.
    start = [
        rng.normal(0, 1, each.shape) * np.geomspace(1e-4, 0.3, each.shape[-1]) for each in last
    ]
    PageReader(tab, recognizer, [start, last])
    names = [each for layer in tab.evaluate("reader.layers") for each in layer.get("weights", [])]
    names = [each for each in names if "scale" not in each and "offset" not in each]
    ask = "([epoch, name]) => [...reader.at(epoch).tensor(name).values]"
    for epoch, weights in enumerate((start, last)):
        for part, array in zip(names, weights, strict=True):
            values = np.reshape(tab.evaluate(ask, [epoch, part]), array.shape)
            axes = tuple(range(array.ndim - 1))
            largest = np.abs(array).max(axis=axes) if axes else np.abs(array)
            assert (np.abs(values - array) <= 0.51 * largest / 127 + 1e-9).all(), part


def test_a_history_of_another_network_is_told(recognizer):
    start, last = families.build("other weights").get_weights(), recognizer.network.weights
    with pytest.warns(UserWarning, match="not those that the network has now"):
        assert len(describe(recognizer, [last, start])["history"]) == 2
    with pytest.warns(UserWarning, match="weights are those of another network"):
        assert describe(families.recognizer("dense"), [start, last])["history"] == []


@pytest.mark.filterwarnings("ignore:this")
def test_what_cannot_travel_is_refused_in_words():
    class Guess:
        def predict(self, images):
            return np.zeros(len(images), int)

    class Own(keras.layers.Layer):
        activation = partial(np.maximum, 0)  # Keras could not name it

        def call(self, inputs):
            return inputs

    class Dropout(keras.layers.Layer):
        def call(self, inputs):
            return inputs * 0.5

    def relu(sums):
        return keras.activations.leaky_relu(sums, 0.1)

    layers, images = keras.layers, keras.Input((28, 28, 1))
    named_alike = [
        ([images, Dropout(), layers.Flatten(), layers.Dense(10)], "^the layer .*, a Dropout, can"),
        ([images, layers.Flatten(), layers.Dense(10, relu)], "^the activation 'own relu' of the"),
        ([keras.Input((1, 28, 28)), layers.Flatten(), layers.Dense(10)], "takes"),
    ]
    whole = keras.Sequential([images, layers.Flatten(), layers.Dense(10)])
    whole.quantize("int8")
    own = [Own(name="own_one"), layers.Flatten(), layers.Dense(10)]
    odd = [layers.SeparableConv2D(4, 3, name="odd_one"), layers.Flatten(), layers.Dense(10)]
    flat = layers.Flatten()(images)
    both = layers.Add()([layers.Dense(10)(flat), layers.Dense(10)(flat)])
    read_out, sums = Recognizer.load().calibration, families.recognizer("dense").network
    for network, calibration, said in [
        (KerasNetwork(keras.Sequential([images, *odd])), None, "'odd_one', a SeparableConv2D, can"),
        (KerasNetwork(keras.Sequential([images, *own])), None, "'own_one', an? Own, cannot go"),
        (KerasNetwork(keras.Model(images, both)), None, "branch"),
        *[(KerasNetwork(keras.Sequential(each)), None, said) for each, said in named_alike],
        (KerasNetwork(whole), None, "a Dense, cannot go"),
        (Recognizer.from_model(Guess()).network, None, "nobody knows what is inside"),
        (sums, read_out, r"takes 1600 numbers, but .* 64: .* Call calibrate"),
    ]:
        with pytest.raises(ValueError, match=said):
            describe(Recognizer(network, calibration))
