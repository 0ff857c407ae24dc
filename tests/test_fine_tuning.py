import random
import warnings
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from helpers import families

from mnist_helpers import fine_tune, load_cnn
from mnist_helpers.data import load_part
from mnist_helpers.learning import fine_tuning
from mnist_helpers.model import keras
from mnist_helpers.network import load_weights
from mnist_helpers.recognizer import Recognizer

layers = keras.layers
STEPS = {"train": 1, "validation": 6, "test": 20}  # of so many images one is measured on
VALIDATED = 1_000


@pytest.fixture(scope="module")
def drawings():
    return families.some_drawings()


@pytest.fixture(scope="module", autouse=True)
def small():
    """Fewer images to learn, and to measure with: takes seconds."""

    @cache
    def load_some(part):
        return [each[:: STEPS[part]] for each in load_part(part)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fine_tuning, "load_part", load_some)
        patch.setattr(fine_tuning, "IMAGES", 4_000)
        yield


@pytest.fixture
def quick(monkeypatch):
    """Few images to rehearse with, and one fold."""
    monkeypatch.setattr(fine_tuning, "IMAGES", 100)
    monkeypatch.setattr(fine_tuning, "FOLDS", 1)


def test_a_hand_is_learnt_by_the_last_layer_and_mnist_is_not_forgotten(drawings):
    tuned = fine_tune(load_cnn(), drawings)
    assert tuned.kept
    assert tuned.drawings == 10
    assert tuned.right_after >= tuned.right_before + 2
    assert tuned.validation_after >= tuned.validation_before - fine_tuning.MOST_LOSS
    assert tuned.test > 0.98
    assert "each held out once" in str(tuned) and "new weights are kept" in str(tuned)
    reader = Recognizer.from_model(tuned.model)
    read = [reader.recognize_strokes(drawing.strokes).digit for drawing in drawings]
    right = sum(np.equal(read, [drawing.label for drawing in drawings]))
    assert right >= tuned.right_before + 4
    *kept, _, _ = tuned.model.get_weights()
    for weights, shipped in zip(kept, load_weights(), strict=False):
        np.testing.assert_array_equal(weights, shipped)


def with_5408_features():
    return families.sequential(layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10))


