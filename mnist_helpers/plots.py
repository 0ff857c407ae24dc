"""Every figure of the lessons.

Each function draws one figure and shows it. `alt` says in words what the figure shows: screen
readers read it, and it stands in the notebook wherever the picture cannot.
"""

import io
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import DisplayHandle, display
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_helpers.calibration import reliability

# Okabe and Ito's colours, which people with colour-blindness can tell apart (2008).
BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#6B6B6B"
_SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])
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
    images: np.ndarray,
    titles: Sequence[str] = (),
    *,
    alt: str,
    columns: int = 10,
    framed: bool = False,
) -> None:
    """Show grey images (n, h, w) or (n, h, w, 1), ink dark on light, in rows of `columns`.

    A frame shows where the image ends, where that matters.
    """
    images = np.asarray(images).reshape(len(images), *np.shape(images)[1:3])
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(
            rows,
            columns,
            figsize=(columns * 1.0, rows * (1.25 if len(titles) else 1.0)),
            squeeze=False,
        )
        for axis in axes.flat:
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
        for axis, image in zip(axes.flat, images, strict=False):
            axis.imshow(image, cmap="gray_r", vmin=0, vmax=1)
            axis.spines[:].set(visible=framed, color=GREY)
        for axis, title in zip(axes.flat, titles, strict=False):
            axis.set_title(title, fontsize=10)
    _show(figure, alt)


def learning_curves(history: Mapping[str, Sequence[float]], *, alt: str) -> None:
    """Show loss and accuracy by epoch, for training and validation.

    `history` is Keras's `History.history`.
    """
    live_curves(history, alt=alt)


def live_curves(
    history: Mapping[str, Sequence[float]], *, alt: str, handle: DisplayHandle | None = None
) -> DisplayHandle:
    """Show `learning_curves`; give the handle that came back to draw anew in the same place."""
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(8, 3))
        for axis, metric in zip(axes, ["loss", "accuracy"], strict=True):
            for key, name, colour, line in [
                (metric, "training", ORANGE, "o--"),
                (f"val_{metric}", "validation", BLUE, "s-"),
            ]:
                values = history.get(key, [])
                axis.plot(range(1, len(values) + 1), values, line, color=colour, label=name, ms=5)
            axis.set(title=metric.capitalize(), xlabel="epoch")
            axis.xaxis.get_major_locator().set_params(integer=True)
            axis.legend(frameon=False)
    return _show(figure, alt, handle)


def side_by_side(
    arrays: Sequence[np.ndarray], titles: Sequence[str], *, alt: str, numbers: bool = False
) -> None:
    """Show arrays (h, w) in a row, each on its own scale; `numbers` writes the values into them.

    Zero is white and the greatest value black; where there are values below zero, those are blue
    and the values above it orange.
    """
    shapes = [np.shape(array) for array in arrays]
    if numbers:
        square = 0.55 if max(map(max, shapes)) <= 8 else 0.33
        widths = [max(square * width, 1.2) for _, width in shapes]
        height = square * max(rows for rows, _ in shapes) + 0.4
    else:
        widths, height = [3.0] * len(arrays), 3.3
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(
            1,
            len(arrays),
            figsize=(sum(widths) + 0.25 * len(widths), height),
            width_ratios=widths,
            squeeze=False,
        )
        for axis, array, title in zip(axes.flat, arrays, titles, strict=True):
            most = np.abs(array).max() or 1
            signed = np.min(array) < 0
            colours = _SIGNED if signed else "gray_r"
            axis.imshow(array, cmap=colours, vmin=-most if signed else 0, vmax=most)
            axis.set(title=title, xticks=[], yticks=[])
            axis.spines[:].set(visible=True, color=GREY)
            if numbers:
                dark = np.asarray(array) * (-1 if signed else 1) > most / 2
                _write_numbers(axis, np.asarray(array), dark)
    _show(figure, alt)


def _write_numbers(axis: Axes, array: np.ndarray, dark: np.ndarray) -> None:
    """Write each value into its square, in white where the square is `dark`."""
    size = 12 if max(array.shape) <= 8 else 7
    for (row, column), value in np.ndenumerate(array):
        colour = "white" if dark[row, column] else "black"
        axis.text(column, row, f"{value:.3g}", color=colour, size=size, ha="center", va="center")


def bar_chart(
    names: Sequence, values: Sequence[float], *, alt: str, label: str, form: str = "{:,.0f}"
) -> None:
    """Show one bar for each name with its value, written as `form` says, above it."""
    names = [str(name) for name in names]
    width = max(0.75, 0.11 * max(map(len, names)))
    with plt.rc_context(_STYLE):
        figure, axis = plt.subplots(figsize=(max(width * len(names), 3), 2.8))
        bars = axis.bar(names, list(values), color=BLUE, width=0.7)
        axis.bar_label(bars, fmt=form.format, fontsize=9, padding=2)
        axis.set(ylabel=label)
        axis.margins(y=0.12)
    _show(figure, alt)


