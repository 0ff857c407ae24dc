"""The exercises: the solution is ✅, the skeleton ⏳, and a known mistake ❌ with its hint.

How an exercise is written in a notebook, so that these tests find it and can prove it:

1. a markdown cell with the heading `### Exercise N.k · …`;
2. a code cell, the skeleton, with `...` where the answer goes;
3. a code cell that calls `checks.something(…)`;
4. a markdown cell with `<details><summary>Solution</summary>` and one block of ```python.

In the folder of the notebooks, the tests first run the cells that an exercise needs. These are the
cells above it with nothing but imports (also inside `with quiet_startup():`), and those with the
tag `exercise-setup`. `np` is NumPy, and `history` is that of a training of six epochs. Then
skeleton and check must say ⏳ and nothing else. After the same cells, solution and check must say
✅ and nothing else. The solution replaces the skeleton, so it repeats what the skeleton gives.
"""

import ast
import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from inspect import signature
from pathlib import Path
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers.course import FOLDER, LESSONS, cells, is_only_imports, run
from helpers.exercise_answers import DOTS, HISTORY, REST, RIGHT, SEVERAL, SLIPS

from mnist_helpers import checks
from mnist_helpers.course.checks import compare

MODULES = sorted(Path(checks.__file__).parent.glob("lessons_*.py"))
ANSWERS = MODULES[0].with_name("answers.toml")
WITHOUT_EXERCISE = {"validation_goal"}  # it checks what the lesson's own cells have trained
WRONG_TYPES = [None, "24", [], {}, [1, "a"], [[1], [2, 3]], np.zeros((2, 3)), float("nan"), True]
WRONG_TYPES += [np.array(["a", None], object), print, 1j, object(), 10**5000, b"24", {3}]


class Exercise(NamedTuple):
    """What is needed to run one exercise: sources of code."""

    setup: list[str]
    skeleton: str
    check: str
    solution: str


def exercises(lesson: Path) -> Iterator[tuple[str, Exercise]]:
    """Yield each exercise of a lesson with the name of its check."""
    setup, name, code = [], "", []
    for cell in cells(lesson):
        if cell.cell_type == "code":
            if is_only_imports(cell.source) or "exercise-setup" in cell.metadata.get("tags", []):
                setup.append(cell.source)
            elif name:
                code.append(cell.source)
        elif heading := re.search(r"^### Exercise (\S+)", cell.source, re.M):
            name, code = heading[1], []
        elif name and "<summary>Solution" in cell.source:
            (solution,) = re.findall(r"^```python\n(.*?)^```", cell.source, re.M | re.S)
            skeleton, check = code
            (called,) = re.findall(r"^checks\.(\w+)\(", check, re.M)
            yield called, Exercise(list(setup), skeleton, check, solution)
            name = ""
    assert not name, f"exercise {name} has no solution"


EXERCISES = dict(each for lesson in LESSONS for each in exercises(lesson))
every_exercise = pytest.mark.parametrize("name", EXERCISES)


class Noted:
    """In the place of `checks`: a call gives back its arguments."""

    def __getattr__(self, name: str) -> Callable[..., tuple]:
        takes = signature(getattr(checks, name))
        return lambda *answers, **named: takes.bind(*answers, **named).args


@cache
def names_after(*setup: str) -> dict:
    """Run the cells that an exercise needs, once for its skeleton and its solution."""
    return run([*setup], np=np, history=HISTORY)


@cache
def called_with(name: str, part: str) -> tuple:
    """Return what the lesson calls a check with, after its skeleton or its solution."""
    exercise = EXERCISES[name]
    with contextlib.chdir(FOLDER):
        names = run([getattr(exercise, part)], **names_after(*exercise.setup))
    plt.close("all")  # an answer may draw
    return eval(exercise.check, names | {"checks": Noted()})


def arguments(name: str, answer) -> tuple:
    """Return what a check is called with for an answer."""
    if name in SEVERAL:
        return answer
    return (answer, *(REST[name] if name in REST else called_with(name, "solution")[1:]))


def answers(sign: str) -> Iterator[tuple]:
    """Yield all answers of the table that get a sign: the check's name, the answer and its hint."""
    for name, every in {"✅": RIGHT, "⏳": DOTS, "❌": SLIPS}[sign].items():
        for each in every:
            yield name, *(each if sign == "❌" else (each, ""))


def said_by(capsys, name: str, given: tuple) -> str:
    capsys.readouterr()
    getattr(checks, name)(*given)
    return capsys.readouterr().out


