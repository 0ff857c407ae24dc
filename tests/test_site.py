"""The lessons as the web site shows them. (The site itself is built by `python3 start.py site`.)"""

import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))

every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def load_build():
    spec = importlib.util.spec_from_file_location("build", ROOT / "teaching/site/build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return build


def code_cells(notebook: str) -> list[dict]:
    return [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]


@every_lesson
def test_every_pad_is_alive_and_no_widget_asks_for_a_kernel(path):
    shown = load_build().for_site(path)
    pads = path.read_text("utf-8").count('"<DrawingPad')
    assert shown.count("_static/pad.html") == pads
    assert "widget-view+json" not in shown


@every_lesson
def test_what_is_to_be_predicted_stays_behind_a_click(path):
    original = code_cells(path.read_text("utf-8"))
    for before, after in zip(original, code_cells(load_build().for_site(path)), strict=True):
        folded = before["metadata"].get("jupyter", {}).get("outputs_hidden", False)
        assert ("hide-output" in after["metadata"]["tags"]) == folded
        assert len(after["outputs"]) == len(before["outputs"]) - (
            folded and bool(before["outputs"])
        )


@every_lesson
def test_no_link_leads_to_a_file_that_the_site_does_not_have(path):
    shown = json.loads(load_build().for_site(path))
    for cell in shown["cells"]:
        if cell["cell_type"] == "markdown":
            for target in re.findall(r"\]\((\.\./[^)#]*)\)", cell["source"]):
                assert target.startswith(("../images/", "../teaching/glossary"))
                assert (path.parent / target).exists()


def test_the_first_cell_is_left_out():
    (first, *others) = code_cells(load_build().for_site(LESSONS[0]))
    assert "remove-cell" in first["metadata"]["tags"]
    assert not any("remove-cell" in cell["metadata"]["tags"] for cell in others)


def test_the_site_has_a_start_page_and_every_lesson(tmp_path):
    load_build().prepare(tmp_path)
    contents = (tmp_path / "index.md").read_text("utf-8")
    for path in LESSONS:
        assert f"\nlessons/{path.stem}\n" in contents
        assert (tmp_path / "lessons" / path.name).exists()
    assert 'class="paper"' in (tmp_path / "_static/pad.html").read_text("utf-8")