def centered_digits(
    images: np.ndarray, centers: Sequence[tuple[float, float]], *, alt: str
) -> None:
    """Show images (n, 28, 28) with the box around the ink and a cross at each (row, column)."""
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(1, len(images), figsize=(1.7 * len(images), 1.8))
        for axis, image, (row, column) in zip(axes, images, centers, strict=True):
            axis.imshow(image, cmap="gray_r")
            rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
            corner = (columns[0] - 0.5, rows[0] - 0.5)
            width, height = np.ptp(columns) + 1, np.ptp(rows) + 1
            axis.add_patch(Rectangle(corner, width, height, fill=False, color=BLUE, lw=1.5))
            axis.plot(column, row, "P", color=ORANGE, ms=11, mec="white")
            axis.set(title=f"{height} high, {width} wide", xticks=[], yticks=[])
            axis.title.set_size(9)
            axis.spines[:].set(visible=True, color=GREY)
    _show(figure, alt)


def layer_shapes(names: Sequence[str], shapes: Sequence[tuple[int, ...]], *, alt: str) -> None:
    """Draw what each layer gives: (side, side, maps) as a stack of squares, (n,) as a column."""
    with plt.rc_context(_STYLE):
        figure, axis = plt.subplots(figsize=(10, 2.5))
        for place, (name, shape) in enumerate(zip(names, shapes, strict=True)):
            flat = len(shape) == 1
            side = 4 + 16 * np.log10(shape[0]) / 3 if flat else shape[0]
            width = 2 if flat else side
            copies = 1 if flat else min(shape[2], 64) // 10 + 1
            middle = 40 * place
            for copy in range(copies):
                offset = 1.4 * (copies - 1) / 2 - 1.4 * copy
                corner = (middle - width / 2 + offset, -side / 2 + offset)
                axis.add_patch(Rectangle(corner, width, side, fc="#D9ECF7", ec=BLUE, lw=1))
            axis.text(middle, 24, name, ha="center", va="bottom", fontsize=10)
            size = " × ".join(f"{number:,}" for number in shape)
            axis.text(middle, -24, size, ha="center", va="top", fontsize=10, weight="bold")
            if place:
                axis.annotate(
                    "", (middle - 17, 0), (middle - 22, 0), arrowprops={"arrowstyle": "->"}
                )
        axis.set(xlim=(-22, 40 * len(names) - 18), ylim=(-32, 34), aspect="equal")
        axis.axis("off")
    _show(figure, alt)


def cross_entropy(probabilities: Sequence[float], *, alt: str) -> None:
    """Show the loss −ln p by the probability p of the right digit, with a dot at each given p."""
    curve = np.linspace(0.01, 1, 200)
    with plt.rc_context(_STYLE):
        figure, axis = plt.subplots(figsize=(5, 3))
        axis.plot(curve, -np.log(curve), color=GREY)
        for probability in probabilities:
            loss = -np.log(probability)
            axis.plot(probability, loss, "o", color=BLUE, ms=8)
            axis.annotate(f"{loss:.2f}", (probability, loss), (6, 6), textcoords="offset points")
        axis.set(xlabel="probability given to the right digit", ylabel="loss", ylim=(-0.1, 4.7))
    _show(figure, alt)


def learning_rate(rates: Sequence[float], *, alt: str) -> None:
    """Show the learning rate of each step."""
    with plt.rc_context(_STYLE):
        figure, axis = plt.subplots(figsize=(5, 2.6))
        axis.plot(rates, color=BLUE)
        axis.set(xlabel="step", ylabel="learning rate")
        axis.set_ylim(bottom=0)
    _show(figure, alt)


def error_curve(errors: Sequence[float], *, alt: str) -> None:
    """Show the share of errors after each epoch, 0 to 1, in per cent on a logarithmic axis."""
    with plt.rc_context(_STYLE):
        figure, axis = plt.subplots(figsize=(6, 3))
        axis.plot(range(1, len(errors) + 1), 100 * np.asarray(errors), "s-", color=BLUE, ms=4)
        axis.set(xlabel="epoch", ylabel="errors in per cent", yscale="log")
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_formatter("{x:g}")
    _show(figure, alt)


def seeds(accuracies: Mapping[str, Sequence[float]], *, alt: str) -> None:
    """Show for each recipe the accuracy of every run as a dot, and their mean as a line."""
    with plt.rc_context(_STYLE):
        figure, axis = plt.subplots(figsize=(7, 0.6 + 0.6 * len(accuracies)))
        for row, values in enumerate(accuracies.values()):
            per_cent = 100 * np.asarray(values)
            mean = per_cent.mean()
            axis.plot(per_cent, np.full(len(per_cent), row), "o", color=BLUE, ms=7, alpha=0.7)
            axis.plot([mean, mean], [row - 0.25, row + 0.25], color=ORANGE, linewidth=3)
            axis.annotate(
                f"{mean:.2f}", (mean, row - 0.25), (0, 5), textcoords="offset points", ha="center"
            )
        axis.set(xlabel="accuracy in per cent", ylim=(len(accuracies) - 0.5, -0.8))
        axis.set_yticks(range(len(accuracies)), list(accuracies))
        axis.margins(x=0.08)
    _show(figure, alt)


