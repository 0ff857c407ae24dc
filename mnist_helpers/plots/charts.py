"""Figures of numbers: curves, bars, and measurements of answers."""

from collections.abc import Mapping, Sequence

import numpy as np
from IPython.display import DisplayHandle

from mnist_helpers.calibration import reliability
from mnist_helpers.plots.base import BLUE, GRAY, ORANGE, axes_of, frame

# Color, line and marker of each curve of several.
_LINES = [(BLUE, "-", "s"), (ORANGE, "--", "o"), (GRAY, ":", "^"), ("black", "-.", "v")]


def learning_curves(
    history: Mapping[str, Sequence[float]], *, handle: DisplayHandle | None = None
) -> None:
    """Show loss and accuracy by epoch, for training and validation.

    `history` is what `fit` returns, or its `history`. With `handle`, the figure replaces the one
    that the handle shows.
    """
    history = getattr(history, "history", history)
    curves = [("", "training", ORANGE, "o--"), ("val_", "validation", BLUE, "s-")]
    with axes_of(handle, ncols=2, figsize=(8, 3)) as axes:
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
    with axes_of(figsize=(max(width * len(names), 3), 2.8)) as axis:
        bars = axis.bar(names, list(values), color=BLUE, width=0.7)
        axis.bar_label(bars, fmt=form.format, fontsize=9, padding=2)
        axis.set(ylabel=label)
        axis.margins(y=0.12)


def cross_entropy(probabilities: Sequence[float]) -> None:
    """Show the loss −ln p for the probability p of the right digit, with a dot at each given p."""
    curve = np.linspace(0.01, 1, 200)
    with axes_of(figsize=(5, 3)) as axis:
        axis.plot(curve, -np.log(curve), color=GRAY)
        for probability in probabilities:
            loss = -np.log(probability)
            axis.plot(probability, loss, "o", color=BLUE, ms=8)
            axis.annotate(f"{loss:.2f}", (probability, loss), (6, 6), textcoords="offset points")
        axis.set(xlabel="probability of the right digit", ylabel="loss", ylim=(-0.1, 4.7))


def learning_rate(rates: Sequence[float]) -> None:
    """Show the learning rate of each step."""
    with axes_of(figsize=(5, 2.6)) as axis:
        axis.plot(rates, color=BLUE)
        axis.set(xlabel="step", ylabel="learning rate", ylim=(0, None))


def histogram(values: np.ndarray, *, label: str) -> None:
    """Show how many of the values lie in each of 400 bins."""
    with axes_of(figsize=(6, 3)) as axis:
        axis.hist(np.ravel(values), bins=400, color=BLUE)
        axis.set(xlabel=label, ylabel="how many")


def seeds(accuracies: Mapping[str, Sequence[float]]) -> None:
    """Show for each recipe the accuracy of every run as a dot, and their mean as a line."""
    with axes_of(figsize=(7, 0.6 + 0.6 * len(accuracies))) as axis:
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
    with axes_of(figsize=(6, 3.6)) as axis:
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
    with axes_of(figsize=(6, 5.4)) as axis:
        axis.imshow(matrix, cmap="Blues")
        for row, column in np.argwhere(matrix):
            number = matrix[row, column]
            color = "white" if number > matrix.max() / 2 else "black"  # on dark blue or on light
            place = {"ha": "center", "va": "center"}
            axis.text(column, row, form.format(number), color=color, size=9, **place)
        digits = range(len(matrix))
        axis.set(xlabel="prediction", ylabel="true digit", xticks=digits, yticks=digits)
        frame(axis)


def reliability_diagram(confidence: np.ndarray, right: np.ndarray) -> None:
    """Show how often predictions of each confidence are right, and how many there are.

    It takes what `reliability` takes. On the diagonal, the share of right predictions equals the
    confidence. The bars have a logarithmic scale.
    """
    counts, sure, share_right = reliability(confidence, right)
    shape = {"nrows": 2, "figsize": (6, 5.8), "sharex": True, "height_ratios": [3, 1]}
    with axes_of(**shape) as (upper, lower):
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
