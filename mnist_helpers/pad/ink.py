"""The ink on a pad, the pen that changes it, and samples that the pen writes by itself."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mnist_helpers.drawing import PAD_SIZE, draw_strokes
from mnist_helpers.handwriting import Strokes, pace
from mnist_helpers.learning.collection import KeptDrawing
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.paper import Paper

MIDDLE = (PAD_SIZE / 2, PAD_SIZE / 2)
_RUBBER = 6  # pixels, the width of the trace that the eraser leaves
_LONGEST = 0.5  # seconds: in a sample, a longer rest of the person who drew is cut short

Point = tuple[float, float, float]  # x and y in pixels, and seconds
Stroke = list[Point]


@dataclass
class Change:
    """A step back or forth: the strokes that it brings, and the label that goes with it."""

    strokes: list[Stroke]
    kept: KeptDrawing | None = None


class Ink:
    """Strokes that grow, and can be erased, undone and redone.

    `strokes` is a list of strokes, in the order drawn; a stroke is a list of points (x, y, time).
    `past` has the changes that can be undone, and `future` those that can be done again, the next
    one last.
    """

    def __init__(self):
        self.strokes: list[Stroke] = []
        self.past: list[Change] = []
        self.future: list[Change] = []

    @property
    def lines(self) -> list[np.ndarray]:
        """The strokes without time: float64 arrays (n, 2)."""
        return [np.array(stroke)[:, :2] for stroke in self.strokes]

    @property
    def times(self) -> list[np.ndarray]:
        """When each point came: float64 arrays (n,), in seconds from the first point."""
        return [np.array(stroke)[:, 2] - self.strokes[0][0][2] for stroke in self.strokes]

    def note(self) -> None:
        """Let undo bring back the strokes as they are now; there is nothing to redo any more."""
        self.past, self.future = [*self.past, Change(self.strokes)], []

    def replace(self, strokes: list[Stroke]) -> None:
        """Replace the strokes by others; undo brings the old ones back."""
        self.note()
        self.strokes = strokes

    def untouched(self, path: Sequence[tuple[float, float]], pen: int) -> list[Stroke]:
        """Return the strokes that an eraser's path does not touch, if they are drawn with `pen`."""
        rubbed = draw_strokes([path], pen=_RUBBER) > 0
        return [
            stroke
            for stroke, line in zip(self.strokes, self.lines, strict=True)
            if not rubbed[draw_strokes([line], pen=pen) > 0].any()
        ]

    def undo(self) -> None:
        """Take back the last change; if there was none, do nothing."""
        if self.past:
            *self.past, change = self.past
            self.future = [*self.future, self._exchange(change)]

    def redo(self) -> None:
        """Do again what undo took back, unless something was drawn since."""
        if self.future:
            *self.future, change = self.future
            self.past = [*self.past, self._exchange(change)]

    def _exchange(self, change: Change) -> Change:
        change.strokes, self.strokes = self.strokes, change.strokes
        return change


class Pen:
    """The pen, or the eraser: one for all hands, and only one of them draws at a time.

    `holder` says what holds it down: 'pen' (a mouse, too), 'touch', 'keys' or 'sample'; None while
    it is up. `at` is its last place: (x, y) in pixels. The controls say how wide it is, and whether
    it erases. What it does until it is lifted is one change, and a sample is part of another one.
    """

    def __init__(
        self,
        ink: Ink,
        paper: Paper,
        controls: Controls,
        clock: Callable[[], float],
        changed: Callable,
    ):
        """Take what the pen works on, a clock in seconds, and what to call after a change."""
        self.holder: str | None = None
        self.at: tuple[float, float] = MIDDLE
        self._ink, self._paper, self._controls = ink, paper, controls
        self._clock, self._changed = clock, changed
        self._before = ink.strokes, ink.past, ink.future

    def put_down(self, holder: str, x: float, y: float) -> None:
        """Begin to draw or to erase."""
        ink = self._ink
        self.holder, self.at = holder, (x, y)
        self._before = ink.strokes, ink.past, ink.future
        if not self._controls.erase.value:
            if holder != "sample":
                ink.note()
            ink.strokes = [*ink.strokes, []]
        self.go_on(x, y)

    def go_on(self, x: float, y: float) -> None:
        """Draw, or erase, up to a point."""
        ink, width = self._ink, self._controls.pen.value
        if not self._controls.erase.value:
            ink.strokes[-1].append((float(x), float(y), self._clock()))
            self._paper.grow(ink.strokes[-1], width)
        elif len(left := ink.untouched([self.at, (x, y)], width)) < len(ink.strokes):
            if ink.past is self._before[1]:
                ink.note()  # once, and only if the eraser meets something
            ink.strokes = left
            self._paper.show(ink.lines, width)
        self.at = x, y
        self._changed()

    def lift(self) -> bool:
        """End the stroke, and say whether there was one."""
        was_down = self.holder is not None
        self.holder = None
        if was_down and self._ink.strokes:
            self._paper.finish(self._ink.strokes[-1])
        return was_down

    def cancel(self) -> None:
        """Lift the pen, and leave everything as it was before it was put down."""
        self.holder = None
        self._ink.strokes, self._ink.past, self._ink.future = self._before


class SampleWriter:
    """Writes one sample at a time, point by point, and stops when told to."""

    def __init__(self, pen: Pen, lift: Callable[[], None], show_fault: Callable[[Exception], None]):
        """Take the pen, a function that ends a stroke, and one that shows an exception."""
        self._pen, self._lift, self._show_fault = pen, lift, show_fault
        self._task: asyncio.Task | None = None
        self._at_end: Callable | None = None

    def write(
        self, strokes: Strokes, times: Sequence | None = None, at_end: Callable | None = None
    ) -> None:
        """Begin to write, with the given seconds for the points, or as fast as a person does.

        `at_end` is called when all is written, or when the writing is stopped. Outside of a kernel
        there is no event loop that could wait, so all is written at once.
        """
        self._at_end = at_end
        steps = self._steps(strokes, pace(strokes) if times is None else times)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            deque(steps, maxlen=0)
            self.stop()
        else:
            self._task = loop.create_task(self._wait_between(steps))

    def stop(self) -> None:
        """Stop writing; if nothing is being written, do nothing."""
        task, at_end = self._task, self._at_end
        self._task = self._at_end = None
        if task is not None:
            task.cancel()
        if at_end is not None:
            at_end()

    def _steps(self, strokes: Strokes, times: Sequence) -> Iterator[float]:
        """Yield the seconds to wait before each point, and draw the point at the next step."""
        last = times[0][0] if len(times) else 0
        for stroke, seconds in zip(strokes, times, strict=True):
            yield min(seconds[0] - last, _LONGEST)
            self._pen.put_down("sample", *stroke[0])
            for point, before, now in zip(stroke[1:], seconds[:-1], seconds[1:], strict=True):
                yield min(now - before, _LONGEST)
                self._pen.go_on(*point)
            self._lift()
            last = seconds[-1]

    async def _wait_between(self, steps: Iterator[float]) -> None:
        try:
            for wait in steps:
                await asyncio.sleep(wait)
            self._task = None
            self.stop()
        except Exception as error:
            self._show_fault(error)
