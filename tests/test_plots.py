"""What each figure claims, in words and in its lines: read from its axes, not from its pixels."""

from unittest.mock import Mock

import numpy as np
import pytest
from matplotlib.colors import to_hex

from mnist_helpers import plots
from mnist_helpers.plots import BLUE, ORANGE
from mnist_helpers.plots import _in_words as in_words

IMAGES = np.random.default_rng(0).random((4, 28, 28, 1))
INK = "gray_r", (0, 1)  # ink is dark


def axes_of(shown: list) -> list:
    """Return the axes of the only figure."""
    (figure,) = shown
    return figure.axes


def texts(axis) -> dict[tuple[float, float], str]:
    """Return the texts in a figure by their place."""
    return {tuple(np.round(text.get_position(), 3)): text.get_text() for text in axis.texts}


def scale_of(axis) -> tuple[str, tuple[float, float]]:
    """Return the name of the only picture's colors, and the numbers at their ends."""
    (picture,) = axis.images
    return picture.get_cmap().name, picture.get_clim()


def test_a_confusion_matrix_has_the_truth_in_rows(shown):
    matrix = np.zeros((10, 10))
    matrix[4, 9], matrix[0, 0] = 7, 80
    plots.confusion_matrix(matrix)
    assert in_words(shown[0]) == "true digit by prediction, 80, 7"
    (axis,) = axes_of(shown)
    assert axis.get_xlabel() == "prediction"
    assert texts(axis) == {(9, 4): "7", (0, 0): "80"}
    np.testing.assert_array_equal(axis.images[0].get_array(), matrix)
    colors = {text.get_text(): text.get_color() for text in axis.texts}
    assert colors == {"7": "black", "80": "white"}
    assert list(axis.get_xticks()) == list(axis.get_yticks()) == list(range(10))


def test_learning_curves_tell_training_from_validation(shown):
    history = {"loss": [0.5, 0.2], "val_loss": [0.4, 0.3]}
    history |= {"accuracy": [0.8, 0.9], "val_accuracy": [0.85, 0.88]}
    plots.learning_curves(history)
    loss = "Loss, epoch, training from 0.5 to 0.2, validation from 0.4 to 0.3"
    accuracy = "Accuracy, epoch, training from 0.8 to 0.9, validation from 0.85 to 0.88"
    assert in_words(shown[0]) == f"2 pictures: {loss}; {accuracy}"
    for axis, metric in zip(axes_of(shown), ("loss", "accuracy"), strict=True):
        training, validation = axis.lines
        np.testing.assert_array_equal(training.get_data(), [[1, 2], history[metric]])
        np.testing.assert_array_equal(validation.get_data(), [[1, 2], history[f"val_{metric}"]])
        assert (training.get_color(), validation.get_color()) == (ORANGE, BLUE)


def test_curves_grow_in_one_place_while_a_network_trains(shown, monkeypatch):
    from mnist_helpers import LiveCurves
    from mnist_helpers.learning import live_curves

    monkeypatch.setattr(live_curves, "display", lambda *given, **options: options["display_id"])
    show = Mock(wraps=plots._show)
    monkeypatch.setattr(plots, "_show", show)
    curves = LiveCurves()
    curves.on_train_begin()
    for epoch, loss in enumerate([0.5, 0.25]):
        logs = {"loss": loss, "accuracy": 0.9, "val_loss": loss / 2, "val_accuracy": 0.95}
        curves.on_epoch_end(epoch, logs)
    assert [handle for (_, handle), _ in show.call_args_list] == [True, True]  # of `display`
    for length, figure in enumerate(shown, start=1):
        training, validation = figure.axes[0].lines
        np.testing.assert_array_equal(training.get_ydata(), [0.5, 0.25][:length])
        np.testing.assert_array_equal(validation.get_ydata(), [0.25, 0.125][:length])


def test_bars_are_as_high_as_their_values_and_without_a_form_tell_whole_numbers(shown):
    plots.bar_chart([3, 8], [0.25, 0.75], label="share", form="{:.0%}")
    plots.bar_chart(["a"], [1234.0], label="images")
    assert [*map(in_words, shown)] == ["share, 3: 25%, 8: 75%", "images, a: 1,234"]
    assert [bar.get_height() for bar in shown[0].axes[0].patches] == [0.25, 0.75]