def confusion_matrix(matrix: np.ndarray, *, alt: str, form: str = "{:.0f}") -> None:
    """Show a matrix (10, 10): true digit by row, answer by column, zeros left empty."""
    with plt.rc_context(_STYLE):
        figure, axis = plt.subplots(figsize=(6, 5.4))
        axis.imshow(matrix, cmap="Blues")
        for (row, column), value in np.ndenumerate(matrix):
            if value:
                colour = "white" if value > matrix.max() / 2 else "black"
                text = form.format(value)
                axis.text(column, row, text, color=colour, size=9, ha="center", va="center")
        digits = range(len(matrix))
        axis.set(xlabel="answer of the network", ylabel="true digit", xticks=digits, yticks=digits)
        axis.spines[:].set(visible=True, color=GREY)
    _show(figure, alt)


def answers(
    images: np.ndarray,
    truths: Sequence[int],
    digits: Sequence[int],
    confidences: Sequence[float],
    titles: Sequence[str] = (),
    *,
    alt: str,
    columns: int = 6,
) -> None:
    """Show images (n, 28, 28) or (n, 28, 28, 1), and what the network answered under each.

    `truths` are the labels, `digits` the answers, `confidences` their probabilities;
    `titles` stand above.
    """
    images = np.asarray(images).reshape(len(images), *np.shape(images)[1:3])
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(
            rows, columns, figsize=(columns * 1.5, rows * (2.1 if titles else 1.9)), squeeze=False
        )
        for axis in axes.flat[len(images) :]:
            axis.axis("off")
        told = zip(axes.flat, images, truths, digits, confidences, strict=False)
        for axis, image, truth, digit, confidence in told:
            axis.imshow(image, cmap="gray_r", vmin=0, vmax=1)
            right = digit == truth
            axis.set(xticks=[], yticks=[])
            verdict = "right" if right else f"wrong: it is {truth}"
            axis.set_xlabel(f"says {digit}, {confidence:.0%}\n{verdict}", fontsize=10)
            colour = BLUE if right else ORANGE
            axis.spines[:].set(visible=True, color=colour, linewidth=3)
        for axis, title in zip(axes.flat, titles, strict=False):
            axis.set_title(title, fontsize=10)
    _show(figure, alt)


def channel_grid(channels: np.ndarray, *, alt: str, columns: int = 8) -> None:
    """Show the channels of an array (h, w, n), such as kernels or feature maps, each numbered.

    All share one scale. Without values below zero, dark is zero and bright the greatest; with such
    values, those are blue and the values above zero orange.
    """
    count, most = channels.shape[2], np.abs(channels).max()
    rows = -(-count // columns)
    signed = channels.min() < 0
    colours = _SIGNED if signed else "viridis"
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(
            rows, columns, figsize=(columns * 1.0, rows * 1.2), squeeze=False
        )
        for axis in axes.flat[count:]:
            axis.axis("off")
        for number, axis in enumerate(axes.flat[:count]):
            axis.imshow(channels[:, :, number], cmap=colours, vmin=-most * signed, vmax=most)
            axis.set(xticks=[], yticks=[])
            axis.set_title(number, fontsize=9, pad=2)
            axis.spines[:].set(visible=True, color=GREY)
    _show(figure, alt)


def reliability_diagram(confidence: np.ndarray, right: np.ndarray, *, alt: str) -> None:
    """Show how often answers are right, by their confidence, and how many answers there are.

    Takes what `reliability` takes. On the diagonal, both shares agree; the bars have a logarithmic
    scale.
    """
    counts, sure, share_right = reliability(confidence, right)
    with plt.rc_context(_STYLE):
        figure, (upper, lower) = plt.subplots(
            2, 1, figsize=(6, 5.8), sharex=True, height_ratios=[3, 1]
        )
        upper.plot([0, 1], [0, 1], "--", color=GREY, lw=1)
        upper.vlines(sure, sure, share_right, color=GREY, lw=1.5)
        for chosen, marker, colour, name in [
            (share_right >= sure, "^", BLUE, "right more often than it says: too modest"),
            (share_right < sure, "v", ORANGE, "right less often than it says: too sure"),
        ]:
            upper.plot(
                sure[chosen], share_right[chosen], marker, color=colour, ms=9, mec="k", label=name
            )
        upper.set(ylabel="share that is right", xlim=(0, 1.02), ylim=(-0.03, 1.05))
        upper.legend(frameon=False, fontsize=10, loc="lower left", bbox_to_anchor=(0, 1))
        bars = lower.bar(sure, counts, width=0.03, color=GREY)
        lower.bar_label(bars, fmt="{:,.0f}", fontsize=8, padding=1)
        lower.set(yscale="log", ylim=(0.5, 5 * counts.max()), yticks=[])
        lower.set(xlabel="confidence", ylabel="answers")
        lower.minorticks_off()
    _show(figure, alt)


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
