"""An edition of the lessons without solutions, and one page that has them all.

`python teaching/teachers_files.py` writes both. With `start.py class --without-solutions`, learners
get this edition.
"""

import json
import re
from pathlib import Path

from mnist_helpers.course.my_lessons import as_notebook, without_outputs
from mnist_helpers.system.files import write_whole

COURSE = Path(__file__).resolve().parents[1]
FOLDED = re.compile(r"<details><summary>([^<]*)</summary>\s*(.*?)\s*</details>", re.S)
NO_ANSWERS = ("If something does not work", "Terms and source")
INSTEAD = "*Your teacher has the answer.*"


def split(notebook: bytes) -> tuple[bytes, str]:
    """Return a lesson without outputs and answers, and its answers as Markdown."""
    content = json.loads(without_outputs(notebook))
    answers, place = [], {}
    for cell in content["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        text = "".join(cell["source"])
        for part in re.split(r"(?<=</details>)", text):
            place |= dict(re.findall(r"^(##+) (.+)$", part, re.M))
            found = FOLDED.search(part)
            if found and found[1] not in NO_ANSWERS:
                name = question(part[: found.start()], found[1], place)
                answers.append(f"### {name}\n\n{found[2]}\n")
        cell["source"] = FOLDED.sub(without, text)
    title = re.search(r"^# (.+)$", "".join(content["cells"][0]["source"]), re.M)[1]
    return as_notebook(content), "\n".join([f"## {title}\n", *answers])


def without(fold: re.Match) -> str:
    """Return what stands in place of a fold: a note, if it held an answer."""
    return fold[0] if fold[1] in NO_ANSWERS else INSTEAD


def question(before: str, summary: str, place: dict[str, str]) -> str:
    """Return what is asked in the text before an answer: a quiz, a *Predict* or an exercise.

    `summary` is what the fold shows, and `place` holds the headings above it, by their marks.
    """
    if summary.startswith("After you have"):
        return f"{place['##']} (Predict)"
    if "**Quiz.**" in before:
        return "Quiz: " + re.search(r"\*\*Quiz\.\*\* \*(.+?)\*(?!\w)", before, re.S)[1]
    return (
        f"{place['##']} (Predict)"
        if "**Predict" in before
        else place.get("###", place.get("##", "From memory"))
    )


def main(folder: Path) -> None:
    """Write the lessons without solutions or outputs, and solutions.md for the teacher alone."""
    keys = ["# Solutions of all exercises, and answers of all quizzes\n"]
    for lesson in sorted((COURSE / "notebooks").glob("*.ipynb")):
        learners, answers = split(lesson.read_bytes())
        write_whole(folder / "notebooks" / lesson.name, learners)
        keys.append(answers)
    write_whole(folder / "solutions.md", "\n".join(keys).encode())
