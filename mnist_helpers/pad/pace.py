"""How often to do what is worth doing often."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

_LEAST_REST = 0.01  # seconds
_REST = 2  # times as long as the work took: a third of the time for it, the rest for the ink


class Pace:
    """Repeats some work while a pen moves, and rests in between: the longer, the more it costs."""

    def __init__(self, work: Callable[[], None], clock: Callable[[], float]):
        """Take the work, which shall raise nothing, and a clock that gives seconds."""
        self._work = work
        self._clock = clock
        self._rested_at = float("-inf")
        self._is_due = False

    def soon(self) -> None:
        """Do the work now or, where the last time is too fresh, once in a moment.

        Outside of a kernel there is no event loop that could wait; then the work is not done.
        """
        wait = self._rested_at - self._clock()
        if wait <= 0:
            self._do()
        elif not self._is_due:
            with suppress(RuntimeError):
                asyncio.get_running_loop().call_later(wait, self._do)
                self._is_due = True

    def _do(self) -> None:
        self._is_due = False
        begun = self._clock()
        self._work()
        done = self._clock()
        self._rested_at = done + max(_LEAST_REST, _REST * (done - begun))
