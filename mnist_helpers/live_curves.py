"""Curves that grow while a network trains."""

from mnist_helpers import plots
from mnist_helpers.model import keras


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
        self._handle = plots.live_curves(self._history, alt=self._alt, handle=self._handle)
