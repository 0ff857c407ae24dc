"""What happens inside the networks while they read a drawing, as HTML."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from mnist_helpers.explain import Reasons, find_reasons
from mnist_helpers.network import Predictor, max_pool
from mnist_helpers.pad.map_sheet import show_maps
from mnist_helpers.pad.pixel import draw_pixel
from mnist_helpers.pad.sums_table import show_sums
from mnist_helpers.prediction import Prediction
from mnist_helpers.shown import percent, with_article

_LEAST = 0.5  # of the log-odds: ink that changes them by less is no evidence
_NARROW = 8  # pixels: ink so narrow is mostly covered by the square that is wiped out


def look_inside(readers: Mapping[str, object], predictions: Mapping[str, Prediction | None]) -> str:
    """Show which ink supports each answer, and how the drawing becomes the ten probabilities.

    If a reader lacks a part, a sentence says so in its place. A reader's name is its heading.
    """
    if all(each is None or each.digit is None for each in predictions.values()):
        return "<p>Draw something, and you see here what becomes of it inside the network.</p>"
    kind = " several" if len(readers) > 1 else ""
    sections = (_section(name, reader, predictions[name]) for name, reader in readers.items())
    return f'<div class="digit-pad-inside{kind}">{"".join(sections)}</div>'


def _section(name: str, reader, prediction: Prediction | None) -> str:
    title = f"<h3>{escape(name)}</h3>" if name else ""
    if prediction is None or prediction.digit is None:
        return f"<section>{title}<p>No answer, so there is nothing to explain.</p></section>"
    return (
        f"<section>{title}<div>{_why(reader, prediction)}"
        f"<div>{_steps(reader, prediction)}</div></div></section>"
    )


def _why(reader, prediction: Prediction) -> str:
    missing = [name for name in ("logits", "calibration") if not hasattr(reader, name)]
    if missing:
        words = (
            f"{_class(reader)} has no {' and no '.join(missing)}, so the pad cannot find out which "
            "ink supports the answer. A <code>Recognizer</code> has both."
        )
        return f"<figure><p>{words}</p></figure>"
    reasons = find_reasons(reader, prediction)
    digit = with_article(prediction.digit)
    legend = f"{_swatch('for')} supports {digit} {_swatch('against')} is evidence against it"
    return (
        f"<figure><h4>Why {digit}?</h4>{_picture(reasons.support, prediction.image)}"
        f'<figcaption><p class="digit-pad-legend">{legend}</p>{_in_words(reasons, prediction)}'
        "</figcaption></figure>"
    )


def _in_words(reasons: Reasons, prediction: Prediction) -> str:
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
        return (
            "<p>This model only predicts and shows nothing of its inside, so there are no maps.</p>"
        )
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
    return "".join(shown) + show_sums(
        logits[0], prediction.probabilities, origin + _softmax(reader)
    )


def _softmax(reader) -> str:
    if not getattr(reader, "is_calibrated", False):
        return "The softmax turns them into probabilities."
    return (
        f"They are divided by {reader.calibration.temperature:.2f}, as the calibration says, and "
        "the softmax turns them into probabilities."
    )


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


def _picture(support: np.ndarray, image: np.ndarray) -> str:
    """Draw ink (28, 28): filled where it supports the answer, striped where it does not."""
    strength = 0.2 + 0.8 * np.abs(support) / max(np.abs(support).max(), 4 * _LEAST)
    pixels = []
    for y, x in np.argwhere(image > 0):
        pixels.append(draw_pixel(x, y, "ink", 1))
        if abs(support[y, x]) >= _LEAST:
            kind = "for" if support[y, x] > 0 else "against"
            pixels.append(draw_pixel(x, y, kind, strength[y, x]))
    return (
        '<svg viewBox="0 0 28 28" shape-rendering="crispEdges" role="img" aria-label="The ink, the '
        'darker the more it supports the answer, striped where it is evidence against it">'
        f'<rect width="28" height="28" fill="#fff"/>{"".join(pixels)}</svg>'
    )


def _swatch(kind: str) -> str:
    return f'<svg viewBox="0 0 1 1" aria-hidden="true">{draw_pixel(0, 0, kind, 1)}</svg>'
