"""What happens inside the networks while they read a drawing, and what would change it."""

import base64
from collections.abc import Mapping, Sequence
from html import escape

import cv2
import ipywidgets as widgets
import numpy as np

from mnist_helpers.explain import find_change, find_reasons
from mnist_helpers.network import max_pool
from mnist_helpers.own_network.predictor import Predictor
from mnist_helpers.pad.controls import button, row
from mnist_helpers.pad.view import Predictions, fill, heading
from mnist_helpers.prediction import Prediction, percent, with_article
from mnist_helpers.recognizer import Recognizer

_VISIBLE = 0.15  # of ink, 0 to 1: a smaller change of a pixel is not marked
_LEAST = 0.5  # of the log-odds: ink that changes them by less is no evidence
_NARROW = 8  # pixels: ink so narrow is mostly covered by the square that is wiped out
_SIGNS = {
    "against": "M{x} {below}l1-1",
    "added": "M{x} {middle}h1m-.5-.5v1",
    "taken": "M{x} {y}l1 1m0-1l-1 1",
}
_WIDTH = 448  # pixels that a sheet of maps may be wide
_MOST_COLUMNS = 16  # so that a map is not too small to be seen
_LARGEST = 8  # pixels at most, shown for each value of a map
_GAP = 2  # pixels of a map, from one map to the next


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
        title, prediction = heading(name), predictions[name]
        why = "<p>No answer, so there is nothing to explain.</p>"
        if prediction is not None and prediction.digit is not None:
            why = _why(reader, prediction)
            steps += f"<section>{title}{_steps(reader, prediction)}</section>"
        reasons += f"<figure>{title}{why}</figure>"
    return reasons, f'<div class="digit-pad-inside{kind}">{steps}</div>'


def _why(reader, prediction: Prediction) -> str:
    """Show which ink supports the answer, striped where it is evidence against it, and in words."""
    missing = [name for name in ("logits", "calibration") if not hasattr(reader, name)]
    if missing:
        return fill("no reasons", reader=_class(reader), missing=" and no ".join(missing))
    reasons = find_reasons(reader, prediction)
    support, image, digit = reasons.support, prediction.image, with_article(prediction.digit)
    place = _place(reasons.center, image > 0)
    sure, without = percent(prediction.confidence), percent(reasons.without)
    part = "rests" if reasons.without < prediction.confidence / 2 else "does not rest"
    words = fill(part, place=place, digit=digit, sure=sure, without=without)
    worst = np.unravel_index(support.argmin(), support.shape)
    if support[worst] <= -_LEAST:
        other_place = _place(worst, image > 0)
        where = "Some ink close by" if other_place == place else f"The ink {other_place}"
        words += f" {where} is evidence against the answer."
    strength = 0.2 + 0.8 * np.abs(support) / max(np.abs(support).max(), 4 * _LEAST)
    layers = {"ink": np.where(image > 0, 1.0, 0.0)}
    layers |= {"for": strength * (support >= _LEAST), "against": strength * (support <= -_LEAST)}
    shown = draw_pixels(fill("name of reasons"), layers, 'shape-rendering="crispEdges"')
    supports, against = (draw_pixel(0, 0, kind, 1) for kind in ("for", "against"))
    return fill("why", digit=digit, picture=shown, words=words, supports=supports, against=against)


def _steps(reader, prediction: Prediction) -> str:
    """Show the maps of each convolution, and what is pooled and summed up after the last one."""
    if not isinstance(reader, Recognizer):
        return f"<p>{_class(reader)} has no network to look into, so there are no maps to show.</p>"
    if isinstance(reader.network, Predictor):
        return fill("only predicts")
    maps = reader.network.maps(prediction.image)
    features, logits = reader.network.run(prediction.image[np.newaxis])
    shown, origin = [show_maps(title, each) for title, each in maps.items()], ""
    if maps:
        pooled = max_pool(list(maps.values())[-1][np.newaxis])
        if np.array_equal(pooled.ravel(), features.ravel()):  # these numbers are summed up
            shown.append(show_maps("Then the largest of every 2 × 2", pooled[0]))
            origin = f"Each adds up the {pooled.size:,} numbers above, each times a weight. "
    else:
        shown.append("<p>This network has no convolution, so there are no maps to show.</p>")
    is_calibrated = getattr(reader, "is_calibrated", False)
    origin += fill("calibrated sums" if is_calibrated else "plain sums", reader=reader)
    return "".join(shown) + show_sums(logits[0], prediction.probabilities, origin)


def _class(reader) -> str:
    return f"<code>{escape(type(reader).__name__)}</code>"


def _place(pixel: Sequence[int], ink: np.ndarray) -> str:
    """Say in words where in the ink (28, 28) a pixel lies: 'at the top left', 'in the middle' …"""
    words = []
    for axis, (first, last) in enumerate([("top", "bottom"), ("left", "right")]):
        taken = np.flatnonzero(ink.any(axis=1 - axis))
        share = (pixel[axis] + 0.5 - taken[0]) / (taken[-1] + 1 - taken[0])
        if len(taken) >= _NARROW and not 1 / 3 <= share <= 2 / 3:
            words.append(first if share < 0.5 else last)
    return f"at the {' '.join(words)}" if words else "in the middle"


def draw_pixels(name: str, layers: Mapping[str, np.ndarray], more: str = "") -> str:
    """Return layers (28, 28) on white as SVG; `name` is what a screen reader says.

    Each layer has its kind and its strengths as `draw_pixel` takes them, 0 where it shows nothing.
    `more` is for the tag.
    """
    drawn = "".join(
        draw_pixel(x, y, kind, layer[y, x])
        for y, x in np.ndindex(28, 28)
        for kind, layer in layers.items()
        if layer[y, x] > 0
    )
    return fill("pixels", name=name, pixels=drawn, more=more)


