"""Pictures as people have them: read, or refused in words."""

import io

import numpy as np
import pytest
from helpers.no_digits import make_no_digit
from helpers.photos import PENS, RULINGS, take_photo
from helpers.picture_grid import make_picture
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mnist_helpers import Recognizer, draw_strokes, load_mnist
from mnist_helpers.readings import read_picture


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def opened(photo):
    return Image.open(io.BytesIO(photo.data))


def test_photos_of_paper_are_read(recognizer):
    right, kinds = 0, set()
    for number in range(100):
        photo = take_photo(np.random.default_rng(number), digit=number % 10)
        right += recognizer.recognize(opened(photo)).digit == photo.digit
        kinds |= {photo.ruling, photo.pen, photo.orientation}
    assert right >= 96
    assert len(kinds) == len(RULINGS) + len(PENS) + 4


def test_the_grid_of_made_pictures_is_read_and_few_are_misread_surely(recognizer):
    pictures = [make_picture(number) for number in range(2000, 2120)]
    predictions = [recognizer.recognize(picture.open()) for picture in pictures]
    right = np.array([p.digit == made.digit for p, made in zip(predictions, pictures, strict=True)])
    sure = np.array([prediction.verdict == "digit" for prediction in predictions])
    assert right.mean() >= 0.93
    assert (sure & ~right).mean() <= 0.05


def test_what_is_no_digit_is_turned_away(recognizer):
    verdicts = [recognizer.recognize(make_no_digit(n).open()).verdict for n in range(1000, 1060)]
    assert verdicts.count("digit") <= 5


@pytest.mark.parametrize("ruling", RULINGS)
def test_a_blank_sheet_is_no_digit(recognizer, ruling):
    verdicts = [
        recognizer.recognize(opened(take_photo(np.random.default_rng(n), ruling=ruling))).verdict
        for n in range(6)
    ]
    assert verdicts.count("digit") <= 1


@pytest.mark.parametrize("size", [28, 56, 280])
@pytest.mark.parametrize("is_inverted", [False, True], ids=["light ink", "dark ink"])
@pytest.mark.parametrize("quality", [None, 40], ids=["PNG", "JPEG"])
@pytest.mark.parametrize("is_cropped", [False, True], ids=["whole", "cropped"])
def test_mnist_as_a_file_is_read(recognizer, size, is_inverted, quality, is_cropped):
    mnist, right = load_mnist(), 0
    for image in mnist.x_test[:40]:
        pixels = np.uint8(np.round(255 * image[..., 0]))
        pixels = np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BICUBIC))
        if is_cropped:
            rows, columns = np.nonzero(pixels > 60)
            pixels = pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        file = io.BytesIO()
        picture = Image.fromarray(255 - pixels if is_inverted else pixels)
        picture.save(file, "PNG" if quality is None else "JPEG", quality=quality or 75)
        right += (
            recognizer.recognize(Image.open(file)).digit == recognizer.recognize_image(image).digit
        )
    assert right >= 39


def test_a_picture_from_a_path_and_in_any_mode_is_read(recognizer, tmp_path):
    seven = Image.fromarray(255 - draw_strokes([[(90, 70), (190, 70), (130, 220)]]))
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F"):
        assert recognizer.recognize(seven.convert(mode)).digit == 7, mode
    seven.save(tmp_path / "seven.jpg")
    assert recognizer.recognize(tmp_path / "seven.jpg").digit == 7
    assert recognizer.recognize(str(tmp_path / "seven.jpg")).digit == 7


@pytest.mark.parametrize("level", [0, 90, 255])
def test_a_picture_of_one_color_is_blank(recognizer, level):
    picture = np.full((50, 40), level, np.uint8)
    assert recognizer.recognize(picture).verdict == "blank"


def test_the_reading_that_won_comes_with_its_steps(recognizer):
    photo = take_photo(np.random.default_rng(4), 4, pen="blue ballpoint", size=900, orientation=6)
    prediction, reading = recognizer.read(opened(photo))
    assert prediction.digit == 4
    assert next(iter(reading.steps)) == "grey" and len(reading.steps) >= 2
    np.testing.assert_array_equal(prediction.image, reading.image)
    assert reading.coverage > 0.3


def test_readings_need_no_tensorflow_and_have_names_of_their_own():
    names = [reading.name for reading in read_picture(draw_strokes([[(90, 70), (190, 70)]]))]
    assert names[0] == "as it is"
    assert len(set(names)) == len(names)


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    grain=st.integers(0, 255),
    seed=st.integers(0, 9),
)
def test_any_picture_gets_some_answer(recognizer, width, height, grain, seed):
    noise = np.random.default_rng(seed).integers(0, grain + 1, (height, width), np.uint8)
    if (height, width) != (1, 784):
        verdict = recognizer.recognize(noise).verdict
        assert verdict in ("digit", "unsure", "no digit", "blank")
