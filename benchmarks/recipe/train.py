"""Train the course's network by a recipe; a run that was interrupted continues where it stopped."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm.keras import TqdmCallback

from mnist_helpers.augmentation import one_cycle
from mnist_helpers.data import Mnist
from mnist_helpers.handwriting import write_digits
from mnist_helpers.model import build_cnn, keras, save_cnn
from mnist_helpers.system.files import whole_file, write_whole
from recipe.batches import AugmentedBatches


@dataclass(frozen=True)
class Recipe:
    """All numbers that decide how the network is trained, except the seeds.

    First comes one cycle of `epochs` with learning rates up to `peak_rate`. Then come `last_epochs`
    with rates that fall from `last_rate` to the share `last_rate_left` of it, and with a moving
    mean of the weights (`mean_momentum`). Each epoch shows all training images of MNIST, and
    `extra` random ones of the `written` synthetic digits. `batch` is the number of images in a
    batch. `dropout` is smaller than in lesson 4: with augmented images, 0.5 leaves the small
    network too few features to learn with.

    Then the best network is taught by `teachers` larger ones, as `taught.py` tells. Each of these
    had one cycle of `teacher_epochs`. The `taught_epochs` begin with `taught_rate`, and show
    `taught_extra` synthetic digits each. The labels are `label_share` of their loss.
    """

    epochs: int = 45
    peak_rate: float = 3e-3
    written: int = 60_000
    extra: int = 10_000
    dropout: float = 0.1
    batch: int = 128
    last_epochs: int = 16
    last_rate: float = 1e-3
    last_rate_left: float = 0.2
    mean_momentum: float = 0.999
    teachers: int = 2
    teacher_epochs: int = 10
    taught_epochs: int = 14
    taught_extra: int = 12_000
    taught_rate: float = 2e-3
    taught_rate_left: float = 0.02
    temperature: float = 4.0
    label_share: float = 0.1


def training_set(mnist: Mnist, written: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return MNIST's training images with `written` synthetic ones, and the labels (n,)."""
    images, labels = write_digits(written, np.random.default_rng(seed))
    return np.concatenate([mnist.x_train, images]), np.concatenate([mnist.y_train, labels])


def train(
    images: np.ndarray,
    labels: np.ndarray,
    mnist: Mnist,
    seed: int,
    recipe: Recipe,
    backup: Path,
    build: Callable[[], keras.Sequential] | None = None,
) -> tuple[keras.Sequential, dict[str, list[float]]]:
    """Train the network with augmentation and a one-cycle schedule.

    The images after those of MNIST are the extra ones. `backup` is the folder that keeps the state
    after each epoch. After an interruption, the same call continues from there. `build` makes
    another network than the course's. Returns the model and Keras's history of its epochs.
    """
    keras.utils.set_random_seed(seed)
    batches = _batches(images, labels, mnist, seed, recipe)
    model = build() if build else build_cnn(recipe.dropout)
    optimizer = keras.optimizers.Adam(one_cycle(recipe.epochs * len(batches), recipe.peak_rate))
    validation = mnist.x_val, mnist.y_val
    return model, fit(model, optimizer, batches, validation, range(recipe.epochs), backup)


def _batches(images, labels, mnist: Mnist, seed: int, recipe: Recipe) -> AugmentedBatches:
    always = len(mnist.x_train)
    return AugmentedBatches(images, labels, seed, always, recipe.extra, recipe.batch)


def averaging_adam(
    rate: float, steps: int, left: float, momentum: float
) -> keras.optimizers.Optimizer:
    """Return an optimiser whose rate falls along a cosine to the share `left`.

    At the end, the weights become their moving mean with this momentum (B. Polyak and A. Juditsky,
    'Acceleration of stochastic approximation by averaging', 1992).
    """
    rates = keras.optimizers.schedules.CosineDecay(rate, steps, alpha=left)
    return keras.optimizers.Adam(rates, use_ema=True, ema_momentum=momentum)


