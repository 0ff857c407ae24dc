"""Synthetic handwriting: what comes out, that it is on the pad, and that a reader knows it."""

import numpy as np
import pytest

from mnist_helpers import draw_strokes, from_picture, from_strokes, handwriting
from mnist_helpers.drawing import fit_strokes
from mnist_helpers.handwriting import (
    write_digit,
    write_digits,
    write_non_digit,
    write_non_digits,
)


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_is_strokes_on_the_pad_at_a_random_size(digit):
    rng = np.random.default_rng(digit)
    sizes = []
    for _ in range(30):
        strokes = write_digit(digit, rng)
        assert all(stroke.dtype == np.float64 and stroke.shape[1] == 2 for stroke in strokes)
        points = np.concatenate(strokes)
        assert (points > 20).all() and (points < 260).all()  # a pen of 40 stays on the pad
        sizes.append(np.ptp(points, axis=0).max() / 280)
    assert 0.349 < min(sizes) < 0.45
    assert 0.75 < max(sizes) < 0.851


def test_digit_images_are_balanced_like_those_of_mnist_and_repeat_with_their_seed():
    images, labels = write_digits(100, np.random.default_rng(0))
    assert images.shape == (100, 28, 28, 1) and images.dtype == np.float32
    assert labels.dtype == np.int64
    assert np.bincount(labels).tolist() == [10] * 10
    assert (images.max(axis=(1, 2, 3)) == 1).all() and images.min() == 0
    mass = images.sum(axis=(1, 2, 3))
    for axis in (1, 2):
        centers = images[..., 0].sum(axis=axis) @ np.arange(28) / mass
        assert (centers > 13.49).all() and (centers < 14.51).all()
    assert 80 < np.median(mass) < 120  # MNIST: 100
    again, labels_again = write_digits(100, np.random.default_rng(0))
    assert (again == images).all() and (labels_again == labels).all()
    other, _ = write_digits(100, np.random.default_rng(1))
    assert (other != images).any()


def test_non_digits_are_ink_on_the_pad():
    rng = np.random.default_rng(0)
    images = write_non_digits(50, rng)
    assert images.shape == (50, 28, 28, 1) and images.dtype == np.float32
    assert (images.max(axis=(1, 2, 3)) == 1).all()
    for _ in range(200):
        points = np.concatenate(write_non_digit(rng))
        assert (points > 20).all() and (points < 260).all()


def test_strokes_become_the_image_that_their_picture_would():
    for seed in range(10):
        strokes = write_digit(seed % 10, np.random.default_rng(seed))
        picture = draw_strokes(fit_strokes(strokes))
        np.testing.assert_allclose(from_strokes(strokes), from_picture(picture), atol=1e-6)


def test_a_smooth_curve_runs_through_its_points():
    points = np.array([[0, 0], [10, 0], [10, 10], [0, 30]], float)
    curve = handwriting.smooth_curve(points, 2000)
    assert (curve[0] == points[0]).all()
    assert curve[-1] == pytest.approx(points[-1])
    nearest = np.linalg.norm(curve[:, None] - points, axis=2).min(axis=0)
    assert nearest.max() < 0.05
