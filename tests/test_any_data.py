"""With any input, a public function returns an answer, or says in words what it wanted."""

import math
import warnings
from functools import partial

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

numbers = st.integers() | st.floats() | st.just(10**400) | st.booleans()
plain = st.none() | numbers | st.text(max_size=9) | st.binary(max_size=9)
nested = st.recursive(plain, lambda part: st.lists(part, max_size=4), max_leaves=12)
shapes = [(), (0,), (2,), (9, 2), (784,), (28, 28), (28, 28, 1), (28, 28, 3), (28, 28, 2)]
shapes += [(40, 7, 4), (2, 28, 28), (1, 28, 28, 1), (0, 28, 28), (3, 28, 28, 3), (2, 5, 2)]
some_arrays = st.builds(
    np.resize, arrays.arrays(arrays.scalar_dtypes(), 7), st.sampled_from(shapes)
)
anything = nested | st.dictionaries(st.text(max_size=3), nested, max_size=3) | some_arrays


def answer(function, *arguments):
    """What a function returns; None if it says in words what it wanted."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*arguments)
    except (ValueError, TypeError, OSError) as error:
        assert len(str(error).split()) >= 4, f"these are few words: {error!r}"
        assert "mnist_helpers" not in str(error)
        return None


def is_sane(result, _=None) -> bool:
    """Whether numbers are finite and a prediction's probabilities sum to one."""
    if hasattr(result, "probabilities"):
        return is_sane(result.probabilities) and math.isclose(
            float(result.probabilities.sum()), 1, abs_tol=1e-4
        )
    return bool(np.isfinite(result).all())


def is_image(result, _) -> bool:
    return result.shape == (28, 28) and 0 <= result.min() <= result.max() <= 1


RECOGNIZER = Recognizer.load()
LINE = [[(90, 20), (140, 250)]]
ASKED = {  # each function of any data, and whether its result fits the data
    "recognize": (RECOGNIZER.recognize, is_sane),
    "recognize_strokes": (RECOGNIZER.recognize_strokes, is_sane),
    "recognize_image": (RECOGNIZER.recognize_image, is_sane),
    "probabilities": (RECOGNIZER.probabilities, is_sane),
    "draw_strokes": (draw_strokes, is_sane),
    "from_strokes": (from_strokes, is_sane),
    "from_picture": (from_picture, is_sane),
    "as_image": (as_image, is_image),
    "pen of a picture": (lambda pen: draw_strokes(LINE, pen=pen), is_sane),
    "pen of strokes": (lambda pen: from_strokes(LINE, pen=pen), is_sane),
    "side of a picture": (
        lambda side: draw_strokes(LINE, size=side),
        lambda picture, side: picture.shape == (side, side),
    ),
    "digit to write": (
        lambda digit: write_digit(digit, np.random.default_rng(0)),
        lambda _, digit: digit in range(10),
    ),
    "reader of a pad": (DrawingPad, lambda *_: True),
    "drawings to learn": (lambda drawings: fine_tune(load_cnn(), drawings), lambda *_: False),
}


@pytest.mark.parametrize("asked", ASKED)
def test_any_data_gets_an_answer_or_is_refused_in_words(asked):
    function, fits = ASKED[asked]

    @given(anything)
    @example(np.full((28, 28), np.nan))
    @example(np.zeros((0, 28, 28)))
    @example([[(1, 2), (3, None)]])
    @example("\0")
    @example(np.full((9, 2), -3e38, np.float32))
    @example(np.resize([-3e38, 0, 0], (9, 7)))
    def check(data):
        result = answer(function, data)
        assert result is None or fits(result, data)

    check()


@given(st.lists(st.tuples(st.sampled_from(range(9)), anything, anything), max_size=6))
def test_a_pad_stands_all_that_its_handlers_are_given(tmp_path_factory, calls):
    collection = Collection(tmp_path_factory.mktemp("any") / "kept.jsonl")
    pad = new_pad(RECOGNIZER, collection)
    handlers = [(pad.pen_down, 2), (pad.pen_move, 2), (pad.key_down, 2), (pad.label, 1)]
    handlers += [(pad.write, 1), (partial(setattr, pad, "strokes"), 1)]
    handlers += [(pad.undo, 0), (pad.redo, 0), (pad.clear, 0)]
    for number, *data in calls:
        handler, count = handlers[number]
        answer(handler, *data[:count])
    pad.clear()
    pad.pen_down(x=140, y=60)
    pad.pen_move(x=140, y=220)
    pad.pen_up()
    assert pad.prediction.digit == 1


@given(st.binary(max_size=300))
@pytest.mark.parametrize("load", [load_cnn, load_epochs], ids=lambda load: load.__name__)
def test_a_file_of_any_bytes_is_refused_or_makes_way(tmp_path_factory, load, content):
    name = "network.keras" if load is load_cnn else "epochs.npz"
    path = tmp_path_factory.mktemp("file") / name
    path.write_bytes(content)
    answer(load, path)
