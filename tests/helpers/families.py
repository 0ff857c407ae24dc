"""Networks as learners build them: one of each family, all but two with weights that are there."""

import warnings
from functools import cache
from unittest.mock import patch

import numpy as np
import tensorflow as tf

from mnist_helpers import Recognizer, build_cnn, calibration, load_cnn, load_mnist
from mnist_helpers.handwriting import write_non_digits
from mnist_helpers.learning.collection import SAMPLE, Collection
from mnist_helpers.model import keras
from mnist_helpers.network import load_weights

layers = keras.layers
FITTED = 300  # images of digits, and as many of what is none


def sequential(*body, shape=(28, 28, 1)):
    return keras.Sequential([keras.Input(shape), *body])


def other_weights(scale=1.0, policy="float32"):
    """The course's layers with weights that are not the shipped ones."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    model = build_cnn()
    keras.config.set_dtype_policy(before)
    kernel, *others = load_weights(mnist_only=True)
    model.set_weights([kernel * scale, *others])
    return model


def ends_with(*end):
    """The course's layers with another end; its first layer with weights gets those of the last."""
    model = sequential(*other_weights().layers[:-1], *end)
    *_, kernel, bias = load_weights(mnist_only=True)
    head = next(layer for layer in end if layer.weights)
    head.set_weights([kernel.reshape(head.kernel.shape), bias])
    return model


def functional_in_functional():
    model = ends_with(layers.Dense(10, tf.nn.softmax))
    for _ in range(2):
        images = keras.Input((28, 28, 1))
        model = keras.Model(images, model(images))
    return model


def normalized():
    """Batch normalization on the sums, whose numbers the layer before makes up for."""
    norm = layers.BatchNormalization()
    model = ends_with(layers.Dense(10), norm, layers.Softmax())
    factor = np.linspace(0.5, 2, 10, dtype=np.float32)
    norm.set_weights([factor, np.ones(10), np.ones(10), np.full(10, 1 - norm.epsilon)])
    kernel, bias = model.layers[-3].get_weights()
    model.layers[-3].set_weights([kernel / factor, (bias - 1) / factor + 1])
    return model


def trained(model, loss, targets):
    mnist = load_mnist()
    model.compile(keras.optimizers.Adam(0.003), loss)
    model.fit(mnist.x_train[:6000], targets[mnist.y_train[:6000]], epochs=3, verbose=0)
    return model


def dense():
    keras.utils.set_random_seed(3)
    body = layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10, "softmax")
    return trained(sequential(*body), "sparse_categorical_crossentropy", np.arange(10))


def by_squared_error():
    keras.utils.set_random_seed(3)
    body = layers.Conv2D(8, 5, strides=3, activation="relu"), layers.Flatten(), layers.Dense(10)
    return trained(sequential(*body), "mse", np.eye(10))


def tanh_model():
    """A CNN, not trained, with average pooling, whose five maps have values below zero."""
    keras.utils.set_random_seed(2)
    body = layers.Conv2D(5, 5, activation="tanh"), layers.AveragePooling2D(2), layers.Flatten()
    return sequential(*body, layers.Dense(10, "softmax"))


def residual():
    """Two ways that meet again, and a last layer without a bias."""
    images = keras.Input((28, 28, 1))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(images)
    x = layers.Add()([x, layers.Conv2D(8, 3, padding="same")(x)])
    pooled = layers.GlobalAveragePooling2D()(layers.Activation("relu")(x))
    return keras.Model(images, layers.Softmax()(layers.Dense(10, use_bias=False)(pooled)))


class Subclass(keras.Model):
    """A class of the learner's own, which Keras has not seen as a graph."""

    def __init__(self):
        super().__init__()
        self.body, self.last = other_weights(), layers.Rescaling(1.0)
        self(np.zeros((1, 28, 28, 1), np.float32))

    def call(self, images, training=None):
        return self.last(self.body(images, training=training))


