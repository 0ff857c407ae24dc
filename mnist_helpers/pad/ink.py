"""The strokes on a pad, with the time of each point, and their changes for undo and redo."""

from collections.abc import Sequence

import numpy as np

from mnist_helpers.drawing import draw_strokes

_RUBBER = 6  # pixels, the width of the trace that the eraser leaves

Point = tuple[float, float, float]  # x and y in pixels, and seconds


class Ink:
    """Strokes that grow, and can be erased, undone and redone.

    `strokes` is a list of strokes, in the order drawn; a stroke is a list of points (x, y, time).
    """

    def __init__(self):
        self.strokes: list[list[Point]] = []
        self._past: list[list] = []  # what `strokes` was before each change
        self._future: list[list] = []  # what `strokes` was before each undo

    @property
    def lines(self) -> list[np.ndarray]:
        """The strokes without time: float64 arrays (n, 2)."""
        return [np.array(stroke)[:, :2] for stroke in self.strokes]

    @property
    def times(self) -> list[np.ndarray]:
        """When each point came: float64 arrays (n,), in seconds from the first point."""
        return [np.array(stroke)[:, 2] - self.strokes[0][0][2] for stroke in self.strokes]

    def begin(self, point: Point) -> None:
        """Begin a stroke."""
        self.replace([*self.strokes, [point]])

    def extend(self, point: Point) -> None:
        """Lengthen the last stroke; undo later takes back the whole stroke."""
        self.strokes[-1].append(point)

    def replace(self, strokes: list[list[Point]]) -> None:
        """Replace the strokes by others; undo brings the old ones back."""
        self._past.append(self.strokes)
        self._future.clear()
        self.strokes = strokes

    def erase(self, path: Sequence[tuple[float, float]], pen: int) -> bool:
        """Take away the strokes that an eraser's path touches, if they are drawn with `pen`.

        Returns whether there were any.
        """
        rubbed = draw_strokes([path], pen=_RUBBER) > 0
        kept = [
            stroke
            for stroke, line in zip(self.strokes, self.lines, strict=True)
            if not rubbed[draw_strokes([line], pen=pen) > 0].any()
        ]
        is_hit = len(kept) < len(self.strokes)
        if is_hit:
            self.replace(kept)
        return is_hit

    def undo(self) -> None:
        """Take back the last change; if there was none, do nothing."""
        if self._past:
            self._future.append(self.strokes)
            self.strokes = self._past.pop()

    def redo(self) -> None:
        """Do again what undo took back, unless something was drawn since."""
        if self._future:
            self._past.append(self.strokes)
            self.strokes = self._future.pop()
