"""Drawings that appear on the pad point by point, as fast as a person draws."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from mnist_helpers.handwriting import Strokes, pace
from mnist_helpers.pad.pen import Pen

_LONGEST = 0.5  # seconds: a longer rest of the person who drew is cut short


class SampleWriter:
    """Writes one sample at a time, and stops when told to."""

    def __init__(self, pen: Pen, lift: Callable[[], None], show_fault: Callable[[Exception], None]):
        """Take the pen, a function that ends a stroke, and one that shows an exception.

        Without the last one, nobody would see the exception.
        """
        self._pen, self._lift, self._show_fault = pen, lift, show_fault
        self._task: asyncio.Task | None = None

    def write(self, strokes: Strokes, times: Sequence | None = None) -> None:
        """Begin to write, with the given seconds for the points, or as fast as a person does.

        Outside of a kernel there is no event loop that could wait, so all is written at once.
        """
        steps = self._steps(strokes, pace(strokes) if times is None else times)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop is None:
            deque(steps, maxlen=0)
        else:
            self._task = loop.create_task(self._wait_between(steps))

    def stop(self) -> None:
        """Stop writing; if nothing is being written, do nothing."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

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
        except Exception as error:
            self._show_fault(error)
