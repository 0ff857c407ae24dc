"""How every page shows a prediction: per cent, the small picture, the bars."""

import numpy as np


def percent(probability: float) -> str:
    """Write a probability for people, never as '100 %', and never as '0 %' unless it is zero."""
    if probability > 0.995:
        return "over 99\u00a0%"
    if 0 < probability < 0.005:
        return "under 1\u00a0%"
    return f"{100 * probability:.0f}\u00a0%"


def with_article(digit: int) -> str:
    """Name a digit with its article: 'a 7', 'an 8'."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def name_label(label: int | None) -> str:
    """Name what a drawing was kept as: 'a 7', and 'no digit' for None."""
    return "no digit" if label is None else with_article(label)


def sureness(prediction) -> str:
    """Say in words how sure a `Prediction` is, such as 'Confidence 93 %'; '' if it is blank.

    If the verdict is not 'digit', the smaller of two numbers is named: the confidence, or how
    probable it is that this is a digit at all.
    """
    if prediction.digit is None:
        return ""
    confidence, is_digit = prediction.confidence, prediction.digit_probability
    if prediction.verdict != "digit" and is_digit is not None and is_digit < confidence:
        return f"A digit at all: {percent(is_digit)}"
    if prediction.verdict == "no digit":
        return f"Most like {with_article(prediction.digit)}: {percent(confidence)}"
    return f"Confidence {percent(confidence)}"


def picture(image: np.ndarray) -> str:
    """Draw an image (28, 28) in [0, 1] as SVG, which does not flicker when it is replaced."""
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
    """Draw ten bars, and mark the one of `best`; without probabilities, they are empty."""
    lengths = np.zeros(10) if probabilities is None else probabilities
    return "".join(
        _bar(digit, length, "–" if probabilities is None else percent(length), digit == best)
        for digit, length in enumerate(lengths)
    )


def _bar(digit: int, length: float, words: str, is_best: bool) -> str:
    return (
        f'<div role="meter" aria-label="digit {digit}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{length * 100:.0f}" aria-valuetext="{words}"'
        f"{' class=best' if is_best else ''}>"
        f'<span>{digit}</span><i><i style="width:{length:.1%}"></i></i><span>{words}</span></div>'
    )
