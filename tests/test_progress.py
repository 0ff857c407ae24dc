"""What learners tried: written down by the checks, shown and collected for a teacher."""

import builtins
import csv
import json
from concurrent.futures import ThreadPoolExecutor
from shutil import copytree

import pytest
from helpers.course import load

from mnist_helpers import checks
from mnist_helpers.course import progress
from mnist_helpers.system.files import write_whole

STUCK, COLLECT = load("who_is_stuck.py"), load("collect.py")


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A learner's home, as a kernel of one of her lessons sees it."""
    home = tmp_path / "class" / "anna"
    (home / "my_lessons").mkdir(parents=True)
    monkeypatch.chdir(home / "my_lessons")
    monkeypatch.setattr(builtins, "__IPYTHON__", True, raising=False)
    return home


def lines() -> list[dict]:
    return [json.loads(line) for line in progress.FILE.read_text("utf-8").splitlines()]


def test_a_check_writes_one_line_a_try_without_a_name_and_says_what_it_says(notebook, capsys):
    for answer in (..., 9, 10):
        checks.how_many_digits(answer)
    assert capsys.readouterr().out.count("\n") == 3
    hint, right = lines()
    assert hint.keys() == {"exercise", "ok", "hint", "time"}
    assert not hint["ok"] and "count from 0 to 9" in hint["hint"]
    assert right["ok"] and right["exercise"] == "how_many_digits"
    assert "anna" not in progress.FILE.read_text("utf-8")


def test_it_can_be_switched_off_and_no_fault_of_the_disk_stops_a_check(notebook, monkeypatch):
    monkeypatch.setenv("DIGITS_PROGRESS", "off")
    checks.how_many_digits(9)
    assert not progress.FILE.exists()
    monkeypatch.delenv("DIGITS_PROGRESS")
    progress.FILE.mkdir(parents=True)
    checks.how_many_digits(9)
    progress.FILE.rmdir()
    checks.how_many_digits(9)
    progress.switch_off()
    checks.how_many_digits(9)
    assert not progress.FILE.exists()


def test_lines_written_at_once_stay_whole_and_a_torn_one_is_skipped(notebook):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: progress.record("sevens", f"❌ {number} no"), range(50)))
    assert len({each["hint"] for each in lines()}) == 50
    with progress.FILE.open("ab") as file:
        file.write(b'\xff{"exercise": "sev')
    progress.record("sevens", "✅ Right.")
    assert [each["ok"] for each in STUCK.tries(notebook)] == [False] * 50 + [True]


def test_the_page_has_a_row_a_learner_a_column_an_exercise_and_the_commonest_hint(notebook):
    for answer in (6265, 6265, 1028):
        checks.sevens(answer)
    checks.distance("<b>")
    (notebook.parent / "ben/my_lessons").mkdir(parents=True)
    text = STUCK.page(STUCK.learners([notebook.parent]), 20)
    assert 'http-equiv="refresh" content="20"' in text
    assert "<th>anna</th>" in text and "<th>ben</th>" in text and "<b>" not in text
    assert "✓ 3" in text and "✗ 1" in text
    assert "<th>1.2</th>" in text and "<th>3.1</th>" not in text
    assert "<li>2 × 1.1: That is how many are in y_train." in text
    numbers = list(STUCK.exercises().values())
    assert numbers == sorted(numbers, key=lambda each: tuple(map(int, each.split("."))))


def test_an_exported_file_and_a_home_are_collected_alike(notebook, tmp_path):
    """From all places where JupyterLab lets a learner begin a notebook, and of learners alone."""
    checks.sevens(1028)
    mine = ["mine.ipynb", "my_lessons/mine.ipynb", "my_lessons/a/mine.ipynb"]
    others = ["my_lessons/01_load_mnist.ipynb", "my_lessons/a/.ipynb_checkpoints/mine.ipynb"]
    for name in [*mine, *others, "../teacher/my_lessons/mine.ipynb"]:
        write_whole(notebook / name, b"{}")
    write_whole(notebook.parent / "digits_carla.zip", COLLECT.export(notebook, "x").read_bytes())
    copytree(notebook, tmp_path / "class 2/anna")
    names = ["anna", "anna_again", "carla"]
    collected = COLLECT.collect([notebook.parent, tmp_path / "class 2"], tmp_path / "all")
    assert collected == dict.fromkeys(names, 3)
    for name in names:
        found = {each.name for each in (tmp_path / "all" / name).iterdir()}
        assert found == {"mine.ipynb", "my_lessons_mine.ipynb", "a_mine.ipynb"}
    rows = list(csv.reader((tmp_path / "all/progress.csv").open(encoding="utf-8-sig")))
    assert sorted(row[:4] for row in rows[1:]) == [[each, "1.1", "1", "1"] for each in names]


@pytest.mark.parametrize(
    ("script", "words", "says"),
    [
        (COLLECT, ["nowhere"], "nowhere is no folder"),
        (STUCK, ["nowhere"], "nowhere is no folder"),
        (COLLECT, ["--export", "../anna"], "without / in it"),
    ],
)
def test_a_folder_that_is_not_there_and_a_name_with_a_folder_are_refused(
    script, words, says, monkeypatch, capsys
):
    monkeypatch.setattr("sys.argv", ["script", *words])
    with pytest.raises(SystemExit):
        script.main()
    assert says in capsys.readouterr().err
