"""Choose the network that is best on validation, fit its doubt, and write it into the package."""

import hashlib
import io
import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np

from mnist_helpers.assets import MNIST_ONLY, RESULTS, SEAL, checksum, load_results
from mnist_helpers.calibration import Calibration, calibrate, cross_entropy, fit_temperature
from mnist_helpers.data import Mnist
from mnist_helpers.model import build_cnn, keras
from mnist_helpers.network import WEIGHTS, NumpyCnn, load_weights
from mnist_helpers.recognizer import READ_OUT
from mnist_helpers.system.files import write_whole
from recipe.train import Recipe, load_history

LAYERS = ("conv_1", "conv_2", "dense")
WRITTEN = 60_000  # synthetic digits to fit the doubt with, in addition to MNIST's validation part


def accuracy(network: NumpyCnn, images: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of images (n, 28, 28, 1) that the network reads right."""
    return float((network.run(images)[1].argmax(axis=1) == labels).mean())


def measure(mnist: Mnist, finished: dict[int, Path]) -> dict[int, dict[str, float]]:
    """Return the figures of each seed's network.

    The loss is that at the best temperature: it tells more than counting errors.
    """
    figures = {}
    for seed, path in finished.items():
        network = read(path)
        logits = network.run(mnist.x_val)[1]
        softened = logits / fit_temperature(logits, mnist.y_val)
        figures[seed] = {
            "validation_loss": cross_entropy(softened, mnist.y_val),
            "validation_accuracy": float((logits.argmax(axis=1) == mnist.y_val).mean()),
            "test_accuracy": accuracy(network, mnist.x_test, mnist.y_test),
        }
    return figures


def read(path: Path) -> NumpyCnn:
    """Return the course's network in a file of Keras."""
    return NumpyCnn(keras.models.load_model(path).get_weights())


def best_of(by_seed: dict[int, dict[str, float]]) -> int:
    """Return the seed with the smallest validation loss."""
    return min(by_seed, key=lambda seed: by_seed[seed]["validation_loss"])


def ship(
    mnist: Mnist,
    before: dict[int, dict[str, float]],
    taught: dict[int, Path],
    recipe: Recipe,
    folder: Path,
) -> dict:
    """Write the best of the taught networks, and the record, into `folder`.

    `before` holds the figures of the networks before they were taught.
    """
    by_seed = measure(mnist, taught)
    best = best_of(by_seed)
    network = read(taught[best])
    test = [metrics["test_accuracy"] for metrics in by_seed.values()]
    calibration = calibrate(network, WRITTEN)  # takes minutes: before anything is written
    results = {
        "sha256": write_weights(network, folder / WEIGHTS),
        "seed": best,
        **by_seed[best],
        "test_accuracy_mean": float(np.mean(test)),
        "test_accuracy_lowest": min(test),
        "test_accuracy_highest": max(test),
        "calibration": write_calibration(calibration, folder),
        "by_seed": by_seed,
        "before_it_was_taught": before,
        "history": load_history(taught[best]),
        "recipe": asdict(recipe),
        "versions": _versions() | {"python": platform.python_version()},
    }
    write(folder / RESULTS, _as_record(results))
    return results


def ship_mnist_only(mnist: Mnist, folder: Path) -> None:
    """Train the course's network on MNIST alone, as lesson 4 does, and write it into `folder`.

    Lessons 2 and 7 use it to show what happens with images that are shifted or not prepared.
    """
    seed, epochs, batch = 0, 6, 64
    keras.utils.set_random_seed(seed)
    model = build_cnn()
    steps = epochs * int(np.ceil(len(mnist.x_train) / batch))
    rate = keras.optimizers.schedules.CosineDecay(0.003, steps)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(mnist.x_train, mnist.y_train, batch_size=batch, epochs=epochs, verbose=2)
    network = NumpyCnn(model.get_weights())
    record = {
        "sha256": write_weights(network, folder / f"{MNIST_ONLY}.npz"),
        "seed": seed,
        "epochs": epochs,
        "validation_accuracy": accuracy(network, mnist.x_val, mnist.y_val),
        "test_accuracy": accuracy(network, mnist.x_test, mnist.y_test),
        "versions": _versions(),
    }
    write(folder / f"{MNIST_ONLY}.json", _as_record(record))


def _as_record(results: dict) -> bytes:
    """Return results as the JSON file that `load_results` reads, with their checksum at the end."""
    plain = json.loads(json.dumps(results))  # now all keys are texts, as after reading the file
    return (json.dumps({**plain, SEAL: checksum(plain)}, indent=1) + "\n").encode()


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("tensorflow", "keras", "numpy")}


def recalibrate(folder: Path) -> dict:
    """Fit the doubt of the shipped weights again, and write it and its record into `folder`."""
    calibration = calibrate(NumpyCnn(load_weights()), WRITTEN)
    results = load_results() | {"calibration": write_calibration(calibration, folder)}
    write(folder / RESULTS, _as_record(results))
    return results["calibration"]


def write_weights(network: NumpyCnn, path: Path) -> str:
    """Write the weights under the names of their layers; return the file's SHA-256."""
    content = io.BytesIO()
    names = [f"{layer}_{part}" for layer in LAYERS for part in ("kernel", "bias")]
    np.savez(content, **dict(zip(names, network.weights, strict=True)))
    return write(path, content.getvalue())


def write_calibration(calibration: Calibration, folder: Path) -> dict:
    """Write the read-out; return what results.json records about the calibration."""
    content, fitted = io.BytesIO(), asdict(calibration)
    np.save(content, fitted.pop("read_out"))
    return {"sha256": write(folder / READ_OUT, content.getvalue()), **fitted}


def write(path: Path, content: bytes) -> str:
    """Write a file completely or not at all; return its SHA-256."""
    write_whole(path, content)
    return hashlib.sha256(content).hexdigest()
