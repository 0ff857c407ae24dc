"""The last drawings in a row: what each was, and how it was read."""

from collections import deque
from collections.abc import Sequence

import ipywidgets as widgets

from mnist_helpers.pad.thumbnail import draw_thumbnail
from mnist_helpers.prediction import Prediction
from mnist_helpers.shown import percent

_SHOWN = 8  # drawings


class Strip(widgets.HTML):
    """Shows the drawings that were cleared away last, the newest first. They are not saved."""

    def __init__(self):
        super().__init__()
        self.add_class("digit-pad-strip")
        self._items: deque[str] = deque(maxlen=_SHOWN)

    def add(self, strokes: Sequence, prediction: Prediction | None) -> None:
        """Put a drawing in front."""
        read = "not read"
        if prediction is not None and prediction.candidates:
            read = f"{' or '.join(map(str, prediction.candidates))}"
            read += f" <small>{percent(prediction.confidence)}</small>"
        elif prediction is not None:
            read = "no digit"
        self._items.appendleft(f"<li>{draw_thumbnail(strokes, 'A drawing')} {read}</li>")
        self.value = f"<p>Your last drawings:</p><ul>{''.join(self._items)}</ul>"
