import json

import numpy as np
import pytest

from mnist_helpers import Recognizer, load_mnist, training
from mnist_helpers.data import Mnist


@pytest.fixture(scope="module")
def small():
    """MNIST cut down to what a test can train on."""
    mnist = load_mnist()
    return Mnist(
        mnist.x_train[:640],
        mnist.y_train[:640],
        mnist.x_val[::20],
        mnist.y_val[::20],
        mnist.x_test[:300],
        mnist.y_test[:300],
    )


def test_augmentation_moves_every_image_and_keeps_its_ink(small):
    moved = training.augment(small.x_train, np.random.default_rng(0))
    assert moved.shape == small.x_train.shape
    assert moved.dtype == np.float32
    assert (moved != small.x_train).any(axis=(1, 2, 3)).all()
    ink = moved.sum(axis=(1, 2, 3)) / small.x_train.sum(axis=(1, 2, 3))
    assert 0.7 < ink.min() <= ink.max() < 1.4


def test_batches_are_the_same_for_the_same_seed_and_epoch(small):
    def first_batch(seed, epoch):
        batches = training.AugmentedBatches(small.x_train, small.y_train, seed)
        batches.start_epoch(epoch)
        return batches[0]

    images, labels = first_batch(1, 2)
    again, labels_again = first_batch(1, 2)
    np.testing.assert_array_equal(images, again)
    np.testing.assert_array_equal(labels, labels_again)
    assert (first_batch(1, 3)[0] != images).any()
    assert (first_batch(2, 2)[0] != images).any()


def test_an_epoch_shows_every_image_once(small):
    marks = np.arange(len(small.y_train))
    batches = training.AugmentedBatches(small.x_train, marks, seed=0)
    seen = np.concatenate([batches[i][1] for i in range(len(batches))])
    assert sorted(seen) == marks.tolist()


def test_an_epoch_shows_some_of_the_extra_images(small):
    def seen(epoch):
        batches = training.AugmentedBatches(
            small.x_train, np.arange(640), seed=0, always=600, extra=10
        )
        batches.start_epoch(epoch)
        return np.concatenate([batches[i][1] for i in range(len(batches))])

    first, second = seen(0), seen(1)
    for marks in (first, second):
        assert sorted(marks)[:600] == list(range(600))
        assert len(set(marks)) == len(marks) == 610
    assert set(first) != set(second)


def test_a_moved_image_follows_its_numbers():
    dot = np.zeros((28, 28), np.float32)
    dot[14, 18] = 1  # 4.5 pixels right of the middle, half a pixel below it
    middle = np.array([13.5, 13.5])

    def ink_at(**numbers):
        moved = training.move(dot, **numbers)
        row, column = (np.average(i, weights=moved) for i in np.indices(moved.shape))
        return np.array([column, row]) - middle

    np.testing.assert_allclose(ink_at(), [4.5, 0.5], atol=0.01)
    np.testing.assert_allclose(ink_at(shift=(2, -1)), [6.5, -0.5], atol=0.01)
    np.testing.assert_allclose(ink_at(turn=90), [-0.5, 4.5], atol=0.05)
    np.testing.assert_allclose(ink_at(slant=0.5), [4.75, 0.5], atol=0.05)


def test_learning_rate_rises_to_its_peak_and_falls_to_zero():
    schedule = training.one_cycle(100)
    rates = [float(schedule(step)) for step in range(101)]
    assert np.argmax(rates) == 25
    assert max(rates) == pytest.approx(training.PEAK_LEARNING_RATE)
    assert rates[-1] == pytest.approx(0, abs=1e-8)


def test_targets_are_one_hot_for_digits_and_even_for_the_rest(small):
    images, targets = training.training_set(small, written=20, non_digits=5, seed=0)
    assert images.shape == (665, 28, 28, 1)
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    np.testing.assert_array_equal(targets[:640].argmax(axis=1), small.y_train)
    np.testing.assert_allclose(targets[-5:], 0.1)


def test_an_interrupted_run_ends_with_the_same_weights(small, tmp_path):
    images, targets = training.training_set(small, written=20, non_digits=5, seed=0)

    class Interrupt(training.keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise KeyboardInterrupt

    whole, history = training.train(images, targets, small, 0, 2, tmp_path / "whole")
    assert len(history["val_accuracy"]) == 2

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "ProgressBar", Interrupt)
        with pytest.raises(KeyboardInterrupt):
            training.train(images, targets, small, 0, 2, tmp_path / "parts")
    resumed, _ = training.train(images, targets, small, 0, 2, tmp_path / "parts")
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=0.02)


def test_the_network_best_on_validation_is_shipped_with_its_record(small, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "WRITTEN", 20)
    monkeypatch.setattr(training, "NON_DIGITS", 5)
    monkeypatch.setattr(training, "EPOCHS", 1)
    monkeypatch.setattr(training, "LAST_EPOCHS", 2)
    finished = {seed: training.train_seed(small, seed, tmp_path) for seed in (0, 1)}
    results = training.ship(small, finished, tmp_path)

    by_seed = results["by_seed"]
    assert results["validation_accuracy"] == max(
        metrics["validation_accuracy"] for metrics in by_seed.values()
    )
    assert len(results["history"]["val_accuracy"]) == 3
    assert json.loads((tmp_path / "results.json").read_text())["sha256"] == results["sha256"]
    with np.load(tmp_path / "weights.npz") as stored:
        shipped = Recognizer([stored[name] for name in stored.files])
    assert training.accuracy(shipped, small.x_test, small.y_test) == results["test_accuracy"]


def test_calibration_keeps_the_share_of_digits_that_it_promises():
    mnist = load_mnist()
    temperature, least = training.calibrate(Recognizer.load(), mnist)
    confidence = Recognizer(Recognizer.load().weights, temperature).probabilities(mnist.x_val)
    assert 0.5 < temperature < 3
    assert (confidence.max(axis=1) >= least).mean() > 0.97
