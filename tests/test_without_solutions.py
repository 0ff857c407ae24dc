"""The edition without solutions: every answer is gone, and nothing else is lost."""

import importlib.util
import json
import re

import pytest

from tests.helpers.prose import LESSONS, ROOT

FOLDED = re.compile(r"<details>.*?</details>", re.S)


def load():
    path = ROOT / "teaching" / "without_solutions.py"
    spec = importlib.util.spec_from_file_location("without_solutions", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edition")
    load().main(folder)
    return folder


def texts(path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_answers_are_gone_and_all_else_is_there(edition, lesson):
    given, made = texts(lesson), texts(edition / "notebooks" / lesson.name)
    assert "<details" not in "".join(made)
    for before, after in zip(given, made, strict=True):
        assert re.split(re.escape("*Your teacher has the answer.*"), after) == FOLDED.split(before)
    cells = json.loads((edition / "notebooks" / lesson.name).read_text("utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_teacher_has_every_answer_under_its_question(edition, lesson):
    key = (edition / "solutions.md").read_text("utf-8")
    (part,) = [
        each for each in re.split(r"^## ", key, flags=re.M) if each.startswith(title(lesson))
    ]
    answers = re.findall(r"</summary>\s*(.*?)\s*</details>", "\n".join(texts(lesson)), re.S)
    assert [each.partition("\n\n")[2].strip() for each in part.split("\n### ")[1:]] == answers
    exercises = re.findall(r"^### (Exercise .+)$", "\n".join(texts(lesson)), re.M)
    assert re.findall(r"^### (Exercise .+)$", part, re.M) == exercises


def title(lesson) -> str:
    return re.match(r"# (.+)", texts(lesson)[0])[1]
