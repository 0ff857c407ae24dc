"""What a figure shows, read from its axes and not from its pixels."""

import numpy as np
from matplotlib.colors import to_rgb


def axes_of(shown: list) -> list:
    """Return the axes of the only figure."""
    (figure,) = shown
    return figure.axes


def texts(axis) -> dict[tuple[float, float], str]:
    """Return the texts in a figure by their place."""
    return {tuple(np.round(text.get_position(), 3)): text.get_text() for text in axis.texts}


def contrast(*colors) -> float:
    """Return the contrast of two colors by WCAG 2.2, from 1 to 21."""
    lights = []
    for color in colors:
        rgb = np.array(to_rgb(color))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        lights.append(linear @ [0.2126, 0.7152, 0.0722] + 0.05)
    return max(lights) / min(lights)
