"""Whose turn it is: how often and how much at once one address may do, and how slow guesses are."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from weakref import WeakValueDictionary

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, SlidingWindowCounterRateLimiter

_WRONG = RateLimitItemPerMinute(10)  # passwords of one address, or for one account
_QUICK, _SLOW = 1, 20  # seconds until a wrong password is answered, up to this limit and beyond it
_MOST_TRIED = 20  # passwords of one address at once, with those that wait for their answer
_MOST_LINES = RateLimitItemPerMinute(60)  # of the log
_PLACES = 2  # for pictures: each takes up to 300 MB while it is decoded
_PATIENCE = 5  # seconds that a picture waits for its place
_MOST_WAITING, _MOST_OF_ONE = 60, 30  # pictures that wait, and those of one address


class Busy(ValueError):
    """The app could do it, but has too much to do."""


def rates() -> SlidingWindowCounterRateLimiter:
    """Return what counts in this process's memory; its `hit` says if this is still allowed."""
    return SlidingWindowCounterRateLimiter(MemoryStorage())


class Logins:
    """Makes guessing slow. A right password is let in at once, even after many wrong ones.

    An address can try 20 passwords at once. After ten wrong ones in a minute, the next wrong ones
    are answered after 20 seconds, and keep their places so long. So one address can try at most
    about 60 passwords a minute.
    """

    def __init__(self):
        self._wrong = MovingWindowRateLimiter(MemoryStorage())  # exact, and holds ten times at most
        self._tried: Counter[str] = Counter()

    @contextmanager
    def place(self, address: str) -> Iterator[bool]:
        """Take a place while a password is tried. It gives False if all places are taken."""
        is_free = self._tried[address] < _MOST_TRIED
        self._tried[address] += is_free
        try:
            yield is_free
        finally:
            self._tried[address] -= is_free
            self._tried += Counter()  # forgets the addresses without a place

    async def delay(self, *who: str) -> bool:
        """Wait after a wrong password; say whether the address or the account had too many."""
        are_few = [self._wrong.hit(_WRONG, each) for each in who]
        await asyncio.sleep(_QUICK if all(are_few) else _SLOW)
        return not all(are_few)


class Places:
    """Where pictures are read: two at a time, and only one of them for one address."""

    def __init__(self):
        self._free = asyncio.Semaphore(_PLACES)
        self._own: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def place(self, address: str) -> AsyncIterator[None]:
        """Wait for a place; a picture that waits uses no thread. Raises Busy."""
        own = self._own.setdefault(address, asyncio.Lock())
        too_many = Busy("too many pictures came in at once; try again in a moment")
        if self._waiting[address] >= _MOST_OF_ONE or self._waiting.total() >= _MOST_WAITING:
            raise too_many
        self._waiting[address] += 1
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await held.enter_async_context(own)
                    await held.enter_async_context(self._free)
            except TimeoutError:
                raise too_many from None
            finally:
                self._waiting[address] -= 1
                self._waiting += Counter()  # forgets the addresses that do not wait
            yield


class BriefLog(logging.Filter):
    """Lets one line a fault into a log, and 60 lines a minute: visitors could fill a disk."""

    def __init__(self):
        super().__init__()
        self._rates = rates()

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut the record down to one line, and say whether it is still within the limit."""
        words = record.getMessage()
        if record.exc_info:
            words = f"{words.strip()}: {record.exc_info[1]!r}"
        record.msg, record.args, record.exc_info = ascii(words)[1:-1][:300], (), None
        return self._rates.hit(_MOST_LINES)