def test_the_loss_falls_with_the_probability_of_the_right_digit(shown):
    plots.cross_entropy([0.5])
    assert in_words(shown[0]) == "loss by probability of the right digit, 0.69"
    (axis,) = axes_of(shown)
    curve, dot = axis.lines
    x, y = curve.get_data()
    np.testing.assert_allclose(y, -np.log(x))
    assert x.min() == 0.01 and x.max() == 1
    np.testing.assert_allclose(np.ravel(dot.get_data()), [0.5, np.log(2)])


def test_learning_rates_are_shown_step_by_step(shown):
    plots.learning_rate([0.1, 0.2, 0.0])
    (axis,) = axes_of(shown)
    np.testing.assert_allclose(axis.lines[0].get_ydata(), [0.1, 0.2, 0.0])
    assert in_words(shown[0]) == "learning rate by step"


def test_seeds_are_dots_and_their_mean_a_line(shown):
    plots.seeds({"plain": [0.90, 0.92], "better": [0.95, 0.97]})
    assert in_words(shown[0]) == "accuracy in per cent, 91.00, 96.00"
    (axis,) = axes_of(shown)
    for row, (dots, mean) in enumerate(([[90, 92], 91], [[95, 97], 96])):
        np.testing.assert_allclose(axis.lines[2 * row].get_data(), [dots, [row, row]])
        np.testing.assert_allclose(axis.lines[2 * row + 1].get_xdata(), [mean, mean])
    assert [label.get_text() for label in axis.get_yticklabels()] == ["plain", "better"]
    assert axis.get_ylim()[0] > axis.get_ylim()[1]  # the first recipe stands at the top


def test_a_trade_off_sets_digits_kept_against_others_turned_away(shown):
    kept = np.array([0.9, 0.95, 0.99])
    curves = {"alone": (kept, np.array([0.5, 0.4, 0.2])), "both": (kept, np.array([1, 0.9, 0.8]))}
    curves |= dict.fromkeys("cd", (kept, kept))
    plots.trade_off(curves)
    label = "others turned away, in per cent by digits kept, in per cent"
    assert in_words(shown[0]).startswith(f"{label}, alone from 50 to 20, both from 100 to 80, c")
    (axis,) = axes_of(shown)
    for line, (x, y) in zip(axis.lines, curves.values(), strict=True):
        np.testing.assert_allclose(line.get_data(), [100 * x, 100 * y])
    for look in ("linestyle", "marker", "color"):
        assert len({getattr(line, f"get_{look}")() for line in axis.lines}) == 4
    assert axis.get_xlim() == (90, 100)
    assert [text.get_text() for text in axis.get_legend().get_texts()] == list(curves)
    with pytest.raises(ValueError, match=r"5 curves .* at most 4"):
        plots.trade_off(curves | {"e": (kept, kept)})


def test_reliability_tells_too_sure_from_too_modest(shown):
    confidence = np.array([0.6] * 10 + [0.95] * 10)
    right = np.array([True] * 9 + [False] + [True] * 5 + [False] * 5)
    plots.reliability_diagram(confidence, right)
    modest = "right more often than it says: too modest from 0.9 to 0.9"
    sure = "right less often than it says: too sure from 0.5 to 0.5"
    words = f"share that is right, {modest}, {sure}; predictions by confidence"
    assert in_words(shown[0]) == f"2 pictures: {words}"
    upper, lower = axes_of(shown)
    diagonal, modest, sure = upper.lines
    np.testing.assert_array_equal(diagonal.get_data(), [[0, 1], [0, 1]])
    assert (modest.get_marker(), sure.get_marker()) == ("^", "v")
    assert (modest.get_color(), sure.get_color()) == (BLUE, ORANGE)
    gaps = [path.vertices.tolist() for path in upper.collections[0].get_paths()]
    np.testing.assert_allclose(gaps, [[[0.6, 0.6], [0.6, 0.9]], [[0.95, 0.95], [0.95, 0.5]]])
    assert [bar.get_height() for bar in lower.patches] == [10, 10]


