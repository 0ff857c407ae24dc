"""A stored answer is folded below its question, and unfolds when the learner runs the cell."""

import json
from pathlib import Path

import pytest
from helpers.notebook_pad import choose
from live_notebook import ROOT, open_notebook, write_notebook
from playwright.sync_api import Page, expect

NOTEBOOK = "question.ipynb"
LESSON = ROOT / "notebooks" / "03_build_the_cnn.ipynb"
SOURCE = [
    'print("left edge:", (patch * kernel).sum())\n',
    'print("plain ink:", (plain_ink * kernel).sum())',
]
SET_UP = "import numpy as np\npatch = kernel = plain_ink = np.eye(3, dtype=int)"


def cell(source: str) -> dict:
    """Return a code cell that has not run."""
    return {"cell_type": "code", "source": source, "metadata": {}} | {
        "id": "set-up",
        "outputs": [],
        "execution_count": None,
    }


@pytest.fixture
def address(jupyter: str, jupyter_home: Path) -> str:
    """A Jupyter server with the first question of lesson 3 as it is stored, folded and open."""
    cells = json.loads(LESSON.read_text("utf-8"))["cells"]
    folded = next(
        each for each in cells if each["metadata"].get("jupyter", {}).get("outputs_hidden")
    )
    assert folded["source"] == SOURCE
    path = jupyter_home / "notebooks" / NOTEBOOK
    write_notebook(path, [])
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"] = [cell(SET_UP), folded, folded | {"id": "open", "metadata": {}}]
    path.write_text(json.dumps(notebook), "utf-8")
    return jupyter


@pytest.mark.parametrize(
    "place", ["lab/workspaces/folded/tree", "notebooks"], ids=["JupyterLab", "Notebook"]
)
def test_the_stored_answer_is_hidden_until_the_cell_runs(address, page: Page, place):
    open_notebook(page, f"{address}/{place}/{NOTEBOOK}")
    folded, shown = (page.locator(".jp-CodeCell").nth(number) for number in (1, 2))
    expect(shown.locator(".jp-OutputArea-output").last).to_contain_text("left edge: 3")
    expect(folded.locator(".jp-OutputPlaceholder")).to_be_visible()
    assert folded.inner_text().split() == ["[5]:", *"".join(SOURCE).split()]
    choose(page, "Run", "Run All Cells")
    expect(folded.locator(".jp-OutputPlaceholder")).to_have_count(0)
    expect(folded.locator(".jp-OutputArea-output")).to_contain_text("left edge: 3")
