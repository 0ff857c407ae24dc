"""What each figure claims: read from its axes, not from its pixels."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from mnist_helpers import plots
from mnist_helpers.plots import base
from mnist_helpers.plots.base import BLUE, ORANGE


@pytest.fixture
def shown(monkeypatch):
    """The figures that were shown, with their alternative texts."""
    figures = []
    monkeypatch.setattr(base, "show", lambda figure, alt, handle: figures.append((figure, alt)))
    return figures


def axes_of(shown):
    ((figure, alt),) = shown
    assert alt == "in words"
    return figure.axes


def texts(axis):
    return {
        (round(text.get_position()[0], 3), round(text.get_position()[1], 3)): text.get_text()
        for text in axis.texts
    }


def frame_color(axis):
    return to_hex(axis.spines["left"].get_edgecolor()).upper()


IMAGES = np.random.default_rng(0).random((4, 28, 28, 1))


def test_a_grid_shows_every_image_under_its_title(shown):
    plots.image_grid(IMAGES, np.arange(4), alt="in words", columns=3)
    axes = axes_of(shown)
    assert [axis.get_title() for axis in axes[:4]] == ["0", "1", "2", "3"]
    for axis, image in zip(axes, IMAGES, strict=False):
        np.testing.assert_array_equal(axis.images[0].get_array(), image[..., 0])
        assert axis.images[0].get_cmap().name == "gray_r"  # ink is dark
        assert axis.images[0].get_clim() == (0, 1)
    assert len(axes) == 6 and not axes[4].axison


@pytest.mark.parametrize("image", [IMAGES[0], IMAGES[0, ..., 0], IMAGES[:1], IMAGES[:1, ..., 0]])
def test_one_image_is_shown(shown, image):
    plots.image_grid(image, alt="in words")
    (axis,) = axes_of(shown)
    np.testing.assert_array_equal(axis.images[0].get_array(), IMAGES[0, ..., 0])


def test_a_frame_shows_where_an_image_ends(shown):
    plots.image_grid(IMAGES[:2], alt="in words", framed=True)
    plots.image_grid(IMAGES[:2], alt="in words")
    for (figure, _), framed in zip(shown, [True, False], strict=True):
        assert {axis.spines["left"].get_visible() for axis in figure.axes} == {framed}


@pytest.mark.parametrize(
    "draw",
    [
        plots.image_grid,
        lambda images, alt: plots.answers(images, [], [], [], alt=alt),
        lambda images, alt: plots.centered_digits(images, [], alt=alt),
        lambda images, alt: plots.side_by_side(images, [], alt=alt),
        lambda images, alt: plots.channel_grid(images.T, alt=alt),
    ],
)
def test_no_image_is_an_error_in_words(draw):
    with pytest.raises(ValueError, match="nothing to show"):
        draw(np.zeros((0, 28, 28)), alt="in words")


def test_answers_are_marked_right_or_wrong_in_color_and_in_words(shown):
    titles = np.array(["first", "second"])
    plots.answers(IMAGES[:2], [3, 5], [3, 6], [0.91, 0.4], titles, alt="in words")
    right, wrong = axes_of(shown)
    assert [axis.get_title() for axis in (right, wrong)] == ["first", "second"]
    for axis, image in zip((right, wrong), IMAGES, strict=False):
        np.testing.assert_array_equal(axis.images[0].get_array(), image[..., 0])
        assert axis.images[0].get_cmap().name == "gray_r"
    assert right.get_xlabel() == "says 3, 91%\nright"
    assert wrong.get_xlabel() == "says 6, 40%\nwrong: it is 5"
    assert (frame_color(right), frame_color(wrong)) == (BLUE, ORANGE)


def test_a_confusion_matrix_has_the_truth_in_rows(shown):
    matrix = np.zeros((10, 10))
    matrix[4, 9], matrix[0, 0] = 7, 80
    plots.confusion_matrix(matrix, alt="in words")
    (axis,) = axes_of(shown)
    assert axis.get_xlabel() == "answer of the network"
    assert axis.get_ylabel() == "true digit"
    assert texts(axis) == {(9, 4): "7", (0, 0): "80"}
    np.testing.assert_array_equal(axis.images[0].get_array(), matrix)
    light, dark = (axis.images[0].get_cmap()(share) for share in (0.0, 1.0))
    assert sum(light[:3]) > sum(dark[:3])
    assert {text.get_text(): text.get_color() for text in axis.texts} == {
        "7": "black",
        "80": "white",
    }
    assert list(axis.get_xticks()) == list(axis.get_yticks()) == list(range(10))


def test_learning_curves_tell_training_from_validation(shown):
    history = {
        "loss": [0.5, 0.2],
        "val_loss": [0.4, 0.3],
        "accuracy": [0.8, 0.9],
        "val_accuracy": [0.85, 0.88],
    }
    plots.learning_curves(history, alt="in words")
    loss, accuracy = axes_of(shown)
    assert (loss.get_title(), accuracy.get_title()) == ("Loss", "Accuracy")
    for axis, metric in ((loss, "loss"), (accuracy, "accuracy")):
        training, validation = axis.lines
        assert (training.get_label(), validation.get_label()) == ("training", "validation")
        np.testing.assert_array_equal(training.get_data(), [[1, 2], history[metric]])
        np.testing.assert_array_equal(validation.get_data(), [[1, 2], history[f"val_{metric}"]])
        assert training.get_linestyle() != validation.get_linestyle()
        assert training.get_marker() != validation.get_marker()
        assert (training.get_color(), validation.get_color()) == (ORANGE, BLUE)
        assert axis.get_xlabel() == "epoch"
        named = [text.get_text() for text in axis.get_legend().get_texts()]
        assert named == ["training", "validation"]


def test_curves_grow_in_one_place_while_a_network_trains(monkeypatch):
    from mnist_helpers import LiveCurves, live_curves

    figures, places = [], []
    monkeypatch.setattr(live_curves, "display", lambda *given, **options: options["display_id"])
    monkeypatch.setattr(
        base,
        "show",
        lambda figure, alt, handle: (figures.append((figure, alt)), places.append(handle)),
    )
    curves = LiveCurves("in words")
    curves.on_train_begin()
    for epoch, loss in enumerate([0.5, 0.25]):
        logs = {"loss": loss, "accuracy": 0.9, "val_loss": loss / 2, "val_accuracy": 0.95}
        curves.on_epoch_end(epoch, logs)
    assert [alt for _, alt in figures] == ["in words", "in words"]
    assert places == [True, True]  # the place that `display` opened, twice
    for length, (figure, _) in enumerate(figures, start=1):
        training, validation = figure.axes[0].lines
        np.testing.assert_array_equal(training.get_ydata(), [0.5, 0.25][:length])
        np.testing.assert_array_equal(validation.get_ydata(), [0.25, 0.125][:length])


def test_bars_are_as_high_as_their_values(shown):
    plots.bar_chart([3, 8], [0.25, 0.75], alt="in words", label="share", form="{:.0%}")
    (axis,) = axes_of(shown)
    assert [bar.get_height() for bar in axis.patches] == [0.25, 0.75]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["3", "8"]
    assert [text.get_text() for text in axis.texts] == ["25%", "75%"]
    assert axis.get_ylabel() == "share"


def test_the_loss_falls_with_the_probability_of_the_right_digit(shown):
    plots.cross_entropy([0.5], alt="in words")
    (axis,) = axes_of(shown)
    assert axis.get_xlabel() == "probability given to the right digit"
    assert axis.get_ylabel() == "loss"
    curve, dot = axis.lines
    x, y = curve.get_data()
    np.testing.assert_allclose(y, -np.log(x))
    np.testing.assert_allclose(np.ravel(dot.get_data()), [0.5, np.log(2)])
    assert axis.texts[0].get_text() == "0.69"


def test_errors_are_shown_in_per_cent(shown):
    plots.error_curve([0.1, 0.02], alt="in words")
    (axis,) = axes_of(shown)
    np.testing.assert_allclose(axis.lines[0].get_data(), [[1, 2], [10, 2]])
    assert axis.get_yscale() == "log"
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("epoch", "errors in per cent")


def test_learning_rates_are_shown_step_by_step(shown):
    plots.learning_rate([0.1, 0.2, 0.0], alt="in words")
    (axis,) = axes_of(shown)
    np.testing.assert_allclose(axis.lines[0].get_ydata(), [0.1, 0.2, 0.0])
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("step", "learning rate")


def test_seeds_are_dots_and_their_mean_a_line(shown):
    plots.seeds({"plain": [0.90, 0.92], "better": [0.95, 0.97]}, alt="in words")
    (axis,) = axes_of(shown)
    dots, mean, other_dots, other_mean = axis.lines
    np.testing.assert_allclose(dots.get_data(), [[90, 92], [0, 0]])
    np.testing.assert_allclose(mean.get_xdata(), [91, 91])
    np.testing.assert_allclose(other_dots.get_data(), [[95, 97], [1, 1]])
    np.testing.assert_allclose(other_mean.get_xdata(), [96, 96])
    assert [label.get_text() for label in axis.get_yticklabels()] == ["plain", "better"]
    assert axis.get_ylim()[0] > axis.get_ylim()[1]  # the first recipe stands at the top
    assert axis.get_xlabel() == "accuracy in per cent"
    assert [text.get_text() for text in axis.texts] == ["91.00", "96.00"]


def test_a_trade_off_sets_digits_kept_against_others_turned_away(shown):
    kept = np.array([0.9, 0.95, 0.99])
    curves = {"alone": (kept, np.array([0.5, 0.4, 0.2])), "both": (kept, np.array([1, 0.9, 0.8]))}
    plots.trade_off(curves, alt="in words")
    (axis,) = axes_of(shown)
    for line, (name, (x, y)) in zip(axis.lines, curves.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_allclose(line.get_data(), [100 * x, 100 * y])
    one, other = axis.lines
    assert one.get_linestyle() != other.get_linestyle()
    assert one.get_marker() != other.get_marker()
    assert axis.get_xlabel() == "digits kept, in per cent"
    assert axis.get_ylabel() == "others turned away, in per cent"
    assert axis.get_xlim() == (90, 100)
    assert axis.get_ylim()[0] == 0 and axis.get_ylim()[1] >= 100
    assert [text.get_text() for text in axis.get_legend().get_texts()] == list(curves)


def test_a_trade_off_refuses_more_curves_than_can_be_told_apart(shown):
    curve = (np.array([0.9, 1.0]), np.array([1.0, 0.0]))
    plots.trade_off(dict.fromkeys("abcd", curve), alt="in words")
    (axis,) = axes_of(shown)
    for look in ("linestyle", "marker", "color"):
        assert len({getattr(line, f"get_{look}")() for line in axis.lines}) == 4
    with pytest.raises(ValueError, match=r"5 curves .* at most 4"):
        plots.trade_off(dict.fromkeys("abcde", curve), alt="in words")


def test_a_trade_off_can_become_a_file(shown, tmp_path):
    curve = (np.array([0.9, 1.0]), np.array([1.0, 0.0]))
    plots.trade_off({"both": curve}, alt="in words", path=tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert not shown


def test_reliability_tells_too_sure_from_too_modest(shown):
    confidence = np.array([0.6] * 10 + [0.95] * 10)
    right = np.array([True] * 9 + [False] + [True] * 5 + [False] * 5)
    plots.reliability_diagram(confidence, right, alt="in words")
    upper, lower = axes_of(shown)
    diagonal, modest, sure = upper.lines
    np.testing.assert_array_equal(diagonal.get_data(), [[0, 1], [0, 1]])
    assert (modest.get_marker(), sure.get_marker()) == ("^", "v")
    assert (modest.get_color(), sure.get_color()) == (BLUE, ORANGE)
    assert upper.get_ylabel() == "share that is right"
    assert lower.get_ylabel() == "answers"
    gaps = [path.vertices.tolist() for path in upper.collections[0].get_paths()]
    np.testing.assert_allclose(gaps, [[[0.6, 0.6], [0.6, 0.9]], [[0.95, 0.95], [0.95, 0.5]]])
    assert [text.get_text() for text in lower.texts] == ["10", "10"]
    np.testing.assert_allclose(modest.get_data(), [[0.6], [0.9]])
    assert "too modest" in modest.get_label()
    np.testing.assert_allclose(sure.get_data(), [[0.95], [0.5]])
    assert "too sure" in sure.get_label()
    assert [bar.get_height() for bar in lower.patches] == [10, 10]
    assert lower.get_xlabel() == "confidence"


def test_arrays_side_by_side_keep_their_numbers(shown):
    left, right = np.array([[1, 0], [0, 2]]), np.array([[-3, 0], [0, 1]])
    plots.side_by_side([left, right], ["a", "b"], alt="in words", numbers=True)
    one, other = axes_of(shown)
    assert texts(one) == {(0, 0): "1", (1, 0): "0", (0, 1): "0", (1, 1): "2"}
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


def test_channels_share_one_scale(shown):
    channels = np.zeros((5, 5, 3))
    channels[2, 2, 1] = 9
    plots.channel_grid(channels, alt="in words", columns=2)
    axes = axes_of(shown)
    assert [axis.get_title() for axis in axes[:3]] == ["0", "1", "2"]
    assert {axis.images[0].get_clim() for axis in axes[:3]} == {(0, 9)}
    assert axes[1].images[0].get_array()[2, 2] == 9
    assert axes[1].images[0].get_cmap().name == "viridis"


def test_channels_with_values_below_zero_are_blue_and_orange(shown):
    channels = np.zeros((3, 3, 1))
    channels[0, 0, 0] = -4
    plots.channel_grid(channels, alt="in words")
    (axis,) = axes_of(shown)
    assert axis.images[0].get_clim() == (-4, 4)
    below, zero, above = (axis.images[0].get_cmap()(share) for share in (0.0, 0.5, 1.0))
    assert (to_hex(below).upper(), to_hex(above).upper()) == (BLUE, ORANGE)
    assert min(zero[:3]) > 0.98


@pytest.mark.parametrize("count", [1, 3])
def test_a_centered_digit_has_its_box_and_a_cross_at_its_center(shown, count):
    images = np.zeros((count, 28, 28))
    images[:, 4:24, 9:19] = 1
    plots.centered_digits(images, [(13.5, 14.0)] * count, alt="in words")
    axis, *_ = axes_of(shown)
    (box,) = axis.patches
    assert (box.get_x(), box.get_y()) == (8.5, 3.5)
    assert (box.get_width(), box.get_height()) == (10, 20)
    np.testing.assert_allclose(np.ravel(axis.lines[0].get_data()), [14.0, 13.5])
    assert axis.get_title() == "20 high, 10 wide"


def test_layers_are_drawn_with_their_shapes(shown):
    plots.layer_shapes(["image", "dense"], [(28, 28, 1), (10,)], alt="in words")
    (axis,) = axes_of(shown)
    words = [text.get_text() for text in axis.texts]
    assert words[:2] == ["image", "28 × 28 × 1"]
    assert "dense" in words and "10" in words
    assert axis.patches[0].get_width() == axis.patches[0].get_height() == 28
    middles = [patch.get_x() + patch.get_width() / 2 for patch in axis.patches]
    assert middles[0] < middles[-1]
    assert axis.patches[-1].get_width() < axis.patches[-1].get_height()


def test_a_layer_of_many_maps_is_a_thick_stack(shown):
    plots.layer_shapes(["few", "many"], [(13, 13, 1), (11, 11, 64)], alt="in words")
    (axis,) = axes_of(shown)
    assert [patch.get_width() for patch in axis.patches].count(13) == 1
    assert [patch.get_width() for patch in axis.patches].count(11) > 3


def test_a_figure_is_shown_with_its_words_and_closed(monkeypatch):
    put = []
    monkeypatch.setattr(base, "display", lambda picture, **options: put.append((picture, options)))
    plots.learning_rate([1, 2], alt="in words")
    ((picture, options),) = put
    assert picture["text/plain"] == "in words"
    assert options["metadata"]["image/png"]["alt"] == "in words"
    assert picture["image/png"].startswith(b"\x89PNG")
    assert base.plt.get_fignums() == []