@pytest.fixture
def compared(monkeypatch) -> list[tuple]:
    """How checks have compared numbers and arrays: function, right answer, hints and tolerance."""
    calls = []

    def note(check, answer, right, *hints, tolerance=1e-6) -> None:
        calls.append((check, right, hints, tolerance))
        check(answer, right, *hints, tolerance=tolerance)

    for module in {compare, *(sys.modules[getattr(checks, each).__module__] for each in SLIPS)}:
        for name in ("check_number", "check_array"):
            if check := getattr(module, name, None):
                monkeypatch.setattr(module, name, partial(note, check))
    return calls


@every_exercise
def test_the_solution_passes_and_every_hint_can_be_reached(name, capsys, compared):
    """With the lesson's own numbers, where two mistakes may give one result."""
    said = said_by(capsys, name, called_with(name, "solution"))
    assert "✅" in said
    assert "❌" not in said and "⏳" not in said
    for check, right, hints, tolerance in compared:
        fraction = right if isinstance(right, float) and right % 1 else None
        rounded = [float(f"{fraction:.{digits}g}") for digits in range(1, 7) if fraction]
        for wrong, hint in hints:
            check(wrong, right, *hints, tolerance=tolerance)
            assert hint in (said := capsys.readouterr().out), said
            assert not np.isin(wrong, rounded).all(), f"{hint} is said to a rounded answer"


@every_exercise
def test_the_skeleton_does_not_pass(name, capsys):
    said = said_by(capsys, name, called_with(name, "skeleton"))
    assert "⏳" in said
    assert "✅" not in said and "❌" not in said


@pytest.mark.parametrize(
    ("sign", "name", "answer", "hint"),
    [
        pytest.param(sign, *row, id=f"{sign} {row[0]} {number}")
        for sign in "✅⏳❌"
        for number, row in enumerate(answers(sign))
    ],
)
def test_an_answer_gets_its_sign_and_a_known_slip_its_hint(sign, name, answer, hint, capsys):
    said = said_by(capsys, name, arguments(name, answer))
    assert sign in said
    if sign == "❌":
        (wrong,) = [line for line in said.splitlines() if "✅" not in line]
        assert hint in wrong
    else:
        assert "❌" not in said and (sign == "⏳" or "⏳" not in said)


@pytest.mark.parametrize("name", [*EXERCISES, *WITHOUT_EXERCISE])
def test_an_answer_of_the_wrong_type_is_wrong_and_does_not_raise(name, capsys):
    others = called_with(name, "solution")[1:] if name in EXERCISES else ()
    for answer in WRONG_TYPES:
        assert "❌" in said_by(capsys, name, (answer, *others)), type(answer)


def public_functions(path: Path) -> set[str]:
    body = ast.parse(path.read_text("utf-8")).body
    names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    return {name for name in names if not name.startswith("_")}


def test_every_check_is_public_and_has_its_exercise():
    every = set(compare.KNOWN).union(*map(public_functions, MODULES))
    assert set(dir(checks)) == {*every, "setup"}
    assert EXERCISES.keys() | WITHOUT_EXERCISE == every
    assert sum(len([*exercises(lesson)]) for lesson in LESSONS) == len(EXERCISES)


def messages(path: Path) -> set[str]:
    """Every text of two words or more in the code of a file; the fixed parts of an f-string."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef)
    }
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} - docstrings
    return {text for text in texts if isinstance(text, str) and " " in text.strip()}


def test_every_hint_is_given_to_some_answer(capsys, compared):
    for name in EXERCISES:
        for part in ("skeleton", "solution"):
            getattr(checks, name)(*called_with(name, part))
    for sign in "✅⏳❌":
        for name, answer, _ in answers(sign):
            getattr(checks, name)(*arguments(name, answer))
    said = "".join(hint for _, _, hints, _ in compared for _, hint in hints)
    said += capsys.readouterr().out
    every = set().union(*map(messages, MODULES))
    every |= set(re.findall(r', "(.*)"\],?$', ANSWERS.read_text("utf-8"), re.M))
    assert {message for message in every if message.strip() not in said} == set()


def test_several_answers_are_named_and_a_single_one_is_not(capsys):
    checks.products(last=16_000, second_conv=...)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("second_conv: ⏳") and second == "last: ✅ Right."
    assert said_by(capsys, "sevens", (1028,)) == "✅ Right.\n"


def test_the_own_reading_is_counted_against_the_labels(capsys):
    assert "on 1 of 3." in said_by(capsys, "own_reading", ([4, 9, 1], np.array([4, 7, 7])))
