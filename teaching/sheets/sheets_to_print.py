"""The sheets to print, the tests with marks, the answers to both, and the hand-out.

`python teaching/teachers_files.py` writes them.
"""

from functools import cache
from pathlib import Path
from zlib import crc32

import contents
import numpy as np
import questions
from jinja2 import Environment, FileSystemLoader, StrictUndefined

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


def render_tests(seed: int, version: str) -> dict[str, str]:
    """Return the ten tests of a version, 'A' or 'B', and their key, as HTML by name."""

    def shuffled(options: list[tuple]) -> list[tuple]:
        chance = [seed, questions.VERSIONS.index(version), crc32(options[0][0].encode())]
        return [options[place] for place in np.random.default_rng(chance).permutation(4)]

    template = environment().get_template("base.html")
    tests = questions.every_lesson(seed, version)
    css = "".join((HERE / name).read_text("utf-8") for name in ("sheets.css", "tests.css"))
    common = {"names": list(tests), "css": css, "tests": tests, "shuffled": shuffled}
    return {
        name: template.render(title=title, answers=name == "tests_key", **common)
        for name, title in TESTS.items()
    }


@cache
def environment() -> Environment:
    """Return what fills in the templates."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
    )
    made.globals |= {"number": number, "percent": percent, "listed": listed, "weighted": weighted}
    return made


def render() -> dict[str, str]:
    """Return each sheet, its answers and the hand-out as HTML, by the name of its file."""
    template = environment().get_template("base.html")
    numbers = {name: getattr(contents, name)() for name in [*SHEETS, *HANDOUT]}
    return {
        name: template.render(
            title=title,
            names=list(SHEETS) if name == "key" else [name],
            answers=name == "key",
            css=(HERE / "sheets.css").read_text("utf-8"),
            **numbers,
        )
        for name, title in (SHEETS | KEY | HANDOUT).items()
    }


def number(value) -> str:
    """Write a number as a sheet shows it, with a true minus sign."""
    return f"{value:g}".replace("-", "−")


def percent(part: int, whole: int) -> str:
    """Write a share in per cent, with at most one decimal."""
    return f"{np.round(100 * part / whole, 1):g}"


def listed(numbers) -> str:
    """Write numbers as words do: 1, −2, 0 and 1."""
    *others, last = map(number, numbers)
    return f"{', '.join(others)} and {last}"


def weighted(values, weights, bias) -> str:
    """Write a weighted sum with its bias: 2 × 1 + 1 × (−1) + 1."""
    products = (
        f"{number(value)} × {f'({number(weight)})' if weight < 0 else number(weight)}"
        for value, weight in zip(values, weights, strict=True)
    )
    return f"{' + '.join(products)} {'+' if bias > 0 else '−'} {abs(bias)}"


def main(folder: Path, seed: int) -> None:
    """Write each page to print as an HTML file that needs no other file."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = render()
    for version in questions.VERSIONS:
        for name, html in render_tests(seed, version).items():
            pages[f"{name}_{version}{seed}"] = html
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, "utf-8")
