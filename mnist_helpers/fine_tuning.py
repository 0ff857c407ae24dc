"""Teach a trained network one person's hand, without losing what it knows."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from mnist_helpers.augmentation import BATCH, augment
from mnist_helpers.collection import KeptDrawing
from mnist_helpers.data import load_mnist
from mnist_helpers.handwriting import write_non_digits
from mnist_helpers.model import keras
from mnist_helpers.network import softmax
from mnist_helpers.recognizer import Recognizer

LEAST_DRAWINGS = 5
FOLDS = 4
IMAGES = 10_000  # in each epoch: copies of the drawings, and rehearsal
REHEARSAL = 0.9
NON_DIGITS = 0.1  # of the rehearsal; without them the network forgets to doubt
EPOCHS = 3
LEARNING_RATE = 1e-3
MOST_LOSS = 0.002  # of the accuracy on MNIST


@dataclass(frozen=True)
class FineTuning:
    """What fine-tuning has brought; printed, it says so in words.

    `model` is the network to use: the taught one where `kept`, else the one that came in.
    `right_before` and `right_after` count how many of the `drawings` are read as they are labelled,
    each after by a network that was taught without it. `mnist_before` and `mnist_after` are the
    accuracy, 0 to 1, on MNIST's test images, after by the network that was taught all drawings.
    """

    model: keras.Sequential
    kept: bool
    drawings: int
    right_before: int
    right_after: int
    mnist_before: float
    mnist_after: float

    def __str__(self) -> str:
        verdict = (
            "The new weights are kept."
            if self.kept
            else f"MNIST loses more than {100 * MOST_LOSS:.1f} points: the old weights are kept."
        )
        return (
            f"Your drawings, each held out once: {self.right_before} of {self.drawings} right "
            f"before, {self.right_after} after.\n"
            f"MNIST test images: {self.mnist_before:.2%} right before, {self.mnist_after:.2%} "
            f"after.\n{verdict}"
        )


def fine_tune(
    model: keras.Sequential,
    drawings: Iterable[KeptDrawing],
    rehearsal: float = REHEARSAL,
    seed: int = 0,
) -> FineTuning:
    """Teach a copy of the network the hand that made the drawings, and measure what that brings.

    `model` is one that `build_cnn` built; it stays as it is. The copy's last layer is trained with
    10,000 images in each of three epochs. Of these the share `rehearsal`, from 0 to below 1, is not
    the learner's but MNIST's, and of no digits: for them the network is asked to answer as before
    (Z. Li and D. Hoiem, 'Learning without forgetting', 2016). The others are augmented copies of
    the drawings.

    What that brings for drawings that were not taught is measured by four-fold cross-validation; a
    digit needs two drawings to gain there. Where the accuracy on MNIST's test images falls by more
    than 0.2 points, the old weights are kept.

    Raises TypeError for what is no Keras model, ValueError for fewer than five drawings, a network
    of another architecture or another share.
    """
    drawings = list(drawings)
    _check(model, drawings, rehearsal)
    mnist, reader = load_mnist(), Recognizer.from_model(model)
    seen = np.stack([reader.recognize_strokes(each.strokes).image for each in drawings])
    images, labels = seen[..., np.newaxis], np.array([each.label for each in drawings])

    rng = np.random.default_rng(seed)
    others = rehearsal_images(mnist.x_train, round(rehearsal * IMAGES), rng)
    copied = np.resize(rng.permutation(len(images)), IMAGES - len(others))
    copies = augment(images[copied], rng)

    # The convolutions stay as they are, so what they make of each image is worked out once.
    convolutions = keras.Sequential(model.layers[:-2])
    shown = np.concatenate([copies, others, images, mnist.x_test])
    features = convolutions.predict(shown, batch_size=BATCH, verbose=0)
    taught, held_out, test = np.split(features, [IMAGES, IMAGES + len(images)])
    old = model.get_weights()[-2:]
    targets = softmax(logits(taught, old))
    targets[: len(copied)] = np.eye(10)[labels[copied]]

    folds = split(labels, rng)
    fold_of = np.append(folds[copied], np.full(len(others), -1))  # rehearsal is in no fold
    right_after = 0
    for fold in tqdm(range(FOLDS), desc="Held out", unit="fold"):
        used, out = fold_of != fold, folds == fold
        new = train_last_layer(old, taught[used], targets[used], seed)
        right_after += count_right(held_out[out], labels[out], new)

    new = train_last_layer(old, taught, targets, seed)
    mnist_before, mnist_after = (
        count_right(test, mnist.y_test, layer) / len(test) for layer in (old, new)
    )
    kept = mnist_after >= mnist_before - MOST_LOSS
    return FineTuning(
        model=with_last_layer(model, new) if kept else model,
        kept=kept,
        drawings=len(drawings),
        right_before=count_right(held_out, labels, old),
        right_after=right_after,
        mnist_before=mnist_before,
        mnist_after=mnist_after,
    )


def _check(model, drawings: list[KeptDrawing], rehearsal: float) -> None:
    if not isinstance(model, keras.Model):
        raise TypeError(f"wanted a Keras model, such as load_cnn() gives; got {model!r:.60}")
    if not 0 <= rehearsal < 1:
        raise ValueError(f"the share of the rehearsal is {rehearsal}; wanted 0 to below 1")
    if len(drawings) < LEAST_DRAWINGS:
        raise ValueError(
            f"got {len(drawings)} drawings, wanted at least {LEAST_DRAWINGS}: of fewer, too few "
            "can be held out to say what it brings. Draw and label some more"
        )


def rehearsal_images(mnist_images: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Choose `count` images (n, 28, 28, 1): nine of ten are MNIST's, the tenth is no digit."""
    non_digits = write_non_digits(round(NON_DIGITS * count), rng)
    digits = rng.choice(mnist_images, count - len(non_digits), replace=False)
    return np.concatenate([digits, non_digits])


def split(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give each drawing a fold, 0 to 3, so that those of one digit lie in different folds."""
    shuffled = rng.permutation(len(labels))
    by_digit = shuffled[np.argsort(labels[shuffled], kind="stable")]
    folds = np.empty(len(labels), int)
    folds[by_digit] = np.arange(len(labels)) % FOLDS
    return folds


def train_last_layer(
    weights: list[np.ndarray], features: np.ndarray, targets: np.ndarray, seed: int
) -> list[np.ndarray]:
    """Return the weights of the last layer, trained on with features (n, 1600), targets (n, 10)."""
    keras.utils.set_random_seed(seed)
    layer = keras.Sequential(
        [
            keras.Input((1600,)),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    layer.set_weights(weights)
    steps = EPOCHS * -(-len(features) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    layer.compile(keras.optimizers.Adam(rate), "categorical_crossentropy")
    layer.fit(features, targets, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return layer.get_weights()


def with_last_layer(model: keras.Sequential, weights: list[np.ndarray]) -> keras.Sequential:
    """Return a copy of the network with other weights in its last layer."""
    copy = keras.models.clone_model(model)
    copy.set_weights([*model.get_weights()[:-2], *weights])
    return copy


def logits(features: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """Return the last layer's scores (n, 10) for features (n, 1600)."""
    kernel, bias = weights
    return features @ kernel + bias


def count_right(features: np.ndarray, labels: np.ndarray, weights: list[np.ndarray]) -> int:
    """Count the features (n, 1600) for whose label the last layer has the greatest score."""
    return int((logits(features, weights).argmax(axis=1) == labels).sum())
