"""The network of the take-home page answers as Python does, with every kind of layer."""

import numpy as np
import pytest
from helpers.pages import PageReader, probabilities

from mnist_helpers import Recognizer, load_mnist
from mnist_helpers.export.describe import describe
from mnist_helpers.handwriting import write_digit, write_non_digit
from mnist_helpers.network import softmax
from mnist_helpers.shown import percent, sureness


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def test_mnist_is_read_as_python_reads_it(page, recognizer):
    images = load_mnist().x_val[:300, ..., 0]
    answers = PageReader(page, recognizer).read_images(images)
    expected = [recognizer.recognize_image(image) for image in images]
    assert [each["digit"] for each in answers] == [each.digit for each in expected]
    assert [each["verdict"] for each in answers] == [each.verdict for each in expected]
    np.testing.assert_allclose(
        probabilities(answers), [each.probabilities for each in expected], atol=1e-4
    )


def test_strokes_are_read_as_python_reads_them(page, recognizer):
    rng = np.random.default_rng(21)
    drawings = [write_digit(i % 10, rng) for i in range(200)]
    answers = PageReader(page, recognizer).read(drawings)
    expected = [recognizer.recognize_strokes(strokes) for strokes in drawings]
    same = [a["digit"] == e.digit for a, e in zip(answers, expected, strict=True)]
    assert np.mean(same) >= 0.995
    apart = np.abs(probabilities(answers) - [each.probabilities for each in expected]).max(axis=1)
    assert np.quantile(apart, 0.98) <= 0.05


def test_words_and_percents_are_those_of_python(page, recognizer):
    rng = np.random.default_rng(22)
    drawings = [[], [[[140, 140]]], *(write_non_digit(rng) for _ in range(60))]
    drawings += [write_digit(i % 10, rng)[:1] for i in range(60)]
    answers = PageReader(page, recognizer).read(drawings)
    images = np.float32([answer["image"] for answer in answers]).reshape(-1, 28, 28)
    expected = [recognizer.recognize_image(image) for image in images]
    assert len({each.verdict for each in expected}) == 4
    for answer, prediction in zip(answers, expected, strict=True):
        assert answer["words"] == prediction.in_words
        assert answer["sureness"] == sureness(prediction)
        assert answer["candidates"] == prediction.candidates
        if prediction.digit is not None:
            assert answer["percents"] == [percent(each) for each in prediction.probabilities]


def test_percents_at_the_edges_are_rounded_as_python_rounds_them(page, recognizer):
    PageReader(page, recognizer)
    shares = [0, 1e-6, 0.00499, 0.005, 0.0051, 0.125, 0.135, 0.5, 0.994, 0.995, 0.9951, 1]
    assert page.evaluate("shares => shares.map(percent)", shares) == [percent(x) for x in shares]


NETWORKS = {
    "5 × 5 kernels, batch normalisation, average pooling": lambda k: [
        k.layers.Conv2D(6, 5, padding="same", use_bias=False),
        k.layers.BatchNormalization(),
        k.layers.ReLU(),
        k.layers.AveragePooling2D(2),
        k.layers.Conv2D(9, (3, 2), strides=2, padding="same", activation="elu"),
        k.layers.GlobalAveragePooling2D(),
        k.layers.Dense(10),
    ],
    "odd pooling with padding": lambda k: [
        k.layers.Rescaling(2, offset=-1),
        k.layers.MaxPooling2D(3, strides=2, padding="same"),
        k.layers.Conv2D(5, 3, dilation_rate=2, activation="silu"),
        k.layers.AveragePooling2D((2, 3), strides=1, padding="same"),
        k.layers.Flatten(),
        k.layers.Dense(20, activation="gelu"),
        k.layers.Dropout(0.5),
        k.layers.Dense(10, activation="softmax"),
    ],
    "a dense network": lambda k: [
        k.layers.Flatten(),
        k.layers.Dense(32, activation="tanh"),
        k.layers.LeakyReLU(negative_slope=0.1),
        k.layers.Dense(10, activation="sigmoid"),
    ],
    "one inside the other": lambda k: [
        k.Sequential([k.layers.Conv2D(4, 3, activation="selu"), k.layers.BatchNormalization()]),
        k.layers.GaussianNoise(0.1),
        k.layers.GlobalMaxPooling2D(),
        k.layers.Dense(10),
        k.layers.Softmax(),
    ],
    "softplus, and ReLU with a ceiling": lambda k: [
        k.layers.Conv2D(4, 3, strides=3, activation="softplus"),
        k.layers.ReLU(max_value=0.9, negative_slope=0.2, threshold=0.1),
        k.layers.Flatten(),
        k.layers.Dense(10, activation="softmax"),
    ],
}


