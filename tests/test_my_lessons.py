"""The learner's own copy of the lessons."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from helpers.course import cells

from mnist_helpers.course import my_lessons
from mnist_helpers.course.my_lessons import COURSE, copy_lessons, without_outputs
from mnist_helpers.system.files import whole_file, write_whole

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
        for cell, original in zip(copied.cells, cells(COURSE / "notebooks" / name), strict=True):
            assert cell.source == original.source
            assert not cell.get("outputs") and cell.get("execution_count") is None
            folds = original.metadata.get("jupyter", {}).items() - {("outputs_hidden", True)}
            assert cell.metadata.get("jupyter", {}) == dict(folds)  # a folded source stays folded


def test_what_the_learner_has_changed_is_kept(own):
    changed = own / LESSONS[0]
    changed.write_text('{"cells": [], "mine": 1}', "utf-8")
    (own / LESSONS[1]).unlink()
    assert copy_lessons(own.parent) == []
    assert changed.read_text("utf-8") == '{"cells": [], "mine": 1}'
    assert (own / LESSONS[1]).exists()  # a deleted one comes back fresh


@pytest.mark.parametrize("damage", [b"", b"\0" * 4096, b'{"cells": [{"cell_ty', b"[]", b"\xff\xfe"])
def test_a_damaged_lesson_is_kept_beside_a_new_one(own, damage):
    """As a power cut, a full disk or a conflict in Git leaves it."""
    lesson = own / LESSONS[3]
    whole = lesson.read_bytes()
    for number in (1, 2):
        lesson.write_bytes(damage)
        (news,) = copy_lessons(own.parent)
        kept = own / f"{lesson.stem}_damaged_{number}.ipynb"
        assert kept.name in news and kept.read_bytes() == damage
        assert lesson.read_bytes() == whole
    assert copy_lessons(own.parent) == []


def test_a_first_start_that_was_killed_is_completed_and_not_forgotten(tmp_path, monkeypatch):
    class KilledError(Exception):
        pass

    def edit(content):
        if (tmp_path / "my_lessons" / LESSONS[2]).exists():
            raise KilledError
        return without_outputs(content)

    with pytest.raises(KilledError):
        copy_lessons(tmp_path, edit)
    assert copy_lessons(tmp_path) == []
    assert sorted(path.name for path in (tmp_path / "my_lessons").glob("*.ipynb")) == LESSONS
    record = json.loads((tmp_path / "my_lessons/.copied.json").read_text("utf-8"))
    assert sorted(record) == LESSONS  # so a newer edition will be noticed


@pytest.mark.parametrize("damage", [b"", b'{"00_start', b"[1]", b"7", b"\0\0\0", b"\xff", None])
def test_a_damaged_record_of_what_was_copied_is_an_empty_one(own, damage):
    record = own / ".copied.json"
    record.unlink()
    record.mkdir() if damage is None else record.write_bytes(damage)
    (own / LESSONS[1]).unlink()
    assert copy_lessons(own.parent) == []
    assert list(json.loads(record.read_text("utf-8"))) == [LESSONS[1]]


def test_what_the_lessons_link_to_stands_beside_them(own, tmp_path):
    beside = own.parent
    for name in ("images/digit_on_paper.jpg", "mnist_helpers/network.py"):
        assert (beside / name).read_bytes() == (COURSE / name).read_bytes()
    link, links = re.compile(r"\]\((?!https?:)([\w./]+)"), []
    for page in [*beside.rglob("*.md"), *beside.rglob("*.ipynb")]:
        links += [page.parent / each for each in link.findall(page.read_text("utf-8"))]
    assert links and not [each for each in links if not each.exists()]


def test_a_newer_lesson_is_announced_until_it_is_taken(own, monkeypatch, tmp_path):
    assert copy_lessons(tmp_path) == []
    record = own / ".copied.json"
    copied = json.loads(record.read_text("utf-8")) | {LESSONS[2]: "of an older one"}
    record.write_text(json.dumps(copied), "utf-8")
    (news,) = copy_lessons(tmp_path)
    assert f"newer {LESSONS[2]}" in news
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
    command = [sys.executable, "-m", "mnist_helpers.course.my_lessons", tmp_path / "file"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "No copy of the lessons could be made in" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_with_a_learner_s_files_is_not_replaced(tmp_path):
    kept = tmp_path / "my_work/drawings.jsonl"
    write_whole(kept, b"{}")
    for name in ("my_work", "."):
        with pytest.raises(IsADirectoryError, match=r"would be lost: give a new name in it"):
            write_whole(tmp_path / name, b"page")
    assert kept.read_bytes() == b"{}"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux names an open file")
def test_a_file_is_on_the_disk_before_it_takes_its_name(tmp_path, monkeypatch):
    """A power cut keeps what was synced: the files first, then the name, then the folder."""
    events = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(handle):
        events.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        fsync(handle)

    def note_replace(self, target):
        events.append("renamed")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    with whole_file(tmp_path / "saved") as unfinished:  # a folder, as TensorFlow's SavedModel
        (unfinished / "variables").mkdir(parents=True)
        (unfinished / "variables/weights").write_bytes(b"w")
    assert events == ["variables", "weights", "saved", "renamed", tmp_path.name]
