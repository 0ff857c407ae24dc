"""Teach a network one person's handwriting, and keep what it knows. Taught in lesson 9."""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from mnist_helpers.augmentation import augment
from mnist_helpers.data import load_part
from mnist_helpers.learning.collection import KeptDrawing
from mnist_helpers.model import keras
from mnist_helpers.network import in_chunks, softmax
from mnist_helpers.own_network.keras_network import KerasNetwork
from mnist_helpers.own_network.unfold import STILL, bend_of
from mnist_helpers.preprocessing import from_strokes

LEAST_DRAWINGS = 5
FOLDS = 4
IMAGES = 10_000  # in each epoch: copies of the drawings, and rehearsal
REHEARSAL = 0.9
EPOCHS = 3
BATCH = 128  # images
LEARNING_RATE = 1e-3
MOST_LOSS = 0.002  # of the accuracy on MNIST's validation images
# Behind these, the largest of ten sums stays the largest.
_IN_ORDER = STILL | {"softmax", "sigmoid", "log_softmax", "logsoftmax"}


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


def last_weights(network: KerasNetwork) -> list[np.ndarray]:
    """Return the weights of the last layer: Dense(10), with nothing but a softmax behind it.

    Raises ValueError for a network that ends otherwise.
    """
    steps, head = network.unfolded.steps, network.unfolded.head
    layer, ends = head.layer, [step.layer for step in steps[steps.index(head) :]]
    other = [each for each in ends if bend_of(each) not in _IN_ORDER]
    is_plain = type(layer) is keras.layers.Dense and not layer.quantization_mode
    if not is_plain or layer.units != 10:
        raise ValueError(
            f"the last layer with weights is {layer.name!r}, a {type(layer).__name__}; only "
            "the last layer is taught, and it must be keras.layers.Dense(10), not quantized"
        )
    if other:
        raise ValueError(
            f"the ten sums are changed by {other[0].name!r}, a {type(other[0]).__name__}; only "
            "Dense(10) is taught, so there must be a softmax behind it, or nothing"
        )
    return layer.get_weights()


