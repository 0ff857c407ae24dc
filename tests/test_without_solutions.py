"""The edition without solutions: every answer is gone, and nothing else is lost."""

import re

import pytest
from helpers.course import cells, every_lesson, load

FOLDED = re.compile(
    r"<details><summary>(?:Solution|Answer|After you have \w+ it)</summary>.*?</details>", re.S
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition")
    load("without_solutions.py").main(folder)
    return folder


@every_lesson
def test_every_answer_is_gone_and_the_teacher_has_it_under_its_question(edition, path):
    given, made = cells(path), cells(edition / "notebooks" / path.name)
    for before, after in zip(given, made, strict=True):
        parts = after.source.split("*Your teacher has the answer.*")
        assert parts == FOLDED.split(before.source)
        assert not after.get("outputs")
    text = "\n".join(cell.source for cell in given)
    title = re.match(r"# (.+)", text)[1]
    key = re.split(r"^## ", (edition / "solutions.md").read_text("utf-8"), flags=re.M)
    (part,) = [each for each in key if each.startswith(title)]
    folds = FOLDED.findall(text)
    answers = [re.search(r"</summary>\s*(.*?)\s*</details>", fold, re.S)[1] for fold in folds]
    assert [each.partition("\n\n")[2].strip() for each in part.split("\n### ")[1:]] == answers
    exercise = re.compile(r"^### (Exercise .+)$", re.M)
    assert exercise.findall(part) == exercise.findall(text)
