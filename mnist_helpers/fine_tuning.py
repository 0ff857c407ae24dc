"""Teach a network one person's handwriting, and keep what it knows. Taught in lesson 9."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from mnist_helpers.augmentation import BATCH, augment
from mnist_helpers.collection import KeptDrawing
from mnist_helpers.data import Mnist, load_mnist
from mnist_helpers.model import KerasNetwork, copy_model, keras, last_with_weights
from mnist_helpers.network import softmax
from mnist_helpers.preprocessing import from_strokes

LEAST_DRAWINGS = 5
FOLDS = 4
IMAGES = 10_000  # in each epoch: copies of the drawings, and rehearsal
REHEARSAL = 0.9
EPOCHS = 3
LEARNING_RATE = 1e-3
MOST_LOSS = 0.002  # of the accuracy on MNIST's validation images


@dataclass(frozen=True, eq=False)
class FineTuning:
    """The result of fine-tuning; `print` shows it in words.

    `model` is the network to use: the taught one if `kept` is True, otherwise the one that came in.
    `right_before` and `right_after` count how many of the `drawings` are read as they are labelled.
    In `right_after`, each drawing is read by a network that was taught without it.

    `validation_before` and `validation_after` are the accuracy, 0 to 1, on MNIST's validation
    images. The second one belongs to the network that was taught all drawings. These two decide
    about `kept`. `test` is the accuracy of `model` on the test images, which decide nothing.
    """

    model: keras.Model
    kept: bool
    drawings: int
    right_before: int
    right_after: int
    validation_before: float
    validation_after: float
    test: float

    def __str__(self) -> str:
        verdict = (
            "The new weights are kept."
            if self.kept
            else f"That is more than {100 * MOST_LOSS:.1f} points lost: the old weights are kept."
        )
        return (
            f"Your drawings, each held out once: {self.right_before} of {self.drawings} right "
            f"before, {self.right_after} after.\n"
            f"MNIST's validation images: {self.validation_before:.2%} right before, "
            f"{self.validation_after:.2%} after. {verdict}\n"
            f"MNIST's test images, with the weights that are kept: {self.test:.2%} right."
        )


class LastLayer:
    """The layer that makes ten sums of a network's features; it can be trained alone."""

    def __init__(self, network: KerasNetwork):
        """Take a network; its last layer with weights must be Dense(10).

        Raises ValueError if it is another layer.
        """
        layer = network.head
        if not isinstance(layer, keras.layers.Dense) or layer.units != 10:
            raise ValueError(
                f"the last layer with weights is {layer.name!r}, a {type(layer).__name__}; only "
                "the last layer is taught, and it must be keras.layers.Dense(10)"
            )
        self.weights: list[np.ndarray] = layer.get_weights()
        self._use_bias = layer.use_bias

    def train(
        self, features: np.ndarray, targets: np.ndarray, rng: np.random.Generator
    ) -> list[np.ndarray]:
        """Return its weights after more training with features (n, m) and targets (n, 10)."""
        dense = keras.layers.Dense(
            10, "softmax", use_bias=self._use_bias, kernel_initializer="zeros"
        )
        dropout = keras.layers.Dropout(0.5, seed=int(rng.integers(2**31)))
        layers = keras.Sequential([keras.Input(features.shape[1:]), dropout, dense])
        layers.set_weights(self.weights)
        steps = EPOCHS * -(-len(features) // BATCH)
        rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
        layers.compile(keras.optimizers.Adam(rate), "categorical_crossentropy")
        for _ in range(EPOCHS):
            order = rng.permutation(len(features))
            x, y = features[order], targets[order]
            layers.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0)
        return layers.get_weights()


def fine_tune(
    model: keras.Model,
    drawings: Iterable[KeptDrawing],
    rehearsal: float = REHEARSAL,
    seed: int = 0,
) -> FineTuning:
    """Teach a copy of the network the handwriting of the drawings, and measure the gain.

    `model` is any Keras classifier of 28 × 28 whose last layer with weights is Dense(10). It stays
    as it is, and so do the program's random numbers. Only the copy's last layer is trained, with
    10,000 images in each of three epochs. The share `rehearsal` of them, from 0 to below 1, comes
    from MNIST. For these the network learns to answer as before (Z. Li and D. Hoiem, 'Learning
    without forgetting', 2016). The others are augmented copies of the drawings. Drawings that were
    kept as no digit are not used.

    Four-fold cross-validation measures the gain on drawings that were not taught. A digit needs at
    least two drawings to gain there. If the accuracy on MNIST's validation images falls by more
    than 0.2 points, the old weights are kept. The features before the last layer do not change, but
    the confidence of the answers does. So fit it again:
    `Recognizer.from_model(tuning.model).calibrate()`.

    Raises TypeError for anything that is not a Keras model, or not kept drawings. Raises ValueError
    for fewer than five drawings of digits, a model of another kind, or a share out of range.
    """
    drawings = _digits_of(drawings)
    _check(model, drawings, rehearsal)
    with undisturbed_seeds():
        return _fine_tune(model, drawings, rehearsal, np.random.default_rng(seed))


