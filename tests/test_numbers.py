"""Each number of the prose has a source: a cell near it, a recorded result, or a short list.

Which numbers: those with a decimal point or a per cent sign, and those of three digits and more.
What may be their source:

1. the code, the outputs and the folded solutions of the same section, or of the one before it;
2. an equation beside it whose two sides are equal, such as `28 × 28 = 784`;
3. a cell of another lesson, if the paragraph names that lesson;
4. a recorded result, in a comment behind the number (test_prose.py compares it);
5. tests/helpers/known_numbers.py.
"""

import re

import pytest

from tests.helpers.known_numbers import GIVEN, of_the_course, worked_out
from tests.helpers.numbers_in_prose import (
    Number,
    equations,
    needs_a_source,
    numbers,
    paragraphs,
    sections,
    without_sections,
)
from tests.helpers.prose import LESSONS, ROOT

SECTIONS = {lesson.stem[:2]: list(sections(lesson)) for lesson in LESSONS}
EVERYTHING = {lesson: all_of_it[0][2] for lesson, all_of_it in SECTIONS.items()}
NUMBERED = {number for each in SECTIONS.values() for number, _, _ in each if number}
COURSE = {Number(value, 0, False) for value in of_the_course()}
WORKED_OUT = {
    lesson: {Number(float(value), 9, False) for value in values}
    for lesson, values in worked_out().items()
}


def without_a_source(paragraph: str, near: set[Number], place: str) -> list[Number]:
    """Return the numbers of a paragraph that stand in a lesson, or in a page, without a source."""
    named = {f"{int(number):02}" for number in re.findall(r"[Ll]esson (\d+)", paragraph)}
    sources = near | COURSE | WORKED_OUT.get(place, set())
    sources = sources.union(*(EVERYTHING.get(lesson, set()) for lesson in named))
    sources |= {number for listed in GIVEN.get(place, {}) for number in numbers(listed)}
    for equation, left, right in equations(paragraph):
        if abs(left - right) < 0.006:
            sources |= set(numbers(equation))
    found = numbers(without_sections(paragraph, NUMBERED))
    return [
        number
        for number in found
        if needs_a_source(number) and not any(map(number.quotes, sources))
    ]


@pytest.mark.parametrize("lesson", SECTIONS)
def test_every_number_of_a_lesson_has_a_source(lesson):
    missing = [
        (number, paragraph)
        for _, text, near in SECTIONS[lesson]
        for paragraph in paragraphs(text)
        for number in without_a_source(paragraph, near, lesson)
    ]
    assert not missing


def test_every_number_of_the_readme_has_a_source():
    text = (ROOT / "README.md").read_text("utf-8")
    every = [without_a_source(each, set(), "README.md") for each in paragraphs(text)]
    assert not [number for missing in every for number in missing]


def test_every_number_of_the_answers_to_predict_has_a_source():
    text = (ROOT / "teaching" / "predict_answers.md").read_text("utf-8")
    answers = re.findall(r"^\* \*\*(\d+)\.\d+\*\* (.*)", text, re.M)
    assert answers
    for number, answer in answers:
        lesson = f"{int(number):02}"
        (paragraph,) = paragraphs(answer)
        assert not without_a_source(paragraph, EVERYTHING[lesson], lesson), answer


def test_equations_are_true():
    texts = [text for each in SECTIONS.values() for _, text, _ in each]
    found = [each for text in texts for part in paragraphs(text) for each in equations(part)]
    assert len(found) > 10
    assert not [equation for equation, left, right in found if abs(left - right) >= 0.006]


@pytest.mark.parametrize(
    ("text", "sources", "missing"),
    [
        ("It reads 96.5 % of 6,000.", "0.9648 96.52% 6,000", []),
        ("It reads 96.5 %.", "96.44%", [Number(96.5, 1, True)]),
        ("It reads 96.5 %.", "0.9654 96.5", []),
        ("It reads 64 %.", "64.2%", []),
        ("It reads 65 %.", "64.2%", [Number(65, 0, True)]),
        ("1,601 numbers", "1600", [Number(1601, 0, False)]),
        ("1,600 + 1 = 1,601 numbers", "1600", []),
        ("1,600 + 2 = 1,601 numbers", "1600", [Number(1601, 0, False)]),
        ("12 of 99, in 4.9 and in 4.91", "4.912", []),
        ("784 pixels, and 34,826 parameters", "", []),
        ("34,827 parameters", "", [Number(34827, 0, False)]),
        ("a loss of 2.30", "2.303", []),
        ("a loss of 2.31", "2.303", [Number(2.31, 2, False)]),
    ],
)
def test_a_wrong_number_is_found(text, sources, missing):
    assert without_a_source(text, set(numbers(sources)), "") == missing


def test_a_recorded_result_needs_no_other_source():
    (paragraph,) = paragraphs("99.42 %<!--result test_accuracy--> and 143 kB<!--result a.b c-->")
    assert not numbers(paragraph)
