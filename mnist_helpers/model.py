"""The CNN of the course, and any other Keras classifier as a network."""

from pathlib import Path

import numpy as np

from mnist_helpers.files import whole_file
from mnist_helpers.network import (
    as_batch,
    as_logits,
    in_chunks,
    load_weights,
    name_convolutions,
)
from mnist_helpers.startup import quiet_startup

with quiet_startup():
    import keras
from keras import layers

_CONVOLUTIONS = (layers.Conv2D, layers.SeparableConv2D, layers.DepthwiseConv2D)
_MOST_FEATURES = 4096  # with more, each map becomes its mean


def build_cnn(dropout: float = 0.5) -> keras.Sequential:
    """Build the untrained, uncompiled network: 34,826 parameters. Taught in lesson 3.

    Takes float32 (n, 28, 28, 1) in [0, 1]; gives the probabilities of the ten digits, (n, 10).
    `dropout` is the share of features that training leaves out at random. The architecture is
    that of the Keras example 'Simple MNIST convnet' (F. Chollet, 2015).
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(dropout),
            layers.Dense(10, activation="softmax"),
        ]
    )


def load_cnn(path: str | Path | None = None) -> keras.Model:
    """Load the learner's own network from `path`, or the one that comes with the package.

    If you give a path, it prints which network it loaded. A missing or damaged file is no error.
    """
    if path is not None and Path(path).is_file():
        try:
            model = keras.models.load_model(path)
        except Exception as error:  # a torn or foreign file fails in many ways
            print(f"{path} is damaged, or not a network ({type(error).__name__}): save it again.")
        else:
            print(f"Your own network, from {path}.")
            return model
    elif path is not None:
        print(f"No network in {path} yet.")
    if path is not None:
        print("Here is the one that comes with the course.")
    model = build_cnn()
    model.set_weights(load_weights())
    return model


def save_cnn(model: keras.Model, path: str | Path) -> None:
    """Save a model as Keras does, whole or not at all; missing folders are made.

    Raises OSError if the disk is full or cannot be written to. An older file then stays unchanged.
    """
    with whole_file(path) as unfinished:
        keras_file = unfinished.with_name("model.keras")  # the ending tells Keras the format
        model.save(keras_file)
        keras_file.rename(unfinished)


class KerasNetwork:
    """Any Keras classifier from 28 × 28 to ten outputs, as it is now.

    It runs on a copy. If you train the model later, its answers stay the same.
    """

    def __init__(self, model: keras.Model):
        """Take a Sequential or functional model; its outputs are probabilities or logits.

        Raises ValueError for other inputs or outputs, and for a model that cannot be copied.
        """
        self._shape = _input_shape(model)
        self.model = copy_model(model)
        self.weights = self.model.get_weights()
        self.head = last_with_weights(self.model)
        features = self.head.input
        self._run = _compiled(keras.Model(self.model.inputs, [features, self.model.outputs[0]]))
        blank = np.zeros((1, *self._shape), np.float32)
        self._width = _as_rows(self._run(blank)[0].numpy()).shape[1]
        maps = [layer.output for layer in self.model.layers if isinstance(layer, _CONVOLUTIONS)]
        self._maps = _compiled(keras.Model(self.model.inputs, maps)) if maps else None

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return features and logits, as `Network` describes."""

        def joined(batch: np.ndarray) -> np.ndarray:
            features, outputs = self._run(batch.reshape(-1, *self._shape))
            return np.hstack([_as_rows(features.numpy()), outputs.numpy()])

        both = in_chunks(joined, as_batch(images), self._width + 10)
        return both[:, :-10], as_logits(both[:, -10:])

    def maps(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Return the maps of each convolution; an empty dict if the model has none."""
        if self._maps is None:
            return {}
        answers = self._maps(as_batch([image]).reshape(-1, *self._shape))
        answers = answers if isinstance(answers, (list, tuple)) else [answers]
        return dict(name_convolutions([answer.numpy()[0] for answer in answers]))


def copy_model(model: keras.Model) -> keras.Model:
    """Return a copy that shares no weights with the model.

    Raises ValueError for a model that Keras cannot copy, such as one of the learner's own class.
    """

    def copy_layer(layer: layers.Layer) -> layers.Layer:
        # A layer without weights can be shared; a Lambda could not be built a second time.
        return layer.__class__.from_config(layer.get_config()) if layer.weights else layer

    try:
        copy = keras.models.clone_model(model, clone_function=copy_layer)
        copy.set_weights(model.get_weights())
    except Exception as error:  # unknown layers can raise anything
        raise ValueError(
            f"this {type(model).__name__} cannot be copied ({error}). Build it as a "
            "keras.Sequential or as keras.Model(inputs, outputs)"
        ) from None
    return copy


def _input_shape(model: keras.Model) -> tuple[int, ...]:
    """Return the shape in which the model takes one image of 784 pixels."""
    inputs, outputs = (getattr(model, name, None) for name in ("inputs", "outputs"))
    if not inputs or not outputs:
        raise ValueError(
            "this model has not been built yet, so its input is unknown: begin it with "
            "keras.Input((28, 28, 1)), or call it once with images"
        )
    taken = [tuple(each.shape[1:]) for each in inputs]
    given = [tuple(each.shape[1:]) for each in outputs]
    shape = tuple(28 if side is None else side for side in taken[0])
    if len(taken) != 1 or np.prod(shape) != 784:
        raise ValueError(f"this model takes {taken}; wanted one image, (28, 28) or (28, 28, 1)")
    if given != [(10,)]:
        raise ValueError(f"this model gives {given}; wanted ten numbers, one for each digit")
    return shape


def last_with_weights(model: keras.Model) -> layers.Layer:
    for layer in reversed(model.layers):
        if layer.weights:
            return layer
    raise ValueError("this model has no weights, so there is nothing that it could have learnt")


def _as_rows(features: np.ndarray) -> np.ndarray:
    """Return features as rows (n, m); if they are too many, each map becomes its mean."""
    if features.ndim == 4 and features[0].size > _MOST_FEATURES:
        return features.mean(axis=(1, 2))
    return features.reshape(len(features), -1)


def _compiled(model: keras.Model):
    import tensorflow as tf

    images = tf.TensorSpec((None, *model.inputs[0].shape[1:]), tf.float32)
    return tf.function(lambda batch: model(batch, training=False)).get_concrete_function(images)
