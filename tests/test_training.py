import json
from dataclasses import asdict

import numpy as np
import pytest
from recipe import ship, taught, train
from recipe.train import Recipe

from mnist_helpers.calibration import Calibration
from mnist_helpers.data import Mnist
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
