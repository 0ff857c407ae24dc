"""With any input, a public function returns an answer, or says in words what it wanted."""

import math
import warnings

import numpy as np
import pytest
from helpers.pads import new_pad
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_helpers import (
    Collection,
    DrawingPad,
    Recognizer,
    draw_strokes,
    fine_tune,
    from_picture,
    from_strokes,
    load_cnn,
    load_epochs,
)
from mnist_helpers.handwriting import write_digit
from mnist_helpers.pictures.inputs import as_image

RECOGNIZER = Recognizer.load()
READERS = [
    RECOGNIZER.recognize,
    RECOGNIZER.recognize_strokes,
    RECOGNIZER.recognize_image,
    RECOGNIZER.probabilities,
    draw_strokes,
    from_strokes,
    from_picture,
]
numbers = st.integers() | st.floats() | st.just(10**400) | st.booleans()
plain = st.none() | numbers | st.text(max_size=9) | st.binary(max_size=9)
nested = st.recursive(plain, lambda part: st.lists(part, max_size=4), max_leaves=12)
shapes = [(), (0,), (2,), (9, 2), (784,), (28, 28), (28, 28, 1), (28, 28, 3), (28, 28, 2)]
shapes += [(40, 7, 4), (2, 28, 28), (1, 28, 28, 1), (0, 28, 28), (3, 28, 28, 3), (2, 5, 2)]
some_arrays = st.builds(
    np.resize,
    arrays.arrays(arrays.scalar_dtypes(), 7),
    st.sampled_from(shapes),
)
anything = nested | st.dictionaries(st.text(max_size=3), nested, max_size=3) | some_arrays


def answer(function, *arguments, **options):
    """What a function returns; None if it says in words what it wanted."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*arguments, **options)
    except (ValueError, TypeError, OSError) as error:
        assert len(str(error).split()) >= 4, f"these are few words: {error!r}"
        assert "mnist_helpers" not in str(error)
        return None


def is_sane(result) -> bool:
    """Whether numbers are finite and a prediction's probabilities sum to one."""
    if hasattr(result, "probabilities"):
        return is_sane(result.probabilities) and math.isclose(
            float(result.probabilities.sum()), 1, abs_tol=1e-4
        )
    return bool(np.isfinite(result).all())


@pytest.mark.parametrize("function", READERS, ids=lambda function: function.__name__)
def test_a_reader_answers_or_says_what_it_wanted(function):
    @given(anything)
    @example(np.full((28, 28), np.nan))
    @example(np.zeros((0, 28, 28)))
    @example([[(1, 2), (3, None)]])
    @example("\0")
    @example(np.full((9, 2), -3e38, np.float32))
    @example(np.resize([-3e38, 0, 0], (9, 7)))
    def check(data):
        result = answer(function, data)
        assert result is None or is_sane(result)

    check()


@given(st.sampled_from([draw_strokes, from_strokes]), anything)
def test_the_width_of_the_pen_is_checked(function, pen):
    result = answer(function, [[(90, 20), (140, 250)]], pen=pen)
    assert result is None or is_sane(result)


@given(anything)
def test_a_picture_s_side_is_checked(size):
    result = answer(draw_strokes, [[(90, 20), (140, 250)]], size=size)
    assert result is None or result.shape == (size, size)


@given(anything)
def test_a_digit_to_write_is_checked(digit):
    result = answer(write_digit, digit, np.random.default_rng(0))
    assert result is None or digit in range(10)


@given(st.lists(st.tuples(st.sampled_from(range(9)), anything, anything), max_size=6))
def test_a_pad_stands_all_that_its_handlers_are_given(tmp_path_factory, calls):
    collection = Collection(tmp_path_factory.mktemp("any") / "kept.jsonl")
    pad = new_pad(RECOGNIZER, collection)
    handlers = [
        pad.pen_down,
        pad.pen_move,
        lambda one, other: pad.key_down(one, other),
        lambda one, other: pad.label(one),
        lambda one, other: pad.write(one),
        lambda one, other: setattr(pad, "strokes", one),
        lambda one, other: pad.undo(),
        lambda one, other: pad.redo(),
        lambda one, other: pad.clear(),
    ]
    for number, one, other in calls:
        answer(handlers[number], one, other)
    pad.clear()
    pad.pen_down(x=140, y=60)
    pad.pen_move(x=140, y=220)
    pad.pen_up()
    assert pad.prediction.digit == 1


@given(anything)
def test_what_a_pad_reads_with_is_checked(reader):
    answer(DrawingPad, reader)


@given(st.binary(max_size=300))
@pytest.mark.parametrize("load", [load_cnn, load_epochs], ids=lambda load: load.__name__)
def test_a_file_of_any_bytes_is_refused_or_makes_way(tmp_path_factory, load, content):
    name = "network.keras" if load is load_cnn else "epochs.npz"
    path = tmp_path_factory.mktemp("file") / name
    path.write_bytes(content)
    answer(load, path)


@given(anything)
def test_what_is_taught_is_checked(drawings):
    assert answer(fine_tune, load_cnn(), drawings) is None


@given(anything)
def test_an_image_is_an_image_or_refused(data):
    image = answer(as_image, data)
    assert image is None or (image.shape == (28, 28) and 0 <= image.min() <= image.max() <= 1)
