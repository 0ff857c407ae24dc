"""A notebook in a real browser: what the browser tests share with benchmarks/pad_latency.py."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Browser, Page, Playwright, expect

ROOT = Path(__file__).parent.parent
PATIENCE = 120_000  # milliseconds for a slow machine; a fast one needs less
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
WINDOW = {"width": 1280, "height": 900}
_NAMES = ["chromium", "chromium-browser", "google-chrome"]
_ARGS = [
    "--no-sandbox",  # Chromium refuses to start as root otherwise
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


def launch_chromium(playwright: Playwright) -> Browser:
    """Start the Chromium that is installed.

    Raises FileNotFoundError if there is none.
    """
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise FileNotFoundError(f"no Chromium: none of {', '.join(_NAMES)} is on the PATH")
    return playwright.chromium.launch(executable_path=path, args=_ARGS)


def new_page(browser: Browser, **options) -> Page:
    """Return a page that gives slow machines time, and that knows the functions of look.js."""
    context = browser.new_context(viewport=WINDOW, **options)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(path=ROOT / "tests/helpers/look.js")
    return context.new_page()


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook with these cells of code."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    code = [nbformat.v4.new_code_cell(dedent(cell).strip()) for cell in cells]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": kernel}), path)


@contextmanager
def serve_notebooks(home: Path) -> Iterator[str]:
    """Serve a folder in JupyterLab and in Notebook 7, with settings of its own; yield the URL.

    `home` is a folder for all that Jupyter writes. What is served is in its folder `notebooks`.
    """
    from jupyter_server.serverapp import list_running_servers  # takes long

    lessons = home / "notebooks"
    lessons.mkdir(exist_ok=True)
    for name, values in SETTINGS.items():
        file = home / "settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    places = {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--IdentityProvider.token="]
    options += [f"--config={ROOT / 'jupyter_config.py'}", f"--ServerApp.root_dir={lessons}"]
    log = home / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=os.environ | {name: str(home / place) for name, place in places.items()},
            stdout=output,
            stderr=output,
        )

    def running() -> list[dict]:
        assert server.poll() is None, log.read_text("utf-8")
        return list(list_running_servers(home / "runtime"))

    try:
        wait_until(running)
        yield running()[0]["url"].rstrip("/")
    finally:
        server.terminate()  # it ends its kernels before it ends
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()


def open_notebook(page: Page, address: str) -> None:
    """Open a notebook, and wait for its kernel: without one, a cell does not run."""
    connections = _connections(page, address)
    page.goto(address)
    wait_until(lambda: _connections(page, address) > connections)


def run_all_cells(page: Page, address: str) -> None:
    """Open a notebook and run its cells.

    Raises AssertionError if one of them fails.
    """
    open_notebook(page, address)
    page.locator(".lm-MenuBar-itemLabel").get_by_text("Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    expect(prompts.last).to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").all_inner_texts() == []


def wait_until(is_so: Callable[[], bool]) -> None:
    """Ask again and again, and raise AssertionError if it does not become true in time."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not is_so():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.05)


def _connections(page: Page, address: str) -> int:
    """Count the pages that are connected with the notebook's kernel, once that waits for work."""
    place = urlsplit(address)
    sessions = page.request.get(place._replace(path="/api/sessions").geturl()).json()
    kernels = [each["kernel"] for each in sessions if place.path.endswith(f"/{each['path']}")]
    return sum(each["connections"] for each in kernels if each["execution_state"] == "idle")
