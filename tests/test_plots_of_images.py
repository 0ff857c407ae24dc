"""What each figure of images, and of what a network makes of them, claims."""

import numpy as np
import pytest
from helpers.figures import axes_of, contrast, texts
from matplotlib.colors import to_hex

from mnist_helpers import plots
from mnist_helpers.plots.base import BLUE, ORANGE
from mnist_helpers.plots.in_words import in_words

IMAGES = np.random.default_rng(0).random((4, 28, 28, 1))


def frame_color(axis):
    return to_hex(axis.spines["left"].get_edgecolor()).upper()


def test_a_grid_shows_every_image_under_its_title(shown):
    plots.image_grid(IMAGES, np.arange(4), columns=3)
    assert in_words(shown[0]) == "4 pictures: 0; 1; 2; 3"
    axes = axes_of(shown)
    for axis, image in zip(axes, IMAGES, strict=False):
        np.testing.assert_array_equal(axis.images[0].get_array(), image[..., 0])
        assert axis.images[0].get_cmap().name == "gray_r"  # ink is dark
        assert axis.images[0].get_clim() == (0, 1)
    assert len(axes) == 6 and not axes[4].axison


def test_one_image_is_shown(shown):
    for image in (IMAGES[0], IMAGES[0, ..., 0], IMAGES[:1], IMAGES[:1, ..., 0]):
        plots.image_grid(image)
        (axis,) = shown.pop().axes
        np.testing.assert_array_equal(axis.images[0].get_array(), IMAGES[0, ..., 0])


def test_a_frame_shows_where_an_image_ends(shown):
    plots.image_grid(IMAGES[:2], framed=True)
    plots.image_grid(IMAGES[:2])
    for figure, framed in zip(shown, [True, False], strict=True):
        assert {axis.spines["left"].get_visible() for axis in figure.axes} == {framed}


@pytest.mark.parametrize(
    "draw",
    [
        plots.image_grid,
        lambda images: plots.answers(images, [], [], []),
        plots.centered_digits,
        lambda images: plots.side_by_side(images, []),
        lambda images: plots.channel_grid(images.T),
    ],
)
def test_no_image_is_an_error_in_words(draw):
    with pytest.raises(ValueError, match="nothing to show"):
        draw(np.zeros((0, 28, 28)))


def test_answers_are_marked_right_or_wrong_in_color_and_in_words(shown):
    titles = np.array(["first", "second"])
    plots.answers(IMAGES[:2], [3, 5], [3, 6], [0.91, 0.4], titles)
    one, other = "first, says 3, 91 % right", "second, says 6, 40 % wrong: it is 5"
    assert in_words(shown[0]) == f"2 pictures: {one}; {other}"
    right, wrong = axes_of(shown)
    for axis, image in zip((right, wrong), IMAGES, strict=False):
        np.testing.assert_array_equal(axis.images[0].get_array(), image[..., 0])
        assert axis.images[0].get_cmap().name == "gray_r"
        assert axis.images[0].get_clim() == (0, 1)
    assert (frame_color(right), frame_color(wrong)) == (BLUE, ORANGE)


def test_arrays_side_by_side_keep_their_numbers(shown):
    left, right = np.array([[1, 0.25], [0, 2]]), np.array([[-3, 0], [0, 1]])
    plots.side_by_side([left, right], ["a", "b"], numbers=True)
    assert in_words(shown[0]) == "2 pictures: a, 1, 0.25, 0, 2; b, -3, 0, 0, 1"
    one, other = axes_of(shown)
    assert texts(one) == {(0, 0): "1", (1, 0): "0.25", (0, 1): "0", (1, 1): "2"}
    np.testing.assert_array_equal(one.images[0].get_array(), left)
    np.testing.assert_array_equal(other.images[0].get_array(), right)
    assert one.images[0].get_cmap().name == "gray_r"
    assert one.images[0].get_clim() == (0, 2)
    assert {text.get_text(): text.get_color() for text in one.texts}["2"] == "white"
    assert {text.get_text(): text.get_color() for text in one.texts}["0"] == "black"
    assert other.images[0].get_clim() == (-3, 3)
    below, above = (other.images[0].get_cmap()(share) for share in (0.0, 1.0))
    assert (to_hex(below).upper(), to_hex(above).upper()) == (BLUE, ORANGE)


def test_numbers_on_strong_blue_or_orange_are_legible_and_may_be_left_out(shown):
    plots.side_by_side([np.array([[-4, 4, 0]])], ["a"], numbers=True)
    plots.side_by_side([np.eye(3)], ["a"])
    (axis,), (plain,) = (figure.axes for figure in shown)
    background = axis.images[0].get_cmap()
    for text, share in zip(axis.texts, [0.0, 1.0, 0.5], strict=True):
        assert contrast(to_hex(text.get_color()), to_hex(background(share))) >= 4.5
    assert not plain.texts


def test_channels_share_one_scale(shown):
    channels = np.zeros((5, 5, 3))
    channels[2, 2, 1] = 9
    plots.channel_grid(channels, columns=2)
    assert in_words(shown[0]) == "3 pictures: 0; 1; 2"
    axes = axes_of(shown)
    assert {axis.images[0].get_clim() for axis in axes[:3]} == {(0, 9)}
    assert axes[1].images[0].get_array()[2, 2] == 9
    assert axes[1].images[0].get_cmap().name == "viridis"


def test_channels_with_values_below_zero_are_blue_and_orange(shown):
    channels = np.zeros((3, 3, 1))
    channels[0, 0, 0] = -4
    plots.channel_grid(channels)
    (axis,) = axes_of(shown)
    assert axis.images[0].get_clim() == (-4, 4)
    below, zero, above = (axis.images[0].get_cmap()(share) for share in (0.0, 0.5, 1.0))
    assert (to_hex(below).upper(), to_hex(above).upper()) == (BLUE, ORANGE)
    assert min(zero[:3]) > 0.98


@pytest.mark.parametrize("count", [1, 3])
def test_a_centered_digit_has_its_box_and_a_cross_at_its_center(shown, count):
    images = np.zeros((count, 28, 28))
    images[:, 4:24, 9:19] = 1
    images[:, 4:24, 14:19] = 2
    plots.centered_digits(images)
    axis, *_ = axes_of(shown)
    (box,) = axis.patches
    assert (box.get_x(), box.get_y()) == (8.5, 3.5)
    assert (box.get_width(), box.get_height()) == (10, 20)
    assert not box.get_fill()
    assert to_hex(box.get_edgecolor()).upper() == BLUE
    (cross,) = axis.lines
    np.testing.assert_allclose(np.ravel(cross.get_data()), [(11 + 2 * 16) / 3, 13.5])
    assert cross.get_color() == ORANGE
    assert axis.get_title() == "20 high, 10 wide"
