"""Make the sheets to print, the tests with marks, the answers to both, and the hand-out.

    python teaching/sheets/build.py [FOLDER]

Without a folder they go to teaching/sheets/pdf. It needs Chromium, and Playwright from
tests/requirements.txt.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

import contents
import numpy as np
import questions
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
SHEETS = {
    "convolution": "Convolution by hand",
    "pooling": "Pooling by hand",
    "shapes": "Shapes and parameters",
    "confusion": "Confusion matrix",
}
KEY = {"key": "Answers to the sheets"}
HANDOUT = {"handout": "Handwritten digits, on one page"}
TESTS = {"tests": "Ten tests with marks", "tests_key": "Key to the ten tests"}
RECORD = "made_from.json"


def render() -> dict[str, str]:
    """Return each page to print as HTML, by the name of its file."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
    )
    environment.globals |= {"number": number, "percent": percent}
    template = environment.get_template("base.html")
    numbers = {name: getattr(contents, name)() for name in [*SHEETS, *HANDOUT]}
    numbers["tests"] = questions.every_lesson()
    css = (HERE / "sheets.css").read_text("utf-8")
    css_of_tests = css + (HERE / "tests.css").read_text("utf-8")
    sections = {"key": list(SHEETS)} | {name: list(numbers["tests"]) for name in TESTS}
    return {
        name: template.render(
            title=title,
            names=sections.get(name, [name]),
            answers=name in ("key", "tests_key"),
            css=css_of_tests if name in TESTS else css,
            **numbers,
        )
        for name, title in (SHEETS | KEY | TESTS | HANDOUT).items()
    }


def number(value) -> str:
    """Write a number as a sheet shows it, with a true minus sign."""
    return f"{value:g}".replace("-", "−")


def percent(part: int, whole: int) -> str:
    """Write a share in per cent, with at most one decimal."""
    return f"{np.round(100 * part / whole, 1):g}"


def fingerprint(page: str) -> str:
    """Return a hash of a page's words and numbers; its pictures do not count."""
    return hashlib.sha256(re.sub(r"<img[^>]*>|\s+", " ", page).encode()).hexdigest()


def read_record(folder: Path) -> dict[str, str]:
    """Return the fingerprints of the pages that the PDFs in a folder were made from."""
    return json.loads((folder / RECORD).read_text("utf-8"))


def print_page(tab: Page, html: str) -> bytes:
    """Return the PDF of a page."""
    tab.set_content(html, wait_until="load")
    return tab.pdf(prefer_css_page_size=True, print_background=True)


def count_pages(pdf: bytes) -> int:
    """Count the pages of a PDF that Chromium has written."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def main(folder: Path) -> None:
    """Write the PDFs, and what they were made from."""
    sys.path.append(str(HERE.parents[1] / "tests"))
    from live_notebook import launch_chromium

    folder.mkdir(parents=True, exist_ok=True)
    pages = render()
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        tab = browser.new_page()
        for name, html in pages.items():
            pdf = print_page(tab, html)
            wanted = html.count("<section")
            if count_pages(pdf) != wanted:
                raise SystemExit(f"{name} takes {count_pages(pdf)} pages; wanted {wanted}.")
            (folder / f"{name}.pdf").write_bytes(pdf)
        browser.close()
    record = {name: fingerprint(html) for name, html in pages.items()}
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pdf")
