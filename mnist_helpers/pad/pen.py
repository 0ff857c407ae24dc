"""The pen that changes the ink on a pad. A hand holds it, or the keys, or a sample does."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from mnist_helpers.drawing import PAD_SIZE
from mnist_helpers.handwriting import Strokes, pace
from mnist_helpers.pad.controls import Controls
from mnist_helpers.pad.ink import Ink, State
from mnist_helpers.pad.paper import Paper
from mnist_helpers.pad.readers import Readers

MIDDLE = (PAD_SIZE / 2, PAD_SIZE / 2)
_STEP = 10  # pixels that an arrow key moves the pen
_ARROWS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}
_DIAGONALS = {"Home": (-1, -1), "PageUp": (1, -1), "End": (-1, 1), "PageDown": (1, 1)}
_LONGEST = 0.5  # seconds: in a sample, a longer rest of the person who drew is cut short


@dataclass
class Pen:
    """The pen, or the eraser: only one holder draws at a time.

    `holder` says what holds it down: 'pen' (a mouse, too), 'touch', 'keys' or 'sample'; None while
    it is up. `at` is its last place: (x, y) in pixels. The controls say how wide it is, and whether
    it erases. What it does until it is lifted is one change, and a sample is part of another one.
    """

    ink: Ink
    paper: Paper
    controls: Controls
    readers: Readers
    holder: str | None = None
    at: tuple[float, float] = MIDDLE
    _before: tuple[list[State], int] | None = None  # the ink's states, and where it was in them
    _sample: asyncio.Task | None = None
    _at_end: Callable[[], None] | None = None

    def bindings(self) -> dict[str, Callable[[], None]]:
        """Return what the keys that move the pen do, by name."""
        bindings = {" ": self._press}
        for key, step in (_ARROWS | _DIAGONALS).items():
            bindings[key] = partial(self._move, *step)
        return bindings

    def put_down(self, holder: str, x: float, y: float) -> None:
        ink = self.ink
        self.holder, self.at = holder, (x, y)
        self._before = ink.states, ink.at
        if not self.controls.erase.value:
            if holder != "sample":
                ink.replace(ink.now.strokes)
            ink.now.strokes = [*ink.now.strokes, []]
        self.go_on(x, y)

    def go_on(self, x: float, y: float) -> None:
        """Draw, or erase, up to a point."""
        ink, width, strokes = self.ink, self.controls.pen.value, self.ink.now.strokes
        if not self.controls.erase.value:
            strokes[-1].append((float(x), float(y), time.monotonic()))
            self.paper.grow(strokes[-1], width)
        elif len(left := ink.untouched([self.at, (x, y)], width)) < len(strokes):
            if ink.states is self._before[0]:
                ink.replace(left)  # once, and only if the eraser meets something
            ink.now.strokes = left
            self.paper.show(ink.lines, width)
        self.at = x, y
        self.controls.show_steps(ink)
        self.readers.soon()

    def lift(self) -> None:
        """End the stroke, if there is one, and answer for all of the ink."""
        if self.holder is None:
            return
        self.holder = None
        if self.ink.now.strokes:
            self.paper.grow(self.ink.now.strokes[-1], self.controls.pen.value, is_last=True)
        self.readers.settle()

    def cancel(self) -> None:
        """Lift the pen, and leave everything as it was before it was put down."""
        self.holder = None
        self.ink.states, self.ink.at = self._before

    def interrupt(self) -> None:
        """Stop a sample that is being written, and lift the pen."""
        self._stop()
        self.lift()

    def _press(self) -> None:
        """Let the keys put the pen down, or lift it if they hold it."""
        was_down = self.holder == "keys"
        self.interrupt()
        if not was_down:
            self.put_down("keys", *self.at)
            self.controls.tell("The pen is down")
        self.paper.show_pen(*self.at, not was_down)

    def _move(self, right: int, down: int) -> None:
        """Move the pen by steps, not beyond the edge; if the keys hold it down, it draws."""
        at = np.clip(self.at + np.array([right, down]) * _STEP, 0, PAD_SIZE).tolist()
        is_down = self.holder == "keys"
        if is_down:
            self.go_on(*at)
        else:
            self.interrupt()
        self.at = at
        self.paper.show_pen(*at, is_down)

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
            self._sample = asyncio.get_running_loop().create_task(self._wait_between(steps))
        except RuntimeError:
            deque(steps, maxlen=0)
            self._stop()

    def _stop(self) -> None:
        sample, at_end = self._sample, self._at_end
        self._sample = self._at_end = None
        if sample is not None:
            sample.cancel()
        if at_end is not None:
            at_end()

    def _steps(self, strokes: Strokes, times: Sequence) -> Iterator[float]:
        """Yield the seconds to wait before each point, and draw the point at the next step."""
        last = times[0][0] if len(times) else 0
        for stroke, seconds in zip(strokes, times, strict=True):
            for number, (point, now) in enumerate(zip(stroke, seconds, strict=True)):
                yield min(now - last, _LONGEST)
                draw = self.go_on if number else partial(self.put_down, "sample")
                draw(*point)
                last = now
            self.lift()

    async def _wait_between(self, steps: Iterator[float]) -> None:
        try:
            for wait in steps:
                await asyncio.sleep(wait)
            self._sample = None
            self._stop()
        except Exception as error:
            self.controls.show_fault(error)
