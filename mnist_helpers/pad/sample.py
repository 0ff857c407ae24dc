"""Drawings that draw themselves on the pad, as fast as a hand does."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from mnist_helpers.handwriting import Strokes, pace
from mnist_helpers.pad.pen import Pen

_LONGEST = 0.5  # seconds: nobody waits for somebody to think


class SampleWriter:
    """Writes one sample at a time, and stops when told to."""

    def __init__(self, pen: Pen, lift: Callable[[], None], show_fault: Callable[[Exception], None]):
        """Take the pen, what to do where a stroke ends, and what shows an exception that nobody
        else would see.
        """
        self._pen, self._lift, self._show_fault = pen, lift, show_fault
        self._task: asyncio.Task | None = None

    def write(self, strokes: Strokes, times: Sequence | None = None) -> None:
        """Begin to write, at the seconds given for the points, or as fast as a hand does.

        Outside of a kernel no event loop could wait, so it is done at once.
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
        """Write no further; where nothing is being written, do nothing."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _steps(self, strokes: Strokes, times: Sequence) -> Iterator[float]:
        """Draw on at each step, and say how many seconds a hand takes until the next."""
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
