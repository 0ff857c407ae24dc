"""The goals of the lessons, and what their cells have printed."""

import re
from functools import cache

import nbformat
from contents import ROOT

NOT_ON_PAPER = {(9, 1, 5)}  # lesson, part, goal: it takes a network of one's own


@cache
def cells(lesson: str) -> list[nbformat.NotebookNode]:
    """Return the cells of the lesson with this number of two digits."""
    (file,) = (ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
    return nbformat.read(file, as_version=4).cells


def printed(lesson: str, pattern: str) -> str:
    """Return what a cell of a lesson has printed."""
    outputs = [output for cell in cells(lesson) for output in cell.get("outputs", [])]
    return re.search(pattern, "".join(output.get("text", "") for output in outputs))[1]


@cache
def about(lesson: int) -> dict:
    """Return a lesson's title and goals: (part, number, text, whether paper can test it)."""
    read = cells(f"{lesson:02}")
    lists = re.findall(
        r"\*\*Afterwards you can\*\*\n((?:\d+\. .+\n?)+)",
        "\n\n".join(cell.source for cell in read if cell.cell_type == "markdown"),
    )
    goals = [
        (part, int(number), text.replace("*", ""), (lesson, part, int(number)) not in NOT_ON_PAPER)
        for part, part_goals in enumerate(lists, 1)
        for number, text in re.findall(r"(\d+)\. (.+?)[;.]?$", part_goals, re.M)
    ]
    title = re.match(r"# \d+ · (.+)", read[0].source)[1]
    return {"lesson": lesson, "title": title, "goals": goals, "parts": len(lists)}
