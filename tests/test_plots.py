"""What each figure of numbers claims."""

import numpy as np
import pytest
from helpers.figures import axes_of, keep_figures, texts

from mnist_helpers import plots
from mnist_helpers.plots import base
from mnist_helpers.plots.base import BLUE, ORANGE
from mnist_helpers.plots.in_words import in_words


@pytest.fixture
def shown(monkeypatch):
    return keep_figures(monkeypatch)


def test_a_confusion_matrix_has_the_truth_in_rows(shown):
    matrix = np.zeros((10, 10))
    matrix[4, 9], matrix[0, 0] = 7, 80
    plots.confusion_matrix(matrix)
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
    plots.learning_curves(history)
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
        lambda figure, handle: (figures.append(figure), places.append(handle)),
    )
    curves = LiveCurves()
    curves.on_train_begin()
    for epoch, loss in enumerate([0.5, 0.25]):
        logs = {"loss": loss, "accuracy": 0.9, "val_loss": loss / 2, "val_accuracy": 0.95}
        curves.on_epoch_end(epoch, logs)
    assert places == [True, True]  # the place that `display` opened, twice
    for length, figure in enumerate(figures, start=1):
        training, validation = figure.axes[0].lines
        np.testing.assert_array_equal(training.get_ydata(), [0.5, 0.25][:length])
        np.testing.assert_array_equal(validation.get_ydata(), [0.25, 0.125][:length])


def test_bars_are_as_high_as_their_values(shown):
    plots.bar_chart([3, 8], [0.25, 0.75], label="share", form="{:.0%}")
    (axis,) = axes_of(shown)
    assert [bar.get_height() for bar in axis.patches] == [0.25, 0.75]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["3", "8"]
    assert [text.get_text() for text in axis.texts] == ["25%", "75%"]
    assert axis.get_ylabel() == "share"


def test_a_bar_without_a_form_tells_a_whole_number(shown):
    plots.bar_chart(["a"], [1234.0], label="images")
    (axis,) = axes_of(shown)
    assert [text.get_text() for text in axis.texts] == ["1,234"]


def test_the_loss_falls_with_the_probability_of_the_right_digit(shown):
    plots.cross_entropy([0.5])
    (axis,) = axes_of(shown)
    assert axis.get_xlabel() == "probability given to the right digit"
    assert axis.get_ylabel() == "loss"
    curve, dot = axis.lines
    x, y = curve.get_data()
    np.testing.assert_allclose(y, -np.log(x))
    assert x.min() == 0.01 and x.max() == 1
    np.testing.assert_allclose(np.ravel(dot.get_data()), [0.5, np.log(2)])
    assert axis.texts[0].get_text() == "0.69"


def test_errors_are_shown_in_per_cent(shown):
    plots.error_curve([0.1, 0.02])
    (axis,) = axes_of(shown)
    np.testing.assert_allclose(axis.lines[0].get_data(), [[1, 2], [10, 2]])
    assert axis.get_yscale() == "log"
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("epoch", "errors in per cent")


def test_learning_rates_are_shown_step_by_step(shown):
    plots.learning_rate([0.1, 0.2, 0.0])
    (axis,) = axes_of(shown)
    np.testing.assert_allclose(axis.lines[0].get_ydata(), [0.1, 0.2, 0.0])
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("step", "learning rate")


def test_seeds_are_dots_and_their_mean_a_line(shown):
    plots.seeds({"plain": [0.90, 0.92], "better": [0.95, 0.97]})
    (axis,) = axes_of(shown)
    dots, mean, other_dots, other_mean = axis.lines
    np.testing.assert_allclose(dots.get_data(), [[90, 92], [0, 0]])
    np.testing.assert_allclose(mean.get_xdata(), [91, 91])
    np.testing.assert_allclose(other_dots.get_data(), [[95, 97], [1, 1]])
    np.testing.assert_allclose(other_mean.get_xdata(), [96, 96])
    assert [label.get_text() for label in axis.get_yticklabels()] == ["plain", "better"]
    assert axis.get_ylim()[0] > axis.get_ylim()[1]  # the first recipe stands at the top
    assert axis.get_xlabel() == "accuracy in per cent"
    assert {line.get_color() for line in (dots, other_dots)} == {BLUE}
    assert {line.get_color() for line in (mean, other_mean)} == {ORANGE}
    assert [text.get_text() for text in axis.texts] == ["91.00", "96.00"]