def draw_pixel(x: int, y: int, kind: str, strength: float) -> str:
    """Draw a pixel of ink: 'ink', 'for', 'against' (striped), 'added' (a plus), 'taken' (a cross).

    `strength` is its opacity, 0 to 1. The style sheet has the color of each kind; if the color
    alone is not enough, there is a sign.
    """
    sign = _SIGNS.get(kind, "").format(x=x, y=y, middle=y + 0.5, below=y + 1)
    square = f'<rect x="{x}" y="{y}" width="1" height="1" class="{kind}"'
    path = f'<path d="{sign}"/>' if sign else ""
    return f'{square} opacity="{strength:.2f}"/>{path}'


def show_sums(sums: np.ndarray, probabilities: np.ndarray, origin: str) -> str:
    """Show ten sums (10,) as bars from the middle, and the probabilities (10,), as HTML."""
    best, rows = int(probabilities.argmax()), ""
    lengths = sums / max(float(np.abs(sums).max()), 1e-6)
    for digit, length in enumerate(lengths):
        kind, share = " class=best" if digit == best else "", percent(probabilities[digit])
        left, width = 50 + 50 * min(length, 0), 50 * abs(length)
        each = f"{sums[digit]:.1f}".replace("-", "−")
        rows += fill("sum", kind=kind, digit=digit, left=left, width=width, sum=each, share=share)
    return fill("sums", rows=rows, origin=origin, best=best)


def show_maps(title: str, maps: np.ndarray) -> str:
    """Show maps (h, w, k) on one sheet under a title, as HTML."""
    height, width, count = maps.shape
    most = min(_MOST_COLUMNS, max(1, _WIDTH // 2 // (width + _GAP)))
    columns = -(-count // -(-count // most))  # as many as fit, in rows of equal length
    above, left = np.divmod(maps.max(axis=(0, 1)).argmax(), columns)  # of the strongest
    part, size = "one map" if count == 1 else "many maps", f"{height} × {width}"
    words = fill(part, size=size, count=count, row=above + 1, column=left + 1)
    sheet = draw_sheet(maps, columns)
    shown = sheet.shape[1] * min(_LARGEST, max(1, _WIDTH // sheet.shape[1]))
    png = base64.b64encode(cv2.imencode(".png", sheet)[1]).decode()
    return fill("maps", heading=escape(title), words=words, width=shown, png=png)


def draw_sheet(maps: np.ndarray, columns: int) -> np.ndarray:
    """Lay maps (h, w, k) out in rows of `columns`: uint8 (…, …, 4), blue, green, red and opacity.

    All have one scale, from the smallest value (0, if none is negative) to the largest. The gaps
    between maps and the empty places of the last row are transparent.
    """
    low, high = float(maps.min(initial=0)), float(maps.max())
    levels = ((maps - low) * (255 / max(high - low, 1e-6))).clip(0, 255).astype(np.uint8)
    shown = np.stack([levels, np.full_like(levels, 255)])  # the second part is the opacity
    missing = -maps.shape[2] % columns
    shown = np.pad(shown, ((0, 0), (0, _GAP), (0, _GAP), (0, missing)))
    _, height, width, _ = shown.shape
    rows = shown.reshape(2, height, width, -1, columns).transpose(0, 3, 1, 4, 2)
    levels, opacity = rows.reshape(2, -1, columns * width)
    return np.dstack([cv2.applyColorMap(levels, cv2.COLORMAP_VIRIDIS), opacity])


class ChangeView(widgets.VBox):
    """Finds a small change of the drawing that makes the first network read a chosen digit.

    It takes the readers by name, and a mapping that always holds their latest predictions.
    """

    def __init__(self, readers: Mapping[str, object], predictions: Predictions):
        self._readers, self._predictions = readers, predictions
        self.digit = widgets.BoundedIntText(9, 0, 9, description="What would make it a")
        self.find = button("Show", "Change little ink until it is read as this digit")
        self.answer = widgets.HTML()
        parts = [row([self.digit, self.find]), self.answer]
        super().__init__(parts, layout={"display": "none"})
        self.add_class("digit-pad-change")

    def show(self) -> None:
        """Find the change and show it; if there is none, say why."""
        try:
            self.answer.value = self._found()
        except ValueError as error:
            self.answer.value = f"<p>No change to show: {error}.</p>"

    def _found(self) -> str:
        able = [name for name, each in self._readers.items() if hasattr(each, "calibration")]
        if not able:
            raise ValueError("the pad's reader shows no network; a Recognizer does")
        prediction = self._predictions[able[0]]
        if prediction is None:
            raise ValueError("there is no answer to change")
        digit = with_article(self.digit.value)
        change = find_change(self._readers[able[0]], prediction, self.digit.value)
        if change is None:
            raise ValueError(f"even a lot of ink does not make it {digit}")
        marks = {"added": change.added, "taken": change.taken}
        marks = {kind: np.where(ink > _VISIBLE, ink, 0) for kind, ink in marks.items()}
        shown = draw_pixels(fill("name of a change"), {"ink": change.image, **marks})
        whose = f"For {able[0]}: " if able[0] else ""
        words = " and ".join(fill(kind) for kind, ink in marks.items() if ink.any())
        share = percent(change.probability)
        return fill("change", picture=shown, whose=whose, words=words, digit=digit, share=share)
