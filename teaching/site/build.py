"""Build the course's web site: every lesson with its outputs, a search, and a pad that answers.

    python3 start.py site

The site is the folder `site` in the course's folder. It consists of files only: it needs no server,
and loads nothing from other places.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mnist_helpers import Recognizer, export_html

HERE = Path(__file__).parent
COURSE = HERE.parent.parent
sys.path.append(str(COURSE / "teaching"))
from publish import FIRST_CELL, address  # noqa: E402

TARGET = COURSE / "site"
WIDGET = "application/vnd.jupyter.widget-view+json"
PAD = (
    '<iframe class="pad" src="../_static/pad.html" title="A pad that reads the digit you draw">'
    "</iframe>"
)


def prepare(source: Path) -> None:
    """Write everything that Sphinx reads into `source`."""
    shutil.copy(HERE / "conf.py", source)
    (source / "_static").mkdir()
    shutil.copy(HERE / "site.css", source / "_static")
    export_html(Recognizer.load(), source / "_static/pad.html")
    shutil.copytree(COURSE / "images", source / "images")
    (source / "lessons").mkdir()
    lessons = sorted((COURSE / "notebooks").glob("*.ipynb"))
    for lesson in lessons:
        (source / "lessons" / lesson.name).write_text(for_site(lesson), "utf-8")
    pages = [f"lessons/{lesson.stem}" for lesson in lessons]
    glossary = (COURSE / "teaching/glossary.md").read_text("utf-8")
    (source / "teaching").mkdir()
    glossary = glossary.replace("../notebooks/", "../lessons/")
    (source / "teaching/glossary.md").write_text(glossary, "utf-8")
    pages.append("teaching/glossary")
    contents = "\n".join(["", "```{toctree}", ":hidden:", *pages, "```", ""])
    start = (HERE / "index.md").read_text("utf-8").replace("GET-THE-COURSE", get_the_course())
    (source / "index.md").write_text(start + contents, "utf-8")


def get_the_course() -> str:
    """Say where the course can be had; before it is published, only its owner knows."""
    published = address()
    if published:
        return f"[get the course]({published.page}) and start it as its page says"
    return "get the course from whoever showed you this page, and start it as its README says"


def for_site(lesson: Path) -> str:
    """Return the notebook as the site shows it: with pads that work, and answers behind a click."""
    notebook = json.loads(lesson.read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = without_files_of_the_course(cell["source"])
            continue
        tags = cell["metadata"].setdefault("tags", [])
        if FIRST_CELL in tags:
            tags.append("remove-cell")
        if cell["metadata"].get("jupyter", {}).get("outputs_hidden"):
            tags.append("hide-output")
        cell["outputs"] = [each for each in cell["outputs"] if not is_cover(each)]
        for output in cell["outputs"]:
            show_alive(output)
    return json.dumps(notebook)


def is_cover(output: dict) -> bool:
    """Whether it is the clear pixel with which a folded output begins."""
    return output.get("metadata", {}).get("cover", False)


def show_alive(output: dict) -> None:
    """Replace a pad that needs Python by one that works without it; other widgets are left out."""
    data = output.get("data", {})
    if data.pop(WIDGET, None) and "DrawingPad" in "".join(data.get("text/plain", "")):
        output["data"] = {"text/html": PAD}


def without_files_of_the_course(text: str) -> str:
    """Turn links to files that the site does not show into links to GitHub, or into plain text."""
    published = address()
    shown = r"\]\(\.\./(?!images/|teaching/glossary)([^)]*)\)"
    text = re.sub("<img [^>]*>", as_markdown, text)  # Sphinx copies no picture of a plain tag
    if published:
        return re.sub(shown, lambda link: f"]({published.file(link[1])})", text)
    return re.sub(r"\[([^\]]*)" + shown, r"\1", text)


def as_markdown(tag: re.Match) -> str:
    """Return a picture's tag as Markdown."""
    named = dict(re.findall(r'(\w+)="([^"]*)"', tag[0]))
    return f"![{named.get('alt', '')}]({named['src']})"


def dead_links(site: Path) -> list[str]:
    """Return each link or picture of the built pages that leads to nothing, after its page."""
    site = site.resolve()  # as the targets below
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    names = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in pages.items()}
    dead = []
    for path, text in pages.items():
        for target in re.findall(r'\b(?:href|src)="([^"]+)"', text):
            place, _, name = target.partition("#")
            if re.match(r"\w+:|//", target) or "{" in target:
                continue  # another site's, or a program's
            file = (path.parent / place.split("?")[0]).resolve() if place else path
            if not file.exists() or (name and file in names and name not in names[file]):
                dead.append(f"{path.relative_to(site).as_posix()}: {target}")
    return dead


def main(target: Path = TARGET) -> int:
    """Build the site; return 0 if Sphinx has nothing to complain about, and no link is dead."""
    with tempfile.TemporaryDirectory() as folder:
        source, built = Path(folder) / "source", Path(folder) / "site"
        source.mkdir()
        prepare(source)
        sphinx = [sys.executable, "-m", "sphinx", "-q", "--fail-on-warning", "--keep-going"]
        failed = subprocess.run([*sphinx, str(source), str(built)]).returncode
        if not failed and (dead := dead_links(built)):
            print("These links are dead:", *dead, sep="\n", file=sys.stderr)
            failed = 1
        if not failed:
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(built, target, ignore=shutil.ignore_patterns(".doctrees"))
    if not failed:
        (target / ".nojekyll").touch()  # GitHub Pages would leave out folders such as _static
        print(f"The site is built: open {target / 'index.html'}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
