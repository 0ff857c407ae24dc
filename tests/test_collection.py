import json
import runpy
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from helpers.small_disk import fill_up
from hypothesis import given
from hypothesis import strategies as st

from mnist_helpers import Collection, Recognizer
from mnist_helpers import collection as parsing
from mnist_helpers.drawing import FARTHEST

LOAD_STROKES = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "drawn_digits.py"))[
    "load_strokes"
]
STROKES = [[(90, 70), (190, 70), (130, 220)], [(110, 150)]]
TIMES = [[0, 0.1, 0.25], [1.5]]
PROGRAM = """
import sys
from mnist_helpers import Collection
collection = Collection(sys.argv[1])
for label in range(int(sys.argv[2])):
    collection.add([[(x, x) for x in range(200)]], [range(200)], label % 10, None)
    print(label, flush=True)
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


def started(path, count):
    """Start a program that adds drawings, and says so after each."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, path, str(count)], stdout=subprocess.PIPE, encoding="utf-8"
    )


def test_a_file_that_is_not_there_is_an_empty_collection(collection):
    assert len(collection) == 0
    assert list(collection) == []
    assert not collection.path.parent.exists()


def test_a_drawing_is_kept_with_what_the_network_said(collection):
    prediction = Recognizer.load().recognize_strokes(STROKES)
    kept = collection.add(STROKES, TIMES, 7, prediction)
    (drawing,) = Collection(collection.path)
    assert (drawing.label, drawing.said) == (7, prediction.digit)
    assert drawing.confidence == pytest.approx(prediction.confidence, abs=1e-4)
    assert drawing.when == kept.when and drawing.when.endswith("+00:00")
    record = json.loads(collection.path.read_text("utf-8"))
    assert list(record) == ["strokes", "times", "label", "said", "confidence", "when"]


coordinates = st.floats(-FARTHEST, FARTHEST)
points = st.tuples(coordinates, coordinates, st.floats(0, 1e6))


@given(
    st.lists(st.lists(points, min_size=1, max_size=20), min_size=1, max_size=4),
    st.integers(0, 9),
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


def test_strokes_without_points_are_left_out(collection):
    collection.add([[], *STROKES], [[], *TIMES], 7, None)
    assert [len(stroke) for stroke in collection[0].strokes] == [3, 1]


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
        (STROKES, TIMES, 10, "label is 10"),
        (STROKES, TIMES, -1, "label is -1"),
        (STROKES, TIMES, 7.0, "label is 7.0"),
        (STROKES, TIMES, "7", "label is '7'"),
        (STROKES, TIMES, True, "label is True"),
    ],
)
def test_what_is_no_labelled_drawing_is_not_kept(collection, strokes, times, label, message):
    with pytest.raises(ValueError, match=message):
        collection.add(strokes, times, label, None)
    assert not collection.path.exists()


def test_it_counts_slices_and_runs_as_a_list_does(collection):
    add(collection, 3, 1, 4)
    assert len(collection) == 3
    assert labels_of(collection) == [3, 1, 4]
    assert collection[-1].label == 4
    assert [drawing.label for drawing in collection[1:]] == [1, 4]
    with pytest.raises(IndexError):
        collection[3]


def test_a_half_written_line_is_skipped_wherever_it_was_cut(collection):
    add(collection, 1, 2)
    whole = collection.path.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first + 1, len(whole) - 1, 7):
        collection.path.write_bytes(whole[:cut])
        add(collection, 3)
        with pytest.warns(UserWarning, match=r"drawings.jsonl, line 2, is skipped: .*wanted"):
            assert labels_of(collection) == [1, 3]


def test_only_the_line_s_end_is_missing(collection):
    add(collection, 1)
    collection.path.write_bytes(collection.path.read_bytes().rstrip(b"\n"))
    assert labels_of(collection) == [1]
    add(collection, 2)
    assert labels_of(collection) == [1, 2]


