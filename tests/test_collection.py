import hashlib
import json
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import drawn_digits
import numpy as np
import pytest
from helpers.small_disk import fill_up
from hypothesis import given
from hypothesis import strategies as st

from mnist_helpers import Collection, Recognizer
from mnist_helpers.drawing import FARTHEST
from mnist_helpers.learning import collection as parsing

STROKES = [[(90, 70), (190, 70), (130, 220)], [(110, 150)]]
TIMES = [[0, 0.1, 0.25], [1.5]]
PROGRAM = """
import sys
from mnist_helpers import Collection
collection = Collection(sys.argv[1])
for label in range(25):
    collection.add([[(x, x) for x in range(200)]], [range(200)], label % 10, None)
"""


@pytest.fixture
def collection(tmp_path):
    return Collection(tmp_path / "my_work" / "drawings.jsonl")


def add(collection, *labels):
    for label in labels:
        collection.add(STROKES, TIMES, label, None)


def labels_of(collection):
    return [drawing.label for drawing in collection]


def damage(collection, line):
    """Write a line of bytes that no collection would."""
    with collection.path.open("ab") as file:
        file.write(line)


def test_a_file_that_is_not_there_is_an_empty_collection_and_strokes_without_points_are_left_out(
    collection,
):
    assert len(collection) == 0 and list(collection) == []
    assert not collection.path.parent.exists()
    collection.add([[], *STROKES], [[], *TIMES], 7, None)
    assert [len(stroke) for stroke in collection[0].strokes] == [3, 1]


def test_a_path_that_can_be_no_file_is_refused_at_once(tmp_path):
    for path in filter(Path.exists, (tmp_path, Path("/dev/zero"))):
        with pytest.raises(OSError, match="is no file"):
            Collection(path)
    assert len(Collection("~nobody of this name/kept.jsonl")) == 0


def test_a_drawing_is_kept_with_what_the_network_said(collection):
    prediction = Recognizer.load().recognize_strokes(STROKES)
    kept = collection.add(STROKES, TIMES, 7, prediction)
    (drawing,) = Collection(collection.path)
    assert (drawing.label, drawing.said) == (7, prediction.digit)
    assert drawing.confidence == pytest.approx(prediction.confidence, abs=1e-4)
    assert drawing.when == kept.when and drawing.when.endswith("+00:00")
    with pytest.raises(ValueError, match="read-only"):
        drawing.strokes[0][0] = 5
    damage(collection, a_line(pressure=[1, 2]) + b"\r\n")  # of a later version
    assert labels_of(collection) == [7, 7]
    record = json.loads(collection.path.read_text("utf-8").splitlines()[0])
    assert list(record) == ["strokes", "times", "label", "said", "confidence", "when"]


coordinates = st.floats(-FARTHEST, FARTHEST)
points = st.tuples(coordinates, coordinates, st.floats(0, 1e6))


@given(
    st.lists(st.lists(points, min_size=1, max_size=20), min_size=1, max_size=4), st.integers(0, 9)
)
def test_what_is_read_is_what_was_added(tmp_path_factory, ink, label):
    collection = Collection(tmp_path_factory.mktemp("round") / "drawings.jsonl")
    strokes = [[(x, y) for x, y, _ in stroke] for stroke in ink]
    times = [[t for *_, t in stroke] for stroke in ink]
    added, read = collection.add(strokes, times, label, None), collection[0]
    assert (read.label, read.said, read.when) == (label, None, added.when)
    for name, drawn, rounding in (("strokes", strokes, 0.05), ("times", times, 0.0005)):
        for one, other, exact in zip(getattr(added, name), getattr(read, name), drawn, strict=True):
            np.testing.assert_array_equal(one, other)
            assert one.dtype == other.dtype == np.float64
            np.testing.assert_allclose(other, exact, rtol=0, atol=rounding + 1e-9)


@pytest.mark.parametrize(
    "strokes, times, label, message",
    [
        ([], [], 7, "0 points.*before you give it a label"),
        ([[]], [[]], 7, "0 points"),
        ([np.zeros((10_001, 2))], [np.zeros(10_001)], 7, "10,001 points"),
        ([[(0, np.nan)]], [[0]], 7, "not finite"),
        ([[(0, 10**400)]], [[0]], 7, "too large"),
        (STROKES, TIMES[:1], 7, r"times have the shapes \[\(3,\)\]"),
        (STROKES, [[0, 0, 0], [np.inf]], 7, "time is not finite"),
        (STROKES, [[0, 0, 0], [10**400]], 7, "times are no lists of numbers"),
        (STROKES, [[0, 0, 0], np.array([1j])], 7, "times are no lists of numbers"),
        (STROKES, TIMES, 10, "label is 10"),
        (STROKES, TIMES, "7", "label is '7'"),
        (STROKES, TIMES, True, "label is True"),
    ],
)
def test_what_is_no_labelled_drawing_is_not_kept(collection, strokes, times, label, message):
    with pytest.raises(ValueError, match=message):
        collection.add(strokes, times, label, None)
    with pytest.raises(ValueError, match="'seven' is no Prediction"):
        collection.add(STROKES, TIMES, 7, "seven")
    assert not collection.path.exists()