@pytest.mark.parametrize("name", NETWORKS)
def test_any_network_is_read_as_keras_reads_it(page, name):
    import keras

    from mnist_helpers.model import KerasNetwork

    keras.utils.set_random_seed(len(name))
    model = keras.Sequential([keras.Input((28, 28, 1)), *NETWORKS[name](keras)])
    rng = np.random.default_rng(5)
    model.set_weights(
        [w + rng.normal(0, 0.1, w.shape).clip(-0.3, 0.3) for w in model.get_weights()]
    )
    recognizer = Recognizer(KerasNetwork(model))
    images = load_mnist().x_val[:20, ..., 0]
    reader = PageReader(page, recognizer)
    answers = reader.read_images(images)
    np.testing.assert_allclose(
        probabilities(answers), recognizer.probabilities(images), atol=1e-4, rtol=1e-3
    )
    logits = softmax(np.array([answer["logits"] for answer in answers]))
    np.testing.assert_allclose(logits, softmax(recognizer.logits(images)), atol=1e-4)


def test_every_layer_shows_what_keras_computes(page):
    from mnist_helpers import load_cnn

    model, image = load_cnn(), load_mnist().x_val[3]
    outputs = PageReader(page, Recognizer.load()).outputs(image)
    layers = [layer for layer in model.layers if "dropout" not in layer.name]
    values = image[np.newaxis]
    for layer, output in zip(layers[:5], outputs, strict=False):
        values = np.asarray(layer(values))
        assert list(values.shape[1:]) == output["shape"]
        np.testing.assert_allclose(values.ravel(), output["values"], atol=1e-4)


def test_the_slider_brings_the_weights_of_each_epoch(page, recognizer):
    rng = np.random.default_rng(1)
    start = [rng.normal(0, 0.1, each.shape) for each in recognizer.network.weights]
    PageReader(page, recognizer, [start, recognizer.network.weights])
    image = load_mnist().x_val[0].ravel().tolist()
    ask = "image => [0, 1].map(e => [...reader.at(e).readImage(Float32Array.from(image)).logits])"
    first, last = page.evaluate(ask, image)
    from mnist_helpers.network import NumpyCnn

    images = load_mnist().x_val[:1]
    for logits, weights in ((first, start), (last, recognizer.network.weights)):
        expected = softmax(NumpyCnn(weights).run(images)[1][0])
        np.testing.assert_allclose(softmax(np.array(logits)), expected, atol=0.02)


def test_a_layer_that_the_page_does_not_know_is_named():
    import keras

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.SeparableConv2D(4, 3, name="odd_one"),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )
    from mnist_helpers.model import KerasNetwork

    with pytest.raises(ValueError, match="'odd_one', a SeparableConv2D, cannot go into"):
        describe(Recognizer(KerasNetwork(model)))


def test_layers_that_branch_are_refused_in_words():
    import keras

    inputs = keras.Input((28, 28, 1))
    flat = keras.layers.Flatten()(inputs)
    both = keras.layers.Add()([keras.layers.Dense(10)(flat), keras.layers.Dense(10)(flat)])
    from mnist_helpers.model import KerasNetwork

    with pytest.raises(ValueError, match="branch"):
        describe(Recognizer(KerasNetwork(keras.Model(inputs, both))))


@pytest.mark.filterwarnings("ignore:this")
def test_what_has_no_layers_cannot_travel():
    class Guess:
        def predict(self, images):
            return np.zeros(len(images), int)

    with pytest.raises(ValueError, match="nobody knows what is inside"):
        describe(Recognizer.from_model(Guess()))
