"""What the tests share: one Chromium, one JupyterLab and one web app for each process of tests."""

import itertools
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import everywhere
from helpers.notebook_pad import CELLS, NOTEBOOK, cleared, pad_of_cell
from hypothesis import HealthCheck, settings
from live_notebook import (
    PATIENCE,
    ROOT,
    WINDOW,
    launch_chromium,
    new_page,
    run_all_cells,
    serve_notebooks,
    write_notebook,
)
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

# How many examples hypothesis tries: few each time, many with --hypothesis-profile=full.
for name, examples in (("few", 25), ("full", 150)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,  # a slow machine is no fault
        database=None,  # which would be a file
        suppress_health_check=list(HealthCheck),  # nor are large data and shared fixtures
    )
settings.load_profile("few")
expect.set_options(timeout=PATIENCE)
FORGET = """if (window === top && location.protocol !== "about:"
    && performance.getEntriesByType("navigation")[0].type === "navigate") sessionStorage.clear();"""


# What takes longest begins first: then both processes end at about the same time.
TIMES = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")
LONGEST = re.findall(r"^\| `\w+/([\w.]+)` \| \d+ \|$", TIMES, re.M)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(everywhere)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    assert LONGEST
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After a run of the whole, write the table of times that stands in CONTRIBUTING."""
    seconds = Counter()
    for report in itertools.chain(*terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport):
            seconds[report.nodeid.partition("::")[0]] += report.duration
    if len(seconds) > 50:
        terminalreporter.write_sep("=", "the longest files")
        for name, each in seconds.most_common(20):
            terminalreporter.write_line(f"| `{name}` | {each:.0f} |")


@pytest.fixture(scope="session")
def recognizer():
    """The course's recogniser; no test changes it."""
    from mnist_helpers import Recognizer

    return Recognizer.load()


@pytest.fixture(scope="session")
def mnist():
    """MNIST; no test changes it."""
    from mnist_helpers import load_mnist

    return load_mnist()


@pytest.fixture(scope="session")
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
    """A fresh page of 1280 × 900 pixels."""
    page = new_page(browser)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One page for all tests of a module: its browser has the app's code already.

    It asks for no motion, so that nothing has to be waited for. A page that is opened, and not only
    loaded again, remembers nothing.
    """
    page = new_page(browser, reduced_motion="reduce")
    page.context.add_init_script(FORGET)
    yield page
    page.context.close()


@pytest.fixture(scope="session")
def jupyter_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the one JupyterLab; it serves what is in the folder `notebooks` in it."""
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="session")
def jupyter(jupyter_home: Path) -> Iterator[str]:
    """The address of the one JupyterLab."""
    with serve_notebooks(jupyter_home) as address:
        yield address


@pytest.fixture(scope="session")
def lab_page(browser: Browser, jupyter: str, jupyter_home: Path) -> Iterator[Page]:
    """The notebook of helpers/notebook_pad in JupyterLab, after its cells have run."""
    write_notebook(jupyter_home / "notebooks" / NOTEBOOK, CELLS)
    page = new_page(browser)
    run_all_cells(page, f"{jupyter}/lab/tree/{NOTEBOOK}?reset")
    yield page
    page.context.close()


@pytest.fixture
def lab(lab_page: Page) -> Page:
    """That page, in the usual window and the usual colors."""
    lab_page.set_viewport_size(WINDOW)
    lab_page.emulate_media(forced_colors="none", color_scheme="light")
    return lab_page


@pytest.fixture
def pad(lab: Page, jupyter_home: Path) -> Locator:
    """The first pad of that notebook, cleared, and without kept drawings."""
    (jupyter_home / "notebooks" / "kept.jsonl").unlink(missing_ok=True)
    return cleared(pad_of_cell(lab, 0))


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Serve the web app until the tests are done; takes a collection and launch options.

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


@pytest.fixture(scope="session")
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
def shown(monkeypatch: pytest.MonkeyPatch) -> list:
    """The figures that a test makes, so that none is shown."""
    from mnist_helpers import plots

    figures = []
    monkeypatch.setattr(plots, "_show", lambda figure, handle: figures.append(figure))
    return figures


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