def test_a_figure_is_shown_with_its_words_and_closed(monkeypatch):
    display = Mock()
    monkeypatch.setattr(plots, "display", display)
    plots.learning_rate([1, 2])
    (picture,), options = display.call_args
    assert picture["text/plain"] == "learning rate by step"
    assert options["metadata"]["image/png"]["alt"] == "learning rate by step"
    assert picture["image/png"].startswith(b"\x89PNG")
    assert plots.plt.get_fignums() == []


def test_a_histogram_counts_every_number_where_it_lies(shown):
    plots.histogram(np.array([[0.0, 1.0], [1.0, 1.0]]), label="weight")
    assert in_words(shown[0]) == "how many by weight"
    (axis,) = axes_of(shown)
    bars = [(bar.get_x(), bar.get_height()) for bar in axis.patches if bar.get_height()]
    assert [height for _, height in bars] == [1, 3]
    assert abs(bars[0][0]) < 1e-9 and bars[1][0] > 0.99


def test_the_words_of_pictures_leave_out_a_picture_full_of_numbers(shown):
    plots.image_grid(np.zeros((3, 28, 28)))
    plots.confusion_matrix(np.full((10, 10), 80))
    assert [*map(in_words, shown)] == ["3 pictures.", "true digit by prediction"]


def test_a_grid_shows_every_image_under_its_title(shown):
    plots.image_grid(IMAGES, np.arange(4), columns=3)
    assert in_words(shown[0]) == "4 pictures: 0; 1; 2; 3"
    axes = axes_of(shown)
    for axis, image in zip(axes, IMAGES, strict=False):
        np.testing.assert_array_equal(axis.images[0].get_array(), image[..., 0])
        assert scale_of(axis) == INK
    assert len(axes) == 6 and not axes[4].axison


@pytest.mark.parametrize("options", [{}, {"framed": True}])
def test_one_image_is_shown_and_a_frame_where_it_ends(shown, options):
    for image in (IMAGES[0], IMAGES[0, ..., 0], IMAGES[:1], IMAGES[:1, ..., 0]):
        plots.image_grid(image, **options)
        (axis,) = shown.pop().axes
        np.testing.assert_array_equal(axis.images[0].get_array(), IMAGES[0, ..., 0])
        assert axis.spines["left"].get_visible() == bool(options)
    plots.image_grid(IMAGES[:2], **options)
    assert [axis.spines["top"].get_visible() for axis in shown.pop().axes] == [bool(options)] * 2


@pytest.mark.parametrize(
    "draw",
    [
        plots.image_grid,
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
    for axis, image, frame in ((right, IMAGES[0], BLUE), (wrong, IMAGES[1], ORANGE)):
        np.testing.assert_array_equal(axis.images[0].get_array(), image[..., 0])
        assert scale_of(axis) == INK
        assert to_hex(axis.spines["left"].get_edgecolor()).upper() == frame


def test_arrays_side_by_side_keep_their_own_scales(shown):
    left, right = np.array([[1, 0.25], [0, 2]]), np.array([[-3, 0], [0, 1]])
    plots.side_by_side([left, right], ["a", "b"])
    assert in_words(shown[0]) == "2 pictures: a; b"
    one, other = axes_of(shown)
    np.testing.assert_array_equal(one.images[0].get_array(), left)
    np.testing.assert_array_equal(other.images[0].get_array(), right)
    assert (scale_of(one), scale_of(other)) == (("gray_r", (0, 2)), ("signed", (-3, 3)))


def test_channels_share_one_scale(shown):
    channels = np.zeros((5, 5, 3))
    channels[2, 2, 1] = 9
    plots.channel_grid(channels, columns=2)
    assert in_words(shown[0]) == "3 pictures: 0; 1; 2"
    axes = axes_of(shown)
    assert {scale_of(axis) for axis in axes[:3]} == {("viridis", (0, 9))}
    assert axes[1].images[0].get_array()[2, 2] == 9


def test_channels_with_values_below_zero_are_blue_and_orange(shown):
    channels = np.zeros((3, 3, 1))
    channels[0, 0, 0] = -4
    plots.channel_grid(channels)
    (axis,) = axes_of(shown)
    assert scale_of(axis) == ("signed", (-4, 4))
    below, zero, above = map(axis.images[0].get_cmap(), (0.0, 0.5, 1.0))
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
