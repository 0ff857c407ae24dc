"""The strokes on a pad, with the time of each point, and how to take back what was done to them."""

from collections.abc import Sequence

import numpy as np

from mnist_helpers.drawing import draw_strokes

_RUBBER = 6  # pixels, the width of the trace that the eraser leaves

Point = tuple[float, float, float]  # x and y in pixels, and seconds


class Ink:
    """Strokes that grow, and can be erased, undone and redone. All else about a drawing follows.

    `strokes` is a list of strokes, in the order drawn; a stroke is a list of points (x, y, time).
    """

    def __init__(self):
        self.strokes: list[list[Point]] = []
        self._past: list[list] = []  # what `strokes` was before each change,
        self._future: list[list] = []  # and before each undo

    def begin(self, point: Point) -> None:
        """Begin a stroke."""
        self.replace([*self.strokes, [point]])

    def extend(self, point: Point) -> None:
        """Lengthen the last stroke: no change of its own for undo."""
        self.strokes[-1].append(point)

    def replace(self, strokes: list[list[Point]]) -> None:
        """Put other strokes in place of these, which undo brings back."""
        self._past.append(self.strokes)
        self._future.clear()
        self.strokes = strokes

    def erase(self, path: Sequence[tuple[float, float]], pen: int) -> bool:
        """Take away the strokes that, drawn with `pen`, lie under an eraser's path.

        Says whether there were any.
        """
        rubbed = draw_strokes([path], pen=_RUBBER) > 0
        kept = [
            stroke
            for stroke in self.strokes
            if not rubbed[draw_strokes([np.array(stroke)[:, :2]], pen=pen) > 0].any()
        ]
        is_hit = len(kept) < len(self.strokes)
        if is_hit:
            self.replace(kept)
        return is_hit

    def undo(self) -> None:
        """Take back the last change; where there was none, do nothing."""
        if self._past:
            self._future.append(self.strokes)
            self.strokes = self._past.pop()

    def redo(self) -> None:
        """Do again what undo took back, unless something was drawn since."""
        if self._future:
            self._past.append(self.strokes)
            self.strokes = self._future.pop()


def through_midpoints(points: np.ndarray) -> np.ndarray:
    """Round the corners of a line (n, 2): it passes midway between its points, in curves.

    Returns (m, 2): the first point, for each inner point eight points of a quadratic Bézier curve
    from the middle before it to the middle after it, and the last point.
    """
    middles = (points[1:] + points[:-1]) / 2
    t = np.linspace(0, 1, 8)[:, np.newaxis]
    inner = points[1:-1, np.newaxis]
    curves = (1 - t) ** 2 * middles[:-1, np.newaxis] + 2 * t * (1 - t) * inner
    curves += t**2 * middles[1:, np.newaxis]
    return np.concatenate([points[:1], curves.reshape(-1, 2), points[-1:]])
