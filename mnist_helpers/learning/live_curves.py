"""Curves that grow while a network trains."""

from IPython.display import display

from mnist_helpers import plots
from mnist_helpers.model import keras


class LiveCurves(keras.callbacks.Callback):
    """Draw loss and accuracy again after each epoch, in the output of the cell that trains."""

    def __init__(self):
        super().__init__()
        self._history: dict[str, list[float]] = {}

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._handle = display({"text/plain": "…"}, raw=True, display_id=True)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(value)
        plots.learning_curves(self._history, handle=self._handle)
