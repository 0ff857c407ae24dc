"""Each exercise's check: right is ✅, dots are ⏳, a known mistake is ❌ with its hint."""

import ast
from pathlib import Path

import numpy as np
import pytest
from helpers.exercise_answers import ANSWERS, Model

from mnist_helpers import checks

LESSONS = sorted(Path(checks.__file__).parent.glob("lessons_*.py"))
WRONG_TYPES = [
    None,
    "24",
    [],
    {},
    [1, "a"],
    [[1], [2, 3]],
    np.zeros((2, 3)),
    np.array(["a", None], object),
    float("nan"),
    True,
    print,
    1j,
    object(),
    10**5000,
    b"24",
    {3},
]


def rows(kind: str) -> list:
    """All answers of a kind: the check's name, its arguments and, for a mistake, its hint."""
    return [
        pytest.param(name, answers.arguments(row[0]), *row[1:], id=f"{name}-{number}")
        for name, answers in ANSWERS.items()
        for number, row in enumerate(
            answers.slips if kind == "slips" else [(each,) for each in getattr(answers, kind)]
        )
    ]


def said_by(capsys, name: str, arguments: tuple) -> str:
    capsys.readouterr()
    getattr(checks, name)(*arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize(("name", "arguments"), rows("right"))
def test_a_right_answer_is_right(name, arguments, capsys):
    said = said_by(capsys, name, arguments)
    assert "✅" in said
    assert "❌" not in said and "⏳" not in said


@pytest.mark.parametrize(("name", "arguments"), rows("dots"))
def test_dots_are_not_answered_yet(name, arguments, capsys):
    said = said_by(capsys, name, arguments)
    assert "⏳" in said
    assert "❌" not in said


@pytest.mark.parametrize(("name", "arguments", "hint"), rows("slips"))
def test_a_known_slip_gets_its_hint(name, arguments, hint, capsys):
    said = said_by(capsys, name, arguments)
    (wrong,) = [line for line in said.splitlines() if "✅" not in line]
    assert "❌" in wrong
    assert hint in wrong


@pytest.mark.parametrize("answer", WRONG_TYPES, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_of_the_wrong_type_is_wrong_and_does_not_raise(name, answer, capsys):
    answers = ANSWERS[name]
    arguments = answers.arguments(answers.right[0])
    assert "❌" in said_by(capsys, name, (answer, *arguments[1:]))


def public_functions(path: Path) -> set[str]:
    body = ast.parse(path.read_text("utf-8")).body
    names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    return {name for name in names if not name.startswith("_")}


def test_every_check_is_public_and_has_its_answers():
    every = set().union(*map(public_functions, LESSONS))
    assert set(checks.__all__) == {*every, "setup"}
    assert set(ANSWERS) == every
    assert all(answers.right and answers.slips for answers in ANSWERS.values())


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


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_hint_is_given_to_some_answer(path, capsys):
    for name, answers in ANSWERS.items():
        for row in [*answers.right, *answers.dots, *[slip for slip, _ in answers.slips]]:
            getattr(checks, name)(*answers.arguments(row))
    checks.parameter_count(442, "no model")
    said = capsys.readouterr().out
    assert {message for message in messages(path) if message.strip() not in said} <= NOT_SAID


# What the learner writes in short, and reads back in full.
NOT_SAID = {"not a digit", "not sure"}


def test_a_network_without_weights_is_named(capsys):
    for model in (None, type("Empty", (Model,), {"layers": ()})()):
        assert "run the cell above that builds it" in said_by(
            capsys, "parameter_count", (442, model)
        )


def test_the_ranges_of_other_runs_are_compared_too(capsys):
    apart = (np.array([0.1, 0.2]), np.array([0.3, 0.4]))
    assert "overlap: ✅" in said_by(capsys, "comparison", (0.2, False, *apart))
    assert "overlap: ❌" in said_by(capsys, "comparison", (0.2, True, *apart))


def test_the_own_reading_is_counted_against_the_labels(capsys):
    assert "on 1 of 3." in said_by(capsys, "own_reading", ([4, 9, 1], np.array([4, 7, 7])))
