"""Every figure of the lessons.

Each function draws one figure and shows it. `alt` says in words what the figure shows: screen
readers read it, and it stands in the notebook wherever the picture cannot.
"""

import io
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import DisplayHandle, display
from matplotlib.figure import Figure

# Okabe and Ito's colours, which people with colour-blindness can tell apart (2008).
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#6B6B6B"
_STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
}
_DPI = 100


def image_grid(
    images: np.ndarray, titles: Sequence[str] = (), *, alt: str, columns: int = 10
) -> None:
    """Show grey images (n, 28, 28) or (n, 28, 28, 1), ink dark on light, in rows of `columns`."""
    images = np.asarray(images).reshape(len(images), *np.shape(images)[1:3])
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(
            rows, columns, figsize=(columns * 1.0, rows * (1.25 if titles else 1.0)), squeeze=False
        )
        for axis in axes.flat:
            axis.axis("off")
        for axis, image in zip(axes.flat, images, strict=False):
            axis.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        for axis, title in zip(axes.flat, titles, strict=False):
            axis.set_title(title, fontsize=10)
    _show(figure, alt)


def learning_curves(
    history: Mapping[str, Sequence[float]], *, alt: str, handle: DisplayHandle | None = None
) -> DisplayHandle:
    """Show loss and accuracy by epoch, for training and validation.

    `history` is Keras's `History.history`. Give the handle that came back to draw the picture anew
    in the same place.
    """
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(8, 3))
        for axis, metric in zip(axes, ["loss", "accuracy"], strict=True):
            for key, name, colour, line in [
                (metric, "training", ORANGE, "o--"),
                (f"val_{metric}", "validation", BLUE, "s-"),
            ]:
                values = history.get(key, [])
                axis.plot(range(1, len(values) + 1), values, line, color=colour, label=name)
            axis.set(title=metric.capitalize(), xlabel="epoch")
            axis.xaxis.get_major_locator().set_params(integer=True)
            axis.legend(frameon=False)
    return _show(figure, alt, handle)


def _show(figure: Figure, alt: str, handle: DisplayHandle | None = None) -> DisplayHandle:
    """Display the figure as PNG with `alt` as its alternative text, and close it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    plt.close(figure)
    picture = {"image/png": buffer.getvalue(), "text/plain": alt}
    metadata = {"image/png": {"alt": alt}}
    if handle is None:
        return display(picture, raw=True, metadata=metadata, display_id=True)
    handle.update(picture, raw=True, metadata=metadata)
    return handle
