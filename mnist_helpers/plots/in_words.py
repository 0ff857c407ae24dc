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
    written = [text.get_text() for text in axis.texts]
    words = [
        axis.get_title(),
        " by ".join(filter(None, [axis.get_ylabel(), axis.get_xlabel()])),
        *_curves(axis),
        *_bars(axis),
        *(written if len(written) <= _MOST_TEXTS and not axis.containers else []),
    ]
    return ", ".join(" ".join(word.split()) for word in words if word.strip())


def _curves(axis: Axes) -> list[str]:
    return [
        f"{line.get_label()} from {line.get_ydata()[0]:.3g} to {line.get_ydata()[-1]:.3g}"
        for line in axis.lines
        if len(line.get_ydata()) and not line.get_label().startswith("_")
    ]


def _bars(axis: Axes) -> list[str]:
    if not axis.containers or len(axis.texts) != len(axis.get_xticklabels()):
        return []
    names = [label.get_text() for label in axis.get_xticklabels()]
    return [f"{name}: {text.get_text()}" for name, text in zip(names, axis.texts, strict=True)]
