"""Every figure of the lessons.

Each function draws one figure and shows it. It also has an alternative text, for screen readers and
for places that cannot show the picture. `_in_words` makes this text from the figure itself.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import DisplayHandle, display
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mnist_helpers.calibration import reliability
from mnist_helpers.prediction import percent

# Okabe and Ito's colors, which people with color-blindness can tell apart (2008).
BLUE, ORANGE, GRAY = "#0072B2", "#E69F00", "#6B6B6B"
# Color, line and marker of each curve of several.
_LINES = [(BLUE, "-", "s"), (ORANGE, "--", "o"), (GRAY, ":", "^"), ("black", "-.", "v")]
_SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])
_GREY = {"cmap": "gray_r", "vmin": 0, "vmax": 1}
_STYLE = Path(__file__).with_name("figures.mplstyle")
_MOST_TEXTS = 30  # with more numbers than that, nobody can follow when they are read aloud
_MOST_PARTS = 40


def __dir__() -> list[str]:
    """Return the figures alone, which Tab offers."""
    own = {name for name, it in globals().items() if getattr(it, "__module__", "") == __name__}
    return sorted(name for name in own if not name.startswith("_"))


def learning_curves(
    history: Mapping[str, Sequence[float]], *, handle: DisplayHandle | None = None
) -> None:
    """Show loss and accuracy by epoch, for training and validation.

    `history` is what `fit` returns, or its `history`. With `handle`, the figure replaces the one
    that the handle shows.
    """
    history = getattr(history, "history", history)
    curves = [("", "training", ORANGE, "o--"), ("val_", "validation", BLUE, "s-")]
    with _axes_of(handle, ncols=2, figsize=(8, 3)) as axes:
        for axis, metric in zip(axes, ["loss", "accuracy"], strict=True):
            for prefix, name, color, line in curves:
                values = history.get(prefix + metric, [])
                axis.plot(range(1, len(values) + 1), values, line, color=color, label=name, ms=5)
            axis.set(title=metric.capitalize(), xlabel="epoch")
            axis.xaxis.get_major_locator().set_params(integer=True)
            axis.legend(frameon=False)


def bar_chart(
    names: Sequence, values: Sequence[float], *, label: str, form: str = "{:,.0f}"
) -> None:
    """Show one bar for each name, with its value above it in the format `form`."""
    names = [str(name) for name in names]
    width = max(0.75, 0.11 * max(map(len, names)))
    with _axes_of(figsize=(max(width * len(names), 3), 2.8)) as axis:
        bars = axis.bar(names, list(values), color=BLUE, width=0.7)
        axis.bar_label(bars, fmt=form.format, fontsize=9, padding=2)
        axis.set(ylabel=label)
        axis.margins(y=0.12)


def cross_entropy(probabilities: Sequence[float]) -> None:
    """Show the loss −ln p for the probability p of the right digit, with a dot at each given p."""
    curve = np.linspace(0.01, 1, 200)
    with _axes_of(figsize=(5, 3)) as axis:
        axis.plot(curve, -np.log(curve), color=GRAY)
        for probability in probabilities:
            loss = -np.log(probability)
            axis.plot(probability, loss, "o", color=BLUE, ms=8)
            axis.annotate(f"{loss:.2f}", (probability, loss), (6, 6), textcoords="offset points")
        axis.set(xlabel="probability of the right digit", ylabel="loss", ylim=(-0.1, 4.7))


def learning_rate(rates: Sequence[float]) -> None:
    """Show the learning rate of each step."""
    with _axes_of(figsize=(5, 2.6)) as axis:
        axis.plot(rates, color=BLUE)
        axis.set(xlabel="step", ylabel="learning rate", ylim=(0, None))


def histogram(values: np.ndarray, *, label: str) -> None:
    """Show how many of the values lie in each of 400 bins."""
    with _axes_of(figsize=(6, 3)) as axis:
        axis.hist(np.ravel(values), bins=400, color=BLUE)
        axis.set(xlabel=label, ylabel="how many")


def seeds(accuracies: Mapping[str, Sequence[float]]) -> None:
    """Show for each recipe the accuracy of every run as a dot, and their mean as a line."""
    with _axes_of(figsize=(7, 0.6 + 0.6 * len(accuracies))) as axis:
        for row, values in enumerate(accuracies.values()):
            per_cent = 100 * np.asarray(values)
            mean = per_cent.mean()
            axis.plot(per_cent, np.full(len(per_cent), row), "o", color=BLUE, ms=7, alpha=0.7)
            axis.plot([mean, mean], [row - 0.25, row + 0.25], color=ORANGE, linewidth=3)
            place = {"xytext": (0, 5), "textcoords": "offset points", "ha": "center"}
            axis.annotate(f"{mean:.2f}", (mean, row - 0.25), **place)
        axis.set(xlabel="accuracy in per cent", ylim=(len(accuracies) - 0.5, -0.8))
        axis.set_yticks(range(len(accuracies)), list(accuracies))
        axis.margins(x=0.08)


def trade_off(curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Show the share of digits kept (n,) against that of others turned away (n,), as named curves.

    Both are shares from 0 to 1. The figure shows them in per cent, and only from 90 % of the digits
    kept, which is the useful part.

    Raises ValueError for more than four curves: a reader could not tell them apart.
    """
    if len(curves) > len(_LINES):
        raise ValueError(
            f"{len(curves)} curves came in, and at most {len(_LINES)} can be told apart"
        )
    with _axes_of(figsize=(6, 3.6)) as axis:
        named = zip(curves.items(), _LINES, strict=False)
        for (name, (kept, away)), (color, line, marker) in named:
            style = {"color": color, "ls": line, "marker": marker, "markevery": 0.1, "ms": 5}
            axis.plot(100 * np.asarray(kept), 100 * np.asarray(away), label=name, **style)
        axis.set(xlabel="digits kept, in per cent", ylabel="others turned away, in per cent")
        axis.set(xlim=(90, 100), ylim=(0, 103))
        axis.legend(frameon=False, loc="lower left")
        axis.grid(alpha=0.3)