@pytest.mark.filterwarnings("ignore:.*is skipped")
def test_a_killed_program_loses_nothing(collection):
    program = started(collection.path, 100_000)
    for _ in range(20):
        last = int(program.stdout.readline())
    program.kill()
    last = [last, *map(int, program.communicate()[0].split())][-1]
    kept = len(collection)
    assert kept - 1 in (last, last + 1)  # the last one may have been on its way
    add(collection, 5)
    assert len(collection) == kept + 1


def test_several_programs_may_add_at_the_same_time(collection):
    programs = [started(collection.path, 25) for _ in range(4)]
    assert [program.wait() for program in programs] == [0] * 4
    for program in programs:
        program.stdout.close()
    assert sorted(labels_of(collection)) == sorted([label % 10 for label in range(25)] * 4)


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
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"9" * 10_000,
        a_line(strokes=None),
        a_line(strokes=[]),
        a_line(strokes="12"),
        a_line(strokes=[[[0, 10**400]]], times=[[0]]),
        a_line(strokes=[[[0, float("nan")]]], times=[[0]]),
        a_line(times=[[10**400, 0, 0], [0]]),
        a_line(times=7),
        a_line(times=[TIMES, TIMES]),
        a_line(label=12),
        a_line(label=True),
        a_line(label=[7]),
        a_line(said="1"),
        a_line(confidence="much"),
        a_line(confidence=float("nan")),
        a_line(when="yesterday"),
        a_line(when=0),
    ],
    ids=lambda line: line[-40:].decode(errors="replace"),
)
def test_a_damaged_line_is_skipped_with_a_word_and_never_lost(collection, line):
    add(collection, 1)
    damage(collection, line + b"\n")
    add(collection, 2, 3)
    with pytest.warns(UserWarning, match=r"drawings.jsonl, line 2, is skipped: .*begins with"):
        assert labels_of(collection) == [1, 2, 3]
    with pytest.warns(UserWarning, match="line 2"):
        collection.delete(1)
    assert line in collection.path.read_bytes().split(b"\n")
    with pytest.warns(UserWarning, match="line 2"):
        assert labels_of(collection) == [1, 3]


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


def test_fields_of_a_later_version_do_no_harm(collection):
    add(collection, 1)
    damage(collection, a_line(pressure=[1, 2]) + b"\r\n")
    assert labels_of(collection) == [1, 7]


@pytest.mark.parametrize("index, left", [(0, [2, 3]), (1, [1, 3]), (-1, [1, 2])])
def test_delete_takes_one_out(collection, index, left):
    add(collection, 1, 2, 3)
    collection.delete(index)
    assert labels_of(collection) == left
    left_behind = {path.name for path in collection.path.parent.iterdir()}
    assert left_behind == {"drawings.jsonl", ".drawings.jsonl.lock"}


def test_delete_of_what_is_not_there_changes_nothing(collection):
    add(collection, 1)
    before = collection.path.read_bytes()
    with pytest.raises(IndexError):
        collection.delete(1)
    assert collection.path.read_bytes() == before


def test_a_delete_that_is_killed_leaves_the_old_file(collection, monkeypatch):
    add(collection, 1, 2)
    before = collection.path.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        collection.delete(0)
    assert collection.path.read_bytes() == before


def test_the_benchmark_reads_what_is_exported(collection, tmp_path):
    add(collection, 7, 1)
    collection.add([[(5, 6)]], [[0]], 3, None)
    collection.export(tmp_path / "hand.npz")
    digits, labels, writers = LOAD_STROKES(tmp_path / "hand.npz")
    assert labels.tolist() == [7, 1, 3]
    assert len(set(writers.tolist())) == 1
    for digit, drawing in zip(digits, collection, strict=True):
        for stroke, original in zip(digit, drawing.strokes, strict=True):
            np.testing.assert_allclose(stroke, original)


def test_an_empty_collection_is_not_exported(collection, tmp_path):
    with pytest.raises(ValueError, match="holds no digit"):
        collection.export(tmp_path / "hand.npz")
    assert not (tmp_path / "hand.npz").exists()


