"""Figures of images, of arrays of numbers, and of what a network computes from them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from mnist_helpers.plots.base import BLUE, ORANGE, axes_of, frame, grid, refuse_none
from mnist_helpers.prediction import percent

_SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])
_GREY = {"cmap": "gray_r", "vmin": 0, "vmax": 1}


def image_grid(
    images: np.ndarray, titles: Sequence[str] = (), *, columns: int = 10, framed: bool = False
) -> None:
    """Show grey images (n, h, w) or (n, h, w, 1), ink dark on light, in rows of `columns`.

    `titles` stand above the images. With `framed`, a frame shows where each image ends.
    """
    height = 1.25 if len(titles) else 1.0
    with grid(images, columns, (1.0, height), titles, **_GREY) as axes:
        for axis in axes:
            axis.spines[:].set(visible=framed)


def side_by_side(arrays: Sequence[np.ndarray], titles: Sequence[str]) -> None:
    """Show arrays (h, w) in a row, each on its own scale.

    Zero is white and the largest value is black. If an array has values below zero, these are blue,
    and the values above zero are orange.
    """
    arrays = [np.asarray(array) for array in arrays]
    count = refuse_none(arrays)
    with axes_of(ncols=count, figsize=(3.25 * count, 3.3), squeeze=False) as axes:
        for axis, array, title in zip(axes.flat, arrays, titles, strict=True):
            axis.imshow(array, **_scale(array, "gray_r"))
            axis.set(title=title, xticks=[], yticks=[])
            frame(axis)


def centered_digits(images: np.ndarray) -> None:
    """Show images (n, 28, 28) with the box around the ink and a cross at its centre of mass."""
    with grid(images, len(images), (1.7, 1.8), cmap="gray_r") as axes:
        for axis in axes:
            image = np.asarray(axis.images[0].get_array())
            if not image.any():
                continue  # it has no box and no centre
            rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
            corner = (columns[0] - 0.5, rows[0] - 0.5)
            width, height = np.ptp(columns) + 1, np.ptp(rows) + 1
            axis.add_patch(Rectangle(corner, width, height, fill=False, color=BLUE, lw=1.5))
            row, column = (np.average(range(28), weights=image.sum(axis=other)) for other in (1, 0))
            axis.plot(column, row, "P", color=ORANGE, ms=11, mec="white")
            axis.set_title(f"{height} high, {width} wide", size=9)


def answers(
    images: np.ndarray,
    truths: Sequence[int],
    digits: Sequence[int],
    confidences: Sequence[float],
    titles: Sequence[str] = (),
    *,
    columns: int = 6,
) -> None:
    """Show images (n, 28, 28) or (n, 28, 28, 1), each with the network's answer below it.

    `truths` are the labels, `digits` the answers, `confidences` their probabilities. `titles` stand
    above the images.
    """
    height = 2.1 if len(titles) else 1.9
    with grid(images, columns, (1.5, height), titles, **_GREY) as axes:
        told = zip(axes, truths, digits, confidences, strict=True)
        for axis, truth, digit, confidence in told:
            right = digit == truth
            verdict = "right" if right else f"wrong: it is {truth}"
            axis.set_xlabel(f"says {digit}, {percent(confidence)}\n{verdict}", fontsize=10)
            frame(axis, BLUE if right else ORANGE, width=3)


def channel_grid(channels: np.ndarray, *, columns: int = 8) -> None:
    """Show the channels of an array (h, w, n), such as kernels or feature maps, each numbered.

    All channels share one scale, from dark (zero) to bright (the largest value). If there are
    values below zero, these are blue, zero is white, and the values above it are orange.
    """
    # With an axis of its own for grey, maps that are one pixel wide are not taken for that axis.
    channels = np.asarray(channels)
    images = np.moveaxis(channels, 2, 0)[..., np.newaxis]
    with grid(images, columns, (1.0, 1.2), **_scale(channels, "viridis")) as axes:
        for number, axis in enumerate(axes):
            axis.set_title(str(number), fontsize=9, pad=2)


def _scale(array: np.ndarray, colors: str) -> dict:
    """Return how to show all values from zero in `colors`, or in blue and orange around zero."""
    most = np.abs(array).max(initial=0) or 1
    if array.min(initial=0) < 0:
        return {"cmap": _SIGNED, "vmin": -most, "vmax": most}
    return {"cmap": colors, "vmin": 0, "vmax": most}
