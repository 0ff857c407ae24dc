"""The lessons as the web site shows them. (The site itself is built by `python3 start.py site`.)"""

import re

import nbformat
import pytest
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


def test_every_link_and_picture_of_the_built_pages_is_alive(tmp_path):
    pytest.importorskip("myst_nb")  # only who builds the site has it
    site = tmp_path / "site"
    assert load("site/build.py").main(site) == 0
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    names = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in pages.items()}
    dead = []
    for path, text in pages.items():
        for target in re.findall(r'\b(?:href|src)="([^"]+)"', text):
            place, _, name = target.partition("#")
            if re.match(r"\w+:|//", target) or "{" in target:
                continue
            file = (path.parent / place.split("?")[0]).resolve() if place else path
            if not file.exists() or (name and file in names and name not in names[file]):
                dead.append(f"{path.relative_to(site)}: {target}")
    assert not dead
    assert len(pages) > 12
