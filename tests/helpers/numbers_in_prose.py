"""The numbers of a text, and the numbers that a lesson's cells hold."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.helpers.prose import FENCED, LINK, cells

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = re.compile(rf"(?<![\w.])(?P<digits>{DIGITS})(?P<percent>\s?%)?(?![\w.]?\d)")
QUOTED = re.compile(rf"(?:{DIGITS})(?:\s?%|\skB)?<!--result .+?-->")
SUM = rf"(?:[(−]*(?:{DIGITS})[)]*(?:\s[×+−/]\s(?=[(\d−])|(?=\s=)|))+"
EQUATION = re.compile(rf"(?<![\w.])(?P<left>{SUM})\s=\s(?P<right>{SUM})")
SECTION = re.compile(r"^##+ (?:Exercise )?(\d+\.\d+) ", re.M)


class Number(NamedTuple):
    """A number as it is written: its value, its decimals, and whether it is a percentage."""

    value: float
    decimals: int
    percent: bool

    def quotes(self, other: "Number") -> bool:
        """Whether it is the other number, rounded; a percentage may quote a share."""
        exact = other.value
        if self.percent and not other.percent:
            if exact > 1 or not other.decimals:
                return False
            exact *= 100
        elif other.percent and not self.percent:
            return False
        if not self.decimals and not self.percent:
            return self.value == exact
        return abs(self.value - exact) <= 0.5 * 10**-self.decimals + 1e-9


def numbers(text: str) -> list[Number]:
    """Return the numbers of a text; thousands have commas, decimals a point."""
    found = []
    for match in NUMBER.finditer(text):
        digits = match["digits"].replace(",", "")
        decimals = len(digits.partition(".")[2])
        found.append(Number(float(digits), decimals, bool(match["percent"])))
    return found


def needs_a_source(number: Number) -> bool:
    """Whether it has a decimal point, a per cent sign, or three digits and more."""
    return number.percent or number.decimals > 0 or number.value >= 100


def equations(text: str) -> Iterator[tuple[str, float, float]]:
    """Yield each equation of digits, such as `64 × (3 + 1) = 256`, with the values of its sides."""
    for match in EQUATION.finditer(text):
        python = match[0].replace(",", "").replace("×", "*").replace("−", "-")
        left, right = python.split("=")
        yield (
            match[0],
            eval(left),
            eval(right),
        )  # EQUATION lets nothing but digits and signs through


def held(cell: dict) -> str:
    """Return what a cell holds: its code and outputs, or the folded solutions of a text."""
    if cell["cell_type"] == "markdown":
        return "\n".join(FENCED.findall(cell["source"]))
    found = [cell["source"]]
    for output in cell["outputs"]:
        found.append("".join(output.get("text", "")))
        found.append("".join(output.get("data", {}).get("text/plain", "")))
        found.append(output.get("metadata", {}).get("image/png", {}).get("alt", ""))
    return re.sub(r"\x1b\[[\d;]*m", " ", "\n".join(found)).replace("_", "")


def sections(lesson: Path) -> Iterator[tuple[str, str, set[Number]]]:
    """Yield number, text and source numbers of each section; without a number, the lesson's.

    A numbered section may quote what its own cells hold, and those of the section before. The
    opening, and what a part begins and ends with, may quote all cells of the lesson.
    """
    texts, sources = [""], [""]
    for cell in cells(lesson):
        if cell["cell_type"] == "markdown":
            first, *new = re.split(r"^(?=## )", cell["source"], flags=re.M)
            texts[-1] += "\n\n" + first
            texts += new
            sources += [""] * len(new)
        sources[-1] += "\n" + held(cell)
    everything = set(numbers("\n".join(sources)))
    for place, text in enumerate(texts):
        heading = SECTION.match(text)
        near = set(numbers("\n".join(sources[max(0, place - 1) : place + 1])))
        yield heading[1] if heading else "", text, near if heading else everything


def paragraphs(text: str) -> list[str]:
    """Return paragraphs, items and rows of a text, without code, links and recorded results."""
    text = LINK.sub(r"\1", QUOTED.sub("", FENCED.sub("", text)))
    text = re.sub(r"<img [^>]*>|</?[a-z]+>", " ", text)
    return re.split(r"\n\s*\n|\n(?=[|*]|\d+\. )", text)


def without_sections(text: str, known: set[str]) -> str:
    """Take away the numbers of sections, as in 'section 4.9'."""
    named = "|".join(map(re.escape, known))
    return re.sub(rf"(?<![\d.,])(?:{named})(?![\d%]|\s%|\.\d)", "", text)
