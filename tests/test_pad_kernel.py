"""What the drawing pad says while Python does not answer, in JupyterLab and in Notebook 7."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.notebook_pad import (
    button,
    choose,
    cleared,
    draw_a_one_on_the_page,
    draw_with_mouse,
    expect_digit,
    pad_of_cell,
)
from helpers.strokes import write_clearly
from helpers.two_pads import CELLS, NOTEBOOK, USUAL, opened
from live_notebook import wait_until, write_notebook
from playwright.sync_api import Browser, Locator, Page, expect

BUSY = "Python is busy with another cell. Your pen works again when it is done."
STOPPED = "Python has stopped. Run all cells again, and your pen works."
UNTIL_TOLD = "!until [ -e go_on ]; do sleep 0.1; done"
LAB, NOTEBOOK_7 = "lab/workspaces/stopping/tree", "notebooks"


@pytest.fixture
def start(browser: Browser, jupyter: str, jupyter_home: Path) -> Iterator[Callable]:
    """A function that opens a copy of the notebook and draws a 4, for a test that stops Python."""
    contexts, folder = [], jupyter_home / "notebooks/stopping"

    def start(home: str) -> tuple[Page, Locator]:
        write_notebook(folder / NOTEBOOK, CELLS)
        (folder / "go_on").unlink(missing_ok=True)
        page = opened(browser, f"{jupyter}/{home}/stopping/{NOTEBOOK}?reset")
        contexts.append(page.context)
        pad = cleared(pad_of_cell(page, 0))
        draw_with_mouse(page, pad, write_clearly(4))
        expect_digit(pad, 4)
        return page, pad

    yield start
    for context in contexts:
        context.close()


def visibility(pad: Locator, name: str) -> str:
    return pad.locator(f".digit-pad-{name}").evaluate("each => getComputedStyle(each).visibility")


def run(page: Page, code: str) -> None:
    """Run code in the last cell."""
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(code)
    page.keyboard.press("Control+Enter")


def kill(page: Page) -> None:
    run(page, "import os; os.kill(os.getpid(), 9)")


def shut_down(page: Page) -> None:
    choose(page, "Kernel", "Shut Down Kernel")


def shut_down_elsewhere(page: Page) -> None:
    """Shut down the kernel from another page than the notebook's."""
    page.evaluate("""async () => {
        const path = location.pathname.match(/(tree|notebooks).(.*)/)[2];
        const sessions = await (await fetch('/api/sessions')).json();
        const {kernel} = sessions.find((session) => session.path === path);
        const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
        const headers = {'X-XSRFToken': token};
        await fetch(`/api/kernels/${kernel.id}`, {method: 'DELETE', headers});
    }""")


@pytest.mark.parametrize(
    ("home", "width", "stop"),
    [(LAB, 640, shut_down_elsewhere), (LAB, 1280, shut_down), (NOTEBOOK_7, 1280, kill)],
)
def test_the_pad_says_that_another_cell_runs_and_that_python_has_stopped(
    start, jupyter_home, home, width, stop
):
    page, pad = start(home)
    page.set_viewport_size({**USUAL, "width": width})
    assert visibility(pad, "busy") == visibility(pad, "stopped") == "hidden"
    run(page, UNTIL_TOLD)
    wait_until(lambda: visibility(pad, "busy") == "visible")
    assert pad.locator(".digit-pad-busy").inner_text() == BUSY
    expect(page.locator(".jp-InputPrompt").last).to_contain_text("*")  # the cell runs still
    (jupyter_home / "notebooks/stopping/go_on").touch()
    wait_until(lambda: visibility(pad, "busy") == "hidden")
    expect(page.locator(".jp-InputPrompt").last).not_to_contain_text("*")
    assert visibility(pad, "stopped") == "hidden"
    if home == NOTEBOOK_7:
        pad.locator("canvas").focus()
        page.keyboard.press("Backspace")  # Notebook 7 keeps Ctrl+Z and the bare arrows for itself
        expect(pad).to_contain_text("Draw a digit")
        for key in ["Space"] + ["Control+ArrowDown"] * 10 + ["Space"]:
            page.keyboard.press(key)
        expect_digit(pad, 1)
        draw_a_one_on_the_page(page)
    stop(page)
    wait_until(lambda: visibility(pad, "stopped") == "visible")
    assert pad.locator(".digit-pad-stopped").inner_text() == STOPPED
    opacity = "each => Number(getComputedStyle(each).opacity)"
    assert pad.locator(".digit-pad-answers").evaluate(opacity) < 0.5  # it is an old answer
    shown = "each => getComputedStyle(each, '::before').content"
    assert button(pad, "That was a 3").evaluate(shown).startswith("counter(digit)")
