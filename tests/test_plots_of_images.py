"""What each figure of images, and of what a network makes of them, claims."""

import numpy as np
import pytest
from helpers.figures import axes_of, contrast, keep_figures, texts
from matplotlib.colors import to_hex

from mnist_helpers import plots
from mnist_helpers.plots.base import BLUE, ORANGE

IMAGES = np.random.default_rng(0).random((4, 28, 28, 1))


@pytest.fixture
def shown(monkeypatch):
    return keep_figures(monkeypatch)


def frame_color(axis):
    return to_hex(axis.spines["left"].get_edgecolor()).upper()


def test_a_grid_shows_every_image_under_its_title(shown):
    plots.image_grid(IMAGES, np.arange(4), columns=3)
    axes = axes_of(shown)
    assert [axis.get_title() for axis in axes[:4]] == ["0", "1", "2", "3"]
    for axis, image in zip(axes, IMAGES, strict=False):
        np.testing.assert_array_equal(axis.images[0].get_array(), image[..., 0])
        assert axis.images[0].get_cmap().name == "gray_r"  # ink is dark
        assert axis.images[0].get_clim() == (0, 1)
    assert len(axes) == 6 and not axes[4].axison


@pytest.mark.parametrize("image", [IMAGES[0], IMAGES[0, ..., 0], IMAGES[:1], IMAGES[:1, ..., 0]])
def test_one_image_is_shown(shown, image):
    plots.image_grid(image)
    (axis,) = axes_of(shown)
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
        lambda images: plots.centered_digits(images, []),
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
    right, wrong = axes_of(shown)
    assert [axis.get_title() for axis in (right, wrong)] == ["first", "second"]
    for axis, image in zip((right, wrong), IMAGES, strict=False):
        np.testing.assert_array_equal(axis.images[0].get_array(), image[..., 0])
        assert axis.images[0].get_cmap().name == "gray_r"
        assert axis.images[0].get_clim() == (0, 1)
    assert right.get_xlabel() == "says 3, 91%\nright"
    assert wrong.get_xlabel() == "says 6, 40%\nwrong: it is 5"
    assert (frame_color(right), frame_color(wrong)) == (BLUE, ORANGE)


def test_arrays_side_by_side_keep_their_numbers(shown):
    left, right = np.array([[1, 0.25], [0, 2]]), np.array([[-3, 0], [0, 1]])
    plots.side_by_side([left, right], ["a", "b"], numbers=True)
    one, other = axes_of(shown)
    assert texts(one) == {(0, 0): "1", (1, 0): "0.25", (0, 1): "0", (1, 1): "2"}
    assert texts(other)[(0, 0)] == "-3"
    assert [axis.get_title() for axis in (one, other)] == ["a", "b"]
    np.testing.assert_array_equal(one.images[0].get_array(), left)
    np.testing.assert_array_equal(other.images[0].get_array(), right)
    assert one.images[0].get_cmap().name == "gray_r"
    assert one.images[0].get_clim() == (0, 2)
    assert {text.get_text(): text.get_color() for text in one.texts}["2"] == "white"
    assert {text.get_text(): text.get_color() for text in one.texts}["0"] == "black"
    assert other.images[0].get_clim() == (-3, 3)
    below, above = (other.images[0].get_cmap()(share) for share in (0.0, 1.0))
    assert (to_hex(below).upper(), to_hex(above).upper()) == (BLUE, ORANGE)


def test_arrays_side_by_side_may_do_without_numbers(shown):
    plots.side_by_side([np.eye(3)], ["a"])
    (axis,) = axes_of(shown)
    assert not axis.texts


def test_numbers_on_strong_blue_or_orange_are_legible(shown):
    plots.side_by_side([np.array([[-4, 4, 0]])], ["a"], numbers=True)
    (axis,) = axes_of(shown)
    background = axis.images[0].get_cmap()
    for text, share in zip(axis.texts, [0.0, 1.0, 0.5], strict=True):
        assert contrast(to_hex(text.get_color()), to_hex(background(share))) >= 4.5


def test_channels_share_one_scale(shown):
    channels = np.zeros((5, 5, 3))
    channels[2, 2, 1] = 9
    plots.channel_grid(channels, columns=2)
    axes = axes_of(shown)
    assert [axis.get_title() for axis in axes[:3]] == ["0", "1", "2"]
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
    plots.centered_digits(images, [(13.5, 14.0)] * count)
    axis, *_ = axes_of(shown)
    (box,) = axis.patches
    assert (box.get_x(), box.get_y()) == (8.5, 3.5)
    assert (box.get_width(), box.get_height()) == (10, 20)
    assert not box.get_fill()
    assert to_hex(box.get_edgecolor()).upper() == BLUE
    (cross,) = axis.lines
    np.testing.assert_allclose(np.ravel(cross.get_data()), [14.0, 13.5])
    assert cross.get_color() == ORANGE
    assert axis.get_title() == "20 high, 10 wide"


def test_layers_are_drawn_with_their_shapes(shown):
    plots.layer_shapes(["image", "dense"], [(28, 28, 1), (10,)])
    (axis,) = axes_of(shown)
    image, dense = (patch.get_x() + patch.get_width() / 2 for patch in axis.patches)
    for name, shape, middle in [("image", "28 × 28 × 1", image), ("dense", "10", dense)]:
        above, below = (text for text in axis.texts if text.get_position()[0] == middle)
        assert (above.get_text(), below.get_text()) == (name, shape)
        assert above.get_position()[1] > 14 > -14 > below.get_position()[1]
    (arrow,) = (text for text in axis.texts if getattr(text, "arrow_patch", None))
    assert image < arrow.get_position()[0] < arrow.xy[0] < dense
    assert axis.patches[0].get_width() == axis.patches[0].get_height() == 28
    assert axis.patches[-1].get_width() < axis.patches[-1].get_height()


def test_a_layer_of_many_maps_is_a_thick_stack(shown):
    plots.layer_shapes(["few", "many"], [(13, 13, 1), (11, 11, 64)])
    (axis,) = axes_of(shown)
    assert [patch.get_width() for patch in axis.patches].count(13) == 1
    assert [patch.get_width() for patch in axis.patches].count(11) > 3
