"""What happens inside the networks while they read a drawing, as HTML."""

from collections.abc import Mapping
from html import escape

import numpy as np

from mnist_helpers.explain import Reasons, find_reasons
from mnist_helpers.network import Predictor
from mnist_helpers.pad.map_sheet import show_maps
from mnist_helpers.prediction import Prediction
from mnist_helpers.shown import percent, with_article

_LEAST = 0.5  # of the log-odds: ink that changes them by less speaks neither for nor against


def look_inside(readers: Mapping[str, object], predictions: Mapping[str, Prediction | None]) -> str:
    """Show which ink speaks for each answer, and what each convolution makes of the drawing.

    What a reader does not have is said where it would stand. The names tell several readers apart.
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
        f"<div>{_maps(reader, prediction)}</div></div></section>"
    )


def _why(reader, prediction: Prediction) -> str:
    missing = [name for name in ("logits", "calibration") if not hasattr(reader, name)]
    if missing:
        words = (
            f"{_class(reader)} has no {' and no '.join(missing)}, so the pad cannot find out which "
            "ink speaks for the answer. A <code>Recognizer</code> has both."
        )
        return f"<figure><p>{words}</p></figure>"
    reasons = find_reasons(reader, prediction)
    digit = with_article(prediction.digit)
    legend = f"{_swatch('for')} speaks for {digit} {_swatch('against')} speaks against"
    return (
        f"<figure><h3>Why {digit}?</h3>{_picture(reasons.speaks, prediction.image)}"
        f'<figcaption><p class="digit-pad-legend">{legend}</p>{_in_words(reasons, prediction)}'
        "</figcaption></figure>"
    )


def _in_words(reasons: Reasons, prediction: Prediction) -> str:
    digit, place = with_article(prediction.digit), _place(*reasons.center)
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
    worst = np.unravel_index(reasons.speaks.argmin(), reasons.speaks.shape)
    if reasons.speaks[worst] <= -_LEAST:
        other_place = _place(*worst)
        where = "Some ink close by" if other_place == place else f"The ink {other_place}"
        words += f" {where} speaks against it."
    return words


def _maps(reader, prediction: Prediction) -> str:
    if not hasattr(reader, "network"):
        return f"<p>{_class(reader)} has no network to look into, so there are no maps to show.</p>"
    maps = reader.network.maps(prediction.image)
    if maps:
        return "".join(show_maps(heading, each) for heading, each in maps.items())
    if isinstance(reader.network, Predictor):
        return (
            "<p>This model only predicts and shows nothing of its inside, so there are no maps.</p>"
        )
    return "<p>This network has no convolution, so there are no maps to show.</p>"


def _class(reader) -> str:
    return f"<code>{escape(type(reader).__name__)}</code>"


def _place(row: int, column: int) -> str:
    """Say in words where a pixel of 28 × 28 lies: at the 'top left', 'in the middle' …"""
    down = "top " if row < 12 else "bottom " if row > 15 else ""
    across = "left" if column < 12 else "right" if column > 15 else ""
    return f"at the {down}{across}".rstrip() if down or across else "in the middle"


def _picture(speaks: np.ndarray, image: np.ndarray) -> str:
    """Draw ink (28, 28): filled where it speaks for the answer, striped where against it."""
    strength = 0.2 + 0.8 * np.abs(speaks) / max(np.abs(speaks).max(), 4 * _LEAST)
    pixels = []
    for y, x in np.argwhere(image > 0):
        pixels.append(_pixel(x, y, "ink", 1))
        if abs(speaks[y, x]) >= _LEAST:
            kind = "for" if speaks[y, x] > 0 else "against"
            pixels.append(_pixel(x, y, kind, strength[y, x]))
    return (
        '<svg viewBox="0 0 28 28" shape-rendering="crispEdges" role="img" aria-label="The ink, the '
        'darker the more it speaks for the answer, and striped where it speaks against">'
        f'<rect width="28" height="28" fill="#fff"/>{"".join(pixels)}</svg>'
    )


def _swatch(kind: str) -> str:
    return f'<svg viewBox="0 0 1 1" aria-hidden="true">{_pixel(0, 0, kind, 1)}</svg>'


def _pixel(x: int, y: int, kind: str, strength: float) -> str:
    """Draw one pixel of ink: 'ink', 'for' or 'against', which is striped."""
    stripe = f'<path d="M{x} {y + 1}l1-1"/>' if kind == "against" else ""
    square = f'<rect x="{x}" y="{y}" width="1" height="1" class="{kind}"'
    return f'{square} opacity="{strength:.2f}"/>{stripe}'
