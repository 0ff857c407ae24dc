"""Let larger networks teach the course's network: it learns their answers, doubts included.

The teachers answer for the very image that the pupil sees, moved as it is. See G. Hinton,
O. Vinyals and J. Dean, 'Distilling the knowledge in a neural network' (2015). See also L. Beyer
et al., 'Knowledge distillation: a good teacher is patient and consistent' (2022).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mnist_helpers.data import Mnist
from mnist_helpers.model import build_cnn, keras
from recipe.batches import AugmentedBatches
from recipe.train import Recipe, averaging_adam, fit, save, train, training_set

layers, ops = keras.layers, keras.ops
SMALLEST = 1e-7  # of a probability, before its logarithm is taken


def build_teacher() -> keras.Sequential:
    """Build an untrained network of 126,000 parameters; it takes and gives what the course's does.

    It may be large and slow, since it is only asked while the course's network is trained.
    """
    blocks = [*_convolutions(24, 2), layers.MaxPooling2D(2)]
    blocks += [*_convolutions(48, 2), layers.MaxPooling2D(2)]
    blocks += [*_convolutions(96, 1), layers.Flatten(), layers.Dropout(0.3)]
    return keras.Sequential(
        [keras.Input((28, 28, 1)), *blocks, layers.Dense(10, activation="softmax")]
    )


def _convolutions(kernels: int, count: int) -> list[keras.Layer]:
    return [
        layer
        for _ in range(count)
        for layer in (
            layers.Conv2D(kernels, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
        )
    ]


class TaughtBatches(AugmentedBatches):
    """Augmented batches whose targets, (n, 20), are a teacher's answers and then the labels.

    `teacher` takes images (n, 28, 28, 1) and gives softened probabilities (n, 10).
    """

    def __init__(self, teacher: keras.Model, *args, **kwargs):
        self._teacher = teacher
        super().__init__(*args, **kwargs)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        images, labels = super().__getitem__(index)
        return images, self.targets(images, labels)

    def targets(self, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return the teacher's answers to images (n, 28, 28, 1), and then the labels, one-hot."""
        answers = self._teacher.predict_on_batch(images)
        return np.concatenate([answers, np.eye(10, dtype=np.float32)[labels]], axis=1)


def join_teachers(teachers: Sequence[keras.Model], temperature: float) -> keras.Model:
    """Return one network that gives the softened mean of what the teachers answer, (n, 10)."""
    images = keras.Input((28, 28, 1))
    for number, teacher in enumerate(teachers):
        teacher.name = f"teacher_{number}"  # Keras joins no two networks of one name
    logs = sum(ops.log(teacher(images) + SMALLEST) for teacher in teachers) / len(teachers)
    return keras.Model(images, ops.softmax(logs / temperature))


def taught_loss(temperature: float, share: float) -> Callable:
    """Return a Keras loss for `TaughtBatches`; the labels are `share` of it, the teacher the rest.

    Both parts are cross-entropies. The teacher's part is multiplied by the temperature's square,
    so that its gradients are as large as those of the labels (section 2 of the paper of 2015).
    """

    def loss(targets, probabilities):
        logs = ops.log(probabilities + SMALLEST)
        softened = ops.log_softmax(logs / temperature)
        from_teacher = -ops.sum(targets[:, :10] * softened, axis=1) * temperature**2
        from_labels = -ops.sum(targets[:, 10:] * logs, axis=1)
        return (1 - share) * from_teacher + share * from_labels

    return loss


def accuracy(targets, probabilities):
    """Return the share of answers that agree with the labels: a metric of Keras."""
    right = ops.argmax(targets[:, 10:], axis=1) == ops.argmax(probabilities, axis=1)
    return ops.mean(ops.cast(right, "float32"))


def train_teacher(mnist: Mnist, seed: int, recipe: Recipe, folder: Path) -> Path:
    """Train a teacher with one seed, or go on; return its file, as `train.train_seed` does."""
    folder = folder / f"teacher_{seed}"
    finished = folder / "finished.keras"
    if not finished.exists():
        images, labels = training_set(mnist, recipe.written, seed)
        own = replace(recipe, epochs=recipe.teacher_epochs, extra=recipe.taught_extra)
        backup = folder / "backup"
        model, history = train(images, labels, mnist, seed, own, backup, build_teacher)
        save(model, history, finished)
    return finished


def teach_seed(
    start: Path, teachers: Sequence[Path], mnist: Mnist, seed: int, recipe: Recipe, folder: Path
) -> Path:
    """Let teachers teach the network in the file `start`, or go on; return the new network's file.

    It ends with a moving mean of the weights, as `train.train_seed` does.
    """
    folder = folder / f"seed_{seed}"
    finished = folder / "taught.keras"
    if not finished.exists():
        keras.utils.set_random_seed(seed)
        teacher = join_teachers([*map(keras.models.load_model, teachers)], recipe.temperature)
        images, labels = training_set(mnist, recipe.written, seed)
        shown = len(mnist.x_train), recipe.taught_extra, recipe.batch
        batches = TaughtBatches(teacher, images, labels, seed, *shown)
        # The teacher's doubt is enough to hold the network back, so it needs no dropout.
        model = build_cnn(dropout=0)
        model.set_weights(keras.models.load_model(start).get_weights())
        steps = recipe.taught_epochs * len(batches)
        rate, left = recipe.taught_rate, recipe.taught_rate_left
        optimizer = averaging_adam(rate, steps, left, recipe.mean_momentum)
        validation = mnist.x_val, batches.targets(mnist.x_val, mnist.y_val)
        epochs, backup = range(recipe.taught_epochs), folder / "backup"
        loss = taught_loss(recipe.temperature, recipe.label_share)
        history = fit(model, optimizer, batches, validation, epochs, backup, loss, accuracy)
        pupil = build_cnn(recipe.dropout)  # without a loss that no other program could load
        pupil.set_weights(model.get_weights())
        save(pupil, history, finished)
    return finished


def teach(
    mnist: Mnist, start: Path, seeds: Iterable[int], recipe: Recipe, folder: Path
) -> dict[int, Path]:
    """Let the teachers teach the network in the file `start`, once with each seed."""
    # The teachers see other written digits than the networks that they teach.
    teachers = [train_teacher(mnist, 100 + i, recipe, folder) for i in range(recipe.teachers)]
    return {seed: teach_seed(start, teachers, mnist, seed, recipe, folder) for seed in seeds}