def confusion_matrix(matrix: np.ndarray, *, form: str = "{:.0f}") -> None:
    """Show a matrix (10, 10): rows are true digits, columns predictions, zeros are empty."""
    matrix = np.asarray(matrix)
    with _axes_of(figsize=(6, 5.4)) as axis:
        axis.imshow(matrix, cmap="Blues")
        for row, column in np.argwhere(matrix):
            number = matrix[row, column]
            color = "white" if number > matrix.max() / 2 else "black"  # on dark blue or on light
            place = {"ha": "center", "va": "center"}
            axis.text(column, row, form.format(number), color=color, size=9, **place)
        digits = range(len(matrix))
        axis.set(xlabel="prediction", ylabel="true digit", xticks=digits, yticks=digits)
        _frame(axis)


def reliability_diagram(confidence: np.ndarray, right: np.ndarray) -> None:
    """Show how often predictions of each confidence are right, and how many there are.

    It takes what `reliability` takes. On the diagonal, the share of right predictions equals the
    confidence. The bars have a logarithmic scale.
    """
    counts, sure, share_right = reliability(confidence, right)
    shape = {"nrows": 2, "figsize": (6, 5.8), "sharex": True, "height_ratios": [3, 1]}
    with _axes_of(**shape) as (upper, lower):
        upper.plot([0, 1], [0, 1], "--", color=GRAY, lw=1)
        upper.vlines(sure, sure, share_right, color=GRAY, lw=1.5)
        for chosen, marker, color, name in [
            (share_right >= sure, "^", BLUE, "right more often than it says: too modest"),
            (share_right < sure, "v", ORANGE, "right less often than it says: too sure"),
        ]:
            look = {"color": color, "ms": 9, "mec": "k", "label": name}
            upper.plot(sure[chosen], share_right[chosen], marker, **look)
        upper.set(ylabel="share that is right", xlim=(0, 1.02), ylim=(-0.03, 1.05))
        upper.legend(frameon=False, fontsize=10, loc="lower left", bbox_to_anchor=(0, 1))
        bars = lower.bar(sure, counts, width=0.03, color=GRAY)
        lower.bar_label(bars, fmt="{:,.0f}", fontsize=8, padding=1)
        lower.set(yscale="log", ylim=(0.5, 5 * counts.max()), yticks=[])
        lower.set(xlabel="confidence", ylabel="predictions")
        lower.minorticks_off()


def image_grid(
    images: np.ndarray, titles: Sequence[str] = (), *, columns: int = 10, framed: bool = False
) -> None:
    """Show grey images (n, h, w) or (n, h, w, 1), ink dark on light, in rows of `columns`.

    `titles` stand above the images. With `framed`, a frame shows where each image ends.
    """
    height = 1.25 if len(titles) else 1.0
    with _grid(images, columns, (1.0, height), titles, **_GREY) as axes:
        for axis in axes:
            axis.spines[:].set(visible=framed)