def test_a_half_written_line_is_skipped_wherever_it_was_cut(collection):
    add(collection, 1, 2)
    whole = collection.path.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first + 1, len(whole) - 1, 19):
        collection.path.write_bytes(whole[:cut])
        add(collection, 3)
        with pytest.warns(UserWarning, match=r"drawings.jsonl, line 2, is skipped: .*wanted"):
            assert labels_of(collection) == [1, 3]
    collection.path.write_bytes(whole.rstrip(b"\n"))  # only the line's end is missing
    add(collection, 3)
    assert labels_of(collection) == [1, 2, 3]


def test_what_other_programs_add_while_drawings_are_deleted_is_not_lost(collection):
    command = [sys.executable, "-c", PROGRAM, collection.path]
    programs = [subprocess.Popen(command) for _ in range(3)]
    for _ in range(40):
        collection.add(STROKES, TIMES, None, None)
        collection.delete(labels_of(collection).index(None))
    for program in programs:
        assert program.wait() == 0
    assert sorted(labels_of(collection)) == sorted([label % 10 for label in range(25)] * 3)


def test_several_threads_may_add_and_delete_at_the_same_time(collection):
    add(collection, *[0] * 10)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            pool.submit(collection.delete, 0)
            pool.submit(add, Collection(collection.path), 1, 2)
    assert sorted(labels_of(collection)) == [1] * 10 + [2] * 10


