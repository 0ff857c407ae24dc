"""A stored answer is folded below its question, and unfolds when the learner runs the cell."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.notebook_pad import choose
from live_notebook import PATIENCE, ROOT, open_notebook, serve
from playwright.sync_api import Page, expect

NOTEBOOK = "question.ipynb"
LESSON = ROOT / "notebooks" / "03_build_the_cnn.ipynb"
SOURCE = ["int((patch * kernel).sum())"]
SET_UP = "import numpy as np\npatch = kernel = np.eye(3)"

expect.set_options(timeout=PATIENCE)


def cell(source: str) -> dict:
    """Return a code cell that has not run."""
    return {"cell_type": "code", "source": source, "metadata": {}} | {
        "id": "set-up",
        "outputs": [],
        "execution_count": None,
    }


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A Jupyter server with the first question of lesson 3 as it is stored, folded and open."""
    cells = json.loads(LESSON.read_text("utf-8"))["cells"]
    folded = next(each for each in cells if each["metadata"].get("jupyter"))
    assert folded["source"] == SOURCE
    with serve(tmp_path, NOTEBOOK, []) as address:
        path = tmp_path / "notebooks" / NOTEBOOK
        notebook = json.loads(path.read_text("utf-8"))
        notebook["cells"] = [cell(SET_UP), folded, folded | {"id": "open", "metadata": {}}]
        path.write_text(json.dumps(notebook), "utf-8")
        yield address


@pytest.mark.parametrize("place", ["lab/tree", "notebooks"], ids=["JupyterLab", "Notebook"])
def test_the_stored_answer_is_hidden_until_the_cell_runs(address, page: Page, place):
    open_notebook(page, f"{address}/{place}/{NOTEBOOK}")
    folded, shown = (page.locator(".jp-CodeCell").nth(number) for number in (1, 2))
    expect(shown.locator(".jp-OutputArea-output").last).to_have_text("3")
    expect(folded.locator(".jp-OutputPlaceholder")).to_be_visible()
    assert folded.inner_text().split() == ["[7]:", *SOURCE[0].split()]
    choose(page, "Run", "Run All Cells")
    expect(folded.locator(".jp-OutputPlaceholder")).to_have_count(0)
    expect(folded.locator(".jp-OutputArea-output")).to_have_text("3")
