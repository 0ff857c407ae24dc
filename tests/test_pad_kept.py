"""Drawings that the pad keeps with a label, and the view of them."""

import numpy as np
import pytest
from helpers.pads import draw, fault, new_pad, panel
from helpers.strokes import SEVEN

from mnist_helpers import Collection, DrawingPad, Recognizer


@pytest.fixture
def collection(tmp_path):
    return Collection(tmp_path / "kept.jsonl")


@pytest.fixture
def pad(collection):
    return new_pad(collection=collection)


def cards(view) -> list[str]:
    """What stands below the thumbnails."""
    return [card.children[0].value.partition("</svg>")[2] for card in view._cards.children]


def add(collection, *labels) -> None:
    for label in labels:
        collection.add(SEVEN, [np.arange(5)], label, None)


def show(pad, is_wanted: bool):
    """Press 'Your drawings', and return the view."""
    pad._controls.show_kept_drawings.value = is_wanted
    return pad._drawings


def test_a_drawing_is_kept_with_its_ink_and_the_first_reader_s_answer(collection):
    first, second = Recognizer.load(), Recognizer.load()
    second.recognize_strokes = lambda strokes: first.recognize_strokes([])
    pad = DrawingPad({"first": first, "second": second}, collection)
    pad.strokes = SEVEN
    pad._controls.labels[1].click()
    (kept,) = collection
    assert (kept.label, kept.said) == (1, 7)
    np.testing.assert_array_equal(kept.strokes, SEVEN)
    assert pad.note == "Kept as a 1 (1 drawing)" and pad.note in pad._controls.note.value
    pad.label(digit=3)
    assert pad.note == "Draw a digit first, then say what it was"
    assert len(collection) == 1


def test_from_code_a_label_that_cannot_be_kept_is_raised_and_from_a_press_it_is_shown(
    pad, collection
):
    pad.strokes = SEVEN
    with pytest.raises(ValueError, match="label is 12; wanted a whole number from 0 to 9"):
        pad.label(12)
    collection.path.mkdir()  # a folder in the file's place
    with pytest.raises(OSError):
        pad.label(7)
    assert fault(pad) == ""
    pad._controls.labels[7].click()
    assert "IsADirectoryError" in fault(pad) and "This looks like a 7" in panel(pad)
    np.testing.assert_array_equal(pad.strokes, SEVEN)


def test_a_pad_without_a_collection_says_how_to_get_one():
    pad = DrawingPad(Recognizer.load())
    pad.strokes = SEVEN
    with pytest.raises(ValueError, match="keeps no drawings; wanted one with a collection"):
        pad.label(7)
    pad.key_down("7")
    assert len(pad.strokes) == 1 and fault(pad) == ""
    with pytest.raises(TypeError, match=r'^str came in; .* such as Collection\("my_work/'):
        DrawingPad(Recognizer.load(), "my_work/drawings.jsonl")


def test_what_was_kept_is_shown_when_wanted_also_what_is_no_digit(pad, collection):
    draw(pad, SEVEN)
    pad._controls.no_digit.click()
    assert [drawing.label for drawing in collection] == [None]
    assert pad._drawings.layout.display == "none"
    view = show(pad, True)
    assert cards(view) == ["<b>no digit</b> most like a 7"]
    assert "Keep some digits first" in view._confusion.value
    pad.undo()
    assert pad.note == "No longer kept as no digit"
    for label in (7, 1):
        pad.strokes = SEVEN
        pad.label(label)
    assert cards(view) == ["<b>1</b> read as 7", "<b>7</b> read right"]
    assert show(pad, False).layout.display == "none"
    pad.undo()
    pad.label(4)
    assert show(pad, True).layout.display is None
    assert cards(view)[0] == "<b>4</b> read as 7"


def test_a_collection_is_paged_deleted_from_and_exported(collection):
    add(collection, *range(10), *range(5))
    view = show(new_pad(collection=collection), True)
    assert len(cards(view)) == 12 and cards(view)[0] == "<b>4</b> not read"
    view._older.click()
    assert cards(view) == [f"<b>{digit}</b> not read" for digit in (2, 1, 0)]
    view._cards.children[0].children[-1].click()
    assert [drawing.label for drawing in collection] == [0, 1, *range(3, 10), *range(5)]
    assert "Deleted: a 2" in view._note.value
    collection.delete(0)
    view._cards.children[0].children[-1].click()
    assert len(collection) == 13 and "changed elsewhere" in view._note.value
    view.export()
    assert (collection.path.parent / "kept.npz").exists()
    assert "Written to" in view._note.value


def test_a_thumbnail_shows_every_stroke(collection):
    collection.add([[(0, 0), (90, 0)], [(0, 90), (90, 90)]], [[0, 1], [2, 3]], 7, None)
    view = show(new_pad(collection=collection), True)
    thumbnail = view._cards.children[0].children[0].value
    lines = [part.partition('"')[0] for part in thumbnail.split('points="')[1:]]
    ends = [[tuple(map(int, point.split(","))) for point in line.split()] for line in lines]
    (left_top, right_top), (left_bottom, right_bottom) = ends
    assert left_top[0] == left_bottom[0] < right_top[0] == right_bottom[0]
    assert left_top[1] == right_top[1] < left_bottom[1] == right_bottom[1]


def test_a_damaged_line_is_skipped_with_a_word(collection):
    collection.path.write_text('{"strokes": [[')
    view = show(new_pad(collection=collection), True)
    assert "line 1, is skipped" in view._note.value
    with pytest.warns(UserWarning, match="is skipped"):
        view.export()
    assert "holds no digit" in view._note.value
