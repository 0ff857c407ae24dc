"""Train the course's network; `python -m mnist_helpers.training` remakes the shipped weights."""

import argparse
import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
from tqdm.auto import tqdm

from mnist_helpers import plots
from mnist_helpers.assets import FOLDER
from mnist_helpers.data import Mnist, load_mnist
from mnist_helpers.model import build_cnn, keras
from mnist_helpers.recognizer import RESULTS, WEIGHTS, Recognizer

BATCH = 128
EPOCHS = 20
PEAK_LEARNING_RATE = 3e-3


class LiveCurves(keras.callbacks.Callback):
    """Draw loss and accuracy anew after each epoch, in the output of the cell that trains."""

    def __init__(self, alt: str):
        super().__init__()
        self._alt = alt
        self._history: dict[str, list[float]] = {}
        self._handle = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(value)
        self._handle = plots.learning_curves(self._history, alt=self._alt, handle=self._handle)


class AugmentedBatches(keras.utils.PyDataset):
    """Shuffled batches of images, each image moved a little anew in every epoch.

    The same seed and epoch give the same batches, so a run that was interrupted goes on as it would
    have gone.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, seed: int, batch: int = BATCH):
        super().__init__()
        self._images, self._labels = images, labels
        self._seed, self._batch = seed, batch
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        rng = np.random.default_rng([self._seed, epoch])
        self._order = rng.permutation(len(self._images))
        self._epoch = epoch

    def __len__(self) -> int:
        return -(-len(self._order) // self._batch)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self._order[index * self._batch : (index + 1) * self._batch]
        rng = np.random.default_rng([self._seed, self._epoch, index])
        return augment(self._images[chosen], rng), self._labels[chosen]


def augment(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turn, scale, slant and shift each image a little, as another hand might have written it.

    Takes and returns float32 (n, 28, 28, 1) in [0, 1]: up to 12° of turn, ±10 % of width and of
    height, slant to 0.2, and 2 pixels of shift.
    """
    moved = np.empty_like(images)
    for image, target in zip(images, moved, strict=True):
        turn, slant = rng.uniform(-np.pi / 15, np.pi / 15), rng.uniform(-0.2, 0.2)
        scale, shift = rng.uniform(0.9, 1.1, 2), rng.uniform(-2, 2, 2)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        linear = rotation @ np.array([[1, slant], [0, 1]]) @ np.diag(scale)
        offset = 13.5 + shift - linear @ (13.5, 13.5)
        target[..., 0] = cv2.warpAffine(image, np.column_stack([linear, offset]), (28, 28))
    return moved


def one_cycle(steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise to the peak learning rate in a quarter of the steps, then fall to zero along a cosine.

    After L. N. Smith and N. Topin, 'Super-convergence' (2018).
    """
    warmup = steps // 4
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=PEAK_LEARNING_RATE / 10,
        decay_steps=steps - warmup,
        warmup_target=PEAK_LEARNING_RATE,
        warmup_steps=warmup,
    )


def train(
    mnist: Mnist, seed: int, epochs: int, backup: Path
) -> tuple[keras.Sequential, dict[str, list[float]]]:
    """Train the network with augmentation and a one-cycle schedule.

    `backup` is the folder that keeps the state after each epoch; the same call takes an interrupted
    run up again from there. Returns the model and Keras's history of its epochs.
    """
    keras.utils.set_random_seed(seed)
    batches = AugmentedBatches(mnist.x_train, mnist.y_train, seed)
    model = build_cnn()
    model.compile(
        optimizer=keras.optimizers.Adam(one_cycle(epochs * len(batches))),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(
        batches,
        epochs=epochs,
        shuffle=False,  # each epoch brings its own order
        validation_data=(mnist.x_val, mnist.y_val),
        verbose=0,
        callbacks=[
            keras.callbacks.BackupAndRestore(backup),
            keras.callbacks.LambdaCallback(
                on_epoch_begin=lambda epoch, logs: batches.start_epoch(epoch)
            ),
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda epoch, logs: print(epoch, logs, flush=True)
            ),
        ],
    )
    return model, history.history