def side_by_side(arrays: Sequence[np.ndarray], titles: Sequence[str]) -> None:
    """Show arrays (h, w) in a row, each on its own scale.

    Zero is white and the largest value is black. If an array has values below zero, these are blue,
    and the values above zero are orange.
    """
    arrays = [np.asarray(array) for array in arrays]
    count = _refuse_none(arrays)
    with _axes_of(ncols=count, figsize=(3.25 * count, 3.3), squeeze=False) as axes:
        for axis, array, title in zip(axes.flat, arrays, titles, strict=True):
            axis.imshow(array, **_scale(array, "gray_r"))
            axis.set(title=title, xticks=[], yticks=[])
            _frame(axis)


def centered_digits(images: np.ndarray) -> None:
    """Show images (n, 28, 28) with the box around the ink and a cross at its centre of mass."""
    with _grid(images, len(images), (1.7, 1.8), cmap="gray_r") as axes:
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
    with _grid(images, columns, (1.5, height), titles, **_GREY) as axes:
        told = zip(axes, truths, digits, confidences, strict=True)
        for axis, truth, digit, confidence in told:
            right = digit == truth
            verdict = "right" if right else f"wrong: it is {truth}"
            axis.set_xlabel(f"says {digit}, {percent(confidence)}\n{verdict}", fontsize=10)
            _frame(axis, BLUE if right else ORANGE, width=3)


def channel_grid(channels: np.ndarray, *, columns: int = 8) -> None:
    """Show the channels of an array (h, w, n), such as kernels or feature maps, each numbered.

    All channels share one scale, from dark (zero) to bright (the largest value). If there are
    values below zero, these are blue, zero is white, and the values above it are orange.
    """
    # With an axis of its own for grey, maps that are one pixel wide are not taken for that axis.
    channels = np.asarray(channels)
    images = np.moveaxis(channels, 2, 0)[..., np.newaxis]
    with _grid(images, columns, (1.0, 1.2), **_scale(channels, "viridis")) as axes:
        for number, axis in enumerate(axes):
            axis.set_title(str(number), fontsize=9, pad=2)


@contextmanager
def _axes_of(handle: DisplayHandle | None = None, **subplots) -> Iterator:
    """Give the axes of a new figure, as `plt.subplots` does; show it at the end."""
    with plt.style.context(_STYLE):
        figure, axes = plt.subplots(**subplots)
        try:
            yield axes
            _show(figure, handle)
        finally:
            plt.close(figure)


@contextmanager
def _grid(
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
    count = _refuse_none(images)
    columns = min(columns, count)
    rows = -(-count // columns)
    figsize = (columns * size[0], rows * size[1])
    with _axes_of(nrows=rows, ncols=columns, figsize=figsize, squeeze=False) as places:
        for axis in places.flat[count:]:
            axis.axis("off")
        axes = list(places.flat[:count])
        for axis, image in zip(axes, images, strict=True):
            axis.imshow(image, **look)
            axis.set(xticks=[], yticks=[])
            _frame(axis)
        for axis, title in zip(axes, titles, strict=False):
            axis.set_title(title, fontsize=10)
        yield axes


def _refuse_none(pictures: Sequence) -> int:
    """Return how many pictures there are. Raises ValueError if there are none."""
    if len(pictures) == 0:
        raise ValueError("there is nothing to show: 0 pictures came in, wanted at least one")
    return len(pictures)


def _frame(axis: Axes, color: str = GRAY, width: float = 0.8) -> None:
    """Draw a frame that shows where a picture ends."""
    axis.spines[:].set(visible=True, color=color, linewidth=width)


def _show(figure: Figure, handle: DisplayHandle | None = None) -> None:
    """Display the figure as PNG with its alternative text, or put it in the place of `handle`."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    alt = _in_words(figure)
    picture = {"image/png": buffer.getvalue(), "text/plain": alt}
    put = display if handle is None else handle.update
    put(picture, raw=True, metadata={"image/png": {"alt": alt}})


def _in_words(figure: Figure) -> str:
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


def _scale(array: np.ndarray, colors: str) -> dict:
    """Return how to show all values from zero in `colors`, or in blue and orange around zero."""
    most = np.abs(array).max(initial=0) or 1
    if array.min(initial=0) < 0:
        return {"cmap": _SIGNED, "vmin": -most, "vmax": most}
    return {"cmap": colors, "vmin": 0, "vmax": most}
