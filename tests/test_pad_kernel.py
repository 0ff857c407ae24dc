"""What the drawing pad says while Python does not answer."""

import pytest
from helpers.notebook_pad import button, choose, cleared, draw_with_mouse, expect_digit, pad_of_cell
from helpers.strokes import write_clearly
from helpers.two_pads import CELLS, NOTEBOOK, USUAL, opened
from live_notebook import PATIENCE, serve, wait_until
from playwright.sync_api import Browser, Locator, Page, expect

BUSY = "Python is busy with another cell. Your pen works again when it is done."
STOPPED = "Python has stopped. Run all cells again, and your pen works."

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory):
    """The address of a Jupyter server with the notebook of these tests."""
    with serve(tmp_path_factory.mktemp("jupyter"), NOTEBOOK, CELLS) as address:
        yield address


def visibility(pad: Locator, name: str) -> str:
    return pad.locator(f".digit-pad-{name}").evaluate("each => getComputedStyle(each).visibility")


def run(page: Page, code: str) -> None:
    """Run code in the last cell."""
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(code)
    page.keyboard.press("Control+Enter")


@pytest.mark.parametrize("home", ["lab/tree", "notebooks"])
def test_the_pad_says_that_another_cell_runs(browser: Browser, site: str, home: str):
    page = opened(browser, f"{site}/{home}/{NOTEBOOK}")
    for width in (USUAL["width"], 640):
        page.set_viewport_size({**USUAL, "width": width})
        pad = cleared(pad_of_cell(page, 0))
        draw_with_mouse(page, pad, write_clearly(4))
        expect_digit(pad, 4)
        assert visibility(pad, "busy") == visibility(pad, "stopped") == "hidden"
        run(page, "import time; time.sleep(4)")
        wait_until(lambda pad=pad: visibility(pad, "busy") == "visible")
        assert pad.locator(".digit-pad-busy").inner_text() == BUSY
        expect(page.locator(".jp-InputPrompt").last).to_contain_text("*")  # the cell runs still
        wait_until(lambda pad=pad: visibility(pad, "busy") == "hidden")
        expect(page.locator(".jp-InputPrompt").last).not_to_contain_text("*")
        assert visibility(pad, "stopped") == "hidden"
    page.context.close()


def kill(page: Page) -> None:
    run(page, "import os; os.kill(os.getpid(), 9)")


def shut_down(page: Page) -> None:
    choose(page, "Kernel", "Shut Down Kernel")


@pytest.mark.parametrize("home", ["lab/tree", "notebooks"])
@pytest.mark.parametrize("stop", [kill, shut_down])
def test_the_pad_says_that_python_has_stopped(browser: Browser, site: str, home: str, stop):
    page = opened(browser, f"{site}/{home}/{NOTEBOOK}")
    pad = cleared(pad_of_cell(page, 0))
    draw_with_mouse(page, pad, write_clearly(4))
    expect_digit(pad, 4)
    stop(page)
    wait_until(lambda: visibility(pad, "stopped") == "visible")
    assert pad.locator(".digit-pad-stopped").inner_text() == STOPPED
    opacity = "each => Number(getComputedStyle(each).opacity)"
    assert pad.locator(".digit-pad-answers").evaluate(opacity) < 0.5  # it is an old answer
    shown = "each => getComputedStyle(each, '::before').content"
    assert button(pad, "That was a 3").evaluate(shown).startswith("counter(digit)")
    page.context.close()
