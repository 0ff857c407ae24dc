"""Let larger networks teach the course's network: it learns their answers, doubts included.

The teachers answer for the very image that the pupil sees, moved as it is. See G. Hinton,
O. Vinyals and J. Dean, 'Distilling the knowledge in a neural network' (2015). See also L. Beyer
et al., 'Knowledge distillation: a good teacher is patient and consistent' (2022).

At last, the network is shown what is found in pictures. Its own answers of before are then the
teacher for all other images, so that it forgets nothing (Z. Li and D. Hoiem, 'Learning without
forgetting', 2016).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mnist_helpers.augmentation import AugmentedBatches
from mnist_helpers.data import Mnist
from mnist_helpers.model import build_cnn, keras
from recipe.readings import read_made_pictures
from recipe.train import Recipe, averaging_adam, fit, save, train, training_set

layers, ops = keras.layers, keras.ops
Found = tuple[np.ndarray, np.ndarray]  # images (n, 28, 28, 1) and labels (n,)
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


def mark(labels: np.ndarray, weight: float = 1, is_taught: bool = True) -> np.ndarray:
    """Return what `TaughtBatches` takes for labels (n,): float32 (n, 11).

    It is the label, one-hot and `weight` times, and then whether the teacher speaks too.
    """
    one_hot = weight * np.eye(10, dtype=np.float32)[labels]
    return np.column_stack([one_hot, np.full(len(labels), is_taught, np.float32)])


class TaughtBatches(AugmentedBatches):
    """Augmented batches whose targets, (n, 20), are a teacher's answers and then the labels.

    `teacher` takes images (n, 28, 28, 1) and gives softened probabilities (n, 10). The labels come
    from `mark`.
    """

    def __init__(self, teacher: keras.Model, *args, **kwargs):
        self._teacher = teacher
        super().__init__(*args, **kwargs)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        images, marks = super().__getitem__(index)
        return images, self.targets(images, marks)

    def targets(self, images: np.ndarray, marks: np.ndarray) -> np.ndarray:
        """Return the teacher's answers to images (n, 28, 28, 1) where it speaks, and the labels."""
        answers = self._teacher.predict_on_batch(images) * marks[:, 10:]
        return np.concatenate([answers, marks[:, :10]], axis=1)


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
    finished = folder / f"seed_{seed}" / "taught.keras"
    if not finished.exists():
        images, labels = training_set(mnist, recipe.written, seed)
        _learn(start, teachers, images, mark(labels), mnist, seed, recipe, finished)
    return finished


def show_seed(
    start: Path, found: Found, mnist: Mnist, seed: int, recipe: Recipe, folder: Path
) -> Path:
    """Show what was found in pictures to the network in the file `start`, as `teach_seed` does."""
    finished = folder / f"seed_{seed}" / "shown.keras"
    if not finished.exists():
        images, labels = training_set(mnist, recipe.shown_written, seed)
        marks = [mark(labels), mark(found[1], recipe.found_weight, is_taught=False)]
        own = replace(recipe, taught_epochs=recipe.shown_epochs, taught_extra=recipe.shown_extra)
        shown = np.concatenate([images, found[0]]), np.concatenate(marks)
        _learn(start, [start], *shown, mnist, seed, own, finished)
    return finished


def _learn(
    start: Path,
    teachers: Sequence[Path],
    images: np.ndarray,
    marks: np.ndarray,
    mnist: Mnist,
    seed: int,
    recipe: Recipe,
    finished: Path,
) -> None:
    keras.utils.set_random_seed(seed)
    teacher = join_teachers([*map(keras.models.load_model, teachers)], recipe.temperature)
    shown = len(mnist.x_train), recipe.taught_extra, recipe.batch
    batches = TaughtBatches(teacher, images, marks, seed, *shown)
    # The teacher's doubt is enough to hold the network back, so it needs no dropout.
    model = build_cnn(dropout=0)
    model.set_weights(keras.models.load_model(start).get_weights())
    steps = recipe.taught_epochs * len(batches)
    rate, left = recipe.taught_rate, recipe.taught_rate_left
    optimizer = averaging_adam(rate, steps, left, recipe.mean_momentum)
    validation = mnist.x_val, batches.targets(mnist.x_val, mark(mnist.y_val))
    epochs, backup = range(recipe.taught_epochs), finished.parent / "backup"
    loss = taught_loss(recipe.temperature, recipe.label_share)
    history = fit(model, optimizer, batches, validation, epochs, backup, loss, accuracy)
    pupil = build_cnn(recipe.dropout)  # without a loss that no other program could load
    pupil.set_weights(model.get_weights())
    save(pupil, history, finished)


def teach(
    mnist: Mnist, start: Path, seeds: Iterable[int], recipe: Recipe, folder: Path
) -> dict[int, Path]:
    """Let the teachers teach the network in the file `start`, once with each seed."""
    # The teachers see other written digits than the networks that they teach.
    teachers = [train_teacher(mnist, 100 + i, recipe, folder) for i in range(recipe.teachers)]
    return {seed: teach_seed(start, teachers, mnist, seed, recipe, folder) for seed in seeds}


def show(
    mnist: Mnist, start: Path, seeds: Iterable[int], recipe: Recipe, folder: Path
) -> dict[int, Path]:
    """Show what is found in made pictures to the network in the file `start`, as `teach` does."""
    found = read_made_pictures(recipe.pictures, folder / "pictures.npz")
    return {seed: show_seed(start, found, mnist, seed, recipe, folder) for seed in seeds}
