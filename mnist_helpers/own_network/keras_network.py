"""Any Keras classifier of 28 × 28 as a network."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from mnist_helpers.network import as_batch, check_finite, in_chunks, name_convolutions
from mnist_helpers.own_network.outputs import (
    KINDS,
    LAYOUTS,
    as_logits,
    image_shape,
    judge,
    probe_images,
)
from mnist_helpers.own_network.unfold import ClosedModelError, Unfolded, keras

_CONVOLUTIONS = keras.layers.Conv2D, keras.layers.SeparableConv2D, keras.layers.DepthwiseConv2D
# What the outputs are, if the last layer's activation tells.
_ENDS = {activation: kind for kind, activation in KINDS.items()}
_ENDS |= {"log_softmax": "logits", "logsoftmax": "logits"}
_ROUNDING = 0.05  # of the largest answer: 16 bits round by so much at most


class KerasNetwork:
    """Any Keras classifier from 28 × 28 to ten outputs, as it is now.

    It runs on a copy in float32. If you train the model later, its answers stay the same.
    `output_is` says what the outputs are, one of `outputs.KINDS`. `remarks` are for the learner.
    """

    def __init__(self, model: keras.Model):
        """Take a built model; its outputs are probabilities, logits or sigmoids.

        Raises ValueError for other inputs or outputs, and for weights that are not finite. Raises
        ClosedModelError, which is a ValueError, if its layers cannot be found.
        """
        check_finite(model.weights, "weights")
        self.unfolded = _unfold(model)
        self.model, self.input_shape = self.unfolded.model, self.unfolded.model.input_shape[1:]
        self.weights = model.get_weights()
        self.remarks = [
            f"the layer {name!r} cannot be copied, because its class lacks get_config: if you "
            "train the model further, these answers change with it"
            for name in self.unfolded.shared
        ]
        features, self._averaged = self.unfolded.features
        self._run = self._compile([features, self.model.outputs[0]])
        steps = self.unfolded.steps
        maps = [step.made for step in steps if isinstance(step.layer, _CONVOLUTIONS)]
        self._maps = self._compile(maps) if maps else lambda images: []
        _, outputs = self._ask(probe_images())
        check_finite([outputs], "answers")
        self.output_is = _ENDS.get(self.unfolded.end) or judge(outputs)

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return features and logits, as `Network` describes."""
        both = in_chunks(lambda part: np.hstack(self._ask(part)), images)
        return both[:, :-10], as_logits(both[:, -10:], self.output_is)

    def maps(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Return the maps of each convolution; an empty dict if the model has none."""
        return name_convolutions([made[0] for made in self._maps(as_batch([image]))])

    def before_head(self, images: np.ndarray) -> np.ndarray:
        """Return all that the last layer with a kernel is given, as rows (n, m)."""
        rows = in_chunks(lambda part: self._before_head(part)[0], images)
        return rows.reshape(len(rows), -1)

    @cached_property
    def _before_head(self) -> Callable:
        return self._compile([self.unfolded.head.given[0]])

    def with_last_layer(self, weights: list[np.ndarray]) -> keras.Model:
        """Return a copy of the model with other weights in its last layer with a kernel."""
        copy = Unfolded(self.model, self.input_shape)
        copy.head.layer.set_weights(weights)
        return copy.model

    def _ask(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the features as rows (n, m), and what the model itself gives, (n, 10)."""
        features, outputs = self._run(images)
        features = features.mean(axis=(1, 2)) if self._averaged else features
        return features.reshape(len(features), -1), outputs

    def _compile(self, wanted: list[keras.KerasTensor]) -> Callable:
        """Return a quick function from images to some of what the layers make of them."""
        import tensorflow as tf

        model = keras.Model(self.model.inputs, wanted)
        images = tf.TensorSpec((None, *model.inputs[0].shape[1:]), tf.float32)
        run = tf.function(lambda batch: keras.tree.flatten(model(batch, training=False)))
        run = run.get_concrete_function(images)
        return lambda images: [made.numpy() for made in run(images.reshape(-1, *self.input_shape))]


def _unfold(model: keras.Model) -> Unfolded:
    """Return the model's copy; if no input is known, as in a class of its own, some are tried."""
    inputs = getattr(model, "inputs", None) or []
    if not inputs and not model.weights:
        raise ValueError(
            "this model has not been built yet, so its input is unknown: begin it with "
            "keras.Input((28, 28, 1)), or call it once with images"
        )
    taken = [tuple(each.shape[1:]) for each in inputs]
    known = [image_shape(each) for each in inputs]
    if inputs and (len(known) > 1 or np.prod(known[0]) != 784):
        raise ValueError(f"this model takes {taken}; wanted one image, (28, 28) or (28, 28, 1)")
    reasons = []
    for shape in known or LAYOUTS:
        try:
            unfolded = Unfolded(model, shape)
            _check_outputs(unfolded.model.outputs)
            unfolded.head  # noqa: B018  it raises an error if there is none
            _compare(model, unfolded.model)
        except ClosedModelError as error:
            reasons.append(error)
        else:
            return unfolded
    raise reasons[0]


def _check_outputs(outputs: list[keras.KerasTensor]) -> None:
    given = [tuple(each.shape[1:]) for each in outputs]
    if given == [(10,)]:
        return
    message = (
        f"this model gives {given}; wanted ten numbers, one for each digit, as of "
        "keras.layers.Dense(10) at the end"
    )
    if (10,) in given:
        number = given.index((10,))
        message += f". Take these alone: keras.Model(model.input, model.outputs[{number}])"
    elif len(given) == 1 and len(given[0]) == 1 and given[0][0] > 10:
        message += (
            ". If the first ten are the digits, take these alone: "
            "keras.Model(model.input, model.output[:, :10])"
        )
    raise ValueError(message)


def _compare(model: keras.Model, copy: keras.Model) -> None:
    """Raise ClosedModelError if the copy answers otherwise, as after a call of a class's own."""
    images = probe_images()[::20].reshape(-1, *copy.input_shape[1:])
    answers = (each(images, training=False) for each in (model, copy))
    asked, copied = (np.asarray(keras.tree.flatten(each)[0], np.float32) for each in answers)
    if np.abs(asked - copied).max() > _ROUNDING * max(np.abs(asked).max(), 1):
        raise ClosedModelError(
            f"the layers of this {type(model).__name__}, one after the other, answer otherwise "
            "than the model itself. Build it as a keras.Sequential"
        )
