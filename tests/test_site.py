"""The lessons as the web site shows them. (The site itself is built by `python3 start.py site`.)"""

import json
import re

import pytest
from helpers.scripts import ROOT, load

LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))

every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def code_cells(notebook: str) -> list[dict]:
    return [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]


@every_lesson
def test_every_pad_is_alive_and_no_widget_asks_for_a_kernel(path):
    shown = load("site/build.py").for_site(path)
    pads = path.read_text("utf-8").count('"<DrawingPad')
    assert shown.count("_static/pad.html") == pads
    assert "widget-view+json" not in shown


@every_lesson
def test_what_is_to_be_predicted_stays_behind_a_click(path):
    original = code_cells(path.read_text("utf-8"))
    for before, after in zip(
        original, code_cells(load("site/build.py").for_site(path)), strict=True
    ):
        folded = before["metadata"].get("jupyter", {}).get("outputs_hidden", False)
        assert ("hide-output" in after["metadata"]["tags"]) == folded
        assert len(after["outputs"]) == len(before["outputs"]) - (
            folded and bool(before["outputs"])
        )


@every_lesson
def test_no_link_leads_to_a_file_that_the_site_does_not_have(path):
    shown = json.loads(load("site/build.py").for_site(path))
    for cell in shown["cells"]:
        if cell["cell_type"] == "markdown":
            for target in re.findall(r"\]\((\.\./[^)#]*)\)", cell["source"]):
                assert target.startswith(("../images/", "../teaching/glossary"))
                assert (path.parent / target).exists()


def test_the_first_cell_is_left_out():
    (first, *others) = code_cells(load("site/build.py").for_site(LESSONS[0]))
    assert "remove-cell" in first["metadata"]["tags"]
    assert not any("remove-cell" in cell["metadata"]["tags"] for cell in others)


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
