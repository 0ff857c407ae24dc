"""The tests with marks and their key, question by question."""

import re
from functools import cache

import numpy as np
from bs4 import BeautifulSoup, Tag

from helpers.course import load

LESSONS = range(1, 11)


@cache
def printed(seed: int = 1) -> dict[str, str]:
    """Return the tests and their key as HTML: version A of odd seeds, B of even ones."""
    return load("sheets/sheets_to_print.py").render_tests(seed, "BA"[seed % 2])


@cache
def questions(name: str, lesson: int, seed: int = 1) -> list[Tag]:
    """Return the questions of a lesson's page in `tests` or in `tests_key`."""
    (page,) = re.findall(
        rf'<section class="test_{lesson}">.*?</section>', printed(seed)[name], re.S
    )
    page = re.sub('src="data:[^"]*"', "", page)
    return BeautifulSoup(page, "html.parser").find_all("div", class_="task")


def plain(part: Tag) -> str:
    """Return the words of a part in one line, with a plain minus sign."""
    return " ".join(part.text.replace("−", "-").split())


def numbers(table: Tag) -> np.ndarray:
    """Return the numbers in a table."""
    rows = table.find_all("tr")
    return np.array([[float(plain(cell)) for cell in row.find_all("td")] for row in rows])


def answers(lesson: int, number: int, seed: int) -> list[str]:
    """Return what the key says in bold on a question."""
    key = questions("tests_key", lesson, seed)[number - 1]
    return [plain(each) for each in key.select(".answer")]


def found(text: str) -> list[float]:
    """Return the numbers in a text."""
    return [float(each.replace(",", "")) for each in re.findall(r"-?\d[\d,]*(?:\.\d+)?", text)]


class Asked:
    """What a learner sees of a question: its text, its numbers, its grids and its table."""

    def __init__(self, lesson: int, number: int, seed: int):
        asked = questions("tests", lesson, seed)[number - 1]
        self.part = asked.find("div", class_="question")
        self.text = plain(self.part)
        tables = self.part.find_all("table", class_="cells")
        self.grids = [numbers(each) for each in tables if not each.find("td", class_="open")]
        rows = self.part.select("table.plain tr")
        self.rows = [[plain(cell) for cell in row.find_all(["th", "td"])] for row in rows]

    def sentence(self, start: str) -> list[float]:
        """Return the numbers of the text from some words on."""
        return found(self.text[self.text.index(start) + len(start) :])