def test_deleting_follows_a_link_and_keeps_the_mode(tmp_path):
    real = Collection(tmp_path / "real.jsonl")
    for label in (1, 2):
        real.add([[(0, 0), (9, 9)]], [[0, 1]], label, None)
    real.path.chmod(0o640)
    link = tmp_path / "link.jsonl"
    link.symlink_to(real.path)
    Collection(link).delete(0)
    assert link.is_symlink()
    assert [drawing.label for drawing in real] == [2]
    assert real.path.stat().st_mode & 0o777 == 0o640


def test_what_another_program_adds_while_drawings_are_deleted_is_not_lost(tmp_path):
    collection = Collection(tmp_path / "shared.jsonl")
    code = (
        "import sys\nfrom mnist_helpers import Collection\n"
        "shared = Collection(sys.argv[1])\n"
        "for _ in range(60): shared.add([[(0, 0), (9, 9)]], [[0, 1]], 7, None)"
    )
    program = subprocess.Popen([sys.executable, "-c", code, collection.path])
    for _ in range(60):
        collection.add([[(0, 0), (9, 9)]], [[0, 1]], 1, None)
        collection.delete(next(i for i, each in enumerate(collection) if each.label == 1))
    assert program.wait(60) == 0
    assert [drawing.label for drawing in collection] == [7] * 60


def test_what_was_kept_by_mistake_is_taken_back(tmp_path):
    collection = Collection(tmp_path / "kept.jsonl")
    first = collection.add([[(0, 0), (9, 9)]], [[0, 1]], 3, None)
    second = collection.add([[(0, 0), (5, 9)]], [[0, 1]], 4, None)
    assert collection.take_back(first.fingerprint)
    assert [drawing.label for drawing in collection] == [4]
    assert not collection.take_back(first.fingerprint)
    assert collection.take_back(second.fingerprint)


def test_what_is_no_digit_is_kept_too_and_not_exported(collection, tmp_path):
    collection.add(STROKES, TIMES, None, None)
    assert collection[0].label is None
    with pytest.raises(ValueError, match="holds no digit"):
        collection.export(tmp_path / "digits.npz")
    collection.add(STROKES, TIMES, 7, None)
    collection.export(tmp_path / "digits.npz")
    assert np.load(tmp_path / "digits.npz")["label"].tolist() == [7]


def test_a_line_is_parsed_once(collection, monkeypatch):
    parsed = []
    parse = parsing._parse
    monkeypatch.setattr(parsing, "_parse", lambda line: parsed.append(1) or parse(line))
    for label in range(10):
        collection.add([[(0, 0), (label, 9)]], [[0, 1]], label, None)
        assert len(collection) == label + 1
    collection.delete(3)
    assert [drawing.label for drawing in collection] == [0, 1, 2, *range(4, 10)]
    assert len(parsed) == 10
    with pytest.raises(ValueError, match="read-only"):
        collection[0].strokes[0][0] = 5


def test_a_place_where_nothing_can_be_kept_is_found_before(tmp_path):
    with pytest.raises(OSError):
        Collection(tmp_path).try_to_write()
    Collection(tmp_path / "new" / "kept.jsonl").try_to_write()
    assert (tmp_path / "new" / "kept.jsonl").read_bytes() == b""


def test_on_a_full_disk_nothing_that_was_kept_is_lost(small_disk):
    collection = Collection(small_disk / "kept.jsonl")
    for label in range(5):
        collection.add([[(0, 0), (label, 9)]], [[0, 1]], label, None)
    long = np.random.default_rng(0).uniform(0, 280, (500, 2))
    filler = fill_up(small_disk)
    with pytest.raises(OSError):
        collection.add([long], [np.arange(500)], 5, None)
    with pytest.raises(OSError):
        collection.delete(0)
    filler.unlink()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        collection.add([[(0, 0), (6, 9)]], [[0, 1]], 6, None)
        assert [drawing.label for drawing in collection] == [0, 1, 2, 3, 4, 6]
    assert len(caught) <= 1  # for the line that did not fit
    assert [path.name for path in small_disk.iterdir() if "unfinished" in path.name] == []
