"""What happens around every test, and around every cell of a lesson.

A conftest.py is asked about its own folder only, and the lessons do not lie in it.
"""

import asyncio
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

SHORTEN = Path(__file__).with_name("shorten.ipy").read_text("utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator:
    done = yield from _without_the_loop_of_the_browser(item)
    is_lesson = item.path.suffix == ".ipynb" and item.name == "Cell 0"
    if is_lesson and settings.get_current_profile_name() != "full":
        kernel = item.parent.kernel
        kernel.await_reply(kernel.execute_cell_input(SHORTEN))
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator:
    return (yield from _without_the_loop_of_the_browser(item))


def _without_the_loop_of_the_browser(item: pytest.Item) -> Generator:
    """Hide Playwright's event loop from a test without a browser, which may run a loop of its own.

    The loop stands still between two calls, but asyncio would say that it runs.
    """
    standing = asyncio._get_running_loop()
    if standing is None or "browser" in getattr(item, "fixturenames", ()):
        return (yield)
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(standing)
