"""A stored answer is folded below its question, and unfolds when the learner runs the cell."""

from pathlib import Path

import nbformat
import pytest
from helpers.course import LESSONS, cells
from helpers.notebook_pad import choose
from live_notebook import open_notebook, write_notebook
from playwright.sync_api import Page, expect

NOTEBOOK = "question.ipynb"
SOURCE = """print("left edge:", (patch * first_kernel).sum())
print("plain ink:", (plain_ink * first_kernel).sum())"""
SET_UP = "import numpy as np\npatch = first_kernel = plain_ink = np.eye(3, dtype=int)"


@pytest.fixture
def address(jupyter: str, jupyter_home: Path) -> str:
    """A Jupyter server with the first question of lesson 3 as it is stored, folded and open."""
    stored = cells(LESSONS[3])
    folded = next(each for each in stored if "outputs_hidden" in each.metadata.get("jupyter", {}))
    assert folded.source == SOURCE
    path = jupyter_home / "notebooks" / NOTEBOOK
    write_notebook(path, [SET_UP])
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [folded, nbformat.from_dict(folded | {"id": "open", "metadata": {}})]
    nbformat.write(notebook, path)
    return jupyter


@pytest.mark.parametrize(
    "place", ["lab/workspaces/folded/tree", "notebooks"], ids=["JupyterLab", "Notebook"]
)
def test_the_stored_answer_is_hidden_until_the_cell_runs(address, page: Page, place):
    open_notebook(page, f"{address}/{place}/{NOTEBOOK}")
    folded, shown = (page.locator(".jp-CodeCell").nth(number) for number in (1, 2))
    expect(shown.locator(".jp-OutputArea-output").last).to_contain_text("left edge: 3")
    expect(folded.locator(".jp-OutputPlaceholder")).to_be_visible()
    assert folded.inner_text().split() == ["[5]:", *SOURCE.split()]
    choose(page, "Run", "Run All Cells")
    expect(folded.locator(".jp-OutputPlaceholder")).to_have_count(0)
    expect(folded.locator(".jp-OutputArea-output")).to_contain_text("left edge: 3")
