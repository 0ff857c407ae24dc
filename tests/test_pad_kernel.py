"""What the drawing pad says while Python does not answer, in JupyterLab and in Notebook 7."""

from pathlib import Path

import pytest
from helpers.notebook_pad import (
    CELLS,
    NOTEBOOK,
    button,
    choose,
    draw_a_one_on_the_page,
    draw_with_mouse,
    expect_digit,
    pad_of_cell,
    style,
)
from helpers.strokes import write_clearly
from live_notebook import WINDOW, run_all_cells, write_notebook
from playwright.sync_api import Page, expect

BUSY = "Python is busy with another cell. Your pen works again when it is done."
STOPPED = "Python has stopped. Run all cells again, and your pen works."
UNTIL_TOLD = "!until [ -e go_on ]; do sleep 0.1; done"
LAB, NOTEBOOK_7 = "lab/workspaces/stopping/tree", "notebooks"


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
    page.evaluate("look.shutDownElsewhere()")


@pytest.mark.parametrize(
    ("home", "width", "stop"),
    [(LAB, 640, shut_down_elsewhere), (LAB, 1280, shut_down), (NOTEBOOK_7, 1280, kill)],
)
def test_the_pad_says_that_another_cell_runs_and_that_python_has_stopped(
    page: Page, jupyter: str, jupyter_home: Path, home, width, stop
):
    folder = jupyter_home / "notebooks/stopping"
    write_notebook(folder / NOTEBOOK, CELLS if home == NOTEBOOK_7 else [CELLS[0], CELLS[-1]])
    (folder / "go_on").unlink(missing_ok=True)
    run_all_cells(page, f"{jupyter}/{home}/stopping/{NOTEBOOK}?reset")
    pad = pad_of_cell(page, 0)
    draw_with_mouse(page, pad, write_clearly(4))
    expect_digit(pad, 4)
    page.set_viewport_size(WINDOW | {"width": width})
    busy, stopped = (pad.locator(f".digit-pad-{name}") for name in ("busy", "stopped"))
    assert style(busy, "visibility") == style(stopped, "visibility") == "hidden"
    run(page, UNTIL_TOLD)
    expect(busy).to_have_css("visibility", "visible")
    assert busy.inner_text() == BUSY
    expect(page.locator(".jp-InputPrompt").last).to_contain_text("*")  # the cell runs still
    (folder / "go_on").touch()
    expect(busy).to_have_css("visibility", "hidden")
    expect(page.locator(".jp-InputPrompt").last).not_to_contain_text("*")
    assert style(stopped, "visibility") == "hidden"
    if home == NOTEBOOK_7:
        pad.locator("canvas").focus()
        page.keyboard.press("r")  # Notebook 7 has shortcuts of its own for the keys of the pad
        expect_digit(pad, 4)
        page.keyboard.press("Escape")
        expect(pad).to_contain_text("Draw a digit")
        for key in ["Space"] + ["ArrowDown"] * 10 + ["Space"]:
            page.keyboard.press(key)
        expect_digit(pad, 1)
        page.keyboard.press("Control+z")
        expect(pad).to_contain_text("Draw a digit")
        page.keyboard.press("Control+y")
        expect_digit(pad, 1)
        draw_a_one_on_the_page(page)
    stop(page)
    expect(stopped).to_have_css("visibility", "visible")
    assert stopped.inner_text() == STOPPED
    assert float(style(pad.locator(".digit-pad-answers"), "opacity")) < 0.5  # it is an old answer
    assert style(button(pad, "That was a 3"), "content", "::before").startswith("counter(digit)")