def test_a_trade_off_sets_digits_kept_against_others_turned_away(shown):
    kept = np.array([0.9, 0.95, 0.99])
    curves = {"alone": (kept, np.array([0.5, 0.4, 0.2])), "both": (kept, np.array([1, 0.9, 0.8]))}
    plots.trade_off(curves)
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
    plots.trade_off(dict.fromkeys("abcd", curve))
    (axis,) = axes_of(shown)
    for look in ("linestyle", "marker", "color"):
        assert len({getattr(line, f"get_{look}")() for line in axis.lines}) == 4
    with pytest.raises(ValueError, match=r"5 curves .* at most 4"):
        plots.trade_off(dict.fromkeys("abcde", curve))


def test_a_trade_off_can_become_a_file(shown, tmp_path):
    curve = (np.array([0.9, 1.0]), np.array([1.0, 0.0]))
    plots.trade_off({"both": curve}, path=tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert not shown


def test_reliability_tells_too_sure_from_too_modest(shown):
    confidence = np.array([0.6] * 10 + [0.95] * 10)
    right = np.array([True] * 9 + [False] + [True] * 5 + [False] * 5)
    plots.reliability_diagram(confidence, right)
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


def test_a_figure_is_shown_with_its_words_and_closed(monkeypatch):
    put = []
    monkeypatch.setattr(base, "display", lambda picture, **options: put.append((picture, options)))
    plots.learning_rate([1, 2])
    ((picture, options),) = put
    assert picture["text/plain"] == "learning rate by step"
    assert options["metadata"]["image/png"]["alt"] == "learning rate by step"
    assert picture["image/png"].startswith(b"\x89PNG")
    assert base.plt.get_fignums() == []


def test_a_histogram_counts_every_number_where_it_lies(shown):
    plots.histogram(np.array([[0.0, 1.0], [1.0, 1.0]]), label="weight")
    (axis,) = axes_of(shown)
    bars = [(bar.get_x(), bar.get_height()) for bar in axis.patches if bar.get_height()]
    assert [height for _, height in bars] == [1, 3]
    assert abs(bars[0][0]) < 1e-9 and bars[1][0] > 0.99
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("weight", "how many")


def test_a_figure_is_told_by_what_is_written_in_it(shown):
    plots.bar_chart(["shrunk", "centred"], [0.5, 0.983], label="read right", form="{:.1%}")
    plots.learning_curves({"loss": [0.5, 0.2], "val_loss": [0.4, 0.3]})
    plots.side_by_side([np.eye(3), np.zeros((2, 2))], ["a patch", "a kernel"])
    plots.side_by_side([np.array([[1, 2], [3, 4]])], ["map"], numbers=True)
    plots.image_grid(np.zeros((3, 28, 28)))
    bars, curves, pair, numbers, images = map(in_words, shown)
    assert bars == "read right, shrunk: 50.0%, centred: 98.3%"
    assert "Loss, epoch, training from 0.5 to 0.2, validation from 0.4 to 0.3" in curves
    assert pair == "2 pictures: a patch; a kernel"
    assert numbers == "map, 1, 2, 3, 4"
    assert images == "3 pictures."


def test_a_picture_full_of_numbers_is_told_by_its_title_alone(shown):
    plots.side_by_side([np.arange(784).reshape(28, 28)], ["label: 5"], numbers=True)
    assert in_words(shown[0]) == "label: 5"
