"""How long each part of a lesson takes: the one place that says so.

The speeds are for a reader who learns English: 120 words a minute, 8 seconds for a line of code
and 20 for a figure. A *Predict* takes one minute, and an exercise 2, 5 or 10, by its grade.
"""

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

from publish import FIRST_CELL

LONGEST = 45
"""No part of a lesson takes longer: the minutes of a school lesson."""
MOST_WORDS = 18_000
"""The core of all lessons together has no more open words."""
FURTHER = "Going further"
"""The heading of a lesson's last part, which nobody misses on a first reading."""
EXERCISE = {"Warm-up": 2, "Core": 5, "Challenge": 10}
_WORD, _LINE, _FIGURE = 0.5, 8, 20  # seconds
_PART = re.compile(rf"^(?=## (?:Part \d · |{FURTHER}))", re.M)
_SECTION = re.compile(r"^(?=## )", re.M)
_ANSWER = re.compile(r"<details><summary>(?:Solution|Answer)<.*?</details>", re.S)
_FOLD = re.compile(r"<details>.*?</details>", re.S)
_UNSEEN = re.compile(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)|(?<=\])\([^)]*\)|<[^>]*>", re.S)


@dataclass
class Part:
    """What a part of a lesson holds; reading and doing are in whole minutes."""

    heading: str = ""
    words: int = 0
    lines: int = 0
    figures: int = 0
    predicts: int = 0
    exercises: int = 0  # minutes
    challenges: int = 0  # minutes of them that a class leaves for home

    @property
    def reading(self) -> int:
        return math.ceil((self.seconds - 60 * self.doing) / 60)

    @property
    def doing(self) -> int:
        return self.predicts + self.exercises

    @property
    def seconds(self) -> float:
        """How long it takes, before anything is rounded."""
        reading = _WORD * self.words + _LINE * self.lines + _FIGURE * self.figures
        return reading + 60 * self.doing

    @property
    def minutes(self) -> int:
        return self.reading + self.doing

    def __str__(self) -> str:
        return f"Reading {self.reading} min · doing {self.doing} min"

    def read(self, text: str) -> None:
        """Add a text: all its words but solutions and answers, which a reader may not open."""
        self.predicts += text.count("**Predict")
        grades = re.findall(r"^### Exercise .*\n+\*([\w-]+)\.\*", text, re.M)
        self.exercises += sum(EXERCISE[grade] for grade in grades)
        self.challenges += EXERCISE["Challenge"] * grades.count("Challenge")
        self.figures += len(re.findall(r"!\[|<img ", text))
        self.words += _count(_ANSWER.sub("", text))

    def run(self, cell: dict) -> None:
        """Add a code cell and the figures that it draws."""
        if FIRST_CELL not in cell["metadata"].get("tags", []):
            self.lines += sum(bool(line.strip()) for line in "".join(cell["source"]).split("\n"))
        for output in cell["outputs"]:
            cover = output.get("metadata", {}).get("cover")
            self.figures += "image/png" in output.get("data", {}) and not cover


def core_words(lesson: Path) -> int:
    """Return how many words of a lesson stand open, without its part 'Going further'."""
    cells = json.loads(lesson.read_text("utf-8"))["cells"]
    text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return _count(_FOLD.sub("", re.split(rf"^## {FURTHER}", text, flags=re.M)[0]))


def _count(text: str) -> int:
    """Return how many words a reader sees in a text."""
    return sum(bool(re.search(r"\w", word)) for word in _UNSEEN.sub("", text).split())


def parts_of(lesson: Path) -> list[Part]:
    """Return the parts of a lesson, a notebook with its outputs, in their order."""
    return _cut(lesson, _PART)


def sections_of(lesson: Path) -> dict[str, Part]:
    """Return the sections of a lesson by their numbers, such as '3.2'."""
    numbered = ((re.match(r"\d+\.\d+ ", part.heading), part) for part in _cut(lesson, _SECTION))
    return {number[0].strip(): part for number, part in numbered if number}


def minutes_in_class(sections: list[Part]) -> int:
    """Return how long some sections take together; the challenges are for home."""
    seconds = sum(section.seconds - 60 * section.challenges for section in sections)
    return math.ceil(seconds / 60)


def _cut(lesson: Path, heading: re.Pattern) -> list[Part]:
    """Cut a lesson at the headings of a kind."""
    parts = [Part()]
    for cell in json.loads(lesson.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            parts[-1].run(cell)
            continue
        before, *begun = heading.split("".join(cell["source"]))
        parts[-1].read(before)
        for text in begun:
            parts.append(Part(text.split("\n")[0].removeprefix("## ")))
            parts[-1].read(text)
    return parts
