"""Write the network as a file for another runtime, with the exporters of the libraries.

Taught in lesson 8.
"""

import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

from mnist_helpers.assets import load_results
from mnist_helpers.data import load_mnist
from mnist_helpers.files import whole_file, write_whole
from mnist_helpers.network import NumpyCnn, load_weights
from mnist_helpers.recognizer import Recognizer
from mnist_helpers.startup import quiet_startup

READER = "digit_reader.json"
_EXAMPLES = 500  # images that show the int8 converter how large the numbers become
_PREPROCESSING = [
    "say for every pixel how much ink lies on it: 0 for paper, 1 for the most ink",
    "cut the smallest rectangle that holds all the ink",
    "shrink or enlarge it by area to 20 x 20, keeping its shape; the strongest ink becomes 1",
    "place that in 28 x 28 by whole pixels, its centre of mass in (13.5, 14.5] of both indices",
]


def export_model(source, path: str | Path, int8: bool = False) -> Path:
    """Write a network as a file for another runtime; the end of the name chooses the format.

    `source` is a Keras model or a Recognizer. `.keras` is Keras's own format. `.onnx` and `.tflite`
    are for ONNX and LiteRT runtimes. `.npz` holds the arrays for NumPy. A name without an end
    becomes a folder, TensorFlow's SavedModel. `int8` makes the weights and sums of a `.tflite` file
    small integers. `digit_reader.json` is written beside the file (see `describe_reader`). Returns
    the path.

    Raises ValueError for another end or a source without layers. Raises ImportError, which says
    what to install, if a format's package is missing. Raises OSError if the file cannot be written.
    After an error an older file is still as it was.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix)
    if write is None or (int8 and path.suffix != ".tflite"):
        wanted = "'.tflite' for int8" if int8 else ", ".join(f"'{each}'" for each in _WRITERS)
        raise ValueError(f"{path.name!r} ends in {path.suffix!r}; wanted one of {wanted}")
    model, recognizer = _both(source)
    model(np.zeros((1, *(side or 28 for side in model.inputs[0].shape[1:]))))  # ONNX needs one call
    with whole_file(path) as unfinished:
        _write_int8(model, unfinished) if int8 else write(model, unfinished)
    lines = (f'"{key}": {json.dumps(value)}' for key, value in describe_reader(recognizer).items())
    write_whole(path.with_name(READER), ("{\n" + ",\n".join(lines) + "\n}\n").encode())
    return path


def describe_reader(recognizer: Recognizer) -> dict:
    """Return what a program must know besides the network, as data that JSON can hold.

    `input` and `output` say what the numbers mean. `preprocessing` says how to prepare a drawing.
    `temperature` divides the logarithms of the probabilities before another softmax. `read_out`
    holds the weights and the bias for the numbers before the last layer, or is null. `verdict`
    says how to use it with the thresholds `least_confidence` and `least_readable`. `versions` are
    those of the packages, and `made` is the date. `accuracy` is measured on MNIST's test images. It
    is null for a network that is not the shipped one.
    """
    calibration = recognizer.calibration
    read_out = calibration.read_out
    return {
        "input": "float32 (n, 28, 28, 1): 0 for paper, 1 for the strongest ink",
        "preprocessing": _PREPROCESSING,
        "output": "float32 (n, 10): one number for each digit; the largest is the answer",
        "temperature": calibration.temperature,
        "read_out": None
        if read_out is None
        else {
            "weights": [float(f"{each:.6g}") for each in read_out[:-1]],
            "bias": float(read_out[-1]),
        },
        "least_confidence": calibration.least_confidence,
        "least_readable": calibration.least_readable,
        "verdict": "digit if is_digit * confidence >= least_confidence; else unsure if "
        "is_digit >= least_readable; else no digit. is_digit = sigmoid(read_out)",
        "versions": {name: version(name) for name in ("keras", "numpy", "mnist-helpers")},
        "made": date.today().isoformat(),
        "accuracy": _known_accuracy(recognizer),
    }


def _known_accuracy(recognizer: Recognizer) -> float | None:
    weights, shipped = recognizer.network.weights, load_weights()
    if len(weights) != len(shipped):
        return None
    is_shipped = all(map(np.array_equal, weights, shipped))
    return load_results()["test_accuracy"] if is_shipped else None


def _both(source):
    """Return the Keras model of a source, and a recogniser of it."""
    from mnist_helpers.model import build_cnn

    keras = sys.modules["keras"]
    if isinstance(source, keras.Model):
        return source, Recognizer.from_model(source)
    network = getattr(source, "network", None)
    if isinstance(network, NumpyCnn):
        model = build_cnn()
        model.set_weights(network.weights)
        return model, source
    model = getattr(network, "model", None)
    if model is None:
        raise ValueError(
            f"a {type(source).__name__} without a Keras model cannot be exported: nobody knows "
            "what is inside it. Use a Keras model"
        )
    return model, source


def _write_keras(model, path: Path) -> None:
    model.save(path)


def _write_arrays(model, path: Path) -> None:
    names = [variable.path for variable in model.weights]
    np.savez(path, **dict(zip(names, model.get_weights(), strict=True)))


@contextmanager
def _quietly() -> Iterator[None]:
    """Hide the messages that the exporters print; errors are still raised."""
    logging.disable(logging.INFO)
    try:
        with quiet_startup(), redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def _write_as(name: str, package: str | None = None) -> Callable:
    def write(model, path: Path) -> None:
        try:
            with _quietly():
                model.export(str(path), format=name, verbose=False)
        except ImportError as error:
            raise ImportError(
                f"{path.name} needs one more package ({error}). Install it with: "
                f"{sys.executable} -m pip install {package or 'tensorflow'}"
            ) from None

    return write


def _write_int8(model, path: Path) -> None:
    import tensorflow as tf

    images = load_mnist().x_train[:_EXAMPLES]
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[np.newaxis]] for image in images)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    with _quietly():
        path.write_bytes(converter.convert())


_WRITERS = {
    ".keras": _write_keras,
    ".onnx": _write_as("onnx", "onnx tf2onnx"),
    ".tflite": _write_as("litert"),
    ".npz": _write_arrays,
    "": _write_as("tf_saved_model"),
}
