"""What a teacher needs, held to the lessons."""

import re
from pathlib import Path

import pytest

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


def test_the_glossary_is_in_the_order_of_the_alphabet():
    words = [word.lower() for word, _, _ in entries()]
    assert words == sorted(words)


def test_both_meanings_of_kernel_are_told_apart():
    assert sum(word.startswith("kernel") for word, _, _ in entries()) == 2


@pytest.mark.parametrize(("word", "meaning", "_"), entries())
def test_a_meaning_is_one_to_three_sentences_of_at_most_30_words(word, meaning, _):
    sentences = [s for s in re.split(r"(?<=\.)\s", meaning) if s]
    assert 1 <= len(sentences) <= 3, word
    assert max(len(s.split()) for s in sentences) <= 30, word
