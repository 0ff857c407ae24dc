"""What all figures share: colors, a style, axes, and how a figure is shown."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import DisplayHandle, display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mnist_helpers.plots.in_words import in_words

# Okabe and Ito's colors, which people with color-blindness can tell apart (2008).
BLUE, ORANGE, GRAY = "#0072B2", "#E69F00", "#6B6B6B"
_STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
}
_DPI = 100


@contextmanager
def axes_of(handle: DisplayHandle | None = None, path: Path | None = None, **subplots) -> Iterator:
    """Give the axes of a new figure, as `plt.subplots` does; show or save it at the end."""
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(**subplots)
        try:
            yield axes
            if path is None:
                show(figure, handle)
            else:
                figure.savefig(path, dpi=_DPI)
        finally:
            plt.close(figure)


@contextmanager
def grid(count: int, columns: int, width: float, height: float) -> Iterator[list[Axes]]:
    """Give `count` axes in rows of `columns`, each `width` × `height` inches large.

    Raises ValueError if there is nothing to show.
    """
    refuse_none(count)
    columns = min(columns, count)
    rows = -(-count // columns)
    size = (columns * width, rows * height)
    with axes_of(nrows=rows, ncols=columns, figsize=size, squeeze=False) as axes:
        for axis in axes.flat[count:]:
            axis.axis("off")
        for axis in axes.flat[:count]:
            axis.set(xticks=[], yticks=[])
        yield list(axes.flat[:count])


def refuse_none(count: int) -> None:
    """Raise ValueError if there are no pictures to show."""
    if count == 0:
        raise ValueError("there is nothing to show: 0 pictures came in, wanted at least one")


def frame(axis: Axes, color: str = GRAY, width: float = 0.8) -> None:
    """Draw a frame that shows where a picture ends."""
    axis.spines[:].set(visible=True, color=color, linewidth=width)


def as_pictures(images) -> np.ndarray:
    """Return images (n, h, w) or (n, h, w, 1), or one (h, w) or (h, w, 1), as (n, h, w)."""
    images = np.asarray(images)
    if images.ndim > 2 and images.shape[-1] == 1:
        images = images[..., 0]
    return images[np.newaxis] if images.ndim == 2 else images


def show(figure: Figure, handle: DisplayHandle | None = None) -> None:
    """Display the figure as PNG with its alternative text, or put it in the place of `handle`."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    alt = in_words(figure)
    picture = {"image/png": buffer.getvalue(), "text/plain": alt}
    put = display if handle is None else handle.update
    put(picture, raw=True, metadata={"image/png": {"alt": alt}})
