"""What the browser tests share: a Chromium of the system, and a page in it."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.notebook_pad import cleared, pad_of_cell
from helpers.two_pads import opened_in_lab
from live_notebook import launch_chromium
from playwright.sync_api import Browser, Locator, Page, sync_playwright


@pytest.fixture(scope="module")  # Playwright's event loop must be gone before nbval starts its own
def browser() -> Iterator[Browser]:
    """The Chromium that is installed; without one, the tests that need it are skipped."""
    with sync_playwright() as playwright:
        try:
            browser = launch_chromium(playwright)
        except FileNotFoundError as error:
            give_up = pytest.fail if os.environ.get("CI") else pytest.skip
            give_up(str(error))
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
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The notebook of helpers/two_pads in JupyterLab, after its cells have run."""
    with opened_in_lab(browser, tmp_path_factory.mktemp("jupyter")) as page:
        yield page


@pytest.fixture
def pad(lab: Page) -> Locator:
    """The first pad of that notebook, cleared."""
    return cleared(pad_of_cell(lab, 0))


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., str]]:
    """Serve the web app until the module's tests are done; takes a collection and launch options.

    Returns its address.
    """
    from mnist_helpers import Recognizer
    from mnist_helpers.app import LAUNCH_OPTIONS, build_app

    apps = []

    def start(collection=None, **options) -> str:
        apps.append(build_app(Recognizer.load(), collection))
        apps[-1].launch(prevent_thread_lock=True, quiet=True, **LAUNCH_OPTIONS | options)
        return apps[-1].local_url

    yield start
    for app in apps:
        app.close(verbose=False)


@pytest.fixture(scope="module")
def app_url(serve: Callable[..., str]) -> str:
    """The address of the web app, started without a collection."""
    return serve()


@pytest.fixture(scope="session")
def npm(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Install an npm package once, into the folder .npm; return the folder of its files.

    If npm is missing or offline, the test is skipped; in CI it fails.
    """

    def install(package: str) -> Path:
        folder = request.config.rootpath / ".npm" / package.replace("@", "-")
        found = folder / "node_modules" / package.partition("@")[0]
        if not found.exists():
            folder.mkdir(parents=True, exist_ok=True)
            command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder]
            try:
                subprocess.run([*command, package], check=True, capture_output=True, timeout=300)
            except (OSError, subprocess.SubprocessError) as error:
                give_up = pytest.fail if os.environ.get("CI") else pytest.skip
                give_up(f"npm could not install {package}: {error}")
        return found

    return install


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 2 MB; the test is skipped if this user cannot mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)
