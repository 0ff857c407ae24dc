"""The course's English, as far as a program can tell: long sentences and unwanted words.

Only a reader finds a sentence that cannot be understood. These tests find the long ones, and words
that tell a beginner that something is easy.
"""

import ast
import re

from helpers.course import ROOT
from helpers.prose import sentences, texts, without_code, words

UNWANTED = (
    "whoever|whomever|be it|simply|just|obviously|clearly|trivial|of course|as you know"
    "|greatest|anew|likelier|speaks? for|lest|hence|thus|hereby|thereby|whence|bow|bows"
)
MODULES = sorted((ROOT / "mnist_helpers").rglob("*.py"))


def faults(text: str) -> list[str]:
    """Return the sentences of more than 30 words, and those with an unwanted word."""
    plain = re.sub(r"`[^`\n]+`", "", without_code(text))
    long = [sentence for sentence in sentences(text) if len(words(sentence)) > 30]
    return long + re.findall(rf"[^.\n]*\b(?:{UNWANTED})\b[^.\n]*", plain, re.I)


def test_texts_have_no_long_sentence_and_no_unwanted_word():
    assert {name: found for name, text in texts().items() if (found := faults(text))} == {}


def test_docstrings_have_no_long_sentence_and_no_unwanted_word():
    assert [each for path in MODULES for text in docstrings(path) for each in faults(text)] == []


def docstrings(module) -> list[str]:
    """Return the docstrings of a module, and of its classes and functions."""
    having = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = ast.walk(ast.parse(module.read_text("utf-8")))
    found = [ast.get_docstring(node) or "" for node in nodes if isinstance(node, having)]
    code = re.compile(r"^(?:    |>>>|\.\.\. ).*$", re.M)
    return [code.sub("", docstring) for docstring in found]
