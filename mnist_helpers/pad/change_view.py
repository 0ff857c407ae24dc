"""What would make it another digit? A row that asks, and the drawing with the change in it."""

from collections.abc import Callable, Mapping

import ipywidgets as widgets
import numpy as np

from mnist_helpers.counterfactual import Change, find_change
from mnist_helpers.pad.controls import button, row
from mnist_helpers.pad.pixel import draw_pixel
from mnist_helpers.prediction import Prediction
from mnist_helpers.shown import percent, with_article

_VISIBLE = 0.15  # of ink, 0 to 1: a smaller change of a pixel is not marked


class ChangeView(widgets.VBox):
    """Finds a small change of the drawing that makes the first network read a chosen digit."""

    def __init__(
        self,
        readers: Mapping[str, object],
        predictions: Callable[[], Mapping[str, Prediction | None]],
    ):
        """Take the readers by name, and a function that returns their latest predictions."""
        self._readers, self._predictions = readers, predictions
        self.digit = widgets.BoundedIntText(9, 0, 9, description="What would make it a")
        self.find = button("Show", "magic", "Change little ink until it is read as this digit")
        self.answer = widgets.HTML()
        super().__init__([row([self.digit, self.find]), self.answer])
        self.add_class("digit-pad-change")

    def show(self) -> None:
        """Find the change and show it; if there is none, say why."""
        try:
            self.answer.value = self._found()
        except ValueError as error:
            self.answer.value = f"<p>No change to show: {error}.</p>"

    def forget(self) -> None:
        """Remove the change that was found: the drawing is now another one."""
        self.answer.value = ""

    def _found(self) -> str:
        able = [name for name, each in self._readers.items() if hasattr(each, "calibration")]
        if not able:
            raise ValueError("the pad's reader shows no network; a Recognizer does")
        prediction = self._predictions()[able[0]]
        if prediction is None:
            raise ValueError("there is no answer to change")
        digit = self.digit.value
        change = find_change(self._readers[able[0]], prediction, digit)
        if change is None:
            raise ValueError(f"even a lot of ink does not make it {with_article(digit)}")
        whose = f"For {able[0]}: " if able[0] else ""
        words = f"<figcaption>{whose}{_in_words(change)}</figcaption>"
        return f"<figure>{_picture(change)}{words}</figure>"


def _in_words(change: Change) -> str:
    parts = [
        f'<b class="{kind}">{sign}</b> {verb} this ink'
        for kind, sign, verb, ink in (
            ("added", "+", "add", change.added),
            ("taken", "×", "take away", change.taken),
        )
        if ink.max() > _VISIBLE
    ]
    return (
        f"<p>{' and '.join(parts)}: then it is read as {with_article(change.digit)}, "
        f"{percent(change.probability)}. Would you read it that way too?</p>"
    )


def _picture(change: Change) -> str:
    """Draw the changed image (28, 28), with a cross on ink that is added or taken away."""
    pixels = []
    for y, x in np.argwhere(np.maximum(change.image, change.taken) > 0):
        for kind, ink in (("ink", change.image), ("added", change.added), ("taken", change.taken)):
            if ink[y, x] > (0 if kind == "ink" else _VISIBLE):
                pixels.append(draw_pixel(x, y, kind, ink[y, x]))
    return (
        '<svg viewBox="0 0 28 28" role="img" aria-label="The drawing with a small change: plus '
        'signs where ink is added, crosses where it is taken away">'
        f'<rect width="28" height="28" fill="#fff"/>{"".join(pixels)}</svg>'
    )