def fit(
    model: keras.Sequential,
    optimizer: keras.optimizers.Optimizer,
    batches: AugmentedBatches,
    validation: tuple[np.ndarray, np.ndarray],
    epochs: range,
    backup: Path,
    loss: str | Callable = "sparse_categorical_crossentropy",
    metric: str | Callable = "accuracy",
) -> dict[str, list[float]]:
    """Train a model in these epochs, and return Keras's history of them."""
    model.compile(optimizer, loss, metrics=[metric])
    history = model.fit(
        batches,
        initial_epoch=go_on(model, backup) or epochs.start,
        epochs=epochs.stop,
        shuffle=False,  # `batches` already has another order in each epoch
        validation_data=validation,
        verbose=0,
        callbacks=[
            keras.callbacks.LambdaCallback(
                on_epoch_begin=lambda epoch, logs: batches.start_epoch(epoch),
                on_epoch_end=lambda epoch, logs: keep(model, epoch + 1, backup),
            ),
            TqdmCallback(verbose=0),
        ],
    )
    shutil.rmtree(backup)
    return history.history


def keep(model: keras.Sequential, epochs: int, backup: Path) -> None:
    """Keep the state after this number of epochs in a new file, beside the state before it.

    The file is written completely or not at all. A program that is killed at any moment leaves at
    least one state that can be loaded, once there is one.
    """
    with whole_file(backup / f"epoch_{epochs:04}.weights.h5") as unfinished:
        model.save_weights(unfinished)
    for old in _states(backup)[2:]:
        old.unlink()


def go_on(model: keras.Sequential, backup: Path) -> int | None:
    """Load the newest kept state that is not damaged, and return its number of epochs, or None."""
    model.optimizer.build(model.trainable_variables)
    for path in _states(backup):
        try:
            model.load_weights(path)
        except OSError as error:
            print(f"{path.name} is damaged ({error}); continuing from the state before it.")
        else:
            return int(path.name.split(".")[0].removeprefix("epoch_"))
    return None


def _states(backup: Path) -> list[Path]:
    """Return the kept states, the newest first."""
    return sorted(backup.glob("epoch_*.weights.h5"), reverse=True)


def train_seed(mnist: Mnist, seed: int, recipe: Recipe, folder: Path) -> Path:
    """Start or continue the training with one seed; return the file of the trained network."""
    folder = folder / f"seed_{seed}"
    cycled, finished = folder / "cycled.keras", folder / "finished.keras"
    backup = folder / "backup"
    if not finished.exists():
        images, labels = training_set(mnist, recipe.written, seed)
        if not cycled.exists():
            model, history = train(images, labels, mnist, seed, recipe, backup)
            save(model, history, cycled)
        model = keras.models.load_model(cycled)
        keras.utils.set_random_seed(seed)
        batches = _batches(images, labels, mnist, seed, recipe)
        # The last epochs end with the mean of the weights on the way, over about two epochs.
        rate, steps = recipe.last_rate, recipe.last_epochs * len(batches)
        optimizer = averaging_adam(rate, steps, recipe.last_rate_left, recipe.mean_momentum)
        epochs = range(recipe.epochs, recipe.epochs + recipe.last_epochs)
        history = fit(model, optimizer, batches, (mnist.x_val, mnist.y_val), epochs, backup)
        before = load_history(cycled)
        save(model, {name: before[name] + history[name] for name in before}, finished)
    return finished


def save(model: keras.Sequential, history: dict[str, list[float]], path: Path) -> None:
    """Save a model, and beside it the history that `load_history` reads.

    The model is written last, completely or not at all. So if it exists, both files are complete.
    """
    write_whole(path.with_suffix(".json"), json.dumps(history).encode())
    save_cnn(model, path)


def load_history(path: Path) -> dict[str, list[float]]:
    """Return the history of a saved model."""
    return json.loads(path.with_suffix(".json").read_text("utf-8"))