@pytest.mark.parametrize("build", [*families.COMMON, with_5408_features, families.residual])
def test_any_network_with_a_dense_layer_at_its_end_is_taught(build, drawings, quick, monkeypatch):
    monkeypatch.setattr(fine_tuning, "MOST_LOSS", 1)
    model = families.build(build) if isinstance(build, str) else build()
    before = [weights.copy() for weights in model.get_weights()]
    tuned = fine_tune(model, drawings)
    taught = tuned.model.get_weights()
    assert [each.shape for each in taught] == [each.shape for each in before]
    for old, same, new in zip(before, model.get_weights(), taught, strict=True):
        np.testing.assert_array_equal(old, same)
        assert (new.shape[-1] == 10) != np.array_equal(old, new)
    images, _ = load_part("test", 50)
    by_keras = np.asarray(tuned.model(images)).argmax(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not been trained
        recognizer = Recognizer.from_model(tuned.model)
    assert (recognizer.logits(images).argmax(axis=1) == by_keras).all()


@pytest.mark.usefixtures("quick")
def test_the_seed_gives_the_weights_and_the_random_numbers_of_the_program_stay(drawings):
    model = load_cnn()

    def weights(seed):
        return fine_tune(model, drawings, seed=seed).model.layers[-1].get_weights()[0]

    def draw():
        return (
            random.random(),
            np.random.rand(),  # noqa: NPY002 - what a learner may use
            float(keras.random.uniform(())),
            layers.Dense(1)(np.ones((1, 3))).numpy().item(),
        )

    keras.utils.set_random_seed(3)
    wanted = draw()
    keras.utils.set_random_seed(3)
    taught = weights(1)
    assert draw() == wanted
    np.testing.assert_allclose(weights(1), taught, atol=1e-5)
    assert not np.allclose(weights(2), taught, atol=1e-5)


def test_without_rehearsal_mnist_is_forgotten_and_the_old_weights_are_kept(drawings, monkeypatch):
    monkeypatch.setattr(fine_tuning, "FOLDS", 2)
    model = load_cnn()
    tuned = fine_tune(model, drawings, rehearsal=0)
    assert tuned.validation_after < tuned.validation_before - fine_tuning.MOST_LOSS
    assert not tuned.kept
    assert tuned.model is model
    assert "more than 0.2 points lost: the old weights are kept" in str(tuned)


@pytest.mark.parametrize("lost, kept", [(0.0019, True), (0.0021, False)])
def test_validation_decides_and_the_guard_stands_at_two_tenths_of_a_point(
    drawings, quick, monkeypatch, lost, kept
):
    asked = []

    def count_right(features, labels, weights):
        if len(labels) == VALIDATED:
            asked.append(weights)
            return len(labels) * (0.99 - lost * (len(asked) == 2))
        return len(labels)  # the test images would always keep it

    monkeypatch.setattr(fine_tuning, "train_last", lambda weights, *_: weights)
    monkeypatch.setattr(fine_tuning, "count_right", count_right)
    tuned = fine_tune(load_cnn(), drawings)
    assert tuned.kept is kept
    assert tuned.validation_before - tuned.validation_after == pytest.approx(lost)


def test_every_drawing_is_held_out_once_from_a_network_that_never_saw_it(drawings, monkeypatch):
    """With one drawing of each digit and no rehearsal, the labels tell which drawing it is."""
    taught_with, asked = [], []

    def train_last(weights, features, targets, rng):
        taught_with.append(set(targets.argmax(axis=1).tolist()))
        return weights

    def count_right(features, labels, weights):
        asked.append(set(labels.tolist()))
        return 0

    labels = np.random.default_rng(0).permutation(10)
    pairs = zip(drawings, labels.tolist(), strict=True)
    one_of_each = [replace(drawing, label=label) for drawing, label in pairs]
    monkeypatch.setattr(fine_tuning, "IMAGES", 100)
    monkeypatch.setattr(fine_tuning, "train_last", train_last)
    monkeypatch.setattr(fine_tuning, "count_right", count_right)
    fine_tune(load_cnn(), one_of_each, rehearsal=0)
    *folds, last = taught_with
    held_out = asked[: len(folds)]
    assert last == set(range(10))
    assert len(folds) == fine_tuning.FOLDS
    for taught, out in zip(folds, held_out, strict=True):
        assert out and taught == set(range(10)) - out
    assert sorted(digit for out in held_out for digit in out) == list(range(10))


@pytest.mark.parametrize("seed", range(3))
def test_the_drawings_of_a_digit_lie_in_different_folds_and_those_of_a_group_in_one(seed):
    rng, every = np.random.default_rng(seed), set(range(fine_tuning.FOLDS))
    labels = rng.permutation(np.repeat([1, 4, 5, 7, 9], 4))
    folds = fine_tuning.split(labels, range(len(labels)), rng)
    assert all(set(folds[labels == digit]) == every for digit in labels)
    groups = rng.permutation(np.repeat(range(8), 3))
    folds = fine_tuning.split(groups % 3, groups, rng)
    assert set(folds) == every
    assert all(len(set(folds[groups == group])) == 1 for group in groups)


def test_what_cannot_be_taught_is_turned_away(drawings):
    for name, said in (
        ("1 × 1 convolution", r"a Conv2D; only the last layer is taught.*Dense\(10\)"),
        ("normalized sums", "the ten sums are changed by .*, a BatchNormalization; only"),
    ):
        with pytest.raises(ValueError, match=said):
            fine_tune(families.build(name), drawings)
    for share in (-0.1, 1, 2_000):
        with pytest.raises(ValueError, match="share of the rehearsal is"):
            fine_tune(load_cnn(), drawings, rehearsal=share)
    for groups, said in (
        ([0, 1, 2], "got 3 groups for 10 drawings"),
        (["Monday"] * 10, "got one group, wanted at least two"),
    ):
        with pytest.raises(ValueError, match=said):
            fine_tune(load_cnn(), drawings, groups=groups)
    with pytest.raises(ValueError, match="got 4 drawings, wanted at least 5"):
        fine_tune(load_cnn(), drawings[:4])
    with pytest.raises(TypeError, match="wanted a Keras model"):
        fine_tune(Recognizer.load(), drawings)
