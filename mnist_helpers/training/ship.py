"""Choose the network that is best on validation, fit its doubt, and write it into the package."""

import hashlib
import io
import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np

from mnist_helpers.assets import RESULTS, as_record
from mnist_helpers.calibration import Calibration, calibrate, cross_entropy, fit_temperature
from mnist_helpers.data import Mnist
from mnist_helpers.files import write_whole
from mnist_helpers.model import keras
from mnist_helpers.network import WEIGHTS, NumpyCnn
from mnist_helpers.recognizer import READ_OUT
from mnist_helpers.training.recipe import Recipe
from mnist_helpers.training.train import load_history

LAYERS = ("conv_1", "conv_2", "dense")
WRITTEN = 60_000  # synthetic digits to fit the doubt with, in addition to MNIST's validation part


def accuracy(network: NumpyCnn, images: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of images (n, 28, 28, 1) that the network reads right."""
    return float((network.run(images)[1].argmax(axis=1) == labels).mean())


def loss(network: NumpyCnn, images: np.ndarray, labels: np.ndarray) -> float:
    """Return the cross-entropy at the best temperature: it tells more than counting errors."""
    logits = network.run(images)[1]
    return cross_entropy(logits / fit_temperature(logits, labels), labels)


def ship(mnist: Mnist, finished: dict[int, Path], recipe: Recipe, folder: Path) -> dict:
    """Write the network with the smallest validation loss, and the record, into `folder`."""
    networks = {
        seed: NumpyCnn(keras.models.load_model(path).get_weights())
        for seed, path in finished.items()
    }
    by_seed = {
        seed: {
            "validation_loss": loss(network, mnist.x_val, mnist.y_val),
            "validation_accuracy": accuracy(network, mnist.x_val, mnist.y_val),
            "test_accuracy": accuracy(network, mnist.x_test, mnist.y_test),
        }
        for seed, network in networks.items()
    }
    best = min(by_seed, key=lambda seed: by_seed[seed]["validation_loss"])
    test = [metrics["test_accuracy"] for metrics in by_seed.values()]
    calibration = calibrate(networks[best], WRITTEN)  # takes minutes: before anything is written
    results = {
        "sha256": write_weights(networks[best], folder / WEIGHTS),
        "seed": best,
        **by_seed[best],
        "test_accuracy_mean": float(np.mean(test)),
        "test_accuracy_lowest": min(test),
        "test_accuracy_highest": max(test),
        "calibration": write_calibration(calibration, folder),
        "by_seed": by_seed,
        "history": load_history(finished[best]),
        "recipe": asdict(recipe),
        "versions": {name: version(name) for name in ("tensorflow", "keras", "numpy")}
        | {"python": platform.python_version()},
    }
    write(folder / RESULTS, as_record(results))
    return results


def write_weights(network: NumpyCnn, path: Path) -> str:
    """Write the weights under the names of their layers; return the file's SHA-256."""
    content = io.BytesIO()
    names = [f"{layer}_{part}" for layer in LAYERS for part in ("kernel", "bias")]
    np.savez(content, **dict(zip(names, network.weights, strict=True)))
    return write(path, content.getvalue())


def write_calibration(calibration: Calibration, folder: Path) -> dict:
    """Write the read-out; return what results.json records about the calibration."""
    content = io.BytesIO()
    np.save(content, calibration.read_out)
    return {
        "sha256": write(folder / READ_OUT, content.getvalue()),
        "temperature": calibration.temperature,
        "least_confidence": calibration.least_confidence,
        "least_readable": calibration.least_readable,
    }


def write(path: Path, content: bytes) -> str:
    """Write a file completely or not at all; return its SHA-256."""
    write_whole(path, content)
    return hashlib.sha256(content).hexdigest()