def train_last(
    weights: list[np.ndarray], features: np.ndarray, targets: np.ndarray, rng: np.random.Generator
) -> list[np.ndarray]:
    """Return the last layer's weights after training with features (n, m) and targets (n, 10)."""
    settings = {"use_bias": len(weights) == 2, "kernel_initializer": "zeros"}
    dense = keras.layers.Dense(10, "softmax", **settings)
    dropout = keras.layers.Dropout(0.5, seed=int(rng.integers(2**31)))
    layers = keras.Sequential([keras.Input(features.shape[1:]), dropout, dense])
    layers.set_weights(weights)
    steps = EPOCHS * -(-len(features) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    layers.compile(keras.optimizers.Adam(rate), "categorical_crossentropy")
    for _ in range(EPOCHS):
        order = rng.permutation(len(features))
        layers.fit(features[order], targets[order], batch_size=BATCH, shuffle=False, verbose=0)
    return layers.get_weights()


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


@undisturbed_seeds()
def fine_tune(
    model: keras.Model,
    drawings: Iterable[KeptDrawing],
    rehearsal: float = REHEARSAL,
    seed: int = 0,
    groups: Sequence | None = None,
) -> FineTuning:
    """Teach a copy of the network the handwriting of the drawings, and measure the gain.

    `model` is any Keras classifier of 28 × 28 whose last layer with weights is Dense(10). It stays
    as it is, and so do the program's random numbers. Only the copy's last layer is trained, with
    10,000 images in each of three epochs. The share `rehearsal` of them, from 0 to below 1, comes
    from MNIST. For these the network learns to answer as before (Z. Li and D. Hoiem, 'Learning
    without forgetting', 2016). The others are augmented copies of the drawings. Drawings that were
    kept as no digit are not used.

    Four-fold cross-validation measures the gain on drawings that were not taught. A digit needs at
    least two drawings to gain there. `groups` has one value for each drawing of a digit: drawings
    with the same value, such as two in one style, are held out together. If the accuracy on MNIST's
    validation images falls by more than 0.2 points, the old weights are kept. The features before
    the last layer do not change, but the confidence of the answers does. So fit it again:
    `Recognizer.from_model(tuning.model).calibrate()`.

    Raises TypeError for anything that is not a Keras model, or not kept drawings. Raises ValueError
    for fewer than five drawings of digits, a model of another kind, a share out of range,
    another number of groups, or only one.
    """
    drawings = _digits_of(drawings)
    groups = range(len(drawings)) if groups is None else groups
    _check(model, drawings, rehearsal, groups)
    network, rng = KerasNetwork(model), np.random.default_rng(seed)
    old = last_weights(network)
    images = np.stack([from_strokes(each.strokes) for each in drawings])[..., np.newaxis]
    labels = np.array([each.label for each in drawings])
    copied, shown = material(images, rehearsal, rng)

    # The layers before the last stay as they are, so the features are computed only once.
    features = network.before_head(shown)
    targets = softmax(logits(features, old))
    targets[: len(copied)] = np.eye(10)[labels[copied]]
    held_out = network.before_head(images)
    folds = split(labels, groups, rng)
    fold_of = np.append(folds[copied], np.full(len(shown) - len(copied), -1))  # rehearsal: none
    right_after = 0
    for fold in tqdm(range(FOLDS), desc="Held out", unit="fold"):
        used, out = fold_of != fold, folds == fold
        new = train_last(old, features[used], targets[used], rng)
        right_after += count_right(held_out[out], labels[out], new)

    new = train_last(old, features, targets, rng)
    x_val, y_val = load_part("validation")
    validation = network.before_head(x_val)
    before, after = (count_right(validation, y_val, each) / len(y_val) for each in (old, new))
    kept = after >= before - MOST_LOSS
    return FineTuning(
        model=network.with_last_layer(new) if kept else model,
        kept=kept,
        drawings=len(drawings),
        right_before=count_right(held_out, labels, old),
        right_after=right_after,
        validation_before=before,
        validation_after=after,
        test=_test(network, new if kept else old),
    )


def material(
    images: np.ndarray, rehearsal: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the index of the image that each copy shows, and all images to learn, copies first.

    `images` are the learner's, (n, 28, 28, 1).
    """
    count = round(rehearsal * IMAGES)
    copied = np.resize(rng.permutation(len(images)), IMAGES - count)
    others = rng.choice(load_part("train")[0], count, replace=False)
    return copied, np.concatenate([augment(images[copied], rng), others])


def split(labels: np.ndarray, groups: Sequence, rng: np.random.Generator) -> np.ndarray:
    """Give each drawing a fold, 0 to 3, the same for all of a group.

    The groups of each digit are spread over the folds.
    """
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    shuffled = rng.permutation(len(first))
    by_digit = shuffled[np.argsort(labels[first][shuffled], kind="stable")]
    folds = np.empty(len(first), int)
    folds[by_digit] = np.arange(len(first)) % FOLDS
    return folds[group]


def logits(features: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """Return the last layer's scores (n, 10) for features (n, m); a layer can have no bias."""
    kernel, *bias = weights
    return features @ kernel + sum(bias)


def count_right(features: np.ndarray, labels: np.ndarray, weights: list[np.ndarray]) -> int:
    """Count the images, given by features (n, m), whose label gets the largest score."""
    return int((logits(features, weights).argmax(axis=1) == labels).sum())


def _test(network: KerasNetwork, weights: list[np.ndarray]) -> float:
    images, labels = load_part("test")
    # In chunks, because the features of all images can need 400 MB.
    scores = in_chunks(lambda part: logits(network.before_head(part), weights), images)
    return float((scores.argmax(axis=1) == labels).mean())


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


def _check(model, drawings: list[KeptDrawing], rehearsal: float, groups: Sequence) -> None:
    if not isinstance(model, keras.Model):
        raise TypeError(f"wanted a Keras model, such as load_cnn() gives; got {model!r:.60}")
    if not 0 <= rehearsal < 1:
        raise ValueError(f"the share of the rehearsal is {rehearsal}; wanted 0 to below 1")
    if len(drawings) < LEAST_DRAWINGS:
        raise ValueError(
            f"got {len(drawings)} drawings, wanted at least {LEAST_DRAWINGS}: with fewer, the "
            "held-out drawings are too few to measure the gain. Draw and label some more"
        )
    if len(groups) != len(drawings):
        raise ValueError(f"got {len(groups)} groups for {len(drawings)} drawings of digits")
    if len(np.unique(groups)) < 2:
        raise ValueError("got one group, wanted at least two, such as two days: one is held out")
