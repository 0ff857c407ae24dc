"""Train the course's network by a recipe; a run that was interrupted continues where it stopped."""

import json
import shutil
from pathlib import Path

import numpy as np
from tqdm.keras import TqdmCallback

from mnist_helpers.augmentation import AugmentedBatches, one_cycle
from mnist_helpers.data import Mnist
from mnist_helpers.files import write_whole
from mnist_helpers.handwriting import write_digits
from mnist_helpers.model import build_cnn, keras, save_cnn
from mnist_helpers.training.recipe import Recipe


def training_set(mnist: Mnist, written: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return MNIST's training images with `written` synthetic ones, and the labels (n,)."""
    images, labels = write_digits(written, np.random.default_rng(seed))
    return np.concatenate([mnist.x_train, images]), np.concatenate([mnist.y_train, labels])


def train(
    images: np.ndarray, labels: np.ndarray, mnist: Mnist, seed: int, recipe: Recipe, backup: Path
) -> tuple[keras.Sequential, dict[str, list[float]]]:
    """Train the network with augmentation and a one-cycle schedule.

    The images after those of MNIST are the extra ones. `backup` is the folder that keeps the state
    after each epoch. After an interruption, the same call continues from there. Returns the model
    and Keras's history of its epochs.
    """
    keras.utils.set_random_seed(seed)
    batches = AugmentedBatches(images, labels, seed, len(mnist.x_train), recipe.extra, recipe.batch)
    model = build_cnn(recipe.dropout)
    optimizer = keras.optimizers.Adam(one_cycle(recipe.epochs * len(batches), recipe.peak_rate))
    return model, fit(model, optimizer, batches, mnist, range(recipe.epochs), backup)


def settle(
    model: keras.Sequential,
    images: np.ndarray,
    labels: np.ndarray,
    mnist: Mnist,
    seed: int,
    recipe: Recipe,
    backup: Path,
) -> dict[str, list[float]]:
    """Train a model further with small steps, and end with the mean of the weights on the way.

    It is a moving mean over about two epochs (B. Polyak and A. Juditsky, 'Acceleration of
    stochastic approximation by averaging', 1992). The other arguments are those of `train`.
    Changes `model`, and returns Keras's history of these epochs.
    """
    keras.utils.set_random_seed(seed)
    batches = AugmentedBatches(images, labels, seed, len(mnist.x_train), recipe.extra, recipe.batch)
    rates = keras.optimizers.schedules.CosineDecay(
        recipe.last_rate, recipe.last_epochs * len(batches), alpha=recipe.last_rate_left
    )
    optimizer = keras.optimizers.Adam(rates, use_ema=True, ema_momentum=recipe.mean_momentum)
    epochs = range(recipe.epochs, recipe.epochs + recipe.last_epochs)
    return fit(model, optimizer, batches, mnist, epochs, backup)


def fit(
    model: keras.Sequential,
    optimizer: keras.optimizers.Optimizer,
    batches: AugmentedBatches,
    mnist: Mnist,
    epochs: range,
    backup: Path,
) -> dict[str, list[float]]:
    """Train the model in these epochs, and return Keras's history of them."""
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(
        batches,
        initial_epoch=go_on(model, backup) or epochs.start,
        epochs=epochs.stop,
        shuffle=False,  # `batches` already has another order in each epoch
        validation_data=(mnist.x_val, mnist.y_val),
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
    backup.mkdir(parents=True, exist_ok=True)
    unfinished = backup / "unfinished.weights.h5"
    model.save_weights(unfinished)
    unfinished.replace(backup / f"epoch_{epochs:04}.weights.h5")
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
    if not finished.exists():
        images, labels = training_set(mnist, recipe.written, seed)
        if not cycled.exists():
            model, history = train(images, labels, mnist, seed, recipe, folder / "backup")
            save(model, history, cycled)
        model = keras.models.load_model(cycled)
        history = settle(model, images, labels, mnist, seed, recipe, folder / "backup")
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
