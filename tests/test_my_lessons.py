"""The learner's own copy of the lessons."""

import json
import subprocess
import sys

import nbformat
import pytest

from mnist_helpers import my_lessons
from mnist_helpers.my_lessons import COURSE, copy_lessons

LESSONS = sorted(path.name for path in (COURSE / "notebooks").glob("*.ipynb"))


@pytest.fixture
def own(tmp_path):
    """The copy, made once."""
    copy_lessons(tmp_path)
    return tmp_path / "my_lessons"


def test_every_lesson_is_copied_and_no_answer_stands_in_it(own):
    assert sorted(path.name for path in own.glob("*.ipynb")) == LESSONS
    for name in LESSONS:
        copied = nbformat.read(own / name, as_version=4)
        nbformat.validate(copied)
        original = nbformat.read(COURSE / "notebooks" / name, as_version=4)
        assert [cell.source for cell in copied.cells] == [cell.source for cell in original.cells]
        for cell in copied.cells:
            assert not cell.get("outputs") and cell.get("execution_count") is None
            assert "jupyter" not in cell.metadata


def test_what_the_learner_has_changed_is_kept(own):
    changed = own / LESSONS[0]
    changed.write_text("my own words", "utf-8")
    (own / LESSONS[1]).unlink()
    copy_lessons(own.parent)
    assert changed.read_text("utf-8") == "my own words"
    assert (own / LESSONS[1]).exists()  # a deleted one comes back fresh


def test_what_the_lessons_link_to_stands_beside_them(own):
    assert (own / "../images/digit_on_paper.jpg").read_bytes()
    assert (own / "../mnist_helpers/network.py").exists()
    copy_lessons(own.parent)  # and once more, over what is there


def test_a_newer_lesson_is_announced_until_it_is_taken(own, monkeypatch, tmp_path):
    assert copy_lessons(tmp_path) == []
    record = own / ".copied.json"
    copied = json.loads(record.read_text("utf-8")) | {LESSONS[2]: "of an older one"}
    record.write_text(json.dumps(copied), "utf-8")
    assert copy_lessons(tmp_path) == [LESSONS[2]]
    (own / LESSONS[2]).rename(own / "mine.ipynb")
    copy_lessons(tmp_path)
    assert copy_lessons(tmp_path) == []


def test_the_courses_own_folder_is_linked_to_nothing(monkeypatch, tmp_path):
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(my_lessons, "COURSE", tmp_path)
    copy_lessons(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my_lessons", "notebooks"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    command = [sys.executable, "-m", "mnist_helpers.my_lessons", tmp_path / "file"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "No copy of the lessons could be made in" in done.stderr
    assert "Traceback" not in done.stderr
