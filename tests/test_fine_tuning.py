from dataclasses import replace

import numpy as np
import pytest

from mnist_helpers import Collection, fine_tune, fine_tuning, load_cnn, load_mnist
from mnist_helpers.collection import SAMPLE
from mnist_helpers.handwriting import write_non_digits
from mnist_helpers.recognizer import Recognizer, load_weights


@pytest.fixture(scope="module")
def drawings():
    return list(Collection(SAMPLE))


@pytest.fixture(scope="module", autouse=True)
def small():
    """MNIST with a tenth of its test images, and fewer images to train on: takes seconds."""
    mnist = load_mnist()
    small = replace(mnist, x_test=mnist.x_test[::10], y_test=mnist.y_test[::10])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fine_tuning, "load_mnist", lambda: small)
        patch.setattr(fine_tuning, "IMAGES", 4_000)
        yield small


@pytest.fixture(scope="module")
def tuned(drawings):
    return fine_tune(load_cnn(), drawings)


def test_the_drawings_that_come_along_are_two_each_of_hard_digits(drawings):
    assert len(drawings) == 10
    digits, counts = np.unique([drawing.label for drawing in drawings], return_counts=True)
    assert len(digits) == 5 and (counts == 2).all()
    reader = Recognizer.load()
    read = [reader.recognize_strokes(drawing.strokes).digit for drawing in drawings]
    assert sum(np.equal(read, [drawing.label for drawing in drawings])) <= 5


def test_a_hand_is_learnt_and_mnist_is_not_forgotten(tuned):
    assert tuned.kept
    assert tuned.drawings == 10
    assert tuned.right_after >= tuned.right_before + 2
    assert tuned.mnist_after >= tuned.mnist_before - fine_tuning.MOST_LOSS
    assert "each held out once" in str(tuned) and "new weights are kept" in str(tuned)


def test_the_new_network_reads_the_taught_drawings_and_the_old_one_is_as_it_was(tuned, drawings):
    model = load_cnn()
    reader = Recognizer.from_model(tuned.model)
    read = [reader.recognize_strokes(drawing.strokes).digit for drawing in drawings]
    right = sum(np.equal(read, [drawing.label for drawing in drawings]))
    assert right >= tuned.right_before + 4
    for weights, shipped in zip(model.get_weights(), load_weights(), strict=True):
        np.testing.assert_array_equal(weights, shipped)


def test_it_still_doubts_what_is_no_digit(tuned):
    images = write_non_digits(300, np.random.default_rng(3))
    before, after = (
        (Recognizer.from_model(model).probabilities(images).max(axis=1) > 0.9).mean()
        for model in (load_cnn(), tuned.model)
    )
    assert after < before + 0.1


def test_the_same_seed_gives_the_same_weights_and_another_does_not(drawings, monkeypatch):
    monkeypatch.setattr(fine_tuning, "IMAGES", 400)
    monkeypatch.setattr(fine_tuning, "FOLDS", 2)

    def weights(seed):
        tuned = fine_tune(load_cnn(), drawings, seed=seed)
        return tuned.model.layers[-1].get_weights()[0]

    np.testing.assert_allclose(weights(1), weights(1), atol=1e-5)
    assert not np.allclose(weights(1), weights(2), atol=1e-5)


def test_without_rehearsal_mnist_is_forgotten_and_the_old_weights_are_kept(drawings):
    model = load_cnn()
    tuned = fine_tune(model, drawings, rehearsal=0)
    assert tuned.mnist_after < tuned.mnist_before - fine_tuning.MOST_LOSS
    assert not tuned.kept
    assert tuned.model is model
    assert "more than 0.2 points: the old weights are kept" in str(tuned)


@pytest.mark.parametrize("lost, kept", [(0.0019, True), (0.0021, False)])
def test_the_guard_stands_at_two_tenths_of_a_point(drawings, monkeypatch, lost, kept):
    asked = []

    def count_right(features, labels, weights):
        if len(labels) > len(drawings):  # MNIST's
            asked.append(weights)
        return len(labels) * (0.99 - lost * (len(asked) == 2))

    monkeypatch.setattr(fine_tuning, "IMAGES", 100)
    monkeypatch.setattr(fine_tuning, "train_last_layer", lambda weights, *_: weights)
    monkeypatch.setattr(fine_tuning, "count_right", count_right)
    tuned = fine_tune(load_cnn(), drawings)
    assert tuned.kept is kept
    assert tuned.mnist_before - tuned.mnist_after == pytest.approx(lost)


def test_every_drawing_is_held_out_once_from_a_network_that_never_saw_it(drawings, monkeypatch):
    """With one drawing of each digit and no rehearsal, the labels tell which drawing it is."""
    taught_with, asked = [], []

    def train(weights, features, targets, seed):
        taught_with.append(set(targets.argmax(axis=1).tolist()))
        return weights

    def count_right(features, labels, weights):
        asked.append(set(labels.tolist()))
        return 0

    labels = np.random.default_rng(0).permutation(10)
    one_of_each = [
        replace(drawing, label=int(digit)) for drawing, digit in zip(drawings, labels, strict=True)
    ]
    monkeypatch.setattr(fine_tuning, "IMAGES", 100)
    monkeypatch.setattr(fine_tuning, "train_last_layer", train)
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
def test_the_drawings_of_a_digit_lie_in_different_folds(seed):
    labels = np.random.default_rng(seed).permutation(np.repeat([1, 4, 5, 7, 9], 4))
    folds = fine_tuning.split(labels, np.random.default_rng(seed))
    for digit in set(labels.tolist()):
        assert set(folds[labels == digit]) == set(range(fine_tuning.FOLDS))


def test_a_tenth_of_the_rehearsal_is_no_digit(small):
    images = fine_tuning.rehearsal_images(small.x_train, 50, np.random.default_rng(0))
    assert images.shape == (50, 28, 28, 1) and images.dtype == np.float32
    of_mnist = [(small.x_train == image).all(axis=(1, 2, 3)).any() for image in images]
    assert sum(of_mnist) == 45


@pytest.mark.parametrize("share", [-0.1, 1, 2_000])
def test_a_share_of_rehearsal_that_leaves_no_drawing_is_turned_away(drawings, share):
    with pytest.raises(ValueError, match="share of the rehearsal is"):
        fine_tune(load_cnn(), drawings, rehearsal=share)


def test_too_few_drawings_are_turned_away(drawings):
    with pytest.raises(ValueError, match="got 4 drawings, wanted at least 5"):
        fine_tune(load_cnn(), drawings[:4])


def test_what_is_no_keras_model_is_turned_away(drawings):
    with pytest.raises(TypeError, match="wanted a Keras model"):
        fine_tune(Recognizer.load(), drawings)
