"""How a prediction is shown, wherever it is shown: per cent, the small picture, the bars."""

import numpy as np


def percent(probability: float) -> str:
    """Write a probability for people, never as '100 %', and never as '0 %' unless it is zero."""
    if probability > 0.995:
        return "over 99\u00a0%"
    if 0 < probability < 0.005:
        return "under 1\u00a0%"
    return f"{100 * probability:.0f}\u00a0%"


def with_article(digit: int) -> str:
    """Name a digit as one of its kind: 'a 7', 'an 8'."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def picture(image: np.ndarray) -> str:
    """Draw an image (28, 28) in [0, 1] as SVG: unlike a bitmap it never flickers when replaced."""
    pixels = "".join(
        f'<rect x="{x}" y="{y}" width="1" height="1" fill-opacity="{image[y, x]:.2f}"/>'
        for y, x in np.argwhere(image > 0)
    )
    return (
        '<svg viewBox="0 0 28 28" shape-rendering="crispEdges" role="img" '
        'aria-label="The drawing as the network sees it: bright ink on black, 28 by 28 pixels">'
        f'<rect width="28" height="28"/><g fill="#fff">{pixels}</g></svg>'
    )


def bars(probabilities: np.ndarray | None, best: int | None = None) -> str:
    """Draw ten bars, the longest of them marked as `best`; empty ones where there is no answer."""
    lengths = np.zeros(10) if probabilities is None else probabilities
    return "".join(
        f'<div role="meter" aria-label="digit {digit}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{length * 100:.0f}"{" class=best" if digit == best else ""}>'
        f'<span>{digit}</span><i><i style="width:{length:.1%}"></i></i>'
        f"<span>{'–' if probabilities is None else percent(length)}</span></div>"
        for digit, length in enumerate(lengths)
    )
