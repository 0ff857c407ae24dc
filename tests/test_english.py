"""The course's English, as far as a program can tell: length of sentences, words, amount of text.

Only a reader finds a sentence that cannot be understood. These tests find the long ones, words that
tell a beginner that something is easy, and lessons with too much text for their code.
"""

import ast
import re
import statistics

import pytest

from tests.helpers.prose import (
    FENCED,
    LESSONS,
    ROOT,
    blocks,
    cells,
    markdown,
    sentences,
    texts,
    without_code,
    words,
)

UNWANTED = (
    "whoever|whomever|be it|simply|just|obviously|clearly|trivial|of course|as you know"
    "|greatest|anew|likelier|speaks? for|lest|hence|thus|hereby|thereby|whence|bow|bows"
)
MODULES = sorted((ROOT / "mnist_helpers").rglob("*.py"))
EVERY_LESSON_WITH_CODE = [lesson for lesson in LESSONS if not lesson.stem.startswith("00")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It is 2.5 wide, e.g. here. C. Guo wrote it.", 2),
        ("A line\nthat goes on. And\none more.", ["A line that goes on.", "And one more."]),
        ("# A heading\nText below it.", ["A heading", "Text below it."]),
        ("Do this:\n\n1. first. Then\n2. second;\n* third", 5),
        ("| a cell | one more. Two |\n|---|---|", ["a cell", "one more.", "Two"]),
        ("Run `a. B` now. `c` stands here.", ["Run Code now.", "Code stands here."]),
        ("Read [the page. It](http://a.b/C) now.", ["Read the page.", "It now."]),
        ("Before\n```python\nx = 1. # No\n```\nAfter", ["Before", "After"]),
        ("*In words: one.* (Two.) Three.", 3),
        ("Which?* (a) one (b) two", ["Which?*", "one", "two"]),
        ("64 × (3 × 3 + 1) = 640 it is.", 1),
        ("99.4 %<!--result a. B--> of it.", ["99.4 % of it."]),
        ("<details><summary>Solution</summary>\n\nIt is 3.\n</details>", ["Solution", "It is 3."]),
    ],
)
def test_a_text_falls_into_its_sentences(text, wanted):
    found = sentences(text)
    assert len(found) == wanted if isinstance(wanted, int) else found == wanted


def test_signs_are_no_words():
    assert words("64 × (3 + 1) = 256 weights, or *more*") == [
        "64", "(3", "1)", "256", "weights,", "or", "*more*",
    ]  # fmt: skip


@pytest.mark.parametrize("name", texts())
def test_no_sentence_is_longer_than_30_words(name):
    assert not [sentence for sentence in sentences(texts()[name]) if len(words(sentence)) > 30]


@pytest.mark.parametrize("name", texts())
def test_no_unwanted_word(name):
    text = re.sub(r"`[^`\n]+`", "", without_code(texts()[name]))
    assert not re.findall(rf"[^.\n]*\b(?:{UNWANTED})\b[^.\n]*", text, re.I)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_docstrings_have_no_long_sentence_and_no_unwanted_word(module):
    for docstring in docstrings(module):
        assert not [each for each in sentences(docstring) if len(words(each)) > 30]
        assert not re.findall(rf"[^.\n]*\b(?:{UNWANTED})\b[^.\n]*", docstring, re.I)


def docstrings(module) -> list[str]:
    """Return the docstrings of a module, and of its classes and functions."""
    having = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = ast.walk(ast.parse(module.read_text("utf-8")))
    found = [ast.get_docstring(node) or "" for node in nodes if isinstance(node, having)]
    return [re.sub(r"^    .*$", "", docstring, flags=re.M) for docstring in found]  # no commands


def code_lines(lesson) -> list[int]:
    """Return the lines of each code cell; the first one is the same in every lesson."""
    code = [cell for cell in cells(lesson) if cell["cell_type"] == "code"][1:]
    return [len([line for line in cell["source"].splitlines() if line.strip()]) for cell in code]


def read_on_the_way(lesson) -> int:
    """Count the words of the numbered sections; tables and what is folded away do not count."""
    parts = re.split(r"^(?=## )", markdown(lesson), flags=re.M)
    text = "".join(part for part in parts if re.match(r"## \d", part))
    text = re.sub(r"<details>.*?</details>|^\|[^\n]*$", "", text, flags=re.M | re.S)
    return sum(len(words(block)) for block in blocks(text))


@pytest.mark.parametrize("lesson", EVERY_LESSON_WITH_CODE, ids=lambda path: path.stem)
def test_a_lesson_has_10_to_25_words_for_each_line_of_code(lesson):
    shown = sum(len(block.splitlines()) - 2 for block in FENCED.findall(markdown(lesson)))
    assert 10 <= read_on_the_way(lesson) / (sum(code_lines(lesson)) + shown) <= 25


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_half_of_the_code_cells_have_at_most_4_lines_and_none_over_25(lesson):
    assert statistics.median(code_lines(lesson)) <= 4
    assert max(code_lines(lesson)) <= 25
