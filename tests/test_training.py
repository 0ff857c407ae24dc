import json
from dataclasses import asdict

import numpy as np
import pytest
from helpers import families
from recipe import ship, taught, train
from recipe.batches import AugmentedBatches
from recipe.train import Recipe

from mnist_helpers import augmentation
from mnist_helpers.calibration import Calibration
from mnist_helpers.data import Mnist
from mnist_helpers.model import keras
from mnist_helpers.network import NumpyCnn

SMALL = Recipe(
    epochs=2,
    last_epochs=2,
    written=20,
    extra=10,
    teachers=1,
    teacher_epochs=1,
    taught_epochs=3,
    taught_extra=5,
)


@pytest.fixture(scope="module")
def small(mnist):
    """MNIST cut down to what a test can train on."""
    train = mnist.x_train[:640], mnist.y_train[:640]
    validation = mnist.x_val[::20], mnist.y_val[::20]
    return Mnist(*train, *validation, mnist.x_test[:300], mnist.y_test[:300])


def test_augmentation_moves_every_image_and_keeps_its_ink(small):
    moved = augmentation.augment(small.x_train, np.random.default_rng(0))
    assert (moved.shape, moved.dtype) == (small.x_train.shape, np.float32)
    assert (moved != small.x_train).any(axis=(1, 2, 3)).all()
    ink = moved.sum(axis=(1, 2, 3)) / small.x_train.sum(axis=(1, 2, 3))
    assert 0.7 < ink.min() <= ink.max() < 1.4


def test_batches_are_the_same_for_the_same_seed_and_epoch(small):
    def first_batch(seed, epoch):
        batches = AugmentedBatches(small.x_train, small.y_train, seed)
        batches.start_epoch(epoch)
        return batches[0]

    images, labels = first_batch(1, 2)
    for one, again in zip((images, labels), first_batch(1, 2), strict=True):
        np.testing.assert_array_equal(one, again)
    for seed, epoch in ((1, 3), (2, 2)):
        assert (first_batch(seed, epoch)[0] != images).any()


def test_an_epoch_shows_every_image_once_and_some_of_the_extra_ones(small):
    def seen(epoch, **options):
        marks = np.arange(len(small.y_train))
        batches = AugmentedBatches(small.x_train, marks, seed=0, **options)
        batches.start_epoch(epoch)
        return sorted(np.concatenate([batches[i][1] for i in range(len(batches))]).tolist())

    assert seen(0) == list(range(640))
    first, second = (seen(epoch, always=600, extra=10) for epoch in (0, 1))
    for marks in (first, second):
        assert marks[:600] == list(range(600))
        assert len(set(marks)) == len(marks) == 610
    assert first != second


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


def test_the_best_on_validation_is_taught_and_shipped_with_its_record(small, tmp_path, monkeypatch):
    fitted = Calibration(1.5, 0.4, 0.1, np.arange(1601, dtype=np.float32))
    monkeypatch.setattr(ship, "calibrate", lambda network, written: fitted)
    settled = {seed: train.train_seed(small, seed, SMALL, tmp_path) for seed in (0, 1)}
    before = ship.measure(small, settled)
    start = settled[ship.best_of(before)]
    finished = taught.teach(small, start, settled, SMALL, tmp_path)
    results = ship.ship(small, before, finished, SMALL, tmp_path)

    loss, taught_loss = (
        min(metrics["validation_loss"] for metrics in each.values())
        for each in (before, results["by_seed"])
    )
    assert results["validation_loss"] == taught_loss < loss
    assert len(results["history"]["val_accuracy"]) == 3
    recorded = json.loads((tmp_path / "results.json").read_text())
    assert recorded["sha256"] == results["sha256"]
    assert recorded["recipe"] == asdict(SMALL)
    assert recorded["calibration"]["least_confidence"] == 0.4
    np.testing.assert_array_equal(np.load(tmp_path / "read_out.npy"), fitted.read_out)
    with np.load(tmp_path / "weights.npz") as stored:
        shipped = NumpyCnn([stored[name] for name in stored.files])
    assert ship.accuracy(shipped, small.x_test, small.y_test) == results["test_accuracy"]


def test_a_pupil_is_pulled_to_its_teachers_and_to_the_labels():
    def gives(probability):
        bias = np.log([probability, *[(1 - probability) / 9] * 9])
        model = families.sequential(keras.layers.Flatten(), keras.layers.Dense(10, "softmax"))
        model.layers[-1].set_weights([np.zeros((784, 10)), bias])
        return model

    images, labels = np.zeros((4, 28, 28, 1), np.float32), np.array([0, 0, 5, 5])
    teacher = taught.join_teachers([gives(0.5), gives(0.9)], temperature=2)
    batches = taught.TaughtBatches(teacher, images, labels, seed=0, batch=4)
    targets = batches.targets(images, labels)
    odds = (0.5 / (0.5 / 9) * (0.9 / (0.1 / 9))) ** 0.25  # the mean of the logs, softened by two
    np.testing.assert_allclose(targets[:, 0], odds / (odds + 9), rtol=1e-3)
    np.testing.assert_array_equal(targets[:, 10:].argmax(axis=1), labels)

    unsoftened = odds**2 / (odds**2 + 9)
    like_teacher = np.full((4, 10), (1 - unsoftened) / 9, np.float32)
    like_teacher[:, 0] = unsoftened
    moved = like_teacher * 0.9 + 0.1 * np.eye(10, dtype=np.float32)[1]
    teachers_alone, labels_alone = (taught.taught_loss(2, share) for share in (0, 1))
    assert (teachers_alone(targets, like_teacher) < teachers_alone(targets, moved)).numpy().all()
    np.testing.assert_allclose(
        labels_alone(targets, like_teacher), -np.log(like_teacher[range(4), labels]), rtol=1e-4
    )
    assert taught.accuracy(targets, like_teacher) == 0.5
