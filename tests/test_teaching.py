"""What a teacher needs agrees with the lessons."""

import json
import math
import re
from pathlib import Path

import nbformat
import pytest
from helpers.prose import equations, markdown
from helpers.scripts import load

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "teaching" / "glossary.md"


def entries() -> list[tuple[str, str, str]]:
    """Return word, meaning and lesson file of every row of the glossary."""
    row = r"^\| \*\*(.+?)\*\* \| (.+?) \| \[\d+\]\(\.\./notebooks/(.+?)\) \|$"
    return re.findall(row, GLOSSARY.read_text("utf-8"), re.MULTILINE)


def test_every_word_of_the_glossary_links_to_a_lesson_that_exists():
    rows = GLOSSARY.read_text("utf-8").count("\n| **")
    assert len(entries()) == rows > 0
    missing = [word for word, _, lesson in entries() if not (ROOT / "notebooks" / lesson).exists()]
    assert not missing


def test_every_word_of_the_glossary_is_used_in_the_lesson_that_explains_it():
    texts = {path.name: markdown(path).lower() for path in (ROOT / "notebooks").glob("*.ipynb")}
    stems = {  # as the lesson writes it, where the glossary has another form
        "augmentation": "augment",
        "calibration": "calibrated",
        "one-cycle schedule": "one-cycle",
        "stratified split": "stratified",
        "training set": "training",
        "validation set": "validation",
    }
    words = [(stems.get(word, word.split(" (")[0]), lesson) for word, _, lesson in entries()]
    assert [word for word, lesson in words if word.lower() not in texts[lesson]] == []


def test_the_examples_of_mathematics_are_right():
    (section,) = re.findall(r"^## Mathematics.*?(?=^## )", GLOSSARY.read_text("utf-8"), re.M | re.S)
    functions = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}
    code = re.findall("`([^`]*)`", section)
    in_code = [each.split(" = ") for each in code if " = " in each]
    in_words = list(equations(re.sub("`[^`]*`", "", section)))
    assert len(in_code) > 8
    assert len(in_words) > 4
    for left, right in in_code:
        assert eval(left, functions) == pytest.approx(float(right), abs=5e-4), left
    assert not [each for each, left, right in in_words if left != pytest.approx(right)]


def test_stored_outputs_find_their_cell_by_id_and_leave_metadata_alone(tmp_path):
    lesson = tmp_path / "lesson.ipynb"
    folded = {"jupyter": {"outputs_hidden": True}}
    cell = nbformat.v4.new_code_cell("1 + 1", id="sum", metadata=folded)
    lesson.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])))
    executed = nbformat.read(lesson, as_version=4)
    executed.cells[0].metadata = {"execution": "12:00"}
    executed.cells[0].outputs = [nbformat.v4.new_output("stream", text="2")]
    executed.cells.insert(0, nbformat.v4.new_code_cell("0", id="other"))
    load("execute_lessons.py").store_outputs(lesson, executed)
    stored = nbformat.read(lesson, as_version=4).cells[0]
    cover, output = stored.outputs
    assert list(cover.data) == ["image/png"]
    assert cover.metadata.cover
    assert output.text == "2"
    assert stored.metadata == folded


def test_each_part_states_the_seconds_that_were_measured():
    record = json.loads((ROOT / "benchmarks/lesson_times.json").read_text("utf-8"))
    longest = {name: [max(runs) for runs in parts] for name, parts in record.items()}
    assert sum(map(sum, longest.values())) < 600  # all lessons together
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        stated = re.findall(r"\*Reading \d+ min · .* computing (\d+) s", path.read_text("utf-8"))
        steps = [(seconds, 5 if seconds <= 60 else 10) for seconds in longest.pop(path.stem)]
        if len(stated) == len(steps):  # else its parts are younger than the last measurement
            assert list(map(int, stated)) == [math.ceil(s / step) * step for s, step in steps]
    assert not longest


def predicts(path: Path) -> list[str]:
    """Return the section of each *Predict* in a lesson, in order."""
    section, found = "", []
    for cell in nbformat.read(path, as_version=4).cells:
        for line in cell.source.split("\n") if cell.cell_type == "markdown" else []:
            if heading := re.match(r"## (\d+\.\d+) ", line):
                section = heading[1]
            if "**Predict" in line:
                found.append(section)
    return found


def test_the_teacher_has_an_answer_to_every_predict():
    text = (ROOT / "teaching/predict_answers.md").read_text("utf-8")
    answered = re.findall(r"^\* \*\*(\d+\.\d+)\*\* \S", text, re.MULTILINE)
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert answered == [section for path in lessons for section in predicts(path)]


def test_every_exercise_stands_in_the_table_of_grades_by_its_own_grade():
    text = (ROOT / "teaching/TEACHING.md").read_text("utf-8")
    rows = re.findall(r"^\| [\d, ]+ \|([^|]*)\|([^|]*)\|([^|]*)\|$", text, re.MULTILINE)
    graded = {}
    for grade, column in zip(
        ["Warm-up", "Core", "Challenge"], zip(*rows, strict=True), strict=True
    ):
        graded |= dict.fromkeys(re.findall(r"\d+\.\d+", " ".join(column)), grade)
    found = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        words = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        found |= dict(re.findall(r"### Exercise (\S+) · [^\n]*\n+\*([\w-]+)\.\*", words))
        headings = re.findall(r"### Exercise (\S+) · ", words)
        assert set(headings) - {"0.1"} <= found.keys()
    assert graded == {"0.1": "Warm-up"} | found


def test_every_minute_of_the_plans_is_that_of_the_lessons_and_every_plan_fits():
    plans = load("plans.py")
    text = plans.text()
    assert (ROOT / "teaching/plans.md").read_text("utf-8") == text
    assert len(plans.PLANS) == len(plans.LESSONS)
    lines = re.findall(r"^\*\*(\d+) minutes.*?\*\*(?: 0|\.) ?(.*)$", text, re.M)
    assert len(lines) == len(plans.COURSES) + len(plans.LENGTHS) * len(plans.PLANS)
    for length, line in lines:
        assert int(re.search(r"(\d+) end", line)[1]) <= int(length), line
        assert int(re.search(r"(\d+) \*\*\d+\.\d+\*\*", line)[1]) <= int(length) / 2, line


def test_every_section_has_its_place_in_a_plan():
    plans = load("plans.py")
    for plan in plans.PLANS:
        assert set(plan.first_cut.split()) < set(plan.order.replace("*", "").split())
    planned = " ".join(plan.order for plan in plans.PLANS).replace("*", "").split()
    assert sorted(planned) == sorted(plans.all_sections())
