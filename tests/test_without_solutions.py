"""The edition without solutions: every answer is gone, and nothing else is lost."""

import re

import pytest
from helpers.prose import LESSONS, cells
from helpers.scripts import load

FOLDED = re.compile(
    r"<details><summary>(?:Solution|Answer|After you have \w+ it)</summary>.*?</details>", re.S
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition")
    load("without_solutions.py").main(folder)
    return folder


def texts(path) -> list[str]:
    return [cell["source"] for cell in cells(path)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_answers_are_gone_and_all_else_is_there(edition, lesson):
    given, made = texts(lesson), texts(edition / "notebooks" / lesson.name)
    assert not FOLDED.search("".join(made))
    for before, after in zip(given, made, strict=True):
        assert re.split(re.escape("*Your teacher has the answer.*"), after) == FOLDED.split(before)
    assert not any(cell.get("outputs") for cell in cells(edition / "notebooks" / lesson.name))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_teacher_has_every_answer_under_its_question(edition, lesson):
    key = (edition / "solutions.md").read_text("utf-8")
    (part,) = [
        each for each in re.split(r"^## ", key, flags=re.M) if each.startswith(title(lesson))
    ]
    folds = FOLDED.findall("\n".join(texts(lesson)))
    answers = [re.search(r"</summary>\s*(.*?)\s*</details>", fold, re.S)[1] for fold in folds]
    assert [each.partition("\n\n")[2].strip() for each in part.split("\n### ")[1:]] == answers
    exercises = re.findall(r"^### (Exercise .+)$", "\n".join(texts(lesson)), re.M)
    assert re.findall(r"^### (Exercise .+)$", part, re.M) == exercises


def title(lesson) -> str:
    return re.match(r"# (.+)", texts(lesson)[0])[1]
