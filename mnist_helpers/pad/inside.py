"""What happens inside the networks while they read a drawing, and what would change it."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

import ipywidgets as widgets
import numpy as np

from mnist_helpers.explain import Change, Reasons, find_change, find_reasons
from mnist_helpers.network import max_pool
from mnist_helpers.own_network.predictor import Predictor
from mnist_helpers.pad.controls import button, row
from mnist_helpers.pad.figures import draw_pixel, draw_pixels, show_maps, show_sums
from mnist_helpers.pad.view import Predictions
from mnist_helpers.prediction import Prediction, percent, with_article

_VISIBLE = 0.15  # of ink, 0 to 1: a smaller change of a pixel is not marked
_LEAST = 0.5  # of the log-odds: ink that changes them by less is no evidence
_NARROW = 8  # pixels: ink so narrow is mostly covered by the square that is wiped out


def look_inside(readers: Mapping[str, object], predictions: Predictions) -> tuple[str, str]:
    """Show which ink supports each answer, and how the drawing becomes the ten probabilities.

    Returns two pieces of HTML. If a reader lacks a part, a sentence says so in its place. A
    reader's name is its heading.
    """
    if all(each is None or each.digit is None for each in predictions.values()):
        return "<p>Draw something, and you see here what becomes of it inside the network.</p>", ""
    kind = " several" if len(readers) > 1 else ""
    reasons, steps = "", ""
    for name, reader in readers.items():
        title, prediction = f"<h3>{escape(name)}</h3>" if name else "", predictions[name]
        if prediction is None or prediction.digit is None:
            reasons += f"<figure>{title}<p>No answer, so there is nothing to explain.</p></figure>"
        else:
            reasons += f"<figure>{title}{_why(reader, prediction)}</figure>"
            steps += f"<section>{title}{_steps(reader, prediction)}</section>"
    return reasons, f'<div class="digit-pad-inside{kind}">{steps}</div>'


def _why(reader, prediction: Prediction) -> str:
    missing = [name for name in ("logits", "calibration") if not hasattr(reader, name)]
    if missing:
        return (
            f"<p>{_class(reader)} has no {' and no '.join(missing)}, so the pad cannot find out "
            "which ink supports the answer. A <code>Recognizer</code> has both.</p>"
        )
    reasons = find_reasons(reader, prediction)
    digit = with_article(prediction.digit)
    legend = f"{_swatch('for')} supports {digit} {_swatch('against')} is evidence against it"
    return (
        f"<h4>Why {digit}?</h4>{_picture_of_reasons(reasons.support, prediction.image)}"
        f'<figcaption><p class="digit-pad-legend">{legend}</p>{_rests_on(reasons, prediction)}'
        "</figcaption>"
    )


def _rests_on(reasons: Reasons, prediction: Prediction) -> str:
    digit, ink = with_article(prediction.digit), prediction.image > 0
    place = _place(reasons.center, ink)
    if reasons.without < prediction.confidence / 2:
        words = (
            f"It rests most on the ink {place}. Without that, the probability of {digit} falls "
            f"from {percent(prediction.confidence)} to {percent(reasons.without)}."
        )
    else:
        words = (
            f"No single piece of ink decides. The ink {place} counts most; without it, the "
            f"probability of {digit} is still {percent(reasons.without)}."
        )
    worst = np.unravel_index(reasons.support.argmin(), reasons.support.shape)
    if reasons.support[worst] <= -_LEAST:
        other_place = _place(worst, ink)
        where = "Some ink close by" if other_place == place else f"The ink {other_place}"
        words += f" {where} is evidence against it."
    return words


def _steps(reader, prediction: Prediction) -> str:
    """Show the maps of each convolution, and what is pooled and summed up after the last one."""
    if not hasattr(reader, "network"):
        return f"<p>{_class(reader)} has no network to look into, so there are no maps to show.</p>"
    if isinstance(reader.network, Predictor):
        inside = "This model only predicts and shows nothing of its inside"
        return f"<p>{inside}, so there are no maps.</p>"
    maps = reader.network.maps(prediction.image)
    features, logits = reader.network.run(prediction.image[np.newaxis])
    shown, origin = [show_maps(heading, each) for heading, each in maps.items()], ""
    if maps:
        pooled = max_pool(list(maps.values())[-1][np.newaxis])
        if np.array_equal(pooled.ravel(), features.ravel()):  # these numbers are summed up
            shown.append(show_maps("Then the largest of every 2 × 2", pooled[0]))
            origin = f"Each adds up the {pooled.size:,} numbers above, each times a weight. "
    else:
        shown.append("<p>This network has no convolution, so there are no maps to show.</p>")
    then = "The softmax"
    if getattr(reader, "is_calibrated", False):
        divisor = f"{reader.calibration.temperature:.2f}"
        then = f"They are divided by {divisor}, as the calibration says, and the softmax"
    origin += f"{then} turns them into probabilities."
    return "".join(shown) + show_sums(logits[0], prediction.probabilities, origin)


def _class(reader) -> str:
    return f"<code>{escape(type(reader).__name__)}</code>"


def _place(pixel: Sequence[int], ink: np.ndarray) -> str:
    """Say in words where in the ink (28, 28) a pixel lies: 'at the top left', 'in the middle' …"""
    down = _third(pixel[0], np.flatnonzero(ink.any(axis=1)), "top", "bottom")
    across = _third(pixel[1], np.flatnonzero(ink.any(axis=0)), "left", "right")
    place = " ".join(filter(None, [down, across]))
    return f"at the {place}" if place else "in the middle"


def _third(at: int, taken: np.ndarray, first: str, last: str) -> str:
    """Name the first or the last third of the rows or columns with ink; '' in the middle third.

    If there are only a few, as in a narrow 1, the answer is always ''.
    """
    if len(taken) < _NARROW:
        return ""
    share = (at + 0.5 - taken[0]) / (taken[-1] + 1 - taken[0])
    return first if share < 1 / 3 else last if share > 2 / 3 else ""


def _picture_of_reasons(support: np.ndarray, image: np.ndarray) -> str:
    """Draw ink (28, 28): filled where it supports the answer, striped where it does not."""
    strength = 0.2 + 0.8 * np.abs(support) / max(np.abs(support).max(), 4 * _LEAST)
    pixels = []
    for y, x in np.argwhere(image > 0):
        pixels.append((x, y, "ink", 1))
        if abs(support[y, x]) >= _LEAST:
            kind = "for" if support[y, x] > 0 else "against"
            pixels.append((x, y, kind, strength[y, x]))
    darker = "The ink, the darker the more it supports the answer"
    name = f"{darker}, striped where it is evidence against it"
    return draw_pixels(name, pixels, 'shape-rendering="crispEdges"')


def _swatch(kind: str) -> str:
    return f'<svg viewBox="0 0 1 1" aria-hidden="true">{draw_pixel(0, 0, kind, 1)}</svg>'


class ChangeView(widgets.VBox):
    """Finds a small change of the drawing that makes the first network read a chosen digit."""

    def __init__(self, readers: Mapping[str, object], predictions: Callable[[], Predictions]):
        """Take the readers by name, and a function that returns their latest predictions."""
        self._readers, self._predictions = readers, predictions
        self.digit = widgets.BoundedIntText(9, 0, 9, description="What would make it a")
        self.find = button("Show", "Change little ink until it is read as this digit")
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
        words = f"<figcaption>{whose}{_change_in_words(change)}</figcaption>"
        return f"<figure>{_picture_of_change(change)}{words}</figure>"


def _change_in_words(change: Change) -> str:
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


def _picture_of_change(change: Change) -> str:
    """Draw the changed image (28, 28), with a cross on ink that is added or taken away."""
    pixels = []
    for y, x in np.argwhere(np.maximum(change.image, change.taken) > 0):
        for kind, ink in (("ink", change.image), ("added", change.added), ("taken", change.taken)):
            if ink[y, x] > (0 if kind == "ink" else _VISIBLE):
                pixels.append((x, y, kind, ink[y, x]))
    signs = "plus signs where ink is added, crosses where it is taken away"
    return draw_pixels(f"The drawing with a small change: {signs}", pixels)
