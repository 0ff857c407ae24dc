"""Figures of images, of arrays of numbers, and of what a network computes from them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from mnist_helpers.plots.base import (
    BLUE,
    GRAY,
    ORANGE,
    as_pictures,
    axes_of,
    frame,
    grid,
    refuse_none,
)
from mnist_helpers.prediction import percent

_SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])


def image_grid(
    images: np.ndarray, titles: Sequence[str] = (), *, columns: int = 10, framed: bool = False
) -> None:
    """Show grey images (n, h, w) or (n, h, w, 1), ink dark on light, in rows of `columns`.

    `titles` stand above the images. With `framed`, a frame shows where each image ends.
    """
    images = as_pictures(images)
    height = 1.25 if len(titles) else 1.0
    with grid(len(images), columns, 1.0, height) as axes:
        for axis, image in zip(axes, images, strict=True):
            axis.imshow(image, cmap="gray_r", vmin=0, vmax=1)
            axis.spines[:].set(visible=framed, color=GRAY)
        for axis, title in zip(axes, titles, strict=False):
            axis.set_title(title, fontsize=10)


def side_by_side(
    arrays: Sequence[np.ndarray], titles: Sequence[str], *, numbers: bool = False
) -> None:
    """Show arrays (h, w) in a row, each on its own scale; `numbers` writes the values into them.

    Zero is white and the largest value is black. If an array has values below zero, these are blue,
    and the values above zero are orange.
    """
    arrays = [np.asarray(array) for array in arrays]
    refuse_none(len(arrays))
    widths, height = _sizes([array.shape for array in arrays], numbers)
    size = (sum(widths) + 0.25 * len(widths), height)
    with axes_of(ncols=len(arrays), figsize=size, width_ratios=widths, squeeze=False) as axes:
        for axis, array, title in zip(axes.flat, arrays, titles, strict=True):
            most = np.abs(array).max() or 1
            signed = array.min() < 0
            colors = _SIGNED if signed else "gray_r"
            axis.imshow(array, cmap=colors, vmin=-most if signed else 0, vmax=most)
            axis.set(title=title, xticks=[], yticks=[])
            frame(axis)
            if numbers:
                _write_numbers(axis, array, array * (-1 if signed else 1) > most / 2)


def centered_digits(images: np.ndarray) -> None:
    """Show images (n, 28, 28) with the box around the ink and a cross at its centre of mass."""
    images = as_pictures(images)
    with grid(len(images), len(images), 1.7, 1.8) as axes:
        for axis, image in zip(axes, images, strict=True):
            axis.imshow(image, cmap="gray_r")
            rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
            corner = (columns[0] - 0.5, rows[0] - 0.5)
            width, height = np.ptp(columns) + 1, np.ptp(rows) + 1
            axis.add_patch(Rectangle(corner, width, height, fill=False, color=BLUE, lw=1.5))
            row, column = (np.average(range(28), weights=image.sum(axis=other)) for other in (1, 0))
            axis.plot(column, row, "P", color=ORANGE, ms=11, mec="white")
            axis.set_title(f"{height} high, {width} wide", size=9)
            frame(axis)


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
    images = as_pictures(images)
    height = 2.1 if len(titles) else 1.9
    with grid(len(images), columns, 1.5, height) as axes:
        told = zip(axes, images, truths, digits, confidences, strict=True)
        for axis, image, truth, digit, confidence in told:
            axis.imshow(image, cmap="gray_r", vmin=0, vmax=1)
            right = digit == truth
            verdict = "right" if right else f"wrong: it is {truth}"
            axis.set_xlabel(f"says {digit}, {percent(confidence)}\n{verdict}", fontsize=10)
            frame(axis, BLUE if right else ORANGE, width=3)
        for axis, title in zip(axes, titles, strict=False):
            axis.set_title(title, fontsize=10)


def channel_grid(channels: np.ndarray, *, columns: int = 8) -> None:
    """Show the channels of an array (h, w, n), such as kernels or feature maps, each numbered.

    All channels share one scale, from dark (zero) to bright (the largest value). If there are
    values below zero, these are blue, zero is white, and the values above it are orange.
    """
    most = np.abs(channels).max(initial=0)
    signed = channels.min(initial=0) < 0
    colors = _SIGNED if signed else "viridis"
    with grid(channels.shape[2], columns, 1.0, 1.2) as axes:
        for number, axis in enumerate(axes):
            axis.imshow(channels[:, :, number], cmap=colors, vmin=-most * signed, vmax=most)
            axis.set_title(str(number), fontsize=9, pad=2)
            frame(axis)


def _sizes(shapes: list[tuple[int, int]], numbers: bool) -> tuple[list[float], float]:
    """Return the widths of arrays side by side, and their height, in inches."""
    if not numbers:
        return [3.0] * len(shapes), 3.3
    square = 0.55 if max(map(max, shapes)) <= 8 else 0.33
    widths = [max(square * width, 1.2) for _, width in shapes]
    return widths, square * max(rows for rows, _ in shapes) + 0.4


def _write_numbers(axis: Axes, array: np.ndarray, dark: np.ndarray) -> None:
    """Write each value into its square, in white if the square is `dark`."""
    size = 12 if max(array.shape) <= 8 else 7
    for (row, column), value in np.ndenumerate(array):
        color = "white" if dark[row, column] else "black"
        axis.text(column, row, f"{value:.3g}", color=color, size=size, ha="center", va="center")
