"""The lessons as the web site shows them. (The site itself is built by `python3 start.py site`.)"""

import re

import nbformat
from helpers.course import LESSONS, code_cells, every_lesson, load


@every_lesson
def test_pads_are_alive_what_is_to_be_predicted_is_behind_a_click_and_no_link_is_dead(path):
    shown = load("site/build.py").for_site(path)
    assert shown.count("_static/pad.html") == path.read_text("utf-8").count('"<DrawingPad')
    assert "widget-view+json" not in shown
    cells = nbformat.reads(shown, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    removed = ["remove-cell" in cell.metadata.tags for cell in code]
    assert removed == [True] + [False] * (len(code) - 1)  # the first cell is for Colab
    for before, after in zip(code_cells(path), code, strict=True):
        folded = before.metadata.get("jupyter", {}).get("outputs_hidden", False)
        assert ("hide-output" in after.metadata.tags) == folded
        assert len(after.outputs) == len(before.outputs) - (folded and bool(before.outputs))
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\((\.\./[^)#]*)\)", text):
        assert target.startswith(("../images/", "../teaching/glossary"))
        assert (path.parent / target).exists()


def test_the_site_has_a_start_page_and_every_lesson(tmp_path):
    load("site/build.py").prepare(tmp_path)
    contents = (tmp_path / "index.md").read_text("utf-8")
    for path in LESSONS:
        assert f"\nlessons/{path.stem}\n" in contents
        assert (tmp_path / "lessons" / path.name).exists()
    assert 'class="paper"' in (tmp_path / "_static/pad.html").read_text("utf-8")
