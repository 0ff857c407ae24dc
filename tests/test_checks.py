"""Each exercise's check: right is ✅, dots are ⏳, a known mistake is ❌ with its hint."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.exercise_answers import DOTS, REST, RIGHT, SEVERAL, SLIPS, Model

from mnist_helpers import checks

FOLDER = Path(checks.__file__).parent
LESSONS = sorted(FOLDER.glob("lessons_*.py"))
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


def arguments(name: str, answer) -> tuple:
    """What a check is called with."""
    return (*(answer if name in SEVERAL else (answer,)), *REST.get(name, ()))


def answers(sign: str) -> Iterator[tuple]:
    """All answers that get a sign: the check's name, its arguments and the words of its hint."""
    for name, right in RIGHT.items():
        plain = right if sign == "✅" else DOTS.get(name, [...])
        for answer, hint in SLIPS[name] if sign == "❌" else [(each, "") for each in plain]:
            yield name, arguments(name, answer), hint


def said_by(capsys, name: str, arguments: tuple) -> str:
    capsys.readouterr()
    getattr(checks, name)(*arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("sign", "name", "given", "hint"),
    [
        pytest.param(sign, *row, id=f"{sign} {row[0]} {number}")
        for sign in "✅⏳❌"
        for number, row in enumerate(answers(sign))
    ],
)
def test_an_answer_gets_its_sign_and_a_known_slip_its_hint(sign, name, given, hint, capsys):
    said = said_by(capsys, name, given)
    assert sign in said
    if sign == "❌":
        (wrong,) = [line for line in said.splitlines() if "✅" not in line]
        assert hint in wrong
    else:
        assert "❌" not in said and (sign == "⏳" or "⏳" not in said)


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_an_answer_of_the_wrong_type_is_wrong_and_does_not_raise(name, capsys):
    _, *others = arguments(name, RIGHT[name][0])
    for answer in WRONG_TYPES:
        assert "❌" in said_by(capsys, name, (answer, *others)), type(answer)


def public_functions(path: Path) -> set[str]:
    body = ast.parse(path.read_text("utf-8")).body
    names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    return {name for name in names if not name.startswith("_")}


def test_every_check_is_public_and_has_its_answers():
    every = set().union(*map(public_functions, LESSONS))
    assert set(dir(checks)) == {*every, "setup"}
    assert set(RIGHT) == set(SLIPS) == every
    assert all(RIGHT.values()) and all(SLIPS.values())


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


def test_every_hint_is_given_to_some_answer(capsys):
    for sign in "✅⏳❌":
        for name, given, _ in answers(sign):
            getattr(checks, name)(*given)
    checks.parameter_count(442, "no model")
    said = capsys.readouterr().out
    every = set().union(*map(messages, LESSONS))
    every |= set(re.findall(r', "(.*)"\],?$', (FOLDER / "answers.toml").read_text("utf-8"), re.M))
    assert {message for message in every if message.strip() not in said} == set()


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