COMMON = {  # these go through every door in the tests
    "shipped": load_cnn,
    "other weights": other_weights,
    "dense": dense,
    "nested": lambda: sequential(layers.Rescaling(255), other_weights(1 / 255)),
    "functional": functional_in_functional,
    "sigmoids": lambda: ends_with(layers.Dense(10, activation="sigmoid")),
    "logits": lambda: ends_with(layers.Dense(10)),
}
RARER = {
    "augmentation in front": lambda: sequential(
        layers.RandomRotation(0.1), layers.RandomZoom(0.1), other_weights()
    ),
    "normalized sums": normalized,
    "1 × 1 convolution": lambda: ends_with(
        layers.Reshape((1, 1, 1600)), layers.Conv2D(10, 1), layers.Flatten(), layers.Softmax()
    ),
    "mean squared error": by_squared_error,
    "16 bits": lambda: sequential(
        other_weights(policy="mixed_float16"), layers.Activation("linear", dtype="float32")
    ),
    "subclass": Subclass,
}


LAYERS = {  # all that the take-home page knows
    "5 × 5 kernels, batch normalisation, average pooling": lambda: [
        layers.Conv2D(6, 5, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.AveragePooling2D(2),
        layers.Conv2D(9, (3, 2), strides=2, padding="same", activation=layers.ELU(0.5)),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10),
    ],
    "odd pooling with padding": lambda: [
        layers.Rescaling(2, offset=-1),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.Conv2D(5, 3, dilation_rate=2, activation=tf.nn.silu),
        layers.AveragePooling2D((2, 3), strides=1, padding="same"),
        layers.Flatten(),
        layers.Dense(20, activation="gelu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ],
    "a dense network": lambda: [
        layers.Flatten(),
        layers.Dense(32, activation="tanh"),
        layers.LeakyReLU(negative_slope=0.1),
        layers.Dense(10, activation="sigmoid"),
    ],
    "one inside the other": lambda: [
        keras.Sequential([layers.Conv2D(4, 3, activation="selu"), layers.BatchNormalization()]),
        layers.GaussianNoise(0.1),
        layers.GlobalMaxPooling2D(),
        layers.Dense(10),
        layers.Softmax(),
    ],
    "softplus, and ReLU with a ceiling": lambda: [
        layers.Conv2D(4, 3, strides=3, activation="softplus"),
        layers.ReLU(max_value=0.9, negative_slope=0.2, threshold=0.1),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ],
}


def stack(name):
    """Return a network of LAYERS, with random numbers in every one of its weights."""
    keras.utils.set_random_seed(len(name))
    model, rng = sequential(*LAYERS[name]()), np.random.default_rng(5)
    weights = model.get_weights()
    model.set_weights([w + rng.normal(0, 0.1, w.shape).clip(-0.3, 0.3) for w in weights])
    return model


@cache
def build(name):
    """Return the network of a family; it is built once, so do not change it."""
    return (COMMON | RARER)[name]()


def some_drawings():
    """Kept drawings to teach a hand with."""
    return list(Collection(SAMPLE))


@cache
def _calibration(name):
    """Fit to few images in few steps, which is quick; a family of the same layers shares it."""
    if name == "shipped":
        return Recognizer.load().calibration
    if name not in ("dense", "mean squared error", "other weights"):
        return _calibration("other weights")
    mnist = load_mnist()
    non_digits = write_non_digits(FITTED, np.random.default_rng(9))
    digits = mnist.x_val[:FITTED], mnist.y_val[:FITTED]
    with patch.object(calibration, "_STEPS", 3):
        return calibration.fit(recognizer(name).network, *digits, non_digits)


@cache
def recognizer(name, is_calibrated=False):
    """Return the recogniser of a family, with or without a calibration."""
    if is_calibrated:
        return Recognizer(recognizer(name).network, _calibration(name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one is told that its confidence means little
        return Recognizer.from_model(build(name))