def _fine_tune(
    model: keras.Model, drawings: list[KeptDrawing], rehearsal: float, rng: np.random.Generator
) -> FineTuning:
    network, mnist = KerasNetwork(model), load_mnist()
    last = LastLayer(network)
    images = np.stack([from_strokes(each.strokes) for each in drawings])[..., np.newaxis]
    labels = np.array([each.label for each in drawings])
    copied, shown = lesson(images, mnist, rehearsal, rng)

    # The layers before the last stay as they are, so the features are computed only once.
    features = network.run(shown)[0]
    targets = softmax(logits(features, last.weights))
    targets[: len(copied)] = np.eye(10)[labels[copied]]
    held_out = network.run(images)[0]
    folds = split(labels, rng)
    fold_of = np.append(folds[copied], np.full(len(shown) - len(copied), -1))  # rehearsal: none
    right_after = 0
    for fold in tqdm(range(FOLDS), desc="Held out", unit="fold"):
        used, out = fold_of != fold, folds == fold
        new = last.train(features[used], targets[used], rng)
        right_after += count_right(held_out[out], labels[out], new)

    new = last.train(features, targets, rng)
    validation = network.run(mnist.x_val)[0]
    before, after = (
        count_right(validation, mnist.y_val, weights) / len(mnist.y_val)
        for weights in (last.weights, new)
    )
    kept = after >= before - MOST_LOSS
    return FineTuning(
        model=with_last_layer(model, new) if kept else model,
        kept=kept,
        drawings=len(drawings),
        right_before=count_right(held_out, labels, last.weights),
        right_after=right_after,
        validation_before=before,
        validation_after=after,
        test=_test(network, mnist, new if kept else last.weights),
    )


@contextmanager
def undisturbed_seeds() -> Iterator[None]:
    """Reset Python's random numbers to their state before the block.

    Keras takes a seed from them for every layer that it builds, even if its weights are set later.
    """
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


def lesson(
    images: np.ndarray, mnist: Mnist, rehearsal: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of the image that each copy shows, and all images to learn, copies first.

    `images` are the learner's, (n, 28, 28, 1).
    """
    count = round(rehearsal * IMAGES)
    copied = np.resize(rng.permutation(len(images)), IMAGES - count)
    others = rng.choice(mnist.x_train, count, replace=False)
    return copied, np.concatenate([augment(images[copied], rng), others])


def split(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give each drawing a fold, 0 to 3, and spread the drawings of each digit over the folds."""
    shuffled = rng.permutation(len(labels))
    by_digit = shuffled[np.argsort(labels[shuffled], kind="stable")]
    folds = np.empty(len(labels), int)
    folds[by_digit] = np.arange(len(labels)) % FOLDS
    return folds


def with_last_layer(model: keras.Model, weights: list[np.ndarray]) -> keras.Model:
    """Return a copy of the network with other weights in its last layer."""
    copy = copy_model(model)
    last_with_weights(copy).set_weights(weights)
    return copy


def logits(features: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """Return the last layer's scores (n, 10) for features (n, m); a layer can have no bias."""
    kernel, *bias = weights
    return features @ kernel + sum(bias)


def count_right(features: np.ndarray, labels: np.ndarray, weights: list[np.ndarray]) -> int:
    """Count the images, given by features (n, m), whose label gets the largest score."""
    return int((logits(features, weights).argmax(axis=1) == labels).sum())


def _test(network: KerasNetwork, mnist: Mnist, weights: list[np.ndarray]) -> float:
    return count_right(network.run(mnist.x_test)[0], mnist.y_test, weights) / len(mnist.y_test)


def _digits_of(drawings) -> list[KeptDrawing]:
    """Return the kept drawings that are digits."""
    drawings = list(drawings) if hasattr(drawings, "__iter__") else [drawings]
    for each in drawings:
        if not isinstance(each, KeptDrawing):
            raise TypeError(
                "wanted kept drawings, such as those of a Collection; one of these is of the type "
                f"{type(each).__name__}"
            )
    return [each for each in drawings if each.label is not None]


def _check(model, drawings: list[KeptDrawing], rehearsal: float) -> None:
    if not isinstance(model, keras.Model):
        raise TypeError(f"wanted a Keras model, such as load_cnn() gives; got {model!r:.60}")
    if not 0 <= rehearsal < 1:
        raise ValueError(f"the share of the rehearsal is {rehearsal}; wanted 0 to below 1")
    if len(drawings) < LEAST_DRAWINGS:
        raise ValueError(
            f"got {len(drawings)} drawings, wanted at least {LEAST_DRAWINGS}: with fewer, the "
            "held-out drawings are too few to measure the gain. Draw and label some more"
        )
