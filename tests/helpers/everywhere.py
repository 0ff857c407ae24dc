"""What happens around every test, and around every cell of a lesson.

A conftest.py is asked about its own folder only, and the lessons do not lie in it.
"""

import asyncio
from collections.abc import Generator

import pytest
from hypothesis import settings

# What a lesson's kernel runs first, except with the profile 'full'. Of ten calls of `fit` for one
# network, only the first one trains. It trains a quarter of its epochs, but at least six, and
# repeats the last values in its history. A calibration is fitted to a sixth of the images.
SHORTEN = """
import sys

def _shorten(_):
    if "keras" in sys.modules:
        get_ipython().events.unregister("post_run_cell", _shorten)
        from keras import Model
        from mnist_helpers import calibration
        from mnist_helpers.learning import fine_tuning
        images, labels = calibration.load_part("validation")
        calibration.load_part = lambda part: (images[::6], labels[::6])
        calibration.calibrate.__defaults__ = (calibration.WRITTEN // 6,)
        calibration._STEPS = 4
        fine_tuning.IMAGES //= 4
        Model.whole_fit, Model.fit = Model.fit, _fit

def _fit(self, *data, epochs=1, **options):
    self.calls = getattr(self, "calls", -1) + 1
    if self.calls % 10:
        return None
    few = min(epochs, max(6, epochs // 4))
    schedule = self.optimizer._learning_rate
    if hasattr(schedule, "decay_steps"):
        schedule.decay_steps = schedule.decay_steps * few // epochs
    done = self.whole_fit(*data, epochs=few, **options)
    for name, values in done.history.items():
        done.history[name] = values + values[-1:] * (epochs - few)
    return done

get_ipython().events.register("post_run_cell", _shorten)
"""


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
