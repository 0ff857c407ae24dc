"""Make an edition of the lessons without solutions, and one page that has them all.

    python teaching/without_solutions.py [FOLDER]

Without a folder it goes to without_solutions in the course's folder. There, `notebooks` holds the
lessons for the learners, without outputs; solutions.md is for the teacher alone.
"""

import json
import re
import sys
from pathlib import Path

from mnist_helpers.files import write_whole
from mnist_helpers.my_lessons import without_outputs

COURSE = Path(__file__).resolve().parents[1]
FOLDED = re.compile(r"<details><summary>(?:Solution|Answer)</summary>\s*(.*?)\s*</details>", re.S)
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
            if found := FOLDED.search(part):
                name = question(part[: found.start()], place)
                answers.append(f"### {name}\n\n{found[1]}\n")
        cell["source"] = FOLDED.sub(INSTEAD, text)
    title = re.search(r"^# (.+)$", "".join(content["cells"][0]["source"]), re.M)[1]
    learners = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    return learners.encode(), "\n".join([f"## {title}\n", *answers])


def question(before: str, place: dict[str, str]) -> str:
    """Return what is asked in the text before an answer: a quiz, a *Predict* or an exercise.

    `place` holds the headings above it, by their marks.
    """
    if "**Quiz.**" in before:
        return "Quiz: " + re.search(r"\*\*Quiz\.\*\* \*(.+?)\*(?!\w)", before, re.S)[1]
    return f"{place['##']} (Predict)" if "**Predict" in before else place["###"]


def main(folder: Path) -> None:
    """Write both editions of all lessons."""
    keys = ["# Solutions of all exercises, and answers of all quizzes\n"]
    for lesson in sorted((COURSE / "notebooks").glob("*.ipynb")):
        learners, answers = split(lesson.read_bytes())
        write_whole(folder / "notebooks" / lesson.name, learners)
        keys.append(answers)
    write_whole(folder / "solutions.md", "\n".join(keys).encode())
    print(f"The lessons without solutions are in {folder / 'notebooks'}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else COURSE / "without_solutions")
