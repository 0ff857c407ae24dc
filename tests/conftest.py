"""What the browser tests share: a Chromium of the system, and a page in it."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ["chromium", "chromium-browser", "google-chrome"]
_ARGS = [
    "--no-sandbox",  # Chromium refuses to start as root otherwise
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="module")  # Playwright's event loop must be gone before nbval starts its own
def browser() -> Iterator[Browser]:
    """The Chromium that is installed; without one, the tests that need it are skipped."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up(f"no Chromium: none of {', '.join(_NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of 1280 × 900 pixels that gives slow machines time."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, device_scale_factor=1)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def app_url() -> Iterator[str]:
    """The address of the web app, which is served while the tests of one module run."""
    from mnist_helpers import Recognizer
    from mnist_helpers.app import LAUNCH_OPTIONS, build_app

    app = build_app(Recognizer.load())
    app.launch(prevent_thread_lock=True, quiet=True, **LAUNCH_OPTIONS)
    yield app.local_url
    app.close(verbose=False)
