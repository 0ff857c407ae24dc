"""How often to repeat some work while a pen moves."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

_LEAST_REST = 0.01  # seconds
_REST = 2  # times as long as the work took, so two thirds of the time are left for the ink


class Pace:
    """Repeats some work while a pen moves, and rests in between: longer after slow work."""

    def __init__(self, work: Callable[[], None], clock: Callable[[], float]):
        """Take the work, which must not raise an exception, and a clock that gives seconds."""
        self._work = work
        self._clock = clock
        self._rested_at = float("-inf")
        self._is_due = False

    def soon(self) -> None:
        """Do the work now or, if it was done too recently, once in a moment.

        Outside of a kernel there is no event loop that could wait. The later work is not done.
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
