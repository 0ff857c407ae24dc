"""What a teacher needs agrees with the lessons."""

import json
import math
import re

import pytest
from helpers.course import LESSONS, ROOT, load, markdown
from helpers.prose import equations

GLOSSARY = ROOT / "teaching" / "glossary.md"


def entries() -> list[tuple[str, str]]:
    """Return word and lesson file of every row of the glossary."""
    row = r"^\| \*\*(.+?)\*\* \| .+? \| \[\d+\]\(\.\./notebooks/(.+?)\) \|$"
    return re.findall(row, GLOSSARY.read_text("utf-8"), re.MULTILINE)


def test_every_word_of_the_glossary_is_used_in_the_lesson_that_explains_it():
    assert len(entries()) == GLOSSARY.read_text("utf-8").count("\n| **") > 0
    texts = {path.name: markdown(path).lower() for path in LESSONS}
    stems = {  # as the lesson writes it, where the glossary has another form
        "augmentation": "augment",
        "calibration": "calibrated",
        "one-cycle schedule": "one-cycle",
        "stratified split": "stratified",
        "training set": "training",
        "validation set": "validation",
    }
    words = [(stems.get(word, word.split(" (")[0]), lesson) for word, lesson in entries()]
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


def test_each_part_states_the_seconds_that_were_measured():
    record = json.loads((ROOT / "benchmarks/lesson_times.json").read_text("utf-8"))
    longest = {name: [max(runs) for runs in parts] for name, parts in record.items()}
    assert sum(map(sum, longest.values())) < 600  # all lessons together
    for path in LESSONS:
        stated = re.findall(r"\*Reading \d+ min · .* computing (\d+) s", path.read_text("utf-8"))
        steps = [(seconds, 5 if seconds <= 60 else 10) for seconds in longest.pop(path.stem)]
        if len(stated) == len(steps):  # else its parts are younger than the last measurement
            assert list(map(int, stated)) == [math.ceil(s / step) * step for s, step in steps]
    assert not longest


def test_the_teacher_has_an_answer_to_every_predict():
    text = (ROOT / "teaching/predict_answers.md").read_text("utf-8")
    answered = re.findall(r"^\* \*\*(\d+\.\d+)\*\* \S", text, re.MULTILINE)
    section, asked = "", []
    for line in "\n".join(map(markdown, LESSONS)).split("\n"):
        if heading := re.match(r"## (\d+\.\d+) ", line):
            section = heading[1]
        if "**Predict" in line:
            asked.append(section)
    assert answered == asked


def test_every_exercise_stands_in_the_table_of_grades_by_its_own_grade():
    text = (ROOT / "teaching/TEACHING.md").read_text("utf-8")
    rows = re.findall(r"^\| [\d, ]+ \|([^|]*)\|([^|]*)\|([^|]*)\|$", text, re.MULTILINE)
    graded = {}
    for grade, column in zip(
        ["Warm-up", "Core", "Challenge"], zip(*rows, strict=True), strict=True
    ):
        graded |= dict.fromkeys(re.findall(r"\d+\.\d+", " ".join(column)), grade)
    words = "\n".join(map(markdown, LESSONS))
    found = dict(re.findall(r"### Exercise (\S+) · [^\n]*\n+\*([\w-]+)\.\*", words))
    assert set(re.findall(r"### Exercise (\S+) · ", words)) == {"0.1", *found}
    assert graded == {"0.1": "Warm-up"} | found


def test_plans_fit_have_the_minutes_of_the_lessons_and_a_place_for_every_section():
    plans = load("plans.py")
    text = plans.text()
    assert (ROOT / "teaching/plans.md").read_text("utf-8") == text
    assert len(plans.PLANS) == len(plans.LESSONS)
    lines = re.findall(r"^\*\*(\d+) minutes.*?\*\*(?: 0|\.) ?(.*)$", text, re.M)
    assert len(lines) == len(plans.COURSES) + len(plans.LENGTHS) * len(plans.PLANS)
    for length, line in lines:
        assert int(re.search(r"(\d+) end", line)[1]) <= int(length), line
        assert int(re.search(r"(\d+) \*\*\d+\.\d+\*\*", line)[1]) <= int(length) / 2, line
    for plan in plans.PLANS:
        assert set(plan.first_cut.split()) < set(plan.order.replace("*", "").split())
    planned = " ".join(plan.order for plan in plans.PLANS).replace("*", "").split()
    assert sorted(planned) == sorted(plans.all_sections())