def a_line(**changes):
    fields = {"strokes": STROKES, "times": TIMES, "label": 7, "said": 1, "confidence": 0.5}
    return json.dumps(fields | {"when": "2026-01-01T00:00:00+00:00"} | changes).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"not JSON",
        b"\xff\xfe\x00",
        b"{}",
        b"[" * 100_000,
        a_line(strokes=None),
        a_line(strokes=[[[0, 10**400]]], times=[[0]]),
        a_line(times=[[10**400, 0, 0], [0]]),
        a_line(times=[TIMES, TIMES]),
        a_line(label=12),
        a_line(said="1" * 9_000),
        a_line(times=[["1" * 9_000, 0, 0], [0]]),
        a_line(confidence="x" * 9_000),
        a_line(confidence=float("nan")),
        a_line(when="yesterday" * 999),
    ],
    ids=lambda line: line[-40:].decode(errors="replace"),
)
def test_a_damaged_line_is_skipped_with_a_word_and_never_lost(collection, line):
    add(collection, 1)
    damage(collection, line + b"\n")
    add(collection, 2, 3)
    words = r"drawings.jsonl, line 2, is skipped: .*begins with"
    with pytest.warns(UserWarning, match=words) as said:
        assert labels_of(collection) == [1, 2, 3]
    assert len(str(said[0].message)) < 500 and "supported" not in str(said[0].message)
    with pytest.warns(UserWarning, match="line 2"):
        collection.delete(1)
    assert line in collection.path.read_bytes().split(b"\n")
    with pytest.warns(UserWarning, match="line 2"):
        assert labels_of(collection) == [1, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("indent", [None, 1])
def test_a_file_in_another_form_gets_one_warning_that_says_what_is_wanted(
    collection, encoding, indent
):
    add(collection, 3, 4)
    as_list = [json.loads(line) for line in collection.path.read_text().splitlines()]
    collection.path.write_bytes(json.dumps(as_list, indent=indent).encode(encoding))
    before = collection.path.read_bytes()
    with pytest.warns(UserWarning, match="wanted one kept drawing a line, in JSON and") as said:
        assert len(collection) == 0
    assert len(said) == 1 and len(str(said[0].message)) < 500
    assert collection.path.read_bytes() == before


@pytest.mark.filterwarnings("ignore:.*is skipped")
@given(st.lists(st.binary() | st.just(a_line()) | st.text().map(str.encode)))
def test_no_file_content_makes_reading_fail(tmp_path_factory, lines):
    collection = Collection(tmp_path_factory.mktemp("any") / "drawings.jsonl")
    content = b"\n".join(lines)
    collection.path.write_bytes(content)
    assert len(collection) == content.split(b"\n").count(a_line())
    add(collection, 4)
    assert collection[-1].label == 4
    collection.delete(-1)
    assert collection.path.read_bytes().rstrip(b"\n") == content.rstrip(b"\n")


@pytest.mark.parametrize("index, left", [(0, [2, 3]), (1, [1, 3]), (-1, [1, 2])])
def test_delete_takes_one_out_of_the_file_behind_a_link_and_keeps_its_mode(tmp_path, index, left):
    real, link = Collection(tmp_path / "real.jsonl"), tmp_path / "link.jsonl"
    link.symlink_to(real.path)
    add(real, 1, 2, 3)
    real.path.chmod(0o640)
    Collection(link).delete(index)
    assert labels_of(real) == left
    assert link.is_symlink() and real.path.stat().st_mode & 0o777 == 0o640
    left_behind = {path.name for path in tmp_path.iterdir()}
    assert left_behind == {"link.jsonl", "real.jsonl", ".real.jsonl.lock"}


def test_a_delete_that_is_wrong_or_killed_leaves_the_old_file(collection, monkeypatch):
    add(collection, 1, 2)
    before = collection.path.read_bytes()
    with pytest.raises(IndexError):
        collection.delete(2)
    monkeypatch.setattr(Path, "replace", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        collection.delete(0)
    assert collection.path.read_bytes() == before


def test_the_benchmark_reads_what_is_exported_and_what_is_no_digit_is_not(collection, tmp_path):
    collection.add(STROKES, TIMES, None, None)
    assert collection[0].label is None
    with pytest.raises(ValueError, match="holds no digit"):
        collection.export(tmp_path / "hand.npz")
    assert not (tmp_path / "hand.npz").exists()
    add(collection, 7, 1)
    collection.add([[(5, 6)]], [[0]], 3, None)
    collection.export(tmp_path / "hand.npz")
    digits, labels, writers = drawn_digits.load_strokes(tmp_path / "hand.npz")
    assert labels.tolist() == [7, 1, 3]
    assert len(set(writers.tolist())) == 1
    for digit, drawing in zip(digits, collection[1:], strict=True):
        for stroke, original in zip(digit, drawing.strokes, strict=True):
            np.testing.assert_allclose(stroke, original)


@pytest.mark.filterwarnings("error")
def test_the_benchmark_names_the_lowest_of_the_digits_that_occur(tmp_path, monkeypatch, capsys):
    strokes = tmp_path / "hand.npz"
    Collection(parsing.SAMPLE).export(strokes)
    monkeypatch.setattr(sys, "argv", ["drawn_digits.py", str(strokes)])
    drawn_digits.main()
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.split("\n")]
    (numbers,) = [place for place, row in enumerate(rows) if row[0] == "1"]
    shares = dict(zip(rows[numbers], rows[numbers + 2], strict=True))
    assert list(shares) == ["1", "4", "5", "7", "9"]
    (shipped,) = [row for row in rows if row[0] == "drawn anew from strokes, as shipped"]
    lowest, share = shipped[3].split(": ")
    assert share == shares[lowest] == min(shares.values(), key=lambda each: float(each.strip("%")))


def test_what_was_kept_by_mistake_is_taken_back(collection):
    first, second = (collection.add(STROKES, TIMES, label, None) for label in (3, 4))
    damage(collection, b"\n  \n")
    for nothing in (b"", b"  "):  # an empty line is no drawing
        assert not collection.take_back(hashlib.sha256(nothing).hexdigest())
    assert collection.path.read_bytes().endswith(b"\n\n  \n")
    assert collection.take_back(first.fingerprint)
    assert labels_of(collection) == [4]
    assert b'"label": 3' not in collection.path.read_bytes()
    assert not collection.take_back(first.fingerprint)
    add(collection, 5)
    assert collection.take_back(second.fingerprint)
    assert labels_of(collection) == [5]


def test_a_drawing_is_taken_back_although_another_program_wrote_the_file_anew(collection):
    add(collection, 0, 1, 2, 3)
    drawings = list(collection)
    assert not collection.take_back("0" * 64)
    Collection(collection.path).delete(0)  # so all others have new places
    assert collection.take_back(drawings[2].fingerprint)
    assert labels_of(collection) == [1, 3]


def test_on_a_full_disk_nothing_that_was_kept_is_lost(small_disk):
    collection = Collection(small_disk / "kept.jsonl")
    add(collection, *range(5))
    long = np.random.default_rng(0).uniform(0, 280, (500, 2))
    filler = fill_up(small_disk)
    with pytest.raises(OSError):
        collection.add([long], [np.arange(500)], 5, None)
    with pytest.raises(OSError):
        collection.delete(0)
    filler.unlink()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        add(collection, 6)
        assert labels_of(collection) == [0, 1, 2, 3, 4, 6]
    assert len(caught) <= 1  # for the line that did not fit
    assert [path.name for path in small_disk.iterdir() if "unfinished" in path.name] == []
