"""Pictures as people have them: read, or refused in words."""

import dataclasses
from pathlib import Path

import numpy as np
from helpers.strokes import SEVEN
from hypothesis import given
from hypothesis import strategies as st
from pictures import make_no_digit, make_picture, mnist_as_file

from mnist_helpers import draw_strokes, from_strokes
from mnist_helpers.handwriting import write_digit, write_non_digit
from mnist_helpers.pictures import readings
from mnist_helpers.pictures.readings import read_picture


def test_the_grid_of_made_pictures_is_read_and_few_are_misread_surely(recognizer):
    """Paper, slate and screens, ruled or not, in photos, scans and small files."""
    pictures = [make_picture(number) for number in range(2000, 2060)]
    predictions = [recognizer.recognize(made.picture) for made in pictures]
    right = np.array([p.digit == made.digit for p, made in zip(predictions, pictures, strict=True)])
    sure = np.array([prediction.verdict == "digit" for prediction in predictions])
    ruled = np.array([made.is_ruled for made in pictures])
    assert right.mean() >= 0.93
    assert (sure & ~right).mean() <= 0.05
    assert (sure & right)[ruled].mean() >= 0.75


def test_what_is_no_digit_is_turned_away(recognizer):
    verdicts = [recognizer.recognize(make_no_digit(n)).verdict for n in range(1000, 1030)]
    assert verdicts.count("digit") <= 3


def test_mnist_as_a_file_is_read(recognizer, mnist):
    """Of any size, light or dark, PNG or JPEG, whole or cropped."""
    same = []
    for number, image in enumerate(mnist.x_test[:48]):
        expected = recognizer.recognize_image(image).digit
        files = [mnist_as_file(image, number, is_cropped) for is_cropped in (False, True)]
        same += [recognizer.recognize(file).digit == expected for file in files]
    assert np.mean(same) >= 0.96


def test_ink_as_bright_as_its_paper_is_found_by_its_color(recognizer):
    rng, brightness, right = np.random.default_rng(0), [0.299, 0.587, 0.114], 0
    for number in range(20):
        while True:
            paper, pen = rng.random((2, 3))
            pen += brightness @ (paper - pen)
            if pen.min() >= 0 and pen.max() <= 1 and np.abs(pen - paper).max() > 0.35:
                break
        ink = draw_strokes(write_digit(number % 10, rng), pen=12)
        cover = ink[..., np.newaxis] / np.float32(255)
        noise = rng.normal(0, 2, cover.shape)
        colored = 255 * (paper + cover * np.subtract(pen, paper)) + noise
        right += recognizer.recognize(np.uint8(colored.clip(0, 255))).digit == number % 10
    assert right >= 18


def test_a_digit_on_its_side_is_pointed_out_and_a_letter_is_not(recognizer):
    rng, upright, aside, others = np.random.default_rng(3), [], [], []
    for number in range(20):
        picture = 255 - draw_strokes(write_digit(number % 10, rng), pen=10)
        upright.append(recognizer.recognize(picture).remark)
        aside.append(recognizer.recognize(np.rot90(picture, 1 + 2 * (number // 10 % 2))))
        others.append(recognizer.recognize(255 - draw_strokes(write_non_digit(rng))).remark)
    words = [each.in_words for each in aside if each.remark is not None]
    assert words == ["It may lie on its side: press Turn"] * len(words)
    assert len(words) >= 0.5 * [each.verdict for each in aside].count("no digit") > 0
    assert upright.count("on its side") == 0 and others.count("on its side") <= 1


def test_a_clear_digit_is_at_worst_unsure_if_it_is_a_small_part(recognizer, monkeypatch):
    whole = read_picture(draw_strokes(SEVEN))
    # A clear digit may lie on lines or in a frame; only a small part of a picture makes it unsure.
    expected = {1.0: ("digit", None), 0.5: ("digit", None), 0.2: ("unsure", "small part")}
    for coverage, answer in expected.items():
        part = [dataclasses.replace(reading, coverage=coverage) for reading in whole]
        monkeypatch.setattr("mnist_helpers.recognizer.read_picture", lambda _, part=part: part)
        prediction = recognizer.recognize("any")
        assert (prediction.digit, prediction.verdict, prediction.remark) == (7, *answer)
    assert prediction.in_words == "I see a 7, but it is only a small part of the picture"
    scribble = readings.Reading("a", {}, from_strokes(np.eye(3)[:, :2][[0, 1, 2, 0]][None]), 0.2)
    monkeypatch.setattr("mnist_helpers.recognizer.read_picture", lambda _: [scribble])
    assert recognizer.recognize("any").verdict == "no digit"


def test_a_block_with_more_ink_than_any_digit_is_none(recognizer):
    block = np.pad(np.ones((20, 20)), 4)
    block[11:17, 11:17] = 0
    assert recognizer.recognize(block).verdict == "no digit"


def test_the_reading_that_won_comes_with_its_steps(recognizer):
    prediction, reading = recognizer.read(Path(__file__).parents[1] / "images/digit_on_paper.jpg")
    assert prediction.digit == 4
    assert next(iter(reading.steps)) == "grey" and len(reading.steps) >= 2
    np.testing.assert_array_equal(prediction.image, reading.image)
    assert reading.coverage > 0.3
    names = [each.name for each in read_picture(draw_strokes(SEVEN))]
    assert names[0] == "as it is" and len(set(names)) == len(names)


@given(st.integers(2, 120), st.integers(2, 120), st.integers(0, 255), st.integers(0, 9))
def test_any_picture_gets_some_answer(recognizer, width, height, grain, seed):
    noise = np.random.default_rng(seed).integers(0, grain + 1, (height, width), np.uint8)
    assert recognizer.recognize(noise).verdict in ("digit", "unsure", "no digit", "blank")
