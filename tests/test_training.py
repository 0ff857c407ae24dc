import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from helpers.small_disk import fill_up

from mnist_helpers import augmentation, load_mnist
from mnist_helpers.calibration import Calibration
from mnist_helpers.data import Mnist
from mnist_helpers.model import keras
from mnist_helpers.network import NumpyCnn
from mnist_helpers.training import ship, train
from mnist_helpers.training.recipe import Recipe

SMALL = Recipe(epochs=2, last_epochs=2, written=20, extra=10)


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
    moved = augmentation.augment(small.x_train, np.random.default_rng(0))
    assert moved.shape == small.x_train.shape
    assert moved.dtype == np.float32
    assert (moved != small.x_train).any(axis=(1, 2, 3)).all()
    ink = moved.sum(axis=(1, 2, 3)) / small.x_train.sum(axis=(1, 2, 3))
    assert 0.7 < ink.min() <= ink.max() < 1.4


def test_batches_are_the_same_for_the_same_seed_and_epoch(small):
    def first_batch(seed, epoch):
        batches = augmentation.AugmentedBatches(small.x_train, small.y_train, seed)
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
    batches = augmentation.AugmentedBatches(small.x_train, marks, seed=0)
    seen = np.concatenate([batches[i][1] for i in range(len(batches))])
    assert sorted(seen) == marks.tolist()


def test_an_epoch_shows_some_of_the_extra_images(small):
    def seen(epoch):
        batches = augmentation.AugmentedBatches(
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
        moved = augmentation.move(dot, **numbers)
        row, column = (np.average(i, weights=moved) for i in np.indices(moved.shape))
        return np.array([column, row]) - middle

    np.testing.assert_allclose(ink_at(), [4.5, 0.5], atol=0.01)
    np.testing.assert_allclose(ink_at(shift=(2, -1)), [6.5, -0.5], atol=0.01)
    np.testing.assert_allclose(ink_at(turn=90), [-0.5, 4.5], atol=0.05)
    np.testing.assert_allclose(ink_at(slant=0.5), [4.75, 0.5], atol=0.05)


def test_learning_rate_rises_to_its_peak_and_falls_to_zero():
    schedule = augmentation.one_cycle(100, peak=0.02)
    rates = [float(schedule(step)) for step in range(101)]
    assert np.argmax(rates) == 25
    assert max(rates) == pytest.approx(0.02)
    assert rates[-1] == pytest.approx(0, abs=1e-8)


def test_the_training_set_is_mnist_and_written_digits(small):
    images, labels = train.training_set(small, written=20, seed=0)
    assert images.shape == (660, 28, 28, 1)
    np.testing.assert_array_equal(labels[:640], small.y_train)
    assert np.bincount(labels[640:]).tolist() == [2] * 10


@pytest.fixture
def interrupted(small, tmp_path, monkeypatch):
    """The folder of a run of three epochs that was stopped as its third epoch began."""
    images, labels = train.training_set(small, written=20, seed=0)

    class Interrupt(keras.callbacks.Callback):
        def __init__(self, verbose):
            super().__init__()

        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train, "TqdmCallback", Interrupt)
        with pytest.raises(KeyboardInterrupt):
            train.train(images, labels, small, 0, replace(SMALL, epochs=3), tmp_path / "parts")
    return tmp_path / "parts"


def test_an_interrupted_run_ends_with_the_same_weights(small, interrupted, tmp_path):
    images, labels = train.training_set(small, written=20, seed=0)
    recipe = replace(SMALL, epochs=3)
    whole, history = train.train(images, labels, small, 0, recipe, tmp_path / "whole")
    assert len(history["val_accuracy"]) == 3
    resumed, history = train.train(images, labels, small, 0, recipe, interrupted)
    assert len(history["val_accuracy"]) == 1
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=0.02)
    assert not interrupted.exists()


def test_a_run_goes_on_from_the_state_before_where_the_last_is_torn(small, interrupted, capsys):
    images, labels = train.training_set(small, written=20, seed=0)
    last = interrupted / "epoch_0002.weights.h5"
    last.write_bytes(last.read_bytes()[:1000])
    recipe = replace(SMALL, epochs=3)
    _, history = train.train(images, labels, small, 0, recipe, interrupted)
    assert len(history["val_accuracy"]) == 2
    assert "epoch_0002.weights.h5 is damaged" in capsys.readouterr().out


def test_a_run_goes_on_after_the_disk_was_full(small, small_disk):
    images, labels = train.training_set(small, written=20, seed=0)
    recipe = replace(SMALL, epochs=3)

    class Fill(keras.callbacks.Callback):
        def __init__(self, verbose):
            super().__init__()

        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                fill_up(small_disk)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "TqdmCallback", Fill)
        with pytest.raises(OSError):
            train.train(images, labels, small, 0, recipe, small_disk / "parts")
    (small_disk / "filler").unlink()
    _, history = train.train(images, labels, small, 0, recipe, small_disk / "parts")
    assert len(history["val_accuracy"]) == 1


def test_the_network_best_on_validation_is_shipped_with_its_record(small, tmp_path, monkeypatch):
    fitted = Calibration(1.5, 0.4, 0.1, np.arange(1601, dtype=np.float32))
    monkeypatch.setattr(ship, "calibrate", lambda network, written: fitted)
    finished = {seed: train.train_seed(small, seed, SMALL, tmp_path) for seed in (0, 1)}
    results = ship.ship(small, finished, SMALL, tmp_path)

    by_seed = results["by_seed"]
    assert results["validation_loss"] == min(
        metrics["validation_loss"] for metrics in by_seed.values()
    )
    assert len(results["history"]["val_accuracy"]) == 4
    recorded = json.loads((tmp_path / "results.json").read_text())
    assert recorded["sha256"] == results["sha256"]
    assert recorded["recipe"] == asdict(SMALL)
    assert recorded["calibration"]["least_confidence"] == 0.4
    np.testing.assert_array_equal(np.load(tmp_path / "read_out.npy"), fitted.read_out)
    with np.load(tmp_path / "weights.npz") as stored:
        shipped = NumpyCnn([stored[name] for name in stored.files])
    assert ship.accuracy(shipped, small.x_test, small.y_test) == results["test_accuracy"]
