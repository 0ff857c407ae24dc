"""A figure in words, for people who use a screen reader: a text made from the figure itself.

What the reader can learn from a figure stands in the text of the lesson below it.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

_MOST_TEXTS = 30  # with more numbers than that, nobody can follow when they are read aloud
_MOST_PARTS = 40


def in_words(figure: Figure) -> str:
    """Return titles, labels, the numbers written in a figure, and both ends of its curves."""
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
