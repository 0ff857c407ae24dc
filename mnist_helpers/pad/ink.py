"""The ink on a pad, and what undo and redo make of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mnist_helpers.drawing import draw_strokes
from mnist_helpers.learning.collection import KeptDrawing

_RUBBER = 6  # pixels, the width of the trace that the eraser leaves

Stroke = list[tuple[float, float, float]]  # points: x and y in pixels, and seconds


@dataclass
class State:
    """The strokes after a change, in the order drawn, and the drawing that the change has kept."""

    strokes: list[Stroke]
    kept: KeptDrawing | None = None


class Ink:
    """Strokes that grow, and can be erased, undone and redone.

    `states` has all that undo and redo can reach, the oldest first, and `at` is the index of `now`.
    """

    def __init__(self):
        self.states = [State([])]
        self.at = 0

    @property
    def now(self) -> State:
        """What is on the pad."""
        return self.states[self.at]

    @property
    def lines(self) -> list[np.ndarray]:
        """The strokes without time: float64 arrays (n, 2)."""
        return [np.array(stroke)[:, :2] for stroke in self.now.strokes]

    @property
    def times(self) -> list[np.ndarray]:
        """When each point came: float64 arrays (n,), in seconds from the first point."""
        strokes = self.now.strokes
        return [np.array(stroke)[:, 2] - strokes[0][0][2] for stroke in strokes]

    def replace(self, strokes: list[Stroke]) -> None:
        """Replace the strokes by others; undo brings the old ones back, and redo has nothing."""
        self.states = [*self.states[: self.at + 1], State(strokes)]
        self.at += 1

    def untouched(self, path: Sequence[tuple[float, float]], pen: int) -> list[Stroke]:
        """Return the strokes that an eraser's path does not touch, if they are drawn with `pen`."""
        rubbed = draw_strokes([path], pen=_RUBBER) > 0
        return [
            stroke
            for stroke, line in zip(self.now.strokes, self.lines, strict=True)
            if not rubbed[draw_strokes([line], pen=pen) > 0].any()
        ]
