"""What all figures share: colors, a style, axes, and how a figure is shown, also in words."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import DisplayHandle, display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's colors, which people with color-blindness can tell apart (2008).
BLUE, ORANGE, GRAY = "#0072B2", "#E69F00", "#6B6B6B"
_STYLE = Path(__file__).with_name("figures.mplstyle")
_MOST_TEXTS = 30  # with more numbers than that, nobody can follow when they are read aloud
_MOST_PARTS = 40


@contextmanager
def axes_of(handle: DisplayHandle | None = None, **subplots) -> Iterator:
    """Give the axes of a new figure, as `plt.subplots` does; show it at the end."""
    with plt.style.context(_STYLE):
        figure, axes = plt.subplots(**subplots)
        try:
            yield axes
            show(figure, handle)
        finally:
            plt.close(figure)


@contextmanager
def grid(
    images, columns: int, size: tuple[float, float], titles: Sequence = (), **look
) -> Iterator[list[Axes]]:
    """Show framed images (n, h, w) or (n, h, w, 1) in rows of `columns`, and give their axes.

    Each one has `size` inches, and may have a title. `look` is for `imshow`. Raises ValueError if
    there is nothing to show.
    """
    images = np.asarray(images)
    if images.ndim > 2 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim == 2:  # one image
        images = images[np.newaxis]
    count = refuse_none(images)
    columns = min(columns, count)
    rows = -(-count // columns)
    figsize = (columns * size[0], rows * size[1])
    with axes_of(nrows=rows, ncols=columns, figsize=figsize, squeeze=False) as places:
        for axis in places.flat[count:]:
            axis.axis("off")
        axes = list(places.flat[:count])
        for axis, image in zip(axes, images, strict=True):
            axis.imshow(image, **look)
            axis.set(xticks=[], yticks=[])
            frame(axis)
        for axis, title in zip(axes, titles, strict=False):
            axis.set_title(title, fontsize=10)
        yield axes


def refuse_none(pictures: Sequence) -> int:
    """Return how many pictures there are. Raises ValueError if there are none."""
    if len(pictures) == 0:
        raise ValueError("there is nothing to show: 0 pictures came in, wanted at least one")
    return len(pictures)


def frame(axis: Axes, color: str = GRAY, width: float = 0.8) -> None:
    """Draw a frame that shows where a picture ends."""
    axis.spines[:].set(visible=True, color=color, linewidth=width)


def show(figure: Figure, handle: DisplayHandle | None = None) -> None:
    """Display the figure as PNG with its alternative text, or put it in the place of `handle`."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    alt = in_words(figure)
    picture = {"image/png": buffer.getvalue(), "text/plain": alt}
    put = display if handle is None else handle.update
    put(picture, raw=True, metadata={"image/png": {"alt": alt}})


def in_words(figure: Figure) -> str:
    """Return titles, labels, the numbers written in a figure, and both ends of its curves.

    What the reader can learn from a figure stands in the text of the lesson below it.
    """
    parts = [_part(axis) for axis in figure.axes if axis.axison or axis.texts]
    told = [part for part in parts if part]
    if not told:
        return f"{len(parts)} pictures." if len(parts) > 1 else "A picture."
    shown = "; ".join(told[:_MOST_PARTS])
    return shown if len(parts) == 1 else f"{len(parts)} pictures: {shown}"


def _part(axis: Axes) -> str:
    words = [axis.get_title(), " by ".join(filter(None, [axis.get_ylabel(), axis.get_xlabel()]))]
    for line in axis.lines:
        heights = line.get_ydata()
        if len(heights) and not line.get_label().startswith("_"):
            words.append(f"{line.get_label()} from {heights[0]:.3g} to {heights[-1]:.3g}")
    written = [text.get_text() for text in axis.texts]
    if axis.containers:  # bars
        names = [label.get_text() for label in axis.get_xticklabels()]
        if len(written) == len(names):
            words += [f"{name}: {text}" for name, text in zip(names, written, strict=True)]
    elif len(written) <= _MOST_TEXTS:
        words += written
    return ", ".join(" ".join(word.split()) for word in words if word.strip())
