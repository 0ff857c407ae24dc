"""Keep the weights before training and after each epoch, so that the page can show them."""

from pathlib import Path

import numpy as np

from mnist_helpers.model import keras
from mnist_helpers.system.files import home_path, whole_file


class KeepWeights(keras.callbacks.Callback):
    """Keeps a model's weights before the first epoch and after each one, in a file.

    Give it to `fit`. It writes the whole file again after each epoch; `load_epochs` reads it. If
    the training of a network goes on, the file goes on after the epoch whose weights it has now.
    """

    def __init__(self, path: str | Path):
        super().__init__()
        self._path = path

    def on_train_begin(self, logs: dict | None = None) -> None:
        now = self.model.get_weights()
        try:
            kept = load_epochs(self._path) or []
        except ValueError:  # damaged: it is written again
            kept = []
        same = [len(old) == len(now) and all(map(np.array_equal, old, now)) for old in kept]
        self._epochs = [*kept[: max(np.flatnonzero(same), default=0)], now]

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._epochs.append(self.model.get_weights())
        arrays = {
            f"{epoch}/{number}": array
            for epoch, weights in enumerate(self._epochs)
            for number, array in enumerate(weights)
        }
        with whole_file(self._path) as unfinished, unfinished.open("wb") as file:
            np.savez_compressed(file, **arrays)


def load_epochs(path: str | Path) -> list[list[np.ndarray]] | None:
    """Return the weights of each epoch that `KeepWeights` kept; None if there is no such file.

    Raises ValueError if the file is damaged.
    """
    path = home_path(path)
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            epochs: list[list[np.ndarray]] = []
            for name in stored.files:
                epoch, number = map(int, name.split("/"))
                epochs += [[]] if number == 0 and epoch == len(epochs) else []
                epochs[epoch].append(stored[name])
    except Exception:  # a torn or foreign file fails in many ways
        raise ValueError(f"{path} is damaged: train again in lesson 4") from None
    return epochs
