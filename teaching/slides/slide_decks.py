"""Slides, made of the lessons with their stored outputs.

`python teaching/teachers_files.py` writes them. The arrow keys and the space bar first show the
answer of a slide, then the next slide. Nothing is downloaded.
"""

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from lesson import COURSE, slides

from mnist_helpers import Recognizer, export_html

HERE = Path(__file__).resolve().parent
SECTIONS = {  # sections and pictures of images/ideas, shown besides goals, recap and quiz
    "00": "0.1 pipeline course_map",
    "01": "1.3 1.4 1.6 split",
    "02": "2.1 2.2 2.3 2.4 2.6",
    "03": "3.1 3.2 3.4 network",
    "04": "4.1 4.2 4.3 4.4 4.6",
    "05": "5.2 5.4 5.5 5.7 5.12",
    "06": "6.1 6.2 learning_rates 6.5 6.7",
    "07": "7.1 7.4 7.5 7.6 7.8",
    "08": "8.1 8.4 8.5",
    "09": "9.1 9.2 9.3 9.5 9.9",
    "10": "10.1 10.2 10.4 10.5 10.6",
}


def decks() -> dict[str, str]:
    """Return the slides of each lesson as one HTML page, by the name of the lesson's file."""
    template = Environment(loader=FileSystemLoader(HERE), trim_blocks=True).get_template(
        "deck.html"
    )
    looks = {
        "css": (HERE / "slides.css").read_text("utf-8"),
        "script": (HERE / "slides.js").read_text("utf-8"),
    }
    pages = {}
    for path in sorted((COURSE / "notebooks").glob("*.ipynb")):
        shown = slides(path, SECTIONS[path.stem[:2]].split())
        pages[path.stem] = template.render(title=shown[0].heading, slides=shown, **looks)
    return pages


def contents(pages: dict[str, str]) -> str:
    """Return a page with a link to each lesson's slides."""
    titles = {name: re.search(r"<title>(.*?)</title>", page)[1] for name, page in pages.items()}
    links = "\n".join(
        f'<li><a href="{name}.html">{title}</a></li>' for name, title in titles.items()
    )
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Slides</title>\n'
        '<body style="font: 1.4em/1.8 sans-serif; margin: 2em 5vw">\n'
        "<h1>Handwritten digits: slides</h1>\n"
        "<p>Arrow keys or space bar: first the answer, then the next slide.</p>\n"
        f'<ul style="list-style: none; padding: 0">\n{links}\n</ul>\n</body>\n</html>\n'
    )


def main(folder: Path) -> None:
    """Write the slides, the page that lists them, and a pad that answers."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = decks()
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, "utf-8")
    (folder / "index.html").write_text(contents(pages), "utf-8")
    export_html(Recognizer.load(), folder / "pad.html")
